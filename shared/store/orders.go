package store

import (
	"context"
	"errors"
	"strings"
	"time"

	"customercenter/shared/center"
	"customercenter/shared/money"
)

// ErrNoOrder is the one answer for orders that do not exist, are another
// account's, or do not name who asks.
var ErrNoOrder = center.Errorf(center.NotFound, "order-not-found", "There is no such order.")

const (
	// maxOrderEvents bounds the timeline of an order.
	maxOrderEvents = 200
	// orderItemsRead is how many items of an order one call reads: the paper,
	// its timeline and the people on it.
	orderItemsRead = 400
)

// OrderPerson is a person named on an order, and what she got by it: contact
// types, none where she waits for an operator or her role lets nobody in.
type OrderPerson struct {
	Email string
	Name  string
	Role  center.ContactRole
	Types []center.ContactType
}

const attrTypes = "ts"

func (p OrderPerson) item(at key) item {
	it := newItem(at, kindPerson)
	it.text(attrEmail, p.Email)
	it.text(attrName, p.Name)
	it.text(attrRole, string(p.Role))
	types := make([]string, len(p.Types))
	for i, t := range p.Types {
		types[i] = string(t)
	}
	it.texts(attrTypes, types)
	return it
}

func readPerson(it item) (OrderPerson, error) {
	r := open(it, kindPerson)
	p := OrderPerson{Email: r.text(attrEmail), Name: r.text(attrName), Role: center.ContactRole(r.text(attrRole))}
	for _, t := range r.texts(attrTypes) {
		p.Types = append(p.Types, center.ContactType(t))
	}
	return p, r.err
}

const attrRole = "ro"

// OrderDetail is an order whole: the paper, what happened to it as it
// happened, and the people on it.
type OrderDetail struct {
	ID         center.OrderID
	Order      *center.Order
	Events     []center.OrderEvent
	People     []OrderPerson
	ImportedAt time.Time
	ImportedBy string
	Payable    *center.Invoice // what is, or was, to be paid of it; nil for nothing

	version int64
}

// Order is one order whole, in one Query and the head of what is to be paid.
// An actor who is bound to orders finds those alone that name her.
func (a Account) Order(ctx context.Context, id center.OrderID, ownOnly bool) (OrderDetail, error) {
	if !isOrderID(id) {
		return OrderDetail{}, ErrNoOrder
	}
	d, head, err := a.s.orderItems(ctx, a.actor.Account, id, false)
	if errors.Is(err, errAbsent) {
		return OrderDetail{}, ErrNoOrder
	}
	if err != nil {
		return OrderDetail{}, err
	}
	if ownOnly {
		named, err := a.s.getMany(ctx, []key{orderRow(a.t.contactList(a.actor.Contact), d.Order.IssueDate, id)}, true)
		if err != nil || len(named) == 0 {
			return OrderDetail{}, firstError(err, ErrNoOrder)
		}
	}
	d.Payable = head
	return d, nil
}

// orderItems reads an order and its payable; errAbsent when there is none.
func (s *Store) orderItems(ctx context.Context, account center.AccountID, id center.OrderID, current bool) (d OrderDetail, head *center.Invoice, err error) {
	t := tenantOf(account)
	items, err := s.askAll(ctx, question{pk: t.order(id).pk, limit: orderItemsRead, current: current})
	if err != nil {
		return d, nil, err
	}
	d.ID = id
	for _, it := range items {
		switch sk := it.key().sk; {
		case sk == sortHead:
			r := reader{it: it}
			d.version, d.ImportedAt, d.ImportedBy = r.num(attrVersion), r.instant(attrAt), r.text(attrBy)
			d.Order, err = readOrder(it)
		case strings.HasPrefix(sk, sortEvent):
			var e *center.OrderEvent
			if e, err = readEvent(it); err == nil {
				d.Events = append(d.Events, *e)
			}
		case strings.HasPrefix(sk, sortPerson):
			var p OrderPerson
			p, err = readPerson(it)
			d.People = append(d.People, p)
		}
		if err != nil {
			return d, nil, err
		}
	}
	if d.Order == nil {
		return d, nil, errAbsent
	}
	l := newLedger(s, account)
	err = l.readPayables(ctx, []center.InvoiceID{id.PayableOf()})
	return d, l.invoices[id.PayableOf()], err
}

const routeOrders = "orders"

// Orders is a page of the account's orders, newest first; with ownOnly those
// that name the actor. What waits for payment carries its payable.
func (a Account) Orders(ctx context.Context, ownOnly bool, cursor string, limit int) (rows []center.OrderRow, next string, err error) {
	if limit <= 0 {
		limit = DefaultPage
	}
	pk := a.t.pk(prefixList)
	if ownOnly {
		pk = a.t.contactList(a.actor.Contact)
	}
	bound := scope{account: a.actor.Account, route: routeOrders, filter: pk}
	q := question{pk: pk, from: sortOrder, reverse: true, limit: min(limit, MaxPage)}
	if cursor != "" {
		at, err := a.s.unseal(bound, cursor, 1)
		if err != nil {
			return nil, "", err
		}
		q.start = key{q.pk, at[0]}.attributes()
	}
	items, last, err := a.s.ask(ctx, q)
	if err != nil {
		return nil, "", err
	}
	if last != nil {
		next = a.s.seal(bound, last.key().sk)
	}
	if ownOnly {
		if items, err = a.rowsAt(ctx, items); err != nil {
			return nil, "", err
		}
	}
	rows, err = a.orderRows(ctx, items)
	return rows, next, err
}

// rowsAt are the account's own rows in place of a contact's copies, which no
// event brings up to date.
func (a Account) rowsAt(ctx context.Context, copies []item) ([]item, error) {
	keys := make([]key, len(copies))
	for i, it := range copies {
		keys[i] = key{a.t.pk(prefixList), it.key().sk}
	}
	found, err := a.s.getMany(ctx, keys, false)
	if err != nil {
		return nil, err
	}
	var rows []item
	for _, at := range keys {
		if it, ok := found[at]; ok {
			rows = append(rows, it)
		}
	}
	return rows, nil
}

func (a Account) orderRows(ctx context.Context, items []item) ([]center.OrderRow, error) {
	rows := make([]center.OrderRow, 0, len(items))
	var waiting []center.InvoiceID
	for _, it := range items {
		row, err := readOrderRow(it)
		if err != nil {
			return nil, err
		}
		if row.State == center.OrderPendingPayment {
			waiting = append(waiting, row.ID.PayableOf())
		}
		rows = append(rows, row)
	}
	l := newLedger(a.s, a.actor.Account)
	if err := l.readPayables(ctx, waiting); err != nil {
		return nil, err
	}
	today := a.Today()
	for i := range rows {
		head := l.invoices[rows[i].ID.PayableOf()]
		rows[i].State = rows[i].State.Passed(center.PayingOf(head), rows[i].ValidUntil, today)
		if head != nil && rows[i].State == center.OrderPendingPayment {
			rows[i].Pay = head
		}
	}
	return rows, nil
}

func readOrderRow(it item) (center.OrderRow, error) {
	r := open(it, kindOrderRow)
	sk := it.key().sk
	id, err := longOrder(rowID(sk))
	if err != nil {
		r.fail("has no order id")
	}
	day := strings.TrimPrefix(sk, sortOrder)
	row := center.OrderRow{ID: id, Kind: center.KindOrder, Number: r.text(attrNumberFull), PO: r.text(attrPO), Title: r.text(attrTitle),
		OrderedOn: expand(day[:min(len(day), len(noDate))]), ValidUntil: r.date(attrValidUntil), Lines: int(r.num(attrLines)),
		State: center.OrderSubmitted}
	if state, ok := center.LineState(r.text(attrStatus)); ok || state == center.OrderPartiallyActive {
		row.State = state
	}
	if kind := r.text(attrKindOf); kind != "" {
		row.Kind = center.DocumentKind(kind)
	}
	if r.has(attrMinor) {
		row.Total = r.money(attrMinor, money.Code(r.text(attrCurrency)))
	}
	return row, r.err
}

// isOrderID tells ids that can exist from anything else a path may carry.
func isOrderID(id center.OrderID) bool { return hasIDForm(id, orderPrefix) }

// maxPending is how many orders and renewals to be paid are looked at.
const maxPending = 200

// Pending are the orders that wait for payment and the renewals that were
// offered or accepted, by due day, as they stand now; more tells whether there
// are others. With ownOnly only orders that name the actor.
func (a Account) Pending(ctx context.Context, ownOnly bool) (list []center.Invoice, more bool, err error) {
	items, last, err := a.s.ask(ctx, question{pk: a.t.pk(prefixList), from: sortPending, limit: maxPending, current: true})
	if err != nil {
		return nil, false, err
	}
	var own map[center.OrderID]bool
	if ownOnly {
		if own, err = a.ownOrderIDs(ctx); err != nil {
			return nil, false, err
		}
	}
	for _, it := range items {
		inv, err := readRow(a.actor.Account, it)
		if err != nil {
			return nil, false, err
		}
		if !ownOnly || inv.Kind == center.KindOrder && own[inv.ID.Order()] {
			list = append(list, inv)
		}
	}
	return list, last != nil, nil
}

// ownOrderIDs are the orders that name the actor.
func (a Account) ownOrderIDs(ctx context.Context) (map[center.OrderID]bool, error) {
	rows, err := a.s.askAll(ctx, question{pk: a.t.contactList(a.actor.Contact), from: sortOrder, limit: maxOwnOrders})
	if err != nil {
		return nil, err
	}
	own := map[center.OrderID]bool{}
	for _, it := range rows {
		id, err := longOrder(rowID(it.key().sk))
		if err != nil {
			return nil, err
		}
		own[id] = true
	}
	return own, nil
}
