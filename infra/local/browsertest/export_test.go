package browsertest

import (
	"fmt"
	"strings"
	"testing"
)

func TestTheListIsExportedAsItIsLookedAt(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, language, email string) {
		b := open(t)
		b.prefer(map[string]any{"language": language})
		b.signIn(email)
		b.beforeLoading(keepFiles)
		b.visit("/invoices?status=open")
		head := map[string]string{"en": "\ufeffNumber,Kind,", "ar": "\ufeffالرقم,"}[language]
		for i, begins := range map[int]string{1: head, 2: "PK", 3: "PK", 4: `{"kind":`} {
			b.until(`document.querySelector('.page-head .files .menu-item')`)
			before := eval[int](b, `saved.length`)
			b.click(fmt.Sprintf(".page-head .files li:nth-child(%d) .menu-item", i))
			b.until(fmt.Sprintf(`saved.length === %d`, before+1))
			if text := eval[string](b, `saved.at(-1)`); !strings.HasPrefix(text, begins) && !strings.HasPrefix(text, strings.TrimPrefix(begins, "\ufeff")) {
				t.Errorf("file %d begins %.40q", i, text)
			}
		}
	})
}

// near is an invoice that differs from another in zeros only.
func near(number string) string {
	return `{"kind":"invoice","number":"` + number + `","issue_date":"2026-01-05","currency":"EUR","supplier":{"name":"Northvane"},` +
		`"customer":{"name":"Near Twins","vat":"NL700"},"totals":{"payable":"12.00"}}`
}

func TestAnOperatorBooksANearDuplicate(t *testing.T) {
	t.Parallel()
	b := open(t)
	b.prefer(map[string]any{"language": "ar"})
	b.signIn(operator)
	b.visit("/")
	b.until(`document.querySelector('.sender')`)
	eval[bool](b, `((input) => {
		const files = new DataTransfer();
		files.items.add(new File([`+quote(near("070")+"\n"+near("70"))+`], 'twins.jsonl'));
		input.files = files.files;
		input.dispatchEvent(new Event('change', {bubbles: true}));
		return true;
	})(document.querySelector('.drop input'))`)
	b.click(".sender .check input")
	b.click(".sender .button-main")
	b.until(`document.querySelector('.report .counts') && document.querySelector('.near .import')`)
	if got := b.text(".near"); !strings.Contains(got, "70") || !strings.Contains(got, "Near Twins") {
		t.Errorf("what waits: %q", got)
	}
	b.accessible()
	b.resize(narrow)
	b.fits()
	b.resize(wide)
	b.click(".near .actions .button")
	b.until(`!document.querySelector('.near .import')`)
	b.keepsPolicy()
}
