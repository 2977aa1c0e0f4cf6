package main

import (
	"context"
	"strings"

	"customercenter/shared/center"
	"customercenter/shared/document/paper"
	"customercenter/shared/money"
	"customercenter/shared/store"
	"customercenter/shared/view"
)

// kinds are the entries of an invoice that move money; the others are for the
// history on the page.
var kinds = map[store.EntryKind]paper.EntryKind{
	store.EntryPayment:       paper.EntryPayment,
	store.EntryCreditApplied: paper.EntryCreditApplied,
	store.EntryCreditGiven:   paper.EntryCreditGiven,
	store.EntryRefund:        paper.EntryRefund,
	store.EntryPrepaid:       paper.EntryPrepaid,
	store.EntryRewards:       paper.EntryRewards,
	store.EntryRewardsBack:   paper.EntryRewardsBack,
	store.EntryPrepaidBack:   paper.EntryRefund,
}

// paymentMark begins the ids of payments made here.
const paymentMark = "pay_"

// entries are what was booked on an invoice, as its paper shows it.
func entries(detail store.InvoiceDetail, actor center.Actor) (out []paper.Entry) {
	for _, e := range detail.Entries {
		kind, known := kinds[e.Kind]
		if !known || e.Amount.Sign() == 0 {
			continue
		}
		on := e.On
		if on == "" {
			on = actor.Today(e.At)
		}
		reference := e.Number
		if strings.HasPrefix(reference, paymentMark) {
			reference = view.Reference(center.PaymentID(reference))
		}
		out = append(out, paper.Entry{Kind: kind, On: on, Reference: reference, Amount: e.Amount})
	}
	return out
}

// outstanding is what is still open of each invoice of a payment.
func outstanding(ctx context.Context, account store.Account, p center.Payment) (map[center.InvoiceID]money.Money, error) {
	ids := make([]center.InvoiceID, len(p.Parts))
	for i, part := range p.Parts {
		ids[i] = part.Invoice
	}
	heads, err := account.Payables(ctx, ids)
	open := map[center.InvoiceID]money.Money{}
	for _, inv := range heads {
		open[inv.ID] = inv.Outstanding
	}
	return open, err
}

// invoiceName names the file of an invoice: who wants what, since when.
func invoiceName(detail store.InvoiceDetail, ending string) string {
	d := detail.Document
	issuer := d.Supplier.TradingName
	if issuer == "" {
		issuer = d.Supplier.Name
	}
	return paper.FileName(ending, issuer, d.Number, string(d.IssueDate), amountName(detail.Invoice.Amount))
}

// amountName is an amount as files are named by it.
func amountName(m money.Money) string { return string(m.Currency) + "-" + m.Decimal() }
