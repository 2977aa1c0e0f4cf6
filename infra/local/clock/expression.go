package clock

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Expression is a schedule expression of EventBridge: rate(…) or cron(…).
type Expression struct {
	text  string
	every time.Duration // of a rate; zero for cron
	zone  *time.Location
	cron  cron
}

var errExpression = errors.New("not a schedule expression")

// Parse reads an expression. Times of cron are those of the zone (IANA name; empty is UTC). Of the marks of cron,
// W (the weekday nearest to) is not played.
func Parse(text, zone string) (Expression, error) {
	location, err := time.LoadLocation(zone)
	if err != nil {
		return Expression{}, err
	}
	e := Expression{text: text, zone: location}
	kind, inner, ok := strings.Cut(strings.TrimSuffix(strings.TrimSpace(text), ")"), "(")
	if !ok {
		return Expression{}, fmt.Errorf("%w: %q", errExpression, text)
	}
	switch kind {
	case "rate":
		e.every, err = parseRate(inner)
	case "cron":
		e.cron, err = parseCron(inner)
	default:
		err = errExpression
	}
	if err != nil {
		return Expression{}, fmt.Errorf("%q: %w", text, err)
	}
	return e, nil
}

// String is the expression as it was written.
func (e Expression) String() string { return e.text }

func parseRate(text string) (time.Duration, error) {
	number, unit, _ := strings.Cut(text, " ")
	n, err := strconv.Atoi(number)
	if err != nil || n < 1 {
		return 0, errExpression
	}
	units := map[string]time.Duration{"minute": time.Minute, "hour": time.Hour, "day": 24 * time.Hour}
	length, ok := units[strings.TrimSuffix(unit, "s")]
	if plural := strings.HasSuffix(unit, "s"); !ok || plural == (n == 1) {
		return 0, fmt.Errorf("%w: one minute, hour or day, and else minutes, hours or days", errExpression)
	}
	return time.Duration(n) * length, nil
}

// horizon is how far ahead the next time of a cron expression is looked for.
const horizon = 8 * 366 // days

// Next is the first time after t, zero where there is none. A rate counts from t.
func (e Expression) Next(t time.Time) time.Time {
	if e.every > 0 {
		return t.Add(e.every)
	}
	local := t.In(e.zone)
	year, month, day := local.Date()
	for ahead := range horizon {
		date := time.Date(year, month, day+ahead, 12, 0, 0, 0, e.zone) // noon exists on every day
		if !e.cron.fitsDay(date) {
			continue
		}
		if at := e.firstOn(date, t); !at.IsZero() {
			return at
		}
	}
	return time.Time{}
}

// firstOn is the first time of a day that is after t. A time that the clocks leave out does not come; one that
// they repeat comes once.
func (e Expression) firstOn(date, t time.Time) time.Time {
	for hour := range 24 {
		if !e.cron.hours.has(hour) {
			continue
		}
		for minute := range 60 {
			at := time.Date(date.Year(), date.Month(), date.Day(), hour, minute, 0, 0, e.zone)
			if e.cron.minutes.has(minute) && at.After(t) && at.Hour() == hour && at.Minute() == minute {
				return at
			}
		}
	}
	return time.Time{}
}

// set is a set of small numbers.
type set map[int]bool

func (s set) has(n int) bool { return s[n] }

// cron is the six fields of a cron expression.
type cron struct {
	minutes, hours, days, months, weekdays, years set
	lastDay                                       bool
	lastWeekday                                   int // 1 to 7, Sunday first; 0 for none
	nthWeekday, nth                               int
}

var (
	monthNames   = names("JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC")
	weekdayNames = names("SUN MON TUE WED THU FRI SAT")
)

func names(list string) map[string]int {
	out := map[string]int{}
	for i, n := range strings.Fields(list) {
		out[n] = i + 1
	}
	return out
}

func parseCron(text string) (c cron, err error) {
	f := strings.Fields(text)
	if len(f) != 6 {
		return c, fmt.Errorf("%w: six fields", errExpression)
	}
	if (f[2] == "?") == (f[4] == "?") {
		return c, fmt.Errorf("%w: one of day of month and day of week is ?", errExpression)
	}
	fields := []struct {
		text     string
		into     *set
		from, to int
		names    map[string]int
	}{
		{f[0], &c.minutes, 0, 59, nil}, {f[1], &c.hours, 0, 23, nil}, {f[2], &c.days, 1, 31, nil},
		{f[3], &c.months, 1, 12, monthNames}, {f[4], &c.weekdays, 1, 7, weekdayNames}, {f[5], &c.years, 1970, 2199, nil},
	}
	switch last, ok := strings.CutSuffix(f[4], "L"); {
	case f[2] == "L":
		c.lastDay, fields[2].text = true, "?"
	case ok && last != "":
		c.lastWeekday, err = number(last, 1, 7, weekdayNames)
		fields[4].text = "?"
	case strings.Contains(f[4], "#"):
		day, nth, _ := strings.Cut(f[4], "#")
		c.nthWeekday, err = number(day, 1, 7, weekdayNames)
		if err == nil {
			c.nth, err = number(nth, 1, 5, nil)
		}
		fields[4].text = "?"
	}
	for _, field := range fields {
		if err != nil {
			return c, err
		}
		*field.into, err = parseField(field.text, field.from, field.to, field.names)
	}
	return c, err
}

// parseField reads a list of numbers, ranges and steps. Every number there is becomes the whole set.
func parseField(text string, from, to int, named map[string]int) (set, error) {
	out := set{}
	for part := range strings.SplitSeq(text, ",") {
		span, every, stepped := strings.Cut(part, "/")
		step := 1
		if stepped {
			var err error
			if step, err = number(every, 1, to, nil); err != nil {
				return nil, err
			}
		}
		low, high := from, to
		if span != "*" && span != "?" {
			first, last, isRange := strings.Cut(span, "-")
			var err error
			if low, err = number(first, from, to, named); err != nil {
				return nil, err
			}
			if isRange {
				if high, err = number(last, from, to, named); err != nil {
					return nil, err
				}
			} else if !stepped {
				high = low
			}
		}
		if high < low {
			return nil, fmt.Errorf("%w: %q runs backwards", errExpression, part)
		}
		for n := low; n <= high; n += step {
			out[n] = true
		}
	}
	return out, nil
}

func number(text string, from, to int, named map[string]int) (int, error) {
	if n, ok := named[strings.ToUpper(text)]; ok {
		return n, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < from || n > to {
		return 0, fmt.Errorf("%w: %q is not within %d and %d", errExpression, text, from, to)
	}
	return n, nil
}

func (c cron) fitsDay(date time.Time) bool {
	weekday := int(date.Weekday()) + 1
	lastOfMonth := time.Date(date.Year(), date.Month()+1, 0, 12, 0, 0, 0, date.Location()).Day()
	switch {
	case !c.years.has(date.Year()), !c.months.has(int(date.Month())):
		return false
	case c.lastDay:
		return date.Day() == lastOfMonth
	case c.lastWeekday > 0:
		return weekday == c.lastWeekday && date.Day() > lastOfMonth-7
	case c.nth > 0:
		return weekday == c.nthWeekday && (date.Day()-1)/7+1 == c.nth
	}
	return c.days.has(date.Day()) && c.weekdays.has(weekday)
}
