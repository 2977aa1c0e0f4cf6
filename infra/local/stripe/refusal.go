package stripe

import (
	"fmt"
	"net/http"
)

// The kinds of error that Stripe tells apart.
const (
	typeInvalid     = "invalid_request_error"
	typeCard        = "card_error"
	typeIdempotency = "idempotency_error"
	typeAPI         = "api_error"
)

// codeUnexpectedState refuses a step that an intent's status does not allow.
const codeUnexpectedState = "payment_intent_unexpected_state"

// refusal is an error as Stripe answers it.
type refusal struct {
	status      int
	kind        string // its type
	code        string
	declineCode string
	param       string
	message     string
	charge      string
	// about is the intent or setup intent, and the method, that the error is
	// about, as they stand after it.
	intent object
	method object
	// early tells that no endpoint began its work: nothing is stored under
	// the idempotency key.
	early bool
}

func (r *refusal) Error() string { return r.message }

// unfit refuses a parameter before anything is done.
func unfit(param, code, format string, args ...any) *refusal {
	return &refusal{status: http.StatusBadRequest, kind: typeInvalid, code: code, param: param, message: fmt.Sprintf(format, args...), early: true}
}

// barred refuses what the state of things does not allow.
func barred(code, format string, args ...any) *refusal {
	return &refusal{status: http.StatusBadRequest, kind: typeInvalid, code: code, message: fmt.Sprintf(format, args...)}
}

func absent(kind, id string) *refusal {
	return &refusal{status: http.StatusNotFound, kind: typeInvalid, code: "resource_missing", param: "id",
		message: fmt.Sprintf("No such %s: '%s'", kind, id)}
}

// view is how the error stands in an answer.
func (r *refusal) view(s *state) view {
	out := view{"type": r.kind, "message": r.message}
	for name, text := range map[string]string{"code": r.code, "decline_code": r.declineCode, "param": r.param, "charge": r.charge} {
		if text != "" {
			out[name] = text
		}
	}
	if r.code != "" {
		out["doc_url"] = "https://stripe.com/docs/error-codes/" + r.code
	}
	if r.intent != nil {
		out[r.intent.kind()] = r.intent.view(s)
	}
	if r.method != nil {
		out["payment_method"] = r.method.view(s)
	}
	return view{"error": out}
}
