package store

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"customercenter/shared/center"
)

// ErrProfileChanged refuses to write over what somebody else just changed.
var ErrProfileChanged = center.Errorf(center.Conflict, "profile-changed",
	"Somebody changed the billing profile since you looked at it. Please look at it again; nothing of yours was saved.")

// BillingProfile is what the account's people keep; the zero profile, of
// version 0, before anybody did. It is read with certainty.
func (a Account) BillingProfile(ctx context.Context) (center.BillingProfile, error) {
	it, err := a.s.get(ctx, a.t.billing())
	if errors.Is(err, errAbsent) {
		return center.BillingProfile{}, nil
	}
	if err != nil {
		return center.BillingProfile{}, err
	}
	return readBilling(it)
}

func readBilling(it item) (p center.BillingProfile, err error) {
	r := open(it, kindBilling)
	_, err = unpack(r.bytes(attrBody), &p)
	p.Version = int(r.num(attrVersion))
	return p, firstError(r.err, err)
}

// SetBillingProfile puts a profile in place of the version it was made from,
// with the audit entry and a notice to each primary contact. Where nothing
// changes, nothing is written. Conflict profile-changed when another version
// stands, unless it says the same: our own first try.
func (a Account) SetBillingProfile(ctx context.Context, p center.BillingProfile) (center.BillingProfile, error) {
	was, err := a.BillingProfile(ctx)
	if err != nil {
		return center.BillingProfile{}, err
	}
	changed := was.ChangedFields(p)
	if len(changed) == 0 {
		return was, nil
	}
	if was.Version != p.Version {
		return center.BillingProfile{}, ErrProfileChanged
	}
	people, err := a.Contacts(ctx)
	if err != nil {
		return center.BillingProfile{}, err
	}
	p.Version++
	body, err := packed(p)
	if err != nil {
		return center.BillingProfile{}, err
	}
	it := newItem(a.t.billing(), kindBilling)
	it.bytes(attrBody, body)
	it.num(attrVersion, int64(p.Version))
	now, fields := a.s.now(), strings.Join(changed, ",")
	writes := []write{versioned("billing profile", it, int64(was.Version)),
		a.t.auditWrite(center.AuditEntry{Kind: center.AuditProfileChanged, At: now, By: a.actor.Name, Contact: a.actor.Contact, Subject: "billing-profile",
			Facts: map[string]string{"changed": fields}}, fmt.Sprint(p.Version))}
	for _, c := range holders(people, center.ContactPrimary) {
		writes = append(writes, letterWrite(center.Letter{ID: letterID(center.LetterProfileChanged, string(a.actor.Account), string(c.ID), fmt.Sprint(p.Version)),
			Kind: center.LetterProfileChanged, To: c.Email, Name: c.Name, Locale: c.Locale, Account: a.actor.Account, Contact: c.ID, CreatedAt: now,
			Params: map[string]string{"changed": fields, "by": a.actor.Name, "email": a.actor.Email}}))
		if len(writes) == maxItems {
			break
		}
	}
	err = a.s.transact(ctx, fmt.Sprintf("profile/%s/%d", a.actor.Account, p.Version), writes)
	if isRefusal(err) {
		stands, readErr := a.BillingProfile(ctx)
		if readErr == nil && stands.Version == p.Version && len(stands.ChangedFields(p)) == 0 {
			return stands, nil
		}
		return center.BillingProfile{}, ErrProfileChanged
	}
	return p, err
}
