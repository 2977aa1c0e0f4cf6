package center

import (
	"cmp"
	"slices"

	"customercenter/shared/money"
)

// StatementKind says what was booked.
type StatementKind string

// The kinds of entries of a statement.
const (
	StatementInvoice    StatementKind = "invoice"
	StatementDebitNote  StatementKind = "debit_note"
	StatementCreditNote StatementKind = "credit_note"
	StatementPayment    StatementKind = "payment"
	StatementRefund     StatementKind = "refund"
	// What was paid for an order or a renewal, which no statement has, and
	// counted on the invoice raised for it; and what of that was refunded.
	StatementPrepaid     StatementKind = "prepaid"
	StatementPrepaidBack StatementKind = "prepaid_returned"
	// What rewards took off an invoice, and what of that returned to them.
	StatementRewards     StatementKind = "rewards"
	StatementRewardsBack StatementKind = "rewards_back"
	// StatementCreditUsed is account credit that went to an order or a renewal,
	// which no statement has.
	StatementCreditUsed StatementKind = "credit_used"
)

// statementKinds is their order within a day.
var statementKinds = []StatementKind{StatementInvoice, StatementDebitNote, StatementCreditNote, StatementPayment, StatementPrepaid, StatementRewards, StatementRefund, StatementPrepaidBack,
	StatementRewardsBack, StatementCreditUsed}

// StatementEntry is one thing booked. Amount is above zero for what is owed
// more, below for what is owed less; Balance is what is owed after it.
type StatementEntry struct {
	Kind            StatementKind
	On              Date
	Number          string    // of the paper
	Invoice         InvoiceID // the paper
	Payment         PaymentID // of payments and refunds, which may be of several papers
	Amount, Balance money.Money
}

// Owing is what an account owes of a currency: what is outstanding of invoices
// and what was submitted, less the credit that is not yet used.
type Owing struct {
	Outstanding, Processing, Credit money.Money
	Aging                           []BucketSummary // of what is outstanding
}

// StatementPart is the part of a statement in one currency. Opening and the
// entries' amounts are Closing, exactly; Owing is as of the day it was drawn.
type StatementPart struct {
	Currency         money.Code
	Opening, Closing money.Money
	Entries          []StatementEntry
	Owing            Owing
}

// Statement says what an account owed at the beginning of a period, what was
// booked in it and what was owed at its end, both days included.
type Statement struct {
	From, To Date
	Today    Date // the day it was drawn
	Parts    []StatementPart
}

// NewStatement draws a statement from how the account stands and from all that
// was booked since the first day of the period, also after its last: what is
// owed at its ends follows from what is owed now. Currencies of which there is
// nothing to say are left out. It fails where a sum is more than money can be.
func NewStatement(now map[money.Code]Owing, booked []StatementEntry, from, to, today Date) (Statement, error) {
	out := Statement{From: from, To: to, Today: today}
	byCurrency := map[money.Code][]StatementEntry{}
	for c := range now {
		byCurrency[c] = nil
	}
	for _, e := range merged(booked) {
		byCurrency[e.Amount.Currency] = append(byCurrency[e.Amount.Currency], e)
	}
	for c, entries := range byCurrency {
		part, err := partOf(c, now[c], entries, to)
		if err != nil {
			return Statement{}, err
		}
		if len(part.Entries) > 0 || part.Opening.Minor != 0 || part.Owing.Outstanding.Minor != 0 || part.Owing.Credit.Minor != 0 {
			out.Parts = append(out.Parts, part)
		}
	}
	slices.SortFunc(out.Parts, func(a, b StatementPart) int { return cmp.Compare(a.Currency, b.Currency) })
	return out, nil
}

// merged are the entries in order; the parts of one payment on one day are one.
func merged(booked []StatementEntry) (out []StatementEntry) {
	booked = slices.Clone(booked)
	slices.SortStableFunc(booked, func(a, b StatementEntry) int {
		return cmp.Or(cmp.Compare(a.On, b.On), cmp.Compare(slices.Index(statementKinds, a.Kind), slices.Index(statementKinds, b.Kind)),
			cmp.Compare(a.Payment, b.Payment), cmp.Compare(a.Number, b.Number), cmp.Compare(a.Invoice, b.Invoice))
	})
	for _, e := range booked {
		if n := len(out); n > 0 && e.Payment != "" && out[n-1].Payment == e.Payment && out[n-1].Kind == e.Kind && out[n-1].On == e.On && out[n-1].Amount.Currency == e.Amount.Currency {
			out[n-1].Amount.Minor += e.Amount.Minor
			out[n-1].Number, out[n-1].Invoice = "", ""
			continue
		}
		out = append(out, e)
	}
	return out
}

func partOf(c money.Code, now Owing, entries []StatementEntry, to Date) (part StatementPart, err error) {
	now = now.in(c)
	owed, err := now.Outstanding.Add(now.Processing)
	if err == nil {
		owed, err = owed.Sub(now.Credit)
	}
	if err != nil {
		return part, err
	}
	part = StatementPart{Currency: c, Opening: owed, Owing: now}
	for _, e := range entries {
		if part.Opening, err = part.Opening.Sub(e.Amount); err != nil {
			return part, err
		}
	}
	part.Closing = part.Opening
	for _, e := range entries {
		if e.On > to {
			continue
		}
		if part.Closing, err = part.Closing.Add(e.Amount); err != nil {
			return part, err
		}
		e.Balance = part.Closing
		part.Entries = append(part.Entries, e)
	}
	return part, nil
}

// in fills in the zeros of a currency.
func (o Owing) in(c money.Code) Owing {
	for _, m := range []*money.Money{&o.Outstanding, &o.Processing, &o.Credit} {
		if m.Currency == "" {
			*m = money.Zero(c)
		}
	}
	return o
}
