package main

import (
	"bytes"
	"context"
	"encoding/json"
	"slices"
	"time"

	"customercenter/shared/center"
	"customercenter/shared/filter"
	"customercenter/shared/httpapi"
	"customercenter/shared/store"
	"customercenter/shared/view"
)

type handler struct {
	store *store.Store
	now   func() time.Time
}

func (h handler) routes(door httpapi.Door) httpapi.Routes {
	read := httpapi.Op{Module: center.ModuleInvoices, Action: center.ActionRead}
	return httpapi.Routes{
		"GET /v1/invoices":         httpapi.Handle(door, read, h.listInvoices),
		"GET /v1/invoices/summary": httpapi.Handle(door, read, h.summarizeInvoices),
	}
}

// Limits of a page.
const (
	defaultLimit = 20 // rows: one read unit
	maxLimit     = 100
	maxCursor    = 600 // characters
)

// question is which page of which list is wanted.
type question struct {
	filter.Invoices `json:"-"`
	Limit           *int   `json:"-" query:"limit"`
	Cursor          string `json:"-" query:"cursor"`
}

// Validate reports every parameter that is not acceptable.
func (in question) Validate() []center.Violation {
	v := in.Invoices.Validate()
	if in.Limit != nil && (*in.Limit < 1 || *in.Limit > maxLimit) {
		v = append(v, center.Violation{Pointer: "limit", Detail: "must be 1 to 100"})
	}
	if len(in.Cursor) > maxCursor {
		v = append(v, center.Violation{Pointer: "cursor", Detail: "is no cursor of this list"})
	}
	return v
}

func (in question) page(today center.Date) store.InvoiceQuery {
	q := in.Query(today)
	q.Limit, q.Cursor = defaultLimit, in.Cursor
	if in.Limit != nil {
		q.Limit = *in.Limit
	}
	return q
}

type page struct {
	httpapi.Page[view.InvoiceRow]
	Today     center.Date `json:"today"`
	Count     count       `json:"count"`
	Truncated bool        `json:"truncated,omitempty"`
}

// count is how many there are in all; when it is not exact, at least so many.
type count struct {
	Value int  `json:"value"`
	Exact bool `json:"exact"`
}

// rowBytes is about what a row takes.
const rowBytes = 512

// AppendJSON appends the page as encoding/json writes it.
func (p page) AppendJSON(to []byte) ([]byte, error) {
	to = slices.Grow(to, (len(p.Items)+1)*rowBytes)
	before := `{"items":[`
	for _, row := range p.Items {
		var err error
		if to, err = row.AppendJSON(append(to, before...)); err != nil {
			return nil, err
		}
		before = ","
	}
	if len(p.Items) == 0 {
		to = append(to, before...)
	}
	p.Items = nil
	rest, err := json.Marshal(p)
	return append(append(to, ']'), bytes.TrimPrefix(rest, []byte(`{"items":null`))...), err
}

// listInvoices reads the page and, at the same time, the totals that know how
// many there are.
func (h handler) listInvoices(ctx context.Context, actor center.Actor, in question) (page, error) {
	today := actor.Today(h.now())
	account := h.store.In(actor)
	var summary center.Summary
	summarized := make(chan error, 1)
	if counted := in.Countable(); counted {
		go func() {
			var err error
			summary, err = account.Summary(ctx)
			summarized <- err
		}()
	} else {
		summarized <- nil
	}
	found, err := account.Invoices(ctx, in.page(today))
	if summaryErr := <-summarized; err == nil {
		err = summaryErr
	}
	if err != nil {
		return page{}, err
	}
	out := page{Today: today, Truncated: found.Truncated}
	out.Items, out.Next = make([]view.InvoiceRow, 0, len(found.Invoices)), found.Next
	for _, inv := range found.Invoices {
		out.Items = append(out.Items, view.Row(inv, today))
	}
	if in.Countable() {
		out.Count = count{Value: in.CountIn(summary), Exact: true}
	} else {
		out.Count = count{Value: len(out.Items), Exact: in.Cursor == "" && out.Next == "" && !out.Truncated}
	}
	return out, nil
}

func (h handler) summarizeInvoices(ctx context.Context, actor center.Actor, _ struct{}) (center.Summary, error) {
	return h.store.In(actor).Summary(ctx)
}
