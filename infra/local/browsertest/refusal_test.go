package browsertest

import (
	"fmt"
	"strings"
	"testing"
)

// failing makes the API answer as if broken, at addresses that start so, until window.healed is set.
func (b *tab) failing(path string) {
	b.Helper()
	b.beforeLoading(fmt.Sprintf(`{
		const ask = fetch;
		window.fetch = (address, options) => (String(address).startsWith(%s) && !window.healed
			? Promise.resolve(new Response(JSON.stringify({type: '/problems/internal', title: 'x', status: 500, detail: 'x', instance: 'urn:request:req-4711'}),
				{status: 500, headers: {'content-type': 'application/problem+json'}}))
			: ask(address, options));
	}`, quote(path)))
}

func TestAClosedPageNamesWhoCanOpenIt(t *testing.T) {
	t.Parallel()
	b := open(t)
	b.prefer(map[string]any{"language": "en"})
	b.signIn(purchasing)
	b.visit("/")
	if got := strings.Join(b.texts(".nav-link"), " "); strings.Contains(got, "Invoices") {
		t.Errorf("the navigation offers what is closed: %q", got)
	}
	b.visit("/invoices")
	if got := b.text("h1"); got != "This page is not open to you" {
		t.Errorf("the heading says %q", got)
	}
	people := b.texts(".people li")
	if len(people) == 0 || !strings.Contains(strings.Join(people, " "), "@") {
		t.Errorf("the page names %q", people)
	}
	b.accessible()
}

func TestForeignAndUnknownInvoicesReadTheSame(t *testing.T) {
	t.Parallel()
	other := open(t)
	other.signIn(clerkArabic)
	other.visit("/")
	foreign := read[invoicePage](other, "/v1/invoices?limit=1").Items[0].ID

	b := open(t)
	b.prefer(map[string]any{"language": "en"})
	b.signIn(clerkEnglish)
	var said []string
	for _, id := range []string{foreign, "inv_unknown", "%E0"} { // the last is no text
		b.visit("/invoices/" + id)
		said = append(said, b.text("h1")+" "+b.text(".problem .lead"))
	}
	if said[0] != said[1] || said[0] != said[2] || !strings.Contains(said[0], "Not found") {
		t.Errorf("the pages say %q", said)
	}
}

func TestAFailingPartLeavesTheRestAndCanBeTriedAgain(t *testing.T) {
	t.Parallel()
	b := open(t)
	b.prefer(map[string]any{"language": "en"})
	b.signIn(clerkEnglish)
	b.failing("/v1/invoices?")
	b.visit("/")
	if len(b.texts(".owed")) == 0 {
		t.Error("the sums are gone with the list")
	}
	b.until(`document.querySelector('.home-next [role=alert]')`)
	if got := b.text(".home-next [role=alert]"); !strings.Contains(got, "req-4711") {
		t.Errorf("the failure gives no request to quote: %q", got)
	}
	b.accessible()
	eval[bool](b, `(window.healed = true)`)
	b.click(".home-next [role=alert] .button")
	b.until(`document.querySelector('.home-next .next')`)
}

func TestNothingFoundIsNotNothingThere(t *testing.T) {
	t.Parallel()
	b := open(t)
	b.prefer(map[string]any{"language": "en"})
	b.signIn(clerkEnglish)
	b.visit("/invoices?q=zzzz-9999")
	if got := b.text(".blank-title"); got != "No invoice matches" {
		t.Errorf("a search without a match says %q", got)
	}
	b.click(".blank a")
	b.until(`document.querySelectorAll('tbody tr').length > 1`)
}

func TestTheOfflineBannerSaysSo(t *testing.T) {
	t.Parallel()
	b := open(t)
	b.prefer(map[string]any{"language": "en"})
	b.signIn(clerkEnglish)
	b.visit("/")
	eval[bool](b, `(Object.defineProperty(navigator, 'onLine', {get: () => false, configurable: true}), dispatchEvent(new Event('offline')))`)
	b.until(`document.querySelector('[role=status] .offline')`)
}

func TestAnEndedSessionAsksToSignInAndComesBack(t *testing.T) {
	t.Parallel()
	b := open(t)
	b.prefer(map[string]any{"language": "en"})
	b.signInAnew(leaver)
	b.visit("/")
	// In another tab; the click comes before anything else asks and finds out.
	eval[bool](b, `fetch('/v1/sign-out', {method: 'POST', headers: {'content-type': 'application/json'}, body: '{}'})
		.then(() => { document.querySelector('a[href="/invoices"]').click(); return true })`)
	b.until(`location.pathname === '/signin' && location.search.includes('next=%2Finvoices')`)
	if got := b.text(".lead"); !strings.Contains(got, "ended") {
		t.Errorf("the page says %q", got)
	}
}
