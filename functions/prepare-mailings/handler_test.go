package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-lambda-go/lambda"

	"customercenter/infra/functiontest"
	"customercenter/infra/local/cloudtest"
	"customercenter/shared/center"
	"customercenter/shared/document/paper"
	"customercenter/shared/jobs"
	"customercenter/shared/session"
)

// Each right that the function is given is needed by a test.
func TestMain(m *testing.M) { os.Exit(functiontest.RunAndCountRights(m, "prepare-mailings")) }

func handlerOf(w *functiontest.World) handler {
	s, _ := w.Function("prepare-mailings")
	printer, err := paper.NewPrinter()
	return handler{store: s, now: w.Now, printer: printer, broken: err}
}

// tick runs once and answers what the run notes.
func tick(t *testing.T, w *functiontest.World) string {
	t.Helper()
	result, err := handlerOf(w).prepareMailings(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return result.Note
}

// put are the letters of a kind: to whom, with which files.
func put(t *testing.T, w *functiontest.World, kind center.LetterKind) (list []string) {
	t.Helper()
	for _, l := range w.Letters(t, kind) {
		e, err := w.Store.Enclosure(t.Context(), l.Params["enclosure"])
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, f := range e.Files {
			names = append(names, f.Name)
		}
		list = append(list, l.To+": "+strings.Join(names, ", "))
	}
	slices.Sort(list)
	return list
}

func fresh(number string) center.Record {
	return functiontest.Bill(number, "2026-11-20", "2026-12-20", "SAR", "100.00")
}

// wishes keeps a billing profile of Najd's.
func wishes(t *testing.T, w *functiontest.World, p center.BillingProfile) {
	t.Helper()
	if _, err := w.Store.In(w.Actor(t, functiontest.Primary)).SetBillingProfile(t.Context(), p); err != nil {
		t.Fatal(err)
	}
}

func TestEventOnFile(t *testing.T) {
	w := functiontest.New(t)
	w.Book(t, fresh("N-1"))
	event, err := os.ReadFile(filepath.Join(functiontest.Root(), "events", "prepare-mailings.json"))
	if err != nil {
		t.Fatal(err)
	}
	door := jobs.Door{Now: w.Now, Log: functiontest.Quiet(), Measure: session.Measure}
	if _, err := lambda.NewHandler(jobs.Schedule(door, handlerOf(w).prepareMailings)).Invoke(context.Background(), event); err != nil {
		t.Fatal(err)
	}
	if got := put(t, w, center.LetterInvoiceIssued); len(got) != 2 {
		t.Errorf("%q", got)
	}
}

func TestANewInvoiceIsMailedOnceToWhoSettlesIt(t *testing.T) {
	w := functiontest.New(t)
	wishes(t, w, center.BillingProfile{DocumentLanguage: "both", Recipients: center.Recipients{Invoices: []string{"ap@shared.example", string(functiontest.Payables)}}})
	w.Book(t, fresh("N-1"),
		functiontest.Bill("OLD-1", "2026-11-14", "2026-12-14", "SAR", "100.00"), // history
		functiontest.CreditNote("CN-1", "2026-11-20", "SAR", "1.00"))
	for range 3 {
		tick(t, w)
	}
	got := put(t, w, center.LetterInvoiceIssued)
	if len(got) != 3 || !strings.HasPrefix(got[0], "ap@shared.example: ") || !strings.HasPrefix(got[1], "noura@") || !strings.HasPrefix(got[2], "omar@") ||
		!strings.Contains(got[0], "_N-1_2026-11-20_SAR-100.00.pdf, ") || !strings.HasSuffix(got[0], "_N-1_2026-11-20_SAR-100.00.xml") {
		t.Errorf("%q", got)
	}
	l := w.Letters(t, center.LetterInvoiceIssued)
	if l[0].Params["enclosure"] != l[1].Params["enclosure"] {
		t.Error("one paper was drawn twice")
	}
}

func TestWhatWasSettledMeanwhileIsNotMailed(t *testing.T) {
	w := functiontest.New(t)
	w.Book(t, fresh("N-1"))
	w.Book(t, functiontest.CreditNote("CN-1", "2026-11-20", "SAR", "100.00", "N-1"))
	if note := tick(t, w); note != "due 1, letters 0" || len(put(t, w, center.LetterInvoiceIssued)) > 0 {
		t.Errorf("%s", note)
	}
	if note := tick(t, w); note != "due 0, letters 0" {
		t.Errorf("%s", note)
	}
}

func TestAStatementIsMailedInEachReadersLanguage(t *testing.T) {
	w := functiontest.New(t)
	w.Book(t, center.Record{Kind: center.KindContact, Contact: &center.ContactRecord{Account: functiontest.Najd, Email: "pat@najd.example", Name: "Pat", Type: center.ContactPayables, Locale: "en"}})
	for range 2 {
		if _, err := w.Store.PutStatement(t.Context(), center.AccountIDOf(functiontest.Najd), "2026-10-01", "2026-10-31", w.Now().Add(time.Hour)); err != nil {
			t.Error(err)
		}
	}
	if tick(t, w); len(w.Letters(t, center.LetterStatement)) > 0 {
		t.Error("a statement leaves before its hour")
	}
	w.Pass(time.Hour)
	tick(t, w)
	letters := w.Letters(t, center.LetterStatement)
	drawn := map[string]bool{}
	for _, l := range letters {
		drawn[l.Params["enclosure"]] = true
	}
	if len(letters) != 3 || len(drawn) != 2 {
		t.Fatalf("%+v", letters)
	}
	e, err := w.Store.Enclosure(t.Context(), letters[0].Params["enclosure"])
	if err != nil || e.Statement == nil || len(e.Files) != 1 || e.Statement.From != "2026-10-01" {
		t.Errorf("%v %+v", err, e.Statement)
	}
}

func TestFilesThatAreTooLargeAreLeftOut(t *testing.T) {
	small, large := center.File{Name: "s", Body: make([]byte, 10)}, center.File{Name: "l", Body: make([]byte, center.MaxEnclosed)}
	for want, files := range map[string][]center.File{"s": {small, large}, "l": {large, small}, "": {{Name: "x", Body: make([]byte, center.MaxEnclosed+1)}}, "ss": {small, small}} {
		got := ""
		for _, f := range fitting(files...) {
			got += f.Name
		}
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// Whatever call fails, and however: each reader gets one letter in the end.
func TestAMailingSurvivesEveryFault(t *testing.T) {
	for name, fault := range map[string]cloudtest.Fault{"fails before": cloudtest.FailBefore, "loses the answer": cloudtest.LoseAnswer, "is the last before a crash": cloudtest.GoneAfter} {
		for call := range 13 {
			t.Run(fmt.Sprintf("%s/%d", name, call), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					w := functiontest.New(t)
					w.Book(t, fresh("N-1"))
					w.Cloud.Wire.FailAt(call, fault)
					_, _ = handlerOf(w).prepareMailings(t.Context())
					w.Cloud.Wire.Fail(nil)
					for range 3 {
						w.Pass(10 * time.Minute)
						tick(t, w)
					}
					if got := w.Letters(t, center.LetterInvoiceIssued); len(got) != 2 {
						t.Errorf("%d letters", len(got))
					}
				})
			})
		}
	}
}

// A mailing that never succeeds is given up, and stands in nobody's way.
func TestAMailingIsGivenUpAfterTenTries(t *testing.T) {
	w := functiontest.New(t)
	w.Book(t, fresh("N-1"))
	h := handlerOf(w)
	due, err := w.Store.DueMailings(t.Context(), 10)
	if err != nil || len(due) != 1 {
		t.Fatal(due, err)
	}
	for range 10 {
		m, err := h.store.Mailing(t.Context(), due[0].ID)
		if err == nil {
			err = h.store.MailingFailed(t.Context(), m)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	w.Pass(24 * time.Hour)
	if note := tick(t, w); note != "due 0, letters 0" {
		t.Errorf("%s", note)
	}
}

func TestWithoutFontsTheRunFails(t *testing.T) {
	h := handlerOf(functiontest.New(t))
	h.printer, h.broken = nil, os.ErrNotExist
	if _, err := h.prepareMailings(t.Context()); err == nil {
		t.Error("a run that can print nothing says all is well")
	}
}
