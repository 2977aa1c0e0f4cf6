package ubl

import (
	"bytes"
	"encoding/xml"
	"strings"
)

// The namespaces of UBL 2; the root's name and the major version follow the
// first.
const (
	schema     = "urn:oasis:names:specification:ubl:schema:xsd:"
	aggregates = schema + "CommonAggregateComponents-2"
	basics     = schema + "CommonBasicComponents-2"
)

// tree writes elements one after the other. Elements without content are left
// out, with whatever they would have stood in.
type tree struct {
	b    bytes.Buffer
	open []string // opened, but not written yet: nothing stands in them
	deep int
}

// in writes an element with what fill writes into it.
func (t *tree) in(name string, fill func()) {
	t.open = append(t.open, name)
	depth := len(t.open)
	fill()
	if len(t.open) == depth { // still unwritten
		t.open = t.open[:depth-1]
		return
	}
	t.deep--
	t.indent()
	t.b.WriteString("</" + name + ">")
}

// text writes an element that holds a text; attributes come as names and
// values, those without a value are left out.
func (t *tree) text(name, value string, attributes ...string) {
	if value == "" {
		return
	}
	t.flush()
	t.indent()
	t.b.WriteString("<" + name)
	for i := 0; i+1 < len(attributes); i += 2 {
		if attributes[i+1] != "" {
			t.b.WriteString(" " + attributes[i] + `="`)
			t.escape(attributes[i+1])
			t.b.WriteByte('"')
		}
	}
	t.b.WriteByte('>')
	t.escape(value)
	t.b.WriteString("</" + name + ">")
}

// each writes an element for every text.
func (t *tree) each(name string, values []string) {
	for _, v := range values {
		t.text(name, v)
	}
}

// flush writes the elements that something stands in now.
func (t *tree) flush() {
	for _, name := range t.open {
		t.indent()
		t.b.WriteString("<" + name + ">")
		t.deep++
	}
	t.open = t.open[:0]
}

func (t *tree) indent() { t.b.WriteString("\n" + strings.Repeat("  ", t.deep)) }

// escape writes text; characters that XML cannot hold become the one that
// stands for such.
func (t *tree) escape(s string) {
	_ = xml.EscapeText(&t.b, []byte(s)) // a buffer takes everything
}
