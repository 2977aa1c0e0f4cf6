// Package sample has one letter of every kind, in every variant that looks
// different, as they would reach people of the demo accounts. Tests hold their
// texts and `make letters` shows them. It makes no mail itself and sends none.
package sample

import (
	"fmt"
	"strings"
	"time"

	"customercenter/shared/center"
	"customercenter/shared/mail"
	"customercenter/shared/money"
)

// Letter is one letter with all that is looked up for it.
type Letter struct {
	Name   string // kind, variant and language: payment-receipt.many.ar
	Letter center.Letter
	View   mail.View
}

// Locales are the languages letters are written in.
var Locales = []string{"en", "ar"}

// Written is when the letters were: noon of a Sunday, in Riyadh 15:04.
var Written = time.Date(2026, 11, 22, 12, 4, 0, 0, time.UTC)

// Agent is the browser of whoever is written to.
const Agent = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36"

// ID is the id of every letter here.
const ID = "00112233445566778899aabbccddeeff"

// variants are what a letter is of beside its kind; each changes the letter
// and the view that its kind begins with.
var variants = []struct {
	kind   center.LetterKind
	name   string
	change func(*center.Letter, *mail.View)
}{
	{center.LetterSignInCode, "", func(_ *center.Letter, v *mail.View) { v.Code, v.CodeLife, v.Account = "48210577", 10*time.Minute, "" }},
	{center.LetterNewDevice, "", func(*center.Letter, *mail.View) {}},
	{center.LetterPaymentReceipt, "", func(_ *center.Letter, v *mail.View) { v.Payment, v.Open = paid("SAR", visa, "INV-2026-00042:42063000") }},
	{center.LetterPaymentReceipt, "many", func(_ *center.Letter, v *mail.View) { many(v) }},
	{center.LetterPaymentReceipt, "refunded", func(_ *center.Letter, v *mail.View) { refunded(v) }},
	{center.LetterPaymentReceipt, "order", func(_ *center.Letter, v *mail.View) {
		v.Payment, v.Open = paid("SAR", visa, "PO-90:42063000")
		v.Payment.Parts[0].Kind = center.KindOrder
	}},
	{center.LetterPaymentFailed, "", func(_ *center.Letter, v *mail.View) {
		v.Payment, v.Open = failed(center.DeclineFunds, "SAR", visa, "INV-2026-00042:42063000", "INV-2026-00051:1250050")
	}},
	{center.LetterPaymentFailed, "bank", func(_ *center.Letter, v *mail.View) {
		v.Payment, v.Open = failed(center.DeclineBank, "KWD", bank, "KW/2026/0007:1250500")
	}},
	{center.LetterPaymentFailed, "kinds", func(_ *center.Letter, v *mail.View) {
		v.Payment, v.Open = failed(center.DeclineFunds, "SAR", visa, "RN-2027-5:42063000", "INV-2026-00051:1250050", "PO-90:50000")
		v.Payment.Parts[0].Kind, v.Payment.Parts[2].Kind = center.KindRenewal, center.KindOrder
	}},
	{center.LetterMethodExpiring, "", func(_ *center.Letter, v *mail.View) { v.Method, v.Today = visa, "2026-12-01"; v.Method.Default = true }},
	{center.LetterMethodExpiring, "soon", func(_ *center.Letter, v *mail.View) { v.Method, v.Today = visa, "2026-12-24" }},
	{center.LetterMethodExpiring, "last", func(_ *center.Letter, v *mail.View) { v.Method, v.Today = visa, "2026-12-31" }},
	{center.LetterMethodExpiring, "over", func(_ *center.Letter, v *mail.View) { v.Method, v.Today = visa, "2027-01-01" }},
	{center.LetterMethodChanged, "added", changed("added", visa)},
	{center.LetterMethodChanged, "removed", changed("removed", visa)},
	{center.LetterMethodChanged, "replaced", changed("replaced", visa)},
	{center.LetterMethodChanged, "default", changed("default", bank)},
	{center.LetterInvitation, "", invited("Welcome! You find the June invoices there.")},
	{center.LetterInvitation, "bare", invited("")},
	{center.LetterInvitationAccepted, "", answered},
	{center.LetterInvitationDeclined, "", answered},
	{center.LetterAccessChanged, "turned", accessOf("self", center.AuditTypeChanged, "executive")},
	{center.LetterAccessChanged, "removed", accessOf("self", center.AuditContactRemoved, "")},
	{center.LetterAccessChanged, "notice", accessOf("other", center.AuditTransferred, "primary,payables")},
	{center.LetterAccessChanged, "granted", accessOf("other", center.AuditGranted, "accountant")},
	{center.LetterRenewalOffered, "", renewing},
	{center.LetterRenewalNotice, "", renewing},
	{center.LetterRenewalAccepted, "", renewing},
	{center.LetterRenewalLapsed, "", renewing},
	{center.LetterProfileChanged, "", func(l *center.Letter, _ *mail.View) {
		l.Params = map[string]string{"changed": "legalName,taxIds,recipients", "by": "Omar Saleh", "email": "omar@najd.example"}
	}},
	{center.LetterOrderStatus, "active", ordered(center.OrderPartiallyActive, "", "")},
	{center.LetterOrderStatus, "hold", ordered(center.OrderOnHold, "The licence form is not signed", "2026-12-01")},
	{center.LetterDispute, "pending", disputed("PENDING", "")},
	{center.LetterDispute, "review", disputed("UNDER_REVIEW", "We ask the warehouse.")},
	{center.LetterDispute, "accepted", disputed("ACCEPTED", "You are right: two never left our warehouse. A credit note follows.")},
	{center.LetterDispute, "rejected", disputed("REJECTED", "All four were signed for on 3 July.")},
	{center.LetterWeekly, "", weeklyOf(2, inBucket(center.BucketCurrent, 42063000, "SAR"), inBucket(center.Bucket31To60, 1250050, "SAR"), inBucket(center.Bucket1To30, 1250500, "KWD"))},
	{center.LetterWeekly, "clear", weeklyOf(0, inBucket(center.BucketCurrent, 42063000, "SAR"))},
	{center.LetterReminder, "soon", reminding(owed("INV-2026-00042", 7, 42063000, "SAR", false))},
	{center.LetterReminder, "today", reminding(owed("INV-2026-00042", 0, 42063000, "SAR", false))},
	{center.LetterReminder, "late", reminding(owed("INV-2026-00042", -3, 42063000, "SAR", false))},
	{center.LetterReminder, "final", reminding(owed("INV-2026-00042", -30, 42063000, "SAR", true))},
	{center.LetterReminder, "digest", reminding(owed("INV-2026-00042", -20, 42063000, "SAR", false), owed("INV-2026-00051", 7, 1250050, "SAR", false),
		owed("KW/2026/0007", 0, 1250500, "KWD", false))},
	{center.LetterReminder, "many", reminding(manyOwed()...)},
	{center.LetterInvoiceList, "self", listing(bySelf, fewListed()...)},
	{center.LetterInvoiceList, "colleague", listing(byOmar, manyListed()...)},
	{center.LetterInvoiceList, "outside", listing(toOutside, fewListed()[:1]...)},
	{center.LetterInvoiceList, "none", listing(bySelf)},
	{center.LetterStatement, "", stated(statedOf("SAR", 100_00, 42063000, 50_00, 42063000))},
	{center.LetterStatement, "many", stated(statedOf("KWD", 0, 1250500, 0, 0), statedOf("SAR", 100_00, 0, 200_00, 0))},
	{center.LetterStatement, "nothing", stated()},
	{center.LetterInvoiceIssued, "", issued("c", "application/pdf", "application/xml")},
	{center.LetterInvoiceIssued, "bare", issued("c")},
	{center.LetterInvoiceIssued, "copy", issued("", "application/pdf")},
	{center.LetterRedeemer, "", redeeming(center.RedeemerAuthorised)},
	{center.LetterRedeemer, "replaced", redeeming(center.CodeReplaced)},
	{center.LetterRedeemersChanged, "authorised", redeemersOf(center.RedeemerAuthorised)},
	{center.LetterRedeemersChanged, "removed", redeemersOf(center.RedeemerRemoved)},
	{center.LetterRedeemersChanged, "replaced", redeemersOf(center.CodeReplaced)},
	{center.LetterRewardsRedeemed, "", redeemed(money.Money{Minor: 1_250_000, Currency: "SAR"}, "", "SAR", "INV-2026-00042 1250000 187500")},
	{center.LetterRewardsRedeemed, "rate", redeemed(money.Money{Minor: 10_870, Currency: "USD"}, "23/25", "EUR", "INV-2026-00042 8000 0", "INV-2026-00051 2000 4500")},
	{center.LetterRewardsEnding, "", rewarding(lots("SAR", "2025-11", 30, 1))},
	{center.LetterRewardsEnding, "many", rewarding(lots("KWD", "2025-10", 0, 33), lots("SAR", "2025-10", 12, 2))},
	{center.LetterRewardsEarned, "", rewarding(lots("SAR", "2026-10", 344, 2))},
}

// All are the letters, kind by kind, each in every language.
func All() (letters []Letter) {
	for _, variant := range variants {
		for _, locale := range Locales {
			l, v := begin(variant.kind, locale)
			variant.change(&l, &v)
			name := strings.Trim(string(variant.kind)+"."+variant.name, ".") + "." + locale
			letters = append(letters, Letter{name, l, v})
		}
	}
	return letters
}

// ordered is an order that has come to a state.
func ordered(state center.OrderState, reason string, release center.Date) func(*center.Letter, *mail.View) {
	return func(l *center.Letter, _ *mail.View) {
		l.Params = map[string]string{"order": "ord_0123456789abcdef0123456789abcdef", "number": "PO-2026-0077", "state": string(state), "on": "2026-11-21",
			"reason": reason, "release": string(release)}
	}
}

// renewing is the renewal of a plan with a price.
func renewing(l *center.Letter, _ *mail.View) {
	l.Params = map[string]string{"renewal": "rnw_0123456789abcdef0123456789abcdef", "contract": "con_0123456789abcdef0123456789abcdef", "number": "R-SUB-51877",
		"title": map[string]string{"en": "Premier support, databases", "ar": "الدعم الفني المتميز لقواعد البيانات"}[l.Locale], "ends": "2027-01-31", "price": "65550.00 SAR"}
}

// begin is a letter to Huda of Najd.
func begin(kind center.LetterKind, locale string) (center.Letter, mail.View) {
	zone, err := time.LoadLocation("Asia/Riyadh")
	if err != nil {
		panic(err) // a machine without time zones shows nothing of worth
	}
	l := center.Letter{
		ID: ID, Kind: kind, To: "huda@najd.example", Name: map[string]string{"en": "Huda Al-Otaibi", "ar": "هدى العتيبي"}[locale], Locale: locale,
		Params: map[string]string{"challenge": "c1", "agent": Agent}, CreatedAt: Written,
	}
	v := mail.View{
		BaseURL: "https://center.example.com", Sender: "center@example.com", Zone: zone,
		Account: map[string]string{"en": "Najd Trading Co.", "ar": "شركة نجد للتجارة"}[locale], Reference: "R-0123-4567",
	}
	return l, v
}

var (
	visa = center.PaymentMethod{ID: "pm_1", Kind: center.MethodCard, Brand: "visa", Last4: "4242", ExpMonth: 12, ExpYear: 2026}
	bank = center.PaymentMethod{ID: "pm_2", Kind: center.MethodBank, Brand: "Boubyan Bank", Last4: "6789"}
)

// payment is an attempt to pay each "number:minor" in full.
func payment(c money.Code, m center.PaymentMethod, parts ...string) (center.Payment, map[center.InvoiceID]money.Money) {
	p := center.Payment{
		ID: "pay_0123456789abcdef0123456789abcdef", Charge: money.Zero(c), Credit: money.Zero(c), Refunded: money.Zero(c),
		Method: m, CreatedAt: Written.Add(-2 * time.Minute), EndedAt: Written, ByName: "Huda Al-Otaibi", ByEmail: "huda@najd.example",
	}
	open := map[center.InvoiceID]money.Money{}
	for i, text := range parts {
		number, minor, _ := strings.Cut(text, ":")
		part := center.PaymentPart{Invoice: center.InvoiceID(fmt.Sprintf("inv_%032x", i+1)), Number: number, Amount: money.Zero(c), Credit: money.Zero(c), Refunded: money.Zero(c)}
		if _, err := fmt.Sscan(minor, &part.Amount.Minor); err != nil {
			panic(err)
		}
		p.Charge.Minor += part.Amount.Minor
		p.Parts, open[part.Invoice] = append(p.Parts, part), money.Zero(c)
	}
	return p, open
}

func paid(c money.Code, m center.PaymentMethod, parts ...string) (center.Payment, map[center.InvoiceID]money.Money) {
	p, open := payment(c, m, parts...)
	p.State = center.PaymentSucceeded
	return p, open
}

func failed(why center.DeclineReason, c money.Code, m center.PaymentMethod, parts ...string) (center.Payment, map[center.InvoiceID]money.Money) {
	p, open := payment(c, m, parts...)
	p.State, p.Reason = center.PaymentFailed, why
	for _, part := range p.Parts {
		open[part.Invoice] = part.Amount
	}
	return p, open
}

// many is a payment of four invoices in dinars, part of it by account credit
// and one of them in part only.
func many(v *mail.View) {
	v.Payment, v.Open = paid("KWD", visa, "KW/2026/0007:1250500", "KW/2026/0011:90000", "KW/2026/0012:3475250", "KW/2026/0013:12000")
	p := &v.Payment
	p.Parts[0].Credit.Minor, p.Credit.Minor = 250_000, 250_000
	v.Open[p.Parts[2].Invoice] = money.Money{Minor: 1_000_000, Currency: "KWD"}
}

// refunded is a payment that was returned in part before its receipt left.
func refunded(v *mail.View) {
	v.Payment, v.Open = paid("JPY", visa, "JP-2026-0042:1050000")
	p := &v.Payment
	p.State, p.Refunded.Minor, p.Parts[0].Refunded.Minor = center.PaymentPartiallyRefunded, 50_000, 50_000
	v.Open[p.Parts[0].Invoice] = money.Money{Minor: 50_000, Currency: "JPY"}
}

func changed(what string, m center.PaymentMethod) func(*center.Letter, *mail.View) {
	return func(l *center.Letter, _ *mail.View) {
		l.Params = map[string]string{"change": what, "label": m.String(), "by": map[string]string{"en": "Omar Haddad", "ar": "عمر الحداد"}[l.Locale],
			"at": Written.Format(time.RFC3339)}
	}
}
