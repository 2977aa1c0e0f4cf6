// Command bench measures the product against its budgets and against controls
// that run in the same rounds: starts, cold and warm requests, growth, capacity
// units, payments, reminders, imports, printed invoices, the portal's weight, and the local cloud itself. It prints a
// table; a whole run writes docs/benchmarks.md and docs/costs.md, a single mode
// its own section of the first.
//
// It does not change the product and knows its functions only as the binaries
// they are.
package main

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"customercenter/infra/bench/figure"
	"customercenter/infra/bench/world"
	"customercenter/infra/machine"
)

// mode is one kind of measurement.
type mode struct {
	name, title string
	run         func(*bench) (figure.Section, error)
}

var modes = []mode{
	{"cold", "start of a function, against a bare bootstrap", (*bench).cold},
	{"first", "cold request over TLS at 256 MB", (*bench).first},
	{"list", "a warm list page, against its own calls signed by hand", (*bench).list},
	{"scale", "the list and its sorts, search and summary in growing accounts", (*bench).scale},
	{"units", "capacity units and calls of each use case", (*bench).units},
	{"pay", "paying: calls, units and requests of each step, and crowds of payers", (*bench).pay},
	{"remind", "reminders: a day's run, after an outage and kills, and the pace of the mailer", (*bench).remind},
	{"import", "taking documents in, against writing the same bytes", (*bench).imports},
	{"export", "the list of invoices as files, against reading it", (*bench).exports},
	{"print", "an invoice as a file", (*bench).print},
	{"portal", "the portal's first load", (*bench).portal},
	{"engine", "the embedded table", (*bench).engine},
	{"gateway", "the local gateway, against invoking the function itself", (*bench).gateway},
}

// bench is a run.
type bench struct {
	ctx     context.Context
	root    string
	million bool
	builder world.Builder
	usage   []usage // what the units mode saw, for the costs
}

func (b *bench) progress(format string, args ...any) {
	fmt.Fprintf(os.Stderr, "bench: "+format+"\n", args...)
}

func main() {
	var (
		only = flag.String("mode", "all", "what to measure: all, or one of "+strings.Join(names(), ", "))
		size = flag.String("size", "", `"1m" adds accounts and tables of 1,000,000`)
		root = flag.String("root", ".", "folder of the repository")
	)
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	b := &bench{ctx: ctx, root: *root, million: *size == "1m", builder: world.Builder{Root: *root}}
	missed, err := b.runAll(*only)
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
	if missed > 0 {
		fmt.Printf("\n%d budgets missed\n", missed)
	}
}

func names() (out []string) {
	for _, m := range modes {
		out = append(out, m.name)
	}
	return out
}

// runAll runs the modes asked for, and writes what they say to the pages.
func (b *bench) runAll(only string) (missed int, err error) {
	report := figure.Report{At: time.Now(), Machine: machine.Words(), Command: "make bench"}
	if b.million {
		report.Command += " SIZE=1m"
	}
	for _, m := range modes {
		if only != "all" && only != m.name {
			continue
		}
		b.progress("%s: %s", m.name, m.title)
		began := time.Now()
		s, err := m.run(b)
		if err != nil {
			return 0, fmt.Errorf("%s: %w", m.name, err)
		}
		s.Mode, s.Title, s.Took = m.name, m.title, time.Since(began)
		if err := s.Check(); err != nil {
			return 0, fmt.Errorf("%s: %w", m.name, err)
		}
		if err := s.Print(os.Stdout); err != nil {
			return 0, err
		}
		report.Sections = append(report.Sections, s)
		missed += len(s.Missed())
	}
	switch {
	case len(report.Sections) == 0:
		return 0, fmt.Errorf("there is no mode %q; there are all, %s", only, strings.Join(names(), ", "))
	case only != "all":
		return missed, b.splice(report.Sections[0], report.At, "make bench MODE="+only)
	}
	return missed, b.write(report)
}

// splice puts the section of a mode that was run alone into the page of the
// last whole run.
func (b *bench) splice(s figure.Section, at time.Time, command string) error {
	path := filepath.Join(b.root, "docs", "benchmarks.md")
	page, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	spliced, err := figure.Splice(string(page), s, at, command)
	if err != nil {
		return err
	}
	return os.WriteFile(path, []byte(spliced), 0o644)
}

// write writes the two pages of a whole run.
func (b *bench) write(r figure.Report) error {
	var benchmarks, costs bytes.Buffer
	if err := r.Markdown(&benchmarks); err != nil {
		return err
	}
	if err := writeCosts(&costs, r.At, b.usage); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(b.root, "docs", "benchmarks.md"), benchmarks.Bytes(), 0o644); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(b.root, "docs", "costs.md"), costs.Bytes(), 0o644)
}
