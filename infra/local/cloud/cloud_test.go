package cloud

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"customercenter/infra/local/clock"
	"customercenter/infra/local/template"
)

// site is a repository of five small functions with a cloud that runs them.
type site struct {
	*Cloud
	t       *testing.T // of the whole story
	options Options
	output  string
	mu      sync.Mutex
	told    []string
}

// newSite copies the repository of the tests and starts a cloud in it.
func newSite(t *testing.T) *site {
	t.Helper()
	root := t.TempDir()
	if err := os.CopyFS(root, os.DirFS("testdata/repository")); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"go.mod", "go.sum"} {
		b, err := os.ReadFile(filepath.Join("../../..", name))
		if err == nil {
			err = os.WriteFile(filepath.Join(root, name), b, 0o644)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	s := &site{t: t, output: filepath.Join(root, "output.txt")}
	s.options = Options{
		Root: root, Data: filepath.Join(root, "data"), Clock: clock.New(), Watch: true,
		Parameters: map[string]string{"Output": s.output},
		Progress:   s.tell,
		Warn:       s.tell,
		Log:        func(function, line string) { t.Log(function, line) },
	}
	s.start()
	return s
}

func (s *site) tell(line string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.told = append(s.told, line)
}

func (s *site) start() {
	s.t.Helper()
	c, err := Start(s.t.Context(), s.options)
	if err != nil {
		s.t.Fatal(err)
	}
	s.Cloud = c
	s.t.Cleanup(func() { c.Close() })
}

func (s *site) ask(t *testing.T, method, url, body string) (int, string) {
	t.Helper()
	r, err := http.NewRequest(method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(b)
}

// waitFor waits until the output file holds the lines, in any order.
func (s *site) waitFor(t *testing.T, lines ...string) {
	t.Helper()
	slices.Sort(lines)
	var got []string
	for deadline := time.Now().Add(8 * time.Second); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		b, _ := os.ReadFile(s.output)
		got = strings.Fields(strings.ReplaceAll(strings.TrimSpace(string(b)), " ", "_"))
		slices.Sort(got)
		if slices.Equal(slices.Compact(got), lines) {
			return
		}
	}
	t.Fatalf("the output is %q, want %q; told: %q", got, lines, s.told)
}

// TestTheCloud tells one story, since its functions are compiled for it.
func TestTheCloud(t *testing.T) {
	s := newSite(t)
	t.Run("the public address waits for the system", s.testReadiness)
	t.Run("functions see the template's environment", s.testEnvironment)
	t.Run("a function that misbehaves gets API Gateway's answers", s.testMisbehaviour)
	t.Run("a payment is made, shown and told of", s.testPayment)
	t.Run("what the mailbox tells reaches its function", s.testTopic)
	t.Run("a second process is refused", s.testLock)
	t.Run("a change reaches its function at once", s.testStream)
	t.Run("a change passes others that nobody waits for", s.testStreamUnderLoad)
	t.Run("a function does what its policy allows", s.testPolicy)
	t.Run("a poisonous change ends in the queue", s.testDeadLetter)
	t.Run("schedules follow the clock", s.testClock)
	t.Run("only this machine looks at the cloud", s.testHost)
	t.Run("a source that changes is built", s.testWatch)
	t.Run("data outlives the process", s.testRestart)
	t.Run("what was acknowledged before a kill is delivered after it", s.testKill)
}

func (s *site) testReadiness(t *testing.T) {
	if status, body := s.ask(t, "GET", s.Address()+"/v1/health", ""); status != 503 || body != `{"message":"Service Unavailable"}` {
		t.Errorf("before it is ready: %d %s", status, body)
	}
	if status, _ := s.ask(t, "GET", s.Inner()+"/v1/health", ""); status != 200 {
		t.Errorf("the inner address answers %d", status)
	}
	if status, _ := s.ask(t, "GET", s.Address()+"/_local/state", ""); status != 200 {
		t.Errorf("the page about the cloud answers %d", status)
	}
	s.Open()
	if status, _ := s.ask(t, "GET", s.Address()+"/v1/health", ""); status != 200 {
		t.Errorf("when it is ready: %d", status)
	}
}

func (s *site) echo(t *testing.T) map[string]string {
	t.Helper()
	var got map[string]string
	_, body := s.ask(t, "GET", s.Address()+"/v1/echo?q=1", "")
	if err := json.Unmarshal([]byte(body), &got); err != nil {
		t.Fatalf("%s: %v", body, err)
	}
	return got
}

func (s *site) testEnvironment(t *testing.T) {
	got := s.echo(t)
	if got["version"] != "one" || got["query"] != "1" || got["base"] != s.Address() || got["now"] != "" {
		t.Errorf("got %v", got)
	}
	var keys map[string]string
	if err := json.Unmarshal([]byte(got["keys"]), &keys); err != nil || len(keys["k1"]) != 44 {
		t.Errorf("the secret is not resolved: %s, %v", got["keys"], err)
	}
	status, err := os.Stat(filepath.Join(s.options.Data, secretsFile))
	if err != nil || status.Mode().Perm() != 0o600 {
		t.Errorf("the secrets' file: %v, %v", status.Mode(), err)
	}
}

// testMisbehaviour asks for what goes wrong, each followed by a request that does not.
func (s *site) testMisbehaviour(t *testing.T) {
	ask := func(how string) (int, string) { return s.ask(t, "POST", s.Address()+"/v1/misbehave/"+how, "{}") }
	var outcomes []string
	for _, c := range []struct{ how, outcome string }{
		{"panic", "error"}, {"exit", "crash"}, {"garbage", "ok"}, {"large", "too large"}, {"hang", "timeout"},
	} {
		if status, body := ask(c.how); status != 500 || body != `{"message":"Internal Server Error"}` {
			t.Errorf("%s: %d %s", c.how, status, body)
		}
		if status, _ := ask("not"); status != 204 {
			t.Errorf("the request after %s: %d", c.how, status)
		}
		outcomes = append(outcomes, c.outcome, "ok")
	}
	// The reserved concurrency is one: while a request hangs, the next is refused.
	untilIdle := func(want int) {
		for s.state(t.Context()).Functions[s.position("misbehave")].Idle != want {
			time.Sleep(time.Millisecond)
		}
	}
	untilIdle(1)
	hung := make(chan int)
	go func() { status, _ := ask("hang"); hung <- status }()
	untilIdle(0)
	if status, body := ask("not"); status != 503 || body != `{"message":"Service Unavailable"}` {
		t.Errorf("beyond the reserved concurrency: %d %s", status, body)
	}
	if status := <-hung; status != 500 {
		t.Errorf("the request that hung: %d", status)
	}
	var shown []string
	for _, i := range s.journal.Recent() {
		if i.Function == "misbehave" {
			shown = append(shown, i.Outcome)
		}
	}
	slices.Reverse(shown)
	if want := append(outcomes, "throttled", "timeout"); !slices.Equal(shown, want) {
		t.Errorf("the page shows %q, want %q", shown, want)
	}
}

// position is where the page lists a function.
func (s *site) position(function string) int {
	return slices.IndexFunc(s.template.Functions, func(f template.Function) bool { return f.Name == function })
}

func (s *site) testLock(t *testing.T) {
	if _, err := Start(t.Context(), s.options); !errors.Is(err, ErrRunning) {
		t.Errorf("got %v", err)
	}
	if address, ok := RunningAt(s.options.Data); !ok || address != s.Address() {
		t.Errorf("others find it at %q, %v", address, ok)
	}
	taken := s.options
	taken.Data = t.TempDir()
	fmt.Sscanf(s.Address(), "http://localhost:%d", &taken.Port)
	if _, err := Start(t.Context(), taken); err == nil || !strings.Contains(err.Error(), "is taken") {
		t.Errorf("a taken port: %v", err)
	}
}

func (s *site) write(t *testing.T, id string) {
	t.Helper()
	if status, body := s.ask(t, "POST", s.Address()+"/v1/things/"+id, "{}"); status != 200 {
		t.Fatalf("writing %s: %d %s", id, status, body)
	}
}

func (s *site) testStream(t *testing.T) {
	began := time.Now()
	s.write(t, "L%231") // filtered out
	s.write(t, "M%231")
	s.waitFor(t, "M#1")
	if took := time.Since(began); took > time.Second {
		t.Errorf("the change arrived after %v", took)
	}
}

// testStreamUnderLoad writes thousands of items that the consumer filters out, and among them one that it waits for.
func (s *site) testStreamUnderLoad(t *testing.T) {
	const writers, batches, perBatch = 4, 60, 25
	var all sync.WaitGroup
	for w := range writers {
		all.Go(func() {
			for b := range batches {
				var puts []string
				for i := range perBatch {
					puts = append(puts, fmt.Sprintf(`{"PutRequest":{"Item":{"pk":{"S":"L#load-%d-%d-%d"}}}}`, w, b, i))
				}
				body := `{"RequestItems":{"things":[` + strings.Join(puts, ",") + `]}}`
				if err := call(t.Context(), s.services.dynamoURL, "BatchWriteItem", []byte(body)); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	time.Sleep(30 * time.Millisecond)
	began := time.Now()
	s.write(t, "M%23load")
	s.waitFor(t, "M#1", "M#load")
	if took := time.Since(began); took > time.Second {
		t.Errorf("the change arrived after %v", took)
	}
	all.Wait()
}

func (s *site) testPolicy(t *testing.T) {
	status, body := s.ask(t, "POST", s.Address()+"/v1/things/Z%231", "{}")
	if status != 400 || !strings.Contains(body, "AccessDeniedException") || !strings.Contains(body, "not authorized to perform: dynamodb:PutItem") {
		t.Errorf("%d %s", status, body)
	}
}

func (s *site) testDeadLetter(t *testing.T) {
	s.write(t, "M%23bad")
	s.write(t, "M%232")
	s.waitFor(t, "M#1", "M#2", "M#load")
	for deadline := time.Now().Add(5 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		messages, total := s.queue.Messages()
		if total == 1 && messages[0].Queue == "Lost" && strings.Contains(string(messages[0].Body), "RetryAttemptsExhausted") {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("%d messages: %v", total, messages)
		}
	}
}

func (s *site) testClock(t *testing.T) {
	target := time.Now().UTC().AddDate(0, 0, 3).Truncate(24 * time.Hour).Add(12 * time.Hour)
	status, body := s.ask(t, "POST", s.Address()+"/_local/clock", `{"set":"`+target.Format(time.RFC3339)+`"}`)
	if status != 200 {
		t.Fatalf("%d %s", status, body)
	}
	first := time.Now().UTC().Truncate(24 * time.Hour).Add(3 * time.Hour) // the first of the runs that were skipped
	if !first.After(time.Now()) {
		first = first.AddDate(0, 0, 1)
	}
	run := "run_of_" + first.Format(time.DateOnly) + "_at_" + target.Format(time.DateOnly)
	s.waitFor(t, "M#1", "M#2", "M#load", run)
	if now := s.echo(t)["now"]; !strings.HasPrefix(now, target.Format("2006-01-02T15:")) {
		t.Errorf("functions start at %q, want %s", now, target)
	}
	if status, body := s.ask(t, "POST", s.Address()+"/_local/run", `{"function":"count-runs","schedule":"Nightly"}`); status != 202 {
		t.Errorf("run now: %d %s", status, body)
	}
	s.waitFor(t, "M#1", "M#2", "M#load", run, "run_of_"+target.Format(time.DateOnly)+"_at_"+target.Format(time.DateOnly))
	if triggers := s.state(t.Context()).Functions[s.position("count-runs")].Triggers; !slices.Equal(triggers, []string{"schedule Nightly"}) {
		t.Errorf("the page says that count-runs is woken by %q", triggers)
	}
	for _, bad := range []string{`{}`, `{"skip":"1 day"}`, `{"skip":"1h","reset":true}`, `{"jump":"1h"}`} {
		if status, _ := s.ask(t, "POST", s.Address()+"/_local/clock", bad); status != 400 {
			t.Errorf("%s: %d", bad, status)
		}
	}
	s.ask(t, "POST", s.Address()+"/_local/clock", `{"reset":true}`)
}

func (s *site) testHost(t *testing.T) {
	for host, want := range map[string]int{"evil.example": 403, "evil.example:8080": 403, "localhost:1": 200, "127.0.0.1": 200, "[::1]:8080": 200} {
		r, _ := http.NewRequest("GET", s.Address()+"/_local/state", nil)
		r.Host = host
		res, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if res.StatusCode != want {
			t.Errorf("%s: %d", host, res.StatusCode)
		}
	}
	visit, _ := http.NewRequest("GET", strings.Replace(s.Address(), "localhost", "127.0.0.1", 1)+"/v1/echo?q=1", nil)
	visit.Header.Set("Accept", "text/html")
	redirected, err := http.DefaultTransport.RoundTrip(visit)
	if err != nil {
		t.Fatal(err)
	}
	redirected.Body.Close()
	if to := redirected.Header.Get("Location"); to != s.Address()+"/v1/echo?q=1" {
		t.Errorf("a browser at 127.0.0.1 is sent to %q", to)
	}
	r, _ := http.NewRequest("POST", s.Address()+"/_local/clock", strings.NewReader(`{"skip":"1h"}`))
	r.Header.Set("Content-Type", "text/plain")
	r.Header.Set("Origin", "https://evil.example")
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if res.StatusCode != 403 {
		t.Errorf("another origin sets the clock: %d", res.StatusCode)
	}
}

// edit changes a source and waits until the version that is in service satisfies the test.
func (s *site) edit(t *testing.T, from, to, version string) {
	t.Helper()
	path := filepath.Join(s.options.Root, "functions/echo-request/main.go")
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(strings.Replace(string(b), from, to, 1)), 0o644); err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(15 * time.Second); s.echo(t)["version"] != version; time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("version %s does not come; told: %q", version, s.told)
		}
	}
}

func (s *site) testWatch(t *testing.T) {
	s.edit(t, `"one"`, `"two"`, "two")
	s.edit(t, `"two"`, `undefined`, "two")
	for deadline := time.Now().Add(15 * time.Second); !s.heard("not built: echo-request"); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("the compiler's complaint does not come; told: %q", s.told)
		}
	}
	if version := s.echo(t)["version"]; version != "two" {
		t.Errorf("what does not compile does not replace what runs, yet version %s answers", version)
	}
	s.edit(t, `undefined`, `"three"`, "three")
}

func (s *site) heard(start string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.ContainsFunc(s.told, func(line string) bool { return strings.HasPrefix(line, start) })
}

func (s *site) testRestart(t *testing.T) {
	before := s.echo(t)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s.start()
	s.Open()
	after := s.echo(t)
	if after["keys"] != before["keys"] || after["version"] != "three" {
		t.Errorf("before %v, after %v", before, after)
	}
	s.write(t, "M%233")
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, total := s.queue.Messages(); total != 1 {
		t.Errorf("%d dead letters after a restart", total)
	}
	b, _ := os.ReadFile(s.output)
	if strings.Count(string(b), "M#1\n") != 1 {
		t.Errorf("changes that were done are delivered again: %s", b)
	}
}

// testKill kills a process that serves the cloud while it acknowledges writes.
func (s *site) testKill(t *testing.T) {
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	child := exec.Command(os.Args[0], "-test.run=^TestServeForKill$")
	child.Env = append(os.Environ(), killRoot+"="+s.options.Root)
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	address := s.waitForChild(t)
	var mu sync.Mutex
	var acknowledged []string
	var writers sync.WaitGroup
	for w := range 4 {
		writers.Go(func() {
			for i := range 1000 {
				id := fmt.Sprintf("M#kill-%d-%d", w, i)
				res, err := http.Post(address+"/v1/things/"+url.PathEscape(id), "application/json", strings.NewReader("{}"))
				if err != nil {
					return // killed
				}
				res.Body.Close()
				if res.StatusCode == http.StatusOK {
					mu.Lock()
					acknowledged = append(acknowledged, id)
					mu.Unlock()
				}
			}
		})
	}
	time.Sleep(250 * time.Millisecond)
	child.Process.Kill()
	child.Wait() // the system takes the lock of the folder back
	writers.Wait()
	if len(acknowledged) == 0 {
		t.Fatal("nothing was acknowledged before the kill")
	}
	s.start()
	var lost []string
	for deadline := time.Now().Add(8 * time.Second); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		b, _ := os.ReadFile(s.output)
		delivered := strings.Split(string(b), "\n")
		lost = slices.DeleteFunc(slices.Clone(acknowledged), func(id string) bool { return slices.Contains(delivered, id) })
		if len(lost) == 0 {
			return
		}
	}
	t.Errorf("of %d acknowledged writes %d are not delivered: %q", len(acknowledged), len(lost), lost)
}

// waitForChild waits until the child has noted its address and answers there.
func (s *site) waitForChild(t *testing.T) string {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		b, _ := os.ReadFile(filepath.Join(s.options.Data, addressFile))
		if res, err := http.Get(string(b) + "/v1/health"); err == nil {
			res.Body.Close()
			if res.StatusCode == http.StatusOK {
				return string(b)
			}
		}
	}
	t.Fatal("the child does not answer")
	return ""
}

// killRoot names the variable that makes TestServeForKill a process to be killed.
const killRoot = "CLOUD_TEST_KILL_ROOT"

func TestServeForKill(t *testing.T) {
	root := os.Getenv(killRoot)
	if root == "" {
		return // only a part of another test
	}
	quiet := func(string) {}
	c, err := Start(t.Context(), Options{Root: root, Data: filepath.Join(root, "data"), Clock: clock.New(),
		Parameters: map[string]string{"Output": filepath.Join(root, "output.txt")},
		Progress:   quiet, Warn: quiet, Log: func(string, string) {}})
	if err != nil {
		t.Fatal(err)
	}
	c.Open()
	select {}
}
