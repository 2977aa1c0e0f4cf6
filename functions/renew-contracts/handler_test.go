package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/lambda"

	"customercenter/infra/functiontest"
	"customercenter/shared/center"
	"customercenter/shared/jobs"
	"customercenter/shared/session"
)

// Each right that the function is given is needed by a test.
func TestMain(m *testing.M) { os.Exit(functiontest.RunAndCountRights(m, "renew-contracts")) }

func handlerOf(w *functiontest.World) handler {
	s, _ := w.Function("renew-contracts")
	return handler{store: s, now: w.Now}
}

// tick runs once and answers what the run notes.
func tick(t *testing.T, w *functiontest.World) string {
	t.Helper()
	result, err := handlerOf(w).renewContracts(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return result.Note
}

func TestEventOnFile(t *testing.T) {
	w := functiontest.New(t)
	w.Contracts(t)
	event, err := os.ReadFile(filepath.Join(functiontest.Root(), "events", "renew-contracts.json"))
	if err != nil {
		t.Fatal(err)
	}
	door := jobs.Door{Now: w.Now, Log: functiontest.Quiet(), Measure: session.Measure}
	if _, err := lambda.NewHandler(jobs.Schedule(door, handlerOf(w).renewContracts)).Invoke(context.Background(), event); err != nil {
		t.Fatal(err)
	}
	w.Cookie(t, functiontest.Primary)
	actor := center.Actor{Account: center.AccountIDOf(functiontest.Najd), TimeZone: "Asia/Riyadh"}
	if list, _, err := w.Store.In(actor).Pending(t.Context(), false); err != nil || len(list) != 3 { // two renewals and an order
		t.Errorf("%d to be paid, %v", len(list), err)
	}
}

func TestEachStepIsTakenOnceHoweverOftenItRuns(t *testing.T) {
	w := functiontest.New(t)
	w.Contracts(t)
	for _, c := range []struct {
		pass time.Duration
		want string
	}{
		{0, "looked at 4: offered 4, noticed 0, accepted 0, lapsed 0"},
		{time.Minute, "looked at 0:"},
		{20 * 24 * time.Hour, "offered 0, noticed 1, accepted 0, lapsed 0"},
		{time.Minute, "looked at 0:"},
		{30 * 24 * time.Hour, "offered 0, noticed 1, accepted 0, lapsed 0"},
		{21 * 24 * time.Hour, "offered 0, noticed 0, accepted 0, lapsed 2"},
		{11 * 24 * time.Hour, "offered 0, noticed 0, accepted 1, lapsed 1"},
		{300 * 24 * time.Hour, "looked at 0:"},
	} {
		w.Pass(c.pass)
		if note := tick(t, w); !strings.Contains(note, c.want) {
			t.Errorf("%s after %s, want %s", note, c.pass, c.want)
		}
	}
}
