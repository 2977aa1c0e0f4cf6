package table

import (
	"customercenter/infra/local/dynamo/internal/expression"
	"customercenter/infra/local/dynamo/internal/fault"
	"customercenter/infra/local/dynamo/internal/value"
)

// PageBytes is how much of the table one page reads before it ends.
const PageBytes = 1 << 20

// View is the table or one of its indexes, as something to query.
type View struct {
	Key       Key         // what it is sorted by
	Index     string      // "" for the table
	Projected value.Names // the attributes an entry has, nil for all
	table     *Table
	index     *index
}

// View returns the table itself, or the named index.
func (t *Table) View(name string) (View, error) {
	if name == "" {
		return View{Key: t.Key, table: t}, nil
	}
	x := t.index(name)
	if x == nil {
		return View{}, fault.Validation("The table does not have the specified index: %s", name)
	}
	return View{Key: x.Key, Index: name, Projected: x.projected, table: t, index: x}, nil
}

// StartKey returns the attributes that a page's position in the view consists of.
func (v View) StartKey() value.Names {
	names := v.table.KeyNames()
	for _, a := range v.Key.Attributes() {
		names[a.Name] = a.Name
	}
	return names
}

// Position is the tree key of an item that has all attributes of StartKey.
func (v View) Position(item value.Item) string {
	var key []byte
	if v.index != nil {
		key, _ = v.Key.appendTree(key, item)
	}
	key, _ = v.table.Key.appendTree(key, item)
	return string(key)
}

// Range is a half-open stretch of a view's tree keys.
type Range struct{ Low, High string }

// Holds reports whether the range holds a tree key.
func (r Range) Holds(key string) bool { return r.Low <= key && key < r.High }

// Range translates the tests of a key condition: one that the hash attribute
// equals a value, and at most one of the range attribute.
func (v View) Range(tests []expression.KeyTest) (Range, error) {
	var hash, sort *expression.KeyTest
	for i, t := range tests {
		switch t.Attribute {
		case v.Key.Hash.Name:
			hash = &tests[i]
		case v.Key.Range.Name:
			sort = &tests[i]
		default:
			missed := v.Key.Hash.Name
			if hash != nil && v.Key.Range.Name != "" {
				missed = v.Key.Range.Name
			}
			return Range{}, fault.Validation("Query condition missed key schema element: %s", missed)
		}
	}
	if hash == nil {
		return Range{}, fault.Validation("Query condition missed key schema element: %s", v.Key.Hash.Name)
	}
	if hash.Operator != "=" {
		return Range{}, fault.Validation("Query key condition not supported")
	}
	if err := checkTest(v.Key.Hash, hash, true); err != nil {
		return Range{}, err
	}
	partition := string(hash.Values[0].AppendKey(nil))
	if sort == nil {
		return Range{partition, value.After(partition)}, nil
	}
	if err := checkTest(v.Key.Range, sort, false); err != nil {
		return Range{}, err
	}
	return sortRange(partition, sort), nil
}

func checkTest(a Attribute, t *expression.KeyTest, hash bool) error {
	for _, v := range t.Values {
		if v.Kind.String() != a.Type {
			return fault.Validation("One or more parameter values were invalid: Condition parameter type does not match schema type")
		}
		if t.Operator == expression.KeyBeginsWith && v.Text == "" {
			continue
		}
		if err := checkKeyValue(a, v, hash); err != nil {
			return err
		}
	}
	return nil
}

func sortRange(partition string, t *expression.KeyTest) Range {
	end := value.After(partition)
	at := string(t.Values[0].AppendKey([]byte(partition)))
	switch t.Operator {
	case "=":
		return Range{at, value.After(at)}
	case "<":
		return Range{partition, at}
	case "<=":
		return Range{partition, value.After(at)}
	case ">":
		return Range{value.After(at), end}
	case ">=":
		return Range{at, end}
	case expression.KeyBeginsWith:
		prefix := string(t.Values[0].AppendKeyPrefix([]byte(partition)))
		return Range{prefix, value.After(prefix)}
	default: // KeyBetween
		return Range{at, value.After(string(t.Values[1].AppendKey([]byte(partition))))}
	}
}

// Page returns the records of a range in order, or in reverse, until limit
// records or PageBytes are read; more says that the page ended before the range.
// A page that reads limit records says more even where none follow, as
// DynamoDB's does.
func (v View) Page(r Range, forward bool, limit int) (records []*Record, more bool) {
	bytes := 0
	visit := func(key string, record *Record) bool {
		if !r.Holds(key) {
			// Descending starts at High, which is not part of the range.
			return !forward && key >= r.High
		}
		if len(records) == limit || bytes >= PageBytes {
			more = true
			return false
		}
		records = append(records, record)
		bytes += record.Size
		return true
	}
	entries := v.table.items
	if v.index != nil {
		entries = v.index.entries
	}
	if forward {
		entries.Ascend(r.Low, visit)
	} else {
		entries.Descend(r.High, visit)
	}
	return records, more || len(records) == limit
}
