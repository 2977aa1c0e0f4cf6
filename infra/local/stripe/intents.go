package stripe

import (
	"net/http"
	"slices"
	"strings"
	"time"
)

// slowFactor is how much longer than others a debit takes that is called
// delayed.
const slowFactor = 2

// never is later than any clock here shows.
var never = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)

func createIntent(w *work, c call) (object, error) {
	i, err := w.readIntent(c.params)
	if err != nil {
		return nil, err
	}
	confirm, err := c.params.flag("confirm")
	if err != nil {
		return nil, err
	}
	if !confirm && (c.params.has("return_url") || c.params.has("off_session")) {
		return nil, unfit("confirm", "", "You may only specify one of these parameters when `confirm` is true: return_url, off_session.")
	}
	if confirm {
		// What is not well said is refused before anything is made.
		if _, err := i.readAttempt(c.params); err != nil {
			return nil, err
		}
	}
	w.create("pi_", i)
	i.Secret = w.random(secretLength)
	w.emit("payment_intent.created", i)
	if !confirm {
		return i, nil
	}
	return w.confirm(i, c.params)
}

// attempt is how a confirmation is meant.
type attempt struct {
	back       string // where the customer comes back to
	offSession bool
	strict     bool // an authentication is as good as a decline
}

func (i *intent) readAttempt(p params) (a attempt, err error) {
	if a.back, err = p.address("return_url"); err != nil {
		return attempt{}, err
	}
	if a.strict, err = p.flag("error_on_requires_action"); err != nil {
		return attempt{}, err
	}
	a.offSession = p.text("off_session") != "" && p.text("off_session") != "false"
	if i.Automatic && !i.NoRedirects && a.back == "" {
		return attempt{}, unfit("return_url", "", "This PaymentIntent is configured to accept payment methods enabled in your Dashboard. Because some of these payment methods might redirect your customer off of your page, you must provide a `return_url`.")
	}
	return a, nil
}

// readIntent makes an intent of what a request says.
func (w *work) readIntent(p params) (*intent, error) {
	for _, name := range []string{"amount", "currency"} {
		if _, err := p.need(name); err != nil {
			return nil, err
		}
	}
	amount, err := p.integer("amount")
	if err != nil {
		return nil, err
	}
	i := &intent{Amount: amount, Currency: strings.ToLower(p.text("currency")), Status: needsMethod, Description: p.text("description"),
		Receipt: p.text("receipt_email"), Statement: p.text("statement_descriptor"), Types: p.list("payment_method_types")}
	if err := readAmount("amount", amount, i.Currency); err != nil {
		return nil, err
	}
	if i.Metadata, err = p.hash("metadata"); err != nil {
		return nil, err
	}
	if i.FutureUse, err = p.oneOf("setup_future_usage", "", "on_session", "off_session"); err != nil {
		return nil, err
	}
	for _, name := range []string{"capture_method", "confirmation_method"} {
		if _, err := p.oneOf(name, "automatic", "automatic_async"); err != nil {
			return nil, err
		}
	}
	if id := p.text("customer"); id != "" {
		if _, err := w.customer("customer", id); err != nil {
			return nil, err
		}
		i.Customer = id
	}
	if err := i.readTypes(p); err != nil {
		return nil, err
	}
	if id := p.text("payment_method"); id != "" {
		return i, w.use(i, id)
	}
	return i, nil
}

// readTypes settles which kinds of method the intent takes.
func (i *intent) readTypes(p params) error {
	if len(i.Types) > 0 {
		if p.text("automatic_payment_methods[enabled]") == "true" {
			return unfit("payment_method_types", "", "You may only specify one of these parameters: automatic_payment_methods, payment_method_types.")
		}
		return checkTypes(i.Types, i.Currency)
	}
	redirects, err := p.oneOf("automatic_payment_methods[allow_redirects]", "always", "never")
	if err != nil {
		return err
	}
	i.Automatic, i.NoRedirects, i.Types = true, redirects == "never", typesFor(i.Currency)
	return nil
}

// typesFor are the kinds of method that can pay in a currency.
func typesFor(currency string) []string {
	switch currency {
	case "usd":
		return []string{typeOfCard, typeOfBank}
	case "eur":
		return []string{typeOfCard, typeOfSEPA}
	}
	return []string{typeOfCard}
}

func checkTypes(types []string, currency string) error {
	for _, t := range types {
		if !slices.Contains([]string{typeOfCard, typeOfBank, typeOfSEPA}, t) {
			return unfit("payment_method_types", "", "The payment method type %q is invalid, or not played by this stand-in of Stripe.", t)
		}
		if !slices.Contains(typesFor(currency), t) {
			return unfit("payment_method_types", "", "The currency provided (%s) is invalid for one or more payment method types on this PaymentIntent: %s.", currency, t)
		}
	}
	return nil
}

// use puts a method on an intent.
func (w *work) use(i *intent, id string) error {
	m, err := w.method(id)
	if err != nil {
		return err
	}
	switch {
	case !slices.Contains(i.Types, m.Type):
		return barred("payment_method_unexpected_type", "The PaymentMethod provided (%s) is not allowed for this PaymentIntent. Please attach a PaymentMethod of one of the following types: %s.", m.Type, strings.Join(i.Types, ", "))
	case m.Detached:
		return barred("", "The provided PaymentMethod was previously used with a PaymentIntent without Customer attachment, shared with a connected account without Customer attachment, or was detached from a Customer. It may not be used again.")
	case m.Customer != "" && i.Customer == "":
		return barred("", "The payment method you provided is attached to a customer so for security purposes you must provide the customer in the request.")
	case m.Customer != "" && m.Customer != i.Customer:
		return barred("", "The customer does not have a payment method with the ID %s. The payment method must be attached to the customer.", m.ID)
	}
	i.Method = m.ID
	if i.Status == needsMethod {
		i.Status = needsConfirmation
	}
	return nil
}

func confirmIntent(w *work, c call) (object, error) {
	i, ok := find[*intent](w.state, c.id)
	if !ok {
		r := absent("payment_intent", c.id)
		r.param = "intent"
		return nil, r
	}
	if i.Session != "" {
		return nil, i.barred("You cannot confirm this PaymentIntent because it was created by Checkout.")
	}
	return w.confirm(i, c.params)
}

// barred refuses a step that the intent's status does not allow.
func (i *intent) barred(message string) *refusal {
	r := barred(codeUnexpectedState, "%s", message)
	r.intent = i
	return r
}

// confirm tries to take the money, or to get its holder to authenticate.
func (w *work) confirm(i *intent, p params) (object, error) {
	switch i.Status {
	case needsMethod, needsConfirmation, needsAction:
	case statusSucceeded:
		return nil, i.barred("You cannot confirm this PaymentIntent because it has already succeeded after being previously confirmed.")
	case statusProcessing:
		return nil, i.barred("You cannot confirm this PaymentIntent because it is already processing.")
	default:
		return nil, i.barred("You cannot confirm this PaymentIntent because it has a status of " + i.Status + ".")
	}
	a, err := i.readAttempt(p)
	if err != nil {
		return nil, err
	}
	if id := p.text("payment_method"); id != "" {
		if err := w.use(i, id); err != nil {
			return nil, err
		}
	}
	if i.Method == "" {
		return nil, i.barred("You cannot confirm this PaymentIntent because it's missing a payment method. You can either update the PaymentIntent with a payment method and then confirm it again, or confirm it again directly with a payment method or ConfirmationToken.")
	}
	i.ReturnURL = a.back
	m, _ := find[*method](w.state, i.Method)
	t := m.test()
	switch {
	case t.Asks && !a.offSession && !a.strict && w.decline == "":
		i.Status, i.LastError, i.AuthenticateAt = needsAction, nil, w.host+"/c/authenticate/"+i.ID
		w.emit("payment_intent.requires_action", i)
		w.save(i)
		return i, nil
	case t.Asks && (a.strict || t.AsksEver):
		return nil, w.fail(i, m, asked)
	}
	return i, w.take(i, m)
}

// take charges the method. A decline is a refusal that tells of the intent.
func (w *work) take(i *intent, m *method) error {
	t := m.test()
	year, month, _ := w.now.Date()
	switch {
	case w.decline != "":
		return w.fail(i, m, declineFor(w.decline))
	case m.Type == typeOfCard && t.Decline != nil:
		return w.fail(i, m, t.Decline)
	case m.past(year, int(month)):
		return w.fail(i, m, expiredCard)
	}
	h := w.charge(i, m)
	w.keep(i, m)
	i.LastError, i.LatestCharge = nil, h.ID
	if m.Type == typeOfCard {
		w.succeed(i, h)
		return nil
	}
	i.Status, i.SettlesAt = statusProcessing, w.now.Add(w.o.SettleAfter)
	switch {
	case t.Never:
		i.SettlesAt = never
	case t.Delayed:
		i.SettlesAt = w.now.Add(slowFactor * w.o.SettleAfter)
	}
	w.save(i)
	w.emit("payment_intent.processing", i)
	w.emit("charge.pending", h)
	return nil
}

// declineFor makes a decline for a reason that a test gave.
func declineFor(reason string) *outcome {
	for _, t := range testMethods {
		if t.Decline != nil && t.Type == "" && t.Decline.DeclineCode == reason {
			return t.Decline
		}
	}
	return declined("card_declined", reason, "Your card was declined.")
}

// charge makes a charge that is pending.
func (w *work) charge(i *intent, m *method) *charge {
	h := &charge{Amount: i.Amount, Currency: i.Currency, Customer: i.Customer, Intent: i.ID, Method: m.ID, Description: i.Description,
		Statement: i.Statement, Metadata: i.Metadata, Status: statusPending}
	w.create(map[bool]string{true: "ch_", false: "py_"}[m.Type == typeOfCard], h)
	return h
}

// keep stores the method for later where the intent says so.
func (w *work) keep(i *intent, m *method) {
	if i.FutureUse == "" || i.Customer == "" || m.Customer != "" {
		return
	}
	m.Customer = i.Customer
	w.save(m)
	w.emit("payment_method.attached", m)
}

// succeed ends an intent with its money taken.
func (w *work) succeed(i *intent, h *charge) {
	h.Status, h.Captured = statusSucceeded, h.Amount
	i.Status, i.Received, i.SettlesAt, i.LastError = statusSucceeded, i.Amount, time.Time{}, nil
	w.save(h)
	w.save(i)
	w.emit("charge.succeeded", h)
	w.emit("payment_intent.succeeded", i)
}

// fail ends a try without money. The intent takes another method.
func (w *work) fail(i *intent, m *method, o *outcome) *refusal {
	h := w.charge(i, m)
	w.lose(i, m, h, o)
	return &refusal{status: http.StatusPaymentRequired, kind: o.Type, code: o.Code, declineCode: o.DeclineCode, message: o.Message,
		charge: h.ID, intent: i, method: m}
}

func (w *work) lose(i *intent, m *method, h *charge, o *outcome) {
	h.Status, h.FailureCode, h.FailureText, h.DeclineCode = statusFailed, o.Code, o.Message, o.DeclineCode
	i.Status, i.Method, i.SettlesAt, i.LatestCharge = needsMethod, "", time.Time{}, h.ID
	i.LastError = &failure{o.Type, o.Code, o.DeclineCode, o.Message, h.ID, m.ID}
	w.save(h)
	w.save(i)
	w.emit("charge.failed", h)
	w.emit("payment_intent.payment_failed", i)
}

// settle ends a bank debit that is under way.
func (w *work) settle(i *intent) {
	m, _ := find[*method](w.state, i.Method)
	h, _ := find[*charge](w.state, i.LatestCharge)
	page, _ := find[*session](w.state, i.Session)
	if o := m.test().Decline; o != nil {
		w.lose(i, m, h, o)
		w.tellPage(page, "checkout.session.async_payment_failed")
		return
	}
	w.succeed(i, h)
	if page != nil {
		page.PaymentStatus = paid
		w.save(page)
	}
	w.tellPage(page, "checkout.session.async_payment_succeeded")
}

func (w *work) tellPage(page *session, what string) {
	if page != nil {
		w.emit(what, page)
	}
}

// authenticate ends what the holder of a card was asked for.
func (w *work) authenticate(i *intent, passed bool) error {
	m, _ := find[*method](w.state, i.Method)
	if passed {
		return w.take(i, m)
	}
	return w.fail(i, m, &outcome{typeInvalid, "payment_intent_authentication_failure", "", "The provided PaymentMethod has failed authentication. You can provide payment_method_data or a new PaymentMethod to attempt to fulfill this PaymentIntent again."})
}

var cancelReasons = []string{"", "duplicate", "fraudulent", "requested_by_customer", "abandoned"}

func cancelIntent(w *work, c call) (object, error) {
	i, ok := find[*intent](w.state, c.id)
	if !ok {
		r := absent("payment_intent", c.id)
		r.param = "intent"
		return nil, r
	}
	reason, err := c.params.oneOf("cancellation_reason", cancelReasons...)
	if err != nil {
		return nil, err
	}
	if page, ok := find[*session](w.state, i.Session); ok && page.Status == statusOpen {
		return nil, i.barred("You cannot cancel this PaymentIntent because it was created by Checkout. Expire the Checkout Session instead.")
	}
	switch i.Status {
	case needsMethod, needsConfirmation, needsAction:
		w.cancel(i, reason)
		return i, nil
	}
	return nil, i.barred("You cannot cancel this PaymentIntent because it has a status of " + i.Status + ". Only a PaymentIntent with one of the following statuses may be canceled: requires_payment_method, requires_capture, requires_confirmation, requires_action, processing.")
}

func (w *work) cancel(i *intent, reason string) {
	i.Status, i.CancelReason, i.CanceledAt = statusCanceled, reason, w.now.Unix()
	w.save(i)
	w.emit("payment_intent.canceled", i)
}
