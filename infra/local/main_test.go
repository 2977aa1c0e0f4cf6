package main

import (
	"net"
	"strings"
	"testing"
	"time"

	"customercenter/infra/local/cloud"
)

func TestWrongFlagsAreExplained(t *testing.T) {
	for _, c := range []struct {
		settings settings
		rest     []string
		want     string
	}{
		{settings{now: "tomorrow"}, nil, "2026-03-01T08:00:00Z"},
		{settings{only: "sqs"}, nil, "-only knows dynamo"},
		{settings{}, []string{"demo"}, `unknown argument "demo"`},
		{settings{invoke: "fly-away", data: t.TempDir()}, nil, `no function "fly-away"`},
	} {
		if err := run(t.Context(), c.settings, c.rest); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("got %v, want %q", err, c.want)
		}
	}
}

func TestTheTableAloneKeepsItsFolderToItself(t *testing.T) {
	data := t.TempDir()
	lock, err := cloud.Lock(data)
	if err != nil {
		t.Fatal(err)
	}
	defer lock.Close()
	if err := run(t.Context(), settings{only: "dynamo", data: data}, nil); err == nil || !strings.Contains(err.Error(), "another process runs") {
		t.Errorf("got %v", err)
	}
}

func TestATakenPortIsExplained(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	s := settings{data: t.TempDir(), port: l.Addr().(*net.TCPAddr).Port, quiet: true}
	if err := run(t.Context(), s, nil); err == nil || !strings.Contains(err.Error(), "start with -port 0") {
		t.Errorf("got %v", err)
	}
}

func TestTheDemoKeepsTheDayItBeganWith(t *testing.T) {
	path := t.TempDir() + "/" + demoFile
	if note, err := readNote(path); err != nil || note.Loaded || !note.Anchor.IsZero() {
		t.Errorf("a fresh folder: %+v, %v", note, err)
	}
	anchor := time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)
	if err := writeNote(path, demoNote{Anchor: anchor}); err != nil {
		t.Fatal(err)
	}
	if note, err := readNote(path); err != nil || note.Loaded || !note.Anchor.Equal(anchor) {
		t.Errorf("after a start that was interrupted: %+v, %v", note, err)
	}
}
