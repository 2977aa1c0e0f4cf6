package demo

import (
	"encoding/xml"
	"strconv"
	"strings"

	"customercenter/shared/center"
)

// The namespaces of UBL 2.
const (
	ublSchema = "urn:oasis:names:specification:ubl:schema:xsd:"
	ublCAC    = ublSchema + "CommonAggregateComponents-2"
	ublCBC    = ublSchema + "CommonBasicComponents-2"
)

// element is an XML element, written in the order its children are given.
// Names carry the prefixes declared on the root.
type element struct {
	XMLName  xml.Name
	Attrs    []xml.Attr `xml:",attr"`
	Text     string     `xml:",chardata"`
	Children []*element `xml:",any"`
}

// el makes an element of children; absent ones (nil) are left out.
func el(name string, children ...*element) *element {
	e := &element{XMLName: xml.Name{Local: name}}
	for _, c := range children {
		if c != nil {
			e.Children = append(e.Children, c)
		}
	}
	return e
}

// leaf makes an element of text, or nothing of "".
func leaf[T ~string](name string, text T, attrs ...string) *element {
	if text == "" {
		return nil
	}
	e := &element{XMLName: xml.Name{Local: name}, Text: string(text)}
	for i := 0; i+1 < len(attrs); i += 2 {
		if attrs[i+1] != "" {
			e.Attrs = append(e.Attrs, xml.Attr{Name: xml.Name{Local: attrs[i]}, Value: attrs[i+1]})
		}
	}
	return e
}

// unless leaves an element out that would be empty.
func unless(empty bool, e *element) *element {
	if empty {
		return nil
	}
	return e
}

func document(root string, children ...*element) ([]byte, error) {
	e := el(root, children...)
	for _, space := range [][2]string{{"xmlns", ublSchema + root + "-2"}, {"xmlns:cac", ublCAC}, {"xmlns:cbc", ublCBC}} {
		e.Attrs = append(e.Attrs, xml.Attr{Name: xml.Name{Local: space[0]}, Value: space[1]})
	}
	body, err := xml.MarshalIndent(e, "", "  ")
	if err != nil {
		return nil, err
	}
	return append(append([]byte(xml.Header), body...), '\n'), nil
}

// billingXML writes an invoice or credit note.
func billingXML(d *center.Document) ([]byte, error) {
	root, line, quantity, code := "Invoice", "cac:InvoiceLine", "cbc:InvoicedQuantity", "cbc:InvoiceTypeCode"
	if d.Kind == center.KindCreditNote {
		root, line, quantity, code = "CreditNote", "cac:CreditNoteLine", "cbc:CreditedQuantity", "cbc:CreditNoteTypeCode"
	}
	children := []*element{
		leaf("cbc:CustomizationID", "urn:cen.eu:en16931:2017"),
		leaf("cbc:ID", d.Number), leaf("cbc:IssueDate", d.IssueDate), leaf("cbc:DueDate", d.DueDate), leaf(code, d.TypeCode),
	}
	for _, note := range d.Notes {
		children = append(children, leaf("cbc:Note", note))
	}
	children = append(children, leaf("cbc:DocumentCurrencyCode", d.Currency), leaf("cbc:BuyerReference", d.BuyerReference),
		unless(d.OrderRef == "", el("cac:OrderReference", leaf("cbc:ID", d.OrderRef))))
	for _, p := range d.Preceding {
		children = append(children, el("cac:BillingReference",
			el("cac:InvoiceDocumentReference", leaf("cbc:ID", p.Number), leaf("cbc:IssueDate", p.IssueDate))))
	}
	for _, ref := range d.ContractRefs {
		children = append(children, el("cac:ContractDocumentReference", leaf("cbc:ID", ref)))
	}
	children = append(children,
		el("cac:AccountingSupplierParty", partyXML(d.Supplier, person{d.Supplier.Contact, strings.Join(d.Supplier.Emails, "")})),
		el("cac:AccountingCustomerParty", partyXML(d.Customer, person{})),
		el("cac:PaymentMeans", leaf("cbc:PaymentMeansCode", d.PaymentMeans[0])))
	for _, terms := range d.PaymentTerms {
		children = append(children, el("cac:PaymentTerms", leaf("cbc:Note", terms)))
	}
	children = append(children, allowancesXML(d)...)
	children = append(children, taxXML(d), totalsXML("cac:LegalMonetaryTotal", d.Totals, d.Currency))
	for _, l := range d.Lines {
		children = append(children, lineXML(line, quantity, l, d.Currency))
	}
	return document(root, children...)
}

func amountXML(name string, amount center.Decimal, currency string) *element {
	return leaf(name, amount, "currencyID", currency)
}

func allowancesXML(d *center.Document) []*element {
	var list []*element
	for _, a := range d.Allowances {
		list = append(list, el("cac:AllowanceCharge",
			leaf("cbc:ChargeIndicator", strconv.FormatBool(a.Charge)), leaf("cbc:AllowanceChargeReason", a.Reason),
			amountXML("cbc:Amount", a.Amount, d.Currency),
			categoryXML("cac:TaxCategory", d.Taxes[0].Category, d.Taxes[0].Rate)))
	}
	return list
}

func categoryXML(name, category string, rate center.Decimal) *element {
	return el(name, leaf("cbc:ID", category), leaf("cbc:Percent", rate), el("cac:TaxScheme", leaf("cbc:ID", "VAT")))
}

func taxXML(d *center.Document) *element {
	total := el("cac:TaxTotal", amountXML("cbc:TaxAmount", d.Totals.Tax, d.Currency))
	for _, t := range d.Taxes {
		total.Children = append(total.Children, el("cac:TaxSubtotal",
			amountXML("cbc:TaxableAmount", t.Taxable, d.Currency), amountXML("cbc:TaxAmount", t.Tax, d.Currency),
			categoryXML("cac:TaxCategory", t.Category, t.Rate)))
	}
	return total
}

func totalsXML(name string, t center.Totals, currency string) *element {
	return el(name,
		amountXML("cbc:LineExtensionAmount", t.LineTotal, currency), amountXML("cbc:TaxExclusiveAmount", t.TaxExclusive, currency),
		amountXML("cbc:TaxInclusiveAmount", t.TaxInclusive, currency), amountXML("cbc:AllowanceTotalAmount", t.AllowanceTotal, currency),
		amountXML("cbc:PayableAmount", t.Payable, currency))
}

// orderLine is the element of an order's line; the other lines are of invoices
// and credit notes.
const orderLine = "cac:LineItem"

func lineXML(name, quantity string, l center.Line, currency string) *element {
	e := el(name, leaf("cbc:ID", l.ID), leaf(quantity, l.Quantity, "unitCode", l.Unit),
		amountXML("cbc:LineExtensionAmount", l.Net, currency))
	if l.Period != nil {
		e.Children = append(e.Children, el("cac:InvoicePeriod", leaf("cbc:StartDate", l.Period.Start), leaf("cbc:EndDate", l.Period.End)))
	}
	if l.OrderLine != "" {
		e.Children = append(e.Children, el("cac:OrderLineReference", leaf("cbc:LineID", l.OrderLine)))
	}
	item := el("cac:Item", leaf("cbc:Description", l.Description), leaf("cbc:Name", l.Name),
		categoryXML("cac:ClassifiedTaxCategory", l.TaxCategory, l.TaxRate))
	price := el("cac:Price", amountXML("cbc:PriceAmount", l.UnitPrice, currency))
	if name == orderLine { // the schema has them the other way round there
		item, price = price, item
	}
	e.Children = append(e.Children, item, price)
	return e
}

// person is somebody named on an order.
type person struct{ name, email string }

func contactXML(name string, p person) *element {
	return unless(p == person{}, el(name, leaf("cbc:Name", p.name), leaf("cbc:ElectronicMail", p.email)))
}

func partyXML(p center.Party, contact person) *element {
	a := p.Address
	e := el("cac:Party", el("cac:PartyName", leaf("cbc:Name", p.TradingName)),
		el("cac:PostalAddress", leaf("cbc:StreetName", a.Street), leaf("cbc:BuildingNumber", a.Building),
			leaf("cbc:CitySubdivisionName", a.District), leaf("cbc:CityName", a.City), leaf("cbc:PostalZone", a.Postcode),
			el("cac:Country", leaf("cbc:IdentificationCode", a.Country))))
	if p.VAT != "" {
		e.Children = append(e.Children, el("cac:PartyTaxScheme", leaf("cbc:CompanyID", p.VAT), el("cac:TaxScheme", leaf("cbc:ID", "VAT"))))
	}
	legal := el("cac:PartyLegalEntity", leaf("cbc:RegistrationName", p.Name))
	for _, id := range p.IDs {
		legal.Children = append(legal.Children, leaf("cbc:CompanyID", id.Value, "schemeID", id.Scheme))
	}
	e.Children = append(e.Children, legal)
	if c := contactXML("cac:Contact", contact); c != nil {
		e.Children = append(e.Children, c)
	}
	return e
}
