package stripe

import (
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// left copies what a kill would leave of an account.
func left(t *testing.T, dir string) string {
	t.Helper()
	to := t.TempDir()
	if err := os.CopyFS(to, os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	return to
}

func TestWhatWasAnsweredSurvivesAKill(t *testing.T) {
	dir := t.TempDir()
	r := start(t, dir, nil)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() { r.confirm(r.intent("pm_card_visa")) })
	}
	all.Wait()
	debit := r.intent("pm_usBankAccount_success")
	r.confirm(debit)
	id := r.page()
	first := r.want(402, "POST", "/v1/payment_intents/"+r.intent("pm_card_visa_chargeDeclined")+"/confirm", "k1")
	for _, torn := range []string{"", `{"objects":[{"kind":"payment_intent","value":{"ID`} {
		copied := left(t, dir)
		path := filepath.Join(copied, journalName)
		whole, err := os.ReadFile(path)
		if err == nil {
			err = os.WriteFile(path, append(whole, torn...), 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
		again := start(t, copied, nil)
		if diff := cmp.Diff(r.Intents(), again.Intents()); diff != "" {
			t.Errorf("torn %q: %s", torn, diff)
		}
		replay := again.want(402, "POST", "/v1/payment_intents/"+first.text("error.payment_intent.id")+"/confirm", "k1")
		if replay.Header.Get("Idempotent-Replayed") != "true" {
			t.Errorf("the key is forgotten: %v", replay.Body)
		}
		again.pass(DefaultSettleAfter)
		if got := again.get("/v1/payment_intents/" + debit).text("status"); got != statusSucceeded {
			t.Errorf("the debit is %s", got)
		}
		at := again.server.URL + "/c/pay/" + id
		if next := again.enter(at, "pm_card_visa"); !strings.HasPrefix(next, thanks) {
			t.Errorf("the page leads to %s", next)
		}
	}
}

func TestEventsUnsentAtAKillAreSentAfterIt(t *testing.T) {
	dir := t.TempDir()
	r, b := withInbox(t, dir)
	b.fail = 1000
	r.post("/v1/customers")
	r.sent()
	again, later := withInbox(t, left(t, dir))
	again.pass(time.Minute)
	again.sent()
	if got := later.types(); len(got) != 1 {
		t.Errorf("got %v", got)
	}
}

func TestADamagedJournalIsNotPassedOver(t *testing.T) {
	for name, content := range map[string]string{
		"no JSON":         "{}\n{\"objects\n{}\n",
		"an unknown kind": "{}\n{\"objects\":[{\"kind\":\"payout\",\"value\":{}}]}\n",
		"another shape":   "{}\n{\"objects\":[{\"kind\":\"charge\",\"value\":{\"Amount\":\"1\"}}]}\n",
	} {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, journalName), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := Open(dir, Options{}); err == nil || !strings.Contains(err.Error(), "record at byte 3") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAJournalOfManyChangesIsWrittenAnew(t *testing.T) {
	dir := t.TempDir()
	r := start(t, dir, nil)
	owner := r.post("/v1/customers").text("id")
	for range slack + 100 {
		if err := r.do(&work{}, func(w *work) error {
			h, _ := find[*customer](w.state, owner)
			w.save(h)
			return nil
		}); err != nil {
			t.Fatal(err)
		}
	}
	id := r.intent("pm_card_visa")
	before, err := os.Stat(filepath.Join(dir, journalName))
	if err != nil {
		t.Fatal(err)
	}
	copied := left(t, dir)
	for range 2 {
		again := start(t, copied, nil)
		if got := again.confirm(id).Status; got != 200 && got != 400 {
			t.Errorf("%d", got)
		}
		if again.Captured("pay_1") != 1000 {
			t.Error("the intent is lost")
		}
	}
	after, err := os.Stat(filepath.Join(copied, journalName))
	if err != nil || after.Size() > before.Size()/2 {
		t.Errorf("%d bytes of %d, %v", after.Size(), before.Size(), err)
	}
}

func TestAnAccountThatCannotBeKeptAnswersNoMore(t *testing.T) {
	r := start(t, t.TempDir(), nil)
	if err := r.journal.file.Close(); err != nil {
		t.Fatal(err)
	}
	r.want(500, "POST", "/v1/customers", "")
	r.want(500, "GET", "/v1/customers", "")
}
