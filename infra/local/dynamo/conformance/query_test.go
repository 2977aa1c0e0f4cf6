package conformance

import (
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// sorts shows the sort keys of a page, in order, and "…" where more follow.
func sorts(out *dynamodb.QueryOutput) string {
	var keys []string
	for _, m := range out.Items {
		keys = append(keys, strings.Trim(showValue(m["sk"]), `"`))
	}
	if out.LastEvaluatedKey != nil {
		keys = append(keys, "…")
	}
	return strings.Join(keys, " ")
}

func query(p any, condition string, values item, change func(*dynamodb.QueryInput)) *dynamodb.QueryInput {
	in := &dynamodb.QueryInput{TableName: &ours.main, KeyConditionExpression: &condition, ExpressionAttributeValues: item{":p": p}.with(values).av()}
	if change != nil {
		change(in)
	}
	return in
}

func ask(t *testing.T, in *dynamodb.QueryInput) *dynamodb.QueryOutput {
	t.Helper()
	out, err := ours.client.Query(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestQueries(t *testing.T) {
	for i, sk := range []string{"a", "a#", "a#1", "a#2", "b", "b\x00", "b\x00a", "é", "😀"} {
		put(t, at("q", sk).with(item{"i": i}))
	}
	put(t, at("q2", "a"))
	put(t, at("p", "zz"))
	for _, c := range []struct {
		condition string
		values    item
		want      string
	}{
		{"pk = :p", nil, "a a# a#1 a#2 b b\\x00 b\\x00a é 😀"},
		{"(pk = :p)", nil, "a a# a#1 a#2 b b\\x00 b\\x00a é 😀"},
		{"pk = :p AND sk = :v", item{":v": "a#"}, "a#"},
		{"sk = :v AND pk = :p", item{":v": "a#"}, "a#"},
		{"(pk = :p) AND (sk = :v)", item{":v": "b"}, "b"},
		{"pk = :p AND sk < :v", item{":v": "a#1"}, "a a#"},
		{"pk = :p AND sk <= :v", item{":v": "a#1"}, "a a# a#1"},
		{"pk = :p AND sk > :v", item{":v": "b"}, "b\\x00 b\\x00a é 😀"},
		{"pk = :p AND sk >= :v", item{":v": "b\x00a"}, "b\\x00a é 😀"},
		{"pk = :p AND begins_with(sk, :v)", item{":v": "a#"}, "a# a#1 a#2"},
		{"pk = :p AND begins_with(sk, :v)", item{":v": "b\x00"}, "b\\x00 b\\x00a"},
		{"pk = :p AND begins_with(sk, :v)", item{":v": "x"}, ""},
		{"pk = :p AND sk BETWEEN :v AND :w", item{":v": "a#1", ":w": "b"}, "a#1 a#2 b"},
		{"pk = :p AND sk BETWEEN :v AND :w", item{":v": "a#3", ":w": "a#9"}, ""},
	} {
		check(t, c.condition+fmt.Sprint(c.values), func(t *testing.T, _ string) {
			same(t, sorts(ask(t, query("q", c.condition, c.values, nil))), c.want)
			backwards := strings.Fields(sorts(ask(t, query("q", c.condition, c.values, func(in *dynamodb.QueryInput) { in.ScanIndexForward = aws.Bool(false) }))))
			for i, j := 0, len(backwards)-1; i < j; i, j = i+1, j-1 {
				backwards[i], backwards[j] = backwards[j], backwards[i]
			}
			same(t, strings.Join(backwards, " "), c.want)
		})
	}
	check(t, "no such partition", func(t *testing.T, p string) {
		out := ask(t, query(p, "pk = :p", nil, nil))
		same(t, fmt.Sprint(out.Count, out.ScannedCount, out.LastEvaluatedKey == nil), "0 0 true")
	})
}

func TestQueryOrder(t *testing.T) {
	check(t, "numbers sort by magnitude", func(t *testing.T, p string) {
		for _, n := range []string{"10", "9", "-1", "-10", "0", "0.5", "1e20", "-1e-20", "1e-130", "-9.99e125", "2"} {
			_, err := ours.client.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: &ours.numbers, Item: at(p, num(n)).av()})
			if err != nil {
				t.Fatal(err)
			}
		}
		in := query(p, "pk = :p AND sk BETWEEN :a AND :b", item{":a": -10, ":b": num("10.0")}, func(in *dynamodb.QueryInput) { in.TableName = &ours.numbers })
		want := "-10 -1 -0.00000000000000000001 0 0." + strings.Repeat("0", 129) + "1 0.5 2 9 10"
		same(t, sorts(ask(t, in)), want)
	})
	check(t, "binaries sort as unsigned bytes", func(t *testing.T, p string) {
		for _, b := range [][]byte{{0}, {0, 0}, {0x7f}, {0x80}, {0xff}, {0xff, 0}, {0xff, 0xff}} {
			_, err := ours.client.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: &ours.binaries, Item: at([]byte(p), b).av()})
			if err != nil {
				t.Fatal(err)
			}
		}
		whole := query([]byte(p), "pk = :p", nil, func(in *dynamodb.QueryInput) { in.TableName = &ours.binaries })
		same(t, sorts(ask(t, whole)), "x00 x0000 x7f x80 xff xff00 xffff")
		begins := query([]byte(p), "pk = :p AND begins_with(sk, :v)", item{":v": []byte{0xff}}, func(in *dynamodb.QueryInput) { in.TableName = &ours.binaries })
		same(t, sorts(ask(t, begins)), "xff xff00 xffff")
	})
}

func TestPages(t *testing.T) {
	for i := range 5 {
		put(t, at("pages", fmt.Sprint(i)).with(item{"odd": i % 2}))
	}
	page := func(change func(*dynamodb.QueryInput)) *dynamodb.QueryInput {
		return query("pages", "pk = :p", nil, change)
	}
	check(t, "limit", func(t *testing.T, _ string) {
		out := ask(t, page(func(in *dynamodb.QueryInput) { in.Limit = aws.Int32(2) }))
		same(t, sorts(out)+show(out.LastEvaluatedKey), `0 1 …{pk:"pages" sk:"1"}`)
	})
	check(t, "a page filled by the last item says more", func(t *testing.T, _ string) {
		same(t, sorts(ask(t, page(func(in *dynamodb.QueryInput) { in.Limit = aws.Int32(5) }))), "0 1 2 3 4 …")
	})
	check(t, "a page not filled says no more", func(t *testing.T, _ string) {
		same(t, sorts(ask(t, page(func(in *dynamodb.QueryInput) { in.Limit = aws.Int32(6) }))), "0 1 2 3 4")
	})
	check(t, "start key forward and backward", func(t *testing.T, _ string) {
		same(t, sorts(ask(t, page(func(in *dynamodb.QueryInput) { in.ExclusiveStartKey = at("pages", "2").av() }))), "3 4")
		same(t, sorts(ask(t, page(func(in *dynamodb.QueryInput) {
			in.ExclusiveStartKey, in.ScanIndexForward = at("pages", "2").av(), aws.Bool(false)
		}))), "1 0")
	})
	check(t, "a start key need not exist", func(t *testing.T, _ string) {
		same(t, sorts(ask(t, page(func(in *dynamodb.QueryInput) { in.ExclusiveStartKey = at("pages", "2x").av() }))), "3 4")
	})
	check(t, "limit counts before the filter", func(t *testing.T, _ string) {
		out := ask(t, query("pages", "pk = :p", item{":o": 1}, func(in *dynamodb.QueryInput) {
			in.FilterExpression, in.Limit = aws.String("odd = :o"), aws.Int32(3)
		}))
		same(t, fmt.Sprint(sorts(out), out.Count, out.ScannedCount), "1 …1 3")
	})
	check(t, "count only", func(t *testing.T, _ string) {
		out := ask(t, page(func(in *dynamodb.QueryInput) { in.Select = "COUNT" }))
		same(t, fmt.Sprint(len(out.Items), out.Count), "0 5")
	})
	check(t, "pages together are the whole", func(t *testing.T, _ string) {
		var all []string
		in := page(func(in *dynamodb.QueryInput) { in.Limit = aws.Int32(2) })
		for range 4 {
			out := ask(t, in)
			all = append(all, strings.TrimSuffix(sorts(out), "…"))
			if in.ExclusiveStartKey = out.LastEvaluatedKey; in.ExclusiveStartKey == nil {
				break
			}
		}
		same(t, strings.Join(strings.Fields(strings.Join(all, " ")), " "), "0 1 2 3 4")
	})
	check(t, "a page ends at one megabyte", func(t *testing.T, p string) {
		for i := range 12 {
			put(t, at(p, fmt.Sprintf("%02d", i)).with(item{"a": strings.Repeat("x", 100<<10)}))
		}
		out := ask(t, query(p, "pk = :p", nil, nil))
		same(t, fmt.Sprint(out.Count, show(out.LastEvaluatedKey)), fmt.Sprintf(`11{pk:"%s" sk:"10"}`, p))
	})
}

func TestQueryRefusals(t *testing.T) {
	for _, c := range []struct {
		name, condition string
		values          item
		change          func(*dynamodb.QueryInput)
		message         string
	}{
		{"range of the hash key", "pk > :p", nil, nil, "Query key condition not supported"},
		{"no hash key", "sk = :p", nil, nil, "Query condition missed key schema element: pk"},
		{"another attribute", "pk = :p AND a = :v", item{":v": 1}, nil, "Query condition missed key schema element: sk"},
		{"or", "pk = :p OR pk = :p", nil, nil, "Invalid operator used in KeyConditionExpression: OR"},
		{"not", "NOT pk = :p", nil, nil, "Invalid operator used in KeyConditionExpression: NOT"},
		{"unequal", "pk = :p AND sk <> :v", item{":v": "x"}, nil, "Invalid operator used in KeyConditionExpression: <>"},
		{"in", "pk = :p AND sk IN (:v)", item{":v": "x"}, nil, "Invalid operator used in KeyConditionExpression: IN"},
		{"contains", "pk = :p AND contains(sk, :v)", item{":v": "x"}, nil, "Invalid operator used in KeyConditionExpression: contains"},
		{"two conditions on one key", "pk = :p AND sk > :v AND sk < :w", item{":v": "x", ":w": "y"}, nil, "KeyConditionExpressions must only contain one condition per key"},
		{"a nested attribute", "pk = :p AND sk.x = :v", item{":v": "x"}, nil, "nested attributes"},
		{"a value of another type", "pk = :p AND sk = :v", item{":v": 1}, nil, "Condition parameter type does not match schema type"},
		{"an empty hash key", "pk = :q", item{":q": "", ":p": "x"}, nil, ""},
		{"limit 0", "pk = :p", nil, func(in *dynamodb.QueryInput) { in.Limit = aws.Int32(0) }, "Member must have value greater than or equal to 1"},
		{"no such index", "pk = :p", nil, func(in *dynamodb.QueryInput) { in.IndexName = aws.String("none") }, "The table does not have the specified index"},
		{"consistent read of an index", "gp = :p", nil, func(in *dynamodb.QueryInput) { in.IndexName, in.ConsistentRead = aws.String("all"), aws.Bool(true) }, "Consistent reads are not supported on global secondary indexes"},
		{"filter on a key", "pk = :p", item{":v": "x"}, func(in *dynamodb.QueryInput) { in.FilterExpression = aws.String("sk = :v") }, "Filter Expression can only contain non-primary key attributes"},
		{"start key of another partition", "pk = :p", nil, func(in *dynamodb.QueryInput) { in.ExclusiveStartKey = at("other", "s").av() }, "starting key"},
		{"start key without the sort key", "pk = :p", nil, func(in *dynamodb.QueryInput) { in.ExclusiveStartKey = item{"pk": "x"}.av() }, "starting key is invalid"},
		{"an attribute the index has not", "gp = :p", nil, func(in *dynamodb.QueryInput) {
			in.IndexName, in.ProjectionExpression = aws.String("keys"), aws.String("kept")
		}, "does not project"},
		{"all attributes of an index that has not all", "gp = :p", nil, func(in *dynamodb.QueryInput) { in.IndexName, in.Select = aws.String("keys"), "ALL_ATTRIBUTES" }, "Select type ALL_ATTRIBUTES is not supported"},
		{"count with a projection", "pk = :p", nil, func(in *dynamodb.QueryInput) { in.ProjectionExpression, in.Select = aws.String("a"), "COUNT" }, "Cannot specify the ProjectionExpression when choosing to get COUNT"},
	} {
		check(t, c.name, func(t *testing.T, p string) {
			_, err := ours.client.Query(t.Context(), query(p, c.condition, c.values, c.change))
			refused(t, err, validation, c.message)
		})
	}
	check(t, "no key condition", func(t *testing.T, _ string) {
		_, err := ours.client.Query(t.Context(), &dynamodb.QueryInput{TableName: &ours.main})
		refused(t, err, validation, "KeyConditionExpression parameter must be specified")
	})
}

func TestIndexes(t *testing.T) {
	on := func(index, g string, change func(*dynamodb.QueryInput)) func() string {
		return func() string {
			in := query(g, "gp = :p", nil, change)
			in.IndexName = &index
			out, err := ours.client.Query(t.Context(), in)
			if err != nil {
				return err.Error()
			}
			var rows []string
			for _, m := range out.Items {
				rows = append(rows, show(m))
			}
			return strings.Join(rows, " ") + showStart(out.LastEvaluatedKey)
		}
	}
	check(t, "projections", func(t *testing.T, p string) {
		put(t, at(p, "s").with(item{"gp": p, "gs": "1", "kept": "k", "other": "o"}))
		eventually(t, on("all", p, nil), fmt.Sprintf(`{gp:"%s" gs:"1" kept:"k" other:"o" pk:"%s" sk:"s"}`, p, p))
		eventually(t, on("keys", p, nil), fmt.Sprintf(`{gp:"%s" gs:"1" pk:"%s" sk:"s"}`, p, p))
		eventually(t, on("some", p, nil), fmt.Sprintf(`{gp:"%s" gs:"1" kept:"k" pk:"%s" sk:"s"}`, p, p))
	})
	check(t, "sparse", func(t *testing.T, p string) {
		put(t, at(p, "1").with(item{"gp": p}))
		put(t, at(p, "2").with(item{"gs": "x"}))
		put(t, at(p, "3").with(item{"gp": p, "gs": "x"}))
		eventually(t, on("keys", p, nil), fmt.Sprintf(`{gp:"%s" gs:"x" pk:"%s" sk:"3"}`, p, p))
	})
	check(t, "an entry moves, changes and goes", func(t *testing.T, p string) {
		put(t, at(p, "s").with(item{"gp": p, "gs": "1", "kept": "k"}))
		if err := update(t, p, "SET gs = :v, kept = :k", nil, item{":v": "2", ":k": "l"}); err != nil {
			t.Fatal(err)
		}
		eventually(t, on("some", p, nil), fmt.Sprintf(`{gp:"%s" gs:"2" kept:"l" pk:"%s" sk:"s"}`, p, p))
		if err := update(t, p, "REMOVE gs", nil, nil); err != nil {
			t.Fatal(err)
		}
		eventually(t, on("some", p, nil), "")
	})
	check(t, "equal index keys, in pages", func(t *testing.T, p string) {
		for i := range 3 {
			put(t, at(p, fmt.Sprint(i)).with(item{"gp": p, "gs": "same"}))
		}
		row := func(i int) string { return fmt.Sprintf(`{gp:"%s" gs:"same" pk:"%s" sk:"%d"}`, p, p, i) }
		eventually(t, on("keys", p, nil), row(0)+" "+row(1)+" "+row(2))
		eventually(t, on("keys", p, func(in *dynamodb.QueryInput) { in.Limit = aws.Int32(2) }), row(0)+" "+row(1)+"…"+row(1))
		eventually(t, on("keys", p, func(in *dynamodb.QueryInput) {
			in.ExclusiveStartKey = item{"pk": p, "sk": "1", "gp": p, "gs": "same"}.av()
		}), row(2))
	})
}

// showStart shows where a page ended.
func showStart(key map[string]types.AttributeValue) string {
	if key == nil {
		return ""
	}
	return "…" + show(key)
}
