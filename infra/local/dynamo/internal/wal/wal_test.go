package wal

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

// reading collects commits as text: sequence, then kind and payload of each entry.
type reading []string

func (r *reading) apply(sequence uint64, entries []Entry) error {
	commit := fmt.Sprint(sequence)
	for _, e := range entries {
		commit += fmt.Sprintf(" %d%s", e.Kind, e.Payload)
	}
	*r = append(*r, commit)
	return nil
}

func open(t *testing.T, dir string) (*Log, reading) {
	t.Helper()
	var r reading
	l, err := Open(dir, Options{}, r.apply)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return l, r
}

func add(t *testing.T, l *Log, payloads ...string) uint64 {
	t.Helper()
	var entries []Entry
	for _, p := range payloads {
		entries = append(entries, Entry{1, []byte(p)})
	}
	sequence := l.Append(entries)
	if err := l.Wait(sequence); err != nil {
		t.Fatal(err)
	}
	return sequence
}

func same(t *testing.T, got reading, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Fatalf("\n got %q\nwant %q", got, want)
	}
}

func TestCommitsComeBackInOrder(t *testing.T) {
	dir := t.TempDir()
	l, r := open(t, dir)
	same(t, r)
	add(t, l, "a", "b")
	add(t, l)
	l.Close()
	l, r = open(t, dir)
	same(t, r, "1 1a 1b", "2")
	if got := add(t, l, "c"); got != 3 {
		t.Fatalf("the next commit is %d", got)
	}
	l.Close()
	_, r = open(t, dir)
	same(t, r, "1 1a 1b", "2", "3 1c")
}

func TestTheLongestPayloadComesBack(t *testing.T) {
	dir := t.TempDir()
	read := func() (lengths []int) {
		l, err := Open(dir, Options{NoSync: true}, func(_ uint64, entries []Entry) error {
			lengths = append(lengths, len(entries[0].Payload))
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if len(lengths) == 0 {
			l.Append([]Entry{{1, make([]byte, MaxPayload)}})
			l.Append([]Entry{{1, []byte("after")}})
		}
		if err := l.Close(); err != nil {
			t.Fatal(err)
		}
		return lengths
	}
	read()
	if got := read(); !slices.Equal(got, []int{MaxPayload, len("after")}) {
		t.Errorf("payloads of %v bytes came back", got)
	}
}

func TestTornTailIsCutOff(t *testing.T) {
	whole := t.TempDir()
	l, _ := open(t, whole)
	add(t, l, "first")
	start := fileSize(t, whole)
	add(t, l, "second", "third")
	l.Close()
	bytes, err := os.ReadFile(filepath.Join(whole, "000001.log"))
	if err != nil {
		t.Fatal(err)
	}
	for cut := start; cut < len(bytes); cut++ {
		for _, damage := range []bool{false, true} {
			dir := t.TempDir()
			torn := slices.Clone(bytes[:cut])
			if damage {
				torn = slices.Clone(bytes)
				torn[cut] ^= 0x10
			}
			if err := os.WriteFile(filepath.Join(dir, "000001.log"), torn, 0o600); err != nil {
				t.Fatal(err)
			}
			l, r := open(t, dir)
			same(t, r, "1 1first")
			add(t, l, "again")
			l.Close()
			l, r = open(t, dir)
			same(t, r, "1 1first", "2 1again")
			l.Close()
		}
	}
}

func fileSize(t *testing.T, dir string) int {
	t.Helper()
	info, err := os.Stat(filepath.Join(dir, "000001.log"))
	if err != nil {
		t.Fatal(err)
	}
	return int(info.Size())
}

func TestDamageThatNoCrashMakesIsAnError(t *testing.T) {
	dir := t.TempDir()
	l, _ := open(t, dir)
	add(t, l, "a")
	c, err := l.StartCheckpoint()
	if err != nil {
		t.Fatal(err)
	}
	add(t, l, "b")
	if err := c.Abandon(); err != nil {
		t.Fatal(err)
	}
	l.Close()
	path := filepath.Join(dir, "000001.log")
	bytes, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	bytes[len(bytes)-1] ^= 1
	if err := os.WriteFile(path, bytes, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(dir, Options{}, func(uint64, []Entry) error { return nil }); !errors.Is(err, errTorn) {
		t.Fatalf("a damaged segment that is not the last: %v", err)
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(dir, Options{}, func(uint64, []Entry) error { return nil }); err == nil || !strings.Contains(err.Error(), "lacks segment 1") {
		t.Fatalf("a missing segment: %v", err)
	}
}

func TestDamageBeforeWholeCommitsIsAnError(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "000001.log")
	l, _ := open(t, dir)
	add(t, l, "first")
	start := fileSize(t, dir)
	add(t, l, "second")
	end := fileSize(t, dir)
	add(t, l, "third")
	l.Close()
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for at := start; at < end; at++ {
		damaged := slices.Clone(whole)
		damaged[at] ^= 0x10
		if err := os.WriteFile(path, damaged, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := Open(dir, Options{}, func(uint64, []Entry) error { return nil }); !errors.Is(err, errTorn) {
			t.Fatalf("byte %d of %d is damaged, before a commit that was acknowledged: %v", at, len(whole), err)
		}
		if left, err := os.ReadFile(path); err != nil || !slices.Equal(left, damaged) {
			t.Fatalf("the damaged file was changed: %v", err)
		}
	}
}

func TestCheckpointStandsForWhatWasBefore(t *testing.T) {
	dir := t.TempDir()
	l, _ := open(t, dir)
	for i := range 5 {
		add(t, l, fmt.Sprint("old", i))
	}
	c, err := l.StartCheckpoint()
	if err != nil {
		t.Fatal(err)
	}
	add(t, l, "meanwhile")
	if err := c.Write([]Entry{{2, []byte("state")}}); err != nil {
		t.Fatal(err)
	}
	l.Close() // as a crash would: the checkpoint is not finished
	l, r := open(t, dir)
	same(t, r, "1 1old0", "2 1old1", "3 1old2", "4 1old3", "5 1old4", "6 1meanwhile")
	if c, err = l.StartCheckpoint(); err != nil {
		t.Fatal(err)
	}
	add(t, l, "later")
	if err := errors.Join(c.Write([]Entry{{2, []byte("state")}}), c.Finish()); err != nil {
		t.Fatal(err)
	}
	add(t, l, "last")
	l.Close()
	_, r = open(t, dir)
	same(t, r, "6 2state", "7 1later", "8 1last")
	left, err := filepath.Glob(filepath.Join(dir, "0*"))
	if err != nil || len(left) != 2 {
		t.Fatalf("files left over: %q, %v", left, err)
	}
}

func TestManyWaitForOneDisk(t *testing.T) {
	dir := t.TempDir()
	l, _ := open(t, dir)
	const writers, each = 16, 50
	var wg sync.WaitGroup
	for range writers {
		wg.Go(func() {
			for range each {
				add(t, l, "x")
			}
		})
	}
	wg.Wait()
	if got := l.Durable(); got != writers*each {
		t.Fatalf("durable: %d", got)
	}
	l.Close()
	if _, r := open(t, dir); len(r) != writers*each {
		t.Fatalf("%d commits came back", len(r))
	}
}

func TestOneProcessAtATime(t *testing.T) {
	dir := t.TempDir()
	l, _ := open(t, dir)
	if _, err := Open(dir, Options{}, nil); err == nil || !strings.Contains(err.Error(), "in use by another process") {
		t.Fatalf("a second log on the directory: %v", err)
	}
	l.Close()
	open(t, dir)
}

func TestNothingIsAcknowledgedAfterAFailure(t *testing.T) {
	l, _ := open(t, t.TempDir())
	add(t, l, "a")
	l.file.Close()
	for range 2 {
		if err := l.Wait(l.Append([]Entry{{1, nil}})); !errors.Is(err, os.ErrClosed) {
			t.Fatalf("got %v", err)
		}
	}
	if got := l.Durable(); got != 1 {
		t.Fatalf("durable: %d", got)
	}
}

func TestAppendAfterCloseIsNotAcknowledged(t *testing.T) {
	l, _ := open(t, t.TempDir())
	l.Close()
	if err := l.Wait(l.Append([]Entry{{1, nil}})); !errors.Is(err, ErrClosed) {
		t.Fatalf("got %v", err)
	}
}

func TestMemoryWaitsForNothing(t *testing.T) {
	l := Memory()
	if err := l.Wait(l.Append(nil)); err != nil || l.Durable() != 1 || l.Close() != nil {
		t.Fatal(err)
	}
}
