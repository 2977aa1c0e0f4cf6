package view

import (
	"time"

	"customercenter/shared/center"
	"customercenter/shared/money"
)

// Redemption is one use of rewards. Rewards is in the currency of the invoices,
// Base what it cost in that of the rewards, at the exact rate.
type Redemption struct {
	ID           center.RedemptionID    `json:"id"`
	State        center.RedemptionState `json:"state"`
	Subscription center.SubscriptionID  `json:"subscription"`
	Number       string                 `json:"number"` // of the subscription
	Rewards      money.Money            `json:"redeemedRewards"`
	Base         money.Money            `json:"baseRewards"`
	FX           center.FX              `json:"fxRate"`
	Invoices     []RewardUse            `json:"invoices"`
	Payment      center.PaymentID       `json:"payment,omitempty"`
	By           string                 `json:"by"`
	Email        string                 `json:"redemptionEmail"`
	CreatedAt    time.Time              `json:"redeemedAt"`
	EndedAt      *time.Time             `json:"endedAt,omitempty"`
	Reason       string                 `json:"reason,omitempty"` // why it was reversed
}

// RewardUse is what a redemption does to one invoice.
type RewardUse struct {
	Invoice  center.InvoiceID `json:"invoice"`
	Number   string           `json:"invoiceNumber"`
	IssuedOn center.Date      `json:"invoicedOn,omitempty"`
	Total    money.Money      `json:"invoiceTotalAmount"`
	Amount   money.Money      `json:"amount"`
}

// RedemptionOf shows a redemption.
func RedemptionOf(d center.Redemption) Redemption {
	v := Redemption{ID: d.ID, State: d.State, Subscription: d.Subscription, Number: d.Number, Rewards: d.Amount, Base: d.Base, FX: d.FX,
		Invoices: make([]RewardUse, 0, len(d.Uses)), Payment: d.Payment, By: d.ByName, Email: d.ByEmail, CreatedAt: d.CreatedAt,
		EndedAt: instant(d.EndedAt), Reason: d.Reason}
	for _, u := range d.Uses {
		v.Invoices = append(v.Invoices, RewardUse(u))
	}
	return v
}
