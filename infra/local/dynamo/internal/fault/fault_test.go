package fault

import (
	"errors"
	"fmt"
	"testing"
)

func TestFrom(t *testing.T) {
	refusal := Validation("no %s", "good")
	if got := From(fmt.Errorf("wrapped: %w", refusal)); got != refusal {
		t.Errorf("got %v", got)
	}
	if got := From(errors.New("disk")); got.Code != CodeInternal || got.Message != "disk" {
		t.Errorf("got %v", got)
	}
}

func TestMessages(t *testing.T) {
	for want, got := range map[string]error{
		"ValidationException: 1 validation error detected: Value null at 'key' failed to satisfy constraint: Member must not be null":         Constraint(nil, "key", "Member must not be null"),
		"ValidationException: 1 validation error detected: Value '0' at 'limit' failed to satisfy constraint: Member must be more":            Constraint(0, "limit", "Member must be more"),
		"ConditionalCheckFailedException: The conditional request failed":                                                                     ConditionFailed(nil),
		"TransactionCanceledException: Transaction cancelled, please refer cancellation reasons for specific reasons [None, ValidationError]": Canceled([]Reason{{Code: ReasonNone}, {Code: ReasonValidation}}),
	} {
		if got.Error() != want {
			t.Errorf("\n got %s\nwant %s", got, want)
		}
	}
}
