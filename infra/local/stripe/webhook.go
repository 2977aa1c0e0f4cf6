package stripe

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"sync"
	"time"
)

// The paces of sending.
const (
	deliverTimeout = 10 * time.Second
	// sendPause is how often the clock, which may be set at any time, is
	// looked at while something waits for it.
	sendPause = 50 * time.Millisecond
	// reverseWait is how long events wait for others that go before them.
	reverseWait = 300 * time.Millisecond
	maxCopies   = 10
	maxDelay    = 24 * time.Hour
)

// DefaultRetries are the pauses before an event is sent again: three days in
// all, as with Stripe.
func DefaultRetries() []time.Duration {
	return []time.Duration{5 * time.Second, 30 * time.Second, 2 * time.Minute, 10 * time.Minute, 30 * time.Minute, time.Hour, 3 * time.Hour,
		6 * time.Hour, 12 * time.Hour, 24 * time.Hour, 24 * time.Hour}
}

// Webhooks says what goes wrong with the events that happen from now on. The
// zero value sends each of them once, in their order.
type Webhooks struct {
	Drop    bool `json:"drop"`    // they are never sent
	Copies  int  `json:"copies"`  // how many times more each is sent
	Reverse bool `json:"reverse"` // those that happen together go last first
	// DelayMillis is how much later, by the clock, they are sent.
	DelayMillis int64 `json:"delayMillis"`
}

// sender sends events in the background while any wait for it.
type sender struct {
	s       *Service
	closing context.Context
	stop    context.CancelFunc

	mu      sync.Mutex
	policy  Webhooks
	running bool
	done    sync.WaitGroup
}

func newSender(s *Service) *sender {
	d := &sender{s: s}
	d.closing, d.stop = context.WithCancel(context.Background())
	return d
}

func (d *sender) close() {
	d.mu.Lock()
	d.stop()
	d.mu.Unlock()
	d.done.Wait()
}

// plan says whether and when an event that happens now is sent.
func (d *sender) plan(now time.Time) (never bool, at time.Time) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.s.o.Deliver == nil || d.policy.Drop, now.Add(time.Duration(d.policy.DelayMillis) * time.Millisecond)
}

// Webhooks sets what goes wrong with events from now on.
func (s *Service) Webhooks(w Webhooks) error {
	switch {
	case w.Copies < 0 || w.Copies > maxCopies:
		return fmt.Errorf("copies is %d; it must be 0 to %d", w.Copies, maxCopies)
	case w.DelayMillis < 0 || w.DelayMillis > maxDelay.Milliseconds():
		return fmt.Errorf("delayMillis is %d; it must be 0 to %d", w.DelayMillis, maxDelay.Milliseconds())
	}
	s.sender.mu.Lock()
	defer s.sender.mu.Unlock()
	s.sender.policy = w
	return nil
}

func (d *sender) wishes() Webhooks {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.policy
}

// wake has the sender look at what waits, unless it does already.
func (d *sender) wake() {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.running || d.s.o.Deliver == nil || d.closing.Err() != nil {
		return
	}
	d.running = true
	d.done.Go(d.run)
}

// run sends what is due until nothing waits any more.
func (d *sender) run() {
	ticker := time.NewTicker(sendPause)
	defer ticker.Stop()
	for d.round() {
		select {
		case <-ticker.C:
		case <-d.closing.Done():
			return
		}
	}
}

// round sends what is due now. It is false, and the sender at rest, when
// nothing waits.
func (d *sender) round() bool {
	due, waits := d.due()
	for _, e := range due {
		if d.closing.Err() != nil {
			return false
		}
		d.send(e)
	}
	return waits || len(due) > 0
}

// due lets time pass and returns what is to be sent, in order.
func (d *sender) due() (events []*event, waits bool) {
	var now time.Time
	err := d.s.do(&work{}, func(w *work) error {
		now = w.now
		for _, o := range w.state.due(now) {
			if e, ok := o.(*event); ok {
				events = append(events, e)
			}
		}
		d.mu.Lock()
		defer d.mu.Unlock()
		// Decided under both locks, lest what comes now finds the sender
		// awake that goes to rest.
		waits = len(w.state.waiting) > 0
		d.running = waits
		return nil
	})
	if err != nil {
		return nil, false
	}
	if d.wishes().Reverse && len(events) > 0 {
		if now.Sub(events[0].NextAt) < reverseWait {
			return nil, true
		}
		slices.Reverse(events)
	}
	return events, waits
}

// send hands an event over and notes how that went.
func (d *sender) send(e *event) {
	var body []byte
	s := d.s
	s.mu.Lock()
	body = e.view(s.state).encode()
	s.mu.Unlock()
	var err error
	for range 1 + d.wishes().Copies {
		err = errors.Join(err, d.deliver(body))
	}
	failed := s.do(&work{}, func(w *work) error {
		e.Attempts++
		switch {
		case err == nil:
			e.Delivered = true
		case e.Attempts > len(s.o.Retries):
			e.GivenUp = true
		default:
			e.NextAt = w.now.Add(s.o.Retries[e.Attempts-1])
		}
		w.save(e)
		return nil
	})
	if failed != nil {
		s.o.Logf("stripe: %v", failed)
	}
}

func (d *sender) deliver(body []byte) error {
	ctx, cancel := context.WithTimeout(d.closing, deliverTimeout)
	defer cancel()
	status, err := d.s.o.Deliver(ctx, body, Sign(body, d.s.o.WebhookSecret, d.s.o.Now()))
	if err == nil && (status < 200 || status > 299) {
		err = fmt.Errorf("the webhook answered %d", status)
	}
	return err
}

// Sign makes the Stripe-Signature of an event sent at that time.
func Sign(body []byte, secret string, at time.Time) string {
	mac := hmac.New(sha256.New, []byte(secret))
	fmt.Fprintf(mac, "%d.%s", at.Unix(), body)
	return fmt.Sprintf("t=%d,v1=%s", at.Unix(), hex.EncodeToString(mac.Sum(nil)))
}

// poster posts events to an address as Stripe does.
func poster(address func() string) func(context.Context, []byte, string) (int, error) {
	client := &http.Client{Timeout: deliverTimeout, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	return func(ctx context.Context, body []byte, signature string) (int, error) {
		to := address()
		if to == "" {
			return 0, errors.New("nobody listens to webhooks")
		}
		r, err := http.NewRequestWithContext(ctx, http.MethodPost, to, bytes.NewReader(body))
		if err != nil {
			return 0, err
		}
		r.Header.Set("Content-Type", "application/json; charset=utf-8")
		r.Header.Set("User-Agent", "Stripe/1.0 (+https://stripe.com/docs/webhooks)")
		r.Header.Set("Stripe-Signature", signature)
		res, err := client.Do(r)
		if err != nil {
			return 0, err
		}
		defer res.Body.Close()
		_, err = io.Copy(io.Discard, io.LimitReader(res.Body, maxRequestBytes))
		return res.StatusCode, err
	}
}

// Resend sends events again, delivered or not: the one with that id, or all of
// the object with that id and of what belongs to its payment. It returns how
// many.
func (s *Service) Resend(id string) (events int, err error) {
	err = s.do(&work{}, func(w *work) error {
		family := w.state.family(id)
		for _, o := range w.state.order[kindEvent] {
			if e := o.(*event); e.ID == id || slices.Contains(family, e.Object) {
				e.Delivered, e.GivenUp, e.Attempts, e.NextAt = false, s.o.Deliver == nil, 0, w.now
				w.save(e)
				events++
			}
		}
		return nil
	})
	return events, err
}

// family are the ids of an object and of what belongs to the same payment.
func (s *state) family(id string) []string {
	ids := []string{id}
	switch o := s.objects[id].(type) {
	case *intent:
		ids = append(ids, o.Session)
	case *session:
		ids = append(ids, o.Intent, o.Setup)
	}
	for _, kind := range []string{kindCharge, kindRefund} {
		for _, o := range s.order[kind] {
			switch o := o.(type) {
			case *charge:
				if slices.Contains(ids, o.Intent) {
					ids = append(ids, o.ID)
				}
			case *refund:
				if slices.Contains(ids, o.Intent) {
					ids = append(ids, o.ID)
				}
			}
		}
	}
	return slices.DeleteFunc(ids, func(id string) bool { return id == "" })
}

// Sent waits until every event that is due by now was sent once or more.
func (s *Service) Sent(ctx context.Context) error {
	for {
		waiting := false
		err := s.do(&work{}, func(w *work) error {
			waiting = slices.ContainsFunc(w.state.due(w.now), func(o object) bool { return o.kind() == kindEvent })
			return nil
		})
		if err != nil || !waiting {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(sendPause):
		}
	}
}
