package store_test

import (
	"flag"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"customercenter/infra/prove/tally"
	"customercenter/shared/center"
	"customercenter/shared/money"
	"customercenter/shared/store"
)

// between lets something happen before the first transaction of a store.
type between struct {
	next interface {
		Do(*http.Request) (*http.Response, error)
	}
	first func()
}

func (b *between) Do(r *http.Request) (*http.Response, error) {
	if first := b.first; first != nil && strings.HasSuffix(r.Header.Get("X-Amz-Target"), ".TransactWriteItems") {
		b.first = nil
		first()
	}
	return b.next.Do(r)
}

// meanwhile is a store before whose first transaction something happens.
func (w *world) meanwhile(first func()) *store.Store {
	config := w.Config
	config.HTTP = &between{config.HTTP, first}
	return store.Open(config)
}

// A revision that is booked in the moment somebody answers meets the answer,
// also where nothing is to be paid.
func TestARevisionDoesNotUndoAnAnswerGivenMeanwhile(t *testing.T) {
	for name, price := range map[string]string{"with a price": "1200.00", "without": ""} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.mustCreate(theAccount(), anOrder("PO-1"), aContract("K-1", nil), aRenewal("R-1", day(30), map[string]any{"amount": price}))
			w.sweep()
			importer := w.meanwhile(func() {
				r, answer := w.renewal(), accepts(center.RenewByPO)
				answer.Price, _ = r.Renewal.Price()
				if _, err := w.in(buyer).AnswerRenewal(w.ctx(), r, answer); err != nil {
					t.Fatal(err)
				}
			})
			got, err := importer.Everywhere("test").Book(w.ctx(), booking(), records(aRenewal("R-1", day(30), map[string]any{"revision": 1, "amount": price, "title": "New"})))
			if err != nil || got[0].Result != center.ResultRejected {
				t.Errorf("%+v %v", got, err)
			}
			if r := w.renewal(); r.Course.Answer.By != "ann" || r.Renewal.Title == "New" {
				t.Errorf("%+v", r)
			}
		})
	}
}

// Whoever accepts a price accepts that price, also when it changes in the very
// moment.
func TestAPriceThatChangedIsNotAccepted(t *testing.T) {
	w := newWorld(t)
	w.mustCreate(theAccount(), anOrder("PO-1"), aContract("K-1", nil), aRenewal("R-1", day(30), nil))
	w.sweep()
	seen := accepts(center.RenewByPO)
	dearer := aRenewal("R-1", day(30), map[string]any{"revision": 1, "amount": "1500.00"})
	late := w.meanwhile(func() { w.mustCreate(dearer) })
	_, err := late.In(actor(buyer)).AnswerRenewal(w.ctx(), w.renewal(), seen)
	if e := center.AsError(err); err == nil || e.Kind != center.Conflict || e.Code != "price-changed" || !strings.Contains(e.Detail, "EUR 1,500.00") && !strings.Contains(e.Detail, "1500.00") {
		t.Fatalf("%v", err)
	}
	if r := w.renewal(); r.Course.Answer.Kind != "" || !r.Payable.Unaccepted {
		t.Fatalf("%+v", r)
	}
	seen.Price = eur(150000)
	if _, err := w.in(buyer).AnswerRenewal(w.ctx(), w.renewal(), seen); err != nil {
		t.Error(err)
	}
}

// A new price for a renewal that has lapsed is not asked for.
func TestARevisionOfALapsedRenewalAsksForNothing(t *testing.T) {
	w := newWorld(t)
	w.mustCreate(theAccount(), anOrder("PO-1"), aContract("K-1", nil), aRenewal("R-1", day(30), nil))
	w.sweep()
	w.Clock.Advance(61 * 24 * time.Hour)
	w.sweep()
	w.mustCreate(aRenewal("R-1", day(30), map[string]any{"revision": 1, "amount": "900.00"}))
	if r := w.renewal(); r.State(day(61)) != center.RenewalLapsed || len(w.pending()) != 0 {
		t.Errorf("%+v %+v", r, w.pending())
	}
}

// An answer in grace counts, one on the day after it does not.
func TestARenewalIsAnsweredWithinItsDaysInTheAccountsZone(t *testing.T) {
	end := day(30)
	for name, c := range map[string]struct {
		zone string
		at   time.Time
		ok   bool
	}{
		"the last hour of grace in Honolulu":  {"Pacific/Honolulu", noon(end.AddDays(31)).Add(-3 * time.Hour), true}, // 23:00 there, the day before
		"the first hour after it in Honolulu": {"Pacific/Honolulu", noon(end.AddDays(31)).Add(-time.Hour), false},
		"the last hour of grace in Auckland":  {"Pacific/Auckland", noon(end.AddDays(30)).Add(-2 * time.Hour), true},
		"the first hour after it in Auckland": {"Pacific/Auckland", noon(end.AddDays(30)).Add(time.Hour), false},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.mustCreate(&center.AccountRecord{Key: buyer, Name: "Buyer One", TimeZone: c.zone}, anOrder("PO-1"), aContract("K-1", nil), aRenewal("R-1", end, nil))
			w.sweep()
			w.Clock.Set(c.at)
			who := actor(buyer)
			who.TimeZone = c.zone
			_, err := w.In(who).AnswerRenewal(w.ctx(), w.renewal(), accepts(center.RenewByPO))
			if (err == nil) != c.ok {
				t.Errorf("%v", err)
			}
			w.sweep()
			if lapsed := w.renewal().Course.LapsedOn != ""; lapsed == c.ok {
				t.Errorf("lapsed: %t", lapsed)
			}
		})
	}
}

func noon(d center.Date) time.Time {
	at, err := time.Parse("2006-01-02 15", string(d)+" 12")
	if err != nil {
		panic(err)
	}
	return at
}

// What is not due yet where its account is does not hold up what is due.
func TestTheRunReachesWhatIsDueBehindWhatIsNotYet(t *testing.T) {
	w := newWorld(t)
	end := day(91) // offered tomorrow
	var things []any
	zones := map[string]string{"WEST": "Pacific/Honolulu", buyer: "Pacific/Kiritimati"}
	for key, zone := range zones {
		things = append(things, &center.AccountRecord{Key: key, Name: key, TimeZone: zone})
	}
	for i := range 60 {
		far := aRenewal(fmt.Sprintf("W-%d", i), end, nil)
		far.Account, far.Renewal.Account = "WEST", "WEST"
		things = append(things, far, aRenewal(fmt.Sprintf("R-%d", i), end, nil))
	}
	w.mustCreate(things...)
	offered, cursor := 0, store.DueCursor{}
	for range 200 {
		due, next, err := w.DueRenewals(w.ctx(), cursor, 1)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range due {
			step, err := w.StepRenewal(w.ctx(), d)
			if err != nil {
				t.Fatal(err)
			}
			if step != "" {
				offered++
			}
		}
		if cursor = next; cursor.Done() {
			break
		}
	}
	if offered != 60 {
		t.Errorf("%d of the 60 that are due were offered", offered)
	}
}

func TestTheScheduleKnowsAPlanHoweverItsNumberIsWritten(t *testing.T) {
	w := newWorld(t)
	stated := other(center.KindScheduledInvoice, "L-1", map[string]any{"subscription": "sub-1 ", "invoice_on": "2026-03-01", "amount": "10.00", "currency": "EUR"})
	w.mustCreate(theAccount(), anOrder("PO-1"), aSubscription("SUB-1", nil), stated)
	for _, own := range []bool{false, true} { // the stated line names no order, but its plan came by one
		lines, _, err := w.in(buyer).Schedule(w.ctx(), store.ScheduleQuery{OwnOnly: own})
		if err != nil || len(lines) != 1 || lines[0].Amount != eur(1000) {
			t.Errorf("own %t: %+v %v", own, lines, err)
		}
	}
}

func TestAnOwnScheduleHasNoLinesOfOtherPlans(t *testing.T) {
	w := newWorld(t)
	stated := other(center.KindScheduledInvoice, "L-1", map[string]any{"subscription": "SUB-2", "invoice_on": "2026-03-01", "amount": "10.00", "currency": "EUR"})
	w.mustCreate(theAccount(), anOrder("PO-1"), aSubscription("SUB-2", map[string]any{"order_number": "PO-9"}), stated)
	if lines, _, err := w.in(buyer).Schedule(w.ctx(), store.ScheduleQuery{OwnOnly: true}); err != nil || len(lines) != 0 {
		t.Errorf("%+v %v", lines, err)
	}
}

func TestUsageIsThatOfThePlanAlone(t *testing.T) {
	w := newWorld(t)
	usage := func(subscription, period, amount string) *center.OtherRecord {
		return other(center.KindUsage, subscription+"/"+period, map[string]any{"subscription": subscription, "period": period, "currency": "EUR", "eligible": amount})
	}
	w.mustCreate(theAccount(), usage("SUB", "2026-01", "1.00"), usage("SUB/2", "2026-01", "100.00"))
	got, err := w.in(buyer).Usage(w.ctx(), "SUB")
	if err != nil || len(got) != 1 || got[0].Used != (money.Money{Minor: 100, Currency: "EUR"}) {
		t.Errorf("%+v %v", got, err)
	}
}

var renewalRounds = flag.Int("renewals", 3, "rounds of the race about one renewal")

// Two contacts answer otherwise, the daily run comes from two sides and a
// revision is booked, all in one moment of the last day of grace and again on
// the day after: what comes of it is one answer, or that it lapsed, and what
// is to be paid follows it.
func TestRacesAboutOneRenewalEndInOneAnswer(t *testing.T) {
	count := tally.Open(t, "accept, decline, revise and lapse at once")
	for round := range *renewalRounds {
		for _, after := range []int{60, 61} {
			w := newWorld(t)
			w.mustCreate(theAccount(), anOrder("PO-1"), aContract("K-1", nil), aRenewal("R-1", day(30), nil))
			w.sweep()
			w.Clock.Advance(time.Duration(after) * 24 * time.Hour)
			seen := w.renewal()
			accepted, declined := race(w, seen, fmt.Sprint(900+round))
			verdict, r := "", w.renewal()
			var of string
			if r.Payable != nil {
				of = fmt.Sprintf("open %d cancelled %d, accepted %t", r.Payable.Outstanding.Minor, r.Payable.Cancelled.Minor, !r.Payable.Unaccepted)
			}
			switch kind := r.Course.Answer.Kind; {
			case accepted && declined, accepted != (kind == center.AnswerAccepted), declined != (kind == center.AnswerDeclined):
				verdict = "two answers"
			case kind != "" && r.Course.LapsedOn != "":
				verdict = "answered and lapsed"
			case (kind == center.AnswerAccepted) != (r.Payable.Outstanding.Sign() > 0 && !r.Payable.Unaccepted) && (kind != "" || r.Course.LapsedOn != ""):
				verdict = "what is to be paid is not what was answered"
			case after == 61 && kind != "":
				verdict = "answered after grace"
			}
			if count.Add(verdict); verdict != "" {
				t.Errorf("%s: %+v; %s", verdict, r.Course, of)
			}
		}
	}
}

// race lets everybody at a renewal at once, and tells who was told yes.
func race(w *world, seen center.RenewalCase, price string) (accepted, declined bool) {
	var all sync.WaitGroup
	at := func(do func()) { all.Go(do) }
	at(func() {
		answer := accepts(center.RenewByPO)
		_, err := w.in(buyer).AnswerRenewal(w.ctx(), seen, answer)
		accepted = err == nil
	})
	at(func() {
		_, err := w.in(buyer).AnswerRenewal(w.ctx(), seen, center.RenewalAnswer{Kind: center.AnswerDeclined, By: "bob", ByName: "Bob", At: w.Clock.Now()})
		declined = err == nil
	})
	for range 2 {
		at(func() { w.sweep() })
	}
	at(func() {
		if got := w.book(aRenewal("R-1", day(30), map[string]any{"revision": 1, "amount": price + ".00"})); len(got) != 1 {
			w.t.Errorf("%+v", got)
		}
	})
	all.Wait()
	return accepted, declined
}
