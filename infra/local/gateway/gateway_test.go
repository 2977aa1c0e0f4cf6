package gateway

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/google/go-cmp/cmp"

	"customercenter/infra/local/template"
)

var frozen = time.Date(2026, 3, 1, 12, 0, 0, 0, time.FixedZone("", 3600))

// serve asks a gateway whose functions answer as the test says.
func serve(t *testing.T, routes []template.Route, invoke Invoke) *httptest.Server {
	t.Helper()
	g := New(routes, Options{Invoke: invoke, Now: func() time.Time { return frozen }, IntegrationTimeout: 200 * time.Millisecond})
	s := httptest.NewServer(g)
	t.Cleanup(s.Close)
	return s
}

func routes(keys ...string) []template.Route {
	var out []template.Route
	for _, k := range keys {
		method, path, _ := strings.Cut(k, " ")
		out = append(out, template.Route{Method: method, Path: path, Function: k})
	}
	return out
}

func TestTheMostSpecificRouteWins(t *testing.T) {
	g := New(routes("GET /{proxy+}", "GET /", "GET /v1/invoices/{id}", "GET /v1/invoices/summary", "GET /v1/invoices",
		"POST /v1/invoices", "ANY /v1/any", "GET /v1/any", "GET /v1/{kind}/{id}", "GET /files/{name+}"), Options{})
	for _, c := range []struct{ request, route, parameters string }{
		{"GET /", "GET /", "map[]"},
		{"GET /v1/invoices", "GET /v1/invoices", "map[]"},
		{"POST /v1/invoices", "POST /v1/invoices", "map[]"},
		{"GET /v1/invoices/summary", "GET /v1/invoices/summary", "map[]"},
		{"GET /v1/invoices/inv_1", "GET /v1/invoices/{id}", "map[id:inv_1]"},
		{"GET /v1/orders/7", "GET /v1/{kind}/{id}", "map[id:7 kind:orders]"},
		{"GET /v1/invoices/", "GET /{proxy+}", "map[proxy:v1/invoices/]"},
		{"GET /v1/invoices/a/b", "GET /{proxy+}", "map[proxy:v1/invoices/a/b]"},
		{"GET /files/a/b", "GET /files/{name+}", "map[name:a/b]"},
		{"GET /app.js", "GET /{proxy+}", "map[proxy:app.js]"},
		{"GET /v1/any", "GET /v1/any", "map[]"},
		{"PUT /v1/any", "ANY /v1/any", "map[]"},
		{"HEAD /v1/invoices", "", "map[]"},
		{"PUT /v1/invoices", "", "map[]"},
		{"OPTIONS /", "", "map[]"},
	} {
		method, path, _ := strings.Cut(c.request, " ")
		r, parameters := g.match(method, path)
		key := ""
		if r != nil {
			key = r.Key()
		}
		if key != c.route || fmt.Sprint(parameters) != c.parameters {
			t.Errorf("%s went to %q with %v", c.request, key, parameters)
		}
	}
	if r, _ := New(routes("GET /a", "ANY $default"), Options{}).match("PUT", "/x"); r == nil || r.Path != pathDefault {
		t.Error("$default takes what nothing else does")
	}
}

func TestARequestBecomesAnEvent(t *testing.T) {
	var got events.APIGatewayV2HTTPRequest
	s := serve(t, routes("POST /v1/things/{id}"), func(_ context.Context, _ template.Route, payload []byte) ([]byte, error) {
		return []byte(`{"statusCode":204}`), json.Unmarshal(payload, &got)
	})
	r, _ := http.NewRequest("POST", s.URL+"/v1/things/a%20b?x=1&y=a%2Cb&x=2&z&%zz=1", strings.NewReader(`{"n":1}`))
	r.Header = http.Header{"Content-Type": {"application/json; charset=utf-8"}, "X-Two": {"a", "b"}, "Cookie": {"a=1; b=2", "c=3"},
		"User-Agent": {"test"}, "Accept-Encoding": {"br"}, "X-Forwarded-For": {"10.0.0.9"}, "Te": {"trailers"}}
	r.Host = "portal.example:8080"
	if res, err := http.DefaultClient.Do(r); err != nil || res.StatusCode != 204 {
		t.Fatal(res, err)
	}
	id := got.RequestContext.RequestID
	want := events.APIGatewayV2HTTPRequest{
		Version: "2.0", RouteKey: "POST /v1/things/{id}", RawPath: "/v1/things/a b", RawQueryString: "x=1&y=a%2Cb&x=2&z&%zz=1",
		Cookies: []string{"a=1", "b=2", "c=3"},
		Headers: map[string]string{"content-type": "application/json; charset=utf-8", "x-two": "a,b", "user-agent": "test", "accept-encoding": "br",
			"content-length": "7", "host": "portal.example:8080", "x-forwarded-for": "10.0.0.9, 127.0.0.1", "x-forwarded-proto": "http", "x-forwarded-port": "8080"},
		QueryStringParameters: map[string]string{"x": "1,2", "y": "a,b", "z": "", "%zz": "1"},
		PathParameters:        map[string]string{"id": "a b"},
		RequestContext: events.APIGatewayV2HTTPRequestContext{RouteKey: "POST /v1/things/{id}", AccountID: "000000000000", Stage: "$default",
			RequestID: id, APIID: "local", DomainName: "portal.example", DomainPrefix: "portal", Time: "01/Mar/2026:11:00:00 +0000", TimeEpoch: frozen.UnixMilli(),
			HTTP: events.APIGatewayV2HTTPRequestContextHTTPDescription{Method: "POST", Path: "/v1/things/a b", Protocol: "HTTP/1.1", SourceIP: "127.0.0.1", UserAgent: "test"}},
		Body: `{"n":1}`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if len(id) != 16 || !strings.HasSuffix(id, "=") {
		t.Errorf("request id %q", id)
	}
}

func TestTheDomainIsTheHostWithoutItsPort(t *testing.T) {
	for host, want := range map[string]string{"localhost": "localhost", "localhost:8080": "localhost", "[::1]:8080": "::1", "[::1]": "[::1]"} {
		r := httptest.NewRequest("GET", "/", nil)
		r.Host = host
		if got := event(r, "GET /", "/", nil, nil, "id", frozen).RequestContext.DomainName; got != want {
			t.Errorf("%s: %s", host, got)
		}
	}
}

func TestBodiesThatAreNotTextArriveInBase64(t *testing.T) {
	for contentType, text := range map[string]bool{
		"application/json": true, "text/csv; charset=utf-8": true, "application/xml": true, "application/javascript": true,
		"application/x-www-form-urlencoded": false, "multipart/form-data; boundary=x": false, "": false, "application/problem+json": false,
		"application/octet-stream": false, "application/gzip": false,
	} {
		r := httptest.NewRequest("POST", "/", nil)
		r.Header.Set("Content-Type", contentType)
		e := event(r, "POST /", "/", nil, []byte("a=b"), "id", frozen)
		if e.IsBase64Encoded == text || (text && e.Body != "a=b") || (!text && e.Body != base64.StdEncoding.EncodeToString([]byte("a=b"))) {
			t.Errorf("%q: %v %q", contentType, e.IsBase64Encoded, e.Body)
		}
	}
}

func TestAnswersBecomeResponses(t *testing.T) {
	for _, c := range []struct {
		name, answer string
		status       int
		header, body string
	}{
		{"whole", `{"statusCode":201,"headers":{"Content-Type":"text/csv","X-N":7},"cookies":["a=1","b=2"],"body":"x,y"}`, 201, "text/csv", "x,y"},
		{"binary", `{"statusCode":200,"headers":{"content-type":"image/png"},"isBase64Encoded":true,"body":"iVBORw=="}`, 200, "image/png", "\x89PNG"},
		{"no type", `{"statusCode":200,"body":"hi"}`, 200, defaultContentType, "hi"},
		{"no status", `{"n":1}`, 200, "application/json", `{"n":1}`},
		{"a text", `"hello"`, 200, "application/json", "hello"},
		{"own length", `{"statusCode":200,"headers":{"content-length":"99","connection":"close"},"body":"hi"}`, 200, defaultContentType, "hi"},
		{"null body", `{"statusCode":204,"body":null}`, 204, "", ""},
		{"garbage", `<html>`, 500, "application/json", `{"message":"Internal Server Error"}`},
		{"nothing", ``, 500, "application/json", `{"message":"Internal Server Error"}`},
		{"status is text", `{"statusCode":"ok"}`, 500, "application/json", `{"message":"Internal Server Error"}`},
		{"status is odd", `{"statusCode":42}`, 500, "application/json", `{"message":"Internal Server Error"}`},
		{"body is an object", `{"statusCode":200,"body":{"n":1}}`, 500, "application/json", `{"message":"Internal Server Error"}`},
		{"base64 is broken", `{"statusCode":200,"isBase64Encoded":true,"body":"§"}`, 500, "application/json", `{"message":"Internal Server Error"}`},
		{"header is a list", `{"statusCode":200,"headers":{"a":["b"]}}`, 500, "application/json", `{"message":"Internal Server Error"}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := serve(t, routes("GET /"), func(context.Context, template.Route, []byte) ([]byte, error) { return []byte(c.answer), nil })
			res, body := get(t, s.URL+"/")
			if res.StatusCode != c.status || res.Header.Get("Content-Type") != c.header || body != c.body {
				t.Errorf("%d %q %q", res.StatusCode, res.Header.Get("Content-Type"), body)
			}
			if c.name == "whole" && (fmt.Sprint(res.Header["Set-Cookie"]) != "[a=1 b=2]" || res.Header.Get("X-N") != "7") {
				t.Errorf("headers %v", res.Header)
			}
		})
	}
}

func get(t *testing.T, url string) (*http.Response, string) {
	t.Helper()
	res, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res, string(body)
}

func TestFailuresGetAPIGatewaysAnswers(t *testing.T) {
	s := serve(t, routes("GET /error", "GET /slow", "GET /busy"), func(ctx context.Context, r template.Route, _ []byte) ([]byte, error) {
		switch r.Path {
		case "/slow":
			<-ctx.Done()
			return nil, ctx.Err()
		case "/busy":
			return nil, fmt.Errorf("rate exceeded: %w", ErrUnavailable)
		}
		return nil, errors.New("secret detail")
	})
	for _, c := range []struct {
		path   string
		status int
		body   string
	}{
		{"/error", 500, `{"message":"Internal Server Error"}`},
		{"/slow", 503, `{"message":"Service Unavailable"}`},
		{"/busy", 503, `{"message":"Service Unavailable"}`},
		{"/nowhere", 404, `{"message":"Not Found"}`},
		{"/error?" + strings.Repeat("x", maxHeaderBytes), 431, `{"message":"Request Header Fields Too Large"}`},
	} {
		res, body := get(t, s.URL+c.path)
		if res.StatusCode != c.status || body != c.body || res.Header.Get("Content-Type") != "application/json" || res.Header.Get("Apigw-Requestid") == "" {
			t.Errorf("%.20s: %d %s %v", c.path, res.StatusCode, body, res.Header)
		}
	}
}

func TestSizesAreLimited(t *testing.T) {
	s := serve(t, routes("POST /"), func(_ context.Context, _ template.Route, payload []byte) ([]byte, error) {
		return fmt.Appendf(nil, `{"statusCode":200,"body":"%d"}`, len(payload)), nil
	})
	const megabyte = 1 << 20
	for _, c := range []struct {
		kind   string
		size   int
		status int
	}{
		{"text/plain", 2 * megabyte, 200},
		{"text/plain", 7 * megabyte, 413},
		{"application/octet-stream", 3 * megabyte, 200},
		{"application/octet-stream", 5 * megabyte, 413}, // base64 makes it 6.7
		{"application/xml", 4 * megabyte, 200},          // "<" stays one byte
		{"text/plain", 11 * megabyte, 413},
	} {
		for _, chunked := range []bool{false, true} {
			if chunked && c.size < 7*megabyte && c.size > 2*megabyte {
				continue // chunks make a difference to what is taken and to what is refused, once each
			}
			var body io.Reader = bytes.NewReader(bytes.Repeat([]byte("<"), c.size))
			if chunked {
				body = io.MultiReader(body)
			}
			res, err := http.Post(s.URL, c.kind, body)
			if err != nil {
				t.Fatal(err)
			}
			answer, _ := io.ReadAll(res.Body)
			res.Body.Close()
			if res.StatusCode != c.status || (c.status == 413 && string(answer) != `{"message":"Request Entity Too Large"}`) {
				t.Errorf("%d bytes of %s, chunked %v: %d %.80s", c.size, c.kind, chunked, res.StatusCode, answer)
			}
		}
	}
}

func TestABodyThatBreaksOffIsABadRequest(t *testing.T) {
	s := serve(t, routes("POST /"), func(context.Context, template.Route, []byte) ([]byte, error) {
		t.Error("the function was invoked")
		return nil, nil
	})
	for name, request := range map[string]string{
		"chunks that do not fit": "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello!!\r\n",
		"less than was promised": "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nhello",
	} {
		conn, err := net.Dial("tcp", s.Listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		if _, err := io.WriteString(conn, request); err != nil {
			t.Fatal(err)
		}
		conn.(*net.TCPConn).CloseWrite()
		answer, err := io.ReadAll(conn)
		if err != nil || !strings.HasPrefix(string(answer), "HTTP/1.1 400 ") || !strings.HasSuffix(string(answer), `{"message":"Bad Request"}`) {
			t.Errorf("%s: %q, %v", name, answer, err)
		}
	}
}

func TestThrottlesRefuseAndRecover(t *testing.T) {
	limited := routes("GET /")
	limited[0].Throttle = template.Throttle{Rate: 50, Burst: 3}
	s := serve(t, limited, func(context.Context, template.Route, []byte) ([]byte, error) {
		return []byte(`{"statusCode":200}`), nil
	})
	refused := 0
	for range 8 {
		res, body := get(t, s.URL)
		if res.StatusCode == http.StatusTooManyRequests && body == `{"message":"Too Many Requests"}` {
			refused++
		}
	}
	if refused == 0 || refused > 5 {
		t.Errorf("%d of 8 refused at a burst of 3", refused)
	}
	time.Sleep(40 * time.Millisecond)
	if res, _ := get(t, s.URL); res.StatusCode != 200 {
		t.Errorf("after a pause: %d", res.StatusCode)
	}
}

func FuzzResponseNeverPanics(f *testing.F) {
	for _, seed := range []string{`{"statusCode":200}`, `"x`, `null`, `{"statusCode":1e9}`, `[]`, ``} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, answer []byte) {
		res, err := readResponse(answer)
		if err == nil {
			res.write(httptest.NewRecorder())
		}
	})
}

func FuzzEventKeepsQueryAndBody(f *testing.F) {
	f.Add("a=1&b=%20", "a=1; b", []byte("x"), "text/plain")
	f.Add("%", ";;", []byte{0xff}, "")
	f.Fuzz(func(t *testing.T, rawQuery, cookie string, body []byte, kind string) {
		r := httptest.NewRequest("POST", "/", nil)
		r.URL.RawQuery = rawQuery
		r.Header.Set("Cookie", cookie)
		r.Header.Set("Content-Type", kind)
		e := event(r, "POST /", "/", nil, body, "id", frozen)
		got := []byte(e.Body)
		if e.IsBase64Encoded {
			got, _ = base64.StdEncoding.DecodeString(e.Body)
		}
		if e.RawQueryString != rawQuery || !bytes.Equal(got, body) {
			t.Errorf("%q %q", e.RawQueryString, got)
		}
	})
}

func BenchmarkGateway(b *testing.B) {
	g := New(routes("GET /{proxy+}", "GET /v1/things/{id}"), Options{Now: time.Now, Invoke: func(context.Context, template.Route, []byte) ([]byte, error) {
		return []byte(`{"statusCode":200,"headers":{"content-type":"application/json"},"body":"{}"}`), nil
	}})
	for b.Loop() {
		g.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/v1/things/7?a=1", nil))
	}
}
