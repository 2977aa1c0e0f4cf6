package center_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"

	. "customercenter/shared/center"
)

// shared reads a file of the shared test data and skips where it is absent.
func shared(t *testing.T, path string, into any) {
	t.Helper()
	root := os.Getenv("CENTER_DATA")
	if root == "" {
		root = filepath.Join("..", "..", "..", "shared")
	}
	text, err := os.ReadFile(filepath.Join(root, path))
	if err != nil {
		t.Skipf("skipped: no shared data at %s", root)
	}
	if err := json.Unmarshal(text, into); err != nil {
		t.Fatal(err)
	}
}

func TestDatesThatDoNotExistAreRefused(t *testing.T) {
	for _, s := range []string{"", "2026-02-29", "2026-13-01", "2026-1-1", "26-01-01", "2026-01-01T00:00", "٢٠٢٦-٠١-٠١", "0000-01-01"} {
		if d, err := ParseDate(s); err == nil {
			t.Errorf("ParseDate(%q) = %q", s, d)
		}
	}
	if d, err := ParseDate("2024-02-29"); err != nil || d.Compact() != "20240229" {
		t.Errorf("2024-02-29: %q, %v", d, err)
	}
}

func TestDaysAreCountedAcrossClockChangesAndMissingMidnights(t *testing.T) {
	for _, c := range []struct {
		from, to Date
		days     int
	}{
		{"2018-11-03", "2018-11-05", 2}, // no midnight in São Paulo on the 4th
		{"2011-12-29", "2011-12-31", 2}, // no 30th in Apia
		{"2026-03-28", "2026-03-30", 2},
		{"2024-02-28", "2024-03-01", 2},
		{"2026-03-02", "2026-01-31", -30},
	} {
		if got := c.from.DaysUntil(c.to); got != c.days {
			t.Errorf("%s to %s: %d days", c.from, c.to, got)
		}
		if got := c.from.AddDays(c.days); got != c.to {
			t.Errorf("%s plus %d: %s", c.from, c.days, got)
		}
	}
}

// An invoice is past due from the first instant of the next day where the
// account is.
func TestPastDueBeginsWithTheAccountsNextDay(t *testing.T) {
	for _, c := range []struct {
		zone string
		due  Date
		from string
	}{
		{"UTC", "2026-01-31", "2026-02-01T00:00:00Z"},
		{"Asia/Riyadh", "2026-01-31", "2026-01-31T21:00:00Z"},
		{"America/New_York", "2026-03-08", "2026-03-09T04:00:00Z"},
		{"Pacific/Auckland", "2026-04-05", "2026-04-05T12:00:00Z"},
		{"America/Sao_Paulo", "2018-11-03", "2018-11-04T03:00:00Z"},
		{"Pacific/Apia", "2011-12-29", "2011-12-30T10:00:00Z"},
	} {
		checkPastDue(t, c.zone, c.due, c.from)
	}
}

func TestPastDueAgreesWithPublishedZoneVectors(t *testing.T) {
	var file struct {
		Cases []struct {
			Zone string `json:"zone"`
			Due  Date   `json:"due_date"`
			From string `json:"overdue_from_utc"`
		} `json:"cases"`
	}
	shared(t, "data/vectors/tz-overdue.json", &file)
	for _, c := range file.Cases {
		checkPastDue(t, c.Zone, c.Due, c.From)
	}
}

func checkPastDue(t *testing.T, zone string, due Date, from string) {
	t.Helper()
	start, err := time.Parse(time.RFC3339, from)
	if err != nil {
		t.Fatal(err)
	}
	account := Account{TimeZone: zone}
	inv := Invoice{Kind: KindInvoice, DueOn: due, Amount: usd(1), Balances: parts(1, 0, 0, 0)}
	if got := inv.Status(Today(start.Add(-time.Second), account.Zone())); got != InvoiceOpen {
		t.Errorf("%s %s: %s a second before the day ends", zone, due, got)
	}
	if got := inv.Status(Today(start, account.Zone())); got != InvoicePastDue {
		t.Errorf("%s %s: %s when the next day begins", zone, due, got)
	}
}
