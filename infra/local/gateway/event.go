package gateway

import (
	"encoding/base64"
	"mime"
	"net"
	"net/http"
	"net/textproto"
	"net/url"
	"strings"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"customercenter/infra/local/template"
)

// timeFormat is that of requestContext.time.
const timeFormat = "02/Jan/2006:15:04:05 -0700"

// event writes a request as an event of payload format 2.0.
func event(r *http.Request, key, path string, parameters map[string]string, body []byte, id string, now time.Time) events.APIGatewayV2HTTPRequest {
	source, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		source = r.RemoteAddr
	}
	host, _, err := net.SplitHostPort(r.Host)
	if err != nil {
		host = r.Host
	}
	prefix, _, _ := strings.Cut(host, ".")
	e := events.APIGatewayV2HTTPRequest{
		Version:               "2.0",
		RouteKey:              key,
		RawPath:               path,
		RawQueryString:        r.URL.RawQuery,
		Cookies:               cookies(r.Header),
		Headers:               headers(r, source),
		QueryStringParameters: query(r.URL.RawQuery),
		PathParameters:        parameters,
		RequestContext: events.APIGatewayV2HTTPRequestContext{
			RouteKey: key, AccountID: template.AccountID, Stage: "$default", RequestID: id, APIID: template.StackName,
			DomainName: host, DomainPrefix: prefix, Time: now.UTC().Format(timeFormat), TimeEpoch: now.UnixMilli(),
			HTTP: events.APIGatewayV2HTTPRequestContextHTTPDescription{
				Method: r.Method, Path: path, Protocol: r.Proto, SourceIP: source, UserAgent: r.UserAgent(),
			},
		},
	}
	switch {
	case len(body) == 0:
	case isText(r.Header.Get("Content-Type")):
		e.Body = string(body)
	default:
		e.Body, e.IsBase64Encoded = base64.StdEncoding.EncodeToString(body), true
	}
	return e
}

// isText says which bodies arrive as they are. API Gateway takes every other type for binary: forms, multipart, a
// missing type, and also types such as application/problem+json.
func isText(contentType string) bool {
	kind, _, err := mime.ParseMediaType(contentType)
	if err != nil {
		return false
	}
	switch kind {
	case "application/json", "application/xml", "application/javascript":
		return true
	}
	return strings.HasPrefix(kind, "text/")
}

// cookies lists the pairs of all Cookie headers, which appear nowhere else.
func cookies(h http.Header) []string {
	var out []string
	for _, line := range h["Cookie"] {
		for _, pair := range strings.Split(line, ";") {
			if pair = textproto.TrimString(pair); pair != "" {
				out = append(out, pair)
			}
		}
	}
	return out
}

// dropped are the headers that end at API Gateway.
var dropped = map[string]bool{"cookie": true, "connection": true, "keep-alive": true, "te": true, "trailer": true,
	"transfer-encoding": true, "upgrade": true, "proxy-connection": true, "expect": true}

// headers joins repeated headers by commas under lower-case names, and adds those of API Gateway.
func headers(r *http.Request, source string) map[string]string {
	out := map[string]string{}
	for name, values := range r.Header {
		if name = strings.ToLower(name); !dropped[name] {
			out[name] = strings.Join(values, ",")
		}
	}
	out["host"] = r.Host
	if before := out["x-forwarded-for"]; before != "" {
		source = before + ", " + source
	}
	out["x-forwarded-for"] = source
	out["x-forwarded-proto"] = "http"
	_, port, err := net.SplitHostPort(r.Host)
	if err != nil {
		port = "80"
	}
	out["x-forwarded-port"] = port
	return out
}

// query joins repeated parameters by commas, in the order they came.
func query(raw string) map[string]string {
	var out map[string]string
	for pair := range strings.SplitSeq(raw, "&") {
		if pair == "" {
			continue
		}
		name, value, _ := strings.Cut(pair, "=")
		name, value = unescape(name), unescape(value)
		if out == nil {
			out = map[string]string{}
		}
		if before, ok := out[name]; ok {
			value = before + "," + value
		}
		out[name] = value
	}
	return out
}

// unescape decodes what it can and leaves the rest, where net/url would drop the parameter.
func unescape(s string) string {
	if out, err := url.QueryUnescape(s); err == nil {
		return out
	}
	return s
}
