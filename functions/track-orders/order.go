package main

import (
	"cmp"
	"time"

	"customercenter/shared/center"
	"customercenter/shared/money"
	"customercenter/shared/store"
	"customercenter/shared/view"
)

// order is an order whole.
type order struct {
	ID           center.OrderID      `json:"id"`
	Kind         center.DocumentKind `json:"kind"`
	Number       string              `json:"number"`
	PO           string              `json:"po,omitempty"`
	QuoteNumber  string              `json:"quoteNumber,omitempty"`
	SalesOrder   string              `json:"salesOrder,omitempty"`
	Contracts    []string            `json:"contracts"` // numbers
	OrderedOn    center.Date         `json:"orderedOn"`
	ValidUntil   center.Date         `json:"validUntil,omitempty"`
	State        center.OrderState   `json:"state"`
	SourceStatus string              `json:"sourceStatus,omitempty"` // the vendor's own word
	HoldReason   string              `json:"holdReason,omitempty"`
	ReleaseOn    center.Date         `json:"releaseOn,omitempty"`
	Seller       string              `json:"seller,omitempty"`
	Buyer        string              `json:"buyer,omitempty"`
	Total        *money.Money        `json:"total,omitempty"`
	Lines        []orderLine         `json:"lines"`
	Timeline     []happening         `json:"timeline"`
	People       []person            `json:"people"`
	Invoices     []view.InvoiceRow   `json:"invoices"`
	Pay          *view.Payable       `json:"pay,omitempty"`
	Notes        []string            `json:"notes"`
}

// orderLine is a line as it stands now.
type orderLine struct {
	ID          string            `json:"id"`
	Name        string            `json:"name,omitempty"`
	Description string            `json:"description,omitempty"`
	Quantity    center.Decimal    `json:"quantity,omitempty"`
	Unit        string            `json:"unit,omitempty"`
	UnitPrice   center.Decimal    `json:"unitPrice,omitempty"`
	Net         *money.Money      `json:"net,omitempty"`
	State       center.OrderState `json:"state"`
	Since       center.Date       `json:"since,omitempty"`
	HoldReason  string            `json:"holdReason,omitempty"`
	ReleaseOn   center.Date       `json:"releaseOn,omitempty"`
	PromisedOn  center.Date       `json:"promisedOn,omitempty"`
	PromisedBy  center.Date       `json:"promisedBy,omitempty"`
}

// happening is one entry of the timeline. Where the paper tells no time, the
// day is all that is known.
type happening struct {
	Kind       string            `json:"kind"` // ordered, imported, or the kind of paper
	On         center.Date       `json:"on"`
	Time       string            `json:"time,omitempty"` // hh:mm:ss, as the paper says it
	At         *time.Time        `json:"at,omitempty"`   // of what happened here
	By         string            `json:"by,omitempty"`
	Number     string            `json:"number,omitempty"`
	Code       string            `json:"code,omitempty"`
	State      center.OrderState `json:"state,omitempty"`
	HoldReason string            `json:"holdReason,omitempty"`
	ReleaseOn  center.Date       `json:"releaseOn,omitempty"`
	Lines      []lineChange      `json:"lines,omitempty"`
	Notes      []string          `json:"notes,omitempty"`
}

// lineChange is what an entry says of one line.
type lineChange struct {
	ID         string            `json:"id"`
	Status     string            `json:"status,omitempty"`
	State      center.OrderState `json:"state,omitempty"`
	HoldReason string            `json:"holdReason,omitempty"`
	ReleaseOn  center.Date       `json:"releaseOn,omitempty"`
	Quantity   center.Decimal    `json:"quantity,omitempty"`
	Net        center.Decimal    `json:"net,omitempty"`
	PromisedOn center.Date       `json:"promisedOn,omitempty"`
	PromisedBy center.Date       `json:"promisedBy,omitempty"`
}

// person is somebody named on the order: what the order gave her, and whether
// she may enter now.
type person struct {
	Name   string               `json:"name,omitempty"`
	Email  string               `json:"email"`
	Role   center.ContactRole   `json:"role"`
	Access []center.ContactType `json:"access"` // by this order
	Enters bool                 `json:"enters"` // now, by this order or otherwise
}

func show(d store.OrderDetail, today center.Date) order {
	o := d.Order
	track := center.TrackOrder(o, d.Events, center.PayingOf(d.Payable), today)
	out := order{ID: d.ID, Kind: o.Kind, Number: o.Number, PO: o.CustomerRef, QuoteNumber: o.QuoteRef, Contracts: append([]string{}, o.ContractRefs...),
		OrderedOn: o.IssueDate, ValidUntil: o.ValidUntil, State: track.State, SourceStatus: o.Status, HoldReason: track.HoldReason,
		ReleaseOn: track.ReleaseOn, Seller: o.Seller.Name, Buyer: o.Buyer.Name, Total: amountOf(o.Totals.Payable, o.Currency),
		Lines: make([]orderLine, 0, len(track.Lines)), People: []person{}, Invoices: []view.InvoiceRow{}, Notes: append([]string{}, o.Notes...)}
	for _, l := range track.Lines {
		out.Lines = append(out.Lines, orderLine{ID: l.ID, Name: l.Name, Description: l.Description, Quantity: l.Quantity, Unit: l.Unit, UnitPrice: l.UnitPrice,
			Net: amountOf(l.Net, o.Currency), State: l.State, Since: l.Since, HoldReason: l.HoldReason, ReleaseOn: l.ReleaseOn,
			PromisedOn: l.PromisedOn, PromisedBy: l.PromisedBy})
	}
	if d.Payable != nil && (d.Payable.Outstanding.Sign() > 0 || d.Payable.Processing.Sign() > 0 || d.Payable.Settled.Sign() > 0) {
		out.Pay = view.PayableOf(d.Payable)
	}
	for _, e := range track.Events {
		if e.SalesOrder != "" {
			out.SalesOrder = e.SalesOrder
		}
	}
	out.Timeline = timeline(d, track)
	return out
}

// amountOf is an amount of record; nil where there is none.
func amountOf(d center.Decimal, currency string) *money.Money {
	m, err := money.Parse(string(d), money.Code(currency))
	if d == "" || err != nil {
		return nil
	}
	return &m
}

// timeline tells what happened, oldest first; a payment last.
func timeline(d store.OrderDetail, track center.OrderTrack) []happening {
	o := d.Order
	ordered := "ordered"
	if o.Kind == center.KindQuotation {
		ordered = "offered"
	}
	list := []happening{{Kind: ordered, On: o.IssueDate, By: o.Buyer.Name, Number: o.Number}}
	for _, e := range track.Events {
		h := happening{Kind: string(e.Kind), On: e.IssueDate, Time: e.IssueTime, By: e.Actor, Number: e.Number, Code: e.Code, State: e.State,
			HoldReason: e.HoldReason, ReleaseOn: e.ReleaseOn, Notes: e.Notes}
		for _, l := range e.Lines {
			h.Lines = append(h.Lines, lineChange{ID: l.ID, Status: l.Status, State: l.State, HoldReason: l.HoldReason, ReleaseOn: l.ReleaseOn,
				Quantity: l.Quantity, Net: l.Net, PromisedOn: l.PromisedOn, PromisedBy: l.PromisedBy})
		}
		list = append(list, h)
	}
	if center.PayingOf(d.Payable).Paid {
		list = append(list, happening{Kind: "paid", On: cmp.Or(d.Payable.RaisedPaidOn, d.Payable.ClosedOn)})
	}
	return list
}

// people are those named on the order, with what is true of them now.
func people(named []store.OrderPerson, contacts []center.Contact) []person {
	enters := map[center.ContactID]bool{}
	for _, c := range contacts {
		enters[c.ID] = c.Active && len(c.Grants) > 0
	}
	out := make([]person, 0, len(named))
	for _, p := range named {
		out = append(out, person{Name: p.Name, Email: p.Email, Role: p.Role, Access: append([]center.ContactType{}, p.Types...),
			Enters: enters[center.ContactIDOf(p.Email)]})
	}
	return out
}
