package paper

import (
	"slices"
	"strings"

	"customercenter/shared/center"
	"customercenter/shared/document/pdf"
	"customercenter/shared/money"
)

// Invoice is what an invoice, or a credit note, debit note or proforma, is
// printed from: the paper as its issuer stated it, and what became of it.
type Invoice struct {
	Head     center.Invoice
	Document center.Document
	Entries  []Entry     // what was booked on it, oldest first
	PO       string      // the account's default PO number, for a paper that names none
	Banks    []Bank      // where money may be sent
	Today    center.Date // of the account; the balance is that of this day
	UBL      []byte      // put into the file where there is one
}

// EntryKind says what was booked.
type EntryKind int

// The kinds.
const (
	EntryPayment EntryKind = iota
	EntryCreditApplied
	EntryCreditGiven
	EntryRefund
	EntryPrepaid
	EntryRewards
	EntryRewardsBack
	EntryInvoice
	EntryCreditNote
	EntryDebitNote
	EntryCreditUsed  // of a statement: account credit that went to an order or a renewal
	EntryPrepaidBack // likewise: what was paid for one and counted on an invoice was refunded
)

var entryWords = map[EntryKind]word{
	EntryPayment: wordEntryPayment, EntryCreditApplied: wordEntryCredit, EntryCreditGiven: wordEntryGiven,
	EntryRefund: wordEntryRefund, EntryPrepaid: wordEntryPrepaid, EntryInvoice: wordEntryInvoice, EntryCreditNote: wordEntryCreditNote,
	EntryDebitNote: wordDebitNote, EntryCreditUsed: wordCreditUsed, EntryPrepaidBack: wordPrepaidBack,
	EntryRewards: wordEntryRewards, EntryRewardsBack: wordRewardsBack,
}

// Entry is one thing booked.
type Entry struct {
	Kind      EntryKind
	On        center.Date
	Reference string // number of the other paper, or of the payment
	Amount    money.Money
}

// Bank is an account of the issuer.
type Bank struct{ Name, Holder, IBAN, BIC string }

// Invoice prints an invoice. pdf.ErrTooLong for one of hundreds of pages.
func (p *Printer) Invoice(in Invoice, language Language) ([]byte, error) {
	d := &in.Document
	title := kindOf(d)
	s := p.begin(language, title, d.Supplier.Name, d.Number, in.Today)
	s.title(title, d.Supplier.Name)
	s.invoiceFacts(in)
	s.parties(d)
	s.lines(d)
	s.allowances(d)
	s.taxes(d)
	s.Space(8)
	s.sums(totalsOf(d))
	s.balance(in)
	s.howToPay(in)
	if notes := written(plain, d.Notes...); len(notes) > 0 {
		s.part(wordNotes)
		s.Paragraph(notes...)
	}
	if len(in.UBL) > 0 {
		s.Space(12)
		s.Paragraph(s.say(quiet, wordAttached)...)
		s.Attach(pdf.Attachment{Name: "invoice.xml", Description: "UBL 2.1", MediaType: "text/xml", Relationship: "Alternative", Data: in.UBL})
	}
	return s.Bytes()
}

// kindOf names the paper. An invoice that states taxes is a tax invoice.
func kindOf(d *center.Document) word {
	switch {
	case d.Kind == center.KindCreditNote:
		return wordCreditNote
	case d.Kind == center.KindDebitNote:
		return wordDebitNote
	case d.Kind == center.KindProforma:
		return wordProforma
	case len(d.Taxes) > 0:
		return wordTaxInvoice
	}
	return wordInvoice
}

var typeWords = map[center.InvoiceType]word{
	center.TypeHardware: wordHardware, center.TypeSubscription: wordSubscription, center.TypeSupport: wordSupport, center.TypeLicense: wordLicense,
	center.TypeEducation: wordEducation, center.TypeConsulting: wordConsulting, center.TypeService: wordService, center.TypeUsage: wordUsage,
}

func (s sheet) invoiceFacts(in Invoice) {
	d := &in.Document
	facts := s.fact(nil, wordNumber, code(strong, d.Number))
	facts = s.fact(facts, wordIssued, s.date(strong, d.IssueDate))
	due := d.DueDate
	if due == "" {
		due = in.Head.DueOn
	}
	facts = s.fact(facts, wordDue, s.date(strong, due))
	facts = s.fact(facts, wordPO, code(strong, d.OrderRef))
	if d.OrderRef == "" && d.BuyerReference == "" {
		facts = s.fact(facts, wordDefaultPO, code(strong, in.PO))
	}
	facts = s.fact(facts, wordContract, code(strong, d.ContractRefs...))
	if d.BuyerReference != d.OrderRef {
		facts = s.fact(facts, wordYourReference, code(strong, d.BuyerReference))
	}
	if w, known := typeWords[d.InvoiceType]; known {
		facts = s.fact(facts, wordType, s.say(strong, w))
	}
	var preceding []string
	for _, p := range d.Preceding {
		preceding = append(preceding, p.Number)
	}
	facts = s.fact(facts, wordRefersTo, code(strong, preceding...))
	s.Facts(4, facts)
}

func (s sheet) parties(d *center.Document) {
	s.Space(14)
	s.Facts(2, s.fact(s.fact(nil, wordFrom, s.party(d.Supplier)), wordBillTo, s.party(d.Customer)))
}

// party is who somebody is and where.
func (s sheet) party(p center.Party) (texts []pdf.Text) {
	name := p.Name
	if name == "" {
		name = p.TradingName
	}
	texts = written(strong, name)
	if p.TradingName != name {
		texts = append(texts, written(plain, p.TradingName)...)
	}
	if a := p.Address; a != nil {
		texts = append(texts, written(plain, join(a.Building, a.Street), list(a.Street2, a.District), list(join(a.Postcode, a.City), a.Region, a.Country))...)
	}
	if p.VAT != "" {
		texts = append(texts, s.say(quiet, wordTaxNumber)...)
		texts = append(texts, code(plain, p.VAT)...)
	}
	for _, id := range p.IDs {
		if id.Legal && id.Value != p.VAT {
			texts = append(texts, s.say(quiet, wordIdentifier)...)
			texts = append(texts, code(plain, id.Value)...)
		}
	}
	texts = append(texts, written(plain, p.Contact)...)
	return append(texts, code(plain, append([]string{p.Phone}, p.Emails...)...)...)
}

// join puts what is there of a few words together.
func join(parts ...string) string { return strings.Join(present(parts), " ") }

// list puts what is there of a few names together.
func list(parts ...string) string { return strings.Join(present(parts), " – ") }

func present(parts []string) []string {
	return slices.DeleteFunc(parts, func(s string) bool { return s == "" })
}

func (s sheet) lines(d *center.Document) {
	if len(d.Lines) == 0 {
		return
	}
	s.Space(14)
	t := s.Table(pdf.Table{Rules: true, Columns: []pdf.Column{
		{Width: 47, Head: s.say(headOf(plain), wordDescription), Rows: true},
		{Width: 12, Head: s.say(headOf(figure), wordQuantity)},
		{Width: 16, Head: s.say(headOf(figure), wordUnitPrice)},
		{Width: 10, Head: s.say(headOf(figure), wordTax)},
		{Width: 18, Head: s.say(headOf(figure), wordNet, d.Currency)},
	}})
	for _, l := range d.Lines {
		t.Row(s.described(l), s.quantity(l.Quantity, l.Unit), s.unitPrice(l),
			code(figure, percent(l.TaxRate)), code(figure, stated(l.Net, d.Currency)))
	}
}

// headOf is a style as a head of a column has it.
func headOf(style pdf.Style) pdf.Style {
	style.Bold, style.Size = true, 8.8
	return style
}

func (s sheet) described(l center.Line) []pdf.Text {
	texts := written(plain, l.Name)
	if l.Description != l.Name {
		style := quiet
		if l.Name == "" {
			style = plain
		}
		texts = append(texts, written(style, l.Description)...)
	}
	if l.Period != nil && l.Period.Start != "" && l.Period.End != "" {
		texts = append(texts, s.period(quiet, l.Period.Start, l.Period.End)...)
	}
	return texts
}

// period is a span of days.
func (s sheet) period(style pdf.Style, from, to center.Date) []pdf.Text {
	texts := s.say(style, wordPeriodOf)
	for i := range texts {
		texts[i].Value = strings.Replace(texts[i].Value, "%s", dateIn(texts[i].Language, from), 1)
		texts[i].Value = strings.Replace(texts[i].Value, "%s", dateIn(texts[i].Language, to), 1)
	}
	return texts
}

func (s sheet) unitPrice(l center.Line) []pdf.Text {
	texts := code(figure, string(l.UnitPrice))
	if l.UnitPrice != "" && l.BaseQuantity != "" && strings.Trim(string(l.BaseQuantity), "0.") != "1" {
		style := quiet
		style.Align = pdf.Right
		texts = append(texts, s.say(style, wordPer, string(l.BaseQuantity))...)
	}
	return texts
}

// pieces are the units that say no more than that things are counted.
var pieces = []string{"C62", "EA", "H87", "XPP", "NAR", "ZZ", "1"}

// unitWords are the units of UN/ECE Recommendation 20 that people meet.
var unitWords = map[string]word{"HUR": wordHours, "DAY": wordDays, "WEE": wordWeeks, "MON": wordMonths, "ANN": wordYears,
	"KGM": wordKilograms, "MTR": wordMetres, "LTR": wordLitres}

// quantity is how many, with the unit below.
func (s sheet) quantity(n center.Decimal, unit string) []pdf.Text {
	texts := code(figure, string(n))
	style := quiet
	style.Align = pdf.Right
	switch w, known := unitWords[unit]; {
	case n == "" || slices.Contains(pieces, unit):
		return texts
	case known:
		return append(texts, s.say(style, w)...)
	}
	return append(texts, code(style, unit)...)
}

func percent(rate center.Decimal) string {
	if rate == "" {
		return ""
	}
	text := string(rate)
	if strings.Contains(text, ".") {
		text = strings.TrimSuffix(strings.TrimRight(text, "0"), ".")
	}
	return text + "%"
}

func (s sheet) allowances(d *center.Document) {
	if len(d.Allowances) == 0 {
		return
	}
	s.part(wordAllowances)
	t := s.Table(pdf.Table{Rules: true, Columns: []pdf.Column{
		{Width: 30, Head: s.say(headOf(plain), wordEntry), Rows: true},
		{Width: 50, Head: s.say(headOf(plain), wordDescription)},
		{Width: 20, Head: s.say(headOf(figure), wordAmountIn, d.Currency)},
	}})
	for _, a := range d.Allowances {
		kind, sign := wordDiscount, "-"
		if a.Charge {
			kind, sign = wordCharge, ""
		}
		t.Row(s.say(plain, kind), written(plain, a.Reason), code(figure, signed(sign, stated(a.Amount, d.Currency))))
	}
}

// signed puts a sign before an amount that is not zero, and turns the one it
// has.
func signed(sign, amount string) string {
	if sign == "" || strings.Trim(amount, "-0.,") == "" {
		return amount
	}
	if rest, negative := strings.CutPrefix(amount, "-"); negative {
		return rest
	}
	return sign + amount
}

var taxWords = map[string]word{"S": wordTaxS, "Z": wordTaxZ, "E": wordTaxE, "AE": wordTaxAE, "K": wordTaxK, "G": wordTaxG, "O": wordTaxO}

func (s sheet) taxes(d *center.Document) {
	if len(d.Taxes) == 0 {
		return
	}
	s.part(wordTaxes)
	t := s.Table(pdf.Table{Rules: true, Columns: []pdf.Column{
		{Width: 40, Head: s.say(headOf(plain), wordCategory), Rows: true},
		{Width: 14, Head: s.say(headOf(figure), wordRate)},
		{Width: 24, Head: s.say(headOf(figure), wordTaxable, d.Currency)},
		{Width: 22, Head: s.say(headOf(figure), wordTaxIn, d.Currency)},
	}})
	for _, g := range d.Taxes {
		category := code(plain, g.Category)
		if w, known := taxWords[g.Category]; known {
			category = s.say(plain, w)
		}
		t.Row(category, code(figure, percent(g.Rate)), code(figure, stated(g.Taxable, d.Currency)), code(figure, stated(g.Tax, d.Currency)))
	}
}

// totalsOf lists what the issuer stated, in the order in which it adds up.
func totalsOf(d *center.Document) (rows []sum) {
	add := func(w word, sign string, v center.Decimal) {
		if v != "" {
			rows = append(rows, sum{w, d.Currency + " " + signed(sign, stated(v, d.Currency))})
		}
	}
	t := d.Totals
	add(wordLineTotal, "", t.LineTotal)
	add(wordAllowanceTotal, "-", t.AllowanceTotal)
	add(wordChargeTotal, "", t.ChargeTotal)
	add(wordBeforeTax, "", t.TaxExclusive)
	add(wordTaxTotal, "", t.Tax)
	add(wordWithTax, "", t.TaxInclusive)
	add(wordPrepaid, "-", t.Prepaid)
	add(wordRounding, "", t.Rounding)
	last := wordPayable
	if d.Kind == center.KindCreditNote {
		last = wordCredited
	}
	add(last, "", t.Payable)
	return rows
}

var statusWords = map[center.InvoiceStatus]word{
	center.InvoiceOpen: wordOpen, center.InvoicePastDue: wordPastDue, center.InvoicePaymentSubmitted: wordSubmitted, center.InvoiceClosed: wordClosed,
}

// balance says what became of the paper, and what is left of it on the day of
// printing. A proforma asks for nothing, so it has none.
func (s sheet) balance(in Invoice) {
	if in.Head.Kind == center.KindProforma {
		return
	}
	s.Space(14)
	s.Heading(2, s.sayOn(section, wordBalanceOn, in.Today)...)
	s.Space(4)
	currency := string(in.Head.Amount.Currency)
	if len(in.Entries) > 0 {
		t := s.Table(pdf.Table{Rules: true, Columns: []pdf.Column{
			{Width: 24, Head: s.say(headOf(plain), wordDate), Rows: true}, {Width: 28, Head: s.say(headOf(plain), wordEntry)},
			{Width: 28, Head: s.say(headOf(plain), wordReference)}, {Width: 20, Head: s.say(headOf(figure), wordAmountIn, currency)},
		}})
		for _, e := range in.Entries {
			t.Row(s.date(plain, e.On), s.say(plain, entryWords[e.Kind]), code(plain, e.Reference), code(figure, bare(e.Amount)))
		}
		s.Space(6)
	}
	if in.Head.Kind == center.KindCreditNote || in.Head.Amount.Sign() < 0 {
		s.sums([]sum{{wordCreditLeft, amount(in.Head.CreditLeft)}})
		return
	}
	var rows []sum
	for _, part := range []struct {
		label word
		m     money.Money
	}{{wordSettled, in.Head.Settled}, {wordCancelled, in.Head.Cancelled}, {wordProcessing, in.Head.Processing}} {
		if part.m.Sign() != 0 {
			rows = append(rows, sum{part.label, amount(part.m)})
		}
	}
	s.sums(append(rows, sum{wordOutstanding, amount(in.Head.Outstanding)}))
}

// meansWords are the codes of UNTDID 4461 that people meet.
var meansWords = map[string]word{
	"10": wordMeansCash, "20": wordMeansCheque, "30": wordMeansTransfer, "31": wordMeansTransfer, "42": wordMeansTransfer, "58": wordMeansTransfer,
	"48": wordMeansCard, "54": wordMeansCard, "55": wordMeansCard, "49": wordMeansDebit, "59": wordMeansDebit,
}

func (s sheet) howToPay(in Invoice) {
	d := &in.Document
	var facts []pdf.Fact
	if w, known := statusWords[in.Head.Status(in.Today)]; known && in.Head.Kind != center.KindCreditNote && in.Head.Kind != center.KindProforma {
		facts = s.fact(facts, wordStatus, s.say(strong, w))
	}
	facts = s.fact(facts, wordPaymentTerms, written(plain, d.PaymentTerms...))
	var means []pdf.Text
	for i, c := range d.PaymentMeans {
		if w, known := meansWords[c]; known && !slices.Contains(d.PaymentMeans[:i], c) {
			means = append(means, s.say(plain, w)...)
		}
	}
	facts = s.fact(facts, wordPaymentMeans, means)
	if len(facts) > 0 {
		s.Space(12)
		s.Facts(3, facts)
	}
	if len(in.Banks) == 0 || in.Head.Outstanding.Sign() == 0 {
		return
	}
	s.part(wordBankDetails)
	for _, b := range in.Banks {
		facts := s.fact(nil, wordBank, written(strong, b.Name))
		facts = s.fact(facts, wordHolder, written(strong, b.Holder))
		facts = s.fact(facts, wordIBAN, code(strong, b.IBAN))
		facts = s.fact(facts, wordBIC, code(strong, b.BIC))
		s.Facts(2, s.fact(facts, wordQuoteThis, code(strong, d.Number)))
	}
}
