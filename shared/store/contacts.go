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

// author is who changes a contact: a contact of the account, or an operator
// from an account of their own.
type author struct {
	actor  center.Actor
	reason string // of an operator
}

// decision turns a contact, as she stands, into what becomes of her.
type decision func(center.Contact) (center.ContactMove, error)

// ChangeContact changes a contact of the account in one transaction with the
// audit entry, the letters to her and to the other primary contacts, and what
// hangs on it: her sessions and her entrance, where she may no longer enter,
// and the invitations she sent. The account keeps a primary contact, whoever
// else is changed at the same time (center.ErrLastPrimary).
//
// What is decided on must still stand, the actor's own access with it. A
// decision that changes nothing writes nothing. It answers how she stands then.
// NotFound for who is, and was, no contact.
func (a Account) ChangeContact(ctx context.Context, id center.ContactID, decide decision) (Membership, error) {
	return a.s.changeContact(ctx, a.actor.Account, id, author{actor: a.actor}, decide)
}

// ChangeContact is ChangeContact of an operator, in any account. The reason is
// kept in the audit log of the account.
func (e Everywhere) ChangeContact(ctx context.Context, operator center.Actor, account center.AccountID, id center.ContactID, reason string, decide decision) (Membership, error) {
	return e.s.changeContact(ctx, account, id, author{operator, reason}, decide)
}

func (s *Store) changeContact(ctx context.Context, account center.AccountID, id center.ContactID, by author, decide decision) (Membership, error) {
	for range moveTries {
		m, err := s.Membership(ctx, account, id)
		if err != nil {
			return Membership{}, err
		}
		move, err := decide(m.Contact)
		if err != nil || !move.Changes() {
			return m, err
		}
		// What refuses the change refuses it before her orders are forgotten.
		writes, err := s.changeWrites(ctx, by, m, move)
		if err != nil {
			return m, err
		}
		if err := s.forgetOrders(ctx, m.Contact, move.After); err != nil {
			return m, err
		}
		err = s.transact(ctx, string(move.Kind)+"/"+string(id), writes)
		if err == nil {
			return m.after(move), nil
		}
		if err := (Account{actor: by.actor}).unlessMoved(err); err != nil {
			return m, err
		}
	}
	return Membership{}, errBusy
}

// after is the membership as a move that was written left it.
func (m Membership) after(move center.ContactMove) Membership {
	m.Contact = move.After
	m.Contact.Version++
	if !m.mayEnter() {
		m.Sessions = nil
	}
	return m
}

// changeWrites are all writes of one change.
func (s *Store) changeWrites(ctx context.Context, by author, m Membership, move center.ContactMove) ([]write, error) {
	people, err := s.people(ctx, m.Contact.Account)
	if err != nil {
		return nil, err
	}
	writes := append([]write{contactWrite(m, move.After)}, entranceWrites(m, move.After)...)
	if m.Contact.IsPrimary() && !move.After.IsPrimary() {
		witness, err := witnessOf(people, m.Contact.ID)
		if err != nil {
			return nil, err
		}
		writes = append(writes, witness)
	}
	if by.actor.Contact != m.Contact.ID || by.actor.Account != m.Contact.Account {
		writes = append(writes, Account{actor: by.actor}.actorStill())
	}
	if move.After.Removed() {
		ended, err := s.endInvitations(ctx, by, m.Contact)
		if err != nil {
			return nil, err
		}
		writes = append(writes, ended...)
	}
	return s.onlyOnce(append(writes, s.tellChange(by, m, move, people)...)), nil
}

// onlyOnce leaves out a check of an item that another check is about already:
// a transaction may name an item once. The witness may be the actor.
func (s *Store) onlyOnce(writes []write) []write {
	named := map[key]bool{}
	return slices.DeleteFunc(writes, func(w write) bool {
		again := named[w.at] && w.verb == check
		named[w.at] = true
		return again
	})
}

// people are all contacts of an account, as they are now.
func (s *Store) people(ctx context.Context, account center.AccountID) ([]center.Contact, error) {
	items, err := s.askAll(ctx, question{pk: tenantOf(account).pk(prefixAccount), from: sortMember, limit: maxPeople, current: true})
	if err != nil {
		return nil, err
	}
	contacts := make([]center.Contact, 0, len(items))
	for _, it := range items {
		m, err := readMember(account, it)
		if err != nil {
			return nil, err
		}
		contacts = append(contacts, m.Contact)
	}
	return contacts, nil
}

// witnessOf checks that another primary contact stays: who goes and who stays
// are named in one transaction, so two who go at once cannot be each other's
// witness. ErrLastPrimary when there is none.
func witnessOf(people []center.Contact, goes center.ContactID) (write, error) {
	for _, p := range people {
		if p.ID != goes && p.IsPrimary() {
			return stillSo("witness", tenantOf(p.Account).member(p.ID), p.Version), nil
		}
	}
	return write{}, center.ErrLastPrimary
}

// contactWrite changes a membership from the version that was read. A contact
// who may not enter after it loses her sessions: they must not live again when
// she is let in anew.
func contactWrite(m Membership, after center.Contact) write {
	w := write{name: "membership", verb: update, at: tenantOf(m.Contact.Account).member(m.Contact.ID), values: item{},
		change: "SET #g = :g, #n = :next, #ac = :ac, #wd = :wd", condition: "#n = :was"}
	w.values[":g"] = grantsValue(after.Grants)
	w.values.num(":was", int64(m.Contact.Version))
	w.values.num(":next", int64(m.Contact.Version)+1)
	w.values.truth(":ac", after.Active)
	w.values.list(":wd", after.Withheld)
	if after.Name != "" && after.Name != m.Contact.Name {
		w.change += ", #na = :na"
		w.values.text(":na", after.Name)
	}
	if after.Email != m.Contact.Email { // she was erased, and is named anew
		w.change += ", #em = :em"
		w.values.text(":em", after.Email)
	}
	if !after.Active {
		w.change += ", #s = :none, #sv = #sv + :one"
		w.values.part(":none", item{})
		w.values.num(":one", 1)
	}
	return w
}

// entranceWrites take the account from those her address may enter, or put it
// there again.
func entranceWrites(m Membership, after center.Contact) []write {
	address, _ := center.NormalizeEmail(cmp.Or(m.Contact.Email, after.Email))
	switch before := m.mayEnter(); {
	case before && !after.Active:
		return []write{{name: "address", verb: remove, at: addressKey(address, m.Contact.Account)}}
	case !before && after.Active && len(after.Grants) > 0:
		return []write{addressWrite(address, m.Contact.Account, m.AccountName)}
	}
	return nil
}

// endInvitations revoke what a contact who leaves has sent.
func (s *Store) endInvitations(ctx context.Context, by author, c center.Contact) (writes []write, err error) {
	sent, err := s.invitationsBy(ctx, c.Account, c.ID)
	if err != nil {
		return nil, err
	}
	in := Account{s: s, actor: by.actor, t: tenantOf(c.Account)}
	for _, i := range sent {
		writes = append(writes, in.revokeWrites(&i, s.now())...)
	}
	return writes, nil
}

// tellChange puts the audit entry of a change, and letters to whom it is about
// and to the primary contacts: what somebody did in their name they read of.
func (s *Store) tellChange(by author, m Membership, move center.ContactMove, people []center.Contact) []write {
	now, c := s.now(), m.Contact
	facts := map[string]string{}
	for name, value := range move.Facts {
		facts[name] = value
	}
	if by.reason != "" {
		facts["reason"] = by.reason
	}
	entry := center.AuditEntry{Kind: move.Kind, At: now, By: by.actor.Email, Contact: by.actor.Contact, Subject: c.Email, Facts: facts}
	writes := []write{tenantOf(c.Account).auditWrite(entry, fmt.Sprint(move.After.Version+1))}
	return append(writes, changeLetters(by, m, move, people, now)...)
}

func changeLetters(by author, m Membership, move center.ContactMove, people []center.Contact, now time.Time) (writes []write) {
	c := m.Contact
	params := map[string]string{"change": string(move.Kind), "email": c.Email, "name": c.Name,
		"by": by.actor.Inviter().String(), "types": typesOf(move.After.Grants), "account": m.AccountName}
	if by.actor.Account == center.OperatorsAccount {
		params["by"] = "" // the vendor: no person the account knows
	}
	about := []center.Contact{c}
	for _, p := range primaries(people) {
		if p.ID != c.ID && p.ID != by.actor.Contact {
			about = append(about, p)
		}
	}
	for _, reader := range about {
		to, ok := center.NormalizeEmail(reader.Email)
		if !ok {
			continue
		}
		own := map[string]string{"reader": "other"}
		if reader.ID == c.ID {
			own["reader"] = "self"
		}
		for name, value := range params {
			own[name] = value
		}
		locale := reader.Locale
		if locale == "" {
			locale = m.Locale
		}
		writes = append(writes, letterWrite(center.Letter{
			ID:   letterID(center.LetterAccessChanged, string(c.Account), string(c.ID), string(reader.ID), fmt.Sprint(move.After.Version+1)),
			Kind: center.LetterAccessChanged, To: to, Name: reader.Name, Locale: locale, Account: c.Account, Contact: reader.ID,
			Params: own, CreatedAt: now,
		}))
	}
	return writes
}

func typesOf(grants []center.Grant) string {
	var words []string
	for _, t := range (center.Actor{Grants: grants}).Types() {
		words = append(words, string(t))
	}
	return strings.Join(words, ",")
}

// forgotten is how many rows of a contact's own list go in one transaction.
const forgotten = 50

// forgetOrders removes from the list of orders that name a contact those that
// no scoped grant she keeps is about, before the grant is taken that they
// belong to: were they left, the next order to name her, or what she keeps,
// would show them still.
func (s *Store) forgetOrders(ctx context.Context, was, after center.Contact) error {
	scoped := func(c center.Contact, byInvitation bool) bool {
		return slices.ContainsFunc(c.Grants, func(g center.Grant) bool { return g.Scoped && g.ByInvitation() == byInvitation })
	}
	lost := func(byInvitation bool) bool { return scoped(was, byInvitation) && !scoped(after, byInvitation) }
	if !lost(true) && !lost(false) {
		return nil
	}
	rows, err := s.askAll(ctx, question{pk: tenantOf(was.Account).contactList(was.ID), limit: maxPeople, current: true})
	if err != nil {
		return err
	}
	rows = slices.DeleteFunc(rows, func(row item) bool { return scoped(after, invitedTo(row)) })
	for part := range slices.Chunk(rows, forgotten) {
		var writes []write
		for _, row := range part {
			writes = append(writes, write{name: "order of a contact", verb: remove, at: row.key()})
		}
		if err := s.transact(ctx, "forget/"+string(was.ID), writes); err != nil {
			return err
		}
	}
	return nil
}

// Transfer makes another contact primary instead of the actor, in one
// transaction: there is a primary contact all the while. The actor becomes
// then, or keeps but what else she has. It answers how both stand then.
func (a Account) Transfer(ctx context.Context, to center.ContactID, then center.ContactType) (mine, hers Membership, err error) {
	for range moveTries {
		mine, err = a.s.Membership(ctx, a.actor.Account, a.actor.Contact)
		if err != nil {
			return mine, hers, err
		}
		hers, err = a.s.Membership(ctx, a.actor.Account, to)
		if err != nil {
			return mine, hers, err
		}
		down, up, err := a.actor.Transfer(mine.Contact, hers.Contact, then, a.s.now())
		if err != nil {
			return mine, hers, err
		}
		people, err := a.s.people(ctx, a.actor.Account)
		if err != nil {
			return mine, hers, err
		}
		by := author{actor: a.actor}
		writes := append([]write{contactWrite(mine, down.After), contactWrite(hers, up.After)}, entranceWrites(mine, down.After)...)
		writes = append(writes, a.s.tellChange(by, hers, up, people)...)
		if down.After.Removed() {
			ended, err := a.s.endInvitations(ctx, by, mine.Contact)
			if err != nil {
				return mine, hers, err
			}
			writes = append(writes, ended...)
		}
		err = a.s.transact(ctx, "transfer/"+string(to), writes)
		if err == nil {
			return mine.after(down), hers.after(up), nil
		}
		if !isRefusal(err) {
			return mine, hers, err
		}
	}
	return mine, hers, errBusy
}

// GrantContact gives a person access in an operator's name, making her a
// contact where she is none. The reason is kept in the audit log. NotFound for
// an account that is not there; Conflict for a suspended contact.
func (e Everywhere) GrantContact(ctx context.Context, operator center.Actor, account center.AccountID, g center.ContactGrant, reason string) (center.Contact, error) {
	return e.admit(ctx, author{operator, reason}, account, g, center.AuditGranted, nil)
}

// admit gives a grant in an operator's name, together with other writes.
func (e Everywhere) admit(ctx context.Context, by author, account center.AccountID, g center.ContactGrant, kind center.AuditKind, others []write) (center.Contact, error) {
	profile, err := e.s.profile(ctx, account)
	if err != nil {
		return center.Contact{}, err
	}
	id := center.ContactIDOf(g.Email)
	rows, err := e.s.orderRowsOf(ctx, tenantOf(account), g.Grant.Orders)
	if err != nil {
		return center.Contact{}, err
	}
	for range moveTries {
		m, err := e.s.Membership(ctx, account, id)
		joins := center.IsKind(err, center.NotFound)
		switch {
		case joins:
			m = Membership{Contact: center.Contact{ID: id, Account: account, Email: strings.TrimSpace(g.Email), Name: g.Name},
				AccountName: profile.Name, TimeZone: profile.TimeZone, Locale: profile.Locale}
		case err != nil:
			return center.Contact{}, err
		case m.Contact.Suspended():
			return m.Contact, center.ErrSuspended
		case m.Contact.Holds(g.Grant) && others == nil:
			return m.Contact, nil
		}
		after := m.Contact.Give(kept(g.Grant))
		after.Email = cmp.Or(after.Email, strings.TrimSpace(g.Email))
		if g.Name != "" {
			after.Name = g.Name
		}
		move := center.ContactMove{After: after, Kind: kind, Facts: map[string]string{"type": string(g.Grant.Type)}}
		writes, err := e.admitWrites(ctx, by, m, move, joins)
		if err != nil {
			return m.Contact, err
		}
		writes = append(append(writes, namedWrites(tenantOf(account), id, rows, false)...), others...)
		err = e.s.transact(ctx, string(kind)+"/"+string(id), writes)
		var r *refusal
		switch {
		case err == nil:
			after.Version = m.Contact.Version + 1
			return after, nil
		case errors.As(err, &r) && r.write == writeReview:
			return m.Contact, errDecided
		}
		if err := (Account{actor: by.actor}).unlessMoved(err); err != nil {
			return m.Contact, err
		}
	}
	return center.Contact{}, errBusy
}

func (e Everywhere) admitWrites(ctx context.Context, by author, m Membership, move center.ContactMove, joins bool) ([]write, error) {
	people, err := e.s.people(ctx, m.Contact.Account)
	if err != nil {
		return nil, err
	}
	address, _ := center.NormalizeEmail(move.After.Email)
	writes := append(e.s.tellChange(by, m, move, people), Account{actor: by.actor}.actorStill(),
		addressWrite(address, m.Contact.Account, m.AccountName))
	if !joins {
		return append(writes, contactWrite(m, move.After)), nil
	}
	m.Contact = move.After
	m.Contact.Version = 1
	at := tenantOf(m.Contact.Account).member(m.Contact.ID)
	return append(writes, write{name: "membership", verb: put, at: at, item: tenantOf(m.Contact.Account).memberItem(m), condition: absent}), nil
}
