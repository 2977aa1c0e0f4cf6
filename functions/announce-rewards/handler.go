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
	batch    = 100              // notices read at once
	patience = 45 * time.Second // of a run
)

type handler struct {
	store *store.Store
	now   func() time.Time
}

// announceRewards puts the letters of every notice of rewards whose day has
// come in its account's zone. A run reads what is due and nothing else, and what
// was told it does not find again: it may run every minute.
func (h handler) announceRewards(ctx context.Context) (jobs.Result, error) {
	began, r := h.now(), run{counts: map[center.LetterKind]int{}}
	for at := (store.RewardCursor{}); !at.Done(); {
		due, next, err := h.store.DueRewardNotices(ctx, at, batch)
		if err != nil {
			return jobs.Result{}, errors.Join(err, r.faults)
		}
		for _, d := range due {
			if h.now().Sub(began) >= patience {
				return r.result(true), r.faults
			}
			h.tell(ctx, d, &r)
		}
		at = next
	}
	return r.result(false), r.faults
}

// tell is about one notice; a fault stands in nobody's way.
func (h handler) tell(ctx context.Context, d store.DueRewardNotice, r *run) {
	r.looked++
	kind, err := h.store.TellOfRewards(ctx, d)
	if err != nil {
		r.failed++
		r.faults = errors.Join(r.faults, fmt.Errorf("a notice of %s: %w", d.Account(), err))
	}
	r.counts[kind]++
}

// run is what one run did.
type run struct {
	looked, failed int
	counts         map[center.LetterKind]int
	faults         error
}

func (r run) result(more bool) jobs.Result {
	return jobs.Result{Outcome: "told", Note: fmt.Sprintf("looked at %d: ending %d, earned %d, failed %d, more %t", r.looked,
		r.counts[center.LetterRewardsEnding], r.counts[center.LetterRewardsEarned], r.failed, more)}
}
