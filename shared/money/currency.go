package money

import "strings"

// Code is an ISO 4217 alphabetic currency code, three capital letters.
type Code string

// The active codes by number of decimals, as the ISO 4217 list gives them.
// Codes without minor units (XAU, XDR, XXX …) are not money one can owe here.
const (
	codes0 = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"
	codes2 = "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD " +
		"CAD CDF CHE CHF CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL " +
		"GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR " +
		"LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD " +
		"PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC " +
		"SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XAD XCD XCG YER ZAR " +
		"ZMW ZWG"
	codes3 = "BHD IQD JOD KWD LYD OMR TND"
	codes4 = "CLF UYW"
)

var exponents = func() map[Code]int {
	table := make(map[Code]int)
	for exp, list := range map[int]string{0: codes0, 2: codes2, 3: codes3, 4: codes4} {
		for _, c := range strings.Fields(list) {
			table[Code(c)] = exp
		}
	}
	return table
}()

// Exponent is the number of decimals of the currency c; ok is false for what
// is not an active ISO 4217 code with minor units.
func Exponent(c Code) (decimals int, ok bool) {
	decimals, ok = exponents[c]
	return decimals, ok
}
