//go:build unix

package wal

import (
	"os/signal"
	"syscall"
	"testing"
)

// full lets no file grow, as on a disk that is full, until it is called again.
func full(t *testing.T) (again func()) {
	t.Helper()
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &limit); err != nil {
		t.Fatal(err)
	}
	signal.Ignore(syscall.SIGXFSZ)
	none := limit
	none.Cur = 0
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &none); err != nil {
		t.Fatal(err)
	}
	return func() {
		if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &limit); err != nil {
			t.Fatal(err)
		}
	}
}

func TestACheckpointAfterTheDiskWasFull(t *testing.T) {
	dir := t.TempDir()
	l, _ := open(t, dir)
	add(t, l, "before")
	room := full(t)
	c, err := l.StartCheckpoint()
	room()
	if err == nil {
		t.Fatalf("a checkpoint begins on a full disk: %v", c)
	}
	add(t, l, "after")
	if c, err = l.StartCheckpoint(); err != nil {
		t.Fatalf("a checkpoint when there is room again: %v", err)
	}
	if err := c.Abandon(); err != nil {
		t.Fatal(err)
	}
	l.Close()
	_, r := open(t, dir)
	same(t, r, "1 1before", "2 1after")
}
