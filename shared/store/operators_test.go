package store_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"

	"customercenter/shared/center"
	"customercenter/shared/money"
	"customercenter/shared/store"
	"github.com/google/go-cmp/cmp"
)

// exported is everything of an account, part by part.
func (w *world) exported(key string) []center.Record {
	w.t.Helper()
	var all []center.Record
	cursor := ""
	for range 1000 {
		part, err := w.ops().Export(w.ctx(), center.AccountIDOf(key), cursor)
		if err != nil {
			w.t.Fatal(err)
		}
		all = append(all, part.Records...)
		if part.Next == "" {
			for i := range all {
				all[i].Index = i
			}
			return all
		}
		cursor = part.Next
	}
	w.t.Fatal("the export does not end")
	return nil
}

func bookedOf(records []center.Record) []store.Booked {
	out := make([]store.Booked, len(records))
	for i, r := range records {
		body, err := json.Marshal(r)
		if err != nil {
			panic(err)
		}
		out[i] = store.Booked{Record: r, Fingerprint: string(body)}
	}
	return out
}

func TestWhatIsExportedImportsAsTheSame(t *testing.T) {
	w := newWorld(t)
	terms := 30
	w.mustCreate(
		&center.AccountRecord{Key: buyer, Name: "Buyer One", TimeZone: "Asia/Riyadh", Locale: "ar", NetTermsDays: &terms, TaxIDs: []string{"300"},
			BillingAddress: &center.Address{City: "الرياض", Country: "SA"}},
		&center.ContactRecord{Account: buyer, Email: ann, Name: "Ann", Type: center.ContactExecutive, Locale: "en"},
		anOrder("PO-1"), anOrder("PO-2"),
		&center.OtherRecord{Account: buyer, Kind: center.KindContract, ID: "K-1", JSON: []byte(`{"kind":"contract","number":"K-1","note":"<&>"}`)},
		invoice("A-1", "100.00"), invoice("A-2", "10.00", func(d *center.Document) { d.PaidDate = "2026-02-01" }),
		creditNote("C-1", "30.00", "A-1"), creditNote("C-2", "5.00"),
	)
	first := w.exported(buyer)
	if len(first) != 9 {
		t.Errorf("%d records", len(first))
	}
	other := newWorld(t)
	results, err := other.ops().Book(t.Context(), booking(), bookedOf(first))
	if err != nil {
		t.Fatal(err)
	}
	for i, r := range results {
		if r.Result != center.ResultCreated {
			t.Errorf("record %d (%s): %s %+v", i, first[i].Kind, r.Result, r.Note)
		}
	}
	if diff := cmp.Diff(first, other.exported(buyer)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(w.stands(buyer), other.stands(buyer)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(w.access(buyer), other.access(buyer)); diff != "" {
		t.Error(diff)
	}
}

func TestALongExportComesInParts(t *testing.T) {
	w := newWorld(t)
	var things []any
	for i := range 250 {
		d := invoice(fmt.Sprintf("A-%03d", i), "1.00")
		for n := range 150 {
			d.Lines = append(d.Lines, center.Line{ID: fmt.Sprint(n), Name: fmt.Sprintf("line %x of %x", n*7919*i, i*n), Net: "0.00"})
		}
		things = append(things, d)
	}
	w.mustCreate(things...)
	part, err := w.ops().Export(t.Context(), center.AccountIDOf(buyer), "")
	if err != nil || part.Next == "" {
		t.Fatal(len(part.Records), err)
	}
	body, _ := json.Marshal(part.Records)
	if len(body) > 4<<20 {
		t.Errorf("a part of %d bytes", len(body))
	}
	seen := map[string]bool{}
	for _, r := range w.exported(buyer) {
		seen[r.Number] = true
	}
	if len(seen) != 251 { // and the account, which has no number
		t.Errorf("%d records", len(seen))
	}
	if _, err := w.ops().Export(t.Context(), center.AccountIDOf(buyer), part.Next+"x"); !center.IsKind(err, center.Invalid) {
		t.Errorf("a forged cursor: %v", err)
	}
	if _, err := w.ops().Export(t.Context(), center.AccountIDOf("nobody"), ""); !center.IsKind(err, center.NotFound) {
		t.Errorf("nobody: %v", err)
	}
}

func TestEveryAccountIsListedOnce(t *testing.T) {
	w := newWorld(t)
	var things []any
	want := []string{}
	for i := range 70 {
		key := fmt.Sprintf("ACC-%02d", i)
		want = append(want, key)
		things = append(things, invoice(fmt.Sprintf("A-%02d", i), "1.00", to(key)))
	}
	w.mustCreate(things...)
	for _, limit := range []int{1, 2, 7, 16, 70, 100} {
		var got []string
		cursor := ""
		for range 1000 {
			page, next, err := w.ops().Accounts(t.Context(), cursor, limit)
			if err != nil || len(page) > limit {
				t.Fatal(len(page), err)
			}
			for _, a := range page {
				got = append(got, a.Key)
			}
			if cursor = next; next == "" {
				break
			}
		}
		slices.Sort(got)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("by %d: %s", limit, diff)
		}
	}
	a, err := w.ops().FindAccount(t.Context(), "acc-07")
	if err != nil || a.Key != "ACC-07" {
		t.Fatal(a, err)
	}
	byID, err := w.ops().FindAccount(t.Context(), string(a.ID))
	if err != nil || byID.Key != a.Key {
		t.Error(byID, err)
	}
	sum, err := w.ops().Summary(t.Context(), a.ID)
	if err != nil || sum.Summary.Counts.PastDue != 1 || sum.Name != "Buyer ACC-07" {
		t.Errorf("%+v %v", sum, err)
	}
}

func TestReportsAddUpTheirParts(t *testing.T) {
	w := newWorld(t)
	id := store.NewImportID(w.Clock.Now())
	part := func(at int) center.ImportReport {
		return center.ImportReport{ID: id, At: w.Clock.Now(), By: "desk@example.com", Files: []center.ImportFile{{Name: "a.xml", SHA256: "00"}},
			Counts: center.ImportCounts{Created: 2, Rejected: 1},
			Sums: []center.ImportSum{{Currency: "EUR", Invoices: center.ImportTotal{Count: 2, Payable: eur(500)},
				CreditNotes: center.ImportTotal{Payable: eur(0)}, Net: eur(500)}},
			Rows: []center.ImportRow{{File: "a.xml", Index: at, Result: center.ResultCreated}}}
	}
	for _, at := range []int{0, 3, 3, 0} {
		if err := w.ops().AddReport(t.Context(), part(at), at); err != nil {
			t.Fatal(err)
		}
	}
	got, err := w.ops().Report(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	want := part(0)
	want.Counts = center.ImportCounts{Created: 4, Rejected: 2}
	want.Sums[0].Invoices = center.ImportTotal{Count: 4, Payable: eur(1000)}
	want.Sums[0].Net = eur(1000)
	want.Rows = append(want.Rows, part(3).Rows...)
	equalMoney := cmp.Comparer(func(a, b money.Money) bool { return a == b })
	if diff := cmp.Diff(want, got, equalMoney); diff != "" {
		t.Error(diff)
	}
	w.Clock.Advance(1e9)
	second := store.NewImportID(w.Clock.Now())
	if err := w.ops().AddReport(t.Context(), center.ImportReport{ID: second, At: w.Clock.Now(), DryRun: true}, 0); err != nil {
		t.Fatal(err)
	}
	page, next, err := w.ops().Reports(t.Context(), "", 1)
	if err != nil || len(page) != 1 || page[0].ID != second || !page[0].DryRun || next == "" {
		t.Fatalf("first page: %+v %q %v", page, next, err)
	}
	page, next, err = w.ops().Reports(t.Context(), next, 1)
	if err != nil || len(page) != 1 || page[0].ID != id || page[0].Counts.Created != 4 || page[0].By != "desk@example.com" || next != "" ||
		!slices.Equal(page[0].Files, want.Files) {
		t.Errorf("second page: %+v %q %v", page, next, err)
	}
	if _, err := w.ops().Report(t.Context(), "imp_none"); !center.IsKind(err, center.NotFound) {
		t.Errorf("none: %v", err)
	}
}

func TestEmptyTotalsAreTidiedAndOthersAreNot(t *testing.T) {
	w := newWorld(t)
	w.mustCreate(invoice("A-1", "10.00", due(day(3))), invoice("A-2", "10.00", due(day(4))))
	w.mustCreate(creditNote("C-1", "10.00", "A-1"))
	removed := 0
	for _, line := range w.dump() {
		var it struct{ Pk, Sk struct{ S string } }
		if err := json.Unmarshal([]byte(line), &it); err != nil {
			t.Fatal(err)
		}
		ok, err := w.TidyTotal(t.Context(), it.Pk.S, it.Sk.S)
		if err != nil {
			t.Fatal(err)
		}
		if ok {
			removed++
		}
	}
	if removed != 1 {
		t.Errorf("%d totals were removed", removed)
	}
	want := stands{Left: map[string]int64{"A-1": 0, "A-2": 1000, "C-1": 0}, Counts: center.Counts{All: 2, Open: 1, Closed: 1}, Open: 1000}
	if diff := cmp.Diff(want, w.stands(buyer)); diff != "" {
		t.Error(diff)
	}
	w.mustCreate(invoice("A-3", "7.00", due(day(3))))
	if got := w.summary(buyer).Counts.Open; got != 2 {
		t.Errorf("%d open after a total was made anew", got)
	}
}

func TestAnAnswerIsRememberedForItsRequest(t *testing.T) {
	w := newWorld(t)
	a := w.in(buyer)
	if _, found, err := a.Recall(t.Context(), "route", "key", []byte("body")); found || err != nil {
		t.Fatal(found, err)
	}
	for _, answer := range []string{"first", "second"} {
		got, err := a.Remember(t.Context(), "route", "key", []byte("body"), []byte(answer))
		if err != nil || string(got) != "first" {
			t.Fatalf("%q %v", got, err)
		}
	}
	if got, found, err := a.Recall(t.Context(), "route", "key", []byte("body")); string(got) != "first" || !found || err != nil {
		t.Errorf("%q %t %v", got, found, err)
	}
	if _, _, err := a.Recall(t.Context(), "route", "key", []byte("other")); !center.IsKind(err, center.Unprocessable) {
		t.Errorf("another body: %v", err)
	}
	if _, found, err := w.in("BUYER-2").Recall(t.Context(), "route", "key", []byte("body")); found || err != nil {
		t.Errorf("another account: %t %v", found, err)
	}
	w.Clock.Advance(8 * 24 * 3600 * 1e9)
	if _, found, err := a.Recall(t.Context(), "route", "key", []byte("other")); found || err != nil {
		t.Errorf("after eight days: %t %v", found, err)
	}
	if got, err := a.Remember(t.Context(), "route", "key", []byte("other"), []byte("third")); err != nil || string(got) != "third" {
		t.Errorf("anew: %q %v", got, err)
	}
}

func TestTheTableAnswersHealth(t *testing.T) {
	w := newWorld(t)
	if err := w.Check(t.Context()); err != nil {
		t.Error(err)
	}
	c := w.Config
	c.Table = "nowhere"
	if err := store.Open(c).Check(t.Context()); err == nil {
		t.Error("a table that is not there answers")
	}
}
