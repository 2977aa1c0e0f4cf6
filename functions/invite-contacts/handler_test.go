package main

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"customercenter/infra/functiontest"
	"customercenter/shared/center"
)

func TestEventOnFile(t *testing.T) {
	w := functiontest.New(t)
	w.Cookie(t, functiontest.Primary)
	functiontest.Golden(t, "invited", functiontest.Invoke(t, routesOf(w), functiontest.Event(t, "invite-contacts")))
}

// The same sending again, after an answer that was lost, sends nothing more.
func TestAskingTwiceSendsOnce(t *testing.T) {
	w := functiontest.New(t)
	w.Cookie(t, functiontest.Primary)
	for range 3 {
		functiontest.Wants(t, functiontest.Invoke(t, routesOf(w), functiontest.Event(t, "invite-contacts")), 200, "")
	}
	if mailed := w.Mailed(t); len(mailed) != 2 {
		t.Errorf("letters %v", mailed)
	}
}

// Each address is answered on its own.
func TestAListIsTakenApart(t *testing.T) {
	w := functiontest.New(t)
	w.Change(t, functiontest.Primary, functiontest.Executive, center.Actor.Suspend)
	list := strings.Join([]string{"Sara Ali <Sara@Najd.example>; " + string(functiontest.Payables), string(functiontest.Executive),
		string(functiontest.Primary), "sara@najd.EXAMPLE"}, `\n`)
	resp := w.Ask(t, routesOf(w), functiontest.Primary, "POST /v1/invitations", "", `{"addresses":"`+list+`","type":"payables"}`)
	functiontest.Golden(t, "list", resp)
}

func TestInputsThatAreNone(t *testing.T) {
	w := functiontest.New(t)
	for name, body := range map[string]string{
		"a word that is no address": `{"addresses":"sara@najd.example, sara","type":"payables"}`,
		"nobody":                    `{"addresses":" ,; ","type":"payables"}`,
		"too many":                  fmt.Sprintf(`{"addresses":%q,"type":"payables"}`, many(26)),
		"no type":                   `{"addresses":"sara@najd.example"}`,
		"an operator":               `{"addresses":"sara@najd.example","type":"operator"}`,
		"a link in the message":     `{"addresses":"sara@najd.example","type":"payables","message":"See www.evil.example now"}`,
		"a long message":            fmt.Sprintf(`{"addresses":"sara@najd.example","type":"payables","message":%q}`, strings.Repeat("x", 501)),
		"a name that is a link":     `{"addresses":"evil.example/pay <sara@najd.example>","type":"payables"}`,
		"orders for an accountant":  `{"addresses":"sara@najd.example","type":"accountant","orders":["ord_1"]}`,
		"another language":          `{"addresses":"sara@najd.example","type":"payables","locale":"fr"}`,
	} {
		t.Run(name, func(t *testing.T) {
			functiontest.Wants(t, w.Ask(t, routesOf(w), functiontest.Primary, "POST /v1/invitations", "", body), 422, "validation")
		})
	}
	r := functiontest.Request("POST /v1/invitations", "/v1/invitations")
	r.Body, r.Headers["content-type"] = `{"addresses":"sara@najd.example","type":"payables"}`, "application/json"
	functiontest.Wants(t, functiontest.Invoke(t, routesOf(w), w.As(t, functiontest.Primary, r)), 422, "validation")
	if mailed := w.Mailed(t); len(mailed) != 0 {
		t.Errorf("letters %v", mailed)
	}
}

func many(n int) string {
	var list []string
	for i := range n {
		list = append(list, fmt.Sprintf("p%d@najd.example", i))
	}
	return strings.Join(list, "\n")
}

// A code of the last ten minutes is asked for, also in a session that lives.
func TestAFreshCodeIsAskedFor(t *testing.T) {
	w := functiontest.New(t)
	routes := routesOf(w)
	i, _ := w.Invite(t, functiontest.Primary, "sara@najd.example", center.Grant{Type: center.ContactPayables})
	w.Cookie(t, functiontest.Primary)
	w.Pass(11 * time.Minute)
	functiontest.Wants(t, w.Ask(t, routes, functiontest.Primary, "POST /v1/invitations", "", `{"addresses":"x@najd.example","type":"payables"}`), 403, "fresh-code-needed")
	functiontest.Wants(t, w.Ask(t, routes, functiontest.Primary, "POST /v1/invitations/{id}/resend", string(i.ID), ""), 403, "fresh-code-needed")
	functiontest.Wants(t, w.Ask(t, routes, functiontest.Primary, "POST /v1/invitations/{id}/revoke", string(i.ID), ""), 200, "")
	w.SignedOut(functiontest.Primary)
	functiontest.Wants(t, w.Ask(t, routes, functiontest.Primary, "POST /v1/invitations/{id}/resend", string(i.ID), ""), 409, "invitation-ended")
}
