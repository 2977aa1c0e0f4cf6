package center

import (
	"cmp"
	"slices"

	"customercenter/shared/money"
)

// Claim gives the invoice to a payment: amount goes from outstanding to
// processing, credit to settled. Refusals: Conflict when another payment
// holds it, Unprocessable when that much is not outstanding. A claim of
// credit alone holds nothing.
func (inv Invoice) Claim(pay PaymentID, amount, credit money.Money, on Date) (Invoice, error) {
	if inv.Active != "" || inv.Processing.Sign() != 0 {
		return Invoice{}, Errorf(Conflict, "payment-in-flight", "A payment of %s %s is in flight.", inv.Kind.Noun(), inv.Number)
	}
	if inv.Draft || inv.Voided || inv.Unaccepted {
		return Invoice{}, Errorf(Unprocessable, "not-payable", "%s cannot be paid.", inv.Number)
	}
	out, err := inv.Settle(credit, on)
	if err != nil {
		return Invoice{}, err
	}
	if amount.Sign() < 0 || amount.Currency != out.Outstanding.Currency || amount.Minor > out.Outstanding.Minor {
		return Invoice{}, Errorf(Unprocessable, "amount-not-outstanding",
			"%s cannot be paid of %s %s, of which %s is outstanding.", amount, inv.Kind.Noun(), inv.Number, out.Outstanding)
	}
	out.Outstanding.Minor -= amount.Minor
	out.Processing.Minor += amount.Minor
	if out.PaymentFailed = false; amount.Sign() > 0 {
		out.Active, out.ClosedOn = pay, ""
	}
	return out, out.Check()
}

// Confirm books the amount that a payment held as settled and lets go of the
// invoice, which closes on the day when nothing is left.
func (inv Invoice) Confirm(pay PaymentID, amount money.Money, on Date) (Invoice, error) {
	out, err := inv.letGo(pay, amount)
	if err != nil {
		return Invoice{}, err
	}
	out.Settled.Minor += amount.Minor
	if out.Outstanding.Sign() == 0 {
		out.ClosedOn = on
	}
	return out, out.Check()
}

// Release gives the amount that a payment held back to what is outstanding, or
// takes it back where the payable was withdrawn. failed says that the payment
// was tried and did not go through.
func (inv Invoice) Release(pay PaymentID, amount money.Money, failed bool) (Invoice, error) {
	out, err := inv.letGo(pay, amount)
	if err != nil {
		return Invoice{}, err
	}
	out.PaymentFailed = failed && !inv.Withdrawn
	out = out.ask(amount)
	return out, out.Check()
}

// letGo takes what a payment holds out of processing; the caller puts it
// somewhere else.
func (inv Invoice) letGo(pay PaymentID, amount money.Money) (Invoice, error) {
	if inv.Active != pay || inv.Processing != amount {
		return Invoice{}, Errorf(Internal, "not-held", "Payment %s does not hold %s of %s %s.", pay, amount, inv.Kind.Noun(), inv.Number)
	}
	inv.Processing.Minor -= amount.Minor
	inv.Active = ""
	return inv, nil
}

// ask makes an amount outstanding again, of what is still to be paid here.
func (inv Invoice) ask(amount money.Money) Invoice {
	if inv.Withdrawn {
		inv.Cancelled.Minor += amount.Minor
	} else {
		inv.Outstanding.Minor += amount.Minor
	}
	return inv
}

// Reopen brings a refunded amount back to what is outstanding, or takes it back
// where the payable was withdrawn.
func (inv Invoice) Reopen(amount money.Money) (Invoice, error) {
	if amount.Sign() <= 0 || amount.Currency != inv.Settled.Currency || amount.Minor > inv.Settled.Minor {
		return Invoice{}, Errorf(Internal, "not-settled", "%s was not settled of %s %s.", amount, inv.Kind.Noun(), inv.Number)
	}
	inv.Settled.Minor -= amount.Minor
	if !inv.Withdrawn {
		inv.ClosedOn = ""
	}
	inv = inv.ask(amount)
	return inv, inv.Check()
}

// Spend takes amount out of what a credit paper has left to give.
func (inv Invoice) Spend(amount money.Money) (Invoice, error) {
	if amount.Sign() <= 0 || amount.Currency != inv.CreditLeft.Currency || amount.Minor > inv.CreditLeft.Minor {
		return Invoice{}, Errorf(Unprocessable, "credit-not-left", "%s is not left of credit %s.", amount, inv.Number)
	}
	inv.CreditLeft.Minor -= amount.Minor
	return inv, inv.Check()
}

// Payable tells whether something of it can be paid now.
func (inv Invoice) Payable() bool {
	return inv.Outstanding.Sign() > 0 && inv.Active == "" && inv.Processing.Sign() == 0 && !inv.Draft && !inv.Voided && !inv.Unaccepted
}

// Withdraw takes back what is outstanding of an order or a renewal that is no
// longer to be paid here. What a payment holds stays with it; what it gives
// back, then or later, is taken back too.
func (inv Invoice) Withdraw(on Date) Invoice {
	if inv.Outstanding.Sign() > 0 && inv.Processing.Sign() == 0 {
		inv.ClosedOn = on
	}
	inv.Cancelled.Minor += inv.Outstanding.Minor
	inv.Outstanding.Minor = 0
	inv.PaymentFailed, inv.Withdrawn = false, true
	return inv
}

// AskAgain is the opposite of Withdraw.
func (inv Invoice) AskAgain() Invoice {
	inv.Outstanding.Minor += inv.Cancelled.Minor
	inv.Cancelled.Minor, inv.ClosedOn, inv.Withdrawn = 0, "", false
	return inv
}

// OldestFirst sorts papers as amounts are spread over them: by due date,
// invoice date, number.
func OldestFirst(list []Invoice) {
	slices.SortStableFunc(list, func(a, b Invoice) int {
		return cmp.Or(cmp.Compare(a.DueOn, b.DueOn), cmp.Compare(a.IssuedOn, b.IssuedOn), cmp.Compare(a.Number, b.Number))
	})
}
