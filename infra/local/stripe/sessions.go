package stripe

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// The bounds of a session.
const (
	minSessionAge     = 30 * time.Minute
	maxSessionAge     = 24 * time.Hour
	sessionGrace      = time.Minute // for requests under way
	maxItems          = 100
	maxReferenceRunes = 200
)

// The payment statuses of a session.
const (
	paid     = "paid"
	unpaid   = "unpaid"
	noCharge = "no_payment_required"
)

// sessionMark in a success_url is replaced by the session's id.
const sessionMark = "{CHECKOUT_SESSION_ID}"

func createSession(w *work, c call) (object, error) {
	s, err := w.readSession(c.params)
	if err != nil {
		return nil, err
	}
	w.create("cs_test_", s)
	s.URL = w.host + "/c/pay/" + s.ID
	if s.Mode == modeSetup {
		s.URL = w.host + "/c/setup/" + s.ID
		metadata, err := c.params.hash("setup_intent_data[metadata]")
		if err != nil {
			return nil, err
		}
		u := &setup{Customer: s.Customer, Types: s.Types, Status: needsMethod, Description: c.params.text("setup_intent_data[description]"),
			Metadata: metadata, Session: s.ID}
		w.create("seti_", u)
		u.Secret, s.Setup = w.random(secretLength), u.ID
		w.emit("setup_intent.created", u)
	}
	w.save(s)
	return s, nil
}

// readSession makes a session of what a request says.
func (w *work) readSession(p params) (*session, error) {
	mode, err := p.need("mode")
	if err != nil {
		return nil, err
	}
	if mode != modePayment && mode != modeSetup {
		return nil, unfit("mode", "", "Invalid mode: must be one of payment, setup (this stand-in of Stripe plays no others)")
	}
	if _, err := p.oneOf("ui_mode", "hosted_page"); err != nil {
		return nil, err
	}
	if _, err := p.oneOf("locale", append([]string{""}, locales...)...); err != nil {
		return nil, err
	}
	s := &session{Mode: mode, Status: statusOpen, PaymentStatus: unpaid, Locale: p.text("locale"), Email: p.text("customer_email"),
		ClientReference: p.text("client_reference_id"), Types: p.list("payment_method_types"), Customer: p.text("customer"),
		SubmitType: p.text("submit_type")}
	if len([]rune(s.ClientReference)) > maxReferenceRunes {
		return nil, unfit("client_reference_id", "", "Invalid string: must be at most %d characters", maxReferenceRunes)
	}
	if s.Customer != "" {
		if _, err := w.customer("customer", s.Customer); err != nil {
			return nil, err
		}
	}
	if s.Metadata, err = p.hash("metadata"); err != nil {
		return nil, err
	}
	if err := w.readAddresses(s, p); err != nil {
		return nil, err
	}
	if mode == modePayment {
		err = s.readPayment(p)
	} else {
		err = s.readSetup(p)
	}
	return s, err
}

func (w *work) readAddresses(s *session, p params) (err error) {
	if _, err := p.need("success_url"); err != nil {
		return err
	}
	// The mark is no part of any address; what stands around it must be one.
	plain := params{"success_url": {strings.ReplaceAll(p.text("success_url"), sessionMark, "x")}}
	if _, err := plain.address("success_url"); err != nil {
		return err
	}
	s.SuccessURL = p.text("success_url")
	if s.CancelURL, err = p.address("cancel_url"); err != nil {
		return err
	}
	ends, err := p.instant("expires_at")
	if err != nil {
		return err
	}
	switch {
	case ends.IsZero():
		ends = w.now.Add(maxSessionAge)
	case ends.Before(w.now.Add(minSessionAge - sessionGrace)):
		return unfit("expires_at", "", "The `expires_at` timestamp must be at least 30 minutes from Checkout Session creation.")
	case ends.After(w.now.Add(maxSessionAge + sessionGrace)):
		return unfit("expires_at", "", "The `expires_at` timestamp must be less than 24 hours from Checkout Session creation.")
	}
	s.ExpiresAt = ends.Unix()
	return nil
}

func (s *session) readPayment(p params) (err error) {
	if err := s.readItems(p); err != nil {
		return err
	}
	if len(s.Types) == 0 {
		s.Types = typesFor(s.Currency)
	} else if err := checkTypes(s.Types, s.Currency); err != nil {
		return err
	}
	if p.under("setup_intent_data") {
		return unfit("setup_intent_data", "", "You can not pass `setup_intent_data` in `payment` mode.")
	}
	s.Future = intentPlan{Description: p.text("payment_intent_data[description]"), Statement: p.text("payment_intent_data[statement_descriptor]"),
		Receipt: p.text("payment_intent_data[receipt_email]")}
	if s.Future.FutureUse, err = p.oneOf("payment_intent_data[setup_future_usage]", "", "on_session", "off_session"); err != nil {
		return err
	}
	s.Future.Metadata, err = p.hash("payment_intent_data[metadata]")
	return err
}

func (s *session) readItems(p params) error {
	n := p.length("line_items")
	if n == 0 || n > maxItems {
		return unfit("line_items", "", "You must specify 1 to %d `line_items` in `payment` mode.", maxItems)
	}
	for i := range n {
		at := fmt.Sprintf("line_items[%d]", i)
		item := lineItem{Quantity: 1, Name: p.text(at + "[price_data][product_data][name]"), Description: p.text(at + "[price_data][product_data][description]")}
		for _, name := range []string{"[price_data][currency]", "[price_data][unit_amount]", "[price_data][product_data][name]", "[quantity]"} {
			if _, err := p.need(at + name); err != nil {
				return err
			}
		}
		var err error
		if item.UnitAmount, err = p.integer(at + "[price_data][unit_amount]"); err != nil {
			return err
		}
		if item.Quantity, err = p.integer(at + "[quantity]"); err != nil {
			return err
		}
		switch {
		case item.Quantity < 1 || item.UnitAmount < 0:
			return unfit(at, "parameter_invalid_integer", "This value must be greater than or equal to 1.")
		case item.UnitAmount > 0 && item.Quantity > largestRupiah/item.UnitAmount:
			return unfit(at, "amount_too_large", "The total amount must be no more than %d.", int64(largestRupiah))
		}
		currency := strings.ToLower(p.text(at + "[price_data][currency]"))
		if i > 0 && currency != s.Currency {
			return unfit("line_items", "", "All line items must have the same currency.")
		}
		s.Currency, s.Items = currency, append(s.Items, item)
		s.Amount += item.UnitAmount * item.Quantity // at most maxItems times the largest
	}
	return readAmount("line_items", s.Amount, s.Currency)
}

func (s *session) readSetup(p params) error {
	s.PaymentStatus, s.Currency = noCharge, strings.ToLower(p.text("currency"))
	switch {
	case p.length("line_items") > 0:
		return unfit("line_items", "", "You can not pass `line_items` in `setup` mode.")
	case p.under("payment_intent_data"):
		return unfit("payment_intent_data", "", "You can not pass `payment_intent_data` in `setup` mode.")
	case len(s.Types) == 0 && s.Currency == "":
		return unfit("currency", "", "You must provide `currency` when `payment_method_types` is not provided in `setup` mode.")
	case len(s.Types) == 0:
		s.Types = typesFor(s.Currency)
	case s.Currency != "":
		return checkTypes(s.Types, s.Currency)
	}
	for _, t := range s.Types {
		if !slices.Contains([]string{typeOfCard, typeOfBank, typeOfSEPA}, t) {
			return checkTypes(s.Types, "")
		}
	}
	return nil
}

func expireSession(w *work, c call) (object, error) {
	s, ok := find[*session](w.state, c.id)
	if !ok {
		return nil, absent("checkout.session", c.id)
	}
	if s.Status != statusOpen {
		return nil, barred("", "Only Checkout Sessions with a status in [\"open\"] can be expired. This Checkout Session has a status of `%s`.", s.Status)
	}
	w.expire(s)
	return s, nil
}

// expire ends a session that is open, and what belongs to it.
func (w *work) expire(s *session) {
	s.Status, s.Trying = statusExpired, ""
	w.save(s)
	if i, ok := find[*intent](w.state, s.Intent); ok {
		w.cancel(i, "")
	}
	if u, ok := find[*setup](w.state, s.Setup); ok {
		u.Status, u.CancelReason = statusCanceled, "abandoned"
		w.save(u)
		w.emit("setup_intent.canceled", u)
	}
	w.emit("checkout.session.expired", s)
}

// pay tries to pay an open session with a method that was just entered. It
// makes the session's intent with the first try.
func (w *work) pay(s *session, m *method) error {
	i, ok := find[*intent](w.state, s.Intent)
	if !ok {
		i = &intent{Amount: s.Amount, Currency: s.Currency, Customer: s.Customer, Types: s.Types, Status: needsMethod,
			Description: s.Future.Description, FutureUse: s.Future.FutureUse, Statement: s.Future.Statement, Receipt: s.Future.Receipt,
			Metadata: s.Future.Metadata, Session: s.ID}
		w.create("pi_", i)
		i.Secret, s.Intent = w.random(secretLength), i.ID
		w.save(s)
		w.emit("payment_intent.created", i)
	}
	if err := w.use(i, m.ID); err != nil {
		return err
	}
	// The page leads to the authentication by itself.
	back := params{"return_url": {s.URL}}
	if _, err := w.confirm(i, back); err != nil {
		return err
	}
	w.finish(s, i)
	return nil
}

// finish completes the session of an intent whose money is taken or under way.
func (w *work) finish(s *session, i *intent) {
	switch i.Status {
	case statusSucceeded:
		s.PaymentStatus = paid
	case statusProcessing:
	default:
		return
	}
	s.Status = statusComplete
	w.save(s)
	w.emit("checkout.session.completed", s)
}

// store stores a method that was just entered on the page of an open session.
// needed tells that its holder must authenticate first.
func (w *work) store(s *session, m *method) (needed bool, err error) {
	u, _ := find[*setup](w.state, s.Setup)
	year, month, _ := w.now.Date()
	o := m.refusesStorage()
	switch {
	case !slices.Contains(s.Types, m.Type):
		return false, barred("payment_method_unexpected_type", "The PaymentMethod provided (%s) is not allowed for this SetupIntent.", m.Type)
	case w.decline != "":
		o = declineFor(w.decline)
	case o == nil && m.past(year, int(month)):
		o = expiredCard
	}
	if o != nil {
		return false, w.failSetup(u, m, o)
	}
	if m.test().Asks {
		u.Status, s.Trying = needsAction, m.ID
		w.save(u)
		w.save(s)
		w.emit("setup_intent.requires_action", u)
		return true, nil
	}
	w.completeSetup(s, u, m)
	return false, nil
}

func (w *work) failSetup(u *setup, m *method, o *outcome) *refusal {
	u.Status, u.LastError = needsMethod, &failure{Type: o.Type, Code: o.Code, DeclineCode: o.DeclineCode, Message: o.Message, Method: m.ID}
	w.save(u)
	w.emit("setup_intent.setup_failed", u)
	return &refusal{status: 402, kind: o.Type, code: o.Code, declineCode: o.DeclineCode, message: o.Message, intent: u, method: m}
}

// completeSetup stores the method with the customer and ends the session.
func (w *work) completeSetup(s *session, u *setup, m *method) {
	if s.Customer != "" {
		m.Customer = s.Customer
		w.save(m)
		w.emit("payment_method.attached", m)
	}
	u.Status, u.Method, u.LastError = statusSucceeded, m.ID, nil
	w.save(u)
	w.emit("setup_intent.succeeded", u)
	s.Status, s.Trying = statusComplete, ""
	w.save(s)
	w.emit("checkout.session.completed", s)
}

// authenticateSetup ends what the holder of a card to be stored was asked for.
func (w *work) authenticateSetup(s *session, passed bool) error {
	u, _ := find[*setup](w.state, s.Setup)
	m, _ := find[*method](w.state, s.Trying)
	s.Trying = ""
	w.save(s)
	if passed {
		w.completeSetup(s, u, m)
		return nil
	}
	return w.failSetup(u, m, &outcome{typeInvalid, "setup_intent_authentication_failure", "", "The latest attempt to set up the payment method has failed because authentication failed."})
}
