package center

import (
	"slices"

	"customercenter/shared/money"
)

// LotMove is what a step does to one lot: it takes from one part what it gives
// to others.
type LotMove struct {
	Lot                        LotID
	EarnedOn, ExpiresOn        Date // its place
	Available, Used, Corrected int64
}

// LotDraw is what a redemption drew from one lot.
type LotDraw struct {
	Lot                 LotID
	EarnedOn, ExpiresOn Date // its place
	Amount              int64
}

// RewardPurse is what a subscription has of rewards, as one currency. Owed is
// what corrections could not take back yet: while it is more than nothing, no
// lot that may be used has anything left, and what is earned or returned next
// goes to it first. So a balance is never below zero.
type RewardPurse struct {
	Subscription SubscriptionID
	Number       string
	Currency     money.Code // "" before anything was earned
	Owed         int64
	Lots         []RewardLot
}

// RewardStep is what a decision makes of a purse.
type RewardStep struct {
	New     *RewardLot // a lot it puts
	Moves   []LotMove  // at most one for each lot
	Owed    int64      // what is owed afterwards
	Entries []RewardEntry
}

var errRewardCurrency = Errorf(Unprocessable, "rewards-currency", "The rewards of one subscription are all of one currency.")

// Earn puts a lot. What is owed is taken out of it first, where it may be used.
func (p RewardPurse) Earn(lot RewardLot, today Date) (RewardStep, error) {
	lot = NewRewardLot(lot)
	if p.Currency != "" && lot.Earned.Currency != p.Currency {
		return RewardStep{}, errRewardCurrency
	}
	if lot.Earned.Sign() < 0 {
		return p.correct(lot, today)
	}
	s := RewardStep{Owed: p.Owed}
	kind := RewardEarned
	if lot.Manual {
		kind = RewardGranted
	}
	if lot.Earned.Sign() > 0 {
		s.Entries = append(s.Entries, p.entry(kind, lot, lot.Earned.Minor))
	}
	if taken := min(p.Owed, lot.Available.Minor); taken > 0 && lot.Usable(today) {
		lot.Available.Minor -= taken
		lot.Corrected.Minor += taken
		s.Owed -= taken
		s.Entries = append(s.Entries, p.entry(RewardCorrected, lot, -taken))
	}
	s.New = &lot
	return s, lot.Check()
}

// correct takes back what was earned too much. The lot it is about gives first,
// also when it has ended, since what nobody could use any more is missed by
// nobody; then those that may be used, in the order in which they are: had the
// month been counted right, they would have been used in its place. What is not
// there is owed. What a payment in flight or a redemption has used stays used.
func (p RewardPurse) correct(lot RewardLot, today Date) (RewardStep, error) {
	need := -lot.Earned.Minor
	s := RewardStep{Owed: p.Owed}
	lots := slices.Clone(p.Lots)
	SortLots(lots)
	own := slices.IndexFunc(lots, func(l RewardLot) bool { return lot.Of != "" && l.ID == lot.Of })
	if own > 0 {
		lots[0], lots[own] = lots[own], lots[0]
		SortLots(lots[1:])
	}
	for i, l := range lots {
		take := min(need, l.Available.Minor)
		if take <= 0 || !l.Usable(today) && (own < 0 || i > 0) {
			continue
		}
		s.Moves = append(s.Moves, l.move(-take, 0, take))
		need -= take
	}
	lot.Corrected.Minor = -lot.Earned.Minor - need
	s.Owed += need
	e := p.entry(RewardCorrected, lot, -lot.Corrected.Minor)
	e.Carried = money.Money{Minor: need, Currency: lot.Earned.Currency}
	s.Entries = []RewardEntry{e}
	s.New = &lot
	return s, lot.Check()
}

func (p RewardPurse) entry(kind RewardEntryKind, lot RewardLot, amount int64) RewardEntry {
	c := lot.Earned.Currency
	return RewardEntry{Kind: kind, Subscription: lot.Subscription, Number: lot.Number, Amount: money.Money{Minor: amount, Currency: c},
		Carried: money.Zero(c), Lot: lot.ID, Period: lot.Period, By: lot.By, Note: lot.Note}
}

func (l RewardLot) move(available, used, corrected int64) LotMove {
	return LotMove{l.ID, l.EarnedOn, l.ExpiresOn, available, used, corrected}
}

// Available is what may be used on a day.
func (p RewardPurse) Available(today Date) money.Money {
	sum := money.Zero(p.Currency)
	for _, l := range p.Lots {
		if l.Usable(today) {
			sum.Minor += l.Available.Minor
		}
	}
	return sum
}

// Redeemable is what one redemption may use on a day: Available, but for what
// lies in more lots than one redemption draws on.
func (p RewardPurse) Redeemable(today Date) money.Money {
	sum := money.Zero(p.Currency)
	for _, l := range p.usable(today) {
		sum.Minor += l.Available.Minor
	}
	return sum
}

// usable are the lots one redemption may draw on, in the order it does.
func (p RewardPurse) usable(today Date) (lots []RewardLot) {
	for _, l := range p.Lots {
		if l.Usable(today) && l.Available.Sign() > 0 {
			lots = append(lots, l)
		}
	}
	SortLots(lots)
	return lots[:min(len(lots), MaxRewardLots)]
}

// Draw takes an amount out of the lots, the first to expire first.
// Unprocessable rewards-insufficient where there is not as much, and
// rewards-many-lots where it lies in more lots than one redemption draws on.
func (p RewardPurse) Draw(amount int64, today Date) (draws []LotDraw, err error) {
	need := amount
	for _, l := range p.usable(today) {
		take := min(need, l.Available.Minor)
		if take <= 0 {
			break
		}
		draws = append(draws, LotDraw{l.ID, l.EarnedOn, l.ExpiresOn, take})
		need -= take
	}
	available, redeemable := p.Available(today), p.Redeemable(today)
	switch {
	case amount <= 0:
		return nil, Errorf(Unprocessable, "rewards-nothing", "Say how much of the rewards to use.")
	case need > 0 && amount <= available.Minor:
		return nil, Errorf(Unprocessable, "rewards-many-lots",
			"One redemption uses rewards of at most %d months, which hold %s. Use these first, then the rest.", MaxRewardLots, redeemable)
	case need > 0:
		return nil, Errorf(Unprocessable, "rewards-insufficient", "Of these rewards %s can be used.", available)
	}
	return draws, nil
}

// Return gives draws back to the lots they came from. What is owed is taken out
// of them first; a lot that has ended meanwhile gets its part back, ended.
func (p RewardPurse) Return(draws []LotDraw, today Date) RewardStep {
	s := RewardStep{Owed: p.Owed}
	for _, d := range draws {
		m := LotMove{Lot: d.Lot, EarnedOn: d.EarnedOn, ExpiresOn: d.ExpiresOn, Used: -d.Amount, Available: d.Amount}
		if taken := min(s.Owed, d.Amount); taken > 0 && today <= d.ExpiresOn {
			m.Available -= taken
			m.Corrected += taken
			s.Owed -= taken
		}
		s.Moves = append(s.Moves, m)
	}
	if taken := p.Owed - s.Owed; taken > 0 {
		s.Entries = append(s.Entries, RewardEntry{Kind: RewardCorrected, Subscription: p.Subscription, Number: p.Number,
			Amount: money.Money{Minor: -taken, Currency: p.Currency}, Carried: money.Zero(p.Currency)})
	}
	return s
}

// Drawn is the sum of draws.
func Drawn(draws []LotDraw) (sum int64) {
	for _, d := range draws {
		sum += d.Amount
	}
	return sum
}

// RewardBalance is what a purse shows.
type RewardBalance struct {
	Available  money.Money // may be used now
	EndingSoon money.Money // of it, is lost within thirty days
	Used       money.Money // redeemed, by payments in flight too
	Expired    money.Money // ended before it was used
	Owed       money.Money // corrections that what comes next is taken for first
}

// Balance sums the purse up as it stands on a day.
func (p RewardPurse) Balance(today Date) RewardBalance {
	zero := money.Zero(p.Currency)
	b := RewardBalance{p.Available(today), zero, zero, zero, money.Money{Minor: p.Owed, Currency: p.Currency}}
	for _, l := range p.Lots {
		b.Used.Minor += l.Used.Minor
		switch {
		case l.EndingSoon(today):
			b.EndingSoon.Minor += l.Available.Minor
		case !l.Usable(today):
			b.Expired.Minor += l.Available.Minor
		}
	}
	return b
}

// EndingAmount is what is lost at the end of a month.
type EndingAmount struct {
	Month  string // yyyy-mm
	Amount money.Money
}

// Endings are what is lost in each of the next twelve months, this one first,
// unless it is used.
func (p RewardPurse) Endings(today Date) []EndingAmount {
	out := make([]EndingAmount, 0, rewardMonths+1)
	first := today[:len("2006-01")] + "-01"
	for n := range rewardMonths + 1 { // what is earned today ends in the thirteenth
		out = append(out, EndingAmount{string(first.AddMonths(n)[:len("2006-01")]), money.Zero(p.Currency)})
	}
	for _, l := range p.Lots {
		if !l.Usable(today) {
			continue
		}
		for i := range out {
			if out[i].Month == string(l.ExpiresOn[:len("2006-01")]) {
				out[i].Amount.Minor += l.Available.Minor
			}
		}
	}
	return out
}
