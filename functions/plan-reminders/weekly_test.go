package main

import (
	"testing"
	"time"

	"customercenter/infra/functiontest"
	"customercenter/shared/center"
)

// weeks are to whom the weekly letters put so far go.
func weeks(t *testing.T, w *functiontest.World) (to []string) {
	for _, l := range w.Letters(t, center.LetterWeekly) {
		to = append(to, l.To)
	}
	return to
}

func TestExecutivesGetOneLetterEachWeek(t *testing.T) {
	w := functiontest.New(t)
	tick(t, w) // a Sunday
	if got := weeks(t, w); len(got) != 0 {
		t.Fatalf("on a Sunday: %q", got)
	}
	w.Pass(5 * time.Hour) // Monday has begun in the east
	for range 3 {
		tick(t, w)
	}
	if got := weeks(t, w); len(got) != 1 || got[0] != string(functiontest.Executive) {
		t.Fatalf("%q", got)
	}
	due := func() int {
		ids, err := w.Store.DueLetters(t.Context(), 100)
		if err != nil {
			t.Fatal(err)
		}
		return len(ids)
	}
	before := due()
	w.Pass(19 * time.Hour) // nine in Riyadh, on Monday
	if due() != before+1 {
		t.Errorf("%d leave at nine, %d before", due(), before)
	}
	for range 6 {
		tick(t, w)
		w.Pass(24 * time.Hour)
	}
	if got := weeks(t, w); len(got) != 1 {
		t.Errorf("in one week: %q", got)
	}
	if err := w.Store.DeclineLetters(t.Context(), center.AccountIDOf(functiontest.Najd), center.ContactIDOf(string(functiontest.Executive)), center.OptionalLetters); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		w.Pass(24 * time.Hour)
		tick(t, w)
	}
	if got := weeks(t, w); len(got) != 1 {
		t.Errorf("to who wants none: %q", got)
	}
}

// Four days that no run came hold one Monday.
func TestAMondayThatNoRunCameIsMadeGood(t *testing.T) {
	w := functiontest.New(t)
	tick(t, w)
	w.Pass(3 * 24 * time.Hour)
	tick(t, w)
	if got := weeks(t, w); len(got) != 1 {
		t.Errorf("%q", got)
	}
}
