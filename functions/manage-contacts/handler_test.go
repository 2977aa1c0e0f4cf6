package main

import (
	"strings"
	"testing"
	"time"

	"customercenter/infra/functiontest"
	"customercenter/shared/center"
)

func TestEventOnFile(t *testing.T) {
	w := functiontest.New(t)
	w.Cookie(t, functiontest.Primary)
	functiontest.Golden(t, "sessions-ended", functiontest.Invoke(t, routesOf(w), functiontest.Event(t, "manage-contacts")))
}

// What hurts asks for a code of the last ten minutes; signing out does not.
func TestAFreshCodeIsAskedFor(t *testing.T) {
	w := functiontest.New(t)
	routes := routesOf(w)
	w.Cookie(t, functiontest.Primary)
	w.Pass(11 * time.Minute)
	id := functiontest.ContactID(functiontest.Payables)
	for route, body := range map[string]string{
		"PUT /v1/contacts/{id}/type": `{"type":"accountant"}`, "POST /v1/contacts/{id}/suspend": "", "POST /v1/contacts/{id}/reactivate": "",
		"POST /v1/contacts/{id}/remove": "{}", "POST /v1/contacts/{id}/primary": "{}", "POST /v1/access/leave": "",
	} {
		functiontest.Wants(t, w.Ask(t, routes, functiontest.Primary, route, id, body), 403, "fresh-code-needed")
	}
	functiontest.Wants(t, w.Ask(t, routes, functiontest.Primary, "POST /v1/sessions/end", "", `{"keepThis":true}`), 200, "")
}

// Whoever is removed meets the door at her next request, and what she sent is
// taken back.
func TestRemovalTakesEffectAtTheNextRequest(t *testing.T) {
	w := functiontest.New(t)
	routes := routesOf(w)
	i, _ := w.Invite(t, functiontest.Payables, "sara@najd.example", center.Grant{Type: center.ContactAccountant})
	functiontest.Wants(t, w.Ask(t, routes, functiontest.Payables, "POST /v1/sessions/end", "", `{"keepThis":true}`), 200, "")
	functiontest.Wants(t, w.Ask(t, routes, functiontest.Primary, "POST /v1/contacts/{id}/remove", functiontest.ContactID(functiontest.Payables), "{}"), 204, "")
	functiontest.Wants(t, w.Ask(t, routes, functiontest.Payables, "POST /v1/sessions/end", "", `{"keepThis":true}`), 401, "sign-in-first")
	functiontest.Wants(t, w.Ask(t, routes, functiontest.Primary, "POST /v1/contacts/{id}/remove", functiontest.ContactID(functiontest.Payables), "{}"), 204, "")
	if i, err := w.Store.Invitation(t.Context(), i.Account, i.ID); err != nil || i.State != center.InvitationRevoked {
		t.Errorf("%+v %v", i, err)
	}
}

// A changed type counts at the next request of the same session.
func TestANewTypeCountsAtTheNextRequest(t *testing.T) {
	w := functiontest.New(t)
	routes := routesOf(w)
	functiontest.Golden(t, "turned", w.Ask(t, routes, functiontest.Primary, "PUT /v1/contacts/{id}/type", functiontest.ContactID(functiontest.Executive), `{"type":"primary"}`))
	functiontest.Wants(t, w.Ask(t, routes, functiontest.Executive, "POST /v1/contacts/{id}/suspend", functiontest.ContactID(functiontest.Payables), ""), 200, "")
	functiontest.Wants(t, w.Ask(t, routes, functiontest.Primary, "PUT /v1/contacts/{id}/type", functiontest.ContactID(functiontest.Executive), `{"type":"executive"}`), 200, "")
	functiontest.Wants(t, w.Ask(t, routes, functiontest.Executive, "POST /v1/contacts/{id}/reactivate", functiontest.ContactID(functiontest.Payables), ""), 403, "module-closed")
	functiontest.Wants(t, w.Ask(t, routes, functiontest.Primary, "POST /v1/contacts/{id}/reactivate", functiontest.ContactID(functiontest.Payables), ""), 200, "")
}

// Nobody raises herself or others above what she has.
func TestNobodyGivesMoreThanSheHas(t *testing.T) {
	w := functiontest.New(t)
	routes := routesOf(w)
	i, _ := w.Invite(t, functiontest.Payables, "sara@najd.example", center.Grant{Type: center.ContactAccountant})
	if _, err := w.Store.Accept(t.Context(), i.Account, i.ID, i.Generation); err != nil {
		t.Fatal(err)
	}
	sara := functiontest.ContactID("sara@najd.example")
	functiontest.Wants(t, w.Ask(t, routes, functiontest.Payables, "PUT /v1/contacts/{id}/type", sara, `{"type":"primary"}`), 403, "may-not-grant")
	functiontest.Wants(t, w.Ask(t, routes, functiontest.Payables, "PUT /v1/contacts/{id}/type", sara, `{"type":"payables"}`), 200, "")
	functiontest.Wants(t, w.Ask(t, routes, functiontest.Payables, "PUT /v1/contacts/{id}/type", functiontest.ContactID(functiontest.Payables), `{"type":"primary"}`), 403, "not-your-invitee")
	functiontest.Wants(t, w.Ask(t, routes, functiontest.Payables, "PUT /v1/contacts/{id}/type", sara, `{"type":"operator"}`), 422, "validation")
	functiontest.Wants(t, w.Ask(t, routes, functiontest.Payables, "PUT /v1/contacts/{id}/type", sara, `{"type":"payables","active":true}`), 400, "body-malformed")
	// Once a primary contact has changed her, she is no more her inviter's.
	functiontest.Wants(t, w.Ask(t, routes, functiontest.Primary, "PUT /v1/contacts/{id}/type", sara, `{"type":"executive"}`), 200, "")
	functiontest.Wants(t, w.Ask(t, routes, functiontest.Payables, "POST /v1/contacts/{id}/remove", sara, "{}"), 403, "not-your-invitee")
}

// The order that named a buyer no longer does once she is removed.
func TestABuyerWhoIsRemovedIsNamedNoMore(t *testing.T) {
	w := functiontest.New(t)
	buyer := w.Actor(t, functiontest.Purchasing)
	functiontest.Wants(t, w.Ask(t, routesOf(w), functiontest.Primary, "POST /v1/contacts/{id}/remove", functiontest.ContactID(functiontest.Purchasing), "{}"), 204, "")
	if named, err := w.Store.In(buyer).NamedOnOrder(t.Context(), center.Invoice{OrderRef: "PO-77"}); err != nil || named {
		t.Errorf("%t %v", named, err)
	}
}

func TestPrimaryGoesFromHandToHand(t *testing.T) {
	w := functiontest.New(t)
	routes := routesOf(w)
	w.Cookie(t, functiontest.Executive) // she was here
	functiontest.Golden(t, "primary", w.Ask(t, routes, functiontest.Primary, "POST /v1/contacts/{id}/primary", functiontest.ContactID(functiontest.Executive), `{"then":"accountant"}`))
	functiontest.Wants(t, w.Ask(t, routes, functiontest.Primary, "POST /v1/contacts/{id}/primary", functiontest.ContactID(functiontest.Executive), `{}`), 403, "may-not-grant")
	functiontest.Wants(t, w.Ask(t, routes, functiontest.Executive, "POST /v1/access/leave", "", ""), 409, "last-primary")
	if got := w.Mailed(t); !strings.Contains(strings.Join(got, "\n"), "access-changed to "+string(functiontest.Executive)) {
		t.Errorf("letters %v", got)
	}
}

// A primary contact who steps down may change nobody then, and the answer says
// so, with when she was last seen.
func TestTheAnswerIsThePersonAsSheThenStands(t *testing.T) {
	w := functiontest.New(t)
	routes := routesOf(w)
	functiontest.Wants(t, w.Ask(t, routes, functiontest.Primary, "PUT /v1/contacts/{id}/type", functiontest.ContactID(functiontest.Executive), `{"type":"primary"}`), 200, "")
	functiontest.Golden(t, "stepped-down", w.Ask(t, routes, functiontest.Primary, "PUT /v1/contacts/{id}/type", functiontest.ContactID(functiontest.Primary), `{"type":"accountant"}`))
}

func TestSigningOutEverywhere(t *testing.T) {
	w := functiontest.New(t)
	routes := routesOf(w)
	w.Cookie(t, functiontest.Primary)
	w.SignedOut(functiontest.Primary) // another browser, whose cookie is forgotten here
	functiontest.Golden(t, "others-ended", w.Ask(t, routes, functiontest.Primary, "POST /v1/sessions/end", "", `{"keepThis":true}`))
	resp := w.Ask(t, routes, functiontest.Primary, "POST /v1/sessions/end", "", `{}`)
	functiontest.Wants(t, resp, 200, "")
	if len(resp.Cookies) != 1 || !strings.Contains(resp.Cookies[0], "Max-Age=0") {
		t.Errorf("cookies %v", resp.Cookies)
	}
	functiontest.Wants(t, w.Ask(t, routes, functiontest.Primary, "POST /v1/sessions/end", "", `{}`), 401, "sign-in-first")
}
