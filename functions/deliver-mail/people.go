package main

import (
	"cmp"
	"context"
	"strconv"

	"customercenter/shared/center"
	"customercenter/shared/session"
	"customercenter/shared/store"
)

// invitedCode is a code for an address that may enter nothing yet: it goes out
// only where it was asked for on the page of an invitation that waits for it.
func (h handler) invitedCode(ctx context.Context, letter center.Letter, challenge store.Challenge) (resolved, error) {
	if challenge.Invitation == "" {
		return resolved{reason: reasonUnknown}, nil
	}
	i, err := h.store.Invitation(ctx, challenge.Account, challenge.Invitation)
	if center.IsKind(err, center.NotFound) || err == nil && i.StateAt(h.now()) != center.InvitationPending {
		return resolved{reason: reasonUnknown}, nil
	}
	if err != nil {
		return resolved{}, err
	}
	code, ok := session.Code(h.settings.Keys, challenge.KeyID, challenge.ID, challenge.Email)
	if !ok {
		return resolved{reason: reasonKeyGone}, nil
	}
	inviter, err := h.member(ctx, i.Account, i.By.Contact)
	if err != nil {
		return resolved{}, err
	}
	to := h.address(letter, inviter)
	to.letter.Name = i.Name
	to.view.Code, to.view.CodeLife, to.view.Account = code, session.CodeLife, ""
	return to, nil
}

// ofInvitation makes the link anew, if the invitation still waits and this is
// the newest letter of it.
func (h handler) ofInvitation(ctx context.Context, letter center.Letter) (resolved, error) {
	i, err := h.store.Invitation(ctx, letter.Account, center.InvitationID(letter.Params["invitation"]))
	if center.IsKind(err, center.NotFound) {
		return resolved{reason: reasonEnded}, nil
	}
	if err != nil {
		return resolved{}, err
	}
	if i.StateAt(h.now()) != center.InvitationPending || strconv.Itoa(i.Generation) != letter.Params["generation"] {
		return resolved{reason: reasonEnded}, nil
	}
	link, ok := session.LinkOf(h.settings.Keys, i)
	if !ok {
		return resolved{reason: reasonKeyGone}, nil
	}
	inviter, err := h.member(ctx, i.Account, i.By.Contact)
	if err != nil {
		return resolved{}, err
	}
	to := h.address(letter, inviter)
	to.letter.Name = i.Name
	to.letter.Locale = cmp.Or(i.Locale, inviter.Locale, h.settings.Locale)
	to.view.Invitation, to.view.Link, to.view.Account = i, link.Text(), i.AccountName
	return to, nil
}

// ofAccess tells a person of her own access also where she has none any more,
// and others only while they may read it.
func (h handler) ofAccess(ctx context.Context, letter center.Letter) (resolved, error) {
	if letter.Params["reader"] != "self" {
		return h.toMember(ctx, letter)
	}
	m, err := h.member(ctx, letter.Account, letter.Contact)
	if err != nil {
		return resolved{}, err
	}
	return h.address(letter, m), nil
}

// member is a membership, the zero one where there is none.
func (h handler) member(ctx context.Context, account center.AccountID, contact center.ContactID) (store.Membership, error) {
	m, err := h.store.Membership(ctx, account, contact)
	if center.IsKind(err, center.NotFound) {
		return store.Membership{}, nil
	}
	return m, err
}
