package center

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	proof "customercenter/infra/prove/tally"
	"customercenter/shared/money"
)

func TestATermStandsWhereItsDaysSay(t *testing.T) {
	for name, c := range map[string]struct {
		start, end, terminated Date
		held                   bool
		today                  Date
		want                   SubscriptionState
	}{
		"before its start":               {start: "2026-02-01", end: "2027-01-31", today: "2026-01-31", want: SubscriptionFuture},
		"on its first day":               {start: "2026-02-01", end: "2027-01-31", today: "2026-02-01", want: SubscriptionActive},
		"ninety-one days before its end": {start: "2026-02-01", end: "2027-01-31", today: "2026-11-01", want: SubscriptionActive},
		"ninety days before its end":     {start: "2026-02-01", end: "2027-01-31", today: "2026-11-02", want: SubscriptionExpiring},
		"on its last day":                {start: "2026-02-01", end: "2027-01-31", today: "2027-01-31", want: SubscriptionExpiring},
		"the day after":                  {start: "2026-02-01", end: "2027-01-31", today: "2027-02-01", want: SubscriptionExpired},
		"on hold":                        {start: "2026-02-01", end: "2027-01-31", held: true, today: "2026-12-24", want: SubscriptionOnHold},
		"a hold does not outlive it":     {start: "2026-02-01", end: "2027-01-31", held: true, today: "2027-02-01", want: SubscriptionExpired},
		"terminated from that day":       {start: "2026-02-01", end: "2027-01-31", terminated: "2026-06-01", today: "2026-06-01", want: SubscriptionTerminated},
		"not yet terminated":             {start: "2026-02-01", end: "2027-01-31", terminated: "2026-06-01", today: "2026-05-31", want: SubscriptionActive},
		"without days":                   {today: "2026-05-31", want: SubscriptionActive},
	} {
		t.Run(name, func(t *testing.T) {
			if got := StateOfTerm(c.start, c.end, c.terminated, c.held, c.today); got != c.want {
				t.Errorf("%s, want %s", got, c.want)
			}
		})
	}
}

func TestACommitmentIsMeasured(t *testing.T) {
	usd := func(minor int64) money.Money { return money.Money{Minor: minor, Currency: "USD"} }
	usage := []PeriodUsage{{Period: "2025-12", Used: usd(99900)}, {Period: "2026-01", Used: usd(10000)}, {Period: "2026-03", Used: usd(5050)},
		{Period: "2026-03", Used: money.Money{Minor: 777, Currency: "EUR"}}, {Period: "2027-01", Used: usd(99900)}}
	year := Commitment{StartOn: "2026-01-01", EndOn: "2026-12-31", Quantity: "500.00"}
	with := func(change func(*Commitment)) *Commitment { c := year; change(&c); return &c }
	for name, c := range map[string]struct {
		commitment               *Commitment
		used, available, overage int64
		percent                  int
	}{
		"by reported usage of its days": {&year, 15050, 34950, 0, 30},
		"by what the vendor counted":    {with(func(c *Commitment) { c.UsedAmount = "125.50" }), 12550, 37450, 0, 25},
		"by what is left":               {with(func(c *Commitment) { c.AvailableAmount = "400.00" }), 10000, 40000, 0, 20},
		"with overage":                  {with(func(c *Commitment) { c.UsedAmount = "600.00" }), 60000, 0, 10000, 120},
	} {
		t.Run(name, func(t *testing.T) {
			use, ok := c.commitment.Use("USD", usage)
			if !ok || use.Used != usd(c.used) || use.Available != usd(c.available) || use.Overage != usd(c.overage) || use.Percent != c.percent {
				t.Errorf("%+v", use)
			}
		})
	}
	for name, c := range map[string]*Commitment{"none": nil, "no quantity": {}, "no money": with(func(c *Commitment) { c.Quantity = "12 seats" })} {
		if use, ok := c.Use("USD", usage); ok {
			t.Errorf("%s: %+v", name, use)
		}
	}
}

func TestASchedulesInstalmentsAreTheTotal(t *testing.T) {
	row := func(seq int, start, end Date, minor int64) Instalment {
		return Instalment{seq, start, end, money.Money{Minor: minor, Currency: "EUR"}}
	}
	for name, c := range map[string]struct {
		start         Date
		months, every int
		total         int64
		want          []Instalment
	}{
		"quarters from the 31st": {"2026-01-31", 12, 3, 100000, []Instalment{row(1, "2026-01-31", "2026-04-29", 25000),
			row(2, "2026-04-30", "2026-07-30", 25000), row(3, "2026-07-31", "2026-10-30", 25000), row(4, "2026-10-31", "2027-01-30", 25000)}},
		"the anchor day is kept": {"2026-01-31", 3, 1, 10000, []Instalment{row(1, "2026-01-31", "2026-02-27", 3333),
			row(2, "2026-02-28", "2026-03-30", 3334), row(3, "2026-03-31", "2026-04-29", 3333)}},
		"years from a leap day": {"2024-02-29", 36, 12, 300001, []Instalment{row(1, "2024-02-29", "2025-02-27", 100000),
			row(2, "2025-02-28", "2026-02-27", 100001), row(3, "2026-02-28", "2027-02-27", 100000)}},
		"a short last period": {"2026-04-15", 7, 3, 70001, []Instalment{row(1, "2026-04-15", "2026-07-14", 30000),
			row(2, "2026-07-15", "2026-10-14", 30001), row(3, "2026-10-15", "2026-11-14", 10000)}},
		"once":    {"2026-04-15", 12, 0, 500, []Instalment{row(1, "2026-04-15", "2027-04-14", 500)}},
		"no term": {"2026-04-15", 0, 1, 500, nil},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, Instalments(c.start, c.months, c.every, money.Money{Minor: c.total, Currency: "EUR"})); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestPeriodsAreContiguousAndSumsExact(t *testing.T) {
	count := proof.Open(t, "drawn instalments")
	rapid.Check(t, func(r *rapid.T) {
		start := Date("2020-01-01").AddDays(rapid.IntRange(0, 4000).Draw(r, "start"))
		months, every := rapid.IntRange(1, 120).Draw(r, "months"), rapid.IntRange(0, 24).Draw(r, "every")
		total := money.Money{Minor: rapid.Int64Range(-1e15, 1e15).Draw(r, "total"), Currency: "KWD"}
		verdict := judgeInstalments(start, months, total, Instalments(start, months, every, total))
		if count.Add(verdict); verdict != "" {
			r.Fatal(verdict)
		}
	})
}

// judgeInstalments says what is wrong with parts of a term; "" is nothing.
func judgeInstalments(start Date, months int, total money.Money, parts []Instalment) string {
	var sum int64
	next := start
	for i, p := range parts {
		if p.StartOn != next || p.EndOn < p.StartOn || p.Seq != i+1 {
			return "a period does not follow the one before"
		}
		next = p.EndOn.AddDays(1)
		sum += p.Amount.Minor
	}
	switch {
	case sum != total.Minor:
		return "the sum is not the total"
	case MonthsBetween(start, next.AddDays(-1)) != months:
		return "the periods are not the term"
	}
	return ""
}

func TestASubscriptionWithoutLinesHasAScheduleOfItsOwn(t *testing.T) {
	s := &Subscription{Number: "SUB-1", StartOn: "2026-01-31", EndOn: "2027-01-30", BillingFrequency: "quarterly", Currency: "EUR", Amount: "1000.00", OrderNumber: "PO-1"}
	lines := s.Schedule("acc")
	if len(lines) != 4 || lines[1].StartOn != "2026-04-30" || lines[3].EndOn != "2027-01-30" || lines[0].Status != ScheduleNotInvoiced {
		t.Fatalf("%+v", lines)
	}
	if sums := ScheduleTotals(lines); len(sums) != 1 || sums[0] != (money.Money{Minor: 100000, Currency: "EUR"}) {
		t.Error(sums)
	}
	s.TerminatedOn = "2026-08-01"
	if lines := s.Schedule("acc"); len(lines) != 3 {
		t.Errorf("terminated: %+v", lines)
	}
	if again := s.Schedule("acc"); again[0].ID != lines[0].ID {
		t.Error("a line is another event the next time")
	}
	for name, change := range map[string]func(*Subscription){
		"no frequency": func(s *Subscription) { s.BillingFrequency = "" }, "no amount": func(s *Subscription) { s.Amount = "" },
		"no end": func(s *Subscription) { s.EndOn = "" },
	} {
		none := *s
		if change(&none); len(none.Schedule("acc")) != 0 {
			t.Errorf("%s: %+v", name, none.Schedule("acc"))
		}
	}
}

func TestRecordsSayWhatIsWrongWithThem(t *testing.T) {
	for name, c := range map[string]struct {
		fault *Fault
		code  ImportCode
	}{
		"contract that is fine":          {(&Contract{Number: "C", StartOn: "2026-01-01", Currency: "EUR"}).Check(), ""},
		"contract that ends before":      {(&Contract{StartOn: "2026-01-02", EndOn: "2026-01-01"}).Check(), CodeBadDate},
		"contract with a link to a file": {(&Contract{Documents: []ContractDocument{{URL: "javascript:alert(1)"}}}).Check(), CodeBadRecord},
		"commitment without a currency":  {(&Contract{Commitment: &Commitment{Quantity: "1"}}).Check(), CodeUnknownCurrency},
		"subscription without currency":  {(&Subscription{Amount: "1.00"}).Check(), CodeUnknownCurrency},
		"line of too many decimals":      {(&Subscription{Currency: "JPY", Lines: []ServiceLine{{Amount: "1.5"}}}).Check(), CodeBadAmount},
		"scheduled without an amount":    {(&ScheduledInvoice{InvoiceOn: "2026-01-01"}).Check(), CodeMissingPayable},
		"scheduled with an odd status":   {(&ScheduledInvoice{InvoiceOn: "2026-01-01", Amount: "1", Currency: "EUR", Status: "SOON"}).Check(), CodeBadRecord},
		"renewal without an end":         {(&Renewal{}).Check(), CodeBadDate},
		"renewal of an odd day":          {(&Renewal{TermEnd: "2026-02-30"}).Check(), CodeBadDate},
		"renewal that pays":              {(&Renewal{TermEnd: "2026-02-28", Amount: "-1.00", Currency: "EUR"}).Check(), CodeBadAmount},
		"renewal of an odd mode":         {(&Renewal{TermEnd: "2026-02-28", Mode: "MAYBE"}).Check(), CodeBadRecord},
		"unknown currency":               {(&Renewal{TermEnd: "2026-02-28", Currency: "XXX"}).Check(), CodeUnknownCurrency},
	} {
		var got ImportCode
		if c.fault != nil {
			got = c.fault.Code
		}
		if got != c.code {
			t.Errorf("%s: %q, want %q", name, got, c.code)
		}
	}
}

// A month of which a short month leaves nothing but the term's last day has
// not begun.
func TestMonthsOfATermAreThoseItsPeopleMean(t *testing.T) {
	for name, c := range map[string]struct {
		start, end Date
		want       int
	}{
		"a year from a leap day":                  {"2024-02-29", "2025-02-28", 12},
		"a year from a leap day, counted exactly": {"2024-02-29", "2025-02-27", 12},
		"four years from a leap day":              {"2024-02-29", "2028-02-28", 48},
		"half a year from the 31st":               {"2026-08-31", "2027-02-28", 6},
		"a month that is begun":                   {"2026-01-15", "2026-02-15", 2},
		"one day":                                 {"2026-01-15", "2026-01-15", 1},
		"turned around":                           {"2026-02-15", "2026-01-15", 0},
		"without an end":                          {"2026-02-15", "", 0},
		"a hundred years":                         {"2026-01-01", "2125-12-31", 1200},
		"an end that nobody means":                {"2026-01-01", "9999-12-31", 0},
	} {
		t.Run(name, func(t *testing.T) {
			if got := MonthsBetween(c.start, c.end); got != c.want {
				t.Errorf("%d, want %d", got, c.want)
			}
		})
	}
}

// Whatever a plan's term and price are, its schedule is all of the price over
// all of the term, or there is none.
func TestAPlansScheduleIsItsPriceOverItsTerm(t *testing.T) {
	count, scheduled := proof.Open(t, "drawn plans"), 0
	rapid.Check(t, func(r *rapid.T) {
		start := Date("2019-12-30").AddDays(rapid.IntRange(0, 4000).Draw(r, "start"))
		s := Subscription{Number: "S", StartOn: start, EndOn: start.AddDays(rapid.IntRange(0, 40_000).Draw(r, "days")),
			BillingFrequency: rapid.SampledFrom([]string{"MONTHLY", "quarterly", "HALF-YEARLY", "YEARLY", "ONCE"}).Draw(r, "frequency"),
			Currency:         rapid.SampledFrom([]string{"JPY", "EUR", "KWD"}).Draw(r, "currency")}
		price := money.Money{Minor: rapid.Int64Range(-1e15, 1e15).Draw(r, "price"), Currency: money.Code(s.Currency)}
		s.Amount = Decimal(price.Decimal())
		lines := s.Schedule("acc")
		if len(lines) > 0 {
			scheduled++
		}
		verdict := judgeSchedule(s, price, lines)
		if count.Add(verdict); verdict != "" {
			r.Fatalf("%s: %+v", verdict, s)
		}
	})
	count.Fact("%d with a schedule", scheduled)
}

// judgeSchedule says what is wrong with the schedule of a plan; "" is nothing.
func judgeSchedule(s Subscription, price money.Money, lines []ScheduleLine) string {
	if len(lines) == 0 {
		if MonthsBetween(s.StartOn, s.EndOn) != 0 {
			return "there is no schedule"
		}
		return ""
	}
	sum, next := money.Zero(price.Currency), s.StartOn
	for _, l := range lines {
		if l.StartOn != next || l.EndOn < l.StartOn {
			return "a line does not follow the one before"
		}
		sum.Minor, next = sum.Minor+l.Amount.Minor, l.EndOn.AddDays(1)
	}
	switch {
	case sum != price:
		return "the sum is not the price"
	case lines[len(lines)-1].EndOn != s.EndOn:
		return "the lines are not the term"
	}
	return ""
}
