package main

import (
	"context"
	"time"

	"customercenter/shared/center"
	"customercenter/shared/document/paper"
	"customercenter/shared/httpapi"
	"customercenter/shared/money"
	"customercenter/shared/store"
)

type handler struct {
	store    *store.Store
	now      func() time.Time
	base     string        // address of the portal
	newToken func() string // of a calendar address
	printer  *paper.Printer
	broken   error // why there is no printer
}

func (h handler) routes(door httpapi.Door) httpapi.Routes {
	read := httpapi.Op{Module: center.ModuleSchedule, Action: center.ActionRead}
	return httpapi.Routes{
		"GET /v1/schedule":             httpapi.Handle(door, read, h.getSchedule),
		"GET /v1/schedule/file":        httpapi.Handle(door, read, h.downloadSchedule),
		"POST /v1/schedule/calendar":   httpapi.Handle(door, read, h.makeCalendar),
		"DELETE /v1/schedule/calendar": httpapi.Handle(door, httpapi.Op{AnyContact: true, Status: 204}, h.revokeCalendar),
		"GET /v1/calendar/{id}":        httpapi.Handle(door, httpapi.Op{Public: true}, h.readCalendar),
	}
}

// filter is which lines of the schedule are asked for.
type filter struct {
	Subscription string      `json:"-" query:"subscription"`
	From         center.Date `json:"-" query:"from"`
	To           center.Date `json:"-" query:"to"`
}

const maxNumber = 200 // bytes

func (in filter) Validate() (v []center.Violation) {
	for name, d := range map[string]center.Date{"from": in.From, "to": in.To} {
		if _, err := center.ParseDate(string(d)); d != "" && err != nil {
			v = append(v, center.Violation{Pointer: name, Detail: "must be a date of the form yyyy-mm-dd"})
		}
	}
	if in.From != "" && in.To != "" && in.To < in.From {
		v = append(v, center.Violation{Pointer: "to", Detail: "must not be before from"})
	}
	if len(in.Subscription) > maxNumber {
		v = append(v, center.Violation{Pointer: "subscription", Detail: "must be the number of a subscription"})
	}
	return v
}

// schedule is what will be invoiced, and what was of it.
type schedule struct {
	Today    center.Date   `json:"today"`
	Lines    []line        `json:"lines"`
	Totals   []money.Money `json:"totals"` // of all lines, one for each currency; none where they are too many to read
	More     bool          `json:"more"`   // there are lines beyond those shown
	Calendar *calendarOf   `json:"calendar,omitempty"`
}

// line has the columns of the download.
type line struct {
	OrderNumber       string                `json:"orderNumber,omitempty"`
	Subscription      string                `json:"subscription,omitempty"`
	SubscribedService string                `json:"subscribedServiceId,omitempty"`
	PartNumber        string                `json:"productPartNumber,omitempty"`
	ProductName       string                `json:"productName,omitempty"`
	StartOn           center.Date           `json:"startOn,omitempty"`
	EndOn             center.Date           `json:"endOn,omitempty"`
	InvoiceOn         center.Date           `json:"invoiceOn"`
	DueOn             center.Date           `json:"dueOn,omitempty"`
	Quantity          center.Decimal        `json:"quantity,omitempty"`
	NetUnitPrice      center.Decimal        `json:"netUnitPrice,omitempty"`
	Amount            money.Money           `json:"amount"`
	EstimatedTax      *money.Money          `json:"estimatedTax,omitempty"`
	BillingFrequency  string                `json:"billingFrequency,omitempty"`
	Status            center.ScheduleStatus `json:"invoiceStatus"`
	Invoice           string                `json:"arInvoiceNumber,omitempty"`
	PONumber          string                `json:"poNumber,omitempty"`
}

// calendarOf tells that the reader has a calendar address; the address itself
// was shown once.
type calendarOf struct {
	CreatedAt time.Time `json:"createdAt"`
}

func lineOf(l center.ScheduleLine) line {
	v := line{OrderNumber: l.Order, Subscription: l.Subscription, SubscribedService: l.Service, PartNumber: l.ProductNumber, ProductName: l.ProductName,
		StartOn: l.StartOn, EndOn: l.EndOn, InvoiceOn: l.InvoiceOn, DueOn: l.DueOn, Quantity: l.Quantity, NetUnitPrice: l.NetUnitPrice,
		Amount: l.Amount, BillingFrequency: l.Frequency, Status: l.Status, Invoice: l.Invoice, PONumber: l.PO}
	if l.EstimatedTax.Currency != "" {
		v.EstimatedTax = &l.EstimatedTax
	}
	return v
}

// lines are those of the schedule that the actor may see and the filter lets
// through.
func (h handler) lines(ctx context.Context, actor center.Actor, in filter) (lines []center.ScheduleLine, more bool, err error) {
	q := store.ScheduleQuery{OwnOnly: actor.May(center.ModuleSchedule, center.ActionRead).OrdersOnly, From: in.From, To: in.To}
	if in.Subscription != "" {
		q.Subscriptions = []string{in.Subscription}
	}
	return h.store.In(actor).Schedule(ctx, q)
}

// maxShown is how many lines the page shows; the files have all.
const maxShown = 500

func (h handler) getSchedule(ctx context.Context, actor center.Actor, in filter) (schedule, error) {
	lines, more, err := h.lines(ctx, actor, in)
	if err != nil {
		return schedule{}, err
	}
	out := schedule{Today: actor.Today(h.now()), Totals: center.ScheduleTotals(lines), More: more || len(lines) > maxShown, Lines: []line{}}
	if more || out.Totals == nil { // sums of a part would be taken for the whole
		out.Totals = []money.Money{}
	}
	for _, l := range lines[:min(len(lines), maxShown)] {
		out.Lines = append(out.Lines, lineOf(l))
	}
	c, ok, err := h.store.In(actor).Calendar(ctx)
	if ok {
		out.Calendar = &calendarOf{c.CreatedAt}
	}
	return out, err
}

// calendarAddress is shown once, to the person who made it.
type calendarAddress struct {
	URL       string    `json:"url"`
	CreatedAt time.Time `json:"createdAt"`
}

// makeCalendar gives the contact a new calendar address; the one before ends.
// Whoever knows the address reads the schedule, and nothing else.
func (h handler) makeCalendar(ctx context.Context, actor center.Actor, _ struct{}) (calendarAddress, error) {
	token := h.newToken()
	c, err := h.store.In(actor).SetCalendar(ctx, token)
	if err != nil {
		return calendarAddress{}, err
	}
	return calendarAddress{URL: h.base + "/v1/calendar/" + token, CreatedAt: c.CreatedAt}, nil
}

func (h handler) revokeCalendar(ctx context.Context, actor center.Actor, _ struct{}) (struct{}, error) {
	return struct{}{}, h.store.In(actor).RevokeCalendar(ctx)
}

// calendarInput is a calendar that programs read, without a session.
type calendarInput struct {
	Token string `json:"-" path:"id"`
	IP    string `json:"-" request:"sourceIp"`
}

// calendarPast is how many days back a calendar reaches.
const calendarPast = 60

// readCalendar answers the schedule as a calendar, as its contact may see it
// now. What never was, was revoked and may no longer be seen are the same 404.
func (h handler) readCalendar(ctx context.Context, _ center.Actor, in calendarInput) (httpapi.Raw, error) {
	if err := h.store.Take(ctx, store.PerCalendar(in.IP)); err != nil {
		return httpapi.Raw{}, err
	}
	actor, err := h.store.CalendarReader(ctx, in.Token)
	if err != nil {
		return httpapi.Raw{}, err
	}
	lines, more, err := h.lines(ctx, actor, filter{From: actor.Today(h.now()).AddDays(-calendarPast)})
	if err != nil {
		return httpapi.Raw{}, err
	}
	return httpapi.Raw{ContentType: calendarType, Body: h.calendar(actor, lines, more)}, nil
}
