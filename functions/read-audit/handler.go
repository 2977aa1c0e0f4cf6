package main

import (
	"context"
	"time"

	"customercenter/shared/center"
	"customercenter/shared/httpapi"
	"customercenter/shared/store"
)

type handler struct{ store *store.Store }

func (h handler) routes(door httpapi.Door) httpapi.Routes {
	read := httpapi.Op{Module: center.ModuleAudit, Action: center.ActionRead}
	return httpapi.Routes{
		"GET /v1/audit":        httpapi.Handle(door, read, h.readAudit),
		"GET /v1/audit/export": httpapi.Handle(door, read, h.exportAudit),
	}
}

// Limits of the parameters, in characters.
const (
	maxActor  = 254
	maxKind   = 40
	maxCursor = 600
)

type filter struct {
	Actor  string           `json:"-" query:"actor"`
	Kind   center.AuditKind `json:"-" query:"kind"`
	From   center.Date      `json:"-" query:"from"`
	To     center.Date      `json:"-" query:"to"`
	Limit  *int             `json:"-" query:"limit"`
	Cursor string           `json:"-" query:"cursor"`
}

func (in filter) Validate() (v []center.Violation) {
	for pointer, day := range map[string]center.Date{"from": in.From, "to": in.To} {
		if _, err := time.Parse(time.DateOnly, string(day)); day != "" && err != nil {
			v = append(v, center.Violation{Pointer: pointer, Detail: "must be a day, yyyy-mm-dd"})
		}
	}
	if in.From != "" && in.To != "" && in.To < in.From {
		v = append(v, center.Violation{Pointer: "to", Detail: "must not be before from"})
	}
	for pointer, one := range map[string]struct{ got, most int }{
		"actor": {len(in.Actor), maxActor}, "kind": {len(in.Kind), maxKind}, "cursor": {len(in.Cursor), maxCursor},
	} {
		if one.got > one.most {
			v = append(v, center.Violation{Pointer: pointer, Detail: "is too long"})
		}
	}
	if in.Limit != nil && (*in.Limit < 1 || *in.Limit > store.MaxPage) {
		v = append(v, center.Violation{Pointer: "limit", Detail: "must be 1 to 100"})
	}
	return v
}

func (in filter) query(limit int) store.AuditQuery {
	if in.Limit != nil {
		limit = *in.Limit
	}
	return store.AuditQuery{Actor: in.Actor, Kind: in.Kind, From: in.From, To: in.To, Cursor: in.Cursor, Limit: limit}
}

// line is an entry as the log shows it.
type line struct {
	ID      string            `json:"id"`
	Number  int64             `json:"number,omitempty"` // in the chain; absent until it is linked
	Kind    center.AuditKind  `json:"kind"`
	At      time.Time         `json:"at"`
	By      string            `json:"by"`
	Subject string            `json:"subject"`
	Facts   map[string]string `json:"facts"`
}

func (h handler) readAudit(ctx context.Context, actor center.Actor, in filter) (httpapi.Page[line], error) {
	entries, next, err := h.store.In(actor).AuditLog(ctx, in.query(store.DefaultPage))
	out := httpapi.Page[line]{Items: make([]line, 0, len(entries)), Next: next}
	for _, e := range entries {
		shown := line{ID: e.ID, Number: e.Number, Kind: e.Kind, At: e.At, By: e.By, Subject: e.Subject, Facts: e.Facts}
		if shown.Facts == nil {
			shown.Facts = map[string]string{}
		}
		out.Items = append(out.Items, shown)
	}
	return out, err
}
