package stripe

import (
	"net/http"
	"strings"

	api "github.com/stripe/stripe-go/v85"

	"customercenter/shared/center"
	"customercenter/shared/processor"
)

// reasons are what the codes of declines and refusals mean to who pays. A
// stolen card is just declined: whoever holds it must not learn that it is
// known.
var reasons = func() map[string]center.DeclineReason {
	table := make(map[string]center.DeclineReason)
	for reason, codes := range map[center.DeclineReason]string{
		center.DeclineFunds:   "insufficient_funds",
		center.DeclineExpired: "expired_card",
		center.DeclineDetails: "incorrect_address incorrect_cvc incorrect_number incorrect_pin incorrect_zip invalid_account invalid_cvc " +
			"invalid_expiry_month invalid_expiry_year invalid_number invalid_pin",
		center.DeclineAuthentication: "authentication_required payment_intent_authentication_failure payment_method_customer_decline " +
			"setup_intent_authentication_failure",
		center.DeclineLimit: "amount_too_large card_velocity_exceeded charge_exceeds_source_limit charge_exceeds_transaction_limit " +
			"withdrawal_count_limit_exceeded",
		center.DeclineMethodGone: "payment_intent_mandate_invalid payment_method_not_available payment_method_unexpected_state",
		center.DeclineBank: "account_closed bank_account_restricted bank_account_unusable debit_not_authorized no_account " +
			"payment_intent_payment_attempt_failed payment_method_bank_account_blocked",
		center.DeclineProcessor: "payment_method_provider_timeout processing_error",
	} {
		for _, code := range strings.Fields(codes) {
			table[code] = reason
		}
	}
	return table
}()

// declineReason reads the bank's code, else Stripe's, else just what kind of
// method was tried.
func declineReason(decline, code, kind string) center.DeclineReason {
	for _, c := range []string{decline, code} {
		if r, known := reasons[c]; known {
			return r
		}
	}
	if isDebit(kind) {
		return center.DeclineBank
	}
	return center.DeclineCard
}

// isDebit tells of the types of method that take money from a bank account.
func isDebit(kind string) bool {
	return kind == string(api.PaymentMethodTypeUSBankAccount) || strings.HasSuffix(kind, "_debit")
}

// lastDecline is why an intent's last try failed; "" where none did.
func lastDecline(e *api.Error) center.DeclineReason {
	if e == nil {
		return ""
	}
	kind := string(e.PaymentMethodType)
	if kind == "" && e.PaymentMethod != nil {
		kind = string(e.PaymentMethod.Type)
	}
	return declineReason(string(e.DeclineCode), string(e.Code), kind)
}

// reasonOf is what who pays is told of a request that Stripe refused; "" where
// it did not.
func reasonOf(e *api.Error) center.DeclineReason {
	known, ok := reasons[string(e.Code)]
	switch {
	case outcome(e) != processor.Refused:
		return ""
	case e.HTTPStatusCode == http.StatusPaymentRequired:
		return lastDecline(e)
	case ok:
		return known
	case e.Param == "payment_method":
		return center.DeclineMethodGone
	}
	return center.DeclineProcessor
}
