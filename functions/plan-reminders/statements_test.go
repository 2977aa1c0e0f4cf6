package main

import (
	"testing"
	"time"

	"customercenter/infra/functiontest"
	"customercenter/shared/center"
)

// statements are the mailings of Najd's statements that are due by then.
func statements(t *testing.T, w *functiontest.World) (periods []string) {
	t.Helper()
	due, err := w.Store.DueMailings(t.Context(), 100)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range due {
		m, err := w.Store.Mailing(t.Context(), d.ID)
		if err != nil {
			t.Fatal(err)
		}
		if m.Kind == center.LetterStatement && m.Account == center.AccountIDOf(functiontest.Najd) {
			periods = append(periods, string(m.From)+" "+string(m.To))
		}
	}
	return periods
}

// through plans each day of so many.
func through(t *testing.T, w *functiontest.World, days int) {
	t.Helper()
	for range days {
		tick(t, w)
		w.Pass(24 * time.Hour)
	}
	tick(t, w)
}

func TestAnAccountThatWishesGetsAStatementEachMonth(t *testing.T) {
	w := functiontest.New(t)
	wishes(t, w, center.BillingProfile{Dunning: center.DunningWishes{BeforeDueDays: 7, OneDigest: true, MonthlyStatement: true}})
	if through(t, w, 8); len(statements(t, w)) != 0 { // the 30th of November
		t.Errorf("%q before the month is over", statements(t, w))
	}
	through(t, w, 3)
	if got := statements(t, w); len(got) != 1 || got[0] != "2026-11-01 2026-11-30" {
		t.Errorf("%q", got)
	}
	through(t, w, 31)
	if got := statements(t, w); len(got) != 2 {
		t.Errorf("%q", got)
	}
}

// Steps that were missed for longer are too old to be sent; a month's statement
// is not.
func TestAStatementComesHoweverLongNoRunCame(t *testing.T) {
	w := functiontest.New(t)
	wishes(t, w, center.BillingProfile{Dunning: center.DunningWishes{BeforeDueDays: 7, OneDigest: true, MonthlyStatement: true}})
	tick(t, w)
	w.Pass(20 * 24 * time.Hour)
	tick(t, w)
	w.Pass(24 * time.Hour)
	tick(t, w)
	if got := statements(t, w); len(got) != 1 || got[0] != "2026-11-01 2026-11-30" {
		t.Errorf("%q", got)
	}
}

// After the last reminder a statement comes each month, until nothing is past
// due.
func TestAfterTheLastReminderStatementsCome(t *testing.T) {
	w := functiontest.New(t)
	bill(t, w, -29)
	through(t, w, 12)
	if got := statements(t, w); len(got) != 1 {
		t.Fatalf("%q", got)
	}
	w.Book(t, functiontest.CreditNote("CN-91", today(w), "SAR", "10675.00", "INV-1001", "D-29.0", "INV-1002"), functiontest.CreditNote("CN-92", today(w), "USD", "99.90", "INV-1004"))
	through(t, w, 31)
	if got := statements(t, w); len(got) != 1 {
		t.Errorf("%q though all is paid", got)
	}
}

func TestAnAccountThatIsHeldGetsNoStatementAfterTheLastReminder(t *testing.T) {
	w := functiontest.New(t)
	bill(t, w, -29)
	through(t, w, 3)
	p := center.DefaultDunning()
	p.Exempt = true
	if err := w.Store.Everywhere("a test").SetDunning(t.Context(), center.AccountIDOf(functiontest.Najd), p, "desk"); err != nil {
		t.Fatal(err)
	}
	through(t, w, 10)
	if got := statements(t, w); len(got) != 0 {
		t.Errorf("%q", got)
	}
}
