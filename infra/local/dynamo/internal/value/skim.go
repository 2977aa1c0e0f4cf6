package value

import "customercenter/infra/local/dynamo/internal/fault"

// Names is a set of attribute names, made for skimming: each name maps to itself.
type Names map[string]string

// NamesOf returns the set of the names.
func NamesOf(names ...string) Names {
	set := make(Names, len(names))
	for _, name := range names {
		set[name] = name
	}
	return set
}

// Has reports whether the set holds a name.
func (n Names) Has(name string) bool {
	_, ok := n[name]
	return ok
}

// Field is one attribute of a stored item.
type Field struct {
	Name  string
	Value Value
	JSON  []byte // the value's, part of the item's
}

// Fields are attributes of a stored item in the order of their names.
type Fields []Field

// Skim appends to fields the named attributes of an item that Append wrote, and
// passes over the others without decoding them.
func Skim(fields Fields, item []byte, names Names) (Fields, error) {
	r := reader{text: item}
	if !r.eat('{') {
		return fields, fault.Serialization("Start of structure or map expected")
	}
	for !r.eat('}') {
		r.eat(',')
		token, escaped, err := r.quoted()
		if err != nil {
			return fields, err
		}
		name, wanted := names[string(token[1:len(token)-1])]
		if escaped {
			r.at -= len(token)
			unescaped, err := r.string()
			if err != nil {
				return fields, err
			}
			name, wanted = names[unescaped]
		}
		if !r.eat(':') {
			return fields, fault.Serialization("Value of a member expected")
		}
		start := r.at
		if !wanted {
			if err := r.skip(); err != nil {
				return fields, err
			}
			continue
		}
		v, err := r.value(0)
		if err != nil {
			return fields, err
		}
		fields = append(fields, Field{name, v, item[start:r.at]})
	}
	return fields, nil
}

// Get returns the value of an attribute.
func (f Fields) Get(name string) (Value, bool) {
	for i := range f {
		if f[i].Name == name {
			return f[i].Value, true
		}
	}
	return Value{}, false
}

// Append appends the JSON of the fields that are in names, as an item, and
// returns its size too.
func (f Fields) Append(b []byte, names Names) (item []byte, size int) {
	b = append(b, '{')
	first := true
	for _, field := range f {
		if !names.Has(field.Name) {
			continue
		}
		if !first {
			b = append(b, ',')
		}
		first = false
		b = append(AppendQuoted(b, field.Name), ':')
		b = append(b, field.JSON...)
		size += len(field.Name) + field.Value.Size()
	}
	return append(b, '}'), size
}
