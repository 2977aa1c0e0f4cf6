package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"

	"customercenter/shared/center"
	"customercenter/shared/ingest"
)

// form is what a post carries: files in the order they were sent, and the
// mapping of their columns.
type form struct {
	files   []ingest.File
	mapping []byte
}

// readForm reads multipart form data: parts named file, and at most one named
// mapping. Each part is cut out of body, not copied more than once.
func readForm(contentType string, body []byte) (form, error) {
	_, params, err := mime.ParseMediaType(contentType)
	if err != nil || params["boundary"] == "" {
		return form{}, center.Errorf(center.Invalid, "body-malformed", "The form has no boundary.")
	}
	var f form
	size := 0
	for parts := multipart.NewReader(bytes.NewReader(body), params["boundary"]); ; {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return form{}, malformed(err)
		}
		content, err := io.ReadAll(part)
		if err != nil {
			return form{}, malformed(err)
		}
		switch name := part.FormName(); {
		case name == "file" && len(f.files) < maxFiles:
			f.files = append(f.files, ingest.File{Name: nameOf(part, len(f.files)), Data: content})
			size += len(content)
		case name == "file":
			return form{}, center.Errorf(center.TooLarge, "too-many-files", "A post has at most %d files.", maxFiles)
		case name == "mapping" && f.mapping == nil && len(content) <= maxMapping:
			f.mapping = content
		default:
			return form{}, center.Errorf(center.Invalid, "form-part", "A form has parts named file and one small part named mapping, not %q.", name)
		}
	}
	if size > maxFileBytes {
		return form{}, center.Errorf(center.TooLarge, "body-too-large", "The files of a post have at most %d bytes together.", maxFileBytes)
	}
	if len(f.files) == 0 {
		refusal := center.Errorf(center.Unprocessable, "validation", "There is nothing to import.")
		refusal.Violations = []center.Violation{{Pointer: "file", Detail: "send at least one file"}}
		return form{}, refusal
	}
	return f, nil
}

// nameOf is the name the file was sent with, or its position where it has none.
func nameOf(part *multipart.Part, position int) string {
	if name := part.FileName(); name != "" {
		return name
	}
	return fmt.Sprintf("file-%d", position+1)
}

func malformed(err error) error {
	return &center.Error{Kind: center.Invalid, Code: "body-malformed", Detail: "The form cannot be read.", Err: err}
}
