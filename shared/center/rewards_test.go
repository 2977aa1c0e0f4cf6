package center

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"customercenter/shared/money"
)

// ofUSD is a lot of so many cents that expires on a day.
func ofUSD(id string, cents int64, expires Date) RewardLot {
	lot := NewRewardLot(RewardLot{ID: LotID(id), Earned: money.Money{Minor: cents, Currency: "USD"}, EarnedOn: expires.AddMonths(-rewardMonths)})
	lot.ExpiresOn = expires
	return lot
}

// with is the purse after a step; every part of it must add up.
func (p RewardPurse) with(t interface{ Fatalf(string, ...any) }, s RewardStep) RewardPurse {
	p.Lots, p.Owed = slices.Clone(p.Lots), s.Owed
	moved := map[LotID]bool{}
	for _, m := range s.Moves {
		at := slices.IndexFunc(p.Lots, func(l RewardLot) bool { return l.ID == m.Lot })
		if at < 0 || moved[m.Lot] {
			t.Fatalf("a step moves %s, which is not there or moved already", m.Lot)
		}
		moved[m.Lot] = true
		l := &p.Lots[at]
		l.Available.Minor += m.Available
		l.Used.Minor += m.Used
		l.Corrected.Minor += m.Corrected
	}
	if s.New != nil {
		p.Currency = s.New.Earned.Currency
		p.Lots = append(p.Lots, *s.New)
	}
	for _, l := range p.Lots {
		if err := l.Check(); err != nil {
			t.Fatalf("%v", err)
		}
	}
	return p
}

// drawn is the step of a redemption.
func drawn(p RewardPurse, draws []LotDraw) RewardStep {
	s := RewardStep{Owed: p.Owed, Entries: []RewardEntry{{Kind: RewardRedeemed, Amount: money.Money{Minor: -Drawn(draws), Currency: p.Currency}}}}
	for _, d := range draws {
		s.Moves = append(s.Moves, LotMove{d.Lot, d.EarnedOn, d.ExpiresOn, -d.Amount, d.Amount, 0})
	}
	return s
}

func TestUsageEarnsItsRateRoundedDown(t *testing.T) {
	for _, c := range []struct {
		eligible int64
		rate     RewardRate
		want     int64
	}{
		{100000, RewardRateUsual, 25000}, {100000, RewardRateLicense, 33000}, {1, RewardRateUsual, 0}, {3, RewardRateLicense, 0},
		{999, RewardRateUsual, 249}, {9_223_372_036_854_775_807, 10000, 9_223_372_036_854_775_807},
	} {
		if got := c.rate.Earns(money.Money{Minor: c.eligible, Currency: "USD"}); got.Minor != c.want {
			t.Errorf("%d at %d earns %d, not %d", c.eligible, c.rate, got.Minor, c.want)
		}
	}
}

func TestALotLivesTwelveMonths(t *testing.T) {
	for earned, want := range map[Date]Date{"2026-03-01": "2027-03-01", "2024-02-29": "2025-02-28", "2025-08-31": "2026-08-31"} {
		lot := NewRewardLot(RewardLot{Earned: money.Money{Minor: 1, Currency: "USD"}, EarnedOn: earned})
		if lot.ExpiresOn != want || !lot.Usable(want) || lot.Usable(want.AddDays(1)) {
			t.Errorf("earned on %s: through %s", earned, lot.ExpiresOn)
		}
	}
	for d, want := range map[Date]Date{"2026-01-31": "2026-02-28", "2024-01-31": "2024-02-29", "2026-12-15": "2027-01-15"} {
		if got := d.AddMonths(1); got != want {
			t.Errorf("a month after %s is %s", d, got)
		}
	}
}

func TestTheFirstToExpireIsUsedFirst(t *testing.T) {
	purse := RewardPurse{Currency: "USD", Lots: []RewardLot{
		ofUSD("L3", 7000, "2026-05-31"), ofUSD("L1", 10000, "2026-03-31"), ofUSD("L2", 5000, "2026-04-30"),
	}}
	for _, c := range []struct {
		today     Date
		available int64
		redeem    int64
		want      string
	}{
		{"2026-03-31", 22000, 12000, "L1 10000, L2 2000"},
		{"2026-04-01", 12000, 12000, "L2 5000, L3 7000"},
		{"2026-04-01", 12000, 12001, "rewards-insufficient"},
		{"2026-06-01", 0, 1, "rewards-insufficient"},
		{"2026-04-01", 12000, 0, "rewards-nothing"},
	} {
		draws, err := purse.Draw(c.redeem, c.today)
		if got := purse.Available(c.today).Minor; got != c.available {
			t.Errorf("on %s %d are available", c.today, got)
		}
		var said []string
		for _, d := range draws {
			said = append(said, fmt.Sprint(d.Lot, " ", d.Amount))
		}
		if err != nil {
			said = []string{AsError(err).Code}
		}
		if got := strings.Join(said, ", "); got != c.want {
			t.Errorf("%d on %s: %s, not %s", c.redeem, c.today, got, c.want)
		}
	}
}

// TestASpentLotTakesNothingAlongWhenItEnds is where a sum of unexpired credits
// less all debits goes wrong: 6000 would become -4000.
func TestASpentLotTakesNothingAlongWhenItEnds(t *testing.T) {
	purse := RewardPurse{Currency: "USD", Lots: []RewardLot{ofUSD("L1", 10000, "2026-03-31"), ofUSD("L2", 5000, "2026-04-30")}}
	draws, err := purse.Draw(9000, "2026-03-01")
	if err != nil {
		t.Fatal(err)
	}
	purse = purse.with(t, drawn(purse, draws))
	if before, after := purse.Available("2026-03-31").Minor, purse.Available("2026-04-01").Minor; before != 6000 || after != 5000 {
		t.Errorf("%d, and %d when the first lot has ended", before, after)
	}
}

func TestACorrectionNeverTakesMoreThanThereIs(t *testing.T) {
	today := Date("2026-06-01")
	start := RewardPurse{Currency: "USD", Lots: []RewardLot{
		ofUSD("ended", 300, "2026-05-31"), ofUSD("next", 500, "2026-06-30"), ofUSD("later", 1000, "2026-12-31"),
	}}
	for name, c := range map[string]struct {
		of   LotID
		used int64 // before
		take int64
		left string // of each lot
		owed int64
	}{
		"the lot it is about gives first":                    {of: "later", take: 400, left: "300 500 600"},
		"then those that may be used":                        {of: "later", take: 1200, left: "300 300 0"},
		"an ended lot gives what nobody could use":           {of: "ended", take: 250, left: "50 500 1000"},
		"an ended lot, and what it lacks from the next":      {of: "ended", take: 350, left: "0 450 1000"},
		"of no lot, the first to expire gives":               {take: 600, left: "300 0 900"},
		"what was used stays used, and the rest is owed":     {of: "next", used: 1400, take: 500, left: "300 0 0", owed: 400},
		"what is not there is owed":                          {take: 2000, left: "300 0 0", owed: 500},
		"of a lot that was never booked, the others give it": {of: "unknown", take: 100, left: "300 400 1000"},
	} {
		purse := start
		if c.used > 0 {
			draws, err := purse.Draw(c.used, today)
			if err != nil {
				t.Fatal(err)
			}
			purse = purse.with(t, drawn(purse, draws))
		}
		s, err := purse.Earn(RewardLot{ID: "fix", Manual: true, Of: c.of, Earned: money.Money{Minor: -c.take, Currency: "USD"}, EarnedOn: today}, today)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		purse = purse.with(t, s)
		var left []string
		for _, l := range purse.Lots[:3] {
			left = append(left, fmt.Sprint(l.Available.Minor))
		}
		if got := strings.Join(left, " "); got != c.left || purse.Owed != c.owed || s.Entries[0].Carried.Minor != c.owed {
			t.Errorf("%s: %s left, %d owed", name, got, purse.Owed)
		}
	}
}

func TestWhatIsOwedEatsWhatIsEarnedAndReturnedNext(t *testing.T) {
	today := Date("2026-06-01")
	purse := RewardPurse{Currency: "USD", Owed: 500, Lots: []RewardLot{ofUSD("spent", 0, "2026-12-31")}}
	s, err := purse.Earn(RewardLot{ID: "new", Earned: money.Money{Minor: 300, Currency: "USD"}, EarnedOn: today}, today)
	if err != nil {
		t.Fatal(err)
	}
	if purse = purse.with(t, s); purse.Owed != 200 || purse.Available(today).Minor != 0 || len(s.Entries) != 2 {
		t.Errorf("%d owed, %s available, %v", purse.Owed, purse.Available(today), s.Entries)
	}
	purse.Lots[0].Earned.Minor, purse.Lots[0].Used.Minor = 900, 900
	s = purse.Return([]LotDraw{{Lot: "spent", ExpiresOn: "2026-12-31", Amount: 900}}, today)
	if purse = purse.with(t, s); purse.Owed != 0 || purse.Available(today).Minor != 700 {
		t.Errorf("%d owed, %s available", purse.Owed, purse.Available(today))
	}
	if _, err := purse.Earn(RewardLot{ID: "euros", Earned: money.Money{Minor: 1, Currency: "EUR"}, EarnedOn: today}, today); !IsKind(err, Unprocessable) {
		t.Errorf("another currency: %v", err)
	}
}

func TestOneRedemptionDrawsOnAFewLots(t *testing.T) {
	purse := RewardPurse{Currency: "USD"}
	for n := range MaxRewardLots + 5 {
		purse.Lots = append(purse.Lots, ofUSD(fmt.Sprint("L", n), 100, Date("2026-06-30").AddDays(n)))
	}
	today := Date("2026-06-01")
	if got := purse.Redeemable(today).Minor; got != 100*MaxRewardLots || purse.Available(today).Minor != 2500 {
		t.Errorf("%d at once", got)
	}
	if _, err := purse.Draw(100*MaxRewardLots+1, today); AsError(err).Code != "rewards-many-lots" {
		t.Error(err)
	}
	if draws, err := purse.Draw(100*MaxRewardLots, today); err != nil || len(draws) != MaxRewardLots {
		t.Error(len(draws), err)
	}
}

func TestABalanceSaysWhatIsAvailableEndingUsedAndExpired(t *testing.T) {
	today := Date("2026-06-01")
	spent := ofUSD("spent", 900, "2026-07-31")
	spent.Available.Minor, spent.Used.Minor = 200, 700
	purse := RewardPurse{Currency: "USD", Lots: []RewardLot{ofUSD("ended", 300, "2026-05-31"), ofUSD("soon", 500, "2026-07-01"), spent, ofUSD("later", 40, "2027-06-01")}}
	got := purse.Balance(today)
	dollars := func(minor int64) money.Money { return money.Money{Minor: minor, Currency: "USD"} }
	if diff := cmp.Diff(RewardBalance{dollars(740), dollars(500), dollars(700), dollars(300), dollars(0)}, got); diff != "" {
		t.Error(diff)
	}
	var months []string
	for _, e := range purse.Endings(today) {
		if e.Amount.Minor > 0 {
			months = append(months, e.Month+" "+e.Amount.Decimal())
		}
	}
	if diff := cmp.Diff([]string{"2026-07 7.00", "2027-06 0.40"}, months); diff != "" {
		t.Error(diff)
	}
}

// purseGame is a purse that anything happens to, with what was drawn from it.
type purseGame struct {
	purse  RewardPurse
	today  Date
	ledger int64
	made   int64
	held   [][]LotDraw
}

func (g *purseGame) apply(r *rapid.T, s RewardStep) {
	g.purse = g.purse.with(r, s)
	for _, e := range s.Entries {
		g.ledger += e.Amount.Minor
	}
}

func lotNamed(n int64) LotID { return LotID(fmt.Sprintf("L%03d", n)) }

func (g *purseGame) earn(r *rapid.T) {
	g.book(r, RewardLot{Earned: money.Money{Minor: rapid.Int64Range(0, 2000).Draw(r, "earned"), Currency: "USD"},
		EarnedOn: g.today.AddDays(-rapid.IntRange(0, 400).Draw(r, "age"))})
}

func (g *purseGame) correct(r *rapid.T) {
	g.book(r, RewardLot{Manual: true, Of: lotNamed(rapid.Int64Range(1, g.made+1).Draw(r, "of")), EarnedOn: g.today,
		Earned: money.Money{Minor: -rapid.Int64Range(1, 3000).Draw(r, "less"), Currency: "USD"}})
}

func (g *purseGame) book(r *rapid.T, lot RewardLot) {
	g.made++
	lot.ID = lotNamed(g.made)
	s, err := g.purse.Earn(lot, g.today)
	if err != nil {
		r.Fatal(err)
	}
	g.apply(r, s)
}

func (g *purseGame) redeem(r *rapid.T) {
	amount := rapid.Int64Range(1, 4000).Draw(r, "amount")
	draws, err := g.purse.Draw(amount, g.today)
	if (err == nil) != (amount <= g.purse.Redeemable(g.today).Minor) {
		r.Fatalf("%d of %s: %v", amount, g.purse.Available(g.today), err)
	}
	if err == nil {
		g.apply(r, drawn(g.purse, draws))
		g.held = append(g.held, draws)
	}
}

func (g *purseGame) reverse(r *rapid.T) {
	if len(g.held) == 0 {
		r.Skip()
	}
	i := rapid.IntRange(0, len(g.held)-1).Draw(r, "which")
	before, draws := g.purse, g.held[i]
	s := g.purse.Return(draws, g.today)
	s.Entries = append(s.Entries, RewardEntry{Kind: RewardReturned, Amount: money.Money{Minor: Drawn(draws), Currency: "USD"}})
	g.apply(r, s)
	for _, d := range draws {
		was, is := before.lot(d.Lot), g.purse.lot(d.Lot)
		if is.Used.Minor != was.Used.Minor-d.Amount || before.Owed == 0 && is.Available.Minor != was.Available.Minor+d.Amount {
			r.Fatalf("%d of %s came back as %+v", d.Amount, d.Lot, is)
		}
	}
	g.held = slices.Delete(g.held, i, i+1)
}

// check is what must be so at any time.
func (g *purseGame) check(r *rapid.T) {
	var left, used int64
	for _, l := range g.purse.Lots {
		left += l.Available.Minor
		used += l.Used.Minor
	}
	for _, draws := range g.held {
		used -= Drawn(draws)
	}
	b := g.purse.Balance(g.today)
	switch {
	case left != g.ledger:
		r.Fatalf("%d left, and %d by the ledger", left, g.ledger)
	case used != 0:
		r.Fatalf("%d used by nobody", used)
	case b.Available.Minor < 0 || b.Available.Minor+b.Expired.Minor != left:
		r.Fatalf("%+v of %d", b, left)
	case g.purse.Owed > 0 && b.Available.Minor > 0:
		r.Fatalf("%d owed beside %s", g.purse.Owed, b.Available)
	}
}

// TestAPurseIsNeverBelowZeroAndAlwaysItsLedger draws any sequence of earning,
// redeeming, reversing, expiring and correcting.
func TestAPurseIsNeverBelowZeroAndAlwaysItsLedger(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		g := &purseGame{purse: RewardPurse{Currency: "USD"}, today: "2026-01-31"}
		r.Repeat(map[string]func(*rapid.T){
			"earn": g.earn, "correct": g.correct, "redeem": g.redeem, "reverse": g.reverse, "": g.check,
			"expire": func(r *rapid.T) { g.today = g.today.AddDays(rapid.IntRange(1, 90).Draw(r, "days")) },
		})
	})
}

func (p RewardPurse) lot(id LotID) RewardLot {
	return p.Lots[slices.IndexFunc(p.Lots, func(l RewardLot) bool { return l.ID == id })]
}
