package center

import (
	"testing"
	"time"
)

func TestTheNewestReportOfAnAddressCounts(t *testing.T) {
	day := func(n int) time.Time { return time.Date(2026, 11, n, 9, 0, 0, 0, time.UTC) }
	none, bounced, complained, delivered := Reach{}, Reach{ReachBounced, day(2)}, Reach{ReachComplained, day(2)}, Reach{"", day(2)}
	for name, c := range map[string]struct {
		was, report, want Reach
		changes           bool
	}{
		"a first bounce":                 {none, Reach{ReachBounced, day(1)}, Reach{ReachBounced, day(1)}, true},
		"the same bounce again":          {bounced, bounced, bounced, false},
		"a bounce from before":           {delivered, Reach{ReachBounced, day(1)}, delivered, false},
		"a delivery after a bounce":      {bounced, Reach{"", day(3)}, Reach{"", day(3)}, true},
		"a delivery from before":         {bounced, Reach{"", day(1)}, bounced, false},
		"a bounce after a delivery":      {delivered, Reach{ReachBounced, day(3)}, Reach{ReachBounced, day(3)}, true},
		"a complaint covers a bounce":    {bounced, Reach{ReachComplained, day(3)}, Reach{ReachComplained, day(3)}, true},
		"no bounce covers a complaint":   {complained, Reach{ReachBounced, day(3)}, complained, false},
		"no delivery ends a complaint":   {complained, Reach{"", day(3)}, complained, false},
		"a delivery to who is reachable": {none, Reach{"", day(1)}, none, false},
	} {
		if got, changes := c.was.After(c.report); got != c.want || changes != c.changes {
			t.Errorf("%s: %+v, %v", name, got, changes)
		}
	}
}

func TestSendingStopsWellBeforeItIsReviewed(t *testing.T) {
	for name, c := range map[string]struct {
		health MailHealth
		want   bool
	}{
		"nothing sent yet":                   {MailHealth{}, false},
		"one of ten bounces":                 {MailHealth{Delivered: 9, Bounced: 1}, false},
		"just below 3 %":                     {MailHealth{Delivered: 9701, Bounced: 299}, false},
		"3 %":                                {MailHealth{Delivered: 9700, Bounced: 300}, true},
		"one complaint of many letters":      {MailHealth{Delivered: 1000, Complained: 1}, false},
		"just below 0.05 %":                  {MailHealth{Delivered: 20000, Complained: 9}, false},
		"0.05 %":                             {MailHealth{Delivered: 20000, Complained: 10}, true},
		"two complaints of five hundred":     {MailHealth{Delivered: 500, Complained: 2}, true},
		"all bounce, but too few to tell":    {MailHealth{Bounced: 499}, false},
		"all bounce":                         {MailHealth{Bounced: 500}, true},
		"a hundred million, none complained": {MailHealth{Delivered: 100_000_000}, false},
	} {
		if got := c.health.Stopped(); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}
