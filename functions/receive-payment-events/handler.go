package main

import (
	"context"
	"time"

	"customercenter/shared/center"
	"customercenter/shared/httpapi"
	"customercenter/shared/processor"
	"customercenter/shared/store"
)

// maxEvent is how large a webhook may be, in bytes.
const maxEvent = 256 << 10

type handler struct {
	store     *store.Store
	processor processor.Processor
	now       func() time.Time
}

func (h handler) routes(door httpapi.Door) httpapi.Routes {
	op := httpapi.Op{Public: true, MaxBody: maxEvent}
	return httpapi.Routes{"POST /v1/payment-events": httpapi.Handle(door, op, h.receivePaymentEvents)}
}

type input struct {
	Body      []byte `json:"-" body:"raw"`
	Signature string `json:"-" header:"stripe-signature"`
}

type output struct {
	Received bool `json:"received"`
}

// receivePaymentEvents keeps a notice and answers at once: what it means is
// found out by settle-payments, which asks the processor itself.
func (h handler) receivePaymentEvents(ctx context.Context, _ center.Actor, in input) (output, error) {
	e, err := h.processor.Event(in.Body, in.Signature, h.now())
	if err != nil {
		return output{}, &center.Error{Kind: center.Invalid, Code: "bad-signature", Err: err,
			Detail: "This is not a notice of the payment processor, or it is too old."}
	}
	if e.Object == "" {
		return output{Received: true}, nil
	}
	_, err = h.store.NoteEvent(ctx, store.Notice{ID: e.ID, Type: e.Type, Object: e.Object, Account: e.Tag.Account, Payment: e.Tag.Payment,
		Setup: e.Setup, Created: e.Created})
	return output{Received: err == nil}, err
}
