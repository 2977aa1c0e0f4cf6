package main

import (
	"cmp"
	"context"
	"slices"

	"customercenter/shared/center"
	"customercenter/shared/mail"
	"customercenter/shared/money"
	"customercenter/shared/session"
	"customercenter/shared/store"
	"customercenter/shared/view"
)

// resolved is a letter with what it does not carry: who it is to, in which
// language, and what it tells. A reason says why there is nothing to send.
type resolved struct {
	letter center.Letter
	view   mail.View
	who    center.Actor // of letters to a contact of an account
	person center.Contact
	reason string
}

func (h handler) resolve(ctx context.Context, letter center.Letter) (resolved, error) {
	switch letter.Kind {
	case center.LetterSignInCode:
		return h.signInCode(ctx, letter)
	case center.LetterPaymentReceipt, center.LetterPaymentFailed:
		return h.ofPayment(ctx, letter)
	case center.LetterMethodExpiring:
		return h.ofMethod(ctx, letter)
	case center.LetterInvitation:
		return h.ofInvitation(ctx, letter)
	case center.LetterAccessChanged:
		return h.ofAccess(ctx, letter)
	case center.LetterOrderStatus:
		return h.toReaderOf(ctx, letter, center.ModuleOrders)
	case center.LetterDispute:
		return h.toReaderOf(ctx, letter, center.ModuleInvoice)
	case center.LetterWeekly:
		return h.ofWeek(ctx, letter)
	case center.LetterReminder:
		return h.ofReminders(ctx, letter)
	case center.LetterRedeemer:
		return h.ofRedeemer(ctx, letter)
	case center.LetterRewardsRedeemed:
		return h.ofRedemption(ctx, letter)
	case center.LetterRewardsEnding, center.LetterRewardsEarned:
		return h.ofRewards(ctx, letter)
	case center.LetterRedeemersChanged:
		return h.toReaderOf(ctx, letter, center.ModuleRedeemers)
	case center.LetterInvoiceList:
		return h.ofList(ctx, letter)
	case center.LetterInvoiceIssued:
		return h.ofInvoice(ctx, letter)
	case center.LetterStatement:
		return h.ofStatement(ctx, letter)
	default:
		return h.toMember(ctx, letter)
	}
}

// signInCode makes the code anew, and decides whether the address gets it:
// here, where nobody who asked for a code can measure the answer.
func (h handler) signInCode(ctx context.Context, letter center.Letter) (resolved, error) {
	challenge, err := h.store.Challenge(ctx, letter.Params["challenge"])
	if center.IsKind(err, center.NotFound) {
		return resolved{reason: reasonExpired}, nil
	}
	if err != nil {
		return resolved{}, err
	}
	entrances, err := session.Entrances(ctx, h.store, h.settings.Operators, challenge.Email)
	if err != nil {
		return resolved{}, err
	}
	if len(entrances) == 0 {
		return h.invitedCode(ctx, letter, challenge)
	}
	code, ok := session.Code(h.settings.Keys, challenge.KeyID, challenge.ID, challenge.Email)
	if !ok {
		return resolved{reason: reasonKeyGone}, nil
	}
	member, err := h.store.Membership(ctx, entrances[0].Account, center.ContactIDOf(challenge.Email))
	if err != nil && !center.IsKind(err, center.NotFound) { // an operator is no member before her first code
		return resolved{}, err
	}
	to := h.address(letter, member)
	to.view.Code, to.view.CodeLife, to.view.Account = code, session.CodeLife, ""
	return to, nil
}

// toMember is for letters to a contact of an account, who must still be one.
func (h handler) toMember(ctx context.Context, letter center.Letter) (resolved, error) {
	member, err := h.store.Membership(ctx, letter.Account, letter.Contact)
	if center.IsKind(err, center.NotFound) || err == nil && !member.Contact.Active {
		return resolved{reason: reasonRemoved}, nil
	}
	if err != nil {
		return resolved{}, err
	}
	return h.address(letter, member), nil
}

// toReaderOf is toMember for who may also still read what the letter is about.
func (h handler) toReaderOf(ctx context.Context, letter center.Letter, module center.Module) (resolved, error) {
	to, err := h.toMember(ctx, letter)
	if err == nil && to.reason == "" && !to.who.May(module, center.ActionRead).Allowed {
		to.reason = reasonNoRight
	}
	return to, err
}

// ofPayment looks up the payment, and what is open of its payables at this
// moment: a failure that was made good since needs no letter.
func (h handler) ofPayment(ctx context.Context, letter center.Letter) (resolved, error) {
	to, err := h.toReaderOrCopy(ctx, letter, center.ModulePayments, func(r center.Recipients) []string { return r.Receipts })
	if err != nil || to.reason != "" {
		return to, err
	}
	account := h.store.In(to.who)
	p, err := account.Payment(ctx, center.PaymentID(letter.Params["payment"]))
	if err != nil {
		return to, err
	}
	ids := make([]center.InvoiceID, len(p.Parts))
	for i, part := range p.Parts {
		ids[i] = part.Invoice
	}
	papers, err := account.Payables(ctx, ids)
	if err != nil {
		return to, err
	}
	to.view.Payment, to.view.Reference, to.view.Open = p, view.Reference(p.ID), map[center.InvoiceID]money.Money{}
	open := false
	for _, inv := range papers {
		to.view.Open[inv.ID] = inv.Outstanding
		open = open || inv.Outstanding.Sign() > 0
	}
	switch {
	case letter.Kind == center.LetterPaymentReceipt && !p.State.Paid():
		to.reason = reasonNotPaid
	case letter.Kind == center.LetterPaymentFailed && !open:
		to.reason = reasonSettled
	}
	return to, nil
}

// ofMethod looks up the stored method a warning is about, which may have been
// removed since, or renewed by its bank.
func (h handler) ofMethod(ctx context.Context, letter center.Letter) (resolved, error) {
	to, err := h.toReaderOf(ctx, letter, center.ModulePaymentMethods)
	if err != nil || to.reason != "" {
		return to, err
	}
	account := h.store.In(to.who)
	wallet, err := account.Wallet(ctx)
	if err != nil {
		return to, err
	}
	at := slices.IndexFunc(wallet.Methods, func(m center.PaymentMethod) bool { return string(m.ID) == letter.Params["method"] })
	if at < 0 {
		to.reason = reasonMethod
		return to, nil
	}
	to.view.Method, to.view.Today = wallet.Methods[at], account.Today()
	if last, _ := to.view.Method.ValidThrough(); string(last) != letter.Params["last"] {
		to.reason = reasonMethod
	}
	return to, nil
}

// address puts the person's name and language on the letter, and her account's
// facts into the view. The language she was just reading goes first.
func (h handler) address(letter center.Letter, m store.Membership) resolved {
	letter.Name = m.Contact.Name
	letter.Locale = cmp.Or(letter.Locale, m.Contact.Locale, m.Locale, h.settings.Locale)
	zone := cmp.Or(m.TimeZone, h.settings.TimeZone)
	unsubscribe := ""
	if letter.Kind.Optional() {
		unsubscribe = h.settings.BaseURL + "/v1/unsubscribe?t=" + session.LettersToken(h.settings.Keys, letter.Account, letter.Contact)
	}
	replyTo := h.settings.ReplyTo
	if letter.Kind.AtOnce() { // nobody answers a code
		replyTo = ""
	}
	return resolved{
		letter: letter,
		view: mail.View{BaseURL: h.settings.BaseURL, Sender: h.settings.Sender, ReplyTo: replyTo,
			Zone: center.Account{TimeZone: zone}.Zone(), Account: m.AccountName, Unsubscribe: unsubscribe},
		person: m.Contact,
		who:    center.Actor{Account: m.Contact.Account, Contact: m.Contact.ID, Grants: m.Contact.Grants, TimeZone: zone},
	}
}
