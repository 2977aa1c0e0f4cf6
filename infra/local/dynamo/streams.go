package dynamo

import (
	"context"
	"encoding/json"
	"sync"
	"time"

	"customercenter/infra/local/dynamo/internal/fault"
	"customercenter/infra/local/dynamo/internal/table"
	"customercenter/infra/local/dynamo/internal/wal"
)

// StreamRecord is one change of an item, as a stream's consumer gets it. Images
// are there as the stream's view type says, and as far as there is one.
type StreamRecord struct {
	Sequence  uint64 // numbers the table's changes from 1
	EventName string // INSERT, MODIFY or REMOVE
	At        time.Time
	Kept      time.Time       // since when the stream has it, by the machine's clock, which never jumps
	Keys      json.RawMessage // all in DynamoDB JSON
	NewImage  json.RawMessage
	OldImage  json.RawMessage
	ByTTL     bool // the item was removed because its time to live had passed
}

// StreamRecords returns the changes of a table numbered higher than after, in
// order, limit at most. Changes are durable before they show. The database keeps
// them for a day unless they are trimmed.
func (db *DB) StreamRecords(name string, after uint64, limit int) ([]StreamRecord, error) {
	db.mu.RLock()
	t, err := db.streamed(name)
	if err != nil {
		db.mu.RUnlock()
		return nil, err
	}
	changes := t.Stream.After(after, db.log.Durable(), limit)
	db.mu.RUnlock()
	records := make([]StreamRecord, len(changes))
	for i, c := range changes {
		records[i] = streamRecord(t, c)
	}
	return records, nil
}

// streamed returns a table that has a stream; a lock is held.
func (db *DB) streamed(name string) (*table.Table, error) {
	t, err := db.table(name)
	if err == nil && t.StreamView == "" {
		err = &fault.Error{Code: fault.CodeNotFound, Message: "Requested resource not found: Stream of " + name}
	}
	return t, err
}

func streamRecord(t *table.Table, c table.Change) StreamRecord {
	shown := c.New
	if shown == nil {
		shown = c.Old
	}
	r := StreamRecord{
		Sequence: c.Sequence, EventName: c.Event(), At: time.Unix(0, c.At).UTC(), Kept: time.Unix(0, c.Kept).UTC(), ByTTL: c.Expired,
		Keys: shown.Select(t.KeyNames()),
	}
	view := t.StreamView
	if c.New != nil && (view == "NEW_IMAGE" || view == "NEW_AND_OLD_IMAGES") {
		r.NewImage = c.New.Raw
	}
	if c.Old != nil && (view == "OLD_IMAGE" || view == "NEW_AND_OLD_IMAGES") {
		r.OldImage = c.Old.Raw
	}
	return r
}

// StreamWait returns when StreamRecords would return a change numbered higher
// than after, or with the context's error, or because the table is gone.
func (db *DB) StreamWait(ctx context.Context, name string, after uint64) error {
	for {
		news := db.streams.next()
		records, err := db.StreamRecords(name, after, 1)
		if err != nil || len(records) > 0 {
			return err
		}
		select {
		case <-news:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// TrimStream forgets the changes of a table up to a number. The database may
// remember them again after a crash.
func (db *DB) TrimStream(name string, upTo uint64) {
	db.mu.Lock()
	defer db.mu.Unlock()
	if t, err := db.streamed(name); err == nil && t.Stream.Trim(upTo) {
		db.log.Append([]wal.Entry{trimEntry(name, upTo)})
	}
}

// notice wakes whoever waits for news. The zero value is ready.
type notice struct {
	mu sync.Mutex
	ch chan struct{}
}

// next returns a channel that the next announcement closes.
func (n *notice) next() <-chan struct{} {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.ch == nil {
		n.ch = make(chan struct{})
	}
	return n.ch
}

func (n *notice) announce() {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.ch != nil {
		close(n.ch)
		n.ch = nil
	}
}
