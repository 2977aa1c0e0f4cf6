package paper

import (
	"slices"
	"strings"

	"customercenter/shared/center"
	"customercenter/shared/document/pdf"
	"customercenter/shared/money"
)

// Schedule is what the schedule of an account's invoices is printed from, in
// the order in which they fall.
type Schedule struct {
	Account  string
	From, To center.Date // either may be ""
	Today    center.Date
	Invoices []Scheduled
}

// Scheduled is an invoice that a subscription will raise, or has raised.
type Scheduled struct {
	InvoicedOn, DueOn center.Date
	Start, End        center.Date // of the period it is for
	Order, PO         string
	Service           string // the subscribed service's id
	Product           string
	PartNumber        string
	Quantity          center.Decimal
	UnitPrice         center.Decimal
	Amount            money.Money // net
	Tax               money.Money // estimated; none where its currency is ""
	Frequency         string      // as the contract says it; those of frequencies are said in the language of the paper
	Invoice           string      // number of the invoice, once there is one
}

// Schedule prints the table, with a sum for each currency.
func (p *Printer) Schedule(in Schedule, language Language) ([]byte, error) {
	s := p.begin(language, wordSchedule, catalogue[wordCenter].english, in.Account, in.Today)
	s.title(wordSchedule, in.Account)
	facts := s.fact(nil, wordStart, s.date(strong, in.From))
	s.Facts(4, s.fact(facts, wordEnd, s.date(strong, in.To)))
	if len(in.Invoices) == 0 {
		s.Space(14)
		s.Paragraph(s.say(plain, wordNoScheduled)...)
		return s.Bytes()
	}
	s.Space(14)
	t := s.Table(pdf.Table{Rules: true, Columns: []pdf.Column{
		{Width: 19, Head: s.say(headOf(plain), wordInvoicedOn), Rows: true}, {Width: 34, Head: s.say(headOf(plain), wordProduct)},
		{Width: 20, Head: s.say(headOf(plain), wordOrder)}, {Width: 10, Head: s.say(headOf(figure), wordQuantity)},
		{Width: 19, Head: s.say(headOf(figure), wordAmount)},
	}})
	for _, i := range in.Invoices {
		t.Row(s.scheduledWhen(i), s.scheduledWhat(i), code(plain, i.Order, i.PO, i.Invoice), code(figure, string(i.Quantity)), s.scheduledAmount(i))
	}
	s.Space(8)
	for _, total := range totalsByCurrency(in.Invoices) {
		s.sums([]sum{{wordTotal, total}})
	}
	return s.Bytes()
}

func (s sheet) scheduledWhen(i Scheduled) []pdf.Text {
	texts := s.date(plain, i.InvoicedOn)
	if i.DueOn != "" {
		texts = append(append(texts, s.say(quiet, wordDue)...), s.date(quiet, i.DueOn)...)
	}
	if i.Invoice != "" {
		return append(texts, s.say(quiet, wordInvoiced)...)
	}
	return append(texts, s.say(quiet, wordNotInvoiced)...)
}

func (s sheet) scheduledWhat(i Scheduled) []pdf.Text {
	texts := append(written(plain, i.Product), code(quiet, i.PartNumber, i.Service)...)
	if i.Start != "" && i.End != "" {
		texts = append(texts, s.period(quiet, i.Start, i.End)...)
	}
	return append(texts, s.frequency(quiet, i.Frequency)...)
}

// frequencies are the words of those that contracts say by a code.
var frequencies = map[string]word{"MONTHLY": wordMonthly, "QUARTERLY": wordQuarterly, "HALF_YEARLY": wordHalfYearly, "YEARLY": wordYearly,
	"ANNUALLY": wordYearly, "ONCE": wordOnce, "MONTHLY_IN_ARREARS": wordMonthlyUsed}

func (s sheet) frequency(style pdf.Style, said string) []pdf.Text {
	if w, known := frequencies[strings.ToUpper(said)]; known {
		return s.say(style, w)
	}
	return written(style, said)
}

func (s sheet) scheduledAmount(i Scheduled) []pdf.Text {
	texts := code(figure, amount(i.Amount))
	if i.Tax.Currency == "" || i.Tax.Sign() == 0 {
		return texts
	}
	style := quiet
	style.Align = pdf.Right
	return append(append(texts, s.say(style, wordEstimatedTax)...), code(style, amount(i.Tax))...)
}

// totalsByCurrency adds the net amounts of each currency up; one whose sum is
// out of range has none.
func totalsByCurrency(list []Scheduled) (totals []string) {
	var order []money.Code
	amounts := map[money.Code][]money.Money{}
	for _, i := range list {
		c := i.Amount.Currency
		if !slices.Contains(order, c) {
			order = append(order, c)
		}
		amounts[c] = append(amounts[c], i.Amount)
	}
	for _, c := range order {
		if total, err := money.Sum(c, amounts[c]...); err == nil {
			totals = append(totals, amount(total))
		}
	}
	return totals
}
