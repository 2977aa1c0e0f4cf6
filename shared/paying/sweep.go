package paying

import (
	"context"
	"errors"
	"slices"
	"time"

	"customercenter/shared/processor"
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
	reconcileAgain = time.Hour           // looked at once more, for what came late
	reconcileFirst = 24 * time.Hour      // back from the first time
	reconcileLast  = 35 * 24 * time.Hour // how far back a table can be restored
	orphanAge      = 10 * time.Minute
)

// Reconciled is what a reconciliation came to.
type Reconciled struct {
	Due       bool // it was time
	Objects   int
	Cancelled int // objects that no payment had written down
	Settled   int // payments that were behind
	Refunds   int // and what banks took back, that nobody had told of
	Strange   int // objects that took money for no payment that is written down
	Restored  int // payments that were booked anew from what the processor keeps
	Missed    int // objects that could not be dealt with
}

// Differences is how much was not as it is written down.
func (r Reconciled) Differences() int {
	return r.Cancelled + r.Settled + r.Refunds + r.Strange + r.Missed
}

// Reconcile compares, once an hour and at once in a restored table, what the
// processor did with what is written down: payments behind their objects are
// settled, objects that nobody recorded cancelled, refunds booked. Payments that
// were lost with a table that had to be restored are booked anew, the oldest
// first, after all else: a lost payment may be of what a refund made payable
// again, of a payment that was lost before it. What can not be dealt with stands
// in the way of nothing else: it is tried again the next minute, for a day; in a
// restored table until nothing is left, since what it waits for may have to be
// imported again first.
func (d Desk) Reconcile(ctx context.Context) (Reconciled, error) {
	now := d.Now()
	last, restored, err := d.Store.Reconciled(ctx)
	if err != nil || now.Sub(last) < reconcileEvery && !restored {
		return Reconciled{}, err
	}
	from := last.Add(-reconcileAgain)
	if last.IsZero() {
		from = now.Add(-reconcileFirst)
	}
	r := Reconciled{Due: true}
	var lost []processor.Object
	err = d.pages(ctx, &r, func(cursor string) ([]processor.Object, string, error) {
		return d.Processor.Made(ctx, from, now, cursor)
	}, func(o processor.Object) error {
		isLost, err := d.compare(ctx, &o, &r)
		if isLost {
			lost = append(lost, o)
		}
		return err
	})
	if err != nil {
		return r, err
	}
	err = d.pages(ctx, &r, func(cursor string) ([]processor.Object, string, error) {
		return d.Processor.Returned(ctx, from, now, cursor)
	}, func(o processor.Object) error {
		if o.Tag.Payment == "" || o.Tag.Account == "" {
			return nil // nothing of ours
		}
		return d.catchUp(ctx, o, &r.Refunds)
	})
	if err != nil {
		return r, err
	}
	slices.SortFunc(lost, func(a, b processor.Object) int { return a.CreatedAt.Compare(b.CreatedAt) })
	err = d.pages(ctx, &r, func(string) ([]processor.Object, string, error) { return lost, "", nil },
		func(o processor.Object) error { return d.restore(ctx, o, &r) })
	if err != nil {
		return r, err
	}
	patience := reconcileFirst // later it is left to whoever reads the log
	if restored {
		patience = reconcileLast
	}
	if r.Missed > 0 && now.Sub(from) <= patience {
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
