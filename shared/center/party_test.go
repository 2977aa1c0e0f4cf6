package center_test

import (
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	. "customercenter/shared/center"
)

var vendor = Party{Name: "Meridian Systems", VAT: "NL 8123.45678 B01"}

func TestAnAccountIsKnownByItsStrongestKey(t *testing.T) {
	in := func(country string) *Address { return &Address{Country: country} }
	gln := PartyID{Scheme: "0088", Value: "7300010000001"}
	for name, c := range map[string]struct {
		customer Party
		want     AccountKey
	}{
		"VAT id": {Party{Name: "Zulu", VAT: " nl 001234567 b02 ", IDs: []PartyID{{Value: "5", Legal: true}}},
			AccountKey{"NL001234567B02", KeyByVAT}},
		"VAT id without its country":        {Party{VAT: "312345678912343", Address: in("SA")}, AccountKey{"SA312345678912343", KeyByVAT}},
		"VAT id, country unknown":           {Party{VAT: "312345678912343"}, AccountKey{"312345678912343", KeyByVAT}},
		"legal id":                          {Party{IDs: []PartyID{gln, {Scheme: "CRN", Value: "10 10", Legal: true}}, Address: in("sa")}, AccountKey{"SA:CRN:1010", KeyByLegalID}},
		"a GLN is no key, even a legal one": {Party{Name: "A & B", IDs: []PartyID{{Scheme: "0088", Value: "1", Legal: true}}}, AccountKey{"name:nl8123.45678b01/a b/", KeyByName}},
		"a plain id is no key":              {Party{Name: "A & B", IDs: []PartyID{{Value: "1"}}, Address: in("SE")}, AccountKey{"name:nl8123.45678b01/a b/SE", KeyByName}},
		"trading name":                      {Party{TradingName: "  Ümlaut, GmbH. "}, AccountKey{"name:nl8123.45678b01/ümlaut gmbh/", KeyByName}},
		"Arabic marks do not matter":        {Party{Name: "شَرِكـــة"}, AccountKey{"name:nl8123.45678b01/شركة/", KeyByName}},
		"nobody":                            {Party{Phone: "1"}, AccountKey{"unassigned:nl8123.45678b01", KeyUnassigned}},
	} {
		if got := AccountKeyOf(c.customer, vendor); got != c.want {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
	}
}

func TestTwoVendorsCustomersOfOneNameDoNotMeet(t *testing.T) {
	customer := Party{Name: "General Trading"}
	one := AccountKeyOf(customer, vendor)
	two := AccountKeyOf(customer, Party{Name: "Other Vendor"})
	if one.ID() == two.ID() || !one.NameOnly() {
		t.Errorf("%v and %v", one, two)
	}
}

func TestAKeyIsOneAccountHoweverItIsTyped(t *testing.T) {
	if AccountIDOf("NL 001234567 B02") != AccountIDOf("nl001234567b02") {
		t.Error("blanks and case make another account")
	}
	if id := AccountIDOf("x"); !regexp.MustCompile(`^[0-9a-f]{32}$`).MatchString(string(id)) {
		t.Errorf("id %q", id)
	}
}

func TestLongKeysStayShortAndApart(t *testing.T) {
	long := strings.Repeat("شركة التجارة ", 30)
	one, two := AccountKeyOf(Party{Name: long + "الأولى"}, vendor), AccountKeyOf(Party{Name: long + "الثانية"}, vendor)
	if len(one.Value) > 190 || !utf8.ValidString(one.Value) || one.ID() == two.ID() {
		t.Errorf("%q and %q", one.Value, two.Value)
	}
}

func TestThePayerOwnsTheOrder(t *testing.T) {
	order := Order{Number: "77", Buyer: Party{VAT: "NL1"}, Accounting: &Party{VAT: "NL2"}, Seller: vendor}
	if got := order.Key(); got.Value != "NL2" {
		t.Errorf("with an accounting customer: %v", got)
	}
	if got := order.Identity(); got != "nl1|order|77" {
		t.Errorf("identity %q", got)
	}
	order.Accounting = &Party{}
	if got := order.Key(); got.Value != "NL1" {
		t.Errorf("without one: %v", got)
	}
	order.CustomerKey = " C-17 "
	if got := order.Key(); got != (AccountKey{"C-17", KeyByCustomer}) {
		t.Errorf("with the vendor's key: %v", got)
	}
	doc := Document{CustomerKey: "c-17"}
	if doc.Key().ID() != order.Key().ID() {
		t.Error("an invoice and an order of one key have two accounts")
	}
	doc, order.CustomerKey = Document{CustomerKey: "  ", Customer: order.Buyer}, "\u00a0"
	if doc.Key().Value != "NL1" || order.Key().Value != "NL1" {
		t.Errorf("a blank key is a key: %v, %v", doc.Key(), order.Key())
	}
}

func TestIdentityKeepsLeadingZerosAndIgnoresBlanks(t *testing.T) {
	doc := Document{Kind: KindInvoice, Number: " INV 007|b ", Supplier: vendor}
	if got := doc.Identity(); got != "nl8123.45678b01|invoice|inv007%7cb" {
		t.Errorf("identity %q", got)
	}
	same := IdentityOf("NL8123.45678B01", KindInvoice, "inv007|B")
	if doc.Identity() != same {
		t.Errorf("%q is not %q", doc.Identity(), same)
	}
	for _, other := range []string{
		IdentityOf(doc.Issuer(), KindInvoice, "INV07|b"),
		IdentityOf(doc.Issuer(), KindCreditNote, "INV007|b"),
		IdentityOf("", KindInvoice, doc.Issuer()+"|INV007|b"),
	} {
		if other == same {
			t.Errorf("%q is taken for the same paper", other)
		}
	}
}

func TestIDsDeriveFromIdentity(t *testing.T) {
	a, b := AccountIDOf("A"), AccountIDOf("B")
	id := InvoiceIDOf(a, "x", KindInvoice, "1")
	if !regexp.MustCompile(`^inv_[0-9a-f]{32}$`).MatchString(string(id)) {
		t.Errorf("invoice id %q", id)
	}
	if id != InvoiceIDOf(a, "X", KindInvoice, " 1") || id == InvoiceIDOf(b, "x", KindInvoice, "1") || id == InvoiceIDOf(a, "x", KindDebitNote, "1") {
		t.Error("invoice ids do not follow account and identity")
	}
	if order := OrderIDOf(a, &Order{Kind: KindOrder, Number: "1"}); !regexp.MustCompile(`^ord_[0-9a-f]{32}$`).MatchString(string(order)) {
		t.Errorf("order id %q", order)
	}
	if ContactIDOf(" A@b.example") != ContactIDOf("a@B.example") || ContactIDOf("nobody") != "" {
		t.Error("contact ids do not follow the address")
	}
}

func TestNobodyEntersWhatNamesNoCustomer(t *testing.T) {
	o := &Order{CustomerKey: "UNASSIGNED:\u200bnl8123.45678b01"}
	if k := o.Key(); !k.Unassigned() || k.ID() != AccountIDOf("unassigned:nl8123.45678b01") {
		t.Errorf("a customer key opens the account of papers without a customer: %+v", k)
	}
	if k := (&Order{CustomerKey: "Name: nl8123.45678b01/acme/nl"}).Key(); !k.NameOnly() {
		t.Errorf("a customer key opens the account of a name without an operator: %+v", k)
	}
	if k := (&Order{CustomerKey: "unassignedly"}).Key(); k.Unassigned() {
		t.Errorf("%+v is a customer", k)
	}
}
