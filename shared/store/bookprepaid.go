package store

import (
	"context"
	"errors"
	"slices"
	"time"

	"customercenter/shared/center"
	"customercenter/shared/money"
)

// payableAt is the identity under which orders and renewals to be paid are
// found by the number that an invoice names.
func payableAt(account center.AccountID, number string) key {
	return identityKey(center.PayableMark(account, number))
}

// findable lets invoices find what is to be paid of an order or a renewal.
func (l *lane) findable(ctx context.Context, c *change, payable center.Invoice) error {
	at := payableAt(l.id, payable.Number)
	if err := l.readIdentities(ctx, []key{at}); err != nil {
		return err
	}
	n, mark := l.identities[at], l.waitingMark(payable.ID)
	if slices.Contains(n.waiting, mark) || len(n.waiting) >= maxWaiting {
		return nil
	}
	was := n.version
	n.owner, n.waiting = l.id, append(slices.Clone(n.waiting), mark)
	n.version++
	c.identities[at] = claim{was, n}
	return nil
}

// raised brings a new invoice and what it was raised for together: from then
// on the invoice is to be paid, and no longer the order or the renewal it
// names; what was paid for that counts on the invoice.
func (l *lane) raised(ctx context.Context, c *change, d *center.Document, id center.InvoiceID) error {
	payables, err := l.raisedFor(ctx, d)
	if err != nil {
		return err
	}
	stated := money.Zero(money.Code(d.Currency))
	if prepaid, err := money.Parse(string(d.Totals.Prepaid), stated.Currency); err == nil {
		stated = prepaid
	}
	for _, head := range payables {
		next := head
		if head.Kind == center.KindRenewal {
			if next, err = l.invoiced(ctx, c, head, d); err != nil {
				return err
			}
		}
		next = next.SharedWith(id, stated, d.IssueDate)
		if err := l.share(c, head, next, id); err != nil {
			return err
		}
	}
	return nil
}

// share puts a payable that a new invoice shares, and counts on the invoice
// what was paid; behind a payment that is under way the invoice waits.
func (l *lane) share(c *change, was, now center.Invoice, id center.InvoiceID) error {
	fresh := c.books[id].now
	payable, inv, counted, err := now.Count(fresh, max(fresh.IssuedOn, center.Today(l.now, time.UTC)))
	if err != nil {
		return err
	}
	payable.Version = was.Version + 1
	c.books[was.ID] = book{was: &was, now: payable}
	if payable.Awaited() {
		inv.Behind = payable.ID
	}
	c.books[id] = book{now: inv}
	if counted.Sign() == 0 {
		return nil
	}
	c.entry(l.t.credit(id, payable.ID, payable.Version), prepaidEntry(EntryPrepaid, payable, counted, l.now))
	return nil
}

func prepaidEntry(kind EntryKind, payable center.Invoice, amount money.Money, at time.Time) Entry {
	return Entry{Kind: kind, At: at, On: center.Today(at, time.UTC), Amount: amount, Number: payable.Number, Invoice: payable.ID}
}

// raisedFor are the orders and renewals that an invoice names and that
// something was to be paid of. An order of another seller is not one of them.
func (l *lane) raisedFor(ctx context.Context, d *center.Document) (payables []center.Invoice, err error) {
	if !namesOrder(d) {
		return nil, nil
	}
	for _, mark := range l.identities[payableAt(l.id, d.OrderRef)].waiting {
		id, ours := l.waitingID(mark)
		if !ours {
			continue
		}
		head, err := l.invoice(ctx, id)
		if err != nil {
			return nil, err
		}
		if head == nil || head.Kind.IsPaper() {
			continue
		}
		if head.Kind == center.KindOrder {
			if of, err := l.orderedFrom(ctx, head.ID.Order(), d.Supplier); err != nil || !of {
				return nil, err
			}
		}
		payables = append(payables, *head)
	}
	return payables, nil
}

// namesOrder tells whether a paper may take the place of what is to be paid of
// an order or a renewal.
func namesOrder(d *center.Document) bool { return d.Kind == center.KindInvoice && d.OrderRef != "" }

// orderedFrom tells whether an order is one of that seller. One that is in the
// same import is put into the table first; a dry run has none there, and takes
// the number's word.
func (l *lane) orderedFrom(ctx context.Context, id center.OrderID, seller center.Party) (bool, error) {
	o, err := l.s.order(ctx, l.id, id)
	if errors.Is(err, errAbsent) {
		if err = l.flush(ctx); err == nil {
			o, err = l.s.order(ctx, l.id, id)
		}
	}
	if errors.Is(err, errAbsent) {
		return true, nil
	}
	return err == nil && center.SameSeller(o.Seller, seller), err
}

// invoiced notes on a renewal that an invoice was raised for it, the first of
// them. What nobody accepted here was accepted elsewhere.
func (l *lane) invoiced(ctx context.Context, c *change, head center.Invoice, d *center.Document) (center.Invoice, error) {
	place := renewalPlace{l.id, shortContract(center.ContractIDOf(l.id, head.Contract)), head.ID.Renewal()}
	if at := l.t.renewal(place); slices.ContainsFunc(l.pack.creations, func(w write) bool { return w.at == at }) {
		if err := l.flush(ctx); err != nil { // another invoice for it came with this one
			return head, err
		}
	}
	r, err := l.s.renewalAt(ctx, place)
	if errors.Is(err, errAbsent) {
		return head, nil
	}
	if err != nil || r.Course.Invoice != "" {
		return head, err
	}
	now := r.Course
	now.Invoice = d.Number
	if now.Answer.Kind == "" {
		now.Answer = center.RenewalAnswer{Kind: center.AnswerAccepted, Method: center.RenewByTerms, ByName: d.Supplier.Name, At: l.now}
	}
	now.Version++
	it, err := l.t.renewalItem(place, &r.Renewal, now, l.today())
	if err != nil {
		return head, err
	}
	c.creations = append(c.creations, versioned("renewal", it, int64(r.Course.Version)))
	return head.Follow(now, l.today()), nil
}

// raisedBefore brings an order whose payment was asked for on a day, and the
// invoices that came for it before, together. An older invoice was not for what
// is asked for.
func (l *lane) raisedBefore(ctx context.Context, c *change, o *center.Order, payable center.Invoice, asked center.Date) error {
	// Papers of the same import are looked for in the table.
	if err := l.flush(ctx); err != nil {
		return err
	}
	term, ok := center.SearchTerm(o.Number)
	if !ok {
		return nil
	}
	at := l.t.search(term, searchInvoice, "")
	entries, _, err := l.s.ask(ctx, question{pk: at.pk, from: at.sk, limit: center.MaxShares, current: true})
	if err != nil {
		return err
	}
	var ids []center.InvoiceID
	for _, it := range entries {
		_, short := searchID(it.key().sk)
		id, err := longInvoice(short)
		if err != nil {
			return err
		}
		ids = append(ids, id)
	}
	if err := l.readInvoices(ctx, ids); err != nil {
		return err
	}
	for _, id := range ids {
		inv := l.invoices[id]
		if inv != nil && inv.Kind == center.KindInvoice && inv.IssuedOn >= asked &&
			center.SameNumber(inv.OrderRef, o.Number) && center.MayBill(o.Seller, inv.Issuer) {
			payable = payable.SharedWith(id, money.Zero(inv.Amount.Currency), inv.IssuedOn)
		}
	}
	c.books[payable.ID] = book{now: payable}
	return nil
}

// sharers are the invoices that share the payables of a payment.
func (l *ledger) sharers(p center.Payment) (ids []center.InvoiceID) {
	for _, part := range p.Parts {
		if head := l.invoices[part.Invoice]; head != nil {
			for _, s := range head.Shares {
				ids = append(ids, s.Invoice)
			}
		}
	}
	return ids
}

// awaited gives invoices that wait for the payment of what they were raised for
// to that payment. Nothing more can be paid of such a payable: once its payment
// has ended it stays so.
func (l *ledger) awaited(ctx context.Context, ids []center.InvoiceID) error {
	var payables []center.InvoiceID
	for _, id := range ids {
		if inv := l.invoices[id]; inv != nil && inv.Behind != "" {
			payables = append(payables, inv.Behind)
		}
	}
	if len(payables) == 0 {
		return nil
	}
	if err := l.readInvoices(ctx, payables); err != nil {
		return err
	}
	for _, id := range ids {
		inv := l.invoices[id]
		if inv == nil || inv.Behind == "" || inv.Active != "" {
			continue
		}
		if payable := l.invoices[inv.Behind]; payable != nil && payable.Awaited() {
			inv.Active = payable.Active
		}
	}
	return nil
}

// readPayables reads what is to be paid of orders and renewals, and of those
// that invoices were raised for whether these are paid.
func (l *ledger) readPayables(ctx context.Context, ids []center.InvoiceID) error {
	if err := l.readInvoices(ctx, ids); err != nil {
		return err
	}
	var raised []center.InvoiceID
	for _, id := range ids {
		if head := l.invoices[id]; head != nil {
			for _, s := range head.Shares {
				raised = append(raised, s.Invoice)
			}
		}
	}
	if len(raised) == 0 {
		return nil
	}
	if err := l.readInvoices(ctx, raised); err != nil {
		return err
	}
	for _, id := range ids {
		head := l.invoices[id]
		if head == nil || len(head.Shares) == 0 {
			continue
		}
		var invoices []center.Invoice
		for _, s := range head.Shares {
			if inv := l.invoices[s.Invoice]; inv != nil {
				invoices = append(invoices, *inv)
			}
		}
		*head = head.RaisedBy(invoices)
	}
	return nil
}

// Awaiting are the invoices that must not be paid yet, since what they were
// raised for, one of pending, has a payment under way.
func (a Account) Awaiting(ctx context.Context, pending []center.Invoice) (map[center.InvoiceID]bool, error) {
	var ids []center.InvoiceID
	for _, inv := range pending {
		if inv.Processing.Sign() > 0 {
			ids = append(ids, inv.ID)
		}
	}
	l := newLedger(a.s, a.actor.Account)
	if err := l.readInvoices(ctx, ids); err != nil {
		return nil, err
	}
	waiting := map[center.InvoiceID]bool{}
	for _, id := range ids {
		if head := l.invoices[id]; head != nil && head.Awaited() {
			for _, s := range head.Shares {
				waiting[s.Invoice] = true
			}
		}
	}
	return waiting, nil
}

// Writes that may be taken of a transaction by a payment itself with the totals
// it moves, by one payable of it, and by one invoice that something is counted
// on: head, two rows, entry, day total.
const (
	paymentWrites = 12
	partWrites    = 5
	countWrites   = 5
)

// counter counts what was paid for orders and renewals on the invoices raised
// for them, or takes it back, as far as a transaction holds.
type counter struct {
	l    *ledger
	c    *change
	at   time.Time
	room int  // invoices there is room for
	more bool // there was no room for all
}

func (l *ledger) counter(c *change, at time.Time) *counter {
	return &counter{l: l, c: c, at: at, room: max(0, maxItems-paymentWrites-partWrites*len(c.books)) / countWrites}
}

// standing is a paper as the change would leave it.
func (k *counter) standing(id center.InvoiceID) (center.Invoice, bool) {
	if b, ok := k.c.books[id]; ok {
		return b.now, true
	}
	if inv := k.l.invoices[id]; inv != nil {
		return *inv, true
	}
	return center.Invoice{}, false
}

// put makes a paper part of the change, its version one higher than what stood.
func (k *counter) put(inv center.Invoice) {
	b, ok := k.c.books[inv.ID]
	if !ok {
		b.was = k.l.invoices[inv.ID]
	}
	b.now, b.now.Version = inv, b.was.Version+1
	k.c.books[inv.ID] = b
}

// settled counts what was paid for the payable on its invoices, as they came.
func (k *counter) settled(id center.InvoiceID) error {
	payable, ok := k.standing(id)
	if !ok {
		return nil
	}
	for _, s := range payable.Shares {
		inv, ok := k.standing(s.Invoice)
		if !ok {
			continue
		}
		next, to, counted, err := payable.Count(inv, center.Today(k.at, time.UTC))
		if err != nil {
			return &tornError{err}
		}
		if counted.Sign() > 0 && !k.moved(EntryPrepaid, next, to, counted) {
			return nil
		}
		payable = next
	}
	return nil
}

// refunded takes back what went back to the customer, at most limit, from the
// last invoice first, and answers what is left of it.
func (k *counter) refunded(id center.InvoiceID, limit int64) (left int64, err error) {
	payable, ok := k.standing(id)
	if !ok {
		return 0, nil
	}
	for _, s := range slices.Backward(payable.Shares) {
		inv, ok := k.standing(s.Invoice)
		if !ok {
			continue
		}
		next, from, taken, err := payable.Uncount(inv, limit)
		if err != nil {
			return 0, &tornError{err}
		}
		if taken.Sign() > 0 && !k.moved(EntryPrepaidBack, next, from, taken) {
			return limit, nil
		}
		payable = next
		limit -= taken.Minor
	}
	return 0, nil
}

// moved puts what was counted or taken back, if there is room for it.
func (k *counter) moved(kind EntryKind, payable, inv center.Invoice, amount money.Money) bool {
	if k.room == 0 {
		k.more = true
		return false
	}
	k.room--
	k.put(payable)
	k.put(inv)
	k.c.entry(k.l.t.credit(inv.ID, payable.ID, k.c.books[payable.ID].now.Version), prepaidEntry(kind, payable, amount, k.at))
	return true
}

// backs are amounts that came back of payables, in minor units.
type backs map[center.InvoiceID]int64

// countSettled counts what was paid for the orders and renewals of a payment on
// the invoices raised for them; more tells that a further transaction must.
func (l *ledger) countSettled(c *change, p center.Payment, at time.Time) (more bool, err error) {
	k := l.counter(c, at)
	for _, part := range p.Parts {
		if err := k.settled(part.Invoice); err != nil {
			return false, err
		}
	}
	return k.more, nil
}

// countRefunded takes back from invoices what came back of orders and renewals,
// and answers what a further transaction must.
func (l *ledger) countRefunded(c *change, p center.Payment, given backs, at time.Time) (backs, error) {
	k, left := l.counter(c, at), backs{}
	for _, part := range p.Parts {
		of, err := k.refunded(part.Invoice, given[part.Invoice])
		if err != nil {
			return nil, err
		}
		if of > 0 {
			left[part.Invoice] = of
		}
	}
	return left, nil
}
