package main

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"
)

// page is docs/proofs.md.
type page struct {
	At      time.Time
	Machine string
	Results []result
}

func (p page) holds() bool {
	return !slices.ContainsFunc(p.Results, func(r result) bool { return !r.holds() })
}

// markdown writes the page.
func (p page) markdown(w io.Writer) {
	fmt.Fprintf(w, "# Proofs\n\nWritten by `make prove` on %s; do not edit. Machine: %s.\n\n", p.At.UTC().Format("2 January 2006, 15:04 MST"), p.Machine)
	fmt.Fprintf(w, "`make test` runs a short version of each; `make prove MODE=pay` the long one of one mode. A run that finds a violation prints the seed or path and the trace that lead there, and ends with an error.\n")
	if !p.holds() {
		fmt.Fprintf(w, "\n**Not all of it holds.**\n")
	}
	for _, r := range p.Results {
		fmt.Fprintf(w, "\n## %s\n\n%s\n\n| what | tried | violations | | seconds |\n|---|---:|---:|---|---:|\n", r.title, r.what)
		for _, l := range r.Lines {
			tried := fmt.Sprint(l.Tried)
			if l.Complete {
				tried += " (all)"
			}
			fmt.Fprintf(w, "| %s | %s | %d | %s | %.0f |\n", l.Proof, tried, l.Violations(), strings.Join(append(verdicts(l.Wrong), l.Facts...), "; "), l.Seconds)
		}
		if !r.Passed {
			fmt.Fprintf(w, "\n**Failed.**\n")
		}
	}
}

func verdicts(wrong map[string]int) (out []string) {
	for _, verdict := range slices.Sorted(maps.Keys(wrong)) {
		out = append(out, fmt.Sprintf("%s: %d", verdict, wrong[verdict]))
	}
	return out
}
