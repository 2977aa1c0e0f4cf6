package pdf

// Column is one column of a table.
type Column struct {
	Width float64 // its share of the table's
	Head  []Text  // none where no column of the table has a head
	Rows  bool    // its cells are the heads of their rows
}

// Table is a table. Where it breaks over pages, its heads stand on each.
type Table struct {
	Columns []Column
	Begin   float64 // share of the page's width that is left free before it
	Rules   bool    // a line below each row
}

const (
	cellPadding = 4
	rowGap      = 3
)

// Writer takes the rows of a table, one after the other.
type Writer struct {
	document *Document
	table    Table
	element  *element
	begin    float64
	width    float64
	shares   float64
}

// Table begins a table.
func (d *Document) Table(t Table) *Writer {
	w := &Writer{document: d, table: t, element: d.root.add("Table", ""), begin: margin + t.Begin*contentWidth, width: (1 - t.Begin) * contentWidth}
	for _, c := range t.Columns {
		w.shares += c.Width
	}
	if w.hasHead() {
		d.Need(keptWithHeads)
		w.head(w.element.add("TR", ""))
	}
	return w
}

func (w *Writer) hasHead() bool {
	for _, c := range w.table.Columns {
		if len(c.Head) > 0 {
			return true
		}
	}
	return false
}

// cells sets a row; row is nil for one that says nothing new.
func (w *Writer) cells(row *element, texts func(i int) []Text, tag func(i int) (string, string)) []*cell {
	cells := make([]*cell, len(w.table.Columns))
	x := w.begin
	for i, c := range w.table.Columns {
		width := w.width * c.Width / w.shares
		var e *element
		if row != nil {
			e = row.add(tag(i))
		}
		cells[i] = w.document.cell(e, x+cellPadding, width-2*cellPadding, texts(i))
		x += width
	}
	return cells
}

// head draws the heads; on later pages they repeat what was said, and are no
// part of the structure.
func (w *Writer) head(row *element) {
	d := w.document
	cells := w.cells(row, func(i int) []Text { return w.table.Columns[i].Head }, func(int) (string, string) { return "TH", columnHead })
	d.last().box(d.mirror(w.begin, w.width), d.y, w.width, tallestOf(cells)+2*rowGap, faint)
	d.y += rowGap
	if row == nil {
		d.last().write("/Artifact <</Type/Pagination>> BDC\n")
	}
	end := d.y
	for _, c := range cells {
		end = max(end, d.draw(c, d.y, bottom))
	}
	if row == nil {
		d.last().end()
	}
	d.y = end + 2*rowGap
}

// Row adds a row: the texts of each cell, below each other.
func (w *Writer) Row(cells ...[]Text) {
	d := w.document
	again := func() {}
	if w.hasHead() {
		again = func() { w.head(nil) }
	}
	set := w.cells(w.element.add("TR", ""), func(i int) []Text { return cells[i] }, func(i int) (string, string) {
		if w.table.Columns[i].Rows {
			return "TH", rowHead
		}
		return "TD", ""
	})
	d.flow(set, again)
	d.y += rowGap
	if w.table.Rules {
		d.last().rule(d.mirror(w.begin, w.width), d.y, w.width)
		d.y += rowGap
	}
}
