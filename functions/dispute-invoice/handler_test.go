package main

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"customercenter/infra/functiontest"
	"customercenter/infra/local/cloudtest"
	"customercenter/shared/center"
	"customercenter/shared/httpapi"
	"customercenter/shared/store"
	"customercenter/shared/view"
)

// Each right that the function is given is needed by a test.
func TestMain(m *testing.M) { os.Exit(functiontest.RunAndCountRights(m, "dispute-invoice")) }

func routesOf(w *functiontest.World) httpapi.Routes {
	s, door := w.Function("dispute-invoice")
	return handler{store: s, now: w.Now}.routes(door)
}

var late = functiontest.InvoiceID(functiontest.Najd, center.KindInvoice, "INV-1001") // 10,000.00 SAR open

// post sends a body to a route of the invoice, as that person.
func post(t *testing.T, w *functiontest.World, p functiontest.Person, route, key, body string) httpapi.Response {
	t.Helper()
	r := functiontest.Request("POST "+route, strings.Replace(route, "{id}", string(late), 1))
	r.PathParameters = map[string]string{"id": string(late)}
	r.Headers["content-type"], r.Headers["idempotency-key"], r.Body = "application/json", key, body
	return functiontest.Invoke(t, routesOf(w), w.As(t, p, r))
}

func open(t *testing.T, w *functiontest.World, p functiontest.Person, key, more string) httpapi.Response {
	t.Helper()
	return post(t, w, p, "/v1/invoices/{id}/disputes", "a-key-of-a-test-"+key, `{"reason":"QUANTITY","text":"Two never came."`+more+`}`)
}

func answers(t *testing.T, w *functiontest.World, id center.DisputeID, state, text string) httpapi.Response {
	t.Helper()
	return post(t, w, functiontest.Desk, "/v1/operator/disputes/answer", "", fmt.Sprintf(`{"account":"NAJD","invoice":%q,"dispute":%q,"state":%q,"text":%q}`, late, id, state, text))
}

func disputeOf(t *testing.T, r httpapi.Response) (v view.Dispute) {
	t.Helper()
	if r.StatusCode/100 != 2 {
		t.Fatalf("%d %s", r.StatusCode, r.Body)
	}
	if err := json.Unmarshal([]byte(r.Body), &v); err != nil {
		t.Fatal(err)
	}
	return v
}

func slugOf(r httpapi.Response) string {
	var problem struct{ Type string }
	_ = json.Unmarshal([]byte(r.Body), &problem)
	return strings.TrimPrefix(problem.Type, "/problems/")
}

// stands is the invoice and what is in dispute of it, which its row in the
// list must say alike.
func stands(t *testing.T, w *functiontest.World) store.InvoiceDetail {
	t.Helper()
	d, err := w.Store.In(w.Actor(t, functiontest.Primary)).Invoice(t.Context(), late)
	if err != nil {
		t.Fatal(err)
	}
	page, err := w.Store.In(w.Actor(t, functiontest.Primary)).Invoices(t.Context(), store.InvoiceQuery{Limit: store.MaxPage})
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range page.Invoices {
		if row.ID == late && (row.Disputed.Minor != d.Invoice.Disputed.Minor || slices.Contains(row.Flags(), center.FlagInDispute) != (row.Disputed.Minor > 0)) {
			t.Errorf("the row says %s in dispute, the invoice %s", row.Disputed, d.Invoice.Disputed)
		}
	}
	return d
}

func TestEventOnFile(t *testing.T) {
	w := functiontest.New(t)
	w.Cookie(t, functiontest.Primary)
	functiontest.Golden(t, "dispute-invoice", functiontest.Invoke(t, routesOf(w), functiontest.Event(t, "dispute-invoice")))
}

func TestEverybodyIsAnsweredAsDeclared(t *testing.T) {
	w := functiontest.New(t)
	functiontest.Matrix(t, w, "dispute-invoice", routesOf(w))
}

func TestADisputeGoesItsWay(t *testing.T) {
	w := functiontest.New(t)
	w.Cookie(t, functiontest.Payables)
	w.Pass(6 * time.Minute) // her use of the session is noted
	part := `,"line":"2","amount":{"amount":"2500.00","currency":"SAR"}`
	d := disputeOf(t, open(t, w, functiontest.Payables, "1", part))
	if again := disputeOf(t, open(t, w, functiontest.Payables, "1", part)); again.ID != d.ID || stands(t, w).Invoice.Disputed.Minor != 250_000 {
		t.Errorf("twice: %+v, %s in dispute", again, stands(t, w).Invoice.Disputed)
	}
	rest := disputeOf(t, open(t, w, functiontest.Purchasing, "2", ""))
	if in := stands(t, w).Invoice; in.Disputed != in.Outstanding || rest.Amount.Minor != in.Outstanding.Minor-250_000 {
		t.Errorf("%s of %s in dispute", in.Disputed, in.Outstanding)
	}
	if hold := center.DefaultDunning().Hold(stands(t, w).Invoice, stands(t, w).Invoice.Disputed, "2026-11-22"); hold != center.HoldDisputed {
		t.Errorf("reminders are held by %q", hold)
	}
	if r := open(t, w, functiontest.Primary, "3", ""); slugOf(r) != "all-disputed" {
		t.Errorf("%s", r.Body)
	}
	for _, c := range []struct{ state, want string }{{"UNDER_REVIEW", ""}, {"UNDER_REVIEW", ""}, {"REJECTED", ""}, {"ACCEPTED", "dispute-decided"}} {
		if r := answers(t, w, d.ID, c.state, "All four were signed for."); slugOf(r) != c.want {
			t.Errorf("%s: %s", c.state, r.Body)
		}
	}
	if in := stands(t, w).Invoice; in.Disputed != rest.Amount {
		t.Errorf("%s in dispute once one was rejected", in.Disputed)
	}
	withdraw := fmt.Sprintf(`{"dispute":%q}`, rest.ID)
	for range 2 {
		if v := disputeOf(t, post(t, w, functiontest.Primary, "/v1/invoices/{id}/disputes/withdrawal", "", withdraw)); v.State != center.DisputeWithdrawn {
			t.Errorf("%+v", v)
		}
	}
	if in := stands(t, w).Invoice; in.Disputed.Minor != 0 {
		t.Errorf("%s in dispute", in.Disputed)
	}
	var mails []string
	for _, l := range w.Letters(t, center.LetterDispute) {
		mails = append(mails, l.Params["state"]+" to "+l.To)
	}
	want := "PENDING to omar@najd.example, PENDING to buyer@najd.example, UNDER_REVIEW to omar@najd.example, REJECTED to omar@najd.example"
	if got := strings.Join(mails, ", "); got != want {
		t.Errorf("mailed %s", got)
	}
}

func TestOperatorsSeeWhatWaitsForThem(t *testing.T) {
	w := functiontest.New(t)
	list := func() (out listed) {
		r := functiontest.Invoke(t, routesOf(w), w.As(t, functiontest.Desk, functiontest.Request("GET /v1/operator/disputes", "/v1/operator/disputes")))
		if err := json.Unmarshal([]byte(r.Body), &out); err != nil || r.StatusCode != 200 {
			t.Fatalf("%d %s", r.StatusCode, r.Body)
		}
		return out
	}
	if got := list(); len(got.Items) != 0 || got.More {
		t.Errorf("%+v", got)
	}
	part := `,"amount":{"amount":"1.00","currency":"SAR"}`
	first := disputeOf(t, open(t, w, functiontest.Payables, "1", part))
	w.Pass(time.Minute)
	second := disputeOf(t, open(t, w, functiontest.Primary, "2", part))
	got := list()
	if len(got.Items) != 2 || got.Items[0].Dispute.ID != first.ID || got.Items[0].Number != "INV-1001" || got.Items[0].AccountName != "شركة نجد للتقنية" || got.Items[0].Invoice != late {
		t.Errorf("%+v", got)
	}
	disputeOf(t, answers(t, w, first.ID, "REJECTED", "No."))
	disputeOf(t, answers(t, w, second.ID, "UNDER_REVIEW", "We look."))
	if got = list(); len(got.Items) != 1 || got.Items[0].Dispute.ID != second.ID {
		t.Errorf("%+v", got)
	}
}

func TestWhatIsAcceptedStaysInDisputeUntilTheCreditNoteComes(t *testing.T) {
	w := functiontest.New(t)
	d := disputeOf(t, open(t, w, functiontest.Payables, "1", `,"amount":{"amount":"2500.00","currency":"SAR"}`))
	disputeOf(t, answers(t, w, d.ID, "ACCEPTED", "You are right."))
	if in := stands(t, w).Invoice; in.Disputed.Minor != 250_000 {
		t.Errorf("%s in dispute", in.Disputed)
	}
	w.Book(t, functiontest.CreditNote("CN-9", "2026-11-21", "SAR", "2500.00", "INV-1001"))
	if in := stands(t, w).Invoice; in.Disputed.Minor != 0 || in.Outstanding.Minor != 750_000 {
		t.Errorf("%s of %s in dispute", in.Disputed, in.Outstanding)
	}
}

func TestWhatIsNoDisputeIsRefused(t *testing.T) {
	w := functiontest.New(t)
	for name, c := range map[string]struct{ body, slug string }{
		"no text":                      {`{"reason":"TAX","text":" "}`, "validation"},
		"too long a text":              {`{"reason":"TAX","text":"` + strings.Repeat("x", 2001) + `"}`, "validation"},
		"a reason that does not exist": {`{"reason":"WEATHER","text":"x"}`, "validation"},
		"a line that does not exist":   {`{"reason":"TAX","text":"x","line":"9"}`, "no-such-line"},
		"more than is open":            {`{"reason":"TAX","text":"x","amount":{"amount":"10000.01","currency":"SAR"}}`, "dispute-amount"},
		"nothing":                      {`{"reason":"TAX","text":"x","amount":{"amount":"0.00","currency":"SAR"}}`, "dispute-amount"},
		"another currency":             {`{"reason":"TAX","text":"x","amount":{"amount":"1.00","currency":"USD"}}`, "dispute-amount"},
	} {
		if r := post(t, w, functiontest.Primary, "/v1/invoices/{id}/disputes", "a-key-of-a-test-1", c.body); slugOf(r) != c.slug {
			t.Errorf("%s: %d %s", name, r.StatusCode, r.Body)
		}
	}
	if r := post(t, w, functiontest.Primary, "/v1/invoices/{id}/disputes", "short", `{"reason":"TAX","text":"x"}`); slugOf(r) != "validation" {
		t.Errorf("without a key: %s", r.Body)
	}
	if r := answers(t, w, "dsp_00000000000000000000000000000000", "WITHDRAWN", "x"); slugOf(r) != "validation" {
		t.Errorf("an operator who withdraws: %s", r.Body)
	}
}

// Whatever call fails, and however: tried again under the same key there is one
// dispute, and its amount is held once.
func TestADisputeSurvivesEveryFault(t *testing.T) {
	for name, fault := range map[string]cloudtest.Fault{"fails before": cloudtest.FailBefore, "loses the answer": cloudtest.LoseAnswer,
		"is the last before a crash": cloudtest.GoneAfter, "never happens for a crash": cloudtest.GoneBefore} {
		for call := range 5 {
			t.Run(fmt.Sprintf("%s/%d", name, call), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					w := functiontest.New(t)
					w.Cookie(t, functiontest.Payables)
					w.Cloud.Wire.FailAt(call, fault)
					open(t, w, functiontest.Payables, "1", "")
					w.Cloud.Wire.Fail(nil)
					disputeOf(t, open(t, w, functiontest.Payables, "1", ""))
					if d := stands(t, w); len(d.Disputes) != 1 || d.Invoice.Disputed != d.Invoice.Outstanding {
						t.Errorf("%d disputes, %s of %s", len(d.Disputes), d.Invoice.Disputed, d.Invoice.Outstanding)
					}
				})
			})
		}
	}
}
