package httpapi

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"strconv"

	"customercenter/shared/center"
)

// Problem is a refusal as RFC 9457 writes it.
type Problem struct {
	Type              string             `json:"type"` // /problems/<slug>
	Title             string             `json:"title"`
	Status            int                `json:"status"`
	Detail            string             `json:"detail"`             // a sentence for the person who asked
	Instance          string             `json:"instance,omitempty"` // urn:request:<id>, to quote to support; never of a 404
	RetryAfterSeconds int                `json:"retryAfterSeconds,omitempty"`
	Facts             any                `json:"facts,omitempty"` // how things stand now
	AskContacts       []AskContact       `json:"askContacts,omitempty"`
	Errors            []center.Violation `json:"errors,omitempty"`
}

// AskContact is a person who can give access.
type AskContact struct {
	Name  string `json:"name"`
	Email string `json:"email"`
}

// refuse answers err and leaves its cause to the log.
func refuse(line *line, r Request, err error, ask []AskContact) Response {
	if errors.Is(err, context.DeadlineExceeded) && !isError(err) {
		err = &center.Error{Kind: center.Unavailable, Code: "timeout", RetryAfter: retryAfterTimeout, Err: err,
			Detail: "This took too long. Please try again."}
	}
	e := center.AsError(err)
	line.code = e.Code
	if e.Err != nil {
		line.cause = e.Err.Error()
	}
	p := problemOf(e, r, ask)
	if p.Status >= http.StatusInternalServerError {
		line.level = slog.LevelError
	}
	return encodeProblem(r, p)
}

// retryAfterTimeout is the pause, in seconds, after a request that ran out of time.
const retryAfterTimeout = 2

func isError(err error) bool {
	var e *center.Error
	return errors.As(err, &e)
}

// problemOf leaves the request's id out of a 404: what belongs to another
// account and what does not exist are the same bytes. Each answer carries the
// id in the x-request-id header.
func problemOf(e *center.Error, r Request, ask []AskContact) Problem {
	status := statusOf[e.Kind]
	p := Problem{
		Type: "/problems/" + e.Code, Title: http.StatusText(status), Status: status, Detail: e.Detail,
		RetryAfterSeconds: e.RetryAfter, Facts: e.Facts, AskContacts: ask, Errors: e.Violations,
	}
	if e.Kind != center.NotFound {
		p.Instance = "urn:request:" + r.RequestContext.RequestID
	}
	return p
}

func encodeProblem(r Request, p Problem) Response {
	body, _ := json.Marshal(p) // strings and numbers always encode
	resp := Response{StatusCode: p.Status, Headers: headersOf(r, "application/problem+json"), Body: string(body)}
	if p.RetryAfterSeconds > 0 {
		resp.Headers["retry-after"] = strconv.Itoa(p.RetryAfterSeconds)
	}
	return resp
}
