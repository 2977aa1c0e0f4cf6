// Package httpapi turns a plain Go function into the handler of an API
// Gateway HTTP API event (payload format 2.0): who asks, may she, what does
// she ask, call, answer, log. Every route of the product goes through Handle.
//
// It does not know any route, the table, or what an answer means; whether a
// contact may open a module it asks of center.
package httpapi

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"runtime/debug"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"customercenter/shared/center"
)

type (
	// Request is one invocation by the gateway.
	Request = events.APIGatewayV2HTTPRequest
	// Response is what the gateway turns into an HTTP response.
	Response = events.APIGatewayV2HTTPResponse
	// Handler serves the requests of a route. Its error is always nil: to the
	// gateway, an error means that the function is broken.
	Handler func(context.Context, Request) (Response, error)
)

// Limits of a request.
const (
	DefaultMaxBody = 64 << 10 // bytes, unless Op.MaxBody says otherwise
	maxCause       = 4 << 10  // bytes of a cause in the log
)

// Guard finds out who asks.
type Guard interface {
	// Cookie is the name of the cookie that Enter is asked with.
	Cookie() string
	// Enter returns the actor of that cookie's value, or an Unauthenticated
	// error.
	Enter(ctx context.Context, cookie string) (center.Actor, error)
	// AskContacts lists who in the actor's account can give access.
	AskContacts(ctx context.Context, actor center.Actor) ([]center.Contact, error)
}

// Door is what the operations of a function have in common.
type Door struct {
	Origin string           // the only origin that may write, scheme://host[:port]
	Guard  Guard            // nil where every operation is public
	Now    func() time.Time // for durations in the log
	Log    *slog.Logger     // nil means JSON lines on standard output

	// Measure opens the count of what a request costs at the table; what it
	// returns is asked once, for the log. Nil where the table is not reached.
	Measure func(context.Context) (context.Context, func() []slog.Attr)
}

// Op says what an operation is before anything runs. Who may use it is said in
// exactly one way: Public, AnyContact or Module with Action.
type Op struct {
	Public     bool          // no session needed
	AnyContact bool          // any session will do
	Module     center.Module // the session must open this
	Action     center.Action
	Status     int    // of success; 200 when zero; 204 has no body
	MaxBody    int    // bytes; DefaultMaxBody when zero
	Accepts    string // media types of the body, ", " between them; application/json when ""
	AnyQuery   bool   // parameters nobody reads are fine: pages are linked to with anything behind
}

// check panics for an operation that does not say who may use it: a route
// must never be open because somebody forgot to close it.
func (op Op) check(door Door) {
	ways := 0
	for _, said := range []bool{op.Public, op.AnyContact, op.Module != "" && op.Action != ""} {
		if said {
			ways++
		}
	}
	if ways != 1 {
		panic("httpapi: an operation says in one way who may use it")
	}
	if !op.Public && door.Guard == nil {
		panic("httpapi: an operation that needs a session needs a guard")
	}
}

// Handle makes fn the handler of a route. Fields of In say where they come
// from: `path:"id"`, `query:"limit"`, `header:"user-agent"`,
// `cookie:"__Host-pre"`, `request:"sourceIp"` (or id, or path), `body:"raw"` (each with
// json:"-") or, of a JSON body, `json:"name"`. An In with a Validate method
// reports its violations. Out becomes JSON, unless it is Raw; an Out with
// SetCookies sets cookies.
//
// What fn refuses with a *center.Error becomes a problem document; any other
// error and a panic become a neutral 500 with the cause in the log. A mistake
// in op or in the tags of In panics here, when the function starts.
func Handle[In, Out any](door Door, op Op, fn func(context.Context, center.Actor, In) (Out, error)) Handler {
	op.check(door)
	plan := planOf[In]()
	sites := newSites(door.Origin)
	log := door.Log
	if log == nil {
		log = slog.New(slog.NewJSONHandler(os.Stdout, nil))
	}
	return func(ctx context.Context, r Request) (resp Response, _ error) {
		ctx, cancel := withMargin(ctx)
		defer cancel()
		line := openLine(log, door, r)
		ctx = context.WithValue(ctx, lineKey{}, line)
		if door.Measure != nil {
			ctx, line.usage = door.Measure(ctx)
		}
		defer func() {
			if p := recover(); p != nil {
				resp = refuse(line, r, fmt.Errorf("panic: %v\n%s", p, debug.Stack()), nil)
			}
			line.close(ctx, resp.StatusCode)
		}()
		out, ask, err := call(ctx, door, op, sites, plan, fn, r, line)
		if err != nil {
			return refuse(line, r, err, ask), nil
		}
		resp, err = answer(op, r, out)
		if err != nil {
			return refuse(line, r, err, nil), nil
		}
		return resp, nil
	}
}

// answerMargin is what is left of a function's time to say that it is up: at its
// end the function is ended, whatever it is at, and the person reads a bare 500.
const answerMargin = 300 * time.Millisecond

func withMargin(ctx context.Context) (context.Context, context.CancelFunc) {
	deadline, ok := ctx.Deadline()
	if !ok {
		return ctx, func() {}
	}
	return context.WithDeadline(ctx, deadline.Add(-answerMargin))
}

// call runs the steps before fn in the order that gives away least, then fn.
func call[In, Out any](ctx context.Context, door Door, op Op, sites *sites, plan plan, fn func(context.Context, center.Actor, In) (Out, error), r Request, line *line) (out Out, ask []AskContact, err error) {
	if err := sites.check(r); err != nil {
		return out, nil, err
	}
	var actor center.Actor
	if !op.Public {
		if actor, err = door.Guard.Enter(ctx, cookieValue(r, door.Guard.Cookie())); err != nil {
			return out, nil, err
		}
		line.account, line.contact = actor.Account, actor.Contact
		if !op.AnyContact && !actor.May(op.Module, op.Action).Allowed {
			return out, askContacts(ctx, door.Guard, actor, line), center.Errorf(center.Forbidden, "module-closed",
				"Your access to this account does not open this.")
		}
	}
	var in In
	if err := plan.fill(&in, op, r); err != nil {
		return out, nil, err
	}
	out, err = fn(ctx, actor, in)
	if err != nil && center.IsKind(err, center.Forbidden) && !op.Public {
		ask = askContacts(ctx, door.Guard, actor, line)
	}
	return out, ask, err
}

// askContacts is a courtesy: without it a refusal is still a refusal.
func askContacts(ctx context.Context, guard Guard, actor center.Actor, line *line) []AskContact {
	contacts, err := guard.AskContacts(ctx, actor)
	if err != nil {
		line.cause = "ask contacts: " + err.Error()
	}
	var ask []AskContact
	for _, c := range contacts {
		ask = append(ask, AskContact{Name: c.Name, Email: c.Email})
	}
	return ask
}

// Routes sends each request to the handler of its route key, as the gateway
// spells it: "GET /v1/invoices/{id}".
type Routes map[string]Handler

// Serve is the function's entry. A route that template.yaml sends here and
// that is not in Routes answers 404.
func (routes Routes) Serve(ctx context.Context, r Request) (Response, error) {
	if h, ok := routes[r.RouteKey]; ok {
		return h(ctx, r)
	}
	return NotFound(ctx, r)
}

// NotFound answers the problem of a path that leads nowhere.
func NotFound(_ context.Context, r Request) (Response, error) {
	e := center.Errorf(center.NotFound, "not-found", "There is nothing here.")
	return encodeProblem(r, problemOf(e, r, nil)), nil
}

// statusOf is the one place that turns a kind of error into a status.
var statusOf = map[center.Kind]int{
	center.Internal:        http.StatusInternalServerError,
	center.Invalid:         http.StatusBadRequest,
	center.Unauthenticated: http.StatusUnauthorized,
	center.Forbidden:       http.StatusForbidden,
	center.NotFound:        http.StatusNotFound,
	center.Conflict:        http.StatusConflict,
	center.TooLarge:        http.StatusRequestEntityTooLarge,
	center.Unsupported:     http.StatusUnsupportedMediaType,
	center.Unprocessable:   http.StatusUnprocessableEntity,
	center.TooMany:         http.StatusTooManyRequests,
	center.Unavailable:     http.StatusServiceUnavailable,
}
