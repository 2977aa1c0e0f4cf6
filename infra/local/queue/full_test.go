//go:build unix

package queue

import (
	"os/signal"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

func TestAMessageAfterTheDiskWasFull(t *testing.T) {
	path := filepath.Join(t.TempDir(), "dead-letters.jsonl")
	l, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &limit); err != nil {
		t.Fatal(err)
	}
	signal.Ignore(syscall.SIGXFSZ)
	little := limit
	little.Cur = 10 // a part of a line
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &little); err != nil {
		t.Fatal(err)
	}
	lost := l.Send("Lost", time.Time{}, "one")
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &limit); err != nil {
		t.Fatal(err)
	}
	if lost == nil {
		t.Fatal("there was room")
	}
	if err := l.Send("Lost", time.Time{}, "two"); err != nil {
		t.Fatal(err)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	if l, err = Open(path); err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	if got, total := l.Messages(); total != 1 || string(got[0].Body) != `"two"` {
		t.Errorf("%d messages: %+v", total, got)
	}
}
