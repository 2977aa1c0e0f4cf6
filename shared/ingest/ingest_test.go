package ingest_test

import (
	"bytes"
	"encoding/csv"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"customercenter/shared/center"
	"customercenter/shared/ingest"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func jsonLines(t testing.TB, recs []center.Record) []byte {
	t.Helper()
	var out bytes.Buffer
	for _, rec := range recs {
		if rec.Reject != nil {
			t.Fatalf("%s %d: %+v", rec.File, rec.Index, rec.Reject)
		}
		if err := ingest.NewWriter(&out).Write(rec); err != nil {
			t.Fatal(err)
		}
	}
	return out.Bytes()
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s (-want +got):\n%s", name, diff)
	}
}

func TestDocumentsReadAsTheirRecords(t *testing.T) {
	for name, warnings := range map[string][]center.ImportCode{
		"invoice-kwd.xml":          nil,
		"hidden-credit-latin1.xml": {center.WarnTotalsInconsistent},
		"order.xml":                nil,
		"records.jsonl":            nil,
	} {
		t.Run(name, func(t *testing.T) {
			recs := readAll(t, readFiles(t, filepath.Join("testdata", name)), "", center.ImportOptions{})
			var got []center.ImportCode
			for _, rec := range recs {
				for _, w := range rec.Warnings {
					got = append(got, w.Code)
				}
			}
			if diff := cmp.Diff(warnings, got); diff != "" {
				t.Errorf("warnings (-want +got):\n%s", diff)
			}
			golden(t, strings.TrimSuffix(name, filepath.Ext(name))+".golden.jsonl", jsonLines(t, recs))
		})
	}
}

func TestWrittenRecordsReadBackTheSame(t *testing.T) {
	for _, path := range glob(t, filepath.Join("testdata", "*.golden.jsonl")) {
		first := readAll(t, readFiles(t, path), "", center.ImportOptions{})
		lines := jsonLines(t, first)
		if want := readFiles(t, path)[0].Data; !bytes.Equal(lines, want) {
			t.Errorf("%s came back as\n%s", path, lines)
		}
		second := readAll(t, []ingest.File{{Name: "again", Data: lines}}, "", center.ImportOptions{})
		for i := range first {
			if ingest.Fingerprint(first[i]) != ingest.Fingerprint(second[i]) {
				t.Errorf("%s record %d changed its fingerprint", path, i)
			}
		}
	}
}

func TestFingerprintIsOfTheContentOnly(t *testing.T) {
	base := func() *center.Document {
		return &center.Document{Kind: center.KindInvoice, Number: "7", IssueDate: "2025-01-01", Currency: "EUR",
			DueDate: "2025-01-31", DueSource: "DueDate", Totals: center.Totals{Payable: "5.00"}}
	}
	of := func(change func(*center.Document)) string {
		d := base()
		change(d)
		return ingest.Fingerprint(center.Record{Document: d})
	}
	same := of(func(*center.Document) {})
	for name, change := range map[string]func(*center.Document){
		"source": func(d *center.Document) { d.Source = center.Source{Format: "csv", File: "x"} },
		"uuid":   func(d *center.Document) { d.UUID = "u" },
	} {
		if of(change) != same {
			t.Errorf("%s is taken for content", name)
		}
	}
	for name, change := range map[string]func(*center.Document){
		"payable":  func(d *center.Document) { d.Totals.Payable = "5.01" },
		"due date": func(d *center.Document) { d.DueDate = "2025-02-01" },
		"a note":   func(d *center.Document) { d.Notes = []string{"n"} },
	} {
		if of(change) == same {
			t.Errorf("%s is not taken for content", name)
		}
	}
	byTerms := func(due center.Date) string {
		return of(func(d *center.Document) { d.DueDate, d.DueSource = due, center.DueByNetTerms })
	}
	if byTerms("2025-01-31") != byTerms("2025-03-01") {
		t.Error("a due date by terms is taken for content")
	}
}

// invoice is a small valid invoice with one part replaced.
func invoice(old, replacement string) string {
	const valid = `<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2" ` +
		`xmlns:cac="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2" ` +
		`xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2">` +
		`<cbc:ID>1</cbc:ID><cbc:IssueDate>2025-01-01</cbc:IssueDate><cbc:DocumentCurrencyCode>EUR</cbc:DocumentCurrencyCode>` +
		`<cac:LegalMonetaryTotal><cbc:PayableAmount>5.00</cbc:PayableAmount></cac:LegalMonetaryTotal></Invoice>`
	return strings.Replace(valid, old, replacement, 1)
}

func TestWhatCannotBeReadIsRefusedWithItsReason(t *testing.T) {
	entities := `<!DOCTYPE Invoice [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;"><!ENTITY x SYSTEM "file:///etc/passwd">]>`
	for name, c := range map[string]struct {
		in      string
		options center.ImportOptions
		code    center.ImportCode
		field   string
	}{
		"empty file":           {"", center.ImportOptions{}, center.CodeUnsupportedDocument, ""},
		"binary":               {"\x7fELF", center.ImportOptions{}, center.CodeUnsupportedDocument, ""},
		"half an archive":      {"PK\x03\x04", center.ImportOptions{}, center.CodeBadArchive, ""},
		"CSV without mapping":  {"a,b\n1,2\n", center.ImportOptions{}, center.CodeUnsupportedDocument, ""},
		"cut off":              {invoice("</Invoice>", ""), center.ImportOptions{}, center.CodeNotXML, ""},
		"two roots":            {invoice("</Invoice>", "</Invoice><Invoice/>"), center.ImportOptions{}, center.CodeNotXML, ""},
		"entity bomb":          {entities + invoice("", ""), center.ImportOptions{}, center.CodeDoctypeForbidden, ""},
		"undefined entity":     {invoice("5.00", "&x;"), center.ImportOptions{}, center.CodeNotXML, ""},
		"too deep":             {strings.Repeat("<a>", 70), center.ImportOptions{}, center.CodeNotXML, ""},
		"unknown encoding":     {`<?xml version="1.0" encoding="klingon"?>` + invoice("", ""), center.ImportOptions{}, center.CodeNotXML, ""},
		"another root":         {invoice("Invoice-2", "Waybill-2"), center.ImportOptions{}, center.CodeUnsupportedDocument, ""},
		"foreign namespace":    {invoice("urn:oasis:names:specification:ubl:schema:xsd:Invoice-2", "urn:evil"), center.ImportOptions{}, center.CodeUnsupportedDocument, ""},
		"prefix without a URI": {invoice("CommonBasicComponents-2", "x"), center.ImportOptions{}, center.CodeUnknownCurrency, "currency"},
		"no number":            {invoice("<cbc:ID>1</cbc:ID>", ""), center.ImportOptions{}, center.CodeMissingNumber, "number"},
		"endless number":       {invoice(">1<", ">"+strings.Repeat("1", 300)+"<"), center.ImportOptions{}, center.CodeBadRecord, "number"},
		"no payable":           {invoice("5.00", " "), center.ImportOptions{}, center.CodeMissingPayable, "totals.payable"},
		"unknown currency":     {invoice("EUR", "EUX"), center.ImportOptions{}, center.CodeUnknownCurrency, "currency"},
		"gold":                 {invoice("EUR", "XAU"), center.ImportOptions{}, center.CodeUnknownCurrency, "currency"},
		"too precise":          {invoice("5.00", "5.001"), center.ImportOptions{}, center.CodeAmountPrecision, "totals.payable"},
		"words for an amount":  {invoice("5.00", "five"), center.ImportOptions{}, center.CodeBadAmount, "totals.payable"},
		"more than a book":     {invoice("5.00", "-10000000000000.01"), center.ImportOptions{}, center.CodeBadAmount, "totals.payable"},
		"no such day":          {invoice("2025-01-01", "2025-02-30"), center.ImportOptions{}, center.CodeBadDate, "issue_date"},
		"no issue date":        {invoice("2025-01-01", ""), center.ImportOptions{}, center.CodeBadDate, "issue_date"},

		"not JSON":             {`{"kind":`, center.ImportOptions{}, center.CodeBadRecord, "kind"},
		"unknown kind":         {`{"kind":"poem"}`, center.ImportOptions{}, center.CodeBadRecord, "kind"},
		"misspelt field":       {`{"kind":"contact","acount":"A"}`, center.ImportOptions{}, center.CodeBadRecord, ""},
		"a float for money":    {`{"kind":"invoice","number":"1","issue_date":"2025-01-01","currency":"EUR","totals":{"payable":5.0}}`, center.ImportOptions{}, center.CodeBadRecord, "totals.payable"},
		"a float elsewhere":    {`{"kind":"contract","account":"A","number":"1","value":5.5}`, center.ImportOptions{}, center.CodeBadAmount, "value"},
		"nobody's contract":    {`{"kind":"contract","number":"1"}`, center.ImportOptions{}, center.CodeUnknownCustomer, "account"},
		"nameless usage":       {`{"kind":"usage","account":"A","period":"2025-01"}`, center.ImportOptions{}, center.CodeMissingNumber, "subscription"},
		"usage of a day":       {`{"kind":"usage","account":"A","subscription":"S","period":"2025-01-05","currency":"EUR","eligible":"1.00"}`, center.ImportOptions{}, center.CodeBadDate, "period"},
		"usage that is owed":   {`{"kind":"usage","account":"A","subscription":"S","period":"2025-01","currency":"EUR","eligible":"-1.00"}`, center.ImportOptions{}, center.CodeBadAmount, "eligible"},
		"third-party use":      {`{"kind":"usage","account":"A","subscription":"S","period":"2025-01","currency":"EUR","products":[{"name":"x","amount":"1.00","eligible":true,"ineligible_reason":"THIRD_PARTY"}]}`, center.ImportOptions{}, center.CodeBadRecord, "products.eligible"},
		"no time zone":         {`{"kind":"account","key":"A","name":"A","timezone":"Mars/Olympus"}`, center.ImportOptions{}, center.CodeBadRecord, "timezone"},
		"no address":           {`{"kind":"contact","account":"A","email":"nobody","contact_type":"primary"}`, center.ImportOptions{}, center.CodeBadRecord, "email"},
		"a contact of nobody":  {`{"kind":"contact","account":" Unassigned:x","email":"a@b.example","contact_type":"primary"}`, center.ImportOptions{}, center.CodeBadRecord, "account"},
		"a self-made operator": {`{"kind":"contact","account":"A","email":"a@b.example","contact_type":"operator"}`, center.ImportOptions{}, center.CodeBadRecord, "contact_type"},
	} {
		t.Run(name, func(t *testing.T) {
			recs := readAll(t, []ingest.File{{Name: "f", Data: []byte(c.in)}}, "", c.options)
			if len(recs) != 1 || recs[0].Reject == nil {
				t.Fatalf("not refused: %+v", recs)
			}
			if r := recs[0].Reject; r.Code != c.code || r.Field != c.field || r.Message == "" {
				t.Errorf("refused with %+v, want %s at %q", r, c.code, c.field)
			}
		})
	}
}

func TestABrokenLineStopsNoOther(t *testing.T) {
	contact := `{"kind":"contact","account":"A","email":"a@b.example","contact_type":"primary"}`
	for name, file := range map[string]string{
		"first":  "junk\n" + contact + "\n" + contact,
		"middle": contact + "\n{\"kind\":\n" + contact,
		"last":   contact + "\n" + contact + "\n[1]",
	} {
		taken := 0
		recs := readAll(t, []ingest.File{{Name: "f", Data: []byte(file)}}, "", center.ImportOptions{})
		for _, rec := range recs {
			if rec.Reject == nil {
				taken++
			}
		}
		if len(recs) != 3 || taken != 2 {
			t.Errorf("%s: %d records, %d taken", name, len(recs), taken)
		}
	}
}

func TestOptionsFillWhatFilesLeaveOpen(t *testing.T) {
	read := func(in string, o center.ImportOptions) *center.Document {
		recs := readAll(t, []ingest.File{{Name: "f", Data: []byte(in)}}, "", o)
		if recs[0].Reject != nil {
			t.Fatalf("%+v", recs[0].Reject)
		}
		return recs[0].Document
	}
	if d := read(invoice("EUR", ""), center.ImportOptions{Currency: "SAR"}); d.Currency != "SAR" {
		t.Errorf("currency %s", d.Currency)
	}
	if d := read(invoice("5.00", "5.005"), center.ImportOptions{Rounding: "half_up"}); d.Totals.Payable != "5.01" {
		t.Errorf("payable %s", d.Totals.Payable)
	}
	if d := read(invoice("5.00", "5.005"), center.ImportOptions{Rounding: "half_even"}); d.Totals.Payable != "5.00" {
		t.Errorf("payable %s", d.Totals.Payable)
	}
	utf16 := []byte{0xff, 0xfe}
	for _, r := range `<?xml version="1.0" encoding="UTF-16"?>` + invoice("", "") {
		utf16 = append(utf16, byte(r), byte(r>>8))
	}
	if d := read(string(utf16), center.ImportOptions{}); d.Number != "1" {
		t.Errorf("UTF-16 read as %+v", d)
	}
	if d := read("\xef\xbb\xbf"+invoice("", ""), center.ImportOptions{}); d.Number != "1" {
		t.Errorf("text with a byte order mark read as %+v", d)
	}
}

func TestEachKindOfRecordHasItsWarning(t *testing.T) {
	in := invoice("<cbc:Doc", "<cbc:DueDate>2024-12-31</cbc:DueDate><cbc:Note>a\uFFFDb</cbc:Note><cbc:Doc")
	recs := readAll(t, []ingest.File{{Name: "f", Data: []byte(in)}}, "", center.ImportOptions{})
	var got []center.ImportCode
	for _, w := range recs[0].Warnings {
		got = append(got, w.Code)
	}
	if diff := cmp.Diff([]center.ImportCode{center.WarnUnreadableChars, center.WarnDueBeforeIssue}, got); diff != "" {
		t.Error(diff)
	}
}

func TestReadingStopsWhenNobodyListens(t *testing.T) {
	batch, err := ingest.Open(readFiles(t, "testdata/records.jsonl", "testdata/order.xml"), nil, center.ImportOptions{})
	if err != nil {
		t.Fatal(err)
	}
	count := 0
	for range batch.Records() {
		if count++; count == 2 {
			break
		}
	}
	if count != 2 || len(batch.Files()) != 2 || len(batch.Files()[0].SHA256) != 64 {
		t.Errorf("%d records, files %+v", count, batch.Files())
	}
}

func FuzzXML(f *testing.F) {
	for _, name := range []string{"invoice-kwd.xml", "hidden-credit-latin1.xml", "order.xml"} {
		f.Add(readFiles(f, filepath.Join("testdata", name))[0].Data)
	}
	f.Add([]byte(invoice("", "")))
	f.Add([]byte(crossIndustry))
	f.Fuzz(func(t *testing.T, data []byte) {
		fuzzRecords(t, data, nil)
	})
}

func FuzzJSONLines(f *testing.F) {
	f.Add(readFiles(f, "testdata/records.jsonl")[0].Data)
	f.Add([]byte(`{"kind":"usage","account":"A","subscription":"s","period":"p","x":[{"y":1}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		fuzzRecords(t, data, nil)
	})
}

// fuzzRecords checks that whatever was accepted can be written, reads back and
// says the same.
func fuzzRecords(t *testing.T, data, mapping []byte) {
	batch, err := ingest.Open([]ingest.File{{Name: "f", Data: data}}, mapping, center.ImportOptions{})
	if err != nil {
		return
	}
	for rec := range batch.Records() {
		if rec.Reject != nil {
			continue
		}
		lines := jsonLines(t, []center.Record{rec})
		again := readAll(t, []ingest.File{{Name: "again", Data: lines}}, "", center.ImportOptions{})
		if len(again) != 1 || again[0].Reject != nil {
			t.Fatalf("%s reads back as %+v", lines, again)
		}
		if ingest.Fingerprint(rec) != ingest.Fingerprint(again[0]) {
			t.Fatalf("%s reads back as %s", lines, jsonLines(t, again))
		}
	}
}

const simpleMapping = `{"record":"invoice","header":true,"date_format":"DD.MM.YYYY","decimal":",","thousands":".","null":["-"],
	"defaults":{"currency":"EUR","net_terms_days":14},"ignore":["Remark"],
	"columns":{"number":"No","customer.key":"Cust","issue_date":"Date","payable":"Total","due_date":"Due"}}`

func TestRowsReadAsTheMappingSays(t *testing.T) {
	rows := "\xef\xbb\xbfNo,Cust,Date,Total,Due,Remark,Extra\r\n" +
		"007,C1,31.01.2025,\"1.250,50\",-,x,y\r\n\r\n" +
		"008,C1,01.02.2025,\"10,00\",05.03.2025,\"says \"\"hi\"\"\nand more\",y\r\n" +
		"009,C1,02/01/2025,\"10,00\",-,x,y\n" +
		"010,C1,01.02.2025,10.00.0,-,x,y\n" +
		"011,C1\n" +
		"\"012\"x,C1\n" +
		"013,C1,01.02.2025,5,-,x,y"
	batch, err := ingest.Open([]ingest.File{{Name: "book.csv", Data: []byte(rows)}}, []byte(simpleMapping), center.ImportOptions{})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for rec := range batch.Records() {
		if rec.Reject != nil {
			got = append(got, string(rec.Reject.Code))
			continue
		}
		d := rec.Document
		got = append(got, strings.Join([]string{d.Number, d.CustomerKey, string(d.IssueDate), string(d.DueDate), d.DueSource, string(d.Totals.Payable), d.Currency}, " "))
	}
	want := []string{
		"007 C1 2025-01-31 2025-02-14 net terms 1250.50 EUR",
		"008 C1 2025-02-01 2025-03-05 DueDate 10.00 EUR",
		"bad_date", "bad_amount", "bad_record", "bad_record",
		"013 C1 2025-02-01 2025-02-15 net terms 5.00 EUR",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"Extra"}, batch.UnmappedColumns()); diff != "" {
		t.Errorf("unmapped (-want +got):\n%s", diff)
	}
}

const joinedMapping = `{"record":"invoice","delimiter":"||","header":true,"defaults":{"currency":"KWD","supplier.name":"Nakhla"},
	"columns":{"number":"no","customer.key":"c","issue_date":"on","payable":"sum"},"values":{"number":{"x":"X-1"}},
	"join":{"customers":{"file":"cust*.csv","key":"id","columns":{"customer.contact.first":"f","customer.contact.last":"l","customer.email":"m"}},
	"lines":{"file":"lines-?.csv","key":"no","columns":{"line.id":"n","line.name":"what","line.net":"sum"}}}}`

func TestJoinedFilesCompleteTheRows(t *testing.T) {
	files := []ingest.File{
		{Name: "book.csv", Data: []byte("no||c||on||sum\nx||1||2025-01-01||3\n2||9||2025-01-01||3\n")},
		{Name: "customers.csv", Data: []byte("id||f||l||m\n1||Noura||Saad||n@b.example\n")},
		{Name: "lines-1.csv", Data: []byte("no||n||what||sum\nX-1||1||Seat||1.500\nX-1||2||Desk||1.5000\n")},
	}
	recs := readAll(t, files, joinedMapping, center.ImportOptions{})
	if len(recs) != 2 || recs[1].Reject == nil || recs[1].Reject.Code != center.CodeUnknownCustomer {
		t.Fatalf("%+v", recs)
	}
	d := recs[0].Document
	want := center.Party{Name: "Noura Saad", Contact: "Noura Saad", Emails: []string{"n@b.example"}}
	if diff := cmp.Diff(want, d.Customer); diff != "" {
		t.Error(diff)
	}
	lines := []center.Line{{ID: "1", Name: "Seat", Net: "1.500"}, {ID: "2", Name: "Desk", Net: "1.500"}}
	if diff := cmp.Diff(lines, d.Lines); diff != "" || d.Number != "X-1" || d.Supplier.Name != "Nakhla" {
		t.Errorf("%s: %s", d.Number, diff)
	}
	for name, missing := range map[string][]ingest.File{
		"joined file not sent": files[:2],
		"main column missing":  {{Name: "book.csv", Data: []byte("no||c||on\n1||1||2025-01-01\n")}, files[1], files[2]},
		"joined column gone":   {files[0], files[1], {Name: "lines-1.csv", Data: []byte("no||n\n1||2\n")}},
		"empty main file":      {{Name: "book.csv", Data: []byte("\n\n")}, files[1], files[2]},
	} {
		recs := readAll(t, missing, joinedMapping, center.ImportOptions{})
		if len(recs) != 1 || recs[0].Reject == nil || recs[0].Reject.Code != center.CodeMissingColumn {
			t.Errorf("%s: %+v", name, recs)
		}
	}
}

func TestNumericDatesWithoutFormatAreAmbiguous(t *testing.T) {
	mapping := `{"record":"order","header":["n","d","v"],"defaults":{"currency":"EUR"},"columns":{"number":"n","issue_date":"d","payable":"v"},
		"values":{"number":{"1":"A1"}}}`
	recs := readAll(t, []ingest.File{{Name: "f.csv", Data: []byte("1,2025-03-04T10:00:00Z,5\n2,03/04/2025,5\n")}}, mapping, center.ImportOptions{})
	if recs[0].Order == nil || recs[0].Order.IssueDate != "2025-03-04" || recs[0].Order.Number != "A1" {
		t.Errorf("%+v", recs[0])
	}
	if recs[1].Reject == nil || recs[1].Reject.Code != center.CodeAmbiguousDate {
		t.Errorf("%+v", recs[1])
	}
}

func TestUnusableMappingsAreRefusedWithEveryFault(t *testing.T) {
	for mapping, want := range map[string][]string{
		`{`: {""},
		`{"record":"invoice","header":true,"columns":{"number":"n"}}}`: {""},
		`{"record":"invoice","group":"x"}`:                             {""},
		`{"record":"invoice","header":true,"encoding":"klingon","columns":{"number":"n"},"group_by":"payable","strip_suffix":{"x":["y"]},
			"kind":{"column":"k","map":{"C":"poem"}}}`: {"/encoding", "/strip_suffix/x", "/group_by", "/kind/C"},
		`{"record":"payment","header":true,"columns":{"number":"n"},"kind":{"column":"k"}}`: {"/columns/number", "/columns/reference", "/kind"},
		`{"record":"poem","header":true}`: {"/record", "/columns/number"},
		`{"record":"order","delimiter":"\"","columns":{"number":"n","paid_date":"p"},"rounding":"up","date_format":"Q"}`: {
			"/delimiter", "/header", "/rounding", "/columns/paid_date", "/date_format"},
		`{"record":"invoice","header":true,"decimal":",","thousands":",","columns":{"number":"n"},"defaults":{"currency":[]},
			"join":{"lines":{"file":"[","columns":{}}}}`: {"/decimal", "/defaults/currency", "/join/lines/file", "/join/lines/key"},
	} {
		_, err := ingest.Open(nil, []byte(mapping), center.ImportOptions{})
		var refusal *center.Error
		if !errors.As(err, &refusal) || refusal.Kind != center.Unprocessable {
			t.Errorf("%s: %v", mapping, err)
			continue
		}
		var got []string
		for _, v := range refusal.Violations {
			got = append(got, v.Pointer)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", mapping, diff)
		}
	}
}

func FuzzCSV(f *testing.F) {
	f.Add("No,Cust,Date,Total,Due,Remark\n1,C,01.02.2025,\"1.000,50\",-,\"a\"\"b\"\n")
	f.Add("\"No\"\r\n\"x\ny\"\r\n")
	f.Fuzz(func(t *testing.T, text string) {
		fuzzRecords(t, []byte(text), []byte(simpleMapping))
	})
}

// FuzzCSVAgainstStandard compares with encoding/csv wherever that accepts a
// text: same records, apart from what the two define differently.
func FuzzCSVAgainstStandard(f *testing.F) {
	f.Add("a,b\n\"c \"\"d\"\"\",\"e\nf\"\n")
	f.Fuzz(func(t *testing.T, text string) {
		if strings.Contains(strings.ReplaceAll(text, "\r\n", ""), "\r") || strings.Contains(text, "\xef\xbb\xbf") || strings.Contains(text, "\r\n") {
			t.Skip("encoding/csv folds line ends inside values")
		}
		standard := csv.NewReader(strings.NewReader(text))
		standard.FieldsPerRecord = -1
		want, err := standard.ReadAll()
		if err != nil {
			t.Skip("not CSV")
		}
		got := ingest.SplitCSV(text, ",")
		want = slices.DeleteFunc(want, func(r []string) bool { return len(r) == 1 && r[0] == "" })
		if diff := cmp.Diff(want, got); diff != "" && len(want)+len(got) > 0 {
			t.Errorf("%q (-standard +ours):\n%s", text, diff)
		}
	})
}

func TestEveryMappingFieldIsDocumented(t *testing.T) {
	page := string(readFiles(t, filepath.Join("..", "..", "docs", "import-formats.md"))[0].Data)
	for _, field := range ingest.MappingFields() {
		name := field
		for _, group := range []string{"customer.", "supplier.", "line."} {
			if field != "customer.key" {
				name = strings.TrimPrefix(name, group)
			}
		}
		if !strings.Contains(page, "`"+name+"`") {
			t.Errorf("docs/import-formats.md does not name %s", field)
		}
	}
}
