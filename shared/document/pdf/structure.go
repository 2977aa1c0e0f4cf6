package pdf

import (
	"fmt"
	"strings"
)

// element is a part of what the document says: a heading, a table, a cell.
// Readers that cannot see the page go by these.
type element struct {
	tag      string
	extra    string // further entries of its dictionary
	language string // where it differs from the document's
	inside   []any  // *element or mark, in the order read
	id       ref
}

// mark is a piece of a page that belongs to an element.
type mark struct{ page, id int }

// add puts an element inside another.
func (e *element) add(tag, extra string) *element {
	child := &element{tag: tag, extra: extra}
	e.inside = append(e.inside, child)
	return child
}

// columnHead and rowHead say what a cell is the head of.
const (
	columnHead = "/A<</O/Table/Scope/Column>>"
	rowHead    = "/A<</O/Table/Scope/Row>>"
)

// writeStructure adds the tree of elements to the file, and for each page the
// elements of its marks by number.
func (d *Document) writeStructure(pages []ref) ref {
	root := d.objects.reserve()
	d.writeElement(d.root, root, pages)
	var parents strings.Builder
	for i, p := range d.pages {
		fmt.Fprintf(&parents, "%d[", i)
		for _, e := range p.marks {
			parents.WriteString(e.id.String() + " ")
		}
		parents.WriteString("]")
	}
	tree := d.objects.add("<</Nums[%s]>>", parents.String())
	d.objects.set(root, fmt.Sprintf("<</Type/StructTreeRoot/K[%s]/ParentTree %s/ParentTreeNextKey %d>>", d.root.id, tree, len(pages)))
	return root
}

func (d *Document) writeElement(e *element, parent ref, pages []ref) {
	e.id = d.objects.reserve()
	var inside strings.Builder
	page := -1
	for _, part := range e.inside {
		switch part := part.(type) {
		case *element:
			d.writeElement(part, e.id, pages)
			inside.WriteString(part.id.String() + " ")
		case mark:
			if page < 0 {
				page = part.page
			}
			if part.page == page {
				fmt.Fprintf(&inside, "%d ", part.id)
			} else {
				fmt.Fprintf(&inside, "<</Type/MCR/Pg %s/MCID %d>>", pages[part.page], part.id)
			}
		}
	}
	more := e.extra
	if page >= 0 {
		more += fmt.Sprintf("/Pg %s", pages[page])
	}
	if e.language != "" {
		more += "/Lang(" + e.language + ")"
	}
	d.objects.set(e.id, fmt.Sprintf("<</S/%s/P %s%s/K[%s]>>", e.tag, parent, more, strings.TrimSpace(inside.String())))
}
