package main

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"customercenter/shared/center"
	"customercenter/shared/httpapi"
	"customercenter/shared/store"
)

type handler struct {
	store *store.Store
	now   func() time.Time
}

// reason is why this function writes across accounts.
const reason = "an operator gives or takes access, and says why"

func (h handler) routes(door httpapi.Door) httpapi.Routes {
	act := httpapi.Op{Module: center.ModuleReview, Action: center.ActionAct, Status: http.StatusNoContent}
	return httpapi.Routes{
		"POST /v1/operator/contacts/grant":  httpapi.Handle(door, act, h.grantContact),
		"POST /v1/operator/contacts/remove": httpapi.Handle(door, act, h.removeContact),
		"POST /v1/operator/reviews/accept":  httpapi.Handle(door, act, h.acceptReview),
		"POST /v1/operator/reviews/refuse":  httpapi.Handle(door, act, h.refuseReview),
	}
}

// Limits of the input, in characters.
const (
	maxAccount = 200
	maxReason  = 300
)

func accountFault(account string) []center.Violation {
	if account == "" || len(account) > maxAccount {
		return []center.Violation{{Pointer: "/account", Detail: "must be the id or the key of an account"}}
	}
	return nil
}

func reasonFault(reason string) []center.Violation {
	if strings.TrimSpace(reason) == "" || utf8.RuneCountInString(reason) > maxReason {
		return []center.Violation{{Pointer: "/reason", Detail: "must say why, in at most 300 characters"}}
	}
	return nil
}

type nothing struct{}

type granting struct {
	Account string             `json:"account"`
	Email   string             `json:"email"`
	Name    string             `json:"name"`
	Type    center.ContactType `json:"type"`
	Reason  string             `json:"reason"`
}

func (in granting) Validate() []center.Violation {
	v := append(accountFault(in.Account), reasonFault(in.Reason)...)
	if _, ok := center.NormalizeEmail(in.Email); !ok {
		v = append(v, center.Violation{Pointer: "/email", Detail: "must be an e-mail address"})
	}
	if why := center.BadName(in.Name); why != "" {
		v = append(v, center.Violation{Pointer: "/name", Detail: why})
	}
	if !slices.Contains(center.AccountTypes(), in.Type) {
		v = append(v, center.Violation{Pointer: "/type", Detail: "must be a contact type"})
	}
	return v
}

// find is the account an operator means, who typed a code not long ago.
func (h handler) find(ctx context.Context, actor center.Actor, account string) (store.Everywhere, center.AccountID, error) {
	everywhere := h.store.Everywhere(reason)
	if !actor.Fresh(h.now()) {
		return everywhere, "", center.ErrFreshCodeNeeded
	}
	found, err := everywhere.FindAccount(ctx, account)
	return everywhere, found.ID, err
}

func (h handler) grantContact(ctx context.Context, actor center.Actor, in granting) (nothing, error) {
	everywhere, account, err := h.find(ctx, actor, in.Account)
	if err != nil {
		return nothing{}, err
	}
	grant := center.Grant{Type: in.Type, Source: center.GrantSourceOperator, By: actor.Email, At: h.now()}
	_, err = everywhere.GrantContact(ctx, actor, account, center.ContactGrant{Email: in.Email, Name: in.Name, Grant: grant}, in.Reason)
	return nothing{}, err
}

// decision names a person of an account, and says why.
type decision struct {
	Account string           `json:"account"`
	Contact center.ContactID `json:"contact"`
	Reason  string           `json:"reason"`
}

func (in decision) Validate() []center.Violation {
	return append(accountFault(in.Account), reasonFault(in.Reason)...)
}

// removeContact ends a contact's access, whatever it came from.
func (h handler) removeContact(ctx context.Context, actor center.Actor, in decision) (nothing, error) {
	everywhere, account, err := h.find(ctx, actor, in.Account)
	if err != nil {
		return nothing{}, err
	}
	_, err = everywhere.ChangeContact(ctx, actor, account, in.Contact, in.Reason, center.Withdraw)
	return nothing{}, err
}

func (h handler) acceptReview(ctx context.Context, actor center.Actor, in decision) (nothing, error) {
	everywhere, account, err := h.find(ctx, actor, in.Account)
	if err != nil {
		return nothing{}, err
	}
	_, err = everywhere.AcceptReview(ctx, actor, account, in.Contact, in.Reason)
	return nothing{}, err
}

func (h handler) refuseReview(ctx context.Context, actor center.Actor, in decision) (nothing, error) {
	everywhere, account, err := h.find(ctx, actor, in.Account)
	if err != nil {
		return nothing{}, err
	}
	return nothing{}, everywhere.RefuseReview(ctx, actor, account, in.Contact, in.Reason)
}
