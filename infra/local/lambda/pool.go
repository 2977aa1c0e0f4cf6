package lambda

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"
)

// pool holds the processes of one function and the requests that wait for one.
type pool struct {
	function Function
	options  *Options
	limit    int

	mu         sync.Mutex
	workers    map[*worker]bool
	idle       []*worker // the last one is taken first: it is the warmest
	waiting    []*invocation
	starting   int // processes that have not asked for work yet
	returning  int // processes that have answered and will ask for work, or end, at once
	generation int
	broken     string
	closed     bool
	empty      chan struct{} // closed once the pool is closed and its last process has ended
}

// invocation is one request on its way through a pool.
type invocation struct {
	id      string
	request Request
	asked   time.Time
	done    chan result // holds one
}

type result struct {
	body []byte
	err  *Error
	init time.Duration
	took time.Duration
	peak int
}

func newPool(f Function, o *Options) *pool {
	limit := maxWorkers
	if f.Concurrency > 0 {
		limit = f.Concurrency
	}
	return &pool{function: f, options: o, limit: limit, workers: map[*worker]bool{}, empty: make(chan struct{})}
}

func (p *pool) invoke(ctx context.Context, r Request) ([]byte, error) {
	inv := &invocation{id: newID(), request: r, asked: time.Now(), done: make(chan result, 1)}
	if err := p.submit(inv); err != nil {
		if errors.Is(err, ErrThrottled) {
			p.observe(inv, result{err: &Error{Outcome: OutcomeThrottled, Message: err.Error()}})
		}
		return nil, err
	}
	select {
	case res := <-inv.done:
		if res.err != nil {
			return nil, res.err
		}
		return res.body, nil
	case <-ctx.Done():
		p.withdraw(inv)
		return nil, ctx.Err()
	}
}

// submit hands the invocation to an idle process or makes it wait for one, starting one where it may.
func (p *pool) submit(inv *invocation) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return ErrClosed
	}
	if p.broken != "" {
		p.finish(inv, result{err: failure(OutcomeBroken, "Local.NotBuilt", p.broken)})
		return nil
	}
	if n := len(p.idle); n > 0 {
		w := p.idle[n-1]
		p.idle = p.idle[:n-1]
		w.assign(inv)
		return nil
	}
	if p.function.Concurrency > 0 && p.busy()+len(p.waiting) >= p.limit {
		return ErrThrottled
	}
	p.waiting = append(p.waiting, inv)
	p.startWhereNeeded()
	return nil
}

// resubmit finds another process for an invocation that its own did not live to begin.
func (p *pool) resubmit(inv *invocation) {
	if err := p.submit(inv); err != nil {
		p.finish(inv, result{err: failure(OutcomeCrash, "Runtime.ExitError", err.Error())})
	}
}

// busy counts the processes that are at a request. The caller holds the lock.
func (p *pool) busy() int { return len(p.workers) - len(p.idle) - p.starting - p.returning }

// startWhereNeeded starts a process for each waiting request that no other is about to take, up to the limit.
// The caller holds the lock.
func (p *pool) startWhereNeeded() {
	for p.starting+p.returning < len(p.waiting) && len(p.workers) < p.limit {
		w, err := startWorker(p, p.generation)
		if err != nil {
			p.failFirst(failure(OutcomeCrash, "Runtime.InvalidEntrypoint", err.Error()))
			continue
		}
		p.workers[w] = true
		p.starting++
	}
}

func (p *pool) failFirst(e *Error) {
	if len(p.waiting) == 0 {
		return
	}
	inv := p.waiting[0]
	p.waiting = p.waiting[1:]
	p.finish(inv, result{err: e})
}

// next gives a process that asks for work its next invocation; nil says that it must wait for one to be assigned,
// and ok is false where it shall end instead.
func (p *pool) next(w *worker) (inv *invocation, ok bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !w.ready {
		w.ready = true
		w.init = time.Since(w.born)
		p.starting--
	}
	p.returned(w)
	if w.killed || w.generation != p.generation || (p.closed && len(p.waiting) == 0) {
		w.retired = true
		return nil, false
	}
	if len(p.waiting) > 0 {
		inv, p.waiting = p.waiting[0], p.waiting[1:]
		return inv, true
	}
	p.idle = append(p.idle, w)
	return nil, true
}

// answered notes that a process has given its answer, before anyone hears it: whoever asks next shall wait for
// this process rather than start another.
func (p *pool) answered(w *worker) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.workers[w] && !w.returning {
		w.returning = true
		p.returning++
	}
}

// returned ends what answered began. The caller holds the lock.
func (p *pool) returned(w *worker) {
	if w.returning {
		w.returning = false
		p.returning--
	}
}

// ended takes a process out whose binary has exited. One that never asked for work has failed the request it was
// started for.
func (p *pool) ended(w *worker, reason *Error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.workers, w)
	p.idle = slices.DeleteFunc(p.idle, func(other *worker) bool { return other == w })
	p.returned(w)
	if !w.ready {
		p.starting--
		if !w.retired {
			p.failFirst(reason)
		}
	}
	p.startWhereNeeded()
	if p.closed && len(p.workers) == 0 {
		close(p.empty)
	}
}

// withdraw takes a request back whose caller has left, if no process has begun it.
func (p *pool) withdraw(inv *invocation) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.waiting = slices.DeleteFunc(p.waiting, func(other *invocation) bool { return other == inv })
}

func (p *pool) recycle() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.generation++
	p.endIdle()
}

// kill ends every process. From now on no request is given to those that wait, nor to those that are about to: their
// question may arrive after they are dead.
func (p *pool) kill() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.idle = nil
	for w := range p.workers {
		w.killed = true
		w.kill()
	}
}

// endIdle ends the processes that wait for work. The caller holds the lock.
func (p *pool) endIdle() {
	for _, w := range p.idle {
		w.retired = true
		w.kill()
	}
	p.idle = nil
}

func (p *pool) markBroken(reason string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.broken = reason
}

func (p *pool) state() State {
	p.mu.Lock()
	defer p.mu.Unlock()
	return State{Function: p.function.Name, Running: len(p.workers), Idle: len(p.idle), Waiting: len(p.waiting), Broken: p.broken}
}

func (p *pool) close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return
	}
	p.closed = true
	p.endIdle()
	if len(p.workers) == 0 {
		close(p.empty)
	}
}

// drain waits for the last process, and ends those that are still there when ctx ends.
func (p *pool) drain(ctx context.Context) {
	select {
	case <-p.empty:
		return
	case <-ctx.Done():
	}
	p.mu.Lock()
	for len(p.waiting) > 0 {
		p.failFirst(failure(OutcomeCrash, "Runtime.ExitError", ErrClosed.Error()))
	}
	for w := range p.workers {
		w.retired = true
		w.kill()
	}
	p.mu.Unlock()
	<-p.empty
}

// finish tells the observer and then delivers the result, so that whoever has
// an answer finds its invocation told.
func (p *pool) finish(inv *invocation, res result) {
	p.observe(inv, res)
	inv.done <- res
}

func (p *pool) observe(inv *invocation, res result) {
	told := Invocation{
		ID: inv.id, Function: p.function.Name, Trigger: inv.request.Trigger, At: inv.asked, Duration: res.took, Init: res.init,
		Outcome: OutcomeOK, RequestBytes: len(inv.request.Payload), ResponseBytes: len(res.body), PeakMemoryKB: res.peak,
	}
	if res.err != nil {
		told.Outcome, told.Message = res.err.Outcome, res.err.Message
	}
	p.options.Observe(told)
}

// failure makes the error of an outcome, with the JSON that Lambda answers.
func failure(outcome, kind, message string) *Error {
	payload, err := json.Marshal(map[string]string{"errorType": kind, "errorMessage": message})
	if err != nil {
		payload = []byte("{}")
	}
	return &Error{Outcome: outcome, Type: kind, Message: message, Payload: payload}
}

// newID makes a request id in the form of a UUID.
func newID() string {
	var b [16]byte
	rand.Read(b[:])
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}
