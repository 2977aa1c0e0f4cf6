// Package money is exact money: a whole number of minor units and an ISO 4217
// currency. It knows no exchange rates, no locales and no floats, and never
// adds one currency to another.
package money

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/bits"
	"slices"
)

// What can be wrong with money; every error of this package wraps one of them.
var (
	ErrSyntax          = errors.New("not a decimal number")
	ErrPrecision       = errors.New("more decimals than the currency has")
	ErrUnknownCurrency = errors.New("not an ISO 4217 currency with minor units")
	ErrMismatch        = errors.New("different currencies")
	ErrOverflow        = errors.New("amount out of range")
	ErrShares          = errors.New("shares cannot be made of these weights")
)

// Money is an amount of one currency, in its minor units. The zero value has
// no currency and mixes with nothing; Zero makes nothing of a currency.
type Money struct {
	Minor    int64
	Currency Code
}

// Zero is no money of the currency c.
func Zero(c Code) Money { return Money{Currency: c} }

// Sign is -1, 0 or 1.
func (m Money) Sign() int { return cmp.Compare(m.Minor, 0) }

// Add returns m + o; ErrMismatch or ErrOverflow.
func (m Money) Add(o Money) (Money, error) {
	if err := m.same(o); err != nil {
		return Money{}, err
	}
	sum := m.Minor + o.Minor
	if (o.Minor > 0 && sum < m.Minor) || (o.Minor < 0 && sum > m.Minor) {
		return Money{}, fmt.Errorf("%s plus %s: %w", m, o, ErrOverflow)
	}
	return Money{sum, m.Currency}, nil
}

// Sub returns m - o; ErrMismatch or ErrOverflow.
func (m Money) Sub(o Money) (Money, error) {
	if err := m.same(o); err != nil {
		return Money{}, err
	}
	diff := m.Minor - o.Minor
	if (o.Minor < 0 && diff < m.Minor) || (o.Minor > 0 && diff > m.Minor) {
		return Money{}, fmt.Errorf("%s minus %s: %w", m, o, ErrOverflow)
	}
	return Money{diff, m.Currency}, nil
}

// Neg returns -m; ErrOverflow for the one amount that has no opposite.
func (m Money) Neg() (Money, error) {
	if m.Minor == math.MinInt64 {
		return Money{}, fmt.Errorf("minus %s: %w", m, ErrOverflow)
	}
	return Money{-m.Minor, m.Currency}, nil
}

// Cmp compares m with o: -1, 0 or 1; ErrMismatch.
func (m Money) Cmp(o Money) (int, error) {
	if err := m.same(o); err != nil {
		return 0, err
	}
	return cmp.Compare(m.Minor, o.Minor), nil
}

// Sum adds amounts of the currency c; the sum of none is Zero(c).
func Sum(c Code, amounts ...Money) (Money, error) {
	total := Zero(c)
	for _, m := range amounts {
		var err error
		if total, err = total.Add(m); err != nil {
			return Money{}, err
		}
	}
	return total, nil
}

// Allocate splits m by weights without losing a unit: each share is the exact
// one rounded towards zero, and the units left over go to the largest
// remainders, earlier first. Weights are ≥ 0 and not all zero, else ErrShares.
func (m Money) Allocate(weights []int64) ([]Money, error) {
	var total uint64
	for _, w := range weights {
		if w < 0 {
			return nil, fmt.Errorf("weight %d: %w", w, ErrShares)
		}
		var carry uint64
		if total, carry = bits.Add64(total, uint64(w), 0); carry != 0 {
			return nil, fmt.Errorf("weights: %w", ErrOverflow)
		}
	}
	if total == 0 {
		return nil, fmt.Errorf("no weight: %w", ErrShares)
	}
	amount := magnitude(m.Minor)
	left := amount
	units := make([]uint64, len(weights))
	remainders := make([]uint64, len(weights))
	order := make([]int, len(weights))
	for i, w := range weights {
		hi, lo := bits.Mul64(amount, uint64(w))
		units[i], remainders[i] = bits.Div64(hi, lo, total)
		left -= units[i]
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(remainders[b], remainders[a]) })
	for _, i := range order[:left] {
		units[i]++
	}
	shares := make([]Money, len(weights))
	for i, u := range units {
		shares[i] = Money{signed(u, m.Minor < 0), m.Currency}
	}
	return shares, nil
}

// MulRate returns m × num / den, rounded half away from zero; the product is
// exact (128 bits). den must not be 0. ErrOverflow when the result is too large.
func (m Money) MulRate(num, den int64) (Money, error) {
	if den == 0 {
		return Money{}, fmt.Errorf("rate %d/0: %w", num, ErrOverflow)
	}
	negative := (m.Minor < 0) != (num < 0) != (den < 0)
	divisor := magnitude(den)
	hi, lo := bits.Mul64(magnitude(m.Minor), magnitude(num))
	if hi >= divisor {
		return Money{}, fmt.Errorf("%s × %d/%d: %w", m, num, den, ErrOverflow)
	}
	q, r := bits.Div64(hi, lo, divisor)
	if r >= divisor-r {
		q++
	}
	if q > math.MaxInt64 {
		return Money{}, fmt.Errorf("%s × %d/%d: %w", m, num, den, ErrOverflow)
	}
	return Money{signed(q, negative), m.Currency}, nil
}

func (m Money) same(o Money) error {
	if m.Currency != o.Currency {
		return fmt.Errorf("%q and %q: %w", m.Currency, o.Currency, ErrMismatch)
	}
	return nil
}

func magnitude(n int64) uint64 {
	if n < 0 {
		return -uint64(n)
	}
	return uint64(n)
}

func signed(u uint64, negative bool) int64 {
	if negative {
		return int64(-u)
	}
	return int64(u)
}

// wire is how money stands in every JSON of the product. Fields are pointers
// to tell what is absent.
type wire struct {
	Amount   *string `json:"amount"`
	Currency *Code   `json:"currency"`
}

// MarshalJSON writes {"amount":"1250.500","currency":"KWD"}: a decimal string,
// so that no reader turns it into a float. Money of an unknown currency has no
// decimal form: ErrUnknownCurrency.
func (m Money) MarshalJSON() ([]byte, error) {
	if _, ok := Exponent(m.Currency); !ok {
		return nil, fmt.Errorf("%q: %w", m.Currency, ErrUnknownCurrency)
	}
	// A page holds hundreds of amounts, and neither digits nor the letters of a
	// known currency need an escape.
	return slices.Concat([]byte(`{"amount":"`), []byte(m.Decimal()), []byte(`","currency":"`), []byte(m.Currency), []byte(`"}`)), nil
}

// UnmarshalJSON reads what MarshalJSON writes, as strictly as Parse.
func (m *Money) UnmarshalJSON(b []byte) error {
	var w wire
	if err := json.Unmarshal(b, &w); err != nil {
		return fmt.Errorf("money: %w", err)
	}
	if w.Amount == nil || w.Currency == nil {
		return fmt.Errorf("money needs amount and currency: %w", ErrSyntax)
	}
	parsed, err := Parse(*w.Amount, *w.Currency)
	if err != nil {
		return err
	}
	*m = parsed
	return nil
}
