package stripe

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"
)

// What a command may hold, and how much State shows.
const (
	maxCommandBytes = 4 << 10
	shownIntents    = 50
	shownEvents     = 50
)

// State is how the account stands, for people and programs.
type State struct {
	Intents  []Intent       `json:"intents"` // newest first
	Events   []Event        `json:"events"`  // newest first
	Faults   []Fault        `json:"faults"`
	Kinds    []string       `json:"kinds"`     // of faults
	Places   []string       `json:"endpoints"` // that can have faults of their own
	Webhooks Webhooks       `json:"webhooks"`
	Calls    map[string]int `json:"calls"`
	Waiting  int            `json:"waiting"` // bank debits and refunds under way
}

// Event is what was told, or is to be, about an object.
type Event struct {
	ID        string    `json:"id"`
	Type      string    `json:"type"`
	Object    string    `json:"object"`
	At        time.Time `json:"at"`
	Delivered bool      `json:"delivered"`
	Attempts  int       `json:"attempts"`
	GivenUp   bool      `json:"givenUp"`
}

// State returns how the account stands.
func (s *Service) State() State {
	out := State{Intents: s.Intents(), Events: []Event{}, Faults: s.Faults(), Kinds: faultKinds, Webhooks: s.sender.wishes(), Calls: s.Calls()}
	for _, e := range endpoints() {
		out.Places = append(out.Places, e.name)
	}
	slices.Reverse(out.Intents)
	out.Intents = out.Intents[:min(shownIntents, len(out.Intents))]
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, o := range slices.Backward(s.state.order[kindEvent]) {
		if len(out.Events) == shownEvents {
			break
		}
		e := o.(*event)
		out.Events = append(out.Events, Event{e.ID, e.Type, e.Object, time.Unix(e.Created, 0), e.Delivered, e.Attempts, e.GivenUp})
	}
	for _, o := range s.state.waiting {
		if o.kind() == kindIntent || o.kind() == kindRefund {
			out.Waiting++
		}
	}
	return out
}

// controlRoutes are those by which tests and people command the stand-in.
func (s *Service) controlRoutes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+Public+"/state", func(w http.ResponseWriter, _ *http.Request) { writeJSON(w, http.StatusOK, s.State()) })
	mux.HandleFunc("POST "+Public+"/faults", command(s.Fault))
	mux.HandleFunc("DELETE "+Public+"/faults", func(w http.ResponseWriter, _ *http.Request) {
		s.ClearFaults()
		w.WriteHeader(http.StatusNoContent)
	})
	mux.HandleFunc("PUT "+Public+"/webhooks", command(s.Webhooks))
	mux.HandleFunc("POST "+Public+"/settle", command(func(struct{}) error {
		_, err := s.Settle()
		return err
	}))
	mux.HandleFunc("POST "+Public+"/resend", command(func(c struct{ ID string }) error {
		n, err := s.Resend(c.ID)
		if err == nil && n == 0 {
			err = fmt.Errorf("nothing was ever told of %q", c.ID)
		}
		return err
	}))
	mux.HandleFunc("POST "+Public+"/refund", command(func(c struct {
		Intent string
		Amount int64
	}) error {
		return s.Refund(c.Intent, c.Amount)
	}))
	mux.HandleFunc("POST "+Public+"/dispute", command(func(c struct {
		Intent string
		Amount int64
	}) error {
		return s.Dispute(c.Intent, c.Amount)
	}))
	mux.HandleFunc("POST "+Public+"/dispute/end", command(func(c struct {
		Intent string
		Won    bool
	}) error {
		return s.EndDispute(c.Intent, c.Won)
	}))
	// A page elsewhere must not be able to have a browser command anything;
	// programs, which say nothing of an origin, may.
	return http.NewCrossOriginProtection().Handler(mux)
}

// command reads a wish in JSON and fulfils it.
func command[T any](fulfil func(T) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var wish T
		decoder := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxCommandBytes))
		decoder.DisallowUnknownFields()
		err := decoder.Decode(&wish)
		if r.Header.Get("Content-Type") != "application/json" {
			err = errors.New("the content type is application/json")
		}
		if err == nil {
			err = fulfil(wish)
		}
		if err != nil {
			writeJSON(w, http.StatusBadRequest, map[string]string{"message": err.Error()})
			return
		}
		w.WriteHeader(http.StatusNoContent)
	}
}

func writeJSON(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(v) // fails only for who hung up
}
