package stripe

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	api "github.com/stripe/stripe-go/v85"

	"customercenter/shared/center"
	"customercenter/shared/money"
	"customercenter/shared/processor"
)

const setupReturn = "https://center.example/payment-methods?setup={SETUP}"

// setup makes a setup page and returns its id and address.
func (r *rig) setup(key string, currency money.Code) (id, url string) {
	r.t.Helper()
	id, url, err := r.Setup(r.t.Context(), processor.Setup{Key: key, Account: account, By: "con_1", Customer: r.customer(), Currency: currency,
		Return: setupReturn, Cancel: wayOut, Locale: "en", Replaces: "pm_old"})
	if err != nil {
		r.t.Fatal(err)
	}
	return id, url
}

func (r *rig) outcome(id string) processor.SetupOutcome {
	r.t.Helper()
	o, err := r.SetupOutcome(r.t.Context(), id)
	if err != nil {
		r.t.Fatal(err)
	}
	return o
}

func TestAMethodIsStoredOnASetupPage(t *testing.T) {
	r := start(t)
	for _, c := range []struct {
		token    string
		currency money.Code
		want     center.PaymentMethod
	}{
		{"pm_card_visa", "", center.PaymentMethod{Kind: center.MethodCard, Brand: "visa", Last4: "4242", ExpMonth: 12, ExpYear: 2028, AddedAt: beginning}},
		{"pm_card_amex", "KWD", center.PaymentMethod{Kind: center.MethodCard, Brand: "amex", Last4: "0005", ExpMonth: 12, ExpYear: 2028, AddedAt: beginning}},
		{"pm_usBankAccount_success", "USD", center.PaymentMethod{Kind: center.MethodBank, Brand: "STRIPE TEST BANK", Last4: "6789", AddedAt: beginning}},
		{"pm_sepaDebit_success_de", "EUR", center.PaymentMethod{Kind: center.MethodBank, Brand: "37040044", Last4: "3000", AddedAt: beginning}},
	} {
		id, url := r.setup(c.token, c.currency)
		open := processor.SetupOutcome{ID: id, Account: account, By: "con_1", Replaces: "pm_old"}
		if diff := cmp.Diff(open, r.outcome(id)); diff != "" {
			t.Errorf("%s open: %s", c.token, diff)
		}
		if next, want := r.enter(url, c.token), strings.ReplaceAll(setupReturn, "{SETUP}", id); next != want {
			t.Errorf("%s leads to %s, want %s", c.token, next, want)
		}
		done := r.outcome(id)
		c.want.ID = done.Method.ID
		open.Done, open.Method = true, c.want
		if diff := cmp.Diff(open, done); diff != "" || c.want.ID == "" {
			t.Errorf("%s done: %s", c.token, diff)
		}
		if got, err := r.Method(t.Context(), c.want.ID); err != nil || got != c.want {
			t.Errorf("%s: %+v, %v", c.token, got, err)
		}
	}
}

func TestWithoutACurrencyOnlyCardsAreStored(t *testing.T) {
	r := start(t)
	id, url := r.setup("s1", "")
	r.enter(url, "pm_usBankAccount_success")
	if o := r.outcome(id); o.Done {
		t.Errorf("%+v", o)
	}
}

func TestAPageThatPaysIsNoSetup(t *testing.T) {
	r := start(t)
	_, err := r.SetupOutcome(t.Context(), r.page("pay_1", false).ID)
	fails(t, err, processor.Missing, codeNoObject)
	id, _ := r.setup("s1", "")
	_, err = r.Retrieve(t.Context(), id)
	fails(t, err, processor.Missing, codeNoObject)
}

func TestADetachedMethodIsForgotten(t *testing.T) {
	r := start(t)
	id := r.stored(r.customer(), "pm_card_visa")
	for range 2 {
		if err := r.Detach(t.Context(), id); err != nil {
			t.Error(err)
		}
	}
	if err := r.Detach(t.Context(), "pm_never"); err != nil {
		t.Error(err)
	}
	_, err := r.Method(t.Context(), id)
	fails(t, err, processor.Missing, codeNoObject)
	_, err = r.Method(t.Context(), "pm_never")
	fails(t, err, processor.Missing, "resource_missing")
	fails(t, r.Detach(t.Context(), "cus_1"), processor.Missing, codeNoObject)
}

func TestAnAccountIsOneCustomer(t *testing.T) {
	r := start(t)
	first := r.customer()
	for _, who := range []processor.Customer{
		{Account: account, Name: "Diyar Trading", Email: "pay@diyar.example"},
		{Account: account, Name: "Diyar W.L.L.", Email: "ap@diyar.example"},
		{Account: account},
	} {
		if id, err := r.Customer(t.Context(), who); err != nil || id != first {
			t.Errorf("%+v is %s, %v; was %s", who, id, err, first)
		}
	}
	if id, err := r.Customer(t.Context(), processor.Customer{Account: "acc_2"}); err != nil || id == first {
		t.Errorf("%s, %v", id, err)
	}
	held, err := r.api.V1Customers.Retrieve(t.Context(), first, nil)
	if err != nil || held.Email != "ap@diyar.example" || held.Name != "Diyar W.L.L." || held.Metadata["account"] != string(account) {
		t.Errorf("%+v, %v", held, err)
	}
}

func TestOnlyKindsThatCanBeChargedAgainAreStored(t *testing.T) {
	owner := &api.Customer{ID: "cus_1"}
	for _, c := range []struct {
		method *api.PaymentMethod
		want   center.PaymentMethod
		fails  processor.Outcome
	}{
		{&api.PaymentMethod{ID: "pm_1", Type: "link", Customer: owner}, center.PaymentMethod{ID: "pm_1", Kind: center.MethodCard, Brand: "link"}, 0},
		{&api.PaymentMethod{ID: "pm_1", Type: "bacs_debit", Customer: owner}, center.PaymentMethod{ID: "pm_1", Kind: center.MethodBank, Brand: "bacs_debit"}, 0},
		{&api.PaymentMethod{ID: "pm_1", Type: "klarna", Customer: owner}, center.PaymentMethod{Brand: "klarna"}, processor.Refused},
		{&api.PaymentMethod{ID: "pm_1", Type: "card", Card: &api.PaymentMethodCard{Brand: "visa"}}, center.PaymentMethod{Kind: center.MethodCard, Brand: "visa"}, processor.Missing},
		{&api.PaymentMethod{ID: "pm_1"}, center.PaymentMethod{}, processor.Missing}, // not expanded
	} {
		if got := paymentMethod(c.method); got != c.want {
			t.Errorf("%s: %+v", c.method.Type, got)
		}
		_, err := storedMethod(c.method)
		if c.fails == 0 && err != nil {
			t.Errorf("%s: %v", c.method.Type, err)
		} else if c.fails != 0 {
			fails(t, err, c.fails, map[processor.Outcome]string{processor.Refused: codeMethodKind, processor.Missing: codeNoObject}[c.fails])
		}
	}
}
