package figure

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
)

// The parts of a page, as Markdown writes them.
const (
	sectionMark = "\n## "
	missedWords = "**missed**"
	metWords    = "met"
)

// verdictLine is the line that counts the budgets.
var verdictLine = regexp.MustCompile(`(?m)^\*\*\d+ of \d+ budgets met\.\*\*.*$`)

// Splice puts one section, measured alone at that time by that command, into a
// page that a whole run wrote, in the place of the one of its mode or as the
// last. The other sections, and what they say of their budgets, stay as they
// are.
func Splice(page string, s Section, at time.Time, command string) (string, error) {
	head, rest, found := strings.Cut(page, sectionMark)
	opening, _, whole := strings.Cut(head, verdictLine.FindString(head))
	if !found || !whole || verdictLine.FindString(head) == "" {
		return "", errors.New("figure: not a page of a whole run")
	}
	s.How += fmt.Sprintf(" Measured alone, by `%s` on %s.", command, at.UTC().Format("2 January 2006"))
	var text strings.Builder
	s.markdown(&text)
	fresh := strings.TrimRight(strings.TrimPrefix(text.String(), sectionMark), "\n")
	var sections []string
	replaced := false
	for old := range strings.SplitSeq(strings.TrimRight(rest, "\n"), sectionMark) {
		if old = strings.TrimRight(old, "\n"); strings.HasPrefix(old, s.Mode+": ") {
			old, replaced = fresh, true
		}
		sections = append(sections, old)
	}
	if !replaced {
		sections = append(sections, fresh)
	}
	reasons := strings.Split(head, "\n")
	for _, f := range s.Missed() {
		reasons = append([]string{f.reason()}, reasons...)
	}
	var out strings.Builder
	out.WriteString(opening)
	recount(&out, sections, reasons)
	for _, section := range sections {
		out.WriteString(sectionMark + section + "\n")
	}
	out.WriteString("\n")
	return out.String(), nil
}

// recount writes how many budgets the sections meet, and which they miss, with
// the first of the reasons for each.
func recount(out *strings.Builder, sections, reasons []string) {
	judged, missed := 0, []string(nil)
	for _, section := range sections {
		for line := range strings.SplitSeq(section, "\n") {
			cells := strings.Split(strings.ReplaceAll(line, `\|`, "\x00"), "|")
			if len(cells) < 7 {
				continue
			}
			budget, what, verdict := strings.TrimSpace(cells[1]), strings.TrimSpace(cells[2]), strings.TrimSpace(cells[5])
			switch {
			case verdict == metWords:
				judged++
			case strings.HasPrefix(verdict, missedWords):
				judged++
				missed = append(missed, budget+", "+strings.ReplaceAll(what, "\x00", "|"))
			}
		}
	}
	fmt.Fprintf(out, "**%d of %d budgets met.**", judged-len(missed), judged)
	if len(missed) == 0 {
		out.WriteString("\n")
		return
	}
	out.WriteString(" Missed:\n\n")
	for _, about := range missed {
		line := "- " + about + "."
		if at := slices.IndexFunc(reasons, func(r string) bool { return strings.HasPrefix(r, "- "+about+": ") }); at >= 0 {
			line = reasons[at]
		}
		out.WriteString(line + "\n")
	}
}
