package main

import (
	"context"
	"errors"
	"time"

	"customercenter/shared/center"
	"customercenter/shared/httpapi"
	"customercenter/shared/money"
	"customercenter/shared/store"
)

type handler struct {
	store *store.Store
	now   func() time.Time
}

func (h handler) routes(door httpapi.Door) httpapi.Routes {
	return httpapi.Routes{
		"GET /v1/profile": httpapi.Handle(door, httpapi.Op{Module: center.ModuleBillingProfile, Action: center.ActionRead}, h.getProfile),
		"PUT /v1/profile": httpapi.Handle(door, httpapi.Op{Module: center.ModuleBillingProfile, Action: center.ActionAct}, h.changeProfile),
	}
}

// profile is how the account wants its papers made out and sent. Fields that
// are left out are empty: the whole is replaced at once.
type profile struct {
	LegalName        string     `json:"legalName"`
	TaxIDs           []taxID    `json:"taxIds"`
	BillTo           *address   `json:"billTo"`
	ShipTo           *address   `json:"shipTo"`
	DefaultPO        *defaultPO `json:"defaultPo"`
	DocumentLanguage string     `json:"documentLanguage"`
	Recipients       recipients `json:"recipients"`
	Dunning          *dunning   `json:"dunning"` // as accounts begin where it is left out
	Version          int        `json:"version"` // as it was seen; 0 before anybody kept one
}

type taxID struct {
	Country string `json:"country"`
	Number  string `json:"number"`
}

type address struct {
	Street   string `json:"street"`
	Street2  string `json:"street2"`
	Building string `json:"building"`
	District string `json:"district"`
	City     string `json:"city"`
	Postcode string `json:"postcode"`
	Region   string `json:"region"`
	Country  string `json:"country"`
}

type defaultPO struct {
	Number    string      `json:"number"`
	Budget    *budget     `json:"budget"`
	ExpiresOn center.Date `json:"expiresOn"`
}

// budget is an amount as it was typed: one that is none is a fault of its
// field, and not of the whole body.
type budget struct {
	Amount   string     `json:"amount"`
	Currency money.Code `json:"currency"`
}

func (b *budget) money() (money.Money, error) {
	if b == nil {
		return money.Money{}, nil
	}
	return money.Parse(b.Amount, b.Currency)
}

// fault is what is wrong with a budget as it was typed.
func (b *budget) fault() []center.Violation {
	_, err := b.money()
	switch {
	case err == nil:
		return nil
	case errors.Is(err, money.ErrUnknownCurrency):
		return []center.Violation{{Pointer: "/defaultPo/budget/currency", Detail: "must be the three letters of a currency"}}
	case errors.Is(err, money.ErrPrecision):
		return []center.Violation{{Pointer: "/defaultPo/budget/amount", Detail: "has more decimals than the currency"}}
	default:
		return []center.Violation{{Pointer: "/defaultPo/budget/amount", Detail: "must be an amount, such as 50000.00"}}
	}
}

type recipients struct {
	Invoices   []string `json:"invoices"`
	Reminders  []string `json:"reminders"`
	Statements []string `json:"statements"`
	Receipts   []string `json:"receipts"`
}

type dunning struct {
	BeforeDueDays    int  `json:"beforeDueDays"`
	MonthlyStatement bool `json:"monthlyStatement"`
	OneDigest        bool `json:"oneDigest"`
}

// Validate reports all that is wrong with it.
func (in profile) Validate() []center.Violation {
	v := in.center().Validate()
	if in.DefaultPO != nil {
		v = append(v, in.DefaultPO.Budget.fault()...)
	}
	return v
}

func (in profile) center() center.BillingProfile {
	p := center.BillingProfile{LegalName: in.LegalName, BillTo: in.BillTo.center(), ShipTo: in.ShipTo.center(), DocumentLanguage: in.DocumentLanguage,
		Recipients: center.Recipients(in.Recipients), Dunning: center.BillingProfile{}.Wishes(), Version: in.Version}
	if in.Dunning != nil {
		p.Dunning = center.DunningWishes(*in.Dunning)
	}
	for _, id := range in.TaxIDs {
		p.TaxIDs = append(p.TaxIDs, center.TaxID(id))
	}
	if po := in.DefaultPO; po != nil {
		p.DefaultPO = &center.DefaultPO{Number: po.Number, ExpiresOn: po.ExpiresOn}
		p.DefaultPO.Budget, _ = po.Budget.money() // checked apart
	}
	return p.Normal()
}

func (a *address) center() *center.Address {
	if a == nil {
		return nil
	}
	c := center.Address(*a)
	return &c
}

func addressOf(a *center.Address) *address {
	if a == nil {
		return nil
	}
	v := address(*a)
	return &v
}

// answer is the profile with what the vendor's system says of the account,
// which stands where the account's people keep nothing.
type answer struct {
	profile
	POLasts   bool   `json:"poLasts"` // the default PO number may still be used
	Vendor    vendor `json:"vendor"`
	MayChange bool   `json:"mayChange"`
}

type vendor struct {
	Name         string   `json:"name"`
	TradingName  string   `json:"tradingName,omitempty"`
	TaxIDs       []string `json:"taxIds"`
	Address      *address `json:"address"`
	NetTermsDays *int     `json:"netTermsDays,omitempty"`
	TimeZone     string   `json:"timeZone"`
}

func (h handler) getProfile(ctx context.Context, actor center.Actor, _ struct{}) (answer, error) {
	p, err := h.store.In(actor).BillingProfile(ctx)
	if err != nil {
		return answer{}, err
	}
	return h.show(ctx, actor, p)
}

// changeProfile replaces the profile, if it still is the version that was
// seen. The change is in the audit log, and the primary contacts are told.
func (h handler) changeProfile(ctx context.Context, actor center.Actor, in profile) (answer, error) {
	p, err := h.store.In(actor).SetBillingProfile(ctx, in.center())
	if err != nil {
		return answer{}, err
	}
	return h.show(ctx, actor, p)
}

func (h handler) show(ctx context.Context, actor center.Actor, p center.BillingProfile) (answer, error) {
	a, err := h.store.In(actor).Profile(ctx)
	if err != nil {
		return answer{}, err
	}
	out := answer{MayChange: actor.May(center.ModuleBillingProfile, center.ActionAct).Allowed, POLasts: p.DefaultPO.Lasts(actor.Today(h.now())),
		Vendor: vendor{Name: a.Name, TradingName: a.TradingName, TaxIDs: append([]string{}, a.TaxIDs...), Address: addressOf(a.Address), TimeZone: a.TimeZone}}
	if a.NetTermsDays >= 0 {
		out.Vendor.NetTermsDays = &a.NetTermsDays
	}
	r, wishes := p.Recipients, dunning(p.Wishes())
	out.profile = profile{LegalName: p.LegalName, TaxIDs: make([]taxID, 0, len(p.TaxIDs)), BillTo: addressOf(p.BillTo), ShipTo: addressOf(p.ShipTo),
		DocumentLanguage: p.DocumentLanguage, Dunning: &wishes, Version: p.Version,
		Recipients: recipients{append([]string{}, r.Invoices...), append([]string{}, r.Reminders...), append([]string{}, r.Statements...), append([]string{}, r.Receipts...)}}
	for _, id := range p.TaxIDs {
		out.TaxIDs = append(out.TaxIDs, taxID(id))
	}
	if po := p.DefaultPO; po != nil {
		out.DefaultPO = &defaultPO{Number: po.Number, ExpiresOn: po.ExpiresOn}
		if po.Budget.Currency != "" {
			out.DefaultPO.Budget = &budget{po.Budget.Decimal(), po.Budget.Currency}
		}
	}
	return out, nil
}
