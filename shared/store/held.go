package store

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"customercenter/shared/center"
)

// Held is one thing that is held on a person.
type Held struct {
	Account center.AccountID // "" of what belongs to no account
	Kind    HeldKind
	Facts   map[string]string // what it says of her; nothing of anybody else
	Kept    KeptReason        // why erasing leaves it; "" where it goes
}

// KeptReason says why erasing leaves something.
type KeptReason string

// The reasons.
const (
	KeptAudit KeptReason = "audit_chain"  // no function may change it: make erase-audit takes her out of it
	KeptPaper KeptReason = "issued_paper" // as it was issued, while the law asks for it; who is named beside it is erased
)

// HeldKind says what a held thing is.
type HeldKind string

// The kinds.
const (
	HeldMembership HeldKind = "membership"
	HeldGrant      HeldKind = "grant"
	HeldSession    HeldKind = "session"
	HeldInvitation HeldKind = "invitation"
	HeldReview     HeldKind = "review_entry"
	HeldCalendar   HeldKind = "calendar"
	HeldMention    HeldKind = "mention" // what she gave to somebody else says it was her
	HeldRecipient  HeldKind = "billing_recipient"
	HeldAnswer     HeldKind = "remembered_answer"
	HeldListing    HeldKind = "order_listing"
	HeldOrder      HeldKind = "named_on_order"
	HeldPayment    HeldKind = "payment"
	HeldRenewal    HeldKind = "renewal_answer"
	HeldRedeemer   HeldKind = "redeemer"
	HeldRedemption HeldKind = "redemption"
	HeldDispute    HeldKind = "dispute"
	HeldAudit      HeldKind = "audit_entry"
	HeldLetter     HeldKind = "letter"
	HeldEntrance   HeldKind = "address"
)

// HeldPage is a stretch of what is held on a person.
type HeldPage struct {
	Held []Held
	Next string // "" at the end; a page before it may be empty
}

// Limits of one page.
const (
	heldAccounts = 20  // looked at in one read
	heldRows     = 100 // read of one place at once
	heldReads    = 12  // stretches of places that one page goes through
	maxNames     = 120 // bytes of names that letters are searched for
)

const routeHeld = "held"

// subject is the person whom it is about. Where no mail can reach the address
// papers show, her entries are found by the text itself.
type subject struct {
	address string
	contact center.ContactID
	review  center.ContactID // of her entry on review lists
	named   center.ContactID // of her place on orders
	names   []string
}

func subjectOf(email string) subject {
	if address, ok := center.NormalizeEmail(email); ok {
		id := center.ContactIDOf(address)
		return subject{address: address, contact: id, review: id, named: id}
	}
	text := strings.TrimSpace(email)
	return subject{address: text, review: center.ContactID(hashKey("review", text)), named: center.ContactID(hashKey("person", text))}
}

// isHers tells whether an address is the subject's.
func (w subject) isHers(email string) bool {
	address, ok := center.NormalizeEmail(email)
	return ok && address == w.address || strings.TrimSpace(email) == w.address
}

// tells finds her address, or a name she went by, in a text.
func (w subject) tells(text string) bool {
	return trace{words: append([]string{w.address}, w.names...)}.tells(text)
}

// finding is a held thing and what erases it; nil where erasing leaves it, or
// where it goes with another.
type finding struct {
	Held
	erase func(context.Context) error
}

// trail goes through all places where something may be held on a person: the
// letters under way, account by account, the orders that name her, and at last
// what her address leads to. One that was erased from is found less at by the
// next, so that what breaks off is begun again.
type trail struct {
	s    *Store
	who  subject
	by   author // who erases; nobody where it is only looked at
	heir map[center.AccountID]string
}

// place is where a trail stands: in a part of it, and there behind a key.
type place struct {
	part    int
	page    string // of the directory
	account center.AccountID
	stage   int
	after   string
	names   string // that she went by when the trail began
}

// nameEnd is between names, in which it does not occur.
const nameEnd = "\x01"

func (p place) positions() []string {
	return []string{strconv.Itoa(p.part), p.page, string(p.account), strconv.Itoa(p.stage), p.after, p.names}
}

func placeAt(positions []string) (p place, err error) {
	p.page, p.account, p.after, p.names = positions[1], center.AccountID(positions[2]), positions[4], positions[5]
	if p.part, err = strconv.Atoi(positions[0]); err == nil {
		p.stage, err = strconv.Atoi(positions[3])
	}
	if err != nil || p.part < 0 || p.part >= len(trailParts) || p.stage < 0 || p.stage >= len(accountStages) {
		return place{}, errCursor
	}
	return p, nil
}

// trailParts are the parts of a trail, in order. Each takes a stretch from a
// place on and says where to go on; ended when there is nothing more of it.
var trailParts = []func(t *trail, ctx context.Context, p place) (found []finding, next place, ended bool, err error){
	(*trail).letters, (*trail).accounts, (*trail).orders, (*trail).entrances,
}

// heldStage finds what one place of an account holds of her, behind the key
// after; last is where to go on, "" at the end.
type heldStage func(t *trail, ctx context.Context, account center.AccountID, after string) (found []finding, last string, err error)

// accountStages are the places of an account, in order. Her own come early:
// whoever is erased enters nowhere from then on. Before them comes what is found
// by the name that they hold.
var accountStages = []heldStage{
	(*trail).answers, (*trail).redemptions, (*trail).own, (*trail).mentions, (*trail).recipients, (*trail).listings,
	(*trail).payments, (*trail).renewals, (*trail).redeemers, (*trail).log,
}

// Held is a page of all that is held on the person of an address, whoever she
// is to whichever account, with why erasing leaves what it leaves. What only a
// name tells of, in text that people typed, is not found.
func (e Everywhere) Held(ctx context.Context, email, cursor string) (HeldPage, error) {
	t := &trail{s: e.s, who: subjectOf(email)}
	found, next, err := t.page(ctx, cursor)
	page := HeldPage{Next: next}
	for _, f := range found {
		page.Held = append(page.Held, f.Held)
	}
	return page, err
}

// page is a stretch of a trail.
func (t *trail) page(ctx context.Context, cursor string) (found []finding, next string, err error) {
	bound := scope{center.OperatorsAccount, routeHeld, t.who.address}
	at, err := t.start(ctx, bound, cursor)
	if err != nil {
		return nil, "", err
	}
	t.who.names = strings.Split(at.names, nameEnd)
	for range heldReads {
		some, next, ended, err := trailParts[at.part](t, ctx, at)
		if err != nil {
			return nil, "", err
		}
		found = append(found, some...)
		if next.names = at.names; ended {
			next = place{part: at.part + 1, names: at.names}
		}
		at = next
		if at.part == len(trailParts) {
			return found, "", nil
		}
		if len(found) >= heldRows {
			break
		}
	}
	return found, t.s.seal(bound, at.positions()...), nil
}

// start is where a cursor goes on; a trail begins with the names she goes by.
func (t *trail) start(ctx context.Context, bound scope, cursor string) (place, error) {
	if cursor != "" {
		positions, err := t.s.unseal(bound, cursor, 6)
		if err != nil {
			return place{}, err
		}
		return placeAt(positions)
	}
	names, err := t.names(ctx)
	return place{names: strings.Join(names, nameEnd)}, err
}

// names are those she goes by in the accounts that her address leads to.
func (t *trail) names(ctx context.Context) (names []string, err error) {
	if t.who.contact == "" {
		return nil, nil
	}
	entrances, err := t.s.AccountsOf(ctx, t.who.address)
	if err != nil {
		return nil, err
	}
	keys := make([]key, len(entrances))
	for i, e := range entrances {
		keys[i] = tenantOf(e.Account).member(t.who.contact)
	}
	found, err := t.s.getMany(ctx, keys, true)
	for _, it := range found {
		if name := (&reader{it: it}).text(attrName); name != "" && !slices.Contains(names, name) && len(strings.Join(names, nameEnd))+len(name) <= maxNames {
			names = append(names, name)
		}
	}
	return names, err
}

// accounts goes through the directory. Of each account it reads what would
// stand there of her; where something does, all of the account's places.
func (t *trail) accounts(ctx context.Context, p place) (found []finding, next place, ended bool, err error) {
	if p.account == "" {
		return t.lookAround(ctx, p, "")
	}
	found, last, err := accountStages[p.stage](t, ctx, p.account, p.after)
	switch {
	case err != nil:
		return nil, p, false, err
	case last != "":
		p.after = last
		return found, p, false, nil
	case p.stage+1 < len(accountStages):
		p.stage, p.after = p.stage+1, ""
		return found, p, false, nil
	}
	more, next, ended, err := t.lookAround(ctx, place{part: p.part, page: p.page}, p.account)
	return append(found, more...), next, ended, err
}

// lookAround finds the next account of a page of the directory, behind one,
// where something stands of her.
func (t *trail) lookAround(ctx context.Context, p place, behind center.AccountID) (_ []finding, next place, ended bool, err error) {
	list, following, err := Everywhere{t.s}.Accounts(ctx, p.page, heldAccounts)
	if err != nil {
		return nil, p, false, err
	}
	if p.page == "" { // the vendor's own people stand in no directory
		list = append([]center.Account{{ID: center.OperatorsAccount}}, list...)
	}
	at := slices.IndexFunc(list, func(a center.Account) bool { return a.ID == behind })
	list = list[at+1:]
	var keys []key
	for _, a := range list {
		keys = append(keys, t.marks(a.ID)...)
	}
	stands, err := t.s.getMany(ctx, keys, true)
	if err != nil {
		return nil, p, false, err
	}
	for _, a := range list {
		knows, err := t.knows(ctx, a.ID, stands)
		if err != nil {
			return nil, p, false, err
		}
		if knows {
			p.account = a.ID
			return nil, p, false, nil
		}
	}
	return nil, place{part: p.part, page: following}, following == "", nil
}

// marks are the keys by which an account tells that it may know her.
func (t *trail) marks(account center.AccountID) []key {
	of := tenantOf(account)
	keys := []key{of.review(t.who.review), of.billing()}
	if t.who.contact != "" {
		keys = append(keys, of.member(t.who.contact), of.invitation(t.who.contact))
	}
	return keys
}

// knows tells whether something of her stands in an account, as its marks say.
func (t *trail) knows(ctx context.Context, account center.AccountID, stands map[key]item) (bool, error) {
	for _, k := range t.marks(account) {
		it, ok := stands[k]
		if ok && k.sk != sortBilling {
			return true, nil
		}
		if ok {
			p, err := readBilling(it)
			if err != nil || len(recipientsOf(p, t.who)) > 0 {
				return true, err
			}
		}
	}
	found, _, err := t.redeemers(ctx, account, "")
	return len(found) > 0, err
}
