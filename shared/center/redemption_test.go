package center

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"customercenter/shared/money"
)

// support is an invoice for support of so much, of which net is before tax.
func support(c money.Code, total, net int64) Invoice {
	zero := money.Zero(c)
	return Invoice{Kind: KindInvoice, Number: "S-1", Type: TypeSupport, Amount: money.Money{Minor: total, Currency: c},
		Net: money.Money{Minor: net, Currency: c}, CreditLeft: zero,
		Balances: Balances{Outstanding: money.Money{Minor: total, Currency: c}, Processing: zero, Settled: zero, Cancelled: zero}}
}

func TestRewardsCoverWhatIsBeforeTaxAndUnpaid(t *testing.T) {
	for _, c := range []struct {
		currency      money.Code
		fx            string
		total, net    int64
		paid, rewards int64
		most          string
		cost          int64
	}{
		{"USD", "1", 10825, 10000, 0, 0, "100.00", 10000},
		{"EUR", "23/25", 10825, 10000, 0, 0, "100.00", 10870},
		{"JPY", "3011/20", 1650000, 1500000, 0, 0, "18066", 12000},
		{"KWD", "3071/10000", 107, 100, 0, 0, "0.100", 33},
		{"USD", "1", 10825, 10000, 9000, 0, "18.25", 1825},
		{"USD", "1", 10825, 10000, 0, 9999, "0.01", 1},
	} {
		fx, ok := ParseFX(c.fx)
		if !ok || fx.String() != c.fx {
			t.Fatalf("%s is read as %s", c.fx, fx)
		}
		inv := support(c.currency, c.total, c.net)
		inv.Outstanding.Minor -= c.paid + c.rewards
		inv.Settled.Minor = c.paid + c.rewards
		if c.rewards > 0 {
			inv.Rewarded = money.Money{Minor: c.rewards, Currency: c.currency}
		}
		if err := inv.Check(); err != nil {
			t.Fatal(err)
		}
		most := inv.RewardCap(money.Money{Minor: 12000, Currency: "USD"}, fx)
		if most.Decimal() != c.most || fx.Cost(most, "USD").Minor != c.cost {
			t.Errorf("%s at %s: at most %s, for %s", c.currency, c.fx, most, fx.Cost(most, "USD"))
		}
	}
}

func TestRewardsAreTakenBySupportInvoicesOnly(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*Invoice)
		want   bool
	}{
		"support":              {func(*Invoice) {}, true},
		"a debit note for it":  {func(i *Invoice) { i.Kind = KindDebitNote }, true},
		"a service":            {func(i *Invoice) { i.Type = TypeService }, false},
		"a credit note":        {func(i *Invoice) { i.Kind = KindCreditNote }, false},
		"a renewal":            {func(i *Invoice) { i.Kind = KindRenewal }, false},
		"tax alone":            {func(i *Invoice) { i.Net.Minor = 0 }, false},
		"nothing known of tax": {func(i *Invoice) { i.Net = money.Money{} }, false},
		"in flight":            {func(i *Invoice) { i.Active = "pay_1" }, false},
		"paid":                 {func(i *Invoice) { i.Settled, i.Outstanding = i.Outstanding, i.Settled }, false},
	} {
		inv := support("USD", 10825, 10000)
		c.change(&inv)
		if inv.TakesRewards() != c.want {
			t.Errorf("%s: %t", name, !c.want)
		}
	}
}

func TestTheNetOfAPaperIsWhatItStates(t *testing.T) {
	payable := money.Money{Minor: 11500, Currency: "EUR"}
	for name, c := range map[string]struct {
		d    Document
		want int64
	}{
		"stated":                         {Document{Totals: Totals{TaxExclusive: "100.00", Tax: "15.00"}}, 10000},
		"by its tax":                     {Document{Totals: Totals{Tax: "15.00"}}, 10000},
		"by its groups of tax":           {Document{Taxes: []Tax{{Tax: "5.00"}, {Tax: "10.00"}}}, 10000},
		"without tax":                    {Document{}, 11500},
		"of more tax than is to be paid": {Document{Totals: Totals{Tax: "200.00"}}, 0},
	} {
		if got := netOf(&c.d, payable); got.Minor != c.want {
			t.Errorf("%s: %s", name, got)
		}
	}
}

func TestRewardsOfAnInvoiceComeAndGo(t *testing.T) {
	inv := support("USD", 10825, 10000)
	used, err := inv.UseRewards(money.Money{Minor: 10000, Currency: "USD"})
	if err != nil || used.RewardsOpen().Sign() != 0 || used.TakesRewards() {
		t.Fatal(used.RewardsOpen(), err)
	}
	for _, bad := range []money.Money{{Minor: 1, Currency: "USD"}, {Minor: 0, Currency: "USD"}, {Minor: 1, Currency: "EUR"}} {
		if _, err := used.UseRewards(bad); !IsKind(err, Unprocessable) {
			t.Errorf("%s more: %v", bad, err)
		}
	}
	back, err := used.ReturnRewards(money.Money{Minor: 10000, Currency: "USD"})
	if err != nil || back.Rewarded != (money.Money{}) || back.RewardsOpen() != inv.RewardsOpen() {
		t.Error(back.Rewarded, err)
	}
	if _, err := back.ReturnRewards(money.Money{Minor: 1, Currency: "USD"}); err == nil {
		t.Error("more came back than was used")
	}
}

func TestRatesOfExchangeAreExactOrNone(t *testing.T) {
	for text, want := range map[string]string{"0.92": "23/25", "150.55": "3011/20", "1": "1", "1.0": "1", "2/4": "1/2", "0.3071": "3071/10000"} {
		if fx, ok := ParseFX(text); !ok || fx.String() != want {
			t.Errorf("%s is %s, %t", text, fx, ok)
		}
	}
	for _, text := range []string{"", "0", "-1", "1/0", "1e3", "0x1", "1_0", "1 000", "NaN", "1/1000000000001", "9999999999999", strings.Repeat("1", 40)} {
		if fx, ok := ParseFX(text); ok {
			t.Errorf("%s is read as %s", text, fx)
		}
	}
}

func TestNoExchangeGivesMoreThanThereIs(t *testing.T) {
	currencies := []money.Code{"USD", "JPY", "KWD", "EUR"}
	rapid.Check(t, func(r *rapid.T) {
		base, other := rapid.SampledFrom(currencies).Draw(r, "base"), rapid.SampledFrom(currencies).Draw(r, "other")
		fx := FX{rapid.Int64Range(1, maxRateTerm).Draw(r, "num"), rapid.Int64Range(1, maxRateTerm).Draw(r, "den")}
		has := money.Money{Minor: rapid.Int64Range(0, maxReward).Draw(r, "has"), Currency: base}
		worth := fx.Worth(has, other)
		amount := money.Money{Minor: rapid.Int64Range(0, worth.Minor).Draw(r, "amount"), Currency: other}
		cost := fx.Cost(amount, base)
		if cost.Minor > has.Minor || cost.Minor < 0 || (amount.Minor > 0) != (cost.Minor > 0) {
			r.Fatalf("%s of the %s that %s is worth at %s costs %s", amount, worth, has, fx, cost)
		}
		if fx.Worth(cost, other).Minor < amount.Minor {
			r.Fatalf("%s costs %s, which is worth less", amount, cost)
		}
	})
}

func TestARedemptionMustAddUp(t *testing.T) {
	euros := func(minor int64) money.Money { return money.Money{Minor: minor, Currency: "EUR"} }
	right := Redemption{Amount: euros(10000), Base: money.Money{Minor: 10870, Currency: "USD"}, FX: FX{23, 25},
		Uses: []RewardUse{{Amount: euros(4000)}, {Amount: euros(6000)}}, Draws: []LotDraw{{Amount: 10000}, {Amount: 870}}}
	if err := right.Check(); err != nil {
		t.Error(err)
	}
	for name, change := range map[string]func(*Redemption){
		"uses of less":       func(r *Redemption) { r.Uses = r.Uses[:1] },
		"a use of nothing":   func(r *Redemption) { r.Uses = append(r.Uses, RewardUse{Amount: euros(0)}) },
		"draws of less":      func(r *Redemption) { r.Draws = r.Draws[:1] },
		"another rate":       func(r *Redemption) { r.FX = FX{1, 1} },
		"another currency":   func(r *Redemption) { r.Uses[0].Amount.Currency = "USD" },
		"nothing whatsoever": func(r *Redemption) { *r = Redemption{FX: SameCurrency} },
	} {
		wrong := right
		wrong.Uses = append([]RewardUse(nil), right.Uses...)
		if change(&wrong); wrong.Check() == nil {
			t.Errorf("%s adds up", name)
		}
	}
}
