package main

import (
	"fmt"
	"math/rand/v2"
	"time"

	"customercenter/infra/bench/figure"
	"customercenter/infra/bench/process"
	"customercenter/infra/bench/world"
	"customercenter/shared/center"
	"customercenter/shared/store"
)

// planner is the function that plans reminders; mailer sends them.
const planner = "plan-reminders"

// What is due in a run, and beside it.
const (
	remindAccounts = 40
	remindDue      = 10_000
	remindOthers   = 90_000  // that no step falls on
	remindMillion  = 990_000 // the same of a million
	remindLetters  = 3_000
	planKills      = 20
)

// Budgets of reminders (G6).
const (
	remindPer1000 = 20   // read units
	remindPaced   = 0.95 // of the rate that is set
)

// newestDay is the day the planner plans for at a moment: the newest that has
// begun anywhere on earth.
func newestDay(at time.Time) center.Date { return center.Today(at.Add(14*time.Hour), time.UTC) }

// onStep is a due day that a step falls on, on that day; offStep one that none
// does, from there to half a year on.
func onStep(day center.Date, i int) center.Date {
	steps := center.DefaultDunning().Steps
	return day.AddDays(-steps[i%len(steps)].Days)
}

func offStep(day center.Date, i int) center.Date { return day.AddDays(40 + i%140) }

// remind measures a run of the planner, and the pace of the mailer.
func (b *bench) remind() (figure.Section, error) {
	binaries, err := b.builder.Functions(b.ctx, func(line string) { b.progress("%s", line) }, planner, mailer)
	if err != nil {
		return figure.Section{}, err
	}
	others := remindOthers
	if b.million {
		others = remindMillion
	}
	spent := map[string]usage{}
	for _, run := range []struct {
		name        string
		due, others int
	}{{"nothing", 0, 0}, {"alone", remindDue, 0}, {"among", remindDue, others}} {
		b.progress("remind: %d due, %d others", run.due, run.others)
		if spent[run.name], err = b.planOnce(binaries[planner], run.due, run.others); err != nil {
			return figure.Section{}, err
		}
	}
	figures := planFigures(spent, others)
	b.progress("remind: three skipped days and %d kills", planKills)
	outage, err := b.planThroughKills(binaries[planner])
	if err != nil {
		return figure.Section{}, err
	}
	b.progress("remind: the pace of the mailer")
	paces, err := b.paces(binaries[mailer], binaries[planner])
	return figure.Section{How: fmt.Sprintf("The planner's own binary plans one day for %d accounts of which %d invoices are due a step, alone and among %d invoices that are due none; units are those of its log line. ", remindAccounts, remindDue, others) +
		"Then it is killed again and again while it makes good three days that no run came. The mailer's own binary sends digests to a stand-in that answers at once, at a rate that is set.",
		Figures: append(append(figures, outage...), paces...)}, err
}

// planFigures hold the units of the runs against each other.
func planFigures(spent map[string]usage, others int) []figure.Figure {
	alone, among, asking := spent["alone"].readUnits, spent["among"].readUnits, spent["nothing"].readUnits
	return []figure.Figure{
		{Budget: "G6", What: fmt.Sprintf("read units of a day's run with %d due among %d, over the same alone", remindDue, remindDue+others), Value: among / alone, Unit: figure.Times, Limit: 1.0,
			Note: fmt.Sprintf("%g RCU against %g", among, alone), Why: "the run reads invoices that are due no step."},
		{Budget: "G6", What: "the same for 1,000 due, beyond what asking the parts takes", Value: (among - asking) / remindDue * 1000, Unit: " RCU", Limit: remindPer1000,
			Note: fmt.Sprintf("with it %g; asking all parts takes %g a day, whatever is due", among/remindDue*1000, asking), Why: "an account's people and policy are read for few invoices."},
		{What: "write units of the run for 1,000 due", Value: spent["among"].writeUnits / remindDue * 1000, Unit: " WCU", Note: "a marker for each, put once, and the digests"},
	}
}

// owing is a world of accounts with so many due a step on the day, and so many
// due none.
func (b *bench) owing(day center.Date, accounts, due, others int) (*world.World, string, error) {
	w, err := world.Open(b.root, "")
	if err != nil {
		return nil, "", err
	}
	for n := range accounts {
		mine := due / accounts
		err := w.Owe(b.ctx, fmt.Sprintf("OWES%05d", n), max((due+others)/accounts, 1), func(i int) center.Date {
			if i < mine {
				return onStep(day, i)
			}
			return offStep(day, i)
		})
		if err != nil {
			return w, "", err
		}
	}
	endpoint, err := w.Serve(w.DB)
	return w, endpoint, err
}

// ticked runs a function once and reads its log line.
func ticked(p *process.Process, at time.Time) (u usage, took time.Duration, err error) {
	event := fmt.Sprintf(`{"source":"aws.scheduler","time":%q}`, at.UTC().Format(time.RFC3339))
	if _, took, err = p.Invoke([]byte(event)); err != nil {
		return u, took, err
	}
	text, err := p.WaitLine(`"msg":"tick"`)
	if err != nil {
		return u, took, err
	}
	return u, took, u.parse(text)
}

// planOnce is one run over a table of its own.
func (b *bench) planOnce(binary string, due, others int) (usage, error) {
	now := time.Now()
	w, endpoint, err := b.owing(newestDay(now), remindAccounts, due, others)
	if w != nil {
		defer w.Close()
	}
	if err != nil {
		return usage{}, err
	}
	p, err := process.Start(binary, w.Environment(planner, endpoint))
	if err != nil {
		return usage{}, err
	}
	defer p.Stop()
	u, _, err := ticked(p, now)
	return u, err
}

// planThroughKills plans a day, skips three, and then is killed at any moment,
// time and again, before it is let through.
func (b *bench) planThroughKills(binary string) ([]figure.Figure, error) {
	now := time.Now()
	day := newestDay(now)
	w, endpoint, err := b.owing(day, remindAccounts, 0, 0)
	if w != nil {
		defer w.Close()
	}
	if err != nil {
		return nil, err
	}
	before := now.Add(-4 * 24 * time.Hour)
	p, err := process.Start(binary, w.Environment(planner, endpoint, "CENTER_NOW="+before.UTC().Format(time.RFC3339)))
	if err != nil {
		return nil, err
	}
	_, _, err = ticked(p, before)
	p.Stop()
	if err != nil {
		return nil, err
	}
	for n := range remindAccounts { // what is due came meanwhile, and is due on any of the four days
		if err := w.Owe(b.ctx, fmt.Sprintf("LATER%05d", n), remindDue/remindAccounts, func(i int) center.Date { return onStep(day.AddDays(-i%4), i/4) }); err != nil {
			return nil, err
		}
	}
	began, kills := time.Now(), 0
	for range planKills {
		// Each later run finds the lease of the killed one over.
		at := now.Add(time.Duration(kills) * 11 * time.Minute)
		p, err := process.Start(binary, w.Environment(planner, endpoint, "CENTER_NOW="+at.UTC().Format(time.RFC3339)))
		if err != nil {
			return nil, err
		}
		dies := time.AfterFunc(time.Duration(20+rand.IntN(300))*time.Millisecond, p.Stop)
		_, _, err = ticked(p, at)
		dies.Stop()
		if err == nil {
			p.Stop()
			break
		}
		kills++
	}
	at := now.Add(time.Duration(kills+1) * 11 * time.Minute)
	p, err = process.Start(binary, w.Environment(planner, endpoint, "CENTER_NOW="+at.UTC().Format(time.RFC3339)))
	if err != nil {
		return nil, err
	}
	defer p.Stop()
	if _, _, err := ticked(p, at); err != nil {
		return nil, err
	}
	missed, doubled, err := b.reminded(w)
	note := fmt.Sprintf("of %d; %d runs killed, in %.1f s", remindDue, kills, time.Since(began).Seconds())
	return []figure.Figure{
		{Budget: "G6", What: "reminders missed after three skipped days and kills", Word: fmt.Sprint(missed), Want: "0", Note: note, Why: "a run that was killed left invoices that no later one took up."},
		{Budget: "G6", What: "reminders doubled by them", Word: fmt.Sprint(doubled), Want: "0", Why: "two runs put one reminder."},
	}, err
}

// reminded counts, of what is due, what no digest names and what more than one
// does.
func (b *bench) reminded(w *world.World) (missed, doubled int, err error) {
	named := map[center.InvoiceID]int{}
	err = w.Letters(b.ctx, func(l center.Letter) error {
		all, err := store.RemindersIn(l)
		for _, r := range all {
			named[center.InvoiceID(string(l.Account)+string(r.Invoice.ID))]++
		}
		return err
	})
	for _, n := range named {
		if n > 1 {
			doubled++
		}
	}
	return remindDue - len(named), doubled, err
}
