package browsertest

import (
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

func TestTabWalksThePageInItsOrderAndShowsWhereItIs(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, language, email string) {
		b := open(t)
		b.prefer(map[string]any{"language": language})
		b.signIn(email)
		b.visit("/invoices?status=past-due")
		const stops = 36 // more than stand before the search
		var walked []string
		for range stops {
			b.press(kb.Tab)
			at := eval[map[string]any](b, `((e) => {
				const style = getComputedStyle(e.matches('.choice input') ? e.nextElementSibling : e);
				const all = [...document.querySelectorAll('*')];
				return {name: e.tagName + ' ' + (e.getAttribute('aria-label') ?? e.innerText ?? '').trim().slice(0, 30), seen: style.outlineStyle !== 'none', index: all.indexOf(e)};
			})(document.activeElement)`)
			walked = append(walked, at["name"].(string))
			if at["seen"] != true {
				t.Errorf("nothing shows that the focus is on %s", at["name"])
			}
		}
		if !strings.HasPrefix(walked[0], "A ") || len(slices.Compact(slices.Clone(walked))) != stops {
			t.Errorf("the walk stands still or starts late: %q", walked)
		}
		if !slices.ContainsFunc(walked, func(name string) bool { return strings.HasPrefix(name, "INPUT") }) {
			t.Errorf("the walk misses the search: %q", walked)
		}
	})
}

func TestTheFirstStopSkipsToTheContent(t *testing.T) {
	t.Parallel()
	b := open(t)
	b.signIn(clerkEnglish)
	b.visit("/invoices")
	b.press(kb.Tab)
	b.press(kb.Enter)
	if got := eval[string](b, "document.activeElement.id"); got != "main" {
		t.Errorf("the focus is on %q", got)
	}
}

func TestShortcutsReachTheSearchAndCanBeSwitchedOff(t *testing.T) {
	t.Parallel()
	b := open(t)
	b.prefer(map[string]any{"language": "en"})
	b.signIn(clerkEnglish)
	b.visit("/")
	b.press("/")
	b.until(`location.pathname === '/invoices' && document.activeElement.id === 'search'`)
	b.press("x/y")
	if got := eval[string](b, "document.activeElement.value"); got != "x/y" {
		t.Errorf("typing / in the search gives %q", got)
	}
	b.press(kb.Escape)
	b.until(`document.activeElement.id === 'search' && document.activeElement.value === ''`)
	eval[bool](b, `(document.activeElement.blur(), true)`)
	b.press("k", chromedp.KeyModifiers(chromedp.ModifierCtrl))
	b.until(`document.activeElement.id === 'search'`)

	b.visit("/preferences")
	b.click("input[type=checkbox]")
	b.visit("/invoices")
	b.press("/")
	if got := eval[string](b, "document.activeElement.id"); got == "search" {
		t.Error("the shortcut works though it is off")
	}
}

func TestEscapeClosesAMenuAndReturnsTheFocus(t *testing.T) {
	t.Parallel()
	b := open(t)
	b.signIn(clerkEnglish)
	b.visit("/")
	eval[bool](b, `(document.querySelector('.tools .menu summary').focus(), true)`)
	b.press(kb.Enter)
	b.until(`document.querySelector('.tools .menu').open`)
	b.accessible()
	b.press(kb.Tab)
	b.press(kb.Escape)
	b.until(`!document.querySelector('.tools .menu').open && document.activeElement.tagName === 'SUMMARY'`)
}
