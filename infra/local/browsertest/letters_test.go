package browsertest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"
)

// goesWrong makes the next mail to an address end in that way.
func (p portal) goesWrong(t *testing.T, to, kind string) {
	t.Helper()
	text, err := json.Marshal(map[string]any{"next": 1, "kind": kind, "to": to})
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.Post(p.address+"/_ses/faults", "application/json", bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode >= http.StatusMultipleChoices {
		t.Fatalf("the stand-in of SES answered %s", res.Status)
	}
}

// letterWith waits for a letter to an address whose text contains the words.
func (p portal) letterWith(t *testing.T, to, words string) mail {
	t.Helper()
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(pollInterval) {
		letters, err := p.letters(to)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range letters {
			if strings.Contains(m.Text, words) {
				return m
			}
		}
	}
	t.Fatalf("no letter to %s says %q", to, words)
	return mail{}
}

func TestADisputeIsOpenedAnsweredAndWithdrawn(t *testing.T) {
	t.Parallel()
	b, c := payer(t, "en", bill{number: "D1", currency: "KWD", amount: "120.500", due: -4})
	b.visit("/invoices/" + b.id(c, "D1"))
	b.click(".disputes > .button")
	b.until(`document.querySelector('dialog select[name=reason]')`)
	b.click("dialog .button-main")
	b.until(`document.activeElement.name === 'reason' && document.querySelectorAll('dialog .fault').length === 2`)
	b.accessible()
	eval[bool](b, `((s) => { s.value = 'QUANTITY'; s.dispatchEvent(new Event('change', {bubbles: true})); return true; })(document.querySelector('dialog select[name=reason]'))`)
	b.fill("dialog textarea", "We were delivered half of it.")
	b.fill("dialog input[name=amount]", "200")
	b.click("dialog .button-main")
	b.until(`document.activeElement.name === 'amount' && document.querySelectorAll('dialog .fault').length === 1`)
	b.fill("dialog input[name=amount]", "60.250")
	b.click("dialog .button-main")
	b.says(".dispute", "Sent", "KWD 60.250", "Wrong quantity", "We were delivered half of it.")
	b.says(".standing", "In dispute")
	b.portal.letterWith(t, c.email, "We look into what you wrote.")
	b.accessible()

	desk := open(t)
	desk.prefer(map[string]any{"language": "en"})
	desk.signIn(operator)
	desk.visit("/reviews/disputes")
	desk.says(".dispute-card", c.name, "Wrong quantity", "We were delivered half of it.")
	desk.serves()
	desk.click(fmt.Sprintf(`.dispute-card [aria-label="Look into it: %s"]`, c.number("D1")))
	desk.click("dialog .button-main")
	desk.until(`document.querySelector('dialog .fault')`)
	desk.fill("dialog textarea", "We ask the warehouse.")
	desk.accessible()
	desk.click("dialog .button-main")
	desk.says(".notice-good", c.number("D1"))
	b.portal.letterWith(t, c.email, "We ask the warehouse.")

	b.prefer(map[string]any{"language": "ar"})
	b.visit("/invoices/" + b.id(c, "D1"))
	b.says(".dispute", "قيد المراجعة", "We ask the warehouse.")
	b.serves()
	b.click(".dispute-list .button")
	b.click("dialog .button-main")
	b.says(".dispute", "مسحوب")
	b.until(`!document.querySelector('.dispute-list .button') && !document.querySelector('.flag-in_dispute')`)
}

func TestAnOperatorSetsWhenAnAccountIsReminded(t *testing.T) {
	t.Parallel()
	b := open(t)
	c := newAccount(t, b.portal, "en")
	for _, language := range []string{"en", "ar"} {
		b.prefer(map[string]any{"language": language})
		b.signIn(operator)
		b.visit("/reviews/reminders")
		b.fill("input[name=account]", c.key)
		b.click(".account-form .button")
		b.until(`document.querySelectorAll('.dunning-steps li').length > 0`)
		b.serves()
	}
	b.click(".dunning-steps li:last-child .button")
	promised := time.Now().AddDate(0, 0, 9).Format(time.DateOnly)
	eval[bool](b, fmt.Sprintf(`((d) => { d.value = %s; d.dispatchEvent(new Event('change', {bubbles: true})); return true; })([...document.querySelectorAll('input[type=date]')][1])`, quote(promised)))
	b.click(".act-form .button-main")
	b.until(`document.querySelector('.notice-good')`)
	policy := read[struct {
		Steps      []any
		PromisedOn string
	}](b, "/v1/operator/dunning?account="+c.key)
	if len(policy.Steps) != 5 || policy.PromisedOn != promised {
		t.Errorf("the policy is %+v", policy)
	}
}

// An address bounces; its owner learns it on Home, has a code sent, and gets
// letters again once it arrives.
func TestAnAddressThatBouncesIsRepairedByItsOwner(t *testing.T) {
	t.Parallel()
	b, c := payer(t, "en", bill{number: "R1", currency: "KWD", amount: "12.500", due: -4})
	b.portal.goesWrong(t, c.email, "bounce")
	if status := eval[int](b, fmt.Sprintf(`fetch('/v1/invoices/%s/disputes', {method: 'POST', headers: {'content-type': 'application/json', 'idempotency-key': 'a-dispute-of-mine'},
		body: '{"reason": "OTHER", "text": "Wrong"}'}).then((r) => r.status)`, b.id(c, "R1"))); status != http.StatusCreated {
		t.Fatalf("the dispute is answered %d", status)
	}
	for end := time.Now().Add(patience); ; time.Sleep(pollInterval) {
		if read[struct{ Unreachable string }](b, "/v1/letters").Unreachable == "bounced" {
			break
		}
		if time.Now().After(end) {
			t.Fatal("the bounce is not heard of")
		}
	}
	b.visit("/users")
	b.says(".users", "Mail does not reach this address.")
	b.visit("/preferences")
	b.says(".letters", "Mail does not reach you", c.email)
	b.visit("/")
	b.says(".home-reach", "Mail does not reach you", c.email)
	b.serves()
	before := b.portal.lettersTo(t, c.email)
	b.click(".home-reach .button")
	b.fill("dialog input[name=code]", b.portal.codeAfter(t, c.email, before))
	b.click("dialog .button-main")
	b.says("#live, .home-reach", "The code arrived")
	for end := time.Now().Add(patience); read[struct{ Unreachable string }](b, "/v1/letters").Unreachable != ""; time.Sleep(pollInterval) {
		if time.Now().After(end) {
			t.Fatal("a code that arrived brings no letters back")
		}
	}
	b.visit("/")
	b.until(`document.querySelector('.home-attention h2') && !document.querySelector('.home-reach .notice')`)
}

var unsubscribeLink = regexp.MustCompile(`https?://\S+/v1/unsubscribe\?t=\S+`)

// An invoice goes through its steps and is paid before the last. On the way
// reminders are ended by one click of a mailbox, and wanted again: without
// signing in, and by nothing but a click.
func TestAnInvoiceIsRemindedOfUntilItIsPaid(t *testing.T) {
	t.Parallel()
	b := openAlone(t)
	c := newAccount(t, b.portal, "en", bill{number: "S1", currency: "KWD", amount: "75.000", due: 10})
	reminders := func() (n int) {
		letters, err := b.portal.letters(c.email)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range letters {
			if strings.Contains(m.Text, c.number("S1")) && unsubscribeLink.MatchString(m.Text) {
				n++
			}
		}
		return n
	}
	// pass lets days pass, an hour or so after another, in which the schedules come by.
	pass := func(days, want int) {
		t.Helper()
		b.portal.skip(t, time.Duration(days)*24*time.Hour)
		for end := time.Now().Add(patience); ; time.Sleep(pollInterval) {
			for _, function := range []string{"plan-reminders", "deliver-mail"} {
				b.portal.runs(t, function)
			}
			switch n := reminders(); {
			case n == want:
				return
			case n > want || time.Now().After(end):
				t.Fatalf("%d reminders after %d days more, want %d", n, days, want)
			}
		}
	}
	b.portal.runs(t, "plan-reminders") // from then on, days that no run came are made good
	pass(4, 1)                         // a week ahead
	pass(7, 2)                         // on the day
	pass(3, 3)                         // three days late
	link := unsubscribeLink.FindString(b.portal.letterWith(t, c.email, "unsubscribe").Text)
	b.chooses(link)
	pass(7, 3) // ten days late, and not told
	b.click(`button[value="again"]`)
	b.until(`document.querySelector('button[value="none"]') && !document.querySelector('button[value="again"]')`)
	pass(10, 4)                // twenty days late
	b.portal.forgets(operator) // weeks have passed
	c.bill(t, bill{number: "S1-credit", currency: "KWD", amount: "75.000", credit: true, of: "S1"})
	pass(12, 4) // thirty days would be the last
}

// forgets has the next who needs a person's session sign in anew.
func (p portal) forgets(email string) {
	sessions.Lock()
	defer sessions.Unlock()
	delete(sessions.opened, seat{p, email})
}

// runs has the schedule of a function come by.
func (p portal) runs(t *testing.T, function string) {
	t.Helper()
	res, err := http.Post(p.address+"/_local/invoke/"+function, "application/json", strings.NewReader(`{"source":"aws.scheduler","time":"2026-11-22T06:00:00Z"}`))
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
}

// chooses ends reminders by the link of a letter: looking at it changes
// nothing, a click of the mailbox ends them, and the page says so.
func (b *tab) chooses(link string) {
	b.Helper()
	path := link[strings.Index(link, "/v1/"):]
	b.visit(path)
	b.until(`document.querySelector('button[value="none"]')`)
	b.accessible()
	res, err := http.Post(b.portal.address+path, "application/x-www-form-urlencoded", strings.NewReader("List-Unsubscribe=One-Click"))
	if err != nil {
		b.Fatal(err)
	}
	res.Body.Close()
	if res.StatusCode != http.StatusOK {
		b.Fatalf("a mailbox's click is answered with %s", res.Status)
	}
	b.click(`button[value="none"]`)
	b.until(`document.querySelector('button[value="again"]') && !document.querySelector('button[value="none"]')`)
	b.accessible()
	b.fits()
}
