package store

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"customercenter/shared/center"
)

// The refusals of who would change the list of redeemers.
var (
	errNoContact = center.Errorf(center.Unprocessable, "redeemer-no-contact",
		"Nobody enters this account with that address. Invite the person first, then authorise her.")
	errMayNotRedeem = center.Errorf(center.Unprocessable, "redeemer-may-not-pay",
		"Only primary, payables and executive contacts can redeem. Change what the person may do first.")
	errManyRedeemers = center.Errorf(center.Conflict, "too-many-redeemers", "A subscription has at most %d redeemers. Remove one first.", maxRedeemers)
	// ErrNoCode refuses to show what was never made.
	ErrNoCode      = center.Errorf(center.NotFound, "no-redemption-code", "There is no redemption code of such a subscription. Its first redeemer brings one.")
	errCodeChanged = center.Errorf(center.Conflict, "code-changed", "Somebody replaced the code since you looked at it. Please look at it again.")
)

// maxRedeemers keeps a rotation, which writes to each of them, within one
// transaction.
const maxRedeemers = 50

// MakeCode makes the code of a generation, and names the key it is made with.
type MakeCode func(account center.AccountID, sub center.SubscriptionID, generation int) (keyID string, raw [center.RedemptionCodeBytes]byte)

// Redeemers are all subscriptions with rewards, by number, each with who may
// redeem them and with its code's making. Who has lost her access since, or may
// not pay any more, stands there without access.
func (a Account) Redeemers(ctx context.Context) ([]center.RedeemersOf, error) {
	var list []center.RedeemersOf
	at := map[center.SubscriptionID]int{}
	err := a.eachReward(ctx, sortPurse, func(it item) error {
		sub, err := subscriptionOfPurse(it.key().sk)
		if err != nil {
			return err
		}
		h, err := readPurse(sub, it)
		at[sub] = len(list)
		list = append(list, center.RedeemersOf{Subscription: sub, Number: h.number})
		return err
	})
	if err != nil || len(list) == 0 {
		return nil, err
	}
	err = a.eachReward(ctx, sortCode, func(it item) error {
		sub, err := longSubscription(it.key().sk[len(sortCode):])
		if err != nil {
			return err
		}
		i, known := at[sub]
		if known {
			list[i].Code, err = readCode(sub, it)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	people, err := a.Contacts(ctx)
	if err != nil {
		return nil, err
	}
	err = a.eachReward(ctx, sortRedeemer, func(it item) error {
		sub, err := subscriptionOfRedeemer(it.key().sk)
		if err != nil {
			return err
		}
		r, err := readRedeemer(sub, it)
		if i, known := at[sub]; known && err == nil && !r.Removed {
			list[i].Redeemers = append(list[i].Redeemers, center.ListedRedeemer{Redeemer: r, Access: mayRedeem(people, r.Email)})
		}
		return err
	})
	slices.SortFunc(list, func(x, y center.RedeemersOf) int { return cmp.Compare(x.Number, y.Number) })
	return list, err
}

// eachReward goes through the items of one sort of the account's rewards.
func (a Account) eachReward(ctx context.Context, sort string, do func(item) error) error {
	items, err := a.s.askAll(ctx, question{pk: a.t.pk(prefixRewards), from: sort, to: sort + sortEnd, limit: maxLots, current: true})
	if err != nil {
		return err
	}
	for _, it := range items {
		if err := do(it); err != nil {
			return err
		}
	}
	return nil
}

// mayRedeem tells whether the contact of an address may enter and redeem, were
// she on the list.
func mayRedeem(people []center.Contact, email string) bool {
	i := slices.IndexFunc(people, func(c center.Contact) bool { return sameEmail(c.Email, email) })
	return i >= 0 && people[i].Active && center.Actor{Account: people[i].Account, Grants: people[i].Grants}.May(center.ModuleRedemptions, center.ActionAct).Allowed
}

// redeemersOf reads one subscription's list as it stands.
func (a Account) redeemersOf(ctx context.Context, sub center.SubscriptionID) (stands center.RedeemersOf, removed map[string]center.Redeemer, people []center.Contact, err error) {
	stands = center.RedeemersOf{Subscription: sub}
	if !isSubscriptionID(sub) {
		return stands, nil, nil, ErrNoSubscription
	}
	found, err := a.s.getMany(ctx, []key{a.t.purse(sub), a.t.redemptionCode(sub)}, true)
	if err != nil {
		return stands, nil, nil, err
	}
	purse, ok := found[a.t.purse(sub)]
	if !ok {
		return stands, nil, nil, ErrNoSubscription
	}
	h, err := readPurse(sub, purse)
	if err != nil {
		return stands, nil, nil, err
	}
	stands.Number = h.number
	if it, ok := found[a.t.redemptionCode(sub)]; ok {
		if stands.Code, err = readCode(sub, it); err != nil {
			return stands, nil, nil, err
		}
	}
	if people, err = a.Contacts(ctx); err != nil {
		return stands, nil, nil, err
	}
	removed = map[string]center.Redeemer{}
	err = a.eachReward(ctx, redeemersOf(sub), func(it item) error {
		r, err := readRedeemer(sub, it)
		if address, _ := center.NormalizeEmail(r.Email); r.Removed {
			removed[address] = r
		} else {
			stands.Redeemers = append(stands.Redeemers, center.ListedRedeemer{Redeemer: r, Access: mayRedeem(people, r.Email)})
		}
		return err
	})
	return stands, removed, people, err
}

// AuthoriseRedeemer puts a contact on the list of a subscription, by the
// address she signs in with. With the first redeemer the code is made. She gets
// it by mail, and the primary contacts are told; all of it stands or nothing.
// Who is on the list already stays. Refusals: NotFound subscription-not-found;
// Unprocessable redeemer-no-contact, redeemer-may-not-pay; Conflict
// too-many-redeemers.
func (a Account) AuthoriseRedeemer(ctx context.Context, sub center.SubscriptionID, email string, make MakeCode) (center.RedeemersOf, error) {
	address, _ := center.NormalizeEmail(email)
	return a.changeRedeemers(ctx, sub, func(stands *center.RedeemersOf, removed map[string]center.Redeemer, people []center.Contact) (redeemerChange, error) {
		if stands.Lists(address) {
			return redeemerChange{}, nil
		}
		i := slices.IndexFunc(people, func(c center.Contact) bool { return c.Active && sameEmail(c.Email, address) })
		switch {
		case i < 0:
			return redeemerChange{}, errNoContact
		case !mayRedeem(people, address):
			return redeemerChange{}, errMayNotRedeem
		case len(stands.Redeemers) >= maxRedeemers:
			return redeemerChange{}, errManyRedeemers
		}
		was := removed[address]
		now := center.Redeemer{Subscription: sub, Number: stands.Number, Email: people[i].Email, Name: people[i].Name, By: a.by(), At: a.s.now(), Version: was.Version + 1}
		c := redeemerChange{kind: center.AuditRedeemerAuthorised, what: center.RedeemerAuthorised, person: &now, told: []center.Contact{people[i]},
			writes: []write{versioned("redeemer", a.t.redeemerItem(now), int64(was.Version))}}
		if stands.Code.Generation == 0 {
			c.writes = append(c.writes, a.nextCode(stands, make))
		}
		stands.Redeemers = append(stands.Redeemers, center.ListedRedeemer{Redeemer: now, Access: true})
		return c, nil
	})
}

// RemoveRedeemer takes a person off the list. Her item stays, marked: what she
// has begun to redeem is refused by it. Removing who is not on the list changes
// nothing.
func (a Account) RemoveRedeemer(ctx context.Context, sub center.SubscriptionID, email string) (center.RedeemersOf, error) {
	return a.changeRedeemers(ctx, sub, func(stands *center.RedeemersOf, _ map[string]center.Redeemer, _ []center.Contact) (redeemerChange, error) {
		i := slices.IndexFunc(stands.Redeemers, func(r center.ListedRedeemer) bool { return sameEmail(r.Email, email) })
		if i < 0 {
			return redeemerChange{}, nil
		}
		gone := stands.Redeemers[i].Redeemer
		was := gone.Version
		gone.Removed, gone.By, gone.At, gone.Version = true, a.by(), a.s.now(), was+1
		stands.Redeemers = slices.Delete(stands.Redeemers, i, i+1)
		return redeemerChange{kind: center.AuditRedeemerRemoved, what: center.RedeemerRemoved, person: &gone,
			writes: []write{versioned("redeemer", a.t.redeemerItem(gone), int64(was))}}, nil
	})
}

// RotateCode puts the next code in the place of that of a generation, 0 where
// there was none. The old one is refused from then on; every redeemer who may
// enter gets the new one. The same again, after a lost answer, answers what our
// own first try made. Conflict code-changed where another generation stands.
func (a Account) RotateCode(ctx context.Context, sub center.SubscriptionID, seen int, make MakeCode) (center.RewardCode, error) {
	out, err := a.changeRedeemers(ctx, sub, func(stands *center.RedeemersOf, _ map[string]center.Redeemer, people []center.Contact) (redeemerChange, error) {
		if c := stands.Code; c.Generation == seen+1 && c.By == a.actor.Contact {
			return redeemerChange{}, nil
		} else if c.Generation != seen {
			return redeemerChange{}, errCodeChanged
		}
		c := redeemerChange{kind: center.AuditCodeReplaced, what: center.CodeReplaced, writes: []write{a.nextCode(stands, make)}}
		for _, p := range people {
			if stands.Lists(p.Email) && mayRedeem(people, p.Email) {
				c.told = append(c.told, p)
			}
		}
		return c, nil
	})
	return out.Code, err
}

// nextCode puts the subscription's next code.
func (a Account) nextCode(stands *center.RedeemersOf, make MakeCode) write {
	was := stands.Code
	next := center.RewardCode{Subscription: stands.Subscription, Number: stands.Number, Generation: was.Generation + 1, By: a.actor.Contact, ByName: a.by(),
		At: a.s.now(), Version: was.Version + 1}
	keyID, raw := make(a.actor.Account, stands.Subscription, next.Generation)
	next.Key, next.Hash = keyID, center.RedemptionCodeHash(a.actor.Account, stands.Subscription, raw)
	stands.Code = next
	return versioned("code", a.t.codeItem(next), int64(was.Version))
}

// redeemerChange is a change of who may redeem: no writes change nothing.
type redeemerChange struct {
	kind   center.AuditKind
	what   string           // in letters
	person *center.Redeemer // whom it is about; nil of a code
	told   []center.Contact // who gets the code
	writes []write
}

// changeRedeemers reads a subscription's list, decides and writes, again where
// somebody else was faster.
func (a Account) changeRedeemers(ctx context.Context, sub center.SubscriptionID,
	decide func(*center.RedeemersOf, map[string]center.Redeemer, []center.Contact) (redeemerChange, error)) (center.RedeemersOf, error) {
	for range moveTries {
		stands, removed, people, err := a.redeemersOf(ctx, sub)
		if err != nil {
			return stands, err
		}
		c, err := decide(&stands, removed, people)
		if err != nil || len(c.writes) == 0 {
			return stands, err
		}
		writes := append(c.writes, a.tellOfRedeemers(c, stands, people)...)
		err = a.s.transact(ctx, fmt.Sprintf("%s/%s/%s", c.kind, sub, c.version(stands)), writes)
		if !isRefusal(err) {
			return stands, err
		}
	}
	return center.RedeemersOf{}, errBusy
}

// version names a change among those of its subject.
func (c redeemerChange) version(stands center.RedeemersOf) string {
	if c.person == nil {
		return fmt.Sprint(stands.Code.Generation)
	}
	return c.person.Email + "/" + fmt.Sprint(c.person.Version)
}

// tellOfRedeemers puts the audit entry, the letters with the code, and the
// notice to the primary contacts.
func (a Account) tellOfRedeemers(c redeemerChange, stands center.RedeemersOf, people []center.Contact) []write {
	now, version := a.s.now(), c.version(stands)
	entry := center.AuditEntry{Kind: c.kind, At: now, By: a.actor.Email, Contact: a.actor.Contact, Subject: stands.Number, Facts: map[string]string{}}
	params := map[string]string{"change": c.what, "subscription": stands.Number, "by": a.by()}
	if c.person != nil {
		entry.Subject, entry.Facts["subscription"] = c.person.Email, stands.Number
		params["email"], params["name"] = c.person.Email, c.person.Name
	}
	writes := []write{a.t.auditWrite(entry, string(stands.Subscription), version)}
	letter := func(kind center.LetterKind, to center.Contact, params map[string]string) {
		writes = append(writes, letterWrite(center.Letter{ID: letterID(kind, string(a.actor.Account), string(to.ID), string(stands.Subscription), version),
			Kind: kind, To: to.Email, Name: to.Name, Locale: to.Locale, Account: a.actor.Account, Contact: to.ID, CreatedAt: now, Params: params}))
	}
	for _, p := range c.told {
		letter(center.LetterRedeemer, p, map[string]string{"change": c.what, "subscription": stands.Number, "id": string(stands.Subscription), "by": a.by()})
	}
	for _, p := range primaries(people) {
		letter(center.LetterRedeemersChanged, p, params)
	}
	return writes
}

// RedemptionCode is the making of a subscription's code, not the code itself.
// NotFound where none was made.
func (a Account) RedemptionCode(ctx context.Context, sub center.SubscriptionID) (center.RewardCode, error) {
	if !isSubscriptionID(sub) {
		return center.RewardCode{}, ErrNoCode
	}
	it, err := a.s.get(ctx, a.t.redemptionCode(sub))
	if errors.Is(err, errAbsent) {
		return center.RewardCode{}, ErrNoCode
	}
	if err != nil {
		return center.RewardCode{}, err
	}
	return readCode(sub, it)
}

// CodeFor is the making of a subscription's newest code, for a person who is to
// know it. NotFound no-redemption-code where she is not on its list.
func (a Account) CodeFor(ctx context.Context, sub center.SubscriptionID, email string) (center.RewardCode, error) {
	if !isSubscriptionID(sub) {
		return center.RewardCode{}, ErrNoCode
	}
	it, err := a.s.get(ctx, a.t.redeemer(sub, email))
	if errors.Is(err, errAbsent) {
		return center.RewardCode{}, ErrNoCode
	}
	if err != nil {
		return center.RewardCode{}, err
	}
	r, err := readRedeemer(sub, it)
	if err != nil {
		return center.RewardCode{}, err
	}
	if r.Removed {
		return center.RewardCode{}, ErrNoCode
	}
	return a.RedemptionCode(ctx, sub)
}

// CodeShown notes in the audit log that the actor looked at a code.
func (a Account) CodeShown(ctx context.Context, c center.RewardCode) error {
	now := a.s.now()
	return a.s.transact(ctx, "code-shown", []write{a.t.auditWrite(center.AuditEntry{Kind: center.AuditCodeShown, At: now, By: a.actor.Email, Contact: a.actor.Contact,
		Subject: c.Number}, string(c.Subscription), fmt.Sprint(c.Generation))})
}

// by is what people call who acts.
func (a Account) by() string {
	if a.actor.Name != "" {
		return a.actor.Name
	}
	return a.actor.Email
}

// sameEmail tells whether two addresses are of one mailbox.
func sameEmail(a, b string) bool {
	x, _ := center.NormalizeEmail(a)
	y, ok := center.NormalizeEmail(b)
	return ok && x == y
}
