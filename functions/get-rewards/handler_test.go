package main

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"customercenter/infra/functiontest"
	"customercenter/shared/center"
	"customercenter/shared/httpapi"
)

// Each right that the function is given is needed by a test.
func TestMain(m *testing.M) { os.Exit(functiontest.RunAndCountRights(m, "get-rewards")) }

func routesOf(w *functiontest.World) httpapi.Routes {
	s, door := w.Function("get-rewards")
	return handler{store: s, now: w.Now}.routes(door)
}

func rewarded(t *testing.T) *functiontest.World {
	w := functiontest.New(t)
	w.Rewards(t)
	w.Redeemed(t)
	return w
}

func TestEventOnFile(t *testing.T) {
	w := rewarded(t)
	w.Cookie(t, functiontest.Primary)
	functiontest.Golden(t, "get-rewards", functiontest.Invoke(t, routesOf(w), functiontest.Event(t, "get-rewards")))
}

func TestEverybodyIsAnsweredAsDeclared(t *testing.T) {
	w := rewarded(t)
	functiontest.Matrix(t, w, "get-rewards", routesOf(w))
}

func read[T any](t *testing.T, w *functiontest.World, p functiontest.Person, route string, query ...string) (out T) {
	t.Helper()
	resp := w.Ask(t, routesOf(w), p, route, "", "", query...)
	if resp.StatusCode != 200 {
		t.Fatalf("%s: %d %s", route, resp.StatusCode, resp.Body)
	}
	if err := json.Unmarshal([]byte(resp.Body), &out); err != nil {
		t.Fatal(err)
	}
	return out
}

func TestTheBalanceIsWhatIsLeftOfTheLots(t *testing.T) {
	w := rewarded(t)
	got := read[rewards](t, w, functiontest.Payables, "GET /v1/rewards")
	s := got.Subscriptions[0]
	if b := s.Balance; b.Available.Decimal() != "570.00" || b.Redeemed.Decimal() != "10.00" || b.Pending.Sign() != 0 || !s.MayRedeem || len(s.Lots) != 2 {
		t.Errorf("%+v", s)
	}
	var ends []string
	for _, e := range s.Endings {
		if e.Amount.Sign() > 0 {
			ends = append(ends, e.Month+" "+e.Amount.Decimal())
		}
	}
	if words := strings.Join(ends, ", "); words != "2027-10 240.00, 2027-11 330.00" {
		t.Error(words)
	}
	if other := read[rewards](t, w, functiontest.Accountant, "GET /v1/rewards"); other.Subscriptions[0].MayRedeem {
		t.Error("an accountant may redeem")
	}
}

func TestTheLedgerAndTheRedemptionsTellTheSame(t *testing.T) {
	w := rewarded(t)
	var sum int64
	for cursor := ""; ; {
		page := read[ledger](t, w, functiontest.Executive, "GET /v1/rewards/ledger", "limit", "2", "cursor", cursor)
		for _, e := range page.Entries {
			sum += e.Amount.Minor
		}
		if cursor = page.Next; cursor == "" {
			break
		}
	}
	list := read[redemptions](t, w, functiontest.Executive, "GET /v1/rewards/redemptions")
	if d := list.Redemptions[0]; sum != 57000 || d.State != center.RedemptionApplied || d.Base.Decimal() != "10.00" || d.Invoices[0].Number != "S-1" || d.FX != center.SameCurrency {
		t.Errorf("%d by the ledger; %+v", sum, d)
	}
}

func TestAMonthIsToldProductByProduct(t *testing.T) {
	w := rewarded(t)
	lot := string(center.LotIDOf(center.AccountIDOf(functiontest.Najd), functiontest.Rewarded(functiontest.Najd, functiontest.RewardsNumber), "2026-09"))
	got := read[products](t, w, functiontest.Primary, "GET /v1/rewards/products", "lot", lot)
	if len(got.Products) != 2 || got.Products[0].Earned.Decimal() != "250.00" || got.Products[1].Eligible || got.Products[1].Reason != center.IneligibleThirdParty {
		t.Errorf("%+v", got)
	}
	file := w.Ask(t, routesOf(w), functiontest.Primary, "GET /v1/rewards/products/file", "", "", "lot", lot)
	lines := strings.Split(strings.TrimSpace(file.Body), "\r\n")
	if len(lines) != 3 || !strings.Contains(lines[1], "B88317,Compute,1000.00,250.00,SAR,true,") || !strings.Contains(lines[2], "false,THIRD_PARTY") {
		t.Errorf("%q", lines)
	}
}

func TestRefusalsSayWhatWouldBeRight(t *testing.T) {
	w := rewarded(t)
	functiontest.Wants(t, w.Ask(t, routesOf(w), functiontest.Primary, "GET /v1/rewards/products", "", ""), 422, "validation")
	functiontest.Wants(t, w.Ask(t, routesOf(w), functiontest.Primary, "GET /v1/rewards/ledger", "", "", "limit", "500"), 422, "validation")
	functiontest.Wants(t, w.Ask(t, routesOf(w), functiontest.Primary, "GET /v1/rewards/ledger", "", "", "cursor", "x"), 400, "")
}
