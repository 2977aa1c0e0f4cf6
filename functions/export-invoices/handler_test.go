package main

import (
	"archive/zip"
	"bytes"
	"encoding/base64"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"customercenter/infra/functiontest"
	"customercenter/shared/center"
	"customercenter/shared/httpapi"
	"customercenter/shared/ingest"
)

func TestMain(m *testing.M) { os.Exit(functiontest.RunAndCountRights(m, "export-invoices")) }

func routesOf(w *functiontest.World) httpapi.Routes {
	s, door := w.Function("export-invoices")
	return handler{store: s, now: w.Now, most: 1}.routes(door)
}

// export asks for all parts of a format, as bytes.
func export(t *testing.T, w *functiontest.World, routes httpapi.Routes, query map[string]string) (parts [][]byte) {
	t.Helper()
	for {
		r := functiontest.Request("GET /v1/invoices/export", "/v1/invoices/export")
		r.QueryStringParameters = query
		resp := functiontest.Invoke(t, routes, w.As(t, functiontest.Primary, r))
		if resp.StatusCode != 200 {
			t.Fatalf("%d %s", resp.StatusCode, resp.Body)
		}
		body := []byte(resp.Body)
		if resp.IsBase64Encoded {
			var err error
			if body, err = base64.StdEncoding.DecodeString(resp.Body); err != nil {
				t.Fatal(err)
			}
		}
		parts = append(parts, body)
		query["cursor"], query["rows"] = resp.Headers["x-next-cursor"], resp.Headers["x-rows"]
		if query["cursor"] == "" {
			return parts
		}
	}
}

// many is a world with so many more invoices of Najd's, some with hostile names.
func many(t *testing.T, count int) *functiontest.World {
	t.Helper()
	w := functiontest.New(t)
	var records []center.Record
	for i := range count {
		rec := functiontest.Bill(fmt.Sprintf("B-%05d", i), "2026-10-01", "2026-12-01", "SAR", "100.05")
		rec.Document.Lines[0].Name = []string{"=HYPERLINK(\"http://evil\")", "خدمة", "a,\"b\"\nc"}[i%3]
		records = append(records, rec)
	}
	w.Book(t, records...)
	return w
}

func TestEventOnFile(t *testing.T) {
	w := functiontest.New(t)
	w.Cookie(t, functiontest.Primary)
	functiontest.Golden(t, "export-invoices", functiontest.Invoke(t, routesOf(w), functiontest.Event(t, "export-invoices")))
}

func TestPartsOfACSVAreOneFileWithoutFormulas(t *testing.T) {
	w := many(t, 150)
	parts := export(t, w, routesOf(w), map[string]string{"format": "csv", "language": "ar"})
	if len(parts) != 2 {
		t.Fatalf("%d parts", len(parts))
	}
	whole := slices.Concat(parts...)
	if !bytes.HasPrefix(whole, []byte("\xef\xbb\xbfالرقم,")) || bytes.Count(whole, []byte("\xef\xbb\xbf")) != 1 || !bytes.Contains(whole, []byte("\r\n")) {
		t.Errorf("begins with %q", whole[:40])
	}
	rows, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(whole, []byte("\xef\xbb\xbf")))).ReadAll()
	if err != nil || len(rows) != 1+4+150 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	seen := map[string]bool{}
	for _, row := range rows[1:] {
		if seen[row[0]] || strings.HasPrefix(row[3], "=") || !strings.HasPrefix(row[6], "2026-") {
			t.Fatalf("%q", row)
		}
		seen[row[0]] = true
	}
}

func TestPartsOfAWorkbookAreNumberedOn(t *testing.T) {
	w := many(t, 150)
	parts := export(t, w, routesOf(w), map[string]string{"format": "xlsx", "language": "ar"})
	if len(parts) != 2 {
		t.Fatalf("%d parts", len(parts))
	}
	total := 0
	for i, p := range parts {
		book, err := excelize.OpenReader(bytes.NewReader(p))
		if err != nil {
			t.Fatal(err)
		}
		rows, err := book.GetRows("الفواتير", excelize.Options{RawCellValue: true})
		if err != nil {
			t.Fatal(err)
		}
		first := slices.IndexFunc(rows[1:], func(r []string) bool { return len(r) > 0 }) + 2
		if want := []int{2, 102}[i]; first != want {
			t.Errorf("part %d begins in row %d, want %d", i, first, want)
		}
		total += len(rows) - first + 1
		view, err := book.GetSheetView("الفواتير", 0)
		kind, kindErr := book.GetCellType("الفواتير", fmt.Sprintf("L%d", first))
		if err != nil || kindErr != nil || !*view.RightToLeft || kind == excelize.CellTypeInlineString {
			t.Errorf("%v %v, amounts are %v", err, kindErr, kind)
		}
		book.Close()
	}
	if total != 4+150 {
		t.Errorf("%d rows", total)
	}
}

func TestPapersComeBackAsTheyWereImported(t *testing.T) {
	w := functiontest.New(t)
	routes := routesOf(w)
	lines := slices.Concat(export(t, w, routes, map[string]string{"format": "jsonl", "kind": "invoice"})...)
	batch, err := ingest.Open([]ingest.File{{Name: "f.jsonl", Data: lines}}, nil, center.ImportOptions{})
	if err != nil {
		t.Fatal(err)
	}
	var again bytes.Buffer
	for rec := range batch.Records() {
		if rec.Reject != nil {
			t.Fatalf("%+v", rec.Reject)
		}
		if err := ingest.NewWriter(&again).Write(rec); err != nil {
			t.Fatal(err)
		}
	}
	if again.String() != string(lines) || bytes.Count(lines, []byte("\n")) != 4 {
		t.Errorf("exported\n%s\nread\n%s", lines, again.String())
	}
	archive := export(t, w, routes, map[string]string{"format": "zip", "issuedFrom": "2026-11-01"})[0]
	z, err := zip.NewReader(bytes.NewReader(archive), int64(len(archive)))
	if err != nil || len(z.File) != 2 {
		t.Fatalf("%v, %d files", err, len(z.File))
	}
	for _, f := range z.File {
		in, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(in)
		if err != nil || !strings.HasSuffix(f.Name, ".xml") {
			t.Fatal(err, f.Name)
		}
		batch, err := ingest.Open([]ingest.File{{Name: f.Name, Data: data}}, nil, center.ImportOptions{})
		if err != nil {
			t.Fatal(err)
		}
		for rec := range batch.Records() {
			if rec.Document == nil || !strings.Contains(f.Name, rec.Document.Number) {
				t.Errorf("%s: %+v", f.Name, rec)
			}
		}
	}
}

// A paper that stands in several items is found by its number, and whole.
func TestALargePaperIsExportedWhole(t *testing.T) {
	w := functiontest.New(t)
	rec := functiontest.Bill("LARGE-1", "2026-10-01", "2026-12-01", "SAR", "1.00")
	noise := make([]byte, 600_000)
	if _, err := rand.NewChaCha8([32]byte{1}).Read(noise); err != nil { // nothing makes it smaller
		t.Fatal(err)
	}
	rec.Document.Notes = []string{base64.StdEncoding.EncodeToString(noise)}
	w.Book(t, rec)
	lines := slices.Concat(export(t, w, routesOf(w), map[string]string{"format": "jsonl", "q": "LARGE-1"})...)
	if bytes.Count(lines, []byte("\n")) != 1 || !bytes.Contains(lines, []byte(rec.Document.Notes[0])) {
		t.Errorf("%d bytes", len(lines))
	}
}

func TestUnacceptableExportsAreRefused(t *testing.T) {
	w := functiontest.New(t)
	routes := routesOf(w)
	for _, query := range []map[string]string{{}, {"format": "pdf"}, {"format": "csv", "rows": "-1"}, {"format": "csv", "rows": "1048575"}, {"format": "csv", "language": "fr"},
		{"format": "csv", "issuedFrom": "yesterday"}} {
		r := functiontest.Request("GET /v1/invoices/export", "/v1/invoices/export")
		r.QueryStringParameters = query
		resp := functiontest.Invoke(t, routes, w.As(t, functiontest.Primary, r))
		var problem struct{ Code string }
		if err := json.Unmarshal([]byte(resp.Body), &problem); err != nil || resp.StatusCode != 422 {
			t.Errorf("%v: %d %s", query, resp.StatusCode, resp.Body)
		}
	}
}

func TestEverybodyIsAnsweredAsDeclared(t *testing.T) {
	w := functiontest.New(t)
	functiontest.Matrix(t, w, "export-invoices", routesOf(w))
}
