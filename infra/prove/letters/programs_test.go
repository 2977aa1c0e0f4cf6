package letters

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"customercenter/infra/functiontest"
	"customercenter/infra/local/cloudtest"
	"customercenter/infra/local/lambda"
)

// The functions that a reminder goes through.
const (
	planner  = "plan-reminders"
	mailer   = "deliver-mail"
	listener = "receive-mail-feedback"
)

// binaries are the functions, built once as they deploy, by name.
var binaries = sync.OnceValues(func() (map[string]string, error) { return functiontest.Binaries(planner, mailer, listener) })

// programs are the functions' binaries over a table and a mail service that go
// wrong.
type programs struct {
	town  *town
	post  *post
	own   *lambda.Service
	table *httptest.Server
	mail  *httptest.Server

	mu      sync.Mutex
	draw    *rand.Rand
	rate    float64 // of calls of the table that go wrong
	calls   int
	wrong   int
	failed  map[string]int // invocations that ended with an error
	killing string         // the function that dies at the calls left
	left    int
	killed  int
}

func newPrograms(t testing.TB, w *town, p *post, rate float64, draw *rand.Rand) *programs {
	t.Helper()
	paths, err := binaries()
	if err != nil {
		t.Fatal(err)
	}
	o := &programs{town: w, post: p, rate: rate, draw: draw, failed: map[string]int{}}
	o.table, o.mail = httptest.NewServer(o), httptest.NewServer(p)
	var functions []lambda.Function
	for name, path := range paths {
		functions = append(functions, lambda.Function{Name: name, Bootstrap: path, Timeout: time.Minute, MemoryMB: 512})
	}
	o.own = lambda.New(functions, lambda.Options{Environment: o.environment, DeadLetter: func(lambda.DeadLetter) {}})
	w.Cloud.Wire.Fail(o.fault)
	t.Cleanup(o.close)
	return o
}

func (o *programs) close() {
	ended, cancel := context.WithCancel(context.Background())
	cancel() // whoever is left need not finish
	o.own.Close(ended)
	for _, s := range []*httptest.Server{o.table, o.mail} {
		s.CloseClientConnections()
		s.Close()
	}
}

func (o *programs) environment(string) []string {
	return []string{"AWS_REGION=eu-central-1", "AWS_ACCESS_KEY_ID=test", "AWS_SECRET_ACCESS_KEY=test", "GOMAXPROCS=1",
		"CENTER_TABLE=" + o.town.Cloud.Table, "CENTER_KEYS=" + cloudtest.Keys, "CENTER_BASE_URL=" + functiontest.Origin,
		"CENTER_SENDER=center@vendor.example", "CENTER_MAIL_RATE=10000", "CENTER_NOW=" + o.town.Now().Format(time.RFC3339),
		"AWS_ENDPOINT_URL_DYNAMODB=" + o.table.URL, "AWS_ENDPOINT_URL_SES=" + o.mail.URL}
}

// tableFaults are what becomes of a call of the table that goes wrong.
var tableFaults = []cloudtest.Fault{cloudtest.FailBefore, cloudtest.LoseAnswer, cloudtest.Throttle, cloudtest.Break, cloudtest.Conflict}

func (o *programs) fault(int, string) cloudtest.Fault {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.calls++
	if o.draw.Float64() >= o.rate {
		return cloudtest.Deliver
	}
	o.wrong++
	return tableFaults[o.draw.IntN(len(tableFaults))]
}

// ServeHTTP is the table as the functions meet it.
func (o *programs) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if function := o.dying(); function != "" {
		o.own.Kill(function)
		o.post.unheard(function)
	}
	answer, err := o.town.Cloud.Wire.Do(r)
	if err != nil {
		panic(http.ErrAbortHandler) // the connection breaks
	}
	defer answer.Body.Close()
	for name, values := range answer.Header {
		w.Header()[name] = values
	}
	w.WriteHeader(answer.StatusCode)
	io.Copy(w, answer.Body)
}

// dying is the function that is killed at this call of the table.
func (o *programs) dying() (function string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.killing == "" {
		return ""
	}
	if o.left--; o.left > 0 {
		return ""
	}
	function, o.killing = o.killing, ""
	o.killed++
	return function
}

// plotDeath has a function killed at one of its next calls.
func (o *programs) plotDeath(function string) {
	const within = 200
	o.mu.Lock()
	defer o.mu.Unlock()
	o.killing, o.left = function, 1+o.draw.IntN(within)
}

// invoke runs a function, which may fail: then it has to come again. ok is
// false where it did.
func (o *programs) invoke(function string, event any) (ok bool) {
	payload, err := json.Marshal(event)
	if err != nil {
		panic(err)
	}
	_, err = o.own.Invoke(context.Background(), lambda.Request{Function: function, Trigger: "proof", Payload: payload})
	if err == nil {
		return true
	}
	how := err.Error()
	if failed := (*lambda.Error)(nil); errors.As(err, &failed) {
		how = function + " " + failed.Outcome
	}
	o.mu.Lock()
	o.failed[how]++
	o.mu.Unlock()
	return false
}

// tick is what a schedule sends.
var tick = map[string]any{"source": "aws.scheduler", "time": "2026-03-15T10:00:00Z"}

// told is the event by which the mail service tells that it took a mail.
func told(m *mailed) any {
	text, err := json.Marshal(map[string]any{"eventType": "Send", "send": map[string]any{}, "mail": map[string]any{
		"timestamp": m.at.UTC().Format(time.RFC3339), "messageId": m.id, "destination": []string{m.to}, "tags": map[string]any{"letter": []string{m.letter}, "kind": []string{"reminder"}}}})
	if err != nil {
		panic(err)
	}
	return map[string]any{"Records": []any{map[string]any{"EventSource": "aws:sns", "EventVersion": "1.0", "Sns": map[string]any{"Type": "Notification", "MessageId": m.id, "Message": string(text)}}}}
}
