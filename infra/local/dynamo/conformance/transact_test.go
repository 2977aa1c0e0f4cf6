package conformance

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

func txPut(m item, condition string) types.TransactWriteItem {
	p := &types.Put{TableName: &ours.main, Item: m.av()}
	if condition != "" {
		p.ConditionExpression = &condition
	}
	return types.TransactWriteItem{Put: p}
}

func txUpdate(key item, expression, condition string, values item) types.TransactWriteItem {
	u := &types.Update{TableName: &ours.main, Key: key.av(), UpdateExpression: &expression, ExpressionAttributeValues: values.av(), ReturnValuesOnConditionCheckFailure: "ALL_OLD"}
	if condition != "" {
		u.ConditionExpression = &condition
	}
	return types.TransactWriteItem{Update: u}
}

func txDelete(key item) types.TransactWriteItem {
	return types.TransactWriteItem{Delete: &types.Delete{TableName: &ours.main, Key: key.av()}}
}

func txCheck(key item, condition string, values item) types.TransactWriteItem {
	return types.TransactWriteItem{ConditionCheck: &types.ConditionCheck{TableName: &ours.main, Key: key.av(), ConditionExpression: &condition, ExpressionAttributeValues: values.av()}}
}

func transact(t *testing.T, items ...types.TransactWriteItem) error {
	t.Helper()
	_, err := ours.client.TransactWriteItems(t.Context(), &dynamodb.TransactWriteItemsInput{TransactItems: items})
	return err
}

// reasons shows why a transaction was cancelled, by position.
func reasons(t *testing.T, err error) string {
	t.Helper()
	var c *types.TransactionCanceledException
	if !errors.As(err, &c) {
		t.Fatalf("want %s, got %v", canceled, err)
	}
	var shown []string
	for _, r := range c.CancellationReasons {
		one := aws.ToString(r.Code)
		if r.Item != nil {
			one += show(r.Item)
		}
		shown = append(shown, one)
	}
	return strings.Join(shown, " ")
}

func TestTransactions(t *testing.T) {
	check(t, "put, update, delete and check together", func(t *testing.T, p string) {
		put(t, at(p, "u").with(item{"n": 1}))
		put(t, at(p, "d"))
		put(t, at(p, "c").with(item{"v": 7}))
		err := transact(t, txPut(at(p, "p").with(item{"a": 1}), "attribute_not_exists(pk)"), txUpdate(at(p, "u"), "SET n = n + :o", "", item{":o": 1}), txDelete(at(p, "d")), txCheck(at(p, "c"), "v = :v", item{":v": 7}))
		if err != nil {
			t.Fatal(err)
		}
		same(t, get(t, at(p, "p"))+get(t, at(p, "u"))+get(t, at(p, "d"))+get(t, at(p, "c")), "{a:1}{n:2}absent{v:7}")
	})
	check(t, "one failed condition undoes all, with reasons by position", func(t *testing.T, p string) {
		put(t, at(p, "b").with(item{"n": 1}))
		err := transact(t, txPut(at(p, "a"), ""), txUpdate(at(p, "b"), "SET n = :v", "n = :w", item{":v": 2, ":w": 9}), txDelete(at(p, "c")))
		same(t, reasons(t, err), `None ConditionalCheckFailed{n:1 pk:"`+p+`" sk:"b"} None`)
		same(t, get(t, at(p, "a"))+get(t, at(p, "b")), "absent{n:1}")
	})
	check(t, "every failed condition is told", func(t *testing.T, p string) {
		err := transact(t, txCheck(at(p, "a"), "attribute_exists(pk)", nil), txPut(at(p, "b"), ""), txPut(at(p, "c"), "attribute_exists(pk)"))
		same(t, reasons(t, err), "ConditionalCheckFailed None ConditionalCheckFailed")
		refused(t, err, canceled, "Transaction cancelled, please refer cancellation reasons for specific reasons [ConditionalCheckFailed, None, ConditionalCheckFailed]")
	})
	check(t, "an update that cannot be done is a validation reason", func(t *testing.T, p string) {
		put(t, at(p, "a").with(item{"s": "x"}))
		err := transact(t, txUpdate(at(p, "a"), "SET s = s + :o", "", item{":o": 1}), txPut(at(p, "b"), ""))
		same(t, reasons(t, err), "ValidationError None")
	})
	check(t, "an update of what is not there makes it", func(t *testing.T, p string) {
		if err := transact(t, txUpdate(at(p, "a"), "SET n = if_not_exists(n, :z) + :o", "", item{":z": 0, ":o": 1})); err != nil {
			t.Fatal(err)
		}
		same(t, get(t, at(p, "a")), "{n:1}")
	})
	check(t, "across tables", func(t *testing.T, p string) {
		other := types.TransactWriteItem{Put: &types.Put{TableName: &ours.numbers, Item: at(p, 5).av()}}
		if err := transact(t, txPut(at(p, "a"), ""), other); err != nil {
			t.Fatal(err)
		}
		same(t, get(t, at(p, "a")), "{}")
	})
	check(t, "a hundred items", func(t *testing.T, p string) {
		var items []types.TransactWriteItem
		for i := range 100 {
			items = append(items, txPut(at(p, fmt.Sprint(i)), ""))
		}
		if err := transact(t, items...); err != nil {
			t.Fatal(err)
		}
		same(t, ask(t, query(p, "pk = :p", nil, nil)).Count, 100)
	})
}

func TestTransactionRefusals(t *testing.T) {
	big := strings.Repeat("x", 390<<10)
	for _, c := range []struct {
		name    string
		items   func(p string) []types.TransactWriteItem
		message string
	}{
		{"one item twice", func(p string) []types.TransactWriteItem {
			return []types.TransactWriteItem{txPut(at(p, "a"), ""), txDelete(at(p, "a"))}
		}, "Transaction request cannot include multiple operations on one item"},
		{"more than a hundred items", func(p string) (items []types.TransactWriteItem) {
			for i := range 101 {
				items = append(items, txPut(at(p, fmt.Sprint(i)), ""))
			}
			return items
		}, "Member must have length less than or equal to 100"},
		{"no items", func(p string) []types.TransactWriteItem { return []types.TransactWriteItem{} }, "Member must have length greater than or equal to 1"},
		{"more than 4 MB", func(p string) (items []types.TransactWriteItem) {
			for i := range 11 {
				items = append(items, txPut(at(p, fmt.Sprint(i)).with(item{"a": big}), ""))
			}
			return items
		}, ""},
		{"an empty action", func(p string) []types.TransactWriteItem { return []types.TransactWriteItem{{}} }, ""},
		{"two actions in one", func(p string) []types.TransactWriteItem {
			both := txPut(at(p, "a"), "")
			both.Delete = txDelete(at(p, "b")).Delete
			return []types.TransactWriteItem{both}
		}, "TransactItems can only contain one of Check, Put, Update or Delete"},
		{"a malformed condition", func(p string) []types.TransactWriteItem {
			return []types.TransactWriteItem{txPut(at(p, "a"), "a =")}
		}, "Syntax error"},
		{"a key that does not match", func(p string) []types.TransactWriteItem {
			return []types.TransactWriteItem{txDelete(item{"pk": p})}
		}, "The provided key element does not match the schema"},
	} {
		check(t, c.name, func(t *testing.T, p string) {
			refused(t, transact(t, c.items(p)...), validation, c.message)
			same(t, ask(t, query(p, "pk = :p", nil, nil)).Count, 0)
		})
	}
}

func TestTokens(t *testing.T) {
	add := func(t *testing.T, p, token string, n int) (*dynamodb.TransactWriteItemsOutput, error) {
		return ours.client.TransactWriteItems(t.Context(), &dynamodb.TransactWriteItemsInput{
			ClientRequestToken: aws.String(token + p), ReturnConsumedCapacity: "TOTAL",
			TransactItems: []types.TransactWriteItem{txUpdate(at(p, "n"), "ADD n :n", "", item{":n": n})},
		})
	}
	check(t, "a token applies its transaction once", func(t *testing.T, p string) {
		for range 3 {
			if _, err := add(t, p, "t", 5); err != nil {
				t.Fatal(err)
			}
		}
		same(t, get(t, at(p, "n")), "{n:5}")
	})
	check(t, "a token with other parameters is a mismatch", func(t *testing.T, p string) {
		if _, err := add(t, p, "t", 5); err != nil {
			t.Fatal(err)
		}
		_, err := add(t, p, "t", 6)
		refused(t, err, "IdempotentParameterMismatchException", "")
		same(t, get(t, at(p, "n")), "{n:5}")
	})
	check(t, "a token of a cancelled transaction may be used again", func(t *testing.T, p string) {
		in := &dynamodb.TransactWriteItemsInput{ClientRequestToken: aws.String("c" + p), TransactItems: []types.TransactWriteItem{txUpdate(at(p, "n"), "SET n = :n", "attribute_exists(pk)", item{":n": 1})}}
		_, err := ours.client.TransactWriteItems(t.Context(), in)
		refused(t, err, canceled, "")
		put(t, at(p, "n"))
		if _, err := ours.client.TransactWriteItems(t.Context(), in); err != nil {
			t.Fatal(err)
		}
		same(t, get(t, at(p, "n")), "{n:1}")
	})
	check(t, "a replay is billed as a transactional read", func(t *testing.T, p string) {
		first, err := add(t, p, "t", 5)
		if err != nil {
			t.Fatal(err)
		}
		again, err := add(t, p, "t", 5)
		if err != nil {
			t.Fatal(err)
		}
		w, r := first.ConsumedCapacity[0], again.ConsumedCapacity[0]
		same(t, fmt.Sprint(*w.CapacityUnits, *w.WriteCapacityUnits, w.ReadCapacityUnits == nil, *r.CapacityUnits, *r.ReadCapacityUnits, r.WriteCapacityUnits == nil), "2 2 true 2 2 true")
	})
}

func TestTransactGet(t *testing.T) {
	get := func(p, sk string) types.TransactGetItem {
		return types.TransactGetItem{Get: &types.Get{TableName: &ours.main, Key: at(p, sk).av()}}
	}
	check(t, "items by position, absent ones empty", func(t *testing.T, p string) {
		put(t, at(p, "a").with(item{"v": 1, "w": 2}))
		first := get(p, "a")
		first.Get.ProjectionExpression = aws.String("w")
		out, err := ours.client.TransactGetItems(t.Context(), &dynamodb.TransactGetItemsInput{TransactItems: []types.TransactGetItem{first, get(p, "b")}})
		if err != nil {
			t.Fatal(err)
		}
		same(t, show(out.Responses[0].Item)+show(out.Responses[1].Item), "{w:2}{}")
	})
	check(t, "one item twice", func(t *testing.T, p string) {
		_, err := ours.client.TransactGetItems(t.Context(), &dynamodb.TransactGetItemsInput{TransactItems: []types.TransactGetItem{get(p, "a"), get(p, "a")}})
		refused(t, err, validation, "cannot include multiple operations on one item")
	})
}

func batchWrite(t *testing.T, requests ...types.WriteRequest) error {
	_, err := ours.client.BatchWriteItem(t.Context(), &dynamodb.BatchWriteItemInput{RequestItems: map[string][]types.WriteRequest{ours.main: requests}})
	return err
}

func putRequest(m item) types.WriteRequest {
	return types.WriteRequest{PutRequest: &types.PutRequest{Item: m.av()}}
}

func batchRead(t *testing.T, keys ...item) (*dynamodb.BatchGetItemOutput, error) {
	var k []map[string]types.AttributeValue
	for _, key := range keys {
		k = append(k, key.av())
	}
	return ours.client.BatchGetItem(t.Context(), &dynamodb.BatchGetItemInput{RequestItems: map[string]types.KeysAndAttributes{ours.main: {Keys: k, ConsistentRead: aws.Bool(true)}}})
}

func TestBatchWrites(t *testing.T) {
	check(t, "write puts and deletes", func(t *testing.T, p string) {
		put(t, at(p, "old"))
		err := batchWrite(t, putRequest(at(p, "new").with(item{"a": 1})), types.WriteRequest{DeleteRequest: &types.DeleteRequest{Key: at(p, "old").av()}})
		if err != nil {
			t.Fatal(err)
		}
		same(t, get(t, at(p, "new"))+get(t, at(p, "old")), "{a:1}absent")
	})
	check(t, "write of one item twice", func(t *testing.T, p string) {
		refused(t, batchWrite(t, putRequest(at(p, "a")), putRequest(at(p, "a"))), validation, "Provided list of item keys contains duplicates")
	})
	check(t, "write of 26 items", func(t *testing.T, p string) {
		var requests []types.WriteRequest
		for i := range 26 {
			requests = append(requests, putRequest(at(p, fmt.Sprint(i))))
		}
		refused(t, batchWrite(t, requests...), validation, "less than or equal to 25")
	})
	check(t, "write of an item over 400 KB writes none", func(t *testing.T, p string) {
		err := batchWrite(t, putRequest(at(p, "a")), putRequest(at(p, "b").with(item{"a": strings.Repeat("x", 400<<10)})))
		refused(t, err, validation, "Item size has exceeded the maximum allowed size")
		same(t, get(t, at(p, "a")), "absent")
	})
}

func TestBatchReads(t *testing.T) {
	check(t, "get what is there", func(t *testing.T, p string) {
		put(t, at(p, "a").with(item{"v": 1}))
		out, err := batchRead(t, at(p, "a"), at(p, "gone"))
		if err != nil {
			t.Fatal(err)
		}
		same(t, fmt.Sprint(len(out.Responses[ours.main]), len(out.UnprocessedKeys)), "1 0")
	})
	check(t, "get of one key twice", func(t *testing.T, p string) {
		_, err := batchRead(t, at(p, "a"), at(p, "a"))
		refused(t, err, validation, "Provided list of item keys contains duplicates")
	})
	check(t, "get of 101 keys", func(t *testing.T, p string) {
		var keys []item
		for i := range 101 {
			keys = append(keys, at(p, fmt.Sprint(i)))
		}
		_, err := batchRead(t, keys...)
		refused(t, err, validation, "Too many items requested for the BatchGetItem call")
	})
	check(t, "get of more than 16 MB leaves keys", func(t *testing.T, p string) {
		var keys []item
		for i := range 45 {
			put(t, at(p, fmt.Sprint(i)).with(item{"a": strings.Repeat("x", 390<<10)}))
			keys = append(keys, at(p, fmt.Sprint(i)))
		}
		out, err := batchRead(t, keys...)
		if err != nil {
			t.Fatal(err)
		}
		found, left := len(out.Responses[ours.main]), len(out.UnprocessedKeys[ours.main].Keys)
		if found+left != 45 || left == 0 || found < 40 {
			t.Fatalf("found %d, left %d", found, left)
		}
	})
}
