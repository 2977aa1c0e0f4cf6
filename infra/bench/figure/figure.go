// Package figure is the arithmetic of the bench and the form its results take:
// medians and ratios that refuse what cannot be right, figures held against
// budgets, and the tables people read.
//
// It measures nothing and does not know what its numbers are about.
package figure

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Figure is one measured number, held against a budget where it has one.
type Figure struct {
	Budget string  // of the budget list, such as "G1"; "" where none stands
	What   string  // was measured, against what
	Value  float64 // never below zero
	Unit   string  // "×", "ms", "KB" …; "" for counts
	Limit  float64 // of the budget; 0 where there is none
	Least  bool    // the limit is a lower bound
	Word   string  // what was found, where that is no number
	Want   string  // what it must be then
	Note   string  // how it was measured, or what stands beside it
	Why    string  // said where the budget is missed
}

// Check refuses a number that cannot be a measurement.
func (f Figure) Check() error {
	switch {
	case f.What == "":
		return fmt.Errorf("figure: %s %v says not what it is", f.Budget, f.Value)
	case math.IsNaN(f.Value), math.IsInf(f.Value, 0), f.Value < 0:
		return fmt.Errorf("figure: %s is %v", f.What, f.Value)
	case f.Value == 0 && f.Unit == Times:
		return fmt.Errorf("figure: the ratio of %s is 0", f.What)
	case f.Word == "" && f.Want != "":
		return fmt.Errorf("figure: %s found nothing where %q is wanted", f.What, f.Want)
	case f.Limit < 0, math.IsNaN(f.Limit):
		return fmt.Errorf("figure: %s has the limit %v", f.What, f.Limit)
	}
	return nil
}

// Times is the unit of ratios.
const Times = "×"

// Judged tells whether there is a budget to meet.
func (f Figure) Judged() bool { return f.Limit > 0 || f.Want != "" }

// Met tells whether the budget is met, in the precision that is printed.
func (f Figure) Met() bool {
	value, limit := round(f.Value), round(f.Limit)
	switch {
	case f.Want != "":
		return f.Word == f.Want
	case f.Least:
		return value >= limit
	default:
		return value <= limit
	}
}

// Verdict is met, missed and by how much, or nothing where there is no budget.
func (f Figure) Verdict() string {
	switch {
	case !f.Judged():
		return ""
	case f.Met():
		return "met"
	case f.Want != "":
		return "**missed**"
	}
	over := f.Value/f.Limit - 1
	if f.Least {
		over = -over
	}
	return fmt.Sprintf("**missed** by %d %%", int(math.Ceil(over*100)))
}

// Bound is the budget as people write it.
func (f Figure) Bound() string {
	sign := "≤ "
	switch {
	case !f.Judged():
		return ""
	case f.Want != "":
		return f.Want
	case f.Least:
		sign = "≥ "
	}
	return sign + f.number(f.Limit)
}

// Text is the value as people write it.
func (f Figure) Text() string {
	if f.Word != "" {
		return f.Word
	}
	return f.number(f.Value)
}

func (f Figure) number(v float64) string {
	text := strconv.FormatFloat(round(v), 'f', -1, 64)
	if whole, rest, _ := strings.Cut(text, "."); len(whole) > 4 {
		text = grouped(whole)
		if rest != "" {
			text += "." + rest
		}
	}
	switch f.Unit {
	case "":
		return text
	case Times:
		return text + Times
	default:
		return text + " " + f.Unit
	}
}

// round keeps three significant digits, and all of a whole number.
func round(v float64) float64 {
	if v == 0 || math.Abs(v) >= 100 {
		return math.Round(v)
	}
	scale := math.Pow(10, 2-math.Floor(math.Log10(math.Abs(v))))
	return math.Round(v*scale) / scale
}

// grouped puts commas between thousands.
func grouped(digits string) string {
	var b strings.Builder
	for i, d := range digits {
		if i > 0 && (len(digits)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteRune(d)
	}
	return b.String()
}
