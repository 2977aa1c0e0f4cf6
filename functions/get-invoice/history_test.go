package main

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"customercenter/shared/center"
	"customercenter/shared/money"
	"customercenter/shared/store"
)

func TestHistoryIsToldAsItHappened(t *testing.T) {
	noon := time.Date(2026, 5, 20, 12, 0, 0, 0, time.UTC)
	paper := center.Invoice{IssuedOn: "2026-05-20", DueOn: "2026-05-20", ClosedOn: "2026-05-20", Amount: money.Money{Minor: 100, Currency: "SAR"}}
	overdue := paper
	overdue.ClosedOn = ""
	for name, c := range map[string]struct {
		head    center.Invoice
		entries []store.Entry
		want    []string
	}{
		"one import brings paper and credit at one instant": {overdue,
			[]store.Entry{{Kind: store.EntryCreditApplied, At: noon}, {Kind: store.EntryImported, At: noon}},
			[]string{"issued", "due", "imported", "credit_applied"}},
		"a payment closes it the same day": {paper,
			[]store.Entry{{Kind: store.EntryPayment, At: noon, On: "2026-05-20"}, {Kind: store.EntryImported, At: noon.Add(-time.Hour)}},
			[]string{"issued", "imported", "payment", "closed"}},
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, e := range history(store.InvoiceDetail{Invoice: c.head, Entries: c.entries}, "2026-06-01") {
				got = append(got, e.Kind)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}
