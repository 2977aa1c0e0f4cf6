package main

import (
	"context"
	"net/http"
	"path"
	"strings"

	"customercenter/shared/center"
	"customercenter/shared/httpapi"
)

type handler struct{ files map[string]file }

func (h handler) routes(door httpapi.Door) httpapi.Routes {
	serve := httpapi.Handle(door, httpapi.Op{Public: true, AnyQuery: true}, h.servePortal)
	return httpapi.Routes{"GET /": serve, "GET /{proxy+}": serve}
}

type input struct {
	Path           string `json:"-" request:"path"`
	AcceptEncoding string `json:"-" header:"accept-encoding"`
	IfNoneMatch    string `json:"-" header:"if-none-match"`
}

// Parts of the portal's address space.
const (
	indexFile = "/index.html"
	assets    = "/assets/" // files whose name changes with their content
	api       = "/v1"      // what no function serves there does not exist
)

// How long files are kept: by name for good, or asked for again each time.
const (
	keepForever = "public, max-age=31536000, immutable"
	askAgain    = "no-cache"
)

// notBuilt is the page of a program that was compiled without the portal.
const notBuilt = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Customer Center</title>` +
	`<p>The portal's pages are not built; run <code>make build</code>.</p></html>`

// servePortal answers a file, or the portal's one page for every address that
// the portal itself tells apart.
func (h handler) servePortal(_ context.Context, _ center.Actor, in input) (httpapi.Raw, error) {
	if in.Path == api || strings.HasPrefix(in.Path, api+"/") {
		return httpapi.Raw{}, center.Errorf(center.NotFound, "not-found", "There is nothing here.")
	}
	name := in.Path
	f, found := h.files[name]
	switch {
	case found:
	case strings.HasPrefix(name, assets), strings.Contains(path.Base(name), "."), strings.HasPrefix(name, "/."):
		return page(http.StatusNotFound, "text/plain; charset=utf-8", "There is no such file."), nil
	default:
		name = indexFile
		if f, found = h.files[name]; !found {
			return page(http.StatusServiceUnavailable, "text/html; charset=utf-8", notBuilt), nil
		}
	}
	out := httpapi.Raw{ContentType: f.contentType, Headers: pageHeaders()}
	out.Headers["etag"], out.Headers["vary"], out.Headers["cache-control"] = f.etag, "accept-encoding", askAgain
	if strings.HasPrefix(name, assets) {
		out.Headers["cache-control"] = keepForever
	}
	if strings.Contains(in.IfNoneMatch, f.etag) {
		out.Status = http.StatusNotModified
		return out, nil
	}
	out.Body, out.Binary = f.plain, f.binary
	for _, encoding := range encodings {
		if body, ok := f.compressed[encoding.name]; ok && accepts(in.AcceptEncoding, encoding.name) {
			out.Body, out.Binary, out.Headers["content-encoding"] = body, true, encoding.name
			break
		}
	}
	return out, nil
}

func page(status int, contentType, text string) httpapi.Raw {
	return httpapi.Raw{Status: status, ContentType: contentType, Headers: pageHeaders(), Body: []byte(text)}
}

// contentPolicy lets the portal run its own files and talk to its own origin,
// and nothing else.
const contentPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
	"form-action 'self'; frame-ancestors 'none'; base-uri 'none'"

// pageHeaders are what a page needs beside the headers of every answer.
func pageHeaders() map[string]string {
	return map[string]string{
		"content-security-policy": contentPolicy,
		"permissions-policy":      "camera=(), geolocation=(), microphone=(), payment=()",
		"x-frame-options":         "DENY",
		"x-robots-tag":            "noindex",
	}
}
