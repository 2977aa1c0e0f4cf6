package queue

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestMessagesOutliveACrash(t *testing.T) {
	path := filepath.Join(t.TempDir(), "dead-letters.jsonl")
	at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	open := func() *Log {
		t.Helper()
		l, err := Open(path)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { l.Close() })
		return l
	}
	l := open()
	for _, text := range []string{"one", "two"} {
		if err := l.Send("Lost", at, map[string]string{"text": text}); err != nil {
			t.Fatal(err)
		}
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_APPEND, 0)
	if err != nil {
		t.Fatal(err)
	}
	f.WriteString(`{"queue":"Lost","bo`) // torn
	f.Close()
	if err := open().Send("Lost", at, "three"); err != nil {
		t.Fatal(err)
	}
	got, total := open().Messages()
	if total != 3 || string(got[0].Body) != `"three"` || string(got[2].Body) != `{"text":"one"}` || !got[0].At.Equal(at) {
		t.Errorf("%d messages: %+v", total, got)
	}
}

func TestTooLargeMessagesAreRefused(t *testing.T) {
	l, err := Open(filepath.Join(t.TempDir(), "q"))
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	if err := l.Send("Lost", time.Time{}, strings.Repeat("x", maxMessage)); !errors.Is(err, ErrTooLarge) {
		t.Errorf("got %v", err)
	}
	for range shown + 5 {
		if err := l.Send("Lost", time.Time{}, "m"); err != nil {
			t.Fatal(err)
		}
	}
	if got, total := l.Messages(); len(got) != shown || total != shown+5 {
		t.Errorf("%d of %d", len(got), total)
	}
}
