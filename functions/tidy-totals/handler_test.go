package main

import (
	"bytes"
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/google/go-cmp/cmp"

	"customercenter/infra/functiontest"
	"customercenter/shared/center"
	"customercenter/shared/jobs"
	"customercenter/shared/session"
	"customercenter/shared/store"
)

// Each right that the function is given is needed by a test.
func TestMain(m *testing.M) { os.Exit(functiontest.RunAndCountRights(m, "tidy-totals")) }

// tidy sends an event through the door Lambda uses, and returns how many
// totals went.
func tidy(t *testing.T, w *functiontest.World, event []byte) int {
	t.Helper()
	var log bytes.Buffer
	s, _ := w.Function("tidy-totals")
	door := jobs.Door{Now: w.Now, Log: slog.New(slog.NewJSONHandler(&log, nil)), Measure: session.Measure}
	out, err := lambda.NewHandler(jobs.Stream(door, changedItem, handler{store: s}.tidyTotal)).Invoke(context.Background(), event)
	if err != nil {
		t.Fatal(err)
	}
	if string(out) != `{"batchItemFailures":[]}` {
		t.Errorf("%s\n%s", out, log.String())
	}
	return strings.Count(log.String(), `"outcome":"tidied"`)
}

func TestEventOnFile(t *testing.T) {
	event, err := os.ReadFile(filepath.Join(functiontest.Root(), "events", "tidy-totals.json"))
	if err != nil {
		t.Fatal(err)
	}
	if n := tidy(t, functiontest.New(t), event); n != 0 { // the total on file is not empty in this world
		t.Errorf("%d totals went", n)
	}
}

func summary(t *testing.T, w *functiontest.World) center.Summary {
	t.Helper()
	s, err := w.Store.In(center.Actor{Account: center.AccountIDOf(functiontest.Najd), TimeZone: "Asia/Riyadh"}).Summary(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// credit settles the one invoice due on 5 December.
func credit(t *testing.T, w *functiontest.World) {
	t.Helper()
	d := &center.Document{
		Kind: center.KindCreditNote, Number: "CN-9", IssueDate: "2026-11-20", Currency: "SAR", CustomerKey: functiontest.Najd,
		Supplier: functiontest.Vendor, Preceding: []center.Preceding{{Number: "INV-1002"}}, Totals: center.Totals{Payable: "575.00"},
	}
	results, err := w.Store.Everywhere("a test").Book(t.Context(), store.Booking{Import: store.NewImportID(w.Now()), By: "x", Options: center.ImportOptions{NetTermsDays: -1}},
		[]store.Booked{{Record: center.Record{Kind: d.Kind, Number: d.Number, Document: d}, Fingerprint: strings.Repeat("9", 64)}})
	if err != nil || results[0].Result != center.ResultCreated {
		t.Fatalf("%v %+v", err, results)
	}
}

func TestAnEmptyTotalGoesOnceAndTheOthersStay(t *testing.T) {
	w := functiontest.New(t)
	filled, before := w.Stream(t, 0)
	if n := tidy(t, w, filled); n != 0 {
		t.Errorf("%d totals went that are not empty", n)
	}
	credit(t, w)
	standing := summary(t, w)
	emptied, _ := w.Stream(t, before)
	if n := tidy(t, w, emptied); n != 1 {
		t.Errorf("%d totals went, want the one that was emptied", n)
	}
	if n := tidy(t, w, emptied); n != 0 {
		t.Errorf("%d totals went again", n)
	}
	if diff := cmp.Diff(standing, summary(t, w)); diff != "" {
		t.Errorf("the summary changed:\n%s", diff)
	}
}
