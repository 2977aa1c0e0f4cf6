package main

import (
	"bytes"
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"customercenter/shared/center"
	"customercenter/shared/document/sheet"
	"customercenter/shared/httpapi"
	"customercenter/shared/store"
)

// exportPages is how many pages of a hundred one part of an export holds.
const exportPages = 10

// columns are the head of the file, in its first part.
var columns = []string{"at", "kind", "by", "subject", "facts", "id", "number"}

// exportAudit answers the log as CSV, in parts: X-Next-Cursor is there while
// there are more, and the head of the columns stands in the first. Who puts the
// parts together begins the file with the mark of its encoding.
func (h handler) exportAudit(ctx context.Context, actor center.Actor, in filter) (httpapi.Raw, error) {
	var body bytes.Buffer
	out := sheet.NewCSV(&body)
	if in.Cursor == "" {
		_ = out.Row(texts(columns)...) // a buffer takes everything
	}
	query := in.query(store.MaxPage)
	next := ""
	for range exportPages {
		entries, more, err := h.store.In(actor).AuditLog(ctx, query)
		if err != nil {
			return httpapi.Raw{}, err
		}
		write(out, entries)
		query.Cursor, next = more, more
		if more == "" {
			break
		}
	}
	err := out.Flush()
	raw := httpapi.Raw{ContentType: "text/csv; charset=utf-8", Body: body.Bytes(), Headers: map[string]string{
		"content-disposition": `attachment; filename="audit.csv"`}}
	if next != "" {
		raw.Headers["x-next-cursor"] = next
	}
	return raw, err
}

// write adds a row for each entry.
func write(to *sheet.CSV, entries []center.AuditEntry) {
	for _, e := range entries {
		_ = to.Row(texts(row(e))...)
	}
}

func row(e center.AuditEntry) []string {
	var facts []string
	for _, name := range slices.Sorted(maps.Keys(e.Facts)) {
		facts = append(facts, name+"="+e.Facts[name])
	}
	number := ""
	if e.Number > 0 {
		number = strconv.FormatInt(e.Number, 10)
	}
	return []string{e.At.UTC().Format(time.RFC3339Nano), string(e.Kind), e.By, e.Subject, strings.Join(facts, "; "), e.ID, number}
}

// texts are cells of text, which spreadsheets show and do not run.
func texts(row []string) []sheet.Cell {
	cells := make([]sheet.Cell, len(row))
	for i, text := range row {
		cells[i] = sheet.Text(text)
	}
	return cells
}
