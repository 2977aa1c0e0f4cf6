package main

import (
	"context"
	"encoding/json"
	"log/slog"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"customercenter/infra/functiontest"
	"customercenter/infra/local/cloudtest"
	standin "customercenter/infra/local/stripe"
	"customercenter/shared/center"
	"customercenter/shared/httpapi"
	"customercenter/shared/store"
)

// Each right that the function is given is needed by a test.
func TestMain(m *testing.M) { os.Exit(functiontest.RunAndCountRights(m, "receive-payment-events")) }

func routesOf(w *functiontest.World, p *functiontest.Processor) httpapi.Routes {
	s, door := w.Function("receive-payment-events")
	return handler{store: s, processor: p.Client, now: w.Now}.routes(door)
}

// webhook is a notice as the processor sends it: no page of ours does.
func webhook(n functiontest.Notice) httpapi.Request {
	r := functiontest.Request("POST /v1/payment-events", "/v1/payment-events")
	delete(r.Headers, "sec-fetch-site")
	r.Headers["user-agent"], r.Headers["content-type"] = "Stripe/1.0 (+https://stripe.com/docs/webhooks)", "application/json; charset=utf-8"
	r.Body, r.Headers["stripe-signature"] = n.Body, n.Signature
	return r
}

// signed is a notice with that body, signed at an instant.
func signed(body string, at time.Time) functiontest.Notice {
	return functiontest.Notice{Body: body, Signature: standin.Sign([]byte(body), functiontest.WebhookSecret, at)}
}

const told = `{"id":"evt_9","object":"event","api_version":"` + standin.APIVersion + `","created":1795327195,"type":"payment_intent.succeeded",` +
	`"data":{"object":{"id":"pi_9","object":"payment_intent","metadata":{"account":"acc","payment":"pay_9"}}}}`

func TestEventOnFile(t *testing.T) {
	w := functiontest.New(t)
	functiontest.Golden(t, "receive-payment-events", functiontest.Invoke(t, routesOf(w, w.Processor(t)), functiontest.Event(t, "receive-payment-events")))
	kept, err := w.Store.Event(t.Context(), "evt_1")
	want := store.Notice{ID: "evt_1", Type: "payment_intent.succeeded", Object: "pi_1", Account: center.AccountIDOf(functiontest.Najd), Payment: "pay_1",
		Created: functiontest.Start.Add(-5 * time.Second)}
	if diff := cmp.Diff(want, kept); diff != "" || err != nil {
		t.Errorf("kept (-want +got):\n%s\n%v", diff, err)
	}
}

// main warms the connection by a read of nothing.
func TestTheFirstReadIsAllowed(t *testing.T) {
	w := functiontest.New(t)
	s, _ := w.Function("receive-payment-events")
	s.Warm(t.Context(), 1)
}

func TestEverybodyIsAnsweredAsDeclared(t *testing.T) {
	w := functiontest.New(t)
	functiontest.Matrix(t, w, "receive-payment-events", routesOf(w, w.Processor(t)))
}

// Whatever the processor tells of a payment by hand, and of a setup page, is
// kept with what to look at.
func TestWhatTheProcessorTellsIsKept(t *testing.T) {
	w := functiontest.New(t)
	p := w.Processor(t)
	paid := p.Pay(functiontest.Primary, "told", "", functiontest.InvoiceID(functiontest.Najd, center.KindInvoice, "INV-1004"))
	p.Enter(paid.URL, functiontest.CardGood, time.May, 2028)
	setup, page := p.Setup(functiontest.Payables, "")
	p.Enter(page, functiontest.CardOther, time.May, 2028)
	kept := map[string]bool{}
	for _, n := range p.Told() {
		if resp := functiontest.Invoke(t, routesOf(w, p), webhook(n)); resp.StatusCode != 200 {
			t.Errorf("%s is answered %d %s", n.Body, resp.StatusCode, resp.Body)
		}
		var e struct{ ID string }
		if err := json.Unmarshal([]byte(n.Body), &e); err != nil {
			t.Fatal(err)
		}
		if held, err := w.Store.Event(t.Context(), e.ID); err == nil {
			kept[held.Type+" "+held.Object+" "+string(held.Payment)] = held.Setup
		}
	}
	for _, want := range []string{"checkout.session.completed " + paid.Object + " " + string(paid.ID), "checkout.session.completed " + setup + " "} {
		if _, ok := kept[want]; !ok {
			t.Errorf("%q is not among %v", want, kept)
		}
	}
	if !kept["checkout.session.completed "+setup+" "] {
		t.Error("it is not known for a setup")
	}
}

func TestANoticeIsKeptOnceHoweverOftenItComes(t *testing.T) {
	w := functiontest.New(t)
	p := w.Processor(t)
	var cost []string
	w.Door.Measure = func(ctx context.Context) (context.Context, func() []slog.Attr) {
		ctx, meter := store.WithMeter(ctx)
		return ctx, func() []slog.Attr {
			cost = append(cost, strings.Join(meter.Calls(), " ")+" "+meter.Units())
			return nil
		}
	}
	before := newest(t, w)
	for range 3 {
		if resp := functiontest.Invoke(t, routesOf(w, p), webhook(signed(told, w.Now()))); resp.StatusCode != 200 || resp.Body != `{"received":true}` {
			t.Errorf("%d %s", resp.StatusCode, resp.Body)
		}
	}
	if n := newest(t, w) - before; n != 1 {
		t.Errorf("%d changes of the table, which wakes who works on each", n)
	}
	if diff := cmp.Diff([]string{"PutItem 0r 1w", "PutItem 0r 0w", "PutItem 0r 0w"}, cost); diff != "" {
		t.Errorf("cost (-want +got):\n%s", diff)
	}
}

// newest is the number of the table's last change.
func newest(t *testing.T, w *functiontest.World) uint64 {
	_, last := w.Stream(t, 0)
	return last
}

func TestWhatConcernsNothingHereIsNotKept(t *testing.T) {
	w := functiontest.New(t)
	before := newest(t, w)
	n := signed(strings.Replace(told, "payment_intent.succeeded", "customer.created", 1), w.Now())
	if resp := functiontest.Invoke(t, routesOf(w, w.Processor(t)), webhook(n)); resp.StatusCode != 200 {
		t.Errorf("%d %s", resp.StatusCode, resp.Body)
	}
	if newest(t, w) != before {
		t.Error("it was kept")
	}
}

func TestNoticesThatAreRefused(t *testing.T) {
	w := functiontest.New(t)
	p := w.Processor(t)
	good := signed(told, w.Now())
	for name, c := range map[string]struct {
		notice functiontest.Notice
		status int
	}{
		"without a signature":         {functiontest.Notice{Body: told}, 400},
		"with another body":           {functiontest.Notice{Body: told + " ", Signature: good.Signature}, 400},
		"signed by another":           {functiontest.Notice{Body: told, Signature: standin.Sign([]byte(told), "whsec_other", w.Now())}, 400},
		"signed too long ago":         {signed(told, w.Now().Add(-5*time.Minute-time.Second)), 400},
		"signed ahead of time":        {signed(told, w.Now().Add(5*time.Minute+time.Second)), 400},
		"of another API":              {signed(strings.Replace(told, standin.APIVersion, "2024-06-20", 1), w.Now()), 400},
		"that is no event":            {signed(`{"id":"evt_9"}`, w.Now()), 400},
		"that is no JSON":             {signed(`evt_9`, w.Now()), 400},
		"larger than any":             {signed(strings.Repeat("x", maxEvent+1), w.Now()), 413},
		"as large as may be, but odd": {signed(strings.Repeat("x", maxEvent), w.Now()), 400},
	} {
		t.Run(name, func(t *testing.T) {
			resp := functiontest.Invoke(t, routesOf(w, p), webhook(c.notice))
			if resp.StatusCode != c.status {
				t.Errorf("%d %s, want %d", resp.StatusCode, resp.Body, c.status)
			}
			if _, err := w.Store.Event(t.Context(), "evt_9"); !center.IsKind(err, center.NotFound) {
				t.Errorf("it was kept: %v", err)
			}
		})
	}
}

// The processor sends a notice again that was not answered 200.
func TestANoticeThatCanNotBeKeptIsNotAnsweredAsIfItWere(t *testing.T) {
	t.Parallel()
	w := functiontest.New(t)
	routes := routesOf(w, w.Processor(t))
	w.Cloud.Wire.Fail(func(int, string) cloudtest.Fault { return cloudtest.Break })
	if resp := functiontest.Invoke(t, routes, webhook(signed(told, w.Now()))); resp.StatusCode != 503 {
		t.Errorf("%d %s", resp.StatusCode, resp.Body)
	}
	w.Cloud.Wire.Fail(nil)
	if resp := functiontest.Invoke(t, routes, webhook(signed(told, w.Now()))); resp.StatusCode != 200 {
		t.Errorf("again: %d %s", resp.StatusCode, resp.Body)
	}
}
