package store_test

import (
	"testing"

	"customercenter/shared/center"
	"customercenter/shared/store"
)

// answer is what the seller says to an order, naming its parties as loosely as
// real answers do.
func answer(number, order string, change ...func(*center.OrderEvent)) *center.OrderEvent {
	e := &center.OrderEvent{Kind: center.KindOrderResponse, Number: number, OrderRef: order, IssueDate: "2026-01-06", Code: "AP",
		State: center.OrderProcessing, Seller: center.Party{Name: "Vendor"}, Buyer: center.Party{TradingName: "BUYER ONE"}}
	for _, c := range change {
		c(e)
	}
	return e
}

// toldState is what the vendor's system says of an order of the buyer.
func toldState(number, order string, on center.Date, state center.OrderState) *center.OrderEvent {
	return &center.OrderEvent{Kind: center.KindOrderEvent, Account: buyer, Number: number, OrderRef: order, IssueDate: on, State: state}
}

func withLines(o *center.Order) {
	o.Lines = []center.Line{{ID: "1", Name: "Storage", Net: "100.00"}, {ID: "2", Name: "Support", Net: "20.00"}}
	o.Totals.Payable = "120.00"
}

func (w *world) orders(own bool) []center.OrderRow {
	w.t.Helper()
	rows, _, err := w.in(buyer).Orders(w.ctx(), own, "", 0)
	if err != nil {
		w.t.Fatal(err)
	}
	return rows
}

func (w *world) order(id center.OrderID) store.OrderDetail {
	w.t.Helper()
	d, err := w.in(buyer).Order(w.ctx(), id, false)
	if err != nil {
		w.t.Fatal(err)
	}
	return d
}

func TestAnswersFindTheirOrderInWhicheverOrderTheyCome(t *testing.T) {
	for name, importThem := range map[string]func(w *world){
		"order first":      func(w *world) { w.mustCreate(anOrder("34", withLines)); w.mustCreate(answer("7", "34")) },
		"answer first":     func(w *world) { w.mustCreate(answer("7", "34")); w.mustCreate(anOrder("34", withLines)) },
		"at once":          func(w *world) { w.mustCreate(answer("7", "34"), anOrder("34", withLines)) },
		"twice, both ways": func(w *world) { w.mustCreate(answer("7", "34")); w.book(anOrder("34", withLines), answer("7", "34")) },
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			importThem(w)
			rows := w.orders(false)
			if len(rows) != 1 || rows[0].State != center.OrderProcessing || rows[0].Lines != 2 || rows[0].Total != eur(12000) {
				t.Fatalf("%+v", rows)
			}
			d := w.order(rows[0].ID)
			if len(d.Events) != 1 || d.Events[0].Number != "7" || len(d.People) != 4 {
				t.Fatalf("%+v", d)
			}
			before := w.dump()
			if got := words(w.book(answer("7", "34"), anOrder("34", withLines))); got[0] != "unchanged" || got[1] != "unchanged" {
				t.Error(got)
			}
			if got := words(w.book(answer("7", "34", func(e *center.OrderEvent) { e.Code = "RE" }))); got[0] != "conflict" {
				t.Error(got)
			}
			if after := w.dump(); len(after) != len(before) {
				t.Errorf("%d items, were %d", len(after), len(before))
			}
		})
	}
}

func TestAnAnswerThatFitsTwoOrdersBelongsToNeither(t *testing.T) {
	w := newWorld(t)
	other := anOrder("34", func(o *center.Order) { o.CustomerKey, o.Buyer.VAT = "BUYER-2", "NL901" })
	w.mustCreate(anOrder("34"), other)
	results := w.mustCreate(answer("7", "34"))
	if len(results[0].Warnings) != 1 || results[0].Warnings[0].Code != center.WarnOrderUnknown {
		t.Errorf("%+v", results[0])
	}
	byVAT := answer("8", "34", func(e *center.OrderEvent) { e.Buyer = center.Party{VAT: "NL900"} })
	w.mustCreate(byVAT)
	if rows := w.orders(false); rows[0].State != center.OrderProcessing {
		t.Errorf("%+v", rows)
	}
	stranger := answer("9", "34", func(e *center.OrderEvent) {
		e.Seller, e.Buyer = center.Party{Name: "Somebody"}, center.Party{VAT: "NL900"}
	})
	if results := w.mustCreate(stranger); len(results[0].Warnings) != 1 {
		t.Errorf("an answer of another seller: %+v", results[0])
	}
}

func TestAPendingOrderIsAPayableUntilItGoesOn(t *testing.T) {
	w := newWorld(t)
	w.mustCreate(anOrder("PO-1", withLines), toldState("e1", "PO-1", "2026-01-06", center.OrderPendingPayment))
	row := w.orders(false)[0]
	if row.State != center.OrderPendingPayment || row.Pay == nil || row.Pay.Outstanding != eur(12000) {
		t.Fatalf("%+v", row)
	}
	if page := w.list(buyer, store.InvoiceQuery{}); len(page.Invoices) != 0 {
		t.Errorf("the list of invoices shows it: %+v", page.Invoices)
	}
	if sum := w.summary(buyer); len(sum.Currencies) != 0 {
		t.Errorf("it counts as an invoice: %+v", sum)
	}
	if _, err := w.in(buyer).Invoice(w.ctx(), row.ID.PayableOf()); !center.IsKind(err, center.NotFound) {
		t.Errorf("it opens as an invoice: %v", err)
	}
	account := w.in(buyer)
	p := center.Payment{ID: center.PaymentIDOf(center.AccountIDOf(buyer), "c", "k"), Charge: eur(12000), Credit: eur(0), Refunded: eur(0), Request: "r",
		Parts: []center.PaymentPart{{Invoice: row.Pay.ID, Kind: center.KindOrder, Number: "PO-1", Amount: eur(12000), Credit: eur(0), Refunded: eur(0), Version: row.Pay.Version}}}
	p, _, err := account.ClaimPayment(w.ctx(), p)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.RecordPayment(w.ctx(), p.Account, p.ID, store.PaymentMove{Object: "pi_1"}); err != nil {
		t.Fatal(err)
	}
	if row := w.orders(false)[0]; row.State != center.OrderPendingPayment || row.Pay.Processing != eur(12000) {
		t.Errorf("in flight: %+v", row)
	}
	if _, err := w.FinishPayment(w.ctx(), p.Account, p.ID, store.PaymentEnd{Succeeded: true}); err != nil {
		t.Fatal(err)
	}
	if row := w.orders(false)[0]; row.State != center.OrderProcessing || row.Pay != nil {
		t.Errorf("paid: %+v", row)
	}
	if d := w.order(row.ID); !center.PayingOf(d.Payable).Paid {
		t.Errorf("%+v", d.Payable)
	}
}

func TestAnOrderThatIsNoLongerToBePaidAsksForNothing(t *testing.T) {
	w := newWorld(t)
	w.mustCreate(anOrder("PO-1", withLines), toldState("e1", "PO-1", "2026-01-06", center.OrderPendingPayment))
	w.mustCreate(toldState("e2", "PO-1", "2026-01-07", center.OrderCancelled))
	row := w.orders(false)[0]
	if d := w.order(row.ID); row.State != center.OrderCancelled || d.Payable.Outstanding.Sign() != 0 || d.Payable.Cancelled != eur(12000) {
		t.Errorf("%+v %+v", row, d.Payable)
	}
	if r := w.book(toldState("e3", "PO-404", "2026-01-07", center.OrderActive)); r[0].Note == nil || r[0].Note.Code != center.CodeUnknownOrder {
		t.Errorf("%+v", r[0])
	}
}

// What a payment held of an order, or gave back, is not asked for again once
// the order has been cancelled.
func TestWhatComesBackOfACancelledOrderIsNotAskedForAgain(t *testing.T) {
	t.Parallel()
	cancelled := toldState("e2", "PO-1", "2026-01-07", center.OrderCancelled)
	for name, ends := range map[string]func(*world, center.Payment) error{
		"the payment fails after": func(w *world, p center.Payment) error {
			w.mustCreate(cancelled)
			_, err := w.FinishPayment(w.ctx(), p.Account, p.ID, store.PaymentEnd{Reason: center.DeclineCard})
			return err
		},
		"the payment is refunded after": func(w *world, p center.Payment) error {
			_, err := w.FinishPayment(w.ctx(), p.Account, p.ID, store.PaymentEnd{Succeeded: true})
			w.mustCreate(cancelled)
			if err == nil {
				_, err = w.RefundPayment(w.ctx(), p.Account, p.ID, p.Charge)
			}
			return err
		},
		"the payment is refunded before": func(w *world, p center.Payment) error {
			_, err := w.FinishPayment(w.ctx(), p.Account, p.ID, store.PaymentEnd{Succeeded: true})
			if err == nil {
				_, err = w.RefundPayment(w.ctx(), p.Account, p.ID, p.Charge)
			}
			w.mustCreate(cancelled)
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.mustCreate(anOrder("PO-1", withLines), toldState("e1", "PO-1", "2026-01-06", center.OrderPendingPayment))
			pay := w.orders(false)[0].Pay
			p, _, err := w.in(buyer).ClaimPayment(w.ctx(), center.Payment{ID: center.PaymentIDOf(center.AccountIDOf(buyer), "c", "k"),
				Charge: eur(12000), Credit: eur(0), Refunded: eur(0), Request: "r", Parts: []center.PaymentPart{
					{Invoice: pay.ID, Kind: center.KindOrder, Number: "PO-1", Amount: eur(12000), Credit: eur(0), Refunded: eur(0), Version: pay.Version}}})
			if err == nil {
				_, err = w.RecordPayment(w.ctx(), p.Account, p.ID, store.PaymentMove{Object: "pi_1"})
			}
			if err != nil {
				t.Fatal(err)
			}
			if err := ends(w, p); err != nil {
				t.Fatal(err)
			}
			row := w.orders(false)[0]
			if d := w.order(row.ID); row.Pay != nil || d.Payable.Cancelled != eur(12000) || d.Payable.Payable() || d.Payable.PaymentFailed {
				t.Errorf("%s, %+v", row.State, d.Payable)
			}
		})
	}
}

func TestAContactBoundToOrdersSeesThoseThatNameHer(t *testing.T) {
	w := newWorld(t)
	named := anOrder("PO-1", withLines)
	other := anOrder("PO-2", func(o *center.Order) { o.Contacts = o.Contacts[1:2] })
	w.mustCreate(named, other, toldState("e1", "PO-1", "2026-01-06", center.OrderActive))
	rows := w.orders(true)
	if len(rows) != 1 || rows[0].Number != "PO-1" || rows[0].State != center.OrderActive {
		t.Fatalf("%+v", rows)
	}
	all := w.orders(false)
	for _, row := range all {
		_, err := w.in(buyer).Order(w.ctx(), row.ID, true)
		if (row.Number == "PO-1") != (err == nil) {
			t.Errorf("%s: %v", row.Number, err)
		}
	}
	if _, err := w.in("BUYER-2").Order(w.ctx(), rows[0].ID, false); err != store.ErrNoOrder {
		t.Errorf("foreign: %v", err)
	}
}

func TestAQuotationGrantsNothing(t *testing.T) {
	w := newWorld(t)
	offer := anOrder("Q-1", func(o *center.Order) { o.Kind, o.ValidUntil = center.KindQuotation, "2026-02-01" })
	w.mustCreate(offer)
	if got := w.access(buyer); len(got) != 0 {
		t.Error(got)
	}
	if rows := w.orders(false); len(rows) != 1 || rows[0].Kind != center.KindQuotation {
		t.Errorf("%+v", rows)
	}
	w.mustCreate(anOrder("PO-1"))
	if got := w.access(buyer)["pay@buyer.example"]; len(got) != 2 {
		t.Errorf("the first order makes nobody primary after a quotation: %v", got)
	}
}

// The newest event says how much an order asks for, and by when.
func TestAnOrderAsksForWhatTheNewestEventAsks(t *testing.T) {
	t.Parallel()
	asks := func(number string, on center.Date, amount center.Decimal, by center.Date) *center.OrderEvent {
		e := toldState(number, "PO-1", on, center.OrderPendingPayment)
		e.Payable, e.PaymentDueOn = amount, by
		if amount != "" {
			e.Currency = "EUR"
		}
		return e
	}
	for name, c := range map[string]struct {
		events []any
		asked  int64
		by     center.Date
	}{
		"less than before":             {[]any{asks("e2", "2026-01-07", "80.00", "2026-02-01")}, 8000, "2026-02-01"},
		"more than before":             {[]any{asks("e2", "2026-01-07", "300.00", "")}, 30000, "2026-01-07"},
		"the same, later":              {[]any{asks("e2", "2026-01-07", "", "2026-03-01")}, 12000, "2026-03-01"},
		"an older event that is late":  {[]any{asks("e0", "2026-01-02", "80.00", "2026-02-01")}, 12000, "2026-01-06"},
		"taken back and asked anew":    {[]any{toldState("e2", "PO-1", "2026-01-07", center.OrderProcessing), asks("e3", "2026-01-08", "80.00", "2026-02-01")}, 8000, "2026-02-01"},
		"what follows asks of nothing": {[]any{asks("e2", "2026-01-07", "80.00", "2026-02-01"), toldState("e3", "PO-1", "2026-01-08", "")}, 8000, "2026-02-01"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.pendingOrder()
			w.mustCreate(c.events...)
			got := w.pending()
			if len(got) != 1 || got[0].Outstanding != eur(c.asked) || got[0].Amount != eur(c.asked) || got[0].DueOn != c.by {
				t.Fatalf("%+v", got)
			}
			if err := w.pay(got[0]); err != nil {
				t.Fatal(err)
			}
			w.mustAddUp(t)
			if other := w.book(asks("e9", "2026-01-09", "7.00", "")); other[0].Result != center.ResultRejected {
				t.Errorf("%+v", other[0])
			}
			if len(w.pending()) != 0 {
				t.Errorf("%+v", w.pending())
			}
		})
	}
}
