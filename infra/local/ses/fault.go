package ses

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
)

// Kinds of Fault.
const (
	FaultThrottle      = "throttle"      // refused: Throttling, the rate
	FaultQuota         = "quota"         // refused: Throttling, the daily quota
	FaultReject        = "reject"        // refused: MessageRejected
	FaultServer        = "500"           // refused: InternalFailure
	FaultDelay         = "delay"         // answered late
	FaultLostAnswer    = "lostAnswer"    // taken, but the connection breaks before the answer
	FaultLostEvent     = "lostEvent"     // taken, but no event is ever published
	FaultBounce        = "bounce"        // taken, then bounces
	FaultComplaint     = "complaint"     // delivered, then the recipient complains
	FaultDeliveryDelay = "deliveryDelay" // delivered after a delay that is told of
	FaultMalware       = "malware"       // taken, then rejected for its content
)

var faultKinds = []string{
	FaultThrottle, FaultQuota, FaultReject, FaultServer, FaultDelay, FaultLostAnswer,
	FaultLostEvent, FaultBounce, FaultComplaint, FaultDeliveryDelay, FaultMalware,
}

const (
	maxFaults         = 1_000
	maxFaultBytes     = 4 << 10
	defaultFaultDelay = 2 * time.Second
	maxFaultDelay     = time.Minute
)

// Fault makes the next Next mails go wrong in one way. Faults are used up in
// the order they were asked for.
type Fault struct {
	Next int    `json:"next"`
	Kind string `json:"kind"`
	// To limits the fault to mails to that address; "" takes all.
	To string `json:"to,omitempty"`
	// DelayMillis is how late a delay is; 0 takes two seconds.
	DelayMillis int64 `json:"delayMillis,omitempty"`
}

// Inject adds a fault.
func (s *Service) Inject(f Fault) error {
	switch {
	case !slices.Contains(faultKinds, f.Kind):
		return fmt.Errorf("kind %q is none of %s", f.Kind, strings.Join(faultKinds, ", "))
	case f.Next < 1:
		return fmt.Errorf("next is %d; it must be at least 1", f.Next)
	case f.DelayMillis < 0 || f.DelayMillis > maxFaultDelay.Milliseconds():
		return fmt.Errorf("delayMillis is %d; it must be 0 to %d", f.DelayMillis, maxFaultDelay.Milliseconds())
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.faults) == maxFaults {
		return fmt.Errorf("%d faults wait already", maxFaults)
	}
	s.faults = append(s.faults, f)
	return nil
}

// takeFault uses up the first fault meant for one of these recipients. The
// zero Fault does nothing.
func (s *Service) takeFault(destinations []string) Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := range s.faults {
		f := &s.faults[i]
		if f.To != "" && !slices.ContainsFunc(destinations, func(d string) bool { return strings.EqualFold(d, f.To) }) {
			continue
		}
		taken := *f
		if f.Next--; f.Next == 0 {
			s.faults = slices.Delete(s.faults, i, i+1)
		}
		return taken
	}
	return Fault{}
}

// before does what the fault does ahead of taking the mail.
func (f Fault) before(ctx context.Context) error {
	switch f.Kind {
	case FaultThrottle:
		return refuse("Throttling", "Maximum sending rate exceeded.")
	case FaultQuota:
		return refuse("Throttling", "Daily message quota exceeded.")
	case FaultReject:
		return refuse("MessageRejected", "Address blacklisted.")
	case FaultServer:
		return &refusal{http.StatusInternalServerError, "InternalFailure", "The request processing has failed because of an unknown error, exception or failure."}
	case FaultDelay:
		delay := time.Duration(f.DelayMillis) * time.Millisecond
		if delay == 0 {
			delay = defaultFaultDelay
		}
		select {
		case <-time.After(delay):
		case <-ctx.Done():
		}
	}
	return nil
}

// controlRoutes are those by which tests and people command the stand-in.
func (s *Service) controlRoutes(mux *http.ServeMux) {
	mux.HandleFunc("GET /_ses/faults", func(w http.ResponseWriter, _ *http.Request) {
		s.mu.RLock()
		faults := slices.Clone(s.faults)
		s.mu.RUnlock()
		if faults == nil {
			faults = []Fault{}
		}
		writeJSON(w, faults)
	})
	mux.HandleFunc("POST /_ses/faults", func(w http.ResponseWriter, r *http.Request) {
		var f Fault
		if err := readJSON(w, r, &f); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		if err := s.Inject(f); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		w.WriteHeader(http.StatusNoContent)
	})
	mux.HandleFunc("DELETE /_ses/faults", func(w http.ResponseWriter, _ *http.Request) {
		s.mu.Lock()
		s.faults = nil
		s.mu.Unlock()
		w.WriteHeader(http.StatusNoContent)
	})
	mux.HandleFunc("GET /_ses/limits", func(w http.ResponseWriter, _ *http.Request) {
		s.mu.RLock()
		defer s.mu.RUnlock()
		writeJSON(w, s.limits)
	})
	mux.HandleFunc("PUT /_ses/limits", func(w http.ResponseWriter, r *http.Request) {
		s.mu.RLock()
		limits := s.limits // a field left out stays as it is
		s.mu.RUnlock()
		if err := readJSON(w, r, &limits); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		s.SetLimits(limits)
		w.WriteHeader(http.StatusNoContent)
	})
}

// SetLimits replaces the account's limits.
func (s *Service) SetLimits(l Limits) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.limits = l
	s.meter.filled = time.Time{}
}

func readJSON(w http.ResponseWriter, r *http.Request, into any) error {
	decoder := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxFaultBytes))
	decoder.DisallowUnknownFields()
	return decoder.Decode(into)
}

func writeJSON(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(v) // fails only for who hung up
}
