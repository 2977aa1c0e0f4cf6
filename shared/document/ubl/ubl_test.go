package ubl_test

import (
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"customercenter/shared/center"
	"customercenter/shared/document/ubl"
	"customercenter/shared/ingest"
)

var update = flag.Bool("update", false, "write the golden files anew")

// read is the record that an import makes of a file.
func read(t testing.TB, name string, data []byte) center.Record {
	t.Helper()
	batch, err := ingest.Open([]ingest.File{{Name: name, Data: data}}, nil, center.ImportOptions{})
	if err != nil {
		t.Fatal(err)
	}
	recs := slices.Collect(batch.Records())
	if len(recs) != 1 {
		t.Fatalf("%s: %d records", name, len(recs))
	}
	return recs[0]
}

// kept is a document without what a record has from elsewhere than the paper,
// and without attachments whose content it does not hold.
func kept(d *center.Document) center.Document {
	k := *d
	k.Source, k.Attachments = center.Source{}, nil
	for _, a := range d.Attachments {
		if a.Bytes > 0 && len(a.Content) == a.Bytes {
			k.Attachments = append(k.Attachments, a)
		}
	}
	return k
}

// sameAgain checks that what is written of a document is read as that document.
func sameAgain(t *testing.T, name string, d *center.Document) {
	t.Helper()
	written := ubl.Write(d)
	again := read(t, name, written)
	if again.Document == nil {
		t.Fatalf("%s: refused: %+v\n%s", name, again.Reject, written)
	}
	if diff := cmp.Diff(kept(d), kept(again.Document)); diff != "" {
		t.Errorf("%s: (-first +again)\n%s\n%s", name, diff, written)
	}
}

func TestWhatIsReadIsWrittenIsReadAlikeGolden(t *testing.T) {
	folder := filepath.Join("..", "..", "ingest", "testdata")
	for _, name := range []string{"invoice-kwd.xml", "hidden-credit-latin1.xml"} {
		data, err := os.ReadFile(filepath.Join(folder, name))
		if err != nil {
			t.Fatal(err)
		}
		rec := read(t, name, data)
		sameAgain(t, name, rec.Document)
		golden(t, strings.TrimSuffix(name, ".xml"), ubl.Write(rec.Document))
	}
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	file := filepath.Join("testdata", name+".golden.xml")
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("%v; run the test with -update", err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s (-want +got):\n%s", file, diff)
	}
}

// The public documents are no part of the repository.
func TestPublicDocumentsComeBackAsTheyWere(t *testing.T) {
	dir := os.Getenv("CENTER_DATA")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "..", "..", "shared", "data")
	}
	paths, err := filepath.Glob(filepath.Join(dir, "ubl", "*", "*.xml"))
	if err != nil || len(paths) == 0 {
		t.Skip("the public documents are not here")
	}
	tried := 0
	for _, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if rec := read(t, filepath.Base(path), data); rec.Document != nil {
			tried++
			sameAgain(t, filepath.Base(path), rec.Document)
		}
	}
	t.Logf("%d documents", tried)
}

// Every kind and every place of a due date that a record can have.
func TestPapersOfAllKindsComeBack(t *testing.T) {
	party := center.Party{Name: "A & B <Ltd>", TradingName: "AB", VAT: "GB1", Contact: "Ann", Phone: "+44",
		IDs:     []center.PartyID{{Value: "77", Scheme: "0088"}, {Value: "99", Scheme: "0088", Endpoint: true}, {Value: "C1", Legal: true}, {Value: "C2", Scheme: "CRN", Legal: true}},
		Address: &center.Address{Street: "1 Road", Street2: "Floor 2", Building: "8", District: "D", City: "Leeds", Postcode: "L1", Region: "R", Country: "GB"},
		Emails:  []string{"a@x.example", "b@x.example", "c@x.example"}}
	base := center.Document{Number: "N-1", UUID: "u", IssueDate: "2026-01-31", Currency: "GBP", TaxCurrency: "EUR", BuyerReference: "br", OrderRef: "po",
		ContractRefs: []string{"c1", "c2"}, Preceding: []center.Preceding{{Number: "I-1", IssueDate: "2026-01-01"}, {Number: "I-2"}},
		Supplier: party, Customer: center.Party{Name: "Only a name"},
		Lines: []center.Line{{ID: "1", Name: "n", Description: "two\nlines", Quantity: "2", Unit: "EA", UnitPrice: "1.2345", BaseQuantity: "10", Net: "2.47",
			TaxCategory: "S", TaxRate: "20", Period: &center.Period{Start: "2026-01-01"}, OrderLine: "7"}, {ID: "2", Net: "0.00"}},
		Allowances:   []center.Allowance{{Reason: "r", Amount: "1.00"}, {Charge: true, Amount: "1.00"}},
		Taxes:        []center.Tax{{Category: "S", Scheme: "VAT", Rate: "20", Taxable: "2.47", Tax: "0.49"}, {Tax: "0.00"}},
		Totals:       center.Totals{LineTotal: "2.47", AllowanceTotal: "1.00", ChargeTotal: "1.00", TaxExclusive: "2.47", TaxInclusive: "2.96", Prepaid: "1.00", Rounding: "0.04", Payable: "2.00", Tax: "0.49"},
		PaymentMeans: []string{"30", "59"}, PaymentTerms: []string{"Net 30", "or else"}, Notes: []string{"شكراً", "second \"note\" & <more>"}}
	for name, change := range map[string]func(*center.Document){
		"an invoice":                   func(d *center.Document) { d.Kind, d.TypeCode = center.KindInvoice, "380" },
		"an invoice without a code":    func(d *center.Document) { d.Kind = center.KindInvoice },
		"a credit note":                func(d *center.Document) { d.Kind, d.TypeCode = center.KindCreditNote, "381" },
		"a debit note":                 func(d *center.Document) { d.Kind, d.TypeCode = center.KindDebitNote, "383" },
		"a debit note in its own root": func(d *center.Document) { d.Kind = center.KindDebitNote },
		"a proforma":                   func(d *center.Document) { d.Kind, d.TypeCode = center.KindProforma, "325" },
		"due on the paper":             func(d *center.Document) { d.Kind, d.DueDate, d.DueSource = center.KindInvoice, "2026-03-02", "DueDate" },
		"due by the means": func(d *center.Document) {
			d.Kind, d.DueDate, d.DueSource = center.KindInvoice, "2026-03-02", "PaymentMeans/PaymentDueDate"
		},
		"due by the terms, without text": func(d *center.Document) {
			d.Kind, d.DueDate, d.DueSource, d.PaymentTerms = center.KindInvoice, "2026-03-02", "PaymentTerms/PaymentDueDate", nil
		},
	} {
		t.Run(name, func(t *testing.T) {
			d := base
			change(&d)
			sameAgain(t, name, &d)
		})
	}
}

// What terms gave is no part of the paper: written down, it would make another
// paper of it.
func TestADueDateThatTermsGaveIsNotWritten(t *testing.T) {
	d := center.Document{Kind: center.KindInvoice, Number: "1", IssueDate: "2026-01-01", DueDate: "2026-01-31", DueSource: center.DueByNetTerms, Currency: "EUR", Totals: center.Totals{Payable: "1.00"}}
	if text := string(ubl.Write(&d)); strings.Contains(text, "2026-01-31") {
		t.Error(text)
	}
}

// FuzzWrite writes whatever a JSON Lines file can bring, and reads it again.
func FuzzWrite(f *testing.F) {
	f.Add("A <b> & \"c\"", "شركة\u202e", "1.00", "x\ty\r\nz")
	f.Add("]]>", "\x00\x01", "-0.5", "&#0;")
	f.Fuzz(func(t *testing.T, number, name, amount, note string) {
		d := center.Document{Kind: center.KindInvoice, Number: number, IssueDate: "2026-01-01", Currency: "EUR", Supplier: center.Party{Name: name},
			Customer: center.Party{Emails: []string{name, note}}, Notes: []string{note}, Lines: []center.Line{{Name: note, UnitPrice: center.Decimal(amount)}},
			Totals: center.Totals{Payable: center.Decimal(amount)}}
		written := ubl.Write(&d)
		batch, err := ingest.Open([]ingest.File{{Name: "f", Data: written}}, nil, center.ImportOptions{})
		if err != nil {
			t.Fatal(err)
		}
		for rec := range batch.Records() {
			if rec.Reject != nil && (rec.Reject.Code == center.CodeNotXML || rec.Reject.Code == center.CodeDoctypeForbidden) {
				t.Fatalf("%+v\n%s", rec.Reject, written)
			}
		}
	})
}
