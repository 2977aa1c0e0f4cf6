package stripe

import (
	"context"
	"errors"
	"io"
	"net/url"
	"strings"
	"testing"

	api "github.com/stripe/stripe-go/v85"

	"customercenter/shared/center"
	"customercenter/shared/processor"
)

func TestOutcomesSayNoMoreThanIsKnown(t *testing.T) {
	answer := func(status int, kind api.ErrorType, code api.ErrorCode) error {
		return &api.Error{HTTPStatusCode: status, Type: kind, Code: code}
	}
	for _, c := range []struct {
		err     error
		outcome processor.Outcome
		code    string
		reason  center.DeclineReason
		again   bool
	}{
		{answer(400, "invalid_request_error", "amount_too_small"), processor.Refused, "amount_too_small", center.DeclineProcessor, false},
		{answer(400, "invalid_request_error", ""), processor.Refused, "invalid_request_error", center.DeclineProcessor, false},
		{answer(400, "idempotency_error", ""), processor.Unknown, "idempotency_error", "", false},
		{answer(401, "invalid_request_error", ""), processor.Refused, codeUnauthorized, center.DeclineProcessor, false},
		{answer(402, "card_error", "card_declined"), processor.Refused, "card_declined", center.DeclineCard, false},
		{&api.Error{HTTPStatusCode: 402, Code: "card_declined", DeclineCode: "insufficient_funds"}, processor.Refused, "insufficient_funds", center.DeclineFunds, false},
		{&api.Error{HTTPStatusCode: 400, Code: "resource_missing", Param: "payment_method"}, processor.Refused, "resource_missing", center.DeclineMethodGone, false},
		{answer(403, "invalid_request_error", ""), processor.Refused, codeForbidden, center.DeclineProcessor, false},
		{answer(404, "invalid_request_error", "resource_missing"), processor.Missing, "resource_missing", "", false},
		{answer(409, "idempotency_error", "idempotency_key_in_use"), processor.Unknown, "idempotency_key_in_use", "", true},
		{answer(409, "invalid_request_error", ""), processor.Unknown, "invalid_request_error", "", true},
		{answer(424, "api_error", ""), processor.Unknown, "api_error", "", false},
		{answer(429, "invalid_request_error", "rate_limit"), processor.Busy, "rate_limit", "", false},
		{answer(429, "invalid_request_error", "lock_timeout"), processor.Busy, "lock_timeout", "", true},
		{answer(500, "api_error", ""), processor.Unknown, "api_error", "", true},
		{answer(503, "api_error", ""), processor.Unknown, "api_error", "", true},
		{&url.Error{Op: "Post", URL: "https://x", Err: context.DeadlineExceeded}, processor.Unknown, codeNoAnswer, "", true},
		{&url.Error{Op: "Post", URL: "https://x", Err: io.EOF}, processor.Unknown, codeNoAnswer, "", true},
		{context.Canceled, processor.Unknown, codeNoAnswer, "", true},
		{errors.New("Couldn't deserialize JSON (body sample: 'secret')"), processor.Unknown, codeUnreadable, "", true},
	} {
		got := failure(c.err)
		if outcome(c.err) != c.outcome || got.Outcome != c.outcome || got.Code != c.code || got.Reason != c.reason || again(c.err) != c.again {
			t.Errorf("%#v: %+v, again %v", c.err, got, again(c.err))
		}
	}
}

func TestErrorsTellNothingOfTheCustomer(t *testing.T) {
	for _, err := range []error{
		&api.Error{HTTPStatusCode: 402, Msg: "secret", PaymentMethod: &api.PaymentMethod{ID: "secret"}, PaymentIntent: &api.PaymentIntent{Description: "secret"}},
		errors.New("body sample: secret"),
	} {
		if text := failure(err).Error(); strings.Contains(text, "secret") {
			t.Error(text)
		}
	}
	if !errors.Is(failure(&url.Error{Err: context.DeadlineExceeded}), context.DeadlineExceeded) {
		t.Error("the cause is lost")
	}
}

func TestDeclinesHaveReasonsToActOn(t *testing.T) {
	for _, c := range []struct {
		decline, code, kind string
		want                center.DeclineReason
	}{
		{"insufficient_funds", "card_declined", "card", center.DeclineFunds},
		{"lost_card", "card_declined", "card", center.DeclineCard},
		{"", "incorrect_cvc", "card", center.DeclineDetails},
		{"something_new", "expired_card", "card", center.DeclineExpired},
		{"something_new", "something_newer", "card", center.DeclineCard},
		{"something_new", "", "link", center.DeclineCard},
		{"", "something_new", "us_bank_account", center.DeclineBank},
		{"", "something_new", "sepa_debit", center.DeclineBank},
		{"", "insufficient_funds", "sepa_debit", center.DeclineFunds},
		{"", "payment_intent_authentication_failure", "card", center.DeclineAuthentication},
	} {
		if got := declineReason(c.decline, c.code, c.kind); got != c.want {
			t.Errorf("%+v: %s", c, got)
		}
	}
}
