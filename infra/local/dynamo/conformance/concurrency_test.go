package conformance

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// crowd is how many goroutines want the same thing at once.
const crowd = 100

// together runs n goroutines and fails with the first error of any.
func together(t *testing.T, n int, run func(i int) error) {
	t.Helper()
	var wg sync.WaitGroup
	errs := make(chan error, n)
	for i := range n {
		wg.Go(func() { errs <- run(i) })
	}
	wg.Wait()
	close(errs)
	for err := range errs {
		if err != nil {
			t.Fatal(err)
		}
	}
}

// conflicted reports whether a request met a transaction in flight, and should
// be tried again.
func conflicted(err error) bool {
	var single *types.TransactionConflictException
	if errors.As(err, &single) {
		return true
	}
	var busy *types.TransactionInProgressException
	if errors.As(err, &busy) {
		return true
	}
	var c *types.TransactionCanceledException
	if !errors.As(err, &c) {
		return false
	}
	for _, r := range c.CancellationReasons {
		if aws.ToString(r.Code) == "TransactionConflict" {
			return true
		}
	}
	return false
}

// patiently tries again, ever more rarely, while others are in the way.
func patiently(try func() error) error {
	const longest = 64 * time.Millisecond
	for pause := time.Millisecond; ; pause = min(2*pause, longest) {
		err := try()
		if !conflicted(err) {
			return err
		}
		time.Sleep(rand.N(pause))
	}
}

func number(t *testing.T, key item, name string) int {
	t.Helper()
	out, err := ours.client.GetItem(t.Context(), &dynamodb.GetItemInput{TableName: &ours.main, Key: key.av(), ConsistentRead: aws.Bool(true)})
	if err != nil {
		t.Fatal(err)
	}
	n, err := strconv.Atoi(showValue(out.Item[name]))
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestConcurrency(t *testing.T) {
	check(t, "increments add up", func(t *testing.T, p string) {
		together(t, crowd, func(int) error {
			for range 5 {
				if err := update(t, p, "ADD n :o", nil, item{":o": 1}); err != nil {
					return err
				}
			}
			return nil
		})
		same(t, get(t, at(p, "s")), fmt.Sprintf("{n:%d}", 5*crowd))
	})
	check(t, "each version has one writer", func(t *testing.T, p string) {
		put(t, at(p, "s").with(item{"v": 0}))
		var wins atomic.Int64
		together(t, crowd, func(int) error {
			for v := range 5 {
				_, err := ours.client.UpdateItem(t.Context(), &dynamodb.UpdateItemInput{TableName: &ours.main, Key: at(p, "s").av(),
					UpdateExpression: aws.String("SET v = v + :o"), ConditionExpression: aws.String("v = :v"), ExpressionAttributeValues: item{":o": 1, ":v": v}.av()})
				var lost *types.ConditionalCheckFailedException
				if err == nil {
					wins.Add(1)
				} else if !errors.As(err, &lost) {
					return err
				}
			}
			return nil
		})
		same(t, number(t, at(p, "s"), "v"), wins.Load())
	})
	check(t, "put if absent has one winner", func(t *testing.T, p string) {
		var wins atomic.Int64
		together(t, crowd, func(i int) error {
			_, err := ours.client.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: &ours.main, Item: at(p, "s").with(item{"by": i}).av(), ConditionExpression: aws.String("attribute_not_exists(pk)")})
			var lost *types.ConditionalCheckFailedException
			if err == nil {
				wins.Add(1)
			} else if !errors.As(err, &lost) {
				return err
			}
			return nil
		})
		same(t, wins.Load(), 1)
	})
}

func TestConcurrentTransactions(t *testing.T) {
	check(t, "nothing is spent twice", func(t *testing.T, p string) {
		put(t, at(p, "purse").with(item{"n": crowd / 2}))
		var spent atomic.Int64
		together(t, crowd, func(i int) error {
			err := patiently(func() error {
				return transact(t, txUpdate(at(p, "purse"), "SET n = n - :o", "n >= :o", item{":o": 1}), txPut(at(p, fmt.Sprint("receipt", i)), "attribute_not_exists(pk)"))
			})
			var lost *types.TransactionCanceledException
			if err == nil {
				spent.Add(1)
			} else if !errors.As(err, &lost) {
				return err
			}
			return nil
		})
		receipts := ask(t, query(p, "pk = :p AND begins_with(sk, :r)", item{":r": "receipt"}, nil)).Count
		same(t, words(spent.Load(), receipts, number(t, at(p, "purse"), "n")), words(crowd/2, crowd/2, 0))
	})
	check(t, "a token is applied once", func(t *testing.T, p string) {
		together(t, crowd, func(int) error {
			return patiently(func() error {
				_, err := ours.client.TransactWriteItems(t.Context(), &dynamodb.TransactWriteItemsInput{
					ClientRequestToken: aws.String("once-" + p), TransactItems: []types.TransactWriteItem{txUpdate(at(p, "s"), "ADD n :o", "", item{":o": 1})}})
				return err
			})
		})
		same(t, get(t, at(p, "s")), "{n:1}")
	})
}

func TestConcurrentReads(t *testing.T) {
	check(t, "transactional reads are never torn", func(t *testing.T, p string) {
		keys := []string{"a", "b", "c"}
		move := func(v int) error {
			var writes []types.TransactWriteItem
			for _, k := range keys {
				writes = append(writes, txUpdate(at(p, k), "SET v = :v", "", item{":v": v}))
			}
			return patiently(func() error { return transact(t, writes...) })
		}
		if err := move(0); err != nil {
			t.Fatal(err)
		}
		together(t, crowd, func(i int) error {
			if i%4 == 0 {
				return move(i)
			}
			return patiently(func() error { return readWhole(t, p, keys) })
		})
	})
	check(t, "indexes agree after concurrent moves", func(t *testing.T, p string) {
		together(t, crowd, func(i int) error {
			for range 4 {
				values := item{":g": p, ":s": fmt.Sprint(rand.IntN(9))}
				_, err := ours.client.UpdateItem(t.Context(), &dynamodb.UpdateItemInput{TableName: &ours.main, Key: at(p, fmt.Sprint(i%20)).av(),
					UpdateExpression: aws.String("SET gp = :g, gs = :s, kept = :s"), ExpressionAttributeValues: values.av()})
				if err != nil {
					return err
				}
			}
			return nil
		})
		want := map[string]string{}
		for _, m := range ask(t, query(p, "pk = :p", nil, nil)).Items {
			want[showValue(m["sk"])] = showValue(m["gs"])
		}
		for _, index := range []string{"all", "keys", "some"} {
			eventually(t, func() string {
				got := map[string]string{}
				last := ""
				for _, m := range ask(t, query(p, "gp = :p", nil, func(in *dynamodb.QueryInput) { in.IndexName = &index })).Items {
					if gs := showValue(m["gs"]); gs < last {
						return "out of order"
					} else {
						last = gs
					}
					got[showValue(m["sk"])] = last
				}
				return fmt.Sprint(got)
			}, fmt.Sprint(want))
		}
	})
}

// readWhole fails when one transactional read sees parts of two transactions.
func readWhole(t *testing.T, p string, keys []string) error {
	var gets []types.TransactGetItem
	for _, k := range keys {
		gets = append(gets, types.TransactGetItem{Get: &types.Get{TableName: &ours.main, Key: at(p, k).av()}})
	}
	out, err := ours.client.TransactGetItems(t.Context(), &dynamodb.TransactGetItemsInput{TransactItems: gets})
	if err != nil {
		return err
	}
	first := showValue(out.Responses[0].Item["v"])
	for _, r := range out.Responses[1:] {
		if v := showValue(r.Item["v"]); v != first {
			return fmt.Errorf("torn: %s and %s", first, v)
		}
	}
	return nil
}
