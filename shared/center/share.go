package center

import (
	"slices"

	"customercenter/shared/money"
)

// Share is what an invoice has of what was paid here for the order or the
// renewal it names.
type Share struct {
	Invoice InvoiceID
	Stated  money.Money // by its own word: it does not ask for that
	Counted money.Money // on it, here
}

// MaxShares is how many invoices may share what was paid for one payable.
const MaxShares = 100

// SharedWith is a payable of which an invoice has come: from then on the
// invoice asks for what is outstanding, and the payable no longer does. Stated
// is what the invoice says was paid before it; of that counts what was paid
// here, or is under way, and no other invoice has. An invoice of another
// currency, or one that shares already, changes nothing.
func (inv Invoice) SharedWith(id InvoiceID, stated money.Money, on Date) Invoice {
	known := slices.ContainsFunc(inv.Shares, func(s Share) bool { return s.Invoice == id })
	if known || stated.Currency != inv.Amount.Currency || len(inv.Shares) >= MaxShares {
		return inv
	}
	if !inv.Withdrawn {
		inv = inv.Withdraw(on)
	}
	stated.Minor = max(0, min(stated.Minor, inv.spare()+inv.Processing.Minor))
	inv.Shares = append(slices.Clone(inv.Shares), Share{Invoice: id, Stated: stated, Counted: money.Zero(stated.Currency)})
	return inv
}

// spare is what was paid for a payable and no invoice has, in minor units;
// below zero where invoices have more than what was paid.
func (inv Invoice) spare() int64 {
	left := inv.Settled.Minor
	for _, s := range inv.Shares {
		left -= s.Stated.Minor + s.Counted.Minor
	}
	return left
}

// RaisedBy is a payable with what the invoices that share it tell: it is paid
// once none of them asks for anything.
func (inv Invoice) RaisedBy(invoices []Invoice) Invoice {
	inv.RaisedPaidOn = ""
	for _, raised := range invoices {
		if raised.Voided {
			continue
		}
		if raised.Outstanding.Sign() > 0 || raised.Processing.Sign() > 0 {
			inv.RaisedPaidOn = ""
			return inv
		}
		inv.RaisedPaidOn = max(inv.RaisedPaidOn, raised.ClosedOn)
	}
	return inv
}

// Awaited tells whether a payment is under way of which an invoice that shares
// the payable may get something: until it ends, the invoice must not be paid.
func (inv Invoice) Awaited() bool {
	return inv.Processing.Sign() > 0 && inv.spare()+inv.Processing.Minor > 0
}

// Count counts what was paid for the payable, and no invoice has, on one of the
// invoices that share it: at most what that one has outstanding. Both are
// answered as they stand then; nothing changed where counted is zero.
func (inv Invoice) Count(to Invoice, on Date) (payable, invoice Invoice, counted money.Money, err error) {
	counted = money.Zero(inv.Amount.Currency)
	at := slices.IndexFunc(inv.Shares, func(s Share) bool { return s.Invoice == to.ID })
	if at < 0 || to.Draft || to.Voided || to.Outstanding.Currency != counted.Currency {
		return inv, to, counted, nil
	}
	if counted.Minor = max(0, min(inv.spare(), to.Outstanding.Minor)); counted.Minor == 0 {
		return inv, to, counted, nil
	}
	if to, err = to.Settle(counted, on); err != nil {
		return inv, to, counted, err
	}
	inv.Shares = slices.Clone(inv.Shares)
	inv.Shares[at].Counted.Minor += counted.Minor
	return inv, to, counted, nil
}

// Uncount takes back from an invoice what was counted on it and is paid no
// longer, at most limit: the invoice asks for it again.
func (inv Invoice) Uncount(from Invoice, limit int64) (payable, invoice Invoice, taken money.Money, err error) {
	taken = money.Zero(inv.Amount.Currency)
	at := slices.IndexFunc(inv.Shares, func(s Share) bool { return s.Invoice == from.ID })
	if at < 0 || from.Voided {
		return inv, from, taken, nil
	}
	if taken.Minor = max(0, min(limit, -inv.spare(), inv.Shares[at].Counted.Minor)); taken.Minor == 0 {
		return inv, from, taken, nil
	}
	if from, err = from.Reopen(taken); err != nil {
		return inv, from, taken, err
	}
	inv.Shares = slices.Clone(inv.Shares)
	inv.Shares[at].Counted.Minor -= taken.Minor
	return inv, from, taken, nil
}

// PayableMark is the identity under which what is to be paid of an order or a
// renewal is found by the number that its invoices name.
func PayableMark(account AccountID, number string) string {
	return IdentityOf("payable:"+string(account), KindOrder, number)
}
