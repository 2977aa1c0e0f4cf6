package stripe

import (
	"fmt"
	"sync"
	"testing"
	"time"
)

// statuses that an intent can be brought to, each by its steps.
var statuses = map[string]func(r *rig) string{
	needsMethod: func(r *rig) string {
		id := r.intent("pm_card_visa_chargeDeclined")
		r.confirm(id)
		return id
	},
	needsConfirmation: func(r *rig) string { return r.intent("pm_card_visa") },
	needsAction: func(r *rig) string {
		id := r.intent("pm_card_authenticationRequired")
		r.confirm(id)
		return id
	},
	statusProcessing: func(r *rig) string {
		id := r.intent("pm_usBankAccount_success")
		r.confirm(id)
		return id
	},
	statusSucceeded: func(r *rig) string {
		id := r.intent("pm_card_visa")
		r.confirm(id)
		return id
	},
	statusCanceled: func(r *rig) string {
		id := r.intent("pm_card_visa")
		r.post("/v1/payment_intents/" + id + "/cancel")
		return id
	},
}

func TestAnIntentMovesAsStripesDo(t *testing.T) {
	const confirm, confirmOther, cancel = "/confirm", "/confirm with another card", "/cancel"
	for _, c := range []struct {
		from, step string
		status     int
		to         string
	}{
		{needsMethod, confirm, 400, needsMethod},
		{needsMethod, confirmOther, 200, statusSucceeded},
		{needsMethod, cancel, 200, statusCanceled},
		{needsConfirmation, confirm, 200, statusSucceeded},
		{needsConfirmation, confirmOther, 200, statusSucceeded},
		{needsConfirmation, cancel, 200, statusCanceled},
		{needsAction, confirm, 200, needsAction},
		{needsAction, confirmOther, 200, statusSucceeded},
		{needsAction, cancel, 200, statusCanceled},
		{statusProcessing, confirm, 400, statusProcessing},
		{statusProcessing, cancel, 400, statusProcessing},
		{statusSucceeded, confirm, 400, statusSucceeded},
		{statusSucceeded, confirmOther, 400, statusSucceeded},
		{statusSucceeded, cancel, 400, statusSucceeded},
		{statusCanceled, confirm, 400, statusCanceled},
		{statusCanceled, confirmOther, 400, statusCanceled},
		{statusCanceled, cancel, 400, statusCanceled},
	} {
		t.Run(c.from+c.step, func(t *testing.T) {
			r := start(t, "", nil)
			id := statuses[c.from](r)
			var a reply
			switch c.step {
			case confirm:
				a = r.want(c.status, "POST", "/v1/payment_intents/"+id+"/confirm", "", "return_url=http://shop.example/")
			case confirmOther:
				a = r.want(c.status, "POST", "/v1/payment_intents/"+id+"/confirm", "", "return_url=http://shop.example/", "payment_method=pm_card_mastercard")
			case cancel:
				a = r.want(c.status, "POST", "/v1/payment_intents/"+id+"/cancel", "")
			}
			if c.status == 400 && (a.text("error.code") != codeUnexpectedState || a.text("error.payment_intent.id") != id) {
				t.Errorf("refused with %v", a.Body)
			}
			if got := r.get("/v1/payment_intents/" + id).text("status"); got != c.to {
				t.Errorf("it is %s, want %s", got, c.to)
			}
		})
	}
}

func TestTestCardsDoWhatTheirNamesSay(t *testing.T) {
	r := start(t, "", nil)
	for token, want := range map[string]string{
		"pm_card_visa":                "200 succeeded ",
		"pm_card_amex":                "200 succeeded ",
		"pm_card_visa_chargeDeclined": "402 card_declined generic_decline",
		"pm_card_visa_chargeDeclinedInsufficientFunds":     "402 card_declined insufficient_funds",
		"pm_card_chargeDeclinedExpiredCard":                "402 expired_card expired_card",
		"pm_card_chargeDeclinedIncorrectCvc":               "402 incorrect_cvc incorrect_cvc",
		"pm_card_chargeDeclinedProcessingError":            "402 processing_error processing_error",
		"pm_card_chargeCustomerFail":                       "402 card_declined generic_decline",
		"pm_card_authenticationRequired":                   "200 requires_action ",
		"pm_card_authenticationRequiredOnSetup":            "200 requires_action ",
		"pm_usBankAccount_success":                         "200 processing ",
		"pm_card_visa_chargeDeclinedStolenCard":            "402 card_declined stolen_card",
		"pm_card_visa_chargeDeclinedVelocityLimitExceeded": "402 card_declined card_velocity_exceeded",
	} {
		a := r.confirm(r.intent(token))
		if got := fmt.Sprint(a.Status, " ", a.text("status")+a.text("error.code"), " ", a.text("error.decline_code")); got != want {
			t.Errorf("%s: %s, want %s", token, got, want)
		}
	}
}

func TestAnIntentCanBeConfirmedAsItIsMade(t *testing.T) {
	r := start(t, "", nil)
	fields := []string{"amount=1000", "currency=usd", "confirm=true", "payment_method=pm_card_visa", "metadata[payment]=pay_1"}
	r.want(400, "POST", "/v1/payment_intents", "", fields...)
	r.want(400, "POST", "/v1/payment_intents", "", append(fields, "return_url=nowhere")...)
	if n := len(r.Intents()); n != 0 {
		t.Errorf("%d were made of what was refused", n)
	}
	a := r.post("/v1/payment_intents", append(fields, "automatic_payment_methods[enabled]=true", "automatic_payment_methods[allow_redirects]=never")...)
	if a.text("status") != statusSucceeded || r.Captured("pay_1") != 1000 {
		t.Errorf("%v", a.Body)
	}
}

func TestSomeCardsAskEvenOffSession(t *testing.T) {
	r := start(t, "", nil)
	for token, want := range map[string]int{"pm_card_authenticationRequired": 402, "pm_card_authenticationRequiredOnSetup": 200} {
		a := r.want(want, "POST", "/v1/payment_intents/"+r.intent(token)+"/confirm", "", "off_session=true")
		if got := a.text("error.code") + a.text("status"); got != map[int]string{402: "authentication_required", 200: statusSucceeded}[want] {
			t.Errorf("%s: %s", token, got)
		}
	}
}

func TestADebitSettlesByTheClock(t *testing.T) {
	r := start(t, "", nil)
	for token, want := range map[string]struct{ status, code string }{
		"pm_usBankAccount_success":           {statusSucceeded, ""},
		"pm_usBankAccount_insufficientFunds": {needsMethod, "insufficient_funds"},
		"pm_usBankAccount_accountClosed":     {needsMethod, "account_closed"},
		"pm_usBankAccount_processing":        {statusProcessing, ""},
	} {
		id := r.intent(token)
		r.confirm(id)
		r.pass(DefaultSettleAfter - time.Second)
		if got := r.get("/v1/payment_intents/" + id).text("status"); got != statusProcessing {
			t.Errorf("%s: %s too early", token, got)
		}
		r.pass(time.Second)
		a := r.get("/v1/payment_intents/" + id)
		if a.text("status") != want.status || a.text("last_payment_error.code") != want.code {
			t.Errorf("%s: %v", token, a.Body)
		}
	}
	if n, err := r.Settle(); n != 0 || err != nil {
		t.Errorf("%d were settled by hand, %v", n, err)
	}
}

func TestADebitThatIsReturnedCanBeCanceled(t *testing.T) {
	r := start(t, "", nil)
	id := r.intent("pm_usBankAccount_accountClosed")
	r.confirm(id)
	if n, err := r.Settle(); n != 1 || err != nil {
		t.Fatalf("%d were settled, %v", n, err)
	}
	if got := r.post("/v1/payment_intents/" + id + "/cancel").text("status"); got != statusCanceled {
		t.Error(got)
	}
}

func TestAStoredCardIsDeclinedAfterItsLastMonth(t *testing.T) {
	r := start(t, "", nil)
	owner := r.post("/v1/customers").text("id")
	card := r.post("/v1/payment_methods/pm_card_visa/attach", "customer="+owner).text("id")
	pay := func() reply {
		id := r.post("/v1/payment_intents", "amount=100", "currency=kwd", "customer="+owner, "payment_method="+card, "payment_method_types[]=card").text("id")
		return r.confirm(id)
	}
	r.pass(beginning.AddDate(years, 0, 30).Sub(beginning)) // the last day of March
	if a := pay(); a.text("status") != statusSucceeded {
		t.Errorf("in its last month: %v", a.Body)
	}
	r.pass(24 * time.Hour)
	if a := pay(); a.Status != 402 || a.text("error.code") != "expired_card" {
		t.Errorf("after it: %v", a.Body)
	}
}

func TestMethodsBelongToTheirCustomers(t *testing.T) {
	r := start(t, "", nil)
	owner, other := r.post("/v1/customers").text("id"), r.post("/v1/customers").text("id")
	card := r.post("/v1/payment_methods/pm_card_visa/attach", "customer="+owner).text("id")
	fields := []string{"amount=1000", "currency=usd", "payment_method_types[]=card", "payment_method=" + card}
	r.want(400, "POST", "/v1/payment_intents", "", fields...)
	r.want(400, "POST", "/v1/payment_intents", "", append(fields, "customer="+other)...)
	r.want(400, "POST", "/v1/payment_methods/"+card+"/attach", "", "customer="+other)
	r.want(402, "POST", "/v1/payment_methods/pm_card_visa_chargeDeclined/attach", "", "customer="+owner)
	r.post("/v1/payment_methods/pm_card_chargeCustomerFail/attach", "customer="+owner)
	if got := r.get("/v1/payment_methods", "customer="+owner).Body["data"].([]any); len(got) != 2 {
		t.Errorf("%d methods are stored", len(got))
	}
	r.post("/v1/payment_methods/" + card + "/detach")
	r.want(400, "POST", "/v1/payment_methods/"+card+"/detach", "")
	r.want(400, "POST", "/v1/payment_methods/"+card+"/attach", "", "customer="+owner)
	r.want(400, "POST", "/v1/payment_intents", "", append(fields, "customer="+owner)...)
	if got := r.get("/v1/payment_methods/" + card).text("customer"); got != "" {
		t.Errorf("it still belongs to %s", got)
	}
}

// TestOneOfManyWins has confirms and cancels race for one intent.
func TestOneOfManyWins(t *testing.T) {
	for round := range 5 {
		r := start(t, "", nil)
		id := r.intent("pm_card_visa")
		var mu sync.Mutex
		won := map[string]int{}
		var all sync.WaitGroup
		for n := range 64 {
			step := []string{"/confirm", "/cancel"}[(n+round)%2]
			all.Go(func() {
				a, err := r.ask("POST", "/v1/payment_intents/"+id+step, fmt.Sprint("key ", n))
				if err != nil {
					t.Error(err)
				}
				mu.Lock()
				defer mu.Unlock()
				if a.Status == 200 {
					won[a.text("status")]++
				}
			})
		}
		all.Wait()
		captured := r.Captured("pay_1")
		if won[statusSucceeded]+won[statusCanceled] != 1 || captured != int64(1000*won[statusSucceeded]) {
			t.Errorf("won %v, captured %d", won, captured)
		}
	}
}

func TestAmountsAreThoseThatStripeCharges(t *testing.T) {
	r := start(t, "", nil)
	for _, c := range []struct {
		amount, currency string
		status           int
		code             string
	}{
		{"50", "usd", 200, ""}, {"49", "usd", 400, "amount_too_small"}, {"0", "usd", 400, "parameter_invalid_integer"},
		{"99999999", "usd", 200, ""}, {"100000000", "usd", 400, "amount_too_large"}, {"100000000", "idr", 200, ""},
		{"50", "jpy", 200, ""}, {"1230", "kwd", 200, ""}, {"1234", "kwd", 400, ""}, {"100", "isk", 200, ""}, {"150", "isk", 400, ""},
		{"1", "USD", 400, "amount_too_small"}, {"1.5", "usd", 400, "parameter_invalid_integer"}, {"100", "xyz", 400, ""}, {"100", "iqd", 400, ""},
	} {
		a := r.want(c.status, "POST", "/v1/payment_intents", "", "amount="+c.amount, "currency="+c.currency)
		if a.text("error.code") != c.code {
			t.Errorf("%s %s: %v", c.amount, c.currency, a.Body)
		}
	}
}

func TestASumThatIsTooLargeIsRefused(t *testing.T) {
	r := start(t, "", nil)
	for _, c := range []struct{ unit, quantity, code string }{
		{"999999999999", "99999999", "amount_too_large"}, {"9223372036854775807", "2", "amount_too_large"}, {"100000000", "1", "amount_too_large"},
		{"-5", "1", "parameter_invalid_integer"}, {"5", "0", "parameter_invalid_integer"}, {"0", "1", "parameter_invalid_integer"}, {"49", "1", "amount_too_small"},
	} {
		a := r.want(400, "POST", "/v1/checkout/sessions", "", "mode=payment", "success_url="+thanks, "line_items[0][price_data][currency]=usd",
			"line_items[0][price_data][unit_amount]="+c.unit, "line_items[0][price_data][product_data][name]=x", "line_items[0][quantity]="+c.quantity)
		if a.text("error.code") != c.code {
			t.Errorf("%+v: %v", c, a.Body)
		}
	}
}

func TestFiguresAreWrittenWithTheirDecimals(t *testing.T) {
	for _, c := range []struct {
		amount         int64
		currency, want string
	}{
		{5, "usd", "0.05 USD"}, {123456789, "usd", "1,234,567.89 USD"}, {1234, "jpy", "1,234 JPY"}, {1500, "kwd", "1.500 KWD"},
		{1234567890, "kwd", "1,234,567.890 KWD"}, {0, "jpy", "0 JPY"}, {100000, "eur", "1,000.00 EUR"},
	} {
		if got := plainAmount(c.amount, c.currency); got != c.want {
			t.Errorf("%d: %s, want %s", c.amount, got, c.want)
		}
	}
}

func TestRefundsGiveBackWhatWasTakenAndNoMore(t *testing.T) {
	r := start(t, "", nil)
	id := r.intent("pm_card_visa")
	r.want(400, "POST", "/v1/refunds", "", "payment_intent="+id)
	r.confirm(id)
	r.want(400, "POST", "/v1/refunds", "", "payment_intent="+id, "amount=1001")
	r.post("/v1/refunds", "payment_intent="+id, "amount=400")
	r.want(400, "POST", "/v1/refunds", "", "payment_intent="+id, "amount=601")
	last := r.post("/v1/refunds", "payment_intent="+id)
	if last.text("amount") != "600" || last.text("status") != statusSucceeded {
		t.Errorf("the rest: %v", last.Body)
	}
	if a := r.want(400, "POST", "/v1/refunds", "", "payment_intent="+id); a.text("error.code") != "charge_already_refunded" {
		t.Errorf("more: %v", a.Body)
	}
	a := r.get("/v1/payment_intents/"+id, "expand[]=latest_charge")
	if a.text("latest_charge.amount_refunded") != "1000" || a.text("latest_charge.refunded") != "true" || r.Captured("pay_1") != 1000 {
		t.Errorf("%v", a.Body)
	}
}

func TestARefundCanFailLater(t *testing.T) {
	r := start(t, "", nil)
	for token, want := range map[string]struct {
		first, last, refunded string
	}{
		"pm_card_refundFail":    {statusSucceeded, statusFailed, "0"},
		"pm_card_pendingRefund": {statusPending, statusSucceeded, "400"},
	} {
		id := r.intent(token)
		r.confirm(id)
		re := r.post("/v1/refunds", "payment_intent="+id, "amount=400")
		r.pass(DefaultSettleAfter)
		a := r.get("/v1/refunds/" + re.text("id"))
		charge := r.get("/v1/charges/" + re.text("charge"))
		if re.text("status") != want.first || a.text("status") != want.last || charge.text("amount_refunded") != want.refunded {
			t.Errorf("%s: %s, then %s, refunded %s", token, re.text("status"), a.text("status"), charge.text("amount_refunded"))
		}
	}
}
