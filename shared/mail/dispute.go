package mail

import (
	"fmt"

	"customercenter/shared/center"
	"customercenter/shared/money"
)

// disputeWords are what letters about disputes say in one language.
type disputeWords struct {
	states                       map[center.DisputeState]disputeState
	reasons                      map[center.DisputeReason]string
	amount, reason, text, answer string
	button                       string
}

// disputeState says where a dispute stands; the subject has the number and the
// amount.
type disputeState struct{ subject, title, intro, next string }

func (w words) dispute() disputeWords {
	if w.lang == arabic.lang {
		return arabicDispute
	}
	return englishDispute
}

// dispute tells who opened one that it came, and what became of it.
func dispute(w words, l center.Letter, v View) (sheet, error) {
	d := w.dispute()
	state, known := d.states[center.DisputeState(l.Params["state"])]
	amount, err := money.Parse(l.Params["amount"], money.Code(l.Params["currency"]))
	reason := d.reasons[center.DisputeReason(l.Params["reason"])]
	if !known || err != nil || reason == "" || l.Params["number"] == "" {
		return sheet{}, fmt.Errorf("no dispute")
	}
	number := clean(l.Params["number"])
	facts := []fact{{w.pay.papers[center.KindInvoice].column, number}, {d.amount, figure(amount)}, {d.reason, reason}, {d.text, paragraph(l.Params["text"])}}
	if answer := paragraph(l.Params["answer"]); answer != "" {
		facts = append(facts, fact{d.answer, answer})
	}
	s := sheet{
		Subject:   fmt.Sprintf(state.subject, w.ltr(number), w.amount(amount)),
		Preheader: state.intro,
		Title:     state.title,
		Name:      clean(l.Name),
		Intro:     state.intro,
		Facts:     w.ofAccount(v, facts),
		Button:    &button{d.button, v.BaseURL + "/invoices/" + l.Params["invoice"]},
		Notes:     []note{{w.pay.next, state.next}},
	}
	if threadForm.MatchString(l.Params["invoice"]) {
		s.Thread = l.Params["invoice"]
	}
	return s, nil
}

var englishDispute = disputeWords{
	states: map[center.DisputeState]disputeState{
		center.DisputePending: {"We received your dispute of invoice %s · %s", "Your dispute was received", "We look into what you wrote.",
			"We answer by mail. Until then the disputed amount need not be paid; the rest of the invoice stays due."},
		center.DisputeReview: {"Your dispute of invoice %s · %s is being looked into", "Your dispute is being looked into", "We have begun to look into your dispute.",
			"We write again when it is decided. Until then the disputed amount need not be paid."},
		center.DisputeAccepted: {"Your dispute of invoice %s · %s was accepted", "Your dispute was accepted", "You are right, and we put it in order.",
			"A credit note follows and reduces the invoice. Until then the disputed amount need not be paid."},
		center.DisputeRejected: {"Your dispute of invoice %s · %s was not accepted", "Your dispute was not accepted", "We looked into it and came to another view.",
			"The amount is due with the rest of the invoice. If you see it otherwise, please write to the billing desk."},
	},
	reasons: map[center.DisputeReason]string{
		center.DisputeUnauthorised: "Not ordered by us", center.DisputeDuplicate: "Invoiced twice", center.DisputeDetails: "Wrong details",
		center.DisputeQuantity: "Wrong quantity", center.DisputePart: "Wrong product", center.DisputeAddress: "Wrong address",
		center.DisputePO: "PO number missing or wrong", center.DisputeTax: "Wrong tax", center.DisputeOther: "Something else",
	},
	amount: "Disputed", reason: "Reason", text: "You wrote", answer: "Our answer", button: "Open the invoice",
}

var arabicDispute = disputeWords{
	states: map[center.DisputeState]disputeState{
		center.DisputePending: {"استلمنا اعتراضكم على الفاتورة %s · %s", "استلمنا اعتراضكم", "ننظر الآن فيما كتبتموه.",
			"نجيب عبر البريد. وحتى ذلك الحين لا يلزم دفع المبلغ المعترض عليه، أما باقي الفاتورة فيبقى مستحقًا."},
		center.DisputeReview: {"اعتراضكم على الفاتورة %s · %s قيد المراجعة", "اعتراضكم قيد المراجعة", "بدأنا مراجعة اعتراضكم.",
			"نكتب إليكم عند البت فيه. وحتى ذلك الحين لا يلزم دفع المبلغ المعترض عليه."},
		center.DisputeAccepted: {"قُبل اعتراضكم على الفاتورة %s · %s", "قُبل اعتراضكم", "الحق معكم، وسنصحح الأمر.",
			"يتبع ذلك إشعار دائن يخفض الفاتورة. وحتى ذلك الحين لا يلزم دفع المبلغ المعترض عليه."},
		center.DisputeRejected: {"لم يُقبل اعتراضكم على الفاتورة %s · %s", "لم يُقبل اعتراضكم", "نظرنا في الأمر وانتهينا إلى رأي آخر.",
			"يستحق المبلغ مع باقي الفاتورة. وإن كان لكم رأي آخر فيُرجى الكتابة إلى مكتب الفوترة."},
	},
	reasons: map[center.DisputeReason]string{
		center.DisputeUnauthorised: "لم نطلبها", center.DisputeDuplicate: "فاتورة مكررة", center.DisputeDetails: "بيانات خاطئة",
		center.DisputeQuantity: "كمية خاطئة", center.DisputePart: "منتج خاطئ", center.DisputeAddress: "عنوان خاطئ",
		center.DisputePO: "رقم أمر الشراء ناقص أو خاطئ", center.DisputeTax: "ضريبة خاطئة", center.DisputeOther: "سبب آخر",
	},
	amount: "المبلغ المعترض عليه", reason: "السبب", text: "ما كتبتموه", answer: "جوابنا", button: "فتح الفاتورة",
}
