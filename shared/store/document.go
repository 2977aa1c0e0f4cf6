package store

import (
	"bytes"
	"compress/flate"
	"encoding/json"
	"fmt"
	"io"
	"sync"

	"customercenter/shared/center"
)

const (
	// partBytes is how much of a compressed document stands in one item; the
	// service takes 400 KB.
	partBytes = 350 << 10
	// maxDocument bounds what a document may unfold to; what is posted at once
	// has half of it.
	maxDocument = 8 << 20
	// maxPaper bounds the text of a document that is booked, so that an answer
	// can carry it.
	maxPaper = 4 << 20
)

// Compressors keep half a megabyte of tables each: they are used again.
var deflaters = sync.Pool{New: func() any {
	w, _ := flate.NewWriter(nil, flate.DefaultCompression) // the level is valid
	return w
}}

// packed is v as compressed JSON. The same value is always the same bytes.
func packed(v any) ([]byte, error) {
	plain, err := json.Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("store: pack: %w", err)
	}
	return deflated(plain)
}

func deflated(plain []byte) ([]byte, error) {
	var out bytes.Buffer
	w := deflaters.Get().(*flate.Writer)
	defer deflaters.Put(w)
	w.Reset(&out)
	if _, err := w.Write(plain); err != nil {
		return nil, fmt.Errorf("store: pack: %w", err)
	}
	if err := w.Close(); err != nil {
		return nil, fmt.Errorf("store: pack: %w", err)
	}
	return out.Bytes(), nil
}

// unpack is the inverse of packed; size is the length of the JSON.
func unpack(compressed []byte, v any) (size int, err error) {
	plain, err := inflated(compressed)
	if err != nil {
		return 0, err
	}
	if err := json.Unmarshal(plain, v); err != nil {
		return 0, fmt.Errorf("store: unpack: %w", err)
	}
	return len(plain), nil
}

func inflated(compressed []byte) ([]byte, error) {
	plain, err := io.ReadAll(io.LimitReader(flate.NewReader(bytes.NewReader(compressed)), maxDocument+1))
	if err != nil {
		return nil, fmt.Errorf("store: unpack: %w", err)
	}
	if len(plain) > maxDocument {
		return nil, fmt.Errorf("store: unpack: over %d bytes", maxDocument)
	}
	return plain, nil
}

// attrBody is the compressed content of an item.
const attrBody = "z"

// documentItems are the items of a document, as many parts as it needs. The
// first line of its history stands on the first, which spares an item.
func (t tenant) documentItems(id center.InvoiceID, d *center.Document, imported Entry) ([]item, error) {
	plain, err := json.Marshal(d)
	if err != nil {
		return nil, fmt.Errorf("store: pack: %w", err)
	}
	if len(plain) > maxPaper {
		return nil, center.Errorf(center.Unprocessable, string(center.CodeBadRecord), "The paper is larger than %d MB.", maxPaper>>20)
	}
	body, err := deflated(plain)
	if err != nil {
		return nil, err
	}
	var items []item
	for n := 0; n == 0 || len(body) > 0; n++ {
		part := body[:min(len(body), partBytes)]
		body = body[len(part):]
		it := newItem(t.document(id, n), kindDocument)
		it.bytes(attrBody, part)
		if n == 0 {
			it.instant(attrAt, imported.At)
			it.text(attrBy, imported.By)
		}
		items = append(items, it)
	}
	return items, nil
}

// readDocument puts the parts of a document, in order, together; size is its
// length as text.
func readDocument(parts []item) (d center.Document, size int, err error) {
	var body []byte
	for _, it := range parts {
		r := open(it, kindDocument)
		body = append(body, r.bytes(attrBody)...)
		if r.err != nil {
			return d, 0, r.err
		}
	}
	size, err = unpack(body, &d)
	return d, size, err
}
