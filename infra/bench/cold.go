package main

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"customercenter/infra/bench/figure"
	"customercenter/infra/bench/process"
	"customercenter/infra/bench/world"
)

// coldRounds is more than other modes have: a start is short, and noisy.
const coldRounds = 15

// Budgets of a start (G1).
const (
	startCPU     = 1.6 // × the bare bootstrap's
	startFaults  = 650
	startAllocs  = 5000
	zipLimit     = 3.5e6 // bytes
	zipMailLimit = 4.5e6
	mailer       = "deliver-mail"
)

// cold starts each variant anew in every round, up to its first question for
// work.
func (b *bench) cold() (figure.Section, error) {
	s, err := b.newScene(1)
	if err != nil {
		return figure.Section{}, err
	}
	defer s.Close()
	functions, err := b.functionNames(s.World)
	if err != nil {
		return figure.Section{}, err
	}
	binaries, err := b.builder.Functions(b.ctx, func(line string) { b.progress("%s", line) }, functions...)
	if err != nil {
		return figure.Section{}, err
	}
	variants, err := b.starters(s, binaries)
	if err != nil {
		return figure.Section{}, err
	}
	cpu, faults, wall := measured{}, measured{}, measured{}
	for range coldRounds {
		for _, v := range variants {
			if err := startOnce(v, cpu, faults, wall); err != nil {
				return figure.Section{}, err
			}
		}
	}
	allocs, err := initAllocations(variants[len(variants)-1])
	if err != nil {
		return figure.Section{}, err
	}
	var a arithmetic
	var out []figure.Figure
	add := func(f figure.Figure) { out = append(out, f) }
	add(figure.Figure{Budget: "G1", What: "CPU to start list-invoices, over a bare bootstrap", Value: a.ratio(cpu[ours], cpu[bare], coldRounds), Unit: figure.Times,
		Limit: startCPU, Note: coldNote(&a, cpu, wall, ours), Why: whyStart})
	add(figure.Figure{What: "the same of the idiomatic control", Value: a.ratio(cpu[control], cpu[bare], coldRounds), Unit: figure.Times, Note: coldNote(&a, cpu, wall, control)})
	add(figure.Figure{Budget: "G1", What: "page faults of that start", Value: a.median(faults[ours], coldRounds), Limit: startFaults, Why: whyFaults,
		Note: fmt.Sprintf("bare %.0f, control %.0f", a.median(faults[bare], coldRounds), a.median(faults[control], coldRounds))})
	add(figure.Figure{Budget: "G1", What: "allocations of package initialisation", Value: float64(allocs), Limit: startAllocs})
	sizes, err := zipFigures(binaries, variants[0].binary)
	if err != nil {
		return figure.Section{}, err
	}
	return figure.Section{How: fmt.Sprintf("Each program is started %d times, in turn, until it asks for its first event; the table is a stub over plain HTTP. "+
		"Starting list-invoices includes its warming call.", coldRounds), Figures: append(out, sizes...)}, a.err
}

const (
	whyStart  = "what the SDK for DynamoDB sets up when its package is linked, and the warming call, which costs here what the first request would cost later."
	whyFaults = "pages of the SDK's code and tables that its setting up touches."
)

func coldNote(a *arithmetic, cpu, wall measured, name string) string {
	return fmt.Sprintf("%.1f ms CPU, %.1f ms wall; bare %.1f and %.1f ms", a.median(cpu[name], coldRounds), a.median(wall[name], coldRounds),
		a.median(cpu[bare], coldRounds), a.median(wall[bare], coldRounds))
}

// functionNames are the functions that template.yaml deploys.
func (b *bench) functionNames(w *world.World) (out []string, err error) {
	for _, f := range w.Template.Functions {
		out = append(out, f.Name)
	}
	if !slices.Contains(out, ours) {
		return nil, fmt.Errorf("template.yaml has no %s", ours)
	}
	return out, nil
}

// starters are what is started against each other; ours is the last.
func (b *bench) starters(s *scene, binaries map[string]string) ([]variant, error) {
	least, err := b.builder.Program(b.ctx, "bare", "infra/bench/bare")
	if err != nil {
		return nil, err
	}
	usual, err := b.builder.Program(b.ctx, "control", "infra/bench/control")
	if err != nil {
		return nil, err
	}
	return []variant{
		{bare, least, s.Environment(ours, s.endpoint)},
		{control, usual, without(s.Environment(ours, s.endpoint), oneThread)},
		{ours, binaries[ours], s.Environment(ours, s.endpoint)},
	}, nil
}

// without drops a variable, given as the beginning of NAME=value.
func without(environment []string, prefix string) []string {
	return slices.DeleteFunc(slices.Clone(environment), func(s string) bool { return strings.HasPrefix(s, prefix) })
}

func startOnce(v variant, cpu, faults, wall measured) error {
	p, err := v.start()
	if err != nil {
		return err
	}
	defer p.Stop()
	used, err := p.CPU()
	if err != nil {
		return err
	}
	mapped, err := p.Faults()
	if err != nil {
		return err
	}
	cpu.add(v.name, millis(used))
	faults.add(v.name, float64(mapped))
	wall.add(v.name, millis(p.Start))
	return nil
}

// initLine is what the runtime writes of each package it initialises.
var initLine = regexp.MustCompile(`(?m)^init \S+ @.* (\d+) allocs$`)

// initAllocations counts what package initialisation allocates.
func initAllocations(v variant) (int, error) {
	p, err := process.Start(v.binary, append(slices.Clone(v.environment), "GODEBUG=inittrace=1"))
	if err != nil {
		return 0, err
	}
	defer p.Stop()
	return sumAllocations(p.Lines())
}

func sumAllocations(trace string) (sum int, err error) {
	found := initLine.FindAllStringSubmatch(trace, -1)
	if len(found) == 0 {
		return 0, fmt.Errorf("the runtime traced no initialisation:\n%s", trace)
	}
	for _, m := range found {
		n, err := strconv.Atoi(m[1])
		if err != nil {
			return 0, err
		}
		sum += n
	}
	return sum, nil
}

// zipFigures are the largest uploads of functions without mail, and the
// mailer's, beside a bare bootstrap's.
func zipFigures(binaries map[string]string, bootstrap string) ([]figure.Figure, error) {
	sizes := map[string]int{}
	least, err := world.ZipBytes(bootstrap)
	if err != nil {
		return nil, err
	}
	largest := ours
	for _, name := range slices.Sorted(maps.Keys(binaries)) {
		if sizes[name], err = world.ZipBytes(binaries[name]); err != nil {
			return nil, err
		}
		if name != mailer && sizes[name] > sizes[largest] {
			largest = name
		}
	}
	out := []figure.Figure{{Budget: "G1", What: "largest upload of a function without mail: " + largest, Value: float64(sizes[largest]), Unit: "B", Limit: zipLimit,
		Note: fmt.Sprintf("list-invoices %.2f MB, a bare bootstrap %.2f MB", float64(sizes[ours])/1e6, float64(least)/1e6), Why: whyZip}}
	if n, ok := sizes[mailer]; ok {
		out = append(out, figure.Figure{Budget: "G1", What: "upload of the mailer", Value: float64(n), Unit: "B", Limit: zipMailLimit, Why: whyMailZip})
	}
	return out, nil
}

const (
	whyZip = "a bare bootstrap is most of a reader's, and the SDK for DynamoDB adds a megabyte to every function of ours; the schedule's download links " +
		"the writer of PDF with its fonts (a megabyte and a quarter) and the library that writes Excel workbooks, and is alone in that."
	whyMailZip = "the SDK for SES, and html/template, which calls methods by name and so keeps those that nobody calls in every package beside it; " +
		"the library that composes MIME brings tables for passwords in other scripts, which nothing here asks for."
)
