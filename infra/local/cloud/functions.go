package cloud

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"customercenter/infra/local/build"
	"customercenter/infra/local/clock"
	"customercenter/infra/local/gateway"
	"customercenter/infra/local/lambda"
	"customercenter/infra/local/stream"
	"customercenter/infra/local/template"
)

// watchPause is how often sources are looked at.
const watchPause = time.Second

// portal is the name of the portal's sources among those of functions, which none can have.
const portal = ""

func (c *Cloud) lambdaFunctions() []lambda.Function {
	var out []lambda.Function
	for _, f := range c.template.Functions {
		out = append(out, lambda.Function{Name: f.Name, Bootstrap: c.builder.Bootstrap(f.Name), Timeout: f.Timeout,
			MemoryMB: f.MemoryMB, Concurrency: f.Concurrency})
	}
	return out
}

// build cuts the fonts, bundles the portal and compiles the functions. What cannot be made or does not compile is
// told and answers so; the rest runs.
func (c *Cloud) build(ctx context.Context) error {
	told := ""
	for _, make := range []func(context.Context) (bool, error){c.builder.Fonts, c.builder.Portal} {
		if _, err := make(ctx); err != nil {
			if err.Error() != told { // without Node, both say so
				c.options.Warn(err.Error())
			}
			told = err.Error()
			if ctx.Err() != nil {
				return ctx.Err()
			}
		}
	}
	var names []string
	for _, f := range c.template.Functions {
		names = append(names, f.Name)
	}
	out, err := c.builder.Build(ctx, names)
	if err != nil {
		return err
	}
	c.take(out)
	return nil
}

// take puts a build in service. A function that no longer compiles keeps the binary it runs, where it runs one.
func (c *Cloud) take(out build.Outcome) {
	named := map[string][]string{} // by what the compiler says
	for _, function := range slices.Sorted(maps.Keys(out.Broken)) {
		reason := out.Broken[function]
		named[reason] = append(named[reason], function)
		if !c.inService[function] {
			c.lambda.MarkBroken(function, reason)
		}
	}
	for reason, functions := range named {
		c.options.Warn("not built: " + strings.Join(functions, ", ") + "\n" + reason)
	}
	for _, function := range slices.Concat(out.Built, out.Current) {
		c.inService[function] = true
		c.lambda.MarkBroken(function, "")
	}
	if len(out.Built) > 0 {
		c.lambda.Recycle(out.Built...)
	}
}

// watch builds what changes, until the context ends.
func (c *Cloud) watch(ctx context.Context) {
	seen := c.fingerprints()
	ticker := time.NewTicker(watchPause)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		now := c.fingerprints()
		if seen[portal] != now[portal] {
			if _, err := c.builder.Portal(ctx); err != nil {
				c.options.Warn(err.Error())
			}
		}
		var changed []string
		for _, f := range c.template.Functions {
			if seen[f.Name] != now[f.Name] {
				changed = append(changed, f.Name)
			}
		}
		seen = now
		c.rebuild(ctx, changed)
	}
}

func (c *Cloud) rebuild(ctx context.Context, changed []string) {
	if len(changed) == 0 {
		return
	}
	out, err := c.builder.Build(ctx, changed)
	if err != nil {
		if ctx.Err() == nil {
			c.options.Warn(err.Error())
		}
		return
	}
	c.take(out)
	if len(out.Built) > 0 {
		c.options.Progress("in service: " + strings.Join(out.Built, ", "))
	}
}

// fingerprints are those of each function, and of the portal's sources. What cannot be read,
// such as a file that is being written, counts as unchanged until it can.
func (c *Cloud) fingerprints() map[string]string {
	out := map[string]string{}
	for _, f := range c.template.Functions {
		if print, err := c.builder.Fingerprint(f.Name); err == nil {
			out[f.Name] = print
		}
	}
	if print, err := c.builder.PortalFingerprint(); err == nil {
		out[portal] = print
	}
	return out
}

// invokeRoute is how the gateway reaches functions.
func (c *Cloud) invokeRoute(ctx context.Context, route template.Route, payload []byte) ([]byte, error) {
	answer, err := c.lambda.Invoke(ctx, lambda.Request{Function: route.Function, Trigger: route.Key(), Payload: payload})
	if errors.Is(err, lambda.ErrThrottled) || errors.Is(err, lambda.ErrClosed) {
		return nil, fmt.Errorf("%w: %w", gateway.ErrUnavailable, err)
	}
	return answer, err
}

// schedules reads the schedules of the template.
func (c *Cloud) schedules() ([]clock.Schedule, error) {
	var out []clock.Schedule
	for _, f := range c.template.Functions {
		for _, s := range f.Schedules {
			plan, err := clock.Parse(s.Expression, s.TimeZone)
			if err != nil {
				return nil, fmt.Errorf("%s, schedule %s: %w", f.Name, s.Name, err)
			}
			out = append(out, clock.Schedule{Name: s.Name, Function: f.Name, Plan: plan, Input: s.Input})
		}
	}
	return out, nil
}

// runSchedule invokes a schedule's function as EventBridge does, asynchronously.
func (c *Cloud) runSchedule(s clock.Schedule, at time.Time) {
	f, _ := c.template.Function(s.Function)
	err := c.lambda.InvokeAsync(lambda.Async{
		Request:    lambda.Request{Function: s.Function, Trigger: "schedule " + s.Name, Payload: s.Event(at)},
		MaxRetries: f.Async.MaxRetries, MaxAge: f.Async.MaxAge, OnFailure: f.Async.OnFailure,
	})
	if err != nil {
		c.options.Warn("schedule " + s.Name + ": " + err.Error())
	}
}

// invokeStream is how stream consumers reach functions. A function that cannot run for a reason outside itself is
// not held against the records.
func (c *Cloud) invokeStream(ctx context.Context, function string, payload []byte) ([]byte, error) {
	answer, err := c.lambda.Invoke(ctx, lambda.Request{Function: function, Trigger: "stream", Payload: payload})
	var failed *lambda.Error
	notItsFault := errors.As(err, &failed) && failed.Outcome == lambda.OutcomeBroken
	if notItsFault || errors.Is(err, lambda.ErrThrottled) || errors.Is(err, lambda.ErrClosed) {
		return nil, fmt.Errorf("%w: %w", stream.ErrNotNow, err)
	}
	return answer, err
}

// observe keeps an invocation for the page about the cloud.
func (c *Cloud) observe(i lambda.Invocation) { c.journal.Add(i) }

// bury puts an asynchronous invocation that was given up into its queue.
func (c *Cloud) bury(d lambda.DeadLetter) {
	message := map[string]any{
		"version": "1.0", "timestamp": d.At.UTC(), "requestPayload": string(d.Payload),
		"requestContext": map[string]any{"functionArn": functionARN(d.Function),
			"condition": d.Condition, "approximateInvokeCount": d.Attempts},
	}
	if d.Error != nil {
		message["responsePayload"] = string(d.Error.Payload)
	}
	c.send(d.Function, d.OnFailure, message)
}

func functionARN(name string) string {
	return "arn:aws:lambda:" + template.Region + ":" + template.AccountID + ":function:" + name
}

func (c *Cloud) send(function, queue string, message any) {
	if queue == "" {
		c.options.Warn(function + ": given up, and no queue was to be told")
		return
	}
	if err := c.queue.Send(queue, c.options.Clock.Now(), message); err != nil {
		c.options.Warn(function + ": given up, and the queue cannot be told: " + err.Error())
		return
	}
	c.options.Warn(function + ": given up; see the queue " + queue)
}
