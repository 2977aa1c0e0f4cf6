package main

import (
	"strings"
	"testing"

	"customercenter/infra/functiontest"
	"customercenter/shared/center"
	"customercenter/shared/ingest"
)

const eventsFirst = `{"kind":"order_response","number":"7","order_ref":"34","issue_date":"2026-11-02","code":"AP","state":"PROCESSING","seller":{"name":"Vendor"},"buyer":{"name":"Loose Ends"}}
`

const thenOrder = `{"kind":"account","key":"LOOSE","name":"Loose Ends"}
{"kind":"order","number":"34","issue_date":"2026-11-01","customer_key":"LOOSE","seller":{"name":"Vendor"},"buyer":{"name":"Loose Ends"},"lines":[{"id":"1","name":"Paint"}],"totals":{"payable":null}}
{"kind":"order_event","account":"LOOSE","number":"e1","order_ref":"34","issue_date":"2026-11-03","state":"pending activation"}
{"kind":"contract","account":"LOOSE","number":"K-1","order_numbers":["34"],"end_on":"2027-01-31","csi":"77-001"}
{"kind":"renewal","account":"LOOSE","number":"R-1","contract":"K-1","term_end":"2027-01-31","currency":"EUR","amount":"10.00"}
`

const revised = `{"kind":"contract","account":"LOOSE","number":"K-1","revision":1,"end_on":"2028-01-31"}
{"kind":"renewal","account":"LOOSE","number":"R-1","revision":1,"contract":"K-2","term_end":"2027-03-31","currency":"EUR","amount":"12.00"}
`

// TestWhatIsSaidOfAnOrderFindsIt posts an answer before its order, then what
// runs under it, then what changed, under the function's own policy.
func TestWhatIsSaidOfAnOrderFindsIt(t *testing.T) {
	w := newWorld(functiontest.Empty(t))
	post := func(text string, want center.ImportCounts) {
		t.Helper()
		report := w.imported(t, []ingest.File{{Name: "records.jsonl", Data: []byte(text)}}, "", nil)
		if report.Counts != want {
			t.Errorf("%+v, want %+v: %+v", report.Counts, want, report.Rows)
		}
	}
	post(eventsFirst, center.ImportCounts{Created: 1, Warnings: 1})
	post(thenOrder, center.ImportCounts{Created: 5})
	post(eventsFirst+thenOrder, center.ImportCounts{Unchanged: 6})
	post(revised, center.ImportCounts{Created: 2})
	actor := center.Actor{Account: center.AccountIDOf("LOOSE"), TimeZone: "UTC"}
	rows, _, err := w.Store.In(actor).Orders(t.Context(), false, "", 0)
	if err != nil || len(rows) != 1 || rows[0].State != center.OrderPendingActivation {
		t.Errorf("%+v %v", rows, err)
	}
	if hits, _, err := w.Store.In(actor).LookUp(t.Context(), "77-001", false); err != nil || len(hits) != 0 {
		t.Errorf("a number the revision took away still leads there: %+v %v", hits, err)
	}
	all := exported(t, w)
	for _, text := range all {
		if n := strings.Count(text, "\n"); n != 6 {
			t.Errorf("%d records exported of an account, an order, two events, a contract and a renewal:\n%s", n, text)
		}
	}
}
