package pdf

import (
	"bytes"
	"compress/zlib"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"unicode/utf16"
)

// ref is the number of an object of the file.
type ref int

func (r ref) String() string { return strconv.Itoa(int(r)) + " 0 R" }

// objects are what a file is made of, by number from 1.
type objects struct {
	bodies  [][]byte
	streams []bool
}

// reserve gives a number to an object that is set later.
func (o *objects) reserve() ref {
	o.bodies, o.streams = append(o.bodies, nil), append(o.streams, false)
	return ref(len(o.bodies))
}

func (o *objects) set(r ref, body string) { o.bodies[r-1] = []byte(body) }

func (o *objects) add(format string, args ...any) ref {
	r := o.reserve()
	o.set(r, fmt.Sprintf(format, args...))
	return r
}

// stream adds compressed data; dict are entries of its dictionary.
func (o *objects) stream(dict string, data []byte) ref {
	return o.plain(dict+"/Filter/FlateDecode", deflate(data))
}

// plain adds data as it is: what others search for in the file's bytes.
func (o *objects) plain(dict string, data []byte) ref {
	r := o.reserve()
	var b bytes.Buffer
	fmt.Fprintf(&b, "<<%s/Length %d>>\nstream\n", dict, len(data))
	b.Write(data)
	b.WriteString("\nendstream")
	o.bodies[r-1], o.streams[r-1] = b.Bytes(), true
	return r
}

// deflaters are kept: each has a megabyte of tables.
var deflaters = sync.Pool{New: func() any {
	w, _ := zlib.NewWriterLevel(nil, zlib.BestCompression) // a level there is
	return w
}}

func deflate(data []byte) []byte {
	var z bytes.Buffer
	w := deflaters.Get().(*zlib.Writer)
	defer deflaters.Put(w)
	w.Reset(&z)
	_, _ = w.Write(data) // a buffer takes everything
	_ = w.Close()
	return z.Bytes()
}

// packed is how many objects stand in one object stream. A paper of fifty
// lines has some seven hundred, nearly all of them small parts of its
// structure: compressed together they are a tenth of what they are alone.
const packed = 200

// place is where an object lies: at an offset of the file, or at an index
// within an object stream.
type place struct {
	kind   byte // as cross-reference streams count: 1 in the file, 2 in a stream
	at     int
	within int
}

// file writes all objects, and in the end where each lies. Equal objects give
// equal bytes: the identifier is a hash of what stands before it.
func (o *objects) file(root, info ref) []byte {
	o.pack()
	var b bytes.Buffer
	b.WriteString("%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
	places := make([]place, len(o.bodies)+2) // with the free head of the list and the list itself
	places[0].within = 0xffff                // the head of the list of free numbers, as the format has it
	for i, body := range o.bodies {
		if body == nil {
			continue
		}
		places[i+1] = place{kind: 1, at: b.Len()}
		fmt.Fprintf(&b, "%d 0 obj\n", i+1)
		b.Write(body)
		b.WriteString("\nendobj\n")
	}
	o.locate(places)
	start := b.Len()
	places[len(places)-1] = place{kind: 1, at: start}
	var table []byte
	for _, p := range places {
		table = append(table, p.kind)
		table = binary.BigEndian.AppendUint32(table, uint32(p.at))
		table = binary.BigEndian.AppendUint16(table, uint16(p.within))
	}
	id := sha256.Sum256(b.Bytes())
	data := deflate(table)
	fmt.Fprintf(&b, "%d 0 obj\n<</Type/XRef/Size %d/W[1 4 2]/Root %s/Info %s/ID[<%x><%x>]/Filter/FlateDecode/Length %d>>\nstream\n",
		len(places)-1, len(places), root, info, id[:16], id[:16], len(data))
	b.Write(data)
	fmt.Fprintf(&b, "\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n", start)
	return b.Bytes()
}

// pack moves what is no stream into object streams, which come last.
func (o *objects) pack() {
	var loose []int
	for i := range o.bodies {
		if !o.streams[i] {
			loose = append(loose, i)
		}
	}
	for start := 0; start < len(loose); start += packed {
		var index, bodies bytes.Buffer
		group := loose[start:min(start+packed, len(loose))]
		for _, i := range group {
			fmt.Fprintf(&index, "%d %d ", i+1, bodies.Len())
			bodies.Write(o.bodies[i])
			bodies.WriteByte('\n')
			o.bodies[i] = nil
		}
		o.stream(fmt.Sprintf("/Type/ObjStm/N %d/First %d", len(group), index.Len()), append(index.Bytes(), bodies.Bytes()...))
	}
}

// locate says in which object stream each packed object lies: pack took them in
// order of number, and put the streams behind everything else.
func (o *objects) locate(places []place) {
	var loose []int
	for i := range o.bodies {
		if o.bodies[i] == nil {
			loose = append(loose, i)
		}
	}
	holders := (len(loose) + packed - 1) / packed
	first := len(o.bodies) - holders
	for n, i := range loose {
		places[i+1] = place{kind: 2, at: first + n/packed + 1, within: n % packed}
	}
}

// text is a string of the file in UTF-16, whatever it holds.
func text(s string) string {
	var b strings.Builder
	b.WriteString("<FEFF")
	appendUTF16(&b, s)
	b.WriteByte('>')
	return b.String()
}

const hexDigits = "0123456789ABCDEF"

func appendUTF16(b *strings.Builder, s string) {
	for _, u := range utf16.Encode([]rune(s)) {
		for shift := 12; shift >= 0; shift -= 4 {
			b.WriteByte(hexDigits[u>>shift&15])
		}
	}
}

// name is a name object, with what it may not hold as it stands escaped.
func name(s string) string {
	var b strings.Builder
	b.WriteByte('/')
	for i := range len(s) {
		c := s[i]
		if c > ' ' && c < 0x7f && !strings.ContainsRune("#/%()<>[]{}", rune(c)) {
			b.WriteByte(c)
			continue
		}
		fmt.Fprintf(&b, "#%02X", c)
	}
	return b.String()
}
