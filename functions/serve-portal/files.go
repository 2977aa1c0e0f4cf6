package main

import (
	"crypto/sha256"
	"encoding/hex"
	"io/fs"
	"mime"
	"path"
	"strconv"
	"strings"
)

// file is one file of the portal, with the compressed forms that lay beside it.
type file struct {
	plain       []byte
	compressed  map[string][]byte // by content encoding
	contentType string
	binary      bool   // plain is not text
	etag        string // of the content, in quotes
}

// encodings are the compressed forms, best first, by the ending of their file.
var encodings = []struct{ name, ending string }{{"br", ".br"}, {"gzip", ".gz"}}

// contentTypes names what the portal is made of. The system's own table is
// not asked: it differs from machine to machine.
var contentTypes = map[string]string{
	".css":         "text/css; charset=utf-8",
	".html":        "text/html; charset=utf-8",
	".ico":         "image/x-icon",
	".js":          "text/javascript; charset=utf-8",
	".json":        "application/json",
	".map":         "application/json",
	".png":         "image/png",
	".svg":         "image/svg+xml; charset=utf-8",
	".txt":         "text/plain; charset=utf-8",
	".webmanifest": "application/manifest+json",
	".woff2":       "font/woff2",
}

// collect reads every file by the path it is served under. Files embedded in
// the program always read; what does not ends the program at its start.
func collect(dist fs.FS) map[string]file {
	files := map[string]file{}
	err := fs.WalkDir(dist, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || strings.HasPrefix(path.Base(name), ".") || isCompressed(name) {
			return err
		}
		f, err := read(dist, name)
		files["/"+name] = f
		return err
	})
	if err != nil {
		panic(err)
	}
	return files
}

func isCompressed(name string) bool {
	for _, encoding := range encodings {
		if strings.HasSuffix(name, encoding.ending) {
			return true
		}
	}
	return false
}

func read(dist fs.FS, name string) (file, error) {
	plain, err := fs.ReadFile(dist, name)
	if err != nil {
		return file{}, err
	}
	sum := sha256.Sum256(plain)
	f := file{plain: plain, compressed: map[string][]byte{}, contentType: "application/octet-stream", etag: `"` + hex.EncodeToString(sum[:8]) + `"`}
	if known, ok := contentTypes[path.Ext(name)]; ok {
		f.contentType = known
	}
	kind, _, _ := mime.ParseMediaType(f.contentType)
	f.binary = !strings.HasPrefix(kind, "text/") && kind != "application/json" && kind != "application/manifest+json" && kind != "image/svg+xml"
	for _, encoding := range encodings {
		if body, err := fs.ReadFile(dist, name+encoding.ending); err == nil {
			f.compressed[encoding.name] = body
		}
	}
	return f, nil
}

// accepts reads an Accept-Encoding header: whether the encoding is named in it
// with more than no weight.
func accepts(header, encoding string) bool {
	for part := range strings.SplitSeq(header, ",") {
		name, parameters, _ := strings.Cut(part, ";")
		if !strings.EqualFold(strings.TrimSpace(name), encoding) {
			continue
		}
		weight, given := strings.CutPrefix(strings.TrimSpace(parameters), "q=")
		if !given {
			return true
		}
		q, err := strconv.ParseFloat(weight, 64)
		return err == nil && q > 0
	}
	return false
}
