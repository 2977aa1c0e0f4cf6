package center

import (
	"slices"
	"testing"
)

func TestTheStepsBeforeTheDueDayAreTheAccounts(t *testing.T) {
	own := DunningPolicy{Steps: []DunningStep{{Base: DunningFromDue, Days: -14}, {Base: DunningFromDue, Days: -2}, {Base: DunningFromDue, Days: 5}, {Base: DunningFromIssue, Days: 1}}}
	for name, c := range map[string]struct {
		policy DunningPolicy
		kept   int // the version of the profile
		days   int
		want   []string
	}{
		"nobody kept a profile":   {own, 0, 0, []string{"due-14", "due-2", "due+5", "issued+1"}},
		"another day":             {DefaultDunning(), 1, 3, []string{"due-3", "due+0", "due+3", "due+10", "due+20", "due+30"}},
		"the day all begin with":  {DefaultDunning(), 1, 7, []string{"due-7", "due+0", "due+3", "due+10", "due+20", "due+30"}},
		"none before":             {DefaultDunning(), 2, 0, []string{"due+0", "due+3", "due+10", "due+20", "due+30"}},
		"one in place of several": {own, 1, 7, []string{"due-7", "due+5", "issued+1"}},
		"no reminders at all":     {DunningPolicy{}, 1, 7, nil},
	} {
		got := c.policy.With(BillingProfile{Version: c.kept, Dunning: DunningWishes{BeforeDueDays: c.days}})
		var names []string
		for _, s := range got.Steps {
			names = append(names, s.String())
		}
		if !slices.Equal(names, c.want) {
			t.Errorf("%s: %q, want %q", name, names, c.want)
		}
		if c.days == 7 && name == "the day all begin with" && !got.Standard() {
			t.Error("the wish for what all begin with makes an account one of its own")
		}
	}
	if DefaultDunning().LastStep() != "due+30" || own.LastStep() != "due+5" || (DunningPolicy{}).LastStep() != "" {
		t.Error("the last step is another")
	}
}

func TestCopiesGoToNobodyWhoGetsTheLetterAnyway(t *testing.T) {
	person := func(email string, kind ContactType) Contact {
		return Contact{ID: ContactIDOf(email), Email: email, Active: true, Grants: []Grant{{Type: kind}}}
	}
	people := []Contact{person("pat@a.example", ContactPayables), person("ann@a.example", ContactPrimary), person("eve@a.example", ContactExecutive)}
	people[0].Declined = []LetterKind{LetterStatement}
	var got []string
	for _, r := range ReadersOf(LetterStatement, people, []string{"ann@a.example", "pat@a.example", "desk@books.example"}) {
		got = append(got, r.Email)
	}
	if !slices.Equal(got, []string{"ann@a.example", "desk@books.example"}) {
		t.Errorf("%q", got)
	}
	var many []Contact
	for range 80 {
		many = append(many, people[2])
	}
	all := []Reminded{{Step: DueReminder{DunningStep: DunningStep{Executives: true}}}}
	readers := RemindedOf(append(many, people...), all, 60)
	if len(readers) != 60 || readers[0].Email != "ann@a.example" || readers[1].Email != "pat@a.example" {
		t.Errorf("%d readers, first %s", len(readers), readers[0].Email)
	}
}
