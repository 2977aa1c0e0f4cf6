package main

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"html/template"
	"strings"

	"customercenter/shared/httpapi"
)

// pageState is what the page says.
type pageState int

// The states of the page.
const (
	stateAsk pageState = iota
	stateEnded
	stateAgain
	stateBroken
)

//go:embed page.html
var pageText string

//go:embed page.css
var pageStyle string

var pageLayout = template.Must(template.New("page").Parse(pageText))

// contentPolicy lets the page have its own style and send its form home, and
// nothing else.
var contentPolicy = func() string {
	sum := sha256.Sum256([]byte(pageStyle))
	return "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
}()

// pageWords are the page in one language.
type pageWords struct {
	Lang, Dir, Center, Open string
	Titles, Texts           [4]string
	Stop, Again             string
}

var english = pageWords{
	Lang: "en", Dir: "ltr", Center: "Customer Center", Open: "Open Customer Center",
	Titles: [4]string{"Which letters do you want?", "You get no more such letters", "You get such letters again", "This link does not work"},
	Texts: [4]string{
		"Reminders of unpaid invoices, statements, weekly letters and lists that colleagues send are yours to choose. Receipts, invitations and notices about the safety of your account come in any case.",
		"Reminders, statements, weekly letters and lists of colleagues have ended for this address and account. Invoices stay due as they are.",
		"Reminders, statements, weekly letters and lists of colleagues come to this address as before.",
		"It may be cut off. Open it from the letter again, or sign in and choose your letters there.",
	},
	Stop: "Send me none of these", Again: "Send me these",
}

var arabic = pageWords{
	Lang: "ar", Dir: "rtl", Center: "مركز العملاء", Open: "فتح مركز العملاء",
	Titles: [4]string{"ما الرسائل التي تريدونها؟", "لن تصلكم هذه الرسائل بعد الآن", "تصلكم هذه الرسائل من جديد", "هذا الرابط لا يعمل"},
	Texts: [4]string{
		"التذكير بالفواتير غير المدفوعة وكشوف الحساب والرسائل الأسبوعية والقوائم التي يرسلها الزملاء اختيارية. أما الإيصالات والدعوات والتنبيهات المتعلقة بأمان الحساب فتصل في كل الأحوال.",
		"توقفت التذكيرات وكشوف الحساب والرسائل الأسبوعية وقوائم الزملاء لهذا العنوان وهذا الحساب. وتبقى مواعيد استحقاق الفواتير كما هي.",
		"تصل التذكيرات وكشوف الحساب والرسائل الأسبوعية وقوائم الزملاء إلى هذا العنوان كما كانت.",
		"ربما لم يُنسخ الرابط كاملًا. يُرجى فتحه من الرسالة مرة أخرى، أو الدخول واختيار الرسائل هناك.",
	},
	Stop: "إيقاف هذه الرسائل", Again: "إرسال هذه الرسائل",
}

// wordsFor are those of the first language that the reader's browser names.
func wordsFor(languages string) pageWords {
	if first, _, _ := strings.Cut(strings.TrimSpace(strings.ToLower(languages)), ","); strings.HasPrefix(first, "ar") {
		return arabic
	}
	return english
}

// show is the page in a state. It tells nobody whose letters they are.
func show(in link, status int, state pageState) (httpapi.Raw, error) {
	w := wordsFor(in.Language)
	var b bytes.Buffer
	err := pageLayout.Execute(&b, map[string]any{"W": w, "Title": w.Titles[state], "Text": w.Texts[state], "Style": template.CSS(pageStyle),
		"Stop": state == stateAsk || state == stateAgain, "Again": state == stateAsk || state == stateEnded, "AgainValue": again})
	return httpapi.Raw{Status: status, ContentType: "text/html; charset=utf-8", Body: b.Bytes(), Headers: map[string]string{
		"content-security-policy": contentPolicy, "cache-control": "no-store", "referrer-policy": "no-referrer", "x-robots-tag": "noindex",
		"content-language": w.Lang,
	}}, err
}
