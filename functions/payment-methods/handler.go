package main

import (
	"context"
	"net/http"
	"time"

	"customercenter/shared/center"
	"customercenter/shared/httpapi"
	"customercenter/shared/money"
	"customercenter/shared/paying"
	"customercenter/shared/store"
)

type handler struct {
	store  *store.Store
	now    func() time.Time
	newKey func() string // names a request to the processor
	desk   paying.Desk
}

func (h handler) routes(door httpapi.Door) httpapi.Routes {
	read := httpapi.Op{Module: center.ModulePaymentMethods, Action: center.ActionRead}
	act := httpapi.Op{Module: center.ModulePaymentMethods, Action: center.ActionAct}
	done := act
	done.Status = http.StatusNoContent
	return httpapi.Routes{
		"GET /v1/payment-methods":              httpapi.Handle(door, read, h.listMethods),
		"POST /v1/payment-methods":             httpapi.Handle(door, act, h.startSetup),
		"POST /v1/payment-methods/setups/{id}": httpapi.Handle(door, act, h.finishSetup),
		"PUT /v1/payment-methods/{id}/default": httpapi.Handle(door, done, h.setDefault),
		"DELETE /v1/payment-methods/{id}":      httpapi.Handle(door, done, h.removeMethod),
	}
}

// listMethods shows what is stored, and what waits for a method that can be
// charged. Who may only look gets nothing to charge or change one by.
func (h handler) listMethods(ctx context.Context, actor center.Actor, _ struct{}) (methods, error) {
	account := h.store.In(actor)
	w, err := account.Wallet(ctx)
	if err != nil {
		return methods{}, err
	}
	stuck, err := account.Stuck(ctx)
	if err != nil {
		return methods{}, err
	}
	return show(w, stuck, actor.Today(h.now()), actor.May(center.ModulePaymentMethods, center.ActionRead).Masked), nil
}

const maxID = 100 // characters

type setupInput struct {
	Replaces center.MethodID `json:"replaces"` // "" adds one
	Currency money.Code      `json:"currency"` // what it is to pay in; "" takes cards alone
}

func (in setupInput) Validate() (v []center.Violation) {
	if len(in.Replaces) > maxID {
		v = append(v, center.Violation{Pointer: "/replaces", Detail: "is no payment method"})
	}
	if _, ok := money.Exponent(in.Currency); in.Currency != "" && !ok {
		v = append(v, center.Violation{Pointer: "/currency", Detail: "must be a currency's code, such as KWD"})
	}
	return v
}

type setupOutput struct {
	ID  string `json:"id"`
	URL string `json:"url"`
}

// startSetup makes a page at the processor where a method is entered. Nothing
// of it is stored before finishSetup, or the processor's notice.
func (h handler) startSetup(ctx context.Context, actor center.Actor, in setupInput) (setupOutput, error) {
	if !actor.Fresh(h.now()) {
		return setupOutput{}, center.ErrFreshCodeNeeded
	}
	w, err := h.store.In(actor).Wallet(ctx)
	if err != nil {
		return setupOutput{}, err
	}
	if in.Replaces != "" {
		if _, err := w.Method(in.Replaces); err != nil {
			return setupOutput{}, err
		}
	} else if len(w.Methods) >= store.MaxMethods {
		return setupOutput{}, store.ErrTooManyMethods
	}
	id, page, err := h.desk.StartSetup(ctx, actor, w.Customer, paying.SetupOrder{Key: h.newKey(), Replaces: in.Replaces, Currency: in.Currency})
	return setupOutput{ID: id, URL: page}, err
}

type oneSetup struct {
	ID string `json:"-" path:"id"`
}

// finishSetup brings in what was entered on a page, once or again. It asks for
// no fresh code: one was typed before the page was made, and the processor's
// notice brings the method in as well.
func (h handler) finishSetup(ctx context.Context, actor center.Actor, in oneSetup) (finished, error) {
	kept, err := h.desk.Keep(ctx, actor.Account, in.ID)
	if err != nil {
		return finished{}, err
	}
	stuck, err := h.store.In(actor).Stuck(ctx)
	if err != nil {
		return finished{}, err
	}
	today := actor.Today(h.now())
	return finished{methods: show(kept.Wallet, stuck, today, false), Added: *methodOf(kept.Added, today, false)}, nil
}

type one struct {
	ID center.MethodID `json:"-" path:"id"`
}

type nothing struct{}

func (h handler) setDefault(ctx context.Context, actor center.Actor, in one) (nothing, error) {
	if !actor.Fresh(h.now()) {
		return nothing{}, center.ErrFreshCodeNeeded
	}
	_, err := h.store.In(actor).SetDefault(ctx, in.ID)
	return nothing{}, err
}

func (h handler) removeMethod(ctx context.Context, actor center.Actor, in one) (nothing, error) {
	if !actor.Fresh(h.now()) {
		return nothing{}, center.ErrFreshCodeNeeded
	}
	return nothing{}, h.desk.Forget(ctx, actor, in.ID)
}
