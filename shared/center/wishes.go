package center

import (
	"cmp"
	"slices"
)

// defaultWishes are those of an account whose people never kept any: what
// DefaultDunning does, all of a day in one letter.
var defaultWishes = DunningWishes{BeforeDueDays: 7, OneDigest: true}

// Wishes are what the account's people wish about reminders.
func (p BillingProfile) Wishes() DunningWishes {
	if p.Version == 0 {
		return defaultWishes
	}
	return p.Dunning
}

// With is the policy as the account's people wish it: the steps before the due
// day are theirs to choose, one or none; all others are the vendor's. Where
// they never kept a profile the policy stands as it is.
func (p DunningPolicy) With(profile BillingProfile) DunningPolicy {
	if profile.Version == 0 {
		return p
	}
	before := func(s DunningStep) bool { return s.Base == DunningFromDue && s.Days < 0 }
	wanted := slices.DeleteFunc(slices.Clone(p.Steps), before)
	if days := profile.Dunning.BeforeDueDays; days > 0 && len(p.Steps) > 0 {
		wanted = append([]DunningStep{{Base: DunningFromDue, Days: -days}}, wanted...)
	}
	p.Steps = wanted
	return p
}

// LastStep is the name of the step that comes last of all that count from the
// due day; "" where there is none.
func (p DunningPolicy) LastStep() string {
	name, days := "", 0
	for _, s := range p.Steps {
		if s.Base == DunningFromDue && s.Days > 0 && s.Days >= days {
			name, days = s.String(), s.Days
		}
	}
	return name
}

// Copies are addresses that get what the account's own readers get, as readers
// without a contact: those of the list that none of the people has.
func Copies(list []string, people []Contact) (copies []Contact) {
	for _, email := range list {
		if !slices.ContainsFunc(people, func(c Contact) bool { return c.ID == ContactIDOf(email) }) {
			copies = append(copies, Contact{Email: email, Active: true, Grants: []Grant{{Type: ContactPayables}}})
		}
	}
	return copies
}

// ReadersOf are those of the people who are mailed papers of a kind: who settles
// invoices, wants such letters and can be reached; and those who get copies.
func ReadersOf(kind LetterKind, people []Contact, copies []string) (readers []Contact) {
	for _, c := range append(slices.Clone(people), Copies(copies, people)...) {
		settles := slices.ContainsFunc(c.Grants, func(g Grant) bool { return g.Type == ContactPrimary || g.Type == ContactPayables })
		if c.Active && settles && !c.Reach.Unreachable() && !c.Declines(kind) {
			readers = append(readers, c)
		}
	}
	return readers
}

// byRank orders readers so that who settles invoices comes before executives.
func byRank(readers []Contact) []Contact {
	rank := func(c Contact) int {
		switch {
		case c.IsPrimary():
			return 0
		case slices.ContainsFunc(c.Grants, func(g Grant) bool { return g.Type == ContactPayables }):
			return 1
		}
		return 2
	}
	readers = slices.Clone(readers)
	slices.SortStableFunc(readers, func(a, b Contact) int { return cmp.Compare(rank(a), rank(b)) })
	return readers
}

// RemindedOf are those whom any of the reminders is for, in the order of who
// settles them; at most so many.
func RemindedOf(people []Contact, all []Reminded, most int) (readers []Contact) {
	for _, c := range byRank(people) {
		if len(readers) < most && len(RemindersFor(c, all)) > 0 {
			readers = append(readers, c)
		}
	}
	return readers
}
