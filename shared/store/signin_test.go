package store_test

import (
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"customercenter/shared/center"
	"customercenter/shared/store"
)

const ann = "ann@buyer.example"

// withAnn is a world in which Ann may enter two accounts.
func withAnn(t testing.TB) *world {
	w := newWorld(t)
	for _, key := range []string{buyer, "BUYER-2"} {
		w.mustCreate(&center.AccountRecord{Key: key, Name: "Account " + key, TimeZone: "Asia/Kuwait", Locale: "ar"},
			&center.ContactRecord{Account: key, Email: ann, Name: "Ann", Type: center.ContactPayables})
	}
	return w
}

func sessionID(n int) string { return fmt.Sprintf("%032x", n+1) }

func (w *world) signIn(key string, n int) center.Actor {
	w.t.Helper()
	a, err := w.SignIn(w.ctx(), center.AccountIDOf(key), center.ContactIDOf(ann), store.NewSession{ID: sessionID(n), AuthAt: w.Clock.Now(), Agent: "Firefox"})
	if err != nil {
		w.t.Fatal(err)
	}
	return a
}

func (w *world) sessions(key string) map[string]store.Session {
	w.t.Helper()
	m, err := w.Membership(w.ctx(), center.AccountIDOf(key), center.ContactIDOf(ann))
	if err != nil {
		w.t.Fatal(err)
	}
	return m.Sessions
}

func TestASessionLastsUntilItIsEnded(t *testing.T) {
	w := withAnn(t)
	a := w.signIn(buyer, 1)
	if a.AccountName != "Account BUYER-1" || a.TimeZone != "Asia/Kuwait" || a.Locale != "ar" || a.Name != "Ann" || a.Email != ann {
		t.Errorf("actor: %+v", a)
	}
	m, err := w.Membership(t.Context(), a.Account, a.Contact)
	if err != nil {
		t.Fatal(err)
	}
	if got, ok := m.Actor(a.Session); !ok || got.Session != a.Session || len(got.Grants) != 1 {
		t.Errorf("by the guard: %+v %t", got, ok)
	}
	if _, ok := m.Actor(sessionID(9)); ok {
		t.Error("a session that was never made")
	}
	for range 2 {
		if err := w.SignOut(t.Context(), a); err != nil {
			t.Fatal(err)
		}
	}
	if got := w.sessions(buyer); len(got) != 0 {
		t.Errorf("after sign-out: %v", got)
	}
}

func TestTheEleventhSessionTakesThePlaceOfTheStalest(t *testing.T) {
	w := withAnn(t)
	for n := range 10 {
		w.signIn(buyer, n)
		w.Clock.Advance(time.Minute)
	}
	first, _ := w.Membership(t.Context(), center.AccountIDOf(buyer), center.ContactIDOf(ann))
	a, _ := first.Actor(sessionID(0))
	w.Clock.Advance(10 * time.Minute)
	if err := w.TouchSession(t.Context(), a, w.Clock.Now()); err != nil {
		t.Fatal(err)
	}
	w.signIn(buyer, 10)
	got := w.sessions(buyer)
	if _, kept := got[sessionID(0)]; len(got) != 10 || !kept {
		t.Errorf("%d sessions, the one in use kept: %t", len(got), kept)
	}
	if _, kept := got[sessionID(1)]; kept {
		t.Error("the stalest is still there")
	}
}

func TestUseIsNotedAtMostEveryFiveMinutes(t *testing.T) {
	w := withAnn(t)
	a := w.signIn(buyer, 1)
	start := w.Clock.Now()
	for range 11 {
		w.Clock.Advance(time.Minute)
		if err := w.TouchSession(t.Context(), a, w.Clock.Now()); err != nil {
			t.Fatal(err)
		}
	}
	if got := w.sessions(buyer)[a.Session].SeenAt.Sub(start); got != 6*time.Minute {
		t.Errorf("noted last after %v", got)
	}
	if err := w.SignOut(t.Context(), a); err != nil {
		t.Fatal(err)
	}
	w.Clock.Advance(time.Hour)
	if err := w.TouchSession(t.Context(), a, w.Clock.Now()); err != nil {
		t.Fatal(err)
	}
	if got := w.sessions(buyer); len(got) != 0 {
		t.Errorf("use brought an ended session back: %v", got)
	}
}

func TestChoosingAnAccountMovesTheSession(t *testing.T) {
	w := withAnn(t)
	a := w.signIn(buyer, 1)
	w.Clock.Advance(time.Minute)
	b, err := w.SwitchAccount(t.Context(), a, center.AccountIDOf("BUYER-2"), store.NewSession{ID: sessionID(2), AuthAt: a.AuthAt})
	if err != nil || b.AccountName != "Account BUYER-2" {
		t.Fatal(b, err)
	}
	if len(w.sessions(buyer)) != 0 || len(w.sessions("BUYER-2")) != 1 {
		t.Errorf("sessions: %v and %v", w.sessions(buyer), w.sessions("BUYER-2"))
	}
	entrances, err := w.AccountsOf(t.Context(), ann)
	if err != nil || entrances[0].Name != "Account BUYER-2" || len(entrances) != 2 {
		t.Errorf("used last: %+v %v", entrances, err)
	}
	if _, err := w.SwitchAccount(t.Context(), b, center.AccountIDOf("BUYER-3"), store.NewSession{ID: sessionID(3)}); !center.IsKind(err, center.Forbidden) {
		t.Errorf("an account that is not hers: %v", err)
	}
	if _, err := w.SwitchAccount(t.Context(), a, center.AccountIDOf("BUYER-2"), store.NewSession{ID: sessionID(4)}); !center.IsKind(err, center.Conflict) {
		t.Errorf("from a session that has ended: %v", err)
	}
}

func TestManyBrowsersSignInAtOnce(t *testing.T) {
	w := withAnn(t)
	var wait sync.WaitGroup
	errs := make([]error, 8)
	for n := range errs {
		wait.Go(func() {
			for range 20 { // a busy moment is said plainly, and trying again helps
				_, errs[n] = w.SignIn(t.Context(), center.AccountIDOf(buyer), center.ContactIDOf(ann), store.NewSession{ID: sessionID(n), AuthAt: w.Clock.Now()})
				if !center.IsKind(errs[n], center.Unavailable) {
					return
				}
			}
		})
	}
	wait.Wait()
	if got := w.sessions(buyer); len(got) != 8 || slices.ContainsFunc(errs, func(err error) bool { return err != nil }) {
		t.Errorf("%d sessions, %v", len(got), errs)
	}
}

func TestOperatorsAreAdmittedOnce(t *testing.T) {
	w := newWorld(t)
	for range 2 {
		id, err := w.AdmitOperator(t.Context(), "Desk@Example.com")
		if err != nil || id != center.ContactIDOf("desk@example.com") {
			t.Fatal(id, err)
		}
	}
	entrances, err := w.AccountsOf(t.Context(), "desk@example.com")
	if err != nil || len(entrances) != 1 || entrances[0].Account != center.OperatorsAccount {
		t.Errorf("entrances: %+v %v", entrances, err)
	}
	m, err := w.Membership(t.Context(), center.OperatorsAccount, center.ContactIDOf("desk@example.com"))
	if err != nil || m.Contact.Grants[0].Type != center.ContactOperator {
		t.Errorf("membership: %+v %v", m, err)
	}
}

func challenge(w *world, id string) (store.Challenge, center.Letter) {
	now := w.Clock.Now()
	return store.Challenge{ID: id, KeyID: "k1", Email: ann, Locale: "ar", Agent: "Firefox", CreatedAt: now, ExpiresAt: now.Add(10 * time.Minute)},
		center.Letter{ID: id, Kind: center.LetterSignInCode, To: ann, Locale: "ar", CreatedAt: now, Params: map[string]string{"challenge": id}}
}

func TestACodeHasFiveTries(t *testing.T) {
	w := newWorld(t)
	c, l := challenge(w, "c1")
	if err := w.PutChallenge(t.Context(), c, l); err != nil {
		t.Fatal(err)
	}
	var wait sync.WaitGroup
	var mu sync.Mutex
	counted := 0
	for n := range 32 {
		wait.Go(func() {
			if _, err := w.CountTry(t.Context(), "c1", fmt.Sprint(n)); err == nil {
				mu.Lock()
				defer mu.Unlock()
				counted++
			} else if !center.IsKind(err, center.Unprocessable) {
				t.Error(err)
			}
		})
	}
	wait.Wait()
	if counted != 5 {
		t.Errorf("%d tries were counted", counted)
	}
}

func TestACodeWorksOnceForOneRequest(t *testing.T) {
	w := newWorld(t)
	c, l := challenge(w, "c1")
	if err := w.PutChallenge(t.Context(), c, l); err != nil {
		t.Fatal(err)
	}
	if got, err := w.CountTry(t.Context(), "c1", "one"); err != nil || got.Tries != 1 || got.Email != ann || got.KeyID != "k1" {
		t.Errorf("try: %+v %v", got, err)
	}
	for range 2 {
		if err := w.UseChallenge(t.Context(), "c1", "one"); err != nil {
			t.Errorf("the same request again: %v", err)
		}
	}
	if err := w.UseChallenge(t.Context(), "c1", "two"); !center.IsKind(err, center.Unprocessable) {
		t.Errorf("another request: %v", err)
	}
	if _, err := w.CountTry(t.Context(), "c1", "two"); !center.IsKind(err, center.Unprocessable) {
		t.Errorf("a try after it was used: %v", err)
	}
	if err := w.UseChallenge(t.Context(), "none", "one"); !center.IsKind(err, center.Unprocessable) {
		t.Errorf("a challenge that never was: %v", err)
	}
}

func TestACodeExpiresByTheClockNotByItsRemoval(t *testing.T) {
	w := newWorld(t)
	c, l := challenge(w, "c1")
	if err := w.PutChallenge(t.Context(), c, l); err != nil {
		t.Fatal(err)
	}
	w.Clock.Advance(10*time.Minute - time.Second)
	if _, err := w.CountTry(t.Context(), "c1", "one"); err != nil {
		t.Error(err)
	}
	w.Clock.Advance(time.Second)
	if _, err := w.CountTry(t.Context(), "c1", "two"); !center.IsKind(err, center.Unprocessable) {
		t.Errorf("after ten minutes: %v", err)
	}
	if _, err := w.Challenge(t.Context(), "c1"); !center.IsKind(err, center.NotFound) {
		t.Errorf("for the mailer: %v", err)
	}
}

// TestNoStretchOfTimeHoldsMoreThanTheLimit asks for codes at odd moments for
// two days and looks at every stretch.
func TestNoStretchOfTimeHoldsMoreThanTheLimit(t *testing.T) {
	w := newWorld(t)
	var granted []time.Time
	for n := range 900 {
		w.Clock.Advance(time.Duration(30+n*7919%300) * time.Second)
		err := w.Take(t.Context(), store.PerAddress(ann))
		switch {
		case err == nil:
			granted = append(granted, w.Clock.Now())
		case !center.IsKind(err, center.TooMany):
			t.Fatal(err)
		default:
			if after := center.AsError(err).RetryAfter; after <= 0 || after > 86400 {
				t.Fatalf("retry after %d", after)
			}
		}
	}
	within := func(d time.Duration, most int) {
		for i := range granted {
			n := 0
			for _, at := range granted[i:] {
				if at.Sub(granted[i]) < d {
					n++
				}
			}
			if n > most {
				t.Errorf("%d within %v", n, d)
			}
		}
	}
	within(15*time.Minute, 3)
	within(24*time.Hour, 10)
	if len(granted) < 15 {
		t.Errorf("only %d were granted in all", len(granted))
	}
}

func TestWhoWaitsAsToldGetsACode(t *testing.T) {
	w := newWorld(t)
	for range 3 {
		if err := w.Take(t.Context(), store.PerAddress(ann)); err != nil {
			t.Fatal(err)
		}
	}
	err := w.Take(t.Context(), store.PerAddress("ANN@buyer.example "))
	if !center.IsKind(err, center.TooMany) {
		t.Fatal(err)
	}
	if err := w.Take(t.Context(), store.PerAddress("bob@buyer.example")); err != nil {
		t.Errorf("somebody else: %v", err)
	}
	w.Clock.Advance(time.Duration(center.AsError(err).RetryAfter) * time.Second)
	if err := w.Take(t.Context(), store.PerAddress(ann)); err != nil {
		t.Error(err)
	}
}

func TestNetworksAreHouseholdsNotAddresses(t *testing.T) {
	same := [][2]string{{"203.0.113.7", "203.0.113.200"}, {"2001:db8:1:2::1", "2001:db8:1:ff::9"}, {"::ffff:203.0.113.7", "203.0.113.1"}, {"x", ""}}
	for _, pair := range same {
		if store.PerNetwork(pair[0]).Name != store.PerNetwork(pair[1]).Name {
			t.Errorf("%v are two networks", pair)
		}
	}
	if store.PerNetwork("203.0.113.7").Name == store.PerNetwork("203.0.114.7").Name {
		t.Error("two networks are one")
	}
}

func TestManyAtOnceAreCountedEach(t *testing.T) {
	w := newWorld(t)
	var wait sync.WaitGroup
	var mu sync.Mutex
	granted := 0
	for range 12 {
		wait.Go(func() {
			for range 20 {
				err := w.Take(t.Context(), store.PerAddress(ann))
				if center.IsKind(err, center.Unavailable) {
					continue
				}
				mu.Lock()
				defer mu.Unlock()
				if err == nil {
					granted++
				}
				return
			}
		})
	}
	wait.Wait()
	if granted != 3 {
		t.Errorf("%d were granted", granted)
	}
}

func TestALetterIsClaimedByOne(t *testing.T) {
	w := newWorld(t)
	_, l := challenge(w, "l1")
	for range 2 {
		if err := w.PutLetter(t.Context(), l); err != nil {
			t.Fatal(err)
		}
	}
	var wait sync.WaitGroup
	owners := make([]bool, 16)
	for n := range owners {
		wait.Go(func() {
			_, claimed, err := w.ClaimLetter(t.Context(), "l1", fmt.Sprint(n))
			if err != nil {
				t.Error(err)
			}
			owners[n] = claimed
		})
	}
	wait.Wait()
	owner := slices.Index(owners, true)
	if owner < 0 || slices.Contains(owners[owner+1:], true) {
		t.Fatalf("owners: %v", owners)
	}
	if err := w.LetterSent(t.Context(), "l1", "somebody", "m"); !center.IsKind(err, center.Conflict) {
		t.Errorf("sent by who does not own it: %v", err)
	}
	if err := w.LetterPostponed(t.Context(), "l1", fmt.Sprint(owner), w.Clock.Now()); err != nil {
		t.Fatal(err)
	}
	got, claimed, err := w.ClaimLetter(t.Context(), "l1", "next")
	if err != nil || !claimed || got.Tries != 1 || got.Params["challenge"] != "l1" || got.To != ann || got.Locale != "ar" {
		t.Fatal(got, claimed, err)
	}
	for range 2 {
		if err := w.LetterSent(t.Context(), "l1", "next", "message-1"); err != nil {
			t.Fatal(err)
		}
	}
	got, claimed, err = w.ClaimLetter(t.Context(), "l1", "late")
	if err != nil || claimed || got.State != center.LetterSent || got.MessageID != "message-1" {
		t.Errorf("after it was sent: %+v %t %v", got, claimed, err)
	}
	if _, _, err := w.ClaimLetter(t.Context(), "none", "x"); !center.IsKind(err, center.NotFound) {
		t.Errorf("a letter that never was: %v", err)
	}
	if id, ok := store.LetterKey("M#l1"); !ok || id != "l1" {
		t.Error("a letter's key is not read")
	}
	if _, ok := store.LetterKey("L#x"); ok {
		t.Error("another key is read as a letter's")
	}
}
