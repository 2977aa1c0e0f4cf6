package center

import (
	"cmp"
	"slices"

	"customercenter/shared/money"
)

// ListWish is what of the list of invoices somebody wants to see; what is left
// zero does not narrow it.
type ListWish struct {
	Statuses             []InvoiceStatus
	Types                []InvoiceType
	Credits              bool // credit notes in place of invoices
	Text                 string
	Currency             money.Code
	Bucket               Bucket
	IssuedFrom, IssuedTo Date
	DueFrom, DueTo       Date
	AmountFrom, AmountTo string // decimals of Currency
}

// MailedList is a list of invoices as a letter shows it: what was wanted, in
// the words of each language, and a part for each currency.
type MailedList struct {
	Wish  map[string]string // by language
	Today Date              // of the account, when the list was drawn
	Parts []ListPart
}

// Count is how many invoices the list has.
func (l MailedList) Count() (n int) {
	for _, p := range l.Parts {
		n += p.Count
	}
	return n
}

// ListPart is what a list has of one currency. A letter shows the first of the
// invoices as rows; the sums are of all.
type ListPart struct {
	Currency            money.Code
	Count               int
	Amount, Outstanding money.Money
	Invoices            []Invoice `json:"-"`
	Rows                []ListRow
}

// ListRow is what a letter shows of an invoice.
type ListRow struct {
	Number              string
	Kind                DocumentKind
	Status              InvoiceStatus
	DueOn               Date
	Amount, Outstanding money.Money
}

// Show puts the first most invoices into the rows, as they stand on a day.
func (p *ListPart) Show(most int, today Date) {
	for _, inv := range p.Invoices[:min(len(p.Invoices), most)] {
		p.Rows = append(p.Rows, ListRow{inv.Number, inv.Kind, inv.Status(today), inv.DueOn, inv.Amount, inv.Outstanding})
	}
}

// ListParts divides a list by currency, in the order of their codes; within
// one the list's own order stands. It fails where a sum is more than money can
// be.
func ListParts(list []Invoice) (parts []ListPart, err error) {
	at := map[money.Code]int{}
	for _, inv := range list {
		c := inv.Amount.Currency
		i, ok := at[c]
		if !ok {
			i = len(parts)
			at[c] = i
			parts = append(parts, ListPart{Currency: c, Amount: money.Zero(c), Outstanding: money.Zero(c)})
		}
		p := &parts[i]
		p.Count++
		p.Invoices = append(p.Invoices, inv)
		if p.Amount, err = p.Amount.Add(inv.Amount); err != nil {
			return nil, err
		}
		if p.Outstanding, err = p.Outstanding.Add(inv.Outstanding); err != nil {
			return nil, err
		}
	}
	slices.SortFunc(parts, func(a, b ListPart) int { return cmp.Compare(a.Currency, b.Currency) })
	return parts, nil
}
