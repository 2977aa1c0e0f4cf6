package stripe

import (
	"net/http"
	"strings"
)

// locales are the languages that Stripe's page can be asked for. Arabic is not
// among them: who wants it leaves the choice to the browser.
var locales = strings.Fields("auto bg cs da de el en en-GB es es-419 et fi fil fr fr-CA hr hu id it ja ko lt lv ms mt nb nl pl pt pt-BR " +
	"ro ru sk sl sv th tr vi zh zh-HK zh-TW")

// words are what a page says in a language.
type words map[string]string

// language is the language of a page: that of the session, or the browser's
// where it is left to it. This page speaks English and Arabic.
func language(locale string, r *http.Request) string {
	if locale != "" && locale != "auto" {
		return "en"
	}
	if strings.HasPrefix(strings.ToLower(r.Header.Get("Accept-Language")), "ar") {
		return "ar"
	}
	return "en"
}

// dictionary holds the words by language. Outcomes of test methods stand under
// their tokens, and why a try failed under its code.
var dictionary = map[string]words{
	"en": {
		"direction": "ltr", "test": "Test mode", "testNote": "No money moves. This page takes test cards and test accounts only.",
		"payTo": "Pay %s", "payAmount": "Pay %s", "save": "Save payment method", "saveFor": "Save a payment method with %s",
		"saveNote": "It is kept for later payments. Nothing is charged now.",
		"cards":    "Cards", "banks": "Bank accounts", "other": "Another test card", "number": "Card number", "expires": "Card expires",
		"month": "Month", "year": "Year", "back": "Go back without paying", "backSetup": "Go back without saving", "backShort": "Go back",
		"expired": "This page has expired", "expiredNote": "Nothing was charged. Go back and start again.",
		"done": "This page is finished", "doneNote": "What was asked for here has been done.", "on": "Continue",
		"missing": "There is no such page", "missingNote": "Check the address, or go back to where you came from.",
		"ask": "Your bank asks you to confirm", "askPay": "Confirm the payment of %s to %s with card %s.", "askSave": "Confirm that %s may store card %s.",
		"pass": "Confirm", "fail": "Refuse", "processing": "Processed by a stand-in of Stripe on this machine",
		"pm_card_visa": "succeeds", "pm_card_mastercard": "succeeds", "pm_card_amex": "succeeds",
		"pm_card_visa_chargeDeclined": "is declined", "pm_card_visa_chargeDeclinedInsufficientFunds": "declined: insufficient funds",
		"pm_card_chargeDeclinedExpiredCard": "declined: expired card", "pm_card_chargeDeclinedIncorrectCvc": "declined: wrong security code",
		"pm_card_chargeDeclinedProcessingError": "declined: processing error",
		"pm_card_authenticationRequiredOnSetup": "asks for authentication", "pm_card_authenticationRequired": "always asks for authentication",
		"pm_card_authenticationRequiredChargeDeclinedInsufficientFunds": "asks for authentication, then insufficient funds",
		"pm_card_chargeCustomerFail":                                    "can be saved, but is declined when charged",
		"pm_card_visa_chargeDeclinedLostCard":                           "declined: lost card", "pm_card_visa_chargeDeclinedStolenCard": "declined: stolen card",
		"pm_card_visa_chargeDeclinedVelocityLimitExceeded": "declined: too many tries",
		"pm_card_pendingRefund":                            "succeeds; a refund takes a while", "pm_card_refundFail": "succeeds; a refund fails later",
		"pm_usBankAccount_success": "settles after a while", "pm_usBankAccount_insufficientFunds": "returned later: insufficient funds",
		"pm_usBankAccount_accountClosed": "returned later: account closed", "pm_usBankAccount_noAccount": "returned later: no such account",
		"pm_usBankAccount_debitNotAuthorized": "returned later: not authorized", "pm_usBankAccount_processing": "never settles",
		"pm_sepaDebit_success_de": "settles after a while", "pm_sepaDebit_successDelayed_de": "settles after twice as long",
		"pm_sepaDebit_failed_de": "fails after a while", "pm_sepaDebit_failedDelayed_de": "fails after twice as long",
		"pm_sepaDebit_insufficientFunds_de": "returned later: insufficient funds", "pm_sepaDebit_success_nl": "settles after a while",
		"notTest":         "That is no test card. Real card numbers are not taken here.",
		"notExpiry":       "The month or year is not one that a card can have.",
		"generic_decline": "The card was declined. Try another one.", "insufficient_funds": "There is not enough money on this card or account. Try another one.",
		"expired_card": "This card has expired. Try another one.", "incorrect_cvc": "The security code is wrong. Try again.",
		"processing_error":                      "The card could not be processed. Try again, or with another one.",
		"payment_intent_authentication_failure": "The bank did not confirm the payment. Try again, or with another card.",
		"setup_intent_authentication_failure":   "The bank did not confirm the card. Try again, or with another one.",
		"authentication_required":               "The bank asks for an authentication. Try again.",
	},
	"ar": {
		"direction": "rtl", "test": "وضع الاختبار", "testNote": "لا تتحرك أي أموال. تقبل هذه الصفحة بطاقات وحسابات اختبارية فقط.",
		"payTo": "الدفع إلى %s", "payAmount": "ادفع %s", "save": "حفظ وسيلة الدفع", "saveFor": "حفظ وسيلة دفع لدى %s",
		"saveNote": "تُحفظ للدفعات اللاحقة. لن يُخصم شيء الآن.",
		"cards":    "البطاقات", "banks": "الحسابات المصرفية", "other": "بطاقة اختبارية أخرى", "number": "رقم البطاقة", "expires": "انتهاء البطاقة",
		"month": "الشهر", "year": "السنة", "back": "العودة من دون دفع", "backSetup": "العودة من دون حفظ", "backShort": "العودة",
		"expired": "انتهت صلاحية هذه الصفحة", "expiredNote": "لم يُخصم شيء. عُد وابدأ من جديد.",
		"done": "اكتملت هذه الصفحة", "doneNote": "تم ما طُلب هنا.", "on": "متابعة",
		"missing": "لا توجد صفحة بهذا العنوان", "missingNote": "تحقق من العنوان أو عُد من حيث أتيت.",
		"ask": "يطلب مصرفك تأكيدك", "askPay": "أكّد دفع %s إلى %s بالبطاقة %s.", "askSave": "أكّد السماح لـ %s بحفظ البطاقة %s.",
		"pass": "تأكيد", "fail": "رفض", "processing": "تعالجها نسخة محلية بديلة عن Stripe على هذا الجهاز",
		"pm_card_visa": "تنجح", "pm_card_mastercard": "تنجح", "pm_card_amex": "تنجح",
		"pm_card_visa_chargeDeclined": "تُرفض", "pm_card_visa_chargeDeclinedInsufficientFunds": "تُرفض: رصيد غير كافٍ",
		"pm_card_chargeDeclinedExpiredCard": "تُرفض: بطاقة منتهية", "pm_card_chargeDeclinedIncorrectCvc": "تُرفض: رمز أمان خاطئ",
		"pm_card_chargeDeclinedProcessingError": "تُرفض: خطأ في المعالجة",
		"pm_card_authenticationRequiredOnSetup": "تطلب التحقق", "pm_card_authenticationRequired": "تطلب التحقق دائمًا",
		"pm_card_authenticationRequiredChargeDeclinedInsufficientFunds": "تطلب التحقق ثم رصيد غير كافٍ",
		"pm_card_chargeCustomerFail":                                    "يمكن حفظها لكنها تُرفض عند الخصم",
		"pm_card_visa_chargeDeclinedLostCard":                           "تُرفض: بطاقة مفقودة", "pm_card_visa_chargeDeclinedStolenCard": "تُرفض: بطاقة مسروقة",
		"pm_card_visa_chargeDeclinedVelocityLimitExceeded": "تُرفض: محاولات كثيرة",
		"pm_card_pendingRefund":                            "تنجح؛ ويستغرق رد المبلغ بعض الوقت", "pm_card_refundFail": "تنجح؛ ثم يفشل رد المبلغ لاحقًا",
		"pm_usBankAccount_success": "يُسوّى بعد حين", "pm_usBankAccount_insufficientFunds": "يُرتجع لاحقًا: رصيد غير كافٍ",
		"pm_usBankAccount_accountClosed": "يُرتجع لاحقًا: حساب مغلق", "pm_usBankAccount_noAccount": "يُرتجع لاحقًا: لا يوجد حساب",
		"pm_usBankAccount_debitNotAuthorized": "يُرتجع لاحقًا: غير مصرّح", "pm_usBankAccount_processing": "لا يُسوّى أبدًا",
		"pm_sepaDebit_success_de": "يُسوّى بعد حين", "pm_sepaDebit_successDelayed_de": "يُسوّى بعد ضعف المدة",
		"pm_sepaDebit_failed_de": "يفشل بعد حين", "pm_sepaDebit_failedDelayed_de": "يفشل بعد ضعف المدة",
		"pm_sepaDebit_insufficientFunds_de": "يُرتجع لاحقًا: رصيد غير كافٍ", "pm_sepaDebit_success_nl": "يُسوّى بعد حين",
		"notTest":         "هذه ليست بطاقة اختبارية. لا تُقبل أرقام البطاقات الحقيقية هنا.",
		"notExpiry":       "الشهر أو السنة غير صالحين لبطاقة.",
		"generic_decline": "رُفضت البطاقة. جرّب بطاقة أخرى.", "insufficient_funds": "الرصيد غير كافٍ. جرّب وسيلة أخرى.",
		"expired_card": "انتهت صلاحية البطاقة. جرّب بطاقة أخرى.", "incorrect_cvc": "رمز الأمان خاطئ. حاول مجددًا.",
		"processing_error":                      "تعذّرت معالجة البطاقة. حاول مجددًا أو ببطاقة أخرى.",
		"payment_intent_authentication_failure": "لم يؤكد المصرف الدفع. حاول مجددًا أو ببطاقة أخرى.",
		"setup_intent_authentication_failure":   "لم يؤكد المصرف البطاقة. حاول مجددًا أو ببطاقة أخرى.",
		"authentication_required":               "يطلب المصرف التحقق. حاول مجددًا.",
	},
}

// why is what a page says of a try that failed.
func (w words) why(f *failure) string {
	if f == nil {
		return ""
	}
	for _, code := range []string{f.DeclineCode, f.Code} {
		if text, ok := w[code]; ok {
			return text
		}
	}
	return w["generic_decline"]
}
