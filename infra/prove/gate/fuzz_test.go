package gate

import (
	"context"
	"errors"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"customercenter/infra/functiontest"
	"customercenter/infra/prove/tally"
)

var fuzzFor = flag.Duration("fuzz-for", 0, "how long each fuzz target is tried; not at all when zero")

// target is one fuzz target: a parser, decoder or writer, and what it must
// never do.
type target struct{ dir, name string }

var fuzzTarget = regexp.MustCompile(`(?m)^func (Fuzz\w+)\(`)

// fuzzTargets finds all of the repository.
func fuzzTargets(t *testing.T, root string) (all []target) {
	t.Helper()
	err := filepath.WalkDir(root, func(path string, d os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == "node_modules" || strings.HasPrefix(d.Name(), ".") && path != root) {
			return filepath.SkipDir
		}
		if !strings.HasSuffix(path, "_test.go") {
			return nil
		}
		source, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for _, found := range fuzzTarget.FindAllStringSubmatch(string(source), -1) {
			all = append(all, target{filepath.Dir(path), found[1]})
		}
		return nil
	})
	if err != nil || len(all) == 0 {
		t.Fatal(err, len(all))
	}
	return all
}

// parsers are the rooms that read what comes from outside, or write what
// others open: each must have a target of its own.
var parsers = []string{"shared/ingest", "shared/session", "shared/store", "shared/httpapi", "shared/jobs", "shared/mail", "shared/money", "shared/center",
	"shared/processor/stripe", "shared/document/sheet", "shared/document/xlsx", "shared/document/ubl", "shared/document/calendar", "shared/document/pdf",
	"functions/import-documents"}

// Every target comes with inputs that break others, which each run of the
// tests tries. The long proof looks for more.
func TestEveryTargetHasHostileInputs(t *testing.T) {
	root := functiontest.Root()
	targets := fuzzTargets(t, root)
	for _, room := range parsers {
		if !slices.ContainsFunc(targets, func(f target) bool { return f.dir == filepath.Join(root, room) }) {
			t.Errorf("%s has no fuzz target", room)
		}
	}
	for _, f := range targets {
		if inputs, err := filepath.Glob(filepath.Join(f.dir, "testdata", "fuzz", f.name, "*")); err != nil || len(inputs) < 3 {
			t.Errorf("%s has %d inputs in testdata/fuzz", f.name, len(inputs))
		}
	}
	if *fuzzFor == 0 {
		return
	}
	count := tally.Open(t, "fuzz targets")
	executions := 0
	for _, f := range targets {
		n, said, err := f.fuzz(t.Context(), *fuzzFor)
		executions += n
		if err != nil {
			count.Add("failed")
			t.Errorf("%s: %v\n%s", f.name, err, said)
			continue
		}
		count.Add("")
		count.Fact("%s %s", f.name, grouped(n))
	}
	count.Fact("%s executions in all", grouped(executions))
	count.Complete()
}

var executed = regexp.MustCompile(`execs: (\d+)`)

// fuzz tries a target for a time; n is how many inputs it was given.
func (f target) fuzz(ctx context.Context, long time.Duration) (n int, said string, err error) {
	const grace = 5 * time.Minute // of building it, and of what a slow input takes
	ctx, cancel := context.WithTimeout(ctx, long+grace)
	defer cancel()
	cmd := exec.CommandContext(ctx, "go", "test", "-run=^$", "-fuzz=^"+f.name+"$", "-fuzztime="+long.String(), "-fuzzminimizetime=10x", ".")
	cmd.Dir = f.dir
	out, err := cmd.CombinedOutput()
	if found := executed.FindAllStringSubmatch(string(out), -1); len(found) > 0 {
		n, _ = strconv.Atoi(found[len(found)-1][1])
	}
	if err == nil && n == 0 {
		err = errors.New("it was given nothing")
	}
	return n, string(out), err
}

// grouped writes 1234567 as 1,234,567.
func grouped(n int) string {
	text := strconv.Itoa(n)
	for i := len(text) - 3; i > 0; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}
