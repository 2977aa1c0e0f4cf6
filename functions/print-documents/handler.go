package main

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"customercenter/shared/center"
	"customercenter/shared/document/paper"
	"customercenter/shared/document/pdf"
	"customercenter/shared/document/ubl"
	"customercenter/shared/httpapi"
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
	invoice := httpapi.Op{Module: center.ModuleInvoice, Action: center.ActionRead}
	payments := httpapi.Op{Module: center.ModulePayments, Action: center.ActionRead}
	contracts := httpapi.Op{Module: center.ModuleContracts, Action: center.ActionRead}
	return httpapi.Routes{
		"GET /v1/invoices/{id}/pdf":         httpapi.Handle(door, invoice, h.printInvoice),
		"GET /v1/invoices/{id}/ubl":         httpapi.Handle(door, invoice, h.writeUBL),
		"GET /v1/payments/{id}/receipt/pdf": httpapi.Handle(door, payments, h.printReceipt),
		"GET /v1/contracts/{id}/pdf":        httpapi.Handle(door, contracts, h.printContract),

		"GET /v1/invoices/{id}/attachments/{n}": httpapi.Handle(door, invoice, h.downloadAttachment),
	}
}

// input is a paper, and the language to print it in: the account's where none
// is asked for, and the reader's own where the account has none.
type input struct {
	ID       string         `json:"-" path:"id"`
	Language paper.Language `json:"-" query:"language"`
}

// Validate refuses a language that papers are not printed in.
func (in input) Validate() (v []center.Violation) {
	if in.Language != "" && !slices.Contains(paper.Languages, in.Language) {
		v = append(v, center.Violation{Pointer: "language", Detail: "must be en, ar or both"})
	}
	return v
}

// billing reads the account's billing profile, once and only where it is needed.
type billing func() (center.BillingProfile, error)

func (h handler) billing(ctx context.Context, actor center.Actor) billing {
	return sync.OnceValues(func() (center.BillingProfile, error) { return h.store.In(actor).BillingProfile(ctx) })
}

func chosenLanguage(actor center.Actor, in input, billing billing) (paper.Language, error) {
	if in.Language != "" {
		return in.Language, nil
	}
	profile, err := billing()
	if profile.DocumentLanguage != "" {
		return paper.Language(profile.DocumentLanguage), err
	}
	return paper.LanguageOf(actor.Locale), err
}

// printInvoice answers the paper with what became of it until today.
func (h handler) printInvoice(ctx context.Context, actor center.Actor, in input) (httpapi.Raw, error) {
	detail, err := h.invoice(ctx, actor, center.InvoiceID(in.ID))
	if err != nil {
		return httpapi.Raw{}, err
	}
	if h.printer == nil {
		return httpapi.Raw{}, h.noPrinter()
	}
	profile := h.billing(ctx, actor)
	language, err := chosenLanguage(actor, in, profile)
	if err != nil {
		return httpapi.Raw{}, err
	}
	if err := h.fill(ctx, actor, &detail); err != nil {
		return httpapi.Raw{}, err
	}
	po, err := defaultPO(detail.Invoice, profile)
	if err != nil {
		return httpapi.Raw{}, err
	}
	file, err := h.printer.Invoice(paper.Invoice{
		PO: po, Head: detail.Invoice, Document: detail.Document, Entries: entries(detail, actor), Today: actor.Today(h.now()), UBL: ubl.Write(&detail.Document),
	}, language)
	return answerFile(file, "application/pdf", invoiceName(detail, "pdf"), err)
}

// defaultPO is the account's default PO number for an invoice that names none,
// as it stood on the day it was issued.
func defaultPO(inv center.Invoice, billing billing) (string, error) {
	if inv.PO != "" || inv.Kind == center.KindCreditNote {
		return "", nil
	}
	profile, err := billing()
	return profile.DefaultPO.For(inv.Receivable(), 0, inv.IssuedOn), err
}

type bare struct {
	ID center.InvoiceID `json:"-" path:"id"`
}

// writeUBL answers the paper as its issuer stated it, for other programs.
func (h handler) writeUBL(ctx context.Context, actor center.Actor, in bare) (httpapi.Raw, error) {
	detail, err := h.invoice(ctx, actor, in.ID)
	if err != nil {
		return httpapi.Raw{}, err
	}
	if err := h.fill(ctx, actor, &detail); err != nil {
		return httpapi.Raw{}, err
	}
	return answerFile(ubl.Write(&detail.Document), "application/xml; charset=utf-8", invoiceName(detail, "xml"), nil)
}

// invoice is the same NotFound for an invoice that does not exist, that is
// another account's, and that is of an order which does not name the contact
// where only her own orders are open to her.
func (h handler) invoice(ctx context.Context, actor center.Actor, id center.InvoiceID) (store.InvoiceDetail, error) {
	account := h.store.In(actor)
	detail, err := account.Invoice(ctx, id)
	if err != nil || !actor.May(center.ModuleInvoice, center.ActionRead).OrdersOnly {
		return detail, err
	}
	named, err := account.NamedOnOrder(ctx, detail.Invoice)
	if err == nil && !named {
		err = store.ErrNoInvoice
	}
	return detail, err
}

// printReceipt answers the receipt of a payment that went through.
func (h handler) printReceipt(ctx context.Context, actor center.Actor, in input) (httpapi.Raw, error) {
	account := h.store.In(actor)
	p, err := account.Payment(ctx, center.PaymentID(in.ID))
	if err != nil {
		return httpapi.Raw{}, err
	}
	if !p.State.Paid() {
		return httpapi.Raw{}, center.Errorf(center.Conflict, "no-receipt", "Nothing was paid by this payment, so there is no receipt.")
	}
	if h.printer == nil {
		return httpapi.Raw{}, h.noPrinter()
	}
	open, err := outstanding(ctx, account, p)
	if err != nil {
		return httpapi.Raw{}, err
	}
	language, err := chosenLanguage(actor, in, h.billing(ctx, actor))
	if err != nil {
		return httpapi.Raw{}, err
	}
	reference, paidOn := view.Reference(p.ID), actor.Today(p.EndedAt)
	file, err := h.printer.Receipt(paper.Receipt{
		Payment: p, Reference: reference, Account: actor.AccountName, PaidOn: paidOn, Open: open, Today: actor.Today(h.now()),
	}, language)
	return answerFile(file, "application/pdf", paper.FileName("pdf", "Receipt", reference, string(paidOn), amountName(p.Charge)), err)
}

// noPrinter says that nothing can be printed; the log says why.
func (h handler) noPrinter() error {
	e := center.Errorf(center.Unavailable, "printing-unavailable", "PDF files cannot be made at the moment. Everything that would stand in them is on the page.")
	e.Err = h.broken
	return e
}

// maxFile is the largest file that the gateway passes on, as text.
const maxFile = 4 << 20

// answerFile answers a file to keep.
func answerFile(file []byte, contentType, name string, err error) (httpapi.Raw, error) {
	if errors.Is(err, pdf.ErrTooLong) || len(file) > maxFile {
		return httpapi.Raw{}, center.Errorf(center.TooLarge, "too-long-to-print", "This is too long to be answered as one file. Everything that stands in it is on the page.")
	}
	if err != nil {
		return httpapi.Raw{}, err
	}
	return httpapi.Raw{ContentType: contentType, Body: file, Binary: contentType == "application/pdf",
		Headers: map[string]string{"content-disposition": paper.Disposition(name)}}, nil
}
