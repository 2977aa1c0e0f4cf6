// Package awshttp is the HTTP client every AWS SDK client of this system
// speaks through. It holds each request in memory before sending it and keeps
// the connection's write buffer large enough that header and body of a usual
// request leave in one write.
//
// That is not only faster. The SDK closes the request body as soon as the
// answer's header has arrived; when net/http is still copying the body then,
// it takes the early end for a failed write and drops the connection while
// the answer is being read. A body held in memory cannot end early.
//
// It trusts the authorities of the system, those that sign for AWS first.
//
// The package does not know which service is called, signs nothing, retries
// nothing, and reads no environment: no proxy is used.
package awshttp

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"
)

// The limits of a connection. Functions answer one request at a time, so few
// connections are ever open at once.
const (
	// MaxRequestBytes bounds the body held in memory: the largest request of
	// any service used is a 10 MB mail, which its encoding makes 18 MB.
	MaxRequestBytes = 32 << 20

	writeBufferBytes    = 64 << 10
	readBufferBytes     = 16 << 10
	maxIdlePerHost      = 32
	idleTimeout         = 60 * time.Second
	dialTimeout         = 2 * time.Second
	keepAliveInterval   = 30 * time.Second
	tlsHandshakeTimeout = 3 * time.Second
)

// Client returns a client whose requests each end within timeout, answer body
// included; 0 sets no limit but the request's context. It follows no
// redirect and speaks HTTP/1.1, the only version the services offer. It is
// safe for concurrent use.
func Client(timeout time.Duration) *http.Client {
	return &http.Client{
		Transport:     Whole(transport()),
		Timeout:       timeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

func transport() *http.Transport {
	dialer := &net.Dialer{Timeout: dialTimeout, KeepAlive: keepAliveInterval}
	protocols := new(http.Protocols)
	protocols.SetHTTP1(true)
	return &http.Transport{
		DialContext:         dialer.DialContext,
		DialTLSContext:      secureDialer{dial: dialer.DialContext, few: pickedRoots()}.dialTLS,
		Protocols:           protocols,
		MaxIdleConns:        maxIdlePerHost,
		MaxIdleConnsPerHost: maxIdlePerHost,
		IdleConnTimeout:     idleTimeout,
		WriteBufferSize:     writeBufferBytes,
		ReadBufferSize:      readBufferBytes,
		DisableCompression:  true, // the SDK checks checksums of the bytes as sent
	}
}

// Whole wraps next so that each request it gets has its whole body in memory,
// owned by nobody else, with its length known. A body over MaxRequestBytes,
// or one that cannot be read, is an error and nothing is sent.
func Whole(next http.RoundTripper) http.RoundTripper { return whole{next} }

type whole struct{ next http.RoundTripper }

// RoundTrip implements http.RoundTripper. As its contract asks, it leaves the
// request unmodified and always closes its body.
func (w whole) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Body == nil || r.Body == http.NoBody {
		return w.next.RoundTrip(r)
	}
	body, err := readBody(r)
	if err != nil {
		return nil, err
	}
	sent := r.WithContext(r.Context())
	sent.ContentLength = int64(len(body))
	sent.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(body)), nil }
	sent.Body, _ = sent.GetBody()
	return w.next.RoundTrip(sent)
}

// CloseIdleConnections lets http.Client.CloseIdleConnections reach the
// transport below.
func (w whole) CloseIdleConnections() {
	if c, ok := w.next.(interface{ CloseIdleConnections() }); ok {
		c.CloseIdleConnections()
	}
}

// readBody reads and closes the request's body.
func readBody(r *http.Request) ([]byte, error) {
	defer r.Body.Close()
	if err := context.Cause(r.Context()); err != nil {
		return nil, err
	}
	var into bytes.Buffer
	if r.ContentLength > 0 && r.ContentLength <= MaxRequestBytes {
		into.Grow(int(r.ContentLength) + bytes.MinRead) // ReadFrom then never grows it
	}
	n, err := into.ReadFrom(io.LimitReader(r.Body, MaxRequestBytes+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("awshttp: read request body: %w", err)
	case n > MaxRequestBytes:
		return nil, fmt.Errorf("awshttp: request body over %d bytes", MaxRequestBytes)
	case r.ContentLength > 0 && n != r.ContentLength:
		return nil, fmt.Errorf("awshttp: request body has %d bytes, its length says %d", n, r.ContentLength)
	}
	return into.Bytes(), nil
}
