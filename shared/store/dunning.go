package store

import (
	"context"
	"encoding/json"
	"errors"

	"customercenter/shared/center"
)

// dunningItem is an account's own policy, of which this is the version.
func (t tenant) dunningItem(p center.DunningPolicy, version int64) (item, error) {
	body, err := json.Marshal(p)
	if err != nil {
		return nil, err
	}
	it := newItem(t.dunning(), kindDunning)
	it.bytes(attrBody, body)
	it.num(attrVersion, version)
	return it, nil
}

func readDunning(it item) (p center.DunningPolicy, version int64, err error) {
	r := open(it, kindDunning)
	if err := json.Unmarshal(r.bytes(attrBody), &p); err != nil {
		r.fail("has a policy that cannot be read")
	}
	return p, r.num(attrVersion), r.err
}

// dunning is an account's policy and its version: 0 where it is the one all
// begin with.
func (s *Store) dunning(ctx context.Context, account center.AccountID) (center.DunningPolicy, int64, error) {
	it, err := s.get(ctx, tenantOf(account).dunning())
	if errors.Is(err, errAbsent) {
		return center.DefaultDunning(), 0, nil
	}
	if err != nil {
		return center.DunningPolicy{}, 0, err
	}
	return readDunning(it)
}

// Dunning is when the account is reminded.
func (a Account) Dunning(ctx context.Context) (center.DunningPolicy, error) {
	p, _, err := a.s.dunning(ctx, a.actor.Account)
	return p, err
}

// Dunning is when any account is reminded.
func (e Everywhere) Dunning(ctx context.Context, account center.AccountID) (center.DunningPolicy, error) {
	p, _, err := e.s.dunning(ctx, account)
	return p, err
}

// SetDunning says when an account is reminded from now on, with an audit
// entry. Reminders that are planned already are held by it when they leave.
// NotFound when nothing was booked for the account.
func (e Everywhere) SetDunning(ctx context.Context, account center.AccountID, p center.DunningPolicy, by string) error {
	if _, err := e.s.profile(ctx, account); err != nil {
		return err
	}
	t := tenantOf(account)
	for range moveTries {
		_, was, err := e.s.dunning(ctx, account)
		if err != nil {
			return err
		}
		it, err := t.dunningItem(p, was+1)
		if err != nil {
			return err
		}
		profile, err := e.s.billing(ctx, t)
		if err != nil {
			return err
		}
		writes := []write{versioned("policy", it, was), ownStepsWrite(account, p.With(profile).Standard()), standsAt("wishes", t.billing(), int64(profile.Version)), t.auditOf(e.s.now(), string(center.AuditDunning), string(account), by, int(was+1))}
		if err := e.s.transact(ctx, "dunning", writes); !isRefusal(err) {
			return err
		}
	}
	return errBusy
}

// ownStepsWrite lists an account among those whose steps are their own, or
// takes it off the list.
func ownStepsWrite(account center.AccountID, standard bool) write {
	w := write{name: "own steps", verb: remove, at: ownStepsKey(account), condition: absent + " OR #k = :kind", values: item{}}
	w.values.text(":kind", kindOwnSteps.mark())
	if !standard {
		w.verb, w.item = put, newItem(ownStepsKey(account), kindOwnSteps)
	}
	return w
}
