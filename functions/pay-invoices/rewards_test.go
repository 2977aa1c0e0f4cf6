package main

import (
	"encoding/json"
	"fmt"
	"testing"

	"customercenter/infra/functiontest"
	"customercenter/shared/center"
	"customercenter/shared/httpapi"
	"customercenter/shared/money"
	"customercenter/shared/store"
	"customercenter/shared/view"
)

var sub = functiontest.Rewarded(functiontest.Najd, functiontest.RewardsNumber)

// rewarded is a till whose payers may use Najd's rewards: 580.00 SAR, of which
// 250.00 end first.
func rewarded(t testing.TB) (l *till, code string) {
	l = newTill(t)
	l.Rewards(t)
	l.Support(t, "S-1", "SAR", "345.00", "300.00")
	return l, l.Redeemer(t, functiontest.Primary)
}

// with selects what another selection does, and so much of the rewards; "" is as
// much as can be.
func with(selection, amount, currency string) string {
	rewards := fmt.Sprintf(`,"rewards":{"subscription":%q}}`, sub)
	if amount != "" {
		rewards = fmt.Sprintf(`,"rewards":{"subscription":%q,"amount":{"amount":%q,"currency":%q}}}`, sub, amount, currency)
	}
	return selection[:len(selection)-1] + rewards
}

// agreed is what the portal sends to pay a planned payment with its rewards.
func agreed(p planned, method center.MethodID, code string) input {
	in := input{Charge: p.Charge, Credit: p.Credit, Method: method,
		Rewards: &agreedRewards{Subscription: p.Rewards.Subscription, Code: code, Amount: p.Rewards.Amount, FX: p.Rewards.FX}}
	for _, part := range p.Parts {
		amount := part.Amount.Minor + part.Credit.Minor
		if part.Rewards != nil {
			amount += part.Rewards.Minor
		}
		in.Parts = append(in.Parts, askedPart{Invoice: part.Invoice, Version: part.Version, Amount: money.Money{Minor: amount, Currency: p.Charge.Currency}})
	}
	return in
}

func (l *till) sends(key string, in input) httpapi.Response {
	l.t.Helper()
	text, err := json.Marshal(in)
	if err != nil {
		l.t.Fatal(err)
	}
	return l.asks(functiontest.Primary, payRoute, "", keyOf(key), string(text))
}

// left is what may be used of the rewards now, in minor units.
func (l *till) left() int64 {
	l.t.Helper()
	p, err := l.Store.In(l.Actor(l.t, functiontest.Primary)).Purse(l.t.Context(), sub)
	if err != nil {
		l.t.Fatal(err)
	}
	return p.Available(l.Actor(l.t, functiontest.Primary).Today(l.Now())).Minor
}

func (l *till) hasLeft(want int64) {
	l.t.Helper()
	if got := l.left(); got != want {
		l.t.Errorf("%d of the rewards left, want %d", got, want)
	}
}

func TestAPlanOffersTheRewardsThatItsInvoicesTake(t *testing.T) {
	l, _ := rewarded(t)
	for most, selection := range map[string]string{"300.00": of("S-1"), "580.00": `{"oldestFirst":{"amount":"99999.00","currency":"SAR"}}`} {
		p := l.plan(selection)
		if len(p.Rewards) != 1 || p.Rewards[0].Most.Decimal() != most || p.Rewards[0].Available.Decimal() != "580.00" || len(p.Rewards[0].Lots) != 2 {
			t.Errorf("at most %s: %+v", most, p.Rewards)
		}
	}
	if p := l.plan(of("INV-1002")); p.Rewards != nil {
		t.Errorf("a service takes %+v", p.Rewards)
	}
	p := l.plan(with(of("S-1"), "100.00", "SAR"))
	if one := p.Payments[0]; one.Rewards == nil || one.Rewards.Base.Decimal() != "100.00" || one.Charge.Decimal() != "245.00" || one.Total.Decimal() != "345.00" || one.Parts[0].Rewards.Decimal() != "100.00" {
		t.Errorf("%+v", one)
	}
	if p := l.plan(with(of("S-1"), "999.00", "SAR")); p.Payments[0].Rewards.Amount.Decimal() != "300.00" {
		t.Errorf("more than it takes: %+v", p.Payments[0].Rewards)
	}
	other := answer[plan](t, 200, l.asks(functiontest.Payables, planRoute, "", "", of("S-1")))
	if other.Rewards != nil {
		t.Errorf("who is on no list is offered %+v", other.Rewards)
	}
}

func TestRewardsAndACardPayAsOneAct(t *testing.T) {
	l, code := rewarded(t)
	card := l.card(functiontest.CardGood)
	in := agreed(l.plan(with(of("S-1"), "", "")).Payments[0], card, code)
	var paid view.Payment
	for range 2 {
		paid = answer[view.Payment](t, 200, l.sends("both", in))
		l.is(paid, center.PaymentSucceeded, "", "")
	}
	if paid.Rewards.Decimal() != "300.00" || paid.Redemption == "" {
		t.Errorf("%+v", paid)
	}
	l.captured(paid, 4500)
	l.stands("S-1", 0, 0, 34500)
	l.hasLeft(28000)
}

func TestRewardsBringAnInvoiceToZeroWithoutTheProcessor(t *testing.T) {
	l, code := rewarded(t)
	l.Support(t, "S-2", "SAR", "500.00", "500.00")
	paid := answer[view.Payment](t, 200, l.sends("zero", agreed(l.plan(with(of("S-2"), "", "")).Payments[0], "", code)))
	l.is(paid, center.PaymentSucceeded, "", "")
	l.captured(paid, 0)
	l.stands("S-2", 0, 0, 50000)
	l.hasLeft(8000)
	if n := len(l.processor.Service.Intents()); n != 0 {
		t.Errorf("%d objects at the processor", n)
	}
}

func TestRewardsOfAnotherCurrencyAndMoneyForTheRest(t *testing.T) {
	l, code := rewarded(t)
	l.Support(t, "S-3", "USD", "115.00", "100.00")
	fx, _ := center.ParseFX("0.2667")
	if err := l.Store.Everywhere("test").SetExchangeRate(t.Context(), store.ExchangeRate{From: "SAR", To: "USD", FX: fx, By: "desk"}); err != nil {
		t.Fatal(err)
	}
	in := agreed(l.plan(with(of("S-3"), "60.00", "USD")).Payments[0], l.card(functiontest.CardGood), code)
	l.captured(answer[view.Payment](t, 200, l.sends("dollars", in)), 5500)
	l.stands("S-3", 0, 0, 11500)
	l.hasLeft(58000 - 22498) // 60.00 USD at 0.2667, rounded up
}

func TestADeclinedCardGivesTheRewardsBack(t *testing.T) {
	l, code := rewarded(t)
	in := agreed(l.plan(with(of("S-1"), "", "")).Payments[0], l.card(functiontest.CardDeclined), code)
	failed := answer[view.Payment](t, 200, l.sends("declined", in))
	l.is(failed, center.PaymentFailed, "", center.DeclineCard)
	l.stands("S-1", 34500, 0, 0)
	l.hasLeft(58000)
	again := agreed(l.plan(with(of("S-1"), "", "")).Payments[0], l.card(functiontest.CardGood), code)
	l.is(answer[view.Payment](t, 200, l.sends("again", again)), center.PaymentSucceeded, "", "")
	l.hasLeft(28000)
}

func TestAPaymentThatIsStoppedGivesTheRewardsBack(t *testing.T) {
	l, code := rewarded(t)
	waiting := answer[view.Payment](t, 200, l.sends("page", agreed(l.plan(with(of("S-1"), "", "")).Payments[0], "", code)))
	l.is(waiting, center.PaymentCreated, center.WaitCustomer, "")
	l.stands("S-1", 0, 34500, 0)
	l.hasLeft(28000)
	answer[view.Payment](t, 200, l.asks(functiontest.Primary, cancelRoute, string(waiting.ID), "", "{}"))
	l.stands("S-1", 34500, 0, 0)
	l.hasLeft(58000)
}

func TestRewardsThatWereNotSeenAreNotUsed(t *testing.T) {
	l, code := rewarded(t)
	good := agreed(l.plan(with(of("S-1"), "", "")).Payments[0], "", code)
	for name, c := range map[string]struct {
		status int
		slug   string
		change func(*agreedRewards)
	}{
		"another rate":        {409, "amounts-changed", func(r *agreedRewards) { r.FX = center.FX{Num: 2, Den: 1} }},
		"another amount":      {409, "amounts-changed", func(r *agreedRewards) { r.Amount.Minor-- }},
		"a wrong code":        {422, "redemption-code-wrong", func(r *agreedRewards) { r.Code = center.RedemptionCode([center.RedemptionCodeBytes]byte{1}) }},
		"a slip in the code":  {422, "redemption-code-mistyped", func(r *agreedRewards) { r.Code = "1234" }},
		"no code":             {422, "validation", func(r *agreedRewards) { r.Code = "" }},
		"of no subscription":  {404, "subscription-not-found", func(r *agreedRewards) { r.Subscription = "sub_00000000000000000000000000000000" }},
		"an amount of others": {422, "validation", func(r *agreedRewards) { r.Amount.Currency = "USD" }},
	} {
		in, changed := good, *good.Rewards
		c.change(&changed)
		in.Rewards = &changed
		functiontest.Wants(t, l.sends(name, in), c.status, c.slug)
	}
	l.hasLeft(58000)
	l.stands("S-1", 34500, 0, 0)
	if _, err := l.Store.In(l.Actor(t, functiontest.Primary)).RemoveRedeemer(t.Context(), sub, string(functiontest.Primary)); err != nil {
		t.Fatal(err)
	}
	functiontest.Wants(t, l.sends("removed", good), 403, "not-a-redeemer")
	l.hasLeft(58000)
}
