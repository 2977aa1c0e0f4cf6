package pay

import (
	"cmp"
	"context"
	"errors"
	"regexp"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"customercenter/infra/prove/explore"
	"customercenter/infra/prove/mutant"
	"customercenter/infra/prove/tally"
	"customercenter/shared/processor"
)

// shapes are the keys that paying writes.
var shapes = []mutant.Shape{
	{Key: regexp.MustCompile(`^I#\S+ H$`), What: "invoice head"},
	{Key: regexp.MustCompile(`^I#\S+ P#\S+#r#`), What: "refund in the history"},
	{Key: regexp.MustCompile(`^I#\S+ P#`), What: "payment in the history"},
	{Key: regexp.MustCompile(`^I#\S+ C#`), What: "credit in the history"},
	{Key: regexp.MustCompile(`^L#\S+ T#[SZC]#`), What: "spread total"},
	{Key: regexp.MustCompile(`^L#\S+ T#`), What: "day total"},
	{Key: regexp.MustCompile(`^L#\S+ U#`), What: "row, unsettled"},
	{Key: regexp.MustCompile(`^L#\S+ S#`), What: "row, submitted"},
	{Key: regexp.MustCompile(`^L#\S+ Z#`), What: "row, closed"},
	{Key: regexp.MustCompile(`^L#\S+ N#`), What: "row, credit note"},
	{Key: regexp.MustCompile(`^L#\S+ K#`), What: "credit in sight"},
	{Key: regexp.MustCompile(`^L#\S+ Y#`), What: "payment row"},
	{Key: regexp.MustCompile(`^L#\S+ B#`), What: "stuck payment"},
	{Key: regexp.MustCompile(`^P#`), What: "payment"},
	{Key: regexp.MustCompile(`^Z#`), What: "audit entry"},
	{Key: regexp.MustCompile(`^M#`), What: "letter"},
	{Key: regexp.MustCompile(`^A#\S+ W#$`), What: "wallet"},
}

// story is something that happens to payments, after which the judge looks.
type story struct {
	name    string
	amounts []int64 // of invoices
	credits []int64 // of credit notes
	tell    func(s *scene)
}

// silent is a processor that makes nothing and says nothing.
type silent struct{ processor.Processor }

var errSilence = &processor.Error{Outcome: processor.Unknown, Err: errors.New("no answer")}

func (silent) Create(context.Context, processor.Charge) (processor.Object, error) {
	return processor.Object{}, errSilence
}

// annPaysWith pays with a card and is content with whatever comes of it: what
// stands afterwards is judged.
func annPaysWith(card string) func(*scene) {
	return func(s *scene) { _, _ = s.pay(nil, s.annPays(card)) }
}

// looks is ann's browser, asking how her payment stands.
func (s *scene) looks() { s.settle(nil, s.annPays("").id()) }

// refunded gives so much of every payment back at the processor, where it
// came to one.
func (s *scene) refunded(minor int64) {
	for _, intent := range s.stripe.Intents() {
		_ = s.stripe.Refund(intent.ID, minor)
	}
	s.looks()
}

var stories = []story{
	{"paid with a card", one, nil, annPaysWith("pm_card_visa")},
	{"three paid at once", three, nil, annPaysWith("pm_card_visa")},
	{"a part, then the rest", three, nil, func(s *scene) {
		o := s.annPays("pm_card_visa")
		o.part = 300
		_, _ = s.pay(nil, o)
		_, _ = s.pay(nil, s.order("bob"))
	}},
	{"declined, then another card", one, nil, func(s *scene) {
		annPaysWith("pm_card_chargeCustomerFail")(s)
		_, _ = s.pay(nil, s.order("bob"))
	}},
	{"declined", three, nil, annPaysWith("pm_card_chargeCustomerFail")},
	{"a step that nobody takes", one, nil, func(s *scene) {
		annPaysWith("pm_card_authenticationRequired")(s)
		s.cloud.Clock.Advance(40 * time.Minute)
		s.sweep(nil)
	}},
	{"at the processor's page", one, nil, func(s *scene) {
		if p, err := s.pay(nil, s.annPays("")); err == nil && s.stripe.PayPage(p.Object, "pm_card_visa") == nil {
			s.looks()
		}
	}},
	{"the page is left, and cancelled", one, nil, func(s *scene) { annPaysWith("")(s); s.cancel(nil, s.annPays("")) }},
	{"the page is left, and swept", one, nil, func(s *scene) {
		annPaysWith("")(s)
		s.cloud.Clock.Advance(40 * time.Minute)
		s.sweep(nil)
	}},
	{"the processor is silent", three, nil, func(s *scene) {
		o := s.annPays("pm_card_visa")
		d := s.desk(nil, 0)
		wanted, err := s.plan(d, o)
		if err != nil {
			return
		}
		d.Processor = silent{d.Processor}
		_, _ = s.payPlanned(nil, d, o, wanted)
	}},
	{"a bank debit", one, nil, func(s *scene) {
		annPaysWith("pm_sepaDebit_success_de")(s)
		s.cloud.Clock.Advance(time.Hour)
		s.looks()
	}},
	{"given back in two parts", three, nil, func(s *scene) { annPaysWith("pm_card_visa")(s); s.refunded(700); s.refunded(2800) }},
	{"credit, and the rest with a card", one, []int64{400}, annPaysWith("pm_card_visa")},
	{"credit, and the rest declined", one, []int64{400}, annPaysWith("pm_card_chargeCustomerFail")},
	{"credit alone", one, []int64{700, 600}, annPaysWith("pm_card_visa")},
	{"paid twice over, by two browsers", one, nil, func(s *scene) {
		d := s.desk(nil, 0)
		ann, bob := s.annPays("pm_card_visa"), s.order("bob")
		first, errA := s.plan(d, ann)
		second, errB := s.plan(d, bob) // before the first one pays
		if errA == nil && errB == nil {
			_, _ = s.payPlanned(nil, d, ann, first)
			_, _ = s.payPlanned(nil, d, bob, second)
		}
	}},
}

// stage sets the story up, with the mutant before the table.
func (y story) stage(t *testing.T, m *mutant.Mutant) *scene {
	s := newScene(t, y.amounts...)
	s.give(y.credits...)
	for _, card := range []string{"pm_card_visa", "pm_card_mastercard", "pm_card_chargeCustomerFail", "pm_card_authenticationRequired", "pm_sepaDebit_success_de"} {
		s.store(card)
	}
	m.Next, m.Shapes, s.wire = s.cloud.DB, shapes, m
	return s
}

// run plays the story and judges it.
func (y story) run(t *testing.T, m *mutant.Mutant) (verdict string) {
	synctest.Test(t, func(t *testing.T) {
		s := y.stage(t, m)
		defer s.close()
		y.tell(s)
		s.wire = nil // what comes to look later is whole
		verdict = s.over()
	})
	return verdict
}

// intruded plays the story with a stranger who comes between, and tells
// whether he was gone over.
func (y story) intruded(t *testing.T, m *mutant.Mutant) string {
	synctest.Test(t, func(t *testing.T) {
		s := y.stage(t, m)
		defer s.close()
		m.Intruder = &mutant.Stranger{Table: s.cloud.DB, Name: s.cloud.Table}
		y.tell(s)
	})
	return m.WentOver
}

// blind plays people against each other over a table that no condition guards
// any more, until one is found wrong.
func blind(t *testing.T, count *tally.Count, p play) {
	const patience = 200
	for seed := range uint64(patience) {
		verdict := ""
		synctest.Test(t, func(t *testing.T) {
			s := newScene(t, p.amounts...)
			defer s.close()
			s.wire = &mutant.Mutant{Next: s.cloud.DB, Shapes: shapes, All: true}
			on := explore.New(explore.NewDraw(seed+1, faultRate), p.faults)
			p.cast(s, on)
			if err := on.Run(); err != nil {
				on.Stop()
				verdict = "never ends"
				return
			}
			s.wire = nil
			verdict = s.over()
		})
		count.Add(verdict)
		if verdict != "" {
			return
		}
	}
	t.Errorf("%d schedules without a condition, and nothing wrong: the judge is blind", patience)
}

// TestWithoutConditionsIsFoundWrong is the control of those below: each single
// condition has others behind it, all together have none.
func TestWithoutConditionsIsFoundWrong(t *testing.T) {
	for _, p := range []play{plays[1], plays[2], plays[len(plays)-1]} {
		t.Run(p.name, func(t *testing.T) { blind(t, tally.Open(t, "control: no conditions at all, "+p.name), p) })
	}
}

// guards are all writes of the stories, in order, with the stories they occur
// in. Without a mutation no story may be found wrong.
func guards(t *testing.T) (all []mutant.Guard, in map[mutant.Guard][]story) {
	in = map[mutant.Guard][]story{}
	for _, y := range stories {
		seen := map[mutant.Guard]bool{}
		if verdict := y.run(t, &mutant.Mutant{Seen: seen}); verdict != "" {
			t.Fatalf("%s: %s", y.name, verdict)
		}
		if wrong := y.intruded(t, &mutant.Mutant{}); wrong != "" {
			t.Fatalf("%s: %s", y.name, wrong)
		}
		for g := range seen {
			in[g] = append(in[g], y)
		}
	}
	for g := range in {
		all = append(all, g)
	}
	slices.SortFunc(all, func(a, b mutant.Guard) int { return cmp.Compare(a.String(), b.String()) })
	return all, in
}

// TestConditionMutations strips each condition of the payment writes in turn,
// and leaves out each item of their transactions: some check must notice.
func TestConditionMutations(t *testing.T) {
	all, in := guards(t)
	t.Run("conditions", func(t *testing.T) {
		count, killed := tally.Open(t, "conditions stripped"), 0
		for _, g := range all {
			if !g.Guarded {
				continue
			}
			verdict := ""
			for _, y := range in[g] {
				if wrong := y.intruded(t, &mutant.Mutant{Target: g}); wrong != "" {
					t.Errorf("%s: %s, with nothing stripped, in %q", g, wrong, y.name)
				}
				if verdict = y.intruded(t, &mutant.Mutant{Target: g, Strip: true}); verdict != "" {
					break
				}
			}
			if verdict == "" {
				verdict = told(t, in[g], func() *mutant.Mutant { return &mutant.Mutant{Target: g, Strip: true} })
			}
			killed += survived(t, count, g, "stripped", verdict)
		}
		count.Fact("conditions: %d, killed: %d", count.Tried(), killed)
		count.Complete()
	})
	t.Run("items", func(t *testing.T) {
		count, killed := tally.Open(t, "items left out"), 0
		for _, g := range all {
			verdict := told(t, in[g], func() *mutant.Mutant { return &mutant.Mutant{Target: g, Drop: true} })
			if verdict == "" && g.Verb == "ConditionCheck" { // nothing is missing but the check
				for _, y := range in[g] {
					verdict = cmp.Or(verdict, y.intruded(t, &mutant.Mutant{Target: g, Drop: true}))
				}
			}
			killed += survived(t, count, g, "left out", verdict)
		}
		count.Fact("items: %d, killed: %d", count.Tried(), killed)
		count.Complete()
	})
}

// told is the first thing that is wrong in the stories.
func told(t *testing.T, in []story, m func() *mutant.Mutant) (verdict string) {
	for _, y := range in {
		if verdict = y.run(t, m()); verdict != "" {
			return verdict
		}
	}
	return ""
}

// survived counts a mutant. One that nobody notices is a violation.
func survived(t *testing.T, count *tally.Count, g mutant.Guard, how, verdict string) (killed int) {
	t.Logf("%-70s %-9s %s", g, how, verdict)
	if verdict == "" {
		t.Errorf("%s: %s, and nobody notices", g, how)
		count.Add("nobody notices")
		return 0
	}
	count.Add("")
	return 1
}
