package store

import (
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go"

	"customercenter/shared/center"
)

// verdict is what an answer, or the lack of one, says about a write.
type verdict int

const (
	applied   verdict = iota
	refused           // a condition did not hold; not applied, or our own first try was
	contended         // another transaction was at the same items; not applied
	throttled         // over capacity; not applied
	hopeless          // wrong in itself; not applied, and never will be
	unknown           // may have been applied
)

// outcome sorts an error. After a retry inside the SDK even refused may mean
// that the first try was applied and its answer lost: who must know compares
// a mark it wrote (see refusal).
func outcome(err error) verdict {
	if err == nil {
		return applied
	}
	var cancelled *types.TransactionCanceledException
	if errors.As(err, &cancelled) {
		return outcomeOfReasons(cancelled.CancellationReasons)
	}
	var api smithy.APIError
	if !errors.As(err, &api) || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return unknown
	}
	switch api.ErrorCode() {
	case "ConditionalCheckFailedException":
		return refused
	case "TransactionConflictException":
		return contended
	case "ThrottlingException", "ProvisionedThroughputExceededException", "RequestLimitExceeded":
		return throttled
	case "ValidationException", "AccessDeniedException", "ResourceNotFoundException",
		"IdempotentParameterMismatchException", "ItemCollectionSizeLimitExceededException",
		"UnrecognizedClientException", "SerializationException":
		return hopeless
	default: // InternalServerError, TransactionInProgressException, ServiceUnavailable, what is new
		return unknown
	}
}

// outcomeOfReasons weighs the reasons of a cancelled transaction: one that
// can never be applied outweighs a condition, and that a busy moment.
func outcomeOfReasons(reasons []types.CancellationReason) verdict {
	worst := contended
	for _, reason := range reasons {
		if reason.Code == nil {
			continue
		}
		switch *reason.Code {
		case "ValidationError", "ItemCollectionSizeLimitExceeded":
			return hopeless
		case "ConditionalCheckFailed":
			worst = refused
		case "ThrottlingError", "ProvisionedThroughputExceeded":
			if worst == contended {
				worst = throttled
			}
		}
	}
	return worst
}

// errBusy tells people that trying again is all there is to do.
var errBusy = &center.Error{Kind: center.Unavailable, Code: "busy", RetryAfter: 1,
	Detail: "The system is busy right now. Nothing was lost; please try again in a moment."}

// unavailable translates what the table could not do into what a person can
// be told; what is our own mistake stays an unknown error.
func unavailable(err error) error {
	switch outcome(err) {
	case throttled, contended, unknown:
		busy := *errBusy
		busy.Err = err
		return &busy
	default:
		return err
	}
}

// changed is the refusal of a write whose premise is no longer so.
func changed(err error) error {
	return &center.Error{Kind: center.Conflict, Code: "changed-meanwhile", RetryAfter: 1,
		Detail: "This changed while you were at it. Please look at it again.", Err: err}
}
