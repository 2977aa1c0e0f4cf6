package conformance

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

func update(t *testing.T, p, expression string, names map[string]string, values item) error {
	t.Helper()
	in := &dynamodb.UpdateItemInput{TableName: &ours.main, Key: at(p, "s").av(), ExpressionAttributeNames: names, ExpressionAttributeValues: values.av()}
	if expression != "" {
		in.UpdateExpression = &expression
	}
	_, err := ours.client.UpdateItem(t.Context(), in)
	return err
}

func TestUpdates(t *testing.T) {
	for _, c := range []struct {
		name       string
		before     item // nil: there is no item
		expression string
		values     item
		after      string
	}{
		{"no expression makes the item", nil, "", nil, "{}"},
		{"no expression changes nothing", item{"a": 1}, "", nil, "{a:1}"},
		{"set makes the item", nil, "SET a = :v", item{":v": 1}, "{a:1}"},
		{"remove makes the item", nil, "REMOVE a", nil, "{}"},
		{"set replaces a value of another type", item{"a": 1}, "SET a = :v", item{":v": "x"}, `{a:"x"}`},
		{"keywords in any case", item{"a": 1}, "set a = :v remove b", item{":v": 2}, "{a:2}"},
		{"plus", item{"a": 1}, "SET a = a + :v", item{":v": num("0.10")}, "{a:1.1}"},
		{"minus into another attribute", item{"a": 1}, "SET b = a - :v", item{":v": 3}, "{a:1 b:-2}"},
		{"value first", item{"a": 1}, "SET a = :v - a", item{":v": 3}, "{a:2}"},
		{"38 digits stay exact", item{"a": num("12345678901234567890123456789012345678")}, "SET a = a + :v", item{":v": 1}, "{a:12345678901234567890123456789012345679}"},
		{"swap sees the old values", item{"a": 1, "b": 2}, "SET a = b, b = a", nil, "{a:2 b:1}"},
		{"set and remove see the old values", item{"a": 1}, "SET b = a REMOVE a", nil, "{b:1}"},
		{"if_not_exists of what is there", item{"a": 5}, "SET a = if_not_exists(a, :v) + :w", item{":v": 0, ":w": 1}, "{a:6}"},
		{"if_not_exists of what is not", nil, "SET a = if_not_exists(a, :v) + :w", item{":v": 0, ":w": 1}, "{a:1}"},
		{"if_not_exists of another path", item{"b": 5}, "SET a = if_not_exists(b, :v)", item{":v": 0}, "{a:5 b:5}"},
		{"list_append at the end", item{"a": list{1}}, "SET a = list_append(a, :v)", item{":v": list{2, 3}}, "{a:[1 2 3]}"},
		{"list_append at the start", item{"a": list{1}}, "SET a = list_append(:v, a)", item{":v": list{2}}, "{a:[2 1]}"},
		{"list_append to a new list", nil, "SET a = list_append(if_not_exists(a, :e), :v)", item{":e": list{}, ":v": list{2}}, "{a:[2]}"},
		{"member of a map", item{"m": item{"x": 1}}, "SET m.y = :v", item{":v": 2}, "{m:{x:1 y:2}}"},
		{"member of a member", item{"m": item{"x": item{}}}, "SET m.x.y = :v REMOVE m.z", item{":v": 2}, "{m:{x:{y:2}}}"},
		{"element of a list", item{"a": list{1, 2, 3}}, "SET a[1] = :v", item{":v": 9}, "{a:[1 9 3]}"},
		{"elements beyond the end come in order", item{"a": list{1}}, "SET a[9] = :x, a[5] = :y", item{":x": "x", ":y": "y"}, `{a:[1 "y" "x"]}`},
		{"remove elements by their old places", item{"a": list{0, 1, 2, 3, 4}}, "REMOVE a[1], a[3]", nil, "{a:[0 2 4]}"},
		{"set and remove elements by their old places", item{"a": list{0, 1, 2}}, "REMOVE a[0] SET a[2] = :v", item{":v": 9}, "{a:[1 9]}"},
		{"remove an element beyond the end", item{"a": list{0}}, "REMOVE a[3]", nil, "{a:[0]}"},
		{"remove a member that is not there", item{"m": item{"x": 1}}, "REMOVE m.y", nil, "{m:{x:1}}"},
		{"remove a member inside a list", item{"a": list{item{"x": 1, "y": 2}}}, "REMOVE a[0].x", nil, "{a:[{y:2}]}"},
		{"add to a number", item{"a": 1}, "ADD a :v", item{":v": num("-2.5")}, "{a:-1.5}"},
		{"add to nothing", nil, "ADD a :v", item{":v": 2}, "{a:2}"},
		{"add to a set", item{"a": ss{"x"}}, "ADD a :v", item{":v": ss{"y", "x"}}, "{a:ss(x y)}"},
		{"add numbers to a set", item{"a": ns{"1"}}, "ADD a :v", item{":v": ns{"1.0", "2"}}, "{a:ns(1 2)}"},
		{"add a set to nothing", nil, "ADD a :v", item{":v": bs{{1}}}, "{a:bs(x01)}"},
		{"add inside a map", item{"m": item{"n": 1}}, "ADD m.n :v, m.k :v", item{":v": 1}, "{m:{k:1 n:2}}"},
		{"delete from a set", item{"a": ss{"x", "y"}}, "DELETE a :v", item{":v": ss{"y", "z"}}, "{a:ss(x)}"},
		{"delete the last member", item{"a": ss{"x"}, "b": 1}, "DELETE a :v", item{":v": ss{"x"}}, "{b:1}"},
		{"delete from nothing", item{"b": 1}, "DELETE a :v", item{":v": ss{"x"}}, "{b:1}"},
		{"four sections", item{"a": 1, "b": 1, "c": 1, "d": ss{"x", "y"}}, "SET a = :o REMOVE b ADD c :o DELETE d :x", item{":o": 5, ":x": ss{"x"}}, "{a:5 c:6 d:ss(y)}"},
		{"a zero keeps no sign", item{"a": 1}, "SET a = a - :v", item{":v": num("1.0")}, "{a:0}"},
		{"parentheses", item{"a": 1}, "SET a = (a + :v)", item{":v": 1}, "{a:2}"},
	} {
		check(t, c.name, func(t *testing.T, p string) {
			if c.before != nil {
				put(t, at(p, "s").with(c.before))
			}
			if err := update(t, p, c.expression, nil, c.values); err != nil {
				t.Fatal(err)
			}
			same(t, get(t, at(p, "s")), c.after)
		})
	}
}

func TestUpdateRefusals(t *testing.T) {
	before := item{"a": 1, "s": "x", "l": list{1}, "m": item{"x": 1}, "w": ss{"x"}}
	for _, c := range []struct {
		expression string
		values     item
		message    string
	}{
		{"SET a = gone", nil, "The provided expression refers to an attribute that does not exist in the item"},
		{"SET a = s + :v", item{":v": 1}, "An operand in the update expression has an incorrect data type"},
		{"SET a = a + :v", item{":v": "1"}, "Incorrect operand type for operator or function; operator or function: +, operand type: S"},
		{"SET m.x.y = :v", item{":v": 1}, "The document path provided in the update expression is invalid for update"},
		{"SET gone.x = :v", item{":v": 1}, "The document path provided in the update expression is invalid for update"},
		{"SET gone[0] = :v", item{":v": 1}, "The document path provided in the update expression is invalid for update"},
		{"SET m[0] = :v", item{":v": 1}, "The document path provided in the update expression is invalid for update"},
		{"SET l = list_append(l, :v)", item{":v": 1}, "Incorrect operand type"},
		{"SET l = list_append(s, :v)", item{":v": list{1}}, "An operand in the update expression has an incorrect data type"},
		{"SET a = if_not_exists(:v, :v)", item{":v": 1}, "Operator or function requires a document path"},
		{"SET a = list_append(l)", nil, "Incorrect number of operands"},
		{"SET a = nosuch(l, l)", nil, "Invalid function name; function: nosuch"},
		{"SET a = :v, a = :v", item{":v": 1}, "Two document paths overlap with each other"},
		{"SET m = :v REMOVE m.x", item{":v": 1}, "Two document paths overlap with each other"},
		{"SET m.x = :v, m[0] = :v", item{":v": 1}, "Two document paths conflict with each other"},
		{"SET a = :v SET s = :v", item{":v": 1}, "section can only be used once in an update expression"},
		{"SET pk = :v", item{":v": "x"}, "Cannot update attribute pk. This attribute is part of the key"},
		{"REMOVE sk", nil, "Cannot update attribute sk. This attribute is part of the key"},
		{"ADD s :v", item{":v": 1}, "An operand in the update expression has an incorrect data type"},
		{"ADD a :v", item{":v": "x"}, "Incorrect operand type for operator or function; operator: ADD, operand type: STRING"},
		{"ADD w :v", item{":v": ns{"1"}}, "An operand in the update expression has an incorrect data type"},
		{"DELETE w :v", item{":v": 1}, "Incorrect operand type for operator or function; operator: DELETE, operand type: NUMBER"},
		{"ADD a = :v", item{":v": 1}, "Syntax error"},
		{"SET a :v", item{":v": 1}, "Syntax error"},
		{"SET a = :v,", item{":v": 1}, "Syntax error"},
		{"SET a = :v + :v + :v", item{":v": 1}, "Syntax error"},
		{"SET name = :v", item{":v": 1}, "reserved keyword: name"},
		{"CHANGE a = :v", item{":v": 1}, "Syntax error"},
		{"SET a = :v", item{":v": 1, ":w": 2}, "unused in expressions: keys: {:w}"},
		{"SET gp = :v", item{":v": 1}, ""},
	} {
		check(t, c.expression, func(t *testing.T, p string) {
			put(t, at(p, "s").with(before))
			refused(t, update(t, p, c.expression, nil, c.values), validation, c.message)
			same(t, get(t, at(p, "s")), "{a:1 l:[1] m:{x:1} s:\"x\" w:ss(x)}")
		})
	}
	check(t, "a sum of more than 38 digits", func(t *testing.T, p string) {
		put(t, at(p, "s").with(item{"a": num("12345678901234567890123456789012345678")}))
		refused(t, update(t, p, "SET a = a + :v", nil, item{":v": num("0.1")}), validation, "")
	})
	check(t, "an item grown over 32 levels", func(t *testing.T, p string) {
		put(t, at(p, "s").with(item{"l": list{nest(20)}}))
		refused(t, update(t, p, "SET l[0] = :v", nil, item{":v": nest(32)}), validation, "Nesting Levels have exceeded supported limits")
		if err := update(t, p, "SET l[0] = :v", nil, item{":v": nest(31)}); err != nil {
			t.Fatal(err)
		}
	})
	check(t, "an item grown over 400 KB", func(t *testing.T, p string) {
		put(t, at(p, "s").with(item{"a": strings.Repeat("x", 300<<10)}))
		refused(t, update(t, p, "SET b = :v", nil, item{":v": strings.Repeat("x", 101<<10)}), validation, "Item size to update has exceeded the maximum allowed size")
	})
}

func TestReturnValues(t *testing.T) {
	for _, c := range []struct {
		mode, want string
	}{
		{"NONE", "{}"},
		{"ALL_OLD", `{a:1 b:2 m:{x:1 y:2} pk:"P" sk:"s"}`},
		{"ALL_NEW", `{a:5 m:{x:9 y:2} pk:"P" sk:"s"}`},
		{"UPDATED_OLD", "{a:1 b:2 m:{x:1}}"},
		{"UPDATED_NEW", "{a:5 m:{x:9}}"},
	} {
		check(t, "update returns "+c.mode, func(t *testing.T, p string) {
			put(t, at(p, "s").with(item{"a": 1, "b": 2, "m": item{"x": 1, "y": 2}}))
			in := &dynamodb.UpdateItemInput{TableName: &ours.main, Key: at(p, "s").av(), UpdateExpression: aws.String("SET a = :a, m.x = :x REMOVE b"), ExpressionAttributeValues: item{":a": 5, ":x": 9}.av()}
			in.ReturnValues = types.ReturnValue(c.mode)
			out, err := ours.client.UpdateItem(t.Context(), in)
			if err != nil {
				t.Fatal(err)
			}
			same(t, show(out.Attributes), strings.ReplaceAll(c.want, `"P"`, `"`+p+`"`))
		})
	}
	check(t, "put returns the old item", func(t *testing.T, p string) {
		put(t, at(p, "s").with(item{"a": 1}))
		out, err := ours.client.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: &ours.main, Item: at(p, "s").av(), ReturnValues: "ALL_OLD"})
		if err != nil {
			t.Fatal(err)
		}
		same(t, show(out.Attributes), `{a:1 pk:"`+p+`" sk:"s"}`)
	})
	check(t, "delete returns the old item, then nothing", func(t *testing.T, p string) {
		put(t, at(p, "s").with(item{"a": 1}))
		in := &dynamodb.DeleteItemInput{TableName: &ours.main, Key: at(p, "s").av(), ReturnValues: "ALL_OLD"}
		first, err := ours.client.DeleteItem(t.Context(), in)
		if err != nil {
			t.Fatal(err)
		}
		again, err := ours.client.DeleteItem(t.Context(), in)
		if err != nil {
			t.Fatal(err)
		}
		same(t, show(first.Attributes)+show(again.Attributes), `{a:1 pk:"`+p+`" sk:"s"}{}`)
	})
	check(t, "put cannot return new values", func(t *testing.T, p string) {
		_, err := ours.client.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: &ours.main, Item: at(p, "s").av(), ReturnValues: "ALL_NEW"})
		refused(t, err, validation, "ReturnValues can only be ALL_OLD or NONE")
	})
}
