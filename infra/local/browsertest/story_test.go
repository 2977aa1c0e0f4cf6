package browsertest

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
)

// Some of what the API answers.
type (
	money struct{ Amount, Currency string }
	row   struct {
		ID, Number, Status, PONumber string
		DaysLate                     int
		Amount                       money
	}
	invoicePage struct {
		Items []row
		Next  string
		Count struct{ Value int }
	}
	summary struct {
		Counts     struct{ All, PastDue, Open, Submitted, Closed int }
		Currencies []struct {
			Currency string
			Aging    []struct {
				Bucket string
				Count  int
			}
		}
	}
)

// arabicIndic writes digits as an Arabic keyboard types them.
func arabicIndic(digits string) string {
	return strings.Map(func(r rune) rune { return '٠' + (r - '0') }, digits)
}

func TestClerkSignsInWithTheCodeAndLandsWhereTheLinkLed(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		language, email, heading string
		typed                    func(code string) string
	}{
		"in English": {"en", readerEnglish, "Invoices", func(code string) string { return code[:4] + " " + code[4:] }},
		"in Arabic":  {"ar", readerArabic, "الفواتير", arabicIndic},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := open(t)
			b.prefer(map[string]any{"language": c.language})
			before := b.portal.lettersTo(t, c.email)
			b.visit("/invoices?status=closed")
			b.until(`location.pathname === '/signin' && document.querySelector('input[type=email]')`)
			b.fill("input[type=email]", c.email+"\r")
			b.until(`document.activeElement.name === 'code'`)
			b.until(`/\d|[٠-٩]/.test(document.querySelector('form > .hint:not(#code-hint)')?.innerText)`) // counting down to another code
			b.fill("input[name=code]", c.typed(b.portal.codeAfter(t, c.email, before))+"\r")
			b.until(`location.pathname + location.search === '/invoices?status=closed'`)
			b.settled()
			if got := b.text("h1"); got != c.heading {
				t.Errorf("the heading says %q, want %q", got, c.heading)
			}
			if got := eval[string](b, "document.documentElement.dir"); (got == "rtl") != (c.language == "ar") {
				t.Errorf("the text runs %s", got)
			}
			b.keepsPolicy()
		})
	}
}

func TestAWrongCodeIsRefusedInWordsAndTheFieldKeepsTheFocus(t *testing.T) {
	t.Parallel()
	b := open(t)
	b.prefer(map[string]any{"language": "en"})
	b.visit("/signin")
	b.fill("input[type=email]", "nobody@example.com\r")
	b.until(`document.activeElement.name === 'code'`)
	b.fill("input[name=code]", "123\r")
	b.until(`document.querySelector('[role=alert]')?.innerText.includes('eight digits')`)
	b.fill("input[name=code]", "00000000\r")
	b.until(`document.querySelector('[role=alert]')?.innerText.includes('not right')`)
	b.until(`document.activeElement.name === 'code'`)
	b.accessible()
	if title := eval[string](b, "document.title"); !strings.HasPrefix(title, "Error:") {
		t.Errorf("the window is called %q", title)
	}
}

func TestClerkSeesPastDueOpenAndClosedWithTheCountsOfTheBooks(t *testing.T) {
	t.Parallel()
	for _, email := range []string{clerkEnglish, clerkArabic, clerkCurrencies} {
		t.Run(email, func(t *testing.T) {
			t.Parallel()
			b := open(t)
			b.signIn(email)
			b.visit("/invoices")
			books := read[summary](b, "/v1/invoices/summary")
			tabs := []struct {
				href  string
				count int
			}{
				{"/invoices", books.Counts.All},
				{"/invoices?status=past-due", books.Counts.PastDue},
				{"/invoices?status=open", books.Counts.Open + books.Counts.Submitted},
				{"/invoices?status=closed", books.Counts.Closed},
			}
			for _, tab := range tabs {
				b.click(fmt.Sprintf(`.tabs a[href=%q]`, tab.href))
				b.until(fmt.Sprintf(`location.pathname + location.search === %q`, tab.href))
				b.settled()
				if got := b.text(".tabs a[aria-current] .count"); got != fmt.Sprint(tab.count) {
					t.Errorf("%s counts %s, the books say %d", tab.href, got, tab.count)
				}
				if got, want := len(b.texts("tbody .row-link")), min(tab.count, 20); got != want {
					t.Errorf("%s shows %d invoices, want %d", tab.href, got, want)
				}
			}
			if books.Counts.PastDue == 0 || books.Counts.Open == 0 || books.Counts.Closed == 0 {
				t.Errorf("the demo lacks a state: %+v", books.Counts)
			}
		})
	}
}

func TestLatenessIsSaidInWords(t *testing.T) {
	t.Parallel()
	for language, word := range map[string]string{"en": "days late", "ar": "متأخرة"} {
		b := open(t)
		b.prefer(map[string]any{"language": language})
		b.signIn(clerkEnglish)
		b.visit("/invoices?status=past-due")
		first := read[invoicePage](b, "/v1/invoices?status=PAST_DUE&limit=1").Items[0]
		got := b.text("tbody tr .due-words")
		if !strings.Contains(got, word) || !strings.Contains(got, fmt.Sprint(first.DaysLate)) {
			t.Errorf("%s: an invoice %d days late says %q", language, first.DaysLate, got)
		}
		if badge := b.text("tbody tr .badge"); badge == "" {
			t.Errorf("%s: the status has no words", language)
		}
	}
}

func TestBarsFilterPerCurrency(t *testing.T) {
	t.Parallel()
	b := open(t)
	b.signIn(clerkCurrencies)
	b.visit("/invoices")
	books := read[summary](b, "/v1/invoices/summary")
	if got := len(b.texts(".aging")); got != len(books.Currencies) || got < 2 {
		t.Fatalf("%d pictures for %d currencies", got, len(books.Currencies))
	}
	currency := books.Currencies[0]
	for _, age := range currency.Aging {
		if age.Count == 0 {
			continue
		}
		link := fmt.Sprintf("/invoices?currency=%s&bucket=%s", currency.Currency, url.QueryEscape(age.Bucket))
		b.click(fmt.Sprintf(".aging a[href=%q]", link))
		b.until(`document.querySelector('.aging [aria-current]')`)
		b.settled()
		if got := len(b.texts("tbody .row-link")); got != min(age.Count, 20) {
			t.Errorf("%s shows %d invoices, the books say %d", link, got, age.Count)
		}
		b.click(".aging [aria-current]")
		b.until(`!document.querySelector('.aging [aria-current]')`)
	}
}

func TestSearchFindsByNumberAndAmountAndLeavesNoStepBack(t *testing.T) {
	t.Parallel()
	b := open(t)
	b.signIn(clerkArabic)
	b.visit("/invoices")
	wanted := read[invoicePage](b, "/v1/invoices?limit=5").Items[3]
	steps := eval[int](b, "history.length")
	for _, typed := range []string{wanted.Number, arabicIndic(strings.ReplaceAll(wanted.Amount.Amount, ".", "/")), wanted.Amount.Amount} {
		typed = strings.ReplaceAll(typed, string('٠'+('/'-'0')), "٫")
		b.fill("#search", typed)
		b.until(fmt.Sprintf(`new URLSearchParams(location.search).get('q') === %s`, quote(typed)))
		b.settled()
		if got := b.texts("tbody .row-link"); len(got) == 0 || got[0] != wanted.Number {
			t.Errorf("searching %q finds %q, want %q first", typed, got, wanted.Number)
		}
	}
	b.fill("#search", "zzzz-9999")
	b.until(`document.querySelector('.blank')`)
	if got := eval[int](b, "history.length"); got != steps {
		t.Errorf("searching added %d steps back", got-steps)
	}
	b.fill("#search", "")
	b.press("\b")
	b.until(`!location.search && document.querySelectorAll('tbody tr').length > 1`)
}

func TestFiltersAndSortStandInTheAddress(t *testing.T) {
	t.Parallel()
	b := open(t)
	b.prefer(map[string]any{"language": "en"})
	b.signIn(clerkEnglish)
	b.visit("/invoices")
	b.click("[aria-controls=filters]")
	b.until(`document.querySelector('#filters').checkVisibility()`)
	eval[bool](b, `((select) => { select.value = 'SUPPORT'; select.dispatchEvent(new Event('change', {bubbles: true})); return true; })(document.querySelectorAll('#filters select')[1])`)
	b.until(`location.search === '?type=SUPPORT'`)
	b.click("th .sort")
	b.until(`location.search === '?type=SUPPORT&sort=number' && document.querySelector('th[aria-sort=ascending]')`)
	b.settled()
	numbers := b.texts("tbody .row-link")
	for i := 1; i < len(numbers); i++ {
		if numbers[i] < numbers[i-1] {
			t.Errorf("%q stands before %q", numbers[i-1], numbers[i])
		}
	}
	b.visit("/invoices?type=SUPPORT&sort=number") // as a colleague would open the link
	if again := b.texts("tbody .row-link"); strings.Join(again, " ") != strings.Join(numbers, " ") {
		t.Errorf("the shared link shows %q, want %q", again, numbers)
	}
	b.click(".chip")
	b.until(`location.search === '?sort=number'`)
	b.back()
	b.until(`location.search === '?type=SUPPORT&sort=number'`)
}

func TestAnOpenedInvoiceLeadsBackToTheSamePlace(t *testing.T) {
	t.Parallel()
	b := open(t)
	b.signIn(clerkEnglish)
	b.visit("/invoices?status=closed")
	b.click(".more button")
	b.until(`document.querySelectorAll('tbody tr').length === 40`)
	last := b.texts("tbody .row-link")[37]
	eval[bool](b, `((link) => { link.scrollIntoView({block: 'center'}); link.focus(); return true; })(document.querySelectorAll('tbody .row-link')[37])`)
	at := eval[int](b, "scrollY")
	b.press("\r")
	b.until(`document.querySelector('.invoice h1')?.innerText.includes(` + quote(last) + `)`)
	b.settled()
	if got := eval[string](b, "document.activeElement.tagName"); got != "H1" {
		t.Errorf("the focus is on %s, want the heading", got)
	}
	if title := eval[string](b, "document.title"); !strings.Contains(title, last) {
		t.Errorf("the window is called %q", title)
	}
	b.click(".trail [rel=next]")
	b.until(`document.querySelector('.invoice h1') && !document.querySelector('.invoice h1').innerText.includes(` + quote(last) + `)`)
	b.back()
	b.until(`document.querySelector('.invoice h1')?.innerText.includes(` + quote(last) + `)`)
	b.back()
	b.until(`document.querySelectorAll('tbody tr').length === 40`)
	b.until(fmt.Sprintf(`Math.abs(scrollY - %d) < 3`, at))
	b.until(`document.activeElement.innerText === ` + quote(last))
}

func TestAnInvoiceShowsItsFourPartsLinesAndHistory(t *testing.T) {
	t.Parallel()
	for language, email := range map[string]string{"en": clerkCurrencies, "ar": clerkArabic} {
		b := open(t)
		b.prefer(map[string]any{"language": language})
		b.signIn(email)
		b.visit("/")
		late := read[invoicePage](b, "/v1/invoices?status=PAST_DUE&limit=1").Items[0]
		b.visit("/invoices/" + late.ID)
		if got := len(b.texts(".parts tbody tr")); got != 4 {
			t.Errorf("%s: %d parts of the balance, want 4", language, got)
		}
		for _, part := range []string{".lines tbody tr", ".history li", ".sums-end", ".party"} {
			if len(b.texts(part)) == 0 {
				t.Errorf("%s: the invoice lacks %s", language, part)
			}
		}
		if got := b.text(".standing-status"); !strings.Contains(got, fmt.Sprint(late.DaysLate)) {
			t.Errorf("%s: the status says %q", language, got)
		}
		b.keepsPolicy()
	}
}

func TestTheLanguageSwitchTurnsThePageAndKeepsTheFocus(t *testing.T) {
	t.Parallel()
	b := open(t)
	b.prefer(map[string]any{"language": "en"})
	b.signIn(clerkEnglish)
	b.visit("/invoices")
	eval[bool](b, `((button) => { button.focus(); button.click(); return true; })(document.querySelector('.tools > button[lang=ar]'))`)
	b.until(`document.documentElement.lang === 'ar' && document.documentElement.dir === 'rtl'`)
	b.until(`document.querySelector('h1').innerText === 'الفواتير'`)
	b.until(`document.title.startsWith('الفواتير')`)
	if got := eval[string](b, "document.activeElement.innerText"); got != "English" {
		t.Errorf("the focus is on %q", got)
	}
	if got := eval[string](b, `getComputedStyle(document.querySelector('td.figure')).textAlign`); got != "right" {
		t.Errorf("numbers are aligned %s in Arabic", got)
	}
	b.visit("/invoices")
	if got := b.text("h1"); got != "الفواتير" {
		t.Errorf("after loading again the heading says %q", got)
	}
	b.click(".tools > button[lang=en]")
	b.until(`document.querySelector('h1').innerText === 'Invoices'`)
}

func TestArabicIndicDigitsLeaveIdentifiersAlone(t *testing.T) {
	t.Parallel()
	b := open(t)
	b.prefer(map[string]any{"language": "ar", "digits": "arab"})
	b.signIn(clerkArabic)
	b.visit("/invoices")
	if got := b.text("tbody td.cell-total"); !strings.ContainsAny(got, "٠١٢٣٤٥٦٧٨٩") || strings.ContainsAny(got, "0123456789") {
		t.Errorf("an amount is written %q", got)
	}
	if got := b.text("tbody .row-link"); strings.ContainsAny(got, "٠١٢٣٤٥٦٧٨٩") {
		t.Errorf("the number of an invoice is written %q", got)
	}
}

func TestAnAccountantGoesToAnotherAccountAndSeesOnlyThat(t *testing.T) {
	t.Parallel()
	b := open(t)
	b.prefer(map[string]any{"language": "en"})
	b.signInAnew(accountant)
	b.visit("/invoices")
	here, numbers := b.text(".account-name"), b.texts("tbody .row-link")
	b.click(".account summary")
	b.click(".account .menu-item:not([aria-current])")
	b.until(`document.querySelector('.account-name')?.innerText !== ` + quote(here))
	b.settled()
	if got := eval[string](b, "location.pathname"); got != "/" {
		t.Errorf("the other account opens at %s", got)
	}
	b.visit("/invoices")
	for _, number := range b.texts("tbody .row-link") {
		for _, other := range numbers {
			if number == other {
				t.Errorf("%s is shown in both accounts", number)
			}
		}
	}
}

func TestSignedOutMeansSignedOut(t *testing.T) {
	t.Parallel()
	b := open(t)
	b.signInAnew(leaver)
	b.visit("/")
	eval[bool](b, `(sessionStorage.setItem('center.pay', '{"lines":["inv_1"]}'), true)`) // what was about to be paid
	eval[bool](b, `([...document.querySelectorAll('.tools .menu-item')].at(-1).click(), true)`)
	b.until(`location.pathname === '/signin'`)
	if eval[bool](b, `sessionStorage.length > 0`) {
		t.Error("the next person at this machine finds what was about to be paid")
	}
	b.visit("/invoices")
	b.until(`location.pathname === '/signin' && location.search === '?next=%2Finvoices'`)
}

func TestASignOutThatNobodyHeardClearsTheScreenAndSaysSo(t *testing.T) {
	t.Parallel()
	b := open(t)
	b.prefer(map[string]any{"language": "en"})
	b.signInAnew(leaver)
	b.visit("/")
	eval[bool](b, `(window.ask = fetch, window.fetch = (address, options) => String(address) === '/v1/sign-out' && !window.heard ? Promise.reject(new TypeError('gone')) : ask(address, options), true)`)
	eval[bool](b, `([...document.querySelectorAll('.tools .menu-item')].at(-1).click(), true)`)
	b.until(`document.querySelector('main.alone') && !document.querySelector('.tools')`)
	eval[bool](b, `(window.heard = true)`)
	b.click("main.alone .button")
	b.until(`document.querySelector('.tools')`) // she is signed in still, and sees it
}

func TestOperatorChecksFilesAndSeesTheReport(t *testing.T) {
	t.Parallel()
	b := open(t)
	b.prefer(map[string]any{"language": "en"})
	b.signIn(operator)
	b.visit("/")
	b.until(`document.querySelector('.sender')`)
	eval[bool](b, `((input) => {
		const files = new DataTransfer();
		files.items.add(new File(['{"kind":"account"'], 'broken.jsonl'));
		input.files = files.files;
		input.dispatchEvent(new Event('change', {bubbles: true}));
		return true;
	})(document.querySelector('.drop input'))`)
	b.click(".sender .button-main")
	b.until(`document.querySelector('.report .counts')`)
	if got := b.text(".report"); !strings.Contains(got, "Dry run") || !strings.Contains(got, "Rejected") {
		t.Errorf("the report of a broken file says %q", got)
	}
	b.accessible()
	b.resize(narrow)
	b.fits()
	b.click(".imports .row-link")
	b.until(`location.pathname.startsWith('/imports/') && document.querySelector('.report .counts')`)
	b.accessible()
	b.fits()
	b.keepsPolicy()
}
