package main

import (
	"context"
	"time"

	"customercenter/shared/center"
	"customercenter/shared/httpapi"
	"customercenter/shared/store"
	"customercenter/shared/view"
)

type handler struct {
	store *store.Store
	now   func() time.Time
}

func (h handler) routes(door httpapi.Door) httpapi.Routes {
	read := httpapi.Op{Module: center.ModuleInvoice, Action: center.ActionRead}
	return httpapi.Routes{"GET /v1/invoices/{id}": httpapi.Handle(door, read, h.getInvoice)}
}

type input struct {
	ID center.InvoiceID `json:"-" path:"id"`
}

// getInvoice answers the same bytes for an invoice that does not exist, that
// is another account's, and that is of an order which does not name the
// contact where only her own orders are open to her.
func (h handler) getInvoice(ctx context.Context, actor center.Actor, in input) (invoice, error) {
	account := h.store.In(actor)
	detail, err := account.Invoice(ctx, in.ID)
	if err != nil {
		return invoice{}, err
	}
	if actor.May(center.ModuleInvoice, center.ActionRead).OrdersOnly {
		named, err := account.NamedOnOrder(ctx, detail.Invoice)
		if err != nil {
			return invoice{}, err
		}
		if !named {
			return invoice{}, store.ErrNoInvoice
		}
	}
	shown := show(detail, actor.Today(h.now()))
	for _, d := range detail.Disputes {
		shown.Disputes = append(shown.Disputes, view.DisputeOf(d))
	}
	shown.InDispute = nonZero(detail.Invoice.Disputed)
	if actor.May(center.ModuleDisputes, center.ActionAct).Allowed {
		shown.Disputable = nonZero(detail.Invoice.Disputable())
	}
	shown.PaymentInFlight, err = h.inFlight(ctx, actor, detail.Invoice)
	return shown, err
}

// inFlight is the payment that holds the invoice; nil when none does.
func (h handler) inFlight(ctx context.Context, actor center.Actor, inv center.Invoice) (*flight, error) {
	if inv.Active == "" {
		return nil, nil
	}
	p, err := h.store.In(actor).Payment(ctx, inv.Active)
	if err != nil {
		return nil, err
	}
	mayAct := actor.May(center.ModulePayments, center.ActionAct).Allowed
	return &flight{Payment: p.ID, By: p.ByName, At: p.CreatedAt, Amount: inv.Processing, Wait: p.Wait, MayCancel: mayAct && p.MayCancel()}, nil
}
