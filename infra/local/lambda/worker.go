package lambda

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"
	"time"
)

// apiVersion is the path under which a binary finds the Runtime API.
const apiVersion = "/2018-06-01/runtime/"

// arnPrefix makes the ARN of a function from its name.
const arnPrefix = "arn:aws:lambda:us-east-1:000000000000:function:"

// readHeaderTimeout bounds how long a binary may take to send a request's header.
const readHeaderTimeout = 5 * time.Second

// waitDelay bounds the wait for output that a child of the function still holds open.
const waitDelay = time.Second

// worker is one process of a function, with the Runtime API it talks to. A process has at most one invocation at
// a time.
type worker struct {
	pool       *pool
	generation int
	born       time.Time
	cmd        *exec.Cmd
	server     *http.Server
	inbox      chan *invocation // holds one: what was assigned while the process waits
	gone       chan struct{}    // closed when the process has ended

	// Guarded by the pool's lock.
	ready     bool
	returning bool
	retired   bool
	killed    bool
	init      time.Duration

	mu      sync.Mutex
	current *invocation
	began   time.Time
	cold    bool // the current invocation is the first
	timer   *time.Timer
	dead    bool
	verdict *Error // why the process is being ended, where it was us
}

// startWorker starts the function's binary with an address of its own for the Runtime API.
func startWorker(p *pool, generation int) (*worker, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	w := &worker{pool: p, generation: generation, born: time.Now(), cold: true,
		inbox: make(chan *invocation, 1), gone: make(chan struct{})}
	w.server = &http.Server{Handler: w.routes(), ReadHeaderTimeout: readHeaderTimeout}
	w.cmd = exec.Command(p.function.Bootstrap)
	w.cmd.Dir = filepath.Dir(p.function.Bootstrap)
	w.cmd.Env = append(p.options.Environment(p.function.Name), runtimeEnvironment(p.function, listener.Addr().String())...)
	w.cmd.SysProcAttr = ownGroup()
	output := &lines{emit: func(line string) { p.options.Log(p.function.Name, line) }}
	w.cmd.Stdout, w.cmd.Stderr = output, output
	w.cmd.WaitDelay = waitDelay
	if err := w.cmd.Start(); err != nil {
		listener.Close()
		return nil, err
	}
	w.timer = time.AfterFunc(p.options.InitTimeout, func() {
		w.end(failure(OutcomeTimeout, "Sandbox.Timedout", fmt.Sprintf("Init timed out after %.2f seconds", p.options.InitTimeout.Seconds())))
	})
	go w.server.Serve(listener)
	go w.wait(output)
	return w, nil
}

// runtimeEnvironment is what Lambda itself sets.
func runtimeEnvironment(f Function, address string) []string {
	return []string{
		"AWS_LAMBDA_RUNTIME_API=" + address,
		"AWS_LAMBDA_FUNCTION_NAME=" + f.Name,
		"AWS_LAMBDA_FUNCTION_VERSION=$LATEST",
		"AWS_LAMBDA_FUNCTION_MEMORY_SIZE=" + strconv.Itoa(f.MemoryMB),
		"AWS_LAMBDA_INITIALIZATION_TYPE=on-demand",
		"AWS_EXECUTION_ENV=AWS_Lambda_provided.al2023",
		"LAMBDA_TASK_ROOT=" + filepath.Dir(f.Bootstrap),
		"_HANDLER=bootstrap",
		"PATH=" + os.Getenv("PATH"),
		"TZ=:UTC",
		"LANG=en_US.UTF-8",
	}
}

func (w *worker) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+apiVersion+"invocation/next", w.serveNext)
	mux.HandleFunc("POST "+apiVersion+"invocation/{id}/response", w.serveResponse)
	mux.HandleFunc("POST "+apiVersion+"invocation/{id}/error", w.serveError)
	mux.HandleFunc("POST "+apiVersion+"init/error", w.serveInitError)
	return mux
}

// serveNext answers when there is work. It ends the previous invocation: until then its time runs.
func (w *worker) serveNext(rw http.ResponseWriter, r *http.Request) {
	w.rest()
	inv, ok := w.pool.next(w)
	if !ok {
		w.kill()
		<-r.Context().Done()
		return
	}
	if inv == nil {
		select {
		case inv = <-w.inbox:
		case <-w.gone:
			return
		case <-r.Context().Done():
			return
		}
	}
	deadline, ok := w.begin(inv)
	if !ok {
		w.pool.resubmit(inv)
		return
	}
	h := rw.Header()
	h.Set("Content-Type", "application/json")
	h.Set("Lambda-Runtime-Aws-Request-Id", inv.id)
	h.Set("Lambda-Runtime-Deadline-Ms", strconv.FormatInt(deadline.UnixMilli(), 10))
	h.Set("Lambda-Runtime-Invoked-Function-Arn", arnPrefix+w.pool.function.Name)
	h.Set("Lambda-Runtime-Trace-Id", "Root=1-"+inv.id[:8]+"-"+inv.id[24:]+inv.id[:12]+";Sampled=0")
	h.Set("Content-Length", strconv.Itoa(len(inv.request.Payload)))
	rw.Write(inv.request.Payload)
}

// assign gives an idle process its next invocation. The caller holds the pool's lock, which makes it the only one.
func (w *worker) assign(inv *invocation) { w.inbox <- inv }

// rest ends the time limit of what the process was at.
func (w *worker) rest() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.timer.Stop()
}

// begin starts the clock of an invocation; it is false where the process has ended meanwhile.
func (w *worker) begin(inv *invocation) (deadline time.Time, ok bool) {
	limit := w.pool.function.Timeout
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.dead {
		return time.Time{}, false
	}
	w.current, w.began = inv, time.Now()
	w.timer = time.AfterFunc(limit, func() {
		w.end(failure(OutcomeTimeout, "Sandbox.Timedout",
			fmt.Sprintf("RequestId: %s Error: Task timed out after %.2f seconds", inv.id, limit.Seconds())))
	})
	return w.began.Add(limit), true
}

// settle delivers the result of the invocation under way. It is false where there is none of that id: an empty id
// means whichever there is.
func (w *worker) settle(id string, body []byte, failed *Error) bool {
	w.mu.Lock()
	inv := w.current
	if inv == nil || (id != "" && inv.id != id) {
		w.mu.Unlock()
		return false
	}
	res := result{body: body, err: failed, took: time.Since(w.began)}
	if w.cold {
		w.cold, res.init = false, w.init
	}
	w.current = nil
	w.mu.Unlock()
	w.pool.answered(w)
	res.peak = peakMemoryKB(w.cmd.Process.Pid)
	w.pool.finish(inv, res)
	return true
}

func (w *worker) serveResponse(rw http.ResponseWriter, r *http.Request) {
	body, err := readAll(r)
	switch {
	case err != nil:
		// The invocation is still open: the process is about to end, or its time to run out.
		answer(rw, http.StatusBadRequest, "InvalidRequest", err.Error())
	case len(body) > MaxPayload:
		message := fmt.Sprintf("Response payload size exceeded maximum allowed payload size (%d bytes).", MaxPayload)
		w.settle(r.PathValue("id"), nil, failure(OutcomeTooLarge, "Function.ResponseSizeTooLarge", message))
		answer(rw, http.StatusRequestEntityTooLarge, "RequestEntityTooLarge", message)
	case !w.settle(r.PathValue("id"), body, nil):
		answer(rw, http.StatusBadRequest, "InvalidRequestID", "no such invocation is under way")
	default:
		rw.WriteHeader(http.StatusAccepted)
	}
}

// readAll reads a body as far as it decides whether it is too large, and drops the rest, so that the function
// meets an answer and not a broken connection.
func readAll(r *http.Request) ([]byte, error) {
	var b bytes.Buffer
	if n := r.ContentLength; n > 0 && n <= MaxPayload {
		b.Grow(int(n) + bytes.MinRead)
	}
	if _, err := b.ReadFrom(io.LimitReader(r.Body, MaxPayload+1)); err != nil {
		return nil, err
	}
	_, err := io.Copy(io.Discard, r.Body)
	return b.Bytes(), err
}

func (w *worker) serveError(rw http.ResponseWriter, r *http.Request) {
	failed, err := readFailure(r)
	if err != nil || !w.settle(r.PathValue("id"), nil, failed) {
		answer(rw, http.StatusBadRequest, "InvalidRequestID", "no such invocation is under way")
		return
	}
	rw.WriteHeader(http.StatusAccepted)
}

func (w *worker) serveInitError(rw http.ResponseWriter, r *http.Request) {
	failed, err := readFailure(r)
	if err != nil {
		answer(rw, http.StatusBadRequest, "InvalidRequest", err.Error())
		return
	}
	rw.WriteHeader(http.StatusAccepted)
	w.end(failed)
}

func readFailure(r *http.Request) (*Error, error) {
	body, err := io.ReadAll(io.LimitReader(r.Body, MaxPayload))
	if err != nil {
		return nil, err
	}
	var told struct{ ErrorType, ErrorMessage string }
	if json.Unmarshal(body, &told) != nil {
		told.ErrorType, told.ErrorMessage = "Runtime.Unknown", string(body)
	}
	return &Error{Outcome: OutcomeError, Type: told.ErrorType, Message: told.ErrorMessage, Payload: body}, nil
}

func answer(rw http.ResponseWriter, status int, kind, message string) {
	rw.Header().Set("Content-Type", "application/json")
	rw.WriteHeader(status)
	rw.Write(failure("", kind, message).Payload)
}

// end kills the process for a reason, which becomes the result of what it was at.
func (w *worker) end(reason *Error) {
	w.mu.Lock()
	if w.verdict == nil {
		w.verdict = reason
	}
	w.mu.Unlock()
	w.kill()
}

func (w *worker) kill() { w.cmd.Process.Kill() }

// wait sees the process off.
func (w *worker) wait(output *lines) {
	err := w.cmd.Wait()
	close(w.gone)
	output.flush()
	w.server.Close()
	w.mu.Lock()
	w.dead = true
	w.timer.Stop()
	reason := w.verdict
	w.mu.Unlock()
	if reason == nil {
		reason = failure(OutcomeCrash, "Runtime.ExitError", "Runtime exited "+exitText(err))
	}
	w.settle("", nil, reason)
	w.pool.ended(w, reason)
	// Nothing can be assigned any more. What was, but never fetched, has not begun: another process takes it.
	select {
	case inv := <-w.inbox:
		w.pool.resubmit(inv)
	default:
	}
}

func exitText(err error) string {
	if err == nil {
		return "without providing a reason"
	}
	return "with error: " + err.Error()
}
