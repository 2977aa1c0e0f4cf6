package stripe

import "slices"

// What several endpoints take.
var (
	listParams   = []string{"limit", "starting_after", "ending_before"}
	spanParams   = []string{"created", "created[gt]", "created[gte]", "created[lt]", "created[lte]"}
	confirmExtra = []string{"return_url", "off_session", "error_on_requires_action", "use_stripe_sdk", "setup_future_usage",
		"receipt_email", "mandate", "mandate_data[**]", "payment_method_options[**]", "capture_method"}
)

// endpoints are the requests that are played.
func endpoints() []endpoint {
	return slices.Concat(customerEndpoints(), methodEndpoints(), intentEndpoints(), sessionEndpoints(), moneyEndpoints(), eventEndpoints())
}

func customerEndpoints() []endpoint {
	fields := []string{"name", "email", "description", "phone", "metadata", "metadata[*]", "address[**]", "preferred_locales[]"}
	return []endpoint{
		{name: "POST /v1/customers", params: fields, run: createCustomer},
		{name: "GET /v1/customers/{id}", run: retrieve[*customer]("customer")},
		{name: "POST /v1/customers/{id}", params: fields, run: updateCustomer},
		{name: "GET /v1/customers", params: slices.Concat(listParams, spanParams, []string{"email"}), list: listCustomers},
	}
}

func methodEndpoints() []endpoint {
	return []endpoint{
		{name: "GET /v1/payment_methods/{id}", run: retrieve[*method]("PaymentMethod")},
		{name: "POST /v1/payment_methods/{id}/attach", params: []string{"customer"}, run: attachMethod},
		{name: "POST /v1/payment_methods/{id}/detach", run: detachMethod},
		{name: "GET /v1/payment_methods", params: append([]string{"customer", "type"}, listParams...), list: listMethods},
		{name: "GET /v1/customers/{id}/payment_methods", params: append([]string{"type"}, listParams...), list: listMethods},
		{name: "GET /v1/setup_intents/{id}", run: retrieve[*setup]("setupintent")},
	}
}

func intentEndpoints() []endpoint {
	create := append([]string{"amount", "currency", "customer", "description", "metadata", "metadata[*]", "payment_method",
		"payment_method_types[]", "confirm", "confirmation_method", "statement_descriptor", "statement_descriptor_suffix",
		"automatic_payment_methods[enabled]", "automatic_payment_methods[allow_redirects]"}, confirmExtra...)
	return []endpoint{
		{name: "POST /v1/payment_intents", params: create, run: createIntent},
		{name: "GET /v1/payment_intents/{id}", params: []string{"client_secret"}, run: retrieve[*intent]("payment_intent")},
		{name: "POST /v1/payment_intents/{id}/confirm", params: append([]string{"payment_method", "payment_method_types[]"}, confirmExtra...), run: confirmIntent},
		{name: "POST /v1/payment_intents/{id}/cancel", params: []string{"cancellation_reason"}, run: cancelIntent},
		{name: "GET /v1/payment_intents", params: slices.Concat(listParams, spanParams, []string{"customer"}), list: listIntents},
	}
}

func sessionEndpoints() []endpoint {
	create := []string{"mode", "ui_mode", "success_url", "cancel_url", "customer", "customer_email", "customer_creation", "client_reference_id",
		"currency", "locale", "expires_at", "submit_type", "payment_method_types[]", "metadata", "metadata[*]",
		"line_items[][quantity]", "line_items[][price_data][currency]", "line_items[][price_data][unit_amount]",
		"line_items[][price_data][product_data][name]", "line_items[][price_data][product_data][description]",
		"line_items[][price_data][product_data][metadata][*]",
		"payment_intent_data[description]", "payment_intent_data[metadata][*]", "payment_intent_data[setup_future_usage]",
		"payment_intent_data[statement_descriptor]", "payment_intent_data[statement_descriptor_suffix]",
		"payment_intent_data[receipt_email]", "payment_intent_data[capture_method]",
		"setup_intent_data[description]", "setup_intent_data[metadata][*]",
		"adaptive_pricing[enabled]", "allow_promotion_codes", "automatic_tax[enabled]", "billing_address_collection",
		"payment_method_options[**]", "phone_number_collection[enabled]", "saved_payment_method_options[**]",
		"customer_update[**]", "custom_text[**]", "branding_settings[**]"}
	return []endpoint{
		{name: "POST /v1/checkout/sessions", params: create, run: createSession},
		{name: "GET /v1/checkout/sessions/{id}", run: retrieve[*session]("checkout.session")},
		{name: "POST /v1/checkout/sessions/{id}/expire", run: expireSession},
		{name: "GET /v1/checkout/sessions", params: slices.Concat(listParams, spanParams, []string{"customer", "payment_intent", "status"}), list: listSessions},
	}
}

func moneyEndpoints() []endpoint {
	return []endpoint{
		{name: "POST /v1/refunds", params: []string{"payment_intent", "charge", "amount", "reason", "metadata", "metadata[*]"}, run: createRefund},
		{name: "GET /v1/refunds/{id}", run: retrieve[*refund]("refund")},
		{name: "GET /v1/refunds", params: slices.Concat(listParams, spanParams, []string{"charge", "payment_intent"}), list: listRefunds},
		{name: "GET /v1/disputes/{id}", run: retrieve[*dispute]("dispute")},
		{name: "GET /v1/disputes", params: slices.Concat(listParams, spanParams, []string{"charge", "payment_intent"}), list: listDisputes},
		{name: "GET /v1/charges/{id}", run: retrieve[*charge]("charge")},
		{name: "GET /v1/charges", params: slices.Concat(listParams, spanParams, []string{"customer", "payment_intent"}), list: listCharges},
	}
}

func eventEndpoints() []endpoint {
	return []endpoint{
		{name: "GET /v1/events/{id}", run: retrieve[*event]("event")},
		{name: "GET /v1/events", params: slices.Concat(listParams, spanParams, []string{"type", "types[]", "delivery_success"}), list: listEvents},
	}
}

// retrieve reads one object.
func retrieve[T object](called string) func(*work, call) (object, error) {
	return func(w *work, c call) (object, error) {
		o, ok := find[T](w.state, c.id)
		if !ok {
			r := absent(called, c.id)
			if called == kindIntent || called == "setupintent" {
				r.param = "intent"
			}
			return nil, r
		}
		return o, nil
	}
}
