package main

import (
	"encoding/base64"
	"strings"
	"testing"

	"customercenter/infra/functiontest"
	"customercenter/shared/center"
	"customercenter/shared/httpapi"
)

// download asks for the n-th attachment of an invoice.
func download(t *testing.T, w *functiontest.World, routes httpapi.Routes, p functiontest.Person, id center.InvoiceID, n string) httpapi.Response {
	t.Helper()
	r := functiontest.Request("GET /v1/invoices/{id}/attachments/{n}", "/v1/invoices/"+string(id)+"/attachments/"+n)
	r.PathParameters = map[string]string{"id": string(id), "n": n}
	return functiontest.Invoke(t, routes, w.As(t, p, r))
}

func TestAttachmentsAreDownloadsThatRunNothing(t *testing.T) {
	w := functiontest.New(t)
	routes := routesOf(t, w)
	for number, want := range map[string]struct{ contentType, name, content string }{
		"INV-1001": {"application/pdf", `attachment; filename="terms.pdf"`, "%PDF-1.7 terms of support"},
		"INV-1002": {"application/octet-stream", `attachment; filename="script.html"`, "<script>alert(1)</script>"},
	} {
		resp := download(t, w, routes, functiontest.Primary, functiontest.InvoiceID(functiontest.Najd, center.KindInvoice, number), "0")
		content, err := base64.StdEncoding.DecodeString(resp.Body)
		if err != nil || resp.StatusCode != 200 || string(content) != want.content {
			t.Fatalf("%s: %d %s %v", number, resp.StatusCode, resp.Body, err)
		}
		h := resp.Headers
		if h["content-type"] != want.contentType || !strings.HasPrefix(h["content-disposition"], want.name) ||
			h["x-content-type-options"] != "nosniff" || h["content-security-policy"] != "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox" {
			t.Errorf("%s: %v", number, h)
		}
	}
	own := functiontest.InvoiceID(functiontest.Najd, center.KindInvoice, "INV-1001")
	for _, n := range []string{"1", "-1", "99999999"} {
		if resp := download(t, w, routes, functiontest.Primary, own, n); resp.StatusCode != 404 || !strings.Contains(resp.Body, "attachment-not-found") {
			t.Errorf("%s: %d %s", n, resp.StatusCode, resp.Body)
		}
	}
}

func TestNamesOfAttachmentsMeanNothingToAFileSystem(t *testing.T) {
	for name, want := range map[string]string{
		"../../etc/passwd":               "passwd.bin",
		`C:\Windows\evil.exe`:            "evil.exe",
		"كشف الساعات.csv":                "كشف-الساعات.csv",
		"a\r\nSet-Cookie: x.pdf":         "a-Set-Cookie-x.pdf",
		"":                               "id.bin",
		".pdf":                           "document.pdf",
		"x." + strings.Repeat("long", 5): "x.longlonglonglonglong.bin",
	} {
		if got := attachmentName(center.Attachment{ID: "id", Filename: name}); got != want {
			t.Errorf("%q becomes %q, want %q", name, got, want)
		}
	}
}
