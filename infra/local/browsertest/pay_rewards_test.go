package browsertest

import (
	"fmt"
	"testing"

	"github.com/chromedp/chromedp/kb"
)

// authorises lets a colleague redeem, and answers the code that she is mailed.
func (b *tab) authorises(colleague string) (code string) {
	b.Helper()
	b.visit("/rewards/redeemers")
	b.until(`document.querySelector('select[name=redeemer] option:nth-child(3)')`)
	eval[bool](b, fmt.Sprintf(`{ const e = document.querySelector('select[name=redeemer]'); e.value = %s; e.dispatchEvent(new Event('change', {bubbles: true})); true }`, quote(colleague)))
	b.click(".redeemer-form .button-main")
	b.until(`document.querySelectorAll('.redeemer-list li').length === 1`)
	return b.portal.redemptionCode(b.T, colleague, "")
}

// A part of a support invoice is paid by rewards and the rest by a card, as one
// act; the slider is worked by keys, and what it does is seen at once.
func TestRewardsAndACardPayOneInvoice(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, language, _ string) {
		b := open(t)
		c, colleague := rewarded(t, b.portal, language)
		papers := c.papers([]bill{{number: "SUP", currency: "KWD", amount: "110.000", due: 20}})
		paper := papers[0].(map[string]any)
		paper["invoice_type"], paper["totals"] = "SUPPORT", map[string]any{"payable": "110.000", "tax_exclusive": "100.000", "tax": "10.000"}
		c.send(t, paper)
		b.prefer(map[string]any{"language": language})
		b.signInAnew(c.email)
		code := b.authorises(colleague)
		b.signInAnew(colleague)
		b.visit("/pay?ids=" + b.id(c, "SUP"))
		b.next("rewards")
		b.says(".pay-rewards", c.number("SUB"), "KWD 100.000", "KWD 10.000")
		b.serves()
		b.tabTo(".rewards-slider")
		b.press(kb.ArrowLeft)
		b.until(`document.querySelector('#rewards-amount').value === '99.999' || document.querySelector('#rewards-amount').value === '100.000'`)
		b.fill("#rewards-amount", "60.5")
		b.says(".rewards-effect", "KWD 60.500", "KWD 49.500")
		b.click(".pay-rewards .button-main")
		b.until(`document.querySelector('#rewards-code-fault')`)
		b.fill("#rewards-code", code)
		b.next("how")
		b.next("check")
		b.until(`document.querySelector('.pay-button[aria-disabled=false]')`)
		b.says(".terms", "KWD 49.500", "KWD 60.500")
		b.serves()
		b.click(".pay-button")
		b.chooseAt(cardGood)
		b.until(`location.pathname.startsWith('/payments/') && document.querySelector('.payment .badge')`)
		b.settled()
		b.says(".payment", "KWD 49.500", "KWD 60.500")
		b.visit("/invoices/" + b.id(c, "SUP"))
		b.says("main", "KWD 60.500")
	})
}
