package store_test

import (
	"fmt"
	"sync"
	"testing"

	"customercenter/shared/center"
	"customercenter/shared/store"
)

// The processor's notice, the page people come back to and the sweep end one payment at once: whoever reads the
// payment before another ends it, and its invoice after, must not take that for a change by somebody else.
func TestManyWhoEndOnePaymentAllGetItAsItStands(t *testing.T) {
	const rounds, enders = 12, 6
	for round := range rounds {
		w := newWorld(t)
		w.mustCreate(invoice(fmt.Sprintf("INV-%d", round), "100.00"))
		inv := w.list(buyer, store.InvoiceQuery{}).Invoices[0]
		p := center.Payment{ID: center.PaymentIDOf(inv.Account, "ann", "k"), Charge: inv.Outstanding, Credit: eur(0), Refunded: eur(0), Request: "r",
			Parts: []center.PaymentPart{{Invoice: inv.ID, Kind: inv.Kind, Number: inv.Number, Amount: inv.Outstanding, Credit: eur(0), Refunded: eur(0), Version: inv.Version}}}
		p, _, err := w.in(buyer).ClaimPayment(w.ctx(), p)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.RecordPayment(w.ctx(), p.Account, p.ID, store.PaymentMove{Object: "pi_1"}); err != nil {
			t.Fatal(err)
		}
		var wait sync.WaitGroup
		for range enders {
			wait.Go(func() {
				if got, err := w.FinishPayment(w.ctx(), p.Account, p.ID, store.PaymentEnd{Succeeded: true}); err != nil || got.State != center.PaymentSucceeded {
					t.Errorf("round %d: %s, %v", round, got.State, err)
				}
			})
		}
		wait.Wait()
	}
}
