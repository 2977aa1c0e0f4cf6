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

// inBucket is what is outstanding of a currency in one aging bucket.
func inBucket(b center.Bucket, minor int64, c money.Code) center.BucketSummary {
	return center.BucketSummary{Bucket: b, Count: 1, Outstanding: money.Money{Minor: minor, Currency: c}}
}

// weeklyOf is how an account stands with these, of which so many are late.
func weeklyOf(late int, all ...center.BucketSummary) func(*center.Letter, *mail.View) {
	return func(_ *center.Letter, v *mail.View) {
		v.Summary = center.Summary{Today: "2026-11-23", Counts: center.Counts{PastDue: late}}
		for _, b := range all {
			last := len(v.Summary.Currencies) - 1
			if last < 0 || v.Summary.Currencies[last].Currency != b.Outstanding.Currency {
				v.Summary.Currencies = append(v.Summary.Currencies, center.CurrencySummary{Currency: b.Outstanding.Currency})
				last++
			}
			v.Summary.Currencies[last].Aging = append(v.Summary.Currencies[last].Aging, b)
		}
		v.Unsubscribe = "https://center.example.com/v1/unsubscribe?t=k1.00112233445566778899aabbccddeeff"
	}
}
