package main

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/google/go-cmp/cmp"

	"customercenter/infra/functiontest"
	standin "customercenter/infra/local/stripe"
	"customercenter/shared/center"
	"customercenter/shared/jobs"
	"customercenter/shared/money"
	"customercenter/shared/processor"
	"customercenter/shared/session"
	"customercenter/shared/store"
)

// Each right that the function is given is needed by a test.
func TestMain(m *testing.M) { os.Exit(functiontest.RunAndCountRights(m, "settle-payments")) }

// office is the function with its world and its processor around it.
type office struct {
	*functiontest.World
	t         *testing.T
	processor *functiontest.Processor
	log       *bytes.Buffer
	seen      uint64 // the last change of the table that the function was woken for
}

func newOffice(t *testing.T) *office {
	w := functiontest.New(t)
	return &office{World: w, t: t, processor: w.Processor(t), log: &bytes.Buffer{}}
}

// invoke gives the function an event, as Lambda does.
func (o *office) invoke(event []byte) (answer string, err error) {
	o.t.Helper()
	s, _ := o.Function("settle-payments")
	log := slog.New(slog.NewJSONHandler(o.log, nil))
	h := handler{store: s, desk: o.processor.Desk(s)}
	h.desk.Log = log
	door := jobs.Door{Now: o.Now, Log: log, Measure: session.Measure}
	out, err := lambda.NewHandler(jobs.Either(jobs.Stream(door, notice, h.lookInto), jobs.Schedule(door, h.settlePayments))).Invoke(context.Background(), event)
	return string(out), err
}

// ticks is the schedule's minute, as events/settle-payments.json has it; it
// answers the line that the log has of it.
func (o *office) ticks() (line map[string]any) {
	o.t.Helper()
	event, err := os.ReadFile(filepath.Join(functiontest.Root(), "events", "settle-payments.json"))
	if err != nil {
		o.t.Fatal(err)
	}
	o.log.Reset()
	if answer, err := o.invoke(event); err != nil || answer != "null" {
		o.t.Errorf("the tick answers %s, %v", answer, err)
	}
	for text := range strings.Lines(o.log.String()) {
		line = nil
		if err := json.Unmarshal([]byte(text), &line); err != nil {
			o.t.Fatal(err)
		}
	}
	return line
}

// hears keeps what the processor told, as receive-payment-events does, and
// wakes the function with the table's stream. It answers how many records
// would come again.
func (o *office) hears() (failed int) {
	o.t.Helper()
	for _, n := range o.processor.Told() {
		e, err := o.processor.Event([]byte(n.Body), n.Signature, o.Now())
		if err != nil {
			o.t.Fatal(err)
		}
		if e.Object == "" {
			continue
		}
		kept := store.Notice{ID: e.ID, Type: e.Type, Object: e.Object, Account: e.Tag.Account, Payment: e.Tag.Payment, Setup: e.Setup, Created: e.Created}
		if _, err := o.Store.NoteEvent(o.t.Context(), kept); err != nil {
			o.t.Fatal(err)
		}
	}
	return o.wakes()
}

// wakes gives the function what changed in the table since it succeeded last.
func (o *office) wakes() (failed int) {
	o.t.Helper()
	event, last := o.Stream(o.t, o.seen)
	out, err := o.invoke(event)
	if err != nil {
		o.t.Fatal(err)
	}
	var answer struct {
		BatchItemFailures []any `json:"batchItemFailures"`
	}
	if err := json.Unmarshal([]byte(out), &answer); err != nil {
		o.t.Fatal(err)
	}
	if failed = len(answer.BatchItemFailures); failed == 0 && last > 0 {
		o.seen = last
	}
	return failed
}

// id is the id of an invoice of Najd's.
func id(number string) center.InvoiceID {
	return functiontest.InvoiceID(functiontest.Najd, center.KindInvoice, number)
}

// stands asserts how a payment stands, and the sum that its invoice is closed
// by.
func (o *office) stands(p center.Payment, state center.PaymentState, wait center.PaymentWait, reason center.DeclineReason) {
	o.t.Helper()
	now, err := o.Store.Payment(o.t.Context(), p.Account, p.ID)
	if err != nil {
		o.t.Fatal(err)
	}
	if now.State != state || now.Wait != wait || now.Reason != reason {
		o.t.Errorf("it is %s %s %s, want %s %s %s", now.State, now.Wait, now.Reason, state, wait, reason)
	}
	heads, err := o.Store.In(o.Actor(o.t, functiontest.Primary)).Payables(o.t.Context(), []center.InvoiceID{p.Parts[0].Invoice})
	if err != nil || len(heads) != 1 {
		o.t.Fatalf("%v, %v", heads, err)
	}
	inv := heads[0]
	if err := inv.Check(); err != nil {
		o.t.Error(err)
	}
	switch amount := p.Parts[0].Amount.Minor; {
	case !state.Final() && (inv.Active != p.ID || inv.Processing.Minor != amount),
		state == center.PaymentSucceeded && (inv.Active != "" || inv.Settled.Minor != amount),
		state.Final() && !state.Paid() && (inv.Active != "" || inv.Outstanding.Minor != amount):
		o.t.Errorf("the payment is %s, and of its invoice %s is outstanding, %s processing, %s settled, held by %q", state,
			inv.Outstanding, inv.Processing, inv.Settled, inv.Active)
	}
}

// fails makes calls of the processor go wrong.
func (o *office) fails(endpoint, kind string, next int) {
	o.t.Helper()
	if err := o.processor.Service.Fault(standin.Fault{Endpoint: endpoint, Kind: kind, Next: next}); err != nil {
		o.t.Fatal(err)
	}
}

func (o *office) card(token string) center.MethodID {
	o.t.Helper()
	return o.processor.Store(functiontest.Primary, token).ID
}

// hosted is a payment at the processor's page.
func (o *office) hosted() center.Payment {
	o.t.Helper()
	return o.processor.Pay(functiontest.Primary, "hosted", "", id("INV-1004"))
}

// Nobody comes back, and no notice ever arrives: everything ends all the same.
func TestTheSweepEndsWhatNobodyElseDoes(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		begin  func(*office) center.Payment
		after  time.Duration
		state  center.PaymentState
		reason center.DeclineReason
	}{
		"paid at the page": {func(o *office) center.Payment {
			p := o.hosted()
			o.processor.Enter(p.URL, functiontest.CardGood, time.May, 2028)
			return p
		}, 37 * time.Minute, center.PaymentSucceeded, ""},
		"left at the page": {func(o *office) center.Payment { return o.hosted() }, 37 * time.Minute, center.PaymentFailed, center.DeclineTimeout},
		"charged, and the answer lost": {func(o *office) center.Payment {
			card := o.card(functiontest.CardGood)
			o.fails("POST /v1/payment_intents/{id}/confirm", standin.FaultLostAnswer, 8) // net/http tries again too
			o.fails("GET /v1/payment_intents/{id}", standin.FaultUnavailable, 2)
			return o.processor.Pay(functiontest.Primary, "lost", card, id("INV-1004"))
		}, 3 * time.Minute, center.PaymentSucceeded, ""},
		"never charged": {func(o *office) center.Payment {
			card := o.card(functiontest.CardGood)
			o.fails("POST /v1/payment_intents/{id}/confirm", standin.FaultUnavailable, 2)
			return o.processor.Pay(functiontest.Primary, "never", card, id("INV-1004"))
		}, 3 * time.Minute, center.PaymentFailed, center.DeclineTimeout},
		"authenticated": {func(o *office) center.Payment {
			p := o.processor.Pay(functiontest.Primary, "asks", o.card(functiontest.CardAsks), id("INV-1004"))
			o.processor.Authenticate(p.URL, true)
			return p
		}, 31 * time.Minute, center.PaymentSucceeded, ""},
		"never authenticated": {func(o *office) center.Payment {
			return o.processor.Pay(functiontest.Primary, "asks", o.card(functiontest.CardAsks), id("INV-1004"))
		}, 31 * time.Minute, center.PaymentFailed, center.DeclineTimeout},
		"debited": {func(o *office) center.Payment {
			p := o.processor.Pay(functiontest.Primary, "bank", o.card(functiontest.BankGood), id("INV-1004"))
			if _, err := o.processor.Service.Settle(); err != nil {
				o.t.Fatal(err)
			}
			return p
		}, 6 * time.Minute, center.PaymentSucceeded, ""},
		"debited in vain": {func(o *office) center.Payment {
			p := o.processor.Pay(functiontest.Primary, "bank", o.card(functiontest.BankNoFunds), id("INV-1004"))
			if _, err := o.processor.Service.Settle(); err != nil {
				o.t.Fatal(err)
			}
			return p
		}, 6 * time.Minute, center.PaymentFailed, center.DeclineFunds},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := newOffice(t)
			p := c.begin(o)
			o.stands(p, center.PaymentCreated, p.Wait, "")
			o.ticks()
			o.stands(p, center.PaymentCreated, p.Wait, "") // it is not its time
			o.Pass(c.after)
			for range 2 {
				o.ticks()
				o.stands(p, c.state, "", c.reason)
			}
			if got := o.processor.Service.Captured(string(p.ID)); (got != 0) != (c.state == center.PaymentSucceeded) {
				t.Errorf("%d was taken", got)
			}
		})
	}
}

// claims begins a payment that is taken no further.
func (o *office) claims(card center.MethodID) center.Payment {
	o.t.Helper()
	actor := o.Actor(o.t, functiontest.Primary)
	heads, err := o.Store.In(actor).Payables(o.t.Context(), []center.InvoiceID{id("INV-1004")})
	if err != nil {
		o.t.Fatal(err)
	}
	planned, _ := center.PlanPayments([]center.Asked{{Invoice: heads[0].ID}}, heads, nil, func(money.Code) int64 { return 1 })
	p, _, err := o.Store.In(actor).ClaimPayment(o.t.Context(), center.Payment{ID: center.PaymentIDOf(actor.Account, actor.Contact, "claimed"), By: actor.Contact,
		Charge: planned[0].Charge, Credit: planned[0].Credit, Refunded: planned[0].Credit, Parts: planned[0].Parts, Method: center.PaymentMethod{ID: card}})
	if err != nil {
		o.t.Fatal(err)
	}
	return p
}

// An object that the processor does not know, as with the keys of another of
// its accounts, frees nothing, since money may move by it elsewhere. Somebody
// must look, or the invoice is held for ever.
func TestAnObjectThatIsGoneCallsForAPerson(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	p := o.claims(o.card(functiontest.CardGood))
	if _, err := o.Store.RecordPayment(t.Context(), p.Account, p.ID, store.PaymentMove{Object: "pi_gone", Wait: center.WaitProcessor, LookAt: o.Now()}); err != nil {
		t.Fatal(err)
	}
	o.ticks()
	o.stands(p, center.PaymentCreated, center.WaitProcessor, "")
	if !strings.Contains(o.log.String(), "payment needs an operator") {
		t.Errorf("the log does not call for a person: %s", o.log)
	}
}

func TestAPaymentThatWasNeverRecordedIsGivenUp(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	p := o.claims(o.card(functiontest.CardGood))
	o.ticks()
	o.stands(p, center.PaymentNew, "", "")
	o.Pass(3 * time.Minute)
	o.ticks()
	o.stands(p, center.PaymentAbandoned, "", center.DeclineTimeout)
}

// A debit takes days: it is looked at ever more rarely, then a person must.
func TestADebitThatNeverEndsComesToAPerson(t *testing.T) {
	o := newOffice(t)
	p := o.processor.Pay(functiontest.Primary, "bank", o.card("pm_usBankAccount_processing"), id("INV-1004"))
	for _, pause := range []time.Duration{5 * time.Minute, time.Hour, 24 * time.Hour, 24 * time.Hour, 24 * time.Hour, 24 * time.Hour} {
		o.Pass(pause)
		o.ticks()
		o.stands(p, center.PaymentCreated, center.WaitBank, "")
	}
	o.Pass(24 * time.Hour)
	o.ticks()
	o.stands(p, center.PaymentCreated, center.WaitOperator, "")
	if !strings.Contains(o.log.String(), "payment needs an operator") {
		t.Errorf("the log does not call for a person: %s", o.log)
	}
}

// The processor's notices end a payment within a second, whatever their order
// and number.
func TestNoticesEndPaymentsAtOnce(t *testing.T) {
	o := newOffice(t)
	p := o.hosted()
	o.processor.Enter(p.URL, functiontest.CardGood, time.May, 2028)
	if failed := o.hears(); failed != 0 {
		t.Fatalf("%d records failed: %s", failed, o.log)
	}
	o.stands(p, center.PaymentSucceeded, "", "")
	o.seen = 0 // the stream delivers again
	if failed := o.wakes(); failed != 0 {
		t.Errorf("%d records failed: %s", failed, o.log)
	}
	o.stands(p, center.PaymentSucceeded, "", "")
	if err := o.processor.Service.Refund(o.processor.Service.Intents()[0].ID, 990); err != nil {
		t.Fatal(err)
	}
	if failed := o.hears(); failed != 0 {
		t.Errorf("%d records failed: %s", failed, o.log)
	}
	now, err := o.Store.Payment(t.Context(), p.Account, p.ID)
	if err != nil || now.State != center.PaymentPartiallyRefunded || now.Refunded.Minor != 990 {
		t.Errorf("%+v, %v", now, err)
	}
	if n := len(o.Letters(t, center.LetterPaymentReceipt)); n != 1 {
		t.Errorf("%d receipts", n)
	}
}

// A debit from the page fails days after the page is gone: nobody can try
// again there, and who paid must learn of it.
func TestADebitFromThePageThatFailsEndsAtOnce(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	p := o.hosted()
	o.processor.Enter(p.URL, functiontest.BankNoFunds, time.May, 2028)
	o.hears()
	o.stands(p, center.PaymentCreated, center.WaitBank, "")
	o.Pass(3 * 24 * time.Hour)
	if _, err := o.processor.Service.Settle(); err != nil {
		t.Fatal(err)
	}
	if failed := o.hears(); failed != 0 {
		t.Errorf("%d records failed: %s", failed, o.log)
	}
	o.stands(p, center.PaymentFailed, "", center.DeclineFunds)
	if n := len(o.Letters(t, center.LetterPaymentFailed)); n != 1 {
		t.Errorf("%d letters of the failure", n)
	}
}

// The only notice that arrives may be the refund's.
func TestARefundThatIsHeardOfBeforeTheSuccessIsBooked(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	p := o.hosted()
	o.processor.Enter(p.URL, functiontest.CardGood, time.May, 2028)
	intent := o.processor.Service.Intents()[0].ID
	if err := o.processor.Service.Refund(intent, 990); err != nil {
		t.Fatal(err)
	}
	if _, err := o.Store.NoteEvent(t.Context(), store.Notice{ID: "evt_refund", Type: "charge.refunded", Object: intent, Account: p.Account, Payment: p.ID}); err != nil {
		t.Fatal(err)
	}
	if failed := o.wakes(); failed != 0 {
		t.Errorf("%d records failed: %s", failed, o.log)
	}
	now, err := o.Store.Payment(t.Context(), p.Account, p.ID)
	if err != nil || now.State != center.PaymentPartiallyRefunded || now.Refunded.Minor != 990 {
		t.Errorf("%s, refunded %s, %v", now.State, now.Refunded, err)
	}
}

// The bank of a card that was closed sends a refund back: the customer has not
// got her money, and the invoice was opened again. A person must look.
func TestARefundThatFailsCallsForAPerson(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	p := o.processor.Pay(functiontest.Primary, "paid", o.card("pm_card_refundFail"), id("INV-1004"))
	if err := o.processor.Service.Refund(p.Object, 0); err != nil {
		t.Fatal(err)
	}
	o.hears()
	if strings.Contains(o.log.String(), "refund was taken back") {
		t.Errorf("the log calls for a person before: %s", o.log)
	}
	o.Pass(24 * time.Hour)
	if _, err := o.processor.Service.Settle(); err != nil {
		t.Fatal(err)
	}
	if failed := o.hears(); failed != 0 {
		t.Errorf("%d records failed: %s", failed, o.log)
	}
	if !strings.Contains(o.log.String(), "refund was taken back") {
		t.Errorf("the log does not call for a person: %s", o.log)
	}
}

func TestANoticeComesAgainWhileTheProcessorIsSilent(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	p := o.hosted()
	o.processor.Enter(p.URL, functiontest.CardGood, time.May, 2028)
	o.fails("GET /v1/checkout/sessions/{id}", standin.FaultUnavailable, 40)
	if failed := o.hears(); failed == 0 {
		t.Fatal("what was not looked at is not tried again")
	}
	o.stands(p, center.PaymentCreated, center.WaitCustomer, "")
	o.processor.Service.ClearFaults()
	if failed := o.wakes(); failed != 0 {
		t.Errorf("%d records failed: %s", failed, o.log)
	}
	o.stands(p, center.PaymentSucceeded, "", "")
}

func TestNoticesAboutNothingHereArePassedOver(t *testing.T) {
	o := newOffice(t)
	for i, n := range []store.Notice{
		{Type: "payment_intent.succeeded", Object: "pi_of_another_system"},
		{Type: "payment_intent.succeeded", Object: "pi_1", Account: center.AccountIDOf(functiontest.Najd), Payment: "pay_00000000000000000000000000000000"},
		{Type: "checkout.session.completed", Object: "cs_test_gone", Setup: true},
		{Type: "checkout.session.completed", Object: "cs_test_gone", Setup: true, Account: center.AccountIDOf(functiontest.Najd)},
	} {
		n.ID = "evt_" + string(rune('a'+i))
		if _, err := o.Store.NoteEvent(t.Context(), n); err != nil {
			t.Fatal(err)
		}
	}
	if failed := o.wakes(); failed != 0 {
		t.Errorf("%d records failed", failed)
	}
	if n := strings.Count(o.log.String(), `"outcome":"passed over"`); n != 4 {
		t.Errorf("%d of 4 passed over: %s", n, o.log)
	}
}

// stored are the digits of what Najd has stored.
func (o *office) stored() (digits []string) {
	o.t.Helper()
	w, err := o.Store.In(o.Actor(o.t, functiontest.Primary)).Wallet(o.t.Context())
	if err != nil {
		o.t.Fatal(err)
	}
	for _, m := range w.Methods {
		digits = append(digits, m.Last4)
	}
	return digits
}

func TestAMethodArrivesThoughNobodyComesBackFromItsPage(t *testing.T) {
	o := newOffice(t)
	old := o.processor.Store(functiontest.Primary, functiontest.CardDeclined)
	failed := o.processor.Pay(functiontest.Primary, "failed", old.ID, id("INV-1004"))
	o.stands(failed, center.PaymentFailed, "", center.DeclineCard)
	o.hears()
	setup, page := o.processor.Setup(functiontest.Payables, old.ID)
	o.processor.Enter(page, functiontest.CardGood, time.May, 2028)
	if failed := o.hears(); failed != 0 || !slices.Equal(o.stored(), []string{"4242"}) {
		t.Fatalf("%d records failed, stored %v: %s", failed, o.stored(), o.log)
	}
	stuck, err := o.Store.In(o.Actor(t, functiontest.Primary)).Stuck(t.Context())
	if err != nil || len(stuck) != 1 || stuck[0].Method == old.ID {
		t.Errorf("stuck %+v, %v", stuck, err)
	}
	if _, err := o.processor.Method(t.Context(), old.ID); err == nil {
		t.Error("the processor still has the old card")
	}
	letters := o.Letters(t, center.LetterMethodChanged)
	if last := letters[len(letters)-1]; last.Params["change"] != "replaced" || last.Params["by"] != "Omar Saleh" {
		t.Errorf("the letter says %v", last.Params)
	}
	before := len(letters)
	if _, err := o.processor.Desk(o.Store).Keep(t.Context(), functiontest.AccountOf(functiontest.Payables), setup); err != nil {
		t.Error(err)
	}
	if after := len(o.Letters(t, center.LetterMethodChanged)); after != before {
		t.Errorf("coming back later writes %d letters", after-before)
	}
}

func TestPeopleAreWarnedOfACardThatEnds(t *testing.T) {
	o := newOffice(t)
	o.processor.StoreUntil(functiontest.Primary, functiontest.CardGood, time.December, 2026) // through the 31st
	o.processor.Store(functiontest.Primary, functiontest.BankGood)                           // which never ends
	type told struct{ to, label, last string }
	both := func(n int) (want []told) {
		for range n {
			for _, p := range []functiontest.Person{functiontest.Primary, functiontest.Payables} {
				want = append(want, told{string(p), "visa •••• 4242", "2026-12-31"})
			}
		}
		return want
	}
	for _, c := range []struct {
		day     string
		letters int // to each, so far
	}{{"2026-11-30", 0}, {"2026-12-01", 1}, {"2026-12-23", 1}, {"2026-12-24", 2}, {"2026-12-31", 2}, {"2027-01-01", 2}, {"2027-03-01", 2}} {
		day, err := time.Parse(time.DateOnly, c.day)
		if err != nil {
			t.Fatal(err)
		}
		o.Cloud.Clock.Set(day)
		for range 3 {
			o.ticks()
		}
		var got []told
		for _, l := range o.Letters(t, center.LetterMethodExpiring) {
			got = append(got, told{l.To, l.Params["label"], l.Params["last"]})
		}
		slices.SortStableFunc(got, func(a, b told) int { return strings.Compare(b.to, a.to) })
		want := both(c.letters)
		slices.SortStableFunc(want, func(a, b told) int { return strings.Compare(b.to, a.to) })
		if diff := cmp.Diff(want, got, cmp.AllowUnexported(told{})); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.day, diff)
		}
	}
}

func TestAWarningThatCameTooLateIsNotSent(t *testing.T) {
	o := newOffice(t)
	o.processor.StoreUntil(functiontest.Primary, functiontest.CardGood, time.December, 2026)
	o.Pass(60 * 24 * time.Hour)
	o.ticks()
	if n := len(o.Letters(t, center.LetterMethodExpiring)); n != 0 {
		t.Errorf("%d letters of a card that had ended", n)
	}
	if due, err := o.Store.ExpiringMethods(t.Context(), 10); err != nil || len(due) != 0 {
		t.Errorf("it is looked at for ever: %v, %v", due, err)
	}
}

// What no payment wrote down is cancelled, and refunds that nobody told of are
// booked, once an hour.
func TestEveryHourAllThatTheProcessorDidIsCompared(t *testing.T) {
	o := newOffice(t)
	p := o.processor.Pay(functiontest.Primary, "paid", o.card(functiontest.CardGood), id("INV-1004"))
	o.ticks()
	if err := o.processor.Service.Refund(p.Object, 0); err != nil {
		t.Fatal(err)
	}
	w, err := o.Store.In(o.Actor(t, functiontest.Primary)).Wallet(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	orphan, err := o.processor.Create(t.Context(), processor.Charge{Key: "orphan", Tag: processor.Tag{Account: p.Account, Payment: "pay_00000000000000000000000000000000"},
		Amount: p.Charge, Customer: w.Customer, Method: p.Method.ID, Description: "orphan"})
	if err != nil {
		t.Fatal(err)
	}
	o.Pass(59 * time.Minute)
	o.ticks()
	o.stands(p, center.PaymentSucceeded, "", "")
	o.Pass(time.Minute)
	if line := o.ticks(); line["differences"] != 2.0 || line["overdueSeconds"] != 0.0 {
		t.Errorf("the figures that alarms look at: %v", line)
	}
	now, err := o.Store.Payment(t.Context(), p.Account, p.ID)
	if err != nil || now.State != center.PaymentRefunded {
		t.Errorf("%s, %v", now.State, err)
	}
	o.Pass(time.Hour)
	if line := o.ticks(); line["differences"] != 0.0 {
		t.Errorf("nothing differs any more: %v", line)
	}
	if left, err := o.processor.Retrieve(t.Context(), orphan.ID); err != nil || left.State != processor.Cancelled {
		t.Errorf("the orphan is %s, %v", left.State, err)
	}
}

// A payer's bank may demand back what she paid. While it has not decided, an
// operator is told; what it takes for good is booked as what went back, whether
// the processor's word of it comes or is only found by the hourly comparison.
func TestWhatABankTakesBackIsBooked(t *testing.T) {
	for _, c := range []struct {
		name  string
		part  int64
		won   bool
		told  bool
		state center.PaymentState
	}{
		{"the bank takes all of it", 0, false, true, center.PaymentRefunded},
		{"the bank takes a part", 1000, false, true, center.PaymentPartiallyRefunded},
		{"the vendor wins", 0, true, true, center.PaymentSucceeded},
		{"the bank takes it and nobody tells", 0, false, false, center.PaymentRefunded},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := newOffice(t)
			p := o.processor.Pay(functiontest.Primary, "paid", o.card(functiontest.CardGood), id("INV-1004"))
			o.ticks()
			if err := o.processor.Service.Dispute(p.Object, c.part); err != nil {
				t.Fatal(err)
			}
			o.log.Reset()
			o.processor.Told()
			o.Pass(time.Hour)
			if line := o.ticks(); line["differences"] != 0.0 || !strings.Contains(o.log.String(), "payment needs an operator") {
				t.Errorf("an operator is to be told of what is disputed, and nothing booked: %s", o.log)
			}
			if err := o.processor.Service.EndDispute(p.Object, c.won); err != nil {
				t.Fatal(err)
			}
			if c.told {
				o.hears()
			}
			o.Pass(time.Hour)
			o.ticks()
			now, err := o.Store.Payment(t.Context(), p.Account, p.ID)
			back := map[center.PaymentState]int64{center.PaymentRefunded: p.Charge.Minor, center.PaymentPartiallyRefunded: c.part}[c.state]
			if err != nil || now.State != c.state || now.Refunded.Minor != back {
				t.Errorf("%s, %s back, want %s, %d; %v", now.State, now.Refunded, c.state, back, err)
			}
		})
	}
}

// Two centers may share an account at the processor, a trial and the real one:
// what one made is nothing to the other.
func TestWhatAnotherCenterMadeIsLetAlone(t *testing.T) {
	o := newOffice(t)
	p := o.processor.Pay(functiontest.Primary, "paid", o.card(functiontest.CardGood), id("INV-1004"))
	w, err := o.Store.In(o.Actor(t, functiontest.Primary)).Wallet(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	trial := o.processor.Another("trial")
	charge := func(key string) processor.Object {
		t.Helper()
		made, err := trial.Create(t.Context(), processor.Charge{Key: key, Tag: processor.Tag{Account: p.Account, Payment: center.PaymentID("pay_" + strings.Repeat(key, 32))},
			Memo:   processor.Memo{By: p.By, Parts: []processor.MemoPart{{Invoice: id("INV-1005"), Amount: p.Charge.Minor}}},
			Amount: p.Charge, Customer: w.Customer, Method: p.Method.ID, Description: "of the trial"})
		if err != nil {
			t.Fatal(err)
		}
		return made
	}
	open, taken := charge("a"), charge("b")
	if _, err := trial.Confirm(t.Context(), taken.ID, functiontest.Origin); err != nil {
		t.Fatal(err)
	}
	o.hears()
	o.Pass(time.Hour)
	if line := o.ticks(); line["differences"] != 0.0 {
		t.Errorf("%v", line)
	}
	for object, want := range map[string]processor.State{open.ID: processor.Open, taken.ID: processor.Succeeded} {
		if got, err := trial.Retrieve(t.Context(), object); err != nil || got.State != want {
			t.Errorf("%s is %s, want %s; %v", object, got.State, want, err)
		}
	}
	for _, payment := range []string{"a", "b"} {
		if _, err := o.Store.Payment(t.Context(), p.Account, center.PaymentID("pay_"+strings.Repeat(payment, 32))); !center.IsKind(err, center.NotFound) {
			t.Errorf("the trial's payment is booked here: %v", err)
		}
	}
}

// One object that can not be dealt with stands in the way of no other, and is
// tried again the next minute, but not for ever.
func TestReconciliationIsNotHeldUpByOneObject(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	p := o.processor.Pay(functiontest.Primary, "paid", o.card(functiontest.CardGood), id("INV-1004"))
	w, err := o.Store.In(o.Actor(t, functiontest.Primary)).Wallet(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	orphan, err := o.processor.Create(t.Context(), processor.Charge{Key: "orphan", Tag: processor.Tag{Account: p.Account, Payment: "pay_00000000000000000000000000000000"},
		Amount: p.Charge, Customer: w.Customer, Method: p.Method.ID, Description: "orphan"})
	if err != nil {
		t.Fatal(err)
	}
	if err := o.processor.Service.Refund(p.Object, 0); err != nil {
		t.Fatal(err)
	}
	o.Pass(time.Hour)
	o.fails("POST /v1/payment_intents/{id}/cancel", standin.FaultUnavailable, 40)
	line := o.ticks()
	if now, err := o.Store.Payment(t.Context(), p.Account, p.ID); err != nil || now.State != center.PaymentRefunded {
		t.Errorf("the refund is not booked: %s, %v", now.State, err)
	}
	if note, _ := line["note"].(string); !strings.Contains(note, "missed 1") {
		t.Errorf("the log does not say what was missed: %v", line)
	}
	if last, _, err := o.Store.Reconciled(t.Context()); err != nil || !last.IsZero() {
		t.Errorf("compared up to %s, %v", last, err)
	}
	o.processor.Service.ClearFaults()
	o.Pass(time.Minute)
	o.ticks()
	if left, err := o.processor.Retrieve(t.Context(), orphan.ID); err != nil || left.State != processor.Cancelled {
		t.Errorf("the orphan is %s, %v", left.State, err)
	}
	if last, _, err := o.Store.Reconciled(t.Context()); err != nil || !last.Equal(o.Now()) {
		t.Errorf("compared up to %s, %v", last, err)
	}
}

// lost makes an object that took money for a payment that the table does not
// know, as when it had to be restored from before.
func (o *office) lost(id center.PaymentID, memo processor.Memo, amount money.Money) processor.Object {
	o.t.Helper()
	card := o.card(functiontest.CardGood)
	actor := o.Actor(o.t, functiontest.Primary)
	w, err := o.Store.In(actor).Wallet(o.t.Context())
	if err != nil {
		o.t.Fatal(err)
	}
	made, err := o.processor.Create(o.t.Context(), processor.Charge{Key: string(id), Tag: processor.Tag{Account: actor.Account, Payment: id}, Memo: memo,
		Amount: amount, Customer: w.Customer, Method: card, Description: "lost"})
	if err == nil {
		made, err = o.processor.Confirm(o.t.Context(), made.ID, functiontest.Origin)
	}
	if err != nil || made.State != processor.Succeeded {
		o.t.Fatal(made.State, err)
	}
	return made
}

// Money that moved for a payment which the table lost is booked from what its
// object says: once, with a receipt, and for whoever paid.
func TestAPaymentThatTheTableLostIsBookedAnew(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	dollars := money.Money{Minor: 9990, Currency: "USD"}
	for name, abandoned := range map[string]bool{"unknown": false, "given up, since nothing said that it has an object": true} {
		t.Run(name, func(t *testing.T) {
			o := newOffice(t)
			actor := o.Actor(t, functiontest.Primary)
			pay := center.PaymentIDOf(actor.Account, actor.Contact, "claimed")
			if abandoned {
				o.claims(o.card(functiontest.CardGood))
				o.Pass(3 * time.Minute)
				o.ticks()
			}
			o.lost(pay, processor.Memo{By: actor.Contact, Request: "asked", Parts: []processor.MemoPart{{Invoice: id("INV-1004"), Amount: 9990}}}, dollars)
			o.Pass(time.Hour)
			line := o.ticks()
			if note, _ := line["note"].(string); !strings.Contains(note, "1 restored, missed 0") {
				t.Errorf("the log does not say what was restored: %v", line)
			}
			p, err := o.Store.Payment(t.Context(), actor.Account, pay)
			if err != nil || p.Charge != dollars || p.By != actor.Contact {
				t.Fatalf("%+v, %v", p, err)
			}
			o.stands(p, center.PaymentSucceeded, "", "")
			o.Pass(time.Hour)
			o.ticks()
			o.stands(p, center.PaymentSucceeded, "", "")
			if n := len(o.Letters(t, center.LetterPaymentReceipt)); !abandoned && n != 1 {
				t.Errorf("%d receipts", n)
			}
		})
	}
	o.lost("pay_00000000000000000000000000000000", processor.Memo{}, dollars)
	o.Pass(time.Hour)
	if note, _ := o.ticks()["note"].(string); !strings.Contains(note, "missed 1") || !strings.Contains(o.log.String(), "does not say what its 99.90 USD are for") {
		t.Errorf("money of which nothing is known calls for nobody: %s", o.log)
	}
}

// What was imported since the copy is imported again, before or after money for
// it is found.
func TestALostPaymentWaitsForTheInvoiceItIsOf(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	actor, pay := o.Actor(t, functiontest.Primary), center.PaymentID("pay_00000000000000000000000000000001")
	o.lost(pay, processor.Memo{By: actor.Contact, Parts: []processor.MemoPart{{Invoice: id("INV-LATE"), Amount: 5000}}}, money.Money{Minor: 5000, Currency: "USD"})
	o.Pass(time.Hour)
	o.ticks()
	if _, err := o.Store.Payment(t.Context(), actor.Account, pay); !center.IsKind(err, center.NotFound) {
		t.Errorf("booked without its invoice: %v", err)
	}
	o.Book(t, functiontest.Bill("INV-LATE", "2026-11-20", "2026-12-20", "USD", "50.00"))
	o.Pass(time.Minute)
	o.ticks()
	p, err := o.Store.Payment(t.Context(), actor.Account, pay)
	if err != nil {
		t.Fatal(err)
	}
	o.stands(p, center.PaymentSucceeded, "", "")
}

func TestWhatATickCosts(t *testing.T) {
	o := newOffice(t)
	o.ticks()
	o.Pass(time.Minute)
	idle := o.ticks()
	if idle["reads"] != 9.0 || idle["writes"] != 0.0 {
		t.Errorf("with nothing to do: %v", idle)
	}
}
