package main

import (
	"encoding/json"
	"os"
	"testing"

	"customercenter/infra/functiontest"
	"customercenter/shared/httpapi"
)

// Each right that the function is given is needed by a test.
func TestMain(m *testing.M) { os.Exit(functiontest.RunAndCountRights(m, "summarize-accounts")) }

func routesOf(w *functiontest.World) httpapi.Routes {
	s, door := w.Function("summarize-accounts")
	return handler{store: s}.routes(door)
}

func TestEventOnFile(t *testing.T) {
	w := functiontest.New(t)
	w.Cookie(t, functiontest.Desk)
	functiontest.Golden(t, "summarize-accounts", functiontest.Invoke(t, routesOf(w), functiontest.Event(t, "summarize-accounts")))
}

func TestAllAccountsAreThere(t *testing.T) {
	w := functiontest.New(t)
	r := w.As(t, functiontest.Desk, functiontest.Request("GET /v1/operator/summary", "/v1/operator/summary"))
	resp := functiontest.Invoke(t, routesOf(w), r)
	var out output
	if err := json.Unmarshal([]byte(resp.Body), &out); err != nil {
		t.Fatal(err)
	}
	seen := map[string]int{}
	for _, account := range out.Accounts {
		seen[account.Key] = account.Summary.Counts.All
	}
	if len(seen) != 2 || seen[functiontest.Najd] != 4 || seen[functiontest.Gulf] != 2 {
		t.Errorf("%v", seen)
	}
}

func TestEverybodyIsAnsweredAsDeclared(t *testing.T) {
	w := functiontest.New(t)
	functiontest.Matrix(t, w, "summarize-accounts", routesOf(w))
}
