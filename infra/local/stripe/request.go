package stripe

import (
	"bytes"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// Limits of a request.
const (
	maxRequestBytes = 1 << 20
	// keyAge is how long the answer to an idempotency key is kept.
	keyAge = 24 * time.Hour
)

// call is one request of the API.
type call struct {
	endpoint *endpoint
	id       string // of the object in the path
	params   params
	encoded  string // the parameters in one order
	key      string // the idempotency key, "" for none
	request  string // the id of this request
	host     string
	verb     string
	path     string
}

// answer is what a request got, kept for those that ask it again.
type answer struct {
	Key         string
	Fingerprint string // of the request
	Request     string // the id of the first request
	Status      int
	Body        json.RawMessage
	At          time.Time
}

// endpoint is one request that the API knows.
type endpoint struct {
	name   string   // method and pattern of the path
	params []string // that it takes, beside expand
	run    func(w *work, c call) (object, error)
	list   func(w *work, c call) (page, error)
}

func (s *Service) apiRoutes() http.Handler {
	mux := http.NewServeMux()
	for _, e := range endpoints() {
		mux.HandleFunc(e.name, func(w http.ResponseWriter, r *http.Request) { s.serve(w, r, &e) })
	}
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		s.write(w, call{request: s.requestID()}, s.refuse(&refusal{status: http.StatusNotFound, kind: typeInvalid,
			message: "Unrecognized request URL (" + r.Method + ": " + r.URL.Path + "). This stand-in of Stripe does not play it."}), false)
	})
	return mux
}

func (s *Service) requestID() string { return "req_" + s.random(requestLength) }

// serve answers a request: it is read, looked up by its idempotency key, done,
// and kept. Faults strike before and after it is done.
func (s *Service) serve(w http.ResponseWriter, r *http.Request, e *endpoint) {
	c := call{endpoint: e, id: r.PathValue("id"), request: s.requestID(), host: s.host(r), verb: r.Method, path: r.URL.Path}
	s.count(e.name)
	if err := s.read(w, r, &c); err != nil {
		s.write(w, c, s.refuse(err), false)
		return
	}
	stored, err := s.begin(c)
	if err != nil || stored != nil {
		if err != nil {
			stored = s.refuse(err)
		}
		s.write(w, c, stored, err == nil)
		return
	}
	fault := s.takeFault(e.name)
	fault.stall(FaultStall)
	a := s.execute(c, fault)
	fault.stall(FaultLateAnswer)
	if fault.is(FaultLostAnswer) {
		cut(w, a)
	}
	s.write(w, c, a, false)
}

// read takes the request apart and refuses what is not well made.
func (s *Service) read(w http.ResponseWriter, r *http.Request, c *call) error {
	if err := s.authorize(r); err != nil {
		return err
	}
	if version := r.Header.Get("Stripe-Version"); version != "" && version != APIVersion {
		return unfit("", "", "Invalid Stripe API version: %s. This stand-in of Stripe plays %s.", version, APIVersion)
	}
	text := r.URL.RawQuery
	if r.Method != http.MethodGet {
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxRequestBytes))
		if err != nil {
			return unfit("", "", "The request is too large or was cut off.")
		}
		text = strings.Trim(text+"&"+string(body), "&")
	}
	values, err := url.ParseQuery(text)
	if err != nil {
		return unfit("", "", "The parameters are not form encoded.")
	}
	c.params, c.encoded, c.key = params(values), values.Encode(), r.Header.Get("Idempotency-Key")
	if len(c.key) > maxIdempotencyKey {
		return unfit("", "", "Idempotency keys can have up to %d characters.", maxIdempotencyKey)
	}
	if r.Method == http.MethodGet {
		c.key = "" // reading changes nothing
	}
	return c.params.check(append([]string{"expand[]"}, c.endpoint.params...))
}

func (s *Service) authorize(r *http.Request) error {
	given, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !ok {
		given, _, ok = r.BasicAuth()
	}
	wrong := &refusal{status: http.StatusUnauthorized, kind: typeInvalid, early: true}
	switch {
	case !ok || given == "":
		wrong.message = "You did not provide an API key. You need to provide your API key in the Authorization header, using Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY')."
	case !strings.HasPrefix(given, "sk_test_") && !strings.HasPrefix(given, "rk_test_"):
		wrong.message = "Invalid API Key provided: this stand-in of Stripe takes test keys only."
	case s.o.Key != "" && subtle.ConstantTimeCompare([]byte(given), []byte(s.o.Key)) != 1:
		wrong.message = "Invalid API Key provided: " + given[:len("sk_test_")] + "****"
	default:
		return nil
	}
	return wrong
}

// fingerprint tells requests apart that come with the same key.
func (c call) fingerprint() string {
	sum := sha256.Sum256([]byte(c.verb + " " + c.path + "\n" + c.encoded))
	return hex.EncodeToString(sum[:])
}

// begin looks a request up by its idempotency key. It returns the answer that
// was given before, if any; else the key is in use until execute ends.
func (s *Service) begin(c call) (*answer, error) {
	if c.key == "" {
		return nil, nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.inFlight[c.key] {
		return nil, &refusal{status: http.StatusConflict, kind: typeIdempotency, code: "idempotency_key_in_use", early: true,
			message: "There is currently another in-progress request using this Idempotent Key (that probably means you submitted twice, and the other request is still going through): " + c.key + "."}
	}
	stored, ok := s.state.answers[c.key]
	if ok && s.o.Now().Sub(stored.At) >= keyAge {
		delete(s.state.answers, c.key)
		ok = false
	}
	switch {
	case !ok:
		s.inFlight[c.key] = true
		return nil, nil
	case stored.Fingerprint != c.fingerprint():
		return nil, &refusal{status: http.StatusBadRequest, kind: typeIdempotency, early: true,
			message: "Keys for idempotent requests can only be used with the same parameters they were first used with. Try using a key other than '" + c.key + "' if you meant to execute a different request."}
	}
	return stored, nil
}

// execute does a request and keeps its answer.
func (s *Service) execute(c call, fault *Fault) *answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	defer delete(s.inFlight, c.key)
	if s.broken != nil {
		return s.refuse(s.broken)
	}
	w := &work{Service: s, now: s.o.Now(), request: c.request, key: c.key, host: c.host}
	w.passTime()
	var a *answer
	early, err := fault.refusal()
	if err == nil {
		if fault.is(FaultDecline) {
			w.decline = fault.Reason
		}
		a, early = w.run(c)
	} else {
		a = s.refuse(err)
	}
	a.Key, a.Fingerprint, a.Request, a.At = c.key, c.fingerprint(), c.request, w.now
	kept := a
	if early || c.key == "" {
		kept = nil
	}
	if err := w.commit(kept); err != nil {
		return s.refuse(err)
	}
	return a
}

// run does a request. early tells that no work began.
func (w *work) run(c call) (a *answer, early bool) {
	var v view
	var err error
	if c.endpoint.list != nil {
		var p page
		if p, err = c.endpoint.list(w, c); err == nil {
			v = p.view(w.state, strings.TrimSuffix(c.path, "/"))
		}
	} else {
		var o object
		if o, err = c.endpoint.run(w, c); err == nil {
			v = o.view(w.state)
		}
	}
	if err == nil {
		err = w.state.expand(v, c.params.list("expand"))
	}
	if err != nil {
		var r *refusal
		return w.refuse(err), errors.As(err, &r) && r.early
	}
	return &answer{Status: http.StatusOK, Body: v.encode()}, false
}

// refuse makes the answer to a request that is refused. It is called under the
// lock when the refusal tells of objects.
func (s *Service) refuse(err error) *answer {
	var r *refusal
	if !errors.As(err, &r) {
		s.o.Logf("stripe: %v", err)
		r = &refusal{status: http.StatusInternalServerError, kind: typeAPI, message: "An error occurred with this stand-in of Stripe."}
	}
	return &answer{Status: r.status, Body: r.view(s.state).encode()}
}

// write sends an answer.
func (s *Service) write(w http.ResponseWriter, c call, a *answer, replayed bool) {
	h := w.Header()
	h.Set("Content-Type", "application/json")
	h.Set("Cache-Control", "no-cache, no-store")
	h.Set("Request-Id", c.request)
	h.Set("Stripe-Version", APIVersion)
	if c.key != "" {
		h.Set("Idempotency-Key", c.key)
	}
	if replayed {
		h.Set("Idempotent-Replayed", "true")
		h.Set("Original-Request", a.Request)
	}
	if a.Status == http.StatusInternalServerError {
		h.Set("Stripe-Should-Retry", "false") // the answer is kept under the key
	}
	w.WriteHeader(a.Status)
	_, _ = w.Write(a.Body) // fails only for who hung up
}

// cut sends the beginning of an answer and breaks the connection. Were nothing
// sent, an HTTP client might quietly ask again.
func cut(w http.ResponseWriter, a *answer) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(a.Status)
	_, _ = w.Write(a.Body[:len(a.Body)/2])
	_ = http.NewResponseController(w).Flush()
	panic(http.ErrAbortHandler)
}

// host is the address of the hosted pages.
func (s *Service) host(r *http.Request) string {
	if s.o.Base != nil {
		return strings.TrimSuffix(s.o.Base(), "/")
	}
	return "http://" + r.Host
}

func (s *Service) count(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls[name]++
}

// encode writes a view as Stripe's answers are written.
func (v view) encode() json.RawMessage {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(v); err != nil {
		panic(err) // a view holds nothing that JSON has no form for
	}
	return b.Bytes()
}
