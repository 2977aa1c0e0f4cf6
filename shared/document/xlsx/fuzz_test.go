package xlsx_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"testing"

	"customercenter/shared/center"
	"customercenter/shared/document/sheet"
)

// FuzzWorkbook: whatever a cell says, the workbook opens, its sheet is
// well-formed, and no text became a formula.
func FuzzWorkbook(f *testing.F) {
	f.Add("=1+1", "2026-01-01", "1.50")
	f.Add("]]></c><c t=\"str\"><f>1</f></c>", "\x00\x0b", "-")
	f.Fuzz(func(t *testing.T, text, date, number string) {
		file := book(t, true, []sheet.Cell{sheet.Text(text), sheet.Date(center.Date(date)), sheet.Number(center.Decimal(number))})
		d := xml.NewDecoder(bytes.NewReader([]byte(part(t, file, "xl/worksheets/sheet1.xml"))))
		for {
			token, err := d.Token()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			if e, ok := token.(xml.StartElement); ok && e.Name.Local == "f" {
				t.Fatalf("%q became a formula", text)
			}
		}
	})
}
