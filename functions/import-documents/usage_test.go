package main

import (
	"testing"

	"customercenter/infra/functiontest"
	"customercenter/shared/center"
	"customercenter/shared/ingest"
)

const used = `{"kind":"account","key":"CLOUD","name":"Cloud User"}
{"kind":"subscription","account":"CLOUD","number":"SUB-1","order_number":"PO-1","currency":"SAR","ula":true}
{"kind":"usage","account":"CLOUD","subscription":"SUB-1","period":"2026-09","currency":"SAR","eligible":"1000.00","ineligible":"50.00"}
{"kind":"usage","account":"CLOUD","subscription":"SUB-1","period":"2026-10","currency":"SAR","products":[{"product_number":"B1","name":"Compute","amount":"800.00","eligible":true},{"product_number":"B2","name":"VMware","amount":"40.00","ineligible_reason":"THIRD_PARTY"}]}
`

const countedTooHigh = `{"kind":"usage","account":"CLOUD","subscription":"SUB-1","period":"2026-09","revision":1,"currency":"SAR","eligible":"400.00","ineligible":"50.00"}
`

// Usage earns by the file it comes in, once; a correction takes back what was
// earned too much. All of it under the function's own policy.
func TestUsageEarnsByTheFileItComesIn(t *testing.T) {
	w := newWorld(functiontest.Empty(t))
	post := func(text string, want center.ImportCounts, available int64) {
		t.Helper()
		report := w.imported(t, []ingest.File{{Name: "usage.jsonl", Data: []byte(text)}}, "", nil)
		if report.Counts != want {
			t.Errorf("%+v, want %+v: %+v", report.Counts, want, report.Rows)
		}
		purses, err := w.Store.In(center.Actor{Account: center.AccountIDOf("CLOUD"), TimeZone: "UTC"}).Purses(t.Context())
		if err != nil || len(purses) != 1 || purses[0].Available("2026-11-22").Minor != available {
			t.Errorf("%+v %v, want %d available", purses, err, available)
		}
	}
	post(used, center.ImportCounts{Created: 4}, 33_000+26_400)
	post(used, center.ImportCounts{Unchanged: 4}, 33_000+26_400)
	post(countedTooHigh, center.ImportCounts{Created: 1}, 13_200+26_400)
	post(countedTooHigh, center.ImportCounts{Unchanged: 1}, 13_200+26_400)
	post(used, center.ImportCounts{Unchanged: 4}, 13_200+26_400) // the month's first record is an older revision
	for _, text := range exported(t, w) {
		again := newWorld(functiontest.Empty(t))
		again.imported(t, []ingest.File{{Name: "export.jsonl", Data: []byte(text)}}, "", nil)
		if purses, err := again.Store.In(center.Actor{Account: center.AccountIDOf("CLOUD"), TimeZone: "UTC"}).Purses(t.Context()); err != nil ||
			len(purses) != 1 || purses[0].Available("2026-11-22").Minor != 13_200+26_400 {
			t.Errorf("an export earns otherwise: %+v %v", purses, err)
		}
	}
}
