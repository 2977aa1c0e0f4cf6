package store

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"hash"
	"io"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

const (
	// maxItems and maxBytes are what one transaction may hold; the service
	// allows 4 MB, of which the names and the wire take some.
	maxItems = 100
	maxBytes = 3 << 20
	// conflictTries bounds how often a write that met a transaction is tried:
	// often enough that 64 people who pay 64 invoices of one account at once,
	// and meet in its totals alone, all succeed.
	conflictTries    = 12
	conflictDelay    = 25 * time.Millisecond
	conflictMaxDelay = 400 * time.Millisecond
	tokenLength      = 36
)

// verb is what a write does to its item.
type verb int

const (
	put verb = iota
	update
	remove
	check
)

// write is one write, with a name by which a refusal speaks of it.
// Expressions name every attribute as #x, which stands for the attribute x:
// short names collide with the service's reserved words.
type write struct {
	name      string
	verb      verb
	at        key
	item      item   // of put
	change    string // of update
	condition string
	values    item
}

// absent is the condition that nothing stands there yet.
const absent = "attribute_not_exists(#pk)"

// present is the condition that something does.
const present = "attribute_exists(#pk)"

// refusal says which write's condition did not hold, and what stands there.
type refusal struct {
	write string
	old   item
	err   error
}

func (r *refusal) Error() string { return "store: " + r.write + " refused: " + r.err.Error() }
func (r *refusal) Unwrap() error { return r.err }

var placeholder = regexp.MustCompile(`#[a-z0-9]+`)

// namesOf makes the attribute names of expressions.
func namesOf(expressions ...string) map[string]string {
	names := map[string]string{}
	for _, e := range expressions {
		for _, p := range placeholder.FindAllString(e, -1) {
			names[p] = p[1:]
		}
	}
	if len(names) == 0 {
		return nil
	}
	return names
}

func optional(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// apply does one write on its own, again a few times where it meets a
// transaction. A condition that does not hold is a *refusal, with the item
// that stands there.
func (s *Store) apply(ctx context.Context, w write) error {
	_, err := s.applyReturning(ctx, w, types.ReturnValueNone)
	return err
}

func (s *Store) applyReturning(ctx context.Context, w write, want types.ReturnValue) (item, error) {
	var out item
	err := uncontended(ctx, func() (err error) {
		out, err = s.applyOnce(ctx, w, want)
		return err
	})
	var failed *types.ConditionalCheckFailedException
	if errors.As(err, &failed) {
		return nil, &refusal{write: w.name, old: failed.Item, err: err}
	}
	if err != nil {
		return nil, unavailable(err)
	}
	return out, nil
}

// uncontended does a write, and again after a random pause while another
// transaction is at its items: the SDK gives up at once there.
func uncontended(ctx context.Context, do func() error) error {
	for try := 1; ; try++ {
		err := do()
		if outcome(err) != contended || try == conflictTries || pause(ctx, min(conflictDelay<<try, conflictMaxDelay)) != nil {
			return err
		}
	}
}

func (s *Store) applyOnce(ctx context.Context, w write, want types.ReturnValue) (item, error) {
	var out item
	var capacity *types.ConsumedCapacity
	var err error
	total, old := types.ReturnConsumedCapacityTotal, types.ReturnValuesOnConditionCheckFailureAllOld
	names := namesOf(w.change, w.condition)
	call := "UpdateItem"
	switch w.verb {
	case put:
		call = "PutItem"
		var o *dynamodb.PutItemOutput
		o, err = s.db.PutItem(ctx, &dynamodb.PutItemInput{TableName: &s.table, Item: w.item,
			ConditionExpression: optional(w.condition), ExpressionAttributeNames: names, ExpressionAttributeValues: w.values,
			ReturnConsumedCapacity: total, ReturnValuesOnConditionCheckFailure: old})
		if err == nil {
			capacity = o.ConsumedCapacity
		}
	case remove:
		call = "DeleteItem"
		var o *dynamodb.DeleteItemOutput
		o, err = s.db.DeleteItem(ctx, &dynamodb.DeleteItemInput{TableName: &s.table, Key: w.at.attributes(),
			ConditionExpression: optional(w.condition), ExpressionAttributeNames: names, ExpressionAttributeValues: w.values,
			ReturnConsumedCapacity: total, ReturnValuesOnConditionCheckFailure: old})
		if err == nil {
			capacity = o.ConsumedCapacity
		}
	case update:
		var o *dynamodb.UpdateItemOutput
		o, err = s.db.UpdateItem(ctx, &dynamodb.UpdateItemInput{TableName: &s.table, Key: w.at.attributes(), UpdateExpression: &w.change,
			ConditionExpression: optional(w.condition), ExpressionAttributeNames: names, ExpressionAttributeValues: w.values,
			ReturnConsumedCapacity: total, ReturnValuesOnConditionCheckFailure: old, ReturnValues: want})
		if err == nil {
			capacity, out = o.ConsumedCapacity, o.Attributes
		}
	default:
		return nil, fmt.Errorf("store: %s cannot be done on its own", w.name)
	}
	countWrite(ctx, call, used(capacity))
	return out, err
}

// transact does writes all or none. Transactions that meet others are tried
// again a few times; a condition that does not hold is a *refusal of the
// first such write. The same writes under the same op are applied once within
// ten minutes however often they are sent; beyond that the conditions hold.
func (s *Store) transact(ctx context.Context, op string, writes []write) error {
	in := &dynamodb.TransactWriteItemsInput{
		ClientRequestToken:     aws.String(requestToken(op, writes)),
		ReturnConsumedCapacity: types.ReturnConsumedCapacityTotal,
	}
	for _, w := range writes {
		in.TransactItems = append(in.TransactItems, s.transactItem(w))
	}
	err := uncontended(ctx, func() error {
		out, err := s.db.TransactWriteItems(ctx, in)
		if err != nil {
			countWrite(ctx, "TransactWriteItems")
			return err
		}
		countWrite(ctx, "TransactWriteItems", out.ConsumedCapacity...)
		return nil
	})
	switch {
	case err == nil:
		return nil
	case outcome(err) == refused:
		return refusalOf(err, writes)
	}
	return unavailable(err)
}

func (s *Store) transactItem(w write) types.TransactWriteItem {
	names := namesOf(w.change, w.condition)
	old := types.ReturnValuesOnConditionCheckFailureAllOld
	switch w.verb {
	case put:
		return types.TransactWriteItem{Put: &types.Put{TableName: &s.table, Item: w.item, ConditionExpression: optional(w.condition),
			ExpressionAttributeNames: names, ExpressionAttributeValues: w.values, ReturnValuesOnConditionCheckFailure: old}}
	case update:
		return types.TransactWriteItem{Update: &types.Update{TableName: &s.table, Key: w.at.attributes(), UpdateExpression: &w.change,
			ConditionExpression: optional(w.condition), ExpressionAttributeNames: names, ExpressionAttributeValues: w.values,
			ReturnValuesOnConditionCheckFailure: old}}
	case remove:
		return types.TransactWriteItem{Delete: &types.Delete{TableName: &s.table, Key: w.at.attributes(), ConditionExpression: optional(w.condition),
			ExpressionAttributeNames: names, ExpressionAttributeValues: w.values, ReturnValuesOnConditionCheckFailure: old}}
	default:
		return types.TransactWriteItem{ConditionCheck: &types.ConditionCheck{TableName: &s.table, Key: w.at.attributes(),
			ConditionExpression: &w.condition, ExpressionAttributeNames: names, ExpressionAttributeValues: w.values,
			ReturnValuesOnConditionCheckFailure: old}}
	}
}

// refusalOf finds, by its position, the write whose condition did not hold.
func refusalOf(err error, writes []write) error {
	var cancelled *types.TransactionCanceledException
	if !errors.As(err, &cancelled) {
		return err
	}
	for i, reason := range cancelled.CancellationReasons {
		if i < len(writes) && reason.Code != nil && *reason.Code == "ConditionalCheckFailed" {
			return &refusal{write: writes[i].name, old: reason.Item, err: err}
		}
	}
	return err
}

// requestToken names a transaction by its purpose and by what it writes, so
// that the same attempt is one attempt and another one never is.
func requestToken(op string, writes []write) string {
	h := sha256.New()
	io.WriteString(h, op)
	for _, w := range writes {
		fmt.Fprintf(h, "\x00%d\x00%s\x00%s\x00%s\x00%s", w.verb, w.at.pk, w.at.sk, w.change, w.condition)
		digestItem(h, w.item)
		digestItem(h, w.values)
	}
	return base64.StdEncoding.EncodeToString(h.Sum(nil))[:tokenLength]
}

func digestItem(h hash.Hash, it item) {
	for _, name := range it.names() {
		io.WriteString(h, "\x01"+name)
		digestValue(h, it[name])
	}
}

func digestValue(h hash.Hash, v types.AttributeValue) {
	switch v := v.(type) {
	case *types.AttributeValueMemberS:
		io.WriteString(h, "S"+v.Value)
	case *types.AttributeValueMemberN:
		io.WriteString(h, "N"+v.Value)
	case *types.AttributeValueMemberB:
		h.Write(v.Value)
	case *types.AttributeValueMemberBOOL:
		fmt.Fprintf(h, "B%t", v.Value)
	case *types.AttributeValueMemberM:
		digestItem(h, v.Value)
	case *types.AttributeValueMemberL:
		for _, e := range v.Value {
			digestValue(h, e)
		}
	}
}

// sizeOfWrites is what a transaction of these writes counts for.
func sizeOfWrites(writes []write) int {
	n := 0
	for _, w := range writes {
		n += w.item.size() + w.values.size() + len(w.change) + len(w.condition) + len(w.at.pk) + len(w.at.sk)
	}
	return n
}

// byKey sorts writes, so that two transactions over the same items take them
// in the same order.
func byKey(writes []write) {
	slices.SortFunc(writes, func(a, b write) int {
		if c := strings.Compare(a.at.pk, b.at.pk); c != 0 {
			return c
		}
		return strings.Compare(a.at.sk, b.at.sk)
	})
}

func isRefusal(err error) bool {
	var r *refusal
	return errors.As(err, &r)
}

// unlessRefused is for writes that mean nothing where their condition does
// not hold.
func unlessRefused(err error) error {
	if isRefusal(err) {
		return nil
	}
	return err
}
