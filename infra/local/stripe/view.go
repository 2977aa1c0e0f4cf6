package stripe

import (
	"net/http"
	"strings"
)

// view is an object as Stripe shows it.
type view map[string]any

// orNull is a text, or null where there is none.
func orNull(text string) any {
	if text == "" {
		return nil
	}
	return text
}

func orNullTime(seconds int64) any {
	if seconds == 0 {
		return nil
	}
	return seconds
}

func metadata(m map[string]string) map[string]string {
	if m == nil {
		return map[string]string{}
	}
	return m
}

func (h *head) view(kind string) view {
	return view{"id": h.ID, "object": kind, "created": h.Created, "livemode": false}
}

func (c *customer) view(*state) view {
	v := c.head.view(kindCustomer)
	v["name"], v["email"], v["phone"], v["description"] = orNull(c.Name), orNull(c.Email), orNull(c.Phone), orNull(c.Description)
	v["metadata"], v["balance"], v["currency"], v["delinquent"] = metadata(c.Metadata), 0, nil, false
	v["address"], v["shipping"], v["default_source"], v["discount"] = nil, nil, nil, nil
	v["invoice_settings"] = view{"default_payment_method": nil, "custom_fields": nil, "footer": nil, "rendering_options": nil}
	v["tax_exempt"], v["preferred_locales"] = "none", []string{}
	return v
}

func (m *method) view(*state) view {
	v := m.head.view(kindMethod)
	v["type"], v["customer"], v["metadata"], v["allow_redisplay"] = m.Type, orNull(m.Customer), metadata(nil), "unspecified"
	v["billing_details"] = view{"name": orNull(m.Name), "email": orNull(m.Email), "phone": nil, "address": emptyAddress(), "tax_id": nil}
	v[m.Type] = m.details()
	return v
}

func emptyAddress() view {
	return view{"city": nil, "country": nil, "line1": nil, "line2": nil, "postal_code": nil, "state": nil}
}

// details are what may be shown of the card or account.
func (m *method) details() view {
	t := m.test()
	print := "test" + t.Token[max(0, len(t.Token)-8):] + t.last4()
	switch m.Type {
	case typeOfBank:
		return view{"account_holder_type": "company", "account_type": "checking", "bank_name": "STRIPE TEST BANK", "fingerprint": print,
			"last4": t.last4(), "routing_number": "110000000", "financial_connections_account": nil, "status_details": view{},
			"networks": view{"preferred": "ach", "supported": []string{"ach"}}}
	case typeOfSEPA:
		return view{"bank_code": t.Number[4:12], "branch_code": "", "country": t.Country, "fingerprint": print, "last4": t.last4(),
			"generated_from": view{"charge": nil, "setup_attempt": nil}}
	}
	return view{"brand": t.Brand, "display_brand": t.Brand, "country": t.Country, "exp_month": m.ExpMonth, "exp_year": m.ExpYear,
		"fingerprint": print, "funding": "credit", "last4": t.last4(), "generated_from": nil, "wallet": nil, "regulated_status": "unregulated",
		"networks":             view{"available": []string{t.Brand}, "preferred": nil},
		"three_d_secure_usage": view{"supported": true},
		"checks":               view{"address_line1_check": nil, "address_postal_code_check": nil, "cvc_check": "pass"}}
}

// onMethodsOnly are details of a method that charges do not repeat.
var onMethodsOnly = []string{"display_brand", "generated_from", "networks", "three_d_secure_usage", "financial_connections_account", "status_details"}

func (f *failure) view(s *state) any {
	if f == nil {
		return nil
	}
	v := view{"type": f.Type, "code": f.Code, "message": f.Message, "doc_url": "https://stripe.com/docs/error-codes/" + f.Code}
	if f.DeclineCode != "" {
		v["decline_code"] = f.DeclineCode
	}
	if f.Charge != "" {
		v["charge"] = f.Charge
	}
	if m, ok := find[*method](s, f.Method); ok {
		v["payment_method"] = m.view(s)
	}
	return v
}

func (i *intent) view(s *state) view {
	v := i.head.view(kindIntent)
	v["amount"], v["currency"], v["amount_received"], v["amount_capturable"] = i.Amount, i.Currency, i.Received, 0
	v["amount_details"] = view{"tip": view{}}
	v["status"], v["customer"], v["payment_method"], v["payment_method_types"] = i.Status, orNull(i.Customer), orNull(i.Method), i.Types
	v["automatic_payment_methods"] = nil
	if i.Automatic {
		v["automatic_payment_methods"] = view{"enabled": true, "allow_redirects": map[bool]string{true: "never", false: "always"}[i.NoRedirects]}
	}
	v["canceled_at"], v["cancellation_reason"] = orNullTime(i.CanceledAt), orNull(i.CancelReason)
	v["capture_method"], v["confirmation_method"] = "automatic", "automatic"
	v["client_secret"], v["description"], v["metadata"] = i.ID+"_secret_"+i.Secret, orNull(i.Description), metadata(i.Metadata)
	v["last_payment_error"], v["latest_charge"] = i.LastError.view(s), orNull(i.LatestCharge)
	v["next_action"] = i.nextAction()
	v["receipt_email"], v["setup_future_usage"], v["statement_descriptor"] = orNull(i.Receipt), orNull(i.FutureUse), orNull(i.Statement)
	v["payment_method_options"] = view{}
	for _, name := range []string{"application", "application_fee_amount", "on_behalf_of", "processing", "review", "shipping",
		"statement_descriptor_suffix", "transfer_data", "transfer_group", "payment_method_configuration_details", "customer_account"} {
		v[name] = nil
	}
	return v
}

func (i *intent) nextAction() any {
	switch {
	case i.Status != needsAction:
		return nil
	case i.ReturnURL == "":
		return view{"type": "use_stripe_sdk", "use_stripe_sdk": view{"type": "three_d_secure_redirect"}}
	}
	return view{"type": "redirect_to_url", "redirect_to_url": view{"url": i.AuthenticateAt, "return_url": i.ReturnURL}}
}

func (u *setup) view(s *state) view {
	v := u.head.view(kindSetup)
	v["status"], v["customer"], v["payment_method"], v["payment_method_types"] = u.Status, orNull(u.Customer), orNull(u.Method), u.Types
	v["client_secret"], v["description"], v["metadata"], v["usage"] = u.ID+"_secret_"+u.Secret, orNull(u.Description), metadata(u.Metadata), "off_session"
	v["cancellation_reason"], v["last_setup_error"] = orNull(u.CancelReason), u.LastError.view(s)
	v["next_action"], v["payment_method_options"], v["automatic_payment_methods"] = nil, view{}, nil
	for _, name := range []string{"application", "latest_attempt", "mandate", "on_behalf_of", "single_use_mandate", "flow_directions",
		"payment_method_configuration_details"} {
		v[name] = nil
	}
	return v
}

func (c *session) view(s *state) view {
	v := c.head.view(kindSession)
	v["mode"], v["status"], v["payment_status"], v["ui_mode"] = c.Mode, c.Status, c.PaymentStatus, "hosted_page"
	v["amount_total"], v["amount_subtotal"], v["currency"] = nil, nil, orNull(c.Currency)
	if c.Mode == modePayment {
		v["amount_total"], v["amount_subtotal"] = c.Amount, c.Amount
		v["total_details"] = view{"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0}
	}
	v["customer"], v["customer_email"], v["client_reference_id"] = orNull(c.Customer), orNull(c.Email), orNull(c.ClientReference)
	v["customer_details"] = c.customerDetails(s)
	v["locale"], v["payment_method_types"], v["metadata"] = orNull(c.Locale), c.Types, metadata(c.Metadata)
	v["success_url"], v["cancel_url"], v["expires_at"] = c.SuccessURL, orNull(c.CancelURL), c.ExpiresAt
	v["payment_intent"], v["setup_intent"], v["submit_type"] = orNull(c.Intent), orNull(c.Setup), orNull(c.SubmitType)
	v["url"] = nil
	if c.Status == statusOpen {
		v["url"] = c.URL
	}
	v["payment_method_options"], v["custom_fields"], v["shipping_options"] = view{}, []any{}, []any{}
	v["automatic_tax"] = view{"enabled": false, "liability": nil, "provider": nil, "status": nil}
	v["adaptive_pricing"], v["custom_text"], v["customer_creation"] = view{"enabled": false}, view{}, nil
	for _, name := range []string{"after_expiration", "allow_promotion_codes", "billing_address_collection", "client_secret", "consent",
		"consent_collection", "currency_conversion", "invoice", "invoice_creation", "payment_link", "recovered_from", "shipping_cost",
		"subscription", "saved_payment_method_options", "payment_method_collection"} {
		v[name] = nil
	}
	return v
}

func (c *session) customerDetails(s *state) any {
	if h, ok := find[*customer](s, c.Customer); ok {
		return view{"name": orNull(h.Name), "email": orNull(h.Email), "phone": nil, "address": nil, "tax_exempt": "none", "tax_ids": nil}
	}
	if c.Email == "" {
		return nil
	}
	return view{"name": nil, "email": c.Email, "phone": nil, "address": nil, "tax_exempt": "none", "tax_ids": nil}
}

func (h *charge) view(s *state) view {
	v := h.head.view(kindCharge)
	v["amount"], v["amount_captured"], v["amount_refunded"], v["currency"] = h.Amount, h.Captured, h.Refunded, h.Currency
	v["status"], v["paid"], v["captured"] = h.Status, h.Status != statusFailed, h.Status != statusFailed
	v["refunded"], v["disputed"] = h.Captured > 0 && h.Refunded == h.Captured, s.disputed(h.ID) != nil
	v["customer"], v["payment_intent"], v["payment_method"] = orNull(h.Customer), orNull(h.Intent), orNull(h.Method)
	v["description"], v["metadata"] = orNull(h.Description), metadata(h.Metadata)
	v["statement_descriptor"], v["failure_code"], v["failure_message"] = orNull(h.Statement), orNull(h.FailureCode), orNull(h.FailureText)
	v["outcome"] = h.outcome()
	v["billing_details"] = view{"name": nil, "email": nil, "phone": nil, "address": emptyAddress(), "tax_id": nil}
	v["payment_method_details"], v["fraud_details"] = nil, view{}
	if m, ok := find[*method](s, h.Method); ok {
		used := m.details()
		for _, name := range onMethodsOnly {
			delete(used, name)
		}
		v["payment_method_details"] = view{"type": m.Type, m.Type: used}
	}
	for _, name := range []string{"application", "application_fee", "application_fee_amount", "balance_transaction", "calculated_statement_descriptor",
		"failure_balance_transaction", "on_behalf_of", "receipt_email", "receipt_number", "receipt_url", "review", "shipping",
		"source_transfer", "statement_descriptor_suffix", "transfer_data", "transfer_group"} {
		v[name] = nil
	}
	return v
}

func (h *charge) outcome() view {
	if h.Status == statusFailed {
		return view{"network_status": "declined_by_network", "reason": orNull(h.DeclineCode), "type": "issuer_declined", "risk_level": "normal",
			"seller_message": "The bank did not return any further details with this decline."}
	}
	return view{"network_status": "approved_by_network", "reason": nil, "type": "authorized", "risk_level": "normal", "seller_message": "Payment complete."}
}

func (r *refund) view(*state) view {
	v := r.head.view(kindRefund)
	delete(v, "livemode") // refunds have none
	v["amount"], v["currency"], v["status"], v["reason"] = r.Amount, r.Currency, r.Status, orNull(r.Reason)
	v["charge"], v["payment_intent"], v["metadata"] = r.Charge, orNull(r.Intent), metadata(r.Metadata)
	v["balance_transaction"], v["receipt_number"], v["source_transfer_reversal"], v["transfer_reversal"] = nil, nil, nil, nil
	if r.FailureReason != "" {
		v["failure_reason"] = r.FailureReason
	}
	return v
}

// expandable are the properties that hold the id of another object, or null.
var expandable = map[string]bool{"customer": true, "payment_method": true, "latest_charge": true, "payment_intent": true,
	"setup_intent": true, "charge": true}

// maxExpand is how deep, and how many, properties may be expanded.
const (
	maxExpandDepth = 4
	maxExpand      = 20
)

// expand puts the objects that are named by their paths in the place of their
// ids.
func (s *state) expand(v view, paths []string) error {
	if len(paths) > maxExpand {
		return unfit("expand", "", "At most %d properties can be expanded.", maxExpand)
	}
	for _, path := range paths {
		steps := strings.Split(path, ".")
		depth := len(steps)
		if steps[0] == "data" {
			depth--
		}
		if depth > maxExpandDepth {
			return unfit("expand", "", "You cannot expand more than %d levels of a property. Property: %s", maxExpandDepth, path)
		}
		if !s.expandAt(v, steps) {
			return &refusal{status: http.StatusBadRequest, kind: typeInvalid, param: "expand",
				message: "This property cannot be expanded (" + path + ")."}
		}
	}
	return nil
}

func (s *state) expandAt(v view, steps []string) bool {
	name, rest := steps[0], steps[1:]
	if rows, ok := v[name].([]any); ok && name == "data" && len(rest) > 0 {
		for _, row := range rows {
			if !s.expandAt(row.(view), rest) {
				return false
			}
		}
		return true
	}
	if s.attach(v, name) {
		return true
	}
	switch inner := v[name].(type) {
	case view:
		return len(rest) == 0 && expandable[name] || len(rest) > 0 && s.expandAt(inner, rest)
	case string:
		o, ok := s.objects[inner]
		if !ok || !expandable[name] {
			return false
		}
		full := o.view(s)
		v[name] = full
		return len(rest) == 0 || s.expandAt(full, rest)
	}
	return expandable[name] && v[name] == nil
}

// attach adds the lists that an object shows only where they are asked for.
func (s *state) attach(v view, name string) bool {
	id, _ := v["id"].(string)
	switch o := s.objects[id].(type) {
	case *session:
		if name == "line_items" {
			v[name] = o.lineItems()
			return true
		}
	case *charge:
		if name == "refunds" {
			var all []object
			for _, r := range s.order[kindRefund] {
				if r.(*refund).Charge == o.ID {
					all = append([]object{r}, all...)
				}
			}
			v[name] = page{objects: all}.view(s, "/v1/charges/"+o.ID+"/refunds")
			return true
		}
	}
	return false
}

func (c *session) lineItems() view {
	rows := make([]any, 0, len(c.Items))
	for _, item := range c.Items {
		total := item.UnitAmount * item.Quantity
		rows = append(rows, view{"object": "item", "description": item.Name, "quantity": item.Quantity, "currency": c.Currency,
			"amount_total": total, "amount_subtotal": total, "amount_discount": 0, "amount_tax": 0})
	}
	return view{"object": "list", "has_more": false, "url": "/v1/checkout/sessions/" + c.ID + "/line_items", "data": rows}
}
