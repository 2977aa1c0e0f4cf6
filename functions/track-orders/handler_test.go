package main

import (
	"os"
	"strings"
	"testing"
	"time"

	"customercenter/infra/functiontest"
	"customercenter/shared/center"
	"customercenter/shared/httpapi"
)

// Each right that the function is given is needed by a test.
func TestMain(m *testing.M) { os.Exit(functiontest.RunAndCountRights(m, "track-orders")) }

// newWorld has contracts, orders and renewals that were offered.
func newWorld(t *testing.T) *functiontest.World {
	w := functiontest.New(t)
	w.Contracts(t)
	w.Offer(t)
	return w
}

func routesOf(w *functiontest.World) httpapi.Routes {
	s, door := w.Function("track-orders")
	return handler{store: s, now: w.Now}.routes(door)
}

func TestEventOnFile(t *testing.T) {
	w := newWorld(t)
	w.Cookie(t, functiontest.Primary)
	functiontest.Golden(t, "track-orders", functiontest.Invoke(t, routesOf(w), functiontest.Event(t, "track-orders")))
}

func TestEverybodyIsAnsweredAsDeclared(t *testing.T) {
	w := newWorld(t)
	functiontest.Matrix(t, w, "track-orders", routesOf(w))
}

// get asks for an order as that person, some minutes after she signed in.
func get(t *testing.T, w *functiontest.World, p functiontest.Person, id string) httpapi.Response {
	t.Helper()
	w.Cookie(t, p)
	w.Pass(6 * time.Minute)
	r := functiontest.Request("GET /v1/orders/{id}", "/v1/orders/"+id)
	r.PathParameters = map[string]string{"id": id}
	return functiontest.Invoke(t, routesOf(w), w.As(t, p, r))
}

func TestAnOrderTellsItsStory(t *testing.T) {
	w := newWorld(t)
	functiontest.Golden(t, "order", get(t, w, functiontest.Purchasing, w.Targets["own order"]))
	functiontest.Golden(t, "pending-order", get(t, w, functiontest.Payables, w.Targets["own order of others"]))
}

// An invoice of another seller may name an order of the same number.
func TestAnOrderShowsTheInvoicesOfItsSellerAlone(t *testing.T) {
	w := newWorld(t)
	invoice := func(number, vat string) center.Record {
		d := &center.Document{Kind: center.KindInvoice, Number: number, IssueDate: "2026-11-20", DueDate: "2026-12-20", Currency: "SAR", OrderRef: "PO-77", CustomerKey: functiontest.Najd,
			Supplier: center.Party{Name: "Whoever " + number, VAT: vat}, Customer: center.Party{Name: "Najd"}, Totals: center.Totals{Payable: "10.00"}}
		return center.Record{Kind: d.Kind, Number: number, Document: d}
	}
	w.Book(t, invoice("OTHER-1", "SA399999999900003"))
	if body := get(t, w, functiontest.Purchasing, w.Targets["own order"]).Body; strings.Contains(body, "OTHER-1") || !strings.Contains(body, "INV-1001") {
		t.Error(body)
	}
}

func TestWhatCannotBeAskedIsRefused(t *testing.T) {
	w := newWorld(t)
	for name, query := range map[string]map[string]string{
		"no page": {"limit": "0"}, "a page too large": {"limit": "101"}, "a long cursor": {"cursor": strings.Repeat("x", 601)},
	} {
		r := functiontest.Request("GET /v1/orders", "/v1/orders")
		r.QueryStringParameters = query
		if resp := functiontest.Invoke(t, routesOf(w), w.As(t, functiontest.Primary, r)); resp.StatusCode != 422 {
			t.Errorf("%s: %d %s", name, resp.StatusCode, resp.Body)
		}
	}
}
