package filter_test

import (
	"testing"

	"customercenter/shared/center"
	. "customercenter/shared/filter"
	"customercenter/shared/money"
)

func TestBucketsAreSpansOfDueDates(t *testing.T) {
	today := center.Date("2026-11-22")
	for bucket, want := range map[center.Bucket][2]center.Date{
		center.BucketCurrent: {"2026-11-22", ""},
		center.Bucket1To30:   {"2026-10-23", "2026-11-21"},
		center.BucketOver120: {"", "2026-07-24"},
	} {
		q := Invoices{Bucket: bucket}.Query(today)
		if got := [2]center.Date{q.DueFrom, q.DueTo}; got != want {
			t.Errorf("%s: %v, want %v", bucket, got, want)
		}
	}
	q := Invoices{Bucket: center.Bucket1To30, DueFrom: "2026-11-01", DueTo: "2026-11-30", Currency: money.Code("SAR")}.Query(today)
	if q.DueFrom != "2026-11-01" || q.DueTo != "2026-11-21" {
		t.Errorf("within a span: %s to %s", q.DueFrom, q.DueTo)
	}
}
