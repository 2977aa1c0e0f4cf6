package expression

import (
	"fmt"
	"math/big"
	"reflect"
	"slices"
	"strings"
	"testing"

	"customercenter/infra/local/dynamo/internal/value"
)

// This file compares conditions and updates with a naive model. The model has its
// own values (big.Rat, string, bool, []any, map[string]any), its own evaluator,
// and makes expressions from the fuzzer's bytes, so it shares with the engine
// nothing but the meaning.

// source deals out the fuzzer's bytes. known are paths that lead somewhere in the
// item that was made last; two paths of three are taken from there.
type source struct {
	bytes []byte
	known []knownPath
}

type knownPath struct {
	text string
	path modelPath
}

// learn notes the paths that lead to v and below.
func (s *source) learn(text string, path modelPath, v any) {
	s.known = append(s.known, knownPath{text, path})
	switch v := v.(type) {
	case map[string]any:
		for _, name := range modelNames {
			if member, ok := v[name]; ok {
				s.learn(text+"."+name, append(slices.Clone(path), name), member)
			}
		}
	case []any:
		for i := range v {
			s.learn(fmt.Sprintf("%s[%d]", text, i), append(slices.Clone(path), i), v[i])
		}
	}
}

// subject makes the item that an expression is tried on.
func (s *source) subject() (map[string]any, value.Item) {
	model, item := s.item(2, len(modelNames))
	for _, name := range modelNames {
		if v, ok := model[name]; ok {
			s.learn(name, modelPath{name}, v)
		}
	}
	return model, item
}

func (s *source) pick(n int) int {
	if len(s.bytes) == 0 {
		return 0
	}
	b := s.bytes[0]
	s.bytes = s.bytes[1:]
	return int(b) % n
}

var modelNumbers = []string{"0", "1", "-1", "2", "10", "0.5", "-0.25", "1.50"}

func rat(text string) *big.Rat {
	r, _ := new(big.Rat).SetString(text)
	return r
}

// value makes a model value and the engine's.
func (s *source) value(depth int) (any, value.Value) {
	kinds := 3
	if depth > 0 {
		kinds = 5
	}
	switch s.pick(kinds) {
	case 0:
		text := modelNumbers[s.pick(len(modelNumbers))]
		canonical := strings.TrimSuffix(text, "0")
		if !strings.Contains(text, ".") {
			canonical = text
		}
		return rat(text), value.Integer(canonical)
	case 1:
		text := []string{"", "a", "ab", "b", "abc"}[s.pick(5)]
		return text, value.Value{Kind: value.String, Text: text}
	case 2:
		b := s.pick(2) == 0
		return b, value.Value{Kind: value.Boolean, Bool: b}
	case 3:
		model, list := []any{}, value.Value{Kind: value.List, List: []value.Value{}}
		for range s.pick(4) {
			m, v := s.value(depth - 1)
			model, list.List = append(model, m), append(list.List, v)
		}
		return model, list
	}
	model, item := s.item(depth-1, 3)
	return model, value.Value{Kind: value.Map, Map: item}
}

var modelNames = []string{"a", "b", "c", "d"}

func (s *source) item(depth, attributes int) (map[string]any, value.Item) {
	model, item := map[string]any{}, value.Item{}
	for _, name := range modelNames[:attributes] {
		if s.pick(4) > 0 {
			model[name], item[name] = s.value(depth)
		}
	}
	return model, item
}

// modelPath is a path and how to follow it.
type modelPath []any // string members and int indexes

func (s *source) path() (string, modelPath) {
	if len(s.known) > 0 && s.pick(3) > 0 {
		k := s.known[s.pick(len(s.known))]
		return k.text, k.path
	}
	text := modelNames[s.pick(len(modelNames))]
	path := modelPath{text}
	for range s.pick(3) {
		if s.pick(2) == 0 {
			name := modelNames[s.pick(len(modelNames))]
			text, path = text+"."+name, append(path, name)
		} else {
			i := s.pick(4)
			text, path = fmt.Sprintf("%s[%d]", text, i), append(path, i)
		}
	}
	return text, path
}

func (p modelPath) in(v any) (any, bool) {
	for _, step := range p {
		switch step := step.(type) {
		case string:
			m, ok := v.(map[string]any)
			if !ok {
				return nil, false
			}
			if v, ok = m[step]; !ok {
				return nil, false
			}
		case int:
			l, ok := v.([]any)
			if !ok || step >= len(l) {
				return nil, false
			}
			v = l[step]
		}
	}
	return v, true
}

func equal(a, b any) bool {
	if x, ok := a.(*big.Rat); ok {
		y, ok := b.(*big.Rat)
		return ok && x.Cmp(y) == 0
	}
	switch x := a.(type) {
	case []any:
		y, ok := b.([]any)
		return ok && slices.EqualFunc(x, y, equal)
	case map[string]any:
		y, ok := b.(map[string]any)
		if !ok || len(x) != len(y) {
			return false
		}
		for name := range x {
			if other, ok := y[name]; !ok || !equal(x[name], other) {
				return false
			}
		}
		return true
	}
	return reflect.DeepEqual(a, b)
}

// order compares numbers and strings; ok is false for anything else.
func order(a, b any) (int, bool) {
	if x, ok := a.(*big.Rat); ok {
		if y, ok := b.(*big.Rat); ok {
			return x.Cmp(y), true
		}
	}
	if x, ok := a.(string); ok {
		if y, ok := b.(string); ok {
			return strings.Compare(x, y), true
		}
	}
	return 0, false
}

// modelCondition is a condition's text and its meaning.
type modelCondition struct {
	text  string
	holds func(item any) bool
}

type modelOperand func(item any) (any, bool)

// operands gives expressions their literals.
type operands struct {
	*source
	values value.Item
}

func (o *operands) literal() (string, any) {
	model, v := o.value(1)
	name := fmt.Sprintf(":v%d", len(o.values))
	o.values[name] = v
	return name, model
}

func (o *operands) operand() (string, modelOperand) {
	switch o.pick(4) {
	case 0:
		name, model := o.literal()
		return name, func(any) (any, bool) { return model, true }
	case 1:
		text, path := o.path()
		return "size(" + text + ")", func(item any) (any, bool) {
			v, ok := path.in(item)
			switch v := v.(type) {
			case string:
				return big.NewRat(int64(len(v)), 1), ok
			case []any:
				return big.NewRat(int64(len(v)), 1), ok
			case map[string]any:
				return big.NewRat(int64(len(v)), 1), ok
			}
			return nil, false
		}
	}
	text, path := o.path()
	return text, func(item any) (any, bool) { return path.in(item) }
}

func (o *operands) condition(depth int) modelCondition {
	if depth > 0 {
		switch o.pick(5) {
		case 0:
			a, b := o.condition(depth-1), o.condition(depth-1)
			return modelCondition{"(" + a.text + ") AND (" + b.text + ")", func(item any) bool { return a.holds(item) && b.holds(item) }}
		case 1:
			a, b := o.condition(depth-1), o.condition(depth-1)
			return modelCondition{"(" + a.text + ") OR (" + b.text + ")", func(item any) bool { return a.holds(item) || b.holds(item) }}
		case 2:
			a := o.condition(depth - 1)
			return modelCondition{"NOT (" + a.text + ")", func(item any) bool { return !a.holds(item) }}
		}
	}
	return o.leaf()
}

func (o *operands) leaf() modelCondition {
	switch o.pick(5) {
	case 0:
		text, path := o.path()
		if o.pick(2) == 0 {
			return modelCondition{"attribute_exists(" + text + ")", func(item any) bool { _, ok := path.in(item); return ok }}
		}
		return modelCondition{"attribute_not_exists(" + text + ")", func(item any) bool { _, ok := path.in(item); return !ok }}
	case 1:
		a, first := o.operand()
		b, second := o.operand()
		return modelCondition{a + " IN (" + b + ")", both(first, second, equal)}
	case 2:
		a, path := o.path()
		b, second := o.operand()
		first := func(item any) (any, bool) { return path.in(item) }
		if o.pick(2) == 0 {
			return modelCondition{"begins_with(" + a + ", " + b + ")", both(first, second, modelBeginsWith)}
		}
		return modelCondition{"contains(" + a + ", " + b + ")", both(first, second, modelContains)}
	}
	a, first := o.operand()
	b, second := o.operand()
	switch operator := []string{"=", "<>", "<", "<=", ">", ">="}[o.pick(6)]; operator {
	case "=":
		return modelCondition{a + " = " + b, both(first, second, equal)}
	case "<>":
		same := both(first, second, equal)
		return modelCondition{a + " <> " + b, func(item any) bool { return !same(item) }}
	default:
		return modelCondition{a + operator + b, both(first, second, func(x, y any) bool {
			c, ok := order(x, y)
			return ok && (c < 0 && operator[0] == '<' || c > 0 && operator[0] == '>' || c == 0 && len(operator) == 2)
		})}
	}
}

func both(first, second modelOperand, test func(x, y any) bool) func(any) bool {
	return func(item any) bool {
		x, okX := first(item)
		y, okY := second(item)
		return okX && okY && test(x, y)
	}
}

func modelBeginsWith(x, y any) bool {
	s, ok := x.(string)
	prefix, ok2 := y.(string)
	return ok && ok2 && strings.HasPrefix(s, prefix)
}

func modelContains(x, y any) bool {
	switch x := x.(type) {
	case string:
		part, ok := y.(string)
		return ok && strings.Contains(x, part)
	case []any:
		return slices.ContainsFunc(x, func(e any) bool { return equal(e, y) })
	}
	return false
}

func seeds(f *testing.F) {
	for i := range 3000 {
		seed := make([]byte, 160)
		state := uint32(i)*2654435761 + 1
		for k := range seed {
			state = state*1664525 + 1013904223
			seed[k] = byte(state >> 24)
		}
		f.Add(seed)
	}
}

// FuzzConditions compares conditions with the model.
func FuzzConditions(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, bytes []byte) {
		o := &operands{&source{bytes: bytes}, value.Item{}}
		model, item := o.subject()
		want := o.condition(3)
		if len(o.values) == 0 {
			o.values = nil
		}
		s, err := NewScope(nil, o.values)
		if err != nil {
			t.Fatal(err)
		}
		c, err := s.Condition(FieldCondition, want.text)
		if err != nil {
			// The model makes conditions that can never be right; those are refused.
			if !strings.Contains(err.Error(), "operand") && !strings.Contains(err.Error(), "redundant") {
				t.Fatalf("%s: %v", want.text, err)
			}
			return
		}
		if err := s.Close(true); err != nil {
			t.Fatal(err)
		}
		if got, want := c.Holds(item), want.holds(model); got != want {
			t.Fatalf("%s of %s with %s: got %v, want %v", c.operator, item.Append(nil), o.values.Append(nil), got, want)
		}
	})
}
