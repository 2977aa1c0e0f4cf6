package main

import (
	"cmp"
	"context"
	"slices"

	"customercenter/shared/center"
	"customercenter/shared/httpapi"
	"customercenter/shared/session"
	"customercenter/shared/store"
)

type typedCode struct {
	Code      string `json:"code"`
	Challenge string `json:"-" cookie:"__Host-pre"`
	Session   string `json:"-" cookie:"__Host-sid"`
	Agent     string `json:"-" header:"user-agent"`
}

func (in typedCode) Validate() []center.Violation { return session.CodeViolations(in.Code) }

// verifyCode opens a session in the account used last that she may still
// enter: where one is closed to her, the others are not. A browser that is
// signed in already stays in its account; the session it had ends with the new
// one's beginning, whoever's it was.
func (h handler) verifyCode(ctx context.Context, _ center.Actor, in typedCode) (me, error) {
	challenge, err := session.Prove(ctx, h.store, h.keys, in.Challenge, in.Code)
	httpapi.Concerns(ctx, "", center.ContactIDOf(challenge.Email))
	if err != nil {
		return me{}, err
	}
	entrances, err := session.Entrances(ctx, h.store, h.operators, challenge.Email)
	if err != nil {
		return me{}, err
	}
	account, instead, err := h.standing(ctx, in.Session, challenge.Email)
	if err != nil {
		return me{}, err
	}
	slices.SortStableFunc(entrances, func(a, b store.Entrance) int {
		return cmp.Compare(rank(a.Account == account), rank(b.Account == account))
	})
	for n, e := range entrances {
		if e.Account != account {
			instead = ""
		}
		actor, cookie, err := h.open(ctx, e.Account, challenge.Email, in.Agent, instead)
		if center.IsKind(err, center.Forbidden) {
			continue
		}
		if err != nil {
			return me{}, err
		}
		httpapi.Concerns(ctx, actor.Account, actor.Contact)
		if instead == "" {
			if err := session.End(ctx, h.store, in.Session); err != nil {
				return me{}, err
			}
		}
		return meOf(actor, entrances[n:], h.now(), cookie, session.DropCookie(session.ChallengeCookie)), nil
	}
	// Guessed for an address that no letter goes to, or removed meanwhile.
	return me{}, session.WrongCode(0)
}

func rank(first bool) int {
	if first {
		return 0
	}
	return 1
}

// standing is the session that the browser has, where it is the same person's:
// she types a code again because something asks for a fresh one, and must find
// herself in the account where she was asked. That session ends with the new
// one's beginning.
func (h handler) standing(ctx context.Context, cookie, email string) (account center.AccountID, id string, err error) {
	if cookie == "" {
		return "", "", nil
	}
	actor, err := session.NewGuard(h.store, h.operators, h.now).Enter(ctx, cookie)
	switch {
	case center.IsKind(err, center.Unauthenticated):
		return "", "", nil
	case err != nil:
		return "", "", err
	case actor.Contact != center.ContactIDOf(email):
		return "", "", nil
	}
	return actor.Account, actor.Session, nil
}

// open mints a session in the account and returns its cookie.
func (h handler) open(ctx context.Context, account center.AccountID, email, agent, instead string) (center.Actor, string, error) {
	if account == center.OperatorsAccount {
		if _, err := h.store.AdmitOperator(ctx, email); err != nil {
			return center.Actor{}, "", err
		}
	}
	token := session.Token{Account: account, Contact: center.ContactIDOf(email), Secret: session.NewSecret()}
	minted := store.NewSession{ID: token.Secret.ID(), AuthAt: h.now(), Agent: session.Device(agent), Instead: instead}
	if err := session.NoticeNewDevice(ctx, h.store, token, email, minted.Agent, h.now()); err != nil {
		return center.Actor{}, "", err
	}
	actor, err := h.store.SignIn(ctx, account, token.Contact, minted)
	if err != nil {
		return center.Actor{}, "", err
	}
	return actor, session.SetCookie(session.Cookie, token.Text(), session.AbsoluteLife), nil
}
