package main

import (
	"context"
	"time"

	"customercenter/shared/center"
	"customercenter/shared/httpapi"
	"customercenter/shared/money"
	"customercenter/shared/store"
	"customercenter/shared/view"
)

type handler struct {
	store *store.Store
	now   func() time.Time
}

func (h handler) routes(door httpapi.Door) httpapi.Routes {
	read := httpapi.Op{Module: center.ModulePayments, Action: center.ActionRead}
	return httpapi.Routes{
		"GET /v1/payments":              httpapi.Handle(door, read, h.listPayments),
		"GET /v1/payments/{id}":         httpapi.Handle(door, read, h.getPayment),
		"GET /v1/payments/{id}/receipt": httpapi.Handle(door, read, h.getReceipt),
	}
}

const maxCursor = 600 // characters

type pageInput struct {
	Limit  *int   `json:"-" query:"limit"`
	Cursor string `json:"-" query:"cursor"`
}

func (in pageInput) Validate() (v []center.Violation) {
	if in.Limit != nil && (*in.Limit < 1 || *in.Limit > store.MaxPage) {
		v = append(v, center.Violation{Pointer: "limit", Detail: "must be 1 to 100"})
	}
	if len(in.Cursor) > maxCursor {
		v = append(v, center.Violation{Pointer: "cursor", Detail: "is no cursor of this list"})
	}
	return v
}

// row is one line of the history.
type row struct {
	ID           center.PaymentID     `json:"id"`
	Reference    string               `json:"reference"`
	State        center.PaymentState  `json:"state"`
	Wait         center.PaymentWait   `json:"wait,omitempty"`
	Reason       center.DeclineReason `json:"reason,omitempty"`
	Charge       money.Money          `json:"charge"`
	Credit       money.Money          `json:"credit"`
	Rewards      *money.Money         `json:"rewards,omitempty"`
	Refunded     money.Money          `json:"refunded"`
	Method       string               `json:"method,omitempty"`
	MethodKind   center.MethodKind    `json:"methodKind,omitempty"`
	Invoices     int                  `json:"invoices"`
	FirstInvoice string               `json:"firstInvoice"`
	By           string               `json:"by"`
	CreatedAt    time.Time            `json:"createdAt"`
}

func (h handler) listPayments(ctx context.Context, actor center.Actor, in pageInput) (httpapi.Page[row], error) {
	limit := store.DefaultPage
	if in.Limit != nil {
		limit = *in.Limit
	}
	rows, next, err := h.store.In(actor).Payments(ctx, in.Cursor, limit)
	page := httpapi.Page[row]{Items: make([]row, 0, len(rows)), Next: next}
	for _, r := range rows {
		page.Items = append(page.Items, row{ID: r.ID, Reference: view.Reference(r.ID), State: r.State, Wait: r.Wait, Reason: r.Reason,
			Charge: r.Charge, Credit: r.Credit, Rewards: view.Some(r.Rewards), Refunded: r.Refunded, Method: r.Method, MethodKind: r.Kind,
			Invoices: r.Invoices, FirstInvoice: r.First, By: r.ByName, CreatedAt: r.CreatedAt})
	}
	return page, err
}

type one struct {
	ID center.PaymentID `json:"-" path:"id"`
}

func (h handler) getPayment(ctx context.Context, actor center.Actor, in one) (view.Payment, error) {
	p, err := h.store.In(actor).Payment(ctx, in.ID)
	if err != nil {
		return view.Payment{}, err
	}
	return view.PaymentOf(p, actor.Today(h.now()), actor.May(center.ModulePayments, center.ActionAct).Allowed), nil
}

// receipt is what somebody files who has paid.
type receipt struct {
	Payment   center.PaymentID `json:"payment"`
	Reference string           `json:"reference"`
	PaidAt    time.Time        `json:"paidAt"`
	Account   string           `json:"account"`
	By        string           `json:"by"`
	Method    *view.Method     `json:"method"`
	Charge    money.Money      `json:"charge"`
	Credit    money.Money      `json:"credit"`
	Rewards   *money.Money     `json:"rewards,omitempty"`
	Refunded  money.Money      `json:"refunded"`
	Parts     []receiptPart    `json:"parts"`
}

type receiptPart struct {
	view.Purpose
	Invoice   center.InvoiceID `json:"invoice"` // of the payable
	Number    string           `json:"number"`
	Amount    money.Money      `json:"amount"`
	Credit    money.Money      `json:"credit"`
	Rewards   *money.Money     `json:"rewards,omitempty"`
	StillOpen money.Money      `json:"stillOpen"` // now; zero of what is gone
}

// getReceipt answers the receipt of a payment that went through.
func (h handler) getReceipt(ctx context.Context, actor center.Actor, in one) (receipt, error) {
	account := h.store.In(actor)
	p, err := account.Payment(ctx, in.ID)
	if err != nil {
		return receipt{}, err
	}
	if !p.State.Paid() {
		return receipt{}, center.Errorf(center.Conflict, "no-receipt", "Nothing was paid by this payment, so there is no receipt.")
	}
	ids := make([]center.InvoiceID, len(p.Parts))
	for i, part := range p.Parts {
		ids[i] = part.Invoice
	}
	heads, err := account.Payables(ctx, ids)
	if err != nil {
		return receipt{}, err
	}
	open := map[center.InvoiceID]money.Money{}
	for _, inv := range heads {
		open[inv.ID] = inv.Outstanding
	}
	out := receipt{Payment: p.ID, Reference: view.Reference(p.ID), PaidAt: p.EndedAt, Account: actor.AccountName, By: p.ByName,
		Method: view.MethodOf(p.Method, actor.Today(h.now())), Charge: p.Charge, Credit: p.Credit, Rewards: view.Some(p.Rewards), Refunded: p.Refunded, Parts: []receiptPart{}}
	for _, part := range view.PaymentOf(p, actor.Today(h.now()), false).Parts {
		out.Parts = append(out.Parts, receiptOf(part, open))
	}
	return out, nil
}

// receiptOf is a line of the receipt: of a payable that is gone nothing is
// open.
func receiptOf(part view.PaymentPart, open map[center.InvoiceID]money.Money) receiptPart {
	left, stands := open[part.Invoice]
	if !stands {
		left = money.Zero(part.Amount.Currency)
	}
	return receiptPart{part.Purpose, part.Invoice, part.Number, part.Amount, part.Credit, part.Rewards, left}
}
