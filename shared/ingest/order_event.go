package ingest

import (
	"cmp"
	"fmt"
	"strings"

	"customercenter/shared/center"
)

// eventKinds are the UBL roots that tell of an order which was placed.
var eventKinds = map[string]center.DocumentKind{
	"OrderChange":         center.KindOrderChange,
	"OrderResponse":       center.KindOrderResponse,
	"OrderResponseSimple": center.KindOrderResponse,
	"OrderCancellation":   center.KindOrderCancellation,
}

// ublOrderEvent reads an OrderChange, OrderResponse, OrderResponseSimple or
// OrderCancellation.
func (r *reading) ublOrderEvent(root *node, kind center.DocumentKind, o center.ImportOptions) *center.OrderEvent {
	buyer, seller := root.first("cac:BuyerCustomerParty"), root.first("cac:SellerSupplierParty")
	e := &center.OrderEvent{
		Kind:       kind,
		Number:     root.at("cbc:ID"),
		UUID:       root.at("cbc:UUID"),
		OrderRef:   root.at("cac:OrderReference/cbc:ID"),
		SalesOrder: root.at("cbc:SalesOrderID", "cac:OrderReference/cbc:SalesOrderID"),
		IssueDate:  r.date("issue_date", root.at("cbc:IssueDate")),
		IssueTime:  timeOfDay(root.at("cbc:IssueTime")),
		Code:       root.at("cbc:OrderResponseCode"),
		Seller:     ublParty(seller),
		Buyer:      ublParty(buyer),
		Notes:      append(root.texts("cbc:CancellationNote"), root.texts("cbc:Note")...),
	}
	side := e.Buyer
	switch kind {
	case center.KindOrderCancellation:
		e.State = center.OrderCancelled
	case center.KindOrderResponse:
		side = e.Seller
		switch root.at("cbc:AcceptedIndicator") {
		case "true", "1":
			e.Code = cmp.Or(e.Code, center.ResponseAccepted)
		case "false", "0":
			e.Code = cmp.Or(e.Code, center.ResponseRejected)
		}
		e.State = center.AnsweredState(e.Code)
	}
	e.Actor = cmp.Or(side.Contact, side.Name)
	e.Currency = firstText(root.at("cbc:DocumentCurrencyCode"), root.first("cac:OrderLine/cac:LineItem/cbc:LineExtensionAmount").attr("currencyID"),
		root.first("cac:OrderLine/cac:LineItem/cac:Price/cbc:PriceAmount").attr("currencyID"), o.Currency)
	promised := r.ublPeriod(root.first("cac:Delivery/cac:PromisedDeliveryPeriod"))
	for _, n := range root.all("cac:OrderLine") {
		if item := n.first("cac:LineItem"); item != nil {
			e.Lines = append(e.Lines, r.ublEventLine(n, item, promised))
		}
	}
	r.finishOrderEvent(e)
	return e
}

// ublEventLine reads what an event says of one line. An answer may number its
// own lines; the one it refers to counts.
func (r *reading) ublEventLine(outer, item *node, promised *center.Period) center.OrderEventLine {
	line := r.ublLine(item, "Quantity")
	said := center.OrderEventLine{
		ID:     firstText(outer.at("cac:OrderLineReference/cbc:LineID"), line.ID),
		Status: item.at("cbc:LineStatusCode"),
		Name:   line.Name, Quantity: line.Quantity, Unit: line.Unit, UnitPrice: line.UnitPrice, Net: line.Net,
	}
	said.State = center.AnsweredLineState(said.Status)
	if said.State == center.OrderOnHold {
		said.HoldReason = firstText(item.at("cbc:Note"), outer.at("cbc:Note"), strings.ToLower(said.Status))
	}
	if own := r.ublPeriod(item.first("cac:Delivery/cac:PromisedDeliveryPeriod")); own != nil {
		promised = own
	}
	if promised != nil {
		said.PromisedOn, said.PromisedBy = promised.Start, promised.End
	}
	return said
}

// timeOfDay is the hh:mm:ss that a time starts with; "" for none.
func timeOfDay(text string) string {
	const layout = "hh:mm:ss"
	if len(text) < len(layout) {
		return ""
	}
	text = text[:len(layout)]
	for i, c := range text {
		if (layout[i] == ':') != (c == ':') || c != ':' && (c < '0' || c > '9') {
			return ""
		}
	}
	return text
}

// jsonOrderEvent reads an event from JSON Lines.
func (r *reading) jsonOrderEvent(line []byte, s source, o center.ImportOptions) *center.OrderEvent {
	e := &center.OrderEvent{}
	r.decode(line, e)
	e.Number = strings.TrimSpace(e.Number)
	e.IssueDate = r.date("issue_date", string(e.IssueDate))
	e.ReleaseOn = r.date("release_on", string(e.ReleaseOn))
	e.PaymentDueOn = r.date("payment_due_on", string(e.PaymentDueOn))
	e.IssueTime = timeOfDay(e.IssueTime)
	for i := range e.Lines {
		l := &e.Lines[i]
		l.ReleaseOn = r.date("lines.release_on", string(l.ReleaseOn))
		l.PromisedOn = r.date("lines.promised_on", string(l.PromisedOn))
		l.PromisedBy = r.date("lines.promised_by", string(l.PromisedBy))
		l.State = r.lineState(fmt.Sprintf("lines.%d.state", i), l.State)
	}
	e.State = r.lineState("state", e.State)
	e.Currency = firstText(e.Currency, o.Currency)
	if e.Kind == center.KindOrderEvent {
		r.checkKey("account", e.Account)
		if e.State == "" && len(e.Lines) == 0 {
			r.refuse(center.CodeBadRecord, "state", "An event says a state, of the order or of lines.")
		}
	}
	if e.Source == (center.Source{}) {
		e.Source = s.of(formatJSONL)
	}
	r.finishOrderEvent(e)
	return e
}

func (r *reading) lineState(field string, state center.OrderState) center.OrderState {
	if state == "" {
		return ""
	}
	known, ok := center.LineState(string(state))
	if !ok {
		r.refuse(center.CodeBadRecord, field, "%s is not a state of an order's line.", quote(string(state)))
	}
	return known
}

// maxEventLines is how many lines one event may be about.
const maxEventLines = 1000

// finishOrderEvent checks what an event must have and brings its amounts to
// the currency's decimals.
func (r *reading) finishOrderEvent(e *center.OrderEvent) {
	r.checkNumber(e.Number)
	if e.OrderRef == "" {
		r.refuse(center.CodeMissingNumber, "order_ref", "The paper does not say which order it is about.")
	}
	if len(e.OrderRef) > maxNumber {
		r.refuse(center.CodeBadRecord, "order_ref", "A number has at most %d bytes.", maxNumber)
	}
	if e.IssueDate == "" {
		r.refuse(center.CodeBadDate, "issue_date", "The paper has no issue date.")
	}
	if len(e.Lines) > maxEventLines {
		r.refuse(center.CodeBadRecord, "lines", "There are more than %d.", maxEventLines)
	}
	r.text("sales_order", e.SalesOrder)
	r.text("actor", e.Actor)
	r.text("hold_reason", e.HoldReason)
	r.texts("notes", e.Notes)
	r.party("seller", &e.Seller)
	r.party("buyer", &e.Buyer)
	if e.Currency != "" {
		e.Currency = r.setCurrency(e.Currency)
	}
	if e.Currency == "" && e.Payable != "" {
		r.refuse(center.CodeUnknownCurrency, "currency", "The paper has an amount but names no currency.")
	}
	e.Payable = r.amount("payable", e.Payable)
	for i := range e.Lines {
		l, field := &e.Lines[i], fmt.Sprintf("lines.%d.", i)
		if l.ID == "" {
			r.refuse(center.CodeBadRecord, field+"id", "A line has no id.")
		}
		r.text(field+"name", l.Name)
		r.text(field+"hold_reason", l.HoldReason)
		l.Quantity = r.quantity(field+"quantity", l.Quantity)
		l.UnitPrice = r.quantity(field+"unit_price", l.UnitPrice)
		if l.Net != "" && e.Currency == "" {
			r.refuse(center.CodeUnknownCurrency, "currency", "The paper has amounts but names no currency.")
		}
		l.Net = r.amount(field+"net", l.Net)
	}
}
