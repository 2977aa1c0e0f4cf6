package center

import (
	"cmp"
	"slices"
	"time"

	"customercenter/shared/money"
)

// LotID names a lot of rewards: "lot_" and 32 hex digits. That of a month of
// usage is derived from account, subscription and period, so that a month earns
// once; that of a lot made by hand from the key of who made it.
type LotID string

const lotPrefix = "lot_"

// LotIDOf is the lot that a period of usage earns.
func LotIDOf(account AccountID, sub SubscriptionID, period string) LotID {
	return LotID(lotPrefix + idOf(string(account), "lot", string(sub), period))
}

// ManualLotIDOf is the lot that was made by hand under that key.
func ManualLotIDOf(account AccountID, sub SubscriptionID, key string) LotID {
	return LotID(lotPrefix + idOf(string(account), "manual lot", string(sub), key))
}

// Limits of rewards.
const (
	rewardMonths = 12 // a lot's life
	endingDays   = 30 // a lot that expires within so many days is ending soon
	// MaxRewardLots is how many lots one redemption draws on, so that it fits a
	// transaction together with the payment it is part of.
	MaxRewardLots = 20
	// maxReward bounds a lot, so that no sum of lots leaves 64 bits.
	maxReward = 1_000_000_000_000_000
)

// AddMonths is the day so many months later: the same of its month, or that
// month's last.
func (d Date) AddMonths(n int) Date {
	if d == "" {
		return ""
	}
	t := d.noon()
	first := time.Date(t.Year(), t.Month()+time.Month(n), 1, 12, 0, 0, 0, time.UTC)
	last := first.AddDate(0, 1, -1).Day()
	return dateOf(first.AddDate(0, 0, min(t.Day(), last)-1))
}

// RewardLot is what was earned in one month, or by hand, and what became of it:
// Available, Used and Corrected are each ≥ 0 and together always Earned. What
// is available may be used through ExpiresOn, in the account's time zone; what
// is used, by a redemption whose payment is in flight too, does not expire.
//
// A correction is a lot below zero: Corrected is what it took back when it was
// made, at most -Earned; the rest is carried by the purse.
type RewardLot struct {
	ID           LotID
	Subscription SubscriptionID
	Number       string // of the subscription
	Period       string // yyyy-mm of the usage it is of, or corrects; "" of another lot made by hand
	Manual       bool
	Of           LotID       // the lot a correction is about; "" of none
	Note         string      // why it was made by hand
	By           string      // who made it by hand
	Usage        money.Money // of the period, eligible and not
	Eligible     money.Money
	Rate         RewardRate
	EarnedOn     Date
	ExpiresOn    Date // "" of a correction
	Earned       money.Money
	Available    money.Money
	Used         money.Money
	Corrected    money.Money
	At           time.Time // when it was booked
}

// NewRewardLot gives a lot its life and makes all of it available. A correction
// is given nothing.
func NewRewardLot(lot RewardLot) RewardLot {
	zero := money.Zero(lot.Earned.Currency)
	lot.Available, lot.Used, lot.Corrected = zero, zero, zero
	if lot.Earned.Sign() >= 0 {
		lot.Available, lot.ExpiresOn = lot.Earned, lot.EarnedOn.AddMonths(rewardMonths)
	}
	return lot
}

// Usable tells whether the lot may be used on a day.
func (l RewardLot) Usable(today Date) bool { return l.ExpiresOn != "" && today <= l.ExpiresOn }

// EndingSoon tells whether what is left of the lot is lost within thirty days.
func (l RewardLot) EndingSoon(today Date) bool {
	return l.Usable(today) && l.Available.Sign() > 0 && today.DaysUntil(l.ExpiresOn) <= endingDays
}

// Check holds the parts of a lot against what was earned.
func (l RewardLot) Check() error {
	c := l.Earned.Currency
	for _, part := range []money.Money{l.Available, l.Used, l.Corrected} {
		if part.Currency != c || part.Minor < 0 {
			return Errorf(Internal, "lot-torn", "Lot %s has a part of %s.", l.ID, part)
		}
	}
	switch {
	case l.Earned.Minor > maxReward || l.Earned.Minor < -maxReward:
		return Errorf(Unprocessable, string(CodeBadAmount), "%s is more than a lot of rewards may hold.", l.Earned)
	case l.Earned.Sign() < 0 && (l.Available.Minor+l.Used.Minor != 0 || l.Corrected.Minor > -l.Earned.Minor):
		return Errorf(Internal, "lot-torn", "Correction %s has more than it may.", l.ID)
	case l.Earned.Sign() >= 0 && l.Available.Minor+l.Used.Minor+l.Corrected.Minor != l.Earned.Minor:
		return Errorf(Internal, "lot-torn", "Lot %s does not add up.", l.ID)
	}
	return nil
}

// SortLots sorts lots as they are used: the first to expire, then the first
// earned, then by id. Corrections, which never expire, come last.
func SortLots(lots []RewardLot) {
	far := func(d Date) Date { return cmp.Or(d, lastDate) }
	slices.SortFunc(lots, func(a, b RewardLot) int {
		return cmp.Or(cmp.Compare(far(a.ExpiresOn), far(b.ExpiresOn)), cmp.Compare(a.EarnedOn, b.EarnedOn), cmp.Compare(a.ID, b.ID))
	})
}

// RewardEntryKind says what moved a balance.
type RewardEntryKind string

// The kinds of entries. A lot's end is none: it is seen from its day.
const (
	RewardEarned    RewardEntryKind = "EARNED"
	RewardGranted   RewardEntryKind = "GRANTED"   // by hand
	RewardCorrected RewardEntryKind = "CORRECTED" // taken back, at once or, where it was carried, from a later lot
	RewardRedeemed  RewardEntryKind = "REDEEMED"
	RewardReturned  RewardEntryKind = "RETURNED" // to the lots it came from
)

// RewardEntry is one line of the ledger. The amounts of all entries of a
// subscription are what is left of all its lots, ended or not, exactly.
type RewardEntry struct {
	Kind         RewardEntryKind
	At           time.Time
	Subscription SubscriptionID
	Number       string      // of the subscription
	Amount       money.Money // what it did to the balance
	Carried      money.Money // of a correction: what was not there to be taken back, and waits
	Lot          LotID       // earned, granted, or the correction
	Period       string      // of that lot
	Redemption   RedemptionID
	Invoices     []string // numbers, of a redemption
	By           string
	Note         string
}
