package httpapi

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/google/go-cmp/cmp"

	"customercenter/shared/center"
)

const origin = "https://center.example.com"

// fakeGuard knows one cookie, "good".
type fakeGuard struct{ actor center.Actor }

func (fakeGuard) Cookie() string { return "__Host-sid" }

func (g fakeGuard) Enter(_ context.Context, cookie string) (center.Actor, error) {
	if cookie != "good" {
		return center.Actor{}, center.Errorf(center.Unauthenticated, "sign-in", "Sign in first.")
	}
	return g.actor, nil
}

func (fakeGuard) AskContacts(context.Context, center.Actor) ([]center.Contact, error) {
	return []center.Contact{{Name: "Noura", Email: "noura@example.com"}}, nil
}

func contact(t center.ContactType) fakeGuard {
	return fakeGuard{center.Actor{Account: "acc", Contact: "con", Grants: []center.Grant{{Type: t}}}}
}

type pay struct {
	ID     string   `json:"-" path:"id"`
	Limit  int      `json:"-" query:"limit"`
	Status []string `json:"-" query:"status"`
	Agent  string   `json:"-" header:"User-Agent"`
	Pre    string   `json:"-" cookie:"__Host-pre"`
	IP     string   `json:"-" request:"sourceIp"`
	Amount int64    `json:"amount"`
	Note   string   `json:"note"`
}

func (in pay) Validate() (v []center.Violation) {
	if in.Amount <= 0 {
		v = append(v, center.Violation{Pointer: "/amount", Detail: "must be more than zero"})
	}
	if len(in.Note) > 5 {
		v = append(v, center.Violation{Pointer: "/note", Detail: "must not be longer than 5 characters"})
	}
	return v
}

// event is a POST by a signed-in browser on our own page, changed by edit.
func event(edit func(*Request)) Request {
	r := Request{
		Version: "2.0", RouteKey: "POST /v1/payments/{id}", RawPath: "/v1/payments/p1",
		Headers:        map[string]string{"content-type": "application/json", "sec-fetch-site": "same-origin", "origin": origin, "user-agent": "Browser/1"},
		Cookies:        []string{"theme=dark", "__Host-sid=good", "__Host-pre=abc"},
		PathParameters: map[string]string{"id": "p1"},
		Body:           `{"amount":5}`,
	}
	r.RequestContext.RequestID = "r-1"
	r.RequestContext.HTTP.Method = "POST"
	r.RequestContext.HTTP.SourceIP = "203.0.113.9"
	if edit != nil {
		edit(&r)
	}
	return r
}

// invoke sends r through the JSON door that Lambda uses.
func invoke(t testing.TB, h Handler, r Request) (Response, Problem) {
	t.Helper()
	payload, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	out, err := lambda.NewHandler(h).Invoke(context.Background(), payload)
	if err != nil {
		t.Fatalf("the gateway would see a broken function: %v", err)
	}
	var resp Response
	if err := json.Unmarshal(out, &resp); err != nil {
		t.Fatal(err)
	}
	var p Problem
	if resp.Headers["content-type"] == "application/problem+json" {
		if err := json.Unmarshal([]byte(resp.Body), &p); err != nil {
			t.Fatal(err)
		}
		if p.Status != resp.StatusCode || p.Detail == "" || p.Title == "" {
			t.Errorf("status %d with problem %+v", resp.StatusCode, p)
		}
	}
	return resp, p
}

func door(guard Guard, log *bytes.Buffer) Door {
	return Door{Origin: origin, Guard: guard, Now: time.Now, Log: slog.New(slog.NewJSONHandler(log, nil))}
}

var payOp = Op{Module: center.ModulePayments, Action: center.ActionAct}

func TestEveryPlaceOfARequestIsRead(t *testing.T) {
	var got pay
	h := Handle(door(contact(center.ContactPayables), &bytes.Buffer{}), payOp, func(_ context.Context, a center.Actor, in pay) (map[string]string, error) {
		got = in
		return map[string]string{"by": string(a.Contact)}, nil
	})
	resp, _ := invoke(t, h, event(func(r *Request) {
		r.QueryStringParameters = map[string]string{"limit": "20", "status": "OPEN,PAST_DUE"}
		r.Body, r.IsBase64Encoded = base64.StdEncoding.EncodeToString([]byte(`{"amount":5,"note":"x"}`)), true
	}))
	want := pay{ID: "p1", Limit: 20, Status: []string{"OPEN", "PAST_DUE"}, Agent: "Browser/1", Pre: "abc", IP: "203.0.113.9", Amount: 5, Note: "x"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("input (-want +got):\n%s", diff)
	}
	if resp.StatusCode != 200 || resp.Body != `{"by":"con"}` {
		t.Errorf("%d %s", resp.StatusCode, resp.Body)
	}
}

// payables may pay.
var payables = contact(center.ContactPayables)

// refusals are requests that never reach their operation.
var refusals = map[string]struct {
	guard  fakeGuard
	edit   func(*Request)
	status int
	code   string
	errors []string // pointers
}{
	"no session": {payables, func(r *Request) { r.Cookies = nil }, 401, "sign-in", nil},
	"a cookie named like the session's but for a blank, which a site beside ours may set": {payables, func(r *Request) {
		r.Cookies = []string{"\u2000__Host-sid=good", "\u00a0__Host-sid=good", "\u0085__Host-sid=good", "\v__Host-sid=good"}
	}, 401, "sign-in", nil},
	"a cookie in the headers only": {payables, func(r *Request) {
		r.Cookies, r.Headers["cookie"] = nil, "__Host-sid=good"
	}, 401, "sign-in", nil},
	"a module that is closed": {contact(center.ContactAccountant), nil, 403, "module-closed", nil},
	"a page of another site": {payables, func(r *Request) {
		r.Headers["sec-fetch-site"] = "cross-site"
		r.Headers["origin"] = "https://evil.example"
	}, 403, "cross-site", nil},
	"a sub-domain of the same site": {payables, func(r *Request) {
		r.Headers["sec-fetch-site"] = "same-site"
		r.Headers["origin"] = "https://x.example.com"
	}, 403, "cross-site", nil},
	"an old browser on another site": {payables, func(r *Request) { delete(r.Headers, "sec-fetch-site"); r.Headers["origin"] = "https://evil.example" }, 403, "cross-site", nil},
	"another site with its own host": {payables, func(r *Request) {
		delete(r.Headers, "sec-fetch-site")
		r.Headers["origin"] = "https://evil.example"
		r.Headers["host"] = "evil.example"
	}, 403, "cross-site", nil},
	"our own host without encryption": {payables, func(r *Request) {
		delete(r.Headers, "sec-fetch-site")
		r.Headers["origin"] = "http://center.example.com"
	}, 403, "cross-site", nil},
	"an origin that hides":             {payables, func(r *Request) { delete(r.Headers, "sec-fetch-site"); r.Headers["origin"] = "null" }, 403, "cross-site", nil},
	"a form":                           {payables, func(r *Request) { r.Headers["content-type"] = "application/x-www-form-urlencoded" }, 415, "content-type", nil},
	"text that is JSON inside":         {payables, func(r *Request) { r.Headers["content-type"] = "text/plain" }, 415, "content-type", nil},
	"no content type":                  {payables, func(r *Request) { delete(r.Headers, "content-type") }, 415, "content-type", nil},
	"a body that is too large":         {payables, func(r *Request) { r.Body = strings.Repeat(" ", DefaultMaxBody+1) }, 413, "body-too-large", nil},
	"a large body in base64":           {payables, func(r *Request) { r.Body, r.IsBase64Encoded = strings.Repeat("ICAg", DefaultMaxBody/3+1), true }, 413, "body-too-large", nil},
	"no body":                          {payables, func(r *Request) { r.Body = "" }, 400, "body-malformed", nil},
	"half a body":                      {payables, func(r *Request) { r.Body = `{"amount":` }, 400, "body-malformed", nil},
	"two bodies":                       {payables, func(r *Request) { r.Body += r.Body }, 400, "body-malformed", nil},
	"base64 that is none":              {payables, func(r *Request) { r.Body, r.IsBase64Encoded = "%%%%", true }, 400, "body-malformed", nil},
	"an unknown field":                 {payables, func(r *Request) { r.Body = `{"amount":5,"account":"other"}` }, 400, "body-malformed", []string{"/account"}},
	"a body field that is a parameter": {payables, func(r *Request) { r.Body = `{"amount":5,"ID":"p2"}` }, 400, "body-malformed", []string{"/ID"}},
	"a field of another type":          {payables, func(r *Request) { r.Body = `{"amount":"5"}` }, 400, "body-malformed", []string{"/amount"}},
	"a fraction of the smallest unit":  {payables, func(r *Request) { r.Body = `{"amount":5.5}` }, 400, "body-malformed", []string{"/amount"}},
	"an unknown parameter":             {payables, func(r *Request) { r.QueryStringParameters = map[string]string{"statuss": "OPEN"} }, 400, "unknown-parameter", []string{"statuss"}},
	"all that is not acceptable at once": {payables, func(r *Request) {
		r.Body = `{"amount":0,"note":"too long"}`
		r.QueryStringParameters = map[string]string{"limit": "many"}
	}, 422, "validation", []string{"limit", "/amount", "/note"}},
}

func TestRefusals(t *testing.T) {
	for name, tt := range refusals {
		t.Run(name, func(t *testing.T) {
			h := Handle(door(tt.guard, &bytes.Buffer{}), payOp, func(context.Context, center.Actor, pay) (string, error) {
				t.Error("the operation ran")
				return "", nil
			})
			resp, p := invoke(t, h, event(tt.edit))
			if resp.StatusCode != tt.status || p.Type != "/problems/"+tt.code {
				t.Fatalf("%d %s, want %d %s", resp.StatusCode, resp.Body, tt.status, tt.code)
			}
			var pointers []string
			for _, v := range p.Errors {
				pointers = append(pointers, v.Pointer)
			}
			if diff := cmp.Diff(tt.errors, pointers); diff != "" {
				t.Errorf("violations (-want +got):\n%s", diff)
			}
			if (p.AskContacts != nil) != (tt.code == "module-closed") {
				t.Errorf("ask contacts: %v", p.AskContacts)
			}
		})
	}
}

func TestWithoutAnOriginOfItsOwnADoorTrustsNone(t *testing.T) {
	d := door(contact(center.ContactPayables), &bytes.Buffer{})
	d.Origin = ""
	h := Handle(d, payOp, func(context.Context, center.Actor, pay) (string, error) { return "ok", nil })
	for _, from := range []string{"null", "about:blank", origin} {
		resp, _ := invoke(t, h, event(func(r *Request) {
			delete(r.Headers, "sec-fetch-site")
			r.Headers["origin"] = from
		}))
		if resp.StatusCode != 403 {
			t.Errorf("origin %s: %d %s", from, resp.StatusCode, resp.Body)
		}
	}
}

func TestReadsComeFromAnywhere(t *testing.T) {
	h := Handle(door(contact(center.ContactPayables), &bytes.Buffer{}), Op{AnyContact: true}, func(context.Context, center.Actor, struct{}) (string, error) {
		return "ok", nil
	})
	resp, _ := invoke(t, h, event(func(r *Request) {
		r.RequestContext.HTTP.Method, r.Body = "GET", ""
		r.Headers = map[string]string{"sec-fetch-site": "cross-site"}
	}))
	if resp.StatusCode != 200 { // a link in a mail opens the page
		t.Errorf("%d %s", resp.StatusCode, resp.Body)
	}
}

func TestErrorsBecomeProblemsAndCausesStayInTheLog(t *testing.T) {
	tests := map[string]struct {
		err    error
		status int
		code   string
		says   string // of the problem
	}{
		"a refusal":            {center.Errorf(center.Conflict, "moved-on", "Read again."), 409, "moved-on", "Read again."},
		"a wrapped refusal":    {fmt.Errorf("book: %w", center.Errorf(center.NotFound, "no-invoice", "No such invoice.")), 404, "no-invoice", "No such invoice."},
		"an unknown error":     {errors.New("dial tcp 10.0.0.7: secret-host refused"), 500, "internal", "our side"},
		"a time-out":           {fmt.Errorf("query: %w", context.DeadlineExceeded), 503, "timeout", "too long"},
		"a limit":              {&center.Error{Kind: center.TooMany, Code: "slow-down", Detail: "Wait.", RetryAfter: 90}, 429, "slow-down", "Wait."},
		"an error with a root": {&center.Error{Kind: center.Unavailable, Code: "busy", Detail: "Busy.", Err: errors.New("secret-host")}, 503, "busy", "Busy."},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			var log bytes.Buffer
			h := Handle(door(contact(center.ContactPayables), &log), payOp, func(context.Context, center.Actor, pay) (string, error) { return "", tt.err })
			resp, p := invoke(t, h, event(nil))
			if resp.StatusCode != tt.status || p.Type != "/problems/"+tt.code || !strings.Contains(p.Detail, tt.says) {
				t.Errorf("%d %s", resp.StatusCode, resp.Body)
			}
			if strings.Contains(resp.Body, "secret-host") {
				t.Errorf("the cause reached the asker: %s", resp.Body)
			}
			if strings.Contains(tt.err.Error(), "secret-host") && !strings.Contains(log.String(), "secret-host") {
				t.Errorf("the cause is not in the log: %s", log.String())
			}
			if (p.Instance == "") != (tt.status == 404) {
				t.Errorf("instance %q", p.Instance)
			}
			if tt.status == 429 && resp.Headers["retry-after"] != "90" {
				t.Errorf("headers %v", resp.Headers)
			}
		})
	}
}

func TestPanicIsAnAnswerAndALogLine(t *testing.T) {
	var log bytes.Buffer
	h := Handle(door(contact(center.ContactPayables), &log), payOp, func(context.Context, center.Actor, pay) (string, error) {
		var none map[string]string
		none["x"] = "y"
		return "", nil
	})
	resp, p := invoke(t, h, event(nil))
	if resp.StatusCode != 500 || p.Instance != "urn:request:r-1" || !strings.Contains(log.String(), "httpapi_test.go") {
		t.Errorf("%d %s\n%s", resp.StatusCode, resp.Body, log.String())
	}
}

func TestLogLineTellsTheRequestAndNoSecret(t *testing.T) {
	var log bytes.Buffer
	d := door(contact(center.ContactPayables), &log)
	d.Measure = func(ctx context.Context) (context.Context, func() []slog.Attr) {
		return ctx, func() []slog.Attr { return []slog.Attr{slog.Int("reads", 2)} }
	}
	h := Handle(d, payOp, func(context.Context, center.Actor, pay) (string, error) { return "", nil })
	invoke(t, h, event(func(r *Request) {
		r.Body = `{"amount":5,"note":"canary-body"}`
		r.Cookies[1] = "__Host-sid=canary-cookie"
	}))
	invoke(t, h, event(nil))
	lines := strings.Split(strings.TrimSpace(log.String()), "\n")
	if len(lines) != 2 || strings.Contains(log.String(), "canary") {
		t.Fatalf("log: %s", log.String())
	}
	var line map[string]any
	if err := json.Unmarshal([]byte(lines[1]), &line); err != nil {
		t.Fatal(err)
	}
	for field, want := range map[string]any{
		"msg": "request", "level": "INFO", "requestId": "r-1", "route": "POST /v1/payments/{id}", "account": "acc", "contact": "con",
		"status": 200.0, "cold": false, "reads": 2.0,
	} {
		if line[field] != want {
			t.Errorf("%s = %v, want %v", field, line[field], want)
		}
	}
}

// Whoever tries codes has no session: the operation tells whom they are of.
func TestTheLogTellsWhomAPublicOperationConcerns(t *testing.T) {
	for name, refused := range map[string]error{"let in": nil, "refused": center.Errorf(center.Unprocessable, "code-wrong", "No.")} {
		t.Run(name, func(t *testing.T) {
			var log bytes.Buffer
			h := Handle(door(nil, &log), Op{Public: true}, func(ctx context.Context, _ center.Actor, _ pay) (string, error) {
				Concerns(ctx, "", "con")
				if refused == nil {
					Concerns(ctx, "acc", "con")
				}
				return "", refused
			})
			invoke(t, h, event(nil))
			var line map[string]any
			if err := json.Unmarshal(log.Bytes(), &line); err != nil {
				t.Fatal(err)
			}
			if line["contact"] != "con" || (line["account"] == "acc") != (refused == nil) || (line["code"] == "code-wrong") != (refused != nil) {
				t.Errorf("%s", log.String())
			}
		})
	}
	Concerns(t.Context(), "acc", "con") // where nobody keeps a log it is of no account
}

func TestEveryAnswerCarriesTheSameGuards(t *testing.T) {
	guard := contact(center.ContactPayables)
	answers := map[string]Handler{
		"JSON":     Handle(door(guard, &bytes.Buffer{}), payOp, func(context.Context, center.Actor, pay) (string, error) { return "x", nil }),
		"a 204":    Handle(door(guard, &bytes.Buffer{}), Op{AnyContact: true, Status: 204}, func(context.Context, center.Actor, struct{}) (string, error) { return "x", nil }),
		"raw":      Handle(door(guard, &bytes.Buffer{}), payOp, func(context.Context, center.Actor, pay) (Raw, error) { return Raw{ContentType: "text/csv"}, nil }),
		"refusals": Handle(door(guard, &bytes.Buffer{}), payOp, func(context.Context, center.Actor, pay) (Raw, error) { return Raw{}, errors.New("x") }),
		"no route": Routes{}.Serve,
	}
	for name, h := range answers {
		t.Run(name, func(t *testing.T) {
			resp, _ := invoke(t, h, event(nil))
			for header, want := range map[string]string{
				"cache-control": "no-store", "x-content-type-options": "nosniff", "referrer-policy": "no-referrer",
				"strict-transport-security": strictTransport, "x-request-id": "r-1",
				"content-security-policy":    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
				"cross-origin-opener-policy": "same-origin", "cross-origin-resource-policy": "same-origin",
			} {
				if resp.Headers[header] != want {
					t.Errorf("%s: %q, want %q", header, resp.Headers[header], want)
				}
			}
			if name == "a 204" && (resp.Body != "" || resp.Headers["content-type"] != "") {
				t.Errorf("a 204 with %q of type %q", resp.Body, resp.Headers["content-type"])
			}
		})
	}
}

func TestNotFoundIsTheSameBytesForEveryRequest(t *testing.T) {
	h := Handle(door(contact(center.ContactPayables), &bytes.Buffer{}), payOp, func(_ context.Context, _ center.Actor, in pay) (string, error) {
		return "", &center.Error{Kind: center.NotFound, Code: "no-invoice", Detail: "No such invoice.", Err: errors.New(in.ID)}
	})
	first, _ := invoke(t, h, event(nil))
	second, _ := invoke(t, h, event(func(r *Request) { r.RequestContext.RequestID, r.PathParameters["id"] = "r-2", "p2" }))
	if first.StatusCode != http.StatusNotFound || first.Body != second.Body {
		t.Errorf("%s\n%s", first.Body, second.Body)
	}
}

func TestMistakesOfARouteAreFoundAtTheStart(t *testing.T) {
	fine := door(contact(center.ContactPayables), &bytes.Buffer{})
	type exposed struct {
		Session string `cookie:"__Host-sid"`
	}
	for name, make := range map[string]func(){
		"nobody is named": func() {
			Handle(fine, Op{}, func(context.Context, center.Actor, pay) (string, error) { return "", nil })
		},
		"two ways at once": func() {
			Handle(fine, Op{Public: true, AnyContact: true}, func(context.Context, center.Actor, pay) (string, error) { return "", nil })
		},
		"a module without an action": func() {
			Handle(fine, Op{Module: center.ModuleAudit}, func(context.Context, center.Actor, pay) (string, error) { return "", nil })
		},
		"a session without a guard": func() {
			Handle(Door{Now: time.Now}, payOp, func(context.Context, center.Actor, pay) (string, error) { return "", nil })
		},
		"a field a body could fill": func() {
			Handle(fine, payOp, func(context.Context, center.Actor, exposed) (string, error) { return "", nil })
		},
		"an origin with a path": func() {
			Handle(Door{Origin: origin + "/x", Guard: fine.Guard, Now: time.Now}, payOp, func(context.Context, center.Actor, pay) (string, error) { return "", nil })
		},
	} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if recover() == nil {
					t.Error("nothing was said")
				}
			}()
			make()
		})
	}
}

func FuzzEvents(f *testing.F) {
	seed, _ := json.Marshal(event(nil))
	f.Add(seed)
	f.Add([]byte(`{"body":"\u0000","isBase64Encoded":true}`))
	h := lambda.NewHandler(Handle(door(contact(center.ContactPayables), &bytes.Buffer{}), payOp,
		func(context.Context, center.Actor, pay) (string, error) { return "ok", nil }))
	f.Fuzz(func(t *testing.T, payload []byte) {
		out, err := h.Invoke(context.Background(), payload)
		if err != nil {
			return // not an event at all: the gateway never sends it
		}
		var resp Response
		if err := json.Unmarshal(out, &resp); err != nil || resp.StatusCode == 0 || resp.StatusCode == 500 {
			t.Errorf("%v %s", err, out)
		}
	})
}

func TestAnAnswerLeavesBeforeTheFunctionIsEnded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := Handle(door(contact(center.ContactPayables), &bytes.Buffer{}), payOp,
			func(ctx context.Context, _ center.Actor, _ pay) (pay, error) {
				<-ctx.Done() // as a call to a table that does not answer
				return pay{}, ctx.Err()
			})
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		resp, err := h(ctx, event(nil))
		if err != nil || resp.StatusCode != http.StatusServiceUnavailable || resp.Headers["retry-after"] == "" {
			t.Errorf("%d %v %v", resp.StatusCode, resp.Headers, err)
		}
		if ctx.Err() != nil {
			t.Error("nobody is there any more to hear the answer")
		}
	})
}
