package demo_test

import (
	"bytes"
	"maps"
	"math/big"
	"slices"
	"strings"
	"testing"
	"time"

	"customercenter/infra/demo"
	"customercenter/shared/center"
	"customercenter/shared/ingest"
	"customercenter/shared/money"
)

var anchor = time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)

// batch is the demo as an importer reads it, in the order of the files.
type batch struct {
	accounts []center.AccountRecord
	contacts []center.ContactRecord
	orders   []*center.Order
	papers   []*center.Document
	others   map[center.DocumentKind]int
}

func read(t *testing.T, at time.Time) batch {
	t.Helper()
	files, err := demo.Files(at)
	if err != nil {
		t.Fatal(err)
	}
	b := batch{others: map[center.DocumentKind]int{}}
	for _, f := range files {
		in, err := ingest.Open([]ingest.File{{Name: f.Name, Data: f.Body}}, f.Mapping, center.ImportOptions{NetTermsDays: -1})
		if err != nil {
			t.Fatalf("%s: %v", f.Name, err)
		}
		for r := range in.Records() {
			b.take(t, r)
		}
		if unmapped := in.UnmappedColumns(); len(unmapped) > 0 {
			t.Errorf("%s: unmapped columns %v", f.Name, unmapped)
		}
	}
	return b
}

func (b *batch) take(t *testing.T, r center.Record) {
	t.Helper()
	if r.Reject != nil || len(r.Warnings) > 0 {
		t.Errorf("%s[%d] %s: %+v %+v", r.File, r.Index, r.Number, r.Reject, r.Warnings)
	}
	switch {
	case r.Account != nil:
		b.accounts = append(b.accounts, *r.Account)
	case r.Contact != nil:
		b.contacts = append(b.contacts, *r.Contact)
	case r.Order != nil:
		b.orders = append(b.orders, r.Order)
	case r.Document != nil:
		b.papers = append(b.papers, r.Document)
	case r.Event != nil:
		b.others[r.Event.Kind]++
	case r.Other != nil:
		b.others[r.Other.Kind]++
	}
}

// books are the heads of one account after its credits were applied.
type books struct {
	today  center.Date
	heads  []center.Invoice
	credit map[money.Code]int64
}

func (b batch) book(t *testing.T, account center.AccountRecord, at time.Time) books {
	t.Helper()
	zone, err := time.LoadLocation(account.TimeZone)
	if err != nil {
		t.Fatal(err)
	}
	result := books{today: center.Today(at, zone), credit: map[money.Code]int64{}}
	for _, d := range b.papers {
		if d.Key().ID() != center.AccountIDOf(account.Key) {
			continue
		}
		head, err := center.NewInvoice(d, d.Key().ID(), *account.NetTermsDays)
		if err != nil {
			t.Fatalf("%s: %v", d.Number, err)
		}
		result.heads = append(result.heads, head)
	}
	for _, d := range b.papers {
		if d.Key().ID() == center.AccountIDOf(account.Key) {
			result.apply(t, d)
		}
	}
	return result
}

// apply uses a credit on the papers it names.
func (b *books) apply(t *testing.T, d *center.Document) {
	t.Helper()
	at := slices.IndexFunc(b.heads, func(h center.Invoice) bool { return h.Number == d.Number && h.Kind == d.Kind })
	var named []center.Invoice
	for _, p := range d.Preceding {
		i := slices.IndexFunc(b.heads, func(h center.Invoice) bool { return h.Number == p.Number })
		if i < 0 {
			t.Fatalf("%s names %s, which is nowhere", d.Number, p.Number)
		}
		named = append(named, b.heads[i])
	}
	uses, left := center.ApplyCredit(b.heads[at].CreditLeft, named)
	b.credit[left.Currency] += left.Minor
	for _, use := range uses {
		i := slices.IndexFunc(b.heads, func(h center.Invoice) bool { return h.ID == use.Invoice })
		settled, err := b.heads[i].Settle(use.Amount, d.IssueDate)
		if err != nil {
			t.Fatal(err)
		}
		b.heads[i] = settled
	}
}

func TestTheSameDayGivesTheSameBytes(t *testing.T) {
	one, err := demo.Files(anchor)
	if err != nil {
		t.Fatal(err)
	}
	two, _ := demo.Files(anchor)
	if len(one) != len(two) || len(one) < 20 {
		t.Fatalf("%d and %d files", len(one), len(two))
	}
	seen := map[string]bool{}
	for i := range one {
		if one[i].Name != two[i].Name || !bytes.Equal(one[i].Body, two[i].Body) || !bytes.Equal(one[i].Mapping, two[i].Mapping) {
			t.Errorf("%s differs", one[i].Name)
		}
		if seen[one[i].Name] {
			t.Errorf("%s comes twice", one[i].Name)
		}
		seen[one[i].Name] = true
	}
}

// The reader checks every sum it can; here each account must also be whole.
func TestEveryAccountShowsEveryStatusAndBucket(t *testing.T) {
	b := read(t, anchor)
	if len(b.accounts) != 3 {
		t.Fatalf("%d accounts", len(b.accounts))
	}
	for _, account := range b.accounts {
		checkWhole(t, account, b.book(t, account, anchor))
	}
}

func checkWhole(t *testing.T, account center.AccountRecord, b books) {
	t.Helper()
	statuses, buckets, kinds := map[center.InvoiceStatus]int{}, map[center.Bucket]int{}, map[center.DocumentKind]int{}
	types := map[center.InvoiceType]bool{}
	partial, dueToday, negative := 0, 0, 0
	for _, h := range b.heads {
		if err := h.Check(); err != nil {
			t.Errorf("%s: %v", account.Name, err)
		}
		kinds[h.Kind]++
		types[h.Type] = true
		statuses[h.Status(b.today)]++
		if h.Outstanding.Sign() > 0 {
			buckets[center.BucketOf(h.DaysLate(b.today))]++
			if h.Settled.Sign() > 0 {
				partial++
			}
			if h.DueOn == b.today {
				dueToday++
			}
		}
		if h.Amount.Sign() < 0 {
			negative++
		}
	}
	if len(b.heads) < 100 || statuses[center.InvoiceOpen] < 5 || statuses[center.InvoicePastDue] < 8 || statuses[center.InvoiceClosed] < 60 {
		t.Errorf("%s: %d papers, %v", account.Name, len(b.heads), statuses)
	}
	for _, bucket := range []center.Bucket{center.BucketCurrent, center.Bucket1To30, center.Bucket31To60, center.Bucket61To90, center.Bucket91To120, center.BucketOver120} {
		if buckets[bucket] == 0 {
			t.Errorf("%s: nothing is %s", account.Name, bucket)
		}
	}
	if partial == 0 || dueToday == 0 || negative == 0 || kinds[center.KindDebitNote] == 0 || kinds[center.KindCreditNote] < 3 || len(types) != 8 {
		t.Errorf("%s: %d partly credited, %d due today, %d negative, %v, %v", account.Name, partial, dueToday, negative, kinds, types)
	}
	if len(b.credit) == 0 {
		t.Errorf("%s: no account credit", account.Name)
	}
}

func TestTheDemoHoldsOnAnyDay(t *testing.T) {
	for _, days := range []int{9, 99, 464, 617} { // first days of a month, a leap day, the end of a month
		at := anchor.AddDate(0, 0, days)
		b := read(t, at)
		for _, account := range b.accounts {
			checkWhole(t, account, b.book(t, account, at))
		}
	}
}

// The reader compares totals with each other; here lines and taxes are computed
// again, in fractions.
func TestLinesAndTaxesAreExact(t *testing.T) {
	for _, d := range read(t, anchor).papers {
		taxable := map[center.Decimal]*big.Rat{}
		for _, l := range d.Lines {
			if l.Quantity == "" {
				continue // the older system's book has no lines
			}
			if net := new(big.Rat).Mul(rat(l.Quantity), rat(l.UnitPrice)); rounded(t, net, d.Currency) != l.Net {
				t.Errorf("%s: %s × %s = %s", d.Number, l.Quantity, l.UnitPrice, l.Net)
			}
			if taxable[l.TaxRate] == nil {
				taxable[l.TaxRate] = new(big.Rat)
			}
			taxable[l.TaxRate].Add(taxable[l.TaxRate], rat(l.Net))
		}
		for _, a := range d.Allowances {
			taxable[d.Taxes[0].Rate].Sub(taxable[d.Taxes[0].Rate], rat(a.Amount))
		}
		if len(taxable) != len(d.Taxes) {
			t.Errorf("%s: %d rates, %d taxes", d.Number, len(taxable), len(d.Taxes))
			continue
		}
		for _, group := range d.Taxes {
			tax := new(big.Rat).Mul(taxable[group.Rate], new(big.Rat).Quo(rat(max(group.Rate, "0")), big.NewRat(100, 1)))
			if rat(group.Taxable).Cmp(taxable[group.Rate]) != 0 || rounded(t, tax, d.Currency) != group.Tax {
				t.Errorf("%s: %s %% of %s = %s", d.Number, group.Rate, group.Taxable, group.Tax)
			}
		}
	}
}

func rat(d center.Decimal) *big.Rat {
	r, ok := new(big.Rat).SetString(string(d))
	if !ok {
		panic("no number: " + d)
	}
	return r
}

// rounded writes r with the currency's decimals; FloatString rounds half away
// from zero.
func rounded(t *testing.T, r *big.Rat, currency string) center.Decimal {
	t.Helper()
	decimals, ok := money.Exponent(money.Code(currency))
	if !ok {
		t.Fatalf("currency %s", currency)
	}
	return center.Decimal(r.FloatString(decimals))
}

func TestPapersAreInOrder(t *testing.T) {
	b := read(t, anchor)
	identities, ordered := map[string]bool{}, map[string]center.Date{}
	for _, o := range b.orders {
		ordered[o.Number] = o.IssueDate
	}
	for _, d := range b.papers {
		if identities[d.Identity()] {
			t.Errorf("%s comes twice", d.Identity())
		}
		identities[d.Identity()] = true
		if d.IssueDate > "2026-11-22" || (d.PaidDate != "" && (d.PaidDate <= d.IssueDate || d.PaidDate >= "2026-11-22")) {
			t.Errorf("%s: issued %s, paid %s", d.Number, d.IssueDate, d.PaidDate)
		}
		if on, ok := ordered[d.OrderRef]; ok && d.IssueDate < on {
			t.Errorf("%s was issued on %s, its order on %s", d.Number, d.IssueDate, on)
		}
		if d.Source.Format == "ubl" && d.PaidDate != "" {
			t.Errorf("%s: UBL cannot say it was paid", d.Number)
		}
	}
	formats := map[string]int{}
	for _, d := range b.papers {
		formats[d.Source.Format]++
	}
	if formats["ubl"] < 10 || formats["csv"] < 20 || formats["jsonl"] < 200 {
		t.Errorf("formats: %v", formats)
	}
	for _, kind := range []center.DocumentKind{center.KindContract, center.KindSubscription, center.KindScheduledInvoice, center.KindRenewal, center.KindUsage, center.KindOrderEvent} {
		if b.others[kind] < 3 {
			t.Errorf("%d records of %s", b.others[kind], kind)
		}
	}
}

// entrants are the types by which each address enters each account.
func entrants(b batch) (in map[string][]center.ContactType, review []string) {
	in = map[string][]center.ContactType{}
	seen := map[center.AccountID]bool{}
	for _, o := range b.orders {
		if o.Kind == center.KindQuotation {
			continue
		}
		account := o.Key()
		grants, waiting := center.GrantsOf(o, center.OrderBooking{
			ID: center.OrderIDOf(account.ID(), o), NameOnly: account.NameOnly(), FirstOrder: !seen[account.ID()],
		})
		seen[account.ID()] = true
		for _, g := range grants {
			key := string(account.ID()) + g.Email
			in[key] = append(in[key], g.Grant.Type)
		}
		for _, w := range waiting {
			review = append(review, w.Email)
		}
	}
	for _, c := range b.contacts {
		key := string(center.AccountIDOf(c.Account)) + c.Email
		in[key] = append(in[key], c.Type)
	}
	return in, review
}

func TestEveryoneCanEnterAsTold(t *testing.T) {
	b := read(t, anchor)
	in, review := entrants(b)
	byName := map[string]center.AccountID{}
	for _, a := range b.accounts {
		byName[a.Name] = center.AccountIDOf(a.Key)
	}
	types := map[center.AccountID]map[center.ContactType]bool{}
	for _, p := range demo.People() {
		id, ok := byName[p.Account]
		if !ok {
			t.Fatalf("%s is of %q, which is no account", p.Name, p.Account)
		}
		key := string(id) + p.Email
		if !slices.Contains(in[key], p.Type) {
			t.Errorf("%s enters %s as %v, not as %s", p.Email, p.Account, in[key], p.Type)
		}
		delete(in, key)
		if types[id] == nil {
			types[id] = map[center.ContactType]bool{}
		}
		types[id][p.Type] = true
	}
	if len(in) > 0 {
		t.Errorf("not told of: %v", slices.Collect(maps.Keys(in)))
	}
	for name, id := range byName {
		if len(types[id]) != len(center.AccountTypes()) {
			t.Errorf("%s has contacts of %v only", name, types[id])
		}
	}
	if want := []string{"yasser.nader@northvane.example", "thijs.mulder@northvane.example"}; !slices.Equal(review, want) {
		t.Errorf("waiting for review: %v", review)
	}
}

func TestAddressesAreOfReservedDomains(t *testing.T) {
	b := read(t, anchor)
	check := func(email string) {
		if domain := center.EmailDomain(email); !strings.HasSuffix(domain, ".example") {
			t.Errorf("%s could be somebody's", email)
		}
	}
	check(demo.Operator)
	for _, p := range demo.People() {
		check(p.Email)
	}
	for _, o := range b.orders {
		for _, c := range o.Contacts {
			check(c.Email)
		}
	}
	for _, d := range b.papers {
		for _, email := range slices.Concat(d.Supplier.Emails, d.Customer.Emails) {
			check(email)
		}
	}
}
