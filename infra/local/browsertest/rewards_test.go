package browsertest

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"
)

// redemptionCode is a code as pages and letters write it.
var redemptionCode = regexp.MustCompile(`[0-9A-HJKMNP-TV-Z]{4}(?:-[0-9A-HJKMNP-TV-Z]{4}){3}-[0-9A-Z*~$=]`)

// rewarded is an account with two people who may pay and a year of usage, of
// which the oldest month ends soon. It answers the address of the second.
func rewarded(t *testing.T, p portal, locale string) (c account, colleague string) {
	t.Helper()
	c = newAccount(t, p, locale)
	colleague = strings.Replace(c.email, "clerk", "redeemer", 1)
	records := []any{
		map[string]any{"kind": "contact", "account": c.key, "email": colleague, "name": "Omar Saleh", "contact_type": "payables", "locale": locale},
		map[string]any{"kind": "subscription", "account": c.key, "number": c.number("SUB"), "service_name": "Compute", "currency": "KWD", "ula": true},
	}
	month := time.Date(time.Now().Year(), time.Now().Month(), 1, 12, 0, 0, 0, time.UTC)
	for ago := 12; ago >= 1; ago-- {
		records = append(records, map[string]any{"kind": "usage", "account": c.key, "subscription": c.number("SUB"), "period": month.AddDate(0, -ago, 0).Format("2006-01"),
			"currency": "KWD", "products": []any{
				map[string]any{"product_number": "B88317", "name": "Compute, dedicated cores", "amount": fmt.Sprintf("%d.500", 900+10*ago), "eligible": true},
				map[string]any{"product_number": "B90001", "name": "VMware", "amount": "40.000", "ineligible_reason": "THIRD_PARTY"},
			}})
	}
	c.send(t, records...)
	return c, colleague
}

// The pages of rewards serve every reader in both languages; a month leads to
// its products and their file.
func TestRewardsAreShownWithTheirOutlookLedgerAndProducts(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, language, _ string) {
		b := open(t)
		c, _ := rewarded(t, b.portal, language)
		b.prefer(map[string]any{"language": language})
		b.signIn(c.email)
		b.visit("/rewards")
		b.until(`document.querySelectorAll('.reward-lots tbody tr').length === 12 && document.querySelectorAll('#ledger ~ table tbody tr').length === 12`)
		b.says(".reward-balance", "KWD 3,8")
		if bars := len(b.texts(".reward-months tbody tr")); bars != 13 {
			t.Errorf("the outlook has %d months", bars)
		}
		b.serves()
		b.beforeLoading(keepFiles)
		b.visit("/rewards")
		b.until(`document.querySelector('.reward-lots tbody .row-link')`)
		b.click(".reward-lots tbody .row-link")
		b.until(`location.pathname.startsWith('/rewards/lot_') && document.querySelectorAll('tbody tr').length === 2`)
		b.settled()
		b.says("tbody", "Compute, dedicated cores", "B88317", "KWD 1,020.500", "VMware")
		b.serves()
		b.click(".files summary")
		b.click(".files .menu-item")
		b.until(`window.saved.length === 1`)
		if file := eval[string](b, `saved[0]`); !strings.Contains(file, "Compute, dedicated cores") || !strings.Contains(file, "1020.500") {
			t.Errorf("the file says %q", file)
		}
	})
}

// A primary contact lets a colleague redeem: the colleague has the code by mail
// and the page shows the same; replaced, another comes; removed, she is off the
// list.
func TestAPrimaryContactLetsAColleagueRedeem(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, language, _ string) {
		b := open(t)
		c, colleague := rewarded(t, b.portal, language)
		b.prefer(map[string]any{"language": language})
		b.signInAnew(c.email)
		b.visit("/rewards/redeemers")
		b.until(`document.querySelector('select[name=redeemer] option:nth-child(3)')`)
		b.serves()
		eval[bool](b, fmt.Sprintf(`{ const e = document.querySelector('select[name=redeemer]'); e.value = %s; e.dispatchEvent(new Event('change', {bubbles: true})); true }`, quote(colleague)))
		b.click(".redeemer-form .button-main")
		b.until(`document.querySelectorAll('.redeemer-list li').length === 1`)
		b.says(".redeemer-list", "Omar Saleh", colleague)
		mailed := b.portal.redemptionCode(t, colleague, "")
		b.click(".redeemer-code .button:nth-child(1)")
		b.until(`document.querySelector('.dialog .redemption-code')`)
		if shown := redemptionCode.FindString(b.text(".dialog .redemption-code")); shown != mailed {
			t.Errorf("the page shows %q, the letter %q", shown, mailed)
		}
		b.serves()
		b.click(".dialog .actions .button")
		b.click(".redeemer-code .button:nth-child(2)")
		b.until(`document.querySelector('.dialog .button-main')`)
		b.click(".dialog .button-main")
		b.until(`document.querySelector('.dialog .redemption-code')`)
		newest := redemptionCode.FindString(b.text(".dialog .redemption-code"))
		if again := b.portal.redemptionCode(t, colleague, mailed); newest == mailed || again != newest {
			t.Errorf("replaced, the page shows %q, the letter %q; before it was %q", newest, again, mailed)
		}
		b.click(".dialog .actions .button")
		b.click(".redeemer-list .button")
		b.until(`document.querySelector('.dialog .button-main')`)
		b.click(".dialog .button-main")
		b.until(`!document.querySelector('.redeemer-list li') && document.querySelector('.notice-good')`)
		b.serves()
	})
}

// redemptionCode waits for a letter with a code other than one that is known.
func (p portal) redemptionCode(t *testing.T, to, known string) string {
	t.Helper()
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(pollInterval) {
		letters, err := p.letters(to)
		if err != nil {
			t.Fatal(err)
		}
		for _, letter := range letters {
			if code := redemptionCode.FindString(letter.Text); code != "" && code != known {
				return code
			}
		}
	}
	t.Fatalf("no code reached %s", to)
	return ""
}

// Who only reads sees rewards and who may redeem, and nothing to change it with.
func TestAnAccountantSeesRewardsAndChangesNothing(t *testing.T) {
	t.Parallel()
	b := open(t)
	c, _ := rewarded(t, b.portal, "en")
	reader := strings.Replace(c.email, "clerk", "books", 1)
	c.send(t, map[string]any{"kind": "contact", "account": c.key, "email": reader, "name": "Layla Books", "contact_type": "accountant", "locale": "en"})
	b.prefer(map[string]any{"language": "en"})
	b.signIn(reader)
	b.visit("/rewards")
	b.says(".nav", "Rewards")
	b.visit("/rewards/redeemers")
	b.until(`document.querySelector('.redeemer-plan')`)
	if buttons := b.texts("main button, main form"); len(buttons) > 0 {
		t.Errorf("the reader is offered %q", buttons)
	}
}
