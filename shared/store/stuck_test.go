package store_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"customercenter/shared/center"
	"customercenter/shared/money"
	"customercenter/shared/store"
)

// fails takes a payment of an invoice by a stored method to its decline.
func (w *world) fails(id center.PaymentID, inv center.InvoiceID, by center.PaymentMethod) {
	w.t.Helper()
	heads, err := w.in(buyer).Payables(w.ctx(), []center.InvoiceID{inv})
	if err != nil || len(heads) != 1 {
		w.t.Fatal(heads, err)
	}
	owed, none := heads[0].Outstanding, money.Zero(heads[0].Outstanding.Currency)
	p := center.Payment{ID: id, Charge: owed, Credit: none, Refunded: none, Request: "r", Method: by,
		Parts: []center.PaymentPart{{Invoice: inv, Number: heads[0].Number, Version: heads[0].Version, Amount: owed, Credit: none, Refunded: none}}}
	if p, _, err = w.in(buyer).ClaimPayment(w.ctx(), p); err == nil {
		_, err = w.RecordPayment(w.ctx(), p.Account, p.ID, store.PaymentMove{Object: "pi_" + string(id)})
	}
	if err == nil {
		_, err = w.FinishPayment(w.ctx(), p.Account, p.ID, store.PaymentEnd{Reason: center.DeclineCard})
	}
	if err != nil {
		w.t.Fatal(err)
	}
}

// An account whose payments have failed all its life still sees the last one,
// and a new card takes it over.
func TestTheNewestFailureIsInSightHoweverManyCameBefore(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	withCard(w)
	booked := w.mustCreate(invoice("1", "10"), invoice("2", "20"))
	first, second := center.InvoiceID(booked[0].ID), center.InvoiceID(booked[1].ID)
	for i := range 55 {
		w.fails(center.PaymentIDOf(actor(buyer).Account, "c", fmt.Sprint("old ", i)), first, card("pm_old"))
		w.Clock.Advance(time.Minute)
	}
	newest := center.PaymentID("pay_" + strings.Repeat("cf3cf3", 5) + "cf") // sorts behind all others
	w.fails(newest, second, card("pm_old"))
	if _, err := w.in(buyer).AddMethod(w.ctx(), card("pm_new"), "pm_old"); err != nil {
		t.Fatal(err)
	}
	stuck, err := w.in(buyer).Stuck(w.ctx())
	if err != nil || len(stuck) != 2 {
		t.Fatalf("%d are stuck, %v", len(stuck), err)
	}
	if got := stuck[1]; got.ID != newest || got.Method != "pm_new" || got.Sum != eur(20_00) {
		t.Errorf("the newest is %+v", got)
	}
}
