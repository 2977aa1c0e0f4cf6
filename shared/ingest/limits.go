package ingest

import (
	"fmt"

	"customercenter/shared/center"
)

// Limits of texts that are kept apart from the paper they stand on: in heads,
// lists, accounts and memberships, which are small. Notes, terms and lines stay
// with the paper and may be as long as it.
const (
	maxText    = 1000 // bytes of a name, a reference or a part of an address
	maxTexts   = 100  // numbers and references in one list
	maxRemarks = 10_000
	maxTold    = 500 // bytes of a message or a field's name in a report
)

// text refuses a text of more than maxText bytes.
func (r *reading) text(field, text string) {
	r.textOf(maxText, field, text)
}

func (r *reading) textOf(limit int, field, text string) {
	if len(text) > limit {
		r.refuse(center.CodeBadRecord, field, "%s is longer than %d bytes.", quote(text), limit)
	}
}

// texts refuses a list that is too long, or has a text that is.
func (r *reading) texts(field string, list []string) {
	if len(list) > maxTexts {
		r.refuse(center.CodeBadRecord, field, "There are more than %d.", maxTexts)
	}
	for i, text := range list {
		if len(text) > maxText {
			r.text(fmt.Sprintf("%s.%d", field, i), text)
		}
	}
}

func (r *reading) documentTexts(d *center.Document) {
	r.text("buyer_reference", d.BuyerReference)
	r.text("order_ref", d.OrderRef)
	r.texts("contract_refs", d.ContractRefs)
	r.text("customer_key", d.CustomerKey)
	r.party("supplier", &d.Supplier)
	r.party("customer", &d.Customer)
	for i, a := range d.Attachments {
		if max(len(a.Filename), len(a.Mime), len(a.ID)) > maxText {
			r.text(fmt.Sprintf("attachments.%d", i), a.Filename+a.Mime+a.ID)
		}
	}
}

func (r *reading) orderTexts(o *center.Order) {
	r.text("customer_ref", o.CustomerRef)
	r.text("quote_ref", o.QuoteRef)
	r.text("status", o.Status)
	r.texts("contract_refs", o.ContractRefs)
	r.text("customer_key", o.CustomerKey)
	r.party("seller", &o.Seller)
	r.party("buyer", &o.Buyer)
	r.party("originator", o.Originator)
	r.party("accounting", o.Accounting)
	for i, c := range o.Contacts {
		if max(len(c.Name), len(c.Email)) > maxText {
			r.text(fmt.Sprintf("contacts.%d.name", i), c.Name)
			r.text(fmt.Sprintf("contacts.%d.email", i), c.Email)
		}
	}
}

func (r *reading) party(field string, p *center.Party) {
	if p == nil {
		return
	}
	r.text(field+".name", p.Name)
	r.text(field+".trading_name", p.TradingName)
	r.text(field+".vat", p.VAT)
	r.text(field+".contact", p.Contact)
	r.text(field+".phone", p.Phone)
	r.texts(field+".emails", p.Emails)
	r.address(field+".address", p.Address)
	if len(p.IDs) > maxTexts {
		r.refuse(center.CodeBadRecord, field+".ids", "There are more than %d.", maxTexts)
	}
	for _, id := range p.IDs {
		r.text(field+".ids", id.Scheme)
		r.text(field+".ids", id.Value)
	}
}

func (r *reading) address(field string, a *center.Address) {
	if a == nil {
		return
	}
	for _, part := range []string{a.Street, a.Street2, a.Building, a.District, a.City, a.Postcode, a.Region, a.Country} {
		r.text(field, part)
	}
}

func (r *reading) accountTexts(a *center.AccountRecord) {
	r.text("name", a.Name)
	r.text("trading_name", a.TradingName)
	r.address("billing_address", a.BillingAddress)
	r.texts("tax_ids", a.TaxIDs)
	r.textOf(maxRemarks, "operator_notes", a.OperatorNotes)
}

func (r *reading) contactTexts(c *center.ContactRecord) {
	r.textOf(maxNumber, "name", c.Name)
	r.textOf(maxNumber, "source", c.Source)
}
