package letters

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"customercenter/infra/prove/tally"
	"customercenter/shared/center"
)

// How often what goes wrong.
const (
	callRate = 0.01 // of calls of the table, and of the mail service
	lostRate = 0.01 // of events
	lateRate = 0.005
	lateBy   = 3   // hours
	twice    = 0.1 // of events that are told again
)

// drain is for how many hours the mailer goes on when no more is planned: the
// last day's hour comes, and whoever waits for word gets it.
const drain = 48

// TestAMonth takes a town through its days, an hour at a time.
func TestAMonth(t *testing.T) {
	draw := rand.New(rand.NewPCG(*seed, 0))
	began := time.Now()
	w := newTown(t, draw)
	p := newPost(callRate, w.Now, rand.New(rand.NewPCG(*seed, 1)))
	o := newPrograms(t, w, p, callRate, rand.New(rand.NewPCG(*seed, 2)))
	count := tally.Open(t, fmt.Sprintf("%d unpaid invoices of %d accounts, over %d days: reminders of one step to one reader", len(w.due), len(w.debtors), *month))
	filled := time.Since(began)
	m := &monthly{town: w, post: p, programs: o, draw: draw, later: map[int][]*mailed{}}
	for hour := range *month*24 + drain {
		m.hour(hour)
		if hour%24 == 23 && os.Getenv(tally.File) != "" {
			fmt.Fprintf(os.Stderr, "prove: day %d: %d mails so far, after %s\n", hour/24+1, len(p.mails), time.Since(began).Round(time.Second))
		}
	}
	m.judge(count)
	count.Fact("%s to fill the table, %s for the days", filled.Round(time.Second), (time.Since(began) - filled).Round(time.Second))
}

// monthly is a month under way.
type monthly struct {
	*town
	*post
	*programs
	draw  *rand.Rand
	later map[int][]*mailed // events that come late, by hour
	lost  int
	late  int
}

// hour is what happens in one. What people do comes first.
func (m *monthly) hour(hour int) {
	m.town.Cloud.Clock.Set(begins.Add(time.Duration(hour) * time.Hour))
	m.Cloud.Wire.Fail(nil)
	for _, do := range m.town.events[hour] {
		do()
	}
	m.Cloud.Wire.Fail(m.fault)
	m.own.Recycle() // a new clock
	if hour%6 == 0 {
		m.plotDeath([]string{planner, mailer, listener}[hour/6%3])
	}
	if hour < *month*24 {
		m.plan(hour)
	}
	m.deliver()
	m.listen(hour)
}

// plan runs the planner: where a day begins thrice at once.
func (m *monthly) plan(hour int) {
	runs := 1
	if hour%24 == 0 {
		runs = 3
	}
	var all sync.WaitGroup
	for range runs {
		all.Go(func() { m.invoke(planner, tick) })
	}
	all.Wait()
}

// deliver runs the mailer until nothing is due.
func (m *monthly) deliver() {
	const most = 50
	for range most {
		ids, err := m.truth.DueLetters(context.Background(), 1)
		if err != nil {
			m.town.t.Fatal(err)
		}
		if len(ids) == 0 {
			return
		}
		m.invoke(mailer, tick)
	}
	m.town.t.Fatalf("letters are due still after %d ticks at %s: %v", most, m.town.Now(), m.failed)
}

// listen tells of the mails that left in this hour, in any order, and some
// twice; of others later, or never.
func (m *monthly) listen(hour int) {
	tell := m.later[hour]
	for _, one := range m.heard() {
		switch x := m.draw.Float64(); {
		case x < lostRate:
			one.eventLost = true
			m.lost++
		case x < lostRate+lateRate:
			one.eventLost = true
			m.late++
			m.later[hour+lateBy] = append(m.later[hour+lateBy], one)
		default:
			tell = append(tell, one)
			if x > 1-twice {
				tell = append(tell, one)
			}
		}
	}
	m.draw.Shuffle(len(tell), func(i, j int) { tell[i], tell[j] = tell[j], tell[i] })
	const atOnce, tries = 8, 5
	room := make(chan struct{}, atOnce)
	var all sync.WaitGroup
	for _, one := range tell {
		room <- struct{}{}
		all.Go(func() {
			defer func() { <-room }()
			for range tries { // as the topic does
				if m.invoke(listener, told(one)) {
					return
				}
			}
		})
	}
	all.Wait()
}

// step is one reminder that is to come.
type step struct {
	bill, step, reader int
}

// steps are those all accounts begin with.
var steps = center.DefaultDunning().Steps

// judge holds what came against what had to.
func (m *monthly) judge(count *tally.Count) {
	for _, fault := range m.faults {
		m.town.t.Error(fault)
	}
	came := map[step][]*mailed{}
	for _, one := range m.mails {
		for _, bill := range one.bills {
			at, verdict := m.stepOf(one, bill)
			if verdict != "" {
				count.Add(verdict)
				m.town.t.Errorf("%s: %s of %s at %s", verdict, number(bill), one.to, one.at)
				continue
			}
			came[at] = append(came[at], one)
		}
	}
	first := center.Today(begins.Add(14*time.Hour), time.UTC)
	last := first.AddDays(*month - 1)
	m.judgeWeeks(first, last)
	missing, duplicates, settled := 0, 0, 0
	for bill, due := range m.due {
		d := m.debtors[bill / *bills]
		for n, s := range steps {
			on := due.AddDays(s.Days)
			if on < first || on > last {
				continue
			}
			for reader := range d.readers {
				if reader == 1 && !s.Executives {
					continue
				}
				verdict := m.verdict(d, bill, on, came[step{bill, n, reader}], &duplicates, &settled)
				count.Add(verdict)
				if verdict == verdictLost {
					missing++
				}
				if verdict != "" {
					m.town.t.Errorf("%s: %s of %s to %s on %s", verdict, s, number(bill), d.readers[reader], on)
				}
				delete(came, step{bill, n, reader})
			}
		}
	}
	for at := range came {
		count.Add("sent on a day that is not planned")
		m.town.t.Errorf("%s was reminded of, step %s", number(at.bill), steps[at.step])
	}
	m.facts(count, missing, duplicates, settled)
}

func (m *monthly) facts(count *tally.Count, missing, duplicates, settled int) {
	silent := 0
	for _, one := range m.mails {
		if one.unanswered {
			silent++
		}
	}
	count.Fact("%d mails, of which %d answers were lost", len(m.mails), silent)
	count.Fact("losses: %d", missing)
	count.Fact("duplicates: %d reminders, each of a letter whose answer and event were both lost or late", duplicates)
	count.Fact("%d were paid for, disputed or promised before they came, and did not", settled)
	count.Fact("of %d calls of the table %d went wrong; of the mail service: %s", m.programs.calls, m.programs.wrong, counts(m.post.wrong))
	count.Fact("%d events lost, %d late; %d programs killed; invocations that failed: %s", m.lost, m.late, m.killed, counts(m.failed))
}

func counts(of map[string]int) string {
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(of)) {
		parts = append(parts, fmt.Sprintf("%s %d", name, of[name]))
	}
	return strings.Join(parts, ", ")
}

// stepOf is which reminder a mail is, by the day it came on where its reader
// is.
func (m *monthly) stepOf(one *mailed, bill int) (step, string) {
	if bill >= len(m.due) {
		return step{}, "a bill that there is not"
	}
	d := m.debtors[bill / *bills]
	reader := slices.Index(d.readers, one.to)
	if reader < 0 {
		return step{}, "to somebody else"
	}
	days := m.due[bill].DaysUntil(center.Today(one.at, d.zone))
	n := slices.IndexFunc(steps, func(s center.DunningStep) bool { return s.Days == days })
	if n < 0 {
		return step{}, "on a day of no step"
	}
	return step{bill, n, reader}, ""
}

// judgeWeeks holds the weekly letters against the Mondays: one to each
// executive, where something is outstanding, as it always is here.
func (m *monthly) judgeWeeks(first, last center.Date) {
	count := tally.Open(m.town.t, "weekly letters to executives")
	came := map[string][]*mailed{}
	zone := map[string]*time.Location{}
	for _, d := range m.debtors {
		for _, reader := range d.readers[1:] {
			zone[reader] = d.zone
		}
	}
	for _, one := range m.mails {
		if one.kind == center.LetterWeekly && zone[one.to] != nil {
			at := one.to + " " + string(center.Today(one.at, zone[one.to]))
			came[at] = append(came[at], one)
		}
	}
	for reader := range zone {
		for on := first; on <= last; on = on.AddDays(1) {
			if on.Weekday() != time.Monday {
				continue
			}
			mails, verdict := came[reader+" "+string(on)], ""
			switch {
			case len(mails) == 0:
				verdict = verdictLost
			case !excused(mails):
				verdict = verdictTwice
			}
			count.Add(verdict)
			if verdict != "" {
				m.town.t.Errorf("%s: the week of %s to %s", verdict, on, reader)
			}
		}
	}
}

// excused tells whether a letter that was mailed more than once was so only
// where nobody could know: each answer but the last, and its event, were lost.
func excused(mails []*mailed) bool {
	return !slices.ContainsFunc(mails[:len(mails)-1], func(one *mailed) bool { return !one.unanswered && !one.unheard || !one.eventLost })
}

const (
	verdictLost  = "lost"
	verdictTwice = "sent twice, though it was known"
)

// verdict says what is wrong with how often a reminder came.
func (m *monthly) verdict(d *debtor, bill int, on center.Date, mails []*mailed, duplicates, settled *int) string {
	at := center.DefaultDunning().At(on, time.Time{}, d.zone)
	held, perhaps := false, false
	if own := bill % *bills; own < booked {
		held, perhaps = d.holdings[own].covers(at)
	}
	if d.promised != "" {
		promise := holding{from: d.said}
		stands, near := promise.covers(at)
		held, perhaps = held || stands && on <= d.promised, perhaps || near && on <= d.promised
	}
	if held {
		*settled++
	}
	for _, one := range mails {
		if one.at.Before(at) {
			return "before its hour"
		}
	}
	switch {
	case len(mails) == 0 && !held && !perhaps:
		return verdictLost
	case len(mails) > 0 && held && !perhaps:
		return "sent, though it was paid, disputed or promised"
	case len(mails) > 1 && !excused(mails):
		return verdictTwice
	case len(mails) > 1:
		*duplicates += len(mails) - 1
	}
	return ""
}
