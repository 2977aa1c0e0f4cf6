package main

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"customercenter/infra/functiontest"
	"customercenter/shared/center"
	"customercenter/shared/filter"
	"customercenter/shared/httpapi"
	"customercenter/shared/money"
	"customercenter/shared/store"
	"customercenter/shared/view"
)

// Each right that the function is given is needed by a test.
func TestMain(m *testing.M) { os.Exit(functiontest.RunAndCountRights(m, "list-invoices")) }

func routesOf(w *functiontest.World) httpapi.Routes {
	s, door := w.Function("list-invoices")
	return handler{store: s, now: w.Now}.routes(door)
}

// list asks as that person with the query "name=value&…".
func list(t *testing.T, w *functiontest.World, p functiontest.Person, query string) httpapi.Response {
	t.Helper()
	r := w.As(t, p, functiontest.Request("GET /v1/invoices", "/v1/invoices"))
	r.QueryStringParameters = map[string]string{}
	for pair := range strings.SplitSeq(query, "&") {
		if name, value, ok := strings.Cut(pair, "="); ok {
			r.QueryStringParameters[name] = value
		}
	}
	return functiontest.Invoke(t, routesOf(w), r)
}

func pageIn(t *testing.T, resp httpapi.Response) (p page) {
	t.Helper()
	if resp.StatusCode != 200 {
		t.Fatalf("%d %s", resp.StatusCode, resp.Body)
	}
	if err := json.Unmarshal([]byte(resp.Body), &p); err != nil {
		t.Fatal(err)
	}
	return p
}

func numbers(p page) (ns []string) {
	for _, row := range p.Items {
		ns = append(ns, row.Number)
	}
	return ns
}

func TestEventOnFile(t *testing.T) {
	w := functiontest.New(t)
	w.Cookie(t, functiontest.Primary)
	functiontest.Golden(t, "list-invoices", functiontest.Invoke(t, routesOf(w), functiontest.Event(t, "list-invoices")))
}

func TestSummary(t *testing.T) {
	w := functiontest.New(t)
	r := w.As(t, functiontest.Accountant, functiontest.Request("GET /v1/invoices/summary", "/v1/invoices/summary"))
	functiontest.Golden(t, "summarize-invoices", functiontest.Invoke(t, routesOf(w), r))
}

func TestFilters(t *testing.T) {
	w := functiontest.New(t)
	tests := map[string]struct {
		query string
		want  []string
		count count
	}{
		"past due first, closed last":           {"", []string{"INV-1001", "INV-1002", "INV-1004", "INV-1003"}, count{4, true}},
		"one status":                            {"status=OPEN", []string{"INV-1002", "INV-1004"}, count{2, true}},
		"two statuses":                          {"status=PAST_DUE,CLOSED", []string{"INV-1001", "INV-1003"}, count{2, true}},
		"a currency":                            {"currency=USD", []string{"INV-1004"}, count{1, true}},
		"a currency and a status":               {"currency=SAR&status=OPEN", []string{"INV-1002"}, count{1, true}},
		"an aging bucket":                       {"bucket=91-120", []string{"INV-1001"}, count{1, true}},
		"what is not late yet":                  {"bucket=current", []string{"INV-1002", "INV-1004"}, count{2, true}},
		"a bucket and a status":                 {"bucket=91-120&status=PAST_DUE,CLOSED", []string{"INV-1001"}, count{1, true}},
		"a bucket its status is never in":       {"bucket=91-120&status=OPEN", nil, count{0, true}},
		"a bucket of what is closed":            {"bucket=current&status=CLOSED", nil, count{0, true}},
		"an empty bucket":                       {"bucket=1-30", nil, count{0, true}},
		"a type":                                {"type=SUPPORT", []string{"INV-1001"}, count{1, true}},
		"credit notes are a list of their own":  {"kind=credit_note", []string{"CN-5"}, count{1, true}},
		"issued within a span":                  {"issuedFrom=2026-05-01&issuedTo=2026-07-11", []string{"INV-1001", "INV-1003"}, count{2, true}},
		"issued within a span turned around":    {"issuedFrom=2026-07-11&issuedTo=2026-05-01&sort=issued", nil, count{0, true}},
		"credits of a span turned around":       {"kind=credit_note&issuedFrom=2026-07-11&issuedTo=2026-05-01", nil, count{0, true}},
		"due within a span turned around":       {"dueFrom=2026-12-09&dueTo=2026-12-05", nil, count{0, true}},
		"due within a span":                     {"dueFrom=2026-12-05&dueTo=2026-12-09", []string{"INV-1002"}, count{1, true}},
		"a bucket within a span":                {"bucket=current&dueTo=2026-12-05", []string{"INV-1002"}, count{1, true}},
		"an amount, both ends included":         {"currency=SAR&amountFrom=230.00&amountTo=575", []string{"INV-1002", "INV-1003"}, count{2, true}},
		"a number":                              {"q=inv-1002", []string{"INV-1002"}, count{1, true}},
		"digits of a number in Arabic":          {"q=١٠٠٢", []string{"INV-1002"}, count{1, true}},
		"a purchase order":                      {"q=PO-77", []string{"INV-1001"}, count{1, true}},
		"nothing like it":                       {"q=zzz", nil, count{0, true}},
		"the largest amount first":              {"sort=-amount&currency=SAR", []string{"INV-1001", "INV-1002", "INV-1003"}, count{3, true}},
		"by number":                             {"sort=number", []string{"INV-1001", "INV-1002", "INV-1003", "INV-1004"}, count{4, true}},
		"the newest first":                      {"sort=-issued&limit=100", []string{"INV-1004", "INV-1002", "INV-1001", "INV-1003"}, count{4, true}},
		"the first of several, exactly counted": {"limit=1", []string{"INV-1001"}, count{4, true}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			p := pageIn(t, list(t, w, functiontest.Payables, tt.query))
			if diff := cmp.Diff(tt.want, numbers(p)); diff != "" {
				t.Errorf("numbers (-want +got):\n%s", diff)
			}
			if p.Count != tt.count || p.Today != "2026-11-22" {
				t.Errorf("count %+v, today %s", p.Count, p.Today)
			}
		})
	}
}

func TestPagesJoinUpWithoutGapOrRepeat(t *testing.T) {
	w := functiontest.New(t)
	for _, query := range []string{"limit=1", "limit=1&sort=number", "limit=1&sort=-issued", "limit=3&sort=-amount&currency=SAR"} {
		var all []string
		cursor := ""
		for range 10 {
			p := pageIn(t, list(t, w, functiontest.Primary, query+"&cursor="+cursor))
			all = append(all, numbers(p)...)
			if cursor = p.Next; cursor == "" {
				break
			}
		}
		whole := numbers(pageIn(t, list(t, w, functiontest.Primary, strings.NewReplacer("limit=1", "limit=100", "limit=3", "limit=100").Replace(query))))
		if diff := cmp.Diff(whole, all); diff != "" || cursor != "" {
			t.Errorf("%s (-whole +paged):\n%s", query, diff)
		}
	}
}

func TestWhatIsNotAcceptableIsSaidAtOnce(t *testing.T) {
	w := functiontest.Empty(t)
	resp := list(t, w, functiontest.Desk, "status=PAID")
	if resp.StatusCode != 403 { // an operator has no invoices, whatever she asks
		t.Errorf("%d %s", resp.StatusCode, resp.Body)
	}
	w = functiontest.New(t)
	resp = list(t, w, functiontest.Primary, "status=PAID,OPEN&type=GOLD&kind=order&currency=XAU&bucket=1-31&limit=101&sort=due,asc"+
		"&issuedFrom=2026-02-30&issuedTo=yesterday&dueFrom=20260101&dueTo=2026-13-01&amountFrom=1e3&q="+strings.Repeat("x", filter.MaxText+1))
	var problem httpapi.Problem
	if err := json.Unmarshal([]byte(resp.Body), &problem); err != nil || resp.StatusCode != 422 {
		t.Fatalf("%d %s", resp.StatusCode, resp.Body)
	}
	var pointers []string
	for _, v := range problem.Errors {
		pointers = append(pointers, v.Pointer)
	}
	slices.Sort(pointers)
	want := []string{"amountFrom", "bucket", "currency", "dueFrom", "dueTo", "issuedFrom", "issuedTo", "kind", "limit", "q", "sort", "status", "type"}
	if diff := cmp.Diff(want, pointers); diff != "" {
		t.Errorf("violations (-want +got):\n%s", diff)
	}
	for _, query := range []string{"limit=0", "amountFrom=5", "amountTo=5.001&currency=SAR", "limit=-1"} {
		if resp := list(t, w, functiontest.Primary, query); resp.StatusCode != 422 {
			t.Errorf("%s: %d %s", query, resp.StatusCode, resp.Body)
		}
	}
	if resp := list(t, w, functiontest.Primary, "statuses=OPEN"); resp.StatusCode != 400 {
		t.Errorf("%d %s", resp.StatusCode, resp.Body)
	}
}

func TestWhoIsRefusedIsToldWhoCanHelp(t *testing.T) {
	w := functiontest.New(t)
	resp := list(t, w, functiontest.Purchasing, "")
	var problem httpapi.Problem
	if err := json.Unmarshal([]byte(resp.Body), &problem); err != nil || resp.StatusCode != 403 {
		t.Fatalf("%d %s", resp.StatusCode, resp.Body)
	}
	want := []httpapi.AskContact{{Name: "نورة القحطاني", Email: string(functiontest.Primary)}}
	if diff := cmp.Diff(want, problem.AskContacts); diff != "" {
		t.Errorf("ask (-want +got):\n%s", diff)
	}
}

func TestAGrantCountsAtTheNextRequest(t *testing.T) {
	w := functiontest.New(t)
	if resp := list(t, w, functiontest.Purchasing, ""); resp.StatusCode != 403 {
		t.Fatalf("%d %s", resp.StatusCode, resp.Body)
	}
	record := center.Record{Kind: center.KindContact, Number: string(functiontest.Purchasing), Contact: &center.ContactRecord{
		Account: functiontest.Najd, Email: string(functiontest.Purchasing), Type: center.ContactPayables,
	}}
	booking := store.Booking{Import: store.NewImportID(w.Now()), By: string(functiontest.Desk), Options: center.ImportOptions{NetTermsDays: -1}}
	if _, err := w.Store.Everywhere("a test").Book(t.Context(), booking, []store.Booked{{Record: record, Fingerprint: "f"}}); err != nil {
		t.Fatal(err)
	}
	pageIn(t, list(t, w, functiontest.Purchasing, ""))
}

func TestEverybodyIsAnsweredAsDeclared(t *testing.T) {
	w := functiontest.New(t)
	functiontest.Matrix(t, w, "list-invoices", routesOf(w))
}

func TestAPageIsWrittenAsTheLibraryWritesIt(t *testing.T) {
	row := view.InvoiceRow{ID: "inv_1", Title: `<a> & "b"`, Amount: money.Zero("USD"), Outstanding: money.Zero("USD"), Processing: money.Zero("USD")}
	for name, p := range map[string]page{
		"none":      {Page: httpapi.Page[view.InvoiceRow]{Items: []view.InvoiceRow{}}},
		"the last":  {Page: httpapi.Page[view.InvoiceRow]{Items: []view.InvoiceRow{row}}, Today: "2026-11-22", Count: count{1, true}},
		"not whole": {Page: httpapi.Page[view.InvoiceRow]{Items: []view.InvoiceRow{row, row}, Next: "c"}, Truncated: true},
	} {
		t.Run(name, func(t *testing.T) {
			want, err := json.Marshal(p)
			if err != nil {
				t.Fatal(err)
			}
			got, err := p.AppendJSON(nil)
			if diff := cmp.Diff(string(want), string(got)); err != nil || diff != "" {
				t.Errorf("%v (-library +page):\n%s", err, diff)
			}
		})
	}
}
