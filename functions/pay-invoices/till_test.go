package main

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"customercenter/infra/functiontest"
	"customercenter/shared/center"
	"customercenter/shared/httpapi"
	"customercenter/shared/money"
	"customercenter/shared/store"
	"customercenter/shared/view"
)

// till is the function with its world and its processor around it.
type till struct {
	*functiontest.World
	t         testing.TB
	processor *functiontest.Processor
	routes    httpapi.Routes
}

func newTill(t testing.TB) *till {
	w := functiontest.New(t)
	l := &till{World: w, t: t, processor: w.Processor(t)}
	l.routes = l.open()
	return l
}

// open is the function as another process of it would start.
func (l *till) open() httpapi.Routes {
	s, door := l.Function("pay-invoices")
	return handler{store: s, now: l.Now, desk: l.processor.Desk(s)}.routes(door)
}

const (
	planRoute   = "POST /v1/payments/plan"
	payRoute    = "POST /v1/payments"
	settleRoute = "POST /v1/payments/{id}/settle"
	cancelRoute = "POST /v1/payments/{id}/cancel"
)

// request is one of a route as that person's browser sends it.
func (l *till) request(p functiontest.Person, route, id, key, body string) httpapi.Request {
	l.t.Helper()
	_, path, _ := strings.Cut(route, " ")
	r := functiontest.Request(route, strings.Replace(path, "{id}", id, 1))
	r.PathParameters = map[string]string{"id": id}
	r.Body, r.Headers["content-type"] = body, "application/json"
	if key != "" {
		r.Headers["idempotency-key"] = key
	}
	return l.As(l.t, p, r)
}

func (l *till) asks(p functiontest.Person, route, id, key, body string) httpapi.Response {
	l.t.Helper()
	return functiontest.Invoke(l.t, l.routes, l.request(p, route, id, key, body))
}

// answer reads an answer that must be of that status.
func answer[T any](t testing.TB, status int, r httpapi.Response) (out T) {
	t.Helper()
	if r.StatusCode != status {
		t.Fatalf("%d %s, want %d", r.StatusCode, r.Body, status)
	}
	if err := json.Unmarshal([]byte(r.Body), &out); err != nil {
		t.Fatal(err)
	}
	return out
}

// problem is a refusal, with what stands now.
type problem[T any] struct {
	Type   string
	Detail string
	Facts  T
}

// refusal reads a refusal that must be of that status and kind.
func refusal[T any](t testing.TB, status int, slug string, r httpapi.Response) problem[T] {
	t.Helper()
	p := answer[problem[T]](t, status, r)
	if p.Type != "/problems/"+slug {
		t.Fatalf("%s %s, want %s", p.Type, p.Detail, slug)
	}
	return p
}

// id is the id of an invoice of Najd's.
func id(number string) center.InvoiceID {
	return functiontest.InvoiceID(functiontest.Najd, center.KindInvoice, number)
}

// plan plans a selection of the portal's.
func (l *till) plan(selection string) plan {
	l.t.Helper()
	return answer[plan](l.t, 200, l.asks(functiontest.Primary, planRoute, "", "", selection))
}

// of selects invoices whole.
func of(numbers ...string) string {
	var out []string
	for _, n := range numbers {
		out = append(out, fmt.Sprintf(`{"id":%q}`, id(n)))
	}
	return `{"invoices":[` + strings.Join(out, ",") + `]}`
}

// part selects an amount of an invoice.
func part(number, amount, currency string) string {
	return fmt.Sprintf(`{"invoices":[{"id":%q,"amount":{"amount":%q,"currency":%q}}]}`, id(number), amount, currency)
}

// order is what the portal sends to pay a planned payment.
func order(p planned, method center.MethodID, keep bool) string {
	in := input{Charge: p.Charge, Credit: p.Credit, Method: method, Keep: keep}
	for _, part := range p.Parts {
		in.Parts = append(in.Parts, askedPart{Invoice: part.Invoice, Version: part.Version,
			Amount: money.Money{Minor: part.Amount.Minor + part.Credit.Minor, Currency: p.Charge.Currency}})
	}
	text, err := json.Marshal(in)
	if err != nil {
		panic(err)
	}
	return string(text)
}

// keyOf makes an idempotency key of a name.
func keyOf(name string) string {
	return strings.ReplaceAll(name, " ", "-") + strings.Repeat("-", max(0, 16-len(name)))
}

// pays plans a selection that is one payment and pays it.
func (l *till) pays(name, selection string, method center.MethodID) view.Payment {
	l.t.Helper()
	planned := l.plan(selection)
	if len(planned.Payments) != 1 {
		l.t.Fatalf("%s is %d payments: %+v", selection, len(planned.Payments), planned)
	}
	return answer[view.Payment](l.t, 200, l.asks(functiontest.Primary, payRoute, "", keyOf(name), order(planned.Payments[0], method, false)))
}

// settles looks how a payment stands at the processor.
func (l *till) settles(p view.Payment) view.Payment {
	l.t.Helper()
	return answer[view.Payment](l.t, 200, l.asks(functiontest.Primary, settleRoute, string(p.ID), "", "{}"))
}

// invoice is how an invoice of Najd's stands.
func (l *till) invoice(number string) center.Invoice {
	l.t.Helper()
	heads, err := l.Store.In(l.Actor(l.t, functiontest.Primary)).Payables(l.t.Context(), []center.InvoiceID{id(number)})
	if err != nil || len(heads) != 1 {
		l.t.Fatalf("%s: %d invoices, %v", number, len(heads), err)
	}
	if err := heads[0].Check(); err != nil {
		l.t.Error(err)
	}
	return heads[0]
}

// stands asserts the four parts of an invoice, in minor units.
func (l *till) stands(number string, outstanding, processing, settled int64) {
	l.t.Helper()
	inv := l.invoice(number)
	if inv.Outstanding.Minor != outstanding || inv.Processing.Minor != processing || inv.Settled.Minor != settled {
		l.t.Errorf("%s stands at %s outstanding, %s processing, %s settled; want %d, %d, %d", number, inv.Outstanding, inv.Processing, inv.Settled,
			outstanding, processing, settled)
	}
	if free := inv.Active == ""; free != (processing == 0) {
		l.t.Errorf("%s is held by %q", number, inv.Active)
	}
}

// captured asserts what was taken for a payment, in the processor's units.
func (l *till) captured(p view.Payment, want int64) {
	l.t.Helper()
	if got := l.processor.Service.Captured(string(p.ID)); got != want {
		l.t.Errorf("%d was taken for %s, want %d", got, p.Reference, want)
	}
}

// is asserts how a payment stands.
func (l *till) is(p view.Payment, state center.PaymentState, wait center.PaymentWait, reason center.DeclineReason) {
	l.t.Helper()
	if p.State != state || p.Wait != wait || p.Reason != reason {
		l.t.Errorf("%s is %s %s %s, want %s %s %s", p.Reference, p.State, p.Wait, p.Reason, state, wait, reason)
	}
}

// card is a stored card of Najd's.
func (l *till) card(token string) center.MethodID {
	l.t.Helper()
	return l.processor.Store(functiontest.Primary, token).ID
}

// enters chooses a method on the page of a payment.
func (l *till) enters(p view.Payment, token string) (next string) {
	l.t.Helper()
	return l.processor.Enter(p.URL, token, time.December, 2028)
}

// bills books invoices in a currency, named prefix-1 and on, each due a day
// after the one before.
func (l *till) bills(prefix, currency string, due center.Date, amounts ...center.Decimal) (numbers []string) {
	l.t.Helper()
	var records []center.Record
	for i, amount := range amounts {
		number := fmt.Sprintf("%s-%d", prefix, i+1)
		numbers = append(numbers, number)
		records = append(records, functiontest.Bill(number, "2026-10-01", due.AddDays(i), currency, amount))
	}
	l.Book(l.t, records...)
	return numbers
}

// wallet is what Najd has stored.
func (l *till) wallet() store.Wallet {
	l.t.Helper()
	w, err := l.Store.In(l.Actor(l.t, functiontest.Primary)).Wallet(l.t.Context())
	if err != nil {
		l.t.Fatal(err)
	}
	return w
}
