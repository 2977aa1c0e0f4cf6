package pdf

import (
	"sync"

	"github.com/go-text/typesetting/di"
	"github.com/go-text/typesetting/font"
	"github.com/go-text/typesetting/shaping"
)

// Family is a face of some scripts in two weights, as TrueType files.
type Family struct{ Regular, Bold []byte }

// Press sets documents in two families: Latin for Latin, Greek and Cyrillic,
// and Arabic. It may be used by several goroutines at once.
type Press struct {
	weights [2]weight // regular, bold
	setters sync.Pool // of *setter: what shapes text serves one document at a time
}

// weight are the faces of one weight.
type weight struct{ latin, arabic *face }

// NewPress parses the fonts, which takes some ten milliseconds: a program
// makes one press and keeps it.
func NewPress(latin, arabic Family) (*Press, error) {
	p := &Press{}
	for i, files := range [...]struct {
		suffix        string
		latin, arabic []byte
	}{{"Regular", latin.Regular, arabic.Regular}, {"Bold", latin.Bold, arabic.Bold}} {
		var err error
		if p.weights[i].latin, err = parseFace("Latin-"+files.suffix, files.latin); err != nil {
			return nil, err
		}
		if p.weights[i].arabic, err = parseFace("Arabic-"+files.suffix, files.arabic); err != nil {
			return nil, err
		}
	}
	p.setters.New = func() any { return newSetter(p) }
	return p, nil
}

// setter shapes and breaks text. Faces keep caches, so each setter has its own.
type setter struct {
	weights   [2]faces
	segmenter shaping.Segmenter
	shaper    shaping.HarfbuzzShaper
	wrapper   shaping.LineWrapper
	sources   map[*font.Face]*face
}

// faces are the faces of one weight.
type faces struct{ latin, arabic *font.Face }

func newSetter(p *Press) *setter {
	s := &setter{sources: map[*font.Face]*face{}}
	for i, w := range p.weights {
		s.weights[i] = faces{latin: font.NewFace(w.latin.shaped), arabic: font.NewFace(w.arabic.shaped)}
		s.sources[s.weights[i].latin], s.sources[s.weights[i].arabic] = w.latin, w.arabic
	}
	return s
}

// preference chooses the face of each character: the first that has it.
type preference [2]*font.Face

// ResolveFace implements shaping.Fontmap.
func (p preference) ResolveFace(r rune) *font.Face {
	for _, f := range p {
		if _, ok := f.NominalGlyph(r); ok {
			return f
		}
	}
	return p[0]
}

// of is the preference in a run. Where text runs from the right, signs between
// Arabic words stand in the words' face; where it runs from the left, letters,
// digits and signs of an identifier do. So neither breaks into pieces, which
// are copied in the wrong order.
func (f faces) of(d di.Direction) preference {
	if d == di.DirectionRTL {
		return preference{f.arabic, f.latin}
	}
	return preference{f.latin, f.arabic}
}
