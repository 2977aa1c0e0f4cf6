package pay

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"customercenter/infra/local/cloudtest"
	"customercenter/infra/local/dynamo"
	standin "customercenter/infra/local/stripe"
	"customercenter/infra/prove/explore"
	"customercenter/shared/center"
	"customercenter/shared/money"
	"customercenter/shared/paying"
	"customercenter/shared/processor"
	"customercenter/shared/processor/stripe"
	"customercenter/shared/store"
)

const (
	testKey    = "sk_test_prove"
	stripeBase = "http://stripe.local"
	buyer      = "BUYER-1"
)

// scene is one account with invoices and stored cards, a table and a
// processor that nobody else has.
type scene struct {
	t        testing.TB
	cloud    *cloudtest.Cloud
	stripe   *standin.Service
	truth    *store.Store // what stands, read through no gate
	wire     toTable      // of the desks, where it is not the table itself
	invoices []center.InvoiceID
	credits  []center.InvoiceID
	days     int // between the days on which they are due

	wallet   sync.Mutex
	customer string
	cards    map[string]center.MethodID // by the stand-in's token

	mu   sync.Mutex
	told map[center.PaymentID]bool // paid, as somebody was told
}

// newScene is a scene with invoices of those amounts, in minor units of EUR.
func newScene(t testing.TB, amounts ...int64) *scene {
	t.Helper()
	return newHeldScene(t, 0, amounts...)
}

// newHeldScene is a scene on whose table transactions keep their items for
// that long, as over a network, so that they meet.
func newHeldScene(t testing.TB, hold time.Duration, amounts ...int64) *scene {
	t.Helper()
	cloud := cloudtest.Table(t, func(o *dynamo.Options) { o.TransactionHold = hold })
	s := sceneOn(t, cloud, standin.New(standin.Options{Now: cloud.Clock.Now}))
	s.bill(amounts...)
	return s
}

func sceneOn(t testing.TB, cloud *cloudtest.Cloud, service *standin.Service) *scene {
	return &scene{t: t, cloud: cloud, stripe: service, truth: cloud.Open(), days: 1, cards: map[string]center.MethodID{}, told: map[center.PaymentID]bool{}}
}

// bill books invoices of those amounts.
func (s *scene) bill(amounts ...int64) {
	s.t.Helper()
	var booked []store.Booked
	for i, minor := range amounts {
		booked = append(booked, invoiceRecord(fmt.Sprintf("INV-%d", i+1), i, s.days, money.Money{Minor: minor, Currency: "EUR"}))
	}
	for _, r := range s.book(booked) {
		s.invoices = append(s.invoices, center.InvoiceID(r.ID))
	}
}

// give books credit notes of those amounts.
func (s *scene) give(amounts ...int64) {
	s.t.Helper()
	var booked []store.Booked
	for i, minor := range amounts {
		r := invoiceRecord(fmt.Sprintf("CN-%d", i+1), 50+i, 0, money.Money{Minor: minor, Currency: "EUR"})
		r.Record.Kind, r.Record.Document.Kind, r.Record.Document.DueDate, r.Record.Document.DueSource = center.KindCreditNote, center.KindCreditNote, "", ""
		booked = append(booked, r)
	}
	for _, r := range s.book(booked) {
		s.credits = append(s.credits, center.InvoiceID(r.ID))
	}
}

// book books records, which must be new.
func (s *scene) book(booked []store.Booked) []store.BookResult {
	s.t.Helper()
	results, err := s.truth.Everywhere("proof").Book(context.Background(),
		store.Booking{Import: "imp_0000000" + fmt.Sprint(len(s.invoices)%10), By: "desk@example.com", Options: center.ImportOptions{NetTermsDays: -1}}, booked)
	if err != nil {
		s.t.Fatal(err)
	}
	for _, r := range results {
		if r.Result != center.ResultCreated {
			s.t.Fatalf("not booked: %+v", r)
		}
	}
	return results
}

// close ends what runs beside the scene.
func (s *scene) close() {
	s.stripe.Close()
	s.cloud.DB.Close()
}

// store stores the stand-in's test card of that token for the account.
func (s *scene) store(token string) center.MethodID {
	s.t.Helper()
	s.wallet.Lock()
	defer s.wallet.Unlock()
	if id, ok := s.cards[token]; ok {
		return id
	}
	customer, id := s.customer, center.MethodID("")
	if customer == "" {
		customer, id = storedCard(s.t, s.stripe, token)
	} else {
		id = attach(s.t, s.stripe, customer, token)
	}
	account := s.truth.In(person("ann"))
	kept, err := account.SetCustomer(context.Background(), customer)
	if err == nil {
		_, err = account.AddMethod(context.Background(), center.PaymentMethod{ID: id, Kind: center.MethodCard, Brand: "visa", Last4: "4242",
			ExpMonth: 12, ExpYear: 2030, AddedAt: s.cloud.Clock.Now()}, "")
	}
	if err != nil {
		s.t.Fatal(err)
	}
	s.customer, s.cards[token] = kept, id
	return id
}

// storedCard makes a customer with a stored test card.
func storedCard(t testing.TB, service *standin.Service, token string) (customer string, id center.MethodID) {
	t.Helper()
	customer = post(t, service, "/v1/customers", url.Values{"name": {"Buyer"}})
	return customer, attach(t, service, customer, token)
}

func attach(t testing.TB, service *standin.Service, customer, token string) center.MethodID {
	t.Helper()
	return center.MethodID(post(t, service, "/v1/payment_methods/"+token+"/attach", url.Values{"customer": {customer}}))
}

// post asks the stand-in and answers the id of what it made.
func post(t testing.TB, service *standin.Service, path string, form url.Values) (id string) {
	t.Helper()
	r := httptest.NewRequest("POST", stripeBase+path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Authorization", "Bearer "+testKey)
	w := httptest.NewRecorder()
	service.ServeHTTP(w, r)
	var made struct {
		ID string `json:"id"`
	}
	if err := json.Unmarshal(w.Body.Bytes(), &made); err != nil || w.Code != 200 || made.ID == "" {
		t.Fatalf("%s: %d %s", path, w.Code, w.Body)
	}
	return made.ID
}

// person is a contact of the buyer.
func person(name string) center.Actor {
	email := name + "@buyer.example"
	return center.Actor{Account: center.AccountIDOf(buyer), Contact: center.ContactIDOf(email), Email: email, Name: name,
		TimeZone: "UTC", Locale: "en", Grants: []center.Grant{{Type: center.ContactPayables}}, AuthAt: cloudtest.Start}
}

func invoiceRecord(number string, at, days int, amount money.Money) store.Booked {
	d := &center.Document{Kind: center.KindInvoice, Number: number, IssueDate: "2026-01-10", DueDate: center.Date("2026-02-01").AddDays(at * days),
		DueSource: "DueDate", Currency: string(amount.Currency), CustomerKey: buyer,
		Supplier: center.Party{Name: "Vendor", VAT: "NL001"}, Customer: center.Party{Name: "Buyer One"},
		Lines:  []center.Line{{ID: "1", Name: "Support", Quantity: "1", Net: center.Decimal(amount.Decimal())}},
		Totals: center.Totals{Payable: center.Decimal(amount.Decimal())}, Source: center.Source{Format: "jsonl", File: "proof.jsonl"}}
	sum := sha256.Sum256([]byte(number))
	return store.Booked{Fingerprint: hex.EncodeToString(sum[:]), Position: at,
		Record: center.Record{File: "proof.jsonl", Index: at, Kind: d.Kind, Number: number, Document: d}}
}

// desk is the driver as one program has it; its clock is ahead of the others'
// by that much. Without an actor its calls pass no gate.
func (s *scene) desk(a *explore.Actor, ahead time.Duration) paying.Desk {
	g := gate{actor: a, table: s.cloud.DB, stripe: s.stripe}
	if s.wire != nil {
		g.table = s.wire
	}
	now := func() time.Time { return s.cloud.Clock.Now().Add(ahead) }
	config := s.cloud.Config
	config.HTTP, config.Now = g.toTable(), now
	return paying.Desk{Store: store.Open(config), Processor: stripe.New(stripe.Options{Key: testKey, Base: stripeBase, HTTP: g.toProcessor()}),
		Now: now, BaseURL: "http://localhost", Log: slog.New(slog.DiscardHandler)}
}

// order is what the person at this browser wants: those invoices whole, or a
// part of each.
type order struct {
	by     string
	key    string
	method center.MethodID // "" for the processor's page
	of     []center.InvoiceID
	part   int64 // minor units of each; 0 is all
}

func (o order) id() center.PaymentID {
	who := person(o.by)
	return center.PaymentIDOf(who.Account, who.Contact, o.key)
}

// pay plans and pays as the function does, and notes what the person is told.
func (s *scene) pay(a *explore.Actor, o order) (center.Payment, error) {
	d := s.desk(a, 0)
	wanted, err := s.plan(d, o)
	if err != nil {
		return center.Payment{}, err
	}
	return s.payPlanned(a, d, o, wanted)
}

// plan reads what stands and says what paying it comes to.
func (s *scene) plan(d paying.Desk, o order) (paying.Order, error) {
	ctx := context.Background()
	account := d.Store.In(person(o.by))
	payables, err := account.Payables(ctx, o.of)
	if err != nil {
		return paying.Order{}, err
	}
	credits, err := account.Credits(ctx)
	if err != nil {
		return paying.Order{}, err
	}
	var asked []center.Asked
	for _, inv := range payables {
		want := center.Asked{Invoice: inv.ID}
		if o.part > 0 {
			want.Amount = money.Money{Minor: min(o.part, inv.Outstanding.Minor), Currency: inv.Amount.Currency}
		}
		asked = append(asked, want)
	}
	planned, _ := center.PlanPayments(asked, payables, credits, func(money.Code) int64 { return 1 })
	wanted := paying.Order{Key: o.key, Request: fmt.Sprint(o.of, o.part, o.method), Method: o.method, Locale: "en"}
	if len(planned) > 0 {
		wanted.Planned = planned[0]
	} else if _, err := account.Payment(ctx, o.id()); err != nil {
		return paying.Order{}, err // nothing to pay, and no payment of this key
	}
	return wanted, nil
}

func (s *scene) payPlanned(a *explore.Actor, d paying.Desk, o order, wanted paying.Order) (center.Payment, error) {
	p, err := d.Pay(context.Background(), person(o.by), wanted)
	if err == nil {
		s.tell(a, p)
	}
	return p, err
}

// settle is the return page, a webhook or a look.
func (s *scene) settle(a *explore.Actor, id center.PaymentID) {
	p, err := s.desk(a, 0).Settle(context.Background(), center.AccountIDOf(buyer), id)
	if err == nil {
		s.tell(a, p)
	}
}

// tell notes what a person who still listens was told.
func (s *scene) tell(a *explore.Actor, p center.Payment) {
	if a != nil && a.Gone() || p.State != center.PaymentSucceeded {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.told[p.ID] = true
}

// sweepAhead is how far ahead a sweep's clock is: nothing may hang on it.
const sweepAhead = 2 * time.Hour

func (s *scene) sweep(a *explore.Actor) {
	// What a fault left undone is the next sweep's.
	_, _ = s.desk(a, sweepAhead).Sweep(context.Background(), 10)
}

// drain reconciles and sweeps, through no gate, until nothing wants to be
// looked at.
func (s *scene) drain() error {
	if _, err := s.desk(nil, sweepAhead).Reconcile(context.Background()); err != nil {
		return err
	}
	for day := range 12 {
		ahead := time.Duration(day+1) * 25 * time.Hour
		d := s.desk(nil, ahead)
		s.cloud.Clock.Advance(time.Minute)
		if _, err := d.Sweep(context.Background(), 100); err != nil {
			return err
		}
		due, err := d.Store.DuePayments(context.Background(), 10)
		if err != nil || len(due) == 0 {
			return err
		}
	}
	return fmt.Errorf("still not settled after the last sweep")
}

var _ processor.Processor = (*stripe.Client)(nil)
