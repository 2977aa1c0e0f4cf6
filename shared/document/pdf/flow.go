package pdf

// newPage goes on at the top of a page of its own.
func (d *Document) newPage() {
	if len(d.pages) == MaxPages {
		d.tooLong = true
		d.pages = d.pages[:0] // what is refused need not be kept
	}
	d.pages = append(d.pages, &page{})
	d.y = top
	if len(d.pages) == 1 {
		d.last().box(0, 0, pageWidth, 6, Accent)
	}
}

func (d *Document) last() *page { return d.pages[len(d.pages)-1] }

// room is what is left of the page.
func (d *Document) room() float64 { return bottom - d.y }

// Need goes to the next page unless so much room is left.
func (d *Document) Need(height float64) {
	if d.room() < height && d.y > top {
		d.newPage()
	}
}

// Space leaves room, but not at the top of a page.
func (d *Document) Space(height float64) {
	if d.y > top {
		d.y += height
	}
}

// foot writes the foot of every page, now that it is known how many there are.
func (d *Document) foot() {
	if d.meta.Page == nil || d.tooLong {
		return
	}
	for i, p := range d.pages {
		t := Text{Value: d.meta.Page(i+1, len(d.pages)), Style: Style{Size: 8, Ink: Grey}, Language: d.language()}
		p.write("/Artifact <</Type/Pagination/Subtype/Footer>> BDC\n")
		y := float64(footer)
		for _, l := range d.set.set(t, contentWidth, d.rightToLeft) {
			d.line(p, l, d.left(l, margin, contentWidth), y)
			y += l.lead()
		}
		p.write("EMC\n")
	}
}

// mirror is where a box stands from the left edge, whose place is counted from
// where the page begins.
func (d *Document) mirror(x, w float64) float64 {
	if d.rightToLeft {
		return pageWidth - x - w
	}
	return x
}

// left is where a line begins in a box.
func (d *Document) left(l line, x, w float64) float64 {
	toRight := l.style.Align == Right || (l.style.Align == End) != d.rightToLeft
	if toRight {
		return x + w - l.width
	}
	return x
}

// cell is text in a box, drawn line by line from where it stopped, so that it
// can go on over pages.
type cell struct {
	x, w    float64 // from the left edge
	lines   []line
	drawn   int
	element *element
	span    *element // of the last language drawn
}

// cell sets texts below each other, in a box that begins at x from where the
// page begins.
func (d *Document) cell(e *element, x, w float64, texts []Text) *cell {
	c := &cell{x: d.mirror(x, w), w: w, element: e}
	for _, t := range texts {
		if d.bytes += len(t.Value); d.bytes > maxBytes || d.tooLong {
			d.tooLong = true
			return c
		}
		c.lines = append(c.lines, d.set.set(t, w, d.rightToLeft)...)
	}
	return c
}

// height is that of what is not drawn yet.
func (c *cell) height() (h float64) {
	for _, l := range c.lines[c.drawn:] {
		h += l.lead()
	}
	return h
}

// draw draws from y what fits above the limit, at least one line, and answers
// where it ended.
func (d *Document) draw(c *cell, y, limit float64) float64 {
	p := d.last()
	var open *element
	for ; c.drawn < len(c.lines); c.drawn++ {
		l := c.lines[c.drawn]
		if y+l.lead() > limit && open != nil {
			break
		}
		if e := c.of(l, d.language()); e != open {
			if open != nil {
				p.end()
			}
			open = e
			if e != nil {
				p.begin(len(d.pages)-1, e)
			}
		}
		d.line(p, l, d.left(l, c.x, c.w), y)
		y += l.lead()
	}
	if open != nil {
		p.end()
	}
	return y
}

// of is the element of a line: the cell's own, or a span in the line's
// language where that differs.
func (c *cell) of(l line, document string) *element {
	if c.element == nil {
		return nil
	}
	if l.language == "" || l.language == document {
		c.span = nil
		return c.element
	}
	if c.span == nil || c.span.language != l.language {
		c.span = c.element.add("Span", "")
		c.span.language = l.language
	}
	return c.span
}

// flow draws cells beside each other and leaves y below the tallest. A row
// that fits on a page is not broken; one that does not goes on over several,
// with again called on each.
func (d *Document) flow(cells []*cell, again func()) {
	if d.tooLong {
		return
	}
	tallest := tallestOf(cells)
	if tallest > d.room() && tallest <= bottom-top-repeated {
		d.newPage()
		again()
	}
	for {
		end := d.y
		for _, c := range cells {
			if c.drawn < len(c.lines) {
				end = max(end, d.draw(c, d.y, bottom))
			}
		}
		d.y = end
		if tallestOf(cells) == 0 || d.tooLong {
			return
		}
		d.newPage()
		again()
	}
}

// repeated is what the heads of a table may take of a page.
const repeated = 80

func tallestOf(cells []*cell) (h float64) {
	for _, c := range cells {
		h = max(h, c.height())
	}
	return h
}

func nothing() {}

// Heading adds a heading of level 1 to 3, and keeps it with what follows.
func (d *Document) Heading(level int, texts ...Text) {
	d.Need(keptWithHeading)
	e := d.root.add("H"+string(rune('0'+level)), "")
	d.flow([]*cell{d.cell(e, margin, contentWidth, texts)}, nothing)
}

// The room that a heading needs with what begins below it, and the heads of a
// table with its first row.
const (
	keptWithHeading = 130
	keptWithHeads   = 70
)

// Paragraph adds texts below each other, over the whole width.
func (d *Document) Paragraph(texts ...Text) {
	if len(texts) > 0 {
		d.flow([]*cell{d.cell(d.root.add("P", ""), margin, contentWidth, texts)}, nothing)
	}
}

// Fact is a label with its value below it.
type Fact struct{ Label, Value []Text }

// gutter is the room between columns of facts.
const gutter = 14

// Facts adds facts in so many columns, row by row. A label stands above its
// value: beside it, an Arabic label and a Latin value are copied as one line in
// the wrong order.
func (d *Document) Facts(columns int, facts []Fact) {
	w := (contentWidth - gutter*float64(columns-1)) / float64(columns)
	for start := 0; start < len(facts); start += columns {
		if start > 0 {
			d.Space(6)
		}
		var cells []*cell
		for i, f := range facts[start:min(start+columns, len(facts))] {
			texts := append(append([]Text(nil), f.Label...), f.Value...)
			cells = append(cells, d.cell(d.root.add("P", ""), margin+float64(i)*(w+gutter), w, texts))
		}
		d.flow(cells, nothing)
	}
}
