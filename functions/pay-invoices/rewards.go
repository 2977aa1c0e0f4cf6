package main

import (
	"context"
	"slices"

	"customercenter/shared/center"
	"customercenter/shared/money"
	"customercenter/shared/store"
)

// wantedRewards is how much of a subscription's rewards to use in a plan; as
// much as can be, where no amount is said.
type wantedRewards struct {
	Subscription center.SubscriptionID `json:"subscription"`
	Amount       *money.Money          `json:"amount"` // in the currency of the invoices
}

// agreedRewards is what a person agreed to use, at the rate as she saw it.
type agreedRewards struct {
	Subscription center.SubscriptionID `json:"subscription"`
	Code         string                `json:"code"`
	Amount       money.Money           `json:"amount"`
	FX           center.FX             `json:"fxRate"`
}

// maxCode is more than a redemption code takes, with blanks and dashes.
const maxCode = 100

func (in agreedRewards) validate(charge money.Money) (v []center.Violation) {
	if in.Subscription == "" {
		v = append(v, center.Violation{Pointer: "/rewards/subscription", Detail: "must be the id of a subscription"})
	}
	if in.Code == "" || len(in.Code) > maxCode {
		v = append(v, center.Violation{Pointer: "/rewards/code", Detail: "must be the subscription's redemption code"})
	}
	if in.Amount.Sign() <= 0 || in.Amount.Currency != charge.Currency {
		v = append(v, center.Violation{Pointer: "/rewards/amount", Detail: "must be more than zero, in the currency of the charge"})
	}
	if in.FX.Num == 0 {
		v = append(v, center.Violation{Pointer: "/rewards/fxRate", Detail: "must be the rate of the plan"})
	}
	return v
}

// rewardsOffer is what could be used of a subscription's rewards in a plan. Most
// is what the plan takes of them, by what its invoices say before tax and by
// what there is.
type rewardsOffer struct {
	Subscription center.SubscriptionID `json:"subscription"`
	Number       string                `json:"number"`
	Available    money.Money           `json:"available"`
	Most         money.Money           `json:"most"`
	FX           center.FX             `json:"fxRate"`
	Lots         []offeredLot          `json:"lots"` // in the order in which they are used
}

type offeredLot struct {
	ExpiresOn center.Date `json:"expiresOn"`
	Available money.Money `json:"available"`
}

// usedRewards is what a planned payment uses.
type usedRewards struct {
	Subscription center.SubscriptionID `json:"subscription"`
	Number       string                `json:"number"`
	Amount       money.Money           `json:"amount"`
	Base         money.Money           `json:"baseRewards"` // what it costs
	FX           center.FX             `json:"fxRate"`
}

// maxOffers bounds of how many subscriptions rewards are offered.
const maxOffers = 10

// takesRewards tells whether rewards could be used on one of the invoices.
// Nobody else's rewards are read then.
func takesRewards(payables []center.Invoice) bool {
	return slices.ContainsFunc(payables, center.Invoice.TakesRewards)
}

// withNets reads those heads whole that stand for support, where the actor has
// rewards to use: a line of a list does not say what is before tax.
func (h handler) withNets(ctx context.Context, actor center.Actor, rows []center.Invoice) ([]center.Invoice, error) {
	var ids []center.InvoiceID
	for _, inv := range rows {
		if inv.Type == center.TypeSupport && inv.Payable() {
			ids = append(ids, inv.ID)
		}
	}
	if len(ids) == 0 || !actor.May(center.ModuleRedemptions, center.ActionAct).Allowed {
		return rows, nil
	}
	account := h.store.In(actor)
	mine, err := account.Redeemable(ctx)
	if err != nil || len(mine) == 0 {
		return rows, err
	}
	heads, err := account.Payables(ctx, ids)
	for _, head := range heads {
		if at := slices.IndexFunc(rows, func(inv center.Invoice) bool { return inv.ID == head.ID }); at >= 0 {
			rows[at] = head
		}
	}
	return rows, err
}

// offers are the rewards that the actor may use in a plan, as much as it takes.
func (h handler) offers(ctx context.Context, actor center.Actor, asked []center.Asked, payables, credits []center.Invoice) ([]rewardsOffer, error) {
	var offers []rewardsOffer
	if !takesRewards(payables) || !actor.May(center.ModuleRedemptions, center.ActionAct).Allowed {
		return offers, nil
	}
	account := h.store.In(actor)
	mine, err := account.Redeemable(ctx)
	if err != nil {
		return nil, err
	}
	for _, r := range mine[:min(len(mine), maxOffers)] {
		purse, err := account.Purse(ctx, r.Subscription)
		if err != nil {
			return nil, err
		}
		for _, c := range currenciesOf(payables) {
			offer, ok, err := h.offer(ctx, purse, c, actor.Today(h.now()))
			if err != nil {
				return nil, err
			}
			if offer.Most = h.taken(asked, payables, credits, offer.Most); ok && offer.Most.Sign() > 0 {
				offers = append(offers, offer)
			}
		}
	}
	return offers, nil
}

// offer is what a purse is worth in a currency; ok is false where there is no
// rate for it.
func (h handler) offer(ctx context.Context, p center.RewardPurse, c money.Code, today center.Date) (o rewardsOffer, ok bool, err error) {
	rate, err := h.store.ExchangeRate(ctx, p.Currency, c)
	if center.IsKind(err, center.Unprocessable) {
		return o, false, nil
	}
	o = rewardsOffer{Subscription: p.Subscription, Number: p.Number, Available: p.Available(today), FX: rate.FX, Lots: []offeredLot{}}
	if err != nil {
		return o, false, err
	}
	o.Most = rate.FX.Worth(p.Redeemable(today), c)
	center.SortLots(p.Lots)
	for _, l := range p.Lots {
		if l.Usable(today) && l.Available.Sign() > 0 && len(o.Lots) < center.MaxRewardLots {
			o.Lots = append(o.Lots, offeredLot{l.ExpiresOn, l.Available})
		}
	}
	return o, true, nil
}

// taken is how much a plan takes of rewards that are worth so much.
func (h handler) taken(asked []center.Asked, payables, credits []center.Invoice, worth money.Money) money.Money {
	taken := money.Zero(worth.Currency)
	payments, _ := center.PlanWithRewards(asked, payables, credits, h.step, worth)
	for _, p := range payments {
		taken.Minor += p.Rewards.Minor
	}
	return taken
}

// currenciesOf are those of the invoices that take rewards.
func currenciesOf(payables []center.Invoice) (out []money.Code) {
	for _, inv := range payables {
		if c := inv.Outstanding.Currency; inv.TakesRewards() && !slices.Contains(out, c) {
			out = append(out, c)
		}
	}
	return out
}

// chosen is the offer that a person wants, and how much of it: at most what it
// has. Without a wish it is nothing.
func chosen(offers []rewardsOffer, want *wantedRewards) (o rewardsOffer, amount money.Money) {
	if want == nil {
		return o, money.Money{}
	}
	for _, o := range offers {
		if o.Subscription != want.Subscription || want.Amount != nil && want.Amount.Currency != o.Most.Currency {
			continue
		}
		amount := o.Most
		if want.Amount != nil {
			amount.Minor = min(amount.Minor, want.Amount.Minor)
		}
		return o, amount
	}
	return rewardsOffer{}, money.Money{}
}

// asks is what to draw for a payment under that key.
func (in agreedRewards) asks(actor center.Actor, key string) *store.RewardsAsked {
	return &store.RewardsAsked{ID: center.RedemptionIDOf(actor.Account, actor.Contact, key), Subscription: in.Subscription, Code: in.Code, FX: in.FX}
}

// rewardsOf is how much of rewards a person agreed to use; stands is false where
// the rate is no longer the one that she saw.
func (h handler) rewardsOf(ctx context.Context, actor center.Actor, in input) (amount money.Money, stands bool, err error) {
	if in.Rewards == nil {
		return money.Money{}, true, nil
	}
	if !actor.May(center.ModuleRedemptions, center.ActionAct).Allowed {
		return money.Money{}, false, store.ErrNotRedeemer
	}
	purse, err := h.store.In(actor).Purse(ctx, in.Rewards.Subscription)
	if err != nil {
		return money.Money{}, false, err
	}
	rate, err := h.store.ExchangeRate(ctx, purse.Currency, in.Rewards.Amount.Currency)
	return in.Rewards.Amount, rate.FX == in.Rewards.FX, err
}
