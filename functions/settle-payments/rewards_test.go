package main

import (
	"testing"
	"time"

	"customercenter/infra/functiontest"
	"customercenter/shared/center"
	"customercenter/shared/money"
)

// Whoever comes to the end of a payment ends its redemption with it: the sweep,
// where nobody comes back and no notice arrives.
func TestTheSweepUsesOrReturnsTheRewardsOfHungPayments(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		token string // entered at the page; "" leaves it
		state center.PaymentState
		ended center.RedemptionState
		left  int64
	}{
		"paid at the page": {functiontest.CardGood, center.PaymentSucceeded, center.RedemptionApplied, 28000},
		"left at the page": {"", center.PaymentFailed, center.RedemptionReversed, 58000},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := newOffice(t)
			o.Rewards(t)
			invoice := o.Support(t, "S-1", "SAR", "345.00", "300.00")
			p := o.processor.PayWithRewards(functiontest.Primary, "hung", "", invoice, money.Money{Minor: 99999, Currency: "SAR"}, o.Redeemer(t, functiontest.Primary))
			if p.State != center.PaymentCreated || p.Rewards.Minor != 30000 || p.Charge.Minor != 4500 {
				t.Fatalf("%+v", p)
			}
			if c.token != "" {
				o.processor.Enter(p.URL, c.token, time.May, 2028)
			}
			o.ticks()
			o.redeemed(p, center.RedemptionRequested, 28000)
			o.Pass(37 * time.Minute)
			for range 2 {
				o.ticks()
				o.redeemed(p, c.ended, c.left)
			}
			if now, err := o.Store.Payment(t.Context(), p.Account, p.ID); err != nil || now.State != c.state {
				t.Errorf("%s %v", now.State, err)
			}
		})
	}
}

// redeemed asserts how the redemption of a payment stands, and what is left.
func (o *office) redeemed(p center.Payment, state center.RedemptionState, left int64) {
	o.t.Helper()
	actor := o.Actor(o.t, functiontest.Primary)
	d, err := o.Store.In(actor).Redemption(o.t.Context(), p.Redemption)
	if err != nil || d.State != state {
		o.t.Errorf("it is %s, want %s; %v", d.State, state, err)
	}
	purse, err := o.Store.In(actor).Purse(o.t.Context(), d.Subscription)
	if got := purse.Available(actor.Today(o.Now())); err != nil || got.Minor != left {
		o.t.Errorf("%s left, want %d; %v", got, left, err)
	}
}
