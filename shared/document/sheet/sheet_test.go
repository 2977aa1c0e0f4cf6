package sheet_test

import (
	"bytes"
	"encoding/csv"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"customercenter/shared/center"
	. "customercenter/shared/document/sheet"
	"customercenter/shared/money"
)

func file(t testing.TB, write func(*CSV)) string {
	t.Helper()
	var b bytes.Buffer
	c := NewCSV(&b)
	write(c)
	if err := c.Flush(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestAFileOpensInASpreadsheet(t *testing.T) {
	got := file(t, func(c *CSV) {
		_ = c.Head("رقم", "Amount", "Currency", "Due", "At")
		_ = c.Row(Text("INV-1"), Amount(money.Money{Minor: -1250500, Currency: "KWD"}), Text("KWD"), Date("2026-11-22"), Instant(time.Date(2026, 11, 22, 9, 0, 0, 0, time.FixedZone("", 3*3600))))
		_ = c.Row(Text("a \"b\", c\nd"), Number("1250.5"), Cell{}, Date(""), Instant(time.Time{}))
	})
	want := "\ufeffرقم,Amount,Currency,Due,At\r\nINV-1,-1250.500,KWD,2026-11-22,2026-11-22T06:00:00Z\r\n\"a \"\"b\"\", c\r\nd\",1250.5,,,\r\n"
	if got != want {
		t.Errorf("%q\nwant %q", got, want)
	}
}

func TestALaterPartHasNoHead(t *testing.T) {
	first := file(t, func(c *CSV) { _ = c.Head("A"); _ = c.Row(Text("1")) })
	second := file(t, func(c *CSV) { _ = c.Row(Text("2")) })
	if first+second != "\ufeffA\r\n1\r\n2\r\n" {
		t.Errorf("%q", first+second)
	}
}

func TestTextIsNeverAFormula(t *testing.T) {
	for _, text := range []string{"=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "  =1", "\u00a0=1", "＝1", "＋1", "－1", "＠1", "\u200e=1", "\x00=1", "\ttext", "\n=1"} {
		if got := file(t, func(c *CSV) { _ = c.Row(Text(text)) }); !strings.HasPrefix(strings.TrimPrefix(got, `"`), "'") {
			t.Errorf("%q is written as %q", text, got)
		}
	}
	for _, text := range []string{"INV-1", "a=b", "1-2", "شركة", "'quoted"} {
		if got := file(t, func(c *CSV) { _ = c.Row(Text(text)) }); got != text+"\r\n" {
			t.Errorf("%q is written as %q", text, got)
		}
	}
}

func TestOnlyNumbersAreNumbers(t *testing.T) {
	for _, d := range []center.Decimal{"0", "-1", "1250.500", "00.10"} {
		if Number(d).Kind != KindNumber {
			t.Errorf("%q is no number", d)
		}
	}
	for _, d := range []center.Decimal{"-", "1.", ".5", "1e3", "=1", "+1", "1,5", "--1", "1.2.3"} {
		if Number(d).Kind != KindText {
			t.Errorf("%q is a number", d)
		}
	}
	if Date("2026-02-30").Kind != KindText || Amount(money.Money{Minor: 1}).Kind != KindEmpty {
		t.Error("what is no day, or of no currency, is taken for one")
	}
}

// The public list of payloads is no part of the repository.
func TestKnownPayloadsAreHarmless(t *testing.T) {
	dir := os.Getenv("CENTER_DATA")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "..", "..", "shared", "data")
	}
	list, err := os.ReadFile(filepath.Join(dir, "lists", "csv-injection-payloadbox.txt"))
	if err != nil {
		t.Skip("the public list is not here")
	}
	for payload := range strings.Lines(string(list)) {
		payload = strings.TrimRight(payload, "\r\n")
		got := file(t, func(c *CSV) { _ = c.Row(Text(payload)) })
		if begin := strings.TrimLeft(strings.TrimPrefix(got, `"`), " "); begin != "" && strings.ContainsAny(begin[:1], "=+-@") {
			t.Errorf("%q is written as %q", payload, got)
		}
	}
}

func FuzzCSV(f *testing.F) {
	for _, s := range []string{"", "=cmd|' /C calc'!A0", "\r\n=1", "\"", "\ufeff=1", "a,b\n\"c\""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got := file(t, func(c *CSV) { _ = c.Head("A", "B"); _ = c.Row(Text(text), Number("1.5")) })
		r := csv.NewReader(strings.NewReader(strings.TrimPrefix(got, "\ufeff")))
		rows, err := r.ReadAll()
		if err != nil || len(rows) != 2 || len(rows[1]) != 2 || rows[1][1] != "1.5" {
			t.Fatalf("%q: %v, %q", text, err, rows)
		}
		if cell := strings.TrimLeft(rows[1][0], " \t\r\n\u00a0\ufeff"); cell != "" && strings.ContainsRune("=+-@＝＋－＠", []rune(cell)[0]) {
			t.Errorf("%q begins a formula: %q", text, rows[1][0])
		}
	})
}
