package clock

import (
	"context"
	"encoding/json"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestNextTimes(t *testing.T) {
	for _, c := range []struct{ expression, zone, after, want string }{
		{"rate(5 minutes)", "", "2026-03-01T10:00:30Z", "2026-03-01T10:05:30Z"},
		{"rate(1 day)", "", "2026-03-01T10:00:00Z", "2026-03-02T10:00:00Z"},
		{"cron(0 7 * * ? *)", "", "2026-03-01T06:59:59Z", "2026-03-01T07:00:00Z"},
		{"cron(0 7 * * ? *)", "", "2026-03-01T07:00:00Z", "2026-03-02T07:00:00Z"},
		{"cron(0 7 * * ? *)", "Asia/Riyadh", "2026-03-01T05:00:00Z", "2026-03-02T04:00:00Z"},
		{"cron(0/15 8-10 ? * MON-FRI *)", "", "2026-03-06T10:50:00Z", "2026-03-09T08:00:00Z"},
		{"cron(0/15 8-10 ? * MON-FRI *)", "", "2026-03-06T09:16:00Z", "2026-03-06T09:30:00Z"},
		{"cron(5,35 0 1 1,7 ? *)", "", "2026-02-01T00:00:00Z", "2026-07-01T00:05:00Z"},
		{"cron(50/1 8 * * ? *)", "", "2026-03-06T08:57:00Z", "2026-03-06T08:58:00Z"},
		{"cron(0 0 L * ? *)", "", "2028-02-01T00:00:00Z", "2028-02-29T00:00:00Z"},
		{"cron(0 0 ? * 6L *)", "", "2026-03-01T00:00:00Z", "2026-03-27T00:00:00Z"},
		{"cron(0 0 ? * SUN#2 *)", "", "2026-03-02T00:00:00Z", "2026-03-08T00:00:00Z"},
		{"cron(0 0 29 2 ? *)", "", "2026-03-01T00:00:00Z", "2028-02-29T00:00:00Z"},
		{"cron(0 0 1 1 ? 2020)", "", "2026-03-01T00:00:00Z", "never"},
		{"cron(30 2 * * ? *)", "Europe/Amsterdam", "2026-03-28T12:00:00Z", "2026-03-30T00:30:00Z"}, // the clocks leave 02:30 out on the 29th
		{"cron(30 2 * * ? *)", "Europe/Amsterdam", "2026-10-24T12:00:00Z", "2026-10-25T01:30:00Z"}, // and repeat it in autumn
	} {
		e, err := Parse(c.expression, c.zone)
		if err != nil {
			t.Fatalf("%s: %v", c.expression, err)
		}
		after, _ := time.Parse(time.RFC3339, c.after)
		got := "never"
		if at := e.Next(after); !at.IsZero() {
			got = at.UTC().Format(time.RFC3339)
		}
		if got != c.want {
			t.Errorf("%s %s after %s: %s, want %s", c.expression, c.zone, c.after, got, c.want)
		}
	}
	e, _ := Parse("cron(30 2 * * ? *)", "Europe/Amsterdam")
	once := time.Date(2026, 10, 25, 1, 30, 0, 0, time.UTC)
	if again := e.Next(once).UTC(); again.Day() == 25 {
		t.Errorf("a repeated hour runs once, not again at %s", again)
	}
}

func TestBadExpressionsAreRefused(t *testing.T) {
	for _, bad := range []string{"", "rate(5)", "rate(0 minutes)", "rate(1 minutes)", "rate(5 minute)", "rate(2 weeks)", "every(5 minutes)",
		"cron(0 7 * * *)", "cron(0 7 * * * *)", "cron(0 7 ? * ? *)", "cron(60 7 * * ? *)", "cron(0 24 * * ? *)", "cron(0 7 15W * ? *)",
		"cron(0 7 ? * MON#6 *)", "cron(0 7 ? * FRI-MON *)", "cron(x 7 * * ? *)", "cron(0/0 7 * * ? *)"} {
		if _, err := Parse(bad, ""); err == nil {
			t.Errorf("%q is refused", bad)
		}
	}
	if _, err := Parse("rate(1 day)", "Mars/Olympus"); err == nil {
		t.Error("an unknown zone is refused")
	}
}

func TestTheClockRunsOnFromWhereItIsSet(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		c := At(start.AddDate(1, 0, 0))
		time.Sleep(time.Hour)
		if got, want := c.Now(), start.AddDate(1, 0, 0).Add(time.Hour); !got.Equal(want) {
			t.Errorf("it shows %s, want %s", got, want)
		}
		c.Skip(-24 * time.Hour)
		c.Set(c.Now().Add(48 * time.Hour))
		if got, want := c.Now(), start.AddDate(1, 0, 1).Add(time.Hour); !got.Equal(want) {
			t.Errorf("it shows %s, want %s", got, want)
		}
		c.Reset()
		if !c.Now().Equal(time.Now()) || c.Offset() != 0 {
			t.Error("after a reset it shows the machine's time")
		}
	})
}

// heard runs schedules and collects the names and times of what was due.
type heard struct {
	mu    sync.Mutex
	calls []string
}

func (h *heard) add(s Schedule, at time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.calls = append(h.calls, s.Name+" "+at.UTC().Format("01-02 15:04"))
}

func TestSchedulesFollowTheClock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { // begins at 2000-01-01 00:00 UTC
		daily, _ := Parse("cron(0 7 * * ? *)", "")
		often, _ := Parse("rate(30 minutes)", "")
		c, h := New(), &heard{}
		order := ""
		c.OnChange(func() { order += "recycled " })
		s := NewScheduler(c, []Schedule{{Name: "daily", Plan: daily}, {Name: "often", Plan: often}}, func(s Schedule, at time.Time) {
			order += s.Name + " "
			h.add(s, at)
		})
		ctx, cancel := context.WithCancel(t.Context())
		go s.Run(ctx)
		time.Sleep(65 * time.Minute)
		c.Skip(72 * time.Hour) // over three daily runs
		synctest.Wait()
		cancel()
		want := []string{"often 01-01 00:30", "often 01-01 01:00", "daily 01-01 07:00", "often 01-01 01:30"}
		if diff := cmp.Diff(want, h.calls); diff != "" {
			t.Error(diff)
		}
		if !strings.HasSuffix(order, "recycled daily often ") {
			t.Errorf("functions are recycled before schedules run: %s", order)
		}
		if coming := s.Coming(); coming[0].At.UTC().Format("01-02 15:04") != "01-04 07:00" {
			t.Errorf("next daily run: %s", coming[0].At)
		}
		c.Reset()
		s.rewind()
		if coming := s.Coming(); coming[0].At.UTC().Format("01-02 15:04") != "01-01 07:00" {
			t.Errorf("after the clock was set back: %s", coming[0].At)
		}
	})
}

func TestTheEventIsTheSchedulers(t *testing.T) {
	at := time.Date(2026, 3, 1, 8, 0, 0, 0, time.FixedZone("", 3600))
	var got map[string]any
	if err := json.Unmarshal(Schedule{Name: "Nightly"}.Event(at), &got); err != nil {
		t.Fatal(err)
	}
	if got["source"] != "aws.scheduler" || got["time"] != "2026-03-01T07:00:00Z" || got["detail"] != "{}" {
		t.Errorf("event %v", got)
	}
	if own := string(Schedule{Input: `{"n":1}`}.Event(at)); own != `{"n":1}` {
		t.Errorf("its own input is passed on, not %s", own)
	}
}

func FuzzParseNeverPanics(f *testing.F) {
	f.Add("cron(0/5 7-9,12 L 1,2 ? 2026-2030)")
	f.Add("rate(5 minutes)")
	f.Fuzz(func(t *testing.T, text string) {
		if e, err := Parse(text, ""); err == nil {
			e.Next(time.Unix(0, 0))
		}
	})
}
