package center

import (
	"cmp"
	"slices"
	"strings"

	"customercenter/shared/money"
)

// TrackedLine is a line of an order as it stands now.
type TrackedLine struct {
	Line
	State      OrderState
	HoldReason string // of ON_HOLD
	ReleaseOn  Date   // of ON_HOLD: when it is expected to go on
	PromisedOn Date
	PromisedBy Date
	Since      Date // of the state
}

// Paying is what is known of the money of something to be paid: an order or
// a renewal.
type Paying struct {
	Asked    bool // something was to be paid
	Paid     bool // and is
	InFlight bool // a payment of it is under way
}

// PayingOf reads it off the head of a payable; nil is nothing to pay. Once
// invoices were raised for it, it is paid when they are.
func PayingOf(inv *Invoice) Paying {
	if inv == nil {
		return Paying{}
	}
	owed := inv.Outstanding.Sign() > 0 || inv.Processing.Sign() > 0
	paid := inv.Settled.Sign() > 0
	if len(inv.Shares) > 0 {
		paid = inv.RaisedPaidOn != ""
	}
	return Paying{Asked: true, Paid: !owed && paid, InFlight: inv.Processing.Sign() > 0}
}

// OrderTrack is an order followed through what happened to it.
type OrderTrack struct {
	State      OrderState
	Lines      []TrackedLine
	Events     []OrderEvent // as they happened
	HoldReason string       // of the first line on hold
	ReleaseOn  Date         // when the last line on hold is expected to go on
}

// TrackOrder follows an order through its events. A line that is cancelled
// stays so; a line that waits for payment goes on once the order is paid; a
// quotation, or an order nobody took up, expires after its last valid day. The
// order's state is derived from its lines: cancelled ones count only where all
// are, ACTIVE beside others is PARTIALLY_ACTIVE, a hold shows before anything
// that goes on, else the line that is least far counts.
func TrackOrder(o *Order, events []OrderEvent, paid Paying, today Date) OrderTrack {
	track := OrderTrack{Events: slices.Clone(events)}
	sortEvents(track.Events)
	first := o.firstState()
	for _, line := range o.Lines {
		track.Lines = append(track.Lines, TrackedLine{Line: line, State: first, Since: o.IssueDate})
	}
	whole := TrackedLine{State: first, Since: o.IssueDate} // of an order without lines
	for _, e := range track.Events {
		track.apply(e)
		if len(track.Lines) == 0 {
			whole.follow(e, OrderEventLine{State: e.State, HoldReason: e.HoldReason, ReleaseOn: e.ReleaseOn})
		}
	}
	expired := o.ValidUntil != "" && today > o.ValidUntil
	for i := range track.Lines {
		track.Lines[i].pass(paid, expired, o.ValidUntil)
	}
	lines := track.Lines
	if len(lines) == 0 {
		whole.pass(paid, expired, o.ValidUntil)
		lines = []TrackedLine{whole}
	}
	track.State = stateOf(lines)
	for _, l := range lines {
		if l.State == OrderOnHold {
			track.HoldReason = cmp.Or(track.HoldReason, l.HoldReason)
			track.ReleaseOn = max(track.ReleaseOn, l.ReleaseOn)
		}
	}
	return track
}

// firstState is where the lines of an order stand before anything happened.
func (o *Order) firstState() OrderState {
	if o.Kind == KindQuotation {
		return OrderQuote
	}
	if state, ok := LineState(o.Status); ok {
		return state
	}
	return OrderSubmitted
}

// apply brings an event to the lines it is about.
func (t *OrderTrack) apply(e OrderEvent) {
	if len(e.Lines) == 0 {
		for i := range t.Lines {
			t.Lines[i].follow(e, OrderEventLine{State: e.State, HoldReason: e.HoldReason, ReleaseOn: e.ReleaseOn})
		}
		return
	}
	for _, said := range e.Lines {
		at := slices.IndexFunc(t.Lines, func(l TrackedLine) bool { return l.ID == said.ID })
		if at < 0 {
			if e.Kind != KindOrderChange || !strings.EqualFold(said.Status, "added") && said.Status != lineAdded {
				continue
			}
			t.Lines = append(t.Lines, TrackedLine{Line: Line{ID: said.ID}, State: OrderSubmitted})
			at = len(t.Lines) - 1
		}
		t.Lines[at].follow(e, said)
	}
}

// follow changes a line by what an event says of it.
func (l *TrackedLine) follow(e OrderEvent, said OrderEventLine) {
	if l.State == OrderCancelled {
		return
	}
	l.Name, l.Quantity, l.Unit = cmp.Or(said.Name, l.Name), cmp.Or(said.Quantity, l.Quantity), cmp.Or(said.Unit, l.Unit)
	l.UnitPrice, l.Net = cmp.Or(said.UnitPrice, l.UnitPrice), cmp.Or(said.Net, l.Net)
	l.PromisedOn, l.PromisedBy = cmp.Or(said.PromisedOn, l.PromisedOn), cmp.Or(said.PromisedBy, l.PromisedBy)
	state := cmp.Or(said.State, e.State)
	if state == "" || state == OrderSubmitted && l.State != OrderQuote {
		return // that it was received takes nothing back
	}
	if state != l.State {
		l.Since = e.IssueDate
	}
	l.State, l.HoldReason, l.ReleaseOn = state, "", ""
	if state == OrderOnHold {
		l.HoldReason, l.ReleaseOn = cmp.Or(said.HoldReason, e.HoldReason), cmp.Or(said.ReleaseOn, e.ReleaseOn)
	}
}

// Passed is the state of an order which papers alone leave in state, after
// payments and days that passed.
func (s OrderState) Passed(paid Paying, validUntil, today Date) OrderState {
	l := TrackedLine{State: s}
	l.pass(paid, validUntil != "" && today > validUntil, validUntil)
	return l.State
}

// pass moves a line on by what no paper says: a payment, or the end of an
// offer.
func (l *TrackedLine) pass(paid Paying, expired bool, until Date) {
	switch {
	case l.State == OrderPendingPayment && paid.Paid:
		l.State = OrderProcessing
	case expired && (l.State == OrderQuote || l.State == OrderSubmitted || l.State == OrderPendingPayment && !paid.InFlight):
		l.State, l.Since = OrderExpired, until.AddDays(1)
	}
}

// stateOf derives an order's state from its lines.
func stateOf(lines []TrackedLine) OrderState {
	counts := map[OrderState]int{}
	for _, l := range lines {
		counts[l.State]++
	}
	live := len(lines) - counts[OrderCancelled] - counts[OrderExpired]
	switch {
	case counts[OrderCancelled] == len(lines):
		return OrderCancelled
	case live == 0:
		return OrderExpired
	case counts[OrderActive] == live:
		return OrderActive
	case counts[OrderActive] > 0:
		return OrderPartiallyActive
	case counts[OrderOnHold] > 0:
		return OrderOnHold
	}
	for _, state := range lineStates {
		if counts[state] > 0 {
			return state
		}
	}
	return OrderSubmitted
}

// Codes of lines in answers (UNCL 1229, as Peppol uses them).
const (
	lineAdded     = "1"
	lineChanged   = "3"
	lineAccepted  = "5"
	lineRefused   = "7"
	lineDelivered = "42"
)

// AnsweredState is what the answer to an order means for its lines, by its
// code; "" for a code that changes nothing.
func AnsweredState(code string) OrderState {
	switch code {
	case ResponseAccepted, ResponseConditional:
		return OrderProcessing
	case ResponseRejected:
		return OrderCancelled
	default:
		return ""
	}
}

// AnsweredLineState is what the status of one line means, as a code or as the
// word of UBL's own list; "" where it changes nothing.
func AnsweredLineState(status string) OrderState {
	switch strings.ToLower(status) {
	case lineChanged, lineAccepted:
		return OrderProcessing
	case lineRefused, "cancelled":
		return OrderCancelled
	case lineDelivered:
		return OrderPendingActivation
	case "disputed":
		return OrderOnHold
	default:
		return ""
	}
}

// PaymentAsked tells whether papers alone leave a line of the order waiting
// for payment, and which event asked for it last.
func PaymentAsked(o *Order, events []OrderEvent) (pending bool, asked OrderEvent) {
	track := TrackOrder(o, events, Paying{}, "")
	for _, e := range track.Events {
		if e.State == OrderPendingPayment || slices.ContainsFunc(e.Lines, func(l OrderEventLine) bool { return l.State == OrderPendingPayment }) {
			asked = e
		}
	}
	if len(track.Lines) == 0 {
		return track.State == OrderPendingPayment, asked
	}
	return slices.ContainsFunc(track.Lines, func(l TrackedLine) bool { return l.State == OrderPendingPayment }), asked
}

// NewOrderPayable is the head of what is to be paid of an order: what the
// event asks for, else what the order says. Unprocessable where that is no
// amount above zero.
func NewOrderPayable(o *Order, id OrderID, account AccountID, asked OrderEvent) (Invoice, error) {
	currency := money.Code(cmp.Or(asked.Currency, o.Currency))
	amount, err := money.Parse(string(cmp.Or(asked.Payable, o.Totals.Payable)), currency)
	if err != nil || amount.Sign() <= 0 {
		return Invoice{}, &Error{Kind: Unprocessable, Code: string(CodeMissingPayable), Err: err,
			Detail: "The order waits for payment, but neither it nor the event says how much is to be paid."}
	}
	zero := money.Zero(currency)
	inv := Invoice{
		ID: id.PayableOf(), Account: account, Kind: KindOrder, Type: TypeService, Number: o.Number, Issuer: o.Issuer(),
		PO: o.CustomerRef, OrderRef: o.Number, IssuedOn: o.IssueDate,
		DueOn:  cmp.Or(asked.PaymentDueOn, asked.IssueDate, o.IssueDate),
		Amount: amount, Balances: Balances{Outstanding: amount, Processing: zero, Settled: zero, Cancelled: zero},
		CreditLeft: zero, Version: 1,
	}
	if len(o.Lines) > 0 {
		inv.Title = cmp.Or(o.Lines[0].Name, o.Lines[0].Description)
	}
	if len(o.ContractRefs) > 0 {
		inv.Contract = o.ContractRefs[0]
	}
	return inv, nil
}

// AskFor is the payable of an order as it stands, asking for what fresh asks:
// another amount, or by another day. Unprocessable where it asks for another
// amount and something was paid, or is being.
func (inv Invoice) AskFor(fresh Invoice) (Invoice, error) {
	if inv.Withdrawn {
		inv = inv.AskAgain()
	}
	switch {
	case inv.Amount == fresh.Amount && inv.Outstanding.Sign() > 0:
		inv.DueOn = fresh.DueOn
	case inv.Amount == fresh.Amount:
	case inv.Active != "" || inv.Settled.Sign() > 0:
		return inv, Errorf(Unprocessable, string(CodeConflict), "Of the order %s was asked for and is being paid, or was; it can not ask for %s.", inv.Amount, fresh.Amount)
	default:
		fresh.Version = inv.Version
		return fresh, nil
	}
	return inv, nil
}

// OrderRow is a line of a list of orders. State is what papers and payments
// tell as of the account's day.
type OrderRow struct {
	ID         OrderID
	Kind       DocumentKind
	Number     string
	PO         string
	Title      string
	OrderedOn  Date
	ValidUntil Date
	State      OrderState
	Lines      int
	Total      money.Money // of no currency where the order has no amounts
	Pay        *Invoice    // what waits for payment; nil for nothing
}
