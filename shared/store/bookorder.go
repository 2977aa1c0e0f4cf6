package store

import (
	"context"
	"fmt"
	"strings"

	"customercenter/shared/center"
)

// maxPeopleOnOrder is how many people of one order are let in or put on the
// review list; more than that is no order but a mistake.
const maxPeopleOnOrder = 15

// Attributes of an order and of its list rows.
const (
	attrOrderedOn = "dy"
	attrStatus    = "st"
)

// decideOrder books an order: the paper, its list row and search entries, and
// the people it lets in.
func (l *lane) decideOrder(ctx context.Context, i int, o *center.Order) (BookResult, []*change, error) {
	if len(o.Number) > maxNumber {
		return rejected(center.CodeBadRecord, "number", fmt.Sprintf("Numbers have at most %d bytes.", maxNumber)), nil, nil
	}
	own := identityKey(o.Identity())
	if err := l.readIdentities(ctx, []key{own}); err != nil {
		return BookResult{}, nil, err
	}
	n := l.identities[own]
	if result, ok := l.known(n, i); ok {
		return result, nil, nil
	}
	id := center.OrderIDOf(l.id, o.Issuer(), o.Number)
	result := BookResult{Result: center.ResultCreated, ID: string(id)}
	c := newChange()
	result.Warnings = l.ensureAccount(c, o.Key(), o.Payer(), o.Seller)
	first := l.markOrder(c)
	if err := l.createOrder(c, id, o); err != nil {
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

func (l *lane) createOrder(c *change, id center.OrderID, o *center.Order) error {
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
	it.num(attrVersion, 1)
	c.creations = append(c.creations, write{name: "order", verb: put, at: at, item: it, condition: absent},
		l.orderRowWrite(l.t.pk(prefixList), id, o))
	seen := map[string]bool{}
	for _, ref := range append([]string{o.Number, o.CustomerRef, o.QuoteRef}, center.Findable(o.ContractRefs)...) {
		if token, ok := center.SearchTerm(ref); ok && !seen[token] {
			seen[token] = true
			c.creations = append(c.creations, searchWrite(l.t.search(token, searchOrder, shortOrder(id))))
		}
	}
	return nil
}

func (l *lane) orderRowWrite(pk string, id center.OrderID, o *center.Order) write {
	at := orderRow(pk, o.IssueDate, id)
	it := newItem(at, kindOrderRow)
	it.text(attrNumberFull, o.Number)
	it.text(attrCurrency, o.Currency)
	it.text(attrStatus, o.Status)
	return write{name: "order row", verb: put, at: at, item: it, condition: absent}
}

// letIn grants what the order grants, and puts on the review list who must
// wait for an operator. Nobody can enter what is booked under no customer.
func (l *lane) letIn(ctx context.Context, c *change, id center.OrderID, o *center.Order, first bool) ([]center.RowNote, error) {
	accountKey := o.Key()
	grants, review := center.GrantsOf(o, center.OrderBooking{ID: id, NameOnly: accountKey.NameOnly(),
		FirstOrder: first, By: l.b.By, At: l.now})
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
	listed := map[center.ContactID]bool{}
	for _, g := range grants {
		contact := l.grant(c, g)
		if g.Grant.Scoped && !listed[contact] {
			listed[contact] = true
			c.creations = append(c.creations, l.orderRowWrite(l.t.contactList(contact), id, o))
		}
	}
	var warnings []center.RowNote
	for _, r := range review {
		warnings = append(warnings, center.RowNote{Code: center.WarnReviewContact, Field: "contacts",
			Message: fmt.Sprintf("%s waits for an operator: %s.", r.Email, strings.ReplaceAll(string(r.Reason), "_", " "))})
	}
	return warnings, l.review(ctx, c, review)
}
