package store_test

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"customercenter/infra/local/cloudtest"
	"customercenter/infra/prove/tally"
	"customercenter/shared/center"
	"customercenter/shared/store"
)

// faults are what the wire does to one request; those the SDK gets over by
// itself are marked.
var faults = map[string]struct {
	fault    cloudtest.Fault
	gotOver  bool
	haveGone bool // the program is not there to see the answer
}{
	"connection broken":    {cloudtest.FailBefore, true, false},
	"answer lost":          {cloudtest.LoseAnswer, true, false},
	"throttled":            {cloudtest.Throttle, true, false},
	"service error":        {cloudtest.Break, true, false},
	"conflict":             {cloudtest.Conflict, true, false},
	"gone before the call": {cloudtest.GoneBefore, false, true},
	"gone after the call":  {cloudtest.GoneAfter, false, true},
}

// eachFault runs do once to count its calls, then again in a fresh world for
// each call and each fault.
func eachFault(t *testing.T, prepare func(*world), do func(*world) error, after func(t *testing.T, w *world, err error, gone bool)) {
	t.Helper()
	clean := newWorld(t)
	prepare(clean)
	clean.Wire.Fail(nil)
	if err := do(clean); err != nil {
		t.Fatal(err)
	}
	calls := clean.Wire.Calls()
	after(t, clean, nil, false)
	count := tally.Open(t, "faults: "+t.Name())
	count.Complete()
	for name, f := range faults {
		for at := range calls {
			ok := t.Run(fmt.Sprintf("%s/%d", name, at), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) { // retries wait, but not here
					w := newWorld(t)
					prepare(w)
					w.Wire.FailAt(at, f.fault)
					err := do(w)
					if f.gotOver && err != nil {
						t.Fatalf("not got over: %v", err)
					}
					w.Wire.Fail(nil)
					after(t, w, err, f.haveGone)
				})
			})
			count.Add(map[bool]string{false: "not survived"}[ok])
		}
	}
	count.Fact("%d calls", calls)
}

func TestAnImportSurvivesEveryFault(t *testing.T) {
	things := []any{
		&center.AccountRecord{Key: buyer, Name: "Buyer"}, anOrder("PO-1"), creditNote("C-1", "105.00", "A-1", "A-2"),
		invoice("A-1", "100.00"), invoice("A-2", "10.00"),
	}
	part := records(things...)
	want := stands{Left: map[string]int64{"A-1": 0, "A-2": 500, "C-1": 0},
		Counts: center.Counts{All: 2, PastDue: 1, Closed: 1}, PastDue: 500}
	b := booking()
	eachFault(t, func(*world) {}, func(w *world) error {
		for i := range part { // one by one, so that credits and papers meet in several transactions
			got, err := w.ops().Book(w.ctx(), b, part[i:i+1])
			if err != nil {
				return err
			}
			if got[0].Result != center.ResultCreated {
				return fmt.Errorf("record %d: %s %+v", i, got[0].Result, got[0].Note)
			}
		}
		return nil
	}, func(t *testing.T, w *world, err error, gone bool) {
		if gone { // the same import, posted again by a new program
			got, err := w.ops().Book(w.ctx(), b, part)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff([]string{"created", "created", "created", "created", "created"}, words(got)); diff != "" && got[0].Result != center.ResultUnchanged {
				t.Error(diff)
			}
		}
		if diff := cmp.Diff(want, w.stands(buyer)); diff != "" {
			t.Error(diff)
		}
		if got := w.access(buyer); len(got) != 2 {
			t.Errorf("access: %v", got)
		}
	})
}

func TestASignInSurvivesEveryFault(t *testing.T) {
	prepare := func(w *world) {
		w.mustCreate(&center.AccountRecord{Key: buyer, Name: "Buyer"},
			&center.ContactRecord{Account: buyer, Email: ann, Type: center.ContactPayables})
	}
	contact, account := center.ContactIDOf(ann), center.AccountIDOf(buyer)
	eachFault(t, prepare, func(w *world) error {
		ctx := w.ctx()
		if err := w.Take(ctx, store.PerAddress(ann)); err != nil {
			return err
		}
		c, l := challenge(w, "c1")
		if err := w.PutChallenge(ctx, c, l); err != nil {
			return err
		}
		if _, claimed, err := w.ClaimLetter(ctx, "c1", "mailer"); err != nil || !claimed {
			return fmt.Errorf("claimed %t: %w", claimed, err)
		}
		if err := w.LetterSent(ctx, "c1", "mailer", "m1"); err != nil {
			return err
		}
		if got, err := w.CountTry(ctx, "c1", "n1"); err != nil || got.Tries != 1 {
			return fmt.Errorf("%d tries: %w", got.Tries, err)
		}
		if err := w.UseChallenge(ctx, "c1", "n1"); err != nil {
			return err
		}
		a, err := w.SignIn(ctx, account, contact, store.NewSession{ID: sessionID(1), AuthAt: w.Clock.Now()})
		if err != nil {
			return err
		}
		w.Clock.Advance(10 * time.Minute)
		return w.TouchSession(ctx, a, w.Clock.Now())
	}, func(t *testing.T, w *world, err error, gone bool) {
		m, err := w.Membership(w.ctx(), account, contact)
		if err != nil || len(m.Sessions) > 1 || (!gone && len(m.Sessions) != 1) {
			t.Errorf("%d sessions, %v", len(m.Sessions), err)
		}
		if gone {
			if _, err := w.SignIn(w.ctx(), account, contact, store.NewSession{ID: sessionID(2), AuthAt: w.Clock.Now()}); err != nil {
				t.Errorf("she cannot sign in again: %v", err)
			}
			return
		}
		// One code was counted, not one for each try of the wire.
		for range 2 {
			if err := w.Take(w.ctx(), store.PerAddress(ann)); err != nil {
				t.Error(err)
			}
		}
		if err := w.Take(w.ctx(), store.PerAddress(ann)); !center.IsKind(err, center.TooMany) {
			t.Errorf("the fourth code: %v", err)
		}
	})
}

func TestReadingSurvivesEveryFault(t *testing.T) {
	prepare := func(w *world) { w.mustCreate(invoice("A-1", "1.00"), invoice("A-2", "2.00"), invoice("A-3", "3.00")) }
	eachFault(t, prepare, func(w *world) error {
		a := w.in(buyer)
		page, err := a.Invoices(w.ctx(), store.InvoiceQuery{Limit: 2})
		if err != nil {
			return err
		}
		if _, err := a.Invoices(w.ctx(), store.InvoiceQuery{Limit: 2, Cursor: page.Next}); err != nil {
			return err
		}
		found, err := a.Invoices(w.ctx(), store.InvoiceQuery{Text: "A-3"})
		if err != nil || len(found.Invoices) != 1 {
			return fmt.Errorf("found %d: %w", len(found.Invoices), err)
		}
		if _, err := a.Summary(w.ctx()); err != nil {
			return err
		}
		_, err = a.Invoice(w.ctx(), page.Invoices[0].ID)
		return err
	}, func(t *testing.T, w *world, err error, gone bool) {
		if gone && !center.IsKind(err, center.Unavailable) {
			t.Errorf("what the person reads: %v", err)
		}
	})
}

func TestAWriteThatKeepsMeetingTransactionsEndsAsBusy(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { // tries wait for each other, but not here
		w := newWorld(t)
		w.Wire.Fail(func(int, string) cloudtest.Fault { return cloudtest.Conflict })
		for name, write := range map[string]func() error{
			"alone":    func() error { return w.Take(w.ctx(), store.PerAddress(ann)) },
			"together": func() error { c, l := challenge(w, "c1"); return w.PutChallenge(w.ctx(), c, l) },
		} {
			if err := write(); !center.IsKind(err, center.Unavailable) || center.AsError(err).RetryAfter == 0 {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}
