package store

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go"

	"customercenter/shared/center"
)

func cancelled(codes ...string) error {
	e := &types.TransactionCanceledException{}
	for _, c := range codes {
		e.CancellationReasons = append(e.CancellationReasons, types.CancellationReason{Code: aws.String(c)})
	}
	return fmt.Errorf("operation error: %w", e)
}

func TestOutcomeOfEveryError(t *testing.T) {
	api := func(code string) error { return fmt.Errorf("operation error: %w", &smithy.GenericAPIError{Code: code}) }
	cases := []struct {
		name string
		err  error
		want verdict
		kind center.Kind // what a person is told
	}{
		{"nothing", nil, applied, center.Internal},
		{"condition", &types.ConditionalCheckFailedException{}, refused, center.Internal},
		{"cancelled by a condition", cancelled("None", "ConditionalCheckFailed"), refused, center.Internal},
		{"cancelled by a conflict", cancelled("None", "TransactionConflict"), contended, center.Unavailable},
		{"by a conflict and a condition", cancelled("TransactionConflict", "ConditionalCheckFailed"), refused, center.Internal},
		{"by throttling", cancelled("ThrottlingError"), throttled, center.Unavailable},
		{"by its form", cancelled("ConditionalCheckFailed", "ValidationError"), hopeless, center.Internal},
		{"conflict", &types.TransactionConflictException{}, contended, center.Unavailable},
		{"throttled", &types.ThrottlingException{}, throttled, center.Unavailable},
		{"over capacity", &types.ProvisionedThroughputExceededException{}, throttled, center.Unavailable},
		{"wrong", api("ValidationException"), hopeless, center.Internal},
		{"not allowed", api("AccessDeniedException"), hopeless, center.Internal},
		{"no table", &types.ResourceNotFoundException{}, hopeless, center.Internal},
		{"another with that token", &types.IdempotentParameterMismatchException{}, hopeless, center.Internal},
		{"in progress", &types.TransactionInProgressException{}, unknown, center.Unavailable},
		{"service error", &types.InternalServerError{}, unknown, center.Unavailable},
		{"timeout", fmt.Errorf("call: %w", context.DeadlineExceeded), unknown, center.Unavailable},
		{"reset", errors.New("connection reset by peer"), unknown, center.Unavailable},
		{"what is new", api("SomethingNew"), unknown, center.Unavailable},
	}
	for _, c := range cases {
		if got := outcome(c.err); got != c.want {
			t.Errorf("%s: %d, want %d", c.name, got, c.want)
		}
		if c.err != nil && center.AsError(unavailable(c.err)).Kind != c.kind {
			t.Errorf("%s is told as %v", c.name, unavailable(c.err))
		}
	}
}

func TestARefusalNamesItsWriteByPosition(t *testing.T) {
	writes := []write{{name: "first"}, {name: "second"}}
	err := refusalOf(cancelled("None", "ConditionalCheckFailed"), writes)
	var r *refusal
	if !errors.As(err, &r) || r.write != "second" {
		t.Errorf("got %v", err)
	}
	if err := refusalOf(cancelled("None", "None", "ConditionalCheckFailed"), writes); isRefusal(err) {
		t.Errorf("a reason beyond the writes: %v", err)
	}
}

func TestTheSameWritesHaveTheSameToken(t *testing.T) {
	make := func(op, text string, n int64) string {
		it := newItem(key{"a", "b"}, kindOnce)
		it.text("x", text)
		it.num("y", n)
		part := item{}
		part.flag("f", true)
		it.part("m", part)
		it.texts("l", []string{text, "z"})
		return requestToken(op, []write{{name: "w", verb: put, at: it.key(), item: it, condition: absent}})
	}
	if make("op", "t", 1) != make("op", "t", 1) {
		t.Error("the same writes have two tokens")
	}
	seen := map[string]bool{}
	for _, token := range []string{make("op", "t", 1), make("op2", "t", 1), make("op", "u", 1), make("op", "t", 2)} {
		if seen[token] || len(token) != 36 {
			t.Errorf("token %q", token)
		}
		seen[token] = true
	}
}

func TestItemsOfOtherKindsAndVersionsAreRefused(t *testing.T) {
	it := newItem(key{"a", "b"}, kindRow)
	if r := open(it, kindRow); r.err != nil {
		t.Error(r.err)
	}
	if r := open(it, kindInvoice); r.err == nil {
		t.Error("a row was read as an invoice")
	}
	it.text(attrKind, string(kindRow)+"2")
	if r := open(it, kindRow); r.err == nil {
		t.Error("a version of later was read")
	}
	it = newItem(key{"a", "b"}, kindRow)
	it.text("n", "text")
	r := open(it, kindRow)
	if r.num("n"); r.err == nil {
		t.Error("text was read as a number")
	}
}

func TestPackedDocumentsComeBackAndBombsDoNot(t *testing.T) {
	in := center.Document{Number: "1", Notes: []string{"a < b & c"}}
	body, err := packed(in)
	if err != nil {
		t.Fatal(err)
	}
	var out center.Document
	if _, err := unpack(body, &out); err != nil || out.Notes[0] != in.Notes[0] {
		t.Error(out, err)
	}
	bomb, err := deflated(make([]byte, maxDocument+1))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := inflated(bomb); err == nil {
		t.Error("a bomb was unfolded")
	}
	if _, err := inflated([]byte("garbage")); err == nil {
		t.Error("garbage was unfolded")
	}
}
