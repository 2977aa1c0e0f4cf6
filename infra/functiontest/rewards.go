package functiontest

import (
	"testing"

	"customercenter/shared/center"
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
		UsageOf(Gulf, RewardsNumber+" "+Canary, "2026-09", "9000.00", nil))
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
