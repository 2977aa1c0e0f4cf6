package store_test

import (
	"fmt"
	"maps"
	"strings"
	"testing"
	"time"

	"customercenter/infra/prove/tally"
	"customercenter/shared/center"
	"customercenter/shared/store"
)

const guest3 = "guest3@buyer.example"

// redacted is an account whose log lost a guest, who was invited, and invited
// nobody.
func redacted(t testing.TB) (w *world, pk string) {
	t.Helper()
	w, pk = audited(t)
	w.Clock.Advance(time.Minute)
	if n, err := w.ops().RedactAudit(w.ctx(), store.Erasure{Account: center.AccountIDOf(buyer), Email: guest3, By: "desk@example.com", Reason: "She asked."}); err != nil || n != 1 {
		t.Fatal(n, err)
	}
	return w, pk
}

func TestAPersonLeavesTheLogAndItVerifies(t *testing.T) {
	w, pk := redacted(t)
	for _, it := range w.partition(pk) {
		if strings.Contains(fmt.Sprint(it), guest3) {
			t.Errorf("%v", it)
		}
	}
	c := w.check()
	if len(c.Faults) != 0 || c.Redacted != 1 || c.Entries != 11 || c.Links != 11 {
		t.Errorf("%+v", c)
	}
	entries, _, err := w.In(w.as(ann)).AuditLog(w.ctx(), store.AuditQuery{Limit: 3})
	if err != nil || entries[0].Kind != center.AuditErased || entries[0].By != "desk@example.com" || entries[0].Facts["reason"] != "She asked." {
		t.Errorf("%+v %v", entries, err)
	}
	again, err := w.ops().RedactAudit(w.ctx(), store.Erasure{Account: center.AccountIDOf(buyer), Email: guest3, By: "desk@example.com", Reason: "Again."})
	if err != nil || again != 0 {
		t.Errorf("%d again, %v", again, err)
	}
	if after := w.check(); after.Head != c.Head {
		t.Errorf("the head moved")
	}
}

// Who did things leaves by her address and by the names she did them under,
// and a colleague of the same name stays.
func TestAllNamesOfAPersonLeaveTheLog(t *testing.T) {
	w, pk := audited(t)
	n, err := w.ops().RedactAudit(w.ctx(), store.Erasure{Account: center.AccountIDOf(buyer), Email: ann, By: "desk@example.com", Reason: "She asked."})
	if err != nil || n != 9 { // all invitations were hers
		t.Fatal(n, err)
	}
	for _, it := range w.partition(pk) {
		if strings.Contains(fmt.Sprint(it), ann) {
			t.Errorf("%v", it)
		}
	}
	if c := w.check(); len(c.Faults) != 0 || c.Redacted != 9 {
		t.Errorf("%+v", c)
	}
}

// An entry that waits for its link may lose a person before it gets it.
func TestAnEntryIsLinkedAfterAPersonLeftIt(t *testing.T) {
	w := newWorld(t)
	w.mustCreate(&center.AccountRecord{Key: buyer, Name: "Buyer"}, &center.ContactRecord{Account: buyer, Email: ann, Type: center.ContactPrimary})
	invite(w, guest3, center.ContactPayables)
	if n, err := w.ops().RedactAudit(w.ctx(), store.Erasure{Account: center.AccountIDOf(buyer), Email: guest3, By: "desk@example.com", Reason: "She asked."}); err != nil || n != 1 {
		t.Fatal(n, err)
	}
	w.chain(0)
	if c := w.check(); len(c.Faults) != 0 || c.Links != 3 || c.Redacted != 1 {
		t.Errorf("%+v", c)
	}
}

// A run that breaks off at any call is gone on with by the next.
func TestErasingFromTheLogSurvivesEveryFault(t *testing.T) {
	prepare := func(w *world) {
		w.mustCreate(&center.AccountRecord{Key: buyer, Name: "Buyer"}, &center.ContactRecord{Account: buyer, Email: ann, Type: center.ContactPrimary})
		invite(w, guest3, center.ContactPayables)
		w.chain(0)
	}
	erase := func(w *world) error {
		_, err := w.ops().RedactAudit(w.ctx(), store.Erasure{Account: center.AccountIDOf(buyer), Email: guest3, By: "desk@example.com", Reason: "She asked."})
		return err
	}
	eachFault(t, prepare, erase, func(t *testing.T, w *world, _ error, _ bool) {
		if err := erase(w); err != nil {
			t.Fatal(err)
		}
		w.chain(0)
		if c := w.check(); len(c.Faults) != 0 || c.Redacted != 1 || c.Links != 3 {
			t.Errorf("%+v", c)
		}
	})
}

// Once a person was erased from a log, all that is done to it is found as
// before; and an entry that says less without another that says so is a fault.
func TestNoTamperingWithAnErasedLogIsMissed(t *testing.T) {
	other, otherPK := audited(t) // the same log, of which another guest was erased
	if _, err := other.ops().RedactAudit(other.ctx(), store.Erasure{Account: center.AccountIDOf(buyer), Email: "guest5@buyer.example", By: "desk@example.com", Reason: "x"}); err != nil {
		t.Fatal(err)
	}
	w, pk := redacted(t)
	clean := w.partition(pk)
	erasure := ""
	tried := tampering(t, "audit chain: logs from which a person was erased", w, pk, func(try func(string, func())) {
		for _, it := range clean {
			if er, ok := it["er"]; ok {
				erasure = fmt.Sprint(er["S"])
			}
		}
		for _, it := range other.partition(otherPK) {
			if _, ok := it["er"]; !ok {
				continue
			}
			try("an entry erased from with no entry that says so", func() { w.putRaw(it) })
			try("an entry erased from that leans on another's", func() {
				next := maps.Clone(it)
				next["er"] = map[string]any{"S": erasure}
				w.putRaw(next)
			})
		}
	})
	t.Logf("%d tampered logs", tried)
}

// tampering does one thing after the other to a log, then what more adds, and
// asks that each be found.
func tampering(t *testing.T, proof string, w *world, pk string, more func(try func(what string, do func()))) int {
	clean := w.partition(pk)
	count := tally.Open(t, proof)
	count.Complete()
	try := func(what string, do func()) {
		do()
		verdict := ""
		if c, err := w.ops().CheckAudit(w.ctx(), center.AccountIDOf(buyer), 0); err == nil && len(c.Faults) == 0 && c.Waiting == 0 {
			verdict = "missed"
			t.Errorf("%s: missed", what)
		}
		count.Add(verdict)
		for _, it := range w.partition(pk) {
			w.removeRaw(it)
		}
		for _, it := range clean {
			w.putRaw(it)
		}
	}
	for _, it := range clean {
		name := fmt.Sprint(it["sk"]["S"])
		try("remove "+name, func() { w.removeRaw(it) })
		for attr := range it {
			if attr == "pk" || attr == "sk" {
				continue
			}
			try("edit "+attr+" of "+name, func() { w.putRaw(edited(it, attr)) })
			try("drop "+attr+" of "+name, func() { next := maps.Clone(it); delete(next, attr); w.putRaw(next) })
		}
		try("add to "+name, func() {
			next := maps.Clone(it)
			next["zz"] = map[string]any{"S": "x"}
			w.putRaw(next)
		})
	}
	for i, a := range clean {
		for _, b := range clean[i+1:] {
			if kindOf(a) == kindOf(b) {
				try(fmt.Sprintf("swap %v and %v", a["sk"]["S"], b["sk"]["S"]), func() { w.putRaw(placed(a, b)); w.putRaw(placed(b, a)) })
			}
		}
	}
	for _, it := range clean {
		if kindOf(it) == "z1" { // an entry that moves to another time
			try("move "+fmt.Sprint(it["sk"]["S"]), func() {
				next := maps.Clone(it)
				next["sk"] = map[string]any{"S": "2020" + fmt.Sprint(it["sk"]["S"])[4:]}
				w.removeRaw(it)
				w.putRaw(next)
			})
		}
	}
	more(try)
	return count.Tried()
}
