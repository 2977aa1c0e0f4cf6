package letters

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
)

// raw asks the table past every gate.
func (w *town) raw(operation string, body map[string]any) []byte {
	w.t.Helper()
	text, err := json.Marshal(body)
	if err != nil {
		w.t.Fatal(err)
	}
	r := httptest.NewRequest(http.MethodPost, "http://table.local/", bytes.NewReader(text))
	r.Header.Set("X-Amz-Target", "DynamoDB_20120810."+operation)
	answer, err := w.Cloud.DB.Do(r)
	if err != nil {
		w.t.Fatal(err)
	}
	defer answer.Body.Close()
	said, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != http.StatusOK {
		w.t.Fatalf("%s: %d %s %v", operation, answer.StatusCode, said, err)
	}
	return said
}
