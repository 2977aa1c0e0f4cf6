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

	"customercenter/infra/functiontest"
	"customercenter/shared/center"
	"customercenter/shared/jobs"
	"customercenter/shared/session"
)

func TestMain(m *testing.M) { os.Exit(functiontest.RunAndCountRights(m, "chain-audit")) }

// chain sends an event through the door Lambda uses and returns how many
// entries were linked.
func chain(t *testing.T, w *functiontest.World, event []byte) (linked int, answer string) {
	t.Helper()
	var log bytes.Buffer
	s, _ := w.Function("chain-audit")
	door := jobs.Door{Now: w.Now, Log: slog.New(slog.NewJSONHandler(&log, nil)), Measure: session.Measure}
	out, err := lambda.NewHandler(jobs.Stream(door, newEntry, handler{store: s}.chainAudit)).Invoke(context.Background(), event)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Count(log.String(), `"outcome":"linked"`), string(out)
}

// An entry that is not there cannot be linked: the record comes again.
func TestEventOnFile(t *testing.T) {
	event, err := os.ReadFile(filepath.Join(functiontest.Root(), "events", "chain-audit.json"))
	if err != nil {
		t.Fatal(err)
	}
	if n, answer := chain(t, functiontest.New(t), event); n != 0 || !strings.Contains(answer, "111000000000000000002") {
		t.Errorf("%d linked: %s", n, answer)
	}
}

func TestWhatTheStreamTellsIsLinkedOnce(t *testing.T) {
	w := functiontest.New(t)
	w.Invite(t, functiontest.Primary, "sara@najd.example", center.Grant{Type: center.ContactPayables})
	w.Change(t, functiontest.Primary, functiontest.Payables, func(a center.Actor, c center.Contact) (center.ContactMove, error) { return a.Remove(c, nil) })
	event, last := w.Stream(t, 0)
	first, answer := chain(t, w, event)
	if first < 4 || answer != `{"batchItemFailures":[]}` { // two imports, an invitation, a removal
		t.Errorf("%d linked: %s", first, answer)
	}
	if again, _ := chain(t, w, event); again != 0 {
		t.Errorf("%d linked again", again)
	}
	own, _ := w.Stream(t, last) // its own links wake it no more
	if more, answer := chain(t, w, own); more != 0 || answer != `{"batchItemFailures":[]}` {
		t.Errorf("%d of its own: %s", more, answer)
	}
	for _, account := range []string{functiontest.Najd, functiontest.Gulf} {
		c, err := w.Store.Everywhere("a test").CheckAudit(t.Context(), center.AccountIDOf(account), 0)
		if err != nil || len(c.Faults) != 0 || c.Waiting != 0 || c.Links == 0 || int(c.Links) != c.Entries {
			t.Errorf("%s: %+v %v", account, c, err)
		}
	}
}
