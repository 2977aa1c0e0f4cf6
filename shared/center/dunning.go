package center

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"customercenter/shared/money"
)

// DunningBase is the day of an invoice that a step counts from.
type DunningBase string

// The bases.
const (
	DunningFromDue   DunningBase = "due"
	DunningFromIssue DunningBase = "issued"
)

// DunningStep is one reminder of an unpaid invoice.
type DunningStep struct {
	Base       DunningBase
	Days       int  // after the base; before it where negative
	Executives bool // they get it too
	Final      bool // the last word before the matter leaves the center
}

// String names the step: "due-7", "issued+14". The names of a policy differ,
// and are what a step that was sent is known by.
func (s DunningStep) String() string { return fmt.Sprintf("%s%+d", s.Base, s.Days) }

// DunningPolicy says when an account is reminded. The zero value reminds of
// nothing; DefaultDunning is what accounts begin with.
type DunningPolicy struct {
	Steps []DunningStep
	// RepeatDays has the last step come again each so many days; 0 does not.
	RepeatDays int
	Hour       int // of the day, in the account's zone
	// BusinessDays moves what falls on a day of rest to the next day that is
	// none.
	BusinessDays bool
	Rest         []time.Weekday // the days of rest; Saturday and Sunday where it is empty

	Exempt      bool
	SnoozeUntil Date // no reminder before this day; "" does not wait
	PromisedOn  Date // the account promised to pay by this day; reminders go on the day after
}

// DefaultDunning reminds a week ahead, on the day, and three, ten, twenty and
// thirty days late, at nine in the morning.
func DefaultDunning() DunningPolicy {
	return DunningPolicy{Hour: 9, Steps: []DunningStep{
		{Base: DunningFromDue, Days: -7}, {Base: DunningFromDue, Days: 0}, {Base: DunningFromDue, Days: 3}, {Base: DunningFromDue, Days: 10},
		{Base: DunningFromDue, Days: 20, Executives: true}, {Base: DunningFromDue, Days: 30, Final: true},
	}}
}

// Limits of a policy.
const (
	MaxDunningSteps  = 12
	maxDunningBefore = 60
	maxDunningAfter  = 365
	minDunningRepeat = 7
)

// Validate says all that is wrong with a policy.
func (p DunningPolicy) Validate() (v []Violation) {
	if len(p.Steps) > MaxDunningSteps {
		v = append(v, Violation{Pointer: "steps", Detail: fmt.Sprintf("must be at most %d", MaxDunningSteps)})
	}
	names := map[string]bool{}
	for i, s := range p.Steps {
		at := fmt.Sprintf("steps/%d", i)
		switch {
		case s.Base != DunningFromDue && s.Base != DunningFromIssue:
			v = append(v, Violation{Pointer: at + "/base", Detail: "must be due or issued"})
		case s.Days < -maxDunningBefore || s.Days > maxDunningAfter:
			v = append(v, Violation{Pointer: at + "/days", Detail: fmt.Sprintf("must be %d to %d", -maxDunningBefore, maxDunningAfter)})
		case names[s.String()]:
			v = append(v, Violation{Pointer: at, Detail: "is there twice"})
		}
		names[s.String()] = true
	}
	if p.RepeatDays != 0 && (p.RepeatDays < minDunningRepeat || p.RepeatDays > maxDunningAfter || len(p.Steps) == 0) {
		v = append(v, Violation{Pointer: "repeatDays", Detail: fmt.Sprintf("must be 0, or %d to %d behind a last step", minDunningRepeat, maxDunningAfter)})
	}
	if p.Hour < 0 || p.Hour > 23 {
		v = append(v, Violation{Pointer: "hour", Detail: "must be 0 to 23"})
	}
	if len(p.rest()) > 6 {
		v = append(v, Violation{Pointer: "rest", Detail: "must leave a day to work"})
	}
	for name, day := range map[string]Date{"snoozeUntil": p.SnoozeUntil, "promisedOn": p.PromisedOn} {
		if _, err := ParseDate(string(day)); day != "" && err != nil {
			v = append(v, Violation{Pointer: name, Detail: "must be a day, yyyy-mm-dd"})
		}
	}
	slices.SortFunc(v, func(a, b Violation) int { return strings.Compare(a.Pointer, b.Pointer) })
	return v
}

// rest are the days of rest, each once.
func (p DunningPolicy) rest() []time.Weekday {
	if len(p.Rest) == 0 {
		return []time.Weekday{time.Saturday, time.Sunday}
	}
	days := slices.Clone(p.Rest)
	slices.Sort(days)
	return slices.Compact(days)
}

// DueReminder is a step whose time has come.
type DueReminder struct {
	DunningStep
	Name string // of the step, and of its repetition: "due+30", "due+30+14"
	On   Date   // the day it is sent, a day of rest passed over
}

// Due is the reminder of an invoice whose time has come at now: the newest, so
// that after an outage nobody gets what was missed besides. What has been due
// for more than since days is not taken up any more; ok is false where nothing
// is. Whether it was sent is for the caller to know, by its name.
func (p DunningPolicy) Due(inv Invoice, now time.Time, zone *time.Location, since int) (due DueReminder, ok bool) {
	today := Today(now, zone)
	take := func(s DunningStep, name string, on Date) {
		on = p.working(on)
		reached := on < today || on == today && now.In(zone).Hour() >= p.Hour
		if reached && on.DaysUntil(today) <= since && (!ok || on >= due.On) {
			due, ok = DueReminder{s, name, on}, true
		}
	}
	last, lastOn := DunningStep{}, Date("")
	for _, s := range p.Steps {
		on := s.base(inv).AddDays(s.Days)
		if on == "" {
			continue
		}
		take(s, s.String(), on)
		if on >= lastOn {
			last, lastOn = s, on
		}
	}
	if p.RepeatDays > 0 && lastOn != "" && lastOn < today {
		// The newest repetition, and the one before it: a day of rest may
		// have moved the newest past today.
		for times := lastOn.DaysUntil(today) / p.RepeatDays; times > 0 && times >= lastOn.DaysUntil(today)/p.RepeatDays-1; times-- {
			take(last, fmt.Sprintf("%s%+d", last, times*p.RepeatDays), lastOn.AddDays(times*p.RepeatDays))
		}
	}
	return due, ok
}

// base is the day a step counts from, "" where the invoice has none.
func (s DunningStep) base(inv Invoice) Date {
	if s.Base == DunningFromIssue {
		return inv.IssuedOn
	}
	return inv.DueOn
}

// Standard tells whether the policy sends its steps on the days that accounts
// begin with: who is due something on a day is then found for all such accounts
// at once. Its hour may differ, and it may be held.
func (p DunningPolicy) Standard() bool {
	return slices.Equal(p.Steps, DefaultDunning().Steps) && p.RepeatDays == 0 && !p.BusinessDays
}

// DunningDay is a day of an invoice, of issue or due, and what it counts for.
type DunningDay struct {
	Base DunningBase
	On   Date
}

// maxDunningRepeat is for how many days after the last step it comes again.
const maxDunningRepeat = 365

// Reminds are the days an invoice must be issued or due on for a step, or a
// repetition within a year, to be sent on a day. It may name days of which Due
// then says that another step is newer.
func (p DunningPolicy) Reminds(on Date) (days []DunningDay) {
	if p.working(on) != on {
		return nil
	}
	planned := []Date{on} // and the days of rest before it
	for d := on.AddDays(-1); p.BusinessDays && p.working(d) == on; d = d.AddDays(-1) {
		planned = append(planned, d)
	}
	for _, d := range planned {
		for _, s := range p.Steps {
			days = append(days, DunningDay{s.Base, d.AddDays(-s.Days)})
			for n := p.RepeatDays; p.RepeatDays > 0 && n <= maxDunningRepeat; n += p.RepeatDays {
				days = append(days, DunningDay{s.Base, d.AddDays(-s.Days - n)})
			}
		}
	}
	slices.SortFunc(days, func(a, b DunningDay) int { return cmp.Or(cmp.Compare(a.Base, b.Base), cmp.Compare(a.On, b.On)) })
	return slices.Compact(days)
}

// At is the moment a reminder of a day leaves: at the policy's hour in the
// zone, and where that has passed at once, but never before the hour.
func (p DunningPolicy) At(on Date, now time.Time, zone *time.Location) time.Time {
	hour := func(d Date) time.Time {
		noon := d.noon()
		return time.Date(noon.Year(), noon.Month(), noon.Day(), p.Hour, 0, 0, 0, zone)
	}
	if at := hour(on); at.After(now) {
		return at
	}
	if today := hour(Today(now, zone)); today.After(now) {
		return today
	}
	return now
}

// working is the day, or the next that is no day of rest.
func (p DunningPolicy) working(on Date) Date {
	if !p.BusinessDays {
		return on
	}
	rest := p.rest()
	for range 7 {
		if !slices.Contains(rest, on.noon().Weekday()) {
			return on
		}
		on = on.AddDays(1)
	}
	return on
}

// DunningHold is why an invoice is not reminded of.
type DunningHold string

// The holds.
const (
	HoldNone      DunningHold = ""
	HoldExempt    DunningHold = "exempt"
	HoldSnoozed   DunningHold = "snoozed"
	HoldPromised  DunningHold = "promised"
	HoldSettled   DunningHold = "settled"
	HoldSubmitted DunningHold = "payment submitted"
	HoldDisputed  DunningHold = "disputed"
	HoldVoid      DunningHold = "void"
)

// Hold says why an invoice, of which disputed is in dispute, is not reminded
// of on the civil day today. It is asked when a reminder is planned, and again
// when it leaves.
func (p DunningPolicy) Hold(inv Invoice, disputed money.Money, today Date) DunningHold {
	switch status := inv.Status(today); {
	case status == InvoiceVoid || status == InvoiceDraft:
		return HoldVoid
	case status == InvoiceClosed:
		return HoldSettled
	case status == InvoicePaymentSubmitted:
		return HoldSubmitted
	case disputed.Currency == inv.Outstanding.Currency && disputed.Minor >= inv.Outstanding.Minor:
		return HoldDisputed
	}
	return p.HoldAll(today)
}

// HoldAll says why an account is reminded of nothing on the civil day today.
func (p DunningPolicy) HoldAll(today Date) DunningHold {
	switch {
	case p.Exempt:
		return HoldExempt
	case p.SnoozeUntil != "" && today < p.SnoozeUntil:
		return HoldSnoozed
	case p.PromisedOn != "" && today <= p.PromisedOn:
		return HoldPromised
	}
	return HoldNone
}

// Reminded is an invoice that a digest reminds of.
type Reminded struct {
	Invoice Invoice
	Step    DueReminder
}

// Plan is what an account is reminded of on a day, and of the since days before
// it that were missed: of each invoice the newest step, and nothing where the
// account is held. The invoices need their days alone: what is open of them is
// asked when the reminder leaves.
func (p DunningPolicy) Plan(invoices []Invoice, on Date, zone *time.Location, since int) (plan []Reminded) {
	if p.HoldAll(on) != HoldNone {
		return nil
	}
	noon := on.noon()
	evening := time.Date(noon.Year(), noon.Month(), noon.Day(), 23, 59, 59, 0, zone)
	for _, inv := range invoices {
		if due, ok := p.Due(inv, evening, zone, since); ok {
			plan = append(plan, Reminded{inv, due})
		}
	}
	return plan
}

// RemindedSum is a digest's part of one currency: oldest due first, and what
// is outstanding of it together.
type RemindedSum struct {
	Currency money.Code
	Invoices []Reminded
	Sum      money.Money
}

// Digest orders what one letter reminds of by currency, which are never added
// to one another. It fails where a sum is more than money can be.
func Digest(reminded []Reminded) (sums []RemindedSum, err error) {
	reminded = slices.Clone(reminded)
	slices.SortFunc(reminded, func(a, b Reminded) int {
		x, y := a.Invoice, b.Invoice
		return cmp.Or(cmp.Compare(x.Outstanding.Currency, y.Outstanding.Currency), cmp.Compare(x.DueOn, y.DueOn), cmp.Compare(x.Number, y.Number), cmp.Compare(x.ID, y.ID))
	})
	for _, r := range reminded {
		c := r.Invoice.Outstanding.Currency
		if len(sums) == 0 || sums[len(sums)-1].Currency != c {
			sums = append(sums, RemindedSum{Currency: c, Sum: money.Zero(c)})
		}
		s := &sums[len(sums)-1]
		s.Invoices = append(s.Invoices, r)
		if s.Sum, err = s.Sum.Add(r.Invoice.Outstanding); err != nil {
			return nil, err
		}
	}
	return sums, nil
}

// RemindersFor are those of the reminders that a contact gets: who settles
// invoices gets all, executives what is for them too, nobody else any, nor an
// address that takes no letters, nor who wants no reminders.
func RemindersFor(c Contact, all []Reminded) []Reminded {
	if !c.Active || c.Reach.Unreachable() || c.Declines(LetterReminder) {
		return nil
	}
	has := func(types ...ContactType) bool {
		return slices.ContainsFunc(c.Grants, func(g Grant) bool { return slices.Contains(types, g.Type) })
	}
	var out []Reminded
	for _, r := range all {
		if has(ContactPrimary, ContactPayables) || r.Step.Executives && has(ContactExecutive) {
			out = append(out, r)
		}
	}
	return out
}

// WeeklyReaders are those of the people who are told each week how the account
// stands: executives who can be reached and want to know.
func WeeklyReaders(people []Contact) (readers []Contact) {
	for _, c := range people {
		leads := slices.ContainsFunc(c.Grants, func(g Grant) bool { return g.Type == ContactExecutive })
		if c.Active && leads && !c.Reach.Unreachable() && !c.Declines(LetterWeekly) {
			readers = append(readers, c)
		}
	}
	return readers
}
