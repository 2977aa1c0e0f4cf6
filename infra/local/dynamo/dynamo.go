// Package dynamo is DynamoDB for a laptop: an embedded engine that speaks
// DynamoDB's wire protocol and keeps its semantics, the promises of conditions,
// transactions, indexes, streams and capacity included, in memory with a
// write-ahead log behind it. It knows nothing of the product that uses it and of
// access rights; requests are not authenticated.
//
// The rooms inside: internal/number and internal/value are what items are made
// of, internal/expression is the expression language, internal/table holds trees
// of items, internal/wal is the disk, internal/fault the refusals. This package
// puts them together, one file per operation.
package dynamo

import (
	"errors"
	"sync"
	"time"

	"customercenter/infra/local/dynamo/internal/fault"
	"customercenter/infra/local/dynamo/internal/table"
	"customercenter/infra/local/dynamo/internal/wal"
)

// Options of a database. The zero value is right for use.
type Options struct {
	// NoSync leaves it to the operating system when a commit reaches the disk:
	// a crash of the machine may then lose what was acknowledged, a crash of the
	// process may not.
	NoSync bool
	// Now is the clock by which items expire, tokens age and stream records are
	// dated; nil is time.Now. It may jump. How long a stream keeps a record goes by
	// the machine's clock, so that a jump takes nothing from a consumer.
	Now func() time.Time
	// TransactionHold keeps the items of a transaction to itself for so much
	// longer than it needs, so that tests meet conflicts.
	TransactionHold time.Duration
	// CheckpointBytes is how large the log may grow, at least, before it is folded
	// into a checkpoint; 0 is 64 MB.
	CheckpointBytes int64
}

// Limits and intervals of the engine's own housekeeping.
const (
	sweepInterval   = time.Second
	sweepBatch      = 500 // items expired under one lock
	checkpointBytes = 64 << 20
)

// DB is a database: tables, the transactions in flight on them, and the log.
// All of its methods may be called at the same time.
//
// One lock guards the trees and is held only to look records up or to apply a
// commit: records never change, so answers are built after it is let go. A commit
// shows in the trees before it is durable; whoever saw it waits for the disk
// before saying so.
type DB struct {
	now     func() time.Time
	machine func() time.Time // the clock that never jumps
	hold    time.Duration
	log     *wal.Log

	mu      sync.RWMutex
	tables  map[string]*table.Table
	held    map[place]bool // items of transactions that are not durable yet
	tokens  tokens
	closed  bool
	streams notice

	checkpointing   sync.Mutex
	checkpointBytes int64
	checkpointDue   chan struct{}
	stop            chan struct{}
	stopped         chan struct{}
}

// place is where an item stands.
type place struct {
	table *table.Table
	key   string
}

// Open opens the database in a directory, which it makes where there is none and
// keeps other processes out of; the directory "" is a database in memory.
func Open(dir string, o Options) (*DB, error) {
	db := &DB{
		now: o.Now, machine: time.Now, hold: o.TransactionHold, log: wal.Memory(),
		tables: map[string]*table.Table{}, held: map[place]bool{}, tokens: newTokens(),
		checkpointBytes: o.CheckpointBytes, checkpointDue: make(chan struct{}, 1),
		stop: make(chan struct{}), stopped: make(chan struct{}),
	}
	if db.now == nil {
		db.now = time.Now
	}
	if db.checkpointBytes == 0 {
		db.checkpointBytes = checkpointBytes
	}
	if dir != "" {
		log, err := wal.Open(dir, wal.Options{NoSync: o.NoSync}, db.restore)
		if err != nil {
			return nil, err
		}
		db.log = log
		for _, t := range db.tables {
			t.Build()
		}
	}
	go db.keepHouse()
	return db, nil
}

// Close makes everything durable and ends the database's work. Requests after it
// are answered with an internal error.
func (db *DB) Close() error {
	db.mu.Lock()
	if db.closed {
		db.mu.Unlock()
		return nil
	}
	db.closed = true
	db.mu.Unlock()
	close(db.stop)
	<-db.stopped
	return db.log.Close()
}

// keepHouse lets time do its work until the database is closed.
func (db *DB) keepHouse() {
	defer close(db.stopped)
	tick := time.NewTicker(sweepInterval)
	defer tick.Stop()
	for {
		select {
		case <-db.stop:
			return
		case <-tick.C:
			db.Sweep() // fails only as the log does, and then every request does
		case <-db.checkpointDue:
			db.Checkpoint() // one that fails leaves the log whole for the next
		}
	}
}

var errClosed = errors.New("the database is closed")

// table returns the table of a name or ARN; a lock is held.
func (db *DB) table(name string) (*table.Table, error) {
	if db.closed {
		return nil, errClosed
	}
	if t := db.tables[tableOf(name)]; t != nil {
		return t, nil
	}
	return nil, &fault.Error{Code: fault.CodeNotFound, Message: "Requested resource not found"}
}

// lookup is table for a caller that holds no lock.
func (db *DB) lookup(name string) (*table.Table, error) {
	db.mu.RLock()
	defer db.mu.RUnlock()
	return db.table(name)
}

// still refuses to go on with a table that was deleted since lookup returned it;
// a lock is held.
func (db *DB) still(t *table.Table) error {
	found, err := db.table(t.Name)
	if err == nil && found != t {
		err = &fault.Error{Code: fault.CodeNotFound, Message: "Requested resource not found"}
	}
	return err
}

// change is one item's part of a commit.
type change struct {
	table   *table.Table
	key     string
	next    *table.Record // nil takes the item away
	expired bool
	units   table.Units // what it cost, known once it is committed
}

// commit logs changes and entries and applies the changes, all or nothing; the
// write lock is held. The commit is durable when db.wait says so.
func (db *DB) commit(changes []change, entries ...wal.Entry) (sequence uint64) {
	at := db.now().UnixNano()
	for _, c := range changes {
		entries = append(entries, c.entry(at))
	}
	sequence = db.log.Append(entries)
	for i := range changes {
		c := &changes[i]
		var old *table.Record
		old, c.units = c.table.Apply(c.key, c.next, sequence)
		db.streamChange(c.table, table.Change{At: at, Old: old, New: c.next, Expired: c.expired, Commit: sequence})
	}
	return sequence
}

// streamChange adds a change to the stream of a table that has one.
func (db *DB) streamChange(t *table.Table, c table.Change) {
	if t.StreamView != "" {
		c.Kept = db.machine().UnixNano()
		t.Stream.Add(c)
	}
}

// wait returns when a commit, and with it all before, is durable.
func (db *DB) wait(sequence uint64) error {
	if err := db.log.Wait(sequence); err != nil {
		return err
	}
	db.streams.announce()
	if db.log.CheckpointDue(db.checkpointBytes) {
		select {
		case db.checkpointDue <- struct{}{}:
		default:
		}
	}
	return nil
}
