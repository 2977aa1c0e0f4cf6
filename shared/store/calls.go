package store

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// errAbsent is the answer of get for what is not there.
var errAbsent = errors.New("store: no such item")

const (
	// maxBatchGet is how many items the service gives at once.
	maxBatchGet = 100
	// maxBatchRounds bounds how often what came back unread is asked again.
	maxBatchRounds = 8
	batchDelay     = 20 * time.Millisecond
	// maxPages bounds how many answers of a megabyte one question may take.
	maxPages = 64
)

func (k key) attributes() item {
	return item{attrPK: &types.AttributeValueMemberS{Value: k.pk}, attrSK: &types.AttributeValueMemberS{Value: k.sk}}
}

// get reads one item as it is now; errAbsent when there is none.
func (s *Store) get(ctx context.Context, k key) (item, error) {
	out, err := s.db.GetItem(ctx, &dynamodb.GetItemInput{
		TableName: &s.table, Key: k.attributes(), ConsistentRead: aws.Bool(true),
		ReturnConsumedCapacity: types.ReturnConsumedCapacityTotal,
	})
	if err != nil {
		countRead(ctx, "GetItem")
		return nil, unavailable(err)
	}
	countRead(ctx, "GetItem", used(out.ConsumedCapacity))
	if len(out.Item) == 0 {
		return nil, errAbsent
	}
	return out.Item, nil
}

// question is one Query. Every one has a limit.
type question struct {
	index   string // "" is the table
	part    string // the partition's attribute; pk when empty
	pk      string
	attr    string // the key compared; sk when empty
	from    string // inclusive
	to      string // inclusive; "" is everything that starts with from
	reverse bool
	limit   int
	start   item // where to go on
	current bool // read what was just written
}

// ask does one Query; last is where to go on, nil at the end.
func (s *Store) ask(ctx context.Context, q question) (items []item, last item, err error) {
	out, err := s.query(ctx, q)
	if err != nil {
		return nil, nil, err
	}
	items = make([]item, len(out.Items))
	for i, it := range out.Items {
		items[i] = it
	}
	return items, lastOf(out), nil
}

func lastOf(out *dynamodb.QueryOutput) item {
	if len(out.LastEvaluatedKey) == 0 {
		return nil
	}
	return out.LastEvaluatedKey
}

func (s *Store) query(ctx context.Context, q question) (*dynamodb.QueryOutput, error) {
	q.part, q.attr = cmp.Or(q.part, attrPK), cmp.Or(q.attr, attrSK)
	condition := "#p = :p AND begins_with(#s, :f)"
	values := item{":p": &types.AttributeValueMemberS{Value: q.pk}, ":f": &types.AttributeValueMemberS{Value: q.from}}
	switch {
	case q.to != "":
		condition = "#p = :p AND #s BETWEEN :f AND :t"
		values.text(":t", q.to)
	case q.from == "":
		condition = "#p = :p"
		delete(values, ":f")
	}
	in := &dynamodb.QueryInput{
		TableName: &s.table, KeyConditionExpression: &condition, ExpressionAttributeValues: values,
		ExpressionAttributeNames: map[string]string{"#p": q.part},
		Limit:                    aws.Int32(int32(q.limit)), ScanIndexForward: aws.Bool(!q.reverse),
		ExclusiveStartKey: q.start, ConsistentRead: aws.Bool(q.current),
		ReturnConsumedCapacity: types.ReturnConsumedCapacityTotal,
	}
	if q.from != "" || q.to != "" {
		in.ExpressionAttributeNames["#s"] = q.attr
	}
	if q.index != "" {
		in.IndexName = &q.index
	}
	out, err := s.db.Query(ctx, in)
	if err != nil {
		countRead(ctx, "Query")
		return nil, unavailable(err)
	}
	countRead(ctx, "Query", used(out.ConsumedCapacity))
	return out, nil
}

// askAll asks until everything came, which the caller knows to be bounded.
func (s *Store) askAll(ctx context.Context, q question) ([]item, error) {
	return whole(ctx, q, s.ask)
}

// askAllFlat is askAll of what askFlat asks.
func (s *Store) askAllFlat(ctx context.Context, q question) ([]reader, error) {
	return whole(ctx, q, s.askFlat)
}

// each asks for one part after the other, however many there are: it is for
// work that nobody waits for at a browser.
func (s *Store) each(ctx context.Context, q question, take func(item) error) error {
	for {
		items, last, err := s.ask(ctx, q)
		if err != nil {
			return err
		}
		for _, it := range items {
			if err := take(it); err != nil {
				return err
			}
		}
		if last == nil {
			return nil
		}
		q.start = last
	}
}

// whole asks for one part after the other.
func whole[T any](ctx context.Context, q question, ask func(context.Context, question) ([]T, item, error)) ([]T, error) {
	var all []T
	for range maxPages {
		items, last, err := ask(ctx, q)
		if err != nil {
			return nil, err
		}
		all = append(all, items...)
		if last == nil {
			return all, nil
		}
		q.start = last
	}
	return nil, fmt.Errorf("store: %s %s is longer than %d answers", q.pk, q.from, maxPages)
}

// getMany reads items by key, absent ones left out, in as many calls as the
// service's limits ask for.
func (s *Store) getMany(ctx context.Context, keys []key, current bool) (map[key]item, error) {
	found := make(map[key]item, len(keys))
	for len(keys) > 0 {
		n := min(len(keys), maxBatchGet)
		if err := s.getBatch(ctx, keys[:n], current, found); err != nil {
			return nil, err
		}
		keys = keys[n:]
	}
	return found, nil
}

func (s *Store) getBatch(ctx context.Context, keys []key, current bool, found map[key]item) error {
	wanted := types.KeysAndAttributes{ConsistentRead: aws.Bool(current)}
	for _, k := range keys {
		wanted.Keys = append(wanted.Keys, k.attributes())
	}
	request := map[string]types.KeysAndAttributes{s.table: wanted}
	for round := range maxBatchRounds {
		if round > 0 {
			if err := pause(ctx, batchDelay<<round); err != nil {
				return err
			}
		}
		out, err := s.db.BatchGetItem(ctx, &dynamodb.BatchGetItemInput{
			RequestItems: request, ReturnConsumedCapacity: types.ReturnConsumedCapacityTotal,
		})
		if err != nil {
			countRead(ctx, "BatchGetItem")
			return unavailable(err)
		}
		countRead(ctx, "BatchGetItem", out.ConsumedCapacity...)
		for _, got := range out.Responses[s.table] {
			it := item(got)
			found[it.key()] = it
		}
		if len(out.UnprocessedKeys) == 0 {
			return nil
		}
		request = out.UnprocessedKeys
	}
	return errBusy
}

// pause waits a random part of d, so that those who wait for the same thing
// do not come back together.
func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d/2 + rand.N(d/2+1))
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-timer.C:
		return nil
	}
}
