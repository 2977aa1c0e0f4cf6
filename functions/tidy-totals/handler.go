package main

import (
	"context"

	"customercenter/shared/jobs"
	"customercenter/shared/store"
)

type handler struct{ store *store.Store }

// changedItem takes every change of an item that is still there; the stream's
// filter lets only totals through, and the store knows them from the rest.
func changedItem(c jobs.Change) (jobs.Change, bool) { return c, c.Event == jobs.Modified }

// tidyTotal removes the total if nothing stands in it. The condition is asked
// again when it is removed, so a total that has just filled up stays.
func (h handler) tidyTotal(ctx context.Context, c jobs.Change) (jobs.Result, error) {
	removed, err := h.store.TidyTotal(ctx, c.PK, c.SK)
	if err != nil {
		return jobs.Result{}, err
	}
	if !removed {
		return jobs.Result{Outcome: "kept"}, nil
	}
	return jobs.Result{Outcome: "tidied", Subject: c.SK}, nil
}
