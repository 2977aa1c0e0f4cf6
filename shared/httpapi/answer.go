package httpapi

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
)

// Raw is the output of an operation that answers other than JSON. Headers
// (lower-case names) win over those that every answer has.
type Raw struct {
	Status      int // of the Op when zero
	ContentType string
	Headers     map[string]string
	Body        []byte
	Binary      bool // Body is not text: the gateway gets it as base64
}

// Page is a page of a list; Next is the cursor of the next one, "" on the last.
type Page[T any] struct {
	Items []T    `json:"items"`
	Next  string `json:"next,omitempty"`
}

// cookieSetter is an output that sets cookies. They leave through the
// Cookies field: the gateway ignores repeated headers.
type cookieSetter interface{ SetCookies() []string }

// appender is an output that writes its JSON itself, as encoding/json would.
type appender interface {
	AppendJSON(to []byte) ([]byte, error)
}

func encode(out any) ([]byte, error) {
	if a, ok := out.(appender); ok {
		return a.AppendJSON(nil)
	}
	return json.Marshal(out)
}

// answer turns an output into a response. Status 204 has no body.
func answer[Out any](op Op, r Request, out Out) (Response, error) {
	resp := Response{StatusCode: op.Status}
	if resp.StatusCode == 0 {
		resp.StatusCode = http.StatusOK
	}
	if c, ok := any(out).(cookieSetter); ok {
		resp.Cookies = c.SetCookies()
	}
	if resp.StatusCode == http.StatusNoContent {
		resp.Headers = headersOf(r, "")
		return resp, nil
	}
	if raw, ok := any(out).(Raw); ok {
		return rawAnswer(resp, r, raw), nil
	}
	body, err := encode(out)
	if err != nil {
		return Response{}, fmt.Errorf("encode the answer: %w", err)
	}
	resp.Headers = headersOf(r, "application/json")
	resp.Body = string(body)
	return resp, nil
}

func rawAnswer(resp Response, r Request, raw Raw) Response {
	if raw.Status != 0 {
		resp.StatusCode = raw.Status
	}
	resp.Headers = headersOf(r, raw.ContentType)
	maps.Copy(resp.Headers, raw.Headers)
	if raw.Binary {
		resp.Body, resp.IsBase64Encoded = base64.StdEncoding.EncodeToString(raw.Body), true
	} else {
		resp.Body = string(raw.Body)
	}
	return resp
}

// strictTransport keeps browsers on HTTPS for two years.
const strictTransport = "max-age=63072000; includeSubDomains"

// headersOf are the headers of every answer. Data is never kept by a cache,
// never framed, never held by the window that opened it, never guessed to be of
// another type, and never named to another site.
func headersOf(r Request, contentType string) map[string]string {
	h := map[string]string{
		"cache-control":                "no-store",
		"content-security-policy":      "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
		"cross-origin-opener-policy":   "same-origin",
		"cross-origin-resource-policy": "same-origin",
		"referrer-policy":              "no-referrer",
		"strict-transport-security":    strictTransport,
		"x-content-type-options":       "nosniff",
		"x-request-id":                 r.RequestContext.RequestID,
	}
	if contentType != "" {
		h["content-type"] = contentType
	}
	return h
}
