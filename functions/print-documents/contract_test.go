package main

import (
	"strings"
	"testing"

	"customercenter/infra/functiontest"
	"customercenter/shared/center"
	"customercenter/shared/document/fonts"
)

const contractPDF = "GET /v1/contracts/{id}/pdf"

// The same contract in every language; the account's Arabic where none is
// asked for. A contact bound to orders prints what came by hers.
func TestAContractIsSummedUpInEachLanguageGolden(t *testing.T) {
	w := functiontest.New(t)
	w.Contracts(t)
	w.Offer(t) // what renewals cost is read with a contract
	routes := routesOf(t, w)
	for name, c := range map[string]struct {
		person   functiontest.Person
		language string
	}{
		"contract-of-an-arabic-account":            {functiontest.Primary, ""},
		"contract-in-english-of-an-own-order":      {functiontest.Purchasing, "en"},
		"contract-in-both-languages-for-the-payer": {functiontest.Payables, "both"},
	} {
		t.Run(name, func(t *testing.T) {
			resp := get(t, w, routes, c.person, contractPDF, w.Targets["own contract"], c.language)
			golden(t, name, resp, pages(t, resp).Text())
		})
	}
	other := get(t, w, routes, functiontest.Purchasing, contractPDF, w.Targets["own contract of another order"], "en")
	unknown := get(t, w, routes, functiontest.Purchasing, contractPDF, w.Targets["unknown contract"], "en")
	if other.StatusCode != 404 || other.Body != unknown.Body || !strings.Contains(other.Body, "contract-not-found") {
		t.Errorf("%d %s, unknown: %s", other.StatusCode, other.Body, unknown.Body)
	}
}

// A subscription without a contract is printed as what it is, with why it
// waits; what was used is measured against the contract as a whole too.
func TestPlansAloneAndCommitmentsOfAContractArePrinted(t *testing.T) {
	w := functiontest.New(t)
	w.Contracts(t)
	w.Book(t,
		functiontest.Other(functiontest.Najd, center.KindSubscription, "SUB-A", map[string]any{"number": "SUB-A", "plan": "Cloud alone", "hold_reason": "Site not ready",
			"start_on": "2026-01-01", "auto_renew": true, "currency": "SAR", "amount": "900.00", "billing_frequency": "MONTHLY"}),
		functiontest.Other(functiontest.Najd, center.KindContract, "CT-W", map[string]any{"number": "CT-W", "currency": "SAR",
			"commitment": map[string]any{"start_on": "2026-01-01", "end_on": "2026-12-31", "quantity": "5000.00"}}),
		functiontest.Other(functiontest.Najd, center.KindSubscription, "SUB-W1", map[string]any{"number": "SUB-W1", "contract": "CT-W", "auto_renew": true}),
		functiontest.Other(functiontest.Najd, center.KindSubscription, "SUB-W2", map[string]any{"number": "SUB-W2", "contract": "CT-W"}),
		functiontest.Other(functiontest.Najd, center.KindUsage, "SUB-W1/2026-02", map[string]any{"subscription": "SUB-W1", "period": "2026-02", "currency": "SAR", "eligible": "125.00"}),
		functiontest.Other(functiontest.Najd, center.KindUsage, "SUB-W2/2026-03", map[string]any{"subscription": "SUB-W2", "period": "2026-03", "currency": "SAR", "eligible": "75.00"}),
	)
	routes := routesOf(t, w)
	for key, c := range map[string]struct{ has, hasNot []string }{
		"subscription SUB-A": {has: []string{"Cloud alone", "SUB-A", "On hold", "Site not ready", "Renews by itself\nYes", "SAR 900.00\nMonthly"}, hasNot: []string{"Commitment"}},
		"CT-W":               {has: []string{"SAR 5,000.00", "SAR 200.00"}, hasNot: []string{"Renews by itself"}},
	} {
		id := center.ContractIDOf(center.AccountIDOf(functiontest.Najd), key)
		text := pages(t, get(t, w, routes, functiontest.Primary, contractPDF, string(id), "en")).Text()
		for _, want := range c.has {
			if !strings.Contains(text, want) {
				t.Errorf("%s lacks %q:\n%s", key, want, text)
			}
		}
		for _, not := range c.hasNot {
			if strings.Contains(text, not) {
				t.Errorf("%s has %q:\n%s", key, not, text)
			}
		}
	}
}

func TestContractsAreRefusedInPlainWords(t *testing.T) {
	w := functiontest.New(t)
	w.Contracts(t)
	s, door := w.Function("print-documents")
	bare := handler{store: s, now: w.Now, broken: fonts.ErrMissing}.routes(door)
	if resp := get(t, w, bare, functiontest.Primary, contractPDF, w.Targets["own contract"], "en"); resp.StatusCode != 503 || !strings.Contains(resp.Body, "printing-unavailable") {
		t.Errorf("%d %s", resp.StatusCode, resp.Body)
	}
	if resp := get(t, w, routesOf(t, w), functiontest.Primary, contractPDF, w.Targets["own contract"], "fr"); resp.StatusCode != 422 || !strings.Contains(resp.Body, "must be en, ar or both") {
		t.Errorf("%d %s", resp.StatusCode, resp.Body)
	}
}
