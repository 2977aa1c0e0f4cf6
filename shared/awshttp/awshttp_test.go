package awshttp

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
	"time"
)

const largeAnswer = 8 << 20

// slowTail is a request body whose second half comes late, and which, like
// the SDK's, reads as ended once it is closed.
type slowTail struct {
	mu     sync.Mutex
	head   io.Reader
	tail   io.Reader
	closed chan struct{}
	once   sync.Once
	wait   time.Duration
}

func newSlowTail(body []byte, wait time.Duration) *slowTail {
	half := len(body) / 2
	return &slowTail{head: bytes.NewReader(body[:half]), tail: bytes.NewReader(body[half:]), closed: make(chan struct{}), wait: wait}
}

func (s *slowTail) Read(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if n, _ := s.head.Read(p); n > 0 {
		return n, nil
	}
	select {
	case <-s.closed:
		return 0, io.EOF
	case <-time.After(s.wait):
		s.wait = 0
		return s.tail.Read(p)
	}
}

func (s *slowTail) Close() error {
	s.once.Do(func() { close(s.closed) })
	return nil
}

// eager answers at once, before it has read what it was sent, as a service
// does that refuses by the header or simply is quick.
func eager(t *testing.T) *httptest.Server {
	t.Helper()
	answer := bytes.Repeat([]byte("x"), largeAnswer)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		rc := http.NewResponseController(w)
		if err := rc.EnableFullDuplex(); err != nil {
			t.Error(err)
		}
		half := answer[:len(answer)/2]
		_, _ = w.Write(half)
		_ = rc.Flush()
		_, _ = io.Copy(io.Discard, r.Body)
		_, _ = w.Write(answer[len(half):])
	}))
	t.Cleanup(s.Close)
	return s
}

// send does what the SDK does: it closes the body when the header is there,
// then reads the answer.
func send(c *http.Client, url string, wait time.Duration) (int, error) {
	body := newSlowTail(bytes.Repeat([]byte("q"), 1<<20), wait)
	r, err := http.NewRequest(http.MethodPost, url, body)
	if err != nil {
		return 0, err
	}
	r.ContentLength = 1 << 20
	resp, err := c.Do(r)
	if err != nil {
		return 0, err
	}
	defer resp.Body.Close()
	body.Close()
	got, err := io.ReadAll(resp.Body)
	return len(got), err
}

func TestALargeAnswerSurvivesABodyClosedEarly(t *testing.T) {
	s := eager(t)
	plain := &http.Client{Transport: &http.Transport{}}
	if n, err := send(plain, s.URL, 5*time.Second); err == nil && n == largeAnswer {
		t.Error("net/http alone survives a body closed early now: this package may have lost its reason")
	}
	ours := Client(time.Minute)
	for range 5 {
		n, err := send(ours, s.URL, 20*time.Millisecond)
		if err != nil || n != largeAnswer {
			t.Fatalf("read %d of %d bytes, error %v", n, largeAnswer, err)
		}
	}
}

// countingConn counts the writes that reach the socket.
type countingConn struct {
	net.Conn
	writes *int
}

func (c countingConn) Write(p []byte) (int, error) {
	*c.writes++
	return c.Conn.Write(p)
}

func TestHeaderAndBodyLeaveInOneWrite(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
	}))
	defer s.Close()
	writes := 0
	tr := transport()
	tr.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
		c, err := new(net.Dialer).DialContext(ctx, network, address)
		return countingConn{c, &writes}, err
	}
	c := &http.Client{Transport: Whole(tr)}
	for _, size := range []int{1, 5_000, 60_000} {
		writes = 0
		// OneByteReader would make net/http copy the body byte by byte.
		resp, err := c.Post(s.URL, "text/plain", iotest.OneByteReader(strings.NewReader(strings.Repeat("b", size))))
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if writes != 1 {
			t.Errorf("a body of %d bytes left in %d writes, want 1", size, writes)
		}
	}
}

type brokenBody struct{ closed bool }

var errBroken = errors.New("broken")

func (b *brokenBody) Read([]byte) (int, error) { return 0, errBroken }
func (b *brokenBody) Close() error             { b.closed = true; return nil }

type endless struct{}

func (endless) Read(p []byte) (int, error) { return len(p), nil }

// never fails the test when a request reaches the network.
type never struct{ t *testing.T }

func (n never) RoundTrip(*http.Request) (*http.Response, error) {
	n.t.Error("a request was sent")
	return nil, errBroken
}

func TestWhatCannotBeHeldIsNeverSent(t *testing.T) {
	ended, end := context.WithCancel(t.Context())
	end()
	for name, c := range map[string]struct {
		ctx    context.Context
		body   io.Reader
		length int64
		want   string
	}{
		"a body that fails":          {t.Context(), &brokenBody{}, 0, "broken"},
		"a body without end":         {t.Context(), endless{}, 0, "over"},
		"a body short of its length": {t.Context(), io.MultiReader(strings.NewReader("abc")), 4, "its length says 4"},
		"a request given up":         {ended, strings.NewReader("abc"), 3, "canceled"},
	} {
		t.Run(name, func(t *testing.T) {
			r, err := http.NewRequestWithContext(c.ctx, http.MethodPost, "http://127.0.0.1/", c.body)
			if err != nil {
				t.Fatal(err)
			}
			r.ContentLength = c.length
			_, err = Whole(never{t}).RoundTrip(r)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want one with %q", err, c.want)
			}
			if b, ok := c.body.(*brokenBody); ok && !b.closed {
				t.Error("the body was not closed")
			}
		})
	}
}

func TestRedirectsAreNotFollowed(t *testing.T) {
	s := httptest.NewServer(http.RedirectHandler("/elsewhere", http.StatusTemporaryRedirect))
	defer s.Close()
	resp, err := Client(time.Second).Post(s.URL, "text/plain", strings.NewReader("b"))
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusTemporaryRedirect {
		t.Errorf("status %d, want the redirect itself", resp.StatusCode)
	}
}

func TestTheTimeoutEndsAHangingAnswer(t *testing.T) {
	released := make(chan struct{})
	s := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-released }))
	defer s.Close()
	defer close(released)
	_, err := Client(50*time.Millisecond).Post(s.URL, "text/plain", strings.NewReader("b"))
	var timeout net.Error
	if !errors.As(err, &timeout) || !timeout.Timeout() {
		t.Errorf("error %v, want a timeout", err)
	}
}
