package store

import (
	"context"
	"slices"
	"time"

	"customercenter/shared/center"
	"customercenter/shared/money"
)

// maxStuck is how many failed payments are kept in sight of an account: the
// last ones, since none is removed once its invoices are paid.
const maxStuck = 50

// StuckPayment is a failed payment by a stored method whose payables still
// wait for their money; Method is the one it is bound to now.
type StuckPayment struct {
	ID     center.PaymentID
	Method center.MethodID
	Reason center.DeclineReason
	At     time.Time
	Sum    money.Money          // still outstanding of what it was to pay
	Parts  []center.PaymentPart // those still outstanding, with what is outstanding of each and its version
}

// stick keeps a payment in sight that failed by a stored method. The payer may
// put the method right, or another in its place, and try again.
func (l *ledger) stick(c *change, p center.Payment) {
	if p.Method.ID == "" || p.Reason == center.DeclineCancelled || p.Reason == center.DeclineTimeout {
		return
	}
	it := newItem(l.t.stuck(p), kindStuck)
	it.text(attrMethod, string(p.Method.ID))
	it.text(attrReason, string(p.Reason))
	it.text(attrCurrency, string(p.Charge.Currency))
	it.instant(attrAt, p.EndedAt)
	var parts []part
	for _, q := range p.Parts {
		if q.Amount.Sign() > 0 { // what credit covered stays covered, and rewards are used again by whoever may
			parts = append(parts, part{Invoice: q.Invoice, Kind: q.Kind, Contract: q.Contract, Number: q.Number, Amount: q.Amount.Minor})
		}
	}
	it.json(attrParts, parts)
	c.creations = append(c.creations, write{name: "stuck payment", verb: put, at: it.key(), item: it, condition: absent})
}

// Stuck are the account's, oldest first. What has been paid since, or is
// being paid, is not among them.
func (a Account) Stuck(ctx context.Context) ([]StuckPayment, error) {
	items, _, err := a.s.ask(ctx, question{pk: a.t.pk(prefixList), from: sortStuck, reverse: true, limit: maxStuck, current: true})
	if err != nil || len(items) == 0 {
		return nil, err
	}
	l := newLedger(a.s, a.actor.Account)
	var all []StuckPayment
	var ids []center.InvoiceID
	for _, it := range items {
		p, err := readStuck(it)
		if err != nil {
			return nil, err
		}
		all = append(all, p)
		for _, part := range p.Parts {
			ids = append(ids, part.Invoice)
		}
	}
	if err := l.readInvoices(ctx, ids); err != nil {
		return nil, err
	}
	slices.SortFunc(all, func(x, y StuckPayment) int { return y.At.Compare(x.At) })
	var waiting []StuckPayment
	taken := map[center.InvoiceID]bool{} // by a later failure of the same payable
	for _, p := range all {
		if p = p.waiting(l.invoices, taken); len(p.Parts) > 0 {
			waiting = append(waiting, p)
		}
	}
	slices.Reverse(waiting)
	return waiting, nil
}

// waiting is the payment with those of its payables that still wait.
func (p StuckPayment) waiting(heads map[center.InvoiceID]*center.Invoice, taken map[center.InvoiceID]bool) StuckPayment {
	parts := p.Parts
	p.Parts, p.Sum.Minor = nil, 0
	for _, part := range parts {
		inv := heads[part.Invoice]
		if inv == nil || !inv.Payable() || !inv.PaymentFailed || taken[inv.ID] {
			continue
		}
		taken[inv.ID] = true
		part.Amount.Minor = min(part.Amount.Minor, inv.Outstanding.Minor)
		part.Version = inv.Version
		p.Parts = append(p.Parts, part)
		p.Sum.Minor += part.Amount.Minor
	}
	return p
}

func readStuck(it item) (StuckPayment, error) {
	r := open(it, kindStuck)
	id, err := longPayment(rowID(it.key().sk))
	if err != nil {
		r.fail("has no payment id")
	}
	c := money.Code(r.text(attrCurrency))
	p := StuckPayment{ID: id, Method: center.MethodID(r.text(attrMethod)), Reason: center.DeclineReason(r.text(attrReason)),
		At: r.instant(attrAt), Sum: money.Zero(c)}
	var parts []part
	r.json(attrParts, &parts)
	for _, q := range parts {
		p.Parts = append(p.Parts, center.PaymentPart{Invoice: q.Invoice, Kind: q.Kind, Contract: q.Contract, Number: q.Number, Amount: money.Money{Minor: q.Amount, Currency: c},
			Credit: money.Zero(c), Refunded: money.Zero(c)})
	}
	return p, r.err
}

// rebind binds to a stored method what is stuck by one that can not be charged
// any more: it has expired, or is not in the wallet. Doing it again changes
// nothing.
func (a Account) rebind(ctx context.Context, w Wallet, to center.MethodID) error {
	items, _, err := a.s.ask(ctx, question{pk: a.t.pk(prefixList), from: sortStuck, reverse: true, limit: maxStuck, current: true})
	if err != nil {
		return err
	}
	today := a.Today()
	for _, it := range items {
		r := reader{it: it}
		from := center.MethodID(r.text(attrMethod))
		if m, stands := w.method(from); from == to || stands && !m.Expired(today) {
			continue
		}
		u := write{name: "stuck payment", verb: update, at: it.key(), change: "SET #" + attrMethod + " = :to",
			condition: "#" + attrMethod + " = :from", values: item{}}
		u.values.text(":from", string(from))
		u.values.text(":to", string(to))
		if err := unlessRefused(a.s.apply(ctx, u)); err != nil {
			return err
		}
	}
	return nil
}
