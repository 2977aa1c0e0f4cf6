package expression

import (
	"strconv"
	"strings"

	"customercenter/infra/local/dynamo/internal/fault"
	"customercenter/infra/local/dynamo/internal/value"
)

// Path is a document path: an attribute's name, then members and list indexes.
type Path []step

type step struct {
	name    string
	index   int
	isIndex bool
}

// Root is the name of the attribute the path starts in.
func (p Path) Root() string { return p[0].name }

// String shows the path as refusals do: [a, b, [2]].
func (p Path) String() string {
	shown := make([]string, len(p))
	for i, s := range p {
		shown[i] = s.name
		if s.isIndex {
			shown[i] = "[" + strconv.Itoa(s.index) + "]"
		}
	}
	return "[" + strings.Join(shown, ", ") + "]"
}

func (p Path) equal(q Path) bool {
	if len(p) != len(q) {
		return false
	}
	for i := range p {
		if p[i] != q[i] {
			return false
		}
	}
	return true
}

// compare orders paths so that of two that end in one list the lower index comes
// first.
func (p Path) compare(q Path) int {
	for i := range min(len(p), len(q)) {
		if c := strings.Compare(p[i].name, q[i].name); c != 0 {
			return c
		}
		if c := p[i].index - q[i].index; c != 0 {
			return c
		}
	}
	return len(p) - len(q)
}

// in finds what the path leads to.
func (p Path) in(item value.Item) (value.Value, bool) {
	v, ok := item[p[0].name]
	for _, s := range p[1:] {
		if !ok {
			break
		}
		if s.isIndex {
			if v.Kind != value.List || s.index >= len(v.List) {
				return value.Value{}, false
			}
			v = v.List[s.index]
		} else {
			if v.Kind != value.Map {
				return value.Value{}, false
			}
			v, ok = v.Map[s.name]
		}
	}
	return v, ok
}

// disjoint refuses paths of which one leads through another, or which treat one
// value as both map and list.
func disjoint(field string, paths []Path) error {
	for i, p := range paths {
		for _, q := range paths[i+1:] {
			k := 0
			for k < min(len(p), len(q)) && p[k] == q[k] {
				k++
			}
			if k == min(len(p), len(q)) {
				return fault.Validation("Invalid %s: Two document paths overlap with each other; must remove or rewrite one of these paths; path one: %s, path two: %s", field, p, q)
			}
			if p[k].isIndex != q[k].isIndex {
				return fault.Validation("Invalid %s: Two document paths conflict with each other; must remove or rewrite one of these paths; path one: %s, path two: %s", field, p, q)
			}
		}
	}
	return nil
}

var errPathInvalid = fault.Validation("The document path provided in the update expression is invalid for update")

// set puts v where the path leads; the item may be changed at any depth.
func (p Path) set(item value.Item, v value.Value) error {
	root := value.Value{Kind: value.Map, Map: item}
	_, err := p.rewrite(root, func(value.Value, bool) (value.Value, bool) { return v, true })
	return err
}

// remove takes away what the path leads to; a path whose last step leads nowhere
// removes nothing.
func (p Path) remove(item value.Item) error {
	root := value.Value{Kind: value.Map, Map: item}
	_, err := p.rewrite(root, func(value.Value, bool) (value.Value, bool) { return value.Value{}, false })
	return err
}

// rewrite replaces what stands at the path's end inside container with what
// change returns, or takes it away when change says so. Lists and maps on the
// way are changed in place, except that a list may come back longer or shorter.
func (p Path) rewrite(container value.Value, change func(value.Value, bool) (value.Value, bool)) (value.Value, error) {
	here, last := p[0], len(p) == 1
	old, exists, ok := here.of(container)
	if !ok || !last && !exists {
		return container, errPathInvalid
	}
	next, keep := value.Value{}, true
	if last {
		next, keep = change(old, exists)
	} else {
		var err error
		if next, err = p[1:].rewrite(old, change); err != nil {
			return container, err
		}
	}
	switch {
	case !here.isIndex && keep:
		container.Map[here.name] = next
	case !here.isIndex:
		delete(container.Map, here.name)
	case keep && exists:
		container.List[here.index] = next
	case keep:
		container.List = append(container.List, next)
	case exists:
		container.List = append(container.List[:here.index:here.index], container.List[here.index+1:]...)
	}
	return container, nil
}

// of returns what the step leads to in container; ok is false when the container
// is not of the kind the step needs.
func (s step) of(container value.Value) (v value.Value, exists, ok bool) {
	if s.isIndex {
		if container.Kind != value.List {
			return v, false, false
		}
		if s.index < len(container.List) {
			return container.List[s.index], true, true
		}
		return v, false, true
	}
	if container.Kind != value.Map {
		return v, false, false
	}
	v, exists = container.Map[s.name]
	return v, exists, true
}
