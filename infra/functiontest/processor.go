package functiontest

import (
	"context"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	standin "customercenter/infra/local/stripe"
	"customercenter/shared/center"
	"customercenter/shared/money"
	"customercenter/shared/paying"
	"customercenter/shared/processor/stripe"
	"customercenter/shared/store"
)

// Cards and bank accounts of the processor, by what becomes of a payment.
const (
	CardGood     = "pm_card_visa"
	CardOther    = "pm_card_mastercard"
	CardDeclined = "pm_card_chargeCustomerFail" // can be stored, and is declined whenever it is charged
	CardNoFunds  = "pm_card_visa_chargeDeclinedInsufficientFunds"
	CardAsks     = "pm_card_authenticationRequired"
	BankGood     = "pm_usBankAccount_success"
	BankNoFunds  = "pm_usBankAccount_insufficientFunds"
)

// ProcessorPages is where the processor's pages stand, as people see it.
const ProcessorPages = "https://pay.example"

// What the center and the processor of a world know each other by.
const (
	CenterName    = "center-of-the-world"
	processorKey  = "sk_test_world"
	WebhookSecret = "whsec_world"
)

// authentication is in the address of a page where the holder of a card is
// asked.
const authentication = "/c/authenticate/"

// sendingLimit bounds how long notices of the processor are waited for.
const sendingLimit = 10 * time.Second

// Processor is the payment processor of a world, by the world's clock. Its ids
// are the same in every run.
type Processor struct {
	*stripe.Client
	Service *standin.Service

	w       *World
	t       testing.TB
	address string // that it listens at
	mu      sync.Mutex
	// told are the notices that nobody took yet.
	told []Notice
}

// dice are the same in every run, and may be thrown by several at once.
type dice struct {
	mu   sync.Mutex
	from *rand.ChaCha8
}

func (d *dice) Read(p []byte) (int, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.from.Read(p)
}

// Notice is a webhook.
type Notice struct{ Body, Signature string }

// Processor starts the world's processor.
func (w *World) Processor(t testing.TB) *Processor {
	t.Helper()
	p := &Processor{w: w, t: t}
	p.Service = standin.New(standin.Options{Now: w.Now, Key: processorKey, WebhookSecret: WebhookSecret, Rand: &dice{from: rand.NewChaCha8([32]byte{})},
		Base: func() string { return ProcessorPages },
		Deliver: func(_ context.Context, body []byte, signature string) (int, error) {
			p.mu.Lock()
			defer p.mu.Unlock()
			p.told = append(p.told, Notice{string(body), signature})
			return http.StatusOK, nil
		}})
	server := httptest.NewServer(p.Service)
	t.Cleanup(func() {
		server.Close()
		if err := p.Service.Close(); err != nil {
			t.Error(err)
		}
	})
	p.address = server.URL
	p.Client = p.Another(CenterName)
	return p
}

// Another is a center of another name with the same account at the processor.
func (p *Processor) Another(name string) *stripe.Client {
	return stripe.New(stripe.Options{Center: name, Key: processorKey, WebhookSecrets: []string{WebhookSecret}, Base: p.address})
}

// Desk drives payments over a store, such as a function's.
func (p *Processor) Desk(s *store.Store) paying.Desk {
	return paying.Desk{Store: s, Processor: p.Client, Now: p.w.Now, BaseURL: Origin, Log: Quiet()}
}

// Told takes the notices that came since the last time, once all are sent.
func (p *Processor) Told() []Notice {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.t.Context(), sendingLimit)
	defer cancel()
	if err := p.Service.Sent(ctx); err != nil {
		p.t.Fatal(err)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	told := p.told
	p.told = nil
	return told
}

// Enter chooses a card or account on a hosted page, valid through that month,
// and answers where the page leads.
func (p *Processor) Enter(page, token string, month time.Month, year int) (next string) {
	p.t.Helper()
	return p.submit(page, url.Values{"choice": {token}, "month": {strconv.Itoa(int(month))}, "year": {strconv.Itoa(year)}})
}

// Authenticate answers what the holder is asked at that address.
func (p *Processor) Authenticate(address string, passes bool) (next string) {
	p.t.Helper()
	return p.submit(address, url.Values{"outcome": {map[bool]string{true: "pass", false: "fail"}[passes]}})
}

func (p *Processor) submit(address string, form url.Values) (next string) {
	p.t.Helper()
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := client.Post(strings.Replace(address, ProcessorPages, p.address, 1), "application/x-www-form-urlencoded", strings.NewReader(form.Encode()))
	if err != nil {
		p.t.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusSeeOther {
		p.t.Fatalf("%s answers %s", address, res.Status)
	}
	return res.Header.Get("Location")
}

// Actor is the person as a function knows her who has just typed a code.
func (w *World) Actor(t testing.TB, person Person) center.Actor {
	t.Helper()
	if person == Desk {
		if _, err := w.Store.AdmitOperator(t.Context(), string(Desk)); err != nil {
			t.Fatal(err)
		}
	}
	m, err := w.Store.Membership(t.Context(), AccountOf(person), center.ContactIDOf(string(person)))
	if err != nil {
		t.Fatal(err)
	}
	c := m.Contact
	return center.Actor{Account: c.Account, Contact: c.ID, Email: c.Email, Name: c.Name, Grants: c.Grants, Version: c.Version, AuthAt: w.Now(),
		AccountName: m.AccountName, TimeZone: m.TimeZone, Locale: m.Locale}
}

// Setup makes a setup page of the person's account.
func (p *Processor) Setup(person Person, replaces center.MethodID) (id, page string) {
	p.t.Helper()
	actor := p.w.Actor(p.t, person)
	w, err := p.w.Store.In(actor).Wallet(p.t.Context())
	if err != nil {
		p.t.Fatal(err)
	}
	id, page, err = p.Desk(p.w.Store).StartSetup(p.t.Context(), actor, w.Customer, paying.SetupOrder{
		Key: "setup-" + strconv.FormatInt(requests.Add(1), 10), Replaces: replaces, Currency: "USD"})
	if err != nil {
		p.t.Fatal(err)
	}
	return id, page
}

// Store stores a card or account for the person's account, valid for years.
func (p *Processor) Store(person Person, token string) center.PaymentMethod {
	p.t.Helper()
	return p.StoreUntil(person, token, time.December, p.w.Now().Year()+2)
}

// StoreUntil is Store for one that is valid through that month.
func (p *Processor) StoreUntil(person Person, token string, month time.Month, year int) center.PaymentMethod {
	p.t.Helper()
	id, page := p.Setup(person, "")
	if next := p.Enter(page, token, month, year); strings.Contains(next, authentication) {
		p.Authenticate(next, true)
	}
	kept, err := p.Desk(p.w.Store).Keep(p.t.Context(), AccountOf(person), id)
	if err != nil {
		p.t.Fatal(err)
	}
	return kept.Added
}

// Pay has the person pay invoices of hers as they stand, by the method.
func (p *Processor) Pay(person Person, key string, method center.MethodID, invoices ...center.InvoiceID) center.Payment {
	p.t.Helper()
	actor := p.w.Actor(p.t, person)
	heads, err := p.w.Store.In(actor).Payables(p.t.Context(), invoices)
	if err != nil {
		p.t.Fatal(err)
	}
	var asked []center.Asked
	for _, id := range invoices {
		asked = append(asked, center.Asked{Invoice: id})
	}
	planned, left := center.PlanPayments(asked, heads, nil, p.step)
	if len(planned) != 1 || len(left) > 0 {
		p.t.Fatalf("%d payments of %v, %+v left out", len(planned), invoices, left)
	}
	paid, err := p.Desk(p.w.Store).Pay(p.t.Context(), actor, paying.Order{Key: key, Request: key, Planned: planned[0], Method: method, Locale: "en"})
	if err != nil {
		p.t.Fatal(err)
	}
	return paid
}

func (p *Processor) step(c money.Code) int64 {
	step, ok := p.Step(c)
	if !ok {
		p.t.Fatalf("the processor does not take %s", c)
	}
	return step
}
