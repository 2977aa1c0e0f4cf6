package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"customercenter/shared/center"
)

// ClaimWithRewards is ClaimPayment of one that uses rewards, whose parts say how
// much. The redemption stands in the same transaction: REQUESTED while money is
// to be moved, APPLIED where none is. The refusals are those of Redeem, too.
func (a Account) ClaimWithRewards(ctx context.Context, p center.Payment, asked RewardsAsked) (stands center.Payment, again bool, err error) {
	p.Redemption, asked.Request, asked.Uses = asked.ID, p.Request, nil
	for _, part := range p.Parts {
		if part.Rewards.Sign() > 0 {
			asked.Uses = append(asked.Uses, RewardsOn{Invoice: part.Invoice, Version: part.Version, Amount: part.Rewards})
		}
	}
	return a.claimPayment(ctx, p, &asked, rewardTries)
}

// redeemedAlone refuses a payment under a key that made a redemption by itself.
func (a Account) redeemedAlone(ctx context.Context, id center.RedemptionID) error {
	d, err := a.Redemption(ctx, id)
	switch {
	case errors.Is(err, ErrNoRedemption), err == nil && d.Payment != "":
		return nil
	case err == nil:
		return ErrKeyReused
	}
	return err
}

// release frees the payables of a payment, and gives the rewards back that it
// held.
func (l *ledger) release(ctx context.Context, c *change, p center.Payment, failed bool, at time.Time) error {
	err := l.each(c, p, func(inv center.Invoice, part center.PaymentPart) (center.Invoice, error) {
		now, err := inv.Release(p.ID, p.Held(part), failed)
		if err == nil && part.Rewards.Sign() > 0 {
			return now.ReturnRewards(part.Rewards)
		}
		return now, err
	})
	if err != nil {
		return err
	}
	return l.endRewards(ctx, c, p, center.RedemptionReversed, string(p.Reason), at)
}

// endRewards ends the redemption that a payment in flight is part of.
func (l *ledger) endRewards(ctx context.Context, c *change, p center.Payment, state center.RedemptionState, why string, at time.Time) error {
	if p.Redemption == "" {
		return nil
	}
	d, err := l.s.redemption(ctx, l.id, p.Redemption)
	if err != nil {
		return err
	}
	if d.State != center.RedemptionRequested {
		return &tornError{fmt.Errorf("store: redemption %s of payment %s is %s", d.ID, p.ID, d.State)}
	}
	return l.endRedemption(ctx, c, d, state, why, at)
}
