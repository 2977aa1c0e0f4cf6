package template

import (
	"fmt"
	"path"
	"regexp"
	"strings"

	"go.yaml.in/yaml/v3"
)

// evaluator resolves the intrinsic functions of a template. Values are string, bool, int, float64, []any and
// map[string]any.
type evaluator struct {
	parameters map[string]any
	conditions map[string]yaml.Node
	resources  map[string]*yaml.Node
	open       map[string]bool // conditions being decided, to refuse circles
	depth      int
}

// maxDepth bounds how deep values may nest, which also ends a name that refers to itself.
const maxDepth = 200

// absent is the value of AWS::NoValue: whatever holds it drops it.
type absent struct{}

// declare notes where each resource stands and returns the logical ids in the order of the file.
func (e *evaluator) declare(n *yaml.Node) ([]string, error) {
	if n.Kind != yaml.MappingNode {
		return nil, fmt.Errorf("Resources: %w", errNotObject)
	}
	var order []string
	for i := 0; i+1 < len(n.Content); i += 2 {
		id := n.Content[i].Value
		e.resources[id] = n.Content[i+1]
		order = append(order, id)
	}
	return order, nil
}

// resource evaluates one resource; in is false where its condition leaves it out.
func (e *evaluator) resource(id string) (r Resource, in bool, err error) {
	n := e.resources[id]
	if c := child(n, "Condition"); c != nil {
		if holds, err := e.condition(c.Value); err != nil || !holds {
			return Resource{}, false, err
		}
	}
	r = Resource{LogicalID: id, Type: scalar(n, "Type"), DeletionPolicy: scalar(n, "DeletionPolicy")}
	for name, into := range map[string]*map[string]any{"Properties": &r.Properties, "Metadata": &r.Metadata} {
		if c := child(n, name); c != nil {
			if *into, err = e.object(c); err != nil {
				return Resource{}, false, err
			}
		}
	}
	return r, true, nil
}

func (e *evaluator) object(n *yaml.Node) (map[string]any, error) {
	if n.Kind == 0 {
		return map[string]any{}, nil
	}
	v, err := e.value(n)
	if err != nil {
		return nil, err
	}
	m, ok := v.(map[string]any)
	if !ok {
		return nil, fmt.Errorf("line %d: %w", n.Line, errNotObject)
	}
	return m, nil
}

// value evaluates a node, short-form intrinsic functions included.
func (e *evaluator) value(n *yaml.Node) (any, error) {
	e.depth++
	defer func() { e.depth-- }()
	if e.depth > maxDepth {
		return nil, fmt.Errorf("line %d: nested too deep, or refers to itself", n.Line)
	}
	if strings.HasPrefix(n.Tag, "!") && !strings.HasPrefix(n.Tag, "!!") {
		v, err := e.intrinsic(n)
		if err != nil {
			return nil, fmt.Errorf("line %d: %s: %w", n.Line, n.Tag, err)
		}
		return v, nil
	}
	switch n.Kind {
	case yaml.AliasNode:
		return e.value(n.Alias)
	case yaml.MappingNode:
		return e.mapping(n)
	case yaml.SequenceNode:
		return e.list(n)
	}
	var v any
	err := n.Decode(&v)
	return v, err
}

func (e *evaluator) mapping(n *yaml.Node) (any, error) {
	out := map[string]any{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i].Value
		if strings.HasPrefix(key, "Fn::") || key == "Ref" {
			return nil, fmt.Errorf("line %d: %s: this template is written with the short forms (!Sub, !Ref)", n.Line, key)
		}
		v, err := e.value(n.Content[i+1])
		if err != nil {
			return nil, err
		}
		if _, gone := v.(absent); !gone {
			out[key] = v
		}
	}
	return out, nil
}

func (e *evaluator) list(n *yaml.Node) ([]any, error) {
	out := []any{}
	for _, c := range n.Content {
		v, err := e.value(c)
		if err != nil {
			return nil, err
		}
		if _, gone := v.(absent); !gone {
			out = append(out, v)
		}
	}
	return out, nil
}

func (e *evaluator) intrinsic(n *yaml.Node) (any, error) {
	switch n.Tag {
	case "!Ref":
		return e.ref(n.Value)
	case "!GetAtt":
		return e.attribute(n)
	case "!Sub":
		return e.sub(n)
	case "!Condition":
		return e.condition(n.Value)
	}
	// Arguments of the other functions are lists whose elements are values themselves; the tag is taken off so
	// that the list is not taken for the function again.
	arguments := *n
	arguments.Tag = ""
	switch n.Tag {
	case "!If":
		return e.choose(&arguments)
	case "!Equals", "!Not", "!And", "!Or":
		return e.logic(n.Tag, &arguments)
	case "!Join", "!Select", "!Split":
		return e.textual(n.Tag, &arguments)
	}
	return nil, fmt.Errorf("unknown function")
}

func (e *evaluator) choose(n *yaml.Node) (any, error) {
	if len(n.Content) != 3 {
		return nil, fmt.Errorf("takes three arguments")
	}
	holds, err := e.condition(n.Content[0].Value)
	if err != nil {
		return nil, err
	}
	if holds {
		return e.value(n.Content[1])
	}
	return e.value(n.Content[2])
}

func (e *evaluator) logic(tag string, n *yaml.Node) (any, error) {
	l, err := e.list(n)
	if err != nil {
		return nil, err
	}
	if tag == "!Equals" {
		if len(l) != 2 {
			return nil, fmt.Errorf("takes two arguments")
		}
		return fmt.Sprint(l[0]) == fmt.Sprint(l[1]), nil
	}
	all, some := true, false
	for _, v := range l {
		b, ok := v.(bool)
		if !ok {
			return nil, fmt.Errorf("%v is not a condition", v)
		}
		all, some = all && b, some || b
	}
	switch tag {
	case "!Not":
		return !some, nil
	case "!And":
		return all, nil
	}
	return some, nil
}

func (e *evaluator) textual(tag string, n *yaml.Node) (any, error) {
	l, err := e.list(n)
	if err != nil {
		return nil, err
	}
	if len(l) != 2 {
		return nil, fmt.Errorf("takes two arguments")
	}
	if tag == "!Split" {
		var parts []any
		for _, p := range strings.Split(fmt.Sprint(l[1]), fmt.Sprint(l[0])) {
			parts = append(parts, p)
		}
		return parts, nil
	}
	elements, ok := l[1].([]any)
	if !ok {
		return nil, fmt.Errorf("the second argument is not a list")
	}
	if tag == "!Select" {
		i, ok := l[0].(int)
		if !ok || i < 0 || i >= len(elements) {
			return nil, fmt.Errorf("no element %v", l[0])
		}
		return elements[i], nil
	}
	var texts []string
	for _, v := range elements {
		texts = append(texts, fmt.Sprint(v))
	}
	return strings.Join(texts, fmt.Sprint(l[0])), nil
}

// condition decides a named condition.
func (e *evaluator) condition(name string) (bool, error) {
	n, ok := e.conditions[name]
	if !ok {
		return false, fmt.Errorf("no condition %s", name)
	}
	if e.open[name] {
		return false, fmt.Errorf("condition %s depends on itself", name)
	}
	e.open[name] = true
	defer delete(e.open, name)
	v, err := e.value(&n)
	if err != nil {
		return false, err
	}
	b, ok := v.(bool)
	if !ok {
		return false, fmt.Errorf("condition %s is %v", name, v)
	}
	return b, nil
}

var variable = regexp.MustCompile(`\$\{([^}]+)\}`)

func (e *evaluator) sub(n *yaml.Node) (any, error) {
	text, own := n.Value, map[string]any{}
	if n.Kind == yaml.SequenceNode {
		if len(n.Content) != 2 {
			return nil, fmt.Errorf("takes a text and an object")
		}
		var err error
		if own, err = e.object(n.Content[1]); err != nil {
			return nil, err
		}
		text = n.Content[0].Value
	}
	var failed error
	out := variable.ReplaceAllStringFunc(text, func(match string) string {
		name := match[2 : len(match)-1]
		if literal, ok := strings.CutPrefix(name, "!"); ok {
			return "${" + literal + "}"
		}
		if v, ok := own[name]; ok {
			return fmt.Sprint(v)
		}
		v, err := e.named(name)
		if err != nil {
			failed = err
		}
		return fmt.Sprint(v)
	})
	return out, failed
}

// named resolves Name or Name.Attribute.
func (e *evaluator) named(name string) (any, error) {
	if id, attribute, ok := strings.Cut(name, "."); ok {
		return e.attributeOf(id, attribute)
	}
	return e.ref(name)
}

func (e *evaluator) ref(name string) (any, error) {
	if v, ok := e.parameters[name]; ok {
		return v, nil
	}
	switch name {
	case "AWS::Region":
		return Region, nil
	case "AWS::AccountId":
		return AccountID, nil
	case "AWS::Partition":
		return "aws", nil
	case "AWS::StackName":
		return StackName, nil
	case "AWS::NoValue":
		return absent{}, nil
	}
	if id, attribute, ok := strings.Cut(name, "."); ok { // what SAM generates: !Ref Api.Stage
		return e.attributeOf(id, attribute)
	}
	return e.physicalName(name)
}

func (e *evaluator) attribute(n *yaml.Node) (any, error) {
	name := n.Value
	if n.Kind == yaml.SequenceNode && len(n.Content) == 2 {
		name = n.Content[0].Value + "." + n.Content[1].Value
	}
	id, attribute, ok := strings.Cut(name, ".")
	if !ok {
		return nil, fmt.Errorf("takes Resource.Attribute")
	}
	return e.attributeOf(id, attribute)
}

// physicalName is the name a resource has once it exists.
func (e *evaluator) physicalName(id string) (string, error) {
	n, ok := e.resources[id]
	if !ok {
		return "", fmt.Errorf("no resource or parameter %s", id)
	}
	property := map[string]string{TypeTable: "TableName", TypeFunction: "CodeUri"}[scalar(n, "Type")]
	p := child(child(n, "Properties"), property)
	if p == nil {
		return id, nil
	}
	v, err := e.value(p)
	if err != nil {
		return "", err
	}
	return path.Base(fmt.Sprint(v)), nil
}

func (e *evaluator) attributeOf(id, attribute string) (string, error) {
	name, err := e.physicalName(id)
	if err != nil {
		return "", err
	}
	if attribute == "QueueName" {
		return name, nil
	}
	service := map[string]string{
		TypeTable:    "dynamodb:" + Region + ":" + AccountID + ":table/",
		TypeFunction: "lambda:" + Region + ":" + AccountID + ":function:",
		TypeQueue:    "sqs:" + Region + ":" + AccountID + ":",
	}[scalar(e.resources[id], "Type")]
	switch {
	case service != "" && attribute == "Arn":
		return "arn:aws:" + service + name, nil
	case service != "" && attribute == "StreamArn":
		return "arn:aws:" + service + name + "/stream/" + StackName, nil
	}
	return name + "." + attribute, nil
}

// child returns the value of key in a mapping, nil where there is none.
func child(n *yaml.Node, key string) *yaml.Node {
	if n == nil || n.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			return n.Content[i+1]
		}
	}
	return nil
}

func scalar(n *yaml.Node, key string) string {
	if c := child(n, key); c != nil {
		return c.Value
	}
	return ""
}
