package center

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestACodeIsReadHoweverItIsTyped(t *testing.T) {
	code := RedemptionCodeOf([RedemptionCodeBytes]byte{0, 68, 50, 20, 199, 66, 84, 182, 53, 207})
	grouped := code.Grouped()
	if grouped != "0123-4567-89AB-CDEF-K" {
		t.Fatal(code, grouped)
	}
	for name, typed := range map[string]string{
		"as stored":           string(code),
		"in groups":           grouped,
		"in small letters":    strings.ToLower(grouped),
		"with blanks":         "  " + strings.ReplaceAll(grouped, "-", " ") + "\n",
		"with long dashes":    strings.ReplaceAll(grouped, "-", "–"),
		"with isolating mark": "\u2066" + grouped + "\u2069",
		"O for 0, L for 1":    strings.NewReplacer("0", "O", "1", "l").Replace(grouped),
		"in Arabic digits": strings.NewReplacer("0", "٠", "1", "١", "2", "٢", "3", "٣", "4", "٤", "5", "٥", "6", "٦", "7", "٧", "8", "٨", "9", "٩").
			Replace(grouped),
	} {
		if got, ok := ParseRedemptionCode(typed); !ok || got != code {
			t.Errorf("%s: %q is read as %q %t", name, typed, got, ok)
		}
	}
	for _, typed := range []string{"", "0", string(code[:16]), string(code) + "0", "U" + string(code[1:]), "!" + string(code[1:]), strings.Repeat("0", 10_000)} {
		if got, ok := ParseRedemptionCode(typed); ok {
			t.Errorf("%q is read as %q", typed, got)
		}
	}
}

// Crockford's check character finds every character mistyped, and every two
// that changed places.
func TestASlipOfTheFingerIsFound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var secret [RedemptionCodeBytes]byte
		copy(secret[:], rapid.SliceOfN(rapid.Byte(), RedemptionCodeBytes, RedemptionCodeBytes).Draw(t, "secret"))
		code := []byte(RedemptionCodeOf(secret))
		if got, ok := ParseRedemptionCode(string(code)); !ok || string(got) != string(code) {
			t.Fatalf("%s is read as %s %t", code, got, ok)
		}
		at := rapid.IntRange(0, codeCharacters-1).Draw(t, "place")
		wrong := append([]byte{}, code...)
		if rapid.Bool().Draw(t, "swapped") && at+1 < codeCharacters {
			wrong[at], wrong[at+1] = wrong[at+1], wrong[at]
		} else {
			wrong[at] = codeAlphabet[rapid.IntRange(0, 31).Draw(t, "instead")]
		}
		if _, ok := ParseRedemptionCode(string(wrong)); ok && string(wrong) != string(code) {
			t.Fatalf("%s passes for %s", wrong, code)
		}
	})
}

func TestAHashIsOfOneSubscriptionsCode(t *testing.T) {
	code, other := RedemptionCodeOf([RedemptionCodeBytes]byte{1}), RedemptionCodeOf([RedemptionCodeBytes]byte{2})
	hash := code.Hash("acc", "SUB-1")
	for name, c := range map[string]struct {
		code         RedemptionCode
		account      AccountID
		subscription string
		want         bool
	}{
		"its own":                {code, "acc", "SUB-1", true},
		"its number with blanks": {code, "acc", " sub-1 ", true},
		"another code":           {other, "acc", "SUB-1", false},
		"another account":        {code, "bcc", "SUB-1", false},
		"another subscription":   {code, "acc", "SUB-2", false},
	} {
		if got := c.code.Matches(hash, c.account, c.subscription); got != c.want {
			t.Errorf("%s: %t", name, got)
		}
	}
}
