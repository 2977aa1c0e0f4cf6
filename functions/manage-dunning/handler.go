package main

import (
	"context"
	"strings"
	"time"

	"customercenter/shared/center"
	"customercenter/shared/httpapi"
	"customercenter/shared/store"
)

type handler struct{ store *store.Store }

// reason is why this function works across accounts.
const reason = "an operator looks at, or sets, when an account is reminded"

func (h handler) routes(door httpapi.Door) httpapi.Routes {
	act := httpapi.Op{Module: center.ModuleReview, Action: center.ActionAct}
	return httpapi.Routes{
		"GET /v1/operator/dunning": httpapi.Handle(door, act, h.readDunning),
		"PUT /v1/operator/dunning": httpapi.Handle(door, act, h.setDunning),

		"GET /v1/operator/mail":         httpapi.Handle(door, act, h.readMail),
		"POST /v1/operator/mail/resume": httpapi.Handle(door, act, h.resumeMail),
	}
}

// policy is when an account is reminded, whole.
type policy struct {
	Steps        []step      `json:"steps"`
	RepeatDays   int         `json:"repeatDays"`
	Hour         int         `json:"hour"`
	BusinessDays bool        `json:"businessDays"`
	Rest         []string    `json:"rest"`
	Exempt       bool        `json:"exempt"`
	SnoozeUntil  center.Date `json:"snoozeUntil,omitempty"`
	PromisedOn   center.Date `json:"promisedOn,omitempty"`
}

type step struct {
	Base       center.DunningBase `json:"base"`
	Days       int                `json:"days"`
	Executives bool               `json:"executives"`
	Final      bool               `json:"final"`
}

func show(p center.DunningPolicy) policy {
	out := policy{Steps: []step{}, RepeatDays: p.RepeatDays, Hour: p.Hour, BusinessDays: p.BusinessDays, Rest: []string{}, Exempt: p.Exempt,
		SnoozeUntil: p.SnoozeUntil, PromisedOn: p.PromisedOn}
	for _, s := range p.Steps {
		out.Steps = append(out.Steps, step(s))
	}
	for _, day := range p.Rest {
		out.Rest = append(out.Rest, strings.ToLower(day.String()))
	}
	return out
}

// center is the policy; ok is false where a day of rest is none.
func (p policy) center() (out center.DunningPolicy, ok bool) {
	out = center.DunningPolicy{RepeatDays: p.RepeatDays, Hour: p.Hour, BusinessDays: p.BusinessDays, Exempt: p.Exempt, SnoozeUntil: p.SnoozeUntil, PromisedOn: p.PromisedOn}
	for _, s := range p.Steps {
		out.Steps = append(out.Steps, center.DunningStep(s))
	}
	for _, name := range p.Rest {
		day := time.Sunday
		for day <= time.Saturday && strings.ToLower(day.String()) != name {
			day++
		}
		if day > time.Saturday {
			return out, false
		}
		out.Rest = append(out.Rest, day)
	}
	return out, true
}

type reading struct {
	Account string `json:"-" query:"account"`
}

func (in reading) Validate() []center.Violation { return accountFault("query/account", in.Account) }

func accountFault(at, account string) []center.Violation {
	if account == "" || len(account) > 200 {
		return []center.Violation{{Pointer: at, Detail: "must be the id or the key of an account"}}
	}
	return nil
}

func (h handler) readDunning(ctx context.Context, _ center.Actor, in reading) (policy, error) {
	everywhere := h.store.Everywhere(reason)
	account, err := everywhere.FindAccount(ctx, in.Account)
	if err != nil {
		return policy{}, err
	}
	p, err := everywhere.Dunning(ctx, account.ID)
	return show(p), err
}

type setting struct {
	Account string `json:"account"`
	Policy  policy `json:"policy"`
}

func (in setting) Validate() []center.Violation {
	v := accountFault("/account", in.Account)
	p, ok := in.Policy.center()
	if !ok {
		v = append(v, center.Violation{Pointer: "/policy/rest", Detail: "must be days of the week, sunday to saturday"})
	}
	for _, fault := range p.Validate() {
		v = append(v, center.Violation{Pointer: "/policy/" + fault.Pointer, Detail: fault.Detail})
	}
	return v
}

// setDunning replaces the policy whole. Reminders that are planned already are
// held by it when they leave; their steps stay as they were.
func (h handler) setDunning(ctx context.Context, actor center.Actor, in setting) (policy, error) {
	everywhere := h.store.Everywhere(reason)
	account, err := everywhere.FindAccount(ctx, in.Account)
	if err != nil {
		return policy{}, err
	}
	p, _ := in.Policy.center()
	return show(p), everywhere.SetDunning(ctx, account.ID, p, actor.Email)
}
