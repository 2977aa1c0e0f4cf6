package main

import (
	"context"
	"net/http"
	"slices"
	"time"

	"customercenter/shared/center"
	"customercenter/shared/httpapi"
	"customercenter/shared/session"
	"customercenter/shared/store"
	"customercenter/shared/view"
)

type handler struct {
	store *store.Store
	now   func() time.Time
}

func (h handler) routes(door httpapi.Door) httpapi.Routes {
	act := httpapi.Op{Module: center.ModuleContacts, Action: center.ActionAct}
	own := httpapi.Op{AnyContact: true}
	return httpapi.Routes{
		"PUT /v1/contacts/{id}/type":        httpapi.Handle(door, act, h.changeType),
		"POST /v1/contacts/{id}/suspend":    httpapi.Handle(door, act, h.suspendContact),
		"POST /v1/contacts/{id}/reactivate": httpapi.Handle(door, act, h.reactivateContact),
		"POST /v1/contacts/{id}/remove":     httpapi.Handle(door, httpapi.Op{Module: center.ModuleContacts, Action: center.ActionAct, Status: http.StatusNoContent}, h.removeContact),
		"POST /v1/contacts/{id}/primary":    httpapi.Handle(door, act, h.transferPrimary),
		"POST /v1/access/leave":             httpapi.Handle(door, httpapi.Op{AnyContact: true, Status: http.StatusNoContent}, h.leaveAccount),
		"POST /v1/sessions/end":             httpapi.Handle(door, own, h.endSessions),
	}
}

// change changes a contact whom the actor sees: who is hidden from her is
// absent. What hurts asks for a code of the last ten minutes first.
func (h handler) change(ctx context.Context, actor center.Actor, id center.ContactID, decide func(center.Contact) (center.ContactMove, error)) (view.Person, error) {
	if !actor.Fresh(h.now()) {
		return view.Person{}, center.ErrFreshCodeNeeded
	}
	m, err := h.store.In(actor).ChangeContact(ctx, id, func(c center.Contact) (center.ContactMove, error) {
		if !actor.Sees(c) {
			return center.ContactMove{}, center.ErrNoContact
		}
		return decide(c)
	})
	if err != nil {
		return view.Person{}, err
	}
	if m.Contact.ID == actor.Contact { // she may do then what she is then
		actor.Grants = m.Contact.Grants
	}
	return view.Contact(m.Contact, m.SeenAt, actor), nil
}

type newType struct {
	ID   center.ContactID   `json:"-" path:"id"`
	Type center.ContactType `json:"type"`
}

func (in newType) Validate() []center.Violation { return typeViolations("/type", in.Type) }

func typeViolations(pointer string, t center.ContactType) []center.Violation {
	if !slices.Contains(center.AccountTypes(), t) {
		return []center.Violation{{Pointer: pointer, Detail: "must be a contact type"}}
	}
	return nil
}

func (h handler) changeType(ctx context.Context, actor center.Actor, in newType) (view.Person, error) {
	return h.change(ctx, actor, in.ID, func(c center.Contact) (center.ContactMove, error) { return actor.Turn(c, in.Type, h.now()) })
}

type one struct {
	ID center.ContactID `json:"-" path:"id"`
}

func (h handler) suspendContact(ctx context.Context, actor center.Actor, in one) (view.Person, error) {
	return h.change(ctx, actor, in.ID, actor.Suspend)
}

func (h handler) reactivateContact(ctx context.Context, actor center.Actor, in one) (view.Person, error) {
	return h.change(ctx, actor, in.ID, actor.Reactivate)
}

// maxSources is how many grants a removal may name.
const maxSources = 20

type removal struct {
	ID      center.ContactID `json:"-" path:"id"`
	Sources []string         `json:"sources"` // of the grants to take; all that the actor may when none
}

func (in removal) Validate() []center.Violation {
	if len(in.Sources) > maxSources {
		return []center.Violation{{Pointer: "/sources", Detail: "must be at most 20"}}
	}
	return nil
}

type nothing struct{}

// removeContact takes grants from a contact; with the last one her access
// ends, at her next request.
func (h handler) removeContact(ctx context.Context, actor center.Actor, in removal) (nothing, error) {
	_, err := h.change(ctx, actor, in.ID, func(c center.Contact) (center.ContactMove, error) { return actor.Remove(c, in.Sources) })
	return nothing{}, err
}

type transfer struct {
	ID   center.ContactID   `json:"-" path:"id"`
	Then center.ContactType `json:"then"` // what the actor becomes; "" keeps but what else she has
}

func (in transfer) Validate() []center.Violation {
	if in.Then == "" {
		return nil
	}
	if in.Then == center.ContactPrimary {
		return []center.Violation{{Pointer: "/then", Detail: "must be another type than primary"}}
	}
	return typeViolations("/then", in.Then)
}

// transferPrimary makes another contact primary in the actor's place.
func (h handler) transferPrimary(ctx context.Context, actor center.Actor, in transfer) (view.Person, error) {
	if !actor.Fresh(h.now()) {
		return view.Person{}, center.ErrFreshCodeNeeded
	}
	if !slices.Contains(actor.Types(), center.ContactPrimary) { // whoever she names
		return view.Person{}, center.ErrMayNotGrant
	}
	mine, hers, err := h.store.In(actor).Transfer(ctx, in.ID, in.Then)
	if err != nil {
		return view.Person{}, err
	}
	actor.Grants = mine.Contact.Grants
	return view.Contact(hers.Contact, hers.SeenAt, actor), nil
}

type left struct{}

func (left) SetCookies() []string { return []string{session.DropCookie(session.Cookie)} }

// leaveAccount gives up all the actor has in the account. An operator is one
// by the deployment's settings, and cannot leave by herself.
func (h handler) leaveAccount(ctx context.Context, actor center.Actor, _ struct{}) (left, error) {
	if actor.Account == center.OperatorsAccount {
		return left{}, center.Errorf(center.Forbidden, "module-closed", "Operators are named in the deployment's settings.")
	}
	if !actor.Fresh(h.now()) {
		return left{}, center.ErrFreshCodeNeeded
	}
	_, err := h.store.In(actor).ChangeContact(ctx, actor.Contact, actor.Leave)
	return left{}, err
}

type ending struct {
	KeepThis bool `json:"keepThis"`
}

type ended struct {
	Ended int `json:"ended"`

	cookies []string
}

func (out ended) SetCookies() []string { return out.cookies }

// endSessions signs the actor out of every browser in all her accounts, of
// this one too unless she keeps it.
func (h handler) endSessions(ctx context.Context, actor center.Actor, in ending) (ended, error) {
	n, err := h.store.In(actor).EndSessions(ctx, in.KeepThis)
	out := ended{Ended: n}
	if !in.KeepThis {
		out.cookies = []string{session.DropCookie(session.Cookie)}
	}
	return out, err
}
