package cloud

import (
	"context"
	"io"
	"net"
	"net/http"
	"strings"

	"customercenter/infra/local/console"
	"customercenter/infra/local/stripe"
)

// Paths of the local cloud itself, which no route of the product begins with.
const (
	consolePath = "/_local"
	mailboxPath = "/_mailbox"
	mailControl = "/_ses"
)

// front leads requests to the page about the cloud, to the mailbox and the payment pages, and everything else to the
// gateway.
func (c *Cloud) front(gateway http.Handler) http.Handler {
	about := onlyLocalHost(console.New(console.Options{
		State:  c.state,
		Clock:  c.options.Clock,
		Run:    c.runByName,
		Invoke: c.Invoke,
	}))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case within(r.URL.Path, consolePath):
			about.ServeHTTP(w, r)
		case c.services.mail != nil && (within(r.URL.Path, mailboxPath) || within(r.URL.Path, mailControl)):
			c.services.mail.ServeHTTP(w, r)
		case c.services.stripe != nil && within(r.URL.Path, stripe.Public):
			onlyLocalHost(c.services.stripe).ServeHTTP(w, r)
		default:
			gateway.ServeHTTP(w, r)
		}
	})
}

func within(path, folder string) bool {
	return path == folder || strings.HasPrefix(path, folder+"/")
}

// onlyLocalHost refuses requests by any other name than this machine's own: a page of another origin that has its
// own host name resolve to 127.0.0.1 must not read mail codes or set the clock.
func onlyLocalHost(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !isLoopback(r.Host) {
			http.Error(w, "only this machine may look at its cloud", http.StatusForbidden)
			return
		}
		h.ServeHTTP(w, r)
	})
}

// isLoopback says whether a Host header names this machine.
func isLoopback(host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	switch host {
	case "localhost", "127.0.0.1", "::1", "[::1]":
		return true
	}
	return false
}

// wantsPage says whether a person's browser asks.
func wantsPage(r *http.Request) bool { return strings.Contains(r.Header.Get("Accept"), "text/html") }

const notReadyPage = `<!doctype html><meta charset="utf-8"><meta http-equiv="refresh" content="1"><title>Starting</title>
<p style="font:16px system-ui;margin:20vh auto;max-width:30em">The system is starting. This page comes back by itself.</p>`

// whenReady answers 503 until the system is ready; the mailbox and the page about the cloud can be seen before. A
// browser that asks by another name of this machine is sent to the portal's own.
func (c *Cloud) whenReady(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet && !strings.HasPrefix(r.Host, "localhost") && isLoopback(r.Host) && wantsPage(r) {
			// The portal's address is the one that its functions trust; cookies and origins of another name do not match it.
			http.Redirect(w, r, c.address+r.URL.RequestURI(), http.StatusTemporaryRedirect)
			return
		}
		if c.ready.Load() || within(r.URL.Path, consolePath) || within(r.URL.Path, mailboxPath) {
			h.ServeHTTP(w, r)
			return
		}
		w.Header().Set("Retry-After", "1")
		if wantsPage(r) {
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			w.WriteHeader(http.StatusServiceUnavailable)
			io.WriteString(w, notReadyPage)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusServiceUnavailable)
		io.WriteString(w, `{"message":"Service Unavailable"}`)
	})
}

// runByName runs a schedule now, whenever it is due.
func (c *Cloud) runByName(function, name string) bool {
	for _, s := range c.schedule.Coming() {
		if s.Function == function && s.Name == name {
			c.runSchedule(s.Schedule, c.options.Clock.Now())
			return true
		}
	}
	return false
}

// state gathers what the page about the cloud shows.
func (c *Cloud) state(context.Context) console.State {
	s := console.State{Ready: c.ready.Load(), Portal: c.address + "/", Now: c.options.Clock.Now(), Offset: c.options.Clock.Offset()}
	if c.services.mail != nil {
		s.Mailbox = mailboxPath
	}
	if c.services.stripe != nil {
		s.Payments = stripe.Public
	}
	states := c.lambda.States()
	for _, f := range c.template.Functions {
		one := console.Function{Name: f.Name, Timeout: f.Timeout, MemoryMB: f.MemoryMB}
		for _, r := range f.Routes {
			one.Triggers = append(one.Triggers, r.Key())
		}
		for _, t := range f.Streams {
			one.Triggers = append(one.Triggers, "stream of "+t.Table)
		}
		for _, t := range f.Schedules {
			one.Triggers = append(one.Triggers, "schedule "+t.Name)
		}
		for _, state := range states {
			if state.Function == f.Name {
				one.Processes, one.Idle, one.Waiting, one.Broken = state.Running, state.Idle, state.Waiting, state.Broken
			}
		}
		s.Functions = append(s.Functions, one)
	}
	for _, coming := range c.schedule.Coming() {
		s.Schedules = append(s.Schedules, console.Schedule{Function: coming.Function, Name: coming.Name, Expression: coming.Plan.String(), Next: coming.At})
	}
	messages, total := c.queue.Messages()
	s.DeadLetters = total
	for _, m := range messages {
		s.LastDeadLetters = append(s.LastDeadLetters, console.DeadLetter{Queue: m.Queue, At: m.At, Body: m.Body})
	}
	s.Invocations, s.Totals = c.journal.Recent(), c.journal.Totals()
	return s
}
