// Package tally counts what a proof tried and what it found wrong, and hands
// the counts to the command that asked for them. It does not know what is
// proven.
package tally

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// File names, in the environment, the file that counts are appended to as JSON
// lines. Without it they are logged only.
const File = "CENTER_PROOF_COUNTS"

// every is how often a long proof says how far it is.
const every = 5 * time.Second

// Line is one count.
type Line struct {
	Proof    string         `json:"proof"`
	Tried    int            `json:"tried"`
	Wrong    map[string]int `json:"wrong,omitempty"` // by verdict
	Facts    []string       `json:"facts,omitempty"` // figures beside them
	Complete bool           `json:"complete"`        // every schedule there is was tried
	Seconds  float64        `json:"seconds"`
}

// Violations is how many went wrong.
func (l Line) Violations() (n int) {
	for _, count := range l.Wrong {
		n += count
	}
	return n
}

// Count is a proof being counted, safe for concurrent use.
type Count struct {
	t     testing.TB
	began time.Time

	mu   sync.Mutex
	line Line
	said time.Time
}

// Open begins to count a proof; the count is handed over when the test ends.
func Open(t testing.TB, proof string) *Count {
	now := time.Now()
	c := &Count{t: t, began: now, said: now, line: Line{Proof: proof, Wrong: map[string]int{}}}
	t.Cleanup(c.close)
	return c
}

// Add counts one try; verdict is "" where nothing was wrong.
func (c *Count) Add(verdict string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.line.Tried++
	if verdict != "" {
		c.line.Wrong[verdict]++
	}
	if now := time.Now(); now.Sub(c.said) >= every && os.Getenv(File) != "" {
		c.said = now
		fmt.Fprintf(os.Stderr, "prove: %s: %d tried, %d wrong\n", c.line.Proof, c.line.Tried, c.line.Violations())
	}
}

// Fact notes a figure beside the count.
func (c *Count) Fact(format string, args ...any) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.line.Facts = append(c.line.Facts, fmt.Sprintf(format, args...))
}

// Complete notes that every schedule there is was tried.
func (c *Count) Complete() { c.mu.Lock(); defer c.mu.Unlock(); c.line.Complete = true }

// Tried is how many were counted; Violations how many of them went wrong.
func (c *Count) Tried() int { c.mu.Lock(); defer c.mu.Unlock(); return c.line.Tried }

// Violations is how many went wrong.
func (c *Count) Violations() int { c.mu.Lock(); defer c.mu.Unlock(); return c.line.Violations() }

func (c *Count) close() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.line.Seconds = time.Since(c.began).Seconds()
	c.t.Logf("%s: %d tried, wrong: %s; %s", c.line.Proof, c.line.Tried, words(c.line.Wrong), strings.Join(c.line.Facts, "; "))
	path := os.Getenv(File)
	if path == "" {
		return
	}
	text, err := json.Marshal(c.line)
	if err == nil {
		err = appendTo(path, append(text, '\n'))
	}
	if err != nil {
		c.t.Errorf("tally: %v", err)
	}
}

func words(wrong map[string]int) string {
	if len(wrong) == 0 {
		return "none"
	}
	var parts []string
	for _, verdict := range slices.Sorted(maps.Keys(wrong)) {
		parts = append(parts, fmt.Sprintf("%s %d", verdict, wrong[verdict]))
	}
	return strings.Join(parts, ", ")
}

func appendTo(path string, text []byte) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	defer f.Close()
	_, err = f.Write(text)
	return err
}
