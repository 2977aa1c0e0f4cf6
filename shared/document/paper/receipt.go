package paper

import (
	"slices"

	"customercenter/shared/center"
	"customercenter/shared/document/pdf"
	"customercenter/shared/money"
)

// Receipt is what the receipt of a payment is printed from.
type Receipt struct {
	Payment   center.Payment
	Reference string                           // how people name the payment
	Account   string                           // name of the account
	PaidOn    center.Date                      // in the account's time zone
	Open      map[center.InvoiceID]money.Money // what is outstanding of each invoice today
	Today     center.Date
}

// Receipt prints the receipt of a payment that went through.
func (p *Printer) Receipt(in Receipt, language Language) ([]byte, error) {
	s := p.begin(language, wordReceipt, catalogue[wordCenter].english, in.Reference, in.Today)
	s.title(wordReceipt, in.Account)
	pay := in.Payment
	facts := s.fact(nil, wordReference, code(strong, in.Reference))
	facts = s.fact(facts, wordPaidOn, s.date(strong, in.PaidOn))
	facts = s.fact(facts, wordPaidBy, written(strong, pay.ByName))
	facts = s.fact(facts, wordMethod, code(strong, pay.Method.Label()))
	s.Facts(4, facts)
	s.part(wordCovered)
	currency := string(pay.Charge.Currency)
	columns := []pdf.Column{
		{Width: 34, Head: s.say(headOf(plain), paidFor(pay.Parts)), Rows: true}, {Width: 22, Head: s.say(headOf(figure), wordByPayment, currency)},
		{Width: 22, Head: s.say(headOf(figure), wordByCredit, currency)}, {Width: 22, Head: s.say(headOf(figure), wordStillOpen, currency)},
	}
	rewarded := pay.Rewards.Sign() != 0
	if rewarded {
		columns = slices.Insert(columns, 3, pdf.Column{Width: 22, Head: s.say(headOf(figure), wordEntryRewards)})
	}
	t := s.Table(pdf.Table{Rules: true, Columns: columns})
	for _, part := range pay.Parts {
		open := ""
		if m, known := in.Open[part.Invoice]; known {
			open = bare(m)
		}
		cells := [][]pdf.Text{code(plain, part.Number), code(figure, bare(part.Amount)), code(figure, bare(part.Credit)), code(figure, open)}
		if rewarded {
			used := part.Rewards
			used.Currency = pay.Charge.Currency
			cells = slices.Insert(cells, 3, code(figure, bare(used)))
		}
		t.Row(cells...)
	}
	s.Space(8)
	var rows []sum
	if pay.Credit.Sign() != 0 {
		rows = append(rows, sum{wordCreditUsed, amount(pay.Credit)})
	}
	if rewarded {
		rows = append(rows, sum{wordEntryRewards, amount(pay.Rewards)})
	}
	if pay.Refunded.Sign() != 0 {
		rows = append(rows, sum{wordRefunded, amount(pay.Refunded)})
	}
	s.sums(append(rows, sum{wordTotalPaid, amount(pay.Charge)}))
	return s.Bytes()
}

// paidFor is what the numbers of a payment's parts are of, where it is one.
func paidFor(parts []center.PaymentPart) word {
	orders := 0
	for _, part := range parts {
		if part.Kind == center.KindRenewal {
			return wordNumber
		}
		if part.Kind == center.KindOrder {
			orders++
		}
	}
	switch orders {
	case 0:
		return wordInvoice
	case len(parts):
		return wordOrder
	default:
		return wordNumber
	}
}
