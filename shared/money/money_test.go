package money_test

import (
	"encoding/csv"
	"encoding/json"
	"errors"
	"math"
	"math/big"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"unicode"

	"pgregory.net/rapid"

	. "customercenter/shared/money"
)

func TestParseIsStrict(t *testing.T) {
	for _, c := range []struct {
		in       string
		currency Code
		want     int64
		err      error
	}{
		{"10.00", "USD", 1000, nil},
		{"10.1", "USD", 1010, nil},
		{"10.005", "USD", 0, ErrPrecision},
		{"10", "JPY", 10, nil},
		{"10.0", "JPY", 0, ErrPrecision},
		{"1.234", "KWD", 1234, nil},
		{"1.2345", "KWD", 0, ErrPrecision},
		{"", "USD", 0, ErrSyntax},
		{"1.", "USD", 0, ErrSyntax},
		{".5", "USD", 0, ErrSyntax},
		{"-0.01", "USD", -1, nil},
		{"-", "USD", 0, ErrSyntax},
		{"+1", "USD", 0, ErrSyntax},
		{" 1", "USD", 0, ErrSyntax},
		{"1,000.00", "USD", 0, ErrSyntax},
		{"1e3", "USD", 0, ErrSyntax},
		{"١", "SAR", 0, ErrSyntax},
		{"0001.10", "USD", 110, nil},
		{"92233720368547758.07", "EUR", math.MaxInt64, nil},
		{"92233720368547758.08", "EUR", 0, ErrOverflow},
		{"-92233720368547758.08", "EUR", math.MinInt64, nil},
		{"1", "XAU", 0, ErrUnknownCurrency},
		{"1", "usd", 0, ErrUnknownCurrency},
	} {
		got, err := Parse(c.in, c.currency)
		if !errors.Is(err, c.err) || got.Minor != c.want {
			t.Errorf("Parse(%q, %s) = %v, %v; want %d, %v", c.in, c.currency, got, err, c.want, c.err)
		}
	}
}

func TestParseLooseDropsZerosAndRoundsOnlyWhenAsked(t *testing.T) {
	for _, c := range []struct {
		in       string
		currency Code
		rounding Rounding
		want     int64
		err      error
	}{
		{"10.5000", "EUR", RoundReject, 1050, nil},
		{" +10.", "EUR", "", 1000, nil},
		{"-.5", "EUR", "", -50, nil},
		{"10.0", "JPY", "", 10, nil},
		{"222.1492", "USD", "", 0, ErrPrecision},
		{"222.1492", "USD", RoundHalfUp, 22215, nil},
		{"0.005", "USD", RoundHalfUp, 1, nil},
		{"-0.005", "USD", RoundHalfUp, -1, nil},
		{"0.0049999", "USD", RoundHalfUp, 0, nil},
		{"0.005", "USD", RoundHalfEven, 0, nil},
		{"0.015", "USD", RoundHalfEven, 2, nil},
		{"0.005000001", "USD", RoundHalfEven, 1, nil},
		{"-0.015", "USD", RoundHalfEven, -2, nil},
		{"92233720368547758.075", "USD", RoundHalfUp, 0, ErrOverflow},
		{".", "EUR", "", 0, ErrSyntax},
		{"+-1", "EUR", "", 0, ErrSyntax},
		{"--1", "EUR", "", 0, ErrSyntax},
	} {
		got, err := ParseLoose(c.in, c.currency, c.rounding)
		if !errors.Is(err, c.err) || got.Minor != c.want {
			t.Errorf("ParseLoose(%q, %s, %s) = %v, %v; want %d, %v", c.in, c.currency, c.rounding, got, err, c.want, c.err)
		}
	}
}

func TestPlainReadsNumbersAsPeopleWriteThem(t *testing.T) {
	for _, c := range []struct {
		in           string
		point, group rune
		want         string
	}{
		{"1,250.500", '.', ',', "1250.500"},
		{"1.250,50", ',', '.', "1250.50"},
		{"١٬٢٥٠٫٥٠٠", '٫', '٬', "1250.500"},
		{"۱۲۵۰", '.', ',', "1250"},
		{"\u061c-\u200f٥", '٫', '٬', "-5"},
		{"1 250,5", ',', '\u00a0', "1250.5"},
		{"−3", '.', 0, "-3"},
		{"1.2.3", '.', 0, ""},
		{"1.5,0", '.', ',', ""},
		{"10.00", ',', '.', ""},
		{"1.0000", ',', '.', ""},
		{",500", '.', ',', ""},
		{"12,34,567.5", '.', ',', "1234567.5"},
		{"12 EUR", '.', ',', ""},
		{"", '.', ',', ""},
	} {
		got, err := Plain(c.in, c.point, c.group)
		if got != c.want || (err == nil) != (c.want != "") {
			t.Errorf("Plain(%q) = %q, %v; want %q", c.in, got, err, c.want)
		}
	}
}

// Plain relies on each script's digits standing in runs of ten.
func TestUnicodeDigitsStandInRunsOfTen(t *testing.T) {
	for _, run := range unicode.Nd.R16 {
		if run.Stride != 1 || (run.Hi-run.Lo+1)%10 != 0 {
			t.Errorf("digits %U–%U", run.Lo, run.Hi)
		}
	}
	for _, run := range unicode.Nd.R32 {
		if run.Stride != 1 || (run.Hi-run.Lo+1)%10 != 0 {
			t.Errorf("digits %U–%U", run.Lo, run.Hi)
		}
	}
}

func TestDecimalAndFormatCarryTheCurrencysDecimals(t *testing.T) {
	for _, c := range []struct {
		minor         int64
		currency      Code
		plain, format string
	}{
		{0, "USD", "0.00", "0.00"},
		{5, "USD", "0.05", "0.05"},
		{-1999, "EUR", "-19.99", "-19.99"},
		{1234, "JPY", "1234", "1,234"},
		{1234, "KWD", "1.234", "1.234"},
		{-1250500, "KWD", "-1250.500", "-1,250.500"},
		{7, "BHD", "0.007", "0.007"},
		{12345, "CLF", "1.2345", "1.2345"},
		{100, "HUF", "1.00", "1.00"},
		{999999999999, "IDR", "9999999999.99", "9,999,999,999.99"},
		{math.MinInt64, "UGX", "-9223372036854775808", "-9,223,372,036,854,775,808"},
	} {
		m := Money{c.minor, c.currency}
		if m.Decimal() != c.plain || m.Format(".", ",") != c.format || m.String() != c.plain+" "+string(c.currency) {
			t.Errorf("%d %s: %q, %q, %q", c.minor, c.currency, m.Decimal(), m.Format(".", ","), m)
		}
	}
}

func TestArithmeticRefusesMixingAndOverflow(t *testing.T) {
	eur := func(n int64) Money { return Money{n, "EUR"} }
	for name, c := range map[string]struct {
		do   func() (Money, error)
		want int64
		err  error
	}{
		"adds":                          {func() (Money, error) { return eur(2).Add(eur(-5)) }, -3, nil},
		"adds one currency only":        {func() (Money, error) { return eur(2).Add(Money{2, "USD"}) }, 0, ErrMismatch},
		"nothing mixes with no money":   {func() (Money, error) { return eur(2).Add(Money{}) }, 0, ErrMismatch},
		"addition overflows":            {func() (Money, error) { return eur(math.MaxInt64).Add(eur(1)) }, 0, ErrOverflow},
		"addition underflows":           {func() (Money, error) { return eur(math.MinInt64).Add(eur(-1)) }, 0, ErrOverflow},
		"subtracts":                     {func() (Money, error) { return eur(2).Sub(eur(5)) }, -3, nil},
		"subtraction overflows":         {func() (Money, error) { return eur(0).Sub(eur(math.MinInt64)) }, 0, ErrOverflow},
		"the least has no opposite":     {func() (Money, error) { return eur(math.MinInt64).Neg() }, 0, ErrOverflow},
		"sums":                          {func() (Money, error) { return Sum("EUR", eur(1), eur(2)) }, 3, nil},
		"the sum of none is zero":       {func() (Money, error) { return Sum("EUR") }, 0, nil},
		"sums one currency only":        {func() (Money, error) { return Sum("EUR", Money{1, "JPY"}) }, 0, ErrMismatch},
		"tax rounds half away":          {func() (Money, error) { return eur(1050).MulRate(1, 4) }, 263, nil},
		"negative tax rounds half away": {func() (Money, error) { return eur(-1050).MulRate(1, 4) }, -263, nil},
		"two negatives":                 {func() (Money, error) { return eur(1050).MulRate(-1, -4) }, 263, nil},
		"products are exact":            {func() (Money, error) { return eur(math.MaxInt64).MulRate(math.MaxInt64, math.MaxInt64) }, math.MaxInt64, nil},
		"products overflow":             {func() (Money, error) { return eur(math.MaxInt64).MulRate(2, 1) }, 0, ErrOverflow},
		"nothing is divided by zero":    {func() (Money, error) { return eur(1).MulRate(1, 0) }, 0, ErrOverflow},
	} {
		got, err := c.do()
		if !errors.Is(err, c.err) || got.Minor != c.want {
			t.Errorf("%s: %v, %v; want %d, %v", name, got, err, c.want, c.err)
		}
	}
	if n, err := eur(1).Cmp(eur(2)); n != -1 || err != nil {
		t.Errorf("Cmp = %d, %v", n, err)
	}
	if _, err := eur(1).Cmp(Money{1, "USD"}); !errors.Is(err, ErrMismatch) {
		t.Errorf("comparing currencies: %v", err)
	}
}

func TestAllocateGivesTheLeftoversToTheLargestRemainders(t *testing.T) {
	for name, c := range map[string]struct {
		minor   int64
		weights []int64
		want    []int64
		err     error
	}{
		"even":             {100, []int64{1, 1}, []int64{50, 50}, nil},
		"ties go first":    {100, []int64{1, 1, 1}, []int64{34, 33, 33}, nil},
		"largest":          {10, []int64{26, 25, 49}, []int64{3, 2, 5}, nil},
		"negative":         {-100, []int64{1, 1, 1}, []int64{-34, -33, -33}, nil},
		"zero weight":      {7, []int64{0, 1}, []int64{0, 7}, nil},
		"huge":             {math.MaxInt64, []int64{math.MaxInt64, math.MaxInt64}, []int64{math.MaxInt64/2 + 1, math.MaxInt64 / 2}, nil},
		"no weights":       {7, nil, nil, ErrShares},
		"negative weight":  {7, []int64{2, -1}, nil, ErrShares},
		"weights overflow": {7, []int64{math.MaxInt64, math.MaxInt64, 3}, nil, ErrOverflow},
	} {
		got, err := Money{c.minor, "EUR"}.Allocate(c.weights)
		if !errors.Is(err, c.err) || len(got) != len(c.want) {
			t.Fatalf("%s: %v, %v", name, got, err)
		}
		for i := range got {
			if got[i].Minor != c.want[i] {
				t.Errorf("%s: %v, want %v", name, got, c.want)
			}
		}
	}
}

func TestJSONIsADecimalStringBothWays(t *testing.T) {
	b, err := json.Marshal(Money{1250500, "KWD"})
	if err != nil || string(b) != `{"amount":"1250.500","currency":"KWD"}` {
		t.Fatalf("%s, %v", b, err)
	}
	var m Money
	if err := json.Unmarshal(b, &m); err != nil || m != (Money{1250500, "KWD"}) {
		t.Fatalf("%v, %v", m, err)
	}
	for _, bad := range []string{
		`{"amount":1250.5,"currency":"KWD"}`, `{"amount":"1"}`, `{"currency":"KWD"}`, `"1 KWD"`,
		`{"amount":"1.2345","currency":"KWD"}`, `{"amount":"1","currency":"XXX"}`,
	} {
		if err := json.Unmarshal([]byte(bad), &m); err == nil {
			t.Errorf("%s was taken as %v", bad, m)
		}
	}
	if _, err := json.Marshal(Money{1, "XAU"}); !errors.Is(err, ErrUnknownCurrency) {
		t.Errorf("gold was written: %v", err)
	}
}

func TestExponentTableIsTheISOList(t *testing.T) {
	for c, want := range map[Code]int{"KWD": 3, "JPY": 0, "SAR": 2, "CLF": 4, "ISK": 0, "UGX": 0, "HUF": 2, "MGA": 2} {
		if got, ok := Exponent(c); !ok || got != want {
			t.Errorf("%s has %d decimals, want %d", c, got, want)
		}
	}
	list := readISOList(t)
	for _, row := range list {
		want, err := strconv.Atoi(row.minor)
		got, ok := Exponent(row.code)
		if ok != (err == nil) || got != want {
			t.Errorf("%s: %d, %v; the list says %q", row.code, got, ok, row.minor)
		}
	}
}

type isoRow struct {
	code  Code
	minor string
}

// readISOList returns the active codes of the official list, where it is at hand.
func readISOList(t *testing.T) []isoRow {
	dir := os.Getenv("CENTER_DATA")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "shared", "data")
	}
	f, err := os.Open(filepath.Join(dir, "lists", "iso4217-codes-all.csv"))
	if err != nil {
		t.Skip("the official list is not here")
	}
	defer f.Close()
	records, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var rows []isoRow
	for _, r := range records[1:] {
		if code, minor, withdrawn := r[2], r[4], r[5]; code != "" && withdrawn == "" {
			rows = append(rows, isoRow{Code(code), minor})
		}
	}
	return rows
}

func anyMoney(t *rapid.T) Money {
	return Money{rapid.Int64().Draw(t, "minor"), rapid.SampledFrom([]Code{"JPY", "EUR", "KWD", "CLF"}).Draw(t, "currency")}
}

func TestTextRoundTrips(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := anyMoney(t)
		if got, err := Parse(m.Decimal(), m.Currency); err != nil || got != m {
			t.Fatalf("%v came back as %v, %v", m, got, err)
		}
		plain, err := Plain(m.Format("٫", "٬"), '٫', '٬')
		if err != nil || plain != m.Decimal() {
			t.Fatalf("%v came back as %q, %v", m, plain, err)
		}
	})
}

func TestSharesAddUpAndStayWithinOneUnit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := anyMoney(t)
		weights := rapid.SliceOfN(rapid.Int64Range(0, 1e15), 1, 30).Draw(t, "weights")
		weights[0]++
		shares, err := m.Allocate(weights)
		if err != nil {
			t.Fatal(err)
		}
		sum, err := Sum(m.Currency, shares...)
		if err != nil || sum != m {
			t.Fatalf("shares of %v add up to %v, %v", m, sum, err)
		}
		total := new(big.Int)
		for _, w := range weights {
			total.Add(total, big.NewInt(w))
		}
		for i, w := range weights {
			exact := new(big.Rat).SetFrac(new(big.Int).Mul(big.NewInt(m.Minor), big.NewInt(w)), total)
			off := new(big.Rat).Sub(exact, new(big.Rat).SetInt64(shares[i].Minor))
			if off.Abs(off).Cmp(big.NewRat(1, 1)) >= 0 {
				t.Fatalf("share %d of %v is %v, exactly %s", i, m, shares[i], exact.FloatString(3))
			}
		}
	})
}

func TestMulRateIsTheExactProductRounded(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m, num, den := anyMoney(t), rapid.Int64().Draw(t, "num"), rapid.Int64().Filter(func(n int64) bool { return n != 0 }).Draw(t, "den")
		exact := new(big.Rat).SetFrac(new(big.Int).Mul(big.NewInt(m.Minor), big.NewInt(num)), big.NewInt(den))
		got, err := m.MulRate(num, den)
		if err != nil {
			if exact.Abs(exact).Cmp(new(big.Rat).SetInt64(math.MaxInt64-1)) < 0 {
				t.Fatalf("%v × %d/%d = %s: %v", m, num, den, exact.FloatString(2), err)
			}
			return
		}
		off := exact.Sub(exact, new(big.Rat).SetInt64(got.Minor))
		if off.Abs(off).Cmp(big.NewRat(1, 2)) > 0 {
			t.Fatalf("%v × %d/%d = %v, off by %s", m, num, den, got, off)
		}
	})
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"1.00", "-0.01", "1e3", "+1", ".5", "٥", "1,000.00", "922337203685477580.7"} {
		f.Add(s, "EUR")
	}
	f.Fuzz(func(t *testing.T, s, c string) {
		strict, err := Parse(s, Code(c))
		loose, looseErr := ParseLoose(s, Code(c), RoundReject)
		if err == nil && (looseErr != nil || loose != strict) {
			t.Fatalf("Parse(%q) = %v, loosely %v, %v", s, strict, loose, looseErr)
		}
		if looseErr == nil {
			if again, err := Parse(loose.Decimal(), loose.Currency); err != nil || again != loose {
				t.Fatalf("%q: %v printed reads %v, %v", s, loose, again, err)
			}
		}
	})
}
