package main

import (
	"context"
	"slices"
	"time"

	"customercenter/shared/center"
	"customercenter/shared/session"
	"customercenter/shared/store"
)

// me is who is signed in, in which account, and what is open to her.
type me struct {
	Contact  contact                        `json:"contact"`
	Account  account                        `json:"account"`
	Accounts []entrance                     `json:"accounts"`
	Modules  map[center.Module]moduleAccess `json:"modules"`

	cookies []string
}

type contact struct {
	ID    center.ContactID     `json:"id"`
	Email string               `json:"email"`
	Name  string               `json:"name"`
	Types []center.ContactType `json:"types"`
}

type account struct {
	ID       center.AccountID `json:"id"`
	Name     string           `json:"name"`
	TimeZone string           `json:"timeZone"`
	Locale   string           `json:"locale"`
	Today    center.Date      `json:"today"`
}

type entrance struct {
	ID   center.AccountID `json:"id"`
	Name string           `json:"name"`
}

type moduleAccess struct {
	Read       bool `json:"read"`
	Act        bool `json:"act"`
	OrdersOnly bool `json:"ordersOnly,omitempty"`
	SelfOnly   bool `json:"selfOnly,omitempty"`
}

func (out me) SetCookies() []string { return out.cookies }

func meOf(actor center.Actor, entrances []store.Entrance, now time.Time, cookies ...string) me {
	out := me{
		Contact: contact{ID: actor.Contact, Email: actor.Email, Name: actor.Name, Types: actor.Types()},
		Account: account{
			ID: actor.Account, Name: actor.AccountName, TimeZone: actor.TimeZone, Locale: actor.Locale, Today: actor.Today(now),
		},
		Accounts: []entrance{},
		Modules:  map[center.Module]moduleAccess{},
		cookies:  cookies,
	}
	for _, e := range entrances {
		out.Accounts = append(out.Accounts, entrance{ID: e.Account, Name: e.Name})
	}
	for _, open := range actor.Modules() {
		out.Modules[open.Module] = moduleAccess{
			Read: true, Act: open.Act.Allowed,
			OrdersOnly: open.Read.OrdersOnly, SelfOnly: open.Read.SelfOnly,
		}
	}
	return out
}

func (h handler) readMe(ctx context.Context, actor center.Actor, _ struct{}) (me, error) {
	entrances, err := session.Entrances(ctx, h.store, h.operators, actor.Email)
	if err != nil {
		return me{}, err
	}
	return meOf(actor, entrances, h.now()), nil
}

type chosenAccount struct {
	Account center.AccountID `json:"account"`
	Agent   string           `json:"-" header:"user-agent"`
}

// chooseAccount answers the same for an account that is not hers and one that
// does not exist.
func (h handler) chooseAccount(ctx context.Context, actor center.Actor, in chosenAccount) (me, error) {
	entrances, err := session.Entrances(ctx, h.store, h.operators, actor.Email)
	if err != nil {
		return me{}, err
	}
	if !slices.ContainsFunc(entrances, func(e store.Entrance) bool { return e.Account == in.Account }) {
		return me{}, center.Errorf(center.NotFound, "account-not-found", "There is no such account.")
	}
	if in.Account == actor.Account {
		return meOf(actor, entrances, h.now()), nil
	}
	if in.Account == center.OperatorsAccount {
		if _, err := h.store.AdmitOperator(ctx, actor.Email); err != nil {
			return me{}, err
		}
	}
	token := session.Token{Account: in.Account, Contact: center.ContactIDOf(actor.Email), Secret: session.NewSecret()}
	next, err := h.store.SwitchAccount(ctx, actor, in.Account, store.NewSession{
		ID: token.Secret.ID(), AuthAt: actor.AuthAt, Agent: session.Device(in.Agent),
	})
	if err != nil {
		return me{}, err
	}
	return meOf(next, entrances, h.now(), session.SetCookie(session.Cookie, token.Text(), session.AbsoluteLife)), nil
}

type signedOut struct{}

func (signedOut) SetCookies() []string { return []string{session.DropCookie(session.Cookie)} }

// signOut ends this session; the next request with its cookie is a stranger's.
func (h handler) signOut(ctx context.Context, actor center.Actor, _ struct{}) (signedOut, error) {
	return signedOut{}, h.store.SignOut(ctx, actor)
}
