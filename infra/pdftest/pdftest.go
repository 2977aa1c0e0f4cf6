// Package pdftest reads what stands on the pages of a PDF file, for tests: the
// text as somebody copies it, line by line in the order of the file, and the
// files inside.
//
// It knows the files that shared/document/pdf writes and no others; and it is
// not the judge of whether a file is well formed: that is a reader of somebody
// else's, which tests ask where one is installed.
package pdftest

import (
	"bytes"
	"compress/zlib"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"
	"unicode/utf16"
)

// File is a PDF file taken apart.
type File struct {
	t       testing.TB
	objects map[int]string // dictionaries, and of streams what stands before the data
	streams map[int][]byte // data, inflated
}

var (
	object  = regexp.MustCompile(`(?s)(\d+) 0 obj\n(.*?)\nendobj\n`)
	length  = regexp.MustCompile(`/Length (\d+)`)
	packing = regexp.MustCompile(`/Type/ObjStm/N (\d+)/First (\d+)`)
)

// Open takes a file apart.
func Open(t testing.TB, file []byte) *File {
	t.Helper()
	f := &File{t: t, objects: map[int]string{}, streams: map[int][]byte{}}
	for at := 0; ; {
		m := object.FindSubmatchIndex(file[at:])
		if m == nil {
			break
		}
		number, _ := strconv.Atoi(string(file[at+m[2] : at+m[3]]))
		start := at + m[4]
		head, _, isStream := bytes.Cut(file[start:], []byte(">>\nstream\n"))
		if !isStream || len(head) > m[5]-m[4] {
			f.objects[number] = string(file[start : at+m[5]])
			at += m[1]
			continue
		}
		all := length.FindAllSubmatch(head, -1)
		size, _ := strconv.Atoi(string(all[len(all)-1][1]))
		data := start + len(head) + len(">>\nstream\n")
		f.objects[number] = string(head)
		f.streams[number] = f.inflate(string(head), file[data:data+size])
		at = data + size
	}
	for number, head := range f.objects {
		if m := packing.FindStringSubmatch(head); m != nil {
			f.unpack(f.streams[number], m)
		}
	}
	return f
}

func (f *File) inflate(head string, data []byte) []byte {
	if !strings.Contains(head, "/FlateDecode") {
		return data
	}
	r, err := zlib.NewReader(bytes.NewReader(data))
	if err != nil {
		f.t.Fatal(err)
	}
	plain, err := io.ReadAll(r)
	if err != nil {
		f.t.Fatal(err)
	}
	return plain
}

func (f *File) unpack(data []byte, m []string) {
	count, _ := strconv.Atoi(m[1])
	first, _ := strconv.Atoi(m[2])
	index := strings.Fields(string(data[:first]))
	for i := range count {
		number, _ := strconv.Atoi(index[2*i])
		start, _ := strconv.Atoi(index[2*i+1])
		end := len(data) - first
		if i+1 < count {
			end, _ = strconv.Atoi(index[2*i+3])
		}
		f.objects[number] = strings.TrimSpace(string(data[first+start : first+end]))
	}
}

var (
	pageTree = regexp.MustCompile(`/Type/Pages/Count \d+/Kids\[([^\]]*)\]`)
	contents = regexp.MustCompile(`/Contents (\d+) 0 R/Resources (\d+) 0 R`)
	fontOf   = regexp.MustCompile(`/F(\d+) (\d+) 0 R`)
	texts    = regexp.MustCompile(`/ToUnicode (\d+) 0 R`)
	mapping  = regexp.MustCompile(`<([0-9A-F]{4})> <([0-9A-F]*)>`)
	embedded = regexp.MustCompile(`/Type/EmbeddedFile`)
)

// Pages is the text of each page, a line for each line on it.
func (f *File) Pages() (pages []string) {
	f.t.Helper()
	tree := ""
	for _, body := range f.objects {
		if m := pageTree.FindStringSubmatch(body); m != nil {
			tree = m[1]
		}
	}
	for kid := range strings.SplitSeq(strings.TrimSpace(tree), " 0 R") {
		number, err := strconv.Atoi(strings.TrimSpace(kid))
		if err != nil {
			continue
		}
		m := contents.FindStringSubmatch(f.objects[number])
		if m == nil {
			f.t.Fatalf("page %d: %s", number, f.objects[number])
		}
		content, _ := strconv.Atoi(m[1])
		resources, _ := strconv.Atoi(m[2])
		pages = append(pages, f.page(string(f.streams[content]), f.fonts(f.objects[resources])))
	}
	return pages
}

// fonts are the texts of each font's codes, by its number on the pages.
func (f *File) fonts(resources string) map[string]map[string]string {
	fonts := map[string]map[string]string{}
	for _, m := range fontOf.FindAllStringSubmatch(resources, -1) {
		number, _ := strconv.Atoi(m[2])
		texts := texts.FindStringSubmatch(f.objects[number])
		stream, _ := strconv.Atoi(texts[1])
		fonts[m[1]] = map[string]string{}
		for _, c := range mapping.FindAllStringSubmatch(string(f.streams[stream]), -1) {
			fonts[m[1]][c[1]] = decode(c[2])
		}
	}
	return fonts
}

func decode(hex string) string {
	var units []uint16
	for ; len(hex) >= 4; hex = hex[4:] {
		u, _ := strconv.ParseUint(hex[:4], 16, 16)
		units = append(units, uint16(u))
	}
	return string(utf16.Decode(units))
}

var (
	lineOf = regexp.MustCompile(`(?s)BT .*?ET\n`)
	runOf  = regexp.MustCompile(`/F(\d+) [\d.]+ Tf [^\[]*(\[.*)`)
	codes  = regexp.MustCompile(`<([0-9A-F]+)>`)
)

func (f *File) page(content string, fonts map[string]map[string]string) string {
	var page strings.Builder
	for _, line := range lineOf.FindAllString(content, -1) {
		var runs [][]string
		arabic := false
		for _, run := range runOf.FindAllStringSubmatch(line, -1) {
			texts := seen(run[2], fonts[run[1]])
			runs = append(runs, texts)
			arabic = arabic || strings.ContainsFunc(strings.Join(texts, ""), isArabic)
		}
		for _, texts := range runs {
			page.WriteString(readable(texts, arabic))
		}
		page.WriteByte('\n')
	}
	return page.String()
}

// seen are the texts of a run's glyphs, from the left.
func seen(operators string, font map[string]string) (texts []string) {
	for _, m := range codes.FindAllStringSubmatch(operators, -1) {
		for hex := m[1]; len(hex) >= 4; hex = hex[4:] {
			text, known := font[hex[:4]]
			if !known {
				text = fmt.Sprintf("[%s?]", hex[:4])
			}
			texts = append(texts, text)
		}
	}
	return texts
}

// readable is the text of a run. What is Arabic is read from the right, and so
// are signs alone, on a line that has Arabic.
func readable(texts []string, inArabic bool) string {
	text := strings.Join(texts, "")
	signs := inArabic && !strings.ContainsFunc(text, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) })
	if signs || strings.ContainsFunc(text, isArabic) {
		slices.Reverse(texts)
	}
	return strings.Join(texts, "")
}

func isArabic(r rune) bool { return unicode.Is(unicode.Arabic, r) && unicode.IsLetter(r) }

// Text is the text of all pages, parted by a line.
func (f *File) Text() string {
	f.t.Helper()
	return strings.Join(f.Pages(), "---\n")
}

// Files are the contents of the files inside.
func (f *File) Files() (files [][]byte) {
	for number, head := range f.objects {
		if embedded.MatchString(head) {
			files = append(files, f.streams[number])
		}
	}
	return files
}

// Has tells whether an object of the file holds a text.
func (f *File) Has(text string) bool {
	for _, body := range f.objects {
		if strings.Contains(body, text) {
			return true
		}
	}
	return false
}

// Count is how often the objects of the file hold a text.
func (f *File) Count(text string) (n int) {
	for _, body := range f.objects {
		n += strings.Count(body, text)
	}
	return n
}
