package main

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"customercenter/infra/functiontest"
	"customercenter/shared/center"
	"customercenter/shared/httpapi"
	"customercenter/shared/store"
)

// Each right that the function is given is needed by a test.
func TestMain(m *testing.M) { os.Exit(functiontest.RunAndCountRights(m, "billing-profile")) }

func routesOf(w *functiontest.World) httpapi.Routes {
	s, door := w.Function("billing-profile")
	return handler{store: s, now: w.Now}.routes(door)
}

func put(t *testing.T, w *functiontest.World, p functiontest.Person, body string) httpapi.Response {
	t.Helper()
	r := functiontest.Request("PUT /v1/profile", "/v1/profile")
	r.Headers["content-type"], r.Body = "application/json", body
	return functiontest.Invoke(t, routesOf(w), w.As(t, p, r))
}

func TestEventOnFile(t *testing.T) {
	w := functiontest.New(t)
	w.Cookie(t, functiontest.Primary)
	functiontest.Golden(t, "billing-profile", functiontest.Invoke(t, routesOf(w), functiontest.Event(t, "billing-profile")))
}

func TestEverybodyIsAnsweredAsDeclared(t *testing.T) {
	w := functiontest.New(t)
	functiontest.Matrix(t, w, "billing-profile", routesOf(w))
}

const whole = `{"legalName":" Najd Technology LLC ","taxIds":[{"country":"sa","number":"3101 2239 3500 003"}],"billTo":{"street":"Olaya Street","city":"Riyadh","country":"SA"},
"defaultPo":{"number":"4500-9","budget":{"amount":"50000.00","currency":"SAR"},"expiresOn":"2026-12-31"},"documentLanguage":"both",
"recipients":{"invoices":["AP@najd.example"],"reminders":["ap@najd.example","cfo@najd.example"]},"dunning":{"beforeDueDays":7,"monthlyStatement":true,"oneDigest":true}`

func TestAChangeIsKeptAuditedAndTold(t *testing.T) {
	w := functiontest.New(t)
	w.Cookie(t, functiontest.Payables)
	w.Pass(6 * time.Minute)
	functiontest.Golden(t, "changed", put(t, w, functiontest.Payables, whole+`,"version":0}`))
	if r := put(t, w, functiontest.Payables, whole+`,"version":0}`); r.StatusCode != 200 {
		t.Errorf("the same again: %s", r.Body)
	}
	if r := put(t, w, functiontest.Primary, `{"legalName":"Another","version":0}`); r.StatusCode != 409 || !strings.Contains(r.Body, "profile-changed") {
		t.Errorf("over what was changed: %d %s", r.StatusCode, r.Body)
	}
	if r := put(t, w, functiontest.Primary, `{"legalName":"Another","version":1}`); r.StatusCode != 200 || !strings.Contains(r.Body, `"version":2`) {
		t.Errorf("%d %s", r.StatusCode, r.Body)
	}
	entries, _, err := w.Store.In(center.Actor{Account: center.AccountIDOf(functiontest.Najd)}).AuditLog(t.Context(), store.AuditQuery{Kind: center.AuditProfileChanged, Limit: 10})
	if err != nil || len(entries) != 2 || entries[0].Kind != center.AuditProfileChanged || entries[1].Facts["changed"] == "" {
		t.Errorf("%+v %v", entries, err)
	}
}

// The planner goes by lists, which follow what is wished.
func TestWishesAreListedForThePlanner(t *testing.T) {
	w := functiontest.New(t)
	account := center.AccountIDOf(functiontest.Najd)
	lists := func() (own, monthly int) {
		for shard := range store.RemindShards {
			accounts, err := w.Store.OwnSteps(t.Context(), shard)
			if err != nil {
				t.Fatal(err)
			}
			statements, err := w.Store.MonthlyStatements(t.Context(), shard)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range statements {
				if m.Account == account && m.Wished {
					monthly++
				}
			}
			own += len(accounts)
		}
		return own, monthly
	}
	for i, c := range []struct {
		dunning      string
		own, monthly int
	}{{`{"beforeDueDays":3,"monthlyStatement":true,"oneDigest":true}`, 1, 1}, {`{"beforeDueDays":0,"monthlyStatement":true,"oneDigest":false}`, 1, 1}, {`{"beforeDueDays":7,"monthlyStatement":false,"oneDigest":true}`, 0, 0}} {
		if r := put(t, w, functiontest.Primary, fmt.Sprintf(`{"dunning":%s,"version":%d}`, c.dunning, i)); r.StatusCode != 200 {
			t.Fatalf("%s", r.Body)
		}
		if own, monthly := lists(); own != c.own || monthly != c.monthly {
			t.Errorf("%s: %d with steps of their own, %d with statements", c.dunning, own, monthly)
		}
	}
	if r := put(t, w, functiontest.Primary, `{"version":3,"legalName":"x"}`); !strings.Contains(r.Body, `"dunning":{"beforeDueDays":7,"monthlyStatement":false,"oneDigest":true}`) {
		t.Errorf("wishes that are left out are not what accounts begin with: %s", r.Body)
	}
}

func TestWhatIsNoProfileIsRefused(t *testing.T) {
	w := functiontest.New(t)
	for name, c := range map[string]struct{ body, pointer string }{
		"a tax number of another form": {`{"taxIds":[{"country":"SA","number":"1"}],"version":0}`, "/taxIds/0/number"},
		"an address that is none":      {`{"recipients":{"invoices":["nobody"]},"version":0}`, "/recipients/invoices/0"},
		"a budget below zero":          {`{"defaultPo":{"number":"1","budget":{"amount":"-1.00","currency":"SAR"}},"version":0}`, "/defaultPo/budget"},
		"a budget that is no amount":   {`{"defaultPo":{"number":"1","budget":{"amount":"1.2.3","currency":"SAR"}},"version":0}`, "/defaultPo/budget/amount"},
		"a budget of many decimals":    {`{"defaultPo":{"number":"1","budget":{"amount":"1.005","currency":"SAR"}},"version":0}`, "/defaultPo/budget/amount"},
		"a budget of no currency":      {`{"defaultPo":{"number":"1","budget":{"amount":"1.00","currency":"ZZZ"}},"version":0}`, "/defaultPo/budget/currency"},
		"a language nobody writes":     {`{"documentLanguage":"fr","version":0}`, "/documentLanguage"},
		"a field nobody knows":         {`{"iban":"x"}`, "/iban"},
	} {
		r := put(t, w, functiontest.Primary, c.body)
		var problem struct{ Errors []struct{ Pointer string } }
		if err := json.Unmarshal([]byte(r.Body), &problem); err != nil || len(problem.Errors) != 1 || problem.Errors[0].Pointer != c.pointer {
			t.Errorf("%s: %d %s", name, r.StatusCode, r.Body)
		}
	}
}
