package store_test

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"customercenter/infra/local/cloudtest"
	"customercenter/shared/center"
	"customercenter/shared/keyring"
	"customercenter/shared/money"
	"customercenter/shared/store"
)

func TestTheDefaultListIsPastDueThenOpenThenClosed(t *testing.T) {
	w := newWorld(t)
	w.mustCreate(
		invoice("OPEN-2", "10.00", due(day(9))),
		invoice("LATE-1", "20.00", due(day(-90))),
		invoice("OPEN-1", "30.00", due(day(0))),
		invoice("LATE-2", "40.00", due(day(-1))),
		invoice("PAID-1", "50.00", func(d *center.Document) { d.PaidDate = "2026-01-20" }),
		invoice("PAID-2", "60.00", func(d *center.Document) { d.PaidDate = "2026-02-20" }),
		creditNote("CN-1", "5.00", "LATE-1"),
		creditNote("CN-2", "6.00"),
	)
	cases := map[string]struct {
		query store.InvoiceQuery
		want  string
	}{
		"default":              {store.InvoiceQuery{}, "LATE-1 LATE-2 OPEN-1 OPEN-2 PAID-2 PAID-1"},
		"due, later first":     {store.InvoiceQuery{Sort: store.SortDue, Descending: true}, "OPEN-2 OPEN-1 LATE-2 LATE-1 PAID-2 PAID-1"},
		"past due":             {store.InvoiceQuery{Statuses: []center.InvoiceStatus{center.InvoicePastDue}}, "LATE-1 LATE-2"},
		"open":                 {store.InvoiceQuery{Statuses: []center.InvoiceStatus{center.InvoiceOpen}}, "OPEN-1 OPEN-2"},
		"closed":               {store.InvoiceQuery{Statuses: []center.InvoiceStatus{center.InvoiceClosed}}, "PAID-2 PAID-1"},
		"due within":           {store.InvoiceQuery{DueFrom: day(-1), DueTo: day(0)}, "LATE-2 OPEN-1"},
		"bucket 61-90":         {store.InvoiceQuery{DueFrom: day(-90), DueTo: day(-61), Statuses: []center.InvoiceStatus{center.InvoicePastDue}}, "LATE-1"},
		"amounts":              {store.InvoiceQuery{Currency: "EUR", AmountFrom: ptr(eur(2000)), AmountTo: ptr(eur(5000))}, "LATE-1 LATE-2 OPEN-1 PAID-1"},
		"largest first":        {store.InvoiceQuery{Sort: store.SortAmount, Descending: true}, "PAID-2 PAID-1 LATE-2 OPEN-1 LATE-1 OPEN-2"},
		"by number":            {store.InvoiceQuery{Sort: store.SortNumber}, "LATE-1 LATE-2 OPEN-1 OPEN-2 PAID-1 PAID-2"},
		"by number, past due":  {store.InvoiceQuery{Sort: store.SortNumber, Descending: true, Statuses: []center.InvoiceStatus{center.InvoicePastDue}}, "LATE-2 LATE-1"},
		"credit notes":         {store.InvoiceQuery{Credits: true}, "CN-1 CN-2"},
		"credit notes, number": {store.InvoiceQuery{Credits: true, Sort: store.SortNumber, Descending: true}, "CN-2 CN-1"},
		"another currency":     {store.InvoiceQuery{Currency: "USD"}, ""},
		"text":                 {store.InvoiceQuery{Text: "late"}, "LATE-1 LATE-2"},
		"amount as text":       {store.InvoiceQuery{Text: "40.00"}, "LATE-2"},
		"credit by text":       {store.InvoiceQuery{Text: "cn-", Credits: true}, "CN-1 CN-2"},
		"text and status":      {store.InvoiceQuery{Text: "paid", Sort: store.SortAmount}, "PAID-1 PAID-2"},
		"issued never":         {store.InvoiceQuery{IssuedFrom: day(1), IssuedTo: day(0), Sort: store.SortIssued}, ""},
		"credits of no day":    {store.InvoiceQuery{IssuedFrom: day(1), IssuedTo: day(0), Credits: true}, ""},
		"no days between":      {store.InvoiceQuery{DueFrom: day(1), DueTo: day(-1), Statuses: []center.InvoiceStatus{center.InvoiceOpen}}, ""},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			got := numbers(w.list(buyer, c.query).Invoices)
			if c.query.Credits && c.query.Sort == store.SortDefault {
				slices.Sort(got) // of one day
			}
			if diff := gocmp.Diff(strings.Fields(c.want), got, gocmp.Transformer("nil", func(s []string) string { return strings.Join(s, " ") })); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func ptr[T any](v T) *T { return &v }

// someBooks draws papers of every state.
func someBooks(r *rapid.T, most int) []any {
	var things []any
	n := rapid.IntRange(0, most).Draw(r, "papers")
	for i := range n {
		number := fmt.Sprintf("A-%03d", i)
		amount := center.Decimal(fmt.Sprintf("%d.%02d", rapid.IntRange(0, 999).Draw(r, "amount"), i%100))
		d := invoice(number, string(amount), due(day(rapid.IntRange(-150, 40).Draw(r, "due"))), issued(day(-rapid.IntRange(0, 300).Draw(r, "issued"))))
		d.Currency = rapid.SampledFrom([]string{"EUR", "KWD", "JPY"}).Draw(r, "currency")
		if d.Currency == "JPY" {
			d.Totals.Payable = center.Decimal(fmt.Sprint(rapid.IntRange(0, 9999).Draw(r, "yen")))
		}
		d.InvoiceType = rapid.SampledFrom([]center.InvoiceType{"", center.TypeSupport, center.TypeUsage}).Draw(r, "type")
		switch rapid.IntRange(0, 6).Draw(r, "state") {
		case 0:
			d.PaidDate = day(-rapid.IntRange(0, 100).Draw(r, "paid"))
		case 1:
			d.Kind = center.KindDebitNote
		case 2:
			d.Totals.Payable = "-" + d.Totals.Payable
			d.Preceding = []center.Preceding{{Number: fmt.Sprintf("A-%03d", rapid.IntRange(0, n).Draw(r, "names"))}}
		case 3:
			d.Kind, d.DueDate, d.DueSource = center.KindCreditNote, "", ""
			d.Preceding = []center.Preceding{{Number: fmt.Sprintf("A-%03d", rapid.IntRange(0, n).Draw(r, "names"))}}
		}
		things = append(things, d)
	}
	return things
}

// everything lists all invoices, and all credit notes, page by page.
func (w *world) everything(key string, q store.InvoiceQuery) []center.Invoice {
	w.t.Helper()
	var all []center.Invoice
	for range 1000 {
		page := w.list(key, q)
		all = append(all, page.Invoices...)
		if page.Next == "" {
			return all
		}
		q.Cursor = page.Next
	}
	w.t.Fatal("the list does not end")
	return nil
}

// TestTotalsAlwaysEqualTheSumOfTheRows holds the totals, which are written
// beside the rows, against the rows themselves; and each row against its head.
func TestTotalsAlwaysEqualTheSumOfTheRows(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		w := newWorld(t)
		for part := range slices.Chunk(someBooks(r, 14), rapid.IntRange(1, 14).Draw(r, "part")) {
			w.book(part...)
		}
		w.mustAddUp(r)
	})
}

// fatal is a test, of whichever kind.
type fatal interface{ Fatal(...any) }

// mustAddUp holds the totals of the account against its rows, and each row
// against its head.
func (w *world) mustAddUp(t fatal) {
	var s center.Standing
	today := w.in(buyer).Today()
	invoices := w.everything(buyer, store.InvoiceQuery{Limit: 100})
	for _, inv := range invoices {
		c := inv.Amount.Currency
		switch inv.Status(today) {
		case center.InvoiceClosed:
			s.Closed = append(s.Closed, center.ClosedTotal{Currency: c, Count: 1, Amount: inv.Amount.Minor})
		default:
			s.Days = append(s.Days, center.DayTotal{Due: inv.DueOn, Currency: c, Count: 1, Outstanding: inv.Outstanding.Minor})
		}
		if inv.CreditLeft.Sign() > 0 {
			s.Credit = append(s.Credit, inv.CreditLeft)
		}
	}
	for _, inv := range w.everything(buyer, store.InvoiceQuery{Limit: 100, Credits: true}) {
		if inv.CreditLeft.Sign() > 0 {
			s.Credit = append(s.Credit, inv.CreditLeft)
		}
		invoices = append(invoices, inv)
	}
	want, err := center.Summarize(s, today)
	if err != nil {
		t.Fatal(err)
	}
	if diff := gocmp.Diff(want, w.summary(buyer)); diff != "" {
		t.Fatal(diff)
	}
	for _, inv := range invoices {
		w.sameAsHead(t, inv)
	}
}

func (w *world) sameAsHead(r fatal, row center.Invoice) {
	d, err := w.in(buyer).Invoice(w.ctx(), row.ID)
	if err != nil {
		r.Fatal(err)
	}
	head := d.Invoice
	head.Issuer, head.OrderRef, head.Behind = "", "", ""
	head.Net, head.Rewarded = money.Money{}, money.Money{}
	if row.Kind == center.KindCreditNote {
		row.ClosedOn = head.ClosedOn
	}
	if diff := gocmp.Diff(head, row); diff != "" {
		r.Fatal(diff)
	}
}

// TestEveryListIsTheFilteredSortedBooks compares pages of every sort and
// filter with what a plain loop over all invoices makes.
func TestEveryListIsTheFilteredSortedBooks(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		w := newWorld(t)
		w.book(someBooks(r, 24)...)
		all := w.everything(buyer, store.InvoiceQuery{Limit: 100})
		today := w.in(buyer).Today()
		for range 2 {
			q := store.InvoiceQuery{Limit: rapid.IntRange(2, 12).Draw(r, "limit"), Descending: rapid.Bool().Draw(r, "descending"),
				Sort: rapid.SampledFrom([]store.InvoiceSort{store.SortDefault, store.SortDue, store.SortIssued, store.SortNumber, store.SortAmount}).Draw(r, "sort")}
			q.Currency = rapid.SampledFrom([]money.Code{"", "", "KWD"}).Draw(r, "currency")
			q.Types = rapid.SampledFrom([][]center.InvoiceType{nil, nil, {center.TypeUsage, center.TypeService}}).Draw(r, "types")
			q.Statuses = rapid.SampledFrom([][]center.InvoiceStatus{nil, {center.InvoicePastDue}, {center.InvoiceOpen},
				{center.InvoiceClosed}, {center.InvoiceClosed, center.InvoiceOpen}, {center.InvoicePastDue, center.InvoiceOpen}}).Draw(r, "statuses")
			if rapid.Bool().Draw(r, "dated") {
				q.DueFrom = day(rapid.IntRange(-160, 0).Draw(r, "from"))
			}
			if rapid.Bool().Draw(r, "issued") {
				q.IssuedTo = day(-rapid.IntRange(0, 300).Draw(r, "to"))
			}
			want := map[string]bool{}
			for _, inv := range all {
				if naiveMatch(q, inv, today) {
					want[inv.Number] = true
				}
			}
			got := w.everything(buyer, q)
			seen := map[string]bool{}
			for i, inv := range got {
				if !want[inv.Number] || seen[inv.Number] {
					r.Fatalf("%+v: %s should not be there, or not twice", q, inv.Number)
				}
				seen[inv.Number] = true
				if i > 0 && naiveCompare(q, got[i-1], inv, today) > 0 {
					r.Fatalf("%+v: %s before %s", q, got[i-1].Number, inv.Number)
				}
			}
			if len(seen) != len(want) {
				r.Fatalf("%+v: %d invoices, want %d", q, len(seen), len(want))
			}
		}
	})
}

func naiveMatch(q store.InvoiceQuery, inv center.Invoice, today center.Date) bool {
	return (q.Currency == "" || q.Currency == inv.Amount.Currency) &&
		(len(q.Types) == 0 || slices.Contains(q.Types, inv.Type)) &&
		(len(q.Statuses) == 0 || slices.Contains(q.Statuses, inv.Status(today))) &&
		(q.DueFrom == "" || inv.DueOn >= q.DueFrom) &&
		(q.IssuedTo == "" || inv.IssuedOn <= q.IssuedTo)
}

// naiveCompare is the order of two neighbours, as far as it is promised.
func naiveCompare(q store.InvoiceQuery, a, b center.Invoice, today center.Date) int {
	sign := 1
	if q.Descending {
		sign = -1
	}
	value := func(inv center.Invoice) int64 {
		exponent, _ := money.Exponent(inv.Amount.Currency)
		v := inv.Amount.Minor
		for ; exponent < 4; exponent++ {
			v *= 10
		}
		return v
	}
	switch q.Sort {
	case store.SortIssued:
		return sign * cmp.Compare(a.IssuedOn, b.IssuedOn)
	case store.SortNumber:
		return sign * cmp.Compare(a.Number, b.Number)
	case store.SortAmount:
		return sign * cmp.Compare(value(a), value(b))
	}
	if q.Sort == store.SortDefault {
		sign = 1
	}
	closedA, closedB := a.Status(today) == center.InvoiceClosed, b.Status(today) == center.InvoiceClosed
	switch {
	case closedA != closedB && closedA:
		return 1
	case closedA != closedB:
		return -1
	case closedA:
		return cmp.Compare(b.ClosedOn, a.ClosedOn)
	default:
		return sign * cmp.Compare(a.DueOn, b.DueOn)
	}
}

func TestALongFilteredListComesShortWithACursor(t *testing.T) {
	w := newWorld(t)
	var things []any
	for i := range 620 {
		things = append(things, invoice(fmt.Sprintf("A-%04d", i), "1.00", due(day(i-700))))
	}
	things = append(things, invoice("USD-1", "1.00", in("USD"), due(day(30))))
	w.mustCreate(things...)
	ctx, meter := store.WithMeter(t.Context())
	page, err := w.in(buyer).Invoices(ctx, store.InvoiceQuery{Currency: "USD"})
	if err != nil || len(page.Invoices) != 0 || page.Next == "" || meter.Reads() != 5 {
		t.Errorf("first page: %d invoices, next %q, %d reads, %v", len(page.Invoices), page.Next, meter.Reads(), err)
	}
	page = w.list(buyer, store.InvoiceQuery{Currency: "USD", Cursor: page.Next})
	if len(page.Invoices) != 1 || page.Next != "" {
		t.Errorf("second page: %v, next %q", numbers(page.Invoices), page.Next)
	}
}

func TestForgedAndForeignCursorsAreInvalid(t *testing.T) {
	w := newWorld(t)
	var things []any
	for i := range 30 {
		things = append(things, invoice(fmt.Sprintf("A-%02d", i), "1.00"), invoice(fmt.Sprintf("B-%02d", i), "1.00", to("BUYER-2")))
	}
	w.mustCreate(things...)
	q := store.InvoiceQuery{Limit: 10}
	good := w.list(buyer, q).Next
	other := w.list("BUYER-2", q).Next
	operators, next, err := w.ops().Accounts(t.Context(), "", 1)
	if err != nil || len(operators) != 1 || next == "" {
		t.Fatal(operators, next, err)
	}
	bad := map[string]string{"another account's": other, "another route's": next, "garbage": "garbage", "empty parts": ".", "no seal": strings.Split(good, ".")[0] + ".",
		"too long": strings.Repeat("A", 700), "blank": " "}
	for i := range good {
		flipped := []byte(good)
		flipped[i] ^= 1
		bad[fmt.Sprintf("flipped at %d", i)] = string(flipped)
	}
	check := func(name string, q store.InvoiceQuery) {
		if page, err := w.in(buyer).Invoices(t.Context(), q); !center.IsKind(err, center.Invalid) {
			t.Errorf("%s: %v %v", name, numbers(page.Invoices), err)
		}
	}
	for name, cursor := range bad {
		check(name, store.InvoiceQuery{Limit: 10, Cursor: cursor})
	}
	check("another filter", store.InvoiceQuery{Cursor: good, Currency: "EUR"})
	check("another sort", store.InvoiceQuery{Cursor: good, Sort: store.SortNumber})
	check("a search", store.InvoiceQuery{Cursor: good, Text: "A-1"})
	if page := w.list(buyer, store.InvoiceQuery{Limit: 20, Cursor: good}); len(page.Invoices) != 20 || page.Next != "" {
		t.Errorf("the good one: %v", numbers(page.Invoices))
	}
}

func TestForeignAndUnknownInvoicesAreTheSameNotFound(t *testing.T) {
	w := newWorld(t)
	own := w.mustCreate(invoice("A-1", "1.00"), invoice("B-1", "1.00", to("BUYER-2")))
	ids := []center.InvoiceID{center.InvoiceID(own[1].ID), "inv_00000000000000000000000000000000", "inv_x", "", "../x", "inv_" + center.InvoiceID(strings.Repeat("Z", 32))}
	first := ""
	for _, id := range ids {
		_, err := w.in(buyer).Invoice(t.Context(), id)
		if !center.IsKind(err, center.NotFound) || (first != "" && err.Error() != first) {
			t.Errorf("%s: %v", id, err)
		}
		first = err.Error()
	}
	if d, err := w.in(buyer).Invoice(t.Context(), center.InvoiceID(own[0].ID)); err != nil || d.Document.Number != "A-1" {
		t.Errorf("own: %+v %v", d, err)
	}
}

func TestSearchPagesAndSaysWhenItIsCutShort(t *testing.T) {
	w := newWorld(t)
	var things []any
	for i := range 120 {
		things = append(things, invoice(fmt.Sprintf("SRCH-%03d", i), "1.00", due(day(i))))
	}
	w.mustCreate(things...)
	page := w.list(buyer, store.InvoiceQuery{Text: "srch-", Limit: 60})
	if len(page.Invoices) != 60 || page.Next == "" || !page.Truncated {
		t.Fatalf("%d, next %q, truncated %t", len(page.Invoices), page.Next, page.Truncated)
	}
	second := w.list(buyer, store.InvoiceQuery{Text: "srch-", Limit: 60, Cursor: page.Next})
	if len(second.Invoices) < 20 || len(second.Invoices) > 40 || second.Next != "" || second.Invoices[0].Number == page.Invoices[59].Number {
		t.Fatalf("%d, next %q", len(second.Invoices), second.Next)
	}
	if got := w.list(buyer, store.InvoiceQuery{Text: "x"}); len(got.Invoices) != 0 {
		t.Errorf("one letter found %v", numbers(got.Invoices))
	}
}

func TestALargeDocumentIsKeptWhole(t *testing.T) {
	w := newWorld(t)
	big := invoice("BIG-1", "10.00")
	for i := range 9000 {
		big.Lines = append(big.Lines, center.Line{ID: fmt.Sprint(i), Name: strings.Repeat(fmt.Sprintf("%x", i*i*7919), 12), Description: fmt.Sprintf("%x", i*104729*i)})
	}
	got := w.mustCreate(big)
	d, err := w.in(buyer).Invoice(t.Context(), center.InvoiceID(got[0].ID))
	if err != nil {
		t.Fatal(err)
	}
	if diff := gocmp.Diff(*big, d.Document); diff != "" {
		t.Error("the document differs")
	}
}

// A paper that no answer could carry is refused: once booked, it could be
// neither opened nor exported.
func TestADocumentTooLargeToShowIsRejected(t *testing.T) {
	w := newWorld(t)
	things := []any{
		invoice("HUGE", "10.00", func(d *center.Document) { d.Notes = []string{strings.Repeat("€", 4<<20/3+1)} }),
		invoice("LARGE", "11.00", func(d *center.Document) { d.Notes = []string{strings.Repeat("€", 3<<20/3)} }),
	}
	if diff := gocmp.Diff([]string{"rejected", "created"}, words(w.book(things...))); diff != "" {
		t.Error(diff)
	}
	if all := w.exported(buyer); len(all) != 2 {
		t.Errorf("%d records", len(all))
	}
}

func FuzzNoTextIsACursor(f *testing.F) {
	w := newWorld(f)
	w.mustCreate(invoice("A-1", "1.00"), invoice("A-2", "2.00"))
	f.Add("azE.AAAA")
	f.Add(".")
	f.Add(w.list(buyer, store.InvoiceQuery{Limit: 1}).Next + "A")
	f.Fuzz(func(t *testing.T, cursor string) {
		if cursor == "" {
			t.Skip()
		}
		if _, err := w.in(buyer).Invoices(t.Context(), store.InvoiceQuery{Limit: 1, Cursor: cursor}); !center.IsKind(err, center.Invalid) {
			t.Errorf("%q: %v", cursor, err)
		}
	})
}

func TestCursorsOutliveARotationOfKeys(t *testing.T) {
	w := newWorld(t)
	w.mustCreate(invoice("A-1", "1.00"), invoice("A-2", "2.00"))
	cursor := w.list(buyer, store.InvoiceQuery{Limit: 1}).Next
	rotate := func(keys string) error {
		ring, err := keyring.Parse(keys)
		if err != nil {
			t.Fatal(err)
		}
		c := w.Config
		c.Keys = ring
		_, err = store.Open(c).In(actor(buyer)).Invoices(t.Context(), store.InvoiceQuery{Limit: 1, Cursor: cursor})
		return err
	}
	const next = `"k2":"HxweHRwbGhkYFxYVFBMSERAPDg0MCwoJCAcGBQQDAgE="`
	if err := rotate(strings.Replace(strings.Replace(cloudtest.Keys, `"keys":{`, `"keys":{`+next+",", 1), `"current":"k1"`, `"current":"k2"`, 1)); err != nil {
		t.Errorf("with a new key beside the old: %v", err)
	}
	if err := rotate(`{"current":"k2","keys":{` + next + `}}`); !center.IsKind(err, center.Invalid) {
		t.Errorf("with the old key gone: %v", err)
	}
}
