package main

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

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

// reason is why this function writes across accounts.
const reason = "an operator answers what an account disputes"

func (h handler) routes(door httpapi.Door) httpapi.Routes {
	act := httpapi.Op{Module: center.ModuleDisputes, Action: center.ActionAct}
	opened := act
	opened.Status = http.StatusCreated
	return httpapi.Routes{
		"POST /v1/invoices/{id}/disputes":            httpapi.Handle(door, opened, h.openDispute),
		"POST /v1/invoices/{id}/disputes/withdrawal": httpapi.Handle(door, act, h.withdrawDispute),
		"GET /v1/operator/disputes":                  httpapi.Handle(door, httpapi.Op{Module: center.ModuleReview, Action: center.ActionAct}, h.listDisputes),
		"POST /v1/operator/disputes/answer":          httpapi.Handle(door, httpapi.Op{Module: center.ModuleReview, Action: center.ActionAct}, h.answerDispute),
	}
}

// Limits of the input, in characters.
const (
	maxText = 2000
	maxLine = 60
	minKey  = 16
	maxKey  = 64
)

// opening says what is wrong, with the whole invoice or a line of it. Without
// an amount it is all that is open and not in dispute.
type opening struct {
	ID     center.InvoiceID     `json:"-" path:"id"`
	Key    string               `json:"-" header:"idempotency-key"`
	Reason center.DisputeReason `json:"reason"`
	Text   string               `json:"text"`
	Line   string               `json:"line"`
	Amount *money.Money         `json:"amount"`
}

func (in opening) Validate() (v []center.Violation) {
	if n := len(in.Key); n < minKey || n > maxKey {
		v = append(v, center.Violation{Pointer: "header/Idempotency-Key", Detail: "must be 16 to 64 characters of your own, the same when you try again"})
	}
	if !slices.Contains(center.DisputeReasons, in.Reason) {
		v = append(v, center.Violation{Pointer: "/reason", Detail: "must be one of the reasons"})
	}
	v = append(v, textFault(in.Text)...)
	if utf8.RuneCountInString(in.Line) > maxLine {
		v = append(v, center.Violation{Pointer: "/line", Detail: "must be the id of a line of the invoice"})
	}
	return v
}

func textFault(text string) []center.Violation {
	if strings.TrimSpace(text) == "" || utf8.RuneCountInString(text) > maxText {
		return []center.Violation{{Pointer: "/text", Detail: "must say what is meant, in at most 2,000 characters"}}
	}
	return nil
}

// openDispute puts an invoice in dispute: who opened it gets a letter, and
// while all that is open of it is in dispute it is not reminded of.
func (h handler) openDispute(ctx context.Context, actor center.Actor, in opening) (view.Dispute, error) {
	account := h.store.In(actor)
	detail, err := h.invoice(ctx, actor, in.ID)
	if err != nil {
		return view.Dispute{}, err
	}
	if in.Line != "" && !slices.ContainsFunc(detail.Document.Lines, func(l center.Line) bool { return l.ID == in.Line }) {
		return view.Dispute{}, center.Errorf(center.Unprocessable, "no-such-line", "The invoice has no such line. Please choose one of its lines, or the invoice.")
	}
	amount := detail.Invoice.Disputable()
	if in.Amount != nil {
		amount = *in.Amount
	}
	d, err := account.OpenDispute(ctx, center.Dispute{ID: center.DisputeIDOf(actor.Account, actor.Contact, in.ID, in.Key), Invoice: in.ID, Line: in.Line,
		Reason: in.Reason, Text: strings.TrimSpace(in.Text), Amount: amount, By: actor.Contact, ByName: cmp.Or(actor.Name, actor.Email), At: h.now()})
	if err != nil {
		return view.Dispute{}, err
	}
	return view.DisputeOf(d), nil
}

// invoice is the invoice if the actor may dispute it: who sees her own orders
// alone is answered as if others' were not there.
func (h handler) invoice(ctx context.Context, actor center.Actor, id center.InvoiceID) (store.InvoiceDetail, error) {
	account := h.store.In(actor)
	detail, err := account.Invoice(ctx, id)
	if err != nil || !actor.May(center.ModuleDisputes, center.ActionAct).OrdersOnly {
		return detail, err
	}
	named, err := account.NamedOnOrder(ctx, detail.Invoice)
	if err == nil && !named {
		err = store.ErrNoInvoice
	}
	return detail, err
}

type withdrawal struct {
	ID      center.InvoiceID `json:"-" path:"id"`
	Dispute center.DisputeID `json:"dispute"`
}

// withdrawDispute ends a dispute of the account's, whoever opened it.
func (h handler) withdrawDispute(ctx context.Context, actor center.Actor, in withdrawal) (view.Dispute, error) {
	_, err := h.invoice(ctx, actor, in.ID)
	if center.IsKind(err, center.NotFound) {
		err = store.ErrNoDispute // the same answer as for an invoice without it
	}
	if err != nil {
		return view.Dispute{}, err
	}
	d, err := h.store.In(actor).WithdrawDispute(ctx, in.ID, in.Dispute)
	if err != nil {
		return view.Dispute{}, err
	}
	return view.DisputeOf(d), nil
}

// maxListed is how many disputes an operator sees at once: the oldest come
// first, and leave when they are decided.
const maxListed = 100

type listed struct {
	Items []waiting `json:"items"`
	More  bool      `json:"more"`
}

// waiting is a dispute with what an answer to it must name.
type waiting struct {
	Account     center.AccountID `json:"account"`
	AccountName string           `json:"accountName"`
	Invoice     center.InvoiceID `json:"invoice"`
	Number      string           `json:"number"`
	Dispute     view.Dispute     `json:"dispute"`
}

// listDisputes are those that wait for an operator.
func (h handler) listDisputes(ctx context.Context, _ center.Actor, _ struct{}) (listed, error) {
	disputes, more, err := h.store.Everywhere(reason).Disputes(ctx, maxListed)
	out := listed{Items: make([]waiting, len(disputes)), More: more}
	for i, d := range disputes {
		out.Items[i] = waiting{d.Account, d.AccountName, d.Invoice, d.Number, view.DisputeOf(d.Dispute)}
	}
	return out, err
}

// answer is what an operator says, and where the dispute stands by it.
type answer struct {
	Account string              `json:"account"`
	Invoice center.InvoiceID    `json:"invoice"`
	Dispute center.DisputeID    `json:"dispute"`
	State   center.DisputeState `json:"state"`
	Text    string              `json:"text"`
}

func (in answer) Validate() (v []center.Violation) {
	if in.Account == "" || len(in.Account) > 200 {
		v = append(v, center.Violation{Pointer: "/account", Detail: "must be the id or the key of an account"})
	}
	if !slices.Contains([]center.DisputeState{center.DisputeReview, center.DisputeAccepted, center.DisputeRejected}, in.State) {
		v = append(v, center.Violation{Pointer: "/state", Detail: "must be UNDER_REVIEW, ACCEPTED or REJECTED"})
	}
	return append(v, textFault(in.Text)...)
}

// answerDispute takes an operator's answer. What was accepted stays in dispute
// until the credit note comes.
func (h handler) answerDispute(ctx context.Context, actor center.Actor, in answer) (view.Dispute, error) {
	everywhere := h.store.Everywhere(reason)
	account, err := everywhere.FindAccount(ctx, in.Account)
	if err != nil {
		return view.Dispute{}, err
	}
	d, err := everywhere.AnswerDispute(ctx, account.ID, in.Invoice, in.Dispute, in.State, strings.TrimSpace(in.Text), actor.Email)
	if err != nil {
		return view.Dispute{}, err
	}
	return view.DisputeOf(d), nil
}
