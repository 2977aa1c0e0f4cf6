package dynamo

import (
	"encoding/binary"
	"encoding/json"
	"fmt"

	"customercenter/infra/local/dynamo/internal/table"
	"customercenter/infra/local/dynamo/internal/wal"
)

// Kinds of entries in the log. Their payloads stand beside the functions that
// write them.
const (
	entryTable  = 1 + iota // a table is declared, or declared anew
	entryDrop              // a table is dropped
	entryPut               // an item is put
	entryDelete            // an item is taken away
	entryExpire            // an item is taken away because its time had passed
	entryToken             // a ClientRequestToken is used
	entryTrim              // a stream is trimmed
	entryItem              // of checkpoints: an item that stands
	entryChange            // of checkpoints: a change that a stream keeps
	entryLast              // of checkpoints: the number of a stream's newest change
)

// fields builds a payload: strings and byte slices with their lengths before
// them, numbers as variable-length integers.
type fields []byte

func (f fields) text(s string) fields {
	return append(binary.AppendUvarint(f, uint64(len(s))), s...)
}

func (f fields) number(n uint64) fields { return binary.AppendUvarint(f, n) }

// time is nanoseconds since 1970.
func (f fields) time(at int64) fields { return binary.LittleEndian.AppendUint64(f, uint64(at)) }

// How a payload holds a record.
const (
	recordNone = iota
	recordWhole
	recordStanding // its key: it is the one that stands in the table
)

// record is a record, or none: its key, size and content.
func (f fields) record(r *table.Record) fields {
	if r == nil {
		return f.number(recordNone)
	}
	f = f.number(recordWhole).text(r.Key).number(uint64(r.Size)).number(uint64(len(r.Raw)))
	return append(f, r.Raw...)
}

// recordOf is record, but for a record that stands in the table no more than a
// pointer to it.
func (f fields) recordOf(t *table.Table, r *table.Record) fields {
	if r != nil && t.Get(r.Key) == r {
		return f.number(recordStanding).text(r.Key)
	}
	return f.record(r)
}

// reading takes a payload apart again; after a fault it returns zero values.
type reading struct {
	rest []byte
	bad  bool
}

func (r *reading) number() uint64 {
	n, size := binary.Uvarint(r.rest)
	if size <= 0 {
		r.bad = true
		return 0
	}
	r.rest = r.rest[size:]
	return n
}

func (r *reading) bytes() []byte {
	n := r.number()
	if n > uint64(len(r.rest)) {
		r.bad = true
		return nil
	}
	b := r.rest[:n:n]
	r.rest = r.rest[n:]
	return b
}

func (r *reading) text() string { return string(r.bytes()) }

func (r *reading) time() int64 {
	if len(r.rest) < 8 {
		r.bad = true
		return 0
	}
	at := int64(binary.LittleEndian.Uint64(r.rest))
	r.rest = r.rest[8:]
	return at
}

// record reads what fields.record or fields.recordOf wrote; t is the table.
func (r *reading) record(t *table.Table) *table.Record {
	switch r.number() {
	case recordWhole:
		key := r.text()
		size := r.number()
		return &table.Record{Key: key, Size: int(size), Raw: r.bytes()}
	case recordStanding:
		standing := t.Get(r.text())
		r.bad = r.bad || standing == nil
		return standing
	}
	return nil
}

// entry is how the log keeps a change: table, time, and the record or the key.
func (c change) entry(at int64) wal.Entry {
	f := fields(make([]byte, 0, 64+len(c.key))).text(c.table.Name).time(at)
	switch {
	case c.next != nil:
		return wal.Entry{Kind: entryPut, Payload: f.record(c.next)}
	case c.expired:
		return wal.Entry{Kind: entryExpire, Payload: f.text(c.key)}
	}
	return wal.Entry{Kind: entryDelete, Payload: f.text(c.key)}
}

func trimEntry(name string, upTo uint64) wal.Entry {
	return wal.Entry{Kind: entryTrim, Payload: fields(nil).text(name).number(upTo)}
}

// restore applies a commit of the log to a database that is being opened.
func (db *DB) restore(sequence uint64, entries []wal.Entry) error {
	for _, e := range entries {
		if err := db.restoreEntry(sequence, e); err != nil {
			return err
		}
	}
	return nil
}

func (db *DB) restoreEntry(sequence uint64, e wal.Entry) error {
	switch e.Kind {
	case entryTable:
		return db.restoreTable(e.Payload)
	case entryDrop:
		delete(db.tables, string(e.Payload))
		return nil
	case entryToken:
		t, err := readToken(e.Payload, sequence)
		db.tokens.add(t)
		return err
	}
	r := &reading{rest: e.Payload}
	name := r.text()
	t := db.tables[name]
	if t == nil {
		return fmt.Errorf("%w: it is about the table %q, which is not there", errEntry, name)
	}
	switch e.Kind {
	case entryPut, entryDelete, entryExpire:
		db.restoreChange(t, sequence, e.Kind, r)
	case entryTrim:
		t.Stream.Trim(r.number())
	case entryItem:
		if record := r.record(t); record != nil && !r.bad {
			t.Restore(record.Key, record)
		}
	case entryChange:
		c := table.Change{Kept: db.machine().UnixNano(), Sequence: r.number(), At: r.time(), Expired: r.number() == 1, Old: r.record(t), New: r.record(t), Commit: sequence}
		t.Stream.Restore(c)
	case entryLast:
		t.Stream.SetLast(r.number())
	default:
		return fmt.Errorf("%w: its kind is %d", errEntry, e.Kind)
	}
	if r.bad {
		return errEntry
	}
	return nil
}

func (db *DB) restoreChange(t *table.Table, sequence uint64, kind byte, r *reading) {
	c := change{expired: kind == entryExpire}
	at := r.time()
	if kind == entryPut {
		c.next = r.record(t)
		if r.bad || c.next == nil {
			r.bad = true
			return
		}
		c.key = c.next.Key
	} else {
		c.key = r.text()
	}
	old := t.Restore(c.key, c.next)
	db.streamChange(t, table.Change{At: at, Old: old, New: c.next, Expired: c.expired, Commit: sequence})
}

func (db *DB) restoreTable(payload []byte) error {
	var s table.Schema
	if err := json.Unmarshal(payload, &s); err != nil {
		return fmt.Errorf("%w: %w", errEntry, err)
	}
	if t := db.tables[s.Name]; t != nil && t.ID == s.ID {
		t.SetExpiry(s.Expiry)
	} else {
		db.tables[s.Name] = table.New(s)
	}
	return nil
}

// checkpointBatch is how many items of a checkpoint are read back together.
const checkpointBatch = 256

// Checkpoint folds the log into a file of what stands now, so that opening the
// database takes no longer than its content asks for. Requests go on meanwhile.
// The database does this on its own when the log has grown.
func (db *DB) Checkpoint() error {
	db.checkpointing.Lock()
	defer db.checkpointing.Unlock()
	to, tables, tokens, err := db.startCheckpoint()
	if err != nil || to == nil {
		return err
	}
	for _, t := range tables {
		if err := writeTable(to, t); err != nil {
			return abandon(to, err)
		}
	}
	for _, t := range tokens {
		if err := to.Write([]wal.Entry{t.entry()}); err != nil {
			return abandon(to, err)
		}
	}
	return to.Finish()
}

func abandon(c *wal.Checkpoint, err error) error {
	if failure := c.Abandon(); failure != nil {
		return fmt.Errorf("%w; and %w", err, failure)
	}
	return err
}

// startCheckpoint takes a cut through the database; it returns no checkpoint
// where there is no log.
func (db *DB) startCheckpoint() (to *wal.Checkpoint, tables []*table.Table, tokens []token, err error) {
	db.mu.Lock()
	defer db.mu.Unlock()
	if db.closed {
		return nil, nil, nil, errClosed
	}
	if to, err = db.log.StartCheckpoint(); err != nil || to == nil {
		return nil, nil, nil, err
	}
	for _, t := range db.tables {
		tables = append(tables, t.Snapshot())
	}
	return to, tables, append(tokens, db.tokens.order...), nil
}

func writeTable(to *wal.Checkpoint, t *table.Table) error {
	declared, err := json.Marshal(t.Schema)
	if err != nil {
		return err
	}
	entries := []wal.Entry{
		{Kind: entryTable, Payload: declared},
		{Kind: entryLast, Payload: fields(nil).text(t.Name).number(t.Stream.Last())},
	}
	add := func(kind byte, payload fields) bool {
		entries = append(entries, wal.Entry{Kind: kind, Payload: payload})
		if len(entries) >= checkpointBatch {
			err = to.Write(entries)
			entries = entries[:0]
		}
		return err == nil
	}
	t.Scan(func(r *table.Record) bool {
		return add(entryItem, fields(nil).text(t.Name).record(r))
	})
	for _, c := range t.Stream.Changes() {
		expired := uint64(0)
		if c.Expired {
			expired = 1
		}
		f := fields(nil).text(t.Name).number(c.Sequence).time(c.At).number(expired).record(c.Old).recordOf(t, c.New)
		if !add(entryChange, f) {
			break
		}
	}
	if err != nil {
		return err
	}
	return to.Write(entries)
}
