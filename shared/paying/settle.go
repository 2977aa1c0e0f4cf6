package paying

import (
	"context"
	"errors"
	"time"

	"customercenter/shared/center"
	"customercenter/shared/processor"
	"customercenter/shared/store"
)

// Settle looks at how a payment stands at the processor and brings what is
// written down in line with it. It may be called at any time, by anybody and
// by many at once. Where the processor does not answer, it answers the payment
// as it is written down, and an Unavailable error.
func (d Desk) Settle(ctx context.Context, account center.AccountID, id center.PaymentID) (center.Payment, error) {
	p, err := d.Store.Payment(ctx, account, id)
	if err != nil {
		return p, err
	}
	switch p.State {
	case center.PaymentNew:
		if d.overdue(p) {
			return d.Store.AbandonPayment(ctx, account, id, center.DeclineTimeout)
		}
		return p, nil
	case center.PaymentAbandoned:
		return p, nil
	}
	if p.Object == "" { // account credit alone
		return p, nil
	}
	o, err := d.Processor.Retrieve(ctx, p.Object)
	if err != nil {
		return p, silent(err)
	}
	if p.State == center.PaymentCreated {
		if p, err = d.converge(ctx, p, o); err != nil || !p.State.Paid() {
			return p, err
		} // what was returned by now is booked at once
	}
	return d.afterwards(ctx, p, o)
}

// overdue tells whether the payment's time to be looked at has come.
func (d Desk) overdue(p center.Payment) bool { return !d.Now().Before(p.LookAt) }

// converge moves a CREATED payment to where its object stands.
func (d Desk) converge(ctx context.Context, p center.Payment, o processor.Object) (center.Payment, error) {
	switch o.State {
	case processor.Succeeded:
		d.keepUsed(ctx, p, o.Method)
		return d.finish(ctx, p, store.PaymentEnd{Succeeded: true, Method: o.Method})
	case processor.Cancelled:
		why := center.DeclineTimeout
		if o.Reason != "" {
			why = o.Reason
		}
		return d.finish(ctx, p, store.PaymentEnd{Reason: why, Method: o.Method})
	case processor.Processing:
		return d.awaitBank(ctx, p)
	case processor.Declined: // a page that lets her try another card is Open
		if o.Reason != "" {
			return d.stop(ctx, p, o.Reason)
		}
	case processor.NeedsStep:
		if p.Wait != center.WaitCustomer || p.URL != o.URL {
			return d.Store.WaitPayment(ctx, p.Account, p.ID, store.PaymentMove{URL: o.URL, Wait: center.WaitCustomer, LookAt: d.stepEnds(p)})
		}
	}
	if d.overdue(p) {
		return d.stop(ctx, p, center.DeclineTimeout)
	}
	return p, nil
}

// keepUsed brings a method into the wallet that the payer let be stored on the
// page where she paid. It comes before the payment ends, so that whoever ends
// it after a crash does it again; and it is a courtesy, which never stands in
// the way of a payment that went through.
func (d Desk) keepUsed(ctx context.Context, p center.Payment, m center.PaymentMethod) {
	if !p.Hosted || m.ID == "" {
		return
	}
	view, err := d.Store.Everywhere("a payment ends with or without the one who pays").Behalf(ctx, p.Account, p.By)
	if err == nil {
		_, err = view.AddMethod(ctx, m, "")
	}
	if err != nil {
		d.Log.WarnContext(ctx, "method not kept", "payment", p.ID, "method", m.ID, "cause", err)
	}
}

// stepEnds is until when an authentication is waited for.
func (d Desk) stepEnds(p center.Payment) time.Time {
	if p.Wait == center.WaitCustomer {
		return p.LookAt
	}
	return d.Now().Add(lookCustomer)
}

// awaitBank notes that a debit is under way, which takes days.
func (d Desk) awaitBank(ctx context.Context, p center.Payment) (center.Payment, error) {
	m := store.PaymentMove{Wait: center.WaitBank, LookAt: d.Now().Add(bankLooks[0])}
	if p.Wait == center.WaitBank || p.Wait == center.WaitOperator {
		if !d.overdue(p) {
			return p, nil
		}
		m.Looks = p.Looks + 1
		if m.Looks < len(bankLooks) {
			m.LookAt = d.Now().Add(bankLooks[m.Looks])
		} else {
			m.Wait, m.LookAt = center.WaitOperator, d.Now().Add(lookOperator)
			d.Log.ErrorContext(ctx, "payment needs an operator", "payment", p.ID, "object", p.Object, "since", p.CreatedAt)
		}
	}
	return d.Store.WaitPayment(ctx, p.Account, p.ID, m)
}

// finish ends a payment; whoever comes first does.
func (d Desk) finish(ctx context.Context, p center.Payment, end store.PaymentEnd) (center.Payment, error) {
	ended, err := d.Store.FinishPayment(ctx, p.Account, p.ID, end)
	if errors.Is(err, store.ErrContradiction) {
		d.Log.ErrorContext(ctx, "payment contradiction", "payment", p.ID, "object", p.Object)
	}
	return ended, err
}

// Stop makes a payment unable to move money and frees its payables, where
// that is still possible; it answers how the payment stands then.
func (d Desk) Stop(ctx context.Context, account center.AccountID, id center.PaymentID, why center.DeclineReason) (center.Payment, error) {
	p, err := d.Store.Payment(ctx, account, id)
	if err != nil || p.State.Final() {
		return p, err
	}
	if p.State == center.PaymentNew {
		if p, err = d.Store.AbandonPayment(ctx, account, id, why); err != nil || p.State.Final() {
			return p, err
		}
	}
	return d.stop(ctx, p, why)
}

// stop cancels the object first: only what can not move money any more is
// freed.
func (d Desk) stop(ctx context.Context, p center.Payment, why center.DeclineReason) (center.Payment, error) {
	o, err := d.Processor.Cancel(ctx, p.Object)
	if err != nil {
		return p, silent(err)
	}
	switch o.State {
	case processor.Cancelled:
		return d.finish(ctx, p, store.PaymentEnd{Reason: why, Method: o.Method})
	case processor.Succeeded:
		return d.finish(ctx, p, store.PaymentEnd{Succeeded: true, Method: o.Method})
	case processor.Processing:
		return d.awaitBank(ctx, p)
	}
	return p, silent(errors.New("paying: a cancelled object is " + string(o.State)))
}

// afterwards looks at what happened to a payment that had ended: refunds, and
// what must not be.
func (d Desk) afterwards(ctx context.Context, p center.Payment, o processor.Object) (center.Payment, error) {
	if p.State == center.PaymentFailed {
		if o.State == processor.Succeeded {
			return d.finish(ctx, p, store.PaymentEnd{Succeeded: true, Method: o.Method})
		}
		return p, nil
	}
	back := o.Refunded
	if back.Minor += o.Lost.Minor; back.Minor > o.Captured.Minor { // refunded, and then taken back as well
		back.Minor = o.Captured.Minor
	}
	if o.Disputed.Minor > 0 || o.Lost.Minor > 0 && back.Minor > p.Refunded.Minor {
		d.Log.ErrorContext(ctx, "payment needs an operator", "payment", p.ID, "object", p.Object, "why", "the payer's bank demands it back, or took it",
			"disputed", o.Disputed, "lost", o.Lost)
	}
	if back.Minor < p.Refunded.Minor { // its bank sent it back: the customer is owed it in another way
		d.Log.ErrorContext(ctx, "refund was taken back", "payment", p.ID, "object", p.Object, "booked", p.Refunded, "returned", back)
	}
	if back.Minor <= p.Refunded.Minor {
		return p, nil
	}
	return d.Store.RefundPayment(ctx, p.Account, p.ID, back)
}

// Look works on a notice of the processor. A notice is a hint: what counts is
// what the processor answers when it is asked. Those about nothing here are
// passed over.
func (d Desk) Look(ctx context.Context, n store.Notice) (p center.Payment, ours bool, err error) {
	if n.Setup || n.Object == "" {
		return p, false, nil
	}
	tag := processor.Tag{Account: n.Account, Payment: n.Payment}
	if tag.Payment == "" {
		o, err := d.Processor.Retrieve(ctx, n.Object)
		var failure *processor.Error
		if errors.As(err, &failure) && (failure.Outcome == processor.Missing || failure.Outcome == processor.Refused) {
			return p, false, nil
		}
		if err != nil {
			return p, false, silent(err)
		}
		tag = o.Tag
	}
	if tag.Payment == "" || tag.Account == "" {
		return p, false, nil
	}
	p, err = d.Settle(ctx, tag.Account, tag.Payment)
	if errors.Is(err, store.ErrNoPayment) {
		return p, false, nil
	}
	if errors.Is(err, store.ErrContradiction) {
		return p, true, nil // it was logged; asking again changes nothing
	}
	return p, true, err
}
