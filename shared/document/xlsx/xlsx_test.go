package xlsx_test

import (
	"archive/zip"
	"bytes"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"customercenter/shared/center"
	"customercenter/shared/document/sheet"
	"customercenter/shared/document/xlsx"
	"customercenter/shared/money"
)

var columns = []xlsx.Column{{Title: "الرقم", Width: 20}, {Title: "المبلغ"}, {Title: "العملة"}, {Title: "تاريخ الاستحقاق"}, {Title: "الوقت"}}

// book is a workbook of one sheet, as bytes.
func book(t testing.TB, rightToLeft bool, rows ...[]sheet.Cell) []byte {
	t.Helper()
	b, err := xlsx.New(rightToLeft)
	if err != nil {
		t.Fatal(err)
	}
	s, err := b.Sheet("الفواتير", columns)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rows {
		if err := s.Row(r...); err != nil {
			t.Fatal(err)
		}
	}
	var out bytes.Buffer
	if _, err := b.WriteTo(&out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func part(t testing.TB, file []byte, name string) string {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	f, err := z.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(f)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func kwd(minor int64) money.Money { return money.Money{Minor: minor, Currency: "KWD"} }

func TestNumbersAndDaysAreReal(t *testing.T) {
	file := book(t, true, []sheet.Cell{sheet.Text("INV-1"), sheet.Amount(kwd(1250500)), sheet.Text("KWD"), sheet.Date("2026-11-22"), sheet.Instant(time.Date(2026, 11, 22, 6, 30, 0, 0, time.UTC))},
		[]sheet.Cell{sheet.Text("INV-2"), sheet.Amount(kwd(-7)), {}, sheet.Date("")})
	opened, err := excelize.OpenReader(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	name := opened.GetSheetName(0)
	for cell, want := range map[string]struct {
		raw, shown string
		kind       excelize.CellType
	}{
		"A2": {"INV-1", "INV-1", excelize.CellTypeInlineString},
		"B2": {"1250.5", "1,250.500", excelize.CellTypeUnset},
		"B3": {"-0.007", "-0.007", excelize.CellTypeUnset},
		"D2": {"46348", "2026-11-22", excelize.CellTypeUnset},
		"E2": {"46348.2708333333", "2026-11-22 06:30:00", excelize.CellTypeUnset},
	} {
		raw, _ := opened.GetCellValue(name, cell, excelize.Options{RawCellValue: true})
		shown, _ := opened.GetCellValue(name, cell)
		kind, _ := opened.GetCellType(name, cell)
		if !strings.HasPrefix(raw, want.raw) || shown != want.shown || kind != want.kind {
			t.Errorf("%s: %q shown as %q, kind %v; want %+v", cell, raw, shown, kind, want)
		}
	}
	text := part(t, file, "xl/worksheets/sheet1.xml")
	if !strings.Contains(text, `rightToLeft="true"`) || !strings.Contains(text, `state="frozen"`) {
		t.Errorf("the sheet begins at the left, or its head scrolls away: %.300s", text[strings.Index(text, "<sheet"):])
	}
	if text := part(t, book(t, false), "xl/worksheets/sheet1.xml"); strings.Contains(text, `rightToLeft="true"`) {
		t.Error("an English sheet begins at the right")
	}
}

func TestTextIsNeverAFormula(t *testing.T) {
	for _, s := range []string{"=1+1", "=cmd|' /C calc'!A0", "+1", "@x", "\t=1", "<v>1</v>", "\x00\x01", "]]>", strings.Repeat("ش", 40_000)} {
		file := book(t, false, []sheet.Cell{sheet.Text(s)})
		if text := part(t, file, "xl/worksheets/sheet1.xml"); strings.Contains(text, "<f>") || strings.Contains(text, "<f ") {
			t.Errorf("%.20q became a formula", s)
		}
		if _, err := excelize.OpenReader(bytes.NewReader(file)); err != nil {
			t.Errorf("%.20q: %v", s, err)
		}
	}
}

// Spreadsheets count in floating point: what they cannot hold stays text.
func TestANumberThatWouldChangeStaysText(t *testing.T) {
	file := book(t, false, []sheet.Cell{sheet.Number("1234567890123456.78"), sheet.Number("123456789012.345"), sheet.Number("0.1")})
	opened, err := excelize.OpenReader(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	for cell, want := range map[string]string{"A2": "1234567890123456.78", "B2": "123456789012.345", "C2": "0.1"} {
		if got, _ := opened.GetCellValue(opened.GetSheetName(0), cell, excelize.Options{RawCellValue: true}); got != want {
			t.Errorf("%s: %q, want %q", cell, got, want)
		}
	}
}

func TestSheetsTakeAnyName(t *testing.T) {
	b, err := xlsx.New(false)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"KWD", "a/b:c*[d]?\\", "", strings.Repeat("x", 90), "'quoted'"} {
		s, err := b.Sheet(name, columns)
		if err != nil {
			t.Fatalf("%q: %v", name, err)
		}
		if err := s.Row(sheet.Date("0001-01-01"), sheet.Number(center.Decimal("1"))); err != nil {
			t.Fatal(err)
		}
	}
	var out bytes.Buffer
	if _, err := b.WriteTo(&out); err != nil {
		t.Fatal(err)
	}
	if opened, err := excelize.OpenReader(&out); err != nil || len(opened.GetSheetList()) != 5 {
		t.Errorf("%v", err)
	}
}

func BenchmarkTenThousandRows(b *testing.B) {
	row := []sheet.Cell{sheet.Text("INV-2026-00042"), sheet.Amount(kwd(1250500)), sheet.Text("KWD"), sheet.Date("2026-11-22"), sheet.Text("شركة نجد للتقنية"), sheet.Text("OPEN")}
	rows := make([][]sheet.Cell, 10_000)
	for i := range rows {
		rows[i] = row
	}
	for b.Loop() {
		b.SetBytes(int64(len(book(b, true, rows...))))
	}
}
