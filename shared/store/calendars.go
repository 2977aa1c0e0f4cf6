package store

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"time"

	"customercenter/shared/center"
)

// ErrNoCalendar is the one answer for calendar addresses that never were, were
// revoked, or whose contact may no longer see the schedule.
var ErrNoCalendar = center.Errorf(center.NotFound, "calendar-not-found", "There is no such calendar.")

// CalendarAddress is where a contact's calendar reads the schedule from. The
// token is known to its holder alone; only its hash is kept.
type CalendarAddress struct {
	Account   center.AccountID
	Contact   center.ContactID
	CreatedAt time.Time
	hash      string
}

func tokenHash(token string) string {
	sum := sha256.Sum256([]byte(token))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// Calendar is the actor's own calendar address; ok is false when there is none.
func (a Account) Calendar(ctx context.Context) (c CalendarAddress, ok bool, err error) {
	it, err := a.s.get(ctx, a.t.calendarOf(a.actor.Contact))
	if errors.Is(err, errAbsent) {
		return CalendarAddress{}, false, nil
	}
	if err != nil {
		return CalendarAddress{}, false, err
	}
	r := open(it, kindCalendar)
	return CalendarAddress{Account: a.actor.Account, Contact: a.actor.Contact, CreatedAt: r.instant(attrAt), hash: r.text(attrID)}, true, r.err
}

// SetCalendar makes the address of that token the actor's only one: the one
// before, if any, ends with it.
func (a Account) SetCalendar(ctx context.Context, token string) (CalendarAddress, error) {
	for range moveTries {
		was, had, err := a.Calendar(ctx)
		if err != nil {
			return CalendarAddress{}, err
		}
		now := CalendarAddress{Account: a.actor.Account, Contact: a.actor.Contact, CreatedAt: a.s.now(), hash: tokenHash(token)}
		if had && was.hash == now.hash {
			return was, nil // our own first try
		}
		own := newItem(a.t.calendarOf(a.actor.Contact), kindCalendar)
		own.text(attrID, now.hash)
		own.instant(attrAt, now.CreatedAt)
		door := newItem(calendarKey(now.hash), kindCalendar)
		door.text(attrAccount, string(now.Account))
		door.text(attrContact, string(now.Contact))
		door.instant(attrAt, now.CreatedAt)
		writes := append(a.endCalendar(was, had, "calendar-made", now.hash, now.CreatedAt),
			write{name: "calendar address", verb: put, at: door.key(), item: door, condition: absent})
		writes[0] = write{name: "calendar", verb: put, at: own.key(), item: own, condition: writes[0].condition, values: writes[0].values}
		err = a.s.transact(ctx, "calendar/"+now.hash, writes)
		if err == nil {
			return now, nil
		}
		if !isRefusal(err) {
			return CalendarAddress{}, err
		}
	}
	return CalendarAddress{}, errBusy
}

// RevokeCalendar ends the actor's calendar address. Without one it does
// nothing.
func (a Account) RevokeCalendar(ctx context.Context) error {
	for range moveTries {
		was, had, err := a.Calendar(ctx)
		if err != nil || !had {
			return err
		}
		err = a.s.transact(ctx, "calendar-revoked/"+was.hash, a.endCalendar(was, had, "calendar-revoked", was.hash, a.s.now()))
		if !isRefusal(err) {
			return err
		}
	}
	return errBusy
}

// endCalendar are the writes that end an address: first the contact's own
// item, as it was read; then the address, where there was one; the audit entry.
func (a Account) endCalendar(was CalendarAddress, had bool, step, which string, at time.Time) []write {
	own := write{name: "calendar", verb: remove, at: a.t.calendarOf(a.actor.Contact), condition: absent}
	writes := []write{own}
	if had {
		writes[0].condition, writes[0].values = "#"+attrID+" = :was", item{}
		writes[0].values.text(":was", was.hash)
		writes = append(writes, write{name: "old calendar address", verb: remove, at: calendarKey(was.hash)})
	}
	return append(writes, a.t.auditWrite(center.AuditEntry{Kind: center.AuditKind(step), At: at, By: a.actor.Name, Contact: a.actor.Contact,
		Subject: string(a.actor.Contact)}, which))
}

// CalendarReader is the contact whose calendar a token is of, with what she
// may do now. NotFound for everything else.
func (s *Store) CalendarReader(ctx context.Context, token string) (center.Actor, error) {
	it, err := s.get(ctx, calendarKey(tokenHash(token)))
	if errors.Is(err, errAbsent) {
		return center.Actor{}, ErrNoCalendar
	}
	if err != nil {
		return center.Actor{}, err
	}
	r := open(it, kindCalendar)
	account, contact := center.AccountID(r.text(attrAccount)), center.ContactID(r.text(attrContact))
	if r.err != nil {
		return center.Actor{}, r.err
	}
	m, err := s.Membership(ctx, account, contact)
	if center.IsKind(err, center.NotFound) || err == nil && !m.mayEnter() {
		return center.Actor{}, ErrNoCalendar
	}
	if err != nil {
		return center.Actor{}, err
	}
	actor := m.actor("", time.Time{})
	if !actor.May(center.ModuleSchedule, center.ActionRead).Allowed {
		return center.Actor{}, ErrNoCalendar
	}
	return actor, nil
}

// The limits of reading calendars: programs look a few times a day.
var calendarLimits = []Limit{{60, time.Hour}}

// PerCalendar is the bucket of a network that reads calendars.
func PerCalendar(ip string) Bucket {
	b := PerNetwork(ip)
	return Bucket{"calendar/" + b.Name, calendarLimits, "too-many-reads", "This calendar was read too often. There is room for another look %s."}
}
