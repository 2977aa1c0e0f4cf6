package ingest

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"

	"customercenter/shared/center"
)

// Writer writes records as JSON Lines, each with all fields of its kind in one
// order and null for what is absent, so that equal records give equal bytes.
type Writer struct {
	w io.Writer
}

// NewWriter returns a Writer to w. Nothing is buffered.
func NewWriter(w io.Writer) *Writer { return &Writer{w} }

// Write writes one record and a line feed. A record that holds nothing, such
// as a rejected one, is an error.
func (w *Writer) Write(rec center.Record) error {
	line, err := marshalRecord(rec)
	if err != nil {
		return err
	}
	_, err = w.w.Write(line)
	return err
}

// Fingerprint is the content of a record as one hash: 64 hex digits, equal for
// records that say the same. Where a record came from, its UUID, the place that
// states its due date, and a due date that terms gave are no content: a paper
// may come as UBL and as CII.
func Fingerprint(rec center.Record) string {
	if rec.Document != nil {
		d := *rec.Document
		d.Source, d.UUID = center.Source{}, ""
		if d.DueSource == center.DueByNetTerms || d.DueSource == center.DueOnReceipt {
			d.DueDate = ""
		}
		d.DueSource = ""
		rec.Document = &d
	}
	if rec.Order != nil {
		o := *rec.Order
		o.Source, o.UUID = center.Source{}, ""
		rec.Order = &o
	}
	if rec.Event != nil {
		e := *rec.Event
		e.Source, e.UUID = center.Source{}, ""
		rec.Event = &e
	}
	line, err := marshalRecord(rec)
	if err != nil {
		return ""
	}
	sum := sha256.Sum256(line)
	return hex.EncodeToString(sum[:])
}

func marshalRecord(rec center.Record) ([]byte, error) {
	var wire any
	switch {
	case rec.Document != nil:
		wire = wireDocumentOf(rec.Document)
	case rec.Order != nil:
		wire = wireOrderOf(rec.Order)
	case rec.Event != nil:
		wire = rec.Event
	case rec.Account != nil:
		wire = wireAccountOf(rec.Account)
	case rec.Contact != nil:
		wire = wireContactOf(rec.Contact)
	case rec.Other != nil:
		wire = json.RawMessage(rec.Other.JSON)
	default:
		return nil, errors.New("the record holds nothing to write")
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(wire); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}
