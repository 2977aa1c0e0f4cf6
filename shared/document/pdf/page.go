package pdf

import (
	"math"
	"strconv"
)

// The page is A4, in points.
const (
	pageWidth    = 595.28
	pageHeight   = 841.89
	margin       = 48
	top          = 44
	bottom       = pageHeight - 62
	footer       = pageHeight - 42
	contentWidth = pageWidth - 2*margin
)

// Ink is a colour as the page's operators take it.
type Ink string

// The inks.
const (
	Black  Ink = "0.14 0.13 0.12"
	Grey   Ink = "0.36 0.34 0.31"
	Accent Ink = "0.04 0.37 0.39"
	faint  Ink = "0.95 0.96 0.95"
	rule   Ink = "0.85 0.83 0.80"
)

// page is what is painted on one page, and the elements of its marks by number.
type page struct {
	content []byte
	marks   []*element
}

func (p *page) write(s string) { p.content = append(p.content, s...) }

// number writes a coordinate with two decimals, and a blank.
func (p *page) number(v float64) {
	hundredths := int64(math.Round(v * 100))
	if hundredths%100 == 0 {
		p.content = strconv.AppendInt(p.content, hundredths/100, 10)
	} else {
		p.content = strconv.AppendFloat(p.content, float64(hundredths)/100, 'f', -1, 64)
	}
	p.content = append(p.content, ' ')
}

func (p *page) numbers(list ...float64) {
	for _, v := range list {
		p.number(v)
	}
}

// box paints a rectangle that says nothing; y is its upper edge from the
// page's.
func (p *page) box(x, y, w, h float64, ink Ink) {
	p.write("/Artifact BMC " + string(ink) + " rg ")
	p.numbers(x, pageHeight-y-h, w, h)
	p.write("re f EMC\n")
}

// rule draws a thin line across.
func (p *page) rule(x, y, w float64) {
	p.write("/Artifact BMC " + string(rule) + " RG 0.5 w ")
	p.numbers(x, pageHeight-y)
	p.write("m ")
	p.numbers(x+w, pageHeight-y)
	p.write("l S EMC\n")
}

// begin opens marked content of an element.
func (p *page) begin(at int, e *element) {
	e.inside = append(e.inside, mark{at, len(p.marks)})
	p.write("/" + e.tag + " <</MCID " + strconv.Itoa(len(p.marks)) + ">> BDC\n")
	p.marks = append(p.marks, e)
}

func (p *page) end() { p.write("EMC\n") }

// line draws a line of text whose left end is x and whose top is y.
func (d *Document) line(p *page, l line, x, y float64) {
	at := pageHeight - y - l.lead()*baseline
	p.write("BT " + string(l.style.Ink) + " rg\n")
	for _, r := range l.runs {
		if len(r.glyphs) > 0 {
			d.run(p, r, l.style.Size, x+r.x, at)
		}
	}
	p.write("ET\n")
}

// run writes the glyphs of a run as the page's operators want them: their
// numbers, with corrections in thousandths of the size where the pen must be
// elsewhere than the font would put it, and rises for marks above and below.
func (d *Document) run(p *page, r run, size, x, y float64) {
	used, number := d.fontOf(r.face)
	p.write("/F" + strconv.Itoa(number) + " ")
	p.number(size)
	p.write("Tf 1 0 0 1 ")
	p.numbers(x, y)
	p.write("Tm [<")
	rise := 0.0
	for i, g := range r.glyphs {
		id := uint16(g.GlyphID)
		code := used.use(id, r.texts[i])
		dx, dy := points(g.XOffset), points(g.YOffset)
		if math.Abs(dy-rise) > 0.005 {
			p.write(">]TJ ")
			p.number(dy)
			p.write("Ts [<")
			rise = dy
		}
		p.correct(dx, size)
		p.glyph(code)
		p.correct(points(g.Advance)-dx-float64(r.face.sfnt.advance(int(id)))*size/1000, size)
	}
	p.write(">]TJ")
	if rise != 0 {
		p.write(" 0 Ts")
	}
	p.write("\n")
}

func (p *page) glyph(code uint16) {
	for shift := 12; shift >= 0; shift -= 4 {
		p.content = append(p.content, hexDigits[code>>shift&15])
	}
}

// correct moves the pen by points, where that can be seen.
func (p *page) correct(by, size float64) {
	if thousandths := math.Round(by * 1000 / size); thousandths != 0 {
		p.write(">")
		p.content = strconv.AppendInt(p.content, -int64(thousandths), 10)
		p.write("<")
	}
}

// fontOf is the document's use of a face, and the number it has on its pages.
func (d *Document) fontOf(f *face) (*glyphsOf, int) {
	for i, used := range d.fonts {
		if used.face == f {
			return used, i
		}
	}
	d.fonts = append(d.fonts, newGlyphs(f))
	return d.fonts[len(d.fonts)-1], len(d.fonts) - 1
}
