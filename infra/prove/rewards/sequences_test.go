package rewards

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"customercenter/infra/functiontest"
	"customercenter/infra/prove/tally"
	"customercenter/shared/center"
	"customercenter/shared/store"
)

var (
	sequences = flag.Int("sequences", 20, "drawn sequences of what happens to rewards")
	seed      = flag.Uint64("seed", 1, "of the first sequence")
)

// acts is how many things happen in a sequence.
const acts = 14

// TestSequences draws what happens to rewards, one thing after the other, and
// judges after each: earning, correcting, redeeming, reversing, paying, failing,
// and time that lets lots end.
func TestSequences(t *testing.T) {
	count := tally.Open(t, "drawn sequences of fourteen acts")
	for n := range *sequences {
		draw := rand.New(rand.NewPCG(*seed, uint64(n)))
		t.Run(fmt.Sprintf("%d of seed %d", n, *seed), func(t *testing.T) {
			w := newTown(t, 2)
			verdict := ""
			var made []center.RedemptionID
			for at := 0; at < acts && verdict == ""; at++ {
				act := draw.IntN(len(happenings))
				made = happenings[act](w, draw, fmt.Sprint("act ", at), made)
				if verdict = w.judge(); verdict != "" {
					t.Errorf("after act %d: %s", at, verdict)
				}
			}
			count.Add(verdict)
		})
	}
}

// happenings are what may happen; each answers the redemptions there are.
var happenings = []func(w *town, draw *rand.Rand, key string, made []center.RedemptionID) []center.RedemptionID{
	(*town).drawnGrant, (*town).drawnGrant, (*town).drawnRedemption, (*town).drawnRedemption, (*town).drawnPayment, (*town).drawnReversal, (*town).drawnWait,
}

func (w *town) drawnGrant(draw *rand.Rand, key string, made []center.RedemptionID) []center.RedemptionID {
	minor := draw.Int64N(60000) - 40000
	if minor == 0 {
		minor = 1
	}
	today := w.Actor(w.t, functiontest.Primary).Today(w.Now())
	_, _, err := w.Store.Everywhere("a proof").Grant(w.t.Context(), najd, center.RewardLot{ID: center.ManualLotIDOf(najd, sub, key), Subscription: sub,
		Number: functiontest.RewardsNumber, EarnedOn: today.AddDays(-draw.IntN(380)), Earned: riyals(minor), By: "desk", Note: key})
	refused(w.t, err)
	return made
}

func (w *town) drawnRedemption(draw *rand.Rand, key string, made []center.RedemptionID) []center.RedemptionID {
	actor := w.Actor(w.t, functiontest.Primary)
	d, _, err := w.Store.In(actor).Redeem(w.t.Context(), w.asks(actor, key, w.head(w.invoices[draw.IntN(2)]), 1+draw.Int64N(30000)))
	if refused(w.t, err); err != nil {
		return made
	}
	return append(made, d.ID)
}

// drawnPayment begins a payment with rewards, lets time pass, and ends it either
// way.
func (w *town) drawnPayment(draw *rand.Rand, key string, made []center.RedemptionID) []center.RedemptionID {
	p, err := w.claims(w.Store, w.Actor(w.t, functiontest.Primary), key, w.head(w.invoices[draw.IntN(2)]), 1+draw.Int64N(20000))
	if refused(w.t, err); err != nil || p.State.Final() {
		return made
	}
	if verdict := w.judge(); verdict != "" {
		w.t.Errorf("in flight: %s", verdict)
	}
	w.Pass(time.Duration(draw.IntN(60)) * 24 * time.Hour)
	_, err = w.Store.RecordPayment(w.t.Context(), p.Account, p.ID, store.PaymentMove{Object: "pi " + key, Wait: center.WaitProcessor, LookAt: w.Now()})
	if err == nil {
		_, err = w.Store.FinishPayment(w.t.Context(), p.Account, p.ID, store.PaymentEnd{Succeeded: draw.IntN(2) == 0, Reason: center.DeclineCard})
	}
	if err != nil {
		w.t.Error(err)
	}
	return made
}

func (w *town) drawnReversal(draw *rand.Rand, _ string, made []center.RedemptionID) []center.RedemptionID {
	if len(made) > 0 {
		_, err := w.Store.Everywhere("a proof").Reverse(w.t.Context(), najd, made[draw.IntN(len(made))], "void", "desk")
		refused(w.t, err)
	}
	return made
}

func (w *town) drawnWait(draw *rand.Rand, _ string, made []center.RedemptionID) []center.RedemptionID {
	w.Pass(time.Duration(1+draw.IntN(90)) * 24 * time.Hour)
	return made
}
