// Package gateway plays the HTTP API of Amazon API Gateway: it finds the route of a request, turns the request into
// an event of payload format 2.0, invokes the route's function, and turns its answer into a response, with the
// limits, answers and oddities of the real one, so that a function which works behind it works when deployed.
//
// It does not know what any route means or how functions run. There are no authorizers and no CORS rules: the
// product uses neither.
package gateway

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"customercenter/infra/local/template"
)

// Limits of an HTTP API.
const (
	maxHeaderBytes     = 10240 // request line and headers together
	maxBodyBytes       = 10 << 20
	maxPayloadBytes    = 6291556 // of an invocation, base64 and event included
	integrationTimeout = 30 * time.Second
	maxDrainBytes      = 64 << 20 // of a body that is refused, so that the client reads the refusal
)

// The answers that API Gateway itself gives.
const (
	messageNotFound    = "Not Found"
	messageBad         = "Bad Request"
	messageTooLarge    = "Request Entity Too Large"
	messageHeaders     = "Request Header Fields Too Large"
	messageThrottled   = "Too Many Requests"
	messageError       = "Internal Server Error"
	messageUnavailable = "Service Unavailable"
)

// ErrUnavailable is what Invoke returns, wrapped, where the function could not be begun because too many
// invocations of it run.
var ErrUnavailable = errors.New("the function takes no more requests now")

// Invoke runs a function for a route and returns its answer.
type Invoke func(ctx context.Context, route template.Route, payload []byte) ([]byte, error)

// Options of a gateway.
type Options struct {
	Invoke Invoke
	// Now is the clock of requestContext.
	Now func() time.Time
	// Tell receives a line for each request that API Gateway would answer with 5xx; nil discards them.
	Tell func(string)
	// IntegrationTimeout replaces that of API Gateway where above zero.
	IntegrationTimeout time.Duration
}

// Gateway is the HTTP API as an http.Handler.
type Gateway struct {
	options Options
	routes  []*route
}

// New returns a gateway for the routes, each with its own throttle.
func New(routes []template.Route, o Options) *Gateway {
	if o.IntegrationTimeout <= 0 {
		o.IntegrationTimeout = integrationTimeout
	}
	if o.Tell == nil {
		o.Tell = func(string) {}
	}
	g := &Gateway{options: o}
	for _, r := range routes {
		g.routes = append(g.routes, newRoute(r))
	}
	return g
}

func (g *Gateway) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	id := newRequestID()
	w.Header().Set("Apigw-Requestid", id)
	if headerBytes(r) > maxHeaderBytes {
		refuse(w, http.StatusRequestHeaderFieldsTooLarge, messageHeaders)
		return
	}
	path := decodedPath(r)
	route, parameters := g.match(r.Method, path)
	if route == nil {
		refuse(w, http.StatusNotFound, messageNotFound)
		return
	}
	if !route.bucket.take(time.Now()) {
		refuse(w, http.StatusTooManyRequests, messageThrottled)
		return
	}
	body, err := readBody(r)
	if err != nil {
		refuseBody(w, err)
		return
	}
	e := event(r, route.Key(), path, parameters, body, id, g.options.Now())
	if len(e.Body) > maxPayloadBytes {
		refuse(w, http.StatusRequestEntityTooLarge, messageTooLarge)
		return
	}
	payload, err := marshal(e)
	if err != nil {
		g.fail(w, route, http.StatusInternalServerError, messageError, err)
		return
	}
	if len(payload) > maxPayloadBytes {
		refuse(w, http.StatusRequestEntityTooLarge, messageTooLarge)
		return
	}
	g.integrate(w, r, route, payload)
}

// integrate invokes the function and writes its answer.
func (g *Gateway) integrate(w http.ResponseWriter, r *http.Request, route *route, payload []byte) {
	ctx, cancel := context.WithTimeout(r.Context(), g.options.IntegrationTimeout)
	defer cancel()
	answer, err := g.options.Invoke(ctx, route.Route, payload)
	switch {
	case err == nil:
	case r.Context().Err() != nil:
		return // nobody listens any more
	case ctx.Err() != nil || errors.Is(err, ErrUnavailable):
		g.fail(w, route, http.StatusServiceUnavailable, messageUnavailable, err)
		return
	default:
		g.fail(w, route, http.StatusInternalServerError, messageError, err)
		return
	}
	res, err := readResponse(answer)
	if err != nil {
		g.fail(w, route, http.StatusInternalServerError, messageError, err)
		return
	}
	res.write(w)
}

func (g *Gateway) fail(w http.ResponseWriter, route *route, status int, message string, cause error) {
	g.options.Tell(route.Key() + " → " + http.StatusText(status) + ": " + cause.Error())
	refuse(w, status, message)
}

// refuseBody answers a request whose body could not be read: it is too large, or ends before it should, or its parts
// do not fit together.
func refuseBody(w http.ResponseWriter, err error) {
	if errors.Is(err, errTooLarge) {
		refuse(w, http.StatusRequestEntityTooLarge, messageTooLarge)
		return
	}
	w.Header().Set("Connection", "close") // what else comes on it cannot be told apart
	refuse(w, http.StatusBadRequest, messageBad)
}

// marshal writes an event as API Gateway does, with <, > and & as they are: a body of XML must not grow past the limit
// of an invocation.
func marshal(e events.APIGatewayV2HTTPRequest) ([]byte, error) {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(e)
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), err
}

func refuse(w http.ResponseWriter, status int, message string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	io.WriteString(w, `{"message":"`+message+`"}`)
}

var errTooLarge = errors.New("the body is too large")

// readBody reads a body within the limit. What is above it is read and dropped, as far as that is reasonable.
func readBody(r *http.Request) ([]byte, error) {
	if r.ContentLength > maxBodyBytes {
		io.Copy(io.Discard, io.LimitReader(r.Body, maxDrainBytes))
		return nil, errTooLarge
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, maxBodyBytes+1))
	if err != nil {
		return nil, err
	}
	if len(body) > maxBodyBytes {
		io.Copy(io.Discard, io.LimitReader(r.Body, maxDrainBytes))
		return nil, errTooLarge
	}
	return body, nil
}

// headerBytes is the size of the request line and the header lines.
func headerBytes(r *http.Request) int {
	n := len(r.Method) + len(r.RequestURI) + len(r.Proto) + len(r.Host) + len("host")
	for name, values := range r.Header {
		for _, v := range values {
			n += len(name) + len(v)
		}
	}
	return n
}

// decodedPath is the path as API Gateway sees it: percent signs resolved, and cut where a question mark appears.
func decodedPath(r *http.Request) string {
	path, _, _ := strings.Cut(r.URL.Path, "?")
	return path
}

// newRequestID makes an id that looks like API Gateway's: fifteen characters and an equals sign.
func newRequestID() string {
	var b [11]byte
	rand.Read(b[:])
	return base64.URLEncoding.EncodeToString(b[:])
}
