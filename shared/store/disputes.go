package store

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"

	"customercenter/shared/center"
	"customercenter/shared/money"
)

// ErrNoDispute is the one answer for disputes that do not exist or are of
// another invoice.
var ErrNoDispute = center.Errorf(center.NotFound, "dispute-not-found", "There is no such dispute of this invoice.")

// Attributes of a dispute.
const (
	attrDisputed   = "dq" // of an invoice, its head and row: how much of it is in dispute
	attrLine       = "ln"
	attrText       = "tx"
	attrReply      = "aw"
	attrAnsweredBy = "ab"
)

func (t tenant) disputeItem(d center.Dispute) item {
	it := newItem(t.dispute(d.Invoice, d.ID), kindDispute)
	it.text(attrID, string(d.ID))
	it.text(attrLine, d.Line)
	it.text(attrReason, string(d.Reason))
	it.text(attrText, d.Text)
	it.num(attrMinor, d.Amount.Minor)
	it.text(attrCurrency, string(d.Amount.Currency))
	it.text(attrState, string(d.State))
	it.text(attrBy, string(d.By))
	it.text(attrByName, d.ByName)
	it.instant(attrAt, d.At)
	it.text(attrReply, d.Answer)
	it.text(attrAnsweredBy, d.AnsweredBy)
	it.instant(attrAnsweredAt, d.AnsweredAt)
	it.num(attrVersion, int64(d.Version))
	if d.State.Open() {
		pk, sk := disputeIndex(d)
		it.text(attrWorkPK, pk)
		it.text(attrWorkSK, sk)
	}
	return it
}

func readDispute(invoice center.InvoiceID, it item) (center.Dispute, error) {
	r := open(it, kindDispute)
	return center.Dispute{ID: center.DisputeID(r.text(attrID)), Invoice: invoice, Line: r.text(attrLine), Reason: center.DisputeReason(r.text(attrReason)),
		Text: r.text(attrText), Amount: r.money(attrMinor, money.Code(r.text(attrCurrency))), State: center.DisputeState(r.text(attrState)),
		By: center.ContactID(r.text(attrBy)), ByName: r.text(attrByName), At: r.instant(attrAt), Answer: r.text(attrReply),
		AnsweredBy: r.text(attrAnsweredBy), AnsweredAt: r.instant(attrAnsweredAt), Version: int(r.num(attrVersion))}, r.err
}

// AccountDispute is a dispute that waits for an operator, with what it is of.
type AccountDispute struct {
	Account     center.AccountID
	AccountName string
	Number      string // of the invoice
	center.Dispute
}

// Disputes are those that nobody has decided, the oldest first, at most limit;
// more tells whether there are others.
func (e Everywhere) Disputes(ctx context.Context, limit int) (list []AccountDispute, more bool, err error) {
	var places, keys []key
	for shard := range disputeShards {
		items, last, err := e.s.ask(ctx, question{index: indexWork, part: attrWorkPK, pk: disputeWorkPK(shard), attr: attrWorkSK, from: workStart,
			to: workTime(e.s.now()), limit: limit})
		if err != nil {
			return nil, false, err
		}
		more = more || last != nil
		for _, it := range items {
			account, _, err := invoiceOfKey(it.key().pk)
			if err != nil {
				return nil, false, err
			}
			places = append(places, it.key())
			keys = append(keys, it.key(), key{it.key().pk, sortHead}, tenantOf(account).profile())
		}
	}
	slices.SortFunc(keys, func(a, b key) int { return cmp.Or(cmp.Compare(a.pk, b.pk), cmp.Compare(a.sk, b.sk)) })
	found, err := e.s.getMany(ctx, slices.Compact(keys), false)
	if err != nil {
		return nil, false, err
	}
	for _, at := range places {
		account, invoice, err := invoiceOfKey(at.pk)
		if err != nil {
			return nil, false, err
		}
		head := open(found[key{at.pk, sortHead}], kindInvoice)
		d, err := readDispute(invoice, found[at])
		profile, other := readAccount(account, found[tenantOf(account).profile()])
		if err = firstError(head.err, err, other); err != nil {
			return nil, false, err
		}
		if d.State.Open() { // the index tells late
			list = append(list, AccountDispute{account, profile.Name, head.text(attrNumberFull), d})
		}
	}
	slices.SortFunc(list, func(a, b AccountDispute) int { return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.ID, b.ID)) })
	return list[:min(len(list), limit)], more || len(list) > limit, nil
}

// OpenDispute puts a dispute and holds its amount, with a letter to who opens
// it. The same again is the first one. Refusals are those of
// center.Invoice.OpenDispute; Conflict too-many-disputes where the invoice has
// twenty.
func (a Account) OpenDispute(ctx context.Context, d center.Dispute) (center.Dispute, error) {
	for range moveTries {
		detail, err := a.Invoice(ctx, d.Invoice)
		if err != nil {
			return d, err
		}
		for _, stands := range detail.Disputes {
			if stands.ID == d.ID {
				return stands, nil
			}
		}
		if len(detail.Disputes) >= center.MaxDisputes {
			return d, center.Errorf(center.Conflict, "too-many-disputes", "This invoice has %d disputes. Please write to the billing desk.", center.MaxDisputes)
		}
		next, err := detail.Invoice.OpenDispute(d.Amount, a.Today())
		if err != nil {
			return d, err
		}
		d.State, d.Version = center.DisputePending, 1
		err = a.s.moveDispute(ctx, detail.Invoice, next, d, a.actor.Email, string(a.actor.Contact))
		if err == nil || !isRefusal(err) {
			return d, err
		}
	}
	return d, errBusy
}

// WithdrawDispute ends a dispute; withdrawn already, nothing changes.
func (a Account) WithdrawDispute(ctx context.Context, invoice center.InvoiceID, id center.DisputeID) (center.Dispute, error) {
	return a.s.decideDispute(ctx, a, invoice, id, a.actor.Email, string(a.actor.Contact), func(d center.Dispute) (center.Dispute, center.DisputeState) {
		return d, center.DisputeWithdrawn
	})
}

// AnswerDispute is the vendor's answer, with a letter to who opened it. The
// same answer again changes nothing.
func (e Everywhere) AnswerDispute(ctx context.Context, account center.AccountID, invoice center.InvoiceID, id center.DisputeID, to center.DisputeState, answer, by string) (center.Dispute, error) {
	a := e.s.In(center.Actor{Account: account})
	return e.s.decideDispute(ctx, a, invoice, id, by, "", func(d center.Dispute) (center.Dispute, center.DisputeState) {
		d.Answer, d.AnsweredBy, d.AnsweredAt = answer, by, e.s.now()
		return d, to
	})
}

func (s *Store) decideDispute(ctx context.Context, a Account, invoice center.InvoiceID, id center.DisputeID, by, contact string, decide func(center.Dispute) (center.Dispute, center.DisputeState)) (center.Dispute, error) {
	for range moveTries {
		detail, err := a.Invoice(ctx, invoice)
		if err != nil {
			return center.Dispute{}, err
		}
		d, ok := center.Dispute{}, false
		for _, stands := range detail.Disputes {
			if stands.ID == id {
				d, ok = stands, true
			}
		}
		if !ok {
			return d, ErrNoDispute
		}
		decided, to := decide(d)
		if d.State == to && d.Answer == decided.Answer {
			return d, nil
		}
		next, decided, err := detail.Invoice.MoveDispute(decided, to, detail.Disputes)
		if err != nil {
			return d, err
		}
		decided.Version++
		err = s.moveDispute(ctx, detail.Invoice, next, decided, by, contact)
		if err == nil || !isRefusal(err) {
			return decided, err
		}
	}
	return center.Dispute{}, errBusy
}

// moveDispute writes a dispute in its next state with the invoice, the audit
// entry and the letter, each from the version that was read.
func (s *Store) moveDispute(ctx context.Context, was, now center.Invoice, d center.Dispute, by, contact string) error {
	l, at := newLedger(s, was.Account), s.now()
	c := newChange()
	now.Version++
	c.books[now.ID] = book{was: &was, now: now}
	c.creations = append(c.creations, versioned("dispute", l.t.disputeItem(d), int64(d.Version-1)))
	c.creations = append(c.creations, l.t.auditWrite(center.AuditEntry{Kind: center.AuditKind("dispute-" + strings.ToLower(string(d.State))), At: at, By: by,
		Contact: center.ContactID(contact), Subject: string(d.ID), Facts: map[string]string{"invoice": was.Number, "paper": string(was.ID), "amount": d.Amount.String(), "reason": string(d.Reason)}}, string(d.ID)))
	if d.State != center.DisputeWithdrawn {
		m, err := s.Membership(ctx, was.Account, d.By)
		switch {
		case err == nil && m.Contact.Active:
			c.creations = append(c.creations, letterWrite(center.Letter{ID: letterID(center.LetterDispute, string(d.ID), string(d.State)), Kind: center.LetterDispute,
				To: m.Contact.Email, Name: m.Contact.Name, Locale: m.Contact.Locale, Account: was.Account, Contact: d.By, CreatedAt: at,
				Params: map[string]string{"state": string(d.State), "invoice": string(was.ID), "number": was.Number, "amount": d.Amount.Decimal(),
					"currency": string(d.Amount.Currency), "reason": string(d.Reason), "text": d.Text, "answer": d.Answer}}))
		case err != nil && !errors.Is(err, errNoMember):
			return err
		}
	}
	writes, err := l.writes(c)
	if err != nil {
		return err
	}
	return s.transact(ctx, "dispute", writes)
}
