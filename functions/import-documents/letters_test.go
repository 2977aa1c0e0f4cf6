package main

import (
	"fmt"
	"slices"
	"testing"

	"customercenter/infra/functiontest"
	"customercenter/shared/center"
	"customercenter/shared/ingest"
)

// What happens to an order is told to who is named on it and let in, once for
// each state it comes to; what happened long ago is told to nobody.
func TestWhoIsNamedOnAnOrderIsToldWhereItStands(t *testing.T) {
	w := newWorld(functiontest.New(t))
	event := func(number, on, more string) string {
		return fmt.Sprintf(`{"kind":"order_event","account":"NAJD","number":%q,"order_ref":"PO-77","issue_date":%q,%s}`, number, on, more)
	}
	for _, c := range []struct {
		name, event string
		want        string // state told
	}{
		{"long ago", event("e1", "2026-09-01", `"state":"processing"`), ""},
		{"news", event("e2", "2026-11-20", `"state":"on hold","hold_reason":"A form is missing","release_on":"2026-12-01"`), "ON_HOLD"},
		{"the same, in other words", event("e3", "2026-11-20", `"state":"on hold","hold_reason":"A form is missing","release_on":"2026-12-01"`), ""},
		{"another day", event("e4", "2026-11-21", `"state":"on hold","hold_reason":"A form is missing","release_on":"2026-12-15"`), "ON_HOLD"},
		{"it goes on", event("e5", "2026-11-22", `"state":"active"`), "ACTIVE"},
	} {
		before := len(w.Letters(t, center.LetterOrderStatus))
		for range 2 { // the file comes again
			w.imported(t, []ingest.File{lines("events.jsonl", c.event)}, "", nil)
		}
		letters := w.Letters(t, center.LetterOrderStatus)[before:]
		var to []string
		for _, l := range letters {
			to = append(to, l.To)
			if l.Params["state"] != c.want || l.Params["number"] != "PO-77" {
				t.Errorf("%s: %+v", c.name, l)
			}
		}
		slices.Sort(to)
		want := []string{string(functiontest.Purchasing), string(functiontest.Primary)}
		if c.want == "" {
			want = nil
		}
		if !slices.Equal(to, want) {
			t.Errorf("%s: told %q, want %q", c.name, to, want)
		}
	}
}
