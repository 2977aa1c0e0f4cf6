package ingest

import (
	"bytes"
	"fmt"
	"iter"
	"slices"
)

// entry is what one record of a CSV file is made of: a row, or all rows of a
// group; err says why its row cannot be read.
type entry struct {
	rows []row
	raw  []byte // as they stand in the file
	err  error
}

// entries yields the entries of a file. Rows that the mapping's filter leaves
// out are none. Rows of one group may stand anywhere in the file: the entry
// comes where its first row does.
func (b *Batch) entries(t *table) iter.Seq[entry] {
	if b.mapping.GroupBy == "" {
		return func(yield func(entry) bool) {
			for e, ok := t.entry(); ok; e, ok = t.entry() {
				if !yield(e) {
					return
				}
			}
		}
	}
	return slices.Values(t.groups(b.mapping.GroupBy))
}

// entry is the next row that is not left out.
func (t *table) entry() (e entry, ok bool) {
	for {
		before := t.rows.rest
		r, ok, err := t.next()
		if !ok {
			return entry{}, false
		}
		if err == nil && !t.mapping.keeps(r) {
			continue
		}
		e = entry{raw: before[:len(before)-len(t.rows.rest)], err: err}
		if err == nil {
			e.rows = []row{r}
		}
		return e, true
	}
}

// maxGrouped is how many rows of a file are gathered in groups.
const maxGrouped = 1 << 19

var errMany = fmt.Errorf("the file has more than %d rows to group; cut it in two", maxGrouped)

// groups gathers rows of one value of our field. A row without one, or that
// cannot be read, stands alone.
func (t *table) groups(field string) []entry {
	var out []entry
	at := map[string]int{}
	count := 0
	for e, ok := t.entry(); ok; e, ok = t.entry() {
		if count++; count > maxGrouped {
			return append(out, entry{err: errMany})
		}
		if !bytes.HasSuffix(e.raw, []byte("\n")) { // the last row may be followed by others now
			e.raw = append(slices.Clone(e.raw), '\n')
		}
		value := ""
		if e.err == nil {
			value = e.rows[0].get(field)
		}
		if i, known := at[value]; known && value != "" {
			out[i].rows = append(out[i].rows, e.rows...)
			out[i].raw = append(slices.Clip(out[i].raw), e.raw...)
			continue
		}
		at[value] = len(out)
		out = append(out, e)
	}
	return out
}

// filter says which rows of a file are taken by one of their columns: those
// with one of the texts of Is, or with none of Not.
type filter struct {
	Is  []string `json:"is"`
	Not []string `json:"not"`
}

func (m *mapping) keeps(r row) bool {
	for column, f := range m.Filter {
		value := m.clean(r.cells[r.table.named[column]])
		if len(f.Is) > 0 && !slices.Contains(f.Is, value) || slices.Contains(f.Not, value) {
			return false
		}
	}
	return true
}
