package main

import (
	"context"
	"flag"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"customercenter/infra/functiontest"
	"customercenter/infra/local/cloudtest"
	"customercenter/infra/prove/tally"
	"customercenter/shared/center"
	"customercenter/shared/store"
)

// The flags by which `make prove` asks for the long versions.
var (
	each          = flag.Int("each", 19, "of the points of faults, every so manieth; 1 is all of them")
	subscriptions = flag.Int("subscriptions", 400, "subscriptions with a renewal, of which three are due")
	minutes       = flag.Int("minutes", 10, "runs, one a minute, after what was due is done")
)

// dump is every item of the table.
func dump(t *testing.T, w *functiontest.World) []string {
	t.Helper()
	answer := httptest.NewRecorder()
	w.Cloud.DB.ServeHTTP(answer, httptest.NewRequest(http.MethodGet, "http://localhost/_dump?table="+w.Cloud.Table, nil))
	if answer.Code != http.StatusOK {
		t.Fatal(answer.Body.String())
	}
	lines := strings.Split(strings.TrimSpace(answer.Body.String()), "\n")
	slices.Sort(lines)
	return lines
}

// since are the items that are new, or other, than before; how many there are
// stands first, so that one that is gone is missed.
func since(t *testing.T, w *functiontest.World, before []string) []string {
	t.Helper()
	now := dump(t, w)
	out := []string{fmt.Sprint(len(now))}
	for _, line := range now {
		if _, stood := slices.BinarySearch(before, line); !stood {
			out = append(out, line)
		}
	}
	return out
}

// faults are what may happen to one call of a run.
var faults = map[string]cloudtest.Fault{
	"connection broken": cloudtest.FailBefore, "answer lost": cloudtest.LoseAnswer, "throttled": cloudtest.Throttle, "service error": cloudtest.Break,
	"conflict": cloudtest.Conflict, "gone before the call": cloudtest.GoneBefore, "gone after the call": cloudtest.GoneAfter,
}

// Whatever happens to any call of a run, the next one leaves the table as if
// nothing had: no step, letter or audit entry is missing or there twice.
func TestARunHasOneEffectWhateverHappens(t *testing.T) {
	days := map[string]func(*testing.T, *functiontest.World){
		"renewals are offered": func(*testing.T, *functiontest.World) {},
		"some lapse, one is announced": func(t *testing.T, w *functiontest.World) {
			tick(t, w)
			w.Pass(71 * 24 * time.Hour)
		},
	}
	for name, prepare := range days {
		count, point := tally.Open(t, "a fault at every call: "+name), 0
		world := func(t *testing.T) *functiontest.World {
			w := functiontest.New(t)
			w.Contracts(t)
			prepare(t, w)
			return w
		}
		clean := world(t)
		before := dump(t, clean)
		clean.Cloud.Wire.Fail(nil)
		tick(t, clean)
		calls, want := clean.Cloud.Wire.Calls(), since(t, clean, before)
		for kind, fault := range faults {
			for at := range calls {
				if point++; point%*each != 0 {
					continue
				}
				ok := t.Run(fmt.Sprintf("%s/%s/%d", name, kind, at), func(t *testing.T) {
					synctest.Test(t, func(t *testing.T) { // retries wait, but not here
						w := world(t)
						before := dump(t, w)
						w.Cloud.Wire.FailAt(at, fault)
						handlerOf(w).renewContracts(context.Background()) // its error is what the alarm goes by
						w.Cloud.Wire.Fail(nil)
						tick(t, w)
						if diff := cmp.Diff(want, since(t, w, before)); diff != "" {
							t.Error(diff)
						}
					})
				})
				count.Add(map[bool]string{false: "another effect"}[ok])
			}
		}
		count.Fact("%d calls", calls)
	}
}

// TestARunReadsWhatIsDueAndNothingElse holds what a run reads against how many
// subscriptions there are, and runs every minute after it.
func TestARunReadsWhatIsDueAndNothingElse(t *testing.T) {
	count := tally.Open(t, "a run reads what is due")
	w := functiontest.New(t)
	var records []center.Record
	book := func() {
		w.Book(t, records...)
		records = nil
	}
	for i := range *subscriptions {
		end := center.Date("2028-01-01").AddDays(i % 400)
		if i < 3 {
			end = "2026-12-31"
		}
		number := fmt.Sprintf("R-%06d", i)
		records = append(records, functiontest.Other(functiontest.Najd, center.KindRenewal, number, map[string]any{"number": number,
			"contract": fmt.Sprintf("CT-%d", i), "subscription": fmt.Sprintf("S-%06d", i), "term_end": string(end), "currency": "SAR", "amount": "10.00"}))
		if len(records) == 500 {
			book()
		}
	}
	book()
	run := func() int {
		ctx, meter := store.WithMeter(t.Context())
		if _, err := handlerOf(w).renewContracts(ctx); err != nil {
			t.Fatal(err)
		}
		return meter.Reads()
	}
	first := run()
	// Sixteen shards, twice where something moved; of each that moves its item,
	// the account's zone, the payable and the people.
	if first > 2*16+3*5 {
		t.Errorf("%d reads for three of %d", first, *subscriptions)
	}
	count.Add("")
	for minute := range *minutes {
		w.Pass(time.Minute)
		again := run()
		verdict := ""
		if again != 16 {
			t.Errorf("%d reads in minute %d, where nothing is due", again, minute)
			verdict = "reads what is not due"
		}
		count.Add(verdict)
	}
	if letters := len(w.Letters(t, center.LetterRenewalOffered)); letters == 0 || letters%3 != 0 {
		t.Errorf("%d letters for three offers", letters)
	}
	count.Fact("%d subscriptions, three due: %d reads; then 16 in each of %d minutes", *subscriptions, first, *minutes)
}
