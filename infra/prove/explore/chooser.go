package explore

import (
	"math/rand/v2"
	"slices"
)

// Walk chooses every path once, depth first: run a schedule, then Advance,
// until that is false.
type Walk struct {
	path, width []int
	at          int
}

// Next implements Chooser.
func (w *Walk) Next(n int) int {
	if w.at == len(w.path) {
		w.path, w.width = append(w.path, 0), append(w.width, n)
	}
	choice := w.path[w.at]
	w.at++
	return choice
}

// Fault implements Chooser.
func (w *Walk) Fault(n int) int { return w.Next(n) }

// Advance goes to the next path; false when all have been.
func (w *Walk) Advance() bool {
	w.path, w.width = w.path[:w.at], w.width[:w.at]
	w.at = 0
	for i := len(w.path) - 1; i >= 0; i-- {
		if w.path[i]+1 < w.width[i] {
			w.path[i]++
			w.path, w.width = w.path[:i+1], w.width[:i+1]
			return true
		}
	}
	return false
}

// Path is the present path, by which Replay finds it again.
func (w *Walk) Path() []int { return slices.Clone(w.path) }

// Draw chooses by a seed. Of a hundred calls about Rate go wrong, as long as
// faults are left.
type Draw struct {
	rand *rand.Rand
	rate int
}

// NewDraw is the sample of that seed; rate is faults per hundred calls.
func NewDraw(seed uint64, rate int) *Draw {
	return &Draw{rand.New(rand.NewPCG(seed, seed^0x9E3779B97F4A7C15)), rate}
}

// Next implements Chooser.
func (d *Draw) Next(n int) int { return d.rand.IntN(n) }

// Fault implements Chooser.
func (d *Draw) Fault(n int) int {
	if d.rand.IntN(100) >= d.rate {
		return 0
	}
	return 1 + d.rand.IntN(n-1)
}

// Replay takes a path again; beyond its end everything is delivered in order.
type Replay struct {
	path []int
	at   int
}

// NewReplay is a replay of the path.
func NewReplay(path []int) *Replay { return &Replay{path: path} }

// Next implements Chooser.
func (r *Replay) Next(n int) int {
	if r.at >= len(r.path) {
		return 0
	}
	choice := r.path[r.at]
	r.at++
	return min(choice, n-1)
}

// Fault implements Chooser.
func (r *Replay) Fault(n int) int { return r.Next(n) }

var (
	_ Chooser = (*Walk)(nil)
	_ Chooser = (*Draw)(nil)
	_ Chooser = (*Replay)(nil)
)
