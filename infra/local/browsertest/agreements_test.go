package browsertest

import (
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

func TestARenewalIsDeclinedWithAReason(t *testing.T) {
	t.Parallel()
	b, c := payer(t, "en")
	c.underContract(t)
	b.visit("/payments-due")
	b.says("tbody", c.number("RNW"), "Renewal", "KWD 980.500")
	id := read[foundPage](b, "/v1/contracts").Items[0].ID
	b.visit("/contracts/" + id)
	b.click(".renewals .actions .button:not(.button-main)")
	b.until(`document.querySelector('dialog[open] [name=reason]')`)
	b.fill("[name=reason]", "We move to another vendor")
	b.click("dialog[open] .actions .button-main")
	b.until(`document.querySelector('.renewals [role=status]')`)
	b.says(".renewals", "Declined by Huda Al-Rashid", "We move to another vendor")
	if answer := read[foundContract](b, "/v1/contracts/"+id).Renewals[0]; answer.State != "DECLINED" {
		t.Errorf("the renewal stands %+v", answer)
	}
	b.visit("/payments-due")
	b.says("main", "Nothing is due")
	b.keepsPolicy()
}

func TestARenewalIsAcceptedByCardAndPaid(t *testing.T) {
	t.Parallel()
	b, c := payer(t, "ar")
	c.underContract(t)
	id := read[foundPage](b, "/v1/contracts").Items[0].ID
	b.visit("/contracts/" + id)
	b.click(".renewals .actions .button-main")
	b.click("[name$=-method][value=card]")
	b.click("[name=terms]")
	b.click(".answering .button-main")
	b.until(`document.querySelector('.answering .terms')`)
	b.click(".answering .button-main")
	b.until(`location.pathname === '/pay'`)
	b.settled()
	b.says(".pay-lines", "تجديد", c.number("RNW"))
	b.pay()
	b.chooseAt(cardGood)
	b.becomes("تم الدفع")
	b.says(".paid", "تجديد", c.number("RNW"))
	b.beforeLoading(keepFiles)
	b.visit(eval[string](b, "location.pathname"))
	b.until(`document.querySelector('.files .menu-item, .payment .menu-item')`)
	b.click(".payment .menu-item")
	b.until(`window.saved.length === 1 && saved[0].startsWith('%PDF-')`)
	if answer := read[foundContract](b, "/v1/contracts/"+id).Renewals[0]; answer.State != "PAID" || answer.Answer.Method != "card" {
		t.Errorf("the renewal stands %+v", answer)
	}
	// The vendor's invoice does not know of the payment, and asks for nothing all the same.
	paper := c.papers([]bill{{number: "INV-RNW", currency: "KWD", amount: "980.500", due: 30}})[0].(map[string]any)
	paper["order_ref"] = c.number("RNW")
	c.send(t, paper)
	b.visit("/invoices/" + b.id(c, "INV-RNW"))
	b.says(".history", "مدفوع مسبقًا مع "+c.number("RNW"), "أُغلقت")
}

// get fetches an address as a calendar does: without any session.
func get(t *testing.T, address string) (status int, body string) {
	t.Helper()
	res, err := http.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(text)
}

func TestTheScheduleIsTakenAsFilesAndFollowedByACalendar(t *testing.T) {
	t.Parallel()
	b := open(t)
	b.prefer(map[string]any{"language": "en"})
	b.signInAnew(clerkCurrencies)
	b.beforeLoading(keepFiles)
	b.visit("/schedule")
	for i, begins := range map[int]string{2: "PK", 3: "%PDF-", 4: "BEGIN:VCALENDAR"} {
		b.until(`document.querySelector('.files .menu-item')`)
		before := eval[int](b, `saved.length`)
		b.click(".files li:nth-child(" + string(rune('0'+i)) + ") .menu-item")
		b.until(`saved.length === ` + string(rune('1'+before)))
		if text := eval[string](b, `saved.at(-1)`); !strings.HasPrefix(text, begins) {
			t.Errorf("file %d begins %.20q", i, text)
		}
	}
	b.click(".calendar .button")
	b.until(`document.querySelector('.calendar-address input')`)
	address := eval[string](b, `document.querySelector('.calendar-address input').value`)
	if at, err := url.Parse(address); err != nil || !strings.HasPrefix(address, b.portal.address) || at.RawQuery != "" {
		t.Errorf("the address is %q", address)
	}
	if status, body := get(t, address); status != http.StatusOK || !strings.HasPrefix(body, "BEGIN:VCALENDAR") || !strings.Contains(body, "BEGIN:VEVENT") {
		t.Errorf("%d %.100s", status, body)
	}
	b.click(".calendar .actions .button:nth-child(2)")
	b.until(`document.querySelector('dialog[open]')`)
	b.click("dialog[open] .actions .button")
	b.until(`!document.querySelector('.calendar-address')`)
	if status, body := get(t, address); status != http.StatusNotFound || strings.Contains(body, "BEGIN:VEVENT") {
		t.Errorf("after it was ended: %d %.100s", status, body)
	}
}

func TestAChangeOfTheProfileDoesNotWriteOverAnothers(t *testing.T) {
	t.Parallel()
	b, _ := payer(t, "en")
	b.visit("/billing")
	b.fill("[name=legalName]", "Mine")
	status := eval[int](b, `fetch('/v1/profile', {method: 'PUT', headers: {'content-type': 'application/json'}, body: JSON.stringify({legalName: 'Theirs', version: 0})}).then((r) => r.status)`)
	if status != http.StatusOK {
		t.Fatalf("the other change answered %d", status)
	}
	b.click(".billing [type=submit]")
	b.until(`document.querySelector('.notice-late')`)
	b.says(".notice-late", "Somebody else changed the profile meanwhile", "What you typed is still here")
	if got := eval[string](b, `document.querySelector('[name=legalName]').value`); got != "Mine" {
		t.Errorf("what was typed is %q", got)
	}
	b.click(".notice-late .button")
	b.until(`document.querySelector('[name=legalName]')?.value === 'Theirs'`)
	b.fill("[name=legalName]", "Both")
	b.click(".billing [type=submit]")
	b.until(`document.querySelector('.notice-good')`)
	b.says(".notice-good", "legal name")
}
