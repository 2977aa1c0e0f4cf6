package ingest

import (
	"bytes"
	"strconv"
	"strings"

	"customercenter/shared/center"
)

// rowPayment reads money that came: one row, or a group of rows of one
// reference, each with an invoice and what of the money is for it.
func (b *Batch) rowPayment(r *reading, f fields) *center.OtherRecord {
	m := center.Remittance{
		Kind:       center.KindPayment,
		Account:    f.get("customer.key"),
		Issuer:     f.get("issuer"),
		Reference:  f.get("reference"),
		Method:     f.get("method"),
		Currency:   r.setCurrency(firstText(f.get("currency"), b.options.Currency)),
		ReceivedOn: b.mapping.dates.date(r, "received_on", f.get("received_on")),
		Notes:      list(f.get("note")),
	}
	m.Amount = r.amount("amount", b.mapping.plain(f.get("amount")))
	for _, row := range f.rows {
		if number := row.get("invoice"); number != "" {
			m.Allocations = append(m.Allocations, center.RemittancePart{Number: number,
				Amount: r.amount("allocated", b.mapping.plain(row.get("allocated")))})
		}
	}
	return r.asRecord(m.Kind, m)
}

// rowAccount reads a customer's account.
func (b *Batch) rowAccount(r *reading, f fields) *center.AccountRecord {
	p := rowParty(f, "customer.")
	a := &center.AccountRecord{Key: f.get("customer.key"), Name: p.Name, TradingName: p.TradingName, TimeZone: f.get("timezone"),
		Locale: f.get("locale"), BillingAddress: p.Address, TaxIDs: list(p.VAT), OperatorNotes: f.get("note")}
	if days := f.get("net_terms_days"); days != "" {
		n, err := strconv.Atoi(days)
		if err != nil {
			r.refuse(center.CodeBadRecord, "net_terms_days", "%s is not a number of days.", quote(days))
		}
		a.NetTermsDays = &n
	}
	r.finishAccount(a)
	return a
}

// rowContact reads the person of a customer's row who is to enter.
func (b *Batch) rowContact(s source, index int, f fields) center.Record {
	r := &reading{}
	c := &center.ContactRecord{Account: f.get("customer.key"), Email: f.get("customer.email"), Name: rowParty(f, "customer.").Contact,
		Type: center.ContactType(f.get("contact_type")), Locale: f.get("locale")}
	r.finishContact(c)
	return r.record(s, index, center.Record{Kind: center.KindContact, Number: c.Email, Contact: c})
}

// turnAround makes the amounts of a credit note that its source writes below
// zero what a credit note says: what is given back, above zero.
func turnAround(d *center.Document) {
	if !strings.HasPrefix(string(d.Totals.Payable), "-") {
		return
	}
	turn := func(amounts ...*center.Decimal) {
		for _, a := range amounts {
			if rest, below := strings.CutPrefix(string(*a), "-"); below {
				*a = center.Decimal(rest)
			} else if *a != "" && strings.Trim(string(*a), "0.") != "" {
				*a = "-" + *a
			}
		}
	}
	t := &d.Totals
	turn(&t.LineTotal, &t.AllowanceTotal, &t.ChargeTotal, &t.TaxExclusive, &t.TaxInclusive, &t.Prepaid, &t.Rounding, &t.Payable, &t.Tax)
	for i := range d.Lines {
		turn(&d.Lines[i].Net, &d.Lines[i].Quantity)
	}
}

// decode brings a CSV file to UTF-8. A byte order mark says more than the
// mapping does.
func (m *mapping) decode(raw, data []byte) []byte {
	if m.Encoding == "" || len(raw) != len(data) || bytes.HasPrefix(data, []byte(byteOrderMark)) {
		return data
	}
	e, err := encodingOf(m.Encoding)
	if err != nil {
		return data
	}
	text, err := e.NewDecoder().Bytes(data)
	if err != nil {
		return data
	}
	return text
}
