// Package xlsx writes tables as an Excel workbook: real numbers and days, a
// head that stays in sight, and sheets that begin at the right in Arabic.
//
// It is a package of its own because its library is eight megabytes: only who
// links it pays for it. It does not know what the columns mean.
package xlsx

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"customercenter/shared/document/sheet"
)

// Limits of the format.
const (
	maxText   = 32_767 // characters of a cell
	maxName   = 31     // characters of a sheet's name
	maxDigits = 15     // of a number: more do not survive in a spreadsheet
)

// Column is a column of a sheet.
type Column struct {
	Title string
	Width float64 // characters; 0 for the usual
}

// Book is a workbook being written.
type Book struct {
	file        *excelize.File
	rightToLeft bool
	sheets      []*Sheet
	head        int
	days        int
	instants    int
	amounts     map[int]int // style by decimals
}

// New begins a workbook, whose sheets begin at the right where it is in Arabic.
func New(rightToLeft bool) (*Book, error) {
	b := &Book{file: excelize.NewFile(), rightToLeft: rightToLeft, amounts: map[int]int{}}
	var err error
	if b.head, err = b.file.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}, Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"F1EFED"}}}); err != nil {
		return nil, err
	}
	if b.days, err = b.format("yyyy-mm-dd"); err != nil {
		return nil, err
	}
	if b.instants, err = b.format("yyyy-mm-dd hh:mm:ss"); err != nil {
		return nil, err
	}
	// Styles are numbered as they are made: those of amounts are made now, so that
	// they have one number in all parts of a sheet that is written in several.
	for decimals := range mostDecimals + 1 {
		if _, err := b.amount(decimals); err != nil {
			return nil, err
		}
	}
	return b, nil
}

// mostDecimals is how many decimals a currency has at most.
const mostDecimals = 4

func (b *Book) format(code string) (int, error) {
	return b.file.NewStyle(&excelize.Style{CustomNumFmt: &code})
}

// amount is the style of an amount with so many decimals.
func (b *Book) amount(decimals int) (int, error) {
	if style, known := b.amounts[decimals]; known {
		return style, nil
	}
	code := "#,##0"
	if decimals > 0 {
		code += "." + strings.Repeat("0", decimals)
	}
	style, err := b.format(code)
	b.amounts[decimals] = style
	return style, err
}

// Sheet is a sheet being written, row by row: only its last rows are in memory.
type Sheet struct {
	book *Book
	rows *excelize.StreamWriter
	next int
}

// Sheet begins a sheet with the heads of its columns. Its name loses what names
// may not have, and must differ from those before.
func (b *Book) Sheet(name string, columns []Column) (*Sheet, error) {
	name = sheetName(name, len(b.sheets)+1)
	if len(b.sheets) == 0 {
		if err := b.file.SetSheetName(b.file.GetSheetName(0), name); err != nil {
			return nil, err
		}
	} else if _, err := b.file.NewSheet(name); err != nil {
		return nil, err
	}
	rows, err := b.file.NewStreamWriter(name)
	if err != nil {
		return nil, err
	}
	if err := rows.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return nil, err
	}
	if err := b.file.SetSheetView(name, 0, &excelize.ViewOptions{RightToLeft: &b.rightToLeft}); err != nil {
		return nil, err
	}
	s := &Sheet{book: b, rows: rows, next: 1}
	head := make([]any, len(columns))
	for i, c := range columns {
		head[i] = excelize.Cell{StyleID: b.head, Value: c.Title}
		if c.Width > 0 {
			if err := rows.SetColWidth(i+1, i+1, c.Width); err != nil {
				return nil, err
			}
		}
	}
	b.sheets = append(b.sheets, s)
	return s, s.write(head)
}

// sheetName is a name that the format takes.
func sheetName(name string, number int) string {
	name = strings.Trim(strings.Map(func(r rune) rune {
		if strings.ContainsRune(`:\/?*[]`, r) || r < ' ' {
			return '-'
		}
		return r
	}, strings.ToValidUTF8(name, "")), "' ")
	if runes := []rune(name); len(runes) > maxName/2 { // a letter may count twice
		name = string(runes[:maxName/2])
	}
	if name == "" {
		name = fmt.Sprintf("Sheet %d", number)
	}
	return name
}

// Row writes a row.
func (s *Sheet) Row(cells ...sheet.Cell) error {
	values := make([]any, len(cells))
	for i, c := range cells {
		var err error
		if values[i], err = s.value(c); err != nil {
			return err
		}
	}
	return s.write(values)
}

// Skip leaves so many rows out, of a sheet that goes on from another file.
func (s *Sheet) Skip(rows int) { s.next += rows }

func (s *Sheet) write(values []any) error {
	at, err := excelize.CoordinatesToCellName(1, s.next)
	if err != nil {
		return err
	}
	s.next++
	return s.rows.SetRow(at, values)
}

// value is a cell as the library takes it. Text is text, whatever it begins
// with: the format tells formulas apart by more than their first letter.
func (s *Sheet) value(c sheet.Cell) (any, error) {
	switch c.Kind {
	case sheet.KindEmpty:
		return nil, nil
	case sheet.KindNumber:
		return s.number(c)
	case sheet.KindDate:
		day, err := time.Parse(time.DateOnly, c.Text)
		if err != nil || day.Year() < 1900 { // before the calendar of spreadsheets
			return c.Text, nil
		}
		return excelize.Cell{StyleID: s.book.days, Value: day}, nil
	case sheet.KindTime:
		at, err := time.Parse(time.RFC3339, c.Text)
		if err != nil || at.Year() < 1900 {
			return c.Text, nil
		}
		return excelize.Cell{StyleID: s.book.instants, Value: at.UTC()}, nil
	}
	if utf8.RuneCountInString(c.Text) > maxText {
		return string([]rune(c.Text)[:maxText-1]) + "…", nil
	}
	return c.Text, nil
}

// number is a number as spreadsheets count, in floating point: up to fifteen
// digits come out as they went in. Longer ones stay text rather than change.
func (s *Sheet) number(c sheet.Cell) (any, error) {
	digits := strings.TrimLeft(strings.NewReplacer("-", "", ".", "").Replace(c.Text), "0")
	value, err := strconv.ParseFloat(c.Text, 64)
	if err != nil || len(digits) > maxDigits {
		return c.Text, nil
	}
	if c.Decimals < 0 {
		return value, nil
	}
	style, err := s.book.amount(c.Decimals)
	return excelize.Cell{StyleID: style, Value: value}, err
}

// WriteTo ends the workbook. Without a sheet there is nothing to write.
func (b *Book) WriteTo(w io.Writer) (int64, error) {
	defer b.file.Close()
	for _, s := range b.sheets {
		if err := s.rows.Flush(); err != nil {
			return 0, err
		}
	}
	return b.file.WriteTo(w)
}
