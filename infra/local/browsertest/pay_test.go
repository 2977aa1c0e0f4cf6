package browsertest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp/kb"
)

// Test cards and accounts of the processor, as its hosted page offers them.
const (
	cardGood        = "pm_card_visa"
	cardOther       = "pm_card_mastercard"
	cardDeclined    = "pm_card_visa_chargeDeclinedInsufficientFunds"
	cardFailsLater  = "pm_card_chargeCustomerFail" // is stored, and declined when charged
	cardAsks        = "pm_card_authenticationRequired"
	bankSettlesSoon = "pm_usBankAccount_success"
	bankFailsSoon   = "pm_usBankAccount_insufficientFunds"
)

// chooseAt pays or stores a method at the processor's page.
func (b *tab) chooseAt(token string) {
	b.Helper()
	selector := fmt.Sprintf(`input[name=choice][value=%s]`, quote(token))
	b.until(fmt.Sprintf(`location.pathname.startsWith('/_stripe/') && document.querySelector(%s)`, quote(selector)))
	b.click(selector)
	b.click("#submit")
}

// store keeps a method for the account, by the portal's own way, and waits until it is there. What the
// bank asks for on the way is pressed.
func (b *tab) store(token string, asked ...string) {
	b.Helper()
	b.visit("/payment-methods")
	b.click(".page-head .button-main")
	b.chooseAt(token)
	for _, button := range asked {
		b.click(button)
	}
	b.until(`location.pathname === '/payment-methods' && !location.search && document.querySelector('.notice-good')`)
	b.settled()
}

// pay goes from the first step to the last with what is proposed, and presses the button.
func (b *tab) pay() {
	b.Helper()
	b.toCheck()
	b.click(".pay-button")
}

// toCheck goes on to the last step.
func (b *tab) toCheck() {
	b.Helper()
	b.next("how")
	b.next("check")
	b.until(`document.querySelector('.pay-button[aria-disabled=false]')`)
}

func (b *tab) next(step string) {
	b.Helper()
	b.click(".pay-actions .button-main")
	b.until(fmt.Sprintf(`new URLSearchParams(location.search).get('step') === %s`, quote(step)))
	b.settled()
}

// becomes waits until the page of a payment says how it stands.
func (b *tab) becomes(badge string) {
	b.Helper()
	b.until(fmt.Sprintf(`location.pathname.startsWith('/payments/') && document.querySelector('.payment .badge')?.innerText === %s`, quote(badge)))
	b.settled()
}

// plain reads text as a person does: the marks that keep an amount together are not seen.
var plain = strings.NewReplacer("\u00a0", " ", "\u2066", "", "\u2069", "")

// says fails the test where the part of the page lacks a text, and goes on lacking it: what is fetched shows no
// skeleton at first.
func (b *tab) says(selector string, texts ...string) {
	b.Helper()
	for end := time.Now().Add(patience); ; time.Sleep(pollInterval) {
		all := plain.Replace(strings.Join(b.texts(selector), "\n"))
		missing := slices.DeleteFunc(slices.Clone(texts), func(text string) bool { return strings.Contains(all, text) })
		if len(missing) == 0 {
			return
		}
		if time.Now().After(end) {
			b.Errorf("%s at %s lacks %q:\n%s", selector, eval[string](b, "location.href"), missing, all)
			return
		}
	}
}

// payer opens a window in which a new account's contact is signed in.
func payer(t *testing.T, language string, bills ...bill) (*tab, account) {
	t.Helper()
	b := open(t)
	c := newAccount(t, b.portal, language, bills...)
	b.prefer(map[string]any{"language": language})
	b.signInAnew(c.email)
	return b, c
}

// control commands the processor's stand-in; what is wished may be nil.
func (p portal) control(t *testing.T, path string, wish map[string]any) {
	t.Helper()
	text, err := json.Marshal(wish)
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.Post(p.address+"/_stripe/"+path, "application/json", bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode >= http.StatusMultipleChoices {
		t.Fatalf("POST /_stripe/%s answered %s", path, res.Status)
	}
}

// intentOf is the processor's object of a payment.
func (p portal) intentOf(t *testing.T, payment string) string {
	t.Helper()
	res, err := http.Get(p.address + "/_stripe/state")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	var state struct {
		Intents []struct {
			ID       string
			Metadata map[string]string
		}
	}
	if err := json.NewDecoder(res.Body).Decode(&state); err != nil {
		t.Fatal(err)
	}
	for _, intent := range state.Intents {
		for _, value := range intent.Metadata {
			if value == payment {
				return intent.ID
			}
		}
	}
	t.Fatalf("the processor has nothing of %s", payment)
	return ""
}

func TestClerkPaysAnInvoiceAtTheProcessorsPageAndKeepsTheCard(t *testing.T) {
	t.Parallel()
	b, c := payer(t, "en", bill{number: "A", currency: "KWD", amount: "1250.500", due: -12})
	b.visit("/invoices/" + b.id(c, "A"))
	b.until(`document.querySelector('.pay-invoice')`)
	b.says(".pay-invoice", "Pay KWD 1,250.500")
	b.click(".pay-invoice")
	b.until(`location.pathname === '/pay'`)
	b.settled()
	b.next("how")
	b.click(".method-keep input")
	b.next("check")
	b.says(".terms", "KWD 1,250.500", "Kuwaiti Dinar", c.name, "Kept for next time")
	b.says(".pay-button", "KWD 1,250.500")
	b.click(".pay-button")
	b.chooseAt(cardGood)
	b.becomes("Paid")
	b.says(".payment", "KWD 1,250.500", "Reference R-", "4242", c.number("A"), "Nothing", "Huda Al-Rashid")
	b.keepsPolicy()
	b.visit("/invoices/" + b.id(c, "A"))
	b.says(".standing", "Closed")
	b.visit("/payment-methods")
	b.says(".method", "Visa", "4242", "Valid through")
	if got := b.payments(); len(got) != 1 || got[0].State != "SUCCEEDED" {
		t.Errorf("the account's payments: %+v", got)
	}
	b.visit("/payments")
	b.says("tbody", "Paid", c.number("A"))
	b.click("tbody .row-link")
	b.becomes("Paid")
}

func TestAllPastDueIsPaidWithOneClickAndOnePaymentPerCurrency(t *testing.T) {
	t.Parallel()
	b, c := payer(t, "en",
		bill{number: "A", currency: "KWD", amount: "100.250", due: -40}, bill{number: "B", currency: "KWD", amount: "20.500", due: -3},
		bill{number: "C", currency: "USD", amount: "75.10", due: -1}, bill{number: "D", currency: "JPY", amount: "12000", due: -1},
		bill{number: "E", currency: "USD", amount: "9.99", due: 20})
	b.store(cardGood)
	b.visit("/invoices")
	b.click(`a[href="/pay?past-due=1"]`)
	b.until(`document.querySelector('.pay-group')`)
	b.settled()
	b.says(".pay .notice", "3 currencies")
	b.says(".pay-group .sums", "KWD 120.750", "USD 75.10", "JPY 12,000")
	if strings.Contains(strings.Join(b.texts(".pay-lines"), " "), c.number("E")) {
		t.Error("what is not yet due is among the past due")
	}
	b.toCheck()
	for paid := range 3 {
		b.until(fmt.Sprintf(`document.querySelectorAll('.pay-card').length === %d`, 3-paid))
		b.click(".pay-button")
		b.until(fmt.Sprintf(`document.querySelectorAll('.pay-done').length === %d && [...document.querySelectorAll('.pay-done .badge')].every((e) => e.innerText === 'Paid')`, paid+1))
	}
	b.accessible()
	b.visit("/invoices?status=past-due")
	if got := len(b.texts("tbody .row-link")); got != 0 {
		t.Errorf("%d invoices are past due after all were paid", got)
	}
	if got := len(b.payments()); got != 3 {
		t.Errorf("%d payments for three currencies", got)
	}
}

func TestOnlyAPartIsPaidAndTheRestStaysOpen(t *testing.T) {
	t.Parallel()
	b, c := payer(t, "en", bill{number: "A", currency: "USD", amount: "500.00", due: -5})
	b.store(cardGood)
	b.visit("/pay?ids=" + b.id(c, "A"))
	for _, c := range []struct{ typed, fault string }{{"500.01", "more than is outstanding"}, {"0", "above zero"}, {"1.005", "at most 2 decimals"}, {"12,50", "such as 1250.50"}} {
		b.fill(".line-amount input", c.typed+kb.Enter)
		b.until(fmt.Sprintf(`document.querySelector('.line-amount .fault')?.innerText.includes(%s)`, quote(c.fault)))
		if step := eval[string](b, `new URLSearchParams(location.search).get('step') ?? ''`); step != "" {
			t.Errorf("%s goes on to step %s", c.typed, step)
		}
	}
	b.accessible()
	b.fill(".line-amount input", arabicIndic("120")+kb.Enter)
	b.until(`location.search.includes('step=how')`)
	b.settled()
	b.next("check")
	b.says(".pay-button", "Pay USD 120.00")
	b.click(".pay-button")
	b.becomes("Paid")
	b.until(`document.querySelector('.paid')?.innerText.includes('380.00')`)
	b.visit("/invoices/" + b.id(c, "A"))
	b.says(".standing", "Past due", "USD 380.00", "Partly paid")
	b.until(`document.querySelector('.pay-invoice')?.innerText.includes('380.00')`)
}

func TestAnAmountGoesToTheOldestFirst(t *testing.T) {
	t.Parallel()
	b, c := payer(t, "en", bill{number: "NEW", currency: "USD", amount: "300.00", due: 10},
		bill{number: "OLD", currency: "USD", amount: "100.00", due: -50}, bill{number: "MID", currency: "USD", amount: "200.00", due: -5})
	b.visit("/invoices")
	b.click(`a[href="/pay?amount="]`)
	b.fill("input[name=amount]", "250"+kb.Enter)
	b.until(`document.querySelector('.pay-lines')`)
	b.settled()
	got := strings.Join(b.texts(".pay-lines tbody tr"), "\n")
	old, mid := strings.Index(got, c.number("OLD")), strings.Index(got, c.number("MID"))
	if old < 0 || mid < old || strings.Contains(got, c.number("NEW")) || !strings.Contains(got, "150.00") {
		t.Errorf("250.00 goes to\n%s", got)
	}
	b.says(".sums", "USD 250.00")
	b.accessible()
}

func TestADeclineSaysWhyAndAnotherCardPaysTheSame(t *testing.T) {
	t.Parallel()
	b, c := payer(t, "en", bill{number: "A", currency: "USD", amount: "64.20", due: -9})
	b.store(cardFailsLater)
	b.visit("/pay?ids=" + b.id(c, "A"))
	b.fill(".line-amount input", "60")
	b.pay()
	b.becomes("Failed")
	b.says(".payment", "Nothing was charged", "The bank declined the card", "and the amounts, are kept for you")
	b.accessible()
	b.click(".payment-why .button-main")
	b.until(`location.search.includes('step=how')`)
	b.settled()
	b.click(`input[name=method][value=""]`)
	b.next("check")
	b.says(".terms", "USD 60.00")
	b.click(".pay-button")
	b.chooseAt(cardDeclined)
	b.until(`document.querySelector('#problem')`)
	b.chooseAt(cardOther)
	b.becomes("Paid")
	b.says(".payment", "USD 60.00", "Mastercard", "4444")
	b.visit("/invoices/" + b.id(c, "A"))
	b.says(".standing", "USD 4.20")
}

func TestTheBankAsksAndThePaymentGoesOn(t *testing.T) {
	t.Parallel()
	b, c := payer(t, "en", bill{number: "A", currency: "USD", amount: "31.00", due: -2}, bill{number: "B", currency: "USD", amount: "32.00", due: -2})
	b.store(cardAsks, "#pass")
	for short, outcome := range map[string]struct{ press, badge string }{"A": {"#pass", "Paid"}, "B": {"#fail", "Failed"}} {
		b.visit("/pay?ids=" + b.id(c, short))
		b.pay()
		b.until(`location.pathname.startsWith('/_stripe/') && document.querySelector('#pass')`)
		b.back()
		b.becomes("To be confirmed")
		b.says(".payment", "Nothing is charged before you confirm")
		b.click(".payment .button-main")
		b.click(outcome.press)
		b.becomes(outcome.badge)
	}
}

func TestABankDebitIsPendingThroughReloadsAndSettlesOrFails(t *testing.T) {
	t.Parallel()
	b, c := payer(t, "en", bill{number: "A", currency: "USD", amount: "990.00", due: -2}, bill{number: "B", currency: "USD", amount: "12.00", due: -1})
	b.visit("/pay?ids=" + b.id(c, "A"))
	b.pay()
	b.chooseAt(bankSettlesSoon)
	b.becomes("With the bank")
	b.says(".payment", "working days", "You can close this page")
	b.accessible()
	page := eval[string](b, "location.pathname")
	b.visit(page)
	b.becomes("With the bank")
	b.visit("/")
	b.until(`document.querySelector('.needs')?.innerText.includes('under way')`)
	b.visit("/invoices/" + b.id(c, "A"))
	b.until(`document.querySelector('.flight')`)
	b.says(".flight", "Huda Al-Rashid is paying USD 990.00", "working days")
	if len(b.texts(".flight button")) > 0 {
		t.Error("what the bank has can be cancelled")
	}
	b.visit("/pay?ids=" + b.id(c, "A"))
	b.until(`document.querySelector('.left-out')?.innerText.includes('Huda Al-Rashid')`)
	b.says(".pay", "Nothing to pay here", "held by another payment", "See the payment")
	b.visit(page)
	b.portal.control(t, "settle", nil)
	b.becomes("Paid")
	b.visit("/pay?ids=" + b.id(c, "B"))
	b.pay()
	b.chooseAt(bankFailsSoon)
	b.becomes("With the bank")
	b.portal.control(t, "settle", nil)
	b.becomes("Failed")
	b.visit("/invoices/" + b.id(c, "B"))
	b.until(`document.querySelector('.pay-invoice')?.innerText.includes('12.00')`)
}

func TestARefundAtTheProcessorOpensTheInvoiceAgain(t *testing.T) {
	t.Parallel()
	b, c := payer(t, "en", bill{number: "A", currency: "KWD", amount: "80.250", due: -2})
	b.visit("/pay?ids=" + b.id(c, "A"))
	b.pay()
	b.chooseAt(cardGood)
	b.becomes("Paid")
	intent := b.portal.intentOf(t, b.payments()[0].ID)
	b.portal.control(t, "refund", map[string]any{"intent": intent, "amount": 30_000})
	for end := time.Now().Add(patience); b.payments()[0].State != "PARTIALLY_REFUNDED" && time.Now().Before(end); {
		time.Sleep(pollInterval)
	}
	b.visit(eval[string](b, "location.pathname"))
	b.becomes("Partly refunded")
	b.says(".payment", "KWD 30.000", "is open again")
	b.visit("/invoices/" + b.id(c, "A"))
	b.says(".standing", "Past due", "KWD 30.000")
	b.until(`document.querySelector('.pay-invoice')?.innerText.includes('30.000')`)
}

func TestAPaymentIsCancelledWhereItHoldsTheInvoice(t *testing.T) {
	t.Parallel()
	b, c := payer(t, "en", bill{number: "A", currency: "USD", amount: "45.00", due: -2})
	id := b.id(c, "A")
	b.visit("/pay?ids=" + id)
	b.pay()
	b.until(`location.pathname.startsWith('/_stripe/') && document.querySelector('#submit')`)
	hosted := eval[string](b, "location.href")
	b.visit("/invoices/" + id)
	b.until(`document.querySelector('.flight button')`)
	b.says(".standing", "Payment submitted", "Payment under way")
	eval[bool](b, `(document.querySelector('.flight button').focus(), true)`)
	b.press(kb.Enter)
	b.until(`document.querySelector('dialog[open]')`)
	b.accessible()
	b.press(kb.Escape)
	b.until(`!document.querySelector('dialog') && document.activeElement.closest('.flight')`)
	b.press(kb.Enter)
	b.click("dialog .button-main")
	b.until(`document.querySelector('.pay-invoice')?.innerText.includes('45.00')`)
	if got := b.payments(); len(got) != 1 || got[0].Reason != "cancelled" {
		t.Errorf("the account's payments: %+v", got)
	}
	eval[bool](b, `(location.href = `+quote(hosted)+`, true)`)
	b.until(`location.pathname.startsWith('/_stripe/') && !document.querySelector('#submit')`)
}

func TestChangedFiguresAreShownBesideTheOldBeforeAnythingIsCharged(t *testing.T) {
	t.Parallel()
	b, c := payer(t, "en", bill{number: "A", currency: "USD", amount: "200.00", due: -2})
	b.store(cardGood)
	b.visit("/pay?ids=" + b.id(c, "A"))
	b.toCheck()
	c.bill(t, bill{number: "CN", currency: "USD", amount: "50.00", credit: true, of: "A"})
	b.click(".pay-button")
	b.until(`document.querySelector('.notice-changed')`)
	b.settled()
	b.says(".notice-changed", "Nothing was charged", "200.00", "150.00")
	b.says(".pay-button", "Pay USD 150.00")
	b.accessible()
	if got := b.payments(); len(got) != 0 {
		t.Errorf("there is a payment already: %+v", got)
	}
	b.click(".pay-button")
	b.becomes("Paid")
}

func TestAccountCreditIsUsedFirst(t *testing.T) {
	t.Parallel()
	b, c := payer(t, "en", bill{number: "A", currency: "USD", amount: "80.00", due: -2}, bill{number: "B", currency: "USD", amount: "10.00", due: -1},
		bill{number: "CN", currency: "USD", amount: "30.00", credit: true})
	b.store(cardGood)
	b.visit("/pay?ids=" + b.id(c, "A"))
	b.says(".sums", "USD 80.00", "Account credit", c.number("CN"), "USD 30.00", "USD 50.00")
	b.pay()
	b.becomes("Paid")
	b.says(".payment", "USD 50.00", "USD 30.00")
	c.bill(t, bill{number: "CN2", currency: "USD", amount: "15.00", credit: true})
	b.visit("/pay?ids=" + b.id(c, "B"))
	b.next("how")
	b.says(".pay", "Your account credit covers all of it")
	b.next("check")
	b.says(".pay-button", "Use USD 10.00 of account credit")
	b.click(".pay-button")
	b.becomes("Paid")
}

func TestALostAnswerIsAskedForAgainAndPaysOnce(t *testing.T) {
	t.Parallel()
	b, c := payer(t, "en", bill{number: "A", currency: "USD", amount: "12.34", due: -2})
	b.store(cardGood)
	b.beforeLoading(`{
		const ask = fetch;
		window.fetch = async (address, options) => {
			const answer = await ask(address, options);
			if (String(address) === '/v1/payments' && options?.method === 'POST' && !sessionStorage.getItem('lost')) {
				sessionStorage.setItem('lost', 'yes');
				throw new TypeError('the connection was lost');
			}
			return answer;
		};
	}`)
	b.visit("/pay?ids=" + b.id(c, "A"))
	b.pay()
	b.until(`document.querySelector('.pay-card [role=alert]')`)
	b.says(".pay-card [role=alert]", "No answer arrived", "never charged twice")
	b.visit("/pay?ids=" + b.id(c, "A") + "&step=check") // loaded again: the same key is sent, and tells
	b.becomes("Paid")
	if got := b.payments(); len(got) != 1 {
		t.Errorf("the account's payments: %+v", got)
	}
}

func TestMoreInvoicesThanOnePaymentHoldsAreSeveralPaymentsWithTheirSums(t *testing.T) {
	t.Parallel()
	bills := make([]bill, 20)
	for i := range bills {
		bills[i] = bill{number: fmt.Sprintf("%02d", i), currency: "KWD", amount: "10.120", due: -30 + i}
	}
	b, _ := payer(t, "en", bills...)
	b.store(cardGood)
	b.visit("/pay?past-due=1")
	b.says(".sums", "KWD 202.400")
	b.says(".pay-group", "2 payments", "KWD 192.280 and KWD 10.120")
	b.toCheck()
	b.says(".pay-check", "2 payments, each with its own button", "Pay KWD 192.280", "Pay KWD 10.120")
	b.click(".pay-button")
	b.until(`document.querySelector('.pay-done .badge')?.innerText === 'Paid'`)
	b.visit(eval[string](b, `location.pathname + location.search`)) // loaded again: what was paid stays paid
	b.until(`document.querySelectorAll('.pay-card').length === 1`)
	b.click(".pay-button")
	b.until(`document.querySelectorAll('.pay-done').length === 2`)
	if got := len(b.payments()); got != 2 {
		t.Errorf("%d payments for twenty invoices", got)
	}
}

func TestInvoicesAreChosenForPayingAcrossFilters(t *testing.T) {
	t.Parallel()
	b, c := payer(t, "en", bill{number: "A", currency: "USD", amount: "10.00", due: -9}, bill{number: "B", currency: "USD", amount: "20.00", due: -8},
		bill{number: "C", currency: "USD", amount: "40.00", due: -7}, bill{number: "D", currency: "KWD", amount: "5.000", due: 9})
	b.visit("/invoices?status=past-due")
	boxes := `[...document.querySelectorAll('td.cell-choose input')]`
	eval[bool](b, `(`+boxes+`[0].click(), `+boxes+`[2].dispatchEvent(new MouseEvent('click', {bubbles: true, cancelable: true, shiftKey: true})), true)`)
	b.until(`document.querySelector('.pay-bar')?.innerText.includes('3 invoices')`)
	b.says(".pay-bar", "USD 70.00", "Pay USD 70.00")
	b.click(`.tabs a[href="/invoices?status=open"]`)
	b.settled()
	b.click("td.cell-choose input")
	b.until(`document.querySelector('.pay-bar')?.innerText.includes('4 invoices')`)
	b.says(".pay-bar", "USD 70.00", "KWD 5.000", "Pay in 2 currencies")
	b.accessible()
	b.resize(narrow)
	b.fits()
	eval[bool](b, `(document.querySelector('.pay-bar .button-main').click(), true)`)
	b.until(`document.querySelectorAll('.pay-group').length === 2`)
	for _, short := range []string{"A", "B", "C", "D"} {
		b.says(".pay-lines", c.number(short))
	}
	b.fits()
}

func TestPayingInArabicByKeyboard(t *testing.T) {
	t.Parallel()
	b, c := payer(t, "ar", bill{number: "A", currency: "SAR", amount: "420.50", due: -9})
	b.store(cardGood)
	b.visit("/pay?ids=" + b.id(c, "A"))
	b.fill(".line-amount input", arabicIndic("100")+"٫"+arabicIndic("5")+kb.Enter)
	b.until(`location.search.includes('step=how')`)
	b.settled()
	b.accessible()
	b.tabTo(".pay-actions .button-main")
	b.press(kb.Enter)
	b.until(`location.search.includes('step=check') && document.querySelector('.pay-button[aria-disabled=false]')`)
	b.settled()
	b.says(".pay-button", "ادفع", "SAR 100.50")
	b.accessible()
	b.tabTo(".pay-button")
	b.press(kb.Enter)
	b.becomes("تم الدفع")
	b.says(".payment", "SAR 100.50", "شكرًا", "SAR 320.00")
	b.accessible()
	b.fits()
	if got := eval[string](b, "document.documentElement.dir"); got != "rtl" {
		t.Errorf("the text runs %s", got)
	}
}

// tabTo walks with the Tab key until the focus is where it is wanted.
func (b *tab) tabTo(selector string) {
	b.Helper()
	const most = 60
	for range most {
		b.press(kb.Tab)
		if eval[bool](b, fmt.Sprintf(`document.activeElement.matches(%s)`, quote(selector))) {
			return
		}
	}
	b.Fatalf("the Tab key does not reach %s", selector)
}

// payPages are the pages of paying a clerk can reach.
var payPages = []string{"/pay?past-due=1", "/pay?past-due=1&step=how", "/pay?past-due=1&step=check", "/pay?amount=", "/payments", "/payments/%s", "/payment-methods", "/payment-methods?fix=pm_gone"}

func TestThePagesOfPayingServeEveryReader(t *testing.T) {
	t.Parallel()
	for _, language := range []string{"en", "ar"} {
		t.Run(language, func(t *testing.T) {
			t.Parallel()
			b, c := payer(t, language, bill{number: "A", currency: "KWD", amount: "1250.500", due: -40}, bill{number: "B", currency: "KWD", amount: "20.505", due: -3},
				bill{number: "C", currency: "USD", amount: "120975.10", due: -1})
			b.store(cardGood)
			b.visit("/pay?ids=" + b.id(c, "A"))
			b.pay()
			b.until(`document.querySelector('.paid')`)
			id := b.payments()[0].ID
			for _, path := range payPages {
				b.visit(strings.Replace(path, "%s", url.PathEscape(id), 1))
				b.serves()
			}
		})
	}
}

func TestForcedColoursKeepTheStepAndTheChosenMethod(t *testing.T) {
	t.Parallel()
	b, c := payer(t, "en", bill{number: "A", currency: "USD", amount: "10.00", due: -9})
	b.store(cardGood)
	b.emulate("", &emulation.MediaFeature{Name: "forced-colors", Value: "active"})
	b.visit("/pay?ids=" + b.id(c, "A") + "&step=how")
	for _, part := range []string{`document.querySelector('.method-choice:has(:checked)')`, `document.querySelector('.step[aria-current]'), '::before'`} {
		if got := eval[string](b, `getComputedStyle(`+part+`).outlineStyle`); got != "solid" {
			t.Errorf("%s has no outline without colours", part)
		}
	}
	b.accessible()
}

func TestThoseWhoMayNotPayAreOfferedNothing(t *testing.T) {
	t.Parallel()
	b := open(t)
	b.prefer(map[string]any{"language": "en"})
	b.signIn(readerEnglish)
	b.visit("/invoices?status=past-due")
	for _, selector := range []string{".cell-choose", `a[href^="/pay?"]`} {
		if got := len(b.texts(selector)); got > 0 {
			t.Errorf("a reader is offered %d × %s", got, selector)
		}
	}
	b.visit("/pay?past-due=1")
	b.says("h1", "This page is not open to you")
	b.visit("/payment-methods")
	b.says("h1", "Payment methods")
	if got := len(b.texts(".page-head button")); got > 0 {
		t.Error("a reader may add a method")
	}
}

func TestPaperShowsTheReceiptAlone(t *testing.T) {
	t.Parallel()
	b, c := payer(t, "en", bill{number: "A", currency: "USD", amount: "10.00", due: -9})
	b.store(cardGood)
	b.visit("/pay?ids=" + b.id(c, "A"))
	b.pay()
	b.becomes("Paid")
	b.emulate("print")
	for _, hidden := range []string{".side", ".tools", ".payment .actions", ".payment button"} {
		if eval[bool](b, `[...document.querySelectorAll(`+quote(hidden)+`)].some((e) => e.checkVisibility())`) {
			t.Errorf("%s is printed", hidden)
		}
	}
	if !eval[bool](b, `document.querySelector('.print-only').checkVisibility() && document.querySelector('.paid').checkVisibility()`) {
		t.Error("the receipt is not printed")
	}
}
