package explore_test

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"customercenter/infra/prove/explore"
)

// counter is a thing two programs change by reading and writing.
type counter struct{ value int }

// add reads and writes in two calls, and so loses an addition where another
// program comes between.
func (c *counter) add(a *explore.Actor) {
	if fault := a.Pass("read"); fault != explore.Deliver {
		return
	}
	read := c.value
	switch a.Pass("write") {
	case explore.Deliver, explore.LoseAnswer, explore.GoneAfter:
		c.value = read + 1
	}
}

func walk(t *testing.T, faults int, judge func(c *counter, s *explore.Schedule)) (schedules int) {
	w := &explore.Walk{}
	for more := true; more; more = w.Advance() {
		synctest.Test(t, func(t *testing.T) {
			var c counter
			s := explore.New(w, faults)
			s.Spawn("ann", c.add)
			s.Spawn("bob", c.add)
			if err := s.Run(); err != nil {
				t.Fatal(err)
			}
			judge(&c, s)
		})
		schedules++
	}
	return schedules
}

func TestEveryOrderIsTriedOnce(t *testing.T) {
	seen := map[string]bool{}
	lost := 0
	n := walk(t, 0, func(c *counter, s *explore.Schedule) {
		seen[s.Trace()] = true
		if c.value != 2 {
			lost++
		}
	})
	if n != 6 || len(seen) != 6 || lost != 4 {
		t.Errorf("%d schedules, %d of them different, %d lose an addition; want 6, 6 and 4", n, len(seen), lost)
	}
}

func TestEveryFaultStrikesEveryCall(t *testing.T) {
	seen := map[string]bool{}
	walk(t, 1, func(_ *counter, s *explore.Schedule) {
		for line := range strings.Lines(s.Trace()) {
			seen[strings.Join(strings.Fields(line), " ")] = true
		}
	})
	for _, who := range []string{"ann", "bob"} {
		for _, call := range []string{"read", "write"} {
			for _, fault := range explore.Faults {
				if want := who + " " + call + " " + fault.String(); !seen[want] {
					t.Errorf("never: %s", want)
				}
			}
		}
	}
}

func TestAPauseDoesNotDecideWhoGoesFirst(t *testing.T) {
	first := map[string]bool{}
	w := &explore.Walk{}
	for more := true; more; more = w.Advance() {
		synctest.Test(t, func(t *testing.T) {
			s := explore.New(w, 0)
			s.Spawn("slow", func(a *explore.Actor) { time.Sleep(time.Hour); a.Pass("x") })
			s.Spawn("fast", func(a *explore.Actor) { a.Pass("x") })
			if err := s.Run(); err != nil {
				t.Fatal(err)
			}
			first[strings.Fields(s.Trace())[0]] = true
		})
	}
	if len(first) != 2 {
		t.Errorf("first was only ever %v", first)
	}
}

func TestASampleCanBeDrawnAgain(t *testing.T) {
	draw := func(seed uint64) (trace string) {
		synctest.Test(t, func(t *testing.T) {
			var c counter
			s := explore.New(explore.NewDraw(seed, 30), 2)
			s.Spawn("ann", c.add)
			s.Spawn("bob", c.add)
			if err := s.Run(); err != nil {
				t.Fatal(err)
			}
			trace = s.Trace()
		})
		return trace
	}
	if draw(7) != draw(7) {
		t.Error("one seed, two schedules")
	}
}

func TestWhoIsGoneCallsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := explore.New(explore.NewReplay([]int{4}), 1) // the fourth fault: gone before
		calls := 0
		s.Spawn("ann", func(a *explore.Actor) {
			for range 3 {
				if a.Pass("x") == explore.Deliver {
					calls++
				}
			}
			if !a.Gone() {
				t.Error("she lives")
			}
		})
		if err := s.Run(); err != nil || calls != 0 {
			t.Errorf("%d calls after her end, %v", calls, err)
		}
	})
}

func TestProgramsThatNeverEndAreAnError(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := explore.New(&explore.Walk{}, 0)
		s.Spawn("loop", func(a *explore.Actor) {
			for !a.Gone() {
				a.Pass("x")
			}
		})
		if err := s.Run(); err == nil {
			t.Error("it ended")
		}
		s.Stop()
	})
}
