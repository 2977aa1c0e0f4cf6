package store_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"customercenter/shared/center"
	"customercenter/shared/store"
)

// raw is an item as the table's own protocol writes it.
type raw = map[string]map[string]any

// table asks the table past the store, as somebody does who has got at it.
func (w *world) table(operation string, ask any) map[string]json.RawMessage {
	w.t.Helper()
	body, err := json.Marshal(ask)
	if err != nil {
		w.t.Fatal(err)
	}
	r, err := http.NewRequest(http.MethodPost, "http://table.local/", bytes.NewReader(body))
	if err != nil {
		w.t.Fatal(err)
	}
	r.Header.Set("X-Amz-Target", "DynamoDB_20120810."+operation)
	answer, err := w.DB.Do(r)
	if err != nil {
		w.t.Fatal(err)
	}
	defer answer.Body.Close()
	said, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != http.StatusOK {
		w.t.Fatalf("%s: %s %v", operation, said, err)
	}
	var out map[string]json.RawMessage
	if err := json.Unmarshal(said, &out); err != nil {
		w.t.Fatal(err)
	}
	return out
}

// partition is what stands in an account's audit log, in order.
func (w *world) partition(pk string) (items []raw) {
	w.t.Helper()
	out := w.table("Query", map[string]any{"TableName": w.Table, "KeyConditionExpression": "pk = :p",
		"ExpressionAttributeValues": map[string]any{":p": map[string]string{"S": pk}}})
	if err := json.Unmarshal(out["Items"], &items); err != nil {
		w.t.Fatal(err)
	}
	return items
}

func (w *world) putRaw(it raw) { w.table("PutItem", map[string]any{"TableName": w.Table, "Item": it}) }

func (w *world) removeRaw(it raw) {
	w.table("DeleteItem", map[string]any{"TableName": w.Table, "Key": raw{"pk": it["pk"], "sk": it["sk"]}})
}

// audited is an account with ten audit entries, all linked.
func audited(t testing.TB) (w *world, pk string) {
	t.Helper()
	w = newWorld(t)
	w.mustCreate(&center.AccountRecord{Key: buyer, Name: "Buyer"}, &center.ContactRecord{Account: buyer, Email: ann, Type: center.ContactPrimary})
	for i := range 9 {
		w.Clock.Advance(time.Minute)
		invite(w, fmt.Sprintf("guest%d@buyer.example", i), center.ContactPayables)
	}
	w.chain(0)
	return w, auditPK(w)
}

// auditPK is the partition of the account's log, as the stream tells it.
func auditPK(w *world) string {
	for _, line := range w.dump() {
		if at := strings.Index(line, `"Z#`); at >= 0 {
			return line[at+1 : at+1+strings.IndexByte(line[at+1:], '"')]
		}
	}
	w.t.Fatal("no audit log")
	return ""
}

// chain links what the stream tells of, from a change on.
func (w *world) chain(after uint64) (links int) {
	w.t.Helper()
	changes, err := w.DB.StreamRecords(w.Table, after, 10_000)
	if err != nil {
		w.t.Fatal(err)
	}
	for _, c := range changes {
		var keys struct{ PK, SK struct{ S string } }
		if err := json.Unmarshal(c.Keys, &keys); err != nil {
			w.t.Fatal(err)
		}
		if c.EventName != "INSERT" || !store.AuditEntryKey(keys.PK.S, keys.SK.S) {
			continue
		}
		_, fresh, err := w.ChainAudit(w.ctx(), keys.PK.S, keys.SK.S)
		if err != nil {
			w.t.Fatal(err)
		}
		if fresh {
			links++
		}
	}
	return links
}

func (w *world) check() store.AuditCheck {
	w.t.Helper()
	c, err := w.ops().CheckAudit(w.ctx(), center.AccountIDOf(buyer), 0)
	if err != nil {
		w.t.Fatal(err)
	}
	return c
}

func TestEveryEntryIsLinkedOnceInItsOrder(t *testing.T) {
	w, _ := audited(t)
	c := w.check()
	if c.Entries != 10 || c.Links != 10 || c.Waiting != 0 || len(c.Faults) != 0 || len(c.Head) != 64 {
		t.Fatalf("%+v", c)
	}
	if again := w.chain(0); again != 0 {
		t.Errorf("%d links again", again)
	}
	if after := w.check(); after.Head != c.Head {
		t.Errorf("the head moved: %+v", after)
	}
	invite(w, "late@buyer.example", center.ContactPayables)
	if c := w.check(); c.Waiting != 1 || len(c.Faults) != 0 {
		t.Errorf("an entry that waits: %+v", c)
	}
	w.Clock.Advance(2 * time.Hour)
	if c := w.check(); len(c.Faults) != 1 {
		t.Errorf("an entry nobody links: %+v", c)
	}
}

// The log shows each entry's place in the chain, on whichever page it stands;
// one that waits for its link has none yet.
func TestTheLogNumbersItsEntries(t *testing.T) {
	w, _ := audited(t)
	w.Clock.Advance(time.Minute)
	invite(w, "late@buyer.example", center.ContactPayables)
	for name, q := range map[string]store.AuditQuery{
		"as a whole": {Limit: 100}, "in pages": {Limit: 3}, "filtered": {Limit: 2, Kind: center.AuditInvited},
	} {
		var got []int64
		for {
			entries, next, err := w.In(w.as(ann)).AuditLog(w.ctx(), q)
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range entries {
				got = append(got, e.Number)
			}
			if q.Cursor = next; next == "" {
				break
			}
		}
		want := []int64{0, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1}
		if q.Kind != "" {
			want = want[:10] // the import that made the account is the first
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: numbers %v, want %v", name, got, want)
		}
	}
}

// Whatever is done to any one item of a log, or to any two of them, is found.
func TestNoEditRemovalOrReorderingIsMissed(t *testing.T) {
	w, pk := audited(t)
	tried := tampering(t, "audit chain: edits, removals, reorderings", w, pk, func(func(string, func())) {})
	t.Logf("%d tampered logs", tried)
}

func kindOf(it raw) string { return fmt.Sprint(it["k"]["S"]) }

// placed is a's content where b stands.
func placed(a, b raw) raw {
	next := maps.Clone(a)
	next["pk"], next["sk"] = b["pk"], b["sk"]
	return next
}

func edited(it raw, attr string) raw {
	next := maps.Clone(it)
	for kind, value := range it[attr] {
		switch kind {
		case "N":
			next[attr] = map[string]any{"N": fmt.Sprint(value) + "1"}
		case "S":
			next[attr] = map[string]any{"S": fmt.Sprint(value) + "x"}
		default:
			next[attr] = map[string]any{"S": "x"}
		}
	}
	return next
}

// What goes from the end together with its links is found by who noted the
// head before.
func TestATruncatedChainIsNotWhatWasNoted(t *testing.T) {
	w, pk := audited(t)
	noted := w.check()
	items := w.partition(pk)
	links := slices.DeleteFunc(slices.Clone(items), func(it raw) bool { return kindOf(it) != "zl1" })
	last := links[len(links)-1]
	for _, it := range items {
		sk := fmt.Sprint(it["sk"]["S"])
		if sk == last["sk"]["S"] || sk == last["en"]["S"] || sk == "of#"+fmt.Sprint(last["en"]["S"]) {
			w.removeRaw(it)
		}
	}
	c, err := w.ops().CheckAudit(w.ctx(), center.AccountIDOf(buyer), noted.Links)
	if err != nil || c.Noted == noted.Head || c.Links != noted.Links-1 {
		t.Errorf("%+v %v", c, err)
	}
}

// Sixteen who link the same and other entries at once make one chain.
func TestTheChainIsOneWhoeverLinks(t *testing.T) {
	w := newWorld(t)
	w.mustCreate(&center.AccountRecord{Key: buyer, Name: "Buyer"}, &center.ContactRecord{Account: buyer, Email: ann, Type: center.ContactPrimary})
	for i := range 5 {
		invite(w, fmt.Sprintf("guest%d@buyer.example", i), center.ContactPayables)
	}
	var entries []raw
	for _, it := range w.partition(auditPK(w)) {
		entries = append(entries, it)
	}
	var racers sync.WaitGroup
	for n := range 4 {
		racers.Go(func() {
			for i := range entries {
				it := entries[(i+n)%len(entries)]
				_, _, err := w.ChainAudit(w.ctx(), fmt.Sprint(it["pk"]["S"]), fmt.Sprint(it["sk"]["S"]))
				if err != nil && !center.IsKind(err, center.Unavailable) {
					t.Error(err)
				}
			}
		})
	}
	racers.Wait()
	w.chain(0)
	if c := w.check(); len(c.Faults) != 0 || c.Links != int64(len(entries)) {
		t.Errorf("%+v", c)
	}
}

func TestALinkSurvivesEveryFault(t *testing.T) {
	prepare := func(w *world) {
		w.mustCreate(&center.AccountRecord{Key: buyer, Name: "Buyer"}, &center.ContactRecord{Account: buyer, Email: ann, Type: center.ContactPrimary})
		invite(w, "guest@buyer.example", center.ContactPayables)
	}
	eachFault(t, prepare, func(w *world) error {
		for _, it := range w.partition(auditPK(w)) {
			if kindOf(it) != "z1" {
				continue
			}
			if _, _, err := w.ChainAudit(w.ctx(), fmt.Sprint(it["pk"]["S"]), fmt.Sprint(it["sk"]["S"])); err != nil {
				return err
			}
		}
		return nil
	}, func(t *testing.T, w *world, _ error, gone bool) {
		if gone {
			w.chain(0)
		}
		if c := w.check(); len(c.Faults) != 0 || c.Links != 2 || c.Waiting != 0 {
			t.Errorf("%+v", c)
		}
	})
}
