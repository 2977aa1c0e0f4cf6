package desk_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"customercenter/infra/operator/desk"
	"customercenter/shared/center"
	"customercenter/shared/money"
)

const (
	operator = "desk@vendor.example"
	code     = "12345678"
)

// service is a center that takes every record, once per import, as the real
// one answers it.
type service struct {
	t      *testing.T
	mails  []map[string]string
	taken  map[string]bool // import, part, position of every record
	bodies int
	busy   int // answers that are lost or busy, before each good one
	resume int // records taken in one post; 0 for all
	failed int
}

func newService(t *testing.T) (*service, *desk.Client) {
	s := &service{t: t, taken: map[string]bool{}, mails: []map[string]string{{"id": "old", "code": "00000000"}}}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /_mailbox/messages", func(w http.ResponseWriter, r *http.Request) { s.json(w, s.mails) })
	mux.HandleFunc("POST /v1/sign-in/code", func(w http.ResponseWriter, r *http.Request) {
		http.SetCookie(w, &http.Cookie{Name: "__Host-pre", Value: "challenge", Path: "/", Secure: true})
		s.mails = append([]map[string]string{{"id": "new", "code": code}}, s.mails...)
		w.WriteHeader(http.StatusAccepted)
		s.json(w, map[string]int{"expiresInSeconds": 600})
	})
	mux.HandleFunc("POST /v1/sign-in/verify", func(w http.ResponseWriter, r *http.Request) {
		var in struct{ Code string }
		body, _ := io.ReadAll(r.Body)
		if cookie, err := r.Cookie("__Host-pre"); json.Unmarshal(body, &in) != nil || err != nil || cookie.Value != "challenge" || in.Code != code {
			s.problem(w, http.StatusUnprocessableEntity, "That is not the code in the mail.")
			return
		}
		http.SetCookie(w, &http.Cookie{Name: "__Host-sid", Value: "customer", Path: "/", Secure: true})
		s.json(w, map[string]any{"account": map[string]string{"id": "a1"}, "accounts": []map[string]string{{"id": "a1"}, {"id": "operators"}}})
	})
	mux.HandleFunc("PUT /v1/session/account", func(w http.ResponseWriter, r *http.Request) {
		http.SetCookie(w, &http.Cookie{Name: "__Host-sid", Value: "operator", Path: "/", Secure: true})
		s.json(w, map[string]any{"account": map[string]string{"id": "operators"}})
	})
	mux.HandleFunc("GET /v1/me", s.guarded(func(w http.ResponseWriter, r *http.Request) {
		s.json(w, map[string]any{"account": map[string]string{"id": "operators"}})
	}))
	mux.HandleFunc("POST /v1/imports", s.guarded(s.imports))
	mux.HandleFunc("GET /v1/operator/export", s.guarded(s.export))
	mux.HandleFunc("GET /v1/operator/summary", s.guarded(s.summary))
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return s, &desk.Client{BaseURL: server.URL, Pause: time.Millisecond}
}

func (s *service) guarded(h http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if cookie, err := r.Cookie("__Host-sid"); err != nil || cookie.Value != "operator" {
			s.problem(w, http.StatusUnauthorized, "Sign in first.")
			return
		}
		h(w, r)
	}
}

func (s *service) json(w http.ResponseWriter, v any) {
	if err := json.NewEncoder(w).Encode(v); err != nil {
		s.t.Error(err)
	}
}

func (s *service) problem(w http.ResponseWriter, status int, detail string) {
	w.WriteHeader(status)
	s.json(w, map[string]any{"status": status, "detail": detail, "errors": []map[string]string{{"pointer": "/x", "detail": "is odd"}}})
}

// imports answers as the function does; a lost answer is one whose work was
// done and whose connection broke.
func (s *service) imports(w http.ResponseWriter, r *http.Request) {
	s.bodies++
	if r.ContentLength > 4<<20+256<<10 {
		s.problem(w, http.StatusRequestEntityTooLarge, "too large")
		return
	}
	if err := r.ParseMultipartForm(8 << 20); err != nil {
		s.t.Error(err)
	}
	q := r.URL.Query()
	resumeAt, first, position := 0, 0, 0
	fmt.Sscan(q.Get("resume_at"), &resumeAt)
	fmt.Sscan(q.Get("first_index"), &first)
	report := center.ImportReport{ID: q.Get("import_id"), Files: []center.ImportFile{}, Rows: []center.ImportRow{}, Sums: []center.ImportSum{}}
	for _, h := range r.MultipartForm.File["file"] {
		f, _ := h.Open()
		data, _ := io.ReadAll(f)
		for index := range bytes.Count(data, []byte("\n")) {
			if position++; position <= resumeAt || report.ResumeAt > 0 {
				continue
			}
			if s.resume > 0 && report.Counts.Created == s.resume {
				report.ResumeAt = position - 1
				continue
			}
			s.taken[fmt.Sprint(report.ID, h.Filename, index+first)] = true
			report.Counts.Created++
		}
	}
	one := money.Money{Minor: int64(report.Counts.Created), Currency: "EUR"}
	total := center.ImportTotal{Count: report.Counts.Created, Payable: one}
	report.Sums = append(report.Sums, center.ImportSum{Currency: "EUR", Invoices: total, CreditNotes: total, Net: one})
	if s.failed < s.busy {
		if s.failed++; s.failed%2 == 0 {
			panic(http.ErrAbortHandler) // the work is done, the answer lost
		}
		w.Header().Set("Retry-After", "0")
		s.problem(w, http.StatusServiceUnavailable, "busy")
		return
	}
	s.failed = 0
	s.json(w, report)
}

func (s *service) export(w http.ResponseWriter, r *http.Request) {
	switch r.URL.Query().Get("cursor") {
	case "":
		w.Header().Set("X-Next-Cursor", "2")
		fmt.Fprintln(w, `{"kind":"account"}`)
	default:
		fmt.Fprintln(w, `{"kind":"contact"}`)
	}
}

func (s *service) summary(w http.ResponseWriter, r *http.Request) {
	account := func(minor int64, due center.Date) center.AccountSummary {
		m := money.Money{Minor: minor, Currency: "EUR"}
		return center.AccountSummary{Summary: center.Summary{Counts: center.Counts{All: 1, Open: 1}, Currencies: []center.CurrencySummary{{
			Currency: "EUR", NextDueOn: due, AccountCredit: m,
			Statuses: []center.StatusSummary{{Status: center.InvoiceOpen, Count: 1, Outstanding: m, Amount: m}},
			Aging:    []center.BucketSummary{{Bucket: "current", Count: 1, Outstanding: m}},
		}}}}
	}
	page := map[string]any{"accounts": []center.AccountSummary{account(100, "2026-02-01")}, "next": "2"}
	if r.URL.Query().Get("cursor") != "" {
		page = map[string]any{"accounts": []center.AccountSummary{account(23, "2026-01-01")}}
	}
	s.json(w, page)
}

func signedIn(t *testing.T) (*service, *desk.Client) {
	s, c := newService(t)
	read, err := c.MailboxCode(t.Context(), operator)
	if err != nil {
		t.Fatal(err)
	}
	if err := c.SignIn(t.Context(), operator, read); err != nil {
		t.Fatal(err)
	}
	return s, c
}

func TestSignsInByTheMailboxAsOperator(t *testing.T) {
	_, c := newService(t)
	if in, err := c.SignedIn(t.Context()); in || err != nil {
		t.Fatalf("signed in before: %v, %v", in, err)
	}
	if _, err := c.Summary(t.Context(), ""); !errors.Is(err, desk.ErrSignedOut) {
		t.Errorf("a summary for nobody: %v", err)
	}
	wrong := func(context.Context) (string, error) { return "00000000", nil }
	var refused *desk.Problem
	if err := c.SignIn(t.Context(), operator, wrong); !errors.As(err, &refused) || !strings.Contains(err.Error(), "/x is odd") {
		t.Errorf("a wrong code: %v", err)
	}
	_, c = signedIn(t)
	if in, err := c.SignedIn(t.Context()); !in || err != nil || c.Session != "operator" {
		t.Errorf("%v, %v, session %q", in, err, c.Session)
	}
}

func bigFile(lines int) desk.File {
	line := `{"kind":"contact","account":"A","email":"a@b.example","name":"` + strings.Repeat("n", 900) + `","contact_type":"primary"}` + "\n"
	return desk.File{Name: "big.jsonl", Data: []byte(strings.Repeat(line, lines))}
}

func TestLargeFilesGoInPiecesThroughBadWeather(t *testing.T) {
	s, c := signedIn(t)
	s.busy, s.resume = 2, 3000
	const lines = 4_500
	var progress []desk.Progress
	report, err := c.Import(t.Context(), []desk.File{bigFile(lines), {Name: "one.jsonl", Data: []byte("{}\n")}}, nil, desk.Options{},
		func(p desk.Progress) { progress = append(progress, p) })
	if err != nil {
		t.Fatal(err)
	}
	if report.Counts.Created != lines+1 || len(s.taken) != lines+1 || report.Sums[0].Net.Minor != lines+1 || report.Sums[0].Invoices.Count != lines+1 {
		t.Errorf("%+v, %d taken, sums %+v", report.Counts, len(s.taken), report.Sums)
	}
	last := progress[len(progress)-1]
	if len(progress) < 3 || last.Bytes != last.TotalBytes || last.Counts.Created != lines+1 {
		t.Errorf("%d steps, the last %+v", len(progress), last)
	}
	if report.ResumeAt != 0 || !strings.HasPrefix(report.ID, "imp_") {
		t.Errorf("report %s, resume at %d", report.ID, report.ResumeAt)
	}
}

func TestRefusalsAreNotRepeated(t *testing.T) {
	s, c := signedIn(t)
	mapping := []byte(`{"record":"poem"}`)
	var refused *center.Error
	if _, err := c.Import(t.Context(), []desk.File{bigFile(1)}, mapping, desk.Options{}, nil); !errors.As(err, &refused) || s.bodies != 0 {
		t.Errorf("a bad mapping: %v after %d posts", err, s.bodies)
	}
	huge := desk.File{Name: "huge.xml", Data: append([]byte("<"), bytes.Repeat([]byte("x"), 5<<20)...)}
	var problem *desk.Problem
	if _, err := c.Import(t.Context(), []desk.File{huge}, nil, desk.Options{}, nil); !errors.As(err, &problem) || problem.Status != 413 || s.bodies != 1 {
		t.Errorf("a huge document: %v after %d posts", err, s.bodies)
	}
}

func TestPartsOfExportsAndSummariesArePutTogether(t *testing.T) {
	_, c := signedIn(t)
	var out strings.Builder
	var told []int
	if err := c.Export(t.Context(), "KEY", &out, func(n int) { told = append(told, n) }); err != nil || len(told) != 1 || told[0] != 1 || out.String() != "{\"kind\":\"account\"}\n{\"kind\":\"contact\"}\n" {
		t.Errorf("%q, %v", out.String(), err)
	}
	all, err := c.Summary(t.Context(), "")
	if err != nil || len(all.Accounts) != 2 {
		t.Fatalf("%+v, %v", all, err)
	}
	eur := all.Total.Currencies[0]
	if all.Total.Counts.Open != 2 || eur.Statuses[0].Outstanding.String() != "1.23 EUR" || eur.Aging[0].Count != 2 ||
		eur.NextDueOn != "2026-01-01" || eur.AccountCredit.String() != "1.23 EUR" {
		t.Errorf("total %+v", all.Total)
	}
	if one := all.Accounts[0].Summary.Currencies[0].Statuses[0].Outstanding; one.String() != "1.00 EUR" {
		t.Errorf("adding up changed the first account: %s", one)
	}
}
