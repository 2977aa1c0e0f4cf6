package store

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"customercenter/shared/center"
	"customercenter/shared/money"
)

// Limits of reports.
const (
	maxReportParts = 2000
	maxReportRows  = 100_000
	importIDRandom = 8
	importIDMillis = 12 // hex digits of the time in an id
)

// keepReports is how long the rows of a report stand, which name people; that
// there was an import stays.
const keepReports = 90 * 24 * time.Hour

// NewImportID names an import; later ones sort behind earlier ones.
func NewImportID(now time.Time) string {
	random := make([]byte, importIDRandom)
	rand.Read(random) // never fails
	return fmt.Sprintf("imp_%012x%s", now.UnixMilli(), hex.EncodeToString(random))
}

// importedAt is when the import of that id began; the zero time for an id that
// does not say so.
func importedAt(id string) time.Time {
	millis := strings.TrimPrefix(id, "imp_")
	n, err := strconv.ParseInt(millis[:min(len(millis), importIDMillis)], 16, 64)
	if err != nil {
		return time.Time{}
	}
	return time.UnixMilli(n).UTC()
}

// Attributes of the directory of imports.
const (
	attrFiles         = "fi"
	attrCreated       = "c0"
	attrUnchanged     = "c1"
	attrConflict      = "c2"
	attrNearDuplicate = "c3"
	attrRejected      = "c4"
	attrWarnings      = "c5"
	attrDryRun        = "dr"
)

// AddReport adds what one part of an import did to its report: at is the
// index of the part's first record. Adding the same part again changes
// nothing.
func (e Everywhere) AddReport(ctx context.Context, part center.ImportReport, at int) error {
	place := reportPart(part.ID, at)
	body, err := packed(part)
	if err != nil {
		return err
	}
	if len(body) > partBytes {
		part.Rows, part.Truncated = part.Rows[:len(part.Rows)/2], true
		return e.AddReport(ctx, part, at)
	}
	it := newItem(place, kindReportPart)
	it.bytes(attrBody, body)
	it.num(attrTTL, e.s.now().Add(keepReports).Unix())
	err = e.s.transact(ctx, "report/"+part.ID, []write{
		{name: "report part", verb: put, at: place, item: it, condition: absent},
		countsWrite(part),
	})
	return unlessRefused(err)
}

// countsWrite adds a part to the line of its import in the directory.
func countsWrite(r center.ImportReport) write {
	w := write{name: "import", verb: update, at: importKey(r.ID), values: item{},
		change: "SET #k = :k, #at = if_not_exists(#at, :at), #by = if_not_exists(#by, :by), #dr = :dr, #fi = if_not_exists(#fi, :fi) " +
			"ADD #c0 :c0, #c1 :c1, #c2 :c2, #c3 :c3, #c4 :c4, #c5 :c5"}
	w.values.text(":k", kindReport.mark())
	w.values.num(":at", r.At.UnixMilli())
	w.values.text(":by", cmp.Or(r.By, nobody))
	w.values.text(":dr", fmt.Sprint(r.DryRun))
	names := []string{nobody}
	for _, f := range r.Files {
		names = append(names, f.Name, f.SHA256)
	}
	w.values.texts(":fi", names[:min(len(names), 1+2*maxListedFiles)])
	for i, n := range []int{r.Counts.Created, r.Counts.Unchanged, r.Counts.Conflict, r.Counts.NearDuplicate, r.Counts.Rejected, r.Counts.Warnings} {
		w.values.num(fmt.Sprintf(":c%d", i), int64(n))
	}
	return w
}

// maxListedFiles is how many files of an import the list of imports names.
const maxListedFiles = 50

// ErrNoImport is the answer for imports that do not exist, or whose report has
// expired.
var ErrNoImport = center.Errorf(center.NotFound, "import-not-found", "There is no such import.")

// Report is the whole report of an import; NotFound when there is none. Rows
// beyond a limit are left out, and Truncated says so.
func (e Everywhere) Report(ctx context.Context, id string) (center.ImportReport, error) {
	items, err := e.s.askAll(ctx, question{pk: reportPK(id), from: sortPart, limit: maxReportParts, current: true})
	if err != nil {
		return center.ImportReport{}, err
	}
	if len(items) == 0 {
		return center.ImportReport{}, ErrNoImport
	}
	var whole center.ImportReport
	for n, it := range items {
		r := open(it, kindReportPart)
		var part center.ImportReport
		_, err := unpack(r.bytes(attrBody), &part)
		if err := firstError(r.err, err); err != nil {
			return center.ImportReport{}, err
		}
		if n == 0 {
			whole = part
			continue
		}
		if whole, err = joined(whole, part); err != nil {
			return center.ImportReport{}, err
		}
	}
	return whole, nil
}

// joined is a report with a further part behind it.
func joined(whole, part center.ImportReport) (center.ImportReport, error) {
	for _, f := range part.Files {
		if !slices.Contains(whole.Files, f) {
			whole.Files = append(whole.Files, f)
		}
	}
	a, b := &whole.Counts, part.Counts
	a.Created += b.Created
	a.Unchanged += b.Unchanged
	a.Conflict += b.Conflict
	a.NearDuplicate += b.NearDuplicate
	a.Rejected += b.Rejected
	a.Warnings += b.Warnings
	room := max(0, maxReportRows-len(whole.Rows))
	whole.Truncated = whole.Truncated || part.Truncated || len(part.Rows) > room
	whole.Rows = append(whole.Rows, part.Rows[:min(room, len(part.Rows))]...)
	for _, column := range part.Unmapped {
		if !slices.Contains(whole.Unmapped, column) {
			whole.Unmapped = append(whole.Unmapped, column)
		}
	}
	whole.ResumeAt = part.ResumeAt
	return whole, joinSums(&whole, part.Sums)
}

func joinSums(whole *center.ImportReport, sums []center.ImportSum) error {
	add := func(to *money.Money, more money.Money) (err error) {
		*to, err = to.Add(more)
		return err
	}
	for _, sum := range sums {
		at := slices.IndexFunc(whole.Sums, func(s center.ImportSum) bool { return s.Currency == sum.Currency })
		if at < 0 {
			whole.Sums = append(whole.Sums, sum)
			continue
		}
		to := &whole.Sums[at]
		to.Invoices.Count += sum.Invoices.Count
		to.CreditNotes.Count += sum.CreditNotes.Count
		if err := firstError(add(&to.Invoices.Payable, sum.Invoices.Payable), add(&to.CreditNotes.Payable, sum.CreditNotes.Payable),
			add(&to.Net, sum.Net)); err != nil {
			return err
		}
	}
	return nil
}

const routeImports = "imports"

// Reports is one page of imports, newest first, without rows and sums.
func (e Everywhere) Reports(ctx context.Context, cursor string, limit int) (reports []center.ImportReport, next string, err error) {
	bound := scope{center.OperatorsAccount, routeImports, ""}
	limit = min(max(limit, 1), MaxPage)
	q := question{pk: importsPK, reverse: true, limit: limit + 1}
	if cursor != "" {
		positions, err := e.s.unseal(bound, cursor, 1)
		if err != nil {
			return nil, "", err
		}
		q.start = importKey(positions[0]).attributes()
	}
	items, _, err := e.s.ask(ctx, q)
	if err != nil {
		return nil, "", err
	}
	if len(items) > limit {
		items = items[:limit]
		next = e.s.seal(bound, items[limit-1].key().sk)
	}
	for _, it := range items {
		r := open(it, kindReport)
		report := center.ImportReport{ID: it.key().sk, At: r.instant(attrAt), By: r.text(attrBy), DryRun: r.text(attrDryRun) == "true",
			Files: []center.ImportFile{}, Sums: []center.ImportSum{}, Rows: []center.ImportRow{},
			Counts: center.ImportCounts{Created: int(r.num(attrCreated)), Unchanged: int(r.num(attrUnchanged)),
				Conflict: int(r.num(attrConflict)), NearDuplicate: int(r.num(attrNearDuplicate)),
				Rejected: int(r.num(attrRejected)), Warnings: int(r.num(attrWarnings))}}
		names := r.texts(attrFiles)
		for i := 1; i+1 < len(names); i += 2 {
			report.Files = append(report.Files, center.ImportFile{Name: names[i], SHA256: names[i+1]})
		}
		if r.err != nil {
			return nil, "", r.err
		}
		reports = append(reports, report)
	}
	return reports, next, nil
}
