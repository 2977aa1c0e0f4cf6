package main

import (
	"context"
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

// reason is why this function reads across accounts.
const reason = "an operator looks who may enter an account and who waits"

func (h handler) routes(door httpapi.Door) httpapi.Routes {
	people := httpapi.Op{Module: center.ModuleInvitations, Action: center.ActionRead}
	own := httpapi.Op{AnyContact: true}
	desk := httpapi.Op{Module: center.ModuleReview, Action: center.ActionRead}
	return httpapi.Routes{
		"GET /v1/contacts":          httpapi.Handle(door, people, h.listContacts),
		"GET /v1/access":            httpapi.Handle(door, own, h.readAccess),
		"GET /v1/sessions":          httpapi.Handle(door, own, h.listSessions),
		"GET /v1/operator/contacts": httpapi.Handle(door, desk, h.listContactsOf),
		"GET /v1/operator/reviews":  httpapi.Handle(door, desk, h.listReviews),
	}
}

// Limits of the parameters, in characters.
const (
	maxAccount = 200
	maxCursor  = 600
)

type page struct {
	Limit  *int   `json:"-" query:"limit"`
	Cursor string `json:"-" query:"cursor"`
}

func (in page) Validate() []center.Violation { return pageViolations(in.Limit, in.Cursor) }

func pageViolations(limit *int, cursor string) (v []center.Violation) {
	if limit != nil && (*limit < 1 || *limit > store.MaxPage) {
		v = append(v, center.Violation{Pointer: "limit", Detail: "must be 1 to 100"})
	}
	if len(cursor) > maxCursor {
		v = append(v, center.Violation{Pointer: "cursor", Detail: "is no cursor of this list"})
	}
	return v
}

func (in page) limit() int {
	if in.Limit == nil {
		return store.MaxPage
	}
	return *in.Limit
}

// peoplePage is a page of people, and whom the reader may invite.
type peoplePage struct {
	Items  []view.Person        `json:"items"`
	Next   string               `json:"next,omitempty"`
	Invite []center.ContactType `json:"invite"`
}

func (h handler) listContacts(ctx context.Context, actor center.Actor, in page) (peoplePage, error) {
	people, next, err := h.store.In(actor).People(ctx, in.Cursor, in.limit())
	out := h.pageOf(people, next, actor)
	out.Invite = append(out.Invite, actor.Grantable()...)
	return out, err
}

func (h handler) pageOf(people []store.Person, next string, actor center.Actor) peoplePage {
	out := peoplePage{Items: make([]view.Person, 0, len(people)), Next: next, Invite: []center.ContactType{}}
	for _, p := range people {
		if p.Contact != nil {
			out.Items = append(out.Items, view.Contact(*p.Contact, p.SeenAt, actor))
		} else {
			waits := view.Invitation(*p.Invitation, actor, h.now())
			waits.Unreachable = p.Reach.Reason
			out.Items = append(out.Items, waits)
		}
	}
	return out
}

// access is why the reader may enter, and who can give her more.
type access struct {
	Types  []center.ContactType `json:"types"`
	Grants []view.Grant         `json:"grants"`
	Ask    []asked              `json:"ask"`
}

type asked struct {
	Name  string `json:"name"`
	Email string `json:"email"`
}

func (h handler) readAccess(ctx context.Context, actor center.Actor, _ struct{}) (access, error) {
	out := access{Types: actor.Types(), Grants: view.Grants(actor.Grants), Ask: []asked{}}
	if actor.Account == center.OperatorsAccount {
		return out, nil
	}
	contacts, err := h.store.In(actor).Contacts(ctx)
	for _, c := range contacts {
		if c.IsPrimary() && c.ID != actor.Contact {
			out.Ask = append(out.Ask, asked{c.Name, c.Email})
		}
	}
	return out, err
}

// ownSession is a browser in which the reader is signed in.
type ownSession struct {
	ID          string           `json:"id"`
	Account     center.AccountID `json:"account"`
	AccountName string           `json:"accountName"`
	Current     bool             `json:"current"`
	Agent       string           `json:"agent"`
	IssuedAt    time.Time        `json:"issuedAt"`
	SeenAt      time.Time        `json:"seenAt"`
}

// ownSessions are those that still open something.
type ownSessions struct {
	Items []ownSession `json:"items"`
}

func (h handler) listSessions(ctx context.Context, actor center.Actor, _ struct{}) (ownSessions, error) {
	held, err := h.store.In(actor).OwnSessions(ctx)
	out := ownSessions{Items: make([]ownSession, 0, len(held))}
	for _, s := range held {
		if !session.Alive(s.Session, h.now()) {
			continue
		}
		out.Items = append(out.Items, ownSession{ID: s.ID, Account: s.Account, AccountName: s.AccountName,
			Current: s.Account == actor.Account && s.ID == actor.Session, Agent: s.Agent, IssuedAt: s.IssuedAt, SeenAt: s.SeenAt})
	}
	return out, err
}

type accountPage struct {
	Account string `json:"-" query:"account"`
	Limit   *int   `json:"-" query:"limit"`
	Cursor  string `json:"-" query:"cursor"`
}

func (in accountPage) Validate() []center.Violation {
	v := pageViolations(in.Limit, in.Cursor)
	if in.Account == "" || len(in.Account) > maxAccount {
		v = append(v, center.Violation{Pointer: "account", Detail: "must be the id or the key of an account"})
	}
	return v
}

// listContactsOf shows an operator the people of an account.
func (h handler) listContactsOf(ctx context.Context, actor center.Actor, in accountPage) (peoplePage, error) {
	everywhere := h.store.Everywhere(reason)
	account, err := everywhere.FindAccount(ctx, in.Account)
	if err != nil {
		return peoplePage{}, err
	}
	people, next, err := everywhere.People(ctx, account.ID, in.Cursor, page{Limit: in.Limit}.limit())
	return h.pageOf(people, next, actor), err
}

// review is a person who waits for an operator.
type review struct {
	Account     center.AccountID    `json:"account"`
	AccountName string              `json:"accountName"`
	Contact     center.ContactID    `json:"contact"`
	Email       string              `json:"email"`
	Name        string              `json:"name"`
	Reason      center.ReviewReason `json:"reason"`
	Type        center.ContactType  `json:"type"` // that she would be
	Number      string              `json:"number,omitempty"`
	OrdersOnly  bool                `json:"ordersOnly"`
	At          time.Time           `json:"at"`
}

func (h handler) listReviews(ctx context.Context, _ center.Actor, in page) (httpapi.Page[review], error) {
	waiting, next, err := h.store.Everywhere(reason).Reviews(ctx, in.Cursor, in.limit())
	out := httpapi.Page[review]{Items: make([]review, 0, len(waiting)), Next: next}
	for _, r := range waiting {
		out.Items = append(out.Items, review{Account: r.Account, AccountName: r.AccountName, Contact: r.Contact, Email: r.Email, Name: r.Name,
			Reason: r.Reason, Type: r.Grant.Type, Number: r.Grant.Number, OrdersOnly: r.Grant.Scoped, At: r.At})
	}
	return out, err
}
