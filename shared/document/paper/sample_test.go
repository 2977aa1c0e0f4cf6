package paper_test

import (
	"fmt"
	"sync"
	"testing"

	"customercenter/shared/center"
	"customercenter/shared/document/paper"
	"customercenter/shared/money"
)

// today is the day on which everything is printed.
const today center.Date = "2026-11-22"

func sar(minor int64) money.Money { return money.Money{Minor: minor, Currency: "SAR"} }

func supplier() center.Party {
	return center.Party{Name: "شركة المثال للحوسبة السحابية ذ.م.م", TradingName: "Example Cloud FZ-LLC", VAT: "SA300000000000003",
		IDs:     []center.PartyID{{Scheme: "CRN", Value: "1010010000", Legal: true}},
		Address: &center.Address{Building: "8091", Street: "King Fahd Road", District: "Al Olaya", City: "Riyadh", Postcode: "12214", Country: "SA"},
		Emails:  []string{"billing@example.test"}}
}

// invoice is one with so many lines, part of which is paid.
func invoice(lines int) paper.Invoice {
	names := []center.Line{
		{Name: "اشتراك سحابي – التزام سنوي (يناير 2027)", Description: "يشمل الدعم على مدار الساعة", Period: &center.Period{Start: "2027-01-01", End: "2027-12-31"}},
		{Name: "تجديد الدعم الفني، CSI 21048800", Description: "Technical support renewal, CSI 21048800"},
		{Name: "خدمات استشارية: ورشة الترحيل إلى السحابة (Migration Workshop)، المرحلة 2، وتشمل تدريبًا في الموقع لـ 12 شخصًا"},
		{Name: "Professional services: migration workshop, phase 2, including on-site training for 12 people"},
	}
	d := center.Document{
		Kind: center.KindInvoice, TypeCode: "388", Number: "INV-2026-00042", IssueDate: today, DueDate: "2026-12-22", Currency: "SAR",
		OrderRef: "PO-4423/12", ContractRefs: []string{"CT-2026-9"}, BuyerReference: "Cost centre 7100", InvoiceType: center.TypeSubscription,
		Supplier: supplier(),
		Customer: center.Party{Name: "شركة أفق الخليج للتجارة", TradingName: "Gulf Horizon Trading Co.", VAT: "SA310122393500003",
			Address: &center.Address{Street: "شارع العليا", City: "الرياض", Postcode: "11564", Country: "SA"}, Contact: "Noura Al-Salem", Emails: []string{"ap@gulfhorizon.example"}},
		Taxes: []center.Tax{{Category: "S", Scheme: "VAT", Rate: "15.00", Taxable: "376200.00", Tax: "56430.00"}},
		Totals: center.Totals{LineTotal: "378200.00", AllowanceTotal: "2000.00", TaxExclusive: "376200.00", Tax: "56430.00", TaxInclusive: "432630.00",
			Prepaid: "12000.00", Payable: "420630.00"},
		Allowances:   []center.Allowance{{Reason: "Loyalty discount", Amount: "2000.00"}},
		PaymentMeans: []string{"30", "48"}, PaymentTerms: []string{"Net 30"},
		Notes: []string{"يُرجى ذكر رقم الفاتورة INV-2026-00042 عند السداد (خلال 30 يومًا). لأي استفسار راسلونا على billing@example.test أو أجيبوا على الرسالة التي حملت هذه الفاتورة."},
	}
	for i := range lines {
		l := names[i%len(names)]
		l.ID, l.Quantity, l.Unit, l.UnitPrice, l.TaxCategory, l.TaxRate, l.Net = fmt.Sprint(i+1), "12", "MON", "10450.00", "S", "15.00", "125400.00"
		d.Lines = append(d.Lines, l)
	}
	return paper.Invoice{Document: d, Today: today,
		Head: center.Invoice{Kind: center.KindInvoice, Number: d.Number, IssuedOn: today, DueOn: d.DueDate, Amount: sar(42063000),
			Balances: center.Balances{Outstanding: sar(22063000), Processing: sar(5000000), Settled: sar(15000000), Cancelled: sar(0)}, CreditLeft: sar(0)},
		Entries: []paper.Entry{{Kind: paper.EntryPayment, On: "2026-11-20", Reference: "R-1A2B3-4C5D6", Amount: sar(10000000)},
			{Kind: paper.EntryCreditApplied, On: "2026-11-21", Reference: "CN-2026-0007", Amount: sar(5000000)}},
		Banks: []paper.Bank{{Name: "Example Bank", Holder: "Example Cloud FZ-LLC", IBAN: "SA03 8000 0000 6080 1016 7519", BIC: "EXMPSARI"}},
		UBL:   []byte("<Invoice/>"),
	}
}

// shared is one printer for all tests, as a program has one.
var shared = sync.OnceValues(paper.NewPrinter)

func printer(t testing.TB) *paper.Printer {
	t.Helper()
	p, err := shared()
	if err != nil {
		t.Fatal(err)
	}
	return p
}
