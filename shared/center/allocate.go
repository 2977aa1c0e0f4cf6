package center

import (
	"cmp"
	"slices"

	"customercenter/shared/money"
)

// Allocation is the part of a payment for one invoice.
type Allocation struct {
	Invoice InvoiceID
	Amount  money.Money
}

// Allocate spreads an amount over what is outstanding, oldest first: by due
// date, invoice date, number. Invoices of another currency take nothing. Rest
// is what no invoice took; it and the allocations make the amount, exactly.
func Allocate(amount money.Money, invoices []Invoice) (parts []Allocation, rest money.Money) {
	oldest := slices.Clone(invoices)
	slices.SortStableFunc(oldest, func(a, b Invoice) int {
		return cmp.Or(cmp.Compare(a.DueOn, b.DueOn), cmp.Compare(a.IssuedOn, b.IssuedOn), cmp.Compare(a.Number, b.Number))
	})
	rest = amount
	for _, inv := range oldest {
		out := inv.Outstanding
		if out.Currency != amount.Currency || out.Minor <= 0 || rest.Minor <= 0 {
			continue
		}
		part := money.Money{Minor: min(rest.Minor, out.Minor), Currency: amount.Currency}
		parts = append(parts, Allocation{inv.ID, part})
		rest.Minor -= part.Minor
	}
	return parts, rest
}
