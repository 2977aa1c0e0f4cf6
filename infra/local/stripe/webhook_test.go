package stripe

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	api "github.com/stripe/stripe-go/v85"
)

const patience = 5 * time.Second

// inbox takes events.
type inbox struct {
	mu     sync.Mutex
	fail   int // how many are refused first
	bodies [][]byte
	signed []string
}

func (b *inbox) deliver(_ context.Context, body []byte, signature string) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.fail > 0 {
		b.fail--
		return http.StatusInternalServerError, nil
	}
	b.bodies, b.signed = append(b.bodies, body), append(b.signed, signature)
	return http.StatusOK, nil
}

func (b *inbox) types() (out []string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, body := range b.bodies {
		var e struct{ Type string }
		if err := json.Unmarshal(body, &e); err != nil {
			panic(err)
		}
		out = append(out, e.Type)
	}
	return out
}

func withInbox(t *testing.T, dir string) (*rig, *inbox) {
	b := &inbox{}
	return start(t, dir, func(o *Options) { o.Deliver = b.deliver }), b
}

// sent waits until all that is due was sent.
func (r *rig) sent() {
	r.t.Helper()
	ctx, cancel := context.WithTimeout(r.t.Context(), patience)
	defer cancel()
	if err := r.Sent(ctx); err != nil {
		r.t.Fatal(err)
	}
}

var cardPaid = []string{"payment_intent.created", "charge.succeeded", "payment_intent.succeeded"}

func TestEventsAreSignedForTheLibrary(t *testing.T) {
	r, b := withInbox(t, "")
	r.confirm(r.intent("pm_card_visa"))
	r.sent()
	if got := b.types(); !slices.Equal(got, cardPaid) {
		t.Fatalf("got %v", got)
	}
	sc := r.client()
	e, err := sc.ConstructEvent(b.bodies[2], b.signed[2], "whsec_test", api.WithTolerance(1<<62))
	if err != nil || e.Created != beginning.Unix() || e.APIVersion != APIVersion || e.PendingWebhooks != 1 {
		t.Fatalf("%+v, %v", e, err)
	}
	var i api.PaymentIntent
	if err := json.Unmarshal(e.Data.Raw, &i); err != nil || i.Status != api.PaymentIntentStatusSucceeded || i.Metadata["payment"] != "pay_1" {
		t.Errorf("%+v, %v", i, err)
	}
	if _, err := sc.ConstructEvent(b.bodies[2], b.signed[2], "whsec_other", api.WithTolerance(1<<62)); err == nil {
		t.Error("another secret fits")
	}
	if got := r.get("/v1/events", "delivery_success=true").Body["data"].([]any); len(got) != 3 {
		t.Errorf("%d are told to be delivered", len(got))
	}
}

func TestARefusedEventIsSentAgainByTheClock(t *testing.T) {
	r, b := withInbox(t, "")
	b.fail = 2
	r.post("/v1/customers")
	r.sent()
	for n, pause := range DefaultRetries()[:2] {
		if got := b.types(); len(got) != 0 {
			t.Fatalf("after %d pauses: %v", n, got)
		}
		r.pass(pause)
		r.sent()
	}
	if got := b.types(); !slices.Equal(got, []string{"customer.created"}) {
		t.Errorf("got %v", got)
	}
}

func TestAnEventIsGivenUpAfterThreeDays(t *testing.T) {
	r, b := withInbox(t, "")
	b.fail = 1000
	r.post("/v1/customers")
	total := time.Duration(0)
	for _, pause := range DefaultRetries() {
		r.sent()
		r.pass(pause)
		total += pause
	}
	r.sent()
	e := r.State().Events[0]
	if !e.GivenUp || e.Attempts != 1+len(DefaultRetries()) || total < 48*time.Hour || total > 72*time.Hour {
		t.Errorf("%+v after %v", e, total)
	}
	b.fail = 0
	if n, err := r.Resend(e.ID); n != 1 || err != nil {
		t.Fatal(n, err)
	}
	r.sent()
	if got := b.types(); len(got) != 1 {
		t.Errorf("sent again by hand: %v", got)
	}
}

func TestWebhooksGoWrongOnDemand(t *testing.T) {
	reversed := slices.Clone(cardPaid)
	slices.Reverse(reversed)
	twice := []string{cardPaid[0], cardPaid[0], cardPaid[1], cardPaid[1], cardPaid[2], cardPaid[2]}
	for name, c := range map[string]struct {
		wish  Webhooks
		wants []string
	}{
		"dropped":    {Webhooks{Drop: true}, nil},
		"duplicated": {Webhooks{Copies: 1}, twice},
		"reversed":   {Webhooks{Reverse: true}, reversed},
	} {
		t.Run(name, func(t *testing.T) {
			r, b := withInbox(t, "")
			if err := r.Webhooks(c.wish); err != nil {
				t.Fatal(err)
			}
			id := r.intent("pm_card_visa")
			r.confirm(id)
			r.pass(time.Second)
			r.sent()
			if got := b.types(); !slices.Equal(got, c.wants) {
				t.Errorf("got %v", got)
			}
			if c.wish.Drop {
				if n, err := r.Resend(id); n != 3 || err != nil {
					t.Errorf("%d were lost, %v", n, err)
				}
				r.sent()
				if got := b.types(); !slices.Equal(got, cardPaid) {
					t.Errorf("sent again: %v", got)
				}
			}
		})
	}
}

func TestEventsCanBeLate(t *testing.T) {
	r, b := withInbox(t, "")
	if err := r.Webhooks(Webhooks{DelayMillis: 60_000}); err != nil {
		t.Fatal(err)
	}
	r.post("/v1/customers")
	r.pass(59 * time.Second)
	r.sent()
	if got := b.types(); len(got) != 0 {
		t.Errorf("too early: %v", got)
	}
	r.pass(time.Second)
	r.sent()
	if got := b.types(); len(got) != 1 {
		t.Errorf("got %v", got)
	}
	if r.Webhooks(Webhooks{Copies: -1}) == nil || r.Webhooks(Webhooks{DelayMillis: -1}) == nil {
		t.Error("nonsense is taken")
	}
}

func TestADebitTellsOfItselfWithoutBeingAsked(t *testing.T) {
	r, b := withInbox(t, "")
	id := r.page()
	r.enter(r.address(id), "pm_usBankAccount_success")
	r.pass(DefaultSettleAfter)
	for end := time.Now().Add(patience); !slices.Contains(b.types(), "checkout.session.async_payment_succeeded"); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("got %v", b.types())
		}
	}
	want := []string{"payment_intent.created", "payment_intent.processing", "charge.pending", "checkout.session.completed",
		"charge.succeeded", "payment_intent.succeeded", "checkout.session.async_payment_succeeded"}
	if got := b.types(); !slices.Equal(got, want) {
		t.Errorf("got %v", got)
	}
}

func TestEventsArePostedAsStripePostsThem(t *testing.T) {
	type post struct{ kind, signature string }
	got := make(chan post, 1)
	hook := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		got <- post{r.Header.Get("Content-Type"), r.Header.Get("Stripe-Signature")}
	}))
	defer hook.Close()
	r := start(t, "", func(o *Options) { o.WebhookURL = func() string { return hook.URL } })
	r.post("/v1/customers")
	select {
	case p := <-got:
		if !strings.HasPrefix(p.kind, "application/json") || !strings.HasPrefix(p.signature, "t=1772352000,v1=") {
			t.Errorf("%+v", p)
		}
	case <-time.After(patience):
		t.Fatal("nothing was posted")
	}
	r.sent()
}

func TestWhatCannotBeReachedIsNotDelivered(t *testing.T) {
	tries := make(chan struct{}, 10)
	r := start(t, "", func(o *Options) {
		o.Deliver = func(context.Context, []byte, string) (int, error) {
			tries <- struct{}{}
			return 0, errors.New("no route")
		}
	})
	r.post("/v1/customers")
	<-tries
	r.sent()
	if e := r.State().Events[0]; e.Delivered || e.Attempts != 1 {
		t.Errorf("%+v", e)
	}
}
