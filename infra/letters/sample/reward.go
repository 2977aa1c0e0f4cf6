package sample

import (
	"fmt"
	"time"

	"customercenter/shared/center"
	"customercenter/shared/mail"
	"customercenter/shared/money"
)

var boss = map[string]string{"en": "Noura Al-Qahtani", "ar": "نورة القحطاني"}

// redeeming is the letter with a code, for that reason.
func redeeming(change string) func(*center.Letter, *mail.View) {
	return func(l *center.Letter, v *mail.View) {
		l.Params = map[string]string{"change": change, "subscription": "SUB-51877", "by": boss[l.Locale]}
		v.RedemptionCode = "0123-4567-89AB-CDEF-K"
	}
}

// redeemersOf is the notice of a change; that of a code names nobody.
func redeemersOf(change string) func(*center.Letter, *mail.View) {
	return func(l *center.Letter, _ *mail.View) {
		l.Params = map[string]string{"change": change, "subscription": "SUB-51877", "by": boss[l.Locale]}
		if change != center.CodeReplaced {
			l.Params["email"], l.Params["name"] = "omar@najd.example", map[string]string{"en": "Omar Saleh", "ar": "عمر صالح"}[l.Locale]
		}
	}
}

// redeemed took an amount off each "number:minor:open", at a rate.
func redeemed(base money.Money, rate string, c money.Code, parts ...string) func(*center.Letter, *mail.View) {
	return func(l *center.Letter, v *mail.View) {
		d := mail.Redeemed{Subscription: "SUB-51877", Amount: money.Zero(c), Base: base, Rate: rate, ByEmail: "omar@najd.example",
			ByName: map[string]string{"en": "Omar Saleh", "ar": "عمر صالح"}[l.Locale], At: Written.Add(-3 * time.Minute)}
		for i, part := range parts {
			inv := mail.RedeemedInvoice{ID: center.InvoiceID(fmt.Sprintf("inv_%032x", i+1)), Amount: money.Zero(c), Open: money.Zero(c)}
			if _, err := fmt.Sscanf(part, "%s %d %d", &inv.Number, &inv.Amount.Minor, &inv.Open.Minor); err != nil {
				panic(err)
			}
			d.Amount.Minor += inv.Amount.Minor
			d.Invoices = append(d.Invoices, inv)
		}
		v.Redeemed = d
	}
}

// lots are so many of a currency, the first to end so many days from when the
// letters were written.
func lots(c money.Code, period string, days, n int) (sum mail.RewardSum) {
	sum.Sum = money.Zero(c)
	for i := range n {
		line := mail.RewardLine{Subscription: fmt.Sprintf("SUB-%05d", 51877+i), Period: period, Amount: money.Money{Minor: int64(624_375 + 1000*i), Currency: c},
			EndsOn: center.Date("2026-11-22").AddDays(days + i)}
		sum.Sum.Minor += line.Amount.Minor
		sum.Lots = append(sum.Lots, line)
	}
	return sum
}

func rewarding(sums ...mail.RewardSum) func(*center.Letter, *mail.View) {
	return func(l *center.Letter, v *mail.View) {
		l.Params = map[string]string{"period": "2026-10"}
		v.Rewards, v.Today = sums, "2026-11-22"
	}
}
