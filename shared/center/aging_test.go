package center_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	. "customercenter/shared/center"
	"customercenter/shared/money"
)

func TestBucketsMeetWithoutGapOrOverlap(t *testing.T) {
	for days, want := range map[int]Bucket{
		-5: BucketCurrent, 0: BucketCurrent, 1: Bucket1To30, 2: Bucket1To30, 29: Bucket1To30, 30: Bucket1To30,
		31: Bucket31To60, 60: Bucket31To60, 61: Bucket61To90, 90: Bucket61To90,
		91: Bucket91To120, 120: Bucket91To120, 121: BucketOver120, 3650: BucketOver120,
	} {
		if got := BucketOf(days); got != want {
			t.Errorf("%d days late: %s, want %s", days, got, want)
		}
	}
}

func TestBucketDaysAreTheDueDatesOfTheBucket(t *testing.T) {
	const today = Date("2026-03-31")
	for late := -3; late <= 400; late++ {
		due := today.AddDays(-late)
		for _, b := range []Bucket{BucketCurrent, Bucket1To30, Bucket31To60, Bucket61To90, Bucket91To120, BucketOver120} {
			from, to, ok := BucketDays(b, today)
			within := (from == "" || due >= from) && (to == "" || due <= to)
			if !ok || within != (BucketOf(late) == b) {
				t.Fatalf("%d days late, %s is %q to %q", late, b, from, to)
			}
		}
	}
	if _, _, ok := BucketDays("30-60", today); ok {
		t.Error("an unknown bucket has days")
	}
}

func TestSummaryAddsUpByStatusCurrencyAndBucket(t *testing.T) {
	kwd := func(minor int64) money.Money { return money.Money{Minor: minor, Currency: "KWD"} }
	got, err := Summarize(Standing{
		Days: []DayTotal{
			{"2026-03-31", "USD", 2, 3000}, // due today is open
			{"2026-04-20", "USD", 1, 500},
			{"2026-03-30", "KWD", 1, 1250500},
			{"2026-02-28", "KWD", 2, 1000},
			{"2025-01-01", "KWD", 1, 7},
			{"2026-01-01", "EUR", 0, 0}, // emptied, not yet tidied away
		},
		Submitted: []SubmittedTotal{{"USD", 1, 900, 1000}, {"USD", 1, 100, 100}},
		Closed:    []ClosedTotal{{"USD", 3, 4000}, {"USD", 2, 60}, {"EUR", 0, 0}},
		Credit:    []money.Money{kwd(250), kwd(250)},
	}, "2026-03-31")
	if err != nil {
		t.Fatal(err)
	}
	want := Summary{
		Today:  "2026-03-31",
		Counts: Counts{All: 14, PastDue: 4, Open: 3, Submitted: 2, Closed: 5},
		Currencies: []CurrencySummary{
			{
				Currency: "KWD",
				Statuses: []StatusSummary{
					{InvoicePastDue, 4, kwd(1251507), kwd(1251507)}, {InvoiceOpen, 0, kwd(0), kwd(0)},
					{InvoicePaymentSubmitted, 0, kwd(0), kwd(0)}, {InvoiceClosed, 0, kwd(0), kwd(0)},
				},
				Aging: []BucketSummary{
					{BucketCurrent, 0, kwd(0)}, {Bucket1To30, 1, kwd(1250500)}, {Bucket31To60, 2, kwd(1000)},
					{Bucket61To90, 0, kwd(0)}, {Bucket91To120, 0, kwd(0)}, {BucketOver120, 1, kwd(7)},
				},
				AccountCredit: kwd(500),
			},
			{
				Currency: "USD",
				Statuses: []StatusSummary{
					{InvoicePastDue, 0, usd(0), usd(0)}, {InvoiceOpen, 3, usd(3500), usd(3500)},
					{InvoicePaymentSubmitted, 2, usd(0), usd(1100)}, {InvoiceClosed, 5, usd(0), usd(4060)},
				},
				Aging: []BucketSummary{
					{BucketCurrent, 3, usd(3500)}, {Bucket1To30, 0, usd(0)}, {Bucket31To60, 0, usd(0)},
					{Bucket61To90, 0, usd(0)}, {Bucket91To120, 0, usd(0)}, {BucketOver120, 0, usd(0)},
				},
				NextDueOn:     "2026-03-31",
				AccountCredit: usd(0),
			},
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestSummaryRefusesSumsBeyondMoney(t *testing.T) {
	days := []DayTotal{{"2026-01-01", "USD", 1, 1 << 62}, {"2026-01-02", "USD", 1, 1 << 62}}
	if s, err := Summarize(Standing{Days: days}, "2026-01-01"); err == nil {
		t.Errorf("summed up to %+v", s)
	}
}
