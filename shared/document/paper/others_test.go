package paper_test

import (
	"fmt"
	"testing"

	"customercenter/shared/center"
	"customercenter/shared/document/paper"
	"customercenter/shared/money"
)

func kwd(minor int64) money.Money { return money.Money{Minor: minor, Currency: "KWD"} }

func receipt() paper.Receipt {
	return paper.Receipt{Reference: "R-1A2B3-4C5D6", Account: "شركة نجد للتقنية", PaidOn: today, Today: today,
		Payment: center.Payment{Charge: kwd(1250500), Credit: kwd(49500), Refunded: kwd(250000), ByName: "نورة القحطاني",
			Method: center.PaymentMethod{Brand: "visa", Last4: "4242"},
			Parts:  []center.PaymentPart{{Invoice: "inv_1", Number: "INV-1", Amount: kwd(1000000), Credit: kwd(0)}, {Invoice: "inv_2", Number: "INV-2", Amount: kwd(250500), Credit: kwd(49500)}}},
		Open: map[center.InvoiceID]money.Money{"inv_1": kwd(500), "inv_2": kwd(0)}}
}

func statement(entries int) paper.Statement {
	c := paper.StatementOf{Opening: kwd(100000), Closing: kwd(100000), Aging: []paper.AgingSum{{center.BucketCurrent, kwd(50000)}, {center.Bucket1To30, kwd(30000)},
		{center.Bucket31To60, kwd(0)}, {center.Bucket61To90, kwd(0)}, {center.Bucket91To120, kwd(0)}, {center.BucketOver120, kwd(20000)}}}
	kinds := []paper.EntryKind{paper.EntryInvoice, paper.EntryPayment, paper.EntryInvoice, paper.EntryCreditNote, paper.EntryRefund}
	for i := range entries {
		amount := kwd(int64(1000 * (i + 1)))
		if kind := kinds[i%len(kinds)]; kind == paper.EntryPayment || kind == paper.EntryCreditNote {
			amount.Minor = -amount.Minor
		}
		c.Closing.Minor += amount.Minor
		c.Entries = append(c.Entries, paper.StatementEntry{Kind: kinds[i%len(kinds)], On: center.Date("2026-10-01").AddDays(i), Reference: fmt.Sprintf("INV-2026-%05d", i), Amount: amount, Balance: c.Closing})
	}
	return paper.Statement{Account: "شركة نجد للتقنية", Address: &center.Address{Street: "Olaya Street", City: "Riyadh", Country: "SA"}, Issuer: "Example Cloud FZ-LLC",
		From: "2026-10-01", To: "2026-10-31", Today: today, Currencies: []paper.StatementOf{c, {Opening: sar(0), Closing: sar(0)}}}
}

func schedule() paper.Schedule {
	return paper.Schedule{Account: "Gulf Horizon Trading Co.", From: "2026-12-01", To: "2027-11-30", Today: today, Invoices: []paper.Scheduled{
		{InvoicedOn: "2026-12-01", DueOn: "2026-12-31", Start: "2026-12-01", End: "2026-12-31", Order: "ORD-77", PO: "PO-4423/12", Service: "SUB-1001", Product: "التزام سحابي سنوي", PartNumber: "B91962",
			Quantity: "12", UnitPrice: "1000.00", Amount: sar(1200000), Tax: sar(180000), Frequency: "Monthly", Invoice: "INV-2026-00077"},
		{InvoicedOn: "2027-01-01", Start: "2027-01-01", End: "2027-01-31", Order: "ORD-77", Service: "SUB-1001", Product: "Cloud commitment", Quantity: "12", Amount: sar(1200001)},
		{InvoicedOn: "2027-01-01", Product: "Support", Amount: kwd(1250500)},
	}}
}

func contract() paper.Contract {
	renews := true
	return paper.Contract{Number: "CT-2026-9", Title: "Cloud and support", Account: "شركة أفق الخليج للتجارة", SupportID: "21048800", State: center.SubscriptionOnHold,
		Orders: []string{"ORD-77"}, PO: "PO-4423/12", Start: "2026-01-01", End: "2026-12-31", Terminated: "2026-12-30", AutoRenew: &renews, Today: today,
		Parties: []center.ContractParty{{Role: "bill_to", Name: "شركة أفق الخليج للتجارة", Email: "ap@gulfhorizon.example", Address: supplier().Address},
			{Role: "end_user", Name: "Gulf Horizon Branch"}, {Role: "carrier", Name: "Northvane Logistics"}, {Role: "reseller"}, {Name: "Of no role"}},
		Plans: []paper.ContractPlan{{Name: "اشتراك سحابي", Service: "SUB-1001", Start: "2026-01-01", End: "2026-12-31", Amount: "12000", Currency: "SAR", Frequency: "Monthly", State: string(center.SubscriptionActive)},
			{Name: "Cloud", Service: "NV-1", Quantity: "12", UnitPrice: "1000", Amount: "12000", Currency: "SAR", State: "Provisioned"}, {Name: "Premier support"}},
		Commitments: []paper.ContractCommitment{{Of: "CT-2026-9", Start: "2026-01-01", End: "2026-12-31", Committed: sar(12000000), Used: sar(4000000)}},
		Contacts:    []center.ContractContact{{Name: "Noura Al-Salem", Email: "ap@gulfhorizon.example", Role: "billing"}, {Name: "Omar", Role: "Payables"}}, Notes: []string{"ملحق رقم 2"}}
}

func list(n int) paper.List {
	l := paper.List{Account: "شركة نجد للتقنية", Today: today, Wish: center.ListWish{Statuses: []center.InvoiceStatus{center.InvoicePastDue, center.InvoiceOpen}, Types: []center.InvoiceType{center.TypeSupport},
		Bucket: center.Bucket1To30, DueFrom: "2026-10-01", DueTo: "2026-11-30", IssuedTo: "2026-10-31", Currency: "SAR", AmountFrom: "100", Text: "PO-4423"}}
	var all []center.Invoice
	for i := range n {
		amount := sar(int64(100_00 * (i + 1)))
		all = append(all, center.Invoice{Number: fmt.Sprintf("INV-2026-%05d", i), IssuedOn: "2026-10-01", DueOn: center.Date("2026-11-10").AddDays(i), Amount: amount, Balances: center.Balances{Outstanding: amount}})
	}
	l.Parts, _ = center.ListParts(all)
	return l
}

func TestAListIsDescribedByWhatWasWanted(t *testing.T) {
	for want, w := range map[string]center.ListWish{
		"All invoices":                   {},
		"Credit notes · KWD":             {Credits: true, Currency: "KWD"},
		"Past due, Open":                 {Statuses: []center.InvoiceStatus{center.InvoicePastDue, center.InvoiceOpen}},
		"All invoices · 31–60 days late": {Bucket: center.Bucket31To60},
		"All invoices · Issue date: from 1 October 2026 · Due date: up to 30 November 2026": {IssuedFrom: "2026-10-01", DueTo: "2026-11-30"},
		"All invoices · KWD · Amount: 1.500 to 2,000.000":                                   {Currency: "KWD", AmountFrom: "1.5", AmountTo: "2000"},
		"All invoices · Matching “abc”":                                                     {Text: " a\u202eb\nc "},
	} {
		if got := paper.Describe(w, paper.English); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	if got := paper.Describe(list(0).Wish, paper.Arabic); got != "متأخرة، مفتوحة · دعم فني · متأخرة 1–30 يومًا · SAR · تاريخ الإصدار: حتى 31 أكتوبر 2026 · تاريخ الاستحقاق: من 1 أكتوبر 2026 إلى 30 نوفمبر 2026 · المبلغ: من 100.00 · تطابق «PO-4423»" {
		t.Error(got)
	}
}

func TestOtherPapersReadAsTheyShouldGolden(t *testing.T) {
	p := printer(t)
	for name, print := range map[string]func(paper.Language) ([]byte, error){
		"receipt-rewards": func(l paper.Language) ([]byte, error) {
			in := receipt()
			in.Payment.Rewards, in.Payment.Parts[0].Rewards = kwd(60500), kwd(60500)
			return p.Receipt(in, l)
		},
		"receipt":   func(l paper.Language) ([]byte, error) { return p.Receipt(receipt(), l) },
		"statement": func(l paper.Language) ([]byte, error) { return p.Statement(statement(40), l) },
		"empty-statement": func(l paper.Language) ([]byte, error) {
			return p.Statement(paper.Statement{Account: "A", Today: today}, l)
		},
		"list":       func(l paper.Language) ([]byte, error) { return p.List(list(40), l) },
		"empty-list": func(l paper.Language) ([]byte, error) { return p.List(paper.List{Account: "A", Today: today}, l) },
		"schedule":   func(l paper.Language) ([]byte, error) { return p.Schedule(schedule(), l) },
		"empty-schedule": func(l paper.Language) ([]byte, error) {
			return p.Schedule(paper.Schedule{Account: "A", Today: today}, l)
		},
		"contract": func(l paper.Language) ([]byte, error) { return p.Contract(contract(), l) },
		"bare-contract": func(l paper.Language) ([]byte, error) {
			return p.Contract(paper.Contract{Number: "CT-1", Today: today}, l)
		},
	} {
		for _, language := range paper.Languages {
			t.Run(name+"-"+string(language), func(t *testing.T) {
				t.Parallel() // one press for all
				file, err := print(language)
				if err != nil {
					t.Fatal(err)
				}
				golden(t, name+"-"+string(language), file)
			})
		}
	}
}

func TestFilesAreNamedByWhatIsInThem(t *testing.T) {
	for want, parts := range map[string][]string{
		"Example-Cloud-FZ-LLC_INV-2026-00042_2026-11-22_SAR-420630.00.pdf": {"Example Cloud FZ-LLC", "INV-2026-00042", "2026-11-22", "SAR-420630.00"},
		"شركة-المثال_1-2.pdf":                                              {"شركة المثال", "", "1/2"},
		"document.pdf":                                                     {"", "../..", "\u202e"},
		"etc-passwd_a-b.pdf":                                               {"../../etc/passwd", "a\r\nb"},
		"a-b_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx.pdf":                 {"a\"; b", "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"},
	} {
		if got := paper.FileName("pdf", parts...); got != want {
			t.Errorf("%q is %q, want %q", parts, got, want)
		}
	}
	if got := paper.Disposition("شركة_1.pdf"); got != `attachment; filename="1.pdf"; filename*=UTF-8''%D8%B4%D8%B1%D9%83%D8%A9_1.pdf` {
		t.Error(got)
	}
}
