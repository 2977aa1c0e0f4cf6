package conformance

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// units shows consumed capacity: total, table, and each index by name.
func units(c *types.ConsumedCapacity) string {
	if c == nil {
		return "none"
	}
	shown := fmt.Sprint(*c.CapacityUnits)
	if c.Table != nil {
		shown += fmt.Sprintf(" table:%v", *c.Table.CapacityUnits)
	}
	for _, name := range slices.Sorted(maps.Keys(c.GlobalSecondaryIndexes)) {
		shown += fmt.Sprintf(" %s:%v", name, *c.GlobalSecondaryIndexes[name].CapacityUnits)
	}
	return shown
}

// sized is an item of so many bytes.
func sized(p, sk string, bytes int) item {
	return at(p, sk).with(item{"a": strings.Repeat("x", bytes-len("pk"+p+"sk"+sk+"a"))})
}

func TestWriteCapacity(t *testing.T) {
	for _, c := range []struct {
		name   string
		before func(p string) item
		put    func(p string) item
		want   string
	}{
		{"one byte is one unit", nil, func(p string) item { return at(p, "s") }, "1 table:1"},
		{"1 KB", nil, func(p string) item { return sized(p, "s", 1024) }, "1 table:1"},
		{"1 KB and a byte", nil, func(p string) item { return sized(p, "s", 1025) }, "2 table:2"},
		{"the larger of old and new", func(p string) item { return sized(p, "s", 3000) }, func(p string) item { return at(p, "s") }, "3 table:3"},
		{"entering three indexes", nil, func(p string) item { return at(p, "s").with(item{"gp": "g", "gs": "g"}) }, "4 table:1 all:1 keys:1 some:1"},
		{"an index costs what it keeps", nil, func(p string) item { return sized(p, "s", 2000).with(item{"gp": "g", "gs": "g"}) }, "6 table:2 all:2 keys:1 some:1"},
		{"moving inside an index is out and in", func(p string) item { return at(p, "s").with(item{"gp": "g", "gs": "1"}) }, func(p string) item { return at(p, "s").with(item{"gp": "g", "gs": "2"}) }, "7 table:1 all:2 keys:2 some:2"},
		{"leaving the indexes", func(p string) item { return at(p, "s").with(item{"gp": "g", "gs": "1"}) }, func(p string) item { return at(p, "s") }, "4 table:1 all:1 keys:1 some:1"},
		{"what an index does not keep costs it nothing", func(p string) item { return at(p, "s").with(item{"gp": "g", "gs": "1", "x": 1}) }, func(p string) item { return at(p, "s").with(item{"gp": "g", "gs": "1", "x": 2}) }, "2 table:1 all:1"},
		{"what one index keeps costs that one", func(p string) item { return at(p, "s").with(item{"gp": "g", "gs": "1", "kept": 1}) }, func(p string) item { return at(p, "s").with(item{"gp": "g", "gs": "1", "kept": 2}) }, "3 table:1 all:1 some:1"},
		{"writing the same again", func(p string) item { return at(p, "s").with(item{"gp": "g", "gs": "1"}) }, func(p string) item { return at(p, "s").with(item{"gp": "g", "gs": "1"}) }, "1 table:1"},
	} {
		check(t, c.name, func(t *testing.T, p string) {
			if c.before != nil {
				put(t, c.before(p))
			}
			out, err := ours.client.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: &ours.main, Item: c.put(p).av(), ReturnConsumedCapacity: "INDEXES"})
			if err != nil {
				t.Fatal(err)
			}
			same(t, units(out.ConsumedCapacity), c.want)
		})
	}
	check(t, "delete costs the item, or one unit for none", func(t *testing.T, p string) {
		put(t, sized(p, "s", 2500))
		in := &dynamodb.DeleteItemInput{TableName: &ours.main, Key: at(p, "s").av(), ReturnConsumedCapacity: "TOTAL"}
		first, err := ours.client.DeleteItem(t.Context(), in)
		if err != nil {
			t.Fatal(err)
		}
		again, err := ours.client.DeleteItem(t.Context(), in)
		if err != nil {
			t.Fatal(err)
		}
		same(t, units(first.ConsumedCapacity)+" "+units(again.ConsumedCapacity), "3 1")
	})
	check(t, "none unless asked", func(t *testing.T, p string) {
		out, err := ours.client.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: &ours.main, Item: at(p, "s").av()})
		if err != nil {
			t.Fatal(err)
		}
		same(t, units(out.ConsumedCapacity), "none")
	})
}

func TestReadCapacity(t *testing.T) {
	for _, c := range []struct {
		bytes      int
		consistent bool
		want       string
	}{{0, false, "0.5"}, {0, true, "1"}, {4096, false, "0.5"}, {4096, true, "1"}, {4097, true, "2"}, {9000, false, "1.5"}} {
		check(t, fmt.Sprintf("get %d bytes, consistent %v", c.bytes, c.consistent), func(t *testing.T, p string) {
			if c.bytes > 0 {
				put(t, sized(p, "s", c.bytes))
			}
			out, err := ours.client.GetItem(t.Context(), &dynamodb.GetItemInput{TableName: &ours.main, Key: at(p, "s").av(), ConsistentRead: &c.consistent, ReturnConsumedCapacity: "TOTAL"})
			if err != nil {
				t.Fatal(err)
			}
			same(t, units(out.ConsumedCapacity), c.want)
		})
	}
	check(t, "query rounds the sum, filter or not", func(t *testing.T, p string) {
		for i := range 10 {
			put(t, sized(p, fmt.Sprint(i), 500))
		}
		in := query(p, "pk = :p", nil, func(in *dynamodb.QueryInput) { in.ReturnConsumedCapacity = "TOTAL" })
		all := ask(t, in)
		in.FilterExpression = aws.String("attribute_exists(gone)")
		filtered := ask(t, in)
		same(t, units(all.ConsumedCapacity)+" "+units(filtered.ConsumedCapacity), "1 1")
	})
	check(t, "query of nothing is half a unit", func(t *testing.T, p string) {
		same(t, units(ask(t, query(p, "pk = :p", nil, func(in *dynamodb.QueryInput) { in.ReturnConsumedCapacity = "TOTAL" })).ConsumedCapacity), "0.5")
	})
	check(t, "query of an index is the index's", func(t *testing.T, p string) {
		in := query(p, "gp = :p", nil, func(in *dynamodb.QueryInput) { in.IndexName, in.ReturnConsumedCapacity = aws.String("keys"), "INDEXES" })
		same(t, units(ask(t, in).ConsumedCapacity), "0.5 table:0 keys:0.5")
	})
	check(t, "batch get rounds each item", func(t *testing.T, p string) {
		put(t, sized(p, "a", 100))
		put(t, sized(p, "b", 5000))
		keys := []map[string]types.AttributeValue{at(p, "a").av(), at(p, "b").av(), at(p, "c").av()}
		out, err := ours.client.BatchGetItem(t.Context(), &dynamodb.BatchGetItemInput{ReturnConsumedCapacity: "TOTAL", RequestItems: map[string]types.KeysAndAttributes{ours.main: {Keys: keys}}})
		if err != nil {
			t.Fatal(err)
		}
		same(t, units(&out.ConsumedCapacity[0]), "2")
	})
}

func TestTransactionCapacity(t *testing.T) {
	check(t, "a transaction costs double, indexes too", func(t *testing.T, p string) {
		put(t, sized(p, "c", 1500))
		out, err := ours.client.TransactWriteItems(t.Context(), &dynamodb.TransactWriteItemsInput{ReturnConsumedCapacity: "INDEXES", TransactItems: []types.TransactWriteItem{
			txPut(at(p, "a").with(item{"gp": "g", "gs": "g"}), ""), txDelete(at(p, "gone")), txCheck(at(p, "c"), "attribute_exists(pk)", nil),
		}})
		if err != nil {
			t.Fatal(err)
		}
		// put 2, delete of nothing 2, check of two KB 4, three indexes 2 each
		same(t, units(&out.ConsumedCapacity[0]), "14 table:8 all:2 keys:2 some:2")
	})
	check(t, "a condition check of nothing is two units", func(t *testing.T, p string) {
		out, err := ours.client.TransactWriteItems(t.Context(), &dynamodb.TransactWriteItemsInput{ReturnConsumedCapacity: "TOTAL", TransactItems: []types.TransactWriteItem{txCheck(at(p, "c"), "attribute_not_exists(pk)", nil)}})
		if err != nil {
			t.Fatal(err)
		}
		same(t, units(&out.ConsumedCapacity[0]), "2")
	})
	check(t, "a transactional read costs double", func(t *testing.T, p string) {
		put(t, sized(p, "a", 5000))
		var gets []types.TransactGetItem
		for _, sk := range []string{"a", "b"} {
			gets = append(gets, types.TransactGetItem{Get: &types.Get{TableName: &ours.main, Key: at(p, sk).av()}})
		}
		out, err := ours.client.TransactGetItems(t.Context(), &dynamodb.TransactGetItemsInput{ReturnConsumedCapacity: "TOTAL", TransactItems: gets})
		if err != nil {
			t.Fatal(err)
		}
		same(t, words(units(&out.ConsumedCapacity[0]), *out.ConsumedCapacity[0].ReadCapacityUnits), "6 6")
	})
}

func TestNumberSizes(t *testing.T) {
	// A number counts a byte for two digits, paired around the point, one more,
	// and one for a minus sign: 1,024 bytes are one unit, 1,025 are two.
	for _, c := range []struct {
		number string
		bytes  int
	}{{"0", 1}, {"5", 2}, {"12", 2}, {"123", 3}, {"1200", 2}, {"-12", 3}, {"0.5", 2}, {"12345678901234567890123456789012345678", 20}} {
		check(t, c.number, func(t *testing.T, p string) {
			for _, over := range []int{0, 1} {
				m := sized(p, "s", 1024-len("n")-c.bytes+over).with(item{"n": num(c.number)})
				out, err := ours.client.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: &ours.main, Item: m.av(), ReturnConsumedCapacity: "TOTAL"})
				if err != nil {
					t.Fatal(err)
				}
				put(t, at(p, "s"))
				_, err = ours.client.DeleteItem(t.Context(), &dynamodb.DeleteItemInput{TableName: &ours.main, Key: at(p, "s").av()})
				if err != nil {
					t.Fatal(err)
				}
				same(t, units(out.ConsumedCapacity), 1+over)
			}
		})
	}
}
