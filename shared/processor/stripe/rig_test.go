package stripe

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	api "github.com/stripe/stripe-go/v85"

	standin "customercenter/infra/local/stripe"
	"customercenter/shared/center"
	"customercenter/shared/money"
	"customercenter/shared/processor"
)

const (
	testKey    = "sk_test_1"
	testSecret = "whsec_test"
	account    = center.AccountID("acc_1")
	thanks     = "https://center.example/payments/pay_1"
	wayOut     = "https://center.example/invoices"
)

var beginning = time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)

// rig is a Client that speaks to a stand-in of Stripe over HTTP, by a clock
// that stands still until it is moved.
type rig struct {
	*Client
	t       *testing.T
	service *standin.Service
	server  *httptest.Server

	mu     sync.Mutex
	now    time.Time
	events []signed
}

type signed struct {
	body      []byte
	signature string
	at        time.Time
}

func (r *rig) clock() time.Time {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.now
}

// pass moves the clock, once all notices are out that were signed by it.
func (r *rig) pass(d time.Duration) {
	r.t.Helper()
	r.quiet()
	r.mu.Lock()
	defer r.mu.Unlock()
	r.now = r.now.Add(d)
}

// quiet waits until every notice was sent.
func (r *rig) quiet() {
	r.t.Helper()
	ctx, cancel := context.WithTimeout(r.t.Context(), 10*time.Second)
	defer cancel()
	if err := r.service.Sent(ctx); err != nil {
		r.t.Fatal(err)
	}
}

func start(t *testing.T) *rig {
	t.Helper()
	r := &rig{t: t, now: beginning}
	r.service = standin.New(standin.Options{Now: r.clock, Key: testKey, WebhookSecret: testSecret, Logf: t.Logf,
		Deliver: func(_ context.Context, body []byte, signature string) (int, error) {
			r.mu.Lock()
			defer r.mu.Unlock()
			r.events = append(r.events, signed{body, signature, r.now})
			return http.StatusOK, nil
		}})
	r.server = httptest.NewServer(r.service)
	t.Cleanup(func() {
		r.server.Close()
		if err := r.service.Close(); err != nil {
			t.Error(err)
		}
	})
	r.Client = New(Options{Key: testKey, WebhookSecrets: []string{testSecret}, Base: r.server.URL})
	r.pause = 0
	return r
}

// customer makes the account's record.
func (r *rig) customer() string {
	r.t.Helper()
	id, err := r.Customer(r.t.Context(), processor.Customer{Account: account, Name: "Diyar Trading", Email: "pay@diyar.example"})
	if err != nil {
		r.t.Fatal(err)
	}
	return id
}

// stored stores a test method with a customer.
func (r *rig) stored(customer, token string) center.MethodID {
	r.t.Helper()
	m, err := r.api.V1PaymentMethods.Attach(r.t.Context(), token, &api.PaymentMethodAttachParams{Customer: &customer})
	if err != nil {
		r.t.Fatal(err)
	}
	return center.MethodID(m.ID)
}

func tag(payment string) processor.Tag {
	return processor.Tag{Account: account, Payment: center.PaymentID(payment)}
}

func cash(minor int64, c money.Code) money.Money { return money.Money{Minor: minor, Currency: c} }

// charge makes a charge of 123.40 dollars.
func (r *rig) charge(payment, method string) processor.Object {
	r.t.Helper()
	o, err := r.Create(r.t.Context(), processor.Charge{Key: payment, Tag: tag(payment), Amount: cash(12340, "USD"),
		Customer: r.customer(), Method: center.MethodID(method), Description: "Invoice 7"})
	if err != nil {
		r.t.Fatal(err)
	}
	return o
}

func (r *rig) confirm(id string) processor.Object {
	r.t.Helper()
	o, err := r.Confirm(r.t.Context(), id, thanks)
	if err != nil {
		r.t.Fatal(err)
	}
	return o
}

func (r *rig) read(id string) processor.Object {
	r.t.Helper()
	o, err := r.Retrieve(r.t.Context(), id)
	if err != nil {
		r.t.Fatal(err)
	}
	return o
}

func (r *rig) cancel(id string) processor.Object {
	r.t.Helper()
	o, err := r.Cancel(r.t.Context(), id)
	if err != nil {
		r.t.Fatal(err)
	}
	return o
}

// page makes a hosted page of 123.40 dollars.
func (r *rig) page(payment string, keep bool) processor.Object {
	r.t.Helper()
	o, err := r.Checkout(r.t.Context(), processor.Page{Key: payment, Tag: tag(payment), Amount: cash(12340, "USD"), Customer: r.customer(),
		Description: "Invoice 7", Return: thanks, Cancel: wayOut, Locale: "ar", ExpiresAt: r.clock().Add(31 * time.Minute), Keep: keep})
	if err != nil {
		r.t.Fatal(err)
	}
	return o
}

// submit sends a form as a browser does and answers where it leads.
func (r *rig) submit(address string, fields url.Values) string {
	r.t.Helper()
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := client.Post(address, "application/x-www-form-urlencoded", strings.NewReader(fields.Encode()))
	if err != nil {
		r.t.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusSeeOther {
		r.t.Fatalf("%s answers %s", address, res.Status)
	}
	return res.Header.Get("Location")
}

// enter chooses a method on a hosted page.
func (r *rig) enter(page, token string) string {
	r.t.Helper()
	return r.submit(page, url.Values{"choice": {token}, "month": {"12"}, "year": {"2028"}})
}

// foreign makes an intent that is none of the center's.
func (r *rig) foreign(i int) {
	r.t.Helper()
	params := &api.PaymentIntentCreateParams{Amount: new(int64(100 + i)), Currency: new("usd")}
	if _, err := r.api.V1PaymentIntents.Create(r.t.Context(), params); err != nil {
		r.t.Fatal(err)
	}
}

// fails asserts what an error says.
func fails(t *testing.T, err error, outcome processor.Outcome, code string) *processor.Error {
	t.Helper()
	var e *processor.Error
	if !errors.As(err, &e) {
		t.Fatalf("%v is no failure of a processor", err)
	}
	if e.Outcome != outcome || e.Code != code {
		t.Errorf("outcome %d code %q, want %d %q: %v", e.Outcome, e.Code, outcome, code, err)
	}
	return e
}
