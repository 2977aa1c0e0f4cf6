// Package desk is the operator's side of the API: it signs in with a code,
// posts documents in pieces the service takes, and fetches exports and
// summaries part by part.
//
// It speaks HTTP to a running center and knows nothing of how that keeps its
// books. It prints nothing and stores nothing.
package desk

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// Limits of talking to the service.
const (
	requestTimeout = 60 * time.Second // above the gateway's own 30
	tries          = 6
	firstPause     = 500 * time.Millisecond // doubled at each try, a little at random
	maxPause       = 30 * time.Second
	maxAnswer      = 16 << 20 // bytes
)

const (
	sessionCookie   = "__Host-sid"
	challengeCookie = "__Host-pre"
)

// ErrSignedOut means that the session is over, or never was.
var ErrSignedOut = errors.New("not signed in")

// Client talks to one center as one operator. It is for one goroutine.
type Client struct {
	BaseURL string       // scheme://host[:port]
	HTTP    *http.Client // nil for one with a timeout
	Session string       // of SignIn; keep it as secret as a password

	Now   func() time.Time // names imports; nil for the machine's clock
	Pause time.Duration    // before the first repetition; half a second when 0
}

// Problem is a refusal of the service.
type Problem struct {
	Status int    `json:"status"`
	Type   string `json:"type"`
	Title  string `json:"title"`
	Detail string `json:"detail"`
	Errors []struct {
		Pointer string `json:"pointer"`
		Detail  string `json:"detail"`
	} `json:"errors"`
	RequestID string `json:"-"`
}

// Error is the refusal in words, with every fault it names.
func (p *Problem) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s (%d)", cmp.Or(p.Detail, p.Title, http.StatusText(p.Status)), p.Status)
	for _, e := range p.Errors {
		fmt.Fprintf(&b, "\n  %s %s", e.Pointer, e.Detail)
	}
	if p.Status >= http.StatusInternalServerError && p.RequestID != "" {
		fmt.Fprintf(&b, "\n  request %s", p.RequestID)
	}
	return b.String()
}

// call is one request that may be repeated.
type call struct {
	method, path string
	query        url.Values
	contentType  string
	body         []byte
	cookie       string // name=value
	once         bool   // repeating would ask for something else: do not
}

// answer is a 2xx answer, read.
type answer struct {
	header  http.Header
	cookies []*http.Cookie
	body    []byte
}

// do sends a call until it is answered for good: busy answers and broken
// connections are tried again with growing pauses, refusals are a *Problem.
func (c *Client) do(ctx context.Context, r call) (answer, error) {
	for try, pause := 1, cmp.Or(c.Pause, firstPause); ; try, pause = try+1, min(2*pause, maxPause) {
		a, wait, err := c.send(ctx, r)
		if err == nil || wait < 0 || r.once || try == tries || ctx.Err() != nil {
			return a, err
		}
		if wait == 0 {
			wait = pause/2 + rand.N(pause)
		}
		select {
		case <-ctx.Done():
			return answer{}, errors.Join(ctx.Err(), err)
		case <-time.After(min(wait, maxPause)):
		}
	}
}

// send sends a call once. wait is negative when trying again is of no use, 0
// when the service does not say how long to wait.
func (c *Client) send(ctx context.Context, r call) (a answer, wait time.Duration, err error) {
	req, err := http.NewRequestWithContext(ctx, r.method, strings.TrimSuffix(c.BaseURL, "/")+r.path, bytes.NewReader(r.body))
	if err != nil {
		return answer{}, -1, err
	}
	req.URL.RawQuery = r.query.Encode()
	req.Header.Set("User-Agent", "customer-center-operator")
	if r.contentType != "" {
		req.Header.Set("Content-Type", r.contentType)
	}
	// A cookie jar would not send Secure cookies over http to this machine.
	if r.cookie != "" {
		req.Header.Set("Cookie", r.cookie)
	} else if c.Session != "" {
		req.Header.Set("Cookie", sessionCookie+"="+c.Session)
	}
	client := c.HTTP
	if client == nil {
		client = &http.Client{Timeout: requestTimeout}
	}
	resp, err := client.Do(req)
	if err != nil {
		return answer{}, 0, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	if err != nil {
		return answer{}, 0, err
	}
	if resp.StatusCode < 300 {
		return answer{header: resp.Header, cookies: resp.Cookies(), body: body}, -1, nil
	}
	return answer{}, waitOf(resp), problemOf(resp, body)
}

// waitOf is how long to wait before asking again; negative for an answer that
// will not change.
func waitOf(resp *http.Response) time.Duration {
	switch resp.StatusCode {
	case http.StatusConflict, http.StatusTooManyRequests, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		seconds, _ := strconv.Atoi(resp.Header.Get("Retry-After"))
		return time.Duration(max(seconds, 0)) * time.Second
	}
	return -1
}

func problemOf(resp *http.Response, body []byte) error {
	p := &Problem{}
	if json.Unmarshal(body, p) != nil {
		p.Detail = strings.TrimSpace(string(body[:min(len(body), 200)]))
	}
	p.Status, p.RequestID = resp.StatusCode, resp.Header.Get("X-Request-Id")
	if p.Status == http.StatusUnauthorized {
		return fmt.Errorf("%w: %w", ErrSignedOut, p)
	}
	return p
}

func (a answer) decode(into any) error {
	if err := json.Unmarshal(a.body, into); err != nil {
		return fmt.Errorf("the answer is not what this program expects: %w", err)
	}
	return nil
}

func (a answer) cookie(name string) string {
	for _, c := range a.cookies {
		if c.Name == name {
			return c.Value
		}
	}
	return ""
}
