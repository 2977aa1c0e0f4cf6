package main

import (
	"strings"
	"testing"

	"customercenter/infra/functiontest"
	"customercenter/shared/center"
	"customercenter/shared/httpapi"
	"customercenter/shared/ingest"
)

// deployed is a center whose import function may do what its policy says.
func deployed(t *testing.T) world {
	t.Helper()
	w := functiontest.Empty(t)
	s, door := w.Function("import-documents")
	return world{w, handler{store: s, now: w.Now, patience: patience, smallest: smallestChunk}.routes(door)}
}

func (w world) waiting(t *testing.T) []held {
	t.Helper()
	var all []held
	for cursor := ""; ; {
		page := decoded[httpapi.Page[held]](t, w.get(t, "GET /v1/operator/near-duplicates", "/v1/operator/near-duplicates", nil,
			map[string]string{"limit": "1", "cursor": cursor}))
		all = append(all, page.Items...)
		if cursor = page.Next; cursor == "" {
			return all
		}
	}
}

func (w world) decide(t *testing.T, verdict, id string) httpapi.Response {
	t.Helper()
	route := "POST /v1/operator/near-duplicates/" + verdict
	r := functiontest.Request(route, strings.TrimPrefix(route, "POST "))
	r.Body, r.Headers["content-type"] = `{"id":"`+id+`"}`, "application/json"
	return functiontest.Invoke(t, w.routes, w.As(t, functiontest.Desk, r))
}

func TestNearDuplicatesWaitForAnOperator(t *testing.T) {
	w := deployed(t)
	books := lines("f.jsonl", paper("invoice", "0100", "115.00", ""), paper("invoice", "100", "115.00", ""), paper("invoice", "00100", "115.00", ""))
	dry := w.imported(t, []ingest.File{books}, "", map[string]string{"dry_run": "true"})
	if list := w.waiting(t); len(list) != 0 {
		t.Fatalf("a dry run holds %+v after %+v", list, dry.Counts)
	}
	for range 2 {
		if n := w.imported(t, []ingest.File{books}, "", nil).Counts; n.NearDuplicate != 2 {
			t.Fatalf("%+v", n)
		}
	}
	list := w.waiting(t)
	if len(list) != 2 || list[0].Twin != "0100" || list[0].Amount.String() != "115.00 SAR" || list[0].AccountName != "Najd" || list[0].By != string(functiontest.Desk) {
		t.Fatalf("%+v", list)
	}
	byNumber := map[string]string{list[0].Number: list[0].ID, list[1].Number: list[1].ID}
	if resp := w.decide(t, "accept", byNumber["100"]); resp.StatusCode != 204 {
		t.Fatalf("%d %s", resp.StatusCode, resp.Body)
	}
	if resp := w.decide(t, "refuse", byNumber["00100"]); resp.StatusCode != 204 {
		t.Fatalf("%d %s", resp.StatusCode, resp.Body)
	}
	if got := w.standing(t); got != "230.00 owed, 0.00 credit" {
		t.Errorf("%s", got)
	}
	for verdict, id := range map[string]string{"accept": byNumber["00100"], "refuse": byNumber["100"]} {
		if resp := w.decide(t, verdict, id); resp.StatusCode != 409 || !strings.Contains(resp.Body, "held-decided") {
			t.Errorf("%d %s", resp.StatusCode, resp.Body)
		}
	}
	if resp := w.decide(t, "accept", "nobody"); resp.StatusCode != 404 {
		t.Errorf("%d %s", resp.StatusCode, resp.Body)
	}
	again := w.imported(t, []ingest.File{books}, "", nil)
	if again.Counts != (center.ImportCounts{Unchanged: 2, NearDuplicate: 1}) || len(w.waiting(t)) != 0 {
		t.Errorf("%+v, %d wait", again.Counts, len(w.waiting(t)))
	}
}
