package main

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"
)

// page is docs/proofs.md: what was run, and beside it what stands there of
// parts that were not.
type page struct {
	At      time.Time
	Machine string
	Results []result
	Kept    map[string]string // sections by title
}

func (p page) holds() bool {
	return !slices.ContainsFunc(p.Results, func(r result) bool { return !r.holds() })
}

const sectionMark = "\n## "

// sections are those of a page that was written before, by title.
func sections(text string) map[string]string {
	out := map[string]string{}
	_, rest, more := strings.Cut(text, sectionMark)
	for more {
		var section string
		section, rest, more = strings.Cut(rest, sectionMark)
		title, _, _ := strings.Cut(section, "\n")
		out[title] = strings.TrimRight(section, "\n") + "\n"
	}
	return out
}

// markdown writes the page, in the order of the modes.
func (p page) markdown(w io.Writer) {
	fmt.Fprintf(w, "# Proofs\n\nWritten by `make prove` on %s; do not edit. Machine: %s.\n\n", p.At.UTC().Format("2 January 2006, 15:04 MST"), p.Machine)
	fmt.Fprintf(w, "`make test` runs a short version of each; `make prove MODE=pay` the long one of one mode. A run that finds a violation prints the seed or path and the trace that lead there, and ends with an error. Of a control violations are what it must find: one that finds none proves nothing, and fails.\n")
	if !p.holds() {
		fmt.Fprintf(w, "\n**Not all of it holds.**\n")
	}
	for _, m := range modes {
		for _, one := range m.parts {
			at := slices.IndexFunc(p.Results, func(r result) bool { return r.title == one.title })
			if at >= 0 {
				p.section(w, p.Results[at])
			} else if kept, ok := p.Kept[one.title]; ok {
				fmt.Fprint(w, sectionMark, kept)
			}
		}
	}
}

// section writes what came of one part.
func (p page) section(w io.Writer, r result) {
	kind := ""
	if r.control {
		kind = ", a control"
	}
	fmt.Fprintf(w, "%s%s\n\n%s\n\nRun on %s%s.\n\n| what | tried | violations | | seconds |\n|---|---:|---:|---|---:|\n",
		sectionMark, r.title, r.what, p.At.UTC().Format("2 January 2006"), kind)
	tried, wrong := 0, 0
	for _, l := range r.Lines {
		count := fmt.Sprint(l.Tried)
		if l.Complete {
			count += " (all)"
		}
		tried, wrong = tried+l.Tried, wrong+l.Violations()
		fmt.Fprintf(w, "| %s | %s | %d | %s | %.0f |\n", l.Proof, count, l.Violations(), strings.Join(append(verdicts(l.Wrong), l.Facts...), "; "), l.Seconds)
	}
	fmt.Fprintf(w, "| **together** | **%d** | **%d** | | %.0f |\n", tried, wrong, r.Took.Seconds())
	if !r.Passed {
		fmt.Fprintf(w, "\n**Failed.**\n")
	}
}

func verdicts(wrong map[string]int) (out []string) {
	for _, verdict := range slices.Sorted(maps.Keys(wrong)) {
		out = append(out, fmt.Sprintf("%s: %d", verdict, wrong[verdict]))
	}
	return out
}
