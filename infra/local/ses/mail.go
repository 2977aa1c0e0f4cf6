package ses

import (
	"bytes"
	"encoding/base64"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/textproto"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// What is read of a mail's structure; what lies beyond is left out.
const (
	maxDepth       = 8
	maxParts       = 100
	snippetRunes   = 140
	unnamedPart    = "unnamed"
	defaultPart    = "text/plain"
	unreadablePart = "application/octet-stream"
)

// mail is what the Service remembers of a mail: all but the mail itself.
type mail struct {
	record
	place
	search string
}

// summary is what a list shows of a mail.
type summary struct {
	From    string `json:"from"`
	Subject string `json:"subject"`
	Code    string `json:"code,omitempty"`
	Quote   string `json:"quote"` // how its text begins
	Files   int    `json:"files,omitempty"`
}

func summarize(v view) *summary {
	return &summary{From: v.decoded("From"), Subject: v.subject, Code: v.code(), Quote: v.snippet(), Files: len(v.files)}
}

func newMail(p placed) *mail {
	m := &mail{record: p.record, place: p.place}
	m.Raw = nil
	if m.Summary == nil {
		m.Summary = &summary{}
	}
	m.search = strings.ToLower(strings.Join(append(slices.Clone(m.Destinations), m.Summary.From, m.Summary.Subject), "\n"))
	return m
}

// field is one header field, its value unfolded but not decoded.
type field struct{ Name, Value string }

// view is a mail taken apart for reading.
type view struct {
	headers []field // as they stand in the mail
	subject string
	text    string
	html    string
	files   []file
}

// file is an attachment.
type file struct {
	name    string
	mime    string
	content []byte
}

// parse takes a mail apart. It never fails: what it cannot read it leaves out
// or shows as it stands.
func parse(raw []byte) view {
	var v view
	head, body := splitHead(raw)
	v.headers = readFields(head)
	v.subject = v.decoded("Subject")
	parts := 0
	v.part(textproto.MIMEHeader{
		"Content-Type":              {v.first("Content-Type")},
		"Content-Transfer-Encoding": {v.first("Content-Transfer-Encoding")},
		"Content-Disposition":       {v.first("Content-Disposition")},
	}, bytes.NewReader(body), 0, &parts)
	return v
}

func splitHead(raw []byte) (head, body []byte) {
	for _, gap := range [][]byte{[]byte("\r\n\r\n"), []byte("\n\n")} {
		if head, body, found := bytes.Cut(raw, gap); found {
			return head, body
		}
	}
	return raw, nil
}

func readFields(head []byte) (fields []field) {
	for line := range bytes.Lines(head) {
		text := strings.TrimRight(string(line), "\r\n")
		if text != "" && (text[0] == ' ' || text[0] == '\t') && len(fields) > 0 {
			last := &fields[len(fields)-1]
			last.Value = strings.TrimSpace(last.Value + " " + strings.TrimSpace(text))
			continue
		}
		if name, value, found := strings.Cut(text, ":"); found {
			fields = append(fields, field{strings.TrimSpace(name), strings.TrimSpace(value)})
		}
	}
	return fields
}

func (v view) first(name string) string {
	for _, f := range v.headers {
		if strings.EqualFold(f.Name, name) {
			return f.Value
		}
	}
	return ""
}

func (v view) decoded(name string) string { return decodeWords(v.first(name)) }

func decodeWords(s string) string {
	if out, err := new(mime.WordDecoder).DecodeHeader(s); err == nil {
		s = out
	}
	return strings.ToValidUTF8(s, "\ufffd")
}

func (v *view) part(h textproto.MIMEHeader, body io.Reader, depth int, parts *int) {
	if *parts++; depth > maxDepth || *parts > maxParts {
		return
	}
	kind, params := mediaType(h.Get("Content-Type"))
	if strings.HasPrefix(kind, "multipart/") {
		reader := multipart.NewReader(body, params["boundary"])
		for {
			p, err := reader.NextRawPart()
			if err != nil {
				return
			}
			v.part(p.Header, p, depth+1, parts)
		}
	}
	content := decodeBody(h.Get("Content-Transfer-Encoding"), body)
	disposition, name := fileName(h.Get("Content-Disposition"), params["name"])
	switch {
	case disposition == "attachment" || name != "" || !strings.HasPrefix(kind, "text/"):
		if name == "" {
			name = unnamedPart
		}
		v.files = append(v.files, file{name, kind, content})
	case kind == "text/html" && v.html == "":
		v.html = decodeCharset(params["charset"], content)
	case kind != "text/html" && v.text == "":
		v.text = decodeCharset(params["charset"], content)
	}
}

func mediaType(header string) (kind string, params map[string]string) {
	if header == "" {
		return defaultPart, nil
	}
	kind, params, err := mime.ParseMediaType(header)
	if err != nil && kind == "" {
		return unreadablePart, nil
	}
	return kind, params
}

func fileName(header, fallback string) (disposition, name string) {
	disposition, params, _ := mime.ParseMediaType(header)
	name = params["filename"]
	if name == "" {
		name = fallback
	}
	name = strings.Map(func(r rune) rune {
		if r < ' ' || r == '/' || r == '\\' || r == 0x7f {
			return '_'
		}
		return r
	}, decodeWords(name))
	return disposition, name
}

func decodeBody(encoding string, body io.Reader) []byte {
	switch strings.ToLower(strings.TrimSpace(encoding)) {
	case "base64":
		body = base64.NewDecoder(base64.StdEncoding, body) // skips line ends
	case "quoted-printable":
		body = quotedprintable.NewReader(body)
	}
	content, _ := io.ReadAll(body) // what could be read is shown
	return content
}

// decodeCharset reads the two charsets our letters could meet; others show
// their ASCII.
func decodeCharset(charset string, content []byte) string {
	if strings.EqualFold(charset, "iso-8859-1") && !utf8.Valid(content) {
		runes := make([]rune, len(content))
		for i, b := range content {
			runes[i] = rune(b)
		}
		return string(runes)
	}
	return strings.ToValidUTF8(string(content), "\ufffd")
}

var (
	// invisible are the marks that keep a code left-to-right in an Arabic
	// text.
	invisible = strings.NewReplacer("\u2066", "", "\u2067", "", "\u2068", "", "\u2069", "", "\u200e", "", "\u200f", "", "\u061c", "")
	codeLine  = regexp.MustCompile(`(?m)^[ \t]*(\d{4})[ -]?(\d{4})[ \t]*\r?$`)
)

// code returns the sign-in code of a mail whose text has a line that is
// nothing but eight digits.
func (v view) code() string {
	if m := codeLine.FindStringSubmatch(invisible.Replace(v.text)); m != nil {
		return m[1] + m[2]
	}
	return ""
}

func (v view) snippet() string {
	runes := []rune(strings.Join(strings.Fields(v.text), " "))
	if len(runes) > snippetRunes {
		return string(runes[:snippetRunes]) + "…"
	}
	return string(runes)
}

// Letter is a mail as /_mailbox/messages answers it.
type Letter struct {
	ID               string              `json:"id"`
	At               time.Time           `json:"at"`
	From             string              `json:"from"`
	To               []string            `json:"to"`
	Subject          string              `json:"subject"`
	Text             string              `json:"text"`
	HTML             string              `json:"html"`
	Headers          map[string][]string `json:"headers"`
	Tags             map[string][]string `json:"tags"`
	Code             string              `json:"code,omitempty"`
	Outcome          Outcome             `json:"outcome"`
	ConfigurationSet string              `json:"configurationSet,omitempty"`
	Attachments      []Attachment        `json:"attachments"`
}

// Attachment tells of a file of a mail; /_mailbox/{id}/attachments/{n} has it,
// n counting from 0.
type Attachment struct {
	Name  string `json:"name"`
	MIME  string `json:"mime"`
	Bytes int    `json:"bytes"`
}

func newLetter(m *mail, v view) Letter {
	l := Letter{
		ID: m.ID, At: m.At, From: m.Summary.From, To: m.Destinations, Subject: m.Summary.Subject, Text: v.text, HTML: v.html,
		Headers: map[string][]string{}, Tags: m.Tags, Code: m.Summary.Code, Outcome: m.Outcome,
		ConfigurationSet: m.ConfigurationSet, Attachments: []Attachment{},
	}
	for _, f := range v.headers {
		name := textproto.CanonicalMIMEHeaderKey(f.Name)
		l.Headers[name] = append(l.Headers[name], decodeWords(f.Value))
	}
	for _, f := range v.files {
		l.Attachments = append(l.Attachments, Attachment{f.name, f.mime, len(f.content)})
	}
	return l
}
