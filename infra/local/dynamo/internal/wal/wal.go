// Package wal is the engine's write-ahead log: commits, each of several entries,
// are on disk before anyone waits no longer for them, are read back whole or not
// at all, and are folded into a checkpoint while new ones come in. It knows
// entries as a kind and bytes; what they mean is the engine's business.
//
// A directory holds segments (000012.log) and at most one finished checkpoint
// (000011.checkpoint), which stands for every segment up to its number.
package wal

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
)

// Entry is one step of a commit.
type Entry struct {
	Kind    byte // not 0, which closes a commit
	Payload []byte
}

// Options of a log.
type Options struct {
	NoSync bool // leave it to the operating system when bytes reach the disk
}

// Log takes commits in the order they are appended. Its methods may be called at
// the same time, but appends come in the order the caller's lock gives them.
type Log struct {
	dir    string // "" keeps nothing
	noSync bool
	unlock func() error

	mu         sync.Mutex
	file       *os.File
	segment    int
	sequence   uint64 // last appended
	pending    *batch
	flushing   *batch
	failure    error
	closed     bool
	wake       chan struct{}
	quit       chan struct{}
	stopped    chan struct{}
	durable    atomic.Uint64
	bytes      atomic.Int64 // of segments that no checkpoint stands for
	checkpoint atomic.Int64 // bytes of the newest checkpoint
}

// batch is what goes to disk together.
type batch struct {
	bytes []byte
	last  uint64
	done  chan struct{}
	err   error
}

func newBatch() *batch { return &batch{done: make(chan struct{})} }

// ErrClosed is what waiting for a commit appended after Close returns.
var ErrClosed = errors.New("wal: log is closed")

// Memory returns a log that keeps nothing and lets nobody wait.
func Memory() *Log { return &Log{} }

// Open reads the commits of a directory in order, calling apply with each, and
// returns a log that takes more. A commit cut short by a crash can only stand at
// the end; it is cut off. Anything else that cannot be read is an error.
func Open(dir string, o Options, apply func(sequence uint64, entries []Entry) error) (*Log, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	unlock, err := lockDirectory(dir)
	if err != nil {
		return nil, err
	}
	l := &Log{
		dir: dir, noSync: o.NoSync, unlock: unlock, pending: newBatch(),
		wake: make(chan struct{}, 1), quit: make(chan struct{}), stopped: make(chan struct{}),
	}
	if err := l.restore(apply); err != nil {
		return nil, errors.Join(err, unlock())
	}
	l.durable.Store(l.sequence)
	go l.flush()
	return l, nil
}

func (l *Log) restore(apply func(uint64, []Entry) error) error {
	found, err := list(l.dir)
	if err != nil {
		return err
	}
	if found.checkpoint > 0 {
		path := l.path(found.checkpoint, checkpointSuffix)
		read, err := readFile(path, true, l.counting(apply))
		if err != nil {
			return err
		}
		l.checkpoint.Store(read)
	}
	for i, segment := range found.segments {
		last := i == len(found.segments)-1
		read, err := readFile(l.path(segment, segmentSuffix), !last, l.counting(apply))
		if err != nil {
			return err
		}
		l.bytes.Add(read)
		if last {
			return l.cutOff(segment, read)
		}
	}
	return l.startSegment(found.checkpoint + 1)
}

func (l *Log) counting(apply func(uint64, []Entry) error) func(uint64, []Entry) error {
	return func(sequence uint64, entries []Entry) error {
		l.sequence = max(l.sequence, sequence)
		return apply(sequence, entries)
	}
}

func (l *Log) path(number int, suffix string) string {
	return filepath.Join(l.dir, fmt.Sprintf("%06d%s", number, suffix))
}

// cutOff continues a segment after its good bytes, unless what follows them was
// not cut short by a crash: then whole commits are behind it.
func (l *Log) cutOff(number int, good int64) error {
	path := l.path(number, segmentSuffix)
	lost, err := holdsCommitAfter(path, good, l.sequence+1)
	if err != nil {
		return err
	}
	if lost {
		return fmt.Errorf("%s after byte %d, before commits that are whole: %w", path, good, errTorn)
	}
	return l.continueSegment(number, good)
}

// continueSegment opens a segment for appending after its first good bytes.
func (l *Log) continueSegment(number int, good int64) error {
	if good < int64(len(magic)) {
		if err := os.Remove(l.path(number, segmentSuffix)); err != nil {
			return err
		}
		return l.startSegment(number)
	}
	f, err := os.OpenFile(l.path(number, segmentSuffix), os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	if err := f.Truncate(good); err != nil {
		return errors.Join(err, f.Close())
	}
	if _, err := f.Seek(good, 0); err != nil {
		return errors.Join(err, f.Close())
	}
	l.file, l.segment = f, number
	return nil
}

func (l *Log) startSegment(number int) error {
	f, err := os.OpenFile(l.path(number, segmentSuffix), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = f.WriteString(magic)
	if err == nil {
		err = l.sync(f)
	}
	if err != nil {
		// Another attempt must find the name free.
		return errors.Join(err, f.Close(), os.Remove(f.Name()))
	}
	l.file, l.segment = f, number
	return l.syncDirectory()
}

func (l *Log) sync(f *os.File) error {
	if l.noSync {
		return nil
	}
	return f.Sync()
}

func (l *Log) syncDirectory() error {
	if l.noSync {
		return nil
	}
	d, err := os.Open(l.dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// Append takes a commit and returns its sequence number, one more than the last.
// The commit is durable when Wait says so.
func (l *Log) Append(entries []Entry) uint64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.sequence++
	if l.dir == "" {
		l.durable.Store(l.sequence)
		return l.sequence
	}
	l.pending.bytes = appendCommit(l.pending.bytes, l.sequence, entries)
	l.pending.last = l.sequence
	select {
	case l.wake <- struct{}{}:
	default:
	}
	return l.sequence
}

// Wait returns when the commit and all before it are durable, or why they are not.
func (l *Log) Wait(sequence uint64) error {
	if l.durable.Load() >= sequence {
		return nil
	}
	l.mu.Lock()
	if l.failure != nil {
		defer l.mu.Unlock()
		return l.failure
	}
	b := l.pending
	if l.flushing != nil && sequence <= l.flushing.last {
		b = l.flushing
	}
	if l.durable.Load() >= sequence {
		l.mu.Unlock()
		return nil
	}
	l.mu.Unlock()
	<-b.done
	return b.err
}

// Durable is the sequence number of the last durable commit.
func (l *Log) Durable() uint64 { return l.durable.Load() }

// CheckpointDue reports whether the segments that a checkpoint would replace are
// larger than the last checkpoint and than least, in bytes.
func (l *Log) CheckpointDue(least int64) bool {
	return l.bytes.Load() > max(least, l.checkpoint.Load())
}

// flush writes batches until the log is closed. While one is on its way to the
// disk the next one gathers: that is the whole of group commit.
func (l *Log) flush() {
	defer close(l.stopped)
	for {
		select {
		case <-l.wake:
		case <-l.quit:
			return
		}
		for l.flushOnce() {
		}
	}
}

func (l *Log) flushOnce() bool {
	l.mu.Lock()
	b := l.pending
	if len(b.bytes) == 0 {
		l.mu.Unlock()
		return false
	}
	l.pending, l.flushing = newBatch(), b
	file, failure := l.file, l.failure
	l.mu.Unlock()

	if failure == nil {
		_, failure = file.Write(b.bytes)
	}
	if failure == nil {
		failure = l.sync(file)
	}

	l.mu.Lock()
	defer l.mu.Unlock()
	// After a failed fsync nobody knows what is on disk, so nothing later may be
	// acknowledged either.
	l.failure, b.err = failure, failure
	if failure == nil {
		l.bytes.Add(int64(len(b.bytes)))
		l.durable.Store(b.last)
	}
	b.bytes = nil
	l.flushing = nil
	close(b.done)
	return true
}

// settle waits until nothing is pending; appends must not come in meanwhile.
func (l *Log) settle() error {
	l.mu.Lock()
	last := l.sequence
	l.mu.Unlock()
	return l.Wait(last)
}

// Close makes what was appended durable and lets the directory go.
func (l *Log) Close() error {
	if l.dir == "" {
		return nil
	}
	l.mu.Lock()
	if l.closed {
		l.mu.Unlock()
		return nil
	}
	l.closed = true
	l.mu.Unlock()
	err := l.settle()
	close(l.quit)
	<-l.stopped
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.failure == nil {
		l.failure = ErrClosed
	}
	l.pending.err = l.failure
	close(l.pending.done)
	l.pending = newBatch()
	return errors.Join(err, l.file.Close(), l.unlock())
}
