package stream

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// filter decides which records a function gets: those that any of its patterns matches, all where there is none.
type filter []pattern

// pattern is an event pattern: every test of it must hold.
type pattern []test

// test looks at one place of a record and holds where any of its matchers does.
type test struct {
	path     []string
	matchers []func(value any, present bool) bool
}

func parseFilter(sources []string) (filter, error) {
	var f filter
	for _, src := range sources {
		var tree map[string]any
		if err := json.Unmarshal([]byte(src), &tree); err != nil {
			return nil, fmt.Errorf("filter %s: %w", src, err)
		}
		p, err := parsePattern(nil, tree)
		if err != nil {
			return nil, fmt.Errorf("filter %s: %w", src, err)
		}
		f = append(f, p)
	}
	return f, nil
}

func parsePattern(path []string, tree map[string]any) (pattern, error) {
	var p pattern
	for name, v := range tree {
		at := append(slices.Clone(path), name)
		switch v := v.(type) {
		case map[string]any:
			inner, err := parsePattern(at, v)
			if err != nil {
				return nil, err
			}
			p = append(p, inner...)
		case []any:
			t := test{path: at}
			for _, m := range v {
				matcher, err := parseMatcher(m)
				if err != nil {
					return nil, err
				}
				t.matchers = append(t.matchers, matcher)
			}
			p = append(p, t)
		default:
			return nil, fmt.Errorf("%s: a pattern ends in a list", strings.Join(at, "."))
		}
	}
	// Tests of the event's name cost nothing, those of images most.
	slices.SortFunc(p, func(a, b test) int { return len(a.path) - len(b.path) })
	return p, nil
}

func parseMatcher(m any) (func(any, bool) bool, error) {
	rule, isRule := m.(map[string]any)
	if !isRule {
		return func(v any, present bool) bool { return present && v == m }, nil
	}
	if len(rule) != 1 {
		return nil, fmt.Errorf("%v: a rule has one name", rule)
	}
	for name, arg := range rule {
		text, isText := arg.(string)
		want, isBool := arg.(bool)
		switch {
		case name == "prefix" && isText:
			return func(v any, _ bool) bool { s, ok := v.(string); return ok && strings.HasPrefix(s, text) }, nil
		case name == "suffix" && isText:
			return func(v any, _ bool) bool { s, ok := v.(string); return ok && strings.HasSuffix(s, text) }, nil
		case name == "anything-but" && isText:
			return func(v any, present bool) bool { return present && v != text }, nil
		case name == "exists" && isBool:
			return func(_ any, present bool) bool { return present == want }, nil
		}
	}
	return nil, fmt.Errorf("the rule %v is not played", rule)
}

func (f filter) matches(r Record) bool {
	if len(f) == 0 {
		return true
	}
	d := document{record: r}
	for _, p := range f {
		if d.satisfies(p) {
			return true
		}
	}
	return false
}

// document is a record as patterns see it; keys and images are decoded when a test first looks at them.
type document struct {
	record  Record
	decoded map[string]any
}

func (d *document) satisfies(p pattern) bool {
	for _, t := range p {
		v, present := d.at(t.path)
		if !slices.ContainsFunc(t.matchers, func(m func(any, bool) bool) bool { return m(v, present) }) {
			return false
		}
	}
	return true
}

func (d *document) at(path []string) (any, bool) {
	if len(path) == 1 && path[0] == "eventName" {
		return d.record.EventName, true
	}
	if len(path) < 2 || path[0] != "dynamodb" {
		return nil, false
	}
	v := d.section(path[1])
	for _, name := range path[2:] {
		m, ok := v.(map[string]any)
		if !ok {
			return nil, false
		}
		if v, ok = m[name]; !ok {
			return nil, false
		}
	}
	return v, v != nil
}

func (d *document) section(name string) any {
	if v, ok := d.decoded[name]; ok {
		return v
	}
	raw := map[string]json.RawMessage{"Keys": d.record.Keys, "NewImage": d.record.NewImage, "OldImage": d.record.OldImage}[name]
	var v any
	if len(raw) > 0 && json.Unmarshal(raw, &v) != nil {
		v = nil
	}
	if d.decoded == nil {
		d.decoded = map[string]any{}
	}
	d.decoded[name] = v
	return v
}
