package pay

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"customercenter/infra/functiontest"
	"customercenter/infra/local/cloudtest"
	"customercenter/infra/local/lambda"
	standin "customercenter/infra/local/stripe"
	"customercenter/shared/center"
	"customercenter/shared/httpapi"
	"customercenter/shared/session"
	"customercenter/shared/store"
)

// The functions that payments go through.
const (
	payFunction    = "pay-invoices"
	settleFunction = "settle-payments"
	noticeFunction = "receive-payment-events"

	webhookSecret   = "whsec_prove"
	functionTimeout = 25 * time.Second
)

// binaries are the functions, built once as they deploy, by name.
var binaries = sync.OnceValues(func() (map[string]string, error) {
	return functiontest.Binaries(payFunction, settleFunction, noticeFunction)
})

// town is a scene whose table and processor are on disk, and whose functions
// are the binaries that deploy, run as infra/local runs them. Webhooks go
// nowhere: notices only keeps them.
type town struct {
	*scene
	dir string

	ann    string         // her session
	agreed map[string]any // what she asked to pay

	noticed sync.Mutex
	notices []notice // what the processor would have told
}

// notice is a webhook: its body and its signature.
type notice struct{ body, signature string }

func newTown(t testing.TB, amounts ...int64) *town {
	t.Helper()
	w := &town{dir: t.TempDir()}
	w.open(t, cloudtest.Start)
	t.Cleanup(func() { w.close() })
	w.bill(amounts...)
	var people []store.Booked
	for i, name := range []string{"ann", "bob", "dee"} {
		who := person(name)
		people = append(people, store.Booked{Fingerprint: fmt.Sprintf("%064d", i), Position: 100 + i, Record: center.Record{File: "proof.jsonl", Index: 100 + i,
			Kind: center.KindContact, Contact: &center.ContactRecord{Account: buyer, Email: who.Email, Name: name, Type: center.ContactPayables}}})
	}
	w.book(people)
	return w
}

// open opens what is on disk.
func (w *town) open(t testing.TB, now time.Time) {
	t.Helper()
	cloud := cloudtest.Kept(t, filepath.Join(w.dir, "table"))
	cloud.Clock.Set(now)
	service, err := standin.Open(filepath.Join(w.dir, "stripe"), standin.Options{Now: cloud.Clock.Now, Key: testKey, WebhookSecret: webhookSecret, Deliver: w.keep})
	if err != nil {
		t.Fatal(err)
	}
	was := w.scene
	w.scene = sceneOn(t, cloud, service)
	if was != nil {
		w.customer, w.cards, w.invoices, w.credits, w.told = was.customer, was.cards, was.invoices, was.credits, was.told
	}
}

// restart closes table and processor and opens them again from disk.
func (w *town) restart() {
	w.t.Helper()
	now := w.cloud.Clock.Now()
	w.close()
	w.open(w.t, now)
}

func (w *town) keep(_ context.Context, body []byte, signature string) (int, error) {
	w.noticed.Lock()
	defer w.noticed.Unlock()
	w.notices = append(w.notices, notice{string(body), signature})
	return http.StatusOK, nil
}

// lastNotice is the newest webhook of that type.
func (w *town) lastNotice(kind string) notice {
	w.t.Helper()
	if err := w.stripe.Sent(context.Background()); err != nil {
		w.t.Fatal(err)
	}
	w.noticed.Lock()
	defer w.noticed.Unlock()
	for i := len(w.notices) - 1; i >= 0; i-- {
		if strings.Contains(w.notices[i].body, kind) {
			return w.notices[i]
		}
	}
	w.t.Fatalf("the processor has told nothing of %s", kind)
	return notice{}
}

// program is the functions as one caller meets them: all that they ask of
// table and processor goes through a gate of its own, where they can be
// killed.
type program struct {
	town *town
	own  *lambda.Service
	door *httptest.Server

	mu    sync.Mutex
	calls int
	gone  bool
	kill  *death
}

// death is where a program ends: at its at-th call, before it is sent or after
// it was done, when somebody else has done what comes meanwhile.
type death struct {
	function  string
	at        int
	after     bool
	meanwhile func()
}

func (w *town) program(kill *death) *program {
	w.t.Helper()
	paths, err := binaries()
	if err != nil {
		w.t.Fatal(err)
	}
	p := &program{town: w, kill: kill}
	p.door = httptest.NewServer(p)
	var functions []lambda.Function
	for name, path := range paths {
		functions = append(functions, lambda.Function{Name: name, Bootstrap: path, Timeout: functionTimeout, MemoryMB: 256})
	}
	p.own = lambda.New(functions, lambda.Options{Environment: p.environment, DeadLetter: func(lambda.DeadLetter) {}})
	w.t.Cleanup(p.close)
	return p
}

func (p *program) close() {
	ended, cancel := context.WithCancel(context.Background())
	cancel() // whoever is left need not finish
	p.own.Close(ended)
	p.door.CloseClientConnections()
	p.door.Close()
}

func (p *program) environment(string) []string {
	return []string{"AWS_REGION=eu-central-1", "AWS_ACCESS_KEY_ID=test", "AWS_SECRET_ACCESS_KEY=test", "GOMAXPROCS=1",
		"CENTER_TABLE=" + p.town.cloud.Table, "CENTER_KEYS=" + cloudtest.Keys, "CENTER_BASE_URL=" + functiontest.Origin,
		"CENTER_PROCESSOR_KEY=" + testKey, "CENTER_PROCESSOR_WEBHOOK_SECRETS=" + webhookSecret,
		"CENTER_NOW=" + p.town.cloud.Clock.Now().Format(time.RFC3339), "AWS_ENDPOINT_URL_DYNAMODB=" + p.door.URL, "STRIPE_API_BASE=" + p.door.URL}
}

// ServeHTTP is the gate.
func (p *program) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch p.pass() {
	case passes:
		p.deliver(w, r)
		return
	case dies:
		if p.kill.meanwhile != nil {
			p.kill.meanwhile()
		}
		if p.kill.after {
			p.deliver(httptest.NewRecorder(), r)
		}
		p.own.Kill(p.kill.function)
	}
	panic(http.ErrAbortHandler) // nobody is there to hear an answer
}

// What becomes of a call.
type fate int

const (
	passes fate = iota
	dies
	lost // its program is dead
)

func (p *program) pass() fate {
	p.mu.Lock()
	defer p.mu.Unlock()
	n := p.calls
	p.calls++
	switch {
	case p.gone:
		return lost
	case p.kill != nil && n == p.kill.at:
		p.gone = true
		return dies
	}
	return passes
}

func (p *program) deliver(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get("X-Amz-Target") == "" {
		p.town.stripe.ServeHTTP(w, r)
		return
	}
	p.town.cloud.DB.ServeHTTP(w, r)
}

// invoke runs a function. A crash is no answer and no error.
func (p *program) invoke(function string, event any) []byte {
	payload, err := json.Marshal(event)
	if err != nil {
		p.town.t.Fatal(err)
	}
	answer, err := p.own.Invoke(context.Background(), lambda.Request{Function: function, Trigger: "proof", Payload: payload})
	var failed *lambda.Error
	if errors.As(err, &failed) && failed.Outcome == lambda.OutcomeCrash {
		return nil
	}
	if err != nil {
		p.town.t.Errorf("%s: %v", function, err)
	}
	return answer
}

// request is what a browser, or the processor, asks of the API.
type request struct {
	route   string
	id      center.PaymentID // in the path
	cookie  string
	headers map[string]string
	body    any
}

// ask asks a function. An answer of none is an empty one.
func (p *program) ask(function string, q request) (answer httpapi.Response) {
	r := functiontest.Event(p.town.t, function)
	method, path, _ := strings.Cut(q.route, " ")
	r.RouteKey, r.RawPath, r.Cookies, r.Body = q.route, strings.Replace(path, "{id}", string(q.id), 1), nil, ""
	r.RequestContext.RouteKey, r.RequestContext.HTTP.Method, r.RequestContext.HTTP.Path = q.route, method, r.RawPath
	r.PathParameters = map[string]string{"id": string(q.id)}
	if q.cookie != "" {
		r.Cookies = []string{q.cookie}
	}
	maps.Copy(r.Headers, q.headers)
	switch body := q.body.(type) {
	case nil:
	case string:
		r.Body = body
	default:
		text, err := json.Marshal(body)
		if err != nil {
			p.town.t.Fatal(err)
		}
		r.Body = string(text)
	}
	if text := p.invoke(function, r); text != nil {
		if err := json.Unmarshal(text, &answer); err != nil {
			p.town.t.Fatalf("%v: %s", err, text)
		}
	}
	if answer.StatusCode == http.StatusInternalServerError {
		p.town.t.Errorf("%s answered %s", q.route, answer.Body)
	}
	return answer
}

// signIn is a session that begins now.
func (w *town) signIn(name string) (cookie string) {
	w.t.Helper()
	who := person(name)
	token := session.Token{Account: who.Account, Contact: who.Contact, Secret: session.NewSecret()}
	_, err := w.truth.SignIn(context.Background(), who.Account, who.Contact, store.NewSession{ID: token.Secret.ID(), AuthAt: w.cloud.Clock.Now(), Agent: "proof"})
	if err != nil {
		w.t.Fatal(err)
	}
	return session.Cookie + "=" + token.Text()
}

// hears notes what somebody is told.
func (w *town) hears(r httpapi.Response) {
	var p struct {
		ID    center.PaymentID
		State center.PaymentState
	}
	if r.StatusCode != http.StatusOK && r.StatusCode != http.StatusCreated && r.StatusCode != http.StatusAccepted {
		return
	}
	if err := json.Unmarshal([]byte(r.Body), &p); err != nil {
		w.t.Fatalf("%v: %s", err, r.Body)
	}
	w.tell(nil, center.Payment{ID: p.ID, State: p.State})
}

// whole is the body by which a browser pays the invoices whole, as they stand
// now; ok is false where there is nothing to pay.
func (w *town) whole(method center.MethodID) (body map[string]any, ok bool) {
	w.t.Helper()
	heads, err := w.truth.In(person("ann")).Payables(context.Background(), w.invoices)
	if err != nil {
		w.t.Fatal(err)
	}
	var parts []any
	total := int64(0)
	for _, inv := range heads {
		if inv.Outstanding.Sign() > 0 {
			parts = append(parts, map[string]any{"invoice": inv.ID, "version": inv.Version, "amount": inv.Outstanding})
			total += inv.Outstanding.Minor
		}
	}
	charge := heads[0].Amount
	credit := charge
	charge.Minor, credit.Minor = total, 0
	return map[string]any{"parts": parts, "charge": charge, "credit": credit, "method": method}, len(parts) > 0
}

// pays is one request to pay.
func (p *program) pays(cookie, key string, body map[string]any) {
	p.town.hears(p.ask(payFunction, request{route: "POST /v1/payments", cookie: cookie, headers: map[string]string{"idempotency-key": key}, body: body}))
}
