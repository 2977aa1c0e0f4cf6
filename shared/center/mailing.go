package center

import "time"

// Mailing is one paper that is to be sent to all whom it concerns: a new
// invoice, or the statement of a period. Whom that is, is looked up when it is
// prepared.
type Mailing struct {
	ID       string
	Kind     LetterKind // LetterInvoiceIssued or LetterStatement
	Account  AccountID
	Invoice  InvoiceID
	From, To Date // of a statement
	Tries    int
	At       time.Time // when it is due
}

// AnnounceDays is how old an invoice may be, by its day of issue, to be mailed
// when it is imported: what is older was mailed by whoever issued it, and comes
// as history.
const AnnounceDays = 7

// Announced tells whether an invoice is mailed when it is booked on the civil
// day today: it was just issued, and something of it is to be paid.
func (inv Invoice) Announced(today Date) bool {
	return (inv.Kind == KindInvoice || inv.Kind == KindDebitNote) && inv.Outstanding.Sign() > 0 && !inv.Draft && !inv.Voided &&
		inv.IssuedOn != "" && inv.IssuedOn.DaysUntil(today) <= AnnounceDays
}
