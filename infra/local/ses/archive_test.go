package ses

import (
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

func TestAnsweredMailsSurviveAKill(t *testing.T) {
	dir := t.TempDir()
	r := start(t, dir, nil)
	var senders sync.WaitGroup
	for w := range 8 {
		senders.Go(func() {
			for i := range 5 {
				if _, err := r.send(t, rawMail(sender, buyer, fmt.Sprintf("letter %d-%d", w, i), "t"), nil); err != nil {
					t.Error(err)
				}
			}
		})
	}
	senders.Wait()
	for _, torn := range []string{`{"kind":"mail","id":"half`, "{\"kind\":\"mail\",\"bytes\":90}\nFrom: half", "{\"kind\":\"mail\",\"bytes\":4}\nFrom"} {
		left := copyOf(t, dir)
		appendTo(t, filepath.Join(left, archiveName), torn)
		again := start(t, left, nil)
		if got := again.messages(t, "limit=500"); len(got) != 40 {
			t.Errorf("%d of 40 mails are there", len(got))
		}
		again.mustSend(t, rawMail(sender, buyer, "after", "t"))
		got := start(t, copyOf(t, left), nil).messages(t, "limit=500")
		if len(got) != 41 || got[0].Subject != "after" || got[0].Text != "t\r\n" {
			t.Errorf("%d of 41 mails are there after the torn one was cut, the newest %q", len(got), got[0].Subject)
		}
	}
}

func appendTo(t *testing.T, path, what string) {
	t.Helper()
	file, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	_, err = file.WriteString(what)
	if err := errors.Join(err, file.Close()); err != nil {
		t.Fatal(err)
	}
}

func TestABrokenRecordIsNotPassedOver(t *testing.T) {
	for name, content := range map[string]string{
		"a line that is no JSON":    "{}\n{\"kind\":\n{}\n",
		"a mail of another length":  "{}\n{\"kind\":\"mail\",\"bytes\":2}\nFrom\n{}\n",
		"a mail of negative length": "{}\n{\"kind\":\"mail\",\"bytes\":-2}\n\n",
		"a mail too large to be":    "{}\n{\"kind\":\"mail\",\"bytes\":99999999}\n\n",
	} {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, archiveName), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := Open(dir, Options{}); err == nil || !strings.Contains(err.Error(), "record at byte 3") {
			t.Errorf("%s: error %v, want one that says where", name, err)
		}
	}
}

func TestTheOldestMailsMakeRoom(t *testing.T) {
	dir := t.TempDir()
	r := start(t, dir, func(o *Options) { o.MaxMails = 20 })
	for i := range 50 {
		r.mustSend(t, rawMail(sender, buyer, fmt.Sprintf("letter %d", i), "t"))
	}
	check := func(letters []Letter) {
		t.Helper()
		if len(letters) > 20 || len(letters) < 18 {
			t.Errorf("%d mails held, want at most 20 and about as many", len(letters))
		}
		for i, l := range letters {
			if want := fmt.Sprintf("letter %d", 49-i); l.Subject != want || l.Text != "t\r\n" {
				t.Fatalf("mail %d is %q with text %q, want %q", i, l.Subject, l.Text, want)
			}
		}
	}
	check(r.messages(t, "limit=500"))
	check(start(t, copyOf(t, dir), nil).messages(t, "limit=500"))
}

func TestClearingForgetsForGood(t *testing.T) {
	dir := t.TempDir()
	r := start(t, dir, nil)
	r.mustSend(t, rawMail(sender, buyer, "one", "t"))
	r.mustSend(t, rawMail(sender, "bob@rotterdam.example", "two", "t"))
	if status, _ := r.do(t, http.MethodDelete, "/_mailbox/messages?to="+buyer, "", nil); status != http.StatusNoContent {
		t.Fatalf("status %d", status)
	}
	if got := r.messages(t, ""); len(got) != 1 || got[0].Subject != "two" {
		t.Errorf("left over: %+v", got)
	}
	if status, _ := r.do(t, http.MethodDelete, "/_mailbox/messages", "", nil); status != http.StatusNoContent {
		t.Fatalf("status %d", status)
	}
	if got := start(t, copyOf(t, dir), nil).messages(t, ""); len(got) != 0 {
		t.Errorf("%d cleared mails came back", len(got))
	}
}
