package main

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"customercenter/infra/functiontest"
	"customercenter/shared/center"
	"customercenter/shared/ingest"
	"customercenter/shared/store"
)

func received(reference, amount, more string) string {
	return `{"kind":"payment","account":"SA1","reference":"` + reference + `","method":"transfer","currency":"SAR","amount":"` + amount +
		`","received_on":"2026-10-05"` + more + `}`
}

// najd is the account of these stories, as a contact of it sees it.
func (w world) najd(t *testing.T) store.Account {
	t.Helper()
	return w.Store.In(center.Actor{Account: center.AccountIDOf("SA1")})
}

// standing is what is owed of an account's invoices and its credit, as text.
func (w world) standing(t *testing.T) string {
	t.Helper()
	s, err := w.Store.Everywhere("a test looks").Summary(t.Context(), center.AccountIDOf("SA1"))
	if err != nil {
		t.Fatal(err)
	}
	c := s.Summary.Currencies[0]
	owed := c.Statuses[0].Outstanding
	for _, status := range c.Statuses[1:] {
		owed, _ = owed.Add(status.Outstanding)
	}
	return owed.Decimal() + " owed, " + c.AccountCredit.Decimal() + " credit"
}

func TestMoneyThatCameGoesToThePapersItNames(t *testing.T) {
	invoices := []string{paper("invoice", "1", "100.00", ""), paper("invoice", "2", "50.00", "")}
	both := `,"issuer":"vendor","allocations":[{"number":"1","amount":"30.00"},{"number":"2"}]`
	for name, c := range map[string]struct {
		posts [][]string
		want  string
		code  center.ImportCode // of a warning in the last post
	}{
		"of named papers, each its part":      {[][]string{append(slices.Clone(invoices), received("W-1", "80.00", both))}, "70.00 owed, 0.00 credit", ""},
		"more than they ask is credit":        {[][]string{append(slices.Clone(invoices), received("W-1", "200.00", both))}, "70.00 owed, 120.00 credit", ""},
		"less than they ask goes in order":    {[][]string{append(slices.Clone(invoices), received("W-1", "40.00", both))}, "110.00 owed, 0.00 credit", ""},
		"before the papers, it waits":         {[][]string{{`{"kind":"account","key":"SA1","name":"Najd"}`, received("W-1", "80.00", both)}, invoices}, "70.00 owed, 0.00 credit", ""},
		"one comes first, the other later":    {[][]string{{invoices[1], received("W-1", "200.00", both)}, {invoices[0]}}, "70.00 owed, 120.00 credit", ""},
		"posted again, it gives nothing anew": {[][]string{append(slices.Clone(invoices), received("W-1", "200.00", both)), append(slices.Clone(invoices), received("W-1", "200.00", both))}, "70.00 owed, 120.00 credit", ""},
		"waited, and all is posted again": {[][]string{{`{"kind":"account","key":"SA1","name":"Najd"}`, received("W-1", "200.00", both)}, invoices, invoices,
			{received("W-1", "200.00", both)}}, "70.00 owed, 120.00 credit", ""},
		"two records of one file, twice in it": {[][]string{append(slices.Clone(invoices), received("W-1", "200.00", both), received("W-1", "200.00", both))}, "70.00 owed, 120.00 credit", ""},
		"without an issuer, the only one of its number": {[][]string{append(slices.Clone(invoices), received("W-1", "100.00", `,"allocations":[{"number":"1"}]`))},
			"50.00 owed, 0.00 credit", ""},
		"of nobody's number, it is credit": {[][]string{append(slices.Clone(invoices), received("W-1", "100.00", `,"allocations":[{"number":"9"}]`))},
			"150.00 owed, 100.00 credit", center.WarnInvoiceUnknown},
		"without a paper, it is credit": {[][]string{append(slices.Clone(invoices), received("W-1", "100.00", ""))}, "150.00 owed, 100.00 credit", ""},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(functiontest.Empty(t))
			var report center.ImportReport
			for i, records := range c.posts {
				report = w.imported(t, []ingest.File{lines("f.jsonl", records...)}, "", nil)
				if n := report.Counts; n.Rejected+n.Conflict+n.NearDuplicate != 0 {
					t.Fatalf("post %d: %+v %+v", i, n, report.Rows)
				}
			}
			if got := w.standing(t); got != c.want {
				t.Errorf("%s, want %s", got, c.want)
			}
			warned := slices.ContainsFunc(report.Rows, func(r center.ImportRow) bool { return r.Code == c.code })
			if c.code != "" && !warned {
				t.Errorf("no warning %s: %+v", c.code, report.Rows)
			}
			first := exported(t, w)
			if diff := cmp.Diff(first, backIn(t, first)); diff != "" {
				t.Errorf("(-first export +second):\n%s", diff)
			}
		})
	}
}

func TestAPaymentStandsInTheHistoryOfTheInvoice(t *testing.T) {
	w := newWorld(functiontest.Empty(t))
	w.imported(t, []ingest.File{lines("f.jsonl", paper("invoice", "1", "100.00", ""), received("W-1", "100.00", `,"allocations":[{"number":"1"}]`),
		`{"kind":"reminder","account":"SA1","number":"R-1","issue_date":"2026-10-02","papers":["1","7"]}`,
		`{"kind":"application_response","account":"SA1","issuer":"vendor","number":"A-1","issue_date":"2026-10-03","papers":["1"],"code":"AP"}`)}, "", nil)
	detail, err := w.najd(t).Invoice(t.Context(), center.InvoiceIDOf(center.AccountIDOf("SA1"), "vendor", center.KindInvoice, "1"))
	if err != nil {
		t.Fatal(err)
	}
	got := map[store.EntryKind]string{}
	for _, e := range detail.Entries {
		got[e.Kind] = e.Number + " " + string(e.On) + " " + e.Method
	}
	delete(got, store.EntryImported)
	want := map[store.EntryKind]string{store.EntryPayment: "W-1 2026-10-05 ", store.EntryReminded: "R-1 2026-10-02 ", store.EntryAnswered: "A-1 2026-10-03 AP"}
	if !maps.Equal(got, want) || detail.Invoice.ClosedOn != "2026-10-05" {
		t.Errorf("%v, closed on %s", got, detail.Invoice.ClosedOn)
	}
}

func TestAStatementIsComparedAndNeverBooked(t *testing.T) {
	statement := func(balance string) string {
		return `{"kind":"statement","account":"SA1","number":"S-` + balance + `","issue_date":"2026-10-31","currency":"SAR","balance":"` + balance + `"}`
	}
	w := newWorld(functiontest.Empty(t))
	report := w.imported(t, []ingest.File{lines("f.jsonl", statement("100.00"), statement("90.00"), paper("invoice", "1", "100.00", ""))}, "", nil)
	if report.Counts != (center.ImportCounts{Created: 3, Warnings: 1}) || w.standing(t) != "100.00 owed, 0.00 credit" {
		t.Fatalf("%+v, %s", report.Counts, w.standing(t))
	}
	for _, row := range report.Rows {
		if row.Warning && (row.Code != center.WarnStatementDiffers || row.Number != "S-90.00" || !strings.Contains(row.Message, "10.00 SAR")) {
			t.Errorf("%+v", row)
		}
	}
}

func TestRecordsOfMoneyThatSayNothingAreRefused(t *testing.T) {
	for name, record := range map[string]string{
		"no amount":            received("W", "", ""),
		"nothing":              received("W", "0.00", ""),
		"less than nothing":    received("W", "-5.00", ""),
		"no currency":          strings.Replace(received("W", "5.00", ""), `"SAR"`, `""`, 1),
		"no day":               strings.Replace(received("W", "5.00", ""), `2026-10-05`, ``, 1),
		"a part below zero":    received("W", "5.00", `,"allocations":[{"number":"1","amount":"-1.00"}]`),
		"a part of no paper":   received("W", "5.00", `,"allocations":[{"number":""}]`),
		"a statement's words":  `{"kind":"statement","account":"SA1","number":"S","issue_date":"2026-10-31","currency":"SAR","balance":"much"}`,
		"a reminder of no one": `{"kind":"reminder","account":"SA1","number":"R","issue_date":"2026-10-31","papers":[]}`,
	} {
		w := newWorld(functiontest.Empty(t))
		report := w.imported(t, []ingest.File{lines("f.jsonl", `{"kind":"account","key":"SA1","name":"Najd"}`, record)}, "", nil)
		if report.Counts != (center.ImportCounts{Created: 1, Rejected: 1}) {
			t.Errorf("%s: %+v", name, report.Rows)
		}
	}
}
