package center

import (
	"cmp"

	"customercenter/shared/money"
)

// maxTitle is how many characters of a paper's subject a head carries.
const maxTitle = 120

// NewInvoice makes the head of a billing paper as it is first booked, before
// credits: all of it outstanding, or settled where the paper says it was paid.
// The due date falls back to issue date and net terms (DueDate). An amount
// that is no money is Unprocessable.
func NewInvoice(d *Document, account AccountID, netTermsDays int) (Invoice, error) {
	amount, err := money.Parse(string(d.Totals.Payable), money.Code(d.Currency))
	if err != nil {
		return Invoice{}, &Error{Kind: Unprocessable, Code: string(CodeBadAmount),
			Detail: "The payable amount is not an amount of the document's currency.", Err: err}
	}
	credit, err := CreditOf(d.Kind, amount)
	if err != nil {
		return Invoice{}, err
	}
	zero := money.Zero(amount.Currency)
	due, _ := DueDate(d, netTermsDays)
	inv := Invoice{
		ID: InvoiceIDOf(account, d.Issuer(), d.Kind, d.Number), Account: account,
		Kind: d.Kind, Number: d.Number, Type: cmp.Or(d.InvoiceType, TypeService),
		Issuer: d.Issuer(), Title: d.title(),
		PO: cmp.Or(d.OrderRef, d.BuyerReference), OrderRef: d.OrderRef,
		IssuedOn: d.IssueDate, DueOn: due, Amount: amount,
		Balances:   Balances{Outstanding: zero, Processing: zero, Settled: zero, Cancelled: zero},
		CreditLeft: credit,
	}
	if len(d.ContractRefs) > 0 {
		inv.Contract = d.ContractRefs[0]
	}
	inv.Outstanding = inv.Receivable()
	if inv.Type == TypeSupport && inv.Outstanding.Sign() > 0 {
		inv.Net = netOf(d, amount)
	}
	switch {
	case inv.Outstanding.Sign() == 0:
		inv.ClosedOn = d.IssueDate
	case d.PaidDate != "":
		inv.Settled, inv.Outstanding, inv.ClosedOn = inv.Outstanding, zero, d.PaidDate
	}
	return inv, nil
}

// title is what the paper is for: its first line, else its first note.
func (d *Document) title() string {
	text := ""
	for _, line := range d.Lines {
		if text = cmp.Or(line.Name, line.Description); text != "" {
			break
		}
	}
	if text == "" && len(d.Notes) > 0 {
		text = d.Notes[0]
	}
	if runes := []rune(text); len(runes) > maxTitle {
		text = string(runes[:maxTitle-1]) + "…"
	}
	return text
}
