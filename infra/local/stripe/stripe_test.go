package stripe

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	api "github.com/stripe/stripe-go/v85"
)

const testKey = "sk_test_1"

// rig is an account with a clock that stands still until it is moved.
type rig struct {
	*Service
	t      *testing.T
	server *httptest.Server

	mu  sync.Mutex
	now time.Time
}

// beginning is when tests begin.
var beginning = time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)

func (r *rig) clock() time.Time {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.now
}

func (r *rig) pass(d time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.now = r.now.Add(d)
}

// start opens an account, in dir if that is not "".
func start(t *testing.T, dir string, change func(*Options)) *rig {
	t.Helper()
	r := &rig{t: t, now: beginning}
	o := Options{Now: r.clock, Key: testKey, WebhookSecret: "whsec_test", Logf: t.Logf}
	if change != nil {
		change(&o)
	}
	if dir == "" {
		r.Service = New(o)
	} else {
		var err error
		if r.Service, err = Open(dir, o); err != nil {
			t.Fatal(err)
		}
	}
	r.server = httptest.NewServer(r.Service)
	t.Cleanup(func() { r.server.Close(); r.Close() })
	return r
}

// client is stripe-go speaking to the account.
func (r *rig) client() *api.Client {
	return api.NewClient(testKey, api.WithBackends(api.NewBackendsWithConfig(&api.BackendConfig{
		URL: api.String(r.server.URL), MaxNetworkRetries: api.Int64(0), LeveledLogger: &api.LeveledLogger{Level: api.LevelNull}})))
}

// reply is an answer as it came over the wire.
type reply struct {
	Status int
	Header http.Header
	Body   map[string]any
}

func (a reply) text(path string) string {
	var v any = a.Body
	for _, name := range strings.Split(path, ".") {
		m, _ := v.(map[string]any)
		v = m[name]
	}
	if v == nil {
		return ""
	}
	return fmt.Sprint(v)
}

// ask makes one request with plain HTTP. Fields are name=value.
func (r *rig) ask(method, path, key string, fields ...string) (reply, error) {
	form := url.Values{}
	for _, f := range fields {
		name, value, _ := strings.Cut(f, "=")
		form.Add(name, value)
	}
	target, body := r.server.URL+path, io.Reader(nil)
	if method == http.MethodGet {
		target += "?" + form.Encode()
	} else {
		body = strings.NewReader(form.Encode())
	}
	q, err := http.NewRequest(method, target, body)
	if err != nil {
		return reply{}, err
	}
	q.Header.Set("Authorization", "Bearer "+testKey)
	q.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if key != "" {
		q.Header.Set("Idempotency-Key", key)
	}
	res, err := http.DefaultClient.Do(q)
	if err != nil {
		return reply{}, err
	}
	defer res.Body.Close()
	a := reply{Status: res.StatusCode, Header: res.Header}
	b, err := io.ReadAll(res.Body)
	if err != nil {
		return a, err
	}
	return a, json.Unmarshal(b, &a.Body)
}

// want makes a request that must be answered with that status.
func (r *rig) want(status int, method, path, key string, fields ...string) reply {
	r.t.Helper()
	a, err := r.ask(method, path, key, fields...)
	if err != nil {
		r.t.Fatal(err)
	}
	if a.Status != status {
		r.t.Fatalf("%s %s %q: %d %v, want %d", method, path, fields, a.Status, a.Body, status)
	}
	return a
}

func (r *rig) post(path string, fields ...string) reply {
	r.t.Helper()
	return r.want(200, "POST", path, "", fields...)
}

func (r *rig) get(path string, fields ...string) reply {
	r.t.Helper()
	return r.want(200, "GET", path, "", fields...)
}

// intent makes an intent of 10.00 USD with a test method.
func (r *rig) intent(method string, more ...string) string {
	r.t.Helper()
	return r.post("/v1/payment_intents", append([]string{"amount=1000", "currency=usd", "payment_method=" + method,
		"payment_method_types[0]=card", "payment_method_types[1]=us_bank_account", "metadata[payment]=pay_1"}, more...)...).text("id")
}

// confirm confirms an intent and returns the answer, declines included.
func (r *rig) confirm(id string) reply {
	r.t.Helper()
	a, err := r.ask("POST", "/v1/payment_intents/"+id+"/confirm", "", "return_url=http://shop.example/back")
	if err != nil {
		r.t.Fatal(err)
	}
	return a
}

func TestTheLibraryPaysWithACard(t *testing.T) {
	r := start(t, "", nil)
	sc, ctx := r.client(), t.Context()
	h, err := sc.V1Customers.Create(ctx, &api.CustomerCreateParams{Name: api.String("Diyar"), Metadata: map[string]string{"account": "acc_1"}})
	if err != nil {
		t.Fatal(err)
	}
	m, err := sc.V1PaymentMethods.Attach(ctx, "pm_card_visa", &api.PaymentMethodAttachParams{Customer: &h.ID})
	if err != nil || m.Card.Last4 != "4242" || m.Customer.ID != h.ID {
		t.Fatalf("%+v, %v", m, err)
	}
	i, err := sc.V1PaymentIntents.Create(ctx, &api.PaymentIntentCreateParams{Amount: api.Int64(12340), Currency: api.String("usd"), Customer: &h.ID,
		PaymentMethod: &m.ID, PaymentMethodTypes: api.StringSlice([]string{"card"}), Metadata: map[string]string{"payment": "pay_1"}})
	if err != nil || i.Status != api.PaymentIntentStatusRequiresConfirmation {
		t.Fatalf("%+v, %v", i, err)
	}
	confirm := &api.PaymentIntentConfirmParams{ReturnURL: api.String("http://shop.example/back")}
	confirm.AddExpand("latest_charge")
	i, err = sc.V1PaymentIntents.Confirm(ctx, i.ID, confirm)
	if err != nil || i.Status != api.PaymentIntentStatusSucceeded || i.AmountReceived != 12340 || i.LatestCharge.AmountCaptured != 12340 {
		t.Fatalf("%+v, %v", i, err)
	}
	if _, err = sc.V1Refunds.Create(ctx, &api.RefundCreateParams{PaymentIntent: &i.ID, Amount: api.Int64(340)}); err != nil {
		t.Fatal(err)
	}
	read := &api.PaymentIntentRetrieveParams{}
	read.AddExpand("latest_charge.refunds")
	i, err = sc.V1PaymentIntents.Retrieve(ctx, i.ID, read)
	if err != nil || i.LatestCharge.AmountRefunded != 340 || len(i.LatestCharge.Refunds.Data) != 1 {
		t.Fatalf("%+v, %v", i.LatestCharge, err)
	}
	if got := r.Captured("pay_1"); got != 12340 {
		t.Errorf("captured %d", got)
	}
}

func TestTheLibrarySeesADecline(t *testing.T) {
	r := start(t, "", nil)
	id := r.intent("pm_card_visa_chargeDeclinedInsufficientFunds")
	_, err := r.client().V1PaymentIntents.Confirm(t.Context(), id, &api.PaymentIntentConfirmParams{ReturnURL: api.String("http://shop.example/")})
	var failed *api.Error
	if !errors.As(err, &failed) || failed.Code != api.ErrorCodeCardDeclined || failed.DeclineCode != api.DeclineCodeInsufficientFunds {
		t.Fatalf("%v", err)
	}
	if i := failed.PaymentIntent; i == nil || i.Status != api.PaymentIntentStatusRequiresPaymentMethod || i.PaymentMethod != nil || i.LastPaymentError.PaymentMethod == nil {
		t.Errorf("the intent of the error is %+v", failed.PaymentIntent)
	}
}

func TestThePinnedVersionIsTheLibrarys(t *testing.T) {
	if APIVersion != api.APIVersion {
		t.Errorf("%s is played, %s is spoken", APIVersion, api.APIVersion)
	}
}
