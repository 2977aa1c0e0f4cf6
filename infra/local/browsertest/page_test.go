package browsertest

import (
	"fmt"
	"testing"

	"github.com/chromedp/cdproto/emulation"
)

// pages are all pages a clerk can reach; %s is the id of an invoice.
var pages = []string{"/", "/invoices", "/invoices?q=zzzz-9999", "/invoices/%s", "/users", "/users/invite", "/activity", "/preferences", "/help",
	"/no-such-page"}

// walk visits every page as a clerk, the sign-in included, and looks at it.
func walk(b *tab, email string, look func()) {
	b.Helper()
	b.visit("/signin")
	look()
	b.signIn(email)
	id := read[invoicePage](b, "/v1/invoices?limit=1").Items[0].ID
	for _, path := range pages {
		if path == "/invoices/%s" {
			path = fmt.Sprintf(path, id)
		}
		b.visit(path)
		look()
	}
}

// each runs in both languages, each with the account whose people speak it.
func each(t *testing.T, test func(t *testing.T, language, email string)) {
	for language, email := range map[string]string{"en": clerkCurrencies, "ar": clerkArabic} {
		t.Run(language, func(t *testing.T) {
			t.Parallel()
			test(t, language, email)
		})
	}
}

// serves fails the test where the page shuts readers out: in either theme, with text of twice the size, or where
// the window is as narrow as one at 400 %.
func (b *tab) serves() {
	b.Helper()
	eval[bool](b, `(document.documentElement.dataset.theme = 'light', true)`)
	b.accessible()
	// Between the themes nothing differs but colours.
	eval[bool](b, `(document.documentElement.dataset.theme = 'dark', true)`)
	b.accessible("color-contrast")
	b.fits()
	eval[bool](b, `(document.documentElement.style.fontSize = '200%', true)`)
	b.fits()
	eval[bool](b, `(document.documentElement.style.fontSize = '', true)`)
	b.resize(narrow)
	b.fits()
	if hidden := b.texts(`.page-head .button:not(.print-button)`); len(hidden) > 0 && !eval[bool](b, `[...document.querySelectorAll('.page-head .button:not(.print-button)')].every((e) => e.checkVisibility())`) {
		b.Errorf("some of %q at %s is hidden in a narrow window", hidden, eval[string](b, "location.pathname"))
	}
	b.resize(wide)
	b.keepsPolicy()
}

func TestEveryPageServesEveryReader(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, language, email string) {
		b := open(t)
		b.prefer(map[string]any{"language": language})
		walk(b, email, b.serves)
		b.resize(narrow)
		b.visit("/invoices")
		b.accessible()
		b.click("[aria-controls=filters]")
		b.fits()
	})
}

func TestForcedColoursKeepWhatColourSaid(t *testing.T) {
	t.Parallel()
	b := open(t)
	b.signIn(clerkEnglish)
	b.emulate("", &emulation.MediaFeature{Name: "forced-colors", Value: "active"})
	b.visit("/invoices")
	for _, selector := range []string{".badge", ".tab[aria-current]", ".nav-link[aria-current]"} {
		if got := eval[string](b, `getComputedStyle(document.querySelector(`+quote(selector)+`)).borderTopStyle`); got != "solid" {
			t.Errorf("%s has no outline without colours", selector)
		}
	}
	b.accessible()
}

func TestPaperShowsTheListAndNoTools(t *testing.T) {
	t.Parallel()
	b := open(t)
	b.prefer(map[string]any{"language": "en", "theme": "dark"})
	b.signIn(clerkEnglish)
	b.visit("/invoices")
	b.emulate("print")
	for _, hidden := range []string{".side", ".tools", ".finder", ".tabs"} {
		if eval[bool](b, `document.querySelector(`+quote(hidden)+`).checkVisibility()`) {
			t.Errorf("%s is printed", hidden)
		}
	}
	if !eval[bool](b, `document.querySelector('.print-only').checkVisibility() && document.querySelector('table').checkVisibility()`) {
		t.Error("the list is not printed")
	}
	if got := eval[string](b, `getComputedStyle(document.body).backgroundColor`); got != "rgb(255, 255, 255)" {
		t.Errorf("paper is %s", got)
	}
}

func TestAmountsAreNeverAddedAcrossCurrencies(t *testing.T) {
	t.Parallel()
	b := open(t)
	b.signIn(clerkCurrencies)
	b.visit("/")
	books := read[summary](b, "/v1/invoices/summary")
	if got := len(b.texts(".owed")); got != len(books.Currencies) {
		t.Errorf("%d sums for %d currencies", got, len(books.Currencies))
	}
	for i, currency := range books.Currencies {
		if got := b.texts(".owed-total .money-currency")[i]; got != currency.Currency {
			t.Errorf("sum %d is in %s, want %s", i, got, currency.Currency)
		}
	}
}

func TestTheChosenThemeHoldsFromTheFirstPaint(t *testing.T) {
	t.Parallel()
	b := open(t)
	for theme, ground := range map[string]string{"dark": "rgb(23, 21, 19)", "light": "rgb(250, 248, 245)"} {
		b.prefer(map[string]any{"theme": theme})
		b.beforeLoading(`document.addEventListener('readystatechange', () => { window.first ??= getComputedStyle(document.documentElement).backgroundColor; })`)
		b.visit("/signin")
		if got := eval[string](b, "window.first"); got != ground {
			t.Errorf("the %s theme paints %s first", theme, got)
		}
	}
}
