package pay

import (
	"context"
	"runtime"
	"sync"
	"testing"
	"testing/synctest"

	"customercenter/infra/prove/explore"
	"customercenter/infra/prove/tally"
	"customercenter/shared/center"
)

// play is who meets on the scene.
type play struct {
	name    string
	amounts []int64 // of the invoices
	faults  int
	walked  bool // every schedule there is, not drawn ones
	share   int  // of all schedules, in percent
	cast    func(s *scene, on *explore.Schedule)
}

// whole is one invoice of 10.00 EUR.
var whole = []int64{1000}

var plays = []play{
	{"one payer, 2 faults", whole, 2, true, 2, func(s *scene, on *explore.Schedule) {
		s.payer(on, "ann", "pm_card_visa")
	}},
	{"two payers, 1 fault", whole, 1, false, 20, func(s *scene, on *explore.Schedule) {
		s.payer(on, "ann", "pm_card_visa")
		s.payer(on, "bob", "pm_card_visa")
	}},
	{"two payers and a sweep, 1 fault", whole, 1, false, 20, func(s *scene, on *explore.Schedule) {
		s.payer(on, "ann", "pm_card_visa")
		s.payer(on, "bob", "pm_card_visa")
		on.Spawn("sweep", s.sweep)
	}},
	{"one payer and two webhooks, 1 fault", whole, 1, false, 16, func(s *scene, on *explore.Schedule) {
		o := s.payer(on, "ann", "pm_card_visa")
		s.hook(on, "hook 1", o)
		s.hook(on, "hook 2", o)
	}},
	{"a card that is declined, a colleague and a sweep, 1 fault", whole, 1, false, 15, func(s *scene, on *explore.Schedule) {
		s.payer(on, "ann", "pm_card_chargeCustomerFail")
		s.payer(on, "bob", "pm_card_visa")
		on.Spawn("sweep", s.sweep)
	}},
	{"a browser that asks again with the same key, and one that cancels, 1 fault", whole, 1, false, 15, func(s *scene, on *explore.Schedule) {
		o := s.payer(on, "ann", "pm_card_visa")
		on.Spawn("ann again", func(a *explore.Actor) { _, _ = s.pay(a, o) })
		on.Spawn("cancel", func(a *explore.Actor) { s.cancel(a, o) })
	}},
	{"three payers of overlapping invoices, two sweeps, two webhooks, 4 faults", []int64{1000, 2000, 500}, 4, false, 12, func(s *scene, on *explore.Schedule) {
		ann := s.payer(on, "ann", "pm_card_visa", 0, 1)
		s.payer(on, "bob", "pm_card_chargeCustomerFail", 1, 2)
		cid := s.payer(on, "cid", "pm_card_mastercard", 2, 0)
		on.Spawn("sweep 1", s.sweep)
		on.Spawn("sweep 2", s.sweep)
		s.hook(on, "hook 1", ann)
		s.hook(on, "hook 2", cid)
	}},
}

// payer adds somebody who pays those invoices, all when none is named, and
// answers what is ordered.
func (s *scene) payer(on *explore.Schedule, name, card string, invoices ...int) order {
	o := order{by: name, key: "key-of-" + name + "-0001", method: s.store(card), of: s.invoices}
	if len(invoices) > 0 {
		o.of = nil
		for _, i := range invoices {
			o.of = append(o.of, s.invoices[i])
		}
	}
	on.Spawn(name, func(a *explore.Actor) { _, _ = s.pay(a, o) })
	return o
}

func (s *scene) hook(on *explore.Schedule, name string, o order) {
	on.Spawn(name, func(a *explore.Actor) { s.settle(a, o.id()) })
}

func (s *scene) cancel(a *explore.Actor, o order) {
	p, err := s.desk(a, 0).Stop(context.Background(), center.AccountIDOf(buyer), o.id(), center.DeclineCancelled)
	if err == nil {
		s.tell(a, p)
	}
}

// run plays one schedule and judges it.
func (p play) run(t *testing.T, choose explore.Chooser) (verdict, trace string) {
	s := newScene(t, p.amounts...)
	defer s.close()
	on := explore.New(choose, p.faults)
	p.cast(s, on)
	if err := on.Run(); err != nil {
		on.Stop()
		return err.Error(), on.Trace()
	}
	if err := s.drain(); err != nil {
		return "does not settle: " + err.Error(), on.Trace()
	}
	return s.judge(), on.Trace()
}

func TestSchedules(t *testing.T) {
	for _, p := range plays {
		t.Run(p.name, func(t *testing.T) {
			count := tally.Open(t, p.name)
			budget := max(*schedules*p.share/100, 1)
			if p.walked {
				p.walk(t, count, budget)
			} else {
				p.sample(t, count, budget)
			}
		})
	}
}

// walk takes every path, depth first, as far as the budget goes.
func (p play) walk(t *testing.T, count *tally.Count, budget int) {
	w := &explore.Walk{}
	for range budget {
		verdict, trace := p.once(t, w)
		if verdict != "" {
			t.Errorf("%s\npath %v\n%s", verdict, w.Path(), trace)
		}
		count.Add(verdict)
		if !w.Advance() {
			count.Complete()
			return
		}
	}
}

// faultRate is how many of a hundred calls go wrong in drawn schedules.
const faultRate = 8

func (p play) sample(t *testing.T, count *tally.Count, budget int) {
	if *seed != 0 {
		verdict, trace := p.once(t, explore.NewDraw(*seed, faultRate))
		t.Logf("%q\n%s", verdict, trace)
		return
	}
	var workers sync.WaitGroup
	seeds := make(chan uint64)
	for range runtime.GOMAXPROCS(0) {
		workers.Go(func() {
			for n := range seeds {
				verdict, trace := p.once(t, explore.NewDraw(n, faultRate))
				if verdict != "" {
					t.Errorf("%s\nseed %d\n%s", verdict, n, trace)
				}
				count.Add(verdict)
			}
		})
	}
	for n := range budget {
		seeds <- uint64(n) + 1
	}
	close(seeds)
	workers.Wait()
}

// once plays one schedule in a bubble of its own, where pauses take no time.
func (p play) once(t *testing.T, choose explore.Chooser) (verdict, trace string) {
	synctest.Test(t, func(t *testing.T) { verdict, trace = p.run(t, choose) })
	return verdict, trace
}
