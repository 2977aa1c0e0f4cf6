package main

import (
	"context"

	"customercenter/shared/center"
	"customercenter/shared/httpapi"
	"customercenter/shared/store"
)

type handler struct{ store *store.Store }

func (h handler) routes(door httpapi.Door) httpapi.Routes {
	return httpapi.Routes{"GET /v1/health": httpapi.Handle(door, httpapi.Op{Public: true}, h.checkHealth)}
}

type health struct {
	Status string `json:"status"`
}

// retryAfter is the pause, in seconds, before asking again is worth it.
const retryAfter = 5

// checkHealth makes one call to the table: a system that cannot reach its
// table is not healthy, however well it answers.
func (h handler) checkHealth(ctx context.Context, _ center.Actor, _ struct{}) (health, error) {
	if err := h.store.Check(ctx); err != nil {
		return health{}, &center.Error{Kind: center.Unavailable, Code: "table-unreachable", RetryAfter: retryAfter, Err: err,
			Detail: "The center cannot reach its records at the moment. Please try again."}
	}
	return health{Status: "ok"}, nil
}
