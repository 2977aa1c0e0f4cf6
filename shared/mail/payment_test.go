package mail

import (
	"mime"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"customercenter/shared/center"
	"customercenter/shared/money"
)

// inThread are the header fields of a letter about one invoice, beside those
// of any letter.
var inThread = []string{"In-Reply-To", "References"}

// receiptLetter is about a payment of so many invoices, SAR 100.00 each.
func receiptLetter(t testing.TB, locale string, invoices int) (center.Letter, View) {
	l := codeLetter(locale)
	l.Kind, l.Params = center.LetterPaymentReceipt, map[string]string{"payment": "pay_0123456789abcdef0123456789abcdef"}
	v := viewFor(t, l)
	zero := money.Zero("SAR")
	v.Reference, v.Open = "R-0123-4567", map[center.InvoiceID]money.Money{}
	v.Payment = center.Payment{ID: center.PaymentID(l.Params["payment"]), State: center.PaymentSucceeded, Charge: zero, Credit: zero, Refunded: zero,
		Method: center.PaymentMethod{Kind: center.MethodCard, Brand: "visa", Last4: "4242"}, CreatedAt: written, EndedAt: written}
	for i := range invoices {
		id := center.InvoiceID("inv_" + strings.Repeat(string(rune('a'+i)), 32))
		v.Payment.Parts = append(v.Payment.Parts, center.PaymentPart{Invoice: id, Number: "INV-" + string(rune('1'+i)),
			Amount: money.Money{Minor: 100_00, Currency: "SAR"}, Credit: zero, Refunded: zero})
		v.Payment.Charge.Minor += 100_00
	}
	return l, v
}

// paymentLetters are one of each kind about paying.
func paymentLetters(t testing.TB, locale string) map[center.LetterKind]func() (center.Letter, View) {
	return map[center.LetterKind]func() (center.Letter, View){
		center.LetterPaymentReceipt: func() (center.Letter, View) { return receiptLetter(t, locale, 2) },
		center.LetterPaymentFailed: func() (center.Letter, View) {
			l, v := receiptLetter(t, locale, 2)
			l.Kind, v.Payment.State, v.Payment.Reason = center.LetterPaymentFailed, center.PaymentFailed, center.DeclineCard
			return l, v
		},
		center.LetterMethodExpiring: func() (center.Letter, View) {
			l := deviceLetter(locale)
			l.Kind = center.LetterMethodExpiring
			v := viewFor(t, l)
			v.Method, v.Today = center.PaymentMethod{Kind: center.MethodCard, Brand: "visa", Last4: "4242", ExpMonth: 12, ExpYear: 2026}, "2026-12-24"
			return l, v
		},
		center.LetterMethodChanged: func() (center.Letter, View) {
			l := deviceLetter(locale)
			l.Kind = center.LetterMethodChanged
			l.Params = map[string]string{"change": "added", "label": "visa •••• 4242", "by": "Omar", "at": written.Format(time.RFC3339)}
			return l, viewFor(t, l)
		},
	}
}

func TestLettersAboutOneInvoiceAreOneThread(t *testing.T) {
	receipt, v := receiptLetter(t, "en", 1)
	failure, w := receiptLetter(t, "ar", 1)
	failure.Kind, w.Payment.State = center.LetterPaymentFailed, center.PaymentFailed
	want := "<inv_" + strings.Repeat("a", 32) + "@example.com>"
	for _, m := range []Message{compose(t, receipt, v), compose(t, failure, w)} {
		r := read(t, m.MIME)
		r.checkHeaders(t, inThread...)
		if r.header.Get("References") != want || r.header.Get("In-Reply-To") != want {
			t.Errorf("%s: references %q, want %q", m.Kind, r.header.Get("References"), want)
		}
	}
	several, x := receiptLetter(t, "en", 3)
	if got := read(t, compose(t, several, x).MIME).header.Get("References"); got != "<"+several.Params["payment"]+"@example.com>" {
		t.Errorf("a payment of several invoices joins the thread %q; it must not tie theirs together", got)
	}
}

func TestLettersAboutMethodsStandAlone(t *testing.T) {
	for _, kind := range []center.LetterKind{center.LetterMethodExpiring, center.LetterMethodChanged} {
		l, v := paymentLetters(t, "en")[kind]()
		read(t, compose(t, l, v).MIME).checkHeaders(t)
	}
}

func TestAmountAndNumberStandInTheSubject(t *testing.T) {
	for _, locale := range []string{"en", "ar"} {
		for _, kind := range []center.LetterKind{center.LetterPaymentReceipt, center.LetterPaymentFailed} {
			l, v := paymentLetters(t, locale)[kind]()
			m := compose(t, l, v)
			r := read(t, m.MIME)
			subject, err := new(mime.WordDecoder).DecodeHeader(r.header.Get("Subject"))
			if err != nil || !strings.Contains(subject, "SAR 200.00") || !strings.Contains(subject, "INV-1") {
				t.Errorf("%s %s: subject %q, %v", kind, locale, subject, err)
			}
			if locale == "ar" && (!strings.Contains(subject, "\u2066SAR 200.00\u2069") || !strings.Contains(subject, "\u2066INV-1\u2069")) {
				t.Errorf("%s: the amount or the number may be reordered in %+q", kind, subject)
			}
		}
	}
}

// What is open may grow and shrink between the payment and its letter; the
// letter says what it is told, and 0 of what is gone.
func TestAReceiptSaysWhatIsOpenNow(t *testing.T) {
	l, v := receiptLetter(t, "en", 3)
	v.Open[v.Payment.Parts[1].Invoice] = money.Money{Minor: 40_00, Currency: "SAR"}
	m := compose(t, l, v)
	for _, want := range []string{"Still open: SAR 40.00", "INV-2: SAR 100.00 paid, SAR 40.00 is open", "INV-3: SAR 100.00 paid, nothing is open", "One invoice keeps a rest open"} {
		if !strings.Contains(m.Text, want) {
			t.Errorf("%q is not in\n%s", want, m.Text)
		}
	}
	v.Open[v.Payment.Parts[1].Invoice] = money.Money{Minor: 40_00, Currency: "KWD"}
	if _, err := Compose(l, v); err == nil {
		t.Error("dinars were added to riyals")
	}
}

func TestEveryReasonOfAFailureHasItsWords(t *testing.T) {
	reasons := []center.DeclineReason{center.DeclineCard, center.DeclineFunds, center.DeclineExpired, center.DeclineDetails, center.DeclineAuthentication,
		center.DeclineLimit, center.DeclineMethodGone, center.DeclineBank, center.DeclineProcessor}
	for _, locale := range []string{"en", "ar"} {
		said := map[string]center.DeclineReason{}
		for _, reason := range reasons {
			l, v := paymentLetters(t, locale)[center.LetterPaymentFailed]()
			v.Payment.Reason = reason
			m := compose(t, l, v)
			why := wordsOf(locale).pay.declines[reason]
			if why.Question == "" || why.Answer == "" || !strings.Contains(m.Text, why.Question) || !strings.Contains(m.Text, why.Answer) {
				t.Errorf("%s in %s: %q", reason, locale, m.Text)
			}
			if other, twice := said[why.Question]; twice {
				t.Errorf("%s and %s sound the same in %s", reason, other, locale)
			}
			said[why.Question] = reason
		}
	}
	l, v := paymentLetters(t, "en")[center.LetterPaymentFailed]()
	v.Payment.Reason = "a_new_reason"
	if m := compose(t, l, v); !strings.Contains(m.Text, english.pay.declines[center.DeclineProcessor].Question) {
		t.Error("a reason that is not known yet is said with no words")
	}
}

func TestDaysAndPapersAreCountedInBothLanguages(t *testing.T) {
	for n, want := range map[int][2]string{
		-1: {"any more", "لم يعد"}, 0: {"today for the last time", "اليوم آخر يوم"}, 1: {"one more day", "بعد يوم واحد"}, 2: {"2 more days", "بعد يومين"},
		7: {"7 more days", "بعد 7 أيام"}, 30: {"30 more days", "بعد 30 يومًا"}, 100: {"100 more days", "بعد 100 يوم،"},
	} {
		if got := english.pay.expiringForm(n); !strings.Contains(got, want[0]) || strings.Count(got, "%s") != 2 {
			t.Errorf("%d: %q", n, got)
		}
		if got := arabic.pay.expiringForm(n); !strings.Contains(got, want[1]) || strings.Count(got, "%s") != 2 {
			t.Errorf("%d: %q", n, got)
		}
	}
	for more, want := range map[int]string{0: "", 1: " وفاتورة أخرى", 2: " وفاتورتين أخريين", 3: " و3 فواتير أخرى", 18: " و18 فاتورة أخرى"} {
		if got := arabicInvoices.more(more); got != want {
			t.Errorf("%d more: %q, want %q", more, got, want)
		}
	}
}

// What is paid is called what it is; only invoices are called invoices.
func TestOrdersAndRenewalsAreNotCalledInvoices(t *testing.T) {
	invoice := map[string]string{"en": "nvoice", "ar": "فات"}
	for _, locale := range []string{"en", "ar"} {
		for kind, name := range map[center.DocumentKind]string{center.KindOrder: "Order", center.KindRenewal: "Renewal"} {
			for _, parts := range []int{1, 2, 3, 12} {
				for letter := range map[center.LetterKind]bool{center.LetterPaymentReceipt: true, center.LetterPaymentFailed: true} {
					l, v := receiptLetter(t, locale, parts)
					l.Kind, v.Payment.Reason = letter, center.DeclineCard
					if letter == center.LetterPaymentFailed {
						v.Payment.State = center.PaymentFailed
					}
					for i := range v.Payment.Parts {
						v.Payment.Parts[i].Kind, v.Payment.Parts[i].Number = kind, "PO-90"
					}
					m := compose(t, l, v)
					if strings.Contains(m.Text, invoice[locale]) || locale == "en" && !strings.Contains(m.Text+m.Subject, strings.ToLower(name)) {
						t.Errorf("%s of %d %ss in %s:\n%s\n%s", letter, parts, kind, locale, m.Subject, m.Text)
					}
				}
			}
		}
	}
}

// A payment of several kinds names each of its parts with its kind.
func TestAPaymentOfSeveralKindsNamesEach(t *testing.T) {
	l, v := receiptLetter(t, "en", 3)
	v.Payment.Parts[0].Kind, v.Payment.Parts[2].Kind = center.KindRenewal, center.KindOrder
	m := compose(t, l, v)
	for _, want := range []string{"Renewal INV-1:", "Invoice INV-2:", "Order INV-3:", "The 3 items are settled"} {
		if !strings.Contains(m.Text, want) {
			t.Errorf("%q is not in\n%s", want, m.Text)
		}
	}
	if !strings.Contains(m.Subject, "renewal INV-1 and 2 more") {
		t.Error(m.Subject)
	}
}

func TestALetterAboutPayingRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		kind   center.LetterKind
		change func(*center.Letter, *View)
	}{
		"a receipt of what failed":      {center.LetterPaymentReceipt, func(_ *center.Letter, v *View) { v.Payment.State = center.PaymentFailed }},
		"a receipt of nothing":          {center.LetterPaymentReceipt, func(_ *center.Letter, v *View) { v.Payment.Parts = nil }},
		"a receipt without a reference": {center.LetterPaymentReceipt, func(_ *center.Letter, v *View) { v.Reference = "" }},
		"two currencies":                {center.LetterPaymentReceipt, func(_ *center.Letter, v *View) { v.Payment.Credit.Currency = "USD" }},
		"a failure of what was paid":    {center.LetterPaymentFailed, func(_ *center.Letter, v *View) { v.Payment.State = center.PaymentSucceeded }},
		"a method that never expires":   {center.LetterMethodExpiring, func(_ *center.Letter, v *View) { v.Method.ExpMonth = 0 }},
		"no day":                        {center.LetterMethodExpiring, func(_ *center.Letter, v *View) { v.Today = "" }},
		"a change nobody knows":         {center.LetterMethodChanged, func(l *center.Letter, _ *View) { l.Params["change"] = "painted" }},
		"a change at no time":           {center.LetterMethodChanged, func(l *center.Letter, _ *View) { delete(l.Params, "at") }},
	} {
		t.Run(name, func(t *testing.T) {
			l, v := paymentLetters(t, "en")[c.kind]()
			c.change(&l, &v)
			if m, err := Compose(l, v); err == nil {
				t.Errorf("composed %q", m.Subject)
			}
		})
	}
}

// hostile are texts that came with a file or were typed by somebody.
var hostile = []string{
	"INV-1\r\nBcc: x@evil.example", "\"><script>alert(1)</script>", "<img src=x onerror=alert(1)>", "=?utf-8?q?a=0d=0aBcc:_x@evil.example?=",
	"a\u202eb\u2066c", "\u2069\u2069x", "{{.BaseURL}}", "%s%d%!", strings.Repeat("ن", 300), "\xff\xfe", "\x00", "", "\u2028Subject: hi",
}

func TestStrangersCannotWriteIntoALetterAboutPaying(t *testing.T) {
	for _, locale := range []string{"en", "ar"} {
		for _, text := range hostile {
			for kind, letter := range paymentLetters(t, locale) {
				l, v := letter()
				l.Name, v.Account = text, text
				for i := range v.Payment.Parts {
					v.Payment.Parts[i].Number = text
				}
				v.Payment.Method.Brand, v.Method.Brand = text, text
				if kind == center.LetterMethodChanged {
					l.Params["by"], l.Params["label"] = text, text+" •••• 4242"
				}
				harmless(t, l, v)
			}
		}
	}
}

// harmless composes a letter and holds that its header and its pages have
// nothing in them that was not meant.
func harmless(t *testing.T, l center.Letter, v View) {
	t.Helper()
	m, err := Compose(l, v)
	if err != nil {
		t.Fatalf("%s: %v", l.Kind, err)
	}
	r := read(t, m.MIME)
	more := inThread
	if l.Kind == center.LetterMethodChanged || l.Kind == center.LetterMethodExpiring {
		more = nil
	}
	r.checkHeaders(t, more...)
	subject, err := new(mime.WordDecoder).DecodeHeader(r.header.Get("Subject"))
	if err != nil || subject != m.Subject || !utf8.ValidString(subject) || strings.ContainsAny(subject, "\r\n\u2028\x00\u202e") {
		t.Errorf("%s: subject %q became %q, %v", l.Kind, m.Subject, subject, err)
	}
	if r.text != m.Text || r.html != m.HTML {
		t.Errorf("%s: a body changed on its way through MIME", l.Kind)
	}
	for _, bad := range []string{"<script", "<img", "\u202e", "\u2028", "%!("} {
		if strings.Contains(m.HTML, bad) || bad[0] != '<' && strings.Contains(m.Text, bad) {
			t.Errorf("%s: %q reached the letter", l.Kind, bad)
		}
	}
	if opened := strings.Count(m.Text, "\u2066") + strings.Count(m.Text, "\u2068"); opened != strings.Count(m.Text, "\u2069") {
		t.Errorf("%s: an isolate is left open or closed twice", l.Kind)
	}
}

func FuzzLettersAboutPaying(f *testing.F) {
	for _, text := range hostile {
		f.Add(text, text, true)
	}
	f.Fuzz(func(t *testing.T, number, name string, ar bool) {
		locale := "en"
		if ar {
			locale = "ar"
		}
		for kind, letter := range paymentLetters(t, locale) {
			l, v := letter()
			l.Name, v.Account = name, name
			for i := range v.Payment.Parts {
				v.Payment.Parts[i].Number = number
			}
			if kind == center.LetterMethodChanged {
				l.Params["by"], l.Params["label"] = name, number+" •••• 4242"
			}
			m, err := Compose(l, v)
			if err != nil {
				t.Fatal(err)
			}
			r := read(t, m.MIME)
			if subject, err := new(mime.WordDecoder).DecodeHeader(r.header.Get("Subject")); err != nil || subject != m.Subject || r.text != m.Text || r.html != m.HTML {
				t.Errorf("subject %q became %q, %v", m.Subject, subject, err)
			}
		}
	})
}

// Account credit is used before money and stays used when the money does not
// come: a failure speaks of what was to be charged, and says so.
func TestAFailureTellsMoneyFromCredit(t *testing.T) {
	for locale, says := range map[string][]string{
		"en": {"Account credit used: SAR 130.00", "Nothing was charged.", "INV-2: SAR 70.00 to be paid, SAR 70.00 is open"},
		"ar": {"من الرصيد الدائن: SAR 130.00", "لم يُخصم شيء."},
	} {
		l, v := receiptLetter(t, locale, 2)
		l.Kind, v.Payment.State, v.Payment.Reason = center.LetterPaymentFailed, center.PaymentFailed, center.DeclineCard
		sar := func(minor int64) money.Money { return money.Money{Minor: minor, Currency: "SAR"} }
		v.Payment.Charge, v.Payment.Credit = sar(70_00), sar(130_00)
		v.Payment.Parts[0].Amount, v.Payment.Parts[0].Credit = sar(0), sar(100_00)
		v.Payment.Parts[1].Amount, v.Payment.Parts[1].Credit = sar(70_00), sar(30_00)
		v.Open[v.Payment.Parts[1].Invoice] = sar(70_00)
		m := compose(t, l, v)
		text := strings.NewReplacer("\u2066", "", "\u2068", "", "\u2069", "").Replace(m.Subject + "\n" + m.Text)
		for _, want := range append(says, "SAR 70.00") {
			if !strings.Contains(text, want) {
				t.Errorf("%q is not in\n%s", want, text)
			}
		}
		for _, not := range []string{"SAR 200.00", "SAR 100.00", wordsOf(locale).pay.nothingPaid} {
			if strings.Contains(text, not) {
				t.Errorf("%q is in\n%s", not, text)
			}
		}
	}
}
