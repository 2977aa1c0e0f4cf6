package cloudtest

import (
	"bytes"
	"errors"
	"hash/crc32"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
)

// Fault is what the wire does to one request.
type Fault int

// The faults. A program that is gone fails from then on, whatever it asks.
const (
	Deliver    Fault = iota
	FailBefore       // the connection breaks before the request arrives
	LoseAnswer       // the request is done, and its answer lost
	Throttle         // refused: too much at once
	Break            // the service answers 500 and does nothing
	Conflict         // a write is refused: a transaction is at its items
	GoneBefore       // the program ends before the request is sent
	GoneAfter        // the program ends when the request was done
)

// ErrLost is the connection that broke.
var ErrLost = errors.New("cloudtest: connection reset by test")

// Wire carries requests to the engine and fails as it is told.
type Wire struct {
	next interface {
		Do(*http.Request) (*http.Response, error)
	}

	mu    sync.Mutex
	calls int
	gone  bool
	fault func(n int, operation string) Fault
}

// Fail sets what happens to the n-th request from now on, counted from 0,
// retries included. nil delivers all.
func (w *Wire) Fail(fault func(n int, operation string) Fault) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.calls, w.gone, w.fault = 0, false, fault
}

// FailAt is Fail for one request.
func (w *Wire) FailAt(at int, fault Fault) {
	w.Fail(func(n int, _ string) Fault {
		if n == at {
			return fault
		}
		return Deliver
	})
}

// Calls is how many requests came since Fail.
func (w *Wire) Calls() int { w.mu.Lock(); defer w.mu.Unlock(); return w.calls }

func (w *Wire) choose(operation string) Fault {
	w.mu.Lock()
	defer w.mu.Unlock()
	n := w.calls
	w.calls++
	if w.gone {
		return GoneBefore
	}
	if w.fault == nil {
		return Deliver
	}
	f := w.fault(n, operation)
	w.gone = f == GoneBefore || f == GoneAfter
	return f
}

// Do implements the SDK's HTTP client.
func (w *Wire) Do(r *http.Request) (*http.Response, error) {
	_, operation, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
	switch w.choose(operation) {
	case FailBefore, GoneBefore:
		return nil, ErrLost
	case Throttle:
		return refusal(r, http.StatusBadRequest, "ThrottlingException", ""), nil
	case Break:
		return refusal(r, http.StatusInternalServerError, "InternalServerError", ""), nil
	case Conflict:
		return w.conflict(r, operation)
	case LoseAnswer, GoneAfter:
		answer, err := w.next.Do(r)
		if err == nil {
			answer.Body.Close()
		}
		return nil, ErrLost
	default:
		return w.next.Do(r)
	}
}

// conflict refuses a write as the service does while a transaction is at its
// items; reads meet no conflict.
func (w *Wire) conflict(r *http.Request, operation string) (*http.Response, error) {
	switch operation {
	case "PutItem", "UpdateItem", "DeleteItem":
		return refusal(r, http.StatusBadRequest, "TransactionConflictException", ""), nil
	case "TransactWriteItems":
		return refusal(r, http.StatusBadRequest, "TransactionCanceledException", `,"CancellationReasons":[{"Code":"TransactionConflict"}]`), nil
	}
	return w.next.Do(r)
}

// refusal answers with an exception; more is further members of its JSON.
func refusal(r *http.Request, status int, exception, more string) *http.Response {
	body := []byte(`{"__type":"com.amazonaws.dynamodb.v20120810#` + exception + `","message":"by the test"` + more + `}`)
	return &http.Response{
		StatusCode: status, Request: r, ContentLength: int64(len(body)), Body: io.NopCloser(bytes.NewReader(body)),
		Header: http.Header{
			"Content-Type": {"application/x-amz-json-1.0"},
			"X-Amz-Crc32":  {strconv.FormatUint(uint64(crc32.ChecksumIEEE(body)), 10)},
		},
	}
}
