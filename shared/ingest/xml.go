package ingest

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/ianaindex"
)

// Why an XML file cannot be read.
var (
	errDoctype = errors.New("a document type declaration is not accepted")
	errTooBig  = errors.New("the document is nested too deeply or has too many elements")
)

// The namespaces of UBL and of the Cross Industry Invoice, by the prefix our
// paths write. Files choose prefixes freely, so only the URI counts.
var namespaces = map[string]string{
	"urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2":     "cbc:",
	"urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2": "cac:",
	ciiSpace: "rsm:",
	"urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100": "ram:",
	"urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100":                        "udt:",
	"urn:un:unece:uncefact:data:standard:QualifiedDataType:100":                          "qdt:",
}

// node is an element: its name with our prefix, its text where it has no
// elements inside, and the elements inside. Methods of a nil node find nothing.
type node struct {
	space, name string
	attrs       []xml.Attr
	text        string
	inside      []*node
}

// tree is a document being read: the elements that are open, outermost first,
// and the text of the innermost one so far.
type tree struct {
	root  *node
	open  []*node
	text  []byte
	count int
}

// parseXML builds the tree of a document. It refuses declarations (no DOCTYPE,
// so no entities but XML's own five) and more depth or elements than the limits.
func parseXML(data []byte) (*node, error) {
	d := xml.NewDecoder(bytes.NewReader(bytes.TrimPrefix(data, []byte(byteOrderMark))))
	d.CharsetReader = charsetReader
	var t tree
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) && t.root != nil && len(t.open) == 0 {
			return t.root, nil
		}
		if err != nil {
			return nil, fmt.Errorf("not well-formed XML: %w", err)
		}
		switch token := token.(type) {
		case xml.Directive:
			return nil, errDoctype
		case xml.StartElement:
			if err := t.start(token); err != nil {
				return nil, err
			}
		case xml.CharData:
			t.text = append(t.text, token...)
		case xml.EndElement:
			t.end()
		}
	}
}

func (t *tree) start(e xml.StartElement) error {
	if t.count++; t.count > maxXMLNodes || len(t.open) == maxXMLDepth {
		return errTooBig
	}
	n := &node{space: e.Name.Space, name: namespaces[e.Name.Space] + e.Name.Local, attrs: e.Attr}
	switch {
	case len(t.open) > 0:
		parent := t.open[len(t.open)-1]
		parent.inside = append(parent.inside, n)
	case t.root != nil:
		return errors.New("not well-formed XML: two roots")
	default:
		t.root = n
	}
	t.open, t.text = append(t.open, n), t.text[:0]
	return nil
}

// end closes the innermost element. Text beside elements says nothing in the
// documents we read.
func (t *tree) end() {
	last := t.open[len(t.open)-1]
	if len(last.inside) == 0 {
		last.text = string(bytes.TrimSpace(t.text))
	}
	t.open, t.text = t.open[:len(t.open)-1], t.text[:0]
}

// charsetReader converts what is not UTF-8. UTF-16 has been converted before,
// since a declaration in it could not have been read.
func charsetReader(label string, in io.Reader) (io.Reader, error) {
	if strings.HasPrefix(strings.ToLower(label), "utf-16") {
		return in, nil
	}
	e, err := encodingOf(label)
	if err != nil {
		return nil, err
	}
	return e.NewDecoder().Reader(in), nil
}

// encodingOf finds an encoding by any of its names; no name is UTF-8.
func encodingOf(label string) (encoding.Encoding, error) {
	if label == "" {
		return encoding.Nop, nil
	}
	if e, err := htmlindex.Get(label); err == nil {
		return e, nil
	}
	e, err := ianaindex.IANA.Encoding(label)
	if err != nil || e == nil {
		return nil, fmt.Errorf("unknown encoding %s", quote(label))
	}
	return e, nil
}

// all returns the elements at a path like "cac:Party/cbc:Name", in document
// order.
func (n *node) all(path string) []*node {
	if n == nil {
		return nil
	}
	step, rest, deeper := strings.Cut(path, "/")
	var found []*node
	for _, in := range n.inside {
		if in.name != step {
			continue
		}
		if deeper {
			found = append(found, in.all(rest)...)
		} else {
			found = append(found, in)
		}
	}
	return found
}

// first returns the first element at a path, or nil.
func (n *node) first(path string) *node {
	if found := n.all(path); len(found) > 0 {
		return found[0]
	}
	return nil
}

// at returns the first text that is not empty at the paths, tried in order.
func (n *node) at(paths ...string) string {
	for _, path := range paths {
		for _, found := range n.all(path) {
			if found.text != "" {
				return found.text
			}
		}
	}
	return ""
}

// texts returns the texts at a path that are not empty.
func (n *node) texts(path string) []string {
	var texts []string
	for _, found := range n.all(path) {
		if found.text != "" {
			texts = append(texts, found.text)
		}
	}
	return texts
}

// attr returns an attribute without namespace, "" when absent.
func (n *node) attr(name string) string {
	if n == nil {
		return ""
	}
	for _, a := range n.attrs {
		if a.Name.Local == name && a.Name.Space == "" {
			return strings.TrimSpace(a.Value)
		}
	}
	return ""
}

// unreadable reports whether some text holds the character that stands for
// bytes its encoding could not explain.
func (n *node) unreadable() bool {
	if strings.ContainsRune(n.text, '\uFFFD') {
		return true
	}
	for _, in := range n.inside {
		if in.unreadable() {
			return true
		}
	}
	return false
}
