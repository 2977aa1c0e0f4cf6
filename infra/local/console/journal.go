package console

import (
	"slices"
	"sync"
	"time"

	"customercenter/infra/local/lambda"
)

// kept is how many invocations the journal remembers.
const kept = 200

// Invocation is a finished invocation as the page shows it.
type Invocation struct {
	ID       string    `json:"id"`
	Function string    `json:"function"`
	Trigger  string    `json:"trigger"`
	At       time.Time `json:"at"`
	Millis   float64   `json:"ms"`
	Cold     bool      `json:"cold"`
	Outcome  string    `json:"outcome"`
	Message  string    `json:"message,omitempty"`
	Request  int       `json:"requestBytes"`
	Response int       `json:"responseBytes"`
	MemoryMB float64   `json:"memoryMB,omitempty"`
}

// Totals are what a function has done since the start.
type Totals struct {
	Invocations int     `json:"invocations"`
	Failures    int     `json:"failures"`
	Cold        int     `json:"cold"`
	Millis      float64 `json:"ms"` // of the last one
}

// Journal remembers the newest invocations and counts all. It may be used from many goroutines.
type Journal struct {
	mu     sync.Mutex
	last   []Invocation // newest last
	totals map[string]Totals
}

// NewJournal returns an empty journal.
func NewJournal() *Journal { return &Journal{totals: map[string]Totals{}} }

// Add enters an invocation.
func (j *Journal) Add(i lambda.Invocation) {
	one := Invocation{ID: i.ID, Function: i.Function, Trigger: i.Trigger, At: i.At, Millis: millis(i.Duration), Cold: i.Init > 0,
		Outcome: i.Outcome, Message: i.Message, Request: i.RequestBytes, Response: i.ResponseBytes, MemoryMB: float64(i.PeakMemoryKB*10/1024) / 10}
	j.mu.Lock()
	defer j.mu.Unlock()
	j.last = append(j.last, one)
	if len(j.last) > 2*kept {
		j.last = slices.Clone(j.last[len(j.last)-kept:])
	}
	t := j.totals[i.Function]
	t.Invocations++
	t.Millis = one.Millis
	if i.Outcome != lambda.OutcomeOK {
		t.Failures++
	}
	if one.Cold {
		t.Cold++
	}
	j.totals[i.Function] = t
}

// millis is a duration in milliseconds with two decimals.
func millis(d time.Duration) float64 {
	return float64(d.Round(10*time.Microsecond)) / float64(time.Millisecond)
}

// Recent returns the newest invocations, newest first.
func (j *Journal) Recent() []Invocation {
	j.mu.Lock()
	defer j.mu.Unlock()
	out := slices.Clone(j.last[max(0, len(j.last)-kept):])
	slices.Reverse(out)
	return out
}

// Totals returns the counts by function.
func (j *Journal) Totals() map[string]Totals {
	j.mu.Lock()
	defer j.mu.Unlock()
	out := map[string]Totals{}
	for name, t := range j.totals {
		out[name] = t
	}
	return out
}
