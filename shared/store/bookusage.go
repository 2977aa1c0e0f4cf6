package store

import (
	"context"
	"errors"
	"fmt"

	"customercenter/shared/center"
	"customercenter/shared/money"
)

// earnUsage adds to a change what a record of usage earns. The first record of
// a subscription and period earns the lot of that month, at the rate of the
// subscription's order, with what each of its products earned. One of a higher
// revision leaves that lot alone and makes another of the difference, at the
// same rate; where there is none, nothing. Other records, which have no usage,
// earn nothing.
func (l *lane) earnUsage(ctx context.Context, c *change, was, now *center.Usage) ([]center.RowNote, error) {
	if now == nil {
		return nil, nil
	}
	sub := center.SubscriptionIDOf(l.id, now.Subscription)
	head, err := l.purseHead(ctx, sub)
	if err != nil {
		return nil, err
	}
	if code := money.Code(now.Currency); head.currency != "" && head.currency != code {
		return nil, center.Errorf(center.Unprocessable, string(center.CodeUnknownCurrency), "The rewards of this subscription are in %s; its usage cannot be in %s.", head.currency, code)
	}
	if was != nil {
		lots, err := l.lots(ctx, sub, "")
		if err != nil {
			return nil, err
		}
		for _, lot := range lots {
			if lot.ID == center.LotIDOf(l.id, sub, now.Period) {
				return nil, l.correctUsage(ctx, c, lot, was, now)
			}
		}
	}
	rate, known, err := l.rateOf(ctx, now.Subscription)
	if err != nil {
		return nil, err
	}
	var warnings []center.RowNote
	if !known && now.RewardRate == "" {
		warnings = append(warnings, center.RowNote{Code: center.WarnSubscriptionUnknown, Field: "subscription",
			Message: fmt.Sprintf("There is no subscription of that number yet; its usage earns at %s.", rate.Decimal())})
	}
	e, err := now.Earns(rate)
	if err != nil {
		return nil, fmt.Errorf("store: usage: %w", err)
	}
	lot := center.RewardLot{ID: center.LotIDOf(l.id, sub, now.Period), Subscription: sub, Number: now.Subscription, Period: now.Period,
		Usage: e.Used, Eligible: e.Eligible, Rate: e.Rate, EarnedOn: e.EarnedOn(l.today()), Earned: e.Earned}
	if err := l.putProducts(c, lot.ID, e); err != nil {
		return nil, err
	}
	return warnings, l.earn(ctx, c, lot)
}

// correctUsage makes a lot of the difference between two revisions.
func (l *lane) correctUsage(ctx context.Context, c *change, of center.RewardLot, was, now *center.Usage) error {
	before, err := was.Earns(of.Rate)
	if err != nil {
		return fmt.Errorf("store: usage: %w", err)
	}
	after, err := now.Earns(of.Rate)
	if err != nil {
		return fmt.Errorf("store: usage: %w", err)
	}
	difference, err := after.Earned.Sub(before.Earned)
	if err != nil || difference.Sign() == 0 {
		return err
	}
	key := fmt.Sprintf("usage %s/%d", now.Period, now.Revision)
	return l.earn(ctx, c, center.RewardLot{ID: center.ManualLotIDOf(l.id, of.Subscription, key), Subscription: of.Subscription, Number: of.Number,
		Period: now.Period, Manual: true, Of: of.ID, By: l.b.By, Usage: after.Used, Eligible: after.Eligible, Rate: after.Rate,
		EarnedOn: l.today(), Earned: difference})
}

// rateOf is what usage of a subscription earns; known is false where the
// subscription has not come.
func (l *lane) rateOf(ctx context.Context, number string) (rate center.RewardRate, known bool, err error) {
	stands, err := l.otherStanding(ctx, l.recordAt(center.KindSubscription, number))
	if err != nil {
		return 0, false, err
	}
	r, err := typedAgain(center.KindSubscription, stands.json)
	if err != nil || r.Subscription == nil {
		return center.RewardRateUsual, false, err
	}
	return r.Subscription.Rate(), true, nil
}

// productItem is how a product of a lot stands in the table: minor units of the
// lot's currency.
type productItem struct {
	Number string               `json:"i,omitempty"`
	Name   string               `json:"n,omitempty"`
	Used   int64                `json:"u"`
	Earned int64                `json:"e,omitempty"`
	Reason center.IneligibleUse `json:"r,omitempty"` // "" earns
}

func (l *lane) putProducts(c *change, lot center.LotID, e center.Earning) error {
	if len(e.Products) == 0 {
		return nil
	}
	products := make([]productItem, len(e.Products))
	for i, p := range e.Products {
		products[i] = productItem{p.Number, p.Name, p.Used.Minor, p.Earned.Minor, p.Reason}
	}
	body, err := packed(products)
	if err != nil {
		return err
	}
	it := newItem(l.t.lotProducts(lot), kindProducts)
	it.bytes(attrBody, body)
	it.text(attrCurrency, string(e.Earned.Currency))
	c.creations = append(c.creations, write{name: "products", verb: put, at: it.key(), item: it, condition: absent})
	return nil
}

// ErrNoProducts is the one answer for lots that do not exist, are another
// account's, were made by hand, or are of a record that named no products.
var ErrNoProducts = center.Errorf(center.NotFound, "products-not-found", "There are no products behind these rewards.")

// LotProducts are what was used of each product in the month of a lot, and what
// it earned, as the record said that earned it.
func (a Account) LotProducts(ctx context.Context, lot center.LotID) ([]center.ProductEarning, error) {
	if !hasIDForm(lot, "lot_") {
		return nil, ErrNoProducts
	}
	it, err := a.s.get(ctx, a.t.lotProducts(lot))
	if errors.Is(err, errAbsent) {
		return nil, ErrNoProducts
	}
	if err != nil {
		return nil, err
	}
	r := open(it, kindProducts)
	c := money.Code(r.text(attrCurrency))
	var products []productItem
	if _, err := unpack(r.bytes(attrBody), &products); err != nil || r.err != nil {
		return nil, firstError(r.err, err)
	}
	out := make([]center.ProductEarning, len(products))
	for i, p := range products {
		out[i] = center.ProductEarning{Number: p.Number, Name: p.Name, Used: money.Money{Minor: p.Used, Currency: c},
			Earned: money.Money{Minor: p.Earned, Currency: c}, Eligible: p.Reason == "", Reason: p.Reason}
	}
	return out, nil
}
