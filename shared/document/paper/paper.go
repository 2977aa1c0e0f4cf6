// Package paper prints the center's papers as PDF files: invoices and their
// kin, receipts, statements, invoice schedules and contract summaries, in
// English, Arabic or both. Each is a pure function of what stands in it: the
// same facts on the same day are the same bytes.
//
// It does not know where facts come from, no account and no clock, and it never
// computes an amount that somebody stated.
package paper

import (
	"fmt"
	"time"

	"customercenter/shared/center"
	"customercenter/shared/document/fonts"
	"customercenter/shared/document/pdf"
	"customercenter/shared/money"
)

// Language is what a paper is written in.
type Language string

// The languages. Both is Arabic with English beside every word, as tax
// authorities of Arab states like it.
const (
	English Language = "en"
	Arabic  Language = "ar"
	Both    Language = "both"
)

// Languages lists them.
var Languages = []Language{English, Arabic, Both}

// LanguageOf is the language of a person's locale.
func LanguageOf(locale string) Language {
	if len(locale) >= 2 && locale[:2] == "ar" {
		return Arabic
	}
	return English
}

// Printer prints papers. It may be used by several goroutines at once.
type Printer struct{ press *pdf.Press }

// NewPrinter makes a printer, which takes some ten milliseconds: a program
// makes one and keeps it. fonts.ErrMissing where it was built without fonts.
func NewPrinter() (*Printer, error) {
	sans, err := fonts.Sans()
	if err != nil {
		return nil, err
	}
	naskh, err := fonts.Naskh()
	if err != nil {
		return nil, err
	}
	press, err := pdf.NewPress(pdf.Family(sans), pdf.Family(naskh))
	if err != nil {
		return nil, err
	}
	return &Printer{press}, nil
}

// sheet is a paper being printed: a document and the languages it speaks.
type sheet struct {
	*pdf.Document
	language Language
}

// begin starts a paper: what it is, from whom, and its number, which windows show
// and the foot of every page repeats.
func (p *Printer) begin(language Language, kind word, author, number string, at center.Date) sheet {
	s := sheet{language: language}
	printed, _ := time.Parse("2006-01-02", string(at)) // a date that is none dates from year one
	s.Document = p.press.New(pdf.Meta{Title: join(s.first(kind), number), Author: author, Language: s.pageLanguage(), At: printed, Page: func(n, of int) string {
		page := fmt.Sprintf(s.first(wordPageOf), n, of)
		if number == "" {
			return page
		}
		return page + " · " + number
	}})
	return s
}

// pageLanguage is the language that pages are laid out for.
func (s sheet) pageLanguage() string {
	if s.language == English {
		return "en"
	}
	return "ar"
}

// The styles of a paper.
var (
	plain   = pdf.Style{Size: 9.5, Ink: pdf.Black}
	strong  = pdf.Style{Size: 10, Ink: pdf.Black, Bold: true}
	quiet   = pdf.Style{Size: 8.8, Ink: pdf.Grey}
	heading = pdf.Style{Size: 20, Ink: pdf.Black, Bold: true}
	section = pdf.Style{Size: 11.5, Ink: pdf.Accent, Bold: true}
	figure  = pdf.Style{Size: 9.5, Ink: pdf.Black, Align: pdf.Right}
	total   = pdf.Style{Size: 10, Ink: pdf.Black, Bold: true, Align: pdf.Right}
)

// first is a word in the language that pages are laid out for.
func (s sheet) first(w word) string {
	if s.language == English {
		return catalogue[w].english
	}
	return catalogue[w].arabic
}

// say is a word in each language of the paper, one below the other, with
// values in it where it has places for them.
func (s sheet) say(style pdf.Style, w word, values ...any) (texts []pdf.Text) {
	if s.language != English {
		texts = append(texts, pdf.Text{Value: fill(catalogue[w].arabic, values), Style: style, Direction: pdf.RightToLeft, Language: "ar"})
	}
	if s.language != Arabic {
		if len(texts) > 0 {
			style.Size *= secondLanguage
		}
		texts = append(texts, pdf.Text{Value: fill(catalogue[w].english, values), Style: style, Direction: pdf.LeftToRight, Language: "en"})
	}
	return texts
}

// secondLanguage is how much smaller the second language of a paper is.
const secondLanguage = 0.85

func fill(form string, values []any) string {
	if len(values) == 0 {
		return form
	}
	return fmt.Sprintf(form, values...)
}

// sayOn is say of a word with a date in it.
func (s sheet) sayOn(style pdf.Style, w word, d center.Date) []pdf.Text {
	texts := s.say(style, w)
	for i := range texts {
		texts[i].Value = fmt.Sprintf(texts[i].Value, dateIn(texts[i].Language, d))
	}
	return texts
}

// date is a day with its month's name: an Arabic date of digits alone reads in
// either order.
func (s sheet) date(style pdf.Style, d center.Date) (texts []pdf.Text) {
	if d == "" {
		return nil
	}
	if s.language != English {
		texts = append(texts, pdf.Text{Value: dateIn("ar", d), Style: style, Direction: pdf.RightToLeft, Language: "ar"})
	}
	if s.language != Arabic {
		texts = append(texts, pdf.Text{Value: dateIn("en", d), Style: style, Direction: pdf.LeftToRight, Language: "en"})
	}
	return texts
}

func dateIn(language string, d center.Date) string {
	t, err := time.Parse("2006-01-02", string(d))
	if err != nil {
		return string(d)
	}
	months := englishMonths
	if language == "ar" {
		months = arabicMonths
	}
	return fmt.Sprintf("%d %s %d", t.Day(), months[t.Month()-1], t.Year())
}

// written is what people wrote, in whatever language.
func written(style pdf.Style, texts ...string) (out []pdf.Text) {
	for _, t := range texts {
		if t != "" {
			out = append(out, pdf.Text{Value: t, Style: style})
		}
	}
	return out
}

// code is an identifier, an amount or an address: always from left to right.
func code(style pdf.Style, texts ...string) (out []pdf.Text) {
	for _, t := range texts {
		if t != "" {
			out = append(out, pdf.Text{Value: t, Style: style, Direction: pdf.LeftToRight})
		}
	}
	return out
}

// amount is money with its currency.
func amount(m money.Money) string { return string(m.Currency) + " " + m.Format(".", ",") }

// bare is money without its currency, which stands above it.
func bare(m money.Money) string { return m.Format(".", ",") }

// stated is an amount of a document as its issuer stated it, with the
// currency's decimals; one that the currency cannot hold stands as written.
func stated(d center.Decimal, currency string) string {
	if m, err := money.Parse(string(d), money.Code(currency)); err == nil {
		return bare(m)
	}
	return string(d)
}

// fact is a label with its value; nothing where there is no value.
func (s sheet) fact(facts []pdf.Fact, label word, value []pdf.Text) []pdf.Fact {
	if len(value) == 0 {
		return facts
	}
	return append(facts, pdf.Fact{Label: s.say(quiet, label), Value: value})
}

// title adds the heading of the paper, with who it is from below it.
func (s sheet) title(w word, below ...string) {
	s.Heading(1, s.say(heading, w)...)
	if texts := written(strong, below...); len(texts) > 0 {
		s.Paragraph(texts...)
	}
	s.Space(10)
}

// part adds the heading of a part.
func (s sheet) part(w word, values ...any) {
	s.Space(12)
	s.Heading(2, s.say(section, w, values...)...)
	s.Space(4)
}

// sums adds the totals of a paper, at its end side and on one page. The last
// row is what it comes to.
func (s sheet) sums(rows []sum) {
	row := 21.0 // points, for one language
	if s.language == Both {
		row = 36
	}
	s.Need(row * float64(len(rows)+1))
	t := s.Table(pdf.Table{Begin: 0.42, Columns: []pdf.Column{{Width: 1.2, Rows: true}, {Width: 1}}})
	for i, r := range rows {
		label, value := plain, figure
		if i == len(rows)-1 {
			label, value = strong, total
			value.Ink, label.Ink = pdf.Accent, pdf.Accent
			value.Size, label.Size = 12, 12
		}
		t.Row(s.say(label, r.label), code(value, r.value))
	}
}

// sum is a row of totals.
type sum struct {
	label word
	value string
}
