package stripe

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"

	api "github.com/stripe/stripe-go/v85"

	"customercenter/shared/center"
	"customercenter/shared/processor"
)

// The codes of failures that Stripe gives none, or that never reached it.
const (
	codeNoAnswer     = "no_answer"
	codeUnreadable   = "unreadable_answer"
	codeUnauthorized = "unauthorized"
	codeForbidden    = "forbidden"
	codeNoObject     = "no_such_object"
	codeState        = "unexpected_state"
	codeMethodKind   = "method_kind_not_supported"
)

// outcome says what an error of stripe-go tells about the request. What is in
// doubt is Unknown: a refusal is only what Stripe says of the request itself.
func outcome(err error) processor.Outcome {
	var e *api.Error
	if !errors.As(err, &e) {
		return processor.Unknown
	}
	if e.Type == api.ErrorTypeIdempotency {
		return processor.Unknown // another request was sent under its key
	}
	switch e.HTTPStatusCode {
	case http.StatusNotFound:
		return processor.Missing
	case http.StatusTooManyRequests:
		return processor.Busy
	case http.StatusBadRequest, http.StatusUnauthorized, http.StatusPaymentRequired, http.StatusForbidden:
		return processor.Refused
	}
	return processor.Unknown
}

// failure makes what callers get of an error of stripe-go.
func failure(err error) *processor.Error {
	var e *api.Error
	var u *url.Error
	out := &processor.Error{Outcome: outcome(err)}
	switch {
	case errors.As(err, &e):
		out.Code, out.Reason, out.Err = codeOf(e), reasonOf(e), answered{e}
	case errors.As(err, &u), errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		out.Code, out.Err = codeNoAnswer, err
	default:
		// Its text may hold the start of the body.
		out.Code, out.Err = codeUnreadable, errors.New("stripe: an answer that can not be read")
	}
	return out
}

// answered is an error that Stripe answered. The library's own text of it
// holds the whole object, customer and all.
type answered struct{ e *api.Error }

// Error implements error, for logs.
func (a answered) Error() string {
	return fmt.Sprintf("stripe answered %d %s %s %s %q, request %q", a.e.HTTPStatusCode, a.e.Type, a.e.Code, a.e.DeclineCode, a.e.Param, a.e.RequestID)
}

// answerIn is what Stripe answered, nil where it did not.
func answerIn(err error) *api.Error {
	var a answered
	errors.As(err, &a)
	return a.e
}

// refusedWith tells whether Stripe refused a request with a status.
func refusedWith(err error, status int) bool {
	e := answerIn(err)
	return e != nil && e.HTTPStatusCode == status && e.Type != api.ErrorTypeIdempotency
}

func codeOf(e *api.Error) string {
	switch {
	case e.DeclineCode != "":
		return string(e.DeclineCode)
	case e.Code != "":
		return string(e.Code)
	case e.HTTPStatusCode == http.StatusUnauthorized:
		return codeUnauthorized
	case e.HTTPStatusCode == http.StatusForbidden:
		return codeForbidden
	}
	return string(e.Type)
}

// refused is a request that is not sent, since it could only be refused.
func refused(code string, err error) *processor.Error {
	return &processor.Error{Outcome: processor.Refused, Code: code, Reason: center.DeclineProcessor, Err: err}
}

func missing(id string) *processor.Error {
	return &processor.Error{Outcome: processor.Missing, Code: codeNoObject, Err: fmt.Errorf("stripe: %q is none of ours", id)}
}

// odd is an object in a state that it should not be in. Nothing can be
// concluded from it.
func odd(id, state string) *processor.Error {
	return &processor.Error{Outcome: processor.Unknown, Code: codeState, Err: fmt.Errorf("stripe: %s is %q", id, state)}
}

// inDoubt makes an error say nothing of whether the request was done.
func inDoubt(err error) error {
	var f *processor.Error
	if errors.As(err, &f) {
		f.Outcome, f.Reason = processor.Unknown, ""
	}
	return err
}

// again tells whether a request may just have failed to arrive, or met another
// that was under way.
func again(err error) bool {
	var e *api.Error
	if !errors.As(err, &e) {
		return true
	}
	if e.LastResponse != nil {
		switch e.LastResponse.Header.Get("Stripe-Should-Retry") {
		case "true":
			return true
		case "false":
			return false
		}
	}
	return e.HTTPStatusCode == http.StatusConflict || e.HTTPStatusCode >= http.StatusInternalServerError ||
		e.HTTPStatusCode == http.StatusTooManyRequests && e.Code == api.ErrorCodeLockTimeout
}

// turnedAway tells of a request that Stripe refused before it looked at the
// idempotency key. As a second attempt it says nothing of what became of the
// first.
func turnedAway(err error) bool {
	var e *api.Error
	if !errors.As(err, &e) {
		return false
	}
	switch e.HTTPStatusCode {
	case http.StatusUnauthorized, http.StatusForbidden, http.StatusTooManyRequests:
		return true
	}
	return false
}
