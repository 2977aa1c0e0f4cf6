package rewards

import (
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"customercenter/infra/functiontest"
	"customercenter/infra/prove/tally"
	"customercenter/shared/center"
	"customercenter/shared/store"
)

const crowd = 64

// outrun are the refusals of somebody whom others left nothing, or who was told
// to look again.
var outrun = []string{"rewards-insufficient", "rewards-changed", "rewards-not-taken", "amounts-changed", "payment-in-flight", "busy", "redemption-under-way"}

func refused(t testing.TB, err error) {
	if err != nil && !slices.Contains(outrun, center.AsError(err).Code) {
		t.Errorf("refused: %v", err)
	}
}

// TestRaces lets sixty-four use one balance at once, which is enough for a few:
// each on an invoice of her own, all on one, or by payments that then go through
// or fail; while it is corrected, granted to, and given back.
func TestRaces(t *testing.T) {
	for name, c := range map[string]struct {
		invoices int
		redeem   func(w *town, actor center.Actor, n int) error
		beside   func(w *town)
		spent    bool // nothing anybody wanted is left
	}{
		"64 redeem on an invoice each":                    {crowd, redeems, nil, true},
		"64 redeem on one invoice":                        {1, redeems, nil, false},
		"64 redeem while it is corrected":                 {crowd, redeems, corrects, false},
		"64 pay with rewards, and every second one fails": {crowd, pays, nil, false},
		"64 redeem and are reversed":                      {crowd, reverses, nil, false},
	} {
		t.Run(name, func(t *testing.T) {
			count := tally.Open(t, name)
			for range *rounds {
				w := newTown(t, c.invoices)
				actors := []center.Actor{w.Actor(t, functiontest.Primary), w.Actor(t, functiontest.Payables)}
				var racers sync.WaitGroup
				var served atomic.Int32
				start := make(chan struct{})
				for n := range crowd {
					racers.Go(func() {
						<-start
						err := c.redeem(w, actors[n%len(actors)], n)
						if refused(t, err); err == nil {
							served.Add(1)
						}
					})
				}
				if c.beside != nil {
					racers.Go(func() { <-start; c.beside(w) })
				}
				close(start)
				racers.Wait()
				verdict := w.judge()
				switch {
				case verdict != "":
				case served.Load() == 0:
					verdict = "nobody got anything"
				case c.spent && w.available() >= amount(0):
					verdict = "somebody was refused what was there"
				}
				if count.Add(verdict); verdict != "" {
					t.Error(verdict)
				}
			}
		})
	}
}

// amount is what the n-th wants: twelve of them use up what there is.
func amount(n int) int64 { return 4500 + int64(n)*7 }

func (w *town) its(n int) center.InvoiceID { return w.invoices[n%len(w.invoices)] }

func redeems(w *town, actor center.Actor, n int) error {
	_, _, err := w.Store.In(actor).Redeem(w.t.Context(), w.asks(actor, fmt.Sprint("race ", n), w.head(w.its(n)), amount(n)))
	return err
}

func corrects(w *town) {
	for n, minor := range []int64{-30000, 20000, -25000} {
		_, _, err := w.Store.Everywhere("a proof").Grant(w.t.Context(), najd, center.RewardLot{ID: center.ManualLotIDOf(najd, sub, fmt.Sprint(n)),
			Subscription: sub, Number: functiontest.RewardsNumber, EarnedOn: "2026-11-01", Earned: riyals(minor), By: "desk", Note: "counted anew"})
		refused(w.t, err)
	}
}

func pays(w *town, actor center.Actor, n int) error {
	p, err := w.claims(w.Store, actor, fmt.Sprint("race ", n), w.head(w.its(n)), amount(n))
	if err != nil {
		return err
	}
	if p, err = w.Store.RecordPayment(w.t.Context(), p.Account, p.ID, store.PaymentMove{Object: fmt.Sprint("pi_", n), Wait: center.WaitProcessor, LookAt: w.Now()}); err != nil {
		return err
	}
	_, err = w.Store.FinishPayment(w.t.Context(), p.Account, p.ID, store.PaymentEnd{Succeeded: n%2 == 0, Reason: center.DeclineCard})
	return err
}

func reverses(w *town, actor center.Actor, n int) error {
	d, _, err := w.Store.In(actor).Redeem(w.t.Context(), w.asks(actor, fmt.Sprint("race ", n), w.head(w.its(n)), amount(n)))
	if err != nil {
		return err
	}
	_, err = w.Store.Everywhere("a proof").Reverse(w.t.Context(), najd, d.ID, "void", "desk")
	return err
}
