package main

import (
	"bytes"
	"context"
	"fmt"

	"customercenter/shared/center"
	"customercenter/shared/httpapi"
	"customercenter/shared/ingest"
	"customercenter/shared/store"
)

// reason is why this function reads across accounts.
const reason = "an operator exports an account"

type handler struct{ store *store.Store }

func (h handler) routes(door httpapi.Door) httpapi.Routes {
	read := httpapi.Op{Module: center.ModuleImports, Action: center.ActionRead}
	return httpapi.Routes{"GET /v1/operator/export": httpapi.Handle(door, read, h.exportAccount)}
}

// Limits of the parameters, in characters.
const (
	maxAccount = 200
	maxCursor  = 600
)

type input struct {
	Account string `json:"-" query:"account"`
	Cursor  string `json:"-" query:"cursor"`
}

func (in input) Validate() (v []center.Violation) {
	if in.Account == "" || len(in.Account) > maxAccount {
		v = append(v, center.Violation{Pointer: "account", Detail: "must be the id or the key of an account"})
	}
	if len(in.Cursor) > maxCursor {
		v = append(v, center.Violation{Pointer: "cursor", Detail: "is no cursor of this export"})
	}
	return v
}

// exportAccount answers one part of the account's records, as JSON Lines that
// an import takes back; X-Next-Cursor is there while there are more.
func (h handler) exportAccount(ctx context.Context, _ center.Actor, in input) (httpapi.Raw, error) {
	everywhere := h.store.Everywhere(reason)
	account, err := everywhere.FindAccount(ctx, in.Account)
	if err != nil {
		return httpapi.Raw{}, err
	}
	part, err := everywhere.Export(ctx, account.ID, in.Cursor)
	if err != nil {
		return httpapi.Raw{}, err
	}
	var body bytes.Buffer
	writer := ingest.NewWriter(&body)
	for _, record := range part.Records {
		if err := writer.Write(record); err != nil {
			return httpapi.Raw{}, fmt.Errorf("export %s %s: %w", record.Kind, record.Number, err)
		}
	}
	out := httpapi.Raw{ContentType: "application/jsonl; charset=utf-8", Body: body.Bytes(), Headers: map[string]string{}}
	if part.Next != "" {
		out.Headers["x-next-cursor"] = part.Next
	}
	return out, nil
}
