package ingest_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"customercenter/shared/center"
	"customercenter/shared/ingest"
)

// summed tells a record in one line.
func summed(rec center.Record) string {
	switch {
	case rec.Reject != nil:
		return "refused " + string(rec.Reject.Code)
	case rec.Document != nil:
		d := rec.Document
		out := fmt.Sprintf("%s %s %s %s", d.Kind, d.Number, d.IssueDate, d.Totals.Payable)
		for _, l := range d.Lines {
			out += fmt.Sprintf(" [%s %s]", l.Name, l.Net)
		}
		return out
	case rec.Account != nil:
		return fmt.Sprintf("account %s %s", rec.Account.Key, rec.Account.Name)
	case rec.Contact != nil:
		return fmt.Sprintf("contact %s %s %s", rec.Contact.Account, rec.Contact.Email, rec.Contact.Type)
	case rec.Other != nil:
		return string(rec.Other.JSON)
	default:
		return fmt.Sprintf("%+v", rec)
	}
}

const groupedMapping = `{"record":"invoice","header":true,"group_by":"number","defaults":{"currency":"SAR"},
	"columns":{"number":"رقم","customer.key":"عميل","issue_date":"تاريخ","payable":"المبلغ","line.name":"بند","line.net":"صافي"},
	"kind":{"column":"نوع","map":{"دائن":"credit_note"},"prefix":{"د":"debit_note"}},
	"filter":{"حالة":{"not":["ملغاة"]}},"strip_suffix":{"payable":["ر.س"],"line.net":["ر.س"]},"null":["—"]}`

const groupedRows = "رقم,عميل,تاريخ,المبلغ,بند,صافي,نوع,حالة,ملاحظة\n" +
	"7,C1,2026-01-01,30.00 ر.س,كرسي,10.00 ر.س,فاتورة,مرحّلة,x\n" +
	"8,C1,2026-01-02,-5.00 ر.س,خصم,-5.00 ر.س,دائن,مرحّلة,x\n" +
	"9,C1,2026-01-03,9.00,ملغى,9.00,فاتورة,ملغاة,x\n" +
	"7,C1,2026-01-01,30.00 ر.س,مكتب,20.00 ر.س,فاتورة,مرحّلة,x\n" +
	"10,C1,2026-01-04,4.00,—,—,دين,مرحّلة,x"

var groupedRecords = []string{"invoice 7 2026-01-01 30.00 [كرسي 10.00] [مكتب 20.00]", "credit_note 8 2026-01-02 5.00 [خصم 5.00]", "debit_note 10 2026-01-04 4.00"}

func TestRowsOfOneGroupAreOnePaper(t *testing.T) {
	files := []ingest.File{{Name: "دفتر.csv", Data: []byte(groupedRows)}}
	var got []string
	for i, rec := range readAll(t, files, groupedMapping, center.ImportOptions{}) {
		if rec.Index != i {
			t.Errorf("record %d has the index %d", i, rec.Index)
		}
		got = append(got, summed(rec))
	}
	if diff := cmp.Diff(groupedRecords, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	batch, err := ingest.Open(files, []byte(groupedMapping), center.ImportOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"ملاحظة"}, batch.UnmappedColumns()); diff != "" {
		t.Errorf("unmapped: %s", diff)
	}
}

// Wherever a file is cut, a group stays whole.
func TestPiecesKeepGroupsAndDatesTogether(t *testing.T) {
	for name, c := range map[string]struct {
		data    []byte
		mapping string
		want    []string
	}{
		"grouped": {[]byte(groupedRows), groupedMapping, groupedRecords},
		"in windows-1256": {encoded(t, charmap.Windows1256, groupedRows), strings.Replace(groupedMapping, `"header"`, `"encoding":"windows-1256","header"`, 1),
			groupedRecords},
		"dates of one reading": {[]byte("n,d,p\n1,03/04/2026,1\n2,04/03/2026,1\n3,25/12/2026,1\n"),
			`{"record":"invoice","header":true,"date_format":"auto","defaults":{"currency":"SAR"},"columns":{"number":"n","issue_date":"d","payable":"p"}}`,
			[]string{"invoice 1 2026-04-03 1.00", "invoice 2 2026-03-04 1.00", "invoice 3 2026-12-25 1.00"}},
		"dates of two readings": {[]byte("n,d,p\n1,03/04/2026,1\n2,04/03/2026,1\n"),
			`{"record":"invoice","header":true,"date_format":"auto","defaults":{"currency":"SAR"},"columns":{"number":"n","issue_date":"d","payable":"p"}}`,
			[]string{"refused ambiguous_date", "refused ambiguous_date"}},
		"dates of no reading": {[]byte("n,d,p\n1,25/12/2026,1\n2,12/25/2026,1\n3,2026-01-01,1\n"),
			`{"record":"invoice","header":true,"date_format":"auto","defaults":{"currency":"SAR"},"columns":{"number":"n","issue_date":"d","payable":"p"}}`,
			[]string{"refused ambiguous_date", "refused ambiguous_date", "invoice 3 2026-01-01 1.00"}},
	} {
		for _, limit := range []int{40, 150, 300, 10_000} {
			batch, err := ingest.Open([]ingest.File{{Name: "f.csv", Data: c.data}}, []byte(c.mapping), center.ImportOptions{})
			if err != nil {
				t.Fatal(err)
			}
			mapping, err := batch.Mapping()
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for piece := range batch.Pieces(limit) {
				for _, rec := range readAll(t, piece.Files, string(mapping), center.ImportOptions{}) {
					if rec.Index+piece.FirstIndex != len(got) {
						t.Errorf("%s, limit %d: record %d has the index %d", name, limit, len(got), rec.Index+piece.FirstIndex)
					}
					got = append(got, summed(rec))
				}
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("%s, limit %d (-want +got):\n%s", name, limit, diff)
			}
		}
	}
}

func encoded(t *testing.T, charset *charmap.Charmap, text string) []byte {
	t.Helper()
	out, err := charset.NewEncoder().Bytes([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestPaymentsAndCustomersReadFromRows(t *testing.T) {
	payments := `{"record":"payment","header":true,"group_by":"reference","date_format":"DD.MM.YYYY","decimal":",","defaults":{"currency":"EUR","method":"transfer"},
		"columns":{"reference":"Ref","customer.key":"Debtor","amount":"Sum","received_on":"On","invoice":"Invoice","allocated":"Of it"}}`
	rows := "Ref;Debtor;Sum;On;Invoice;Of it\nW1;D1;30,00;05.10.2026;1;10,00\nW2;D1;5,00;05.10.2026;;\nW1;D1;30,00;05.10.2026;2;20,00\nW3;D1;0;05.10.2026;;\n"
	customers := `{"record":"customer","header":true,"defaults":{"contact_type":"payables","locale":"ar"},
		"columns":{"customer.key":"No","customer.name":"Name","customer.email":"Mail","net_terms_days":"Days"}}`
	people := "No,Name,Mail,Days\nD1,Najd,pay@najd.example,30\nD2,Wadi,,\nD3,Nobody,nomail,\nD4,Late,,soon\n"
	for mapping, c := range map[string]struct {
		rows string
		want []string
	}{
		strings.Replace(payments, `"header"`, `"delimiter":";","header"`, 1): {rows, []string{
			`{"account":"D1","allocations":[{"amount":"10.00","number":"1"},{"amount":"20.00","number":"2"}],"amount":"30.00","currency":"EUR","kind":"payment","method":"transfer","received_on":"2026-10-05","reference":"W1"}`,
			`{"account":"D1","amount":"5.00","currency":"EUR","kind":"payment","method":"transfer","received_on":"2026-10-05","reference":"W2"}`,
			"refused bad_amount"}},
		customers: {people, []string{"account D1 Najd", "contact D1 pay@najd.example payables", "account D2 Wadi", "account D3 Nobody", "refused bad_record", "refused bad_record"}},
	} {
		var got []string
		for _, rec := range readAll(t, []ingest.File{{Name: "f.csv", Data: []byte(c.rows)}}, mapping, center.ImportOptions{}) {
			got = append(got, summed(rec))
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	}
}

func TestFilesInOtherEncodingsReadTheSame(t *testing.T) {
	mapping := `{"record":"invoice","header":true,%s"defaults":{"currency":"EUR","supplier.name":"S"},"columns":{"number":"Nº","issue_date":"Date","payable":"Total","customer.name":"Société"}}`
	rows := "Nº,Date,Total,Société\n1,2026-01-01,5,Élan & Cie\n"
	latin, err := charmap.ISO8859_1.NewEncoder().Bytes([]byte(rows))
	if err != nil {
		t.Fatal(err)
	}
	wide, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().Bytes([]byte(rows))
	if err != nil {
		t.Fatal(err)
	}
	var prints []string
	for encoding, data := range map[string][]byte{`"encoding":"ISO-8859-1",`: latin, "": []byte(rows), `"encoding":"utf-8",`: []byte(rows),
		`"encoding":"latin1",`: wide, `"encoding":"windows-1252",`: []byte("\xef\xbb\xbf" + rows)} {
		recs := readAll(t, []ingest.File{{Name: "f.csv", Data: data}}, fmt.Sprintf(mapping, encoding), center.ImportOptions{})
		if len(recs) != 1 || recs[0].Document == nil || recs[0].Document.Customer.Name != "Élan & Cie" {
			t.Fatalf("%s %+v", encoding, recs)
		}
		prints = append(prints, ingest.Fingerprint(recs[0]))
	}
	if slices.Sort(prints); len(slices.Compact(prints)) != 1 {
		t.Error("one file in several encodings is several records")
	}
}

// FuzzMapping reads files by any mapping: it is refused with its faults, or
// what it accepts can be written and reads back.
func FuzzMapping(f *testing.F) {
	f.Add([]byte(groupedMapping), []byte(groupedRows))
	f.Add([]byte(simpleMapping), []byte("No,Cust,Date,Total,Due\n1,C,01.02.2025,5,-\n"))
	f.Add([]byte(`{"record":"payment","header":["a","b"],"date_format":"auto","columns":{"reference":"a","received_on":"b"}}`), []byte("1,01/02/2026\n"))
	f.Fuzz(func(t *testing.T, mapping, data []byte) { fuzzRecords(t, data, mapping) })
}
