package main

import (
	"context"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

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
	act := httpapi.Op{Module: center.ModuleRenewals, Action: center.ActionAct}
	return httpapi.Routes{
		"POST /v1/renewals/{id}/acceptance": httpapi.Handle(door, act, h.acceptRenewal),
		"POST /v1/renewals/{id}/refusal":    httpapi.Handle(door, act, h.declineRenewal),
	}
}

// Limits of what is typed.
const (
	maxPO     = 60  // characters
	maxReason = 500 // characters
)

// acceptance says how the renewal will be paid, and which terms were read.
type acceptance struct {
	ID           center.RenewalID     `json:"-" path:"id"`
	Contract     center.ContractID    `json:"contract"`
	Method       center.RenewalMethod `json:"method"`
	PONumber     string               `json:"poNumber"`
	TermsVersion string               `json:"termsVersion"`
	Price        *money.Money         `json:"price"` // as it was read; left out where there is none
}

func (in acceptance) Validate() (v []center.Violation) {
	methods := []center.RenewalMethod{center.RenewByCard, center.RenewByPO, center.RenewByTerms}
	if !slices.Contains(methods, in.Method) {
		v = append(v, center.Violation{Pointer: "/method", Detail: "must be card, po_number or invoice_terms"})
	}
	po := strings.TrimSpace(in.PONumber)
	switch {
	case in.Method == center.RenewByPO && po == "":
		v = append(v, center.Violation{Pointer: "/poNumber", Detail: "is needed to accept with a PO number"})
	case utf8.RuneCountInString(po) > maxPO || strings.ContainsFunc(po, unicode.IsControl):
		v = append(v, center.Violation{Pointer: "/poNumber", Detail: "must be at most 60 visible characters"})
	}
	return v
}

// acceptRenewal accepts the offer: who did, how it is paid and which terms
// were accepted are written down with it. A card is charged by a payment of
// its own, like any payable; choosing it needs a fresh code.
func (h handler) acceptRenewal(ctx context.Context, actor center.Actor, in acceptance) (view.Renewal, error) {
	if in.Method == center.RenewByCard {
		if !actor.May(center.ModulePayments, center.ActionAct).Allowed {
			return view.Renewal{}, center.Errorf(center.Forbidden, "card-not-open",
				"Your access does not open cards. Accept with a PO number or on invoice terms.")
		}
		if !actor.Fresh(h.now()) {
			return view.Renewal{}, center.ErrFreshCodeNeeded
		}
	}
	return h.answer(ctx, actor, in.Contract, in.ID, center.RenewalAnswer{Kind: center.AnswerAccepted, Method: in.Method,
		PONumber: strings.TrimSpace(in.PONumber), TermsVersion: in.TermsVersion}, in.Price)
}

// refusal may say why.
type refusal struct {
	ID       center.RenewalID  `json:"-" path:"id"`
	Contract center.ContractID `json:"contract"`
	Reason   string            `json:"reason"`
}

func (in refusal) Validate() (v []center.Violation) {
	if utf8.RuneCountInString(in.Reason) > maxReason {
		v = append(v, center.Violation{Pointer: "/reason", Detail: "must be at most 500 characters"})
	}
	return v
}

func (h handler) declineRenewal(ctx context.Context, actor center.Actor, in refusal) (view.Renewal, error) {
	return h.answer(ctx, actor, in.Contract, in.ID, center.RenewalAnswer{Kind: center.AnswerDeclined, Reason: strings.TrimSpace(in.Reason)}, nil)
}

// answer writes an answer down, to the price that was read: nobody accepts one
// she did not see.
func (h handler) answer(ctx context.Context, actor center.Actor, contract center.ContractID, id center.RenewalID, answer center.RenewalAnswer, price *money.Money) (view.Renewal, error) {
	account := h.store.In(actor)
	r, err := account.Renewal(ctx, contract, id, actor.May(center.ModuleRenewals, center.ActionAct).OrdersOnly)
	if err != nil {
		return view.Renewal{}, err
	}
	if _, priced := r.Renewal.Price(); priced && price == nil && answer.Kind == center.AnswerAccepted {
		return view.Renewal{}, &center.Error{Kind: center.Unprocessable, Code: "validation", Detail: "Some fields are not acceptable.",
			Violations: []center.Violation{{Pointer: "/price", Detail: "must be the price that was read"}}}
	}
	if price != nil {
		answer.Price = *price
	}
	answer.By, answer.ByName, answer.At = actor.Contact, actor.Name, h.now()
	if answer.ByName == "" {
		answer.ByName = actor.Email
	}
	if r, err = account.AnswerRenewal(ctx, r, answer); err != nil {
		return view.Renewal{}, err
	}
	return view.RenewalOf(r, actor.Today(h.now()), true), nil
}
