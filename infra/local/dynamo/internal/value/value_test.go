package value

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"customercenter/infra/local/dynamo/internal/fault"
)

const everything = `{"b":{"B":"AQID"},"l":{"L":[{"N":"1"},{"L":[]}]},"m":{"M":{"x":{"S":"y"}}},"n":{"N":"-1.5"},"ns":{"NS":["-1","2","10"]},"o":{"BOOL":true},"s":{"S":"a\"\\\n é 😀"},"ss":{"SS":["a","b"]},"z":{"NULL":true}}`

func TestJSON(t *testing.T) {
	t.Run("an item is written as it was read, in order", func(t *testing.T) {
		item, err := Parse([]byte(everything))
		if err != nil {
			t.Fatal(err)
		}
		want := strings.ReplaceAll(everything, `\n`, `\u000a`)
		if got := string(item.Append(nil)); got != want {
			t.Fatalf("\n got %s\nwant %s", got, want)
		}
	})
	t.Run("spaces, escapes and order make no difference", func(t *testing.T) {
		a, err := Parse([]byte(" { \"a\" : { \"S\" : \"\\u00e9\\ud83d\\ude00\" } , \"n\":{\"NS\":[\"2\",\"1.0\"]}}\n"))
		if err != nil {
			t.Fatal(err)
		}
		b, err := Parse([]byte(`{"n":{"NS":["1","2.0"]},"a":{"S":"é😀"}}`))
		if err != nil {
			t.Fatal(err)
		}
		if !a.Equal(b) || string(a.Append(nil)) != string(b.Append(nil)) {
			t.Fatalf("%s and %s differ", a.Append(nil), b.Append(nil))
		}
	})
	t.Run("skimmed attributes are those of the whole", func(t *testing.T) {
		names := NamesOf("n", "s", "gone", "a\"b")
		item, _ := Parse([]byte(everything))
		item[`a"b`] = Integer("7")
		fields, err := Skim(nil, item.Append(nil), names)
		if err != nil || len(fields) != 3 {
			t.Fatalf("got %v, %v", fields, err)
		}
		for _, f := range fields {
			if want, _ := item.Get(f.Name); !f.Value.Equal(want) || string(f.JSON) != string(want.Append(nil)) {
				t.Errorf("%s: got %s", f.Name, f.JSON)
			}
		}
		part, size := fields.Append(nil, NamesOf("n", `a"b`))
		want := Item{"n": item["n"], `a"b`: item[`a"b`]}
		if string(part) != string(want.Append(nil)) || size != want.Size() {
			t.Errorf("got %s of %d bytes", part, size)
		}
	})
	for text, want := range map[string]string{
		`{"a":{}}`: "Supplied AttributeValue is empty", `{"a":{"X":"1"}}`: "Supplied AttributeValue is empty",
		`{"a":{"S":"x","N":"1"}}`: "more than one datatypes", `{"a":{"NS":[]}}`: "may not be empty", `{"a":{"BS":["AQ==","AQ=="]}}`: "duplicates",
		`{"a":{"B":"*"}}`: "can not be converted to a Blob", `{"a":{"S":1}}`: "payload", `{"a":{"BOOL":"true"}}`: "payload", `{"a":1}`: "expected", `[]`: "expected", `{"a":{"S":"x"`: "expected",
	} {
		_, err := Parse([]byte(text))
		var f *fault.Error
		if !errors.As(err, &f) || !strings.Contains(f.Message, want) {
			t.Errorf("%s: got %v, want %q", text, err, want)
		}
	}
}

func TestSizes(t *testing.T) {
	for text, want := range map[string]int{
		`{}`: 0, `{"é":{"S":"😀"}}`: 6, `{"a":{"NULL":true}}`: 2, `{"a":{"BOOL":false}}`: 2, `{"a":{"L":[]}}`: 4, `{"a":{"L":[{"N":"1"}]}}`: 7,
		`{"a":{"M":{"b":{"S":"c"}}}}`: 7, `{"a":{"SS":["x","yz"]}}`: 4, `{"a":{"NS":["1","100"]}}`: 5, `{"a":{"B":"AQID"}}`: 4,
	} {
		item, err := Parse([]byte(text))
		if err != nil || item.Size() != want {
			t.Errorf("%s: got %d, %v, want %d", text, item.Size(), err, want)
		}
	}
}

func TestClonesAreTheirOwn(t *testing.T) {
	item, _ := Parse([]byte(`{"m":{"M":{"l":{"L":[{"N":"1"}]}}}}`))
	clone := item.Clone()
	clone["m"].Map["l"].List[0] = Integer("2")
	if got := string(item.Append(nil)); got != `{"m":{"M":{"l":{"L":[{"N":"1"}]}}}}` {
		t.Fatal(got)
	}
}

// FuzzKeys checks that key strings sort as the pairs they are made of, and that
// prefixes stand where begins_with looks for them.
func FuzzKeys(f *testing.F) {
	f.Add("a", "b", "a\x00", "b")
	f.Add("", "\x00", "", "")
	f.Add("a\x00\x01b", "", "a", "b")
	f.Add("\xff\xff", "\xff", "\xff", "\xff\xff")
	f.Fuzz(func(t *testing.T, a, b, c, d string) {
		text := func(s string) Value { return Value{Kind: Binary, Text: s} }
		first := string(text(b).AppendKey(text(a).AppendKey(nil)))
		second := string(text(d).AppendKey(text(c).AppendKey(nil)))
		want := strings.Compare(a, c)
		if want == 0 {
			want = strings.Compare(b, d)
		}
		if got := strings.Compare(first, second); got != want {
			t.Fatalf("(%q, %q) and (%q, %q): got %d, want %d", a, b, c, d, got, want)
		}
		prefix := string(text(d).AppendKeyPrefix(text(a).AppendKey(nil)))
		if got, want := prefix <= first && first < After(prefix), strings.HasPrefix(b, d); got != want {
			t.Fatalf("%q begins with %q: got %v", b, d, got)
		}
	})
}

// FuzzJSON checks that whatever JSON is taken for an item comes back the same, and
// that nothing makes the reader panic.
func FuzzJSON(f *testing.F) {
	f.Add([]byte(everything))
	f.Add([]byte(`{"a":{"S":"\ud800"}}`))
	f.Add([]byte(`{"a":{"L":[{"M":{"":{"NS":["1e2"]}}}]},"a":{"S":""}}`))
	f.Add([]byte(`{"a":{"S":"\`))
	f.Fuzz(func(t *testing.T, text []byte) {
		item, err := Parse(text)
		Skim(nil, text, NamesOf("a"))
		if err != nil || !json.Valid(text) {
			return
		}
		written := item.Append(nil)
		if !json.Valid(written) {
			t.Fatalf("%q became %q", text, written)
		}
		again, err := Parse(written)
		if err != nil || !again.Equal(item) || item.Size() != again.Size() {
			t.Fatalf("%q became %q: %v", text, written, err)
		}
	})
}
