package ingest_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"customercenter/shared/center"
	"customercenter/shared/ingest"
	"customercenter/shared/money"
)

// These tests read public documents that are not part of the repository, and
// skip where they are not at hand.

func dataDir(t testing.TB) string {
	dir := os.Getenv("CENTER_DATA")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "shared", "data")
	}
	if _, err := os.Stat(dir); err != nil {
		t.Skip("the public documents are not here")
	}
	return dir
}

func readFiles(t testing.TB, paths ...string) []ingest.File {
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

func glob(t testing.TB, pattern string) []string {
	paths, err := filepath.Glob(pattern)
	if err != nil || len(paths) == 0 {
		t.Fatalf("%s: %v, %d files", pattern, err, len(paths))
	}
	slices.Sort(paths)
	return paths
}

func readAll(t testing.TB, files []ingest.File, mapping string, o center.ImportOptions) []center.Record {
	t.Helper()
	batch, err := ingest.Open(files, []byte(mapping), o)
	if err != nil {
		t.Fatal(err)
	}
	return slices.Collect(batch.Records())
}

// withDue gives a document the due date of an account without terms.
func withDue(d *center.Document) *center.Document {
	d.DueDate, d.DueSource = center.DueDate(d, -1)
	return d
}

var amountFields = map[string]bool{"net": true, "amount": true, "taxable": true, "tax": true, "payable": true,
	"line_total": true, "allowance_total": true, "charge_total": true, "tax_exclusive": true, "tax_inclusive": true,
	"prepaid": true, "rounding": true}

// normalise brings the amounts of a foreign record to the currency's decimals.
func normalise(value any, currency money.Code) any {
	switch v := value.(type) {
	case map[string]any:
		for name, in := range v {
			if s, ok := in.(string); ok && amountFields[name] {
				if m, err := money.ParseLoose(s, currency, money.RoundReject); err == nil {
					in = m.Decimal()
				}
			}
			v[name] = normalise(in, currency)
		}
	case []any:
		for i := range v {
			v[i] = normalise(v[i], currency)
		}
	}
	return value
}

func decodeRecord(t testing.TB, line []byte) any {
	var record map[string]any
	if err := json.Unmarshal(line, &record); err != nil {
		t.Fatalf("%v in %s", err, line)
	}
	currency, _ := record["currency"].(string)
	return normalise(record, money.Code(currency))
}

func TestPublicInvoicesReadAsTheirKnownRecords(t *testing.T) {
	dir := dataDir(t)
	for _, path := range glob(t, filepath.Join(dir, "jsonl", "*.jsonl")) {
		folder := strings.TrimSuffix(filepath.Base(path), ".jsonl")
		t.Run(folder, func(t *testing.T) {
			var got []any
			for _, rec := range readAll(t, readFiles(t, glob(t, filepath.Join(dir, "ubl", folder, "*.xml"))...), "", center.ImportOptions{}) {
				if rec.Document == nil {
					continue
				}
				withDue(rec.Document)
				var line bytes.Buffer
				if err := ingest.NewWriter(&line).Write(rec); err != nil {
					t.Fatal(err)
				}
				got = append(got, decodeRecord(t, line.Bytes()))
			}
			known := readFiles(t, path)[0].Data
			var want []any
			for line := range bytes.Lines(known) {
				want = append(want, decodeRecord(t, line))
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("records differ (-known +read):\n%s", diff)
			}
		})
	}
}

// perFile is what is known of one public document.
type perFile struct {
	File     string              `json:"file"`
	Class    string              `json:"class"`
	Root     string              `json:"root"`
	Number   string              `json:"number"`
	Issue    string              `json:"issue_date"`
	Due      *string             `json:"due_date"`
	Currency *string             `json:"currency"`
	Payable  *string             `json:"payable"`
	OrderRef string              `json:"order_ref"`
	Lines    int                 `json:"lines"`
	Warnings []string            `json:"warnings"`
	Access   map[string][]string `json:"access"`
}

func publicFolders(t *testing.T) map[string]struct {
	PerFile []perFile `json:"per_file"`
} {
	var expected struct {
		UBL map[string]struct {
			PerFile []perFile `json:"per_file"`
		} `json:"ubl"`
	}
	data := readFiles(t, filepath.Join(dataDir(t), "expected.json"))[0].Data
	if err := json.Unmarshal(data, &expected); err != nil {
		t.Fatal(err)
	}
	return expected.UBL
}

func TestPublicDocumentsSayWhatIsKnownOfThem(t *testing.T) {
	for folder, expected := range publicFolders(t) {
		for _, want := range expected.PerFile {
			t.Run(folder+"/"+want.File, func(t *testing.T) {
				recs := readAll(t, readFiles(t, filepath.Join(dataDir(t), "ubl", folder, want.File)), "", center.ImportOptions{})
				if len(recs) != 1 {
					t.Fatalf("%d records", len(recs))
				}
				checkKnown(t, recs[0], want)
			})
		}
	}
}

func checkKnown(t *testing.T, rec center.Record, want perFile) {
	var got perFile
	switch {
	case rec.Document != nil:
		d := withDue(rec.Document)
		due := (*string)(nil)
		if d.DueDate != "" {
			due = ptr(string(d.DueDate))
		}
		got = perFile{Class: string(d.Kind), Number: d.Number, Issue: string(d.IssueDate), Due: due,
			Currency: ptr(d.Currency), Payable: ptr(string(d.Totals.Payable)), Lines: len(d.Lines)}
	case rec.Order != nil:
		o := rec.Order
		got = perFile{Class: string(o.Kind), Number: o.Number, Issue: string(o.IssueDate), Currency: ptr(o.Currency),
			Payable: ptr(string(o.Totals.Payable)), Lines: len(o.Lines), Access: accessOf(o)}
	case rec.Event != nil:
		e := rec.Event
		if e.Number != want.Number || string(e.IssueDate) != want.Issue || len(e.Lines) != want.Lines || e.OrderRef != want.OrderRef ||
			string(e.Kind) != want.Class {
			t.Errorf("read %+v, known %+v", e, want)
		}
		return
	case rec.Reject == nil: // money, a statement or a reminder: of these the number is known
		kind := rec.Kind
		if kind == center.KindPayment {
			kind = "remittance"
		}
		if rec.Number != want.Number || string(kind) != want.Class {
			t.Errorf("read %s %s, known %+v", rec.Kind, rec.Number, want)
		}
		return
	default:
		t.Fatalf("refused: %+v", rec.Reject)
	}
	for _, w := range rec.Warnings {
		got.Warnings = append(got.Warnings, string(w.Code))
	}
	got.File, got.Root, got.OrderRef = want.File, want.Root, want.OrderRef
	if want.Payable != nil {
		m, _ := money.ParseLoose(*want.Payable, money.Code(*want.Currency), "")
		want.Payable = ptr(m.Decimal())
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-known +read):\n%s", diff)
	}
}

func ptr[T any](v T) *T { return &v }

// accessOf names the roles as the known results do.
func accessOf(o *center.Order) map[string][]string {
	names := map[center.ContactRole]string{center.RoleDelivery: "delivery (no access)", center.RoleSeller: "seller (never a customer user)"}
	access := map[string][]string{}
	for _, c := range o.Contacts {
		name := names[c.Role]
		if name == "" {
			name = string(c.Role)
		}
		access[name] = append(access[name], c.Email)
	}
	return access
}

// twins are files of one invoice in the two syntaxes of EN 16931.
type twins struct {
	UBL     string `json:"ubl"`
	CII     string `json:"cii"`
	Payable string `json:"payable"`
	Equal   bool   `json:"equal"`
}

func TestTwinsInUBLAndCIIAreOneInvoice(t *testing.T) {
	var expected struct {
		Twins map[string][]twins `json:"twins"`
	}
	dir := dataDir(t)
	if err := json.Unmarshal(readFiles(t, filepath.Join(dir, "expected.json"))[0].Data, &expected); err != nil {
		t.Fatal(err)
	}
	for folder, list := range expected.Twins {
		for _, twin := range list {
			recs := readAll(t, readFiles(t, filepath.Join(dir, "ubl", folder, twin.UBL), filepath.Join(dir, "cii", folder, twin.CII)), "", center.ImportOptions{})
			if len(recs) != 2 || recs[0].Document == nil || recs[1].Document == nil {
				t.Fatalf("%s: %+v", twin.CII, recs)
			}
			a, b := recs[0].Document, recs[1].Document
			if a.OrderRef == "Dummywert" { // UBL cannot name the seller's order alone; CII can
				a.OrderRef = ""
			}
			if equal := ingest.Fingerprint(recs[0]) == ingest.Fingerprint(recs[1]); equal != twin.Equal {
				t.Errorf("%s (-UBL +CII):\n%s", twin.CII, cmp.Diff(a, b))
			}
			if want, _ := money.ParseLoose(twin.Payable, money.Code(a.Currency), ""); string(b.Totals.Payable) != want.Decimal() {
				t.Errorf("%s: payable %s, want %s", twin.CII, b.Totals.Payable, want)
			}
		}
	}
}

func TestPublicBooksAddUp(t *testing.T) {
	dir := dataDir(t)
	csv := func(name string) string { return filepath.Join(dir, "csv", name) }
	for _, c := range []struct {
		mapping string
		files   []string
		count   int
		sum     string
	}{
		{"chinook.json", []string{csv("chinook-invoices-1-206.csv"), csv("chinook-customers.csv"), csv("chinook-invoice-lines-1-206.csv")}, 206, "1163.86 USD"},
		{"adventureworks-po.json", []string{csv("adventureworks-PurchaseOrderHeader-first-500.csv")}, 500, "8388851.28 USD"},
	} {
		mapping := string(readFiles(t, filepath.Join(dir, "mappings", c.mapping))[0].Data)
		sum, lines := money.Zero("USD"), 0
		recs := readAll(t, readFiles(t, c.files...), mapping, center.ImportOptions{})
		for _, rec := range recs {
			if rec.Reject != nil {
				t.Fatalf("row %d: %+v", rec.Index, rec.Reject)
			}
			totals, n := center.Totals{}, 0
			if rec.Document != nil {
				totals, n = rec.Document.Totals, len(rec.Document.Lines)
			} else {
				totals = rec.Order.Totals
			}
			m, err := money.Parse(string(totals.Payable), "USD")
			if err != nil {
				t.Fatal(err)
			}
			sum, _ = sum.Add(m)
			lines += n
		}
		if len(recs) != c.count || sum.String() != c.sum {
			t.Errorf("%s: %d records of %s, want %d of %s", c.mapping, len(recs), sum, c.count, c.sum)
		}
		t.Logf("%s: %d lines; first %+v", c.mapping, lines, recs[0])
	}
}

func TestStringsThatBreakOthersSurvive(t *testing.T) {
	var naughty []string
	if err := json.Unmarshal(readFiles(t, filepath.Join(dataDir(t), "lists", "blns.json"))[0].Data, &naughty); err != nil {
		t.Fatal(err)
	}
	injections := readFiles(t, filepath.Join(dataDir(t), "lists", "csv-injection-payloadbox.txt"))[0].Data
	naughty = append(naughty, strings.Split(string(injections), "\n")...)
	for _, s := range naughty {
		d := &center.Document{Kind: center.KindInvoice, Number: "1", IssueDate: "2025-01-01", Currency: "EUR",
			Customer: center.Party{Name: s}, Notes: []string{s}, Totals: center.Totals{Payable: "1.00"}}
		line := jsonLines(t, []center.Record{{Document: d}})
		recs := readAll(t, []ingest.File{{Name: "f", Data: line}}, "", center.ImportOptions{})
		if len(recs) != 1 || recs[0].Document == nil || recs[0].Document.Customer.Name != s || recs[0].Document.Notes[0] != s {
			t.Errorf("%q came back as %+v", s, recs)
		}
	}
}
