// Package cloud puts the services of the local cloud together, by the deployment template: it builds the product's
// functions, opens the table and the mailbox, and serves the portal, the API and a page about itself on one address.
// Functions and services are told apart by endpoints alone, so that any of them can be replaced by the real one.
//
// It does not know what the product does; it never links a function, it runs them.
package cloud

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"customercenter/infra/local/build"
	"customercenter/infra/local/clock"
	"customercenter/infra/local/console"
	"customercenter/infra/local/gateway"
	"customercenter/infra/local/lambda"
	"customercenter/infra/local/queue"
	"customercenter/infra/local/stream"
	"customercenter/infra/local/stripe"
	"customercenter/infra/local/template"
)

// The files of a data folder.
const (
	addressFile     = "address"
	secretsFile     = "secrets.json"
	deadLettersFile = "dead-letters.jsonl"
	placesFolder    = "streams"
	tableFolder     = "dynamo"
	mailFolder      = "ses"
	paymentsFolder  = "stripe"
)

// stopTimeout is how long requests and functions may take to finish when the cloud stops.
const stopTimeout = 5 * time.Second

// Options of a cloud.
type Options struct {
	Root string // of the repository
	Data string // folder of everything that outlives the process
	Port int    // of the public address; 0 picks one, below zero opens none
	// Clock is what the cloud and its functions go by.
	Clock *clock.Clock
	// Watch builds functions anew when their sources change.
	Watch bool
	// Parameters of the template. BaseUrl is always the public address.
	Parameters map[string]string
	// DynamoDB, SES and Stripe are endpoints of real services, used in place of the cloud's own where they are set.
	DynamoDB string
	SES      string
	Stripe   string
	// Processor holds values that functions get for the variables of their own with these names, in place of those of
	// this cloud: the key of a real payment processor.
	Processor map[string]string
	// Merchant is whom the hosted payment pages name.
	Merchant string
	// Credentials are NAME=value of the environment that functions get to reach real services.
	Credentials []string
	// Progress receives a line per step, Warn what a person should know of, Log the lines of functions. None may be nil.
	Progress func(line string)
	Warn     func(line string)
	Log      func(function, line string)
}

// Cloud is a running local cloud.
type Cloud struct {
	options  Options
	template *template.Template
	builder  *build.Builder
	lambda   *lambda.Service
	schedule *clock.Scheduler
	queue    *queue.Log
	journal  *console.Journal
	services *services
	streams  []*stream.Consumer
	// inService names the functions that have a binary to run; only builds touch it, one after the other.
	inService map[string]bool
	handler   http.Handler // gateway, mailbox and console

	address string // public, http://localhost:port
	inner   string // answers before the public one does
	ready   atomic.Bool

	cancel  context.CancelFunc
	tasks   sync.WaitGroup
	servers []*http.Server
	closers []io.Closer // closed in reverse
	closing sync.Once
	closed  error
}

// Start builds and starts everything. The public address is bound at once and answers 503 until Open; the inner one
// answers as soon as Start returns. A second start on the same data folder is refused with ErrRunning.
func Start(ctx context.Context, o Options) (*Cloud, error) {
	c := &Cloud{options: o, journal: console.NewJournal(), inService: map[string]bool{}}
	if err := c.start(ctx); err != nil {
		return nil, errors.Join(err, c.Close())
	}
	return c, nil
}

func (c *Cloud) start(ctx context.Context) error {
	lock, err := Lock(c.options.Data)
	if err != nil {
		return err
	}
	c.closers = append(c.closers, lock)
	public, err := c.listenPublic()
	if err != nil {
		return err
	}
	if err := c.prepare(ctx); err != nil {
		return err
	}
	if err := c.assemble(); err != nil {
		return err
	}
	return c.serve(public)
}

// prepare reads the template, builds the functions and opens the services.
func (c *Cloud) prepare(ctx context.Context) (err error) {
	parameters := map[string]string{"BaseUrl": c.address}
	for name, v := range c.options.Parameters {
		parameters[name] = v
	}
	path := filepath.Join(c.options.Root, "template.yaml")
	asks, err := template.Declares(path, processorParameter)
	if err != nil {
		return err
	}
	if asks {
		parameters[processorParameter] = processorSecret
	}
	if c.template, err = template.Load(path, parameters); err != nil {
		return err
	}
	if c.builder, err = build.New(c.options.Root, c.options.Progress); err != nil {
		return err
	}
	if c.queue, err = queue.Open(filepath.Join(c.options.Data, deadLettersFile)); err != nil {
		return err
	}
	c.closers = append(c.closers, c.queue)
	secrets, err := openSecrets(filepath.Join(c.options.Data, secretsFile), slices.Concat(generated(c.template.Secrets), issued()))
	if err != nil {
		return err
	}
	if c.services, err = c.openServices(ctx, secrets); err != nil {
		return err
	}
	c.lambda = lambda.New(c.lambdaFunctions(), lambda.Options{
		Environment: environment{template: c.template, secrets: secrets, services: c.services, clock: c.options.Clock,
			credentials: c.options.Credentials, processor: c.options.Processor}.of,
		Log:         c.options.Log,
		Observe:     c.observe,
		DeadLetter:  c.bury,
		RetryDelays: lambda.RetryDelays(),
	})
	return c.build(ctx)
}

// assemble starts what runs by itself and puts the public handler together.
func (c *Cloud) assemble() error {
	ctx, cancel := context.WithCancel(context.Background())
	c.cancel = cancel
	schedules, err := c.schedules()
	if err != nil {
		return err
	}
	c.options.Clock.OnChange(func() { c.lambda.Recycle() })
	c.schedule = clock.NewScheduler(c.options.Clock, schedules, c.runSchedule)
	c.tasks.Go(func() { c.schedule.Run(ctx) })
	if err := c.startStreams(ctx); err != nil {
		return err
	}
	if c.options.Watch {
		c.tasks.Go(func() { c.watch(ctx) })
	}
	c.handler = c.front(gateway.New(c.template.API.Routes, gateway.Options{
		Invoke: c.invokeRoute,
		Now:    c.options.Clock.Now,
		Tell:   c.options.Warn,
	}))
	return nil
}

// Address is the public address: http://localhost and a port.
func (c *Cloud) Address() string { return c.address }

// Inner is an address that answers before the public one is opened.
func (c *Cloud) Inner() string { return c.inner }

// Open lets the public address answer: the system is ready.
func (c *Cloud) Open() { c.ready.Store(true) }

// Payments is the stand-in of the payment processor, nil where a real one is used.
func (c *Cloud) Payments() *stripe.Service { return c.services.stripe }

// Invoke runs a function with an event, as the person at the terminal asks.
func (c *Cloud) Invoke(ctx context.Context, function string, event []byte) ([]byte, error) {
	return c.lambda.Invoke(ctx, lambda.Request{Function: function, Trigger: "by hand", Payload: event})
}

// Close stops everything: listeners first, then what runs by itself, then functions, then services. What is under
// way gets a few seconds. A second call does nothing.
func (c *Cloud) Close() error {
	c.closing.Do(func() { c.closed = c.close() })
	return c.closed
}

func (c *Cloud) close() error {
	ctx, cancel := context.WithTimeout(context.Background(), stopTimeout)
	defer cancel()
	for _, s := range c.servers {
		if err := s.Shutdown(ctx); err != nil {
			s.Close()
		}
	}
	if c.cancel != nil {
		c.cancel()
	}
	if c.lambda != nil {
		c.lambda.Close(ctx)
	}
	c.tasks.Wait()
	var failed error
	for i := len(c.closers) - 1; i >= 0; i-- {
		failed = errors.Join(failed, c.closers[i].Close())
	}
	return failed
}

// listenPublic binds the public port on the loopback addresses, so that "localhost" reaches it whichever of them it
// means here.
func (c *Cloud) listenPublic() ([]net.Listener, error) {
	if c.options.Port < 0 {
		c.address = "http://localhost"
		return nil, nil
	}
	first, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", c.options.Port))
	if err != nil {
		return nil, fmt.Errorf("port %d is taken: start with -port 0 to use a free one, or stop what listens there (%w)", c.options.Port, err)
	}
	port := first.Addr().(*net.TCPAddr).Port
	c.address = fmt.Sprintf("http://localhost:%d", port)
	listeners := []net.Listener{first}
	if second, err := net.Listen("tcp", fmt.Sprintf("[::1]:%d", port)); err == nil {
		listeners = append(listeners, second)
	}
	return listeners, nil
}

// Timeouts of the public server. A body may take long: imports come over slow lines.
const (
	readHeaderTimeout = 5 * time.Second
	readTimeout       = time.Minute
	writeTimeout      = 2 * time.Minute
	idleTimeout       = 2 * time.Minute
)

func (c *Cloud) serve(public []net.Listener) error {
	inner, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	c.inner = "http://" + inner.Addr().String()
	c.serveOn(inner, c.handler)
	for _, l := range public {
		c.serveOn(l, c.whenReady(c.handler))
	}
	if len(public) == 0 {
		return nil
	}
	return os.WriteFile(filepath.Join(c.options.Data, addressFile), []byte(c.address), 0o644)
}

func (c *Cloud) serveOn(l net.Listener, h http.Handler) {
	s := &http.Server{Handler: h, ReadHeaderTimeout: readHeaderTimeout, ReadTimeout: readTimeout,
		WriteTimeout: writeTimeout, IdleTimeout: idleTimeout, MaxHeaderBytes: 64 << 10}
	c.servers = append(c.servers, s)
	go s.Serve(l)
}

// RunningAt returns the public address of the cloud that runs on a data folder; ok is false where none does.
func RunningAt(data string) (address string, ok bool) {
	lock, err := Lock(data)
	if err == nil {
		lock.Close()
		return "", false
	}
	if !errors.Is(err, ErrRunning) {
		return "", false
	}
	b, err := os.ReadFile(filepath.Join(data, addressFile))
	return string(b), err == nil
}
