package figure

import (
	"math"
	"strings"
	"testing"
	"time"
)

func TestMedianIsTheMiddle(t *testing.T) {
	for name, tt := range map[string]struct {
		in   Samples
		want float64
	}{
		"odd":        {Samples{9, 1, 5}, 5},
		"even":       {Samples{4, 1, 3, 2}, 2.5},
		"one":        {Samples{7}, 7},
		"an outlier": {Samples{1, 1, 1, 1, 1000}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			before := append(Samples(nil), tt.in...)
			got, err := tt.in.Median(1)
			if err != nil || got != tt.want {
				t.Errorf("%v, %v, want %v", got, err, tt.want)
			}
			for i := range before {
				if before[i] != tt.in[i] {
					t.Fatal("the samples were put in another order: rounds no longer pair")
				}
			}
		})
	}
}

func TestMedianRefusesWhatSaysNothing(t *testing.T) {
	for name, in := range map[string]Samples{
		"none": nil, "too few": {1, 2, 3}, "not a number": {1, 2, math.NaN(), 4}, "endless": {1, 2, 3, math.Inf(1)},
	} {
		if got, err := in.Median(4); err == nil {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestRatioPairsRounds(t *testing.T) {
	// The machine was ten times slower in the second half; ours took twice the
	// control in every round.
	ours, control := Samples{2, 2, 20, 20}, Samples{1, 1, 10, 10}
	if got, err := ours.Ratio(control, 4); err != nil || got != 2 {
		t.Errorf("%v, %v", got, err)
	}
}

func TestRatioRefusesWhatCannotBeDivided(t *testing.T) {
	for name, control := range map[string]Samples{"fewer rounds": {1, 1}, "a round of nothing": {1, 0, 1}, "less than nothing": {1, -1, 1}} {
		if got, err := (Samples{1, 1, 1}).Ratio(control, 2); err == nil {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestPercentile(t *testing.T) {
	s := Samples{10, 1, 2, 3, 4, 5, 6, 7, 8, 9}
	for p, want := range map[float64]float64{0.5: 5, 0.9: 9, 0.91: 10, 1: 10, 0.01: 1} {
		if got, err := s.Percentile(p); err != nil || got != want {
			t.Errorf("%v: %v, %v, want %v", p, got, err, want)
		}
	}
	if _, err := s.Percentile(0); err == nil {
		t.Error("percentile 0 was answered")
	}
}

func TestVerdicts(t *testing.T) {
	for name, tt := range map[string]struct {
		in             Figure
		verdict, bound string
	}{
		"under the limit":          {Figure{Value: 1.5, Limit: 1.6, Unit: Times}, "met", "≤ 1.6×"},
		"on the limit":             {Figure{Value: 1.6, Limit: 1.6, Unit: Times}, "met", "≤ 1.6×"},
		"on it as printed":         {Figure{Value: 1.6004, Limit: 1.6, Unit: Times}, "met", "≤ 1.6×"},
		"over the limit":           {Figure{Value: 2, Limit: 1.6, Unit: Times}, "**missed** by 25 %", "≤ 1.6×"},
		"a rate reached":           {Figure{Value: 0.3, Limit: 0.25, Unit: Times, Least: true}, "met", "≥ 0.25×"},
		"a rate missed":            {Figure{Value: 0.2, Limit: 0.25, Unit: Times, Least: true}, "**missed** by 20 %", "≥ 0.25×"},
		"the words wanted":         {Figure{Word: "2 calls", Want: "2 calls"}, "met", "2 calls"},
		"other words":              {Figure{Word: "1 calls", Want: "2 calls"}, "**missed**", "2 calls"},
		"nothing to meet":          {Figure{Value: 3}, "", ""},
		"large numbers in figures": {Figure{Value: 1, Limit: 1000000, Unit: "B"}, "met", "≤ 1,000,000 B"},
	} {
		t.Run(name, func(t *testing.T) {
			if tt.in.Verdict() != tt.verdict || tt.in.Bound() != tt.bound {
				t.Errorf("%q %q, want %q %q", tt.in.Verdict(), tt.in.Bound(), tt.verdict, tt.bound)
			}
		})
	}
}

func TestNumbersReadWell(t *testing.T) {
	for want, f := range map[string]Figure{
		"1.24×": {Value: 1.2351, Unit: Times}, "0.0123 ms": {Value: 0.012345, Unit: "ms"}, "12.3 ms": {Value: 12.345, Unit: "ms"},
		"123": {Value: 123.4}, "98,765 B": {Value: 98765.4, Unit: "B"}, "9876": {Value: 9876}, "0": {Value: 0}, "1,234,567": {Value: 1234567},
	} {
		if got := f.Text(); got != want {
			t.Errorf("%v is written %q, want %q", f.Value, got, want)
		}
	}
}

func TestNonsenseIsRefused(t *testing.T) {
	for name, f := range map[string]Figure{
		"not a number": {What: "x", Value: math.NaN()}, "endless": {What: "x", Value: math.Inf(1)}, "less than nothing": {What: "x", Value: -1},
		"a ratio of nothing": {What: "x", Unit: Times}, "of nothing": {Value: 1}, "no word where one is wanted": {What: "x", Want: "y"}, "a limit below zero": {What: "x", Value: 1, Limit: -1},
	} {
		if (Section{Mode: "m", Figures: []Figure{{What: "fine", Value: 1}, f}}).Check() == nil {
			t.Errorf("%s was taken", name)
		}
	}
	if (Section{Mode: "m"}).Check() == nil {
		t.Error("a section without figures was taken")
	}
}

func TestPageSaysWhatIsMissedAndWhy(t *testing.T) {
	r := Report{At: time.Date(2026, 11, 22, 6, 0, 0, 0, time.UTC), Machine: "2 cores", Command: "make bench", Sections: []Section{{
		Mode: "cold", Title: "start", How: "Started.", Figures: []Figure{
			{Budget: "G1", What: "CPU | start", Value: 1.5, Unit: Times, Limit: 1.6},
			{Budget: "G1", What: "page faults", Value: 700, Limit: 650, Why: "more code."},
			{What: "wall", Value: 20, Unit: "ms"},
		},
	}}}
	var page strings.Builder
	if err := r.Markdown(&page); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"on 22 November 2026, 06:00 UTC", "Machine: 2 cores", "**1 of 2 budgets met.** Missed:",
		"- G1, page faults: 700, budget ≤ 650. Why: more code.", `| G1 | CPU \| start | 1.5× | ≤ 1.6× | met |  |`, "|  | wall | 20 ms |  |  |  |",
	} {
		if !strings.Contains(page.String(), want) {
			t.Errorf("the page lacks %q:\n%s", want, &page)
		}
	}
}

func TestTerminalShowsTheSameFigures(t *testing.T) {
	var out strings.Builder
	s := Section{Mode: "cold", Title: "start", Took: 3 * time.Second, Figures: []Figure{{Budget: "G1", What: "CPU", Value: 2, Limit: 1, Unit: Times}}}
	if err := s.Print(&out); err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(strings.Fields(out.String()), " "); got != "cold: start (3 s) G1 CPU 2× ≤ 1× missed by 100 %" {
		t.Error(got)
	}
}

func TestOneModeLeavesTheOthersAlone(t *testing.T) {
	at := time.Date(2026, 11, 22, 6, 0, 0, 0, time.UTC)
	list := Section{Mode: "list", Title: "a page", How: "Asked.", Figures: []Figure{
		{Budget: "G3", What: "CPU | of: a page", Value: 3, Unit: Times, Limit: 2, Why: "more work."}, {Budget: "G8", What: "memory", Value: 1, Limit: 2}}}
	pay := Section{Mode: "pay", Title: "paying", How: "Paid.", Figures: []Figure{{Budget: "G9", What: "a crowd", Word: "two", Want: "one", Why: "it is blind."}}}
	var whole strings.Builder
	if err := (Report{At: at, Machine: "2 cores", Command: "make bench", Sections: []Section{list}}).Markdown(&whole); err != nil {
		t.Fatal(err)
	}
	with, err := Splice(whole.String(), pay, at, "make bench MODE=pay")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"**1 of 3 budgets met.** Missed:", "- G3, CPU | of: a page: 3×, budget ≤ 2×. Why: more work.\n- G9, a crowd: two, budget one. Why: it is blind.\n",
		"## list: a page", "## pay: paying", "Paid. Measured alone, by `make bench MODE=pay` on 22 November 2026."} {
		if strings.Count(with, want) != 1 {
			t.Errorf("%q is not once in:\n%s", want, with)
		}
	}
	pay.Figures[0].Word = "one"
	again, err := Splice(with, pay, at, "make bench MODE=pay")
	if err != nil || strings.Count(again, "## pay") != 1 || !strings.Contains(again, "**2 of 3 budgets met.**") || strings.Contains(again, "blind") {
		t.Errorf("%v:\n%s", err, again)
	}
	if same, err := Splice(again, pay, at, "make bench MODE=pay"); err != nil || same != again {
		t.Errorf("the same once more, %v:\n%s", err, same)
	}
	if _, err := Splice("# Benchmarks\n", pay, at, "x"); err == nil {
		t.Error("a page without figures was taken")
	}
}
