package center

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
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
	for text, want := range map[string]string{"0.92": "23/25", "150.55": "3011/20", "1": "1", "1.0": "1", "2/4": "1/2", "0.05": "1/20", "0.3071": "3071/10000"} {
		if fx, ok := ParseFX(text); !ok || fx.String() != want {
			t.Errorf("%s is %s, %t", text, fx, ok)
		}
	}
	for _, text := range []string{"", "0", "-1", "1/0", "1e3", "0x1", "1_0", "1 000", "NaN", "1p3", "010/25", "1/025", "1/2/3", ".5", "+1", "٠.٩", "1/1000000000001", "9999999999999", strings.Repeat("1", 40)} {
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

// parts tells a plan in words: of each payment its charge, credit and rewards,
// and its parts.
func planWords(planned []PlannedPayment) (out []string) {
	for _, p := range planned {
		words := fmt.Sprintf("charge %d credit %d rewards %d:", p.Charge.Minor, p.Credit.Minor, p.Rewards.Minor)
		for _, part := range p.Parts {
			words += fmt.Sprintf(" %s %d/%d/%d", part.Number, part.Amount.Minor, part.Credit.Minor, part.Rewards.Minor)
		}
		out = append(out, words)
	}
	return out
}

func TestAPlanUsesCreditThenRewardsThenMoney(t *testing.T) {
	dollars := func(minor int64) money.Money { return money.Money{Minor: minor, Currency: "USD"} }
	named := func(number string, inv Invoice) Invoice {
		inv.ID, inv.Number = InvoiceID("inv_"+number), number
		return inv
	}
	service := func(number string, total int64) Invoice {
		inv := named(number, support("USD", total, 0))
		inv.Type, inv.Net = TypeService, money.Money{}
		return inv
	}
	euro := named("E", support("EUR", 500, 400))
	credit := Invoice{ID: "inv_C", Number: "C", Kind: KindCreditNote, CreditLeft: dollars(3000)}
	for name, c := range map[string]struct {
		payables, credits []Invoice
		rewards           money.Money
		want              []string
	}{
		"one invoice, in part":             {[]Invoice{named("A", support("USD", 11900, 10000))}, nil, dollars(4000), []string{"charge 7900 credit 0 rewards 4000: A 7900/0/4000"}},
		"no more than before tax":          {[]Invoice{named("A", support("USD", 11900, 10000))}, nil, dollars(99999), []string{"charge 1900 credit 0 rewards 10000: A 1900/0/10000"}},
		"to zero, without tax":             {[]Invoice{named("A", support("USD", 10000, 10000))}, nil, dollars(10000), []string{"charge 0 credit 0 rewards 10000: A 0/0/10000"}},
		"credit first":                     {[]Invoice{named("A", support("USD", 11900, 10000))}, []Invoice{credit}, dollars(10000), []string{"charge 0 credit 3000 rewards 8900: A 0/3000/8900"}},
		"what takes none is paid by money": {[]Invoice{service("S", 700), named("A", support("USD", 1190, 1000))}, nil, dollars(5000), []string{"charge 890 credit 0 rewards 1000: A 190/0/1000 S 700/0/0"}},
		"another currency apart":           {[]Invoice{euro, named("A", support("USD", 1190, 1000))}, nil, dollars(5000), []string{"charge 190 credit 0 rewards 1000: A 190/0/1000", "charge 500 credit 0 rewards 0: E 500/0/0"}},
		"of several as far as they go":     {[]Invoice{named("A", support("USD", 1190, 1000)), named("B", support("USD", 1190, 1000))}, nil, dollars(1500), []string{"charge 880 credit 0 rewards 1500: A 190/0/1000 B 690/0/500"}},
	} {
		planned, left := PlanWithRewards(asked(c.payables), c.payables, c.credits, func(money.Code) int64 { return 1 }, c.rewards)
		if diff := cmp.Diff(c.want, planWords(planned)); diff != "" || len(left) > 0 {
			t.Errorf("%s: %s %v", name, diff, left)
		}
	}
}

func asked(list []Invoice) (out []Asked) {
	for _, inv := range list {
		out = append(out, Asked{Invoice: inv.ID})
	}
	return out
}

func TestAPaymentWithRewardsHasFewParts(t *testing.T) {
	var payables []Invoice
	for n := range 12 {
		inv := support("USD", 119, 100)
		inv.ID, inv.Number = InvoiceID(fmt.Sprint("inv_", n)), fmt.Sprint(n)
		payables = append(payables, inv)
	}
	planned, _ := PlanWithRewards(asked(payables), payables, nil, func(money.Code) int64 { return 1 }, money.Money{Minor: 99999, Currency: "USD"})
	if len(planned) != 2 || len(planned[0].Parts) != MaxPayablesWithRewards || planned[0].Rewards.Minor != 500 || planned[1].Rewards.Sign() != 0 || len(planned[1].Parts) != 7 {
		t.Error(planWords(planned))
	}
}

// TestAPlanWithRewardsAddsUp draws what is asked and what there is.
func TestAPlanWithRewardsAddsUp(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		var payables, credits []Invoice
		for n := range rapid.IntRange(1, 24).Draw(r, "payables") {
			total := rapid.Int64Range(1, 5000).Draw(r, "total")
			inv := support("KWD", total, rapid.Int64Range(0, total).Draw(r, "net"))
			inv.ID, inv.Number = InvoiceID(fmt.Sprint("inv_", n)), fmt.Sprint(n)
			payables = append(payables, inv)
		}
		for n := range rapid.IntRange(0, 12).Draw(r, "credits") {
			credits = append(credits, Invoice{ID: InvoiceID(fmt.Sprint("inv_c", n)), Kind: KindCreditNote, CreditLeft: money.Money{Minor: rapid.Int64Range(1, 3000).Draw(r, "credit"), Currency: "KWD"}})
		}
		rewards := money.Money{Minor: rapid.Int64Range(1, 30000).Draw(r, "rewards"), Currency: "KWD"}
		planned, left := PlanWithRewards(asked(payables), payables, credits, func(money.Code) int64 { return 10 }, rewards)
		var owed, planned64, rest int64
		redeeming := 0
		for _, inv := range payables {
			owed += inv.Outstanding.Minor
		}
		for _, l := range left {
			rest += l.Rest.Minor
		}
		for _, p := range planned {
			var charge, credit, reward int64
			for _, part := range p.Parts {
				charge, credit, reward = charge+part.Amount.Minor, credit+part.Credit.Minor, reward+part.Rewards.Minor
			}
			if charge != p.Charge.Minor || credit != p.Credit.Minor || reward != p.Rewards.Minor || charge%10 != 0 {
				r.Fatal(planWords(planned))
			}
			if reward > 0 {
				redeeming++
			}
			if reward > 0 && (len(p.Parts) > MaxPayablesWithRewards || len(p.Credits) > MaxCreditWithRewards) || reward > rewards.Minor {
				r.Fatal(planWords(planned))
			}
			planned64 += charge + credit + reward
		}
		if planned64+rest != owed || redeeming > 1 {
			r.Fatalf("%d planned, %d left, of %d: %v", planned64, rest, owed, planWords(planned))
		}
	})
}
