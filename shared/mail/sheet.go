package mail

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"net/url"
	"regexp"
	texttemplate "text/template"

	"customercenter/shared/center"
)

// sheet is what stands on a letter, in its language; both layouts, HTML and
// plain text, are written from it.
type sheet struct {
	Subject   string
	Preheader string // what mailboxes show beside the subject
	Title     string
	Name      string // of the reader; "" leaves the greeting out
	Intro     string
	Code      string
	AfterCode string
	Figure    string // an amount of money, in large letters
	Facts     []fact
	Tables    []table
	Button    *button
	Notes     []note
	Choice    *button // where the reader chooses not to get such letters
	Thread    string  // the left half of the root id of its thread; "" stands alone
}

// fact is a line of the table. The value keeps its own direction.
type fact struct{ Label, Value string }

// note answers a question the reader may have.
type note struct{ Question, Answer string }

type button struct{ Text, URL string }

// table lists papers with amounts of money. The plain text says each row in a
// sentence of its own.
type table struct {
	Columns []string // the first is of the papers
	Words   bool     // of words, where it is not of the papers
	Rows    []row
	Rest    string // how many rows are left out; "" is none
	Total   *row
}

type row struct {
	Paper   string
	Note    string   // under the paper's number
	Amounts []string // without the currency, which the columns say
	Line    string
}

// codeForm is a code as people type it.
var codeForm = regexp.MustCompile(`^[0-9]{8}$`)

// signInCode is the letter with the code. The subject begins with the code,
// so that it can be read off a notification: whoever sees it there cannot use
// it, for it works only in the browser that asked. It has no link at all.
func signInCode(w words, l center.Letter, v View) (sheet, error) {
	if !codeForm.MatchString(v.Code) || v.CodeLife <= 0 {
		return sheet{}, fmt.Errorf("no code")
	}
	life := w.minutes(v.CodeLife)
	return sheet{
		Subject:   fmt.Sprintf(w.codeSubject, w.ltr(v.Code)),
		Preheader: fmt.Sprintf(w.codePreheader, life),
		Title:     w.codeTitle,
		Name:      clean(l.Name),
		Intro:     w.codeIntro,
		Code:      v.Code,
		AfterCode: fmt.Sprintf(w.codeLife, life),
		Facts:     []fact{{w.askedAt, w.instant(l.CreatedAt.In(v.Zone))}, {w.browser, w.agent(l.Params["agent"])}},
		Notes:     []note{{w.codeNotYou, w.codeNotYouAnswer}},
	}, nil
}

// newDevice tells of a sign-in from a browser not seen before.
func newDevice(w words, l center.Letter, v View) (sheet, error) {
	agent, account := w.agent(l.Params["agent"]), clean(v.Account)
	facts := []fact{{w.signedInAt, w.instant(l.CreatedAt.In(v.Zone))}, {w.browser, agent}}
	place := w.center
	if account != "" {
		facts = append([]fact{{w.account, account}}, facts...)
		place = account
	}
	return sheet{
		Subject:   fmt.Sprintf(w.deviceSubject, w.isolate(place), w.isolate(agent)),
		Preheader: w.devicePreheader,
		Title:     w.deviceTitle,
		Name:      clean(l.Name),
		Intro:     w.deviceIntro,
		Facts:     facts,
		Button:    &button{w.open, v.BaseURL + "/"},
		Notes:     []note{{w.deviceYou, w.deviceYouAnswer}, {w.deviceNotYou, w.deviceNotYouAnswer}},
	}, nil
}

//go:embed layout
var layouts embed.FS

var (
	htmlLayout = template.Must(template.ParseFS(layouts, "layout/letter.html"))
	textLayout = texttemplate.Must(texttemplate.ParseFS(layouts, "layout/letter.txt"))
)

// spread is what a layout sees.
type spread struct {
	sheet
	Lang, Dir, Align string
	Font             template.CSS
	Center, Greeting string
	Host             string
	Footer           string
}

func (s sheet) render(w words, v View) (text, html string, err error) {
	base, err := url.Parse(v.BaseURL)
	if err != nil {
		return "", "", err
	}
	page := spread{sheet: s, Lang: w.lang, Dir: w.dir, Align: w.align, Font: w.font, Center: w.center, Host: base.Host, Footer: w.footer}
	var htmlOut, textOut bytes.Buffer
	if s.Name != "" {
		page.Greeting = fmt.Sprintf(w.greeting, firstStrongIsolate+s.Name+popIsolate)
	}
	if err := htmlLayout.Execute(&htmlOut, page); err != nil {
		return "", "", err
	}
	if s.Name != "" {
		page.Greeting = fmt.Sprintf(w.greeting, w.isolate(s.Name))
	}
	page.Facts = nil
	for _, f := range s.Facts {
		page.Facts = append(page.Facts, fact{f.Label, w.isolate(f.Value)})
	}
	page.Code, page.Figure = w.ltr(s.Code), w.ltr(s.Figure)
	if err := textLayout.Execute(&textOut, page); err != nil {
		return "", "", err
	}
	return textOut.String(), htmlOut.String(), nil
}
