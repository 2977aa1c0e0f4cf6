package pdf

import (
	"bytes"
	"encoding/binary"
	"errors"
	"maps"
	"math/bits"
	"slices"
)

// sfnt is a TrueType file taken apart into its tables, none of which is ever
// changed.
type sfnt struct {
	tables     map[string][]byte
	glyphs     int
	longLoca   bool
	hMetrics   int
	unitsPerEm int
}

// errNoFont says that a file is no TrueType font with outlines.
var errNoFont = errors.New("not a TrueType font with outlines")

// needed are the tables without which nothing can be drawn.
var needed = map[string]int{"head": 54, "maxp": 6, "hhea": 36, "hmtx": 4, "loca": 4, "glyf": 0}

func parseSFNT(raw []byte) (sfnt, error) {
	f := sfnt{tables: map[string][]byte{}}
	if len(raw) < 12 {
		return f, errNoFont
	}
	count := int(binary.BigEndian.Uint16(raw[4:]))
	for i := range count {
		at := 12 + 16*i
		if at+16 > len(raw) {
			return f, errNoFont
		}
		offset, length := int(binary.BigEndian.Uint32(raw[at+8:])), int(binary.BigEndian.Uint32(raw[at+12:]))
		if offset < 0 || length < 0 || offset > len(raw) || length > len(raw)-offset {
			return f, errNoFont
		}
		f.tables[string(raw[at:at+4])] = raw[offset : offset+length]
	}
	for tag, least := range needed {
		if t, ok := f.tables[tag]; !ok || len(t) < least {
			return f, errNoFont
		}
	}
	f.glyphs = int(binary.BigEndian.Uint16(f.tables["maxp"][4:]))
	f.longLoca = binary.BigEndian.Uint16(f.tables["head"][50:]) == 1
	f.unitsPerEm = int(binary.BigEndian.Uint16(f.tables["head"][18:]))
	f.hMetrics = int(binary.BigEndian.Uint16(f.tables["hhea"][34:]))
	width := 2
	if f.longLoca {
		width = 4
	}
	if f.unitsPerEm == 0 || f.hMetrics == 0 || f.hMetrics > f.glyphs || len(f.tables["loca"]) < width*(f.glyphs+1) ||
		len(f.tables["hmtx"]) < 4*f.hMetrics+2*(f.glyphs-f.hMetrics) {
		return f, errNoFont
	}
	return f, nil
}

// outline is the data of one glyph; nil where it has none.
func (f sfnt) outline(glyph int) []byte {
	if glyph >= f.glyphs {
		return nil
	}
	loca, glyf := f.tables["loca"], f.tables["glyf"]
	at := func(i int) int {
		if f.longLoca {
			return int(binary.BigEndian.Uint32(loca[4*i:]))
		}
		return 2 * int(binary.BigEndian.Uint16(loca[2*i:]))
	}
	start, end := at(glyph), at(glyph+1)
	if start >= end || end > len(glyf) {
		return nil
	}
	return glyf[start:end]
}

// metrics are the advance and the left side bearing, as hmtx holds them.
func (f sfnt) metrics(glyph int) [4]byte {
	if glyph >= f.glyphs {
		return [4]byte{}
	}
	hmtx := f.tables["hmtx"]
	if glyph < f.hMetrics {
		return [4]byte(hmtx[4*glyph:])
	}
	bearing := hmtx[4*f.hMetrics+2*(glyph-f.hMetrics):]
	return [4]byte{hmtx[4*f.hMetrics-4], hmtx[4*f.hMetrics-3], bearing[0], bearing[1]}
}

// advance is how far a glyph moves the pen, in thousandths of the size.
func (f sfnt) advance(glyph int) int {
	m := f.metrics(glyph)
	return int(binary.BigEndian.Uint16(m[:])) * 1000 / f.unitsPerEm
}

// box is the font's bounding box in thousandths.
func (f sfnt) box() (box [4]int) {
	for i := range box {
		box[i] = int(int16(binary.BigEndian.Uint16(f.tables["head"][36+2*i:]))) * 1000 / f.unitsPerEm
	}
	return box
}

// vertical is a field of hhea in thousandths.
func (f sfnt) vertical(offset int) int {
	return int(int16(binary.BigEndian.Uint16(f.tables["hhea"][offset:]))) * 1000 / f.unitsPerEm
}

const (
	hheaAscender  = 4
	hheaDescender = 6
)

// writeSFNT puts tables together, sorted and each at a multiple of four bytes,
// with all checksums.
func writeSFNT(tables map[string][]byte) []byte {
	tags := slices.Sorted(maps.Keys(tables))
	power := bits.Len(uint(len(tags))) - 1
	head := binary.BigEndian.AppendUint32(nil, 0x00010000)
	for _, v := range []int{len(tags), 16 << power, power, 16*len(tags) - 16<<power} {
		head = binary.BigEndian.AppendUint16(head, uint16(v))
	}
	start := 12 + 16*len(tags)
	var body bytes.Buffer
	headAt := 0
	for _, tag := range tags {
		if tag == "head" {
			headAt = start + body.Len()
		}
		head = append(head, tag...)
		for _, v := range []uint32{checksum(tables[tag]), uint32(start + body.Len()), uint32(len(tables[tag]))} {
			head = binary.BigEndian.AppendUint32(head, v)
		}
		body.Write(tables[tag])
		for body.Len()%4 != 0 {
			body.WriteByte(0)
		}
	}
	file := append(head, body.Bytes()...)
	binary.BigEndian.PutUint32(file[headAt+8:], 0xB1B0AFBA-checksum(file))
	return file
}

// checksum adds the words of a table up; a last one that is short counts as if
// zeros followed.
func checksum(table []byte) (sum uint32) {
	for len(table) >= 4 {
		sum += binary.BigEndian.Uint32(table)
		table = table[4:]
	}
	var last [4]byte
	copy(last[:], table)
	return sum + binary.BigEndian.Uint32(last[:])
}
