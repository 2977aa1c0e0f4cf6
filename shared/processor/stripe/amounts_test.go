package stripe

import (
	"errors"
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"customercenter/shared/money"
	"customercenter/shared/processor"
)

func TestAmountsAreStripesOwn(t *testing.T) {
	c := New(Options{})
	for _, e := range []struct {
		code         money.Code
		minor, units int64
		step         int64
	}{
		{"USD", 12340, 12340, 1},
		{"HUF", 12345, 12345, 1}, // the rule of whole forints is for payouts
		{"TWD", 12345, 12345, 1},
		{"JPY", 500, 500, 1},
		{"KRW", 5000, 5000, 1},
		{"XPF", 1, 1, 1},
		{"KWD", 1250500, 1250500, 10},
		{"BHD", 10, 10, 10},
		{"TND", 5120, 5120, 10},
		{"ISK", 5, 500, 1},
		{"UGX", 5000, 500000, 1},
		{"MGA", 500000, 5000, 100},
	} {
		if got, err := toStripe(cash(e.minor, e.code)); err != nil || got != e.units {
			t.Errorf("%d %s is %d, %v; want %d", e.minor, e.code, got, err, e.units)
		}
		if got, err := fromStripe(e.units, strings.ToLower(string(e.code))); err != nil || got != cash(e.minor, e.code) {
			t.Errorf("%d units of %s are %v, %v; want %d", e.units, e.code, got, err, e.minor)
		}
		if step, ok := c.Step(e.code); !ok || step != e.step {
			t.Errorf("the step of %s is %d, %v; want %d", e.code, step, ok, e.step)
		}
	}
}

func TestAmountsThatStripeHasNotAreRefused(t *testing.T) {
	for _, m := range []money.Money{cash(1234, "KWD"), cash(1, "BHD"), cash(50, "MGA"), cash(199, "MGA"), cash(0, "USD"), cash(-1, "USD"),
		cash(math.MaxInt64, "ISK"), cash(math.MaxInt64/100+1, "UGX"), cash(math.MinInt64, "UGX")} {
		_, err := toStripe(m)
		fails(t, err, processor.Refused, codeNotRepresentable)
	}
	for _, code := range []money.Code{"IQD", "LYD", "CLF", "SYP", "XAU", "usd", ""} {
		_, err := toStripe(cash(1000, code))
		fails(t, err, processor.Refused, codeCurrency)
	}
}

func TestAmountsThatAreNotOursAreAnError(t *testing.T) {
	for _, c := range []struct {
		units    int64
		currency string
	}{{550, "isk"}, {1, "ugx"}, {-1, "usd"}, {100, "iqd"}, {100, ""}, {math.MaxInt64, "mga"}} {
		_, err := fromStripe(c.units, c.currency)
		fails(t, err, processor.Unknown, codeNotRepresentable)
	}
}

// every is each currency that money knows.
func every() (codes []money.Code) {
	for a := 'A'; a <= 'Z'; a++ {
		for b := 'A'; b <= 'Z'; b++ {
			for c := 'A'; c <= 'Z'; c++ {
				if _, ok := money.Exponent(money.Code([]rune{a, b, c})); ok {
					codes = append(codes, money.Code([]rune{a, b, c}))
				}
			}
		}
	}
	return codes
}

func TestEveryCurrencyHasAStepOrIsRefused(t *testing.T) {
	c := New(Options{})
	taken := 0
	for _, code := range every() {
		step, ok := c.Step(code)
		if !ok {
			_, err := toStripe(cash(1_000_000, code))
			fails(t, err, processor.Refused, codeCurrency)
			continue
		}
		taken++
		units, err := toStripe(cash(step, code))
		if back, backErr := fromStripe(units, strings.ToLower(string(code))); err != nil || backErr != nil || back != cash(step, code) {
			t.Errorf("a step of %s is %d units, %v, and back %v, %v", code, units, err, back, backErr)
		}
		if step > 1 {
			_, err = toStripe(cash(step-1, code))
			fails(t, err, processor.Refused, codeNotRepresentable)
		}
	}
	if taken != len(scales) {
		t.Errorf("%d currencies of %d are known to money", taken, len(scales))
	}
}

func TestAmountsComeBackAsTheyWent(t *testing.T) {
	codes := every()
	rapid.Check(t, func(t *rapid.T) {
		m := cash(rapid.Int64().Draw(t, "minor"), rapid.SampledFrom(codes).Draw(t, "currency"))
		units, err := toStripe(m)
		var e *processor.Error
		if err != nil {
			if !errors.As(err, &e) || e.Outcome != processor.Refused {
				t.Fatalf("%s: %v", m, err)
			}
			return
		}
		if back, err := fromStripe(units, strings.ToLower(string(m.Currency))); err != nil || back != m {
			t.Fatalf("%s is %d units, and back %v, %v", m, units, back, err)
		}
	})
}
