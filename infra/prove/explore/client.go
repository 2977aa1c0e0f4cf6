package explore

import (
	"errors"
	"net/http"
)

// ErrLost is the connection that broke.
var ErrLost = errors.New("explore: connection lost")

// Client is an HTTP client whose requests pass an actor's gate. It serves the
// SDK of the table (Do) and clients of net/http (RoundTrip).
type Client struct {
	Actor *Actor
	// Name names a request in traces.
	Name func(*http.Request) string
	// Deliver does a request.
	Deliver func(*http.Request) (*http.Response, error)
	// Refuse answers as the service does when it is asked too much.
	Refuse func(*http.Request) *http.Response
}

// Do sends the request when its turn has come.
func (c *Client) Do(r *http.Request) (*http.Response, error) {
	switch c.Actor.Pass(c.Name(r)) {
	case FailBefore, GoneBefore:
		return nil, ErrLost
	case Throttle:
		return c.Refuse(r), nil
	case LoseAnswer, GoneAfter:
		if answer, err := c.Deliver(r); err == nil {
			_ = answer.Body.Close() // nobody reads it
		}
		return nil, ErrLost
	default:
		return c.Deliver(r)
	}
}

// RoundTrip implements http.RoundTripper.
func (c *Client) RoundTrip(r *http.Request) (*http.Response, error) { return c.Do(r) }
