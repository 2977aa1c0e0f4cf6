package ingest

import (
	"customercenter/shared/center"
)

// The codes of UNTDID 1001 that change what a document is.
const (
	typeCreditNote = "381"
	typeDebitNote  = "383"
	typeProforma   = "325"
)

// The fields that state a due date, as records name them. Where a document
// states none, the account's terms decide later.
const (
	dueStated  = "DueDate"
	dueOfMeans = "PaymentMeans/PaymentDueDate"
	dueOfTerms = "PaymentTerms/PaymentDueDate"
)

// ublBilling names what differs between the roots of billing documents.
type ublBilling struct {
	kind                     center.DocumentKind
	line, quantity, monetary string
}

var ublBillings = map[string]ublBilling{
	"Invoice":    {center.KindInvoice, "cac:InvoiceLine", "InvoicedQuantity", "cac:LegalMonetaryTotal"},
	"CreditNote": {center.KindCreditNote, "cac:CreditNoteLine", "CreditedQuantity", "cac:LegalMonetaryTotal"},
	"DebitNote":  {center.KindDebitNote, "cac:DebitNoteLine", "DebitedQuantity", "cac:RequestedMonetaryTotal"},
}

// ublDocument reads an Invoice, CreditNote or DebitNote.
func (r *reading) ublDocument(root *node, o center.ImportOptions) *center.Document {
	b := ublBillings[root.name]
	totals := root.first(b.monetary)
	d := &center.Document{
		Kind:           b.kind,
		TypeCode:       root.at("cbc:InvoiceTypeCode", "cbc:CreditNoteTypeCode"),
		Number:         root.at("cbc:ID"),
		UUID:           root.at("cbc:UUID"),
		IssueDate:      r.date("issue_date", root.at("cbc:IssueDate")),
		TaxCurrency:    root.at("cbc:TaxCurrencyCode"),
		BuyerReference: root.at("cbc:BuyerReference"),
		OrderRef:       root.at("cac:OrderReference/cbc:ID"),
		ContractRefs:   root.texts("cac:ContractDocumentReference/cbc:ID"),
		Supplier:       ublParty(root.first("cac:AccountingSupplierParty")),
		Customer:       ublParty(root.first("cac:AccountingCustomerParty")),
		Totals:         ublTotals(totals),
		PaymentMeans:   root.texts("cac:PaymentMeans/cbc:PaymentMeansCode"),
		PaymentTerms:   root.texts("cac:PaymentTerms/cbc:Note"),
		Notes:          root.texts("cbc:Note"),
		Attachments:    ublAttachments(root),
	}
	d.Kind = kindByTypeCode(d.Kind, d.TypeCode)
	d.Currency = r.setCurrency(firstText(root.at("cbc:DocumentCurrencyCode"),
		totals.first("cbc:PayableAmount").attr("currencyID"), o.Currency))
	d.DueDate, d.DueSource = r.ublDue(root, d.Kind)
	d.Totals.Tax, d.Taxes = r.ublTax(root)
	for _, n := range root.all("cac:BillingReference/cac:InvoiceDocumentReference") {
		if number := n.at("cbc:ID"); number != "" {
			d.Preceding = append(d.Preceding, center.Preceding{Number: number, IssueDate: r.date("preceding.issue_date", n.at("cbc:IssueDate"))})
		}
	}
	for _, n := range root.all(b.line) {
		d.Lines = append(d.Lines, r.ublLine(n, b.quantity))
	}
	for _, n := range root.all("cac:AllowanceCharge") {
		d.Allowances = append(d.Allowances, center.Allowance{
			Charge: n.at("cbc:ChargeIndicator") == "true",
			Reason: n.at("cbc:AllowanceChargeReason"),
			Amount: center.Decimal(n.at("cbc:Amount")),
		})
	}
	r.attachments(d.Attachments)
	r.finishDocument(d)
	return d
}

// kindByTypeCode corrects the root's kind: credit and debit notes and proformas
// hide in an <Invoice> with a code of their own.
func kindByTypeCode(kind center.DocumentKind, code string) center.DocumentKind {
	switch {
	case kind != center.KindInvoice:
		return kind
	case code == typeCreditNote:
		return center.KindCreditNote
	case code == typeDebitNote:
		return center.KindDebitNote
	case code == typeProforma:
		return center.KindProforma
	}
	return kind
}

// ublDue finds the due date the document states, and where. A credit note has
// none.
func (r *reading) ublDue(root *node, kind center.DocumentKind) (center.Date, string) {
	if kind == center.KindCreditNote {
		return "", ""
	}
	for _, place := range []struct{ path, source string }{
		{"cbc:DueDate", dueStated},
		{"cac:PaymentMeans/cbc:PaymentDueDate", dueOfMeans},
		{"cac:PaymentTerms/cbc:PaymentDueDate", dueOfTerms},
	} {
		if text := root.at(place.path); text != "" {
			return r.date("due_date", text), place.source
		}
	}
	return "", ""
}
