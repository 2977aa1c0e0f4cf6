package main

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"mime/multipart"
	"os"
	"strings"
	"testing"
	"time"

	"customercenter/infra/functiontest"
	"customercenter/shared/center"
	"customercenter/shared/httpapi"
	"customercenter/shared/ingest"
)

// Each right that the function is given is needed by a test.
func TestMain(m *testing.M) { os.Exit(functiontest.RunAndCountRights(m, "import-documents")) }

// world is a center with the import function in it.
type world struct {
	*functiontest.World
	routes httpapi.Routes
}

func newWorld(w *functiontest.World) world {
	s, door := w.Function("import-documents")
	h := handler{store: s, now: w.Now, patience: patience, smallest: smallestChunk}
	return world{w, h.routes(door)}
}

func formOf(t testing.TB, files []ingest.File, mapping string) (body []byte, contentType string) {
	t.Helper()
	var b bytes.Buffer
	form := multipart.NewWriter(&b)
	for _, f := range files {
		part, err := form.CreateFormFile("file", f.Name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := part.Write(f.Data); err != nil {
			t.Fatal(err)
		}
	}
	if mapping != "" {
		if err := form.WriteField("mapping", mapping); err != nil {
			t.Fatal(err)
		}
	}
	if err := form.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes(), form.FormDataContentType()
}

// post sends files as the operator does.
func (w world) post(t testing.TB, files []ingest.File, mapping string, query map[string]string) httpapi.Response {
	t.Helper()
	body, contentType := formOf(t, files, mapping)
	r := functiontest.Request("POST /v1/imports", "/v1/imports")
	r.Body, r.IsBase64Encoded = base64.StdEncoding.EncodeToString(body), true
	r.Headers["content-type"], r.QueryStringParameters = contentType, query
	return functiontest.Invoke(t, w.routes, w.As(t, functiontest.Desk, r))
}

func (w world) imported(t testing.TB, files []ingest.File, mapping string, query map[string]string) center.ImportReport {
	t.Helper()
	resp := w.post(t, files, mapping, query)
	if resp.StatusCode != 200 {
		t.Fatalf("%d %s", resp.StatusCode, resp.Body)
	}
	return decoded[center.ImportReport](t, resp)
}

func decoded[T any](t testing.TB, resp httpapi.Response) T {
	t.Helper()
	var v T
	if err := json.Unmarshal([]byte(resp.Body), &v); err != nil {
		t.Fatalf("%v in %s", err, resp.Body)
	}
	return v
}

func (w world) get(t testing.TB, route, path string, params, query map[string]string) httpapi.Response {
	t.Helper()
	r := functiontest.Request(route, path)
	r.PathParameters, r.QueryStringParameters = params, query
	return functiontest.Invoke(t, w.routes, w.As(t, functiontest.Desk, r))
}

// lines is a JSON Lines file of records.
func lines(name string, records ...string) ingest.File {
	return ingest.File{Name: name, Data: []byte(strings.Join(records, "\n"))}
}

func paper(kind, number, payable, more string) string {
	return `{"kind":"` + kind + `","number":"` + number + `","issue_date":"2026-10-01","currency":"SAR","supplier":{"name":"Vendor"},` +
		`"customer":{"name":"Najd","vat":"SA1"},"totals":{"payable":"` + payable + `"}` + more + `}`
}

func TestOperatorImportsAndReadsTheReport(t *testing.T) {
	w := newWorld(functiontest.Empty(t))
	first := w.imported(t, []ingest.File{lines("october.jsonl",
		paper("invoice", "0100", "115.00", ""),
		paper("invoice", "0101", "230.00", ""),
		paper("credit_note", "C-1", "15.00", `,"preceding":[{"number":"0100"}]`),
		paper("invoice", "0102", "1.005", ""),
		paper("invoice", "100", "115.00", ""),
	)}, "", nil)
	want := center.ImportCounts{Created: 3, NearDuplicate: 1, Rejected: 1}
	if first.Counts != want || len(first.Rows) != 5 {
		t.Fatalf("counts %+v, rows %+v", first.Counts, first.Rows)
	}
	if s := first.Sums[0]; s.Invoices.Payable.String() != "345.00 SAR" || s.CreditNotes.Payable.String() != "15.00 SAR" || s.Net.String() != "330.00 SAR" {
		t.Errorf("sums %+v", s)
	}
	if row := first.Rows[3]; row.Code != center.CodeAmountPrecision || row.Field != "totals.payable" || row.Number != "0102" {
		t.Errorf("row %+v", row)
	}
	stored := decoded[center.ImportReport](t, w.get(t, "GET /v1/imports/{id}", "/v1/imports/"+first.ID, map[string]string{"id": first.ID}, nil))
	if stored.Counts != first.Counts || len(stored.Rows) != len(first.Rows) || stored.By != string(functiontest.Desk) {
		t.Errorf("stored %+v", stored)
	}
	listed := decoded[httpapi.Page[center.ImportReport]](t, w.get(t, "GET /v1/imports", "/v1/imports", nil, map[string]string{"limit": "1"}))
	if len(listed.Items) != 1 || listed.Items[0].ID != first.ID || listed.Items[0].Counts != first.Counts || listed.Next != "" {
		t.Errorf("listed %+v", listed)
	}
}

func TestReportsThatCannotBeAreNotThere(t *testing.T) {
	w := newWorld(functiontest.Empty(t))
	for _, id := range []string{"imp_0", strings.Repeat("a", 3000), "a\x00b", "A#b", "\u2028"} {
		resp := w.get(t, "GET /v1/imports/{id}", "/v1/imports/x", map[string]string{"id": id}, nil)
		if resp.StatusCode != 404 || !strings.Contains(resp.Body, "import-not-found") {
			t.Errorf("%.20q: %d %s", id, resp.StatusCode, resp.Body)
		}
	}
}

func TestOnePaperInTwoFilesOfOneNameIsCreatedOnce(t *testing.T) {
	w := newWorld(functiontest.Empty(t))
	file := lines("a.jsonl", paper("invoice", "1", "115.00", ""),
		`{"kind":"contract","account":"SA1","number":"K-1"}`)
	report := w.imported(t, []ingest.File{file, file}, "", nil)
	if report.Counts != (center.ImportCounts{Created: 2, Unchanged: 2}) || report.Sums[0].Net.String() != "115.00 SAR" {
		t.Errorf("%+v, sums %+v", report.Counts, report.Sums)
	}
}

func TestPostingAgainChangesNothing(t *testing.T) {
	w := newWorld(functiontest.Empty(t))
	file := lines("a.jsonl", paper("invoice", "1", "115.00", ""), paper("invoice", "2", "115.00", ""))
	dry := w.imported(t, []ingest.File{file}, "", map[string]string{"dry_run": "true"})
	if !dry.DryRun || dry.Counts.Created != 2 {
		t.Errorf("dry run %+v", dry)
	}
	if first := w.imported(t, []ingest.File{file}, "", nil); first.Counts.Created != 2 {
		t.Errorf("after a dry run %+v", first.Counts)
	}
	if again := w.imported(t, []ingest.File{file}, "", nil); again.Counts != (center.ImportCounts{Unchanged: 2}) || len(again.Sums) != 0 {
		t.Errorf("again %+v", again)
	}
	changed := lines("a.jsonl", paper("invoice", "1", "116.00", ""))
	if conflict := w.imported(t, []ingest.File{changed}, "", nil); conflict.Counts != (center.ImportCounts{Conflict: 1}) {
		t.Errorf("changed %+v", conflict)
	}
	near := lines("b.jsonl", paper("invoice", "001", "115.00", ""))
	if held := w.imported(t, []ingest.File{near}, "", nil); held.Counts != (center.ImportCounts{NearDuplicate: 1}) {
		t.Errorf("near %+v", held.Counts)
	}
	if taken := w.imported(t, []ingest.File{near}, "", map[string]string{"accept_near_duplicates": "true"}); taken.Counts.Created != 1 {
		t.Errorf("accepted %+v", taken.Counts)
	}
	listed := decoded[httpapi.Page[center.ImportReport]](t, w.get(t, "GET /v1/imports", "/v1/imports", nil, nil))
	if len(listed.Items) != 5 {
		t.Errorf("%d imports are listed; a dry run is none", len(listed.Items))
	}
}

func TestWorkThatTakesLongGoesOnInAnotherPost(t *testing.T) {
	w := newWorld(functiontest.Empty(t))
	const chunk, total = 10, 27
	slow := func() time.Time { // each look at the clock finds it ten seconds on
		w.Pass(10 * time.Second)
		return w.Now()
	}
	w.routes = handler{store: w.Store, now: slow, patience: patience, smallest: chunk}.routes(w.Door)
	var records []string
	for i := range total {
		records = append(records, paper("invoice", "N"+string(rune('A'+i%26))+strings.Repeat("x", i/26+1), "1.00", ""))
	}
	file := []ingest.File{lines("long.jsonl", records...)}
	query := map[string]string{"import_id": "imp_long"}
	created, posts := 0, 0
	for {
		report := w.imported(t, file, "", query)
		created += report.Counts.Created
		if posts++; report.ResumeAt == 0 || posts > 5 {
			break
		}
		query["resume_at"] = string(mustJSON(t, report.ResumeAt))
	}
	if created != total || posts != 2 {
		t.Errorf("%d of %d created in %d posts", created, total, posts)
	}
	// The last answer was lost: asking again is answered the same.
	if again := w.imported(t, file, "", query); again.Counts.Created != total-2*chunk {
		t.Errorf("the last post repeated: %+v", again.Counts)
	}
	whole := decoded[center.ImportReport](t, w.get(t, "GET /v1/imports/{id}", "/v1/imports/imp_long", map[string]string{"id": "imp_long"}, nil))
	if whole.Counts != (center.ImportCounts{Created: total}) || whole.ResumeAt != 0 || whole.Sums[0].Net.String() != "27.00 SAR" {
		t.Errorf("stored %+v %+v", whole.Counts, whole.Sums)
	}
}

func mustJSON(t testing.TB, v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestUnacceptablePostsAreRefused(t *testing.T) {
	w := newWorld(functiontest.Empty(t))
	some := []ingest.File{lines("a.jsonl", paper("invoice", "1", "1.00", ""))}
	for name, c := range map[string]struct {
		files   []ingest.File
		mapping string
		query   map[string]string
		status  int
		says    string
	}{
		"nothing to import":    {nil, "", nil, 422, "at least one file"},
		"unknown rounding":     {some, "", map[string]string{"rounding": "up"}, 422, "half_even"},
		"unknown currency":     {some, "", map[string]string{"currency": "EUX"}, 422, "ISO 4217"},
		"endless terms":        {some, "", map[string]string{"net_terms_days": "366"}, 422, "0 to 365"},
		"odd id":               {some, "", map[string]string{"import_id": "a/b"}, 422, "no id"},
		"going on with none":   {some, "", map[string]string{"resume_at": "5"}, 422, "go on"},
		"unknown option":       {some, "", map[string]string{"on_conflict": "revise"}, 400, "on_conflict"},
		"unusable mapping":     {some, `{"record":"poem"}`, nil, 422, "/record"},
		"too large":            {[]ingest.File{{Name: "a", Data: make([]byte, maxFileBytes+1)}}, "", nil, 413, "bytes"},
		"far too large":        {[]ingest.File{{Name: "a", Data: make([]byte, maxFileBytes+maxFormBytes)}}, "", nil, 413, "bytes"},
		"too large a mapping":  {some, strings.Repeat(" ", maxMapping+1), nil, 400, "mapping"},
		"too many small files": {make([]ingest.File, maxFiles+1), "", nil, 413, "1000"},
	} {
		resp := w.post(t, c.files, c.mapping, c.query)
		if resp.StatusCode != c.status || !strings.Contains(resp.Body, c.says) {
			t.Errorf("%s: %d %s", name, resp.StatusCode, resp.Body)
		}
	}
	r := functiontest.Request("POST /v1/imports", "/v1/imports")
	r.Body, r.Headers["content-type"] = "--x\r\nnot a part", "multipart/form-data; boundary=x"
	if resp := functiontest.Invoke(t, w.routes, w.As(t, functiontest.Desk, r)); resp.StatusCode != 400 {
		t.Errorf("a broken form: %d %s", resp.StatusCode, resp.Body)
	}
	resp := w.get(t, "GET /v1/imports", "/v1/imports", nil, map[string]string{"limit": "101"})
	if resp.StatusCode != 422 {
		t.Errorf("a page of 101: %d", resp.StatusCode)
	}
}

func TestRowsOfLargeImportsAreCutButCounted(t *testing.T) {
	w := newWorld(functiontest.Empty(t))
	var bad strings.Builder
	for range maxNoteRows + 10 {
		bad.WriteString("{\"kind\":\"poem\"}\n")
	}
	report := w.imported(t, []ingest.File{{Name: "bad.jsonl", Data: []byte(bad.String())}}, "", nil)
	if report.Counts.Rejected != maxNoteRows+10 || len(report.Rows) != maxNoteRows || !report.Truncated {
		t.Errorf("%+v, %d rows", report.Counts, len(report.Rows))
	}
}

func TestOthersCannotImport(t *testing.T) {
	fresh := functiontest.New(t)
	w := newWorld(fresh)
	functiontest.Matrix(t, fresh, "import-documents", w.routes)
}

func TestEventOnFile(t *testing.T) {
	w := newWorld(functiontest.Empty(t))
	r := w.As(t, functiontest.Desk, functiontest.Event(t, "import-documents"))
	functiontest.Golden(t, "import", functiontest.Invoke(t, w.routes, r))
}
