package store

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"customercenter/shared/center"
)

// Attributes of a mailing.
const (
	attrFrom  = "fr"
	attrUntil = "un"
)

// Limits of preparing mailings.
const (
	maxMailed    = 60 // readers of one mailing
	mailingTries = 10 // then it is given up
)

// mailingWrite puts a mailing that is due at its time; it is named by what it
// is about, so that it is put once.
func mailingWrite(m center.Mailing, now time.Time) write {
	it := newItem(mailingKey(m.ID), kindMailing)
	it.text(attrLetterKind, string(m.Kind))
	it.text(attrAccount, string(m.Account))
	it.text(attrOther, string(m.Invoice))
	it.text(attrFrom, m.From.Compact())
	it.text(attrUntil, m.To.Compact())
	it.num(attrTries, 0)
	it.num(attrTTL, now.Add(keepLetters).Unix())
	pk, sk := mailingIndex(m.ID, m.At)
	it.text(attrWorkPK, pk)
	it.text(attrWorkSK, sk)
	return write{name: "mailing", verb: put, at: it.key(), item: it, condition: absent}
}

// announcing is the mailing of an invoice that was just issued.
func announcing(inv center.Invoice, now time.Time) write {
	return mailingWrite(center.Mailing{ID: letterID(center.LetterInvoiceIssued, string(inv.ID)), Kind: center.LetterInvoiceIssued, Account: inv.Account, Invoice: inv.ID, At: now}, now)
}

// PutStatement has the statement of a period mailed at a moment, once however
// often it is asked for; put is false where it was some while before.
func (s *Store) PutStatement(ctx context.Context, account center.AccountID, from, to center.Date, at time.Time) (put bool, err error) {
	m := center.Mailing{ID: letterID(center.LetterStatement, string(account), string(from)), Kind: center.LetterStatement, Account: account, From: from, To: to, At: at}
	marker := newItem(tenantOf(account).statementMarker(from), kindReminder)
	marker.num(attrTTL, s.now().Add(keepMarkers).Unix())
	w := write{name: "marker", at: marker.key(), item: marker, condition: absent} // a put
	err = s.transact(ctx, "statement", []write{mailingWrite(m, s.now()), w})
	if isRefusal(err) {
		return false, nil
	}
	return err == nil, err
}

// DueMailings are those whose time has come, the longest due first, at most
// limit. The index lags.
func (s *Store) DueMailings(ctx context.Context, limit int) (list []center.Mailing, err error) {
	for shard := range letterShards {
		items, _, err := s.ask(ctx, question{index: indexWork, part: attrWorkPK, pk: mailingWorkPK(shard), attr: attrWorkSK, from: workStart, to: workTime(s.now()), limit: limit})
		if err != nil {
			return nil, err
		}
		for _, it := range items {
			id, ok := strings.CutPrefix(it.key().pk, prefixMailing)
			at, err := time.Parse(workLayout, (&reader{it: it}).text(attrWorkSK))
			if !ok || err != nil {
				return nil, fmt.Errorf("store: %q is no mailing", it.key().pk)
			}
			list = append(list, center.Mailing{ID: id, At: at})
		}
	}
	slices.SortFunc(list, func(a, b center.Mailing) int { return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.ID, b.ID)) })
	return list[:min(len(list), limit)], nil
}

// Mailing reads a mailing; NotFound when it was sent, or there is none.
func (s *Store) Mailing(ctx context.Context, id string) (center.Mailing, error) {
	it, err := s.get(ctx, mailingKey(id))
	if errors.Is(err, errAbsent) {
		return center.Mailing{}, center.Errorf(center.NotFound, "mailing-not-found", "There is no such mailing.")
	}
	if err != nil {
		return center.Mailing{}, err
	}
	r := open(it, kindMailing)
	m := center.Mailing{ID: id, Kind: center.LetterKind(r.text(attrLetterKind)), Account: center.AccountID(r.text(attrAccount)), Invoice: center.InvoiceID(r.text(attrOther)),
		From: r.date(attrFrom), To: r.date(attrUntil), Tries: int(r.num(attrTries))}
	return m, r.err
}

// Mailed is one reader of a mailing, and what her letter encloses.
type Mailed struct {
	Reader    center.Contact // without an id, an address that gets copies
	Enclosure string
	Params    map[string]string
}

// SendMailing puts the letters of a mailing and ends it, at once. They leave by
// the sweep, at its pace. Sent before, it changes nothing.
func (s *Store) SendMailing(ctx context.Context, m center.Mailing, to []Mailed) error {
	now := s.now()
	writes := []write{{name: "mailing", verb: remove, at: mailingKey(m.ID), condition: present}}
	for _, one := range to[:min(len(to), maxMailed)] {
		l := center.Letter{ID: letterID(m.Kind, m.ID, one.Reader.Email), Kind: m.Kind, To: one.Reader.Email, Name: one.Reader.Name, Locale: one.Reader.Locale,
			Account: m.Account, Contact: one.Reader.ID, CreatedAt: now, Params: one.Params}
		writes = append(writes, letterAt(l, now))
	}
	byKey(writes)
	return unlessRefused(s.transact(ctx, "mailing/"+m.ID, writes))
}

// MailingFailed puts a mailing off; after the last try it stays, and is looked
// at no more.
func (s *Store) MailingFailed(ctx context.Context, m center.Mailing) error {
	w := write{name: "mailing", verb: update, at: mailingKey(m.ID), values: item{}, change: "SET #tr = :tries, #ws = :ws", condition: "#tr = :was"}
	if m.Tries+1 >= mailingTries {
		w.change = "SET #tr = :tries REMOVE #wp, #ws"
	} else {
		_, sk := mailingIndex(m.ID, s.now().Add(time.Minute<<m.Tries))
		w.values.text(":ws", sk)
	}
	w.values.num(":tries", int64(m.Tries+1))
	w.values.num(":was", int64(m.Tries))
	return unlessRefused(s.apply(ctx, w))
}
