package stripe

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"
)

// The limits of a connection.
const (
	maxAnswerBytes      = 8 << 20 // a hundred objects of a list, expanded, are below one
	dialTimeout         = 3 * time.Second
	tlsHandshakeTimeout = 3 * time.Second
	idleTimeout         = 60 * time.Second
	maxIdle             = 16
)

// httpClient makes the client that is used where none is given. It follows no
// redirect, heeds no proxy of the environment, and speaks HTTP/1.1: a function
// that slept finds its connection closed rather than stalled.
func httpClient() *http.Client {
	protocols := new(http.Protocols)
	protocols.SetHTTP1(true)
	dialer := &net.Dialer{Timeout: dialTimeout}
	return &http.Client{
		Transport: whole{&http.Transport{
			DialContext:         dialer.DialContext,
			Protocols:           protocols,
			TLSHandshakeTimeout: tlsHandshakeTimeout,
			MaxIdleConns:        maxIdle,
			MaxIdleConnsPerHost: maxIdle,
			IdleConnTimeout:     idleTimeout,
		}},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// whole sends bodies whose length is known, and hands on answers that are
// there to their last byte.
type whole struct{ next http.RoundTripper }

// RoundTrip implements http.RoundTripper.
func (w whole) RoundTrip(r *http.Request) (*http.Response, error) {
	sent, err := measured(r)
	if err != nil {
		return nil, err
	}
	answer, err := w.next.RoundTrip(sent)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(io.LimitReader(answer.Body, maxAnswerBytes+1))
	if err != nil {
		return nil, fmt.Errorf("stripe: read the answer: %w", err)
	}
	if len(body) > maxAnswerBytes {
		return nil, errors.New("stripe: an answer without end")
	}
	answer.Body = io.NopCloser(bytes.NewReader(body))
	return answer, nil
}

// measured is the request with the length of its body. stripe-go says none,
// which would send it in chunks.
func measured(r *http.Request) (*http.Request, error) {
	if r.Body == nil {
		return r, nil
	}
	defer r.Body.Close()
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	sent := r.WithContext(r.Context())
	sent.ContentLength = int64(len(body))
	sent.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(body)), nil }
	if sent.Body, _ = sent.GetBody(); len(body) == 0 {
		sent.Body, sent.GetBody = http.NoBody, nil
	}
	return sent, nil
}
