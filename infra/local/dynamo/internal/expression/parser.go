package expression

import (
	"strconv"
	"strings"

	"customercenter/infra/local/dynamo/internal/fault"
	"customercenter/infra/local/dynamo/internal/value"
)

type tokenKind byte

const (
	tokenEnd tokenKind = iota
	tokenWord
	tokenName  // #placeholder
	tokenValue // :placeholder
	tokenDigits
	tokenOperator
)

type token struct {
	kind tokenKind
	text string
}

func wordByte(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

func digitByte(c byte) bool { return c >= '0' && c <= '9' }

// run returns how many bytes of text satisfy the test, from its start.
func run(text string, test func(byte) bool) int {
	n := 0
	for n < len(text) && test(text[n]) {
		n++
	}
	return n
}

// tokens splits an expression; bad is the first byte that starts no token, or -1.
func tokens(text string) (split []token, bad int) {
	split = make([]token, 0, 16)
	for at := 0; at < len(text); {
		c := text[at]
		t := token{kind: tokenOperator}
		size := 1
		switch {
		case c == ' ' || c == '\n' || c == '\t' || c == '\r':
			at++
			continue
		case c == '#' || c == ':':
			t.kind = tokenName
			if c == ':' {
				t.kind = tokenValue
			}
			size = 1 + run(text[at+1:], wordByte)
			if size == 1 {
				return nil, at
			}
		case digitByte(c):
			t.kind = tokenDigits
			size = run(text[at:], digitByte)
		case wordByte(c):
			t.kind = tokenWord
			size = run(text[at:], wordByte)
		case len(text)-at >= 2 && (text[at:at+2] == "<>" || text[at:at+2] == "<=" || text[at:at+2] == ">="):
			size = 2
		case strings.IndexByte("=<>+-.,()[]", c) < 0:
			return nil, at
		}
		t.text = text[at : at+size]
		split = append(split, t)
		at += size
	}
	return split, -1
}

// parser walks the tokens of one expression.
type parser struct {
	scope     *Scope
	field     string
	tokens    []token
	at        int
	depth     int
	operators int
}

// maxDepth bounds recursion; it lies beyond what MaxBytes of parentheses that
// mean something can reach.
const maxDepth = 400

func newParser(scope *Scope, field, text string) (*parser, error) {
	if strings.TrimSpace(text) == "" {
		return nil, fault.Validation("Invalid %s: The expression can not be empty;", field)
	}
	if len(text) > MaxBytes {
		return nil, fault.Validation("Invalid %s: Expression size has exceeded the maximum allowed size;", field)
	}
	split, bad := tokens(text)
	if bad >= 0 {
		near := text[max(0, bad-5):min(len(text), bad+5)]
		return nil, fault.Validation("Invalid %s: Syntax error; token: %q, near: %q", field, text[bad:bad+1], near)
	}
	return &parser{scope: scope, field: field, tokens: split}, nil
}

func (p *parser) invalid(format string, args ...any) error {
	return fault.Validation("Invalid "+p.field+": "+format, args...)
}

// unexpected refuses the token at hand.
func (p *parser) unexpected() error {
	shown := "<EOF>"
	if p.at < len(p.tokens) {
		shown = p.tokens[p.at].text
	}
	var near []string
	for _, t := range p.tokens[max(0, p.at-1):min(len(p.tokens), p.at+2)] {
		near = append(near, t.text)
	}
	return p.invalid("Syntax error; token: %q, near: %q", shown, strings.Join(near, " "))
}

func (p *parser) peek() token { return p.peekAt(0) }

func (p *parser) peekAt(ahead int) token {
	if p.at+ahead < len(p.tokens) {
		return p.tokens[p.at+ahead]
	}
	return token{}
}

func (p *parser) end() error {
	if p.at < len(p.tokens) {
		return p.unexpected()
	}
	return nil
}

// operator passes over the operator if it comes next.
func (p *parser) operator(text string) bool {
	if t := p.peek(); t.kind != tokenOperator || t.text != text {
		return false
	}
	p.at++
	return true
}

func (p *parser) expect(text string) error {
	if !p.operator(text) {
		return p.unexpected()
	}
	return nil
}

// keyword passes over the word, in any case, if it comes next.
func (p *parser) keyword(word string) bool {
	if t := p.peek(); t.kind != tokenWord || !strings.EqualFold(t.text, word) {
		return false
	}
	p.at++
	return true
}

// count refuses an expression of too many operators and functions.
func (p *parser) count() error {
	p.operators++
	if p.operators > MaxOperators {
		return p.invalid("The expression contains too many operators; operator count: %d", p.operators)
	}
	return nil
}

// enter bounds recursion; its caller calls leave.
func (p *parser) enter() error {
	p.depth++
	if p.depth > maxDepth {
		return p.invalid("The expression is nested too deeply;")
	}
	return nil
}

func (p *parser) leave() { p.depth-- }

func (p *parser) name() (string, error) {
	t := p.peek()
	switch t.kind {
	case tokenName:
		name, ok := p.scope.names[t.text]
		if !ok {
			return "", p.invalid("An expression attribute name used in the document path is not defined; attribute name: %s", t.text)
		}
		p.scope.usedNames[t.text] = true
		p.at++
		return name, nil
	case tokenWord:
		if reserved(t.text) {
			return "", p.invalid("Attribute name is a reserved keyword; reserved keyword: %s", t.text)
		}
		p.at++
		return t.text, nil
	}
	return "", p.unexpected()
}

func (p *parser) path() (Path, error) {
	name, err := p.name()
	if err != nil {
		return nil, err
	}
	path := Path{{name: name}}
	for {
		switch {
		case p.operator("."):
			if name, err = p.name(); err != nil {
				return nil, err
			}
			path = append(path, step{name: name})
		case p.operator("["):
			index, err := p.listIndex()
			if err != nil {
				return nil, err
			}
			path = append(path, step{index: index, isIndex: true})
		default:
			if len(path) > value.MaxDepth {
				return nil, p.invalid("The document path has too many nesting elements; nesting levels: %d", len(path))
			}
			return path, nil
		}
	}
}

func (p *parser) listIndex() (int, error) {
	t := p.peek()
	if t.kind != tokenDigits {
		return 0, p.unexpected()
	}
	index, err := strconv.ParseInt(t.text, 10, 32)
	if err != nil {
		return 0, p.invalid("List index is not within the allowable range; index: [%s]", t.text)
	}
	p.at++
	return int(index), p.expect("]")
}

// literal reads a :placeholder.
func (p *parser) literal() (value.Value, error) {
	t := p.peek()
	if t.kind != tokenValue {
		return value.Value{}, p.unexpected()
	}
	v, ok := p.scope.values[t.text]
	if !ok {
		return v, p.invalid("An expression attribute value used in expression is not defined; attribute value: %s", t.text)
	}
	p.scope.usedValues[t.text] = true
	p.at++
	return v, nil
}
