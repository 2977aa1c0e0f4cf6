package main

import (
	"encoding/json"
	"os"
	"strings"
	"testing"
	"time"

	"customercenter/infra/functiontest"
	"customercenter/shared/center"
	"customercenter/shared/httpapi"
)

// Each right that the function is given is needed by a test.
func TestMain(m *testing.M) { os.Exit(functiontest.RunAndCountRights(m, "manage-dunning")) }

func routesOf(w *functiontest.World) httpapi.Routes {
	s, door := w.Function("manage-dunning")
	return handler{store: s}.routes(door)
}

func set(t *testing.T, w *functiontest.World, body string) httpapi.Response {
	t.Helper()
	r := functiontest.Request("PUT /v1/operator/dunning", "/v1/operator/dunning")
	r.Headers["content-type"], r.Body = "application/json", body
	return functiontest.Invoke(t, routesOf(w), w.As(t, functiontest.Desk, r))
}

func read(t *testing.T, w *functiontest.World) (p policy) {
	t.Helper()
	r := functiontest.Request("GET /v1/operator/dunning", "/v1/operator/dunning")
	r.QueryStringParameters = map[string]string{"account": functiontest.Najd}
	resp := functiontest.Invoke(t, routesOf(w), w.As(t, functiontest.Desk, r))
	if err := json.Unmarshal([]byte(resp.Body), &p); err != nil || resp.StatusCode != 200 {
		t.Fatalf("%d %s", resp.StatusCode, resp.Body)
	}
	return p
}

func TestEventOnFile(t *testing.T) {
	w := functiontest.New(t)
	w.Cookie(t, functiontest.Desk)
	functiontest.Golden(t, "manage-dunning", functiontest.Invoke(t, routesOf(w), functiontest.Event(t, "manage-dunning")))
}

func TestEverybodyIsAnsweredAsDeclared(t *testing.T) {
	w := functiontest.New(t)
	functiontest.Matrix(t, w, "manage-dunning", routesOf(w))
}

func TestAPolicyIsReadAsItWasSet(t *testing.T) {
	w := functiontest.New(t)
	w.Cookie(t, functiontest.Desk)
	w.Pass(6 * time.Minute)
	if p := read(t, w); len(p.Steps) != 6 || p.Hour != 9 {
		t.Errorf("all begin with %+v", p)
	}
	for _, body := range []string{
		`{"account":"NAJD","policy":{"steps":[{"base":"issued","days":14,"executives":true,"final":false}],"repeatDays":14,"hour":8,"businessDays":true,"rest":["friday","saturday"],"exempt":false}}`,
		`{"account":"NAJD","policy":{"steps":[],"repeatDays":0,"hour":9,"businessDays":false,"rest":[],"exempt":false,"snoozeUntil":"2026-12-24","promisedOn":"2026-12-01"}}`,
	} {
		if r := set(t, w, body); r.StatusCode != 200 {
			t.Fatal(r.Body)
		}
		want, _ := json.Marshal(read(t, w))
		if !strings.Contains(body, string(want)) {
			t.Errorf("set %s, read %s", body, want)
		}
	}
	standard, _ := json.Marshal(setting{functiontest.Najd, show(center.DefaultDunning())})
	if r := set(t, w, string(standard)); r.StatusCode != 200 { // no steps of its own any more
		t.Error(r.Body)
	}
	own := 0
	for shard := range 64 {
		accounts, err := w.Store.OwnSteps(t.Context(), shard)
		if err != nil {
			t.Fatal(err)
		}
		own += len(accounts)
	}
	if own != 0 {
		t.Errorf("%d accounts with steps of their own", own)
	}
}

func TestAPolicyThatIsNoneIsRefusedWithAllItsFaults(t *testing.T) {
	w := functiontest.New(t)
	r := set(t, w, `{"account":"","policy":{"steps":[{"base":"delivery","days":3}],"hour":24,"rest":["someday"],"snoozeUntil":"soon"}}`)
	for _, at := range []string{"/account", "/policy/steps/0/base", "/policy/hour", "/policy/rest", "/policy/snoozeUntil"} {
		if !strings.Contains(r.Body, `"`+at+`"`) {
			t.Errorf("%s is not told: %s", at, r.Body)
		}
	}
}
