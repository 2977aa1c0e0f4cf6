package browsertest

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// How long a page may take to become what a test waits for, and to say how it
// stands.
const (
	patience       = 10 * time.Second
	answerPatience = 3 * time.Second
)

// Sizes of the window, in CSS pixels.
const (
	wide         = 1280
	narrow       = 320 // what 1280 is at 400 %
	tall   int64 = 900
)

func chromium() string {
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	return ""
}

// tab is a window in which one person uses the portal.
type tab struct {
	*testing.T
	ctx     context.Context
	portal  portal
	scripts []page.ScriptIdentifier // that run before each page
}

// open gives the test a window of its own, without cookies. Whatever the page
// does against its content security policy fails the test.
func open(t *testing.T) *tab {
	t.Helper()
	return openAt(t, system)
}

// openAlone is open at an empty system of the test's own, which may move its clock.
func openAlone(t *testing.T) *tab {
	t.Helper()
	return openAt(t, func() (portal, error) {
		p, end, err := run(t.TempDir(), "-demo=false")
		t.Cleanup(end)
		return p, err
	})
}

func openAt(t *testing.T, start func() (portal, error)) *tab {
	t.Helper()
	if chromium() == "" {
		missing(t, "no Chromium")
	}
	p, err := start()
	if err != nil {
		t.Fatal(err)
	}
	ctx, err := window()
	if err != nil {
		t.Fatal(err)
	}
	b := &tab{T: t, ctx: ctx, portal: p}
	t.Cleanup(b.leave)
	b.do(chromedp.EmulateViewport(wide, tall))
	b.beforeLoading(watchPolicy)
	b.emulate("")
	return b
}

// watchPolicy notes what a page does against its policy.
const watchPolicy = `window.violations = [];
addEventListener('securitypolicyviolation', (e) => violations.push(e.violatedDirective + ' ' + (e.blockedURI || e.sourceFile)));`

func (b *tab) do(steps ...chromedp.Action[chromedp.Void]) {
	b.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		b.Fatal(err)
	}
}

// eval runs JavaScript in the page; promises are awaited.
func eval[T any](b *tab, script string) T {
	b.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	value, err := chromedp.Run(ctx, chromedp.Evaluate[T](script, chromedp.EvalAwaitPromise))
	if err != nil {
		b.Fatalf("%s: %v", script, err)
	}
	return value
}

// until waits until the expression is true.
func (b *tab) until(expression string) {
	b.Helper()
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(pollInterval) {
		if b.holds(expression) {
			return
		}
	}
	b.Fatalf("never: %s\nthe page at %s says:\n%s", expression, eval[string](b, "location.href"), eval[string](b, "document.body.innerText.slice(0, 1500)"))
}

// holds tells whether the expression is true now. A page that is just being
// left has no answer.
func (b *tab) holds(expression string) bool {
	ctx, cancel := context.WithTimeout(b.ctx, answerPatience)
	defer cancel()
	value, err := chromedp.Run(ctx, chromedp.Evaluate[bool]("Boolean("+expression+")"))
	return err == nil && value
}

// visit goes to an address of the portal and waits until its content stands.
func (b *tab) visit(path string) {
	b.Helper()
	b.do(chromedp.Navigate(b.portal.address + path))
	b.settled()
}

// settled waits until a page shows its heading and nothing is loading.
func (b *tab) settled() {
	b.Helper()
	// What was just done shows in the page only when it is next drawn.
	eval[bool](b, `new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(true))))`)
	b.until(`document.querySelector('h1') && !document.querySelector('[aria-busy="true"]')`)
}

// click presses what a person would press, found by selector.
func (b *tab) click(selector string) {
	b.Helper()
	b.until(fmt.Sprintf(`document.querySelector(%s)`, quote(selector)))
	eval[bool](b, fmt.Sprintf(`(document.querySelector(%s).click(), true)`, quote(selector)))
}

// press sends keys to whatever has the focus.
func (b *tab) press(keys string, modifiers ...chromedp.KeyOption) {
	b.Helper()
	b.do(chromedp.KeyEvent(keys, modifiers...))
}

// fill types a text into a field in the place of what is there.
func (b *tab) fill(selector, text string) {
	b.Helper()
	b.until(fmt.Sprintf(`document.querySelector(%s)`, quote(selector)))
	eval[bool](b, fmt.Sprintf(`((field) => { field.focus(); field.select(); return true; })(document.querySelector(%s))`, quote(selector)))
	b.press(text)
}

func (b *tab) texts(selector string) []string {
	b.Helper()
	return eval[[]string](b, fmt.Sprintf(`[...document.querySelectorAll(%s)].map((e) => e.innerText.trim())`, quote(selector)))
}

func (b *tab) text(selector string) string {
	b.Helper()
	all := b.texts(selector)
	if len(all) == 0 {
		b.Fatalf("nothing on the page is %s", selector)
	}
	return all[0]
}

// back goes one step back, as the browser's button does.
func (b *tab) back() {
	b.Helper()
	eval[bool](b, `(history.back(), true)`)
}

// beforeLoading runs a script before every page that is visited from now on.
func (b *tab) beforeLoading(script string) {
	b.Helper()
	added := call(b, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: script})
	b.scripts = append(b.scripts, added.Identifier)
}

// resize changes the window's width.
func (b *tab) resize(width int64) {
	b.Helper()
	b.do(chromedp.EmulateViewport(width, tall))
}

// emulate sets media features, such as forced colours.
func (b *tab) emulate(medium string, features ...*emulation.MediaFeature) {
	b.Helper()
	// Nothing glides: what a test looks at stands still.
	features = append(features, &emulation.MediaFeature{Name: "prefers-reduced-motion", Value: "reduce"})
	call(b, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: medium, Features: features})
}

// prefer stores preferences as the portal does, for the next page that is visited.
func (b *tab) prefer(preferences map[string]any) {
	b.Helper()
	b.do(chromedp.Navigate(b.portal.address + "/signin"))
	text, err := json.Marshal(preferences)
	if err != nil {
		b.Fatal(err)
	}
	eval[bool](b, fmt.Sprintf(`(localStorage.setItem('center.preferences', %s), true)`, quote(string(text))))
}

// signIn makes a person signed in. The session is shared with other tests, which must not end it.
func (b *tab) signIn(email string) {
	b.Helper()
	b.holdSession(b.portal.sharedSession, email)
}

// signInAnew makes a person signed in with a session of the test's own.
func (b *tab) signInAnew(email string) {
	b.Helper()
	b.holdSession(b.portal.newSession, email)
}

func (b *tab) holdSession(open func(email string) (string, error), email string) {
	b.Helper()
	session, err := open(email)
	if err != nil {
		b.Fatal(err)
	}
	call(b, network.SetCookie, network.SetCookieParams{Name: "__Host-sid", Value: session, URL: b.portal.address, Path: "/", Secure: new(true), HTTPOnly: new(true)})
}

func (b *tab) post(path string, body any) {
	b.Helper()
	text, err := json.Marshal(body)
	if err != nil {
		b.Fatal(err)
	}
	status := eval[int](b, fmt.Sprintf(`fetch(%s, {method: 'POST', headers: {'content-type': 'application/json'}, body: %s}).then((r) => r.status)`,
		quote(path), quote(string(text))))
	if status >= 300 {
		b.Fatalf("POST %s answered %d", path, status)
	}
}

// read asks the API as the person signed in.
func read[T any](b *tab, path string) T {
	b.Helper()
	return eval[T](b, fmt.Sprintf(`fetch(%s).then((r) => r.json())`, quote(path)))
}

// keepsPolicy fails the test where the page did something its policy forbids.
func (b *tab) keepsPolicy() {
	b.Helper()
	if broken := eval[[]string](b, `window.violations ?? []`); len(broken) > 0 {
		b.Errorf("the content security policy was broken: %q", broken)
	}
}

// fits fails the test where a reader would have to scroll sideways.
func (b *tab) fits() {
	b.Helper()
	over := eval[[]string](b, `document.documentElement.scrollWidth <= innerWidth ? [] :
		[...document.querySelectorAll('body *')].filter((e) => { const r = e.getBoundingClientRect(); return e.checkVisibility() && r.width && (r.right > innerWidth + 1 || r.left < -1); })
			.slice(0, 5).map((e) => e.tagName + '.' + e.className + ' ' + e.textContent.slice(0, 40))`)
	if len(over) > 0 {
		b.Errorf("%s scrolls sideways at %d px: %q", eval[string](b, "location.pathname"), eval[int](b, "innerWidth"), over)
	}
}

// accessible fails the test for every rule of axe that the page breaks, or for those named.
func (b *tab) accessible(rules ...string) {
	b.Helper()
	source, err := os.ReadFile(filepath.Join(root(), "functions", "serve-portal", "web", "node_modules", "axe-core", "axe.min.js"))
	if err != nil {
		missing(b.T, "no axe-core (make web installs it)")
	}
	if !eval[bool](b, `Boolean(window.axe)`) {
		eval[bool](b, string(source)+";true")
	}
	options := `{resultTypes: ['violations']}`
	if len(rules) > 0 {
		options = `{resultTypes: ['violations'], runOnly: ['` + strings.Join(rules, `', '`) + `']}`
	}
	broken := eval[[]string](b, `axe.run(document, `+options+`).then(({violations}) =>
		violations.flatMap((v) => v.nodes.map((n) => v.id + ': ' + n.target.join(' ') + ' ' + n.failureSummary)))`)
	if len(broken) > 0 {
		b.Errorf("axe at %s:\n%s", eval[string](b, "location.href"), strings.Join(broken, "\n"))
	}
}

func quote(text string) string {
	out, err := json.Marshal(text)
	if err != nil {
		panic(err)
	}
	return string(out)
}

// call sends a command of the browser's protocol.
func call[P, R any](b *tab, command cdp.Command[P, R], params P) R {
	b.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	answer, err := chromedp.Call(ctx, command, params)
	if err != nil {
		b.Fatal(err)
	}
	return answer
}
