package main

import (
	"context"
	"strconv"

	"customercenter/shared/center"
	"customercenter/shared/money"
	"customercenter/shared/view"
)

// selection is what a person wants to pay, in one of three ways.
type selection struct {
	Invoices    []selected   `json:"invoices"`
	PastDue     bool         `json:"pastDue"`
	OldestFirst *money.Money `json:"oldestFirst"`

	Rewards *wantedRewards `json:"rewards"`
}

// selected is one invoice, whole where no amount is said.
type selected struct {
	ID     center.InvoiceID `json:"id"`
	Amount *money.Money     `json:"amount"`
}

func (in selection) Validate() (v []center.Violation) {
	ways := 0
	for _, said := range []bool{len(in.Invoices) > 0, in.PastDue, in.OldestFirst != nil} {
		if said {
			ways++
		}
	}
	if ways != 1 {
		v = append(v, center.Violation{Pointer: "/", Detail: "must say one of invoices, pastDue, oldestFirst"})
	}
	if len(in.Invoices) > center.MaxSelection {
		v = append(v, center.Violation{Pointer: "/invoices", Detail: "must be at most " + itoa(center.MaxSelection)})
	}
	for i, s := range in.Invoices {
		if s.Amount != nil && s.Amount.Sign() <= 0 {
			v = append(v, center.Violation{Pointer: "/invoices/" + itoa(i) + "/amount", Detail: "must be more than zero"})
		}
	}
	if in.OldestFirst != nil && in.OldestFirst.Sign() <= 0 {
		v = append(v, center.Violation{Pointer: "/oldestFirst", Detail: "must be more than zero"})
	}
	if in.Rewards != nil && in.Rewards.Amount != nil && in.Rewards.Amount.Sign() < 0 {
		v = append(v, center.Violation{Pointer: "/rewards/amount", Detail: "must not be less than zero"})
	}
	return v
}

// plan is what would be paid, as one payment or several, and what would not.
type plan struct {
	Payments []planned      `json:"payments"`
	LeftOut  []leftOut      `json:"leftOut"`
	Methods  []view.Method  `json:"methods"`
	Rewards  []rewardsOffer `json:"rewards,omitempty"` // that could be used; none where there are none, or the asker may use none
	More     bool           `json:"more"`              // further invoices would be part of it, but for the limit
}

type planned struct {
	Charge  money.Money        `json:"charge"`
	Credit  money.Money        `json:"credit"`
	Rewards *usedRewards       `json:"rewards,omitempty"`
	Total   money.Money        `json:"total"`
	Parts   []plannedPart      `json:"parts"`
	Credits []view.CreditTaken `json:"credits"`
}

type plannedPart struct {
	view.Purpose
	Invoice     center.InvoiceID `json:"invoice"`
	Number      string           `json:"number"`
	DueOn       center.Date      `json:"dueOn,omitempty"`
	Outstanding money.Money      `json:"outstanding"`
	Amount      money.Money      `json:"amount"`
	Credit      money.Money      `json:"credit"`
	Rewards     *money.Money     `json:"rewards,omitempty"`
	Version     int              `json:"version"`
}

type leftOut struct {
	view.Purpose
	Invoice center.InvoiceID     `json:"invoice"`
	Number  string               `json:"number,omitempty"`
	Reason  center.LeftOutReason `json:"reason"`
	Rest    *money.Money         `json:"rest,omitempty"`
	Payment center.PaymentID     `json:"payment,omitempty"`
}

// planPayments shows what paying a selection would come to. It holds nothing.
func (h handler) planPayments(ctx context.Context, actor center.Actor, in selection) (plan, error) {
	asked, payables, more, err := h.choose(ctx, actor, in)
	if err != nil {
		return plan{}, err
	}
	out, err := h.planOf(ctx, actor, asked, payables, in.Rewards)
	out.More = more
	return out, err
}

// choose finds the invoices of a selection and how much to pay of each.
func (h handler) choose(ctx context.Context, actor center.Actor, in selection) (asked []center.Asked, payables []center.Invoice, more bool, err error) {
	account := h.store.In(actor)
	switch {
	case in.PastDue:
		payables, more, err = account.Unsettled(ctx, account.Today())
		asked = whole(payables)
	case in.OldestFirst != nil:
		payables, more, err = account.Unsettled(ctx, "")
		parts, _ := center.Allocate(*in.OldestFirst, payable(payables))
		for _, part := range parts {
			asked = append(asked, center.Asked{Invoice: part.Invoice, Amount: part.Amount})
		}
	default:
		ids := make([]center.InvoiceID, len(in.Invoices))
		for i, s := range in.Invoices {
			ids[i] = s.ID
			one := center.Asked{Invoice: s.ID}
			if s.Amount != nil {
				one.Amount = *s.Amount
			}
			asked = append(asked, one)
		}
		payables, err = account.Payables(ctx, ids)
		return asked, payables, false, err
	}
	if err == nil {
		payables, err = h.withNets(ctx, actor, payables)
	}
	return asked, payables, more, err
}

func whole(list []center.Invoice) (asked []center.Asked) {
	for _, inv := range list {
		asked = append(asked, center.Asked{Invoice: inv.ID})
	}
	return asked
}

// payable are those of which something can be paid now.
func payable(list []center.Invoice) (out []center.Invoice) {
	for _, inv := range list {
		if inv.Payable() {
			out = append(out, inv)
		}
	}
	return out
}

// planOf plans, and shows the plan with the methods it could be paid by.
func (h handler) planOf(ctx context.Context, actor center.Actor, asked []center.Asked, payables []center.Invoice, want *wantedRewards) (plan, error) {
	account := h.store.In(actor)
	credits, err := account.Credits(ctx)
	if err != nil {
		return plan{}, err
	}
	wallet, err := account.Wallet(ctx)
	if err != nil {
		return plan{}, err
	}
	offers, err := h.offers(ctx, actor, asked, payables, credits)
	if err != nil {
		return plan{}, err
	}
	offer, rewards := chosen(offers, want)
	payments, left := center.PlanWithRewards(asked, payables, credits, h.step, rewards)
	out := plan{Rewards: offers, Payments: make([]planned, 0, len(payments)), LeftOut: make([]leftOut, 0, len(left)), Methods: make([]view.Method, 0, len(wallet.Methods))}
	for _, p := range payments {
		out.Payments = append(out.Payments, show(p, payables, offer))
	}
	for _, l := range left {
		shown := leftOut{Purpose: view.PurposeOf(l.Invoice, l.Kind, l.At), Invoice: l.Invoice, Number: l.Number, Reason: l.Reason, Payment: l.Payment}
		if l.Rest.Currency != "" {
			shown.Rest = &l.Rest
		}
		out.LeftOut = append(out.LeftOut, shown)
	}
	for _, m := range wallet.Methods {
		out.Methods = append(out.Methods, *view.MethodOf(m, actor.Today(h.now())))
	}
	return out, nil
}

// step is the smallest part of a currency that the processor takes.
func (h handler) step(c money.Code) int64 {
	if step, ok := h.desk.Processor.Step(c); ok {
		return step
	}
	return 1
}

func show(p center.PlannedPayment, payables []center.Invoice, offer rewardsOffer) planned {
	heads := map[center.InvoiceID]center.Invoice{}
	for _, inv := range payables {
		heads[inv.ID] = inv
	}
	out := planned{Charge: p.Charge, Credit: p.Credit, Parts: make([]plannedPart, 0, len(p.Parts)), Credits: view.Credits(p.Credits),
		Total: money.Money{Minor: p.Charge.Minor + p.Credit.Minor + p.Rewards.Minor, Currency: p.Charge.Currency}}
	if p.Rewards.Sign() > 0 {
		out.Rewards = &usedRewards{offer.Subscription, offer.Number, p.Rewards, offer.FX.Cost(p.Rewards, offer.Available.Currency), offer.FX}
	}
	for _, part := range p.Parts {
		head := heads[part.Invoice]
		out.Parts = append(out.Parts, plannedPart{Purpose: view.PurposeOf(part.Invoice, part.Kind, part.Contract), Invoice: part.Invoice, Number: part.Number, DueOn: head.DueOn, Outstanding: head.Outstanding,
			Amount: part.Amount, Credit: part.Credit, Rewards: view.Some(part.Rewards), Version: part.Version})
	}
	return out
}

// agreed plans what is asked from what stands now, and refuses where that is
// not what the person agreed to.
func (h handler) agreed(ctx context.Context, actor center.Actor, in input) (center.PlannedPayment, error) {
	asked, payables, credits, err := h.read(ctx, actor, in)
	if err != nil {
		return center.PlannedPayment{}, err
	}
	changed := center.Errorf(center.Conflict, "amounts-changed", "What is to be paid changed since you looked at it. Please look at the new amounts.")
	versions := map[center.InvoiceID]int{}
	for _, part := range in.Parts {
		versions[part.Invoice] = part.Version
	}
	rewards, stands, err := h.rewardsOf(ctx, actor, in)
	if err != nil {
		return center.PlannedPayment{}, err
	}
	payments, left := center.PlanWithRewards(asked, payables, credits, h.step, rewards)
	for _, l := range left {
		if l.Reason == center.LeftInFlight {
			return center.PlannedPayment{}, h.inFlight(ctx, actor, l)
		}
	}
	if !stands || len(payments) != 1 || len(left) > 0 || payments[0].Rewards != rewards || payments[0].Charge != in.Charge || payments[0].Credit != in.Credit {
		return center.PlannedPayment{}, h.withFreshPlan(ctx, actor, in, changed)
	}
	for _, part := range payments[0].Parts {
		if part.Version != versions[part.Invoice] {
			return center.PlannedPayment{}, h.withFreshPlan(ctx, actor, in, changed)
		}
	}
	return payments[0], nil
}

func (h handler) read(ctx context.Context, actor center.Actor, in input) (asked []center.Asked, payables, credits []center.Invoice, err error) {
	var ids []center.InvoiceID
	for _, part := range in.Parts {
		ids = append(ids, part.Invoice)
		asked = append(asked, center.Asked{Invoice: part.Invoice, Amount: part.Amount})
	}
	account := h.store.In(actor)
	if payables, err = account.Payables(ctx, ids); err != nil {
		return nil, nil, nil, err
	}
	credits, err = account.Credits(ctx)
	return asked, payables, credits, err
}

// withFreshPlan adds to a refusal what paying the same would come to now: as
// much of each invoice as was asked, or what is left of it.
func (h handler) withFreshPlan(ctx context.Context, actor center.Actor, in input, refused *center.Error) error {
	asked, payables, _, err := h.read(ctx, actor, in)
	if err != nil {
		return err
	}
	for i := range asked {
		for _, inv := range payables {
			if inv.ID == asked[i].Invoice && asked[i].Amount.Minor > inv.Outstanding.Minor {
				asked[i].Amount = money.Money{}
			}
		}
	}
	var want *wantedRewards
	if in.Rewards != nil {
		want = &wantedRewards{in.Rewards.Subscription, &in.Rewards.Amount}
	}
	fresh, err := h.planOf(ctx, actor, asked, payables, want)
	if err != nil {
		return err
	}
	told := *refused
	told.Facts = fresh
	return &told
}

// inFlight says who holds a payable, and shows the payment.
func (h handler) inFlight(ctx context.Context, actor center.Actor, l center.LeftOut) error {
	e := center.Errorf(center.Conflict, "payment-in-flight", "A payment of %s %s is in flight.", l.Kind.Noun(), l.Number)
	p, err := h.store.In(actor).Payment(ctx, l.Payment)
	if err == nil {
		e.Detail = p.ByName + " started a payment of " + p.Charge.String() + " that includes " + l.Kind.Noun() + " " + l.Number + ", which is not finished."
		e.Facts = map[string]view.Payment{"payment": view.PaymentOf(p, actor.Today(h.now()), true)}
	}
	return e
}

func itoa(n int) string { return strconv.Itoa(n) }
