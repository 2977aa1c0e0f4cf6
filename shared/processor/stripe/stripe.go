// Package stripe moves money by Stripe: it implements processor.Processor with
// payment intents, with sessions of Stripe's hosted page, and with signed
// webhooks.
//
// Everything that is Stripe's alone stays in here: its units of a currency, its
// states and codes, which requests may be sent again, and what can be concluded
// from an answer that is missing. The package knows neither invoices nor the
// steps that keep a payment safe, stores nothing, and no card number passes
// through it.
//
// Objects are told apart by their ids: "pi_…" is a payment intent, "cs_…" a
// session. The intent that a session makes is reached by the session; its own
// id is understood by Retrieve too, because refunds and events tell of it.
package stripe

import (
	"context"
	"net/http"
	"time"

	api "github.com/stripe/stripe-go/v85"

	"customercenter/shared/processor"
)

// The limits of a call. Two attempts and the pause end well before CallLimit,
// and a call that asks twice is cut off by it.
const (
	// AttemptLimit ends each HTTP request, the answer's body included.
	AttemptLimit = 8 * time.Second
	// CallLimit ends each call of a Client, whatever it asks for.
	CallLimit = 19 * time.Second

	retryPause = 500 * time.Millisecond
)

// APIVersion is the version of Stripe's API that is spoken, and that webhooks
// must be set to, at least to its release train.
const APIVersion = api.APIVersion

// Options say with whom a Client speaks, and as whom.
type Options struct {
	// Center names the center in what it makes: what bears another name is
	// another's, and is let alone.
	Center string
	// Key is the secret key.
	Key string
	// WebhookSecrets each verify a notice: while they are rotated, two are
	// valid. Blank ones count for nothing.
	WebhookSecrets []string
	// Base is the address of the API without a trailing slash; "" is Stripe's.
	Base string
	// HTTP sends the requests; nil takes a client made for it. Its own time
	// limit matters only where it is shorter than AttemptLimit.
	HTTP *http.Client
}

// Client is one Stripe account. It is safe for concurrent use.
type Client struct {
	api     *api.Client
	center  string
	secrets []string

	attemptLimit, callLimit, pause time.Duration
}

var _ processor.Processor = (*Client)(nil)

// New makes a Client. It calls nothing.
func New(o Options) *Client {
	if o.HTTP == nil {
		o.HTTP = httpClient()
	}
	if o.Base == "" {
		o.Base = api.APIURL
	}
	// The library's own retries do not tell whether an earlier attempt may have
	// been done, and pause without heed to the context: see ask.
	backends := api.NewBackendsWithConfig(&api.BackendConfig{
		URL:               &o.Base,
		HTTPClient:        o.HTTP,
		MaxNetworkRetries: new(int64(0)),
		EnableTelemetry:   new(false),
		LeveledLogger:     &api.LeveledLogger{Level: api.LevelNull},
	})
	c := &Client{center: o.Center, api: api.NewClient(o.Key, api.WithBackends(backends)), attemptLimit: AttemptLimit, callLimit: CallLimit, pause: retryPause}
	for _, s := range o.WebhookSecrets {
		if s != "" {
			c.secrets = append(c.secrets, s)
		}
	}
	return c
}

// limited bounds all that one call of a Client asks for.
func (c *Client) limited(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(ctx, c.callLimit)
}

// ask sends a request, and once more where it may just have failed to arrive.
// Both attempts must carry the same idempotency key, so that they are one
// request to Stripe; net/http relies on it too when it finds a connection
// closed that it meant to use again. The error is a *processor.Error.
func ask[T any](ctx context.Context, c *Client, request func(context.Context) (T, error)) (T, error) {
	answer, err := attempt(ctx, c, request)
	if err == nil {
		return answer, nil
	}
	first := failure(err)
	if !again(err) || !wait(ctx, c.pause) {
		return answer, first
	}
	if answer, err = attempt(ctx, c, request); err == nil {
		return answer, nil
	}
	second := failure(err)
	if first.Outcome == processor.Unknown && turnedAway(err) {
		return answer, inDoubt(second)
	}
	return answer, second
}

func attempt[T any](ctx context.Context, c *Client, request func(context.Context) (T, error)) (T, error) {
	ctx, cancel := context.WithTimeout(ctx, c.attemptLimit)
	defer cancel()
	return request(ctx)
}

// wait pauses, and reports whether there is time for another attempt.
func wait(ctx context.Context, pause time.Duration) bool {
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return ctx.Err() == nil
	}
}

// once is a key for requests that do no harm a second time: each call is a
// request of its own, so that it is never answered by what stood under a key
// hours ago.
func once() api.Params { return api.Params{IdempotencyKey: new(api.NewIdempotencyKey())} }

// keyed is for requests that must be done at most once.
func keyed(key string) api.Params { return api.Params{IdempotencyKey: &key} }

// replayed tells of an answer that stood under the request's key: it says how
// the object stood then.
func replayed(r *api.APIResponse) bool {
	return r != nil && r.Header.Get("Idempotent-Replayed") == "true"
}
