package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"customercenter/infra/bench/figure"
	"customercenter/infra/bench/world"
	standin "customercenter/infra/local/stripe"
	"customercenter/shared/center"
	"customercenter/shared/money"
	"customercenter/shared/paying"
	"customercenter/shared/processor"
	"customercenter/shared/processor/stripe"
)

// A crowd, and what it may take (G9).
const (
	crowd         = 64
	crowdHold     = 5 * time.Millisecond
	crowdAttempts = 3 // at a transaction, on average
	crowdAccount  = "CROWD"
	crowdPapers   = 90
	steps         = 3 // transactions of a payment: claimed, recorded, finished
)

// counter counts the transactions that are tried.
type counter struct {
	next         aws.HTTPClient
	transactions atomic.Int64
}

// Do implements aws.HTTPClient.
func (c *counter) Do(r *http.Request) (*http.Response, error) {
	if strings.HasSuffix(r.Header.Get("X-Amz-Target"), ".TransactWriteItems") {
		c.transactions.Add(1)
	}
	return c.next.Do(r)
}

// inside carries requests to a handler in the same process, as slowly as a
// processor answers at its best.
type inside struct{ http.Handler }

const processorTakes = 50 * time.Millisecond

// RoundTrip implements http.RoundTripper.
func (i inside) RoundTrip(r *http.Request) (*http.Response, error) {
	answer := httptest.NewRecorder()
	i.ServeHTTP(answer, r)
	time.Sleep(processorTakes)
	result := answer.Result()
	result.Request = r
	return result, nil
}

// arena is where a crowd pays.
type arena struct {
	w       *world.World
	service *standin.Service
	method  center.MethodID
	desk    paying.Desk
	counter *counter
}

func (b *bench) newArena() (*arena, error) {
	w, err := world.OpenBusy(b.root, crowdHold)
	if err != nil {
		return nil, err
	}
	a := &arena{w: w, service: standin.New(standin.Options{}), counter: &counter{next: w.DB}}
	if err := w.Fill(b.ctx, crowdAccount, 0, crowdPapers); err != nil {
		return nil, err
	}
	if a.method, err = storeCard(b.ctx, w, crowdAccount, a.service); err != nil {
		return nil, err
	}
	a.desk = paying.Desk{Store: w.StoreOver(a.counter), Processor: a.adapter(), Now: time.Now, BaseURL: "http://localhost", Log: slog.New(slog.DiscardHandler)}
	return a, nil
}

func (a *arena) adapter() processor.Processor {
	return stripe.New(stripe.Options{Key: processorKey, Base: "http://stripe.local", HTTP: &http.Client{Transport: inside{a.service}}})
}

func (a *arena) close() {
	a.service.Close()
	a.w.Close()
}

// charged is how many payments took money.
func (a *arena) charged() (n int) {
	for _, intent := range a.service.Intents() {
		if intent.Captured > 0 {
			n++
		}
	}
	return n
}

// crowds are the figures of G9.
func (b *bench) crowds() ([]figure.Figure, error) {
	together, err := b.crowdOf(func(_ int, open []center.InvoiceID) center.InvoiceID { return open[0] })
	if err != nil {
		return nil, err
	}
	apart, err := b.crowdOf(func(n int, open []center.InvoiceID) center.InvoiceID { return open[n] })
	if err != nil {
		return nil, err
	}
	naive, err := b.naiveCrowd()
	if err != nil {
		return nil, err
	}
	return []figure.Figure{
		{Budget: "G9", What: fmt.Sprintf("%d payers of one invoice", crowd), Word: together.word(), Want: outcome{paid: 1, charged: 1, refused: crowd - 1}.word(),
			Note: fmt.Sprintf("in %d ms", together.took.Milliseconds())},
		{What: "the same, read, charge and mark (control)", Word: fmt.Sprintf("charged %d", naive)},
		{Budget: "G9", What: fmt.Sprintf("%d payers of an invoice each, of one account", crowd), Word: apart.word(), Want: outcome{paid: crowd, charged: crowd}.word(),
			Note: fmt.Sprintf("in %d ms", apart.took.Milliseconds()), Why: "their writes met in the account's totals more often than they are tried."},
		{Budget: "G9", What: "attempts at each of their transactions, on average", Value: float64(apart.transactions) / (steps * crowd), Limit: crowdAttempts},
	}, nil
}

// outcome is what came of a crowd.
type outcome struct {
	paid, charged, refused int
	transactions           int64
	took                   time.Duration
}

func (o outcome) word() string {
	return fmt.Sprintf("paid %d, charged %d, refused %d", o.paid, o.charged, o.refused)
}

// crowdOf lets the crowd pay at once what each chooses of the open invoices,
// planned before anybody begins.
func (b *bench) crowdOf(choose func(n int, open []center.InvoiceID) center.InvoiceID) (outcome, error) {
	a, err := b.newArena()
	if err != nil {
		return outcome{}, err
	}
	defer a.close()
	open := openInvoices(crowdAccount, crowdPapers)
	if len(open) < crowd {
		return outcome{}, fmt.Errorf("%d invoices are too few", len(open))
	}
	orders := make([]paying.Order, crowd)
	for i := range orders {
		if orders[i], err = a.order(b.ctx, i, choose(i, open)); err != nil {
			return outcome{}, err
		}
	}
	a.counter.transactions.Store(0)
	began := time.Now()
	states := atOnce(func(i int) bool {
		p, err := a.desk.Pay(b.ctx, a.w.Actor(crowdAccount), orders[i])
		return err == nil && p.State == center.PaymentSucceeded
	})
	o := outcome{paid: states, charged: a.charged(), refused: crowd - states, transactions: a.counter.transactions.Load(), took: time.Since(began)}
	return o, nil
}

// atOnce lets the crowd go and counts those who succeed.
func atOnce(do func(i int) bool) (succeeded int) {
	var done sync.WaitGroup
	var n atomic.Int64
	start := make(chan struct{})
	for i := range crowd {
		done.Go(func() {
			<-start
			if do(i) {
				n.Add(1)
			}
		})
	}
	close(start)
	done.Wait()
	return int(n.Load())
}

// order plans a payment of one invoice.
func (a *arena) order(ctx context.Context, i int, id center.InvoiceID) (paying.Order, error) {
	payables, err := a.w.Store.In(a.w.Actor(crowdAccount)).Payables(ctx, []center.InvoiceID{id})
	if err != nil {
		return paying.Order{}, err
	}
	planned, _ := center.PlanPayments([]center.Asked{{Invoice: id}}, payables, nil, func(money.Code) int64 { return 1 })
	if len(planned) != 1 {
		return paying.Order{}, fmt.Errorf("%s cannot be paid", id)
	}
	return paying.Order{Key: fmt.Sprintf("bench-crowd-%06d", i), Request: fmt.Sprint(i), Planned: planned[0], Method: a.method, Locale: "en"}, nil
}

// naiveCrowd is the control: each reads whether the invoice is paid, charges,
// and marks it paid.
func (b *bench) naiveCrowd() (charged int, err error) {
	a, err := b.newArena()
	if err != nil {
		return 0, err
	}
	defer a.close()
	customer, err := a.w.Store.In(a.w.Actor(crowdAccount)).Wallet(b.ctx)
	if err != nil {
		return 0, err
	}
	at := map[string]any{"pk": map[string]string{"S": "naive"}, "sk": map[string]string{"S": "naive"}}
	atOnce(func(i int) bool {
		paid, err := a.call(b.ctx, "GetItem", map[string]any{"TableName": a.w.Table(), "Key": at, "ConsistentRead": true})
		if err != nil || strings.Contains(paid, "paid") {
			return false
		}
		o, err := a.adapter().Create(b.ctx, processor.Charge{Key: fmt.Sprintf("naive-%d", i), Amount: money.Money{Minor: 1000, Currency: "EUR"},
			Customer: customer.Customer, Method: a.method, Description: "naive"})
		if err == nil {
			_, err = a.adapter().Confirm(b.ctx, o.ID, "http://localhost/")
		}
		if err != nil {
			return false
		}
		_, err = a.call(b.ctx, "PutItem", map[string]any{"TableName": a.w.Table(), "Item": map[string]any{"pk": at["pk"], "sk": at["sk"], "state": map[string]string{"S": "paid"}}})
		return err == nil
	})
	return a.charged(), nil
}

// call asks the table for the control.
func (a *arena) call(ctx context.Context, operation string, body map[string]any) (string, error) {
	text, err := json.Marshal(body)
	if err != nil {
		return "", err
	}
	answer, err := a.w.Call(ctx, operation, text)
	return string(answer), err
}

// makeAt makes something at the stand-in and answers its id.
func makeAt(service http.Handler, path string, form url.Values) (id string, err error) {
	r := httptest.NewRequest(http.MethodPost, "http://stripe.local"+path, bytes.NewReader([]byte(form.Encode())))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Authorization", "Bearer "+processorKey)
	w := httptest.NewRecorder()
	service.ServeHTTP(w, r)
	var made struct{ ID string }
	if err := json.Unmarshal(w.Body.Bytes(), &made); err != nil || made.ID == "" {
		return "", fmt.Errorf("%s: %d %s", path, w.Code, w.Body)
	}
	return made.ID, nil
}
