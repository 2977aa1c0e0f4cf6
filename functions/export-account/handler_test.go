package main

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"customercenter/infra/functiontest"
	"customercenter/shared/httpapi"
)

// Each right that the function is given is needed by a test.
func TestMain(m *testing.M) { os.Exit(functiontest.RunAndCountRights(m, "export-account")) }

func routesOf(w *functiontest.World) httpapi.Routes {
	s, door := w.Function("export-account")
	return handler{store: s}.routes(door)
}

func TestEventOnFile(t *testing.T) {
	w := functiontest.New(t)
	w.Cookie(t, functiontest.Desk)
	resp := functiontest.Invoke(t, routesOf(w), functiontest.Event(t, "export-account"))
	functiontest.Golden(t, "export-account", resp)
	if resp.Headers["x-next-cursor"] != "" {
		t.Error("a small account comes in parts")
	}
	kinds := map[string]int{}
	for line := range strings.Lines(resp.Body) {
		var record struct {
			Kind string `json:"kind"`
		}
		if err := json.Unmarshal([]byte(line), &record); err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		kinds[record.Kind]++
	}
	for kind, want := range map[string]int{"account": 1, "order": 1, "invoice": 4, "credit_note": 1} {
		if kinds[kind] != want {
			t.Errorf("%d records of kind %s, want %d (%v)", kinds[kind], kind, want, kinds)
		}
	}
	if strings.Contains(resp.Body, functiontest.Canary) {
		t.Error("the export shows what is another account's")
	}
}

func TestTheAccountMustBeNamed(t *testing.T) {
	w := functiontest.New(t)
	r := w.As(t, functiontest.Desk, functiontest.Request("GET /v1/operator/export", "/v1/operator/export"))
	if resp := functiontest.Invoke(t, routesOf(w), r); resp.StatusCode != 422 {
		t.Errorf("%d %s", resp.StatusCode, resp.Body)
	}
}

func TestEverybodyIsAnsweredAsDeclared(t *testing.T) {
	w := functiontest.New(t)
	functiontest.Matrix(t, w, "export-account", routesOf(w))
}
