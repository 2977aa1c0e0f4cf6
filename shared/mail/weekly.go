package mail

import (
	"fmt"
	"strings"

	"customercenter/shared/center"
	"customercenter/shared/money"
)

// weeklyWords are what the weekly letter to executives says in one language.
type weeklyWords struct {
	subject, title, intro, clear string
	age                          string
	buckets                      map[center.Bucket]string
	late                         func(n int) string
	line, total, and, button     string
	why, you, choice             string
}

func (w words) weekly() weeklyWords {
	if w.lang == arabic.lang {
		return arabicWeekly
	}
	return englishWeekly
}

// weekly tells executives how their account stands, a table for each currency
// of what is outstanding by how late it is.
func weekly(w words, l center.Letter, v View) (sheet, error) {
	o := w.weekly()
	var sums []string
	var tables []table
	for _, c := range v.Summary.Currencies {
		sum, t, err := w.weeklyTable(c)
		if err != nil {
			return sheet{}, err
		}
		if sum.Sign() > 0 {
			sums, tables = append(sums, w.amount(sum)), append(tables, t)
		}
	}
	if len(tables) == 0 {
		return sheet{}, fmt.Errorf("nothing is outstanding")
	}
	s := sheet{
		Subject: fmt.Sprintf(o.subject, strings.Join(sums, o.and)),
		Title:   o.title,
		Name:    clean(l.Name),
		Intro:   o.intro + " " + o.clear,
		Facts:   w.ofAccount(v, nil),
		Tables:  tables,
		Button:  &button{o.button, v.BaseURL + "/invoices"},
		Notes:   []note{{o.why, o.you}},
	}
	if late := v.Summary.Counts.PastDue; late > 0 {
		s.Subject += " (" + o.late(late) + ")"
		s.Intro = o.intro + " " + o.late(late) + "."
	}
	s.Preheader = s.Intro
	if v.Unsubscribe != "" {
		s.Choice = &button{o.choice, v.Unsubscribe}
	}
	return s, nil
}

// weeklyTable is what is outstanding of a currency, by how late it is.
func (w words) weeklyTable(c center.CurrencySummary) (sum money.Money, t table, err error) {
	o := w.weekly()
	sum = money.Zero(c.Currency)
	t = table{Columns: []string{o.age, w.in(w.pay.openNow, c.Currency)}, Words: true}
	for _, b := range c.Aging {
		if b.Outstanding.Sign() <= 0 {
			continue
		}
		if sum, err = sum.Add(b.Outstanding); err != nil {
			return sum, t, err
		}
		name := o.buckets[b.Bucket]
		t.Rows = append(t.Rows, row{Paper: name, Amounts: []string{digits(b.Outstanding)}, Line: fmt.Sprintf(o.line, name, w.amount(b.Outstanding))})
	}
	if len(t.Rows) > 1 {
		t.Total = &row{Paper: o.total, Amounts: []string{digits(sum)}, Line: fmt.Sprintf(o.line, o.total, w.amount(sum))}
	}
	return sum, t, nil
}

var englishWeekly = weeklyWords{
	subject: "Your week: %s outstanding", title: "How your account stands", intro: "This is what is outstanding as the week begins.", clear: "Nothing is past due.",
	age: "By age",
	buckets: map[center.Bucket]string{center.BucketCurrent: "Not yet due", center.Bucket1To30: "1–30 days late", center.Bucket31To60: "31–60 days late",
		center.Bucket61To90: "61–90 days late", center.Bucket91To120: "91–120 days late", center.BucketOver120: "Over 120 days late"},
	late: func(n int) string { return englishCount(n, "invoice") + " past due" },
	line: "%s: %s", total: "Total", and: ", ", button: "See the invoices",
	why: "Why do I get this?", you: "Because you are an executive contact of this account. It comes at the beginning of each week in which anything is outstanding.",
	choice: "Choose which letters you get",
}

var arabicWeekly = weeklyWords{
	subject: "أسبوعكم: المستحق %s", title: "وضع حسابكم", intro: "هذا ما هو مستحق عليكم مع بداية الأسبوع.", clear: "لا شيء متأخر.",
	age: "حسب التأخر",
	buckets: map[center.Bucket]string{center.BucketCurrent: "لم يحن موعده", center.Bucket1To30: "متأخر من 1 إلى 30 يومًا", center.Bucket31To60: "متأخر من 31 إلى 60 يومًا",
		center.Bucket61To90: "متأخر من 61 إلى 90 يومًا", center.Bucket91To120: "متأخر من 91 إلى 120 يومًا", center.BucketOver120: "متأخر أكثر من 120 يومًا"},
	late: func(n int) string {
		return arabicCount(n, "فاتورة واحدة متأخرة", "فاتورتان متأخرتان", "%d فواتير متأخرة", "%d فاتورة متأخرة", "%d فاتورة متأخرة")
	},
	line: "%s: %s", total: "المجموع", and: "، ", button: "عرض الفواتير",
	why: "لماذا وصلتني هذه الرسالة؟", you: "لأنكم جهة اتصال من الإدارة العليا لهذا الحساب. تصل في بداية كل أسبوع ما دام هناك مبلغ مستحق.",
	choice: "اختيار الرسائل التي تصلكم",
}
