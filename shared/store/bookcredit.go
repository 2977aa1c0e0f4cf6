package store

import (
	"context"
	"slices"
	"strings"

	"customercenter/shared/center"
)

// credits are the changes that bring a paper and the credits that have to do
// with it together: what it gives to the papers it names, or what waits for
// it. They are found anew each time the paper is posted, so that what was cut
// short is made up for.
func (l *lane) credits(ctx context.Context, inv center.Invoice, d *center.Document) ([]*change, error) {
	if inv.CreditLeft.Sign() > 0 {
		return l.give(ctx, inv, d)
	}
	if inv.Outstanding.Sign() > 0 {
		return l.receive(ctx, inv, d)
	}
	return nil, nil
}

// give uses a credit on the papers it names, in order. It waits for those
// that have not come, if something is left.
func (l *lane) give(ctx context.Context, credit center.Invoice, d *center.Document) ([]*change, error) {
	named, waitFor, err := l.preceding(ctx, credit, d)
	if err != nil {
		return nil, err
	}
	var changes []*change
	uses, left := center.ApplyCredit(credit.CreditLeft, named)
	for _, use := range uses {
		at := slices.IndexFunc(named, func(inv center.Invoice) bool { return inv.ID == use.Invoice })
		c, after, _, err := l.applied(credit, named[at], use)
		if err != nil {
			return nil, err
		}
		credit = after
		changes = append(changes, c)
	}
	if left.Sign() > 0 && len(waitFor) > 0 {
		c := newChange()
		for _, n := range waitFor {
			was := n.version
			n.waiting = append(slices.Clone(n.waiting), l.waitingMark(credit.ID))
			n.version++
			c.identities[n.at] = claim{was, n}
		}
		changes = append(changes, c)
	}
	return changes, nil
}

// preceding are the papers a credit names: those that are there, and the
// identities of those that are not. Papers of other accounts are neither.
func (l *lane) preceding(ctx context.Context, credit center.Invoice, d *center.Document) (named []center.Invoice, waitFor []identity, err error) {
	mark := l.waitingMark(credit.ID)
	asked := map[key]bool{}
	for _, p := range precedingOf(d) {
		at := waitingAt(d.Issuer(), p.Number)
		if asked[at] {
			continue
		}
		asked[at] = true
		n := l.identities[at]
		if n.owner == "" {
			if debit := l.identities[identityKey(center.IdentityOf(d.Issuer(), center.KindDebitNote, p.Number))]; debit.owner != "" {
				n = debit
			}
		}
		if n.owner == "" {
			if !slices.Contains(n.waiting, mark) && len(n.waiting) < maxWaiting {
				n.at = at
				waitFor = append(waitFor, n)
			}
			continue
		}
		if n.owner != l.id {
			continue
		}
		inv, err := l.invoice(ctx, center.InvoiceID(n.id))
		if err != nil {
			return nil, nil, err
		}
		if inv != nil {
			named = append(named, *inv)
		}
	}
	return named, waitFor, nil
}

// receive gives an invoice the credits that waited for it.
func (l *lane) receive(ctx context.Context, inv center.Invoice, d *center.Document) ([]*change, error) {
	n := l.identities[waitingAt(d.Issuer(), d.Number)]
	var changes []*change
	for _, waiting := range n.waiting {
		id, ours := l.waitingID(waiting)
		if !ours {
			continue
		}
		credit, err := l.invoice(ctx, id)
		if err != nil {
			return nil, err
		}
		if credit == nil {
			continue
		}
		most, err := l.mostOf(ctx, waiting, *credit, inv.ID)
		if err != nil {
			return nil, err
		}
		uses, _ := center.ApplyCredit(most, []center.Invoice{inv})
		for _, use := range uses {
			c, _, after, err := l.applied(*credit, inv, use)
			if err != nil {
				return nil, err
			}
			inv = after
			changes = append(changes, c)
		}
	}
	return changes, nil
}

// applied is one use of a credit on one invoice: both heads, and a line in
// the history of each.
func (l *lane) applied(credit, inv center.Invoice, use center.CreditUse) (c *change, creditAfter, invAfter center.Invoice, err error) {
	on := max(inv.IssuedOn, credit.IssuedOn)
	if invAfter, err = inv.Settle(use.Amount, on); err != nil {
		return nil, credit, inv, err
	}
	creditAfter = credit
	creditAfter.CreditLeft.Minor -= use.Amount.Minor
	creditAfter.Version++
	invAfter.Version++
	c = newChange()
	c.books[credit.ID] = book{was: &credit, now: creditAfter}
	c.books[inv.ID] = book{was: &inv, now: invAfter}
	given := Entry{Kind: EntryCreditGiven, At: l.now, On: on, Amount: use.Amount, Number: inv.Number, Invoice: inv.ID, By: l.b.By}
	taken := Entry{Kind: EntryCreditApplied, At: l.now, On: on, Amount: use.Amount, Number: credit.Number, Invoice: credit.ID, By: l.b.By}
	if credit.Kind == center.KindPayment { // money, which has no paper to look at
		taken.Kind, taken.Invoice, taken.By = EntryPayment, "", ""
	}
	for at, e := range map[key]Entry{
		l.t.credit(credit.ID, inv.ID, creditAfter.Version): given,
		l.t.credit(inv.ID, credit.ID, creditAfter.Version): taken,
	} {
		c.creations = append(c.creations, write{name: "credit entry", verb: put, at: at, item: entryItem(at, e), condition: absent})
	}
	return c, creditAfter, invAfter, nil
}

// waitingMark names a credit of this account where it waits; the account is
// part of it because numbers are looked up across accounts.
func (l *lane) waitingMark(credit center.InvoiceID) string {
	return string(l.id) + "/" + string(credit)
}

func (l *lane) waitingID(mark string) (id center.InvoiceID, ours bool) {
	account, credit, _ := strings.Cut(mark, "/")
	credit, _, _ = strings.Cut(credit, "/")
	return center.InvoiceID(credit), account == string(l.id)
}
