package functiontest

import (
	"fmt"
	"testing"

	"customercenter/shared/center"
	"customercenter/shared/money"
	"customercenter/shared/paying"
	"customercenter/shared/session"
	"customercenter/shared/store"
)

// RewardsNumber is the subscription of Najd's that has rewards: 250.00 SAR of
// September, and 330.00 of October.
const RewardsNumber = "SUB-7"

// Rewarded is the id of a subscription by its account's key.
func Rewarded(key, number string) center.SubscriptionID {
	return center.SubscriptionIDOf(center.AccountIDOf(key), number)
}

// Rewards lets usage of both accounts earn rewards, and names their
// subscriptions as targets of the matrix.
func (w *World) Rewards(t testing.TB) {
	t.Helper()
	w.Book(t, UsageOf(Najd, RewardsNumber, "2026-09", "1000.00", nil), UsageOf(Najd, RewardsNumber, "2026-10", "1000.00", map[string]any{"reward_rate": "0.33"}),
		UsageOf(Gulf, RewardsNumber+" "+Canary, "2026-09", "9000.00", nil), UsageOf(Gulf, RewardsNumber+" "+Canary, "2026-10", "9000.00", nil))
	for target, id := range map[string]center.SubscriptionID{
		"own rewards": Rewarded(Najd, RewardsNumber), "foreign rewards": Rewarded(Gulf, RewardsNumber+" "+Canary),
		"unknown rewards": "sub_00000000000000000000000000000000", "malformed rewards": "A#" + Gulf,
	} {
		w.Targets[target] = string(id)
	}
}

// UsageOf is a record of usage of a month: so much of compute, and 40.00 of
// what a third party sells.
func UsageOf(account, number, period, eligible string, more map[string]any) center.Record {
	fields := map[string]any{"subscription": number, "period": period, "currency": "SAR", "products": []map[string]any{
		{"product_number": "B88317", "name": "Compute", "amount": eligible, "eligible": true},
		{"product_number": "B90001", "name": "VMware", "amount": "40.00", "ineligible_reason": "THIRD_PARTY"},
	}}
	for name, v := range more {
		fields[name] = v
	}
	return Other(account, center.KindUsage, number+"/"+period, fields)
}

// Support books an invoice of Najd's for technical support, of which net is
// before tax.
func (w *World) Support(t testing.TB, number, currency, payable, net string) center.InvoiceID {
	t.Helper()
	d := paper(center.KindInvoice, number, "2026-11-05", "2026-12-05", currency, center.Decimal(payable))
	d.InvoiceType, d.Totals.TaxExclusive = center.TypeSupport, center.Decimal(net)
	w.Book(t, center.Record{Kind: d.Kind, Number: number, Document: &d})
	return InvoiceID(Najd, center.KindInvoice, number)
}

// Redeemer lets a person of Najd's use its rewards, and answers the code.
func (w *World) Redeemer(t testing.TB, p Person) (code string) {
	t.Helper()
	sub := Rewarded(Najd, RewardsNumber)
	_, err := w.Store.In(w.Actor(t, Primary)).AuthoriseRedeemer(t.Context(), sub, string(p),
		func(account center.AccountID, sub center.SubscriptionID, generation int) (string, [center.RedemptionCodeBytes]byte) {
			key := w.Keys.Current()
			raw, _ := session.RedemptionCode(w.Keys, key, account, sub, generation)
			return key, raw
		})
	if err != nil {
		t.Fatal(err)
	}
	raw, _ := session.RedemptionCode(w.Keys, w.Keys.Current(), center.AccountIDOf(Najd), sub, 1)
	return center.RedemptionCode(raw)
}

// onQuote is about the rewards of a target, on an invoice of Najd's.
func onQuote(more string) func(*World, testing.TB, cell) asked {
	return func(w *World, _ testing.TB, c cell) asked {
		return asked{body: fmt.Sprintf(`{"subscription":%q,"invoice":%q%s}`, w.Targets[c.target], InvoiceID(Najd, center.KindInvoice, "S-1"), more)}
	}
}

// onLot is about a month's rewards.
func onLot(w *World, _ testing.TB, c cell) asked {
	lots := map[string]center.LotID{"unknown rewards": "lot_00000000000000000000000000000000", "malformed rewards": "G#" + center.LotID(Najd)}
	for target, key := range map[string]string{"own rewards": Najd, "foreign rewards": Gulf} {
		account := center.AccountIDOf(key)
		lots[target] = center.LotIDOf(account, center.SubscriptionID(w.Targets[target]), "2026-09")
	}
	return asked{query: map[string]string{"lot": string(lots[c.target])}}
}

// redemptionKey is the redemption by Najd's payables contact, for the desk to reverse.
const redemptionKey = "matrix-redemption-1"

// onReverse is about that redemption.
func onReverse(w *World, _ testing.TB, c cell) asked {
	id := center.RedemptionIDOf(center.AccountIDOf(Najd), center.ContactIDOf(string(Payables)), redemptionKey)
	if c.target == "unknown" {
		id = "red_00000000000000000000000000000000"
	}
	return asked{body: fmt.Sprintf(`{"account":%q,"redemption":%q,"reason":"void"}`, Najd, id)}
}

// Redeemed uses 10.00 of Najd's rewards on its invoice S-1.
func (w *World) Redeemed(t testing.TB) {
	t.Helper()
	invoice := w.Support(t, "S-1", "SAR", "115.00", "100.00")
	code := w.Redeemer(t, Payables)
	account := w.Store.In(w.Actor(t, Payables))
	heads, err := account.Payables(t.Context(), []center.InvoiceID{invoice})
	if err != nil || len(heads) != 1 {
		t.Fatal(len(heads), err)
	}
	_, _, err = account.Redeem(t.Context(), store.RewardsAsked{ID: center.RedemptionIDOf(center.AccountIDOf(Najd), center.ContactIDOf(string(Payables)), redemptionKey),
		Subscription: Rewarded(Najd, RewardsNumber), Code: code, FX: center.SameCurrency,
		Uses: []store.RewardsOn{{Invoice: invoice, Version: heads[0].Version, Amount: money.Money{Minor: 1000, Currency: "SAR"}}}})
	if err != nil {
		t.Fatal(err)
	}
}

// PayWithRewards is Pay of one invoice, as much as can be by Najd's rewards and
// the rest by the method.
func (p *Processor) PayWithRewards(person Person, key string, method center.MethodID, invoice center.InvoiceID, rewards money.Money, code string) center.Payment {
	p.t.Helper()
	actor := p.w.Actor(p.t, person)
	heads, err := p.w.Store.In(actor).Payables(p.t.Context(), []center.InvoiceID{invoice})
	if err != nil {
		p.t.Fatal(err)
	}
	planned, _ := center.PlanWithRewards([]center.Asked{{Invoice: invoice}}, heads, nil, p.step, rewards)
	paid, err := p.Desk(p.w.Store).Pay(p.t.Context(), actor, paying.Order{Key: key, Request: key, Planned: planned[0], Method: method, Locale: "en",
		Rewards: &store.RewardsAsked{ID: center.RedemptionIDOf(actor.Account, actor.Contact, key), Subscription: Rewarded(Najd, RewardsNumber), Code: code, FX: center.SameCurrency}})
	if err != nil {
		p.t.Fatal(err)
	}
	return paid
}

// Environment is what a function's own program needs to meet the processor.
func (p *Processor) Environment() []string {
	return []string{"CENTER_NAME=" + CenterName, "CENTER_PROCESSOR_KEY=" + processorKey}
}
