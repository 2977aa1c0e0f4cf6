package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"customercenter/shared/center"
	"customercenter/shared/money"
)

// ErrNoPayment is the one answer for payments that do not exist or are
// another account's.
var ErrNoPayment = center.Errorf(center.NotFound, "payment-not-found", "There is no such payment.")

// moveTries bounds how often a change of a payment begins again, because
// something else changed what it is about.
const moveTries = 6

// firstLook is when a payment that nobody finishes is looked at.
const firstLook = 2 * time.Minute

// Payables are the papers of those ids as they stand now, read with
// certainty, in the order asked. Absent and foreign ids are left out.
func (a Account) Payables(ctx context.Context, ids []center.InvoiceID) ([]center.Invoice, error) {
	l := newLedger(a.s, a.actor.Account)
	return l.payables(ctx, ids)
}

func (l *ledger) payables(ctx context.Context, ids []center.InvoiceID) ([]center.Invoice, error) {
	ids = slices.DeleteFunc(slices.Clone(ids), func(id center.InvoiceID) bool { return !isInvoiceID(id) })
	if err := firstError(l.readInvoices(ctx, ids), l.awaited(ctx, ids)); err != nil {
		return nil, err
	}
	var out []center.Invoice
	for _, id := range ids {
		if inv := l.invoices[id]; inv != nil && !inv.Draft {
			out = append(out, *inv)
		}
	}
	return out, nil
}

// Unsettled are the oldest unsettled papers, by due date, that were due
// before the day (all when it is ""), at most center.MaxSelection; more tells
// whether there are others.
func (a Account) Unsettled(ctx context.Context, dueBefore center.Date) (list []center.Invoice, more bool, err error) {
	q := question{pk: a.t.pk(prefixList), from: sortUnsettled, limit: center.MaxSelection + 1, current: true}
	if dueBefore != "" {
		q.to = sortUnsettled + dueBefore.Compact()
	}
	items, last, err := a.s.ask(ctx, q)
	if err != nil {
		return nil, false, err
	}
	for _, it := range items {
		inv, err := readRow(a.actor.Account, it)
		if err != nil {
			return nil, false, err
		}
		list = append(list, inv)
	}
	if len(list) > center.MaxSelection {
		return list[:center.MaxSelection], true, nil
	}
	return list, last != nil, nil
}

// maxCredits is how many papers with credit left are looked at.
const maxCredits = 50

// Credits are the credit notes and negative invoices that have something left
// to give, oldest first.
func (a Account) Credits(ctx context.Context) ([]center.Invoice, error) {
	items, _, err := a.s.ask(ctx, question{pk: a.t.pk(prefixList), from: sortOpenCredit, limit: maxCredits, current: true})
	if err != nil {
		return nil, err
	}
	var ids []center.InvoiceID
	for _, it := range items {
		id, err := longInvoice(rowID(it.key().sk))
		if err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	list, err := a.Payables(ctx, ids)
	return slices.DeleteFunc(list, func(inv center.Invoice) bool { return inv.CreditLeft.Sign() <= 0 }), err
}

// Payment is one of the account's, read with certainty.
func (a Account) Payment(ctx context.Context, id center.PaymentID) (center.Payment, error) {
	return a.s.Payment(ctx, a.actor.Account, id)
}

// Payment is one of any account: for functions that work on behalf of the
// processor, never of a person.
func (s *Store) Payment(ctx context.Context, account center.AccountID, id center.PaymentID) (center.Payment, error) {
	if !isPaymentID(id) {
		return center.Payment{}, ErrNoPayment
	}
	it, err := s.get(ctx, tenantOf(account).payment(id))
	if errors.Is(err, errAbsent) {
		return center.Payment{}, ErrNoPayment
	}
	if err != nil {
		return center.Payment{}, err
	}
	return readPayment(account, id, it)
}

// PaymentRow is one line of the history of payments.
type PaymentRow struct {
	ID        center.PaymentID
	State     center.PaymentState
	Wait      center.PaymentWait
	Reason    center.DeclineReason
	Charge    money.Money
	Credit    money.Money
	Rewards   money.Money // the zero value is none
	Refunded  money.Money
	Method    string // as people read it; "" before it is known
	Kind      center.MethodKind
	Invoices  int
	First     string // number of the first of them
	ByName    string
	CreatedAt time.Time
}

const routePayments = "payments"

// Payments is a page of the history, newest first.
func (a Account) Payments(ctx context.Context, cursor string, limit int) (rows []PaymentRow, next string, err error) {
	if limit <= 0 {
		limit = DefaultPage
	}
	bound := scope{account: a.actor.Account, route: routePayments}
	q := question{pk: a.t.pk(prefixList), from: sortPaymentRow, reverse: true, limit: min(limit, MaxPage), current: true}
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
	for _, it := range items {
		row, err := readPaymentRow(a.t, it)
		if err != nil {
			return nil, "", err
		}
		rows = append(rows, row)
	}
	if last != nil {
		next = a.s.seal(bound, last.key().sk)
	}
	return rows, next, nil
}

// ClaimPayment takes the payables of a NEW payment: each goes from
// outstanding to processing in one transaction with the payment itself. What
// account credit covers is settled at once; a payment without Charge is
// SUCCEEDED at once. The same payment again (by id) answers the one that
// stands, with again true. Refusals: Conflict amounts-changed when a version
// or an amount is no longer so, Conflict payment-in-flight when a payable is
// held by another payment, Unprocessable idempotency-key-reused when the id
// stands with another Request.
func (a Account) ClaimPayment(ctx context.Context, p center.Payment) (stands center.Payment, again bool, err error) {
	return a.claimPayment(ctx, p, nil, moveTries)
}

func (a Account) claimPayment(ctx context.Context, p center.Payment, asked *RewardsAsked, tries int) (stands center.Payment, again bool, err error) {
	p.Account, p.State, p.Version = a.actor.Account, center.PaymentNew, 1
	for range tries {
		l := newLedger(a.s, a.actor.Account)
		err = l.claim(ctx, &p, func(c *change, at time.Time) error {
			if asked == nil {
				return nil
			}
			may, err := a.RedeemerMay(ctx, asked.Subscription, asked.Code)
			if err == nil {
				_, err = a.draw(ctx, l, c, *asked, may, p.ID, at)
			}
			return err
		})
		if err == nil {
			return p, false, nil
		}
		if center.IsKind(err, center.Unavailable) {
			return center.Payment{}, false, err
		}
		stands, found, readErr := a.standing(ctx, p)
		if readErr != nil || found {
			return stands, found && readErr == nil, readErr
		}
		if !isRefusal(err) {
			return center.Payment{}, false, err
		}
		if asked != nil {
			if err := a.redeemedAlone(ctx, asked.ID); err != nil {
				return center.Payment{}, false, err
			}
		}
		p.State, p.EndedAt = center.PaymentNew, time.Time{}
	}
	return center.Payment{}, false, errBusy
}

// standing is the payment of that id, if it stands; it must be of the same
// request.
func (a Account) standing(ctx context.Context, p center.Payment) (stands center.Payment, found bool, err error) {
	stands, err = a.Payment(ctx, p.ID)
	switch {
	case errors.Is(err, ErrNoPayment):
		return center.Payment{}, false, nil
	case err != nil:
		return center.Payment{}, false, err
	case stands.Request != p.Request:
		return center.Payment{}, true, ErrKeyReused
	}
	return stands, true, nil
}

var errAmountsChanged = center.Errorf(center.Conflict, "amounts-changed",
	"What is to be paid changed since you looked at it. Please look at the new amounts.")

// claim writes the claim of a payment with the rewards it draws, or says why it
// can not be.
func (l *ledger) claim(ctx context.Context, p *center.Payment, draw func(*change, time.Time) error) error {
	var ids []center.InvoiceID
	for _, part := range p.Parts {
		ids = append(ids, part.Invoice)
	}
	for _, use := range p.Credits {
		ids = append(ids, use.Credit)
	}
	if err := firstError(l.readInvoices(ctx, ids), l.awaited(ctx, ids)); err != nil {
		return err
	}
	c, now := newChange(), l.s.now()
	on := center.Today(now, time.UTC)
	for _, part := range p.Parts {
		if err := l.claimPart(ctx, c, *p, part, on); err != nil {
			return err
		}
	}
	if err := l.spend(c, *p, now, on); err != nil {
		return err
	}
	if err := draw(c, now); err != nil {
		return err
	}
	if p.CreatedAt.IsZero() {
		p.CreatedAt = now
	}
	if p.Charge.Sign() == 0 {
		p.State, p.EndedAt = center.PaymentSucceeded, now
	} else {
		p.LookAt = now.Add(firstLook)
	}
	writes, err := l.moveWrites(c, nil, *p, "payment-claimed", now)
	if err != nil {
		return err
	}
	return l.s.transact(ctx, "claim/"+string(p.ID), writes)
}

func (l *ledger) claimPart(ctx context.Context, c *change, p center.Payment, part center.PaymentPart, on center.Date) error {
	inv := l.invoices[part.Invoice]
	if inv == nil {
		return errAmountsChanged
	}
	if inv.Active != "" && inv.Active != p.ID {
		return l.inFlight(ctx, *inv)
	}
	if inv.Version != part.Version {
		return errAmountsChanged
	}
	now := *inv
	var err error
	if part.Rewards.Sign() > 0 {
		if now, err = now.UseRewards(part.Rewards); err != nil {
			return errAmountsChanged
		}
	}
	held := p.Held(part)
	if now, err = now.Claim(p.ID, held, part.Credit, on); err != nil {
		return errAmountsChanged
	}
	if settled := part.Amount.Minor + part.Rewards.Minor - held.Minor; settled > 0 {
		if now, err = now.Settle(part.Rewards, on); err != nil {
			return errAmountsChanged
		}
	}
	now.Version++
	c.books[inv.ID] = book{was: inv, now: now}
	return nil
}

// inFlight says who holds a payable, since when and with how much.
func (l *ledger) inFlight(ctx context.Context, inv center.Invoice) error {
	e := center.Errorf(center.Conflict, "payment-in-flight", "A payment of %s for %s %s is in flight.", inv.Processing, inv.Kind.Noun(), inv.Number)
	p, err := l.s.Payment(ctx, l.id, inv.Active)
	switch {
	case err != nil:
	case inv.Processing.Sign() == 0:
		e.Detail = fmt.Sprintf("%s started a payment of %s at %s UTC, which is not finished. Invoice %s was raised for what it pays, and waits for it.",
			p.ByName, p.Charge, p.CreatedAt.UTC().Format("2006-01-02 15:04"), inv.Number)
	default:
		e.Detail = fmt.Sprintf("%s started a payment of %s for %s %s at %s UTC, which is not finished.", p.ByName, inv.Processing, inv.Kind.Noun(), inv.Number,
			p.CreatedAt.UTC().Format("2006-01-02 15:04"))
	}
	e.Err = fmt.Errorf("held by %s", inv.Active)
	return e
}

// spend takes what a payment uses of account credit from the papers that give
// it, with a line in the history of each.
func (l *ledger) spend(c *change, p center.Payment, at time.Time, on center.Date) error {
	for _, use := range p.Credits {
		b, ok := c.books[use.Credit]
		if !ok {
			credit := l.invoices[use.Credit]
			if credit == nil {
				return errAmountsChanged
			}
			b = book{was: credit, now: *credit}
			b.now.Version++
		}
		after, err := b.now.Spend(use.Amount)
		if err != nil {
			return errAmountsChanged
		}
		b.now = after
		c.books[use.Credit] = b
		given := Entry{Kind: EntryCreditGiven, At: at, On: on, Amount: use.Amount, Number: numberOf(p, use.Invoice), Invoice: use.Invoice, By: p.ByName}
		taken := Entry{Kind: EntryCreditApplied, At: at, On: on, Amount: use.Amount, Number: use.Number, Invoice: use.Credit, By: p.ByName}
		c.entry(l.t.credit(use.Credit, use.Invoice, after.Version), given)
		c.entry(l.t.credit(use.Invoice, use.Credit, after.Version), taken)
	}
	return nil
}

func numberOf(p center.Payment, id center.InvoiceID) string {
	for _, part := range p.Parts {
		if part.Invoice == id {
			return part.Number
		}
	}
	return ""
}

// entry adds a line to a paper's history.
func (c *change) entry(at key, e Entry) {
	c.creations = append(c.creations, write{name: "entry", verb: put, at: at, item: entryItem(at, e), condition: absent})
}

// moveWrites are the writes of a change and of the payment that makes it: the
// payment, its row, its letter and the audit entry. was is nil for a new one.
func (l *ledger) moveWrites(c *change, was *center.Payment, now center.Payment, step string, at time.Time) ([]write, error) {
	it, err := l.t.paymentItem(now)
	if err != nil {
		return nil, err
	}
	var old int64
	if was != nil {
		old = int64(was.Version)
	}
	row := l.t.paymentRow(now)
	rowWrite := write{name: "payment row", verb: put, at: row.key(), item: row, condition: absent}
	if was != nil {
		rowWrite.condition, rowWrite.values = "#"+attrRowVersion+" = :was", item{}
		rowWrite.values.num(":was", old)
	}
	c.creations = append(c.creations, versioned("payment", it, old), rowWrite, l.t.auditOf(at, step, string(now.ID), now.ByName, now.Version))
	if now.State.Final() && (was == nil || !was.State.Final()) {
		if letter, ok := paymentLetter(now, at); ok {
			c.creations = append(c.creations, letter)
		}
	}
	return l.writes(c)
}

// step is what a change makes of a payment that stands: false where it needs
// no change.
type step func(l *ledger, p *center.Payment, c *change, at time.Time) (changes bool, err error)

// move changes a payment that stands, with the papers it is about, in one
// transaction; again where something else came between. It answers the
// payment as it then stands, changed or not.
func (s *Store) move(ctx context.Context, account center.AccountID, id center.PaymentID, name string, do step, checks func(center.Payment) []write) (center.Payment, error) {
	var torn *tornError
	for range moveTries {
		was, err := s.Payment(ctx, account, id)
		if err != nil {
			return center.Payment{}, err
		}
		l, c, now, at := newLedger(s, account), newChange(), was, s.now()
		now.Parts = slices.Clone(was.Parts)
		ids := make([]center.InvoiceID, len(was.Parts))
		for i, part := range was.Parts {
			ids[i] = part.Invoice
		}
		if err := l.readInvoices(ctx, ids); err != nil {
			return center.Payment{}, err
		}
		if err := l.readInvoices(ctx, l.sharers(was)); err != nil {
			return center.Payment{}, err
		}
		changes, err := do(l, &now, c, at)
		if errors.As(err, &torn) {
			continue
		}
		if err != nil || !changes {
			return was, err
		}
		now.Version++
		writes, err := l.moveWrites(c, &was, now, name, at)
		if err != nil {
			return center.Payment{}, err
		}
		if checks != nil {
			writes = append(writes, checks(was)...)
		}
		err = s.transact(ctx, name+"/"+string(id), writes)
		if err == nil {
			return now, nil
		}
		if !isRefusal(err) {
			return center.Payment{}, err
		}
	}
	if torn != nil {
		return center.Payment{}, changed(torn)
	}
	return center.Payment{}, errBusy
}

// tornError says that a payable does not fit its payment: mostly since another
// ended the payment after it was read here and before its payables were.
type tornError struct{ error }

func (e *tornError) Unwrap() error { return e.error }

// PaymentMove is what is written down of an object at the processor.
type PaymentMove struct {
	Object    string
	URL       string
	Wait      center.PaymentWait
	LookAt    time.Time
	Looks     int
	ExpiresAt time.Time
}

func (m PaymentMove) of(p *center.Payment) {
	p.URL, p.Wait, p.LookAt, p.Looks = m.URL, m.Wait, m.LookAt, m.Looks
	if m.Object != "" {
		p.Object = m.Object
	}
	if !m.ExpiresAt.IsZero() {
		p.ExpiresAt = m.ExpiresAt
	}
}

// ErrMovedOn refuses to record an object of a payment that was given up or has
// another one.
var ErrMovedOn = center.Errorf(center.Conflict, "payment-moved-on", "The payment was given up or belongs to another attempt.")

// RecordPayment writes the processor's object down: NEW becomes CREATED, if
// its payables are still held. Recording the same object again changes
// nothing. Conflict payment-moved-on when the payment is no longer NEW or has
// another object: the object must then be cancelled.
func (s *Store) RecordPayment(ctx context.Context, account center.AccountID, id center.PaymentID, m PaymentMove) (center.Payment, error) {
	return s.move(ctx, account, id, "payment-recorded", func(_ *ledger, p *center.Payment, _ *change, _ time.Time) (bool, error) {
		if p.State == center.PaymentCreated && p.Object == m.Object {
			return false, nil
		}
		if p.State != center.PaymentNew {
			return false, ErrMovedOn
		}
		p.State = center.PaymentCreated
		m.of(p)
		return true, nil
	}, func(p center.Payment) []write { return tenantOf(account).held(p) })
}

// held asks of each payable of a payment that it still holds it.
func (t tenant) held(p center.Payment) (checks []write) {
	for _, part := range p.Parts {
		if p.Held(part).Sign() == 0 {
			continue
		}
		w := write{name: "held", verb: check, at: t.head(part.Invoice), condition: "#" + attrHeldBy + " = :a", values: item{}}
		w.values.text(":a", string(p.ID))
		checks = append(checks, w)
	}
	return checks
}

// WaitPayment notes for whom a CREATED payment waits and when to look again.
// It changes nothing about a payment that is final.
func (s *Store) WaitPayment(ctx context.Context, account center.AccountID, id center.PaymentID, m PaymentMove) (center.Payment, error) {
	return s.move(ctx, account, id, "payment-waits", func(_ *ledger, p *center.Payment, _ *change, _ time.Time) (bool, error) {
		if p.State != center.PaymentCreated {
			return false, nil
		}
		was := *p
		m.of(p)
		return was.Wait != p.Wait || was.URL != p.URL || !was.LookAt.Equal(p.LookAt) || was.Looks != p.Looks, nil
	}, nil)
}

// AbandonPayment frees the payables of a payment that is still NEW, after
// which it can not be recorded any more. It answers the payment as it stands,
// which is CREATED or final when that came first.
func (s *Store) AbandonPayment(ctx context.Context, account center.AccountID, id center.PaymentID, why center.DeclineReason) (center.Payment, error) {
	return s.move(ctx, account, id, "payment-abandoned", func(l *ledger, p *center.Payment, c *change, at time.Time) (bool, error) {
		if p.State != center.PaymentNew {
			return false, nil
		}
		p.State, p.Reason, p.EndedAt, p.LookAt = center.PaymentAbandoned, why, at, time.Time{}
		return true, l.release(ctx, c, *p, false, at)
	}, nil)
}

// each changes every payable of a payment that holds money of it.
func (l *ledger) each(c *change, p center.Payment, do func(center.Invoice, center.PaymentPart) (center.Invoice, error)) error {
	for _, part := range p.Parts {
		inv := l.invoices[part.Invoice]
		if p.Held(part).Sign() == 0 || inv == nil {
			continue
		}
		now, err := do(*inv, part)
		if err != nil {
			return &tornError{err}
		}
		now.Version++
		c.books[inv.ID] = book{was: inv, now: now}
	}
	return nil
}

// PaymentEnd is how a CREATED payment ended.
type PaymentEnd struct {
	Succeeded bool
	Reason    center.DeclineReason // of a failure
	Method    center.PaymentMethod // what was used, where the processor tells
}

// ErrContradiction is a success of a payment that had ended without.
var ErrContradiction = center.Errorf(center.Conflict, "payment-contradiction",
	"The processor took money for a payment that had ended without. The vendor has been told.")

// FinishPayment ends a CREATED payment once: its payables become settled, or
// outstanding again; the letter is put with it. What was paid for an order or a
// renewal counts on the invoices that came for it meanwhile. Whoever comes later
// changes nothing and gets the payment as it stands. Conflict
// payment-contradiction when it succeeded and had ended otherwise: a person
// must look.
func (s *Store) FinishPayment(ctx context.Context, account center.AccountID, id center.PaymentID, end PaymentEnd) (center.Payment, error) {
	name := "payment-failed"
	if end.Succeeded {
		name = "payment-succeeded"
	}
	more := false
	p, err := s.move(ctx, account, id, name, func(l *ledger, p *center.Payment, c *change, at time.Time) (bool, error) {
		more = false
		if p.State != center.PaymentCreated {
			if end.Succeeded && (p.State == center.PaymentFailed || p.State == center.PaymentAbandoned) {
				return false, ErrContradiction
			}
			return false, nil
		}
		if end.Method.Brand != "" {
			end.Method.ID = p.Method.ID
			p.Method = end.Method
		}
		p.Wait, p.URL, p.EndedAt, p.LookAt, p.Looks = "", "", at, time.Time{}, 0
		if !end.Succeeded {
			p.State, p.Reason = center.PaymentFailed, end.Reason
			l.stick(c, *p)
			return true, l.release(ctx, c, *p, true, at)
		}
		p.State = center.PaymentSucceeded
		on := center.Today(at, time.UTC)
		err := l.each(c, *p, func(inv center.Invoice, part center.PaymentPart) (center.Invoice, error) {
			if part.Amount.Sign() > 0 {
				c.entry(l.t.paymentEntry(inv.ID, p.ID), Entry{Kind: EntryPayment, At: at, On: on, Amount: part.Amount,
					Number: string(p.ID), By: p.ByName, Method: p.Method.Label()})
			}
			return inv.Confirm(p.ID, p.Held(part), on)
		})
		if err == nil {
			err = l.endRewards(ctx, c, *p, center.RedemptionApplied, "", at)
		}
		if err != nil {
			return true, err
		}
		if p.Redemption != "" { // the transaction is full enough
			more = true
			return true, nil
		}
		more, err = l.countSettled(c, *p, at)
		return true, err
	}, nil)
	for err == nil && more {
		p, err = s.move(ctx, account, id, "payment-counted", func(l *ledger, p *center.Payment, c *change, at time.Time) (changes bool, err error) {
			more, err = l.countSettled(c, *p, at)
			return len(c.books) > 0, err
		}, nil)
	}
	return p, err
}

// DuePayment names a payment that wants to be looked at.
type DuePayment struct {
	Account center.AccountID
	ID      center.PaymentID
	LookAt  time.Time
}

// DuePayments are those whose time to be looked at has come, the longest due
// first, at most limit.
func (s *Store) DuePayments(ctx context.Context, limit int) ([]DuePayment, error) {
	var due []DuePayment
	for shard := range paymentShards {
		pk := paymentWorkPK(shard)
		items, _, err := s.ask(ctx, question{index: indexWork, part: attrWorkPK, pk: pk, attr: attrWorkSK, from: workStart, to: workTime(s.now()), limit: limit})
		if err != nil {
			return nil, err
		}
		for _, it := range items {
			account, id, err := paymentOfKey(it.key().pk)
			if err != nil {
				return nil, err
			}
			r := reader{it: it}
			at, err := time.Parse(workLayout, r.text(attrWorkSK))
			if err != nil {
				return nil, fmt.Errorf("store: %s waits for no time: %w", it.key().pk, err)
			}
			due = append(due, DuePayment{account, id, at})
		}
	}
	slices.SortFunc(due, func(a, b DuePayment) int { return a.LookAt.Compare(b.LookAt) })
	return due[:min(len(due), limit)], nil
}
