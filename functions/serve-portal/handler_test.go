package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/base64"
	"encoding/json"
	"io/fs"
	"log/slog"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/aws/aws-lambda-go/lambda"

	"customercenter/infra/functiontest"
	"customercenter/shared/httpapi"
)

func gzipped(s string) []byte {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = w.Write([]byte(s))
	_ = w.Close()
	return b.Bytes()
}

var built = fstest.MapFS{
	"index.html":           {Data: []byte("<!doctype html>portal")},
	"index.html.br":        {Data: []byte{0x0b, 0x01}},
	"index.html.gz":        {Data: gzipped("<!doctype html>portal")},
	"assets/app-1a2b.js":   {Data: []byte("export{}")},
	"assets/logo-3c4d.png": {Data: []byte{0x89, 'P', 'N', 'G', 0xff}},
	"favicon.svg":          {Data: []byte("<svg/>")},
	".keep":                {},
}

// get asks for a path through the JSON door Lambda uses.
func get(t *testing.T, files fs.FS, path string, headers map[string]string) httpapi.Response {
	t.Helper()
	r := httpapi.Request{RouteKey: "GET /{proxy+}", RawPath: path, Headers: headers}
	r.RequestContext.HTTP.Method = "GET"
	r.QueryStringParameters = map[string]string{"status": "OPEN", "utm_source": "mail"}
	payload, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	door := httpapi.Door{Origin: "https://center.example.com", Now: time.Now, Log: slog.New(slog.DiscardHandler)}
	out, err := lambda.NewHandler(handler{files: collect(files)}.routes(door).Serve).Invoke(context.Background(), payload)
	if err != nil {
		t.Fatal(err)
	}
	var resp httpapi.Response
	if err := json.Unmarshal(out, &resp); err != nil {
		t.Fatal(err)
	}
	return resp
}

func body(t *testing.T, r httpapi.Response) string {
	t.Helper()
	if !r.IsBase64Encoded {
		return r.Body
	}
	b, err := base64.StdEncoding.DecodeString(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestEventOnFile(t *testing.T) {
	h := handler{files: collect(built)}
	door := httpapi.Door{Origin: functiontest.Origin, Now: time.Now, Log: functiontest.Quiet()}
	r := functiontest.InvokeUnchecked(t, h.routes(door), functiontest.Event(t, "serve-portal"))
	if r.StatusCode != 200 || r.Headers["content-encoding"] != "br" || !r.IsBase64Encoded {
		t.Errorf("%d %v", r.StatusCode, r.Headers)
	}
}

func TestPaths(t *testing.T) {
	tests := map[string]struct {
		path        string
		status      int
		contentType string
		cache       string
		body        string
	}{
		"the root is the page":                  {"/", 200, "text/html; charset=utf-8", "no-cache", "<!doctype html>portal"},
		"a page of the portal":                  {"/invoices/inv_0a1b", 200, "text/html; charset=utf-8", "no-cache", "<!doctype html>portal"},
		"the page by its file name":             {"/index.html", 200, "text/html; charset=utf-8", "no-cache", "<!doctype html>portal"},
		"a hashed file is kept for good":        {"/assets/app-1a2b.js", 200, "text/javascript; charset=utf-8", "public, max-age=31536000, immutable", "export{}"},
		"a picture":                             {"/assets/logo-3c4d.png", 200, "image/png", "public, max-age=31536000, immutable", "\x89PNG\xff"},
		"a file with a fixed name":              {"/favicon.svg", 200, "image/svg+xml; charset=utf-8", "no-cache", "<svg/>"},
		"a chunk of an older build is no page":  {"/assets/app-0000.js", 404, "text/plain; charset=utf-8", "no-store", "There is no such file."},
		"a file that is not there":              {"/robots.txt", 404, "text/plain; charset=utf-8", "no-store", "There is no such file."},
		"a hidden file":                         {"/.keep", 404, "text/plain; charset=utf-8", "no-store", "There is no such file."},
		"a compressed form is no file":          {"/index.html.gz", 404, "text/plain; charset=utf-8", "no-store", "There is no such file."},
		"a way out of the folder leads nowhere": {"/assets/../../main.go", 404, "text/plain; charset=utf-8", "no-store", "There is no such file."},
		"an unknown route of the API":           {"/v1/nothing", 404, "application/problem+json", "no-store", ""},
		"the root of the API":                   {"/v1", 404, "application/problem+json", "no-store", ""},
		"a page that begins like the API":       {"/v12", 200, "text/html; charset=utf-8", "no-cache", "<!doctype html>portal"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			r := get(t, built, tt.path, nil)
			if r.StatusCode != tt.status || r.Headers["content-type"] != tt.contentType || r.Headers["cache-control"] != tt.cache {
				t.Errorf("%d %v", r.StatusCode, r.Headers)
			}
			if tt.body != "" && body(t, r) != tt.body {
				t.Errorf("body %q", r.Body)
			}
			if r.Headers["content-encoding"] != "" {
				t.Errorf("compressed for one who did not ask")
			}
		})
	}
}

func TestCompressionIsAgreedOn(t *testing.T) {
	for accept, want := range map[string]string{
		"gzip, deflate, br, zstd":  "br",
		"gzip":                     "gzip",
		"br;q=0, gzip":             "gzip",
		"BR;q=0.1":                 "br",
		"gzip;q=0":                 "",
		"gzip;q=x":                 "",
		"deflate":                  "",
		"":                         "",
		"brotli, x-gzip":           "",
		"gzip;q=1.0, *;q=0.5, br ": "br",
	} {
		r := get(t, built, "/", map[string]string{"accept-encoding": accept})
		if got := r.Headers["content-encoding"]; got != want || r.IsBase64Encoded != (want != "") || r.Headers["vary"] != "accept-encoding" {
			t.Errorf("%q: %q (base64 %v), want %q", accept, got, r.IsBase64Encoded, want)
		}
	}
}

func TestAnUnchangedPageIsNotSentAgain(t *testing.T) {
	etag := get(t, built, "/", nil).Headers["etag"]
	r := get(t, built, "/invoices", map[string]string{"if-none-match": "W/" + etag})
	if r.StatusCode != 304 || r.Body != "" {
		t.Errorf("%d %q", r.StatusCode, r.Body)
	}
	if r = get(t, built, "/", map[string]string{"if-none-match": `"other"`}); r.StatusCode != 200 {
		t.Errorf("%d", r.StatusCode)
	}
}

func TestPagesRunNothingButTheirOwn(t *testing.T) {
	for _, path := range []string{"/", "/assets/app-1a2b.js", "/assets/none.js", "/favicon.svg"} {
		h := get(t, built, path, nil).Headers
		if h["content-security-policy"] != contentPolicy || h["x-content-type-options"] != "nosniff" ||
			h["x-frame-options"] != "DENY" || h["referrer-policy"] != "no-referrer" || h["cross-origin-opener-policy"] != "same-origin" || h["strict-transport-security"] == "" {
			t.Errorf("%s: %v", path, h)
		}
	}
	if strings.Contains(contentPolicy, "unsafe") || strings.Contains(contentPolicy, "*") {
		t.Error(contentPolicy)
	}
}

func TestAProgramWithoutThePortalSaysSo(t *testing.T) {
	r := get(t, fstest.MapFS{".keep": {}}, "/", nil)
	if r.StatusCode != 503 || !strings.Contains(r.Body, "make build") {
		t.Errorf("%d %s", r.StatusCode, r.Body)
	}
}

// maxAnswer keeps every file far below the gateway's limits, base64 included.
const maxAnswer = 1 << 20

func TestEveryBuiltFileIsASmallAnswer(t *testing.T) {
	files, err := fs.Sub(dist, "dist")
	if err != nil {
		t.Fatal(err)
	}
	all := collect(files)
	if len(all) == 0 {
		t.Skip("skipped: the portal is not built")
	}
	for path, f := range all {
		if size := base64.StdEncoding.EncodedLen(len(f.plain)); size > maxAnswer {
			t.Errorf("%s is an answer of %d bytes", path, size)
		}
		if f.contentType == "application/octet-stream" {
			t.Errorf("%s is of no known type", path)
		}
		if strings.HasPrefix(path, assets) && len(f.plain) > 1024 && !f.binary && len(f.compressed) != len(encodings) {
			t.Errorf("%s lacks a compressed form", path)
		}
	}
}
