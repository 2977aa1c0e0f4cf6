package mail

import (
	"fmt"

	"customercenter/shared/center"
)

// rewardWords are what letters about rewards say in one language.
type rewardWords struct {
	subscription, at, open, openInvoice, redeemersOpen string
	how, howAnswer, keep, keepAnswer, what, rules      string

	redeemer             map[string]redeemerLetter // by change; subject has the account, intro the subscription
	changes              map[string]redeemerLetter // the notice: its subject has the account
	changedIntro, notYou string

	redeemedSubject, redeemedPreheader, redeemedTitle, redeemedIntro string // amount and invoices; rewards used
	covered, coveredLine, used, rate, rateForm                       string
	back, backAnswer, whyRedeemed                                    string

	endingSubject, endingTitle, endingIntro string // amount and the first day
	left, earned, ofMonth, line             string
	ends                                    func(day string, days int) string
	rest                                    func(more int) string
	earnedSubject, earnedTitle, earnedIntro string // amount and month; month
	usableUntil                             string
}

type redeemerLetter struct{ subject, preheader, title, intro string }

func (w words) reward() rewardWords {
	if w.lang == arabic.lang {
		return arabicReward
	}
	return englishReward
}

var englishReward = rewardWords{
	subscription: "Subscription", at: "When", open: "Open the rewards", openInvoice: "Open the invoice", redeemersOpen: "Look at the redeemers",
	how:        "How are they used?",
	howAnswer:  "Pay an open invoice for technical support and choose to use rewards. They cover its amount before tax, whole or in part.",
	keep:       "Who may use this code?",
	keepAnswer: "Only people on the list of redeemers, signed in with their own address. Please do not pass it on: after five wrong codes in an hour, redeeming waits.",
	what:       "What are rewards?",
	rules:      "Part of what you pay for eligible usage comes back as rewards every month. They can be used for twelve months, the first to end first.",

	redeemer: map[string]redeemerLetter{
		center.RedeemerAuthorised: {"You may now redeem rewards of %s", "Your redemption code is in this letter.", "You may redeem rewards",
			"You were authorised to redeem the rewards of subscription %s. This is the code that is asked for."},
		center.CodeReplaced: {"A new redemption code for the rewards of %s", "The old code does not work any more.", "There is a new redemption code",
			"The redemption code of subscription %s was replaced. The old one does not work any more; this is the new one."},
	},
	changes: map[string]redeemerLetter{
		center.RedeemerAuthorised: {subject: "A person may now redeem rewards of %s", title: "A redeemer was authorised"},
		center.RedeemerRemoved:    {subject: "A person may no longer redeem rewards of %s", title: "A redeemer was removed"},
		center.CodeReplaced:       {subject: "The redemption code for rewards of %s was replaced", title: "The redemption code was replaced"},
	},
	changedIntro: "This letter goes to the primary contacts of the account whenever somebody changes who may redeem its rewards.",
	notYou:       "Then remove the redeemer, replace the code, and tell your billing desk.",

	redeemedSubject: "Rewards used: %s off %s", redeemedPreheader: "%s were taken from the rewards.",
	redeemedTitle: "Rewards were used", redeemedIntro: "Rewards were used to pay for technical support.",
	covered: "Covered by rewards", coveredLine: "%s: %s covered by rewards, %s", used: "Taken from the rewards", rate: "Exchange rate", rateForm: "1 %s = %s %s",
	back:        "Can they come back?",
	backAnswer:  "Yes: if the invoice is cancelled or a payment in the same step fails, they return to the months they came from.",
	whyRedeemed: "Because you redeemed them.",

	endingSubject: "Rewards of %s end soon: the first on %s", endingTitle: "Rewards end soon",
	endingIntro: "These rewards are lost unless they are used before their last day.",
	left:        "Left", earned: "Earned", ofMonth: "For %s", line: "%s: %s. %s",
	ends: func(day string, days int) string {
		switch {
		case days <= 0:
			return "Last day is today"
		case days == 1:
			return "Last day is tomorrow, " + day
		}
		return fmt.Sprintf("Last day %s · in %d days", day, days)
	},
	rest:          func(more int) string { return fmt.Sprintf("and %d more, which you find in the center", more) },
	earnedSubject: "Rewards earned: %s for %s", earnedTitle: "You earned rewards", earnedIntro: "The usage of %s has earned rewards.",
	usableUntil: "Can be used through %s",
}

// arabicReward speaks of people without gender.
var arabicReward = rewardWords{
	subscription: "الاشتراك", at: "الوقت", open: "فتح المكافآت", openInvoice: "فتح الفاتورة", redeemersOpen: "عرض المخوّلين بالاستبدال",
	how:        "كيف تُستخدم المكافآت؟",
	howAnswer:  "عند دفع فاتورة مفتوحة للدعم الفني يمكن اختيار استخدام المكافآت. وهي تغطي مبلغها قبل الضريبة كله أو جزءًا منه.",
	keep:       "من يمكنه استخدام هذا الرمز؟",
	keepAnswer: "من ترد أسماؤهم في قائمة المخوّلين فقط، بعد الدخول بعناوينهم الشخصية. يُرجى عدم إعطائه لأحد: بعد خمسة رموز خاطئة خلال ساعة يتوقف الاستبدال مؤقتًا.",
	what:       "ما المكافآت؟",
	rules:      "يعود جزء مما يُدفع عن الاستهلاك المؤهل مكافآتٍ كل شهر. ويمكن استخدامها مدة اثني عشر شهرًا، والأقرب انتهاءً أولًا.",

	redeemer: map[string]redeemerLetter{
		center.RedeemerAuthorised: {"أصبح بإمكانك استبدال مكافآت %s", "رمز الاستبدال في هذه الرسالة.", "تخويل باستبدال المكافآت",
			"مُنح لك التخويل باستبدال مكافآت الاشتراك %s. وهذا هو الرمز المطلوب عند الاستبدال."},
		center.CodeReplaced: {"رمز استبدال جديد لمكافآت %s", "لم يعد الرمز القديم صالحًا.", "رمز استبدال جديد",
			"استُبدل رمز مكافآت الاشتراك %s. لم يعد الرمز القديم صالحًا، وهذا هو الرمز الجديد."},
	},
	changes: map[string]redeemerLetter{
		center.RedeemerAuthorised: {subject: "تخويل شخص باستبدال مكافآت %s", title: "أُضيف مخوّل بالاستبدال"},
		center.RedeemerRemoved:    {subject: "إلغاء تخويل شخص باستبدال مكافآت %s", title: "أُزيل مخوّل بالاستبدال"},
		center.CodeReplaced:       {subject: "تغيّر رمز استبدال مكافآت %s", title: "تغيّر رمز الاستبدال"},
	},
	changedIntro: "تُرسل هذه الرسالة إلى جهات الفوترة الرئيسية في الحساب كلما تغيّر من يمكنه استبدال مكافآته.",
	notYou:       "إذن يُرجى إزالة المخوّل، وتغيير الرمز، وإبلاغ مكتب الفوترة.",

	redeemedSubject: "استُخدمت مكافآت: %s من %s", redeemedPreheader: "أُخذ %s من المكافآت.",
	redeemedTitle: "استُخدمت مكافآت", redeemedIntro: "استُخدمت مكافآت في دفع مقابل الدعم الفني.",
	covered: "غطّته المكافآت", coveredLine: "%s: غطّت المكافآت %s، %s", used: "المأخوذ من المكافآت", rate: "سعر الصرف", rateForm: "1 %s = %s %s",
	back:        "هل يمكن أن تعود؟",
	backAnswer:  "نعم: إذا أُلغيت الفاتورة أو تعذّر دفع في الخطوة نفسها فإنها تعود إلى الأشهر التي أُخذت منها.",
	whyRedeemed: "لأن الاستبدال تم من حسابك.",

	endingSubject: "مكافآت بقيمة %s تنتهي قريبًا: أولها في %s", endingTitle: "مكافآت تنتهي قريبًا",
	endingIntro: "تُفقد هذه المكافآت ما لم تُستخدم قبل انقضاء آخر يوم لها.",
	left:        "المتبقي", earned: "المكتسب", ofMonth: "عن %s", line: "%s: %s. %s",
	ends: func(day string, days int) string {
		switch {
		case days <= 0:
			return "آخر يوم هو اليوم"
		case days == 1:
			return "آخر يوم غدًا، " + day
		}
		return "آخر يوم " + day + " · بعد " + arabicDays(days)
	},
	rest: func(more int) string {
		return arabicCount(more, "وواحدة أخرى في المركز", "واثنتان أخريان في المركز", "و%d أخرى في المركز", "و%d أخرى في المركز", "و%d أخرى في المركز")
	},
	earnedSubject: "مكافآت مكتسبة: %s عن %s", earnedTitle: "مكافآت مكتسبة", earnedIntro: "اكتُسبت مكافآت عن استهلاك %s.",
	usableUntil: "يمكن استخدامها حتى نهاية %s",
}
