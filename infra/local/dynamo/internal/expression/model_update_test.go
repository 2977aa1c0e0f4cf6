package expression

import (
	"fmt"
	"math/big"
	"slices"
	"strings"
	"testing"

	"customercenter/infra/local/dynamo/internal/value"
)

// modelAction is one action of an update: its text, where it writes and what it
// does to a model item.
type modelAction struct {
	section string
	text    string
	path    modelPath
	value   func(old any) (any, bool) // of SET and ADD
}

func (o *operands) action() modelAction {
	text, path := o.path()
	a := modelAction{path: path}
	switch o.pick(4) {
	case 0:
		a.section, a.text = sectionRemove, text
	case 1:
		name := fmt.Sprintf(":v%d", len(o.values))
		number := modelNumbers[o.pick(4)]
		o.values[name] = value.Integer(number)
		a.section, a.text = sectionAdd, text+" "+name
		a.value = func(old any) (any, bool) {
			current, ok := path.in(old)
			if !ok {
				return rat(number), true
			}
			n, ok := current.(*big.Rat)
			if !ok {
				return nil, false
			}
			return new(big.Rat).Add(n, rat(number)), true
		}
	default:
		right, of := o.right()
		a.section, a.text, a.value = sectionSet, text+" = "+right, of
	}
	return a
}

// right makes the right side of an assignment.
func (o *operands) right() (string, func(old any) (any, bool)) {
	switch o.pick(5) {
	case 0:
		text, path := o.path()
		return text, func(old any) (any, bool) { return path.in(old) }
	case 1:
		text, path := o.path()
		name, model := o.literal()
		return "if_not_exists(" + text + ", " + name + ")", func(old any) (any, bool) {
			if v, ok := path.in(old); ok {
				return v, true
			}
			return model, true
		}
	case 2:
		a, first := o.path()
		b, second := o.path()
		minus := o.pick(2) == 0
		operator := " + "
		if minus {
			operator = " - "
		}
		return a + operator + b, func(old any) (any, bool) {
			x, okX := first.in(old)
			y, okY := second.in(old)
			n, okN := x.(*big.Rat)
			m, okM := y.(*big.Rat)
			if !okX || !okY || !okN || !okM {
				return nil, false
			}
			if minus {
				m = new(big.Rat).Neg(m)
			}
			return new(big.Rat).Add(n, m), true
		}
	case 3:
		a, first := o.path()
		b, second := o.path()
		return "list_append(" + a + ", " + b + ")", func(old any) (any, bool) {
			x, _ := first.in(old)
			y, _ := second.in(old)
			l, okL := x.([]any)
			m, okM := y.([]any)
			return slices.Concat(l, m), okL && okM
		}
	}
	name, model := o.literal()
	return name, func(any) (any, bool) { return model, true }
}

func modelClone(v any) any {
	switch v := v.(type) {
	case []any:
		out := make([]any, len(v))
		for i := range v {
			out[i] = modelClone(v[i])
		}
		return out
	case map[string]any:
		out := map[string]any{}
		for name := range v {
			out[name] = modelClone(v[name])
		}
		return out
	}
	return v
}

// gone marks an element to take out of its list once all actions are done, so
// that indexes stay those of the old item.
var gone = struct{}{}

// modelSet puts v at a path; appended elements are kept under their index until
// all actions are done.
func modelSet(item map[string]any, path modelPath, v any, appended map[string]map[int]any) bool {
	var container any = item
	if len(path) > 1 {
		var ok bool
		if container, ok = path[:len(path)-1].in(item); !ok {
			return v == gone && false
		}
	}
	switch last := path[len(path)-1].(type) {
	case string:
		m, ok := container.(map[string]any)
		if ok && v == gone {
			delete(m, last)
		} else if ok {
			m[last] = v
		}
		return ok
	case int:
		l, ok := container.([]any)
		switch {
		case ok && last < len(l):
			l[last] = v
		case ok && v != gone:
			at := fmt.Sprint(path[:len(path)-1])
			if appended[at] == nil {
				appended[at] = map[int]any{}
			}
			appended[at][last] = v
		}
		return ok
	}
	return false
}

// settle adds what was appended and takes out what is gone.
func settle(v any, at modelPath, appended map[string]map[int]any) any {
	switch v := v.(type) {
	case map[string]any:
		for name := range v {
			v[name] = settle(v[name], append(slices.Clone(at), name), appended)
		}
	case []any:
		var out = []any{}
		for i := range v {
			if v[i] != gone {
				out = append(out, settle(v[i], append(slices.Clone(at), i), appended))
			}
		}
		late := appended[fmt.Sprint(at)]
		for i := range 8 {
			if e, ok := late[i]; ok {
				out = append(out, e)
			}
		}
		return out
	}
	return v
}

// apply runs actions on a model item; ok is false where the engine must refuse.
func apply(old map[string]any, actions []modelAction) (map[string]any, bool) {
	item := modelClone(old).(map[string]any)
	appended := map[string]map[int]any{}
	for _, section := range []string{sectionSet, sectionAdd, sectionRemove} {
		for _, a := range actions {
			if a.section != section {
				continue
			}
			var v any = gone
			if a.value != nil {
				var ok bool
				if v, ok = a.value(old); !ok {
					return nil, false
				}
			}
			if !modelSet(item, a.path, modelClone(v), appended) {
				return nil, false
			}
		}
	}
	return settle(item, nil, appended).(map[string]any), true
}

// engine returns the model's value as the engine's item would show it.
func (m modelShown) equal(v value.Value) bool {
	switch x := m.any.(type) {
	case *big.Rat:
		return v.Kind == value.Number && x.Cmp(rat(v.Text)) == 0
	case string:
		return v.Kind == value.String && v.Text == x
	case bool:
		return v.Kind == value.Boolean && v.Bool == x
	case []any:
		return v.Kind == value.List && slices.EqualFunc(x, v.List, func(e any, w value.Value) bool { return modelShown{e}.equal(w) })
	case map[string]any:
		if v.Kind != value.Map || len(x) != len(v.Map) {
			return false
		}
		for name := range x {
			if w, ok := v.Map[name]; !ok || !(modelShown{x[name]}).equal(w) {
				return false
			}
		}
		return true
	}
	return false
}

type modelShown struct{ any }

// FuzzUpdates compares updates with the model: what they leave, and whether they
// are refused.
func FuzzUpdates(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, bytes []byte) {
		o := &operands{&source{bytes: bytes}, value.Item{}}
		model, item := o.subject()
		var actions []modelAction
		sections := map[string][]string{}
		for range 1 + o.pick(4) {
			a := o.action()
			actions = append(actions, a)
			sections[a.section] = append(sections[a.section], a.text)
		}
		text := ""
		for _, section := range []string{sectionRemove, sectionAdd, sectionSet} {
			if len(sections[section]) > 0 {
				text += section + " " + strings.Join(sections[section], ", ") + " "
			}
		}
		if len(o.values) == 0 {
			o.values = nil
		}
		s, err := NewScope(nil, o.values)
		if err != nil {
			t.Fatal(err)
		}
		u, err := s.Update(text)
		if err != nil {
			if !strings.Contains(err.Error(), "Two document paths") && !strings.Contains(err.Error(), "operand type") {
				t.Fatalf("%s: %v", text, err)
			}
			return
		}
		before := string(item.Append(nil))
		got, err := u.Apply(item)
		want, ok := apply(model, actions)
		if ok != (err == nil) {
			t.Fatalf("%s of %s with %s: got %v, the model says %v", text, before, o.values.Append(nil), err, ok)
		}
		if err == nil && !(modelShown{want}).equal(value.Value{Kind: value.Map, Map: got}) {
			t.Fatalf("%s of %s with %s:\n got %s\nwant %v", text, before, o.values.Append(nil), got.Append(nil), want)
		}
		if after := string(item.Append(nil)); after != before {
			t.Fatalf("%s changed the old item to %s", text, after)
		}
	})
}
