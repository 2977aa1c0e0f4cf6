package lambda

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// subject is the path of the misbehaving function, built once.
var subject string

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	dir, err := os.MkdirTemp("", "lambda-test-")
	if err != nil {
		fmt.Println(err)
		return 1
	}
	defer os.RemoveAll(dir)
	subject = filepath.Join(dir, "bootstrap")
	build := exec.Command("go", "build", "-tags", "lambda.norpc", "-o", subject, "./testdata/subject")
	if out, err := build.CombinedOutput(); err != nil {
		fmt.Printf("%v\n%s", err, out)
		return 1
	}
	return m.Run()
}

// stage is a service with one function and what was heard of it.
type stage struct {
	*Service
	mu   sync.Mutex
	log  []string
	seen []Invocation
	dead []DeadLetter
}

func newStage(t *testing.T, f Function, environment ...string) *stage {
	t.Helper()
	s := &stage{}
	f.Name, f.Bootstrap = "subject", subject
	if f.Timeout == 0 {
		f.Timeout = 5 * time.Second
	}
	s.Service = New([]Function{f}, Options{
		Environment: func(string) []string { return environment },
		Log:         func(_, line string) { s.note(func() { s.log = append(s.log, line) }) },
		Observe:     func(i Invocation) { s.note(func() { s.seen = append(s.seen, i) }) },
		DeadLetter:  func(d DeadLetter) { s.note(func() { s.dead = append(s.dead, d) }) },
		RetryDelays: []time.Duration{time.Millisecond, time.Millisecond},
		InitTimeout: 500 * time.Millisecond,
	})
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		s.Close(ctx)
	})
	return s
}

func (s *stage) note(f func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f()
}

func (s *stage) outcomes() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []string
	for _, i := range s.seen {
		out = append(out, i.Outcome)
	}
	return out
}

func (s *stage) do(t *testing.T, event string) (string, error) {
	t.Helper()
	body, err := s.Invoke(t.Context(), Request{Function: "subject", Payload: []byte(event)})
	return string(body), err
}

// untilBusy waits until so many processes are at a request.
func (s *stage) untilBusy(t *testing.T, n int) {
	t.Helper()
	p := s.pools["subject"]
	for deadline := time.Now().Add(5 * time.Second); ; time.Sleep(time.Millisecond) {
		p.mu.Lock()
		busy := p.busy()
		p.mu.Unlock()
		if busy == n {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("%d processes are busy, not %d", busy, n)
		}
	}
}

func TestMisbehaviourIsAnErrorAndTheNextRequestIsServed(t *testing.T) {
	for _, c := range []struct{ name, event, outcome, kind, message string }{
		{"an error", `{"Do":"fail","Text":"no luck"}`, OutcomeError, "errorString", "no luck"},
		{"a panic", `{"Do":"panic","Text":"oh no"}`, OutcomeError, "string", "oh no"},
		{"an exit", `{"Do":"exit"}`, OutcomeCrash, "Runtime.ExitError", "exit status 3"},
		{"a hang", `{"Do":"hang"}`, OutcomeTimeout, "Sandbox.Timedout", "Task timed out after 1.00 seconds"},
		{"seven megabytes", `{"Do":"large"}`, OutcomeTooLarge, "Function.ResponseSizeTooLarge", "6291556 bytes"},
		{"too much memory", `{"Do":"greedy"}`, OutcomeMemory, "Runtime.OutOfMemory", "more than 128 MB"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			timeout := 30 * time.Second
			if c.outcome == OutcomeTimeout {
				timeout = time.Second
			}
			s := newStage(t, Function{Timeout: timeout, MemoryMB: 128})
			_, err := s.do(t, c.event)
			var failed *Error
			if !errors.As(err, &failed) {
				t.Fatalf("got %v", err)
			}
			if failed.Outcome != c.outcome || failed.Type != c.kind || !strings.Contains(failed.Message, c.message) {
				t.Errorf("got %+v", failed)
			}
			if !json.Valid(failed.Payload) {
				t.Errorf("the payload is no JSON: %s", failed.Payload)
			}
			if got, err := s.do(t, `{"Do":"echo","Text":"again"}`); err != nil || got != `{"text":"again"}` {
				t.Errorf("afterwards: %q, %v", got, err)
			}
			if got := s.outcomes(); !slices.Equal(got, []string{c.outcome, OutcomeOK}) {
				t.Errorf("observed %q", got)
			}
		})
	}
}

func TestGarbageIsPassedOn(t *testing.T) {
	s := newStage(t, Function{}, "SUBJECT=garbage")
	if got, err := s.do(t, `{"Do":"x"}`); err != nil || got != "<<<x" {
		t.Errorf("got %q, %v", got, err)
	}
}

func TestABinaryThatDoesNotStartFailsEachRequest(t *testing.T) {
	for _, c := range []struct{ subject, outcome, message string }{
		{"dead", OutcomeCrash, "exit status 9"},
		{"slow", OutcomeTimeout, "Init timed out"},
	} {
		t.Run(c.subject, func(t *testing.T) {
			t.Parallel()
			s := newStage(t, Function{}, "SUBJECT="+c.subject)
			for range 2 {
				_, err := s.do(t, `{"Do":"echo"}`)
				var failed *Error
				if !errors.As(err, &failed) || failed.Outcome != c.outcome || !strings.Contains(failed.Message, c.message) {
					t.Fatalf("got %v", err)
				}
			}
		})
	}
}

func TestAWarmProcessIsUsedAgain(t *testing.T) {
	s := newStage(t, Function{})
	for want := range 3 {
		if got, err := s.do(t, `{"Do":"count"}`); err != nil || got != fmt.Sprint(want+1) {
			t.Fatalf("call %d: %q, %v", want+1, got, err)
		}
	}
	s.note(func() {
		if s.seen[0].Init <= 0 || s.seen[1].Init != 0 {
			t.Errorf("only the first start is cold: %v, %v", s.seen[0].Init, s.seen[1].Init)
		}
	})
}

func TestRequestsAtOnceGetProcessesUpToTheLimitAndThenWait(t *testing.T) {
	s := newStage(t, Function{})
	var all sync.WaitGroup
	processes := make(chan string, 20)
	for range 20 {
		all.Go(func() {
			if _, err := s.do(t, `{"Do":"sleep","Wait":30000000}`); err != nil {
				t.Error(err)
			}
			got, err := s.do(t, `{"Do":"who"}`)
			if err != nil {
				t.Error(err)
			}
			processes <- got
		})
	}
	all.Wait()
	close(processes)
	distinct := map[string]bool{}
	for p := range processes {
		distinct[p] = true
	}
	if state := s.States()[0]; state.Running > maxWorkers || state.Waiting != 0 || len(distinct) < 2 {
		t.Errorf("%+v, %d processes answered", state, len(distinct))
	}
}

func TestReservedConcurrencyRefusesMore(t *testing.T) {
	s := newStage(t, Function{Concurrency: 1})
	var first sync.WaitGroup
	first.Go(func() {
		if _, err := s.do(t, `{"Do":"sleep","Wait":300000000}`); err != nil {
			t.Error(err)
		}
	})
	s.untilBusy(t, 1)
	if _, err := s.do(t, `{"Do":"echo"}`); !errors.Is(err, ErrThrottled) {
		t.Errorf("got %v", err)
	}
	first.Wait()
	if _, err := s.do(t, `{"Do":"echo"}`); err != nil {
		t.Error(err)
	}
}

func TestRecycleMeetsANewEnvironmentAndFinishesWhatRuns(t *testing.T) {
	s := newStage(t, Function{})
	before, err := s.do(t, `{"Do":"who"}`)
	if err != nil {
		t.Fatal(err)
	}
	var running sync.WaitGroup
	running.Go(func() {
		if _, err := s.do(t, `{"Do":"sleep","Wait":200000000}`); err != nil {
			t.Errorf("what ran was cut off: %v", err)
		}
	})
	s.untilBusy(t, 1)
	s.Recycle()
	after, err := s.do(t, `{"Do":"who"}`)
	if err != nil || after == before {
		t.Errorf("process %s before, %s after, %v", before, after, err)
	}
	running.Wait()
}

func TestAKilledFunctionFailsAsACrashAndStartsAnew(t *testing.T) {
	s := newStage(t, Function{})
	before, err := s.do(t, `{"Do":"who"}`)
	if err != nil {
		t.Fatal(err)
	}
	var running sync.WaitGroup
	running.Go(func() {
		var failed *Error
		if _, err := s.do(t, `{"Do":"hang"}`); !errors.As(err, &failed) || failed.Outcome != OutcomeCrash || !strings.Contains(failed.Message, "killed") {
			t.Errorf("what ran: %v", err)
		}
	})
	s.untilBusy(t, 1)
	s.Kill("subject")
	running.Wait()
	if after, err := s.do(t, `{"Do":"who"}`); err != nil || after == before {
		t.Errorf("process %s before, %s after, %v", before, after, err)
	}
	s.Kill("subject") // while it waits for work
	if _, err := s.do(t, `{"Do":"who"}`); err != nil {
		t.Error(err)
	}
}

func TestBrokenFunctionsSayWhy(t *testing.T) {
	s := newStage(t, Function{})
	s.MarkBroken("subject", "main.go:3: undefined: x")
	var failed *Error
	if _, err := s.do(t, `{"Do":"echo"}`); !errors.As(err, &failed) || failed.Outcome != OutcomeBroken || !strings.Contains(failed.Message, "undefined: x") {
		t.Errorf("got %v", err)
	}
	s.MarkBroken("subject", "")
	if _, err := s.do(t, `{"Do":"echo"}`); err != nil {
		t.Error(err)
	}
}

func TestFunctionsSeeWhatLambdaSets(t *testing.T) {
	s := newStage(t, Function{MemoryMB: 256}, "CENTER_TABLE=t")
	got, err := s.do(t, `{"Do":"environment"}`)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"CENTER_TABLE=t", "AWS_LAMBDA_FUNCTION_NAME=subject", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE=256", "TZ=:UTC"} {
		if !strings.Contains(got, `"`+want+`"`) {
			t.Errorf("%s is missing in %s", want, got)
		}
	}
	if strings.Contains(got, `"HOME=`) {
		t.Error("the environment of the machine leaks into functions")
	}
	got, err = s.do(t, `{"Do":"context"}`)
	if err != nil || !strings.Contains(got, "arn:aws:lambda:us-east-1:000000000000:function:subject") || !strings.Contains(got, `"left":4.`) {
		t.Errorf("context: %s, %v", got, err)
	}
}

func TestLogLinesArriveWhole(t *testing.T) {
	s := newStage(t, Function{})
	if _, err := s.do(t, `{"Do":"print","Text":"one\ntwo"}`); err != nil {
		t.Fatal(err)
	}
	s.Recycle()
	for range 100 {
		time.Sleep(10 * time.Millisecond)
		var got []string
		s.note(func() { got = slices.Clone(s.log) })
		if slices.Equal(got, []string{"one", "two", "without an end"}) {
			return
		}
	}
	t.Errorf("logged %q", s.log)
}

func TestRefusals(t *testing.T) {
	s := newStage(t, Function{})
	if _, err := s.Invoke(t.Context(), Request{Function: "nobody"}); !errors.Is(err, ErrUnknown) {
		t.Errorf("got %v", err)
	}
	if _, err := s.Invoke(t.Context(), Request{Function: "subject", Payload: make([]byte, MaxPayload+1)}); !errors.Is(err, ErrPayloadTooLarge) {
		t.Errorf("got %v", err)
	}
	s.Close(t.Context())
	if _, err := s.do(t, `{"Do":"echo"}`); !errors.Is(err, ErrClosed) {
		t.Errorf("got %v", err)
	}
}

func TestCloseLetsWorkFinishAndEndsWhatHangs(t *testing.T) {
	s := newStage(t, Function{Timeout: time.Minute})
	var all sync.WaitGroup
	all.Go(func() {
		if _, err := s.do(t, `{"Do":"sleep","Wait":300000000}`); err != nil {
			t.Errorf("what ran was cut off: %v", err)
		}
	})
	all.Go(func() {
		if _, err := s.do(t, `{"Do":"hang"}`); err == nil {
			t.Error("a hanging function cannot have answered")
		}
	})
	s.untilBusy(t, 2)
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	s.Close(ctx)
	all.Wait()
	if state := s.States()[0]; state.Running != 0 {
		t.Errorf("processes are left: %+v", state)
	}
}

func TestAsynchronousFailuresAreRetriedAndThenRest(t *testing.T) {
	s := newStage(t, Function{})
	for _, text := range []string{"lost", "fine"} {
		order := "fail"
		if text == "fine" {
			order = "echo"
		}
		err := s.InvokeAsync(Async{Request: Request{Function: "subject", Payload: []byte(`{"Do":"` + order + `","Text":"` + text + `"}`)},
			MaxRetries: 2, MaxAge: time.Hour, OnFailure: "Lost"})
		if err != nil {
			t.Fatal(err)
		}
	}
	s.async.Wait()
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.seen) != 4 {
		t.Errorf("three attempts at one and one at the other, got %+v", s.seen)
	}
	if len(s.dead) != 1 || s.dead[0].Attempts != 3 || s.dead[0].Condition != "RetriesExhausted" || s.dead[0].Error.Message != "lost" {
		t.Errorf("dead letters: %+v", s.dead)
	}
}

func BenchmarkInvoke(b *testing.B) {
	s := New([]Function{{Name: "subject", Bootstrap: subject, Timeout: time.Minute}}, Options{
		Environment: func(string) []string { return nil }, DeadLetter: func(DeadLetter) {}})
	defer s.Close(b.Context())
	for b.Loop() {
		if _, err := s.Invoke(b.Context(), Request{Function: "subject", Payload: []byte(`{"Do":"echo"}`)}); err != nil {
			b.Fatal(err)
		}
	}
}
