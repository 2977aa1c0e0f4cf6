package ingest

import (
	"slices"
	"strconv"
	"strings"

	"customercenter/shared/center"
	"customercenter/shared/money"
)

// readCSV yields one record per row of a file.
func (b *Batch) readCSV(s source, yield func(center.Record) bool) bool {
	t, fault := b.mapping.openMain(s)
	for _, j := range []*join{b.joins.customers, b.joins.lines} {
		if fault == nil && j != nil {
			fault = j.fault
		}
	}
	if fault != nil {
		return yield(center.Record{File: s.Name, Reject: fault})
	}
	index := 0
	for e := range b.entries(t) {
		if e.err != nil {
			if !yield(rejected(s, index, center.CodeBadRecord, "", "The row cannot be read: "+e.err.Error()+".")) {
				return false
			}
		} else if !b.readEntry(s, index, e.rows, yield) {
			return false
		}
		index++
	}
	return true
}

// fields looks a field of ours up in a record's rows, its customer's row and
// the mapping's defaults.
type fields struct {
	rows     []row
	customer []row // at most one
	defaults map[string]string
}

func (f fields) get(field string) string {
	for _, rows := range [][]row{f.rows, f.customer} {
		for _, r := range rows {
			if v := r.get(field); v != "" {
				return v
			}
		}
	}
	return f.defaults[field]
}

// readEntry yields what the rows of an entry say: one record, of a customer
// whose contact is to enter two.
func (b *Batch) readEntry(s source, index int, rows []row, yield func(center.Record) bool) bool {
	r := &reading{rounding: money.Rounding(firstText(b.mapping.Rounding, b.options.Rounding))}
	f := fields{rows: rows, defaults: b.mapping.defaults}
	if b.joins.customers != nil {
		key := f.get("customer.key")
		if found := b.joins.customers.rows[key]; len(found) == 0 {
			r.refuse(center.CodeUnknownCustomer, "customer.key", "No customer has the key %s.", quote(key))
		} else {
			f.customer = found[:1]
		}
	}
	if slices.ContainsFunc(rows, row.unreadable) {
		r.warn(center.WarnUnreadableChars, "", "Some characters could not be read in the file's encoding.")
	}
	var rec center.Record
	switch b.mapping.Record {
	case recordOrder:
		order := b.rowOrder(r, f)
		order.Source = s.of(formatCSV)
		rec = center.Record{Kind: order.Kind, Number: order.Number, Order: order}
	case recordPayment:
		other := b.rowPayment(r, f)
		rec = center.Record{Kind: other.Kind, Number: other.ID, Other: other}
	case recordCustomer:
		account := b.rowAccount(r, f)
		rec = center.Record{Kind: center.KindAccount, Number: account.Key, Account: account}
		if f.get("customer.email") != "" && f.get("contact_type") != "" {
			return yield(r.record(s, index, rec)) && yield(b.rowContact(s, index, f))
		}
	default:
		d := b.rowDocument(r, f)
		d.Source = s.of(formatCSV)
		rec = center.Record{Kind: d.Kind, Number: d.Number, Document: d}
	}
	return yield(r.record(s, index, rec))
}

// unreadable reports whether a cell holds bytes that are no text.
func (r row) unreadable() bool {
	return slices.ContainsFunc(r.cells, func(cell string) bool {
		return strings.ContainsRune(strings.ToValidUTF8(cell, "\uFFFD"), '\uFFFD')
	})
}

func (b *Batch) rowDocument(r *reading, f fields) *center.Document {
	dates := b.mapping.dates
	d := &center.Document{
		TypeCode:       f.get("type_code"),
		Number:         f.get("number"),
		IssueDate:      dates.date(r, "issue_date", f.get("issue_date")),
		DueDate:        dates.date(r, "due_date", f.get("due_date")),
		PaidDate:       dates.date(r, "paid_date", f.get("paid_date")),
		Currency:       r.setCurrency(firstText(f.get("currency"), b.options.Currency)),
		TaxCurrency:    f.get("tax_currency"),
		BuyerReference: f.get("buyer_reference"),
		OrderRef:       f.get("order_ref"),
		ContractRefs:   list(f.get("contract_ref")),
		Supplier:       rowParty(f, "supplier."),
		Customer:       rowParty(f, "customer."),
		CustomerKey:    f.get("customer.key"),
		Lines:          b.rowLines(f),
		Totals:         b.rowTotals(f),
		PaymentTerms:   list(f.get("payment_terms")),
		PaymentMeans:   list(f.get("payment_means")),
		Notes:          list(f.get("note")),
		InvoiceType:    center.InvoiceType(f.get("invoice_type")),
	}
	d.Kind = kindByTypeCode(center.KindInvoice, d.TypeCode)
	if kind := b.mapping.kindOf(f); kind != "" {
		d.Kind = kind
	}
	if d.Kind == center.KindCreditNote {
		turnAround(d)
	}
	if number := f.get("preceding"); number != "" {
		d.Preceding = []center.Preceding{{Number: number}}
	}
	if d.DueDate != "" {
		d.DueSource = dueStated
	} else if days := f.get("net_terms_days"); days != "" && d.Kind != center.KindCreditNote {
		d.DueDate, d.DueSource = netDue(r, d.IssueDate, days), center.DueByNetTerms
	}
	r.finishDocument(d)
	return d
}

// netDue is the due date by terms a file gives in days.
func netDue(r *reading, issued center.Date, days string) center.Date {
	n, err := strconv.Atoi(days)
	if err != nil || n < 0 || n > maxNetTerms {
		r.refuse(center.CodeBadRecord, "net_terms_days", "%s is not a number of days from 0 to %d.", quote(days), maxNetTerms)
		return ""
	}
	return center.Terms{Kind: center.TermsNet, Days: n}.Due(issued)
}

func (b *Batch) rowOrder(r *reading, f fields) *center.Order {
	dates := b.mapping.dates
	o := &center.Order{
		Kind:         center.KindOrder,
		TypeCode:     f.get("type_code"),
		Number:       f.get("number"),
		IssueDate:    dates.date(r, "issue_date", f.get("issue_date")),
		ValidUntil:   dates.date(r, "valid_until", f.get("valid_until")),
		Currency:     r.setCurrency(firstText(f.get("currency"), b.options.Currency)),
		Status:       f.get("status"),
		CustomerRef:  f.get("customer_ref"),
		QuoteRef:     f.get("quote_ref"),
		ContractRefs: list(f.get("contract_ref")),
		Seller:       rowParty(f, "supplier."),
		Buyer:        rowParty(f, "customer."),
		CustomerKey:  f.get("customer.key"),
		Lines:        b.rowLines(f),
		Totals:       b.rowTotals(f),
		Notes:        list(f.get("note")),
	}
	r.finishOrder(o)
	return o
}

func (b *Batch) rowTotals(f fields) center.Totals {
	amount := func(field string) center.Decimal { return b.mapping.plain(f.get(field)) }
	return center.Totals{
		LineTotal:      amount("line_total"),
		AllowanceTotal: amount("allowance_total"),
		ChargeTotal:    amount("charge_total"),
		TaxExclusive:   amount("tax_exclusive"),
		TaxInclusive:   amount("tax_inclusive"),
		Prepaid:        amount("prepaid"),
		Rounding:       amount("rounding"),
		Payable:        amount("payable"),
		Tax:            amount("tax"),
	}
}

// rowLines are the joined lines of a document, or the one its own row states.
func (b *Batch) rowLines(f fields) []center.Line {
	rows := f.rows
	if b.joins.lines != nil {
		rows = b.joins.lines.rows[f.get("number")]
	}
	var lines []center.Line
	for _, r := range rows {
		number := func(field string) center.Decimal { return b.mapping.plain(r.get(field)) }
		line := center.Line{
			ID:           r.get("line.id"),
			Name:         r.get("line.name"),
			Description:  r.get("line.description"),
			Quantity:     number("line.quantity"),
			Unit:         r.get("line.unit"),
			UnitPrice:    number("line.unit_price"),
			BaseQuantity: number("line.base_quantity"),
			Net:          number("line.net"),
			TaxCategory:  r.get("line.tax_category"),
			TaxRate:      number("line.tax_rate"),
			OrderLine:    r.get("line.order_line"),
		}
		if line != (center.Line{}) {
			lines = append(lines, line)
		}
	}
	return lines
}

// rowParty reads a party; a firm without a name goes by its contact's.
func rowParty(f fields, prefix string) center.Party {
	get := func(field string) string { return f.get(prefix + field) }
	person := strings.TrimSpace(get("contact.first") + " " + get("contact.last"))
	p := center.Party{
		Name:        firstText(get("name"), person),
		TradingName: get("trading_name"),
		VAT:         get("vat"),
		Contact:     firstText(get("contact"), person),
		Phone:       get("phone"),
		Emails:      list(get("email")),
	}
	if id := get("legal_id"); id != "" {
		p.IDs = []center.PartyID{{Value: id, Legal: true}}
	}
	a := center.Address{
		Street: get("address.street"), Street2: get("address.street2"), Building: get("address.building"),
		District: get("address.district"), City: get("address.city"), Postcode: get("address.postcode"),
		Region: get("address.region"), Country: get("address.country"),
	}
	if a != (center.Address{}) {
		p.Address = &a
	}
	return p
}

// list is a list of the one value, or of none.
func list(value string) []string {
	if value == "" {
		return nil
	}
	return []string{value}
}
