package dynamo

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"hash/crc32"
	"io"
	"net/http"
	"strconv"
	"strings"

	"customercenter/infra/local/dynamo/internal/fault"
)

// maxBody is the largest request body, in bytes.
const maxBody = 16 << 20

// operations are the requests the engine knows, by name.
var operations = map[string]func(*DB, []byte) ([]byte, error){
	"CreateTable":        (*DB).createTable,
	"DescribeTable":      (*DB).describeTable,
	"DeleteTable":        (*DB).deleteTable,
	"UpdateTimeToLive":   (*DB).updateTimeToLive,
	"DescribeTimeToLive": (*DB).describeTimeToLive,
	"GetItem":            (*DB).getItem,
	"PutItem":            (*DB).putItem,
	"UpdateItem":         (*DB).updateItem,
	"DeleteItem":         (*DB).deleteItem,
	"Query":              (*DB).query,
	"BatchGetItem":       (*DB).batchGetItem,
	"BatchWriteItem":     (*DB).batchWriteItem,
	"TransactGetItems":   (*DB).transactGetItems,
	"TransactWriteItems": (*DB).transactWriteItems,
}

const targetPrefix = "DynamoDB_20120810."

// call answers one operation, named as in X-Amz-Target, and returns the status
// and body of the answer.
func (db *DB) call(target string, body []byte) (status int, answer []byte) {
	name, ok := strings.CutPrefix(target, targetPrefix)
	operation := operations[name]
	if !ok || operation == nil {
		return refuse(&fault.Error{Code: fault.CodeUnknownOperation, Message: "The engine does not know the operation " + target})
	}
	answer, err := operation(db, body)
	if err != nil {
		return refuse(err)
	}
	return http.StatusOK, answer
}

func refuse(err error) (status int, body []byte) {
	f := fault.From(err)
	status = http.StatusBadRequest
	if f.Code == fault.CodeInternal {
		status = http.StatusInternalServerError
	}
	a := newAnswer()
	a.text("__type", fault.Namespace(f.Code)+f.Code)
	message := "message"
	if f.Code == fault.CodeTransactionCanceled || f.Code == fault.CodeSerialization {
		message = "Message"
	}
	a.text(message, f.Message)
	if f.Item != nil {
		a.raw("Item", f.Item)
	}
	if f.Reasons != nil {
		a.list("CancellationReasons", len(f.Reasons), func(a *answer, i int) {
			a.open(func(a *answer) { fillReason(a, f.Reasons[i]) })
		})
	}
	return status, a.bytes()
}

func fillReason(a *answer, r fault.Reason) {
	a.text("Code", r.Code)
	if r.Message != "" {
		a.text("Message", r.Message)
	}
	if r.Item != nil {
		a.raw("Item", r.Item)
	}
}

func headers(body []byte) http.Header {
	return http.Header{
		"Content-Type":     {"application/x-amz-json-1.0"},
		"Content-Length":   {strconv.Itoa(len(body))},
		"X-Amz-Crc32":      {strconv.FormatUint(uint64(crc32.ChecksumIEEE(body)), 10)},
		"X-Amzn-Requestid": {rand.Text()},
	}
}

// ServeHTTP answers DynamoDB's JSON protocol at POST /, and GET /_dump?table=…
// with every item of a table as JSON lines.
func (db *DB) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch {
	case r.URL.Path == dumpPath:
		db.serveDump(w, r)
		return
	case r.Method != http.MethodPost || r.URL.Path != "/":
		http.Error(w, "healthy: dynamodb", http.StatusOK)
		return
	}
	status, body := 0, []byte(nil)
	request, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		status, body = http.StatusRequestEntityTooLarge, tooLarge
	} else {
		status, body = db.call(r.Header.Get("X-Amz-Target"), request)
	}
	for name, values := range headers(body) {
		w.Header()[name] = values
	}
	w.WriteHeader(status)
	// A client that went away has no use for the error.
	w.Write(body)
}

var tooLarge = func() []byte {
	_, body := refuse(fault.Serialization("The request is larger than %d bytes", maxBody))
	return body
}()

// Do answers a request in this process, as ServeHTTP does over a socket: a DB
// can stand as the HTTP client of an SDK.
func (db *DB) Do(r *http.Request) (*http.Response, error) {
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	var request []byte
	if r.Body != nil {
		defer r.Body.Close()
		var err error
		if request, err = io.ReadAll(io.LimitReader(r.Body, maxBody+1)); err != nil {
			return nil, err
		}
	}
	status, body := http.StatusRequestEntityTooLarge, tooLarge
	if len(request) <= maxBody {
		status, body = db.call(r.Header.Get("X-Amz-Target"), request)
	}
	return &http.Response{
		Status: strconv.Itoa(status) + " " + http.StatusText(status), StatusCode: status,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: headers(body), Body: io.NopCloser(bytes.NewReader(body)),
		ContentLength: int64(len(body)), Request: r,
	}, nil
}

// render is for answers off the hot path.
func render(v any) ([]byte, error) { return json.Marshal(v) }
