package main

import (
	"context"
	"fmt"

	"customercenter/shared/jobs"
	"customercenter/shared/store"
)

type handler struct{ store *store.Store }

// newEntry picks the audit entries out of what is put into the table: links
// and marks, which this function puts itself, stand beside them.
func newEntry(c jobs.Change) (jobs.Change, bool) {
	return c, c.Event == jobs.Inserted && store.AuditEntryKey(c.PK, c.SK)
}

// chainAudit links the entry. One that is delivered again finds itself linked.
func (h handler) chainAudit(ctx context.Context, c jobs.Change) (jobs.Result, error) {
	link, fresh, err := h.store.ChainAudit(ctx, c.PK, c.SK)
	if err != nil {
		return jobs.Result{Subject: c.SK}, err
	}
	if !fresh {
		return jobs.Result{Outcome: "linked before", Subject: c.SK}, nil
	}
	return jobs.Result{Outcome: "linked", Subject: c.SK, Note: fmt.Sprint(link.Sequence)}, nil
}
