package stripe

import (
	"maps"
	"slices"
	"time"
)

// Intent is how a payment stands, for checks and for people.
type Intent struct {
	ID       string            `json:"id"`
	Status   string            `json:"status"`
	Amount   int64             `json:"amount"` // in Stripe's units of the currency
	Captured int64             `json:"captured"`
	Refunded int64             `json:"refunded"`
	Currency string            `json:"currency"`
	Text     string            `json:"text"`               // amount and currency for people
	Returned string            `json:"returned,omitempty"` // what was refunded, for people
	Dispute  string            `json:"dispute,omitempty"`  // where the payer's bank stands that wants it back
	Customer string            `json:"customer,omitempty"`
	Method   string            `json:"method,omitempty"` // what was, or is to be, charged, for people
	Session  string            `json:"session,omitempty"`
	Reason   string            `json:"reason,omitempty"` // of the last decline
	Metadata map[string]string `json:"metadata"`
	At       time.Time         `json:"at"`
}

// Intents are all intents, oldest first.
func (s *Service) Intents() []Intent {
	out := []Intent{}
	// What fails here has been told of; what stands in memory is still shown.
	_ = s.do(&work{}, func(w *work) error {
		for _, o := range w.state.order[kindIntent] {
			out = append(out, w.state.summary(o.(*intent)))
		}
		return nil
	})
	return out
}

func (s *state) summary(i *intent) Intent {
	out := Intent{ID: i.ID, Status: i.Status, Amount: i.Amount, Captured: i.Received, Currency: i.Currency, Text: plainAmount(i.Amount, i.Currency),
		Customer: i.Customer, Session: i.Session, Metadata: maps.Clone(i.Metadata), At: time.Unix(i.Created, 0)}
	used := i.Method
	if i.LastError != nil {
		out.Reason = i.LastError.Code
		if i.LastError.DeclineCode != "" {
			out.Reason = i.LastError.DeclineCode
		}
		if used == "" {
			used = i.LastError.Method
		}
	}
	if m, ok := find[*method](s, used); ok {
		out.Method = m.label()
	}
	if h, ok := find[*charge](s, i.LatestCharge); ok {
		if out.Refunded = h.Refunded; h.Refunded > 0 {
			out.Returned = plainAmount(h.Refunded, h.Currency)
		}
		if d := s.disputed(h.ID); d != nil {
			out.Dispute = d.Status
		}
	}
	return out
}

// label names a method to people.
func (m *method) label() string {
	t := m.test()
	name := t.Brand
	switch m.Type {
	case typeOfBank:
		name = "ACH"
	case typeOfSEPA:
		name = "SEPA"
	}
	return name + " " + t.last4()
}

// Captured is what was taken, by all charges together, for the payment with
// that tag: intents whose metadata says payment=tag. Refunds do not lower it.
func (s *Service) Captured(tag string) (total int64) {
	_ = s.do(&work{}, func(w *work) error {
		for _, o := range w.state.order[kindCharge] {
			h := o.(*charge)
			if i, ok := find[*intent](w.state, h.Intent); ok && i.Metadata["payment"] == tag {
				total += h.Captured
			}
		}
		return nil
	})
	return total
}

// Calls is how many requests each endpoint got, replays and refusals included.
func (s *Service) Calls() map[string]int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return maps.Clone(s.calls)
}

// Settle ends all bank debits and refunds under way, whatever the clock shows,
// those that never end excepted. It returns how many.
func (s *Service) Settle() (ended int, err error) {
	err = s.do(&work{}, func(w *work) error {
		for _, kind := range []string{kindIntent, kindRefund} {
			for _, o := range slices.Clone(w.state.order[kind]) {
				if at := o.dueAt(); at.IsZero() || at.Equal(never) {
					continue
				}
				ended++
				switch o := o.(type) {
				case *intent:
					w.settle(o)
				case *refund:
					w.endRefund(o)
				}
			}
		}
		return nil
	})
	return ended, err
}

// Refund gives back an amount of what an intent took, 0 for all that is left,
// as somebody at the vendor's desk does. The amount is in Stripe's units.
func (s *Service) Refund(intentID string, amount int64) error {
	return s.do(&work{}, func(w *work) error {
		h, err := w.chargeOf(params{"payment_intent": {intentID}})
		if err != nil {
			return err
		}
		if amount == 0 {
			amount = h.Captured - h.Refunded
		}
		_, err = w.refund(h, amount, "requested_by_customer", nil)
		return err
	})
}
