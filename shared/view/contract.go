package view

import (
	"time"

	"customercenter/shared/center"
	"customercenter/shared/money"
)

// OrderRow is an order as a list shows it.
type OrderRow struct {
	ID         center.OrderID      `json:"id"`
	Kind       center.DocumentKind `json:"kind"`
	Number     string              `json:"number"`
	PO         string              `json:"po,omitempty"`
	Title      string              `json:"title,omitempty"`
	OrderedOn  center.Date         `json:"orderedOn"`
	ValidUntil center.Date         `json:"validUntil,omitempty"`
	State      center.OrderState   `json:"state"`
	Lines      int                 `json:"lines"`
	Total      *money.Money        `json:"total,omitempty"`
	Pay        *Payable            `json:"pay,omitempty"`
}

// Payable is what is to be paid of an order or a renewal: ID and Version go
// into a payment.
type Payable struct {
	ID          center.InvoiceID `json:"id"`
	Outstanding money.Money      `json:"outstanding"`
	Processing  money.Money      `json:"processing"`
	Settled     money.Money      `json:"settled"`
	DueOn       center.Date      `json:"dueOn,omitempty"`
	Payable     bool             `json:"payable"` // now: nothing holds it, and what must be accepted is
	Failed      bool             `json:"failed"`  // the last payment of it
	Version     int              `json:"version"`
}

// PayableOf shows a payable; nil where there is none.
func PayableOf(inv *center.Invoice) *Payable {
	if inv == nil || inv.Draft {
		return nil
	}
	return &Payable{ID: inv.ID, Outstanding: inv.Outstanding, Processing: inv.Processing, Settled: inv.Settled, DueOn: inv.DueOn,
		Payable: inv.Payable(), Failed: inv.PaymentFailed, Version: inv.Version}
}

// Orders shows rows of orders.
func Orders(rows []center.OrderRow) []OrderRow {
	out := make([]OrderRow, 0, len(rows))
	for _, r := range rows {
		v := OrderRow{ID: r.ID, Kind: r.Kind, Number: r.Number, PO: r.PO, Title: r.Title, OrderedOn: r.OrderedOn, ValidUntil: r.ValidUntil,
			State: r.State, Lines: r.Lines, Pay: PayableOf(r.Pay)}
		if r.Total.Currency != "" {
			v.Total = &r.Total
		}
		out = append(out, v)
	}
	return out
}

// Renewal is the offer to go on, and what became of it.
type Renewal struct {
	ID           center.RenewalID    `json:"id"`
	Contract     center.ContractID   `json:"contract"`
	Number       string              `json:"number"`
	Title        string              `json:"title,omitempty"`
	Subscription string              `json:"subscription,omitempty"`
	ContractNo   string              `json:"contractNumber,omitempty"`
	State        center.RenewalState `json:"state"`
	Mode         string              `json:"mode"`
	TermEnd      center.Date         `json:"termEnd"`
	DaysLeft     int                 `json:"daysLeft"` // to the end of the term; below zero after it
	NewTermStart center.Date         `json:"newTermStart,omitempty"`
	NewTermEnd   center.Date         `json:"newTermEnd,omitempty"`
	Price        *money.Money        `json:"price,omitempty"` // absent while there is none
	EstimatedTax *money.Money        `json:"estimatedTax,omitempty"`
	TermsVersion string              `json:"termsVersion"`
	TermsURL     string              `json:"termsUrl,omitempty"`
	PONumber     string              `json:"poNumber,omitempty"`
	Answer       *RenewalAnswer      `json:"answer,omitempty"`
	Invoice      string              `json:"invoice,omitempty"` // number of the one raised for it
	Pay          *Payable            `json:"pay,omitempty"`
	MayAnswer    bool                `json:"mayAnswer"`
}

// RenewalAnswer is who answered, how and when.
type RenewalAnswer struct {
	Kind         center.AnswerKind    `json:"kind"`
	Method       center.RenewalMethod `json:"method,omitempty"`
	PONumber     string               `json:"poNumber,omitempty"`
	TermsVersion string               `json:"termsVersion,omitempty"`
	Reason       string               `json:"reason,omitempty"`
	By           string               `json:"by,omitempty"`
	At           *time.Time           `json:"at,omitempty"`
}

// RenewalOf shows a renewal on the account's day; acts says that who asks may
// answer renewals.
func RenewalOf(r center.RenewalCase, today center.Date, acts bool) Renewal {
	said := r.Renewal
	v := Renewal{ID: r.ID, Contract: r.Contract, Number: said.Identity(), Title: said.Title, Subscription: said.Subscription, ContractNo: said.Contract,
		State: r.State(today), Mode: said.Mode, TermEnd: said.TermEnd, DaysLeft: today.DaysUntil(said.TermEnd), NewTermStart: said.NewTermStart,
		NewTermEnd: said.NewTermEnd, TermsVersion: said.TermsVersion, TermsURL: said.TermsURL, PONumber: said.PONumber, Invoice: r.Course.Invoice,
		Pay: PayableOf(r.Payable)}
	if v.Mode == "" {
		v.Mode = center.RenewManual
	}
	if price, ok := said.Price(); ok {
		v.Price = &price
		if tax, err := money.Parse(string(said.EstimatedTax), price.Currency); err == nil {
			v.EstimatedTax = &tax
		}
	}
	v.MayAnswer = acts && v.State == center.RenewalOffered
	if a := r.Course.Answer; a.Kind != "" {
		v.Answer = &RenewalAnswer{Kind: a.Kind, Method: a.Method, PONumber: a.PONumber, TermsVersion: a.TermsVersion, Reason: a.Reason, By: a.ByName, At: instant(a.At)}
	}
	return v
}
