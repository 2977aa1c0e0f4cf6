package ingest

import (
	"bytes"
	"iter"
	"maps"
	"slices"
	"strings"
)

// maxPieceFiles bounds the files of one piece.
const maxPieceFiles = 500

// Piece is a part of a batch that can be read on its own. FirstIndex is the
// position of its first record in the file it is a part of.
type Piece struct {
	Files      []File
	FirstIndex int
}

func (p Piece) size() int {
	size := 0
	for _, f := range p.Files {
		size += len(f.Data)
	}
	return size
}

// Pieces cuts the batch into pieces of at most limit bytes: small files stay
// whole and together, JSON Lines are cut before lines, CSV files between
// records, each piece with the joined rows it needs and no others. What cannot
// be cut (one document larger than the limit) is a piece of its own. Reading
// all pieces in order gives the records of the batch, with FirstIndex added to
// their index.
func (b *Batch) Pieces(limit int) iter.Seq[Piece] {
	return func(yield func(Piece) bool) {
		all := Piece{}
		for _, s := range b.sources {
			all.Files = append(all.Files, File{s.Name, s.raw})
		}
		if all.size() <= limit && len(all.Files) <= maxPieceFiles {
			yield(all)
			return
		}
		c := cutter{limit: limit, yield: yield}
		for _, s := range b.sources {
			switch {
			case b.joins.holds(s.Name):
			case s.format == formatCSV:
				b.cutCSV(&c, s)
			case s.format == formatJSONL && len(s.raw) > limit:
				c.cutLines(s)
			default:
				c.whole(File{s.Name, s.raw})
			}
			if c.stopped {
				return
			}
		}
		c.flush()
	}
}

// cutter collects whole files into pieces and hands pieces on.
type cutter struct {
	limit   int
	yield   func(Piece) bool
	pending Piece
	stopped bool
}

func (c *cutter) emit(p Piece) { c.stopped = c.stopped || !c.yield(p) }

func (c *cutter) whole(f File) {
	if c.pending.size()+len(f.Data) > c.limit || len(c.pending.Files) == maxPieceFiles {
		c.flush()
	}
	c.pending.Files = append(c.pending.Files, f)
}

func (c *cutter) flush() {
	if len(c.pending.Files) > 0 && !c.stopped {
		c.emit(c.pending)
	}
	c.pending = Piece{}
}

func (c *cutter) cutLines(s source) {
	c.flush()
	rest, index := s.Data, 0
	for len(rest) > 0 && !c.stopped {
		size, records := c.nextLines(rest)
		c.emit(Piece{Files: []File{{s.Name, rest[:size]}}, FirstIndex: index})
		rest, index = rest[size:], index+records
	}
}

// nextLines is how much of rest makes the next piece, and how many records that
// is. It ends before a line that opens an object: were the next piece to begin
// with a broken line or a blank one, it would not be seen to be JSON Lines. So a
// line and the broken and blank ones after it may be larger than the limit, as a
// document may.
func (c *cutter) nextLines(rest []byte) (size, records int) {
	end, lines, opened := 0, 0, false
	for line := range bytes.Lines(rest) {
		head := line
		if end == 0 {
			head = bytes.TrimPrefix(line, []byte(byteOrderMark))
		}
		opens := opensObject(head)
		if opens && opened {
			size, records = end, lines
		}
		opened = opened || opens
		if size > 0 && end+len(line) > c.limit {
			return size, records
		}
		end += len(line)
		if len(bytes.TrimSpace(line)) > 0 {
			lines++
		}
	}
	return end, lines
}

// csvPiece is a piece of a CSV file in the making.
type csvPiece struct {
	batch   *Batch
	main    bytes.Buffer
	joins   []*joinPiece
	first   int
	entries int
}

// joinPiece is what a piece needs of a joined file: the mapped columns of the
// rows that its own rows refer to.
type joinPiece struct {
	*join
	field   string // of the main row: the key
	columns []string
	text    bytes.Buffer
	has     map[string]bool
}

func (b *Batch) cutCSV(c *cutter, s source) {
	c.flush()
	t, fault := b.mapping.openMain(s)
	if fault != nil { // whoever reads the piece finds the same fault
		c.emit(Piece{Files: []File{{s.Name, s.Data[:min(len(s.Data), c.limit)]}}})
		return
	}
	head := s.Data[:len(s.Data)-len(t.rows.rest)]
	if b.mapping.Encoding != "" { // the piece is UTF-8, whatever the file was
		head = append([]byte(byteOrderMark), bytes.TrimPrefix(head, []byte(byteOrderMark))...)
	}
	p := b.newCSVPiece(head, 0)
	for e := range b.entries(t) {
		needs := p.needs(e)
		if p.entries > 0 && p.size()+len(e.raw)+sizeOf(needs) > c.limit {
			c.emit(p.piece(s.Name))
			p = b.newCSVPiece(head, p.first+p.entries)
			needs = p.needs(e)
		}
		if c.stopped {
			return
		}
		p.main.Write(e.raw)
		p.entries++
		for i, j := range p.joins {
			for key, text := range needs[i] {
				j.has[key] = true
				j.text.WriteString(text)
			}
		}
	}
	if p.entries > 0 && !c.stopped {
		c.emit(p.piece(s.Name))
	}
}

func (b *Batch) newCSVPiece(head []byte, first int) *csvPiece {
	p := &csvPiece{batch: b, first: first}
	p.main.Write(head)
	p.addJoin(b.joins.customers, b.mapping.Join.Customers, "customer.key")
	p.addJoin(b.joins.lines, b.mapping.Join.Lines, "number")
	return p
}

func (p *csvPiece) addJoin(j *join, m *joinMapping, field string) {
	if j == nil || j.fault != nil {
		return
	}
	piece := &joinPiece{join: j, field: field, has: map[string]bool{}}
	if p.batch.mapping.Encoding != "" {
		piece.text.WriteString(byteOrderMark)
	}
	if p.batch.mapping.Header.first {
		piece.columns = append(slices.Sorted(maps.Values(m.Columns)), m.Key)
		slices.Sort(piece.columns)
		piece.columns = slices.Compact(piece.columns)
		piece.text.WriteString(p.batch.mapping.encode(piece.columns))
	}
	p.joins = append(p.joins, piece)
}

// needs is, for each join, the text of the rows that an entry refers to and the
// piece does not have, by key. A row that cannot be read refers to none.
func (p *csvPiece) needs(e entry) []map[string]string {
	needs := make([]map[string]string, len(p.joins))
	for i, j := range p.joins {
		needs[i] = map[string]string{}
		for _, r := range e.rows {
			key := r.get(j.field)
			if _, known := needs[i][key]; known || j.has[key] {
				continue
			}
			var text strings.Builder
			for _, joined := range j.rows[key] {
				text.WriteString(p.batch.mapping.encode(joined.pick(j.columns)))
			}
			needs[i][key] = text.String()
		}
	}
	return needs
}

func sizeOf(needs []map[string]string) int {
	size := 0
	for _, texts := range needs {
		for _, text := range texts {
			size += len(text)
		}
	}
	return size
}

func (p *csvPiece) size() int {
	size := p.main.Len()
	for _, j := range p.joins {
		size += j.text.Len()
	}
	return size
}

func (p *csvPiece) piece(name string) Piece {
	files := []File{{name, p.main.Bytes()}}
	for _, j := range p.joins {
		files = append(files, File{j.file, j.text.Bytes()})
	}
	return Piece{Files: files, FirstIndex: p.first}
}

// pick returns the cells of the named columns; all of them where none are named.
func (r row) pick(columns []string) []string {
	if columns == nil {
		return r.cells
	}
	cells := make([]string, len(columns))
	for i, name := range columns {
		cells[i] = r.cells[slices.Index(r.table.names, name)]
	}
	return cells
}

// encode writes a record as it would stand in a file of this mapping. A record
// of one empty value needs quotes, or it would be a blank line.
func (m *mapping) encode(cells []string) string {
	var b strings.Builder
	for i, cell := range cells {
		if i > 0 {
			b.WriteString(m.Delimiter)
		}
		quoted := strings.ContainsAny(cell, "\"\r\n") || strings.Contains(cell, m.Delimiter) || len(cells) == 1 && cell == ""
		if quoted {
			cell = `"` + strings.ReplaceAll(cell, `"`, `""`) + `"`
		}
		b.WriteString(cell)
	}
	b.WriteString("\n")
	return b.String()
}
