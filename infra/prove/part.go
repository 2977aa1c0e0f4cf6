package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"customercenter/infra/prove/tally"
)

// mode is one promise, or some that belong together.
type mode struct {
	name  string
	parts []part
}

// part is a test that is run long.
type part struct {
	title   string
	what    string // a sentence for the page
	pkg     string
	tests   string   // which tests
	race    bool     // under the race detector
	flags   []string // of the test
	control bool     // violations are what it must find
}

// limit bounds a part; the longest takes a quarter of that.
const limit = time.Hour

// lazyCollector lets garbage lie: proofs make much of it, and a third of their
// time went into sweeping it up.
const lazyCollector = "GOGC=800"

// result is what came of a part.
type result struct {
	part
	Lines  []tally.Line
	Passed bool
	Output string // of a part that failed
	Took   time.Duration
}

// run runs a part's tests and reads its counts.
func (p part) run(ctx context.Context, root string) (result, error) {
	fmt.Fprintf(os.Stderr, "prove: %s\n", p.title)
	dir, err := os.MkdirTemp("", "prove")
	if err != nil {
		return result{}, err
	}
	defer os.RemoveAll(dir)
	counts := filepath.Join(dir, "counts")
	args := []string{"test", "-count=1", "-timeout", limit.String(), "-run", p.tests}
	if p.race {
		args = append(args, "-race")
	}
	args = append(args, p.pkg)
	if len(p.flags) > 0 {
		args = append(append(args, "-args"), p.flags...)
	}
	cmd := exec.CommandContext(ctx, "go", args...)
	var said bytes.Buffer
	cmd.Dir, cmd.Stdout, cmd.Stderr = root, &said, io.MultiWriter(os.Stderr, &said)
	cmd.Env = append(os.Environ(), tally.File+"="+counts)
	if os.Getenv("GOGC") == "" {
		cmd.Env = append(cmd.Env, lazyCollector)
	}
	began := time.Now()
	err = cmd.Run()
	var failed *exec.ExitError
	if err != nil && !errors.As(err, &failed) {
		return result{}, err
	}
	r := result{part: p, Passed: err == nil, Took: time.Since(began)}
	if !r.Passed {
		r.Output = said.String()
	}
	r.Lines, err = readLines(counts)
	if err == nil && r.Passed && len(r.Lines) == 0 {
		err = fmt.Errorf("nothing was counted: %s in %s runs nothing", p.tests, p.pkg)
	}
	return r, err
}

func readLines(path string) (lines []tally.Line, err error) {
	f, err := os.Open(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	for scanner := bufio.NewScanner(f); scanner.Scan(); {
		var l tally.Line
		if err := json.Unmarshal(scanner.Bytes(), &l); err != nil {
			return nil, err
		}
		lines = append(lines, l)
	}
	return lines, nil
}

// holds tells whether the part says what it must: that nothing went wrong or,
// of a control, that something did.
func (r result) holds() bool {
	if !r.Passed {
		return false
	}
	for _, l := range r.Lines {
		if (l.Violations() > 0) != r.control {
			return false
		}
	}
	return true
}

func (r result) print(w io.Writer) {
	for _, l := range r.Lines {
		fmt.Fprintf(w, "%-62s %9d tried  %6d wrong  %s\n", l.Proof, l.Tried, l.Violations(), strings.Join(l.Facts, "; "))
	}
	if !r.Passed {
		fmt.Fprintf(w, "%s FAILED:\n%s\n", r.title, r.Output)
	}
}
