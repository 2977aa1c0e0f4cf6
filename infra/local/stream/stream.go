// Package stream plays Lambda's event source mappings for DynamoDB streams: it reads a table's changes in order,
// filters them before anything else, hands batches to a function, and retries, bisects and gives up as Lambda does.
// Each consumer keeps its own place on disk, so that none waits for another and a change that was committed before
// a crash is delivered after it, at least once.
//
// It does not know how changes are stored or how functions run. It reads one shard in order: what Lambda may do in
// parallel is done here one batch after the other.
package stream

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Limits of a consumer.
const (
	pageSize        = 1000                   // records read at once
	savePause       = time.Second            // between two saves of a place that only filtering has moved
	readPause       = 200 * time.Millisecond // before a failed read is tried again
	firstBackoff    = 200 * time.Millisecond
	longestBackoff  = 30 * time.Second
	maxBatchPayload = 6 << 20 // bytes of one event
)

// Record is one change of an item. Keys and images are in DynamoDB JSON.
type Record struct {
	Sequence  uint64
	EventName string // INSERT, MODIFY or REMOVE
	At        time.Time
	Kept      time.Time // since when the source has it, by the machine's clock
	Keys      json.RawMessage
	NewImage  json.RawMessage
	OldImage  json.RawMessage
	ByTTL     bool
}

// Source is where a table's changes are read.
type Source interface {
	// Records returns up to limit records after the given sequence number, oldest first.
	Records(table string, after uint64, limit int) ([]Record, error)
	// Wait returns once there is a record after the given one, or the context ends.
	Wait(ctx context.Context, table string, after uint64) error
}

// Mapping says which changes a function gets, and how.
type Mapping struct {
	Name            string
	Function        string
	Table           string
	BatchSize       int
	Window          time.Duration
	MaxRetries      int           // below zero: as long as records live
	MaxAge          time.Duration // below zero: as long as records live
	Bisect          bool
	PartialFailures bool
	Filters         []string
	OnFailure       string
}

// ErrNotNow is what Invoke returns where the function cannot run for a reason that is not its own, such as a
// source that does not compile. Such an attempt does not count.
var ErrNotNow = errors.New("the function cannot run now")

// Options of a consumer. All but Backoff must be set.
type Options struct {
	Source Source
	// Invoke runs the function and returns its answer.
	Invoke func(ctx context.Context, function string, payload []byte) ([]byte, error)
	// GiveUp receives batches that no retry could save.
	GiveUp func(GivenUp)
	// Now is the machine's clock, against which Kept tells how old a record is: a clock that is skipped ahead makes
	// none too old to be delivered.
	Now func() time.Time
	// Folder is where the consumer keeps its place.
	Folder string
	// Backoff returns the pause before a retry; nil doubles from a fifth of a second to half a minute.
	Backoff func(retry int) time.Duration
	// Tell receives a line for each thing that goes wrong; nil discards them.
	Tell func(string)
}

// GivenUp is a batch that was dropped: which records it held, not what was in them.
type GivenUp struct {
	Mapping   Mapping
	Condition string // RetryAttemptsExhausted or MaximumRecordAgeExceeded
	Attempts  int
	First     uint64
	Last      uint64
	Size      int
	Cause     string
}

// Consumer delivers one mapping's records.
type Consumer struct {
	mapping Mapping
	options Options
	filter  filter
	file    string

	mu    sync.Mutex
	saved uint64 // the place on disk: everything up to it is done

	place   uint64   // everything up to it is done or filtered out
	read    uint64   // everything up to it has been read
	ahead   []Record // read and matched, not yet delivered
	savedAt time.Time
}

// New returns a consumer that continues where it stopped. It refuses a filter it does not understand.
func New(m Mapping, o Options) (*Consumer, error) {
	f, err := parseFilter(m.Filters)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", m.Function, err)
	}
	if o.Backoff == nil {
		o.Backoff = backoff
	}
	if o.Tell == nil {
		o.Tell = func(string) {}
	}
	if err := os.MkdirAll(o.Folder, 0o755); err != nil {
		return nil, err
	}
	c := &Consumer{mapping: m, options: o, filter: f, file: filepath.Join(o.Folder, m.Function+"."+m.Name)}
	c.place, err = load(c.file)
	c.saved, c.read = c.place, c.place
	return c, err
}

func backoff(retry int) time.Duration {
	pause := firstBackoff
	for range retry {
		if pause *= 2; pause >= longestBackoff {
			return longestBackoff
		}
	}
	return pause
}

// Done is the place on disk: records up to it will not be asked for again.
func (c *Consumer) Done() uint64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.saved
}

// Run delivers until the context ends, then saves its place.
func (c *Consumer) Run(ctx context.Context) {
	for ctx.Err() == nil {
		batch, err := c.gather(ctx)
		if err != nil {
			if ctx.Err() == nil {
				c.options.Tell(fmt.Sprintf("reading the stream of %s: %v", c.mapping.Table, err))
				pause(ctx, readPause)
			}
			continue
		}
		if !c.deliver(ctx, batch, 0) {
			break // the context ended: what was not delivered will be after the next start
		}
		c.advance(len(batch) > 0)
	}
	c.save()
}

// gather returns the next batch: it is full, or its window has passed since its first record. It waits for that
// one, and comes back empty where many were read of which none matched.
func (c *Consumer) gather(ctx context.Context) ([]Record, error) {
	var until time.Time // the end of the window, set by the first record
	for len(c.ahead) < c.mapping.BatchSize {
		more, err := c.readPage()
		if err != nil {
			return nil, err
		}
		if len(c.ahead) > 0 && until.IsZero() {
			until = time.Now().Add(c.mapping.Window)
		}
		if len(c.ahead) > 0 && !time.Now().Before(until) {
			break
		}
		if more && len(c.ahead) == 0 {
			return nil, nil // let the place be saved
		}
		if more {
			continue
		}
		if err := c.await(ctx, until); err != nil {
			return nil, err
		}
	}
	n := min(len(c.ahead), c.mapping.BatchSize)
	batch := c.ahead[:n:n]
	c.ahead = c.ahead[n:]
	return batch, nil
}

// await waits for a record; at most until the end of the window, and no longer than a place may stay unsaved.
func (c *Consumer) await(ctx context.Context, until time.Time) error {
	if until.IsZero() && c.place != c.Done() {
		until = c.savedAt.Add(savePause)
	}
	if until.IsZero() {
		return c.options.Source.Wait(ctx, c.mapping.Table, c.read)
	}
	limited, cancel := context.WithDeadline(ctx, until)
	defer cancel()
	err := c.options.Source.Wait(limited, c.mapping.Table, c.read)
	if limited.Err() != nil {
		c.save()
		return ctx.Err()
	}
	return err
}

// readPage reads on and keeps what matches; more is false at the end of the stream.
func (c *Consumer) readPage() (more bool, err error) {
	page, err := c.options.Source.Records(c.mapping.Table, c.read, pageSize)
	if err != nil || len(page) == 0 {
		return false, err
	}
	for _, r := range page {
		if c.filter.matches(r) {
			c.ahead = append(c.ahead, r)
		}
		c.read = r.Sequence
	}
	return true, nil
}

// advance moves the place over what has been delivered, and saves it: at once after a delivery, now and then
// after mere filtering.
func (c *Consumer) advance(delivered bool) {
	c.place = c.read
	if len(c.ahead) > 0 {
		c.place = c.ahead[0].Sequence - 1
	}
	if delivered || time.Since(c.savedAt) >= savePause {
		c.save()
	}
}

// save writes the place. A failure is told and not fatal: an old place delivers records twice, never none.
func (c *Consumer) save() {
	if c.place == c.Done() {
		return
	}
	c.savedAt = time.Now()
	if err := store(c.file, c.place); err != nil {
		c.options.Tell(fmt.Sprintf("keeping the place of %s: %v", c.mapping.Function, err))
		return
	}
	c.mu.Lock()
	c.saved = c.place
	c.mu.Unlock()
}

func load(file string) (uint64, error) {
	b, err := os.ReadFile(file)
	if errors.Is(err, os.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	place, err := strconv.ParseUint(strings.TrimSpace(string(b)), 10, 64)
	if err != nil {
		return 0, nil // torn by a power failure: everything still in the stream is delivered again
	}
	return place, nil
}

func store(file string, place uint64) error {
	fresh := file + ".new"
	if err := os.WriteFile(fresh, []byte(strconv.FormatUint(place, 10)), 0o644); err != nil {
		return err
	}
	return os.Rename(fresh, file)
}

// pause waits; it is false where the context ended first.
func pause(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}
