package conformance

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

func TestItems(t *testing.T) {
	check(t, "every type comes back as it was", func(t *testing.T, p string) {
		put(t, standing.with(at(p, "s")))
		want := standing.with(nil)
		same(t, get(t, at(p, "s")), strings.Replace(show(want.av()), "2.50", "2.5", 1))
	})
	check(t, "strings keep every character", func(t *testing.T, p string) {
		put(t, at(p, "s").with(item{"a": "\x00\x01\"\\/\u2028\U0001F600 ٣ é\n"}))
		same(t, get(t, at(p, "s")), show(item{"a": "\x00\x01\"\\/\u2028\U0001F600 ٣ é\n"}.av()))
	})
	check(t, "empty strings, binaries, lists and maps are values", func(t *testing.T, p string) {
		put(t, at(p, "s").with(item{"a": "", "b": []byte{}, "l": list{}, "m": item{}}))
		same(t, get(t, at(p, "s")), `{a:"" b:x l:[] m:{}}`)
	})
	check(t, "put replaces the whole item", func(t *testing.T, p string) {
		put(t, at(p, "s").with(item{"a": 1}))
		put(t, at(p, "s").with(item{"b": 1}))
		same(t, get(t, at(p, "s")), "{b:1}")
	})
	check(t, "get of nothing is no item", func(t *testing.T, p string) { same(t, get(t, at(p, "s")), "absent") })
	check(t, "keys differ by case and by accent", func(t *testing.T, p string) {
		put(t, at(p, "a").with(item{"v": 1}))
		same(t, get(t, at(p, "A"))+get(t, at(p, "á")), "absentabsent")
	})
}

func TestItemRefusals(t *testing.T) {
	for _, c := range []struct {
		name    string
		item    item
		message string
	}{
		{"no sort key", item{"pk": "x"}, "Missing the key sk in the item"},
		{"key of another type", at(1, "s"), "Type mismatch for key pk expected: S actual: N"},
		{"empty key", at("x", ""), "The AttributeValue for a key attribute cannot contain an empty string value. Key: sk"},
		{"hash key over 2048 bytes", at(strings.Repeat("x", 2049), "s"), "Size of hashkey has exceeded the maximum size limit of2048 bytes"},
		{"sort key over 1024 bytes", at("x", strings.Repeat("x", 1025)), "Aggregated size of all range keys has exceeded the size limit of 1024 bytes"},
		{"index key of another type", at("x", "s").with(item{"gp": 1}), "Type mismatch for Index Key gp"},
		{"empty index key", at("x", "s").with(item{"gs": ""}), "cannot contain an empty string value"},
		{"empty set", at("x", "s").with(item{"a": ss{}}), "may not be empty"},
		{"set with doubles", at("x", "s").with(item{"a": ss{"x", "x"}}), "contains duplicates"},
		{"set with equal numbers", at("x", "s").with(item{"a": ns{"1", "1.0"}}), "contains duplicates"},
		{"item over 400 KB", at("x", "s").with(item{"a": strings.Repeat("x", 400<<10)}), "Item size has exceeded the maximum allowed size"},
		{"nested too deeply", at("x", "s").with(item{"a": nest(33)}), "Nesting Levels have exceeded supported limits"},
		{"an attribute without a name", at("x", "s").with(item{"": 1}), ""},
	} {
		check(t, c.name, func(t *testing.T, _ string) {
			_, err := ours.client.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: &ours.main, Item: c.item.av()})
			refused(t, err, validation, c.message)
		})
	}
	for _, c := range []struct {
		name string
		key  item
	}{
		{"get without the sort key", item{"pk": "x"}},
		{"get with too many attributes", at("x", "s").with(item{"a": 1})},
		{"get with a key of another type", at("x", 1)},
	} {
		check(t, c.name, func(t *testing.T, _ string) {
			_, err := ours.client.GetItem(t.Context(), &dynamodb.GetItemInput{TableName: &ours.main, Key: c.key.av()})
			refused(t, err, validation, "The provided key element does not match the schema")
		})
	}
	check(t, "an item of just 400 KB", func(t *testing.T, p string) {
		put(t, at(p, "s").with(item{"a": strings.Repeat("x", 400<<10-len("pk"+p+"sk"+"s"+"a"))}))
	})
	check(t, "a table that is not there", func(t *testing.T, _ string) {
		_, err := ours.client.GetItem(t.Context(), &dynamodb.GetItemInput{TableName: aws.String("conformance-no-such-table"), Key: at("x", "s").av()})
		refused(t, err, "ResourceNotFoundException", "Requested resource not found")
	})
}

// nest is a value with lists nested so deep.
func nest(depth int) any {
	if depth == 0 {
		return 1
	}
	return list{nest(depth - 1)}
}

func TestProjections(t *testing.T) {
	put(t, at("projected", "s").with(item{"a": 1, "m": item{"x": 1, "y": item{"z": 2}}, "l": list{"a", "b", item{"c": 3, "d": 4}}}))
	for _, c := range []struct{ expression, want string }{
		{"a", "{a:1}"},
		{"a, gone", "{a:1}"},
		{"gone", "{}"},
		{"m.y.z", "{m:{y:{z:2}}}"},
		{"m.x, m.y", "{m:{x:1 y:{z:2}}}"},
		{"m.gone", "{}"},
		{"l[1]", `{l:["b"]}`},
		{"l[2].d, l[0]", `{l:["a" {d:4}]}`},
		{"l[7], a", "{a:1}"},
		{"a[0]", "{}"},
		{"pk, sk", `{pk:"projected" sk:"s"}`},
	} {
		check(t, c.expression, func(t *testing.T, _ string) {
			out, err := ours.client.GetItem(t.Context(), &dynamodb.GetItemInput{TableName: &ours.main, Key: at("projected", "s").av(), ProjectionExpression: &c.expression})
			if err != nil {
				t.Fatal(err)
			}
			same(t, show(out.Item), c.want)
		})
	}
	for _, c := range []struct{ expression, message string }{
		{"a,", "Syntax error"},
		{"a, a", "Two document paths overlap"},
		{"m, m.x", "Two document paths overlap"},
		{"l[a]", "Syntax error"},
		{"status", "reserved keyword: status"},
		{"#n", "not defined; attribute name: #n"},
	} {
		check(t, "refused: "+c.expression, func(t *testing.T, _ string) {
			_, err := ours.client.GetItem(t.Context(), &dynamodb.GetItemInput{TableName: &ours.main, Key: at("projected", "s").av(), ProjectionExpression: &c.expression})
			refused(t, err, validation, c.message)
		})
	}
}

func TestNumbers(t *testing.T) {
	for _, c := range []struct{ in, out string }{
		{"0", "0"}, {"-0", "0"}, {"0.000", "0"}, {"007", "7"}, {"+5", "5"}, {"1.50", "1.5"}, {".5", "0.5"}, {"5.", "5"},
		{"1e3", "1000"}, {"1.5E-3", "0.0015"}, {"-12.3400e1", "-123.4"}, {"1E125", "1" + strings.Repeat("0", 125)},
		{"1e-130", "0." + strings.Repeat("0", 129) + "1"},
		{"99999999999999999999999999999999999999", "99999999999999999999999999999999999999"},
		{"9.9999999999999999999999999999999999999E+125", strings.Repeat("9", 38) + strings.Repeat("0", 88)},
		{"100000000000000000000000000000000000000000", "100000000000000000000000000000000000000000"},
	} {
		check(t, c.in, func(t *testing.T, p string) {
			put(t, at(p, "s").with(item{"a": num(c.in)}))
			same(t, get(t, at(p, "s")), "{a:"+c.out+"}")
		})
	}
	for _, c := range []struct{ in, message string }{
		{"", "cannot be converted to a numeric value"}, {"x", "cannot be converted to a numeric value: x"}, {"1,5", "numeric value"},
		{"0x10", "numeric value"}, {"1e", "numeric value"}, {"NaN", "numeric value"}, {"Infinity", "numeric value"}, {"--1", "numeric value"},
		{"1e126", "Number overflow"}, {"-1e126", "Number overflow"}, {"1e-131", "Number underflow"},
		{"123456789012345678901234567890123456789", "Attempting to store more than 38 significant digits in a Number"},
	} {
		check(t, "refused: "+c.in, func(t *testing.T, p string) {
			_, err := ours.client.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: &ours.main, Item: at(p, "s").with(item{"a": num(c.in)}).av()})
			refused(t, err, validation, c.message)
		})
	}
}
