// Package ingest reads the documents a vendor's ERP sends (UBL, CSV with a
// mapping, JSON Lines) into center records, and writes records as JSON Lines.
//
// It decides what a file says, never what becomes of it: it knows no account,
// no ledger and no table, keeps nothing between two batches, and treats every
// byte as hostile. What cannot be read becomes a record with Reject set, so
// that one bad document never stops a batch.
package ingest

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"iter"
	"unicode/utf8"

	"golang.org/x/text/encoding/unicode"

	"customercenter/shared/center"
)

// Limits of one document. A batch is bounded by whoever takes it in.
const (
	maxXMLDepth   = 64      // elements inside each other; UBL needs about a dozen
	maxXMLNodes   = 200_000 // elements of one document
	maxMinor      = 1e15    // minor units of one amount; sums of many still fit
	maxNumber     = 200     // bytes of a document number or another identity
	maxLine       = 1 << 20 // bytes of one JSON line or CSV record
	maxFileName   = 255     // bytes of a file's name kept in reports
	maxPeople     = 100     // e-mail addresses read of a party or an order
	maxListed     = 100     // unmapped columns named in a report
	maxRowIndexed = 1 << 20 // joined rows of one batch
	maxAttached   = 3 << 20 // bytes of what comes inside one document, all together

	maxAttachedFiles = 40
)

// File is one file of a batch; a ZIP archive stands for the files in it. Its name is for reports and for the mapping's
// joins only: what a file is shows in its content.
type File struct {
	Name string
	Data []byte
}

// Batch is a set of files ready to be read, in the order they were given.
type Batch struct {
	sources  []source
	mapping  *mapping
	joins    joins
	options  center.ImportOptions
	unmapped []string

	rawMapping []byte
	given      map[string]json.RawMessage // the mapping, where something of it is found in the files
}

// source is a file with what its content showed.
type source struct {
	File          // its data in UTF-8
	raw    []byte // as it was sent
	sha256 string
	format string
	fault  *center.RowNote // why it cannot be opened
}

// The formats, as records' sources name them.
const (
	formatUBL   = "ubl"
	formatCII   = "cii"
	formatCSV   = "csv"
	formatJSONL = "jsonl"
	formatXML   = "xml"
	formatOther = ""
)

// Open prepares files for reading. mapping is the JSON that says what the
// columns of CSV files mean; empty when there are none. It refuses, with a
// *center.Error for the sender, a mapping that cannot be used with these files.
func Open(files []File, mapping []byte, o center.ImportOptions) (*Batch, error) {
	b := &Batch{options: o, rawMapping: mapping}
	if len(bytes.TrimSpace(mapping)) > 0 {
		m, err := parseMapping(mapping)
		if err != nil {
			return nil, err
		}
		b.mapping = m
		if m.DateFormat == autoFormat {
			if err := json.Unmarshal(mapping, &b.given); err != nil {
				return nil, badMapping([]center.Violation{{Detail: err.Error()}})
			}
		}
	}
	files, faults := unpacked(files)
	for i, f := range files {
		raw, sum := f.Data, sha256.Sum256(f.Data)
		f.Data = decodeUTF16(f.Data)
		f.Name = shorten(f.Name, maxFileName)
		s := source{File: f, raw: raw, sha256: hex.EncodeToString(sum[:]), format: b.detect(f.Data), fault: faults[i]}
		if s.format == formatCSV {
			s.Data = b.mapping.decode(raw, s.Data)
		}
		b.sources = append(b.sources, s)
	}
	if err := b.openJoins(); err != nil {
		return nil, err
	}
	b.findDates()
	return b, nil
}

// Files names the files of the batch with the hash of their bytes.
func (b *Batch) Files() []center.ImportFile {
	files := make([]center.ImportFile, len(b.sources))
	for i, s := range b.sources {
		files[i] = center.ImportFile{Name: s.Name, SHA256: s.sha256}
	}
	return files
}

// UnmappedColumns lists the columns of the CSV files that the mapping neither
// uses nor ignores, each once.
func (b *Batch) UnmappedColumns() []string { return b.unmapped }

// Records yields what the files hold, one record at a time, always in the same
// order. Only one record is in memory besides the files.
func (b *Batch) Records() iter.Seq[center.Record] {
	return func(yield func(center.Record) bool) {
		for _, s := range b.sources {
			if !b.records(s, yield) {
				return
			}
		}
	}
}

func (b *Batch) records(s source, yield func(center.Record) bool) bool {
	switch {
	case s.fault != nil:
		return yield(center.Record{File: s.Name, Reject: s.fault})
	case b.joins.holds(s.Name):
		return true
	case s.format == formatXML:
		return yield(readXML(s, b.options))
	case s.format == formatJSONL:
		return readJSONLines(s, b.options, yield)
	case s.format == formatCSV:
		return b.readCSV(s, yield)
	default:
		return yield(rejected(s, 0, center.CodeUnsupportedDocument, "",
			otherText(s.Data)))
	}
}

func otherText(data []byte) string {
	if bytes.HasPrefix(data, []byte(zipMark)) {
		return "An archive inside an archive is not opened."
	}
	return "This is neither XML nor JSON Lines; a CSV file needs a mapping."
}

// detect says what data is: XML and JSON Lines by their first character; with
// a mapping at hand any other text is CSV.
func (b *Batch) detect(data []byte) string {
	head := bytes.TrimPrefix(data, []byte(byteOrderMark))
	switch {
	case opensWith(head, "<"):
		return formatXML
	case opensObject(head):
		return formatJSONL
	case b.mapping != nil && !bytes.HasPrefix(data, []byte(zipMark)):
		return formatCSV
	case bytes.Contains(data, []byte("\n{")): // only its first line is broken
		return formatJSONL
	}
	return formatOther
}

// opensObject tells whether a text's first character is that of a JSON object.
func opensObject(text []byte) bool { return opensWith(text, "{") }

func opensWith(text []byte, mark string) bool {
	return bytes.HasPrefix(bytes.TrimLeft(text, " \t\r\n"), []byte(mark))
}

const byteOrderMark = "\xef\xbb\xbf"

// decodeUTF16 turns text that starts with a UTF-16 byte order mark into UTF-8,
// and leaves everything else alone.
func decodeUTF16(data []byte) []byte {
	if !bytes.HasPrefix(data, []byte{0xff, 0xfe}) && !bytes.HasPrefix(data, []byte{0xfe, 0xff}) {
		return data
	}
	text, err := unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM).NewDecoder().Bytes(data)
	if err != nil {
		return data
	}
	return text
}

// rejected is the record of something that could not be read.
func rejected(s source, index int, code center.ImportCode, field, message string) center.Record {
	return center.Record{File: s.Name, Index: index, Reject: &center.RowNote{Code: code, Field: field, Message: message}}
}

func (s source) of(format string) center.Source {
	return center.Source{Format: format, File: s.Name, SHA256: s.sha256}
}

// shorten cuts s to at most n bytes without breaking a character.
func shorten(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}

// quote shows a value from a file in a message, shortened.
func quote(s string) string {
	const shown = 60
	if len(s) > shown {
		s = shorten(s, shown) + "…"
	}
	return fmt.Sprintf("%q", s)
}
