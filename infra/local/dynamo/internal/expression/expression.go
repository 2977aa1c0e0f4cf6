// Package expression is DynamoDB's expression language: condition, filter, key
// condition, update and projection expressions are parsed, checked and applied
// to items. It knows items and paths in them; it knows no table and no request.
package expression

import (
	"maps"
	"slices"
	"strings"

	"customercenter/infra/local/dynamo/internal/fault"
	"customercenter/infra/local/dynamo/internal/value"
)

// Limits of one expression.
const (
	MaxBytes     = 4096
	MaxOperators = 300
	MaxOperands  = 100 // of IN
)

// Fields of a request that hold expressions, as refusals name them.
const (
	FieldCondition    = "ConditionExpression"
	FieldFilter       = "FilterExpression"
	FieldKeyCondition = "KeyConditionExpression"
	FieldProjection   = "ProjectionExpression"
	FieldUpdate       = "UpdateExpression"
)

// Scope holds the placeholders of one request and remembers which of them its
// expressions used.
type Scope struct {
	names      map[string]string
	values     value.Item
	usedNames  map[string]bool
	usedValues map[string]bool
}

// NewScope returns the scope of a request's ExpressionAttributeNames and
// ExpressionAttributeValues; either may be nil, and is refused when empty or
// malformed.
func NewScope(names map[string]string, values value.Item) (*Scope, error) {
	if names != nil && len(names) == 0 {
		return nil, fault.Validation("ExpressionAttributeNames must not be empty")
	}
	if values != nil && len(values) == 0 {
		return nil, fault.Validation("ExpressionAttributeValues must not be empty")
	}
	for _, key := range slices.Sorted(maps.Keys(names)) {
		if !placeholder(key, '#') {
			return nil, fault.Validation("ExpressionAttributeNames contains invalid key: Syntax error; key: %q", key)
		}
	}
	for _, key := range slices.Sorted(maps.Keys(values)) {
		if !placeholder(key, ':') {
			return nil, fault.Validation("ExpressionAttributeValues contains invalid key: Syntax error; key: %q", key)
		}
	}
	return &Scope{names: names, values: values, usedNames: map[string]bool{}, usedValues: map[string]bool{}}, nil
}

func placeholder(key string, mark byte) bool {
	if len(key) < 2 || key[0] != mark {
		return false
	}
	for i := 1; i < len(key); i++ {
		if !wordByte(key[i]) {
			return false
		}
	}
	return true
}

// Close refuses placeholders that no expression of the request used. expressions
// says whether the request had any.
func (s *Scope) Close(expressions bool) error {
	if !expressions && s.names != nil {
		return fault.Validation("ExpressionAttributeNames can only be specified when using expressions")
	}
	if !expressions && s.values != nil {
		return fault.Validation("ExpressionAttributeValues can only be specified when using expressions")
	}
	if left := unused(s.names, s.usedNames); left != "" {
		return fault.Validation("Value provided in ExpressionAttributeNames unused in expressions: keys: {%s}", left)
	}
	if left := unused(s.values, s.usedValues); left != "" {
		return fault.Validation("Value provided in ExpressionAttributeValues unused in expressions: keys: {%s}", left)
	}
	return nil
}

func unused[V any](given map[string]V, used map[string]bool) string {
	if len(given) == len(used) {
		return ""
	}
	var left []string
	for key := range given {
		if !used[key] {
			left = append(left, key)
		}
	}
	slices.Sort(left)
	return strings.Join(left, ", ")
}

// Projection is a list of document paths of which none contains another.
type Projection []Path

// Projection parses a projection expression.
func (s *Scope) Projection(text string) (Projection, error) {
	p, err := newParser(s, FieldProjection, text)
	if err != nil {
		return nil, err
	}
	var paths Projection
	for {
		path, err := p.path()
		if err != nil {
			return nil, err
		}
		paths = append(paths, path)
		if !p.operator(",") {
			break
		}
	}
	if err := p.end(); err != nil {
		return nil, err
	}
	return paths, disjoint(FieldProjection, paths)
}

// Of returns what the paths select of an item. Elements selected from a list
// close ranks in the order they have in the item.
func (paths Projection) Of(item value.Item) value.Item {
	root := &selection{}
	for _, path := range paths {
		root.add(path)
	}
	projected, _ := root.of(value.Value{Kind: value.Map, Map: item})
	if projected.Map == nil {
		return value.Item{}
	}
	return projected.Map
}

// selection is the tree of the steps that several paths take.
type selection struct {
	whole   bool
	members map[string]*selection
	indexes map[int]*selection
}

func (s *selection) add(path Path) {
	for _, step := range path {
		var next *selection
		if step.isIndex {
			if s.indexes == nil {
				s.indexes = map[int]*selection{}
			}
			if next = s.indexes[step.index]; next == nil {
				next = &selection{}
				s.indexes[step.index] = next
			}
		} else {
			if s.members == nil {
				s.members = map[string]*selection{}
			}
			if next = s.members[step.name]; next == nil {
				next = &selection{}
				s.members[step.name] = next
			}
		}
		s = next
	}
	s.whole = true
}

func (s *selection) of(v value.Value) (value.Value, bool) {
	switch {
	case s.whole:
		return v, true
	case v.Kind == value.Map && s.members != nil:
		picked := value.Item{}
		for name, next := range s.members {
			if member, ok := v.Map[name]; ok {
				if chosen, ok := next.of(member); ok {
					picked[name] = chosen
				}
			}
		}
		return value.Value{Kind: value.Map, Map: picked}, len(picked) > 0
	case v.Kind == value.List && s.indexes != nil:
		var picked []value.Value
		for _, i := range slices.Sorted(maps.Keys(s.indexes)) {
			if i < len(v.List) {
				if chosen, ok := s.indexes[i].of(v.List[i]); ok {
					picked = append(picked, chosen)
				}
			}
		}
		return value.Value{Kind: value.List, List: picked}, len(picked) > 0
	}
	return value.Value{}, false
}
