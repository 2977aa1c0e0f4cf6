package demo

import (
	"bytes"
	"encoding/json"

	"customercenter/shared/center"
)

// jsonLines writes records, one a line, and keeps the first error.
type jsonLines struct {
	bytes.Buffer
	err error
}

// add writes a record; kind is put in front of records that do not carry one.
func (j *jsonLines) add(kind center.DocumentKind, record any) {
	line, err := json.Marshal(record)
	if err != nil {
		j.err = err
		return
	}
	if kind != "" {
		head, _ := json.Marshal(map[string]any{"kind": kind})
		line = append(append(head[:len(head)-1], ','), line[1:]...)
	}
	j.Write(line)
	j.WriteByte('\n')
}

// withoutSource leaves out what the importer fills in.
type withoutSource struct {
	*center.Document
	Source *center.Source `json:"source,omitempty"`
}
