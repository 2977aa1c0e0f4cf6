package figure

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"
)

// Section is what one mode of the bench found.
type Section struct {
	Mode    string
	Title   string
	How     string // how it was measured, a sentence or two
	Figures []Figure
	Took    time.Duration
}

// Check refuses a section with a number that cannot be a measurement, or with
// none at all.
func (s Section) Check() error {
	if len(s.Figures) == 0 {
		return fmt.Errorf("figure: %s measured nothing", s.Mode)
	}
	for _, f := range s.Figures {
		if err := f.Check(); err != nil {
			return err
		}
	}
	return nil
}

// Missed are the figures that do not meet their budget.
func (s Section) Missed() (out []Figure) {
	for _, f := range s.Figures {
		if f.Judged() && !f.Met() {
			out = append(out, f)
		}
	}
	return out
}

// Print writes the section for a terminal.
func (s Section) Print(w io.Writer) error {
	fmt.Fprintf(w, "\n%s: %s (%.0f s)\n", s.Mode, s.Title, s.Took.Seconds())
	t := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
	for _, f := range s.Figures {
		fmt.Fprintf(t, "  %s\t%s\t%s\t%s\t%s\t%s\n", f.Budget, f.What, f.Text(), f.Bound(), strings.ReplaceAll(f.Verdict(), "**", ""), f.Note)
	}
	return t.Flush()
}

// markdown writes the section of a page.
func (s Section) markdown(w io.Writer) {
	fmt.Fprintf(w, "%s%s: %s\n\n%s\n\n", sectionMark, s.Mode, s.Title, s.How)
	fmt.Fprintln(w, "| | what | measured | budget | | |\n|---|---|---:|---:|---|---|")
	for _, f := range s.Figures {
		fmt.Fprintf(w, "| %s | %s | %s | %s | %s | %s |\n", f.Budget, cell(f.What), f.Text(), f.Bound(), f.Verdict(), cell(f.Note))
	}
}

// Report is a whole run.
type Report struct {
	At       time.Time
	Machine  string
	Command  string // that makes it again
	Sections []Section
}

// Markdown writes the report as a page.
func (r Report) Markdown(w io.Writer) error {
	fmt.Fprintf(w, "# Benchmarks\n\nWritten by `%s` on %s; do not edit. Machine: %s.\n\n", r.Command, r.At.UTC().Format("2 January 2006, 15:04 MST"), r.Machine)
	fmt.Fprintln(w, "A figure counts as a ratio against a control or a limit that ran in the same rounds, and as a median over them; "+
		"absolute times say as much about the machine. Budgets are judged on what repeats: CPU, page faults, allocations, capacity units, bytes.")
	fmt.Fprintln(w)
	r.verdict(w)
	for _, s := range r.Sections {
		s.markdown(w)
	}
	_, err := fmt.Fprintln(w)
	return err
}

// verdict says first what people look for: whether anything is missed.
func (r Report) verdict(w io.Writer) {
	judged, missed := 0, []Figure(nil)
	for _, s := range r.Sections {
		for _, f := range s.Figures {
			if f.Judged() {
				judged++
			}
		}
		missed = append(missed, s.Missed()...)
	}
	fmt.Fprintf(w, "**%d of %d budgets met.**", judged-len(missed), judged)
	if len(missed) == 0 {
		fmt.Fprintln(w)
		return
	}
	fmt.Fprint(w, " Missed:\n\n")
	for _, f := range missed {
		fmt.Fprintln(w, f.reason())
	}
}

// reason is the line about a missed budget.
func (f Figure) reason() string {
	why := f.Why
	if why == "" {
		why = "the cause is not known yet."
	}
	return fmt.Sprintf("- %s, %s: %s, budget %s. Why: %s", f.Budget, f.What, f.Text(), f.Bound(), why)
}

// cell keeps a text within its cell of a table.
func cell(s string) string { return strings.NewReplacer("|", "\\|", "\n", " ").Replace(s) }
