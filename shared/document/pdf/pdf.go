// Package pdf sets documents of headings, facts, tables and totals on A4
// pages, in English and Arabic: letters joined, runs in the right order,
// identifiers whole when copied. Files are tagged for readers that cannot see
// them, carry other files, and are the same bytes for the same content.
//
// It does not know what a document is about, no locale and no clock. Its files
// have the shape of PDF/A-3, which they do not claim to be.
package pdf

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// Meta is what a file says of itself.
type Meta struct {
	Title    string
	Author   string
	Language string // "ar" turns the pages round; any other reads from the left
	At       time.Time
	Page     func(n, of int) string // what stands at the foot; nil for nothing
}

// Attachment is a file inside the file.
type Attachment struct {
	Name, Description string
	MediaType         string
	Relationship      string // to the document, as PDF has it: "Alternative", "Data", "Source"
	Data              []byte
}

// How long a document may get: beyond, nobody reads it, and to set it takes
// longer than anybody waits.
const (
	MaxPages = 200
	maxBytes = 1 << 20 // of all its texts, looked at before any is set
)

// ErrTooLong says that a document has more than MaxPages, or would have.
var ErrTooLong = errors.New("the document is too long to be printed")

// Document is one being set. Blocks are added from the top; Bytes ends it.
type Document struct {
	press       *Press
	set         *setter
	meta        Meta
	rightToLeft bool
	objects     objects
	pages       []*page
	fonts       []*glyphsOf
	root        *element
	attachments []Attachment
	y           float64 // where the next block begins
	bytes       int     // of texts so far
	tooLong     bool
}

// New begins a document.
func (p *Press) New(meta Meta) *Document {
	d := &Document{press: p, set: p.setters.Get().(*setter), meta: meta, rightToLeft: meta.Language == "ar", root: &element{tag: "Document"}}
	d.newPage()
	return d
}

// Attach puts a file inside.
func (d *Document) Attach(a Attachment) { d.attachments = append(d.attachments, a) }

// Bytes is the file, or ErrTooLong. Nothing can be added after it.
func (d *Document) Bytes() ([]byte, error) {
	d.foot()
	d.press.setters.Put(d.set)
	d.set = nil
	if d.tooLong {
		return nil, ErrTooLong
	}
	var fonts strings.Builder
	for i, used := range d.fonts {
		fmt.Fprintf(&fonts, "/F%d %s", i, used.write(&d.objects))
	}
	resources := d.objects.add("<</Font<<%s>>>>", fonts.String())
	parent := d.objects.reserve()
	pages := make([]ref, len(d.pages))
	var kids strings.Builder
	for i, p := range d.pages {
		content := d.objects.stream("", p.content)
		pages[i] = d.objects.add("<</Type/Page/Parent %s/MediaBox[0 0 %.2f %.2f]/Contents %s/Resources %s/StructParents %d/Tabs/S>>",
			parent, pageWidth, pageHeight, content, resources, i)
		kids.WriteString(pages[i].String() + " ")
	}
	d.objects.set(parent, fmt.Sprintf("<</Type/Pages/Count %d/Kids[%s]>>", len(pages), kids.String()))
	structure := d.writeStructure(pages)
	catalog := d.writeCatalog(parent, structure)
	info := d.objects.add("<</Title%s/Author%s/Producer(%s)/CreationDate%s/ModDate%[4]s>>", text(d.meta.Title), text(d.meta.Author), producer, d.date())
	return d.objects.file(catalog, info), nil
}

// producer is what made the file.
const producer = "Customer Center"

func (d *Document) date() string { return "(D:" + d.meta.At.UTC().Format("20060102150405") + "Z)" }

func (d *Document) language() string {
	if d.rightToLeft {
		return "ar"
	}
	return "en"
}

// writeCatalog adds the root. It says nothing of the direction of pages:
// viewers that are told so read every line from the right, and copy
// INV-2026-00042 as -2026-00042INV.
func (d *Document) writeCatalog(pages, structure ref) ref {
	files := d.writeAttachments()
	profile := d.objects.stream("/N 3", sRGB())
	intent := d.objects.add("<</Type/OutputIntent/S/GTS_PDFA1/OutputConditionIdentifier(sRGB)/Info(sRGB)/DestOutputProfile %s>>", profile)
	meta := d.objects.plain("/Type/Metadata/Subtype/XML", d.xmp())
	return d.objects.add("<</Type/Catalog/Pages %s/Lang(%s)/MarkInfo<</Marked true>>/StructTreeRoot %s/Metadata %s/OutputIntents[%s]/ViewerPreferences<</DisplayDocTitle true>>%s>>",
		pages, d.language(), structure, meta, intent, files)
}

func (d *Document) writeAttachments() string {
	if len(d.attachments) == 0 {
		return ""
	}
	var names, associated strings.Builder
	for _, a := range d.attachments {
		file := d.objects.stream(fmt.Sprintf("/Type/EmbeddedFile/Subtype%s/Params<</ModDate%s/Size %d>>", name(a.MediaType), d.date(), len(a.Data)), a.Data)
		spec := d.objects.add("<</Type/Filespec/F%s/UF%[1]s/Desc%s/AFRelationship%s/EF<</F %s/UF %[4]s>>>>",
			text(a.Name), text(a.Description), name(a.Relationship), file)
		names.WriteString(text(a.Name) + " " + spec.String() + " ")
		associated.WriteString(spec.String() + " ")
	}
	return fmt.Sprintf("/Names<</EmbeddedFiles<</Names[%s]>>>>/AF[%s]", names.String(), associated.String())
}
