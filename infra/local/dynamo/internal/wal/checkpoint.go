package wal

import (
	"bufio"
	"errors"
	"os"
	"path/filepath"
)

// Checkpoint is being written: the state after a number of segments, which will
// stand for them. It is used by one goroutine, beside appends to the log.
type Checkpoint struct {
	log      *Log
	number   int
	sequence uint64
	file     *os.File
	to       *bufio.Writer
	bytes    int64
	frame    []byte
}

// StartCheckpoint ends the segment at hand and returns the checkpoint that is to
// hold the state as it is now, or nil for a log in memory. Nothing may be
// appended while it runs.
func (l *Log) StartCheckpoint() (*Checkpoint, error) {
	if l.dir == "" {
		return nil, nil
	}
	if err := l.settle(); err != nil {
		return nil, err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	ended, number := l.file, l.segment
	if err := l.startSegment(number + 1); err != nil {
		return nil, err
	}
	if err := ended.Close(); err != nil {
		return nil, err
	}
	l.bytes.Store(0)
	f, err := os.OpenFile(l.path(number, checkpointSuffix)+temporarySuffix, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	c := &Checkpoint{log: l, number: number, sequence: l.sequence, file: f, to: bufio.NewWriterSize(f, readerBuffer)}
	if _, err := c.to.WriteString(magic); err != nil {
		return nil, errors.Join(err, c.Abandon())
	}
	return c, nil
}

// Write adds entries, which will be read back as one commit.
func (c *Checkpoint) Write(entries []Entry) error {
	c.frame = appendCommit(c.frame[:0], c.sequence, entries)
	n, err := c.to.Write(c.frame)
	c.bytes += int64(n)
	return err
}

// Finish puts the checkpoint in the place of its segments.
func (c *Checkpoint) Finish() error {
	_, err := c.to.Write(appendFrame(nil, endKind, nil))
	if err == nil {
		err = c.to.Flush()
	}
	if err == nil {
		err = c.log.sync(c.file)
	}
	if err != nil {
		return errors.Join(err, c.Abandon())
	}
	if err := c.file.Close(); err != nil {
		return err
	}
	path := c.log.path(c.number, checkpointSuffix)
	if err := os.Rename(path+temporarySuffix, path); err != nil {
		return err
	}
	if err := c.log.syncDirectory(); err != nil {
		return err
	}
	c.log.checkpoint.Store(c.bytes)
	return c.log.sweep()
}

// Abandon gives the checkpoint up; its segments stay.
func (c *Checkpoint) Abandon() error {
	return errors.Join(c.file.Close(), os.Remove(c.file.Name()))
}

// sweep removes files that no longer count.
func (l *Log) sweep() error {
	found, err := list(l.dir)
	if err != nil {
		return err
	}
	for _, name := range found.stale {
		err = errors.Join(err, os.Remove(filepath.Join(l.dir, name)))
	}
	return err
}
