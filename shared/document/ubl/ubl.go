// Package ubl writes a billing paper as a UBL 2.1 document: Invoice, CreditNote
// or DebitNote, in the order of their schemas.
//
// What shared/ingest read from one is what it reads from ours again: the same
// record, but for what the record does not hold (profiles, and the content of
// attachments unless the caller adds it) and what UBL has no place for (the vendor's own key of the
// customer, the type of invoice, a day of payment). It never computes: a total
// that nobody stated is not there, nor a due date that terms gave.
package ubl

import (
	"encoding/base64"

	"customercenter/shared/center"
)

// The places of a due date, as records name them.
const (
	dueStated  = "DueDate"
	dueOfMeans = "PaymentMeans/PaymentDueDate"
	dueOfTerms = "PaymentTerms/PaymentDueDate"
)

// Codes of UNTDID 1001 that tell apart what one root holds.
const (
	typeDebitNote = "383"
	typeProforma  = "325"
)

// root names what differs between the roots.
type root struct{ name, typeCode, line, quantity, monetary string }

var (
	invoiceRoot = root{"Invoice", "cbc:InvoiceTypeCode", "cac:InvoiceLine", "cbc:InvoicedQuantity", "cac:LegalMonetaryTotal"}
	creditRoot  = root{"CreditNote", "cbc:CreditNoteTypeCode", "cac:CreditNoteLine", "cbc:CreditedQuantity", "cac:LegalMonetaryTotal"}
	debitRoot   = root{"DebitNote", "", "cac:DebitNoteLine", "cbc:DebitedQuantity", "cac:RequestedMonetaryTotal"}
)

// rootOf chooses the root and the type code. A debit note without a code came,
// or could have come, in a root of its own; the others are invoices.
func rootOf(d *center.Document) (root, string) {
	switch {
	case d.Kind == center.KindCreditNote:
		return creditRoot, d.TypeCode
	case d.Kind == center.KindDebitNote && d.TypeCode != typeDebitNote:
		return debitRoot, ""
	case d.Kind == center.KindProforma && d.TypeCode == "":
		return invoiceRoot, typeProforma
	}
	return invoiceRoot, d.TypeCode
}

// Write is the document as XML.
func Write(d *center.Document) []byte {
	r, typeCode := rootOf(d)
	w := writer{document: d, root: r}
	w.b.WriteString(`<?xml version="1.0" encoding="UTF-8"?>` + "\n<" + r.name + ` xmlns="` + schema + r.name + `-2"` +
		` xmlns:cac="` + aggregates + `" xmlns:cbc="` + basics + `">`)
	w.deep = 1
	w.head(typeCode)
	w.references()
	w.in("cac:AccountingSupplierParty", func() { w.party(d.Supplier) })
	w.in("cac:AccountingCustomerParty", func() { w.party(d.Customer) })
	w.payment()
	for _, a := range d.Allowances {
		w.in("cac:AllowanceCharge", func() {
			w.text("cbc:ChargeIndicator", map[bool]string{true: "true", false: "false"}[a.Charge])
			w.text("cbc:AllowanceChargeReason", a.Reason)
			w.amount("cbc:Amount", a.Amount)
		})
	}
	w.taxes()
	w.totals()
	for _, l := range d.Lines {
		w.line(l)
	}
	w.b.WriteString("\n</" + r.name + ">\n")
	return w.b.Bytes()
}

// writer writes one document.
type writer struct {
	tree
	document *center.Document
	root     root
}

func (w *writer) amount(name string, v center.Decimal) {
	w.text(name, string(v), "currencyID", w.document.Currency)
}

func (w *writer) head(typeCode string) {
	d := w.document
	w.text("cbc:UBLVersionID", "2.1")
	w.text("cbc:ID", d.Number)
	w.text("cbc:UUID", d.UUID)
	w.text("cbc:IssueDate", string(d.IssueDate))
	if d.DueSource == dueStated && w.root == invoiceRoot {
		w.text("cbc:DueDate", string(d.DueDate))
	}
	w.text(w.root.typeCode, typeCode)
	w.each("cbc:Note", d.Notes)
	w.text("cbc:DocumentCurrencyCode", d.Currency)
	w.text("cbc:TaxCurrencyCode", d.TaxCurrency)
	w.text("cbc:BuyerReference", d.BuyerReference)
}

func (w *writer) references() {
	d := w.document
	w.in("cac:OrderReference", func() { w.text("cbc:ID", d.OrderRef) })
	for _, p := range d.Preceding {
		w.in("cac:BillingReference", func() {
			w.in("cac:InvoiceDocumentReference", func() {
				w.text("cbc:ID", p.Number)
				w.text("cbc:IssueDate", string(p.IssueDate))
			})
		})
	}
	for _, ref := range d.ContractRefs {
		w.in("cac:ContractDocumentReference", func() { w.text("cbc:ID", ref) })
	}
	for _, a := range d.Attachments {
		w.in("cac:AdditionalDocumentReference", func() {
			w.text("cbc:ID", first(a.ID, a.Filename))
			w.text("cbc:DocumentDescription", a.Filename)
			w.in("cac:Attachment", func() {
				w.text("cbc:EmbeddedDocumentBinaryObject", base64.StdEncoding.EncodeToString(a.Content), "mimeCode", a.Mime, "filename", a.Filename)
			})
		})
	}
}

func first(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

func (w *writer) party(p center.Party) {
	w.in("cac:Party", func() {
		for _, id := range p.IDs {
			if id.Endpoint {
				w.text("cbc:EndpointID", id.Value, "schemeID", id.Scheme)
			}
		}
		for _, id := range p.IDs {
			if !id.Endpoint && !id.Legal {
				w.in("cac:PartyIdentification", func() { w.text("cbc:ID", id.Value, "schemeID", id.Scheme) })
			}
		}
		w.in("cac:PartyName", func() { w.text("cbc:Name", p.TradingName) })
		if p.Address != nil {
			w.address(*p.Address)
		}
		if p.VAT != "" {
			w.in("cac:PartyTaxScheme", func() {
				w.text("cbc:CompanyID", p.VAT)
				w.in("cac:TaxScheme", func() { w.text("cbc:ID", "VAT") })
			})
		}
		w.legal(p)
		w.contact(p)
	})
}

// legal writes the registered name with the first legal id, and further ids
// alone.
func (w *writer) legal(p center.Party) {
	name := p.Name
	for _, id := range p.IDs {
		if id.Legal {
			w.in("cac:PartyLegalEntity", func() {
				w.text("cbc:RegistrationName", name)
				w.text("cbc:CompanyID", id.Value, "schemeID", id.Scheme)
			})
			name = ""
		}
	}
	w.in("cac:PartyLegalEntity", func() { w.text("cbc:RegistrationName", name) })
}

// contact writes who is spoken to. A contact has one address of mail; more go
// where UBL has other ways to reach her.
func (w *writer) contact(p center.Party) {
	w.in("cac:Contact", func() {
		w.text("cbc:Name", p.Contact)
		w.text("cbc:Telephone", p.Phone)
		for i, address := range p.Emails {
			if i == 0 {
				w.text("cbc:ElectronicMail", address)
				continue
			}
			w.in("cac:OtherCommunication", func() {
				w.text("cbc:ChannelCode", "EM")
				w.text("cbc:Value", address)
			})
		}
	})
}

func (w *writer) address(a center.Address) {
	w.in("cac:PostalAddress", func() {
		w.text("cbc:StreetName", a.Street)
		w.text("cbc:AdditionalStreetName", a.Street2)
		w.text("cbc:BuildingNumber", a.Building)
		w.text("cbc:CitySubdivisionName", a.District)
		w.text("cbc:CityName", a.City)
		w.text("cbc:PostalZone", a.Postcode)
		w.text("cbc:CountrySubentity", a.Region)
		w.in("cac:Country", func() { w.text("cbc:IdentificationCode", a.Country) })
	})
}

// payment writes means and terms, with the due date in the first of them where
// it came from there.
func (w *writer) payment() {
	d := w.document
	w.withDue("cac:PaymentMeans", "cbc:PaymentMeansCode", d.PaymentMeans, d.DueSource == dueOfMeans)
	w.withDue("cac:PaymentTerms", "cbc:Note", d.PaymentTerms, d.DueSource == dueOfTerms)
}

func (w *writer) withDue(element, name string, texts []string, dated bool) {
	if dated && len(texts) == 0 {
		texts = []string{""}
	}
	for i, text := range texts {
		w.in(element, func() {
			w.text(name, text)
			if dated && i == 0 {
				w.text("cbc:PaymentDueDate", string(w.document.DueDate))
			}
		})
	}
}

func (w *writer) taxes() {
	d := w.document
	w.in("cac:TaxTotal", func() {
		w.amount("cbc:TaxAmount", d.Totals.Tax)
		for _, g := range d.Taxes {
			w.in("cac:TaxSubtotal", func() {
				w.amount("cbc:TaxableAmount", g.Taxable)
				w.amount("cbc:TaxAmount", g.Tax)
				w.in("cac:TaxCategory", func() {
					w.text("cbc:ID", g.Category)
					w.text("cbc:Percent", string(g.Rate))
					w.in("cac:TaxScheme", func() { w.text("cbc:ID", g.Scheme) })
				})
			})
		}
	})
}

func (w *writer) totals() {
	t := w.document.Totals
	w.in(w.root.monetary, func() {
		w.amount("cbc:LineExtensionAmount", t.LineTotal)
		w.amount("cbc:TaxExclusiveAmount", t.TaxExclusive)
		w.amount("cbc:TaxInclusiveAmount", t.TaxInclusive)
		w.amount("cbc:AllowanceTotalAmount", t.AllowanceTotal)
		w.amount("cbc:ChargeTotalAmount", t.ChargeTotal)
		w.amount("cbc:PrepaidAmount", t.Prepaid)
		w.amount("cbc:PayableRoundingAmount", t.Rounding)
		w.amount("cbc:PayableAmount", t.Payable)
	})
}

func (w *writer) line(l center.Line) {
	w.in(w.root.line, func() {
		w.text("cbc:ID", l.ID)
		w.text(w.root.quantity, string(l.Quantity), "unitCode", l.Unit)
		w.amount("cbc:LineExtensionAmount", l.Net)
		if p := l.Period; p != nil {
			w.in("cac:InvoicePeriod", func() {
				w.text("cbc:StartDate", string(p.Start))
				w.text("cbc:EndDate", string(p.End))
			})
		}
		w.in("cac:OrderLineReference", func() { w.text("cbc:LineID", l.OrderLine) })
		w.in("cac:Item", func() {
			w.text("cbc:Description", l.Description)
			w.text("cbc:Name", l.Name)
			if l.TaxCategory != "" || l.TaxRate != "" {
				w.in("cac:ClassifiedTaxCategory", func() {
					w.text("cbc:ID", l.TaxCategory)
					w.text("cbc:Percent", string(l.TaxRate))
					w.in("cac:TaxScheme", func() { w.text("cbc:ID", "VAT") })
				})
			}
		})
		w.in("cac:Price", func() {
			w.amount("cbc:PriceAmount", l.UnitPrice)
			w.text("cbc:BaseQuantity", string(l.BaseQuantity), "unitCode", l.Unit)
		})
	})
}
