package mail

import (
	"fmt"
	"html/template"
	"strings"
	"time"
	"unicode"

	"customercenter/shared/center"
	"customercenter/shared/money"
)

// Marks that keep a piece of text from reordering what stands around it.
const (
	leftToRightIsolate = "\u2066"
	firstStrongIsolate = "\u2068"
	popIsolate         = "\u2069"
	// Browsers judge the direction of a <bdi> by its first letter, inside an
	// isolate too: the mark says it where that letter is not of the sentence.
	rightToLeftMark = "\u200f"
)

// words are what letters say in one language. A %s stands for a value.
type words struct {
	lang, dir, align string
	font             template.CSS
	center           string // the product's name
	months           [12]string
	dateForm         string // day, month, year, clock, zone
	onSystem         string // browser, system
	unknownBrowser   string
	minutesForm      func(int) string
	marked           bool // values in running text need isolating marks
	pay              payWords

	greeting, footer, account, browser, open                   string
	codeSubject, codePreheader, codeTitle, codeIntro, codeLife string
	askedAt, codeNotYou, codeNotYouAnswer                      string
	deviceSubject, devicePreheader, deviceTitle, deviceIntro   string
	signedInAt, deviceYou, deviceYouAnswer                     string
	deviceNotYou, deviceNotYouAnswer                           string
}

// wordsOf returns the words of a locale; any but Arabic reads English.
func wordsOf(locale string) words {
	if language, _, _ := strings.Cut(locale, "-"); language == "ar" {
		return arabic
	}
	return english
}

var english = words{
	lang: "en", dir: "ltr", align: "left",
	font:     "Segoe UI,Roboto,Helvetica Neue,Helvetica,Arial,sans-serif",
	center:   "Customer Center",
	months:   [12]string{"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"},
	dateForm: "%d %s %d, %s (%s)", onSystem: "%s on %s", unknownBrowser: "a browser we do not recognise",
	minutesForm: englishMinutes, pay: englishPay,

	greeting: "Hello %s,",
	footer:   "We never ask for a password or a code by mail or by phone.",
	account:  "Account",
	browser:  "Browser",
	open:     "Open Customer Center",

	codeSubject:      "%s is your sign-in code for Customer Center",
	codePreheader:    "It works once, for %s, in the browser that asked for it.",
	codeTitle:        "Your sign-in code",
	codeIntro:        "Type this code in the browser where you asked for it.",
	codeLife:         "It works once, for %s.",
	askedAt:          "Asked for",
	codeNotYou:       "Was it not you who asked?",
	codeNotYouAnswer: "Then there is nothing to do: nobody can sign in without this code. Do not pass it on to anybody.",

	deviceSubject:      "New sign-in to %s: %s",
	devicePreheader:    "If it was you, there is nothing to do.",
	deviceTitle:        "A sign-in from a new browser",
	deviceIntro:        "Your address was used to sign in from a browser that none of your open sessions uses.",
	signedInAt:         "Signed in",
	deviceYou:          "Was it you?",
	deviceYouAnswer:    "Then there is nothing to do.",
	deviceNotYou:       "Was it not you?",
	deviceNotYouAnswer: "Then somebody else can read your mail. Change the password of this mailbox now, and tell whoever looks after your account with us, so that the session is ended.",
}

// Arabic speaks to the reader without gender. Digits are Latin, as they are
// everywhere in the center unless a reader chooses otherwise; codes always.
var arabic = words{
	lang: "ar", dir: "rtl", align: "right",
	font:     "Tahoma,Segoe UI,Geeza Pro,Noto Sans Arabic,Arial,sans-serif", // Outlook shapes Arabic well in Tahoma
	center:   "مركز العملاء",
	months:   [12]string{"يناير", "فبراير", "مارس", "أبريل", "مايو", "يونيو", "يوليو", "أغسطس", "سبتمبر", "أكتوبر", "نوفمبر", "ديسمبر"},
	dateForm: "%d %s %d، %s (%s)", onSystem: rightToLeftMark + "%s على %s", unknownBrowser: "متصفح غير معروف لدينا",
	minutesForm: arabicMinutes, marked: true, pay: arabicPay,

	greeting: "مرحبًا %s،",
	footer:   "لا نطلب أبدًا كلمة مرور أو رمزًا عبر البريد أو الهاتف.",
	account:  "الحساب",
	browser:  "المتصفح",
	open:     "فتح مركز العملاء",

	codeSubject:      "%s هو رمز الدخول إلى مركز العملاء",
	codePreheader:    "يعمل مرة واحدة، لمدة %s، وفي المتصفح الذي طُلب منه.",
	codeTitle:        "رمز الدخول",
	codeIntro:        "يُرجى كتابة هذا الرمز في المتصفح الذي طُلب منه.",
	codeLife:         "يعمل مرة واحدة، لمدة %s.",
	askedAt:          "وقت الطلب",
	codeNotYou:       "ألم يكن الطلب منك؟",
	codeNotYouAnswer: "لا داعي لفعل أي شيء، فلا أحد يستطيع الدخول من دون هذا الرمز. ويُرجى عدم إعطائه لأي شخص.",

	deviceSubject:      "دخول جديد إلى %s: %s",
	devicePreheader:    "إن كان الدخول منك فلا داعي لفعل أي شيء.",
	deviceTitle:        "دخول من متصفح جديد",
	deviceIntro:        "استُخدم عنوان بريدك للدخول من متصفح لا تستخدمه أي من جلساتك المفتوحة.",
	signedInAt:         "وقت الدخول",
	deviceYou:          "هل كان الدخول منك؟",
	deviceYouAnswer:    "إذن لا داعي لفعل أي شيء.",
	deviceNotYou:       "ألم يكن الدخول منك؟",
	deviceNotYouAnswer: "إذن هناك من يستطيع قراءة بريدك. يُرجى تغيير كلمة مرور صندوق البريد هذا الآن، وإبلاغ المسؤول عن حسابكم لدينا لإنهاء الجلسة.",
}

// instant writes a moment in its own zone, with the month's name: an Arabic
// date of digits alone reads in either order.
func (w words) instant(at time.Time) string {
	zone := at.Format("UTC-07:00")
	if _, offset := at.Zone(); offset == 0 {
		zone = "UTC"
	}
	return fmt.Sprintf(w.dateForm, at.Day(), w.months[at.Month()-1], at.Year(), at.Format("15:04"), w.ltr(zone))
}

// minutes writes a duration, rounded down to minutes.
func (w words) minutes(d time.Duration) string { return w.minutesForm(int(d / time.Minute)) }

func englishMinutes(n int) string {
	if n == 1 {
		return "1 minute"
	}
	return fmt.Sprintf("%d minutes", n)
}

// arabicMinutes counts in the genitive that "for" asks for.
func arabicMinutes(n int) string {
	return arabicCount(n, "دقيقة واحدة", "دقيقتين", "%d دقائق", "%d دقيقة", "%d دقيقة")
}

// arabicCount picks the plural form of a number of things; one and two are
// said without their number.
func arabicCount(n int, one, two, few, many, other string) string {
	form := other
	switch rest := n % 100; {
	case n == 1:
		return one
	case n == 2:
		return two
	case rest >= 3 && rest <= 10:
		form = few
	case rest >= 11:
		form = many
	}
	return fmt.Sprintf(form, n)
}

// day writes a calendar day with the month's name.
func (w words) day(d center.Date) string {
	at, err := time.Parse("2006-01-02", string(d))
	if err != nil {
		return string(d)
	}
	return fmt.Sprintf("%d %s %d", at.Day(), w.months[at.Month()-1], at.Year())
}

// amount writes money for running text, its currency first.
func (w words) amount(m money.Money) string { return w.ltr(figure(m)) }

// figure is money as it stands alone.
func figure(m money.Money) string { return string(m.Currency) + " " + m.Format(".", ",") }

// ltr keeps a code, a number or a name of Latin letters in its order.
func (w words) ltr(s string) string {
	if !w.marked || s == "" {
		return s
	}
	return leftToRightIsolate + s + popIsolate
}

// isolate keeps a value of unknown direction from reordering its sentence. In
// English only a name of right-to-left letters could.
func (w words) isolate(s string) string {
	if !w.marked && !strings.ContainsFunc(s, rightToLeft) {
		return s
	}
	return firstStrongIsolate + s + popIsolate
}

func rightToLeft(r rune) bool {
	return unicode.In(r, unicode.Arabic, unicode.Hebrew, unicode.Syriac, unicode.Thaana)
}
