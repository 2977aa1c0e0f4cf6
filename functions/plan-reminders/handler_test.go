package main

import (
	"context"
	"flag"
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
	"customercenter/infra/prove/tally"
	"customercenter/shared/center"
	"customercenter/shared/jobs"
	"customercenter/shared/session"
	"customercenter/shared/store"
)

// Each right that the function is given is needed by a test.
func TestMain(m *testing.M) { os.Exit(functiontest.RunAndCountRights(m, "plan-reminders")) }

func handlerOf(w *functiontest.World) handler {
	s, _ := w.Function("plan-reminders")
	return handler{store: s, now: w.Now}
}

// tick runs once and answers what the run notes.
func tick(t *testing.T, w *functiontest.World) string {
	t.Helper()
	result, err := handlerOf(w).planReminders(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return result.Note
}

// today is the day in Riyadh, where Najd is.
func today(w *functiontest.World) center.Date {
	return center.Today(w.Now(), time.FixedZone("Riyadh", 3*60*60))
}

// reminded is what the digests put so far say: to whom, which step, of which
// invoice.
func reminded(t *testing.T, w *functiontest.World, numbers map[center.InvoiceID]string) (list []string) {
	t.Helper()
	for _, l := range w.Letters(t, center.LetterReminder) {
		all, err := store.RemindersIn(l)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range all {
			list = append(list, fmt.Sprintf("%s %s %s", l.To, r.Step.Name, numbers[r.Invoice.ID]))
		}
	}
	slices.Sort(list)
	return list
}

// bill books invoices of Najd's by their due day, counted from today, and
// answers their numbers by id.
func bill(t *testing.T, w *functiontest.World, due ...int) map[center.InvoiceID]string {
	t.Helper()
	numbers := map[center.InvoiceID]string{}
	var records []center.Record
	for i, days := range due {
		on, number := today(w).AddDays(days), fmt.Sprintf("D%+d.%d", days, i)
		records = append(records, functiontest.Bill(number, on.AddDays(-30), on, "SAR", "100.00"))
		numbers[functiontest.InvoiceID(functiontest.Najd, center.KindInvoice, number)] = number
	}
	w.Book(t, records...)
	return numbers
}

func TestEventOnFile(t *testing.T) {
	w := functiontest.New(t)
	numbers := bill(t, w, -3)
	event, err := os.ReadFile(filepath.Join(functiontest.Root(), "events", "plan-reminders.json"))
	if err != nil {
		t.Fatal(err)
	}
	door := jobs.Door{Now: w.Now, Log: functiontest.Quiet(), Measure: session.Measure}
	if _, err := lambda.NewHandler(jobs.Schedule(door, handlerOf(w).planReminders)).Invoke(context.Background(), event); err != nil {
		t.Fatal(err)
	}
	if got := reminded(t, w, numbers); len(got) != 2 {
		t.Errorf("reminded %q", got)
	}
}

// An invoice is followed from its booking to the last step, by runs that come a
// thousand times on the day it is due and thrice on others.
// onOneDay is how often the planner runs on the day that an invoice is due.
var onOneDay = flag.Int("runs", 100, "runs of the planner on one day")

func TestEachStepIsSentOnceHoweverOftenItRuns(t *testing.T) {
	count := tally.Open(t, "runs of the planner: steps sent otherwise than once")
	w := functiontest.New(t)
	numbers := bill(t, w, 8)
	for day := range 40 {
		runs := 3
		if day == 8 {
			runs = *onOneDay
		}
		for range runs {
			tick(t, w)
			count.Add("")
			w.Pass(24 * time.Hour / time.Duration(runs))
		}
	}
	var want []string
	for _, who := range []functiontest.Person{functiontest.Primary, functiontest.Payables} {
		for _, step := range []string{"due-7", "due+0", "due+3", "due+10", "due+20", "due+30"} {
			want = append(want, fmt.Sprintf("%s %s D+8.0", who, step))
		}
	}
	want = append(want, string(functiontest.Executive)+" due+20 D+8.0")
	slices.Sort(want)
	got := slices.DeleteFunc(reminded(t, w, numbers), func(s string) bool { return !strings.HasSuffix(s, "D+8.0") })
	count.Fact("%d reminders of one invoice to three readers, each once; %d of the runs on the day it is due", len(got), *onOneDay)
	if !slices.Equal(got, want) {
		count.Add("sent otherwise than once")
		t.Errorf("sent\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestOneDigestListsAllThatIsDueAndLeavesAtNineThere(t *testing.T) {
	w := functiontest.New(t)
	numbers := bill(t, w, 7, 0, -3, -10, -20, -30, -5, 40)
	tick(t, w)
	letters := w.Letters(t, center.LetterReminder)
	if len(letters) != 3 {
		t.Fatalf("%d digests for three people", len(letters))
	}
	if got := reminded(t, w, numbers); len(got) != 6+6+1 {
		t.Errorf("reminded %q", got)
	}
	waits := func() int {
		ids, err := w.Store.DueLetters(t.Context(), 100)
		if err != nil {
			t.Fatal(err)
		}
		return len(ids)
	}
	// It is nine in Riyadh, to the minute.
	if n := waits(); n != 3 {
		t.Errorf("%d digests leave at nine", n)
	}
	bill(t, w, 8) // what comes later on that day is of tomorrow
	w.Pass(5 * time.Hour)
	tick(t, w) // tomorrow has begun in the east
	if all := len(w.Letters(t, center.LetterReminder)); all != 5 || waits() != 3 {
		t.Errorf("%d digests, of which %d leave already", all, waits())
	}
	w.Pass(19*time.Hour - time.Minute)
	if waits() != 3 {
		t.Error("a digest leaves before nine")
	}
	w.Pass(time.Minute)
	if waits() != 5+1 { // and, on a Monday, the executive's week
		t.Error("a digest does not leave at nine")
	}
}

func TestAfterThreeSkippedDaysOnlyTheNewestStepIsSent(t *testing.T) {
	w := functiontest.New(t)
	tick(t, w)
	w.Pass(24 * time.Hour)
	tick(t, w)
	numbers := bill(t, w, 1, 2, 3, 8, 4)
	w.Pass(4 * 24 * time.Hour) // no run for three days
	tick(t, w)
	var got []string
	for _, line := range reminded(t, w, numbers) {
		if rest, ok := strings.CutPrefix(line, string(functiontest.Payables)+" "); ok && !strings.HasSuffix(rest, " ") {
			got = append(got, rest)
		}
	}
	// The first was due three days ago and is three days late now: one mail.
	want := []string{"due+0 D+2.1", "due+0 D+3.2", "due+0 D+4.4", "due+3 D+1.0", "due-7 D+8.3"}
	if !slices.Equal(got, want) {
		t.Errorf("reminded %q, want %q", got, want)
	}
}

func TestManyPlannersRemindOnce(t *testing.T) {
	w := functiontest.New(t)
	due := make([]int, 200)
	for i := range due {
		due[i] = -3
	}
	numbers := bill(t, w, due...)
	h := handlerOf(w)
	var all sync.WaitGroup
	for n := range 6 {
		all.Go(func() {
			if n%2 == 0 { // one that no lease holds
				var c counts
				d := h
				if err := d.planAccount(context.Background(), center.AccountIDOf(functiontest.Najd), invoicesOf(numbers, today(w).AddDays(-3)), []center.Date{today(w)}, false, &c); err != nil {
					t.Error(err)
				}
				return
			}
			if _, err := h.planReminders(context.Background()); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	got := reminded(t, w, numbers)
	if len(got) != 2*len(due) || len(slices.Compact(got)) != 2*len(due) {
		t.Errorf("%d reminders of %d", len(got), 2*len(due))
	}
}

func invoicesOf(numbers map[center.InvoiceID]string, due center.Date) (list []center.Invoice) {
	for id := range numbers {
		list = append(list, center.Invoice{ID: id, Account: center.AccountIDOf(functiontest.Najd), DueOn: due})
	}
	return list
}

func TestTwoHundredInvoicesGoIntoOneDigestEach(t *testing.T) {
	w := functiontest.New(t)
	due := make([]int, 200)
	numbers := bill(t, w, due...)
	if note := tick(t, w); !strings.Contains(note, "reminders 200, digests 2") {
		t.Error(note)
	}
	if got := reminded(t, w, numbers); len(got) != 400 {
		t.Errorf("%d reminders", len(got))
	}
}

// Whatever call fails, and however: once a run has gone through, each reminder
// is in one digest of each of its readers.
func TestAReminderIsNeitherLostNorDoubled(t *testing.T) {
	tallied := tally.Open(t, "a fault at each call of planning")
	count := functiontest.New(t)
	bill(t, count, -3)
	h := handlerOf(count)
	shard := store.PlannedShard{}
	for _, s := range shards(t, count) {
		if ok := holds(t, count, s); ok {
			shard = s
		}
	}
	count.Cloud.Wire.Fail(nil)
	if _, err := h.planShard(t.Context(), shard, today(count)); err != nil {
		t.Fatal(err)
	}
	calls := count.Cloud.Wire.Calls()
	for name, fault := range map[string]cloudtest.Fault{"fails before": cloudtest.FailBefore, "loses the answer": cloudtest.LoseAnswer,
		"is the last before a crash": cloudtest.GoneAfter, "never happens for a crash": cloudtest.GoneBefore} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			// All at once: where nothing answers, most of the time is waited away before the next try.
			worlds, numbers := make([]*functiontest.World, calls), make([]map[center.InvoiceID]string, calls)
			var all sync.WaitGroup
			for call := range calls {
				w := functiontest.New(t)
				worlds[call], numbers[call] = w, bill(t, w, -3)
				h := handlerOf(w)
				w.Cloud.Wire.FailAt(call, fault)
				all.Go(func() { _, _ = h.planShard(t.Context(), shard, today(w)) })
			}
			all.Wait()
			for call, w := range worlds {
				w.Cloud.Wire.Fail(nil)
				w.Pass(lease)
				planAgain(t, w, shard.Shard)
				planAgain(t, w, shard.Shard)
				verdict := ""
				if got := reminded(t, w, numbers[call]); len(got) != 2 || got[0] == got[1] {
					verdict = "lost or doubled"
					t.Errorf("call %d: %q", call, got)
				}
				tallied.Add(verdict)
			}
		})
	}
}

// planAgain is a run that has only that part left: the others would take most of the time and change nothing.
func planAgain(t *testing.T, w *functiontest.World, part int) {
	t.Helper()
	for _, s := range shards(t, w) {
		if s.Shard != part || s.Taken || s.Through >= today(w) {
			continue
		}
		if _, err := handlerOf(w).planShard(t.Context(), s, today(w)); err != nil {
			t.Error(err)
		}
	}
}

func shards(t *testing.T, w *functiontest.World) []store.PlannedShard {
	t.Helper()
	list, err := w.Store.PlannedShards(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// holds tells whether Najd is of the part.
func holds(t *testing.T, w *functiontest.World, s store.PlannedShard) (found bool) {
	t.Helper()
	err := w.Store.DueByAccount(t.Context(), s.Shard, []center.Date{today(w).AddDays(-3)}, func(a center.AccountID, _ []store.DueInvoice) error {
		found = found || a == center.AccountIDOf(functiontest.Najd)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func TestWhoIsNotReminded(t *testing.T) {
	najd := center.AccountIDOf(functiontest.Najd)
	set := func(change func(*center.DunningPolicy)) func(*testing.T, *functiontest.World) {
		return func(t *testing.T, w *functiontest.World) {
			p := center.DefaultDunning()
			change(&p)
			if err := w.Store.Everywhere("a test").SetDunning(t.Context(), najd, p, "desk@vendor.example"); err != nil {
				t.Fatal(err)
			}
		}
	}
	for name, c := range map[string]struct {
		prepare func(*testing.T, *functiontest.World)
		want    int // reminders of the one invoice, three days late
	}{
		"nothing holds it":          {func(*testing.T, *functiontest.World) {}, 2},
		"an account that is exempt": {set(func(p *center.DunningPolicy) { p.Exempt = true }), 0},
		"snoozed":                   {set(func(p *center.DunningPolicy) { p.SnoozeUntil = "2026-11-25" }), 0},
		"snoozed until today":       {set(func(p *center.DunningPolicy) { p.SnoozeUntil = "2026-11-22" }), 2},
		"promised":                  {set(func(p *center.DunningPolicy) { p.PromisedOn = "2026-11-22" }), 0},
		"steps of its own that fall on another day": {set(func(p *center.DunningPolicy) { p.Steps = p.Steps[:1] }), 0},
		"steps of its own that fall on this day":    {set(func(p *center.DunningPolicy) { p.Steps = []center.DunningStep{{Base: center.DunningFromDue, Days: 3}} }), 2},
		"steps by the day of issue": {set(func(p *center.DunningPolicy) {
			p.Steps = []center.DunningStep{{Base: center.DunningFromIssue, Days: 33}}
		}), 2},
		"a repetition of the last step": {set(func(p *center.DunningPolicy) {
			p.Steps, p.RepeatDays = []center.DunningStep{{Base: center.DunningFromDue, Days: -11}}, 7
		}), 2},
		"days of rest, of which today is one": {set(func(p *center.DunningPolicy) { p.BusinessDays = true }), 0}, // a Sunday
		"days of rest, after which it comes": {set(func(p *center.DunningPolicy) {
			p.BusinessDays, p.Rest = true, []time.Weekday{time.Friday, time.Saturday}
		}), 2},
		"an address that takes no letters": {func(t *testing.T, w *functiontest.World) {
			if _, err := w.Store.HearOf(t.Context(), string(functiontest.Payables), center.Reach{Reason: center.ReachBounced, At: w.Now()}); err != nil {
				t.Fatal(err)
			}
		}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := functiontest.New(t)
			numbers := bill(t, w, -3)
			c.prepare(t, w)
			tick(t, w)
			if got := reminded(t, w, numbers); len(got) != c.want {
				t.Errorf("%d reminders, want %d: %q", len(got), c.want, got)
			}
		})
	}
}

// TestARunReadsWhatIsDueAndNothingElse counts what a day's run reads.
func TestARunReadsWhatIsDueAndNothingElse(t *testing.T) {
	const each = 100 // due, of ten accounts, and as many that are not
	w := functiontest.New(t)
	var records []center.Record
	for account := range 10 {
		for i := range each {
			for _, days := range []int{-3, -5} {
				on := today(w).AddDays(days)
				r := functiontest.Bill(fmt.Sprintf("A%d-%d%+d", account, i, days), on.AddDays(-30), on, "SAR", "100.00")
				r.Document.CustomerKey = fmt.Sprintf("CUSTOMER-%d", account)
				records = append(records, r)
			}
		}
	}
	w.Book(t, records...)
	units := func() float64 {
		ctx, meter := store.WithMeter(t.Context())
		if _, err := handlerOf(w).planReminders(ctx); err != nil {
			t.Fatal(err)
		}
		return meter.ReadUnits()
	}
	days := len(dueDays([]center.Date{today(w)}))
	questions := 0.5 * float64(store.RemindShards*(days+1))
	first, again := units(), units()
	t.Logf("%.1f units: %.1f for 1,000 due of ten accounts, %.1f for asking %d parts", first, first-questions, questions, store.RemindShards)
	if first-questions > 20 || again > 1 {
		t.Errorf("%.1f units beside %.1f for asking, then %.1f", first-questions, questions, again)
	}
}
