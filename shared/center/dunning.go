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
// address that takes no letters.
func RemindersFor(c Contact, all []Reminded) []Reminded {
	if !c.Active || c.Reach.Unreachable() {
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
