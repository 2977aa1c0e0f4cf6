package mail

import (
	"fmt"

	"customercenter/shared/center"
)

// severalKinds stands for the papers of a payment that is for invoices,
// orders and renewals together.
const severalKinds center.DocumentKind = ""

// paperWords name what a payment is for, by its one kind or as items of
// several.
type paperWords struct {
	column string                        // over their numbers
	the    string                        // before the number of one
	more   func(n int) string            // behind it: so many others
	next   func(papers, open int) string // what is left to do once they are paid
	credit string                        // nothing was charged, but account credit stays used
	kept   string                        // they are still there to be paid
}

func englishPapers(column, one, many string) paperWords {
	return paperWords{
		column: column,
		the:    one,
		more: func(n int) string {
			if n == 0 {
				return ""
			}
			return fmt.Sprintf(" and %d more", n)
		},
		next: func(papers, open int) string {
			switch {
			case open == 1:
				return "One " + one + " keeps a rest open, which is shown above."
			case open > 1:
				return fmt.Sprintf("%d %s keep a rest open, which is shown above.", open, many)
			case papers == 1:
				return "The " + one + " is settled. There is nothing left to do."
			}
			return fmt.Sprintf("The %d %s are settled. There is nothing left to do.", papers, many)
		},
		credit: "Nothing was charged. The account credit stays with the " + many + ".",
		kept:   "No. The same " + many + " and amounts are kept for you.",
	}
}

// Arabic counts a noun in five forms, so that each kind is written out.
var (
	arabicInvoices = paperWords{
		column: "الفاتورة", the: "الفاتورة",
		more: arabicMore(" وفاتورة أخرى", " وفاتورتين أخريين", " و%d فواتير أخرى", " و%d فاتورة أخرى", " و%d فاتورة أخرى"),
		next: arabicNext([5]string{"فاتورة واحدة", "فاتورتين", "%d فواتير", "%d فاتورة", "%d فاتورة"},
			"سُوّيت الفاتورة", "سُوّيت الفاتورتان", "سُوّيت الفواتير الـ%d"),
		credit: "لم يُخصم شيء. ويبقى الرصيد الدائن محسوبًا على الفواتير.",
		kept:   "لا. الفواتير والمبالغ نفسها محفوظة كما هي.",
	}
	arabicOrders = paperWords{
		column: "الطلب", the: "الطلب",
		more: arabicMore(" وطلب آخر", " وطلبين آخرين", " و%d طلبات أخرى", " و%d طلبًا آخر", " و%d طلب آخر"),
		next: arabicNext([5]string{"طلب واحد", "طلبين", "%d طلبات", "%d طلبًا", "%d طلب"},
			"سُوّي الطلب", "سُوّي الطلبان", "سُوّيت الطلبات الـ%d"),
		credit: "لم يُخصم شيء. ويبقى الرصيد الدائن محسوبًا على الطلبات.",
		kept:   "لا. الطلبات والمبالغ نفسها محفوظة كما هي.",
	}
	arabicRenewals = paperWords{
		column: "التجديد", the: "التجديد",
		more: arabicMore(" وتجديد آخر", " وتجديدين آخرين", " و%d تجديدات أخرى", " و%d تجديدًا آخر", " و%d تجديد آخر"),
		next: arabicNext([5]string{"تجديد واحد", "تجديدين", "%d تجديدات", "%d تجديدًا", "%d تجديد"},
			"سُوّي التجديد", "سُوّي التجديدان", "سُوّيت التجديدات الـ%d"),
		credit: "لم يُخصم شيء. ويبقى الرصيد الدائن محسوبًا على التجديدات.",
		kept:   "لا. التجديدات والمبالغ نفسها محفوظة كما هي.",
	}
	arabicItems = paperWords{
		column: "البند", the: "البند",
		more: arabicMore(" وبند آخر", " وبندين آخرين", " و%d بنود أخرى", " و%d بندًا آخر", " و%d بند آخر"),
		next: arabicNext([5]string{"بند واحد", "بندين", "%d بنود", "%d بندًا", "%d بند"},
			"سُوّي البند", "سُوّي البندان", "سُوّيت البنود الـ%d"),
		credit: "لم يُخصم شيء. ويبقى الرصيد الدائن محسوبًا على البنود.",
		kept:   "لا. البنود والمبالغ نفسها محفوظة كما هي.",
	}
)

func arabicMore(one, two, few, many, other string) func(int) string {
	return func(n int) string {
		if n == 0 {
			return ""
		}
		return arabicCount(n, one, two, few, many, other)
	}
}

func arabicNext(open [5]string, one, two, more string) func(papers, open int) string {
	const before, after, done = "يبقى على ", " جزء مفتوح مبيَّن أعلاه.", " ولم يبق شيء."
	return func(papers, left int) string {
		if left > 0 {
			return before + arabicCount(left, open[0], open[1], open[2], open[3], open[4]) + after
		}
		return arabicCount(papers, one, two, more, more, more) + done
	}
}

// kindOf is the one kind that all parts are of; severalKinds where they are of
// several. A billing paper of any kind counts as an invoice.
func kindOf(parts []center.PaymentPart) center.DocumentKind {
	kind := paperKind(parts[0])
	for _, part := range parts {
		if paperKind(part) != kind {
			return severalKinds
		}
	}
	return kind
}

func paperKind(part center.PaymentPart) center.DocumentKind {
	if part.Kind.IsPaper() {
		return center.KindInvoice
	}
	return part.Kind
}

// papers names what a payment is for: the first by its kind and number, and
// how many others.
func (w words) papers(p center.Payment) string {
	first := p.Parts[0]
	return w.pay.papers[paperKind(first)].the + " " + w.ltr(clean(first.Number)) + w.pay.papers[kindOf(p.Parts)].more(len(p.Parts)-1)
}

// label is a part in the table: its number, and what it is where the column
// does not say so.
func (w words) label(part center.PaymentPart, kind center.DocumentKind) string {
	number := clean(part.Number)
	if kind == severalKinds {
		return w.pay.papers[paperKind(part)].column + " " + w.isolate(number)
	}
	return number
}

// named is a part at the head of a line.
func (w words) named(part center.PaymentPart, kind center.DocumentKind) string {
	if kind == severalKinds {
		return w.label(part, kind)
	}
	return w.ltr(clean(part.Number))
}
