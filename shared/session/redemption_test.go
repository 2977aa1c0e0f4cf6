package session

import (
	"testing"

	"customercenter/shared/center"
)

func TestARedemptionCodeIsOfOneGenerationOfOneSubscription(t *testing.T) {
	r := ring(t)
	code, ok := RedemptionCode(r, "k1", "acc", "SUB-1", 1)
	if again, _ := RedemptionCode(r, "k1", "acc", " sub-1", 1); !ok || again != code {
		t.Errorf("made anew it is %q, not %q", again, code)
	}
	seen := map[string]string{string(code): "itself"}
	for name, c := range map[string]struct {
		key, subscription string
		account           center.AccountID
		generation        int
	}{
		"the next generation":   {"k1", "SUB-1", "acc", 2},
		"another subscription":  {"k1", "SUB-2", "acc", 1},
		"a number that goes on": {"k1", "1|SUB-1", "acc", 1},
		"another account":       {"k1", "SUB-1", "bcc", 1},
		"another key":           {"k2", "SUB-1", "acc", 1},
	} {
		other, ok := RedemptionCode(r, c.key, c.account, c.subscription, c.generation)
		if !ok || seen[string(other)] != "" {
			t.Errorf("%s: %q is that of %s", name, other, seen[string(other)])
		}
		seen[string(other)] = name
	}
	if _, ok := RedemptionCode(r, "gone", "acc", "SUB-1", 1); ok {
		t.Error("a dropped key makes codes")
	}
	if _, ok := RedemptionCode(r, "k1", "acc", "SUB-1", 0); ok {
		t.Error("what was never made has a code")
	}
}
