package main

import (
	"context"
	"regexp"

	"customercenter/shared/center"
	"customercenter/shared/ingest"
	"customercenter/shared/money"
	"customercenter/shared/store"
)

// maxNetTerms bounds the net terms an import may give, in days.
const maxNetTerms = 365

// maxPart bounds the number of posts of one import, maxPosition the records
// of each; together they order the parts of a report.
const (
	maxPart     = 1900
	maxPosition = 1 << 19
)

var importID = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)

type importInput struct {
	DryRun               bool   `json:"-" query:"dry_run"`
	AcceptNearDuplicates bool   `json:"-" query:"accept_near_duplicates"`
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
		DryRun: in.DryRun, AcceptNearDuplicates: in.AcceptNearDuplicates,
		Rounding: in.Rounding, Currency: in.Currency, NetTermsDays: -1,
	}
	if in.NetTermsDays != nil {
		o.NetTermsDays = *in.NetTermsDays
	}
	return o
}

// importDocuments reads the files and books their records, a chunk at a time,
// until all are booked or its patience is over; then the answer says where to
// go on. Every step may be repeated: what was booked is unchanged by another
// import and created by the same one.
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
	everywhere := h.store.Everywhere(reason)
	summary := newSummary()
	next, chunk := 0, make([]store.Booked, 0, chunkRecords)
	book := func() error {
		results, err := everywhere.Book(ctx, booking, chunk)
		for i, result := range results {
			summary.add(chunk[i].Record, result)
		}
		chunk = chunk[:0]
		return err
	}
	resumeAt := 0
	for rec := range batch.Records() {
		if next++; next <= in.ResumeAt {
			continue
		}
		if len(chunk) == chunkRecords {
			if err := book(); err != nil {
				return center.ImportReport{}, err
			}
			if h.now().Sub(began) >= h.patience {
				resumeAt = next - 1
				break
			}
		}
		rec.Index += in.FirstIndex
		chunk = append(chunk, store.Booked{Record: rec, Fingerprint: ingest.Fingerprint(rec)})
	}
	if err := book(); err != nil {
		return center.ImportReport{}, err
	}
	report := summary.report()
	report.ID, report.At, report.By, report.DryRun = booking.Import, began, actor.Email, in.DryRun
	report.Files, report.Unmapped, report.ResumeAt = batch.Files(), batch.UnmappedColumns(), resumeAt
	if in.DryRun {
		return report, nil
	}
	return report, everywhere.AddReport(ctx, report, in.Part*maxPosition+in.ResumeAt)
}
