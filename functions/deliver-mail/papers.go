package main

import (
	"context"

	"customercenter/shared/center"
)

// ofList is a list that somebody mails: to herself, to a colleague who may
// still open invoices and wants such letters, or to an address outside, for
// which only a primary contact may vouch. Answers go to who sent it.
func (h handler) ofList(ctx context.Context, letter center.Letter) (to resolved, err error) {
	sender, err := h.member(ctx, letter.Account, center.ContactID(letter.Params["sender"]))
	if err != nil {
		return to, err
	}
	if letter.Contact != "" {
		to, err = h.toReaderOf(ctx, letter, center.ModuleInvoices)
		if err == nil && to.reason == "" && letter.Params["self"] == "" && to.person.Declines(letter.Kind) {
			to.reason = reasonDeclined
		}
	} else {
		to = h.address(letter, sender)
		to.letter.Name, to.view.Unsubscribe = "", ""
	}
	if err != nil || to.reason != "" {
		return to, err
	}
	mails := h.address(letter, sender).who.May(center.ModuleStatements, center.ActionAct)
	if !sender.Contact.Active || !mails.Allowed || mails.SelfOnly && letter.Params["self"] == "" || letter.Contact == "" && !sender.Contact.IsPrimary() {
		to.reason = reasonSender
		return to, nil
	}
	if letter.Params["self"] == "" {
		to.view.ReplyTo = letter.Params["email"]
	}
	return h.enclosed(ctx, letter, to)
}

// ofInvoice is a new invoice, if something of it is still to be paid.
func (h handler) ofInvoice(ctx context.Context, letter center.Letter) (resolved, error) {
	to, err := h.toReaderOrCopy(ctx, letter, center.ModuleInvoices, func(r center.Recipients) []string { return r.Invoices })
	if err != nil || to.reason != "" {
		return to, err
	}
	heads, err := h.store.In(to.who).Payables(ctx, []center.InvoiceID{center.InvoiceID(letter.Params["invoice"])})
	if err != nil {
		return to, err
	}
	if len(heads) == 0 || heads[0].Outstanding.Sign() == 0 || heads[0].Voided {
		to.reason = reasonSettledInvoice
		return to, nil
	}
	to.view.Invoice = heads[0]
	return h.enclosed(ctx, letter, to)
}

// ofStatement is the statement of a month, as it was drawn.
func (h handler) ofStatement(ctx context.Context, letter center.Letter) (resolved, error) {
	to, err := h.toReaderOrCopy(ctx, letter, center.ModuleStatements, func(r center.Recipients) []string { return r.Statements })
	if err == nil && to.reason == "" && to.person.Declines(letter.Kind) {
		to.reason = reasonDeclined
	}
	if err != nil || to.reason != "" {
		return to, err
	}
	return h.enclosed(ctx, letter, to)
}

// enclosed adds what the letter encloses.
func (h handler) enclosed(ctx context.Context, letter center.Letter, to resolved) (resolved, error) {
	e, err := h.store.Enclosure(ctx, letter.Params["enclosure"])
	if center.IsKind(err, center.NotFound) {
		to.reason = reasonGone
		return to, nil
	}
	to.view.List, to.view.Statement, to.view.Files = e.List, e.Statement, e.Files
	return to, err
}
