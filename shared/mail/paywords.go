package mail

import (
	"fmt"

	"customercenter/shared/center"
)

// payWords are what letters about paying say in one language. Of two %s the
// first is the amount or the method.
type payWords struct {
	papers                                                              map[center.DocumentKind]paperWords
	paid, stillOpen, tried, openNow                                     string
	reference, paidAt, triedAt, method, credit, rewards, refunded, none string
	nothingOpen, amountOpen                                             string

	receiptSubject, receiptPreheader, receiptTitle, receiptIntro string
	receiptLine, receiptButton, next                             string

	failedSubject, failedTitle, failedLine, failedButton string
	nothingPaid, whatToDo, keptQuestion                  string
	declines                                             map[center.DeclineReason]note

	expiringSubject, expiringTitle, expiredSubject, expiredTitle string
	expiringForm                                                 func(days int) string
	validThrough, use, useDefault, expiringDo, expiringButton    string
	elseQuestion, elseAnswer                                     string

	unnamed                                                     string
	changes                                                     map[string]methodChange
	change, changedBy, changedAt                                string
	changedTitle, changedPreheader, changedIntro, changedButton string
	wasItYou, wasItYouAnswer, wasItNot, wasItNotAnswer          string
}

// methodChange is one thing that can be done to a stored method; its subject
// has the method and the account.
type methodChange struct{ what, subject string }

var englishPay = payWords{
	papers: map[center.DocumentKind]paperWords{
		center.KindInvoice: englishPapers("Invoice", "invoice", "invoices"),
		center.KindOrder:   englishPapers("Order", "order", "orders"),
		center.KindRenewal: englishPapers("Renewal", "renewal", "renewals"),
		severalKinds:       englishPapers("Paid for", "item", "items"),
	},
	paid: "Paid", stillOpen: "Still open", tried: "To be paid", openNow: "Open now",
	reference: "Reference", paidAt: "Paid", triedAt: "Tried", method: "Method", credit: "Account credit used", rewards: "Rewards used", refunded: "Refunded since", none: "Nothing",
	nothingOpen: "nothing is open", amountOpen: "%s is open",

	receiptSubject:   "Receipt: %s for %s",
	receiptPreheader: "Your reference is %s.",
	receiptTitle:     "Receipt of your payment",
	receiptIntro:     "Thank you. Your payment went through.",
	receiptLine:      "%s: %s paid, %s",
	receiptButton:    "Open the receipt",
	next:             "What happens next?",

	failedSubject: "Payment failed: %s for %s",
	failedTitle:   "Your payment did not go through",
	failedLine:    "%s: %s to be paid, %s",
	failedButton:  "Try again or use another method",
	nothingPaid:   "Nothing was paid.",
	whatToDo:      "What to do",
	keptQuestion:  "Do I have to start again?",
	declines: map[center.DeclineReason]note{
		center.DeclineCard:           {"The bank declined the card.", "It gave no reason. Ask your bank, or use another card or bank account."},
		center.DeclineFunds:          {"There is not enough money on the account of the card.", "Pay a smaller amount, use another method, or try again when it is covered."},
		center.DeclineExpired:        {"The card has expired.", "Replace it, or use another method."},
		center.DeclineDetails:        {"The card’s details were not right.", "Check number, date and security code, then enter them again."},
		center.DeclineAuthentication: {"The bank could not make sure that it was you.", "Try again and confirm at your bank’s page, or use another method."},
		center.DeclineLimit:          {"The amount is above the card’s limit.", "Pay in parts, ask your bank to raise the limit, or use a bank account."},
		center.DeclineMethodGone:     {"The payment method is not stored at the provider any more.", "Use another method, or store it anew."},
		center.DeclineBank:           {"The bank returned the debit.", "Ask your bank why, or use another method."},
		center.DeclineProcessor:      {"The payment provider refused it.", "Use another method; if that fails too, ask your billing desk."},
	},

	expiringSubject: "%s expires on %s",
	expiringTitle:   "A payment method expires soon",
	expiredSubject:  "%s has expired: last valid on %s",
	expiredTitle:    "A payment method has expired",
	expiringForm: func(days int) string {
		switch {
		case days < 0:
			return "%s can not be charged any more. Its last day was %s."
		case days == 0:
			return "%s can be charged today for the last time, %s."
		case days == 1:
			return "%s can be charged for one more day, through %s."
		}
		return fmt.Sprintf("%%s can be charged for %d more days, through %%s.", days)
	},
	validThrough:   "Valid through",
	use:            "Used",
	useDefault:     "Offered first",
	expiringDo:     "Replace it by the new card. What is bound to the old one moves to the new one in the same step.",
	expiringButton: "Replace the payment method",
	elseQuestion:   "And if I do nothing?",
	elseAnswer:     "Then payments by it will fail from the day after. Your invoices stay open and no other method is charged in its place.",

	unnamed: "Payment method",
	changes: map[string]methodChange{
		"added":    {"A method was added", "Payment method added: %s for %s"},
		"removed":  {"A method was removed", "Payment method removed: %s for %s"},
		"replaced": {"A method was replaced by this one", "Payment method replaced: now %s for %s"},
		"default":  {"A method is now the one offered first", "Payment method offered first: %s for %s"},
	},
	change: "Change", changedBy: "By", changedAt: "When",
	changedTitle:     "A payment method was changed",
	changedPreheader: "If it was you or a colleague, there is nothing to do.",
	changedIntro:     "A stored payment method of your account was changed. All primary contacts are told, for the safety of the account.",
	changedButton:    "Look at the payment methods",
	wasItYou:         "Was it you or a colleague?",
	wasItYouAnswer:   "Then there is nothing to do.",
	wasItNot:         "Do you not recognise this?",
	wasItNotAnswer:   "Then remove the method, sign out the other sessions of whoever did it, and tell your billing desk. We store no card numbers: nobody can read them here.",
}

// The Arabic names of the parts of a sentence keep their case: what is named
// stands behind a preposition.
var arabicPay = payWords{
	papers: map[center.DocumentKind]paperWords{
		center.KindInvoice: arabicInvoices, center.KindOrder: arabicOrders, center.KindRenewal: arabicRenewals, severalKinds: arabicItems,
	},
	paid: "المدفوع", stillOpen: "المتبقي", tried: "المطلوب دفعه", openNow: "المستحق الآن",
	reference: "الرقم المرجعي", paidAt: "وقت الدفع", triedAt: "وقت المحاولة", method: "وسيلة الدفع", credit: "من الرصيد الدائن", rewards: "من المكافآت", refunded: "رُدّ منه لاحقًا", none: "لا شيء",
	nothingOpen: "لم يبق شيء", amountOpen: "المتبقي %s",

	receiptSubject:   "إيصال: %s عن %s",
	receiptPreheader: "الرقم المرجعي %s.",
	receiptTitle:     "إيصال الدفع",
	receiptIntro:     "تم الدفع. شكرًا لكم.",
	receiptLine:      "%s: دُفع %s، %s",
	receiptButton:    "فتح الإيصال",
	next:             "ما التالي؟",

	failedSubject: "تعذّر دفع %s عن %s",
	failedTitle:   "لم تتم عملية الدفع",
	failedLine:    "%s: المطلوب دفعه %s، %s",
	failedButton:  "المحاولة مجددًا أو بوسيلة أخرى",
	nothingPaid:   "لم يُدفع شيء.",
	whatToDo:      "ما العمل؟",
	keptQuestion:  "هل يلزم البدء من جديد؟",
	declines: map[center.DeclineReason]note{
		center.DeclineCard:           {"رفض المصرف البطاقة.", "ولم يذكر سببًا. يُرجى سؤال المصرف أو استخدام بطاقة أخرى أو حساب مصرفي."},
		center.DeclineFunds:          {"رصيد حساب البطاقة لا يكفي.", "يمكن سداد مبلغ أقل، أو استخدام وسيلة أخرى، أو المحاولة حين يتوفر الرصيد."},
		center.DeclineExpired:        {"انتهت صلاحية البطاقة.", "يُرجى استبدالها أو استخدام وسيلة أخرى."},
		center.DeclineDetails:        {"بيانات البطاقة غير صحيحة.", "يُرجى مراجعة الرقم والتاريخ ورمز الأمان ثم إدخالها من جديد."},
		center.DeclineAuthentication: {"لم يتمكن المصرف من التحقق من هوية الدافع.", "يُرجى المحاولة مجددًا والتأكيد في صفحة المصرف، أو استخدام وسيلة أخرى."},
		center.DeclineLimit:          {"المبلغ يتجاوز حد البطاقة.", "يمكن السداد على أجزاء، أو طلب رفع الحد من المصرف، أو استخدام حساب مصرفي."},
		center.DeclineMethodGone:     {"لم تعد وسيلة الدفع محفوظة لدى مزوّد الخدمة.", "يُرجى استخدام وسيلة أخرى أو حفظها من جديد."},
		center.DeclineBank:           {"أعاد المصرف أمر الخصم.", "يُرجى سؤال المصرف عن السبب أو استخدام وسيلة أخرى."},
		center.DeclineProcessor:      {"رفضها مزوّد خدمة الدفع.", "يُرجى استخدام وسيلة أخرى، وإن تعثّرت أيضًا فسؤال مكتب الفوترة."},
	},

	expiringSubject: "صلاحية %s تنتهي في %s",
	expiringTitle:   "وسيلة دفع تنتهي صلاحيتها قريبًا",
	expiredSubject:  "انتهت صلاحية %s في %s",
	expiredTitle:    "وسيلة دفع انتهت صلاحيتها",
	expiringForm: func(days int) string {
		switch {
		case days < 0:
			return "لم يعد الدفع ممكنًا عبر %s. كان آخر يوم لها %s."
		case days == 0:
			return "اليوم آخر يوم يمكن فيه الدفع عبر %s، وهو %s."
		}
		left := arabicCount(days, "يوم واحد", "يومين", "%d أيام", "%d يومًا", "%d يوم")
		return "تنتهي صلاحية %s بعد " + left + "، وآخر يوم لها %s."
	},
	validThrough:   "صالحة حتى نهاية",
	use:            "الاستخدام",
	useDefault:     "الوسيلة الافتراضية",
	expiringDo:     "يُرجى استبدالها بالبطاقة الجديدة. وينتقل كل ما ارتبط بالقديمة إلى الجديدة في الخطوة نفسها.",
	expiringButton: "استبدال وسيلة الدفع",
	elseQuestion:   "وماذا لو لم تُستبدل؟",
	elseAnswer:     "ستتعثر المدفوعات عبرها ابتداءً من اليوم التالي. وتبقى الفواتير مفتوحة، ولا يُخصم شيء من وسيلة أخرى بدلًا منها.",

	unnamed: "وسيلة دفع",
	changes: map[string]methodChange{
		"added":    {"أُضيفت وسيلة دفع", "أُضيفت وسيلة دفع: %s لحساب %s"},
		"removed":  {"أُزيلت وسيلة دفع", "أُزيلت وسيلة دفع: %s من حساب %s"},
		"replaced": {"استُبدلت وسيلة دفع بهذه", "استُبدلت وسيلة الدفع: الآن %s لحساب %s"},
		"default":  {"أصبحت هذه الوسيلة هي الافتراضية", "وسيلة الدفع الافتراضية الآن: %s لحساب %s"},
	},
	change: "التغيير", changedBy: "بواسطة", changedAt: "الوقت",
	changedTitle:     "تغيّرت وسيلة دفع في حسابكم",
	changedPreheader: "إن كان التغيير منكم فلا داعي لفعل أي شيء.",
	changedIntro:     "تغيّرت وسيلة دفع محفوظة في حسابكم. ونبلغ بذلك جميع جهات الاتصال الرئيسية في الحساب حرصًا على أمانه.",
	changedButton:    "عرض وسائل الدفع",
	wasItYou:         "هل كان التغيير منك أو من زميل؟",
	wasItYouAnswer:   "إذن لا داعي لفعل أي شيء.",
	wasItNot:         "أهو تغيير لا علم لك به؟",
	wasItNotAnswer:   "إذن يُرجى إزالة وسيلة الدفع، وإنهاء الجلسات الأخرى لمن أجرى التغيير، وإبلاغ مكتب الفوترة. ولا نحفظ أرقام البطاقات، فلا يستطيع أحد قراءتها هنا.",
}
