// Package filter is what of the list of invoices is wanted, as addresses and
// bodies of the API say it: it refuses what is not acceptable, and turns the
// rest into a question to the table.
//
// It asks nothing itself, and does not know who may.
package filter

import (
	"slices"
	"strings"

	"customercenter/shared/center"
	"customercenter/shared/money"
	"customercenter/shared/store"
)

// MaxText is how many characters are searched for.
const MaxText = 80

// The ends of the calendar; a span from the last to the first holds nothing.
const (
	firstDay center.Date = "0001-01-01"
	lastDay  center.Date = "9999-12-31"
)

// Invoices is what of the list is wanted, and in which order.
type Invoices struct {
	Status     []center.InvoiceStatus `json:"-" query:"status"`
	Type       []center.InvoiceType   `json:"-" query:"type"`
	Kind       center.DocumentKind    `json:"-" query:"kind"`
	Text       string                 `json:"-" query:"q"`
	Currency   money.Code             `json:"-" query:"currency"`
	Bucket     center.Bucket          `json:"-" query:"bucket"`
	IssuedFrom center.Date            `json:"-" query:"issuedFrom"`
	IssuedTo   center.Date            `json:"-" query:"issuedTo"`
	DueFrom    center.Date            `json:"-" query:"dueFrom"`
	DueTo      center.Date            `json:"-" query:"dueTo"`
	AmountFrom string                 `json:"-" query:"amountFrom"`
	AmountTo   string                 `json:"-" query:"amountTo"`
	Sort       string                 `json:"-" query:"sort"`
}

// What the parameters may be.
var (
	statuses = []center.InvoiceStatus{center.InvoicePastDue, center.InvoiceOpen, center.InvoicePaymentSubmitted, center.InvoiceClosed}
	types    = []center.InvoiceType{
		center.TypeHardware, center.TypeSubscription, center.TypeSupport, center.TypeLicense,
		center.TypeEducation, center.TypeConsulting, center.TypeService, center.TypeUsage,
	}
	outstanding = []center.InvoiceStatus{center.InvoicePastDue, center.InvoiceOpen} // those that age
	kinds       = []center.DocumentKind{center.KindInvoice, center.KindCreditNote}
	sorts       = []store.InvoiceSort{store.SortDue, store.SortIssued, store.SortNumber, store.SortAmount}
)

// Validate reports every parameter that is not acceptable.
func (in Invoices) Validate() (v []center.Violation) {
	refuse := func(pointer, detail string) { v = append(v, center.Violation{Pointer: pointer, Detail: detail}) }
	if i := slices.IndexFunc(in.Status, func(s center.InvoiceStatus) bool { return !slices.Contains(statuses, s) }); i >= 0 {
		refuse("status", "must be of "+words(statuses))
	}
	if i := slices.IndexFunc(in.Type, func(t center.InvoiceType) bool { return !slices.Contains(types, t) }); i >= 0 {
		refuse("type", "must be of "+words(types))
	}
	if in.Kind != "" && !slices.Contains(kinds, in.Kind) {
		refuse("kind", "must be one of "+words(kinds))
	}
	if len([]rune(in.Text)) > MaxText {
		refuse("q", "must not be longer than 80 characters")
	}
	if _, known := money.Exponent(in.Currency); in.Currency != "" && !known {
		refuse("currency", "must be a currency such as EUR")
	}
	if _, _, ok := center.BucketDays(in.Bucket, "2000-01-01"); in.Bucket != "" && !ok {
		refuse("bucket", "must be one of current, 1-30, 31-60, 61-90, 91-120, 120+")
	}
	if _, _, ok := sortOf(in.Sort); !ok {
		refuse("sort", "must be default, "+words(sorts)+", or one of these with - before it")
	}
	v = append(v, in.validateDates()...)
	return append(v, in.validateAmounts()...)
}

func (in Invoices) validateDates() (v []center.Violation) {
	for _, d := range []struct {
		pointer string
		date    center.Date
	}{{"issuedFrom", in.IssuedFrom}, {"issuedTo", in.IssuedTo}, {"dueFrom", in.DueFrom}, {"dueTo", in.DueTo}} {
		if d.date == "" {
			continue
		}
		if _, err := center.ParseDate(string(d.date)); err != nil {
			v = append(v, center.Violation{Pointer: d.pointer, Detail: "must be a day such as 2026-02-28"})
		}
	}
	return v
}

func (in Invoices) validateAmounts() (v []center.Violation) {
	for _, a := range []struct{ pointer, text string }{{"amountFrom", in.AmountFrom}, {"amountTo", in.AmountTo}} {
		if a.text == "" {
			continue
		}
		if in.Currency == "" {
			v = append(v, center.Violation{Pointer: a.pointer, Detail: "needs the parameter currency beside it"})
		} else if _, err := money.Parse(a.text, in.Currency); err != nil {
			v = append(v, center.Violation{Pointer: a.pointer, Detail: "must be an amount such as 1250.50 with the decimals of the currency"})
		}
	}
	return v
}

func words[T ~string](all []T) string {
	var s []string
	for _, w := range all {
		s = append(s, string(w))
	}
	return strings.Join(s, ", ")
}

func sortOf(text string) (sort store.InvoiceSort, descending, ok bool) {
	if text == "" || text == "default" {
		return store.SortDefault, false, true
	}
	name, descending := strings.CutPrefix(text, "-")
	sort = store.InvoiceSort(name)
	return sort, descending, slices.Contains(sorts, sort)
}

// Query is the filter as the store takes it. A bucket is a span of due dates
// of what is outstanding.
func (in Invoices) Query(today center.Date) store.InvoiceQuery {
	q := store.InvoiceQuery{
		Statuses: in.Status, Types: in.Type, Credits: in.Kind == center.KindCreditNote, Text: in.Text, Currency: in.Currency,
		IssuedFrom: in.IssuedFrom, IssuedTo: in.IssuedTo, DueFrom: in.DueFrom, DueTo: in.DueTo,
		AmountFrom: in.amount(in.AmountFrom), AmountTo: in.amount(in.AmountTo),
	}
	q.Sort, q.Descending, _ = sortOf(in.Sort)
	if in.Bucket != "" {
		from, to, _ := center.BucketDays(in.Bucket, today)
		q.DueFrom, q.DueTo = max(q.DueFrom, from), earlier(q.DueTo, to)
		q.Statuses = slices.DeleteFunc(slices.Clone(outstanding), func(s center.InvoiceStatus) bool {
			return len(in.Status) > 0 && !slices.Contains(in.Status, s)
		})
		if len(q.Statuses) == 0 { // none at all, not any
			q.DueFrom, q.DueTo = lastDay, firstDay
		}
	}
	return q
}

// Wish is the filter as it is described in words.
func (in Invoices) Wish() center.ListWish {
	return center.ListWish{Statuses: in.Status, Types: in.Type, Credits: in.Kind == center.KindCreditNote, Text: in.Text, Currency: in.Currency, Bucket: in.Bucket,
		IssuedFrom: in.IssuedFrom, IssuedTo: in.IssuedTo, DueFrom: in.DueFrom, DueTo: in.DueTo, AmountFrom: in.AmountFrom, AmountTo: in.AmountTo}
}

// earlier of two ends of a span; "" is no end.
func earlier(a, b center.Date) center.Date {
	if a == "" || (b != "" && b < a) {
		return b
	}
	return a
}

// amount is nil where none is asked for; Validate has parsed it before.
func (in Invoices) amount(text string) *money.Money {
	if text == "" {
		return nil
	}
	m, err := money.Parse(text, in.Currency)
	if err != nil {
		return nil
	}
	return &m
}

// Countable tells whether totals know the number of what the filter lets
// through: they know status, currency and aging bucket.
func (in Invoices) Countable() bool {
	return len(in.Type) == 0 && in.Kind != center.KindCreditNote && in.Text == "" &&
		in.IssuedFrom == "" && in.IssuedTo == "" && in.DueFrom == "" && in.DueTo == "" && in.AmountFrom == "" && in.AmountTo == "" &&
		(in.Bucket == "" || len(in.Status) == 0)
}

// CountIn adds up what the filter lets through; the filter is countable.
func (in Invoices) CountIn(s center.Summary) (n int) {
	for _, c := range s.Currencies {
		if in.Currency != "" && c.Currency != in.Currency {
			continue
		}
		if in.Bucket != "" {
			for _, b := range c.Aging {
				if b.Bucket == in.Bucket {
					n += b.Count
				}
			}
			continue
		}
		for _, status := range c.Statuses {
			if len(in.Status) == 0 || slices.Contains(in.Status, status.Status) {
				n += status.Count
			}
		}
	}
	return n
}
