package money

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode"
)

// maxText bounds the length of a number's text; the longest amount that fits
// has 20 characters, so this leaves room for zeros on both sides.
const maxText = 64

// Rounding says what to do with decimals a currency does not have.
type Rounding string

// The ways to round. RoundReject is the zero way: refuse.
const (
	RoundReject   Rounding = "reject"
	RoundHalfUp   Rounding = "half_up" // half away from zero
	RoundHalfEven Rounding = "half_even"
)

// Parse reads a plain decimal amount strictly: an optional minus, ASCII digits,
// and at most as many decimals as the currency has. No spaces, no plus, no
// grouping, no exponent, no guessing. Errors: ErrSyntax, ErrPrecision,
// ErrUnknownCurrency, ErrOverflow.
func Parse(s string, c Code) (Money, error) {
	exp, ok := Exponent(c)
	if !ok {
		return Money{}, fmt.Errorf("%q: %w", string(c), ErrUnknownCurrency)
	}
	neg, whole, frac, err := decompose(s)
	if err != nil {
		return Money{}, err
	}
	if len(frac) > exp {
		return Money{}, fmt.Errorf("%q has more than %d decimals (%s): %w", s, exp, c, ErrPrecision)
	}
	return compose(s, neg, whole+frac+zeros(exp-len(frac)), c)
}

// ParseLoose reads an amount as files carry it: spaces around it, a plus sign
// and a missing digit before or after the point are accepted, zeros beyond the
// currency's decimals are dropped, and other decimals beyond them are rounded
// as asked ("" and RoundReject refuse them with ErrPrecision).
func ParseLoose(s string, c Code, r Rounding) (Money, error) {
	exp, ok := Exponent(c)
	if !ok {
		return Money{}, fmt.Errorf("%q: %w", string(c), ErrUnknownCurrency)
	}
	neg, whole, frac, err := decompose(tidy(s))
	if err != nil {
		return Money{}, err
	}
	rest := ""
	if len(frac) > exp {
		frac, rest = frac[:exp], strings.TrimRight(frac[exp:], "0")
	}
	m, err := compose(s, neg, whole+frac+zeros(exp-len(frac)), c)
	if err != nil || rest == "" {
		return m, err
	}
	var up bool
	switch r {
	case RoundHalfUp:
		up = rest[0] >= '5'
	case RoundHalfEven:
		up = rest > "5" || (rest == "5" && m.Minor%2 != 0)
	default:
		return Money{}, fmt.Errorf("%q has more than %d decimals (%s): %w", s, exp, c, ErrPrecision)
	}
	if !up {
		return m, nil
	}
	one := Money{1, c}
	if neg {
		return m.Sub(one)
	}
	return m.Add(one)
}

// Plain turns a number as people write it into plain decimal text: digits of
// any script become ASCII, group marks go, and the decimal mark becomes a
// point. The marks are those of the writer ('.' and ',', or '٫' and '٬'); group
// 0 means none. Groups have three digits (two in India's way above the lowest),
// so that "10.00" is refused, not read as a thousand, where the point is the
// group mark. What is not a number then is ErrSyntax.
func Plain(s string, point, group rune) (string, error) {
	var b strings.Builder
	groups := []int{0} // digits of the whole part, group by group
	seenPoint := false
	for _, r := range strings.TrimSpace(s) {
		digit, isDigit := digitValue(r)
		switch {
		case isDigit:
			b.WriteByte('0' + digit)
			if !seenPoint {
				groups[len(groups)-1]++
			}
		case r == point && !seenPoint:
			seenPoint = true
			b.WriteByte('.')
		case group != 0 && !seenPoint && (r == group || unicode.IsSpace(r) && unicode.IsSpace(group)):
			groups = append(groups, 0)
		case r == '-' || r == '−':
			b.WriteByte('-')
		case r == '+':
			b.WriteByte('+')
		case r == '\u200e' || r == '\u200f' || r == '\u061c': // marks of direction around Arabic numbers
		default:
			return "", fmt.Errorf("%q: %w", s, ErrSyntax)
		}
	}
	plain := tidy(b.String())
	if _, _, _, err := decompose(plain); err != nil || !wellGrouped(groups) {
		return "", fmt.Errorf("%q: %w", s, ErrSyntax)
	}
	return plain, nil
}

func wellGrouped(groups []int) bool {
	last := len(groups) - 1
	if last == 0 {
		return true
	}
	for _, n := range groups[1:last] {
		if n != 2 && n != 3 {
			return false
		}
	}
	return groups[0] >= 1 && groups[0] <= 3 && groups[last] == 3
}

// Decimal is the plain decimal text with exactly the currency's decimals:
// "1250.500", "-0.05". Minor units of an unknown currency are printed whole.
func (m Money) Decimal() string {
	exp, _ := Exponent(m.Currency)
	digits := strconv.FormatUint(magnitude(m.Minor), 10)
	if len(digits) <= exp {
		digits = zeros(exp-len(digits)+1) + digits
	}
	sign := ""
	if m.Minor < 0 {
		sign = "-"
	}
	if exp == 0 {
		return sign + digits
	}
	at := len(digits) - exp
	return sign + digits[:at] + "." + digits[at:]
}

// String is the amount with its currency: "1250.500 KWD".
func (m Money) String() string { return m.Decimal() + " " + string(m.Currency) }

// Format is Decimal with the given decimal mark and a group mark every three
// digits: Format(".", ",") of 1250500 fils is "1,250.500".
func (m Money) Format(point, group string) string {
	whole, frac, hasFrac := strings.Cut(m.Decimal(), ".")
	whole, negative := strings.CutPrefix(whole, "-")
	var b strings.Builder
	if negative {
		b.WriteByte('-')
	}
	for i, d := range whole {
		if i > 0 && (len(whole)-i)%3 == 0 {
			b.WriteString(group)
		}
		b.WriteRune(d)
	}
	if hasFrac {
		b.WriteString(point + frac)
	}
	return b.String()
}

// tidy brings the liberties of xsd:decimal ("+1", ".5", "5.") and surrounding
// space to the strict form.
func tidy(s string) string {
	s = strings.TrimSpace(s)
	if rest, plus := strings.CutPrefix(s, "+"); plus && !strings.HasPrefix(rest, "-") {
		s = rest
	}
	body, minus := strings.CutPrefix(s, "-")
	if len(body) > 1 {
		if strings.HasPrefix(body, ".") {
			body = "0" + body
		}
		body = strings.TrimSuffix(body, ".")
	}
	if minus {
		return "-" + body
	}
	return body
}

// decompose splits a strict decimal into sign and digits before and after the
// point.
func decompose(s string) (neg bool, whole, frac string, err error) {
	if len(s) > maxText {
		return false, "", "", fmt.Errorf("a number of %d characters: %w", len(s), ErrOverflow)
	}
	body, neg := strings.CutPrefix(s, "-")
	whole, frac, pointed := strings.Cut(body, ".")
	if !allDigits(whole) || (pointed && !allDigits(frac)) {
		return false, "", "", fmt.Errorf("%q: %w", s, ErrSyntax)
	}
	return neg, whole, frac, nil
}

func compose(s string, neg bool, digits string, c Code) (Money, error) {
	u, err := strconv.ParseUint(digits, 10, 64)
	if err != nil || u > math.MaxInt64+1 || (u == math.MaxInt64+1 && !neg) {
		return Money{}, fmt.Errorf("%q: %w", s, ErrOverflow)
	}
	return Money{signed(u, neg), c}, nil
}

func allDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

// digitValue is the value of a decimal digit of any script: Unicode gives each
// script ten digits in a row, zero first.
func digitValue(r rune) (byte, bool) {
	for _, run := range unicode.Nd.R16 {
		if r >= rune(run.Lo) && r <= rune(run.Hi) {
			return byte((r - rune(run.Lo)) % 10), true
		}
	}
	for _, run := range unicode.Nd.R32 {
		if r >= rune(run.Lo) && r <= rune(run.Hi) {
			return byte((r - rune(run.Lo)) % 10), true
		}
	}
	return 0, false
}

func zeros(n int) string { return strings.Repeat("0", max(n, 0)) }
