package pdf_test

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"customercenter/infra/pdftest"
	"customercenter/shared/document/fonts"
	. "customercenter/shared/document/pdf"
)

func press(t testing.TB) *Press {
	t.Helper()
	sans, err := fonts.Sans()
	if err != nil {
		t.Fatal(err)
	}
	naskh, err := fonts.Naskh()
	if err != nil {
		t.Fatal(err)
	}
	p, err := NewPress(Family(sans), Family(naskh))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

var (
	day    = time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)
	normal = Style{Size: 10, Ink: Black}
)

// printed is a document of paragraphs, each a text.
func printed(t testing.TB, p *Press, language string, texts ...string) []byte {
	t.Helper()
	d := p.New(Meta{Title: "T", Author: "A", Language: language, At: day, Page: func(n, of int) string { return fmt.Sprintf("%d/%d", n, of) }})
	for _, s := range texts {
		d.Paragraph(Text{Value: s, Style: normal})
	}
	file, err := d.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	return file
}

func TestTextComesBackAsItWasWritten(t *testing.T) {
	p := press(t)
	for name, c := range map[string]struct{ language, text, want string }{
		"English":                           {"en", "Invoice INV-2026-00042", ""},
		"ligatures of Arabic":               {"ar", "السلام عليكم، لا إله إلا الله", ""},
		"marks above and below":             {"ar", "مُقَدَّمًا", ""},
		"an identifier within Arabic":       {"ar", "رقم الفاتورة INV-2026-00042 عند السداد", ""},
		"brackets around Latin in Arabic":   {"ar", "السحابة (Migration Workshop)، المرحلة 2", ""},
		"digits of Arabic":                  {"ar", "١٢٣", ""},
		"Greek, Cyrillic and Vietnamese":    {"en", "Ωμέγα Жизнь Việt", ""},
		"a blank that must not break":       {"en", "1\u00a0000 €", ""},
		"what no face has":                  {"en", "日本", "\ufffd\ufffd"},
		"marks that turn the order":         {"en", "a\u202eb\u2066c\u2069\u202c", "abc"},
		"controls, and two kinds of breaks": {"en", "a\x00\x1b\u0085b\r\nc\u2028d", "ab\nc\nd"},
		"bytes that are no text":            {"en", "a\xffb", "a\ufffdb"},
	} {
		t.Run(name, func(t *testing.T) {
			want := c.want
			if want == "" {
				want = c.text
			}
			if got := pdftest.Open(t, printed(t, p, c.language, c.text)).Text(); got != want+"\n1/1\n" {
				t.Errorf("%q, want %q", got, want)
			}
		})
	}
}

func TestLongWordsAndLongTextsAreBroken(t *testing.T) {
	word := strings.Repeat("x", 500)
	got := pdftest.Open(t, printed(t, press(t), "en", word, strings.Repeat("word ", 3000))).Text()
	if n := strings.Count(got, "x"); n != 500 {
		t.Errorf("%d letters of 500", n)
	}
	if n := strings.Count(got, "word"); n != 3000 {
		t.Errorf("%d words of 3000", n)
	}
	for l := range strings.Lines(got) {
		if len(l) > 140 {
			t.Errorf("a line of %d letters does not fit the page", len(l))
		}
	}
}

// A row that is higher than a page goes on over as many as it needs, below the
// heads of its table.
func TestARowHigherThanAPageGoesOn(t *testing.T) {
	d := press(t).New(Meta{Language: "en", At: day})
	w := d.Table(Table{Columns: []Column{{Width: 1, Head: []Text{{Value: "HEAD", Style: normal}}}, {Width: 1, Head: []Text{{Value: "2", Style: normal}}}}})
	w.Row([]Text{{Value: strings.Repeat("line\n", 150), Style: normal}}, []Text{{Value: "once", Style: normal}})
	file, err := d.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	pages := pdftest.Open(t, file).Pages()
	text := strings.Join(pages, "")
	if strings.Count(text, "line\n") != 150 || strings.Count(text, "once") != 1 || strings.Count(text, "HEAD") != len(pages) || len(pages) != 4 {
		t.Errorf("%d pages:\n%s", len(pages), text)
	}
}

func TestEqualDocumentsAreEqualBytesWhoeverPrints(t *testing.T) {
	p := press(t)
	texts := []string{"رقم الفاتورة INV-1", "Total 12.50", "مُقَدَّمًا"}
	want := printed(t, p, "ar", texts...)
	var group sync.WaitGroup
	for i := range 8 {
		group.Go(func() {
			for range 5 {
				printed(t, p, "en", strings.Repeat("other ", i))
				if got := printed(t, p, "ar", texts...); !bytes.Equal(got, want) {
					t.Error("other bytes")
				}
			}
		})
	}
	group.Wait()
}

func TestTooManyPagesAreRefusedEarly(t *testing.T) {
	d := press(t).New(Meta{Language: "en", At: day})
	for range MaxPages * 60 {
		d.Paragraph(Text{Value: "x", Style: normal})
	}
	if _, err := d.Bytes(); !errors.Is(err, ErrTooLong) {
		t.Error(err)
	}
}

func TestWhatIsNoFontIsRefused(t *testing.T) {
	sans, err := fonts.Sans()
	if err != nil {
		t.Fatal(err)
	}
	for name, file := range map[string][]byte{"nothing": nil, "a text": []byte(strings.Repeat("font", 100)), "half a font": sans.Regular[:len(sans.Regular)/2]} {
		if _, err := NewPress(Family{file, sans.Bold}, Family(sans)); err == nil {
			t.Errorf("%s is taken for a font", name)
		}
	}
}

func TestAttachmentsOfAnyNameAreInside(t *testing.T) {
	d := press(t).New(Meta{Title: ") /Evil (", Author: "<<>>", Language: "en", At: day})
	d.Attach(Attachment{Name: "فاتورة).xml", Description: "(", MediaType: "text/xml", Relationship: "Alternative", Data: []byte("<x/>")})
	file, err := d.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	opened := pdftest.Open(t, file)
	if files := opened.Files(); len(files) != 1 || string(files[0]) != "<x/>" || !opened.Has("/Subtype/text#2Fxml") || opened.Has("/Evil") {
		t.Errorf("%q", files)
	}
}

// FuzzDocument sets any text in any column.
func FuzzDocument(f *testing.F) {
	for _, s := range []string{"", "(", "السلام (abc) 12\u064e", "\u200d\u200c\u0640", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", strings.Repeat("م", 300), "a\u0300\u0301\u0302", "\u202e"} {
		f.Add(s, uint8(20))
	}
	p := press(f)
	f.Fuzz(func(t *testing.T, s string, width uint8) {
		for _, language := range []string{"en", "ar"} {
			d := p.New(Meta{Title: s, Author: s, Language: language, At: day})
			w := d.Table(Table{Columns: []Column{{Width: float64(width) + 1, Head: []Text{{Value: s, Style: normal}}}, {Width: 20}}})
			w.Row([]Text{{Value: s, Style: normal, Direction: RightToLeft, Language: "ar"}}, []Text{{Value: s, Style: Style{Size: 7, Align: Right, Bold: true}}})
			d.Facts(3, []Fact{{Label: []Text{{Value: s, Style: normal}}}})
			file, err := d.Bytes()
			if err != nil && !errors.Is(err, ErrTooLong) {
				t.Fatal(err)
			}
			if err == nil {
				pdftest.Open(t, file).Pages()
			}
		}
	})
}
