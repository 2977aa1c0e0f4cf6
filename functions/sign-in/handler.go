package main

import (
	"net/http"
	"time"

	"customercenter/shared/httpapi"
	"customercenter/shared/keyring"
	"customercenter/shared/session"
	"customercenter/shared/store"
)

type handler struct {
	store     *store.Store
	keys      keyring.Ring
	operators session.Operators
	now       func() time.Time
}

func (h handler) routes(door httpapi.Door) httpapi.Routes {
	anyContact := httpapi.Op{AnyContact: true}
	return httpapi.Routes{
		"POST /v1/sign-in/code":   httpapi.Handle(door, httpapi.Op{Public: true, Status: http.StatusAccepted}, h.requestCode),
		"POST /v1/sign-in/verify": httpapi.Handle(door, httpapi.Op{Public: true}, h.verifyCode),
		"POST /v1/sign-out":       httpapi.Handle(door, httpapi.Op{AnyContact: true, Status: http.StatusNoContent}, h.signOut),
		"GET /v1/me":              httpapi.Handle(door, anyContact, h.readMe),
		"PUT /v1/session/account": httpapi.Handle(door, anyContact, h.chooseAccount),
	}
}
