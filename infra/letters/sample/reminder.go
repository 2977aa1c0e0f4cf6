package sample

import (
	"fmt"

	"customercenter/shared/center"
	"customercenter/shared/mail"
	"customercenter/shared/money"
)

// owed is an invoice that a digest reminds of, due so many days from the day
// letters were written.
func owed(number string, days int, minor int64, c money.Code, final bool) center.Reminded {
	today := center.Date("2026-11-22")
	open := money.Money{Minor: minor, Currency: c}
	return center.Reminded{Step: center.DueReminder{DunningStep: center.DunningStep{Final: final}}, Invoice: center.Invoice{
		ID: center.InvoiceID(fmt.Sprintf("inv_%032x", minor)), Number: number, DueOn: today.AddDays(days), Amount: open, Balances: center.Balances{Outstanding: open}}}
}

// reminding is a digest of these.
func reminding(all ...center.Reminded) func(*center.Letter, *mail.View) {
	return func(_ *center.Letter, v *mail.View) {
		sums, err := center.Digest(all)
		if err != nil {
			panic(err)
		}
		v.Reminders, v.Today, v.Unsubscribe = sums, "2026-11-22", "https://center.example.com/v1/unsubscribe?t=k1.00112233445566778899aabbccddeeff"
	}
}

// manyOwed are more than a digest lists.
func manyOwed() (all []center.Reminded) {
	for i := range 41 {
		all = append(all, owed(fmt.Sprintf("INV-2026-%05d", i+1), -3, int64(100_00+i), "SAR", false))
	}
	return all
}

// disputed is a dispute in a state, with the vendor's answer.
func disputed(state, answer string) func(*center.Letter, *mail.View) {
	return func(l *center.Letter, _ *mail.View) {
		l.Params = map[string]string{"state": state, "answer": answer, "invoice": "inv_0123456789abcdef0123456789abcdef", "number": "INV-2026-00042",
			"amount": "1150.00", "currency": "SAR", "reason": "QUANTITY", "text": map[string]string{"en": "Two of the four spare parts never came.", "ar": "لم تصل قطعتان من أصل أربع."}[l.Locale]}
	}
}
