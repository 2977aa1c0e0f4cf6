package pdf

import (
	"bytes"
	"encoding/xml"
	"strings"
)

// xmp is what the file says of itself in the form that archives read.
func (d *Document) xmp() []byte {
	at := d.meta.At.UTC().Format("2006-01-02T15:04:05Z")
	return []byte(`<?xpacket begin="` + "\ufeff" + `" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">` +
		`<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/">` +
		`<dc:format>application/pdf</dc:format>` +
		`<dc:title><rdf:Alt><rdf:li xml:lang="x-default">` + escaped(d.meta.Title) + `</rdf:li></rdf:Alt></dc:title>` +
		`<dc:creator><rdf:Seq><rdf:li>` + escaped(d.meta.Author) + `</rdf:li></rdf:Seq></dc:creator>` +
		`<dc:language><rdf:Bag><rdf:li>` + d.language() + `</rdf:li></rdf:Bag></dc:language>` +
		`<xmp:CreateDate>` + at + `</xmp:CreateDate><xmp:ModifyDate>` + at + `</xmp:ModifyDate><pdf:Producer>` + producer + `</pdf:Producer>` +
		`</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="r"?>`)
}

func escaped(s string) string {
	var b bytes.Buffer
	_ = xml.EscapeText(&b, []byte(strings.TrimSpace(s))) // a buffer takes everything
	return b.String()
}
