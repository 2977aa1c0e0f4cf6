package store

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"customercenter/shared/center"
	"customercenter/shared/money"
)

// follows is what comes behind a record that was put, by c, or stands since an
// earlier import, where c is nil: money is given to the papers it names, what
// is said of papers stands with them, a statement is compared with the books.
// What was cut short before is made up for.
func (l *lane) follows(ctx context.Context, c *change, r *center.OtherRecord) ([]*change, []center.RowNote, error) {
	switch {
	case r.Remittance != nil:
		return l.received(ctx, c, r.Remittance)
	case r.Note != nil:
		return l.noted(ctx, r.Note)
	case r.Statement != nil:
		warnings, err := l.reconcile(ctx, r.Statement)
		return nil, warnings, err
	default:
		return nil, nil, nil
	}
}

// received books money that came: all of it is the account's credit, of which
// each paper it names takes what the record says. What waits, waits with the
// amount it may take.
func (l *lane) received(ctx context.Context, c *change, m *center.Remittance) ([]*change, []center.RowNote, error) {
	head, err := m.NewReceived(l.id)
	if err != nil {
		return nil, nil, err
	}
	given := map[center.InvoiceID]int64{}
	if c != nil {
		c.books[head.ID] = book{now: head}
	} else {
		stands, err := l.invoice(ctx, head.ID)
		if err != nil || stands == nil || stands.CreditLeft.Sign() == 0 {
			return nil, nil, err
		}
		if head = *stands; len(m.Allocations) > 0 {
			if given, err = l.given(ctx, head.ID); err != nil {
				return nil, nil, err
			}
		}
	}
	var changes []*change
	var warnings []center.RowNote
	wait := newChange()
	for _, part := range m.Allocations {
		inv, err := l.paperOf(ctx, m.Issuer, part.Number)
		if err != nil {
			return nil, nil, err
		}
		most := partOf(part, head.Amount)
		if inv == nil {
			if note := l.waits(wait, head, m.Issuer, part.Number, most); note != nil {
				warnings = append(warnings, *note)
			}
			continue
		}
		most.Minor = min(most.Minor-given[inv.ID], head.CreditLeft.Minor)
		uses, _ := center.ApplyCredit(most, []center.Invoice{*inv})
		for _, use := range uses {
			applied, after, paid, err := l.applied(head, *inv, use)
			if err != nil {
				return nil, nil, err
			}
			given[inv.ID] += use.Amount.Minor
			head, l.invoices[inv.ID] = after, &paid
			changes = append(changes, applied)
		}
	}
	if len(wait.identities) > 0 {
		changes = append(changes, wait)
	}
	return changes, warnings, nil
}

// partOf is how much of a payment a paper may take.
func partOf(part center.RemittancePart, all money.Money) money.Money {
	if m, err := money.Parse(string(part.Amount), all.Currency); err == nil {
		return m
	}
	return all
}

// waits leaves money to wait for a paper that has not come; a note says so
// where nobody knows who numbers it, so that it cannot.
func (l *lane) waits(c *change, head center.Invoice, issuer, number string, most money.Money) *center.RowNote {
	if issuer == "" {
		return &center.RowNote{Code: center.WarnInvoiceUnknown, Field: "allocations",
			Message: fmt.Sprintf("The account has no invoice %q, or more than one; the money is account credit.", number)}
	}
	mark := fmt.Sprintf("%s/%d", l.waitingMark(head.ID), most.Minor)
	n := l.identities[waitingAt(issuer, number)]
	if n.owner != "" || slices.Contains(n.waiting, mark) || len(n.waiting) >= maxWaiting {
		return nil
	}
	was := n.version
	n.at, n.waiting = waitingAt(issuer, number), append(slices.Clone(n.waiting), mark)
	n.version++
	c.identities[n.at] = claim{was, n}
	return nil
}

// mostOf is how much of a credit that waited a paper may take: of a payment,
// what it said of that paper and has not given yet.
func (l *lane) mostOf(ctx context.Context, waiting string, credit center.Invoice, paper center.InvoiceID) (money.Money, error) {
	left := credit.CreditLeft
	most, err := strconv.ParseInt(waiting[strings.LastIndexByte(waiting, '/')+1:], 10, 64)
	if err != nil || left.Sign() == 0 { // a credit note's mark has no amount
		return left, nil
	}
	given, err := l.given(ctx, credit.ID)
	left.Minor = min(left.Minor, max(0, most-given[paper]))
	return left, err
}

// given is what a credit has given so far, by paper.
func (l *lane) given(ctx context.Context, credit center.InvoiceID) (map[center.InvoiceID]int64, error) {
	if err := l.flush(ctx); err != nil {
		return nil, err
	}
	items, err := l.s.askAll(ctx, question{pk: l.t.invoicePK(credit), from: sortCredit, limit: detailItems, current: true})
	if err != nil {
		return nil, err
	}
	out := map[center.InvoiceID]int64{}
	for _, it := range items {
		e, err := readEntry(it)
		if err != nil {
			return nil, err
		}
		if e.Kind == EntryCreditGiven {
			out[e.Invoice] += e.Amount.Minor
		}
	}
	return out, nil
}

// paperOf is the account's invoice or debit note of that number; nil where
// there is none. Without an issuer it must be the only one.
func (l *lane) paperOf(ctx context.Context, issuer, number string) (*center.Invoice, error) {
	if issuer == "" {
		return l.onlyPaperOf(ctx, number)
	}
	keys := []key{waitingAt(issuer, number), identityKey(center.IdentityOf(issuer, center.KindDebitNote, number))}
	if err := l.readIdentities(ctx, keys); err != nil {
		return nil, err
	}
	for _, at := range keys {
		if n := l.identities[at]; n.owner == l.id && n.id != "" {
			return l.invoice(ctx, center.InvoiceID(n.id))
		}
	}
	return nil, nil
}

// onlyPaperOf looks a number up among all issuers' papers: those that stand,
// and those about to.
func (l *lane) onlyPaperOf(ctx context.Context, number string) (*center.Invoice, error) {
	ids, err := l.lookNear(ctx, center.FoldNumber(number))
	if err != nil {
		return nil, err
	}
	if err := l.readInvoices(ctx, ids); err != nil {
		return nil, err
	}
	var found *center.Invoice
	for _, inv := range l.invoices {
		if inv == nil || !inv.Kind.IsPaper() || inv.Receivable().Sign() == 0 || !center.SameNumber(inv.Number, number) {
			continue
		}
		if found != nil {
			return nil, nil
		}
		found = inv
	}
	return found, nil
}

// noted lets what is said of invoices stand with each of them.
func (l *lane) noted(ctx context.Context, n *center.PaperNote) ([]*change, []center.RowNote, error) {
	c := newChange()
	var warnings []center.RowNote
	for _, number := range n.Papers {
		inv, err := l.paperOf(ctx, n.Issuer, number)
		if err != nil {
			return nil, nil, err
		}
		if inv == nil {
			warnings = append(warnings, center.RowNote{Code: center.WarnInvoiceUnknown, Field: "papers",
				Message: fmt.Sprintf("Invoice %q is not here; import this file again once it is.", number)})
			continue
		}
		at := l.t.said(inv.ID, n)
		found, err := l.s.getMany(ctx, []key{at}, true)
		if err != nil {
			return nil, nil, err
		}
		if _, stands := found[at]; stands || slices.ContainsFunc(c.creations, func(w write) bool { return w.at == at }) {
			continue
		}
		e := Entry{Kind: EntryReminded, At: l.now, On: n.IssueDate, Number: n.Number}
		if n.Kind == center.KindAnswer {
			e.Kind, e.Method = EntryAnswered, n.Code
		}
		c.creations = append(c.creations, write{name: "said of a paper", verb: put, at: at, item: entryItem(at, e), condition: absent})
	}
	if len(c.creations) == 0 {
		return nil, warnings, nil
	}
	return []*change{c}, warnings, nil
}

// reconcile compares what a statement says is owed with the books as they
// stand, in its currency. A dry run has no books to compare with.
func (l *lane) reconcile(ctx context.Context, s *center.StatementRecord) ([]center.RowNote, error) {
	if err := l.flush(ctx); err != nil || l.b.Options.DryRun {
		return nil, err
	}
	says, err := money.Parse(string(s.Balance), money.Code(s.Currency))
	if err != nil {
		return nil, err
	}
	standing, err := l.s.standing(ctx, l.t, true)
	if err != nil {
		return nil, err
	}
	stands := standing.Balance(says.Currency)
	if stands == says {
		return nil, nil
	}
	difference, err := stands.Sub(says)
	if err != nil {
		return nil, err
	}
	return []center.RowNote{{Code: center.WarnStatementDiffers, Field: "balance",
		Message: fmt.Sprintf("The statement says %s, the account stands at %s: a difference of %s.", says, stands, difference)}}, nil
}
