package functiontest

import (
	"strings"
	"sync/atomic"

	"customercenter/shared/center"
	"customercenter/shared/session"
)

// requests numbers the requests of a test run, so that none shares an id.
var requests atomic.Int64

func cutMethod(route string) (method, path string) {
	method, path, _ = strings.Cut(route, " ")
	return method, path
}

// secretOf is a person's secret: her address, filled up.
func secretOf(p Person) session.Secret {
	letters := strings.NewReplacer("@", "-", ".", "_").Replace(string(p))
	secret, ok := session.ParseSecret((letters + strings.Repeat("A", 43))[:42] + "A")
	if !ok {
		panic("functiontest: no secret of " + p)
	}
	return secret
}

// Vendor issues every paper of the world.
var Vendor = center.Party{Name: "Northwind Systems Ltd", VAT: "SA300000000000003", Emails: []string{"billing@vendor.example"}}

// source is where every paper of the world says it came from.
var source = center.Source{Format: "jsonl", File: "world.jsonl", SHA256: strings.Repeat("0", 64)}

// records are what the world is made of.
func records() []center.Record {
	net30 := 30
	out := []center.Record{
		account(center.AccountRecord{Key: Najd, Name: "شركة نجد للتقنية", TimeZone: "Asia/Riyadh", Locale: "ar", NetTermsDays: &net30}),
		account(center.AccountRecord{Key: Gulf, Name: "Gulf " + Canary, TimeZone: "Asia/Kuwait", Locale: "en"}),
		contact(Najd, Primary, "نورة القحطاني", center.ContactPrimary),
		contact(Najd, Payables, "Omar Saleh", center.ContactPayables),
		contact(Najd, Executive, "Huda Faisal", center.ContactExecutive),
		contact(Najd, Accountant, "A. Auditor", center.ContactAccountant),
		contact(Gulf, Stranger, "Dana "+Canary, center.ContactPrimary),
		order(),
	}
	for _, d := range documents() {
		out = append(out, center.Record{Kind: d.Kind, Number: d.Number, Document: &d})
	}
	return out
}

func account(a center.AccountRecord) center.Record {
	return center.Record{Kind: center.KindAccount, Number: a.Key, Account: &a}
}

func contact(account string, p Person, name string, t center.ContactType) center.Record {
	return center.Record{Kind: center.KindContact, Number: string(p), Contact: &center.ContactRecord{
		Account: account, Email: string(p), Name: name, Type: t,
	}}
}

// order names the buyer, and Noura as who pays, so that the buyer is nothing
// but a purchasing contact of this order.
func order() center.Record {
	return center.Record{Kind: center.KindOrder, Number: "PO-77", Order: &center.Order{
		Kind: center.KindOrder, Number: "PO-77", IssueDate: "2026-06-01", Currency: "SAR", CustomerKey: Najd,
		Seller: Vendor, Buyer: center.Party{Name: "Najd Technology"},
		Contacts: []center.OrderContact{
			{Email: string(Purchasing), Name: "Badr Buyer", Role: center.RoleOrdering},
			{Email: string(Primary), Name: "نورة القحطاني", Role: center.RoleFinancial},
		},
		Lines:  []center.Line{{ID: "1", Name: "Storage array", Quantity: "1", Net: "10000.00"}},
		Totals: center.Totals{Payable: "11500.00"},
		Source: source,
	}}
}

// documents are in every state on the day the world begins.
func documents() []center.Document {
	late := paper(center.KindInvoice, "INV-1001", "2026-07-11", "2026-08-10", "SAR", "11500.00")
	late.InvoiceType, late.OrderRef, late.ContractRefs = center.TypeSupport, "PO-77", []string{"CT-9"}
	late.Lines = []center.Line{
		{ID: "1", Name: "Premier support, storage array", Description: "Twelve months", Quantity: "1", Unit: "C62", UnitPrice: "8000.00",
			Net: "8000.00", TaxCategory: "S", TaxRate: "15", Period: &center.Period{Start: "2026-07-01", End: "2027-06-30"}},
		{ID: "2", Name: "On-site spare parts", Quantity: "4", Unit: "C62", UnitPrice: "500.00", Net: "2000.00", TaxCategory: "S", TaxRate: "15"},
	}
	late.Taxes = []center.Tax{{Category: "S", Rate: "15", Taxable: "10000.00", Tax: "1500.00"}}
	late.Totals = center.Totals{LineTotal: "10000.00", TaxExclusive: "10000.00", Tax: "1500.00", TaxInclusive: "11500.00", Payable: "11500.00"}
	late.Notes, late.PaymentTerms = []string{"شكراً لتعاملكم معنا"}, []string{"Net 30"}
	late.Attachments = attached("terms.pdf", "application/pdf", "%PDF-1.7 terms of support")
	closed := paper(center.KindInvoice, "INV-1003", "2026-05-01", "2026-05-31", "SAR", "230.00")
	closed.PaidDate = "2026-05-20"
	open := paper(center.KindInvoice, "INV-1002", "2026-11-05", "2026-12-05", "SAR", "575.00")
	open.OrderRef = "PO-78"
	open.Attachments = attached("<script>.html", "text/html", "<script>alert(1)</script>")
	credit := paper(center.KindCreditNote, "CN-5", "2026-09-01", "", "SAR", "1500.00")
	credit.Preceding = []center.Preceding{{Number: "INV-1001", IssueDate: "2026-07-11"}}
	dollars := paper(center.KindInvoice, "INV-1004", "2026-11-10", "2026-12-10", "USD", "99.90")
	foreign := paper(center.KindInvoice, "INV-2001", "2026-11-01", "2026-12-01", "KWD", "1250.500")
	foreign.CustomerKey, foreign.Customer.Name = Gulf, Canary
	foreign.Lines[0].Name = Canary
	foreign.Attachments = attached("plan.png", "image/png", Canary)
	second := foreign
	second.Number, second.DueDate, second.Lines = "INV-2002", "2026-12-02", []center.Line{{ID: "1", Name: Canary, Net: "1250.500"}}
	return []center.Document{late, open, closed, dollars, credit, foreign, second}
}

// attached is one file inside a paper.
func attached(name, mime, content string) []center.Attachment {
	return []center.Attachment{{ID: name, Filename: name, Mime: mime, Bytes: len(content), Content: []byte(content)}}
}

// paper is a paper of Najd's.
func paper(kind center.DocumentKind, number string, issued, due center.Date, currency string, payable center.Decimal) center.Document {
	d := center.Document{
		Kind: kind, Number: number, IssueDate: issued, DueDate: due, Currency: currency, CustomerKey: Najd,
		Supplier: Vendor, Customer: center.Party{Name: "Najd Technology", Address: &center.Address{Street: "Olaya Street", Building: "12", City: "Riyadh", Country: "SA"}},
		Lines:  []center.Line{{ID: "1", Name: "Cloud subscription", Quantity: "1", Net: payable}},
		Totals: center.Totals{Payable: payable},
		Source: source,
	}
	if due != "" {
		d.DueSource = "DueDate"
	}
	return d
}

// Bill is the record of one more invoice of Najd's.
func Bill(number string, issued, due center.Date, currency string, payable center.Decimal) center.Record {
	d := paper(center.KindInvoice, number, issued, due, currency, payable)
	return center.Record{Kind: d.Kind, Number: number, Document: &d}
}

// CreditNote is the record of one more credit note of Najd's; what refers to
// no invoice is left to be used in payments.
func CreditNote(number string, issued center.Date, currency string, payable center.Decimal, invoices ...string) center.Record {
	d := paper(center.KindCreditNote, number, issued, "", currency, payable)
	for _, n := range invoices {
		d.Preceding = append(d.Preceding, center.Preceding{Number: n})
	}
	return center.Record{Kind: d.Kind, Number: number, Document: &d}
}

// InvoiceID is the id of one of the world's papers.
func InvoiceID(account string, kind center.DocumentKind, number string) center.InvoiceID {
	return center.InvoiceIDOf(center.AccountIDOf(account), center.IssuerKey(Vendor), kind, number)
}
