package store_test

import (
	"fmt"
	"testing"

	"customercenter/shared/center"
	"customercenter/shared/money"
	"customercenter/shared/store"
)

// claimWith claims a payment of one invoice by so much money and rewards.
func (w *world) claimWith(key string, number string, charge, rewards int64) (center.Payment, error) {
	return w.claimOf(key, w.head(number), charge, rewards)
}

func (w *world) claimOf(key string, inv center.Invoice, charge, rewards int64) (center.Payment, error) {
	c := inv.Amount.Currency
	in := func(minor int64) money.Money { return money.Money{Minor: minor, Currency: c} }
	account, contact := center.AccountIDOf(buyer), center.ContactIDOf("ann@buyer.example")
	p := center.Payment{ID: center.PaymentIDOf(account, contact, key), Charge: in(charge), Credit: in(0), Rewards: in(rewards), Refunded: in(0),
		By: contact, ByName: "Ann", ByEmail: "ann@buyer.example", Locale: "en", Request: key,
		Parts: []center.PaymentPart{{Invoice: inv.ID, Number: inv.Number, Amount: in(charge), Credit: in(0), Rewards: in(rewards), Refunded: in(0), Version: inv.Version}}}
	asked := store.RewardsAsked{ID: center.RedemptionIDOf(account, contact, key), Subscription: cloudSub, Code: cloudCode, FX: center.SameCurrency}
	stands, _, err := w.in(buyer).ClaimWithRewards(w.ctx(), p, asked)
	return stands, err
}

func (w *world) recorded(p center.Payment, err error) center.Payment {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
	if p, err = w.RecordPayment(w.ctx(), p.Account, p.ID, store.PaymentMove{Object: "pi_1", Wait: center.WaitProcessor, LookAt: w.Clock.Now()}); err != nil {
		w.t.Fatal(err)
	}
	return p
}

// redemptionState is where the one redemption stands.
func (w *world) redemptionState() center.RedemptionState {
	w.t.Helper()
	list, err := w.in(buyer).Redemptions(w.ctx())
	if err != nil || len(list) != 1 {
		w.t.Fatal(len(list), err)
	}
	return list[0].State
}

func owing(t *testing.T) *world {
	w := rewarded(t, 4000, 9000)
	w.mustCreate(invoice("S-1", "119.00", support("100.00"), in("USD")))
	return w
}

func TestAPaymentUsesItsRewardsWhenItsMoneyCame(t *testing.T) {
	w := owing(t)
	p := w.recorded(w.claimWith("key-1", "S-1", 1900, 10000))
	inv := w.head("S-1")
	if inv.Processing.Minor != 11900 || inv.Outstanding.Sign() != 0 || inv.Rewarded.Minor != 10000 || w.redemptionState() != center.RedemptionRequested || w.available() != 3000 {
		t.Errorf("in flight: %+v, %d available, %s", inv, w.available(), w.redemptionState())
	}
	w.balanced()
	for range 2 {
		if p, err := w.FinishPayment(w.ctx(), p.Account, p.ID, store.PaymentEnd{Succeeded: true}); err != nil || p.State != center.PaymentSucceeded {
			t.Fatal(p.State, err)
		}
	}
	if inv = w.head("S-1"); inv.Settled.Minor != 11900 || inv.ClosedOn == "" || w.redemptionState() != center.RedemptionApplied || w.available() != 3000 {
		t.Errorf("settled: %+v, %s", inv, w.redemptionState())
	}
	detail, err := w.in(buyer).Invoice(w.ctx(), inv.ID)
	kinds := map[store.EntryKind]int64{}
	for _, e := range detail.Entries {
		kinds[e.Kind] += e.Amount.Minor
	}
	if err != nil || kinds[store.EntryPayment] != 1900 || kinds[store.EntryRewards] != 10000 {
		t.Error(kinds, err)
	}
	w.balanced()
}

func TestAPaymentThatEndsWithoutMoneyReturnsItsRewards(t *testing.T) {
	for name, end := range map[string]func(*world, center.Payment) (center.Payment, error){
		"declined": func(w *world, p center.Payment) (center.Payment, error) {
			p = w.recorded(p, nil)
			return w.FinishPayment(w.ctx(), p.Account, p.ID, store.PaymentEnd{Reason: center.DeclineCard})
		},
		"expired": func(w *world, p center.Payment) (center.Payment, error) {
			p = w.recorded(p, nil)
			return w.FinishPayment(w.ctx(), p.Account, p.ID, store.PaymentEnd{Reason: center.DeclineTimeout})
		},
		"abandoned before it was recorded": func(w *world, p center.Payment) (center.Payment, error) {
			return w.AbandonPayment(w.ctx(), p.Account, p.ID, center.DeclineCancelled)
		},
	} {
		w := owing(t)
		before := fmt.Sprint(w.purse().Lots)
		p, err := w.claimWith("key-1", "S-1", 1900, 10000)
		if err != nil {
			t.Fatal(name, err)
		}
		for range 2 {
			if p, err = end(w, p); name != "abandoned before it was recorded" {
				break // recording again is refused
			}
		}
		if err != nil || !p.State.Final() {
			t.Errorf("%s: %s %v", name, p.State, err)
		}
		if inv := w.head("S-1"); inv.Outstanding.Minor != 11900 || inv.Rewarded.Minor != 0 || inv.Active != "" {
			t.Errorf("%s: %+v", name, inv)
		}
		if after := fmt.Sprint(w.purse().Lots); after != before || w.redemptionState() != center.RedemptionReversed {
			t.Errorf("%s: %s %s", name, w.redemptionState(), after)
		}
		w.balanced()
		if _, err := w.claimWith("key-2", "S-1", 1900, 10000); err != nil {
			t.Errorf("%s: the rewards are not to be used again: %v", name, err)
		}
	}
}

// A key is one act: what it did by itself it does not do again with a payment.
func TestAKeyThatRedeemedPaysNothing(t *testing.T) {
	w := owing(t)
	if _, _, err := w.in(buyer).Redeem(w.ctx(), w.asking("key-1", center.SameCurrency, w.head("S-1"), 1000)); err != nil {
		t.Fatal(err)
	}
	if _, err := w.claimWith("key-1", "S-1", 1900, 9000); refusedAs(err) != "idempotency-key-reused" {
		t.Error(err)
	}
	if inv := w.head("S-1"); inv.Outstanding.Minor != 10900 || inv.Active != "" || w.available() != 12000 {
		t.Errorf("%+v, %d available", inv, w.available())
	}
	w.balanced()
}

func TestRewardsAloneSettleAtOnce(t *testing.T) {
	w := rewarded(t, 13000)
	w.mustCreate(invoice("S-1", "100.00", support("100.00"), in("USD")))
	for range 2 {
		p, err := w.claimWith("key-1", "S-1", 0, 10000)
		if err == nil && p.State != center.PaymentSucceeded {
			t.Error(p.State)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if inv := w.head("S-1"); inv.ClosedOn == "" || inv.Settled.Minor != 10000 || w.redemptionState() != center.RedemptionApplied || w.available() != 3000 {
		t.Errorf("%+v, %d available", inv, w.available())
	}
	w.balanced()
}

func TestAFullRefundGivesTheRewardsBack(t *testing.T) {
	w := owing(t)
	p := w.recorded(w.claimWith("key-1", "S-1", 1900, 10000))
	if _, err := w.FinishPayment(w.ctx(), p.Account, p.ID, store.PaymentEnd{Succeeded: true}); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		total int64
		want  center.RedemptionState
	}{{500, center.RedemptionApplied}, {1900, center.RedemptionReversed}} {
		if _, err := w.RefundPayment(w.ctx(), p.Account, p.ID, dollars(c.total)); err != nil || w.redemptionState() != c.want {
			t.Errorf("%d refunded: %s %v", c.total, w.redemptionState(), err)
		}
		w.balanced()
	}
	if inv := w.head("S-1"); inv.Outstanding.Minor != 11900 || inv.Rewarded.Minor != 0 || w.available() != 13000 {
		t.Errorf("%+v, %d available", inv, w.available())
	}
}

func TestWhatAPaymentHoldsDoesNotEndMeanwhile(t *testing.T) {
	w := newWorld(t)
	w.mustCreate(&center.AccountRecord{Key: buyer, Name: "Buyer One"}, invoice("S-1", "119.00", support("100.00"), in("USD")))
	w.grant("old", 10000, day(0).AddMonths(-12))
	w.authorise("ann@buyer.example")
	p := w.recorded(w.claimWith("key-1", "S-1", 1900, 10000))
	failing := w.purse()
	w.Clock.Advance(3 * oneDay)
	if _, err := w.FinishPayment(w.ctx(), p.Account, p.ID, store.PaymentEnd{Succeeded: true}); err != nil || w.redemptionState() != center.RedemptionApplied {
		t.Error(w.redemptionState(), err)
	}
	if got := failing.Balance(w.today()); got.Available.Sign() != 0 || got.Expired.Sign() != 0 {
		t.Errorf("%+v", got)
	}
	w.balanced()
}

func TestALotThatEndedMeanwhileComesBackEnded(t *testing.T) {
	w := newWorld(t)
	w.mustCreate(&center.AccountRecord{Key: buyer, Name: "Buyer One"}, invoice("S-1", "119.00", support("100.00"), in("USD")))
	w.grant("old", 10000, day(0).AddMonths(-12))
	w.authorise("ann@buyer.example")
	p := w.recorded(w.claimWith("key-1", "S-1", 1900, 10000))
	w.Clock.Advance(3 * oneDay)
	if _, err := w.FinishPayment(w.ctx(), p.Account, p.ID, store.PaymentEnd{Reason: center.DeclineBank}); err != nil {
		t.Fatal(err)
	}
	if b := w.purse().Balance(w.today()); b.Available.Sign() != 0 || b.Expired.Minor != 10000 {
		t.Errorf("%+v", b)
	}
	w.balanced()
	if _, err := w.claimWith("key-2", "S-1", 1900, 10000); refusedAs(err) != "rewards-insufficient" {
		t.Error(err)
	}
}

func TestRewardsSurviveEveryFault(t *testing.T) {
	// A declined payment with rewards, then a redemption. Who comes again, with
	// the same keys, finds or finishes what was begun.
	var inv center.Invoice
	do := func(w *world) error {
		p, err := w.claimOf("key-1", inv, 1900, 10000)
		if err != nil {
			return err
		}
		if !p.State.Final() {
			if p, err = w.RecordPayment(w.ctx(), p.Account, p.ID, store.PaymentMove{Object: "pi_1", Wait: center.WaitProcessor, LookAt: w.Clock.Now()}); err != nil {
				return err
			}
			if _, err = w.FinishPayment(w.ctx(), p.Account, p.ID, store.PaymentEnd{Reason: center.DeclineCard}); err != nil {
				return err
			}
		}
		freed := inv
		freed.Version += 2 // claimed, and released
		_, _, err = w.in(buyer).Redeem(w.ctx(), w.asking("key-2", center.SameCurrency, freed, 5000))
		return err
	}
	eachFault(t, func(w *world) {
		w.reward(4000, 9000)
		w.mustCreate(invoice("S-1", "119.00", support("100.00"), in("USD")))
		inv = w.head("S-1")
	}, do, func(t *testing.T, w *world, err error, gone bool) {
		w.t = t
		w.balanced()
		if gone {
			if err := do(w); err != nil {
				t.Fatalf("again: %v", err)
			}
			w.balanced()
		}
		if now := w.head("S-1"); w.available() != 8000 || now.Outstanding.Minor != 6900 || now.Rewarded.Minor != 5000 {
			t.Errorf("%d available, %+v", w.available(), now)
		}
	})
}

// TestTheFullestPaymentWithRewardsFitsItsTransactions uses as many lots, papers
// and credits as a plan may: claimed, failed, claimed again, settled, refunded.
func TestTheFullestPaymentWithRewardsFitsItsTransactions(t *testing.T) {
	lots := make([]int64, center.MaxRewardLots)
	for i := range lots {
		lots[i] = 1000
	}
	w := newWorld(t)
	w.mustCreate(&center.AccountRecord{Key: buyer, Name: "Buyer One"})
	for i, cents := range lots {
		w.grant(fmt.Sprint("lot", i), cents, day(-i))
	}
	w.authorise("ann@buyer.example")
	for n := range center.MaxPayablesWithRewards {
		w.mustCreate(invoice(fmt.Sprint("S-", n), "119.00", support("100.00"), in("USD"), due(day(n))))
	}
	for n := range center.MaxCreditWithRewards {
		w.mustCreate(paper(center.KindCreditNote, fmt.Sprint("C-", n), "10.00", in("USD"), issued(day(-n))))
	}
	claim := func(key string) center.Payment {
		var payables []center.Invoice
		var asked []center.Asked
		for n := range center.MaxPayablesWithRewards {
			inv := w.head(fmt.Sprint("S-", n))
			payables, asked = append(payables, inv), append(asked, center.Asked{Invoice: inv.ID})
		}
		credits, err := w.in(buyer).Credits(w.ctx())
		if err != nil {
			t.Fatal(err)
		}
		planned, _ := center.PlanWithRewards(asked, payables, credits, func(money.Code) int64 { return 1 }, dollars(20000))
		if len(planned) != 1 || planned[0].Rewards.Minor != 20000 {
			t.Fatalf("%+v", planned)
		}
		account, contact := center.AccountIDOf(buyer), center.ContactIDOf("ann@buyer.example")
		p, _, err := w.in(buyer).ClaimWithRewards(w.ctx(), center.Payment{ID: center.PaymentIDOf(account, contact, key), Charge: planned[0].Charge, Credit: planned[0].Credit,
			Rewards: planned[0].Rewards, Refunded: dollars(0), Parts: planned[0].Parts, Credits: planned[0].Credits, By: contact, ByEmail: "ann@buyer.example", Request: key,
			Method: center.PaymentMethod{ID: "pm_1", Brand: "visa"}},
			store.RewardsAsked{ID: center.RedemptionIDOf(account, contact, key), Subscription: cloudSub, Code: cloudCode, FX: center.SameCurrency})
		return w.recorded(p, err)
	}
	first := claim("first")
	if _, err := w.FinishPayment(w.ctx(), first.Account, first.ID, store.PaymentEnd{Reason: center.DeclineCard}); err != nil {
		t.Fatal(err)
	}
	w.balanced()
	second := claim("second")
	if _, err := w.FinishPayment(w.ctx(), second.Account, second.ID, store.PaymentEnd{Succeeded: true}); err != nil {
		t.Fatal(err)
	}
	if w.available() != 0 {
		t.Errorf("%d available", w.available())
	}
	if p, err := w.RefundPayment(w.ctx(), second.Account, second.ID, second.Charge); err != nil || p.State != center.PaymentRefunded || w.available() != 20000 {
		t.Errorf("%s, %d available, %v", p.State, w.available(), err)
	}
	w.balanced()
}
