package main

import (
	"time"

	"customercenter/shared/center"
	"customercenter/shared/money"
	"customercenter/shared/store"
	"customercenter/shared/view"
)

// methods are what is stored, and the payments that wait for one of them.
type methods struct {
	Methods []view.Method `json:"methods"`
	Stuck   []stuck       `json:"stuck"`
}

// finished is the same after a setup page, with what it brought.
type finished struct {
	methods
	Added view.Method `json:"added"`
}

// stuck is a payment that failed by a stored method and whose invoices are
// open still. Method is the one that it would be tried again with.
type stuck struct {
	Payment center.PaymentID     `json:"payment"`
	Method  center.MethodID      `json:"method,omitempty"`
	Reason  center.DeclineReason `json:"reason"`
	At      time.Time            `json:"at"`
	Sum     money.Money          `json:"sum"`
	Parts   []stuckPart          `json:"parts"`
}

type stuckPart struct {
	view.Purpose
	Invoice center.InvoiceID `json:"invoice"`
	Number  string           `json:"number"`
	Amount  money.Money      `json:"amount"`
}

func show(w store.Wallet, waiting []store.StuckPayment, today center.Date, masked bool) methods {
	out := methods{Methods: make([]view.Method, 0, len(w.Methods)), Stuck: make([]stuck, 0, len(waiting))}
	for _, m := range w.Methods {
		out.Methods = append(out.Methods, *methodOf(m, today, masked))
	}
	for _, p := range waiting {
		one := stuck{Payment: p.ID, Method: p.Method, Reason: p.Reason, At: p.At, Sum: p.Sum, Parts: make([]stuckPart, 0, len(p.Parts))}
		if masked {
			one.Method = ""
		}
		for _, part := range p.Parts {
			one.Parts = append(one.Parts, stuckPart{view.PurposeOf(part.Invoice, part.Kind, part.Contract), part.Invoice, part.Number, part.Amount})
		}
		out.Stuck = append(out.Stuck, one)
	}
	return out
}

// methodOf shows a stored method, which always has a brand.
func methodOf(m center.PaymentMethod, today center.Date, masked bool) *view.Method {
	v := view.MethodOf(m, today)
	if masked {
		v.ID = ""
	}
	return v
}
