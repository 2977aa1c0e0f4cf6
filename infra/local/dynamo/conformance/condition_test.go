package conformance

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

// standing is the item conditions are tested on.
var standing = item{
	"n": 10, "s": "hello", "b": []byte{1, 2, 3}, "t": true, "z": nil, "seq": list{1, "two", list{3}},
	"m": item{"mid": item{"deep": 7}, "s": "x"}, "words": ss{"a", "b"}, "nums": ns{"1", "2.50"}, "bins": bs{{1}, {2}},
	"blank": "", "neg": num("-1.5"), "status": "OPEN",
}

func condition(t *testing.T, p string, expression string, names map[string]string, values item) error {
	t.Helper()
	_, err := ours.client.PutItem(t.Context(), &dynamodb.PutItemInput{
		TableName: &ours.main, Item: standing.with(at(p, "s")).av(),
		ConditionExpression: &expression, ExpressionAttributeNames: names, ExpressionAttributeValues: values.av(),
	})
	return err
}

var conditions = []struct {
	expression string
	values     item
	holds      bool
}{
	{"n = :v", item{":v": 10}, true},
	{"n = :v", item{":v": num("1e1")}, true},
	{"n = :v", item{":v": num("10.00")}, true},
	{"n = :v", item{":v": "10"}, false},
	{"n <> :v", item{":v": "10"}, true},
	{"n <> :v", item{":v": 10}, false},
	{"gone <> :v", item{":v": 10}, true},
	{"gone = :v", item{":v": 10}, false},
	{"n < :v", item{":v": 11}, true},
	{"n < :v", item{":v": 9}, false},
	{"n < :v", item{":v": "a"}, false},
	{"neg < :v", item{":v": num("-1.4999")}, true},
	{"n <= :v", item{":v": 10}, true},
	{"n > :v", item{":v": num("9.9999999999999999999999999999999999999")}, true},
	{"n >= :v", item{":v": num("10.000000000000000000000000000000000001")}, false},
	{"s > :v", item{":v": "Z"}, true},
	{"s < :v", item{":v": "hellp"}, true},
	{"b > :v", item{":v": []byte{1, 2}}, true},
	{"b < :v", item{":v": []byte{1, 2, 0}}, false},
	{"gone < :v", item{":v": 1}, false},
	{"n BETWEEN :a AND :b", item{":a": 10, ":b": 10}, true},
	{"n BETWEEN :a AND :b", item{":a": 11, ":b": 12}, false},
	{"s BETWEEN :a AND :b", item{":a": "a", ":b": "i"}, true},
	{"n IN (:a, :b)", item{":a": 1, ":b": 10}, true},
	{"n IN (:a, :b)", item{":a": "10", ":b": 1}, false},
	{"seq IN (:a)", item{":a": list{1, "two", list{3}}}, true},
	{"attribute_exists(m.mid.deep)", nil, true},
	{"attribute_exists(m.mid.gone)", nil, false},
	{"attribute_exists(seq[2][0])", nil, true},
	{"attribute_exists(seq[3])", nil, false},
	{"attribute_not_exists(gone)", nil, true},
	{"attribute_not_exists(s)", nil, false},
	{"attribute_exists(z)", nil, true},
	{"attribute_exists(blank)", nil, true},
	{"attribute_type(z, :v)", item{":v": "NULL"}, true},
	{"attribute_type(m, :v)", item{":v": "L"}, false},
	{"attribute_type(gone, :v)", item{":v": "S"}, false},
	{"begins_with(s, :v)", item{":v": "hel"}, true},
	{"begins_with(s, :v)", item{":v": "Hel"}, false},
	{"begins_with(b, :v)", item{":v": []byte{1, 2}}, true},
	{"begins_with(n, :v)", item{":v": "1"}, false},
	{"begins_with(s, :v)", item{":v": ""}, true},
	{"contains(s, :v)", item{":v": "ell"}, true},
	{"contains(words, :v)", item{":v": "b"}, true},
	{"contains(words, :v)", item{":v": "bb"}, false},
	{"contains(nums, :v)", item{":v": num("2.5")}, true},
	{"contains(nums, :v)", item{":v": "1"}, false},
	{"contains(bins, :v)", item{":v": []byte{2}}, true},
	{"contains(seq, :v)", item{":v": "two"}, true},
	{"contains(seq, :v)", item{":v": list{3}}, true},
	{"contains(n, :v)", item{":v": 1}, false},
	{"size(s) = :v", item{":v": 5}, true},
	{"size(seq) > :v", item{":v": 2}, true},
	{"size(m) = :v", item{":v": 2}, true},
	{"size(words) = :v", item{":v": 2}, true},
	{"size(b) BETWEEN :v AND :v", item{":v": 3}, true},
	{"size(gone) >= :v", item{":v": 0}, false},
	{":v = n", item{":v": 10}, true},
	{":v IN (n, s)", item{":v": "hello"}, true},
	{"m.s = :v", item{":v": "x"}, true},
	{"m = :v", item{":v": item{"s": "x", "mid": item{"deep": num("7.0")}}}, true},
	{"words = :v", item{":v": ss{"b", "a"}}, true},
	{"nums = :v", item{":v": ns{"2.5", "1.0"}}, true},
	{"NOT n = :v", item{":v": 10}, false},
	{"NOT n < :v", item{":v": "a"}, true},
	{"not (n = :v and s = :w)", item{":v": 10, ":w": "no"}, true},
	{"n = :v OR s = :w AND t = :f", item{":v": 10, ":w": "no", ":f": false}, true},
	{"(n = :v OR s = :w) AND t = :f", item{":v": 10, ":w": "no", ":f": false}, false},
	{"NOT n = :v OR s = :w", item{":v": 10, ":w": "hello"}, true},
	{"n BETWEEN :a AND :b AND s = :w", item{":a": 1, ":b": 20, ":w": "hello"}, true},
	{"(n) = (:v)", item{":v": 10}, true},
	{"n=:v\n AND\tattribute_exists ( s )", item{":v": 10}, true},
}

func TestConditions(t *testing.T) {
	put(t, standing.with(at("conditions", "s")))
	for _, c := range conditions {
		check(t, c.expression, func(t *testing.T, _ string) {
			err := condition(t, "conditions", c.expression, nil, c.values)
			if c.holds && err != nil {
				t.Fatal(err)
			}
			if !c.holds {
				refused(t, err, conditionFailed, "The conditional request failed")
			}
		})
	}
}

func TestConditionRefusals(t *testing.T) {
	for _, c := range []struct {
		expression string
		values     item
		message    string
	}{
		{"", nil, "The expression can not be empty"},
		{"n = ", nil, "Syntax error"},
		{"n == :v", item{":v": 1}, "Syntax error"},
		{"n = :v AND", item{":v": 1}, "Syntax error"},
		{"(n = :v", item{":v": 1}, "Syntax error"},
		{"n = :v)", item{":v": 1}, "Syntax error"},
		{"n ! :v", item{":v": 1}, "Syntax error"},
		{"n", nil, "Syntax error"},
		{"1 = :v", item{":v": 1}, "Syntax error"},
		{"((n = :v))", item{":v": 1}, "redundant parentheses"},
		{"status = :v", item{":v": 1}, "Attribute name is a reserved keyword; reserved keyword: status"},
		{"m.Name = :v", item{":v": 1}, "reserved keyword: Name"},
		{"n = :w", item{":v": 1}, "not defined; attribute value: :w"},
		{"#n = :v", item{":v": 1}, "not defined; attribute name: #n"},
		{"n = :v", item{":v": 1, ":w": 2}, "unused in expressions: keys: {:w}"},
		{"nosuch(n)", nil, "Invalid function name; function: nosuch"},
		{"Attribute_exists(n)", nil, "Invalid function name"},
		{"attribute_exists(n, s)", nil, "Incorrect number of operands"},
		{"begins_with(s)", nil, "Incorrect number of operands"},
		{"attribute_exists(:v)", item{":v": 1}, "Operator or function requires a document path"},
		{"begins_with(s, :v)", item{":v": 1}, "Incorrect operand type for operator or function; operator or function: begins_with, operand type: N"},
		{"attribute_type(s, :v)", item{":v": "X"}, "Invalid attribute type name found; type: X"},
		{"attribute_type(s, :v)", item{":v": 1}, "Incorrect operand type"},
		{"size(n)", nil, "The function is not allowed to be used this way in an expression; function: size"},
		{"size(:v) > :v", item{":v": 1}, "Incorrect operand type"},
		{"contains(n, n)", nil, "The first operand must be distinct"},
		{"n = n", nil, "The first operand must be distinct"},
		{"attribute_exists(s) = :v", item{":v": true}, ""},
		{"n < :v", item{":v": true}, "Incorrect operand type"},
		{"n BETWEEN :a AND :b", item{":a": 2, ":b": 1}, "The BETWEEN operator requires upper bound to be greater than or equal to lower bound"},
		{"n BETWEEN :a AND :b", item{":a": 2, ":b": "1"}, "The BETWEEN operator requires same data type"},
	} {
		name := c.expression
		if name == "" {
			name = "empty"
		}
		check(t, name, func(t *testing.T, p string) {
			refused(t, condition(t, p, c.expression, nil, c.values), validation, c.message)
		})
	}
	check(t, "names are given but not used", func(t *testing.T, p string) {
		err := condition(t, p, "n = :v", map[string]string{"#x": "x"}, item{":v": 1})
		refused(t, err, validation, "Value provided in ExpressionAttributeNames unused in expressions: keys: {#x}")
	})
	check(t, "names without an expression", func(t *testing.T, p string) {
		_, err := ours.client.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: &ours.main, Item: at(p, "s").av(), ExpressionAttributeNames: map[string]string{"#x": "x"}})
		refused(t, err, validation, "ExpressionAttributeNames can only be specified when using expressions")
	})
	check(t, "an expression of more than 4 KB", func(t *testing.T, p string) {
		long := "attribute_exists(a" + strings.Repeat("a", 4096) + ")"
		refused(t, condition(t, p, long, nil, nil), validation, "Expression size has exceeded the maximum allowed size")
	})
}

func TestConditionNames(t *testing.T) {
	put(t, standing.with(at("names", "s")))
	check(t, "a placeholder names a reserved word", func(t *testing.T, _ string) {
		if err := condition(t, "names", "#s = :v", map[string]string{"#s": "status"}, item{":v": "OPEN"}); err != nil {
			t.Fatal(err)
		}
	})
	check(t, "a placeholder in a path is one step", func(t *testing.T, _ string) {
		if err := condition(t, "names", "attribute_exists(m.#mid.deep) AND attribute_not_exists(#dotted)", map[string]string{"#mid": "mid", "#dotted": "m.mid"}, nil); err != nil {
			t.Fatal(err)
		}
	})
	check(t, "a failed condition shows the item when asked", func(t *testing.T, p string) {
		put(t, at(p, "s").with(item{"v": 3}))
		expression := "v = :v"
		_, err := ours.client.UpdateItem(t.Context(), &dynamodb.UpdateItemInput{
			TableName: &ours.main, Key: at(p, "s").av(), ConditionExpression: &expression,
			ExpressionAttributeValues: item{":v": 4}.av(), ReturnValuesOnConditionCheckFailure: "ALL_OLD",
		})
		refused(t, err, conditionFailed, "")
		same(t, show(failedItem(t, err)), `{pk:"`+p+`" sk:"s" v:3}`)
	})
	check(t, "a failed condition on nothing shows nothing", func(t *testing.T, p string) {
		expression := "attribute_exists(pk)"
		_, err := ours.client.DeleteItem(t.Context(), &dynamodb.DeleteItemInput{
			TableName: &ours.main, Key: at(p, "s").av(), ConditionExpression: &expression, ReturnValuesOnConditionCheckFailure: "ALL_OLD",
		})
		refused(t, err, conditionFailed, "")
		same(t, show(failedItem(t, err)), "{}")
	})
}
