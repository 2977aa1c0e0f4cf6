package paper

import (
	"strings"
	"unicode"

	"customercenter/shared/center"
	"customercenter/shared/document/pdf"
)

// List is what a list of invoices is printed from: whose it is, what was
// wanted, and a part for each currency. Currencies are never added up.
type List struct {
	Account string
	Wish    center.ListWish
	Today   center.Date
	Parts   []center.ListPart
}

// List prints a list of invoices.
func (p *Printer) List(in List, language Language) ([]byte, error) {
	title := wordList
	if in.Wish.Credits {
		title = wordCreditList
	}
	s := p.begin(language, title, "", in.Account, in.Today)
	s.title(title)
	var wish []pdf.Text
	for _, l := range s.languages() {
		direction := pdf.LeftToRight
		if l == Arabic {
			direction = pdf.RightToLeft
		}
		wish = append(wish, pdf.Text{Value: Describe(in.Wish, l), Style: plain, Direction: direction, Language: string(l)})
	}
	s.Facts(2, []pdf.Fact{
		{Label: s.say(quiet, wordAccount), Value: written(strong, in.Account)},
		{Label: s.say(quiet, wordDate), Value: s.date(strong, in.Today)},
		{Label: s.say(quiet, wordListed), Value: wish},
	})
	for _, part := range in.Parts {
		s.listPart(part, in.Today)
	}
	return s.Bytes()
}

// languages are those that the paper speaks, the first being that of its pages.
func (s sheet) languages() []Language {
	if s.language == Both {
		return []Language{Arabic, English}
	}
	return []Language{s.language}
}

func (s sheet) listPart(part center.ListPart, today center.Date) {
	currency := string(part.Currency)
	s.Space(14)
	s.Heading(2, code(section, currency)...)
	s.Space(4)
	t := s.Table(pdf.Table{Rules: true, Columns: []pdf.Column{
		{Width: 24, Head: s.say(headOf(plain), wordNumber), Rows: true}, {Width: 17, Head: s.say(headOf(plain), wordIssued)},
		{Width: 17, Head: s.say(headOf(plain), wordDue)}, {Width: 16, Head: s.say(headOf(plain), wordStatus)},
		{Width: 15, Head: s.say(headOf(figure), wordAmountIn, currency)}, {Width: 15, Head: s.say(headOf(figure), wordStillOpen, currency)},
	}})
	for _, inv := range part.Invoices {
		var status []pdf.Text
		if inv.Kind != center.KindCreditNote {
			status = s.say(plain, statusWords[inv.Status(today)])
		}
		t.Row(code(plain, inv.Number), s.date(plain, inv.IssuedOn), s.date(plain, inv.DueOn), status, code(figure, bare(inv.Amount)), code(figure, bare(inv.Outstanding)))
	}
	s.Space(6)
	s.sums([]sum{{wordSum, amount(part.Amount)}, {wordOutstanding, amount(part.Outstanding)}})
}

// Describe says in words what of the list of invoices was wanted. Both is
// described in English.
func Describe(w center.ListWish, language Language) string {
	if language == Both {
		language = English
	}
	s := sheet{language: language}
	what := []string{s.first(wordAllInvoices)}
	if w.Credits {
		what = []string{s.first(wordCreditList)}
	}
	if len(w.Statuses) > 0 {
		what = nil
		for _, status := range w.Statuses {
			what = append(what, s.first(statusWords[status]))
		}
	}
	parts := []string{strings.Join(what, s.first(wordComma))}
	if len(w.Types) > 0 {
		var types []string
		for _, t := range w.Types {
			types = append(types, s.first(typeWords[t]))
		}
		parts = append(parts, strings.Join(types, s.first(wordComma)))
	}
	if w.Bucket != "" {
		parts = append(parts, s.bucket(w.Bucket)[0].Value)
	}
	if w.Currency != "" {
		parts = append(parts, string(w.Currency))
	}
	day := func(d center.Date) string { return dateIn(string(language), d) }
	parts = s.span(parts, wordIssued, w.IssuedFrom, w.IssuedTo, day)
	parts = s.span(parts, wordDue, w.DueFrom, w.DueTo, day)
	parts = s.span(parts, wordAmount, center.Date(w.AmountFrom), center.Date(w.AmountTo), func(d center.Date) string { return stated(center.Decimal(d), string(w.Currency)) })
	if text := visible(w.Text); text != "" {
		parts = append(parts, fill(s.first(wordMatching), []any{text}))
	}
	return strings.Join(parts, " · ")
}

// span says a span of days or amounts, either end of which may be open.
func (s sheet) span(parts []string, what word, from, to center.Date, say func(center.Date) string) []string {
	switch {
	case from != "" && to != "":
		return append(parts, fill(s.first(wordBetween), []any{s.first(what), say(from), say(to)}))
	case from != "":
		return append(parts, fill(s.first(wordFromOn), []any{s.first(what), say(from)}))
	case to != "":
		return append(parts, fill(s.first(wordUntil), []any{s.first(what), say(to)}))
	}
	return parts
}

// visible is text without marks that would reorder what stands around it.
func visible(text string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) {
			return -1
		}
		return r
	}, text))
}
