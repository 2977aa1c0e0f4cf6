package ingest

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"customercenter/shared/center"
	"customercenter/shared/money"
)

// reading is the state of reading one document: its currency, how to round,
// and what was found wrong. The first fault counts; later ones are usually its
// consequences.
type reading struct {
	currency money.Code
	rounding money.Rounding
	fault    *center.RowNote
	warnings []center.RowNote
}

func (r *reading) refuse(code center.ImportCode, field, format string, args ...any) {
	if r.fault == nil {
		r.fault = note(code, field, format, args...)
	}
}

func (r *reading) warn(code center.ImportCode, field, format string, args ...any) {
	r.warnings = append(r.warnings, *note(code, field, format, args...))
}

// note is short whatever the file says: a report has thousands.
func note(code center.ImportCode, field, format string, args ...any) *center.RowNote {
	return &center.RowNote{Code: code, Field: shorten(field, maxTold), Message: shorten(fmt.Sprintf(format, args...), maxTold)}
}

// setCurrency takes the document's currency; what is not an ISO 4217 code with
// minor units refuses the document.
func (r *reading) setCurrency(code string) string {
	if _, ok := money.Exponent(money.Code(code)); !ok {
		r.refuse(center.CodeUnknownCurrency, "currency", "%s is not an ISO 4217 currency one can owe.", quote(code))
	}
	r.currency = money.Code(code)
	return code
}

// amount brings an amount to the currency's decimals; absent stays absent.
func (r *reading) amount(field string, text center.Decimal) center.Decimal {
	if text == "" || r.fault != nil {
		return ""
	}
	m, err := money.ParseLoose(string(text), r.currency, r.rounding)
	switch {
	case errors.Is(err, money.ErrPrecision):
		r.refuse(center.CodeAmountPrecision, field, "%s has more decimals than %s; say how to round.", quote(string(text)), r.currency)
	case err != nil:
		r.refuse(center.CodeBadAmount, field, "%s is not an amount.", quote(string(text)))
	case m.Minor > maxMinor || m.Minor < -maxMinor:
		r.refuse(center.CodeBadAmount, field, "%s is more than one document can be about.", quote(string(text)))
	}
	if r.fault != nil {
		return ""
	}
	return center.Decimal(m.Decimal())
}

// quantity checks a decimal that is no amount and keeps it as written.
func (r *reading) quantity(field string, text center.Decimal) center.Decimal {
	if text != "" && !isDecimal(string(text)) {
		r.refuse(center.CodeBadAmount, field, "%s is not a decimal number.", quote(string(text)))
	}
	return text
}

// date reads yyyy-mm-dd and ignores what follows it (a zone, a time).
func (r *reading) date(field, text string) center.Date {
	if text == "" {
		return ""
	}
	d, err := center.ParseDate(text[:min(len(text), len("yyyy-mm-dd"))])
	if err != nil {
		r.refuse(center.CodeBadDate, field, "%s is not a date of the form yyyy-mm-dd.", quote(text))
	}
	return d
}

// isDecimal reports whether s is a decimal number, a sign and a point at most.
func isDecimal(s string) bool {
	body := strings.TrimLeft(s, "+-")
	whole, frac, _ := strings.Cut(body, ".")
	digits := whole + frac
	return len(s)-len(body) <= 1 && digits != "" && strings.Trim(digits, "0123456789") == ""
}

// record wraps what was read, or the refusal, for the batch.
func (r *reading) record(s source, index int, rec center.Record) center.Record {
	rec.File, rec.Index, rec.Warnings = s.Name, index, r.warnings
	if r.fault != nil {
		return center.Record{File: s.Name, Index: index, Kind: rec.Kind, Number: shorten(rec.Number, maxNumber), Reject: r.fault}
	}
	return rec
}

// checkNumber refuses a document without a number, or with one that is no
// number of a document.
func (r *reading) checkNumber(number string) {
	switch {
	case number == "":
		r.refuse(center.CodeMissingNumber, "number", "The document has no number.")
	case len(number) > maxNumber:
		r.refuse(center.CodeBadRecord, "number", "A number has at most %d bytes.", maxNumber)
	case strings.ContainsFunc(number, unicode.IsControl):
		r.refuse(center.CodeBadRecord, "number", "A number has no control characters.")
	}
}

var invoiceTypes = []center.InvoiceType{center.TypeHardware, center.TypeSubscription, center.TypeSupport, center.TypeLicense,
	center.TypeEducation, center.TypeConsulting, center.TypeService, center.TypeUsage}

// finishDocument brings every amount of d to the currency's decimals, checks
// what a billing document must have and warns of what does not add up.
func (r *reading) finishDocument(d *center.Document) {
	r.checkNumber(d.Number)
	r.documentTexts(d)
	if d.IssueDate == "" {
		r.refuse(center.CodeBadDate, "issue_date", "The document has no issue date.")
	}
	d.Totals = r.totals(d.Totals)
	if d.Totals.Payable == "" {
		r.refuse(center.CodeMissingPayable, "totals.payable", "The document does not say what is payable.")
	}
	if d.InvoiceType != "" && !slices.Contains(invoiceTypes, d.InvoiceType) {
		r.refuse(center.CodeBadRecord, "invoice_type", "%s is not a type of invoice.", quote(string(d.InvoiceType)))
	}
	r.lines(d.Lines)
	for i := range d.Allowances {
		d.Allowances[i].Amount = r.amount(fmt.Sprintf("allowances.%d.amount", i), d.Allowances[i].Amount)
	}
	for i := range d.Taxes {
		t, field := &d.Taxes[i], fmt.Sprintf("taxes.%d.", i)
		t.Rate = r.quantity(field+"rate", t.Rate)
		t.Taxable, t.Tax = r.amount(field+"taxable", t.Taxable), r.amount(field+"tax", t.Tax)
	}
	if d.DueDate != "" && d.DueDate < d.IssueDate {
		r.warn(center.WarnDueBeforeIssue, "due_date", "Due on %s, before it was issued.", d.DueDate)
	}
	if r.fault == nil && !r.addsUp(d) {
		r.warn(center.WarnTotalsInconsistent, "totals", "The document's totals do not add up; the payable amount counts.")
	}
}

// attachments keeps the contents of what came inside a document, up to a limit
// for all of them together. What is dropped is still named with the document.
func (r *reading) attachments(list []center.Attachment) {
	room := maxAttached
	for i := range list {
		a := &list[i]
		if i < maxAttachedFiles && len(a.Content) == a.Bytes && a.Bytes <= room {
			room -= a.Bytes
			continue
		}
		a.Content = nil
		r.warn(center.WarnAttachmentDropped, fmt.Sprintf("attachments.%d", i),
			"The content of %s is not kept: it is no base64, or the document has more than %d attachments or %d MB of them.",
			quote(a.Filename), maxAttachedFiles, maxAttached>>20)
	}
}

func (r *reading) totals(t center.Totals) center.Totals {
	for field, amount := range map[string]*center.Decimal{
		"line_total": &t.LineTotal, "allowance_total": &t.AllowanceTotal, "charge_total": &t.ChargeTotal,
		"tax_exclusive": &t.TaxExclusive, "tax_inclusive": &t.TaxInclusive, "prepaid": &t.Prepaid,
		"rounding": &t.Rounding, "payable": &t.Payable, "tax": &t.Tax,
	} {
		*amount = r.amount("totals."+field, *amount)
	}
	return t
}

func (r *reading) lines(lines []center.Line) {
	for i := range lines {
		l, field := &lines[i], fmt.Sprintf("lines.%d.", i)
		l.Quantity = r.quantity(field+"quantity", l.Quantity)
		l.UnitPrice = r.quantity(field+"unit_price", l.UnitPrice)
		l.BaseQuantity = r.quantity(field+"base_quantity", l.BaseQuantity)
		l.TaxRate = r.quantity(field+"tax_rate", l.TaxRate)
		l.Net = r.amount(field+"net", l.Net)
	}
}

// addsUp checks each total that can be computed from others that are stated.
func (r *reading) addsUp(d *center.Document) bool {
	t := d.Totals
	sum := ledger{currency: r.currency}
	if t.LineTotal != "" && len(d.Lines) > 0 {
		stated := true
		for _, l := range d.Lines {
			stated = stated && l.Net != ""
			sum.add(l.Net)
		}
		if stated && !sum.is(t.LineTotal) {
			return false
		}
	}
	if t.TaxExclusive == "" {
		return !sum.failed
	}
	sum.restart()
	if t.LineTotal != "" && !sum.add(t.LineTotal).sub(t.AllowanceTotal).add(t.ChargeTotal).is(t.TaxExclusive) {
		return false
	}
	sum.restart()
	sum.add(t.TaxExclusive).add(t.Tax)
	if t.TaxInclusive != "" && !sum.is(t.TaxInclusive) {
		return false
	}
	return sum.sub(t.Prepaid).add(t.Rounding).is(t.Payable)
}

// ledger adds stated amounts up; absent ones count as nothing, and a sum out
// of range is equal to none.
type ledger struct {
	currency money.Code
	total    money.Money
	failed   bool
}

func (l *ledger) restart() { *l = ledger{currency: l.currency} }

func (l *ledger) add(d center.Decimal) *ledger { return l.book(d, money.Money.Add) }
func (l *ledger) sub(d center.Decimal) *ledger { return l.book(d, money.Money.Sub) }

func (l *ledger) book(d center.Decimal, op func(money.Money, money.Money) (money.Money, error)) *ledger {
	if d == "" {
		return l
	}
	l.total.Currency = l.currency
	m, err := money.Parse(string(d), l.currency)
	if err == nil {
		m, err = op(l.total, m)
	}
	l.total, l.failed = m, l.failed || err != nil
	return l
}

func (l *ledger) is(d center.Decimal) bool {
	m, err := money.Parse(string(d), l.currency)
	return err == nil && !l.failed && m.Minor == l.total.Minor
}
