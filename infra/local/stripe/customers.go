package stripe

import "maps"

func createCustomer(w *work, c call) (object, error) {
	h := &customer{Metadata: map[string]string{}}
	if err := h.take(c.params); err != nil {
		return nil, err
	}
	w.create("cus_", h)
	w.emit("customer.created", h)
	return h, nil
}

func updateCustomer(w *work, c call) (object, error) {
	h, err := w.customer("id", c.id)
	if err != nil {
		return nil, err
	}
	if err := h.take(c.params); err != nil {
		return nil, err
	}
	w.save(h)
	w.emit("customer.updated", h)
	return h, nil
}

// take sets what the request names.
func (h *customer) take(p params) error {
	given, err := p.hash("metadata")
	if err != nil {
		return err
	}
	kept := maps.Clone(h.Metadata)
	maps.DeleteFunc(kept, func(key, _ string) bool { return p.has("metadata[" + key + "]") })
	maps.Copy(kept, given)
	h.Metadata = kept
	for name, field := range map[string]*string{"name": &h.Name, "email": &h.Email, "description": &h.Description, "phone": &h.Phone} {
		if p.has(name) {
			*field = p.text(name)
		}
	}
	return nil
}

// method finds a method, or makes one of a test token.
func (w *work) method(id string) (*method, error) {
	if t, ok := byToken[id]; ok {
		return w.newMethod(t), nil
	}
	m, ok := find[*method](w.state, id)
	if !ok {
		r := unfit("payment_method", "resource_missing", "No such PaymentMethod: '%s'", id)
		r.early = false
		return nil, r
	}
	return m, nil
}

func attachMethod(w *work, c call) (object, error) {
	owner, err := c.params.need("customer")
	if err != nil {
		return nil, err
	}
	if _, err := w.customer("customer", owner); err != nil {
		return nil, err
	}
	m, err := w.method(c.id)
	switch {
	case err != nil:
		return nil, absent("PaymentMethod", c.id)
	case m.Customer == owner:
		return m, nil
	case m.Customer != "":
		return nil, barred("", "The payment method you provided has already been attached to a customer.")
	case m.Detached:
		return nil, barred("", "This PaymentMethod was previously used without being attached to a Customer or was detached from a Customer, and may not be used again.")
	}
	if o := m.refusesStorage(); o != nil {
		return nil, &refusal{status: 402, kind: o.Type, code: o.Code, declineCode: o.DeclineCode, message: o.Message}
	}
	m.Customer = owner
	w.save(m)
	w.emit("payment_method.attached", m)
	return m, nil
}

// refusesStorage is why a method cannot be stored, nil when it can.
func (m *method) refusesStorage() *outcome {
	if t := m.test(); m.Type == typeOfCard && !t.Attaches {
		return t.Decline
	}
	return nil
}

func detachMethod(w *work, c call) (object, error) {
	m, ok := find[*method](w.state, c.id)
	switch {
	case !ok:
		return nil, absent("PaymentMethod", c.id)
	case m.Customer == "":
		return nil, barred("", "The payment method you provided is not attached to a customer so detachment is impossible.")
	}
	m.Customer, m.Detached = "", true
	w.save(m)
	w.emit("payment_method.detached", m)
	return m, nil
}
