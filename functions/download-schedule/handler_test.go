package main

import (
	"bytes"
	"encoding/base64"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	ical "github.com/arran4/golang-ical"
	"github.com/xuri/excelize/v2"

	"customercenter/infra/functiontest"
	"customercenter/shared/center"
	"customercenter/shared/document/paper"
	"customercenter/shared/httpapi"
	"customercenter/shared/money"
	"customercenter/shared/store"
)

// Each right that the function is given is needed by a test.
func TestMain(m *testing.M) { os.Exit(functiontest.RunAndCountRights(m, "download-schedule")) }

func newWorld(t *testing.T) *functiontest.World {
	w := functiontest.New(t)
	w.Contracts(t)
	return w
}

func routesOf(t *testing.T, w *functiontest.World) httpapi.Routes {
	t.Helper()
	s, door := w.Function("download-schedule")
	printer, err := paper.NewPrinter()
	made := 0
	return handler{store: s, now: w.Now, base: functiontest.Origin, printer: printer, broken: err,
		newToken: func() string { made++; return fmt.Sprintf("TOKEN%d", made) }}.routes(door)
}

func ask(t *testing.T, w *functiontest.World, routes httpapi.Routes, p functiontest.Person, route, id string, query map[string]string) httpapi.Response {
	t.Helper()
	_, path, _ := strings.Cut(route, " ")
	r := functiontest.Request(route, strings.Replace(path, "{id}", id, 1))
	r.PathParameters, r.QueryStringParameters = map[string]string{"id": id}, query
	return functiontest.Invoke(t, routes, w.As(t, p, r))
}

const (
	read   = "GET /v1/schedule"
	file   = "GET /v1/schedule/file"
	create = "POST /v1/schedule/calendar"
	revoke = "DELETE /v1/schedule/calendar"
	look   = "GET /v1/calendar/{id}"
)

func TestEventOnFile(t *testing.T) {
	w := newWorld(t)
	w.Cookie(t, functiontest.Primary)
	functiontest.Golden(t, "download-schedule", functiontest.Invoke(t, routesOf(t, w), functiontest.Event(t, "download-schedule")))
}

func TestEverybodyIsAnsweredAsDeclared(t *testing.T) {
	w := newWorld(t)
	for token, p := range map[string]functiontest.Person{"OWN": functiontest.Accountant, "FOREIGN": functiontest.Stranger} {
		account := w.Store.In(center.Actor{Account: functiontest.AccountOf(p), Contact: center.ContactIDOf(string(p))})
		if _, err := account.SetCalendar(t.Context(), token); err != nil {
			t.Fatal(err)
		}
		// Whoever knows an address reads by it: the foreign one was revoked.
		if p == functiontest.Stranger {
			if err := account.RevokeCalendar(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
	}
	w.Targets["own calendar"], w.Targets["foreign calendar"], w.Targets["unknown calendar"] = "OWN", "FOREIGN", "OTHER"
	functiontest.Matrix(t, w, "download-schedule", routesOf(t, w))
}

// sumOf adds amounts of riyals up.
func sumOf(t *testing.T, amounts []string) int64 {
	t.Helper()
	var sum int64
	for _, a := range amounts {
		m, err := money.Parse(a, "SAR")
		if err != nil {
			t.Fatal(err)
		}
		sum += m.Minor
	}
	return sum
}

func TestEveryFormatHasEveryLineAndTheSameSum(t *testing.T) {
	w := newWorld(t)
	w.Cookie(t, functiontest.Payables)
	w.Pass(6 * time.Minute)
	routes := routesOf(t, w)
	var page schedule
	if err := json.Unmarshal([]byte(ask(t, w, routes, functiontest.Payables, read, "", nil).Body), &page); err != nil || len(page.Totals) != 1 {
		t.Fatal(err, page)
	}
	get := func(format string) []byte {
		r := ask(t, w, routes, functiontest.Payables, file, "", map[string]string{"format": format})
		if r.StatusCode != 200 || !strings.Contains(r.Headers["content-disposition"], "."+format) {
			t.Fatalf("%s: %d %v", format, r.StatusCode, r.Headers)
		}
		if !r.IsBase64Encoded {
			return []byte(r.Body)
		}
		body, err := base64.StdEncoding.DecodeString(r.Body)
		if err != nil {
			t.Fatal(err)
		}
		return body
	}
	want, n := page.Totals[0].Minor, len(page.Lines)
	rows, err := csv.NewReader(bytes.NewReader(get("csv"))).ReadAll()
	if err != nil || len(rows) != n+1 || len(rows[0]) != len(columns) {
		t.Fatalf("csv: %d rows, %v", len(rows), err)
	}
	var amounts []string
	for _, row := range rows[1:] {
		amounts = append(amounts, row[10])
	}
	if got := sumOf(t, amounts); got != want {
		t.Errorf("csv: %d, want %d", got, want)
	}
	var lines []line
	if err := json.Unmarshal(get("json"), &lines); err != nil || len(lines) != n {
		t.Errorf("json: %d lines, %v", len(lines), err)
	}
	book, err := excelize.OpenReader(bytes.NewReader(get("xlsx")))
	if err != nil {
		t.Fatal(err)
	}
	if cells, err := book.GetRows(book.GetSheetName(0)); err != nil || len(cells) != n+1 {
		t.Errorf("xlsx: %d rows, %v", len(cells), err)
	}
	if pdf := get("pdf"); !bytes.HasPrefix(pdf, []byte("%PDF-")) {
		t.Errorf("pdf: %.20q", pdf)
	}
	if ics := string(get("ics")); strings.Count(ics, "BEGIN:VEVENT") != n || strings.Count(ics, "TRIGGER:-P3D") != n || !strings.Contains(ics, "DTSTART;VALUE=DATE:20261201") {
		t.Errorf("ics: %s", ics)
	}
}

// What a program of somebody else's makes of the calendar: each line on its
// day, under an id that the line keeps when its day moves.
func TestOthersReadTheCalendar(t *testing.T) {
	w := newWorld(t)
	routes := routesOf(t, w)
	days := func() map[string]string {
		r := ask(t, w, routes, functiontest.Primary, file, "", map[string]string{"format": "ics", "subscription": "SUB-11"})
		parsed, err := ical.ParseCalendar(strings.NewReader(r.Body))
		if err != nil {
			t.Fatalf("%v: %s", err, r.Body)
		}
		out := map[string]string{}
		for _, e := range parsed.Events() {
			on, err := e.GetAllDayStartAt()
			if err != nil || len(e.Alarms()) != 1 {
				t.Errorf("%v: %+v", err, e)
			}
			out[e.Id()] = on.Format("2006-01-02") + " " + e.GetProperty(ical.ComponentPropertySummary).Value
		}
		return out
	}
	line := func(revision int, on string) center.Record {
		return functiontest.Other(functiontest.Najd, center.KindScheduledInvoice, "L-1", map[string]any{"number": "L-1", "revision": revision,
			"subscription": "SUB-11", "invoice_on": on, "amount": "12.500", "currency": "KWD", "product_name": "Support; gold,\nall \\ hours"})
	}
	w.Book(t, line(0, "2028-02-29"))
	before := days()
	w.Book(t, line(1, "2028-03-01"))
	after := days()
	if len(before) != 1 || len(after) != 1 {
		t.Fatalf("%v, then %v", before, after)
	}
	for id, was := range before {
		if !strings.HasPrefix(was, "2028-02-29 ") || !strings.Contains(was, "12.500 KWD · Support; gold,\nall \\ hours") || !strings.HasPrefix(after[id], "2028-03-01 ") {
			t.Errorf("%q, then %q", was, after[id])
		}
	}
}

func TestTheFilterLetsThroughWhatItSays(t *testing.T) {
	w := newWorld(t)
	routes := routesOf(t, w)
	for name, c := range map[string]struct {
		person functiontest.Person
		query  map[string]string
		lines  int
	}{
		"all":              {functiontest.Primary, nil, 5},
		"one subscription": {functiontest.Primary, map[string]string{"subscription": "sub-10"}, 1},
		"some days":        {functiontest.Primary, map[string]string{"from": "2026-07-01", "to": "2026-12-31"}, 3},
		"of own orders":    {functiontest.Purchasing, nil, 4},
		"of nothing":       {functiontest.Primary, map[string]string{"subscription": "none"}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			var page schedule
			r := ask(t, w, routes, c.person, read, "", c.query)
			if err := json.Unmarshal([]byte(r.Body), &page); err != nil || len(page.Lines) != c.lines {
				t.Errorf("%d lines, want %d: %s", len(page.Lines), c.lines, r.Body)
			}
		})
	}
	for name, query := range map[string]map[string]string{
		"no format": {}, "another format": {"format": "doc"}, "another language": {"format": "pdf", "language": "fr"},
		"no day": {"format": "csv", "from": "yesterday"}, "turned around": {"format": "csv", "from": "2026-02-01", "to": "2026-01-01"},
		"a long number": {"format": "csv", "subscription": strings.Repeat("x", 201)},
	} {
		if r := ask(t, w, routes, functiontest.Primary, file, "", query); r.StatusCode != 422 {
			t.Errorf("%s: %d", name, r.StatusCode)
		}
	}
}

// A schedule that is too long is refused as a file, whose part is not; the
// calendar says on its last day that there is more, and the page adds no sums up.
func TestAScheduleThatIsTooLongSaysSo(t *testing.T) {
	w := newWorld(t)
	for n := range 5 { // of a hundred years each
		number := fmt.Sprintf("SUB-L%d", n)
		w.Book(t, functiontest.Other(functiontest.Najd, center.KindSubscription, number, map[string]any{"number": number, "start_on": "2027-01-01", "end_on": "2126-12-31",
			"currency": "SAR", "amount": "120000.00", "billing_frequency": "MONTHLY"}))
	}
	routes := routesOf(t, w)
	for name, c := range map[string]struct {
		query map[string]string
		want  int
	}{
		"all":                  {map[string]string{}, 413},
		"another subscription": {map[string]string{"subscription": "SUB-10"}, 200},
		"one of the long ones": {map[string]string{"subscription": "SUB-L4"}, 200},
		"a year of all":        {map[string]string{"from": "2100-01-01", "to": "2100-12-31"}, 200},
	} {
		c.query["format"] = "csv"
		if r := ask(t, w, routes, functiontest.Primary, file, "", c.query); r.StatusCode != c.want {
			t.Errorf("%s: %d %.200s", name, r.StatusCode, r.Body)
		}
	}
	var page schedule
	if err := json.Unmarshal([]byte(ask(t, w, routes, functiontest.Primary, read, "", nil).Body), &page); err != nil || !page.More || len(page.Totals) != 0 {
		t.Errorf("%v: more %v, sums %v", err, page.More, page.Totals)
	}
	var made calendarAddress
	if err := json.Unmarshal([]byte(ask(t, w, routes, functiontest.Primary, create, "", nil).Body), &made); err != nil {
		t.Fatal(err)
	}
	r := ask(t, w, routes, functiontest.Nobody, look, strings.TrimPrefix(made.URL, functiontest.Origin+"/v1/calendar/"), nil)
	if r.StatusCode != 200 || strings.Count(r.Body, "SUMMARY:تليها فواتير أخرى") != 1 || strings.Count(r.Body, "BEGIN:VEVENT") != store.ScheduleLimit+1 {
		t.Errorf("%d, %d events, says so %v", r.StatusCode, strings.Count(r.Body, "BEGIN:VEVENT"), strings.Contains(r.Body, "تليها فواتير أخرى"))
	}
}

func TestACalendarAddressReadsUntilItIsRevoked(t *testing.T) {
	w := newWorld(t)
	routes := routesOf(t, w)
	made := func() string {
		var a calendarAddress
		if err := json.Unmarshal([]byte(ask(t, w, routes, functiontest.Accountant, create, "", nil).Body), &a); err != nil {
			t.Fatal(err)
		}
		return strings.TrimPrefix(a.URL, functiontest.Origin+"/v1/calendar/")
	}
	reads := func(token string) int {
		r := ask(t, w, routes, functiontest.Nobody, look, token, nil)
		if r.StatusCode == 200 && !strings.HasPrefix(r.Body, "BEGIN:VCALENDAR\r\n") {
			t.Errorf("%.40q", r.Body)
		}
		return r.StatusCode
	}
	first := made()
	if got := reads(first); got != 200 {
		t.Fatal(got)
	}
	second := made()
	if reads(first) != 404 || reads(second) != 200 {
		t.Error("the address before still reads, or the new one does not")
	}
	if page := ask(t, w, routes, functiontest.Accountant, read, "", nil).Body; !strings.Contains(page, `"calendar":{"createdAt"`) || strings.Contains(page, second) {
		t.Errorf("the page: %s", page)
	}
	if r := ask(t, w, routes, functiontest.Accountant, revoke, "", nil); r.StatusCode != 204 {
		t.Error(r.StatusCode)
	}
	if got := reads(second); got != 404 {
		t.Error(got)
	}
	third := made()
	for range 70 {
		if reads(third) == 429 {
			return
		}
	}
	t.Error("a calendar may be read without end")
}
