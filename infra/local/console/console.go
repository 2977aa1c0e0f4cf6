// Package console is the page of the local cloud about itself: functions and what was asked of them, schedules, dead
// letters, and the clock, for people at /_local and for programs at /_local/state.
//
// It does not know how any of it works: it shows a state that it is given, and passes a few wishes on. Who may look
// is decided before it.
package console

import (
	"context"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"html/template"
	"io"
	"net/http"
	"time"

	"customercenter/infra/local/clock"
)

// maxBody bounds what the page's own requests may send; an event may be as large as Lambda takes.
const (
	maxWishBytes  = 4 << 10
	maxEventBytes = 6 << 20
)

// State is what the page shows.
type State struct {
	Ready           bool              `json:"ready"`
	Portal          string            `json:"portal"`
	Mailbox         string            `json:"mailbox,omitempty"`
	Payments        string            `json:"payments,omitempty"` // path under which the payment processor is commanded
	Now             time.Time         `json:"now"`
	Offset          time.Duration     `json:"-"`
	OffsetSeconds   int64             `json:"offsetSeconds"`
	Functions       []Function        `json:"functions"`
	Schedules       []Schedule        `json:"schedules"`
	Invocations     []Invocation      `json:"invocations"` // newest first
	Totals          map[string]Totals `json:"totals"`      // by function
	DeadLetters     int               `json:"deadLetters"`
	LastDeadLetters []DeadLetter      `json:"lastDeadLetters"` // newest first
}

// Function is a function as the page shows it.
type Function struct {
	Name           string        `json:"name"`
	Triggers       []string      `json:"triggers"`
	Timeout        time.Duration `json:"-"`
	TimeoutSeconds float64       `json:"timeoutSeconds"`
	MemoryMB       int           `json:"memoryMB"`
	Processes      int           `json:"processes"`
	Idle           int           `json:"idle"`
	Waiting        int           `json:"waiting"`
	Broken         string        `json:"broken,omitempty"`
}

// Schedule is a schedule and the time it is due next, zero for never.
type Schedule struct {
	Function   string    `json:"function"`
	Name       string    `json:"name"`
	Expression string    `json:"expression"`
	Next       time.Time `json:"next"`
}

// DeadLetter is a message of a dead-letter queue.
type DeadLetter struct {
	Queue string          `json:"queue"`
	At    time.Time       `json:"at"`
	Body  json.RawMessage `json:"body"`
}

// Options of the page. All fields must be set.
type Options struct {
	State func(context.Context) State
	Clock *clock.Clock
	// Run runs a schedule now; it is false where there is none of that name.
	Run func(function, schedule string) bool
	// Invoke runs a function with an event.
	Invoke func(ctx context.Context, function string, event []byte) ([]byte, error)
}

//go:embed page.html page.css page.js
var files embed.FS

type console struct {
	Options
	page *template.Template
}

// New returns the page and what it asks of the cloud, all under /_local.
func New(o Options) http.Handler {
	c := console{Options: o, page: template.Must(template.ParseFS(files, "page.html"))}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /_local", c.servePage)
	mux.HandleFunc("GET /_local/{$}", c.servePage)
	mux.HandleFunc("GET /_local/state", c.serveState)
	mux.HandleFunc("GET /_local/page.css", serveFile("text/css; charset=utf-8"))
	mux.HandleFunc("GET /_local/page.js", serveFile("text/javascript; charset=utf-8"))
	mux.HandleFunc("POST /_local/clock", c.serveClock)
	mux.HandleFunc("POST /_local/run", c.serveRun)
	mux.HandleFunc("POST /_local/invoke/{function}", c.serveInvoke)
	return http.NewCrossOriginProtection().Handler(secured(mux))
}

// secured sets what every answer of the page carries: it runs its own script and style and nothing else.
func secured(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; form-action 'none'; frame-ancestors 'none'; base-uri 'none'")
		w.Header().Set("X-Content-Type-Options", "nosniff")
		w.Header().Set("Cache-Control", "no-store")
		h.ServeHTTP(w, r)
	})
}

func serveFile(contentType string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		b, err := files.ReadFile(r.URL.Path[len("/_local/"):])
		if err != nil {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", contentType)
		w.Write(b)
	}
}

func (c console) servePage(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	if err := c.page.Execute(w, c.State(r.Context())); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
	}
}

func (c console) serveState(w http.ResponseWriter, r *http.Request) {
	s := c.State(r.Context())
	s.OffsetSeconds = int64(s.Offset.Round(time.Second) / time.Second)
	for i := range s.Functions {
		s.Functions[i].TimeoutSeconds = s.Functions[i].Timeout.Seconds()
	}
	answer(w, http.StatusOK, s)
}

// clockWish asks to move the clock: to an instant, on by a duration such as "24h", or back to the machine's time.
type clockWish struct {
	Set   *time.Time `json:"set"`
	Skip  string     `json:"skip"`
	Reset bool       `json:"reset"`
}

var errWish = errors.New(`say one of {"set":"2026-03-01T08:00:00Z"}, {"skip":"24h"} and {"reset":true}`)

// The years that the clock may show: what counts nanoseconds since 1970 ends not far beyond them.
const (
	firstYear = 1971
	lastYear  = 2199
)

var errFar = fmt.Errorf("the clock shows the years %d to %d", firstYear, lastYear)

func far(t time.Time) bool { return t.UTC().Year() < firstYear || t.UTC().Year() > lastYear }

func (c console) serveClock(w http.ResponseWriter, r *http.Request) {
	var wish clockWish
	if err := read(w, r, &wish); err != nil {
		answer(w, http.StatusBadRequest, problem(err))
		return
	}
	switch {
	case wish.Set != nil && wish.Skip == "" && !wish.Reset:
		if far(*wish.Set) {
			answer(w, http.StatusBadRequest, problem(errFar))
			return
		}
		c.Clock.Set(*wish.Set)
	case wish.Set == nil && wish.Skip != "" && !wish.Reset:
		d, err := time.ParseDuration(wish.Skip)
		if err == nil && far(c.Clock.Now().Add(d)) {
			err = errFar
		}
		if err != nil {
			answer(w, http.StatusBadRequest, problem(err))
			return
		}
		c.Clock.Skip(d)
	case wish.Set == nil && wish.Skip == "" && wish.Reset:
		c.Clock.Reset()
	default:
		answer(w, http.StatusBadRequest, problem(errWish))
		return
	}
	answer(w, http.StatusOK, map[string]any{"now": c.Clock.Now(), "offsetSeconds": int64(c.Clock.Offset().Round(time.Second) / time.Second)})
}

func (c console) serveRun(w http.ResponseWriter, r *http.Request) {
	var wish struct{ Function, Schedule string }
	if err := read(w, r, &wish); err != nil {
		answer(w, http.StatusBadRequest, problem(err))
		return
	}
	if !c.Run(wish.Function, wish.Schedule) {
		answer(w, http.StatusNotFound, problem(fmt.Errorf("%s has no schedule %q", wish.Function, wish.Schedule)))
		return
	}
	answer(w, http.StatusAccepted, map[string]string{"running": wish.Function})
}

func (c console) serveInvoke(w http.ResponseWriter, r *http.Request) {
	event, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxEventBytes))
	if err != nil {
		answer(w, http.StatusRequestEntityTooLarge, problem(err))
		return
	}
	body, err := c.Invoke(r.Context(), r.PathValue("function"), event)
	if err != nil {
		answer(w, http.StatusBadGateway, problem(err))
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Write(body)
}

// read takes a wish. JSON is demanded by name, which a form of another origin cannot send.
func read(w http.ResponseWriter, r *http.Request, into any) error {
	if r.Header.Get("Content-Type") != "application/json" {
		return errors.New("the content type is application/json")
	}
	d := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxWishBytes))
	d.DisallowUnknownFields()
	return d.Decode(into)
}

func problem(err error) map[string]string { return map[string]string{"message": err.Error()} }

func answer(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(v)
}
