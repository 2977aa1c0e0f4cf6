package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/lambda"

	"customercenter/infra/functiontest"
	"customercenter/infra/local/cloudtest"
	"customercenter/shared/center"
	"customercenter/shared/jobs"
	"customercenter/shared/money"
	"customercenter/shared/session"
)

// Each right that the function is given is needed by a test.
func TestMain(m *testing.M) { os.Exit(functiontest.RunAndCountRights(m, "announce-rewards")) }

func handlerOf(w *functiontest.World) handler {
	s, _ := w.Function("announce-rewards")
	return handler{store: s, now: w.Now}
}

// tick runs once and answers what the run notes.
func tick(t *testing.T, w *functiontest.World) string {
	t.Helper()
	result, err := handlerOf(w).announceRewards(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return result.Note
}

// letters are those of Najd's that wait: to whom, and of what.
func letters(t *testing.T, w *functiontest.World) (list []string) {
	t.Helper()
	for _, kind := range []center.LetterKind{center.LetterRewardsEarned, center.LetterRewardsEnding} {
		for _, l := range w.Letters(t, kind) {
			if l.Account == center.AccountIDOf(functiontest.Najd) {
				list = append(list, strings.Trim(l.Params["period"]+" "+l.Params["day"], " ")+" "+l.To)
			}
		}
	}
	slices.Sort(list)
	return list
}

const day = 24 * time.Hour

// months are three of Najd's, as they are reported on 22 November: two
// end in nine days and in six weeks, the newest is news.
func months(t *testing.T) *functiontest.World {
	w := functiontest.New(t)
	w.Book(t, functiontest.UsageOf(functiontest.Najd, "SUB-7", "2024-01", "500.00", nil), // ended long ago
		functiontest.UsageOf(functiontest.Najd, "SUB-7", "2025-11", "1000.00", nil), functiontest.UsageOf(functiontest.Najd, "SUB-8", "2025-11", "400.00", nil),
		functiontest.UsageOf(functiontest.Najd, "SUB-7", "2025-12", "1000.00", nil), functiontest.UsageOf(functiontest.Najd, "SUB-7", "2026-10", "1000.00", nil))
	return w
}

func TestEventOnFile(t *testing.T) {
	w := months(t)
	event, err := os.ReadFile(filepath.Join(functiontest.Root(), "events", "announce-rewards.json"))
	if err != nil {
		t.Fatal(err)
	}
	door := jobs.Door{Now: w.Now, Log: functiontest.Quiet(), Measure: session.Measure}
	if _, err := lambda.NewHandler(jobs.Schedule(door, handlerOf(w).announceRewards)).Invoke(context.Background(), event); err != nil {
		t.Fatal(err)
	}
	want := []string{"2026-12-01 noura@najd.example", "2026-12-01 omar@najd.example"}
	if got := letters(t, w); !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

// What a month earned is told of a day later, what ends thirty days before;
// each once, however often it runs, in one letter of all subscriptions.
func TestEachNoticeIsToldOnceHoweverOftenItRuns(t *testing.T) {
	w := months(t)
	var want []string
	for _, c := range []struct {
		pass time.Duration
		note string
		told string // of which people are told
	}{
		{0, "looked at 1: ending 1, earned 0, failed 0, more false", "2026-12-01"},
		{0, "looked at 0: ending 0, earned 0, failed 0, more false", ""},
		{day, "looked at 1: ending 0, earned 1, failed 0, more false", "2026-10"},
		{day, "looked at 0: ending 0, earned 0, failed 0, more false", ""},
		{7 * day, "looked at 0: ending 0, earned 0, failed 0, more false", ""},
		{day, "looked at 1: ending 1, earned 0, failed 0, more false", "2027-01-01"},
		{day, "looked at 0: ending 0, earned 0, failed 0, more false", ""},
	} {
		w.Pass(c.pass)
		if got := tick(t, w); got != c.note {
			t.Errorf("on %s: %s, want %s", w.Now().Format(time.DateOnly), got, c.note)
		}
		if c.told != "" {
			want = append(want, c.told+" noura@najd.example", c.told+" omar@najd.example")
		}
		slices.Sort(want)
		if got := letters(t, w); !slices.Equal(got, want) {
			t.Errorf("on %s: %q, want %q", w.Now().Format(time.DateOnly), got, want)
		}
	}
}

// Usage that comes after its month was told of has the month told of again.
func TestWhatComesLateIsToldOfToo(t *testing.T) {
	w := months(t)
	w.Pass(day)
	tick(t, w)
	w.Book(t, functiontest.UsageOf(functiontest.Najd, "SUB-9", "2026-10", "700.00", nil))
	w.Pass(day)
	if got := tick(t, w); got != "looked at 1: ending 0, earned 1, failed 0, more false" {
		t.Error(got)
	}
	if got := len(w.Letters(t, center.LetterRewardsEarned)); got != 4 { // each of two people, twice
		t.Errorf("%d letters", got)
	}
}

// Of rewards that were used up nobody is told that they end.
func TestNobodyIsToldOfWhatWasUsed(t *testing.T) {
	w := functiontest.New(t)
	w.Book(t, functiontest.UsageOf(functiontest.Najd, "SUB-7", "2025-11", "1000.00", nil))
	account, sub := center.AccountIDOf(functiontest.Najd), functiontest.Rewarded(functiontest.Najd, "SUB-7")
	if _, _, err := w.Store.Everywhere("a test takes it back").Grant(t.Context(), account, center.RewardLot{ID: center.ManualLotIDOf(account, sub, "x"), Subscription: sub,
		Number: "SUB-7", EarnedOn: "2026-11-22", Earned: money.Money{Minor: -25_000, Currency: "SAR"}, By: "desk"}); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		tick(t, w)
	}
	if got := letters(t, w); len(got) != 0 {
		t.Errorf("%q", got)
	}
	if got := tick(t, w); got != "looked at 0: ending 0, earned 0, failed 0, more false" {
		t.Error(got)
	}
}

// A run that fails at any call tells of all in the end, once. Calls are 0 to 10
// of a run that tells of both.
func TestARunThatFailsTellsOfAllInTheEnd(t *testing.T) {
	want := []string{"2026-10 noura@najd.example", "2026-10 omar@najd.example", "2026-12-01 noura@najd.example", "2026-12-01 omar@najd.example"}
	var all sync.WaitGroup // at once: where nothing answers, most of the time is waited away
	worlds := map[string]*functiontest.World{}
	for call := range 16 {
		for name, fault := range map[string]cloudtest.Fault{"loses its answer": cloudtest.LoseAnswer, "is the last": cloudtest.GoneAfter, "never happens": cloudtest.GoneBefore} {
			w := months(t)
			w.Pass(day)
			worlds[fmt.Sprintf("call %d %s", call, name)] = w
			h := handlerOf(w)
			w.Cloud.Wire.FailAt(call, fault)
			all.Go(func() { _, _ = h.announceRewards(t.Context()) })
		}
	}
	all.Wait()
	for name, w := range worlds {
		w.Cloud.Wire.Fail(nil)
		tick(t, w)
		if got := letters(t, w); !slices.Equal(got, want) {
			t.Errorf("%s: %q", name, got)
		}
	}
}
