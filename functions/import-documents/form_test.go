package main

import (
	"testing"

	"customercenter/shared/center"
	"customercenter/shared/ingest"
)

func FuzzForm(f *testing.F) {
	body, contentType := formOf(f, []ingest.File{{Name: "a.xml", Data: []byte("<a/>")}, {Data: []byte("x")}}, "{}")
	f.Add(contentType, body)
	f.Add("multipart/form-data; boundary=b", []byte("--b\r\n\r\n--b--"))
	f.Fuzz(func(t *testing.T, contentType string, body []byte) {
		form, err := readForm(contentType, body)
		if err != nil {
			if center.AsError(err).Kind == center.Internal {
				t.Fatalf("a form that cannot be read is our fault: %v", err)
			}
			return
		}
		if len(form.files) == 0 || form.files[0].Name == "" {
			t.Fatalf("%+v", form)
		}
	})
}
