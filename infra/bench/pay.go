package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"customercenter/infra/bench/figure"
	"customercenter/infra/bench/process"
	"customercenter/infra/bench/world"
	"customercenter/infra/local/stripe"
	"customercenter/shared/center"
	"customercenter/shared/money"
)

// The functions that payments go through.
const (
	payer   = "pay-invoices"
	settler = "settle-payments"
	noticer = "receive-payment-events"
)

// payGolden is what each step of paying takes (G5): calls and units of the
// table, and requests of the processor, attempts included.
var payGolden = map[string]string{
	"plan of nineteen":                  "reads 4 (22 RCU), processor 0",
	"pay one with a stored card":        "reads 10 (10 RCU), writes 3 (78 WCU), processor 2",
	"pay nineteen with a stored card":   "reads 10 (82 RCU), writes 3 (918 WCU), processor 2",
	"pay a part with a stored card":     "reads 10 (10 RCU), writes 3 (54 WCU), processor 2",
	"the same request again":            "reads 5 (5 RCU), processor 0",
	"open the processor's page for one": "reads 8 (8 RCU), writes 2 (44 WCU), processor 1",
	"come back from the page, paid":     "reads 4 (4 RCU), writes 1 (34 WCU), processor 1",
	"take a webhook":                    "reads 0 (0 RCU), writes 1 (1 WCU), processor 0",
	"open the page for nineteen":        "reads 8 (62 RCU), writes 2 (492 WCU), processor 1",
	"cancel an open page of nineteen":   "reads 5 (23 RCU), writes 1 (442 WCU), processor 1",
	"a minute's sweep of nothing":       "reads 9 (5 RCU), processor 0",
}

const (
	payAccount    = "PAYS"
	payInvoices   = 60
	mostPaid      = center.MaxPayables
	processorKey  = "sk_test_bench"
	webhookSecret = "whsec_bench"
	noticeWait    = 5 * time.Second
)

// till is where the bench pays: an account with a card, and the stand-in of
// the processor with its requests counted.
type till struct {
	*user
	service   *stripe.Service
	requests  atomic.Int64
	table     string // addresses
	processor string

	method center.MethodID
	open   []center.InvoiceID // not paid yet
	last   center.Payment     // as the function answered
	again  events.APIGatewayV2HTTPRequest

	mu      sync.Mutex
	notices []webhook
}

type webhook struct{ body, signature string }

// pay runs each step of paying against the functions' own binaries, then
// crowds of payers against each other.
func (b *bench) pay() (figure.Section, error) {
	t, err := b.newTill()
	if err != nil {
		return figure.Section{}, err
	}
	defer t.w.Close()
	defer t.service.Close()
	binaries, err := b.builder.Functions(b.ctx, func(line string) { b.progress("%s", line) }, payer, settler, noticer)
	if err != nil {
		return figure.Section{}, err
	}
	running := map[string]*process.Process{}
	defer func() {
		for _, p := range running {
			p.Stop()
		}
	}()
	for name, binary := range binaries {
		if running[name], err = process.Start(binary, t.environment(name)); err != nil {
			return figure.Section{}, err
		}
	}
	figures, err := b.payCases(t, running)
	if err != nil {
		return figure.Section{}, err
	}
	crowds, err := b.crowds()
	return figure.Section{How: "Each step is one request to the function's own binary over the embedded table and the stand-in of Stripe: calls and units are those of the product's log line, requests of the processor those that reached it, attempts included; held against a table in infra/bench/pay.go. " +
		fmt.Sprintf("Crowds are %d payers at once, through the same driver, store and adapter, on a table whose transactions keep their items for %v and a processor that takes %v; beside them the way to pay that comes to mind first, read, charge and mark.", crowd, crowdHold, processorTakes),
		Figures: append(figures, crowds...)}, err
}

func (b *bench) newTill() (*till, error) {
	w, err := world.Open(b.root, "")
	if err != nil {
		return nil, err
	}
	t := &till{user: &user{w: w}}
	if err := w.Fill(b.ctx, payAccount, 0, payInvoices); err != nil {
		return nil, err
	}
	t.open = openInvoices(payAccount, payInvoices)
	if t.cookie, err = w.SignIn(b.ctx, payAccount); err != nil {
		return nil, err
	}
	t.service = stripe.New(stripe.Options{Key: processorKey, WebhookSecret: webhookSecret, Deliver: t.keep})
	if t.method, err = storeCard(b.ctx, w, payAccount, t.service); err != nil {
		return nil, err
	}
	if t.table, err = w.Serve(w.DB); err != nil {
		return nil, err
	}
	t.processor, err = w.Serve(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		t.requests.Add(1)
		t.service.ServeHTTP(rw, r)
	}))
	return t, err
}

// openInvoices are those of an account's first n that nobody has paid.
func openInvoices(account string, n int) (open []center.InvoiceID) {
	for i := range n {
		if d := world.Paper(account, i, 1, time.Now()); d.PaidDate == "" {
			open = append(open, world.InvoiceID(account, i))
		}
	}
	return open
}

func (t *till) environment(function string) []string {
	return t.w.Environment(function, t.table, "CENTER_PROCESSOR_KEY="+processorKey, "CENTER_PROCESSOR_WEBHOOK_SECRETS="+webhookSecret, "STRIPE_API_BASE="+t.processor)
}

// keep is where the stand-in's webhooks end: the bench hands them over itself.
func (t *till) keep(_ context.Context, body []byte, signature string) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.notices = append(t.notices, webhook{string(body), signature})
	return http.StatusOK, nil
}

// storeCard makes a customer with a test card at the processor and stores it
// for the account.
func storeCard(ctx context.Context, w *world.World, account string, service http.Handler) (center.MethodID, error) {
	customer, err := makeAt(service, "/v1/customers", url.Values{"name": {account}})
	if err != nil {
		return "", err
	}
	card, err := makeAt(service, "/v1/payment_methods/pm_card_visa/attach", url.Values{"customer": {customer}})
	if err != nil {
		return "", err
	}
	wallet := w.Store.In(w.Actor(account))
	if _, err := wallet.SetCustomer(ctx, customer); err != nil {
		return "", err
	}
	m := center.PaymentMethod{ID: center.MethodID(card), Kind: center.MethodCard, Brand: "visa", Last4: "4242", ExpMonth: 12, ExpYear: time.Now().Year() + 3}
	_, err = wallet.AddMethod(ctx, m, "")
	return m.ID, err
}

// payCases are measured in this order: each finds what it needs.
func (b *bench) payCases(t *till, running map[string]*process.Process) (figures []figure.Figure, err error) {
	missing := maps.Clone(payGolden)
	for _, c := range []useCase{
		{name: "plan of nineteen", function: payer, event: t.asks("/v1/payments/plan", func() any { return t.selection(mostPaid) })},
		t.pays("pay one with a stored card", 1, 0, true),
		t.pays("pay nineteen with a stored card", mostPaid, 0, true),
		t.pays("pay a part with a stored card", 1, 100, true),
		{name: "the same request again", function: payer, event: func(*user) (events.APIGatewayV2HTTPRequest, error) { return t.again, nil }},
		t.pays("open the processor's page for one", 1, 0, false),
		{name: "come back from the page, paid", function: payer, event: t.returns("settle", "pm_card_visa")},
		{name: "take a webhook", function: noticer, event: t.told},
		t.pays("open the page for nineteen", mostPaid, 0, false),
		{name: "cancel an open page of nineteen", function: payer, event: t.returns("cancel", "")},
	} {
		before := t.requests.Load()
		used, err := runCase(t.user, running[c.function], c)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", c.name, err)
		}
		if f, ok := t.w.Template.Function(c.function); ok {
			used.memoryMB = f.MemoryMB
		}
		b.usage = append(b.usage, used)
		figures = append(figures, payFigure(c.name, used, t.requests.Load()-before))
		delete(missing, c.name)
	}
	tick, err := t.tick(running[settler])
	if err != nil {
		return nil, err
	}
	delete(missing, tick.What)
	for name := range missing {
		return nil, fmt.Errorf("nothing measures %q", name)
	}
	return append(figures, tick), nil
}

// payFigure holds a step against the golden table.
func payFigure(name string, used usage, requests int64) figure.Figure {
	want, known := payGolden[name]
	if !known {
		want = "a line in the golden table"
	}
	return figure.Figure{Budget: "G5", What: name, Word: fmt.Sprintf("%s, processor %d", used.spent(), requests), Want: want,
		Why: "the design of this step has changed; if on purpose, change the golden table."}
}

// asks is a request of the person at the till.
func (t *till) asks(path string, body func() any) func(*user) (events.APIGatewayV2HTTPRequest, error) {
	return func(*user) (events.APIGatewayV2HTTPRequest, error) {
		e := t.w.Event(t.cookie, "POST "+path, path, "", nil)
		text, err := json.Marshal(body())
		e.Body = string(text)
		return e, err
	}
}

func (t *till) selection(n int) any {
	var chosen []any
	for _, id := range t.open[:n] {
		chosen = append(chosen, map[string]any{"id": id})
	}
	return map[string]any{"invoices": chosen}
}

// pays is a payment of the next n invoices, so many minor units of each (0 is
// all), with the card or at the processor's page.
func (t *till) pays(name string, n int, part int64, withCard bool) useCase {
	event := func(u *user) (e events.APIGatewayV2HTTPRequest, err error) {
		heads, err := t.w.Store.In(t.w.Actor(payAccount)).Payables(context.Background(), t.open[:n])
		if err != nil {
			return e, err
		}
		t.open = t.open[n:]
		var parts []any
		charge := money.Zero(heads[0].Amount.Currency)
		for _, inv := range heads {
			amount := inv.Outstanding
			if part > 0 {
				amount.Minor = part
			}
			charge.Minor += amount.Minor
			parts = append(parts, map[string]any{"invoice": inv.ID, "version": inv.Version, "amount": amount})
		}
		body := map[string]any{"parts": parts, "charge": charge, "credit": money.Zero(charge.Currency)}
		if withCard {
			body["method"] = t.method
		}
		if e, err = t.asks("/v1/payments", func() any { return body })(u); err != nil {
			return e, err
		}
		e.Headers["idempotency-key"] = fmt.Sprintf("bench-payment-%06d", len(t.open))
		t.again = e
		t.again.RequestContext.RequestID += "-again"
		return e, nil
	}
	want := center.PaymentCreated
	if withCard {
		want = center.PaymentSucceeded
	}
	return useCase{name: name, function: payer, event: event, after: func(_ *user, r events.APIGatewayV2HTTPResponse) error {
		t.last = center.Payment{}
		if err := json.Unmarshal([]byte(r.Body), &t.last); err != nil || t.last.State != want {
			return fmt.Errorf("the payment is %q: %s", t.last.State, r.Body)
		}
		return nil
	}}
}

// returns is the page of the last payment, asking for a step after the card
// was used at the processor's.
func (t *till) returns(step, card string) func(*user) (events.APIGatewayV2HTTPRequest, error) {
	return func(*user) (e events.APIGatewayV2HTTPRequest, err error) {
		p, err := t.w.Store.In(t.w.Actor(payAccount)).Payment(context.Background(), t.last.ID)
		if err != nil {
			return e, err
		}
		if card != "" {
			if err := t.service.PayPage(p.Object, card); err != nil {
				return e, err
			}
		}
		e = t.w.Event(t.cookie, "POST /v1/payments/{id}/"+step, "/v1/payments/"+string(p.ID)+"/"+step, "", map[string]string{"id": string(p.ID)})
		e.Body = "{}"
		return e, nil
	}
}

// told is the processor's webhook of a page that was paid.
func (t *till) told(*user) (e events.APIGatewayV2HTTPRequest, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), noticeWait)
	defer cancel()
	if err := t.service.Sent(ctx); err != nil {
		return e, err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, n := range t.notices {
		if strings.Contains(n.body, "checkout.session.completed") {
			e = t.w.Event("", "POST /v1/payment-events", "/v1/payment-events", "", nil)
			e.Body, e.Headers["stripe-signature"] = n.body, n.signature
			return e, nil
		}
	}
	return e, errors.New("the processor told nothing of the page")
}

// tick is the schedule's minute with nothing to do; the first one reconciles.
func (t *till) tick(p *process.Process) (figure.Figure, error) {
	const name = "a minute's sweep of nothing"
	var used usage
	var requests int64
	for _, note := range []string{"reconciled", "looked 0"} {
		before := t.requests.Load()
		if _, _, err := p.Invoke([]byte(`{"source":"aws.scheduler"}`)); err != nil {
			return figure.Figure{}, err
		}
		requests = t.requests.Load() - before
		if note == "reconciled" {
			continue
		}
		lines := strings.Split(strings.TrimSpace(p.Lines()), "\n")
		if err := used.parse(lines[len(lines)-1]); err != nil {
			return figure.Figure{}, err
		}
	}
	return payFigure(name, used, requests), nil
}
