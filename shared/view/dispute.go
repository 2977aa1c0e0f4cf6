package view

import (
	"time"

	"customercenter/shared/center"
	"customercenter/shared/money"
)

// Dispute is a dispute as its page shows it.
type Dispute struct {
	ID         center.DisputeID     `json:"id"`
	Line       string               `json:"line,omitempty"`
	Reason     center.DisputeReason `json:"reason"`
	Text       string               `json:"text"`
	Amount     money.Money          `json:"amount"`
	State      center.DisputeState  `json:"state"`
	By         string               `json:"by"`
	At         time.Time            `json:"at"`
	Answer     string               `json:"answer,omitempty"`
	AnsweredAt *time.Time           `json:"answeredAt,omitempty"`
}

// DisputeOf shows a dispute. Which operator answered is the vendor's own
// affair.
func DisputeOf(d center.Dispute) Dispute {
	v := Dispute{ID: d.ID, Line: d.Line, Reason: d.Reason, Text: d.Text, Amount: d.Amount, State: d.State, By: d.ByName, At: d.At.UTC(), Answer: d.Answer}
	if !d.AnsweredAt.IsZero() {
		at := d.AnsweredAt.UTC()
		v.AnsweredAt = &at
	}
	return v
}
