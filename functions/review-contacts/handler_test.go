package main

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"customercenter/infra/functiontest"
	"customercenter/shared/center"
)

const chief = functiontest.Person("chief@twice.example")

func TestEventOnFile(t *testing.T) {
	w := functiontest.New(t)
	w.Cookie(t, functiontest.Desk)
	functiontest.Wants(t, functiontest.Invoke(t, routesOf(w), functiontest.Event(t, "review-contacts")), 204, "")
	m, err := w.Store.Membership(t.Context(), center.AccountIDOf(functiontest.Najd), center.ContactIDOf("cfo@najd.example"))
	if err != nil || !m.Contact.Active || m.Contact.Grants[0].Type != center.ContactExecutive || m.Contact.Name != "Cleo" {
		t.Errorf("%+v %v", m, err)
	}
	want := "access-changed to cfo@najd.example access-changed to noura@najd.example"
	if got := strings.Join(w.Mailed(t), " "); got != want {
		t.Errorf("letters %q", got)
	}
}

func ask(w *functiontest.World, t *testing.T, what string, account center.AccountID, p functiontest.Person) (resp int, body string) {
	t.Helper()
	r := w.Ask(t, routesOf(w), functiontest.Desk, "POST /v1/operator/"+what, "",
		fmt.Sprintf(`{"account":%q,"contact":%q,"reason":"Called back."}`, account, functiontest.ContactID(p)))
	return r.StatusCode, r.Body
}

// Who waits because only a name tells her account is let in by an operator;
// further orders then name her as any account's do.
func TestWhoWaitsIsLetIn(t *testing.T) {
	w := functiontest.New(t)
	account := w.NameOnly(t, "PO-900")
	if status, body := ask(w, t, "reviews/accept", account, chief); status != 204 {
		t.Fatalf("%d %s", status, body)
	}
	m, err := w.Store.Membership(t.Context(), account, center.ContactIDOf(string(chief)))
	if err != nil || len(m.Contact.Grants) != 1 || !m.Contact.Grants[0].Scoped || m.Contact.Grants[0].Number != "PO-900" {
		t.Fatalf("%+v %v", m.Contact, err)
	}
	w.NameOnly(t, "PO-901")
	actor := center.Actor{Account: account, Contact: m.Contact.ID}
	for _, number := range []string{"PO-900", "PO-901"} {
		if named, err := w.Store.In(actor).NamedOnOrder(t.Context(), center.Invoice{OrderRef: number}); err != nil || !named {
			t.Errorf("named on %s: %t %v", number, named, err)
		}
	}
	if status, body := ask(w, t, "reviews/refuse", account, chief); status != 409 {
		t.Errorf("%d %s", status, body)
	}
	if reviews, _, err := w.Store.Everywhere("a test").Reviews(t.Context(), "", 10); err != nil || len(reviews) != 0 {
		t.Errorf("%+v %v", reviews, err)
	}
	if status, body := ask(w, t, "contacts/remove", account, chief); status != 204 {
		t.Errorf("%d %s", status, body)
	}
	if named, err := w.Store.In(actor).NamedOnOrder(t.Context(), center.Invoice{OrderRef: "PO-900"}); err != nil || named {
		t.Errorf("named after removal: %t %v", named, err)
	}
}

// Who is refused is not listed again by further papers.
func TestWhoWaitsIsRefused(t *testing.T) {
	w := functiontest.New(t)
	account := w.NameOnly(t, "PO-900")
	if status, body := ask(w, t, "reviews/refuse", account, chief); status != 204 {
		t.Fatalf("%d %s", status, body)
	}
	w.NameOnly(t, "PO-901")
	reviews, _, err := w.Store.Everywhere("a test").Reviews(t.Context(), "", 10)
	if err != nil || len(reviews) != 0 {
		t.Errorf("%+v %v", reviews, err)
	}
	if _, err := w.Store.Membership(t.Context(), account, center.ContactIDOf(string(chief))); !center.IsKind(err, center.NotFound) {
		t.Errorf("she got in: %v", err)
	}
	if status, _ := ask(w, t, "reviews/accept", account, chief); status != 409 {
		t.Error(status)
	}
}

func TestAReasonAndAFreshCodeAreAskedFor(t *testing.T) {
	w := functiontest.New(t)
	routes := routesOf(w)
	for _, body := range []string{`{"account":"NAJD","contact":"x"}`, `{"account":"NAJD","contact":"x","reason":" "}`, `{"account":"","contact":"x","reason":"y"}`,
		fmt.Sprintf(`{"account":"NAJD","contact":"x","reason":%q}`, strings.Repeat("x", 301))} {
		functiontest.Wants(t, w.Ask(t, routes, functiontest.Desk, "POST /v1/operator/contacts/remove", "", body), 422, "validation")
	}
	functiontest.Wants(t, w.Ask(t, routes, functiontest.Desk, "POST /v1/operator/contacts/grant", "",
		`{"account":"NAJD","email":"x","name":"a.b.example","type":"operator","reason":"y"}`), 422, "validation")
	w.Pass(11 * time.Minute)
	functiontest.Wants(t, w.Ask(t, routes, functiontest.Desk, "POST /v1/operator/contacts/remove", "", `{"account":"NAJD","contact":"x","reason":"y"}`), 403, "fresh-code-needed")
}

// An operator may not take the last primary contact away either.
func TestTheLastPrimaryContactStays(t *testing.T) {
	w := functiontest.New(t)
	if status, body := ask(w, t, "contacts/remove", center.AccountIDOf(functiontest.Najd), functiontest.Primary); status != 409 || !strings.Contains(body, "last-primary") {
		t.Errorf("%d %s", status, body)
	}
}
