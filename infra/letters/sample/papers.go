package sample

import (
	"fmt"

	"customercenter/shared/center"
	"customercenter/shared/mail"
	"customercenter/shared/money"
)

const letterDay = center.Date("2026-11-22")

// listed is an invoice of a list, due so many days from the day letters were
// written, of which so much is open.
func listed(number string, days int, minor, open int64, c money.Code) center.Invoice {
	inv := owed(number, days, minor, c, false).Invoice
	inv.IssuedOn, inv.Type, inv.Outstanding.Minor = letterDay.AddDays(days-30), center.TypeService, open
	inv.Settled = money.Money{Minor: minor - open, Currency: c}
	inv.Processing, inv.Cancelled = money.Zero(c), money.Zero(c)
	return inv
}

// files are a small one of each of these types.
func files(types ...string) (out []center.File) {
	names := map[string]string{"application/pdf": "Najd_2026-11-22.pdf", "text/csv": "Najd_2026-11-22.csv", "application/xml": "INV-2026-00042.xml"}
	for _, t := range types {
		out = append(out, center.File{Name: names[t], Type: t, Body: []byte("%PDF-2.0 a file of a sample")})
	}
	return out
}

// listing is a list that somebody asked for, or was sent.
func listing(params map[string]string, all ...center.Invoice) func(*center.Letter, *mail.View) {
	return func(l *center.Letter, v *mail.View) {
		parts, err := center.ListParts(all)
		if err != nil {
			panic(err)
		}
		for i := range parts {
			parts[i].Show(30, letterDay)
		}
		l.Params = params
		v.List = &center.MailedList{Today: letterDay, Parts: parts, Wish: map[string]string{
			"en": "Past due, Open · SAR · Due date: up to 30 November 2026 · Matching “PO-4423”",
			"ar": "متأخرة، مفتوحة · SAR · تاريخ الاستحقاق: حتى 30 نوفمبر 2026 · تطابق «PO-4423»"}}
		v.Files = files("application/pdf", "text/csv")
		if params["outside"] == "" {
			v.Unsubscribe = "https://center.example.com/v1/unsubscribe?t=k1.00112233445566778899aabbccddeeff"
		}
		if params["self"] == "" {
			v.ReplyTo = params["email"]
		}
		if params["outside"] != "" {
			l.Contact, l.Name = "", ""
		}
	}
}

var (
	byOmar    = map[string]string{"by": "Omar Saleh", "email": "omar@najd.example"}
	toOutside = map[string]string{"by": "Omar Saleh", "email": "omar@najd.example", "outside": "1"}
	bySelf    = map[string]string{"by": "Huda Al-Otaibi", "email": "huda@najd.example", "self": "1"}
)

func fewListed() []center.Invoice {
	closed := listed("INV-2026-00007", -40, 1250050, 0, "SAR")
	closed.ClosedOn = letterDay.AddDays(-5)
	submitted := listed("INV-2026-00009", 5, 99900, 0, "SAR")
	submitted.Settled.Minor, submitted.Processing.Minor = 0, 99900
	return []center.Invoice{listed("INV-2026-00042", -3, 42063000, 42063000, "SAR"), submitted, closed, listed("KW/2026/0007", 9, 1250500, 250500, "KWD")}
}

func manyListed() (all []center.Invoice) {
	for i := range 64 {
		all = append(all, listed(fmt.Sprintf("INV-2026-%05d", i+1), -3, int64(100_00+i), int64(100_00+i), "SAR"))
	}
	return all
}

// stated is the statement of a month.
func stated(parts ...center.StatementPart) func(*center.Letter, *mail.View) {
	return func(l *center.Letter, v *mail.View) {
		l.Params = map[string]string{}
		v.Statement = &center.Statement{From: "2026-10-01", To: "2026-10-31", Today: "2026-11-01", Parts: parts}
		v.Files = files("application/pdf")
		v.Unsubscribe = "https://center.example.com/v1/unsubscribe?t=k1.00112233445566778899aabbccddeeff"
	}
}

// statedOf is what a statement says of a currency.
func statedOf(c money.Code, opening, charges, payments, late int64) center.StatementPart {
	m := func(minor int64) money.Money { return money.Money{Minor: minor, Currency: c} }
	return center.StatementPart{Currency: c, Opening: m(opening), Closing: m(opening + charges - payments),
		Entries: []center.StatementEntry{{Kind: center.StatementInvoice, Amount: m(charges)}, {Kind: center.StatementPayment, Amount: m(-payments)}},
		Owing:   center.Owing{Aging: []center.BucketSummary{{Bucket: center.BucketCurrent, Outstanding: m(500)}, {Bucket: center.Bucket31To60, Outstanding: m(late)}}}}
}

// issued is a new invoice with its files.
func issued(contact center.ContactID, types ...string) func(*center.Letter, *mail.View) {
	return func(l *center.Letter, v *mail.View) {
		l.Params, l.Contact = map[string]string{"issuer": "Example Cloud FZ-LLC"}, contact
		v.Invoice = listed("INV-2026-00042", 30, 42063000, 42063000, "SAR")
		v.Invoice.PO, v.Files = "PO-4423/12", files(types...)
		if contact == "" {
			l.Name = ""
		}
	}
}
