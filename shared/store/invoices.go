package store

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"customercenter/shared/center"
	"customercenter/shared/money"
)

// Sizes of pages. A filtered page looks at no more rows than
// filterPages × filterRows and may come back short.
const (
	DefaultPage = 20
	MaxPage     = 100
	filterPages = 5
	filterRows  = 100
)

// InvoiceSort is what a list is sorted by.
type InvoiceSort string

// The sorts. The default one is past due (latest first), open (soonest due
// first), submitted, closed (newest first); SortDue is the same for invoices
// that are due, and what is closed, being due no more, follows it in both
// directions.
const (
	SortDefault InvoiceSort = ""
	SortDue     InvoiceSort = "due"
	SortIssued  InvoiceSort = "issued"
	SortNumber  InvoiceSort = "number"
	SortAmount  InvoiceSort = "amount" // as numbers, whatever the currency
)

// InvoiceQuery says which invoices, in which order. Fields left zero do not
// filter; both ends of spans are included.
type InvoiceQuery struct {
	Credits    bool // credit notes in place of invoices, newest first
	Statuses   []center.InvoiceStatus
	Types      []center.InvoiceType
	Text       string // number, PO, contract, order or amount, from its beginning
	Currency   money.Code
	IssuedFrom center.Date
	IssuedTo   center.Date
	DueFrom    center.Date
	DueTo      center.Date
	AmountFrom *money.Money
	AmountTo   *money.Money
	Sort       InvoiceSort
	Descending bool
	Limit      int // 0 is DefaultPage; more than MaxPage is MaxPage
	Cursor     string
}

// InvoicePage is a page of a list. The invoices carry what a list shows, so
// no Issuer and no OrderRef, and long titles are cut. Next is empty at the
// end. Truncated says that a search met more than it looks at.
type InvoicePage struct {
	Invoices  []center.Invoice
	Next      string
	Truncated bool
}

const routeInvoices = "invoices"

// Invoices is one page of the account's invoices or credit notes. A cursor
// that was not made for this account and filter is Invalid.
func (a Account) Invoices(ctx context.Context, q InvoiceQuery) (InvoicePage, error) {
	if q.Limit <= 0 {
		q.Limit = DefaultPage
	}
	q.Limit = min(q.Limit, MaxPage)
	if strings.TrimSpace(q.Text) != "" {
		return a.searchInvoices(ctx, q)
	}
	l := listing{a: a, q: q, today: a.Today(), scope: scope{a.actor.Account, routeInvoices, q.filter()}}
	l.spans = slices.DeleteFunc(l.plan(), func(s span) bool { return s.from > s.to }) // the service refuses such
	if err := l.resume(); err != nil {
		return InvoicePage{}, err
	}
	err := l.read(ctx)
	return l.page, err
}

// filter is everything of the query that a cursor is bound to.
func (q InvoiceQuery) filter() string {
	amount := func(m *money.Money) string {
		if m == nil {
			return ""
		}
		return m.String()
	}
	return fmt.Sprintf("%t|%v|%v|%q|%s|%s|%s|%s|%s|%s|%s|%s|%t", q.Credits, q.Statuses, q.Types, q.Text, q.Currency,
		q.IssuedFrom, q.IssuedTo, q.DueFrom, q.DueTo, amount(q.AmountFrom), amount(q.AmountTo), q.Sort, q.Descending)
}

// span is a stretch of one index, read in one direction.
type span struct {
	index   string
	attr    string
	from    string
	to      string
	reverse bool
}

// listing is one page being read.
type listing struct {
	a     Account
	q     InvoiceQuery
	today center.Date
	scope scope
	spans []span
	at    int  // the span being read
	start item // where in it to go on
	page  InvoicePage

	seen     *reader // the row looked at last, and its span
	seenSpan span
}

// plan is the spans whose rows, one after the other, are the list.
func (l *listing) plan() []span {
	mark := markOf(l.q.Credits)
	between := func(index, attr, from, to string) []span {
		return []span{{index: index, attr: attr, from: mark + from, to: mark + to + sortEnd, reverse: l.q.Descending}}
	}
	switch {
	case l.q.Sort == SortIssued:
		return between(indexByIssued, attrIssued, l.q.IssuedFrom.Compact(), l.q.IssuedTo.Compact())
	case l.q.Sort == SortNumber:
		return between(indexByNumber, attrNumber, "", "")
	case l.q.Sort == SortAmount:
		return between(indexByAmount, attrAmount, "", "")
	case l.q.Credits:
		return []span{{attr: attrSK, from: sortCredits + l.q.IssuedFrom.Compact(), to: sortCredits + l.q.IssuedTo.Compact() + sortEnd, reverse: true}}
	default:
		return l.planByStatus()
	}
}

// planByStatus is the default order, and the order by due day.
func (l *listing) planByStatus() []span {
	var spans []span
	due := func(segment string, from, to center.Date) {
		from, to = max(from, l.q.DueFrom), earliest(to, l.q.DueTo)
		spans = append(spans, span{attr: attrSK, from: segment + from.Compact(), to: segment + to.Compact() + sortEnd,
			reverse: l.q.Descending && l.q.Sort == SortDue})
	}
	pastDue, open := l.shows(center.InvoicePastDue), l.shows(center.InvoiceOpen)
	switch {
	case pastDue && open:
		due(sortUnsettled, "", "")
	case pastDue:
		due(sortUnsettled, "", l.today.AddDays(-1))
	case open:
		due(sortUnsettled, l.today, "")
	}
	if l.shows(center.InvoicePaymentSubmitted) {
		due(sortSubmitted, "", "")
	}
	if l.shows(center.InvoiceClosed) {
		spans = append(spans, span{attr: attrSK, from: sortClosed, to: sortClosed + sortEnd, reverse: true})
	}
	return spans
}

func (l *listing) shows(s center.InvoiceStatus) bool {
	return len(l.q.Statuses) == 0 || slices.Contains(l.q.Statuses, s)
}

// earliest is the earlier of two days, where "" is no limit.
func earliest(a, b center.Date) center.Date {
	if a == "" || (b != "" && b < a) {
		return b
	}
	return a
}

// resume puts the listing where the cursor says.
func (l *listing) resume() error {
	if l.q.Cursor == "" {
		return nil
	}
	positions, err := l.a.s.unseal(l.scope, l.q.Cursor, 3)
	if err != nil {
		return err
	}
	l.at = slices.IndexFunc(l.spans, func(s span) bool { return s.index+s.from[:1] == positions[0] })
	if l.at < 0 {
		return errCursor
	}
	s, at := l.spans[l.at], positions[2]
	switch { // at midnight the spans of past due and open move on under the cursor, which the service refuses
	case at < s.from && s.reverse, at > s.to && !s.reverse:
		l.at++
		return nil
	case at < s.from, at > s.to:
		return nil
	}
	l.start = key{l.a.t.pk(prefixList), positions[1]}.attributes()
	if s.attr != attrSK {
		l.start[s.attr] = &types.AttributeValueMemberS{Value: at}
	}
	return nil
}

// goOn leaves the cursor that goes on behind the row looked at last.
func (l *listing) goOn() {
	if l.seen != nil {
		r, s := l.seen, l.seenSpan
		l.page.Next = l.a.s.seal(l.scope, s.index+s.from[:1], r.text(attrSK), r.text(s.attr))
	}
}

// read fills the page.
func (l *listing) read(ctx context.Context) error {
	l.page.Invoices = make([]center.Invoice, 0, l.q.Limit)
	for calls := 0; l.at < len(l.spans); calls++ {
		s := l.spans[l.at]
		if calls == filterPages && l.q.filters() {
			l.goOn()
			return nil
		}
		// One row more than is shown tells whether there is a next page; rows
		// are small enough for it to be free (rowBudget).
		limit := l.q.Limit - len(l.page.Invoices) + 1
		if l.q.filters() {
			limit = filterRows
		}
		rows, last, err := l.a.s.askFlat(ctx, question{index: s.index, pk: l.a.t.pk(prefixList), attr: s.attr,
			from: s.from, to: s.to, reverse: s.reverse, limit: limit, start: l.start})
		if err != nil {
			return err
		}
		full, err := l.take(s, rows)
		if err != nil {
			return err
		}
		if full {
			l.goOn()
			return nil
		}
		if l.start = last; last == nil {
			l.at++
		}
	}
	return nil
}

// take puts rows on the page; full when one was met that has no place.
func (l *listing) take(s span, rows []reader) (full bool, err error) {
	for i := range rows {
		inv, err := readRowFrom(l.a.actor.Account, &rows[i])
		if err != nil {
			return false, err
		}
		show := l.q.matches(inv, l.today)
		if show && len(l.page.Invoices) == l.q.Limit {
			return true, nil
		}
		if show {
			l.page.Invoices = append(l.page.Invoices, inv)
		}
		l.seen, l.seenSpan = &rows[i], s
	}
	return false, nil
}

// filters tells whether rows must be looked at to know whether they are shown:
// whether the spans alone do not say it.
func (q InvoiceQuery) filters() bool {
	byDay := q.Sort == SortDefault || q.Sort == SortDue
	byIssue := q.Sort == SortIssued || q.Credits && byDay
	closedToo := len(q.Statuses) == 0 || slices.Contains(q.Statuses, center.InvoiceClosed)
	return len(q.Types) > 0 || q.Currency != "" || q.AmountFrom != nil || q.AmountTo != nil ||
		(q.IssuedFrom != "" || q.IssuedTo != "") && !byIssue ||
		(q.DueFrom != "" || q.DueTo != "") && (q.Credits || !byDay || closedToo) ||
		len(q.Statuses) > 0 && !byDay && !q.Credits
}

// matches tells whether the list shows the invoice.
func (q InvoiceQuery) matches(inv center.Invoice, today center.Date) bool {
	within := func(d, from, to center.Date) bool {
		return (from == "" || d >= from) && (to == "" || (d != "" && d <= to))
	}
	switch {
	case (inv.Kind == center.KindCreditNote) != q.Credits,
		!q.Credits && len(q.Statuses) > 0 && !slices.Contains(q.Statuses, inv.Status(today)),
		len(q.Types) > 0 && !slices.Contains(q.Types, inv.Type),
		q.Currency != "" && inv.Amount.Currency != q.Currency,
		!within(inv.IssuedOn, q.IssuedFrom, q.IssuedTo),
		!within(inv.DueOn, q.DueFrom, q.DueTo),
		q.AmountFrom != nil && less(inv.Amount, *q.AmountFrom),
		q.AmountTo != nil && less(*q.AmountTo, inv.Amount):
		return false
	}
	return true
}

// less compares amounts; those of different currencies never match a span.
func less(a, b money.Money) bool {
	c, err := a.Cmp(b)
	return err != nil || c < 0
}
