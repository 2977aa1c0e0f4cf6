package stripe

import "time"

func createRefund(w *work, c call) (object, error) {
	h, err := w.chargeOf(c.params)
	if err != nil {
		return nil, err
	}
	amount := h.Captured - h.Refunded
	if c.params.has("amount") {
		if amount, err = c.params.integer("amount"); err != nil {
			return nil, err
		}
	}
	reason, err := c.params.oneOf("reason", "", "duplicate", "fraudulent", "requested_by_customer")
	if err != nil {
		return nil, err
	}
	given, err := c.params.hash("metadata")
	if err != nil {
		return nil, err
	}
	return w.refund(h, amount, reason, given)
}

// chargeOf finds the charge that a refund is asked of.
func (w *work) chargeOf(p params) (*charge, error) {
	id := p.text("charge")
	if in := p.text("payment_intent"); in != "" {
		i, ok := find[*intent](w.state, in)
		if !ok {
			return nil, unfit("payment_intent", "resource_missing", "No such payment_intent: '%s'", in)
		}
		if id = i.LatestCharge; id == "" || i.Status != statusSucceeded {
			return nil, barred("", "This PaymentIntent (%s) does not have a successful charge to refund.", in)
		}
	} else if id == "" {
		return nil, unfit("", "", "One of the following params should be provided for this request: payment_intent or charge.")
	}
	h, ok := find[*charge](w.state, id)
	if !ok {
		return nil, unfit("charge", "resource_missing", "No such charge: '%s'", id)
	}
	return h, nil
}

// refund gives an amount of a charge back.
func (w *work) refund(h *charge, amount int64, reason string, given map[string]string) (object, error) {
	left := h.Captured - h.Refunded
	switch {
	case h.Status != statusSucceeded:
		return nil, barred("charge_not_refundable", "Charge %s cannot be refunded: its status is %s.", h.ID, h.Status)
	case left == 0:
		return nil, barred("charge_already_refunded", "Charge %s has already been refunded.", h.ID)
	case amount < 1:
		return nil, unfit("amount", "parameter_invalid_integer", "Invalid positive integer")
	case amount > left:
		return nil, barred("", "Refund amount (%s) is greater than unrefunded amount on charge (%s)", plainAmount(amount, h.Currency), plainAmount(left, h.Currency))
	}
	r := &refund{Amount: amount, Currency: h.Currency, Charge: h.ID, Intent: h.Intent, Reason: reason, Metadata: given, Status: statusSucceeded}
	m, _ := find[*method](w.state, h.Method)
	switch m.test().Refund {
	case statusSucceeded:
		r.Status, r.EndsAt = statusPending, w.now.Add(w.o.SettleAfter)
	case statusFailed:
		r.EndsAt = w.now.Add(w.o.SettleAfter)
	}
	w.create("re_", r)
	h.Refunded += amount
	w.save(h)
	w.emit("refund.created", r)
	w.emit("charge.refunded", h)
	return r, nil
}

// endRefund ends a refund that was not done at once. One that fails gives the
// money back to us.
func (w *work) endRefund(r *refund) {
	h, _ := find[*charge](w.state, r.Charge)
	m, _ := find[*method](w.state, h.Method)
	r.EndsAt = time.Time{}
	if m.test().Refund == statusSucceeded {
		r.Status = statusSucceeded
		w.save(r)
		w.emit("refund.updated", r)
		return
	}
	r.Status, r.FailureReason = statusFailed, "expired_or_canceled_card"
	h.Refunded -= r.Amount
	w.save(r)
	w.save(h)
	w.emit("refund.failed", r)
	w.emit("charge.refund.updated", r)
}
