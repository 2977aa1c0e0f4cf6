package gateway

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
)

// response is a function's answer, read by the rules of payload format 2.0.
type response struct {
	status  int
	headers map[string]string
	cookies []string
	body    []byte
}

var errResponse = errors.New("the function's answer is no response")

// defaultContentType is that of an answer which names none.
const defaultContentType = "text/plain;charset=utf-8"

// readResponse reads an answer. JSON without a statusCode is the body of a 200; what is no JSON, or has parts of
// the wrong types, is an error.
func readResponse(answer []byte) (response, error) {
	if !json.Valid(answer) {
		return response{}, fmt.Errorf("%w: it is not JSON: %.80q", errResponse, answer)
	}
	var fields map[string]json.RawMessage
	if json.Unmarshal(answer, &fields) != nil || fields["statusCode"] == nil {
		return inferred(answer), nil
	}
	var told struct {
		StatusCode      int
		Headers         map[string]any
		Cookies         []string
		Body            *string
		IsBase64Encoded bool
	}
	if err := json.Unmarshal(answer, &told); err != nil {
		return response{}, fmt.Errorf("%w: %w", errResponse, err)
	}
	if told.StatusCode < 200 || told.StatusCode > 599 {
		return response{}, fmt.Errorf("%w: status %d", errResponse, told.StatusCode)
	}
	out := response{status: told.StatusCode, cookies: told.Cookies, headers: map[string]string{}}
	for name, v := range told.Headers {
		switch v.(type) {
		case string, float64, bool:
			out.headers[strings.ToLower(name)] = fmt.Sprint(v)
		default:
			return response{}, fmt.Errorf("%w: header %s is no text", errResponse, name)
		}
	}
	if told.Body != nil {
		out.body = []byte(*told.Body)
	}
	if told.IsBase64Encoded {
		body, err := base64.StdEncoding.DecodeString(string(out.body))
		if err != nil {
			return response{}, fmt.Errorf("%w: %w", errResponse, err)
		}
		out.body = body
	}
	return out, nil
}

func inferred(answer []byte) response {
	body := answer
	var text string
	if json.Unmarshal(answer, &text) == nil && answer[0] == '"' {
		body = []byte(text)
	}
	return response{status: http.StatusOK, headers: map[string]string{"content-type": "application/json"}, body: body}
}

// written are the headers that API Gateway writes itself.
var written = map[string]bool{"connection": true, "content-length": true, "date": true, "keep-alive": true,
	"server": true, "trailer": true, "transfer-encoding": true, "upgrade": true}

func (res response) write(w http.ResponseWriter) {
	h := w.Header()
	for name, value := range res.headers {
		if !written[name] {
			h.Set(name, value)
		}
	}
	for _, c := range res.cookies {
		h.Add("Set-Cookie", c)
	}
	if h.Get("Content-Type") == "" && len(res.body) > 0 {
		h.Set("Content-Type", defaultContentType)
	}
	w.WriteHeader(res.status)
	w.Write(res.body)
}
