package store

import (
	"context"

	"customercenter/shared/center"
)

// ScheduleLimit is how many lines of a schedule one answer holds.
const ScheduleLimit = 5000

// ScheduleQuery is the part of a schedule that is asked for.
type ScheduleQuery struct {
	OwnOnly       bool        // of orders which name the actor
	Subscriptions []string    // their numbers; none for all, and for lines of no subscription
	From, To      center.Date // both included, each "" for open
}

// wants says whether lines of a subscription are asked for.
func (q ScheduleQuery) wants(wanted map[string]bool, subscription string) bool {
	return len(q.Subscriptions) == 0 || wanted[center.FoldNumber(subscription)]
}

func (q ScheduleQuery) within(day center.Date) bool {
	return (q.From == "" || day >= q.From) && (q.To == "" || day <= q.To)
}

// Schedule is a part of the account's invoice schedule: the lines the vendor's
// system states, and for subscriptions without any the lines their amount and
// term give. It is read whole, up to ScheduleLimit lines of that part; more
// says that there are others.
func (a Account) Schedule(ctx context.Context, q ScheduleQuery) (lines []center.ScheduleLine, more bool, err error) {
	var own map[string]bool
	if q.OwnOnly {
		if own, err = a.ownOrders(ctx); err != nil || len(own) == 0 {
			return nil, false, err
		}
	}
	wanted := map[string]bool{}
	for _, number := range q.Subscriptions {
		wanted[center.FoldNumber(number)] = true
	}
	said, err := a.statedLines(ctx, q, wanted, own)
	if err != nil {
		return nil, false, err
	}
	if lines = said.lines; !said.cut {
		given, err := a.givenLines(ctx, q, wanted, said)
		if err != nil {
			return nil, false, err
		}
		lines = append(lines, given...)
	}
	center.SortSchedule(lines)
	if len(lines) > ScheduleLimit {
		return lines[:ScheduleLimit], true, nil
	}
	return lines, false, nil
}

// statedSchedule is what the vendor's system states of a part of a schedule.
type statedSchedule struct {
	lines   []center.ScheduleLine
	plans   map[string]bool           // those of which lines are stated, on whatever day
	ofPlans []center.ScheduledInvoice // which name no order; their plans tell whose they are
	cut     bool                      // there are more lines than an answer holds
}

func (a Account) statedLines(ctx context.Context, wish ScheduleQuery, wanted, own map[string]bool) (out statedSchedule, err error) {
	out.plans = map[string]bool{}
	q := question{pk: a.t.pk(prefixRecord), from: sortScheduled, to: sortScheduled + sortEnd, limit: 1000}
	for {
		items, last, err := a.s.ask(ctx, q)
		if err != nil {
			return out, err
		}
		for _, it := range items {
			r := open(it, kindScheduled)
			var s center.ScheduledInvoice
			if _, err := unpack(r.bytes(attrBody), &s); err != nil || r.err != nil {
				return out, firstError(r.err, err)
			}
			out.plans[center.FoldNumber(s.Subscription)] = true
			switch {
			case !wish.within(s.InvoiceOn), !wish.wants(wanted, s.Subscription):
			case own == nil || meets(own, termsOf(s.Order)):
				out.lines = append(out.lines, s.Line(a.actor.Account))
			case s.Order == "":
				out.ofPlans = append(out.ofPlans, s)
			}
		}
		out.cut = len(out.lines) > ScheduleLimit
		if last == nil || out.cut {
			return out, nil
		}
		q.start = last
	}
}

// givenLines are those that subscriptions give: what is stated of them and
// names no order, or else what their amount and term come to.
func (a Account) givenLines(ctx context.Context, wish ScheduleQuery, wanted map[string]bool, said statedSchedule) (lines []center.ScheduleLine, err error) {
	for cursor := ""; ; {
		subs, next, err := a.Subscriptions(ctx, wish.OwnOnly, cursor, MaxPage)
		if err != nil {
			return nil, err
		}
		for _, s := range subs {
			switch {
			case !wish.wants(wanted, s.Number):
			case said.plans[center.FoldNumber(s.Number)]:
				for _, l := range said.ofPlans {
					if center.SameNumber(l.Subscription, s.Number) {
						lines = append(lines, l.Line(a.actor.Account))
					}
				}
			default:
				for _, l := range s.Schedule(a.actor.Account) {
					if wish.within(l.InvoiceOn) {
						lines = append(lines, l)
					}
				}
			}
		}
		if cursor = next; cursor == "" {
			return lines, nil
		}
	}
}
