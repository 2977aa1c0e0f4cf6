package store_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"customercenter/shared/center"
	"customercenter/shared/store"
)

// claimed puts a letter of that id and claims it.
func claimed(t *testing.T, w *world, id string) {
	t.Helper()
	_, l := challenge(w, id)
	l.Kind = center.LetterNewDevice
	if err := w.PutLetter(t.Context(), l); err != nil {
		t.Fatal(err)
	}
	if _, ok, err := w.ClaimLetter(t.Context(), id, "mailer"); !ok || err != nil {
		t.Fatal(ok, err)
	}
}

func stateOf(t *testing.T, w *world, id string) center.Letter {
	t.Helper()
	l, err := w.Letter(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func TestAnEventMayComeBeforeTheAnswer(t *testing.T) {
	for name, c := range map[string]struct {
		fate store.LetterFate
		want center.LetterState
	}{
		"taken": {store.FateTaken, center.LetterSent}, "bounced": {store.FateBounced, center.LetterSent},
		"never sent": {store.FateNeverSent, center.LetterFailed},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			claimed(t, w, "l1")
			if fresh, err := w.LetterHeard(t.Context(), "l1", store.Heard{Fate: c.fate, MessageID: "m1"}); !fresh || err != nil {
				t.Fatal(fresh, err)
			}
			if err := w.LetterSent(t.Context(), "l1", "mailer", "m1"); err != nil {
				t.Errorf("the answer, after the event: %v", err)
			}
			if l := stateOf(t, w, "l1"); l.State != c.want || l.MessageID != "m1" {
				t.Errorf("%s, %q", l.State, l.MessageID)
			}
			for _, again := range []error{w.LetterPostponed(t.Context(), "l1", "mailer", w.Clock.Now()), w.LetterSilent(t.Context(), "l1", "mailer")} {
				if !center.IsKind(again, center.Conflict) {
					t.Errorf("a letter whose fate is known is given back: %v", again)
				}
			}
		})
	}
}

func TestWhatWasHeardOfALetterOnlyMovesOn(t *testing.T) {
	w := newWorld(t)
	claimed(t, w, "l1")
	var got []bool
	for _, fate := range []store.LetterFate{store.FateDelayed, store.FateTaken, store.FateDelivered, store.FateReturned, store.FateComplained, store.FateBounced, store.FateDelivered} {
		fresh, err := w.LetterHeard(t.Context(), "l1", store.Heard{Fate: fate, MessageID: "m1"})
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, fresh)
	}
	got = got[:6] // the last repeats the third within minutes: what it answers is not said, and what it does is nothing
	if d := cmp.Diff([]bool{true, false, true, false, true, false}, got); d != "" {
		t.Errorf("new (-want +got):\n%s", d)
	}
	if h, err := w.MailHealth(t.Context()); err != nil || h != (center.MailHealth{Delivered: 1, Complained: 1}) {
		t.Errorf("%+v, %v", h, err)
	}
	if fresh, err := w.LetterHeard(t.Context(), "nobody's", store.Heard{Fate: store.FateDelivered, MessageID: "m"}); fresh || err != nil {
		t.Errorf("of a letter that is not there: %t, %v", fresh, err)
	}
}

func TestLettersAreDueWhenTheirTimeHasCome(t *testing.T) {
	w := newWorld(t)
	for _, id := range []string{"sending", "sent", "waits", "gone"} {
		claimed(t, w, id)
	}
	if err := w.LetterSent(t.Context(), "sent", "mailer", "m"); err != nil {
		t.Fatal(err)
	}
	if err := w.LetterSkipped(t.Context(), "gone", "mailer", "no reason"); err != nil {
		t.Fatal(err)
	}
	for range 2 { // the second is a try again after a lost answer
		if err := w.LetterPostponed(t.Context(), "waits", "mailer", w.Clock.Now().Add(time.Minute)); err != nil {
			t.Fatal(err)
		}
	}
	if l := stateOf(t, w, "waits"); l.Tries != 0 || l.State != center.LetterPending {
		t.Errorf("a try that surely sent nothing counts: %+v", l)
	}
	for after, want := range map[time.Duration][]string{0: {}, time.Minute: {"waits"}, center.LetterGrace: {"waits", "sending"}} {
		at := w.Clock.Now()
		w.Clock.Advance(after)
		got, err := w.DueLetters(t.Context(), 10)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("after %v (-want +got):\n%s", after, d)
		}
		w.Clock.Set(at)
	}
	w.Clock.Advance(center.LetterGrace)
	if got, err := w.DueLetters(t.Context(), 1); err != nil || !cmp.Equal(got, []string{"waits"}) {
		t.Errorf("the longest due first: %q, %v", got, err)
	}
}

func TestReportsOfAnAddressReachItsMemberships(t *testing.T) {
	w := newWorld(t)
	if r, err := w.HearOf(t.Context(), "  STRANGER@Nowhere.Example ", center.Reach{Reason: center.ReachBounced, At: w.Clock.Now()}); err != nil || !r.Unreachable() {
		t.Errorf("an address nobody knows: %+v, %v", r, err)
	}
	if r, err := w.Reach(t.Context(), "stranger@nowhere.example"); err != nil || r.Reason != center.ReachBounced {
		t.Errorf("it is not the same address in other letters: %+v, %v", r, err)
	}
	if r, err := w.HearOf(t.Context(), "no address", center.Reach{Reason: center.ReachBounced, At: w.Clock.Now()}); err != nil || r.Unreachable() {
		t.Errorf("what is no address: %+v, %v", r, err)
	}
}

// What was sent, failed or was passed over stands as a mark that it was, and
// says no more to whom.
func TestALetterThatIsDoneWithForgetsWhoItWasTo(t *testing.T) {
	for name, end := range map[string]func(w *world, t *testing.T) error{
		"sent":    func(w *world, t *testing.T) error { return w.LetterSent(t.Context(), "l1", "mailer", "m1") },
		"failed":  func(w *world, t *testing.T) error { return w.LetterFailed(t.Context(), "l1", "mailer", "rejected") },
		"skipped": func(w *world, t *testing.T) error { return w.LetterSkipped(t.Context(), "l1", "mailer", "no reason") },
		"heard of": func(w *world, t *testing.T) error {
			_, err := w.LetterHeard(t.Context(), "l1", store.Heard{Fate: store.FateDelivered, MessageID: "m1"})
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			claimed(t, w, "l1")
			if l := stateOf(t, w, "l1"); l.To == "" || len(l.Params) == 0 {
				t.Fatalf("nothing to forget: %+v", l)
			}
			if err := end(w, t); err != nil {
				t.Fatal(err)
			}
			if l := stateOf(t, w, "l1"); l.To != "" || l.Name != "" || len(l.Params) != 0 {
				t.Errorf("it still says to whom it was: %+v", l)
			}
		})
	}
}
