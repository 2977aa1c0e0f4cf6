package main

import (
	"bytes"
	"encoding/csv"
	"strings"
	"testing"
	"time"

	"customercenter/infra/functiontest"
	"customercenter/shared/center"
	"customercenter/shared/document/sheet"
)

// busy is a world in whose account of Najd things were done on two days.
func busy(t *testing.T) *functiontest.World {
	t.Helper()
	w := functiontest.New(t)
	w.Pass(time.Minute) // entries of one instant stand in any order
	w.Invite(t, functiontest.Payables, "sara@najd.example", center.Grant{Type: center.ContactAccountant})
	w.Pass(24 * time.Hour)
	w.Change(t, functiontest.Primary, functiontest.Executive, center.Actor.Suspend)
	w.Pass(time.Minute)
	w.Change(t, functiontest.Primary, functiontest.Executive, center.Actor.Reactivate)
	return w
}

func TestEventOnFile(t *testing.T) {
	w := functiontest.New(t)
	w.Cookie(t, functiontest.Primary)
	functiontest.Wants(t, functiontest.Invoke(t, routesOf(w), functiontest.Event(t, "read-audit")), 200, "")
}

func kinds(t *testing.T, body string) (out []string) {
	t.Helper()
	for part := range strings.SplitSeq(body, `"kind":"`) {
		out = append(out, part[:max(0, strings.IndexByte(part, '"'))])
	}
	return out[1:]
}

func TestTheLogIsFiltered(t *testing.T) {
	w := busy(t)
	for name, tt := range map[string]struct {
		query []string
		want  string
	}{
		"all, newest first": {nil, "contact-reactivated contact-suspended contact-invited import"},
		"by who did it":     {[]string{"actor", "OMAR@"}, "contact-invited"},
		"by kind":           {[]string{"kind", "contact-suspended"}, "contact-suspended"},
		"from a day":        {[]string{"from", "2026-11-23"}, "contact-reactivated contact-suspended"},
		"up to a day":       {[]string{"to", "2026-11-22"}, "contact-invited import"},
		"one day":           {[]string{"from", "2026-11-22", "to", "2026-11-22", "kind", "import"}, "import"},
		"a day of nothing":  {[]string{"from", "2026-11-25"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			resp := w.Ask(t, routesOf(w), functiontest.Primary, "GET /v1/audit", "", "", tt.query...)
			functiontest.Wants(t, resp, 200, "")
			if got := strings.Join(kinds(t, resp.Body), " "); got != tt.want {
				t.Errorf("%s, want %s", got, tt.want)
			}
		})
	}
}

func TestPagesShowEveryEntryOnce(t *testing.T) {
	w := busy(t)
	var got []string
	for cursor := ""; ; {
		resp := w.Ask(t, routesOf(w), functiontest.Executive, "GET /v1/audit", "", "", "limit", "1", "cursor", cursor)
		got = append(got, kinds(t, resp.Body)...)
		if cursor = functiontest.Next(t, resp); cursor == "" {
			break
		}
	}
	if strings.Join(got, " ") != "contact-reactivated contact-suspended contact-invited import" {
		t.Errorf("%v", got)
	}
}

func TestParametersThatAreNone(t *testing.T) {
	w := functiontest.New(t)
	for _, query := range [][]string{{"from", "yesterday"}, {"from", "2026-11-23", "to", "2026-11-22"}, {"limit", "0"}, {"actor", strings.Repeat("x", 255)}} {
		functiontest.Wants(t, w.Ask(t, routesOf(w), functiontest.Primary, "GET /v1/audit", "", "", query...), 422, "validation")
	}
}

// The file reads back as it was, cell for cell, and no cell is a formula.
func TestTheFileIsHarmless(t *testing.T) {
	w := functiontest.New(t)
	evil := functiontest.Person("+cmd=x@najd.example") // an address that mail servers do take
	w.Pass(time.Minute)
	w.Invite(t, functiontest.Primary, evil, center.Grant{Type: center.ContactAccountant})
	resp := w.Ask(t, routesOf(w), functiontest.Primary, "GET /v1/audit/export", "", "")
	rows, err := csv.NewReader(strings.NewReader(resp.Body)).ReadAll()
	if err != nil || len(rows) != 3 || resp.Headers["content-type"] != "text/csv; charset=utf-8" {
		t.Fatalf("%v %v %v", rows, err, resp.Headers)
	}
	if rows[1][3] != "'"+string(evil) {
		t.Errorf("subject %q", rows[1][3])
	}
	for _, row := range rows {
		for _, cell := range row {
			if beginsFormula(cell) {
				t.Errorf("a cell begins %q", cell)
			}
		}
	}
}

// beginsFormula tells what spreadsheets run, also behind what they skip.
func beginsFormula(cell string) bool {
	begin := []rune(strings.TrimLeft(cell, " \t\r\n\u00a0\u200e\ufeff\x00"))
	return len(begin) > 0 && strings.ContainsRune("=+-@＝＋－＠", begin[0])
}

func TestTheFileComesInParts(t *testing.T) {
	w := functiontest.New(t)
	for range 12 {
		w.Pass(time.Hour)
		w.Change(t, functiontest.Primary, functiontest.Executive, center.Actor.Suspend)
		w.Change(t, functiontest.Primary, functiontest.Executive, center.Actor.Reactivate)
	}
	whole, parts := "", 0
	for cursor := ""; ; parts++ {
		resp := w.Ask(t, routesOf(w), functiontest.Primary, "GET /v1/audit/export", "", "", "limit", "1", "cursor", cursor)
		functiontest.Wants(t, resp, 200, "")
		whole += resp.Body
		if cursor = resp.Headers["x-next-cursor"]; cursor == "" {
			break
		}
		w.SignedOut(functiontest.Primary)
	}
	if lines := strings.Count(whole, "\r\n"); lines != 26 || parts != 2 || strings.Count(whole, "facts") != 1 {
		t.Errorf("%d lines in %d parts", lines, parts+1)
	}
}

func FuzzCellsAreHarmless(f *testing.F) {
	for _, s := range []string{"=1+1", "-5", "@x", "\t=1", "＝1", "", "plain", "'=1", " =1", "\u200e=1", "\u00a0@x", "\x00=1"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		var file bytes.Buffer
		out := sheet.NewCSV(&file)
		write(out, []center.AuditEntry{{By: s, Subject: s, Facts: map[string]string{s: s}}})
		if err := out.Flush(); err != nil {
			t.Fatal(err)
		}
		rows, err := csv.NewReader(&file).ReadAll()
		if err != nil || len(rows) != 1 {
			t.Fatalf("%q: %v %q", s, err, rows)
		}
		for _, cell := range rows[0] {
			if beginsFormula(cell) {
				t.Errorf("%q becomes %q", s, cell)
			}
		}
	})
}

// Reading is noted as the last use of the session.
func TestReadingIsSeen(t *testing.T) {
	w := functiontest.New(t)
	w.Ask(t, routesOf(w), functiontest.Executive, "GET /v1/audit", "", "")
	w.Pass(6 * time.Minute)
	functiontest.Wants(t, w.Ask(t, routesOf(w), functiontest.Executive, "GET /v1/audit", "", ""), 200, "")
}
