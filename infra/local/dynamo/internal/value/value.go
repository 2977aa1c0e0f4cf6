// Package value is DynamoDB's item: attribute values, their equality, order and
// size in bytes, their JSON and the byte strings by which keys sort. It knows no
// table, no expression and no transport.
package value

import (
	"slices"
	"strings"

	"customercenter/infra/local/dynamo/internal/number"
)

// Kind is the type of an attribute value.
type Kind byte

// The ten attribute types.
const (
	String Kind = iota + 1
	Number
	Binary
	Boolean
	Null
	List
	Map
	StringSet
	NumberSet
	BinarySet
)

var kindNames = [...]string{
	String: "S", Number: "N", Binary: "B", Boolean: "BOOL", Null: "NULL",
	List: "L", Map: "M", StringSet: "SS", NumberSet: "NS", BinarySet: "BS",
}

// String is the kind's name on the wire: S, N, BOOL ….
func (k Kind) String() string { return kindNames[k] }

// KindNamed returns the kind a wire name stands for.
func KindNamed(name string) (Kind, bool) {
	i := slices.Index(kindNames[1:], name)
	return Kind(i + 1), i >= 0
}

// IsSet reports whether values of this kind are sets.
func (k Kind) IsSet() bool { return k >= StringSet }

// Ordered reports whether values of this kind can be compared with < and >.
func (k Kind) Ordered() bool { return k == String || k == Number || k == Binary }

// Value is one attribute value; values are shared between items and never
// changed once they are made.
type Value struct {
	Kind Kind
	Text string   // String and Binary: their bytes; Number: its canonical spelling
	Bool bool     // Boolean
	List []Value  // List
	Map  Item     // Map
	Set  []string // sets: members as Text has them, in order
}

// Item is a map of attributes: a whole item, a key, or the content of a Map.
type Item map[string]Value

// Integer returns the Number n.
func Integer(canonical string) Value { return Value{Kind: Number, Text: canonical} }

// Equal reports whether two values are of one kind and the same.
func (v Value) Equal(w Value) bool {
	if v.Kind != w.Kind {
		return false
	}
	switch v.Kind {
	case List:
		return slices.EqualFunc(v.List, w.List, Value.Equal)
	case Map:
		return v.Map.Equal(w.Map)
	case StringSet, NumberSet, BinarySet:
		return slices.Equal(v.Set, w.Set)
	}
	return v.Text == w.Text && v.Bool == w.Bool
}

// Equal reports whether two items have the same attributes.
func (m Item) Equal(w Item) bool {
	if len(m) != len(w) {
		return false
	}
	for name, v := range m {
		other, ok := w[name]
		if !ok || !v.Equal(other) {
			return false
		}
	}
	return true
}

// Compare orders two values of one Ordered kind: numbers by magnitude, text and
// binary by bytes.
func Compare(v, w Value) int {
	if v.Kind == Number {
		return number.Compare(v.Text, w.Text)
	}
	return strings.Compare(v.Text, w.Text)
}

// Has reports whether a set holds a member.
func (v Value) Has(member string) bool { return slices.Contains(v.Set, member) }

// NewSet returns the set of the members, which it sorts and rids of doubles.
func NewSet(kind Kind, members []string) Value {
	set := slices.Clone(members)
	slices.SortFunc(set, memberOrder(kind))
	return Value{Kind: kind, Set: slices.Compact(set)}
}

func memberOrder(kind Kind) func(a, b string) int {
	if kind == NumberSet {
		return number.Compare
	}
	return strings.Compare
}

// Bytes that the size rules add for a document and for each of its elements.
const (
	documentOverhead = 3
	elementOverhead  = 1
)

// Size is what the value counts against limits and capacity, in bytes.
func (v Value) Size() int {
	switch v.Kind {
	case Number:
		return number.Size(v.Text)
	case Boolean, Null:
		return 1
	case List:
		size := documentOverhead
		for _, element := range v.List {
			size += elementOverhead + element.Size()
		}
		return size
	case Map:
		return documentOverhead + len(v.Map)*elementOverhead + v.Map.Size()
	case NumberSet:
		size := 0
		for _, member := range v.Set {
			size += number.Size(member)
		}
		return size
	case StringSet, BinarySet:
		size := 0
		for _, member := range v.Set {
			size += len(member)
		}
		return size
	}
	return len(v.Text)
}

// Size is the sum of the attributes' names and values, in bytes.
func (m Item) Size() int {
	size := 0
	for name, v := range m {
		size += len(name) + v.Size()
	}
	return size
}

// Depth is how many lists and maps stand around the innermost value.
func (m Item) Depth() int {
	deepest := 0
	for _, v := range m {
		deepest = max(deepest, v.depth())
	}
	return deepest
}

func (v Value) depth() int {
	switch {
	case v.Kind == Map && len(v.Map) > 0:
		return 1 + v.Map.Depth()
	case v.Kind == List && len(v.List) > 0:
		deepest := 0
		for _, element := range v.List {
			deepest = max(deepest, element.depth())
		}
		return 1 + deepest
	}
	return 0
}

// Get returns the value of an attribute.
func (m Item) Get(name string) (Value, bool) {
	v, ok := m[name]
	return v, ok
}

// Clone returns a copy that may be changed at any depth.
func (m Item) Clone() Item {
	c := make(Item, len(m))
	for name, v := range m {
		c[name] = v.Clone()
	}
	return c
}

// Clone returns a copy that may be changed at any depth; sets are replaced, never
// changed, so they stay shared.
func (v Value) Clone() Value {
	switch v.Kind {
	case List:
		list := make([]Value, len(v.List))
		for i := range v.List {
			list[i] = v.List[i].Clone()
		}
		v.List = list
	case Map:
		v.Map = v.Map.Clone()
	}
	return v
}
