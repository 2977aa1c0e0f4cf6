package ingest

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"customercenter/shared/center"
)

// table is a CSV file with its columns found.
type table struct {
	rows    *csvScanner
	mapping *mapping
	names   []string
	columns map[string]int // our field → position
	named   map[string]int // column that the mapping names otherwise → position
	key     int            // position of the key in a joined file
}

// openMain opens a file of records; what it lacks makes a note.
func (m *mapping) openMain(s source) (*table, *center.RowNote) {
	t, names, fault := m.openTable(s, m.Columns, "")
	if fault != nil {
		return nil, fault
	}
	for _, column := range m.otherColumns() {
		at := slices.Index(names, column)
		if at < 0 {
			return nil, missingColumn(column)
		}
		t.named[column] = at
	}
	return t, nil
}

func missingColumn(column string) *center.RowNote {
	return &center.RowNote{Code: center.CodeMissingColumn, Message: fmt.Sprintf("The file has no column %s.", quote(column))}
}

// openTable reads the header and finds the columns. A column that is missing
// makes a note; names lists all columns of the file.
func (m *mapping) openTable(s source, columns map[string]string, key string) (t *table, names []string, fault *center.RowNote) {
	t = &table{rows: newCSVScanner(s.Data, m.Delimiter), mapping: m, columns: make(map[string]int, len(columns)), named: map[string]int{}}
	names = m.Header.names
	if m.Header.first {
		first, ok, err := t.rows.next()
		if !ok || err != nil {
			return nil, nil, &center.RowNote{Code: center.CodeMissingColumn, Message: "The file has no header."}
		}
		names = first
	}
	for i := range names {
		names[i] = strings.TrimSpace(names[i])
	}
	t.names = names
	for field, column := range columns {
		at := slices.Index(names, column)
		if at < 0 {
			return nil, names, &center.RowNote{Code: center.CodeMissingColumn, Field: field,
				Message: fmt.Sprintf("The file has no column %s.", quote(column))}
		}
		t.columns[field] = at
	}
	if t.key = slices.Index(names, key); key != "" && t.key < 0 {
		return nil, names, missingColumn(key)
	}
	return t, names, nil
}

// row gives access to one record by our fields.
type row struct {
	table *table
	cells []string
}

// next returns the next row; ok is false at the end of the file.
func (t *table) next() (r row, ok bool, err error) {
	cells, ok, err := t.rows.next()
	if ok && err == nil && len(cells) != len(t.names) {
		err = fmt.Errorf("the record has %d values, the header %d", len(cells), len(t.names))
	}
	return row{t, cells}, ok, err
}

// get is the value of our field in this row, translated; "" where the file has
// no such column or the cell says nothing.
func (r row) get(field string) string {
	at, ok := r.table.columns[field]
	if !ok {
		return ""
	}
	value := r.table.mapping.stripped(field, r.table.mapping.clean(r.cells[at]))
	if translated, ok := r.table.mapping.Values[field][value]; ok {
		return translated
	}
	return value
}

func (r row) keyCell() string { return r.table.mapping.clean(r.cells[r.table.key]) }

func (m *mapping) clean(cell string) string {
	if m.Trim == nil || *m.Trim {
		cell = strings.TrimSpace(cell)
	}
	if slices.Contains(m.Null, cell) {
		return ""
	}
	return strings.ToValidUTF8(cell, "\uFFFD")
}

// stripped is a value without what the mapping takes off its end.
func (m *mapping) stripped(field, value string) string {
	for _, suffix := range m.StripSuffix[field] {
		if rest, found := strings.CutSuffix(value, suffix); found {
			return strings.TrimSpace(rest)
		}
	}
	return value
}

// joins are the files that complete others, indexed by key.
type joins struct {
	customers, lines *join
}

type join struct {
	pattern string
	file    string // the name of the first file
	rows    map[string][]row
	fault   *center.RowNote
}

func (j joins) holds(name string) bool { return j.customers.holds(name) || j.lines.holds(name) }

func (j *join) holds(name string) bool {
	if j == nil {
		return false
	}
	matched, _ := path.Match(j.pattern, path.Base(name))
	return matched
}

// openJoins reads the joined files, and lists the columns nothing uses.
func (b *Batch) openJoins() error {
	if b.mapping == nil {
		return nil
	}
	var err error
	if b.joins.customers, err = b.openJoin(b.mapping.Join.Customers); err != nil {
		return err
	}
	if b.joins.lines, err = b.openJoin(b.mapping.Join.Lines); err != nil {
		return err
	}
	for _, s := range b.sources {
		if s.format != formatCSV || b.joins.holds(s.Name) {
			continue
		}
		_, names, _ := b.mapping.openTable(s, nil, "")
		b.addUnmapped(names, b.mapping.Columns, "")
		b.unmapped = slices.DeleteFunc(b.unmapped, func(name string) bool { return slices.Contains(b.mapping.otherColumns(), name) })
	}
	return nil
}

func (b *Batch) openJoin(m *joinMapping) (*join, error) {
	if m == nil {
		return nil, nil
	}
	j := &join{pattern: m.File, rows: make(map[string][]row)}
	found, count := false, 0
	for _, s := range b.sources {
		if !j.holds(s.Name) {
			continue
		}
		if !found {
			found, j.file = true, s.Name
		}
		t, names, fault := b.mapping.openTable(s, m.Columns, m.Key)
		b.addUnmapped(names, m.Columns, m.Key)
		if fault != nil {
			fault.Message = s.Name + ": " + fault.Message
			j.fault = fault
			continue
		}
		for r, ok, err := t.next(); ok; r, ok, err = t.next() {
			if err != nil || r.keyCell() == "" {
				continue // a row nothing can refer to
			}
			if count++; count > maxRowIndexed {
				return nil, center.Errorf(center.TooLarge, "too_many_rows", "Joined files have at most %d rows in one post.", maxRowIndexed)
			}
			j.rows[r.keyCell()] = append(j.rows[r.keyCell()], r)
		}
	}
	if !found {
		j.fault = &center.RowNote{Code: center.CodeMissingColumn, Field: m.File,
			Message: fmt.Sprintf("The mapping needs a file %s, which was not sent.", quote(m.File))}
	}
	return j, nil
}

func (b *Batch) addUnmapped(names []string, columns map[string]string, key string) {
	for _, name := range names {
		name = shorten(name, maxTold)
		used := name == key || name == "" || slices.Contains(b.mapping.Ignore, name) || slices.Contains(b.unmapped, name)
		for _, column := range columns {
			used = used || column == name
		}
		if !used && len(b.unmapped) < maxListed {
			b.unmapped = append(b.unmapped, name)
		}
	}
}
