package store_test

import (
	"fmt"
	"testing"

	"customercenter/shared/store"
)

// BenchmarkBook books papers of one account, 500 at a time.
func BenchmarkBook(b *testing.B) {
	w := newWorld(b)
	const part = 500
	n := 0
	for b.Loop() {
		things := make([]any, part)
		for i := range things {
			n++
			things[i] = invoice(fmt.Sprintf("INV-%07d", n), "125.00", due(day(n%90-60)))
		}
		w.book(things...)
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "papers/s")
}

// BenchmarkList reads the first page of twenty.
func BenchmarkList(b *testing.B) {
	w := newWorld(b)
	var things []any
	for i := range 100 {
		things = append(things, invoice(fmt.Sprintf("INV-%07d", i), "125.00", due(day(i-60))))
	}
	w.book(things...)
	b.ReportAllocs()
	for b.Loop() {
		w.list(buyer, store.InvoiceQuery{})
	}
}
