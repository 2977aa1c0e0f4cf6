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
	read := httpapi.Op{Module: center.ModuleOrders, Action: center.ActionRead}
	return httpapi.Routes{
		"GET /v1/orders":      httpapi.Handle(door, read, h.listOrders),
		"GET /v1/orders/{id}": httpapi.Handle(door, read, h.trackOrder),
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

type orderPage struct {
	httpapi.Page[view.OrderRow]
	Today center.Date `json:"today"`
}

// listOrders answers the account's orders, newest first, or those that name
// who asks.
func (h handler) listOrders(ctx context.Context, actor center.Actor, in pageInput) (orderPage, error) {
	limit := store.DefaultPage
	if in.Limit != nil {
		limit = *in.Limit
	}
	rows, next, err := h.store.In(actor).Orders(ctx, actor.May(center.ModuleOrders, center.ActionRead).OrdersOnly, in.Cursor, limit)
	out := orderPage{Today: actor.Today(h.now())}
	out.Items, out.Next = view.Orders(rows), next
	return out, err
}

type one struct {
	ID center.OrderID `json:"-" path:"id"`
}

// trackOrder answers one order with its lines as they stand, its timeline, the
// people on it and the invoices that name it. Its payments are shown to those
// who may see payments due.
func (h handler) trackOrder(ctx context.Context, actor center.Actor, in one) (order, error) {
	account, today := h.store.In(actor), actor.Today(h.now())
	d, err := account.Order(ctx, in.ID, actor.May(center.ModuleOrders, center.ActionRead).OrdersOnly)
	if err != nil {
		return order{}, err
	}
	out := show(d, today)
	linked, err := account.LinkedTo(ctx, d.Order.Number)
	if err != nil {
		return order{}, err
	}
	for _, inv := range linked.Invoices {
		if center.SameNumber(inv.OrderRef, d.Order.Number) && center.MayBill(d.Order.Seller, inv.Issuer) {
			out.Invoices = append(out.Invoices, view.Row(inv, today))
		}
	}
	contacts, err := account.Contacts(ctx)
	if err != nil {
		return order{}, err
	}
	out.People = people(d.People, contacts)
	return out, nil
}
