package value

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"slices"
	"strconv"
	"unicode/utf8"

	"customercenter/infra/local/dynamo/internal/fault"
	"customercenter/infra/local/dynamo/internal/number"
)

// Limits of what Parse takes.
const (
	MaxDepth     = 32    // lists and maps around a value
	maxNameBytes = 65535 // an attribute's name
)

// ErrTooDeep refuses lists and maps that nest deeper than MaxDepth.
var ErrTooDeep = fault.Validation("Nesting Levels have exceeded supported limits")

// Parse reads an item from DynamoDB JSON.
func Parse(text []byte) (Item, error) {
	r := reader{text: text}
	return r.item(0)
}

// UnmarshalJSON reads an item from DynamoDB JSON.
func (m *Item) UnmarshalJSON(text []byte) error {
	if string(text) == "null" {
		return nil
	}
	item, err := Parse(text)
	*m = item
	return err
}

// UnmarshalJSON reads one attribute value.
func (v *Value) UnmarshalJSON(text []byte) error {
	r := reader{text: text}
	read, err := r.value(0)
	*v = read
	return err
}

// reader walks DynamoDB JSON in one pass. Its input is valid JSON or something
// this package wrote; on anything else it refuses or misreads, but never panics.
type reader struct {
	text []byte
	at   int
}

func (r *reader) space() {
	for r.at < len(r.text) {
		switch r.text[r.at] {
		case ' ', '\n', '\t', '\r':
			r.at++
		default:
			return
		}
	}
}

func (r *reader) eat(c byte) bool {
	r.space()
	if r.at < len(r.text) && r.text[r.at] == c {
		r.at++
		return true
	}
	return false
}

func (r *reader) literal(word string) bool {
	r.space()
	if len(r.text)-r.at < len(word) || string(r.text[r.at:r.at+len(word)]) != word {
		return false
	}
	r.at += len(word)
	return true
}

// quoted finds the end of the string that starts here and reports whether it
// holds escapes; the quotes are part of the result.
func (r *reader) quoted() (token []byte, escaped bool, err error) {
	r.space()
	if r.at >= len(r.text) || r.text[r.at] != '"' {
		return nil, false, fault.Serialization("Unexpected value type in payload")
	}
	// Most strings end at the first quote; only one with escapes is walked.
	if end := bytes.IndexByte(r.text[r.at+1:], '"'); end >= 0 {
		token = r.text[r.at : r.at+end+2]
		if bytes.IndexByte(token, '\\') < 0 {
			r.at += len(token)
			return token, false, nil
		}
	}
	for i := r.at + 1; i < len(r.text); i++ {
		switch r.text[i] {
		case '\\':
			escaped = true
			i++
		case '"':
			token = r.text[r.at : i+1]
			r.at = i + 1
			return token, escaped, nil
		}
	}
	return nil, false, fault.Serialization("Unterminated string in payload")
}

func (r *reader) string() (string, error) {
	token, escaped, err := r.quoted()
	if err != nil {
		return "", err
	}
	if !escaped && utf8.Valid(token) {
		return string(token[1 : len(token)-1]), nil
	}
	var s string
	if json.Unmarshal(token, &s) != nil {
		return "", fault.Serialization("Malformed string in payload")
	}
	return s, nil
}

// object calls member after each name; member reads the value.
func (r *reader) object(member func(name string) error) error {
	if !r.eat('{') {
		return fault.Serialization("Start of structure or map expected")
	}
	if r.eat('}') {
		return nil
	}
	for {
		name, err := r.string()
		if err != nil {
			return err
		}
		if !r.eat(':') {
			return fault.Serialization("Value of a member expected")
		}
		if err := member(name); err != nil {
			return err
		}
		if r.eat('}') {
			return nil
		}
		if !r.eat(',') {
			return fault.Serialization("End of structure or map expected")
		}
	}
}

func (r *reader) array(element func() error) error {
	if !r.eat('[') {
		return fault.Serialization("Start of list expected")
	}
	if r.eat(']') {
		return nil
	}
	for {
		if err := element(); err != nil {
			return err
		}
		if r.eat(']') {
			return nil
		}
		if !r.eat(',') {
			return fault.Serialization("End of list expected")
		}
	}
}

// skip passes over one attribute value, which is an object.
func (r *reader) skip() error {
	depth := 0
	for r.at < len(r.text) {
		switch r.text[r.at] {
		case '"':
			if _, _, err := r.quoted(); err != nil {
				return err
			}
			continue
		case '{', '[':
			depth++
		case '}', ']':
			depth--
			if depth == 0 {
				r.at++
				return nil
			}
		}
		r.at++
	}
	return fault.Serialization("End of structure or map expected")
}

func (r *reader) item(depth int) (Item, error) {
	item := Item{}
	err := r.object(func(name string) error {
		if name == "" || len(name) > maxNameBytes {
			return fault.Validation("One or more parameter values were invalid: An attribute name has %d bytes, and must have 1 to %d", len(name), maxNameBytes)
		}
		v, err := r.value(depth)
		item[name] = v
		return err
	})
	return item, err
}

const (
	noType   = "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes"
	twoTypes = "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes"
)

func (r *reader) value(depth int) (Value, error) {
	if depth > MaxDepth {
		return Value{}, ErrTooDeep
	}
	var v Value
	err := r.object(func(name string) (err error) {
		if v.Kind != 0 {
			return fault.Validation(twoTypes)
		}
		kind, ok := KindNamed(name)
		if !ok {
			return fault.Validation(noType)
		}
		v, err = r.content(kind, depth)
		return err
	})
	if err == nil && v.Kind == 0 {
		err = fault.Validation(noType)
	}
	return v, err
}

func (r *reader) content(kind Kind, depth int) (Value, error) {
	v := Value{Kind: kind}
	var err error
	switch kind {
	case String, Number, Binary:
		v.Text, err = r.scalar(kind)
	case Boolean:
		v.Bool = r.literal("true")
		if !v.Bool && !r.literal("false") {
			err = fault.Serialization("Unexpected value type in payload")
		}
	case Null:
		if !r.literal("true") {
			err = fault.Validation("One or more parameter values were invalid: Null attribute value types must have the value of true")
		}
	case List:
		v.List = []Value{}
		err = r.array(func() error {
			element, err := r.value(depth + 1)
			v.List = append(v.List, element)
			return err
		})
	case Map:
		v.Map, err = r.item(depth + 1)
	default:
		v, err = r.set(kind)
	}
	return v, err
}

// scalar reads a string, number or binary, as the content of a value of that
// kind or as a member of a set of them.
func (r *reader) scalar(kind Kind) (string, error) {
	text, err := r.string()
	if err != nil {
		return "", err
	}
	switch kind {
	case Number:
		return number.Canonical(text)
	case Binary:
		decoded, err := base64.StdEncoding.DecodeString(text)
		if err != nil {
			return "", fault.Serialization("'%s' can not be converted to a Blob", text)
		}
		return string(decoded), nil
	}
	return text, nil
}

var setNames = map[Kind]string{StringSet: "string", NumberSet: "number", BinarySet: "binary"}

func (r *reader) set(kind Kind) (Value, error) {
	memberKind := kind - StringSet + String
	var members []string
	err := r.array(func() error {
		member, err := r.scalar(memberKind)
		members = append(members, member)
		return err
	})
	if err != nil {
		return Value{}, err
	}
	if len(members) == 0 {
		return Value{}, fault.Validation("One or more parameter values were invalid: An %s set  may not be empty", setNames[kind])
	}
	set := NewSet(kind, members)
	if len(set.Set) != len(members) {
		return Value{}, duplicates(kind, members)
	}
	return set, nil
}

func duplicates(kind Kind, members []string) error {
	if kind == NumberSet {
		return fault.Validation("Input collection contains duplicates")
	}
	shown := "["
	for i, member := range members {
		if i > 0 {
			shown += ", "
		}
		shown += member
	}
	return fault.Validation("One or more parameter values were invalid: Input collection %s] contains duplicates.", shown)
}

// MarshalJSON writes the item as Append does.
func (m Item) MarshalJSON() ([]byte, error) { return m.Append(nil), nil }

// Append appends the item's DynamoDB JSON. Attributes stand in the order of
// their names, so equal items have equal bytes.
func (m Item) Append(b []byte) []byte {
	names := make([]string, 0, len(m))
	for name := range m {
		names = append(names, name)
	}
	slices.Sort(names)
	b = append(b, '{')
	for i, name := range names {
		if i > 0 {
			b = append(b, ',')
		}
		b = AppendQuoted(b, name)
		b = append(b, ':')
		b = m[name].Append(b)
	}
	return append(b, '}')
}

// Append appends the value's DynamoDB JSON.
func (v Value) Append(b []byte) []byte {
	b = append(b, '{', '"')
	b = append(b, v.Kind.String()...)
	b = append(b, '"', ':')
	switch v.Kind {
	case String, Number, Binary:
		b = appendScalar(b, v.Kind, v.Text)
	case Boolean:
		b = strconv.AppendBool(b, v.Bool)
	case Null:
		b = append(b, "true"...)
	case List:
		b = append(b, '[')
		for i, element := range v.List {
			if i > 0 {
				b = append(b, ',')
			}
			b = element.Append(b)
		}
		b = append(b, ']')
	case Map:
		b = v.Map.Append(b)
	default:
		b = append(b, '[')
		for i, member := range v.Set {
			if i > 0 {
				b = append(b, ',')
			}
			b = appendScalar(b, v.Kind-StringSet+String, member)
		}
		b = append(b, ']')
	}
	return append(b, '}')
}

func appendScalar(b []byte, kind Kind, text string) []byte {
	if kind != Binary {
		return AppendQuoted(b, text)
	}
	b = append(b, '"')
	b = base64.StdEncoding.AppendEncode(b, []byte(text))
	return append(b, '"')
}

// AppendQuoted appends s as a JSON string, changing nothing that JSON lets stand.
func AppendQuoted(b []byte, s string) []byte {
	const hex = "0123456789abcdef"
	b = append(b, '"')
	start := 0
	for i := range len(s) {
		c := s[i]
		if c >= 0x20 && c != '"' && c != '\\' {
			continue
		}
		b = append(b, s[start:i]...)
		start = i + 1
		if c == '"' || c == '\\' {
			b = append(b, '\\', c)
		} else {
			b = append(b, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
		}
	}
	b = append(b, s[start:]...)
	return append(b, '"')
}
