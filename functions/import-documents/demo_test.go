package main

import (
	"testing"
	"time"

	"customercenter/infra/demo"
	"customercenter/infra/functiontest"
	"customercenter/shared/center"
	"customercenter/shared/ingest"
	"customercenter/shared/store"
)

// TestTheDemoIsTakenWhole imports the demo file by file, as the laptop cloud
// does, and looks at what its pages will show.
func TestTheDemoIsTakenWhole(t *testing.T) {
	w := newWorld(functiontest.Empty(t))
	files, err := demo.Files(w.Now())
	if err != nil {
		t.Fatal(err)
	}
	accounts := map[center.AccountID]bool{}
	for _, f := range files {
		report := w.imported(t, []ingest.File{{Name: f.Name, Data: f.Body}}, string(f.Mapping), nil)
		if report.Counts.Rejected+report.Counts.Conflict+report.Counts.NearDuplicate > 0 {
			t.Errorf("%s: %+v", f.Name, report.Counts)
			for _, row := range report.Rows {
				if row.Code != "" && !row.Warning {
					t.Logf("%+v", row)
				}
			}
		}
	}
	page, _, err := w.Store.Everywhere("the demo").Accounts(t.Context(), "", 10)
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range page {
		accounts[a.ID] = true
		look(t, w, center.Actor{Account: a.ID, TimeZone: a.TimeZone})
	}
	if len(accounts) != 3 {
		t.Errorf("%d accounts", len(accounts))
	}
}

func look(t *testing.T, w world, actor center.Actor) {
	t.Helper()
	account := w.Store.In(actor)
	states := map[center.OrderState]int{}
	orders, _, err := account.Orders(t.Context(), false, "", 100)
	for _, o := range orders {
		states[o.State]++
	}
	if err != nil || states[center.OrderPendingPayment] != 1 || states[center.OrderPartiallyActive] != 1 || states[center.OrderActive] != 1 ||
		states[center.OrderCancelled] != 1 || states[center.OrderQuote] != 1 {
		t.Errorf("orders: %v %v", states, err)
	}
	contracts, _, err := account.Contracts(t.Context(), false, "", 100)
	if err != nil || len(contracts) != 2 {
		t.Errorf("%d contracts, %v", len(contracts), err)
	}
	w.Offer(t)
	offered := 0
	renewals, _, err := account.Renewals(t.Context(), false, "", 100)
	for _, r := range renewals {
		if r.State(center.Today(w.Now(), time.UTC)) == center.RenewalOffered {
			offered++
		}
	}
	if lines, _, lineErr := account.Schedule(t.Context(), store.ScheduleQuery{}); err != nil || lineErr != nil || offered == 0 || len(lines) < 10 {
		t.Errorf("%d of %d renewals offered, %d lines of the schedule, %v %v", offered, len(renewals), len(lines), err, lineErr)
	}
}
