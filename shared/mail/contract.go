package mail

import (
	"cmp"
	"fmt"
	"strings"

	"customercenter/shared/center"
	"customercenter/shared/money"
)

// contractWords are what letters about renewals and the billing profile say in
// one language. Subjects and intros have what renews and the day its term ends.
type contractWords struct {
	renewal, number, ends, price    string
	offered, notice, accepted, over renewalLetter
	button, whatToDo, elseQuestion  string
	autoAnswer                      string

	profileSubject, profileTitle, profileIntro, profilePreheader, profileButton string
	changed, changedBy, changedAt                                               string
	fields                                                                      map[string]string
	comma, notYou                                                               string
}

// renewalLetter is what one step of a renewal is told by.
type renewalLetter struct{ subject, title, intro, do string }

var englishContract = contractWords{
	renewal: "Renewal", number: "Number", ends: "Term ends", price: "Price, tax included",
	offered: renewalLetter{"Renewal offered: %s, term ends %s", "A renewal is offered", "%s can be renewed now. Its term ends on %s.",
		"Accept it with a card, with a PO number or on your invoice terms, or decline it. What nobody accepts lapses 30 days after the end of the term."},
	notice: renewalLetter{"%s renews by itself after %s", "This renews by itself", "%s renews by itself when its term ends on %s, unless it is declined before.",
		"There is nothing to do if it shall go on. To stop it, decline the renewal before the term ends."},
	accepted: renewalLetter{"%s was renewed; its term ended %s", "It was renewed", "%s was renewed by itself, as agreed: its term ended on %s and nobody declined.",
		"Its price can be paid now, or will come as an invoice on your terms."},
	over: renewalLetter{"%s has lapsed; its term ended %s", "A renewal has lapsed", "%s has lapsed: its term ended on %s and nobody accepted the renewal in time.",
		"Ask your vendor if it shall go on after all."},
	button: "Open the renewal", whatToDo: "What is to do?", elseQuestion: "Why do I get this?",
	autoAnswer:     "Because you look after the payments of this account.",
	profileSubject: "The billing profile of %s was changed", profileTitle: "The billing profile was changed",
	profileIntro:     "Somebody with access to your account changed how its papers are made out and sent.",
	profilePreheader: "If you know of it, there is nothing to do.", profileButton: "Look at the billing profile",
	changed: "Changed", changedBy: "By", changedAt: "When", comma: ", ",
	notYou: "Then change it back, sign out the other sessions of whoever did it, and tell your billing desk.",
	fields: map[string]string{"legalName": "legal name", "taxIds": "tax numbers", "billTo": "billing address", "shipTo": "delivery address",
		"defaultPo": "default PO number", "documentLanguage": "language of papers", "recipients": "recipients", "dunning": "reminders"},
}

var arabicContract = contractWords{
	renewal: "التجديد", number: "الرقم", ends: "نهاية المدة", price: "السعر شاملًا الضريبة",
	offered: renewalLetter{"عرض تجديد: %s، تنتهي المدة في %s", "عرض تجديد", "يمكن الآن تجديد %s. تنتهي مدته في %s.",
		"يمكن قبول العرض ببطاقة أو برقم أمر شراء أو بشروط الفوترة المعتادة، أو رفضه. وما لا يُقبل يسقط بعد 30 يومًا من نهاية المدة."},
	notice: renewalLetter{"%s يتجدد تلقائيًا بعد %s", "تجديد تلقائي", "يتجدد %s تلقائيًا عند انتهاء مدته في %s ما لم يُرفض التجديد قبل ذلك.",
		"لا داعي لفعل أي شيء إن كان المطلوب أن يستمر. ولإيقافه يُرجى رفض التجديد قبل نهاية المدة."},
	accepted: renewalLetter{"جُدّد %s؛ انتهت مدته في %s", "تم التجديد", "جُدّد %s تلقائيًا كما هو متفق عليه: انتهت مدته في %s ولم يرفضه أحد.",
		"يمكن سداد سعره الآن، أو سيصل بفاتورة وفق شروطكم."},
	over: renewalLetter{"سقط تجديد %s؛ انتهت المدة في %s", "سقط عرض التجديد", "سقط عرض تجديد %s: انتهت مدته في %s ولم يقبل أحد التجديد في الوقت المناسب.",
		"يُرجى التواصل مع المورّد إن كان المطلوب أن يستمر."},
	button: "فتح التجديد", whatToDo: "ما المطلوب؟", elseQuestion: "لماذا وصلتني هذه الرسالة؟",
	autoAnswer:     "لأن متابعة مدفوعات هذا الحساب من مهامك.",
	profileSubject: "تغيّر ملف الفوترة لحساب %s", profileTitle: "تغيّر ملف الفوترة",
	profileIntro:     "غيّر شخص لديه صلاحية على حسابكم طريقة إصدار المستندات وإرسالها.",
	profilePreheader: "إن كنت على علم بذلك فلا داعي لفعل أي شيء.", profileButton: "عرض ملف الفوترة",
	changed: "ما تغيّر", changedBy: "بواسطة", changedAt: "الوقت", comma: "، ",
	notYou: "إذن يُرجى إعادته كما كان، وإنهاء الجلسات الأخرى لمن أجرى التغيير، وإبلاغ مكتب الفوترة.",
	fields: map[string]string{"legalName": "الاسم القانوني", "taxIds": "الأرقام الضريبية", "billTo": "عنوان الفوترة", "shipTo": "عنوان التسليم",
		"defaultPo": "رقم أمر الشراء الافتراضي", "documentLanguage": "لغة المستندات", "recipients": "المستلمون", "dunning": "التذكيرات"},
}

func (w words) contract() contractWords {
	if w.lang == arabic.lang {
		return arabicContract
	}
	return englishContract
}

// renewalStep is the letter of a step of a renewal, to those who may accept it.
func renewalStep(say func(contractWords) renewalLetter) func(words, center.Letter, View) (sheet, error) {
	return func(w words, l center.Letter, v View) (sheet, error) {
		c := w.contract()
		told, number := say(c), clean(l.Params["number"])
		ends, err := center.ParseDate(l.Params["ends"])
		if err != nil || number == "" {
			return sheet{}, fmt.Errorf("no renewal")
		}
		name, day := w.isolate(cmp.Or(clean(l.Params["title"]), number)), w.day(ends)
		facts := []fact{{c.number, number}, {c.ends, day}}
		if amount, currency, found := strings.Cut(l.Params["price"], " "); found {
			price, err := money.Parse(amount, money.Code(currency))
			if err != nil {
				return sheet{}, fmt.Errorf("the price: %w", err)
			}
			facts = append(facts, fact{c.price, figure(price)})
		}
		return sheet{
			Subject:   fmt.Sprintf(told.subject, name, day),
			Preheader: told.do,
			Title:     told.title,
			Name:      clean(l.Name),
			Intro:     fmt.Sprintf(told.intro, name, day),
			Facts:     w.ofAccount(v, facts),
			Button:    &button{c.button, v.BaseURL + "/contracts/" + l.Params["contract"]},
			Notes:     []note{{c.whatToDo, told.do}, {c.elseQuestion, c.autoAnswer}},
		}, nil
	}
}

// profileChanged is the notice to primary contacts that somebody changed how
// the account's papers are made out and sent.
func profileChanged(w words, l center.Letter, v View) (sheet, error) {
	c := w.contract()
	var changed []string
	for name := range strings.SplitSeq(l.Params["changed"], ",") {
		if field := c.fields[name]; field != "" {
			changed = append(changed, field)
		}
	}
	if len(changed) == 0 {
		return sheet{}, fmt.Errorf("nothing of the profile changed")
	}
	by := w.isolate(cmp.Or(clean(l.Params["by"]), clean(l.Params["email"])))
	facts := []fact{{c.changed, strings.Join(changed, c.comma)}, {c.changedBy, by}, {c.changedAt, w.instant(l.CreatedAt.In(v.Zone))}}
	return sheet{
		Subject:   fmt.Sprintf(c.profileSubject, w.isolate(cmp.Or(clean(v.Account), w.center))),
		Preheader: c.profilePreheader,
		Title:     c.profileTitle,
		Name:      clean(l.Name),
		Intro:     c.profileIntro,
		Facts:     w.ofAccount(v, facts),
		Button:    &button{c.profileButton, v.BaseURL + "/billing"},
		Notes:     []note{{w.pay.wasItYou, w.pay.wasItYouAnswer}, {w.pay.wasItNot, c.notYou}},
	}, nil
}
