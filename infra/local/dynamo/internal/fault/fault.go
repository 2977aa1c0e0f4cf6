// Package fault holds the refusals DynamoDB answers with: a code, a sentence and
// what travels beside them. It knows codes and wording conventions, not what any
// of them is about; the rooms that refuse write the sentence.
package fault

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// Error is one refusal. Code is the exception's name without its namespace.
type Error struct {
	Code    string
	Message string
	Item    json.RawMessage // the standing item as DynamoDB JSON, when it was asked for
	Reasons []Reason        // of a cancelled transaction, one per action, in order
}

// Reason says what became of one action of a cancelled transaction.
type Reason struct {
	Code    string // "None" for an action that was not at fault
	Message string
	Item    json.RawMessage
}

// Codes the engine answers with.
const (
	CodeValidation          = "ValidationException"
	CodeSerialization       = "SerializationException"
	CodeConditionFailed     = "ConditionalCheckFailedException"
	CodeTransactionCanceled = "TransactionCanceledException"
	CodeTransactionConflict = "TransactionConflictException"
	CodeTokenMismatch       = "IdempotentParameterMismatchException"
	CodeNotFound            = "ResourceNotFoundException"
	CodeInUse               = "ResourceInUseException"
	CodeUnknownOperation    = "UnknownOperationException"
	CodeInternal            = "InternalServerError"
)

// Codes of cancellation reasons.
const (
	ReasonNone            = "None"
	ReasonConditionFailed = "ConditionalCheckFailed"
	ReasonConflict        = "TransactionConflict"
	ReasonValidation      = "ValidationError"
)

func (e *Error) Error() string { return e.Code + ": " + e.Message }

// Validation refuses a request that no state of the table could make right.
func Validation(format string, args ...any) *Error {
	return &Error{Code: CodeValidation, Message: fmt.Sprintf(format, args...)}
}

// Constraint refuses one parameter in the words of DynamoDB's request model:
// value is quoted, at is the parameter's path in lower camel case.
func Constraint(value any, at, constraint string) *Error {
	quoted := fmt.Sprintf("'%v'", value)
	if value == nil {
		quoted = "null"
	}
	return Validation("1 validation error detected: Value %s at '%s' failed to satisfy constraint: %s", quoted, at, constraint)
}

// Serialization refuses a body that is not the JSON the protocol asks for.
func Serialization(format string, args ...any) *Error {
	return &Error{Code: CodeSerialization, Message: fmt.Sprintf(format, args...)}
}

// ConditionFailed refuses a write whose condition does not hold; item is the
// standing item where the caller asked for it, else nil.
func ConditionFailed(item json.RawMessage) *Error {
	return &Error{Code: CodeConditionFailed, Message: "The conditional request failed", Item: item}
}

// Canceled refuses a transaction; reasons stand in the order of its actions.
func Canceled(reasons []Reason) *Error {
	codes := make([]string, len(reasons))
	for i, r := range reasons {
		codes[i] = r.Code
	}
	return &Error{
		Code:    CodeTransactionCanceled,
		Message: "Transaction cancelled, please refer cancellation reasons for specific reasons [" + strings.Join(codes, ", ") + "]",
		Reasons: reasons,
	}
}

// From returns err as a refusal; what is not one becomes an internal error.
func From(err error) *Error {
	var f *Error
	if errors.As(err, &f) {
		return f
	}
	return &Error{Code: CodeInternal, Message: err.Error()}
}

// Namespace returns the prefix that DynamoDB writes before a code on the wire.
func Namespace(code string) string {
	switch code {
	case CodeValidation:
		return "com.amazon.coral.validate#"
	case CodeSerialization, CodeUnknownOperation:
		return "com.amazon.coral.service#"
	}
	return "com.amazonaws.dynamodb.v20120810#"
}
