package store

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"customercenter/shared/center"
)

// Person is a line of the list of people: a contact or a pending invitation.
type Person struct {
	Contact    *center.Contact
	SeenAt     time.Time // of a contact; zero when she never came
	Invitation *center.Invitation
	Reach      center.Reach // whether mail reaches who is invited; a contact says it herself
}

const routePeople = "people"

// People is a page of the account's contacts, then of the invitations that
// wait or have expired, as far as the actor sees them. Next is "" at the end; a
// page before it may be short.
func (a Account) People(ctx context.Context, cursor string, limit int) (people []Person, next string, err error) {
	return a.s.peoplePage(ctx, scope{a.actor.Account, routePeople, ""}, a.actor.Account, cursor, limit, func(p Person) bool {
		if p.Contact != nil {
			return a.actor.Sees(*p.Contact)
		}
		return a.actor.SeesInvitation(*p.Invitation)
	})
}

// People is the same of any account, for operators.
func (e Everywhere) People(ctx context.Context, account center.AccountID, cursor string, limit int) (people []Person, next string, err error) {
	bound := scope{center.OperatorsAccount, routePeople, string(account)}
	return e.s.peoplePage(ctx, bound, account, cursor, limit, func(Person) bool { return true })
}

// withReach adds to invitations whether mail reaches them: of contacts their
// membership says so.
func (s *Store) withReach(ctx context.Context, people []Person) error {
	at := map[key][]int{}
	for n, p := range people {
		if p.Invitation != nil {
			address, _ := center.NormalizeEmail(p.Invitation.Email)
			at[reachKey(address)] = append(at[reachKey(address)], n)
		}
	}
	found, err := s.getMany(ctx, slices.Collect(maps.Keys(at)), false)
	for k, it := range found {
		r := open(it, kindReach)
		for _, n := range at[k] {
			people[n].Reach = readReach(r)
		}
		if r.err != nil {
			return r.err
		}
	}
	return err
}

func (s *Store) peoplePage(ctx context.Context, bound scope, account center.AccountID, cursor string, limit int, shows func(Person) bool) (people []Person, next string, err error) {
	people, next, err = s.peopleOf(ctx, bound, account, cursor, limit, shows)
	if err == nil {
		err = s.withReach(ctx, people)
	}
	return people, next, err
}

func (s *Store) peopleOf(ctx context.Context, bound scope, account center.AccountID, cursor string, limit int, shows func(Person) bool) (people []Person, next string, err error) {
	q := question{pk: tenantOf(account).pk(prefixAccount), limit: min(max(limit, 1), MaxPage), current: true}
	segments := []string{sortMember, sortInvite}
	if cursor != "" {
		at, err := s.unseal(bound, cursor, 1)
		if err != nil {
			return nil, "", err
		}
		q.start = key{q.pk, at[0]}.attributes()
		if strings.HasPrefix(at[0], sortInvite) {
			segments = segments[1:]
		}
	}
	for i, segment := range segments {
		q.from = segment
		items, last, err := s.ask(ctx, q)
		if err != nil {
			return nil, "", err
		}
		for _, it := range items {
			p, ok, err := s.readPerson(account, it)
			if err != nil {
				return nil, "", err
			}
			if ok && shows(p) {
				people = append(people, p)
			}
		}
		if last != nil {
			return people, s.seal(bound, (&reader{it: last}).text(attrSK)), nil
		}
		q.start, q.limit = nil, q.limit-len(items)
		if q.limit <= 0 && i+1 < len(segments) {
			return people, s.seal(bound, segments[i+1]), nil
		}
	}
	return people, "", nil
}

// readPerson reads a line; ok is false for a contact who has left and an
// invitation that has ended.
func (s *Store) readPerson(account center.AccountID, it item) (p Person, ok bool, err error) {
	if strings.HasPrefix(it.key().sk, sortMember) {
		m, err := readMember(account, it)
		return Person{Contact: &m.Contact, SeenAt: m.SeenAt}, !m.Contact.Removed(), err
	}
	i, err := readInvitation(account, it)
	return Person{Invitation: &i}, i.State == center.InvitationPending, err
}

// OwnSession is a session of the person who asks.
type OwnSession struct {
	Account     center.AccountID
	AccountName string
	ID          string // of Secret.ID
	Session
}

// maxOwnAccounts is in how many accounts a person's sessions are looked for.
const maxOwnAccounts = 20

// OwnSessions are the actor's sessions in all her accounts, the one used last
// first.
func (a Account) OwnSessions(ctx context.Context) (sessions []OwnSession, err error) {
	own, err := a.ownMemberships(ctx)
	if err != nil {
		return nil, err
	}
	for _, m := range own {
		for id, held := range m.Sessions {
			sessions = append(sessions, OwnSession{Account: m.Contact.Account, AccountName: m.AccountName, ID: id, Session: held})
		}
	}
	slices.SortFunc(sessions, func(x, y OwnSession) int {
		if c := y.SeenAt.Compare(x.SeenAt); c != 0 {
			return c
		}
		return strings.Compare(x.ID, y.ID)
	})
	return sessions, nil
}

// ownMemberships are the actor's in all her accounts, this one first.
func (a Account) ownMemberships(ctx context.Context) ([]Membership, error) {
	entrances, err := a.s.AccountsOf(ctx, a.actor.Email)
	if err != nil {
		return nil, err
	}
	accounts := []center.AccountID{a.actor.Account}
	for _, e := range entrances {
		if e.Account != a.actor.Account && len(accounts) < maxOwnAccounts {
			accounts = append(accounts, e.Account)
		}
	}
	keys := make([]key, len(accounts))
	for i, account := range accounts {
		keys[i] = tenantOf(account).member(a.actor.Contact)
	}
	found, err := a.s.getMany(ctx, keys, true)
	if err != nil {
		return nil, err
	}
	var own []Membership
	for i, account := range accounts {
		if it, ok := found[keys[i]]; ok {
			m, err := readMember(account, it)
			if err != nil {
				return nil, err
			}
			own = append(own, m)
		}
	}
	return own, nil
}

// EndSessions signs the actor out everywhere, in all her accounts, but for the
// session she asks with where keep is true. Each ends at its next request.
// Sessions that have ended already are passed over.
func (a Account) EndSessions(ctx context.Context, keep bool) (ended int, err error) {
	own, err := a.ownMemberships(ctx)
	if err != nil {
		return 0, err
	}
	for _, m := range own {
		for try := 0; ; try++ {
			n, err := a.endAll(ctx, m, keep)
			if err == nil {
				ended += n
				break
			}
			if !isRefusal(err) {
				return ended, err
			}
			if try == moveTries {
				return ended, errBusy
			}
			if m, err = a.s.Membership(ctx, m.Contact.Account, m.Contact.ID); err != nil {
				return ended, err
			}
		}
	}
	return ended, nil
}

// endAll ends the sessions of one membership, unless one was made meanwhile.
func (a Account) endAll(ctx context.Context, m Membership, keep bool) (ended int, err error) {
	left := item{}
	for id, held := range m.Sessions {
		if keep && m.Contact.Account == a.actor.Account && id == a.actor.Session {
			left.part(id, sessionPart(held))
			continue
		}
		ended++
	}
	if ended == 0 {
		return 0, nil
	}
	w := write{name: "end sessions", verb: update, at: tenantOf(m.Contact.Account).member(m.Contact.ID), values: item{},
		change: "SET #s = :left, #sv = :next", condition: "#sv = :was"}
	w.values.part(":left", left)
	w.values.num(":was", m.rounds)
	w.values.num(":next", m.rounds+1)
	return ended, a.s.apply(ctx, w)
}
