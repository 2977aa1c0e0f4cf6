package main

import (
	"errors"
	"flag"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"customercenter/shared/center"
	"customercenter/shared/money"
)

func TestReportsPrintWhatWasNotTaken(t *testing.T) {
	sar := func(minor int64) money.Money { return money.Money{Minor: minor, Currency: "SAR"} }
	report := center.ImportReport{ID: "imp_1", Counts: center.ImportCounts{Created: 2, Rejected: 1, Warnings: 1},
		Sums: []center.ImportSum{{Currency: "SAR", Invoices: center.ImportTotal{Count: 1, Payable: sar(123456)},
			CreditNotes: center.ImportTotal{Count: 1, Payable: sar(500)}, Net: sar(122956)}},
		Rows: []center.ImportRow{
			{File: "a.csv", Index: 0, Number: "1", Result: center.ResultCreated},
			{File: "a.csv", Index: 1, Number: "2", Result: center.ResultCreated, Code: center.WarnDueBeforeIssue, Field: "due_date", Message: "Due before.", Warning: true},
			{File: "a.csv", Index: 2, Number: "\x1b[31m3", Result: center.ResultRejected, Code: center.CodeBadDate, Message: "No date."},
		},
		Unmapped: []string{"Fax"},
	}
	var out strings.Builder
	if err := printReport(&out, report); err != nil {
		t.Fatal(err)
	}
	want := `Import imp_1

created  unchanged  conflict  near duplicate  rejected  warnings
2        0          0         0               1         1

created in  invoices  payable   credit notes  payable  net
SAR         1         1,234.56  1             5.00     1,229.56

file   record  number  result             code
a.csv  2       2       created (warning)  due_before_issue  due_date Due before.
a.csv  3       ·[31m3  rejected           bad_date          No date.

Columns the mapping does not use: Fax
`
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestFoldersAreReadInTheOrderOfNames(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"b.xml", "a.xml", ".hidden", "B.xml"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(name), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	files, err := readFiles([]string{dir, filepath.Join(dir, "a.xml")})
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, f := range files {
		names = append(names, f.Name)
	}
	if diff := cmp.Diff([]string{"B.xml", "a.xml", "b.xml", "a.xml"}, names); diff != "" {
		t.Error(diff)
	}
	if _, err := readFiles([]string{t.TempDir()}); err == nil {
		t.Error("an empty folder was taken")
	}
}

func TestSessionsAreKeptForTheUserAlone(t *testing.T) {
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	t.Setenv("HOME", t.TempDir())
	to := target{"http://here", "a@b.example"}
	if err := writeSession(to, "secret"); err != nil {
		t.Fatal(err)
	}
	file, err := sessionFile(to)
	if err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(file)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
	if readSession(to) != "secret" || readSession(target{"http://there", "a@b.example"}) != "" {
		t.Error("a session is not kept, or goes elsewhere")
	}
}

func TestCommandsSayHowTheyAreUsed(t *testing.T) {
	for name, args := range map[string][]string{
		"nothing": nil, "unknown": {"explode"}, "unknown flag": {"import", "-x"}, "help": {"export", "-help"},
	} {
		var notes strings.Builder
		err := run(t.Context(), terminal{notes: &notes, out: &notes}, args)
		if err == nil || !strings.Contains(notes.String(), "usage: operator") {
			t.Errorf("%s: %v, %q", name, err, notes.String())
		}
	}
	if err := run(t.Context(), terminal{}, []string{"export"}); err == nil || errors.Is(err, flag.ErrHelp) {
		t.Errorf("export of no account: %v", err)
	}
	if err := run(t.Context(), terminal{}, []string{"import", "/no/such/file"}); err == nil {
		t.Error("a missing file was imported")
	}
}

// The whole way of a command: the code is typed, the session kept and used
// again, and a record that is not taken ends it with errRefused.
func TestImportAsksForACodeOnce(t *testing.T) {
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	t.Setenv("HOME", t.TempDir())
	codes := 0
	mux := http.NewServeMux()
	mux.HandleFunc("POST /v1/sign-in/code", func(w http.ResponseWriter, r *http.Request) { codes++ })
	signIn := func(w http.ResponseWriter, r *http.Request) {
		http.SetCookie(w, &http.Cookie{Name: "__Host-sid", Value: "s", Path: "/", Secure: true})
		_, _ = w.Write([]byte(`{"account":{"id":"operators"}}`))
	}
	mux.HandleFunc("POST /v1/sign-in/verify", signIn)
	mux.HandleFunc("GET /v1/me", signIn)
	mux.HandleFunc("POST /v1/imports", func(w http.ResponseWriter, r *http.Request) {
		_, _ = w.Write([]byte(`{"id":"imp_1","counts":{"rejected":1}}`))
	})
	server := httptest.NewServer(mux)
	defer server.Close()
	file := filepath.Join(t.TempDir(), "a.jsonl")
	if err := os.WriteFile(file, []byte("{}"), 0o600); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		var out, notes strings.Builder
		term := terminal{in: strings.NewReader("12345678\n"), out: &out, notes: &notes}
		err := run(t.Context(), term, []string{"import", "-url", server.URL, "-email", "a@b.example", "-json", file})
		if !errors.Is(err, errRefused) || !strings.Contains(out.String(), `"rejected": 1`) {
			t.Errorf("%v\n%s\n%s", err, out.String(), notes.String())
		}
	}
	if codes != 1 {
		t.Errorf("%d codes were asked for", codes)
	}
}
