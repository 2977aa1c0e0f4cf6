package main

import (
	"context"
	"encoding/csv"
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
	"customercenter/shared/document/paper"
	"customercenter/shared/httpapi"
	"customercenter/shared/store"
)

// Each right that the function is given is needed by a test.
func TestMain(m *testing.M) { os.Exit(functiontest.RunAndCountRights(m, "mail-invoices")) }

func handlerOf(w *functiontest.World) (handler, httpapi.Door) {
	s, door := w.Function("mail-invoices")
	printer, err := paper.NewPrinter()
	return handler{store: s, now: w.Now, printer: printer, broken: err}, door
}

func routesOf(w *functiontest.World) httpapi.Routes {
	h, door := handlerOf(w)
	return h.routes(door)
}

func ask(t *testing.T, w *functiontest.World, p functiontest.Person, method, key, query, body string) httpapi.Response {
	t.Helper()
	r := functiontest.Request(method+" /v1/invoices/mail", "/v1/invoices/mail")
	r.QueryStringParameters = map[string]string{}
	for pair := range strings.SplitSeq(query, "&") {
		if name, value, ok := strings.Cut(pair, "="); ok {
			r.QueryStringParameters[name] = value
		}
	}
	if method == "POST" {
		r.Headers["content-type"], r.Headers["idempotency-key"], r.Body = "application/json", "a-key-of-a-test-"+key, body
	}
	return functiontest.Invoke(t, routesOf(w), w.As(t, p, r))
}

// mails sends the list to the addresses.
func mails(t *testing.T, w *functiontest.World, p functiontest.Person, key, query string, to ...string) httpapi.Response {
	t.Helper()
	body, err := json.Marshal(map[string]any{"to": to})
	if err != nil {
		t.Fatal(err)
	}
	return ask(t, w, p, "POST", key, query, string(body))
}

func decode[T any](t *testing.T, r httpapi.Response) (v T) {
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

// put are the letters so far: to whom, as what.
func put(t *testing.T, w *functiontest.World) (list []string) {
	t.Helper()
	for _, l := range w.Letters(t, center.LetterInvoiceList) {
		list = append(list, l.To+" "+l.Params["self"]+l.Params["outside"])
	}
	slices.Sort(list)
	return list
}

func enclosureOf(t *testing.T, w *functiontest.World) center.Enclosure {
	t.Helper()
	e, err := w.Store.Enclosure(t.Context(), w.Letters(t, center.LetterInvoiceList)[0].Params["enclosure"])
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func TestEventOnFile(t *testing.T) {
	w := functiontest.New(t)
	w.Cookie(t, functiontest.Primary)
	functiontest.Golden(t, "mail-invoices", functiontest.Invoke(t, routesOf(w), functiontest.Event(t, "mail-invoices")))
}

func TestEverybodyIsAnsweredAsDeclared(t *testing.T) {
	w := functiontest.New(t)
	functiontest.Matrix(t, w, "mail-invoices", routesOf(w))
}

func TestAListIsMailedAsItWasSeen(t *testing.T) {
	w := functiontest.New(t)
	w.Book(t, functiontest.Bill("=HYPERLINK(1)", "2026-10-01", "2026-10-31", "KWD", "12.500"))
	w.Cookie(t, functiontest.Payables)
	w.Pass(6 * time.Minute) // her use of the session is noted
	seen := decode[preview](t, ask(t, w, functiontest.Payables, "GET", "", "status=PAST_DUE", ""))
	if seen.Count.Value < 2 || !seen.Count.Exact || seen.Wish != "متأخرة" || !seen.People[0].Self || seen.Outside != nil {
		t.Errorf("%+v", seen)
	}
	got := decode[sent](t, mails(t, w, functiontest.Payables, "1", "status=PAST_DUE", "Omar@najd.example", "omar@najd.example", string(functiontest.Primary), string(functiontest.Accountant)))
	if got.Count != seen.Count.Value || len(got.To) != 3 || got.To[0].As != "self" || got.To[1].As != "colleague" || len(got.Files) != 2 {
		t.Errorf("%+v", got)
	}
	if got := put(t, w); !slices.Equal(got, []string{"audit@books.example ", "noura@najd.example ", "omar@najd.example 1"}) {
		t.Errorf("%q", got)
	}
	e := enclosureOf(t, w)
	if e.List.Count() != got.Count || len(e.List.Parts) != 2 || e.List.Parts[0].Currency != "KWD" || e.List.Wish["ar"] != "متأخرة" {
		t.Errorf("%+v", e.List)
	}
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(string(e.Files[1].Body), "\ufeff"))).ReadAll()
	if err != nil || len(rows) != got.Count+1 || rows[0][0] != "الرقم" {
		t.Fatalf("%v %q", err, rows)
	}
	harmless := false
	for _, row := range rows[1:] {
		harmless = harmless || row[0] == "'=HYPERLINK(1)"
		for _, cell := range row {
			if strings.HasPrefix(cell, "=") {
				t.Errorf("a formula: %q", cell)
			}
		}
	}
	if !harmless || !strings.HasPrefix(string(e.Files[0].Body), "%PDF-") || !strings.HasSuffix(e.Files[0].Name, "_الفواتير_2026-11-22.pdf") {
		t.Errorf("%q %s", rows, e.Files[0].Name)
	}
}

// A search, an order and each sort are other questions to the table.
func TestEveryListThatIsSeenCanBeMailed(t *testing.T) {
	w := functiontest.New(t)
	for i, query := range []string{"q=INV", "sort=number", "sort=-amount", "sort=issued", "kind=credit_note", "bucket=1-30", "currency=SAR&amountFrom=1"} {
		if r := mails(t, w, functiontest.Primary, fmt.Sprint("q", i), query, string(functiontest.Primary)); r.StatusCode != 202 && slugOf(r) != "nothing-listed" {
			t.Errorf("%s: %d %s", query, r.StatusCode, r.Body)
		}
	}
	if r := mails(t, w, functiontest.Primary, "none", "q=no-such-number", string(functiontest.Primary)); slugOf(r) != "nothing-listed" {
		t.Errorf("%d %s", r.StatusCode, r.Body)
	}
}

func TestOnlyWhoMaySendsToOthers(t *testing.T) {
	w := functiontest.New(t)
	for name, c := range map[string]struct {
		who  functiontest.Person
		to   string
		slug string
	}{
		"an executive to herself":              {functiontest.Executive, string(functiontest.Executive), ""},
		"an executive to a colleague":          {functiontest.Executive, string(functiontest.Primary), "only-to-yourself"},
		"an accountant to an address outside":  {functiontest.Accountant, "x@elsewhere.example", "only-to-yourself"},
		"payables to an address outside":       {functiontest.Payables, "x@elsewhere.example", "only-to-colleagues"},
		"payables to who has no invoices":      {functiontest.Payables, string(functiontest.Purchasing), "only-to-colleagues"},
		"payables to another account's people": {functiontest.Payables, string(functiontest.Stranger), "only-to-colleagues"},
		"a primary contact to outside":         {functiontest.Primary, "x@elsewhere.example", ""},
		"nobody":                               {functiontest.Primary, "", "validation"},
	} {
		t.Run(name, func(t *testing.T) {
			if r := mails(t, w, c.who, fmt.Sprintf("%.20s", strings.ReplaceAll(name, " ", "-")), "", c.to); slugOf(r) != c.slug {
				t.Errorf("%d %s", r.StatusCode, r.Body)
			}
		})
	}
	if got := put(t, w); !slices.Equal(got, []string{"huda@najd.example 1", "x@elsewhere.example 1"}) {
		t.Errorf("%q", got)
	}
	log, _, err := w.Store.In(w.Actor(t, functiontest.Primary)).AuditLog(t.Context(), store.AuditQuery{Kind: center.AuditListMailed, Limit: 10})
	if err != nil || len(log) != 2 || log[0].Facts["outside"]+log[1].Facts["outside"] != "x@elsewhere.example" {
		t.Errorf("%v %+v", err, log)
	}
}

func TestTwentyLettersADayGoOutside(t *testing.T) {
	w := functiontest.New(t)
	many := func(from, n int) (to []string) {
		for i := range n {
			to = append(to, fmt.Sprintf("p%d@elsewhere.example", from+i))
		}
		return to
	}
	decode[sent](t, mails(t, w, functiontest.Primary, "1", "", many(0, 15)...))
	if r := mails(t, w, functiontest.Primary, "2", "", many(15, 6)...); r.StatusCode != 429 || slugOf(r) != "too-many-outside" {
		t.Errorf("%d %s", r.StatusCode, r.Body)
	}
	if got := decode[preview](t, ask(t, w, functiontest.Primary, "GET", "", "", "")); got.Outside == nil || got.Outside.Left != 5 {
		t.Errorf("%+v", got.Outside)
	}
	decode[sent](t, mails(t, w, functiontest.Primary, "3", "", many(15, 5)...))
	w.Pass(24 * time.Hour)
	w.SignedOut(functiontest.Primary)
	decode[sent](t, mails(t, w, functiontest.Primary, "4", "", many(0, 20)...))
	if got := put(t, w); len(got) != 40 {
		t.Errorf("%d letters", len(got))
	}
	for i := range 4 {
		if r := mails(t, w, functiontest.Primary, fmt.Sprint("5", i), "", string(functiontest.Primary)); r.StatusCode != 202 {
			t.Errorf("to herself: %d %s", r.StatusCode, r.Body)
		}
	}
}

func TestAnAddressThatTakesNoMailIsSaid(t *testing.T) {
	w := functiontest.New(t)
	if _, err := w.Store.HearOf(t.Context(), string(functiontest.Accountant), center.Reach{Reason: center.ReachBounced, At: w.Now()}); err != nil {
		t.Fatal(err)
	}
	if r := mails(t, w, functiontest.Primary, "1", "", string(functiontest.Primary), string(functiontest.Accountant)); slugOf(r) != "address-unreachable" {
		t.Errorf("%d %s", r.StatusCode, r.Body)
	}
	for _, p := range decode[preview](t, ask(t, w, functiontest.Primary, "GET", "", "", "")).People {
		if p.Reachable == (p.Email == string(functiontest.Accountant)) {
			t.Errorf("%+v", p)
		}
	}
}

func TestALongListIsRefusedInClearWords(t *testing.T) {
	w := functiontest.New(t)
	var records []center.Record
	for i := range maxListed + 1 {
		records = append(records, functiontest.Bill(fmt.Sprintf("L-%05d", i), "2026-01-01", "2026-01-31", "SAR", "1.00"))
	}
	w.Book(t, records...)
	if r := mails(t, w, functiontest.Primary, "1", "", string(functiontest.Primary)); r.StatusCode != 413 || slugOf(r) != "list-too-long" {
		t.Errorf("%d %s", r.StatusCode, r.Body)
	}
	if got := decode[preview](t, ask(t, w, functiontest.Primary, "GET", "", "", "")); got.Count.Exact || got.Count.Value != maxListed {
		t.Errorf("%+v", got.Count)
	}
	if got := decode[sent](t, mails(t, w, functiontest.Primary, "2", "currency=SAR&issuedTo=2026-01-01&status=PAST_DUE&q=L-0000", string(functiontest.Primary))); got.Count != 10 {
		t.Errorf("%+v", got)
	}
}

func TestOneKeySendsOnce(t *testing.T) {
	w := functiontest.New(t)
	first := mails(t, w, functiontest.Primary, "1", "", string(functiontest.Primary))
	w.Book(t, functiontest.Bill("LATER-1", "2026-11-01", "2026-12-01", "SAR", "1.00"))
	if again := mails(t, w, functiontest.Primary, "1", "", string(functiontest.Primary)); again.Body != first.Body || again.StatusCode != 202 {
		t.Errorf("%s\n%s", first.Body, again.Body)
	}
	if r := mails(t, w, functiontest.Primary, "1", "", string(functiontest.Payables)); slugOf(r) != "idempotency-key-reused" {
		t.Errorf("%d %s", r.StatusCode, r.Body)
	}
	if got := put(t, w); len(got) != 1 {
		t.Errorf("%q", got)
	}
}

// Whatever call fails, and however: tried again under the same key, each reader
// gets one letter.
func TestAMailingSurvivesEveryFault(t *testing.T) {
	for name, fault := range map[string]cloudtest.Fault{"fails before": cloudtest.FailBefore, "loses the answer": cloudtest.LoseAnswer,
		"is the last before a crash": cloudtest.GoneAfter, "never happens for a crash": cloudtest.GoneBefore} {
		for call := range 10 {
			t.Run(fmt.Sprintf("%s/%d", name, call), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					w := functiontest.New(t)
					w.Cookie(t, functiontest.Primary)
					w.Cloud.Wire.FailAt(call, fault)
					to := []string{string(functiontest.Primary), "x@elsewhere.example"}
					mails(t, w, functiontest.Primary, "1", "", to...)
					w.Cloud.Wire.Fail(nil)
					decode[sent](t, mails(t, w, functiontest.Primary, "1", "", to...))
					if got := put(t, w); len(got) != 2 {
						t.Errorf("%q", got)
					}
					if left, err := w.Store.In(w.Actor(t, functiontest.Primary)).OutsideLeft(t.Context()); err != nil || left != 19 {
						t.Errorf("%d more, %v", left, err)
					}
				})
			})
		}
	}
}

// What a list of the world's invoices costs: three spans of the list, the people, two counts,
// and whether it was asked for before; then two items of files, and one transaction.
func TestWhatAMailingCosts(t *testing.T) {
	w := functiontest.New(t)
	h, _ := handlerOf(w)
	ctx, meter := store.WithMeter(context.Background())
	if _, err := h.mailInvoices(ctx, w.Actor(t, functiontest.Primary), sending{Key: "a-key-of-a-test-1", To: []string{string(functiontest.Primary), "x@elsewhere.example"}}); err != nil {
		t.Fatal(err)
	}
	if meter.Reads() != 7 || meter.Writes() != 3 {
		t.Errorf("%d reads, %d writes: %v", meter.Reads(), meter.Writes(), meter.Calls())
	}
}

func TestWithoutFontsItSaysSo(t *testing.T) {
	w := functiontest.New(t)
	h, door := handlerOf(w)
	h.printer, h.broken = nil, os.ErrNotExist
	r := functiontest.Request("POST /v1/invoices/mail", "/v1/invoices/mail")
	r.Headers["content-type"], r.Headers["idempotency-key"], r.Body = "application/json", "a-key-of-a-test-1", `{"to":["noura@najd.example"]}`
	if got := functiontest.Invoke(t, h.routes(door), w.As(t, functiontest.Primary, r)); slugOf(got) != "printing-unavailable" {
		t.Errorf("%d %s", got.StatusCode, got.Body)
	}
}
