package center

import (
	"fmt"

	"customercenter/shared/money"
)

// Check returns an error unless each of the four parts is of the amount's
// currency, none is negative and together they are the amount. It guards every
// write and every read of money.
func (b Balances) Check(amount money.Money) error {
	parts := [...]money.Money{b.Outstanding, b.Processing, b.Settled, b.Cancelled}
	for _, part := range parts {
		if part.Sign() < 0 {
			return fmt.Errorf("balances: a part is %s, below zero", part)
		}
	}
	sum, err := money.Sum(amount.Currency, parts[:]...)
	if err != nil {
		return fmt.Errorf("balances: %w", err)
	}
	if sum != amount {
		return fmt.Errorf("balances: the parts make %s, the amount is %s", sum, amount)
	}
	return nil
}

// Receivable is what the account owes by this paper alone: what LedgerAmount
// adds, or nothing where that takes away (credit notes, negative invoices) or
// does nothing (proformas). The four parts always add up to it.
func (inv Invoice) Receivable() money.Money {
	booked, err := LedgerAmount(inv.Kind, inv.Amount)
	if err != nil || booked.Sign() < 0 {
		return money.Zero(inv.Amount.Currency)
	}
	return booked
}

// Check returns an error unless the four parts add up to Receivable and only a
// credit has something left to give.
func (inv Invoice) Check() error {
	if err := inv.Balances.Check(inv.Receivable()); err != nil {
		return fmt.Errorf("%s %s: %w", inv.Kind, inv.Number, err)
	}
	credit, err := LedgerAmount(inv.Kind, inv.Amount)
	if err != nil {
		return fmt.Errorf("%s %s: %w", inv.Kind, inv.Number, err)
	}
	if left := inv.CreditLeft; left.Minor < 0 || left.Minor > max(0, -credit.Minor) {
		return fmt.Errorf("%s %s: credit of %s left, of %s", inv.Kind, inv.Number, left, inv.Amount)
	}
	if inv.Rewarded.Minor < 0 || inv.Rewarded.Minor > max(0, inv.Net.Minor) {
		return fmt.Errorf("%s %s: rewards cover %s of %s before tax", inv.Kind, inv.Number, inv.Rewarded, inv.Net)
	}
	return nil
}

// Status derives where the invoice stands on the account's civil day today.
// The day of the due date is still in time; past due begins the day after. An
// invoice without a due date never becomes past due.
func (inv Invoice) Status(today Date) InvoiceStatus {
	switch {
	case inv.Draft:
		return InvoiceDraft
	case inv.Voided:
		return InvoiceVoid
	case inv.Outstanding.Sign() <= 0 && inv.Processing.Sign() <= 0:
		return InvoiceClosed
	case inv.Outstanding.Sign() <= 0:
		return InvoicePaymentSubmitted
	case inv.DueOn != "" && today > inv.DueOn:
		return InvoicePastDue
	default:
		return InvoiceOpen
	}
}

// DaysLate counts the days since the due date; 0 unless PAST_DUE.
func (inv Invoice) DaysLate(today Date) int {
	if inv.Status(today) != InvoicePastDue {
		return 0
	}
	return inv.DueOn.DaysUntil(today)
}

// Flag is something to know about an invoice beside its status.
type Flag string

// The flags that heads alone can tell.
const (
	FlagPartiallyPaid   Flag = "partially_paid"
	FlagInDispute       Flag = "in_dispute"
	FlagRewardsEligible Flag = "rewards_eligible"
	FlagPOMissing       Flag = "po_missing"
	FlagPaymentInFlight Flag = "payment_in_flight"
	FlagPaymentFailed   Flag = "payment_failed"
)

// Flags lists what stands beside the status, in the order above.
func (inv Invoice) Flags() []Flag {
	var flags []Flag
	unsettled := inv.Outstanding.Sign() > 0
	if unsettled && inv.Settled.Sign() > 0 {
		flags = append(flags, FlagPartiallyPaid)
	}
	if unsettled && inv.Disputed.Sign() > 0 {
		flags = append(flags, FlagInDispute)
	}
	if unsettled && inv.Type == TypeSupport {
		flags = append(flags, FlagRewardsEligible)
	}
	if unsettled && inv.PO == "" {
		flags = append(flags, FlagPOMissing)
	}
	if inv.Processing.Sign() > 0 {
		flags = append(flags, FlagPaymentInFlight)
	}
	if unsettled && inv.PaymentFailed {
		flags = append(flags, FlagPaymentFailed)
	}
	return flags
}
