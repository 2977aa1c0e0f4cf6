package center

import (
	"cmp"
	"slices"

	"customercenter/shared/money"
)

// Bucket is a span of days late.
type Bucket string

// The six buckets, in order. The day of the due date is current.
const (
	BucketCurrent Bucket = "current"
	Bucket1To30   Bucket = "1-30"
	Bucket31To60  Bucket = "31-60"
	Bucket61To90  Bucket = "61-90"
	Bucket91To120 Bucket = "91-120"
	BucketOver120 Bucket = "120+"
)

// buckets pairs each bucket with the last day late that belongs to it; the
// last bucket has no end.
var buckets = [...]struct {
	bucket Bucket
	upTo   int
}{
	{BucketCurrent, 0}, {Bucket1To30, 30}, {Bucket31To60, 60},
	{Bucket61To90, 90}, {Bucket91To120, 120}, {BucketOver120, -1},
}

// BucketOf sorts a number of days late into its bucket.
func BucketOf(daysLate int) Bucket {
	for _, b := range buckets[:len(buckets)-1] {
		if daysLate <= b.upTo {
			return b.bucket
		}
	}
	return BucketOver120
}

// BucketDays returns the due dates of a bucket as seen from today, both ends
// included; "" is an open end. ok is false for what is no bucket.
func BucketDays(b Bucket, today Date) (from, to Date, ok bool) {
	at := -1
	for i, known := range buckets {
		if known.bucket == b {
			at = i
		}
	}
	if at < 0 {
		return "", "", false
	}
	if at > 0 {
		to = today.AddDays(-buckets[at-1].upTo - 1)
	}
	if at < len(buckets)-1 {
		from = today.AddDays(-buckets[at].upTo)
	}
	return from, to, true
}

// DayTotal is what invoices of one due day and currency still have
// outstanding, together. Outstanding is in minor units, as stored.
type DayTotal struct {
	Due         Date
	Currency    money.Code
	Count       int
	Outstanding int64
}

// SubmittedTotal is what fully submitted, unconfirmed invoices of a currency
// come to, in minor units.
type SubmittedTotal struct {
	Currency   money.Code
	Count      int
	Processing int64
	Amount     int64
}

// ClosedTotal is what closed invoices of a currency came to, in minor units.
type ClosedTotal struct {
	Currency money.Code
	Count    int
	Amount   int64
}

// Standing is everything stored that a summary is made of. Totals of one key
// may come in parts; they are added.
type Standing struct {
	Days      []DayTotal
	Submitted []SubmittedTotal
	Closed    []ClosedTotal
	Credit    []money.Money // account credit
}

// Summary says how an account stands on a day.
type Summary struct {
	Today      Date              `json:"today"`
	Counts     Counts            `json:"counts"`
	Currencies []CurrencySummary `json:"currencies"`
}

// Counts are numbers of invoices, over all currencies.
type Counts struct {
	All       int `json:"all"`
	PastDue   int `json:"pastDue"`
	Open      int `json:"open"`
	Submitted int `json:"submitted"`
	Closed    int `json:"closed"`
}

// CurrencySummary is the part of one currency; currencies are never added.
type CurrencySummary struct {
	Currency      money.Code      `json:"currency"`
	Statuses      []StatusSummary `json:"statuses"` // the four statuses, in list order
	Aging         []BucketSummary `json:"aging"`    // the six buckets, in order
	NextDueOn     Date            `json:"nextDueOn,omitzero"`
	AccountCredit money.Money     `json:"accountCredit"`
}

// StatusSummary counts and sums the invoices of one status. Amount is the
// documents' amounts for CLOSED and PAYMENT_SUBMITTED, else as Outstanding.
type StatusSummary struct {
	Status      InvoiceStatus `json:"status"`
	Count       int           `json:"count"`
	Outstanding money.Money   `json:"outstanding"`
	Amount      money.Money   `json:"amount"`
}

// BucketSummary counts and sums what is outstanding in one aging bucket.
type BucketSummary struct {
	Bucket      Bucket      `json:"bucket"`
	Count       int         `json:"count"`
	Outstanding money.Money `json:"outstanding"`
}

// AccountSummary is how one account stands, as operators read it.
type AccountSummary struct {
	ID       AccountID `json:"id"`
	Key      string    `json:"key"`
	Name     string    `json:"name"`
	TimeZone string    `json:"timeZone"`
	Summary  Summary   `json:"summary"`
}

// summaryStatuses is the order of the default list.
var summaryStatuses = [...]InvoiceStatus{InvoicePastDue, InvoiceOpen, InvoicePaymentSubmitted, InvoiceClosed}

// Summarize tells from totals per due day how an account stands today:
// counts and sums by status, currency and aging bucket, right at any number of
// invoices. Currencies with more past-due invoices come first, then by code.
// The error is of sums that leave the range of money.
func Summarize(s Standing, today Date) (Summary, error) {
	t := tally{today: today, currencies: map[money.Code]*CurrencySummary{}}
	for _, d := range s.Days {
		t.day(d)
	}
	for _, d := range s.Submitted {
		t.status(d.Currency, InvoicePaymentSubmitted, d.Count, 0, d.Amount)
	}
	for _, d := range s.Closed {
		t.status(d.Currency, InvoiceClosed, d.Count, 0, d.Amount)
	}
	for _, m := range s.Credit {
		c := t.currency(m.Currency)
		t.add(&c.AccountCredit, m.Minor)
	}
	if t.err != nil {
		return Summary{}, t.err
	}
	sum := Summary{Today: today, Counts: t.counts, Currencies: []CurrencySummary{}}
	for _, c := range t.currencies {
		sum.Currencies = append(sum.Currencies, *c)
	}
	slices.SortFunc(sum.Currencies, func(a, b CurrencySummary) int {
		return cmp.Or(cmp.Compare(b.Statuses[0].Count, a.Statuses[0].Count), cmp.Compare(a.Currency, b.Currency))
	})
	return sum, nil
}

// tally adds up a summary and keeps the first error.
type tally struct {
	today      Date
	counts     Counts
	currencies map[money.Code]*CurrencySummary
	err        error
}

func (t *tally) currency(code money.Code) *CurrencySummary {
	c, ok := t.currencies[code]
	if ok {
		return c
	}
	zero := money.Zero(code)
	c = &CurrencySummary{Currency: code, AccountCredit: zero}
	for _, s := range summaryStatuses {
		c.Statuses = append(c.Statuses, StatusSummary{Status: s, Outstanding: zero, Amount: zero})
	}
	for _, b := range buckets {
		c.Aging = append(c.Aging, BucketSummary{Bucket: b.bucket, Outstanding: zero})
	}
	t.currencies[code] = c
	return c
}

func (t *tally) day(d DayTotal) {
	if d.Count == 0 && d.Outstanding == 0 { // emptied, not yet tidied away
		return
	}
	late, status := 0, InvoiceOpen
	if d.Due != "" && t.today > d.Due {
		late, status = d.Due.DaysUntil(t.today), InvoicePastDue
	}
	t.status(d.Currency, status, d.Count, d.Outstanding, d.Outstanding)
	c := t.currency(d.Currency)
	at := slices.IndexFunc(c.Aging, func(b BucketSummary) bool { return b.Bucket == BucketOf(late) })
	c.Aging[at].Count += d.Count
	t.add(&c.Aging[at].Outstanding, d.Outstanding)
	if status == InvoiceOpen && d.Due != "" && (c.NextDueOn == "" || d.Due < c.NextDueOn) {
		c.NextDueOn = d.Due
	}
}

func (t *tally) status(code money.Code, status InvoiceStatus, count int, outstanding, amount int64) {
	if count == 0 && outstanding == 0 && amount == 0 {
		return
	}
	c := t.currency(code)
	at := slices.Index(summaryStatuses[:], status)
	c.Statuses[at].Count += count
	t.add(&c.Statuses[at].Outstanding, outstanding)
	t.add(&c.Statuses[at].Amount, amount)
	t.counts.All += count
	*[...]*int{&t.counts.PastDue, &t.counts.Open, &t.counts.Submitted, &t.counts.Closed}[at] += count
}

func (t *tally) add(to *money.Money, minor int64) {
	sum, err := to.Add(money.Money{Minor: minor, Currency: to.Currency})
	if err != nil {
		t.err = err
		return
	}
	*to = sum
}

// Balance is what the account owes of a currency, less what is left of its
// credit.
func (s Standing) Balance(currency money.Code) money.Money {
	owed := money.Zero(currency)
	for _, d := range s.Days {
		if d.Currency == currency {
			owed.Minor += d.Outstanding
		}
	}
	for _, t := range s.Submitted {
		if t.Currency == currency {
			owed.Minor += t.Processing
		}
	}
	for _, c := range s.Credit {
		if c.Currency == currency {
			owed.Minor -= c.Minor
		}
	}
	return owed
}
