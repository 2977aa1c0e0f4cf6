package center_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"customercenter/shared/center"
	"customercenter/shared/money"
)

func TestRewardsFirstInFirstOut(t *testing.T) {
	var file struct {
		Cases []struct {
			Name   string
			Grants []struct {
				ID     string
				Amount int64
			}
			Spend []int64
			Draws [][][2]any
			Error string
			Left  map[string]int64
		}
	}
	shared(t, "data/vectors/rewards-fifo.json", &file)
	for _, c := range file.Cases {
		purse := center.RewardPurse{Currency: "USD"}
		for _, g := range c.Grants {
			lot := center.NewRewardLot(center.RewardLot{ID: center.LotID(g.ID), EarnedOn: "2026-01-01", Earned: money.Money{Minor: g.Amount, Currency: "USD"}})
			purse.Lots = append(purse.Lots, lot)
		}
		for i, amount := range c.Spend {
			draws, err := purse.Draw(amount, "2026-06-01")
			if (err != nil) != (c.Error != "") {
				t.Fatalf("%s: %v", c.Name, err)
			}
			var got [][2]any
			for _, d := range draws {
				got = append(got, [2]any{string(d.Lot), float64(d.Amount)})
			}
			if c.Error == "" {
				if diff := cmp.Diff(c.Draws[i], got); diff != "" {
					t.Errorf("%s: %s", c.Name, diff)
				}
			}
			for i := range purse.Lots {
				for _, d := range draws {
					if d.Lot == purse.Lots[i].ID {
						purse.Lots[i].Available.Minor -= d.Amount
					}
				}
			}
		}
		for _, l := range purse.Lots {
			if l.Available.Minor != c.Left[string(l.ID)] {
				t.Errorf("%s: %s has %d left", c.Name, l.ID, l.Available.Minor)
			}
		}
	}
}
