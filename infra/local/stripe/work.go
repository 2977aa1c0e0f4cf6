package stripe

import (
	"fmt"
	"net/http"
	"time"
)

const idLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

// The lengths of what is made of random letters.
const (
	idLength      = 24
	secretLength  = 25
	requestLength = 14
)

// work is one change of the account, done under the Service's lock: a request,
// a step on a hosted page, or what happens by itself. All it changes and tells
// becomes durable together.
type work struct {
	*Service
	now     time.Time
	request string // id of the request that asks
	key     string // its idempotency key
	host    string // address of the hosted pages
	decline string // reason of a decline that was asked for
	changed []object
}

// do runs a change and makes it durable, whatever it answers. It first lets
// happen what is due by now.
func (s *Service) do(w *work, change func(w *work) error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.broken != nil {
		return s.broken
	}
	w.Service, w.now = s, s.o.Now()
	w.passTime()
	answer := change(w)
	if err := w.commit(nil); err != nil {
		return err
	}
	return answer
}

// commit makes the change durable, and with it what was answered. The caller
// holds the lock.
func (w *work) commit(a *answer) error {
	if w.broken != nil {
		return w.broken
	}
	if a != nil {
		w.state.answers[a.Key] = a
	}
	if w.journal != nil && (a != nil || len(w.changed) > 0) {
		if err := w.journal.append(w.changed, a); err != nil {
			// What stands in memory is not on the disk: to go on would be to
			// answer what a restart forgets.
			w.broken = fmt.Errorf("the account cannot be kept: %w", err)
			w.o.Logf("stripe: %v", w.broken)
			return w.broken
		}
	}
	if len(w.state.waiting) > 0 {
		w.sender.wake()
	}
	w.changed = nil
	return nil
}

// create gives a new object its id and takes it in.
func (w *work) create(prefix string, o object) {
	w.state.seq++
	*o.base() = head{ID: prefix + w.random(idLength), Created: w.now.Unix(), Seq: w.state.seq}
	w.save(o)
}

// save notes that an object changed.
func (w *work) save(o object) {
	w.state.put(o)
	for _, other := range w.changed {
		if other == o {
			return
		}
	}
	w.changed = append(w.changed, o)
}

// random makes an id's letters.
func (s *Service) random(length int) string {
	b := make([]byte, length)
	if _, err := s.o.Rand.Read(b); err != nil {
		panic(fmt.Sprintf("stripe: no randomness: %v", err)) // crypto/rand never fails
	}
	for i := range b {
		b[i] = idLetters[int(b[i])%len(idLetters)]
	}
	return string(b)
}

// passTime lets happen what is due: bank debits settle, refunds end, sessions
// expire.
func (w *work) passTime() {
	for _, o := range w.state.due(w.now) {
		switch o := o.(type) {
		case *intent:
			w.settle(o)
		case *refund:
			w.endRefund(o)
		case *session:
			w.expire(o)
		}
	}
}

func (w *work) customer(param, id string) (*customer, error) {
	if c, ok := find[*customer](w.state, id); ok {
		return c, nil
	}
	r := absent("customer", id)
	r.param = param
	if param != "id" {
		r.status = http.StatusBadRequest
	}
	return nil, r
}
