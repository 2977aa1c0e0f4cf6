package browsertest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"customercenter/infra/operator/desk"
)

// person is somebody at the system, by its API alone, in a network of her own.
type person struct {
	t       *testing.T
	portal  portal
	email   string
	client  *http.Client
	session string
}

func (p portal) person(t *testing.T, email string) *person {
	return &person{t: t, portal: p, email: email, client: fromAnotherNetwork()}
}

func (p *person) signsIn() *person {
	p.t.Helper()
	session, err := p.portal.newSession(p.email)
	if err != nil {
		p.t.Fatal(err)
	}
	p.session = session
	return p
}

// ask sends a request and reads the answer into out, where that is not nil.
// cookie is the one of a code that was asked for, "" for none.
func (p *person) ask(method, path string, body, out any, cookie string) (status int, cookies []*http.Cookie, text string) {
	p.t.Helper()
	var sent []byte
	if body != nil {
		sent, _ = json.Marshal(body)
	}
	r, err := http.NewRequest(method, p.portal.address+path, bytes.NewReader(sent))
	if err != nil {
		p.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Idempotency-Key", fmt.Sprintf("story-%016d", networks.Add(1)))
	for name, value := range map[string]string{"__Host-sid": p.session, "__Host-pre": cookie} {
		if value != "" {
			r.AddCookie(&http.Cookie{Name: name, Value: value})
		}
	}
	res, err := p.client.Do(r)
	if err != nil {
		p.t.Fatal(err)
	}
	defer res.Body.Close()
	got, err := io.ReadAll(res.Body)
	if err != nil {
		p.t.Fatal(err)
	}
	if out != nil && res.StatusCode < 300 {
		if err := json.Unmarshal(got, out); err != nil {
			p.t.Fatalf("%s %s: %v", method, path, err)
		}
	}
	return res.StatusCode, res.Cookies(), string(got)
}

// gets fails the test unless the request is answered so; code is the problem's,
// "" for none.
func (p *person) gets(status int, code, method, path string, body, out any) {
	p.t.Helper()
	if got, _, text := p.ask(method, path, body, out, ""); got != status || !strings.Contains(text, code) {
		p.t.Errorf("%s: %s %s: %d %s, want %d %s", p.email, method, path, got, text, status, code)
	}
}

// opens are the modules that her portal has, in order, with a star where she
// acts.
func (p *person) opens() (modules []string) {
	p.t.Helper()
	var me struct {
		Modules map[string]struct{ Act, OrdersOnly bool }
	}
	p.gets(200, "", "GET", "/v1/me", nil, &me)
	for name, m := range me.Modules {
		if m.Act {
			name += "*"
		}
		modules = append(modules, name)
	}
	slices.Sort(modules)
	return modules
}

// has fails the test unless her portal has all of with and none of without.
func (p *person) has(with, without string) {
	p.t.Helper()
	open := p.opens()
	for _, name := range strings.Fields(with) {
		if !slices.Contains(open, name) {
			p.t.Errorf("%s: no %s among %v", p.email, name, open)
		}
	}
	for _, name := range strings.Fields(without) {
		if slices.Contains(open, name) || slices.Contains(open, name+"*") {
			p.t.Errorf("%s: %s among %v", p.email, name, open)
		}
	}
}

// link is what her newest invitation leads to.
func (p *person) link() map[string]string {
	p.t.Helper()
	id, token, _ := strings.Cut(strings.TrimPrefix(p.portal.invitation(p.t, p.email), "/invite#"), ".")
	return map[string]string{"id": id, "token": token}
}

// accepts follows a link to the end, in a browser that nobody used before.
func (p *person) accepts(link map[string]string) {
	p.t.Helper()
	before := p.portal.lettersTo(p.t, p.email)
	status, cookies, text := p.ask("POST", "/v1/invitation/code", link, nil, "")
	if status != 202 || len(cookies) != 1 {
		p.t.Fatalf("%s: no code: %d %s", p.email, status, text)
	}
	typed := map[string]string{"id": link["id"], "token": link["token"], "code": p.portal.codeAfter(p.t, p.email, before)}
	status, given, text := p.ask("POST", "/v1/invitation/accept", typed, nil, cookies[0].Value)
	for _, c := range given {
		if c.Name == "__Host-sid" {
			p.session = c.Value
		}
	}
	if status != 200 || p.session == "" {
		p.t.Fatalf("%s does not accept: %d %s", p.email, status, text)
	}
}

func (p *person) invites(contactType string, others ...*person) {
	p.t.Helper()
	var list []string
	for _, other := range others {
		list = append(list, other.email)
	}
	var out struct{ Items []struct{ Result string } }
	p.gets(200, "", "POST", "/v1/invitations", map[string]string{"addresses": strings.Join(list, "\n"), "type": contactType}, &out)
	for _, item := range out.Items {
		if item.Result != "sent" {
			p.t.Errorf("%s invites %v: %+v", p.email, list, out)
		}
	}
}

// imported is an order that names three people, and an invoice of the same
// customer.
const imported = `{"kind":"order","number":"STORY-PO-1","issue_date":"2026-01-05","currency":"EUR","customer_key":"STORY-1","seller":{"name":"Northvane"},"buyer":{"name":"Story Works"},"contacts":[{"email":"chief@story-works.example","name":"Chief","role":"financial"},{"email":"ledger@story-works.example","name":"Lea Ledger","role":"financial"},{"email":"buyer@story-works.example","name":"Bo Buyer","role":"ordering"}],"lines":[{"id":"1","name":"Storage array","quantity":"1","net":"100.00"}],"totals":{"payable":"100.00"}}
{"kind":"invoice","number":"STORY-1001","issue_date":"2026-01-10","due_date":"2026-02-09","currency":"EUR","customer_key":"STORY-1","supplier":{"name":"Northvane"},"customer":{"name":"Story Works"},"lines":[{"id":"1","name":"Storage array","quantity":"1","net":"100.00"}],"totals":{"payable":"100.00"}}
`

// Who an order names finds the portal that is hers; one of them lets others in,
// who may as much as they were told; and what she offered dies with her access.
// All of it through the functions as they are deployed.
func TestAnOrderOpensThreePortalsAndTheirPeopleOpenOthers(t *testing.T) {
	t.Parallel()
	p, err := system()
	if err != nil {
		t.Fatal(err)
	}
	session, err := p.sharedSession(operator)
	if err != nil {
		t.Fatal(err)
	}
	vendor := &desk.Client{BaseURL: p.address, Session: session}
	report, err := vendor.Import(t.Context(), []desk.File{{Name: "story.jsonl", Data: []byte(imported)}}, nil, desk.Options{}, nil)
	if err != nil || report.Counts.Created != 2 {
		t.Fatalf("%+v %v", report, err)
	}

	chief := p.person(t, "chief@story-works.example").signsIn()
	ledger := p.person(t, "ledger@story-works.example").signsIn()
	buyer := p.person(t, "buyer@story-works.example").signsIn()
	chief.has("invoices payments* orders contacts* audit redeemers*", "imports review")
	ledger.has("invoices payments* orders contacts*", "audit redeemers imports review")
	buyer.has("orders* invoice invitations*", "invoices payments audit billing-profile imports review")
	buyer.gets(200, "STORY-PO-1", "GET", "/v1/orders", nil, nil)
	buyer.gets(403, "module-closed", "GET", "/v1/invoices", nil, nil)

	colleague, books := p.person(t, "colleague@story-works.example"), p.person(t, "books@story-audit.example")
	late := p.person(t, "late@story-works.example")
	ledger.invites("payables", colleague)
	ledger.invites("accountant", books, late)
	colleague.accepts(colleague.link())
	books.accepts(books.link())
	colleague.has("invoices payments*", "audit")
	books.has("invoices contracts", "payments payment-methods orders invitations contacts audit")
	books.gets(200, "STORY-1001", "GET", "/v1/invoices", nil, nil)
	books.gets(403, "module-closed", "POST", "/v1/payments", map[string]any{}, nil)

	link := late.link()
	late.gets(200, `"PENDING"`, "POST", "/v1/invitation/read", link, nil)
	var people struct{ Items []struct{ ID, Email string } }
	chief.gets(200, "", "GET", "/v1/contacts", nil, &people)
	for _, one := range people.Items {
		if one.Email == ledger.email {
			chief.gets(204, "", "POST", "/v1/contacts/"+one.ID+"/remove", map[string]any{}, nil)
		}
	}
	ledger.gets(401, "sign-in-first", "GET", "/v1/me", nil, nil)
	late.gets(200, `"REVOKED"`, "POST", "/v1/invitation/read", link, nil)
	late.gets(409, "invitation-ended", "POST", "/v1/invitation/code", link, nil)
	link["code"] = "12345678"
	late.gets(409, "invitation-ended", "POST", "/v1/invitation/accept", link, nil)
	books.gets(200, "", "GET", "/v1/me", nil, nil) // who had accepted stays
}
