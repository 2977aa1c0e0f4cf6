package main

import (
	"bytes"
	"errors"

	"customercenter/shared/center"
	"customercenter/shared/document/invoicelist"
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
	table, err := tableOf(list, today, language == paper.Arabic)
	if err != nil {
		return e, err
	}
	e.Files = []center.File{
		{Name: paper.FileName("pdf", actor.AccountName, invoicelist.Title(language == paper.Arabic), string(today)), Type: "application/pdf", Body: printed},
		{Name: paper.FileName("csv", actor.AccountName, invoicelist.Title(language == paper.Arabic), string(today)), Type: "text/csv", Body: table},
	}
	for i := range parts {
		parts[i].Show(shownRows, today)
	}
	e.List = &center.MailedList{Today: today, Parts: parts,
		Wish: map[string]string{"en": paper.Describe(wanted, paper.English), "ar": paper.Describe(wanted, paper.Arabic)}}
	return e, nil
}

// tableOf is the list as a file for spreadsheets.
func tableOf(list []center.Invoice, today center.Date, arabic bool) ([]byte, error) {
	var b bytes.Buffer
	c := sheet.NewCSV(&b)
	if err := c.Head(invoicelist.Columns(arabic)...); err != nil {
		return nil, err
	}
	for _, inv := range list {
		if err := c.Row(invoicelist.Row(inv, today)...); err != nil {
			return nil, err
		}
	}
	err := c.Flush()
	return b.Bytes(), err
}
