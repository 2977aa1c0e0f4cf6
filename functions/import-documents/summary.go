package main

import (
	"maps"
	"slices"

	"customercenter/shared/center"
	"customercenter/shared/money"
	"customercenter/shared/store"
)

// Limits of the rows of an answer, which has to fit in 6 MB. What went well
// gives way to what did not.
const (
	maxPlainRows = 1000
	maxNoteRows  = 2000
)

// summary adds up what became of the records of a post.
type summary struct {
	counts       center.ImportCounts
	sums         map[money.Code]*center.ImportSum
	uncountable  map[money.Code]bool
	rows         []center.ImportRow
	plain, notes int
	truncated    bool
}

func newSummary() *summary {
	return &summary{sums: map[money.Code]*center.ImportSum{}, uncountable: map[money.Code]bool{}, rows: []center.ImportRow{}}
}

func (s *summary) add(rec center.Record, r store.BookResult) {
	row := center.ImportRow{File: rec.File, Index: rec.Index, Kind: rec.Kind, Number: rec.Number, Result: r.Result}
	note := row
	if r.Note != nil {
		note.Code, note.Field, note.Message = r.Note.Code, r.Note.Field, r.Note.Message
		s.note(note)
	} else {
		s.row(row)
	}
	for _, w := range slices.Concat(rec.Warnings, r.Warnings) {
		note := row
		note.Code, note.Field, note.Message, note.Warning = w.Code, w.Field, w.Message, true
		s.note(note)
		s.counts.Warnings++
	}
	switch r.Result {
	case center.ResultCreated:
		s.counts.Created++
		s.created(rec, r.Ledger)
	case center.ResultUnchanged:
		s.counts.Unchanged++
	case center.ResultConflict:
		s.counts.Conflict++
	case center.ResultNearDuplicate:
		s.counts.NearDuplicate++
	case center.ResultRejected:
		s.counts.Rejected++
	}
}

func (s *summary) row(row center.ImportRow) {
	if s.plain++; s.plain > maxPlainRows {
		s.truncated = true
		return
	}
	s.rows = append(s.rows, row)
}

func (s *summary) note(row center.ImportRow) {
	if s.notes++; s.notes > maxNoteRows {
		s.truncated = true
		return
	}
	s.rows = append(s.rows, row)
}

// created adds a new billing paper to its currency's sums. A proforma is none:
// nobody owes it.
func (s *summary) created(rec center.Record, ledger money.Money) {
	d := rec.Document
	if d == nil || d.Kind == center.KindProforma {
		return
	}
	code := money.Code(d.Currency)
	sum := s.sums[code]
	if sum == nil {
		zero := money.Zero(code)
		sum = &center.ImportSum{Currency: d.Currency, Invoices: center.ImportTotal{Payable: zero}, CreditNotes: center.ImportTotal{Payable: zero}, Net: zero}
		s.sums[code] = sum
	}
	total := &sum.Invoices
	if d.Kind == center.KindCreditNote {
		total = &sum.CreditNotes
	}
	total.Count++
	payable, err := money.Parse(string(d.Totals.Payable), code)
	if err == nil {
		total.Payable, err = total.Payable.Add(payable)
	}
	if err == nil {
		sum.Net, err = sum.Net.Add(ledger)
	}
	s.uncountable[code] = s.uncountable[code] || err != nil
}

// report is the sum of it all. A currency whose amounts together are more than
// can be counted has no sum, rather than a wrong one.
func (s *summary) report() center.ImportReport {
	r := center.ImportReport{Counts: s.counts, Rows: s.rows, Truncated: s.truncated, Sums: []center.ImportSum{}}
	for _, code := range slices.Sorted(maps.Keys(s.sums)) {
		if !s.uncountable[code] {
			r.Sums = append(r.Sums, *s.sums[code])
		}
	}
	return r
}
