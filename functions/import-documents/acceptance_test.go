package main

import (
	"encoding/json"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"customercenter/infra/functiontest"
	"customercenter/shared/center"
	"customercenter/shared/ingest"
	"customercenter/shared/money"
)

// These stories import public documents that are not part of the repository,
// and skip where they are not at hand.

func publicDir(t *testing.T) string {
	dir := os.Getenv("CENTER_DATA")
	if dir == "" {
		dir = filepath.Join(functiontest.Root(), "..", "shared", "data")
	}
	if _, err := os.Stat(dir); err != nil {
		t.Skip("the public documents are not here")
	}
	return dir
}

func publicFiles(t *testing.T, paths ...string) []ingest.File {
	t.Helper()
	var files []ingest.File
	for _, p := range paths {
		data, err := os.ReadFile(p)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, ingest.File{Name: filepath.Base(p), Data: data})
	}
	return files
}

// known is what is known of importing one folder into an empty system.
type known struct {
	Batch map[string]int `json:"batch"`
	Sums  struct {
		Ledger map[string]string `json:"batch_ledger_by_currency"`
	} `json:"sums"`
	Warnings map[string]int `json:"warnings"`
	StatusAs map[string]map[string]struct {
		Count   int    `json:"count"`
		Balance string `json:"balance"`
	} `json:"status_as_of"`
	Credit  map[string]string `json:"account_credit_by_currency"`
	PerFile []struct {
		File   string `json:"file"`
		Root   string `json:"root"`
		Result string `json:"batch_result"`
	} `json:"per_file"`
}

// knownFolders are the folders of documents, as format/folder.
func knownFolders(t *testing.T) map[string]known {
	all := map[string]json.RawMessage{}
	if err := json.Unmarshal(publicFiles(t, filepath.Join(publicDir(t), "expected.json"))[0].Data, &all); err != nil {
		t.Fatal(err)
	}
	out := map[string]known{}
	for _, format := range []string{"ubl", "cii"} {
		folders := map[string]known{}
		if err := json.Unmarshal(all[format], &folders); err != nil {
			t.Fatal(err)
		}
		for name, folder := range folders {
			out[format+"/"+name] = folder
		}
	}
	return out
}

func folderFiles(t *testing.T, folder string) []ingest.File {
	paths, err := filepath.Glob(filepath.Join(publicDir(t), folder, "*.xml"))
	if err != nil || len(paths) == 0 {
		t.Fatalf("%d files, %v", len(paths), err)
	}
	slices.Sort(paths)
	return publicFiles(t, paths...)
}

func TestPublicFoldersImportAsKnown(t *testing.T) {
	for folder, want := range knownFolders(t) {
		t.Run(folder, func(t *testing.T) {
			w := newWorld(functiontest.Empty(t))
			files := folderFiles(t, folder)
			report := w.imported(t, files, "", nil)
			checkRows(t, want, report)
			checkSums(t, want, report)
			checkRecords(t, folder, w)
			again := w.imported(t, files, "", nil)
			if again.Counts.Created != 0 || again.Counts.NearDuplicate != 0 || len(again.Sums) != 0 {
				t.Errorf("posting again: %+v", again.Counts)
			}
			// How the papers stand is known of the time before money came.
			papers := newWorld(functiontest.Empty(t))
			papers.imported(t, slices.DeleteFunc(files, isRemittance), "", nil)
			for day, statuses := range want.StatusAs {
				at, err := time.Parse(time.DateOnly, day)
				if err != nil {
					t.Fatal(err)
				}
				papers.Pass(at.Add(12 * time.Hour).Sub(papers.Now()))
				checkStanding(t, papers, day, statuses, want.Credit)
			}
		})
	}
}

func isRemittance(f ingest.File) bool { return strings.Contains(string(f.Data), "<RemittanceAdvice ") }

// checkRows compares what became of each file.
func checkRows(t *testing.T, want known, report center.ImportReport) {
	t.Helper()
	got := map[string]center.ImportRow{}
	warnings := map[string]int{}
	for _, row := range report.Rows {
		if row.Warning {
			warnings[string(row.Code)]++
			continue
		}
		got[row.File] = row
	}
	for _, f := range want.PerFile {
		row := got[f.File]
		switch {
		case f.Result == "unchanged_or_conflict":
			if row.Result != center.ResultUnchanged && row.Result != center.ResultConflict {
				t.Errorf("%s: %+v", f.File, row)
			}
		case string(row.Result) != f.Result:
			t.Errorf("%s: %+v, want %s", f.File, row, f.Result)
		}
	}
	for code, n := range want.Warnings {
		if warnings[code] != n {
			t.Errorf("%d warnings %s, want %d", warnings[code], code, n)
		}
	}
	t.Logf("%+v, warnings %v", report.Counts, warnings)
}

func checkSums(t *testing.T, want known, report center.ImportReport) {
	t.Helper()
	got := map[string]string{}
	for _, s := range report.Sums {
		got[s.Currency] = s.Net.Decimal()
	}
	if diff := cmp.Diff(normal(t, want.Sums.Ledger), got); diff != "" {
		t.Errorf("net (-known +imported):\n%s", diff)
	}
}

// checkRecords compares what is exported of each paper that was taken with its
// known record, amounts as numbers.
func checkRecords(t *testing.T, folder string, w world) {
	t.Helper()
	format, name, _ := strings.Cut(folder, "/")
	path := filepath.Join(publicDir(t), "jsonl", name+".jsonl")
	if _, err := os.Stat(path); err != nil || format != "ubl" {
		return // a folder without billing papers, or of papers that are known as UBL
	}
	known := recordsByFile(t, string(publicFiles(t, path)[0].Data))
	for _, text := range exported(t, w) {
		for file, got := range recordsByFile(t, text) {
			if diff := cmp.Diff(known[file], got); diff != "" {
				t.Errorf("%s (-known +exported):\n%s", file, diff)
			}
		}
	}
}

// recordsByFile are the billing papers of JSON Lines.
func recordsByFile(t *testing.T, text string) map[string]any {
	t.Helper()
	out := map[string]any{}
	for line := range strings.Lines(text) {
		var head struct {
			Source   center.Source
			Currency money.Code
			Totals   struct{ Payable string }
		}
		var record map[string]any
		if err := errors.Join(json.Unmarshal([]byte(line), &head), json.Unmarshal([]byte(line), &record)); err != nil {
			t.Fatal(err, line)
		}
		if head.Totals.Payable != "" && record["kind"] != string(center.KindOrder) && record["kind"] != string(center.KindQuotation) {
			out[head.Source.File] = decimals(record, head.Currency)
		}
	}
	return out
}

// decimals brings the amounts in a record to the currency's decimals.
func decimals(value any, currency money.Code) any {
	switch v := value.(type) {
	case map[string]any:
		for name, in := range v {
			v[name] = decimals(in, currency)
			if text, ok := in.(string); ok && amountFields[name] {
				if m, err := money.ParseLoose(text, currency, money.RoundReject); err == nil {
					v[name] = m.Decimal()
				}
			}
		}
	case []any:
		for i := range v {
			v[i] = decimals(v[i], currency)
		}
	}
	return value
}

var amountFields = map[string]bool{"net": true, "amount": true, "taxable": true, "tax": true, "payable": true,
	"line_total": true, "allowance_total": true, "charge_total": true, "tax_exclusive": true, "tax_inclusive": true,
	"prepaid": true, "rounding": true}

// normal brings amounts by currency to the currency's decimals.
func normal(t *testing.T, amounts map[string]string) map[string]string {
	out := map[string]string{}
	for code, amount := range amounts {
		m, err := money.ParseLoose(amount, money.Code(code), money.RoundReject)
		if err != nil {
			t.Fatal(err)
		}
		out[code] = m.Decimal()
	}
	return out
}

// statusWords are the words of what is known for statuses.
var statusWords = map[center.InvoiceStatus]string{
	center.InvoiceOpen: "open", center.InvoicePastDue: "overdue", center.InvoiceClosed: "closed",
}

type standing struct {
	Count   int
	Balance string
}

// checkStanding compares the summaries of all accounts on a day.
func checkStanding(t *testing.T, w world, day string, known map[string]struct {
	Count   int    `json:"count"`
	Balance string `json:"balance"`
}, credit map[string]string) {
	t.Helper()
	everywhere := w.Store.Everywhere("a test compares")
	accounts, next, err := everywhere.Accounts(t.Context(), "", 100)
	if err != nil || next != "" {
		t.Fatal(err, next)
	}
	got, credits := map[string]standing{}, map[string][]money.Money{}
	for _, account := range accounts {
		s, err := everywhere.Summary(t.Context(), account.ID)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range s.Summary.Currencies {
			addStanding(t, got, c)
			if c.AccountCredit.Sign() != 0 {
				credits[string(c.Currency)] = append(credits[string(c.Currency)], c.AccountCredit)
			}
		}
	}
	want := map[string]standing{}
	for name, k := range known {
		code := name[len(name)-3:]
		want[name] = standing{k.Count, normal(t, map[string]string{code: k.Balance})[code]}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("on %s (-known +here):\n%s", day, diff)
	}
	gotCredit := map[string]string{}
	for code, amounts := range credits {
		sum, err := money.Sum(money.Code(code), amounts...)
		if err != nil {
			t.Fatal(err)
		}
		gotCredit[code] = sum.Decimal()
	}
	if diff := cmp.Diff(normal(t, credit), gotCredit); diff != "" {
		t.Errorf("credit on %s (-known +here):\n%s", day, diff)
	}
}

func addStanding(t *testing.T, got map[string]standing, c center.CurrencySummary) {
	for _, s := range c.Statuses {
		if s.Count == 0 {
			continue
		}
		name := statusWords[s.Status] + " " + string(c.Currency)
		before, ok := got[name]
		if !ok {
			before.Balance = money.Zero(c.Currency).Decimal()
		}
		sum, err := money.Parse(before.Balance, c.Currency)
		if err == nil {
			sum, err = sum.Add(s.Outstanding)
		}
		if err != nil {
			t.Fatal(err)
		}
		got[name] = standing{before.Count + s.Count, sum.Decimal()}
	}
}

// The story of OASIS: an invoice is paid by remittance and then credited, and
// the statement says what the account stands at.
func TestTheStoryOfOASISEndsAsItsStatementSays(t *testing.T) {
	w := newWorld(functiontest.Empty(t))
	files := folderFiles(t, "ubl/oasis-2.0-story")
	report := w.imported(t, files, "", nil)
	for _, row := range report.Rows {
		if row.Code == center.WarnStatementDiffers {
			t.Errorf("%+v", row)
		}
	}
	standing := func() string {
		accounts, _, err := w.Store.Everywhere("a test looks").Accounts(t.Context(), "", 10)
		if err != nil || len(accounts) != 1 {
			t.Fatal(err, accounts)
		}
		s, err := w.Store.Everywhere("a test looks").Summary(t.Context(), accounts[0].ID)
		if err != nil {
			t.Fatal(err)
		}
		if s.Summary.Counts.Open+s.Summary.Counts.PastDue != 0 || s.Summary.Counts.Closed != 1 || len(s.Summary.Currencies) != 1 {
			t.Errorf("%+v", s.Summary)
		}
		return s.Summary.Currencies[0].AccountCredit.String()
	}
	if got := standing(); got != "107.50 GBP" {
		t.Errorf("account credit %s", got)
	}
	again := w.imported(t, files, "", nil)
	if got := standing(); got != "107.50 GBP" || again.Counts.Created != 0 || again.Counts.Conflict != 0 {
		t.Errorf("again: account credit %s, %+v", got, again.Counts)
	}
}

func TestPublicBooksImport(t *testing.T) {
	dir := publicDir(t)
	csv := func(names ...string) []ingest.File {
		for i := range names {
			names[i] = filepath.Join(dir, "csv", names[i])
		}
		return publicFiles(t, names...)
	}
	for _, c := range []struct {
		mapping string
		files   []ingest.File
		created int
		sum     string // of created invoices; orders owe nothing
	}{
		{"chinook.json", csv("chinook-customers.csv", "chinook-invoice-lines-1-206.csv", "chinook-invoices-1-206.csv"), 206, "1163.86 USD"},
		{"adventureworks-po.json", csv("adventureworks-PurchaseOrderHeader-first-500.csv"), 500, ""},
	} {
		t.Run(c.mapping, func(t *testing.T) {
			w := newWorld(functiontest.Empty(t))
			mapping := string(publicFiles(t, filepath.Join(dir, "mappings", c.mapping))[0].Data)
			report := w.imported(t, c.files, mapping, nil)
			if report.Counts.Created != c.created || report.Counts.Rejected+report.Counts.Conflict+report.Counts.NearDuplicate != 0 {
				t.Errorf("%+v %+v", report.Counts, report.Rows[0])
			}
			if c.sum != "" && (len(report.Sums) != 1 || report.Sums[0].Net.String() != c.sum) {
				t.Errorf("%+v", report.Sums)
			}
			if again := w.imported(t, c.files, mapping, nil); again.Counts != (center.ImportCounts{Unchanged: c.created}) {
				t.Errorf("again %+v", again.Counts)
			}
			first := exported(t, w)
			if diff := cmp.Diff(first, backIn(t, first)); diff != "" {
				t.Errorf("(-first export +second):\n%s", diff)
			}
		})
	}
}

// exported is every account's export, by account.
func exported(t *testing.T, w world) map[string]string {
	t.Helper()
	everywhere := w.Store.Everywhere("a test exports")
	accounts, next, err := everywhere.Accounts(t.Context(), "", 100)
	if err != nil || next != "" {
		t.Fatal(err, next)
	}
	out := map[string]string{}
	for _, account := range accounts {
		var text strings.Builder
		for cursor := ""; ; {
			part, err := everywhere.Export(t.Context(), account.ID, cursor)
			if err != nil {
				t.Fatal(err)
			}
			for _, rec := range part.Records {
				if err := ingest.NewWriter(&text).Write(rec); err != nil {
					t.Fatal(err)
				}
			}
			if cursor = part.Next; cursor == "" {
				break
			}
		}
		out[account.Key] = text.String()
	}
	return out
}

// backIn imports exports into an empty system, and exports that.
func backIn(t *testing.T, exports map[string]string) map[string]string {
	t.Helper()
	w := newWorld(functiontest.Empty(t))
	for _, key := range slices.Sorted(maps.Keys(exports)) {
		report := w.imported(t, []ingest.File{{Name: "export.jsonl", Data: []byte(exports[key])}}, "", nil)
		if n := report.Counts; n.Rejected+n.Conflict+n.NearDuplicate != 0 {
			t.Fatalf("%s: %+v %+v\n%s", key, n, report.Rows, exports[key])
		}
	}
	return exported(t, w)
}

func TestExportsImportToTheSameExport(t *testing.T) {
	// The world's own records come from no file; those of its export do.
	first := backIn(t, exported(t, newWorld(functiontest.New(t))))
	if len(first) < 2 {
		t.Fatalf("%d accounts", len(first))
	}
	if diff := cmp.Diff(first, backIn(t, first)); diff != "" {
		t.Errorf("(-first +second):\n%s", diff)
	}
}

func TestExportsOfPublicFoldersImportToTheSameExport(t *testing.T) {
	for folder := range knownFolders(t) {
		t.Run(folder, func(t *testing.T) {
			w := newWorld(functiontest.Empty(t))
			w.imported(t, folderFiles(t, folder), "", nil)
			first := exported(t, w)
			if diff := cmp.Diff(first, backIn(t, first)); diff != "" {
				t.Errorf("(-first +second):\n%s", diff)
			}
		})
	}
}
