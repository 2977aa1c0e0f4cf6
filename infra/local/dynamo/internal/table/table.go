package table

import (
	"bytes"
	"encoding/binary"
	"strconv"
	"time"

	"github.com/tidwall/btree"

	"customercenter/infra/local/dynamo/internal/value"
)

// Record is an item as the trees hold it. Records are never changed, so a reader
// may keep one after it has let the table's lock go.
type Record struct {
	Key    string // what the item sorts by in the table
	Raw    []byte // its DynamoDB JSON, attributes in order
	Size   int    // bytes as DynamoDB counts them
	Commit uint64 // the commit that wrote it
}

// Item decodes the record; the nil record is the nil item.
func (r *Record) Item() value.Item {
	if r == nil {
		return nil
	}
	item, err := value.Parse(r.Raw)
	if err != nil {
		panic("table: stored item cannot be read: " + err.Error())
	}
	return item
}

// Select returns the item's JSON reduced to the named attributes.
func (r *Record) Select(names value.Names) []byte {
	selected, _ := r.fields(nil, names).Append(nil, names)
	return selected
}

// fields decodes the named attributes of the record; the nil record has none.
func (r *Record) fields(into value.Fields, names value.Names) value.Fields {
	if r == nil {
		return nil
	}
	fields, err := value.Skim(into, r.Raw, names)
	if err != nil {
		panic("table: stored item cannot be read: " + err.Error())
	}
	return fields
}

// NewRecord encodes an item that stands at key.
func NewRecord(key string, item value.Item) *Record {
	return &Record{Key: key, Raw: item.Append(nil), Size: item.Size()}
}

func (r *Record) size() int {
	if r == nil {
		return 0
	}
	return r.Size
}

// Same reports whether two records hold equal items, or neither holds one.
func Same(a, b *Record) bool {
	if a == nil || b == nil {
		return a == b
	}
	return bytes.Equal(a.Raw, b.Raw)
}

// Table is one table's items, indexes, expiry order and stream.
type Table struct {
	Schema
	Stream Stream

	items    *btree.Map[string, *Record]
	indexes  []*index
	expiry   *btree.Map[string, *Record]
	bytes    int64
	selected value.Names // attributes that indexes and expiry look at
	vanished uint64      // last commit that took an entry out of a tree
	scratch  scratch
}

type index struct {
	IndexSchema
	projected value.Names // nil for all
	entries   *btree.Map[string, *Record]
}

// scratch is room that writes use again and again.
type scratch struct {
	before, after value.Fields
	key           []byte
}

const degree = 64

func newTree() *btree.Map[string, *Record] { return btree.NewMap[string, *Record](degree) }

// New returns an empty table.
func New(s Schema) *Table {
	t := &Table{Schema: s, items: newTree(), expiry: newTree()}
	for _, x := range s.Indexes {
		t.indexes = append(t.indexes, &index{IndexSchema: x, projected: x.projected(s.Key), entries: newTree()})
	}
	t.noteSelected()
	return t
}

// noteSelected notes which attributes of an item the table itself needs.
func (t *Table) noteSelected() {
	t.selected = value.Names{}
	for _, x := range t.indexes {
		for _, a := range x.Key.Attributes() {
			t.selected[a.Name] = a.Name
		}
		for name := range x.projected {
			t.selected[name] = name
		}
	}
	if t.Expiry != "" {
		t.selected[t.Expiry] = t.Expiry
	}
}

// SetExpiry names the attribute by which items expire, "" for none.
func (t *Table) SetExpiry(attribute string) {
	t.Expiry = attribute
	t.noteSelected()
	t.Build()
}

// Len is the number of items; Bytes their size.
func (t *Table) Len() int { return t.items.Len() }

// Bytes is the size of all items.
func (t *Table) Bytes() int64 { return t.bytes }

// IndexLen is the number of entries of an index.
func (t *Table) IndexLen(name string) int {
	if x := t.index(name); x != nil {
		return x.entries.Len()
	}
	return 0
}

func (t *Table) index(name string) *index {
	for _, x := range t.indexes {
		if x.Name == name {
			return x
		}
	}
	return nil
}

// Get returns the record at a key, or nil.
func (t *Table) Get(key string) *Record {
	r, _ := t.items.Get(key)
	return r
}

// Seen is the last commit that an answer built from these records shows the
// effect of: only when it is durable may the answer be given.
func (t *Table) Seen(records ...*Record) uint64 {
	last := t.vanished
	for _, r := range records {
		if r != nil {
			last = max(last, r.Commit)
		}
	}
	return last
}

// Apply puts the record at key, or takes away what stands there where it is nil,
// and returns what stood there and what that costs. The record is the table's
// from now on.
func (t *Table) Apply(key string, next *Record, commit uint64) (old *Record, units Units) {
	if next == nil {
		if old, _ = t.items.Delete(key); old != nil {
			t.vanished = commit
		}
	} else {
		next.Commit = commit
		old, _ = t.items.Set(key, next)
	}
	t.bytes += int64(next.size() - old.size())
	units.Table = writeUnits(max(old.size(), next.size()))
	if len(t.selected) == 0 {
		return old, units
	}
	before := old.fields(t.scratch.before[:0], t.selected)
	after := next.fields(t.scratch.after[:0], t.selected)
	t.scratch.before, t.scratch.after = before, after
	for _, x := range t.indexes {
		moved, cost := x.apply(t, key, next, before, after)
		if moved {
			t.vanished = commit
		}
		units.addIndex(x.Name, cost)
	}
	if at, ok := t.expiryKey(key, before); ok {
		t.expiry.Delete(at)
	}
	if at, ok := t.expiryKey(key, after); ok {
		t.expiry.Set(at, next)
	}
	return old, units
}

// apply brings an index up to date; moved says that an entry left its place.
func (x *index) apply(t *Table, key string, next *Record, before, after value.Fields) (moved bool, units float64) {
	from, was := x.key(t, key, before)
	to, is := x.key(t, key, after)
	if was && (!is || from != to) {
		old, _ := x.entries.Delete(from)
		moved = true
		units += writeUnits(old.size())
	}
	if !is {
		return moved, units
	}
	entry := x.entry(next, after)
	old, _ := x.entries.Set(to, entry)
	if old == nil || !Same(old, entry) {
		units += writeUnits(max(old.size(), entry.size()))
	}
	return moved, units
}

// key returns where an item stands in the index, and whether it does.
func (x *index) key(t *Table, primary string, fields value.Fields) (string, bool) {
	key, ok := x.Key.appendTree(t.scratch.key[:0], fields)
	t.scratch.key = key
	if !ok {
		return "", false
	}
	t.scratch.key = append(key, primary...)
	return string(t.scratch.key), true
}

// entry is what the index keeps of a record.
func (x *index) entry(r *Record, fields value.Fields) *Record {
	if x.projected == nil {
		return r
	}
	entry := &Record{Key: r.Key, Commit: r.Commit}
	entry.Raw, entry.Size = fields.Append(make([]byte, 0, len(r.Key)*2), x.projected)
	return entry
}

// expiryBytes is the length of the time in an expiry key.
const expiryBytes = 8

// expiryKey sorts items by the second they expire in.
func (t *Table) expiryKey(key string, fields value.Fields) (string, bool) {
	if t.Expiry == "" {
		return "", false
	}
	v, _ := fields.Get(t.Expiry)
	if v.Kind != value.Number {
		return "", false
	}
	second, err := strconv.ParseInt(v.Text, 10, 64)
	if err != nil || second < 0 {
		return "", false
	}
	return expiryPrefix(second) + key, true
}

func expiryPrefix(second int64) string {
	var b [expiryBytes]byte
	binary.BigEndian.PutUint64(b[:], uint64(second))
	return string(b[:])
}

// expiryHorizon is how far in the past an expiry time may lie and still count:
// DynamoDB takes older ones for mistakes.
const expiryHorizon = 5 * 365 * 24 * time.Hour

// Expired returns records whose time has passed, earliest first, limit at most.
func (t *Table) Expired(now time.Time, limit int) []*Record {
	var due []*Record
	if t.Expiry == "" {
		return nil
	}
	end := expiryPrefix(max(0, now.Unix()))
	t.expiry.Ascend(expiryPrefix(max(0, now.Add(-expiryHorizon).Unix())), func(at string, r *Record) bool {
		if at >= end || len(due) == limit {
			return false
		}
		due = append(due, r)
		return true
	})
	return due
}

// Snapshot returns a table that stays as this one is now, for reading; making it
// takes no time that depends on the table's size.
func (t *Table) Snapshot() *Table {
	c := *t
	c.items = t.items.Copy()
	c.indexes, c.expiry = nil, nil
	c.Stream = t.Stream.snapshot()
	return &c
}

// Scan calls visit with each record in the order of keys until it says stop.
func (t *Table) Scan(visit func(*Record) bool) {
	t.items.Scan(func(_ string, r *Record) bool { return visit(r) })
}
