package keyring

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

const (
	first  = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
	second = "/////////////////////////////////////////w8="
)

func TestParse(t *testing.T) {
	tests := map[string]struct {
		in string
		ok bool
	}{
		"one key":                {`{"current":"k1","keys":{"k1":"` + first + `"}}`, true},
		"two keys":               {`{"current":"k2","keys":{"k1":"` + first + `","k2":"` + second + `"}}`, true},
		"current names no key":   {`{"current":"k9","keys":{"k1":"` + first + `"}}`, false},
		"no keys at all":         {`{"current":"","keys":{}}`, false},
		"a short key":            {`{"current":"k1","keys":{"k1":"AAEC"}}`, false},
		"not base64":             {`{"current":"k1","keys":{"k1":"!!"}}`, false},
		"empty":                  {``, false},
		"text that is no object": {`"k1"`, false},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := Parse(tt.in)
			if (err == nil) != tt.ok {
				t.Fatalf("err = %v, want ok = %v", err, tt.ok)
			}
			if err != nil && len(tt.in) > 20 && strings.Contains(err.Error(), first) {
				t.Errorf("the error quotes a key: %v", err)
			}
		})
	}
}

func TestDeriveGivesEachUseItsOwnKey(t *testing.T) {
	ring, err := Parse(`{"current":"k2","keys":{"k1":"` + first + `","k2":"` + second + `"}}`)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]string{}
	for _, id := range []string{"k1", "k2"} {
		for _, use := range []string{"code", "cursor"} {
			key, ok := ring.Derive(id, use)
			again, _ := ring.Derive(id, use)
			if !ok || len(key) != keyBytes || !bytes.Equal(key, again) {
				t.Fatalf("%s %s: ok %v, %d bytes, repeatable %v", id, use, ok, len(key), bytes.Equal(key, again))
			}
			if other, taken := seen[string(key)]; taken {
				t.Errorf("%s %s has the key of %s", id, use, other)
			}
			seen[string(key)] = id + " " + use
		}
	}
	if _, ok := ring.Derive("k3", "code"); ok {
		t.Error("a key that was dropped still derives")
	}
	if ring.Current() != "k2" {
		t.Errorf("current = %q", ring.Current())
	}
}

func TestNothingPrintsKeys(t *testing.T) {
	ring, err := Parse(`{"current":"k1","keys":{"k1":"` + first + `"}}`)
	if err != nil {
		t.Fatal(err)
	}
	raw, _ := base64.StdEncoding.DecodeString(first)
	encoded, _ := json.Marshal(map[string]any{"ring": ring})
	for _, printed := range []string{fmt.Sprint(ring), fmt.Sprintf("%+v", ring), fmt.Sprintf("%#v", ring), string(encoded)} {
		if strings.Contains(printed, first) || strings.Contains(printed, string(raw)) || strings.Contains(printed, "0x1") || strings.Contains(printed, "[0 1 2") {
			t.Errorf("prints %q", printed)
		}
	}
}
