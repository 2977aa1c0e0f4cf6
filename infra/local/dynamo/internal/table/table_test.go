package table

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"customercenter/infra/local/dynamo/internal/expression"
	"customercenter/infra/local/dynamo/internal/value"
)

var testSchema = Schema{
	Name: "t",
	Key:  Key{Attribute{"pk", "S"}, Attribute{"sk", "S"}},
	Indexes: []IndexSchema{
		{Name: "all", Key: Key{Attribute{"gp", "S"}, Attribute{"gs", "N"}}, Projection: ProjectAll},
		{Name: "some", Key: Key{Attribute{"gp", "S"}, Attribute{}}, Projection: ProjectInclude, Include: []string{"kept"}},
	},
	Expiry: "ttl", StreamView: "NEW_AND_OLD_IMAGES",
}

func text(s string) value.Value { return value.Value{Kind: value.String, Text: s} }

// put applies an item and returns its cost.
func put(t *Table, item value.Item, commit uint64) Units {
	key := t.KeyOf(item)
	_, units := t.Apply(key, NewRecord(key, item), commit)
	return units
}

// shadow is a table as a plain map, the slow way.
type shadow map[string]value.Item

// rows returns the items that an index holds, in its order.
func (s shadow) rows(k Key) []string {
	var keys []string
	for primary, item := range s {
		if key, ok := k.appendTree(nil, item); ok {
			keys = append(keys, string(key)+"|"+primary)
		}
	}
	slices.Sort(keys)
	return keys
}

func TestIndexesFollowItems(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	table, want := New(testSchema), shadow{}
	for commit := range uint64(5000) {
		item := value.Item{"pk": text(fmt.Sprint(random.IntN(5))), "sk": text(fmt.Sprint(random.IntN(20)))}
		for _, name := range []string{"gp", "kept", "more"} {
			if random.IntN(3) > 0 {
				item[name] = text(fmt.Sprint(random.IntN(4)))
			}
		}
		if random.IntN(3) > 0 {
			item["gs"] = value.Integer(fmt.Sprint(random.IntN(12)))
		}
		if random.IntN(2) == 0 {
			item["ttl"] = value.Integer(fmt.Sprint(random.IntN(1000)))
		}
		key := table.KeyOf(item)
		if random.IntN(4) == 0 {
			table.Apply(key, nil, commit)
			delete(want, key)
		} else {
			put(table, item, commit)
			want[key] = item
		}
	}
	verify(t, table, want)
	restored := New(testSchema)
	restored.Restore("gone", &Record{Key: "gone", Size: 100, Raw: []byte("{}")})
	restored.Restore("gone", nil)
	table.Scan(func(r *Record) bool { return restored.Restore(r.Key, r) == nil })
	restored.Build()
	verify(t, restored, want)
}

// verify compares a table, its indexes, its size and its expiry order with what
// they should be.
func verify(t *testing.T, table *Table, want shadow) {
	t.Helper()
	bytes, expiring := 0, 0
	for key, item := range want {
		bytes += item.Size()
		if got := table.Get(key).Item(); !got.Equal(item) {
			t.Fatalf("got %s, want %s", got.Append(nil), item.Append(nil))
		}
		if _, ok := item["ttl"]; ok {
			expiring++
		}
	}
	if table.Len() != len(want) || table.Bytes() != int64(bytes) || table.expiry.Len() != expiring {
		t.Fatalf("%d items, %d bytes, %d expire; want %d, %d, %d", table.Len(), table.Bytes(), table.expiry.Len(), len(want), bytes, expiring)
	}
	for _, x := range table.indexes {
		var got []string
		x.entries.Scan(func(key string, r *Record) bool {
			position, _ := x.Key.appendTree(nil, r.Item())
			got = append(got, string(position)+"|"+r.Key)
			kept := want[r.Key].Clone()
			for name := range kept {
				if x.projected != nil && !x.projected.Has(name) {
					delete(kept, name)
				}
			}
			if !kept.Equal(r.Item()) || r.Size != kept.Size() {
				t.Fatalf("%s keeps %s, want %s", x.Name, r.Raw, kept.Append(nil))
			}
			return true
		})
		rows := want.rows(x.Key)
		if slices.Sort(got); !slices.Equal(got, rows) || table.IndexLen(x.Name) != len(rows) {
			t.Fatalf("%s holds %q, want %q", x.Name, got, rows)
		}
	}
}

func TestPages(t *testing.T) {
	table := New(testSchema)
	for i := range 50 {
		put(table, value.Item{"pk": text("p"), "sk": text(fmt.Sprintf("%02d", i)), "a": text(strings.Repeat("x", 64<<10))}, 1)
	}
	view, err := table.View("")
	if err != nil {
		t.Fatal(err)
	}
	span, err := view.Range([]expression.KeyTest{{Attribute: "pk", Operator: "=", Values: []value.Value{text("p")}}})
	if err != nil {
		t.Fatal(err)
	}
	for _, forward := range []bool{true, false} {
		if records, more := view.Page(span, forward, 7); len(records) != 7 || !more {
			t.Errorf("forward %v: %d records, more %v", forward, len(records), more)
		}
		if records, more := view.Page(span, forward, 1000); len(records) != 16 || !more {
			t.Errorf("forward %v: a megabyte is %d records, more %v", forward, len(records), more)
		}
	}
}

func TestSnapshotsStand(t *testing.T) {
	table := New(testSchema)
	put(table, value.Item{"pk": text("p"), "sk": text("1")}, 1)
	table.Stream.Add(Change{New: &Record{Raw: []byte("x")}})
	snapshot := table.Snapshot()
	put(table, value.Item{"pk": text("p"), "sk": text("2")}, 2)
	table.Stream.Trim(1)
	if snapshot.Len() != 1 || table.Len() != 2 || len(snapshot.Stream.Changes()) != 1 || snapshot.Stream.Changes()[0].New == nil {
		t.Fatalf("the snapshot moved: %d items, %v", snapshot.Len(), snapshot.Stream.Changes())
	}
}

func TestExpired(t *testing.T) {
	table := New(testSchema)
	now := time.Unix(2_000_000_000, 0)
	for name, ttl := range map[string]string{
		"past": "1999999999", "long past": "1900000000", "now": "2000000000", "future": "2000000001",
		"mistake": "1999", "fraction": "1999999998.5", "negative": "-5", "huge": "99999999999999999999999",
	} {
		put(table, value.Item{"pk": text("p"), "sk": text(name), "ttl": value.Integer(ttl)}, 1)
	}
	put(table, value.Item{"pk": text("p"), "sk": text("text"), "ttl": text("1999999999")}, 1)
	var names []string
	for _, r := range table.Expired(now, 10) {
		names = append(names, r.Item()["sk"].Text)
	}
	if got := strings.Join(names, ","); got != "long past,past" {
		t.Fatalf("expired: %s", got)
	}
	if got := len(table.Expired(now, 1)); got != 1 {
		t.Fatalf("%d over the limit", got)
	}
	if got := len(table.Expired(time.Unix(-1, 0), 10)); got != 0 {
		t.Fatalf("%d expired before 1970", got)
	}
	table.SetExpiry("")
	if got := len(table.Expired(now, 10)); got != 0 {
		t.Fatalf("%d expired without an expiry attribute", got)
	}
	table.SetExpiry("ttl")
	if got := len(table.Expired(now, 10)); got != 2 {
		t.Fatalf("%d expired after expiry was turned on", got)
	}
}

func TestSeenWaitsForWhatMatters(t *testing.T) {
	table := New(testSchema)
	put(table, value.Item{"pk": text("p"), "sk": text("1")}, 5)
	put(table, value.Item{"pk": text("p"), "sk": text("2"), "gp": text("g")}, 6)
	first := table.Get(table.KeyOf(value.Item{"pk": text("p"), "sk": text("1")}))
	if got := table.Seen(first); got != 5 {
		t.Errorf("an item of commit 5 waits for %d", got)
	}
	if got := table.Seen(nil); got != 0 {
		t.Errorf("an item that never was waits for %d", got)
	}
	put(table, value.Item{"pk": text("p"), "sk": text("2")}, 7)
	if got := table.Seen(); got != 7 {
		t.Errorf("an index that lost an entry in commit 7 waits for %d", got)
	}
	table.Apply("nothing there", nil, 8)
	if got := table.Seen(); got != 7 {
		t.Errorf("a delete of nothing in commit 8 makes readers wait for %d", got)
	}
	table.Apply(first.Key, nil, 9)
	if got := table.Seen(); got != 9 {
		t.Errorf("an item gone in commit 9 waits for %d", got)
	}
}

func TestStream(t *testing.T) {
	var s Stream
	a, b := &Record{Raw: []byte("a")}, &Record{Raw: []byte("b")}
	at := time.Unix(1_000_000, 0)
	s.Add(Change{New: a, Kept: at.UnixNano(), Commit: 1})
	s.Add(Change{Old: a, New: &Record{Raw: []byte("a")}, Kept: at.UnixNano(), Commit: 2}) // changes nothing
	s.Add(Change{Old: a, New: b, Kept: at.Add(time.Hour).UnixNano(), Commit: 3})
	s.Add(Change{Old: b, Kept: at.Add(2 * time.Hour).UnixNano(), Commit: 4})
	show := func(after, durable uint64, limit int) string {
		var out []string
		for _, c := range s.After(after, durable, limit) {
			out = append(out, fmt.Sprint(c.Sequence, c.Event()))
		}
		return strings.Join(out, " ")
	}
	for want, got := range map[string]string{
		"1INSERT 2MODIFY 3REMOVE": show(0, 9, 9), "2MODIFY 3REMOVE": show(1, 9, 9), "1INSERT 2MODIFY": show(0, 3, 9), "2MODIFY": show(1, 9, 1), "": show(3, 9, 9),
	} {
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	if got := s.Aged(at.Add(StreamAge + time.Minute)); got != 1 {
		t.Errorf("aged: %d", got)
	}
	if !s.Trim(2) || s.Trim(2) || show(0, 9, 9) != "3REMOVE" || s.Last() != 3 {
		t.Errorf("after trimming: %q", show(0, 9, 9))
	}
}
