package session

import (
	"context"
	"log/slog"
	"slices"
	"time"

	"customercenter/shared/center"
	"customercenter/shared/store"
)

// Guard turns a session cookie into an actor. Everything it decides by stands
// in one item, read consistently on every request, so that a sign-out, a
// removal and a change of rights take effect at the next request.
type Guard struct {
	store     *store.Store
	operators Operators
	now       func() time.Time
}

// NewGuard makes a guard over the store; operators are the addresses whose
// sessions in the operators' account are honoured.
func NewGuard(s *store.Store, operators Operators, now func() time.Time) Guard {
	return Guard{store: s, operators: operators, now: now}
}

// Cookie is the cookie that Enter is asked with.
func (Guard) Cookie() string { return Cookie }

// Enter returns the actor whose session the cookie's value is. Whatever is
// wrong with it, the answer is the same Unauthenticated error.
func (g Guard) Enter(ctx context.Context, cookie string) (center.Actor, error) {
	token, ok := ParseToken(cookie)
	if !ok {
		return center.Actor{}, signInFirst()
	}
	m, err := g.store.Membership(ctx, token.Account, token.Contact)
	if center.IsKind(err, center.NotFound) {
		return center.Actor{}, signInFirst()
	}
	if err != nil {
		return center.Actor{}, err
	}
	id, now := token.Secret.ID(), g.now()
	actor, ok := m.Actor(id)
	if !ok || !m.Contact.Active || len(actor.Grants) == 0 || !Alive(m.Sessions[id], now) || !g.operators.admit(actor.Account, actor.Email) {
		return center.Actor{}, signInFirst()
	}
	if now.Sub(m.Sessions[id].SeenAt) >= TouchEvery {
		// Only the idle limit hangs on it, and the next request tries again.
		_ = g.store.TouchSession(ctx, actor, now)
	}
	return actor, nil
}

// AskContacts lists the account's primary contacts.
func (g Guard) AskContacts(ctx context.Context, actor center.Actor) ([]center.Contact, error) {
	if actor.Account == center.OperatorsAccount {
		return nil, nil
	}
	contacts, err := g.store.In(actor).Contacts(ctx)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(contacts, func(c center.Contact) bool {
		return !c.Active || c.ID == actor.Contact ||
			!slices.ContainsFunc(c.Grants, func(g center.Grant) bool { return g.Type == center.ContactPrimary })
	}), nil
}

func signInFirst() error {
	return center.Errorf(center.Unauthenticated, "sign-in-first", "You are not signed in, or your session has ended.")
}

// Alive judges a session by its last use and by the code it came from: a
// session that was moved to another account is no younger for it.
func Alive(s store.Session, now time.Time) bool {
	return now.Sub(s.AuthAt) < AbsoluteLife && now.Sub(s.SeenAt) < IdleLife
}

// Operators are the normalised addresses of the vendor's own people.
type Operators []string

// admit refuses the operators' account to everyone else.
func (o Operators) admit(account center.AccountID, email string) bool {
	return account != center.OperatorsAccount || o.Has(email)
}

// Has tells whether email, in any spelling, is an operator's.
func (o Operators) Has(email string) bool {
	address, ok := center.NormalizeEmail(email)
	return ok && slices.Contains(o, address)
}

// Entrances lists the accounts that an address may enter, last used first.
// For an operator's address the operators' account is among them from the
// first time it is asked for.
func Entrances(ctx context.Context, s *store.Store, o Operators, email string) ([]store.Entrance, error) {
	entrances, err := s.AccountsOf(ctx, email)
	if err != nil {
		return nil, err
	}
	entrances = slices.DeleteFunc(entrances, func(e store.Entrance) bool { return !o.admit(e.Account, email) })
	known := slices.ContainsFunc(entrances, func(e store.Entrance) bool { return e.Account == center.OperatorsAccount })
	if o.Has(email) && !known {
		entrances = append(entrances, store.Entrance{Account: center.OperatorsAccount})
	}
	return entrances, nil
}

// Measure opens the count of what a request costs at the table, for the log.
func Measure(ctx context.Context) (context.Context, func() []slog.Attr) {
	ctx, meter := store.WithMeter(ctx)
	return ctx, func() []slog.Attr {
		return []slog.Attr{slog.Int("reads", meter.Reads()), slog.Int("writes", meter.Writes()), slog.String("units", meter.Units())}
	}
}
