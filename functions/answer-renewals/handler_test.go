package main

import (
	"encoding/json"
	"os"
	"strings"
	"testing"
	"time"

	"customercenter/infra/functiontest"
	"customercenter/shared/center"
	"customercenter/shared/httpapi"
	"customercenter/shared/money"
	"customercenter/shared/view"
)

// Each right that the function is given is needed by a test.
func TestMain(m *testing.M) { os.Exit(functiontest.RunAndCountRights(m, "answer-renewals")) }

// newWorld has renewals that were offered.
func newWorld(t *testing.T) *functiontest.World {
	w := functiontest.New(t)
	w.Contracts(t)
	w.Offer(t)
	return w
}

func routesOf(w *functiontest.World) httpapi.Routes {
	s, door := w.Function("answer-renewals")
	return handler{store: s, now: w.Now}.routes(door)
}

const (
	accept  = "acceptance"
	decline = "refusal"
)

// answers sends an answer to the renewal of a target as that person.
func answers(t *testing.T, w *functiontest.World, p functiontest.Person, what, target, more string) httpapi.Response {
	t.Helper()
	id, contract := w.Targets[target], w.Targets[strings.Replace(target, "renewal", "contract", 1)]
	r := functiontest.Request("POST /v1/renewals/{id}/"+what, "/v1/renewals/"+id+"/"+what)
	r.PathParameters = map[string]string{"id": id}
	r.Headers["content-type"], r.Body = "application/json", `{"contract":"`+contract+`"`+more+`}`
	return functiontest.Invoke(t, routesOf(w), w.As(t, p, r))
}

func renewalOf(t *testing.T, r httpapi.Response) (v view.Renewal) {
	t.Helper()
	if r.StatusCode != 200 {
		t.Fatalf("%d %s", r.StatusCode, r.Body)
	}
	if err := json.Unmarshal([]byte(r.Body), &v); err != nil {
		t.Fatal(err)
	}
	return v
}

func slugOf(r httpapi.Response) string {
	var problem struct{ Type string }
	if json.Unmarshal([]byte(r.Body), &problem) != nil {
		return ""
	}
	return strings.TrimPrefix(problem.Type, "/problems/")
}

func TestEventOnFile(t *testing.T) {
	w := newWorld(t)
	w.Cookie(t, functiontest.Primary)
	functiontest.Golden(t, "answer-renewals", functiontest.Invoke(t, routesOf(w), functiontest.Event(t, "answer-renewals")))
}

func TestEverybodyIsAnsweredAsDeclared(t *testing.T) {
	w := newWorld(t)
	functiontest.Matrix(t, w, "answer-renewals", routesOf(w))
}

func TestARenewalIsAcceptedOnceAndThenPayable(t *testing.T) {
	w := newWorld(t)
	w.Cookie(t, functiontest.Payables)
	w.Pass(6 * time.Minute)
	byPO := `,"method":"po_number","poNumber":" 4500-77 ","termsVersion":"2026-1","price":{"amount":"13800.00","currency":"SAR"}`
	v := renewalOf(t, answers(t, w, functiontest.Payables, accept, "own renewal", byPO))
	if v.State != center.RenewalAccepted || v.Answer.PONumber != "4500-77" || v.Answer.By == "" || !v.Pay.Payable || v.MayAnswer {
		t.Errorf("%+v", v)
	}
	if again := answers(t, w, functiontest.Payables, accept, "own renewal", byPO); again.StatusCode != 200 {
		t.Errorf("the same again: %s", again.Body)
	}
	if other := answers(t, w, functiontest.Primary, decline, "own renewal", ""); slugOf(other) != "renewal-answered" {
		t.Errorf("another answer: %s", other.Body)
	}
}

func TestTheDefaultPONumberStandsWhereNobodyNamesOne(t *testing.T) {
	onTerms := `,"method":"invoice_terms","termsVersion":"2026-1","price":{"amount":"13800.00","currency":"SAR"}`
	for name, c := range map[string]struct {
		po   center.DefaultPO
		body string
		want string
	}{
		"nobody names one":           {center.DefaultPO{Number: "4500-D"}, onTerms, "4500-D"},
		"somebody names one":         {center.DefaultPO{Number: "4500-D"}, onTerms + `,"poNumber":"4500-X"`, "4500-X"},
		"it is over":                 {center.DefaultPO{Number: "4500-D", ExpiresOn: "2026-01-01"}, onTerms, ""},
		"its budget is enough":       {center.DefaultPO{Number: "4500-D", Budget: money.Money{Minor: 1380000, Currency: "SAR"}}, onTerms, "4500-D"},
		"its budget is too small":    {center.DefaultPO{Number: "4500-D", Budget: money.Money{Minor: 1379999, Currency: "SAR"}}, onTerms, ""},
		"its budget is of elsewhere": {center.DefaultPO{Number: "4500-D", Budget: money.Money{Minor: 9999999, Currency: "AED"}}, onTerms, ""},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			if _, err := w.Store.In(w.Actor(t, functiontest.Primary)).SetBillingProfile(t.Context(), center.BillingProfile{DefaultPO: &c.po}); err != nil {
				t.Fatal(err)
			}
			if v := renewalOf(t, answers(t, w, functiontest.Primary, accept, "own renewal", c.body)); v.Answer.PONumber != c.want {
				t.Errorf("%q, want %q", v.Answer.PONumber, c.want)
			}
		})
	}
}

// A budget is for all that is accepted under its number.
func TestWhatIsAcceptedUnderAPONumberStaysWithinItsBudget(t *testing.T) {
	onTerms := `,"method":"invoice_terms","termsVersion":"2026-1","price":{"amount":"13800.00","currency":"SAR"}`
	named := `,"method":"po_number","poNumber":" 4500-d ","termsVersion":"2026-1","price":{"amount":"13800.00","currency":"SAR"}`
	sar := func(minor int64) money.Money { return money.Money{Minor: minor, Currency: "SAR"} }
	for name, c := range map[string]struct {
		po     center.DefaultPO
		second string
		want   string // PO number of the second, or why it is refused
	}{
		"enough for both":           {center.DefaultPO{Number: "4500-D", Budget: sar(2760000)}, onTerms, "4500-D"},
		"enough for one":            {center.DefaultPO{Number: "4500-D", Budget: sar(2759999)}, onTerms, ""},
		"named, enough for both":    {center.DefaultPO{Number: "4500-D", Budget: sar(2760000)}, named, "4500-d"},
		"named, enough for one":     {center.DefaultPO{Number: "4500-D", Budget: sar(2759999)}, named, "po-budget"},
		"named, without any budget": {center.DefaultPO{Number: "4500-D"}, named, "4500-d"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			if _, err := w.Store.In(w.Actor(t, functiontest.Primary)).SetBillingProfile(t.Context(), center.BillingProfile{DefaultPO: &c.po}); err != nil {
				t.Fatal(err)
			}
			for range 2 { // what is sent again is not accepted twice
				if v := renewalOf(t, answers(t, w, functiontest.Primary, accept, "own renewal", onTerms)); v.Answer.PONumber != "4500-D" {
					t.Errorf("%+v", v.Answer)
				}
			}
			r := answers(t, w, functiontest.Primary, accept, "own renewal of another order", c.second)
			if slug := slugOf(r); slug != "" || r.StatusCode != 200 {
				if slug != c.want {
					t.Errorf("%d %s", r.StatusCode, r.Body)
				}
			} else if v := renewalOf(t, r); v.Answer.PONumber != c.want {
				t.Errorf("%q, want %q", v.Answer.PONumber, c.want)
			}
		})
	}
}

func TestANumberThatIsOverIsNotAcceptedUnder(t *testing.T) {
	for slug, po := range map[string]center.DefaultPO{
		"po-expired":  {Number: "4500-D", ExpiresOn: "2026-01-01"},
		"po-currency": {Number: "4500-D", Budget: money.Money{Minor: 9999999, Currency: "AED"}},
	} {
		w := newWorld(t)
		if _, err := w.Store.In(w.Actor(t, functiontest.Primary)).SetBillingProfile(t.Context(), center.BillingProfile{DefaultPO: &po}); err != nil {
			t.Fatal(err)
		}
		r := answers(t, w, functiontest.Primary, accept, "own renewal", `,"method":"po_number","poNumber":"4500-D","termsVersion":"2026-1","price":{"amount":"13800.00","currency":"SAR"}`)
		if r.StatusCode != 422 || slugOf(r) != slug {
			t.Errorf("%s: %d %s", slug, r.StatusCode, r.Body)
		}
	}
}

func TestABuyerAcceptsForHerOwnOrderAlone(t *testing.T) {
	w := newWorld(t)
	onTerms := `,"method":"invoice_terms","termsVersion":"2026-1","price":{"amount":"13800.00","currency":"SAR"}`
	if v := renewalOf(t, answers(t, w, functiontest.Purchasing, accept, "own renewal", onTerms)); v.State != center.RenewalAccepted {
		t.Errorf("%+v", v)
	}
	if r := answers(t, w, functiontest.Purchasing, accept, "own renewal of another order", onTerms); r.StatusCode != 404 {
		t.Errorf("%d %s", r.StatusCode, r.Body)
	}
}

func TestADeclinedRenewalIsNotPaid(t *testing.T) {
	w := newWorld(t)
	v := renewalOf(t, answers(t, w, functiontest.Executive, decline, "own renewal", `,"reason":"Too dear"`))
	if v.State != center.RenewalDeclined || v.Answer.Reason != "Too dear" || v.Pay.Payable {
		t.Errorf("%+v", v)
	}
}

func TestWhatIsNoAcceptanceIsRefused(t *testing.T) {
	w := newWorld(t)
	w.Cookie(t, functiontest.Primary)
	for name, c := range map[string]struct {
		person       functiontest.Person
		after        time.Duration
		what, fields string
		slug         string
	}{
		"a card and an old code":          {functiontest.Primary, time.Hour, accept, `,"method":"card","termsVersion":"2026-1"`, "fresh-code-needed"},
		"a card of who may not pay":       {functiontest.Executive, 0, accept, `,"method":"card","termsVersion":"2026-1"`, "card-not-open"},
		"terms of another version":        {functiontest.Primary, 0, accept, `,"method":"invoice_terms","termsVersion":"2025","price":{"amount":"13800.00","currency":"SAR"}`, "terms-changed"},
		"a price of yesterday":            {functiontest.Primary, 0, accept, `,"method":"invoice_terms","termsVersion":"2026-1","price":{"amount":"13000.00","currency":"SAR"}`, "price-changed"},
		"a price in another currency":     {functiontest.Primary, 0, accept, `,"method":"invoice_terms","termsVersion":"2026-1","price":{"amount":"13800.00","currency":"AED"}`, "price-changed"},
		"a price nobody looked at":        {functiontest.Primary, 0, accept, `,"method":"invoice_terms","termsVersion":"2026-1"`, "validation"},
		"no PO number":                    {functiontest.Primary, 0, accept, `,"method":"po_number","poNumber":" ","termsVersion":"2026-1"`, "validation"},
		"a PO number that is none":        {functiontest.Primary, 0, accept, `,"method":"po_number","poNumber":"a\u0007b","termsVersion":"2026-1"`, "validation"},
		"a PO number that is too long":    {functiontest.Primary, 0, accept, `,"method":"invoice_terms","poNumber":"` + strings.Repeat("9", 61) + `","termsVersion":"2026-1"`, "validation"},
		"a method that does not exist":    {functiontest.Primary, 0, accept, `,"method":"cash","termsVersion":"2026-1"`, "validation"},
		"a reason that is too long":       {functiontest.Primary, 0, decline, `,"reason":"` + strings.Repeat("x", 501) + `"`, "validation"},
		"a field that nobody understands": {functiontest.Primary, 0, decline, `,"price":"1"`, "body-malformed"},
	} {
		t.Run(name, func(t *testing.T) {
			w.SignedOut(c.person)
			w.Cookie(t, c.person)
			w.Pass(c.after)
			if r := answers(t, w, c.person, c.what, "own renewal", c.fields); slugOf(r) != c.slug {
				t.Errorf("%d %s, want %s", r.StatusCode, r.Body, c.slug)
			}
		})
	}
}

func TestARenewalThatIsNotOfferedCannotBeAnswered(t *testing.T) {
	w := functiontest.New(t)
	w.Contracts(t)
	w.Pass(-50 * 24 * time.Hour)
	if r := answers(t, w, functiontest.Primary, decline, "own renewal of another order", ""); slugOf(r) != "renewal-not-open" {
		t.Errorf("%d %s", r.StatusCode, r.Body)
	}
}
