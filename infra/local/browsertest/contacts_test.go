package browsertest

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"
)

// invitationLink is what stands behind the portal's address in an invitation.
var invitationLink = regexp.MustCompile(`/invite#[\w.-]+`)

// invitation waits for the newest invitation to an address and is its link.
func (p portal) invitation(t *testing.T, to string) string {
	t.Helper()
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(pollInterval) {
		letters, err := p.letters(to)
		if err != nil {
			t.Fatal(err)
		}
		for _, letter := range letters {
			if link := invitationLink.FindString(letter.Text); link != "" {
				return link
			}
		}
	}
	t.Fatalf("no invitation reached %s", to)
	return ""
}

// invite asks people in by the portal's page, as the person signed in.
func (b *tab) invite(contactType, message string, addresses ...string) {
	b.Helper()
	b.visit("/users/invite")
	b.fill("textarea[name=addresses]", strings.Join(addresses, ", "))
	b.click("input[name=type][value=" + contactType + "]")
	if message != "" {
		b.fill("textarea[name=message]", message)
	}
	b.click("form .button-main")
	b.click(".check-facts ~ .actions .button-main")
	b.until(fmt.Sprintf(`document.querySelectorAll('.outcomes .badge-closed').length === %d`, len(addresses)))
}

// follow opens an invitation's link in a window of the invited person's own.
func (b *tab) follow(to, language string) *tab {
	b.Helper()
	own := open(b.T)
	own.prefer(map[string]any{"language": language})
	own.visit(b.portal.invitation(b.T, to))
	own.until(`document.querySelector('.invitation .button-main')`)
	return own
}

// keepsSecret fails the test where the page asked for an address with the secret part of its link in it.
func (b *tab) keepsSecret() {
	b.Helper()
	secret := eval[string](b, `location.hash.slice(1)`)
	if secret == "" {
		b.Fatal("the address holds no link")
	}
	asked := eval[[]string](b, `performance.getEntries().map((e) => e.name)`)
	for _, address := range asked {
		before, _, _ := strings.Cut(address, "#") // of the page's own address, which no browser sends further
		if _, token, _ := strings.Cut(secret, "."); strings.Contains(before, token) {
			b.Errorf("the secret went out in %s", address)
		}
	}
}

// accept goes from the invitation's page into the account.
func (b *tab) accept(email string) {
	b.Helper()
	before := b.portal.lettersTo(b.T, email)
	b.click(".invitation .button-main")
	b.until(`document.querySelector('input[name=code]') === document.activeElement`)
	b.fill("input[name=code]", b.portal.codeAfter(b.T, email, before)+"\r")
	b.until(`location.pathname === '/' && !location.hash && document.querySelector('.nav')`)
	b.settled()
}

// manage opens an act on the person of a row, by the menu of the row.
func (b *tab) manage(email string, act int) {
	b.Helper()
	row := fmt.Sprintf(`[...document.querySelectorAll('.users tbody tr')].find((row) => row.textContent.includes(%s))`, quote(email))
	b.until(row)
	eval[bool](b, `(([row, act]) => { row.querySelector('summary').click(); [...row.querySelectorAll('.menu-item')].at(act).click(); return true; })([`+row+fmt.Sprintf(`, %d])`, act))
	b.until(`document.querySelector('dialog[open]')`)
}

// lastAct is where the menu of a person ends: with her removal.
const lastAct = -1

func TestColleaguesAreInvitedEnterAndLeave(t *testing.T) {
	t.Parallel()
	for _, language := range []string{"en", "ar"} {
		t.Run(language, func(t *testing.T) {
			t.Parallel()
			b, c := payer(t, language, bill{number: "A", currency: "USD", amount: "40.00", due: -3})
			name := strings.TrimSuffix(c.email, "@payer.example")
			colleague, accountant, late := name+".colleague@payer.example", name+".books@audit.example", name+".late@audit.example"
			b.invite("payables", "See you on Sunday.\nHuda", colleague)
			b.invite("accountant", "", accountant)

			// Each enters in a browser of their own.
			first := b.follow(colleague, language)
			first.says(".invitation", c.name, "Huda Al-Rashid", colleague, "See you on Sunday.")
			first.serves()
			first.keepsSecret()
			first.accept(colleague)
			second := b.follow(accountant, language)
			second.accept(accountant)

			// The accountant reads and cannot pay.
			second.visit("/invoices")
			second.says("tbody", c.number("A"))
			if got := second.texts(".cell-choose, a[href^='/pay?'], a[href='/users']"); len(got) > 0 {
				t.Errorf("the accountant is offered %q", got)
			}
			status := eval[int](second, `fetch('/v1/payments', {method: 'POST', headers: {'content-type': 'application/json', 'idempotency-key': 'k'.repeat(24)}, body: '{}'}).then((r) => r.status)`)
			if status != http.StatusForbidden {
				t.Errorf("the accountant's payment answered %d", status)
			}
			second.visit("/users")
			second.says(".people", c.email)

			// With the colleague goes the invitation she sent.
			first.invite("accountant", "", late)
			invited := first.follow(late, language)
			b.visit("/users")
			b.says(".users tbody", colleague, accountant, late)
			b.manage(colleague, lastAct)
			b.accessible()
			b.fill("dialog .input", colleague) // the last payables contact: typed, not clicked away
			b.click("dialog [type=submit]")
			b.until(`document.querySelector('.notice-good')`)
			b.until(fmt.Sprintf(`!document.querySelector('.users tbody').textContent.includes(%s)`, quote(late)))
			invited.click(".invitation .button-main")
			invited.until(`document.querySelector('.invitation [role=alert]')`)
			first.visit("/invoices")
			first.until(`location.pathname === '/signin'`)
			b.visit("/activity")
			b.says(".activity tbody", colleague, accountant, late)
		})
	}
}

func TestOnesOwnAddressAndWhatIsNoneAreToldByLine(t *testing.T) {
	t.Parallel()
	b, c := payer(t, "en")
	b.visit("/users/invite")
	b.fill("textarea[name=addresses]", "good@payer.example, "+c.email)
	b.press("\rnot-an-address, also bad")
	b.click("form .button-main")
	b.until(`document.activeElement.name === 'addresses'`)
	b.says("#addresses-fault", "2 entries", "Line 2: not-an-address", "Line 2: also bad")
	b.accessible()
	if got := eval[string](b, `document.activeElement.value`); !strings.HasPrefix(got, "good@payer.example") {
		t.Errorf("what was typed became %q", got)
	}
	b.fill("textarea[name=addresses]", "good@payer.example, "+c.email)
	b.click("input[name=type][value=executive]")
	b.click("form .button-main")
	b.click(".check-facts ~ .actions .button-main")
	b.until(`document.querySelector('.outcomes')`)
	b.says(".outcomes", "Sent", "This is your own address.")
	b.serves()
}

func TestAnInvitationThatIsNotMineIsDeclined(t *testing.T) {
	t.Parallel()
	b, c := payer(t, "en")
	stranger := "stranger." + c.email
	b.invite("accountant", "", stranger)
	own := b.follow(stranger, "en")
	own.click(".invitation > .link")
	own.accessible()
	own.click("dialog .button-main")
	own.until(`!location.hash && !document.querySelector('dialog') && document.querySelector('h1').textContent.includes('declined')`)
	own.serves()
	own.visit(b.portal.invitation(t, stranger))
	own.says("main", "declined")
	own.visit("/invite#ivt_none.nothing")
	own.until(`document.querySelector('h1').textContent.includes('opens nothing')`)
	b.visit("/users")
	if got := b.texts(".users tbody"); strings.Contains(strings.Join(got, ""), stranger) {
		t.Errorf("the declined invitation still waits: %q", got)
	}
}

func TestInvitingAsksForAFreshCodeAndLosesNothing(t *testing.T) {
	t.Parallel()
	b := openAlone(t)
	c := newAccount(t, b.portal, "en")
	b.prefer(map[string]any{"language": "en"})
	b.signInAnew(c.email)
	b.portal.skip(t, 11*time.Minute)
	b.visit("/users/invite")
	b.fill("textarea[name=addresses]", "Rami <rami@payer.example>")
	b.click("input[name=type][value=accountant]")
	b.click("form .button-main")
	before := b.portal.lettersTo(t, c.email)
	b.click(".check-facts ~ .actions .button-main")
	b.enterCode(c, before)
	b.until(`document.querySelector('.outcomes .badge-closed')`)
	b.says(".outcomes", "rami@payer.example", "Sent")
}

func TestTheLastPrimaryContactStays(t *testing.T) {
	t.Parallel()
	b, _ := payer(t, "en")
	b.visit("/users")
	b.click(".leave > .button")
	b.click("dialog .button-main")
	b.until(`document.querySelector('.leave [role=alert]')`)
	b.says(".leave [role=alert]", "last primary contact", "Make somebody else primary")
}

func TestAnOperatorDecidesWhoWaits(t *testing.T) {
	t.Parallel()
	b := open(t)
	b.prefer(map[string]any{"language": "en"})
	b.signInAnew(operator)
	b.visit("/reviews")
	b.serves()
	waiting := len(b.texts(".review"))
	b.click(".review .button")
	b.click("dialog .button-main")
	b.until(`document.querySelector('dialog .fault')`)
	b.fill("dialog textarea", "Known to us as their buyer.")
	b.accessible()
	b.click("dialog .button-main")
	b.until(fmt.Sprintf(`document.querySelector('.notice-good') && document.querySelectorAll('.review').length === %d`, waiting-1))
}
