package store

import (
	"context"
	"strings"
	"sync"
	"time"

	"customercenter/shared/center"
	"customercenter/shared/money"
)

// Limits of a statement, beyond which it is TooLarge.
const (
	maxStatementRows    = 20_000 // rows of lists looked at
	maxStatementEntries = 5_000
	statementAtOnce     = 16 // papers whose history is read
	statementPage       = 1000
)

var errStatementTooLong = center.Errorf(center.TooLarge, "statement-too-long",
	"Too much was booked in this period for one statement. Please choose a shorter one.")

// Statement draws the statement of a period, both days included: what is owed
// now from the rows of open invoices and the totals, and what was booked since
// from the rows of papers issued since, and the histories of those invoices
// that were touched. TooLarge statement-too-long beyond what one can hold.
func (a Account) Statement(ctx context.Context, from, to center.Date) (center.Statement, error) {
	d := drawing{a: a, from: from, now: map[money.Code]center.Owing{}, touched: map[center.InvoiceID]string{}, issuedHere: map[center.InvoiceID]bool{}}
	for _, step := range []func(context.Context) error{d.open, d.closed, d.issued, d.received, d.totals, d.histories, d.creditUsed} {
		if err := step(ctx); err != nil {
			return center.Statement{}, err
		}
	}
	return center.NewStatement(d.now, d.entries, from, to, a.Today())
}

// drawing collects a statement.
type drawing struct {
	a       Account
	from    center.Date
	now     map[money.Code]center.Owing
	touched map[center.InvoiceID]string // numbers of those whose history is read
	entries []center.StatementEntry
	rows    int

	issuedHere map[center.InvoiceID]bool // since the period began
}

// each goes through the rows of a span of the account's lists.
func (d *drawing) each(ctx context.Context, q question, do func(center.Invoice) error) error {
	q.pk, q.limit = d.a.t.pk(prefixList), statementPage
	for {
		rows, last, err := d.a.s.askFlat(ctx, q)
		if err != nil {
			return err
		}
		if d.rows += len(rows); d.rows > maxStatementRows || len(d.entries) > maxStatementEntries {
			return errStatementTooLong
		}
		for i := range rows {
			inv, err := readRowFrom(d.a.actor.Account, &rows[i])
			if err == nil {
				err = do(inv)
			}
			if err != nil {
				return err
			}
		}
		if q.start = last; last == nil {
			return nil
		}
	}
}

// open adds what invoices have outstanding and submitted. Those that nothing
// happened to since they were booked have no history.
func (d *drawing) open(ctx context.Context) error {
	for _, segment := range []string{sortUnsettled, sortSubmitted} {
		err := d.each(ctx, question{attr: attrSK, from: segment, to: segment + sortEnd, current: true}, func(inv center.Invoice) (err error) {
			o, known := d.now[inv.Amount.Currency]
			if !known {
				o.Outstanding, o.Processing = money.Zero(inv.Amount.Currency), money.Zero(inv.Amount.Currency)
			}
			if o.Outstanding, err = o.Outstanding.Add(inv.Outstanding); err == nil {
				o.Processing, err = o.Processing.Add(inv.Processing)
			}
			d.now[inv.Amount.Currency] = o
			if inv.Version > 1 || inv.Settled.Sign() > 0 {
				d.touched[inv.ID] = inv.Number
			}
			return firstError(err, d.paper(inv))
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// closed finds the invoices that closed since the period began.
func (d *drawing) closed(ctx context.Context) error {
	return d.each(ctx, question{attr: attrSK, from: sortClosed + compact(d.from), to: sortClosed + sortEnd, current: true}, func(inv center.Invoice) error {
		d.touched[inv.ID] = inv.Number
		return d.paper(inv)
	})
}

// issued adds the papers issued since the period began: credit notes, and
// those invoices that were paid before it, though they were issued in it. The
// index lags by moments; all other invoices were met above.
func (d *drawing) issued(ctx context.Context) error {
	credits := question{attr: attrSK, from: sortCredits + compact(d.from), to: sortCredits + sortEnd, current: true}
	if err := d.each(ctx, credits, d.paper); err != nil {
		return err
	}
	return d.each(ctx, question{index: indexByIssued, attr: attrIssued, from: markInvoice + compact(d.from), to: markInvoice + sortEnd}, d.paper)
}

// paper adds a paper that was issued since the period began, once.
func (d *drawing) paper(inv center.Invoice) error {
	kind, known := paperKinds[inv.Kind]
	if !known || inv.IssuedOn < d.from || d.issuedHere[inv.ID] {
		return nil
	}
	d.issuedHere[inv.ID] = true
	amount, err := center.LedgerAmount(inv.Kind, inv.Amount)
	if err != nil {
		return err
	}
	if inv.Settled.Sign() > 0 {
		d.touched[inv.ID] = inv.Number
	}
	d.entries = append(d.entries, center.StatementEntry{Kind: kind, On: inv.IssuedOn, Number: inv.Number, Invoice: inv.ID, Amount: amount})
	return nil
}

// paperKinds are the papers that change what is owed.
var paperKinds = map[center.DocumentKind]center.StatementKind{
	center.KindInvoice: center.StatementInvoice, center.KindDebitNote: center.StatementDebitNote, center.KindCreditNote: center.StatementCreditNote,
}

// totals adds the account credit, and how old what is outstanding has become.
func (d *drawing) totals(ctx context.Context) error {
	sum, err := d.a.Summary(ctx)
	if err != nil {
		return err
	}
	for _, c := range sum.Currencies {
		o := d.now[c.Currency]
		o.Credit = c.AccountCredit
		if o.Outstanding.Sign() > 0 {
			o.Aging = c.Aging
		}
		d.now[c.Currency] = o
	}
	return nil
}

// histories adds what was paid and refunded of the invoices that were touched.
func (d *drawing) histories(ctx context.Context) error {
	if len(d.touched) > maxStatementEntries {
		return errStatementTooLong
	}
	var (
		mu     sync.Mutex
		all    sync.WaitGroup
		failed error
		room   = make(chan struct{}, statementAtOnce)
	)
	for id, number := range d.touched {
		room <- struct{}{}
		all.Go(func() {
			defer func() { <-room }()
			entries, err := d.history(ctx, id, number)
			mu.Lock()
			defer mu.Unlock()
			d.entries, failed = append(d.entries, entries...), firstError(failed, err)
		})
	}
	all.Wait()
	if failed == nil && len(d.entries) > maxStatementEntries {
		failed = errStatementTooLong
	}
	return failed
}

// entriesOf are the entries that change what is owed, and whether they take
// from it or add to it. Credits between papers do neither: each is on both,
// once more and once less. So is what an invoice took of money that came
// outside the center, which the statement has whole.
var entriesOf = map[EntryKind]struct {
	kind center.StatementKind
	sign int64
}{
	EntryPayment: {center.StatementPayment, -1}, EntryRefund: {center.StatementRefund, 1},
	EntryPrepaid: {center.StatementPrepaid, -1}, EntryPrepaidBack: {center.StatementPrepaidBack, 1},
	EntryRewards: {center.StatementRewards, -1}, EntryRewardsBack: {center.StatementRewardsBack, 1},
}

// history is what was paid and refunded of one invoice since the period began.
// The invoice is read whole, in one Query: its document is mostly smaller than
// what three would cost.
func (d *drawing) history(ctx context.Context, id center.InvoiceID, number string) (out []center.StatementEntry, err error) {
	items, err := d.a.s.askAll(ctx, question{pk: d.a.t.invoicePK(id), limit: detailItems, current: true})
	if err != nil {
		return nil, err
	}
	for _, it := range items {
		if (&reader{it: it}).text(attrKind) != kindEntry.mark() {
			continue
		}
		e, err := readEntry(it)
		if err != nil {
			return nil, err
		}
		on := e.On
		if on == "" {
			on = center.Today(e.At, time.UTC)
		}
		of, known := entriesOf[e.Kind]
		if !known || on < d.from || strings.HasPrefix(it.key().sk, sortCredit) {
			continue
		}
		entry := center.StatementEntry{Kind: of.kind, On: on, Number: number, Invoice: id, Amount: e.Amount}
		entry.Amount.Minor *= of.sign
		if strings.HasPrefix(e.Number, paymentPrefix) {
			entry.Payment = center.PaymentID(e.Number)
		}
		out = append(out, entry)
	}
	return out, nil
}

// creditUsed adds account credit that went to orders and renewals.
func (d *drawing) creditUsed(ctx context.Context) error {
	q := question{pk: d.a.t.pk(prefixList), from: sortPaymentRow + compact(d.from), to: sortPaymentRow + sortEnd, limit: statementPage, current: true}
	items, err := d.a.s.askAll(ctx, q)
	if err != nil {
		return err
	}
	for _, it := range items {
		row, err := readPaymentRow(d.a.t, it)
		if err != nil {
			return err
		}
		if row.Credit.Sign() == 0 {
			continue
		}
		p, err := d.a.Payment(ctx, row.ID)
		if err != nil {
			return err
		}
		for _, part := range p.Parts {
			if part.Kind != "" && !part.Kind.IsPaper() && part.Credit.Sign() > 0 {
				d.entries = append(d.entries, center.StatementEntry{Kind: center.StatementCreditUsed, On: center.Today(p.CreatedAt, time.UTC),
					Number: part.Number, Invoice: part.Invoice, Payment: p.ID, Amount: part.Credit})
			}
		}
	}
	return nil
}
