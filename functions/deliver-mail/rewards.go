package main

import (
	"context"

	"customercenter/shared/center"
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
