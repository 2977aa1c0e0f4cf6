package center

import (
	"testing"

	"customercenter/shared/money"
)

func orderOf(lines ...string) *Order {
	o := &Order{Kind: KindOrder, Number: "PO-1", IssueDate: "2026-01-05", Currency: "EUR", Totals: Totals{Payable: "120.00"}}
	for _, id := range lines {
		o.Lines = append(o.Lines, Line{ID: id, Name: "Line " + id, Quantity: "1"})
	}
	return o
}

// said is an event on a day: a state for all lines, or states by line.
func said(day Date, state OrderState, lines ...OrderEventLine) OrderEvent {
	return OrderEvent{Kind: KindOrderEvent, Number: string(day), IssueDate: day, State: state, Lines: lines}
}

func lineIn(id string, state OrderState) OrderEventLine { return OrderEventLine{ID: id, State: state} }

func TestAnOrderStandsWhereItsLinesStand(t *testing.T) {
	paid, waiting, flying := Paying{Asked: true, Paid: true}, Paying{Asked: true}, Paying{Asked: true, InFlight: true}
	cancel := OrderEvent{Kind: KindOrderCancellation, Number: "c", IssueDate: "2026-01-07"}
	cancel.State = OrderCancelled
	offer := func(o *Order) *Order { o.Kind, o.ValidUntil = KindQuotation, "2026-02-01"; return o }
	until := func(o *Order) *Order { o.ValidUntil = "2026-02-01"; return o }
	pending := func(o *Order) *Order { o.Status = "pending payment"; return o }
	for name, c := range map[string]struct {
		order  *Order
		events []OrderEvent
		paid   Paying
		today  Date
		want   OrderState
	}{
		"nothing said":                     {order: orderOf("1"), want: OrderSubmitted},
		"no lines, nothing said":           {order: orderOf(), want: OrderSubmitted},
		"the source's own word":            {order: pending(orderOf("1")), want: OrderPendingPayment},
		"an offer":                         {order: offer(orderOf("1")), today: "2026-02-01", want: OrderQuote},
		"an offer the day after":           {order: offer(orderOf("1")), today: "2026-02-02", want: OrderExpired},
		"an order nobody took up":          {order: until(orderOf("1")), today: "2026-02-02", want: OrderExpired},
		"one that went on does not expire": {order: until(orderOf("1")), events: []OrderEvent{said("2026-01-06", OrderProcessing)}, today: "2026-03-01", want: OrderProcessing},
		"waits for payment":                {order: orderOf("1"), events: []OrderEvent{said("2026-01-06", OrderPendingPayment)}, paid: waiting, want: OrderPendingPayment},
		"paid":                             {order: orderOf("1"), events: []OrderEvent{said("2026-01-06", OrderPendingPayment)}, paid: paid, want: OrderProcessing},
		"being paid does not expire":       {order: until(pending(orderOf("1"))), paid: flying, today: "2026-03-01", want: OrderPendingPayment},
		"without lines, on hold":           {order: orderOf(), events: []OrderEvent{said("2026-01-06", OrderOnHold)}, want: OrderOnHold},
		"the least far counts":             {order: orderOf("1", "2"), events: []OrderEvent{said("2026-01-06", "", lineIn("1", OrderPendingActivation), lineIn("2", OrderProcessing))}, want: OrderProcessing},
		"a hold shows first":               {order: orderOf("1", "2"), events: []OrderEvent{said("2026-01-06", "", lineIn("1", OrderOnHold), lineIn("2", OrderProcessing))}, want: OrderOnHold},
		"some active":                      {order: orderOf("1", "2"), events: []OrderEvent{said("2026-01-06", OrderProcessing, lineIn("1", OrderActive))}, want: OrderPartiallyActive},
		"a hold beside active":             {order: orderOf("1", "2"), events: []OrderEvent{said("2026-01-06", "", lineIn("1", OrderActive), lineIn("2", OrderOnHold))}, want: OrderPartiallyActive},
		"all active but one cancelled":     {order: orderOf("1", "2"), events: []OrderEvent{said("2026-01-06", "", lineIn("1", OrderActive), lineIn("2", OrderCancelled))}, want: OrderActive},
		"cancelled stays cancelled":        {order: orderOf("1"), events: []OrderEvent{cancel, said("2026-01-08", OrderProcessing)}, want: OrderCancelled},
		"told out of order":                {order: orderOf("1"), events: []OrderEvent{said("2026-01-09", OrderActive), said("2026-01-06", OrderProcessing)}, want: OrderActive},
		"that it came takes nothing back":  {order: orderOf("1"), events: []OrderEvent{said("2026-01-06", OrderProcessing), said("2026-01-07", OrderSubmitted)}, want: OrderProcessing},
	} {
		t.Run(name, func(t *testing.T) {
			if got := TrackOrder(c.order, c.events, c.paid, c.today).State; got != c.want {
				t.Errorf("%s, want %s", got, c.want)
			}
			if len(c.order.Lines) == 1 { // a row of a list tells the same
				state := TrackOrder(c.order, c.events, Paying{}, "").State.Passed(c.paid, c.order.ValidUntil, c.today)
				if state != c.want {
					t.Errorf("its row says %s, want %s", state, c.want)
				}
			}
		})
	}
}

func TestAChangeReachesTheLinesItNames(t *testing.T) {
	o := orderOf("1", "2")
	change := OrderEvent{Kind: KindOrderChange, Number: "7", IssueDate: "2026-01-06", Lines: []OrderEventLine{
		{ID: "1", Status: "Revised", Quantity: "240", Unit: "LTR", Net: "12000.00"},
		{ID: "3", Status: "Added", Name: "Brush", Quantity: "2"},
		{ID: "9", Status: "Revised", Quantity: "1"}, // no such line
	}}
	hold := OrderEvent{Kind: KindOrderResponse, Number: "8", IssueDate: "2026-01-07", State: OrderProcessing, Lines: []OrderEventLine{
		{ID: "2", State: OrderOnHold, HoldReason: "credit check", ReleaseOn: "2026-01-20"},
		{ID: "1", PromisedOn: "2026-01-12", PromisedBy: "2026-01-14"},
	}}
	track := TrackOrder(o, []OrderEvent{hold, change}, Paying{}, "2026-01-08")
	if len(track.Lines) != 3 || track.Events[0].Number != "7" {
		t.Fatalf("%+v", track)
	}
	if l := track.Lines[0]; l.Quantity != "240" || l.Net != "12000.00" || l.Name != "Line 1" || l.State != OrderProcessing || l.PromisedBy != "2026-01-14" || l.Since != "2026-01-07" {
		t.Errorf("changed line: %+v", l)
	}
	if l := track.Lines[2]; l.Name != "Brush" || l.State != OrderSubmitted {
		t.Errorf("added line: %+v", l)
	}
	if track.State != OrderOnHold || track.HoldReason != "credit check" || track.ReleaseOn != "2026-01-20" {
		t.Errorf("hold: %+v", track)
	}
	if o.Lines[0].Quantity != "1" {
		t.Error("the paper itself was changed")
	}
}

func TestAnOrderAsksForWhatItsEventSays(t *testing.T) {
	o := orderOf("1")
	ask := said("2026-01-06", OrderPendingPayment)
	ask.Currency, ask.Payable, ask.PaymentDueOn = "EUR", "60.00", "2026-01-31"
	pending, at := PaymentAsked(o, []OrderEvent{ask})
	inv, err := NewOrderPayable(o, "ord_00", "acc", at)
	if !pending || err != nil || inv.Amount != (money.Money{Minor: 6000, Currency: "EUR"}) || inv.DueOn != "2026-01-31" || inv.ID != "inv_00" {
		t.Errorf("%v %v %+v", pending, err, inv)
	}
	if err := inv.Check(); err != nil || !inv.Payable() {
		t.Error(err, inv)
	}
	if back := inv.Withdraw("2026-02-01"); back.Check() != nil || back.Payable() || back.AskAgain().Outstanding != inv.Amount {
		t.Errorf("%+v", back)
	}
	if pending, _ := PaymentAsked(o, []OrderEvent{ask, said("2026-01-07", OrderProcessing)}); pending {
		t.Error("still pending")
	}
	o.Totals.Payable = ""
	if _, err := NewOrderPayable(o, "ord_00", "acc", OrderEvent{}); !IsKind(err, Unprocessable) {
		t.Errorf("an order without amounts: %v", err)
	}
}

func TestCodesOfAnswersMeanStates(t *testing.T) {
	for code, want := range map[string]OrderState{"AB": "", "AP": OrderProcessing, "CA": OrderProcessing, "RE": OrderCancelled, "": ""} {
		if got := AnsweredState(code); got != want {
			t.Errorf("%s: %q, want %q", code, got, want)
		}
	}
	for status, want := range map[string]OrderState{"1": "", "3": OrderProcessing, "5": OrderProcessing, "7": OrderCancelled, "42": OrderPendingActivation,
		"NoStatus": "", "Revised": "", "Cancelled": OrderCancelled, "Disputed": OrderOnHold} {
		if got := AnsweredLineState(status); got != want {
			t.Errorf("%s: %q, want %q", status, got, want)
		}
	}
}
