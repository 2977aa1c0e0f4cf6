package demo

import (
	"strconv"

	"customercenter/shared/center"
	"customercenter/shared/money"
)

// order is an ordering document: what was bought and who is named on it.
type order struct {
	number, contract, quote string
	issued, validUntil      center.Date
	currency                money.Code
	note                    string
	items                   []item
	ordering                person
	financial               []person
	technical               person
	technicalOf             *center.Party // who employs the originator; the buyer when nil
	delivery                person
	sales                   person
}

// order adds an order of so many days ago.
func (l *ledger) order(o order, daysAgo int) {
	o.issued = l.today.AddDays(-daysAgo)
	o.validUntil = o.issued.AddDays(3 * 365)
	if o.currency == "" {
		o.currency = l.seller.currency
	}
	l.orders = append(l.orders, &o)
}

// xml writes the order down as the buyer's UBL Order.
func (o *order) xml(l *ledger) ([]byte, error) {
	p := &paper{currency: o.currency, items: o.items}
	doc, err := p.document(l)
	if err != nil {
		return nil, err
	}
	buyer := el("cac:BuyerCustomerParty", partyXML(l.party, o.ordering), contactXML("cac:DeliveryContact", o.delivery))
	accounting := el("cac:AccountingCustomerParty")
	for i, f := range o.financial {
		if i == 0 {
			accounting.Children = append(accounting.Children, partyXML(l.party, f))
			continue
		}
		accounting.Children = append(accounting.Children, contactXML("cac:AccountingContact", f))
	}
	employer := l.party
	if o.technicalOf != nil {
		employer = *o.technicalOf
	}
	originator := unless(o.technical == person{}, el("cac:OriginatorCustomerParty", partyXML(employer, o.technical)))
	children := []*element{
		leaf("cbc:ID", o.number), leaf("cbc:IssueDate", o.issued), leaf("cbc:OrderTypeCode", "220"),
		leaf("cbc:Note", o.note), leaf("cbc:DocumentCurrencyCode", string(o.currency)),
		el("cac:ValidityPeriod", leaf("cbc:EndDate", o.validUntil)),
		unless(o.quote == "", el("cac:QuotationDocumentReference", leaf("cbc:ID", o.quote))),
		unless(o.contract == "", el("cac:Contract", leaf("cbc:ID", o.contract))),
		buyer, el("cac:SellerSupplierParty", partyXML(l.seller.party, o.sales)), originator, accounting,
		taxXML(doc), totalsXML("cac:AnticipatedMonetaryTotal", doc.Totals, doc.Currency),
	}
	for i, line := range doc.Lines {
		line.ID = strconv.Itoa(i + 1)
		children = append(children, el("cac:OrderLine", lineXML(orderLine, "cbc:Quantity", line, doc.Currency)))
	}
	return document("Order", children...)
}
