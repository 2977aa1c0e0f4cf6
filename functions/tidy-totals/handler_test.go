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

// tidy sends the record on file, which is of the total due that day, through
// the door Lambda uses, and returns the log.
func tidy(t *testing.T, w *functiontest.World, day string) string {
	t.Helper()
	event, err := os.ReadFile(filepath.Join(functiontest.Root(), "events", "tidy-totals.json"))
	if err != nil {
		t.Fatal(err)
	}
	event = bytes.ReplaceAll(event, []byte("20261205"), []byte(day))
	var log bytes.Buffer
	door := jobs.Door{Now: w.Now, Log: slog.New(slog.NewJSONHandler(&log, nil)), Measure: session.Measure}
	out, err := lambda.NewHandler(jobs.Stream(door, changedItem, handler{store: w.Store}.tidyTotal)).Invoke(context.Background(), event)
	if err != nil {
		t.Fatal(err)
	}
	if string(out) != `{"batchItemFailures":[]}` {
		t.Errorf("%s\n%s", out, log.String())
	}
	return log.String()
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

func TestAnEmptyTotalGoesAndAFullOneStays(t *testing.T) {
	w := functiontest.New(t)
	credit(t, w)
	before := summary(t, w)
	for _, step := range []struct{ day, outcome string }{
		{"20261205", "tidied"},
		{"20261205", "kept"}, // the record comes again
		{"20260810", "kept"},
		{"20310101", "kept"}, // never was
	} {
		if log := tidy(t, w, step.day); !strings.Contains(log, `"outcome":"`+step.outcome+`"`) {
			t.Errorf("%s: %s", step.day, log)
		}
	}
	if diff := cmp.Diff(before, summary(t, w)); diff != "" {
		t.Errorf("the summary changed:\n%s", diff)
	}
}
