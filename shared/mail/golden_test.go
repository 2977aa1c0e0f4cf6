package mail_test

import (
	"flag"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"customercenter/infra/letters/sample"
	"customercenter/shared/center"
	"customercenter/shared/mail"
)

var update = flag.Bool("update", false, "write the goldens anew")

func TestLettersReadAsAgreedGolden(t *testing.T) {
	for _, s := range sample.All() {
		t.Run(s.Name, func(t *testing.T) {
			m, err := mail.Compose(s.Letter, s.View)
			if err != nil {
				t.Fatal(err)
			}
			golden(t, s.Name+".txt", "Subject: "+m.Subject+"\n\n"+m.Text)
			golden(t, s.Name+".html", m.HTML)
		})
	}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v (go test -update writes it)", err)
	}
	if d := cmp.Diff(string(want), got); d != "" {
		t.Errorf("%s (-want +got):\n%s", name, d)
	}
}

func TestEveryKindOfLetterHasItsSample(t *testing.T) {
	shown := map[center.LetterKind]bool{}
	for _, s := range sample.All() {
		shown[s.Letter.Kind] = true
	}
	for _, kind := range mail.Kinds() {
		if !shown[kind] {
			t.Errorf("nobody can look at a letter of kind %s", kind)
		}
	}
	names, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(names) != len(sample.All()) {
		t.Errorf("%d texts on file for %d letters (%v)", len(names), len(sample.All()), slices.Sorted(slices.Values(names)))
	}
}
