package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"customercenter/shared/center"
)

// nowhere owns the identity of an event whose order has not come.
const nowhere center.AccountID = "-"

// target is the order that an event is about. With an account and without an
// order, there is none of that number in the account.
type target struct {
	account center.AccountID
	order   center.OrderID
}

// marksOf are the identities by which later papers know an order.
func marksOf(buyer center.Party, number string) []key {
	marks := center.OrderMarks(buyer, number)
	keys := make([]key, len(marks))
	for i, mark := range marks {
		keys[i] = identityKey(mark)
	}
	return keys
}

// targets finds the orders that events are about. Papers name the parties of
// an order in many ways, of which none is certain: an event belongs to the one
// order of its number that shares a mark of the buyer and of the seller with
// it. Where two orders do, it waits, for a person to say.
func (e Everywhere) targets(ctx context.Context, dry bool, records []Booked) (map[int]target, error) {
	found := map[int]target{}
	for i, r := range records {
		event := r.Record.Event
		if event == nil || r.Record.Reject != nil {
			continue
		}
		var to target
		var err error
		if event.Account != "" {
			to.account = center.AccountIDOf(event.Account)
			to.order, err = e.s.orderOfNumber(ctx, to.account, event.OrderRef)
		} else {
			to, err = e.s.orderOfMarks(ctx, event)
		}
		if err != nil {
			return nil, err
		}
		if dry && to.order == "" {
			to = dryTarget(records, event, to)
		}
		found[i] = to
	}
	return found, nil
}

// dryTarget is the order among the records themselves, which a dry run does
// not book.
func dryTarget(records []Booked, event *center.OrderEvent, none target) target {
	marks := center.OrderMarks(event.Buyer, event.OrderRef)
	for _, r := range records {
		o := r.Record.Order
		if o == nil || r.Record.Reject != nil {
			continue
		}
		account := o.Key().ID()
		same := center.SameNumber(o.Number, event.OrderRef) && account == none.account
		if event.Account == "" {
			same = center.SameSeller(o.Seller, event.Seller) && slices.ContainsFunc(center.OrderMarks(o.Buyer, o.Number),
				func(mark string) bool { return slices.Contains(marks, mark) })
		}
		if same {
			return target{account, center.OrderIDOf(account, o)}
		}
	}
	return none
}

// orderOfNumber is the one order of that number in an account; "" where there
// is none, or more than one.
func (s *Store) orderOfNumber(ctx context.Context, account center.AccountID, number string) (center.OrderID, error) {
	token, ok := center.SearchTerm(number)
	if !ok {
		return "", nil
	}
	at := tenantOf(account).search(token, searchOrder, "")
	entries, _, err := s.ask(ctx, question{pk: at.pk, from: at.sk, limit: maxHits, current: true})
	if err != nil {
		return "", err
	}
	var ids []center.OrderID
	for _, it := range entries {
		_, short := searchID(it.key().sk)
		id, err := longOrder(short)
		if err != nil {
			return "", err
		}
		o, err := s.order(ctx, account, id)
		if err != nil {
			return "", err
		}
		if o.Kind != center.KindQuotation && center.SameNumber(o.Number, number) {
			ids = append(ids, id)
		}
	}
	if len(ids) != 1 {
		return "", nil
	}
	return ids[0], nil
}

// orderOfMarks is the one order that shares marks with an event.
func (s *Store) orderOfMarks(ctx context.Context, event *center.OrderEvent) (target, error) {
	l := newLedger(s, "")
	keys := marksOf(event.Buyer, event.OrderRef)
	if err := l.readIdentities(ctx, keys); err != nil {
		return target{}, err
	}
	var all []target
	for _, at := range keys {
		n := l.identities[at]
		to := target{n.owner, center.OrderID(n.id)}
		if n.id == "" || slices.Contains(all, to) {
			continue
		}
		o, err := s.order(ctx, to.account, to.order)
		if err != nil {
			return target{}, err
		}
		if center.SameSeller(o.Seller, event.Seller) {
			all = append(all, to)
		}
	}
	if len(all) != 1 {
		return target{}, nil
	}
	return all[0], nil
}

// order is the paper of an order, as it stands.
func (s *Store) order(ctx context.Context, account center.AccountID, id center.OrderID) (*center.Order, error) {
	it, err := s.get(ctx, tenantOf(account).order(id))
	if err != nil {
		return nil, err
	}
	return readOrder(it)
}

func readOrder(it item) (*center.Order, error) {
	r := open(it, kindOrder)
	o := new(center.Order)
	_, err := unpack(r.bytes(attrBody), o)
	return o, firstError(r.err, err)
}

// decideEvent books what a paper says of an order: a line in its timeline,
// where it stands, and what is to be paid of it. A paper whose order has not
// come waits for it.
func (l *lane) decideEvent(ctx context.Context, i int, e *center.OrderEvent) (BookResult, []*change, error) {
	// Two events of one order are two transactions: each decides on what the
	// one before left.
	if err := l.flush(ctx); err != nil {
		return BookResult{}, nil, err
	}
	own := identityKey(e.Identity())
	if err := l.readIdentities(ctx, []key{own}); err != nil {
		return BookResult{}, nil, err
	}
	n := l.identities[own]
	if n.owner != "" { // whichever order it became part of
		return l.standing(n, i), nil, nil
	}
	id := l.targets[i].order
	if id == "" && e.Account != "" {
		return rejected(center.CodeUnknownOrder, "order_ref", fmt.Sprintf("The account has no order %q, or more than one.", e.OrderRef)), nil, nil
	}
	result, c := BookResult{Result: center.ResultCreated, ID: string(id)}, newChange()
	claimed := l.claim(n, i, string(id))
	if id == "" {
		claimed.now.owner = nowhere
		c.identities[own] = claimed
		result.Warnings = []center.RowNote{{Code: center.WarnOrderUnknown, Field: "order_ref",
			Message: fmt.Sprintf("Order %q of this buyer is not here yet; the paper waits for it.", e.OrderRef)}}
		return result, []*change{c}, l.wait(ctx, c, e)
	}
	c.identities[own] = claimed
	err := l.followOrder(ctx, c, id, e)
	if errors.Is(err, errAbsent) && l.b.Options.DryRun {
		return result, nil, nil
	}
	return result, []*change{c}, err
}

// wait keeps an event until its order comes.
func (l *lane) wait(ctx context.Context, c *change, e *center.OrderEvent) error {
	it, err := eventItem(waitingEventKey(e.Identity()), e, l.b.By)
	if err != nil {
		return err
	}
	it.instant(attrAt, l.now)
	c.creations = append(c.creations, write{name: "waiting event", verb: put, at: it.key(), item: it, condition: absent})
	marks := marksOf(e.Buyer, e.OrderRef)
	if err := l.readIdentities(ctx, marks); err != nil {
		return err
	}
	for _, at := range marks {
		n := l.identities[at]
		was := n.version
		if len(n.waiting) >= maxWaiting {
			continue
		}
		n.waiting = append(slices.Clone(n.waiting), e.Identity())
		n.version++
		c.identities[at] = claim{was, n}
	}
	return nil
}

func eventItem(at key, e *center.OrderEvent, by string) (item, error) {
	it := newItem(at, kindOrderEvent)
	body, err := packed(e)
	if err != nil {
		return nil, err
	}
	if len(body) > partBytes {
		return nil, center.Errorf(center.Unprocessable, string(center.CodeBadRecord), "The paper is larger than %d KB packed.", partBytes>>10)
	}
	it.bytes(attrBody, body)
	it.text(attrBy, by)
	return it, nil
}

func readEvent(it item) (*center.OrderEvent, error) {
	r := open(it, kindOrderEvent)
	e := new(center.OrderEvent)
	_, err := unpack(r.bytes(attrBody), e)
	return e, firstError(r.err, err)
}

// waitingEvents are those that came before their order. They become part of
// it, and the order takes its marks; a mark that another order has is neither's.
func (l *lane) waitingEvents(ctx context.Context, c *change, id center.OrderID, o *center.Order) ([]center.OrderEvent, error) {
	var events []center.OrderEvent
	seen := map[string]bool{}
	for _, at := range marksOf(o.Buyer, o.Number) {
		n := l.identities[at]
		was := n.version
		for _, identity := range n.waiting {
			if seen[identity] {
				continue
			}
			seen[identity] = true
			e, err := l.takeWaiting(ctx, c, id, o, identity)
			if err != nil {
				return nil, err
			}
			if e != nil {
				events = append(events, *e)
			}
		}
		n.waiting = nil
		switch {
		case o.Kind == center.KindQuotation:
			continue
		case n.id == "" && n.owner == "":
			n.owner, n.id = l.id, string(id)
		case n.id == string(id) && n.owner == l.id:
		default:
			n.owner, n.id = nowhere, ""
		}
		n.version++
		c.identities[at] = claim{was, n}
	}
	return events, nil
}

// takeWaiting makes one waiting event part of the order; nil where it is gone
// or of another seller.
func (l *lane) takeWaiting(ctx context.Context, c *change, id center.OrderID, o *center.Order, identity string) (*center.OrderEvent, error) {
	at := waitingEventKey(identity)
	it, err := l.s.get(ctx, at)
	if errors.Is(err, errAbsent) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	e, err := readEvent(it)
	if err != nil || !center.SameSeller(o.Seller, e.Seller) {
		return nil, err
	}
	own := identityKey(identity)
	if err := l.readIdentities(ctx, []key{own}); err != nil {
		return nil, err
	}
	n := l.identities[own]
	was := n.version
	n.owner, n.id = l.id, string(id)
	n.version++
	c.identities[own] = claim{was, n}
	c.creations = append(c.creations, write{name: "waiting event", verb: remove, at: at, condition: present})
	r := reader{it: it}
	return e, l.addEvent(c, id, e, r.text(attrBy))
}

func (l *lane) addEvent(c *change, id center.OrderID, e *center.OrderEvent, by string) error {
	it, err := eventItem(l.t.orderEvent(id, e), e, by)
	if err != nil {
		return err
	}
	it.instant(attrAt, l.now)
	c.creations = append(c.creations, write{name: "order event", verb: put, at: it.key(), item: it, condition: absent})
	return nil
}

// followOrder adds an event to an order that stands, and brings its row and
// what is to be paid of it in line.
func (l *lane) followOrder(ctx context.Context, c *change, id center.OrderID, e *center.OrderEvent) error {
	d, head, err := l.s.orderItems(ctx, l.id, id, true)
	if err != nil {
		return err
	}
	if len(d.Events) >= maxOrderEvents {
		return center.Errorf(center.Unprocessable, string(center.CodeBadRecord), "An order has at most %d events.", maxOrderEvents)
	}
	if err := l.addEvent(c, id, e, l.b.By); err != nil {
		return err
	}
	events := append(slices.Clone(d.Events), *e)
	next := d.version + 1
	w := write{name: "order", verb: update, at: l.t.order(id), change: "SET #n = :n", condition: "#n = :was", values: item{}}
	w.values.num(":n", next)
	w.values.num(":was", d.version)
	row := orderRowItem(l.t.pk(prefixList), id, d.Order, events, next)
	c.creations = append(c.creations, w, write{name: "order row", verb: put, at: row.key(), item: row, condition: present})
	paid, today := center.PayingOf(head), center.Today(l.now, time.UTC)
	l.orderLetters(c, d, center.TrackOrder(d.Order, d.Events, paid, today), center.TrackOrder(d.Order, events, paid, today), e)
	return l.askFor(ctx, c, id, d.Order, center.TrackOrder(d.Order, events, center.Paying{}, "").Events, head)
}

// people notes who is named on an order, and what each got by it.
func (l *lane) people(c *change, id center.OrderID, o *center.Order, grants []center.ContactGrant) {
	seen, led := map[key]bool{}, map[key]bool{}
	for _, named := range o.Contacts {
		p := OrderPerson{Email: named.Email, Name: named.Name, Role: named.Role}
		for _, g := range grants {
			if center.ContactIDOf(g.Email) == center.ContactIDOf(named.Email) {
				p.Types = append(p.Types, g.Grant.Type)
			}
		}
		slices.Sort(p.Types)
		p.Types = slices.Compact(p.Types)
		at := l.t.orderPerson(id, p)
		if seen[at] {
			continue
		}
		seen[at] = true
		leads := write{name: "order of an address", verb: update, at: addressOrder(p.Email, l.id, id), change: "SET #k = :k", values: item{}}
		leads.values.text(":k", kindNamed.mark())
		c.creations = append(c.creations, write{name: "order person", verb: put, at: at, item: p.item(at), condition: absent})
		if !led[leads.at] { // she may be named twice, as one and the other
			led[leads.at] = true
			c.creations = append(c.creations, leads)
		}
	}
}
