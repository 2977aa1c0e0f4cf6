package store

import (
	"context"
	"errors"
	"strings"
	"time"

	"customercenter/shared/center"
)

// keepNotices is how long a notice is known: longer than the processor tries
// to deliver it.
const keepNotices = 7 * 24 * time.Hour

// Attributes of a notice.
const (
	attrPayment = "py"
	attrSetup   = "su"
)

// Notice is an event of the processor as it is kept until it is worked on.
type Notice struct {
	ID      string // the processor's
	Type    string
	Object  string
	Account center.AccountID // as far as the event tells
	Payment center.PaymentID
	Setup   bool
	Created time.Time
}

// NoteEvent keeps a notice; the table's stream wakes who works on it. fresh is
// false when it was kept before.
func (s *Store) NoteEvent(ctx context.Context, n Notice) (fresh bool, err error) {
	it := newItem(noticeKey(n.ID), kindNotice)
	it.text(attrEntry, n.Type)
	it.text(attrObject, n.Object)
	it.text(attrAccount, string(n.Account))
	it.text(attrPayment, string(n.Payment))
	it.flag(attrSetup, n.Setup)
	it.instant(attrCreatedAt, n.Created)
	it.num(attrTTL, s.now().Add(keepNotices).Unix())
	err = s.apply(ctx, write{name: "notice", verb: put, at: it.key(), item: it, condition: absent})
	if isRefusal(err) {
		return false, nil
	}
	return err == nil, err
}

// EventKey reads an event's id out of its partition key, as stream records
// carry it; ok is false for keys of other items.
func EventKey(pk string) (id string, ok bool) {
	id, ok = strings.CutPrefix(pk, prefixNotice)
	return id, ok && id != ""
}

// Event is a kept notice; NotFound when there is none.
func (s *Store) Event(ctx context.Context, id string) (Notice, error) {
	it, err := s.get(ctx, noticeKey(id))
	if errors.Is(err, errAbsent) {
		return Notice{}, center.Errorf(center.NotFound, "event-not-found", "There is no such event.")
	}
	if err != nil {
		return Notice{}, err
	}
	r := open(it, kindNotice)
	return Notice{ID: id, Type: r.text(attrEntry), Object: r.text(attrObject), Account: center.AccountID(r.text(attrAccount)),
		Payment: center.PaymentID(r.text(attrPayment)), Setup: r.flag(attrSetup), Created: r.instant(attrCreatedAt)}, r.err
}

// attrTable is the table that was compared.
const attrTable = "tb"

// Reconciled is up to when what the processor did was compared with what
// stands here; the zero time when it never was. restored tells that it was
// compared in another table, of which this one is a copy: what happened since
// is lost here.
func (s *Store) Reconciled(ctx context.Context) (upTo time.Time, restored bool, err error) {
	it, err := s.get(ctx, settlingKey)
	if errors.Is(err, errAbsent) {
		return time.Time{}, false, nil
	}
	if err != nil {
		return time.Time{}, false, err
	}
	r := open(it, kindSettling)
	return r.instant(attrAt), r.text(attrTable) != s.table, r.err
}

// SetReconciled moves that time on; it never moves back.
func (s *Store) SetReconciled(ctx context.Context, upTo time.Time) error {
	it := newItem(settlingKey, kindSettling)
	it.instant(attrAt, upTo)
	it.text(attrTable, s.table)
	w := write{name: "reconciled", verb: put, at: settlingKey, item: it, condition: absent + " OR #at < :at", values: item{}}
	w.values.instant(":at", upTo)
	return unlessRefused(s.apply(ctx, w))
}
