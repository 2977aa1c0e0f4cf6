package clock

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"time"
)

// Schedule is a named time plan.
type Schedule struct {
	Name     string
	Function string
	Plan     Expression
	Input    string // JSON for the function; empty means the scheduled event
}

// Event is what the function of a schedule gets when it is due at the given time.
func (s Schedule) Event(at time.Time) []byte {
	if s.Input != "" {
		return []byte(s.Input)
	}
	b, err := json.Marshal(map[string]any{
		"version": "0", "id": fmt.Sprintf("%s-%d", s.Name, at.Unix()), "detail-type": "Scheduled Event", "source": "aws.scheduler",
		"account": "000000000000", "time": at.UTC().Format(time.RFC3339), "region": "us-east-1",
		"resources": []string{"arn:aws:scheduler:us-east-1:000000000000:schedule/default/" + s.Name}, "detail": "{}",
	})
	if err != nil {
		panic("clock: " + err.Error()) // texts only
	}
	return b
}

// Scheduler calls back when schedules are due by a clock. Where the clock is skipped over several times of a
// schedule, that schedule is called once, as after a pause: planners look back over the days they missed.
type Scheduler struct {
	clock *Clock
	due   func(s Schedule, at time.Time)

	mu    sync.Mutex
	plans []plan
}

type plan struct {
	Schedule
	next time.Time
}

// NewScheduler returns a scheduler; due is called from Run, one call at a time.
func NewScheduler(c *Clock, schedules []Schedule, due func(s Schedule, at time.Time)) *Scheduler {
	s := &Scheduler{clock: c, due: due}
	for _, one := range schedules {
		s.plans = append(s.plans, plan{Schedule: one, next: one.Plan.Next(c.Now())})
	}
	return s
}

// Coming is when a schedule is due next.
type Coming struct {
	Schedule
	At time.Time
}

// Coming lists the schedules with the time each is due next, zero where that is never.
func (s *Scheduler) Coming() []Coming {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []Coming
	for _, p := range s.plans {
		out = append(out, Coming{Schedule: p.Schedule, At: p.next})
	}
	return out
}

// longestSleep bounds a sleep, since a machine that was suspended wakes timers late.
const longestSleep = time.Minute

// Run calls back until the context ends.
func (s *Scheduler) Run(ctx context.Context) {
	for {
		changed := s.clock.next()
		sleep := longestSleep
		for _, at := range s.runDue() {
			sleep = min(sleep, at.Sub(s.clock.Now()))
		}
		timer := time.NewTimer(max(sleep, 0))
		select {
		case <-ctx.Done():
			timer.Stop()
			return
		case <-timer.C:
		case <-changed:
			timer.Stop()
			s.rewind()
		}
	}
}

// runDue calls back for what is due and returns when the schedules are due next.
func (s *Scheduler) runDue() []time.Time {
	now := s.clock.Now()
	type call struct {
		Schedule
		at time.Time
	}
	var calls []call
	var next []time.Time
	s.mu.Lock()
	for i := range s.plans {
		p := &s.plans[i]
		if p.next.IsZero() {
			continue
		}
		if !p.next.After(now) {
			calls = append(calls, call{p.Schedule, p.next})
			p.next = p.Plan.Next(now)
		}
		next = append(next, p.next)
	}
	s.mu.Unlock()
	for _, c := range calls {
		s.due(c.Schedule, c.at)
	}
	return next
}

// rewind plans anew what a clock that was set back has left too far ahead.
func (s *Scheduler) rewind() {
	now := s.clock.Now()
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := range s.plans {
		p := &s.plans[i]
		if fresh := p.Plan.Next(now); fresh.Before(p.next) {
			p.next = fresh
		}
	}
}
