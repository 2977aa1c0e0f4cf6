package store_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"customercenter/infra/local/cloudtest"
	"customercenter/infra/local/dynamo"
	"customercenter/shared/center"
	"customercenter/shared/money"
	"customercenter/shared/store"
)

func eur(minor int64) money.Money { return money.Money{Minor: minor, Currency: "EUR"} }

// stands is an account in short: what each paper has left, and the summary.
type stands struct {
	Left    map[string]int64 // outstanding, or of a credit what it has to give
	Counts  center.Counts
	Credit  int64
	PastDue int64
	Open    int64
}

func (w *world) stands(key string) stands {
	w.t.Helper()
	s := stands{Left: map[string]int64{}}
	for _, q := range []store.InvoiceQuery{{Limit: 100}, {Limit: 100, Credits: true}} {
		for _, inv := range w.list(key, q).Invoices {
			s.Left[inv.Number] = inv.Outstanding.Minor + inv.CreditLeft.Minor
		}
	}
	sum := w.summary(key)
	s.Counts = sum.Counts
	for _, c := range sum.Currencies {
		s.Credit += c.AccountCredit.Minor
		s.PastDue += c.Statuses[0].Outstanding.Minor
		s.Open += c.Statuses[1].Outstanding.Minor
	}
	return s
}

func TestBookingAgainChangesNothing(t *testing.T) {
	w := newWorld(t)
	things := []any{invoice("A-1", "10.00"), invoice("A-2", "20.00"), creditNote("C-1", "5.00", "A-1"), anOrder("PO-1")}
	w.mustCreate(things...)
	before := w.stands(buyer)
	dump := w.dump()
	if diff := cmp.Diff([]string{"unchanged", "unchanged", "unchanged", "unchanged"}, words(w.book(things...))); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(before, w.stands(buyer)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(dump, w.dump()); diff != "" {
		t.Error(diff)
	}
}

func TestTheSamePartOfAnImportAnswersTheSame(t *testing.T) {
	w := newWorld(t)
	b := booking()
	part := records(invoice("A-1", "10.00"), invoice("A-1", "10.00"), anOrder("PO-1"))
	for range 2 {
		got, err := w.ops().Book(t.Context(), b, part)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]string{"created", "unchanged", "created"}, words(got)); diff != "" {
			t.Error(diff)
		}
	}
}

func TestANumberBelongsToOnePaper(t *testing.T) {
	w := newWorld(t)
	got := w.book(
		invoice("A-1", "10.00"),
		invoice("A-1", "11.00"),                // other content
		invoice("a - 1", "10.00"),              // the same number, other content
		invoice("A-1", "10.00", to("BUYER-2")), // another account
		paper(center.KindDebitNote, "A-1", "10.00"),
		invoice("A-1", "10.00", func(d *center.Document) { d.Supplier.VAT = "NL002" }), // another issuer
	)
	want := []string{"created", "conflict", "conflict", "conflict", "created", "created"}
	if diff := cmp.Diff(want, words(got)); diff != "" {
		t.Error(diff)
	}
	if _, err := w.ops().FindAccount(t.Context(), "BUYER-2"); !center.IsKind(err, center.NotFound) {
		t.Errorf("an account was made for a paper that was not booked: %v", err)
	}
}

func TestNearDuplicatesWaitForAnOperator(t *testing.T) {
	w := newWorld(t)
	w.mustCreate(invoice("INV-0042", "10.00"))
	things := []any{
		invoice("INV-42", "10.00"),
		invoice("INV-042", "10.01"),                      // another amount
		invoice("INV-00042", "10.00", due("2026-02-10")), // another day
		invoice("INV-420", "10.00"),                      // another number
	}
	if diff := cmp.Diff([]string{"near_duplicate", "created", "created", "created"}, words(w.book(things...))); diff != "" {
		t.Error(diff)
	}
	accept := booking(func(b *store.Booking) { b.Options.AcceptNearDuplicates = true })
	got, err := w.ops().Book(t.Context(), accept, records(things[0]))
	if err != nil || got[0].Result != center.ResultCreated {
		t.Errorf("accepted: %v %v", got, err)
	}
	long := strings.Repeat("9", 80)
	if diff := cmp.Diff([]string{"created", "near_duplicate"}, words(w.book(invoice("0"+long, "9.00"), invoice(long, "9.00")))); diff != "" {
		t.Error("numbers longer than what is searched by:", diff)
	}
	both := w.book(invoice("X-07", "9.00"), invoice("X-7", "9.00"))
	if diff := cmp.Diff([]string{"created", "near_duplicate"}, words(both)); diff != "" {
		t.Error("within one import:", diff)
	}
}

// A paper is found by its order and its amount too: neither makes it near.
func TestOnlyNumbersMakeNearDuplicates(t *testing.T) {
	w := newWorld(t)
	w.mustCreate(
		invoice("INV-42", "10.00"),
		invoice("A-1", "10.00", func(d *center.Document) { d.OrderRef = "77" }),
		invoice("A-2", "88.00"),
	)
	w.mustCreate(invoice("42", "10.00"), invoice("77", "10.00"), invoice("88", "88.00"))
	var many []any
	for i := range 40 {
		many = append(many, invoice(fmt.Sprintf("M-%02d", i), "500.00"))
	}
	w.mustCreate(append(many, invoice("0500", "500.00"))...)
	if got := w.book(invoice("500", "500.00"))[0]; got.Result != center.ResultNearDuplicate {
		t.Errorf("among papers of the same amount: %s", got.Result)
	}
}

func TestCreditsReduceWhatTheyNameInWhateverOrderPapersCome(t *testing.T) {
	negative := invoice("N-1", "-25.00", func(d *center.Document) { d.Preceding = []center.Preceding{{Number: "A-1"}} })
	cases := []struct {
		name   string
		things []any
		left   map[string]int64
		credit int64
	}{
		{"a part", []any{invoice("A-1", "100.00"), creditNote("C-1", "30.00", "A-1")}, map[string]int64{"A-1": 7000, "C-1": 0}, 0},
		{"more than the invoice", []any{invoice("A-1", "100.00"), creditNote("C-1", "130.00", "A-1")}, map[string]int64{"A-1": 0, "C-1": 3000}, 3000},
		{"two invoices", []any{invoice("A-1", "50.00"), invoice("A-2", "100.00"), creditNote("C-1", "70.00", "A-1", "A-2")},
			map[string]int64{"A-1": 0, "A-2": 8000, "C-1": 0}, 0},
		{"two credits", []any{invoice("A-1", "100.00"), creditNote("C-1", "70.00", "A-1"), creditNote("C-2", "70.00", "A-1")},
			map[string]int64{"A-1": 0, "C-1": 0, "C-2": 4000}, 4000},
		{"a negative invoice", []any{invoice("A-1", "100.00"), negative}, map[string]int64{"A-1": 7500, "N-1": 0}, 0},
		{"a debit note", []any{paper(center.KindDebitNote, "D-1", "40.00"), creditNote("C-1", "10.00", "D-1")},
			map[string]int64{"D-1": 3000, "C-1": 0}, 0},
		{"nothing named", []any{invoice("A-1", "100.00"), creditNote("C-1", "30.00")}, map[string]int64{"A-1": 10000, "C-1": 3000}, 3000},
		{"another currency", []any{invoice("A-1", "100.00", in("USD")), creditNote("C-1", "30.00", "A-1")},
			map[string]int64{"A-1": 10000, "C-1": 3000}, 3000},
		{"what never comes", []any{creditNote("C-1", "30.00", "A-9")}, map[string]int64{"C-1": 3000}, 3000},
	}
	for _, c := range cases {
		for _, together := range []bool{true, false} {
			for order, things := range orders(c.things) {
				t.Run(fmt.Sprintf("%s/together=%t/%d", c.name, together, order), func(t *testing.T) {
					w := newWorld(t)
					if together {
						w.mustCreate(things...)
					} else {
						for _, thing := range things {
							w.mustCreate(thing)
						}
					}
					got := w.stands(buyer)
					if c.name == "two credits" { // which of the two is left hangs on the order; the sum does not
						got.Left["C-2"] += got.Left["C-1"]
						got.Left["C-1"] = 0
					}
					if c.name == "two invoices" && !together && order == 1 { // it waited, and the later one came first
						got.Left["A-1"] -= 5000
						got.Left["A-2"] += 5000
					}
					if diff := cmp.Diff(c.left, got.Left); diff != "" {
						t.Error(diff)
					}
					if got.Credit != c.credit {
						t.Errorf("account credit %d, want %d", got.Credit, c.credit)
					}
				})
			}
		}
	}
}

// orders are the things as they are and turned around.
func orders(things []any) [][]any {
	turned := slices.Clone(things)
	slices.Reverse(turned)
	return [][]any{things, turned}
}

func TestACreditNeverReachesAnotherAccount(t *testing.T) {
	w := newWorld(t)
	w.mustCreate(invoice("A-1", "100.00"), invoice("B-1", "100.00", to("BUYER-2")), creditNote("C-1", "30.00", "B-1", "A-1"))
	if got := w.stands("BUYER-2").Left["B-1"]; got != 10000 {
		t.Errorf("the other account's invoice has %d left", got)
	}
	if got := w.stands(buyer).Left["A-1"]; got != 7000 {
		t.Errorf("own invoice has %d left", got)
	}
}

func TestADryRunAnswersTheSameAndWritesNothing(t *testing.T) {
	w := newWorld(t)
	w.mustCreate(invoice("A-1", "10.00"), invoice("A-007", "7.00"))
	before := w.dump()
	things := records(
		invoice("A-1", "10.00"), invoice("A-1", "11.00"), invoice("A-7", "7.00"),
		invoice("B-1", "10.00"), invoice("B-1", "10.00"), invoice("B-01", "10.00"), creditNote("C-1", "3.00", "B-1", "A-1"),
		anOrder("PO-1"), anOrder("PO-1"),
		&center.ContactRecord{Account: "NOBODY", Email: "x@nobody.example", Type: center.ContactPayables},
		&center.AccountRecord{Key: "BUYER-3", Name: "Third"},
		&center.ContactRecord{Account: "BUYER-3", Email: "x@third.example", Type: center.ContactPayables},
		&center.OtherRecord{Account: "BUYER-3", Kind: center.KindContract, ID: "K-1", JSON: []byte(`{"kind":"contract"}`)},
		&center.OtherRecord{Account: "BUYER-3", Kind: center.KindContract, ID: "K-1", JSON: []byte(`{"kind":"contract","a":1}`)},
	)
	dry, err := w.ops().Book(t.Context(), booking(func(b *store.Booking) { b.Options.DryRun = true }), things)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(before, w.dump()); diff != "" {
		t.Errorf("a dry run wrote: %s", diff)
	}
	real, err := w.ops().Book(t.Context(), booking(), things)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(real, dry); diff != "" {
		t.Error(diff)
	}
	want := strings.Fields("unchanged conflict near_duplicate created unchanged near_duplicate created created unchanged rejected created created created conflict")
	if diff := cmp.Diff(want, words(real)); diff != "" {
		t.Error(diff)
	}
}

func TestSixtyFourImportsOfOnePaperBookItOnce(t *testing.T) {
	w := newWorld(t)
	var wait sync.WaitGroup
	var mu sync.Mutex
	results := map[string]int{}
	bookings := make([]store.Booking, 64)
	for i := range bookings {
		bookings[i] = booking()
	}
	for _, b := range bookings {
		wait.Go(func() {
			part := records(invoice("A-1", "10.00"), creditNote("C-1", "4.00", "A-1"))
			got, err := w.ops().Book(context.Background(), b, part)
			for center.IsKind(err, center.Unavailable) { // too many at once is said plainly, and posting again helps
				got, err = w.ops().Book(context.Background(), b, part)
			}
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				results[err.Error()]++
				return
			}
			results[string(got[0].Result)]++
			results[string(got[1].Result)]++
		})
	}
	wait.Wait()
	if results["created"] != 2 || results["created"]+results["unchanged"] != 128 {
		t.Errorf("results: %v", results)
	}
	want := stands{Left: map[string]int64{"A-1": 600, "C-1": 0}, Counts: center.Counts{All: 1, PastDue: 1}, PastDue: 600}
	if diff := cmp.Diff(want, w.stands(buyer)); diff != "" {
		t.Error(diff)
	}
}

func TestAThousandPapersOfOneAccountFitTransactions(t *testing.T) {
	w := newWorld(t)
	var things []any
	for i := range 300 {
		things = append(things, invoice(fmt.Sprintf("A-%04d", i+1), "1.00", due(day(i%40-20))))
	}
	ctx, meter := store.WithMeter(t.Context())
	if _, err := w.ops().Book(ctx, booking(), records(things...)); err != nil {
		t.Fatal(err)
	}
	if got := w.summary(buyer).Counts.All; got != 300 {
		t.Errorf("%d invoices", got)
	}
	t.Logf("%d writes, %d reads, %s", meter.Writes(), meter.Reads(), meter.Units())
	if meter.Writes() > 45 {
		t.Errorf("%d transactions for 300 papers", meter.Writes())
	}
}

func TestAnUnreachableTableIsAnError(t *testing.T) {
	w := newWorld(t)
	w.Wire.Fail(func(int, string) cloudtest.Fault { return cloudtest.GoneBefore })
	_, err := w.ops().Book(t.Context(), booking(), records(invoice("A-1", "10.00")))
	if !center.IsKind(err, center.Unavailable) || !errors.Is(err, cloudtest.ErrLost) {
		t.Errorf("got %v", err)
	}
}

func TestPapersOfManyReferencesFitATransaction(t *testing.T) {
	w := newWorld(t)
	var refs []string
	for i := range 100 {
		refs = append(refs, fmt.Sprintf("K-%03d", i))
	}
	order := anOrder("PO-1")
	order.ContractRefs = refs
	for i := range 8 {
		order.Contacts = append(order.Contacts, center.OrderContact{Email: fmt.Sprintf("p%d@buyer.example", i), Role: center.RoleOrdering})
	}
	w.mustCreate(invoice("A-1", "1.00", func(d *center.Document) { d.ContractRefs = refs }), order)
}

func TestWhatCannotBeBookedIsRejected(t *testing.T) {
	w := newWorld(t)
	reject := center.Record{Reject: &center.RowNote{Code: center.CodeNotXML, Message: "no"}}
	got := w.book(
		invoice(strings.Repeat("9", 201), "10.00"),
		invoice("A-1", "10.005"),
		&center.ContactRecord{Account: buyer, Email: "a@b.example", Type: center.ContactPayables},
		&center.AccountRecord{Key: "Z", Name: "Z", TimeZone: "Mars/Olympus"},
		&center.OtherRecord{Account: "nobody", Kind: center.KindUsage, ID: "1", JSON: []byte(`{}`)},
	)
	more, err := w.ops().Book(t.Context(), booking(), []store.Booked{{Record: reject}, {}})
	if err != nil {
		t.Fatal(err)
	}
	want := []center.ImportCode{"bad_record", "bad_amount", "unknown_customer", "bad_record", "unknown_customer", "not_xml", "bad_record"}
	for i, r := range append(got, more...) {
		if r.Result != center.ResultRejected || r.Note.Code != want[i] {
			t.Errorf("record %d: %s %+v, want %s", i, r.Result, r.Note, want[i])
		}
	}
}

// TestImportsThatMeetInEveryTotalBookAllTheirPapers runs imports of one
// account on a table whose transactions take long, so that they conflict.
func TestImportsThatMeetInEveryTotalBookAllTheirPapers(t *testing.T) {
	c := cloudtest.Table(t, func(o *dynamo.Options) { o.TransactionHold = 3 * time.Millisecond })
	w := &world{c, c.Open(), t}
	w.mustCreate(invoice("A-0", "1.00"))
	var wait sync.WaitGroup
	for n := range 8 {
		b := booking()
		part := records(invoice(fmt.Sprintf("B-%d1", n), "1.00"), invoice(fmt.Sprintf("B-%d2", n), "1.00"), creditNote(fmt.Sprintf("C-%d", n), "0.50", "A-0"))
		wait.Go(func() {
			for range 50 { // a busy table is said plainly, and posting again helps
				got, err := w.ops().Book(context.Background(), b, part)
				if center.IsKind(err, center.Unavailable) {
					continue
				}
				if diff := cmp.Diff([]string{"created", "created", "created"}, words(got)); diff != "" || err != nil {
					t.Error(diff, err)
				}
				return
			}
			t.Error("never booked")
		})
	}
	wait.Wait()
	got := w.stands(buyer)
	if got.Counts.All != 17 || got.PastDue != 1600 || got.Credit != 300 || got.Left["A-0"] != 0 {
		t.Errorf("%+v", got)
	}
}
