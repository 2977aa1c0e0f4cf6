package main

import (
	"cmp"
	"context"
	"errors"

	"customercenter/shared/center"
	"customercenter/shared/document/paper"
	"customercenter/shared/document/pdf"
	"customercenter/shared/document/ubl"
	"customercenter/shared/store"
	"customercenter/shared/view"
)

// drawing makes the papers of one mailing, once in each language.
type drawing struct {
	h       handler
	account store.Account
	mailing center.Mailing
	profile center.Account
	wishes  center.BillingProfile
	drawn   map[paper.Language]string // ids of enclosures
}

// about is what a mailing is about: an invoice, or a statement.
type about struct {
	invoice   *store.InvoiceDetail
	statement *center.Statement
}

// params are what the letters keep of it.
func (a *about) params(enclosure string) map[string]string {
	p := map[string]string{"enclosure": enclosure}
	if a.invoice != nil {
		p["invoice"], p["issuer"] = string(a.invoice.Invoice.ID), cmp.Or(a.invoice.Document.Supplier.TradingName, a.invoice.Document.Supplier.Name)
	}
	return p
}

// look reads what the mailing is about; nil where there is nothing to tell: an
// invoice that was settled or withdrawn since, or a period in which nothing was
// booked and nothing is owed.
func (d drawing) look(ctx context.Context) (*about, error) {
	if d.mailing.Kind == center.LetterStatement {
		s, err := d.account.Statement(ctx, d.mailing.From, d.mailing.To)
		if err != nil || len(s.Parts) == 0 {
			return nil, err
		}
		return &about{statement: &s}, nil
	}
	detail, err := d.account.Invoice(ctx, d.mailing.Invoice)
	if center.IsKind(err, center.NotFound) || err == nil && (detail.Invoice.Outstanding.Sign() == 0 || detail.Invoice.Voided) {
		return nil, nil
	}
	return &about{invoice: &detail}, err
}

// language is the one the account wants its papers in, and the reader's own
// where it wants none.
func (d drawing) language(r center.Contact) paper.Language {
	return cmp.Or(paper.Language(d.wishes.DocumentLanguage), paper.LanguageOf(cmp.Or(r.Locale, d.profile.Locale)))
}

// enclosure draws the paper in a language, where it was not drawn before.
func (d drawing) enclosure(ctx context.Context, a *about, language paper.Language) (id string, err error) {
	if id, ok := d.drawn[language]; ok {
		return id, nil
	}
	e := center.Enclosure{}
	if a.statement != nil {
		e, err = d.statement(a.statement, language)
	} else {
		e.Files, err = d.invoice(a.invoice, language)
	}
	if err != nil {
		return "", err
	}
	if id, err = d.h.store.PutEnclosure(ctx, e); err == nil {
		d.drawn[language] = id
	}
	return id, err
}

// statement is the statement without its entries, which are on the paper.
func (d drawing) statement(s *center.Statement, language paper.Language) (e center.Enclosure, err error) {
	name := cmp.Or(d.wishes.LegalName, d.profile.Name)
	file, err := d.h.printer.Statement(paper.Drawn(*s, name, cmp.Or(d.wishes.BillTo, d.profile.Address), view.Reference), language)
	if err != nil && !errors.Is(err, pdf.ErrTooLong) {
		return e, err
	}
	e.Statement = s
	if err == nil {
		e.Files = fitting(center.File{Name: paper.FileName("pdf", "Statement", name, string(s.From), string(s.To)), Type: "application/pdf", Body: file})
	}
	return e, nil
}

// invoice is the paper as PDF and UBL. What is too large for a letter, or for a
// PDF, is left out: the letter says where it is.
func (d drawing) invoice(detail *store.InvoiceDetail, language paper.Language) ([]center.File, error) {
	inv, doc := detail.Invoice, detail.Document
	name := func(ending string) string {
		return paper.FileName(ending, cmp.Or(doc.Supplier.TradingName, doc.Supplier.Name), doc.Number, string(doc.IssueDate), string(inv.Amount.Currency)+"-"+inv.Amount.Decimal())
	}
	written := ubl.Write(&doc)
	file, err := d.h.printer.Invoice(paper.Invoice{Head: inv, Document: doc, Today: d.account.Today(), UBL: written}, language)
	if err != nil && !errors.Is(err, pdf.ErrTooLong) {
		return nil, err
	}
	var files []center.File
	if err == nil {
		files = append(files, center.File{Name: name("pdf"), Type: "application/pdf", Body: file})
	}
	return fitting(append(files, center.File{Name: name("xml"), Type: "application/xml", Body: written})...), nil
}

// fitting are those of the files that a letter can carry, the first first.
func fitting(files ...center.File) (out []center.File) {
	left := center.MaxEnclosed
	for _, f := range files {
		if len(f.Body) <= left {
			out, left = append(out, f), left-len(f.Body)
		}
	}
	return out
}
