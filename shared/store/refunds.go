package store

import (
	"context"
	"time"

	"customercenter/shared/center"
	"customercenter/shared/money"
)

// RefundPayment brings what was refunded of a SUCCEEDED payment up to total,
// reopening its payables, the last first, and the invoices on which it had
// counted. A total that is known already changes nothing.
func (s *Store) RefundPayment(ctx context.Context, account center.AccountID, id center.PaymentID, total money.Money) (center.Payment, error) {
	var left backs
	p, err := s.move(ctx, account, id, "payment-refunded", func(l *ledger, p *center.Payment, c *change, at time.Time) (bool, error) {
		left = nil
		if p.State != center.PaymentSucceeded && p.State != center.PaymentPartiallyRefunded {
			return false, nil
		}
		more := total.Minor - p.Refunded.Minor
		if total.Currency != p.Charge.Currency || total.Minor > p.Charge.Minor || more <= 0 {
			return false, nil
		}
		p.Refunded.Minor = total.Minor
		p.State = center.PaymentPartiallyRefunded
		if p.Refunded == p.Charge {
			p.State = center.PaymentRefunded
		}
		given, err := l.giveBack(c, p, more, at)
		if err != nil {
			return true, err
		}
		if p.State == center.PaymentRefunded && p.Redemption != "" { // what was one act is undone as one
			left = given
			return true, l.rewardsRefunded(ctx, c, *p, at)
		}
		left, err = l.countRefunded(c, *p, given, at)
		return true, err
	}, nil)
	for err == nil && len(left) > 0 {
		again := left
		p, err = s.move(ctx, account, id, "payment-counted", func(l *ledger, p *center.Payment, c *change, at time.Time) (changes bool, err error) {
			left, err = l.countRefunded(c, *p, again, at)
			return len(c.books) > 0, err
		}, nil)
	}
	return p, err
}

// rewardsRefunded gives the rewards back that a payment used, where nobody has
// done so before.
func (l *ledger) rewardsRefunded(ctx context.Context, c *change, p center.Payment, at time.Time) error {
	d, err := l.s.redemption(ctx, l.id, p.Redemption)
	if err != nil || d.State != center.RedemptionApplied {
		return err
	}
	if err := l.reopenRewards(ctx, c, d, at); err != nil {
		return &tornError{err}
	}
	return l.endRedemption(ctx, c, d, center.RedemptionReversed, "refunded", at)
}

// giveBack reopens payables for a refund, the last first, and answers how much
// came back of each.
func (l *ledger) giveBack(c *change, p *center.Payment, more int64, at time.Time) (backs, error) {
	given := backs{}
	for i := len(p.Parts) - 1; i >= 0 && more > 0; i-- {
		part := &p.Parts[i]
		give := min(more, part.Amount.Minor-part.Refunded.Minor)
		inv := l.invoices[part.Invoice]
		if give == 0 || inv == nil {
			continue
		}
		amount := money.Money{Minor: give, Currency: p.Charge.Currency}
		now, err := inv.Reopen(amount)
		if err != nil {
			return nil, &tornError{err}
		}
		given[inv.ID] = give
		now.Version++
		part.Refunded.Minor += give
		more -= give
		c.books[inv.ID] = book{was: inv, now: now}
		c.entry(l.t.refundEntry(inv.ID, p.ID, part.Refunded.Minor), Entry{Kind: EntryRefund, At: at, On: center.Today(at, time.UTC),
			Amount: amount, Number: string(p.ID), Method: p.Method.Label()})
	}
	return given, nil
}
