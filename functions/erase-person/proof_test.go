package main

import (
	"flag"
	"fmt"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"

	"customercenter/infra/functiontest"
	"customercenter/infra/local/cloudtest"
	"customercenter/infra/prove/tally"
	"customercenter/shared/center"
	"customercenter/shared/store"
)

var each = flag.Int("each", 97, "of the points of faults, every so manieth; 1 is all of them")

// faults are what may happen to one call.
var faults = map[string]cloudtest.Fault{
	"connection broken": cloudtest.FailBefore, "answer lost": cloudtest.LoseAnswer, "throttled": cloudtest.Throttle, "service error": cloudtest.Break,
	"conflict": cloudtest.Conflict, "gone before the call": cloudtest.GoneBefore, "gone after the call": cloudtest.GoneAfter,
}

// erases erases Omar in a world, from the first page to the last or to where it
// breaks off.
func erases(t *testing.T, cloud *cloudtest.Cloud, operator center.Actor) error {
	everywhere := cloud.Open().Everywhere("a test")
	for cursor := ""; ; {
		page, err := everywhere.ErasePerson(t.Context(), store.PersonErasure{Email: string(omar), Operator: operator, Reason: "She asked."}, cursor)
		if err != nil || page.Next == "" {
			return err
		}
		cursor = page.Next
	}
}

// Whatever happens to any call, erasing again from the first page leaves the
// table as if nothing had happened.
func TestErasingEndsTheSameWhateverHappens(t *testing.T) {
	l := newLife(t)
	operator := l.Actor(t, functiontest.Desk)
	table := func(t *testing.T, cloud *cloudtest.Cloud) (lines []string) {
		for _, it := range cloud.Items(t) {
			lines = append(lines, string(it))
		}
		return lines
	}
	clean := l.Cloud.Copy(t, l.Cloud.Table)
	clean.Wire.Fail(nil)
	if err := erases(t, clean, operator); err != nil {
		t.Fatal(err)
	}
	calls, want := clean.Wire.Calls(), table(t, clean)
	count, point := tally.Open(t, "erasing a person: a fault at every call"), 0
	count.Fact("%d calls", calls)
	for name, fault := range faults {
		for at := range calls {
			if point++; point%*each != 0 {
				continue
			}
			ok := t.Run(fmt.Sprintf("%s/%d", name, at), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) { // retries wait, but not here
					cloud := l.Cloud.Copy(t, l.Cloud.Table)
					cloud.Wire.FailAt(at, fault)
					_ = erases(t, cloud, operator) // whatever it says, it is asked again
					cloud.Wire.Fail(nil)
					if err := erases(t, cloud, operator); err != nil {
						t.Fatal(err)
					}
					if diff := cmp.Diff(want, table(t, cloud)); diff != "" {
						t.Error(diff)
					}
				})
			})
			count.Add(map[bool]string{false: "another effect"}[ok])
		}
	}
}
