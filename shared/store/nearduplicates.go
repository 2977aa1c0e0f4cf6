package store

import (
	"context"
	"errors"
	"strings"
	"time"

	"customercenter/shared/center"
)

// Attributes of a held paper.
const attrTwin = "tw"

// NearDuplicate is a paper that looks like one that stands but for zeros in its number,
// and waits for an operator to say that it is another.
type NearDuplicate struct {
	ID          string // names it in this list
	Account     center.AccountID
	AccountName string
	Twin        string // number of the paper it looks like
	By          string // who imported it
	At          time.Time
	Document    center.Document
}

const (
	routeNear   = "near duplicates"
	heldAccept  = "accepted"
	heldRefuse  = "refused"
	maxHeldPage = 100
)

var (
	errNoHeld      = center.Errorf(center.NotFound, "held-not-found", "No paper waits under this id.")
	errHeldDecided = center.Errorf(center.Conflict, "held-decided", "Somebody has decided about this paper already.")
)

// hold keeps a near duplicate until an operator decides; nothing where it waits
// already, or was decided about.
func (l *lane) hold(ctx context.Context, d *center.Document, twin string) ([]*change, error) {
	at := heldKey(d.Identity())
	found, err := l.s.getMany(ctx, []key{at}, true)
	if err != nil || found[at] != nil {
		return nil, err
	}
	body, err := packed(d)
	if err != nil || len(body) > partBytes { // posting it again takes it all the same
		return nil, err
	}
	it := newItem(at, kindHeld)
	it.text(attrAccount, string(l.id))
	it.text(attrTwin, twin)
	it.text(attrBy, l.b.By)
	it.instant(attrAt, l.now)
	it.bytes(attrBody, body)
	it.text(attrWorkPK, heldWorkPK)
	it.text(attrWorkSK, workTime(l.now))
	c := newChange()
	c.creations = append(c.creations, write{name: "held paper", verb: put, at: at, item: it, condition: absent})
	return []*change{c}, nil
}

// NearDuplicates is a page of the papers that wait, the longest first. Next is "" at the
// end.
func (e Everywhere) NearDuplicates(ctx context.Context, cursor string, limit int) (list []NearDuplicate, next string, err error) {
	bound := scope{center.OperatorsAccount, routeNear, ""}
	q := question{index: indexWork, part: attrWorkPK, attr: attrWorkSK, pk: heldWorkPK, limit: min(max(limit, 1), maxHeldPage)}
	if cursor != "" {
		at, err := e.s.unseal(bound, cursor, 3)
		if err != nil {
			return nil, "", err
		}
		q.start = key{at[0], at[1]}.attributes()
		q.start.text(attrWorkPK, heldWorkPK)
		q.start.text(attrWorkSK, at[2])
	}
	items, last, err := e.s.ask(ctx, q)
	if err != nil {
		return nil, "", err
	}
	if last != nil {
		r := reader{it: last}
		next = e.s.seal(bound, r.text(attrPK), r.text(attrSK), r.text(attrWorkSK))
	}
	keys := make([]key, len(items))
	for i, it := range items {
		keys[i] = it.key()
	}
	found, err := e.s.getMany(ctx, keys, true)
	if err != nil {
		return nil, "", err
	}
	for _, at := range keys {
		it, stands := found[at]
		if !stands || (&reader{it: it}).has(attrDecision) { // the index tells late
			continue
		}
		h, err := e.readNear(ctx, it)
		if err != nil {
			return nil, "", err
		}
		list = append(list, h)
	}
	return list, next, nil
}

func (e Everywhere) readNear(ctx context.Context, it item) (NearDuplicate, error) {
	r := open(it, kindHeld)
	h := NearDuplicate{ID: strings.TrimPrefix(it.key().pk, prefixIdentity), Account: center.AccountID(r.text(attrAccount)), Twin: r.text(attrTwin),
		By: r.text(attrBy), At: r.instant(attrAt)}
	if _, err := unpack(r.bytes(attrBody), &h.Document); err != nil || r.err != nil {
		return h, firstError(r.err, err)
	}
	profile, err := e.s.profile(ctx, h.Account)
	if center.IsKind(err, center.NotFound) {
		err = nil
	}
	h.AccountName = profile.Name
	return h, err
}

// NearDuplicate is one that waits. NotFound where none does, Conflict where
// somebody has decided.
func (e Everywhere) NearDuplicate(ctx context.Context, id string) (NearDuplicate, error) {
	it, err := e.s.get(ctx, key{prefixIdentity + id, sortHeld})
	if errors.Is(err, errAbsent) {
		return NearDuplicate{}, errNoHeld
	}
	if err != nil {
		return NearDuplicate{}, err
	}
	if (&reader{it: it}).has(attrDecision) {
		return NearDuplicate{}, errHeldDecided
	}
	return e.readNear(ctx, it)
}

// DecideNearDuplicate notes what was decided and takes the paper off the list. The note
// stays, so that importing the paper again does not list it anew. Conflict
// where somebody has decided already.
func (e Everywhere) DecideNearDuplicate(ctx context.Context, operator center.Actor, id string, accepted bool) error {
	decision := heldRefuse
	if accepted {
		decision = heldAccept
	}
	w := write{name: "held paper", verb: update, at: key{prefixIdentity + id, sortHeld}, values: item{},
		change:    "SET #de = :de, #db = :db, #da = :da REMOVE #wp, #ws",
		condition: present + " AND (attribute_not_exists(#de) OR (#de = :de AND #db = :db))"}
	w.values.text(":de", decision)
	w.values.text(":db", operator.Email)
	w.values.instant(":da", e.s.now())
	err := e.s.apply(ctx, w)
	if isRefusal(err) {
		return errHeldDecided
	}
	return err
}
