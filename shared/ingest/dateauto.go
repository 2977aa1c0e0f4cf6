package ingest

import (
	"encoding/json"
	"fmt"
	"hash/fnv"

	"customercenter/shared/center"
)

// autoFormat asks to find how dates are written: taken where all dates of the
// files allow one reading alone.
const autoFormat = "auto"

// autoFormats are the ways that are tried; "" is yyyy-mm-dd.
var autoFormats = []string{"", "D.M.YYYY", "M.D.YYYY", "D/M/YYYY", "M/D/YYYY", "D-M-YYYY", "M-D-YYYY", "YYYY/M/D", "YYYY.M.D", "YYYYMMDD",
	"D MMM YYYY", "MMM D, YYYY"}

// dateFields are our fields that hold dates.
var dateFields = []string{"issue_date", "due_date", "paid_date", "valid_until", "received_on"}

// findDates settles the format of dates where the mapping leaves it open.
// Where several readings are left, or none, only yyyy-mm-dd is read, and all
// else is ambiguous.
func (b *Batch) findDates() {
	if b.mapping == nil || b.mapping.DateFormat != autoFormat {
		return
	}
	readings := map[uint64]string{} // by the days that a format finds
	for _, format := range autoFormats {
		if found, ok := b.readDates(format); ok {
			if _, same := readings[found]; !same {
				readings[found] = format
			}
		}
	}
	b.mapping.DateFormat = ""
	if len(readings) == 1 {
		for _, format := range readings {
			b.mapping.DateFormat = format
		}
	}
	b.mapping.dates, _ = parseDateFormat(b.mapping.DateFormat)
}

// readDates reads every date of the files in one format; ok is false where one
// of them is none.
func (b *Batch) readDates(format string) (found uint64, ok bool) {
	dates, _ := parseDateFormat(format)
	days := fnv.New64a()
	for _, s := range b.sources {
		if s.format != formatCSV || b.joins.holds(s.Name) {
			continue
		}
		t, fault := b.mapping.openMain(s)
		if fault != nil {
			continue
		}
		for e, more := t.entry(); more; e, more = t.entry() {
			if e.err != nil {
				continue
			}
			for _, field := range dateFields {
				r := &reading{}
				day := dates.date(r, field, e.rows[0].get(field))
				if r.fault != nil {
					return 0, false
				}
				fmt.Fprintln(days, string(day))
			}
		}
	}
	return days.Sum64(), true
}

// Mapping is the mapping that pieces of the batch are read with: the one it was
// opened with, and what all files together settled.
func (b *Batch) Mapping() ([]byte, error) {
	if b.mapping == nil || b.given == nil {
		return b.rawMapping, nil
	}
	b.given["date_format"], _ = json.Marshal(b.mapping.DateFormat)
	plain, err := json.Marshal(b.given)
	if err != nil {
		return nil, &center.Error{Kind: center.Unprocessable, Code: "bad_mapping", Detail: "The mapping cannot be used.", Err: err}
	}
	return plain, nil
}
