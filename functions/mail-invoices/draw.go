package main

import (
	"bytes"
	"errors"

	"customercenter/shared/center"
	"customercenter/shared/document/paper"
	"customercenter/shared/document/pdf"
	"customercenter/shared/document/sheet"
	"customercenter/shared/filter"
)

// draw makes what the letters enclose: the list's sums and first rows, and the
// whole of it as PDF and CSV, in the language of who sends it.
func (h handler) draw(actor center.Actor, wish filter.Invoices, list []center.Invoice) (e center.Enclosure, err error) {
	if h.printer == nil {
		refusal := center.Errorf(center.Unavailable, "printing-unavailable", "PDF files cannot be made at the moment, so the list was not mailed. Please try again later.")
		refusal.Err = h.broken
		return e, refusal
	}
	parts, err := center.ListParts(list)
	if err != nil {
		return e, err
	}
	language, today, wanted := paper.LanguageOf(actor.Locale), actor.Today(h.now()), wish.Wish()
	printed, err := h.printer.List(paper.List{Account: actor.AccountName, Wish: wanted, Today: today, Parts: parts}, language)
	if errors.Is(err, pdf.ErrTooLong) {
		return e, errTooLong
	}
	if err != nil {
		return e, err
	}
	table, err := tableOf(list, today, language)
	if err != nil {
		return e, err
	}
	e.Files = []center.File{
		{Name: paper.FileName("pdf", actor.AccountName, titles[language], string(today)), Type: "application/pdf", Body: printed},
		{Name: paper.FileName("csv", actor.AccountName, titles[language], string(today)), Type: "text/csv", Body: table},
	}
	for i := range parts {
		parts[i].Show(shownRows, today)
	}
	e.List = &center.MailedList{Today: today, Parts: parts,
		Wish: map[string]string{"en": paper.Describe(wanted, paper.English), "ar": paper.Describe(wanted, paper.Arabic)}}
	return e, nil
}

// titles name the files.
var titles = map[paper.Language]string{paper.English: "Invoices", paper.Arabic: "الفواتير"}

// columns of the table, by language.
var columns = map[paper.Language][]string{
	paper.English: {"Number", "Kind", "Type", "Title", "PO", "Contract", "Issued", "Due", "Status", "Days late", "Currency", "Amount", "Outstanding", "Processing", "Settled"},
	paper.Arabic: {"الرقم", "الصنف", "النوع", "الوصف", "أمر الشراء", "العقد", "تاريخ الإصدار", "تاريخ الاستحقاق", "الحالة", "أيام التأخر", "العملة", "المبلغ", "المتبقي",
		"قيد التأكيد", "المسدد"},
}

// tableOf is the list as a file for spreadsheets. Kinds, types and statuses are
// the words of the API, which formulas can tell apart.
func tableOf(list []center.Invoice, today center.Date, language paper.Language) ([]byte, error) {
	var b bytes.Buffer
	c := sheet.NewCSV(&b)
	if err := c.Head(columns[language]...); err != nil {
		return nil, err
	}
	for _, inv := range list {
		late := 0
		if inv.Status(today) == center.InvoicePastDue {
			late = inv.DueOn.DaysUntil(today)
		}
		if err := c.Row(sheet.Text(inv.Number), sheet.Text(string(inv.Kind)), sheet.Text(string(inv.Type)), sheet.Text(inv.Title), sheet.Text(inv.PO), sheet.Text(inv.Contract),
			sheet.Date(inv.IssuedOn), sheet.Date(inv.DueOn), sheet.Text(string(inv.Status(today))), sheet.Whole(late), sheet.Text(string(inv.Amount.Currency)),
			sheet.Amount(inv.Amount), sheet.Amount(inv.Outstanding), sheet.Amount(inv.Processing), sheet.Amount(inv.Settled)); err != nil {
			return nil, err
		}
	}
	err := c.Flush()
	return b.Bytes(), err
}
