package store

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"

	"customercenter/shared/center"
	"customercenter/shared/money"
)

// Limits of what one paper may say.
const (
	maxNumber    = 200  // bytes of a number: it is part of keys
	maxPreceding = 50   // papers one credit may name
	maxWaiting   = 100  // credits that may wait for one paper
	nearEntries  = 1000 // papers looked at that a number finds: those of that amount are among them
)

// decideDocument books a billing paper: its head, document, list row, search
// entries and identity, and the credits between it and other papers.
func (l *lane) decideDocument(ctx context.Context, i int, d *center.Document) (BookResult, []*change, error) {
	if len(d.Number) > maxNumber {
		return rejected(center.CodeBadRecord, "number", fmt.Sprintf("Numbers have at most %d bytes.", maxNumber)), nil, nil
	}
	own := identityKey(d.Identity())
	if err := l.readIdentities(ctx, l.namedBy(d)); err != nil {
		return BookResult{}, nil, err
	}
	n := l.identities[own]
	if result, ok := l.known(n, i); ok {
		if result.Result == center.ResultConflict {
			return result, nil, nil
		}
		if result.Result == center.ResultCreated {
			result.Ledger = ledgerOf(d)
		}
		inv, err := l.invoice(ctx, center.InvoiceID(n.id))
		if err != nil || inv == nil {
			return result, nil, err
		}
		changes, err := l.behind(ctx, *inv, d, false)
		return result, changes, err
	}
	inv, err := center.NewInvoice(d, l.id, l.netTerms())
	if err != nil {
		return BookResult{}, nil, err
	}
	if twin, err := l.nearDuplicate(ctx, inv); err != nil || twin != "" {
		if err != nil {
			return BookResult{}, nil, err
		}
		held, err := l.hold(ctx, d, twin)
		return BookResult{Result: center.ResultNearDuplicate, Note: &center.RowNote{Code: center.CodeNearDuplicate, Field: "number",
			Message: fmt.Sprintf("Invoice %s has the same dates and amount, and the same number but for zeros.", twin)}}, held, err
	}
	inv.Version = 1
	result := BookResult{Result: center.ResultCreated, ID: string(inv.ID), Ledger: ledgerOf(d)}
	c := newChange()
	result.Warnings = l.ensureAccount(c, d.Key(), d.Customer, d.Supplier)
	if err := l.create(ctx, c, inv, d.Dated(l.netTerms())); err != nil {
		return BookResult{}, nil, err
	}
	c.identities[own] = l.claim(n, i, string(inv.ID))
	if err := l.raised(ctx, c, d, inv.ID); err != nil {
		return BookResult{}, nil, err
	}
	changes, err := l.behind(ctx, c.books[inv.ID].now, d, true)
	return result, append([]*change{c}, changes...), err
}

// behind is what follows a paper: the contents it brought and the credits it
// has to do with. Of one that stood already, what is missing is made up for.
func (l *lane) behind(ctx context.Context, inv center.Invoice, d *center.Document, fresh bool) ([]*change, error) {
	attached, err := l.attach(ctx, inv.ID, d, fresh)
	if err != nil {
		return nil, err
	}
	credits, err := l.credits(ctx, inv, d)
	return append(attached, credits...), err
}

// ledgerOf is what a paper adds to what is owed; its amount was parsed before.
func ledgerOf(d *center.Document) money.Money {
	amount, err := money.Parse(string(d.Totals.Payable), money.Code(d.Currency))
	if err != nil {
		return money.Money{}
	}
	ledger, _ := center.LedgerAmount(d.Kind, amount)
	return ledger
}

func (l *lane) netTerms() int {
	if a := l.ledger.account; a != nil && a.NetTermsDays >= 0 {
		return a.NetTermsDays
	}
	return l.b.Options.NetTermsDays
}

// create adds everything that stands once and for all.
func (l *lane) create(ctx context.Context, c *change, inv center.Invoice, d *center.Document) error {
	parts, err := l.t.documentItems(inv.ID, d, Entry{Kind: EntryImported, At: l.now, By: l.b.By})
	if err != nil {
		return err
	}
	for _, it := range parts {
		c.creations = append(c.creations, write{name: "document", verb: put, at: it.key(), item: it, condition: absent})
	}
	for _, token := range center.SearchTokens(inv, d) {
		c.creations = append(c.creations, searchWrite(l.t.search(token, searchInvoice, shortInvoice(inv.ID))))
	}
	if d.PaidDate != "" && inv.Settled.Sign() > 0 {
		it := entryItem(l.t.paidAt(inv.ID, d.PaidDate.Compact()),
			Entry{Kind: EntryPayment, At: l.now, On: d.PaidDate, Amount: inv.Settled, By: l.b.By})
		c.creations = append(c.creations, write{name: "payment", verb: put, at: it.key(), item: it, condition: absent})
	}
	c.books[inv.ID] = book{now: inv}
	if !l.b.Options.Quiet && inv.Announced(l.today()) {
		c.creations = append(c.creations, announcing(inv, l.now))
	}
	return l.review(ctx, c, center.ReviewOf(d, l.b.By, l.now))
}

func searchWrite(at key) write {
	return write{name: "search entry", verb: put, at: at, item: newItem(at, kindSearch), condition: absent}
}

// namedBy are the identities a paper has to do with: its own, those of the
// papers it names, and that of what it may have been raised for.
func (l *lane) namedBy(d *center.Document) []key {
	keys := []key{identityKey(d.Identity())}
	if d.Kind == center.KindDebitNote {
		keys = append(keys, waitingAt(d.Issuer(), d.Number))
	}
	if namesOrder(d) {
		keys = append(keys, payableAt(l.id, d.OrderRef))
	}
	if !givesCredit(d) {
		return keys
	}
	for _, p := range precedingOf(d) {
		keys = append(keys, waitingAt(d.Issuer(), p.Number), identityKey(center.IdentityOf(d.Issuer(), center.KindDebitNote, p.Number)))
	}
	return keys
}

// waitingAt is the identity of the invoice of that number, where credits wait
// that came before what they name.
func waitingAt(issuer, number string) key {
	return identityKey(center.IdentityOf(issuer, center.KindInvoice, number))
}

func givesCredit(d *center.Document) bool {
	return d.Kind == center.KindCreditNote || strings.HasPrefix(string(d.Totals.Payable), "-")
}

func precedingOf(d *center.Document) []center.Preceding {
	return d.Preceding[:min(len(d.Preceding), maxPreceding)]
}

func (l *lane) invoice(ctx context.Context, id center.InvoiceID) (*center.Invoice, error) {
	if err := l.readInvoices(ctx, []center.InvoiceID{id}); err != nil {
		return nil, err
	}
	return l.invoices[id], nil
}

// nearDuplicate is the number of a paper of equal dates and amount whose
// number differs in zeros only; "" when there is none or they are welcome.
func (l *lane) nearDuplicate(ctx context.Context, inv center.Invoice) (string, error) {
	if l.b.Options.AcceptNearDuplicates {
		return "", nil
	}
	near := center.NearNumber(inv.Number)
	if err := l.readNear(ctx, []string{near}); err != nil {
		return "", err
	}
	if err := l.readInvoices(ctx, l.near[near]); err != nil {
		return "", err
	}
	for _, id := range l.near[near] {
		other := l.invoices[id]
		if other != nil && center.NearNumber(other.Number) == near && other.Kind == inv.Kind && other.Issuer == inv.Issuer && other.Number != inv.Number &&
			other.IssuedOn == inv.IssuedOn && other.DueOn == inv.DueOn && other.Amount == inv.Amount {
			return other.Number, nil
		}
	}
	return "", nil
}

// nearWorkers is how many numbers are looked up at once.
const nearWorkers = 8

// readNear finds the papers whose number agrees in its near form.
func (l *lane) readNear(ctx context.Context, numbers []string) error {
	numbers = missing(numbers, l.near)
	found := make([][]center.InvoiceID, len(numbers))
	errs := make([]error, len(numbers))
	next := make(chan int, len(numbers))
	for i := range numbers {
		next <- i
	}
	close(next)
	var wait sync.WaitGroup
	for range min(nearWorkers, len(numbers)) {
		// One goroutine for many numbers: growing a new one's stack to what the SDK
		// needs is a good part of asking.
		wait.Go(func() {
			for i := range next {
				found[i], errs[i] = l.lookNear(ctx, numbers[i])
			}
		})
	}
	wait.Wait()
	for i, near := range numbers {
		if errs[i] != nil {
			return errs[i]
		}
		l.near[near] = found[i]
	}
	return nil
}

func (l *lane) lookNear(ctx context.Context, near string) ([]center.InvoiceID, error) {
	at := l.t.search(center.Token(near), searchInvoice, "")
	entries, _, err := l.s.ask(ctx, question{pk: at.pk, from: at.sk, limit: nearEntries, current: true})
	ids := []center.InvoiceID{}
	for _, it := range entries {
		_, short := searchID(it.key().sk)
		id, idErr := longInvoice(short)
		if idErr != nil {
			return nil, idErr
		}
		ids = append(ids, id)
	}
	return ids, err
}

// readAhead reads at once what the records of a chunk will ask for.
func (l *lane) readAhead(ctx context.Context, chunk []int) error {
	var identities []key
	var near []string
	for _, i := range chunk {
		if d := l.records[i].Record.Document; d != nil {
			identities = append(identities, l.namedBy(d)...)
		} else if o := l.records[i].Record.Order; o != nil {
			identities = append(append(identities, identityKey(o.Identity())), marksOf(o.Buyer, o.Number)...)
		} else if e := l.records[i].Record.Event; e != nil {
			identities = append(identities, identityKey(e.Identity()))
		}
	}
	if err := l.readIdentities(ctx, identities); err != nil {
		return err
	}
	var ids []center.InvoiceID
	for _, at := range identities {
		n := l.identities[at]
		if n.owner == l.id && strings.HasPrefix(n.id, invoicePrefix) {
			ids = append(ids, center.InvoiceID(n.id))
		}
		for _, waiting := range n.waiting {
			if id, ours := l.waitingID(waiting); ours {
				ids = append(ids, id)
			}
		}
	}
	for _, i := range chunk {
		d := l.records[i].Record.Document
		if d != nil && !l.b.Options.AcceptNearDuplicates && l.identities[identityKey(d.Identity())].owner == "" {
			near = append(near, center.NearNumber(d.Number))
		}
	}
	if err := l.readNear(ctx, near); err != nil {
		return err
	}
	for _, number := range near {
		ids = append(ids, l.near[number]...)
	}
	slices.Sort(ids)
	return l.readInvoices(ctx, slices.Compact(ids))
}
