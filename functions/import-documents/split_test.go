package main

import (
	"testing"

	"customercenter/infra/functiontest"
	"customercenter/shared/ingest"
)

// However the papers of a credit are spread over posts, what the account owes
// and has to its credit is the same; which of the invoices is open may differ.
func TestSumsDoNotHangOnHowPapersAreSpreadOverPosts(t *testing.T) {
	first, second := paper("invoice", "A", "100.00", ""), paper("invoice", "B", "30.00", "")
	for _, given := range []struct{ amount, want string }{{"100.00", "30.00 owed, 0.00 credit"}, {"150.00", "0.00 owed, 20.00 credit"}, {"20.00", "110.00 owed, 0.00 credit"}} {
		credit := paper("credit_note", "C", given.amount, `,"preceding":[{"number":"A"},{"number":"B"}]`)
		for _, posts := range [][][]string{{{first, second, credit}}, {{first}, {second}, {credit}}, {{credit}, {second}, {first}}, {{credit}, {first}, {second}},
			{{second, credit}, {first}}, {{first, credit}, {second}}, {{second}, {credit}, {first}, {credit}}} {
			w := newWorld(functiontest.Empty(t))
			for _, records := range posts {
				w.imported(t, []ingest.File{lines("f.jsonl", records...)}, "", nil)
			}
			if got := w.standing(t); got != given.want {
				t.Errorf("a credit of %s, in %d posts: %s, want %s", given.amount, len(posts), got, given.want)
			}
		}
	}
}
