package paying

import (
	"context"
	"errors"
	"time"

	"customercenter/shared/center"
	"customercenter/shared/processor"
	"customercenter/shared/store"
)

// Swept is what a sweep came to.
type Swept struct {
	Looked  int
	Ended   int  // of those, became final
	Missed  int  // of those, could not be looked at; the next sweep does
	More    bool // others may be due
	Overdue time.Duration
}

// Sweep looks at the payments whose time has come, at most limit, until ctx
// ends. An error means that it could not begin.
func (d Desk) Sweep(ctx context.Context, limit int) (Swept, error) {
	due, err := d.Store.DuePayments(ctx, limit)
	if err != nil {
		return Swept{}, err
	}
	swept := Swept{More: len(due) == limit}
	for _, one := range due {
		if ctx.Err() != nil {
			swept.More = true
			return swept, nil
		}
		swept.Looked++
		swept.Overdue = max(swept.Overdue, d.Now().Sub(one.LookAt))
		p, err := d.Settle(ctx, one.Account, one.ID)
		var failure *processor.Error
		switch {
		case errors.As(err, &failure) && failure.Outcome == processor.Missing: // no time will bring it back
			swept.Missed++
			d.Log.ErrorContext(ctx, "payment needs an operator", "payment", one.ID, "object", p.Object, "cause", err)
		case err != nil:
			swept.Missed++
			d.Log.WarnContext(ctx, "payment not settled", "payment", one.ID, "cause", err)
		case p.State.Final():
			swept.Ended++
		}
	}
	return swept, nil
}

// How reconciliation goes about it.
const (
	reconcileEvery = time.Hour
	reconcileAgain = time.Hour      // looked at once more, for what came late
	reconcileFirst = 24 * time.Hour // back from the first time
	orphanAge      = 10 * time.Minute
)

// Reconciled is what a reconciliation came to.
type Reconciled struct {
	Due       bool // it was time
	Objects   int
	Cancelled int // objects that no payment had written down
	Settled   int // payments that were behind
	Refunds   int // that nobody had told of
	Strange   int // objects that took money for no payment that is written down
	Missed    int // objects that could not be dealt with
}

// Differences is how much was not as it is written down.
func (r Reconciled) Differences() int {
	return r.Cancelled + r.Settled + r.Refunds + r.Strange + r.Missed
}

// Reconcile compares, once an hour, what the processor did with what is
// written down: objects that nobody recorded are cancelled, payments behind
// their objects settled, refunds booked. It finds what was lost with a table
// that had to be restored, too. What can not be dealt with stands in the way of
// nothing else: it is tried again the next minute, for a day.
func (d Desk) Reconcile(ctx context.Context) (Reconciled, error) {
	now := d.Now()
	last, err := d.Store.Reconciled(ctx)
	if err != nil || now.Sub(last) < reconcileEvery {
		return Reconciled{}, err
	}
	from := last.Add(-reconcileAgain)
	if last.IsZero() {
		from = now.Add(-reconcileFirst)
	}
	r := Reconciled{Due: true}
	err = d.pages(ctx, &r, func(cursor string) ([]processor.Object, string, error) {
		return d.Processor.Made(ctx, from, now, cursor)
	}, func(o processor.Object) error { return d.compare(ctx, o, &r) })
	if err != nil {
		return r, err
	}
	err = d.pages(ctx, &r, func(cursor string) ([]processor.Object, string, error) {
		return d.Processor.Refunded(ctx, from, now, cursor)
	}, func(o processor.Object) error {
		if o.Tag.Payment == "" || o.Tag.Account == "" {
			return nil // nothing of ours
		}
		return d.catchUp(ctx, o, &r.Refunds)
	})
	if err != nil {
		return r, err
	}
	if r.Missed > 0 && now.Sub(from) <= reconcileFirst { // later it is left to whoever reads the log
		return r, nil
	}
	return r, d.Store.SetReconciled(ctx, now)
}

// pages goes through a list of the processor's. What can not be done with one
// of its objects is logged and counted; once ctx has ended that is no fault of
// theirs.
func (d Desk) pages(ctx context.Context, r *Reconciled, list func(cursor string) ([]processor.Object, string, error), do func(processor.Object) error) error {
	for cursor := ""; ; {
		objects, next, err := list(cursor)
		if err != nil {
			return silent(err)
		}
		for _, o := range objects {
			err := do(o)
			if ctx.Err() != nil {
				return errors.Join(ctx.Err(), err)
			}
			if err != nil {
				r.Missed++
				d.Log.ErrorContext(ctx, "object not reconciled", "payment", o.Tag.Payment, "object", o.ID, "cause", err)
			}
		}
		if next == "" {
			return nil
		}
		cursor = next
	}
}

// compare holds one object against the payment it was made for.
func (d Desk) compare(ctx context.Context, o processor.Object, r *Reconciled) error {
	r.Objects++
	if o.Tag.Payment == "" || o.Tag.Account == "" {
		return nil
	}
	p, err := d.Store.Payment(ctx, o.Tag.Account, o.Tag.Payment)
	unknown := errors.Is(err, store.ErrNoPayment)
	if err != nil && !unknown {
		return err
	}
	switch {
	case !unknown && p.Object == o.ID:
		if p.State == center.PaymentCreated || p.State == center.PaymentFailed && o.State == processor.Succeeded {
			return d.catchUp(ctx, o, &r.Settled)
		}
		return nil
	case o.State == processor.Cancelled, d.Now().Sub(o.CreatedAt) < orphanAge:
		return nil // harmless, or perhaps about to be recorded
	case o.State == processor.Succeeded, o.State == processor.Processing:
		r.Strange++
		d.Log.ErrorContext(ctx, "money moved for no recorded payment", "payment", o.Tag.Payment, "object", o.ID)
		return nil
	}
	if _, err := d.Processor.Cancel(ctx, o.ID); err != nil {
		return silent(err)
	}
	r.Cancelled++
	d.Log.WarnContext(ctx, "orphan cancelled", "payment", o.Tag.Payment, "object", o.ID)
	return nil
}

// catchUp looks at the payment of an object, and counts it if that changed it.
func (d Desk) catchUp(ctx context.Context, o processor.Object, behind *int) error {
	before, err := d.Store.Payment(ctx, o.Tag.Account, o.Tag.Payment)
	if errors.Is(err, store.ErrNoPayment) {
		return nil
	}
	if err != nil {
		return err
	}
	after, _, err := d.Look(ctx, store.Notice{Object: o.ID, Account: o.Tag.Account, Payment: o.Tag.Payment})
	if err == nil && after.Version != before.Version {
		*behind++
	}
	return err
}
