package calendar_test

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	ical "github.com/arran4/golang-ical"
	"github.com/google/go-cmp/cmp"

	. "customercenter/shared/document/calendar"
)

var stamp = time.Date(2026, 11, 22, 6, 0, 0, 0, time.UTC)

func TestADayWithItsAlarm(t *testing.T) {
	got := string(Calendar{Name: "Invoices; all, of them", Stamp: stamp, Events: []Event{
		{UID: "sch_1@center.example.com", Sequence: 2, On: "2026-12-31", Summary: "فاتورة SUB-1", Description: "One\nTwo, \\ three;", URL: "https://center.example.com/schedule"},
		{UID: "sch_2@center.example.com", On: "2027-02-28", Summary: "Gone", Cancelled: true, URL: "javascript:\nx"},
		{UID: "sch_3@center.example.com", On: "soon"},
	}}.Bytes())
	want := strings.ReplaceAll(`BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Customer Center//Invoice schedule//EN
CALSCALE:GREGORIAN
METHOD:PUBLISH
NAME:Invoices\; all\, of them
X-WR-CALNAME:Invoices\; all\, of them
REFRESH-INTERVAL;VALUE=DURATION:PT12H
BEGIN:VEVENT
UID:sch_1@center.example.com
DTSTAMP:20261122T060000Z
SEQUENCE:2
DTSTART;VALUE=DATE:20261231
DTEND;VALUE=DATE:20270101
SUMMARY:فاتورة SUB-1
DESCRIPTION:One\nTwo\, \\ three\;
URL:https://center.example.com/schedule
TRANSP:TRANSPARENT
STATUS:CONFIRMED
BEGIN:VALARM
ACTION:DISPLAY
DESCRIPTION:فاتورة SUB-1
TRIGGER:-P3D
END:VALARM
END:VEVENT
BEGIN:VEVENT
UID:sch_2@center.example.com
DTSTAMP:20261122T060000Z
SEQUENCE:0
DTSTART;VALUE=DATE:20270228
DTEND;VALUE=DATE:20270301
SUMMARY:Gone
TRANSP:TRANSPARENT
STATUS:CANCELLED
END:VEVENT
END:VCALENDAR
`, "\n", "\r\n")
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// What a reader of somebody else's makes of it.
func TestOthersReadTheSameDays(t *testing.T) {
	long := strings.Repeat("اشتراك سحابي، ", 20) + "SUB-1; 12,500.000 KWD"
	parsed, err := ical.ParseCalendar(strings.NewReader(string(Calendar{Name: "جدول الفواتير", Stamp: stamp, Events: []Event{
		{UID: "sch_1@center.example.com", Sequence: 3, On: "2028-02-29", Summary: long, Description: "a\nb\n\nc"},
	}}.Bytes())))
	if err != nil || len(parsed.Events()) != 1 {
		t.Fatalf("%v", err)
	}
	e := parsed.Events()[0]
	start, err := e.GetAllDayStartAt()
	if err != nil || start.Format("2006-01-02") != "2028-02-29" {
		t.Errorf("starts on %v, %v", start, err)
	}
	end, err := e.GetAllDayEndAt()
	if err != nil || end.Format("2006-01-02") != "2028-03-01" {
		t.Errorf("ends before %v, %v", end, err)
	}
	if got := e.GetProperty(ical.ComponentPropertySummary).Value; got != long {
		t.Errorf("%q", got)
	}
	if got := e.GetProperty(ical.ComponentPropertyDescription).Value; got != "a\nb\n\nc" {
		t.Errorf("%q", got)
	}
	if e.Id() != "sch_1@center.example.com" || e.GetProperty(ical.ComponentPropertySequence).Value != "3" || len(e.Alarms()) != 1 {
		t.Errorf("%+v", e)
	}
}

// unfolded puts folded lines together, as a reader does, and checks each.
func unfolded(t *testing.T, file string) []string {
	t.Helper()
	for l := range strings.SplitSeq(strings.TrimSuffix(file, "\r\n"), "\r\n") {
		if len(l) > 75 || !utf8.ValidString(l) || strings.ContainsAny(l, "\r\n") {
			t.Errorf("a line of %d bytes: %q", len(l), l)
		}
	}
	return strings.Split(strings.ReplaceAll(file, "\r\n ", ""), "\r\n")
}

func FuzzCalendar(f *testing.F) {
	for _, s := range []string{"", strings.Repeat("ش", 200), "a\r\nBEGIN:VEVENT", "\\n;,", "\xff\x00", strings.Repeat("😀", 40), " \r\n "} {
		f.Add(s, s)
	}
	f.Fuzz(func(t *testing.T, summary, uid string) {
		file := string(Calendar{Name: summary, Stamp: stamp, Events: []Event{{UID: uid, On: "2026-01-31", Summary: summary, Description: uid, URL: summary}}}.Bytes())
		count := 0
		for _, l := range unfolded(t, file) {
			if l == "BEGIN:VEVENT" {
				count++
			}
		}
		if count != 1 {
			t.Errorf("%d events", count)
		}
	})
}
