package main

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"os"
	"strings"
	"testing"

	"customercenter/infra/functiontest"
	"customercenter/shared/center"
	"customercenter/shared/document/paper"
	"customercenter/shared/httpapi"
	"customercenter/shared/money"
	"customercenter/shared/store"
)

// Each right that the function is given is needed by a test.
func TestMain(m *testing.M) { os.Exit(functiontest.RunAndCountRights(m, "print-statements")) }

func handlerOf(w *functiontest.World) (handler, httpapi.Door) {
	s, door := w.Function("print-statements")
	printer, err := paper.NewPrinter()
	return handler{store: s, now: w.Now, printer: printer, broken: err}, door
}

func routesOf(w *functiontest.World) httpapi.Routes {
	h, door := handlerOf(w)
	return h.routes(door)
}

func get(t *testing.T, w *functiontest.World, p functiontest.Person, path, query string) httpapi.Response {
	t.Helper()
	r := functiontest.Request("GET "+path, path)
	r.QueryStringParameters = map[string]string{}
	for pair := range strings.SplitSeq(query, "&") {
		if name, value, ok := strings.Cut(pair, "="); ok {
			r.QueryStringParameters[name] = value
		}
	}
	return functiontest.Invoke(t, routesOf(w), w.As(t, p, r))
}

func TestEventOnFile(t *testing.T) {
	w := functiontest.New(t)
	w.Cookie(t, functiontest.Primary)
	functiontest.Golden(t, "print-statements", functiontest.Invoke(t, routesOf(w), functiontest.Event(t, "print-statements")))
}

func TestEverybodyIsAnsweredAsDeclared(t *testing.T) {
	w := functiontest.New(t)
	functiontest.Matrix(t, w, "print-statements", routesOf(w))
}

func TestPageTableAndPaperSayTheSame(t *testing.T) {
	w := functiontest.New(t)
	w.Book(t, functiontest.Bill("=1+1", "2026-10-01", "2026-10-31", "SAR", "12.50"))
	r := get(t, w, functiontest.Accountant, "/v1/statement", "from=2026-01-01&to=2026-11-22")
	var s statement
	if err := json.Unmarshal([]byte(r.Body), &s); err != nil || r.StatusCode != 200 || len(s.Parts) == 0 {
		t.Fatalf("%d %s", r.StatusCode, r.Body)
	}
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(get(t, w, functiontest.Payables, "/v1/statement/csv", "from=2026-01-01&to=2026-11-22").Body, "\ufeff"))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	lines, text := 1, ""
	for _, p := range s.Parts {
		lines += len(p.Entries) + 2
		if p.Opening.Minor+p.Charges.Minor+p.Payments.Minor != p.Closing.Minor || p.Outstanding.Minor+p.Processing.Minor-p.Credit.Minor != p.Closing.Minor {
			t.Errorf("%+v", p)
		}
	}
	for _, row := range rows {
		text += strings.Join(row, "|") + "\n"
		for _, cell := range row {
			if strings.HasPrefix(cell, "=") {
				t.Errorf("a formula: %q", cell)
			}
		}
	}
	if len(rows) != lines || !strings.Contains(text, "2026-10-01|invoice|'=1+1|SAR|12.50|") {
		t.Errorf("%d lines for %d:\n%s", len(rows), lines, text)
	}
	for _, query := range []string{"", "language=ar", "language=both"} {
		file := get(t, w, functiontest.Primary, "/v1/statement/pdf", query)
		if file.StatusCode != 200 || !file.IsBase64Encoded || !strings.Contains(file.Headers["content-disposition"], "Statement_") {
			t.Errorf("%d %v", file.StatusCode, file.Headers)
		}
	}
}

func TestAPeriodThatIsNoneIsRefused(t *testing.T) {
	w := functiontest.New(t)
	for query, pointer := range map[string]string{
		"from=yesterday": "from", "to=2026-02-30": "to", "language=fr": "language", "to=2026-11-23": "to", "from=2026-11-02&to=2026-11-01": "from", "from=2024-11-01": "from",
	} {
		if r := get(t, w, functiontest.Primary, "/v1/statement", query); r.StatusCode != 422 || !strings.Contains(r.Body, `"pointer":"`+pointer+`"`) {
			t.Errorf("%s: %d %s", query, r.StatusCode, r.Body)
		}
	}
	r := get(t, w, functiontest.Primary, "/v1/statement", "")
	if !strings.Contains(r.Body, `"from":"2026-11-01","to":"2026-11-22"`) {
		t.Errorf("%s", r.Body)
	}
}

// What a statement of the world costs: the lists, the totals, the records of money
// that came, and the history of the one invoice that was paid in part.
func TestWhatAStatementCosts(t *testing.T) {
	w := functiontest.New(t)
	h, _ := handlerOf(w)
	ctx, meter := store.WithMeter(context.Background())
	if _, err := h.showStatement(ctx, w.Actor(t, functiontest.Primary), input{From: "2026-11-01"}); err != nil {
		t.Fatal(err)
	}
	if meter.Reads() != 9 || meter.Writes() != 0 {
		t.Errorf("%d reads, %s: %v", meter.Reads(), meter.Units(), meter.Calls())
	}
}

func TestWithoutFontsItSaysSo(t *testing.T) {
	w := functiontest.New(t)
	h, door := handlerOf(w)
	h.printer, h.broken = nil, os.ErrNotExist
	r := functiontest.Invoke(t, h.routes(door), w.As(t, functiontest.Primary, functiontest.Request("GET /v1/statement/pdf", "/v1/statement/pdf")))
	if r.StatusCode != 503 || !strings.Contains(r.Body, "printing-unavailable") {
		t.Errorf("%d %s", r.StatusCode, r.Body)
	}
}

// Account credit that pays an order leaves the account by it, though no
// statement has the order.
func TestCreditThatWentToAnOrderIsSaid(t *testing.T) {
	w := functiontest.New(t)
	w.Contracts(t)
	w.Book(t, functiontest.CreditNote("CN-90", "2026-11-20", "SAR", "40.00"))
	account := w.Store.In(w.Actor(t, functiontest.Primary))
	orders, _, err := account.Orders(t.Context(), false, "", 50)
	if err != nil {
		t.Fatal(err)
	}
	sar := func(minor int64) money.Money { return money.Money{Minor: minor, Currency: "SAR"} }
	for _, o := range orders {
		if o.Pay == nil || o.Pay.Outstanding.Currency != "SAR" {
			continue
		}
		credit := functiontest.InvoiceID(functiontest.Najd, center.KindCreditNote, "CN-90")
		p := center.Payment{ID: center.PaymentIDOf(center.AccountIDOf(functiontest.Najd), "c", "k"), Charge: sar(0), Credit: sar(4000), Refunded: sar(0), Request: "r", CreatedAt: w.Now(),
			Credits: []center.CreditTaken{{Credit: credit, Number: "CN-90", Invoice: o.Pay.ID, Amount: sar(4000)}},
			Parts:   []center.PaymentPart{{Invoice: o.Pay.ID, Kind: center.KindOrder, Number: o.Number, Amount: sar(0), Credit: sar(4000), Refunded: sar(0), Version: o.Pay.Version}}}
		if _, _, err := account.ClaimPayment(t.Context(), p); err != nil {
			t.Fatal(err)
		}
		body := get(t, w, functiontest.Primary, "/v1/statement", "").Body
		if !strings.Contains(body, `"kind":"credit_note"`) || !strings.Contains(body, `"kind":"credit_used"`) {
			t.Errorf("%s", body)
		}
		return
	}
	t.Error("no order waits for its payment")
}
