package store

import (
	"context"
	"fmt"
	"strings"
	"time"

	"customercenter/shared/center"
)

// Attributes of an audit entry.
const (
	attrActor = "co" // the contact who did it
	attrFacts = "fa"
)

// auditWrite is the entry of a change, to be written in the change's own
// transaction. parts name the change: the same change again is the same entry.
func (t tenant) auditWrite(e center.AuditEntry, parts ...string) write {
	at := t.audit(e.At, append([]string{string(e.Kind), e.Subject}, parts...)...)
	it := newItem(at, kindAudit)
	it.text(attrEntry, string(e.Kind))
	it.text(attrID, e.Subject)
	it.text(attrBy, e.By)
	it.text(attrActor, string(e.Contact))
	it.instant(attrAt, e.At)
	if len(e.Facts) > 0 {
		facts := item{}
		for name, value := range e.Facts {
			facts.text(name, value)
		}
		it.part(attrFacts, facts)
	}
	return write{name: "audit", verb: put, at: at, item: it, condition: absent}
}

// auditOf is the entry about one step of a payment or of the wallet. Step and
// version make it the change's own.
func (t tenant) auditOf(at time.Time, step, subject, by string, version int) write {
	return t.auditWrite(center.AuditEntry{Kind: center.AuditKind(step), At: at, By: by, Subject: subject}, fmt.Sprint(version))
}

func (t tenant) readAudit(it item) (center.AuditEntry, error) {
	r := open(it, kindAudit)
	at := it.key()
	if at.pk != t.pk(prefixAudit) {
		r.fail("is not of the account asked for")
	}
	e := center.AuditEntry{ID: at.sk, Kind: center.AuditKind(r.text(attrEntry)), At: r.instant(attrAt), By: r.text(attrBy),
		Contact: center.ContactID(r.text(attrActor)), Subject: r.text(attrID)}
	facts := reader{it: r.part(attrFacts)}
	for name := range facts.it {
		if e.Facts == nil {
			e.Facts = map[string]string{}
		}
		e.Facts[name] = facts.text(name)
	}
	if facts.err != nil {
		r.fail("has facts that are none")
	}
	return e, r.err
}

// AuditQuery is which entries to show, newest first.
type AuditQuery struct {
	Actor    string           // an address, or as much of one; "" for everybody
	Kind     center.AuditKind // "" for all
	From, To center.Date      // in the account's zone, both inclusive
	Cursor   string
	Limit    int
}

// filter is what a cursor of the query is bound to.
func (q AuditQuery) filter() string {
	return strings.Join([]string{q.Actor, string(q.Kind), string(q.From), string(q.To)}, "\x00")
}

func (q AuditQuery) shows(e center.AuditEntry) bool {
	return (q.Kind == "" || e.Kind == q.Kind) &&
		(q.Actor == "" || strings.Contains(strings.ToLower(e.By), strings.ToLower(q.Actor)))
}

const (
	routeAudit = "audit"
	// maxAuditReads bounds the Queries of one page; a filtered page may come
	// back short.
	maxAuditReads = 5
	// Entries begin with the year; what else stands in the partition does not.
	auditFirst, auditLast = "0", "9" + sortEnd
)

// AuditLog is a page of the account's audit log, newest first, each entry with
// its number in the chain. Next is "" at the end; a filtered page before it may
// be short, or empty.
func (a Account) AuditLog(ctx context.Context, q AuditQuery) (entries []center.AuditEntry, next string, err error) {
	entries, next, err = a.auditPage(ctx, q)
	if err == nil && len(entries) > 0 {
		err = a.number(ctx, entries)
	}
	return entries, next, err
}

// number looks up where the entries stand in the chain. The marks that say it
// stand in the order of the entries.
func (a Account) number(ctx context.Context, entries []center.AuditEntry) error {
	at := map[string]int{} // the entry of each mark
	for i, e := range entries {
		at[a.t.auditMark(e.ID).sk] = i
	}
	q := question{pk: a.t.pk(prefixAudit), from: a.t.auditMark(entries[len(entries)-1].ID).sk, to: a.t.auditMark(entries[0].ID).sk, limit: MaxPage}
	for range maxAuditReads {
		marks, last, err := a.s.ask(ctx, q)
		if err != nil {
			return err
		}
		for _, it := range marks {
			r := open(it, kindLinkMark)
			if i, wanted := at[it.key().sk]; wanted {
				entries[i].Number = r.num(attrSequence)
				delete(at, it.key().sk)
			}
			if r.err != nil {
				return r.err
			}
		}
		if last == nil || len(at) == 0 {
			return nil
		}
		q.start = last
	}
	return nil
}

func (a Account) auditPage(ctx context.Context, q AuditQuery) (entries []center.AuditEntry, next string, err error) {
	bound := scope{a.actor.Account, routeAudit, q.filter()}
	ask := question{pk: a.t.pk(prefixAudit), from: auditFirst, to: auditLast, reverse: true, limit: min(max(q.Limit, 1), MaxPage)}
	zone := center.Account{TimeZone: a.actor.TimeZone}.Zone()
	if q.From != "" {
		ask.from = startOf(q.From, zone)
	}
	if q.To != "" {
		ask.to = startOf(q.To.AddDays(1), zone)
	}
	if q.Cursor != "" {
		positions, err := a.s.unseal(bound, q.Cursor, 1)
		if err != nil {
			return nil, "", err
		}
		ask.start = key{ask.pk, positions[0]}.attributes()
	}
	want := ask.limit
	for range maxAuditReads {
		items, last, err := a.s.ask(ctx, ask)
		if err != nil {
			return nil, "", err
		}
		for i, it := range items {
			e, err := a.t.readAudit(it)
			if err != nil {
				return nil, "", err
			}
			if q.shows(e) {
				entries = append(entries, e)
			}
			if len(entries) == want && (i+1 < len(items) || last != nil) {
				return entries, a.s.seal(bound, e.ID), nil
			}
		}
		if last == nil {
			return entries, "", nil
		}
		ask.start = last
	}
	return entries, a.s.seal(bound, (&reader{it: ask.start}).text(attrSK)), nil
}

// startOf is the first moment of a day in the zone, as entries begin with it.
func startOf(d center.Date, zone *time.Location) string {
	at, err := time.ParseInLocation(time.DateOnly, string(d), zone)
	if err != nil {
		return auditFirst
	}
	return at.UTC().Format(workLayout)
}
