package center

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"customercenter/shared/money"
)

func TestAStretchOfDaysIsMeasuredInMonths(t *testing.T) {
	for name, c := range map[string]struct {
		from, to Date
		want     string
	}{
		"a part of a month":              {"2023-05-23", "2023-06-15", "0.741935484"},
		"of a February":                  {"2023-02-23", "2023-03-15", "0.714285714"},
		"of one in a leap year":          {"2024-02-23", "2024-03-15", "0.724137931"},
		"a month":                        {"2026-01-31", "2026-02-28", "1.000000000"},
		"a year":                         {"2026-01-01", "2027-01-01", "12.000000000"},
		"two months and a half of June":  {"2026-04-01", "2026-06-16", "2.500000000"},
		"no day":                         {"2026-04-01", "2026-04-01", "0.000000000"},
		"backwards":                      {"2026-04-01", "2026-03-01", "0.000000000"},
		"without a beginning":            {"", "2026-03-01", "0.000000000"},
		"a thousand years are not known": {"2026-04-01", "3026-04-01", "0.000000000"},
	} {
		if got := Prorate(c.from, c.to).String(); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

// A measure is what walking there month by month from the first day comes to,
// though it is not walked: a plan of a hundred years is measured for each of
// its months.
func TestAMeasureIsThatOfAWalk(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		from := rapid.SampledFrom([]Date{"2019-12-30", "9890-01-01", "9999-10-31"}).Draw(r, "around").AddDays(rapid.IntRange(0, 800).Draw(r, "start"))
		to := from.AddDays(rapid.OneOf(rapid.IntRange(-40, 100), rapid.IntRange(0, 40_000)).Draw(r, "days"))
		if got, want := Prorate(from, to), walked(from, to); got != want {
			r.Fatalf("%s up to %s: %v, want %v", from, to, got, want)
		}
		months := 0
		for n := 1; n <= maxTermMonths && months == 0 && from <= to; n++ {
			if next := from.monthDay(n, from.noon().Day()); next > to || next == to && next.noon().Day() < from.noon().Day() {
				months = n
			}
		}
		if got := MonthsBetween(from, to); got != months {
			r.Fatalf("%s through %s: %d months, want %d", from, to, got, months)
		}
	})
}

// walked is a stretch of days measured month by month.
func walked(from, to Date) Proration {
	day := from.noon().Day()
	for n := range maxTermMonths {
		begins, ends := from.monthDay(n, day), from.monthDay(n+1, day)
		if to > from && to <= ends {
			days, all := int64(begins.DaysUntil(to)), int64(begins.DaysUntil(ends))
			return Proration{int64(n)*all + days, all}
		}
	}
	return Proration{0, 1}
}

// A plan that ends, or is terminated, inside a period is billed by the days of
// that period.
func TestAPeriodThatIsCutShortIsBilledByItsDays(t *testing.T) {
	type row struct {
		from, to Date
		minor    int64
	}
	for name, c := range map[string]struct {
		plan Subscription
		want []row
	}{
		"a year in quarters": {Subscription{StartOn: "2026-01-01", EndOn: "2026-12-31", BillingFrequency: "QUARTERLY", Amount: "1200.00"},
			[]row{{"2026-01-01", "2026-03-31", 30000}, {"2026-04-01", "2026-06-30", 30000}, {"2026-07-01", "2026-09-30", 30000}, {"2026-10-01", "2026-12-31", 30000}}},
		"two months and a half": {Subscription{StartOn: "2026-04-01", EndOn: "2026-06-15", BillingFrequency: "MONTHLY", Amount: "250.00"},
			[]row{{"2026-04-01", "2026-04-30", 10000}, {"2026-05-01", "2026-05-31", 10000}, {"2026-06-01", "2026-06-15", 5000}}},
		"four months in quarters": {Subscription{StartOn: "2026-01-01", EndOn: "2026-04-15", BillingFrequency: "QUARTERLY", Amount: "350.00"},
			[]row{{"2026-01-01", "2026-03-31", 30000}, {"2026-04-01", "2026-04-15", 5000}}},
		"terminated inside a month": {Subscription{StartOn: "2026-04-01", EndOn: "2027-03-31", TerminatedOn: "2026-06-16", BillingFrequency: "MONTHLY", Amount: "1200.00"},
			[]row{{"2026-04-01", "2026-04-30", 10000}, {"2026-05-01", "2026-05-31", 10000}, {"2026-06-01", "2026-06-15", 5000}}},
		"terminated inside a quarter": {Subscription{StartOn: "2026-01-01", EndOn: "2026-12-31", TerminatedOn: "2026-02-15", BillingFrequency: "QUARTERLY", Amount: "1200.00"},
			[]row{{"2026-01-01", "2026-02-14", 15000}}},
		"terminated between two": {Subscription{StartOn: "2026-01-01", EndOn: "2026-12-31", TerminatedOn: "2026-04-01", BillingFrequency: "QUARTERLY", Amount: "1200.00"},
			[]row{{"2026-01-01", "2026-03-31", 30000}}},
		"a year from a leap day": {Subscription{StartOn: "2024-02-29", EndOn: "2025-02-28", BillingFrequency: "ANNUALLY", Amount: "1200.00"},
			[]row{{"2024-02-29", "2025-02-28", 120000}}},
	} {
		c.plan.Currency = "EUR"
		var got []row
		for _, l := range c.plan.Schedule("acc") {
			got = append(got, row{l.StartOn, l.EndOn, l.Amount.Minor})
		}
		if diff := cmp.Diff(c.want, got, cmp.AllowUnexported(row{})); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

// However a term lies, its periods follow each other, and make its amount.
func TestATermOfAnyDaysIsBilledExactly(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		start := Date("2023-01-01").AddDays(rapid.IntRange(0, 1500).Draw(r, "start"))
		end := start.AddDays(rapid.IntRange(0, 1500).Draw(r, "days"))
		total := money.Money{Minor: rapid.Int64Range(0, 1<<50).Draw(r, "total"), Currency: "KWD"}
		parts := termParts(start, end, rapid.SampledFrom([]int{0, 1, 3, 12}).Draw(r, "every"), total)
		next, sum := start, int64(0)
		for _, part := range parts {
			if part.StartOn != next || part.EndOn < part.StartOn || part.Amount.Minor < 0 {
				r.Fatalf("%+v does not follow %s", part, next)
			}
			next, sum = part.EndOn.AddDays(1), sum+part.Amount.Minor
		}
		if next != end.AddDays(1) || sum != total.Minor {
			r.Fatalf("%s of %s, %d of %d", next, end, sum, total.Minor)
		}
	})
}
