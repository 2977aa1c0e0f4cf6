package main

import (
	"cmp"
	"context"

	"customercenter/shared/center"
	"customercenter/shared/mail"
	"customercenter/shared/session"
	"customercenter/shared/store"
)

// signInCode makes the code anew, and decides whether the address gets it:
// here, where nobody who asked for a code can measure the answer.
func (h handler) signInCode(ctx context.Context, letter center.Letter) (center.Letter, mail.View, string, error) {
	challenge, err := h.store.Challenge(ctx, letter.Params["challenge"])
	if center.IsKind(err, center.NotFound) {
		return letter, mail.View{}, reasonExpired, nil
	}
	if err != nil {
		return letter, mail.View{}, "", err
	}
	entrances, err := session.Entrances(ctx, h.store, h.settings.Operators, challenge.Email)
	if err != nil {
		return letter, mail.View{}, "", err
	}
	if len(entrances) == 0 {
		return letter, mail.View{}, reasonUnknown, nil
	}
	code, ok := session.Code(h.settings.Keys, challenge.KeyID, challenge.ID, challenge.Email)
	if !ok {
		return letter, mail.View{}, reasonKeyGone, nil
	}
	member, err := h.store.Membership(ctx, entrances[0].Account, center.ContactIDOf(challenge.Email))
	if err != nil && !center.IsKind(err, center.NotFound) { // an operator is no member before her first code
		return letter, mail.View{}, "", err
	}
	letter, view := h.address(letter, member)
	view.Code, view.CodeLife, view.Account = code, session.CodeLife, ""
	return letter, view, "", nil
}

// toMember is for letters to a contact of an account, who must still be one.
func (h handler) toMember(ctx context.Context, letter center.Letter) (center.Letter, mail.View, string, error) {
	member, err := h.store.Membership(ctx, letter.Account, letter.Contact)
	if center.IsKind(err, center.NotFound) || err == nil && !member.Contact.Active {
		return letter, mail.View{}, reasonRemoved, nil
	}
	if err != nil {
		return letter, mail.View{}, "", err
	}
	letter, view := h.address(letter, member)
	return letter, view, "", nil
}

// address puts the person's name and language on the letter, and her account's
// facts into the view. The language she was just reading goes first.
func (h handler) address(letter center.Letter, m store.Membership) (center.Letter, mail.View) {
	letter.Name = m.Contact.Name
	letter.Locale = cmp.Or(letter.Locale, m.Contact.Locale, m.Locale, h.settings.Locale)
	zone := center.Account{TimeZone: cmp.Or(m.TimeZone, h.settings.TimeZone)}.Zone()
	return letter, mail.View{BaseURL: h.settings.BaseURL, Sender: h.settings.Sender, Zone: zone, Account: m.AccountName}
}
