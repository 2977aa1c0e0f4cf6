package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"customercenter/shared/center"
)

// Limits of sessions.
const (
	// maxSessions is how many browsers one contact may be signed in with; the
	// one seen least recently leaves for the next.
	maxSessions = 10
	// touchEvery is how precisely the last use of a session is known, and how
	// rarely it costs a write.
	touchEvery = 5 * time.Minute
	// maxAgent is how much of a browser's name is kept.
	maxAgent = 120
	// signInTries bounds how often a sign-in that met another one begins again.
	signInTries = 4
)

// NewSession is a session to be made.
type NewSession struct {
	ID     string // of the secret; never the secret
	AuthAt time.Time
	Agent  string

	// Instead is a session of the same contact in the same account that ends
	// with this one's beginning; "" ends none.
	Instead string
}

// SignIn makes a session of the contact and remembers the account as the one
// its address used last. Forbidden when the contact may not enter. Making the
// same session again changes nothing.
func (s *Store) SignIn(ctx context.Context, account center.AccountID, contact center.ContactID, n NewSession) (center.Actor, error) {
	return s.mint(ctx, account, contact, n, nil)
}

// SwitchAccount makes a session of the same person in another account of hers
// and ends the one she has, in one step. Forbidden when she may not enter
// there.
func (s *Store) SwitchAccount(ctx context.Context, a center.Actor, to center.AccountID, n NewSession) (center.Actor, error) {
	if to == a.Account {
		return a, nil
	}
	return s.mint(ctx, to, a.Contact, n, []write{endSession(a)})
}

var errMayNotEnter = center.Errorf(center.Forbidden, "account-not-open", "You cannot enter that account with this address.")

// mint puts a session into a membership, in one transaction with others.
func (s *Store) mint(ctx context.Context, account center.AccountID, contact center.ContactID, n NewSession, others []write) (center.Actor, error) {
	for range signInTries {
		m, err := s.Membership(ctx, account, contact)
		if center.IsKind(err, center.NotFound) || err == nil && !m.mayEnter() {
			return center.Actor{}, errMayNotEnter
		}
		if err != nil {
			return center.Actor{}, err
		}
		if _, made := m.Sessions[n.ID]; made {
			return m.actor(n.ID, n.AuthAt), nil // an answer was lost; the session was not
		}
		writes := append([]write{s.addSession(m, n), s.usedAddress(m)}, others...)
		err = s.transact(ctx, "sign-in/"+n.ID, writes)
		var r *refusal
		if errors.As(err, &r) && r.write == writeAddSession {
			continue
		}
		if errors.As(err, &r) {
			return center.Actor{}, changed(err)
		}
		if err != nil {
			return center.Actor{}, err
		}
		return m.actor(n.ID, n.AuthAt), nil
	}
	return center.Actor{}, errBusy
}

const writeAddSession = "add session"

func (s *Store) addSession(m Membership, n NewSession) write {
	now := s.now()
	held := Session{IssuedAt: now, SeenAt: now, AuthAt: n.AuthAt, Agent: cut(n.Agent, maxAgent)}
	w := write{name: writeAddSession, verb: update, at: tenantOf(m.Contact.Account).member(m.Contact.ID),
		change: "SET #s.#" + n.ID + " = :s, #sv = :next, #ls = :now", values: item{},
		condition: present + " AND #sv = :sv AND #n = :n"}
	w.values.part(":s", sessionPart(held))
	w.values.num(":sv", m.rounds)
	w.values.num(":next", m.rounds+1)
	w.values.num(":n", int64(m.Contact.Version))
	w.values.instant(":now", now)
	if _, held := m.Sessions[n.Instead]; held {
		w.change += " REMOVE #s.#" + n.Instead
	} else if len(m.Sessions) >= maxSessions {
		w.change += " REMOVE #s.#" + stalest(m.Sessions)
	}
	return w
}

func stalest(sessions map[string]Session) string {
	least := ""
	for id, held := range sessions {
		if least == "" || held.SeenAt.Before(sessions[least].SeenAt) ||
			held.SeenAt.Equal(sessions[least].SeenAt) && id < least {
			least = id
		}
	}
	return least
}

// endSession takes a session out of its membership, if it is still there.
func endSession(a center.Actor) write {
	w := write{name: "end session", verb: update, at: tenantOf(a.Account).member(a.Contact),
		change: "SET #sv = #sv + :one REMOVE #s.#" + a.Session, values: item{},
		condition: fmt.Sprintf("attribute_exists(#s.#%s)", a.Session)}
	w.values.num(":one", 1)
	return w
}

// SignOut ends the actor's session: the next request with it is refused.
// Ending one that has ended changes nothing.
func (s *Store) SignOut(ctx context.Context, a center.Actor) error {
	err := s.apply(ctx, endSession(a))
	return unlessRefused(err)
}

// TouchSession notes that the session is in use, unless it was noted within
// the last few minutes, or ended.
func (s *Store) TouchSession(ctx context.Context, a center.Actor, seen time.Time) error {
	at := "#s.#" + a.Session + ".#" + sessionSeen
	w := write{name: "touch session", verb: update, at: tenantOf(a.Account).member(a.Contact),
		change: "SET " + at + " = :now, #ls = :now", condition: at + " < :before", values: item{}}
	w.values.instant(":now", seen)
	w.values.instant(":before", seen.Add(-touchEvery))
	err := s.apply(ctx, w)
	return unlessRefused(err)
}
