package main

import (
	"os"
	"strings"
	"testing"

	"customercenter/infra/functiontest"
	"customercenter/shared/center"
	"customercenter/shared/httpapi"
	"customercenter/shared/money"
)

// Each right that the function is given is needed by a test.
func TestMain(m *testing.M) { os.Exit(functiontest.RunAndCountRights(m, "get-invoice")) }

func routesOf(w *functiontest.World) httpapi.Routes {
	s, door := w.Function("get-invoice")
	return handler{store: s, now: w.Now}.routes(door)
}

func get(t *testing.T, w *functiontest.World, p functiontest.Person, id center.InvoiceID) httpapi.Response {
	t.Helper()
	r := functiontest.Request("GET /v1/invoices/{id}", "/v1/invoices/"+string(id))
	r.PathParameters = map[string]string{"id": string(id)}
	return functiontest.Invoke(t, routesOf(w), w.As(t, p, r))
}

func TestEventOnFile(t *testing.T) {
	w := functiontest.New(t)
	w.Cookie(t, functiontest.Primary)
	functiontest.Golden(t, "get-invoice", functiontest.Invoke(t, routesOf(w), functiontest.Event(t, "get-invoice")))
}

func TestPapersOfOtherKinds(t *testing.T) {
	w := functiontest.New(t)
	for name, id := range map[string]center.InvoiceID{
		"credit-note":    functiontest.InvoiceID(functiontest.Najd, center.KindCreditNote, "CN-5"),
		"closed-invoice": functiontest.InvoiceID(functiontest.Najd, center.KindInvoice, "INV-1003"),
	} {
		t.Run(name, func(t *testing.T) {
			functiontest.Golden(t, name, get(t, w, functiontest.Executive, id))
		})
	}
}

// An invoice that a payment holds says who pays how much, under the function's
// own policy.
func TestAPaymentInFlightIsShown(t *testing.T) {
	w := functiontest.New(t)
	id := functiontest.InvoiceID(functiontest.Najd, center.KindInvoice, "INV-1004")
	payer := w.Actor(t, functiontest.Payables)
	heads, err := w.Store.In(payer).Payables(t.Context(), []center.InvoiceID{id})
	if err != nil {
		t.Fatal(err)
	}
	planned, _ := center.PlanPayments([]center.Asked{{Invoice: id}}, heads, nil, func(money.Code) int64 { return 1 })
	if _, _, err := w.Store.In(payer).ClaimPayment(t.Context(), center.Payment{ID: center.PaymentIDOf(payer.Account, payer.Contact, "held"), By: payer.Contact,
		ByName: payer.Name, Charge: planned[0].Charge, Credit: planned[0].Credit, Refunded: planned[0].Credit, Parts: planned[0].Parts, Hosted: true}); err != nil {
		t.Fatal(err)
	}
	r := get(t, w, functiontest.Primary, id)
	if r.StatusCode != 200 || !strings.Contains(r.Body, `"paymentInFlight":{`) || !strings.Contains(r.Body, `"amount":"99.90"`) {
		t.Errorf("%d %s", r.StatusCode, r.Body)
	}
}

func TestEverybodyIsAnsweredAsDeclared(t *testing.T) {
	w := functiontest.New(t)
	functiontest.Matrix(t, w, "get-invoice", routesOf(w))
}

func TestStatedAmountsKeepTheirText(t *testing.T) {
	tests := map[string]struct {
		stated   center.Decimal
		currency string
		want     string
	}{
		"the currency's decimals are filled up": {"729", "EUR", "729.00"},
		"three decimals":                        {"1.5", "KWD", "1.500"},
		"none":                                  {"105", "JPY", "105"},
		"a negative one":                        {"-0.5", "SAR", "-0.50"},
		"more than the currency has":            {"0.005", "EUR", "0.005"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			if got := stated(tt.stated, tt.currency); got.Amount != tt.want || string(got.Currency) != tt.currency {
				t.Errorf("%+v, want %s", got, tt.want)
			}
		})
	}
	if stated("", "EUR") != nil {
		t.Error("nothing stated is something")
	}
}
