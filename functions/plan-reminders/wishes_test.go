package main

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"customercenter/infra/functiontest"
	"customercenter/shared/center"
	"customercenter/shared/store"
)

// wishes keeps a billing profile of Najd's, as its primary contact does.
func wishes(t *testing.T, w *functiontest.World, p center.BillingProfile) {
	t.Helper()
	account := w.Store.In(w.Actor(t, functiontest.Primary))
	was, err := account.BillingProfile(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	p.Version = was.Version
	if _, err := account.SetBillingProfile(t.Context(), p); err != nil {
		t.Fatal(err)
	}
}

func TestTheAccountChoosesTheDayBeforeTheDueDay(t *testing.T) {
	for days, want := range map[int][]string{0: {"due+0", "due+0"}, 3: {"due+0", "due+0", "due-3", "due-3"}, 7: {"due+0", "due+0", "due-7", "due-7"}} {
		t.Run(fmt.Sprint(days), func(t *testing.T) {
			w := functiontest.New(t)
			wishes(t, w, center.BillingProfile{Dunning: center.DunningWishes{BeforeDueDays: days, OneDigest: true}})
			numbers := bill(t, w, 7, 3, 0)
			tick(t, w)
			var steps []string
			for _, line := range reminded(t, w, numbers) {
				steps = append(steps, strings.Fields(line)[1])
			}
			slices.Sort(steps)
			if !slices.Equal(steps, want) {
				t.Errorf("%q, want %q", steps, want)
			}
			// What is taken back is what all begin with, and is found with all others.
			wishes(t, w, center.BillingProfile{Dunning: center.DunningWishes{BeforeDueDays: 7, OneDigest: true}})
			if d, err := w.Store.Debtor(t.Context(), center.AccountIDOf(functiontest.Najd)); err != nil || d.Own {
				t.Errorf("%v %v", d.Own, err)
			}
		})
	}
}

// An operator's policy and the account's wish may change in either order.
func TestAPolicyAndAWishKeepTheListOfOwnStepsRight(t *testing.T) {
	w := functiontest.New(t)
	account := center.AccountIDOf(functiontest.Najd)
	listed := func() bool {
		for shard := range store.RemindShards {
			own, err := w.Store.OwnSteps(t.Context(), shard)
			if err != nil {
				t.Fatal(err)
			}
			if slices.Contains(own, account) {
				return true
			}
		}
		return false
	}
	policy := func(before int) {
		p := center.DefaultDunning()
		p.Steps[0].Days = -before
		if err := w.Store.Everywhere("a test").SetDunning(t.Context(), account, p, "desk"); err != nil {
			t.Fatal(err)
		}
	}
	wish := func(days int) {
		wishes(t, w, center.BillingProfile{LegalName: fmt.Sprint(days), Dunning: center.DunningWishes{BeforeDueDays: days, OneDigest: true}})
	}
	for i, c := range []struct {
		change func()
		want   bool
	}{{func() { policy(14) }, true}, {func() { wish(7) }, false}, {func() { policy(7) }, false}, {func() { wish(3) }, true}, {func() { policy(14) }, true}, {func() { wish(7) }, false}} {
		if c.change(); listed() != c.want {
			t.Errorf("step %d: listed %v", i, !c.want)
		}
	}
}

func TestEachReminderInALetterOfItsOwnWhereThatIsWished(t *testing.T) {
	w := functiontest.New(t)
	wishes(t, w, center.BillingProfile{Dunning: center.DunningWishes{BeforeDueDays: 7}})
	var due []int
	for range 40 {
		due = append(due, 0)
	}
	numbers := bill(t, w, due...)
	for range 2 {
		tick(t, w)
	}
	letters := w.Letters(t, center.LetterReminder)
	if len(letters) != 80 || len(reminded(t, w, numbers)) != 80 {
		t.Errorf("%d letters for two people and forty invoices", len(letters))
	}
}

func TestCopiesOfRemindersGoWhereTheAccountWants(t *testing.T) {
	w := functiontest.New(t)
	wishes(t, w, center.BillingProfile{Recipients: center.Recipients{Reminders: []string{"ap@shared.example", string(functiontest.Payables)}}, Dunning: center.DunningWishes{BeforeDueDays: 7, OneDigest: true}})
	numbers := bill(t, w, 0)
	tick(t, w)
	want := []string{"ap@shared.example due+0 D+0.0", "noura@najd.example due+0 D+0.0", "omar@najd.example due+0 D+0.0"}
	if got := reminded(t, w, numbers); !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
}

// An account with more readers than were thought of is reminded all the same.
func TestManyReadersAreAllReminded(t *testing.T) {
	w := functiontest.New(t)
	var people []center.Record
	for i := range 45 {
		people = append(people, center.Record{Kind: center.KindContact, Contact: &center.ContactRecord{Account: functiontest.Najd, Email: fmt.Sprintf("p%02d@najd.example", i), Name: "P", Type: center.ContactPayables}})
	}
	w.Book(t, people...)
	var due []int
	for range 70 {
		due = append(due, 0)
	}
	numbers := bill(t, w, due...)
	tick(t, w)
	if letters := w.Letters(t, center.LetterReminder); len(letters) != 47 || len(reminded(t, w, numbers)) != 47*70 {
		t.Errorf("%d digests with %d reminders", len(letters), len(reminded(t, w, numbers)))
	}
}
