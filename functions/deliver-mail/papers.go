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
	if mails := h.address(letter, sender).who.May(center.ModuleStatements, center.ActionAct); !sender.Contact.Active || !mails.Allowed || letter.Contact == "" && !sender.Contact.IsPrimary() {
		to.reason = reasonSender
		return to, nil
	}
	if letter.Params["self"] == "" {
		to.view.ReplyTo = letter.Params["email"]
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
