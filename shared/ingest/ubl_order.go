package ingest

import (
	"customercenter/shared/center"
)

// ublOrder reads an Order, or a Quotation. Every person named on it is kept
// with the role they were named in; who may enter an account by it is decided
// elsewhere.
func (r *reading) ublOrder(root *node, o center.ImportOptions) *center.Order {
	kind, totals, line := center.KindOrder, root.first("cac:AnticipatedMonetaryTotal"), "cac:OrderLine"
	if root.name == "Quotation" {
		kind, totals, line = center.KindQuotation, root.first("cac:QuotedMonetaryTotal"), "cac:QuotationLine"
	}
	buyer, seller := root.first("cac:BuyerCustomerParty"), root.first("cac:SellerSupplierParty")
	order := &center.Order{
		Kind:         kind,
		TypeCode:     root.at("cbc:OrderTypeCode"),
		Number:       root.at("cbc:ID"),
		UUID:         root.at("cbc:UUID"),
		IssueDate:    r.date("issue_date", root.at("cbc:IssueDate")),
		CustomerRef:  root.at("cbc:CustomerReference"),
		QuoteRef:     root.at("cac:QuotationDocumentReference/cbc:ID"),
		ContractRefs: root.texts("cac:Contract/cbc:ID"),
		ValidUntil:   r.date("valid_until", root.at("cac:ValidityPeriod/cbc:EndDate")),
		Seller:       ublParty(seller),
		Buyer:        ublParty(buyer),
		Originator:   ublOptionalParty(root.first("cac:OriginatorCustomerParty")),
		Accounting:   ublOptionalParty(root.first("cac:AccountingCustomerParty")),
		Contacts:     ublContacts(root),
		Totals:       ublTotals(totals),
		Notes:        root.texts("cbc:Note"),
	}
	currency := firstText(root.at("cbc:DocumentCurrencyCode"), totals.first("cbc:PayableAmount").attr("currencyID"), o.Currency)
	if currency != "" {
		order.Currency = r.setCurrency(currency)
	}
	order.Totals.Tax, _ = r.ublTax(root)
	for _, n := range root.all(line + "/cac:LineItem") {
		order.Lines = append(order.Lines, r.ublLine(n, "Quantity"))
	}
	r.finishOrder(order)
	return order
}

// finishOrder checks what an order must have and brings its amounts to the
// currency's decimals.
func (r *reading) finishOrder(o *center.Order) {
	r.checkNumber(o.Number)
	r.orderTexts(o)
	if o.IssueDate == "" {
		r.refuse(center.CodeBadDate, "issue_date", "The order has no issue date.")
	}
	if o.Currency == "" && (o.Totals != center.Totals{}) {
		r.refuse(center.CodeUnknownCurrency, "currency", "The order has amounts but names no currency.")
	}
	o.Totals = r.totals(o.Totals)
	r.lines(o.Lines)
}

func ublOptionalParty(wrapper *node) *center.Party {
	if wrapper.first("cac:Party") == nil {
		return nil
	}
	p := ublParty(wrapper)
	return &p
}

// ublContacts lists the people on an order, by the place they are named in;
// one who is named twice in one role counts once.
func ublContacts(root *node) []center.OrderContact {
	var list []center.OrderContact
	for _, place := range []struct {
		role center.ContactRole
		path string
	}{
		{center.RoleOrdering, "cac:BuyerCustomerParty/cac:Party"},
		{center.RoleOrdering, "cac:BuyerCustomerParty/cac:BuyerContact"},
		{center.RoleTechnical, "cac:OriginatorCustomerParty/cac:Party"},
		{center.RoleFinancial, "cac:BuyerCustomerParty/cac:AccountingContact"},
		{center.RoleFinancial, "cac:AccountingCustomerParty/cac:Party"},
		{center.RoleFinancial, "cac:AccountingCustomerParty/cac:AccountingContact"},
		{center.RoleDelivery, "cac:BuyerCustomerParty/cac:DeliveryContact"},
		{center.RoleDelivery, "cac:Delivery/cac:DeliveryParty"},
		{center.RoleSeller, "cac:SellerSupplierParty/cac:Party"},
		{center.RoleSeller, "cac:SellerSupplierParty/cac:SellerContact"},
	} {
		for _, n := range root.all(place.path) {
			list = addContact(list, place.role, n)
		}
	}
	return list
}

// addContact reads a contact element, or the contact of a party.
func addContact(list []center.OrderContact, role center.ContactRole, n *node) []center.OrderContact {
	name := personName(n)
	if n.name == "cac:Party" || n.name == "cac:DeliveryParty" {
		n = n.first("cac:Contact")
	}
	email, ok := center.NormalizeEmail(n.at("cbc:ElectronicMail"))
	if !ok || len(list) == maxPeople {
		return list
	}
	for _, have := range list {
		if have.Email == email && have.Role == role {
			return list
		}
	}
	return append(list, center.OrderContact{Email: email, Name: firstText(n.at("cbc:Name"), name), Role: role})
}

// personName is the name of the Person some issuers write beside the contact.
func personName(party *node) string {
	first, family := party.at("cac:Person/cbc:FirstName"), party.at("cac:Person/cbc:FamilyName")
	if first == "" || family == "" {
		return first + family
	}
	return first + " " + family
}
