package functiontest

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/google/go-cmp/cmp"

	"customercenter/shared/httpapi"
)

var update = flag.Bool("update", false, "write the golden files anew")

// Event reads the invocation on file of the function: events/<name>.json.
func Event(t testing.TB, name string) httpapi.Request {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(Root(), "events", name+".json"))
	if err != nil {
		t.Fatal(err)
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields() // an event of another version would be half read
	var r httpapi.Request
	if err := d.Decode(&r); err != nil {
		t.Fatal(err)
	}
	return r
}

// Invoke sends r through the JSON door that Lambda uses and holds the answer
// against the contract.
func Invoke(t testing.TB, routes httpapi.Routes, r httpapi.Request) httpapi.Response {
	t.Helper()
	resp := InvokeUnchecked(t, routes, r)
	CheckContract(t, r.RouteKey, resp)
	return resp
}

// InvokeUnchecked is Invoke for routes that are not of the API.
func InvokeUnchecked(t testing.TB, routes httpapi.Routes, r httpapi.Request) httpapi.Response {
	t.Helper()
	payload, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	out, err := lambda.NewHandler(routes.Serve).Invoke(context.Background(), payload)
	if err != nil {
		t.Fatalf("the gateway would see a broken function: %v", err)
	}
	var resp httpapi.Response
	if err := json.Unmarshal(out, &resp); err != nil {
		t.Fatal(err)
	}
	return resp
}

// Golden compares an answer with testdata/<name>.golden.json; run the test
// with -update to write it.
func Golden(t testing.TB, name string, r httpapi.Response) {
	t.Helper()
	var body any = r.Body
	if strings.HasSuffix(r.Headers["content-type"], "json") {
		if err := json.Unmarshal([]byte(r.Body), &body); err != nil {
			t.Fatal(err)
		}
	}
	if problem, ok := body.(map[string]any); ok && problem["instance"] != nil {
		problem["instance"] = "urn:request:(whichever)" // requests are counted over all tests, which run in any order
	}
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(map[string]any{"status": r.StatusCode, "contentType": r.Headers["content-type"], "body": body}); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join("testdata", name+".golden.json")
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, out.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("%v; run the test with -update", err)
	}
	if diff := cmp.Diff(string(want), out.String()); diff != "" {
		t.Errorf("%s (-want +got):\n%s", file, diff)
	}
}

// Quiet is a log that nobody reads.
func Quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }

// ManyAtOnce is for a package whose parallel tests wait, for the retries of
// calls that fail, rather than work.
func ManyAtOnce() {
	flag.Parse()
	if err := flag.Set("test.parallel", "48"); err != nil {
		panic(err)
	}
}
