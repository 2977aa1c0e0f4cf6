package stripe

import "slices"

// The statuses of disputes that are played, of Stripe's eight.
const (
	disputeOpen = "needs_response"
	disputeWon  = "won"
	disputeLost = "lost"
)

// dispute is a payer's bank taking back what was charged.
type dispute struct {
	head
	undated
	Amount         int64
	Currency       string
	Charge, Intent string
	Reason         string
	Status         string
}

func (*dispute) kind() string { return kindDispute }

func (d *dispute) view(*state) view {
	v := d.head.view(kindDispute)
	v["amount"], v["currency"], v["status"], v["reason"] = d.Amount, d.Currency, d.Status, d.Reason
	v["charge"], v["payment_intent"], v["metadata"] = d.Charge, orNull(d.Intent), metadata(nil)
	v["is_charge_refundable"], v["balance_transactions"] = false, []any{}
	v["evidence"], v["evidence_details"] = view{}, view{"due_by": nil, "has_evidence": false, "past_due": false, "submission_count": 0}
	return v
}

// Dispute has the payer's bank take back an amount of what an intent took, 0
// for all of it. The amount is in Stripe's units.
func (s *Service) Dispute(intentID string, amount int64) error {
	return s.do(&work{}, func(w *work) error {
		h, err := w.chargeOf(params{"payment_intent": {intentID}})
		if err != nil {
			return err
		}
		if amount == 0 {
			amount = h.Captured
		}
		if amount < 1 || amount > h.Captured {
			return unfit("amount", "", "a bank takes back no more than was taken")
		}
		if w.state.disputed(h.ID) != nil {
			return barred("", "Charge %s is disputed already.", h.ID)
		}
		d := &dispute{Amount: amount, Currency: h.Currency, Charge: h.ID, Intent: h.Intent, Reason: "unrecognized", Status: disputeOpen}
		w.create("du_", d)
		w.emit("charge.dispute.created", d)
		w.emit("charge.dispute.funds_withdrawn", d)
		return nil
	})
}

// EndDispute has the bank decide.
func (s *Service) EndDispute(intentID string, won bool) error {
	return s.do(&work{}, func(w *work) error {
		h, err := w.chargeOf(params{"payment_intent": {intentID}})
		if err != nil {
			return err
		}
		d := w.state.disputed(h.ID)
		if d == nil || d.Status != disputeOpen {
			return barred("", "Charge %s is in no dispute.", h.ID)
		}
		d.Status = disputeLost
		if won {
			d.Status = disputeWon
		}
		w.save(d)
		w.emit("charge.dispute.closed", d)
		return nil
	})
}

// disputed is the dispute of a charge, nil where there is none.
func (s *state) disputed(charge string) *dispute {
	all := s.order[kindDispute]
	i := slices.IndexFunc(all, func(o object) bool { return o.(*dispute).Charge == charge })
	if i < 0 {
		return nil
	}
	return all[i].(*dispute)
}

func listDisputes(w *work, c call) (page, error) {
	return w.list(c, kindDispute, func(o object) bool {
		d := o.(*dispute)
		return c.params.matches("charge", d.Charge) && c.params.matches("payment_intent", d.Intent)
	})
}
