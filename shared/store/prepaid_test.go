package store_test

import (
	"slices"
	"testing"

	"customercenter/shared/center"
	"customercenter/shared/money"
	"customercenter/shared/store"
)

func naming(order string) func(*center.Document) {
	return func(d *center.Document) { d.OrderRef = order }
}

func prepaid(amount center.Decimal) func(*center.Document) {
	return func(d *center.Document) { d.Totals.Prepaid = amount }
}

// paidRenewal is a renewal of 1,200.00 that was accepted and paid here.
func (w *world) paidRenewal() {
	w.t.Helper()
	w.mustCreate(theAccount(), anOrder("PO-1"), aContract("K-1", nil), aRenewal("R-1", day(30), nil))
	w.sweep()
	if _, err := w.in(buyer).AnswerRenewal(w.ctx(), w.renewal(), accepts(center.RenewByCard)); err != nil {
		w.t.Fatal(err)
	}
	if err := w.pay(w.pending()[0]); err != nil {
		w.t.Fatal(err)
	}
}

// pendingOrder is an order of 120.00 that waits for its payment.
func (w *world) pendingOrder() center.Invoice {
	w.t.Helper()
	w.mustCreate(anOrder("PO-1", withLines), toldState("e1", "PO-1", "2026-01-06", center.OrderPendingPayment))
	return *w.orders(false)[0].Pay
}

// owed are what invoices still ask for, by number.
func (w *world) owed() map[string]int64 {
	w.t.Helper()
	out := map[string]int64{}
	for _, inv := range w.everything(buyer, store.InvoiceQuery{}) {
		out[inv.Number] = inv.Outstanding.Minor
	}
	return out
}

func (w *world) mustOwe(want map[string]int64) {
	w.t.Helper()
	got := w.owed()
	for number, minor := range want {
		if got[number] != minor {
			w.t.Errorf("%s asks for %d, not %d", number, got[number], minor)
		}
	}
	for _, inv := range w.pending() {
		if inv.Outstanding.Sign() > 0 {
			w.t.Errorf("still to be paid beside invoices: %+v", inv)
		}
	}
	w.mustAddUp(w.t)
}

// What was paid here for a renewal is not asked for again by the invoice that
// is raised for it, whatever the invoice says of it.
func TestWhatWasPaidForARenewalIsNotAskedForAgain(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		papers []any
		owed   map[string]int64
	}{
		"its invoice does not know of it":    {[]any{invoice("INV-7", "1200.00", naming("R-1"))}, map[string]int64{"INV-7": 0}},
		"its invoice states it":              {[]any{invoice("INV-7", "0.00", naming("R-1"), prepaid("1200.00"))}, map[string]int64{"INV-7": 0}},
		"its invoice states a part of it":    {[]any{invoice("INV-7", "700.00", naming("R-1"), prepaid("500.00"))}, map[string]int64{"INV-7": 0}},
		"its invoice is of more":             {[]any{invoice("INV-7", "1500.00", naming("R-1"))}, map[string]int64{"INV-7": 30000}},
		"what is stated counts against it":   {[]any{invoice("INV-7", "1000.00", naming("R-1"), prepaid("500.00"))}, map[string]int64{"INV-7": 30000}},
		"two invoices share it as they come": {[]any{invoice("INV-7", "700.00", naming("R-1")), invoice("INV-8", "700.00", naming("R-1"))}, map[string]int64{"INV-7": 0, "INV-8": 20000}},
		"the second states what it took": {[]any{invoice("INV-7", "700.00", naming("R-1")), invoice("INV-8", "200.00", naming("R-1"), prepaid("500.00"))},
			map[string]int64{"INV-7": 0, "INV-8": 20000}},
		"an invoice of another currency has nothing of it": {[]any{invoice("INV-7", "1200.00", naming("R-1"), in("USD"))}, map[string]int64{"INV-7": 120000}},
		"an invoice of another number has nothing of it":   {[]any{invoice("INV-7", "1200.00", naming("R-2"))}, map[string]int64{"INV-7": 120000}},
		"a credit note takes what is left": {[]any{invoice("INV-7", "1500.00", naming("R-1")), creditNote("CN-1", "300.00", "INV-7")},
			map[string]int64{"INV-7": 0}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.paidRenewal()
			w.mustCreate(c.papers...)
			w.mustOwe(c.owed)
			for i, again := range w.book(c.papers...) {
				if again.Result != center.ResultUnchanged {
					t.Errorf("record %d again: %+v", i, again)
				}
			}
			w.mustOwe(c.owed)
		})
	}
}

// The invoice says by what it was settled.
func TestAnInvoiceTellsOfWhatWasPaidBeforeIt(t *testing.T) {
	w := newWorld(t)
	w.paidRenewal()
	w.mustCreate(invoice("INV-7", "1500.00", naming("R-1")))
	d, err := w.in(buyer).Invoice(w.ctx(), w.list(buyer, store.InvoiceQuery{}).Invoices[0].ID)
	if err != nil {
		t.Fatal(err)
	}
	at := slices.IndexFunc(d.Entries, func(e store.Entry) bool { return e.Kind == store.EntryPrepaid })
	if at < 0 || d.Entries[at].Amount != eur(120000) || d.Entries[at].Number != "R-1" {
		t.Errorf("%+v", d.Entries)
	}
}

// A payment that is under way while the invoice comes ends on the invoice.
func TestAPaymentInFlightGoesToTheInvoiceThatCameMeanwhile(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		papers []any
		end    store.PaymentEnd
		owed   map[string]int64
	}{
		"it goes through":         {[]any{invoice("INV-7", "120.00", naming("PO-1"))}, store.PaymentEnd{Succeeded: true}, map[string]int64{"INV-7": 0}},
		"it fails":                {[]any{invoice("INV-7", "120.00", naming("PO-1"))}, store.PaymentEnd{Reason: center.DeclineCard}, map[string]int64{"INV-7": 12000}},
		"it is stated":            {[]any{invoice("INV-7", "80.00", naming("PO-1"), prepaid("120.00"))}, store.PaymentEnd{Succeeded: true}, map[string]int64{"INV-7": 8000}},
		"a part of it is stated":  {[]any{invoice("INV-7", "80.00", naming("PO-1"), prepaid("100.00"))}, store.PaymentEnd{Succeeded: true}, map[string]int64{"INV-7": 6000}},
		"two invoices came":       {[]any{invoice("INV-7", "70.00", naming("PO-1")), invoice("INV-8", "70.00", naming("PO-1"))}, store.PaymentEnd{Succeeded: true}, map[string]int64{"INV-7": 0, "INV-8": 2000}},
		"the invoice was of less": {[]any{invoice("INV-7", "20.00", naming("PO-1"))}, store.PaymentEnd{Succeeded: true}, map[string]int64{"INV-7": 0}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			p := w.inFlight(w.pendingOrder())
			w.mustCreate(c.papers...)
			for range 2 { // the notice and the sweep
				if _, err := w.FinishPayment(w.ctx(), p.Account, p.ID, c.end); err != nil {
					t.Fatal(err)
				}
			}
			w.mustOwe(c.owed)
		})
	}
}

func (w *world) inFlight(inv center.Invoice) center.Payment {
	w.t.Helper()
	p, _, err := w.in(buyer).ClaimPayment(w.ctx(), center.Payment{ID: center.PaymentIDOf(inv.Account, "ann", string(inv.ID)), Charge: inv.Outstanding,
		Credit: eur(0), Refunded: eur(0), Request: "r", Parts: []center.PaymentPart{{Invoice: inv.ID, Kind: inv.Kind, Number: inv.Number, Amount: inv.Outstanding,
			Credit: eur(0), Refunded: eur(0), Version: inv.Version}}})
	if err == nil {
		p, err = w.RecordPayment(w.ctx(), p.Account, p.ID, store.PaymentMove{Object: "pi_1"})
	}
	if err != nil {
		w.t.Fatal(err)
	}
	return p
}

// Money that goes back to the customer is not the invoice's any more.
func TestARefundOfAnOrderOpensTheInvoiceItHadSettled(t *testing.T) {
	w := newWorld(t)
	p := w.inFlight(w.pendingOrder())
	if _, err := w.FinishPayment(w.ctx(), p.Account, p.ID, store.PaymentEnd{Succeeded: true}); err != nil {
		t.Fatal(err)
	}
	w.mustCreate(invoice("INV-7", "70.00", naming("PO-1")), invoice("INV-8", "50.00", naming("PO-1")))
	w.mustOwe(map[string]int64{"INV-7": 0, "INV-8": 0})
	for _, step := range []struct {
		total int64
		owed  map[string]int64
	}{
		{3000, map[string]int64{"INV-7": 0, "INV-8": 3000}},
		{3000, map[string]int64{"INV-7": 0, "INV-8": 3000}},
		{12000, map[string]int64{"INV-7": 7000, "INV-8": 5000}},
	} {
		if _, err := w.RefundPayment(w.ctx(), p.Account, p.ID, eur(step.total)); err != nil {
			t.Fatal(err)
		}
		w.mustOwe(step.owed)
	}
}

// An order that waits for payment is not asked for beside the invoice that is
// raised for it, in whichever order the papers come.
func TestAnInvoiceTakesThePlaceOfAnOrderThatWaitsForPayment(t *testing.T) {
	t.Parallel()
	order := func() any { return anOrder("PO-1", withLines) }
	asked := func() any { return toldState("e1", "PO-1", "2026-01-06", center.OrderPendingPayment) }
	raised := func() any { return invoice("INV-7", "120.00", naming("po-1")) }
	for name, importThem := range map[string]func(w *world){
		"order first":    func(w *world) { w.mustCreate(order(), asked()); w.mustCreate(raised()) },
		"invoice first":  func(w *world) { w.mustCreate(raised()); w.mustCreate(order(), asked()) },
		"at once":        func(w *world) { w.mustCreate(order(), asked(), raised()) },
		"asked for last": func(w *world) { w.mustCreate(order(), raised()); w.mustCreate(asked()) },
		"asked for again": func(w *world) {
			w.mustCreate(order(), asked(), raised(), toldState("e2", "PO-1", "2026-01-07", center.OrderPendingPayment))
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			importThem(w)
			w.mustOwe(map[string]int64{"INV-7": 12000})
		})
	}
}

// Numbers of orders are the buyer's: two sellers may have one of the same.
func TestAnInvoiceOfAnotherSellerHasNothingOfAnOrder(t *testing.T) {
	w := newWorld(t)
	if err := w.pay(w.pendingOrder()); err != nil {
		t.Fatal(err)
	}
	w.mustCreate(invoice("INV-7", "120.00", naming("PO-1"), func(d *center.Document) { d.Supplier = center.Party{Name: "Somebody", VAT: "NL777"} }))
	w.mustOwe(map[string]int64{"INV-7": 12000})
	w.mustCreate(invoice("INV-8", "120.00", naming("PO-1")))
	w.mustOwe(map[string]int64{"INV-7": 12000, "INV-8": 0})
}

// More invoices than a transaction holds get their part all the same.
func TestAPaymentGoesToAsManyInvoicesAsCame(t *testing.T) {
	w := newWorld(t)
	w.mustCreate(anOrder("PO-1", withLines, func(o *center.Order) { o.Totals.Payable = "400.00" }), toldState("e1", "PO-1", "2026-01-06", center.OrderPendingPayment))
	p := w.inFlight(*w.orders(false)[0].Pay)
	want := map[string]int64{}
	var papers []any
	for i := range 40 {
		number := "INV-" + string(rune('A'+i/26)) + string(rune('A'+i%26))
		papers = append(papers, invoice(number, "10.00", naming("PO-1"), due(day(i))))
		want[number] = 0
	}
	w.mustCreate(papers...)
	if _, err := w.FinishPayment(w.ctx(), p.Account, p.ID, store.PaymentEnd{Succeeded: true}); err != nil {
		t.Fatal(err)
	}
	w.mustOwe(want)
	if _, err := w.RefundPayment(w.ctx(), p.Account, p.ID, money.Money{Minor: 40000, Currency: "EUR"}); err != nil {
		t.Fatal(err)
	}
	for number := range want {
		want[number] = 1000
	}
	w.mustOwe(want)
}

// The invoice and the end of the payment come in one moment, and neither misses
// the other.
func TestAnInvoiceThatComesAsThePaymentEndsMeetsIt(t *testing.T) {
	t.Parallel()
	raised := func() any { return invoice("INV-7", "120.00", naming("PO-1")) }
	for name, meet := range map[string]func(*world, center.Payment) error{
		"the invoice is faster": func(w *world, p center.Payment) error {
			_, err := w.meanwhile(func() { w.mustCreate(raised()) }).FinishPayment(w.ctx(), p.Account, p.ID, store.PaymentEnd{Succeeded: true})
			return err
		},
		"the payment is faster": func(w *world, p center.Payment) error {
			importer := w.meanwhile(func() {
				if _, err := w.FinishPayment(w.ctx(), p.Account, p.ID, store.PaymentEnd{Succeeded: true}); err != nil {
					w.t.Error(err)
				}
			})
			_, err := importer.Everywhere("test").Book(w.ctx(), booking(), records(raised()))
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			if err := meet(w, w.inFlight(w.pendingOrder())); err != nil {
				t.Fatal(err)
			}
			w.mustOwe(map[string]int64{"INV-7": 0})
		})
	}
}

// While a payment of the order is under way its invoice waits: paid as well, it
// would be paid twice.
func TestAnInvoiceWaitsForThePaymentThatIsUnderWay(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		invoice any
		end     store.PaymentEnd
		waits   bool
		owed    int64
	}{
		"the payment succeeds":              {invoice("INV-7", "120.00", naming("PO-1")), store.PaymentEnd{Succeeded: true}, true, 0},
		"the payment fails":                 {invoice("INV-7", "120.00", naming("PO-1")), store.PaymentEnd{Reason: center.DeclineFunds}, true, 12000},
		"the invoice is of more":            {invoice("INV-7", "150.00", naming("PO-1")), store.PaymentEnd{Succeeded: true}, true, 3000},
		"the invoice has all of it already": {invoice("INV-7", "30.00", naming("PO-1"), prepaid("120.00")), store.PaymentEnd{Succeeded: true}, false, 3000},
		"the invoice is of another order":   {invoice("INV-7", "120.00", naming("PO-2")), store.PaymentEnd{Succeeded: true}, false, 12000},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			p := w.inFlight(w.pendingOrder())
			w.mustCreate(c.invoice)
			raised, err := w.in(buyer).Payables(w.ctx(), []center.InvoiceID{w.list(buyer, store.InvoiceQuery{}).Invoices[0].ID})
			if err != nil {
				t.Fatal(err)
			}
			if holds := raised[0].Active == p.ID; holds != c.waits {
				t.Fatalf("held by %q", raised[0].Active)
			}
			if c.waits {
				if err := w.pay(raised[0]); center.AsError(err).Code != "payment-in-flight" {
					t.Fatal(err)
				}
			}
			if _, err := w.FinishPayment(w.ctx(), p.Account, p.ID, c.end); err != nil {
				t.Fatal(err)
			}
			w.mustOwe(map[string]int64{"INV-7": c.owed})
			if c.owed > 0 {
				if err := w.pay(w.list(buyer, store.InvoiceQuery{}).Invoices[0]); err != nil {
					t.Fatal(err)
				}
			}
			w.mustOwe(map[string]int64{"INV-7": 0})
		})
	}
}

// What invoices were raised for is paid once they are, however they were paid.
func TestWhatIsInvoicedIsPaidWithItsInvoices(t *testing.T) {
	w := newWorld(t)
	w.mustCreate(theAccount(), aContract("K-1", nil), aRenewal("R-1", day(30), nil))
	w.pendingOrder()
	w.sweep()
	if _, err := w.in(buyer).AnswerRenewal(w.ctx(), w.renewal(), accepts(center.RenewByPO)); err != nil {
		t.Fatal(err)
	}
	w.mustCreate(invoice("INV-1", "70.00", naming("PO-1")), invoice("INV-2", "50.00", naming("PO-1")), invoice("INV-3", "1200.00", naming("R-1")))
	states := func() (order center.OrderState, renewal center.RenewalState) {
		return w.orders(false)[0].State, w.renewal().State(day(10))
	}
	if order, renewal := states(); order != center.OrderPendingPayment || renewal != center.RenewalInvoiced {
		t.Errorf("%s, %s", order, renewal)
	}
	for _, inv := range w.everything(buyer, store.InvoiceQuery{}) {
		if order, renewal := states(); order == center.OrderProcessing && renewal == center.RenewalPaid {
			t.Error("paid before the last invoice is")
		}
		if err := w.pay(inv); err != nil {
			t.Fatal(err)
		}
	}
	if order, renewal := states(); order != center.OrderProcessing || renewal != center.RenewalPaid {
		t.Errorf("%s, %s", order, renewal)
	}
	w.mustAddUp(t)
}
