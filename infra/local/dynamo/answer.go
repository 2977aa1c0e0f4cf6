package dynamo

import (
	"maps"
	"slices"
	"strconv"

	"customercenter/infra/local/dynamo/internal/table"
	"customercenter/infra/local/dynamo/internal/value"
)

// answer builds a JSON object without looking at stored items again: they are
// already the bytes that the wire wants.
type answer struct {
	json []byte
}

func newAnswer() *answer { return &answer{json: append(make([]byte, 0, 512), '{')} }

func (a *answer) name(name string) *answer {
	if a.json[len(a.json)-1] != '{' {
		a.json = append(a.json, ',')
	}
	a.json = value.AppendQuoted(a.json, name)
	a.json = append(a.json, ':')
	return a
}

func (a *answer) raw(name string, json []byte) {
	a.name(name)
	a.json = append(a.json, json...)
}

func (a *answer) text(name, text string) {
	a.name(name)
	a.json = value.AppendQuoted(a.json, text)
}

func (a *answer) number(name string, n float64) {
	a.name(name)
	a.json = strconv.AppendFloat(a.json, n, 'f', -1, 64)
}

func (a *answer) item(name string, item value.Item) {
	a.name(name)
	a.json = item.Append(a.json)
}

// object calls fill to build a nested object.
func (a *answer) object(name string, fill func(*answer)) {
	a.name(name)
	a.open(fill)
}

func (a *answer) open(fill func(*answer)) {
	nested := answer{json: append(a.json, '{')}
	fill(&nested)
	a.json = append(nested.json, '}')
}

// list calls element for each of n elements; it appends one.
func (a *answer) list(name string, n int, element func(*answer, int)) {
	a.name(name)
	a.json = append(a.json, '[')
	for i := range n {
		if i > 0 {
			a.json = append(a.json, ',')
		}
		element(a, i)
	}
	a.json = append(a.json, ']')
}

func (a *answer) bytes() []byte { return append(a.json, '}') }

// consumed is a table's part of the capacity that an operation used.
type consumed struct {
	table string
	units table.Units
	kind  string // ReadCapacityUnits or WriteCapacityUnits where told apart, else ""
}

const (
	readCapacity  = "ReadCapacityUnits"
	writeCapacity = "WriteCapacityUnits"
)

// fill writes the capacity; mode is one of capacityModes.
func (c consumed) fill(a *answer, mode string) {
	units := func(a *answer, n float64) {
		a.number("CapacityUnits", n)
		if c.kind != "" {
			a.number(c.kind, n)
		}
	}
	a.text("TableName", c.table)
	units(a, c.units.Total())
	if mode != "INDEXES" {
		return
	}
	a.object("Table", func(a *answer) { units(a, c.units.Table) })
	if len(c.units.Indexes) == 0 {
		return
	}
	a.object("GlobalSecondaryIndexes", func(a *answer) {
		for _, name := range slices.Sorted(maps.Keys(c.units.Indexes)) {
			a.object(name, func(a *answer) { units(a, c.units.Indexes[name]) })
		}
	})
}

func wantsCapacity(mode string) bool { return mode != "" && mode != "NONE" }

// capacity adds what one table's part of an operation used, where it was asked for.
func (a *answer) capacity(mode string, c consumed) {
	if wantsCapacity(mode) {
		a.object("ConsumedCapacity", func(a *answer) { c.fill(a, mode) })
	}
}

// tally sums capacity by table.
type tally map[string]*table.Units

func (t tally) add(name string, units table.Units) {
	if t[name] == nil {
		t[name] = &table.Units{}
	}
	t[name].Add(units)
}

// capacities adds what several tables' parts used, where it was asked for.
func (a *answer) capacities(mode string, t tally, kind string) {
	if !wantsCapacity(mode) {
		return
	}
	names := slices.Sorted(maps.Keys(t))
	a.list("ConsumedCapacity", len(names), func(a *answer, i int) {
		a.open(func(a *answer) { consumed{names[i], *t[names[i]], kind}.fill(a, mode) })
	})
}
