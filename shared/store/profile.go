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
	return a.s.billing(ctx, a.t)
}

func (s *Store) billing(ctx context.Context, t tenant) (center.BillingProfile, error) {
	it, err := s.get(ctx, t.billing())
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
		if len(writes) == maxItems-maxWishWrites {
			break
		}
	}
	wishes, err := a.wishWrites(ctx, was, p)
	if err != nil {
		return center.BillingProfile{}, err
	}
	writes = append(writes, wishes...)
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

// maxWishWrites is how many writes wishes about reminders take.
const maxWishWrites = 3

// wishWrites keep the lists that the planner goes by in line with changed
// wishes: accounts whose steps are their own, and those that are sent monthly
// statements. The vendor's policy must still be what it was read to be.
func (a Account) wishWrites(ctx context.Context, was, now center.BillingProfile) (writes []write, err error) {
	if was.Wishes().MonthlyStatement != now.Wishes().MonthlyStatement {
		writes = append(writes, monthlyWrite(a.actor.Account, attrWish, now.Wishes().MonthlyStatement))
	}
	if was.Version > 0 && was.Dunning.BeforeDueDays == now.Dunning.BeforeDueDays {
		return writes, nil
	}
	policy, version, err := a.s.dunning(ctx, a.actor.Account)
	if err != nil {
		return nil, err
	}
	before, after := policy.With(was).Standard(), policy.With(now).Standard()
	if before == after {
		return writes, nil
	}
	return append(writes, ownStepsWrite(a.actor.Account, after), standsAt("policy", a.t.dunning(), version)), nil
}

// standsAt checks that an item is of a version; 0 is that there is none.
func standsAt(name string, at key, version int64) write {
	w := write{name: name, verb: check, at: at, condition: absent}
	if version > 0 {
		w.condition, w.values = "#n = :was", item{}
		w.values.num(":was", version)
	}
	return w
}
