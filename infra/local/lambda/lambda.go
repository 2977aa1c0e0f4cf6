// Package lambda plays AWS Lambda on one machine: it starts a function's real binary, speaks the Runtime API with
// it, runs as many copies as there is work for, enforces time, size and memory limits, replaces what crashed, and
// retries what was invoked asynchronously.
//
// It does not know where binaries come from, what events mean, or who asks: the gateway, the schedules and the
// stream consumers are its callers.
package lambda

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"
)

// Limits of Lambda.
const (
	// MaxPayload is the size of a request or an answer, in bytes.
	MaxPayload = 6291556
	// InitTimeout is how long a binary may take until it asks for its first event.
	InitTimeout = 10 * time.Second
)

// maxWorkers is how many copies of one function run at once where the template reserves no other number. Beyond
// it requests wait: a laptop has not the thousand environments of an account.
const maxWorkers = 4

// Function is what the service needs to run a function.
type Function struct {
	Name      string
	Bootstrap string // path of the binary
	Timeout   time.Duration
	MemoryMB  int
	// Concurrency, where above zero, is the reserved concurrency: requests beyond it are refused.
	Concurrency int
}

// Options of a service. Every field but Log and Observe must be set.
type Options struct {
	// Environment returns the variables of a function, as NAME=value; asked at each start of a process.
	Environment func(function string) []string
	// Log receives each line that a function writes; nil discards them.
	Log func(function, line string)
	// Observe is told of each finished invocation, and must return at once; nil tells nobody.
	Observe func(Invocation)
	// DeadLetter receives asynchronous invocations that were given up.
	DeadLetter func(DeadLetter)
	// RetryDelays are the pauses before the first and each further retry of an asynchronous invocation.
	RetryDelays []time.Duration
	// InitTimeout replaces the service's own where above zero.
	InitTimeout time.Duration
}

// Outcomes of an invocation.
const (
	OutcomeOK        = "ok"
	OutcomeError     = "error"   // the function answered with an error
	OutcomeCrash     = "crash"   // the process ended
	OutcomeTimeout   = "timeout" // it took longer than its limit
	OutcomeTooLarge  = "too large"
	OutcomeMemory    = "out of memory"
	OutcomeThrottled = "throttled"
	OutcomeBroken    = "not built"
)

// Invocation tells of one finished invocation.
type Invocation struct {
	ID            string
	Function      string
	Trigger       string // who asked: a route, a schedule, a stream, a person
	At            time.Time
	Duration      time.Duration
	Init          time.Duration // above zero where a process was started for it
	Outcome       string
	Message       string
	RequestBytes  int
	ResponseBytes int
	PeakMemoryKB  int // of the process so far; zero where the system does not tell
}

// Request asks for one invocation.
type Request struct {
	Function string
	Trigger  string
	Payload  []byte
}

// Error is how an invocation failed. Type is as Lambda names it ("Runtime.ExitError"), Payload is the JSON a
// caller of Lambda would get.
type Error struct {
	Outcome string
	Type    string
	Message string
	Payload []byte
}

func (e *Error) Error() string { return e.Type + ": " + e.Message }

var (
	// ErrUnknown refuses the name of a function that does not exist.
	ErrUnknown = errors.New("no such function")
	// ErrPayloadTooLarge refuses a request above MaxPayload.
	ErrPayloadTooLarge = errors.New("the request exceeds the size limit of an invocation")
	// ErrThrottled refuses a request above a function's reserved concurrency.
	ErrThrottled = errors.New("rate exceeded")
	// ErrClosed refuses requests once the service is stopping.
	ErrClosed = errors.New("the service is stopping")
)

// Service runs functions. All methods may be called at once from many goroutines.
type Service struct {
	options Options
	pools   map[string]*pool
	names   []string
	async   sync.WaitGroup
	stop    chan struct{}
	closing sync.Once
}

// New returns a service for the functions. No process is started before it is needed.
func New(functions []Function, o Options) *Service {
	if o.Log == nil {
		o.Log = func(string, string) {}
	}
	if o.Observe == nil {
		o.Observe = func(Invocation) {}
	}
	if o.InitTimeout <= 0 {
		o.InitTimeout = InitTimeout
	}
	s := &Service{options: o, pools: map[string]*pool{}, stop: make(chan struct{})}
	for _, f := range functions {
		s.pools[f.Name] = newPool(f, &s.options)
		s.names = append(s.names, f.Name)
	}
	slices.Sort(s.names)
	go s.watchMemory()
	return s
}

// Invoke runs one event and returns the function's answer, which may be any bytes. It fails with *Error where the
// function does, with ErrUnknown, ErrPayloadTooLarge, ErrThrottled or ErrClosed where the request is refused, and
// with the context's error where the caller left; the function then goes on, as it does on Lambda.
func (s *Service) Invoke(ctx context.Context, r Request) ([]byte, error) {
	p, ok := s.pools[r.Function]
	if !ok {
		return nil, fmt.Errorf("%s: %w", r.Function, ErrUnknown)
	}
	if len(r.Payload) > MaxPayload {
		return nil, ErrPayloadTooLarge
	}
	return p.invoke(ctx, r)
}

// Recycle replaces every process of the named functions, all where none is named: idle ones end now, busy ones
// after what they are at. The next request meets a new process, with a new environment.
func (s *Service) Recycle(functions ...string) {
	if len(functions) == 0 {
		functions = s.names
	}
	for _, name := range functions {
		if p, ok := s.pools[name]; ok {
			p.recycle()
		}
	}
}

// Kill ends every process of a function at once, whatever it is at, as the loss of its machine would. What was under
// way fails as a crash; the next request meets a new process.
func (s *Service) Kill(function string) {
	if p, ok := s.pools[function]; ok {
		p.kill()
	}
}

// MarkBroken makes a function answer with an error of outcome "not built" and the given reason, until it is
// marked with an empty one.
func (s *Service) MarkBroken(function, reason string) {
	if p, ok := s.pools[function]; ok {
		p.markBroken(reason)
	}
}

// State tells of a function's processes.
type State struct {
	Function string
	Running  int // processes
	Idle     int // of these, waiting for work
	Waiting  int // requests without a process
	Broken   string
}

// States returns the state of every function, sorted by name.
func (s *Service) States() []State {
	var out []State
	for _, name := range s.names {
		out = append(out, s.pools[name].state())
	}
	return out
}

// Close refuses new requests, lets those under way finish until ctx ends, drops pending retries and ends every
// process.
func (s *Service) Close(ctx context.Context) {
	s.closing.Do(func() { close(s.stop) })
	for _, p := range s.pools {
		p.close()
	}
	for _, p := range s.pools {
		p.drain(ctx)
	}
	s.async.Wait()
}
