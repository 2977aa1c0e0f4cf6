package main

import (
	"os"
	"strings"
	"testing"
)

const bill = `{"components": [
	{"name": "github.com/a/b", "version": "v1.0.0", "licenses": [{"license": {"id": "MIT"}}]},
	{"name": "github.com/tidwall/btree", "version": "v1.8.2"},
	{"group": "@scope", "name": "tool", "version": "2.0.0", "licenses": [{"license": {"id": "MPL-2.0"}}]},
	{"name": "both", "version": "1.0.0", "licenses": [{"expression": "MIT AND OFL-1.1"}]},
	{"name": "choice", "version": "3.0.0", "licenses": [{"expression": "(GPL-3.0-only OR MIT)"}]}
]}`

func TestLicencesAreJudged(t *testing.T) {
	parts, err := read([]byte(bill), "here", func(name string) bool { return name != "@scope/tool" })
	if err != nil || len(parts) != 5 {
		t.Fatalf("%v %v", parts, err)
	}
	if err := judge(parts); err != nil {
		t.Errorf("what is allowed is refused: %v", err)
	}
	for _, c := range []struct {
		name string
		part part
	}{
		{"a licence nobody allowed", part{Name: "x", Licences: []string{"AGPL-3.0-only"}}},
		{"one of two that both count", part{Name: "x", Licences: []string{"MIT AND AGPL-3.0-only"}}},
		{"none that is known", part{Name: "x"}},
		{"one for tools, in what is deployed", part{Name: "x", Licences: []string{"MPL-2.0"}, Deployed: true}},
	} {
		if judge([]part{c.part}) == nil {
			t.Errorf("%s is allowed", c.name)
		}
	}
}

func TestThePageHasEveryPartWhereItBelongs(t *testing.T) {
	parts, err := read([]byte(bill), "here", func(name string) bool { return name == "choice" })
	if err != nil {
		t.Fatal(err)
	}
	deployed, other, ok := strings.Cut(string(page(parts, "none.")), "## In tests")
	if !ok || !strings.Contains(deployed, "| choice | 3.0.0 | (GPL-3.0-only OR MIT) | here |") || !strings.Contains(other, "| @scope/tool | 2.0.0 | MPL-2.0 | here |") {
		t.Errorf("%s%s", deployed, other)
	}
}

// TestThePageIsOfWhatGoModPins fails where a module was added or raised and
// `make supply` was not run after.
func TestThePageIsOfWhatGoModPins(t *testing.T) {
	pinned, err := os.ReadFile("../../go.mod")
	if err != nil {
		t.Fatal(err)
	}
	written, err := os.ReadFile("../../" + report)
	if err != nil {
		t.Fatal(err)
	}
	checked := 0
	for line := range strings.Lines(string(pinned)) {
		line, _, _ = strings.Cut(strings.TrimPrefix(strings.TrimSpace(line), "require "), " //")
		name, version, ok := strings.Cut(line, " ")
		if !ok || !strings.Contains(name, "/") || !strings.HasPrefix(version, "v") {
			continue
		}
		checked++
		if !strings.Contains(string(written), "| "+name+" | "+version+" |") {
			t.Errorf("%s %s is not in %s: run make supply", name, version, report)
		}
	}
	if checked < 10 {
		t.Errorf("only %d modules were read", checked)
	}
}
