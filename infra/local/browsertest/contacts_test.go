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

// downloads presses the log's button and looks into the file.
func (b *tab) downloads(texts ...string) {
	b.Helper()
	eval[bool](b, `(URL.createObjectURL = (file) => { file.text().then((text) => { window.file = text; }); return '#'; }, true)`)
	b.click(".page-head .button")
	b.until(`window.file`)
	file := eval[string](b, `window.file`)
	for _, text := range append(texts, "at,kind,by,subject,facts,id,number\r\n") {
		if !strings.Contains(file, text) {
			b.Errorf("the file lacks %q:\n%s", text, file)
		}
	}
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
			b.serves()
			b.downloads(colleague)
			b.visit("/activity?kind=contact-removed&actor=" + c.email)
			if got := len(b.texts(".activity tbody tr")); got != 1 {
				t.Errorf("%d removals are in the log", got)
			}
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

// does opens an act of a person's menu by its words, and presses its button.
func (b *tab) does(email, act, then string) {
	b.Helper()
	row := fmt.Sprintf(`[...document.querySelectorAll('.users tbody tr')].find((row) => row.textContent.includes(%s) && row.textContent.includes(%s))`, quote(email), quote(act))
	b.until(row)
	b.manage(email, eval[int](b, fmt.Sprintf(`[...%s.querySelectorAll('.menu-item')].findIndex((item) => item.textContent === %s)`, row, quote(act))))
	if then != "" {
		b.click(then)
	}
	b.click("dialog [type=submit]")
	b.until(`!document.querySelector('dialog, .menu-item[aria-disabled=true]')`)
}

func TestAPrimaryContactManagesHerPeople(t *testing.T) {
	t.Parallel()
	b, c := payer(t, "en")
	other, guest := "second."+c.email, "guest."+c.email
	c.send(t, map[string]any{"kind": "contact", "account": c.key, "email": other, "name": "Omar Saleh", "contact_type": "executive", "locale": "en"})
	b.invite("accountant", "", guest)
	b.visit("/users")
	row := func(email string, texts ...string) {
		t.Helper()
		for _, text := range texts {
			b.until(fmt.Sprintf(`[...document.querySelectorAll('.users tbody tr')].some((row) => row.innerText.includes(%s) && row.innerText.includes(%s))`, quote(email), quote(text)))
		}
	}
	row(guest, "Invited", "Huda Al-Rashid", "Does not pay")
	b.does(other, "Suspend", "")
	row(other, "Suspended")
	b.does(other, "Reactivate", "")
	row(other, "Active")
	b.does(other, "Change type", "dialog [value=purchasing]")
	row(other, "Purchasing", "From our records")
	first := b.portal.invitation(t, guest)
	b.does(guest, "Send again", "")
	b.does(guest, "Take back the invitation", "")
	b.until(fmt.Sprintf(`!document.querySelector('.users tbody').textContent.includes(%s)`, quote(guest)))

	// An account keeps a primary contact: she cannot leave, and can hand over.
	b.click(".leave > .button")
	b.click("dialog .button-main")
	b.until(`document.querySelector('.leave [role=alert]')`)
	b.says(".leave [role=alert]", "last primary contact", "Make somebody else primary")
	b.does(other, "Make primary instead of me", "dialog [value=accountant]")
	b.until(`location.pathname === '/preferences' && document.querySelector('.reasons')?.innerText.includes('Accountant')`)
	if got := b.texts(`.nav a[href="/users"]`); len(got) > 0 { // which accountants do not open
		t.Errorf("the navigation offers %q", got)
	}

	b.visit(first)
	b.until(`document.querySelector('h1').textContent.includes('opens nothing')`)
}

func TestOtherBrowsersAreSignedOut(t *testing.T) {
	t.Parallel()
	b, c := payer(t, "en")
	lost := open(t)
	lost.prefer(map[string]any{"language": "en"})
	lost.signInAnew(c.email)
	b.visit("/preferences")
	if got := len(b.texts(".sessions > li")); got != 2 {
		t.Errorf("%d sessions are shown", got)
	}
	b.click(".sessions ~ .actions .button")
	b.click("dialog .button-main")
	b.until(`document.querySelectorAll('.sessions > li').length === 1`)
	b.says(".sessions", "This device")
	lost.visit("/")
	lost.until(`location.pathname === '/signin'`)
}

func TestAnInvitationIsKeptToOrdersTheInviterSees(t *testing.T) {
	t.Parallel()
	b := open(t)
	b.prefer(map[string]any{"language": "en"})
	b.signInAnew(purchasing) // of one order
	b.visit("/users/invite")
	b.fill("textarea[name=addresses]", "mate@maasvliet.example")
	if got := b.texts("input[name=type]"); len(got) != 1 {
		t.Errorf("%d types are offered", len(got))
	}
	b.click("form .button-main")
	b.until(`document.querySelector('.options .fault')`)
	b.says(".options .fault", "Choose at least one order")
	b.click("input[name=orders]")
	b.serves()
	b.click("form .button-main")
	b.click(".check-facts ~ .actions .button-main")
	b.until(`document.querySelector('.outcomes .badge-closed')`)
	own := b.follow("mate@maasvliet.example", "en")
	own.says(".invitation", "Purchasing", "In orders and contracts that the invitation names", "You cannot pay")
}

func TestAnOperatorDecidesWhoWaits(t *testing.T) {
	t.Parallel()
	b := open(t)
	b.prefer(map[string]any{"language": "en"})
	b.signIn(operator)
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

func TestAnOperatorGivesAndEndsAccess(t *testing.T) {
	t.Parallel()
	b := open(t)
	c := newAccount(t, b.portal, "en")
	b.prefer(map[string]any{"language": "en"})
	b.signIn(operator)
	b.visit("/reviews")
	b.fill("input[name=account]", c.key+"\r")
	b.until(`document.querySelector('.account-access .outcomes')`)
	b.click(".account-access > div > .actions .button")
	b.fill("dialog input[name=email]", "new."+c.email)
	b.fill("dialog textarea", "Asked for by letter.")
	b.serves()
	b.click("dialog [type=submit]")
	b.until(`document.querySelectorAll('.account-access .outcomes > li').length === 2 && document.querySelector('.account-access .notice-good')`)
	b.says(".account-access .outcomes", "new."+c.email, "Given by our billing desk")
	b.click(fmt.Sprintf(`.account-access [aria-disabled=false][aria-label$=%s]`, quote("new."+c.email)))
	b.fill("dialog textarea", "She left.")
	b.click("dialog [type=submit]")
	b.until(`document.querySelectorAll('.account-access .outcomes > li').length === 1`)
	b.says(".account-access .notice-good", "ended")
}

func TestAnOperatorErasesAPerson(t *testing.T) {
	t.Parallel()
	b := open(t)
	c := newAccount(t, b.portal, "en")
	heir := "heir." + c.email
	b.prefer(map[string]any{"language": "en"})
	b.signIn(operator)
	b.visit("/reviews")
	b.fill(".personal-data input[name=email]", c.email+"\r")
	b.until(`document.querySelector('.personal-data table')`)
	b.says(".personal-data table", c.email, "Membership", "Right to enter", "Goes")
	b.click(".personal-data > .actions .button:last-child")
	b.fill("dialog textarea", "Asked for by letter.")
	b.fill("dialog input[name=confirm]", c.email)
	b.until(`document.querySelector('dialog [type=submit][aria-disabled=true]')`) // the account's last primary contact needs an heir
	b.fill("dialog input[type=email]", heir)
	b.serves()
	b.click("dialog [type=submit]")
	b.until(`document.querySelector('.personal-data .notice-good')`)
	b.says(".personal-data [role=status]", "Nothing is held")
	b.fill("input[name=account]", c.key+"\r")
	b.until(`document.querySelector('.account-access .outcomes')`)
	b.says(".account-access .outcomes", heir)
	if text := b.text(".account-access .outcomes"); strings.Contains(strings.ReplaceAll(text, heir, ""), c.email) {
		t.Errorf("she is there still: %s", text)
	}
}
