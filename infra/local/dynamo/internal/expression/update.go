package expression

import (
	"slices"
	"strings"

	"customercenter/infra/local/dynamo/internal/fault"
	"customercenter/infra/local/dynamo/internal/number"
	"customercenter/infra/local/dynamo/internal/value"
)

// Update is a parsed update expression. The nil Update changes nothing.
type Update struct {
	set    []assignment
	add    []setAction
	delete []setAction
	remove []Path
}

type assignment struct {
	path  Path
	value term
}

type setAction struct {
	path    Path
	literal value.Value
}

// term is the right side of an assignment: a literal, a path, or an operation on
// two terms.
type term struct {
	path      Path
	literal   *value.Value
	operation string // +, -, if_not_exists, list_append
	terms     []term
}

const (
	sectionSet    = "SET"
	sectionRemove = "REMOVE"
	sectionAdd    = "ADD"
	sectionDelete = "DELETE"

	fnIfNotExists = "if_not_exists"
	fnListAppend  = "list_append"
)

// Update parses an update expression.
func (s *Scope) Update(text string) (*Update, error) {
	p, err := newParser(s, FieldUpdate, text)
	if err != nil {
		return nil, err
	}
	u := &Update{}
	seen := map[string]bool{}
	for p.at < len(p.tokens) {
		section := strings.ToUpper(p.peek().text)
		read, ok := map[string]func(*parser) error{
			sectionSet: u.readSet, sectionRemove: u.readRemove, sectionAdd: u.readAdd, sectionDelete: u.readDelete,
		}[section]
		if !ok || p.peek().kind != tokenWord {
			return nil, p.unexpected()
		}
		p.at++
		if seen[section] {
			return nil, p.invalid("The %q section can only be used once in an update expression;", section)
		}
		seen[section] = true
		if err := p.each(func() error { return read(p) }); err != nil {
			return nil, err
		}
	}
	return u, disjoint(FieldUpdate, u.Paths())
}

// each reads elements separated by commas.
func (p *parser) each(read func() error) error {
	for {
		if err := read(); err != nil {
			return err
		}
		if !p.operator(",") {
			return nil
		}
		if err := p.count(); err != nil {
			return err
		}
	}
}

func (u *Update) readSet(p *parser) error {
	path, err := p.path()
	if err != nil {
		return err
	}
	if err := p.expect("="); err != nil {
		return err
	}
	t, err := p.sum()
	u.set = append(u.set, assignment{path, t})
	return err
}

func (u *Update) readRemove(p *parser) error {
	path, err := p.path()
	u.remove = append(u.remove, path)
	return err
}

func (u *Update) readAdd(p *parser) error {
	a, err := p.setAction(sectionAdd)
	u.add = append(u.add, a)
	return err
}

func (u *Update) readDelete(p *parser) error {
	a, err := p.setAction(sectionDelete)
	u.delete = append(u.delete, a)
	return err
}

func (p *parser) setAction(section string) (setAction, error) {
	path, err := p.path()
	if err != nil {
		return setAction{}, err
	}
	v, err := p.literal()
	if err != nil {
		return setAction{}, err
	}
	return setAction{path, v}, p.checkSetAction(section, v)
}

// sum reads a term, or two with + or - between them.
func (p *parser) sum() (term, error) {
	if p.peek().text == "(" {
		start := p.at
		p.at++
		if err := p.enter(); err != nil {
			return term{}, err
		}
		t, err := p.sum()
		p.leave()
		if err == nil {
			err = p.expect(")")
		}
		if err == nil && (t.operation == "+" || t.operation == "-" || p.peek().text != "+" && p.peek().text != "-") {
			return t, nil
		}
		p.at = start
	}
	left, err := p.term()
	if err != nil {
		return left, err
	}
	operation := p.peek().text
	if !p.operator("+") && !p.operator("-") {
		return left, nil
	}
	if err := p.count(); err != nil {
		return left, err
	}
	right, err := p.term()
	if err != nil {
		return right, err
	}
	t := term{operation: operation, terms: []term{left, right}}
	return t, p.checkTerms(t, value.Number)
}

func (p *parser) term() (term, error) {
	t := p.peek()
	switch {
	case t.kind == tokenOperator && t.text == "(":
		if err := p.enter(); err != nil {
			return term{}, err
		}
		defer p.leave()
		p.at++
		inner, err := p.term()
		if err != nil {
			return inner, err
		}
		return inner, p.expect(")")
	case t.kind == tokenValue:
		v, err := p.literal()
		return term{literal: &v}, err
	case t.kind == tokenWord && p.peekAt(1).text == "(":
		return p.updateFunction(t.text)
	}
	path, err := p.path()
	return term{path: path}, err
}

func (p *parser) updateFunction(name string) (term, error) {
	if name != fnIfNotExists && name != fnListAppend {
		if _, known := functionOperands[name]; known {
			return term{}, p.invalid("The function is not allowed in an update expression; function: %s", name)
		}
		return term{}, p.invalid("Invalid function name; function: %s", name)
	}
	if err := p.enter(); err != nil {
		return term{}, err
	}
	defer p.leave()
	if err := p.count(); err != nil {
		return term{}, err
	}
	p.at += 2
	t := term{operation: name}
	err := p.each(func() error {
		operand, err := p.term()
		t.terms = append(t.terms, operand)
		return err
	})
	if err != nil {
		return t, err
	}
	if err := p.expect(")"); err != nil {
		return t, err
	}
	if len(t.terms) != 2 {
		return t, p.invalid("Incorrect number of operands for operator or function; operator or function: %s, number of operands: %d", name, len(t.terms))
	}
	if name == fnListAppend {
		return t, p.checkTerms(t, value.List)
	}
	if t.terms[0].path == nil {
		return t, p.invalid("Operator or function requires a document path; operator or function: %s", name)
	}
	return t, nil
}

// checkTerms refuses literals of another type than an operation needs.
func (p *parser) checkTerms(t term, want value.Kind) error {
	for _, operand := range t.terms {
		if operand.literal != nil && operand.literal.Kind != want {
			return p.wrongType(t.operation, operand.literal.Kind)
		}
	}
	return nil
}

// Paths returns the paths that the update writes.
func (u *Update) Paths() []Path {
	if u == nil {
		return nil
	}
	var paths []Path
	for _, a := range u.set {
		paths = append(paths, a.path)
	}
	for _, a := range u.add {
		paths = append(paths, a.path)
	}
	for _, a := range u.delete {
		paths = append(paths, a.path)
	}
	return append(paths, u.remove...)
}

// Apply returns the item as the update leaves it; old stays as it is. Every value
// and every list index is one of the old item, whatever the order of the actions.
func (u *Update) Apply(old value.Item) (value.Item, error) {
	item := old.Clone()
	if u == nil {
		return item, nil
	}
	// Ascending order keeps list elements set beyond the end in the order of
	// their indexes; removing in descending order keeps indexes true.
	for _, a := range slices.SortedStableFunc(slices.Values(u.set), func(a, b assignment) int { return a.path.compare(b.path) }) {
		v, err := a.value.of(old)
		if err != nil {
			return nil, err
		}
		if err := a.path.set(item, v.Clone()); err != nil {
			return nil, err
		}
	}
	for _, a := range u.add {
		if err := a.addTo(old, item); err != nil {
			return nil, err
		}
	}
	var gone []Path
	for _, a := range u.delete {
		empty, err := a.deleteFrom(old, item)
		if err != nil {
			return nil, err
		}
		if empty {
			gone = append(gone, a.path)
		}
	}
	gone = append(gone, u.remove...)
	slices.SortFunc(gone, func(p, q Path) int { return q.compare(p) })
	for _, path := range gone {
		if err := path.remove(item); err != nil {
			return nil, err
		}
	}
	return item, nil
}

var (
	errOperandType = fault.Validation("An operand in the update expression has an incorrect data type")
	errNoAttribute = fault.Validation("The provided expression refers to an attribute that does not exist in the item")
)

func (t term) of(item value.Item) (value.Value, error) {
	switch t.operation {
	case "":
		if t.literal != nil {
			return *t.literal, nil
		}
		if v, ok := t.path.in(item); ok {
			return v, nil
		}
		return value.Value{}, errNoAttribute
	case fnIfNotExists:
		if v, ok := t.terms[0].path.in(item); ok {
			return v, nil
		}
		return t.terms[1].of(item)
	}
	left, err := t.terms[0].of(item)
	if err != nil {
		return left, err
	}
	right, err := t.terms[1].of(item)
	if err != nil {
		return right, err
	}
	if t.operation == fnListAppend {
		if left.Kind != value.List || right.Kind != value.List {
			return left, errOperandType
		}
		return value.Value{Kind: value.List, List: slices.Concat(left.List, right.List)}, nil
	}
	if left.Kind != value.Number || right.Kind != value.Number {
		return left, errOperandType
	}
	combine := number.Add
	if t.operation == "-" {
		combine = number.Subtract
	}
	text, err := combine(left.Text, right.Text)
	return value.Integer(text), err
}

func (a setAction) addTo(old, item value.Item) error {
	sum := a.literal
	if current, ok := a.path.in(old); ok {
		if current.Kind != sum.Kind {
			return errOperandType
		}
		if sum.Kind == value.Number {
			text, err := number.Add(current.Text, sum.Text)
			if err != nil {
				return err
			}
			sum = value.Integer(text)
		} else {
			sum = value.NewSet(sum.Kind, slices.Concat(current.Set, sum.Set))
		}
	}
	return a.path.set(item, sum)
}

// deleteFrom takes members out of a set and reports whether none is left.
func (a setAction) deleteFrom(old, item value.Item) (empty bool, err error) {
	current, ok := a.path.in(old)
	if !ok {
		return false, nil
	}
	if current.Kind != a.literal.Kind {
		return false, errOperandType
	}
	left := slices.DeleteFunc(slices.Clone(current.Set), a.literal.Has)
	if len(left) == 0 {
		return true, nil
	}
	return false, a.path.set(item, value.Value{Kind: current.Kind, Set: left})
}
