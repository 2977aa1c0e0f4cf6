package browsertest

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp/kb"
)

// Some of what the API answers about contracts and orders.
type (
	found struct {
		ID, Number, State string
	}
	foundPage struct{ Items []found }
	renewal   struct {
		State  string
		Answer struct{ Method, PONumber, TermsVersion, By string }
	}
	foundContract struct{ Renewals []renewal }
)

// The contract of a demo account that is looked up, by its support id.
const (
	supportID       = "30117211"
	supportContract = "CTR-KW-30082"
)

// keepFiles notes the text of every file that the page hands to the browser.
const keepFiles = `window.saved = [];
{ const make = URL.createObjectURL; URL.createObjectURL = (file) => { file.text().then((text) => saved.push(text)); return make.call(URL, file); }; }`

func TestAContractIsFoundByItsSupportIDAndItsScheduleDownloaded(t *testing.T) {
	t.Parallel()
	b := open(t)
	b.prefer(map[string]any{"language": "en"})
	b.signIn(clerkCurrencies)
	b.beforeLoading(keepFiles)
	b.visit("/contracts")
	b.fill("#search", supportID)
	b.until(`document.querySelectorAll('tbody tr').length === 1 && location.search.includes('` + supportID + `')`)
	b.says("tbody", supportContract, supportID, "Active")
	b.click("tbody .row-link")
	b.until(`location.pathname.startsWith('/contracts/con_')`)
	b.settled()
	b.says(".term", "Start", "Renewal opens", "End")
	b.says("#plans ~ .plan", "Fleet Cloud, per vessel", "Monthly", "USD 2,006.00 on")
	b.says(".commitment", "USD 24,000.00 committed", "% used", "Still available")
	b.says("#invoices ~ ul", "NVKW-", "Closed")
	b.until(`document.querySelector('.page-head .files .menu-item')`)
	const choices = `[...document.querySelectorAll('.page-head .files .menu-item')].map((item) => item.textContent).join('|')`
	if printed := eval[string](b, choices); printed != "PDF, English|PDF, Arabic|PDF, both languages" {
		t.Errorf("the contract is printed as %q", printed)
	}
	for i := range 3 {
		b.click(fmt.Sprintf(".page-head .files li:nth-child(%d) .menu-item", i+1))
		b.until(fmt.Sprintf(`window.saved.length === %d && saved[%d].startsWith('%%PDF-')`, i+1, i))
	}
	eval[int](b, `window.saved.length = 0`)
	b.until(`document.querySelector('.schedule-tools .menu-item')`)
	b.click(".schedule-tools li:nth-child(1) .menu-item")
	b.until(`window.saved.length === 1`)
	lines := strings.Split(strings.TrimSpace(eval[string](b, `saved[0]`)), "\r\n")
	if shown := len(b.texts("#schedule-lines tbody tr")); len(lines) != shown+1 || !strings.Contains(lines[1], "2006.00") {
		t.Errorf("the file has %d lines for %d shown, and begins %q", len(lines), shown, lines[:min(len(lines), 2)])
	}
	b.click(".schedule-tools li:nth-child(5) .menu-item")
	b.until(`window.saved.length === 2`)
	var records []map[string]any
	if err := json.Unmarshal([]byte(eval[string](b, `saved[1]`)), &records); err != nil || len(records) != len(lines)-1 {
		t.Errorf("the JSON file has %d records, the CSV %d: %v", len(records), len(lines)-1, err)
	}
	b.visit("/contracts?q=no-such-number")
	b.says(".blank", "No contract has that number")
}

func TestAnOrderIsFollowedToWhereItWaits(t *testing.T) {
	t.Parallel()
	b := open(t)
	b.prefer(map[string]any{"language": "ar"})
	b.signIn(clerkArabic)
	b.visit("/orders")
	var partly string
	for _, order := range read[foundPage](b, "/v1/orders").Items {
		if order.State == "PARTIALLY_ACTIVE" {
			partly = order.ID
		}
	}
	b.click("#order-" + partly)
	b.until(`location.pathname.startsWith('/orders/ord_')`)
	b.settled()
	b.says(".standing", "مفعّل جزئيًا", "يُتوقع الاستئناف")
	b.says("#lines ~ table", "مفعّل", "معلّق")
	titles := b.texts(".happening-what")
	if want := []string{"طُلب", "قيد التنفيذ", "تقدّمت بنود", "تقدّمت بنود", "استئناف متوقع"}; strings.Join(titles, "|") != strings.Join(want, "|") {
		t.Errorf("the timeline tells %q, want %q", titles, want)
	}
	b.says(".order-person", "fahd@diyar-yamamah.example", "الصلاحية: الحسابات الدائنة", "لا يحصل به على صلاحية")
}

// underContract imports a contract of the account that ends soon, with its renewal.
func (c account) underContract(t *testing.T) {
	t.Helper()
	day := func(days int) string { return time.Now().AddDate(0, 0, days).Format(time.DateOnly) }
	number := c.number("CTR")
	c.send(t,
		map[string]any{"kind": "contract", "account": c.key, "number": number, "name": "Support of pumps", "start_on": day(-320), "end_on": day(45), "currency": "KWD"},
		map[string]any{"kind": "subscription", "account": c.key, "number": c.number("SUB"), "contract": number, "service_name": "Support of pumps",
			"start_on": day(-320), "end_on": day(45), "currency": "KWD", "billing_frequency": "ANNUALLY", "eligible_to_renew": true},
		map[string]any{"kind": "renewal", "account": c.key, "number": c.number("RNW"), "contract": number, "subscription": c.number("SUB"), "title": "Support of pumps",
			"term_end": day(45), "new_term_start": day(46), "new_term_end": day(410), "currency": "KWD", "amount": "980.500", "terms_version": "2026-1", "mode": "MANUAL"})
}

func TestARenewalIsAcceptedWithAPONumber(t *testing.T) {
	t.Parallel()
	b, c := payer(t, "en")
	c.underContract(t)
	b.visit("/")
	b.until(`document.querySelector('.needs')`)
	b.says(".needs", "A renewal waits: 4", "Support of pumps ends on", "KWD 980.500")
	id := read[foundPage](b, "/v1/contracts").Items[0].ID
	b.visit("/contracts/" + id)
	b.until(`document.querySelector('.renewals .actions')`)
	b.says(".renewals", "Waits for your answer", "KWD 980.500", "2026-1")
	b.click(".renewals .actions .button-main")
	b.click(".answering .button-main")
	b.until(`document.querySelectorAll('.answering .fault').length === 2`)
	b.says(".answering", "Type the PO number", "Accept the terms")
	b.accessible()
	b.fill("[name=po]", "PO-2027-14")
	b.click("[name=terms]")
	b.press(kb.Enter)
	b.until(`document.querySelector('.answering .terms')`)
	b.says(".answering", "By invoice, with a PO number: PO-2027-14", "KWD 980.500", "binds your organisation")
	b.says(".answering .button-main", "Accept for KWD 980.500")
	b.click(".answering .button-main")
	b.until(`document.querySelector('.renewals .notice-good')`)
	b.says(".renewals", "Accepted by Huda Al-Rashid", "PO-2027-14", "Terms 2026-1 were accepted")
	answer := read[foundContract](b, "/v1/contracts/"+id).Renewals[0]
	if answer.State != "ACCEPTED" || answer.Answer.Method != "po_number" || answer.Answer.PONumber != "PO-2027-14" {
		t.Errorf("the renewal stands %+v", answer)
	}
	b.keepsPolicy()
}

func TestTheBillingProfileSaysWhatIsWrongAndWhatWasChanged(t *testing.T) {
	t.Parallel()
	b, _ := payer(t, "en")
	b.visit("/billing")
	b.fill("[name=legalName]", "Payer Trading and Contracting")
	b.click(".tax-ids .button-small")
	b.fill("[name=tax-0-country]", "SA")
	b.fill("[name=tax-0-number]", "12345")
	b.fill("[name=recipients-invoices]", "books@payer.example nobody")
	b.click(".billing [type=submit]")
	b.until(`document.activeElement?.classList.contains('faults')`)
	b.says(".faults", "2 fields need a look", "tax number of Saudi Arabia", "nobody is not an e-mail address")
	b.fill("[name=tax-0-number]", "310122393500003")
	b.fill("[name=recipients-invoices]", "books@payer.example")
	b.fill("[name=po-number]", "4500-9")
	b.fill("[name=po-budget]", "50000")
	b.fill("[name=po-currency]", "KWD")
	b.click(".billing [type=submit]")
	b.until(`document.querySelector('.notice-good')`)
	b.says(".notice-good", "legal name, tax numbers, default PO number, and copies", "told by mail")
	b.visit("/billing")
	if got := eval[string](b, `document.querySelector('[name=po-budget]').value`); got != "50000.000" {
		t.Errorf("the budget is kept as %q", got)
	}
	b.keepsPolicy()
}

func TestPagesOfContractsAndOrdersServeEveryReader(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, language, email string) {
		b := open(t)
		b.prefer(map[string]any{"language": language})
		b.signIn(email)
		first := func(path string) string { return path + "/" + read[foundPage](b, "/v1"+path).Items[0].ID }
		b.visit("/help")
		for _, path := range []string{"/contracts", first("/contracts"), "/orders", first("/orders"), "/payments-due", "/schedule", "/billing"} {
			b.visit(path)
			b.serves()
		}
		b.resize(narrow)
		for _, path := range []string{"/schedule", first("/invoices")} {
			b.visit(path)
			b.click(".files summary")
			if !eval[bool](b, `(({left, right}) => left >= 0 && right <= innerWidth)(document.querySelector('.files .menu-panel').getBoundingClientRect())`) {
				t.Errorf("the menu of files of %s is cut off in a narrow window", path)
			}
		}
	})
}
