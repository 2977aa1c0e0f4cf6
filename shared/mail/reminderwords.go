package mail

import "fmt"

// reminderWords are what reminders say in one language.
type reminderWords struct {
	one                                  func(number, amount, day string, late int) string // the subject of one invoice
	many                                 func(all int, sums string, late int) string       // of several
	due                                  func(day string, late int) string
	rest                                 func(more int) string
	levels                               [4]reminderLevelWords
	final, and, line, total, button      string
	paid, paidAnswer, wrong, wrongAnswer string
	choice                               string
}

type reminderLevelWords struct{ title, intro string }

func (w words) reminder() reminderWords {
	if w.lang == arabic.lang {
		return arabicReminder
	}
	return englishReminder
}

func englishDays(n int) string { return englishCount(n, "day") }

func englishCount(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}

var englishReminder = reminderWords{
	one: func(number, amount, day string, late int) string {
		switch {
		case late > 0:
			return fmt.Sprintf("Invoice %s · %s is %s past due", number, amount, englishDays(late))
		case late == 0:
			return fmt.Sprintf("Invoice %s · %s is due today", number, amount)
		}
		return fmt.Sprintf("Invoice %s · %s due %s", number, amount, day)
	},
	many: func(all int, sums string, late int) string {
		subject := englishCount(all, "invoice") + " to pay · " + sums
		if late > 0 {
			subject += fmt.Sprintf(" (%d past due)", late)
		}
		return subject
	},
	due: func(day string, late int) string {
		switch {
		case late > 0:
			return "Due " + day + " · " + englishDays(late) + " late"
		case late == 0:
			return "Due today"
		}
		return "Due " + day + " · in " + englishDays(-late)
	},
	rest: func(more int) string {
		return "and " + englishCount(more, "more invoice") + ", which you find in the center"
	},
	levels: [4]reminderLevelWords{
		{"A payment is coming up", "We write in good time: this will be due soon."},
		{"Due today", "This is due today."},
		{"Past due", "Part or all of this is past due. Please pay it, or tell us what stands in the way."},
		{"Final reminder", "This is long past due, and it is our last reminder. Please pay it now, or tell us what stands in the way."},
	},
	final: "Final reminder: ", and: ", ", line: "%s: %s. %s", total: "Total", button: "See and pay",
	paid:        "Is it paid already?",
	paidAnswer:  "Then there is nothing to do. What was paid in the center is left out of this letter; a bank transfer may take some days to be seen.",
	wrong:       "Is something not right?",
	wrongAnswer: "Please tell us what is wrong: a disputed invoice is not reminded of while we look into it.",
	choice:      "Choose which letters you get",
}

func arabicDays(n int) string {
	return arabicCount(n, "يوم واحد", "يومين", "%d أيام", "%d يومًا", "%d يوم")
}

var arabicReminder = reminderWords{
	one: func(number, amount, day string, late int) string {
		switch {
		case late > 0:
			return fmt.Sprintf("الفاتورة %s · %s متأخرة منذ %s", number, amount, arabicDays(late))
		case late == 0:
			return fmt.Sprintf("الفاتورة %s · %s تستحق اليوم", number, amount)
		}
		return fmt.Sprintf("الفاتورة %s · %s تستحق في %s", number, amount, day)
	},
	many: func(all int, sums string, late int) string {
		subject := arabicCount(all, "فاتورة واحدة", "فاتورتان", "%d فواتير", "%d فاتورة", "%d فاتورة") + " للدفع · " + sums
		if late > 0 {
			subject += arabicCount(late, " (واحدة متأخرة)", " (اثنتان متأخرتان)", " (%d متأخرة)", " (%d متأخرة)", " (%d متأخرة)")
		}
		return subject
	},
	due: func(day string, late int) string {
		switch {
		case late > 0:
			return "استحقت في " + day + " · متأخرة منذ " + arabicDays(late)
		case late == 0:
			return "تستحق اليوم"
		}
		return "تستحق في " + day + " · بعد " + arabicDays(-late)
	},
	rest: func(more int) string {
		return arabicCount(more, "وفاتورة أخرى تجدونها في المركز", "وفاتورتان أخريان تجدونهما في المركز", "و%d فواتير أخرى تجدونها في المركز", "و%d فاتورة أخرى تجدونها في المركز", "و%d فاتورة أخرى تجدونها في المركز")
	},
	levels: [4]reminderLevelWords{
		{"دفعة قادمة قريبًا", "نكتب إليكم قبل الموعد بوقت كافٍ: المبالغ التالية تستحق قريبًا."},
		{"تستحق اليوم", "المبالغ التالية تستحق اليوم."},
		{"مبالغ متأخرة", "بعض المبالغ التالية أو كلها متأخر عن موعده. يُرجى دفعها، أو إبلاغنا بما يحول دون ذلك."},
		{"تذكير أخير", "مضى وقت طويل على موعد هذه المبالغ، وهذا تذكيرنا الأخير. يُرجى دفعها الآن، أو إبلاغنا بما يحول دون ذلك."},
	},
	final: "تذكير أخير: ", and: "، ", line: "%s: %s. %s", total: "المجموع", button: "عرض الفواتير ودفعها",
	paid:        "هل تم الدفع؟",
	paidAnswer:  "إذن لا داعي لفعل أي شيء. ما دُفع في المركز لا يظهر في هذه الرسالة، وقد يستغرق ظهور التحويل المصرفي بضعة أيام.",
	wrong:       "هل هناك خطأ؟",
	wrongAnswer: "يُرجى إبلاغنا بالخطأ: لا نرسل تذكيرًا بفاتورة معترض عليها ما دمنا ننظر في الاعتراض.",
	choice:      "اختيار الرسائل التي تصلكم",
}
