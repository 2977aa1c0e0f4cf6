package main

import (
	"context"

	"customercenter/shared/center"
	"customercenter/shared/mail"
	"customercenter/shared/money"
	"customercenter/shared/session"
)

// ofRedeemer makes the newest code of a subscription anew, for who stands on
// its list still: one that was replaced while the letter waited is told as it
// is now.
func (h handler) ofRedeemer(ctx context.Context, letter center.Letter) (resolved, error) {
	to, err := h.toReaderOf(ctx, letter, center.ModuleRedemptions)
	if err != nil || to.reason != "" {
		return to, err
	}
	c, err := h.store.In(to.who).CodeFor(ctx, center.SubscriptionID(letter.Params["id"]), to.person.Email)
	if center.IsKind(err, center.NotFound) {
		to.reason = reasonListed
		return to, nil
	}
	if err != nil {
		return to, err
	}
	raw, ok := session.RedemptionCode(h.settings.Keys, c.Key, letter.Account, c.Subscription, c.Generation)
	if !ok {
		to.reason = reasonKeyGone
		return to, nil
	}
	to.view.RedemptionCode = center.RedemptionCode(raw)
	return to, nil
}

// ofRewards looks at what of the rewards that were to be told of is left at
// this moment: where all was used, there is no letter.
func (h handler) ofRewards(ctx context.Context, letter center.Letter) (resolved, error) {
	to, err := h.toReaderOf(ctx, letter, center.ModuleRewards)
	if err != nil || to.reason != "" {
		return to, err
	}
	account := h.store.In(to.who)
	purses, err := account.Purses(ctx)
	if err != nil {
		return to, err
	}
	to.view.Today = account.Today()
	lots := center.LotsEnding(purses, center.Date(letter.Params["day"]), to.view.Today)
	amount := func(l center.RewardLot) money.Money { return l.Available }
	if letter.Kind == center.LetterRewardsEarned {
		lots = center.LotsEarned(purses, letter.Params["period"])
		amount = func(l center.RewardLot) money.Money { return l.Earned }
	}
	if len(lots) == 0 {
		to.reason = reasonDone
	}
	to.view.Rewards = sumsOf(lots, amount)
	return to, nil
}

// sumsOf are lots by currency, in the order in which they came.
func sumsOf(lots []center.RewardLot, amount func(center.RewardLot) money.Money) (sums []mail.RewardSum) {
	at := map[money.Code]int{}
	for _, l := range lots {
		m := amount(l)
		i, known := at[m.Currency]
		if !known {
			i, at[m.Currency] = len(sums), len(sums)
			sums = append(sums, mail.RewardSum{Sum: money.Zero(m.Currency)})
		}
		sums[i].Sum.Minor += m.Minor
		sums[i].Lots = append(sums[i].Lots, mail.RewardLine{Subscription: l.Number, Period: l.Period, Amount: m, EndsOn: l.ExpiresOn})
	}
	return sums
}

// ofRedemption looks up what was used and what is open of its invoices. Given
// back meanwhile, it needs no letter.
func (h handler) ofRedemption(ctx context.Context, letter center.Letter) (resolved, error) {
	to, err := h.toReaderOf(ctx, letter, center.ModuleRewards)
	if err != nil || to.reason != "" {
		return to, err
	}
	account := h.store.In(to.who)
	d, err := account.Redemption(ctx, center.RedemptionID(letter.Params["redemption"]))
	if err != nil {
		return to, err
	}
	if d.State != center.RedemptionApplied {
		to.reason = reasonDone
		return to, nil
	}
	ids := make([]center.InvoiceID, len(d.Uses))
	for i, u := range d.Uses {
		ids[i] = u.Invoice
	}
	papers, err := account.Payables(ctx, ids)
	if err != nil {
		return to, err
	}
	open := map[center.InvoiceID]money.Money{}
	for _, inv := range papers {
		open[inv.ID] = inv.Outstanding
	}
	told := mail.Redeemed{Subscription: d.Number, Amount: d.Amount, Base: d.Base, ByName: d.ByName, ByEmail: d.ByEmail, At: d.EndedAt}
	if d.FX != center.SameCurrency {
		told.Rate = d.FX.String()
	}
	for _, u := range d.Uses {
		left, found := open[u.Invoice]
		if !found {
			left = money.Zero(u.Amount.Currency)
		}
		told.Invoices = append(told.Invoices, mail.RedeemedInvoice{ID: u.Invoice, Number: u.Number, Amount: u.Amount, Open: left})
	}
	to.view.Redeemed = told
	return to, nil
}
