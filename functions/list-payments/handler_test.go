package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"customercenter/infra/functiontest"
	"customercenter/shared/center"
	"customercenter/shared/httpapi"
	"customercenter/shared/money"
	"customercenter/shared/store"
	"customercenter/shared/view"
)

// Each right that the function is given is needed by a test.
func TestMain(m *testing.M) { os.Exit(functiontest.RunAndCountRights(m, "list-payments")) }

const (
	listRoute    = "GET /v1/payments"
	oneRoute     = "GET /v1/payments/{id}"
	receiptRoute = "GET /v1/payments/{id}/receipt"
)

// archive is the function with payments to show.
type archive struct {
	*functiontest.World
	t         *testing.T
	processor *functiontest.Processor
	paid      center.Payment // by card, then refunded in part
	failed    center.Payment
	page      center.Payment // which waits for the customer
	foreign   center.Payment
}

func newArchive(t *testing.T) *archive {
	w := functiontest.New(t)
	a := &archive{World: w, t: t, processor: w.Processor(t)}
	najd := func(number string) center.InvoiceID {
		return functiontest.InvoiceID(functiontest.Najd, center.KindInvoice, number)
	}
	w.Book(t, functiontest.Bill("INV-1005", "2026-11-01", "2026-12-01", "USD", "20.10"))
	a.failed = a.processor.Pay(functiontest.Payables, "failed", a.processor.Store(functiontest.Payables, functiontest.CardDeclined).ID, najd("INV-1004"))
	w.Pass(time.Minute)
	a.paid = a.processor.Pay(functiontest.Primary, "paid", a.processor.Store(functiontest.Primary, functiontest.CardGood).ID, najd("INV-1004"), najd("INV-1005"))
	w.Pass(time.Minute)
	if err := a.processor.Service.Refund(a.paid.Object, 500); err != nil {
		t.Fatal(err)
	}
	var err error
	if a.paid, err = a.processor.Desk(w.Store).Settle(t.Context(), a.paid.Account, a.paid.ID); err != nil {
		t.Fatal(err)
	}
	a.page = a.processor.Pay(functiontest.Primary, "page", "", najd("INV-1002"))
	for _, number := range []string{"INV-2001", "INV-2002"} {
		a.foreign = a.processor.Pay(functiontest.Stranger, "foreign-"+number, "", functiontest.InvoiceID(functiontest.Gulf, center.KindInvoice, number))
	}
	return a
}

func (a *archive) routes() httpapi.Routes {
	s, door := a.Function("list-payments")
	return handler{store: s, now: a.Now}.routes(door)
}

func (a *archive) asks(p functiontest.Person, route, id string, query map[string]string) httpapi.Response {
	a.t.Helper()
	_, path, _ := strings.Cut(route, " ")
	r := functiontest.Request(route, strings.Replace(path, "{id}", id, 1))
	r.PathParameters, r.QueryStringParameters = map[string]string{"id": id}, query
	return functiontest.Invoke(a.t, a.routes(), a.As(a.t, p, r))
}

func TestEventOnFile(t *testing.T) {
	a := newArchive(t)
	a.Cookie(t, functiontest.Primary)
	functiontest.Golden(t, "list-payments", functiontest.Invoke(t, a.routes(), functiontest.Event(t, "list-payments")))
	functiontest.Golden(t, "refunded", a.asks(functiontest.Payables, oneRoute, string(a.paid.ID), nil))
	functiontest.Golden(t, "failed", a.asks(functiontest.Payables, oneRoute, string(a.failed.ID), nil))
	functiontest.Golden(t, "receipt", a.asks(functiontest.Payables, receiptRoute, string(a.paid.ID), nil))
}

// The receipt of an order leads to the order, and says so of what is gone.
func TestAReceiptNamesTheOrderThatWasPaid(t *testing.T) {
	w := functiontest.New(t)
	w.Contracts(t)
	a := &archive{World: w, t: t, processor: w.Processor(t)}
	order := center.OrderID(w.Targets["own order of others"])
	paid := a.processor.Pay(functiontest.Primary, "order", a.processor.Store(functiontest.Primary, functiontest.CardGood).ID, order.PayableOf())
	var got receipt
	resp := a.asks(functiontest.Primary, receiptRoute, string(paid.ID), nil)
	if err := json.Unmarshal([]byte(resp.Body), &got); err != nil || len(got.Parts) != 1 || got.Parts[0].Order != order || got.Parts[0].Renewal != "" {
		t.Fatalf("%d %s", resp.StatusCode, resp.Body)
	}
	part := view.PaymentOf(paid, "", false).Parts[0]
	if gone := receiptOf(part, nil); gone.StillOpen != money.Zero("SAR") {
		t.Errorf("of what is gone %+v is open", gone.StillOpen)
	}
}

func TestEverybodyIsAnsweredAsDeclared(t *testing.T) {
	a := newArchive(t)
	a.Targets["own payment"], a.Targets["foreign payment"] = string(a.paid.ID), string(a.foreign.ID)
	a.Targets["unknown payment"], a.Targets["malformed payment"] = "pay_00000000000000000000000000000000", "P#"+string(a.foreign.ID)
	functiontest.Matrix(t, a.World, "list-payments", a.routes())
}

func TestPagesJoinUpWithoutGapOrRepeat(t *testing.T) {
	a := newArchive(t)
	var got []center.PaymentID
	query := map[string]string{"limit": "1"}
	for range 4 {
		resp := a.asks(functiontest.Primary, listRoute, "", query)
		var page httpapi.Page[row]
		if err := json.Unmarshal([]byte(resp.Body), &page); err != nil || resp.StatusCode != 200 {
			t.Fatalf("%d %s", resp.StatusCode, resp.Body)
		}
		for _, r := range page.Items {
			got = append(got, r.ID)
		}
		if page.Next == "" {
			break
		}
		query["cursor"] = page.Next
	}
	if want := []center.PaymentID{a.page.ID, a.paid.ID, a.failed.ID}; !slices.Equal(got, want) {
		t.Errorf("the newest first: %v, want %v", got, want)
	}
}

func TestOnlyWhatWasPaidHasAReceipt(t *testing.T) {
	a := newArchive(t)
	for _, p := range []center.Payment{a.failed, a.page} {
		if resp := a.asks(functiontest.Primary, receiptRoute, string(p.ID), nil); resp.StatusCode != 409 || !strings.Contains(resp.Body, "no-receipt") {
			t.Errorf("%s: %d %s", p.State, resp.StatusCode, resp.Body)
		}
	}
}

func TestAPageThatWaitsIsShownWithItsAddress(t *testing.T) {
	a := newArchive(t)
	var p view.Payment
	if err := json.Unmarshal([]byte(a.asks(functiontest.Payables, oneRoute, string(a.page.ID), nil).Body), &p); err != nil {
		t.Fatal(err)
	}
	if p.URL != a.page.URL || !p.MayCancel || p.ExpiresAt == nil || !p.ExpiresAt.Equal(a.page.ExpiresAt) {
		t.Errorf("%+v", p)
	}
}

func TestRefusals(t *testing.T) {
	a := newArchive(t)
	for name, query := range map[string]map[string]string{
		"no limit at all":    {"limit": "0"},
		"a limit that large": {"limit": fmt.Sprint(store.MaxPage + 1)},
		"a limit in words":   {"limit": "ten"},
		"a cursor that long": {"cursor": strings.Repeat("A", maxCursor+1)},
	} {
		if resp := a.asks(functiontest.Primary, listRoute, "", query); resp.StatusCode != 422 {
			t.Errorf("%s: %d %s", name, resp.StatusCode, resp.Body)
		}
	}
	if resp := a.asks(functiontest.Primary, listRoute, "", map[string]string{"state": "FAILED"}); resp.StatusCode != 400 {
		t.Errorf("a filter that is none: %d %s", resp.StatusCode, resp.Body)
	}
}

// What each use costs at the table, the guard's read included.
func TestWhatEachUseCosts(t *testing.T) {
	a := newArchive(t)
	a.Cookie(t, functiontest.Primary)
	var cost string
	a.Door.Measure = func(ctx context.Context) (context.Context, func() []slog.Attr) {
		ctx, meter := store.WithMeter(ctx)
		return ctx, func() []slog.Attr { cost = strings.Join(meter.Calls(), " ") + " " + meter.Units(); return nil }
	}
	got := map[string]string{}
	for _, route := range []string{listRoute, oneRoute, receiptRoute} {
		a.asks(functiontest.Primary, route, string(a.paid.ID), nil)
		got[route] = cost
	}
	want := map[string]string{listRoute: "GetItem Query 2r 0w", oneRoute: "GetItem GetItem 2r 0w", receiptRoute: "GetItem GetItem BatchGetItem 4r 0w"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("cost (-want +got):\n%s", diff)
	}
}
