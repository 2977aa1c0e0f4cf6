package main

import (
	"encoding/json"
	"os"
	"slices"
	"testing"
	"time"

	"customercenter/infra/functiontest"
	"customercenter/shared/center"
	"customercenter/shared/httpapi"
)

// Each right that the function is given is needed by a test.
func TestMain(m *testing.M) { os.Exit(functiontest.RunAndCountRights(m, "list-payments-due")) }

// newWorld has contracts, orders and renewals that were offered.
func newWorld(t *testing.T) *functiontest.World {
	w := functiontest.New(t)
	w.Contracts(t)
	w.Offer(t)
	return w
}

func routesOf(w *functiontest.World) httpapi.Routes {
	s, door := w.Function("list-payments-due")
	return handler{store: s, now: w.Now}.routes(door)
}

func TestEventOnFile(t *testing.T) {
	w := newWorld(t)
	w.Cookie(t, functiontest.Primary)
	functiontest.Golden(t, "list-payments-due", functiontest.Invoke(t, routesOf(w), functiontest.Event(t, "list-payments-due")))
}

func TestEverybodyIsAnsweredAsDeclared(t *testing.T) {
	w := newWorld(t)
	functiontest.Matrix(t, w, "list-payments-due", routesOf(w))
}

func ask(t *testing.T, w *functiontest.World, p functiontest.Person) httpapi.Response {
	t.Helper()
	w.Cookie(t, p)
	w.Pass(6 * time.Minute)
	return functiontest.Invoke(t, routesOf(w), w.As(t, p, functiontest.Request("GET /v1/payments-due", "/v1/payments-due")))
}

func TestAFailedPaymentSaysWhyAndMayBeTriedAgain(t *testing.T) {
	w := newWorld(t)
	office := w.Processor(t)
	card := office.Store(functiontest.Primary, functiontest.CardDeclined)
	if p := office.Pay(functiontest.Primary, "declined-at-first", card.ID, functiontest.InvoiceID(functiontest.Najd, center.KindInvoice, "INV-1004")); p.State != center.PaymentFailed {
		t.Fatalf("%+v", p)
	}
	var out due
	if err := json.Unmarshal([]byte(ask(t, w, functiontest.Payables).Body), &out); err != nil {
		t.Fatal(err)
	}
	at := slices.IndexFunc(out.Currencies, func(g group) bool { return g.Currency == "USD" })
	if at < 0 || out.Currencies[at].Items[0].Action != actionRetry || out.Currencies[at].Items[0].Failed == nil || out.Currencies[at].Items[0].Failed.Reason == "" {
		t.Errorf("%+v", out)
	}
}

func TestABuyerSeesWhatHerOwnOrdersCost(t *testing.T) {
	w := newWorld(t)
	w.Book(t, functiontest.Told("ev-9", "PO-77", "2026-11-20", center.OrderPendingPayment))
	functiontest.Golden(t, "of-own-orders", ask(t, w, functiontest.Purchasing))
}

// What was raised for an order while it is being paid is not offered beside it.
func TestAnInvoiceOfAnOrderThatIsBeingPaidWaits(t *testing.T) {
	w := newWorld(t)
	office := w.Processor(t)
	ordered := center.OrderID(w.Targets["own order of others"]).PayableOf()
	card := office.Store(functiontest.Primary, functiontest.CardAsks)
	if p := office.Pay(functiontest.Primary, "asked-at-the-bank", card.ID, ordered); p.State != center.PaymentCreated {
		t.Fatalf("%+v", p)
	}
	d := &center.Document{Kind: center.KindInvoice, Number: "INV-90", IssueDate: "2026-11-24", DueDate: "2026-12-24", Currency: "SAR", OrderRef: "PO-90",
		CustomerKey: functiontest.Najd, Totals: center.Totals{Payable: "575.00"}}
	w.Book(t, center.Record{Kind: d.Kind, Number: d.Number, Document: d})
	var out due
	if err := json.Unmarshal([]byte(ask(t, w, functiontest.Payables).Body), &out); err != nil {
		t.Fatal(err)
	}
	actions := map[string]string{}
	for _, g := range out.Currencies {
		for _, it := range g.Items {
			actions[it.Number] = it.Action
		}
	}
	if actions["PO-90"] != actionWait || actions["INV-90"] != actionWait || actions["INV-1001"] != actionPay {
		t.Errorf("%v", actions)
	}
}
