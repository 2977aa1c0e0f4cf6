package stripe

import (
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// mockPatience is how long the official mock may take to load its schema.
const mockPatience = 30 * time.Second

// findMock is where Stripe's own mock of its API is installed, "" if nowhere.
func findMock() string {
	if path, err := exec.LookPath("stripe-mock"); err == nil {
		return path
	}
	path := filepath.Join("..", "..", "..", ".build", "tools", "stripe-mock")
	if _, err := os.Stat(path); err != nil {
		return ""
	}
	return path
}

func required(part string) bool {
	return slices.Contains(strings.FieldsFunc(os.Getenv("CENTER_REQUIRE"), func(r rune) bool { return r == ',' || r == ' ' }), part)
}

// startMock runs the official mock and returns a client that reaches it.
func startMock(t *testing.T) *http.Client {
	t.Helper()
	path := findMock()
	if path == "" {
		const how = "stripe-mock is not installed: GOBIN=$PWD/.build/tools go install github.com/stripe/stripe-mock@v0.202.0"
		if required("stripe-mock") {
			t.Fatal(how)
		}
		t.Skip(how)
	}
	dir, err := os.MkdirTemp("", "mock") // the path of a socket must be short
	if err != nil {
		t.Fatal(err)
	}
	socket := filepath.Join(dir, "s")
	var out bytes.Buffer
	mock := exec.Command(path, "-http-unix", socket)
	mock.Stdout, mock.Stderr = &out, &out
	if err := mock.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = mock.Process.Kill()
		_ = mock.Wait()
		_ = os.RemoveAll(dir)
	})
	var dialer net.Dialer
	dial := func(ctx context.Context, _, _ string) (net.Conn, error) {
		return dialer.DialContext(ctx, "unix", socket)
	}
	for began := time.Now(); ; time.Sleep(20 * time.Millisecond) {
		c, err := dial(t.Context(), "", "")
		if err == nil {
			c.Close()
			break
		}
		if time.Since(began) > mockPatience {
			t.Fatalf("stripe-mock does not listen: %s", out.String())
		}
	}
	return &http.Client{Transport: &http.Transport{DialContext: dial}}
}

// The mock holds requests against Stripe's published schema. It keeps nothing,
// so that only what we send is looked at, not what becomes of it.
func TestStripesOwnSchemaTakesOurRequests(t *testing.T) {
	inner := startMock(t).Transport
	asked := map[string]int{}
	c := New(Options{Key: "sk_test_123", Base: "http://stripe-mock", HTTP: &http.Client{Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
		answer, err := inner.RoundTrip(r)
		if err != nil {
			return nil, err
		}
		b, err := io.ReadAll(answer.Body)
		answer.Body.Close()
		answer.Body = io.NopCloser(bytes.NewReader(b))
		if asked[r.Method+" "+r.URL.Path]++; answer.StatusCode != http.StatusOK {
			t.Errorf("%s %s is answered %s %s", r.Method, r.URL, answer.Status, b)
		}
		return answer, err
	})}})
	c.pause = 0
	for name, call := range everything(t.Context(), c, "cus_1", "pm_1") {
		if err := call(); err != nil && answerIn(err) != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if len(asked) < 14 {
		t.Errorf("only %d endpoints were asked: %v", len(asked), asked)
	}
}
