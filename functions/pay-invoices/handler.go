package main

import (
	"context"
	"time"

	"customercenter/shared/center"
	"customercenter/shared/httpapi"
	"customercenter/shared/money"
	"customercenter/shared/paying"
	"customercenter/shared/store"
	"customercenter/shared/view"
)

type handler struct {
	store *store.Store
	now   func() time.Time
	desk  paying.Desk
}

func (h handler) routes(door httpapi.Door) httpapi.Routes {
	act := httpapi.Op{Module: center.ModulePayments, Action: center.ActionAct}
	return httpapi.Routes{
		"POST /v1/payments/plan":        httpapi.Handle(door, act, h.planPayments),
		"POST /v1/payments":             httpapi.Handle(door, act, h.payInvoices),
		"POST /v1/payments/{id}/settle": httpapi.Handle(door, act, h.settlePayment),
		"POST /v1/payments/{id}/cancel": httpapi.Handle(door, act, h.cancelPayment),
	}
}

type input struct {
	Key    string          `json:"-" header:"idempotency-key"`
	Parts  []askedPart     `json:"parts"`
	Charge money.Money     `json:"charge"` // as the person saw it, and agrees to
	Credit money.Money     `json:"credit"`
	Method center.MethodID `json:"method"` // "" for the processor's page
	Keep   bool            `json:"keep"`

	Rewards *agreedRewards `json:"rewards,omitempty"`
}

// askedPart is what is to be paid of one invoice, and the version in which
// the person saw it.
type askedPart struct {
	Invoice center.InvoiceID `json:"invoice"`
	Version int              `json:"version"`
	Amount  money.Money      `json:"amount"` // charge, credit and rewards of it together
}

func (in input) Validate() (v []center.Violation) {
	if !center.WellFormedKey(in.Key) {
		v = append(v, center.Violation{Pointer: "idempotency-key", Detail: "must be 16 to 64 letters, digits, - or _, new for each payment"})
	}
	if len(in.Parts) == 0 || len(in.Parts) > center.MaxPayables {
		v = append(v, center.Violation{Pointer: "/parts", Detail: "must name 1 to 19 of what is to be paid"})
	}
	seen := map[center.InvoiceID]bool{}
	for i, part := range in.Parts {
		at := "/parts/" + itoa(i)
		switch {
		case seen[part.Invoice]:
			v = append(v, center.Violation{Pointer: at + "/invoice", Detail: "is named twice"})
		case part.Amount.Sign() <= 0:
			v = append(v, center.Violation{Pointer: at + "/amount", Detail: "must be more than zero"})
		case part.Amount.Currency != in.Charge.Currency:
			v = append(v, center.Violation{Pointer: at + "/amount/currency", Detail: "must be the currency of the charge"})
		}
		seen[part.Invoice] = true
	}
	if in.Charge.Sign() < 0 || in.Credit.Sign() < 0 || in.Credit.Currency != in.Charge.Currency {
		v = append(v, center.Violation{Pointer: "/charge", Detail: "charge and credit must be amounts of one currency"})
	}
	if in.Rewards != nil {
		v = append(v, in.Rewards.validate(in.Charge)...)
	}
	return v
}

// payInvoices plans anew from what stands and pays only what is still what
// the person agreed to.
func (h handler) payInvoices(ctx context.Context, actor center.Actor, in input) (view.Payment, error) {
	if (in.Method != "" || in.Keep) && !actor.Fresh(h.now()) {
		return view.Payment{}, center.ErrFreshCodeNeeded
	}
	order := paying.Order{Key: in.Key, Request: httpapi.RequestHash(in), Method: in.Method, Keep: in.Keep, Locale: actor.Locale}
	if in.Rewards != nil {
		order.Rewards = in.Rewards.asks(actor, in.Key)
	}
	earlier, err := h.store.In(actor).Payment(ctx, center.PaymentIDOf(actor.Account, actor.Contact, in.Key))
	switch {
	case err == nil && earlier.Request != order.Request:
		return view.Payment{}, store.ErrKeyReused
	case err == nil:
		order.Planned = center.PlannedPayment{Charge: earlier.Charge, Credit: earlier.Credit, Rewards: earlier.Rewards, Parts: earlier.Parts, Credits: earlier.Credits}
	case center.IsKind(err, center.NotFound):
		if order.Planned, err = h.agreed(ctx, actor, in); err != nil {
			return view.Payment{}, err
		}
	default:
		return view.Payment{}, err
	}
	p, err := h.desk.Pay(ctx, actor, order)
	if refused := center.AsError(err); err != nil && refused.Code == "amounts-changed" {
		return view.Payment{}, h.withFreshPlan(ctx, actor, in, refused)
	}
	if err != nil {
		return view.Payment{}, err
	}
	return view.PaymentOf(p, actor.Today(h.now()), true), nil
}

type one struct {
	ID center.PaymentID `json:"-" path:"id"`
}

// settlePayment is what the page asks that people come back to, and the one
// that waits. A processor that does not answer is no refusal: the payment is
// shown as it is written down.
func (h handler) settlePayment(ctx context.Context, actor center.Actor, in one) (view.Payment, error) {
	p, err := h.desk.Settle(ctx, actor.Account, in.ID)
	if err != nil && (p.ID == "" || !center.IsKind(err, center.Unavailable)) {
		return view.Payment{}, err
	}
	return view.PaymentOf(p, actor.Today(h.now()), true), nil
}

// cancelPayment stops a payment and says plainly where that is not possible.
func (h handler) cancelPayment(ctx context.Context, actor center.Actor, in one) (view.Payment, error) {
	p, err := h.store.In(actor).Payment(ctx, in.ID)
	if err != nil {
		return view.Payment{}, err
	}
	if !p.State.Final() {
		if p, err = h.desk.Stop(ctx, actor.Account, in.ID, center.DeclineCancelled); err != nil {
			return view.Payment{}, err
		}
	}
	switch {
	case !p.State.Final():
		return view.Payment{}, center.Errorf(center.Conflict, "payment-not-stoppable", "The bank has this payment already. It can no longer be stopped.")
	case p.Reason != center.DeclineCancelled:
		return view.Payment{}, center.Errorf(center.Conflict, "payment-ended", "This payment has ended already: %s.", p.State)
	}
	return view.PaymentOf(p, actor.Today(h.now()), true), nil
}
