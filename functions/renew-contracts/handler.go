package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"customercenter/shared/center"
	"customercenter/shared/jobs"
	"customercenter/shared/store"
)

// Limits of one run. What is left is the next one's, an hour later.
const (
	batch    = 100              // renewals read at once
	patience = 45 * time.Second // of a run
)

type handler struct {
	store *store.Store
	now   func() time.Time
}

// renewContracts takes the next step of every renewal whose day has come:
// it is offered, people are told that it renews by itself, it goes on by
// itself, or it lapses. A run reads what is due and nothing else, and what it
// did it does not find again: it may run every minute.
func (h handler) renewContracts(ctx context.Context) (jobs.Result, error) {
	began, r := h.now(), run{counts: map[center.RenewalStep]int{}}
	for {
		moved := 0
		for at := (store.DueCursor{}); !at.Done(); {
			due, next, err := h.store.DueRenewals(ctx, at, batch)
			if err != nil {
				return jobs.Result{}, errors.Join(err, r.faults)
			}
			for _, d := range due {
				if h.now().Sub(began) >= patience {
					return r.result(true), r.faults
				}
				moved += h.step(ctx, d, &r)
			}
			at = next
		}
		// A renewal that moved may have its next step due at once; one that
		// failed, or whose day has not come in its zone, waits for the next run.
		if moved == 0 {
			return r.result(false), r.faults
		}
	}
}

// run is what one run did.
type run struct {
	looked, failed int
	counts         map[center.RenewalStep]int
	faults         error
}

func (r run) result(more bool) jobs.Result {
	return jobs.Result{Outcome: "swept", Note: fmt.Sprintf("looked at %d: offered %d, noticed %d, accepted %d, lapsed %d, failed %d, more %t", r.looked,
		r.counts[center.StepOffer], r.counts[center.StepNotice], r.counts[center.StepAccept], r.counts[center.StepLapse], r.failed, more)}
}

// step takes one step and counts it; a fault stands in nobody's way.
func (h handler) step(ctx context.Context, d store.DueRenewal, r *run) (moved int) {
	r.looked++
	step, err := h.store.StepRenewal(ctx, d)
	switch {
	case err != nil:
		r.failed++
		r.faults = errors.Join(r.faults, fmt.Errorf("a renewal of %s: %w", d.Account(), err))
	case step != "":
		r.counts[step]++
		moved = 1
	}
	return moved
}
