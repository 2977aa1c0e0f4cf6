package stream

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"testing"
)

// The filter that is deployed wakes the mailer for every letter but those that
// wait in index work from the start: a thousand reminders delay no code.
func TestLettersThatWaitFromTheStartPassTheMailerBy(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("..", "..", "..", "template.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	found := regexp.MustCompile(`Pattern: '(.*"prefix":"M#".*)'`).FindSubmatch(text)
	if found == nil {
		t.Fatal("no filter picks letters out")
	}
	f, err := parseFilter([]string{string(found[1])})
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		event, key, image string
		want              bool
	}{
		"a code":                        {"INSERT", "M#1", `{"st":{"S":"PENDING"}}`, true},
		"a reminder that waits":         {"INSERT", "M#1", `{"st":{"S":"PENDING"},"wp":{"S":"Q#mail#1"}}`, false},
		"a letter that was claimed":     {"MODIFY", "M#1", `{"st":{"S":"SENDING"}}`, false},
		"something that is no letter":   {"INSERT", "I#1", `{"st":{"S":"PENDING"}}`, false},
		"the same, which waits in turn": {"INSERT", "P#1", `{"wp":{"S":"Q#pay#1"}}`, false},
	} {
		keys := json.RawMessage(`{"pk":{"S":"` + c.key + `"},"sk":{"S":"H"}}`)
		if got := f.matches(Record{EventName: c.event, Keys: keys, NewImage: json.RawMessage(c.image)}); got != c.want {
			t.Errorf("%s: woken %t", name, got)
		}
	}
}
