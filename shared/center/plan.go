package center

import (
	"slices"

	"customercenter/shared/money"
)

// Asked is what a person wants to pay of one payable; Amount of no currency
// is all that is outstanding.
type Asked struct {
	Invoice InvoiceID
	Amount  money.Money
}

// LeftOutReason says why a payable is not, or not wholly, part of a plan.
type LeftOutReason string

// The reasons.
const (
	LeftInFlight LeftOutReason = "payment_in_flight" // another payment holds it
	LeftClosed   LeftOutReason = "nothing_outstanding"
	LeftStep     LeftOutReason = "smallest_step" // Rest stays outstanding: the processor takes only multiples
	LeftTooMuch  LeftOutReason = "more_than_outstanding"
	LeftUnknown  LeftOutReason = "not_found"
	LeftConsent  LeftOutReason = "not_accepted" // a renewal whose terms nobody accepted yet
)

// LeftOut is what a plan does not pay of what was asked, and why.
type LeftOut struct {
	Invoice InvoiceID
	Kind    DocumentKind // "" where there is none
	At      ContractID   // of a renewal: where it is answered
	Number  string
	Reason  LeftOutReason
	Rest    money.Money // what stays outstanding by it, where that is an amount
	Payment PaymentID   // that holds it
}

// PlannedPayment is one payment of a plan: of one currency, within the limits
// of one transaction. Charge is what is to be moved, Credit what account
// credit covers.
type PlannedPayment struct {
	Charge  money.Money
	Credit  money.Money
	Rewards money.Money // the zero value is none
	Parts   []PaymentPart
	Credits []CreditTaken
}

// PlanPayments makes payments out of what is asked: one or more per currency,
// in the order asked, account credit used first and oldest first, at most
// MaxPayables in each (MaxPayablesWithCredit where credit is used). step
// answers the smallest part of a currency the processor takes, in minor units
// (1 where it has no rule); the last part gives way, and LeftStep says so.
func PlanPayments(asked []Asked, payables, credits []Invoice, step func(money.Code) int64) (planned []PlannedPayment, left []LeftOut) {
	return PlanWithRewards(asked, payables, credits, step, money.Money{})
}

// PlanWithRewards is PlanPayments where rewards cover at most so much, after
// account credit and before money: by one redemption, in the first payment of
// its currency, which then has at most MaxPayablesWithRewards parts, those that
// take rewards first. The zero value is no rewards.
func PlanWithRewards(asked []Asked, payables, credits []Invoice, step func(money.Code) int64, rewards money.Money) (planned []PlannedPayment, left []LeftOut) {
	p := planner{credits: slices.Clone(credits), step: step, rewards: rewards, rewarding: -1}
	OldestFirst(p.credits)
	wanted, left := wantedOf(asked, payables)
	p.left = left
	slices.SortStableFunc(wanted, func(a, b wantedPart) int { return p.precedence(a) - p.precedence(b) })
	for _, w := range wanted {
		p.add(w)
	}
	for i := range p.payments {
		p.round(&p.payments[i])
	}
	planned = slices.DeleteFunc(p.payments, func(q PlannedPayment) bool { return len(q.Parts) == 0 })
	return planned, p.left
}

// wantedPart is one payable with how much of it is to be paid.
type wantedPart struct {
	inv    Invoice
	amount int64
}

// wantedOf sorts out what can not be paid.
func wantedOf(asked []Asked, payables []Invoice) (out []wantedPart, left []LeftOut) {
	seen := map[InvoiceID]bool{}
	for _, a := range asked {
		at := slices.IndexFunc(payables, func(inv Invoice) bool { return inv.ID == a.Invoice })
		if seen[a.Invoice] {
			continue
		}
		seen[a.Invoice] = true
		if at < 0 {
			left = append(left, LeftOut{Invoice: a.Invoice, Reason: LeftUnknown})
			continue
		}
		inv := payables[at]
		amount := inv.Outstanding.Minor
		if a.Amount.Currency != "" {
			amount = a.Amount.Minor
		}
		why := LeftOut{Invoice: inv.ID, Kind: inv.Kind, At: inv.AnsweredAt(), Number: inv.Number}
		switch {
		case inv.Active != "" || inv.Processing.Sign() > 0:
			why.Reason, why.Payment = LeftInFlight, inv.Active
		case inv.Unaccepted:
			why.Reason = LeftConsent
		case !inv.Payable() || amount <= 0:
			why.Reason = LeftClosed
		case amount > inv.Outstanding.Minor || a.Amount.Currency != "" && a.Amount.Currency != inv.Outstanding.Currency:
			why.Reason, why.Rest = LeftTooMuch, inv.Outstanding
		default:
			out = append(out, wantedPart{inv, amount})
			continue
		}
		left = append(left, why)
	}
	return out, left
}

// planner fills payments one after the other.
type planner struct {
	payments []PlannedPayment
	credits  []Invoice // with what is still left of each
	left     []LeftOut
	step     func(money.Code) int64

	rewards   money.Money // not yet used
	rewarding int         // the payment that uses them; -1 before there is one
}

// precedence puts what takes rewards before all else, where there are any.
func (p *planner) precedence(w wantedPart) int {
	if p.takes(w) {
		return 0
	}
	return 1
}

func (p *planner) takes(w wantedPart) bool {
	return p.rewards.Sign() > 0 && w.inv.Outstanding.Currency == p.rewards.Currency && w.inv.TakesRewards()
}

// reward takes rewards for a part that credit has left something of.
func (p *planner) reward(w wantedPart, part *PaymentPart, at int) {
	if !p.takes(w) || p.rewarding >= 0 && p.rewarding != at {
		return
	}
	give := min(p.rewards.Minor, part.Amount.Minor, w.inv.RewardsOpen().Minor)
	if give <= 0 {
		return
	}
	p.rewarding = at
	p.rewards.Minor -= give
	part.Amount.Minor -= give
	part.Rewards = money.Money{Minor: give, Currency: p.rewards.Currency}
	q := &p.payments[at]
	q.Rewards = money.Money{Minor: q.Rewards.Minor + give, Currency: p.rewards.Currency}
}

// add puts a payable into the payment of its currency that has room, or into
// a new one.
func (p *planner) add(w wantedPart) {
	c := w.inv.Outstanding.Currency
	rewarded := p.takes(w) && p.rewarding < 0
	uses := p.uses(w, rewarded)
	at := -1
	for i, q := range p.payments {
		if q.Charge.Currency == c && !rewarded && q.roomFor(uses) {
			at = i
		}
	}
	if at < 0 {
		p.payments = append(p.payments, PlannedPayment{Charge: money.Zero(c), Credit: money.Zero(c)})
		at = len(p.payments) - 1
	}
	q := &p.payments[at]
	part := PaymentPart{Invoice: w.inv.ID, Number: w.inv.Number, Version: w.inv.Version,
		Amount: money.Money{Minor: w.amount, Currency: c}, Credit: money.Zero(c), Refunded: money.Zero(c)}
	if !w.inv.Kind.IsPaper() {
		part.Kind, part.Contract = w.inv.Kind, w.inv.AnsweredAt()
	}
	for _, use := range uses {
		p.spend(use)
		part.Amount.Minor -= use.Amount.Minor
		part.Credit.Minor += use.Amount.Minor
	}
	p.reward(w, &part, at)
	q = &p.payments[at]
	q.Charge.Minor += part.Amount.Minor
	q.Credit.Minor += part.Credit.Minor
	q.Parts = append(q.Parts, part)
	q.Credits = append(q.Credits, uses...)
}

// uses is the account credit a payable takes, oldest first; of few papers where
// rewards are used beside it.
func (p *planner) uses(w wantedPart, rewarded bool) (uses []CreditTaken) {
	need, most := w.amount, MaxCreditUses
	if rewarded {
		most = MaxCreditWithRewards
	}
	for _, credit := range p.credits {
		give := min(need, credit.CreditLeft.Minor)
		if give <= 0 || credit.CreditLeft.Currency != w.inv.Outstanding.Currency || len(uses) == most {
			continue
		}
		uses = append(uses, CreditTaken{Credit: credit.ID, Number: credit.Number, Invoice: w.inv.ID,
			Amount: money.Money{Minor: give, Currency: credit.CreditLeft.Currency}})
		need -= give
	}
	return uses
}

func (p *planner) spend(use CreditTaken) {
	at := slices.IndexFunc(p.credits, func(c Invoice) bool { return c.ID == use.Credit })
	p.credits[at].CreditLeft.Minor -= use.Amount.Minor
}

// roomFor tells whether a payable that takes those uses fits in.
func (q PlannedPayment) roomFor(uses []CreditTaken) bool {
	if q.Rewards.Sign() > 0 {
		return len(q.Credits)+len(uses) <= MaxCreditWithRewards && len(q.Parts) < MaxPayablesWithRewards
	}
	if len(q.Credits)+len(uses) > MaxCreditUses {
		return false
	}
	if len(q.Credits)+len(uses) > 0 {
		return len(q.Parts) < MaxPayablesWithCredit
	}
	return len(q.Parts) < MaxPayables
}

// round lets the last parts give way until the charge is something that the
// processor takes. What is given up stays outstanding.
func (p *planner) round(q *PlannedPayment) {
	step := p.step(q.Charge.Currency)
	if step <= 1 {
		return
	}
	for over := q.Charge.Minor % step; over > 0; over = q.Charge.Minor % step {
		at := len(q.Parts) - 1
		for q.Parts[at].Amount.Minor == 0 {
			at--
		}
		part := &q.Parts[at]
		give := min(over, part.Amount.Minor)
		part.Amount.Minor -= give
		q.Charge.Minor -= give
		p.left = append(p.left, LeftOut{Invoice: part.Invoice, Kind: part.Kind, At: part.Contract, Number: part.Number, Reason: LeftStep,
			Rest: money.Money{Minor: give, Currency: q.Charge.Currency}})
		if part.Amount.Minor+part.Credit.Minor+part.Rewards.Minor == 0 {
			q.Parts = slices.Delete(q.Parts, at, at+1)
		}
	}
}
