package view

import (
	"strings"
	"time"

	"customercenter/shared/center"
	"customercenter/shared/money"
)

// Method is a payment method as people may see it. ID is empty where it is
// not stored, or not for the eyes of who asks.
type Method struct {
	ID        center.MethodID   `json:"id,omitempty"`
	Kind      center.MethodKind `json:"kind"`
	Brand     string            `json:"brand"`
	Last4     string            `json:"last4"`
	ExpiresOn center.Date       `json:"expiresOn,omitempty"` // its last day
	Expired   bool              `json:"expired"`
	Expiring  bool              `json:"expiring"` // within a month
	Default   bool              `json:"default"`
	AddedAt   *time.Time        `json:"addedAt,omitempty"`
}

// MethodOf shows a method on the account's day today; nil for one that is not
// known.
func MethodOf(m center.PaymentMethod, today center.Date) *Method {
	if m.Brand == "" {
		return nil
	}
	v := &Method{ID: m.ID, Kind: m.Kind, Brand: m.Brand, Last4: m.Last4, Expired: m.Expired(today), Default: m.Default}
	if last, ok := m.ValidThrough(); ok {
		v.ExpiresOn = last
		v.Expiring = !v.Expired && today.DaysUntil(last) <= center.MethodFirstWarning
	}
	if !m.AddedAt.IsZero() {
		v.AddedAt = &m.AddedAt
	}
	return v
}

// Purpose says what a payable is for, and where people find it: an order, or the
// contract of a renewal; an invoice by its own id.
type Purpose struct {
	Kind     string            `json:"kind"` // invoice, order or renewal
	Order    center.OrderID    `json:"order,omitempty"`
	Renewal  center.RenewalID  `json:"renewal,omitempty"`
	Contract center.ContractID `json:"contract,omitempty"` // of a renewal
}

// PurposeOf tells it by the payable's id, its kind, and the contract of a renewal.
func PurposeOf(id center.InvoiceID, kind center.DocumentKind, at center.ContractID) Purpose {
	v := Purpose{Kind: kind.Noun(), Contract: at}
	switch kind {
	case center.KindOrder:
		v.Order = id.Order()
	case center.KindRenewal:
		v.Renewal = id.Renewal()
	}
	return v
}

// PaymentPart is what a payment does to one payable.
type PaymentPart struct {
	Purpose
	Invoice  center.InvoiceID `json:"invoice"` // of the payable
	Number   string           `json:"number"`
	Amount   money.Money      `json:"amount"`
	Credit   money.Money      `json:"credit"`
	Rewards  *money.Money     `json:"rewards,omitempty"`
	Refunded money.Money      `json:"refunded"`
}

// CreditTaken is what a payment took of an account credit.
type CreditTaken struct {
	Credit  center.InvoiceID `json:"credit"`
	Number  string           `json:"number"`
	Invoice center.InvoiceID `json:"invoice"`
	Amount  money.Money      `json:"amount"`
}

// Credits shows what is taken of account credit.
func Credits(uses []center.CreditTaken) []CreditTaken {
	out := make([]CreditTaken, 0, len(uses))
	for _, u := range uses {
		out = append(out, CreditTaken(u))
	}
	return out
}

// Payment is an attempt to pay.
type Payment struct {
	ID         center.PaymentID     `json:"id"`
	Reference  string               `json:"reference"`
	State      center.PaymentState  `json:"state"`
	Wait       center.PaymentWait   `json:"wait,omitempty"`
	Reason     center.DeclineReason `json:"reason,omitempty"`
	Charge     money.Money          `json:"charge"`
	Credit     money.Money          `json:"credit"`
	Rewards    *money.Money         `json:"rewards,omitempty"`
	Redemption center.RedemptionID  `json:"redemption,omitempty"`
	Refunded   money.Money          `json:"refunded"`
	Parts      []PaymentPart        `json:"parts"`
	Credits    []CreditTaken        `json:"credits"`
	Method     *Method              `json:"method"`
	Hosted     bool                 `json:"hosted"`
	URL        string               `json:"url,omitempty"` // where the customer must go
	By         string               `json:"by"`
	CreatedAt  time.Time            `json:"createdAt"`
	EndedAt    *time.Time           `json:"endedAt,omitempty"`
	ExpiresAt  *time.Time           `json:"expiresAt,omitempty"`
	MayCancel  bool                 `json:"mayCancel"`
}

// PaymentOf shows a payment; acts says that who asks may pay.
func PaymentOf(p center.Payment, today center.Date, acts bool) Payment {
	// It shows what was used, not how that stands in the wallet.
	p.Method.AddedAt, p.Method.Default = time.Time{}, false
	v := Payment{ID: p.ID, Reference: Reference(p.ID), State: p.State, Wait: p.Wait, Reason: p.Reason,
		Charge: p.Charge, Credit: p.Credit, Rewards: Some(p.Rewards), Redemption: p.Redemption, Refunded: p.Refunded, Parts: make([]PaymentPart, 0, len(p.Parts)), Credits: Credits(p.Credits),
		Method: MethodOf(p.Method, today), Hosted: p.Hosted, By: p.ByName, CreatedAt: p.CreatedAt,
		EndedAt: instant(p.EndedAt), MayCancel: acts && p.MayCancel()}
	for _, part := range p.Parts {
		v.Parts = append(v.Parts, partOf(part))
	}
	if acts && p.State == center.PaymentCreated && p.Wait == center.WaitCustomer {
		v.URL, v.ExpiresAt = p.URL, instant(p.ExpiresAt)
	}
	return v
}

func partOf(p center.PaymentPart) PaymentPart {
	return PaymentPart{Purpose: PurposeOf(p.Invoice, p.Kind, p.Contract), Invoice: p.Invoice, Number: p.Number,
		Amount: p.Amount, Credit: p.Credit, Rewards: Some(p.Rewards), Refunded: p.Refunded}
}

// How a reference is cut out of an id.
const (
	referenceDigits = 10
	referenceGroup  = 5
)

// Reference is how people name a payment to each other: "R-1A2B3-4C5D6".
func Reference(id center.PaymentID) string {
	digits := strings.ToUpper(strings.TrimPrefix(string(id), "pay_"))
	if len(digits) < referenceDigits {
		return "R-" + digits
	}
	return "R-" + digits[:referenceGroup] + "-" + digits[referenceGroup:referenceDigits]
}

// Some is an amount, nil where there is none.
func Some(m money.Money) *money.Money {
	if m.Currency == "" {
		return nil
	}
	return &m
}

// instant is a time, nil where there is none.
func instant(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}
