package stripe

import (
	"errors"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	api "github.com/stripe/stripe-go/v85"

	standin "customercenter/infra/local/stripe"
	"customercenter/shared/center"
	"customercenter/shared/processor"
)

func TestAStoredCardIsChargedOnce(t *testing.T) {
	r := start(t)
	card := r.stored(r.customer(), "pm_card_visa")
	made := r.charge("pay_1", string(card))
	want := processor.Object{ID: made.ID, Tag: tag("pay_1"), State: processor.Open, Amount: cash(12340, "USD"), Captured: cash(0, "USD"),
		Refunded: cash(0, "USD"), CreatedAt: beginning, Method: center.PaymentMethod{ID: card, Kind: center.MethodCard, Brand: "visa", Last4: "4242",
			ExpMonth: 3, ExpYear: 2029, AddedAt: beginning}}
	if diff := cmp.Diff(want, made); diff != "" || !strings.HasPrefix(made.ID, "pi_") {
		t.Error(diff)
	}
	if r.service.Captured("pay_1") != 0 {
		t.Error("money moved before it was confirmed")
	}
	if again := r.charge("pay_1", string(card)); again.ID != made.ID {
		t.Errorf("the same key made %s and %s", made.ID, again.ID)
	}
	want.State, want.Captured = processor.Succeeded, cash(12340, "USD")
	for range 2 {
		if diff := cmp.Diff(want, r.confirm(made.ID)); diff != "" {
			t.Error(diff)
		}
	}
	if diff := cmp.Diff(want, r.read(made.ID)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(want, r.cancel(made.ID)); diff != "" {
		t.Error(diff)
	}
	if got := r.service.Captured("pay_1"); got != 12340 {
		t.Errorf("captured %d", got)
	}
}

func TestADeclineIsAnAnswerWithItsReason(t *testing.T) {
	r := start(t)
	for token, want := range map[string]center.DeclineReason{
		"pm_card_visa_chargeDeclined":                      center.DeclineCard,
		"pm_card_visa_chargeDeclinedInsufficientFunds":     center.DeclineFunds,
		"pm_card_chargeDeclinedExpiredCard":                center.DeclineExpired,
		"pm_card_chargeDeclinedIncorrectCvc":               center.DeclineDetails,
		"pm_card_chargeDeclinedProcessingError":            center.DeclineProcessor,
		"pm_card_visa_chargeDeclinedStolenCard":            center.DeclineCard,
		"pm_card_visa_chargeDeclinedVelocityLimitExceeded": center.DeclineLimit,
	} {
		id := r.charge("pay_"+token, token).ID
		declined := r.confirm(id)
		if declined.State != processor.Declined || declined.Reason != want || declined.Method.Last4 == "" {
			t.Errorf("%s: %s %s %+v", token, declined.State, declined.Reason, declined.Method)
		}
		if diff := cmp.Diff(declined, r.read(id)); diff != "" {
			t.Errorf("%s read again: %s", token, diff)
		}
		if o := r.cancel(id); o.State != processor.Cancelled || o.Reason != want {
			t.Errorf("%s cancelled: %s %s", token, o.State, o.Reason)
		}
	}
}

func TestACustomerAuthenticates(t *testing.T) {
	r := start(t)
	for outcome, want := range map[string]processor.Object{
		"pass": {State: processor.Succeeded},
		"fail": {State: processor.Declined, Reason: center.DeclineAuthentication},
	} {
		id := r.charge("pay_"+outcome, "pm_card_authenticationRequired").ID
		o := r.confirm(id)
		if o.State != processor.NeedsStep || o.URL == "" || o.Reason != "" {
			t.Fatalf("%s: %+v", outcome, o)
		}
		if o := r.read(id); o.State != processor.NeedsStep || o.URL == "" {
			t.Errorf("%s: %+v", outcome, o)
		}
		if back := r.submit(o.URL, url.Values{"outcome": {outcome}}); !strings.HasPrefix(back, thanks) {
			t.Errorf("%s leads to %s", outcome, back)
		}
		if got := r.read(id); got.State != want.State || got.Reason != want.Reason || got.URL != "" {
			t.Errorf("%s: %+v", outcome, got)
		}
	}
}

func TestAStepLeadsToWhereItIsTaken(t *testing.T) {
	for want, next := range map[string]*api.PaymentIntentNextAction{
		"":               nil,
		"https://bank/":  {RedirectToURL: &api.PaymentIntentNextActionRedirectToURL{URL: "https://bank/"}},
		"https://proof/": {VerifyWithMicrodeposits: &api.PaymentIntentNextActionVerifyWithMicrodeposits{HostedVerificationURL: "https://proof/"}},
	} {
		if got := stepURL(next); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestABankDebitSettlesLater(t *testing.T) {
	r := start(t)
	for token, want := range map[string]processor.Object{
		"pm_usBankAccount_success":           {State: processor.Succeeded, Captured: cash(12340, "USD")},
		"pm_usBankAccount_accountClosed":     {State: processor.Declined, Captured: cash(0, "USD"), Reason: center.DeclineBank},
		"pm_usBankAccount_insufficientFunds": {State: processor.Declined, Captured: cash(0, "USD"), Reason: center.DeclineFunds},
	} {
		account := r.stored(r.customer(), token)
		id := r.charge("pay_"+token, string(account)).ID
		for step, o := range map[string]processor.Object{"confirmed": r.confirm(id), "cancelled": r.cancel(id)} {
			if o.State != processor.Processing || o.Captured.Minor != 0 || o.Method.Kind != center.MethodBank {
				t.Errorf("%s %s: %+v", token, step, o)
			}
		}
		r.pass(time.Hour)
		if got := r.read(id); got.State != want.State || got.Captured != want.Captured || got.Reason != want.Reason {
			t.Errorf("%s: %+v", token, got)
		}
	}
}

func TestWhatIsCancelledTakesNoMoney(t *testing.T) {
	r := start(t)
	id := r.charge("pay_1", string(r.stored(r.customer(), "pm_card_visa"))).ID
	for range 2 {
		if o := r.cancel(id); o.State != processor.Cancelled {
			t.Errorf("%+v", o)
		}
	}
	if o := r.confirm(id); o.State != processor.Cancelled {
		t.Errorf("confirmed: %+v", o)
	}
	if got := r.service.Captured("pay_1"); got != 0 {
		t.Errorf("captured %d", got)
	}
}

func TestADebitThatFailedCanBeCancelledAtLast(t *testing.T) {
	r := start(t)
	id := r.charge("pay_1", string(r.stored(r.customer(), "pm_usBankAccount_noAccount"))).ID
	r.confirm(id)
	if o := r.cancel(id); o.State != processor.Processing {
		t.Errorf("under way: %+v", o)
	}
	r.pass(time.Hour)
	if o := r.cancel(id); o.State != processor.Cancelled || o.Reason != center.DeclineBank {
		t.Errorf("failed: %+v", o)
	}
}

func TestRefundsAreSeen(t *testing.T) {
	r := start(t)
	charge := r.charge("pay_1", string(r.stored(r.customer(), "pm_card_visa"))).ID
	r.confirm(charge)
	page := r.page("pay_2", false)
	r.enter(page.URL, "pm_card_refundFail")
	r.pass(time.Hour)
	for _, i := range r.service.Intents() {
		if err := r.service.Refund(i.ID, 340); err != nil {
			t.Fatal(err)
		}
	}
	if err := r.service.Refund(charge, 1000); err != nil {
		t.Fatal(err)
	}
	objects := r.returned(r.clock(), r.clock().Add(time.Second))
	if len(objects) != 2 {
		t.Fatalf("%+v", objects)
	}
	for _, want := range []struct {
		id       string
		tag      processor.Tag
		refunded int64
	}{{charge, tag("pay_1"), 1340}, {page.ID, tag("pay_2"), 340}, {objects[0].ID, objects[0].Tag, 1340}, {objects[1].ID, objects[1].Tag, 340}} {
		if o := r.read(want.id); o.State != processor.Succeeded || o.Tag != want.tag || o.Refunded != cash(want.refunded, "USD") || o.Captured != cash(12340, "USD") {
			t.Errorf("%s: %+v", want.id, o)
		}
	}
	r.pass(time.Hour)
	if o := r.read(page.ID); o.Refunded.Minor != 0 {
		t.Errorf("a refund that failed still counts: %+v", o)
	}
	if objects := r.returned(beginning, beginning.Add(time.Minute)); len(objects) != 0 {
		t.Errorf("%+v", objects)
	}
}

// returned is all that Returned lists.
func (r *rig) returned(from, to time.Time) (all []processor.Object) {
	r.t.Helper()
	for cursor := ""; ; {
		objects, next, err := r.Returned(r.t.Context(), from, to, cursor)
		if err != nil {
			r.t.Fatal(err)
		}
		all = append(all, objects...)
		if next == "" {
			return all
		}
		cursor = next
	}
}

func TestDisputesAreSeen(t *testing.T) {
	r := start(t)
	page := r.page("pay_1", false)
	r.enter(page.URL, "pm_card_visa")
	intent := r.service.Intents()[0].ID
	if o := r.read(page.ID); o.Disputed.Minor != 0 || o.Lost.Minor != 0 {
		t.Errorf("nobody disputes it: %+v", o)
	}
	r.pass(time.Hour)
	if err := r.service.Dispute(intent, 340); err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{page.ID, intent} {
		if o := r.read(id); o.Disputed != cash(340, "USD") || o.Lost.Minor != 0 || o.Refunded.Minor != 0 {
			t.Errorf("while the bank decides: %+v", o)
		}
	}
	r.pass(time.Hour)
	if err := r.service.EndDispute(intent, false); err != nil {
		t.Fatal(err)
	}
	if o := r.read(page.ID); o.Disputed.Minor != 0 || o.Lost != cash(340, "USD") {
		t.Errorf("once it has: %+v", o)
	}
	if got := r.returned(r.clock(), r.clock().Add(time.Second)); len(got) != 1 || got[0].Tag != tag("pay_1") {
		t.Errorf("the decision is listed where it fell: %+v", got)
	}
}

func TestAMethodThatIsGoneIsSaidToBe(t *testing.T) {
	r := start(t)
	customer := r.customer()
	gone := r.stored(customer, "pm_card_visa")
	if err := r.Detach(t.Context(), gone); err != nil {
		t.Fatal(err)
	}
	for _, id := range []center.MethodID{gone, "pm_never"} {
		_, err := r.Create(t.Context(), processor.Charge{Key: "k" + string(id), Tag: tag("pay_1"), Amount: cash(100, "USD"), Customer: customer, Method: id})
		e := answerIn(err)
		if e == nil {
			t.Fatalf("%s: %v", id, err)
		}
		if f := fails(t, err, processor.Refused, codeOf(e)); f.Reason != center.DeclineMethodGone {
			t.Errorf("%s: %q", id, f.Reason)
		}
	}
}

func TestWhatCanNotBeChargedIsRefused(t *testing.T) {
	r := start(t)
	for _, c := range []struct {
		charge processor.Charge
		code   string
	}{
		{processor.Charge{Amount: cash(1, "USD")}, "amount_too_small"},
		{processor.Charge{Amount: cash(1_000_000_00, "USD")}, "amount_too_large"},
		{processor.Charge{Amount: cash(1234, "KWD")}, codeNotRepresentable},
		{processor.Charge{Amount: cash(0, "EUR")}, codeNotRepresentable},
		{processor.Charge{Amount: cash(-100, "EUR")}, codeNotRepresentable},
		{processor.Charge{Amount: cash(1000, "IQD")}, codeCurrency},
		{processor.Charge{Amount: cash(1000, "")}, codeCurrency},
	} {
		c.charge.Key, c.charge.Tag, c.charge.Customer, c.charge.Method = "k"+c.charge.Amount.String(), tag("pay_1"), r.customer(), "pm_card_visa"
		_, err := r.Create(t.Context(), c.charge)
		fails(t, err, processor.Refused, c.code)
	}
	if got := len(r.service.Intents()); got != 0 {
		t.Errorf("%d intents were made", got)
	}
}

func TestOddIdsReachNothing(t *testing.T) {
	r := start(t)
	before := r.service.Calls()
	for _, id := range []string{"", "re_1", "../customers", "pm_1"} {
		for name, call := range map[string]func() error{
			"retrieve": func() error { _, err := r.Retrieve(t.Context(), id); return err },
			"cancel":   func() error { _, err := r.Cancel(t.Context(), id); return err },
			"confirm":  func() error { _, err := r.Confirm(t.Context(), id, thanks); return err },
			"setup":    func() error { _, err := r.SetupOutcome(t.Context(), id); return err },
		} {
			t.Log(name, id)
			fails(t, call(), processor.Missing, codeNoObject)
		}
	}
	if diff := cmp.Diff(before, r.service.Calls()); diff != "" {
		t.Error(diff)
	}
	for _, id := range []string{"pi_1", "cs_1", "pi_1/../../refunds"} {
		_, err := r.Retrieve(t.Context(), id)
		fails(t, err, processor.Missing, "resource_missing")
		_, err = r.Cancel(t.Context(), id)
		fails(t, err, processor.Missing, "resource_missing")
	}
}

// What Stripe keeps under a key is how things stood when it was first used.
func TestARepeatedRequestIsAnsweredAsThingsStandNow(t *testing.T) {
	r := start(t)
	id := r.charge("pay_1", "pm_card_authenticationRequired").ID
	r.submit(r.confirm(id).URL, url.Values{"outcome": {"pass"}})
	if o := r.charge("pay_1", "pm_card_authenticationRequired"); o.ID != id || o.State != processor.Succeeded {
		t.Errorf("made again: %+v", o)
	}
	if o := r.confirm(id); o.State != processor.Succeeded {
		t.Errorf("confirmed again: %+v", o)
	}
	id = r.charge("pay_2", "pm_card_visa_chargeDeclined").ID
	r.confirm(id)
	r.cancel(id)
	if o := r.confirm(id); o.State != processor.Cancelled || o.Reason != center.DeclineCard {
		t.Errorf("declined and cancelled, then confirmed again: %+v", o)
	}
	page := r.page("pay_3", false)
	r.enter(page.URL, "pm_card_visa")
	if o := r.page("pay_3", false); o.ID != page.ID || o.State != processor.Succeeded || o.URL != "" {
		t.Errorf("the page made again: %+v", o)
	}
}

// All confirms of a charge are one request; a cancel that races with them
// either wins or is told of the money.
func TestConfirmsAndCancelsOfOneChargeAgree(t *testing.T) {
	const racers = 16
	r := start(t)
	r.pause = 20 * time.Millisecond
	id := r.charge("pay_1", "pm_card_visa").ID
	states := make(chan processor.State, 2*racers)
	var all sync.WaitGroup
	for range racers {
		for _, call := range []func() (processor.Object, error){
			func() (processor.Object, error) { return r.Confirm(t.Context(), id, thanks) },
			func() (processor.Object, error) { return r.Cancel(t.Context(), id) },
		} {
			all.Go(func() {
				o, err := call()
				var e *processor.Error
				if errors.As(err, &e) && e.Outcome == processor.Unknown && e.Code == "idempotency_key_in_use" {
					return
				}
				if err != nil {
					t.Error(err)
				}
				states <- o.State
			})
		}
	}
	all.Wait()
	close(states)
	end := r.read(id)
	for s := range states {
		if s != end.State {
			t.Errorf("told %s, ended %s", s, end.State)
		}
	}
	if got := r.service.Captured("pay_1"); got != end.Captured.Minor {
		t.Errorf("captured %d, %+v", got, end)
	}
}

func TestFaultsAreToldAsTheyAre(t *testing.T) {
	const confirm = "POST /v1/payment_intents/{id}/confirm"
	for _, c := range []struct {
		fault   standin.Fault
		outcome processor.Outcome
		code    string
	}{
		{standin.Fault{Kind: standin.FaultServer, Next: 2}, processor.Unknown, "api_error"},
		{standin.Fault{Kind: standin.FaultUnavailable, Next: 2}, processor.Unknown, "api_error"},
		{standin.Fault{Kind: standin.FaultThrottle}, processor.Busy, "rate_limit"},
		{standin.Fault{Kind: standin.FaultLock, Next: 2}, processor.Busy, "lock_timeout"},
	} {
		r := start(t)
		id := r.charge("pay_1", "pm_card_visa").ID
		c.fault.Endpoint = confirm
		if err := r.service.Fault(c.fault); err != nil {
			t.Fatal(err)
		}
		_, err := r.Confirm(t.Context(), id, thanks)
		t.Log(err)
		fails(t, err, c.outcome, c.code)
		if o := r.cancel(id); o.State != processor.Cancelled || r.service.Captured("pay_1") != 0 {
			t.Errorf("%s: %+v", c.fault.Kind, o)
		}
	}
}

func TestOneFaultIsSurvived(t *testing.T) {
	for _, kind := range []string{standin.FaultUnavailable, standin.FaultLock, standin.FaultLostAnswer} {
		r := start(t)
		for _, endpoint := range []string{"POST /v1/payment_intents", "POST /v1/payment_intents/{id}/confirm", "GET /v1/payment_intents/{id}",
			"POST /v1/customers", "POST /v1/checkout/sessions", "POST /v1/checkout/sessions/{id}/expire"} {
			if err := r.service.Fault(standin.Fault{Kind: kind, Endpoint: endpoint}); err != nil {
				t.Fatal(err)
			}
		}
		id := r.charge("pay_1", "pm_card_visa").ID
		if o := r.confirm(id); o.State != processor.Succeeded {
			t.Errorf("%s: %+v", kind, o)
		}
		if o := r.read(id); o.Captured.Minor != 12340 {
			t.Errorf("%s: %+v", kind, o)
		}
		if o := r.cancel(r.page("pay_2", false).ID); o.State != processor.Cancelled {
			t.Errorf("%s: %+v", kind, o)
		}
		if left := r.service.Faults(); len(left) != 0 {
			t.Errorf("%s: %d faults were not met", kind, len(left))
		}
		if n := len(r.service.Intents()); n != 1 || r.service.Captured("pay_1") != 12340 {
			t.Errorf("%s: %d intents, captured %d", kind, n, r.service.Captured("pay_1"))
		}
	}
}
