package main

import (
	"encoding/json"
	"os"
	"strings"
	"testing"
	"time"

	"customercenter/infra/functiontest"
	"customercenter/shared/httpapi"
)

// Each right that the function is given is needed by a test.
func TestMain(m *testing.M) { os.Exit(functiontest.RunAndCountRights(m, "find-contracts")) }

// newWorld has contracts, orders and renewals that were offered.
func newWorld(t *testing.T) *functiontest.World {
	w := functiontest.New(t)
	w.Contracts(t)
	w.Offer(t)
	return w
}

func routesOf(w *functiontest.World) httpapi.Routes {
	s, door := w.Function("find-contracts")
	return handler{store: s, now: w.Now}.routes(door)
}

func TestEventOnFile(t *testing.T) {
	w := newWorld(t)
	w.Cookie(t, functiontest.Primary)
	functiontest.Golden(t, "find-contracts", functiontest.Invoke(t, routesOf(w), functiontest.Event(t, "find-contracts")))
}

func TestEverybodyIsAnsweredAsDeclared(t *testing.T) {
	w := newWorld(t)
	functiontest.Matrix(t, w, "find-contracts", routesOf(w))
}

// get asks for a path as that person, some minutes after she signed in.
func get(t *testing.T, w *functiontest.World, p functiontest.Person, route, id string, query map[string]string) httpapi.Response {
	t.Helper()
	w.Cookie(t, p)
	w.Pass(6 * time.Minute)
	r := functiontest.Request(route, strings.Replace(strings.TrimPrefix(route, "GET "), "{id}", id, 1))
	r.PathParameters, r.QueryStringParameters = map[string]string{"id": id}, query
	return functiontest.Invoke(t, routesOf(w), w.As(t, p, r))
}

func TestContractsPlansAndRenewalsAreShown(t *testing.T) {
	w := newWorld(t)
	functiontest.Golden(t, "contract", get(t, w, functiontest.Payables, "GET /v1/contracts/{id}", w.Targets["own contract"], nil))
	functiontest.Golden(t, "contract-of-an-own-order", get(t, w, functiontest.Purchasing, "GET /v1/contracts/{id}", w.Targets["own contract"], nil))
	functiontest.Golden(t, "subscriptions", get(t, w, functiontest.Executive, "GET /v1/subscriptions", "", nil))
	functiontest.Golden(t, "renewals", get(t, w, functiontest.Primary, "GET /v1/renewals", "", nil))
}

func TestANumberLeadsToItsContract(t *testing.T) {
	w := newWorld(t)
	for typed, want := range map[string]int{"ct-9": 1, "CSI-CT-1": 1, "PO-90": 1, "4500": 2, "SUB-10": 1, "nothing": 0} {
		var page struct{ Items []struct{ ID string } }
		resp := get(t, w, functiontest.Primary, "GET /v1/contracts", "", map[string]string{"q": typed})
		if err := json.Unmarshal([]byte(resp.Body), &page); err != nil || len(page.Items) != want {
			t.Errorf("%s: %d of %d: %s", typed, len(page.Items), want, resp.Body)
		}
		once := map[string]bool{}
		for _, row := range page.Items {
			if once[row.ID] {
				t.Errorf("%s: the contract %s is there twice: %s", typed, row.ID, resp.Body)
			}
			once[row.ID] = true
		}
	}
}

func TestWhatCannotBeAskedIsRefused(t *testing.T) {
	w := newWorld(t)
	for name, query := range map[string]map[string]string{
		"one letter": {"q": "x"}, "a long text": {"q": strings.Repeat("x", 101)}, "a look-up in pages": {"q": "ct-9", "cursor": "x"},
		"no page": {"limit": "0"}, "a page too large": {"limit": "101"}, "a long cursor": {"cursor": strings.Repeat("x", 601)},
	} {
		if resp := get(t, w, functiontest.Primary, "GET /v1/contracts", "", query); resp.StatusCode != 422 {
			t.Errorf("%s: %d %s", name, resp.StatusCode, resp.Body)
		}
	}
}
