package mail

import (
	"fmt"

	"customercenter/shared/center"
)

// orderWords are what letters about an order say in one language. Subjects
// have the order's number and where it stands.
type orderWords struct {
	subject, title, intro      string
	number, state, on          string
	reason, release            string
	states                     map[center.OrderState]orderState
	button, whatNext, why, you string
}

// orderState is a state in words, and what comes next.
type orderState struct{ name, next string }

func (w words) order() orderWords {
	if w.lang == arabic.lang {
		return arabicOrder
	}
	return englishOrder
}

// orderStatus tells who is named on an order that it stands elsewhere now.
func orderStatus(w words, l center.Letter, v View) (sheet, error) {
	o := w.order()
	state, known := o.states[center.OrderState(l.Params["state"])]
	number := clean(l.Params["number"])
	on, err := center.ParseDate(l.Params["on"])
	if !known || number == "" || err != nil {
		return sheet{}, fmt.Errorf("no order")
	}
	facts := []fact{{o.number, number}, {o.state, state.name}, {o.on, w.day(on)}}
	if reason := clean(l.Params["reason"]); reason != "" {
		facts = append(facts, fact{o.reason, reason})
	}
	if release, err := center.ParseDate(l.Params["release"]); err == nil {
		facts = append(facts, fact{o.release, w.day(release)})
	}
	return sheet{
		Subject:   fmt.Sprintf(o.subject, w.ltr(number), state.name),
		Preheader: state.next,
		Title:     o.title,
		Name:      clean(l.Name),
		Intro:     fmt.Sprintf(o.intro, w.ltr(number), state.name),
		Facts:     w.ofAccount(v, facts),
		Button:    &button{o.button, v.BaseURL + "/orders/" + l.Params["order"]},
		Notes:     []note{{o.whatNext, state.next}, {o.why, o.you}},
	}, nil
}

var englishOrder = orderWords{
	subject: "Order %s: %s", title: "Your order has moved on", intro: "Order %s now stands at: %s.",
	number: "Order", state: "Now", on: "Since", reason: "Held because", release: "Expected to go on",
	states: map[center.OrderState]orderState{
		center.OrderQuote:             {"offer", "The offer waits for your order."},
		center.OrderSubmitted:         {"submitted", "Your vendor looks at it and answers."},
		center.OrderPendingPayment:    {"payment needed", "It goes on once it is paid. You find it under payments due."},
		center.OrderProcessing:        {"in progress", "There is nothing to do. We write again when it goes on."},
		center.OrderPendingActivation: {"ready to activate", "What was ordered is ready. Activate it with your vendor."},
		center.OrderActive:            {"active", "Everything ordered is active. Invoices follow on your terms."},
		center.OrderPartiallyActive:   {"partly active", "Some of it is active; the order’s page shows what is still to come."},
		center.OrderOnHold:            {"on hold", "It waits. The order’s page says why, and when it is expected to go on."},
		center.OrderCancelled:         {"cancelled", "Nothing more of it comes. Ask your vendor if that is not as it should be."},
		center.OrderExpired:           {"expired", "Its last valid day is over. Ask your vendor for a new one."},
	},
	button: "Open the order", whatNext: "What is next?", why: "Why do I get this?", you: "Because the order names you.",
}

var arabicOrder = orderWords{
	subject: "الطلب %s: %s", title: "تغيّرت حالة طلبكم", intro: "حالة الطلب %s الآن: %s.",
	number: "الطلب", state: "الحالة الآن", on: "منذ", reason: "سبب التعليق", release: "موعد الاستئناف المتوقع",
	states: map[center.OrderState]orderState{
		center.OrderQuote:             {"عرض سعر", "ينتظر العرض طلبكم."},
		center.OrderSubmitted:         {"مُرسَل", "ينظر فيه المورّد ويجيب."},
		center.OrderPendingPayment:    {"بانتظار الدفع", "يستمر بعد سداده، وتجدونه ضمن المستحقات."},
		center.OrderProcessing:        {"قيد التنفيذ", "لا داعي لفعل أي شيء. نكتب إليكم عند تقدمه."},
		center.OrderPendingActivation: {"بانتظار التفعيل", "ما طُلب جاهز، ويُرجى تفعيله مع المورّد."},
		center.OrderActive:            {"مفعّل", "كل ما طُلب مفعّل، وتتبعه الفواتير وفق شروطكم."},
		center.OrderPartiallyActive:   {"مفعّل جزئيًا", "بعضه مفعّل، وتبيّن صفحة الطلب ما تبقى."},
		center.OrderOnHold:            {"معلّق", "الطلب متوقف مؤقتًا، وتذكر صفحته السبب والموعد المتوقع لاستئنافه."},
		center.OrderCancelled:         {"ملغى", "لن يصل منه المزيد. يُرجى التواصل مع المورّد إن لم يكن ذلك صحيحًا."},
		center.OrderExpired:           {"منتهٍ", "انتهى آخر يوم لصلاحيته. يُرجى طلب عرض جديد من المورّد."},
	},
	button: "فتح الطلب", whatNext: "ما التالي؟", why: "لماذا وصلتني هذه الرسالة؟", you: "لأن اسمكم وارد في الطلب.",
}
