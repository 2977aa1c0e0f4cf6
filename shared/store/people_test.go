package store_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"customercenter/shared/center"
	"customercenter/shared/store"
)

// anOrder names a buyer of each role.
func anOrder(number string, change ...func(*center.Order)) *center.Order {
	o := &center.Order{
		Kind: center.KindOrder, Number: number, IssueDate: "2026-01-05", Currency: "EUR", CustomerKey: buyer,
		Seller: center.Party{Name: "Vendor", VAT: "NL001", Emails: []string{"sales@vendor.example"}},
		Buyer:  center.Party{Name: "Buyer One", VAT: "NL900"},
		Contacts: []center.OrderContact{
			{Email: "Ann@Buyer.example", Name: "Ann", Role: center.RoleOrdering},
			{Email: "pay@buyer.example", Name: "Pat", Role: center.RoleFinancial},
			{Email: "tech@vendor.example", Name: "Sly", Role: center.RoleTechnical},
			{Email: "truck@haul.example", Role: center.RoleDelivery},
		},
	}
	for _, c := range change {
		c(o)
	}
	return o
}

// access is who may enter, as contact type by address.
func (w *world) access(key string) map[string][]string {
	w.t.Helper()
	contacts, err := w.in(key).Contacts(w.ctx())
	if err != nil {
		w.t.Fatal(err)
	}
	out := map[string][]string{}
	for _, c := range contacts {
		for _, g := range c.Grants {
			word := string(g.Type)
			if g.Scoped {
				word += " of orders"
			}
			out[c.Email] = append(out[c.Email], word)
		}
		slices.Sort(out[c.Email])
	}
	return out
}

func TestAnOrderLetsInWhoItNames(t *testing.T) {
	w := newWorld(t)
	got := w.mustCreate(anOrder("PO-1"))
	want := map[string][]string{"Ann@Buyer.example": {"purchasing of orders"}, "pay@buyer.example": {"payables", "primary"}}
	if diff := cmp.Diff(want, w.access(buyer)); diff != "" {
		t.Error(diff)
	}
	if len(got[0].Warnings) != 1 || got[0].Warnings[0].Code != center.WarnReviewContact {
		t.Errorf("warnings: %+v", got[0].Warnings)
	}
	w.mustCreate(anOrder("PO-2"), anOrder("PO-3"))
	if diff := cmp.Diff(want, w.access(buyer)); diff != "" {
		t.Error("after further orders:", diff)
	}
	for number, named := range map[string]bool{"PO-1": true, "po-3": true, "PO-4": false, "": false} {
		if got, err := w.in(buyer).NamedOnOrder(t.Context(), center.Invoice{OrderRef: number}); err != nil || got != named {
			t.Errorf("named on %q: %t %v", number, got, err)
		}
	}
	// Two sellers may have orders of one number.
	for issuer, named := range map[string]bool{"nl001": true, "vendor": true, "nl777": false} {
		if got, err := w.in(buyer).NamedOnOrder(t.Context(), center.Invoice{OrderRef: "PO-1", Issuer: issuer}); err != nil || got != named {
			t.Errorf("named by an invoice of %q: %t %v", issuer, got, err)
		}
	}
	entrances, err := w.AccountsOf(t.Context(), " ANN@buyer.example")
	if err != nil || len(entrances) != 1 || entrances[0].Account != center.AccountIDOf(buyer) || entrances[0].Name != "Buyer One" {
		t.Errorf("entrances: %+v %v", entrances, err)
	}
}

func TestAnAccountKnownByNameLetsNobodyIn(t *testing.T) {
	w := newWorld(t)
	got := w.mustCreate(anOrder("PO-1", func(o *center.Order) { o.CustomerKey, o.Buyer.VAT = "", "" }))
	contacts, err := w.In(center.Actor{Account: got[0].Account}).Contacts(t.Context())
	if err != nil || len(contacts) != 0 {
		t.Errorf("contacts: %+v %v", contacts, err)
	}
	if len(got[0].Warnings) != 3 {
		t.Errorf("warnings: %+v", got[0].Warnings)
	}
}

func TestAddressesOnInvoicesLetNobodyIn(t *testing.T) {
	w := newWorld(t)
	w.mustCreate(invoice("A-1", "1.00", func(d *center.Document) { d.Customer.Emails = []string{"who@buyer.example"} }),
		invoice("A-2", "2.00", func(d *center.Document) { d.Customer.Emails = []string{"Who@buyer.example"} }))
	if got := w.access(buyer); len(got) != 0 {
		t.Errorf("let in: %v", got)
	}
	if entrances, err := w.AccountsOf(t.Context(), "who@buyer.example"); err != nil || len(entrances) != 0 {
		t.Errorf("entrances: %v %v", entrances, err)
	}
}

func TestAnAccountWithoutANameGoesByItsKey(t *testing.T) {
	w := newWorld(t)
	w.mustCreate(invoice("A-1", "1.00", func(d *center.Document) { d.Customer = center.Party{} }))
	if a := w.exported(buyer)[0].Account; a.Name != buyer {
		t.Errorf("the account is called %q", a.Name)
	}
}

func TestAccountRecordsOverrideAndReachEveryContact(t *testing.T) {
	w := newWorld(t)
	w.mustCreate(anOrder("PO-1"))
	terms := 45
	record := &center.AccountRecord{Key: buyer, Name: "Buyer Number One", TimeZone: "Asia/Riyadh", Locale: "ar", NetTermsDays: &terms}
	contact := &center.ContactRecord{Account: buyer, Email: "cfo@buyer.example", Name: "Cleo", Type: center.ContactExecutive, Locale: "en"}
	undated := invoice("A-1", "1.00", func(d *center.Document) { d.DueDate, d.DueSource = "", "" })
	w.mustCreate(undated, contact, record) // the record goes first, wherever it stands
	if got := w.list(buyer, store.InvoiceQuery{}).Invoices[0].DueOn; got != "2026-02-24" {
		t.Errorf("due on %s by the terms of the record", got)
	}
	m, err := w.Membership(t.Context(), center.AccountIDOf(buyer), center.ContactIDOf("ann@buyer.example"))
	if err != nil || m.AccountName != "Buyer Number One" || m.TimeZone != "Asia/Riyadh" || m.Locale != "ar" {
		t.Errorf("membership: %+v %v", m, err)
	}
	entrances, _ := w.AccountsOf(t.Context(), "ann@buyer.example")
	if entrances[0].Name != "Buyer Number One" {
		t.Errorf("the chooser says %q", entrances[0].Name)
	}
	again := w.book(record, contact, invoice("A-2", "1.00", func(d *center.Document) { d.Customer.Name = "Somebody" }))
	if diff := cmp.Diff([]string{"unchanged", "unchanged", "created"}, words(again)); diff != "" {
		t.Error(diff)
	}
	if len(again[2].Warnings) != 1 || again[2].Warnings[0].Code != center.WarnAccountDiffers {
		t.Errorf("warnings: %+v", again[2].Warnings)
	}
	profile, err := w.in(buyer).Profile(t.Context())
	if err != nil || profile.Name != "Buyer Number One" || profile.NetTermsDays != 45 || profile.Key != buyer {
		t.Errorf("profile: %+v %v", profile, err)
	}
}
