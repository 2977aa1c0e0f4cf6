// Command prove runs the long proofs: schedules, faults, kills, races and
// mutations of what the product promises. It shows how far it is, prints what
// was tried and what went wrong, writes docs/proofs.md, and ends with an error
// if anything did.
//
// It knows the proofs as tests to be run, and what is proven by name only.
package main

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"customercenter/infra/machine"
)

func main() {
	var (
		only = flag.String("mode", "all", "what to prove: all, or one of "+strings.Join(names(), ", "))
		root = flag.String("root", ".", "folder of the repository")
	)
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	ok, err := run(ctx, *root, *only)
	if err != nil {
		fmt.Fprintln(os.Stderr, "prove:", err)
		os.Exit(2)
	}
	if !ok {
		fmt.Println("prove: something does not hold")
		os.Exit(1)
	}
	fmt.Println("prove: all of it holds")
}

// run proves the modes asked for and writes the page.
func run(ctx context.Context, root, only string) (ok bool, err error) {
	if only != "all" && !slices.Contains(names(), only) {
		return false, fmt.Errorf("there is no mode %q; there are all, %s", only, strings.Join(names(), ", "))
	}
	page := page{At: time.Now(), Machine: machine.Words()}
	for _, m := range modes {
		if only != "all" && only != m.name {
			continue
		}
		for _, p := range m.parts {
			result, err := p.run(ctx, root)
			if err != nil {
				return false, fmt.Errorf("%s: %w", p.title, err)
			}
			result.print(os.Stdout)
			page.Results = append(page.Results, result)
		}
	}
	path := filepath.Join(root, "docs", "proofs.md")
	if before, err := os.ReadFile(path); err == nil {
		page.Kept = sections(string(before))
	}
	var text bytes.Buffer
	page.markdown(&text)
	return page.holds(), os.WriteFile(path, text.Bytes(), 0o644)
}
