// Package process runs one Lambda function's binary as a measured child: it
// plays the Runtime API for it, hands it events one at a time, and reads what
// the operating system says it used.
//
// It does not know what a function is for, limits nothing but the processor,
// and works on Linux only, where /proc and clocks of other processes are.
package process

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"time"
)

// The limits of a child. They are far above what any function may take, and
// end a run that would hang.
const (
	startTimeout  = 20 * time.Second
	invokeTimeout = 60 * time.Second
	maxAnswer     = 8 << 20
	maxLines      = 64 // of the log kept
)

const apiPath = "/2018-06-01/runtime/"

// Process is a function that has asked for its first event and waits. Its
// methods are for one goroutine.
type Process struct {
	cmd     *exec.Cmd
	server  *http.Server
	ready   chan time.Time // a token for each time it asks for work
	events  chan []byte
	answers chan answer
	gone    chan struct{}
	count   int

	// Start is the wall time until it asked for work.
	Start time.Duration

	lines lines
}

type answer struct {
	at     time.Time
	body   []byte
	failed bool
}

// Start starts the binary with the environment, given as NAME=value, and
// returns when it asks for work. Of a name given twice the last one holds.
func Start(binary string, environment []string) (*Process, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	p := &Process{ready: make(chan time.Time, 1), events: make(chan []byte), answers: make(chan answer, 1), gone: make(chan struct{})}
	p.server = &http.Server{Handler: p.routes(), ReadHeaderTimeout: invokeTimeout}
	go p.server.Serve(listener)
	p.cmd = exec.Command(binary)
	p.cmd.Env = append([]string{"AWS_LAMBDA_RUNTIME_API=" + listener.Addr().String(), "AWS_LAMBDA_FUNCTION_NAME=bench",
		"AWS_LAMBDA_FUNCTION_MEMORY_SIZE=256", "_HANDLER=bootstrap", "TZ=:UTC"}, environment...)
	p.cmd.Stdout, p.cmd.Stderr = &p.lines, &p.lines
	began := time.Now()
	if err := p.cmd.Start(); err != nil {
		p.server.Close()
		return nil, err
	}
	go func() {
		p.cmd.Wait()
		close(p.gone)
	}()
	at, err := p.waitReady(startTimeout)
	if err != nil {
		p.Stop()
		return nil, fmt.Errorf("%s does not start: %w\n%s", binary, err, p.Lines())
	}
	p.Start = at.Sub(began)
	return p, nil
}

func (p *Process) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+apiPath+"invocation/next", func(w http.ResponseWriter, r *http.Request) {
		p.ready <- time.Now()
		select {
		case event := <-p.events:
			p.count++
			h := w.Header()
			h["Lambda-Runtime-Aws-Request-Id"] = []string{"00000000-0000-0000-0000-" + fmt.Sprintf("%012d", p.count)}
			h["Lambda-Runtime-Deadline-Ms"] = []string{strconv.FormatInt(time.Now().Add(invokeTimeout).UnixMilli(), 10)}
			h["Lambda-Runtime-Invoked-Function-Arn"] = []string{"arn:aws:lambda:us-east-1:000000000000:function:bench"}
			h["Content-Type"] = []string{"application/json"}
			h["Content-Length"] = []string{strconv.Itoa(len(event))}
			w.Write(event)
		case <-p.gone:
		case <-r.Context().Done():
		}
	})
	take := func(failed bool) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			body, err := io.ReadAll(io.LimitReader(r.Body, maxAnswer))
			p.answers <- answer{at: time.Now(), body: body, failed: failed || err != nil}
			w.WriteHeader(http.StatusAccepted)
		}
	}
	mux.HandleFunc("POST "+apiPath+"invocation/{id}/response", take(false))
	mux.HandleFunc("POST "+apiPath+"invocation/{id}/error", take(true))
	mux.HandleFunc("POST "+apiPath+"init/error", take(true))
	return mux
}

var errGone = errors.New("the process has ended")

func (p *Process) waitReady(limit time.Duration) (time.Time, error) {
	select {
	case at := <-p.ready:
		return at, nil
	case <-p.gone:
		return time.Time{}, errGone
	case <-time.After(limit):
		return time.Time{}, fmt.Errorf("it has not asked for work in %v", limit)
	}
}

// Invoke hands over one event and returns the answer and the wall time it
// took. It returns when the process waits for the next one, so that what is
// read of it between two calls is all of the first and nothing of the second.
func (p *Process) Invoke(event []byte) ([]byte, time.Duration, error) {
	began := time.Now()
	select {
	case p.events <- event:
	case <-p.gone:
		return nil, 0, fmt.Errorf("%w\n%s", errGone, p.Lines())
	}
	select {
	case a := <-p.answers:
		if a.failed {
			return nil, 0, fmt.Errorf("the function failed: %s\n%s", a.body, p.Lines())
		}
		_, err := p.waitReady(invokeTimeout)
		return a.body, a.at.Sub(began), err
	case <-p.gone:
		return nil, 0, fmt.Errorf("%w\n%s", errGone, p.Lines())
	case <-time.After(invokeTimeout):
		return nil, 0, fmt.Errorf("no answer in %v\n%s", invokeTimeout, p.Lines())
	}
}

// Stop ends the process.
func (p *Process) Stop() {
	p.cmd.Process.Kill()
	<-p.gone
	p.server.Close()
}

// Lines are the last lines it has written.
func (p *Process) Lines() string { return p.lines.text() }

// WaitLine returns the first line written that contains mark.
func (p *Process) WaitLine(mark string) (string, error) {
	const patience, pause = 2 * time.Second, time.Millisecond
	for began := time.Now(); time.Since(began) < patience; time.Sleep(pause) {
		for line := range strings.SplitSeq(p.Lines(), "\n") {
			if strings.Contains(line, mark) {
				return line, nil
			}
		}
	}
	return "", fmt.Errorf("no line says %q:\n%s", mark, p.Lines())
}

// lines keeps the last lines written to it.
type lines struct {
	mu   sync.Mutex
	last [][]byte
	part []byte
}

func (l *lines) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.part = append(l.part, b...)
	for {
		i := bytes.IndexByte(l.part, '\n')
		if i < 0 {
			return len(b), nil
		}
		l.last = append(l.last, bytes.Clone(l.part[:i]))
		l.part = l.part[i+1:]
		if len(l.last) > maxLines {
			l.last = l.last[1:]
		}
	}
}

func (l *lines) text() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return string(bytes.Join(l.last, []byte("\n")))
}
