package main

import (
	"context"
	"time"
	"unicode/utf8"

	"customercenter/shared/center"
	"customercenter/shared/httpapi"
	"customercenter/shared/store"
	"customercenter/shared/view"
)

type handler struct {
	store *store.Store
	now   func() time.Time
}

func (h handler) routes(door httpapi.Door) httpapi.Routes {
	read := httpapi.Op{Module: center.ModuleContracts, Action: center.ActionRead}
	renewals := httpapi.Op{Module: center.ModuleRenewals, Action: center.ActionRead}
	return httpapi.Routes{
		"GET /v1/contracts":      httpapi.Handle(door, read, h.findContracts),
		"GET /v1/contracts/{id}": httpapi.Handle(door, read, h.getContract),
		"GET /v1/subscriptions":  httpapi.Handle(door, read, h.listSubscriptions),
		"GET /v1/renewals":       httpapi.Handle(door, renewals, h.listRenewals),
	}
}

// Limits of what may be asked.
const (
	maxCursor = 600 // characters
	maxText   = 100 // characters typed
)

type pageInput struct {
	Limit  *int   `json:"-" query:"limit"`
	Cursor string `json:"-" query:"cursor"`
}

func (in pageInput) Validate() (v []center.Violation) {
	if in.Limit != nil && (*in.Limit < 1 || *in.Limit > store.MaxPage) {
		v = append(v, center.Violation{Pointer: "limit", Detail: "must be 1 to 100"})
	}
	if len(in.Cursor) > maxCursor {
		v = append(v, center.Violation{Pointer: "cursor", Detail: "is no cursor of this list"})
	}
	return v
}

func (in pageInput) limit() int {
	if in.Limit == nil {
		return store.DefaultPage
	}
	return *in.Limit
}

// findInput is a page of contracts, or a number to look up.
type findInput struct {
	Text   string `json:"-" query:"q"`
	Limit  *int   `json:"-" query:"limit"`
	Cursor string `json:"-" query:"cursor"`
}

func (in findInput) page() pageInput { return pageInput{in.Limit, in.Cursor} }

func (in findInput) Validate() (v []center.Violation) {
	if utf8.RuneCountInString(in.Text) > maxText {
		v = append(v, center.Violation{Pointer: "q", Detail: "must be at most 100 characters"})
	}
	if _, ok := center.SearchTerm(in.Text); in.Text != "" && !ok {
		v = append(v, center.Violation{Pointer: "q", Detail: "must be at least two characters of a number"})
	}
	if in.Text != "" && in.Cursor != "" {
		v = append(v, center.Violation{Pointer: "cursor", Detail: "goes with the list, not with a number that is looked up"})
	}
	return append(v, in.page().Validate()...)
}

type contractPage struct {
	httpapi.Page[contractRow]
	Today center.Date `json:"today"`
	More  bool        `json:"more,omitempty"` // of a look-up: not all that fit are shown
}

// findContracts lists the account's contracts, or looks one up by contract
// number, support id, order, PO or subscription number.
func (h handler) findContracts(ctx context.Context, actor center.Actor, in findInput) (contractPage, error) {
	own, today := actor.May(center.ModuleContracts, center.ActionRead).OrdersOnly, actor.Today(h.now())
	out := contractPage{Today: today}
	out.Items = []contractRow{}
	account := h.store.In(actor)
	if in.Text != "" {
		hits, more, err := account.LookUp(ctx, in.Text, own)
		out.Items = hitRows(hits, today)
		out.More = more
		return out, err
	}
	list, next, err := account.Contracts(ctx, own, in.Cursor, in.page().limit())
	for _, c := range list {
		out.Items = append(out.Items, rowOf(c.ID, c.Contract, today))
	}
	out.Next = next
	return out, err
}

type one struct {
	ID center.ContractID `json:"-" path:"id"`
}

// getContract answers a contract with what runs under it. Papers and orders
// that name it are shown to those who may open them.
func (h handler) getContract(ctx context.Context, actor center.Actor, in one) (contract, error) {
	account, today := h.store.In(actor), actor.Today(h.now())
	may := func(m center.Module) center.Verdict { return actor.May(m, center.ActionRead) }
	found, err := account.Contract(ctx, in.ID, may(center.ModuleContracts).OrdersOnly)
	if err != nil {
		return contract{}, err
	}
	out := show(actor.Account, found, today, actor.May(center.ModuleRenewals, center.ActionAct).Allowed)
	if !may(center.ModuleRenewals).Allowed {
		out.Renewals = []view.Renewal{}
	}
	if err := h.addUse(ctx, account, found, &out); err != nil {
		return contract{}, err
	}
	if schedule := may(center.ModuleSchedule); schedule.Allowed {
		if err := h.addSchedule(ctx, account, found, today, &out); err != nil {
			return contract{}, err
		}
	}
	linked, err := account.LinkedTo(ctx, numbersOf(found)...)
	if err != nil {
		return contract{}, err
	}
	if may(center.ModuleInvoices).Allowed {
		for _, inv := range linked.Invoices {
			out.Invoices = append(out.Invoices, view.Row(inv, today))
		}
	}
	if orders := may(center.ModuleOrders); orders.Allowed && !orders.OrdersOnly {
		out.Orders = view.Orders(linked.Orders)
	}
	return out, nil
}

// addUse measures the commitments against what was used.
func (h handler) addUse(ctx context.Context, account store.Account, found store.ContractDetail, out *contract) error {
	var all []center.PeriodUsage
	for i, s := range found.Subscriptions {
		usage, err := account.Usage(ctx, s.Number)
		if err != nil {
			return err
		}
		all = append(all, usage...)
		out.Subscriptions[i].use(s, usage)
	}
	if found.Contract != nil {
		if use, ok := found.Contract.Commitment.Use(found.Contract.Currency, all); ok {
			out.Commitment = &use
		}
	}
	return nil
}

// nextLines is how many lines of the schedule a contract shows.
const nextLines = 12

func (h handler) addSchedule(ctx context.Context, account store.Account, found store.ContractDetail, today center.Date, out *contract) error {
	lines, err := linesOf(ctx, account, found.Subscriptions, today)
	if err != nil {
		return err
	}
	own := map[string]int{}
	for i, s := range found.Subscriptions {
		own[s.Number] = i
	}
	for _, l := range lines {
		i, ours := own[l.Subscription]
		if !ours {
			continue
		}
		if len(out.Schedule) < nextLines {
			out.Schedule = append(out.Schedule, lineOf(l))
		}
		out.Subscriptions[i].next(l)
	}
	return nil
}

// linesOf are the lines of the schedule of some subscriptions from today on;
// none of none.
func linesOf(ctx context.Context, account store.Account, list []center.Subscription, today center.Date) ([]center.ScheduleLine, error) {
	if len(list) == 0 {
		return nil, nil
	}
	q := store.ScheduleQuery{From: today}
	for _, s := range list {
		q.Subscriptions = append(q.Subscriptions, s.Number)
	}
	lines, _, err := account.Schedule(ctx, q)
	return lines, err
}

type subscriptionPage struct {
	httpapi.Page[subscription]
	Today center.Date `json:"today"`
}

// listSubscriptions answers the account's plans, with what comes next and what
// is used of what was agreed.
func (h handler) listSubscriptions(ctx context.Context, actor center.Actor, in pageInput) (subscriptionPage, error) {
	account, today := h.store.In(actor), actor.Today(h.now())
	list, next, err := account.Subscriptions(ctx, actor.May(center.ModuleContracts, center.ActionRead).OrdersOnly, in.Cursor, in.limit())
	if err != nil {
		return subscriptionPage{}, err
	}
	out := subscriptionPage{Today: today}
	out.Items, out.Next = make([]subscription, 0, len(list)), next
	lines, err := linesOf(ctx, account, list, today)
	if err != nil {
		return subscriptionPage{}, err
	}
	for _, s := range list {
		shown := subscriptionOf(actor.Account, s, today)
		for _, l := range lines {
			if l.Subscription == s.Number {
				shown.next(l)
			}
		}
		if s.Commitment != nil {
			usage, err := account.Usage(ctx, s.Number)
			if err != nil {
				return subscriptionPage{}, err
			}
			shown.use(s, usage)
		}
		out.Items = append(out.Items, shown)
	}
	return out, nil
}

type renewalPage struct {
	httpapi.Page[view.Renewal]
	Today center.Date `json:"today"`
}

func (h handler) listRenewals(ctx context.Context, actor center.Actor, in pageInput) (renewalPage, error) {
	today := actor.Today(h.now())
	list, next, err := h.store.In(actor).Renewals(ctx, actor.May(center.ModuleRenewals, center.ActionRead).OrdersOnly, in.Cursor, in.limit())
	out := renewalPage{Today: today}
	out.Items, out.Next = make([]view.Renewal, 0, len(list)), next
	acts := actor.May(center.ModuleRenewals, center.ActionAct).Allowed
	for _, r := range list {
		out.Items = append(out.Items, view.RenewalOf(r, today, acts))
	}
	return out, err
}
