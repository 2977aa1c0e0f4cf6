package center

import (
	"errors"
	"fmt"
)

// Kind sorts errors by what the asker can do about them.
type Kind int

// The kinds, each with the HTTP status the edge answers it with.
const (
	Internal        Kind = iota // 500: our fault, said neutrally
	Invalid                     // 400: the request cannot be read
	Unauthenticated             // 401: sign in first
	Forbidden                   // 403: known, but not allowed
	NotFound                    // 404: absent or foreign, indistinguishable
	Conflict                    // 409: the world moved on; read again
	TooLarge                    // 413: more than the stated limit
	Unsupported                 // 415: another content type is needed
	Unprocessable               // 422: understood, but fields are not acceptable
	TooMany                     // 429: slow down, RetryAfter says how long
	Unavailable                 // 503: try again, nothing was changed
)

// Violation is one fault in an input: where (JSON pointer, parameter or header
// name) and what would be right.
type Violation struct {
	Pointer string `json:"pointer"`
	Detail  string `json:"detail"`
}

// Error is the one error type people may read. Detail is a sentence for the
// asker and never carries internals; Err is the cause, for the log only.
type Error struct {
	Kind       Kind
	Code       string // slug, stable; /problems/<code> documents it
	Detail     string
	Violations []Violation
	RetryAfter int // seconds; with TooMany, Conflict and Unavailable
	Facts      any // how things stand now, as JSON shows it; with Conflict
	Err        error
}

// Error implements error, for logs.
func (e *Error) Error() string {
	if e.Err != nil {
		return e.Code + ": " + e.Detail + ": " + e.Err.Error()
	}
	return e.Code + ": " + e.Detail
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// Errorf makes an Error with a sentence for the asker.
func Errorf(kind Kind, code, format string, args ...any) *Error {
	return &Error{Kind: kind, Code: code, Detail: fmt.Sprintf(format, args...)}
}

// AsError returns err as an *Error; what is not one becomes Internal with a
// neutral sentence, so that causes never reach a person.
func AsError(err error) *Error {
	var e *Error
	if errors.As(err, &e) {
		return e
	}
	return &Error{Kind: Internal, Code: "internal", Detail: "Something went wrong on our side. Nothing was lost; please try again.", Err: err}
}

// IsKind reports whether err is an *Error of that kind.
func IsKind(err error, kind Kind) bool {
	var e *Error
	return errors.As(err, &e) && e.Kind == kind
}
