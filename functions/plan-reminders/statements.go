package main

import (
	"context"
	"errors"
	"fmt"

	"customercenter/shared/center"
	"customercenter/shared/store"
)

// firstOfMonth is the first day of the newest day's month, where it was not
// planned yet, however long no run came; "" where it was.
func firstOfMonth(through, newest center.Date) center.Date {
	first := newest[:len("2026-01-")] + "01"
	if first <= through || through == "" && first != newest {
		return ""
	}
	return first
}

// planStatements has statements of the month before mailed to the accounts of a
// part that wish for them, and to those whose last reminder was sent, while
// anything of theirs is past due.
func (h handler) planStatements(ctx context.Context, shard int, first center.Date, c *counts) (faults error) {
	list, err := h.store.MonthlyStatements(ctx, shard)
	if err != nil {
		return err
	}
	for _, m := range list {
		if err := h.planStatement(ctx, m, first, c); err != nil {
			faults = errors.Join(faults, fmt.Errorf("statement of %s: %w", m.Account, err))
		}
	}
	return faults
}

func (h handler) planStatement(ctx context.Context, m store.Monthly, first center.Date, c *counts) error {
	d, err := h.store.Debtor(ctx, m.Account)
	if err != nil {
		return err
	}
	if !m.Wished {
		sum, err := h.store.In(center.Actor{Account: m.Account, TimeZone: d.TimeZone}).Summary(ctx)
		if err != nil {
			return err
		}
		if sum.Counts.PastDue == 0 {
			return h.store.EndMonthly(ctx, m.Account)
		}
		if d.Policy.HoldAll(first) != center.HoldNone {
			return nil
		}
	}
	last := first.AddDays(-1)
	put, err := h.store.PutStatement(ctx, m.Account, last[:len("2026-01-")]+"01", last, d.Policy.At(first, h.now(), d.Zone()))
	if put {
		c.statements++
	}
	return err
}
