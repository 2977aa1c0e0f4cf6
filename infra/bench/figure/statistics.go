package figure

import (
	"fmt"
	"math"
	"slices"
)

// LeastRounds is how many rounds a figure is made of at least. Fewer say more
// about the machine's other work than about ours.
const LeastRounds = 10

// Samples are what one variant measured, one number a round, in the order of
// the rounds.
type Samples []float64

// Median is the middle of the samples, the mean of the middle two where their
// number is even. It fails for fewer than least samples and for one that is no
// number.
func (s Samples) Median(least int) (float64, error) {
	if len(s) == 0 || len(s) < least {
		return 0, fmt.Errorf("figure: a median of %d samples; at least %d are wanted", len(s), max(least, 1))
	}
	sorted := slices.Clone(s)
	for _, v := range sorted {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return 0, fmt.Errorf("figure: a sample is %v", v)
		}
	}
	slices.Sort(sorted)
	middle := len(sorted) / 2
	if len(sorted)%2 == 1 {
		return sorted[middle], nil
	}
	return (sorted[middle-1] + sorted[middle]) / 2, nil
}

// Ratio is the median over the rounds of s divided by control, each by what
// the control measured in the same round: what slowed a round down slowed both.
// It fails for unequal numbers of rounds, too few of them, and where the
// control measured nothing.
func (s Samples) Ratio(control Samples, least int) (float64, error) {
	if len(s) != len(control) {
		return 0, fmt.Errorf("figure: %d rounds against %d of the control", len(s), len(control))
	}
	ratios := make(Samples, len(s))
	for i, v := range s {
		if control[i] <= 0 || v < 0 {
			return 0, fmt.Errorf("figure: round %d measured %v against %v", i, v, control[i])
		}
		ratios[i] = v / control[i]
	}
	return ratios.Median(least)
}

// Percentile is the smallest sample that at least the share p of the samples
// does not exceed; p is above 0 and at most 1.
func (s Samples) Percentile(p float64) (float64, error) {
	if len(s) == 0 || p <= 0 || p > 1 {
		return 0, fmt.Errorf("figure: percentile %v of %d samples", p, len(s))
	}
	sorted := slices.Sorted(slices.Values(s))
	return sorted[int(math.Ceil(p*float64(len(sorted))))-1], nil
}
