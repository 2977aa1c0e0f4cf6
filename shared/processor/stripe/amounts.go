package stripe

import (
	"fmt"
	"math"
	"strings"

	"customercenter/shared/money"
	"customercenter/shared/processor"
)

// The codes of amounts that Stripe can not take, added to its own.
const (
	codeNotRepresentable = "amount_not_representable"
	codeCurrency         = "currency_not_supported"
)

// The currencies that Stripe charges in, by the decimals of its amounts. They
// are not those of ISO 4217: the ariary has none here and two there; the krona
// of Iceland and the shilling of Uganda have two here, both always 0, and none
// there.
const (
	without    = "BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF"
	twoAlways0 = "ISK UGX"
	two        = "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BRL BSD BWP BYN BZD CAD CDF CHF CNY COP CRC CVE " +
		"CZK DKK DOP DZD EGP ETB EUR FJD FKP GBP GEL GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR JMD KES KGS KHR KYD KZT LAK " +
		"LBP LKR LRD LSL MAD MDL MKD MMK MNT MOP MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR " +
		"RON RSD RUB SAR SBD SCR SEK SGD SHP SLE SOS SRD SZL THB TJS TOP TRY TTD TWD TZS UAH USD UYU UZS WST XCD XCG YER ZAR ZMW"
	three = "BHD JOD KWD OMR TND" // the last digit must be 0
)

// scale is how Stripe writes amounts of a currency.
type scale struct {
	decimals int
	step     int64 // what amounts must be a multiple of, in Stripe's units
}

var scales = func() map[money.Code]scale {
	table := make(map[money.Code]scale)
	for list, s := range map[string]scale{without: {0, 1}, two: {2, 1}, twoAlways0: {2, 100}, three: {3, 10}} {
		for _, c := range strings.Fields(list) {
			table[money.Code(c)] = s
		}
	}
	return table
}()

// ratio is between our minor units of a currency and Stripe's: one of ours is
// up of theirs, or down of ours are one of theirs.
func ratio(c money.Code) (s scale, up, down int64, ok bool) {
	s, known := scales[c]
	ours, valid := money.Exponent(c)
	if !known || !valid {
		return scale{}, 0, 0, false
	}
	return s, power(s.decimals - ours), power(ours - s.decimals), true
}

// power is ten to the n, and 1 for what is below 0.
func power(n int) int64 {
	p := int64(1)
	for range n {
		p *= 10
	}
	return p
}

// Step implements processor.Processor.
func (c *Client) Step(code money.Code) (minor int64, ok bool) {
	s, up, down, ok := ratio(code)
	if !ok {
		return 0, false
	}
	return max(s.step/up, 1) * down, true
}

// toStripe converts what is to be charged. What Stripe has no amount for is
// refused.
func toStripe(m money.Money) (int64, error) {
	s, up, down, ok := ratio(m.Currency)
	switch {
	case !ok:
		return 0, refused(codeCurrency, fmt.Errorf("no charges in %q", m.Currency))
	case m.Minor < 1 || m.Minor > math.MaxInt64/up || m.Minor%down != 0 || m.Minor*up/down%s.step != 0:
		return 0, refused(codeNotRepresentable, fmt.Errorf("no charge of %s", m))
	}
	return m.Minor * up / down, nil
}

// fromStripe converts what an object says. Amounts that we could not have
// asked for, such as a part of a krona, are an error: rounding would invent
// money.
func fromStripe(amount int64, currency string) (money.Money, error) {
	code := money.Code(strings.ToUpper(currency))
	_, up, down, ok := ratio(code)
	if !ok || amount < 0 || amount > math.MaxInt64/down || amount%up != 0 {
		return money.Money{}, &processor.Error{Outcome: processor.Unknown, Code: codeNotRepresentable, Err: fmt.Errorf("an object has %d %q", amount, currency)}
	}
	return money.Money{Minor: amount / up * down, Currency: code}, nil
}

// amounts converts several of one object; the first that can not be is the
// error.
func amounts(currency string, from []int64, to ...*money.Money) (err error) {
	for i, m := range to {
		if *m, err = fromStripe(from[i], currency); err != nil {
			return err
		}
	}
	return nil
}
