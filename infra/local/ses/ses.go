// Package ses plays Amazon SES on one machine: the v1 Query protocol that the
// AWS SDK speaks, with SES's refusals, limits, simulator addresses and sending
// events, and a mailbox in which everything it took can be read.
//
// No mail ever leaves the machine. The package does not know what the letters
// are about nor who sends them, and it checks that a request is signed, but
// not the signature. What it does not implement it refuses by name.
package ses

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"
)

// The defaults of Options and what a Service holds at most.
const (
	// DefaultMaxMails is how many mails are kept; the oldest go first.
	DefaultMaxMails = 5_000
	// MaxArchiveBytes bounds the file that holds them.
	MaxArchiveBytes = 256 << 20
	// DefaultMax24HourSend is the daily quota, in recipients.
	DefaultMax24HourSend = 50_000
	// DefaultMaxSendRate is the sending rate, in recipients a second.
	DefaultMaxSendRate = 200

	archiveName = "mails"
)

// Unlimited as a quota or a rate sets no limit, as in SES's own answers.
const Unlimited = -1

// Limits are the account's sending limits.
type Limits struct {
	Max24HourSend  float64 `json:"max24HourSend"` // recipients in any 24 hours
	MaxSendRate    float64 `json:"maxSendRate"`   // recipients a second
	SendingEnabled bool    `json:"sendingEnabled"`
}

// Options say how a Service behaves. The zero value is an account that may
// send from no address yet.
type Options struct {
	// Now is the clock; nil takes the machine's.
	Now func() time.Time
	// Verified lists the addresses and domains that may send. A domain
	// covers its subdomains, an address also its +labels.
	Verified []string
	// ConfigurationSets lists the sets a mail may name.
	ConfigurationSets []string
	// Feedback gets the events of mails sent with a configuration set, as
	// SES event publishing writes them, one at a time in their order. An
	// error makes it get the event again, feedbackTries times in all. Nil
	// drops all events. Events under way are lost when the process dies.
	Feedback func(ctx context.Context, event []byte) error
	// MaxMails is how many mails are kept; 0 takes DefaultMaxMails.
	MaxMails int
	// Limits are those the account begins with; nil takes the defaults.
	Limits *Limits
	// Logf gets the rare line worth an operator's eye; nil drops them.
	Logf func(format string, args ...any)
}

// Service is one SES account in one region. It is safe for concurrent use.
type Service struct {
	now       func() time.Time
	logf      func(string, ...any)
	maxMails  int
	sets      []string
	mux       *http.ServeMux
	publisher *publisher

	mu         sync.RWMutex
	archive    *archive
	mails      []*mail // oldest first
	version    uint64  // grows with every change of mails
	identities map[string]bool
	asked      []place // records that changed identities
	limits     Limits
	meter      meter
	faults     []Fault
}

// Open opens the account whose mails are kept in dir, which it makes if need
// be. A mail is answered only when it is on the disk; what a crash left half
// written was never answered and is dropped. One process may have a dir open.
func Open(dir string, o Options) (*Service, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("ses: %w", err)
	}
	a, records, err := openArchive(filepath.Join(dir, archiveName))
	if err != nil {
		return nil, fmt.Errorf("ses: %w", err)
	}
	s := &Service{
		now: o.Now, logf: o.Logf, maxMails: o.MaxMails,
		sets: slices.Clone(o.ConfigurationSets), archive: a, identities: map[string]bool{},
		limits: Limits{Max24HourSend: DefaultMax24HourSend, MaxSendRate: DefaultMaxSendRate, SendingEnabled: true},
	}
	if s.now == nil {
		s.now = time.Now
	}
	if s.logf == nil {
		s.logf = func(string, ...any) {}
	}
	if s.maxMails <= 0 {
		s.maxMails = DefaultMaxMails
	}
	if o.Limits != nil {
		s.limits = *o.Limits
	}
	for _, v := range o.Verified {
		s.identities[identityKey(v)] = true
	}
	s.restore(records)
	s.publisher = newPublisher(o.Feedback, s.logf)
	s.routes()
	return s, nil
}

// restore rebuilds the state from the archive's records.
func (s *Service) restore(records []placed) {
	for _, r := range records {
		switch r.Kind {
		case recordMail:
			m := newMail(r)
			s.mails = append(s.mails, m)
			s.meter.count(m.At, len(m.Destinations))
		case recordIdentity:
			s.identities[r.Identity] = true
			s.asked = append(s.asked, r.place)
		case recordForgotten:
			delete(s.identities, r.Identity)
			s.asked = append(s.asked, r.place)
		}
	}
	s.version = uint64(len(s.mails))
}

// Close waits for the event being handed over, drops those behind it, and
// closes the archive. No request may be under way.
func (s *Service) Close() error {
	s.publisher.close()
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.archive.close()
}

// ServeHTTP answers POST / as SES does, /_mailbox as a mailbox for people and
// programs, and /_ses/faults and /_ses/limits, which command the stand-in. It
// answers only who calls it by a name of this machine, so that no web page
// can reach it by giving its own name this machine's address.
func (s *Service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !isLoopbackName(r.Host) {
		http.Error(w, "this mailbox answers on localhost only", http.StatusMisdirectedRequest)
		return
	}
	s.mux.ServeHTTP(w, r)
}

func isLoopbackName(hostPort string) bool {
	host := hostPort
	if h, _, err := net.SplitHostPort(hostPort); err == nil {
		host = h
	}
	switch strings.ToLower(strings.Trim(host, "[]")) {
	case "localhost", "127.0.0.1", "::1":
		return true
	}
	return false
}

func (s *Service) routes() {
	s.mux = http.NewServeMux()
	s.mux.HandleFunc("POST /{$}", s.serveQuery)
	s.mux.Handle("GET /{$}", http.RedirectHandler(mailboxPath, http.StatusFound))

	// A page elsewhere must not be able to send a browser here to change
	// anything; programs, which say nothing of an origin, may.
	guard := http.NewCrossOriginProtection()
	control := http.NewServeMux()
	s.controlRoutes(control)
	s.mailboxRoutes(control)
	s.mux.Handle("/_ses/", guard.Handler(control))
	s.mux.Handle(mailboxPath, guard.Handler(control))
	s.mux.Handle(mailboxPath+"/", guard.Handler(control))
}
