package center

import (
	"slices"
	"strings"
	"testing"

	"customercenter/shared/money"
)

func TestTaxNumbersHaveTheFormOfTheirCountry(t *testing.T) {
	for number, valid := range map[string]bool{
		"SA 310122393500003": true, "SA 310122393500004": false, "SA 31012239350000": false, "AE 100123456700003": true, "AE 1001234567": false,
		"NL nl 8589 87 633 b01": true, "NL 858987633B01": false, "DE DE123456789": true, "DE 123456789": false, "GB GB 123 4567 89": true,
		"GB 123456789": true, "GB GB12345678": false, "SE SE556677889901": true, "SE SE5566778899": false, "OM OM1100001234": true,
		"NO 931186755MVA": true, "FR FR40303265045": true, "US 12-3456789": true, "KW 123456": true, "KW <b>": false, "kw ab": false, "XXX 123456": false,
	} {
		country, digits, _ := strings.Cut(number, " ")
		if got := (TaxID{country, digits}).Normal().Valid(); got != valid {
			t.Errorf("%s: %v", number, got)
		}
	}
}

func TestAProfileIsKeptNormalAndSaysAllThatIsWrong(t *testing.T) {
	p := BillingProfile{LegalName: "  Najd Technology ", TaxIDs: []TaxID{{"sa", "3101 2239 3500 003"}, {"SA", "310122393500003"}},
		BillTo: &Address{City: "Riyadh", Country: "SA"}, DefaultPO: &DefaultPO{Number: " 4500-1 ", Budget: money.Money{Minor: 100, Currency: "SAR"}},
		DocumentLanguage: "both", Recipients: Recipients{Invoices: []string{"AP@najd.example", "ap@najd.example"}}}.Normal()
	if v := p.Validate(); len(v) > 0 || p.LegalName != "Najd Technology" || len(p.TaxIDs) != 1 || p.DefaultPO.Number != "4500-1" || len(p.Recipients.Invoices) != 1 {
		t.Errorf("%+v %+v", p, v)
	}
	bad := BillingProfile{LegalName: strings.Repeat("x", 201), TaxIDs: []TaxID{{"SA", "1"}, {"Saudi", "1"}}, BillTo: &Address{City: "a\x07"},
		DefaultPO: &DefaultPO{Budget: money.Money{Minor: -1, Currency: "SAR"}, ExpiresOn: "soon"}, DocumentLanguage: "fr",
		Recipients: Recipients{Reminders: []string{"nobody"}}, Dunning: DunningWishes{BeforeDueDays: 31}}.Normal()
	var pointers []string
	for _, v := range bad.Validate() {
		pointers = append(pointers, v.Pointer)
	}
	want := []string{"/billTo", "/billTo/country", "/defaultPo/budget", "/defaultPo/expiresOn", "/defaultPo/number", "/documentLanguage",
		"/dunning/beforeDueDays", "/legalName", "/recipients/reminders/0", "/taxIds/0/number", "/taxIds/1/country"}
	if !slices.Equal(pointers, want) {
		t.Errorf("%v, want %v", pointers, want)
	}
}

func TestADefaultPOLastsThroughItsLastDay(t *testing.T) {
	po := &DefaultPO{Number: "1", ExpiresOn: "2026-11-30"}
	if !po.Lasts("2026-11-30") || po.Lasts("2026-12-01") || !(&DefaultPO{Number: "1"}).Lasts("2099-01-01") || (*DefaultPO)(nil).Lasts("2026-01-01") {
		t.Error("it lasts other days")
	}
}

func TestWhatChangedIsNamed(t *testing.T) {
	p := BillingProfile{LegalName: "A", BillTo: &Address{City: "X"}}
	same := BillingProfile{LegalName: "A", BillTo: &Address{City: "X"}, Version: 7}
	if got := p.ChangedFields(same); len(got) != 0 {
		t.Error(got)
	}
	other := BillingProfile{LegalName: "B", DefaultPO: &DefaultPO{Number: "1"}, Dunning: DunningWishes{OneDigest: true}}
	if got := p.ChangedFields(other); !slices.Equal(got, []string{"legalName", "billTo", "defaultPo", "dunning"}) {
		t.Error(got)
	}
}
