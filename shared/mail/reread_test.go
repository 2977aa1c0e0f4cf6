package mail_test

import (
	"bytes"
	"encoding/json"
	"maps"
	"net/textproto"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jhillyerd/enmime/v2"

	"customercenter/infra/letters/sample"
	"customercenter/shared/center"
	"customercenter/shared/mail"
)

// reread is a mail as another library reads it, without a word of complaint.
func reread(t *testing.T, m mail.Message) *enmime.Envelope {
	t.Helper()
	e, err := enmime.ReadEnvelope(bytes.NewReader(m.MIME))
	if err != nil {
		t.Fatal(err)
	}
	for _, fault := range e.Errors {
		t.Errorf("%s", fault)
	}
	return e
}

// headersOf are the fields that a letter must have, and no other.
func headersOf(s sample.Letter, m mail.Message) []string {
	want := []string{"Auto-Submitted", "Content-Language", "Content-Type", "Date", "From", "Message-Id", "Mime-Version", "Subject", "To", "X-Entity-Ref-Id"}
	if s.View.Unsubscribe != "" {
		want = append(want, "List-Unsubscribe", "List-Unsubscribe-Post")
	}
	if s.View.ReplyTo != "" {
		want = append(want, "Reply-To")
	}
	if bytes.Contains(m.MIME, []byte("\r\nReferences: <inv_")) || bytes.Contains(m.MIME, []byte("\r\nReferences: <pay_")) {
		want = append(want, "In-Reply-To", "References")
	}
	return want
}

func holdsExactly(t *testing.T, s sample.Letter, m mail.Message) *enmime.Envelope {
	t.Helper()
	e := reread(t, m)
	got := map[string]bool{}
	for _, name := range e.GetHeaderKeys() {
		got[textproto.CanonicalMIMEHeaderKey(name)] = true
		if values := e.Root.Header.Values(name); len(values) != 1 {
			t.Errorf("%s stands %d times: %q", name, len(values), values)
		}
	}
	if d := cmp.Diff(slices.Sorted(slices.Values(headersOf(s, m))), slices.Sorted(maps.Keys(got))); d != "" {
		t.Errorf("header fields (-want +got):\n%s", d)
	}
	to, err := e.AddressList("To")
	if err != nil || len(to) != 1 || to[0].Address != s.Letter.To {
		t.Errorf("to %v, %v", to, err)
	}
	if e.GetHeader("Subject") != m.Subject || strings.ReplaceAll(e.Text, "\r\n", "\n") != m.Text || strings.ReplaceAll(e.HTML, "\r\n", "\n") != m.HTML {
		t.Errorf("what was written is read otherwise: %q for %q", e.GetHeader("Subject"), m.Subject)
	}
	if len(e.Attachments) != len(s.View.Files) || len(e.Inlines)+len(e.OtherParts) > 0 {
		t.Fatalf("%d files, %d other parts", len(e.Attachments), len(e.Inlines)+len(e.OtherParts))
	}
	for i, f := range s.View.Files {
		if a := e.Attachments[i]; a.ContentType != f.Type || !bytes.Equal(a.Content, f.Body) {
			t.Errorf("file %q of %s became %q of %s", f.Name, f.Type, a.FileName, a.ContentType)
		}
	}
	return e
}

func TestAnotherLibraryReadsEveryLetter(t *testing.T) {
	for _, s := range sample.All() {
		t.Run(s.Name, func(t *testing.T) {
			m, err := mail.Compose(s.Letter, s.View)
			if err != nil {
				t.Fatal(err)
			}
			e := holdsExactly(t, s, m)
			for i, f := range s.View.Files {
				if e.Attachments[i].FileName != f.Name {
					t.Errorf("%q is named %q", f.Name, e.Attachments[i].FileName)
				}
			}
			if s.Letter.Kind == center.LetterSignInCode && (s.View.ReplyTo != "" || len(e.Attachments) > 0) {
				t.Error("a code comes with more than itself")
			}
		})
	}
}

// hostile is what strangers may have written into any field that letters show.
func hostile(t *testing.T) []string {
	all := []string{"x\r\nBcc: a@evil.example", "x\nSubject: y\n\n<b>", "</td></tr></table><script>alert(1)</script>", "\" onmouseover=\"alert(1)", "=?utf-8?q?=0d=0aBcc:_a@evil.example?=",
		"{{.Sender}}", "\u202egpj.exe", "\u2028\u2029\x00\x1b[31m", strings.Repeat("A", 4000), strings.Repeat("\u0645", 4000), "--boundary\r\nContent-Type: text/html", "javascript:alert(1)", "<img src=x onerror=alert(1)>", "'\"><svg/onload=alert(1)>"}
	dir := os.Getenv("CENTER_DATA")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "..", "shared", "data")
	}
	text, err := os.ReadFile(filepath.Join(dir, "lists", "blns.json"))
	if err != nil {
		return all // the public list is no part of the repository
	}
	var list []string
	if err := json.Unmarshal(text, &list); err != nil {
		t.Fatal(err)
	}
	return append(all, list...)
}

// TestNothingWrittenByStrangersActsInALetter puts it into every field of
// letters that bring papers: the same headers, parts and tags come out as with
// harmless words.
func TestNothingWrittenByStrangersActsInALetter(t *testing.T) {
	bad := hostile(t)
	for _, s := range sample.All() {
		if !slices.Contains([]string{"invoice-list.outside.ar", "invoice-issued.en"}, s.Name) {
			continue
		}
		plain, err := mail.Compose(filled(s, "harmless"))
		if err != nil {
			t.Fatal(err)
		}
		for _, text := range bad {
			m, err := mail.Compose(filled(s, text))
			if err != nil {
				continue // refused
			}
			holdsExactly(t, s, m)
			if strings.Contains(m.HTML, "<script") || strings.Count(m.HTML, "<") > strings.Count(plain.HTML, "<") {
				t.Errorf("%s: %q brings tags of its own", s.Name, text)
			}
			if strings.ContainsAny(m.Subject, "\r\n\x00\u202e\u2028") {
				t.Errorf("%s: %q in the subject %q", s.Name, text, m.Subject)
			}
		}
	}
}

// filled is the letter with a text in every field that others write.
func filled(s sample.Letter, text string) (center.Letter, mail.View) {
	l, v := s.Letter, s.View
	l.Name, v.Account = text, text
	l.Params = maps.Clone(l.Params)
	for name := range l.Params {
		if name == "by" || name == "issuer" {
			l.Params[name] = text
		}
	}
	if v.List != nil {
		list := *v.List
		list.Wish, list.Parts = map[string]string{"en": text, "ar": text}, slices.Clone(list.Parts)
		for i := range list.Parts {
			list.Parts[i].Rows = slices.Clone(list.Parts[i].Rows)
			for j := range list.Parts[i].Rows {
				list.Parts[i].Rows[j].Number = text
			}
		}
		v.List = &list
	}
	if v.Invoice.Number != "" {
		v.Invoice.Number, v.Invoice.PO = text, text
	}
	v.Files = slices.Clone(v.Files)
	for i := range v.Files {
		v.Files[i].Name = text + filepath.Ext(v.Files[i].Name)
	}
	return l, v
}
