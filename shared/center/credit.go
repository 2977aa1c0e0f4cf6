package center

import "customercenter/shared/money"

// LedgerAmount is what a paper does to what the account owes: invoices and
// debit notes add their payable (a negative one takes away), credit notes and
// money that came take theirs away, proformas do nothing. Orders and renewals
// that wait for payment are payables like invoices.
func LedgerAmount(kind DocumentKind, payable money.Money) (money.Money, error) {
	switch kind {
	case KindInvoice, KindDebitNote, KindOrder, KindRenewal:
		return payable, nil
	case KindCreditNote, KindPayment:
		return payable.Neg()
	default:
		return money.Zero(payable.Currency), nil
	}
}

// CreditOf is how much a paper has to give away: the payable of a credit note,
// the opposite of a negative invoice, else nothing.
func CreditOf(kind DocumentKind, payable money.Money) (money.Money, error) {
	booked, err := LedgerAmount(kind, payable)
	if err != nil || booked.Sign() >= 0 {
		return money.Zero(payable.Currency), err
	}
	return booked.Neg()
}

// CreditUse is the part of a credit that went to one invoice.
type CreditUse struct {
	Invoice InvoiceID
	Amount  money.Money
}

// ApplyCredit uses what is left of a credit on the invoices it names, in
// order: each takes what it still has outstanding and never goes below zero.
// Invoices of another currency, drafts and voided ones take nothing. Left is
// what stays account credit; it and the uses make the credit, exactly. The
// invoices are not changed: Settle books each use.
func ApplyCredit(credit money.Money, named []Invoice) (uses []CreditUse, left money.Money) {
	left = credit
	taken := map[InvoiceID]bool{}
	for _, inv := range named {
		out := inv.Outstanding
		if taken[inv.ID] || inv.Draft || inv.Voided || out.Currency != credit.Currency {
			continue
		}
		taken[inv.ID] = true
		if amount := min(left.Minor, out.Minor); amount > 0 {
			uses = append(uses, CreditUse{inv.ID, money.Money{Minor: amount, Currency: credit.Currency}})
			left.Minor -= amount
		}
	}
	return uses, left
}

// Settle moves amount from outstanding to settled, as an applied credit does,
// and closes the invoice on the day when nothing is left. An amount below zero
// or above what is outstanding is Unprocessable.
func (inv Invoice) Settle(amount money.Money, on Date) (Invoice, error) {
	if amount.Sign() < 0 || amount.Currency != inv.Outstanding.Currency || amount.Minor > inv.Outstanding.Minor {
		return Invoice{}, Errorf(Unprocessable, "amount_not_outstanding",
			"%s cannot be taken off %s %s, of which %s is outstanding.", amount, inv.Kind.Noun(), inv.Number, inv.Outstanding)
	}
	settled, err := inv.Settled.Add(amount)
	if err != nil {
		return Invoice{}, err
	}
	inv.Outstanding.Minor -= amount.Minor
	inv.Settled = settled
	if inv.Disputed.Minor > 0 { // a credit makes good what is in dispute first
		inv = inv.disputes(-amount.Minor)
	}
	if inv.Outstanding.Sign() == 0 && inv.Processing.Sign() == 0 {
		inv.ClosedOn = on
	}
	return inv, nil
}
