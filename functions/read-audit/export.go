package main

import (
	"bytes"
	"context"
	"encoding/csv"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"customercenter/shared/center"
	"customercenter/shared/httpapi"
	"customercenter/shared/store"
)

// exportPages is how many pages of a hundred one part of an export holds.
const exportPages = 10

// columns are the head of the file, in its first part.
var columns = []string{"at", "kind", "by", "subject", "facts", "id", "number"}

// exportAudit answers the log as CSV, in parts: X-Next-Cursor is there while
// there are more, and the head of the columns stands in the first.
func (h handler) exportAudit(ctx context.Context, actor center.Actor, in filter) (httpapi.Raw, error) {
	var body bytes.Buffer
	out := csv.NewWriter(&body)
	out.UseCRLF = true
	if in.Cursor == "" {
		out.Write(columns) // a buffer takes everything
	}
	query := in.query(store.MaxPage)
	next := ""
	for range exportPages {
		entries, more, err := h.store.In(actor).AuditLog(ctx, query)
		if err != nil {
			return httpapi.Raw{}, err
		}
		for _, e := range entries {
			out.Write(cells(e))
		}
		query.Cursor, next = more, more
		if more == "" {
			break
		}
	}
	out.Flush()
	raw := httpapi.Raw{ContentType: "text/csv; charset=utf-8", Body: body.Bytes(), Headers: map[string]string{
		"content-disposition": `attachment; filename="audit.csv"`}}
	if next != "" {
		raw.Headers["x-next-cursor"] = next
	}
	return raw, out.Error()
}

func cells(e center.AuditEntry) []string {
	var facts []string
	for _, name := range slices.Sorted(maps.Keys(e.Facts)) {
		facts = append(facts, name+"="+e.Facts[name])
	}
	row := []string{e.At.UTC().Format(time.RFC3339Nano), string(e.Kind), e.By, e.Subject, strings.Join(facts, "; "), e.ID, ""}
	if e.Number > 0 {
		row[len(row)-1] = strconv.FormatInt(e.Number, 10)
	}
	for i := range row {
		row[i] = harmless(row[i])
	}
	return row
}

// starters begin what a spreadsheet takes for a formula, also in full width.
const starters = "=+-@\t\r\n\x00＝＋－＠"

// harmless is a cell that a spreadsheet shows and does not run.
func harmless(cell string) string {
	if cell != "" && strings.ContainsRune(starters, []rune(cell)[0]) {
		return "'" + cell
	}
	return cell
}
