package httpapi

import (
	"context"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/aws/aws-lambda-go/lambdacontext"

	"customercenter/shared/center"
)

// served tells the first request of a process from the others.
var served atomic.Bool

// lineKey finds the line of a request in its context.
type lineKey struct{}

// Concerns tells the log whom a request to a public operation is about, once
// that is known: who asks has no session, and signing in must leave a trace
// whether or not it succeeds. Ids alone, never an address.
func Concerns(ctx context.Context, account center.AccountID, contact center.ContactID) {
	if l, ok := ctx.Value(lineKey{}).(*line); ok {
		l.account, l.contact = account, contact
	}
}

// line is the one log line of a request, filled along the way and printed
// once. It never holds a body, a cookie or a parameter.
type line struct {
	log     *slog.Logger
	now     func() time.Time
	start   time.Time
	cold    bool
	request string
	route   string
	level   slog.Level
	account center.AccountID
	contact center.ContactID
	code    string // of the refusal
	cause   string // what the asker was not told
	usage   func() []slog.Attr
}

func openLine(log *slog.Logger, door Door, r Request) *line {
	return &line{
		log: log, now: door.Now, start: door.Now(), cold: !served.Swap(true),
		request: r.RequestContext.RequestID, route: r.RouteKey, level: slog.LevelInfo,
	}
}

func (l *line) close(ctx context.Context, status int) {
	attrs := []slog.Attr{
		slog.String("requestId", l.request),
		slog.String("function", lambdacontext.FunctionName),
		slog.String("route", l.route),
		slog.Int("status", status),
		slog.Int64("ms", l.now().Sub(l.start).Milliseconds()),
		slog.Bool("cold", l.cold),
	}
	if l.account != "" {
		attrs = append(attrs, slog.String("account", string(l.account)))
	}
	if l.contact != "" {
		attrs = append(attrs, slog.String("contact", string(l.contact)))
	}
	if l.code != "" {
		attrs = append(attrs, slog.String("code", l.code))
	}
	if l.usage != nil {
		attrs = append(attrs, l.usage()...)
	}
	if l.cause != "" {
		attrs = append(attrs, slog.String("cause", shorten(l.cause)))
	}
	l.log.LogAttrs(ctx, l.level, "request", attrs...)
}

// shorten keeps a long cause, such as a stack, within one readable line.
func shorten(s string) string {
	if len(s) <= maxCause {
		return s
	}
	return s[:maxCause] + "…"
}
