package console

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"customercenter/infra/local/clock"
	"customercenter/infra/local/lambda"
)

func page(c *clock.Clock, j *Journal) http.Handler {
	return New(Options{
		State: func(context.Context) State {
			return State{Ready: true, Portal: "http://localhost:1/", Mailbox: "/_mailbox", Payments: "/_stripe", Now: c.Now(), Offset: c.Offset(),
				Functions:   []Function{{Name: "list-things", Timeout: 1500 * time.Millisecond}},
				Invocations: j.Recent(), Totals: j.Totals()}
		},
		Clock: c,
		Run:   func(function, schedule string) bool { return function == "plan" && schedule == "Nightly" },
		Invoke: func(_ context.Context, function string, event []byte) ([]byte, error) {
			if function == "nobody" {
				return nil, errors.New("no such function")
			}
			return append([]byte("echo "), event...), nil
		},
	})
}

func ask(h http.Handler, method, path, body string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func TestThePageIsSelfContained(t *testing.T) {
	h := page(clock.New(), NewJournal())
	for path, want := range map[string]string{"/_local": "<h1>Local cloud</h1>", "/_local/": `href="/_mailbox"`, "/_local?": `data-at="/_stripe"`, "/_local/page.css": "--accent", "/_local/page.js": "use strict"} {
		w := ask(h, "GET", path, "")
		if w.Code != 200 || !strings.Contains(w.Body.String(), want) {
			t.Errorf("%s: %d without %q", path, w.Code, want)
		}
		if csp := w.Header().Get("Content-Security-Policy"); !strings.Contains(csp, "default-src 'none'") || strings.Contains(csp, "unsafe") {
			t.Errorf("%s: policy %q", path, csp)
		}
	}
	if w := ask(h, "GET", "/_local/other.js", ""); w.Code != 404 {
		t.Errorf("another file: %d", w.Code)
	}
}

func TestTheStateCountsInvocations(t *testing.T) {
	j := NewJournal()
	for i := range 3*kept + 1 {
		outcome := lambda.OutcomeOK
		if i%100 == 0 {
			outcome = lambda.OutcomeTimeout
		}
		j.Add(lambda.Invocation{ID: fmt.Sprint(i), Function: "list-things", Outcome: outcome, Duration: 1234567 * time.Nanosecond, PeakMemoryKB: 9000})
	}
	c := clock.New()
	c.Skip(90 * time.Second)
	var got State
	if err := json.Unmarshal(ask(page(c, j), "GET", "/_local/state", "").Body.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	if len(got.Invocations) != kept || got.Invocations[0].ID != "600" || got.Invocations[0].Millis != 1.23 || got.Invocations[0].MemoryMB != 8.7 {
		t.Errorf("%d invocations, first %+v", len(got.Invocations), got.Invocations[0])
	}
	if totals := got.Totals["list-things"]; totals.Invocations != 601 || totals.Failures != 7 {
		t.Errorf("totals %+v", totals)
	}
	if got.OffsetSeconds != 90 || got.Functions[0].TimeoutSeconds != 1.5 {
		t.Errorf("offset %d, timeout %v", got.OffsetSeconds, got.Functions[0].TimeoutSeconds)
	}
}

func TestWishes(t *testing.T) {
	c := clock.New()
	h := page(c, NewJournal())
	for _, w := range []struct {
		path, body string
		status     int
	}{
		{"/_local/clock", `{"skip":"48h"}`, 200},
		{"/_local/clock", `{"skip":"tomorrow"}`, 400},
		{"/_local/clock", `{"skip":"1h","set":"2026-01-01T00:00:00Z"}`, 400},
		{"/_local/clock", `{}`, 400},
		{"/_local/clock", `{"skip":"2500000h"}`, 400},
		{"/_local/clock", `{"set":"0001-01-01T00:00:00Z"}`, 400},
		{"/_local/clock", strings.Repeat(" ", maxWishBytes) + `{"reset":true}`, 400},
		{"/_local/run", `{"function":"plan","schedule":"Nightly"}`, 202},
		{"/_local/run", `{"function":"plan","schedule":"Weekly"}`, 404},
		{"/_local/run", `{"function":"plan","at":1}`, 400},
		{"/_local/invoke/list-things", `{"n":1}`, 200},
		{"/_local/invoke/nobody", `{}`, 502},
		{"/_local/invoke/list-things", strings.Repeat("x", maxEventBytes+1), 413},
	} {
		if got := ask(h, "POST", w.path, w.body); got.Code != w.status {
			t.Errorf("%s %.60s: %d %s", w.path, w.body, got.Code, got.Body)
		}
	}
	if days := c.Offset().Hours() / 24; days < 1.9 || days > 2.1 {
		t.Errorf("the clock is %v days ahead", days)
	}
	r := httptest.NewRequest("POST", "/_local/clock", strings.NewReader(`{"skip":"1h"}`))
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	if w.Code != 400 {
		t.Errorf("a wish that is not called JSON: %d", w.Code)
	}
}
