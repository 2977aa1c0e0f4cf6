package main

import (
	"archive/zip"
	"bytes"
	"encoding/base64"
	"fmt"
	"strings"
	"testing"

	"customercenter/infra/functiontest"
	"customercenter/shared/center"
	"customercenter/shared/ingest"
)

// invoiceWith is a UBL invoice with files in it, named by what follows them.
func invoiceWith(number string, contents ...[]byte) ingest.File {
	var inside strings.Builder
	for i, content := range contents {
		fmt.Fprintf(&inside, `<cac:AdditionalDocumentReference><cbc:ID>%d</cbc:ID><cac:Attachment><cbc:EmbeddedDocumentBinaryObject mimeCode="application/pdf" filename="f%d.pdf">%s</cbc:EmbeddedDocumentBinaryObject></cac:Attachment></cac:AdditionalDocumentReference>`,
			i, i, base64.StdEncoding.EncodeToString(content))
	}
	return ingest.File{Name: number + ".xml", Data: []byte(`<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2" ` +
		`xmlns:cac="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2" xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2">` +
		`<cbc:ID>` + number + `</cbc:ID><cbc:IssueDate>2026-01-01</cbc:IssueDate><cbc:DocumentCurrencyCode>SAR</cbc:DocumentCurrencyCode>` + inside.String() +
		`<cac:AccountingSupplierParty><cac:Party><cac:PartyName><cbc:Name>Vendor</cbc:Name></cac:PartyName></cac:Party></cac:AccountingSupplierParty>` +
		`<cac:AccountingCustomerParty><cac:Party><cac:PartyTaxScheme><cbc:CompanyID>SA1</cbc:CompanyID><cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme></cac:PartyTaxScheme></cac:Party></cac:AccountingCustomerParty>` +
		`<cac:LegalMonetaryTotal><cbc:PayableAmount>5.00</cbc:PayableAmount></cac:LegalMonetaryTotal></Invoice>`)}
}

// zipped is an archive of files: what is posted may unpack to more.
func zipped(t *testing.T, files ...ingest.File) ingest.File {
	t.Helper()
	var b bytes.Buffer
	archive := zip.NewWriter(&b)
	for _, f := range files {
		in, err := archive.Create(f.Name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := in.Write(f.Data); err != nil {
			t.Fatal(err)
		}
	}
	if err := archive.Close(); err != nil {
		t.Fatal(err)
	}
	return ingest.File{Name: "files.zip", Data: b.Bytes()}
}

func TestWhatComesInsidePapersIsKeptInParts(t *testing.T) {
	own := deployed(t)
	large, small := bytes.Repeat([]byte("0123456789"), 250_000), []byte("small")
	id := center.InvoiceIDOf(center.AccountIDOf("SA1"), "vendor", center.KindInvoice, "1")

	dry := own.imported(t, []ingest.File{invoiceWith("1", large, small)}, "", map[string]string{"dry_run": "true"})
	if dry.Counts != (center.ImportCounts{Created: 1}) {
		t.Errorf("%+v", dry)
	}
	if _, err := own.najd(t).Attachment(t.Context(), id, 0); !center.IsKind(err, center.NotFound) {
		t.Errorf("a dry run kept something: %v", err)
	}
	for _, want := range []center.ImportCounts{{Created: 1}, {Unchanged: 1}} {
		report := own.imported(t, []ingest.File{invoiceWith("1", large, small)}, "", nil)
		if report.Counts != want {
			t.Fatalf("%+v, want %+v", report, want)
		}
		for n, content := range [][]byte{large, small} {
			got, err := own.najd(t).Attachment(t.Context(), id, n)
			if err != nil || !bytes.Equal(got, content) {
				t.Errorf("attachment %d: %d bytes, %v", n, len(got), err)
			}
		}
	}
	detail, err := own.najd(t).Invoice(t.Context(), id)
	if err != nil || len(detail.Kept) != 2 || detail.Kept[0] != len(large) || detail.Kept[1] != len(small) {
		t.Errorf("%v %v", detail.Kept, err)
	}
}

// An invoice that came as a record has no contents; its paper adds them.
func TestAPaperAddsTheContentsThatItsRecordDidNotHave(t *testing.T) {
	w := newWorld(functiontest.Empty(t))
	w.imported(t, []ingest.File{invoiceWith("1", []byte("small"))}, "", nil)
	again := newWorld(functiontest.Empty(t))
	for _, text := range exported(t, w) {
		again.imported(t, []ingest.File{{Name: "export.jsonl", Data: []byte(text)}}, "", nil)
	}
	id := center.InvoiceIDOf(center.AccountIDOf("SA1"), "vendor", center.KindInvoice, "1")
	if detail, err := again.najd(t).Invoice(t.Context(), id); err != nil || len(detail.Kept) != 0 || len(detail.Document.Attachments) != 1 {
		t.Fatalf("%+v %v", detail, err)
	}
	report := again.imported(t, []ingest.File{invoiceWith("1", []byte("small"))}, "", nil)
	if got, err := again.najd(t).Attachment(t.Context(), id, 0); err != nil || string(got) != "small" || report.Counts != (center.ImportCounts{Unchanged: 1}) {
		t.Errorf("%q %v %+v", got, err, report.Counts)
	}
}

func TestAttachmentsThatCannotBeKeptAreNamedWithAWarning(t *testing.T) {
	w := newWorld(functiontest.Empty(t))
	broken := invoiceWith("1", []byte("broken"))
	broken.Data = bytes.Replace(broken.Data, []byte(base64.StdEncoding.EncodeToString([]byte("broken"))), []byte("not*base64"), 1)
	many := make([][]byte, 45)
	for i := range many {
		many[i] = []byte("x")
	}
	for name, c := range map[string]struct {
		file ingest.File
		kept int
	}{
		"no base64":       {broken, 0},
		"more than 40":    {invoiceWith("2", many...), 40},
		"too much of all": {invoiceWith("3", bytes.Repeat([]byte("x"), 2<<20), bytes.Repeat([]byte("y"), 1<<20-100_000), bytes.Repeat([]byte("z"), 200_000)), 2},
	} {
		report := w.imported(t, []ingest.File{zipped(t, c.file)}, "", nil)
		warned := 0
		for _, row := range report.Rows {
			if row.Code == center.WarnAttachmentDropped {
				warned++
			}
		}
		if warned == 0 || report.Counts.Created != 1 {
			t.Errorf("%s: %+v", name, report)
			continue
		}
		id := center.InvoiceIDOf(center.AccountIDOf("SA1"), "vendor", center.KindInvoice, report.Rows[0].Number)
		if detail, err := w.najd(t).Invoice(t.Context(), id); err != nil || len(detail.Kept) != c.kept {
			t.Errorf("%s: %d kept, %v", name, len(detail.Kept), err)
		}
	}
}
