//go:build unix

package ses

import (
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

func TestAMailThatTheDiskHadNoRoomForLeavesNothingBehind(t *testing.T) {
	path := filepath.Join(t.TempDir(), archiveName)
	a, _, err := openArchive(path)
	if err != nil {
		t.Fatal(err)
	}
	letter := func(id, text string) record { return record{Kind: recordMail, ID: id, Raw: []byte(text)} }
	if _, _, err := a.append(letter("first", "short")); err != nil {
		t.Fatal(err)
	}
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &limit); err != nil {
		t.Fatal(err)
	}
	signal.Ignore(syscall.SIGXFSZ)
	little := limit
	little.Cur = uint64(a.end) + 1000
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &little); err != nil {
		t.Fatal(err)
	}
	_, _, err = a.append(letter("lost", strings.Repeat("long\n", 1000)))
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &limit); err != nil {
		t.Fatal(err)
	}
	if err == nil {
		t.Fatal("there was room")
	}
	if _, _, err := a.append(letter("second", "short")); err != nil {
		t.Fatal(err)
	}
	if err := a.close(); err != nil {
		t.Fatal(err)
	}
	again, records, err := openArchive(path)
	if err != nil || len(records) != 2 || records[1].ID != "second" {
		t.Fatalf("%d records, %v", len(records), err)
	}
	again.close()
}
