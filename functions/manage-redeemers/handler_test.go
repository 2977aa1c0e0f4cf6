package main

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"customercenter/infra/functiontest"
	"customercenter/shared/center"
	"customercenter/shared/httpapi"
	"customercenter/shared/keyring"
	"customercenter/shared/store"
)

// Each right that the function is given is needed by a test.
func TestMain(m *testing.M) { os.Exit(functiontest.RunAndCountRights(m, "manage-redeemers")) }

func routesOf(w *functiontest.World) httpapi.Routes {
	s, door := w.Function("manage-redeemers")
	return handler{store: s, keys: w.Keys, now: w.Now}.routes(door)
}

func rewarded(t *testing.T) *functiontest.World {
	w := functiontest.New(t)
	w.Rewards(t)
	return w
}

var sub = functiontest.Rewarded(functiontest.Najd, functiontest.RewardsNumber)

func body(email functiontest.Person) string {
	return `{"subscription":"` + string(sub) + `","email":"` + string(email) + `"}`
}

// does sends a request of the primary contact's and reads its answer.
func does[T any](t *testing.T, w *functiontest.World, route, body string) (out T) {
	t.Helper()
	w.SignedOut(functiontest.Primary) // a fresh code
	resp := w.Ask(t, routesOf(w), functiontest.Primary, route, "", body)
	if resp.StatusCode != 200 {
		t.Fatalf("%s: %d %s", route, resp.StatusCode, resp.Body)
	}
	if err := json.Unmarshal([]byte(resp.Body), &out); err != nil {
		t.Fatal(err)
	}
	return out
}

func refused(t *testing.T, w *functiontest.World, route, body string, status int, code string) {
	t.Helper()
	w.SignedOut(functiontest.Primary)
	functiontest.Wants(t, w.Ask(t, routesOf(w), functiontest.Primary, route, "", body), status, code)
}

func TestEventOnFile(t *testing.T) {
	w := rewarded(t)
	w.Cookie(t, functiontest.Primary)
	functiontest.Golden(t, "manage-redeemers", functiontest.Invoke(t, routesOf(w), functiontest.Event(t, "manage-redeemers")))
}

func TestEverybodyIsAnsweredAsDeclared(t *testing.T) {
	w := rewarded(t)
	functiontest.Matrix(t, w, "manage-redeemers", routesOf(w))
}

// may tells whether a person can use the rewards with a code.
func may(t *testing.T, w *functiontest.World, p functiontest.Person, code string) string {
	t.Helper()
	_, err := w.Store.In(w.Actor(t, p)).RedeemerMay(t.Context(), sub, code)
	if err == nil {
		return "may"
	}
	return center.AsError(err).Code
}

// The first redeemer brings the code. She gets it by mail and nobody else does;
// it is shown to primary contacts; replaced, the old one is refused and she gets
// the new one; removed, she is refused with any.
func TestARedeemerIsAuthorisedHasTheCodeAndIsRemoved(t *testing.T) {
	w := rewarded(t)
	refused(t, w, "POST /v1/redeemers/code", `{"subscription":"`+string(sub)+`"}`, 404, "no-redemption-code")
	s := does[subscription](t, w, "POST /v1/redeemers", body(functiontest.Payables))
	if len(s.Redeemers) != 1 || s.Redeemers[0].Email != string(functiontest.Payables) || !s.Redeemers[0].Access || s.Code == nil || s.Code.Generation != 1 {
		t.Fatalf("%+v", s)
	}
	again := does[subscription](t, w, "POST /v1/redeemers", body("OMAR@Najd.example"))
	if len(again.Redeemers) != 1 || again.Redeemers[0].At != s.Redeemers[0].At || again.Code.Generation != 1 {
		t.Errorf("authorised again: %+v", again)
	}
	w.Pass(time.Minute)
	shown := does[code](t, w, "POST /v1/redeemers/code", `{"subscription":"`+string(sub)+`"}`)
	if got := may(t, w, functiontest.Payables, shown.Code); got != "may" {
		t.Errorf("with the code shown she %s", got)
	}
	if got := may(t, w, functiontest.Executive, shown.Code); got != "not-a-redeemer" {
		t.Errorf("another %s", got)
	}
	w.Pass(time.Minute)
	newest := does[code](t, w, "POST /v1/redeemers/code/rotate", `{"subscription":"`+string(sub)+`","generation":1}`)
	if repeated := does[code](t, w, "POST /v1/redeemers/code/rotate", `{"subscription":"`+string(sub)+`","generation":1}`); repeated != newest {
		t.Errorf("a repeated request makes %+v of %+v", repeated, newest)
	}
	refused(t, w, "POST /v1/redeemers/code/rotate", `{"subscription":"`+string(sub)+`","generation":7}`, 409, "code-changed")
	if newest.Code == shown.Code || newest.Generation != 2 {
		t.Errorf("the new code is %+v", newest)
	}
	if old, now := may(t, w, functiontest.Payables, shown.Code), may(t, w, functiontest.Payables, newest.Code); old != "redemption-code-wrong" || now != "may" {
		t.Errorf("with the old code she %s, with the new one she %s", old, now)
	}
	w.Pass(time.Minute)
	for range 2 {
		if s = does[subscription](t, w, "POST /v1/redeemers/remove", body(functiontest.Payables)); len(s.Redeemers) != 0 {
			t.Errorf("%+v", s)
		}
	}
	if got := may(t, w, functiontest.Payables, newest.Code); got != "not-a-redeemer" {
		t.Errorf("removed, she %s", got)
	}
	w.Pass(time.Minute)
	if s = does[subscription](t, w, "POST /v1/redeemers", body(functiontest.Payables)); len(s.Redeemers) != 1 || may(t, w, functiontest.Payables, newest.Code) != "may" {
		t.Errorf("authorised anew: %+v", s)
	}
	letters(t, w, map[center.LetterKind][]string{
		center.LetterRedeemer:         {"authorised omar@najd.example", "authorised omar@najd.example", "replaced omar@najd.example"},
		center.LetterRedeemersChanged: {"authorised noura@najd.example", "authorised noura@najd.example", "removed noura@najd.example", "replaced noura@najd.example"},
	})
	audited(t, w, "redeemer-authorised omar@najd.example", "redemption-code-shown SUB-7", "redemption-code-replaced SUB-7", "redeemer-removed omar@najd.example", "redeemer-authorised omar@najd.example")
}

// letters are those that wait, by kind, each with its change and its reader. No
// code stands in any.
func letters(t *testing.T, w *functiontest.World, want map[center.LetterKind][]string) {
	t.Helper()
	for kind, wanted := range want {
		var got []string
		for _, l := range w.Letters(t, kind) {
			got = append(got, l.Params["change"]+" "+l.To)
			for name, value := range l.Params {
				if _, isCode := center.ReadRedemptionCode(value); isCode {
					t.Errorf("%s carries a code in %s", kind, name)
				}
			}
		}
		if slices.Sort(got); !slices.Equal(got, wanted) {
			t.Errorf("%s: %q, want %q", kind, got, wanted)
		}
	}
}

// audited holds the newest entries of the audit log, the oldest first.
func audited(t *testing.T, w *functiontest.World, want ...string) {
	t.Helper()
	entries, _, err := w.Store.In(w.Actor(t, functiontest.Primary)).AuditLog(t.Context(), store.AuditQuery{Limit: 50})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range entries {
		if strings.HasPrefix(string(e.Kind), "rede") {
			got = append(got, string(e.Kind)+" "+e.Subject)
		}
	}
	if slices.Reverse(got); !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestOnlyWhoMayPayIsAuthorised(t *testing.T) {
	w := rewarded(t)
	for who, code := range map[functiontest.Person]string{
		functiontest.Purchasing: "redeemer-may-not-pay", functiontest.Accountant: "redeemer-may-not-pay", functiontest.Stranger: "redeemer-no-contact",
		functiontest.Nobody: "redeemer-no-contact", functiontest.Executive: "", functiontest.Primary: "",
	} {
		if code == "" {
			does[subscription](t, w, "POST /v1/redeemers", body(who))
			continue
		}
		refused(t, w, "POST /v1/redeemers", body(who), 422, code)
	}
	refused(t, w, "POST /v1/redeemers", `{"subscription":"","email":"nobody"}`, 422, "validation")
}

// Who is on the list but lost her access stands there without it, and gets no
// new code.
func TestWhoLostHerAccessStaysOnTheListWithoutIt(t *testing.T) {
	w := rewarded(t)
	does[subscription](t, w, "POST /v1/redeemers", body(functiontest.Payables))
	boss := w.Actor(t, functiontest.Primary)
	if _, err := w.Store.In(boss).ChangeContact(t.Context(), center.ContactIDOf(string(functiontest.Payables)), boss.Suspend); err != nil {
		t.Fatal(err)
	}
	all := does[list](t, w, "GET /v1/redeemers", "")
	if len(all.Subscriptions) != 1 || !all.MayManage || len(all.Subscriptions[0].Redeemers) != 1 || all.Subscriptions[0].Redeemers[0].Access {
		t.Errorf("%+v", all)
	}
	w.Pass(time.Minute)
	does[code](t, w, "POST /v1/redeemers/code/rotate", `{"subscription":"`+string(sub)+`","generation":1}`)
	letters(t, w, map[center.LetterKind][]string{center.LetterRedeemer: {"authorised omar@najd.example"}})
}

func TestACodeOfALostKeyIsReplaced(t *testing.T) {
	w := rewarded(t)
	does[subscription](t, w, "POST /v1/redeemers", body(functiontest.Payables))
	others, err := keyring.Parse(`{"current":"k9","keys":{"k9":"` + strings.Repeat("A", 43) + `="}}`)
	if err != nil {
		t.Fatal(err)
	}
	w.Keys = others
	refused(t, w, "POST /v1/redeemers/code", `{"subscription":"`+string(sub)+`"}`, 409, "code-key-gone")
	made := does[code](t, w, "POST /v1/redeemers/code/rotate", `{"subscription":"`+string(sub)+`","generation":1}`)
	if got := may(t, w, functiontest.Payables, made.Code); got != "may" {
		t.Errorf("with the new code she %s", got)
	}
}

func TestChangesAskForAFreshCode(t *testing.T) {
	w := rewarded(t)
	w.Cookie(t, functiontest.Primary)
	w.Pass(11 * time.Minute)
	for route, body := range map[string]string{
		"POST /v1/redeemers": body(functiontest.Payables), "POST /v1/redeemers/remove": body(functiontest.Payables),
		"POST /v1/redeemers/code": `{"subscription":"` + string(sub) + `"}`, "POST /v1/redeemers/code/rotate": `{"subscription":"` + string(sub) + `","generation":0}`,
	} {
		functiontest.Wants(t, w.Ask(t, routesOf(w), functiontest.Primary, route, "", body), 403, "fresh-code-needed")
	}
}
