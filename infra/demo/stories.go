package demo

import (
	"strconv"

	"customercenter/shared/center"
)

// words are what a customer's newer orders say in her language.
type words struct {
	prefix                       string // of order numbers
	pending, partly, held, ended string // what was ordered
	extra                        string // the second line of the one that is partly active
	price                        center.Decimal
	hold, thanks, offer          string
}

// stories adds orders in the states that pass: one that waits for payment, one
// half active with its rest on hold, one in full, one cancelled, and an offer.
func (l *ledger) stories(w words) {
	first := *l.orders[0]
	again := func(n int, daysAgo int, items ...item) string {
		o := order{number: w.prefix + strconv.Itoa(n), items: items, ordering: first.ordering, financial: first.financial, sales: first.sales, note: items[0].name}
		l.order(o, daysAgo)
		return o.number
	}
	one := func(name, quantity string) item {
		return item{name: name, quantity: center.Decimal(quantity), price: w.price, unit: unitPiece}
	}
	pending := again(801, 6, one(w.pending, "4"))
	partly := again(787, 24, one(w.partly, "2"), one(w.extra, "1"))
	done := again(702, 130, one(w.held, "3"))
	ended := again(744, 75, one(w.ended, "1"))
	l.tell(pending, 5, center.OrderPendingPayment, map[string]any{"payment_due_on": string(l.today.AddDays(9)), "notes": []string{w.thanks}})
	l.tell(partly, 23, center.OrderProcessing, nil)
	l.tell(partly, 11, "", map[string]any{"lines": []map[string]any{{"id": "1", "state": center.OrderActive}}})
	l.tell(partly, 4, "", map[string]any{"lines": []map[string]any{
		{"id": "2", "state": center.OrderOnHold, "hold_reason": w.hold, "release_on": string(l.today.AddDays(6))}}})
	for at, state := range []center.OrderState{center.OrderProcessing, center.OrderPendingActivation, center.OrderActive} {
		l.tell(done, 128-6*at, state, nil)
	}
	l.tell(ended, 70, center.OrderCancelled, nil)
	l.offers = append(l.offers, center.Order{
		Kind: center.KindQuotation, Number: "Q-" + w.prefix + "52", IssueDate: l.today.AddDays(-8), ValidUntil: l.today.AddDays(22),
		Currency: string(l.seller.currency), CustomerKey: l.account.Key, Seller: l.seller.party, Buyer: l.party,
		Lines:  []center.Line{{ID: "1", Name: w.offer, Quantity: "1", UnitPrice: w.price, Net: w.price}},
		Totals: center.Totals{Payable: w.price},
	})
}

// tell adds what the vendor's system says of an order, so many days ago.
func (l *ledger) tell(order string, daysAgo int, state center.OrderState, more map[string]any) {
	fields := map[string]any{"number": order + "/" + strconv.Itoa(len(l.others)), "order_ref": order, "issue_date": string(l.today.AddDays(-daysAgo)),
		"issue_time": "10:15:00", "actor": l.seller.party.Name, "state": string(state)}
	for name, v := range more {
		fields[name] = v
	}
	l.record(center.KindOrderEvent, fields)
}
