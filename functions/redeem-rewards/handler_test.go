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
	"customercenter/shared/httpapi"
	"customercenter/shared/money"
	"customercenter/shared/store"
	"customercenter/shared/view"
)

// Each right that the function is given is needed by a test.
func TestMain(m *testing.M) { os.Exit(functiontest.RunAndCountRights(m, "redeem-rewards")) }

func routesOf(w *functiontest.World) httpapi.Routes {
	s, door := w.Function("redeem-rewards")
	return handler{store: s, now: w.Now}.routes(door)
}

// till is a world whose payables contact may use Najd's rewards, 580.00 SAR, on
// invoice S-1: 345.00 SAR, of which 300.00 are before tax.
type till struct {
	*functiontest.World
	t       *testing.T
	invoice center.InvoiceID
	code    string
}

var sub = functiontest.Rewarded(functiontest.Najd, functiontest.RewardsNumber)

func newTill(t *testing.T) *till {
	w := functiontest.New(t)
	w.Rewards(t)
	return &till{w, t, w.Support(t, "S-1", "SAR", "345.00", "300.00"), w.Redeemer(t, functiontest.Payables)}
}

// sends sends a request as JSON, under a key where one is given.
func (l *till) sends(p functiontest.Person, route, key string, body any) httpapi.Response {
	l.t.Helper()
	text, err := json.Marshal(body)
	if err != nil {
		l.t.Fatal(err)
	}
	method, path := cut(route)
	_ = method
	r := functiontest.Request(route, path)
	r.Body, r.Headers["content-type"] = string(text), "application/json"
	if key != "" {
		r.Headers["idempotency-key"] = key
	}
	return functiontest.Invoke(l.t, routesOf(l.World), l.As(l.t, p, r))
}

func cut(route string) (method, path string) {
	for i, r := range route {
		if r == ' ' {
			return route[:i], route[i+1:]
		}
	}
	return "", route
}

func as[T any](t *testing.T, resp httpapi.Response) (out T) {
	t.Helper()
	if resp.StatusCode != 200 {
		t.Fatalf("%d %s", resp.StatusCode, resp.Body)
	}
	if err := json.Unmarshal([]byte(resp.Body), &out); err != nil {
		t.Fatal(err)
	}
	return out
}

func (l *till) quote() quote {
	l.t.Helper()
	return as[quote](l.t, l.sends(functiontest.Payables, "POST /v1/rewards/quote", "", about{Subscription: sub, Invoice: l.invoice}))
}

// agreed is a redemption of so much as the quote says.
func (l *till) agreed(q quote, minor int64) input {
	return input{Subscription: sub, Code: l.code, Invoice: q.Invoice, Version: q.Version, FX: q.FX, Amount: money.Money{Minor: minor, Currency: q.Most.Currency}}
}

func (l *till) redeems(key string, in input) httpapi.Response {
	return l.sends(functiontest.Payables, "POST /v1/rewards/redemptions", keyOf(key), in)
}

func keyOf(s string) string { return fmt.Sprintf("%016s", s) }

func (l *till) available() string {
	l.t.Helper()
	p, err := l.Store.In(l.Actor(l.t, functiontest.Payables)).Purse(l.t.Context(), sub)
	if err != nil {
		l.t.Fatal(err)
	}
	return p.Available("2026-11-22").Decimal()
}

func TestEventOnFile(t *testing.T) {
	l := newTill(t)
	l.Cookie(t, functiontest.Primary)
	l.Redeemer(t, functiontest.Primary)
	functiontest.Golden(t, "redeem-rewards", functiontest.Invoke(t, routesOf(l.World), functiontest.Event(t, "redeem-rewards")))
}

func TestEverybodyIsAnsweredAsDeclared(t *testing.T) {
	w := functiontest.New(t)
	w.Rewards(t)
	w.Redeemed(t)
	functiontest.Matrix(t, w, "redeem-rewards", routesOf(w))
}

func TestAQuoteSaysWhatIsCoveredAndWhatItCosts(t *testing.T) {
	l := newTill(t)
	q := l.quote()
	if q.Most.Decimal() != "300.00" || q.Base.Decimal() != "300.00" || q.Left.Decimal() != "280.00" || q.Outstanding.Decimal() != "45.00" ||
		len(q.Lots) != 2 || q.Lots[0].Amount.Decimal() != "250.00" || q.Lots[0].ExpiresOn != "2027-10-01" {
		t.Errorf("%+v", q)
	}
	part := money.Money{Minor: 100, Currency: "SAR"}
	if q := as[quote](t, l.sends(functiontest.Payables, "POST /v1/rewards/quote", "", about{sub, l.invoice, &part})); q.Amount != part || len(q.Lots) != 1 {
		t.Errorf("%+v", q)
	}
	part.Minor = 30001
	functiontest.Wants(t, l.sends(functiontest.Payables, "POST /v1/rewards/quote", "", about{sub, l.invoice, &part}), 422, "rewards-not-taken")
	functiontest.Wants(t, l.sends(functiontest.Primary, "POST /v1/rewards/quote", "", about{sub, l.invoice, nil}), 403, "not-a-redeemer")
}

func TestRewardsAreRedeemedOnceForEachKey(t *testing.T) {
	l := newTill(t)
	in := l.agreed(l.quote(), 30000)
	var first view.Redemption
	for range 3 {
		d := as[view.Redemption](t, l.redeems("once", in))
		if first.ID == "" {
			first = d
		}
		if d.ID != first.ID || d.State != center.RedemptionApplied || d.Base.Decimal() != "300.00" {
			t.Errorf("%+v", d)
		}
	}
	if got := l.available(); got != "280.00" {
		t.Errorf("%s left", got)
	}
	in.Amount.Minor = 1
	functiontest.Wants(t, l.redeems("once", in), 422, "idempotency-key-reused")
}

func TestWhatWasNotSeenIsNotAgreedTo(t *testing.T) {
	l := newTill(t)
	q := l.quote()
	old := l.agreed(q, 30000)
	old.Version--
	resp := l.redeems("old", old)
	functiontest.Wants(t, resp, 409, "rewards-changed")
	var told struct {
		Facts quote `json:"facts"`
	}
	if err := json.Unmarshal([]byte(resp.Body), &told); err != nil || told.Facts.Version != q.Version {
		t.Errorf("%v %s", err, resp.Body)
	}
	other := l.agreed(q, 30000)
	other.FX = center.FX{Num: 2, Den: 1}
	functiontest.Wants(t, l.redeems("rate", other), 409, "rewards-changed")
	if got := l.available(); got != "580.00" {
		t.Errorf("%s left", got)
	}
}

func TestRefusalsOfRedeemingAreInWords(t *testing.T) {
	for code, change := range map[string]func(*till, *input){
		"redemption-code-mistyped": func(_ *till, in *input) { in.Code = "123" },
		"redemption-code-wrong": func(_ *till, in *input) {
			in.Code = center.RedemptionCode([center.RedemptionCodeBytes]byte{1})
		},
		"rewards-not-taken": func(_ *till, in *input) { in.Amount.Minor = 30001 },
		"validation":        func(_ *till, in *input) { in.Code = "" },
		"no-exchange-rate":  func(_ *till, in *input) { in.Amount.Currency = "USD" },
	} {
		l := newTill(t)
		in := l.agreed(l.quote(), 30000)
		change(l, &in)
		functiontest.Wants(t, l.redeems("refused", in), 422, code)
	}
}

func TestARemovedRedeemerIsRefusedAtOnce(t *testing.T) {
	l := newTill(t)
	in := l.agreed(l.quote(), 30000)
	if _, err := l.Store.In(l.Actor(t, functiontest.Primary)).RemoveRedeemer(t.Context(), sub, string(functiontest.Payables)); err != nil {
		t.Fatal(err)
	}
	functiontest.Wants(t, l.redeems("removed", in), 403, "not-a-redeemer")
}

func TestAWrongCodeIsLockedAfterFive(t *testing.T) {
	l := newTill(t)
	right := l.agreed(l.quote(), 30000)
	wrong := right
	wrong.Code = center.RedemptionCode([center.RedemptionCodeBytes]byte{1})
	for n := range 5 {
		functiontest.Wants(t, l.redeems(fmt.Sprint("wrong", n), wrong), 422, "redemption-code-wrong")
	}
	functiontest.Wants(t, l.redeems("wrong6", wrong), 429, "redemption-code-locked")
	functiontest.Wants(t, l.redeems("right", right), 429, "redemption-code-locked")
	l.Pass(time.Hour)
	as[view.Redemption](t, l.redeems("right", right))
}

func TestOperatorsReverseGrantAndSetRates(t *testing.T) {
	l := newTill(t)
	d := as[view.Redemption](t, l.redeems("once", l.agreed(l.quote(), 30000)))
	for range 2 {
		back := as[view.Redemption](t, l.sends(functiontest.Desk, "POST /v1/operator/rewards/reverse", "",
			map[string]any{"account": functiontest.Najd, "redemption": d.ID, "reason": "the invoice was void"}))
		if back.State != center.RedemptionReversed || back.Reason == "" {
			t.Errorf("%+v", back)
		}
	}
	if got := l.available(); got != "580.00" {
		t.Errorf("%s left", got)
	}
	for range 2 {
		as[granted](t, l.sends(functiontest.Desk, "POST /v1/operator/rewards/grant", keyOf("goodwill"),
			map[string]any{"account": functiontest.Najd, "subscription": functiontest.RewardsNumber, "amount": map[string]string{"amount": "-600.00", "currency": "SAR"},
				"earnedOn": "2026-11-01", "note": "counted twice"}))
	}
	if got := l.available(); got != "0.00" {
		t.Errorf("%s left", got)
	}
	as[rate](t, l.sends(functiontest.Desk, "PUT /v1/operator/exchange-rates", "", map[string]string{"from": "SAR", "to": "USD", "fxRate": "0.2667"}))
	if list := as[rates](t, l.sends(functiontest.Desk, "GET /v1/operator/exchange-rates", "", nil)); len(list.Rates) != 1 || list.Rates[0].FX.String() != "2667/10000" {
		t.Errorf("%+v", list)
	}
}

func TestRewardsAreUsedOnAnInvoiceOfAnotherCurrency(t *testing.T) {
	l := newTill(t)
	l.invoice = l.Support(t, "S-2", "USD", "115.00", "100.00")
	fx, _ := center.ParseFX("0.2667")
	if err := l.Store.Everywhere("test").SetExchangeRate(t.Context(), store.ExchangeRate{From: "SAR", To: "USD", FX: fx, By: "desk"}); err != nil {
		t.Fatal(err)
	}
	d := as[view.Redemption](t, l.redeems("dollars", l.agreed(l.quote(), 10000)))
	if d.Base.Decimal() != "374.96" || d.Rewards.Decimal() != "100.00" || l.available() != "205.04" {
		t.Errorf("%+v, %s left", d, l.available())
	}
}

func TestAnInvoiceIsRedeemedToZero(t *testing.T) {
	l := newTill(t)
	l.invoice = l.Support(t, "S-3", "SAR", "200.00", "200.00")
	as[view.Redemption](t, l.redeems("zero", l.agreed(l.quote(), 20000)))
	if q := l.quote(); q.Most.Sign() != 0 || q.Outstanding.Sign() != 0 || len(q.Lots) != 0 {
		t.Errorf("%+v", q)
	}
	page, err := l.Store.In(l.Actor(t, functiontest.Payables)).Invoices(t.Context(), store.InvoiceQuery{Statuses: []center.InvoiceStatus{center.InvoiceClosed}})
	if err != nil || len(page.Invoices) == 0 || page.Invoices[0].Number != "S-3" {
		t.Errorf("%v %v", page.Invoices, err)
	}
}

// What each use costs, in calls and units of the table.
func TestWhatEachUseCosts(t *testing.T) {
	l := newTill(t)
	q := l.quote()
	in := l.agreed(q, 20000) // of one lot
	var cost string
	l.Door.Measure = func(ctx context.Context) (context.Context, func() []slog.Attr) {
		ctx, meter := store.WithMeter(ctx)
		return ctx, func() []slog.Attr { cost = strings.Join(meter.Calls(), " ") + " " + meter.Units(); return nil }
	}
	for _, c := range []struct {
		name string
		do   func() httpapi.Response
		want string
	}{
		{"quote", func() httpapi.Response {
			return l.sends(functiontest.Payables, "POST /v1/rewards/quote", "", about{Subscription: sub, Invoice: l.invoice})
		}, "GetItem GetItem GetItem Query BatchGetItem 5r 0w"},
		{"redeem from one lot", func() httpapi.Response { return l.redeems("once", in) },
			"GetItem GetItem Query BatchGetItem BatchGetItem GetItem Query TransactWriteItems 9r 28w"},
	} {
		if resp := c.do(); resp.StatusCode != 200 || cost != c.want {
			t.Errorf("%s: %d, %s; want %s", c.name, resp.StatusCode, cost, c.want)
		}
	}
}
