// Package clock keeps the time of the local cloud, which a person may set and skip ahead, and runs the schedules of
// the template by it.
//
// It does not know what a schedule's function does. The time runs at its natural speed: it is the machine's own
// clock plus an offset.
package clock

import (
	"sync"
	"time"
)

// Clock is a running clock. It may be asked and set from many goroutines.
type Clock struct {
	mu      sync.Mutex
	offset  time.Duration
	changed chan struct{}
	hooks   []func()
}

// New returns a clock that shows the machine's time.
func New() *Clock { return &Clock{changed: make(chan struct{})} }

// At returns a clock that shows t now and runs on from there.
func At(t time.Time) *Clock {
	c := New()
	c.offset = time.Until(t)
	return c
}

// Now is the time that the local cloud shows.
func (c *Clock) Now() time.Time { return time.Now().Add(c.Offset()) }

// Offset is how far the clock is ahead of the machine's.
func (c *Clock) Offset() time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.offset
}

// OnChange registers a function that is called after each change and before any schedule sees the new time.
func (c *Clock) OnChange(hook func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.hooks = append(c.hooks, hook)
}

// Set makes the clock show t.
func (c *Clock) Set(t time.Time) { c.move(func(time.Duration) time.Duration { return time.Until(t) }) }

// Skip moves the clock on by d, or back where d is below zero.
func (c *Clock) Skip(d time.Duration) {
	c.move(func(offset time.Duration) time.Duration { return offset + d })
}

// Reset makes the clock show the machine's time.
func (c *Clock) Reset() { c.move(func(time.Duration) time.Duration { return 0 }) }

func (c *Clock) move(change func(time.Duration) time.Duration) {
	c.mu.Lock()
	c.offset = change(c.offset)
	hooks := c.hooks
	c.mu.Unlock()
	for _, hook := range hooks {
		hook()
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	close(c.changed)
	c.changed = make(chan struct{})
}

// next is closed at the next change.
func (c *Clock) next() <-chan struct{} {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.changed
}
