package paper

import (
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
