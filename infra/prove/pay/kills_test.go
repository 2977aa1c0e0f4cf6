package pay

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"testing"
	"time"

	"customercenter/infra/functiontest"
	"customercenter/infra/prove/tally"
	"customercenter/shared/center"
)

// deed is something a function does on which it can be killed, after what must
// have been before.
type deed struct {
	name     string
	function string
	amounts  []int64
	before   func(w *town)
	do       func(w *town, p *program)
	pays     bool // undisturbed, somebody is told that it is paid
}

const annKey = "key-of-ann-000001"

// annPaysBy is ann's request to pay with a test card, "" for the processor's
// page.
func annPaysBy(card string) func(*town, *program) {
	return func(w *town, p *program) { p.pays(w.annCookie(), annKey, w.annBody(card)) }
}

func (w *town) annPayment() center.PaymentID { return order{by: "ann", key: annKey}.id() }

// atPage leaves ann at the processor's page, where she pays with the card; ""
// is not at all.
func atPage(card string) func(*town) {
	return func(w *town) {
		annPaysBy("")(w, w.program(nil))
		p, err := w.truth.In(person("ann")).Payment(context.Background(), w.annPayment())
		if err != nil {
			w.t.Fatal(err)
		}
		if card != "" {
			if err := w.stripe.PayPage(p.Object, card); err != nil {
				w.t.Fatal(err)
			}
		}
	}
}

// annReturns is ann's browser at the page of her payment, asking for the step.
func annReturns(step string) func(*town, *program) {
	return func(w *town, p *program) {
		w.hears(p.ask(payFunction, request{route: "POST /v1/payments/{id}/" + step, id: w.annPayment(), cookie: w.annCookie(), body: map[string]any{}}))
	}
}

// webhook is the processor's webhook of ann's success.
func webhook(w *town, p *program) {
	n := w.lastNotice("checkout.session.completed")
	p.ask(noticeFunction, request{route: "POST /v1/payment-events", headers: map[string]string{"stripe-signature": n.signature}, body: n.body})
}

// streamed hands the notices that are kept to the function that looks into
// them, as the table's stream does.
func streamed(w *town, p *program) {
	event, _ := (&functiontest.World{Cloud: w.cloud}).Stream(w.t, 0)
	p.invoke(settleFunction, json.RawMessage(event))
}

func ticks(_ *town, p *program) { p.invoke(settleFunction, map[string]any{"source": "aws.scheduler"}) }

func untouched(*town) {}

var one, three = []int64{1000}, []int64{1000, 2000, 500}

var deeds = []deed{
	{"pay with a stored card", payFunction, one, untouched, annPaysBy("pm_card_visa"), true},
	{"pay three at once", payFunction, three, untouched, annPaysBy("pm_card_visa"), true},
	{"pay with a card that is declined", payFunction, one, untouched, annPaysBy("pm_card_chargeCustomerFail"), false},
	{"pay with a card that asks for a step", payFunction, one, untouched, annPaysBy("pm_card_authenticationRequired"), false},
	{"pay at the processor's page", payFunction, one, untouched, annPaysBy(""), false},
	{"come back from the page, paid", payFunction, one, atPage("pm_card_visa"), annReturns("settle"), true},
	{"cancel while the page is open", payFunction, one, atPage(""), annReturns("cancel"), false},
	{"take a webhook", noticeFunction, one, atPage("pm_card_visa"), webhook, false},
	{"look into a webhook", settleFunction, one, func(w *town) { atPage("pm_card_visa")(w); webhook(w, w.program(nil)) }, streamed, false},
	{"sweep what was paid and not written down", settleFunction, three, func(w *town) {
		atPage("pm_card_visa")(w)
		w.cloud.Clock.Advance(40 * time.Minute)
	}, ticks, false},
	{"sweep a page that nobody used", settleFunction, one, func(w *town) {
		atPage("")(w)
		w.cloud.Clock.Advance(40 * time.Minute)
	}, ticks, false},
}

// annCookie is her session, begun once.
func (w *town) annCookie() string {
	if w.ann == "" {
		w.ann = w.signIn("ann")
	}
	return w.ann
}

// annBody is what she agreed to, once: her browser sends the same again.
func (w *town) annBody(card string) map[string]any {
	if w.agreed == nil {
		method := center.MethodID("")
		if card != "" {
			method = w.store(card)
		}
		w.agreed, _ = w.whole(method)
	}
	return w.agreed
}

// pays is somebody else who pays what is open, with a card of the account.
func (w *town) pays(name string) {
	if body, ok := w.whole(w.store("pm_card_mastercard")); ok {
		w.program(nil).pays(w.signIn(name), "key-of-"+name+"-000001", body)
	}
}

// How a colleague may come between.
const (
	alone     = "nobody"
	between   = "a colleague in that moment"
	alongside = "a colleague all along"
	sweptToo  = "the next sweep killed at the same call"
)

var company = []string{alone, between, alongside, sweptToo}

// killing is one death at one call of a deed.
type killing struct {
	deed  deed
	at    int
	after bool
	other string
}

func (k killing) String() string {
	when := "before"
	if k.after {
		when = "after"
	}
	return fmt.Sprintf("%s: killed %s call %d, with %s", k.deed.name, when, k.at, k.other)
}

// run plays the death, and then what comes after it: the browser asks again
// with the same key, the sweep comes by, somebody else pays what is open, and
// table and processor are opened again from disk. It tells how many calls the
// deed took.
func (k killing) run(t *testing.T) (verdict string, calls int) {
	w := newTown(t, k.deed.amounts...)
	w.store("pm_card_mastercard")
	k.deed.before(w)
	d := &death{function: k.deed.function, at: k.at, after: k.after}
	var both sync.WaitGroup
	switch k.other {
	case between:
		d.meanwhile = func() { w.pays("bob") }
	case alongside:
		both.Go(func() { w.pays("bob") })
	}
	p := w.program(d)
	k.deed.do(w, p)
	both.Wait()
	if k.at < unstruck && !p.gone && k.other != alongside {
		return "nobody was killed", p.calls
	}
	if k.at == unstruck && len(w.told) == 0 && k.deed.pays {
		return "undisturbed, and not paid", p.calls
	}
	if w.agreed != nil {
		w.program(nil).pays(w.annCookie(), annKey, w.agreed)
	}
	w.cloud.Clock.Advance(40 * time.Minute)
	if k.other == sweptToo {
		ticks(w, w.program(&death{function: settleFunction, at: k.at, after: k.after}))
	}
	if err := w.sweepUp(); err != nil {
		return err.Error(), p.calls
	}
	w.pays("dee")
	if err := w.sweepUp(); err != nil {
		return err.Error(), p.calls
	}
	w.restart()
	return w.ended(point{}), p.calls
}

// sweepUp lets the schedule's ticks come until nothing is due.
func (w *town) sweepUp() error {
	for range 8 {
		ticks(w, w.program(nil))
		due, err := w.truth.DuePayments(context.Background(), 10)
		if err != nil || len(due) == 0 {
			return err
		}
		w.cloud.Clock.Advance(25 * time.Hour)
	}
	return fmt.Errorf("still not settled after the last sweep")
}

func TestKills(t *testing.T) {
	pick, often := every(), everyOther()
	for _, d := range deeds {
		t.Run(d.name, func(t *testing.T) {
			count := tally.Open(t, "killed: "+d.name)
			calls := killing{deed: d, at: unstruck, other: alone}.try(t, count)
			for _, other := range company {
				for i := range 2 * calls {
					if pick() && often() {
						killing{deed: d, at: i / 2, after: i%2 == 1, other: other}.try(t, count)
					}
				}
			}
			count.Fact("%d calls", calls)
			if *each == 1 {
				count.Complete()
			}
		})
	}
}

// try counts one death, in a test of its own, which ends what it starts.
func (k killing) try(t *testing.T, count *tally.Count) (calls int) {
	t.Run(fmt.Sprintf("%d, after %t, %s", k.at, k.after, k.other), func(t *testing.T) {
		var verdict string
		if verdict, calls = k.run(t); verdict != "" {
			t.Errorf("%s\n%s", verdict, k)
		}
		count.Add(verdict)
	})
	return calls
}
