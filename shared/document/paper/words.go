package paper

// word names a word or a sentence of papers. In those with a %s or a %d a value
// stands.
type word int

// The words. The catalogue below has each in both languages.
const (
	wordCenter word = iota
	wordPageOf
	wordInvoice
	wordTaxInvoice
	wordCreditNote
	wordDebitNote
	wordProforma
	wordNumber
	wordIssued
	wordDue
	wordPO
	wordDefaultPO
	wordContract
	wordYourReference
	wordType
	wordRefersTo
	wordFrom
	wordBillTo
	wordTaxNumber
	wordIdentifier
	wordDescription
	wordQuantity
	wordUnitPrice
	wordTax
	wordNet
	wordPer
	wordAllowances
	wordDiscount
	wordCharge
	wordAmount
	wordAmountIn
	wordTaxes
	wordCategory
	wordRate
	wordTaxable
	wordTaxIn
	wordLineTotal
	wordAllowanceTotal
	wordChargeTotal
	wordBeforeTax
	wordTaxTotal
	wordWithTax
	wordPrepaid
	wordRounding
	wordPayable
	wordCredited
	wordAccount
	wordBalanceOn
	wordDate
	wordEntry
	wordReference
	wordOutstanding
	wordProcessing
	wordSettled
	wordCancelled
	wordCreditLeft
	wordStatus
	wordOpen
	wordPastDue
	wordSubmitted
	wordClosed
	wordEntryPayment
	wordEntryCredit
	wordEntryPrepaid
	wordEntryGiven
	wordEntryRefund
	wordEntryInvoice
	wordEntryCreditNote
	wordPaymentTerms
	wordPaymentMeans
	wordMeansCash
	wordMeansCheque
	wordMeansTransfer
	wordMeansCard
	wordMeansDebit
	wordBankDetails
	wordBank
	wordHolder
	wordIBAN
	wordBIC
	wordQuoteThis
	wordNotes
	wordTaxS
	wordTaxZ
	wordTaxE
	wordTaxAE
	wordTaxK
	wordTaxG
	wordTaxO
	wordHardware
	wordSubscription
	wordSupport
	wordLicense
	wordEducation
	wordConsulting
	wordService
	wordUsage
	wordAttached
	wordReceipt
	wordPaidOn
	wordPaidBy
	wordMethod
	wordCovered
	wordByPayment
	wordByCredit
	wordStillOpen
	wordCreditUsed
	wordRefunded
	wordTotalPaid
	wordStatement
	wordPeriod
	wordPeriodOf
	wordOpening
	wordClosing
	wordCharges
	wordPayments
	wordBalanceIn
	wordAging
	wordAgingCurrent
	wordAgingDays
	wordAgingOver
	wordNoEntries
	wordSchedule
	wordInvoicedOn
	wordProduct
	wordOrder
	wordFrequency
	wordMonthly
	wordQuarterly
	wordHalfYearly
	wordYearly
	wordOnce
	wordMonthlyUsed
	wordState
	wordInvoiced
	wordNotInvoiced
	wordTotal
	wordEstimatedTax
	wordNoScheduled
	wordContractSummary
	wordSupportID
	wordStart
	wordEnd
	wordAutoRenew
	wordHours
	wordDays
	wordWeeks
	wordMonths
	wordYears
	wordKilograms
	wordMetres
	wordLitres
	wordYes
	wordNo
	wordCustomer
	wordPlans
	wordCommitment
	wordUsed
	wordContacts
	wordName
	wordEmail
	wordRole
	wordList
	wordCreditList
	wordAllInvoices
	wordListed
	wordSum
	wordComma
	wordMatching
	wordBetween
	wordFromOn
	wordUntil
	wordPrepaidBack
	wordEntryRewards
	wordRewardsBack
	wordPlanFuture
	wordPlanActive
	wordPlanOnHold
	wordPlanExpiring
	wordPlanExpired
	wordPlanTerminated
	wordTerminatedOn
	wordSoldTo
	wordBilledTo
	wordServiceFor
	wordEndUser
	wordReseller
	wordRoleBilling
	wordRoleTechnical
	wordRoleAdmin
	wordRoleBuyer
	wordCount
)

// catalogue is every word in both languages. Digits are Latin in both, as
// they are everywhere in the center.
var catalogue = [wordCount]struct{ english, arabic string }{
	wordCenter:          {"Customer Center", "مركز العملاء"},
	wordPageOf:          {"Page %d of %d", "صفحة %d من %d"},
	wordInvoice:         {"Invoice", "فاتورة"},
	wordTaxInvoice:      {"Tax invoice", "فاتورة ضريبية"},
	wordCreditNote:      {"Credit note", "إشعار دائن"},
	wordDebitNote:       {"Debit note", "إشعار مدين"},
	wordProforma:        {"Pro forma invoice", "فاتورة مبدئية"},
	wordNumber:          {"Number", "الرقم"},
	wordIssued:          {"Issue date", "تاريخ الإصدار"},
	wordDue:             {"Due date", "تاريخ الاستحقاق"},
	wordPO:              {"Purchase order", "أمر الشراء"},
	wordDefaultPO:       {"Your purchase order", "أمر شرائكم"},
	wordContract:        {"Contract", "العقد"},
	wordYourReference:   {"Your reference", "مرجعكم"},
	wordType:            {"Type", "النوع"},
	wordRefersTo:        {"Refers to", "تشير إلى"},
	wordFrom:            {"From", "من"},
	wordBillTo:          {"Bill to", "إلى"},
	wordTaxNumber:       {"VAT number", "الرقم الضريبي"},
	wordIdentifier:      {"Registration", "رقم التسجيل"},
	wordDescription:     {"Description", "البيان"},
	wordQuantity:        {"Quantity", "الكمية"},
	wordUnitPrice:       {"Unit price", "سعر الوحدة"},
	wordTax:             {"Tax", "الضريبة"},
	wordNet:             {"Net (%s)", "الصافي (%s)"},
	wordPer:             {"per %s", "لكل %s"},
	wordAllowances:      {"Discounts and charges", "الخصومات والرسوم"},
	wordDiscount:        {"Discount", "خصم"},
	wordCharge:          {"Charge", "رسم إضافي"},
	wordAmount:          {"Amount", "المبلغ"},
	wordAmountIn:        {"Amount (%s)", "المبلغ (%s)"},
	wordTaxes:           {"Tax summary", "ملخص الضريبة"},
	wordCategory:        {"Category", "الفئة"},
	wordRate:            {"Rate", "النسبة"},
	wordTaxable:         {"Taxable (%s)", "الخاضع للضريبة (%s)"},
	wordTaxIn:           {"Tax (%s)", "الضريبة (%s)"},
	wordLineTotal:       {"Sum of lines", "مجموع البنود"},
	wordAllowanceTotal:  {"Discounts", "الخصومات"},
	wordChargeTotal:     {"Charges", "الرسوم الإضافية"},
	wordBeforeTax:       {"Total before tax", "الإجمالي قبل الضريبة"},
	wordTaxTotal:        {"Tax", "الضريبة"},
	wordWithTax:         {"Total with tax", "الإجمالي شامل الضريبة"},
	wordPrepaid:         {"Prepaid", "مدفوع مقدمًا"},
	wordRounding:        {"Rounding", "فرق التقريب"},
	wordPayable:         {"Amount payable", "المبلغ المستحق"},
	wordCredited:        {"Amount credited", "المبلغ الدائن"},
	wordAccount:         {"Account", "الحساب"},
	wordBalanceOn:       {"Balance on %s", "الرصيد في %s"},
	wordDate:            {"Date", "التاريخ"},
	wordEntry:           {"Entry", "القيد"},
	wordReference:       {"Reference", "المرجع"},
	wordOutstanding:     {"Outstanding", "المتبقي"},
	wordProcessing:      {"Payment being confirmed", "دفعة قيد التأكيد"},
	wordSettled:         {"Settled", "المسدَّد"},
	wordCancelled:       {"Cancelled", "الملغى"},
	wordCreditLeft:      {"Credit left", "الرصيد الدائن المتبقي"},
	wordStatus:          {"Status", "الحالة"},
	wordOpen:            {"Open", "مفتوحة"},
	wordPastDue:         {"Past due", "متأخرة"},
	wordSubmitted:       {"Payment submitted", "السداد قيد التأكيد"},
	wordClosed:          {"Closed", "مغلقة"},
	wordEntryPayment:    {"Payment", "دفعة"},
	wordEntryCredit:     {"Credit applied", "خصم إشعار دائن"},
	wordEntryPrepaid:    {"Paid beforehand", "مدفوع مسبقًا"},
	wordEntryGiven:      {"Credit given", "رصيد مستخدم في فاتورة"},
	wordEntryRefund:     {"Refund", "رد دفعة"},
	wordEntryInvoice:    {"Invoice", "فاتورة"},
	wordEntryCreditNote: {"Credit note", "إشعار دائن"},
	wordPaymentTerms:    {"Payment terms", "شروط السداد"},
	wordPaymentMeans:    {"Ways to pay", "طرق السداد"},
	wordMeansCash:       {"Cash", "نقدًا"},
	wordMeansCheque:     {"Cheque", "شيك"},
	wordMeansTransfer:   {"Bank transfer", "تحويل مصرفي"},
	wordMeansCard:       {"Card", "بطاقة"},
	wordMeansDebit:      {"Direct debit", "خصم مباشر"},
	wordBankDetails:     {"Bank details", "البيانات المصرفية"},
	wordBank:            {"Bank", "المصرف"},
	wordHolder:          {"Account holder", "صاحب الحساب"},
	wordIBAN:            {"IBAN or account number", "رقم الآيبان أو الحساب"},
	wordBIC:             {"BIC", "رمز BIC"},
	wordQuoteThis:       {"Please quote", "يُرجى ذكر"},
	wordNotes:           {"Notes", "ملاحظات"},
	wordTaxS:            {"Standard rate", "النسبة الأساسية"},
	wordTaxZ:            {"Zero rated", "نسبة الصفر"},
	wordTaxE:            {"Exempt", "معفى"},
	wordTaxAE:           {"Reverse charge", "احتساب عكسي"},
	wordTaxK:            {"Intra-community supply", "توريد داخل الاتحاد الأوروبي"},
	wordTaxG:            {"Export", "تصدير"},
	wordTaxO:            {"Outside the scope of tax", "خارج نطاق الضريبة"},
	wordHardware:        {"Hardware", "أجهزة"},
	wordSubscription:    {"Subscription", "اشتراك"},
	wordSupport:         {"Support", "دعم فني"},
	wordLicense:         {"Licence", "ترخيص"},
	wordEducation:       {"Education", "تدريب"},
	wordConsulting:      {"Consulting", "استشارات"},
	wordService:         {"Service", "خدمة"},
	wordUsage:           {"Usage", "استهلاك"},
	wordAttached:        {"The UBL 2.1 document is attached to this file.", "مستند UBL 2.1 مرفق بهذا الملف."},
	wordReceipt:         {"Receipt", "إيصال"},
	wordPaidOn:          {"Paid on", "تاريخ الدفع"},
	wordPaidBy:          {"Paid by", "الدافع"},
	wordMethod:          {"Method", "وسيلة الدفع"},
	wordCovered:         {"What was paid", "ما سُدد"},
	wordByPayment:       {"Paid (%s)", "المدفوع (%s)"},
	wordByCredit:        {"From credit (%s)", "من الرصيد (%s)"},
	wordStillOpen:       {"Still open (%s)", "المتبقي (%s)"},
	wordCreditUsed:      {"Account credit used", "الرصيد المستخدم"},
	wordRefunded:        {"Refunded", "المردود"},
	wordTotalPaid:       {"Total paid", "إجمالي المدفوع"},
	wordStatement:       {"Statement of account", "كشف حساب"},
	wordPeriod:          {"Period", "الفترة"},
	wordPeriodOf:        {"%s – %s", "%s – %s"},
	wordOpening:         {"Opening balance", "الرصيد الافتتاحي"},
	wordClosing:         {"Closing balance", "الرصيد الختامي"},
	wordCharges:         {"Charges (%s)", "مدين (%s)"},
	wordPayments:        {"Payments and credits (%s)", "دائن (%s)"},
	wordBalanceIn:       {"Balance (%s)", "الرصيد (%s)"},
	wordAging:           {"Outstanding by age", "المتبقي حسب مدة التأخر"},
	wordAgingCurrent:    {"Not yet due", "لم يحن موعدها"},
	wordAgingDays:       {"%d–%d days late", "متأخرة %d–%d يومًا"},
	wordAgingOver:       {"Over %d days late", "متأخرة أكثر من %d يومًا"},
	wordNoEntries:       {"Nothing was booked in this period.", "لم يُقيد شيء في هذه الفترة."},
	wordSchedule:        {"Invoice schedule", "جدول الفواتير"},
	wordInvoicedOn:      {"Invoiced on", "تاريخ الفوترة"},
	wordProduct:         {"Product", "المنتج"},
	wordOrder:           {"Order", "الطلب"},
	wordFrequency:       {"Billing", "الفوترة"},
	wordMonthly:         {"Monthly", "شهريًا"},
	wordQuarterly:       {"Quarterly", "كل ثلاثة أشهر"},
	wordHalfYearly:      {"Twice a year", "كل ستة أشهر"},
	wordYearly:          {"Yearly", "سنويًا"},
	wordOnce:            {"Once", "مرة واحدة"},
	wordMonthlyUsed:     {"Monthly, for what was used", "شهريًا، عمّا استُخدم"},
	wordState:           {"State", "الحالة"},
	wordInvoiced:        {"Invoiced", "مفوترة"},
	wordNotInvoiced:     {"Not yet invoiced", "لم تُفوتر بعد"},
	wordTotal:           {"Total before tax", "الإجمالي قبل الضريبة"},
	wordEstimatedTax:    {"Estimated tax", "الضريبة المقدرة"},
	wordNoScheduled:     {"Nothing is scheduled in this period.", "لا شيء مجدول في هذه الفترة."},
	wordContractSummary: {"Contract summary", "ملخص العقد"},
	wordSupportID:       {"Support identifier (CSI)", "معرّف الدعم (CSI)"},
	wordStart:           {"Start", "البداية"},
	wordEnd:             {"End", "النهاية"},
	wordAutoRenew:       {"Renews by itself", "يتجدد تلقائيًا"},
	wordHours:           {"hours", "ساعة"},
	wordDays:            {"days", "يوم"},
	wordWeeks:           {"weeks", "أسبوع"},
	wordMonths:          {"months", "شهر"},
	wordYears:           {"years", "سنة"},
	wordKilograms:       {"kg", "كغ"},
	wordMetres:          {"m", "م"},
	wordLitres:          {"l", "ل"},
	wordYes:             {"Yes", "نعم"},
	wordNo:              {"No", "لا"},
	wordCustomer:        {"Customer", "العميل"},
	wordPlans:           {"Plans and services", "الباقات والخدمات"},
	wordCommitment:      {"Commitment", "الالتزام"},
	wordUsed:            {"Used of it", "المستخدم منه"},
	wordContacts:        {"Contacts", "جهات الاتصال"},
	wordName:            {"Name", "الاسم"},
	wordEmail:           {"E-mail", "البريد الإلكتروني"},
	wordRole:            {"Role", "الدور"},
	wordList:            {"Invoices", "الفواتير"},
	wordCreditList:      {"Credit notes", "الإشعارات الدائنة"},
	wordAllInvoices:     {"All invoices", "كل الفواتير"},
	wordListed:          {"What is listed", "محتوى القائمة"},
	wordSum:             {"Sum", "المجموع"},
	wordComma:           {", ", "، "},
	wordMatching:        {"Matching “%s”", "تطابق «%s»"},
	wordBetween:         {"%s: %s to %s", "%s: من %s إلى %s"},
	wordFromOn:          {"%s: from %s", "%s: من %s"},
	wordUntil:           {"%s: up to %s", "%s: حتى %s"},
	wordEntryRewards:    {"Rewards", "مكافآت"},
	wordRewardsBack:     {"Rewards returned", "رد مكافآت"},
	wordPrepaidBack:     {"Prepayment refunded", "رد دفعة مقدمة"},
	wordPlanFuture:      {"Not begun", "لم يبدأ"},
	wordPlanActive:      {"Active", "سارٍ"},
	wordPlanOnHold:      {"On hold", "معلّق"},
	wordPlanExpiring:    {"Ends soon", "ينتهي قريبًا"},
	wordPlanExpired:     {"Ended", "منتهٍ"},
	wordPlanTerminated:  {"Terminated", "مفسوخ"},
	wordTerminatedOn:    {"Terminated on", "تاريخ الفسخ"},
	wordSoldTo:          {"Sold to", "المشتري"},
	wordBilledTo:        {"Billed to", "المفوتَر إليه"},
	wordServiceFor:      {"Service for", "المستفيد من الخدمة"},
	wordEndUser:         {"End user", "المستخدم النهائي"},
	wordReseller:        {"Reseller", "الموزّع"},
	wordRoleBilling:     {"Billing", "الفوترة"},
	wordRoleTechnical:   {"Technical", "تقني"},
	wordRoleAdmin:       {"Administration", "الإدارة"},
	wordRoleBuyer:       {"Buyer", "المشتري"},
}

var (
	englishMonths = [...]string{"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"}
	arabicMonths  = [...]string{"يناير", "فبراير", "مارس", "أبريل", "مايو", "يونيو", "يوليو", "أغسطس", "سبتمبر", "أكتوبر", "نوفمبر", "ديسمبر"}
)
