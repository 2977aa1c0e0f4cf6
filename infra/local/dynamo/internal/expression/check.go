package expression

import (
	"strings"

	"customercenter/infra/local/dynamo/internal/value"
)

// This file refuses conditions that are well formed but could never be right:
// DynamoDB checks the types of literals before it looks at any item.

func (p *parser) wrongType(operator string, kind value.Kind) error {
	label := "operator or function"
	if comparators[operator] {
		label = "operator"
	}
	return p.invalid("Incorrect operand type for operator or function; %s: %s, operand type: %s", label, operator, kind)
}

// kind is the type the operand has before any item is known, or 0.
func (o operand) kind() value.Kind {
	switch {
	case o.size:
		return value.Number
	case o.literal != nil:
		return o.literal.Kind
	}
	return 0
}

func (p *parser) checkFunction(c *Condition) error {
	name := c.operator
	if len(c.operands) == 2 {
		if err := p.checkDistinct(c); err != nil {
			return err
		}
	}
	switch name {
	case fnExists, fnNotExists:
		if c.operands[0].path == nil || c.operands[0].size {
			return p.invalid("Operator or function requires a document path; operator or function: %s", name)
		}
	case fnBeginsWith:
		for _, o := range c.operands {
			if k := o.kind(); k != 0 && k != value.String && k != value.Binary {
				return p.wrongType(name, k)
			}
		}
	case fnType:
		return p.checkTypeName(c.operands[1])
	}
	return nil
}

func (p *parser) checkTypeName(o operand) error {
	switch {
	case o.kind() == 0:
		return p.invalid("Incorrect operand type for operator or function; operator or function: attribute_type, operand type: {NS,SS,L,BS,N,M,B,BOOL,NULL,S}")
	case o.kind() != value.String:
		return p.wrongType(fnType, o.kind())
	}
	if _, ok := value.KindNamed(o.literal.Text); !ok {
		return p.invalid("Invalid attribute type name found; type: %s, valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}", o.literal.Text)
	}
	return nil
}

func (p *parser) checkComparison(c *Condition) error {
	if err := p.checkDistinct(c); err != nil {
		return err
	}
	if c.operator == "=" || c.operator == "<>" {
		return nil
	}
	for _, o := range c.operands {
		if k := o.kind(); k != 0 && !k.Ordered() {
			return p.wrongType(c.operator, k)
		}
	}
	return nil
}

func (p *parser) checkBetween(c *Condition) error {
	for _, o := range c.operands {
		if k := o.kind(); k != 0 && !k.Ordered() {
			return p.wrongType(opBetween, k)
		}
	}
	low, high := c.operands[1], c.operands[2]
	if low.literal == nil || high.literal == nil || low.size || high.size {
		return nil
	}
	shown := func(o operand) string {
		return "{" + o.literal.Kind.String() + ":" + o.literal.Text + "}"
	}
	if low.literal.Kind != high.literal.Kind {
		return p.invalid("The BETWEEN operator requires same data type for lower and upper bounds; lower bound operand: AttributeValue: %s, upper bound operand: AttributeValue: %s", shown(low), shown(high))
	}
	if value.Compare(*low.literal, *high.literal) > 0 {
		return p.invalid("The BETWEEN operator requires upper bound to be greater than or equal to lower bound; lower bound operand: AttributeValue: %s, upper bound operand: AttributeValue: %s", shown(low), shown(high))
	}
	return nil
}

func (p *parser) checkDistinct(c *Condition) error {
	a, b := c.operands[0], c.operands[1]
	if a.path == nil || b.path == nil || a.size || b.size || !a.path.equal(b.path) {
		return nil
	}
	return p.invalid("The first operand must be distinct from the remaining operands for this operator or function; operator: %s, first operand: %s", c.operator, a.path)
}

// longNames are the type names of refusals about ADD and DELETE.
var longNames = map[value.Kind]string{
	value.String: "STRING", value.Number: "NUMBER", value.Binary: "BINARY", value.Null: "NULL",
	value.Boolean: "BOOLEAN", value.List: "LIST", value.Map: "MAP",
}

func (p *parser) checkSetAction(operator string, v value.Value) error {
	if v.Kind.IsSet() || operator == sectionAdd && v.Kind == value.Number {
		return nil
	}
	return p.invalid("Incorrect operand type for operator or function; operator: %s, operand type: %s", strings.ToUpper(operator), longNames[v.Kind])
}
