package paper

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

func TestEveryWordIsThereInBothLanguages(t *testing.T) {
	for w, entry := range catalogue {
		if entry.english == "" || entry.arabic == "" {
			t.Errorf("word %d: %q, %q", w, entry.english, entry.arabic)
		}
		for _, place := range []string{"%s", "%d"} {
			if strings.Count(entry.english, place) != strings.Count(entry.arabic, place) {
				t.Errorf("%q and %q have not the same places for values", entry.english, entry.arabic)
			}
		}
	}
}

// A word that no paper says is one that nobody keeps right.
func TestEveryWordIsSaid(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	said := map[string]int{}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		source, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, w := range regexp.MustCompile(`\bword[A-Z]\w*`).FindAllString(string(source), -1) {
			said[w]++
		}
	}
	for w, n := range said {
		if n <= 2 && w != "wordCount" { // its constant and its entry
			t.Errorf("%s is not said", w)
		}
	}
}
