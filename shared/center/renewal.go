package center

import (
	"cmp"
	"time"

	"customercenter/shared/money"
)

// RenewalState is where a renewal stands, derived from its days, from what was
// answered and from what was paid.
type RenewalState string

// The states.
const (
	RenewalUpcoming RenewalState = "UPCOMING"
	RenewalOffered  RenewalState = "OFFERED"
	RenewalAccepted RenewalState = "ACCEPTED"
	RenewalInvoiced RenewalState = "INVOICED"
	RenewalPaid     RenewalState = "PAID"
	RenewalActive   RenewalState = "ACTIVE"
	RenewalDeclined RenewalState = "DECLINED"
	RenewalLapsed   RenewalState = "LAPSED"
)

// Days around the end of a term.
const (
	renewalOfferDays = 90 // before it: the renewal is offered
	renewalGraceDays = 30 // after it: what nobody accepted lapses
)

// autoNotices are how many days before the end of a term people are told that
// it renews by itself.
var autoNotices = [...]int{60, 30}

// Modes of renewals.
const (
	RenewManual = "MANUAL"
	RenewAuto   = "AUTO"
	RenewNever  = "DO_NOT_RENEW"
)

// Renewal is the offer to go on with a subscription or a contract, as the
// vendor's system states it.
type Renewal struct {
	Account      string  `json:"account"`
	Number       string  `json:"number"`
	Revision     int     `json:"revision"`
	Subscription string  `json:"subscription"`
	Contract     string  `json:"contract"`
	Title        string  `json:"title"`
	TermEnd      Date    `json:"term_end"` // of the term that ends
	NewTermStart Date    `json:"new_term_start"`
	NewTermEnd   Date    `json:"new_term_end"`
	Mode         string  `json:"mode"` // MANUAL, AUTO, DO_NOT_RENEW
	Currency     string  `json:"currency"`
	Amount       Decimal `json:"amount"` // payable, tax included; "" while there is no price
	EstimatedTax Decimal `json:"estimated_tax"`
	TermsVersion string  `json:"terms_version"`
	TermsURL     string  `json:"terms_url"`
	PONumber     string  `json:"po_number"`
}

// Check is what is wrong with the record; nil when nothing is.
func (r *Renewal) Check() *Fault {
	var k checker
	k.currency(r.Currency)
	k.day("term_end", r.TermEnd)
	k.span(r.NewTermStart, r.NewTermEnd)
	if r.TermEnd == "" {
		k.refuse(CodeBadDate, "term_end", "A renewal says when the term ends.")
	}
	k.amount("amount", r.Amount, r.Currency)
	k.amount("estimated_tax", r.EstimatedTax, r.Currency)
	switch r.Mode {
	case "", RenewManual, RenewAuto, RenewNever:
	default:
		k.refuse(CodeBadRecord, "mode", "mode is MANUAL, AUTO or DO_NOT_RENEW.")
	}
	if price, err := money.Parse(string(r.Amount), money.Code(r.Currency)); r.Amount != "" && err == nil && price.Sign() < 0 {
		k.refuse(CodeBadAmount, "amount", "A renewal costs nothing or more.")
	}
	return k.fault
}

// Identity is what makes the renewal itself among its account's.
func (r *Renewal) Identity() string {
	return cmp.Or(r.Number, cmp.Or(r.Subscription, r.Contract)+"/"+string(r.TermEnd))
}

// ContractKey is the number under which the renewal is kept.
func (r *Renewal) ContractKey() string {
	switch {
	case r.Contract != "":
		return r.Contract
	case r.Subscription != "":
		return (&Subscription{Number: r.Subscription}).ContractKey()
	default:
		return "renewal " + r.Number
	}
}

// Price is what the renewal costs; ok is false while there is no price, or
// nothing to pay.
func (r *Renewal) Price() (price money.Money, ok bool) {
	price, err := money.Parse(string(r.Amount), money.Code(r.Currency))
	return price, err == nil && price.Sign() > 0
}

// AnswerKind is what a person, or the day, said to a renewal.
type AnswerKind string

// The answers.
const (
	AnswerAccepted AnswerKind = "accepted"
	AnswerDeclined AnswerKind = "declined"
	AnswerAuto     AnswerKind = "auto" // accepted by the day it ended, as agreed
)

// RenewalMethod is how an accepted renewal will be paid.
type RenewalMethod string

// The methods.
const (
	RenewByCard  RenewalMethod = "card"          // here, at once
	RenewByPO    RenewalMethod = "po_number"     // by invoice, with this PO number
	RenewByTerms RenewalMethod = "invoice_terms" // by invoice, on the account's terms
)

// RenewalAnswer is who answered a renewal, how and when.
type RenewalAnswer struct {
	Kind         AnswerKind
	Method       RenewalMethod
	PONumber     string
	TermsVersion string
	Price        money.Money // accepted; of no currency where there was none
	Reason       string      // of declining, where one was given
	By           ContactID
	ByName       string
	At           time.Time
}

// RenewalCourse is what became of a renewal: written down by those who answer
// and by the daily run, each once.
type RenewalCourse struct {
	Offered  Date // the day the offer went out; "" before
	Noticed  int  // how many notices of automatic renewal went out
	Answer   RenewalAnswer
	Invoice  string // number of the invoice that was raised for it
	LapsedOn Date
	Version  int
}

// State derives where a renewal stands on a day. Days count even where the
// daily run was late: nothing hangs on when it ran.
func (r *Renewal) State(c RenewalCourse, paid Paying, today Date) RenewalState {
	goesOn := c.Answer.Kind == AnswerAccepted || c.Answer.Kind == AnswerAuto
	switch {
	case c.Answer.Kind == AnswerDeclined:
		return RenewalDeclined
	case goesOn && (paid.Paid || c.Invoice != "") && today > r.TermEnd:
		return RenewalActive
	case goesOn && paid.Paid:
		return RenewalPaid
	case goesOn && c.Invoice != "":
		return RenewalInvoiced
	case goesOn && !r.priced() && today > r.TermEnd:
		return RenewalActive
	case goesOn:
		return RenewalAccepted
	case c.LapsedOn != "" || r.Mode == RenewNever && today > r.TermEnd || today > r.TermEnd.AddDays(renewalGraceDays):
		return RenewalLapsed
	case r.Mode == RenewAuto && today > r.TermEnd:
		return RenewalAccepted // the daily run is late
	case r.Mode != RenewNever && today >= r.TermEnd.AddDays(-renewalOfferDays):
		return RenewalOffered
	default:
		return RenewalUpcoming
	}
}

func (r *Renewal) priced() bool {
	_, ok := r.Price()
	return ok
}

// RenewalStep is something the daily run does to a renewal.
type RenewalStep string

// The steps.
const (
	StepOffer  RenewalStep = "offer"  // its price becomes payable, people are told
	StepNotice RenewalStep = "notice" // that it renews by itself
	StepAccept RenewalStep = "accept" // by itself
	StepLapse  RenewalStep = "lapse"  // nobody accepted
)

// NextStep is what is to be done next with a renewal and the day from which it
// is due; ok is false when nothing is any more. Of notices whose day has
// passed only the newest is due: after an outage nobody gets them all at once.
func (r *Renewal) NextStep(c RenewalCourse, today Date) (step RenewalStep, on Date, ok bool) {
	switch {
	case c.Answer.Kind != "" || c.LapsedOn != "":
		return "", "", false
	case r.Mode == RenewNever:
		return StepLapse, r.TermEnd.AddDays(1), true
	case c.Offered == "" && r.Mode != RenewAuto && today > r.TermEnd.AddDays(renewalGraceDays):
		return StepLapse, r.TermEnd.AddDays(renewalGraceDays + 1), true // long over when it came
	case c.Offered == "" && (r.Mode != RenewAuto || today <= r.TermEnd):
		return StepOffer, r.TermEnd.AddDays(-renewalOfferDays), true
	case r.Mode != RenewAuto:
		return StepLapse, r.TermEnd.AddDays(renewalGraceDays + 1), true
	}
	if c.Noticed < len(autoNotices) && today <= r.TermEnd {
		return StepNotice, r.TermEnd.AddDays(-autoNotices[c.Noticed]), true
	}
	return StepAccept, r.TermEnd.AddDays(1), true
}

// NoticesBy is how many notices of automatic renewal are due by a day.
func (r *Renewal) NoticesBy(today Date) (n int) {
	for _, days := range autoNotices {
		if today >= r.TermEnd.AddDays(-days) {
			n++
		}
	}
	return n
}

// Answerable tells whether a renewal may be accepted or declined on a day.
func (r *Renewal) Answerable(c RenewalCourse, paid Paying, today Date) bool {
	return r.State(c, paid, today) == RenewalOffered
}

// NewPayable is the head of what is to be paid of a renewal, as it stands
// before it is offered: in no list, and not to be paid before it is accepted.
// ok is false where there is nothing to pay.
func (r *Renewal) NewPayable(account AccountID, id RenewalID) (inv Invoice, ok bool) {
	price, ok := r.Price()
	zero := money.Zero(price.Currency)
	return Invoice{
		ID: id.PayableOf(), Account: account, Kind: KindRenewal, Type: TypeSupport, Number: r.Identity(), Issuer: "renewal",
		Title: cmp.Or(r.Title, r.Subscription, r.Contract), PO: r.PONumber, OrderRef: r.Subscription, Contract: r.ContractKey(),
		IssuedOn: r.TermEnd.AddDays(-renewalOfferDays), DueOn: r.TermEnd, Amount: price,
		Balances:   Balances{Outstanding: price, Processing: zero, Settled: zero, Cancelled: zero},
		CreditLeft: zero, Draft: true, Unaccepted: true, Version: 1,
	}, ok
}

// AnsweredAt is the contract that a payable which is a renewal stands with; ""
// of others.
func (inv Invoice) AnsweredAt() ContractID {
	if inv.Kind != KindRenewal {
		return ""
	}
	return ContractIDOf(inv.Account, inv.Contract)
}

// Step is the course after a step of the daily run.
func (r *Renewal) Step(c RenewalCourse, step RenewalStep, today Date, at time.Time) RenewalCourse {
	switch step {
	case StepOffer:
		c.Offered = today
	case StepNotice:
		c.Noticed = r.NoticesBy(today)
	case StepAccept:
		c.Answer = RenewalAnswer{Kind: AnswerAuto, Method: RenewByTerms, TermsVersion: r.TermsVersion, At: at}
	case StepLapse:
		c.LapsedOn = today
	}
	return c
}

// Follow is the payable of a renewal as its course wants it: shown from the day
// it is offered, whether or not the run that offers it was late, to be paid once it is accepted, taken back when it is declined, has
// lapsed, or an invoice was raised for it.
func (inv Invoice) Follow(c RenewalCourse, today Date) Invoice {
	goesOn := c.Answer.Kind == AnswerAccepted || c.Answer.Kind == AnswerAuto
	inv.Draft = c.Offered == "" && !goesOn && today < inv.IssuedOn
	inv.Unaccepted = !goesOn
	if c.Answer.Kind == AnswerDeclined || c.LapsedOn != "" || c.Invoice != "" {
		return inv.Withdraw(today)
	}
	return inv
}

// RenewalLetter is the letter that a step brings; ok is false where it brings
// none.
func RenewalLetter(step RenewalStep, was RenewalCourse) (kind LetterKind, ok bool) {
	switch {
	case step == StepOffer:
		return LetterRenewalOffered, true
	case step == StepNotice:
		return LetterRenewalNotice, true
	case step == StepAccept && was.Offered != "":
		return LetterRenewalAccepted, true
	case step == StepLapse && was.Offered != "":
		return LetterRenewalLapsed, true
	default:
		return "", false
	}
}

// RenewalCase is a renewal with what became of it and what is to be paid.
type RenewalCase struct {
	ID       RenewalID
	Contract ContractID // it stands with
	Renewal  Renewal
	Course   RenewalCourse
	Payable  *Invoice // nil where nothing is to be paid
}

// State is where it stands on a day.
func (r RenewalCase) State(today Date) RenewalState {
	return r.Renewal.State(r.Course, PayingOf(r.Payable), today)
}
