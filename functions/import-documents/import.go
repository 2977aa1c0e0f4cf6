package main

import (
	"context"
	"fmt"
	"regexp"
	"time"

	"customercenter/shared/center"
	"customercenter/shared/ingest"
	"customercenter/shared/money"
	"customercenter/shared/store"
)

// maxNetTerms bounds the net terms an import may give, in days.
const maxNetTerms = 365

// maxPart bounds the number of posts of one import, maxPosition the records
// of each; together they order the parts of a report. Four megabytes of records
// that say anything are fewer than maxRecords.
const (
	maxPart     = 1900
	maxPosition = 1 << 19
	maxRecords  = 1 << 18
)

var importID = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)

type importInput struct {
	DryRun               bool   `json:"-" query:"dry_run"`
	AcceptNearDuplicates bool   `json:"-" query:"accept_near_duplicates"`
	Quiet                bool   `json:"-" query:"quiet"`
	Rounding             string `json:"-" query:"rounding"`
	Currency             string `json:"-" query:"currency"`
	NetTermsDays         *int   `json:"-" query:"net_terms_days"`
	ImportID             string `json:"-" query:"import_id"`
	ResumeAt             int    `json:"-" query:"resume_at"`   // records of this body that were booked already
	Part                 int    `json:"-" query:"part"`        // which post of its import this is, from 0
	FirstIndex           int    `json:"-" query:"first_index"` // of the first record, in a file that is sent in several posts
	ContentType          string `json:"-" header:"content-type"`
	Body                 []byte `json:"-" body:"raw"`
}

// Validate collects all faults.
func (in importInput) Validate() (v []center.Violation) {
	fault := func(wrong bool, pointer, detail string) {
		if wrong {
			v = append(v, center.Violation{Pointer: pointer, Detail: detail})
		}
	}
	switch money.Rounding(in.Rounding) {
	case "", money.RoundReject, money.RoundHalfUp, money.RoundHalfEven:
	default:
		fault(true, "rounding", "must be reject, half_up or half_even")
	}
	_, known := money.Exponent(money.Code(in.Currency))
	fault(in.Currency != "" && !known, "currency", "must be an ISO 4217 code")
	fault(in.NetTermsDays != nil && (*in.NetTermsDays < 0 || *in.NetTermsDays > maxNetTerms), "net_terms_days", "must be 0 to 365")
	fault(in.ImportID != "" && !importID.MatchString(in.ImportID), "import_id", "is no id of an import")
	fault(in.ResumeAt < 0 || in.ResumeAt >= maxPosition, "resume_at", "must be what resume_at of the answer said")
	fault(in.Part < 0 || in.Part >= maxPart, "part", "must be the position of the post in its import")
	fault(in.FirstIndex < 0, "first_index", "must be the position of the first record in its file")
	fault(in.ImportID == "" && (in.ResumeAt > 0 || in.Part > 0), "import_id", "is needed to go on with an import")
	return v
}

func (in importInput) options() center.ImportOptions {
	o := center.ImportOptions{
		DryRun: in.DryRun, Quiet: in.Quiet, AcceptNearDuplicates: in.AcceptNearDuplicates,
		Rounding: in.Rounding, Currency: in.Currency, NetTermsDays: -1,
	}
	if in.NetTermsDays != nil {
		o.NetTermsDays = *in.NetTermsDays
	}
	return o
}

// importDocuments reads the files and books their records until all are
// booked or its patience is over; then the answer says where to go on. Every
// step may be repeated: what was booked is unchanged by another import and
// created by the same one.
func (h handler) importDocuments(ctx context.Context, actor center.Actor, in importInput) (center.ImportReport, error) {
	began := h.now()
	form, err := readForm(in.ContentType, in.Body)
	if err != nil {
		return center.ImportReport{}, err
	}
	batch, err := ingest.Open(form.files, form.mapping, in.options())
	if err != nil {
		return center.ImportReport{}, err
	}
	booking := store.Booking{Import: in.ImportID, By: actor.Email, Options: in.options()}
	if booking.Import == "" {
		booking.Import = store.NewImportID(began)
	}
	w := work{handler: h, booking: booking, began: began, looked: began, size: h.smallest, summary: newSummary()}
	next, resumeAt := 0, 0
	for rec := range batch.Records() {
		if next++; next <= in.ResumeAt {
			continue
		}
		if w.isFull() {
			if err := w.book(ctx); err != nil {
				return center.ImportReport{}, err
			}
			if w.isLong() {
				resumeAt = next - 1
				break
			}
		}
		if next > maxRecords {
			rec = tooMany(rec)
		}
		rec.Index += in.FirstIndex
		if w.add(rec, in.Part*maxPosition+next); next > maxRecords {
			break
		}
	}
	if err := w.book(ctx); err != nil {
		return center.ImportReport{}, err
	}
	report := w.summary.report()
	report.ID, report.At, report.By, report.DryRun = booking.Import, began, actor.Email, in.DryRun
	report.Files, report.Unmapped, report.ResumeAt = batch.Files(), batch.UnmappedColumns(), resumeAt
	if in.DryRun {
		return report, nil
	}
	return report, h.store.Everywhere(reason).AddReport(ctx, report, in.Part*maxPosition+in.ResumeAt)
}

// tooMany stands for all records from rec on, which are not read.
func tooMany(rec center.Record) center.Record {
	return center.Record{File: rec.File, Index: rec.Index, Reject: &center.RowNote{Code: center.CodeBadRecord,
		Message: fmt.Sprintf("A post has at most %d records; nothing from here on was read.", maxRecords)}}
}

// work books the records of a post a chunk at a time. Larger chunks put more
// papers of an account into one transaction, smaller ones look at the clock
// more often: chunks grow while they are quick.
type work struct {
	handler
	booking       store.Booking
	began, looked time.Time
	chunk         []store.Booked
	size          int // at which the chunk is booked
	summary       *summary
}

func (w *work) add(rec center.Record, position int) {
	w.chunk = append(w.chunk, store.Booked{Record: rec, Fingerprint: ingest.Fingerprint(rec), Position: position})
}

func (w *work) isFull() bool { return len(w.chunk) >= w.size }

// isLong reports that the work has used up the time of a post.
func (w *work) isLong() bool { return w.looked.Sub(w.began) >= w.patience }

func (w *work) book(ctx context.Context) error {
	results, err := w.store.Everywhere(reason).Book(ctx, w.booking, w.chunk)
	if err != nil {
		return err
	}
	for i, result := range results {
		w.summary.add(w.chunk[i].Record, result)
	}
	w.chunk = w.chunk[:0]
	now := w.now()
	switch took := now.Sub(w.looked); {
	case took < chunkTime/2:
		w.size = min(2*w.size, largestChunk)
	case took > chunkTime:
		w.size = max(w.size/2, w.smallest)
	}
	w.looked = now
	return nil
}
