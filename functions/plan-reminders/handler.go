package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"customercenter/shared/center"
	"customercenter/shared/jobs"
	"customercenter/shared/session"
	"customercenter/shared/store"
)

// Limits of one run. What is left is the next one's, a minute later.
const (
	patience = 30 * time.Second // of a run; no part of the accounts is begun later
	atOnce   = 8                // parts of the accounts
	lookBack = 3                // days that are made good where no run came
	// lease is for how long a run that ended without a word keeps a part from
	// the others. Days are planned hours ahead, so nobody notices.
	lease = 10 * time.Minute
	// earliestZone is how far the first day on earth is ahead of UTC's.
	earliestZone = 14 * time.Hour
)

type handler struct {
	store *store.Store
	now   func() time.Time
}

// planReminders plans the newest day that has begun anywhere on earth, and the
// days before it that no run planned. Each part of the accounts is planned once
// a day: the digests wait for the hour of their account, and what was paid
// until then is left out when they leave. A run that finds all planned reads
// one unit, so it may come every minute; a reminder that is marked is put by no
// other run.
func (h handler) planReminders(ctx context.Context) (jobs.Result, error) {
	began, newest := h.now(), center.Today(h.now().Add(earliestZone), time.UTC)
	shards, err := h.store.PlannedShards(ctx)
	if err != nil {
		return jobs.Result{}, err
	}
	r, room := &run{}, make(chan struct{}, atOnce)
	var all sync.WaitGroup
	for _, shard := range shards {
		if shard.Through >= newest || shard.Taken {
			continue
		}
		room <- struct{}{}
		if h.now().Sub(began) >= patience {
			break
		}
		all.Go(func() {
			defer func() { <-room }()
			r.add(h.planShard(ctx, shard, newest))
		})
	}
	all.Wait()
	return jobs.Result{Outcome: "planned", Note: r.note()}, r.faults
}

// days are those to plan, the oldest first.
func days(through, newest center.Date) []center.Date {
	first := newest
	if through != "" {
		first = max(through.AddDays(1), newest.AddDays(-lookBack))
	}
	var list []center.Date
	for d := first; d <= newest; d = d.AddDays(1) {
		list = append(list, d)
	}
	return list
}

// planShard plans one part of the accounts. An account that fails stands in
// nobody's way; the part is then looked at again when its lease has ended.
func (h handler) planShard(ctx context.Context, shard store.PlannedShard, newest center.Date) (c counts, err error) {
	owner := session.NewID()
	taken, err := h.store.TakeShard(ctx, shard, owner, h.now().Add(lease))
	if err != nil || !taken {
		return c, err
	}
	c.shards++
	missed := days(shard.Through, newest)
	var faults error
	each := func(account center.AccountID, invoices []center.Invoice, own bool) {
		if err := h.planAccount(ctx, account, invoices, missed, own, &c); err != nil {
			faults = errors.Join(faults, fmt.Errorf("account %s: %w", account, err))
		}
	}
	err = h.store.DueByAccount(ctx, shard.Shard, dueDays(missed), func(account center.AccountID, due []store.DueInvoice) error {
		invoices := make([]center.Invoice, len(due))
		for i, d := range due {
			invoices[i] = center.Invoice{ID: d.ID, Account: account, DueOn: d.DueOn}
		}
		each(account, invoices, false)
		return nil
	})
	if err != nil {
		return c, errors.Join(faults, err)
	}
	own, err := h.store.OwnSteps(ctx, shard.Shard)
	if err != nil {
		return c, errors.Join(faults, err)
	}
	for _, account := range own {
		each(account, nil, true)
	}
	if first := firstOfMonth(shard.Through, newest); first != "" {
		faults = errors.Join(faults, h.planStatements(ctx, shard.Shard, first, &c))
	}
	if monday := firstOfWeek(missed); monday != "" {
		faults = errors.Join(faults, h.planWeek(ctx, shard.Shard, monday, &c))
	}
	if faults != nil {
		return c, faults
	}
	return c, h.store.ShardPlanned(ctx, shard.Shard, owner, newest)
}

// dueDays are the due days that the steps all accounts begin with fall on.
func dueDays(planned []center.Date) (due []center.Date) {
	seen := map[center.Date]bool{}
	for _, on := range planned {
		for _, d := range center.DefaultDunning().Reminds(on) {
			if !seen[d.On] {
				due = append(due, d.On)
			}
			seen[d.On] = true
		}
	}
	return due
}

// planAccount puts the digests of one account. Those whose steps are their own
// are looked up by their own days.
func (h handler) planAccount(ctx context.Context, account center.AccountID, invoices []center.Invoice, planned []center.Date, own bool, c *counts) error {
	d, err := h.store.Debtor(ctx, account)
	if err != nil || d.Own != own {
		return err
	}
	c.accounts++
	newest := planned[len(planned)-1]
	if own {
		if d.Policy.HoldAll(newest) != center.HoldNone {
			return nil
		}
		var by []center.DunningDay
		for _, on := range planned {
			by = append(by, d.Policy.Reminds(on)...)
		}
		if invoices, err = h.store.UnsettledOn(ctx, account, by); err != nil {
			return err
		}
	}
	plan := d.Policy.Plan(invoices, newest, d.Zone(), len(planned)-1)
	if len(plan) == 0 {
		return nil
	}
	last := plan[0].Step.On
	for _, r := range plan {
		last = max(last, r.Step.On)
	}
	people := append(d.People, center.Copies(d.Profile.Recipients.Reminders, d.People)...)
	marked, digests, err := h.store.PutReminders(ctx, account, plan, store.Reminding{People: people, At: d.Policy.At(last, h.now(), d.Zone()), OneDigest: d.Profile.Wishes().OneDigest})
	if err == nil && marked > 0 && slices.ContainsFunc(plan, func(r center.Reminded) bool { return r.Step.Final || r.Step.Name == d.Policy.LastStep() }) {
		err = h.store.LastReminderSent(ctx, account)
	}
	c.reminders, c.digests = c.reminders+marked, c.digests+digests
	return err
}

// counts are what was done.
type counts struct{ shards, accounts, reminders, digests, statements, weekly int }

// run is what one run did.
type run struct {
	mu sync.Mutex
	counts
	faults error
}

func (r *run) add(c counts, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.shards, r.accounts, r.reminders, r.digests = r.shards+c.shards, r.accounts+c.accounts, r.reminders+c.reminders, r.digests+c.digests
	r.statements, r.weekly = r.statements+c.statements, r.weekly+c.weekly
	r.faults = errors.Join(r.faults, err)
}

func (r *run) note() string {
	return fmt.Sprintf("parts %d, accounts %d, reminders %d, digests %d, statements %d, weekly %d", r.shards, r.accounts, r.reminders, r.digests, r.statements, r.weekly)
}
