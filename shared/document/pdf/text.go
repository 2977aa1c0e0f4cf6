package pdf

import (
	"math"
	"strings"
	"unicode"

	"github.com/go-text/typesetting/di"
	"github.com/go-text/typesetting/language"
	"github.com/go-text/typesetting/shaping"
	"golang.org/x/image/math/fixed"
	"golang.org/x/text/unicode/bidi"
)

// Direction is how the runs of a text follow each other.
type Direction int

// The directions. Auto looks at the first letter, and takes the page's where
// there is none: right for what people wrote.
const (
	Auto Direction = iota
	LeftToRight
	RightToLeft
)

// Align is where lines stand in their box. Start and end follow the page's
// direction; Right does not: digits of amounts stand below each other so.
type Align int

// The alignments.
const (
	Start Align = iota
	End
	Right
)

// Style is how a text looks.
type Style struct {
	Size  float64 // points
	Bold  bool
	Ink   Ink
	Align Align
}

// Text is a text of one style. Language is what it is in ("en", "ar"), ""
// where that is unknown or the document's own.
type Text struct {
	Value     string
	Style     Style
	Direction Direction
	Language  string
}

// line is one line of text, set.
type line struct {
	runs     []run
	width    float64
	style    Style
	language string
}

// lead is the height of a line: Arabic needs more room than Latin, and lines of
// both stand beside each other.
func (l line) lead() float64 { return l.style.Size * leading }

const (
	leading  = 1.55
	baseline = 0.72 // of the lead, from the top
)

// run is a piece of a line in one face and direction. Runs are kept in the
// order they are read, x is where each is seen.
type run struct {
	face   *face
	x      float64
	glyphs []shaping.Glyph
	texts  []string // by glyph, what it stands for
}

// maxParagraph is how many characters are set at once: the time that takes
// grows faster than the text.
const maxParagraph = 2000

// set breaks a text into lines of at most that width; a text of nothing has
// none.
func (s *setter) set(t Text, width float64, rightToLeft bool) (lines []line) {
	for paragraph := range strings.SplitSeq(clean(t.Value), "\n") {
		runes := []rune(strings.TrimSpace(paragraph))
		for len(runes) > 0 {
			piece := runes
			if len(piece) > maxParagraph {
				piece = runes[:breakBefore(runes, maxParagraph)]
			}
			runes = runes[len(piece):]
			lines = append(lines, s.paragraph(t, piece, width, rightToLeft)...)
		}
	}
	return lines
}

// breakBefore is where a long text is cut: behind its last blank before n.
func breakBefore(runes []rune, n int) int {
	for i := n; i > n/2; i-- {
		if runes[i-1] == ' ' {
			return i
		}
	}
	return n
}

// clean makes text fit for a page: one kind of line end, no controls, and none
// of the marks that turn the order of what stands around them, by which a text
// could look like another.
func clean(s string) string {
	s = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u2028", "\n", "\u2029", "\n", "\t", " ").Replace(strings.ToValidUTF8(s, unknownText))
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n':
			return r
		case unicode.IsControl(r), r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069, r == 0xfeff, r == 0xad:
			return -1
		}
		return r
	}, s)
}

func (s *setter) paragraph(t Text, runes []rune, width float64, rightToLeft bool) []line {
	rightToLeft = isRightToLeft(t, runes, rightToLeft)
	direction, tongue := di.DirectionLTR, language.NewLanguage("en")
	if rightToLeft {
		direction, tongue = di.DirectionRTL, language.NewLanguage("ar")
	}
	faces := s.weights[0]
	if t.Style.Bold {
		faces = s.weights[1]
	}
	input := shaping.Input{Text: runes, RunEnd: len(runes), Direction: direction, Language: tongue,
		Face: faces.latin, Size: fixed.Int26_6(math.Round(t.Style.Size * 64))}
	var shaped []shaping.Output
	for _, in := range s.segmenter.Split(input, preference{faces.latin, faces.latin}) {
		in.Face = nil
		for _, run := range shaping.SplitByFace(in, faces.of(in.Direction)) {
			out := s.shaper.ShapeNoExtents(run)
			markBlanks(out.Glyphs, runes)
			shaped = append(shaped, out)
		}
	}
	broken, _ := s.wrapper.WrapParagraphF(shaping.WrapConfig{Direction: direction, DisableTrailingWhitespaceTrim: true}, fixed.Int26_6(width*64), runes, shaping.NewSliceIterator(shaped))
	lines := make([]line, 0, len(broken))
	for _, b := range broken {
		lines = append(lines, s.line(t, runes, b))
	}
	return lines
}

// markBlanks gives every glyph that is no blank a width to be seen by: the
// wrapper takes those without for blanks, which may hang over the edge. The
// true widths take a third of the time to find out, and nobody asks for them.
func markBlanks(glyphs []shaping.Glyph, runes []rune) {
	for i, g := range glyphs {
		if !unicode.IsSpace(runes[g.TextIndex()]) {
			glyphs[i].Width = 1
		}
	}
}

func isRightToLeft(t Text, runes []rune, page bool) bool {
	switch t.Direction {
	case LeftToRight:
		return false
	case RightToLeft:
		return true
	}
	for _, r := range runes {
		p, _ := bidi.LookupRune(r)
		switch p.Class() {
		case bidi.L:
			return false
		case bidi.R, bidi.AL:
			return true
		}
	}
	return page
}

// line takes what the wrapper lent us over, with each run where it is seen.
func (s *setter) line(t Text, runes []rune, shaped shaping.Line) line {
	l := line{style: t.Style, language: t.Language}
	trimBlanks(shaped, runes)
	seen := make([]int, len(shaped)) // by place from the left, the run
	for i, out := range shaped {
		seen[out.VisualIndex] = i
	}
	l.runs = make([]run, len(shaped))
	for _, i := range seen {
		out := shaped[i]
		l.runs[i] = run{face: s.sources[out.Face], x: l.width, glyphs: out.Glyphs,
			texts: clusterTexts(out.Glyphs, runes, out.Direction == di.DirectionRTL)}
		l.width += points(out.Advance)
	}
	return l
}

func points(v fixed.Int26_6) float64 { return float64(v) / 64 }

// trimBlanks takes the blanks off the end of what is read on the line: a
// reversed run begins with them, and a gap would be seen behind an opening
// bracket. The wrapper takes off one at most.
func trimBlanks(l shaping.Line, runes []rune) {
	if len(l) == 0 {
		return
	}
	last := &l[len(l)-1]
	for n := len(last.Glyphs); n > 0; n = len(last.Glyphs) {
		at := n - 1
		if last.Direction == di.DirectionRTL {
			at = 0
		}
		if !unicode.IsSpace(runes[last.Glyphs[at].TextIndex()]) {
			break
		}
		if at == 0 {
			last.Glyphs = last.Glyphs[1:]
		} else {
			last.Glyphs = last.Glyphs[:at]
		}
	}
	last.RecomputeAdvance()
}

// clusterTexts says for each glyph of a run, in the order seen, which text it
// stands for. Where as many glyphs as characters make a cluster, each stands
// for one; else the widest glyph stands for all, so that what is copied is
// whole and nothing is there twice.
func clusterTexts(glyphs []shaping.Glyph, runes []rune, rightToLeft bool) []string {
	texts := make([]string, len(glyphs))
	for start := 0; start < len(glyphs); {
		first, count := glyphs[start].TextIndex(), glyphs[start].RunesCount()
		end, widest := start, start
		for ; end < len(glyphs) && glyphs[end].TextIndex() == first; end++ {
			if glyphs[end].Advance > glyphs[widest].Advance {
				widest = end
			}
		}
		cluster := runes[first : first+count]
		if end-start != count {
			texts[widest] = string(cluster)
		} else {
			for i, r := range cluster {
				at := start + i
				if rightToLeft {
					at = end - 1 - i
				}
				texts[at] = string(r)
			}
		}
		start = end
	}
	return texts
}
