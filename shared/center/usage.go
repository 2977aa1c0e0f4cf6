package center

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"customercenter/shared/money"
)

// Usage is what was used of a subscription in one month, as the vendor's
// system counted it. Rewards are earned on what is eligible of it, once for a
// subscription and period; a record of a higher revision corrects it.
type Usage struct {
	Account      string         `json:"account"` // the account's key
	Subscription string         `json:"subscription"`
	Period       string         `json:"period"` // yyyy-mm
	Revision     int            `json:"revision"`
	Currency     string         `json:"currency"`
	Eligible     Decimal        `json:"eligible"`    // the sum of eligible products where the record does not say it
	Ineligible   Decimal        `json:"ineligible"`  // the sum of the others, likewise
	RewardRate   Decimal        `json:"reward_rate"` // "" for the subscription's
	Products     []UsageProduct `json:"products"`
}

// UsageProduct is what was used of one product.
type UsageProduct struct {
	Number   string        `json:"product_number"`
	Name     string        `json:"name"`
	Quantity Decimal       `json:"quantity"`
	Amount   Decimal       `json:"amount"`
	Eligible bool          `json:"eligible"`
	Reason   IneligibleUse `json:"ineligible_reason"`
}

// IneligibleUse is why use of a product earns no rewards.
type IneligibleUse string

// The reasons. IneligibleOther is one the vendor's system does not say.
const (
	IneligibleThirdParty IneligibleUse = "THIRD_PARTY"
	IneligiblePayAsYouGo IneligibleUse = "PAY_AS_YOU_GO"
	IneligibleFreeTier   IneligibleUse = "FREE_TIER"
	IneligibleTrial      IneligibleUse = "TRIAL"
	IneligibleSaaS       IneligibleUse = "SAAS"
	IneligibleOther      IneligibleUse = "OTHER"
)

// IneligibleUses lists the reasons.
func IneligibleUses() []IneligibleUse {
	return []IneligibleUse{IneligibleThirdParty, IneligiblePayAsYouGo, IneligibleFreeTier, IneligibleTrial, IneligibleSaaS, IneligibleOther}
}

// RewardRate is how much is earned on one of what is eligible, in ten
// thousandths.
type RewardRate int64

// The rates of orders, and one of all of it.
const (
	RewardRateUsual   RewardRate = 2500
	RewardRateLicense RewardRate = 3300 // of an unlimited licence agreement
	rewardRateWhole   RewardRate = 10_000
)

// ParseRewardRate reads a rate such as 0.25: 0 to 1, with at most four
// decimals.
func ParseRewardRate(d Decimal) (rate RewardRate, ok bool) {
	whole, frac, _ := strings.Cut(string(d), ".")
	const places = 4
	if frac = strings.TrimRight(frac, "0"); len(frac) > places || whole == "" {
		return 0, false
	}
	n, err := strconv.ParseUint(whole+frac+strings.Repeat("0", places-len(frac)), 10, 32)
	rate = RewardRate(n)
	return rate, err == nil && rate <= rewardRateWhole
}

// Decimal writes the rate as orders do: 0.25.
func (r RewardRate) Decimal() Decimal {
	text := strconv.FormatInt(int64(rewardRateWhole)+int64(r), 10) // 1dddd, or 20000
	out := string(text[0]-1) + "." + strings.TrimRight(text[1:], "0")
	return Decimal(strings.TrimSuffix(out, "."))
}

// Rate is what the subscription's order earns: the rate it states, 0.33 with an
// unlimited licence agreement, else 0.25.
func (s *Subscription) Rate() RewardRate {
	if rate, ok := ParseRewardRate(s.RewardRate); ok {
		return rate
	}
	if s.ULA {
		return RewardRateLicense
	}
	return RewardRateUsual
}

// Earns is what an eligible amount earns at the rate: never more than it, and
// what is less than a minor unit is not earned.
func (r RewardRate) Earns(eligible money.Money) money.Money {
	whole, rest := eligible.Minor/int64(rewardRateWhole), eligible.Minor%int64(rewardRateWhole)
	return money.Money{Minor: whole*int64(r) + rest*int64(r)/int64(rewardRateWhole), Currency: eligible.Currency}
}

// Earning is what a usage record comes to: what was used, what of it earns, and
// how much.
type Earning struct {
	Subscription string
	Period       string
	StartOn      Date // of the period
	EndOn        Date
	Rate         RewardRate
	Used         money.Money // eligible and ineligible
	Eligible     money.Money
	Earned       money.Money
	Products     []ProductEarning // in the order of the record
}

// ProductEarning is a product's share of an earning.
type ProductEarning struct {
	Number   string
	Name     string
	Used     money.Money
	Earned   money.Money
	Eligible bool
	Reason   IneligibleUse
}

// Earns is what the record earns at the rate of its subscription's order, or at
// the one it states itself. What the products earn makes what the record
// earns: the units that rounding leaves go to the largest rests.
func (u *Usage) Earns(rate RewardRate) (Earning, error) {
	if own, ok := ParseRewardRate(u.RewardRate); ok {
		rate = own
	}
	eligible, ineligible, err := u.sums()
	if err != nil {
		return Earning{}, err
	}
	used, err := eligible.Add(ineligible)
	if err != nil {
		return Earning{}, err
	}
	start := Date(u.Period + "-01")
	e := Earning{Subscription: u.Subscription, Period: u.Period, StartOn: start, EndOn: monthAfter(start).AddDays(-1),
		Rate: rate, Used: used, Eligible: eligible, Earned: rate.Earns(eligible)}
	weights := make([]int64, len(u.Products))
	for i, p := range u.Products {
		amount, err := money.Parse(string(p.Amount), eligible.Currency)
		if err != nil {
			return Earning{}, err
		}
		if p.Eligible {
			weights[i] = amount.Minor
		}
		e.Products = append(e.Products, ProductEarning{Number: p.Number, Name: p.Name, Used: amount, Earned: money.Zero(eligible.Currency),
			Eligible: p.Eligible, Reason: p.reason()})
	}
	if eligible.Sign() == 0 || len(u.Products) == 0 {
		return e, nil
	}
	shares, err := e.Earned.Allocate(weights)
	if err != nil {
		return Earning{}, err
	}
	for i := range e.Products {
		e.Products[i].Earned = shares[i]
	}
	return e, nil
}

// reason is why a product is not eligible; "" for one that is.
func (p UsageProduct) reason() IneligibleUse {
	if p.Eligible {
		return ""
	}
	return cmp.Or(p.Reason, IneligibleOther)
}

// monthAfter is the first day of the month after that of a first day.
func monthAfter(first Date) Date {
	next := first.AddDays(31)
	return next[:len("yyyy-mm")] + "-01"
}

// EarnedOn is the day rewards of the period count from: the first after it, or
// the day they are reported where the month is not over.
func (e Earning) EarnedOn(today Date) Date { return min(e.EndOn.AddDays(1), today) }

// sums are what is eligible and what is not: as stated, else of the products.
func (u *Usage) sums() (eligible, ineligible money.Money, err error) {
	code := money.Code(u.Currency)
	eligible, ineligible = money.Zero(code), money.Zero(code)
	for _, p := range u.Products {
		amount, err := money.Parse(string(p.Amount), code)
		if err != nil {
			return eligible, ineligible, err
		}
		sum := &ineligible
		if p.Eligible {
			sum = &eligible
		}
		if *sum, err = sum.Add(amount); err != nil {
			return eligible, ineligible, err
		}
	}
	for _, stated := range []struct {
		text Decimal
		sum  *money.Money
	}{{u.Eligible, &eligible}, {u.Ineligible, &ineligible}} {
		if stated.text == "" {
			continue
		}
		if *stated.sum, err = money.Parse(string(stated.text), code); err != nil {
			return eligible, ineligible, err
		}
	}
	return eligible, ineligible, nil
}

// Check is what is wrong with the record; nil when nothing is.
func (u *Usage) Check() *Fault {
	var k checker
	if start, err := ParseDate(u.Period + "-01"); err != nil || len(u.Period) != len("yyyy-mm") || start > lastDate[:4]+"-11-01" {
		k.refuse(CodeBadDate, "period", u.Period+" is not a month of the form yyyy-mm.")
	}
	k.currency(u.Currency)
	k.usageAmount("eligible", u.Eligible, u.Currency)
	k.usageAmount("ineligible", u.Ineligible, u.Currency)
	if _, ok := ParseRewardRate(u.RewardRate); u.RewardRate != "" && !ok {
		k.refuse(CodeBadAmount, "reward_rate", string(u.RewardRate)+" is not a rate of rewards, such as 0.25.")
	}
	if len(u.Products) > maxContractLines {
		k.refuse(CodeBadRecord, "products", "Usage lists at most 500 products.")
	}
	for _, p := range u.Products {
		k.product(p, u.Currency)
	}
	if k.fault == nil {
		k.usageSums(u)
	}
	return k.fault
}

// maxUsageText is how long a product's number and its name may be, in bytes.
const maxUsageText = 200

// usageAmount refuses less than nothing: what was counted too high is corrected
// by a higher revision of the same period.
func (c *checker) usageAmount(field string, d Decimal, currency string) {
	c.amount(field, d, currency)
	if strings.HasPrefix(string(d), "-") {
		c.refuse(CodeBadAmount, field, "Usage is not less than nothing; a correction is a higher revision of the same period.")
	}
}

func (c *checker) product(p UsageProduct, currency string) {
	if p.Amount == "" {
		c.refuse(CodeBadAmount, "products.amount", "A product says how much was used of it.")
	}
	c.usageAmount("products.amount", p.Amount, currency)
	switch {
	case len(p.Number) > maxUsageText || len(p.Name) > maxUsageText:
		c.refuse(CodeBadRecord, "products.name", "A product's number and its name have at most 200 bytes each.")
	case p.Number == "" && p.Name == "":
		c.refuse(CodeBadRecord, "products.name", "A product has a number or a name.")
	case p.Reason != "" && !slices.Contains(IneligibleUses(), p.Reason):
		c.refuse(CodeBadRecord, "products.ineligible_reason", string(p.Reason)+" is no reason why use earns nothing.")
	case p.Reason != "" && p.Eligible:
		c.refuse(CodeBadRecord, "products.eligible", "A product with a reason why it earns nothing is not eligible.")
	}
}

// usageSums holds what a record states against its products: rewards are
// earned by both.
func (c *checker) usageSums(u *Usage) {
	if len(u.Products) == 0 {
		if u.Eligible != "" || u.Ineligible != "" {
			return
		}
		c.refuse(CodeBadAmount, "eligible", "Usage says what is eligible for rewards, or lists its products.")
		return
	}
	earns, not, err := u.sums()
	products := Usage{Currency: u.Currency, Products: u.Products}
	eligible, ineligible, sumErr := products.sums()
	switch {
	case err != nil || sumErr != nil:
		c.refuse(CodeBadAmount, "products", "The products are more than one record can be about.")
	case earns != eligible:
		c.refuse(CodeBadAmount, "eligible", "The eligible products make "+eligible.Decimal()+", not "+earns.Decimal()+".")
	case not != ineligible:
		c.refuse(CodeBadAmount, "ineligible", "The products that are not eligible make "+ineligible.Decimal()+", not "+not.Decimal()+".")
	}
}
