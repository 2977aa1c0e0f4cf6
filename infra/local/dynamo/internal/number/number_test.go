package number

import (
	"errors"
	"math/big"
	"strings"
	"testing"

	"customercenter/infra/local/dynamo/internal/fault"
)

func TestCanonical(t *testing.T) {
	for in, want := range map[string]string{
		"0": "0", "-0.0": "0", "0e99999999999": "0", "00012.3400": "12.34", "1e3": "1000", "-1.5E-3": "-0.0015", ".5": "0.5", "5.": "5",
		"1E125": "1" + strings.Repeat("0", 125), "999999999999999999": "999999999999999999",
	} {
		if got, err := Canonical(in); err != nil || got != want {
			t.Errorf("%s: got %s, %v, want %s", in, got, err, want)
		}
	}
	for in, want := range map[string]string{
		"": "cannot be converted", ".": "cannot be converted", "1e": "cannot be converted", "1e+-1": "cannot be converted", " 1": "cannot be converted", "١": "cannot be converted",
		"1e126": "overflow", "1e99999999999999999999": "overflow", "1e-131": "underflow", "1e-99999999999999999999": "underflow",
		strings.Repeat("1", 39): "38 significant digits",
	} {
		_, err := Canonical(in)
		var f *fault.Error
		if !errors.As(err, &f) || !strings.Contains(f.Message, want) {
			t.Errorf("%s: got %v, want %q", in, err, want)
		}
	}
}

func TestSize(t *testing.T) {
	for in, want := range map[string]int{
		"0": 1, "1": 2, "-1": 3, "10": 2, "12": 2, "100": 2, "123": 3, "0.1": 2, "0.01": 2, "0.001": 2, "1.1": 3,
		strings.Repeat("1", 38): 20, "-" + strings.Repeat("1", 38): 21,
	} {
		if got := Size(in); got != want {
			t.Errorf("%s: got %d, want %d", in, got, want)
		}
	}
}

// exact is the number a text spells, by other means than this package's; ok is
// false for what math/big reads but DynamoDB does not.
func exact(text string) (*big.Rat, bool) {
	if strings.Trim(text, "+-.0123456789eE") != "" || len(text) > 80 {
		return nil, false
	}
	if _, exponent, ok := strings.Cut(strings.ToLower(text), "e"); ok && len(exponent) > 5 {
		return nil, false
	}
	return new(big.Rat).SetString(text)
}

// FuzzNumbers compares parsing, order and sums with math/big's rationals.
func FuzzNumbers(f *testing.F) {
	for _, pair := range [][2]string{
		{"0", "-0"}, {"1", "1.0"}, {"-1e-130", "9.99e125"}, {"12345678901234567890123456789012345678", "0.1"}, {"99999999999999999999999999999999999999", "1"},
		{"-10", "-9"}, {"0.001", "0.0009"}, {"1e20", "-1e20"}, {"123456789012345678", "1234567890123456789"}, {"7", "x"},
	} {
		f.Add(pair[0], pair[1])
	}
	f.Fuzz(func(t *testing.T, a, b string) {
		x, okX := exact(a)
		y, okY := exact(b)
		if !okX || !okY {
			return
		}
		ca, errA := Canonical(a)
		cb, errB := Canonical(b)
		if errA != nil || errB != nil {
			return
		}
		if z, _ := exact(ca); len(ca) < 80 && z.Cmp(x) != 0 {
			t.Fatalf("%s became %s", a, ca)
		}
		if again, err := Canonical(ca); err != nil || again != ca {
			t.Fatalf("%s is not canonical: %s, %v", ca, again, err)
		}
		if got, want := sign(Compare(ca, cb)), x.Cmp(y); got != want {
			t.Fatalf("compare %s with %s: got %d, want %d", ca, cb, got, want)
		}
		if got, want := strings.Compare(Key(ca), Key(cb)), x.Cmp(y); got != want {
			t.Fatalf("keys of %s and %s: got %d, want %d", ca, cb, got, want)
		}
		sameSum(t, ca, cb, Add, new(big.Rat).Add(x, y))
		sameSum(t, ca, cb, Subtract, new(big.Rat).Sub(x, y))
	})
}

func sameSum(t *testing.T, a, b string, sum func(a, b string) (string, error), want *big.Rat) {
	t.Helper()
	got, err := sum(a, b)
	if err != nil {
		// Right only if the sum cannot be written within the limits.
		if text := strings.TrimRight(strings.TrimLeft(want.FloatString(135), "-0."), "0"); len(strings.Replace(text, ".", "", 1)) <= MaxDigits && !strings.Contains(err.Error(), "flow") {
			t.Fatalf("%s and %s: %v", a, b, err)
		}
		return
	}
	if z, _ := new(big.Rat).SetString(got); z.Cmp(want) != 0 {
		t.Fatalf("%s and %s: got %s, want %s", a, b, got, want.FloatString(40))
	}
}

func sign(n int) int {
	switch {
	case n < 0:
		return -1
	case n > 0:
		return 1
	}
	return 0
}
