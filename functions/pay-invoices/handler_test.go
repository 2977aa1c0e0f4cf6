package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"testing"
	"time"

	"customercenter/infra/functiontest"
	"customercenter/shared/center"
	"customercenter/shared/store"
	"customercenter/shared/view"
)

// Each right that the function is given is needed by a test.
func TestMain(m *testing.M) { os.Exit(functiontest.RunAndCountRights(m, "pay-invoices")) }

func TestEventOnFile(t *testing.T) {
	l := newTill(t)
	l.card(functiontest.CardGood)
	l.bills("KW", "KWD", "2026-11-01", "10.005", "20.000")
	l.Cookie(t, functiontest.Primary)
	functiontest.Golden(t, "pay-invoices", functiontest.Invoke(t, l.routes, functiontest.Event(t, "pay-invoices")))
}

func TestAnswers(t *testing.T) {
	l := newTill(t)
	l.Book(t, functiontest.CreditNote("CN-90", "2026-10-01", "USD", "40.00"))
	body := order(l.plan(of("INV-1004")).Payments[0], l.card(functiontest.CardGood), false)
	paid := l.asks(functiontest.Primary, payRoute, "", keyOf("paid"), body)
	functiontest.Golden(t, "paid", paid)
	page := l.pays("page", of("INV-1002"), "")
	functiontest.Golden(t, "in-flight", l.asks(functiontest.Payables, payRoute, "", keyOf("second"),
		strings.Replace(body, string(id("INV-1004")), string(id("INV-1002")), 1)))
	functiontest.Golden(t, "stopped", l.asks(functiontest.Primary, cancelRoute, string(page.ID), "", "{}"))
}

func TestEverybodyIsAnsweredAsDeclared(t *testing.T) {
	l := newTill(t)
	own := l.pays("own", of("INV-1004"), "")
	foreign := l.processor.Pay(functiontest.Stranger, "foreign", "", functiontest.InvoiceID(functiontest.Gulf, center.KindInvoice, "INV-2002"))
	l.Targets["own payment"], l.Targets["foreign payment"] = string(own.ID), string(foreign.ID)
	l.Targets["unknown payment"], l.Targets["malformed payment"] = "pay_00000000000000000000000000000000", "P#"+string(foreign.ID)
	functiontest.Matrix(t, l.World, "pay-invoices", l.routes)
}

func TestRefusals(t *testing.T) {
	l := newTill(t)
	card := l.card(functiontest.CardGood)
	whole := l.plan(of("INV-1004")).Payments[0]
	good := order(whole, card, false)
	edit := func(change func(in map[string]any)) string {
		var in map[string]any
		if err := json.Unmarshal([]byte(good), &in); err != nil {
			t.Fatal(err)
		}
		change(in)
		text, _ := json.Marshal(in)
		return string(text)
	}
	first := func(in map[string]any) map[string]any { return in["parts"].([]any)[0].(map[string]any) }
	l.refuses(map[string]refused{
		"no key":                    {payRoute, "", good, 422, []string{"idempotency-key"}},
		"a short key":               {payRoute, "short", good, 422, []string{"idempotency-key"}},
		"a long key":                {payRoute, strings.Repeat("k", 65), good, 422, []string{"idempotency-key"}},
		"a key of other characters": {payRoute, "0123456789abcdé", good, 422, []string{"idempotency-key"}},
		"nothing to pay":            {payRoute, keyOf("r"), edit(func(in map[string]any) { in["parts"] = []any{} }), 422, []string{"/parts"}},
		"too many at once": {payRoute, keyOf("r"), edit(func(in map[string]any) {
			var parts []any
			for i := range center.MaxPayables + 1 {
				p := map[string]any{"invoice": fmt.Sprint("inv_", i), "version": 1, "amount": first(in)["amount"]}
				parts = append(parts, p)
			}
			in["parts"] = parts
		}), 422, []string{"1 to 19"}},
		"an invoice twice": {payRoute, keyOf("r"), edit(func(in map[string]any) {
			in["parts"] = append(in["parts"].([]any), first(in))
		}), 422, []string{"/parts/1/invoice"}},
		"two currencies": {payRoute, keyOf("r"), edit(func(in map[string]any) {
			first(in)["amount"] = map[string]string{"amount": "99.90", "currency": "SAR"}
		}), 422, []string{"/parts/0/amount/currency"}},
		"nothing of an invoice": {payRoute, keyOf("r"), edit(func(in map[string]any) {
			first(in)["amount"] = map[string]string{"amount": "0.00", "currency": "USD"}
		}), 422, []string{"/parts/0/amount"}},
		"less than nothing": {payRoute, keyOf("r"), edit(func(in map[string]any) {
			in["charge"] = map[string]string{"amount": "-99.90", "currency": "USD"}
		}), 422, []string{"/charge"}},
		"an amount that is none":           {payRoute, keyOf("r"), strings.Replace(good, `"99.90"`, `99.90`, 1), 400, []string{"body-malformed"}},
		"decimals that a currency has not": {payRoute, keyOf("r"), strings.Replace(good, "99.90", "99.900", 1), 400, []string{"body-malformed"}},
		"all faults at once": {payRoute, "", edit(func(in map[string]any) {
			in["parts"] = []any{}
			in["credit"] = map[string]string{"amount": "1.00", "currency": "SAR"}
		}), 422, []string{"idempotency-key", "/parts", "/charge"}},
		"a method that is not stored": {payRoute, keyOf("gone"), order(whole, "pm_0000", false), 422, []string{"method-not-found"}},
		"another version":             {payRoute, keyOf("version"), edit(func(in map[string]any) { first(in)["version"] = 99 }), 409, []string{"amounts-changed"}},
		"another account's invoice": {payRoute, keyOf("foreign"), edit(func(in map[string]any) {
			first(in)["invoice"] = functiontest.InvoiceID(functiontest.Gulf, center.KindInvoice, "INV-2001")
		}), 409, []string{"amounts-changed", "not_found"}},
	})
}

func TestSelectionsThatAreNone(t *testing.T) {
	newTill(t).refuses(map[string]refused{
		"no selection":    {planRoute, "", `{}`, 422, []string{"one of invoices, pastDue, oldestFirst"}},
		"two selections":  {planRoute, "", `{"pastDue":true,"oldestFirst":{"amount":"1.00","currency":"USD"}}`, 422, []string{"one of"}},
		"a negative part": {planRoute, "", part("INV-1004", "-1.00", "USD"), 422, []string{"/invoices/0/amount"}},
		"an amount of 0":  {planRoute, "", `{"oldestFirst":{"amount":"0.00","currency":"USD"}}`, 422, []string{"/oldestFirst"}},
	})
}

// refused is a request and what its refusal says.
type refused struct {
	route, key, body string
	status           int
	says             []string
}

// refuses asserts that all are refused, and that nothing comes of them.
func (l *till) refuses(all map[string]refused) {
	l.t.Helper()
	for name, c := range all {
		resp := l.asks(functiontest.Primary, c.route, "", c.key, c.body)
		if resp.StatusCode != c.status {
			l.t.Errorf("%s: %d %s, want %d", name, resp.StatusCode, resp.Body, c.status)
		}
		for _, word := range c.says {
			if !strings.Contains(resp.Body, word) {
				l.t.Errorf("%s: %s does not say %s", name, resp.Body, word)
			}
		}
	}
	if n := len(l.processor.Service.Intents()); n != 0 {
		l.t.Errorf("%d charges were made", n)
	}
	l.stands("INV-1004", 9990, 0, 0)
}

// A stored method is charged, and one stored, only by who typed a code in the
// last ten minutes; at the processor's page she proves herself there.
func TestAFreshCodeIsAskedBeforeAStoredMethodIsCharged(t *testing.T) {
	l := newTill(t)
	card := l.card(functiontest.CardGood)
	whole := l.plan(of("INV-1004")).Payments[0]
	l.Pass(center.FreshCode)
	for name, body := range map[string]string{"stored": order(whole, card, false), "to be stored": order(whole, "", true)} {
		l.Pass(time.Second)
		resp := l.asks(functiontest.Primary, payRoute, "", keyOf("stale"), body)
		if refusal[any](t, 403, "fresh-code-needed", resp); strings.Contains(resp.Body, "askContacts") {
			t.Errorf("%s: %s", name, resp.Body)
		}
	}
	l.stands("INV-1004", 9990, 0, 0)
	hosted := answer[view.Payment](t, 200, l.asks(functiontest.Primary, payRoute, "", keyOf("page"), order(whole, "", false)))
	l.is(hosted, center.PaymentCreated, center.WaitCustomer, "")
	l.asks(functiontest.Primary, cancelRoute, string(hosted.ID), "", "{}")
	l.SignedOut(functiontest.Primary) // and in again, with a code
	l.is(l.pays("fresh", of("INV-1004"), card), center.PaymentSucceeded, "", "")
}

// What each use costs at the table, the guard's read included, and how often
// the processor is asked.
func TestWhatEachUseCosts(t *testing.T) {
	l := newTill(t)
	card := l.card(functiontest.CardGood)
	amounts := make([]center.Decimal, center.MaxPayables)
	for i := range amounts {
		amounts[i] = "1.00"
	}
	many := l.bills("MANY", "USD", "2026-11-01", amounts...)
	one, all, page := l.plan(of("INV-1004")).Payments[0], l.plan(of(many...)).Payments[0], l.plan(of("INV-1002")).Payments[0]
	var cost string
	l.Door.Measure = func(ctx context.Context) (context.Context, func() []slog.Attr) {
		ctx, meter := store.WithMeter(ctx)
		return ctx, func() []slog.Attr { cost = strings.Join(meter.Calls(), " ") + " " + meter.Units(); return nil }
	}
	l.routes = l.open()
	asked := func() (n int) {
		for _, calls := range l.processor.Service.Calls() {
			n += calls
		}
		return n
	}
	const ( // guard and the payment that may stand; plan; wallet and claim; record; finish
		toPay = "GetItem GetItem BatchGetItem Query Query BatchGetItem "
		two   = "TransactWriteItems GetItem BatchGetItem TransactWriteItems"
		three = two + " GetItem BatchGetItem TransactWriteItems"
	)
	for _, c := range []struct {
		name, route, key, body, want string
		calls                        int
	}{
		{"plan one", planRoute, "", of("INV-1004"), "GetItem BatchGetItem Query Query 4r 0w", 0},
		{"plan past due", planRoute, "", `{"pastDue":true}`, "GetItem Query Query Query Query 4.5r 0w", 0},
		{"pay one", payRoute, keyOf("one"), order(one, card, false), toPay + three + " 10r 74w", 2},
		{"the same again", payRoute, keyOf("one"), order(one, card, false), "GetItem GetItem Query BatchGetItem GetItem 5r 0w", 0},
		{"pay 19", payRoute, keyOf("many"), order(all, card, false), toPay + three + " 82r 914w", 2},
		{"pay at the page", payRoute, keyOf("page"), order(page, "", false), toPay + two + " 8r 44w", 1},
	} {
		before := asked()
		resp := l.asks(functiontest.Primary, c.route, "", c.key, c.body)
		if resp.StatusCode != 200 || cost != c.want || asked()-before != c.calls {
			t.Errorf("%s: %d, %s, asked %d times; want %s, %d", c.name, resp.StatusCode, cost, asked()-before, c.want, c.calls)
		}
	}
}
