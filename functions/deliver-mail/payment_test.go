package main

import (
	"strings"
	"testing"
	"time"

	"customercenter/infra/functiontest"
	"customercenter/shared/center"
	"customercenter/shared/money"
	"customercenter/shared/session"
	"customercenter/shared/store"
)

// cashier is an office whose people pay.
type cashier struct {
	*office
	seen uint64 // of the table's stream
}

func newCashier(t *testing.T) *cashier {
	c := &cashier{office: newOffice(t)}
	_, c.seen = c.Stream(t, 0)
	return c
}

// mails delivers the letters put since the last call and returns them.
func (c *cashier) mails() (subjects []string) {
	c.t.Helper()
	before := len(c.out.sent)
	event, last := c.Stream(c.t, c.seen)
	if last > 0 {
		c.seen = last
	}
	if !c.wake(event) {
		c.t.Fatalf("not delivered: %s", c.log)
	}
	for _, m := range c.out.sent[before:] {
		subjects = append(subjects, m.To+": "+m.Subject)
	}
	return subjects
}

func (c *cashier) in(p functiontest.Person) store.Account {
	return c.Store.In(center.Actor{Account: functiontest.AccountOf(p), Contact: center.ContactIDOf(string(p)), Email: string(p), Name: "Omar Saleh", TimeZone: "Asia/Riyadh"})
}

// claim begins a payment of that much of each invoice.
func (c *cashier) claim(key string, amounts map[string]int64) center.Payment {
	c.t.Helper()
	zero := money.Zero("SAR")
	p := center.Payment{ID: center.PaymentIDOf(functiontest.AccountOf(functiontest.Payables), "c", key), Charge: zero, Credit: zero, Refunded: zero,
		By: center.ContactIDOf(string(functiontest.Payables)), ByName: "Omar Saleh", ByEmail: string(functiontest.Payables), Locale: "en", Request: key,
		Method: center.PaymentMethod{ID: "pm_1", Kind: center.MethodCard, Brand: "visa", Last4: "4242"}}
	for _, number := range []string{"INV-1001", "INV-1002"} {
		minor := amounts[number]
		if minor == 0 {
			continue
		}
		heads, err := c.in(functiontest.Payables).Payables(c.t.Context(), []center.InvoiceID{functiontest.InvoiceID(functiontest.Najd, center.KindInvoice, number)})
		if err != nil || len(heads) != 1 {
			c.t.Fatal(heads, err)
		}
		p.Parts = append(p.Parts, center.PaymentPart{Invoice: heads[0].ID, Number: number, Version: heads[0].Version,
			Amount: money.Money{Minor: minor, Currency: "SAR"}, Credit: zero, Refunded: zero})
		p.Charge.Minor += minor
	}
	p, _, err := c.in(functiontest.Payables).ClaimPayment(c.t.Context(), p)
	if err != nil {
		c.t.Fatal(err)
	}
	return p
}

// pay takes a payment to its end.
func (c *cashier) pay(key string, amounts map[string]int64, end store.PaymentEnd) center.Payment {
	c.t.Helper()
	p := c.claim(key, amounts)
	if _, err := c.Store.RecordPayment(c.t.Context(), p.Account, p.ID, store.PaymentMove{Object: "pi_" + key}); err != nil {
		c.t.Fatal(err)
	}
	p, err := c.Store.FinishPayment(c.t.Context(), p.Account, p.ID, end)
	if err != nil {
		c.t.Fatal(err)
	}
	return p
}

var (
	succeeded = store.PaymentEnd{Succeeded: true}
	declined  = store.PaymentEnd{Reason: center.DeclineFunds}
)

func TestWhoPaidGetsTheReceipt(t *testing.T) {
	c := newCashier(t)
	p := c.pay("one", map[string]int64{"INV-1001": 4000_00, "INV-1002": 575_00}, succeeded)
	want := "omar@najd.example: Receipt: SAR 4,575.00 for invoice INV-1001 and 1 more"
	if got := c.mails(); len(got) != 1 || got[0] != want {
		t.Fatalf("mails %q, want %q", got, want)
	}
	m := c.out.sent[0]
	for _, line := range []string{"INV-1001: SAR 4,000.00 paid, SAR 6,000.00 is open", "INV-1002: SAR 575.00 paid, nothing is open",
		"Method: Visa •••• 4242", "(UTC+03:00)", functiontest.Origin + "/payments/" + string(p.ID), "Account: شركة نجد للتقنية"} {
		if !strings.Contains(strings.NewReplacer("\u2068", "", "\u2069", "").Replace(m.Text), line) {
			t.Errorf("%q is not in\n%s", line, m.Text)
		}
	}
}

// What was open when the payment ended may be paid when its letter leaves.
func TestTheReceiptSaysWhatIsOpenWhenItLeaves(t *testing.T) {
	c := newCashier(t)
	c.pay("one", map[string]int64{"INV-1001": 4000_00}, succeeded)
	c.pay("two", map[string]int64{"INV-1001": 6000_00}, succeeded)
	c.mails()
	for _, m := range c.out.sent {
		if !strings.Contains(m.Text, "Still open: Nothing") {
			t.Errorf("%s:\n%s", m.Subject, m.Text)
		}
	}
	if len(c.out.sent) != 2 {
		t.Errorf("%d receipts", len(c.out.sent))
	}
}

func TestAFailureSaysWhyAndWhereToGoOn(t *testing.T) {
	c := newCashier(t)
	p := c.pay("one", map[string]int64{"INV-1002": 575_00}, declined)
	want := "omar@najd.example: Payment failed: SAR 575.00 for invoice INV-1002"
	if got := c.mails(); len(got) != 1 || got[0] != want {
		t.Fatalf("mails %q, want %q", got, want)
	}
	for _, line := range []string{"There is not enough money", "Nothing was paid.", "use another method", functiontest.Origin + "/payments/" + string(p.ID)} {
		if !strings.Contains(c.out.sent[0].Text, line) {
			t.Errorf("%q is not in\n%s", line, c.out.sent[0].Text)
		}
	}
}

func TestAFailureMadeGoodNeedsNoLetter(t *testing.T) {
	c := newCashier(t)
	c.pay("one", map[string]int64{"INV-1002": 575_00}, declined)
	c.pay("two", map[string]int64{"INV-1002": 575_00}, succeeded)
	if got := c.mails(); len(got) != 1 || !strings.Contains(got[0], "Receipt") {
		t.Errorf("mails %q", got)
	}
	if !strings.Contains(c.log.String(), reasonSettled) {
		t.Errorf("the log does not say why: %s", c.log)
	}
}

func TestACancelledPaymentBringsNoLetter(t *testing.T) {
	c := newCashier(t)
	c.pay("one", map[string]int64{"INV-1002": 575_00}, store.PaymentEnd{Reason: center.DeclineCancelled})
	if got := c.mails(); got != nil {
		t.Errorf("mails %q", got)
	}
}

func card(id center.MethodID) center.PaymentMethod {
	return center.PaymentMethod{ID: id, Kind: center.MethodCard, Brand: "mastercard", Last4: "4444", ExpMonth: 12, ExpYear: 2026}
}

func (c *cashier) must(_ store.Wallet, err error) {
	c.t.Helper()
	if err != nil {
		c.t.Fatal(err)
	}
}

func TestPrimaryContactsAreToldOfAChangedMethod(t *testing.T) {
	c := newCashier(t)
	account := c.in(functiontest.Payables)
	c.must(account.AddMethod(t.Context(), card("pm_1"), ""))
	c.must(account.AddMethod(t.Context(), card("pm_2"), "pm_1"))
	c.must(account.RemoveMethod(t.Context(), "pm_2"))
	got := c.mails()
	if len(got) != 3 {
		t.Fatalf("mails %q", got)
	}
	for i, word := range []string{"أُضيفت", "استُبدلت", "أُزيلت"} { // Noura's account speaks Arabic
		if !strings.HasPrefix(got[i], string(functiontest.Primary)+": ") || !strings.Contains(got[i], word) || !strings.Contains(got[i], "Mastercard •••• 4444") {
			t.Errorf("mail %q", got[i])
		}
		if !strings.Contains(c.out.sent[i].Text, "Omar Saleh") {
			t.Errorf("it does not say who did it:\n%s", c.out.sent[i].Text)
		}
	}
}

// warn lets the day of a warning come and puts its letters.
func (c *cashier) warn(day center.Date) int {
	c.t.Helper()
	at, err := time.Parse(time.DateOnly, string(day))
	if err != nil {
		c.t.Fatal(err)
	}
	c.Cloud.Clock.Set(at.Add(6 * time.Hour))
	n, err := c.Store.WarnMethod(c.t.Context(), functiontest.AccountOf(functiontest.Primary), "pm_1")
	if err != nil {
		c.t.Fatal(err)
	}
	return n
}

func TestAnExpiringMethodIsToldTwiceToWhoMayReplaceIt(t *testing.T) {
	c := newCashier(t)
	c.must(c.in(functiontest.Primary).AddMethod(t.Context(), card("pm_1"), ""))
	c.mails()
	for _, w := range []struct {
		day  center.Date
		left string
	}{{"2026-12-01", "بعد 30 يومًا"}, {"2026-12-24", "بعد 7 أيام"}} {
		before := len(c.out.sent)
		if n := c.warn(w.day); n != 2 {
			t.Fatalf("%s: %d letters", w.day, n)
		}
		if got := c.mails(); len(got) != 2 || !strings.Contains(strings.Join(got, " "), string(functiontest.Primary)) || !strings.Contains(strings.Join(got, " "), string(functiontest.Payables)) {
			t.Errorf("%s: mails %q", w.day, got)
		}
		for _, m := range c.out.sent[before:] {
			if !strings.Contains(m.Text, w.left) || !strings.Contains(m.Text, functiontest.Origin+"/payment-methods") {
				t.Errorf("%s to %s:\n%s", w.day, m.To, m.Text)
			}
		}
	}
}

func TestAMethodRemovedSinceIsNotWarnedOf(t *testing.T) {
	c := newCashier(t)
	c.must(c.in(functiontest.Primary).AddMethod(t.Context(), card("pm_1"), ""))
	c.mails()
	c.warn("2026-12-01")
	c.must(c.in(functiontest.Primary).RemoveMethod(t.Context(), "pm_1"))
	if got := c.mails(); len(got) != 1 || !strings.Contains(got[0], "أُزيلت") {
		t.Errorf("mails %q", got)
	}
}

// A letter is for who may see what it tells, when it leaves.
func TestNobodyIsToldOfPaymentsWhoMayNotSeeThem(t *testing.T) {
	c := newCashier(t)
	p := c.pay("one", map[string]int64{"INV-1002": 575_00}, succeeded)
	c.mails()
	for _, who := range []functiontest.Person{functiontest.Purchasing, functiontest.Executive, functiontest.Accountant, functiontest.Nobody} {
		letter := center.Letter{ID: session.NewID(), Kind: center.LetterPaymentReceipt, To: string(who), Account: p.Account,
			Contact: center.ContactIDOf(string(who)), Params: map[string]string{"payment": string(p.ID)}, CreatedAt: c.Now()}
		if !c.skipped(letter) {
			t.Errorf("%s is told of a payment", who)
		}
	}
}

func (c *cashier) skipped(letter center.Letter) bool {
	c.t.Helper()
	if err := c.Store.PutLetter(c.t.Context(), letter); err != nil {
		c.t.Fatal(err)
	}
	return c.mails() == nil && c.state(letter.ID) == center.LetterSkipped
}
