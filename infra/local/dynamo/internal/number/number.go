// Package number is DynamoDB's decimal number: at most 38 significant digits,
// magnitudes from 1E-130 to 9.99…E+125, exact addition, one canonical spelling
// and a byte string that sorts as the numbers do. It knows no attribute types.
package number

import (
	"math/big"
	"strconv"
	"strings"

	"customercenter/infra/local/dynamo/internal/fault"
)

// Limits of a stored number. Exponents are those of the form 0.DIGITS × 10^exponent.
const (
	MaxDigits   = 38
	MaxExponent = 126
	MinExponent = -129
)

// A spelled exponent beyond this is out of range whatever the digits before it.
const spelledExponentLimit = 1 << 20

// Number is a decimal: 0.DIGITS × 10^exponent, digits without zeros at either
// end. The zero value is the number zero.
type Number struct {
	negative bool
	digits   string
	exponent int
}

// Parse reads a decimal as clients spell it, sign and exponent allowed, and
// refuses what is no number or out of DynamoDB's range and precision.
func Parse(text string) (Number, error) {
	n, ok := scan(text)
	if !ok {
		if text == "" {
			return Number{}, fault.Validation("The parameter cannot be converted to a numeric value")
		}
		return Number{}, fault.Validation("The parameter cannot be converted to a numeric value: %s", text)
	}
	return n, n.check()
}

// Canonical returns the one spelling of the number in text: plain notation, no
// exponent, no zeros that say nothing.
func Canonical(text string) (string, error) {
	if plainInteger(text) {
		return text, nil
	}
	n, err := Parse(text)
	if err != nil {
		return "", err
	}
	return n.String(), nil
}

// known reads a canonical spelling, which cannot fail.
func known(canonical string) Number {
	n, _ := scan(canonical)
	return n
}

func scan(text string) (Number, bool) {
	var n Number
	if text != "" && (text[0] == '+' || text[0] == '-') {
		n.negative = text[0] == '-'
		text = text[1:]
	}
	shift := 0
	if i := strings.IndexAny(text, "eE"); i >= 0 {
		var ok bool
		if shift, ok = scanExponent(text[i+1:]); !ok {
			return n, false
		}
		text = text[:i]
	}
	whole, fraction, _ := strings.Cut(text, ".")
	digits := whole + fraction
	if digits == "" {
		return n, false
	}
	for i := range len(digits) {
		if digits[i] < '0' || digits[i] > '9' {
			return n, false
		}
	}
	n.exponent = len(whole) + shift
	before := len(digits)
	digits = strings.TrimLeft(digits, "0")
	n.exponent -= before - len(digits)
	n.digits = strings.TrimRight(digits, "0")
	if n.digits == "" {
		return Number{}, true
	}
	return n, true
}

func scanExponent(text string) (int, bool) {
	unsigned := strings.TrimPrefix(strings.TrimPrefix(text, "+"), "-")
	if unsigned == "" || len(text)-len(unsigned) > 1 || strings.Trim(unsigned, "0123456789") != "" {
		return 0, false
	}
	e, err := strconv.Atoi(text)
	if err != nil || e > spelledExponentLimit || e < -spelledExponentLimit {
		e = spelledExponentLimit
		if text[0] == '-' {
			e = -e
		}
	}
	return e, true
}

func (n Number) check() error {
	switch {
	case n.digits == "":
		return nil
	case n.exponent > MaxExponent:
		return fault.Validation("Number overflow. Attempting to store a number with magnitude larger than supported range")
	case n.exponent < MinExponent:
		return fault.Validation("Number underflow. Attempting to store a number with magnitude smaller than supported range")
	case len(n.digits) > MaxDigits:
		return fault.Validation("Attempting to store more than %d significant digits in a Number", MaxDigits)
	}
	return nil
}

// String is the canonical spelling.
func (n Number) String() string {
	if n.digits == "" {
		return "0"
	}
	var b strings.Builder
	if n.negative {
		b.WriteByte('-')
	}
	switch {
	case n.exponent >= len(n.digits):
		b.WriteString(n.digits)
		b.WriteString(strings.Repeat("0", n.exponent-len(n.digits)))
	case n.exponent > 0:
		b.WriteString(n.digits[:n.exponent])
		b.WriteByte('.')
		b.WriteString(n.digits[n.exponent:])
	default:
		b.WriteString("0.")
		b.WriteString(strings.Repeat("0", -n.exponent))
		b.WriteString(n.digits)
	}
	return b.String()
}

// plainInteger reports whether text is already canonical without looking further:
// no sign, no point, no leading zero, few enough digits for any limit.
func plainInteger(text string) bool {
	if text == "" || len(text) > 18 || text[0] < '1' || text[0] > '9' {
		return text == "0"
	}
	for i := 1; i < len(text); i++ {
		if text[i] < '0' || text[i] > '9' {
			return false
		}
	}
	return true
}

// Size is what a canonical number counts against item size and capacity, in
// bytes: one for the exponent, one for each pair of digits as paired around the
// decimal point, one for a minus sign.
func Size(canonical string) int {
	n := known(canonical)
	if n.digits == "" {
		return 1
	}
	digits := len(n.digits)
	if n.exponent%2 != 0 {
		digits++ // the first digit stands alone in its pair
	}
	pairs := (digits + 1) / 2
	const fullPairs = 20
	if n.negative && pairs < fullPairs {
		return pairs + 2
	}
	return pairs + 1
}

// Compare orders two canonical numbers: negative, zero or positive.
func Compare(a, b string) int {
	if plainInteger(a) && plainInteger(b) {
		if len(a) != len(b) {
			return len(a) - len(b)
		}
		return strings.Compare(a, b)
	}
	return strings.Compare(Key(a), Key(b))
}

// Key encodes a canonical number so that bytes sort as the numbers do.
func Key(canonical string) string {
	const (
		zero           = 1
		positive       = 2
		exponentOffset = 200 // lifts every exponent above zero
	)
	n := known(canonical)
	if n.digits == "" {
		return string([]byte{zero})
	}
	exponent := n.exponent + exponentOffset
	b := make([]byte, 0, 4+len(n.digits))
	b = append(b, positive, byte(exponent>>8), byte(exponent))
	b = append(b, n.digits...)
	b = append(b, 0)
	if n.negative {
		for i := range b {
			b[i] = ^b[i]
		}
		b[0] = 0
	}
	return string(b)
}

// Add returns a + b in canonical spelling, exactly, or refuses a sum out of
// range or precision. Both are canonical.
func Add(a, b string) (string, error) { return sum(known(a), known(b)) }

// Subtract returns a − b as Add does.
func Subtract(a, b string) (string, error) {
	n := known(b)
	n.negative = !n.negative
	return sum(known(a), n)
}

func sum(a, b Number) (string, error) {
	scale := max(0, len(a.digits)-a.exponent, len(b.digits)-b.exponent)
	total := a.scaled(scale)
	total.Add(total, b.scaled(scale))
	n := known(total.String())
	if n.digits != "" {
		n.exponent -= scale
	}
	return n.String(), n.check()
}

// scaled returns the number times 10^scale, which the caller made whole.
func (n Number) scaled(scale int) *big.Int {
	whole := new(big.Int)
	if n.digits == "" {
		return whole
	}
	whole.SetString(n.digits, 10)
	power := big.NewInt(int64(n.exponent - len(n.digits) + scale))
	whole.Mul(whole, power.Exp(big.NewInt(10), power, nil))
	if n.negative {
		whole.Neg(whole)
	}
	return whole
}
