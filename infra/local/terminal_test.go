package main

import (
	"bytes"
	"testing"
)

func TestLogLinesAreMadeReadable(t *testing.T) {
	for _, c := range []struct{ line, want string }{
		{`{"time":"2026-01-01T00:00:00Z","level":"INFO","msg":"request","requestId":"x","function":"get-invoice","route":"GET /v1/invoices/{id}","status":200,"ms":3,"code":""}`,
			`request route="GET /v1/invoices/{id}" status=200 ms=3`},
		{`{"level":"ERROR","msg":"record","cause":"panic: a\nb"}`, "ERROR record cause=panic: a\nb"},
		{`{"n":1}`, `{"n":1}`},
		{`{"msg":"torn`, `{"msg":"torn`},
		{`panic: runtime error`, `panic: runtime error`},
		{`[1,2]`, `[1,2]`},
		{``, ``},
	} {
		if got := readable(c.line); got != c.want {
			t.Errorf("%s became %q, want %q", c.line, got, c.want)
		}
	}
}

func TestEachLineBearsItsName(t *testing.T) {
	var b bytes.Buffer
	out := &terminal{err: &b}
	out.functionLine("get-invoice", "panic: a\nb")
	out.progress("compiling")
	out.quiet = true
	out.functionLine("get-invoice", "more")
	out.progress("bundling")
	out.warn("not built: x\nmain.go:1: y")
	want := "get-invoice        │ panic: a\nget-invoice        │ b\nlocal              │ compiling\n" +
		"local              │ not built: x\nlocal              │ main.go:1: y\n"
	if b.String() != want {
		t.Errorf("printed\n%s", b.String())
	}
}
