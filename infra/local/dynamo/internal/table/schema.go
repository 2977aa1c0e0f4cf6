// Package table holds what one table is made of: its schema, the tree of its
// items and the trees of its indexes, its expiry order and its stream, and what a
// read or write of them costs in capacity units. Of expressions it knows what a
// key condition asks of a key, of requests, transactions and the disk nothing,
// and it leaves locking to its caller.
package table

import (
	"slices"
	"time"

	"customercenter/infra/local/dynamo/internal/fault"
	"customercenter/infra/local/dynamo/internal/value"
)

// Limits of keys and items, in bytes.
const (
	MaxHashBytes  = 2048
	MaxRangeBytes = 1024
	MaxItemBytes  = 400 << 10
)

// keyHint is room for a usual key.
const keyHint = 96

// Projections of an index.
const (
	ProjectAll     = "ALL"
	ProjectKeys    = "KEYS_ONLY"
	ProjectInclude = "INCLUDE"
)

// Key names the attributes of a primary or index key and their types; Range is
// the zero Attribute where there is none.
type Key struct {
	Hash  Attribute
	Range Attribute
}

// Attribute is a key attribute: its name and its type S, N or B.
type Attribute struct {
	Name string
	Type string
}

// Attributes returns the key's attributes, hash first.
func (k Key) Attributes() []Attribute {
	if k.Range.Name == "" {
		return []Attribute{k.Hash}
	}
	return []Attribute{k.Hash, k.Range}
}

// Has reports whether the key holds an attribute.
func (k Key) Has(name string) bool { return name == k.Hash.Name || name != "" && name == k.Range.Name }

// Schema is what a table is declared as.
type Schema struct {
	Name        string
	ID          string
	Key         Key
	Attributes  []Attribute // as declared
	Indexes     []IndexSchema
	StreamView  string // what its stream shows, "" for none
	StreamLabel string
	Expiry      string // the TTL attribute, "" for none
	Created     time.Time
	Protected   bool
}

// IndexSchema declares a global secondary index.
type IndexSchema struct {
	Name       string
	Key        Key
	Projection string
	Include    []string
}

// projected returns the attributes an entry of the index holds, nil for all.
func (x IndexSchema) projected(primary Key) value.Names {
	if x.Projection == ProjectAll {
		return nil
	}
	names := value.NamesOf(x.Include...)
	for _, a := range slices.Concat(primary.Attributes(), x.Key.Attributes()) {
		names[a.Name] = a.Name
	}
	return names
}

// attributed is an item, whole or in part.
type attributed interface {
	Get(name string) (value.Value, bool)
}

// appendTree appends what an item sorts by under the key, and reports whether the
// item has all of the key's attributes.
func (k Key) appendTree(b []byte, item attributed) ([]byte, bool) {
	for _, a := range [...]Attribute{k.Hash, k.Range} {
		if a.Name == "" {
			break
		}
		v, ok := item.Get(a.Name)
		if !ok {
			return b, false
		}
		b = v.AppendKey(b)
	}
	return b, true
}

// CheckItem refuses an item that lacks a key attribute or has one, of the primary
// key or of an index, that no key can hold.
func (s *Schema) CheckItem(item value.Item) error {
	for i, a := range s.Key.Attributes() {
		v, ok := item[a.Name]
		if !ok {
			return fault.Validation("One or more parameter values were invalid: Missing the key %s in the item", a.Name)
		}
		if v.Kind.String() != a.Type {
			return fault.Validation("One or more parameter values were invalid: Type mismatch for key %s expected: %s actual: %s", a.Name, a.Type, v.Kind)
		}
		if err := checkKeyValue(a, v, i == 0); err != nil {
			return err
		}
	}
	for _, x := range s.Indexes {
		for i, a := range x.Key.Attributes() {
			v, ok := item[a.Name]
			if !ok {
				continue
			}
			if v.Kind.String() != a.Type {
				return fault.Validation("One or more parameter values were invalid: Type mismatch for Index Key %s Expected: %s Actual: %s IndexName: %s", a.Name, a.Type, v.Kind, x.Name)
			}
			if v.Kind != value.Number && v.Text == "" {
				return fault.Validation("One or more parameter values are not valid. A value specified for a secondary index key is not supported. The AttributeValue for a key attribute cannot contain an empty string value. IndexName: %s, IndexKey: %s", x.Name, a.Name)
			}
			if err := checkKeyValue(a, v, i == 0); err != nil {
				return err
			}
		}
	}
	return nil
}

func checkKeyValue(a Attribute, v value.Value, hash bool) error {
	switch {
	case v.Kind == value.Number:
		return nil
	case v.Text == "":
		kind := "string"
		if v.Kind == value.Binary {
			kind = "binary"
		}
		return fault.Validation("One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty %s value. Key: %s", kind, a.Name)
	case hash && len(v.Text) > MaxHashBytes:
		return fault.Validation("One or more parameter values were invalid: Size of hashkey has exceeded the maximum size limit of2048 bytes")
	case !hash && len(v.Text) > MaxRangeBytes:
		return fault.Validation("One or more parameter values were invalid: Aggregated size of all range keys has exceeded the size limit of 1024 bytes")
	}
	return nil
}

// CheckKey refuses what is not exactly a primary key of the table, and returns
// the string its item sorts by.
func (s *Schema) CheckKey(key value.Item) (string, error) {
	attributes := s.Key.Attributes()
	for _, a := range attributes {
		if v, ok := key[a.Name]; !ok || v.Kind.String() != a.Type {
			return "", errKeySchema
		}
	}
	if len(key) != len(attributes) {
		return "", errKeySchema
	}
	for i, a := range attributes {
		if err := checkKeyValue(a, key[a.Name], i == 0); err != nil {
			return "", err
		}
	}
	return s.KeyOf(key), nil
}

var errKeySchema = fault.Validation("The provided key element does not match the schema")

// KeyNames returns the attributes of the primary key.
func (s *Schema) KeyNames() value.Names {
	names := value.Names{}
	for _, a := range s.Key.Attributes() {
		names[a.Name] = a.Name
	}
	return names
}

// KeyOf returns the string an item sorts by; the item has the primary key.
func (s *Schema) KeyOf(item value.Item) string {
	key, _ := s.Key.appendTree(make([]byte, 0, keyHint), item)
	return string(key)
}
