package expression

import (
	"errors"
	"strings"
	"testing"

	"customercenter/infra/local/dynamo/internal/fault"
	"customercenter/infra/local/dynamo/internal/value"
)

func parse(t testing.TB, text string) value.Item {
	t.Helper()
	item, err := value.Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return item
}

func TestPrecedence(t *testing.T) {
	item := parse(t, `{"t":{"BOOL":true},"f":{"BOOL":false}}`)
	values := parse(t, `{":t":{"BOOL":true}}`)
	for text, want := range map[string]bool{
		"t = :t OR t = :t AND f = :t":            true,
		"(t = :t OR t = :t) AND f = :t":          false,
		"NOT t = :t OR t = :t":                   true,
		"NOT (t = :t OR t = :t)":                 false,
		"NOT NOT t = :t":                         true,
		"NOT f = :t AND t = :t":                  true,
		"t = :t AND NOT f = :t":                  true,
		"f = :t AND f = :t OR t = :t AND t = :t": true,
	} {
		s, err := NewScope(nil, values)
		if err != nil {
			t.Fatal(err)
		}
		c, err := s.Condition(FieldCondition, text)
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		if got := c.Holds(item); got != want {
			t.Errorf("%s: got %v", text, got)
		}
	}
}

func TestLimits(t *testing.T) {
	values := parse(t, `{":v":{"N":"1"}}`)
	for name, c := range map[string]struct{ text, want string }{
		"operators":   {"a = :v" + strings.Repeat(" OR a = :v", MaxOperators/2), "too many operators"},
		"parentheses": {strings.Repeat("(", 1000) + "a = :v" + strings.Repeat(")", 1000), "nested too deeply"},
		"operands":    {"a IN (:v" + strings.Repeat(",:v", MaxOperands) + ")", "too many operands"},
		"depth":       {"attribute_exists(a" + strings.Repeat(".a", value.MaxDepth+1) + ")", "too many nesting elements"},
		"index":       {"attribute_exists(a[99999999999])", "List index is not within the allowable range"},
		"bytes":       {"a = :v" + strings.Repeat(" ", MaxBytes), "Expression size"},
	} {
		s, err := NewScope(nil, values)
		if err != nil {
			t.Fatal(err)
		}
		_, err = s.Condition(FieldCondition, c.text)
		var f *fault.Error
		if !errors.As(err, &f) || !strings.Contains(f.Message, c.want) {
			t.Errorf("%s: got %v, want %q", name, err, c.want)
		}
	}
}

func TestReservedWords(t *testing.T) {
	const documented = 573
	if len(reservedWords) != documented {
		t.Errorf("%d words", len(reservedWords))
	}
	for _, word := range []string{"status", "Name", "DATE", "ttl", "zone", "abort"} {
		if !reserved(word) {
			t.Errorf("%s is reserved", word)
		}
	}
	if reserved("pk") || reserved("invoice") {
		t.Error("pk and invoice are not reserved")
	}
}

func TestUpdatesLeaveTheOldItemAlone(t *testing.T) {
	const before = `{"l":{"L":[{"N":"1"},{"N":"2"}]},"m":{"M":{"x":{"L":[]}}},"s":{"SS":["a","b"]}}`
	item := parse(t, before)
	s, err := NewScope(nil, parse(t, `{":v":{"N":"1"},":s":{"SS":["a"]},":e":{"L":[{"N":"5"}]}}`))
	if err != nil {
		t.Fatal(err)
	}
	u, err := s.Update("SET l[0] = :v, l[7] = :v, m.x = list_append(m.x, :e), k = l REMOVE l[1] DELETE s :s")
	if err != nil {
		t.Fatal(err)
	}
	after, err := u.Apply(item)
	if err != nil {
		t.Fatal(err)
	}
	if got := string(item.Append(nil)); got != before {
		t.Fatalf("the old item became %s", got)
	}
	const want = `{"k":{"L":[{"N":"1"},{"N":"2"}]},"l":{"L":[{"N":"1"},{"N":"1"}]},"m":{"M":{"x":{"L":[{"N":"5"}]}}},"s":{"SS":["b"]}}`
	if got := string(after.Append(nil)); got != want {
		t.Fatalf("\n got %s\nwant %s", got, want)
	}
}

// FuzzParse checks that no text makes a parser panic, and that what is taken for
// a condition can be asked of an item.
func FuzzParse(f *testing.F) {
	for _, text := range []string{
		"a = :v", "(a) = (:v) AND NOT (b <> :v OR size(#n.x[3]) BETWEEN :v AND :v)", "a IN (:v, b)", "SET a = if_not_exists(b, :v) + :v REMOVE c[1] ADD n :v DELETE s :v",
		"attribute_type(a, :v)", "((a = :v))", "SET a = ((b) - (:v)), b[0].c = list_append(:v, a)", "a, b.c, d[0]", "(((", "NOT NOT NOT", "#n", "a.:v", "a[", "SET", "size(size(a)) = :v",
	} {
		f.Add(text)
	}
	item := parse(f, `{"a":{"N":"1"},"b":{"L":[{"S":"x"}]},"n":{"M":{"x":{"SS":["1"]}}}}`)
	f.Fuzz(func(t *testing.T, text string) {
		s, err := NewScope(map[string]string{"#n": "n"}, parse(t, `{":v":{"N":"1"}}`))
		if err != nil {
			t.Fatal(err)
		}
		if c, err := s.Condition(FieldCondition, text); err == nil {
			c.Holds(item)
			c.Holds(nil)
			c.KeyTests()
		}
		if u, err := s.Update(text); err == nil {
			u.Apply(item)
		}
		if p, err := s.Projection(text); err == nil {
			p.Of(item)
		}
	})
}
