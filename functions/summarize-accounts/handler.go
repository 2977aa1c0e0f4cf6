package main

import (
	"context"

	"customercenter/shared/center"
	"customercenter/shared/httpapi"
	"customercenter/shared/store"
)

// reason is why this function reads across accounts.
const reason = "an operator compares the books of accounts"

type handler struct{ store *store.Store }

func (h handler) routes(door httpapi.Door) httpapi.Routes {
	read := httpapi.Op{Module: center.ModuleImports, Action: center.ActionRead}
	return httpapi.Routes{"GET /v1/operator/summary": httpapi.Handle(door, read, h.summarizeAccounts)}
}

// Limits: accounts of a page, each of which is one query, and characters of
// the parameters.
const (
	pageSize   = 25
	maxAccount = 200
	maxCursor  = 600
)

type input struct {
	Account string `json:"-" query:"account"`
	Cursor  string `json:"-" query:"cursor"`
}

func (in input) Validate() (v []center.Violation) {
	if len(in.Account) > maxAccount {
		v = append(v, center.Violation{Pointer: "account", Detail: "must be the id or the key of an account"})
	}
	if len(in.Cursor) > maxCursor {
		v = append(v, center.Violation{Pointer: "cursor", Detail: "is no cursor of this list"})
	}
	return v
}

type output struct {
	Accounts []center.AccountSummary `json:"accounts"`
	Next     string                  `json:"next,omitempty"`
}

// summarizeAccounts answers the named account, or a page of all of them.
func (h handler) summarizeAccounts(ctx context.Context, _ center.Actor, in input) (output, error) {
	everywhere := h.store.Everywhere(reason)
	var accounts []center.Account
	out := output{Accounts: []center.AccountSummary{}}
	if in.Account != "" {
		account, err := everywhere.FindAccount(ctx, in.Account)
		if err != nil {
			return output{}, err
		}
		accounts = append(accounts, account)
	} else {
		var err error
		if accounts, out.Next, err = everywhere.Accounts(ctx, in.Cursor, pageSize); err != nil {
			return output{}, err
		}
	}
	for _, account := range accounts {
		summary, err := everywhere.Summary(ctx, account.ID)
		if err != nil {
			return output{}, err
		}
		out.Accounts = append(out.Accounts, summary)
	}
	return out, nil
}
