package main

import (
	"context"
	"net/http"
	"time"

	"customercenter/shared/center"
	"customercenter/shared/httpapi"
	"customercenter/shared/store"
)

// reason is why this function works across accounts.
const reason = "an operator imports documents"

// Limits of a post. The gateway gives up after 30 seconds, and a function
// takes 6 MB of base64: what is larger or takes longer comes in several posts.
const (
	maxFileBytes  = 4 << 20   // of all files of a post together
	maxFormBytes  = 256 << 10 // of the form around them
	maxFiles      = 1000
	maxMapping    = 64 << 10
	patience      = 15 * time.Second // of work in one post
	smallestChunk = 250              // records booked between two looks at the clock
	largestChunk  = 4000
	chunkTime     = 4 * time.Second // what a chunk should take
)

type handler struct {
	store    *store.Store
	now      func() time.Time
	patience time.Duration // work goes on in another post after that
	smallest int           // chunk of records
}

func (h handler) routes(door httpapi.Door) httpapi.Routes {
	read := httpapi.Op{Module: center.ModuleImports, Action: center.ActionRead}
	decide := httpapi.Op{Module: center.ModuleImports, Action: center.ActionAct, Status: http.StatusNoContent}
	act := httpapi.Op{Module: center.ModuleImports, Action: center.ActionAct,
		Accepts: "multipart/form-data", MaxBody: maxFileBytes + maxFormBytes}
	return httpapi.Routes{
		"POST /v1/imports":     httpapi.Handle(door, act, h.importDocuments),
		"GET /v1/imports":      httpapi.Handle(door, read, h.listImports),
		"GET /v1/imports/{id}": httpapi.Handle(door, read, h.getImport),

		"GET /v1/operator/near-duplicates":         httpapi.Handle(door, read, h.listHeld),
		"POST /v1/operator/near-duplicates/accept": httpapi.Handle(door, decide, h.acceptHeld),
		"POST /v1/operator/near-duplicates/refuse": httpapi.Handle(door, decide, h.refuseHeld),
	}
}

// Sizes of a page of imports.
const (
	defaultPage = 20
	maxPage     = 100
	maxCursor   = 600 // characters
)

type pageInput struct {
	Limit  *int   `json:"-" query:"limit"`
	Cursor string `json:"-" query:"cursor"`
}

func (in pageInput) Validate() (v []center.Violation) {
	if in.Limit != nil && (*in.Limit < 1 || *in.Limit > maxPage) {
		v = append(v, center.Violation{Pointer: "limit", Detail: "must be 1 to 100"})
	}
	if len(in.Cursor) > maxCursor {
		v = append(v, center.Violation{Pointer: "cursor", Detail: "is no cursor of this list"})
	}
	return v
}

// listImports answers the imports so far, newest first and without their rows.
func (h handler) listImports(ctx context.Context, _ center.Actor, in pageInput) (httpapi.Page[center.ImportReport], error) {
	limit := defaultPage
	if in.Limit != nil {
		limit = *in.Limit
	}
	reports, next, err := h.store.Everywhere(reason).Reports(ctx, in.Cursor, limit)
	page := httpapi.Page[center.ImportReport]{Items: make([]center.ImportReport, 0, len(reports)), Next: next}
	for _, r := range reports {
		page.Items = append(page.Items, listable(r))
	}
	return page, err
}

type oneInput struct {
	ID string `json:"-" path:"id"`
}

// getImport answers one report with its rows.
func (h handler) getImport(ctx context.Context, _ center.Actor, in oneInput) (center.ImportReport, error) {
	if !importID.MatchString(in.ID) {
		return center.ImportReport{}, store.ErrNoImport
	}
	r, err := h.store.Everywhere(reason).Report(ctx, in.ID)
	return listable(r), err
}

// listable gives a report empty lists where it has none.
func listable(r center.ImportReport) center.ImportReport {
	if r.Files == nil {
		r.Files = []center.ImportFile{}
	}
	if r.Sums == nil {
		r.Sums = []center.ImportSum{}
	}
	if r.Rows == nil {
		r.Rows = []center.ImportRow{}
	}
	return r
}
