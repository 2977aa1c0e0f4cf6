package ingest_test

import (
	"strings"
	"testing"

	"customercenter/shared/center"
	"customercenter/shared/ingest"
)

// What is kept beside a paper has to fit where it is kept: one endless text
// must not stop the records around it.
func TestEndlessTextsAreRefusedAndLongNotesAreNot(t *testing.T) {
	endless := strings.Repeat("x", 600_000)
	document := func(more string) string {
		return `{"kind":"invoice","number":"1","issue_date":"2025-01-01","currency":"EUR","totals":{"payable":"5.00"},` + more + `}`
	}
	order := func(more string) string {
		return `{"kind":"order","number":"1","issue_date":"2025-01-01","buyer":{"name":"B"},"seller":{"name":"S"},` + more + `}`
	}
	many := `["` + strings.Repeat(`a","`, 200) + `a"]`
	for field, in := range map[string]string{
		"buyer_reference":           document(`"buyer_reference":"` + endless + `"`),
		"order_ref":                 document(`"order_ref":"` + endless + `"`),
		"contract_refs.0":           document(`"contract_refs":["` + endless + `"]`),
		"contract_refs":             document(`"contract_refs":` + many),
		"customer_key":              document(`"customer_key":"` + endless + `"`),
		"customer.name":             document(`"customer":{"name":"` + endless + `"}`),
		"customer.trading_name":     document(`"customer":{"trading_name":"` + endless + `"}`),
		"customer.vat":              document(`"customer":{"vat":"` + endless + `"}`),
		"customer.contact":          document(`"customer":{"contact":"` + endless + `"}`),
		"customer.emails.0":         document(`"customer":{"emails":["` + endless + `"]}`),
		"customer.address":          document(`"customer":{"address":{"street":"` + endless + `"}}`),
		"supplier.ids":              document(`"supplier":{"ids":[{"value":"` + endless + `","legal":true}]}`),
		"supplier.name":             document(`"supplier":{"name":"` + endless + `"}`),
		"customer_ref":              order(`"customer_ref":"` + endless + `"`),
		"status":                    order(`"status":"` + endless + `"`),
		"contacts.0.name":           order(`"contacts":[{"email":"a@b.example","role":"ordering","name":"` + endless + `"}]`),
		"name":                      `{"kind":"account","key":"A","name":"` + endless + `"}`,
		"tax_ids":                   `{"kind":"account","key":"A","name":"A","tax_ids":` + many + `}`,
		"operator_notes":            `{"kind":"account","key":"A","name":"A","operator_notes":"` + endless + `"}`,
		"source":                    `{"kind":"contact","account":"A","email":"a@b.example","contact_type":"primary","source":"` + endless + `"}`,
		"":                          document(`"` + endless + `":1`),
		strings.Repeat("x", 10_000): `{"kind":"contract","account":"A","number":"1","` + endless + `":1.5}`,
	} {
		rec := readAll(t, []ingest.File{{Name: "f", Data: []byte(in)}}, "", center.ImportOptions{})[0]
		if rec.Reject == nil {
			t.Errorf("%.40s was taken", field)
			continue
		}
		if !strings.HasPrefix(field, rec.Reject.Field) || len(rec.Reject.Field)+len(rec.Reject.Message) > 2000 {
			t.Errorf("%.40s: refused at %.40q in %d bytes", field, rec.Reject.Field, len(rec.Reject.Message))
		}
	}
	for _, in := range []string{document(`"notes":["` + endless + `"]`), document(`"lines":[{"description":"` + endless + `"}]`)} {
		if rec := readAll(t, []ingest.File{{Name: "f", Data: []byte(in)}}, "", center.ImportOptions{})[0]; rec.Reject != nil {
			t.Errorf("%+v", rec.Reject)
		}
	}
}

func TestEndlessColumnsAreNamedShortly(t *testing.T) {
	mapping := `{"record":"invoice","header":true,"columns":{"number":"no"}}`
	file := ingest.File{Name: "f.csv", Data: []byte("no," + strings.Repeat("x", 900_000) + "\n1,2\n")}
	batch, err := ingest.Open([]ingest.File{file}, []byte(mapping), center.ImportOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if names := batch.UnmappedColumns(); len(names) != 1 || len(names[0]) > 1000 {
		t.Errorf("%d columns", len(names))
	}
}
