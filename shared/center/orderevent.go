package center

import (
	"cmp"
	"slices"
	"strings"
)

// OrderState is where a line of an order stands, and by its lines the order.
type OrderState string

// The states, in the order a line goes through them; then those that stop it.
// PARTIALLY_ACTIVE is an order's alone: some of its lines are active.
const (
	OrderQuote             OrderState = "QUOTE"
	OrderSubmitted         OrderState = "SUBMITTED"
	OrderPendingPayment    OrderState = "PENDING_PAYMENT"
	OrderProcessing        OrderState = "PROCESSING"
	OrderPendingActivation OrderState = "PENDING_ACTIVATION"
	OrderActive            OrderState = "ACTIVE"
	OrderPartiallyActive   OrderState = "PARTIALLY_ACTIVE"
	OrderOnHold            OrderState = "ON_HOLD"
	OrderCancelled         OrderState = "CANCELLED"
	OrderExpired           OrderState = "EXPIRED"
)

// lineStates are those a line may be in.
var lineStates = []OrderState{OrderQuote, OrderSubmitted, OrderPendingPayment, OrderProcessing, OrderPendingActivation,
	OrderActive, OrderOnHold, OrderCancelled, OrderExpired}

// LineState is the state a word of a source names, in any case; ok is false
// for a word that names none.
func LineState(word string) (state OrderState, ok bool) {
	state = OrderState(strings.ToUpper(strings.NewReplacer(" ", "_", "-", "_").Replace(strings.TrimSpace(word))))
	return state, slices.Contains(lineStates, state)
}

// OrderEvent is a paper about an order that was placed: the buyer changes or
// cancels it, the seller answers, or the vendor's system tells where it
// stands. It names the order by its number, and lines by their ids; one that
// names no line is about all of them.
type OrderEvent struct {
	Kind         DocumentKind     `json:"kind"` // KindOrderChange, -Response, -Cancellation or -Event
	Account      string           `json:"account,omitzero"`
	Number       string           `json:"number"`
	UUID         string           `json:"uuid,omitzero"`
	OrderRef     string           `json:"order_ref"` // number of the order
	SalesOrder   string           `json:"sales_order,omitzero"`
	IssueDate    Date             `json:"issue_date"`
	IssueTime    string           `json:"issue_time,omitzero"` // hh:mm:ss, where the paper says it
	Actor        string           `json:"actor,omitzero"`      // who, as the paper says it
	Code         string           `json:"code,omitzero"`       // of a response: AB, AP, CA, RE
	State        OrderState       `json:"state,omitzero"`
	HoldReason   string           `json:"hold_reason,omitzero"`
	ReleaseOn    Date             `json:"release_on,omitzero"`
	Currency     string           `json:"currency,omitzero"`
	Payable      Decimal          `json:"payable,omitzero"`        // of PENDING_PAYMENT: how much; else what the order says
	PaymentDueOn Date             `json:"payment_due_on,omitzero"` // of PENDING_PAYMENT
	Seller       Party            `json:"seller,omitzero"`
	Buyer        Party            `json:"buyer,omitzero"`
	Lines        []OrderEventLine `json:"lines,omitzero"`
	Notes        []string         `json:"notes,omitzero"`
	Source       Source           `json:"source,omitzero"`
}

// OrderEventLine is what an event says of one line.
type OrderEventLine struct {
	ID         string     `json:"id"`
	Status     string     `json:"status,omitzero"` // the paper's own word or code
	State      OrderState `json:"state,omitzero"`
	HoldReason string     `json:"hold_reason,omitzero"`
	ReleaseOn  Date       `json:"release_on,omitzero"`
	Name       string     `json:"name,omitzero"`
	Quantity   Decimal    `json:"quantity,omitzero"`
	Unit       string     `json:"unit,omitzero"`
	UnitPrice  Decimal    `json:"unit_price,omitzero"`
	Net        Decimal    `json:"net,omitzero"`
	PromisedOn Date       `json:"promised_on,omitzero"`
	PromisedBy Date       `json:"promised_by,omitzero"`
}

// Codes of responses (UNCL 4343, as Peppol uses them).
const (
	ResponseReceived    = "AB"
	ResponseAccepted    = "AP"
	ResponseConditional = "CA"
	ResponseRejected    = "RE"
)

// fromSeller tells papers the seller numbers from the buyer's.
func (e *OrderEvent) fromSeller() bool {
	return e.Kind == KindOrderResponse || e.Kind == KindOrderEvent
}

// Issuer is who numbers the paper: the seller of answers, else the buyer.
func (e *OrderEvent) Issuer() string {
	if e.fromSeller() {
		return IssuerKey(e.Seller)
	}
	return IssuerKey(e.Buyer)
}

// Identity is the paper's identity, across accounts: some number their answers
// to each order anew, so the order belongs to it. An event of the vendor's
// system that names its account is numbered within it.
func (e *OrderEvent) Identity() string {
	issuer := e.Issuer()
	if e.Account != "" {
		issuer = "account:" + e.Account
	}
	return IdentityOf(issuer, e.Kind, e.Number+" of "+e.OrderRef)
}

// maxLabels is how many labels of a party an order is found by.
const maxLabels = 6

// labels are the texts by which a paper may name a party: names and numbers
// of any kind. Not one of them tells two firms apart for certain; papers about
// one order agree in one of each party's.
func (p Party) labels() []string {
	var out []string
	add := func(text string) {
		if text = foldName(text); text != "" && !slices.Contains(out, text) && len(out) < maxLabels {
			out = append(out, text)
		}
	}
	add(foldSpaceless(p.VAT))
	add(p.TradingName)
	add(p.Name)
	for _, id := range p.IDs {
		add(foldSpaceless(id.Value))
	}
	return out
}

// OrderMarks are what later papers may know an order of that buyer and number
// by.
func OrderMarks(buyer Party, number string) []string {
	marks := buyer.labels()
	for i, label := range marks {
		marks[i] = IdentityOf("mark:"+label, KindOrder, number)
	}
	return marks
}

// SameNumber compares numbers of papers: blanks and case do not count, zeros do.
func SameNumber(a, b string) bool { return foldSpaceless(a) == foldSpaceless(b) }

// FoldNumber is the same for all that SameNumber calls the same.
func FoldNumber(s string) string { return foldSpaceless(s) }

// SameSeller tells whether an event can be about an order of that seller: they
// agree in one label, or one of them says nothing.
func SameSeller(a, b Party) bool {
	left, right := a.labels(), b.labels()
	return len(left) == 0 || len(right) == 0 || slices.ContainsFunc(left, func(l string) bool { return slices.Contains(right, l) })
}

// MayBill tells whether an invoice of that issuer (IssuerKey) can be for an
// order of the seller. One known by its VAT id has other papers under its other
// ids and names only; of one that is known by less nothing is ruled out.
func MayBill(seller Party, issuer string) bool {
	if seller.VAT == "" || issuer == "" || foldSpaceless(seller.VAT) == issuer {
		return true
	}
	return foldSpaceless(seller.Name) == issuer || foldSpaceless(seller.TradingName) == issuer ||
		slices.ContainsFunc(seller.IDs, func(id PartyID) bool { return foldSpaceless(id.Value) == issuer })
}

// sortEvents puts events into the order they happened: by day and time; those
// of one moment as the papers follow each other.
func sortEvents(events []OrderEvent) {
	rank := map[DocumentKind]int{KindOrderChange: 1, KindOrderResponse: 2, KindOrderEvent: 3, KindOrderCancellation: 4}
	slices.SortStableFunc(events, func(a, b OrderEvent) int {
		return cmp.Or(cmp.Compare(a.IssueDate, b.IssueDate), cmp.Compare(a.IssueTime, b.IssueTime),
			cmp.Compare(rank[a.Kind], rank[b.Kind]), cmp.Compare(a.Number, b.Number))
	})
}
