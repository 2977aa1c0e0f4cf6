package pay

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"customercenter/infra/prove/tally"
	"customercenter/shared/center"
	"customercenter/shared/paying"
)

const (
	crowd = 64
	// raceHold is how long a transaction keeps its items: as long as one of
	// the service takes.
	raceHold = 5 * time.Millisecond
	// askAgain is how often a browser asks again that is told to wait.
	askAgain = 5
)

// meter counts what is asked of the table.
type meter struct {
	next         toTable
	transactions atomic.Int64
}

func (m *meter) Do(r *http.Request) (*http.Response, error) {
	if strings.HasSuffix(r.Header.Get("X-Amz-Target"), ".TransactWriteItems") {
		m.transactions.Add(1)
	}
	return m.next.Do(r)
}

// runner is one of a crowd: what she wants, planned from what stood before
// anybody began.
type runner struct {
	order
	wanted   paying.Order
	patience int // how often she asks again, with the same key, when told that all is busy
}

// crowd plans for so many payers; of says what the n-th wants.
func (s *scene) crowd(n int, of func(n int) []center.InvoiceID) (all []runner) {
	s.t.Helper()
	d, card := s.desk(nil, 0), s.store("pm_card_visa")
	for i := range n {
		by := fmt.Sprintf("payer%d", i)
		r := runner{order: order{by: by, key: "key-of-" + by + "-000001", method: card, of: of(i)}}
		var err error
		if r.wanted, err = s.plan(d, r.order); err != nil {
			s.t.Fatal(err)
		}
		all = append(all, r)
	}
	return all
}

// race lets all of them go at once, each with a program of her own, and
// answers how many paid. Whoever did not must have been refused for what
// another did.
func (s *scene) race(all []runner, others ...func()) (paid int, wrong string) {
	start, done := make(chan struct{}), sync.WaitGroup{}
	answers := make([]error, len(all))
	states := make([]center.PaymentState, len(all))
	for i, r := range all {
		d := s.desk(nil, 0)
		done.Go(func() {
			<-start
			var p center.Payment
			for range 1 + r.patience {
				p, answers[i] = s.payPlanned(nil, d, r.order, r.wanted)
				if !center.IsKind(answers[i], center.Unavailable) {
					break
				}
			}
			states[i] = p.State
		})
	}
	for _, other := range others {
		done.Go(func() { <-start; other() })
	}
	close(start)
	done.Wait()
	for i, err := range answers {
		switch {
		case err == nil && states[i] == center.PaymentSucceeded:
			paid++
		case err == nil:
			wrong = fmt.Sprintf("neither paid nor refused, but %s", states[i])
		case !slices.Contains([]string{"amounts-changed", "payment-in-flight"}, center.AsError(err).Code):
			wrong = "refused for no reason of another payer's: " + err.Error()
		}
	}
	return paid, wrong
}

// over judges a race that is over, after the sweep.
func (s *scene) over() string {
	if err := s.drain(); err != nil {
		return "does not settle: " + err.Error()
	}
	return s.judge()
}

// contest is one race.
type contest struct {
	name string
	run  func(t *testing.T) (wrong string, attempts float64) // attempts at a transaction, where they are counted
}

var contests = []contest{
	{"64 payers of one invoice", together},
	{"64 payers of overlapping sets", overlapping},
	{"two sweeps, a webhook, the return page and a cancellation", converging},
	{"64 payers of an invoice each, of one account, due on 64 days", func(t *testing.T) (string, float64) { return apart(t, 1, 0) }},
	{"64 payers of an invoice each, of one account, due on one day", func(t *testing.T) (string, float64) { return apart(t, 0, askAgain) }},
}

// together lets the whole crowd want one invoice.
func together(t *testing.T) (string, float64) {
	s := newHeldScene(t, raceHold, 1000)
	defer s.close()
	paid, wrong := s.race(s.crowd(crowd, func(int) []center.InvoiceID { return s.invoices }))
	if wrong == "" && paid != 1 {
		wrong = fmt.Sprintf("%d paid one invoice", paid)
	}
	return first(wrong, s.over, s.allPaid), 0
}

// first is the first thing that is wrong.
func first(wrong string, checks ...func() string) string {
	for _, check := range checks {
		if wrong == "" {
			wrong = check()
		}
	}
	return wrong
}

func (s *scene) allPaid() string {
	heads, err := s.truth.In(person("ann")).Payables(context.Background(), s.invoices)
	if err != nil {
		return err.Error()
	}
	for _, inv := range heads {
		if inv.Outstanding.Sign() != 0 {
			return "an invoice is left unpaid"
		}
	}
	return ""
}

// overlapping lets each of the crowd want three invoices of a dozen; those who
// were refused look again and pay what is left, until nothing is.
func overlapping(t *testing.T) (string, float64) {
	const papers = 12
	s := newHeldScene(t, raceHold, slices.Repeat([]int64{700, 1100, 1300}, papers/3)...)
	defer s.close()
	all := s.crowd(crowd, func(n int) (of []center.InvoiceID) {
		for i := range 3 {
			of = append(of, s.invoices[(n*5+i*(1+n%3))%papers])
		}
		return of
	})
	paid, wrong := s.race(all)
	if wrong == "" && paid == 0 {
		wrong = "everybody hindered everybody"
	}
	for round := 2; wrong == "" && s.allPaid() != "" && round < papers; round++ {
		_, wrong = s.race(s.rest(round))
	}
	return first(wrong, s.over, s.allPaid), 0
}

// rest are payers of what is still open, each of a whole.
func (s *scene) rest(round int) (all []runner) {
	heads, err := s.truth.In(person("ann")).Payables(context.Background(), s.invoices)
	if err != nil {
		s.t.Fatal(err)
	}
	for _, inv := range heads {
		if inv.Outstanding.Sign() == 0 {
			continue
		}
		by := fmt.Sprintf("payer%d", len(all))
		r := runner{order: order{by: by, key: fmt.Sprintf("key-of-%s-round-%d", by, round), method: s.store("pm_card_visa"), of: []center.InvoiceID{inv.ID}}}
		if r.wanted, err = s.plan(s.desk(nil, 0), r.order); err != nil {
			s.t.Fatal(err)
		}
		all = append(all, r)
	}
	return all
}

// converging lets everybody who may finish a payment find it paid at the
// processor's page at once.
func converging(t *testing.T) (string, float64) {
	s := newHeldScene(t, raceHold, 1000)
	defer s.close()
	s.paysAtPage("pm_card_visa")
	o := s.annPays("")
	var failed atomic.Value
	settle := func() {
		p, err := s.desk(nil, 0).Settle(context.Background(), center.AccountIDOf(buyer), o.id())
		if err != nil || p.State != center.PaymentSucceeded {
			failed.Store(fmt.Sprintf("%s, %v", p.State, err))
		}
		s.tell(nil, p)
	}
	sweep := func() { s.sweep(nil) }
	cancel := func() { s.cancel(nil, o) }
	_, wrong := s.race(nil, sweep, sweep, settle, settle, settle, cancel)
	if said := failed.Load(); said != nil {
		wrong = said.(string)
	}
	return first(wrong, s.over, s.allPaid), 0
}

// apart lets each of the crowd pay an invoice that nobody else wants, due so
// many days after the one before. They meet in the account's totals alone,
// which must refuse none of them. Where all are due on one day they meet in
// that day's one total: there somebody may have to ask again, with the same
// key. How many attempts are too many is for the bench to say, which does not
// run under the race detector.
func apart(t *testing.T, days, patience int) (string, float64) {
	s := newHeldScene(t, raceHold)
	defer s.close()
	s.days = days
	s.bill(slices.Repeat([]int64{1000}, crowd)...)
	all := s.crowd(crowd, func(n int) []center.InvoiceID { return s.invoices[n : n+1] })
	for i := range all {
		all[i].patience = patience
	}
	m := &meter{next: s.cloud.DB}
	s.wire = m
	paid, wrong := s.race(all)
	const steps = 3 // claimed, recorded, finished
	if wrong == "" && paid != crowd {
		wrong = fmt.Sprintf("%d of %d paid", paid, crowd)
	}
	return first(wrong, s.over, s.allPaid), float64(m.transactions.Load()) / (steps * crowd)
}

func TestRaces(t *testing.T) {
	for _, c := range contests {
		t.Run(c.name, func(t *testing.T) {
			count, most := tally.Open(t, c.name), 0.0
			for range *rounds {
				verdict, attempts := c.run(t)
				if verdict != "" {
					t.Error(verdict)
				}
				count.Add(verdict)
				most = max(most, attempts)
			}
			if most > 0 {
				count.Fact("at most %.2f attempts at a transaction, on average of a round", most)
			}
		})
	}
}
