package mail

import "customercenter/shared/center"

// contactWords are what letters about people and their access say in one
// language.
type contactWords struct {
	types map[center.ContactType]string
	and   string // between types
	kind  string // label of the type
	who   string // label of the person
	by    string // label of who did it
	vendor,
	reason string

	inviteSubject, invitePreheader, inviteTitle, inviteIntro string // who invites, the account
	inviteUntil, inviteSays, inviteButton                    string
	inviteNext, inviteNextAnswer, inviteNotMe, inviteNotMeDo string

	acceptedSubject, acceptedTitle, acceptedIntro string // the person, the account
	declinedSubject, declinedTitle, declinedIntro string
	declinedDo, declinedDoAnswer, peopleButton    string

	changes                           map[center.AuditKind]accessChange
	now, nothing                      string // what she may from then on
	changedAt                         string
	selfIntro, otherIntro, accessOpen string
	isItRight, isItRightAnswer        string
}

// accessChange says one change, to whom it is about and to others; the subject
// has the account.
type accessChange struct{ self, other, subjectSelf, subjectOther string }

var englishContact = contactWords{
	types: map[center.ContactType]string{
		center.ContactPrimary: "Primary billing contact", center.ContactPayables: "Payables", center.ContactPurchasing: "Purchasing",
		center.ContactExecutive: "Executive", center.ContactAccountant: "Accountant",
	},
	and: ", ", kind: "Access", who: "Person", by: "By", vendor: "Customer Center support", reason: "Reason",

	inviteSubject:    "%s invites you to %s in Customer Center",
	invitePreheader:  "Open the invitation to see what you will be able to do.",
	inviteTitle:      "You are invited",
	inviteIntro:      "%s invites you to %s: to see and handle its orders and invoices.",
	inviteUntil:      "Open until",
	inviteSays:       "%s writes:",
	inviteButton:     "Look at the invitation",
	inviteNext:       "What happens next?",
	inviteNextAnswer: "The page says what the invitation opens. Accept it there, and we mail a code to this address: nobody can enter with this letter alone.",
	inviteNotMe:      "Do you not expect this?",
	inviteNotMeDo:    "Choose “Not me” on the page, or do nothing: the invitation ends by itself.",

	acceptedSubject:  "%s accepted your invitation to %s",
	acceptedTitle:    "Your invitation was accepted",
	acceptedIntro:    "%s can now enter %s.",
	declinedSubject:  "%s declined your invitation to %s",
	declinedTitle:    "Your invitation was declined",
	declinedIntro:    "Whoever reads the mail of %s said “Not me” to your invitation to %s.",
	declinedDo:       "What to do",
	declinedDoAnswer: "Check the address with the person. Nobody can enter with that invitation; you can send a new one at any time.",
	peopleButton:     "Open people and access",

	changes: map[center.AuditKind]accessChange{
		center.AuditTypeChanged:    {"Your access was changed", "A person's access was changed", "Your access to %s was changed", "Access to %s was changed"},
		center.AuditSuspended:      {"Your access was suspended", "A person's access was suspended", "Your access to %s was suspended", "Access to %s was suspended"},
		center.AuditReactivated:    {"Your access was reactivated", "A person's access was reactivated", "Your access to %s was reactivated", "Access to %s was reactivated"},
		center.AuditContactRemoved: {"Access of yours was removed", "A person's access was removed", "Access of yours to %s was removed", "Access to %s was removed"},
		center.AuditWithdrawn:      {"Your access was removed", "A person's access was removed", "Your access to %s was removed", "Access to %s was removed"},
		center.AuditContactLeft:    {"You left the account", "A person left the account", "You left %s", "A person left %s"},
		center.AuditTransferred:    {"You are primary contact now", "The primary contact changed", "You are primary contact of %s now", "The primary contact of %s changed"},
		center.AuditGranted:        {"You were given access", "A person was given access", "You were given access to %s", "A person was given access to %s"},
		center.AuditReviewAccepted: {"You were given access", "A person was given access", "You were given access to %s", "A person was given access to %s"},
	},
	now: "Access now", nothing: "none", changedAt: "When",
	selfIntro: "This letter goes out whenever somebody changes what you may do.", otherIntro: "This letter goes to the primary contacts of the account whenever somebody's access changes.",
	accessOpen: "Open Customer Center", isItRight: "Is something wrong?",
	isItRightAnswer: "Tell a primary contact of the account, or us. All changes stand in the account's audit log.",
}

// arabicContact speaks of people without gender.
var arabicContact = contactWords{
	types: map[center.ContactType]string{
		center.ContactPrimary: "جهة الفوترة الرئيسية", center.ContactPayables: "الحسابات الدائنة", center.ContactPurchasing: "المشتريات",
		center.ContactExecutive: "الإدارة التنفيذية", center.ContactAccountant: "محاسب",
	},
	and: "، ", kind: "نوع الوصول", who: "الشخص", by: "بواسطة", vendor: "دعم مركز العملاء", reason: "السبب",

	inviteSubject:    "دعوة من %s إلى %s في مركز العملاء",
	invitePreheader:  "تعرض صفحة الدعوة ما الذي تتيحه.",
	inviteTitle:      "دعوة إلى مركز العملاء",
	inviteIntro:      "وصلتك دعوة من %s للاطلاع على طلبات وفواتير %s ومتابعتها.",
	inviteUntil:      "صالحة حتى",
	inviteSays:       "رسالة من %s:",
	inviteButton:     "عرض الدعوة",
	inviteNext:       "ما الخطوة التالية؟",
	inviteNextAnswer: "توضح الصفحة ما تتيحه الدعوة. بعد قبولها هناك نرسل رمزًا إلى هذا العنوان، فلا يمكن لأحد الدخول بهذه الرسالة وحدها.",
	inviteNotMe:      "هل هذه الدعوة غير متوقعة؟",
	inviteNotMeDo:    "يمكن اختيار «لست المقصود» في الصفحة، أو عدم فعل أي شيء، وعندها تنتهي الدعوة من تلقاء نفسها.",

	acceptedSubject:  "قبول الدعوة: %s، %s",
	acceptedTitle:    "قُبلت الدعوة",
	acceptedIntro:    "أصبح الدخول متاحًا لـ%s إلى %s.",
	declinedSubject:  "رفض الدعوة: %s، %s",
	declinedTitle:    "رُفضت الدعوة",
	declinedIntro:    "جاء الرد «لست المقصود» من بريد %s على الدعوة إلى %s.",
	declinedDo:       "ما العمل؟",
	declinedDoAnswer: "يُرجى التأكد من العنوان مع صاحبه. لا يمكن لأحد الدخول بتلك الدعوة، ويمكن إرسال دعوة جديدة في أي وقت.",
	peopleButton:     "فتح صفحة الأشخاص والوصول",

	changes: map[center.AuditKind]accessChange{
		center.AuditTypeChanged:    {"تغيّرت صلاحية وصولك", "تغيّرت صلاحية وصول أحد الأشخاص", "تغيّرت صلاحية وصولك إلى %s", "تغيّرت صلاحية وصول إلى %s"},
		center.AuditSuspended:      {"أُوقف وصولك مؤقتًا", "أُوقف وصول أحد الأشخاص مؤقتًا", "أُوقف وصولك إلى %s مؤقتًا", "أُوقف وصول إلى %s مؤقتًا"},
		center.AuditReactivated:    {"أُعيد تفعيل وصولك", "أُعيد تفعيل وصول أحد الأشخاص", "أُعيد تفعيل وصولك إلى %s", "أُعيد تفعيل وصول إلى %s"},
		center.AuditContactRemoved: {"أُزيل وصول لك", "أُزيل وصول أحد الأشخاص", "أُزيل وصول لك إلى %s", "أُزيل وصول إلى %s"},
		center.AuditWithdrawn:      {"أُزيل وصولك", "أُزيل وصول أحد الأشخاص", "أُزيل وصولك إلى %s", "أُزيل وصول إلى %s"},
		center.AuditContactLeft:    {"تمت مغادرتك للحساب", "غادر أحد الأشخاص الحساب", "تمت مغادرتك لحساب %s", "غادر أحد الأشخاص حساب %s"},
		center.AuditTransferred:    {"أصبحت جهة الفوترة الرئيسية", "تغيّرت جهة الفوترة الرئيسية", "أصبحت جهة الفوترة الرئيسية في %s", "تغيّرت جهة الفوترة الرئيسية في %s"},
		center.AuditGranted:        {"مُنح لك الوصول", "مُنح الوصول لأحد الأشخاص", "مُنح لك الوصول إلى %s", "مُنح وصول إلى %s"},
		center.AuditReviewAccepted: {"مُنح لك الوصول", "مُنح الوصول لأحد الأشخاص", "مُنح لك الوصول إلى %s", "مُنح وصول إلى %s"},
	},
	now: "الوصول الآن", nothing: "لا شيء", changedAt: "الوقت",
	selfIntro: "تُرسل هذه الرسالة كلما تغيّر ما يتاح لك.", otherIntro: "تُرسل هذه الرسالة إلى جهات الفوترة الرئيسية في الحساب كلما تغيّر وصول أحد.",
	accessOpen: "فتح مركز العملاء", isItRight: "هل هناك خطأ؟",
	isItRightAnswer: "يُرجى إبلاغ جهة الفوترة الرئيسية في الحساب، أو إبلاغنا. كل التغييرات مدونة في سجل التدقيق الخاص بالحساب.",
}

func (w words) contact() contactWords {
	if w.lang == arabic.lang {
		return arabicContact
	}
	return englishContact
}
