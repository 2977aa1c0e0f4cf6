package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"customercenter/shared/center"
	"customercenter/shared/jobs"
	"customercenter/shared/paying"
	"customercenter/shared/store"
)

// Limits of one tick. What is left is the next one's, a minute later.
const (
	maxLooks    = 100
	maxWarnings = 50
	patience    = 35 * time.Second // of sweeping
	margin      = 5 * time.Second  // before the function's own end
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
	if n.Setup {
		return h.keep(ctx, n)
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

// keep brings in the method of a setup page from which nobody may have come
// back.
func (h handler) keep(ctx context.Context, n store.Notice) (jobs.Result, error) {
	kept, err := h.desk.Keep(ctx, n.Account, n.Object)
	switch {
	case center.IsKind(err, center.NotFound), center.IsKind(err, center.Conflict):
		return jobs.Result{Outcome: "passed over", Subject: n.Object, Note: n.Type + ": " + center.AsError(err).Code}, nil
	case err != nil:
		return jobs.Result{Subject: n.Object, Note: n.Type}, err
	}
	return jobs.Result{Outcome: "kept", Subject: string(kept.Added.ID), Note: n.Type}, nil
}

// warn tells people of methods that end. What fails is tried again in a
// minute, and stands in nobody's way.
func (h handler) warn(ctx context.Context) (note string, err error) {
	expiring, err := h.store.ExpiringMethods(ctx, maxWarnings)
	if err != nil {
		return "", err
	}
	letters := 0
	for _, m := range expiring {
		put, warnErr := h.store.WarnMethod(ctx, m.Account, m.ID)
		letters += put
		err = errors.Join(err, warnErr)
	}
	if len(expiring) > 0 {
		note = fmt.Sprintf("; methods that end %d, letters %d", len(expiring), letters)
	}
	return note, err
}

// settlePayments sweeps, warns of methods that end, and reconciles when an
// hour has passed.
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
	warned, warnErr := h.warn(ctx)
	note += warned
	r, err := h.desk.Reconcile(ctx)
	figures := []slog.Attr{slog.Int64("overdueSeconds", int64(swept.Overdue.Seconds()))}
	if r.Due {
		figures = append(figures, slog.Int("differences", r.Differences()))
		note += fmt.Sprintf("; reconciled %d objects: %d cancelled, %d settled, %d refunds, %d strange, %d restored, missed %d",
			r.Objects, r.Cancelled, r.Settled, r.Refunds, r.Strange, r.Restored, r.Missed)
	}
	return jobs.Result{Outcome: "swept", Note: note, Figures: figures}, errors.Join(warnErr, err)
}
