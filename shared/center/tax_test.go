package center_test

import (
	"testing"

	. "customercenter/shared/center"
	"customercenter/shared/money"
)

func TestTaxIsRoundedOncePerGroup(t *testing.T) {
	type line struct{ net, rate int64 }
	for name, c := range map[string]struct {
		currency money.Code
		lines    []line
		want     map[int64]int64 // tax by rate
	}{
		"three equal lines":       {"USD", []line{{1005, 825}, {1005, 825}, {1005, 825}}, map[int64]int64{825: 249}},
		"two rates":               {"EUR", []line{{333, 1900}, {333, 1900}, {334, 700}}, map[int64]int64{700: 23, 1900: 127}},
		"no minor units":          {"JPY", []line{{105, 1000}, {105, 1000}}, map[int64]int64{1000: 21}},
		"three decimals":          {"KWD", []line{{1005, 500}}, map[int64]int64{500: 50}},
		"a quarter":               {"EUR", []line{{20000, 2500}}, map[int64]int64{2500: 5000}},
		"an odd rate":             {"EUR", []line{{2999, 2333}}, map[int64]int64{2333: 700}},
		"a discount as a line":    {"SAR", []line{{10000, 1500}, {-1000, 1500}}, map[int64]int64{1500: 1350}},
		"half away from zero":     {"EUR", []line{{-50, 100}}, map[int64]int64{100: -1}},
		"zero rated":              {"SAR", []line{{600, 0}, {400, 1500}}, map[int64]int64{0: 0, 1500: 60}},
		"nothing has no tax at 0": {"SAR", nil, map[int64]int64{}},
	} {
		var lines []Taxed
		for _, l := range c.lines {
			lines = append(lines, Taxed{"S", l.rate, money.Money{Minor: l.net, Currency: c.currency}})
		}
		groups, err := TaxGroups(lines)
		if err != nil || len(groups) != len(c.want) {
			t.Errorf("%s: %v, %v", name, groups, err)
			continue
		}
		for _, g := range groups {
			if g.Tax.Minor != c.want[g.RateBasisPoints] || g.Tax.Currency != c.currency {
				t.Errorf("%s: %d basis points make %s", name, g.RateBasisPoints, g.Tax)
			}
		}
	}
}

func TestTaxNeverMixesCurrencies(t *testing.T) {
	_, err := TaxGroups([]Taxed{{"S", 1500, usd(1)}, {"S", 1500, money.Money{Minor: 1, Currency: "SAR"}}})
	if err == nil {
		t.Error("dollars and riyals were added")
	}
}
