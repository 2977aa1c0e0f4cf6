package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"customercenter/shared/center"
)

// Attributes of an invitation.
const (
	attrMessageText = "ms"
	attrInviter     = "ib"
	attrInviterMail = "ie"
	attrInviterName = "in"
	attrGeneration  = "gn"
	attrSentAt      = "sa"
	attrOverAt      = "ea"
)

// The limits of sending invitations. They are told to who meets them.
var (
	invitedLimits  = []Limit{{5, 24 * time.Hour}}
	inviterLimits  = []Limit{{50, 24 * time.Hour}}
	invitedRefusal = "This address was sent five invitations within a day. There is room for another one %s."
	inviterRefusal = "Fifty invitations were sent for this account within a day. There is room for another one %s."
)

// perInvited is the bucket of a mailbox that is invited, by whichever account:
// what stands behind a plus in an address leads to the same one.
func perInvited(email string) Bucket {
	address, _ := center.NormalizeEmail(email)
	local, domain, _ := strings.Cut(address, "@")
	if name, _, tagged := strings.Cut(local, "+"); tagged && name != "" {
		local = name
	}
	return Bucket{"invited/" + local + "@" + domain, invitedLimits, "too-many-invitations", invitedRefusal}
}

// perInviting is the bucket of an account that invites.
func perInviting(account center.AccountID) Bucket {
	return Bucket{"inviting/" + string(account), inviterLimits, "too-many-invitations", inviterRefusal}
}

func (t tenant) invitationItem(i center.Invitation) item {
	contact, _ := i.ID.Contact()
	it := newItem(t.invitation(contact), kindInvitation)
	it.text(attrAccount, string(i.Account))
	it.text(attrAccountName, i.AccountName)
	it.text(attrID, string(i.ID))
	it.text(attrEmail, i.Email)
	it.text(attrName, i.Name)
	it.text(attrLocale, i.Locale)
	it[attrGrants] = grantsValue([]center.Grant{i.Grant})
	it.text(attrMessageText, i.Message)
	it.text(attrInviter, string(i.By.Contact))
	it.text(attrInviterMail, i.By.Email)
	it.text(attrInviterName, i.By.Name)
	it.text(attrState, string(i.State))
	it.num(attrGeneration, int64(i.Generation))
	it.text(attrKeyID, i.KeyID)
	it.instant(attrCreatedAt, i.CreatedAt)
	it.instant(attrSentAt, i.SentAt)
	it.instant(attrExpires, i.ExpiresAt)
	it.instant(attrOverAt, i.EndedAt)
	it.text(attrMark, i.Mark)
	it.num(attrVersion, int64(i.Version))
	return it
}

func readInvitation(account center.AccountID, it item) (center.Invitation, error) {
	r := open(it, kindInvitation)
	i := center.Invitation{ID: center.InvitationID(r.text(attrID)), Account: account, AccountName: r.text(attrAccountName),
		Email: r.text(attrEmail), Name: r.text(attrName), Locale: r.text(attrLocale), Message: r.text(attrMessageText),
		By:    center.Inviter{Contact: center.ContactID(r.text(attrInviter)), Email: r.text(attrInviterMail), Name: r.text(attrInviterName)},
		State: center.InvitationState(r.text(attrState)), Generation: int(r.num(attrGeneration)), KeyID: r.text(attrKeyID),
		CreatedAt: r.instant(attrCreatedAt), SentAt: r.instant(attrSentAt), ExpiresAt: r.instant(attrExpires), EndedAt: r.instant(attrOverAt),
		Mark: r.text(attrMark), Version: int(r.num(attrVersion))}
	contact, _ := i.ID.Contact()
	if r.text(attrAccount) != string(account) || it.key() != tenantOf(account).invitation(contact) {
		r.fail("is not of the account asked for")
	}
	grants := readGrants(r)
	if len(grants) != 1 {
		r.fail("does not grant one thing")
		return i, r.err
	}
	i.Grant = grants[0]
	return i, r.err
}

// Invitation reads an invitation with certainty; center.ErrNoInvitation when
// there is none.
func (s *Store) Invitation(ctx context.Context, account center.AccountID, id center.InvitationID) (center.Invitation, error) {
	contact, ok := id.Contact()
	if !ok {
		return center.Invitation{}, center.ErrNoInvitation
	}
	it, err := s.get(ctx, tenantOf(account).invitation(contact))
	if errors.Is(err, errAbsent) {
		return center.Invitation{}, center.ErrNoInvitation
	}
	if err != nil {
		return center.Invitation{}, err
	}
	return readInvitation(account, it)
}

// Invited is what became of an address that was to be invited.
type Invited struct {
	Invitation center.Invitation
	Member     bool // she has that access already: nothing was sent
}

// Invite sends an invitation, the first of its address or one in place of the
// one before, whose link then opens nothing. i says whom, to what and by which
// request: the same mark again sends nothing more. It is in the actor's name,
// who must still be what she was when she asked.
//
// Forbidden where the actor may not give that, Conflict where another's
// invitation stands or the contact is suspended, TooMany beyond the limits.
func (a Account) Invite(ctx context.Context, i center.Invitation) (Invited, error) {
	contact, _ := i.ID.Contact()
	counted := false
	for range moveTries {
		before, member, err := a.invitedNow(ctx, contact)
		if err != nil {
			return Invited{}, err
		}
		if before.Mark == i.Mark && before.Version > 0 {
			return Invited{Invitation: before}, nil
		}
		if err := a.mayInvite(before, member, i); err != nil {
			return Invited{}, err
		}
		if member.Contact.Holds(i.Grant) {
			return Invited{Member: true}, nil
		}
		if !counted {
			if err := a.countInvitation(ctx, i.Email); err != nil {
				return Invited{}, err
			}
			counted = true
		}
		next := a.nextInvitation(before, i)
		kind := center.AuditInvited
		if before.StateAt(a.s.now()) == center.InvitationPending {
			kind = center.AuditResent
		}
		err = a.s.transact(ctx, "invite/"+i.Mark, a.sendWrites(next, before.Version, kind))
		if err == nil {
			return Invited{Invitation: next}, nil
		}
		if err := a.unlessMoved(err); err != nil {
			return Invited{}, err
		}
	}
	return Invited{}, errBusy
}

// invitedNow reads the invitation and the membership of an address; each is
// zero where it does not stand.
func (a Account) invitedNow(ctx context.Context, contact center.ContactID) (i center.Invitation, m Membership, err error) {
	keys := []key{a.t.invitation(contact), a.t.member(contact)}
	found, err := a.s.getMany(ctx, keys, true)
	if err != nil {
		return i, m, err
	}
	if it, ok := found[keys[0]]; ok {
		if i, err = readInvitation(a.actor.Account, it); err != nil {
			return i, m, err
		}
	}
	if it, ok := found[keys[1]]; ok {
		m, err = readMember(a.actor.Account, it)
	}
	return i, m, err
}

func (a Account) mayInvite(before center.Invitation, m Membership, i center.Invitation) error {
	switch {
	case !a.actor.MayInvite(i.Grant):
		return center.ErrMayNotGrant
	case m.Contact.Suspended():
		return center.ErrSuspended
	case before.StateAt(a.s.now()) == center.InvitationPending && !a.actor.MayHandle(before):
		return center.ErrInvitedAlready
	}
	return nil
}

func (a Account) countInvitation(ctx context.Context, email string) error {
	for _, b := range []Bucket{perInvited(email), perInviting(a.actor.Account)} {
		if err := a.s.Take(ctx, b); err != nil {
			return err
		}
	}
	return nil
}

// nextInvitation is the invitation as it is sent now, a generation further.
func (a Account) nextInvitation(before, i center.Invitation) center.Invitation {
	now := a.s.now()
	i.Account, i.AccountName, i.By = a.actor.Account, a.actor.AccountName, a.actor.Inviter()
	i.State, i.Generation, i.KeyID, i.Version = center.InvitationPending, before.Generation+1, a.s.keys.Current(), before.Version+1
	i.CreatedAt, i.SentAt, i.ExpiresAt = now, now, now.Add(center.InvitationLife)
	i.Grant.Source, i.Grant.By, i.Grant.At = center.InvitationSource(i.ID), a.actor.Email, now
	return i
}

// sendWrites put an invitation in place of the version before, with its
// letter and its audit entry.
func (a Account) sendWrites(i center.Invitation, was int, kind center.AuditKind) []write {
	letter := center.Letter{ID: letterID(center.LetterInvitation, string(i.Account), string(i.ID), fmt.Sprint(i.Generation)),
		Kind: center.LetterInvitation, To: i.Email, Name: i.Name, Locale: i.Locale, Account: i.Account, CreatedAt: i.SentAt,
		Params: map[string]string{"invitation": string(i.ID), "generation": fmt.Sprint(i.Generation)}}
	letter.To, _ = center.NormalizeEmail(i.Email)
	return []write{
		versioned("invitation", a.t.invitationItem(i), int64(was)), letterWrite(letter),
		a.auditWrite(kind, i.SentAt, i.Email, map[string]string{"type": string(i.Grant.Type), "by": i.By.String()}, fmt.Sprint(i.Version)),
		a.actorStill(),
	}
}

// auditWrite is an entry in the actor's name.
func (a Account) auditWrite(kind center.AuditKind, at time.Time, subject string, facts map[string]string, parts ...string) write {
	return a.t.auditWrite(center.AuditEntry{Kind: kind, At: at, By: a.actor.Email, Contact: a.actor.Contact, Subject: subject, Facts: facts}, parts...)
}

// writeActor is the name of the check that the actor is what she was when she
// asked.
const writeActor = "actor"

// actorStill refuses a change by somebody whose rights changed since the
// request began: what she may was decided on that version.
func (a Account) actorStill() write {
	return stillSo(writeActor, tenantOf(a.actor.Account).member(a.actor.Contact), a.actor.Version)
}

// stillSo checks that a contact may enter and is of that version.
func stillSo(name string, at key, version int) write {
	w := write{name: name, verb: check, at: at, condition: "#n = :n AND #ac = :yes", values: item{}}
	w.values.num(":n", int64(version))
	w.values.flag(":yes", true)
	return w
}

// unlessMoved is nil for a refusal after which to look again; what else there
// is, and a refusal because the actor herself was changed, is an error.
func (a Account) unlessMoved(err error) error {
	var r *refusal
	switch {
	case !errors.As(err, &r):
		return err
	case r.write == writeActor:
		return changed(err)
	}
	return nil
}

// Resend sends a pending or expired invitation again, under a new link and for
// another seven days; the link before opens nothing any more. Who invited
// stays who invited while she may still give what she offered.
func (a Account) Resend(ctx context.Context, id center.InvitationID, mark string) (center.Invitation, error) {
	counted := false
	for range moveTries {
		before, err := a.handled(ctx, id)
		if err != nil || before.Mark == mark {
			return before, err
		}
		if before.State != center.InvitationPending {
			return before, center.ErrInvitationEnded
		}
		by, err := a.sender(ctx, before)
		if err != nil {
			return before, err
		}
		if !counted {
			if err := a.countInvitation(ctx, before.Email); err != nil {
				return before, err
			}
			counted = true
		}
		next := before
		next.By, next.Grant.By, next.SentAt = by, by.Email, a.s.now()
		next.ExpiresAt, next.KeyID, next.Mark = next.SentAt.Add(center.InvitationLife), a.s.keys.Current(), mark
		next.Generation++
		next.Version++
		err = a.s.transact(ctx, "resend/"+mark, a.sendWrites(next, before.Version, center.AuditResent))
		if err == nil {
			return next, nil
		}
		if err := a.unlessMoved(err); err != nil {
			return before, err
		}
	}
	return center.Invitation{}, errBusy
}

// sender is in whose name an invitation is sent again: who invited, or, where
// she can give that no more, the actor, if she can. A letter must not promise
// what accepting would refuse.
func (a Account) sender(ctx context.Context, i center.Invitation) (center.Inviter, error) {
	_, err := a.s.inviterNow(ctx, i)
	if !errors.Is(err, center.ErrInviterMayNot) {
		return i.By, err
	}
	actor, err := a.s.withOrders(ctx, a.actor, i.Grant.Orders)
	if err == nil && !actor.MayInvite(i.Grant) {
		err = center.ErrMayNotGrant
	}
	return a.actor.Inviter(), err
}

// handled is an invitation that the actor may handle; what she may not even
// see is absent.
func (a Account) handled(ctx context.Context, id center.InvitationID) (center.Invitation, error) {
	i, err := a.s.Invitation(ctx, a.actor.Account, id)
	switch {
	case err != nil:
		return i, err
	case !a.actor.SeesInvitation(i):
		return center.Invitation{}, center.ErrNoInvitation
	case !a.actor.MayHandle(i):
		return i, center.ErrNotYourInvitee
	}
	return i, nil
}

// Revoke takes an invitation back: its link opens nothing from now on. One
// that was revoked or declined stays so; Conflict for one that was accepted.
func (a Account) Revoke(ctx context.Context, id center.InvitationID) (center.Invitation, error) {
	for range moveTries {
		before, err := a.handled(ctx, id)
		switch {
		case err != nil:
			return before, err
		case before.State == center.InvitationAccepted:
			return before, center.Errorf(center.Conflict, "invitation-accepted", "This invitation was accepted meanwhile. Remove the contact instead.")
		case before.State != center.InvitationPending:
			return before, nil
		}
		next, now := before, a.s.now()
		writes := append(a.revokeWrites(&next, now), a.actorStill())
		err = a.s.transact(ctx, "revoke/"+string(id), writes)
		if err == nil {
			return next, nil
		}
		if err := a.unlessMoved(err); err != nil {
			return before, err
		}
	}
	return center.Invitation{}, errBusy
}

// revokeWrites end a pending invitation, and say so in the audit log.
func (a Account) revokeWrites(i *center.Invitation, now time.Time) []write {
	was := i.Version
	i.State, i.EndedAt = center.InvitationRevoked, now
	i.Version++
	return []write{versioned("invitation", a.t.invitationItem(*i), int64(was)),
		a.auditWrite(center.AuditRevoked, now, i.Email, map[string]string{"type": string(i.Grant.Type)}, fmt.Sprint(i.Version))}
}

// maxRevoked is how many invitations end in the transaction in which their
// inviter does; the others end by the check when they are accepted.
const maxRevoked = 20

// invitationsBy are the pending invitations of one inviter.
func (s *Store) invitationsBy(ctx context.Context, account center.AccountID, contact center.ContactID) (out []center.Invitation, err error) {
	items, err := s.askAll(ctx, question{pk: tenantOf(account).pk(prefixAccount), from: sortInvite, limit: maxPeople, current: true})
	if err != nil {
		return nil, err
	}
	for _, it := range items {
		i, err := readInvitation(account, it)
		if err != nil {
			return nil, err
		}
		if i.By.Contact == contact && i.State == center.InvitationPending && len(out) < maxRevoked {
			out = append(out, i)
		}
	}
	return out, nil
}

// Decline ends a pending invitation of that generation because who got it said
// "not me", and tells the inviter. Declining it again changes nothing.
func (s *Store) Decline(ctx context.Context, account center.AccountID, id center.InvitationID, generation int) error {
	t := tenantOf(account)
	for range moveTries {
		before, err := s.Invitation(ctx, account, id)
		switch {
		case err != nil:
			return err
		case before.Generation != generation:
			return center.ErrNoInvitation
		case before.State == center.InvitationDeclined:
			return nil
		case before.StateAt(s.now()) != center.InvitationPending:
			return center.ErrInvitationEnded
		}
		next, now := before, s.now()
		next.State, next.EndedAt = center.InvitationDeclined, now
		next.Version++
		entry := center.AuditEntry{Kind: center.AuditDeclined, At: now, By: before.Email, Subject: before.Email, Facts: map[string]string{"type": string(before.Grant.Type)}}
		err = s.transact(ctx, "decline/"+string(id), []write{
			versioned("invitation", t.invitationItem(next), int64(before.Version)),
			outcomeLetter(center.LetterInvitationDeclined, next, now), t.auditWrite(entry, fmt.Sprint(next.Version)),
		})
		if err == nil || !isRefusal(err) {
			return err
		}
	}
	return errBusy
}

// outcomeLetter tells the inviter what became of an invitation.
func outcomeLetter(kind center.LetterKind, i center.Invitation, now time.Time) write {
	to, _ := center.NormalizeEmail(i.By.Email)
	return letterWrite(center.Letter{ID: letterID(kind, string(i.Account), string(i.ID), fmt.Sprint(i.Generation)), Kind: kind,
		To: to, Name: i.By.Name, Account: i.Account, Contact: i.By.Contact, CreatedAt: now,
		Params: map[string]string{"email": i.Email, "name": i.Name, "type": string(i.Grant.Type)}})
}

// Accept makes the invited person a contact, or gives a contact the invited
// grant, in one transaction that checks again what was decided on: the
// invitation is pending, of that generation and not expired, and the inviter
// still is who may give that. The caller has proven the invited mailbox.
// Accepting an accepted invitation changes nothing.
//
// NotFound for another generation, Conflict for an invitation that has ended
// or whose inviter may not give that any more, or for a suspended contact.
func (s *Store) Accept(ctx context.Context, account center.AccountID, id center.InvitationID, generation int) (center.Invitation, error) {
	for range moveTries {
		i, err := s.Invitation(ctx, account, id)
		switch {
		case err != nil:
			return i, err
		case i.Generation != generation:
			return i, center.ErrNoInvitation
		case i.State == center.InvitationAccepted:
			return i, nil
		}
		writes, err := s.acceptWrites(ctx, &i)
		if err != nil {
			return i, err
		}
		err = s.transact(ctx, fmt.Sprintf("accept/%s/%d", id, generation), writes)
		if err == nil {
			return i, nil
		}
		if !isRefusal(err) {
			return i, err
		}
	}
	return center.Invitation{}, errBusy
}

// acceptWrites decide, on what stands, what accepting writes.
func (s *Store) acceptWrites(ctx context.Context, i *center.Invitation) ([]write, error) {
	now := s.now()
	if err := i.Open(now); err != nil {
		return nil, err
	}
	t := tenantOf(i.Account)
	inviter, err := s.inviterNow(ctx, *i)
	if err != nil {
		return nil, err
	}
	contact, _ := i.ID.Contact()
	m, err := s.Membership(ctx, i.Account, contact)
	joins := center.IsKind(err, center.NotFound)
	switch {
	case joins:
		m = newcomer(*i, inviter)
	case err != nil:
		return nil, err
	case m.Contact.Suspended():
		return nil, center.ErrSuspended
	}
	orders, err := s.orderRowsOf(ctx, t, i.Grant.Orders)
	if err == nil {
		orders, err = s.unnamed(ctx, t, contact, orders)
	}
	if err != nil {
		return nil, err
	}
	was := i.Version
	i.State, i.EndedAt = center.InvitationAccepted, now
	i.Version++
	granted := kept(i.Grant)
	granted.At = now
	after := m.Contact.Give(granted)
	if after.Email == "" { // she was erased, and is invited anew
		after.Email, after.Name, after.Locale = i.Email, i.Name, i.Locale
	}
	writes := []write{versioned("invitation", t.invitationItem(*i), int64(was)), stillSo("inviter", t.member(i.By.Contact), inviter.Contact.Version)}
	if joins {
		m.Contact = after
		m.Contact.Version = 1
		writes = append(writes, write{name: "membership", verb: put, at: t.member(contact), item: t.memberItem(m), condition: absent})
	} else {
		writes = append(writes, contactWrite(m, after))
	}
	address, _ := center.NormalizeEmail(i.Email)
	entry := center.AuditEntry{Kind: center.AuditAccepted, At: now, By: i.Email, Contact: contact, Subject: i.Email,
		Facts: map[string]string{"type": string(i.Grant.Type), "by": i.By.String()}}
	writes = append(writes, addressWrite(address, i.Account, inviter.AccountName),
		outcomeLetter(center.LetterInvitationAccepted, *i, now), t.auditWrite(entry, fmt.Sprint(i.Version)))
	return append(writes, namedWrites(t, contact, orders, true)...), nil
}

// inviterNow is the inviter's membership, who must still be able to give what
// she offered.
func (s *Store) inviterNow(ctx context.Context, i center.Invitation) (Membership, error) {
	m, err := s.Membership(ctx, i.Account, i.By.Contact)
	if center.IsKind(err, center.NotFound) || err == nil && !m.mayEnter() {
		return m, center.ErrInviterMayNot
	}
	if err != nil {
		return m, err
	}
	actor, err := s.withOrders(ctx, m.actor("", time.Time{}), i.Grant.Orders)
	if err == nil && !actor.MayInvite(i.Grant) {
		err = center.ErrInviterMayNot
	}
	return m, err
}

// newcomer is the membership of who accepts and was none before.
func newcomer(i center.Invitation, inviter Membership) Membership {
	contact, _ := i.ID.Contact()
	return Membership{
		Contact:     center.Contact{ID: contact, Account: i.Account, Email: i.Email, Name: i.Name, Locale: i.Locale, Active: true},
		AccountName: inviter.AccountName, TimeZone: inviter.TimeZone, Locale: inviter.Locale,
	}
}

// orderRowsOf are the account's own list rows of orders; NotFound when it has
// no such order.
func (s *Store) orderRowsOf(ctx context.Context, t tenant, orders []center.OrderID) ([]item, error) {
	if len(orders) == 0 {
		return nil, nil
	}
	heads := make([]key, len(orders))
	for n, id := range orders {
		heads[n] = t.order(id)
	}
	found, err := s.getMany(ctx, heads, true)
	if err != nil {
		return nil, err
	}
	keys := make([]key, len(orders))
	for n, id := range orders {
		it, ok := found[heads[n]]
		if !ok {
			return nil, errNoOrder
		}
		r := open(it, kindOrder)
		keys[n] = orderRow(t.pk(prefixList), r.date(attrOrderedOn), id)
		if r.err != nil {
			return nil, r.err
		}
	}
	rows, err := s.getMany(ctx, keys, true)
	if err != nil {
		return nil, err
	}
	out := make([]item, 0, len(keys))
	for _, at := range keys {
		if it, ok := rows[at]; ok {
			out = append(out, it)
		}
	}
	if len(out) < len(keys) {
		return nil, errNoOrder
	}
	return out, nil
}

var errNoOrder = center.Errorf(center.NotFound, "order-not-found", "There is no such order.")

// attrInvitedTo marks the row of an order that names its contact by an
// invitation alone: it goes with what the invitation gave.
const attrInvitedTo = "iv"

func invitedTo(row item) bool { return (&reader{it: row}).flag(attrInvitedTo) }

// namedWrites put rows of orders into a contact's own list.
func namedWrites(t tenant, contact center.ContactID, rows []item, byInvitation bool) (out []write) {
	for _, row := range rows {
		at := key{t.contactList(contact), row.key().sk}
		named := item{}
		for name, value := range row {
			named[name] = value
		}
		named.text(attrPK, at.pk)
		if byInvitation {
			named.flag(attrInvitedTo, true)
		}
		out = append(out, write{name: "order of a contact", verb: put, at: at, item: named})
	}
	return out
}

// unnamed are the rows of orders that name the contact in no way yet.
func (s *Store) unnamed(ctx context.Context, t tenant, contact center.ContactID, rows []item) ([]item, error) {
	keys := make([]key, len(rows))
	for n, row := range rows {
		keys[n] = key{t.contactList(contact), row.key().sk}
	}
	named, err := s.getMany(ctx, keys, true)
	var out []item
	for n, at := range keys {
		if _, ok := named[at]; !ok {
			out = append(out, rows[n])
		}
	}
	return out, err
}

// withOrders is the actor with those of the orders in her scoped grants that
// name her: which they are stands in a list of its own.
func (s *Store) withOrders(ctx context.Context, actor center.Actor, orders []center.OrderID) (center.Actor, error) {
	scoped := slices.ContainsFunc(actor.Grants, func(g center.Grant) bool { return g.Scoped })
	if !scoped || len(orders) == 0 {
		return actor, nil
	}
	t := tenantOf(actor.Account)
	rows, err := s.orderRowsOf(ctx, t, orders)
	if err != nil {
		return actor, err
	}
	keys := make([]key, len(rows))
	for n, row := range rows {
		keys[n] = key{t.contactList(actor.Contact), row.key().sk}
	}
	named, err := s.getMany(ctx, keys, true)
	if err != nil {
		return actor, err
	}
	var own []center.OrderID
	for n, at := range keys {
		if _, ok := named[at]; ok {
			own = append(own, orders[n])
		}
	}
	actor.Grants = slices.Clone(actor.Grants)
	for n := range actor.Grants {
		if actor.Grants[n].Scoped {
			actor.Grants[n].Orders = own
		}
	}
	return actor, nil
}

// ForOrders is the view of an actor who means these orders: her grants that
// reach named orders only then say which of them they reach. NotFound when the
// account has no such order, and just the same when she does not reach it.
func (a Account) ForOrders(ctx context.Context, orders []center.OrderID) (Account, error) {
	if _, err := a.s.orderRowsOf(ctx, a.t, orders); err != nil {
		return a, err
	}
	actor, err := a.s.withOrders(ctx, a.actor, orders)
	if err == nil && !actor.Reaches(orders) {
		err = errNoOrder
	}
	a.actor = actor
	return a, err
}
