package mutant

import (
	"cmp"
	"slices"
	"testing"

	"customercenter/infra/prove/tally"
)

// Story is something that happens over a table that m stands before. Tell
// answers all that people could see afterwards; nothing may go wrong where
// nothing is spoilt. Where m has an Intruder, Tell gives him the table.
type Story struct {
	Name string
	Tell func(t *testing.T, m *Mutant) (picture string, err error)
}

// hunt is a search for what nobody notices.
type hunt struct {
	t        *testing.T
	in       map[Guard][]Story
	pictures map[string]string
}

// Hunt strips each condition of what the stories write, and leaves out each
// write, one of so many as every says: some story must show it, by what is to
// be seen afterwards, or because a write goes over what a stranger wrote in the
// very moment before. Writes that pass says are let alone.
func Hunt(t *testing.T, of string, every int, pass func(Guard) bool, stories []Story) {
	t.Helper()
	h := hunt{t: t, in: map[Guard][]Story{}, pictures: map[string]string{}}
	for _, y := range stories {
		seen := map[Guard]bool{}
		picture, err := y.Tell(t, &Mutant{Seen: seen})
		if err != nil {
			t.Fatalf("%s: %v", y.Name, err)
		}
		h.pictures[y.Name] = whole(picture, err)
		for g := range seen {
			if !pass(g) {
				h.in[g] = append(h.in[g], y)
			}
		}
	}
	conditions, writes := tally.Open(t, "conditions of "+of+", stripped"), tally.Open(t, "items of "+of+", left out")
	killed, missed := 0, 0
	for n, g := range h.guards() {
		if n%every != 0 {
			continue
		}
		if g.Guarded {
			h.unspoilt(g)
			killed += h.noticed(conditions, g, "stripped", func() *Mutant { return &Mutant{Target: g, Strip: true} })
		}
		missed += h.noticed(writes, g, "left out", func() *Mutant { return &Mutant{Target: g, Drop: true} })
	}
	conditions.Fact("conditions: %d, killed: %d", conditions.Tried(), killed)
	writes.Fact("items: %d, killed: %d", writes.Tried(), missed)
	if every == 1 {
		conditions.Complete()
		writes.Complete()
	}
}

// guards are all of them, in an order that hangs on nothing.
func (h hunt) guards() (all []Guard) {
	for g := range h.in {
		all = append(all, g)
	}
	slices.SortFunc(all, func(a, b Guard) int { return cmp.Compare(a.String(), b.String()) })
	return all
}

// whole is a picture with how its story ended.
func whole(picture string, err error) string {
	if err != nil {
		return "ended with " + err.Error() + "\n" + picture
	}
	return picture
}

func (h hunt) told(y Story, m *Mutant) string { return whole(y.Tell(h.t, m)) }

// wentOver tells a story in which a stranger comes between.
func (h hunt) wentOver(y Story, m *Mutant) string {
	m.Intruder = &Stranger{}
	_, _ = y.Tell(h.t, m) // it may be refused, and should
	return m.WentOver
}

// unspoilt is the control: with nothing taken away a story shows the same
// every time, and a stranger who comes between is gone over by nobody.
func (h hunt) unspoilt(g Guard) {
	h.t.Helper()
	y := h.in[g][0]
	if got := h.told(y, &Mutant{Target: g}); got != h.pictures[y.Name] {
		h.t.Errorf("%s: %q shows another picture each time", g, y.Name)
	}
	if wrong := h.wentOver(y, &Mutant{Target: g}); wrong != "" {
		h.t.Errorf("%s: %s, with nothing stripped, in %q", g, wrong, y.Name)
	}
}

// noticed plays the stories of a guard until one of them shows that it is
// gone. It answers 1 where one did.
func (h hunt) noticed(count *tally.Count, g Guard, how string, spoilt func() *Mutant) int {
	h.t.Helper()
	for _, y := range h.in[g] {
		if h.told(y, spoilt()) != h.pictures[y.Name] || g.Guarded && h.wentOver(y, spoilt()) != "" {
			count.Add("")
			return 1
		}
	}
	h.t.Errorf("%s: %s, and nobody notices", g, how)
	count.Add("nobody notices")
	return 0
}
