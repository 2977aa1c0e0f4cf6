package center

import (
	"fmt"

	"customercenter/shared/money"
)

// Proration is how much of a month a stretch of days is: whole months, counted
// from its first day, and of the one that is not whole its days of all the days
// that month has. It is Part of Whole.
type Proration struct{ Part, Whole int64 }

// Prorate measures from a day up to another one, which is not part of it. A
// month begins on the day of the month the stretch began on, or the last of one
// too short for it. Nothing is measured of a stretch without days, or of one of
// more than a hundred years.
func Prorate(from, to Date) Proration {
	if from == "" || to <= from {
		return Proration{0, 1}
	}
	day := from.noon().Day()
	for n := max(0, from.monthsTo(to)-1); n < maxTermMonths; n++ { // it ends in this month or the next
		begins, ends := from.monthDay(n, day), from.monthDay(n+1, day)
		if to <= ends {
			days, all := int64(begins.DaysUntil(to)), int64(begins.DaysUntil(ends))
			return Proration{int64(n)*all + days, all}
		}
	}
	return Proration{0, 1}
}

// Of is as much of an amount that is for whole as p is of whole, rounded half
// away from zero. A share of nothing is all of it.
func (p Proration) Of(amount money.Money, whole Proration) money.Money {
	part, all := p.Part*whole.Whole, p.Whole*whole.Part
	if all == 0 {
		return amount
	}
	return money.Money{Minor: shareOf(amount.Minor, part, all), Currency: amount.Currency}
}

// String is the measure in months to nine decimals, rounded half up.
func (p Proration) String() string {
	const billion = 1_000_000_000
	n := shareOf(billion, p.Part, p.Whole)
	return fmt.Sprintf("%d.%09d", n/billion, n%billion)
}
