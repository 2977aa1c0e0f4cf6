package center

import (
	"fmt"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"time"

	"customercenter/shared/money"
)

// RedemptionID names a use of rewards: "red_" and 32 hex digits derived from
// account, contact and the Idempotency-Key, so that a repeated request is the
// same redemption.
type RedemptionID string

const redemptionPrefix = "red_"

// RedemptionIDOf derives the id from who asks and the key she sent.
func RedemptionIDOf(account AccountID, contact ContactID, key string) RedemptionID {
	return RedemptionID(redemptionPrefix + idOf(string(account), "redemption", string(contact), strconv.Itoa(len(key)), key))
}

// RedemptionState is where a redemption stands.
type RedemptionState string

// The states. REQUESTED holds the rewards while a payment is in flight; APPLIED
// has settled its invoices; REVERSED has given the rewards back to their lots.
const (
	RedemptionRequested RedemptionState = "REQUESTED"
	RedemptionApplied   RedemptionState = "APPLIED"
	RedemptionReversed  RedemptionState = "REVERSED"
)

// RewardUse is what a redemption does to one invoice.
type RewardUse struct {
	Invoice  InvoiceID
	Number   string
	IssuedOn Date
	Total    money.Money // of the invoice
	Amount   money.Money // taken off it
}

// Redemption is one use of a subscription's rewards, on invoices of one
// currency. Amount is the sum of its uses in the invoices' currency, Base what
// it costs in the currency of the rewards, at the rate FX says.
type Redemption struct {
	ID           RedemptionID
	Account      AccountID
	Subscription SubscriptionID
	Number       string // of the subscription
	State        RedemptionState
	Amount       money.Money
	Base         money.Money
	FX           FX
	Uses         []RewardUse
	Draws        []LotDraw
	Payment      PaymentID // it is part of; "" of one that stands alone
	By           ContactID
	ByName       string
	ByEmail      string
	Locale       string
	Request      string // hash of what was asked
	CreatedAt    time.Time
	EndedAt      time.Time // when it was applied or reversed, the last of both
	Reason       string    // why it was reversed
	Version      int
}

// Check holds the parts of a redemption against each other.
func (r Redemption) Check() error {
	sum := int64(0)
	for _, u := range r.Uses {
		if u.Amount.Currency != r.Amount.Currency || u.Amount.Minor <= 0 {
			return Errorf(Internal, "redemption-torn", "Redemption %s uses %s.", r.ID, u.Amount)
		}
		sum += u.Amount.Minor
	}
	if sum != r.Amount.Minor || sum <= 0 || Drawn(r.Draws) != r.Base.Minor || r.FX.Cost(r.Amount, r.Base.Currency) != r.Base {
		return Errorf(Internal, "redemption-torn", "Redemption %s does not add up.", r.ID)
	}
	return nil
}

// FX is how many units of the invoice's currency one unit of the rewards'
// currency is worth, as an exact fraction. The zero value is no rate.
type FX struct{ Num, Den int64 }

// SameCurrency is the rate of a currency to itself.
var SameCurrency = FX{1, 1}

// maxRateTerm bounds numerator and denominator of a rate.
const maxRateTerm = 1_000_000_000_000

// ParseFX reads "23/25" or "0.92", in lowest terms; ok is false for what is no
// rate above zero, or has more digits than twelve.
func ParseFX(s string) (fx FX, ok bool) {
	if len(s) > 32 || !plainRate(s) {
		return FX{}, false
	}
	r, ok := new(big.Rat).SetString(s)
	if !ok || r.Sign() <= 0 || !r.Num().IsInt64() || !r.Denom().IsInt64() {
		return FX{}, false
	}
	fx = FX{r.Num().Int64(), r.Denom().Int64()}
	return fx, fx.Num <= maxRateTerm && fx.Den <= maxRateTerm
}

// plainRate keeps out what else a number may be written as: with powers, with
// signs, or in eights where it begins with a zero.
func plainRate(s string) bool {
	whole, rest := s, "0"
	if i := strings.IndexAny(s, "./"); i >= 0 {
		whole, rest = s[:i], s[i+1:]
	}
	digits := func(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }
	eights := func(s string) bool { return len(s) > 1 && s[0] == '0' }
	return digits(whole) && digits(rest) && !eights(whole) && (!eights(rest) || strings.Contains(s, "."))
}

// String is the fraction, as it is written down: "23/25", or "1".
func (x FX) String() string {
	if x.Den == 1 {
		return strconv.FormatInt(x.Num, 10)
	}
	return strconv.FormatInt(x.Num, 10) + "/" + strconv.FormatInt(x.Den, 10)
}

// MarshalText writes a rate as String does.
func (x FX) MarshalText() ([]byte, error) { return []byte(x.String()), nil }

// UnmarshalText reads a rate as ParseFX does.
func (x *FX) UnmarshalText(text []byte) error {
	fx, ok := ParseFX(string(text))
	if !ok {
		return fmt.Errorf("%q is no rate", text)
	}
	*x = fx
	return nil
}

// terms are by what an amount of minor units of one currency is multiplied and
// divided to have the other's.
func (x FX) terms(base, other money.Code) (num, den *big.Int) {
	ten := big.NewInt(10)
	down, _ := money.Exponent(base)
	up, _ := money.Exponent(other)
	num = new(big.Int).Mul(big.NewInt(x.Num), new(big.Int).Exp(ten, big.NewInt(int64(up)), nil))
	den = new(big.Int).Mul(big.NewInt(x.Den), new(big.Int).Exp(ten, big.NewInt(int64(down)), nil))
	return num, den
}

// Worth is what rewards are worth in another currency, rounded down: never more
// than they are.
func (x FX) Worth(base money.Money, in money.Code) money.Money {
	num, den := x.terms(base.Currency, in)
	n := new(big.Int).Mul(big.NewInt(base.Minor), num)
	return money.Money{Minor: clamped(n.Quo(n, den)), Currency: in}
}

// Cost is what an amount of another currency costs in rewards, rounded up.
func (x FX) Cost(amount money.Money, base money.Code) money.Money {
	num, den := x.terms(base, amount.Currency)
	n := new(big.Int).Mul(big.NewInt(amount.Minor), den)
	up := new(big.Int).Sub(num, big.NewInt(1))
	n.Add(n, up)
	return money.Money{Minor: clamped(n.Quo(n, num)), Currency: base}
}

// clamped is n, or the largest amount there is.
func clamped(n *big.Int) int64 {
	if !n.IsInt64() {
		return 1<<63 - 1
	}
	return n.Int64()
}

// TakesRewards tells whether rewards may be used on the paper: an invoice for
// technical support of which something can be paid, with something before tax
// that no rewards were used on yet.
func (inv Invoice) TakesRewards() bool { return inv.Payable() && inv.RewardsOpen().Sign() > 0 }

// RewardsOpen is how much of the paper rewards may still cover: what it says
// before tax less what they covered already, at most what is outstanding. Money
// pays the tax first, so that a part payment takes nothing away from it.
func (inv Invoice) RewardsOpen() money.Money {
	open := money.Zero(inv.Outstanding.Currency)
	if inv.Type == TypeSupport && inv.Kind.IsPaper() && inv.Kind != KindCreditNote && inv.Net.Currency == open.Currency {
		open.Minor = max(0, min(inv.Net.Minor-inv.Rewarded.Minor, inv.Outstanding.Minor))
	}
	return open
}

// RewardCap is how much of a paper can be taken off by rewards that are worth
// that much: min(before tax and unpaid, outstanding, worth).
func (inv Invoice) RewardCap(redeemable money.Money, fx FX) money.Money {
	most := inv.RewardsOpen()
	most.Minor = min(most.Minor, fx.Worth(redeemable, most.Currency).Minor)
	return most
}

// UseRewards notes that rewards cover so much more of the paper. Unprocessable
// where it does not take as much.
func (inv Invoice) UseRewards(amount money.Money) (Invoice, error) {
	if open := inv.RewardsOpen(); amount.Sign() <= 0 || amount.Currency != open.Currency || amount.Minor > open.Minor {
		return Invoice{}, Errorf(Unprocessable, "rewards-not-taken",
			"Rewards can cover %s of %s %s: what it says before tax, as far as it is unpaid.", open, inv.Kind.Noun(), inv.Number)
	}
	inv.Rewarded = money.Money{Minor: inv.Rewarded.Minor + amount.Minor, Currency: amount.Currency}
	return inv, nil
}

// ReturnRewards is the opposite of UseRewards.
func (inv Invoice) ReturnRewards(amount money.Money) (Invoice, error) {
	if amount.Sign() <= 0 || amount.Currency != inv.Rewarded.Currency || amount.Minor > inv.Rewarded.Minor {
		return Invoice{}, Errorf(Internal, "not-rewarded", "%s of %s %s were not covered by rewards.", amount, inv.Kind.Noun(), inv.Number)
	}
	if inv.Rewarded.Minor -= amount.Minor; inv.Rewarded.Minor == 0 {
		inv.Rewarded = money.Money{}
	}
	return inv, nil
}

// netOf is the amount of a paper before tax: as it states it, else its payable
// less its tax.
func netOf(d *Document, payable money.Money) money.Money {
	parse := func(text Decimal) (money.Money, bool) {
		m, err := money.Parse(string(text), payable.Currency)
		return m, err == nil && text != ""
	}
	if net, ok := parse(d.Totals.TaxExclusive); ok {
		return net
	}
	tax, known := parse(d.Totals.Tax)
	if !known {
		tax = money.Zero(payable.Currency)
		for _, t := range d.Taxes {
			if amount, ok := parse(t.Tax); ok {
				tax.Minor += amount.Minor
			}
		}
	}
	return money.Money{Minor: max(0, payable.Minor-tax.Minor), Currency: payable.Currency}
}

// Redeemer is a person who may use a subscription's rewards: whoever signs in
// with exactly that address, is a contact of the account, and knows the code.
type Redeemer struct {
	Subscription SubscriptionID
	Number       string // of the subscription
	Email        string // in its comparable form
	Name         string
	Removed      bool
	By           string // who authorised or removed her
	At           time.Time
	Version      int
}

// RewardCode is what is kept of a subscription's redemption code: a hash, and
// how often it was made anew.
type RewardCode struct {
	Subscription SubscriptionID
	Number       string // of the subscription
	Hash         string // RedemptionCodeHash
	Generation   int    // from 1 on
	Key          string // id of the key it was derived with
	By           ContactID
	ByName       string
	At           time.Time
	Version      int
}

// ListedRedeemer is a redeemer on the list. Access is that she may enter the
// account and redeem now: one who lost that stays on the list without it.
type ListedRedeemer struct {
	Redeemer
	Access bool
}

// RedeemersOf is who may use a subscription's rewards, and the making of its
// code: the zero one, of generation 0, before there is any.
type RedeemersOf struct {
	Subscription SubscriptionID
	Number       string
	Code         RewardCode
	Redeemers    []ListedRedeemer
}

// Lists tells whether an address is on the list.
func (r RedeemersOf) Lists(email string) bool {
	address, _ := NormalizeEmail(email)
	return slices.ContainsFunc(r.Redeemers, func(one ListedRedeemer) bool {
		listed, ok := NormalizeEmail(one.Email)
		return ok && listed == address
	})
}
