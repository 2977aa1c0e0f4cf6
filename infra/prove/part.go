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
	flags   []string // of the tests
	control bool     // violations are what it must find
}

// limit bounds a part; the longest takes less than half of that.
const limit = time.Hour

// lazyCollector lets garbage lie: proofs make much of it, and a third of their
// time went into sweeping it up.
const lazyCollector = "GOGC=800"

// memoryLimit ends the laziness where garbage would fill a small machine.
const memoryLimit = "GOMEMLIMIT=6GiB"

// result is what came of a part.
type result struct {
	part
	Lines  []tally.Line
	Passed bool
	Output string // of a part that failed
	Took   time.Duration
}

// run runs a part's tests and reads its counts. The tests are built first and
// run by themselves, since the go command keeps what they say to the end.
func (p part) run(ctx context.Context, root string) (result, error) {
	fmt.Fprintf(os.Stderr, "prove: %s\n", p.title)
	dir, err := os.MkdirTemp("", "prove")
	if err != nil {
		return result{}, err
	}
	defer os.RemoveAll(dir)
	binary, counts := filepath.Join(dir, "proof.test"), filepath.Join(dir, "counts")
	if err := p.build(ctx, root, binary); err != nil {
		return result{}, err
	}
	cmd := exec.CommandContext(ctx, binary, append([]string{"-test.count=1", "-test.timeout=" + limit.String(), "-test.run=" + p.tests}, p.flags...)...)
	var said bytes.Buffer
	cmd.Dir, cmd.Stdout, cmd.Stderr = filepath.Join(root, p.pkg), &said, io.MultiWriter(os.Stderr, &said)
	cmd.Env = append(os.Environ(), tally.File+"="+counts)
	if os.Getenv("GOGC") == "" {
		cmd.Env = append(cmd.Env, lazyCollector, memoryLimit)
	}
	began := time.Now()
	err = cmd.Run()
	var failed *exec.ExitError
	if err != nil && !errors.As(err, &failed) {
		return result{}, err
	}
	if ctx.Err() != nil {
		return result{}, context.Cause(ctx)
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

// build builds the part's tests.
func (p part) build(ctx context.Context, root, binary string) error {
	args := []string{"test", "-c", "-o", binary}
	if p.race {
		args = append(args, "-race")
	}
	cmd := exec.CommandContext(ctx, "go", append(args, p.pkg)...)
	cmd.Dir, cmd.Stderr = root, os.Stderr
	return cmd.Run()
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
