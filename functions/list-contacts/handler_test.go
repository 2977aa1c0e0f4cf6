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
	w.Invite(t, functiontest.Payables, "sara@najd.example", center.Grant{Type: center.ContactAccountant})
	functiontest.Golden(t, "people", functiontest.Invoke(t, routesOf(w), functiontest.Event(t, "list-contacts")))
}

func TestWhyOneMayEnter(t *testing.T) {
	w := functiontest.New(t)
	routes := routesOf(w)
	functiontest.Golden(t, "access-purchasing", w.Ask(t, routes, functiontest.Purchasing, "GET /v1/access", "", ""))
	functiontest.Golden(t, "sessions", w.Ask(t, routes, functiontest.Primary, "GET /v1/sessions", "", ""))
}

// An order import gives three people three different lists: everybody, or
// oneself and who can give access.
func TestWhoSeesWhom(t *testing.T) {
	w := functiontest.New(t)
	w.Invite(t, functiontest.Payables, "sara@najd.example", center.Grant{Type: center.ContactAccountant})
	routes := routesOf(w)
	for p, sees := range map[functiontest.Person]map[functiontest.Person]bool{
		functiontest.Primary:    {functiontest.Payables: true, functiontest.Purchasing: true, "sara@najd.example": true, functiontest.Stranger: false},
		functiontest.Payables:   {functiontest.Payables: true, functiontest.Purchasing: true, "sara@najd.example": true, functiontest.Stranger: false},
		functiontest.Executive:  {functiontest.Payables: true, functiontest.Purchasing: true, "sara@najd.example": true, functiontest.Stranger: false},
		functiontest.Purchasing: {functiontest.Primary: true, functiontest.Purchasing: true, functiontest.Payables: false, "sara@najd.example": false, functiontest.Stranger: false},
	} {
		body := w.Ask(t, routes, p, "GET /v1/contacts", "", "").Body
		for other, seen := range sees {
			if strings.Contains(body, string(other)) != seen {
				t.Errorf("%s sees %s: %t, want %t", p, other, !seen, seen)
			}
		}
	}
}

// Pages of one show everybody once, contacts before invitations.
func TestPagesShowEverybodyOnce(t *testing.T) {
	w := functiontest.New(t)
	w.Invite(t, functiontest.Primary, "sara@najd.example", center.Grant{Type: center.ContactAccountant})
	whole := functiontest.People(t, w.Ask(t, routesOf(w), functiontest.Primary, "GET /v1/contacts", "", ""))
	var paged []string
	for cursor := ""; ; {
		resp := w.Ask(t, routesOf(w), functiontest.Primary, "GET /v1/contacts", "", "", "limit", "1", "cursor", cursor)
		paged = append(paged, functiontest.People(t, resp)...)
		if cursor = functiontest.Next(t, resp); cursor == "" {
			break
		}
	}
	if strings.Join(paged, " ") != strings.Join(whole, " ") || len(whole) != 6 {
		t.Errorf("pages %v, whole %v", paged, whole)
	}
}

func TestWhoWaitsForAnOperator(t *testing.T) {
	w := functiontest.New(t)
	w.NameOnly(t, "PO-900")
	resp := w.Ask(t, routesOf(w), functiontest.Desk, "GET /v1/operator/reviews", "", "")
	functiontest.Golden(t, "reviews", resp)
}

// The last use of a session is noted, and shown.
func TestLastSeenIsNoted(t *testing.T) {
	w := functiontest.New(t)
	routes := routesOf(w)
	w.Ask(t, routes, functiontest.Primary, "GET /v1/access", "", "")
	w.Pass(6 * time.Minute)
	w.Ask(t, routes, functiontest.Primary, "GET /v1/access", "", "")
	if body := w.Ask(t, routes, functiontest.Executive, "GET /v1/contacts", "", "").Body; !strings.Contains(body, `"lastSeenAt":"2026-11-22T06:06:00Z"`) {
		t.Error(body)
	}
}

func TestParametersThatAreNone(t *testing.T) {
	w := functiontest.New(t)
	routes := routesOf(w)
	functiontest.Wants(t, w.Ask(t, routes, functiontest.Primary, "GET /v1/contacts", "", "", "limit", "101", "cursor", strings.Repeat("A", 601)), 422, "validation")
	functiontest.Wants(t, w.Ask(t, routes, functiontest.Primary, "GET /v1/contacts", "", "", "order", "name"), 400, "unknown-parameter")
	functiontest.Wants(t, w.Ask(t, routes, functiontest.Desk, "GET /v1/operator/contacts", "", ""), 422, "validation")
}

// An address that mail does not reach is marked, of a contact and of who is
// invited.
func TestWhoIsNotReachedIsMarked(t *testing.T) {
	w := functiontest.New(t)
	w.Invite(t, functiontest.Primary, "typo@najd.example", center.Grant{Type: center.ContactAccountant})
	for _, address := range []string{"typo@najd.example", string(functiontest.Payables)} {
		if _, err := w.Store.HearOf(t.Context(), address, center.Reach{Reason: center.ReachBounced, At: w.Now()}); err != nil {
			t.Fatal(err)
		}
	}
	body := w.Ask(t, routesOf(w), functiontest.Primary, "GET /v1/contacts", "", "").Body
	if got := strings.Count(body, `"unreachable":"bounced"`); got != 2 {
		t.Errorf("%d marked: %s", got, body)
	}
}
