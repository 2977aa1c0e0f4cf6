package pay

import (
	"bytes"
	"hash/crc32"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"

	"customercenter/infra/prove/explore"
)

// toTable is what requests of the table are done by.
type toTable interface {
	Do(*http.Request) (*http.Response, error)
}

// gate makes the two clients by which an actor reaches what is outside.
type gate struct {
	actor  *explore.Actor // nil passes no gate
	table  toTable
	stripe http.Handler
}

// toTable is the HTTP client of the table.
func (g gate) toTable() toTable {
	if g.actor == nil {
		return g.table
	}
	return &explore.Client{Actor: g.actor, Deliver: g.table.Do, Refuse: throttled,
		Name: func(r *http.Request) string {
			_, operation, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
			return "table " + operation
		}}
}

// toProcessor is the HTTP client of the processor.
func (g gate) toProcessor() *http.Client {
	deliver := func(r *http.Request) (*http.Response, error) {
		answer := httptest.NewRecorder()
		g.stripe.ServeHTTP(answer, r)
		result := answer.Result()
		result.Request = r
		return result, nil
	}
	if g.actor == nil {
		return &http.Client{Transport: carry(deliver)}
	}
	return &http.Client{Transport: &explore.Client{Actor: g.actor, Deliver: deliver, Refuse: tooMany,
		Name: func(r *http.Request) string { return "processor " + r.Method + " " + nameless(r.URL.Path) }}}
}

type carry func(*http.Request) (*http.Response, error)

func (c carry) RoundTrip(r *http.Request) (*http.Response, error) { return c(r) }

// nameless is a path without the ids in it, which differ in every schedule.
func nameless(path string) string {
	parts := strings.Split(path, "/")
	for i, part := range parts {
		if prefix, rest, ok := strings.Cut(part, "_"); ok && len(rest) > 10 && len(prefix) <= 4 {
			parts[i] = prefix + "_…"
		}
	}
	return strings.Join(parts, "/")
}

func throttled(r *http.Request) *http.Response {
	body := `{"__type":"com.amazonaws.dynamodb.v20120810#ThrottlingException","message":"too much at once"}`
	answer := plain(r, http.StatusBadRequest, "application/x-amz-json-1.0", body)
	answer.Header.Set("X-Amz-Crc32", strconv.FormatUint(uint64(crc32.ChecksumIEEE([]byte(body))), 10))
	return answer
}

func tooMany(r *http.Request) *http.Response {
	return plain(r, http.StatusTooManyRequests, "application/json",
		`{"error":{"type":"invalid_request_error","code":"rate_limit","message":"too much at once"}}`)
}

func plain(r *http.Request, status int, kind, body string) *http.Response {
	return &http.Response{StatusCode: status, Request: r, ContentLength: int64(len(body)), Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: http.Header{"Content-Type": {kind}}, Body: io.NopCloser(bytes.NewReader([]byte(body)))}
}
