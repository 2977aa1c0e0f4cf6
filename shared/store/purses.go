package store

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"customercenter/shared/center"
)

const (
	// maxLots is how many lots of a subscription are read at once: a month each
	// for forty years.
	maxLots = 500
	// rewardTries bounds how often a change of rewards begins again, because
	// somebody else used them: 64 people may be at one subscription.
	rewardTries = 70
)

// purseHead reads what a subscription's rewards are kept together by.
func (l *ledger) purseHead(ctx context.Context, sub center.SubscriptionID) (purseHead, error) {
	if h, known := l.purses[sub]; known {
		return h, nil
	}
	h := purseHead{sub: sub}
	it, err := l.s.get(ctx, l.t.purse(sub))
	if err == nil {
		h, err = readPurse(sub, it)
	}
	if err != nil && !errors.Is(err, errAbsent) {
		return h, err
	}
	l.purses[sub] = h
	return h, nil
}

// lots are those of a subscription that may be used on a day or later; with
// "" all there are.
func (l *ledger) lots(ctx context.Context, sub center.SubscriptionID, from center.Date) (lots []center.RewardLot, err error) {
	q := question{pk: l.t.pk(prefixRewards), from: lotsOf(sub), limit: maxLots, current: true}
	if from != "" {
		q.from, q.to = q.from+from.Compact(), q.from+sortEnd
	}
	items, err := l.s.askAll(ctx, q)
	if err != nil {
		return nil, err
	}
	for _, it := range items {
		lot, err := l.t.readLot(it)
		if err != nil {
			return nil, err
		}
		lots = append(lots, lot)
	}
	return lots, nil
}

// earn adds a lot to a change, once for each period of a subscription and once
// for each key of one made by hand: the same again is refused by what stands.
// Usage hangs on the purse alone. A correction reads the lots it takes from as
// they stand, so that no other change of them may wait to be written; it is
// refused, too, where one of them was used meanwhile.
func (l *ledger) earn(ctx context.Context, c *change, lot center.RewardLot, today center.Date, at time.Time) error {
	head, err := l.purseHead(ctx, lot.Subscription)
	if err != nil {
		return err
	}
	purse := center.RewardPurse{Subscription: lot.Subscription, Number: lot.Number, Currency: head.currency, Owed: head.owed}
	if lot.Earned.Sign() < 0 {
		if purse.Lots, err = l.lots(ctx, lot.Subscription, ""); err != nil {
			return err
		}
	}
	lot.At = at
	step, err := purse.Earn(lot, today)
	if err != nil {
		return err
	}
	it, err := l.t.lotItem(*step.New)
	if err != nil {
		return err
	}
	c.creations = append(c.creations, write{name: "lot", verb: put, at: it.key(), item: it, condition: absent})
	for _, m := range step.Moves {
		c.creations = append(c.creations, l.t.lotWrite(lot.Subscription, m, today))
	}
	l.entries(c, step.Entries, at, string(lot.ID))
	l.announce(c, *step.New, today)
	was := head.version
	if head.number == "" || !lot.Manual { // people write a number as they like
		head.number = lot.Number
	}
	head.currency, head.owed = lot.Earned.Currency, step.Owed
	head.version++
	c.purses[lot.Subscription] = purseChange{was, head}
	return nil
}

// entries adds lines to the ledger.
func (l *ledger) entries(c *change, entries []center.RewardEntry, at time.Time, of string) {
	for _, e := range entries {
		e.At = at
		c.creations = append(c.creations, l.t.rewardEntryWrite(e, of))
	}
}

// earn is ledger.earn of a booking. A correction is decided on what stands, so
// what waits to be written is written first.
func (l *lane) earn(ctx context.Context, c *change, lot center.RewardLot) error {
	if lot.Earned.Sign() < 0 {
		if err := l.flush(ctx); err != nil {
			return err
		}
	}
	return l.ledger.earn(ctx, c, lot, l.today(), l.now)
}

// ErrNoSubscription is the one answer for subscriptions that do not exist, are
// another account's, or never had rewards.
var ErrNoSubscription = center.Errorf(center.NotFound, "subscription-not-found", "There is no such subscription with rewards.")

// Grant makes a lot by hand, or with an amount below zero a correction, with an
// audit entry. The key names it: the same again answers the lot that stands.
// Refusals: Unprocessable idempotency-key-reused where the key made another
// lot, rewards-currency where the subscription's rewards are of another one.
func (e Everywhere) Grant(ctx context.Context, account center.AccountID, lot center.RewardLot) (stands center.RewardLot, again bool, err error) {
	profile, err := e.s.profile(ctx, account)
	if err != nil {
		return lot, false, err
	}
	lot.Manual = true
	for range moveTries {
		l, c, at := newLedger(e.s, account), newChange(), e.s.now()
		lots, err := l.lots(ctx, lot.Subscription, "")
		if err != nil {
			return lot, false, err
		}
		if i := slices.IndexFunc(lots, func(one center.RewardLot) bool { return one.ID == lot.ID }); i >= 0 {
			if lots[i].Earned != lot.Earned || lots[i].Of != lot.Of || lots[i].Note != lot.Note {
				return lot, true, ErrKeyReused
			}
			return lots[i], true, nil
		}
		if err := l.earn(ctx, c, lot, center.Today(at, profile.Zone()), at); err != nil {
			return lot, false, err
		}
		c.creations = append(c.creations, l.t.auditOf(at, string(center.AuditRewardsGranted), string(lot.ID), lot.By, 1))
		writes, err := l.writes(c)
		if err != nil {
			return lot, false, err
		}
		if err := e.s.transact(ctx, "grant/"+string(lot.ID), writes); !isRefusal(err) {
			return center.NewRewardLot(lot), false, err
		}
	}
	return lot, false, errBusy
}

// Purses are the rewards of all the account's subscriptions, by number, ended
// lots included.
func (a Account) Purses(ctx context.Context) ([]center.RewardPurse, error) {
	pk := a.t.pk(prefixRewards)
	items, err := a.s.askAll(ctx, question{pk: pk, from: sortPurse, to: sortPurse + sortEnd, limit: maxLots})
	if err != nil {
		return nil, err
	}
	lots, err := a.s.askAll(ctx, question{pk: pk, from: sortLot, limit: maxLots})
	if err != nil {
		return nil, err
	}
	bySub := map[center.SubscriptionID][]center.RewardLot{}
	for _, it := range lots {
		lot, err := a.t.readLot(it)
		if err != nil {
			return nil, err
		}
		bySub[lot.Subscription] = append(bySub[lot.Subscription], lot)
	}
	var purses []center.RewardPurse
	for _, it := range items {
		sub, err := subscriptionOfPurse(it.key().sk)
		if err != nil {
			return nil, err
		}
		h, err := readPurse(sub, it)
		if err != nil {
			return nil, err
		}
		purses = append(purses, center.RewardPurse{Subscription: sub, Number: h.number, Currency: h.currency, Owed: h.owed, Lots: bySub[sub]})
	}
	slices.SortFunc(purses, func(x, y center.RewardPurse) int {
		return cmp.Compare(center.FoldNumber(x.Number), center.FoldNumber(y.Number))
	})
	return purses, nil
}

// Purse is what a subscription has of rewards now, read with certainty: what
// may be used, ended lots left out. NotFound where it never had any.
func (a Account) Purse(ctx context.Context, sub center.SubscriptionID) (center.RewardPurse, error) {
	if !isSubscriptionID(sub) {
		return center.RewardPurse{}, ErrNoSubscription
	}
	return newLedger(a.s, a.actor.Account).usable(ctx, sub, a.Today())
}

// usable is a purse with the lots that may be used on a day.
func (l *ledger) usable(ctx context.Context, sub center.SubscriptionID, today center.Date) (center.RewardPurse, error) {
	head, err := l.purseHead(ctx, sub)
	if err != nil {
		return center.RewardPurse{}, err
	}
	if head.version == 0 {
		return center.RewardPurse{}, ErrNoSubscription
	}
	p := center.RewardPurse{Subscription: sub, Number: head.number, Currency: head.currency, Owed: head.owed}
	p.Lots, err = l.lots(ctx, sub, today)
	return p, err
}

const routeRewards = "rewards"

// RewardEntries is a page of the ledger, newest first.
func (a Account) RewardEntries(ctx context.Context, cursor string, limit int) (entries []center.RewardEntry, next string, err error) {
	bound := scope{account: a.actor.Account, route: routeRewards}
	q := question{pk: a.t.pk(prefixRewards), from: sortLedger, reverse: true, limit: min(max(limit, 1), MaxPage)}
	if cursor != "" {
		at, err := a.s.unseal(bound, cursor, 1)
		if err != nil {
			return nil, "", err
		}
		q.start = key{q.pk, at[0]}.attributes()
	}
	items, last, err := a.s.ask(ctx, q)
	if err != nil {
		return nil, "", err
	}
	for _, it := range items {
		e, err := readRewardEntry(it)
		if err != nil {
			return nil, "", err
		}
		entries = append(entries, e)
	}
	if last != nil {
		next = a.s.seal(bound, last.key().sk)
	}
	return entries, next, nil
}
