// Package calendar writes days that somebody must not miss as an iCalendar
// file (RFC 5545), which a calendar imports or subscribes to: whole days, each
// with an alarm, under an id that stays the same when a day moves.
//
// It does not know what falls on a day, and no time zones: a day is one
// wherever it is looked at.
package calendar

import (
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"customercenter/shared/center"
)

// Calendar is a list of days under a name.
type Calendar struct {
	Name   string
	Stamp  time.Time // when it was made
	Events []Event
}

// Event is one day. UID names it for good; Sequence grows whenever what is
// said of it changes, so that a calendar takes the newer word.
type Event struct {
	UID         string
	Sequence    int
	On          center.Date
	Summary     string
	Description string
	URL         string
	Cancelled   bool
}

// What the file says of itself.
const (
	product = "-//Customer Center//Invoice schedule//EN"
	refresh = "PT12H" // how often who subscribes should look again
	alarm   = "-P3D"  // when its reader is reminded: three days before
)

// Bytes is the file. Events without a day are left out.
func (c Calendar) Bytes() []byte {
	var f file
	f.line("BEGIN:VCALENDAR")
	f.line("VERSION:2.0")
	f.line("PRODID:" + product)
	f.line("CALSCALE:GREGORIAN")
	f.line("METHOD:PUBLISH")
	f.text("NAME", c.Name)
	f.text("X-WR-CALNAME", c.Name)
	f.line("REFRESH-INTERVAL;VALUE=DURATION:" + refresh)
	for _, e := range c.Events {
		if _, err := center.ParseDate(string(e.On)); err == nil {
			f.event(e, c.Stamp)
		}
	}
	f.line("END:VCALENDAR")
	return []byte(f.b.String())
}

type file struct{ b strings.Builder }

func (f *file) event(e Event, stamp time.Time) {
	f.line("BEGIN:VEVENT")
	f.text("UID", e.UID)
	f.line("DTSTAMP:" + stamp.UTC().Format("20060102T150405Z"))
	f.line(fmt.Sprintf("SEQUENCE:%d", max(0, e.Sequence)))
	f.line("DTSTART;VALUE=DATE:" + e.On.Compact())
	f.line("DTEND;VALUE=DATE:" + e.On.AddDays(1).Compact()) // the end is not part of it
	f.text("SUMMARY", e.Summary)
	f.text("DESCRIPTION", e.Description)
	f.address("URL", e.URL)
	f.line("TRANSP:TRANSPARENT") // nobody is busy because an invoice comes
	if e.Cancelled {
		f.line("STATUS:CANCELLED")
	} else {
		f.line("STATUS:CONFIRMED")
		f.line("BEGIN:VALARM")
		f.line("ACTION:DISPLAY")
		f.text("DESCRIPTION", e.Summary)
		f.line("TRIGGER:" + alarm)
		f.line("END:VALARM")
	}
	f.line("END:VEVENT")
}

// text writes a property that holds text, none where there is none.
func (f *file) text(name, value string) {
	value = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(strings.ToValidUTF8(value, "\ufffd"))
	value = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\n' && r != '\t' {
			return -1
		}
		return r
	}, value)
	if value != "" {
		f.line(name + ":" + strings.NewReplacer(`\`, `\\`, ";", `\;`, ",", `\,`, "\n", `\n`).Replace(value))
	}
}

// address writes a property that holds an address, which has no escapes: one
// with what does not belong into an address is left out.
func (f *file) address(name, value string) {
	if value != "" && !strings.ContainsFunc(value, func(r rune) bool { return r <= ' ' || r >= 0x7f }) {
		f.line(name + ":" + value)
	}
}

// maxLine is how long a line may be, in bytes.
const maxLine = 75

// line writes a line, folded where it is long: never within a character.
func (f *file) line(s string) {
	for room := maxLine; len(s) > room; room = maxLine - 1 { // what goes on begins with a blank
		cut := room
		for !utf8.RuneStart(s[cut]) {
			cut--
		}
		f.b.WriteString(s[:cut] + "\r\n ")
		s = s[cut:]
	}
	f.b.WriteString(s + "\r\n")
}
