package demo

import (
	"strconv"

	"customercenter/shared/center"
)

var riyadhTerms = 30

// riyadh is a food supplier billed in riyals with 15 % VAT, in Arabic.
var riyadh = customer{
	slug:  "riyadh",
	title: "شركة ديار اليمامة للإمداد الغذائي",
	account: center.AccountRecord{
		Key: "SA311076524900003", Name: "شركة ديار اليمامة للإمداد الغذائي", TradingName: "ديار اليمامة",
		TimeZone: "Asia/Riyadh", Locale: "ar", NetTermsDays: &riyadhTerms, BillingAddress: &riyadhAddress,
		TaxIDs: []string{"311076524900003"}, OperatorNotes: "Pays by transfer on Sundays; asks for Arabic documents.",
	},
	party: center.Party{
		Name: "شركة ديار اليمامة للإمداد الغذائي", TradingName: "ديار اليمامة", VAT: "311076524900003",
		IDs: []center.PartyID{{Scheme: "CRN", Value: "1010738265", Legal: true}}, Address: &riyadhAddress,
	},
	seller: seller{
		party: center.Party{
			Name: "شركة نورثفين العربية لتقنية المعلومات", TradingName: "نورثفين العربية", VAT: "310482917500003",
			IDs: []center.PartyID{{Scheme: "CRN", Value: "1010648291", Legal: true}},
			Address: &center.Address{Street: "طريق الملك فهد", Building: "7421", District: "العليا", City: "الرياض",
				Postcode: "12214", Country: "SA"},
			Contact: "قسم الفوترة", Emails: []string{"billing.sa@northvane.example"},
		},
		prefix: "NVSA", currency: "SAR", category: "S", ratePoints: 1500, terms: riyadhTerms,
		termsNote: "السداد خلال 30 يومًا من تاريخ الفاتورة",
		note:      "يُرجى ذكر رقم الفاتورة في بيان الحوالة البنكية.",
	},
	people: []player{
		{"noura@diyar-yamamah.example", "نورة القحطاني", center.ContactPrimary, true, "finance manager, named first on the first order"},
		{"fahd@diyar-yamamah.example", "فهد العتيبي", center.ContactPayables, true, "pays the invoices"},
		{"sara@diyar-yamamah.example", "سارة الدوسري", center.ContactPurchasing, true, "sees the orders that name her"},
		{"majed@diyar-yamamah.example", "ماجد الحربي", center.ContactPurchasing, true, "technical contact of two orders"},
		{"abeer@diyar-yamamah.example", "عبير السبيعي", center.ContactPurchasing, true, "named on the newest order only"},
		{"abdulaziz@diyar-yamamah.example", "عبدالعزيز الشمري", center.ContactExecutive, false, "managing director, reads"},
		{"layla@haddad-partners.example", "ليلى حداد", center.ContactAccountant, false, "outside accountant, also of the Kuwait account"},
	},
	play: playRiyadh,
}

var riyadhAddress = center.Address{Street: "شارع التخصصي", Building: "2874", District: "المعذر الشمالي", City: "الرياض",
	Postcode: "12334", Country: "SA"}

// The purchases and contracts papers of the Riyadh account refer to.
const (
	riyadhPlatformPO = "4500118204"
	riyadhServersPO  = "4500118541"
	riyadhTrainingPO = "4500131077"
	riyadhPlatform   = "CTR-SA-20417"
	riyadhSupport    = "CTR-SA-21950"
)

func playRiyadh(l *ledger) {
	riyadhOrders(l)
	riyadhRunning(l)
	riyadhSettled(l)
	riyadhOpen(l)
	riyadhCredits(l)
	l.stories(words{prefix: "45001", pending: "تراخيص إضافية لمنصة تخطيط الموارد", partly: "محطات مسح الباركود", extra: "تركيب وتهيئة في الموقع",
		held: "وحدات تخزين احتياطي", ended: "شاشات عرض للمستودع", price: "2350.00", hold: "بانتظار تأكيد عنوان التركيب",
		thanks: "يبدأ التجهيز فور السداد.", offer: "تمديد الدعم الفني المتميز"})
	l.contract(contract{
		number: riyadhPlatform, title: "اتفاقية منصة تخطيط الموارد السحابية", order: riyadhPlatformPO, startedMonthsAgo: history, months: 36, auto: true,
		plans: []plan{
			{"SUB-SA-48210", "اشتراك منصة تخطيط الموارد السحابية", "NV-ERP-BUS", "21480911", "120", "148.00", 1, ""},
			{"SUB-SA-48211", "استهلاك خدمات الحوسبة السحابية", "NV-CLD-PAYG", "21480912", "", "", inArrears, "90000.00"},
		},
	})
	l.contract(contract{
		number: riyadhSupport, title: "اتفاقية الدعم الفني لقواعد البيانات", order: riyadhServersPO, startedMonthsAgo: 22, months: 24,
		plans: []plan{{"SUB-SA-51877", "الدعم الفني المتميز لقواعد البيانات", "NV-SUP-PREM", "21480937", "1", "14250.00", 3, ""}},
	})
}

func riyadhOrders(l *ledger) {
	noura, fahd := person{"نورة القحطاني", "noura@diyar-yamamah.example"}, person{"فهد العتيبي", "fahd@diyar-yamamah.example"}
	sara, majed := person{"سارة الدوسري", "sara@diyar-yamamah.example"}, person{"ماجد الحربي", "majed@diyar-yamamah.example"}
	reem := person{"ريم الشهري", "reem.alshehri@northvane.example"}
	store := person{"سالم باوزير", "store@diyar-yamamah.example"}
	l.order(order{
		number: riyadhPlatformPO, contract: riyadhPlatform, quote: "Q-SA-7719", note: "أمر شراء منصة تخطيط الموارد وخدمات التشغيل",
		items: []item{
			{name: "اشتراك منصة تخطيط الموارد السحابية", text: "باقة الأعمال لمدة ستة وثلاثين شهرًا", quantity: "4320", price: "148.00", unit: unitMonth},
			{name: "خدمة المراقبة والتشغيل المُدارة", text: "ستة وثلاثون شهرًا", quantity: "36", price: "6850.00", unit: unitMonth},
		},
		ordering: sara, financial: []person{noura, fahd}, technical: majed, delivery: store, sales: reem,
	}, 775)
	l.order(order{
		number: riyadhServersPO, contract: riyadhSupport, quote: "Q-SA-8260", note: "تحديث خوادم قواعد البيانات",
		items: []item{
			{name: "خادم قواعد بيانات NV-4200", text: "معالجان وذاكرة 512 غيغابايت", quantity: "2", price: "38600.00", unit: unitPiece},
			{name: "الدعم الفني المتميز لقواعد البيانات", text: "سنة واحدة", quantity: "4", price: "14250.00", unit: unitPiece},
		},
		ordering: sara, financial: []person{fahd}, technical: majed, delivery: store, sales: reem,
	}, 716)
	sellers := l.seller.party
	l.order(order{
		number: riyadhTrainingPO, note: "تدريب فريق المستودعات",
		items:    []item{{name: "دورة تدريبية: إدارة المخزون على المنصة", text: "ثلاثة أيام في مقر العميل", quantity: "12", price: "1950.00", unit: unitPiece}},
		ordering: person{"عبير السبيعي", "abeer@diyar-yamamah.example"}, financial: []person{fahd},
		technical: person{"ياسر نادر", "yasser.nader@northvane.example"}, technicalOf: &sellers, sales: reem,
	}, 66)
}

// riyadhRunning is what comes every month and quarter.
func riyadhRunning(l *ledger) {
	for _, p := range l.monthly(center.TypeSubscription, false, func(month int, p center.Period) []item {
		users := 90 + 15*min(month/9, 2)
		return []item{
			{name: "اشتراك منصة تخطيط الموارد السحابية", text: "باقة الأعمال، رسوم شهرية لكل مستخدم",
				quantity: count(users), price: "148.00", unit: unitPiece, period: &p},
			{name: "مساحة تخزين سحابية إضافية", text: "رسوم شهرية لكل تيرابايت", quantity: count(4 + month/6), price: "215.00", unit: unitTera, period: &p},
		}
	}) {
		p.on(riyadhPlatformPO, riyadhPlatform)
	}
	used := l.monthly(center.TypeUsage, true, func(month int, p center.Period) []item {
		return []item{
			{name: "استهلاك خدمات الحوسبة السحابية", text: "ساعات المعالجة المستهلكة خلال الشهر",
				quantity: count(3900+70*month+l.between(-260, 260)) + ".5", price: "0.4125", unit: unitHour, period: &p},
			{name: "نقل البيانات الصادرة", text: "بالغيغابايت", quantity: count(l.between(900, 1900)), price: "0.1950", unit: unitGiga, period: &p},
		}
	})
	for _, p := range used {
		p.on(riyadhPlatformPO, riyadhPlatform)
	}
	l.usage("SUB-SA-48211", used)
	for _, p := range l.monthly(center.TypeService, false, func(_ int, p center.Period) []item {
		return []item{{name: "خدمة المراقبة والتشغيل المُدارة", text: "مراقبة على مدار الساعة وتقرير أداء شهري",
			quantity: "1", price: "6850.00", unit: unitMonth, period: &p}}
	}) {
		p.on(riyadhPlatformPO, riyadhPlatform)
	}
	for quarter := 0; quarter < 8; quarter++ {
		ago := 22 - 3*quarter
		period := center.Period{Start: l.month(ago).Start, End: l.month(ago - 2).End}
		l.bill(center.TypeSupport, period.Start, item{name: "الدعم الفني المتميز لقواعد البيانات", text: "رقم الدعم CSI 21480937، رسوم ربع سنوية",
			quantity: "1", price: "14250.00", unit: unitPiece, period: &period}).on(riyadhServersPO, riyadhSupport)
	}
}

// riyadhSettled is what was bought once and paid long ago.
func riyadhSettled(l *ledger) {
	for _, old := range []struct {
		daysAgo int
		of      center.InvoiceType
		po      string
		items   []item
	}{
		{702, center.TypeLicense, "4500118650", []item{{name: "رخصة دائمة لنظام إدارة المستودعات", text: "لكل مستودع", quantity: "6", price: "18400.00", unit: unitPiece}}},
		{688, center.TypeConsulting, "4500118702", []item{{name: "خدمات استشارية: تحليل متطلبات المستودعات", text: "استشاري أول", quantity: "9", price: "3400.00", unit: unitDay}}},
		{655, center.TypeConsulting, "4500118702", []item{{name: "خدمات استشارية: ترحيل البيانات إلى النظام الجديد", text: "استشاري أول", quantity: "14.5", price: "3400.00", unit: unitDay}}},
		{611, center.TypeEducation, "4500119377", []item{{name: "دورة تدريبية: أساسيات المنصة", text: "خمسة أيام", quantity: "10", price: "2250.00", unit: unitPiece}}},
		{540, center.TypeHardware, "4500120148", []item{
			{name: "محوّل شبكة NV-S24", text: "أربعة وعشرون منفذًا", quantity: "6", price: "4120.00", unit: unitPiece},
			{name: "نقطة وصول لاسلكية للمستودعات", text: "مقاومة للغبار والرطوبة", quantity: "18", price: "1365.00", unit: unitPiece}}},
		{471, center.TypeSupport, "4500121903", []item{{name: "تجديد الدعم الفني السنوي لوحدات التخزين", text: "رقم الدعم CSI 21480952", quantity: "1", price: "31800.00", unit: unitYear}}},
		{402, center.TypeConsulting, "4500122815", []item{{name: "خدمات استشارية: ربط المنصة بنظام المحاسبة", text: "مهندس تكامل", quantity: "11", price: "3150.00", unit: unitDay}}},
		{676, center.TypeHardware, riyadhServersPO, []item{{name: "خادم قواعد بيانات NV-4200", text: "معالجان وذاكرة 512 غيغابايت", quantity: "1", price: "38600.00", unit: unitPiece}}},
		{233, center.TypeEducation, "4500127740", []item{{name: "دورة تدريبية: إعداد التقارير والتحليلات", text: "يومان عن بُعد", quantity: "14", price: "1180.00", unit: unitPiece}}},
		{171, center.TypeLicense, "4500128866", []item{{name: "رخصة وحدة التنبؤ بالطلب", text: "رخصة سنوية لكل فرع", quantity: "9", price: "5275.00", unit: unitYear}}},
	} {
		l.bill(old.of, l.today.AddDays(-old.daysAgo), old.items...).on(old.po, "")
	}
}

// riyadhOpen is what is still owed, from long past due to not yet due.
func riyadhOpen(l *ledger) {
	l.unpaid(187, center.TypeService, item{name: "تمديد كابلات الألياف البصرية في مركز البيانات", text: "المرحلة الأولى", quantity: "1", price: "27450.00", unit: unitPiece}).
		on("4500125518", "").as(asUBL)
	l.unpaid(74, center.TypeSupport, item{name: "تجديد الدعم الفني السنوي لوحدات التخزين", text: "رقم الدعم CSI 21480952", quantity: "1", price: "33400.00", unit: unitYear}).on("4500129604", "")
	license := l.unpaid(41, center.TypeLicense, item{name: "رخصة دائمة لنظام إدارة المستودعات", text: "لكل مستودع", quantity: "3", price: "18400.00", unit: unitPiece}).on("4500130012", "")
	license.discount = discount{500, "خصم كمية 5%"}
	l.unpaid(24, center.TypeEducation, item{name: "دورة تدريبية: إدارة المخزون على المنصة", text: "ثلاثة أيام في مقر العميل", quantity: "12", price: "1950.00", unit: unitPiece}).on(riyadhTrainingPO, "")
	l.unpaid(9, center.TypeHardware, item{name: "قارئ باركود محمول للمستودعات", text: "مع قاعدة شحن", quantity: "24", price: "1185.00", unit: unitPiece}).on("4500130771", "")
	l.unpaid(2, center.TypeConsulting, item{name: "خدمات استشارية: تحسين أداء قواعد البيانات", text: "مهندس قواعد بيانات", quantity: "6.5", price: "3400.00", unit: unitDay})
	l.unpaid(0, center.TypeService, item{name: "صيانة دورية لغرفة الخوادم", text: "زيارة ربع سنوية", quantity: "1", price: "4925.00", unit: unitPiece}).on("4500130958", "")
	l.unpaid(-1, center.TypeHardware, item{name: "بطاريات احتياطية لوحدات الطاقة", text: "طقم من أربع بطاريات", quantity: "5", price: "1640.00", unit: unitPiece}).on("4500131120", "")
	l.unpaid(-12, center.TypeService, item{name: "اختبار اختراق للبوابة الإلكترونية", text: "تقرير مفصل وعرض للنتائج", quantity: "1", price: "22800.00", unit: unitPiece}).
		on("4500131206", "").as(asUBL)
	l.unpaid(-23, center.TypeEducation, item{name: "دورة تدريبية: أمن المعلومات للموظفين", text: "عن بُعد", quantity: "40", price: "210.00", unit: unitPiece}).on("4500131288", "")
}

// riyadhCredits is what was taken back or added later.
func riyadhCredits(l *ledger) {
	servers := l.unpaid(104, center.TypeHardware,
		item{name: "خادم قواعد بيانات NV-4200", text: "معالجان وذاكرة 512 غيغابايت", quantity: "1", price: "38600.00", unit: unitPiece},
		item{name: "طقم تركيب في خزانة الخوادم", quantity: "1", price: "3250.00", unit: unitPiece}).on("4500129118", "")
	l.credit(servers, l.today.AddDays(-88), "إشعار دائن عن طقم تركيب لم يُورَّد.",
		item{name: "طقم تركيب في خزانة الخوادم", quantity: "1", price: "3250.00", unit: unitPiece})
	course := l.unpaid(33, center.TypeEducation, item{name: "دورة تدريبية: إدارة المشتريات", text: "أُلغيت بطلب العميل", quantity: "8", price: "1950.00", unit: unitPiece}).on("4500130240", "")
	l.credit(course, l.today.AddDays(-40), "إلغاء الدورة التدريبية بالكامل.", course.items...)
	l.credit(nil, l.today.AddDays(-51), "تعويض عن انقطاع الخدمة وفق اتفاقية مستوى الخدمة.",
		item{name: "تعويض اتفاقية مستوى الخدمة", text: "انقطاع المنصة لمدة ثلاث ساعات", quantity: "1", price: "2400.00", unit: unitPiece}).as(asUBL)
	consulting := l.unpaid(58, center.TypeConsulting, item{name: "خدمات استشارية: إعداد خطة استمرارية الأعمال", text: "استشاري أول", quantity: "8", price: "3400.00", unit: unitDay}).on("4500129877", "")
	l.debit(16, consulting, "إشعار مدين عن ساعات عمل إضافية خارج أوقات الدوام.",
		item{name: "ساعات عمل إضافية", text: "يوم الجمعة", quantity: "7.5", price: "510.00", unit: unitHour})
	l.bill(center.TypeHardware, l.today.AddDays(-120), item{name: "تسوية: إعادة وحدات ذاكرة غير مطابقة", quantity: "-4", price: "1890.00", unit: unitPiece}).on("4500128120", "").paid = ""
	l.proforma(6, "فاتورة مبدئية لتجديد الدعم الفني، لا تستوجب السداد.",
		item{name: "تجديد الدعم الفني المتميز لقواعد البيانات", text: "رقم الدعم CSI 21480937", quantity: "4", price: "14820.00", unit: unitPiece})
}

// count writes a whole quantity.
func count(n int) center.Decimal { return center.Decimal(strconv.Itoa(n)) }
