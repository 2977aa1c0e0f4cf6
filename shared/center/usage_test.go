package center

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"customercenter/shared/money"
)

func usage(change func(*Usage)) *Usage {
	u := &Usage{Account: "A", Subscription: "SUB-1", Period: "2026-02", Currency: "SAR", Eligible: "999.00", Ineligible: "1.00",
		Products: []UsageProduct{
			{Number: "B1", Name: "Compute", Amount: "333.00", Eligible: true},
			{Number: "B2", Name: "Storage", Amount: "666.00", Eligible: true},
			{Number: "B3", Name: "VMware", Amount: "1.00", Reason: IneligibleThirdParty},
		}}
	change(u)
	return u
}

func TestUsageSaysWhatIsWrongWithIt(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*Usage)
		field  string // "" is fine
		code   ImportCode
	}{
		"fine":                         {func(*Usage) {}, "", ""},
		"sums alone":                   {func(u *Usage) { u.Products = nil }, "", ""},
		"products alone":               {func(u *Usage) { u.Eligible, u.Ineligible = "", "" }, "", ""},
		"nothing used":                 {func(u *Usage) { u.Products, u.Eligible = nil, "0.00" }, "", ""},
		"nothing said":                 {func(u *Usage) { u.Products, u.Eligible, u.Ineligible = nil, "", "" }, "eligible", CodeBadAmount},
		"a day for a month":            {func(u *Usage) { u.Period = "2026-02-01" }, "period", CodeBadDate},
		"no such month":                {func(u *Usage) { u.Period = "2026-13" }, "period", CodeBadDate},
		"the last month there is":      {func(u *Usage) { u.Period = "9999-12" }, "period", CodeBadDate},
		"no currency":                  {func(u *Usage) { u.Currency = "" }, "currency", CodeUnknownCurrency},
		"gold":                         {func(u *Usage) { u.Currency = "XAU" }, "currency", CodeUnknownCurrency},
		"too precise":                  {func(u *Usage) { u.Eligible = "999.001" }, "eligible", CodeBadAmount},
		"less than nothing":            {func(u *Usage) { u.Eligible = "-1.00" }, "eligible", CodeBadAmount},
		"a product of less":            {func(u *Usage) { u.Products[0].Amount = "-333.00" }, "products.amount", CodeBadAmount},
		"a product of no amount":       {func(u *Usage) { u.Products[0].Amount = "" }, "products.amount", CodeBadAmount},
		"a product without a name":     {func(u *Usage) { u.Products[0].Number, u.Products[0].Name = "", "" }, "products.name", CodeBadRecord},
		"an endless name":              {func(u *Usage) { u.Products[0].Name = strings.Repeat("x", 201) }, "products.name", CodeBadRecord},
		"too many products":            {func(u *Usage) { u.Products = make([]UsageProduct, 501) }, "products", CodeBadRecord},
		"an odd reason":                {func(u *Usage) { u.Products[2].Reason = "BAD_MOOD" }, "products.ineligible_reason", CodeBadRecord},
		"third-party that earns":       {func(u *Usage) { u.Products[2].Eligible = true }, "products.eligible", CodeBadRecord},
		"eligible more than products":  {func(u *Usage) { u.Eligible = "999.01" }, "eligible", CodeBadAmount},
		"the others fewer than stated": {func(u *Usage) { u.Ineligible = "2.00" }, "ineligible", CodeBadAmount},
		"an endless rate":              {func(u *Usage) { u.RewardRate = "0.33333" }, "reward_rate", CodeBadAmount},
		"more than all":                {func(u *Usage) { u.RewardRate = "1.01" }, "reward_rate", CodeBadAmount},
		"less than no rate":            {func(u *Usage) { u.RewardRate = "-0.25" }, "reward_rate", CodeBadAmount},
	} {
		fault := usage(c.change).Check()
		switch {
		case fault == nil && c.field != "":
			t.Errorf("%s: nothing is wrong", name)
		case fault != nil && (fault.Field != c.field || fault.Code != c.code || fault.Message == ""):
			t.Errorf("%s: %+v, want %s at %q", name, *fault, c.code, c.field)
		}
	}
}

func TestRatesAreReadAsOrdersWriteThem(t *testing.T) {
	for text, want := range map[Decimal]RewardRate{"0.25": 2500, "0.33": 3300, "0": 0, "1": 10_000, "1.0000": 10_000, "0.0001": 1, "0.250000": 2500} {
		got, ok := ParseRewardRate(text)
		if !ok || got != want {
			t.Errorf("%s is %d %t", text, got, ok)
		}
		if again, ok := ParseRewardRate(got.Decimal()); !ok || again != want {
			t.Errorf("%s is written %s", text, got.Decimal())
		}
	}
	for _, text := range []Decimal{"", ".", ".25", "1.0001", "2", "+0.25", "0,25", "0.2.5", "25%", "1e-1", "0.00001"} {
		if got, ok := ParseRewardRate(text); ok {
			t.Errorf("%q is %d", text, got)
		}
	}
	for name, c := range map[string]struct {
		plan Subscription
		want RewardRate
	}{
		"an order that says nothing": {Subscription{}, RewardRateUsual},
		"an unlimited agreement":     {Subscription{ULA: true}, RewardRateLicense},
		"a rate of its own":          {Subscription{ULA: true, RewardRate: "0.4"}, 4000},
		"a trial":                    {Subscription{RewardRate: "0"}, 0},
	} {
		if got := c.plan.Rate(); got != c.want {
			t.Errorf("%s earns at %d, want %d", name, got, c.want)
		}
	}
}

func TestUsageEarnsAtTheRateOfItsOrder(t *testing.T) {
	e, err := usage(func(*Usage) {}).Earns(RewardRateUsual)
	if err != nil {
		t.Fatal(err)
	}
	if e.Earned.Minor != 24_975 || e.Eligible.Minor != 99_900 || e.Used.Minor != 100_000 || e.StartOn != "2026-02-01" || e.EndOn != "2026-02-28" {
		t.Errorf("%+v", e)
	}
	var shares []int64
	for _, p := range e.Products {
		shares = append(shares, p.Earned.Minor)
	}
	if len(shares) != 3 || shares[0] != 8325 || shares[1] != 16_650 || shares[2] != 0 || e.Products[2].Reason != IneligibleThirdParty {
		t.Errorf("%+v", e.Products)
	}
	if own, _ := usage(func(u *Usage) { u.RewardRate = "0.33" }).Earns(RewardRateUsual); own.Earned.Minor != 32_967 || own.Rate != RewardRateLicense {
		t.Errorf("at a rate of its own it earns %v", own.Earned)
	}
	for today, want := range map[Date]Date{"2026-02-10": "2026-02-10", "2026-02-28": "2026-02-28", "2026-03-01": "2026-03-01", "2026-06-30": "2026-03-01"} {
		if got := e.EarnedOn(today); got != want {
			t.Errorf("reported on %s it is earned on %s, want %s", today, got, want)
		}
	}
}

// Whatever is used, what products earn makes what the period earns, none less
// than nothing and none that is not eligible anything.
func TestProductsEarnWhatTheirPeriodDoes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		code := rapid.SampledFrom([]money.Code{"JPY", "EUR", "KWD"}).Draw(t, "currency")
		u := &Usage{Period: "2026-02", Currency: string(code)}
		for range rapid.IntRange(1, 12).Draw(t, "products") {
			p := UsageProduct{Name: "p", Amount: Decimal(money.Money{Minor: rapid.Int64Range(0, 1e12).Draw(t, "amount"), Currency: code}.Decimal()),
				Eligible: rapid.Bool().Draw(t, "eligible")}
			u.Products = append(u.Products, p)
		}
		if fault := u.Check(); fault != nil {
			t.Fatalf("%+v", *fault)
		}
		rate := RewardRate(rapid.Int64Range(0, 10_000).Draw(t, "rate"))
		e, err := u.Earns(rate)
		if err != nil {
			t.Fatal(err)
		}
		sum := money.Zero(code)
		for _, p := range e.Products {
			if p.Earned.Minor < 0 || p.Earned.Minor > p.Used.Minor || !p.Eligible && p.Earned.Minor != 0 {
				t.Fatalf("%+v", p)
			}
			sum.Minor += p.Earned.Minor
		}
		if sum != e.Earned || e.Earned.Minor > e.Eligible.Minor {
			t.Fatalf("products earn %v, the period %v of %v", sum, e.Earned, e.Eligible)
		}
	})
}
