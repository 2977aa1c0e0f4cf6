package mail

import "customercenter/shared/center"

// paperLetterWords are what letters that bring papers say in one language.
type paperLetterWords struct {
	listSubject                                      func(n int) string
	rest                                             func(n int) string
	listTitle, listAsked, listSent, listButton, open string
	listed, drawnOn, amount, listLine, totalLine     string
	creditNote                                       string
	statuses                                         map[center.InvoiceStatus]string
	whyMe, whyColleague, whyOutside, whyCopy         string
	enclosed, areEnclosed, notEnclosed, andFile      string
	fileKinds                                        map[string]string
	statementSubject, statementTitle, statementIntro string
	statementButton, statementWrong, period          string
	periodLabel, opening, charges, payments, closing string
	entry, late, lateNow                             string
	nothingBooked, nothingBookedAnswer               string
	issuedSubject, dueSubject, issuedTitle           string
	issuedIntro, issuedButton                        string
	issuer, issuedOn, dueOn, po                      string
}

func (w words) paperLetters() paperLetterWords {
	if w.lang == arabic.lang {
		return arabicPaperLetters
	}
	return englishPaperLetters
}

// Media types of the files that letters enclose.
const (
	typePDF = "application/pdf"
	typeCSV = "text/csv"
	typeUBL = "application/xml"
)

var englishPaperLetters = paperLetterWords{
	listSubject: func(n int) string { return englishCount(n, "invoice") },
	rest: func(n int) string {
		return "and " + englishCount(n, "more invoice") + ", in the files that come with this letter"
	},
	listTitle: "A list of invoices", listButton: "See the invoices", open: "%s open",
	listAsked: "This is the list you asked for, as it stood on %s.",
	listSent:  "%s sent you this list, as it stood on %s.",
	listed:    "What is listed", drawnOn: "Drawn on", amount: "Amount", listLine: "%s: %s, of which %s is open. %s", totalLine: "%s: %s, of which %s is open",
	creditNote: "Credit note",
	statuses: map[center.InvoiceStatus]string{center.InvoiceOpen: "Open", center.InvoicePastDue: "Past due", center.InvoicePaymentSubmitted: "Payment being confirmed",
		center.InvoiceClosed: "Closed"},
	whyMe:        "Why do you get this?",
	whyColleague: "A colleague of this account sent it to you. Answers to this letter go to her or him.",
	whyOutside:   "It was sent to your address on purpose, once. You have no access to the center by it. Answers to this letter go to who sent it.",
	whyCopy:      "The account asked for copies of its invoices to go to this address. You have no access to the center by it.",
	enclosed:     "What comes with this letter", areEnclosed: "With this letter: %s.", andFile: ", ",
	notEnclosed: "The files are too large for a letter. You find them in the center.",
	fileKinds:   map[string]string{typePDF: "a PDF to read and keep", typeCSV: "a CSV file for spreadsheets", typeUBL: "the UBL document for other programs"},

	statementSubject: "Statement of account, %s", statementTitle: "Statement of account",
	statementIntro:  "This is what was owed, what was booked and what is owed now.",
	statementButton: "See the statement", statementWrong: "Please dispute the invoice in the center, or write to us: a disputed invoice is not reminded of while we look into it.",
	period: "%s to %s", periodLabel: "Period", opening: "Opening balance", charges: "Charges", payments: "Payments and credits", closing: "Closing balance",
	entry: "In this period", late: "Is something late?", lateNow: "%s of what is open today is past due.",
	nothingBooked: "Is nothing owed?", nothingBookedAnswer: "Nothing was booked in this period, and nothing is owed.",

	issuedSubject: "Invoice %s · %s", dueSubject: "due %s", issuedTitle: "A new invoice", issuedIntro: "A new invoice was issued to you.", issuedButton: "See and pay",
	issuer: "From", issuedOn: "Issued on", dueOn: "Due on", po: "Purchase order",
}

var arabicPaperLetters = paperLetterWords{
	listSubject: func(n int) string {
		if n == 0 {
			return "لا فواتير"
		}
		return arabicCount(n, "فاتورة واحدة", "فاتورتان", "%d فواتير", "%d فاتورة", "%d فاتورة")
	},
	rest: func(n int) string {
		return arabicCount(n, "وفاتورة أخرى", "وفاتورتان أخريان", "و%d فواتير أخرى", "و%d فاتورة أخرى", "و%d فاتورة أخرى") + " في الملفات المرفقة بهذه الرسالة"
	},
	listTitle: "قائمة فواتير", listButton: "عرض الفواتير", open: "المتبقي %s",
	listAsked: "هذه هي القائمة التي طلبتموها، كما كانت في %s.",
	listSent:  rightToLeftMark + "أرسل إليكم %s هذه القائمة، كما كانت في %s.",
	listed:    "محتوى القائمة", drawnOn: "تاريخ الإعداد", amount: "المبلغ", listLine: "%s: %s، المتبقي منها %s. %s", totalLine: "%s: %s، المتبقي منها %s",
	creditNote: "إشعار دائن",
	statuses: map[center.InvoiceStatus]string{center.InvoiceOpen: "مفتوحة", center.InvoicePastDue: "متأخرة", center.InvoicePaymentSubmitted: "السداد قيد التأكيد",
		center.InvoiceClosed: "مغلقة"},
	whyMe:        "لماذا تصلكم هذه الرسالة؟",
	whyColleague: "أرسلها إليكم أحد زملائكم في هذا الحساب. والرد على هذه الرسالة يصل إليه.",
	whyOutside:   "أُرسلت إلى عنوانكم عمدًا ولمرة واحدة، ولا تمنحكم دخولًا إلى المركز. والرد على هذه الرسالة يصل إلى من أرسلها.",
	whyCopy:      "طلب صاحب الحساب إرسال نسخ من فواتيره إلى هذا العنوان، ولا تمنحكم هذه الرسالة دخولًا إلى المركز.",
	enclosed:     "مرفقات هذه الرسالة", areEnclosed: "مع هذه الرسالة: %s.", andFile: "، ",
	notEnclosed: "الملفات أكبر من أن تحملها رسالة، وتجدونها في المركز.",
	fileKinds:   map[string]string{typePDF: "ملف PDF للقراءة والحفظ", typeCSV: "ملف CSV للجداول", typeUBL: "مستند UBL للبرامج الأخرى"},

	statementSubject: "كشف حساب، %s", statementTitle: "كشف حساب",
	statementIntro:  "ما كان مستحقًا، وما قُيد، وما هو مستحق الآن.",
	statementButton: "عرض الكشف", statementWrong: "يُرجى الاعتراض على الفاتورة في المركز أو الكتابة إلينا: لا نرسل تذكيرًا بفاتورة معترض عليها ما دمنا ننظر في الاعتراض.",
	period: "من %s إلى %s", periodLabel: "الفترة", opening: "الرصيد الافتتاحي", charges: "مدين", payments: "دفعات وأرصدة دائنة", closing: "الرصيد الختامي",
	entry: "في هذه الفترة", late: "هل من مبالغ متأخرة؟", lateNow: "من المبالغ المستحقة اليوم متأخر: %s.",
	nothingBooked: "ألا يوجد مبلغ مستحق؟", nothingBookedAnswer: "لم يُقيد شيء في هذه الفترة، ولا مبلغ مستحقًا.",

	issuedSubject: "الفاتورة %s · %s", dueSubject: "تستحق في %s", issuedTitle: "فاتورة جديدة", issuedIntro: "صدرت لكم فاتورة جديدة.", issuedButton: "عرض الفاتورة ودفعها",
	issuer: "من", issuedOn: "تاريخ الإصدار", dueOn: "تاريخ الاستحقاق", po: "أمر الشراء",
}
