package stripe

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// Sizes of the window, in CSS pixels.
const (
	wide         = 1200
	phone        = 380
	narrow       = 320
	tall   int64 = 900
)

// window is a browser in which a person pays.
type window struct {
	*testing.T
	ctx context.Context
}

// browse opens a browser that prefers a language. Without one the test is
// skipped, unless it is required.
func browse(t *testing.T, language string) *window {
	t.Helper()
	path := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if found, err := exec.LookPath(name); err == nil && path == "" {
			path = found
		}
	}
	if path == "" {
		if slices.Contains(strings.FieldsFunc(os.Getenv("CENTER_REQUIRE"), func(r rune) bool { return r == ',' || r == ' ' }), "browser") {
			t.Fatal("no Chromium")
		}
		t.Skip("skipped: no Chromium")
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.UserDataDir(t.TempDir()), chromedp.Flag("accept-lang", language), chromedp.Flag("hide-scrollbars", true))
	allocator, stop := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, closeWindow := chromedp.NewContext(allocator)
	t.Cleanup(func() { closeWindow(); stop() })
	if err := chromedp.Do(ctx); err != nil {
		t.Fatal(err)
	}
	return &window{T: t, ctx: ctx}
}

func (b *window) do(steps ...chromedp.Action[chromedp.Void]) {
	b.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, 30*time.Second)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		b.Fatal(err)
	}
}

func eval[T any](b *window, script string) T {
	b.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, 30*time.Second)
	defer cancel()
	value, err := chromedp.Run(ctx, chromedp.Evaluate[T](script))
	if err != nil {
		b.Fatalf("%s: %v", script, err)
	}
	return value
}

func (b *window) until(expression string) {
	b.Helper()
	for end := time.Now().Add(30 * time.Second); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if eval[bool](b, "Boolean("+expression+")") {
			return
		}
	}
	b.Fatalf("never: %s at %s", expression, eval[string](b, "location.href"))
}

// fits tells whether nothing stands outside the window and all targets can be
// hit.
func (b *window) fits(page string) {
	b.Helper()
	if got := eval[int](b, "document.documentElement.scrollWidth - innerWidth"); got > 0 {
		b.Errorf("%s is %d pixels too wide", page, got)
	}
	const small = `[...document.querySelectorAll('button, select, label.choice, a.main')].filter((e) => e.checkVisibility() && e.getBoundingClientRect().height < 36).length`
	if got := eval[int](b, small); got > 0 {
		b.Errorf("%s has %d targets too small to hit", page, got)
	}
}

func TestPagesFitAndWorkInABrowser(t *testing.T) {
	for _, language := range []string{"en", "ar"} {
		t.Run(language, func(t *testing.T) {
			r := start(t, "", nil)
			b := browse(t, language)
			back := r.server.URL + "/c/page.css" // an address that answers
			setup := r.post("/v1/checkout/sessions", "mode=setup", "currency=eur", "success_url="+back, "cancel_url="+back).text("url")
			pay := r.address(r.page("success_url="+back+"?s={CHECKOUT_SESSION_ID}", "locale=auto"))
			for _, width := range []int64{wide, phone, narrow} {
				b.do(chromedp.EmulateViewport(width, tall))
				for _, page := range []string{pay, setup} {
					b.do(chromedp.Navigate(page))
					b.fits(fmt.Sprint(page, " at ", width))
				}
			}
			if got := eval[string](b, "document.documentElement.lang + ' ' + getComputedStyle(document.body).direction"); got != language+map[string]string{"en": " ltr", "ar": " rtl"}[language] {
				t.Errorf("it is %s", got)
			}
			b.payAsked(pay, back)
			if got := r.Captured("pay_2"); got != 1250 {
				t.Errorf("captured %d", got)
			}
			b.do(chromedp.Navigate(pay))
			b.fits("the end")
		})
	}
}

// payAsked pays by keyboard: first with a card that is declined, then with one
// that asks for an authentication.
func (b *window) payAsked(pay, back string) {
	b.Helper()
	b.do(chromedp.Navigate(pay))
	choose := func(number string) {
		eval[bool](b, `(document.querySelector('[value=other]').click(), document.querySelector('[name=number]').focus(), true)`)
		b.do(chromedp.KeyEvent(number + "\r"))
	}
	choose("4000 0000 0000 0002")
	b.until(`document.querySelector('#problem')`)
	choose("4000 0027 6000 3184")
	b.until(`document.querySelector('#pass')`)
	b.fits("the authentication")
	b.do(chromedp.Click("#pass"))
	b.until("location.href.startsWith('" + back + "')")
}
