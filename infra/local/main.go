// Command local runs the whole product on this machine: the portal and the API on one address, the functions as the
// real programs they are, the table, and a mailbox that takes every mail. Data stays in a folder between runs.
//
// It does not know the product: it reads the deployment template and does what that says.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"

	"customercenter/infra/local/clock"
	"customercenter/infra/local/cloud"
)

// defaultPort is that of the portal.
const defaultPort = 8080

// settings are the command's flags.
type settings struct {
	port   int
	data   string
	demo   bool
	now    string
	only   string
	invoke string
	watch  bool
	quiet  bool
}

func main() {
	var s settings
	flag.IntVar(&s.port, "port", defaultPort, "port of the portal; 0 picks a free one and prints it")
	flag.StringVar(&s.data, "data", ".local", "folder of everything that outlives the process")
	flag.BoolVar(&s.demo, "demo", true, "load the demo accounts, once")
	flag.StringVar(&s.now, "now", "", "set the clock to this time (RFC 3339); it runs on from there")
	flag.StringVar(&s.only, "only", "", `run one service alone: "dynamo" serves the table's engine on -port`)
	flag.StringVar(&s.invoke, "invoke", "", "invoke one function with its event from events/, print its answer, and end")
	flag.BoolVar(&s.watch, "watch", true, "build functions anew when their sources change")
	flag.BoolVar(&s.quiet, "quiet", false, "print the addresses and what goes wrong, nothing else")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, s, flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "local:", err)
		stop()
		os.Exit(1)
	}
}

func run(ctx context.Context, s settings, rest []string) error {
	if len(rest) > 0 {
		return fmt.Errorf("unknown argument %q; see -help", rest[0])
	}
	c, err := startClock(s.now)
	if err != nil {
		return err
	}
	switch {
	case s.only == "dynamo":
		return serveTable(ctx, s, c)
	case s.only != "":
		return fmt.Errorf("-only knows dynamo, not %q", s.only)
	case s.invoke != "":
		return invoke(ctx, s, c)
	}
	return serve(ctx, s, c)
}

func startClock(text string) (*clock.Clock, error) {
	if text == "" {
		return clock.New(), nil
	}
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return nil, fmt.Errorf("-now takes a time such as 2026-03-01T08:00:00Z, not %q", text)
	}
	return clock.At(at), nil
}

// serve runs the system until it is interrupted.
func serve(ctx context.Context, s settings, c *clock.Clock) error {
	out := newTerminal(s.quiet)
	started := time.Now()
	system, err := cloud.Start(ctx, options(s, c, out))
	if err != nil {
		return err
	}
	defer system.Close()
	if s.demo {
		if err := loadDemo(ctx, system.Inner(), s.data, c.Now(), out.progress); err != nil {
			if errors.Is(err, context.Canceled) {
				return nil
			}
			return fmt.Errorf("loading the demo accounts: %w", err)
		}
	}
	system.Open()
	out.banner(system, s, c, time.Since(started))
	<-ctx.Done()
	out.progress("stopping")
	return system.Close()
}

// options are those of a cloud that the flags and the environment ask for.
func options(s settings, c *clock.Clock, out *terminal) cloud.Options {
	o := cloud.Options{
		Root: ".", Data: s.data, Port: s.port, Clock: c, Watch: s.watch,
		Parameters: parameters(),
		DynamoDB:   os.Getenv("AWS_ENDPOINT_URL_DYNAMODB"),
		SES:        os.Getenv("AWS_ENDPOINT_URL_SES"),
		Stripe:     os.Getenv("STRIPE_API_BASE"),
		Merchant:   demoMerchant,
		Progress:   out.progress,
		Warn:       out.warn,
		Log:        out.functionLine,
	}
	if o.Stripe != "" {
		o.Processor = given("CENTER_PROCESSOR_KEY", "CENTER_PROCESSOR_WEBHOOK_SECRETS")
	}
	if o.DynamoDB == "" && o.SES == "" {
		return o
	}
	for _, name := range []string{"AWS_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"} {
		if v := os.Getenv(name); v != "" {
			o.Credentials = append(o.Credentials, name+"="+v)
		}
	}
	return o
}

// given are the variables of the environment that are set, of those named.
func given(names ...string) map[string]string {
	out := map[string]string{}
	for _, name := range names {
		if v := os.Getenv(name); v != "" {
			out[name] = v
		}
	}
	return out
}
