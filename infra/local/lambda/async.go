package lambda

import (
	"context"
	"errors"
	"time"
)

// RetryDelays are the pauses of Lambda between the attempts at an asynchronous invocation.
func RetryDelays() []time.Duration { return []time.Duration{time.Minute, 2 * time.Minute} }

// systemPause is the pause before an asynchronous invocation that could not start is tried again.
const systemPause = time.Second

// Async asks for an invocation whose answer nobody waits for.
type Async struct {
	Request
	MaxRetries int           // 0 to 2, as on Lambda
	MaxAge     time.Duration // after which it is given up
	OnFailure  string        // name of the queue that learns of it; empty for none
}

// DeadLetter is an asynchronous invocation that was given up.
type DeadLetter struct {
	Async
	At        time.Time
	Attempts  int
	Condition string // RetriesExhausted or EventAgeExceeded, as Lambda names them
	Error     *Error
}

// InvokeAsync takes the request and returns at once. A failing function is tried again after the service's
// delays; an invocation that cannot start (throttled, not built) is tried until its age ends it.
func (s *Service) InvokeAsync(a Async) error {
	if _, ok := s.pools[a.Function]; !ok {
		return ErrUnknown
	}
	select {
	case <-s.stop:
		return ErrClosed
	default:
	}
	s.async.Add(1)
	go func() {
		defer s.async.Done()
		s.attempt(a)
	}()
	return nil
}

func (s *Service) attempt(a Async) {
	asked, failures := time.Now(), 0
	give := func(condition string, attempts int, last *Error) {
		s.options.DeadLetter(DeadLetter{Async: a, At: time.Now(), Attempts: attempts, Condition: condition, Error: last})
	}
	for attempts := 1; ; attempts++ {
		_, err := s.Invoke(context.Background(), a.Request)
		var failed *Error
		pause := systemPause
		switch {
		case err == nil || errors.Is(err, ErrClosed):
			return
		case errors.Is(err, ErrPayloadTooLarge):
			give("RetriesExhausted", attempts, nil)
			return
		case errors.As(err, &failed) && failed.Outcome != OutcomeBroken:
			if failures++; failures > min(a.MaxRetries, len(s.options.RetryDelays)) {
				give("RetriesExhausted", attempts, failed)
				return
			}
			pause = s.options.RetryDelays[failures-1]
		}
		if time.Since(asked)+pause > a.MaxAge {
			give("EventAgeExceeded", attempts, failed)
			return
		}
		select {
		case <-s.stop:
			return
		case <-time.After(pause):
		}
	}
}
