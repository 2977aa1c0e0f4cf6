package center

import (
	"fmt"
	"time"
)

// MethodID names a stored payment method of an account: "pm_" as the processor
// calls it.
type MethodID string

// MethodKind is how money is taken.
type MethodKind string

// The kinds.
const (
	MethodCard MethodKind = "card"
	MethodBank MethodKind = "bank_debit"
)

// PaymentMethod is the token of a card or bank account at the processor and
// what may be shown of it. Numbers of cards are never here.
type PaymentMethod struct {
	ID       MethodID
	Kind     MethodKind
	Brand    string // "visa", or the bank's name
	Last4    string
	ExpMonth int // 1 to 12; 0 where nothing expires
	ExpYear  int
	Default  bool
	AddedAt  time.Time
	AddedBy  ContactID
	Version  int
}

// Days before the end of a card on which its people are warned.
const (
	MethodFirstWarning  = 30
	MethodSecondWarning = 7
)

// ValidThrough is the last day a card may be charged: the last of its month.
// ok is false where nothing expires.
func (m PaymentMethod) ValidThrough() (last Date, ok bool) {
	if m.ExpMonth < 1 || m.ExpMonth > 12 || m.ExpYear < 1 {
		return "", false
	}
	end := time.Date(m.ExpYear, time.Month(m.ExpMonth)+1, 0, 0, 0, 0, 0, time.UTC)
	return Date(end.Format("2006-01-02")), true
}

// Expired tells whether the card is past its last day on the civil day today.
func (m PaymentMethod) Expired(today Date) bool {
	last, ok := m.ValidThrough()
	return ok && today > last
}

// Label is how the method is named to people, "" where it is not known yet.
func (m PaymentMethod) Label() string {
	if m.Brand == "" {
		return ""
	}
	return m.String()
}

// String is how the method is named to people: brand and last digits.
func (m PaymentMethod) String() string { return fmt.Sprintf("%s •••• %s", m.Brand, m.Last4) }
