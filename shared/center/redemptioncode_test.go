package center

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestACodeIsReadHoweverItIsTyped(t *testing.T) {
	raw := [RedemptionCodeBytes]byte{0, 68, 50, 20, 199, 66, 84, 182, 53, 207}
	code := RedemptionCode(raw)
	if code != "0123-4567-89AB-CDEF-K" {
		t.Fatal(code)
	}
	for name, typed := range map[string]string{
		"as written":          code,
		"in one piece":        strings.ReplaceAll(code, "-", ""),
		"in small letters":    strings.ToLower(code),
		"with blanks":         "  " + strings.ReplaceAll(code, "-", " ") + "\n",
		"with long dashes":    strings.ReplaceAll(code, "-", "–"),
		"with isolating mark": "\u2066" + code + "\u2069",
		"O for 0, L for 1":    strings.NewReplacer("0", "O", "1", "l").Replace(code),
		"in Arabic digits": strings.NewReplacer("0", "٠", "1", "١", "2", "٢", "3", "٣", "4", "٤", "5", "٥", "6", "٦", "7", "٧", "8", "٨", "9", "٩").
			Replace(code),
	} {
		if got, ok := ReadRedemptionCode(typed); !ok || got != raw {
			t.Errorf("%s: %q is read as %x %t", name, typed, got, ok)
		}
	}
	for _, typed := range []string{"", "0", code[:19], code + "0", "U" + code[1:], "!" + code[1:], strings.Repeat("0", 10_000)} {
		if got, ok := ReadRedemptionCode(typed); ok {
			t.Errorf("%q is read as %x", typed, got)
		}
	}
}

// Crockford's check finds every sign mistyped, and every two that changed
// places.
func TestASlipOfTheFingerIsFound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var raw [RedemptionCodeBytes]byte
		copy(raw[:], rapid.SliceOfN(rapid.Byte(), RedemptionCodeBytes, RedemptionCodeBytes).Draw(t, "raw"))
		code := []byte(strings.ReplaceAll(RedemptionCode(raw), "-", ""))
		if got, ok := ReadRedemptionCode(string(code)); !ok || got != raw {
			t.Fatalf("%s is read as %x %t", code, got, ok)
		}
		at := rapid.IntRange(0, codeSigns-1).Draw(t, "place")
		wrong := append([]byte{}, code...)
		if rapid.Bool().Draw(t, "swapped") && at+1 < codeSigns {
			wrong[at], wrong[at+1] = wrong[at+1], wrong[at]
		} else {
			wrong[at] = crockford[rapid.IntRange(0, len(crockford)-1).Draw(t, "instead")]
		}
		if _, ok := ReadRedemptionCode(string(wrong)); ok && string(wrong) != string(code) {
			t.Fatalf("%s passes for %s", wrong, code)
		}
	})
}

func TestAHashIsOfOneSubscriptionsCode(t *testing.T) {
	one, two := [RedemptionCodeBytes]byte{1}, [RedemptionCodeBytes]byte{2}
	sub := SubscriptionIDOf("acc", "SUB-1")
	seen := map[string]bool{RedemptionCodeHash("acc", sub, one): true}
	for name, hash := range map[string]string{
		"another code":         RedemptionCodeHash("acc", sub, two),
		"another account":      RedemptionCodeHash("bcc", sub, one),
		"another subscription": RedemptionCodeHash("acc", SubscriptionIDOf("acc", "SUB-2"), one),
	} {
		if seen[hash] {
			t.Errorf("%s has the same hash", name)
		}
		seen[hash] = true
	}
}
