package main

import (
	"cmp"
	"context"
	"slices"
	"time"

	"customercenter/shared/center"
	"customercenter/shared/httpapi"
	"customercenter/shared/money"
	"customercenter/shared/store"
	"customercenter/shared/view"
)

type handler struct {
	store *store.Store
	now   func() time.Time
}

func (h handler) routes(door httpapi.Door) httpapi.Routes {
	read := httpapi.Op{Module: center.ModulePaymentsDue, Action: center.ActionRead}
	return httpapi.Routes{"GET /v1/payments-due": httpapi.Handle(door, read, h.listPaymentsDue)}
}

// due is all that is to be paid, one group for each currency.
type due struct {
	Today      center.Date `json:"today"`
	Currencies []group     `json:"currencies"`
	More       bool        `json:"more"` // there is more than one answer shows
	MayPay     bool        `json:"mayPay"`
}

type group struct {
	Currency    money.Code  `json:"currency"`
	Outstanding money.Money `json:"outstanding"`
	PastDue     money.Money `json:"pastDue"`
	Items       []dueItem   `json:"items"` // by day, the oldest first
}

// dueItem is one payable. Failed tells of the last payment of it that failed.
type dueItem struct {
	view.Purpose
	ID          center.InvoiceID `json:"payable"` // goes into a payment with version
	Number      string           `json:"number"`
	Title       string           `json:"title,omitempty"`
	DueOn       center.Date      `json:"dueOn,omitempty"`
	DaysLate    int              `json:"daysLate"`
	Outstanding money.Money      `json:"outstanding"`
	Processing  money.Money      `json:"processing"`
	Action      string           `json:"action"` // the one button: pay, accept, retry or wait
	Failed      *failure         `json:"failed,omitempty"`
	Version     int              `json:"version"`
}

// failure is a payment that did not go through: by which method, and why.
type failure struct {
	Payment center.PaymentID     `json:"payment"`
	Reason  center.DeclineReason `json:"reason"`
	At      time.Time            `json:"at"`
}

// The actions.
const (
	actionPay    = "pay"
	actionAccept = "accept"
	actionRetry  = "retry" // with another method, where the reason says so
	actionWait   = "wait"  // a payment of it is under way
)

// listPaymentsDue answers what is to be paid. Who is bound to orders sees the
// orders that name her.
func (h handler) listPaymentsDue(ctx context.Context, actor center.Actor, _ struct{}) (due, error) {
	account, today := h.store.In(actor), actor.Today(h.now())
	own := actor.May(center.ModulePaymentsDue, center.ActionRead).OrdersOnly
	out := due{Today: today, Currencies: []group{}, MayPay: actor.May(center.ModulePayments, center.ActionAct).Allowed}
	payables, more, err := account.Pending(ctx, own)
	if err != nil {
		return due{}, err
	}
	out.More = more
	awaiting, err := account.Awaiting(ctx, payables)
	if err != nil {
		return due{}, err
	}
	failures := map[center.InvoiceID]failure{}
	if !own {
		invoices, moreInvoices, err := account.Unsettled(ctx, "")
		if err != nil {
			return due{}, err
		}
		payables, out.More = append(payables, invoices...), more || moreInvoices
		stuck, err := account.Stuck(ctx)
		if err != nil {
			return due{}, err
		}
		for _, s := range stuck {
			for _, part := range s.Parts {
				failures[part.Invoice] = failure{s.ID, s.Reason, s.At}
			}
		}
	}
	groups := map[money.Code]*group{}
	for _, inv := range payables {
		c := inv.Outstanding.Currency
		g := groups[c]
		if g == nil {
			g = &group{Currency: c, Outstanding: money.Zero(c), PastDue: money.Zero(c)}
			groups[c] = g
		}
		g.add(inv, failures, awaiting[inv.ID], today)
	}
	for _, g := range groups {
		slices.SortStableFunc(g.Items, func(a, b dueItem) int {
			return cmp.Or(cmp.Compare(a.DueOn, b.DueOn), cmp.Compare(a.Number, b.Number), cmp.Compare(a.ID, b.ID))
		})
		out.Currencies = append(out.Currencies, *g)
	}
	slices.SortFunc(out.Currencies, func(a, b group) int { return cmp.Compare(a.Currency, b.Currency) })
	return out, nil
}

// add puts a payable; one that waits for the payment of another is not offered.
func (g *group) add(inv center.Invoice, failures map[center.InvoiceID]failure, waits bool, today center.Date) {
	it := dueItem{Purpose: view.PurposeOf(inv.ID, inv.Kind, inv.AnsweredAt()), ID: inv.ID, Number: inv.Number, Title: inv.Title, DueOn: inv.DueOn,
		DaysLate: inv.DaysLate(today), Outstanding: inv.Outstanding, Processing: inv.Processing, Action: actionPay, Version: inv.Version}
	f, failed := failures[inv.ID]
	switch {
	case inv.Processing.Sign() > 0, waits:
		it.Action = actionWait
	case inv.Unaccepted:
		it.Action = actionAccept
	case failed:
		it.Action, it.Failed = actionRetry, &f
	case inv.PaymentFailed:
		it.Action = actionRetry
	}
	g.Outstanding.Minor += inv.Outstanding.Minor
	if it.DaysLate > 0 {
		g.PastDue.Minor += inv.Outstanding.Minor
	}
	g.Items = append(g.Items, it)
}
