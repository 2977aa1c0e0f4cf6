package functiontest

import (
	"bytes"
	"cmp"
	_ "embed"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"customercenter/infra/prove/tally"
	"customercenter/shared/center"
	"customercenter/shared/httpapi"
	"customercenter/shared/money"
	"customercenter/shared/session"
	"customercenter/shared/store"
)

// authzTable says for every route and target what each person is answered.
//
//go:embed authz.csv
var authzTable []byte

// people are the columns of authzTable. One column stands for several who are
// answered alike: "nobody/expired/revoked".
var people = map[string]Person{
	"nobody": Nobody, "expired": Expired, "revoked": Revoked, "primary": Primary, "payables": Payables, "purchasing": Purchasing,
	"executive": Executive, "accountant": Accountant, "stranger": Stranger, "desk": Desk,
}

// cell is one declared answer.
type cell struct {
	route, target string
	person        Person
	status        int
}

func cells(t testing.TB) (all []cell) {
	t.Helper()
	rows, err := csv.NewReader(bytes.NewReader(authzTable)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows[1:] {
		for i, column := range rows[0][2:] {
			status, err := strconv.Atoi(row[i+2])
			if err != nil {
				t.Fatalf("authz.csv: %s %s %s: %v", row[0], row[1], column, err)
			}
			for name := range strings.SplitSeq(column, "/") {
				person, known := people[name]
				if !known {
					t.Fatalf("authz.csv: nobody is called %q", name)
				}
				all = append(all, cell{row[0], row[1], person, status})
			}
		}
	}
	return all
}

// pause between two requests of a matrix, so that they stay below the limits
// of asking for codes.
const pause = time.Minute

// staysSignedIn reads for longer than a session lives unused: each use is
// noted as its last.
func staysSignedIn(t *testing.T, w *World, routes httpapi.Routes) {
	t.Helper()
	for _, c := range cells(t) {
		_, ours := routes[c.route]
		outside := c.person == Nobody || c.person == Expired || c.person == Revoked
		if !ours || outside || c.status != http.StatusOK || !strings.HasPrefix(c.route, "GET ") || strings.Contains(c.target, "cursor") {
			continue
		}
		w.SignedOut(c.person)
		r := w.As(t, c.person, w.requestOf(t, c, nil))
		for range 3 {
			if resp := Invoke(t, routes, r); resp.StatusCode == http.StatusUnauthorized {
				t.Errorf("%s signs %s out while she works", c.route, c.person)
			}
			w.Pass(session.IdleLife - time.Minute)
		}
		for _, p := range people { // too long ago for the others
			w.SignedOut(p)
		}
		return
	}
}

// Matrix tries every declared cell of the routes of one function, and fails
// for a route of it that is not declared, with all the targets it has. Whatever is answered 404 on a route
// must be the same bytes for the same person, and no answer to another may
// carry a byte of Gulf's.
func Matrix(t *testing.T, w *World, function string, routes httpapi.Routes) {
	t.Helper()
	cursors := w.cursors(t, function, routes)
	missing := map[string]bool{}
	for _, op := range Operations(t) {
		if op.Function == function {
			for _, target := range op.targets() {
				missing[op.Route+", "+target] = true
			}
		}
	}
	notFound := map[string]string{} // by route and person
	tried := 0
	for _, c := range cells(t) {
		if _, ours := routes[c.route]; !ours {
			continue
		}
		whose, _, _ := strings.Cut(c.target, " ") // "own payment" is one's own
		for _, met := range []string{"", whose, c.target} {
			delete(missing, c.route+", "+met)
		}
		tried++
		w.SignedOut(c.person) // a cell before may have ended the session
		resp := Invoke(t, routes, w.As(t, c.person, w.requestOf(t, c, cursors)))
		name := c.route + ", " + c.target + ", as " + string(c.person)
		if resp.StatusCode != c.status {
			t.Errorf("%s: %d, want %d: %s", name, resp.StatusCode, c.status, resp.Body)
		}
		if resp.StatusCode == 404 && c.person != Desk { // an operator may know which accounts there are
			key := c.route + string(c.person)
			if first, seen := notFound[key]; seen && first != resp.Body {
				t.Errorf("%s: a 404 that differs from the others:\n%s\n%s", name, first, resp.Body)
			}
			notFound[key] = resp.Body
		}
		if all, _ := json.Marshal(resp); c.person != Stranger && c.person != Desk && bytes.Contains(all, []byte(Canary)) {
			t.Errorf("%s: shows what is Gulf's: %s", name, all)
		}
		w.Pass(pause)
	}
	staysSignedIn(t, w, routes)
	for what := range missing {
		t.Errorf("authz.csv does not say who may %s", what)
	}
	t.Logf("%d cells", tried)
	count := tally.Open(t, "who may do what: "+function)
	for range tried {
		count.Add("")
	}
	count.Complete()
}

// targets are what a route must be tried on: what its own account has, another
// has and nobody has, where a path or a cursor can name it.
func (op Operation) targets() []string {
	targets := []string{""} // any
	if strings.HasPrefix(op.Route, "GET /v1/operator") || strings.Contains(op.Route, " /v1/imports") {
		return targets
	}
	if strings.Contains(op.Route, "{id}") {
		targets = append(targets, "own", "foreign", "unknown")
	}
	if op.Paged {
		targets = append(targets, "own cursor", "foreign cursor", "forged cursor")
	}
	return targets
}

// requestOf is the request of a cell.
func (w *World) requestOf(t testing.TB, c cell, cursors map[string]string) httpapi.Request {
	if make, ok := peopleRequests[c.route]; ok {
		return peopleRequest(c, make(w, t, c), cursors)
	}
	path, query, body := c.route, map[string]string{}, ""
	_, path = cutMethod(c.route)
	switch {
	case strings.HasSuffix(c.target, "cursor"), strings.HasPrefix(c.target, "cursor"):
		query["cursor"] = cmp.Or(cursors[c.route+", "+c.target], cursors[c.target])
	}
	id := ""
	switch c.route {
	case "POST /v1/sign-in/code":
		body = `{"email":"` + string(c.person) + `"}`
	case "POST /v1/payment-methods":
		body = w.methodBody(c)
	case "POST /v1/sign-in/verify":
		body = `{"code":"00000000"}`
	case "PUT /v1/session/account":
		body = `{"account":"` + string(accountTarget(c)) + `"}`
	case "GET /v1/invoices":
		query["limit"] = "1"
		if c.target == "cursor of another filter" {
			query["status"] = "OPEN"
		}
	case "GET /v1/schedule/file", "GET /v1/invoices/export":
		query["format"] = "csv"
	case "GET /v1/payments", "GET /v1/contracts", "GET /v1/subscriptions", "GET /v1/renewals", "GET /v1/orders":
		query["limit"] = "1"
	case "PUT /v1/profile":
		body = `{"legalName":"` + string(c.person) + `","version":0}`
	case "POST /v1/renewals/{id}/acceptance", "POST /v1/renewals/{id}/refusal":
		body = w.answerBody(c)
	case "POST /v1/payments/plan":
		body = `{"invoices":[{"id":"` + string(invoiceTargets[c.target]) + `"}]}`
	case "POST /v1/payments":
		body = `{"parts":[{"invoice":"` + string(invoiceTargets[c.target]) + `","version":1,"amount":{"amount":"1.00","currency":"SAR"}}],` +
			`"charge":{"amount":"1.00","currency":"SAR"},"credit":{"amount":"0.00","currency":"SAR"}}`
	case "GET /v1/invoices/{id}", "GET /v1/invoices/{id}/pdf", "GET /v1/invoices/{id}/ubl", "GET /v1/invoices/{id}/attachments/{n}":
		id = string(invoiceTargets[c.target])
	case "POST /v1/invoices/{id}/disputes", "POST /v1/invoices/{id}/disputes/withdrawal", "POST /v1/operator/disputes/answer":
		id, body = string(invoiceTargets[c.target]), disputeBody(c)
	case "POST /v1/imports", "POST /v1/operator/near-duplicates/accept", "POST /v1/operator/near-duplicates/refuse":
		body = `{"id":"nobody"}`
	case "GET /v1/imports/{id}":
		id = "imp_00000000000000000000"
	case "GET /v1/operator/export", "GET /v1/operator/summary":
		if account, ok := accountKeys[c.target]; ok {
			query["account"] = account
		}
		if c.route == "GET /v1/operator/export" && query["account"] == "" {
			query["account"] = Najd
		}
	}
	for _, name := range []string{c.target, c.target + " of " + string(c.person)} {
		if target, ok := w.Targets[name]; ok {
			id = target
		}
	}
	r := Request(c.route, strings.NewReplacer("{id}", id, "{n}", "0").Replace(path))
	r.PathParameters, r.QueryStringParameters = map[string]string{"id": id, "n": "0"}, query
	if body != "" {
		r.Body, r.Headers["content-type"] = body, "application/json"
	}
	if c.route == "POST /v1/payments" || c.route == "POST /v1/invoices/{id}/disputes" {
		r.Headers["idempotency-key"] = "a-key-of-this-cell"
	}
	return r
}

// disputeBody disputes a line that the invoice does not have, or is about a
// dispute that nobody has.
func disputeBody(c cell) string {
	switch {
	case strings.HasSuffix(c.route, "withdrawal"):
		return `{"dispute":"dsp_00000000000000000000000000000000"}`
	case strings.HasSuffix(c.route, "answer"):
		return fmt.Sprintf(`{"account":%q,"invoice":%q,"dispute":"dsp_00000000000000000000000000000000","state":"REJECTED","text":"It came."}`,
			Najd, invoiceTargets[c.target])
	}
	return `{"reason":"OTHER","text":"Not ours.","line":"no such line"}`
}

// methodBody adds a method, or replaces the one of a target.
func (w *World) methodBody(c cell) string {
	if c.target == "plain" {
		return `{}`
	}
	return `{"replaces":"` + w.Targets[c.target] + `"}`
}

// answerBody answers the renewal of a target, of the contract it stands with.
func (w *World) answerBody(c cell) string {
	body := map[string]any{"contract": w.Targets[strings.Replace(c.target, "renewal", "contract", 1)]}
	if strings.HasSuffix(c.route, "acceptance") {
		body["method"], body["termsVersion"] = center.RenewByTerms, "another"
		body["price"] = money.Money{Minor: 1380000, Currency: "SAR"}
	}
	text, err := json.Marshal(body)
	if err != nil {
		panic(err) // texts have JSON forms
	}
	return string(text)
}

var accountKeys = map[string]string{"own": Najd, "foreign": Gulf, "unknown": "NO-SUCH-ACCOUNT"}

var invoiceTargets = map[string]center.InvoiceID{
	"own":                  InvoiceID(Najd, center.KindInvoice, "INV-1001"),
	"own of another order": InvoiceID(Najd, center.KindInvoice, "INV-1002"),
	"foreign":              InvoiceID(Gulf, center.KindInvoice, "INV-2001"),
	"unknown":              "inv_00000000000000000000000000000000",
	"malformed":            "A#" + center.InvoiceID(Gulf),
}

// accountTarget is an account to go to; own and foreign are seen from the
// person who goes.
func accountTarget(c cell) center.AccountID {
	switch c.target {
	case "own":
		return AccountOf(c.person)
	case "foreign":
		if c.person == Stranger {
			return center.AccountIDOf(Najd)
		}
		return center.AccountIDOf(Gulf)
	case "operators":
		return center.OperatorsAccount
	default:
		return center.AccountIDOf("NO-SUCH-ACCOUNT")
	}
}

// cursors are real ones of the function's list, and what was made of them.
func (w *World) cursors(t *testing.T, function string, routes httpapi.Routes) map[string]string {
	t.Helper()
	forged := strings.Repeat("A", 80)
	cursors := map[string]string{"forged cursor": forged}
	lists := map[string][]string{"list-invoices": {"GET /v1/invoices"}, "export-invoices": {"GET /v1/invoices/export"}, "list-payments": {"GET /v1/payments"},
		"list-contacts": {"GET /v1/contacts"}, "read-audit": {"GET /v1/audit"}, "track-orders": {"GET /v1/orders"}, "get-rewards": {"GET /v1/rewards/ledger"},
		"find-contracts": {"GET /v1/subscriptions", "GET /v1/renewals", "GET /v1/contracts"}}[function]
	next := func(route string, p Person) string {
		if function == "export-invoices" { // goes on behind pages of the list
			page, err := w.Store.In(w.Actor(t, p)).Invoices(t.Context(), store.InvoiceQuery{Limit: 1})
			if err != nil || page.Next == "" {
				t.Fatal(err, page)
			}
			return page.Next
		}
		_, path := cutMethod(route)
		r := Request(route, path)
		r.QueryStringParameters = map[string]string{"limit": "1"}
		var page httpapi.Page[json.RawMessage]
		resp := Invoke(t, routes, w.As(t, p, r))
		if err := json.Unmarshal([]byte(resp.Body), &page); err != nil || page.Next == "" {
			t.Fatalf("%s has no second page: %s", p, resp.Body)
		}
		return page.Next
	}
	for _, route := range lists {
		own, foreign := next(route, Primary), next(route, Stranger)
		for target, cursor := range map[string]string{"own cursor": own, "foreign cursor": foreign, "cursor of another filter": own, "forged cursor": flip(own)} {
			cursors[target], cursors[route+", "+target] = cursor, cursor
		}
	}
	return cursors
}

// flip changes one bit in the middle of a cursor.
func flip(cursor string) string {
	b := []byte(cursor)
	if at := len(b) / 2; b[at] == 'A' {
		b[at] = 'B'
	} else {
		b[at] = 'A'
	}
	return string(b)
}
