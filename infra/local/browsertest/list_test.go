package browsertest

import (
	"io"
	"net/http"
	"strings"
	"testing"
)

// The list is mailed from its page as it is looked at, and arrives with its
// files; the page says what it is and who may get it before anything is sent.
func TestAListIsMailedFromItsPageAndOpened(t *testing.T) {
	t.Parallel()
	for _, language := range []string{"en", "ar"} {
		b, c := payer(t, language, bill{number: "M1-" + language, currency: "KWD", amount: "120.500", due: -4}, bill{number: "M2-" + language, currency: "SAR", amount: "80.00", due: 20})
		b.visit("/invoices?status=past-due")
		b.until(`document.querySelectorAll('tbody tr').length === 1`)
		b.click(".page-head [aria-haspopup=dialog]")
		b.until(`document.querySelectorAll('dialog .choices input').length > 0`)
		b.serves()
		b.fill("dialog textarea[name=outside]", "not an address")
		b.click("dialog .button-main")
		b.until(`document.querySelector('dialog .fault')`)
		b.fill("dialog textarea[name=outside]", "books-"+language+"@outside.example")
		b.click("dialog .button-main")
		b.until(`!document.querySelector('dialog form') && document.querySelector('dialog .button-main')`)
		b.click("dialog .button-main")
		b.until(`!document.querySelector('dialog')`)
		m := b.portal.letterWith(t, c.email, "M1-"+language)
		if strings.Contains(m.Text, "M2-"+language) || !strings.Contains(m.Text, "120.500") {
			t.Errorf("another list than was seen: %s", m.Text)
		}
		if other := b.portal.letterWith(t, "books-"+language+"@outside.example", "M1-"+language); strings.Contains(other.Text, b.portal.address+"/invoices") {
			t.Errorf("a way into the center for somebody outside: %s", other.Text)
		}
		raw := b.portal.raw(t, m.ID)
		for _, part := range []string{"application/pdf", "text/csv", "List-Unsubscribe-Post: List-Unsubscribe=One-Click"} {
			if !strings.Contains(raw, part) {
				t.Errorf("%s is not in the mail", part)
			}
		}
	}
}

// raw is a mail as it left.
func (p portal) raw(t *testing.T, id string) string {
	t.Helper()
	res, err := http.Get(p.address + "/_mailbox/" + id + "/raw")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK {
		t.Fatal(res.Status, err)
	}
	return string(text)
}

func TestAStatementIsReadByPeriod(t *testing.T) {
	t.Parallel()
	for _, language := range []string{"en", "ar"} {
		b, _ := payer(t, language, bill{number: "S1-" + language, currency: "KWD", amount: "120.500", due: 20})
		b.visit("/statement")
		b.until(`document.querySelector('h1') && document.querySelectorAll('.statement tbody tr').length >= 2`)
		b.serves()
		b.click(".statement .tabs a:nth-of-type(3)")
		b.until(`location.search.includes('-01-01') && document.querySelector('.statement tbody')?.textContent.includes('S1-')`)
		b.serves()
	}
}
