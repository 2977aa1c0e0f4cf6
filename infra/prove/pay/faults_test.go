package pay

import (
	"context"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"customercenter/infra/prove/explore"
	"customercenter/infra/prove/tally"
)

// strike lets the first program go alone until its n-th call, where the fault
// is; from then on the last one goes first.
type strike struct {
	at    int
	fault int
	calls int
}

// Next implements explore.Chooser.
func (s *strike) Next(n int) int {
	if s.calls <= s.at {
		return 0
	}
	return n - 1
}

// Fault implements explore.Chooser.
func (s *strike) Fault(int) int {
	s.calls++
	if s.calls-1 == s.at {
		return s.fault
	}
	return 0
}

// flow is something that somebody does, after what must have been before.
type flow struct {
	name   string
	before func(s *scene)
	do     func(s *scene, a *explore.Actor)
}

// annPays is what all flows turn about.
func (s *scene) annPays(card string) order {
	o := order{by: "ann", key: "key-of-ann-000001", of: s.invoices}
	if card != "" {
		o.method = s.store(card)
	}
	return o
}

var flows = []flow{
	{"pay with a stored card", nothing, func(s *scene, a *explore.Actor) { _, _ = s.pay(a, s.annPays("pm_card_visa")) }},
	{"pay with a card that is declined", nothing, func(s *scene, a *explore.Actor) { _, _ = s.pay(a, s.annPays("pm_card_chargeCustomerFail")) }},
	{"pay with a card that asks for a step", nothing, func(s *scene, a *explore.Actor) { _, _ = s.pay(a, s.annPays("pm_card_authenticationRequired")) }},
	{"pay at the processor's page", nothing, func(s *scene, a *explore.Actor) { _, _ = s.pay(a, s.annPays("")) }},
	{"come back from the processor's page, paid", func(s *scene) { s.paysAtPage("pm_card_visa") },
		func(s *scene, a *explore.Actor) { s.settle(a, s.annPays("").id()) }},
	{"come back from the processor's page, declined there", func(s *scene) { s.paysAtPage("pm_card_visa_chargeDeclined") },
		func(s *scene, a *explore.Actor) { s.settle(a, s.annPays("").id()) }},
	{"cancel while the page is open", func(s *scene) { _, _ = s.pay(nil, s.annPays("")) },
		func(s *scene, a *explore.Actor) { s.cancel(a, s.annPays("")) }},
	{"sweep what a payer left behind", func(s *scene) { s.leftBehind() }, (*scene).sweep},
	{"book a refund", func(s *scene) {
		_, _ = s.pay(nil, s.annPays("pm_card_visa"))
		for _, intent := range s.stripe.Intents() {
			if err := s.stripe.Refund(intent.ID, 300); err != nil {
				s.t.Fatal(err)
			}
		}
	}, func(s *scene, a *explore.Actor) { s.settle(a, s.annPays("pm_card_visa").id()) }},
}

func nothing(*scene) {}

// confirmCall is the payer's call at which the money moves, once it is known.
var confirmCall atomic.Int64

// leftBehind is a payer whose program ends when the processor has taken the
// money: it knows, and the table does not.
func (s *scene) leftBehind() {
	if confirmCall.Load() == 0 {
		scratch := newScene(s.t, 1000)
		defer scratch.close()
		on := explore.New(&strike{at: unstruck}, 1)
		on.Spawn("ann", func(a *explore.Actor) { _, _ = scratch.pay(a, scratch.annPays("pm_card_visa")) })
		_ = on.Run()
		before, _, _ := strings.Cut(on.Trace(), "/confirm")
		confirmCall.Store(int64(strings.Count(before, "\n")))
	}
	on := explore.New(&strike{at: int(confirmCall.Load()), fault: len(explore.Faults)}, 1)
	on.Spawn("ann", func(a *explore.Actor) { _, _ = s.pay(a, s.annPays("pm_card_visa")) })
	if err := on.Run(); err != nil || s.captured() == 0 {
		s.t.Fatalf("nothing is left behind: %v\n%s", err, on.Trace())
	}
}

func (s *scene) captured() (total int64) {
	for _, intent := range s.stripe.Intents() {
		total += intent.Captured
	}
	return total
}

// meanwhile is who comes along right after the fault.
var meanwhile = map[string]func(s *scene, a *explore.Actor){
	"nobody":      nil,
	"a sweep":     (*scene).sweep,
	"a colleague": func(s *scene, a *explore.Actor) { _, _ = s.pay(a, s.order("bob")) },
}

func (s *scene) order(by string) order {
	return order{by: by, key: "key-of-" + by + "-000001", method: s.store("pm_card_mastercard"), of: s.invoices}
}

// point is one fault at one call of a flow.
type point struct {
	flow  flow
	at    int
	fault int // of explore.Faults, from 1; 0 is none
	other string
}

// run plays the point: the flow with its fault, whoever comes meanwhile, the
// browser asking again with the same key, a later payer, and the sweeps. It
// tells how many calls the flow took.
func (p point) run(t *testing.T) (verdict, trace string, calls int) {
	s := newScene(t, 1000)
	defer s.close()
	s.store("pm_card_visa")
	p.flow.before(s)
	chooser := &strike{at: p.at, fault: p.fault}
	on := explore.New(chooser, 1)
	on.Spawn("ann", func(a *explore.Actor) { p.flow.do(s, a) })
	if other := meanwhile[p.other]; other != nil {
		on.Spawn("other", func(a *explore.Actor) { other(s, a) })
	}
	if err := on.Run(); err != nil {
		on.Stop()
		return err.Error(), on.Trace(), chooser.calls
	}
	if again, err := s.truth.In(person("ann")).Payment(context.Background(), s.annPays("").id()); err == nil {
		o := s.annPays("")
		o.method = again.Method.ID
		_, _ = s.pay(nil, o)
	}
	s.cloud.Clock.Advance(40 * time.Minute)
	s.sweep(nil)
	_, _ = s.pay(nil, s.order("dee"))
	if err := s.drain(); err != nil {
		return "does not settle: " + err.Error(), on.Trace(), chooser.calls
	}
	return s.ended(p), on.Trace(), chooser.calls
}

// ended judges a point: whatever happened, somebody paid in the end, once.
func (s *scene) ended(p point) string {
	if verdict := s.judge(); verdict != "" {
		return verdict
	}
	heads, err := s.truth.In(person("ann")).Payables(context.Background(), s.invoices)
	if err != nil {
		return err.Error()
	}
	for _, inv := range heads {
		refunded := p.flow.name == "book a refund"
		if inv.Outstanding.Sign() != 0 && !refunded {
			return "nobody can pay it any more"
		}
	}
	return ""
}

// unstruck is a call that no flow comes to.
const unstruck = 1 << 20

func TestFaultsAtEveryCall(t *testing.T) {
	for _, f := range flows {
		t.Run(f.name, func(t *testing.T) {
			count, pick := tally.Open(t, f.name), every()
			for _, other := range []string{"nobody", "a sweep", "a colleague"} {
				calls := playAll(t, count, pick, f, other)
				count.Fact("%d calls with %s meanwhile", calls, other)
			}
			if *each == 1 {
				count.Complete()
			}
		})
	}
}

// playAll plays every fault at every call of a flow, as far as it is picked.
func playAll(t *testing.T, count *tally.Count, pick func() bool, f flow, other string) (calls int) {
	play := func(at, fault int) (calls int) {
		p := point{flow: f, at: at, fault: fault, other: other}
		var verdict, trace string
		synctest.Test(t, func(t *testing.T) { verdict, trace, calls = p.run(t) })
		if verdict != "" {
			t.Errorf("%s\n%s, fault %d at call %d, with %s meanwhile\n%s", verdict, f.name, fault, at, other, trace)
		}
		count.Add(verdict)
		return calls
	}
	calls = play(unstruck, 0)
	for at := range calls {
		for fault := range len(explore.Faults) {
			if pick() {
				play(at, fault+1)
			}
		}
	}
	return calls
}

// paysAtPage is somebody who pays at the processor's page and closes the
// browser before it comes back.
func (s *scene) paysAtPage(card string) {
	p, err := s.pay(nil, s.annPays(""))
	if err != nil {
		s.t.Fatal(err)
	}
	err = s.stripe.PayPage(p.Object, card)
	if declined := strings.Contains(card, "Declined"); (err != nil) != declined {
		s.t.Fatalf("the processor's page: %v", err)
	}
}
