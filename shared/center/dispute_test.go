package center

import (
	"testing"

	"customercenter/shared/money"
)

// What one dispute has on hold does not end with another, whichever of them a
// credit made good.
func TestWhatEndsWithADispute(t *testing.T) {
	eur := func(minor int64) money.Money { return money.Money{Minor: minor, Currency: "EUR"} }
	first, second := Dispute{ID: "a", Amount: eur(50), State: DisputePending}, Dispute{ID: "b", Amount: eur(30), State: DisputeReview}
	accepted := first
	accepted.State = DisputeAccepted
	for name, c := range map[string]struct {
		disputed int64
		ends     Dispute
		all      []Dispute
		left     int64
	}{
		"the only one":                             {50, first, []Dispute{first}, 0},
		"one of two":                               {80, first, []Dispute{first, second}, 30},
		"one that a credit made good":              {30, first, []Dispute{first, second}, 30},
		"beside one accepted, before its credit":   {80, second, []Dispute{accepted, second}, 50},
		"beside one accepted, after its credit":    {30, second, []Dispute{accepted, second}, 0},
		"beside one accepted, by part of a credit": {60, second, []Dispute{accepted, second}, 30},
	} {
		inv := Invoice{Disputed: eur(c.disputed), Balances: Balances{Outstanding: eur(100)}}
		got, d, err := inv.MoveDispute(c.ends, DisputeRejected, c.all)
		if err != nil || got.Disputed.Minor != c.left || d.State != DisputeRejected {
			t.Errorf("%s: %d left in dispute, want %d; %s, %v", name, got.Disputed.Minor, c.left, d.State, err)
		}
	}
}
