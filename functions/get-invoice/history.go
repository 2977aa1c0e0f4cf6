package main

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"customercenter/shared/center"
	"customercenter/shared/money"
	"customercenter/shared/store"
	"customercenter/shared/view"
)

// otherPaper is the id of the paper that this one names by number, where
// something that passed between the two has told it.
func otherPaper(detail store.InvoiceDetail, number string) center.InvoiceID {
	for _, e := range detail.Entries {
		if e.Number == number {
			return e.Invoice
		}
	}
	return ""
}

// kinds names the store's entries as the API does.
var kinds = map[store.EntryKind]string{
	store.EntryImported:      "imported",
	store.EntryCreditApplied: "credit_applied",
	store.EntryCreditGiven:   "credit_given",
	store.EntryPayment:       "payment",
	store.EntryRefund:        "refund",
	store.EntryPrepaid:       "prepaid",
	store.EntryPrepaidBack:   "prepaid_returned",
	store.EntryRewards:       "rewards",
	store.EntryRewardsBack:   "rewards_returned",
	store.EntryClosed:        "closed",
	store.EntryReminded:      "reminder",
	store.EntryAnswered:      "answer",
}

// answers are the codes of the buyer's answers (UNCL 4343) that have words of
// their own.
var answers = map[string]string{"AP": "answer_accepted", "RE": "answer_rejected", "UQ": "answer_query"}

// history tells what happened, oldest first: the paper's own dates and what
// was booked on it. A due date that lies ahead has not happened yet.
func history(detail store.InvoiceDetail, today center.Date) []event {
	head := detail.Invoice
	events := []event{{Kind: "issued", On: head.IssuedOn, Amount: &head.Amount}}
	if head.DueOn != "" && head.DueOn <= today && (head.ClosedOn == "" || head.DueOn < head.ClosedOn) {
		events = append(events, event{Kind: "due", On: head.DueOn})
	}
	for _, e := range detail.Entries {
		told := event{Kind: kinds[e.Kind], On: e.On, At: instant(e.At), Amount: nonZero(e.Amount), Number: e.Number, ID: e.Invoice}
		if e.Kind == store.EntryPrepaid || e.Kind == store.EntryPrepaidBack {
			told.ID = "" // an order or a renewal, which does not open as a paper
		}
		if e.Kind == store.EntryPayment { // of the rest, who did it is the vendor's own affair
			told.By = e.By
		}
		if e.Kind == store.EntryAnswered {
			told.Kind = cmp.Or(answers[e.Method], told.Kind)
		}
		if strings.HasPrefix(e.Number, paymentMark) { // made here, not told by the paper
			told.Payment, told.Number, told.Method = center.PaymentID(e.Number), view.Reference(center.PaymentID(e.Number)), e.Method
		}
		events = append(events, told)
	}
	if head.ClosedOn != "" && !slices.ContainsFunc(events, func(e event) bool { return e.Kind == "closed" }) {
		events = append(events, event{Kind: "closed", On: head.ClosedOn})
	}
	slices.SortStableFunc(events, func(a, b event) int {
		return cmp.Or(cmp.Compare(a.day(), b.day()), cmp.Compare(phase(a), phase(b)), a.clock().Compare(b.clock()), cmp.Compare(rank(a), rank(b)))
	})
	return events
}

// paymentMark begins the ids of payments.
const paymentMark = "pay_"

// phase parts a day: the paper's own dates have no instant and come first, its
// closing comes last.
func phase(e event) int {
	switch e.Kind {
	case "issued", "due":
		return 0
	case "closed":
		return 2
	default:
		return 1
	}
}

// rank orders what one import did at one instant as a person would tell it.
func rank(e event) int {
	return slices.Index([]string{"issued", "due", "imported", "credit_applied", "credit_given", "prepaid", "prepaid_returned", "payment", "refund", "reminder", "answer", "closed"}, e.Kind)
}

// clock is the event's instant; the first of all for what has only a day.
func (e event) clock() time.Time {
	if e.At == nil {
		return time.Time{}
	}
	return *e.At
}

// day sorts events: what has no day of its own stands on that of its instant.
func (e event) day() center.Date {
	if e.On == "" && e.At != nil {
		return center.Today(*e.At, time.UTC)
	}
	return e.On
}

func instant(at time.Time) *time.Time {
	if at.IsZero() {
		return nil
	}
	at = at.UTC()
	return &at
}

func nonZero(m money.Money) *money.Money {
	if m.Sign() == 0 {
		return nil
	}
	return &m
}
