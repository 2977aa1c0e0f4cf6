package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"slices"

	"customercenter/shared/center"
	"customercenter/shared/document/calendar"
	"customercenter/shared/document/paper"
	"customercenter/shared/document/pdf"
	"customercenter/shared/document/sheet"
	"customercenter/shared/document/xlsx"
	"customercenter/shared/httpapi"
	"customercenter/shared/money"
)

// The formats of the download, and their types.
const (
	formatCSV  = "csv"
	formatJSON = "json"
	formatXLSX = "xlsx"
	formatPDF  = "pdf"
	formatICS  = "ics"

	calendarType = "text/calendar; charset=utf-8"
)

var types = map[string]string{
	formatCSV: "text/csv; charset=utf-8", formatJSON: "application/json", formatPDF: "application/pdf", formatICS: calendarType,
	formatXLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}

// fileInput is the part of the schedule that is asked for, and as what.
type fileInput struct {
	Format       string         `json:"-" query:"format"`
	Language     paper.Language `json:"-" query:"language"` // of the PDF; the account's without one, else the reader's own
	Subscription string         `json:"-" query:"subscription"`
	From         center.Date    `json:"-" query:"from"`
	To           center.Date    `json:"-" query:"to"`
}

func (in fileInput) filter() filter { return filter{in.Subscription, in.From, in.To} }

func (in fileInput) Validate() (v []center.Violation) {
	if _, known := types[in.Format]; !known {
		v = append(v, center.Violation{Pointer: "format", Detail: "must be csv, json, xlsx, pdf or ics"})
	}
	if in.Language != "" && !slices.Contains(paper.Languages, in.Language) {
		v = append(v, center.Violation{Pointer: "language", Detail: "must be en, ar or both"})
	}
	return append(v, in.filter().Validate()...)
}

// maxFile is how large an answer may be: the gateway's base64 has to fit.
const maxFile = 4 << 20

// downloadSchedule answers all lines as a file.
func (h handler) downloadSchedule(ctx context.Context, actor center.Actor, in fileInput) (httpapi.Raw, error) {
	lines, more, err := h.lines(ctx, actor, in.filter())
	if err != nil {
		return httpapi.Raw{}, err
	}
	tooLong := center.Errorf(center.TooLarge, "schedule-too-long", "The schedule is too long for one file. Choose a subscription or fewer days.")
	if more {
		return httpapi.Raw{}, tooLong
	}
	if in.Language == "" && in.Format == formatPDF {
		profile, err := h.store.In(actor).BillingProfile(ctx)
		if err != nil {
			return httpapi.Raw{}, err
		}
		in.Language = paper.Language(profile.DocumentLanguage)
	}
	file, err := h.file(actor, in, lines)
	if errors.Is(err, pdf.ErrTooLong) || len(file) > maxFile {
		return httpapi.Raw{}, tooLong
	}
	if err != nil {
		return httpapi.Raw{}, err
	}
	name := paper.FileName(in.Format, actor.AccountName, "schedule", string(actor.Today(h.now())))
	return httpapi.Raw{ContentType: types[in.Format], Body: file, Binary: in.Format == formatPDF || in.Format == formatXLSX,
		Headers: map[string]string{"content-disposition": paper.Disposition(name)}}, nil
}

func (h handler) file(actor center.Actor, in fileInput, lines []center.ScheduleLine) ([]byte, error) {
	switch in.Format {
	case formatCSV:
		return writeCSV(lines)
	case formatXLSX:
		return writeXLSX(actor.Locale == "ar", lines)
	case formatPDF:
		return h.print(actor, in, lines)
	case formatICS:
		return h.calendar(actor, lines, false), nil
	default:
		out := make([]line, 0, len(lines))
		for _, l := range lines {
			out = append(out, lineOf(l))
		}
		return json.MarshalIndent(out, "", "  ")
	}
}

// columns are those of the billing schedule, by their names in its source, and
// five of ours.
var columns = []string{"orderNumber", "subscription", "subscribedServiceId", "productPartNumber", "productName", "timeStart", "timeEnd", "timeInvoicing",
	"quantity", "netUnitPrice", "amount", "currency", "billingFrequency", "invoiceStatus", "arInvoiceNumber", "estimatedTax", "timeDue", "poNumber"}

func cells(l center.ScheduleLine) []sheet.Cell {
	tax := sheet.Text("")
	if l.EstimatedTax.Currency != "" {
		tax = sheet.Amount(l.EstimatedTax)
	}
	return []sheet.Cell{sheet.Text(l.Order), sheet.Text(l.Subscription), sheet.Text(l.Service), sheet.Text(l.ProductNumber), sheet.Text(l.ProductName),
		sheet.Date(l.StartOn), sheet.Date(l.EndOn), sheet.Date(l.InvoiceOn), sheet.Number(l.Quantity), sheet.Number(l.NetUnitPrice), sheet.Amount(l.Amount),
		sheet.Text(string(l.Amount.Currency)), sheet.Text(l.Frequency), sheet.Text(string(l.Status)), sheet.Text(l.Invoice), tax, sheet.Date(l.DueOn),
		sheet.Text(l.PO)}
}

func writeCSV(lines []center.ScheduleLine) ([]byte, error) {
	var out bytes.Buffer
	w := sheet.NewCSV(&out)
	if err := w.Head(columns...); err != nil {
		return nil, err
	}
	for _, l := range lines {
		if err := w.Row(cells(l)...); err != nil {
			return nil, err
		}
	}
	err := w.Flush()
	return out.Bytes(), err
}

func writeXLSX(rightToLeft bool, lines []center.ScheduleLine) ([]byte, error) {
	book, err := xlsx.New(rightToLeft)
	if err != nil {
		return nil, err
	}
	heads := make([]xlsx.Column, len(columns))
	for i, name := range columns {
		heads[i] = xlsx.Column{Title: name}
	}
	s, err := book.Sheet("Schedule", heads)
	if err != nil {
		return nil, err
	}
	for _, l := range lines {
		if err := s.Row(cells(l)...); err != nil {
			return nil, err
		}
	}
	var out bytes.Buffer
	_, err = book.WriteTo(&out)
	return out.Bytes(), err
}

func (h handler) print(actor center.Actor, in fileInput, lines []center.ScheduleLine) ([]byte, error) {
	if h.printer == nil {
		e := center.Errorf(center.Unavailable, "printing-unavailable", "PDF files cannot be made at the moment. The other formats can.")
		e.Err = h.broken
		return nil, e
	}
	out := paper.Schedule{Account: actor.AccountName, From: in.From, To: in.To, Today: actor.Today(h.now())}
	for _, l := range lines {
		out.Invoices = append(out.Invoices, paper.Scheduled{InvoicedOn: l.InvoiceOn, DueOn: l.DueOn, Start: l.StartOn, End: l.EndOn, Order: l.Order, PO: l.PO,
			Service: l.Service, Product: l.ProductName, PartNumber: l.ProductNumber, Quantity: l.Quantity, UnitPrice: l.NetUnitPrice, Amount: l.Amount,
			Tax: l.EstimatedTax, Frequency: l.Frequency, Invoice: l.Invoice})
	}
	language := in.Language
	if language == "" {
		language = paper.LanguageOf(actor.Locale)
	}
	return h.printer.Schedule(out, language)
}

// words of calendar events, by language.
var words = map[string]struct{ calendar, invoice, due, more, others string }{
	"en": {"Invoice schedule", "Invoice", "Due", "More invoices follow", "This calendar holds no more. The page of the schedule has the later ones: choose a subscription or dates there."},
	"ar": {"جدول الفواتير", "فاتورة", "تستحق في", "تليها فواتير أخرى", "لا يتسع هذا التقويم للمزيد. تجد ما بعدها في صفحة الجدول: اختر هناك اشتراكًا أو تواريخ."},
}

// calendar has one event for each line. An event of a line that moved or was
// invoiced keeps its id. Where there are more lines, the day of the last one
// says so.
func (h handler) calendar(actor center.Actor, lines []center.ScheduleLine, more bool) []byte {
	say, known := words[actor.Locale]
	if !known {
		say = words["en"]
	}
	c := calendar.Calendar{Name: say.calendar + " · " + actor.AccountName, Stamp: h.now()}
	for _, l := range lines {
		e := calendar.Event{UID: l.ID + "@schedule", On: l.InvoiceOn, Summary: say.invoice + " · " + amount(l.Amount), URL: h.base + "/schedule"}
		if name := l.ProductName; name != "" {
			e.Summary += " · " + name
		}
		e.Description = l.Subscription
		if l.DueOn != "" {
			e.Description += "\n" + say.due + " " + string(l.DueOn)
		}
		e.Sequence = 2 * l.Revision
		if l.Status == center.ScheduleInvoiced {
			e.Sequence++
			e.Description += "\n" + l.Invoice
		}
		c.Events = append(c.Events, e)
	}
	if more {
		on := lines[len(lines)-1].InvoiceOn
		c.Events = append(c.Events, calendar.Event{UID: string(actor.Account) + "-" + string(on) + "-more@schedule", On: on, Summary: say.more,
			Description: say.others, URL: h.base + "/schedule"})
	}
	return c.Bytes()
}

func amount(m money.Money) string { return m.Decimal() + " " + string(m.Currency) }
