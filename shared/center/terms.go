package center

import "time"

// TermsKind is a way to reckon a due date.
type TermsKind string

// The kinds.
const (
	TermsNet     TermsKind = "NET"     // Days after the invoice date
	TermsReceipt TermsKind = "RECEIPT" // at once
	TermsEOM     TermsKind = "EOM"     // Days after the end of the invoice's month
	TermsProx    TermsKind = "PROX"    // on day Days of the next month, or its last
)

// Terms say when an invoice is due.
type Terms struct {
	Kind TermsKind
	Days int
}

// Due is the due date of an invoice issued that day; "" for an unknown kind or
// a missing issue date. It reckons in whole calendar days.
func (t Terms) Due(issued Date) Date {
	if issued == "" {
		return ""
	}
	switch t.Kind {
	case TermsNet:
		return issued.AddDays(t.Days)
	case TermsReceipt:
		return issued
	case TermsEOM:
		return issued.monthDay(0, lastDay).AddDays(t.Days)
	case TermsProx:
		return issued.monthDay(1, t.Days)
	default:
		return ""
	}
}

// lastDay, as a day of a month, is the last one of any.
const lastDay = 31

// monthDay is that day of the month some months later, or the month's last day
// where it is shorter.
func (d Date) monthDay(months, day int) Date {
	t := d.noon()
	first := time.Date(t.Year(), t.Month()+time.Month(months), 1, 12, 0, 0, 0, time.UTC)
	last := first.AddDate(0, 1, -1).Day()
	return dateOf(first.AddDate(0, 0, min(max(day, 1), last)-1))
}

// monthsTo is how many months after d's month other's is, whatever their days.
func (d Date) monthsTo(other Date) int {
	from, to := d.noon(), other.noon()
	return 12*(to.Year()-from.Year()) + int(to.Month()-from.Month())
}

// Where a due date came from, as due_source says it when no field of the
// document did.
const (
	DueByNetTerms = "net terms"
	DueOnReceipt  = "issue_date (due on receipt)"
)

// DueDate is when a paper is due and where that came from: what it states, or
// what was reckoned when it was booked before, else issue date and net terms
// (none when negative), else the issue date. Credit notes and proformas are
// not due.
func DueDate(d *Document, netTermsDays int) (due Date, source string) {
	switch {
	case d.Kind == KindCreditNote || d.Kind == KindProforma:
		return "", ""
	case d.DueDate != "":
		return d.DueDate, d.DueSource
	case netTermsDays >= 0:
		return Terms{TermsNet, netTermsDays}.Due(d.IssueDate), DueByNetTerms
	default:
		return d.IssueDate, DueOnReceipt
	}
}

// Dated is the paper with the due date it is booked by, where it states none.
func (d *Document) Dated(netTermsDays int) *Document {
	due, source := DueDate(d, netTermsDays)
	if d.DueDate != "" || due == "" {
		return d
	}
	dated := *d
	dated.DueDate, dated.DueSource = due, source
	return &dated
}
