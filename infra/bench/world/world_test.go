package world

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"customercenter/shared/center"
	"customercenter/shared/store"
)

func TestGrownAccountReadsLikeABookedOne(t *testing.T) {
	w, err := Open("../../..", "")
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	const n = 1000
	if err := w.Grow(t.Context(), "GROWN", n); err != nil {
		t.Fatal(err)
	}
	account := w.Store.In(w.Actor("GROWN"))
	summary, err := account.Summary(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	counted := 0
	for _, c := range summary.Currencies {
		for _, s := range c.Statuses {
			counted += s.Count
		}
	}
	if counted < n*9/10 || counted > n {
		t.Errorf("the totals count %d of %d", counted, n)
	}
	for _, sort := range []store.InvoiceSort{store.SortDefault, store.SortIssued, store.SortNumber, store.SortAmount} {
		if seen := walk(t, account, sort); seen != n {
			t.Errorf("the list by %q has %d of %d", sort, seen, n)
		}
	}
	found, err := account.Invoices(t.Context(), store.InvoiceQuery{Text: Number(n - 1)})
	if err != nil || len(found.Invoices) != 1 || found.Invoices[0].Number != Number(n-1) {
		t.Errorf("%+v, %v", found, err)
	}
}

func walk(t *testing.T, a store.Account, sort store.InvoiceSort) int {
	t.Helper()
	seen := map[center.InvoiceID]bool{}
	cursor := ""
	for {
		page, err := a.Invoices(context.Background(), store.InvoiceQuery{Sort: sort, Limit: store.MaxPage, Cursor: cursor})
		if err != nil {
			t.Fatal(err)
		}
		for _, inv := range page.Invoices {
			seen[inv.ID] = true
		}
		if cursor = page.Next; cursor == "" {
			return len(seen)
		}
	}
}

func TestReplayAnswersReadsAgainAndPassesWritesOn(t *testing.T) {
	asked := map[string]int{}
	replay := NewReplay(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked[r.Header.Get("X-Amz-Target")]++
		w.Header().Set("X-Amz-Crc32", "7")
		fmt.Fprintf(w, "answer %d", asked[r.Header.Get("X-Amz-Target")])
	}))
	send := func(operation, body string) string {
		r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(body))
		r.Header.Set("X-Amz-Target", targetPrefix+operation)
		w := httptest.NewRecorder()
		replay.ServeHTTP(w, r)
		if w.Header().Get("X-Amz-Crc32") != "7" {
			t.Errorf("%s: the checksum was lost", operation)
		}
		return w.Body.String()
	}
	for i, tt := range []struct{ operation, body, want string }{
		{"Query", "a", "answer 1"}, {"Query", "a", "answer 1"}, {"Query", "b", "answer 2"}, {"Query", "a", "answer 1"},
		{"PutItem", "a", "answer 1"}, {"PutItem", "a", "answer 2"},
	} {
		began := time.Now()
		if got := send(tt.operation, tt.body); got != tt.want {
			t.Errorf("%d: %s of %s answers %q, want %q", i, tt.operation, tt.body, got, tt.want)
		}
		if took := time.Since(began); took < LeastPause {
			t.Errorf("%d: answered after %v", i, took)
		}
	}
	if calls := replay.Asked(); len(calls) != 6 || replay.Size(calls[0]) != len("answer 1") {
		t.Errorf("%+v", calls)
	}
	if len(replay.Asked()) != 0 {
		t.Error("calls are told twice")
	}
}

func TestPapersAddUp(t *testing.T) {
	for _, n := range []int{1, 2, 50} {
		d := Paper("A", 7, n, time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC))
		if len(d.Lines) != n || d.Totals.Payable == "" || d.DueDate == "" || d.Number != Number(7) {
			t.Errorf("%+v", d)
		}
	}
	if InvoiceID("A", 1) == InvoiceID("B", 1) || InvoiceID("A", 1) == InvoiceID("A", 2) {
		t.Error("two invoices of one id")
	}
}
