package stripe

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"customercenter/shared/center"
	"customercenter/shared/processor"
)

// sent is a request as it reached the other side.
type sent struct {
	Line, Key, Body string
	Header          http.Header
	Length          int64
}

// tap notes every request that passes.
type tap struct {
	next http.Handler

	mu   sync.Mutex
	sent []sent
}

func (p *tap) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	b, _ := io.ReadAll(r.Body)
	r.Body = io.NopCloser(strings.NewReader(string(b)))
	p.mu.Lock()
	p.sent = append(p.sent, sent{r.Method + " " + r.URL.Path, r.Header.Get("Idempotency-Key"), string(b), r.Header, r.ContentLength})
	p.mu.Unlock()
	p.next.ServeHTTP(w, r)
}

func (p *tap) all() []sent {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.sent
}

// everything calls each method of a Client that speaks to Stripe.
func everything(ctx context.Context, c *Client, customer string, card center.MethodID) map[string]func() error {
	object := func(_ processor.Object, err error) error { return err }
	pay := processor.Charge{Key: "k1", Tag: tag("pay_1"), Amount: cash(12340, "USD"), Customer: customer, Method: card, Description: "Invoice 7"}
	page := processor.Page{Key: "k2", Tag: tag("pay_2"), Amount: cash(12340, "KWD"), Customer: customer, Description: "Invoice 7", Return: thanks,
		Cancel: wayOut, Locale: "en", ExpiresAt: beginning.Add(time.Hour), Keep: true}
	setup := processor.Setup{Key: "k3", Account: account, Customer: customer, Currency: "USD", Return: setupReturn, Cancel: wayOut, Replaces: card}
	return map[string]func() error{
		"customer": func() error {
			_, err := c.Customer(ctx, processor.Customer{Account: account, Name: "Diyar", Email: "pay@diyar.example"})
			return err
		},
		"create":        func() error { return object(c.Create(ctx, pay)) },
		"confirm":       func() error { return object(c.Confirm(ctx, "pi_1", thanks)) },
		"checkout":      func() error { return object(c.Checkout(ctx, page)) },
		"cancel":        func() error { return object(c.Cancel(ctx, "pi_1")) },
		"expire":        func() error { return object(c.Cancel(ctx, "cs_1")) },
		"retrieve":      func() error { return object(c.Retrieve(ctx, "pi_1")) },
		"retrieve page": func() error { return object(c.Retrieve(ctx, "cs_1")) },
		"made":          func() error { _, _, err := c.Made(ctx, beginning, beginning.Add(time.Hour), ""); return err },
		"made pages":    func() error { _, _, err := c.Made(ctx, beginning, beginning.Add(time.Hour), sessionsNext); return err },
		"refunded":      func() error { _, _, err := c.Returned(ctx, beginning, beginning.Add(time.Hour), ""); return err },
		"setup":         func() error { _, _, err := c.Setup(ctx, setup); return err },
		"outcome":       func() error { _, err := c.SetupOutcome(ctx, "cs_1"); return err },
		"method":        func() error { _, err := c.Method(ctx, card); return err },
		"detach":        func() error { return c.Detach(ctx, card) },
	}
}

// cardData are parameters that would carry a card or an account number.
var cardData = regexp.MustCompile(`(?i)(card|us_bank_account|sepa_debit)(%5B|\[)|number|cvc|exp_month|iban|payment_method_data|client_secret`)

func TestEveryRequestIsFitToBeSent(t *testing.T) {
	r := start(t)
	p := &tap{next: r.service}
	server := httptest.NewServer(p)
	defer server.Close()
	c := New(Options{Key: testKey, Base: server.URL})
	c.pause = 0
	customer := r.customer()
	calls := everything(t.Context(), c, customer, r.stored(customer, "pm_card_visa"))
	for _, name := range slices.Sorted(maps.Keys(calls)) {
		var e *processor.Error
		if err := calls[name](); err != nil && (!errors.As(err, &e) || e.Outcome != processor.Missing) {
			t.Errorf("%s: %v", name, err)
		}
	}
	lines := map[string]bool{}
	for _, s := range p.all() {
		lines[s.Line] = true
		if s.Header.Get("Stripe-Version") != APIVersion || s.Header.Get("Authorization") != "Bearer "+testKey || s.Header.Get("X-Stripe-Client-Telemetry") != "" {
			t.Errorf("%s: %v", s.Line, s.Header)
		}
		if post := strings.HasPrefix(s.Line, "POST "); post != (s.Key != "") || s.Length != int64(len(s.Body)) {
			t.Errorf("%s has key %q and a length of %d", s.Line, s.Key, s.Length)
		}
		if m := cardData.FindString(s.Body); m != "" {
			t.Errorf("%s sends %q", s.Line, m)
		}
	}
	if len(lines) < 14 {
		t.Errorf("only %d endpoints were called: %v", len(lines), lines)
	}
}

func TestKeysNameWhatMustBeDoneOnce(t *testing.T) {
	r := start(t)
	p := &tap{next: r.service}
	server := httptest.NewServer(p)
	defer server.Close()
	c := New(Options{Key: testKey, Base: server.URL})
	customer := r.customer()
	calls := everything(t.Context(), c, customer, r.stored(customer, "pm_card_visa"))
	for _, name := range []string{"customer", "create", "checkout", "setup", "confirm", "cancel", "expire", "detach"} {
		for range 2 {
			_ = calls[name]()
		}
	}
	keys := map[string][]string{}
	for _, s := range p.all() {
		if s.Key != "" {
			keys[s.Line] = append(keys[s.Line], s.Key)
		}
	}
	for line, want := range map[string]string{"/v1/customers": "customer:acc_1", "/v1/payment_intents": "k1", "/v1/payment_intents/pi_1/confirm": "confirm:pi_1"} {
		if diff := cmp.Diff([]string{want, want}, keys["POST "+line]); diff != "" {
			t.Errorf("%s: %s", line, diff)
		}
	}
	if diff := cmp.Diff([]string{"k2", "k2", "k3", "k3"}, keys["POST /v1/checkout/sessions"]); diff != "" {
		t.Error(diff)
	}
	for _, line := range []string{"POST /v1/payment_intents/pi_1/cancel", "POST /v1/checkout/sessions/cs_1/expire"} {
		if k := keys[line]; len(k) != 2 || k[0] == k[1] {
			t.Errorf("%s: %v", line, k)
		}
	}
}

// serve is a Client of a server that answers as the test says.
func serve(t *testing.T, answer http.HandlerFunc) (*Client, *tap) {
	t.Helper()
	p := &tap{next: answer}
	server := httptest.NewServer(p)
	t.Cleanup(server.Close)
	c := New(Options{Key: testKey, Base: server.URL})
	c.pause = 0
	return c, p
}

func TestARequestIsSentTwiceAtMost(t *testing.T) {
	for name, c := range map[string]struct {
		answer http.HandlerFunc
		tries  int
	}{
		"server error": {func(w http.ResponseWriter, _ *http.Request) {
			http.Error(w, `{"error":{"type":"api_error"}}`, http.StatusInternalServerError)
		}, 2},
		"final server error": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Stripe-Should-Retry", "false")
			http.Error(w, `{"error":{"type":"api_error"}}`, http.StatusInternalServerError)
		}, 1},
		"key in use": {func(w http.ResponseWriter, _ *http.Request) {
			http.Error(w, `{"error":{"type":"idempotency_error","code":"idempotency_key_in_use"}}`, http.StatusConflict)
		}, 2},
		"hung up":     {func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, 2},
		"not JSON":    {func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "<html>") }, 2},
		"a gateway's": {func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "<html>", http.StatusBadGateway) }, 2},
		"led away":    {func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/elsewhere", http.StatusFound) }, 2},
		"cut off": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "99")
			fmt.Fprint(w, "{}")
		}, 2},
		"without end": {func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(make([]byte, maxAnswerBytes+1)) }, 2},
		"odd but JSON": {func(w http.ResponseWriter, _ *http.Request) {
			fmt.Fprint(w, `{"id":"pi_1","status":"requires_capture"}`)
		}, 1},
	} {
		client, p := serve(t, c.answer)
		_, err := client.Confirm(t.Context(), "pi_1", thanks)
		var e *processor.Error
		if !errors.As(err, &e) || e.Outcome != processor.Unknown {
			t.Errorf("%s: %v", name, err)
		}
		all := p.all()
		if len(all) != c.tries || all[0].Line != all[len(all)-1].Line || all[0].Key != all[len(all)-1].Key || all[0].Body != all[len(all)-1].Body {
			t.Errorf("%s: %d requests", name, len(all))
		}
	}
}

// A first attempt that may have been done stays in doubt, however plainly the
// second is turned away.
func TestDoubtOutlivesASecondAttempt(t *testing.T) {
	for status, want := range map[int]processor.Outcome{401: processor.Unknown, 403: processor.Unknown, 429: processor.Unknown, 400: processor.Refused, 404: processor.Missing} {
		var later atomic.Bool
		c, _ := serve(t, func(w http.ResponseWriter, _ *http.Request) {
			if !later.Swap(true) {
				panic(http.ErrAbortHandler)
			}
			http.Error(w, `{"error":{"type":"invalid_request_error","code":"c"}}`, status)
		})
		_, err := c.Create(t.Context(), processor.Charge{Key: "k", Amount: cash(100, "USD")})
		var e *processor.Error
		if !errors.As(err, &e) || e.Outcome != want {
			t.Errorf("%d: %v", status, err)
		}
	}
}

func TestADeclineWithoutItsIntentIsReadAnew(t *testing.T) {
	c, p := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost {
			http.Error(w, `{"error":{"type":"card_error","code":"card_declined"}}`, http.StatusPaymentRequired)
			return
		}
		fmt.Fprint(w, `{"id":"pi_1","status":"requires_payment_method","amount":500,"currency":"jpy","created":1772352000,`+
			`"last_payment_error":{"code":"card_declined","decline_code":"insufficient_funds","payment_method":{"id":"pm_1","type":"card","card":{"brand":"visa"}}}}`)
	})
	o, err := c.Confirm(t.Context(), "pi_1", thanks)
	want := processor.Object{ID: "pi_1", State: processor.Declined, Amount: cash(500, "JPY"), Captured: cash(0, "JPY"), Refunded: cash(0, "JPY"),
		Reason: center.DeclineFunds, Method: center.PaymentMethod{Kind: center.MethodCard, Brand: "visa"}, CreatedAt: beginning}
	if diff := cmp.Diff(want, o); err != nil || diff != "" || len(p.all()) != 2 {
		t.Errorf("%v %s", err, diff)
	}
}

// What was done stays in doubt when the look at it is turned away.
func TestADoneRequestIsNeverToldAsNotDone(t *testing.T) {
	for name, answer := range map[string]http.HandlerFunc{
		"replayed": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Idempotent-Replayed", "true")
			fmt.Fprint(w, `{"id":"pi_1","status":"requires_confirmation"}`)
		},
		"ended": func(w http.ResponseWriter, _ *http.Request) {
			http.Error(w, `{"error":{"code":"payment_intent_unexpected_state"}}`, http.StatusBadRequest)
		},
	} {
		for _, status := range []int{http.StatusTooManyRequests, http.StatusUnauthorized, http.StatusNotFound} {
			c, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
				if r.Method == http.MethodPost {
					answer(w, r)
					return
				}
				http.Error(w, `{"error":{"code":"c"}}`, status)
			})
			_, err := c.Confirm(t.Context(), "pi_1", thanks)
			t.Log(name, status)
			fails(t, err, processor.Unknown, "c")
		}
	}
}

// Stripe may refuse to cancel what a page has made, even when all is over.
func TestAFailedDebitOfAPageCountsAsCancelledWhenStripeKeepsIt(t *testing.T) {
	for status, want := range map[string]processor.State{"requires_payment_method": processor.Cancelled, "processing": processor.Processing, "requires_action": ""} {
		intent := `{"id":"pi_1","status":"` + status + `","amount":500,"currency":"usd","metadata":{"page":"1"},"last_payment_error":{"code":"no_account"}}`
		c, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
			switch {
			case r.Method == http.MethodPost:
				http.Error(w, `{"error":{"type":"invalid_request_error"}}`, http.StatusBadRequest)
			case strings.Contains(r.URL.Path, "payment_intents"):
				fmt.Fprint(w, intent)
			default:
				fmt.Fprint(w, `{"id":"cs_1","mode":"payment","status":"complete","amount_total":500,"currency":"usd","payment_intent":`+intent+`}`)
			}
		})
		o, err := c.Cancel(t.Context(), "cs_1")
		if want == "" {
			fails(t, err, processor.Unknown, codeState)
		} else if err != nil || o.State != want || o.ID != "cs_1" {
			t.Errorf("%s: %+v, %v", status, o, err)
		}
	}
}

func TestAStalledServerIsLeftInTime(t *testing.T) {
	release := make(chan struct{})
	c, p := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusOK)
		_ = http.NewResponseController(w).Flush() // the header comes, the body does not
		<-release
	})
	defer close(release)
	for _, limit := range []struct {
		attempt, call time.Duration
		tries         int
	}{{50 * time.Millisecond, time.Minute, 2}, {time.Minute, 80 * time.Millisecond, 1}} {
		c.attemptLimit, c.callLimit = limit.attempt, limit.call
		before, began := len(p.all()), time.Now()
		_, err := c.Cancel(t.Context(), "pi_1")
		fails(t, err, processor.Unknown, codeNoAnswer)
		if took := time.Since(began); took > 10*time.Second || !errors.Is(err, context.DeadlineExceeded) || len(p.all())-before != limit.tries {
			t.Errorf("%v: %s, %d requests, %v", limit, took, len(p.all())-before, err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := c.Create(ctx, processor.Charge{Key: "k", Amount: cash(100, "USD")})
	fails(t, err, processor.Unknown, codeNoAnswer)
}

func TestACallEndsBeforeAFunctionDoes(t *testing.T) {
	const ends = 20 * time.Second
	if CallLimit+retryPause >= ends || 2*AttemptLimit+retryPause >= CallLimit {
		t.Errorf("%s for a call of two attempts of %s", CallLimit, AttemptLimit)
	}
	c := New(Options{})
	if c.attemptLimit != AttemptLimit || c.callLimit != CallLimit || c.pause != retryPause {
		t.Errorf("%+v", c)
	}
}

func TestAGivenClientIsUsed(t *testing.T) {
	r := start(t)
	calls := 0
	c := New(Options{Key: testKey, Base: "https://stripe.invalid", HTTP: &http.Client{Transport: roundTrip(func(q *http.Request) (*http.Response, error) {
		calls++
		at, err := url.Parse(r.server.URL)
		if err != nil {
			return nil, err
		}
		q = q.Clone(q.Context())
		q.URL.Host, q.URL.Scheme = at.Host, at.Scheme
		return http.DefaultTransport.RoundTrip(q)
	})}})
	if _, err := c.Customer(t.Context(), processor.Customer{Account: account}); err != nil || calls != 1 {
		t.Errorf("%d calls, %v", calls, err)
	}
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }
