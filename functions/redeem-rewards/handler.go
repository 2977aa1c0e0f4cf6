package main

import (
	"context"
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
	act := httpapi.Op{Module: center.ModuleRedemptions, Action: center.ActionAct}
	desk := httpapi.Op{Module: center.ModuleReview, Action: center.ActionAct}
	return httpapi.Routes{
		"POST /v1/rewards/quote":            httpapi.Handle(door, act, h.quoteRedemption),
		"POST /v1/rewards/redemptions":      httpapi.Handle(door, act, h.redeemRewards),
		"POST /v1/operator/rewards/reverse": httpapi.Handle(door, desk, h.reverseRedemption),
		"POST /v1/operator/rewards/grant":   httpapi.Handle(door, desk, h.grantRewards),
		"GET /v1/operator/exchange-rates":   httpapi.Handle(door, desk, h.listRates),
		"PUT /v1/operator/exchange-rates":   httpapi.Handle(door, desk, h.setRate),
	}
}

// about is which rewards, and on which invoice.
type about struct {
	Subscription center.SubscriptionID `json:"subscription"`
	Invoice      center.InvoiceID      `json:"invoice"`
	Amount       *money.Money          `json:"amount"` // to take off it; as much as can be, where absent
}

func (in about) Validate() (v []center.Violation) {
	if in.Subscription == "" {
		v = append(v, center.Violation{Pointer: "/subscription", Detail: "must be the id of a subscription"})
	}
	if in.Invoice == "" {
		v = append(v, center.Violation{Pointer: "/invoice", Detail: "must be the id of an invoice"})
	}
	if in.Amount != nil && in.Amount.Sign() <= 0 {
		v = append(v, center.Violation{Pointer: "/amount", Detail: "must be more than zero"})
	}
	return v
}

// quote is what rewards can cover of an invoice, and what that would cost.
type quote struct {
	Subscription center.SubscriptionID `json:"subscription"`
	Number       string                `json:"number"`
	Invoice      center.InvoiceID      `json:"invoice"`
	InvoiceNo    string                `json:"invoiceNumber"`
	Version      int                   `json:"version"`
	FX           center.FX             `json:"fxRate"`
	Available    money.Money           `json:"available"`   // of the rewards
	Redeemable   money.Money           `json:"redeemable"`  // of these, at once
	BeforeTax    money.Money           `json:"beforeTax"`   // and unpaid, of the invoice
	Most         money.Money           `json:"most"`        // that can be taken off it
	Amount       money.Money           `json:"amount"`      // taken off it
	Base         money.Money           `json:"baseRewards"` // what that costs
	Left         money.Money           `json:"left"`        // of the rewards, afterwards
	Outstanding  money.Money           `json:"outstanding"` // of the invoice, afterwards
	Lots         []drawn               `json:"lots"`        // in the order in which they are used
}

type drawn struct {
	Lot       center.LotID `json:"lot"`
	ExpiresOn center.Date  `json:"expiresOn"`
	Amount    money.Money  `json:"amount"`
}

// quoteRedemption holds nothing: what counts is what stands when they are used.
func (h handler) quoteRedemption(ctx context.Context, actor center.Actor, in about) (quote, error) {
	account := h.store.In(actor)
	if err := account.Listed(ctx, in.Subscription); err != nil {
		return quote{}, err
	}
	purse, err := account.Purse(ctx, in.Subscription)
	if err != nil {
		return quote{}, err
	}
	list, err := account.Payables(ctx, []center.InvoiceID{in.Invoice})
	if err != nil {
		return quote{}, err
	}
	if len(list) == 0 || !list[0].Kind.IsPaper() {
		return quote{}, store.ErrNoInvoice
	}
	rate, err := h.store.ExchangeRate(ctx, purse.Currency, list[0].Amount.Currency)
	if err != nil {
		return quote{}, err
	}
	return quoteOf(purse, list[0], rate.FX, in.Amount, actor.Today(h.now()))
}

// quoteOf is the quote of what stands. Without an amount it is as much as can be.
func quoteOf(p center.RewardPurse, inv center.Invoice, fx center.FX, amount *money.Money, today center.Date) (quote, error) {
	q := quote{Subscription: p.Subscription, Number: p.Number, Invoice: inv.ID, InvoiceNo: inv.Number, Version: inv.Version, FX: fx,
		Available: p.Available(today), Redeemable: p.Redeemable(today), BeforeTax: inv.RewardsOpen(), Lots: []drawn{}}
	if q.Most = inv.RewardCap(q.Redeemable, fx); !inv.TakesRewards() {
		q.Most.Minor = 0
	}
	if q.Amount = q.Most; amount != nil {
		q.Amount = *amount
	}
	if q.Amount.Currency != q.Most.Currency || q.Amount.Minor > q.Most.Minor {
		return quote{}, &center.Error{Kind: center.Unprocessable, Code: "rewards-not-taken",
			Detail:     "Of this invoice rewards can cover " + q.Most.String() + ": what it says before tax and is unpaid, as far as the rewards go.",
			Violations: []center.Violation{{Pointer: "/amount", Detail: "must be at most " + q.Most.String()}}}
	}
	q.Base = fx.Cost(q.Amount, p.Currency)
	q.Left = money.Money{Minor: q.Available.Minor - q.Base.Minor, Currency: p.Currency}
	q.Outstanding = money.Money{Minor: inv.Outstanding.Minor - q.Amount.Minor, Currency: inv.Outstanding.Currency}
	if q.Amount.Sign() == 0 {
		return q, nil
	}
	draws, err := p.Draw(q.Base.Minor, today)
	for _, d := range draws {
		q.Lots = append(q.Lots, drawn{d.Lot, d.ExpiresOn, money.Money{Minor: d.Amount, Currency: p.Currency}})
	}
	return q, err
}

// input is what a person agreed to: the amount, the version of the invoice and
// the rate as she saw them.
type input struct {
	Key          string                `json:"-" header:"idempotency-key"`
	Subscription center.SubscriptionID `json:"subscription"`
	Code         string                `json:"code"`
	Invoice      center.InvoiceID      `json:"invoice"`
	Version      int                   `json:"version"`
	Amount       money.Money           `json:"amount"`
	FX           center.FX             `json:"fxRate"`
}

func (in input) Validate() (v []center.Violation) {
	if !center.WellFormedKey(in.Key) {
		v = append(v, center.Violation{Pointer: "idempotency-key", Detail: center.KeyForm})
	}
	amount := in.Amount
	v = append(v, about{in.Subscription, in.Invoice, &amount}.Validate()...)
	if in.Code == "" || len(in.Code) > maxCode {
		v = append(v, center.Violation{Pointer: "/code", Detail: "must be the subscription's redemption code"})
	}
	if in.FX.Num == 0 {
		v = append(v, center.Violation{Pointer: "/fxRate", Detail: "must be the rate of the quote"})
	}
	return v
}

// maxCode is more than a code takes, with blanks and dashes.
const maxCode = 100

// redeemRewards uses rewards on an invoice, once for each key. What a person did
// not see she did not agree to.
func (h handler) redeemRewards(ctx context.Context, actor center.Actor, in input) (view.Redemption, error) {
	account := h.store.In(actor)
	asked := store.RewardsAsked{ID: center.RedemptionIDOf(actor.Account, actor.Contact, in.Key), Request: httpapi.RequestHash(in), Subscription: in.Subscription,
		Code: in.Code, FX: in.FX, Uses: []store.RewardsOn{{Invoice: in.Invoice, Version: in.Version, Amount: in.Amount}}}
	purse, err := account.Purse(ctx, in.Subscription)
	if err != nil {
		return view.Redemption{}, err
	}
	rate, err := h.store.ExchangeRate(ctx, purse.Currency, in.Amount.Currency)
	if err != nil {
		return view.Redemption{}, err
	}
	if rate.FX != in.FX {
		earlier, found, err := account.Redeemed(ctx, asked)
		if err != nil || found {
			return view.RedemptionOf(earlier), err
		}
		return view.Redemption{}, h.withFreshQuote(ctx, actor, in, store.ErrRewardsChanged)
	}
	d, _, err := account.Redeem(ctx, asked)
	if refused := center.AsError(err); err != nil && refused.Code == store.ErrRewardsChanged.Code {
		return view.Redemption{}, h.withFreshQuote(ctx, actor, in, refused)
	}
	if err != nil {
		return view.Redemption{}, err
	}
	return view.RedemptionOf(d), nil
}

// withFreshQuote adds to a refusal what can be covered now.
func (h handler) withFreshQuote(ctx context.Context, actor center.Actor, in input, refused *center.Error) error {
	fresh, err := h.quoteRedemption(ctx, actor, about{Subscription: in.Subscription, Invoice: in.Invoice})
	if err != nil {
		return err
	}
	told := *refused
	told.Facts = fresh
	return &told
}
