package world

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"customercenter/infra/bench/process"
)

// Replay stands in front of a table and answers a read that was asked before
// as it was answered then: the bytes and checksum of the table, without its
// work, after an even pause. Writes go through.
type Replay struct {
	next http.Handler

	// pause is how long an answer takes at least, in nanoseconds.
	pause atomic.Int64

	mu      sync.Mutex
	answers map[string]kept
	asked   []Call
}

// Call is a request as it was asked.
type Call struct {
	Target string `json:"target"`
	Body   string `json:"body"`
}

type kept struct {
	header http.Header
	body   []byte
}

// LeastPause is what an answer takes at least: less than any service needs,
// and enough that the asker has gone to sleep.
const LeastPause = 50 * time.Microsecond

// NewReplay makes a replay in front of next, pausing LeastPause.
func NewReplay(next http.Handler) *Replay {
	r := &Replay{next: next, answers: map[string]kept{}}
	r.Pause(LeastPause)
	return r
}

// Pause sets how long an answer takes; never less than LeastPause.
func (p *Replay) Pause(d time.Duration) { p.pause.Store(int64(max(d, LeastPause))) }

// Asked returns the calls since it was asked last.
func (p *Replay) Asked() []Call {
	p.mu.Lock()
	defer p.mu.Unlock()
	out := p.asked
	p.asked = nil
	return out
}

// maxAsked bounds the record of calls nobody fetches.
const maxAsked = 64

func (p *Replay) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	target := r.Header.Get("X-Amz-Target")
	name := target + "\x00" + string(body)
	p.mu.Lock()
	answer, known := p.answers[name]
	if len(p.asked) < maxAsked {
		p.asked = append(p.asked, Call{target, string(body)})
	}
	p.mu.Unlock()
	if !known {
		answer = p.ask(r, target, name, body)
	}
	process.Pause(time.Duration(p.pause.Load()))
	for header, values := range answer.header {
		w.Header()[header] = values
	}
	w.Write(answer.body)
}

func (p *Replay) ask(r *http.Request, target, name string, body []byte) kept {
	r.Body = io.NopCloser(bytes.NewReader(body))
	recorder := httptest.NewRecorder()
	p.next.ServeHTTP(recorder, r)
	answer := kept{recorder.Header(), recorder.Body.Bytes()}
	if isRead(target) && recorder.Code == http.StatusOK {
		p.mu.Lock()
		p.answers[name] = answer
		p.mu.Unlock()
	}
	return answer
}

func isRead(target string) bool {
	switch strings.TrimPrefix(target, targetPrefix) {
	case "GetItem", "Query", "BatchGetItem":
		return true
	}
	return false
}

// Size is how long the kept answer to a call is, 0 where none is kept.
func (p *Replay) Size(c Call) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.answers[c.Target+"\x00"+c.Body].body)
}
