package table

import (
	"slices"
	"strings"
	"sync"

	"github.com/tidwall/btree"
)

// Restore puts the record at key as Apply does, or takes away what stands there,
// in a table that is being read back: indexes and expiry order stay as they are
// until Build makes them, at once instead of item by item.
func (t *Table) Restore(key string, next *Record) (old *Record) {
	if next == nil {
		old, _ = t.items.Delete(key)
	} else {
		old, _ = t.items.Load(key, next)
	}
	t.bytes += int64(next.size() - old.size())
	return old
}

// Build makes the indexes and the expiry order anew from the items.
func (t *Table) Build() {
	entries := make([][]entry, len(t.indexes)+1)
	expiry := &entries[len(t.indexes)]
	t.items.Scan(func(key string, r *Record) bool {
		fields := r.fields(t.scratch.after[:0], t.selected)
		t.scratch.after = fields
		for i, x := range t.indexes {
			if at, ok := x.key(t, key, fields); ok {
				entries[i] = append(entries[i], entry{at, x.entry(r, fields)})
			}
		}
		if at, ok := t.expiryKey(key, fields); ok {
			*expiry = append(*expiry, entry{at, r})
		}
		return true
	})
	var wg sync.WaitGroup
	for i, x := range t.indexes {
		wg.Go(func() { x.entries = treeOf(entries[i]) })
	}
	t.expiry = treeOf(*expiry)
	wg.Wait()
}

// entry is a tree key and what stands there.
type entry struct {
	key    string
	record *Record
}

func treeOf(entries []entry) *btree.Map[string, *Record] {
	slices.SortFunc(entries, func(a, b entry) int { return strings.Compare(a.key, b.key) })
	tree := newTree()
	for _, e := range entries {
		tree.Load(e.key, e.record)
	}
	return tree
}
