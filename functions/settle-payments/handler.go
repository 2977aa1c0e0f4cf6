package main

import (
	"context"
	"fmt"
	"time"

	"customercenter/shared/center"
	"customercenter/shared/jobs"
	"customercenter/shared/paying"
	"customercenter/shared/store"
)

// Limits of one tick. What is left is the next one's, a minute later.
const (
	maxLooks = 100
	patience = 40 * time.Second // of sweeping
	margin   = 5 * time.Second  // before the function's own end
)

type handler struct {
	store *store.Store
	desk  paying.Desk
}

// notice takes the insertions of notices; the stream's filter lets nothing
// else through.
func notice(c jobs.Change) (id string, ok bool) {
	id, ok = store.EventKey(c.PK)
	return id, ok && c.Event == jobs.Inserted
}

// lookInto works on one notice of the processor.
func (h handler) lookInto(ctx context.Context, id string) (jobs.Result, error) {
	n, err := h.store.Event(ctx, id)
	if center.IsKind(err, center.NotFound) {
		return jobs.Result{Outcome: "gone", Subject: id}, nil // expired before its turn came
	}
	if err != nil {
		return jobs.Result{Subject: id}, err
	}
	p, ours, err := h.desk.Look(ctx, n)
	switch {
	case err != nil:
		return jobs.Result{Subject: id, Note: n.Type}, err
	case !ours:
		return jobs.Result{Outcome: "passed over", Subject: id, Note: n.Type}, nil
	}
	return jobs.Result{Outcome: string(p.State), Subject: string(p.ID), Note: n.Type}, nil
}

// settlePayments sweeps, and reconciles when an hour has passed.
func (h handler) settlePayments(ctx context.Context) (jobs.Result, error) {
	sweeping, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	swept, err := h.desk.Sweep(sweeping, maxLooks)
	if err != nil {
		return jobs.Result{}, err
	}
	note := fmt.Sprintf("looked %d, ended %d, missed %d, more %t, overdue %s", swept.Looked, swept.Ended, swept.Missed, swept.More, swept.Overdue)
	if ends, ok := ctx.Deadline(); ok {
		var stop context.CancelFunc
		ctx, stop = context.WithDeadline(ctx, ends.Add(-margin))
		defer stop()
	}
	r, err := h.desk.Reconcile(ctx)
	if r.Due {
		note += fmt.Sprintf("; reconciled %d objects: %d cancelled, %d settled, %d refunds", r.Objects, r.Cancelled, r.Settled, r.Refunds)
	}
	return jobs.Result{Outcome: "swept", Note: note}, err
}
