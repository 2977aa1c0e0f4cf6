package main

import (
	"strings"
	"testing"
	"time"

	"customercenter/infra/prove/tally"
)

func TestAPageKeepsWhatWasNotRun(t *testing.T) {
	first, second := modes[0].parts[0], modes[0].parts[1]
	ran := func(p part, tried int, wrong map[string]int) result {
		return result{part: p, Passed: true, Lines: []tally.Line{{Proof: "proof of " + p.title, Tried: tried, Wrong: wrong}}}
	}
	write := func(p page) string {
		var text strings.Builder
		p.At = time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC)
		p.markdown(&text)
		return text.String()
	}
	both := write(page{Results: []result{ran(first, 11, nil), ran(second, 22, map[string]int{"charged twice": 3})}})
	again := write(page{Results: []result{ran(first, 33, nil)}, Kept: sections(both)})
	for _, want := range []string{"## " + first.title + "\n", "| **together** | **33** | **0** |", "## " + second.title + "\n", "| **together** | **22** | **3** |", "charged twice: 3"} {
		if strings.Count(again, want) != 1 {
			t.Errorf("%q is not once in:\n%s", want, again)
		}
	}
	if strings.Contains(again, "**11**") {
		t.Error("what was run again stands there twice")
	}
	if third := write(page{Kept: sections(again)}); sections(third)[second.title] != sections(again)[second.title] {
		t.Error("what is kept changes")
	}
}

func TestAControlMustFindSomething(t *testing.T) {
	wrong, none := []tally.Line{{Wrong: map[string]int{"x": 1}}}, []tally.Line{{}}
	for name, tt := range map[string]struct {
		result result
		holds  bool
	}{
		"a proof without violations":   {result{Passed: true, Lines: none}, true},
		"a proof with one":             {result{Passed: true, Lines: wrong}, false},
		"a control with one":           {result{Passed: true, Lines: wrong, part: part{control: true}}, true},
		"a control that is blind":      {result{Passed: true, Lines: none, part: part{control: true}}, false},
		"a test that failed by itself": {result{Lines: none}, false},
	} {
		if tt.result.holds() != tt.holds {
			t.Errorf("%s: holds %t", name, !tt.holds)
		}
	}
}
