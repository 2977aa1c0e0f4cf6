package main

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"customercenter/infra/functiontest"
	standin "customercenter/infra/local/stripe"
	"customercenter/shared/center"
	"customercenter/shared/money"
	"customercenter/shared/view"
)

// In each currency the processor counts in units of its own: what is taken is
// said in them.
func TestOneManyPartAndAllPastDueArePaid(t *testing.T) {
	for _, c := range []struct {
		currency string
		amounts  []center.Decimal
		minor    []int64
		part     string
		partial  int64
	}{
		{"JPY", []center.Decimal{"1200", "345", "60", "7000", "81"}, []int64{1200, 345, 60, 7000, 81}, "1000", 1000},
		{"USD", []center.Decimal{"120.50", "3.45", "60.00", "70.05", "8.10"}, []int64{12050, 345, 6000, 7005, 810}, "20.01", 2001},
		{"KWD", []center.Decimal{"120.500", "3.450", "60.000", "70.050", "8.120"}, []int64{120500, 3450, 60000, 70050, 8120}, "20.010", 20010},
	} {
		t.Run(c.currency, func(t *testing.T) {
			l := newTill(t)
			numbers := l.bills(c.currency, c.currency, "2026-11-01", c.amounts...)
			card := l.card(functiontest.CardGood)

			one := l.pays("one", of(numbers[0]), card)
			l.is(one, center.PaymentSucceeded, "", "")
			l.captured(one, c.minor[0])
			l.stands(numbers[0], 0, 0, c.minor[0])

			many := l.pays("many", of(numbers[1], numbers[2]), card)
			l.captured(many, c.minor[1]+c.minor[2])
			l.stands(numbers[2], 0, 0, c.minor[2])

			some := l.pays("some", part(numbers[3], c.part, c.currency), card)
			l.captured(some, c.partial)
			l.stands(numbers[3], c.minor[3]-c.partial, 0, c.partial)

			oldest := fmt.Sprintf(`{"oldestFirst":{"amount":%q,"currency":%q}}`, c.part, c.currency)
			l.captured(l.pays("oldest", oldest, card), c.partial)
			l.stands(numbers[3], c.minor[3]-2*c.partial, 0, 2*c.partial)

			rest := l.pays("rest", of(numbers[3], numbers[4]), card)
			l.captured(rest, c.minor[3]-2*c.partial+c.minor[4])
			for i, n := range numbers {
				l.stands(n, 0, 0, c.minor[i])
			}
		})
	}
}

func TestAllPastDueIsOnePaymentOfEachCurrency(t *testing.T) {
	l := newTill(t)
	l.bills("KW", "KWD", "2026-11-01", "10.000", "20.000")
	l.bills("JP", "JPY", "2026-11-03", "500")
	l.bills("SOON", "JPY", "2026-12-01", "900")
	due := l.plan(`{"pastDue":true}`)
	var sums []string
	for i, p := range due.Payments {
		sums = append(sums, p.Charge.String())
		paid := answer[view.Payment](t, 200, l.asks(functiontest.Primary, payRoute, "", keyOf(fmt.Sprint("due", i)), order(p, "", false)))
		l.enters(paid, functiontest.CardGood)
		l.is(l.settles(paid), center.PaymentSucceeded, "", "")
	}
	if diff := cmp.Diff([]string{"10000.00 SAR", "30.000 KWD", "500 JPY"}, sums); diff != "" {
		t.Errorf("payments (-want +got):\n%s", diff)
	}
	if left := l.plan(`{"pastDue":true}`); len(left.Payments) != 0 {
		t.Errorf("still past due: %+v", left)
	}
	l.stands("SOON-1", 900, 0, 0)
}

func TestMoreThanOnePaymentHoldsBecomesSeveral(t *testing.T) {
	l := newTill(t)
	amounts := make([]center.Decimal, 45)
	for i := range amounts {
		amounts[i] = center.Decimal(fmt.Sprintf("%d.00", i+1))
	}
	numbers := l.bills("MANY", "USD", "2026-11-01", amounts...)
	card := l.card(functiontest.CardGood)
	several := l.plan(of(numbers...))
	var sizes []int
	var sum int64
	for i, p := range several.Payments {
		sizes = append(sizes, len(p.Parts))
		sum += p.Charge.Minor
		paid := answer[view.Payment](t, 200, l.asks(functiontest.Primary, payRoute, "", keyOf(fmt.Sprint("several", i)), order(p, card, false)))
		l.is(paid, center.PaymentSucceeded, "", "")
		l.captured(paid, p.Charge.Minor)
	}
	if !cmp.Equal(sizes, []int{19, 19, 7}) || sum != 45*46/2*100 {
		t.Errorf("payments of %v, in all %d", sizes, sum)
	}
	for i, n := range numbers {
		l.stands(n, 0, 0, int64(i+1)*100)
	}
}

func TestADeclineFreesTheInvoiceForAnotherCard(t *testing.T) {
	l := newTill(t)
	bad, good := l.card(functiontest.CardDeclined), l.card(functiontest.CardGood)
	failed := l.pays("first", of("INV-1004"), bad)
	l.is(failed, center.PaymentFailed, "", center.DeclineCard)
	l.captured(failed, 0)
	l.stands("INV-1004", 9990, 0, 0)
	if !l.invoice("INV-1004").PaymentFailed {
		t.Error("the invoice does not tell of the failed payment")
	}
	paid := l.pays("second", of("INV-1004"), good)
	l.is(paid, center.PaymentSucceeded, "", "")
	l.stands("INV-1004", 0, 0, 9990)
	again := answer[view.Payment](t, 200, l.asks(functiontest.Primary, payRoute, "", keyOf("first"), order(planned{Charge: failed.Charge, Credit: failed.Credit,
		Parts: []plannedPart{{Invoice: id("INV-1004"), Version: 1, Amount: failed.Charge, Credit: failed.Credit}}}, bad, false)))
	l.is(again, center.PaymentFailed, "", center.DeclineCard)
	l.captured(again, 0)
}

func TestACardThatAsksItsHolder(t *testing.T) {
	for name, c := range map[string]struct {
		passes   bool
		state    center.PaymentState
		reason   center.DeclineReason
		captured int64
	}{
		"who agrees": {true, center.PaymentSucceeded, "", 9990},
		"who denies": {false, center.PaymentFailed, center.DeclineAuthentication, 0},
	} {
		t.Run(name, func(t *testing.T) {
			l := newTill(t)
			p := l.pays("asks", of("INV-1004"), l.card(functiontest.CardAsks))
			l.is(p, center.PaymentCreated, center.WaitCustomer, "")
			if p.URL == "" || !p.MayCancel {
				t.Fatalf("%+v", p)
			}
			l.stands("INV-1004", 0, 9990, 0)
			back := l.processor.Authenticate(p.URL, c.passes)
			if !strings.HasPrefix(back, functiontest.Origin+"/payments/"+string(p.ID)+"?") {
				t.Errorf("she comes back to %s", back)
			}
			p = l.settles(p)
			l.is(p, c.state, "", c.reason)
			l.captured(p, c.captured)
			l.stands("INV-1004", 9990-c.captured, 0, c.captured)
		})
	}
}

func TestABankDebitIsPendingUntilItIsSettledOrFails(t *testing.T) {
	for name, c := range map[string]struct {
		token    string
		state    center.PaymentState
		reason   center.DeclineReason
		captured int64
	}{
		"settled": {functiontest.BankGood, center.PaymentSucceeded, "", 9990},
		"failed":  {functiontest.BankNoFunds, center.PaymentFailed, center.DeclineFunds, 0},
	} {
		t.Run(name, func(t *testing.T) {
			l := newTill(t)
			p := l.pays("bank", of("INV-1004"), l.card(c.token))
			l.is(p, center.PaymentCreated, center.WaitBank, "")
			if p.MayCancel {
				t.Error("it is said that it can be stopped")
			}
			refusal[any](t, 409, "payment-not-stoppable", l.asks(functiontest.Primary, cancelRoute, string(p.ID), "", "{}"))
			l.stands("INV-1004", 0, 9990, 0)
			if _, err := l.processor.Service.Settle(); err != nil {
				t.Fatal(err)
			}
			p = l.settles(p)
			l.is(p, c.state, "", c.reason)
			l.captured(p, c.captured)
			l.stands("INV-1004", 9990-c.captured, 0, c.captured)
		})
	}
}

func TestARefundReopensWhatWasPaid(t *testing.T) {
	l := newTill(t)
	numbers := l.bills("BACK", "USD", "2026-11-01", "10.00", "25.00")
	p := l.pays("refunded", of(numbers...), l.card(functiontest.CardGood))
	intent := l.processor.Service.Intents()[0].ID
	for _, c := range []struct {
		more          int64
		state         center.PaymentState
		first, second int64 // outstanding
	}{
		{500, center.PaymentPartiallyRefunded, 0, 500},
		{2200, center.PaymentPartiallyRefunded, 200, 2500},
		{800, center.PaymentRefunded, 1000, 2500},
	} {
		if err := l.processor.Service.Refund(intent, c.more); err != nil {
			t.Fatal(err)
		}
		for range 2 {
			l.is(l.settles(p), c.state, "", "")
		}
		l.stands(numbers[0], c.first, 0, 1000-c.first)
		l.stands(numbers[1], c.second, 0, 2500-c.second)
	}
	l.is(l.pays("anew", of(numbers...), l.card(functiontest.CardOther)), center.PaymentSucceeded, "", "")
}

func TestCreditIsUsedBeforeMoney(t *testing.T) {
	l := newTill(t)
	l.Book(t, functiontest.CreditNote("CN-90", "2026-10-01", "USD", "40.00"), functiontest.CreditNote("CN-91", "2026-11-01", "USD", "70.00"))
	p := l.pays("credit", of("INV-1004"), "") // 99.90
	l.is(p, center.PaymentSucceeded, "", "")
	want := []view.CreditTaken{
		{Credit: functiontest.InvoiceID(functiontest.Najd, center.KindCreditNote, "CN-90"), Number: "CN-90", Invoice: id("INV-1004"), Amount: usd(4000)},
		{Credit: functiontest.InvoiceID(functiontest.Najd, center.KindCreditNote, "CN-91"), Number: "CN-91", Invoice: id("INV-1004"), Amount: usd(5990)},
	}
	if diff := cmp.Diff(want, p.Credits); diff != "" || p.Charge != usd(0) || p.Hosted {
		t.Errorf("credits (-want +got):\n%s\n%+v", diff, p)
	}
	l.stands("INV-1004", 0, 0, 9990)
	if calls := l.processor.Service.Calls(); len(calls) != 0 {
		t.Errorf("the processor was asked: %v", calls)
	}
	numbers := l.bills("MORE", "USD", "2026-11-01", "50.00")
	p = l.pays("money", of(numbers...), l.card(functiontest.CardGood))
	if p.Credit != usd(1010) || p.Charge != usd(3990) {
		t.Errorf("%s of credit and %s", p.Credit, p.Charge)
	}
	l.captured(p, 3990)
	l.stands(numbers[0], 0, 0, 5000)
}

func usd(minor int64) money.Money { return money.Money{Minor: minor, Currency: "USD"} }

func TestWhatTheProcessorCanNotTakeStaysOutstanding(t *testing.T) {
	l := newTill(t)
	numbers := l.bills("FILS", "KWD", "2026-11-01", "1.234", "0.003")
	p := l.plan(of(numbers...))
	if len(p.Payments) != 1 || p.Payments[0].Charge.String() != "1.230 KWD" {
		t.Fatalf("%+v", p)
	}
	for i, rest := range []string{"0.003 KWD", "0.004 KWD"} {
		if p.LeftOut[i].Reason != center.LeftStep || p.LeftOut[i].Rest.String() != rest {
			t.Errorf("left out: %+v", p.LeftOut[i])
		}
	}
	paid := answer[view.Payment](t, 200, l.asks(functiontest.Primary, payRoute, "", keyOf("fils"), order(p.Payments[0], l.card(functiontest.CardGood), false)))
	l.captured(paid, 1230)
	l.stands(numbers[0], 4, 0, 1230)
	l.stands(numbers[1], 3, 0, 0)
}

func TestAPageMayBeLeftAndComeBackTo(t *testing.T) {
	l := newTill(t)
	p := l.pays("page", of("INV-1004"), "")
	l.is(p, center.PaymentCreated, center.WaitCustomer, "")
	l.stands("INV-1004", 0, 9990, 0)
	for range 2 {
		again := l.settles(p)
		l.is(again, center.PaymentCreated, center.WaitCustomer, "")
		if again.URL != p.URL {
			t.Errorf("the page is at %s, was at %s", again.URL, p.URL)
		}
	}
	if next := l.enters(p, functiontest.CardNoFunds); strings.HasPrefix(next, functiontest.Origin) {
		t.Errorf("a declined card leaves the page for %s", next)
	}
	l.is(l.settles(p), center.PaymentCreated, center.WaitCustomer, "")
	if next := l.enters(p, functiontest.CardGood); next != functiontest.Origin+"/payments/"+string(p.ID)+"?from=page" {
		t.Errorf("the page leads to %s", next)
	}
	p = l.settles(p)
	l.is(p, center.PaymentSucceeded, "", "")
	if p.Method == nil || p.Method.Last4 != "4242" || p.Method.ID != "" {
		t.Errorf("paid by %+v", p.Method)
	}
	l.captured(p, 9990)
	if kept := l.wallet().Methods; len(kept) != 0 {
		t.Errorf("stored %+v, which nobody asked for", kept)
	}
}

func TestACardIsKeptWherePayingSaysSo(t *testing.T) {
	l := newTill(t)
	p := answer[view.Payment](t, 200, l.asks(functiontest.Primary, payRoute, "", keyOf("keep"), order(l.plan(of("INV-1004")).Payments[0], "", true)))
	l.enters(p, functiontest.CardOther)
	for range 2 {
		l.is(l.settles(p), center.PaymentSucceeded, "", "")
	}
	kept := l.wallet().Methods
	if len(kept) != 1 || kept[0].Last4 != "4444" || !kept[0].Default || kept[0].AddedBy != center.ContactIDOf(string(functiontest.Primary)) {
		t.Fatalf("stored %+v", kept)
	}
	l.is(l.pays("kept", of("INV-1002"), kept[0].ID), center.PaymentSucceeded, "", "")
}

func TestAPaymentIsStoppedBeforeMoneyMoves(t *testing.T) {
	l := newTill(t)
	p := l.pays("stopped", of("INV-1004"), "")
	for range 2 {
		stopped := answer[view.Payment](t, 200, l.asks(functiontest.Payables, cancelRoute, string(p.ID), "", "{}"))
		l.is(stopped, center.PaymentFailed, "", center.DeclineCancelled)
	}
	l.stands("INV-1004", 9990, 0, 0)
	if err := l.processor.Service.PayPage(strings.Split(p.URL, "/c/pay/")[1], functiontest.CardGood); err == nil {
		t.Error("the page still takes money")
	}
	if len(l.Letters(t, center.LetterPaymentFailed)) != 0 {
		t.Error("a letter tells of a failure that somebody wanted")
	}
	paid := l.pays("paid", of("INV-1004"), l.card(functiontest.CardGood))
	refusal[any](t, 409, "payment-ended", l.asks(functiontest.Primary, cancelRoute, string(paid.ID), "", "{}"))
}

func TestAColleagueIsShownTheirPaymentInFlight(t *testing.T) {
	l := newTill(t)
	seen := l.plan(of("INV-1004", "INV-1002"))
	p := l.pays("first", of("INV-1004"), "")
	r := refusal[struct{ Payment view.Payment }](t, 409, "payment-in-flight", l.asks(functiontest.Payables, payRoute, "", keyOf("second"), order(seen.Payments[0], "", false)))
	if !strings.Contains(r.Detail, "نورة القحطاني") || !strings.Contains(r.Detail, "99.90 USD") || r.Facts.Payment.ID != p.ID || !r.Facts.Payment.MayCancel {
		t.Errorf("%+v", r)
	}
	now := l.plan(of("INV-1004", "INV-1002"))
	if len(now.LeftOut) != 1 || now.LeftOut[0].Reason != center.LeftInFlight || now.LeftOut[0].Payment != p.ID {
		t.Errorf("%+v", now.LeftOut)
	}
}

func TestChangedAmountsAreShownBeforeTheyArePaid(t *testing.T) {
	l := newTill(t)
	card := l.card(functiontest.CardGood)
	seen := l.plan(of("INV-1004")).Payments[0]
	l.Book(t, functiontest.CreditNote("CN-70", "2026-11-20", "USD", "9.90", "INV-1004"))
	r := refusal[plan](t, 409, "amounts-changed", l.asks(functiontest.Primary, payRoute, "", keyOf("changed"), order(seen, card, false)))
	if len(r.Facts.Payments) != 1 || r.Facts.Payments[0].Charge != usd(9000) || len(r.Facts.Methods) != 1 {
		t.Fatalf("fresh figures: %+v", r.Facts)
	}
	if n := len(l.processor.Service.Intents()); n != 0 {
		t.Errorf("%d charges were made", n)
	}
	paid := answer[view.Payment](t, 200, l.asks(functiontest.Primary, payRoute, "", keyOf("changed"), order(r.Facts.Payments[0], card, false)))
	l.captured(paid, 9000)
	l.stands("INV-1004", 0, 0, 9990)
}

func TestMoreThanIsOutstandingIsNotTaken(t *testing.T) {
	l := newTill(t)
	p := l.plan(part("INV-1004", "99.91", "USD"))
	if len(p.Payments) != 0 || len(p.LeftOut) != 1 || p.LeftOut[0].Reason != center.LeftTooMuch || *p.LeftOut[0].Rest != usd(9990) {
		t.Errorf("%+v", p)
	}
	whole := l.plan(of("INV-1004")).Payments[0]
	whole.Charge.Minor++
	whole.Parts[0].Amount.Minor++
	r := refusal[plan](t, 409, "amounts-changed", l.asks(functiontest.Primary, payRoute, "", keyOf("too much"), order(whole, l.card(functiontest.CardGood), false)))
	if len(r.Facts.Payments) != 1 || r.Facts.Payments[0].Charge != usd(9990) {
		t.Errorf("%+v", r.Facts)
	}
	l.stands("INV-1004", 9990, 0, 0)
}

func TestTheSameKeyIsTheSamePayment(t *testing.T) {
	l := newTill(t)
	card := l.card(functiontest.CardGood)
	body := order(l.plan(of("INV-1004")).Payments[0], card, false)
	first := l.asks(functiontest.Primary, payRoute, "", keyOf("same"), body)
	p := answer[view.Payment](t, 200, first)
	for range 3 {
		if again := l.asks(functiontest.Primary, payRoute, "", keyOf("same"), body); again.Body != first.Body {
			t.Errorf("again: %s, was %s", again.Body, first.Body)
		}
	}
	l.captured(p, 9990)
	other := order(l.plan(of("INV-1002")).Payments[0], card, false)
	refusal[any](t, 422, "idempotency-key-reused", l.asks(functiontest.Primary, payRoute, "", keyOf("same"), other))
	l.is(l.settles(p), center.PaymentSucceeded, "", "")
	theirs := answer[view.Payment](t, 200, l.asks(functiontest.Payables, payRoute, "", keyOf("same"), other))
	if theirs.ID == p.ID {
		t.Error("a colleague's key is her own")
	}
}

func TestWhereTheProcessorIsSilent(t *testing.T) {
	t.Parallel()
	l := newTill(t)
	card := l.card(functiontest.CardGood)
	body := order(l.plan(of("INV-1004")).Payments[0], card, false)
	silent := func(endpoint string, next int) {
		t.Helper()
		if err := l.processor.Service.Fault(standin.Fault{Endpoint: endpoint, Kind: standin.FaultUnavailable, Next: next}); err != nil {
			t.Fatal(err)
		}
	}
	silent("POST /v1/payment_intents", 2)
	refusal[any](t, 503, "processor-unreachable", l.asks(functiontest.Primary, payRoute, "", keyOf("silent"), body))
	l.stands("INV-1004", 9990, 0, 0)

	body = order(l.plan(of("INV-1004")).Payments[0], card, false)
	silent("POST /v1/payment_intents/{id}/confirm", 2)
	p := answer[view.Payment](t, 200, l.asks(functiontest.Primary, payRoute, "", keyOf("half"), body))
	l.is(p, center.PaymentCreated, center.WaitProcessor, "")
	silent("GET /v1/payment_intents/{id}", 2)
	l.is(l.settles(p), center.PaymentCreated, center.WaitProcessor, "")
	l.Pass(3 * time.Minute)
	p = l.settles(p)
	l.is(p, center.PaymentFailed, "", center.DeclineTimeout)
	l.captured(p, 0)
	l.stands("INV-1004", 9990, 0, 0)
}

func TestAnExpiredCardIsNotCharged(t *testing.T) {
	l := newTill(t)
	card := l.processor.StoreUntil(functiontest.Primary, functiontest.CardGood, time.November, 2026).ID
	l.Pass(8*24*time.Hour + 14*time.Hour) // 30 November 23:00 in Riyadh
	l.SignedOut(functiontest.Primary)
	l.is(l.pays("last day", of("INV-1004"), card), center.PaymentSucceeded, "", "")
	l.Pass(time.Hour)
	l.SignedOut(functiontest.Primary)
	r := refusal[any](t, 422, "method-expired", l.asks(functiontest.Primary, payRoute, "", keyOf("day after"), order(l.plan(of("INV-1002")).Payments[0], card, false)))
	if !strings.Contains(r.Detail, "2026-11-30") {
		t.Error(r.Detail)
	}
	l.stands("INV-1002", 57500, 0, 0)
}

// What became of a confirm whose answer was lost is not known until the
// processor answers again: the money may have moved.
func TestNobodyIsToldThatNothingWasChargedWhileThatIsNotKnown(t *testing.T) {
	t.Parallel()
	l := newTill(t)
	body := order(l.plan(of("INV-1004")).Payments[0], l.card(functiontest.CardGood), false)
	fail := func(endpoint, kind string) {
		t.Helper()
		if err := l.processor.Service.Fault(standin.Fault{Endpoint: endpoint, Kind: kind, Next: 40}); err != nil {
			t.Fatal(err)
		}
	}
	fail("POST /v1/payment_intents/{id}/confirm", standin.FaultLostAnswer)
	fail("POST /v1/payment_intents/{id}/cancel", standin.FaultUnavailable)
	fail("GET /v1/payment_intents/{id}", standin.FaultUnavailable)
	var p view.Payment
	for range 2 { // the browser asks again
		p = answer[view.Payment](t, 200, l.asks(functiontest.Primary, payRoute, "", keyOf("lost"), body))
		l.is(p, center.PaymentCreated, center.WaitProcessor, "")
	}
	r := refusal[any](t, 503, "processor-silent", l.asks(functiontest.Primary, cancelRoute, string(p.ID), "", "{}"))
	if strings.Contains(r.Detail, "Nothing was charged") {
		t.Error(r.Detail)
	}
	l.captured(p, 9990)
	l.processor.Service.ClearFaults()
	l.is(l.settles(p), center.PaymentSucceeded, "", "")
}

// A declined card whose charge can not be cancelled yet holds its invoice, and
// the page that waits says so.
func TestADeclineThatCanNotBeFinishedYetIsNotLost(t *testing.T) {
	t.Parallel()
	l := newTill(t)
	body := order(l.plan(of("INV-1004")).Payments[0], l.card(functiontest.CardDeclined), false)
	if err := l.processor.Service.Fault(standin.Fault{Endpoint: "POST /v1/payment_intents/{id}/cancel", Kind: standin.FaultUnavailable, Next: 2}); err != nil {
		t.Fatal(err)
	}
	p := answer[view.Payment](t, 200, l.asks(functiontest.Primary, payRoute, "", keyOf("declined"), body))
	l.is(p, center.PaymentCreated, center.WaitProcessor, "")
	l.is(l.settles(p), center.PaymentFailed, "", center.DeclineCard)
	l.stands("INV-1004", 9990, 0, 0)
}

// What account credit covers whole is charged to no card, and the receipt
// names none.
func TestCreditAloneIsPaidByNoMethod(t *testing.T) {
	t.Parallel()
	l := newTill(t)
	l.Book(t, functiontest.CreditNote("CN-95", "2026-10-01", "USD", "99.90"))
	p := l.pays("credit alone", of("INV-1004"), l.card(functiontest.CardGood))
	l.is(p, center.PaymentSucceeded, "", "")
	if p.Method != nil {
		t.Errorf("it is said to be paid by %+v", p.Method)
	}
}

// Who pays an order that a colleague pays is told of the order.
func TestAnOrderInFlightIsCalledAnOrder(t *testing.T) {
	l := newTill(t)
	l.Contracts(t)
	payable := center.OrderID(l.Targets["own order of others"]).PayableOf()
	selection := `{"invoices":[{"id":"` + string(payable) + `"}]}`
	planned := l.plan(selection).Payments[0]
	l.pays("first", selection, "")
	resp := l.asks(functiontest.Payables, payRoute, "", keyOf("second"), order(planned, "", false))
	if resp.StatusCode != 409 || !strings.Contains(resp.Body, "order PO-90") || strings.Contains(resp.Body, "invoice PO-90") {
		t.Errorf("%d %s", resp.StatusCode, resp.Body)
	}
	if left := l.plan(selection).LeftOut; len(left) != 1 || left[0].Kind != "order" || left[0].Order != payable.Order() {
		t.Errorf("%+v", left)
	}
}

func TestARenewalThatIsLeftOutLeadsToItsContract(t *testing.T) {
	l := newTill(t)
	l.Contracts(t)
	l.Offer(t)
	contract, renewal := l.Renewal(functiontest.Najd, "CT-9", "R-9")
	left := l.plan(`{"invoices":[{"id":"` + string(renewal.PayableOf()) + `"}]}`).LeftOut
	if len(left) != 1 || left[0].Reason != center.LeftConsent || left[0].Kind != "renewal" || left[0].Renewal != renewal || left[0].Contract != contract {
		t.Errorf("%+v", left)
	}
}
