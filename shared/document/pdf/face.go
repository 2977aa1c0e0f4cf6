package pdf

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"github.com/go-text/typesetting/font"
)

// face is one font file, parsed once for the program. It never changes.
type face struct {
	name   string
	sfnt   sfnt
	shaped *font.Font
}

func parseFace(name string, raw []byte) (*face, error) {
	tables, err := parseSFNT(raw)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	parsed, err := font.ParseTTF(bytes.NewReader(raw))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return &face{name, tables, parsed.Font}, nil
}

// meaning is a glyph that stands for a text. Some glyphs stand for more than
// one: a blank for one that must not break, a letter's form for its neighbour's.
type meaning struct {
	glyph uint16
	text  string
}

// glyphsOf is what a document uses of a face. Each meaning has a code of its
// own, so that what is copied is what was written.
type glyphsOf struct {
	face  *face
	codes map[meaning]uint16
	list  []meaning // by code
}

func newGlyphs(f *face) *glyphsOf {
	g := &glyphsOf{face: f, codes: map[meaning]uint16{}}
	g.use(0, unknownText)
	return g
}

// use is the code of a glyph drawn for that text.
func (g *glyphsOf) use(glyph uint16, text string) uint16 {
	m := meaning{glyph, text}
	if glyph == 0 {
		m.text = unknownText
	}
	code, known := g.codes[m]
	if !known {
		code = uint16(len(g.list))
		g.codes[m], g.list = code, append(g.list, m)
	}
	return code
}

// write adds the font to the file: what is used of its outlines, numbered by
// code, the widths, and the text that each code stands for.
func (g *glyphsOf) write(o *objects) ref {
	glyphs := make([]uint16, len(g.list))
	var widths strings.Builder
	for i, m := range g.list {
		glyphs[i] = m.glyph
		fmt.Fprintf(&widths, "%d ", g.face.sfnt.advance(int(m.glyph)))
	}
	program := g.face.sfnt.subset(glyphs)
	file := o.stream(fmt.Sprintf("/Length1 %d", len(program)), program)
	box := g.face.sfnt.box()
	base := name(subsetMark + g.face.name)
	descriptor := o.add("<</Type/FontDescriptor/FontName%s/Flags 4/FontBBox[%d %d %d %d]/ItalicAngle 0/Ascent %d/Descent %d/CapHeight 700/StemV 80/FontFile2 %s>>",
		base, box[0], box[1], box[2], box[3], g.face.sfnt.vertical(hheaAscender), g.face.sfnt.vertical(hheaDescender), file)
	cid := o.add("<</Type/Font/Subtype/CIDFontType2/BaseFont%s/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>/FontDescriptor %s/CIDToGIDMap/Identity/DW 0/W[0[%s]]>>",
		base, descriptor, strings.TrimSpace(widths.String()))
	texts := o.stream("", []byte(g.toUnicode()))
	return o.add("<</Type/Font/Subtype/Type0/BaseFont%s/Encoding/Identity-H/DescendantFonts[%s]/ToUnicode %s>>", base, cid, texts)
}

// subsetMark goes before the name of a font that is not whole: six letters and
// a plus sign.
const subsetMark = "CENTER+"

// mapped is how many lines a block of a character map may have.
const mapped = 100

// unknownText is what is copied for a character that no face has.
const unknownText = "\uFFFD"

func (g *glyphsOf) toUnicode() string {
	var b strings.Builder
	b.WriteString("/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n" +
		"/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n" +
		"1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n")
	code := 0
	for chunk := range slices.Chunk(g.list, mapped) {
		fmt.Fprintf(&b, "%d beginbfchar\n", len(chunk))
		for _, m := range chunk {
			fmt.Fprintf(&b, "<%04X> <", code)
			appendUTF16(&b, m.text)
			b.WriteString(">\n")
			code++
		}
		b.WriteString("endbfchar\n")
	}
	b.WriteString("endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n")
	return b.String()
}
