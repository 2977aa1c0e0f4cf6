package build

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// repository writes a module with two functions, one of which does not compile, and returns a builder for it.
func repository(t *testing.T) (*Builder, *[]string) {
	t.Helper()
	root := t.TempDir()
	for name, src := range map[string]string{
		"go.mod":                              "module tiny\n\ngo 1.24\n",
		"go.sum":                              "",
		"functions/say-hello/main.go":         "package main\n\nimport \"tiny/shared/words\"\n\nfunc main() { println(words.Hello()) }\n",
		"functions/say-nothing/main.go":       "package main\n\nfunc main() { undefined() }\n",
		"shared/words/words.go":               "package words\n\nimport _ \"embed\"\n\n//go:embed text/*.txt\nvar hello string\n\nfunc Hello() string { return hello }\n",
		"shared/words/words_test.go":          "package words\n",
		"shared/words/text/hello.txt":         "hello",
		"shared/other/other.go":               "package other\n",
		"functions/say-hello/notes.md":        "not compiled",
		"functions/say-hello/testdata/x.json": "{}",
	} {
		write(t, filepath.Join(root, name), src)
	}
	var told []string
	b, err := New(root, func(line string) { told = append(told, line) })
	if err != nil {
		t.Fatal(err)
	}
	return b, &told
}

func write(t *testing.T, path, src string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(src), 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestSourcesAreTheClosureAndNothingElse(t *testing.T) {
	b, _ := repository(t)
	got, err := b.Sources("say-hello")
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"functions/say-hello/main.go", "go.mod", "go.sum", "shared/words/text/hello.txt", "shared/words/words.go"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestOnlyWhatChangedIsBuilt(t *testing.T) {
	b, told := repository(t)
	build := func() Outcome {
		t.Helper()
		out, err := b.Build(t.Context(), []string{"say-hello"})
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	if got := build(); len(got.Built) != 1 || len(got.Broken) != 0 {
		t.Fatalf("the first build gave %+v", got)
	}
	*told = nil
	if got := build(); len(got.Built) != 0 || len(got.Current) != 1 || len(*told) != 0 {
		t.Errorf("nothing changed, yet: %+v, %q", got, *told)
	}
	before, _ := b.Fingerprint("say-hello")
	write(t, filepath.Join(b.root, "shared/words/text/hello.txt"), "good day")
	if after, _ := b.Fingerprint("say-hello"); after == before {
		t.Error("the fingerprint missed a change of an embedded file")
	}
	if got := build(); len(got.Built) != 1 {
		t.Errorf("an embedded file changed, yet: %+v", got)
	}
	said, err := exec.Command(b.Bootstrap("say-hello")).CombinedOutput()
	if err != nil || strings.TrimSpace(string(said)) != "good day" {
		t.Errorf("the binary says %q, %v", said, err)
	}
}

func TestABrokenFunctionDoesNotStopTheOthers(t *testing.T) {
	b, _ := repository(t)
	out, err := b.Build(t.Context(), []string{"say-nothing", "say-hello", "say-more"})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"say-hello"}, out.Built); diff != "" {
		t.Error(diff)
	}
	if !strings.Contains(out.Broken["say-nothing"], "undefined: undefined") {
		t.Errorf("the compiler's complaint is lost: %q", out.Broken["say-nothing"])
	}
	if out.Broken["say-more"] == "" {
		t.Error("a function without source is broken")
	}
}
