package main

import (
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
	read := httpapi.Op{Module: center.ModuleRewards, Action: center.ActionRead}
	return httpapi.Routes{
		"GET /v1/rewards":               httpapi.Handle(door, read, h.getRewards),
		"GET /v1/rewards/ledger":        httpapi.Handle(door, read, h.readLedger),
		"GET /v1/rewards/redemptions":   httpapi.Handle(door, read, h.listRedemptions),
		"GET /v1/rewards/products":      httpapi.Handle(door, read, h.getProducts),
		"GET /v1/rewards/products/file": httpapi.Handle(door, read, h.downloadProducts),
	}
}

// rewards is what the account has, subscription by subscription: rewards of one
// are not used for another, and currencies are never added.
type rewards struct {
	Today         center.Date    `json:"today"`
	Subscriptions []subscription `json:"subscriptions"`
}

type subscription struct {
	ID        center.SubscriptionID `json:"id"`
	Number    string                `json:"number"`
	Balance   balance               `json:"balance"`
	Endings   []ending              `json:"endings"` // month by month, this one first, through the last in which something can end
	Lots      []lot                 `json:"lots"`    // as they are used; ended ones and corrections last
	MayRedeem bool                  `json:"mayRedeem"`
}

type balance struct {
	Available  money.Money `json:"available"`
	EndingSoon money.Money `json:"endingSoon"` // of it, within thirty days
	Pending    money.Money `json:"pending"`    // held by payments in flight
	Redeemed   money.Money `json:"redeemed"`
	Expired    money.Money `json:"expired"`
	Owed       money.Money `json:"owed"` // by corrections; taken from what is earned next
}

type ending struct {
	Month  string      `json:"month"`
	Amount money.Money `json:"amount"`
}

type lot struct {
	ID         center.LotID   `json:"id"`
	Period     string         `json:"period,omitempty"`
	Manual     bool           `json:"manual"` // no products stand behind it
	Note       string         `json:"note,omitempty"`
	Usage      *money.Money   `json:"usage,omitempty"`
	Eligible   *money.Money   `json:"eligible,omitempty"`
	Rate       center.Decimal `json:"rate,omitempty"`
	EarnedOn   center.Date    `json:"earnedOn"`
	ExpiresOn  center.Date    `json:"expiresOn,omitempty"`
	Earned     money.Money    `json:"earned"`
	Available  money.Money    `json:"available"`
	Used       money.Money    `json:"used"`
	Corrected  money.Money    `json:"corrected"`
	Expired    bool           `json:"expired"`
	EndingSoon bool           `json:"endingSoon"`
}

// getRewards reads the purses of the account and what payments in flight hold
// of them.
func (h handler) getRewards(ctx context.Context, actor center.Actor, _ struct{}) (rewards, error) {
	account, today := h.store.In(actor), actor.Today(h.now())
	out := rewards{Today: today, Subscriptions: []subscription{}}
	purses, err := account.Purses(ctx)
	if err != nil || len(purses) == 0 {
		return out, err
	}
	held, err := account.UnderWay(ctx)
	if err != nil {
		return out, err
	}
	var mine []center.Redeemer
	if actor.May(center.ModuleRedemptions, center.ActionAct).Allowed {
		if mine, err = account.Redeemable(ctx); err != nil {
			return out, err
		}
	}
	for _, p := range purses {
		s := show(p, held[p.Subscription], today)
		s.MayRedeem = slices.ContainsFunc(mine, func(r center.Redeemer) bool { return r.Subscription == p.Subscription })
		out.Subscriptions = append(out.Subscriptions, s)
	}
	return out, nil
}

func show(p center.RewardPurse, pending money.Money, today center.Date) subscription {
	b := p.Balance(today)
	if pending.Currency == "" {
		pending = money.Zero(p.Currency)
	}
	redeemed := money.Money{Minor: b.Used.Minor - pending.Minor, Currency: p.Currency}
	out := subscription{ID: p.Subscription, Number: p.Number, Balance: balance{b.Available, b.EndingSoon, pending, redeemed, b.Expired, b.Owed},
		Endings: []ending{}, Lots: []lot{}}
	for _, e := range p.Endings(today) {
		out.Endings = append(out.Endings, ending(e))
	}
	lots := slices.Clone(p.Lots)
	center.SortLots(lots)
	slices.SortStableFunc(lots, func(x, y center.RewardLot) int { return behind(x, today) - behind(y, today) })
	for _, l := range lots {
		v := lot{ID: l.ID, Period: l.Period, Manual: l.Manual, Note: l.Note, EarnedOn: l.EarnedOn, ExpiresOn: l.ExpiresOn, Earned: l.Earned,
			Available: l.Available, Used: l.Used, Corrected: l.Corrected, Expired: l.ExpiresOn != "" && !l.Usable(today), EndingSoon: l.EndingSoon(today)}
		if !l.Manual {
			v.Usage, v.Eligible, v.Rate = view.Some(l.Usage), view.Some(l.Eligible), l.Rate.Decimal()
		}
		out.Lots = append(out.Lots, v)
	}
	return out
}

// behind is 1 for lots that nobody can use any more.
func behind(l center.RewardLot, today center.Date) int {
	if l.Usable(today) {
		return 0
	}
	return 1
}

type page struct {
	Cursor string `json:"-" query:"cursor"`
	Limit  int    `json:"-" query:"limit"`
}

func (in page) Validate() []center.Violation {
	if in.Limit < 0 || in.Limit > store.MaxPage {
		return []center.Violation{{Pointer: "limit", Detail: "must be 1 to 100"}}
	}
	return nil
}

type ledger struct {
	Entries []entry `json:"entries"`
	Next    string  `json:"next,omitempty"`
}

type entry struct {
	Kind         center.RewardEntryKind `json:"kind"`
	At           time.Time              `json:"at"`
	Subscription center.SubscriptionID  `json:"subscription"`
	Number       string                 `json:"number"`
	Amount       money.Money            `json:"amount"`
	Carried      *money.Money           `json:"carried,omitempty"`
	Period       string                 `json:"period,omitempty"`
	Redemption   center.RedemptionID    `json:"redemption,omitempty"`
	Invoices     []string               `json:"invoices,omitempty"`
	By           string                 `json:"by,omitempty"`
	Note         string                 `json:"note,omitempty"`
}

// readLedger is a page of what moved the balances, newest first.
func (h handler) readLedger(ctx context.Context, actor center.Actor, in page) (ledger, error) {
	limit := in.Limit
	if limit == 0 {
		limit = store.DefaultPage
	}
	entries, next, err := h.store.In(actor).RewardEntries(ctx, in.Cursor, limit)
	out := ledger{Entries: make([]entry, 0, len(entries)), Next: next}
	for _, e := range entries {
		v := entry{Kind: e.Kind, At: e.At, Subscription: e.Subscription, Number: e.Number, Amount: e.Amount, Period: e.Period,
			Redemption: e.Redemption, Invoices: e.Invoices, By: e.By, Note: e.Note}
		if e.Carried.Sign() != 0 {
			v.Carried = &e.Carried
		}
		out.Entries = append(out.Entries, v)
	}
	return out, err
}

type redemptions struct {
	Redemptions []view.Redemption `json:"redemptions"`
}

// listRedemptions are the account's, newest first.
func (h handler) listRedemptions(ctx context.Context, actor center.Actor, _ struct{}) (redemptions, error) {
	list, err := h.store.In(actor).Redemptions(ctx)
	out := redemptions{Redemptions: make([]view.Redemption, 0, len(list))}
	for _, d := range list {
		out.Redemptions = append(out.Redemptions, view.RedemptionOf(d))
	}
	return out, err
}
