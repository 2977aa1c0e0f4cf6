package main

import (
	"context"
	"time"

	"customercenter/shared/center"
	"customercenter/shared/store"
)

// ofReminders looks at every invoice of a digest as it stands at this moment:
// what was paid, disputed or held since the digest was put is left out, and
// where nothing is left there is no letter.
func (h handler) ofReminders(ctx context.Context, letter center.Letter) (resolved, error) {
	to, err := h.toReaderOrCopy(ctx, letter, center.ModuleInvoices, func(r center.Recipients) []string { return r.Reminders })
	if err != nil || to.reason != "" {
		return to, err
	}
	planned, err := store.RemindersIn(letter)
	if err != nil {
		return to, err
	}
	account := h.store.In(to.who)
	policy, err := account.Dunning(ctx)
	if err != nil {
		return to, err
	}
	steps, ids := map[center.InvoiceID]center.DueReminder{}, make([]center.InvoiceID, len(planned))
	for i, r := range planned {
		steps[r.Invoice.ID], ids[i] = r.Step, r.Invoice.ID
	}
	papers, err := account.Payables(ctx, ids)
	if err != nil {
		return to, err
	}
	to.view.Today = account.Today()
	var open []center.Reminded
	for _, inv := range papers {
		if policy.Hold(inv, inv.Disputed, to.view.Today) == center.HoldNone && !h.overtaken(letter, policy, inv, to.view.Zone) {
			open = append(open, center.Reminded{Invoice: inv, Step: steps[inv.ID]})
		}
	}
	if to.view.Reminders, err = center.Digest(center.RemindersFor(to.person, open)); err == nil && len(to.view.Reminders) == 0 {
		to.reason = reasonDone
	}
	return to, err
}

// maxOvertaken is for how many days a step is known as newer.
const maxOvertaken = 366

// overtaken tells whether a newer step of an invoice has come since the digest
// was planned, which is in a digest of its own: where letters were held for
// days, the newest goes out alone. Which steps come before the due day is the
// account's to choose, and none of those is waited for.
func (h handler) overtaken(letter center.Letter, policy center.DunningPolicy, inv center.Invoice, zone *time.Location) bool {
	planned := center.Today(letter.CreatedAt.Add(earliestZone), time.UTC) // the last day that was
	newest, ok := policy.Due(inv, h.now(), zone, maxOvertaken)
	return ok && newest.Days >= 0 && newest.On > planned
}

// earliestZone is how far the first day on earth, for which reminders are
// planned, is ahead of UTC's.
const earliestZone = 14 * time.Hour

// ofWeek looks up how the account stands when the weekly letter leaves; where
// nothing is outstanding there is none.
func (h handler) ofWeek(ctx context.Context, letter center.Letter) (resolved, error) {
	to, err := h.toReaderOf(ctx, letter, center.ModuleInvoices)
	if err != nil || to.reason != "" {
		return to, err
	}
	if len(center.WeeklyReaders([]center.Contact{to.person})) == 0 {
		to.reason = reasonNoRight
		return to, nil
	}
	if to.view.Summary, err = h.store.In(to.who).Summary(ctx); err == nil && to.view.Summary.Counts.Open+to.view.Summary.Counts.PastDue == 0 {
		to.reason = reasonDone
	}
	return to, err
}
