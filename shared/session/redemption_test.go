package session

import (
	"testing"

	"customercenter/shared/center"
)

func TestARedemptionCodeIsOfOneGenerationOfOneSubscription(t *testing.T) {
	r, sub := ring(t), center.SubscriptionIDOf("acc", "SUB-1")
	code, ok := RedemptionCode(r, "k1", "acc", sub, 1)
	if again, _ := RedemptionCode(r, "k1", "acc", sub, 1); !ok || again != code {
		t.Errorf("made anew it is %x, not %x", again, code)
	}
	seen := map[[center.RedemptionCodeBytes]byte]string{code: "itself"}
	for name, c := range map[string]struct {
		key        string
		account    center.AccountID
		sub        center.SubscriptionID
		generation int
	}{
		"the next generation":  {"k1", "acc", sub, 2},
		"another subscription": {"k1", "acc", center.SubscriptionIDOf("acc", "SUB-2"), 1},
		"another account":      {"k1", "bcc", sub, 1},
		"another key":          {"k2", "acc", sub, 1},
	} {
		other, ok := RedemptionCode(r, c.key, c.account, c.sub, c.generation)
		if !ok || seen[other] != "" {
			t.Errorf("%s: %x is that of %s", name, other, seen[other])
		}
		seen[other] = name
	}
	if _, ok := RedemptionCode(r, "gone", "acc", sub, 1); ok {
		t.Error("a dropped key makes codes")
	}
	if _, ok := RedemptionCode(r, "k1", "acc", sub, 0); ok {
		t.Error("what was never made has a code")
	}
}
