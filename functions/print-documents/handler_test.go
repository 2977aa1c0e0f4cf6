package main

import (
	"encoding/base64"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"customercenter/infra/functiontest"
	"customercenter/infra/pdftest"
	"customercenter/shared/center"
	"customercenter/shared/document/fonts"
	"customercenter/shared/document/paper"
	"customercenter/shared/httpapi"
	"customercenter/shared/ingest"
)

// Each right that the function is given is needed by a test.
func TestMain(m *testing.M) { os.Exit(functiontest.RunAndCountRights(m, "print-documents")) }

func routesOf(t *testing.T, w *functiontest.World) httpapi.Routes {
	t.Helper()
	printer, err := paper.NewPrinter()
	if err != nil {
		t.Fatal(err)
	}
	s, door := w.Function("print-documents")
	return handler{store: s, now: w.Now, printer: printer}.routes(door)
}

// get asks for a file of the paper or payment with that id.
func get(t *testing.T, w *functiontest.World, routes httpapi.Routes, p functiontest.Person, route, id, language string) httpapi.Response {
	t.Helper()
	_, path, _ := strings.Cut(route, " ")
	r := functiontest.Request(route, strings.Replace(path, "{id}", id, 1))
	r.PathParameters = map[string]string{"id": id}
	if language != "" {
		r.QueryStringParameters = map[string]string{"language": language}
	}
	return functiontest.Invoke(t, routes, w.As(t, p, r))
}

// pages are the texts of a PDF that was answered.
func pages(t *testing.T, r httpapi.Response) *pdftest.File {
	t.Helper()
	if r.StatusCode != 200 || !r.IsBase64Encoded {
		t.Fatalf("%d %s", r.StatusCode, r.Body)
	}
	file, err := base64.StdEncoding.DecodeString(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return pdftest.Open(t, file)
}

// golden compares the text of a file, under its name, with testdata.
func golden(t *testing.T, name string, r httpapi.Response, text string) {
	t.Helper()
	got := r.Headers["content-type"] + "\n" + r.Headers["content-disposition"] + "\n\n" + text
	file := filepath.Join("testdata", name+".golden.txt")
	if flag.Lookup("update").Value.String() == "true" {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("%v; run the test with -update", err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", file, diff)
	}
}

func TestEventOnFileGolden(t *testing.T) {
	w := functiontest.New(t)
	w.Cookie(t, functiontest.Primary)
	resp := functiontest.Invoke(t, routesOf(t, w), functiontest.Event(t, "print-documents"))
	golden(t, "print-documents", resp, pages(t, resp).Text())
}

func TestAnInvoiceSpeaksTheReadersLanguageUnlessAskedGolden(t *testing.T) {
	w := functiontest.New(t)
	routes := routesOf(t, w)
	own := string(functiontest.InvoiceID(functiontest.Najd, center.KindInvoice, "INV-1001"))
	foreign := string(functiontest.InvoiceID(functiontest.Gulf, center.KindInvoice, "INV-2001"))
	for name, c := range map[string]struct {
		person       functiontest.Person
		id, language string
	}{
		"invoice-of-an-arabic-account":  {functiontest.Primary, own, ""},
		"invoice-of-an-english-account": {functiontest.Stranger, foreign, ""},
		"invoice-in-english-as-asked":   {functiontest.Payables, own, "en"},
		"credit-note-in-english":        {functiontest.Executive, string(functiontest.InvoiceID(functiontest.Najd, center.KindCreditNote, "CN-5")), "en"},
	} {
		t.Run(name, func(t *testing.T) {
			resp := get(t, w, routes, c.person, "GET /v1/invoices/{id}/pdf", c.id, c.language)
			golden(t, name, resp, pages(t, resp).Text())
		})
	}
}

// An account that chose the language of its papers gets them in it, whoever
// reads; who asks for another gets that.
func TestPapersSpeakTheLanguageTheAccountChose(t *testing.T) {
	w := functiontest.New(t)
	if _, err := w.Store.In(w.Actor(t, functiontest.Primary)).SetBillingProfile(t.Context(), center.BillingProfile{DocumentLanguage: "en"}); err != nil {
		t.Fatal(err)
	}
	routes := routesOf(t, w)
	own := string(functiontest.InvoiceID(functiontest.Najd, center.KindInvoice, "INV-1001"))
	for language, english := range map[string]bool{"": true, "ar": false, "both": true} {
		text := pages(t, get(t, w, routes, functiontest.Primary, "GET /v1/invoices/{id}/pdf", own, language)).Text()
		if strings.Contains(text, "nvoice") != english {
			t.Errorf("asked for %q: %s", language, text)
		}
	}
}

// The account's default PO number stands on invoices that name none, while it
// lasted on the day they were issued.
func TestTheDefaultPONumberStandsOnInvoicesWithoutOne(t *testing.T) {
	w := functiontest.New(t)
	account, routes := w.Store.In(w.Actor(t, functiontest.Primary)), routesOf(t, w)
	for version, po := range []center.DefaultPO{{Number: "4500-D"}, {Number: "4500-D", ExpiresOn: "2020-01-01"}} {
		if _, err := account.SetBillingProfile(t.Context(), center.BillingProfile{DefaultPO: &po, Version: version}); err != nil {
			t.Fatal(err)
		}
		without := 0
		for _, number := range []string{"INV-1001", "INV-1002", "INV-1003", "INV-1004"} {
			id := functiontest.InvoiceID(functiontest.Najd, center.KindInvoice, number)
			detail, err := account.Invoice(t.Context(), id)
			if err != nil {
				t.Fatal(err)
			}
			stands := detail.Invoice.PO == "" && po.ExpiresOn == ""
			if stands {
				without++
			}
			text := pages(t, get(t, w, routes, functiontest.Primary, "GET /v1/invoices/{id}/pdf", string(id), "en")).Text()
			if strings.Contains(text, "4500-D") != stands {
				t.Errorf("%s, with PO number %q, until %q: %s", number, detail.Invoice.PO, po.ExpiresOn, text)
			}
		}
		if po.ExpiresOn == "" && without == 0 {
			t.Error("no invoice is without a PO number")
		}
	}
}

// The file inside the file and the file alone are one document, which an
// import takes for the one that is there.
func TestTheUBLIsTheDocumentThatWasImportedGolden(t *testing.T) {
	w := functiontest.New(t)
	routes := routesOf(t, w)
	id := string(functiontest.InvoiceID(functiontest.Najd, center.KindInvoice, "INV-1001"))
	alone := get(t, w, routes, functiontest.Primary, "GET /v1/invoices/{id}/ubl", id, "")
	golden(t, "ubl", alone, alone.Body)
	inside := pages(t, get(t, w, routes, functiontest.Primary, "GET /v1/invoices/{id}/pdf", id, "ar")).Files()
	if len(inside) != 1 || string(inside[0]) != alone.Body {
		t.Errorf("inside the PDF: %s", inside)
	}
	batch, err := ingest.Open([]ingest.File{{Name: "again.xml", Data: []byte(alone.Body)}}, nil, center.ImportOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for rec := range batch.Records() {
		if rec.Document == nil || rec.Document.Number != "INV-1001" || rec.Document.Totals.Payable != "11500.00" || len(rec.Document.Lines) != 2 {
			t.Errorf("%+v", rec)
		}
	}
}

func TestAReceiptIsPrintedOnceItIsPaidGolden(t *testing.T) {
	w := functiontest.New(t)
	routes := routesOf(t, w)
	processor := w.Processor(t)
	card := processor.Store(functiontest.Primary, functiontest.CardGood)
	invoice := functiontest.InvoiceID(functiontest.Najd, center.KindInvoice, "INV-1002")
	paid := processor.Pay(functiontest.Primary, "paid", card.ID, invoice)
	const route = "GET /v1/payments/{id}/receipt/pdf"
	resp := get(t, w, routes, functiontest.Primary, route, string(paid.ID), "both")
	golden(t, "receipt", resp, pages(t, resp).Text())
	printed := get(t, w, routes, functiontest.Primary, "GET /v1/invoices/{id}/pdf", string(invoice), "en")
	if text := pages(t, printed).Text(); !strings.Contains(text, "\nPayment\nR-") || !strings.Contains(text, "Settled\nSAR 575.00\nOutstanding\nSAR 0.00\nStatus\nClosed\n") {
		t.Errorf("the invoice does not tell of its payment:\n%s", text)
	}

	waits := processor.Pay(functiontest.Primary, "waits", "", functiontest.InvoiceID(functiontest.Najd, center.KindInvoice, "INV-1001"))
	if resp := get(t, w, routes, functiontest.Primary, route, string(waits.ID), "en"); resp.StatusCode != 409 || !strings.Contains(resp.Body, "no-receipt") {
		t.Errorf("%d %s", resp.StatusCode, resp.Body)
	}
}

func TestALanguageThatNobodyPrintsIsRefused(t *testing.T) {
	w := functiontest.New(t)
	id := string(functiontest.InvoiceID(functiontest.Najd, center.KindInvoice, "INV-1001"))
	resp := get(t, w, routesOf(t, w), functiontest.Primary, "GET /v1/invoices/{id}/pdf", id, "fr")
	if resp.StatusCode != 422 || !strings.Contains(resp.Body, "must be en, ar or both") {
		t.Errorf("%d %s", resp.StatusCode, resp.Body)
	}
}

// A program that was built without fonts says so, and still writes UBL.
func TestWithoutFontsOnlyPrintingIsOff(t *testing.T) {
	w := functiontest.New(t)
	s, door := w.Function("print-documents")
	routes := handler{store: s, now: w.Now, broken: fonts.ErrMissing}.routes(door)
	id := string(functiontest.InvoiceID(functiontest.Najd, center.KindInvoice, "INV-1001"))
	if resp := get(t, w, routes, functiontest.Primary, "GET /v1/invoices/{id}/pdf", id, "en"); resp.StatusCode != 503 || !strings.Contains(resp.Body, "printing-unavailable") {
		t.Errorf("%d %s", resp.StatusCode, resp.Body)
	}
	if resp := get(t, w, routes, functiontest.Primary, "GET /v1/invoices/{id}/ubl", id, ""); resp.StatusCode != 200 {
		t.Errorf("%d %s", resp.StatusCode, resp.Body)
	}
}

func TestEverybodyIsAnsweredAsDeclared(t *testing.T) {
	w := functiontest.New(t)
	processor := w.Processor(t)
	card := processor.Store(functiontest.Primary, functiontest.CardGood)
	own := processor.Pay(functiontest.Primary, "own", card.ID, functiontest.InvoiceID(functiontest.Najd, center.KindInvoice, "INV-1004"))
	theirs := processor.Store(functiontest.Stranger, functiontest.CardGood)
	foreign := processor.Pay(functiontest.Stranger, "foreign", theirs.ID, functiontest.InvoiceID(functiontest.Gulf, center.KindInvoice, "INV-2002"))
	w.Contracts(t)
	w.Targets["own payment"], w.Targets["foreign payment"] = string(own.ID), string(foreign.ID)
	w.Targets["unknown payment"], w.Targets["malformed payment"] = "pay_00000000000000000000000000000000", "P#"+string(foreign.ID)
	functiontest.Matrix(t, w, "print-documents", routesOf(t, w))
}
