package expression

import (
	"strconv"
	"strings"

	"customercenter/infra/local/dynamo/internal/fault"
	"customercenter/infra/local/dynamo/internal/value"
)

// Condition is a parsed condition, filter or key condition expression. The nil
// Condition holds for every item.
type Condition struct {
	operator    string // and, or, not, a comparator, between, in, or a function's name
	left, right *Condition
	operands    []operand
}

// operand is a literal, a path or the size of either.
type operand struct {
	path    Path
	literal *value.Value
	size    bool
}

const (
	opAnd     = "AND"
	opOr      = "OR"
	opNot     = "NOT"
	opBetween = "BETWEEN"
	opIn      = "IN"

	fnExists     = "attribute_exists"
	fnNotExists  = "attribute_not_exists"
	fnType       = "attribute_type"
	fnBeginsWith = "begins_with"
	fnContains   = "contains"
	fnSize       = "size"
)

// functionOperands is how many operands a condition's functions take.
var functionOperands = map[string]int{fnExists: 1, fnNotExists: 1, fnType: 2, fnBeginsWith: 2, fnContains: 2, fnSize: 1}

// Condition parses a condition, filter or key condition expression; field is the
// request's field that holds it.
func (s *Scope) Condition(field, text string) (*Condition, error) {
	p, err := newParser(s, field, text)
	if err != nil {
		return nil, err
	}
	c, err := p.or()
	if err != nil {
		return nil, err
	}
	return c, p.end()
}

func (p *parser) or() (*Condition, error) {
	left, err := p.and()
	for err == nil && p.keyword(opOr) {
		left, err = p.combine(opOr, left, p.and)
	}
	return left, err
}

func (p *parser) and() (*Condition, error) {
	left, err := p.not()
	for err == nil && p.keyword(opAnd) {
		left, err = p.combine(opAnd, left, p.not)
	}
	return left, err
}

func (p *parser) combine(operator string, left *Condition, next func() (*Condition, error)) (*Condition, error) {
	if err := p.count(); err != nil {
		return nil, err
	}
	right, err := next()
	return &Condition{operator: operator, left: left, right: right}, err
}

func (p *parser) not() (*Condition, error) {
	if err := p.enter(); err != nil {
		return nil, err
	}
	defer p.leave()
	if !p.keyword(opNot) {
		return p.primary()
	}
	return p.combine(opNot, nil, p.not)
}

// primary reads a parenthesis, a function or a comparison. A parenthesis may hold
// a condition or the first operand of a comparison; what follows it tells.
func (p *parser) primary() (*Condition, error) {
	start := p.at
	if p.operator("(") {
		doubled := p.peek().text == "("
		inner, err := p.or()
		if err == nil {
			err = p.expect(")")
		}
		if err == nil && !p.comparesNext() {
			if doubled && p.wrapped(start) {
				return nil, p.invalid("The expression has redundant parentheses;")
			}
			return inner, nil
		}
		end := p.at
		p.at = start
		if c, operandErr := p.comparison(); operandErr == nil {
			return c, nil
		} else if err == nil {
			err = operandErr
		}
		p.at = end
		return nil, err
	}
	if t := p.peek(); t.kind == tokenWord && p.peekAt(1).text == "(" && t.text != fnSize {
		return p.function()
	}
	return p.comparison()
}

func (p *parser) comparesNext() bool {
	t := p.peek()
	return t.kind == tokenOperator && comparators[t.text] ||
		t.kind == tokenWord && (strings.EqualFold(t.text, opBetween) || strings.EqualFold(t.text, opIn))
}

// wrapped reports whether the parenthesis opened at start and the one after it
// close together, just before the token at hand.
func (p *parser) wrapped(start int) bool {
	depth := 0
	for i := start + 1; i < p.at-1; i++ {
		switch p.tokens[i].text {
		case "(":
			depth++
		case ")":
			if depth--; depth == 0 {
				return i == p.at-2
			}
		}
	}
	return false
}

var comparators = map[string]bool{"=": true, "<>": true, "<": true, "<=": true, ">": true, ">=": true}

func (p *parser) function() (*Condition, error) {
	name := p.peek().text
	want, ok := functionOperands[name]
	if !ok {
		return nil, p.invalid("Invalid function name; function: %s", name)
	}
	if err := p.count(); err != nil {
		return nil, err
	}
	p.at++
	operands, err := p.operandList()
	if err != nil {
		return nil, err
	}
	if len(operands) != want {
		return nil, p.invalid("Incorrect number of operands for operator or function; operator or function: %s, number of operands: %d", name, len(operands))
	}
	c := &Condition{operator: name, operands: operands}
	return c, p.checkFunction(c)
}

// operandList reads operands in parentheses.
func (p *parser) operandList() ([]operand, error) {
	if err := p.expect("("); err != nil {
		return nil, err
	}
	var operands []operand
	for {
		o, err := p.operand()
		if err != nil {
			return nil, err
		}
		operands = append(operands, o)
		if p.operator(")") {
			return operands, nil
		}
		if err := p.expect(","); err != nil {
			return nil, err
		}
	}
}

func (p *parser) operand() (operand, error) {
	t := p.peek()
	switch {
	case t.kind == tokenOperator && t.text == "(":
		if err := p.enter(); err != nil {
			return operand{}, err
		}
		defer p.leave()
		p.at++
		o, err := p.operand()
		if err != nil {
			return o, err
		}
		return o, p.expect(")")
	case t.kind == tokenValue:
		v, err := p.literal()
		return operand{literal: &v}, err
	case t.kind == tokenWord && p.peekAt(1).text == "(":
		return p.sizeOperand(t.text)
	}
	path, err := p.path()
	return operand{path: path}, err
}

func (p *parser) sizeOperand(name string) (operand, error) {
	if _, known := functionOperands[name]; !known {
		return operand{}, p.invalid("Invalid function name; function: %s", name)
	}
	if name != fnSize {
		return operand{}, p.invalid("The function is not allowed to be used this way in an expression; function: %s", name)
	}
	if err := p.count(); err != nil {
		return operand{}, err
	}
	p.at++
	operands, err := p.operandList()
	if err != nil {
		return operand{}, err
	}
	if len(operands) != 1 {
		return operand{}, p.invalid("Incorrect number of operands for operator or function; operator or function: size, number of operands: %d", len(operands))
	}
	o := operands[0]
	if o.size {
		return o, p.invalid("The function is not allowed to be used this way in an expression; function: size")
	}
	if o.literal != nil && sizeless(o.literal.Kind) {
		return o, p.wrongType(fnSize, o.literal.Kind)
	}
	o.size = true
	return o, nil
}

func sizeless(k value.Kind) bool {
	return k == value.Number || k == value.Boolean || k == value.Null
}

func (p *parser) comparison() (*Condition, error) {
	first, err := p.operand()
	if err != nil {
		return nil, err
	}
	t := p.peek()
	switch {
	case p.keyword(opBetween):
		return p.between(first)
	case p.keyword(opIn):
		return p.in(first)
	case t.kind == tokenOperator && comparators[t.text]:
		if err := p.count(); err != nil {
			return nil, err
		}
		p.at++
		second, err := p.operand()
		if err != nil {
			return nil, err
		}
		c := &Condition{operator: t.text, operands: []operand{first, second}}
		return c, p.checkComparison(c)
	case first.size:
		return nil, p.invalid("The function is not allowed to be used this way in an expression; function: size")
	}
	return nil, p.unexpected()
}

func (p *parser) between(first operand) (*Condition, error) {
	if err := p.count(); err != nil {
		return nil, err
	}
	low, err := p.operand()
	if err != nil {
		return nil, err
	}
	if !p.keyword(opAnd) {
		return nil, p.unexpected()
	}
	high, err := p.operand()
	if err != nil {
		return nil, err
	}
	c := &Condition{operator: opBetween, operands: []operand{first, low, high}}
	return c, p.checkBetween(c)
}

func (p *parser) in(first operand) (*Condition, error) {
	if err := p.count(); err != nil {
		return nil, err
	}
	operands, err := p.operandList()
	if err != nil {
		return nil, err
	}
	if len(operands) > MaxOperands {
		return nil, p.invalid("The IN operator is provided with too many operands; number of operands: %d", len(operands))
	}
	return &Condition{operator: opIn, operands: append([]operand{first}, operands...)}, nil
}

// Holds reports whether the condition is true of an item; the nil item is one
// that does not exist.
func (c *Condition) Holds(item value.Item) bool {
	if c == nil {
		return true
	}
	switch c.operator {
	case opAnd:
		return c.left.Holds(item) && c.right.Holds(item)
	case opOr:
		return c.left.Holds(item) || c.right.Holds(item)
	case opNot:
		return !c.right.Holds(item)
	}
	first, exists := c.operands[0].of(item)
	switch c.operator {
	case fnExists:
		return exists
	case fnNotExists:
		return !exists
	case opIn:
		return exists && c.anyEqual(first, item)
	}
	second, ok := c.operands[1].of(item)
	if c.operator == "<>" {
		return !exists || !ok || !first.Equal(second)
	}
	if !exists || !ok {
		return false
	}
	if c.operator == opBetween {
		third, ok := c.operands[2].of(item)
		return ok && compares(">=", first, second) && compares("<=", first, third)
	}
	return compares(c.operator, first, second)
}

func (c *Condition) anyEqual(v value.Value, item value.Item) bool {
	for _, o := range c.operands[1:] {
		if w, ok := o.of(item); ok && v.Equal(w) {
			return true
		}
	}
	return false
}

func compares(operator string, v, w value.Value) bool {
	switch operator {
	case "=":
		return v.Equal(w)
	case fnType:
		return v.Kind.String() == w.Text
	case fnBeginsWith:
		return v.Kind == w.Kind && (v.Kind == value.String || v.Kind == value.Binary) && strings.HasPrefix(v.Text, w.Text)
	case fnContains:
		return contains(v, w)
	}
	if v.Kind != w.Kind || !v.Kind.Ordered() {
		return false
	}
	order := value.Compare(v, w)
	switch operator {
	case "<":
		return order < 0
	case "<=":
		return order <= 0
	case ">":
		return order > 0
	default:
		return order >= 0
	}
}

func contains(v, w value.Value) bool {
	switch v.Kind {
	case value.String, value.Binary:
		return v.Kind == w.Kind && strings.Contains(v.Text, w.Text)
	case value.List:
		for _, element := range v.List {
			if element.Equal(w) {
				return true
			}
		}
	case value.StringSet, value.NumberSet, value.BinarySet:
		return w.Kind == v.Kind-value.StringSet+value.String && v.Has(w.Text)
	}
	return false
}

// of is the operand's value for an item.
func (o operand) of(item value.Item) (value.Value, bool) {
	v, ok := value.Value{}, true
	if o.literal != nil {
		v = *o.literal
	} else {
		v, ok = o.path.in(item)
	}
	if !o.size || !ok {
		return v, ok
	}
	n := 0
	switch v.Kind {
	case value.String, value.Binary:
		n = len(v.Text)
	case value.List:
		n = len(v.List)
	case value.Map:
		n = len(v.Map)
	case value.StringSet, value.NumberSet, value.BinarySet:
		n = len(v.Set)
	default:
		return value.Value{}, false
	}
	return value.Integer(strconv.Itoa(n)), true
}

// Roots calls visit with the attribute each path of the condition starts in.
func (c *Condition) Roots(visit func(name string)) {
	if c == nil {
		return
	}
	c.left.Roots(visit)
	c.right.Roots(visit)
	for _, o := range c.operands {
		if o.path != nil {
			visit(o.path.Root())
		}
	}
}

// KeyTest is what a key condition asks of one key attribute: a comparator,
// begins_with or BETWEEN, and its one or two values.
type KeyTest struct {
	Attribute string
	Operator  string
	Values    []value.Value
}

// Operators of a KeyTest beside the comparators.
const (
	KeyBeginsWith = fnBeginsWith
	KeyBetween    = opBetween
)

// KeyTests takes a key condition apart, at most one test for an attribute, and
// refuses what a key condition must not hold.
func (c *Condition) KeyTests() ([]KeyTest, error) {
	if c.operator == opAnd {
		left, err := c.left.KeyTests()
		if err != nil {
			return nil, err
		}
		right, err := c.right.KeyTests()
		if err != nil {
			return nil, err
		}
		tests := append(left, right...)
		for i, t := range tests {
			for _, u := range tests[i+1:] {
				if t.Attribute == u.Attribute {
					return nil, fault.Validation("KeyConditionExpressions must only contain one condition per key")
				}
			}
		}
		return tests, nil
	}
	if !comparators[c.operator] && c.operator != opBetween && c.operator != fnBeginsWith || c.operator == "<>" {
		return nil, fault.Validation("Invalid operator used in KeyConditionExpression: %s", c.operator)
	}
	test := KeyTest{Operator: c.operator}
	for i, o := range c.operands {
		switch {
		case o.size:
			return nil, fault.Validation("KeyConditionExpressions cannot contain nested operations")
		case i == 0 && o.path == nil, i > 0 && o.literal == nil:
			return nil, fault.Validation("Invalid condition in KeyConditionExpression: Multiple attribute names used in one condition")
		case i == 0 && len(o.path) > 1:
			return nil, fault.Validation("KeyConditionExpressions cannot have conditions on nested attributes")
		case i == 0:
			test.Attribute = o.path.Root()
		default:
			test.Values = append(test.Values, *o.literal)
		}
	}
	return []KeyTest{test}, nil
}
