package sheet

import (
	"encoding/csv"
	"io"
	"strings"
	"unicode"
)

// byteOrderMark tells Excel that the file is UTF-8: without it, Arabic is
// shown as noise.
const byteOrderMark = "\ufeff"

// CSV writes a table as RFC 4180 has it, with CRLF. A long file may be written
// in parts that are put together: the first alone has a Head.
type CSV struct {
	to      io.Writer
	records *csv.Writer
	cells   []string
}

// NewCSV returns a writer to w. Flush ends it.
func NewCSV(w io.Writer) *CSV {
	records := csv.NewWriter(w)
	records.UseCRLF = true
	return &CSV{to: w, records: records}
}

// Head begins the file with the names of the columns.
func (c *CSV) Head(titles ...string) error {
	if _, err := io.WriteString(c.to, byteOrderMark); err != nil {
		return err
	}
	cells := make([]Cell, len(titles))
	for i, t := range titles {
		cells[i] = Text(t)
	}
	return c.Row(cells...)
}

// Row writes a row.
func (c *CSV) Row(cells ...Cell) error {
	c.cells = c.cells[:0]
	for _, cell := range cells {
		text := cell.Text
		if cell.Kind == KindText {
			text = harmless(text)
		}
		c.cells = append(c.cells, text)
	}
	return c.records.Write(c.cells)
}

// Flush writes what is left, and tells the first thing that went wrong.
func (c *CSV) Flush() error {
	c.records.Flush()
	return c.records.Error()
}

// starters begin formulas in spreadsheets, in either width. DDE and hyperlinks
// that run on their own all begin so.
const starters = "=+-@＝＋－＠"

// harmless puts an apostrophe before text that a spreadsheet would take for a
// formula, also behind blanks that it skips. Text from people is never a
// formula.
func harmless(text string) string {
	text = strings.ReplaceAll(text, "\x00", "")
	begin := strings.TrimLeftFunc(text, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) || unicode.Is(unicode.Cf, r) })
	if begin == "" {
		return text
	}
	first := []rune(begin)[0]
	if strings.ContainsRune(starters, first) || text[0] == '\t' || text[0] == '\r' {
		return "'" + text
	}
	return text
}
