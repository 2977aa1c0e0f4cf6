package main

import (
	"bytes"
	"context"
	"slices"
	"strconv"
	"time"

	"customercenter/shared/center"
	"customercenter/shared/document/paper"
	"customercenter/shared/filter"
	"customercenter/shared/httpapi"
	"customercenter/shared/store"
)

type handler struct {
	store *store.Store
	now   func() time.Time
	most  int // pages of the list in a part, where that is fewer than the format allows; 0 for no such limit
}

func (h handler) routes(door httpapi.Door) httpapi.Routes {
	read := httpapi.Op{Module: center.ModuleInvoices, Action: center.ActionRead}
	return httpapi.Routes{"GET /v1/invoices/export": httpapi.Handle(door, read, h.exportInvoices)}
}

// format is a kind of file, and how much of the list one part of it holds: as
// many pages as fit in an answer, whatever they say.
type format struct {
	contentType string
	binary      bool
	pages       int
	write       func(context.Context, *part) error
}

var formats = map[string]format{
	"csv":   {"text/csv; charset=utf-8", false, 50, writeCSV},
	"xlsx":  {"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", true, 50, writeXLSX},
	"jsonl": {"application/jsonl; charset=utf-8", false, 10, writeJSONLines},
	"zip":   {"application/zip", true, 5, writeZIP},
}

// Limits of the parameters.
const (
	maxCursor = 600           // characters
	maxRows   = 1_048_576 - 2 // before a part: the last row of a sheet, and its head
)

type question struct {
	filter.Invoices `json:"-"`
	Format          string `json:"-" query:"format"`
	Language        string `json:"-" query:"language"` // of the names of columns; the reader's without one
	Cursor          string `json:"-" query:"cursor"`
	Rows            int    `json:"-" query:"rows"` // in the parts before this one
}

// Validate reports every parameter that is not acceptable.
func (in question) Validate() []center.Violation {
	v := in.Invoices.Validate()
	refuse := func(wrong bool, pointer, detail string) {
		if wrong {
			v = append(v, center.Violation{Pointer: pointer, Detail: detail})
		}
	}
	_, known := formats[in.Format]
	refuse(!known, "format", "must be csv, xlsx, jsonl or zip")
	refuse(!slices.Contains([]string{"", "en", "ar"}, in.Language), "language", "must be en or ar")
	refuse(len(in.Cursor) > maxCursor, "cursor", "is no cursor of this list")
	refuse(in.Rows < 0 || in.Rows > maxRows, "rows", "must be how many rows the parts before this one have; a sheet holds 1,048,575")
	return v
}

// part is one part of an export in the making.
type part struct {
	account  store.Account
	today    center.Date
	arabic   bool
	first    bool
	rows     int // before it
	invoices []center.Invoice
	body     bytes.Buffer
}

// maxBody is how large a part may be: the gateway's base64 has to fit.
const maxBody = 4 << 20

// exportInvoices answers one part of the list as a file. X-Next-Cursor is there
// while there are more, X-Rows says how many rows there are up to here.
func (h handler) exportInvoices(ctx context.Context, actor center.Actor, in question) (httpapi.Raw, error) {
	f := formats[in.Format]
	today := actor.Today(h.now())
	p := &part{account: h.store.In(actor), today: today, arabic: in.Language == "ar" || in.Language == "" && actor.Locale == "ar",
		first: in.Cursor == "", rows: in.Rows}
	query := in.Query(today)
	query.Limit, query.Cursor = store.MaxPage, in.Cursor
	next := ""
	pages := f.pages
	if h.most > 0 {
		pages = min(pages, h.most)
	}
	for range pages {
		page, err := p.account.Invoices(ctx, query)
		if err != nil {
			return httpapi.Raw{}, err
		}
		p.invoices = append(p.invoices, page.Invoices...)
		if next = page.Next; next == "" {
			break
		}
		query.Cursor = next
	}
	if err := f.write(ctx, p); err != nil {
		return httpapi.Raw{}, err
	}
	if p.body.Len() > maxBody {
		return httpapi.Raw{}, center.Errorf(center.TooLarge, "part-too-large", "These invoices are too large to be answered together. Ask for fewer, by filters or days.")
	}
	out := httpapi.Raw{ContentType: f.contentType, Binary: f.binary, Body: p.body.Bytes(), Headers: map[string]string{
		"content-disposition": paper.Disposition(paper.FileName(in.Format, actor.AccountName, "invoices", string(today))),
		"x-rows":              strconv.Itoa(in.Rows + len(p.invoices)),
	}}
	if next != "" {
		out.Headers["x-next-cursor"] = next
	}
	return out, nil
}
