package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"customercenter/shared/center"
)

// weekBegins is the day of the week that executives are written on.
const weekBegins = time.Monday

// firstOfWeek is the first day of a week among the days that are planned; ""
// where there is none.
func firstOfWeek(planned []center.Date) center.Date {
	at := slices.IndexFunc(planned, func(on center.Date) bool { return on.Weekday() == weekBegins })
	if at < 0 {
		return ""
	}
	return planned[at]
}

// planWeek puts the weekly letters to the executives of a part of the accounts.
// What is outstanding is looked up when they leave; where nothing is, there is
// no letter.
func (h handler) planWeek(ctx context.Context, shard int, monday center.Date, c *counts) (faults error) {
	err := h.store.AccountsOfPart(ctx, shard, func(account center.AccountID) error {
		d, err := h.store.Debtor(ctx, account)
		if err == nil {
			var put int
			put, err = h.store.PutWeekly(ctx, account, center.WeeklyReaders(d.People), monday, d.Policy.At(monday, h.now(), d.Zone()))
			c.weekly += put
		}
		if err != nil {
			faults = errors.Join(faults, fmt.Errorf("week of %s: %w", account, err))
		}
		return nil // an account that fails stands in nobody's way
	})
	return errors.Join(faults, err)
}
