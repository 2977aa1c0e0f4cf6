package main

import (
	"encoding/json"
	"fmt"
	"sync"
	"testing"

	"customercenter/infra/functiontest"
	"customercenter/shared/center"
	"customercenter/shared/httpapi"
	"customercenter/shared/view"
)

// at sends requests all at once.
func (l *till) at(requests []httpapi.Request) []httpapi.Response {
	l.t.Helper()
	answers := make([]httpapi.Response, len(requests))
	start := make(chan struct{})
	var running sync.WaitGroup
	for i, r := range requests {
		routes := l.open()
		running.Go(func() {
			<-start
			answers[i] = functiontest.Invoke(l.t, routes, r)
		})
	}
	close(start)
	running.Wait()
	return answers
}

// paid are the payments among answers that went through; all others must be
// refusals that say why.
func (l *till) paid(answers []httpapi.Response) (paid []view.Payment) {
	l.t.Helper()
	for _, resp := range answers {
		switch resp.StatusCode {
		case 200:
			p := answer[view.Payment](l.t, 200, resp)
			if p.State != center.PaymentSucceeded {
				l.t.Errorf("a payment is %s %s", p.State, p.Wait)
			}
			paid = append(paid, p)
		case 409, 503:
			var why problem[json.RawMessage]
			if json.Unmarshal([]byte(resp.Body), &why) != nil || why.Detail == "" {
				l.t.Errorf("%d %s", resp.StatusCode, resp.Body)
			}
		default:
			l.t.Errorf("%d %s", resp.StatusCode, resp.Body)
		}
	}
	return paid
}

const payers = 64

func TestOneOfManyPayersOfAnInvoicePays(t *testing.T) {
	l := newTill(t)
	card := l.card(functiontest.CardGood)
	body := order(l.plan(of("INV-1004")).Payments[0], card, false)
	var all []httpapi.Request
	for i := range payers {
		who := []functiontest.Person{functiontest.Primary, functiontest.Payables}[i%2]
		all = append(all, l.request(who, payRoute, "", keyOf(fmt.Sprint("payer", i)), body))
	}
	if paid := l.paid(l.at(all)); len(paid) != 1 {
		t.Errorf("%d payments went through", len(paid))
	}
	l.tookInAll(9990)
	l.stands("INV-1004", 0, 0, 9990)
}

func TestOneKeySentManyTimesIsOnePayment(t *testing.T) {
	l := newTill(t)
	body := order(l.plan(of("INV-1004")).Payments[0], l.card(functiontest.CardGood), false)
	var all []httpapi.Request
	for range payers / 4 {
		all = append(all, l.request(functiontest.Primary, payRoute, "", keyOf("impatient"), body))
	}
	ids := map[center.PaymentID]bool{}
	for _, resp := range l.at(all) {
		if resp.StatusCode == 200 {
			ids[answer[view.Payment](t, 200, resp).ID] = true
		}
	}
	if len(ids) != 1 {
		t.Errorf("%d payments", len(ids))
	}
	l.tookInAll(9990)
	l.stands("INV-1004", 0, 0, 9990)
}

// Each set shares invoices with its neighbours: whoever pays, no invoice is
// paid twice and none is left held.
func TestOverlappingSelectionsPayEachInvoiceOnce(t *testing.T) {
	l := newTill(t)
	card := l.card(functiontest.CardGood)
	numbers := l.bills("SET", "USD", "2026-11-01", "1.00", "2.00", "4.00", "8.00", "16.00", "32.00", "64.00", "128.00")
	var all []httpapi.Request
	for i := range 32 {
		set := of(numbers[i%8], numbers[(i+1)%8], numbers[(i+3)%8])
		who := []functiontest.Person{functiontest.Primary, functiontest.Payables}[i%2]
		all = append(all, l.request(who, payRoute, "", keyOf(fmt.Sprint("set", i)), order(l.plan(set).Payments[0], card, false)))
	}
	paid := l.paid(l.at(all))
	if len(paid) == 0 {
		t.Error("nobody got through")
	}
	var sum int64
	settled := map[center.InvoiceID]int64{}
	for _, p := range paid {
		l.captured(p, p.Charge.Minor)
		sum += p.Charge.Minor
		for _, part := range p.Parts {
			settled[part.Invoice] += part.Amount.Minor
		}
	}
	l.tookInAll(sum)
	for i, n := range numbers {
		whole := int64(100) << i
		got := settled[id(n)]
		if got != 0 && got != whole {
			t.Errorf("%s was paid %d of %d", n, got, whole)
		}
		l.stands(n, whole-got, 0, got)
	}
}

// tookInAll asserts what the processor took for all payments together.
func (l *till) tookInAll(want int64) {
	l.t.Helper()
	var sum int64
	for _, i := range l.processor.Service.Intents() {
		sum += i.Captured
	}
	if sum != want {
		l.t.Errorf("the processor took %d in all, want %d", sum, want)
	}
}
