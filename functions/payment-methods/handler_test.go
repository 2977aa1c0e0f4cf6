package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"customercenter/infra/functiontest"
	standin "customercenter/infra/local/stripe"
	"customercenter/shared/center"
	"customercenter/shared/httpapi"
	"customercenter/shared/store"
)

// Each right that the function is given is needed by a test.
func TestMain(m *testing.M) { os.Exit(functiontest.RunAndCountRights(m, "payment-methods")) }

// office is the function with its world around it.
type office struct {
	*functiontest.World
	t         *testing.T
	processor *functiontest.Processor
}

func newOffice(t *testing.T) office {
	w := functiontest.New(t)
	return office{World: w, t: t, processor: w.Processor(t)}
}

func (o office) routes() httpapi.Routes {
	s, door := o.Function("payment-methods")
	pages := 0
	return handler{store: s, now: o.Now, desk: o.processor.Desk(s), newKey: func() string {
		pages++
		return fmt.Sprintf("page-%d", pages)
	}}.routes(door)
}

// asks sends a request of the route as that person, with an id where the route
// has one.
func (o office) asks(p functiontest.Person, route, id, body string) httpapi.Response {
	o.t.Helper()
	_, path, _ := strings.Cut(route, " ")
	r := functiontest.Request(route, strings.Replace(path, "{id}", id, 1))
	r.PathParameters = map[string]string{"id": id}
	if body != "" {
		r.Body, r.Headers["content-type"] = body, "application/json"
	}
	return functiontest.Invoke(o.t, o.routes(), o.As(o.t, p, r))
}

const (
	list       = "GET /v1/payment-methods"
	start      = "POST /v1/payment-methods"
	finish     = "POST /v1/payment-methods/setups/{id}"
	putDefault = "PUT /v1/payment-methods/{id}/default"
	remove     = "DELETE /v1/payment-methods/{id}"
)

// read reads an answer that must be that status.
func read[T any](t *testing.T, status int, r httpapi.Response) (out T) {
	t.Helper()
	if r.StatusCode != status {
		t.Fatalf("%d %s", r.StatusCode, r.Body)
	}
	if err := json.Unmarshal([]byte(r.Body), &out); err != nil {
		t.Fatal(err)
	}
	return out
}

// slugOf is what kind of refusal an answer is.
func slugOf(r httpapi.Response) string {
	var problem struct{ Type string }
	if json.Unmarshal([]byte(r.Body), &problem) != nil {
		return ""
	}
	return strings.TrimPrefix(problem.Type, "/problems/")
}

// stored lists what the account has, the default first, each by its digits.
func (o office) stored(p functiontest.Person) (digits []string) {
	o.t.Helper()
	for _, m := range read[methods](o.t, 200, o.asks(p, list, "", "")).Methods {
		digits = append(digits, m.Last4)
	}
	return digits
}

// declined fails a payment of an invoice of Najd's by that method.
func (o office) declined(m center.PaymentMethod, number string) center.PaymentID {
	o.t.Helper()
	p := o.processor.Pay(functiontest.Primary, "declined-"+number, m.ID, functiontest.InvoiceID(functiontest.Najd, center.KindInvoice, number))
	if p.State != center.PaymentFailed {
		o.t.Fatalf("%s by %s is %s", number, m, p.State)
	}
	return p.ID
}

func TestEventOnFile(t *testing.T) {
	o := newOffice(t)
	o.processor.Store(functiontest.Primary, functiontest.CardGood)
	ending := o.processor.StoreUntil(functiontest.Payables, functiontest.CardDeclined, time.November, 2026)
	o.processor.Store(functiontest.Payables, functiontest.BankGood)
	o.declined(ending, "INV-1004")
	o.Cookie(t, functiontest.Primary)
	functiontest.Golden(t, "payment-methods", functiontest.Invoke(t, o.routes(), functiontest.Event(t, "payment-methods")))
	functiontest.Golden(t, "masked-methods", o.asks(functiontest.Executive, list, "", ""))
}

func TestEverybodyIsAnsweredAsDeclared(t *testing.T) {
	o := newOffice(t)
	for _, p := range []functiontest.Person{functiontest.Primary, functiontest.Payables} {
		o.Targets["own method of "+string(p)] = string(o.processor.Store(p, functiontest.CardGood).ID)
	}
	foreign := o.processor.Store(functiontest.Stranger, functiontest.CardGood)
	o.Targets["foreign method"], o.Targets["unknown method"] = string(foreign.ID), "pm_0000"
	for target, p := range map[string]functiontest.Person{"own setup": functiontest.Primary, "foreign setup": functiontest.Stranger} {
		id, page := o.processor.Setup(p, "")
		o.processor.Enter(page, functiontest.CardOther, time.May, 2027)
		o.Targets[target] = id
	}
	o.Targets["unknown setup"] = "cs_test_0000"
	functiontest.Matrix(t, o.World, "payment-methods", o.routes())
	if got := o.stored(functiontest.Stranger); !cmp.Equal(got, []string{"4444"}) { // what Gulf itself did not remove
		t.Errorf("Gulf has %v", got)
	}
}

func TestAMethodIsAddedOnce(t *testing.T) {
	o := newOffice(t)
	page := read[setupOutput](t, 200, o.asks(functiontest.Payables, start, "", `{}`))
	if resp := o.asks(functiontest.Payables, finish, page.ID, `{}`); resp.StatusCode != 409 || slugOf(resp) != "setup-not-finished" {
		t.Errorf("before anything is entered: %d %s", resp.StatusCode, resp.Body)
	}
	next := o.processor.Enter(page.URL, functiontest.CardGood, time.March, 2028)
	if want := functiontest.Origin + "/payment-methods?setup=" + page.ID; next != want {
		t.Errorf("the page leads to %s, want %s", next, want)
	}
	answer := o.asks(functiontest.Payables, finish, page.ID, `{}`)
	first := read[finished](t, 200, answer)
	for range 2 {
		if diff := cmp.Diff(answer.Body, o.asks(functiontest.Payables, finish, page.ID, `{}`).Body); diff != "" {
			t.Errorf("again (-first +again):\n%s", diff)
		}
	}
	if m := first.Added; m.Last4 != "4242" || m.ExpiresOn != "2028-03-31" || !m.Default || len(first.Methods) != 1 {
		t.Errorf("%+v", first)
	}
	if resp := o.asks(functiontest.Stranger, finish, page.ID, `{}`); resp.StatusCode != 404 {
		t.Errorf("another account gets it: %d %s", resp.StatusCode, resp.Body)
	}
	if got := o.stored(functiontest.Stranger); len(got) != 0 {
		t.Errorf("Gulf has %v", got)
	}
}

func TestTheDefaultIsOfferedFirst(t *testing.T) {
	o := newOffice(t)
	o.processor.Store(functiontest.Primary, functiontest.CardGood)
	other := o.processor.Store(functiontest.Primary, functiontest.CardOther)
	if got := o.stored(functiontest.Primary); !cmp.Equal(got, []string{"4242", "4444"}) {
		t.Errorf("stored %v", got)
	}
	for range 2 {
		if resp := o.asks(functiontest.Payables, putDefault, string(other.ID), `{}`); resp.StatusCode != 204 {
			t.Errorf("%d %s", resp.StatusCode, resp.Body)
		}
	}
	if got := o.stored(functiontest.Primary); !cmp.Equal(got, []string{"4444", "4242"}) {
		t.Errorf("stored %v", got)
	}
}

func TestARemovedMethodIsForgottenAtTheProcessorToo(t *testing.T) {
	o := newOffice(t)
	id, page := o.processor.Setup(functiontest.Primary, "")
	o.processor.Enter(page, functiontest.CardGood, time.May, 2027)
	kept := read[finished](t, 200, o.asks(functiontest.Primary, finish, id, `{}`))
	if resp := o.asks(functiontest.Payables, remove, string(kept.Added.ID), ""); resp.StatusCode != 204 {
		t.Fatalf("%d %s", resp.StatusCode, resp.Body)
	}
	if _, err := o.processor.Method(t.Context(), kept.Added.ID); err == nil {
		t.Error("the processor still has it")
	}
	if resp := o.asks(functiontest.Payables, remove, string(kept.Added.ID), ""); resp.StatusCode != 404 {
		t.Errorf("again: %d %s", resp.StatusCode, resp.Body)
	}
	if resp := o.asks(functiontest.Primary, finish, id, `{}`); resp.StatusCode != 404 || slugOf(resp) != "setup-not-found" {
		t.Errorf("its page brings it back: %d %s", resp.StatusCode, resp.Body)
	}
	if got := o.stored(functiontest.Primary); len(got) != 0 {
		t.Errorf("stored %v", got)
	}
}

func TestARemovalThatTheProcessorDoesNotHearOfChangesNothing(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	m := o.processor.Store(functiontest.Primary, functiontest.CardGood)
	if err := o.processor.Service.Fault(standin.Fault{Endpoint: "POST /v1/payment_methods/{id}/detach", Kind: standin.FaultUnavailable, Next: 2}); err != nil {
		t.Fatal(err)
	}
	if resp := o.asks(functiontest.Primary, remove, string(m.ID), ""); resp.StatusCode != 503 || slugOf(resp) != "processor-unreachable" {
		t.Errorf("%d %s", resp.StatusCode, resp.Body)
	}
	if got := o.stored(functiontest.Primary); len(got) != 1 {
		t.Errorf("stored %v", got)
	}
	if resp := o.asks(functiontest.Primary, remove, string(m.ID), ""); resp.StatusCode != 204 {
		t.Errorf("again: %d %s", resp.StatusCode, resp.Body)
	}
}

func TestAnExpiredCardIsReplacedAndWhatWaitedIsOfferedAgain(t *testing.T) {
	o := newOffice(t)
	old := o.processor.StoreUntil(functiontest.Primary, functiontest.CardDeclined, time.November, 2026)
	failed := o.declined(old, "INV-1004")
	o.Pass(9 * 24 * time.Hour) // the first of December
	o.SignedOut(functiontest.Primary)
	before := read[methods](t, 200, o.asks(functiontest.Primary, list, "", ""))
	if len(before.Methods) != 1 || !before.Methods[0].Expired || len(before.Stuck) != 1 || before.Stuck[0].Method != old.ID {
		t.Fatalf("%+v", before)
	}
	page := read[setupOutput](t, 200, o.asks(functiontest.Primary, start, "", `{"replaces":"`+string(old.ID)+`"}`))
	o.processor.Enter(page.URL, functiontest.CardGood, time.March, 2029)
	after := read[finished](t, 200, o.asks(functiontest.Primary, finish, page.ID, `{}`))
	want := stuck{Payment: failed, Method: after.Added.ID, Reason: center.DeclineCard, At: before.Stuck[0].At, Sum: before.Stuck[0].Sum, Parts: before.Stuck[0].Parts}
	if diff := cmp.Diff([]stuck{want}, after.Stuck); diff != "" {
		t.Errorf("stuck (-want +got):\n%s", diff)
	}
	if len(after.Methods) != 1 || !after.Methods[0].Default || after.Methods[0].Last4 != "4242" {
		t.Errorf("stored %+v", after.Methods)
	}
	if _, err := o.processor.Method(t.Context(), old.ID); err == nil {
		t.Error("the processor still has the old card")
	}
	paid := o.processor.Pay(functiontest.Primary, "again", after.Added.ID, functiontest.InvoiceID(functiontest.Najd, center.KindInvoice, "INV-1004"))
	if paid.State != center.PaymentSucceeded {
		t.Errorf("the payment is %s", paid.State)
	}
	if left := read[methods](t, 200, o.asks(functiontest.Primary, list, "", "")).Stuck; len(left) != 0 {
		t.Errorf("stuck still: %+v", left)
	}
}

func TestWhatIsStuckByACardThatStillStandsStaysWithIt(t *testing.T) {
	o := newOffice(t)
	good := o.processor.Store(functiontest.Primary, functiontest.CardDeclined)
	gone := o.processor.Store(functiontest.Primary, functiontest.CardDeclined)
	byGood, byGone := o.declined(good, "INV-1004"), o.declined(gone, "INV-1002")
	if resp := o.asks(functiontest.Primary, remove, string(gone.ID), ""); resp.StatusCode != 204 {
		t.Fatalf("%d %s", resp.StatusCode, resp.Body)
	}
	o.Pass(time.Second)
	added := o.processor.Store(functiontest.Primary, functiontest.CardOther)
	bound := map[center.PaymentID]center.MethodID{}
	for _, s := range read[methods](t, 200, o.asks(functiontest.Primary, list, "", "")).Stuck {
		bound[s.Payment] = s.Method
	}
	if diff := cmp.Diff(map[center.PaymentID]center.MethodID{byGood: good.ID, byGone: added.ID}, bound); diff != "" {
		t.Errorf("bound (-want +got):\n%s", diff)
	}
}

func TestRefusals(t *testing.T) {
	o := newOffice(t)
	m := o.processor.StoreUntil(functiontest.Primary, functiontest.CardGood, time.November, 2026)
	second := o.processor.StoreUntil(functiontest.Primary, functiontest.CardOther, time.November, 2026)
	paying := o.processor.Pay(functiontest.Primary, "page", "", functiontest.InvoiceID(functiontest.Najd, center.KindInvoice, "INV-1004"))
	o.Cookie(t, functiontest.Primary)
	o.Pass(center.FreshCode + time.Second)
	o.Cookie(t, functiontest.Payables)
	for name, c := range map[string]struct {
		who             functiontest.Person
		route, id, body string
		status          int
		slug            string
	}{
		"a page without a fresh code":          {functiontest.Primary, start, "", `{}`, 403, "fresh-code-needed"},
		"a default without a fresh code":       {functiontest.Primary, putDefault, string(second.ID), `{}`, 403, "fresh-code-needed"},
		"a removal without a fresh code":       {functiontest.Primary, remove, string(m.ID), "", 403, "fresh-code-needed"},
		"a replacement of nothing":             {functiontest.Payables, start, "", `{"replaces":"pm_0000"}`, 404, "method-not-found"},
		"a replacement of what is too long":    {functiontest.Payables, start, "", `{"replaces":"` + strings.Repeat("p", maxID+1) + `"}`, 422, "validation"},
		"a currency that is none":              {functiontest.Payables, start, "", `{"currency":"XYZ"}`, 422, "validation"},
		"a word that is not understood":        {functiontest.Payables, start, "", `{"number":"4242424242424242"}`, 400, "body-malformed"},
		"a default of nothing":                 {functiontest.Payables, putDefault, "pm_0000", `{}`, 404, "method-not-found"},
		"a key of another thing":               {functiontest.Payables, remove, "W#", "", 404, "method-not-found"},
		"a page where something is paid":       {functiontest.Payables, finish, paying.Object, `{}`, 404, "setup-not-found"},
		"a page that never was":                {functiontest.Payables, finish, "cs_test_0", `{}`, 404, "setup-not-found"},
		"a page whose name is of another sort": {functiontest.Payables, finish, "pi_1", `{}`, 404, "setup-not-found"},
	} {
		t.Run(name, func(t *testing.T) {
			resp := o.asks(c.who, c.route, c.id, c.body)
			if resp.StatusCode != c.status || slugOf(resp) != c.slug {
				t.Errorf("%d %s, want %d %s", resp.StatusCode, resp.Body, c.status, c.slug)
			}
		})
	}
	t.Run("a default that has expired", func(t *testing.T) {
		o.Pass(9 * 24 * time.Hour)
		o.SignedOut(functiontest.Payables)
		if resp := o.asks(functiontest.Payables, putDefault, string(second.ID), `{}`); resp.StatusCode != 422 || slugOf(resp) != "method-expired" {
			t.Errorf("%d %s", resp.StatusCode, resp.Body)
		}
	})
}

func TestAnAccountStoresAFewMethods(t *testing.T) {
	o := newOffice(t)
	account := o.Store.In(o.Actor(t, functiontest.Primary))
	var last store.Wallet
	for i := range store.MaxMethods {
		var err error
		last, err = account.AddMethod(t.Context(), center.PaymentMethod{ID: center.MethodID(fmt.Sprintf("pm_%02d", i)), Kind: center.MethodCard, Brand: "visa", Last4: "4242"}, "")
		if err != nil {
			t.Fatal(err)
		}
	}
	if len(last.Methods) != store.MaxMethods {
		t.Fatalf("%d methods", len(last.Methods))
	}
	if resp := o.asks(functiontest.Primary, start, "", `{}`); resp.StatusCode != 409 || slugOf(resp) != "too-many-methods" {
		t.Errorf("one more: %d %s", resp.StatusCode, resp.Body)
	}
	page := read[setupOutput](t, 200, o.asks(functiontest.Primary, start, "", `{"replaces":"pm_07"}`))
	o.processor.Enter(page.URL, functiontest.CardGood, time.May, 2027)
	if got := read[finished](t, 200, o.asks(functiontest.Primary, finish, page.ID, `{}`)); len(got.Methods) != store.MaxMethods {
		t.Errorf("%d methods", len(got.Methods))
	}
}

func TestPeopleAreToldOfAChangedMethod(t *testing.T) {
	o := newOffice(t)
	m := o.processor.Store(functiontest.Payables, functiontest.CardGood)
	o.asks(functiontest.Payables, remove, string(m.ID), "")
	var told []string
	for _, l := range o.Letters(t, center.LetterMethodChanged) {
		told = append(told, l.To+" "+l.Params["change"]+" "+l.Params["label"]+" by "+l.Params["by"])
	}
	want := []string{string(functiontest.Primary) + " added visa •••• 4242 by Omar Saleh", string(functiontest.Primary) + " removed visa •••• 4242 by Omar Saleh"}
	if diff := cmp.Diff(want, told); diff != "" {
		t.Errorf("letters (-want +got):\n%s", diff)
	}
}

// What each use costs at the table, the guard's read included.
func TestWhatEachUseCosts(t *testing.T) {
	o := newOffice(t)
	m := o.processor.Store(functiontest.Primary, functiontest.CardDeclined)
	second := o.processor.Store(functiontest.Primary, functiontest.CardOther)
	o.declined(m, "INV-1004")
	id, page := o.processor.Setup(functiontest.Primary, "")
	o.processor.Enter(page, functiontest.CardGood, time.May, 2027)
	o.Cookie(t, functiontest.Primary)
	var calls string
	o.Door.Measure = func(ctx context.Context) (context.Context, func() []slog.Attr) {
		ctx, meter := store.WithMeter(ctx)
		return ctx, func() []slog.Attr { calls = strings.Join(meter.Calls(), " ") + " " + meter.Units(); return nil }
	}
	for _, c := range []struct{ name, route, id, body, want string }{
		{"list", list, "", "", "GetItem Query Query BatchGetItem 4r 0w"},
		{"start", start, "", `{}`, "GetItem Query 2r 0w"},
		{"finish", finish, id, `{}`, "GetItem GetItem Query Query TransactWriteItems Query Query Query BatchGetItem 7.5r 10w"},
		{"finish again", finish, id, `{}`, "GetItem GetItem Query Query Query Query BatchGetItem 6.5r 0w"},
		{"default", putDefault, string(second.ID), `{}`, "GetItem Query Query TransactWriteItems Query 3.5r 8w"},
		{"remove", remove, string(m.ID), "", "GetItem Query Query Query TransactWriteItems Query 4.5r 10w"},
	} {
		o.asks(functiontest.Primary, c.route, c.id, c.body)
		if calls != c.want {
			t.Errorf("%s: %s, want %s", c.name, calls, c.want)
		}
	}
}
