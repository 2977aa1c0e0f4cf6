package center

import (
	"cmp"
	"slices"

	"customercenter/shared/money"
)

// rateWhole is 100 % in basis points.
const rateWhole = 10_000

// Taxed is a net amount with the tax group it belongs to. The rate is in basis
// points: 1500 is 15 %.
type Taxed struct {
	Category        string
	RateBasisPoints int64
	Net             money.Money
}

// TaxGroup is what the lines of one category and rate come to.
type TaxGroup struct {
	Category        string
	RateBasisPoints int64
	Taxable         money.Money
	Tax             money.Money
}

// TaxGroups adds up lines by category and rate and rounds once per group, half
// away from zero, never per line. Groups come by category, then higher rate
// first. Errors are those of money: mixed currencies, overflow.
func TaxGroups(lines []Taxed) ([]TaxGroup, error) {
	var groups []TaxGroup
	for _, line := range lines {
		at := slices.IndexFunc(groups, func(g TaxGroup) bool {
			return g.Category == line.Category && g.RateBasisPoints == line.RateBasisPoints
		})
		if at < 0 {
			at = len(groups)
			groups = append(groups, TaxGroup{line.Category, line.RateBasisPoints, money.Zero(line.Net.Currency), money.Money{}})
		}
		sum, err := groups[at].Taxable.Add(line.Net)
		if err != nil {
			return nil, err
		}
		groups[at].Taxable = sum
	}
	for i := range groups {
		tax, err := groups[i].Taxable.MulRate(groups[i].RateBasisPoints, rateWhole)
		if err != nil {
			return nil, err
		}
		groups[i].Tax = tax
	}
	slices.SortFunc(groups, func(a, b TaxGroup) int {
		return cmp.Or(cmp.Compare(a.Category, b.Category), cmp.Compare(b.RateBasisPoints, a.RateBasisPoints))
	})
	return groups, nil
}
