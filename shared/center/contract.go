package center

import (
	"cmp"
	"slices"
	"strings"

	"customercenter/shared/money"
)

// ContractID names a contract: "con_" and 32 hex digits derived from account
// and number.
type ContractID string

// SubscriptionID names a subscription: "sub_" and 32 hex digits derived from
// account and number.
type SubscriptionID string

const (
	contractPrefix     = "con_"
	subscriptionPrefix = "sub_"
)

// ContractIDOf is the id of the contract of that number.
func ContractIDOf(account AccountID, number string) ContractID {
	return ContractID(contractPrefix + idOf(string(account), "contract", foldSpaceless(number)))
}

// SubscriptionIDOf is the id of the subscription of that number.
func SubscriptionIDOf(account AccountID, number string) SubscriptionID {
	return SubscriptionID(subscriptionPrefix + idOf(string(account), "subscription", foldSpaceless(number)))
}

// RenewalIDOf is the id of the renewal of that number.
func RenewalIDOf(account AccountID, number string) RenewalID {
	return RenewalID(renewalPrefix + idOf(string(account), "renewal", foldSpaceless(number)))
}

// Contract is an agreement between the vendor and an account. A record of a
// higher revision takes the place of what stands.
type Contract struct {
	Account      string             `json:"account"` // the account's key
	Number       string             `json:"number"`
	Revision     int                `json:"revision"`
	Name         string             `json:"name"`
	Type         string             `json:"type"`
	CSI          string             `json:"csi"` // support id
	StartOn      Date               `json:"start_on"`
	EndOn        Date               `json:"end_on"`
	TerminatedOn Date               `json:"terminated_on"`
	HoldReason   string             `json:"hold_reason"`
	Currency     string             `json:"currency"`
	PONumber     string             `json:"po_number"`
	OrderNumbers []string           `json:"order_numbers"`
	Parties      []ContractParty    `json:"parties"`
	Contacts     []ContractContact  `json:"contacts"`
	Commitment   *Commitment        `json:"commitment"`
	Documents    []ContractDocument `json:"documents"`
}

// ContractParty is a firm on a contract, by what it is there: bill_to,
// sold_to, service_to, end_user, reseller.
type ContractParty struct {
	Role    string   `json:"role"`
	Name    string   `json:"name"`
	Contact string   `json:"contact"`
	Email   string   `json:"email"`
	Address *Address `json:"address"`
}

// ContractContact is a person on a contract. It lets nobody in.
type ContractContact struct {
	Name  string `json:"name"`
	Email string `json:"email"`
	Role  string `json:"role"`
}

// ContractDocument is a paper of a contract that the vendor keeps.
type ContractDocument struct {
	Name string `json:"name"`
	URL  string `json:"url"`
}

// Commitment is how much was agreed to be used in a span of days. Used and
// Available are what the vendor's system counted; where it says neither,
// reported usage counts.
type Commitment struct {
	StartOn         Date    `json:"start_on"`
	EndOn           Date    `json:"end_on"`
	Quantity        Decimal `json:"quantity"` // an amount where a currency stands
	Currency        string  `json:"currency"`
	UsedAmount      Decimal `json:"used_amount"`
	AvailableAmount Decimal `json:"available_amount"`
}

// Subscription is what runs under a contract: one plan with its service lines.
type Subscription struct {
	Account          string        `json:"account"`
	Number           string        `json:"number"`
	Revision         int           `json:"revision"`
	Contract         string        `json:"contract"` // number; "" for one that stands alone
	Service          string        `json:"service_name"`
	Plan             string        `json:"plan"`
	CSI              string        `json:"csi"`
	StartOn          Date          `json:"start_on"` // the first service active
	EndOn            Date          `json:"end_on"`   // the last service ends
	TerminatedOn     Date          `json:"terminated_on"`
	HoldReason       string        `json:"hold_reason"`
	HoldReleaseOn    Date          `json:"hold_release_on"`
	Currency         string        `json:"currency"`
	Amount           Decimal       `json:"amount"`            // of the whole term, without tax
	BillingFrequency string        `json:"billing_frequency"` // MONTHLY, QUARTERLY, HALF_YEARLY, YEARLY, ONCE; others are shown, and give no schedule
	PaymentTerm      string        `json:"payment_term"`
	PaymentMethod    string        `json:"payment_method"`
	OveragePolicy    string        `json:"overage_policy"`
	AutoRenew        bool          `json:"auto_renew"`
	EligibleToRenew  bool          `json:"eligible_to_renew"`
	OrderNumber      string        `json:"order_number"`
	PONumber         string        `json:"po_number"`
	Lines            []ServiceLine `json:"lines"`
	Commitment       *Commitment   `json:"commitment"`
	RewardRate       Decimal       `json:"reward_rate"` // of its order, where it is another than Rate says
	ULA              bool          `json:"ula"`         // under an unlimited licence agreement
}

// ServiceLine is one product of a subscription.
type ServiceLine struct {
	ID              string  `json:"id"`
	Product         string  `json:"product"`
	PartNumber      string  `json:"part_number"`
	Status          string  `json:"status"`
	OperationType   string  `json:"operation_type"`
	Quantity        Decimal `json:"quantity"`
	NetUnitPrice    Decimal `json:"net_unit_price"`
	Amount          Decimal `json:"amount"`
	TermValue       string  `json:"term_value"`
	TermUnit        string  `json:"term_value_uom"`
	CSI             string  `json:"csi"`
	UsedAmount      Decimal `json:"used_amount"`
	AvailableAmount Decimal `json:"available_amount"`
	OveragePolicy   string  `json:"overage_policy"`
	StartOn         Date    `json:"start_on"`
	EndOn           Date    `json:"end_on"`
}

// SubscriptionState is where a contract or a subscription stands, derived from
// its days.
type SubscriptionState string

// The states.
const (
	SubscriptionFuture     SubscriptionState = "FUTURE"
	SubscriptionActive     SubscriptionState = "ACTIVE"
	SubscriptionOnHold     SubscriptionState = "ON_HOLD"
	SubscriptionExpiring   SubscriptionState = "EXPIRING"
	SubscriptionExpired    SubscriptionState = "EXPIRED"
	SubscriptionTerminated SubscriptionState = "TERMINATED"
)

// expiringDays is how long before its end something is expiring; renewals are
// offered then.
const expiringDays = 90

// StateOfTerm derives where something stands on a day: terminated from the day
// it was, expired from the day after its end, expiring in its last 90 days, on
// hold while it runs and has a reason. Without a start it has begun, without an
// end it goes on.
func StateOfTerm(start, end, terminated Date, held bool, today Date) SubscriptionState {
	switch {
	case terminated != "" && today >= terminated:
		return SubscriptionTerminated
	case end != "" && today > end:
		return SubscriptionExpired
	case start != "" && today < start:
		return SubscriptionFuture
	case held:
		return SubscriptionOnHold
	case end != "" && today >= end.AddDays(-expiringDays):
		return SubscriptionExpiring
	default:
		return SubscriptionActive
	}
}

// State is where the contract stands on a day.
func (c *Contract) State(today Date) SubscriptionState {
	return StateOfTerm(c.StartOn, c.EndOn, c.TerminatedOn, c.HoldReason != "", today)
}

// State is where the subscription stands on a day.
func (s *Subscription) State(today Date) SubscriptionState {
	return StateOfTerm(s.StartOn, s.EndOn, s.TerminatedOn, s.HoldReason != "", today)
}

// ContractKey is the number under which a subscription is kept with its
// contract, or alone.
func (s *Subscription) ContractKey() string {
	if s.Contract != "" {
		return s.Contract
	}
	return "subscription " + s.Number
}

// PeriodUsage is what was used in one period, as reported.
type PeriodUsage struct {
	Subscription string      `json:"subscription"`
	Period       string      `json:"period"` // yyyy-mm
	Used         money.Money `json:"used"`
}

// CommitmentUse is a commitment and how much of it is used.
type CommitmentUse struct {
	StartOn   Date        `json:"startOn,omitempty"`
	EndOn     Date        `json:"endOn,omitempty"`
	Committed money.Money `json:"committed"`
	Used      money.Money `json:"used"`
	Available money.Money `json:"available"`
	Overage   money.Money `json:"overage"`
	Percent   int         `json:"percent"` // used of committed, in whole hundredths rounded down; more than 100 with overage
}

// Use measures a commitment of money against what was used: what the record
// counts, else reported usage of its days and currency. ok is false for a
// commitment of no money.
func (c *Commitment) Use(currency string, usage []PeriodUsage) (use CommitmentUse, ok bool) {
	if c == nil {
		return CommitmentUse{}, false
	}
	code := money.Code(cmp.Or(c.Currency, currency))
	committed, err := money.Parse(string(c.Quantity), code)
	if err != nil || committed.Sign() <= 0 {
		return CommitmentUse{}, false
	}
	zero := money.Zero(code)
	use = CommitmentUse{StartOn: c.StartOn, EndOn: c.EndOn, Committed: committed, Used: zero, Available: zero, Overage: zero}
	switch used, usedErr := money.Parse(string(c.UsedAmount), code); {
	case usedErr == nil:
		use.Used = used
	default:
		if left, err := money.Parse(string(c.AvailableAmount), code); err == nil {
			use.Used.Minor = committed.Minor - left.Minor
			break
		}
		for _, u := range usage {
			if u.Used.Currency == code && c.covers(u.Period) {
				use.Used.Minor += u.Used.Minor
			}
		}
	}
	use.Available.Minor = max(0, committed.Minor-use.Used.Minor)
	use.Overage.Minor = max(0, use.Used.Minor-committed.Minor)
	use.Percent = percentOf(use.Used.Minor, committed.Minor)
	return use, true
}

// percentOf is part of whole in hundredths, rounded down, without going beyond
// what 64 bits hold.
func percentOf(part, whole int64) int {
	const far = 1 << 50
	if part > far {
		return int(part / max(1, whole/100))
	}
	return int(max(0, part) * 100 / whole)
}

// covers tells whether a period (yyyy-mm) begins within the commitment.
func (c *Commitment) covers(period string) bool {
	start, end := "", "9999-12"
	if c.StartOn != "" {
		start = string(c.StartOn[:7])
	}
	if c.EndOn != "" {
		end = string(c.EndOn[:7])
	}
	return period >= start && period <= end
}

// Frequencies are how often something is billed, in months; 0 is once.
var frequencies = map[string]int{"MONTHLY": 1, "QUARTERLY": 3, "HALF_YEARLY": 6, "YEARLY": 12, "ANNUALLY": 12, "ONCE": 0, "ONE_TIME": 0}

// Months is how many months lie between two bills; ok is false for a word
// that says nothing.
func Months(frequency string) (months int, ok bool) {
	months, ok = frequencies[strings.ToUpper(strings.NewReplacer(" ", "_", "-", "_").Replace(strings.TrimSpace(frequency)))]
	return months, ok
}

// Fault is what is wrong with a record.
type Fault struct {
	Code    ImportCode
	Field   string
	Message string
}

// checker collects the first fault of a record.
type checker struct{ fault *Fault }

func (c *checker) refuse(code ImportCode, field, message string) {
	if c.fault == nil {
		c.fault = &Fault{code, field, message}
	}
}

func (c *checker) day(field string, d Date) {
	if _, err := ParseDate(string(d)); d != "" && err != nil {
		c.refuse(CodeBadDate, field, string(d)+" is not a date of the form yyyy-mm-dd.")
	}
}

func (c *checker) span(start, end Date) {
	c.day("start_on", start)
	c.day("end_on", end)
	if start != "" && end != "" && end < start {
		c.refuse(CodeBadDate, "end_on", "It ends on "+string(end)+", before it starts.")
	}
}

// amount checks a decimal of a currency; without one, nothing can be owed.
func (c *checker) amount(field string, d Decimal, currency string) {
	if d == "" {
		return
	}
	if currency == "" {
		c.refuse(CodeUnknownCurrency, "currency", "The record has amounts but names no currency.")
		return
	}
	if _, err := money.Parse(string(d), money.Code(currency)); err != nil {
		c.refuse(CodeBadAmount, field, string(d)+" is not an amount of "+currency+".")
	}
}

func (c *checker) currency(code string) {
	if _, known := money.Exponent(money.Code(code)); code != "" && !known {
		c.refuse(CodeUnknownCurrency, "currency", code+" is not an ISO 4217 currency one can owe.")
	}
}

func (c *checker) commitment(m *Commitment, currency string) {
	if m == nil {
		return
	}
	currency = cmp.Or(m.Currency, currency)
	c.currency(currency)
	c.span(m.StartOn, m.EndOn)
	c.amount("commitment.quantity", m.Quantity, currency)
	c.amount("commitment.used_amount", m.UsedAmount, currency)
	c.amount("commitment.available_amount", m.AvailableAmount, currency)
}

// Limits of one record of a contract.
const (
	maxContractLines = 500
	maxContractRefs  = 50
)

// Check is what is wrong with the record; nil when nothing is.
func (c *Contract) Check() *Fault {
	var k checker
	k.currency(c.Currency)
	k.span(c.StartOn, c.EndOn)
	k.day("terminated_on", c.TerminatedOn)
	k.commitment(c.Commitment, c.Currency)
	if max(len(c.OrderNumbers), len(c.Parties), len(c.Contacts), len(c.Documents)) > maxContractRefs {
		k.refuse(CodeBadRecord, "", "A contract lists at most 50 orders, parties, contacts and documents each.")
	}
	for _, d := range c.Documents {
		if d.URL != "" && !strings.HasPrefix(d.URL, "https://") {
			k.refuse(CodeBadRecord, "documents", "The address of a document starts with https://.")
		}
	}
	return k.fault
}

// Check is what is wrong with the record; nil when nothing is.
func (s *Subscription) Check() *Fault {
	var k checker
	k.currency(s.Currency)
	k.span(s.StartOn, s.EndOn)
	k.day("terminated_on", s.TerminatedOn)
	k.day("hold_release_on", s.HoldReleaseOn)
	k.amount("amount", s.Amount, s.Currency)
	k.commitment(s.Commitment, s.Currency)
	if len(s.Lines) > maxContractLines {
		k.refuse(CodeBadRecord, "lines", "A subscription has at most 500 lines.")
	}
	if _, ok := ParseRewardRate(s.RewardRate); s.RewardRate != "" && !ok {
		k.refuse(CodeBadAmount, "reward_rate", string(s.RewardRate)+" is not a rate of rewards, such as 0.25.")
	}
	for _, l := range s.Lines {
		k.day("lines.start_on", l.StartOn)
		k.day("lines.end_on", l.EndOn)
		k.amount("lines.amount", l.Amount, s.Currency)
	}
	return k.fault
}

// LookUpNumbers are the numbers a contract is looked up by, beside those of
// what runs under it: its own, its support id, PO and orders.
func (c *Contract) LookUpNumbers() []string {
	return numbersOf(append([]string{c.Number, c.CSI, c.PONumber}, Findable(c.OrderNumbers)...)...)
}

// LookUpNumbers are the numbers a subscription, and by it its contract, is
// looked up by.
func (s *Subscription) LookUpNumbers() []string {
	numbers := []string{s.Number, s.CSI, s.PONumber, s.OrderNumber}
	for _, l := range s.Lines {
		numbers = append(numbers, l.CSI)
	}
	return numbersOf(numbers...)
}

// numbersOf are the search terms of numbers, each once, at most maxRefs.
func numbersOf(numbers ...string) (terms []string) {
	for _, n := range numbers {
		if term, ok := SearchTerm(n); ok && !slices.Contains(terms, term) && len(terms) < maxRefs {
			terms = append(terms, term)
		}
	}
	return terms
}
