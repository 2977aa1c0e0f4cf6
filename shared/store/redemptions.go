package store

import (
	"context"
	"errors"
	"slices"
	"time"

	"customercenter/shared/center"
	"customercenter/shared/money"
)

// ErrNoRedemption is the one answer for redemptions that do not exist or are
// another account's.
var ErrNoRedemption = center.Errorf(center.NotFound, "redemption-not-found", "There is no such redemption.")

// RewardsAsked is what a person wants to use of a subscription's rewards.
type RewardsAsked struct {
	ID           center.RedemptionID
	Request      string // hash of what was asked
	Subscription center.SubscriptionID
	Code         string    // as she typed it
	FX           center.FX // as she saw it, and as it stands
	Uses         []RewardsOn
}

// RewardsOn is what is to be taken off one invoice, in the version in which the
// person saw it.
type RewardsOn struct {
	Invoice center.InvoiceID
	Version int
	Amount  money.Money
}

// Redemption is one of the account's, read with certainty.
func (a Account) Redemption(ctx context.Context, id center.RedemptionID) (center.Redemption, error) {
	return a.s.redemption(ctx, a.actor.Account, id)
}

func (s *Store) redemption(ctx context.Context, account center.AccountID, id center.RedemptionID) (center.Redemption, error) {
	if !isRedemptionID(id) {
		return center.Redemption{}, ErrNoRedemption
	}
	it, err := s.get(ctx, tenantOf(account).redemption(id))
	if errors.Is(err, errAbsent) {
		return center.Redemption{}, ErrNoRedemption
	}
	if err != nil {
		return center.Redemption{}, err
	}
	return readRedemption(account, it)
}

// Redeem uses rewards on invoices, which are settled by as much in the same
// transaction: lots, ledger, redemption, invoices and audit entry stand together
// or not at all. The same redemption again (by id) answers the one that stands,
// with again true. Refusals are those of RedeemerMay; Unprocessable
// rewards-insufficient, rewards-many-lots, rewards-not-taken; Conflict
// rewards-changed where an invoice is no longer as it was seen; Unprocessable idempotency-key-reused when the id stands with another Request.
func (a Account) Redeem(ctx context.Context, asked RewardsAsked) (stands center.Redemption, again bool, err error) {
	for range rewardTries {
		stands, err = a.redeemOnce(ctx, asked)
		if err == nil {
			return stands, false, nil
		}
		if center.IsKind(err, center.Unavailable) {
			return center.Redemption{}, false, err
		}
		earlier, found, readErr := a.Redeemed(ctx, asked)
		if readErr != nil || found {
			return earlier, found && readErr == nil, readErr
		}
		if !isRefusal(err) {
			return center.Redemption{}, false, err
		}
	}
	return center.Redemption{}, false, errBusy
}

// Redeemed is the redemption of that id, if it stands; it must be of the same
// request.
func (a Account) Redeemed(ctx context.Context, asked RewardsAsked) (stands center.Redemption, found bool, err error) {
	stands, err = a.Redemption(ctx, asked.ID)
	switch {
	case errors.Is(err, ErrNoRedemption):
		return center.Redemption{}, false, nil
	case err != nil:
		return center.Redemption{}, false, err
	case stands.Request != asked.Request:
		return center.Redemption{}, true, ErrKeyReused
	}
	return stands, true, nil
}

func (a Account) redeemOnce(ctx context.Context, asked RewardsAsked) (center.Redemption, error) {
	may, err := a.RedeemerMay(ctx, asked.Subscription, asked.Code)
	if err != nil {
		return center.Redemption{}, err
	}
	l, c, at := newLedger(a.s, a.actor.Account), newChange(), a.s.now()
	ids := make([]center.InvoiceID, len(asked.Uses))
	for i, u := range asked.Uses {
		ids[i] = u.Invoice
	}
	if err := firstError(l.readInvoices(ctx, ids), l.awaited(ctx, ids)); err != nil {
		return center.Redemption{}, err
	}
	on := center.Today(at, time.UTC)
	for _, u := range asked.Uses {
		inv := l.invoices[u.Invoice]
		if inv == nil {
			return center.Redemption{}, ErrNoInvoice
		}
		if inv.Active != "" || inv.Version != u.Version || !inv.Payable() {
			return center.Redemption{}, ErrRewardsChanged
		}
		now, err := inv.UseRewards(u.Amount)
		if err == nil {
			now, err = now.Settle(u.Amount, on)
		}
		if err != nil {
			return center.Redemption{}, err
		}
		now.Version++
		c.books[inv.ID] = book{was: inv, now: now}
	}
	d, err := a.draw(ctx, l, c, asked, may, "", at)
	if err != nil {
		return center.Redemption{}, err
	}
	c.creations = append(c.creations, l.t.auditOf(at, string(center.AuditRewardsRedeemed), string(d.ID), d.ByName, d.Version))
	writes, err := l.writes(c)
	if err != nil {
		return center.Redemption{}, err
	}
	return d, a.s.transact(ctx, "redeem/"+string(d.ID), writes)
}

// ErrRewardsChanged refuses to use rewards otherwise than a person saw it.
var ErrRewardsChanged = center.Errorf(center.Conflict, "rewards-changed",
	"What the rewards can cover changed since you looked at it. Please look at the new amounts.")

// draw adds to a change what a redemption does to the rewards: the lots it takes
// from, its line of the ledger and its record, under the condition that the
// actor may. Of a payment that moves money it is REQUESTED until that ends; what
// it takes off the invoices stands in the change already.
func (a Account) draw(ctx context.Context, l *ledger, c *change, asked RewardsAsked, may Authority, pay center.PaymentID, at time.Time) (center.Redemption, error) {
	today := a.actor.Today(at)
	purse, err := l.usable(ctx, asked.Subscription, today)
	if err != nil {
		return center.Redemption{}, err
	}
	d := center.Redemption{ID: asked.ID, Account: l.id, Subscription: asked.Subscription, Number: purse.Number, State: center.RedemptionApplied,
		FX: asked.FX, Payment: pay, By: a.actor.Contact, ByName: a.actor.Name, ByEmail: a.actor.Email, Locale: a.actor.Locale,
		Request: asked.Request, CreatedAt: at, EndedAt: at, Version: 1}
	if d.ByName == "" {
		d.ByName = d.ByEmail
	}
	entry := center.RewardEntry{Kind: center.RewardRedeemed, At: at, Subscription: d.Subscription, Number: d.Number, Redemption: d.ID, By: d.ByName}
	for _, u := range asked.Uses {
		inv := c.books[u.Invoice].now
		d.Amount = money.Money{Minor: d.Amount.Minor + u.Amount.Minor, Currency: u.Amount.Currency}
		d.Uses = append(d.Uses, center.RewardUse{Invoice: inv.ID, Number: inv.Number, IssuedOn: inv.IssuedOn, Total: inv.Amount, Amount: u.Amount})
		entry.Invoices = append(entry.Invoices, inv.Number)
		if inv.Active != "" {
			d.State, d.EndedAt = center.RedemptionRequested, time.Time{}
		}
	}
	d.Base = d.FX.Cost(d.Amount, purse.Currency)
	if d.Draws, err = purse.Draw(d.Base.Minor, today); err != nil {
		return center.Redemption{}, err
	}
	entry.Amount = money.Money{Minor: -d.Base.Minor, Currency: d.Base.Currency}
	it, err := l.t.redemptionItem(d)
	if err != nil {
		return center.Redemption{}, err
	}
	for _, w := range d.Draws {
		c.creations = append(c.creations, l.t.lotWrite(d.Subscription, center.LotMove{Lot: w.Lot, EarnedOn: w.EarnedOn, ExpiresOn: w.ExpiresOn,
			Available: -w.Amount, Used: w.Amount}, today))
	}
	c.creations = append(c.creations, versioned("redemption", it, 0), l.t.rewardEntryWrite(entry, string(d.ID)))
	c.creations = append(c.creations, may.checks...)
	if d.State == center.RedemptionRequested {
		c.creations = append(c.creations, l.t.underWayWrite(d))
	} else {
		l.applied(c, d, at)
	}
	return d, nil
}

// applied notes on the invoices of a redemption what rewards took off them, and
// tells who redeemed.
func (l *ledger) applied(c *change, d center.Redemption, at time.Time) {
	for _, u := range d.Uses {
		c.entry(l.t.rewardUse(u.Invoice, d.ID), Entry{Kind: EntryRewards, At: at, On: center.Today(at, time.UTC), Amount: u.Amount, Number: d.Number, By: d.ByName})
	}
	c.creations = append(c.creations, letterWrite(center.Letter{ID: letterID(center.LetterRewardsRedeemed, string(l.id), string(d.By), string(d.ID)),
		Kind: center.LetterRewardsRedeemed, To: d.ByEmail, Name: d.ByName, Locale: d.Locale, Account: l.id, Contact: d.By, CreatedAt: at,
		Params: map[string]string{"redemption": string(d.ID)}}))
}

// giveRewardsBack adds to a change that the lots of a redemption get back what
// it used. The purse must still owe what it was read to owe; returns do not
// stand in each other's way.
func (l *ledger) giveRewardsBack(ctx context.Context, c *change, d center.Redemption, why string, at time.Time) error {
	it, err := l.s.get(ctx, l.t.profile())
	if err != nil {
		return err
	}
	profile, err := readAccount(l.id, it)
	if err != nil {
		return err
	}
	head, err := l.purseHead(ctx, d.Subscription)
	if err != nil {
		return err
	}
	today := center.Today(at, profile.Zone())
	purse := center.RewardPurse{Subscription: d.Subscription, Number: d.Number, Currency: head.currency, Owed: head.owed}
	step := purse.Return(d.Draws, today)
	for _, m := range step.Moves {
		c.creations = append(c.creations, l.t.lotWrite(d.Subscription, m, today))
	}
	back := center.RewardEntry{Kind: center.RewardReturned, Subscription: d.Subscription, Number: d.Number, Amount: d.Base, Redemption: d.ID, By: d.ByName, Note: why}
	for _, u := range d.Uses {
		back.Invoices = append(back.Invoices, u.Number)
	}
	l.entries(c, append([]center.RewardEntry{back}, step.Entries...), at, string(d.ID))
	c.creations = append(c.creations, l.t.owedWrite(head, step.Owed))
	return nil
}

// owedWrite brings what a purse owes from what it was read to owe to another
// amount, or the same. It counts as a change of the purse for whoever corrects
// or earns, but not for another return.
func (t tenant) owedWrite(was purseHead, now int64) write {
	w := write{name: "purse", verb: update, at: t.purse(was.sub), change: "SET #n = #n + :one", condition: "attribute_not_exists(#ow)", values: item{}}
	w.values.num(":one", 1)
	if was.owed == 0 {
		return w
	}
	w.condition = "#ow = :was"
	w.values.num(":was", was.owed)
	if now == 0 {
		w.change += " REMOVE #ow"
		return w
	}
	w.change += ", #ow = :now"
	w.values.num(":now", now)
	return w
}

// endRedemption adds to a change how a redemption ends: applied, or returned to
// its lots.
func (l *ledger) endRedemption(ctx context.Context, c *change, d center.Redemption, state center.RedemptionState, why string, at time.Time) error {
	ended := endOf(d, state, why, at)
	it, err := l.t.redemptionItem(ended)
	if err != nil {
		return err
	}
	c.creations = append(c.creations, versioned("redemption", it, int64(d.Version)))
	if d.State == center.RedemptionRequested {
		c.creations = append(c.creations, l.t.landed(d))
	}
	if state == center.RedemptionReversed {
		return l.giveRewardsBack(ctx, c, d, why, at)
	}
	l.applied(c, d, at)
	return nil
}

// Reverse gives the rewards of an applied redemption back to the lots they came
// from and makes its invoices outstanding again by as much. Lots that ended
// meanwhile stay ended. Reversed already, it answers the redemption as it
// stands. Conflict redemption-under-way while its payment is in flight, which
// returns them by itself where it fails.
func (e Everywhere) Reverse(ctx context.Context, account center.AccountID, id center.RedemptionID, why, by string) (center.Redemption, error) {
	for range rewardTries {
		d, err := e.s.redemption(ctx, account, id)
		if err != nil || d.State == center.RedemptionReversed {
			return d, err
		}
		if d.State == center.RedemptionRequested {
			return d, center.Errorf(center.Conflict, "redemption-under-way", "The payment of this redemption is in flight. If it fails, the rewards return by themselves.")
		}
		l, c, at := newLedger(e.s, account), newChange(), e.s.now()
		if err := l.reopenRewards(ctx, c, d, at); err != nil {
			return d, err
		}
		if err := l.endRedemption(ctx, c, d, center.RedemptionReversed, why, at); err != nil {
			return d, err
		}
		c.creations = append(c.creations, l.t.auditOf(at, string(center.AuditRewardsReturned), string(id), by, d.Version+1))
		writes, err := l.writes(c)
		if err != nil {
			return d, err
		}
		if err := e.s.transact(ctx, "reverse/"+string(id), writes); !isRefusal(err) {
			return endOf(d, center.RedemptionReversed, why, at), err
		}
	}
	return center.Redemption{}, errBusy
}

// reopenRewards makes the invoices of a redemption outstanding again by what it
// took off them.
func (l *ledger) reopenRewards(ctx context.Context, c *change, d center.Redemption, at time.Time) error {
	ids := make([]center.InvoiceID, len(d.Uses))
	for i, u := range d.Uses {
		ids[i] = u.Invoice
	}
	if err := l.readInvoices(ctx, ids); err != nil {
		return err
	}
	for _, u := range d.Uses {
		b, changing := c.books[u.Invoice]
		if !changing {
			inv := l.invoices[u.Invoice]
			if inv == nil {
				return ErrNoInvoice
			}
			b = book{was: inv, now: *inv}
			b.now.Version++
		}
		now, err := b.now.Reopen(u.Amount)
		if err == nil {
			now, err = now.ReturnRewards(u.Amount)
		}
		if err != nil {
			return err
		}
		b.now = now
		c.books[u.Invoice] = b
		c.entry(l.t.rewardReturn(u.Invoice, d.ID), Entry{Kind: EntryRewardsBack, At: at, On: center.Today(at, time.UTC), Amount: u.Amount, Number: d.Number})
	}
	return nil
}

// Redemptions are the account's, the newest first, at most MaxPage a page.
func (a Account) Redemptions(ctx context.Context) (list []center.Redemption, err error) {
	items, err := a.s.askAll(ctx, question{pk: a.t.pk(prefixRewards), from: sortRedemption, limit: MaxPage})
	if err != nil {
		return nil, err
	}
	for _, it := range items {
		d, err := readRedemption(a.actor.Account, it)
		if err != nil {
			return nil, err
		}
		list = append(list, d)
	}
	slices.SortFunc(list, func(x, y center.Redemption) int { return y.CreatedAt.Compare(x.CreatedAt) })
	return list, nil
}

// UnderWay is what redemptions hold of each subscription's rewards while their
// payments are in flight.
func (a Account) UnderWay(ctx context.Context) (map[center.SubscriptionID]money.Money, error) {
	items, err := a.s.askAll(ctx, question{pk: a.t.pk(prefixRewards), from: sortUnderWay, limit: MaxPage})
	if err != nil {
		return nil, err
	}
	out := map[center.SubscriptionID]money.Money{}
	for _, it := range items {
		r := open(it, kindUnderWay)
		sub, err := longSubscription(r.text(attrOf))
		if err := firstError(r.err, err); err != nil {
			return nil, err
		}
		out[sub] = money.Money{Minor: out[sub].Minor + r.num(attrMinor), Currency: money.Code(r.text(attrCurrency))}
	}
	return out, nil
}
