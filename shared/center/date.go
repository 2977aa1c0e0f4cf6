package center

import (
	"fmt"
	"time"
)

// Date is a calendar day without a zone, as yyyy-mm-dd; "" is no date. The
// form sorts as text. Midnights are never built: they do not exist everywhere
// (São Paulo 2018-11-04, Apia 2011-12-30).
type Date string

const dateLayout = "2006-01-02"

// ParseDate reads yyyy-mm-dd and refuses days that do not exist.
func ParseDate(s string) (Date, error) {
	t, err := time.Parse(dateLayout, s)
	if err != nil || t.Year() < 1 {
		return "", fmt.Errorf("%q is not a date of the form yyyy-mm-dd", s)
	}
	return Date(s), nil
}

// Today is the civil date at the instant now in zone.
func Today(now time.Time, zone *time.Location) Date {
	return Date(now.In(zone).Format(dateLayout))
}

// noon is a safe instant inside the day, for arithmetic only.
func (d Date) noon() time.Time {
	t, _ := time.Parse(dateLayout, string(d))
	return t.Add(12 * time.Hour)
}

// The ends of the calendar: days beyond have no form that sorts.
const (
	firstDate Date = "0001-01-01"
	lastDate  Date = "9999-12-31"
)

// dateOf is the day of t, or the end of the calendar it lies beyond.
func dateOf(t time.Time) Date {
	switch year := t.Year(); {
	case year < 1:
		return firstDate
	case year > 9999:
		return lastDate
	}
	return Date(t.Format(dateLayout))
}

// Weekday is the day of the week.
func (d Date) Weekday() time.Weekday { return d.noon().Weekday() }

// AddDays returns the day n days later (earlier when n is negative).
func (d Date) AddDays(n int) Date {
	if d == "" {
		return ""
	}
	return dateOf(d.noon().AddDate(0, 0, n))
}

// DaysUntil counts the days from d to other; negative when other is earlier.
func (d Date) DaysUntil(other Date) int {
	return int(other.noon().Sub(d.noon()) / (24 * time.Hour))
}

// Compact is yyyymmdd, the form keys carry.
func (d Date) Compact() string {
	if len(d) != 10 {
		return ""
	}
	return string(d[0:4] + d[5:7] + d[8:10])
}
