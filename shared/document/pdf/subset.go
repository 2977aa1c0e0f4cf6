package pdf

import (
	"encoding/binary"
	"slices"
)

// Flags of a part of a composite glyph.
const (
	partWords    = 0x0001
	partScale    = 0x0008
	partMore     = 0x0020
	partXYScale  = 0x0040
	partTwoByTwo = 0x0080
)

// subset is a font of those glyphs alone, numbered by their place in the list,
// and behind them the parts they are made of. A glyph that is there twice is
// so in the subset.
func (f sfnt) subset(glyphs []uint16) []byte {
	list := slices.Clone(glyphs)
	var glyf, loca, hmtx []byte
	for i := 0; i < len(list); i++ { // it grows by parts on the way
		loca = binary.BigEndian.AppendUint32(loca, uint32(len(glyf)))
		outline := f.outline(int(list[i]))
		outline, list = renumbered(outline, list)
		glyf = append(glyf, outline...)
		for len(glyf)%4 != 0 {
			glyf = append(glyf, 0)
		}
		m := f.metrics(int(list[i]))
		hmtx = append(hmtx, m[:]...)
	}
	loca = binary.BigEndian.AppendUint32(loca, uint32(len(glyf)))
	head, maxp, hhea := slices.Clone(f.tables["head"]), slices.Clone(f.tables["maxp"]), slices.Clone(f.tables["hhea"])
	binary.BigEndian.PutUint32(head[8:], 0)
	binary.BigEndian.PutUint16(head[50:], 1)
	binary.BigEndian.PutUint16(maxp[4:], uint16(len(list)))
	binary.BigEndian.PutUint16(hhea[34:], uint16(len(list)))
	tables := map[string][]byte{"glyf": glyf, "loca": loca, "head": head, "maxp": maxp, "hhea": hhea, "hmtx": hmtx}
	for _, tag := range []string{"cvt ", "fpgm", "prep"} {
		if t, ok := f.tables[tag]; ok {
			tables[tag] = t
		}
	}
	return writeSFNT(tables)
}

// renumbered gives the parts of a composite glyph their numbers in the list,
// at whose end those go that are not in it.
func renumbered(outline []byte, list []uint16) ([]byte, []uint16) {
	if len(outline) < 10 || int16(binary.BigEndian.Uint16(outline)) >= 0 {
		return outline, list
	}
	outline = slices.Clone(outline)
	for at := 10; at+4 <= len(outline); {
		flags, part := binary.BigEndian.Uint16(outline[at:]), binary.BigEndian.Uint16(outline[at+2:])
		number := slices.Index(list, part)
		if number < 0 {
			number = len(list)
			list = append(list, part)
		}
		binary.BigEndian.PutUint16(outline[at+2:], uint16(number))
		if flags&partMore == 0 {
			break
		}
		at += 4 + argumentBytes(flags)
	}
	return outline, list
}

// argumentBytes is how long the arguments of a part are.
func argumentBytes(flags uint16) int {
	n := 2
	if flags&partWords != 0 {
		n = 4
	}
	switch {
	case flags&partScale != 0:
		n += 2
	case flags&partXYScale != 0:
		n += 4
	case flags&partTwoByTwo != 0:
		n += 8
	}
	return n
}
