// Package paying drives a payment through its steps, in the one order in which
// nobody is charged twice whatever crashes:
//
//	claim    the payables are the payment's                 (store)
//	create   an object that moves nothing yet               (processor)
//	record   the object is written down                     (store)
//	confirm  the money moves; at its own page, by the payer (processor)
//	finish   the payables are settled, or free again        (store)
//
// Money moves by confirm alone. Confirm comes after record, and record needs
// the payment NEW. Payables are freed in two ways: NEW becomes ABANDONED, which
// keeps record from passing, or the processor has cancelled the object, which
// keeps confirm from passing. So nothing hangs on how long anything takes.
// Webhooks, the page people come back to and the sweep all converge on finish.
//
// It does not know the wire of the processor, the shape of the table, who may
// pay, nor what people are told.
package paying

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"customercenter/shared/center"
	"customercenter/shared/money"
	"customercenter/shared/processor"
	"customercenter/shared/store"
)

// How long things are waited for. None of them keeps a promise: they only say
// when somebody looks.
const (
	lookProcessor = 2 * time.Minute  // an answer that is on its way, or lost
	lookCustomer  = 30 * time.Minute // an authentication
	pageLife      = 35 * time.Minute // of a hosted page, from the claim
	pageGrace     = time.Minute      // after the page's end
)

// bankLooks are the pauses between looks at a bank debit; after them a person
// must look, and the sweep goes on daily.
var bankLooks = [...]time.Duration{5 * time.Minute, time.Hour, 24 * time.Hour, 24 * time.Hour, 24 * time.Hour, 24 * time.Hour, 24 * time.Hour}

const lookOperator = 24 * time.Hour

// Desk is where payments are driven.
type Desk struct {
	Store     *store.Store
	Processor processor.Processor
	Now       func() time.Time
	BaseURL   string // of the portal, where people come back to
	Log       *slog.Logger
}

// Order is what a person asks for: a planned payment, by a stored method or at
// the processor's page.
type Order struct {
	Key     string // the browser's own: the same key is the same payment
	Request string // hash of what was asked
	Planned center.PlannedPayment
	Method  center.MethodID     // "" for the processor's page
	Keep    bool                // store what is used there
	Rewards *store.RewardsAsked // what it draws its rewards from; nil where it uses none
	Locale  string
}

// Pay pays. The same order again goes on where the first one was left. The
// answer is how the payment stands: final, processing, or waiting for the
// customer at its URL. A decline is an answer, not an error; nor is a processor
// that went silent once money may move: the payment is answered as it is
// written down. An error means that nothing was charged by this call, or that
// asking again with the same key tells.
func (d Desk) Pay(ctx context.Context, actor center.Actor, o Order) (center.Payment, error) {
	p, err := d.pay(ctx, actor, o)
	if p.State == center.PaymentCreated && center.IsKind(err, center.Unavailable) {
		d.Log.WarnContext(ctx, "payment left to be settled", "payment", p.ID, "cause", err)
		return p, nil
	}
	return p, err
}

func (d Desk) pay(ctx context.Context, actor center.Actor, o Order) (center.Payment, error) {
	p, customer, err := d.claim(ctx, actor, o)
	if err != nil || p.State.Final() {
		return p, err
	}
	if p.State == center.PaymentNew {
		var object processor.Object
		if object, err = d.create(ctx, actor, p, o, customer); err != nil {
			return d.giveUp(ctx, p, err)
		}
		if p, err = d.record(ctx, p, object); err != nil || p.State != center.PaymentCreated {
			return p, err
		}
		if !p.Hosted {
			return d.confirm(ctx, p)
		}
		return p, nil
	}
	return d.Settle(ctx, p.Account, p.ID)
}

// claim takes the payables; customer is the account's record at the processor.
func (d Desk) claim(ctx context.Context, actor center.Actor, o Order) (p center.Payment, customer string, err error) {
	account := d.Store.In(actor)
	wallet, err := account.Wallet(ctx)
	if err != nil {
		return p, "", err
	}
	p = center.Payment{
		ID:     center.PaymentIDOf(actor.Account, actor.Contact, o.Key),
		Charge: o.Planned.Charge, Credit: o.Planned.Credit, Rewards: o.Planned.Rewards, Refunded: money.Zero(o.Planned.Charge.Currency),
		Parts: o.Planned.Parts, Credits: o.Planned.Credits, Hosted: o.Method == "" && o.Planned.Charge.Sign() > 0,
		By: actor.Contact, ByName: actor.Name, ByEmail: actor.Email, Locale: o.Locale, Request: o.Request,
	}
	if p.ByName == "" {
		p.ByName = actor.Email
	}
	if o.Method != "" && p.Charge.Sign() > 0 {
		if p.Method, err = methodOf(wallet, o.Method, account.Today()); err != nil {
			return d.earlier(ctx, account, p, wallet.Customer, err)
		}
	}
	if len(p.Parts) == 0 {
		return d.earlier(ctx, account, p, wallet.Customer, center.Errorf(center.Conflict, "amounts-changed",
			"There is nothing left to be paid of what you chose."))
	}
	if p.Rewards.Sign() > 0 && o.Rewards != nil {
		p, _, err = account.ClaimWithRewards(ctx, p, *o.Rewards)
	} else {
		p, _, err = account.ClaimPayment(ctx, p)
	}
	return p, wallet.Customer, err
}

// earlier is the payment that this very order has made before, which what
// stands in its way now does not concern; else the refusal.
func (d Desk) earlier(ctx context.Context, account store.Account, p center.Payment, customer string, refusal error) (center.Payment, string, error) {
	stands, err := account.Payment(ctx, p.ID)
	switch {
	case errors.Is(err, store.ErrNoPayment):
		return center.Payment{}, "", refusal
	case err == nil && stands.Request != p.Request:
		return center.Payment{}, "", store.ErrKeyReused
	}
	return stands, customer, err
}

// methodOf is the stored method, if it can be charged today.
func methodOf(w store.Wallet, id center.MethodID, today center.Date) (center.PaymentMethod, error) {
	m, err := w.Method(id)
	switch {
	case err != nil:
		return m, center.Errorf(center.Unprocessable, "method-not-found", "That payment method is not stored any more. Choose another one.")
	case m.Expired(today):
		return m, store.MethodExpired(m)
	}
	return m, nil
}

// create makes the object at the processor. It moves nothing.
func (d Desk) create(ctx context.Context, actor center.Actor, p center.Payment, o Order, customer string) (processor.Object, error) {
	customer, err := d.Customer(ctx, actor, customer)
	if err != nil {
		return processor.Object{}, err
	}
	key, tag, back := string(p.ID)+":create", processor.Tag{Account: p.Account, Payment: p.ID}, d.back(p)
	memo := memoOf(p)
	if p.Hosted {
		return d.Processor.Checkout(ctx, processor.Page{Key: key, Tag: tag, Memo: memo, Amount: p.Charge, Customer: customer, Description: describe(p),
			Return: back + "?from=page", Cancel: back + "?from=page", Locale: p.Locale, ExpiresAt: p.CreatedAt.Add(pageLife), Keep: o.Keep})
	}
	return d.Processor.Create(ctx, processor.Charge{Key: key, Tag: tag, Memo: memo, Amount: p.Charge, Customer: customer, Method: p.Method.ID,
		Description: describe(p)})
}

// back is the page of a payment.
func (d Desk) back(p center.Payment) string { return d.BaseURL + "/payments/" + string(p.ID) }

// maxDescribed is how many numbers stand in what the payer reads at her bank.
const maxDescribed = 5

func describe(p center.Payment) string {
	text := ""
	for i, part := range p.Parts {
		if i == maxDescribed {
			return text + ", …"
		}
		if i > 0 {
			text += ", "
		}
		text += part.Number
	}
	return text
}

// giveUp frees the payables of a payment whose object could not be made.
// There may be one, but nothing can confirm it: record does not pass any more.
func (d Desk) giveUp(ctx context.Context, p center.Payment, cause error) (center.Payment, error) {
	why := center.DeclineProcessor
	var failure *processor.Error
	refused := errors.As(cause, &failure) && (failure.Outcome == processor.Refused || failure.Outcome == processor.Missing)
	if refused && failure.Reason != "" {
		why = failure.Reason
	}
	stands, err := d.Store.AbandonPayment(ctx, p.Account, p.ID, why)
	if err != nil {
		return stands, silent(cause)
	}
	if stands.State == center.PaymentCreated { // the same order, asked twice at once, was faster
		return d.Settle(ctx, p.Account, p.ID)
	}
	if refused || stands.State != center.PaymentAbandoned {
		return stands, nil
	}
	return stands, unreachable(cause)
}

// unreachable says that the processor can not be asked now, of a payment that
// was given up: nothing can be charged by it.
func unreachable(cause error) error {
	return &center.Error{Kind: center.Unavailable, Code: "processor-unreachable", RetryAfter: 30, Err: cause,
		Detail: "The payment service does not answer. Nothing was charged; please try again in a moment."}
}

// silent says that the processor can not be asked now, of a payment that may
// have been made.
func silent(cause error) error {
	return &center.Error{Kind: center.Unavailable, Code: "processor-silent", RetryAfter: 30, Err: cause,
		Detail: "The payment service does not answer, so it is not known yet how this payment stands. It is looked at every minute, and nothing is charged twice."}
}

// record writes the object down. Where the payment has moved on, the object
// must not be left able to move money.
func (d Desk) record(ctx context.Context, p center.Payment, o processor.Object) (center.Payment, error) {
	m := store.PaymentMove{Object: o.ID, Wait: center.WaitProcessor, LookAt: d.Now().Add(lookProcessor)}
	if p.Hosted {
		m.URL, m.Wait, m.ExpiresAt, m.LookAt = o.URL, center.WaitCustomer, o.ExpiresAt, o.ExpiresAt.Add(pageGrace)
	}
	recorded, err := d.Store.RecordPayment(ctx, p.Account, p.ID, m)
	if errors.Is(err, store.ErrMovedOn) {
		if _, err := d.Processor.Cancel(ctx, o.ID); err != nil {
			d.Log.WarnContext(ctx, "object left to reconciliation", "payment", p.ID, "object", o.ID, "cause", err)
		}
		return d.Store.Payment(ctx, p.Account, p.ID)
	}
	return recorded, err
}

// confirm lets the money move, and writes down what came of it. What is not
// known then is found out by Settle.
func (d Desk) confirm(ctx context.Context, p center.Payment) (center.Payment, error) {
	o, err := d.Processor.Confirm(ctx, p.Object, d.back(p)+"?from=step")
	var failure *processor.Error
	switch {
	case err == nil:
		return d.converge(ctx, p, o)
	case errors.As(err, &failure) && failure.Outcome != processor.Unknown:
		why := center.DeclineProcessor
		if failure.Reason != "" {
			why = failure.Reason
		}
		return d.stop(ctx, p, why)
	}
	d.Log.WarnContext(ctx, "confirm unanswered", "payment", p.ID, "cause", err)
	return p, nil
}
