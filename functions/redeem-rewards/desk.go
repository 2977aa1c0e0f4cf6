package main

import (
	"context"
	"time"

	"customercenter/shared/center"
	"customercenter/shared/money"
	"customercenter/shared/store"
	"customercenter/shared/view"
)

const (
	maxAccount = 200 // bytes of what an operator calls an account
	maxNote    = 500
)

// named is what is wrong with the name of an account, its id or its key.
func named(account string) (v []center.Violation) {
	if account == "" || len(account) > maxAccount {
		v = append(v, center.Violation{Pointer: "/account", Detail: "must be the id or key of an account"})
	}
	return v
}

func note(pointer, text string) (v []center.Violation) {
	if text == "" || len(text) > maxNote {
		v = append(v, center.Violation{Pointer: pointer, Detail: "must say why, in at most 500 bytes"})
	}
	return v
}

type reversal struct {
	Account    string              `json:"account"`
	Redemption center.RedemptionID `json:"redemption"`
	Reason     string              `json:"reason"`
}

func (in reversal) Validate() []center.Violation {
	v := append(named(in.Account), note("/reason", in.Reason)...)
	if in.Redemption == "" {
		v = append(v, center.Violation{Pointer: "/redemption", Detail: "must be the id of a redemption"})
	}
	return v
}

// reverseRedemption gives rewards back to the lots they came from. Those that
// ended meanwhile stay ended: goodwill is a lot by hand.
func (h handler) reverseRedemption(ctx context.Context, actor center.Actor, in reversal) (view.Redemption, error) {
	everywhere := h.store.Everywhere("an operator reverses a redemption")
	account, err := everywhere.FindAccount(ctx, in.Account)
	if err != nil {
		return view.Redemption{}, err
	}
	d, err := everywhere.Reverse(ctx, account.ID, in.Redemption, in.Reason, actor.Email)
	if err != nil {
		return view.Redemption{}, err
	}
	return view.RedemptionOf(d), nil
}

// grant is a lot by hand: rewards given, or with an amount below zero taken back.
type grant struct {
	Account      string       `json:"account"`
	Key          string       `json:"-" header:"idempotency-key"`
	Subscription string       `json:"subscription"` // its number
	Amount       money.Money  `json:"amount"`
	EarnedOn     center.Date  `json:"earnedOn"`
	Note         string       `json:"note"`
	Of           center.LotID `json:"of"` // the lot a correction is about
}

func (in grant) Validate() []center.Violation {
	v := append(named(in.Account), note("/note", in.Note)...)
	if !center.WellFormedKey(in.Key) {
		v = append(v, center.Violation{Pointer: "idempotency-key", Detail: center.KeyForm})
	}
	if in.Subscription == "" || len(in.Subscription) > maxAccount {
		v = append(v, center.Violation{Pointer: "/subscription", Detail: "must be the number of a subscription"})
	}
	if in.Amount.Sign() == 0 {
		v = append(v, center.Violation{Pointer: "/amount", Detail: "must be more or less than zero"})
	}
	if _, err := center.ParseDate(string(in.EarnedOn)); err != nil {
		v = append(v, center.Violation{Pointer: "/earnedOn", Detail: "must be a date of the form yyyy-mm-dd: the lot lives twelve months from it"})
	}
	return v
}

// granted is the lot as it stands.
type granted struct {
	ID        center.LotID `json:"id"`
	Earned    money.Money  `json:"earned"`
	ExpiresOn center.Date  `json:"expiresOn,omitempty"`
}

func (h handler) grantRewards(ctx context.Context, actor center.Actor, in grant) (granted, error) {
	everywhere := h.store.Everywhere("an operator grants or corrects rewards")
	account, err := everywhere.FindAccount(ctx, in.Account)
	if err != nil {
		return granted{}, err
	}
	sub := center.SubscriptionIDOf(account.ID, in.Subscription)
	lot, _, err := everywhere.Grant(ctx, account.ID, center.RewardLot{ID: center.ManualLotIDOf(account.ID, sub, in.Key), Subscription: sub,
		Number: in.Subscription, Of: in.Of, Note: in.Note, By: actor.Email, EarnedOn: in.EarnedOn, Earned: in.Amount})
	return granted{lot.ID, lot.Earned, lot.ExpiresOn}, err
}

// rate is what one unit of a currency is worth in another.
type rate struct {
	From  money.Code `json:"from"`
	To    money.Code `json:"to"`
	FX    center.FX  `json:"fxRate"`
	SetAt *time.Time `json:"setAt,omitempty"`
	By    string     `json:"by,omitempty"`
}

type rates struct {
	Rates []rate `json:"rates"`
}

func (h handler) listRates(ctx context.Context, _ center.Actor, _ struct{}) (rates, error) {
	list, err := h.store.Everywhere("an operator sees the rates between currencies").ExchangeRates(ctx)
	out := rates{Rates: make([]rate, 0, len(list))}
	for _, r := range list {
		out.Rates = append(out.Rates, rate{r.From, r.To, r.FX, &r.SetAt, r.By})
	}
	return out, err
}

type newRate struct {
	From money.Code `json:"from"`
	To   money.Code `json:"to"`
	FX   center.FX  `json:"fxRate"`
}

func (in newRate) Validate() (v []center.Violation) {
	for pointer, c := range map[string]money.Code{"/from": in.From, "/to": in.To} {
		if _, known := money.Exponent(c); !known {
			v = append(v, center.Violation{Pointer: pointer, Detail: "must be an ISO 4217 currency one can owe"})
		}
	}
	if in.From == in.To {
		v = append(v, center.Violation{Pointer: "/to", Detail: "must be another currency"})
	}
	if in.FX.Num == 0 {
		v = append(v, center.Violation{Pointer: "/fxRate", Detail: `must be a rate above zero: "0.92" or "23/25"`})
	}
	return v
}

// setRate counts from now on; quotes that were made are refused, and made anew.
func (h handler) setRate(ctx context.Context, actor center.Actor, in newRate) (rate, error) {
	err := h.store.Everywhere("an operator sets a rate between currencies").SetExchangeRate(ctx,
		store.ExchangeRate{From: in.From, To: in.To, FX: in.FX, By: actor.Email})
	return rate{From: in.From, To: in.To, FX: in.FX, By: actor.Email}, err
}
