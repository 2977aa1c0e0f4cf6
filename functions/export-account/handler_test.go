package main

import (
	"encoding/hex"
	"encoding/json"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"testing"

	"customercenter/infra/functiontest"
	"customercenter/shared/center"
	"customercenter/shared/httpapi"
	"customercenter/shared/ingest"
	"customercenter/shared/money"
)

// Each right that the function is given is needed by a test.
func TestMain(m *testing.M) { os.Exit(functiontest.RunAndCountRights(m, "export-account")) }

func routesOf(w *functiontest.World) httpapi.Routes {
	s, door := w.Function("export-account")
	return handler{store: s}.routes(door)
}

func TestEventOnFile(t *testing.T) {
	w := functiontest.New(t)
	w.Cookie(t, functiontest.Desk)
	resp := functiontest.Invoke(t, routesOf(w), functiontest.Event(t, "export-account"))
	functiontest.Golden(t, "export-account", resp)
	if resp.Headers["x-next-cursor"] != "" {
		t.Error("a small account comes in parts")
	}
	kinds := map[string]int{}
	for line := range strings.Lines(resp.Body) {
		var record struct {
			Kind string `json:"kind"`
		}
		if err := json.Unmarshal([]byte(line), &record); err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		kinds[record.Kind]++
	}
	for kind, want := range map[string]int{"account": 1, "order": 1, "invoice": 4, "credit_note": 1} {
		if kinds[kind] != want {
			t.Errorf("%d records of kind %s, want %d (%v)", kinds[kind], kind, want, kinds)
		}
	}
	if strings.Contains(resp.Body, functiontest.Canary) {
		t.Error("the export shows what is another account's")
	}
}

// What was said of an order stands behind it, and a paper of many pages comes
// whole.
func TestOrdersComeWithTheirEventsAndLargePapersWhole(t *testing.T) {
	w := functiontest.New(t)
	w.Contracts(t)
	d := &center.Document{Kind: center.KindInvoice, Number: "INV-LONG", IssueDate: "2026-11-24", DueDate: "2026-12-24", Currency: "SAR",
		CustomerKey: functiontest.Najd, Totals: center.Totals{Payable: "1.00"}}
	noise := rand.NewChaCha8([32]byte{})
	for i := range 2500 {
		name := make([]byte, 200)
		if _, err := noise.Read(name); err != nil {
			t.Fatal(err)
		}
		d.Lines = append(d.Lines, center.Line{ID: strconv.Itoa(i + 1), Name: hex.EncodeToString(name)})
	}
	w.Book(t, center.Record{Kind: d.Kind, Number: d.Number, Document: d})
	var all string
	for cursor := ""; ; {
		r := functiontest.Request("GET /v1/operator/export", "/v1/operator/export")
		r.QueryStringParameters = map[string]string{"account": functiontest.Najd, "cursor": cursor}
		resp := functiontest.Invoke(t, routesOf(w), w.As(t, functiontest.Desk, r))
		if resp.StatusCode != 200 {
			t.Fatalf("%d %s", resp.StatusCode, resp.Body)
		}
		all += resp.Body
		if cursor = resp.Headers["x-next-cursor"]; cursor == "" {
			break
		}
	}
	if n := strings.Count(all, `"kind":"order_event"`); n < 2 || !strings.Contains(all, d.Lines[2499].Name) {
		t.Errorf("%d events", n)
	}
}

// What is kept here alone goes with the account: disputes, the vendor's policy
// and the wishes of its people.
func TestWhatIsKeptHereIsExportedToo(t *testing.T) {
	w := functiontest.New(t)
	account := w.Store.In(w.Actor(t, functiontest.Primary))
	invoice := functiontest.InvoiceID(functiontest.Najd, center.KindInvoice, "INV-1001")
	_, err := account.OpenDispute(t.Context(), center.Dispute{ID: center.DisputeIDOf(center.AccountIDOf(functiontest.Najd), "c", invoice, "k"), Invoice: invoice, Reason: center.DisputeTax,
		Text: "Not this rate.", Amount: money.Money{Minor: 100, Currency: "SAR"}, By: "c", ByName: "Noura", At: w.Now()})
	if err == nil {
		_, err = account.SetBillingProfile(t.Context(), center.BillingProfile{LegalName: "Najd LLC"})
	}
	if err == nil {
		err = w.Store.Everywhere("a test").SetDunning(t.Context(), center.AccountIDOf(functiontest.Najd), center.DunningPolicy{Exempt: true}, "desk")
	}
	if err != nil {
		t.Fatal(err)
	}
	w.Cookie(t, functiontest.Desk)
	body := functiontest.Invoke(t, routesOf(w), functiontest.Event(t, "export-account")).Body
	for _, part := range []string{`"kind":"dispute"`, "Not this rate.", `"kind":"dunning_policy"`, `"Exempt":true`, `"kind":"billing_profile"`, "Najd LLC"} {
		if !strings.Contains(body, part) {
			t.Errorf("%s is not in\n%s", part, body)
		}
	}
	batch, err := ingest.Open([]ingest.File{{Name: "export.jsonl", Data: []byte(body)}}, nil, center.ImportOptions{})
	if err != nil {
		t.Fatal(err)
	}
	refused := 0
	for record := range batch.Records() {
		if record.Reject != nil && record.Reject.Code == center.CodeUnsupportedDocument {
			refused++
		}
	}
	if refused != 3 {
		t.Errorf("%d are refused in clear words when it is imported", refused)
	}
}

func TestTheAccountMustBeNamed(t *testing.T) {
	w := functiontest.New(t)
	r := w.As(t, functiontest.Desk, functiontest.Request("GET /v1/operator/export", "/v1/operator/export"))
	if resp := functiontest.Invoke(t, routesOf(w), r); resp.StatusCode != 422 {
		t.Errorf("%d %s", resp.StatusCode, resp.Body)
	}
}

func TestEverybodyIsAnsweredAsDeclared(t *testing.T) {
	w := functiontest.New(t)
	functiontest.Matrix(t, w, "export-account", routesOf(w))
}
