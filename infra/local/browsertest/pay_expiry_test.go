package browsertest

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"
)

// skip moves the clock of a system ahead.
func (p portal) skip(t *testing.T, d time.Duration) {
	t.Helper()
	res, err := http.Post(p.address+"/_local/clock", "application/json", strings.NewReader(fmt.Sprintf(`{"skip":%q}`, d)))
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode >= http.StatusMultipleChoices {
		t.Fatalf("moving the clock answered %s", res.Status)
	}
}

// storeExpiring keeps a card that is valid through this month, typed at the processor's page.
func (b *tab) storeExpiring(number string) {
	b.Helper()
	b.visit("/payment-methods")
	b.click(".page-head .button-main")
	b.until(`location.pathname.startsWith('/_stripe/') && document.querySelector('input[value=other]')`)
	b.click("input[value=other]")
	b.fill("input[name=number]", number)
	eval[bool](b, `((now) => {
		document.querySelector('select[name=month]').selectedIndex = now.getMonth();
		document.querySelector('select[name=year]').selectedIndex = 0;
		return true;
	})(new Date())`)
	b.click("#submit")
	b.until(`location.pathname === '/payment-methods' && !location.search && document.querySelector('.notice-good')`)
	b.settled()
}

// enterCode types the code that a window over the page asks for.
func (b *tab) enterCode(c account, before int) {
	b.Helper()
	b.until(`document.querySelector('dialog input[name=code]') === document.activeElement`)
	b.accessible()
	b.fill("dialog input[name=code]", b.portal.codeAfter(b.T, c.email, before)+"\r")
}

func TestAnExpiredCardIsReplacedAndTheStuckPaymentGoesThrough(t *testing.T) {
	t.Parallel()
	b := openAlone(t)
	p := b.portal
	c := newAccount(t, p, "en", bill{number: "A", currency: "USD", amount: "77.00", due: -2}, bill{number: "B", currency: "USD", amount: "5.00", due: -2})
	b.prefer(map[string]any{"language": "en"})
	b.signInAnew(c.email)
	b.storeExpiring("4000000000000341")
	b.says(".method", "Visa", "0341")
	b.visit("/pay?ids=" + b.id(c, "A"))
	b.pay()
	b.becomes("Failed")

	p.skip(t, 40*24*time.Hour)
	b.signInAnew(c.email)
	b.visit("/")
	b.until(`document.querySelector('.needs')?.innerText.includes('expired')`)
	b.says(".needs", "0341 has expired", "A payment did not go through", "USD 77.00")
	b.accessible()
	b.visit("/pay?ids=" + b.id(c, "B") + "&step=how")
	b.says(".method-choice-off", "Expired", "Fix")
	p.skip(t, 11*time.Minute)
	b.click(".method-choice-off a")
	b.until(`location.pathname === '/payment-methods' && document.querySelector('.fix')`)
	b.settled()
	before := p.lettersTo(t, c.email)
	b.click(".fix .button-main")
	b.enterCode(c, before)
	b.chooseAt(cardGood)
	b.until(`location.pathname === '/payment-methods' && !location.search && document.querySelector('.notice-good')`)
	b.settled()
	b.says(".stuck", "They wait for the new method", "USD 77.00", c.number("A"), "4242", "Retry now: pay USD 77.00")
	b.accessible()
	b.click(".stuck .button-main")
	b.until(`document.querySelector('.stuck .badge')?.innerText === 'Paid'`)
	if got := b.texts(".method"); len(got) != 1 || !strings.Contains(got[0], "4242") {
		t.Errorf("the stored methods are %q", got)
	}
	b.visit("/invoices/" + b.id(c, "A"))
	b.says(".standing", "Closed")
	b.paysAfterAFreshCode(c, "B")
}

// paysAfterAFreshCode lets the last code grow old on the way: another is asked for over the page, and nothing typed
// there is lost.
func (b *tab) paysAfterAFreshCode(c account, short string) {
	b.Helper()
	b.visit("/pay?ids=" + b.id(c, short))
	b.fill(".line-amount input", "4")
	b.toCheck()
	b.portal.skip(b.T, 11*time.Minute)
	before := b.portal.lettersTo(b.T, c.email)
	b.click(".pay-button")
	b.until(`document.querySelector('dialog[open]')`)
	b.says("dialog", c.email, "Pay USD")
	b.fill("dialog input[name=code]", "00000000\r")
	b.until(`document.querySelector('dialog [role=alert]')?.innerText.includes('not right')`)
	b.enterCode(c, before)
	b.becomes("Paid")
	b.says(".payment", "USD 4.00")
}
