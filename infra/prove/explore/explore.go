// Package explore runs programs against each other, one outside call at a
// time, and decides at each call who goes next and what becomes of the call:
// delivered, broken before, answered to nobody, refused for a moment, or the
// last thing its program did. Walked depth first, the decisions are every
// schedule there is; drawn from a seed, they are a sample that can be drawn
// again.
//
// It does not know what is called, nor what would be wrong.
package explore

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing/synctest"
	"time"
)

// Fault is what becomes of a call.
type Fault int

// The faults.
const (
	Deliver    Fault = iota
	FailBefore       // the connection breaks before the request arrives
	LoseAnswer       // the request is done, and its answer lost
	Throttle         // refused: too much at once
	GoneBefore       // the program ends before the request is sent
	GoneAfter        // the program ends when the request was done
)

var faultNames = [...]string{"delivered", "broken before", "answer lost", "throttled", "PROGRAM GONE before", "PROGRAM GONE after"}

func (f Fault) String() string { return faultNames[f] }

// Faults are those that a call may meet.
var Faults = []Fault{FailBefore, LoseAnswer, Throttle, GoneBefore, GoneAfter}

// Chooser decides. Both methods answer a number from 0 below n; Fault's 0 is
// no fault.
type Chooser interface {
	Next(n int) int
	Fault(n int) int
}

// maxSteps is how many calls a schedule may take before it counts as endless.
const maxSteps = 2000

// Schedule is one run of some programs. It lives in a synctest bubble.
type Schedule struct {
	choose Chooser
	faults int // left to strike
	actors []*Actor
	trace  []string
	steps  int

	mu sync.Mutex // of what programs say of themselves
}

// New is a schedule without programs in which at most faults calls go wrong.
func New(choose Chooser, faults int) *Schedule {
	return &Schedule{choose: choose, faults: faults}
}

// Actor is one program.
type Actor struct {
	Name string

	s       *Schedule
	gone    bool
	done    bool
	waiting []*call
}

// call is an outside call that waits for its turn.
type call struct {
	name  string
	fault chan Fault
}

// Spawn adds a program. Its calls are those that Pass.
func (s *Schedule) Spawn(name string, body func(*Actor)) {
	a := &Actor{Name: name, s: s}
	s.actors = append(s.actors, a)
	go func() {
		body(a)
		s.mu.Lock()
		a.done = true
		s.mu.Unlock()
	}()
}

// Pass waits until it is this call's turn and answers what becomes of it. A
// program that is gone gets GoneBefore at once, whatever it calls.
func (a *Actor) Pass(name string) Fault {
	c := &call{name: name, fault: make(chan Fault, 1)}
	a.s.mu.Lock()
	if a.gone {
		c.fault <- GoneBefore
	} else {
		a.waiting = append(a.waiting, c)
	}
	a.s.mu.Unlock()
	return <-c.fault
}

// Gone tells whether the program was ended from outside: nobody has heard its
// answer.
func (a *Actor) Gone() bool {
	a.s.mu.Lock()
	defer a.s.mu.Unlock()
	return a.gone
}

// end makes the program gone. The caller holds the lock.
func (a *Actor) end() {
	a.gone = true
	for _, c := range a.waiting {
		c.fault <- GoneBefore
	}
	a.waiting = nil
}

// Run lets the programs run until each is over. An error means that they
// never end.
func (s *Schedule) Run() error {
	for {
		ready := s.ready()
		if len(ready) == 0 {
			return nil
		}
		if s.steps++; s.steps > maxSteps {
			return fmt.Errorf("explore: not over after %d calls", maxSteps)
		}
		a := ready[0]
		if len(ready) > 1 {
			a = ready[s.choose.Next(len(ready))]
		}
		s.release(a)
	}
}

// Stop ends all programs that are not over, as if each were gone.
func (s *Schedule) Stop() {
	s.mu.Lock()
	for _, a := range s.actors {
		a.end()
	}
	s.mu.Unlock()
	synctest.Wait()
}

// nap is how far time goes on while a program pauses before it tries again.
const nap = 50 * time.Millisecond

// ready waits until every program stands before a call or is over, and
// answers those that stand. Who pauses is waited for, so that a pause never
// decides the order.
func (s *Schedule) ready() []*Actor {
	for {
		synctest.Wait()
		ready, pausing := s.standing()
		if !pausing {
			return ready
		}
		time.Sleep(nap)
	}
}

// standing are the programs before a call, and whether others pause.
func (s *Schedule) standing() (ready []*Actor, pausing bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, a := range s.actors {
		if len(a.waiting) > 0 {
			ready = append(ready, a)
		} else if !a.done {
			pausing = true
		}
	}
	return ready, pausing
}

// release lets the first waiting call of a program go on.
func (s *Schedule) release(a *Actor) {
	fault := Deliver
	if s.faults > 0 {
		if n := s.choose.Fault(len(Faults) + 1); n > 0 {
			fault = Faults[n-1]
			s.faults--
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	c := a.waiting[0]
	a.waiting = slices.Delete(a.waiting, 0, 1)
	s.trace = append(s.trace, fmt.Sprintf("%-10s %-44s %s", a.Name, c.name, fault))
	if fault == GoneBefore || fault == GoneAfter {
		a.end()
	}
	c.fault <- fault
}

// Trace tells what happened, a line for each call.
func (s *Schedule) Trace() string { return strings.Join(s.trace, "\n") }
