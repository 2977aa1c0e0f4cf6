package stripe

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
)

// Kinds of Fault.
const (
	FaultServer      = "500"         // an error before anything was done; the idempotency key answers so again, as Stripe's do
	FaultUnavailable = "503"         // an error before anything was done; another try is served
	FaultThrottle    = "429"         // too many requests
	FaultLock        = "lockTimeout" // 429: another request holds the object
	FaultStall       = "stall"       // done late, whether or not the caller waits
	FaultLateAnswer  = "lateAnswer"  // done at once, answered late
	FaultLostAnswer  = "lostAnswer"  // done, but the connection breaks before the answer
	FaultDecline     = "decline"     // the next try to take money is declined for Reason
)

var faultKinds = []string{FaultServer, FaultUnavailable, FaultThrottle, FaultLock, FaultStall, FaultLateAnswer, FaultLostAnswer, FaultDecline}

// tries are the calls that can be declined.
var tries = []string{"POST /v1/payment_intents/{id}/confirm", pagePay, pageSetup}

const (
	maxFaults      = 1_000
	defaultDelay   = 2 * time.Second
	maxFaultDelay  = time.Minute
	defaultDecline = "generic_decline"
)

// Fault makes calls go wrong in one way. Faults are used up in the order they
// were asked for.
type Fault struct {
	// Endpoint is the method and pattern of the call, such as
	// "POST /v1/payment_intents/{id}/confirm"; "" takes any call of the API.
	Endpoint string `json:"endpoint,omitempty"`
	Kind     string `json:"kind"`
	// Skip lets as many calls pass first; Next is how many then go wrong, 0
	// takes one.
	Skip int `json:"skip,omitempty"`
	Next int `json:"next"`
	// DelayMillis is how late; 0 takes two seconds.
	DelayMillis int64 `json:"delayMillis,omitempty"`
	// Reason is the decline code; "" takes generic_decline.
	Reason string `json:"reason,omitempty"`
}

// Fault adds a fault.
func (s *Service) Fault(f Fault) error {
	names := []string{"", pagePay, pageSetup}
	for _, e := range endpoints() {
		names = append(names, e.name)
	}
	if f.Next == 0 {
		f.Next = 1
	}
	if f.Reason == "" && f.Kind == FaultDecline {
		f.Reason = defaultDecline
	}
	switch {
	case !slices.Contains(faultKinds, f.Kind):
		return fmt.Errorf("kind %q is none of %s", f.Kind, strings.Join(faultKinds, ", "))
	case !slices.Contains(names, f.Endpoint):
		return fmt.Errorf("there is no endpoint %q", f.Endpoint)
	case f.Next < 0 || f.Skip < 0:
		return fmt.Errorf("next is %d and skip %d; neither may be below 0", f.Next, f.Skip)
	case f.DelayMillis < 0 || f.DelayMillis > maxFaultDelay.Milliseconds():
		return fmt.Errorf("delayMillis is %d; it must be 0 to %d", f.DelayMillis, maxFaultDelay.Milliseconds())
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.faults) == maxFaults {
		return fmt.Errorf("%d faults wait already", maxFaults)
	}
	s.faults = append(s.faults, &f)
	return nil
}

// Faults are those that wait, in their order.
func (s *Service) Faults() []Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make([]Fault, 0, len(s.faults))
	for _, f := range s.faults {
		out = append(out, *f)
	}
	return out
}

// ClearFaults forgets all that wait.
func (s *Service) ClearFaults() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = nil
}

func (f *Fault) meant(call string) bool {
	switch {
	case f.Endpoint != "":
		return f.Endpoint == call
	case f.Kind == FaultDecline:
		return slices.Contains(tries, call)
	}
	return call != pagePay && call != pageSetup
}

// takeFault uses up the first fault that is meant for a call, nil for none.
func (s *Service) takeFault(call string) *Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, f := range s.faults {
		if !f.meant(call) {
			continue
		}
		if f.Skip > 0 {
			f.Skip--
			continue
		}
		taken := *f
		if f.Next--; f.Next == 0 {
			s.faults = slices.Delete(s.faults, i, i+1)
		}
		return &taken
	}
	return nil
}

func (f *Fault) is(kind string) bool { return f != nil && f.Kind == kind }

// stall waits, if the fault is of that kind. It does not heed a caller who
// hangs up: what was asked for is done all the same.
func (f *Fault) stall(kind string) {
	if !f.is(kind) {
		return
	}
	delay := time.Duration(f.DelayMillis) * time.Millisecond
	if delay == 0 {
		delay = defaultDelay
	}
	time.Sleep(delay)
}

// refusal is what a fault answers in place of the endpoint. passing tells that
// nothing is stored under the idempotency key.
func (f *Fault) refusal() (passing bool, err error) {
	if f == nil {
		return false, nil
	}
	switch f.Kind {
	case FaultServer:
		return false, &refusal{status: http.StatusInternalServerError, kind: typeAPI, message: "An unknown error occurred."}
	case FaultUnavailable:
		return true, &refusal{status: http.StatusServiceUnavailable, kind: typeAPI, message: "Stripe is temporarily unavailable."}
	case FaultThrottle:
		return true, &refusal{status: http.StatusTooManyRequests, kind: typeInvalid, code: "rate_limit",
			message: "Too many requests hit the API too quickly. We recommend an exponential backoff of your requests."}
	case FaultLock:
		return true, &refusal{status: http.StatusTooManyRequests, kind: typeInvalid, code: "lock_timeout",
			message: "This object cannot be accessed right now because another API request or Stripe process is currently accessing it. If you see this error intermittently, retry the request."}
	}
	return false, nil
}
