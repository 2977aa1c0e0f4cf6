package stripe

import (
	"slices"
	"strconv"
	"strings"
)

// The currencies that Stripe charges in, by how many decimals its amounts
// have. ISK and UGX have none in ISO 4217 and are sent with two here.
const (
	withoutDecimals   = "bif clp djf gnf jpy kmf krw mga pyg rwf vnd vuv xaf xof xpf"
	withThreeDecimals = "bhd jod kwd omr tnd"
	withTwoDecimals   = "usd aed afn all amd ang aoa ars aud awg azn bam bbd bdt bgn bmd bnd bob brl bsd bwp byn bzd cad cdf chf " +
		"cny cop crc cve czk dkk dop dzd egp etb eur fjd fkp gbp gel gip gmd gtq gyd hkd hnl hrk htg huf idr ils inr isk jmd " +
		"kes kgs khr kyd kzt lak lbp lkr lrd lsl mad mdl mkd mmk mnt mop mur mvr mwk mxn myr mzn nad ngn nio nok npr nzd pab " +
		"pen pgk php pkr pln qar ron rsd rub sar sbd scr sek sgd shp sle sos srd std szl thb tjs top try ttd twd tzs uah ugx " +
		"uyu uzs wst xcd xcg yer zar zmw"
)

var decimals = func() map[string]int {
	table := map[string]int{}
	for n, list := range map[int]string{0: withoutDecimals, 2: withTwoDecimals, 3: withThreeDecimals} {
		for _, c := range strings.Fields(list) {
			table[c] = n
		}
	}
	return table
}()

// smallest are the least amounts of a charge; other currencies have none that
// does not hang on the day's rates.
var smallest = map[string]int64{
	"usd": 50, "aed": 200, "aud": 50, "bgn": 100, "brl": 50, "cad": 50, "chf": 50, "czk": 1500, "dkk": 250, "eur": 50,
	"gbp": 30, "hkd": 400, "huf": 17500, "inr": 50, "jpy": 50, "mxn": 1000, "myr": 200, "nok": 300, "nzd": 50, "pln": 200,
	"ron": 200, "sek": 300, "sgd": 50, "thb": 1000,
}

// The largest amounts of a charge: eight digits, for the rupiah twelve.
const (
	largest       = 99_999_999
	largestRupiah = 999_999_999_999
)

// wholeUnits are currencies of two decimals whose last two digits are 0.
var wholeUnits = []string{"isk", "ugx"}

// readAmount refuses an amount that Stripe would not charge.
func readAmount(param string, amount int64, currency string) error {
	exponent, known := decimals[currency]
	most := int64(largest)
	if currency == "idr" {
		most = largestRupiah
	}
	switch {
	case !known:
		return unfit("currency", "", "Invalid currency: %s. Stripe currently supports these currencies: usd, eur, jpy, kwd and others", currency)
	case amount < 1:
		return unfit(param, "parameter_invalid_integer", "This value must be greater than or equal to 1.")
	case exponent == 3 && amount%10 != 0:
		return unfit(param, "", "Invalid amount: charges in %s must be a multiple of 10, the last digit being 0.", strings.ToUpper(currency))
	case slices.Contains(wholeUnits, currency) && amount%100 != 0:
		return unfit(param, "", "Invalid amount: charges in %s have no fractions, the last two digits being 0.", strings.ToUpper(currency))
	case amount < smallest[currency]:
		return unfit(param, "amount_too_small", "The amount must be greater than or equal to the minimum charge amount allowed for your account and the currency set: %s.", plainAmount(smallest[currency], currency))
	case amount > most:
		return unfit(param, "amount_too_large", "Amount must be no more than %s.", plainAmount(most, currency))
	}
	return nil
}

// plainAmount writes an amount with its decimals, digits in groups of three,
// and its currency behind it.
func plainAmount(amount int64, currency string) string {
	return figure(amount, currency) + " " + strings.ToUpper(currency)
}

func figure(amount int64, currency string) string {
	exponent := decimals[currency]
	digits := strconv.FormatInt(amount, 10)
	if missing := exponent + 1 - len(digits); missing > 0 {
		digits = strings.Repeat("0", missing) + digits
	}
	whole, fraction := digits[:len(digits)-exponent], digits[len(digits)-exponent:]
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	if fraction != "" {
		fraction = "." + fraction
	}
	return whole + fraction
}
