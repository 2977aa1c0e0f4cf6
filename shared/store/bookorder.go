package store

import (
	"cmp"
	"context"
	"fmt"
	"reflect"
	"strings"

	"customercenter/shared/center"
	"customercenter/shared/money"
)

// maxPeopleOnOrder is how many people of one order are let in or put on the
// review list; more than that is no order but a mistake.
const maxPeopleOnOrder = 15

// Attributes of an order and of its list rows.
const (
	attrOrderedOn = "dy"
	attrStatus    = "st"

	attrValidUntil = "vu"
	attrLines      = "ln"
)

// decideOrder books an order, or a quotation: the paper, its list row and
// search entries, the people it lets in, and what was said of it before it
// came.
func (l *lane) decideOrder(ctx context.Context, i int, o *center.Order) (BookResult, []*change, error) {
	if len(o.Number) > maxNumber {
		return rejected(center.CodeBadRecord, "number", fmt.Sprintf("Numbers have at most %d bytes.", maxNumber)), nil, nil
	}
	own := identityKey(o.Identity())
	if err := l.readIdentities(ctx, append([]key{own}, marksOf(o.Buyer, o.Number)...)); err != nil {
		return BookResult{}, nil, err
	}
	n := l.identities[own]
	if result, ok := l.known(n, i); ok {
		return result, nil, nil
	}
	id := center.OrderIDOf(l.id, o)
	result := BookResult{Result: center.ResultCreated, ID: string(id)}
	c := newChange()
	result.Warnings = l.ensureAccount(c, o.Key(), o.Payer(), o.Seller)
	first := o.Kind == center.KindOrder && l.markOrder(c)
	events, err := l.waitingEvents(ctx, c, id, o)
	if err != nil {
		return BookResult{}, nil, err
	}
	if err := l.createOrder(ctx, c, id, o, events); err != nil {
		return BookResult{}, nil, err
	}
	c.identities[own] = l.claim(n, i, string(id))
	warnings, err := l.letIn(ctx, c, id, o, first)
	result.Warnings = append(result.Warnings, warnings...)
	return result, []*change{c}, err
}

// markOrder notes that the account has an order; first is true for its first.
func (l *lane) markOrder(c *change) (first bool) {
	current := l.ledger.account
	if c.account != nil {
		current = &c.account.now
	}
	if current.hasOrder {
		return false
	}
	next := *current
	next.hasOrder = true
	if c.account == nil {
		next.Version++
		c.account = &accountChange{was: current, now: next}
	} else {
		c.account.now = next
	}
	return true
}

// createOrder adds what stands once and for all, and where the order stands.
func (l *lane) createOrder(ctx context.Context, c *change, id center.OrderID, o *center.Order, events []center.OrderEvent) error {
	at := l.t.order(id)
	it := newItem(at, kindOrder)
	body, err := packed(o)
	if err != nil {
		return err
	}
	if len(body) > partBytes {
		return center.Errorf(center.Unprocessable, string(center.CodeBadRecord), "The order is larger than %d KB packed.", partBytes>>10)
	}
	it.bytes(attrBody, body)
	it.text(attrNumberFull, o.Number)
	it.text(attrOrderedOn, o.IssueDate.Compact())
	it.instant(attrAt, l.now)
	it.text(attrBy, l.b.By)
	version := int64(1 + len(events))
	it.num(attrVersion, version)
	c.creations = append(c.creations, write{name: "order", verb: put, at: at, item: it, condition: absent},
		write{name: "order row", verb: put, at: orderRow(l.t.pk(prefixList), o.IssueDate, id), condition: absent,
			item: orderRowItem(l.t.pk(prefixList), id, o, events, version)})
	seen := map[string]bool{}
	for _, ref := range append([]string{o.Number, o.CustomerRef, o.QuoteRef}, center.Findable(o.ContractRefs)...) {
		if token, ok := center.SearchTerm(ref); ok && !seen[token] {
			seen[token] = true
			c.creations = append(c.creations, searchWrite(l.t.search(token, searchOrder, shortOrder(id))))
		}
	}
	return l.askFor(ctx, c, id, o, events, nil)
}

// orderRowItem is the line of an order in a list. Its state is the one that
// papers alone tell: payments and days that pass are looked at by who reads it.
func orderRowItem(pk string, id center.OrderID, o *center.Order, events []center.OrderEvent, version int64) item {
	track := center.TrackOrder(o, events, center.Paying{}, "")
	it := newItem(orderRow(pk, o.IssueDate, id), kindOrderRow)
	it.text(attrNumberFull, o.Number)
	it.text(attrCurrency, o.Currency)
	it.text(attrStatus, string(track.State))
	it.text(attrValidUntil, o.ValidUntil.Compact())
	it.text(attrPO, o.CustomerRef)
	it.some(attrLines, int64(len(track.Lines)))
	if payable, err := money.Parse(string(o.Totals.Payable), money.Code(o.Currency)); err == nil {
		it.num(attrMinor, payable.Minor)
	}
	if o.Kind == center.KindQuotation {
		it.text(attrKindOf, string(o.Kind))
	}
	if len(o.Lines) > 0 {
		it.text(attrTitle, cut(firstOf(o.Lines[0].Name, o.Lines[0].Description), maxRowTitle))
	}
	it.num(attrVersion, version)
	return it
}

// maxRowTitle bounds the title of an order or a contract in a list, in bytes.
const maxRowTitle = 80

func firstOf(texts ...string) string {
	for _, t := range texts {
		if t != "" {
			return t
		}
	}
	return ""
}

// askFor makes an order a payable while it waits for its payment, of as much as
// the newest event asks for, and takes that back when it no longer does, or an invoice asks for it. head is its
// payable as it stands, nil before there was one.
func (l *lane) askFor(ctx context.Context, c *change, id center.OrderID, o *center.Order, events []center.OrderEvent, head *center.Invoice) error {
	pending, at := center.PaymentAsked(o, events)
	switch {
	case pending && head == nil:
		inv, err := center.NewOrderPayable(o, id, l.id, at)
		if err != nil {
			return err
		}
		c.books[inv.ID] = book{now: inv}
		return firstError(l.raisedBefore(ctx, c, o, inv, cmp.Or(at.IssueDate, o.IssueDate)), l.findable(ctx, c, inv))
	case pending && len(head.Shares) == 0:
		return l.askAgain(c, o, id, head, at)
	case !pending && head != nil && !head.Withdrawn:
		on := o.IssueDate
		if len(events) > 0 {
			on = events[len(events)-1].IssueDate
		}
		back := head.Withdraw(on)
		back.Version++
		c.books[back.ID] = book{was: head, now: back}
	}
	return nil
}

// askAgain brings a payable in line with what is asked for now.
func (l *lane) askAgain(c *change, o *center.Order, id center.OrderID, head *center.Invoice, asked center.OrderEvent) error {
	fresh, err := center.NewOrderPayable(o, id, l.id, asked)
	if err != nil {
		return err
	}
	now, err := head.AskFor(fresh)
	if err != nil || reflect.DeepEqual(now, *head) {
		return err
	}
	now.Version++
	c.books[now.ID] = book{was: head, now: now}
	return nil
}

// letIn grants what the order grants, and puts on the review list who must
// wait for an operator. Nobody can enter what is booked under no customer.
func (l *lane) letIn(ctx context.Context, c *change, id center.OrderID, o *center.Order, first bool) ([]center.RowNote, error) {
	accountKey := o.Key()
	grants, review := center.GrantsOf(o, center.OrderBooking{ID: id, NameOnly: accountKey.NameOnly(),
		FirstOrder: first, By: l.b.By, At: l.now})
	if o.Kind == center.KindQuotation { // an offer is nobody's word but the seller's
		for _, g := range grants {
			review = append(review, center.ReviewContact{Email: g.Email, Name: g.Name, Grant: g.Grant, Reason: center.ReviewOnQuotation})
		}
		grants = nil
	}
	l.people(c, id, o, grants)
	if accountKey.Unassigned() {
		return nil, nil
	}
	if len(grants)+len(review) > maxPeopleOnOrder {
		return nil, center.Errorf(center.Unprocessable, string(center.CodeBadRecord), "The order names more than %d people.", maxPeopleOnOrder)
	}
	if len(grants)+len(review) == 0 {
		return nil, nil
	}
	if err := l.readPeople(ctx); err != nil {
		return nil, err
	}
	accepted, review := l.accepted(review)
	grants = append(grants, accepted...)
	listed := map[center.ContactID]bool{}
	for _, g := range grants {
		contact := l.grant(c, g)
		if g.Grant.Scoped && !listed[contact] {
			listed[contact] = true
			pk := l.t.contactList(contact)
			c.creations = append(c.creations, write{name: "order row", verb: put, at: orderRow(pk, o.IssueDate, id),
				item: orderRowItem(pk, id, o, nil, 1), condition: absent})
		}
	}
	var warnings []center.RowNote
	for _, r := range review {
		warnings = append(warnings, center.RowNote{Code: center.WarnReviewContact, Field: "contacts",
			Message: fmt.Sprintf("%s waits for an operator: %s.", r.Email, strings.ReplaceAll(string(r.Reason), "_", " "))})
	}
	return warnings, l.review(ctx, c, review)
}

// accepted are those who wait only because their account is known by name, and
// whom an operator has let into it before: their further orders name them as
// any account's do.
func (l *lane) accepted(review []center.ReviewContact) (grants []center.ContactGrant, left []center.ReviewContact) {
	for _, r := range review {
		m, member := l.members[center.ContactIDOf(r.Email)]
		if member && r.Reason == center.ReviewNameOnly && !m.Contact.Removed() {
			grants = append(grants, center.ContactGrant{Email: r.Email, Name: r.Name, Grant: r.Grant})
			continue
		}
		left = append(left, r)
	}
	return grants, left
}
