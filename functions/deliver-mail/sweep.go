package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"customercenter/shared/center"
	"customercenter/shared/jobs"
	"customercenter/shared/session"
)

// Limits of one tick. What is left is the next one's, a minute later.
const (
	maxSwept    = 1000 // letters looked up at once
	maxAtOnce   = 32
	sweepMargin = 15 * time.Second // before the function's own end
)

const noteQuota = "the daily quota of the mail service is spent"

// errQuotaSpent makes a tick fail, which is what the alarm goes by.
var errQuotaSpent = center.Errorf(center.Unavailable, "mail-quota-spent", "The daily quota of the mail service is spent. Letters wait until it grows again.")

// sweepMail sends the letters that were postponed and those of whose sending
// no word ever came, at the pace the mail service allows. A spent quota ends
// it: nothing is lost, and the tick fails, so that somebody is told.
func (h handler) sweepMail(ctx context.Context) (jobs.Result, error) {
	beginning, end := ctx, context.CancelFunc(func() {})
	if ends, ok := ctx.Deadline(); ok {
		beginning, end = context.WithDeadline(ctx, ends.Add(-sweepMargin))
	}
	defer end()
	sweeping, stop := context.WithCancelCause(beginning)
	defer stop(nil)
	pace := time.NewTicker(time.Duration(float64(time.Second) / h.settings.MailRate))
	defer pace.Stop()
	count, seen := newTally(), map[string]bool{}
	for sweeping.Err() == nil {
		ids, err := h.store.DueLetters(ctx, maxSwept)
		if err != nil {
			return jobs.Result{Outcome: "swept", Note: count.note(len(seen))}, errors.Join(count.err, err)
		}
		// The index lags, and some wait for another: each is looked at once.
		ids = slices.DeleteFunc(ids, func(id string) bool { return seen[id] })
		if len(ids) == 0 {
			break
		}
		for _, id := range ids {
			seen[id] = true
		}
		h.sweepAll(ctx, sweeping, stop, pace, ids, count)
	}
	return jobs.Result{Outcome: "swept", Note: count.note(len(seen))}, count.err
}

// sweepAll brings letters on, until all are or the sweep is to end.
func (h handler) sweepAll(ctx, sweeping context.Context, stop context.CancelCauseFunc, pace *time.Ticker, ids []string, count *tally) {
	var all sync.WaitGroup
	room := make(chan struct{}, maxAtOnce)
	for _, id := range ids {
		select {
		case <-sweeping.Done():
		case <-pace.C:
		}
		if sweeping.Err() != nil {
			break
		}
		room <- struct{}{}
		all.Go(func() {
			defer func() { <-room }()
			result, err := h.sweepOne(ctx, id)
			count.add(result.Outcome, err)
			if errors.Is(err, errQuotaSpent) {
				stop(err)
			}
		})
	}
	all.Wait()
}

// sweepOne brings one letter on, if it is still its turn.
func (h handler) sweepOne(ctx context.Context, id string) (jobs.Result, error) {
	letter, err := h.store.Letter(ctx, id)
	if center.IsKind(err, center.NotFound) {
		return jobs.Result{Outcome: outcomeTaken}, nil // expired; the index lags
	}
	if err != nil {
		return jobs.Result{}, err
	}
	if letter.State == center.LetterSending {
		if h.now().Before(letter.ClaimedAt.Add(center.LetterGrace)) {
			return jobs.Result{Outcome: outcomeTaken}, nil
		}
		if letter.Tries >= center.LetterTries {
			return h.failed(ctx, letter, letter.Owner, "no word of the mail service after the last try")
		}
		if err := h.store.LetterSilent(ctx, id, letter.Owner); err != nil {
			return jobs.Result{}, unlessOvertaken(err)
		}
	}
	owner := "sweep." + session.NewID()
	letter, claimed, err := h.store.ClaimLetter(ctx, id, owner)
	if err != nil || !claimed {
		return jobs.Result{Outcome: outcomeTaken}, err
	}
	return h.send(ctx, letter, owner)
}

// unlessOvertaken passes over that an event, or another sweep, came first.
func unlessOvertaken(err error) error {
	if center.IsKind(err, center.Conflict) {
		return nil
	}
	return err
}

// tally counts what became of the letters of a sweep.
type tally struct {
	mu       sync.Mutex
	outcomes map[string]int
	err      error
}

func newTally() *tally { return &tally{outcomes: map[string]int{}} }

// maxTold is how many errors of a sweep the log tells.
const maxTold = 5

func (t *tally) add(outcome string, err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if err != nil {
		outcome = "error"
		if t.outcomes[outcome] < maxTold {
			t.err = errors.Join(t.err, err)
		}
	}
	t.outcomes[outcome]++
}

func (t *tally) note(due int) string {
	return fmt.Sprintf("due %d, sent %d, postponed %d, unknown %d, skipped %d, failed %d, errors %d", due, t.outcomes[outcomeSent],
		t.outcomes[outcomePostponed], t.outcomes[outcomeUnknown], t.outcomes[outcomeSkipped], t.outcomes[outcomeFailed], t.outcomes["error"])
}

// healthLife is how long one look at the health of our mail is good for.
const healthLife = time.Minute

// health is the last look.
type health struct {
	mu      sync.Mutex
	at      time.Time
	stopped bool
}

// stopped tells whether letters of the kind are not to be sent now, because
// too many bounced or were complained about.
func (h handler) stopped(ctx context.Context, kind center.LetterKind) (bool, error) {
	if kind.AtOnce() {
		return false, nil
	}
	h.health.mu.Lock()
	defer h.health.mu.Unlock()
	if now := h.now(); h.health.at.IsZero() || now.Sub(h.health.at) >= healthLife {
		mail, err := h.store.MailHealth(ctx)
		if err != nil {
			return false, err
		}
		h.health.at, h.health.stopped = now, mail.Stopped()
	}
	return h.health.stopped, nil
}
