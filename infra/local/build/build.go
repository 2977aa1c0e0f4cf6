// Package build compiles the product's functions for the machine it runs on, and only those whose source has
// changed: each binary lies beside the hash of everything that went into it, so that neither time stamps nor the
// go command are asked whether it is current.
//
// It does not know what a function does, how it is run, or how it is packed for deployment: deployable binaries
// (another architecture) lie elsewhere and are never touched.
package build

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
)

// Flags are the go command's flags for a function, the same wherever it is built.
var Flags = []string{"-tags", "lambda.norpc", "-trimpath", "-buildvcs=false", "-ldflags=-s -w"}

// outputFolder holds what is built for this machine, under the repository's root.
const outputFolder = ".build/local"

// stampFile holds, beside a binary, the hash of its sources.
const stampFile = "source.sha256"

// Builder compiles functions of one repository.
type Builder struct {
	root     string
	progress func(string)
	module   string
	imports  *imports
}

// New returns a builder for the repository at root. Progress receives one line per thing worth telling.
func New(root string, progress func(string)) (*Builder, error) {
	abs, err := filepath.Abs(root)
	if err != nil {
		return nil, err
	}
	module, err := modulePath(filepath.Join(abs, "go.mod"))
	if err != nil {
		return nil, err
	}
	return &Builder{root: abs, progress: progress, module: module, imports: &imports{known: map[string]header{}}}, nil
}

// Bootstrap is the path of a function's binary.
func (b *Builder) Bootstrap(function string) string {
	return filepath.Join(b.root, outputFolder, function, "bootstrap")
}

// Outcome says which functions were built anew, which were current already, and what the compiler had against the
// others.
type Outcome struct {
	Built   []string
	Current []string
	Broken  map[string]string
}

// Build compiles those of the functions whose sources differ from their binaries. One run of the go command
// compiles them all, so that it spreads the work over the processors and compiles shared packages once. The
// error is about the attempt; what is wrong with a function stands in the outcome.
func (b *Builder) Build(ctx context.Context, functions []string) (Outcome, error) {
	out := Outcome{Broken: map[string]string{}}
	hashes := map[string]string{}
	var stale []string
	for _, f := range functions {
		hash, err := b.Hash(f)
		if err != nil {
			out.Broken[f] = err.Error()
			continue
		}
		if b.stamp(f) == hash {
			out.Current = append(out.Current, f)
			continue
		}
		stale, hashes[f] = append(stale, f), hash
	}
	if len(stale) == 0 {
		return out, nil
	}
	b.progress(fmt.Sprintf("compiling %s: %s", count(len(stale), "function"), strings.Join(stale, ", ")))
	dir, err := b.workFolder()
	if err != nil {
		return out, err
	}
	defer os.RemoveAll(dir)
	complaints, err := b.compile(ctx, dir, stale)
	if err != nil {
		return out, err
	}
	for _, f := range stale {
		if err := b.install(filepath.Join(dir, f), f, hashes[f]); err != nil {
			out.Broken[f] = complaints
			continue
		}
		out.Built = append(out.Built, f)
	}
	return out, nil
}

func (b *Builder) workFolder() (string, error) {
	parent := filepath.Join(b.root, outputFolder)
	if err := os.MkdirAll(parent, 0o755); err != nil {
		return "", err
	}
	return os.MkdirTemp(parent, ".compiling-")
}

// compile runs the go command; what it says against the sources comes back as text.
func (b *Builder) compile(ctx context.Context, dir string, functions []string) (string, error) {
	args := append([]string{"build", "-v"}, Flags...)
	args = append(args, "-o", dir+string(filepath.Separator))
	for _, f := range functions {
		args = append(args, "./functions/"+f)
	}
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir = b.root
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS="+runtime.GOOS, "GOARCH="+runtime.GOARCH, "GOFLAGS=")
	pipe, err := cmd.StderrPipe()
	if err != nil {
		return "", err
	}
	if err := cmd.Start(); err != nil {
		return "", fmt.Errorf("the go command does not start: %w", err)
	}
	complaints := b.follow(pipe)
	if err := cmd.Wait(); err != nil && complaints == "" {
		return "", fmt.Errorf("go build: %w", err)
	}
	return complaints, ctx.Err()
}

// follow tells progress while packages are compiled and keeps every other line.
func (b *Builder) follow(r io.Reader) string {
	const every = 40 // packages between two lines of progress
	var complaints bytes.Buffer
	lines, packages := bufio.NewScanner(r), 0
	for lines.Scan() {
		line := lines.Text()
		if isPackage(line) {
			if packages++; packages%every == 0 {
				b.progress(fmt.Sprintf("compiling: %d packages so far", packages))
			}
			continue
		}
		fmt.Fprintln(&complaints, line)
	}
	return strings.TrimSpace(complaints.String())
}

// isPackage tells a package that `go build -v` names from a complaint: a path without blanks or colons.
func isPackage(line string) bool {
	return line != "" && !strings.ContainsAny(line, " :#\t")
}

// install moves a fresh binary to its place; the stamp is taken away first, so that a crash in between leaves a
// binary that counts as stale.
func (b *Builder) install(from, function, hash string) error {
	target := b.Bootstrap(function)
	stamp := filepath.Join(filepath.Dir(target), stampFile)
	if _, err := os.Stat(from); err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
		return err
	}
	if err := os.Remove(stamp); err != nil && !os.IsNotExist(err) {
		return err
	}
	if err := os.Rename(from, target); err != nil {
		return err
	}
	return os.WriteFile(stamp, []byte(hash), 0o644)
}

// stamp is the hash that the function's binary was made of, empty where there is no binary.
func (b *Builder) stamp(function string) string {
	target := b.Bootstrap(function)
	if _, err := os.Stat(target); err != nil {
		return ""
	}
	hash, err := os.ReadFile(filepath.Join(filepath.Dir(target), stampFile))
	if err != nil {
		return ""
	}
	return string(hash)
}

func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
