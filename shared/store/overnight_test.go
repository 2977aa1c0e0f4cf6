package store_test

import (
	"slices"
	"testing"
	"time"

	"customercenter/shared/center"
	"customercenter/shared/store"
)

func TestAListReadOverMidnightGoesOn(t *testing.T) {
	open := []center.InvoiceStatus{center.InvoiceOpen}
	for name, c := range map[string]struct {
		query store.InvoiceQuery
		want  []string
	}{
		"soonest due first":                      {store.InvoiceQuery{Statuses: open, Limit: 1}, []string{"B"}},
		"latest due first":                       {store.InvoiceQuery{Statuses: open, Limit: 1, Sort: store.SortDue, Descending: true}, []string{"B"}},
		"latest due first, the rest is past due": {store.InvoiceQuery{Statuses: open, Limit: 3, Sort: store.SortDue, Descending: true}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.mustCreate(invoice("A", "1.00", due(day(0))), invoice("B", "2.00", due(day(1))), invoice("C", "3.00", due(day(2))),
				invoice("D", "4.00", due(day(0))))
			c.query.Cursor = w.list(buyer, c.query).Next
			if c.query.Cursor == "" {
				t.Fatal("the first page is the only one")
			}
			w.Clock.Advance(24 * time.Hour)
			if got := numbers(w.list(buyer, c.query).Invoices); !slices.Equal(got, c.want) {
				t.Errorf("the second page, a day later, is %v, want %v", got, c.want)
			}
		})
	}
}
