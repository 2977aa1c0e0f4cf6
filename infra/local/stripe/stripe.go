// Package stripe plays Stripe on one machine: the API at the wire, with its
// states, idempotency keys and errors, the pages it hosts, its documented test
// cards and bank accounts, and signed webhooks. No money moves anywhere.
//
// It does not know what is paid for, nor who asks. It takes test cards only,
// so that no real number is ever typed into it. What it does not play it
// refuses by name.
package stripe

import (
	"context"
	"crypto/rand"
	"io"
	"net/http"
	"sync"
	"time"
)

// APIVersion is the version of Stripe's API that is played.
const APIVersion = "2026-03-25.dahlia"

// The defaults of Options.
const (
	// DefaultSettleAfter is how long a bank debit, or a refund that is not
	// done at once, is under way.
	DefaultSettleAfter = 2 * time.Minute
	// DefaultMerchant is whom the hosted pages name.
	DefaultMerchant = "Test merchant"
)

// Options say how a Service behaves. The zero value is an account without
// webhooks that takes any test key.
type Options struct {
	// Now is the clock; nil takes the machine's.
	Now func() time.Time
	// Key is the secret key that requests must carry; "" takes any.
	Key string
	// Merchant is the name on the hosted pages.
	Merchant string
	// Base answers the address under which the hosted pages are reached,
	// without a trailing slash; nil takes the one the API is called by.
	Base func() string
	// WebhookURL answers where events go, "" while nobody listens. Nil sends
	// none.
	WebhookURL func() string
	// WebhookSecret signs them.
	WebhookSecret string
	// Deliver hands an event over; nil posts it to WebhookURL. An error or a
	// status of 300 and more makes it be sent again.
	Deliver func(ctx context.Context, body []byte, signature string) (status int, err error)
	// Retries are the pauses, by the clock, before an event is sent again;
	// nil takes those of DefaultRetries.
	Retries []time.Duration
	// SettleAfter is how long, by the clock, a bank debit is under way; 0
	// takes DefaultSettleAfter.
	SettleAfter time.Duration
	// Rand makes ids; nil takes the system's.
	Rand io.Reader
	// Logf gets the rare line worth an operator's eye; nil drops them.
	Logf func(format string, args ...any)
}

// Service is one Stripe account in test mode. It is safe for concurrent use.
type Service struct {
	o       Options
	api     http.Handler
	pages   http.Handler
	control http.Handler
	sender  *sender

	mu       sync.Mutex
	state    *state
	journal  *journal // nil in memory
	broken   error    // why the journal takes no more
	inFlight map[string]bool
	calls    map[string]int
	faults   []*Fault
}

// New returns an account that lives in memory.
func New(o Options) *Service {
	s := &Service{o: withDefaults(o), state: newState(), inFlight: map[string]bool{}, calls: map[string]int{}}
	s.sender = newSender(s)
	s.api = s.apiRoutes()
	s.pages = s.pageRoutes()
	s.control = s.controlRoutes()
	return s
}

// Open returns the account that is kept in dir, which it makes if need be.
// What was answered survives a kill of the process. One process may have a
// dir open.
func Open(dir string, o Options) (*Service, error) {
	s := New(o)
	journal, err := openJournal(dir, s.state, s.o.Now())
	if err != nil {
		return nil, err
	}
	s.journal = journal
	s.sender.wake()
	return s, nil
}

func withDefaults(o Options) Options {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Merchant == "" {
		o.Merchant = DefaultMerchant
	}
	if o.Retries == nil {
		o.Retries = DefaultRetries()
	}
	if o.SettleAfter == 0 {
		o.SettleAfter = DefaultSettleAfter
	}
	if o.Rand == nil {
		o.Rand = rand.Reader
	}
	if o.Logf == nil {
		o.Logf = func(string, ...any) {}
	}
	if o.Deliver == nil && o.WebhookURL != nil {
		o.Deliver = poster(o.WebhookURL)
	}
	return o
}

// Close stops sending events and closes what is kept on disk.
func (s *Service) Close() error {
	s.sender.close()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.journal == nil {
		return nil
	}
	return s.journal.close()
}

// Public is the path under which ServeHTTP answers what a browser may reach:
// the hosted pages and the commands of this stand-in. The rest is the API.
const Public = "/_stripe"

// ServeHTTP answers /v1/ as Stripe's API, /c/ with the hosted pages, and under
// Public both the pages and what commands the stand-in.
func (s *Service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch {
	case within(r.URL.Path, Public+"/c"):
		http.StripPrefix(Public, s.pages).ServeHTTP(w, r)
	case within(r.URL.Path, Public):
		s.control.ServeHTTP(w, r)
	case within(r.URL.Path, "/c"):
		s.pages.ServeHTTP(w, r)
	default:
		s.api.ServeHTTP(w, r)
	}
}

func within(path, folder string) bool {
	return path == folder || len(path) > len(folder) && path[:len(folder)] == folder && path[len(folder)] == '/'
}
