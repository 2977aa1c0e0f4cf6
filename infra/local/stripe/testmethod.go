package stripe

import (
	"strings"
)

// outcome is what a charge of a test method comes to.
type outcome struct {
	Type, Code, DeclineCode, Message string
}

// testMethod is a documented test card or bank account.
type testMethod struct {
	Token    string // as Stripe names the ready payment method
	Type     string
	Number   string // what is typed into a page
	Brand    string
	Bank     string // its name, or its code for SEPA
	Country  string
	Decline  *outcome // of each charge; for debits when they settle
	Attaches bool     // a declined card that can be stored nevertheless
	Asks     bool     // charges on session need an authentication
	AsksEver bool     // charges off session too, however it was stored
	Refund   string   // how a refund ends that does not succeed at once
	Delayed  bool     // settles later than others of its kind
	Never    bool     // never settles
}

func (t testMethod) last4() string { return t.Number[len(t.Number)-4:] }

func declined(code, declineCode, message string) *outcome {
	return &outcome{typeCard, code, declineCode, message}
}

func returned(code, message string) *outcome { return &outcome{typeInvalid, code, "", message} }

var (
	plainDecline = declined("card_declined", "generic_decline", "Your card was declined.")
	noFunds      = declined("card_declined", "insufficient_funds", "Your card has insufficient funds.")
	expiredCard  = declined("expired_card", "expired_card", "Your card has expired.")
	asked        = declined("authentication_required", "authentication_required", "Your card was declined. This transaction requires authentication.")
)

// testMethods are the test cards and accounts in the order of the pages. The
// numbers are Stripe's; no bank has issued any of them.
var testMethods = []testMethod{
	{Token: "pm_card_visa", Number: "4242424242424242", Brand: "visa", Country: "US"},
	{Token: "pm_card_mastercard", Number: "5555555555554444", Brand: "mastercard", Country: "US"},
	{Token: "pm_card_amex", Number: "378282246310005", Brand: "amex", Country: "US"},
	{Token: "pm_card_visa_chargeDeclined", Number: "4000000000000002", Brand: "visa", Country: "US", Decline: plainDecline},
	{Token: "pm_card_visa_chargeDeclinedInsufficientFunds", Number: "4000000000009995", Brand: "visa", Country: "US", Decline: noFunds},
	{Token: "pm_card_chargeDeclinedExpiredCard", Number: "4000000000000069", Brand: "visa", Country: "US", Decline: expiredCard},
	{Token: "pm_card_chargeDeclinedIncorrectCvc", Number: "4000000000000127", Brand: "visa", Country: "US", Decline: declined("incorrect_cvc", "incorrect_cvc", "Your card's security code is incorrect.")},
	{Token: "pm_card_chargeDeclinedProcessingError", Number: "4000000000000119", Brand: "visa", Country: "US", Decline: declined("processing_error", "processing_error", "An error occurred while processing your card. Try again in a little bit.")},
	{Token: "pm_card_authenticationRequiredOnSetup", Number: "4000002500003155", Brand: "visa", Country: "US", Asks: true},
	{Token: "pm_card_authenticationRequired", Number: "4000002760003184", Brand: "visa", Country: "US", Asks: true, AsksEver: true},
	{Token: "pm_card_authenticationRequiredChargeDeclinedInsufficientFunds", Number: "4000008260003178", Brand: "visa", Country: "US", Asks: true, Attaches: true, Decline: noFunds},
	{Token: "pm_card_chargeCustomerFail", Number: "4000000000000341", Brand: "visa", Country: "US", Attaches: true, Decline: plainDecline},
	{Token: "pm_card_visa_chargeDeclinedLostCard", Number: "4000000000009987", Brand: "visa", Country: "US", Decline: declined("card_declined", "lost_card", "Your card was declined.")},
	{Token: "pm_card_visa_chargeDeclinedStolenCard", Number: "4000000000009979", Brand: "visa", Country: "US", Decline: declined("card_declined", "stolen_card", "Your card was declined.")},
	{Token: "pm_card_visa_chargeDeclinedVelocityLimitExceeded", Number: "4000000000006975", Brand: "visa", Country: "US", Decline: declined("card_declined", "card_velocity_exceeded", "Your card was declined for making repeated attempts too frequently or exceeding its amount limit.")},
	{Token: "pm_card_pendingRefund", Number: "4000000000007726", Brand: "visa", Country: "US", Refund: statusSucceeded},
	{Token: "pm_card_refundFail", Number: "4000000000005126", Brand: "visa", Country: "US", Refund: statusFailed},
	{Token: "pm_usBankAccount_success", Type: typeOfBank, Number: "000123456789"},
	{Token: "pm_usBankAccount_insufficientFunds", Type: typeOfBank, Number: "000222222227", Decline: returned("insufficient_funds", "The bank account has insufficient funds to complete the purchase.")},
	{Token: "pm_usBankAccount_accountClosed", Type: typeOfBank, Number: "000111111113", Decline: returned("account_closed", "The customer's bank account has been closed.")},
	{Token: "pm_usBankAccount_noAccount", Type: typeOfBank, Number: "000111111116", Decline: returned("no_account", "The bank account could not be located.")},
	{Token: "pm_usBankAccount_debitNotAuthorized", Type: typeOfBank, Number: "000333333335", Decline: returned("debit_not_authorized", "The customer has notified their bank that this payment was unauthorized.")},
	{Token: "pm_usBankAccount_processing", Type: typeOfBank, Number: "000000000009", Never: true},
	{Token: "pm_sepaDebit_success_de", Type: typeOfSEPA, Number: "DE89370400440532013000", Country: "DE"},
	{Token: "pm_sepaDebit_successDelayed_de", Type: typeOfSEPA, Number: "DE08370400440532013003", Country: "DE", Delayed: true},
	{Token: "pm_sepaDebit_failed_de", Type: typeOfSEPA, Number: "DE62370400440532013001", Country: "DE", Decline: returned("payment_intent_payment_attempt_failed", "The payment failed.")},
	{Token: "pm_sepaDebit_failedDelayed_de", Type: typeOfSEPA, Number: "DE78370400440532013004", Country: "DE", Delayed: true, Decline: returned("payment_intent_payment_attempt_failed", "The payment failed.")},
	{Token: "pm_sepaDebit_insufficientFunds_de", Type: typeOfSEPA, Number: "DE65370400440002222227", Country: "DE", Decline: returned("insufficient_funds", "The bank account has insufficient funds to complete the purchase.")},
	{Token: "pm_sepaDebit_success_nl", Type: typeOfSEPA, Number: "NL39RABO0300065264", Country: "NL"},
}

// aliases are further names of tokens.
var aliases = map[string]string{
	"pm_card_threeDSecure2Required": "pm_card_authenticationRequired",
	"pm_success_de":                 "pm_sepaDebit_success_de",
	"pm_successDelayed_de":          "pm_sepaDebit_successDelayed_de",
	"pm_failed_de":                  "pm_sepaDebit_failed_de",
	"pm_failedDelayed_de":           "pm_sepaDebit_failedDelayed_de",
	"pm_insufficientFunds_de":       "pm_sepaDebit_insufficientFunds_de",
	"pm_card_chargeDeclined":        "pm_card_visa_chargeDeclined",
}

// byToken and byNumber find a test method.
var byToken, byNumber = func() (tokens, numbers map[string]testMethod) {
	tokens, numbers = map[string]testMethod{}, map[string]testMethod{}
	for _, t := range testMethods {
		if t.Type == "" {
			t.Type = typeOfCard
		}
		tokens[t.Token], numbers[t.Number] = t, t
	}
	for alias, token := range aliases {
		tokens[alias] = tokens[token]
	}
	return tokens, numbers
}()

// typed finds a test method by the number that somebody typed.
func typed(number string) (testMethod, bool) {
	t, ok := byNumber[strings.ToUpper(strings.Map(func(r rune) rune {
		if r == ' ' || r == '-' {
			return -1
		}
		return r
	}, number))]
	return t, ok
}

// test is the test card or account behind a method.
func (m *method) test() testMethod { return byToken[m.Test] }

// years is how long a test card is valid where nothing else is said.
const years = 3

// newMethod makes a method of a test card or account.
func (w *work) newMethod(t testMethod) *method {
	m := &method{Test: t.Token, Type: t.Type}
	if t.Type == typeOfCard {
		m.ExpMonth, m.ExpYear = int(w.now.Month()), w.now.Year()+years
	}
	w.create("pm_", m)
	return m
}

// past tells whether a card's last month is over.
func (m *method) past(year, month int) bool {
	return m.Type == typeOfCard && (m.ExpYear < year || m.ExpYear == year && m.ExpMonth < month)
}
