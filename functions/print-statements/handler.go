package main

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"customercenter/shared/center"
	"customercenter/shared/document/paper"
	"customercenter/shared/document/pdf"
	"customercenter/shared/document/sheet"
	"customercenter/shared/httpapi"
	"customercenter/shared/money"
	"customercenter/shared/store"
	"customercenter/shared/view"
)

type handler struct {
	store   *store.Store
	now     func() time.Time
	printer *paper.Printer
	broken  error // why there is no printer
}

func (h handler) routes(door httpapi.Door) httpapi.Routes {
	read := httpapi.Op{Module: center.ModuleStatements, Action: center.ActionRead}
	return httpapi.Routes{
		"GET /v1/statement":     httpapi.Handle(door, read, h.showStatement),
		"GET /v1/statement/pdf": httpapi.Handle(door, read, h.printStatement),
		"GET /v1/statement/csv": httpapi.Handle(door, read, h.tableStatement),
	}
}

// maxPeriod is how many days a statement may be of.
const maxPeriod = 2 * 366

// input is the period of a statement: both days included, this month up to
// today where none is asked for; and the language to print it in.
type input struct {
	From     center.Date    `json:"-" query:"from"`
	To       center.Date    `json:"-" query:"to"`
	Language paper.Language `json:"-" query:"language"`
}

// Validate reports all that is wrong with it.
func (in input) Validate() (v []center.Violation) {
	for pointer, d := range map[string]center.Date{"from": in.From, "to": in.To} {
		if _, err := center.ParseDate(string(d)); d != "" && err != nil {
			v = append(v, center.Violation{Pointer: pointer, Detail: "must be a day such as 2026-02-28"})
		}
	}
	if in.Language != "" && !slices.Contains(paper.Languages, in.Language) {
		v = append(v, center.Violation{Pointer: "language", Detail: "must be en, ar or both"})
	}
	slices.SortFunc(v, func(a, b center.Violation) int { return cmp.Compare(a.Pointer, b.Pointer) })
	return v
}

// period fills in the days that were not asked for, and refuses a period that
// is none.
func (in input) period(today center.Date) (from, to center.Date, err error) {
	to = cmp.Or(in.To, today)
	from = cmp.Or(in.From, to[:len("2026-01-")]+"01")
	fault := func(pointer, detail string) error {
		return &center.Error{Kind: center.Unprocessable, Code: "validation", Detail: "Some fields are not acceptable.", Violations: []center.Violation{{Pointer: pointer, Detail: detail}}}
	}
	switch {
	case to > today:
		return "", "", fault("to", "must not be later than today, "+string(today))
	case from > to:
		return "", "", fault("from", "must not be later than the last day")
	case from.DaysUntil(to) > maxPeriod:
		return "", "", fault("from", "must be at most two years before the last day")
	}
	return from, to, nil
}

// statement is the statement as pages read it.
type statement struct {
	From  center.Date `json:"from"`
	To    center.Date `json:"to"`
	Today center.Date `json:"today"`
	Parts []part      `json:"parts"`
}

// part is the part in one currency. Opening, Charges and Payments, which is
// below zero, are Closing; what is open, submitted and credit is of today.
type part struct {
	Currency    money.Code             `json:"currency"`
	Opening     money.Money            `json:"opening"`
	Charges     money.Money            `json:"charges"`
	Payments    money.Money            `json:"payments"`
	Closing     money.Money            `json:"closing"`
	Entries     []entry                `json:"entries"`
	Outstanding money.Money            `json:"outstanding"`
	Processing  money.Money            `json:"processing"`
	Credit      money.Money            `json:"credit"`
	Aging       []center.BucketSummary `json:"aging"` // of what is outstanding; empty where nothing is
}

type entry struct {
	Kind      center.StatementKind `json:"kind"`
	On        center.Date          `json:"on"`
	Reference string               `json:"reference"`
	Invoice   center.InvoiceID     `json:"invoice,omitempty"`
	Payment   center.PaymentID     `json:"payment,omitempty"`
	Amount    money.Money          `json:"amount"`
	Balance   money.Money          `json:"balance"`
}

func (h handler) draw(ctx context.Context, actor center.Actor, in input) (center.Statement, error) {
	from, to, err := in.period(actor.Today(h.now()))
	if err != nil {
		return center.Statement{}, err
	}
	return h.store.In(actor).Statement(ctx, from, to)
}

// showStatement answers the statement with each of its entries.
func (h handler) showStatement(ctx context.Context, actor center.Actor, in input) (statement, error) {
	s, err := h.draw(ctx, actor, in)
	if err != nil {
		return statement{}, err
	}
	out := statement{From: s.From, To: s.To, Today: s.Today, Parts: []part{}}
	for _, p := range s.Parts {
		v := part{Currency: p.Currency, Opening: p.Opening, Charges: money.Zero(p.Currency), Payments: money.Zero(p.Currency), Closing: p.Closing, Entries: []entry{},
			Outstanding: p.Owing.Outstanding, Processing: p.Owing.Processing, Credit: p.Owing.Credit, Aging: append([]center.BucketSummary{}, p.Owing.Aging...)}
		for _, e := range p.Entries {
			sum := &v.Charges
			if e.Amount.Sign() < 0 {
				sum = &v.Payments
			}
			if *sum, err = sum.Add(e.Amount); err != nil {
				return statement{}, err
			}
			v.Entries = append(v.Entries, entry{e.Kind, e.On, referenceOf(e), e.Invoice, e.Payment, e.Amount, e.Balance})
		}
		out.Parts = append(out.Parts, v)
	}
	return out, nil
}

// referenceOf is how people call what was booked.
func referenceOf(e center.StatementEntry) string {
	if e.Payment != "" {
		return view.Reference(e.Payment)
	}
	return e.Number
}

// printStatement answers it as PDF, in the account's language where none is
// asked for, and the reader's own where the account has none.
func (h handler) printStatement(ctx context.Context, actor center.Actor, in input) (httpapi.Raw, error) {
	if h.printer == nil {
		e := center.Errorf(center.Unavailable, "printing-unavailable", "PDF files cannot be made at the moment. Everything that would stand in them is on the page.")
		e.Err = h.broken
		return httpapi.Raw{}, e
	}
	s, err := h.draw(ctx, actor, in)
	if err != nil {
		return httpapi.Raw{}, err
	}
	account := h.store.In(actor)
	profile, err := account.BillingProfile(ctx)
	if err != nil {
		return httpapi.Raw{}, err
	}
	file, err := h.printer.Statement(paper.Drawn(s, cmp.Or(profile.LegalName, actor.AccountName), profile.BillTo, view.Reference),
		cmp.Or(in.Language, paper.Language(profile.DocumentLanguage), paper.LanguageOf(actor.Locale)))
	if errors.Is(err, pdf.ErrTooLong) {
		return httpapi.Raw{}, errTooLong
	}
	return answer(file, "pdf", "application/pdf", actor, s, err)
}

var errTooLong = center.Errorf(center.TooLarge, "too-long-to-print", "This is too long to be answered as one file. Please choose a shorter period.")

// maxFile is the largest file that the gateway passes on, as text.
const maxFile = 4 << 20

func answer(file []byte, ending, contentType string, actor center.Actor, s center.Statement, err error) (httpapi.Raw, error) {
	if err == nil && len(file) > maxFile {
		err = errTooLong
	}
	if err != nil {
		return httpapi.Raw{}, err
	}
	return httpapi.Raw{ContentType: contentType, Body: file, Binary: ending == "pdf", Headers: map[string]string{
		"content-disposition": paper.Disposition(paper.FileName(ending, "Statement", actor.AccountName, string(s.From), string(s.To)))}}, nil
}

// tableStatement answers it for spreadsheets: a line for each entry, between
// what was owed before and after, by currency.
func (h handler) tableStatement(ctx context.Context, actor center.Actor, in input) (httpapi.Raw, error) {
	s, err := h.draw(ctx, actor, in)
	if err != nil {
		return httpapi.Raw{}, err
	}
	var b bytes.Buffer
	c := sheet.NewCSV(&b)
	err = c.Head("Date", "Entry", "Reference", "Currency", "Amount", "Balance")
	row := func(on center.Date, kind, reference string, amount sheet.Cell, balance money.Money) {
		if err == nil {
			err = c.Row(sheet.Date(on), sheet.Text(kind), sheet.Text(reference), sheet.Text(string(balance.Currency)), amount, sheet.Amount(balance))
		}
	}
	for _, p := range s.Parts {
		row(s.From, "opening", "", sheet.Cell{}, p.Opening)
		for _, e := range p.Entries {
			row(e.On, string(e.Kind), referenceOf(e), sheet.Amount(e.Amount), e.Balance)
		}
		row(s.To, "closing", "", sheet.Cell{}, p.Closing)
	}
	if err == nil {
		err = c.Flush()
	}
	return answer(b.Bytes(), "csv", "text/csv; charset=utf-8", actor, s, err)
}
